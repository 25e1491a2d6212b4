"""What the command line prints: text for people, JSON for machines, progress on stderr."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from types import TracebackType
from typing import Any, Self

import click


def print_json(value: object) -> None:
    """Print a value as one line of JSON."""
    click.echo(json.dumps(value, ensure_ascii=False, default=str))


def print_table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows in aligned columns; figures to the right."""
    cells = [["" if cell is None else str(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(head, *cells, strict=True)]
    right = [
        all(_is_figure(row[index]) for row in cells) and bool(cells) for index in range(len(head))
    ]
    for row in [list(head), *cells]:
        parts = [
            cell.rjust(width) if to_right else cell.ljust(width)
            for cell, width, to_right in zip(row, widths, right, strict=True)
        ]
        click.echo("  ".join(parts).rstrip())


def _is_figure(cell: str) -> bool:
    return (
        cell.replace(".", "").replace(",", "").replace("-", "").replace("%", "").strip().isdigit()
    )


def count(number: int, noun: str, plural: str | None = None) -> str:
    """Write a count with its noun: ``1 answer``, ``2,000 answers``."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


class ProgressLines:
    """Shows how far a step is: a bar on a terminal, else a plain line every few seconds."""

    EVERY_SECONDS = 5.0

    def __init__(self, *, quiet: bool = False) -> None:
        """Show on stderr, or not at all."""
        self._quiet = quiet
        self._stage = ""
        self._bar: Any = None
        self._said = time.monotonic()

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Tell that ``done`` of ``total`` are done."""
        if self._quiet or total <= 0:
            return
        if stage != self._stage:
            self.close()
            self._stage, self._said = stage, time.monotonic()
            if sys.stderr.isatty():
                self._bar = click.progressbar(length=total, label=stage, file=sys.stderr)
                self._bar.__enter__()
        if self._bar is not None:
            self._bar.update(done - self._bar.pos)
        elif time.monotonic() - self._said > self.EVERY_SECONDS:
            self._said = time.monotonic()
            click.echo(f"{stage}: {done:,} of {total:,}", err=True)

    def close(self) -> None:
        """End the bar that is being shown."""
        if self._bar is not None:
            self._bar.__exit__(None, None, None)
            self._bar = None

    def __enter__(self) -> Self:
        """Nothing to open."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the bar."""
        self.close()


def print_problems(problems: Sequence[Mapping[str, Any]], *, limit: int | None = 5) -> None:
    """Print problems with their places and remedies; alike ones as one line with a count."""
    groups: dict[tuple[str, str, str], list[Mapping[str, Any]]] = {}
    for problem in problems:
        key = (problem["source"], problem["message"], problem["remedy"])
        groups.setdefault(key, []).append(problem)
    for index, ((source, message, remedy), rows) in enumerate(groups.items()):
        if limit is not None and index == limit:
            rest = len(groups) - limit
            click.echo(f"… and {count(rest, 'other kind')}: `beleg problems` lists all", err=True)
            return
        line = rows[0]["line"]
        where = source if line is None else f"{source}:{line}"
        times = f" ({len(rows)} times)" if len(rows) > 1 else ""
        click.echo(f"! {where}: {message}{times} {remedy}".rstrip(), err=True)

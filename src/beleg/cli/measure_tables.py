"""What ``beleg measure`` prints: a summary by engine, or one row a slice, subject and measure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import click

from beleg.cli.names import find_name
from beleg.console import count, print_table
from beleg.errors import InputError
from beleg.formats import format_percent
from beleg.measure.cells import MEASURES
from beleg.measure.figures import write_figure, write_rows
from beleg.measure.merged import read_weights
from beleg.measure.objects import OF_NAME, Measure, Source, read_workspace
from beleg.measure.parsing import parse_measure
from beleg.measure.slices import check_dimensions
from beleg.records import EstimateStatus
from beleg.store import Workspace

MAIN = ("citation_rate", "mention_rate", "citation_share", "indispensable")
"""What is printed where no measure is named, in the order in which it is read."""
N_TOP = 10
"""Hosts that the summary shows where nobody is declared."""
MAX_ROWS = 1_000
"""Rows that are printed for people; JSON has all."""


class Wanted(NamedTuple):
    """What was asked for, read and checked."""

    measures: tuple[Measure, ...]
    by: tuple[str, ...]
    weights: dict[str, float]
    is_summary: bool


def read_wanted(
    by: str | None, measures: Sequence[str], weights: str | None, level: float
) -> Wanted:
    """Read the options before anything is computed.

    Raises:
        InputError: Names what is wrong, and what there is.
    """
    try:
        dimensions = check_dimensions([name.strip() for name in by.split(",")] if by else [])
        shares = read_weights(weights) if weights else {}
        if not 0.0 < level < 1.0:
            raise ValueError(f"level == {level}, must be > 0 and < 1")  # noqa: TRY301 - one exit
    except ValueError as error:
        raise InputError(f"{error}.", "See beleg measure --help.") from error
    names = [name for text in measures for name in (MEASURES if text == "all" else (text,))]
    asked = [parse_measure(name) for name in dict.fromkeys(names or MAIN)]
    for item in asked:
        if item.measure not in OF_NAME:
            raise InputError(
                f"{type(item).__name__} is of a data frame's columns, not of a workspace.",
                f"Known here: {', '.join(OF_NAME)}.",
            )
    # What a measure says of itself is meant; the option is for all others.
    with_level = [replace(m, level=level) if m.level == 0.95 else m for m in asked]
    is_summary = not (by or measures or weights)
    return Wanted(tuple(with_level), dimensions, shares, is_summary)


def find_rows(
    ws: Workspace, wanted: Wanted, subjects: Sequence[str], *, undeclared: bool
) -> dict[str, Any]:
    """Estimate what was asked for.

    Returns:
        ``rows`` (see :meth:`beleg.measure.figures.Figures.to_dicts`), and ``n_undated``: answers
        that were left out by days, since nobody knows their time.
    """
    source = read_workspace(ws)
    ids = [find_name(name, source.names, "publisher") for name in subjects]
    everybody = undeclared or (not source.declared and not ids)
    rows: list[dict[str, Any]] = []
    n_undated = 0
    for item in wanted.measures:
        found = item.estimate_source(
            source, by=wanted.by, weights=wanted.weights, subjects=ids, undeclared=everybody
        )
        rows += found.to_dicts()
        n_undated = max(n_undated, found.n_undated)
    return {"rows": rows, "n_undated": n_undated}


def print_rows(ws: Workspace, wanted: Wanted, shown: dict[str, Any]) -> None:
    """Print figures for people."""
    rows = shown["rows"]
    click.echo()
    if not rows:
        click.echo("Nothing to show: no answers came in yet (beleg collect answers FILE).")
        return
    if wanted.is_summary:
        _print_summary(read_workspace(ws), rows)
    else:
        head, laid = write_rows(rows[:MAX_ROWS], wanted.by)
        print_table(head, laid)
    if not wanted.is_summary and len(rows) > MAX_ROWS:
        click.echo(f"… and {count(len(rows) - MAX_ROWS, 'more row')}: --json has all", err=True)
    if shown["n_undated"]:
        n = count(shown["n_undated"], "answer")
        click.echo(f"! {n} without a time left out: no day is known of them.", err=True)
    if wanted.is_summary:
        click.echo("\nBy topic, week and more: beleg measure --by topic,week; see --help.")


def _print_summary(source: Source, rows: Sequence[dict[str, Any]]) -> None:
    """Print, for each engine, publishers by measures."""
    level = format_percent(rows[0]["level"], "en")
    for engine in sorted({row["engine"] for row in rows}):
        mine = {(row["subject"], row["measure"]): row for row in rows if row["engine"] == engine}
        n, n_prompts = _count_answers(source, engine)
        click.echo(f"{engine}: {count(n, 'answer')} to {count(n_prompts, 'prompt')}")
        subjects = sorted({key[0] for key in mine}, key=lambda name: _rank(mine, name))
        if not source.declared:
            subjects = subjects[:N_TOP]
        lines = [
            [source.names.get(name, name), *(_write_cell(mine.get((name, m))) for m in MAIN)]
            for name in subjects
        ]
        print_table(["", *MAIN], lines)
        click.echo()
    if not source.declared:
        click.echo(
            f"No publisher is declared in beleg.toml: shown are the {N_TOP} most cited, --all."
        )
    click.echo(
        f"In brackets: {level} intervals, clustered by prompt, for all prompts like those asked.\n"
        "too thin: too few answers with it, or without it, for a number (with it / of answers)."
    )


def _count_answers(source: Source, engine: str) -> tuple[int, int]:
    """Count the answers of an engine that count, and their prompts."""
    columns = source.columns
    rows = columns.of_measure("answered_rate")
    rows = rows[columns.engine[rows] == columns.engines.index(engine)]
    rows = rows[columns.counts["y"][rows] > 0]
    return int(columns.counts["y"][rows].sum()), len(set(columns.prompt[rows].tolist()))


def _rank(mine: dict[tuple[str, str], dict[str, Any]], name: str) -> tuple[float, float, str]:
    values = []
    for measure in ("citation_rate", "mention_rate"):
        row = mine.get((name, measure))
        values.append(-(row["value"] or 0.0) if row else 0.0)
    return values[0], values[1], name


def _write_cell(row: dict[str, Any] | None) -> str:
    if row is None:  # nobody declared it, and nothing happened
        return "–"
    text = write_figure(row)
    if row["status"] == EstimateStatus.TOO_THIN.value:
        text += f" ({row['events']:,.0f}/{row['n']:,})"
    return text

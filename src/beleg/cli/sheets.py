"""Sheets that people fill in: drawn, written as CSV, read back, and kept with their verdicts.

``share audit`` and ``measure check`` ask for different things in the same way.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import click

from beleg.errors import InputError
from beleg.export import format_cell
from beleg.store import write_durably

FOLDER = "audits"
"""In the workspace: ids, figures, verdicts and notes, never texts. Nothing in it is ever written
over."""
FORMATS = ("csv", "excel-de")
_MOST_FAULTS = 10

Command = TypeVar("Command", bound=Callable[..., Any])


def sheet_options(what: str, file: str) -> Callable[[Command], Command]:
    """Give a command the options of a sheet: sample, seed, format, output and checked.

    Args:
        what: Is drawn, for the help.
        file: The sheet's name by default, for the help.
    """
    options = (
        click.option("--sample", "n", type=click.IntRange(1), help=f"Draw so many {what}."),
        click.option(
            "--seed", type=int, default=1, show_default=True, help="Another one draws others."
        ),
        click.option(
            "--format", "sheet_kind", type=click.Choice(FORMATS), default="csv",
            show_default=True, help="Of the sheet; excel-de has semicolons and decimal commas.",
        ),
        click.option(
            "-o", "--output", type=click.Path(path_type=Path, dir_okay=False),
            help=f"Write the sheet here; {file} by default.",
        ),
        click.option(
            "--checked", type=click.Path(path_type=Path, exists=True, dir_okay=False),
            help="A sheet that was filled in.",
        ),
    )  # fmt: skip

    def give(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return give


def format_sheet(columns: Sequence[str], rows: Iterable[Sequence[Any]], kind: str) -> bytes:
    """Write a sheet: ``csv`` (commas, points) or ``excel-de`` (semicolons, commas).

    Both are UTF-8 with the mark by which spreadsheets know it.
    """
    german = ZoneInfo("Europe/Berlin") if kind == "excel-de" else None
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";" if german else ",", lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([format_cell(cell, german) for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8", "replace")


def read_rows(
    data: bytes, name: str, needed: Sequence[str], command: str
) -> list[tuple[int, dict[str, str]]]:
    """Read rows with their first lines; empty rows, which spreadsheets leave, are none.

    Args:
        data: The file; commas or semicolons, UTF-8 or Windows-1252.
        name: For messages.
        needed: Columns that must be there.
        command: What wrote the sheet, for messages.

    Raises:
        InputError: It is no such sheet.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:  # what Excel saves as "CSV" without more
        text = data.decode("cp1252", "replace")
    head = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";" if ";" in head else ",")
    rows: list[tuple[int, dict[str, str]]] = []
    start, columns = 1, None
    try:
        for cells in reader:
            if columns is None:
                columns = [cell.strip() for cell in cells]
                if lacking := [one for one in needed if one not in columns]:
                    raise InputError(
                        f"{name}: the columns {', '.join(lacking)} are missing in line 1.",
                        f"Give back the sheet that `{command}` wrote, saved as CSV.",
                    )
            elif any(cell.strip() for cell in cells):
                filled = [*cells, *[""] * (len(columns) - len(cells))]
                rows.append((start, dict(zip(columns, filled, strict=False))))
            start = reader.line_num + 1
    except csv.Error as error:
        raise InputError(f"{name}: line {start}: {error}.", "Save it as CSV anew.") from error
    if not rows:
        raise InputError(f"{name}: no rows.", f"Give back the sheet that `{command}` wrote.")
    return rows


def find_sheet_id(
    rows: Iterable[tuple[int, dict[str, str]]], name: str, column: str, command: str
) -> str:
    """Say which sample a filled-in sheet belongs to, by the column that names it in every row.

    Raises:
        InputError: It names none, or several.
    """
    found = {row[column].strip() for _, row in rows} - {""}
    if len(found) != 1:
        what = f"rows of {len(found)} {column}s" if found else f"no row that names {_a(column)}"
        raise InputError(f"{name}: {what}.", f"Give back the sheet that `{command}` wrote.")
    return found.pop()


def _a(noun: str) -> str:
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"


def refuse(name: str, wrong: Sequence[str], remedy: str) -> None:
    """Raise what is wrong with a sheet, if anything is; of much, the first of it.

    Raises:
        InputError: Something is wrong.
    """
    if wrong:
        n_more = len(wrong) - _MOST_FAULTS
        more = f"; and {n_more} more" if n_more > 0 else ""
        raise InputError(f"{name}: {'; '.join(wrong[:_MOST_FAULTS])}{more}.", remedy)


def keep(file: Path, value: dict[str, Any]) -> None:
    """Write a file once; what is there already stays."""
    if not file.exists():
        text = json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True)
        write_durably(file, (text + "\n").encode())


def keep_verdicts(folder: Path, name: str, entries: Iterable[Iterable[Any]]) -> Path:
    """Keep verdicts beside earlier ones; the same verdicts are kept once.

    Args:
        folder: Of the sample, whose own name is its id.
        name: Of the id, such as ``audit_id``.
        entries: What stood in each row.

    Returns:
        The file.
    """
    rows = [list(entry) for entry in entries]
    digest = hashlib.sha256(json.dumps(rows).encode()).hexdigest()
    file = folder / f"checked-{digest[:16]}.json"
    at = datetime.now(UTC).isoformat(timespec="seconds")
    keep(file, {name: folder.name, "at": at, "verdicts": rows})
    return file


def choose_output(output: Path | None, default: str) -> Path:
    """Say where a sheet goes.

    Raises:
        InputError: Something is there already.
    """
    chosen = output or Path(default)
    if chosen.exists():
        raise InputError(f"{chosen} is there already.", "Name another file with --output.")
    return chosen


def hand_out(output: Path, sheet: bytes) -> None:
    """Write a sheet, and the folder that it goes into."""
    output.parent.mkdir(parents=True, exist_ok=True)
    write_durably(output, sheet)

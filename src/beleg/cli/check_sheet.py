"""The sheet of answers that people fill in, and its reading back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from beleg.cli.sheets import find_sheet_id, format_sheet, read_rows, refuse
from beleg.measure.checks import Sample
from beleg.records import Publisher

_COMMAND = "measure check"
COLUMNS = (
    "item", "verdict", "note", "ours", "text", "text_continued", "engine", "question",
    "answer_id", "check",
)  # fmt: skip
"""In the order of the sheet: what is filled in stands first, beside what it is about."""

RIGHT = frozenset({"right", "stimmt"})
NOBODY = frozenset({"none", "keine", "keiner", "-"})

CELL = 32_000
"""Characters that a spreadsheet's cell holds; a longer text goes on in the next column."""


class Described(NamedTuple):
    """What the sheet says of an item."""

    ours: Sequence[str]
    """Names of the publishers that the detector sees, in order."""
    text: str
    question: str


class Entry(NamedTuple):
    """What somebody wrote in a row."""

    item_id: str
    publishers: tuple[str, ...]
    """Ids, in order."""
    note: str


def write_sheet(sample: Sample, described: Mapping[str, Described], kind: str) -> bytes:
    """Write a sample as CSV.

    Args:
        sample: What was drawn.
        described: answer_id to what is said of it.
        kind: One of :data:`beleg.cli.sheets.FORMATS`.
    """
    rows = []
    for item in sample.items:
        about = described[item.answer_id]
        row = (
            item.item_id, "", "", "; ".join(about.ours), about.text[:CELL],
            about.text[CELL : 2 * CELL], item.engine, about.question, item.answer_id,
            sample.check_id,
        )  # fmt: skip
        rows.append(row)
    return format_sheet(COLUMNS, rows, kind)


def read_check_id(data: bytes, name: str) -> str:
    """Say which check a filled-in sheet belongs to.

    Raises:
        InputError: It is no such sheet, or holds rows of several checks.
    """
    return find_sheet_id(_read_rows(data, name), name, "check", _COMMAND)


def read_sheet(
    data: bytes,
    name: str,
    sample: Sample,
    ours: Mapping[str, Sequence[str]],
    publishers: Sequence[Publisher],
) -> list[Entry]:
    """Read a filled-in sheet, and check that it is the sample's, and whole.

    Args:
        data: The file; commas or semicolons, UTF-8 or Windows-1252.
        name: For messages.
        sample: As it was drawn.
        ours: item_id to the publishers that stood in the sheet, for rows that say *right*.
        publishers: Who may be named, by id, name or alias.

    Raises:
        InputError: Everything that is wrong, with its line.
    """
    items = {item.item_id for item in sample.items}
    words = {
        word.casefold(): row.publisher_id
        for row in publishers
        for word in (*row.aliases, row.name, row.publisher_id)
    }
    entries: dict[str, Entry] = {}
    wrong: list[str] = []
    for line, row in _read_rows(data, name):
        item_id = row["item"].strip()
        if item_id not in items or item_id in entries:
            what = "stands twice" if item_id in entries else "is no item of this check"
            wrong.append(f"line {line}: {item_id or 'nothing'!r} {what}")
            continue
        verdict = row["verdict"].strip().removeprefix("'")
        said: list[str] = []
        if not verdict:
            wrong.append(f"line {line}: the verdict is missing")
        elif verdict.casefold() in RIGHT:
            said = list(ours[item_id])
        elif verdict.casefold() not in NOBODY:
            for word in filter(None, map(str.strip, verdict.split(";"))):
                if word.casefold() in words:
                    said.append(words[word.casefold()])
                else:
                    wrong.append(f"line {line}: no publisher is called {word!r}")
        entries[item_id] = Entry(item_id, tuple(sorted(set(said))), row["note"].strip())
    if missing := len(items - entries.keys()):
        wrong.append(f"{missing} items are left out")
    refuse(
        name, wrong,
        "Write in every row right (stimmt), none (keine), or all that are there, as names or "
        "ids with semicolons between; `beleg publishers` lists them.",
    )  # fmt: skip
    return [entries[item.item_id] for item in sample.items]


def _read_rows(data: bytes, name: str) -> list[tuple[int, dict[str, str]]]:
    return read_rows(data, name, ("item", "verdict", "note", "check"), _COMMAND)

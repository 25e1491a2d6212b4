"""The sheet that people fill in: a sample of supports as CSV, and its reading back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from beleg.cli.sheets import find_sheet_id, format_sheet, read_rows, refuse
from beleg.money import MINOR_DIGITS
from beleg.settlement import FULL
from beleg.share.audit import VERDICTS, Item, Sample

_COMMAND = "share audit"
GERMAN = {"belegt": "supported", "teilweise": "partly", "nicht": "not"}
"""The same verdicts for German sheets."""

ENTRIES = ("verdict", "note")

COLUMNS = (
    "item", *ENTRIES, "claim", "passage", "host", "support", "kind", "at_stake", "currency",
    "publisher", "question", "url", "publisher_id", "claim_id", "answer_id", "question_id",
    "passage_id", "audit",
)  # fmt: skip
"""In the order of the sheet: what is filled in stands first, beside what it is about."""

_ROUNDING = 0.001
"""A spreadsheet shows, and saves, fewer digits than it was given."""


class Entry(NamedTuple):
    """What somebody wrote in a row."""

    item_id: str
    verdict: str
    note: str


def write_sheet(
    sample: Sample,
    described: Sequence[Mapping[str, Any]],
    names: Mapping[str, str],
    currency: str,
    kind: str,
) -> bytes:
    """Write a sample as CSV.

    Args:
        sample: What was drawn.
        described: What :func:`beleg.views.describe_stakes` says of its items, in their order.
        names: publisher_id to name.
        currency: Of the money.
        kind: One of :data:`beleg.cli.sheets.FORMATS`.
    """
    rows = []
    for item, about in zip(sample.items, described, strict=True):
        row = {
            **about,
            "item": item.item_id,
            "support": item.support / FULL,
            "at_stake": _at_stake(item, currency),
            "currency": currency,
            "publisher": names.get(item.publisher_id, item.publisher_id),
            "publisher_id": item.publisher_id,
            "claim_id": item.claim_id,
            "passage_id": item.passage_id,
            "audit": sample.audit_id,
        }
        rows.append([row.get(name) for name in COLUMNS])
    return format_sheet(COLUMNS, rows, kind)


def _at_stake(item: Item, currency: str) -> float:
    units: int = 10 ** MINOR_DIGITS.get(currency, 2)
    return round(item.minor / units, 4)


def read_audit_id(data: bytes, name: str) -> str:
    """Say which audit a filled-in sheet belongs to.

    Raises:
        InputError: It is no such sheet, or holds rows of several audits.
    """
    return find_sheet_id(_read_rows(data, name), name, "audit", _COMMAND)


def read_sheet(data: bytes, name: str, sample: Sample, currency: str) -> list[Entry]:
    """Read a filled-in sheet, and check that it is the sample's, whole and unchanged.

    Args:
        data: The file; commas or semicolons, points or decimal commas, UTF-8 or Windows-1252.
        name: For messages.
        sample: As it was drawn.
        currency: As it was written.

    Returns:
        One entry an item, in the order of the sample.

    Raises:
        InputError: Everything that is wrong, with its line: an unknown item, one that stands
            twice, a changed figure, a verdict that is missing or not known, items left out.
    """
    items = {item.item_id: item for item in sample.items}
    lines: dict[str, int] = {}
    entries: dict[str, Entry] = {}
    wrong: list[str] = []
    for line, row in _read_rows(data, name):
        item_id = row["item"].strip()
        item = items.get(item_id)
        if item is None:
            wrong.append(f"line {line}: {item_id or 'nothing'!r} is no item of this audit")
            continue
        if item_id in lines:
            wrong.append(f"line {line}: {item_id} stands in line {lines[item_id]} already")
            continue
        lines[item_id] = line
        wrong += [f"line {line}: {what}" for what in _find_changes(row, item, sample, currency)]
        word = row["verdict"].strip().casefold()
        verdict = GERMAN.get(word, word)
        if word and verdict not in VERDICTS:
            wrong.append(f"line {line}: the verdict {word!r} is none")
        entries[item_id] = Entry(item_id, verdict, row["note"].strip())
    bare = [lines[item_id] for item_id, entry in entries.items() if not entry.verdict]
    if bare:
        wrong.append(f"{len(bare)} verdicts are missing: {_list_some('line', bare)}")
    missing = [item_id for item_id in items if item_id not in lines]
    if missing:
        wrong.append(f"{len(missing)} items are left out: {_list_some('item', missing)}")
    refuse(
        name, wrong,
        f"Write {', '.join(VERDICTS)} ({', '.join(GERMAN)}) in every row, and leave the other "
        "columns as they are.",
    )  # fmt: skip
    return [entries[item_id] for item_id in items]


def _list_some(noun: str, values: Sequence[object]) -> str:
    shown = ", ".join(map(str, values[:5]))
    return f"{noun} {shown}{' …' if len(values) > 5 else ''}"


def _find_changes(row: Mapping[str, str], item: Item, sample: Sample, currency: str) -> list[str]:
    """List what was changed of an item's figures and ids."""
    changed = [
        f"{column} is {row[column]!r}, was {value!r}"
        for column, value in (
            ("claim_id", item.claim_id),
            ("publisher_id", item.publisher_id),
            ("audit", sample.audit_id),
        )
        if row[column].strip().removeprefix("'") != value
    ]
    figures = (("support", item.support / FULL), ("at_stake", _at_stake(item, currency)))
    for column, value in figures:
        try:
            said = float(row[column].strip().replace(",", "."))
        except ValueError:
            said = float("nan")
        if not abs(said - value) <= _ROUNDING * max(abs(value), 0.1):
            changed.append(f"{column} is {row[column]!r}, was {value!r}")
    return changed


def _read_rows(data: bytes, name: str) -> list[tuple[int, dict[str, str]]]:
    return read_rows(data, name, COLUMNS, _COMMAND)

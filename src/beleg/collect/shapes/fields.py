"""Reading fields of JSON that others wrote: the expected type, or nothing."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from beleg.collect.shapes.reply import Note, Row
from beleg.collect.times import read_time

_EARLIEST, _LATEST = 946_684_800, 4_102_444_800  # 2000 and 2100: what lies outside is no time
_EXACT = 1 << 53  # beyond it a float stands for several whole numbers
_SHOWN = 40  # characters of a value that a message quotes


def take_text(row: object, *names: str) -> str | None:
    """Give the first of the named fields that is text and not blank, unchanged."""
    if isinstance(row, dict):
        for name in names:
            value = row.get(name)
            if isinstance(value, str) and value.strip():
                return value
    return None


def take_dict(row: object, *names: str) -> dict[str, object]:
    """Give the first of the named fields that is an object; an empty one where none is."""
    if isinstance(row, dict):
        for name in names:
            value = row.get(name)
            if isinstance(value, dict):
                return value
    return {}


def take_list(row: object, *names: str) -> list[object]:
    """Give the first of the named fields that is an array; an empty one where none is."""
    if isinstance(row, dict):
        for name in names:
            value = row.get(name)
            if isinstance(value, list):
                return value
    return []


def take_dicts(row: object, *names: str) -> list[dict[str, object]]:
    """Give the objects of the first of the named fields that is an array."""
    return [item for item in take_list(row, *names) if isinstance(item, dict)]


def take_texts(row: object, *names: str) -> list[str]:
    """Give the texts of the first of the named fields that is an array, blank ones left out."""
    return [item for item in take_list(row, *names) if isinstance(item, str) and item.strip()]


def take_int(row: object, *names: str) -> int | None:
    """Give the first of the named fields that is a whole number of 64 bits."""
    if isinstance(row, dict):
        for name in names:
            value = row.get(name)
            if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 1 << 63:
                return value
    return None


def describe(value: object) -> str:
    """Name a JSON value for people: a number or a short text as written, else its kind."""
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    written = json.dumps(value, ensure_ascii=False)
    return written if len(written) <= _SHOWN else f"{written[:_SHOWN]}…"


def kind_of(value: object) -> str:
    """Name the kind of a JSON value in JSON's own words, with its article."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return "a number"
    kinds = {str: "a text", list: "a list", dict: "an object"}
    return next(word for kind, word in kinds.items() if isinstance(value, kind))


def take_count(row: Row, name: str) -> tuple[int | None, list[Note]]:
    """Read a field that counts: a whole number from 0 to 2**63 - 1.

    ``120.0`` is 120: tables write whole numbers so where other rows of the column are blank.

    Returns:
        The number, or None where the field is missing, null or cannot be used; for the latter a
        note.
    """
    value = row.get(name)
    if value is None:
        return None, []
    if isinstance(value, float) and value.is_integer() and abs(value) <= _EXACT:
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 63:
        return value, []
    message = f"{name} is {describe(value)}, no count; the answer is kept without it."
    return None, [(message, f"Write {name} as a whole number from 0 to below 2^63.")]


def take_declared(row: Row, name: str) -> tuple[str | None, list[Note]]:
    """Read a field that must be text; where it is anything else but null, give a note."""
    value = row.get(name)
    if value is None or isinstance(value, str):
        return take_text(row, name), []
    message = f"{name} is {describe(value)}, no text; the answer is kept without it."
    return None, [(message, f"Write {name} as a text in quotes.")]


def take_time(row: object, *names: str) -> tuple[datetime | None, list[Note]]:
    """Read the first of the named fields that is there as a time in UTC.

    Takes ISO 8601, ``2025-06-16 22:13:31 UTC``, seconds or milliseconds since 1970. A time that
    names no zone is taken as UTC: machines write these, and theirs run on it.

    Returns:
        The time, or None where no field is there or none can be read; and, for the latter, a note
        of message and remedy.
    """
    if not isinstance(row, dict):
        return None, []
    for name in names:
        value = row.get(name)
        if value is None or value == "":
            continue
        moment = _read_moment(value)
        if moment is not None:
            return moment, []
        shown = str(value)[:40]
        return None, [
            (
                f"The time {shown!r} in {name!r} cannot be read; the answer is kept without one.",
                "Write times as 2026-11-22T08:00:00Z.",
            )
        ]
    return None, []


def _read_moment(value: object) -> datetime | None:
    if isinstance(value, str):
        return read_time(value, "UTC")
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    seconds = value / 1000 if abs(value) > _LATEST else value
    if not _EARLIEST <= seconds <= _LATEST:
        return None
    return datetime.fromtimestamp(seconds, UTC)

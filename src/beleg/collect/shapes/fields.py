"""Reading fields of JSON that others wrote: the expected type, or nothing."""

from __future__ import annotations

from datetime import UTC, datetime

from beleg.collect.times import read_time

_EARLIEST, _LATEST = 946_684_800, 4_102_444_800  # 2000 and 2100: what lies outside is no time


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


def take_time(row: object, *names: str) -> tuple[datetime | None, list[tuple[str, str]]]:
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

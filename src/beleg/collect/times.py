"""Times as publishers write them, in German and in English, as aware UTC.

Only dates that name day, month and year are read. Relative ones ("vor 2 Stunden", "yesterday")
and those that could mean two days (``3/4/2026``) give None: a wrong date would be evidence.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo

LOCAL_TIME = "Europe/Berlin"
"""The zone of a time that names none, and of a date without a time (read as its midnight). A
press page that leaves its zone out means its own readers' clock; for most of them this is it."""

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan januar january jänner jaenner",
            "feb februar february feber",
            "mar mär mrz märz maerz march",
            "apr april",
            "may mai",
            "jun juni june",
            "jul juli july",
            "aug august",
            "sep sept september",
            "oct okt october oktober",
            "nov november",
            "dec dez december dezember",
        ),
        start=1,
    )
    for name in names.split()
}
# Offsets in hours of the zone names that RFC 822 and the German-speaking press use.
_ZONES = {
    **dict.fromkeys(("z", "ut", "utc", "gmt", "wet"), 0),
    **dict.fromkeys(("cet", "mez", "bst", "west"), 1),
    **dict.fromkeys(("cest", "mesz", "eet", "oez"), 2),
    "est": -5,
    "edt": -4,
    "cst": -6,
    "cdt": -5,
    "mst": -7,
    "mdt": -6,
    "pst": -8,
    "pdt": -7,
}
_CLOCK = (
    r"(?:[\sT,|–-]*(?:um|at|ab)?\s*(?P<hour>\d{1,2})[:.](?P<minute>\d{2})"
    r"(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9})\d*)?)?"
    r"(?:\s*(?P<half>[ap])\.?m\.?)?(?:\s*(?:Uhr|h))?"
    r"\s*\(?(?P<zone>[+-]\d{2}:?\d{2}|[+-]\d{2}(?!\d)|[A-Za-z]{1,4}(?![A-Za-z]))?)?"
)
_MONTH_NAME = r"(?P<name>[A-Za-zä]{3,9})\.?"
_FORMS = tuple(
    re.compile(rf"{form}{_CLOCK}", re.IGNORECASE)
    for form in (
        r"(?<!\d)(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})",
        r"(?<!\d)(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})(?=T\d|$)",
        r"(?<!\d)(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?(?P<year>\d{4})(?!\d)",
        rf"(?<!\d)(?P<day>\d{{1,2}})(?:\.|st|nd|rd|th)?[\s-]+{_MONTH_NAME}[\s-]+(?P<year>\d{{4}})",
        rf"\b{_MONTH_NAME}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})",
    )
)
_COMPACT = re.compile(r"^(\d{8})T(\d{2})(\d{2})(\d{2})?(?=\D|$)")
_LONGEST = 100  # longer texts are prose in which some date occurs


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def read_time(text: str, local_time: str = LOCAL_TIME) -> datetime | None:
    """Read a date, with or without a time of day.

    Args:
        text: For instance ``2026-11-22T08:00:00+01:00``, ``So, 22 Nov 2026 08:00:00 +0100``,
            ``22. November 2026, 08:00 Uhr``, ``November 22, 2026``, ``22.11.2026``.
        local_time: The zone of a time that names none.

    Returns:
        The time in UTC, or None for what is no such date.
    """
    text = text.strip()
    if len(text) > _LONGEST:
        return None
    text = _COMPACT.sub(lambda m: f"{m[1]}T{m[2]}:{m[3]}:{m[4] or '00'}", text)
    for form in _FORMS:
        found = form.search(text)
        if found is not None:
            return _build(found.groupdict(), local_time)
    return None


def _build(part: dict[str, str | None], local_time: str) -> datetime | None:
    name = part.get("name")
    month = _MONTHS.get(name.casefold()) if name else int(part["month"] or 0)
    if month is None:
        return None
    hour = int(part["hour"] or 0)
    if part["half"]:
        hour = hour % 12 + (12 if part["half"].casefold() == "p" else 0)
    try:
        moment = datetime(
            int(part["year"] or 0),
            month,
            int(part["day"] or 0),
            hour % 24 if hour == 24 else hour,
            int(part["minute"] or 0),
            min(int(part["second"] or 0), 59),  # a leap second is the second before it
            int((part["fraction"] or "0")[:6].ljust(6, "0")),
            tzinfo=_zone_of(part["zone"], local_time),
        )
        return (moment + timedelta(days=hour == 24)).astimezone(UTC)
    except (ValueError, OverflowError):  # the 31st of February; the year 0 or 9999
        return None


def _zone_of(mark: str | None, local_time: str) -> tzinfo:
    """Turn ``+0100``, ``+01:00``, ``+01`` or a zone's name into a zone; unknown ones are local."""
    if mark and mark[0] in "+-":
        digits = mark[1:].replace(":", "").ljust(4, "0")
        minutes = int(digits[:2]) * 60 + int(digits[2:])
        return timezone(timedelta(minutes=-minutes if mark[0] == "-" else minutes))
    hours = _ZONES.get(mark.casefold()) if mark else None
    return _zone(local_time) if hours is None else timezone(timedelta(hours=hours))

"""Amounts and periods, written one way everywhere: ``10000.00 EUR``, ``2026-11``, ``2026-Q4``."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

MINOR_DIGITS: dict[str, int] = {"JPY": 0, "KRW": 0, "ISK": 0, "HUF": 2, "KWD": 3, "TND": 3}
"""Currencies whose minor unit is not a hundredth (ISO 4217); all others have two digits."""

_AMOUNT = re.compile(r"(-?)(\d+)(?:\.(\d+))? ([A-Z]{3})")
_PERIOD = re.compile(r"(\d{4})(?:-(?:W(\d{2})|Q([1-4])|(\d{2})))?")


class Amount(NamedTuple):
    """Money in minor units (cents)."""

    minor: int
    currency: str

    def __str__(self) -> str:
        return format_amount(self.minor, self.currency)


class Period(NamedTuple):
    """A half-open span of time, in UTC, that is whole in its own time zone."""

    name: str
    starts_at: datetime
    ends_at: datetime


def parse_amount(text: str) -> Amount:
    """Read ``10000.00 EUR``.

    Raises:
        ValueError: Where the text is written another way, or too finely for the currency.
    """
    match = _AMOUNT.fullmatch(text)
    if not match:
        raise ValueError(f"amount == {text!r}, must be written like '10000.00 EUR'.")
    sign, whole, fraction, currency = match.groups()
    digits = MINOR_DIGITS.get(currency, 2)
    if len(fraction or "") > digits:
        raise ValueError(f"amount == {text!r}, {currency} has {digits} digits after the point.")
    minor = int(whole) * 10**digits + int((fraction or "").ljust(digits, "0") or 0)
    return Amount(-minor if sign else minor, currency)


def format_amount(minor: int, currency: str) -> str:
    """Write minor units as ``10000.00 EUR``."""
    digits = MINOR_DIGITS.get(currency, 2)
    sign, text = "-" if minor < 0 else "", str(abs(minor)).rjust(digits + 1, "0")
    cut = len(text) - digits
    return f"{sign}{text[:cut]}{'.' if digits else ''}{text[cut:]} {currency}"


def name_week(day: date) -> str:
    """Name the ISO week of a day, as :func:`parse_period` reads it: ``2026-W47``."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def parse_period(text: str, timezone: str = "Europe/Berlin") -> Period:
    """Read ``2026``, ``2026-11``, ``2026-W47`` or ``2026-Q4`` as a half-open span.

    Args:
        text: The period.
        timezone: IANA name of the zone whose midnights bound it.

    Raises:
        ValueError: Where the text or the zone names nothing.
    """
    match = _PERIOD.fullmatch(text)
    if not match:
        raise ValueError(f"period == {text!r}, must be like '2026-11', '2026-W47' or '2026-Q4'.")
    try:
        zone = ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError(f"timezone == {timezone!r}, must be an IANA name.") from error
    year, week, quarter, month = match.groups()
    try:
        if week:
            first = date.fromisocalendar(int(year), int(week), 1)
            after = first + timedelta(days=7)
        else:
            n_months = 1 if month else 3 if quarter else 12
            start = int(month) if month else 3 * int(quarter) - 2 if quarter else 1
            first = date(int(year), start, 1)
            end = start - 1 + n_months
            after = date(int(year) + end // 12, end % 12 + 1, 1)
    except ValueError as error:
        raise ValueError(f"period == {text!r}, must exist in the calendar.") from error
    midnight = datetime.min.time()
    return Period(
        text,
        datetime.combine(first, midnight, zone).astimezone(UTC),
        datetime.combine(after, midnight, zone).astimezone(UTC),
    )

"""Quantities and dates: when two of them are the same, and when they can contradict at all."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import NamedTuple

from beleg.ground.numerals import MONTH_NUMBERS
from beleg.ground.tokens import Token

_NEARLY = frozenset(
    """rund etwa circa ca ungefähr knapp fast über gut mehr mindestens höchstens bis zu around
    about roughly nearly almost approximately over than some estimated least most up under
    unter""".split()
)
_NEAR = Decimal("0.05")
"""By how much a figure may be off behind "rund" or "about"."""

_SCALES: MappingProxyType[str, tuple[str, Decimal]] = MappingProxyType({
    "mm": ("m", Decimal("0.001")), "cm": ("m", Decimal("0.01")), "m": ("m", Decimal(1)),
    "km": ("m", Decimal(1000)), "g": ("g", Decimal(1)), "kg": ("g", Decimal(1000)),
    "t": ("g", Decimal(1_000_000)), "m2": ("m2", Decimal(1)), "ha": ("m2", Decimal(10_000)),
    "km2": ("m2", Decimal(1_000_000)), "s": ("s", Decimal(1)), "min": ("s", Decimal(60)),
    "h": ("s", Decimal(3600)), "d": ("s", Decimal(86_400)), "wk": ("s", Decimal(604_800)),
    "mo": ("mo", Decimal(1)), "yr": ("mo", Decimal(12)), "W": ("W", Decimal(1)),
    "kW": ("W", Decimal(1000)), "MW": ("W", Decimal(10**6)), "GW": ("W", Decimal(10**9)),
    "kWh": ("kWh", Decimal(1)), "MWh": ("kWh", Decimal(1000)), "TWh": ("kWh", Decimal(10**9)),
    "ct": ("ct", Decimal(1)), "in": ("in", Decimal(1)), "ft": ("in", Decimal(12)),
})  # fmt: skip
"""Units to what they are so many of."""


def agrees(claimed: Decimal, found: Decimal) -> bool:
    """Tell whether a figure is the other one, or the other one rounded.

    Rounding is granted from 10,000 upward and for broken figures, to no fewer than two digits:
    "1.2 million" is 1,234,567, but 1990 is not 1994.
    """
    if claimed == found:
        return True
    if not claimed or not found or (abs(claimed) < 10_000 and found == found.to_integral_value()):
        return False
    digits = len("".join(map(str, claimed.as_tuple().digits)).strip("0"))
    if digits < 2 or abs(claimed.adjusted()) > 40 or abs(found.adjusted()) > 40:
        return False
    unit = Decimal(1).scaleb(claimed.adjusted() - digits + 1)
    return abs(claimed - found) * 2 <= unit


def is_comparable(one: Token, other: Token) -> bool:
    """Tell whether two figures measure the same: equal units, or a count and a bare year."""
    if one.unit == other.unit:
        return True
    a, b = _SCALES.get(one.unit), _SCALES.get(other.unit)
    return a is not None and b is not None and a[0] == b[0]


def agrees_with(claimed: Token, found: Token, before: Sequence[Token]) -> bool:
    """Tell whether a claim's figure is one of a passage's, units and "rund" taken into account.

    Args:
        claimed: A figure.
        found: A figure.
        before: The tokens before the claimed one that may say "rund" or "about".
    """
    mine, theirs = claimed.number, found.number
    if mine is None or theirs is None:
        return False
    if claimed.unit != found.unit and claimed.unit and found.unit:
        a, b = _SCALES.get(claimed.unit), _SCALES.get(found.unit)
        if a is None or b is None or a[0] != b[0]:
            plain = {"year", "day", "clock"}
            return mine == theirs and bool({claimed.unit, found.unit} & plain)
        mine, theirs = mine * a[1], theirs * b[1]
    if agrees(mine, theirs):
        return True
    if claimed.unit == "%" and mine.as_tuple().exponent == -1 and agrees(theirs, mine):
        return True  # "ein Drittel" is 33.3, which 33 is rounded
    if claimed.unit in {"year", "day"} or abs(mine.adjusted()) > 40 or abs(theirs.adjusted()) > 40:
        return False
    return any(token.form in _NEARLY for token in before) and abs(mine - theirs) <= abs(
        _NEAR * theirs
    )


class Date(NamedTuple):
    """A date as far as it is written, and its first and last token."""

    first: int
    last: int
    year: int | None
    month: int
    day: int | None

    def agrees(self, other: Date) -> bool:
        """Tell whether two dates can be the same: what one lacks the other may say."""
        return (
            self.month == other.month
            and (self.year is None or other.year is None or self.year == other.year)
            and (self.day is None or other.day is None or self.day == other.day)
        )


def read_dates(tokens: Sequence[Token]) -> list[Date]:
    """Read the dates of a row of tokens that have a month."""
    found = []
    for index, token in enumerate(tokens):
        if token.unit != "month":
            continue
        first = last = index
        parts: dict[str, int] = {}
        for step in (-1, 1):
            place = index + step
            while 0 <= place < len(tokens) and abs(place - index) <= 2:
                unit, number = tokens[place].unit, tokens[place].number
                if unit not in {"day", "year"} or unit in parts or number is None:
                    break
                parts[unit] = int(number)
                first, last = min(first, place), max(last, place)
                place += step
        month = MONTH_NUMBERS[token.form]
        found.append(Date(first, last, parts.get("year"), month, parts.get("day")))
    return found


def name_date(date: Date) -> str:
    """Write a date as ISO 8601 has it, with dashes for what is not known."""
    year = f"{date.year:04}" if date.year is not None else "-"
    return f"{year}-{date.month:02}" + (f"-{date.day:02}" if date.day is not None else "")

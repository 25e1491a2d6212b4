"""How figures, money and dates are written in German and in English.

German: ``1.234,56 €``, ``12,5 %``, ``22.11.2026``, ``KW 47/2026``. English: ``€1,234.56``,
``12.5 %``, ``22 Nov 2026``, ``week 47/2026``. The space before a unit does not break.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import Literal

from beleg.money import MINOR_DIGITS

Language = Literal["de", "en"]

NBSP = "\u00a0"
_SYMBOLS = {"EUR": "€", "GBP": "£", "USD": "$"}
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""First signs of a cell that a spreadsheet runs as a formula."""

_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def _group(digits: str, language: Language) -> str:
    text = f"{int(digits):,}"
    return text.replace(",", ".") if language == "de" else text


def format_number(value: float | Decimal | Fraction, language: Language, digits: int = 0) -> str:
    """Write a number with ``digits`` decimals, rounded half to even on its exact value."""
    exact = Fraction(value)
    scaled = round(abs(exact) * 10**digits)
    whole, part = divmod(scaled, 10**digits)
    sign = "\u2212" if exact < 0 and scaled else ""
    point = "," if language == "de" else "."
    tail = f"{point}{part:0{digits}d}" if digits else ""
    return f"{sign}{_group(str(whole), language)}{tail}"


def _percent_digits(value: float) -> int:
    return 1 if 0 < abs(value) < 0.1 else 0


def format_percent(value: float, language: Language, digits: int | None = None) -> str:
    """Write a share (0..1) as a percentage; below 10 % with one decimal."""
    used = _percent_digits(value) if digits is None else digits
    return f"{format_number(_percent(value), language, used)}{NBSP}%"


def _percent(value: float) -> Decimal:
    """Take 100 times a share, freed of binary dust (0.145 is 14.5, not 14.499...)."""
    return (Decimal(repr(value)) * 100).quantize(Decimal("1e-9"), ROUND_HALF_EVEN)


def format_interval(value: float, low: float, high: float, language: Language) -> str:
    """Write a share and its interval as ``18 % (15 to 22)``."""
    digits = 1 if 0 < high < 0.1 else 0
    word = "bis" if language == "de" else "to"
    bounds = [format_number(_percent(bound), language, digits) for bound in (low, high)]
    return f"{format_percent(value, language, digits)} ({f' {word} '.join(bounds)})"


def format_points(value: float, language: Language) -> str:
    """Write a difference of shares in percentage points, with its sign."""
    text = format_number(_percent(value), language, 1)
    return f"+{text}" if value > 0 else text


def format_money(minor: int, currency: str, language: Language) -> str:
    """Write minor units (cents) as an amount of money."""
    digits = MINOR_DIGITS.get(currency, 2)
    text = format_number(Fraction(abs(minor), 10**digits), language, digits)
    sign = "\u2212" if minor < 0 else ""
    symbol = _SYMBOLS.get(currency)
    if language == "en" and symbol:
        return f"{sign}{symbol}{text}"
    return f"{sign}{text}{NBSP}{symbol or currency}"


def format_date(day: date, language: Language) -> str:
    """Write a date; of a time, the date alone."""
    if language == "de":
        return f"{day.day}.{day.month}.{day.year}"
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def format_time(moment: datetime, language: Language) -> str:
    """Write a time to the minute, in the zone that it carries."""
    return f"{format_date(moment.date(), language)}, {moment:%H:%M}"


def format_week(week: tuple[int, int], language: Language) -> str:
    """Write an ISO year and week."""
    return f"{'KW' if language == 'de' else 'week'}{NBSP}{week[1]}/{week[0]}"


def format_weeks(first: tuple[int, int], last: tuple[int, int], language: Language) -> str:
    """Write a run of ISO weeks; one week as :func:`format_week`."""
    if first == last:
        return format_week(first, language)
    start = f"{first[1]}" if first[0] == last[0] else f"{first[1]}/{first[0]}"
    if language == "de":
        return f"KW{NBSP}{start} bis {last[1]}/{last[0]}"
    return f"weeks{NBSP}{start} to {last[1]}/{last[0]}"


def format_period(period: str, language: Language) -> str:
    """Write a pot's period name (``2026-Q4``, ``2026-11``, ``2026-W47``, ``2026``)."""
    year, _, part = period.partition("-")
    if not part:
        return year
    if part.startswith("W"):
        return format_week((int(year), int(part[1:])), language)
    if part.startswith("Q"):
        return f"{part[1]}. Quartal {year}" if language == "de" else f"{part} {year}"
    months_de = (
        "Januar Februar März April Mai Juni Juli August September Oktober November Dezember"
    ).split()
    name = months_de[int(part) - 1] if language == "de" else _MONTHS[int(part) - 1]
    return f"{name} {year}"


def fill_words(words: Mapping[str, str], language: Language, **values: str | int) -> str:
    """Fill in one entry of a table of words; whole numbers are written as the language does.

    Args:
        words: ``de`` and ``en``; ``{name}`` is filled in, ``|`` parts the form for one from the
            form for several (chosen by ``n``).
        language: Which of them.
        values: By name.

    Raises:
        KeyError: A value is missing.
    """
    one, bar, many = words[language].partition("|")
    chosen = one if not bar or values.get("n") == 1 else many
    written = {
        name: format_number(value, language) if isinstance(value, int) else value
        for name, value in values.items()
    }
    return chosen.format_map(written)


def disarm(text: str) -> str:
    """Put an apostrophe before what a spreadsheet would take for a formula, quoted or not."""
    return f"'{text}" if text.startswith(_FORMULA) else text

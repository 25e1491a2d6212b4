from datetime import UTC, date, datetime
from fractions import Fraction

import pytest
from hypothesis import given, strategies as st

from beleg import formats

NB = "\u00a0"


@pytest.mark.parametrize(
    ("value", "digits", "german", "english"),
    [
        (1234567, 0, "1.234.567", "1,234,567"),
        (Fraction(1, 3), 2, "0,33", "0.33"),
        (-1234.5, 1, "−1.234,5", "−1,234.5"),
        (-0.001, 1, "0,0", "0.0"),
        (2.5, 0, "2", "2"),  # half to even
    ],
)
def test_numbers(value, digits, german, english):
    assert formats.format_number(value, "de", digits) == german
    assert formats.format_number(value, "en", digits) == english


def test_money_dates_and_weeks():
    assert formats.format_money(123456, "EUR", "de") == f"1.234,56{NB}€"
    assert formats.format_money(123456, "EUR", "en") == "€1,234.56"
    assert formats.format_money(-5, "CHF", "en") == f"−0.05{NB}CHF"
    assert formats.format_money(1234, "JPY", "de") == f"1.234{NB}JPY"
    assert formats.format_date(date(2026, 11, 22), "de") == "22.11.2026"
    assert formats.format_date(date(2026, 11, 22), "en") == "22 Nov 2026"
    assert formats.format_time(datetime(2026, 1, 2, 3, 4, tzinfo=UTC), "de") == "2.1.2026, 03:04"
    assert formats.format_week((2026, 47), "de") == f"KW{NB}47/2026"
    assert formats.format_weeks((2025, 52), (2026, 2), "en") == f"weeks{NB}52/2025 to 2/2026"
    assert formats.format_weeks((2026, 45), (2026, 46), "de") == f"KW{NB}45 bis 46/2026"


def test_percent_and_interval():
    assert formats.format_percent(0.125, "de", 1) == f"12,5{NB}%"
    assert formats.format_percent(0.18, "en") == f"18{NB}%"
    assert formats.format_percent(0.021, "de") == f"2,1{NB}%"
    assert formats.format_interval(0.18, 0.15, 0.22, "en") == f"18{NB}% (15 to 22)"
    assert formats.format_interval(0.02, 0.004, 0.06, "de") == f"2,0{NB}% (0,4 bis 6,0)"


@pytest.mark.parametrize(
    ("period", "german", "english"),
    [
        ("2026-Q4", "4. Quartal 2026", "Q4 2026"),
        ("2026-11", "November 2026", "Nov 2026"),
        ("2026-W47", f"KW{NB}47/2026", f"week{NB}47/2026"),
        ("2026", "2026", "2026"),
    ],
)
def test_periods(period, german, english):
    assert formats.format_period(period, "de") == german
    assert formats.format_period(period, "en") == english


@given(st.integers(-(10**15), 10**15), st.sampled_from(["EUR", "JPY", "KWD"]))
def test_money_keeps_every_minor_unit(minor, currency):
    text = formats.format_money(minor, currency, "de")
    digits = "".join(c for c in text if c.isdigit())
    assert int(digits) == abs(minor)
    assert text.startswith("−") == (minor < 0)

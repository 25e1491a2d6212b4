from datetime import UTC, datetime

import pytest
from hypothesis import given, strategies as st

from beleg.money import Amount, format_amount, parse_amount, parse_period


def test_amounts_are_written_one_way() -> None:
    assert parse_amount("10000.00 EUR") == Amount(1_000_000, "EUR")
    assert parse_amount("0.01 EUR") == Amount(1, "EUR")
    assert parse_amount("5 EUR") == Amount(500, "EUR")
    assert parse_amount("300 JPY") == Amount(300, "JPY")
    assert parse_amount("-1.5 EUR") == Amount(-150, "EUR")


@pytest.mark.parametrize(
    "text", ["10.000,00 EUR", "10", "EUR 10", "1.001 EUR", "1.5 JPY", "€10", ""]
)
def test_other_ways_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="amount =="):
        parse_amount(text)


@given(st.integers(-(10**15), 10**15), st.sampled_from(["EUR", "CHF", "JPY", "KWD"]))
def test_amounts_round_trip(minor: int, currency: str) -> None:
    assert parse_amount(format_amount(minor, currency)) == (minor, currency)


def test_periods_are_half_open_in_their_zone() -> None:
    quarter = parse_period("2026-Q4")
    assert quarter.starts_at == datetime(2026, 9, 30, 22, tzinfo=UTC)  # summer time in Berlin
    assert quarter.ends_at == datetime(2026, 12, 31, 23, tzinfo=UTC)  # winter time
    week = parse_period("2026-W47")
    assert week.starts_at == datetime(2026, 11, 15, 23, tzinfo=UTC)
    assert (week.ends_at - week.starts_at).days == 7
    assert parse_period("2026-11").ends_at == parse_period("2026-12").starts_at
    assert parse_period("2026", "UTC").ends_at == datetime(2027, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("text", ["2026-13", "2026-W54", "2026-Q5", "Q4", "2026-W00", "26-11", ""])
def test_periods_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="period =="):
        parse_period(text)


def test_a_zone_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="timezone == 'Mars/Olympus'"):
        parse_period("2026", "Mars/Olympus")

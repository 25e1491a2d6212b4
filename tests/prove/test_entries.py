"""How lines are spelled, and the period: the second road agrees with the first."""

import pytest
from hypothesis import given, strategies as st

from beleg.money import parse_period
from beleg.prove.entries import BrokenError, bounds_of, count_words, fold_text
from beleg.text import find_terms

ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Apia", "UTC")


def test_periods_by_hand():
    for period, begins, ends in (
        ("2026", "2025-12-31T23:00:00+00:00", "2026-12-31T23:00:00+00:00"),
        ("2026-Q4", "2026-09-30T22:00:00+00:00", "2026-12-31T23:00:00+00:00"),
        ("2026-03", "2026-02-28T23:00:00+00:00", "2026-03-31T22:00:00+00:00"),
        ("2026-W01", "2025-12-28T23:00:00+00:00", "2026-01-04T23:00:00+00:00"),
    ):
        assert bounds_of({"period": period, "timezone": "Europe/Berlin"}) == (begins, ends)


@given(
    st.integers(1950, 2100),
    st.sampled_from(["", *(f"-{n:02}" for n in range(1, 13)), *(f"-Q{n}" for n in range(1, 5))])
    | st.integers(1, 52).map("-W{:02}".format),
    st.sampled_from(ZONES),
)
def test_periods_are_those_of_the_settings(year, part, zone):
    _, begins, ends = parse_period(f"{year}{part}", zone)
    found = bounds_of({"period": f"{year}{part}", "timezone": zone})
    assert found == (begins.isoformat(), ends.isoformat())


@pytest.mark.parametrize("period", ["", "2026-00", "2026-13", "2026-W54", "2026-Q5", "x", "0000"])
def test_periods_that_are_none(period):
    with pytest.raises(BrokenError, match="no period"):
        bounds_of({"period": period, "timezone": "UTC"})


def test_words_by_hand():
    assert count_words("Süd-Nord 2026: „Ost’s“, a1") == 7  # Süd Nord 2026 Ost s a 1
    assert fold_text(" Süd\u00a0 NORD\n") == fold_text("süd nord") == "süd nord"


@given(st.text(), st.sampled_from(["de", "en"]))
def test_no_text_has_more_content_words_than_are_counted(text, language):
    assert len(find_terms(text, language)) <= count_words(text)

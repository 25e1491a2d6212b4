"""What waits for a holder: three years, a search, and what corrections release."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from beleg.records import Payout
from beleg.share import held
from beleg.share.held import Search
from oracles import settlement as world

DUE = date(2027, 9, 30)
LAST = date(2030, 9, 30)
LOST = [world.entitle("bote", "lost")]


def line(minor, name="bote", pot_id="licence", payee="holder_not_found"):
    return Payout(
        pot_id=pot_id,
        payee=payee,
        publisher_id=name,
        is_line=True,
        numerator="0",
        denominator="1",
        assigned_minor=minor,
        paid_minor=0,
        withheld_minor=minor,
        carry_numerator="0",
        carry_denominator="1",
    )


def search(day=date(2028, 1, 1), holder="lost", publisher=None):
    return Search(day, "asked the register", holder, publisher)


def listed(on, searches=(), pots=(world.POT,), rows=None):
    return held.list_held(rows or [line(1_234)], pots, LOST, searches, on)


@pytest.mark.parametrize(
    ("on", "searches", "status"),
    [
        (LAST, [search()], "waiting"),
        (LAST, [], "waiting"),
        (LAST + timedelta(1), [search()], "undistributable"),
        (LAST + timedelta(1), [search(holder=None, publisher="bote")], "undistributable"),
        (LAST + timedelta(1), [], "search_missing"),
        (LAST + timedelta(1), [search(holder="somebody")], "search_missing"),
        (LAST + timedelta(1), [search(holder=None, publisher="anker")], "search_missing"),
        (LAST + timedelta(1), [search(LAST + timedelta(2))], "search_missing"),  # not yet made
        (LAST + timedelta(1), [search(date(2026, 10, 31))], "search_missing"),  # before the pot
        (LAST + timedelta(1), [search(date(2026, 11, 1))], "undistributable"),
    ],
)
def test_three_years_and_a_documented_search(on, searches, status):
    (row,) = listed(on, searches)
    assert (row.status, row.due, row.expires_on) == (status, DUE, LAST)
    assert (row.amount_minor, row.currency, row.payee) == (1_234, "EUR", "holder_not_found")


def test_a_pot_without_a_due_date_does_not_age():
    (row,) = listed(date(2099, 1, 1), pots=[replace(world.POT, due=None)])
    assert (row.status, row.expires_on) == ("waiting", None)


def test_only_holder_not_found_ages():
    lines = [line(5, payee=name) for name in ("no_mandate", "disputed", "unsupported")]
    assert listed(LAST, rows=[*lines, line(0)]) == []


def test_three_years_of_a_leap_day():
    assert held.expire(date(2028, 2, 29)) == date(2031, 2, 28)
    assert held.expire(DUE) == LAST


def test_what_a_correction_drew_comes_off_the_oldest_pots():
    pots = [
        replace(
            world.POT,
            pot_id=f"m{n}",
            series="s",
            starts_at=datetime(2026, n, 1, tzinfo=UTC),
            ends_at=datetime(2026, n + 1, 1, tzinfo=UTC),
        )
        for n in (1, 2, 3)
    ]
    rows = [line(100, pot_id="m1"), line(50, pot_id="m2"), line(-120, pot_id="m3")]
    rows += [line(9, "anker", "m1"), line(7, "bote", "other series")]
    pots.append(replace(pots[0], pot_id="other series", series=None))
    found = listed(LAST, pots=pots, rows=rows)
    assert {(row.pot_id, row.publisher_id): row.amount_minor for row in found} == {
        ("m1", "anker"): 9,
        ("m2", "bote"): 30,
        ("other series", "bote"): 7,
    }


def test_plain_words():
    said = [
        held.describe(row, "12.34 EUR", "Der Bote")
        for on, searches in ((LAST, []), (LAST + timedelta(1), [search()]), (date(2031, 1, 1), []))
        for row in listed(on, searches)
    ]
    waits, gone, missing = (row.partition("pot licence: ")[2] for row in said)
    assert said[0].startswith("12.34 EUR of Der Bote from ")
    assert waits.startswith("due 2027-09-30, waits until 2030-09-30; nobody has searched yet")
    assert gone.startswith("undistributable, three years are over since 2030-09-30; searched 1x,")
    assert gone.endswith("last on 2028-01-01: asked the register.")
    assert missing.startswith("three years are over since 2030-09-30, but no search is documented")
    (row,) = listed(LAST, pots=[replace(world.POT, due=None)])
    assert "does not age" in held.describe(row, "", "")

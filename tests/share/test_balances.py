"""From one pot into the next: by hand, and what must hold for every chain."""

from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction

import pytest
from hypothesis import given, settings, strategies as st

from beleg.errors import InputError
from beleg.prove import recompute
from beleg.records import Payout
from beleg.share import balances
from beleg.share.payout import Account, pay
from beleg.share.series import settle
from oracles import chains, settlement as world

X, Y, Z = (Account(name, name, is_line=False) for name in "xyz")
NOBODY = Account("unsupported", None, is_line=True)
THIRDS = dict.fromkeys((X, Y, Z), Fraction(1, 3))


def month(number, minor=100, **changes):
    """A pot of a month of 2026, 1 to 11, of the series "press"."""
    return replace(
        world.POT,
        pot_id=f"pot-{number:02}",
        series="press",
        period=f"2026-{number:02}",
        starts_at=datetime(2026, number, 1, tzinfo=UTC),
        ends_at=datetime(2026, number + 1, 1, tzinfo=UTC),
        gross_minor=minor,
        distributable_minor=minor,
        **changes,
    )


def assigned(settled, pot_id):
    return {row.payee: row.assigned_minor for row in settled.payouts[pot_id]}


def due(row: Payout) -> Fraction:
    return row.assigned_minor + Fraction(int(row.carry_numerator), int(row.carry_denominator))


def amounts(rows):
    return {(b.payee, b.source): Fraction(int(b.numerator), int(b.denominator)) for b in rows}


def test_a_cent_goes_round_by_hand():
    # 1.00 a month to three, a third each: who had the odd cent in one month waits in the next.
    pots = [month(number) for number in (1, 2, 3, 4)]
    settled = settle(reversed(pots), {pot.pot_id: THIRDS for pot in pots})
    assert [assigned(settled, pot.pot_id) for pot in pots] == [
        {"x": 34, "y": 33, "z": 33},
        {"x": 33, "y": 34, "z": 33},
        {"x": 33, "y": 33, "z": 34},
        {"x": 34, "y": 33, "z": 33},
    ]
    assert amounts(b for b in settled.balances if b.pot_id == "pot-02") == {
        ("x", "pot-01"): Fraction(-2, 3),
        ("y", "pot-01"): Fraction(1, 3),
        ("z", "pot-01"): Fraction(1, 3),
    }
    assert {b.kind for b in settled.balances} == {"rounding"}
    assert not any(b.pot_id == "pot-04" for b in settled.balances)  # three months came out even


def test_pots_alone_and_of_other_currencies_take_nothing():
    one = month(1)
    others = [
        month(2, currency="CHF"),
        replace(month(3), series=None),
        replace(month(4), series="b"),
    ]
    settled = settle([one, *others], {pot.pot_id: THIRDS for pot in [one, *others]})
    assert settled.balances == []
    assert balances.find_predecessor(replace(one, series=None), [one, *others]) is None


def test_who_has_no_share_this_time_keeps_its_row():
    pots = [month(1), month(2)]
    settled = settle(pots, {"pot-01": THIRDS, "pot-02": {X: Fraction(1)}})
    rows = {row.payee: row for row in settled.payouts["pot-02"]}
    assert rows.keys() == {"x", "y", "z"}
    assert (rows["y"].numerator, rows["y"].carried_numerator) == ("0", "1")
    assert sum(row.assigned_minor for row in rows.values()) == 100
    assert due(rows["y"]) == Fraction(1, 3)


def test_a_pot_that_was_not_settled_stops_its_series_and_no_other():
    pots = [month(1), month(2), month(3), month(2, currency="CHF")]
    pots[-1] = replace(pots[-1], pot_id="francs")
    settled = settle(pots, {pot.pot_id: THIRDS for pot in pots if pot.pot_id != "pot-01"})
    assert settled.payouts.keys() == {"francs"}
    told = [(row.record_id, row.message, row.remedy) for row in settled.problems]
    assert [pot_id for pot_id, _, _ in told] == ["pot-02", "pot-03"]
    assert "pot pot-01 of the series 'press' before it is not settled" in told[0][1]
    assert "Mend pot pot-01 first" in told[0][2]


def test_pots_of_a_series_that_overlap_are_not_settled():
    pots = [month(1), replace(month(2), starts_at=datetime(2026, 1, 31, tzinfo=UTC))]
    settled = settle(pots, {pot.pot_id: THIRDS for pot in pots})
    assert settled.payouts == {}
    assert all("overlaps" in row.message for row in settled.problems)


def closed_and_open(n_closed, parts_then, parts_now, n=3):
    """Settle, close the first pots, and settle again with other parts."""
    pots = [month(number) for number in range(1, n + 1)]
    first = settle(pots, {pot.pot_id: parts_then for pot in pots})
    ids = [pot.pot_id for pot in pots[:n_closed]]
    closed = [row for pot_id in ids for row in first.payouts[pot_id]]
    made = [row for row in first.balances if row.pot_id in ids]
    return pots, closed, made, settle(pots, {p.pot_id: parts_now for p in pots}, closed, made)


def test_a_closed_pot_stays_and_the_next_open_one_corrects_it():
    # January gave x all of 1.00; today it would be half. February is x 1/2, y 1/2, and open.
    half = {X: Fraction(1, 2), Y: Fraction(1, 2)}
    _, closed, _, settled = closed_and_open(1, {X: Fraction(1)}, half, n=2)
    assert settled.payouts["pot-01"] == closed
    assert assigned(settled, "pot-02") == {"x": 0, "y": 100}
    corrections = [b for b in settled.balances if b.kind == "correction"]
    assert amounts(corrections) == {("x", "pot-01"): -50, ("y", "pot-01"): 50}
    assert settled.problems == []


def test_a_correction_comes_once():
    half = {X: Fraction(1, 2), Y: Fraction(1, 2)}
    pots, closed, _, second = closed_and_open(1, {X: Fraction(1)}, half)
    closed = closed + second.payouts["pot-02"]
    made = [row for row in second.balances if row.pot_id in {"pot-01", "pot-02"}]
    third = settle(pots, {pot.pot_id: half for pot in pots}, closed, made)
    assert third.payouts["pot-02"] == second.payouts["pot-02"]
    assert [b for b in third.balances if b.kind == "correction" and b.pot_id == "pot-03"] == []
    assert assigned(third, "pot-03") == {"x": 50, "y": 50}
    # And back: what was corrected is corrected again, from both closed pots.
    back = settle(pots, {pot.pot_id: {X: Fraction(1)} for pot in pots}, closed, made)
    corrections = [b for b in back.balances if b.pot_id == "pot-03" and b.kind == "correction"]
    assert amounts(corrections) == {
        ("x", "pot-01"): 50,
        ("y", "pot-01"): -50,
        ("x", "pot-02"): 50,
        ("y", "pot-02"): -50,
    }


def test_a_correction_without_a_pot_to_come_into_is_told():
    half = {X: Fraction(1, 2), Y: Fraction(1, 2)}
    pots, closed, made, settled = closed_and_open(2, {X: Fraction(1)}, half, n=2)
    assert [row.record_id for row in settled.problems] == ["pot-01", "pot-02"]
    assert "0.50 EUR of it would go to others today" in settled.problems[0].message
    assert "next pot of the series 'press'" in settled.problems[0].remedy
    alone = [replace(pot, series=None) for pot in pots]
    told = settle(alone, {pot.pot_id: half for pot in alone}, closed, made).problems
    assert all("Only pots of one series" in row.remedy for row in told)


def test_corrections_stop_where_the_balances_of_closed_pots_are_lost():
    half = {X: Fraction(1, 2), Y: Fraction(1, 2)}
    pots, closed, _, second = closed_and_open(1, {X: Fraction(1)}, half)
    closed = closed + second.payouts["pot-02"]
    third = settle(pots, {pot.pot_id: half for pot in pots}, closed)  # without its balances
    assert [row.record_id for row in third.problems] == ["pot-02"]
    assert "not what its balances say" in third.problems[0].message
    assert not any(b.kind == "correction" for b in third.balances)
    assert assigned(third, "pot-03") == {"x": 50, "y": 50}


def test_what_cannot_be_closed_is_refused():
    pots, closed, made, _ = closed_and_open(2, THIRDS, THIRDS)
    parts = {pot.pot_id: THIRDS for pot in pots}
    # Other money today: the difference is no correction of shares.
    richer = [replace(pots[0], distributable_minor=101), *pots[1:]]
    (problem,) = settle(richer, parts, closed, made).problems
    assert "would distribute 1 minor units more today" in problem.message
    # An open pot behind a closed one's back.
    late = [row for row in closed if row.pot_id == "pot-02"]
    told = settle(pots, parts, late, made).problems
    assert any("follows it, and is closed" in row.message for row in told)
    # A closed pot that nobody declares any more keeps its payouts.
    gone = settle(pots[1:], parts, closed, made)
    assert gone.payouts["pot-01"] == [row for row in closed if row.pot_id == "pot-01"]
    assert any("no longer declared" in row.message for row in gone.problems)


def test_correct_is_the_exact_difference():
    pot = month(1)
    then = pay(pot, THIRDS)
    now = pay(pot, {X: Fraction(2, 3), NOBODY: Fraction(1, 3)})
    found = balances.correct(then, now, "pot-02")
    assert amounts(found) == {
        ("x", "pot-01"): Fraction(100, 3),
        ("y", "pot-01"): Fraction(-100, 3),
        ("z", "pot-01"): Fraction(-100, 3),
        ("unsupported", "pot-01"): Fraction(100, 3),
    }
    assert found == balances.correct(then, now, "pot-02", [])
    assert balances.correct(then, then, "pot-02") == []
    assert balances.correct(then, [], "pot-02") == []
    half = [replace(row, kind="correction", pot_id="pot-02") for row in found]
    assert balances.correct(then, now, "pot-03", half) == []
    assert balances.describe_sum(found, "EUR") == "0.67 EUR"


def test_balances_without_a_home_are_refused():
    with pytest.raises(InputError, match="overlaps"):
        balances.find_predecessor(month(1), [month(1), replace(month(1), pot_id="other")])


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32), st.integers(0, 10**7))
def test_random_chains_keep_every_cent(seed, more):
    """The rules of bar 4, which benchmarks/bench_money.py holds over 10,000 pots."""
    chain = chains.make_chain(seed, n_pots=5)
    chains.check(chain)
    chains.check_growth(chain, chain.pots[seed % len(chain.pots)].pot_id, more)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32))
def test_the_check_of_statements_rounds_as_this_does(seed):
    """It is written apart from what pays, from the rule alone."""
    chain = chains.make_chain(seed, n_pots=6)
    for settled in chains.settle_twice(chain)[:2]:
        for pot in chain.pots:
            rows = settled.payouts[pot.pot_id]
            names = [(row.payee, row.publisher_id, row.is_line) for row in rows]
            places = {name: {"order": place} for place, name in enumerate(names)}
            dues = dict(zip(names, map(due, rows), strict=True))
            again = recompute._assign(places, pot.distributable_minor, dues)
            assert again == dict(zip(names, (row.assigned_minor for row in rows), strict=True))

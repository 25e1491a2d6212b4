"""From shares to cents: by hand, and what must hold for every pot."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from beleg.errors import InputError
from beleg.records import Balance, Rightsholder
from beleg.share.game import Split
from beleg.share.payout import Account, apportion, divide, list_shares, pay, quotas_of
from oracles import settlement as world

NAMES = [f"p{i}" for i in range(6)]


def pot_of(minor):
    return replace(world.POT, gross_minor=minor, distributable_minor=minor)


@st.composite
def parts_of_pots(draw):
    """Accounts of several publishers, some with one payee, with parts that sum to 1."""
    payees = st.sampled_from(["x", "y", "z", "no_mandate", "disputed"])
    keys = draw(st.sets(st.tuples(payees, st.sampled_from(NAMES)), max_size=10))
    weights = draw(st.lists(st.integers(0, 50), min_size=len(keys), max_size=len(keys)))
    rest = draw(st.integers(1, 50))
    total = sum(weights) + rest
    parts = {
        Account(payee, name, payee in {"no_mandate", "disputed"}): Fraction(weight, total)
        for (payee, name), weight in zip(sorted(keys), weights, strict=True)
        if weight
    }
    return {**parts, Account("unsupported", None, is_line=True): Fraction(rest, total)}


def split_to(entitlements, holders, **shares):
    pot = world.POT
    rest = 1 - sum(shares.values(), Fraction())
    publishers = [world.publisher(name) for name in shares]
    rows = list_shares(pot, Split(shares, rest), publishers)
    return divide(pot, rows, entitlements, holders)


def test_thirds_of_a_cent_by_hand():
    # 1/3 of 100.00 three times: one of them takes the odd cent, and says so in its carry.
    parts = {Account(name, name, is_line=False): Fraction(1, 3) for name in "abc"}
    rows = pay(pot_of(10_000), parts)
    assert [row.assigned_minor for row in rows] == [3_334, 3_333, 3_333]
    assert [(row.carry_numerator, row.carry_denominator) for row in rows] == [
        ("-2", "3"),
        ("1", "3"),
        ("1", "3"),
    ]


def test_a_payee_is_rounded_once_over_all_its_publishers():
    # .4 + .4 cents from two publishers are .8 cents to one payee, which beat .2 cents unsupported.
    parts = {
        Account("x", "a", is_line=False): Fraction(2, 5),
        Account("x", "b", is_line=False): Fraction(2, 5),
        Account("unsupported", None, is_line=True): Fraction(1, 5),
    }
    rows = pay(pot_of(1), parts)
    assert [(row.payee, row.publisher_id, row.assigned_minor) for row in rows] == [
        ("x", "a", 1),
        ("x", "b", 0),
        ("unsupported", None, 0),
    ]


@given(parts_of_pots(), st.one_of(st.sampled_from([0, 1]), st.integers(0, 10**12)))
def test_every_pot_sums_to_the_cent(parts, minor):
    rows = pay(pot_of(minor), parts)
    assert sum(row.assigned_minor for row in rows) == minor
    assert sum(row.paid_minor + row.withheld_minor for row in rows) == minor
    carries = [Fraction(int(r.carry_numerator), int(r.carry_denominator)) for r in rows]
    assert sum(carries) == 0
    assert all(abs(carry) < 1 for carry in carries)
    assert all(row.paid_minor >= 0 and row.withheld_minor >= 0 for row in rows)
    assert all(row.paid_minor == 0 for row in rows if row.is_line)


@given(parts_of_pots(), st.integers(0, 10**6), st.integers(0, 1_000))
def test_paid_and_carried_never_fall_when_the_pot_grows(parts, minor, more):
    def balances(amount):
        rows = pay(pot_of(amount), parts)
        return {
            (row.payee, row.publisher_id): row.assigned_minor
            + Fraction(int(row.carry_numerator), int(row.carry_denominator))
            for row in rows
        }

    before, after = balances(minor), balances(minor + more)
    assert all(after[key] >= before[key] for key in before)


@given(st.lists(st.fractions(0, 100), max_size=8), st.data())
def test_apportion_takes_the_largest_remainders(amounts, data):
    exact = dict(enumerate(amounts))
    floors = {key: int(amount) for key, amount in exact.items()}
    n_broken = sum(amount != floors[key] for key, amount in exact.items())
    total = sum(floors.values()) + data.draw(st.integers(0, n_broken))
    whole = apportion(total, exact, {key: key for key in exact})
    assert sum(whole.values()) == total
    up = [exact[key] - floors[key] for key in exact if whole[key] > floors[key]]
    down = [exact[key] - floors[key] for key in exact if whole[key] == floors[key]]
    assert all(whole[key] - floors[key] in {0, 1} for key in exact)
    assert min(up, default=1) >= max(down, default=0)


def test_apportion_refuses_what_cannot_be():
    with pytest.raises(ValueError, match="total == -1"):
        apportion(-1, {"a": Fraction(-1)}, {"a": "a"})
    with pytest.raises(ValueError, match="total == 3"):
        apportion(3, {"a": Fraction(1, 2)}, {"a": "a"})


def test_quotas_above_one_block_this_publishers_money_only():
    entitlements = [
        world.entitle("a", "x", "2/3"),
        world.entitle("a", "y", "1/2"),
        world.entitle("b", "x", "1"),
    ]
    holders = [Rightsholder("x", "X", True), Rightsholder("y", "Y", True)]
    parts = split_to(entitlements, holders, a=Fraction(1, 4), b=Fraction(1, 4))
    assert parts == {
        ("disputed", "a", True): Fraction(1, 4),
        ("x", "b", False): Fraction(1, 4),
        ("unsupported", None, True): Fraction(1, 2),
    }


def test_what_quotas_leave_and_who_is_not_found_waits():
    entitlements = [
        world.entitle("a", "x", "1/2"),
        world.entitle("a", "lost", "1/4"),
        world.entitle("b", "unknown"),
    ]
    holders = [Rightsholder("x", "X", True), Rightsholder("lost", "L", False)]
    parts = split_to(entitlements, holders, a=Fraction(1, 2), b=Fraction(1, 2))
    assert parts == {
        ("x", "a", False): Fraction(1, 4),
        ("holder_not_found", "a", True): Fraction(1, 4),
        ("holder_not_found", "b", True): Fraction(1, 2),
        ("unsupported", None, True): 0,
    }


def test_entitlements_hold_on_the_first_day_of_the_period_in_its_zone():
    # The period begins on 1 November in Berlin, which is still 31 October in UTC.
    first = date(2026, 11, 1)
    rows = [
        world.entitle("a", "before", valid_to=first),
        world.entitle("a", "now", valid_from=first),
        world.entitle("a", "other right", right="film"),
        world.entitle("b", "later", valid_from=date(2026, 11, 2)),
        world.entitle("c", "twice", "1/4"),
        world.entitle("c", "twice", "1/4", right=world.POT.right),
    ]
    assert quotas_of(world.POT, rows) == {"a": {"now": 1}, "c": {"twice": Fraction(1, 2)}}


@pytest.mark.parametrize(("top", "bottom"), [(1, 0), (-1, 2)])
def test_a_quota_that_is_none_is_refused(top, bottom):
    row = world.entitle("a", "x", quota_numerator=top, quota_denominator=bottom)
    with pytest.raises(InputError, match="quota"):
        quotas_of(world.POT, [row])


def test_nobody_is_paid_who_did_not_declare_itself():
    publishers = [world.publisher("a", declared=False)]
    (share,) = list_shares(world.POT, Split({"a": Fraction(1)}, Fraction()), publishers)
    assert share.mandate == "measured"
    (share,) = list_shares(world.POT, Split({"ghost": Fraction(1)}, Fraction()), publishers)
    assert share.mandate == "measured"


def brought(payee, amount, name="a", *, is_line=False):
    part = Fraction(amount)
    top, bottom = str(part.numerator), str(part.denominator)
    return Balance("licence", payee, name, is_line, "correction", "before", top, bottom)


def carry_of(row):
    return Fraction(int(row.carry_numerator), int(row.carry_denominator))


def test_what_is_owed_is_carried_and_the_others_wait_alike():
    # x owes 6.00 and is due 1.00 of 10.00; y and z are due 12.00 and 3.00 of the 10.00 there are.
    parts = {
        Account("x", "a", is_line=False): Fraction(1, 10),
        Account("y", "b", is_line=False): Fraction(7, 10),
        Account("z", "c", is_line=False): Fraction(2, 10),
    }
    balances = [brought("x", -600), brought("y", 500, "b"), brought("z", 100, "c")]
    rows = {row.payee: row for row in pay(pot_of(1_000), parts, balances)}
    assert [(rows[name].assigned_minor, carry_of(rows[name])) for name in "xyz"] == [
        (0, -500),
        (800, 400),
        (200, 100),
    ]
    assert rows["x"].carried_numerator == "-600"


def test_small_debts_cost_nobody_more_than_a_cent():
    # -1/2, 3/4 and 3/4 of a cent come in; the whole cents of the dues do not exceed the pot.
    parts = {
        Account(name, name, is_line=False): Fraction(n, 10)
        for name, n in zip("xyz", (0, 5, 5), strict=True)
    }
    balances = [brought(n, Fraction(m, 4), n) for n, m in zip("xyz", (-2, 1, 1), strict=True)]
    rows = {row.payee: row for row in pay(pot_of(10), parts, balances)}
    assert [rows[name].assigned_minor for name in "xyz"] == [0, 5, 5]
    assert carry_of(rows["x"]) == Fraction(-1, 2)


def test_a_line_is_drawn_on_when_its_holder_is_found():
    # 10.00 waited on the line; the holder is found: it receives them beside its part, and the
    # others all of theirs.
    parts = {
        Account("holder", "a", is_line=False): Fraction(1, 2),
        Account("other", "b", is_line=False): Fraction(1, 2),
    }
    balances = [
        brought("holder", Fraction(2001, 2)),
        brought("holder_not_found", Fraction(-2001, 2), is_line=True),
    ]
    rows = {row.payee: row for row in pay(pot_of(100), parts, balances)}
    assert [rows[name].assigned_minor for name in ("holder", "other", "holder_not_found")] == [
        1_050,
        50,
        -1_000,
    ]
    assert rows["holder_not_found"].withheld_minor == -1_000
    assert carry_of(rows["holder_not_found"]) == Fraction(-1, 2)
    assert all(row.paid_minor >= 0 for row in rows.values())


def test_balances_of_another_pot_or_that_make_money_are_refused():
    parts = {Account("x", "a", is_line=False): Fraction(1)}
    with pytest.raises(ValueError, match="sum to 1, must sum to 0"):
        pay(pot_of(1), parts, [brought("x", 1)])
    with pytest.raises(ValueError, match="must be 'licence'"):
        pay(pot_of(1), parts, [replace(brought("x", 0), pot_id="other")])


@given(parts_of_pots(), st.integers(0, 10**6), st.data())
def test_with_any_balances_it_sums_and_nothing_negative_is_paid(parts, minor, data):
    """Also for accounts that bring a balance and have no part."""
    names = [(key.payee, key.publisher_id, key.is_line) for key in parts]
    names += [("new", "p9", False), ("disputed", "p9", True)]
    amounts = st.one_of(st.fractions(-2, 2, max_denominator=9), st.integers(-(10**6), 10**6))
    moved = data.draw(st.lists(st.tuples(*[st.sampled_from(names)] * 2, amounts), max_size=8))
    balances = [
        brought(payee, sign * amount, name, is_line=is_line)
        for one, other, amount in moved
        for (payee, name, is_line), sign in ((one, 1), (other, -1))
    ]
    rows = pay(pot_of(minor), parts, balances)
    assert sum(row.assigned_minor for row in rows) == minor
    assert all(row.paid_minor >= 0 for row in rows)
    for row in rows:
        part = Fraction(int(row.numerator), int(row.denominator))
        carried = Fraction(int(row.carried_numerator), int(row.carried_denominator))
        assert row.assigned_minor + carry_of(row) == part * minor + carried
        if row.is_line and row.withheld_minor < 0:  # never more than the line holds less of
            assert part * minor + carried <= row.withheld_minor


@given(st.lists(st.fractions(-50, 50, max_denominator=60), max_size=8), st.data())
def test_apportion_never_pays_a_debt_nor_more_than_the_next_unit(amounts, data):
    exact = dict(enumerate(amounts))
    most = sum(-(-amount // 1) for amount in amounts if amount > 0)
    total = data.draw(st.integers(0, int(most)))
    whole = apportion(total, exact, {key: key for key in exact})
    assert sum(whole.values()) == total
    assert all(0 <= whole[key] < max(exact[key], 0) + 1 for key in exact)
    # Who is due more is never assigned less than who is due less, and equals differ by a unit.
    ranked = sorted(exact, key=lambda key: (exact[key], -key))
    assert all(whole[one] <= whole[two] for one, two in pairwise(ranked))
    assert all(
        whole[key] <= whole[other] + 1
        for key in exact
        for other in exact
        if exact[key] == exact[other]
    )

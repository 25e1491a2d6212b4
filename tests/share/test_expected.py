"""The rule ``expected``: by hand, against every way a claim may be carried, to the unit."""

import random
from fractions import Fraction

import ibis
import pyarrow as pa
import pytest
from hypothesis import given, settings, strategies as st

from beleg.errors import InputError
from beleg.odds import divide, expect
from beleg.share.expected import split
from beleg.share.rungs import L
from oracles.coalitions import expect_by_enumeration

SUPPORT = st.one_of(st.sampled_from([1, 5_000, 9_999, 10_000]), st.integers(1, 10_000))


def table_of(claims):
    rows = [
        {
            "answer_id": "a",
            "claim_id": f"c{nth}",
            "publisher_id": name,
            "weight": weight,
            "support": support,
        }
        for nth, (weight, supports) in enumerate(claims)
        for name, support in supports.items()
    ]
    kinds = {name: pa.string() for name in ("answer_id", "claim_id", "publisher_id")}
    kinds |= {"weight": pa.int64(), "support": pa.int64()}
    return ibis.memtable(pa.Table.from_pylist(rows, pa.schema(kinds)))


def exact_shares(supports):
    numerators, nobody, whole = expect(tuple(supports))
    assert sum(numerators) + nobody == whole
    return [Fraction(one, whole) for one in numerators]


def test_by_hand():
    # Chances 1/2 and 1: the second carries always, and shares half of the time.
    assert exact_shares([5_000, 10_000]) == [Fraction(1, 4), Fraction(3, 4)]
    # One alone: its chance.
    assert exact_shares([2_000]) == [Fraction(1, 5)]


def test_shares_of_mean_support_are_other_shares():
    # .2, .5 and 1, as in the airport game's example: there .0667, .2167 and .7167.
    assert exact_shares([2_000, 5_000, 10_000]) == [
        Fraction(1, 5) * (Fraction(1, 2) * Fraction(1, 2) + Fraction(1, 2) * Fraction(1, 3)),
        Fraction(1, 2) * (Fraction(4, 5) * Fraction(1, 2) + Fraction(1, 5) * Fraction(1, 3)),
        Fraction(4, 10) + Fraction(1, 2) * Fraction(1, 2) + Fraction(1, 10) * Fraction(1, 3),
    ]


@settings(max_examples=40, deadline=None)
@given(st.lists(SUPPORT, min_size=1, max_size=8))
def test_equals_every_way_a_claim_may_be_carried(supports):
    wanted = expect_by_enumeration(dict(enumerate(supports)))
    assert exact_shares(supports) == list(wanted.values())


def test_twelve_equal_every_way_a_claim_may_be_carried():
    chance = random.Random(3)
    supports = [chance.choice([10_000, 3_333, chance.randint(1, 10_000)]) for _ in range(12)]
    wanted = expect_by_enumeration(dict(enumerate(supports)))
    assert exact_shares(supports) == list(wanted.values())


@pytest.mark.parametrize("n", [1, 33, 200])
def test_parts_are_within_a_unit_and_sum_to_it(n):
    chance = random.Random(n)
    staked = sorted((chance.randint(1, 10_000), code) for code in range(1, n + 1))
    parts = divide(staked)
    numerators, nobody, whole = expect(tuple(support for support, _ in staked))
    assert all(
        abs(part - Fraction(L * one, whole)) < 1
        for part, one in zip(parts, numerators, strict=True)
    )
    assert abs(L - sum(parts) - Fraction(L * nobody, whole)) < 1


def test_ties_go_by_publisher_and_nobody_comes_last():
    # 13 alike of certain support: L / 13 leaves no rest. Of 37 alike L % 37 units are left.
    parts = divide([(10_000, code) for code in range(1, 38)])
    more = L % 37
    assert parts == [L // 37 + 1] * more + [L // 37] * (37 - more)
    shares = split(table_of([(1, {f"p{n:02}": 10_000 for n in range(37)})])).shares
    assert [shares[f"p{n:02}"] * L for n in range(37)] == parts


@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 10**12),
            st.dictionaries(st.sampled_from("abcd"), st.integers(0, 10_000), min_size=1),
        ),
        max_size=4,
    ),
    st.randoms(use_true_random=False),
)
def test_axioms(claims, chance):
    result = split(table_of(claims))
    total = sum(weight for weight, _ in claims)
    assert sum(result.shares.values()) + result.unsupported == 1
    carried = sum(
        Fraction(weight) * sum(expect_by_enumeration(supports).values())
        for weight, supports in claims
    )
    assert abs((1 - result.unsupported) * total - carried) * L <= total
    # Weaker rows of a publisher, more of them, another order, null players: no digit changes.
    more = [
        (weight, {**dict(chance.sample(list(s.items()), len(s))), "null": 0})
        for weight, s in claims
    ]
    table = table_of(more).to_pyarrow()
    twice = pa.concat_tables(
        [table, table.set_column(4, "support", pa.array([0] * len(table), pa.int64()))]
    )
    assert split(ibis.memtable(twice)) == result


@settings(max_examples=30, deadline=None)
@given(st.lists(SUPPORT, min_size=2, max_size=7), st.data())
def test_monotonicity(supports, data):
    raised = data.draw(st.integers(0, len(supports) - 1))
    more = list(supports)
    more[raised] = data.draw(st.integers(supports[raised], 10_000))
    before, after = exact_shares(supports), exact_shares(more)
    assert after[raised] >= before[raised]
    assert all(after[n] <= before[n] for n in range(len(supports)) if n != raised)


def test_wrong_stakes_are_refused():
    with pytest.raises(InputError, match="outside"):
        split(table_of([(1, {"a": 10_001})]))

"""The split: by hand, against all subsets, and by its axioms."""

import math
import random
from fractions import Fraction

import ibis
import pyarrow as pa
import pytest
from hypothesis import given, settings, strategies as st

from beleg.errors import InputError
from beleg.share.game import MAX_TOTAL, L, hash_digits, split
from oracles.coalitions import shapley_by_levels, shapley_by_subsets

FEW = settings(max_examples=15, deadline=None)
SUPPORT = st.one_of(st.sampled_from([0, 5_000, 10_000]), st.integers(0, 10_000))
WEIGHT = st.one_of(st.sampled_from([0, 1, 10**6]), st.integers(0, 10**12))


def games(n, n_claims=4):
    names = [f"p{i:02}" for i in range(n)]
    supports = st.dictionaries(st.sampled_from(names), SUPPORT, max_size=n)
    return st.lists(st.tuples(WEIGHT, supports), max_size=n_claims)


def rows_of(claims):
    return [
        ("a", f"c{nth}", name, weight, support)
        for nth, (weight, supports) in enumerate(claims)
        for name, support in supports.items()
    ]


def table_of(rows):
    names = ["answer_id", "claim_id", "publisher_id", "weight", "support"]
    kinds = [pa.string()] * 3 + [pa.int64()] * 2
    columns = zip(*rows, strict=True) if rows else [()] * 5
    return ibis.memtable(
        pa.table([pa.array(c, k) for c, k in zip(columns, kinds, strict=True)], names=names)
    )


def split_claims(claims):
    return split(table_of(rows_of(claims)), sum(weight for weight, _ in claims))


def expected(claims, oracle):
    total = 10_000 * sum(weight for weight, _ in claims)
    values = oracle(claims)
    return {name: value / total for name, value in values.items() if value}


def by_levels(claims):
    values = {}
    for weight, supports in claims:
        for name, value in shapley_by_levels(supports).items():
            values[name] = values.get(name, Fraction()) + weight * value
    return values


def test_example_of_the_theory():
    # Supports .2, .5 and 1: .2/3; .2/3 + .3/2; .2/3 + .3/2 + .5.
    result = split_claims([(1, {"a": 2_000, "b": 5_000, "c": 10_000})])
    assert result.shares == {"a": Fraction(1, 15), "b": Fraction(13, 60), "c": Fraction(43, 60)}
    assert result.unsupported == 0


def test_unsupported_weight_is_nobodys():
    result = split_claims([(3, {"a": 5_000}), (1, {})])
    assert result == ({"a": Fraction(3, 8)}, Fraction(5, 8))


@pytest.mark.parametrize("total", [None, 0, 7])
def test_without_stakes_nothing_is_shared(total):
    assert split(table_of([]), total) == ({}, 1)


@FEW
@given(games(7))
def test_equals_all_subsets(claims):
    assert split_claims(claims).shares == expected(claims, shapley_by_subsets)


def test_sixty_games_of_up_to_twelve_equal_all_subsets():
    chance = random.Random(5)
    games_apart = []
    for nth in range(60):
        names = [f"{nth}:{n}" for n in range(chance.randint(1, 12))]
        games_apart.append(
            [
                (
                    chance.choice([0, 1, chance.randint(1, 10**9)]),
                    {
                        name: chance.choice([0, 5_000, chance.randint(0, 10_000)])
                        for name in names
                        if chance.random() < 0.8
                    },
                )
                for _ in range(3)
            ]
        )
    # Games without a common publisher lie side by side in one table: the split adds them up.
    together = [claim for claims in games_apart for claim in claims]
    total = 10_000 * sum(weight for weight, _ in together)
    values = {}
    for claims in games_apart:
        values |= shapley_by_subsets(claims)
    wanted = {name: value / total for name, value in values.items() if value}
    assert split_claims(together).shares == wanted


@settings(max_examples=5, deadline=None)
@given(st.integers(33, 200), st.randoms(use_true_random=False))
def test_more_than_32_supporters(n, chance):
    claims = [
        (chance.randint(1, 10**9), {f"p{i}": chance.randint(0, 10_000) for i in range(k)})
        for k in (n, 33, 32, 5)
    ]
    assert split_claims(claims).shares == expected(claims, by_levels)


def test_symmetry_among_more_than_32():
    shares = split_claims([(1, {f"p{i}": 7_000 for i in range(47)})]).shares
    assert set(shares.values()) == {Fraction(7, 470)}


@FEW
@given(games(6))
def test_efficiency(claims):
    result = split_claims(claims)
    assert sum(result.shares.values()) + result.unsupported == 1
    total = sum(weight for weight, _ in claims)
    best = sum(weight * max(s.values(), default=0) for weight, s in claims)
    assert total == 0 or sum(result.shares.values()) == Fraction(best, 10_000 * total)


@FEW
@given(games(5))
def test_symmetry_and_null_player(claims):
    twins = [(w, {**s, "twin": s["p00"]} if "p00" in s else s) for w, s in claims]
    shares = split_claims([(w, {**s, "null": 0}) for w, s in twins]).shares
    assert shares.get("twin") == shares.get("p00")
    assert "null" not in shares
    assert shares == split_claims(twins).shares


@FEW
@given(games(5), games(5))
def test_additivity(one, other):
    totals = [sum(weight for weight, _ in claims) for claims in (one, other, one + other)]
    parts = [split_claims(claims).shares for claims in (one, other, one + other)]
    for name in {*parts[0], *parts[1]}:
        apart = sum(part.get(name, 0) * n for part, n in zip(parts[:2], totals, strict=False))
        assert apart == parts[2].get(name, 0) * totals[2]


@FEW
@given(st.dictionaries(st.sampled_from("abcdef"), SUPPORT, min_size=1), st.data())
def test_monotonicity(supports, data):
    raised = data.draw(st.sampled_from(sorted(supports)))
    more = {**supports, raised: data.draw(st.integers(supports[raised], 10_000))}
    before, after = (split_claims([(1, s)]).shares for s in (supports, more))
    assert after.get(raised, 0) >= before.get(raised, 0)
    assert all(after.get(name, 0) <= before.get(name, 0) for name in supports if name != raised)


@FEW
@given(games(6), st.randoms(use_true_random=False))
def test_order_and_replication_change_no_digit(claims, chance):
    rows = rows_of(claims)
    more = [row for row in rows for _ in range(chance.randint(1, 3))]
    weaker = [(*row[:4], chance.randint(0, row[4])) for row in rows]
    shuffled = chance.sample(more + weaker, len(more) + len(weaker))
    total = sum(weight for weight, _ in claims)
    assert hash_digits(split(table_of(shuffled), total)) == hash_digits(split_claims(claims))


def test_one_hash():
    claims = [(w, {f"p{i}": (i * w) % 10_001 for i in range(40)}) for w in range(1, 60)]
    result = split_claims(claims)
    assert result.shares == expected(claims, by_levels)
    # Every engine, version and machine must come to these digits.
    wanted = "7e9f8a7bc1611ad1b2fa5e1a452792b920c26fdcec4ebc95e31dfb3bb624fdce"
    assert hash_digits(result) == wanted


def test_large_weights_keep_every_digit():
    weight = 2**62 - 1
    result = split_claims([(weight, {"a": 9_999}), (weight, {"b": 1}), (1, {"a": 1})])
    assert result.shares["a"] == Fraction(9_999 * weight + 1, 10_000 * (2 * weight + 1))


def test_unit_fits_64_bits():
    assert math.lcm(*range(1, 33)) == L == 144_403_552_893_600
    assert L * 10_000 < 2**63
    assert L * 10_000 * MAX_TOTAL < 10**38


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([("a", "c", "p", 1, 10_001)], "outside"),
        ([("a", "c", "p", 1, -1)], "outside"),
        ([("a", "c", "p", -1, 1)], "must be >= 0"),
        ([("a", "c", "p", 1, 1), ("a", "c", "q", 2, 1)], "varies within 1"),
        ([("a", "c", "p", None, 1)], "lack a value"),
        ([("a", "c", None, 1, 1)], "lack a value"),
        ([("a", str(n), "p", 2**63 - 1, 1) for n in range(8)], "more than"),
    ],
)
def test_wrong_stakes_are_refused(rows, message):
    with pytest.raises(InputError, match=message):
        split(table_of(rows))


def test_total_below_the_stakes_is_refused():
    with pytest.raises(ValueError, match="total_weight == 1, must be >= 2"):
        split(table_of([("a", "c", "p", 2, 1)]), 1)

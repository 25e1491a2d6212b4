"""The sample for people to check: how it is drawn, and what their verdicts say."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, strategies as st

from beleg.errors import InputError
from beleg.records import Share
from beleg.share import share
from beleg.share.audit import (
    Item,
    Sample,
    draw_sample,
    estimate_rate,
    find_inclusion,
    judge_sample,
)
from beleg.tables import from_arrow
from oracles import settlement as world


def play(**changes):
    shared = share(world.tables(world.rows(**changes)))
    return shared.claim_weights, shared.stakes, from_arrow(shared.shares, Share)


def test_all_stakes_that_are_paid_by_hand():
    sample = draw_sample(world.POT, *play(), n=10, seed=1)
    # Of 100.00 EUR and weight 2: .3 * .75, 1 * .45, .3 * .25, .5 * .8; fern has no mandate.
    assert {(item.claim_id, item.publisher_id): item.minor for item in sample.items} == {
        ("a1-1", "anker"): 1_125,
        ("b1-1", "anker"): 2_250,
        ("a1-1", "bote"): 375,
        ("a2-1", "bote"): 2_000,
    }
    assert sample.total_minor == 5_750
    assert {item.inclusion for item in sample.items} == {1.0}
    verdicts = {item.item_id: "supported" for item in sample.items}
    by_claim = {(item.claim_id, item.publisher_id): item.item_id for item in sample.items}
    verdicts[by_claim["a1-1", "bote"]] = "not"
    verdicts[by_claim["a1-1", "anker"]] = "partly"
    found = judge_sample(sample, verdicts)
    # Everything was checked: nothing is estimated.
    assert found.not_found[:3] == pytest.approx([375 / 5_750] * 3)
    assert found.not_in_full[:3] == pytest.approx([1_500 / 5_750] * 3)
    assert (found.by_publisher, found.n_publishers_thin) == ({}, 2)
    assert [(row.n, row.predicted) for row in found.reliability] == [
        (1, 0.5),
        (1, 0.8),
        (1, 0.9),
        (1, 1),
    ]


@given(st.lists(st.floats(1e-3, 1e6), min_size=1, max_size=60), st.integers(1, 70))
def test_inclusion_is_in_proportion_and_sums_to_n(sizes, n):
    sizes = np.array(sizes)
    inclusion = find_inclusion(sizes, n)
    assert inclusion.sum() == pytest.approx(min(n, len(sizes)))
    assert np.all((inclusion > 0) & (inclusion <= 1))
    rest = inclusion < 1
    ratio = inclusion[rest] / sizes[rest]
    assert ratio == pytest.approx(np.full(rest.sum(), ratio[0] if rest.any() else 0))


def many(n_claims=400, seed=2):
    """A pot of many claims of one answer, and of weights as skewed as money is."""
    rng = np.random.default_rng(seed)
    claims = [f"c{n:03}" for n in range(n_claims)]
    weight = np.round(rng.lognormal(3, 1, n_claims) * 1_000).astype(np.int64)
    names = rng.choice(["anker", "bote", "fern"], n_claims, p=[0.6, 0.3, 0.1])
    support = rng.integers(5_000, 10_001, n_claims)
    stakes = pa.table(
        {
            "claim_id": claims,
            "publisher_id": list(names),
            "passage_id": [f"passage {name}" for name in names],
            "weight": weight,
            "support": support,
        }
    )
    total = int(weight.sum())
    shares = []
    for name in ("anker", "bote", "fern"):
        part = int((weight * support)[names == name].sum())
        mandate = "measured" if name == "fern" else "paid"
        shares.append(Share("licence", "airport", name, str(part), str(10_000 * total), mandate))
    return pa.table({"weight": weight}), stakes, shares


def test_rows_in_another_order_give_the_same_sample_and_a_seed_another():
    weights, stakes, shares = many()
    sample = draw_sample(world.POT, weights, stakes, shares, 50, 1)
    order = pa.array(np.random.default_rng(1).permutation(len(stakes)))
    assert draw_sample(world.POT, weights, stakes.take(order), shares, 50, 1) == sample
    other = draw_sample(world.POT, weights, stakes, shares, 50, 2)
    assert other.audit_id != sample.audit_id
    assert {item.item_id for item in other.items} != {item.item_id for item in sample.items}
    assert len(sample.items) == len({item.item_id for item in sample.items}) == 50
    assert {item.publisher_id for item in sample.items} == {"anker", "bote"}


def test_every_stake_is_drawn_as_often_as_its_inclusion_says():
    weights, stakes, shares = many(60)
    n_draws = 600
    drawn, inclusion = {}, {}
    for seed in range(n_draws):
        for item in draw_sample(world.POT, weights, stakes, shares, 12, seed).items:
            drawn[item.claim_id] = drawn.get(item.claim_id, 0) + 1
            inclusion[item.claim_id] = item.inclusion
    for claim_id, pi in inclusion.items():
        error = np.sqrt(pi * (1 - pi) / n_draws)
        assert abs(drawn[claim_id] / n_draws - pi) <= 4.5 * error + 1e-12


@pytest.mark.parametrize("rate", [0.03, 0.2])
def test_interval_covers_the_money_that_was_not_found(rate):
    weights, stakes, shares = many()
    rng = np.random.default_rng(5)
    claims = stakes["claim_id"].to_pylist()
    hits, values, truths = [], [], []
    for seed in range(300):
        wrong = dict(zip(claims, rng.random(len(claims)) < rate, strict=True))
        everything = draw_sample(world.POT, weights, stakes, shares, 10_000, seed)
        truth = (
            sum(i.minor for i in everything.items if wrong[i.claim_id]) / everything.total_minor
        )
        sample = draw_sample(world.POT, weights, stakes, shares, 120, seed)
        verdicts = {i.item_id: "not" if wrong[i.claim_id] else "supported" for i in sample.items}
        found = judge_sample(sample, verdicts).not_found
        hits.append(found.low <= truth <= found.high)
        values.append(found.value)
        truths.append(truth)
    # Conservative: the draw is taken for one with replacement.
    assert np.mean(hits) >= 0.93
    assert np.mean(values) == pytest.approx(np.mean(truths), rel=0.1)


def test_nothing_found_wrong_is_not_nothing_wrong():
    rate = estimate_rate(np.zeros(100), np.ones(100), np.full(100, 0.1))
    assert (rate.value, rate.low) == (0, 0)
    assert 0.03 < rate.high < 0.05
    half_known = estimate_rate(np.zeros(2), np.array([10.0, 1.0]), np.array([1.0, 0.1]))
    assert half_known.high == 0.5  # one of them is known, of the other nothing is


def test_pots_that_cannot_be_audited_are_refused():
    weights, stakes, shares = many()
    with pytest.raises(InputError, match="no support carries money"):
        draw_sample(world.POT, weights, stakes.slice(0, 0), [], 5, 1)
    wrong = [replace(shares[0], numerator="1"), *shares[1:]]
    with pytest.raises(InputError, match="share of anker does not rest on stakes"):
        draw_sample(world.POT, weights, stakes, wrong, 5, 1)
    with pytest.raises(ValueError, match="n == 0"):
        draw_sample(world.POT, weights, stakes, shares, 0, 1)


def test_a_verdict_that_is_none_is_refused():
    item = Item("i", "c", "p", "x", 9_000, 1.0, 1.0)
    with pytest.raises(ValueError, match="verdicts has"):
        judge_sample(Sample("a", "pot", 1, 1.0, (item,)), {})

"""Intervals against hand arithmetic, leave-one-out, bootstrap and simulation."""

import math

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from scipy import special, stats

from beleg import inference
from beleg.inference import Counts, estimate


def counts_of(groups, weights=None, y=None, x=None):
    """One run a prompt unless told otherwise: y hits of x answers."""
    group = np.array(groups, dtype=np.int64)
    y, x = np.array(y), np.array(x)
    weight = np.ones(len(group)) if weights is None else np.array(weights, dtype=float)
    return Counts(group, weight, y.astype(float), x.astype(float), x, y, y)


def test_interval_computed_by_hand():
    # Four prompts, two runs each, hits 2, 1, 0, 1. R = 1/2, h = 1/4; residuals 1/8, 0, -1/8, 0,
    # over 1 - h: 1/6, 0, -1/6, 0, so v = 1/18. t with 3 degrees of freedom = 3.182446.
    found = estimate(counts_of([0] * 4, [0.5] * 4, [2, 1, 0, 1], [2] * 4), 1)
    half = 3.182446305284263 * math.sqrt(1 / 18) / 0.25
    assert found.value[0] == 0.5
    assert found.low[0] == pytest.approx(1 / (1 + math.exp(half)), rel=1e-10)
    assert found.high[0] == pytest.approx(1 / (1 + math.exp(-half)), rel=1e-10)
    assert (found.n[0], found.n_clusters[0], found.events[0]) == (8, 4, 4)
    assert found.weight_effect[0] == 1.0
    # p (1 - p) / v = 4.5 of 8 answers.
    assert found.n_effective[0] == pytest.approx(4.5)
    assert found.design_effect[0] == pytest.approx(8 / 4.5)
    assert found.status[0] == "too_thin"


def test_no_event_has_an_interval_above_zero():
    # Wilson's upper limit at 0 with n prompts: t^2 / (n + t^2); t with 19 degrees = 2.093024.
    t = 2.0930240544082634
    none = estimate(counts_of([0] * 20, y=[0] * 20, x=[1] * 20), 1)
    every = estimate(counts_of([0] * 20, y=[1] * 20, x=[1] * 20), 1)
    assert (none.value[0], none.low[0]) == (0.0, 0.0)
    assert none.high[0] == pytest.approx(t * t / (20 + t * t), rel=1e-10)
    assert (every.value[0], every.high[0]) == (1.0, 1.0)
    assert every.low[0] == pytest.approx(1 - none.high[0], rel=1e-10)
    assert none.status[0] == every.status[0] == "too_thin"


def test_one_prompt_says_nothing_about_others():
    found = estimate(counts_of([0], y=[3], x=[10]), 1)
    assert (found.value[0], found.low[0], found.high[0]) == (0.3, 0.0, 1.0)
    assert found.status[0] == "too_thin"


def test_nothing_measured_is_nan_and_not_zero():
    found = estimate(counts_of([1, 1], y=[1, 0], x=[1, 1]), 2)
    assert np.isnan([found.value[0], found.low[0], found.high[0]]).all()
    assert found.status.tolist() == ["not_measured", "too_thin"]
    empty = estimate(counts_of([], y=[], x=[]), 3)
    assert empty.status.tolist() == ["not_measured"] * 3


def draw(seed, n_prompts=60, *, skewed=True):
    rng = np.random.default_rng(seed)
    x = rng.integers(1, 9, n_prompts)
    y = rng.binomial(x, rng.beta(1, 2, n_prompts))
    weight = rng.lognormal(0, 0.7, n_prompts) if skewed else np.ones(n_prompts)
    return y, x, weight


def variance_of(y, x, weight):
    """Read the variance back from the width of the interval at logit scale."""
    found = estimate(counts_of([0] * len(y), weight, y, x), 1)
    share = weight * x / (weight * x).sum()
    t = stats.t.ppf(0.975, 1 / (share**2).sum() - 1)
    value = found.value[0]
    half = special.logit(found.high[0]) - special.logit(value)
    return value, (half / t * value * (1 - value)) ** 2


@pytest.mark.parametrize("seed", range(5))
def test_variance_is_the_spread_when_each_prompt_is_left_out(seed):
    y, x, weight = draw(seed)
    value, variance = variance_of(y, x, weight)
    total_y, total_x = (weight * y).sum(), (weight * x).sum()
    assert value == pytest.approx(total_y / total_x, rel=1e-10)
    left_out = (total_y - weight * y) / (total_x - weight * x)
    assert variance == pytest.approx(((left_out - value) ** 2).sum(), rel=1e-8)


@pytest.mark.parametrize("seed", [11, 12])
def test_variance_agrees_with_a_bootstrap_over_prompts(seed):
    y, x, weight = draw(seed, 400, skewed=False)
    _, variance = variance_of(y, x, weight)
    rng = np.random.default_rng(seed)
    drawn = rng.integers(0, len(y), size=(4000, len(y)))
    ratios = (weight * y)[drawn].sum(1) / (weight * x)[drawn].sum(1)
    assert variance == pytest.approx(ratios.var(), rel=0.1)


ROWS = st.lists(
    st.tuples(st.integers(0, 8), st.integers(1, 8), st.floats(0.01, 100)), min_size=1, max_size=30
)


@given(ROWS, st.sampled_from([0.5, 0.8, 0.95, 0.99]))
def test_value_lies_within_its_interval(rows, level):
    y = [min(row[0], row[1]) for row in rows]
    x = [row[1] for row in rows]
    found = estimate(counts_of([0] * len(rows), [r[2] for r in rows], y, x), 1, level=level)
    assert 0 <= found.low[0] <= found.value[0] <= found.high[0] <= 1
    assert 0 < found.n_effective[0] <= found.n[0] + 1e-9
    assert found.design_effect[0] >= 1
    assert found.weight_effect[0] >= 1


@given(ROWS, st.randoms())
def test_order_of_the_prompts_changes_only_rounding(rows, random):
    shuffled = rows[:]
    random.shuffle(shuffled)
    values = []
    for some in (rows, shuffled):
        y, x = [min(r[0], r[1]) for r in some], [r[1] for r in some]
        values.append(estimate(counts_of([0] * len(some), [r[2] for r in some], y, x), 1))
    for name in ("value", "low", "high"):
        assert getattr(values[0], name) == pytest.approx(getattr(values[1], name), abs=1e-9)


@given(ROWS)
def test_shared_denominators_give_the_same_as_rows_of_their_own(rows):
    y = np.array([min(row[0], row[1]) for row in rows])
    x = np.array([row[1] for row in rows])
    weight = np.array([row[2] for row in rows])
    own = estimate(counts_of([0] * len(rows), weight, y, x), 1)
    some = y > 0
    base = counts_of([0] * len(rows), weight, np.zeros_like(y), x)
    sparse = counts_of([0] * int(some.sum()), weight[some], y[some], x[some])
    shared = estimate(sparse, 1, base=base, base_of=np.array([0]))
    for name in ("value", "low", "high", "n_effective", "weight_effect"):
        assert getattr(own, name) == pytest.approx(getattr(shared, name), abs=1e-9)
    assert own.status.tolist() == shared.status.tolist()


@settings(max_examples=20)
@given(st.integers(0, 10_000))
def test_more_certainty_asks_for_a_wider_interval(seed):
    y, x, weight = draw(seed)
    narrow = estimate(counts_of([0] * len(y), weight, y, x), 1, level=0.8)
    wide = estimate(counts_of([0] * len(y), weight, y, x), 1, level=0.99)
    assert wide.low[0] < narrow.low[0]
    assert wide.high[0] > narrow.high[0]


def test_weights_cost_effective_answers():
    y, x = [1, 0] * 50, [1] * 100
    equal = estimate(counts_of([0] * 100, [1.0] * 100, y, x), 1)
    skewed = estimate(counts_of([0] * 100, [9.0, 9.0] + [1.0] * 98, y, x), 1)
    # Kish: the squares sum to 2 times 81 plus 98, the weights to 2 times 9 plus 98.
    assert skewed.weight_effect[0] == pytest.approx(100 * 260 / 116**2)
    assert skewed.n_effective[0] < equal.n_effective[0]
    assert equal.status[0] == "ok"


@pytest.mark.parametrize(("rate", "correlation"), [(0.3, 0.5), (0.9, 0.1)])
def test_interval_covers_what_it_promises(rate, correlation):
    rng = np.random.default_rng(7)
    size = 1 / correlation - 1
    rates = rng.beta(rate * size, (1 - rate) * size, size=(1000, 100))
    y = rng.binomial(5, rates).ravel()
    counts = counts_of(np.repeat(np.arange(1000), 100), [0.2] * len(y), y, [5] * len(y))
    found = estimate(counts, 1000)
    covered = np.mean((found.low <= rate) & (rate <= found.high))
    assert 0.93 <= covered <= 0.97


def test_callers_mistakes_are_named():
    good = counts_of([0], y=[1], x=[1])
    with pytest.raises(ValueError, match="level == 1"):
        estimate(good, 1, level=1.0)
    with pytest.raises(ValueError, match="weight"):
        estimate(good._replace(weight=np.array([0.0])), 1)
    with pytest.raises(ValueError, match=r"counts\.y"):
        estimate(good._replace(y=np.array([2.0])), 1)
    with pytest.raises(ValueError, match="one length"):
        estimate(good._replace(n=np.array([1, 1])), 1)
    with pytest.raises(ValueError, match="base_of"):
        estimate(good, 1, base=good)


@given(st.lists(st.floats(-1e6, 1e6), max_size=20))
def test_rounding_keeps_twelve_digits(values):
    rounded = inference.round_digits(np.array(values))
    assert rounded == pytest.approx(np.array(values), rel=1e-11, abs=1e-300)
    again = inference.round_digits(rounded)
    assert again.tolist() == rounded.tolist()


def test_the_bound_grows_with_the_weight_effect():
    thin = inference.is_thin(
        np.array([15.0, 14.9, 23.8, 23.9, np.nan]), np.array([1.0, 1.0, 2.0, 2.0, 1.0])
    )
    assert thin.tolist() == [False, True, True, False, True]  # 15 * 2^(2/3) = 23.811


def test_a_few_heavy_prompts_that_agree_by_chance_are_no_evidence():
    # 50 prompts x 10 runs, correlation .1, rate .9, lognormal weights: 9.7 true non-events. A
    # bound that does not know the weights lets a third of them pass.
    rng = np.random.default_rng(21)
    rates = rng.beta(0.9 * 9, 0.1 * 9, size=(1000, 50))
    y = rng.binomial(10, rates).ravel()
    weight = rng.lognormal(0, 1, size=len(y)) / 10
    counts = counts_of(np.repeat(np.arange(1000), 50), weight, y, [10] * len(y))
    found = estimate(counts, 1000)
    assert np.mean(found.status == "too_thin") >= 0.9
    events = found.n_effective * (1 - found.value)
    assert np.mean(events >= inference.MIN_EFFECTIVE) > 0.25


def test_a_ratio_needs_answers_that_lack_something_too():
    # Every answer has a link of the publisher, and in all but three prompts all five are its own.
    n_prompts = 60
    x = np.full(n_prompts, 50.0)
    y = np.where(np.arange(n_prompts) < 3, 40.0, 50.0)
    n = np.full(n_prompts, 10)
    full = np.where(np.arange(n_prompts) < 3, 0, 10)
    counts = Counts(np.zeros(n_prompts, np.int64), np.full(n_prompts, 0.1), y, x, n, n, full)
    assert estimate(counts, 1).status[0] == "too_thin"
    full = np.where(np.arange(n_prompts) % 3 == 0, 0, 10)
    y = np.where(full == 0, 40.0, 50.0)
    assert estimate(counts._replace(y=y, n_full=full), 1).status[0] == "ok"

"""Merged engines and differences, against single figures, leave-one-out and simulation."""

import math

import numpy as np
import pytest
from hypothesis import example, given, strategies as st

from beleg import combined, inference
from beleg.combined import Answers, combine, find_influence, subtract


def draw(seed, n_prompts=40, n_engines=3):
    rng = np.random.default_rng(seed)
    own = rng.beta(1, 2, size=n_prompts)
    x = rng.integers(1, 6, size=(n_engines, n_prompts)).astype(float)
    y = rng.binomial(x.astype(int), own).astype(float)
    return y, x, rng.lognormal(0, 0.6, n_prompts)


def test_two_engines_by_hand():
    # Rates 1/2 and 1/4 over four prompts, merged half and half: 3/8. h = 1/4, so pulls are
    # (y - R) / 4 / (3/4) = (y - R) / 3: engine 1 (+, +, -, -) / 6, engine 2 (3, -1, -1, -1) / 12.
    # Merged pulls: (1/6 + 3/12, 1/6 - 1/12, -1/6 - 1/12, -1/6 - 1/12) / 2 = (5, 1, -3, -3) / 24;
    # v = 44 / 576. t with 3 degrees of freedom = 3.182446.
    y = np.array([[1.0, 1, 0, 0], [1, 0, 0, 0]])
    found = combine(y, np.ones((2, 4)), np.ones(4), np.array([2.0, 2.0]))
    half = 3.182446305284263 * math.sqrt(44 / 576) / (3 / 8 * 5 / 8)
    centre = math.log(3 / 5)
    assert found.value == 0.375
    assert found.low == pytest.approx(1 / (1 + math.exp(half - centre)), rel=1e-10)
    assert found.high == pytest.approx(1 / (1 + math.exp(-half - centre)), rel=1e-10)
    assert (found.n, found.n_clusters, found.status) == (8, 4, "too_thin")
    # Covariance 1/6 * 3/12 + ... = 1/18 over sqrt(1/9 * 1/12).
    apart = subtract(y, np.ones((2, 4)), np.ones(4))
    assert apart.value == 0.25
    assert apart.correlation == pytest.approx((1 / 18) / math.sqrt(1 / 9 * 1 / 12))


@pytest.mark.parametrize("seed", range(3))
def test_pulls_are_what_leaving_a_prompt_out_of_all_engines_does(seed):
    y, x, weight = draw(seed)
    shares = np.array([0.5, 0.3, 0.2])
    merged = combine(y, x, weight, shares)

    def value_without(prompt):
        rest = [c for c in range(len(weight)) if c != prompt]
        total = 0.0
        for engine, share in enumerate(shares):
            events = sum(weight[c] * y[engine, c] for c in rest)
            total += share * events / sum(weight[c] * x[engine, c] for c in rest)
        return total

    expected = sum((value_without(c) - merged.value) ** 2 for c in range(len(weight)))
    influence = find_influence(y, x, weight)
    assert ((shares @ influence.pull) ** 2).sum() == pytest.approx(expected, rel=1e-8)
    assert merged.value == pytest.approx(shares @ influence.ratio, rel=1e-10)


@given(st.integers(0, 10_000), st.booleans())
@example(8208, False)
def test_one_engine_is_the_single_figure(seed, is_rate):
    y, x, weight = draw(seed, n_engines=1)
    n = np.ones(x.shape)
    if is_rate:
        y, x = (y > 0).astype(float), n
    hits, full = (y > 0).astype(float), (y == x).astype(float)
    found = combine(y, x, weight, np.array([3.0]), answers=Answers(n, hits, full))
    counts = inference.Counts(
        np.zeros(len(weight), np.int64), weight, y[0], x[0],
        n[0].astype(np.int64), hits[0].astype(np.int64), full[0].astype(np.int64),
    )  # fmt: skip
    single = inference.estimate(counts, 1)
    for name in ("value", "low", "high", "n", "n_clusters", "status"):
        assert getattr(found, name) == getattr(single, name)[0]
    assert found.n_effective == pytest.approx(single.n_effective[0], rel=1e-9)


def test_an_engine_that_says_the_same_adds_nothing():
    y, x, weight = draw(5, n_engines=1)
    alone = combine(y, x, weight, np.array([1.0]))
    twice = combine(np.vstack([y, y]), np.vstack([x, x]), weight, np.array([0.7, 0.3]))
    assert (twice.value, twice.low, twice.high) == pytest.approx(
        (alone.value, alone.low, alone.high), rel=1e-9
    )
    same = subtract(np.vstack([y, y]), np.vstack([x, x]), weight)
    assert (same.value, same.correlation) == (0.0, pytest.approx(1.0))


def test_engines_over_other_prompts_are_independent():
    # Ten prompts each: the variance of a half-and-half mixture is a quarter of the sum.
    rng = np.random.default_rng(3)
    x = np.kron(np.eye(2), np.ones(10))
    y = rng.integers(0, 2, size=x.shape) * x
    influence = find_influence(y, x, np.ones(20))
    merged = np.array([0.5, 0.5]) @ influence.pull
    assert (merged**2).sum() == pytest.approx(influence.find_variance().sum() / 4)
    assert subtract(y, x, np.ones(20)).correlation == 0.0


def test_an_engine_without_a_figure_is_not_left_out_in_silence():
    x = np.array([[1.0, 1.0], [0.0, 0.0]])
    found = combine(np.zeros((2, 2)), x, np.ones(2), np.array([0.5, 0.5]))
    assert found.status == "not_measured"
    assert math.isnan(found.value)
    assert subtract(np.zeros((2, 2)), x, np.ones(2)).status == "not_measured"
    left_out = combine(np.zeros((2, 2)), x, np.ones(2), np.array([1.0, 0.0]))
    assert (left_out.value, left_out.n) == (0.0, 2)


@given(st.integers(0, 10_000))
def test_differences_turn_with_their_figures(seed):
    y, x, weight = draw(seed, n_engines=2)
    one, other = subtract(y, x, weight), subtract(y[::-1], x[::-1], weight)
    assert (one.value, one.low, one.high) == pytest.approx(
        (-other.value, -other.high, -other.low), abs=1e-9
    )
    assert -1 <= one.low <= one.value <= one.high <= 1


def test_difference_and_mixture_cover_what_they_promise():
    rng = np.random.default_rng(8)
    covered = {"difference": 0, "mixture": 0}
    for _ in range(400):
        own = rng.beta(1, 2, size=100)
        y = rng.binomial(3, np.stack([own, 0.5 * own])) / 3
        apart = subtract(y, np.ones(y.shape), np.ones(100))
        covered["difference"] += apart.low <= 1 / 6 <= apart.high
        merged = combine(y, np.ones(y.shape), np.ones(100), np.array([0.6, 0.4]))
        covered["mixture"] += merged.low <= 0.6 / 3 + 0.4 / 6 <= merged.high
    assert 0.92 <= covered["difference"] / 400 <= 0.98
    assert 0.92 <= covered["mixture"] / 400 <= 0.98


def test_callers_mistakes_are_named():
    y, x, weight = draw(1, n_engines=2)
    with pytest.raises(ValueError, match="shapes"):
        find_influence(y, x[:1], weight)
    with pytest.raises(ValueError, match="weight =="):
        find_influence(y, x, weight * 0)
    with pytest.raises(ValueError, match="within 0 and x"):
        find_influence(y + 9, x, weight)
    with pytest.raises(ValueError, match="shares has shape"):
        combine(y, x, weight, np.ones(3))
    with pytest.raises(ValueError, match="shares must be"):
        combine(y, x, weight, np.zeros(2))
    with pytest.raises(ValueError, match="must be 2"):
        subtract(y[:1], x[:1], weight)
    assert combined.find_influence(y, x, np.vstack([weight, weight])).ratio.shape == (2,)

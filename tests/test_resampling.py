"""The cluster bootstrap against plain loops, formulas and simulation."""

import numpy as np
import pytest
from hypothesis import given, strategies as st
from scipy import special

from beleg import combined, resampling
from beleg.resampling import bootstrap, draw_prompts, find_limits, resample, resample_totals


def draw(seed, n_prompts=60, n_figures=3):
    rng = np.random.default_rng(seed)
    x = rng.integers(1, 6, size=(n_figures, n_prompts)).astype(float)
    y = rng.binomial(x.astype(int), rng.beta(1, 2, size=n_prompts)).astype(float)
    return y, x, rng.lognormal(0, 0.6, n_prompts)


def quantile(values, q):
    """The (n + 1) q-th in order."""
    ordered = sorted(values)
    place = (len(ordered) + 1) * q - 1
    below = int(place)
    return ordered[below] + (place - below) * (
        ordered[min(below + 1, len(ordered) - 1)] - ordered[below]
    )


@pytest.mark.parametrize("kind", ["exponential", "multinomial"])
def test_totals_are_those_of_plain_loops(kind):
    totals = np.random.default_rng(1).random((7, 4))
    found = resample_totals(totals, 50, 3, kind)
    draws = np.concatenate(list(draw_prompts(7, 50, 3, kind)))
    for b in range(50):
        for column in range(4):
            expected = sum(draws[b, c] * totals[c, column] for c in range(7))
            assert found[b, column] == pytest.approx(expected)


def test_limits_are_those_of_plain_loops():
    y, x, weight = draw(4)
    found = bootstrap(y, x, weight, n_draws=199, seed=9)
    draws = np.concatenate(list(draw_prompts(60, 199, 9)))
    influence = combined.find_influence(y, x, weight)
    for figure in range(3):
        values, scaled = [], []
        for k in draws:
            a = sum(k[c] * weight[c] * y[figure, c] for c in range(60))
            b = sum(k[c] * weight[c] * x[figure, c] for c in range(60))
            ratio = a / b
            spread = sum(
                k[c] * (weight[c] * (y[figure, c] - ratio * x[figure, c])) ** 2 for c in range(60)
            )
            error = spread**0.5 / b / (ratio * (1 - ratio))
            values.append(ratio)
            scaled.append((special.logit(ratio) - special.logit(found.value[figure])) / error)
        assert found.error[figure] == pytest.approx(np.std(values))
        assert found.low[figure] == pytest.approx(quantile(values, 0.025))
        assert found.high[figure] == pytest.approx(quantile(values, 0.975))
        value = found.value[figure]
        own = np.sqrt((influence.pull[figure] ** 2).sum()) / (value * (1 - value))
        low = special.expit(special.logit(value) - quantile(scaled, 0.975) * own)
        assert found.low_t[figure] == pytest.approx(low)


def test_multinomial_draws_are_counts_with_replacement():
    draws = np.concatenate(list(draw_prompts(20, 4000, 2, "multinomial")))
    assert (draws == np.rint(draws)).all()
    assert (draws.sum(1) == 20).all()
    assert draws.var(0) == pytest.approx(np.full(20, 0.95), rel=0.12)


def test_exponential_draws_lose_no_prompt():
    draws = np.concatenate(list(draw_prompts(20, 4000, 2)))
    assert (draws > 0).all()
    assert draws.sum(1) == pytest.approx(np.full(4000, 20.0))
    assert draws.mean(0) == pytest.approx(np.ones(20), abs=0.08)
    assert draws.var(0) == pytest.approx(np.full(20, 19 / 21), rel=0.2)


@pytest.mark.parametrize("kind", ["exponential", "multinomial"])
def test_blocks_change_no_number(monkeypatch, kind):
    whole = np.concatenate(list(draw_prompts(10, 100, 5, kind)))
    monkeypatch.setattr(resampling, "_BLOCK", 70)
    blocks = list(draw_prompts(10, 100, 5, kind))
    assert len(blocks) > 10
    assert (np.concatenate(blocks) == whole).all()


def test_the_same_data_give_the_same_digits():
    y, x, weight = draw(2)
    one, again = bootstrap(y, x, weight, n_draws=99), bootstrap(y, x, weight, n_draws=99)
    assert one.seed == again.seed
    assert one.low.tolist() == again.low.tolist()
    other = bootstrap(y, x, weight * 1.0001, n_draws=99)
    assert other.seed != one.seed
    assert bootstrap(y, x, weight, n_draws=99, seed=1).low.tolist() != one.low.tolist()


def test_figures_of_one_draw_stay_together():
    totals = np.random.default_rng(1).random((30, 1))
    found = resample_totals(np.hstack([totals, 2 * totals]), 20)
    assert found[:, 1] == pytest.approx(2 * found[:, 0])
    ranks = resample(np.hstack([totals, 2 * totals]), lambda t: np.argsort(-t, axis=1), 20)
    assert (ranks == [1, 0]).all()


def test_a_shared_denominator_is_one_of_its_own():
    y, _, weight = draw(6)
    y = (y > 1).astype(float)
    shared = bootstrap(y, np.ones(60), weight, n_draws=99, seed=1)
    own = bootstrap(y, np.ones(y.shape), weight, n_draws=99, seed=1)
    for left, right in zip(shared, own, strict=True):
        assert left == pytest.approx(right)


def test_the_error_is_the_formulas():
    y, x, weight = draw(3, 800)
    found = bootstrap(y, x, weight, n_draws=4000, seed=1)
    formula = np.sqrt(combined.find_influence(y, x, weight).find_variance())
    assert found.error == pytest.approx(formula, rel=0.06)


def test_what_never_and_what_always_was_is_not_known_better_by_drawing():
    y = np.array([np.zeros(9), np.ones(9), np.zeros(9)])
    x = np.array([np.ones(9), np.ones(9), np.zeros(9)])
    found = bootstrap(y, x, np.ones(9), n_draws=50)
    assert found.value[:2].tolist() == [0.0, 1.0]
    assert (found.low_t[:2].tolist(), found.high_t[:2].tolist()) == ([0.0, 0.0], [1.0, 1.0])
    assert np.isnan([found.value[2], found.low[2], found.low_t[2]]).all()


@given(st.integers(0, 10_000), st.sampled_from([0.5, 0.8, 0.95]))
def test_values_lie_within_their_limits(seed, level):
    y, x, weight = draw(seed, 12)
    found = bootstrap(y, x, weight, n_draws=99, level=level)
    assert (found.low <= found.high).all()
    assert ((found.low_t >= 0) & (found.high_t <= 1)).all()
    assert ((found.low_t <= found.value) & (found.value <= found.high_t)).all()


def test_limits_between_draws():
    draws = np.arange(1.0, 20.0)[:, None] + [0.0, 100.0]  # 19 draws: the 5 % end is the first
    low, high = find_limits(draws, 0.9)
    assert (low.tolist(), high.tolist()) == ([1.0, 101.0], [19.0, 119.0])
    assert np.array(find_limits(draws[:, 0], 0.85)) == pytest.approx([1.5, 18.5])
    endless = np.where(draws[:, 0] < 2, -np.inf, draws[:, 0])
    assert find_limits(endless, 0.85)[0] == -np.inf
    assert np.isnan(find_limits(np.array([1.0, np.nan, 2.0]))[0])


def test_studentised_limits_cover_what_they_promise():
    rng = np.random.default_rng(12)
    own = rng.beta(0.3 * 4, 0.7 * 4, size=(500, 60))
    y, hits = rng.binomial(3, own) / 3, 0
    for row in y:
        found = bootstrap(row[None], np.ones(60), np.ones(60), n_draws=399)
        hits += found.low_t[0] <= 0.3 <= found.high_t[0]
    assert 0.92 <= hits / 500 <= 0.98


def test_callers_mistakes_are_named():
    y, x, weight = draw(1)
    with pytest.raises(ValueError, match="must be >= 1"):
        bootstrap(y, x, weight, n_draws=0)
    with pytest.raises(ValueError, match="kind == 'jackknife'"):
        resample_totals(y.T, 5, 1, "jackknife")
    with pytest.raises(ValueError, match="totals has shape"):
        resample_totals(y[0], 5)
    with pytest.raises(ValueError, match="level == 1"):
        find_limits(y, 1.0)

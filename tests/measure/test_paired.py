"""The arithmetic of changes: by hand, by brute force over all signs, and by simulation."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from hypothesis.extra import numpy as arrays

from beleg.measure.arms import compare_arms, find_influence
from beleg.measure.paired import adjust_p, compare, compare_runs, find_differences


def draw(seed, n_figures=2000, n_prompts=50, runs=5, rate=0.3):
    rng = np.random.default_rng(seed)
    rates = rng.beta(rate, 1 - rate, (n_figures, n_prompts))
    y0, y1 = (rng.binomial(runs, rates) / runs for _ in range(2))
    return y0, y1, np.ones(rates.shape)


def test_a_rate_by_hand():
    y0 = np.array([[0.0, 2.0, 1.0, 0.0]])
    y1 = np.array([[1.0, 2.0, 0.0, 5.0]])
    x0 = np.array([[1.0, 2.0, 1.0, 0.0]])  # the last prompt was asked only once
    x1 = np.array([[1.0, 2.0, 1.0, 5.0]])
    found = compare(y0, x0, y1, x1)
    assert (found.before[0], found.after[0], found.change[0]) == (0.75, 0.75, 0.0)
    assert found.n_prompts[0] == 3
    assert found.n_differing[0] == pytest.approx(2.0)
    assert found.thin[0]
    assert np.isnan(found.p[0])


def test_p_is_that_of_all_signs():
    rng = np.random.default_rng(8)
    y0, y1 = rng.random((2, 16))
    x = np.ones((1, 16))
    found = compare(y0[None], x, y1[None], x)
    d = np.abs(y1 - y0)
    signs = np.array(list(itertools.product((-1, 1), repeat=16)))
    exact = (np.abs(signs @ d) >= abs((y1 - y0).sum()) - 1e-12).mean()
    assert found.p[0] == pytest.approx(exact, abs=0.01)


def test_limits_exclude_no_change_exactly_where_p_says_so():
    y0, y1, x = draw(1)
    found = compare(y0, x, y1, x)
    ok = ~found.thin
    outside = (found.low > 0) | (found.high < 0)
    assert np.array_equal(outside[ok], found.p[ok] < 0.05)
    assert outside.any()


def test_nothing_changed_is_called_changed_at_its_rate():
    y0, y1, x = draw(2, n_figures=10_000)
    p = compare(y0, x, y1, x).p
    assert 0.04 <= np.nanmean(p < 0.05) <= 0.06


def test_differences_add_up_to_the_change_of_a_ratio():
    rng = np.random.default_rng(3)
    x0, x1 = rng.random((2, 4, 9))
    y0, y1 = x0 * rng.random((4, 9)), x1 * rng.random((4, 9))
    d, h = find_differences(y0, x0, y1, x1)
    assert d.sum(1) == pytest.approx(y1.sum(1) / x1.sum(1) - y0.sum(1) / x0.sum(1))
    assert h.sum(1) == pytest.approx(np.ones(4))


@settings(deadline=None)
@given(
    arrays.arrays(np.float64, (1, 12), elements=st.floats(0, 1)),
    arrays.arrays(np.float64, (1, 12), elements=st.floats(0, 1)),
    st.floats(0.5, 100),
)
def test_turned_round_and_scaled_it_says_the_same(y0, y1, scale):
    x = np.ones((1, 12))
    there, back = compare(y0, x, y1, x), compare(scale * y1, scale * x, scale * y0, scale * x)
    assert there.change[0] == pytest.approx(-back.change[0], abs=1e-9)
    if not (there.thin[0] or back.thin[0]):
        assert there.p[0] == pytest.approx(back.p[0], rel=1e-6, abs=1e-9)
        assert there.low[0] == pytest.approx(-back.high[0], abs=1e-6)


def test_not_measured_is_not_zero():
    nothing = np.zeros((1, 5))
    found = compare(nothing, nothing, nothing, nothing)
    assert np.isnan([found.before[0], found.after[0], found.change[0], found.low[0]]).all()
    assert found.thin[0]


def test_the_basket_leaves_out_single_runs_and_finds_more():
    rng = np.random.default_rng(4)
    rates = rng.beta(0.3, 0.7, (2000, 50))
    later = rates + 0.3 * rates * (1 - rates)
    n = np.full(rates.shape, 20.0)
    y0, y1 = (rng.binomial(20, q).astype(float) for q in (rates, later))
    prompts = compare(y0 / 20, n / n, y1 / 20, n / n).p < 0.05
    runs = compare_runs(y0, n, y1, n, np.ones(50)).p < 0.05
    assert runs.mean() > prompts.mean() > 0.45
    n[:, 0] = 1
    assert (compare_runs(np.minimum(y0, n), n, y1, n, np.ones(50)).n_prompts == 49).all()


def test_adjusted_p_by_hand():
    adjusted = adjust_p(np.array([0.04, np.nan, 0.01, 0.03]))
    assert adjusted[[0, 2, 3]] == pytest.approx([0.04, 0.03, 0.04])
    assert np.isnan(adjusted[1])


@settings(deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=30), st.floats(0.001, 0.5))
def test_adjusting_rejects_what_the_step_up_rejects(values, rate):
    p = np.array(values)
    passing = [k for k in range(1, len(p) + 1) if np.sort(p)[k - 1] * len(p) / k <= rate]
    assert (adjust_p(p) <= rate).sum() == (
        (p <= np.sort(p)[max(passing) - 1]).sum() if passing else 0
    )


def test_arms_cancel_a_trend_of_both():
    y0, y1, x = draw(6, n_figures=4000, n_prompts=100)
    treated = np.arange(100) % 2 == 0
    later = np.where(y1 < 1, np.minimum(y1 + 0.2, 1.0), 1.0)
    p = compare_arms(find_influence(y0, x, later, x, treated), treated).p
    assert 0.035 <= np.nanmean(p < 0.05) <= 0.065
    helped = np.where(treated, later, y1)
    effects = compare_arms(find_influence(y0, x, helped, x, treated), treated)
    assert np.nanmean(effects.p < 0.05) > 0.9


def test_one_effect_over_engines_counts_a_prompt_once():
    y0, y1, x = draw(7, n_figures=1, n_prompts=100)
    treated = np.arange(100) < 50
    alone = compare_arms(find_influence(y0, x, y1, x, treated), treated)
    twice = [np.repeat(array, 2, axis=0) for array in (y0, x, y1, x)]
    both = compare_arms(find_influence(*twice, treated), treated, np.array([0.5, 0.5]))
    assert both.p[0] == pytest.approx(alone.p[0])
    assert both.low[0] == pytest.approx(alone.low[0])


@pytest.mark.parametrize("level", [0.0, 1.0, 2.0])
def test_levels_out_of_bounds(level):
    one = np.ones((1, 3))
    with pytest.raises(ValueError, match="level =="):
        compare(one, one, one, one, level=level)
    with pytest.raises(ValueError, match="level =="):
        compare_runs(one, one, one, one, np.ones(3), level=level)

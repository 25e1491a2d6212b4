"""Detector errors: corrected figures against hand arithmetic, leave-one-out and simulation."""

import numpy as np
import pytest
from hypothesis import given, strategies as st

from beleg import inference
from beleg.corrections import Labelled, Predicted, apply_ppi, apply_rogan_gladen


def draw(seed, *, n_prompts=200, rate=0.3, sensitivity=0.9, specificity=0.98, n_labelled=300):
    """Answers, five a prompt, and a sample of them; prompts and the detector's errors vary."""
    rng = np.random.default_rng(seed)
    own = rng.beta(rate * 4, (1 - rate) * 4, n_prompts)
    found = rng.beta(sensitivity * 9, (1 - sensitivity) * 9, n_prompts)
    false = rng.beta((1 - specificity) * 9, specificity * 9, n_prompts)
    prompt = np.repeat(np.arange(n_prompts), 5)
    true = (rng.random(len(prompt)) < own[prompt]).astype(float)
    chance = np.where(true > 0, found[prompt], false[prompt])
    said = (rng.random(len(prompt)) < chance).astype(float)
    one, weight = np.ones(len(prompt)), np.full(len(prompt), 0.2)
    some = rng.choice(len(prompt), n_labelled, replace=False)
    return Predicted(prompt, weight, said, one), Labelled(
        prompt[some], weight[some], said[some], one[some], true[some], one[some]
    )


def test_rogan_gladen_by_hand():
    # 30 of 100 answers are hits of the detector; of 50 checked, 8 of 10 true ones are found and 4
    # of 40 others are taken for hits: (.3 - .1) / (.8 - .1) = 2/7.
    said = np.array([1.0] * 30 + [0.0] * 70)
    predicted = Predicted(np.arange(100), np.ones(100), said, np.ones(100))
    ours = np.array([1.0] * 8 + [0.0] * 2 + [1.0] * 4 + [0.0] * 36)
    true = np.array([1.0] * 10 + [0.0] * 40)
    ones = np.ones(50)
    labelled = Labelled(np.arange(100, 150), ones, ours, ones, true, ones)
    found = apply_rogan_gladen(predicted, labelled)
    assert found.value == pytest.approx(2 / 7)
    assert found.naive == pytest.approx(0.3)
    assert found.low < 2 / 7 < found.high
    assert (found.n, found.n_labelled, found.n_clusters_labelled) == (100, 50, 50)


def test_prediction_powered_by_hand():
    # The same, from the same answers: believed in full it is .3 - (12 - 10) / 50 = .26; by
    # what was checked alone 10 / 50. The tuned figure lies between both.
    said = np.array([1.0] * 30 + [0.0] * 70)
    predicted = Predicted(np.arange(100), np.ones(100), said, np.ones(100))
    true = np.array([1.0] * 8 + [0.0] * 4 + [1.0] * 2 + [0.0] * 36)
    rows = np.r_[0:12, 30:68]
    ones = np.ones(50)
    labelled = Labelled(rows, ones, said[rows], ones, true, ones)
    found = apply_ppi(predicted, labelled)
    expected = found.tuning * 0.3 + 0.2 - found.tuning * 0.24
    assert found.value == pytest.approx(expected)
    assert 0 < found.tuning < 1


def test_everything_checked_is_what_people_say():
    predicted, _ = draw(1)
    n = len(predicted.y)
    true = np.random.default_rng(2).integers(0, 2, n).astype(float)
    labelled = Labelled(
        predicted.prompt, predicted.weight, predicted.y, predicted.x, true, np.ones(n)
    )
    found = apply_ppi(predicted, labelled)
    assert found.value == pytest.approx(true.mean())
    per_prompt = np.bincount(predicted.prompt, true).astype(int)
    five = np.full(200, 5)
    single = inference.estimate(
        inference.Counts(
            np.zeros(200, np.int64), np.full(200, 0.2), per_prompt * 1.0, five * 1.0, five,
            per_prompt, per_prompt,
        ),
        1,
    )  # fmt: skip
    # Nothing is widened but by the one answer that nobody knows the error of.
    width, own = found.high - found.low, single.high[0] - single.low[0]
    assert own * 0.99 < width < own * 1.1
    assert found.status == single.status[0] == "ok"


@pytest.mark.parametrize("is_rate", [True, False])
def test_a_detector_that_says_nothing_is_not_believed(is_rate):
    """Where everything is checked, the ratio is the single figure's."""
    rng = np.random.default_rng(4)
    n = 60
    x = np.ones(n) if is_rate else 1.0 + rng.poisson(3, n)
    y = rng.binomial(x.astype(int), 0.4).astype(float)
    weight = rng.lognormal(0, 0.5, n)
    nothing = np.zeros(n)
    predicted = Predicted(np.arange(n), weight, nothing, x)
    labelled = Labelled(np.arange(n), weight, nothing, x, y, x)
    found = apply_ppi(predicted, labelled)
    assert found.value == pytest.approx((weight * y).sum() / (weight * x).sum())


def test_a_labelled_sample_costs_width_and_moves_the_figure():
    predicted, labelled = draw(5, sensitivity=0.7, specificity=0.95, rate=0.4)
    for correct in (apply_ppi, apply_rogan_gladen):
        found = correct(predicted, labelled)
        assert found.naive < 0.36
        assert found.low < 0.4 < found.high
        fewer = correct(predicted, Labelled(*(column[:100] for column in labelled)))
        assert fewer.high - fewer.low > found.high - found.low


def test_unequal_inclusion_is_weighed():
    """Hits are checked ten times as often as others: weights undo it."""
    values = []
    for seed in range(30):
        predicted, _ = draw(seed, sensitivity=0.7)
        rng = np.random.default_rng(seed)
        inclusion = np.where(predicted.y > 0, 0.5, 0.05)
        rows = np.flatnonzero(rng.random(len(predicted.y)) < inclusion)
        own = np.where(predicted.y > 0, 0.9, 0.12)
        by_row = (rng.random(len(own)) < own).astype(float)
        labelled = Labelled(
            predicted.prompt[rows], predicted.weight[rows] / inclusion[rows], predicted.y[rows],
            predicted.x[rows], by_row[rows], predicted.x[rows],
        )  # fmt: skip
        values.append(apply_ppi(predicted, labelled).value - by_row.mean())
    assert np.mean(values) == pytest.approx(0.0, abs=0.02)


def test_no_error_among_a_few_is_no_proof():
    predicted, labelled = draw(3, sensitivity=0.9, specificity=0.98, n_labelled=60)
    right = labelled._replace(true_y=labelled.y)
    found = apply_ppi(predicted, right)
    perfect = apply_ppi(
        predicted,
        Labelled(*predicted, predicted.y, predicted.x),
    )
    assert found.value == pytest.approx(found.naive, abs=0.05)
    assert found.high - found.low > 1.1 * (perfect.high - perfect.low)
    few = apply_ppi(predicted, Labelled(*(column[:49] for column in right)))
    assert few.status == "too_thin"


@pytest.mark.parametrize("correct", [apply_ppi, apply_rogan_gladen])
@pytest.mark.parametrize(("sensitivity", "specificity"), [(0.7, 0.9), (0.9, 0.98)])
def test_intervals_cover_the_true_rate(correct, sensitivity, specificity):
    hits, naive = 0, 0
    for seed in range(300):
        found = correct(*draw(seed, sensitivity=sensitivity, specificity=specificity))
        hits += found.low <= 0.3 <= found.high
        naive += abs(found.naive - 0.3) < 0.015
    assert 0.92 <= hits / 300 <= 0.99
    assert naive < 200


def test_what_cannot_be_corrected_is_not_measured():
    predicted, labelled = draw(1)
    nothing = Labelled(*(column[:0] for column in labelled))
    for correct in (apply_ppi, apply_rogan_gladen):
        found = correct(predicted, nothing)
        assert (found.status, found.n_labelled) == ("not_measured", 0)
        assert np.isnan(found.value)
        assert found.naive == pytest.approx(predicted.y.mean())
    coin = labelled._replace(y=(np.arange(300) % 2).astype(float))
    assert apply_rogan_gladen(predicted, coin).status == "not_measured"
    only = labelled._replace(true_y=np.ones(300))
    assert apply_rogan_gladen(predicted, only).status == "not_measured"


@given(st.integers(0, 500), st.integers(20, 200), st.floats(0.05, 0.9))
def test_figures_lie_within_their_limits(seed, n_labelled, rate):
    predicted, labelled = draw(seed, n_prompts=60, rate=rate, n_labelled=n_labelled)
    for correct in (apply_ppi, apply_rogan_gladen):
        found = correct(predicted, labelled)
        if found.status != "not_measured":
            assert 0 <= found.low <= found.value <= found.high <= 1
            assert 0 <= found.tuning <= 1


def test_callers_mistakes_are_named():
    predicted, labelled = draw(1)
    with pytest.raises(ValueError, match="one length"):
        apply_ppi(predicted._replace(y=np.ones(1)), labelled)
    with pytest.raises(ValueError, match=r"labelled\.weight"):
        apply_ppi(predicted, labelled._replace(weight=labelled.weight * 0))
    with pytest.raises(ValueError, match=r"predicted\.y"):
        apply_ppi(predicted._replace(y=predicted.x + 1), labelled)
    with pytest.raises(ValueError, match="true_y"):
        apply_ppi(predicted, labelled._replace(true_y=labelled.true_x + 1))
    with pytest.raises(ValueError, match="x must be 1"):
        apply_rogan_gladen(predicted._replace(x=predicted.x * 2), labelled)

"""The linearised variance by other routes: plain loops, refits, statsmodels."""

import numpy as np
import pytest
from scipy import special, stats

from beleg.combined import find_influence
from beleg.inference import Counts, estimate
from oracles.clustered import find_ratio, leave_one_out, linearise, resample


def draw_answers(seed, n_prompts=40):
    """Answers of prompts that ran one to four times: prompt, hit, links, weight of an answer."""
    rng = np.random.default_rng(seed)
    runs = rng.integers(1, 5, n_prompts)
    prompt = np.repeat(np.arange(n_prompts), runs)
    own = rng.beta(1, 2, n_prompts)[prompt]
    links = 1 + rng.poisson(3, len(prompt))
    hits = rng.binomial(links, own)
    weight = (rng.lognormal(0, 0.7, n_prompts) / runs)[prompt]
    return prompt, hits, links, weight


def sum_up(prompt, values):
    return np.bincount(prompt, values)


def estimate_variance(prompt, y, x, weight):
    """Ratio and variance as the product has them, the variance read back from the interval."""
    per_prompt = np.bincount(prompt, weight) / np.bincount(prompt)
    n = np.bincount(prompt)
    hits = sum_up(prompt, y > 0).astype(np.int64)
    full = sum_up(prompt, y == x).astype(np.int64)
    counts = Counts(
        np.zeros(len(n), np.int64), per_prompt, sum_up(prompt, y), sum_up(prompt, x), n, hits, full
    )
    found = estimate(counts, 1)
    h = per_prompt * sum_up(prompt, x)
    h /= h.sum()
    t = stats.t.ppf(0.975, 1 / (h**2).sum() - 1)
    value = found.value[0]
    half = special.logit(found.high[0]) - special.logit(value)
    return value, (half / t * value * (1 - value)) ** 2


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("is_rate", [True, False])
def test_variance_is_that_of_plain_loops(seed, is_rate):
    prompt, y, x, weight = draw_answers(seed)
    if is_rate:
        y, x = (y > 0).astype(int), np.ones(len(y), int)
    value, variance = estimate_variance(prompt, y, x, weight)
    sums = [sum_up(prompt, weight * part).tolist() for part in (y, x)]
    ones = [1.0] * len(sums[0])
    assert value == pytest.approx(find_ratio(*sums, ones), rel=1e-10)
    assert variance == pytest.approx(leave_one_out(*sums, ones), rel=1e-8)
    influence = find_influence(np.array(sums[:1]), np.array(sums[1:]), np.ones(len(ones)))
    plain = (influence.pull * (1 - influence.part)) ** 2
    assert plain.sum() * len(ones) / (len(ones) - 1) == pytest.approx(linearise(*sums, ones))


def test_variance_is_that_of_a_bootstrap_by_plain_loops():
    prompt, y, x, weight = draw_answers(7, 150)
    _, variance = estimate_variance(prompt, y, x, weight)
    sums = [sum_up(prompt, weight * part).tolist() for part in (y, x)]
    ratios = resample(*sums, [1.0] * 150, 3000, seed=2)
    assert variance == pytest.approx(np.var(ratios), rel=0.12)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("is_rate", [True, False])
def test_variance_is_that_of_statsmodels(seed, is_rate):
    """A ratio is the slope-free fit of y / x with weights w x: WLS, errors clustered by prompt."""
    models = pytest.importorskip("statsmodels.api")
    prompt, y, x, weight = draw_answers(seed)
    if is_rate:
        y, x = (y > 0).astype(int), np.ones(len(y), int)
    value, variance = estimate_variance(prompt, y, x, weight)
    ones = np.ones((len(y), 1))

    def fit(rows):
        return models.WLS(y[rows] / x[rows], ones[rows], weights=(weight * x)[rows])

    everything = np.ones(len(y), bool)
    # CR1 of statsmodels: G / (G - 1) * (N - 1) / (N - k); the second is 1 for one parameter.
    corrected = fit(everything).fit(cov_type="cluster", cov_kwds={"groups": prompt})
    assert value == pytest.approx(corrected.params[0], rel=1e-10)
    sums = [sum_up(prompt, weight * part).tolist() for part in (y, x)]
    assert corrected.bse[0] ** 2 == pytest.approx(linearise(*sums, [1.0] * len(sums[0])), rel=1e-9)
    refits = [fit(prompt != left).fit().params[0] for left in np.unique(prompt)]
    assert variance == pytest.approx(np.sum((np.array(refits) - value) ** 2), rel=1e-8)
    # Fitted as a logit, the mean is the same, and so is the error at logit scale. Its clustered
    # errors with weights are said to be "not fully supported": what it lacks is no part of these.
    with pytest.warns(match="not fully supported"):
        logit = models.GLM(
            y / x, ones, family=models.families.Binomial(), var_weights=weight * x
        ).fit(cov_type="cluster", cov_kwds={"groups": prompt})
    error = corrected.bse[0] / (value * (1 - value))
    assert logit.bse[0] == pytest.approx(error, rel=1e-6)

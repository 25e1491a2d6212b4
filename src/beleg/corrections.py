"""Rates and ratios corrected for a detector's errors, by answers that people checked.

A detector (of mentions, of supports) says y of x for every answer; of a labelled sample people say
what is true, y* of x*. Both are clustered by prompt, and what prompt c does to a figure is one
number, whatever it has checked: answers of the same prompt on both sides are no news twice.

**Prediction-powered** (PPI++), for a sample of the same answers with known inclusion. With u the
weight of an answer, w = u / inclusion (scaled to the same sum), m = y - R x, m* = y* - R x*::

    solve  sum_all u l m + sum_checked w (m* - l m) = 0   for R
    r_c = [sum_all,c u (l m + d) + sum_checked,c w (m* - l m - d)] / B       d: mean of m* - l m
    l in 0..1 is what makes sum r_c^2 least;  B = sum_all u l x + sum_checked w (x* - l x)

At l = 1 the detector is believed and its error subtracted; at l = 0 only what was checked counts.

**Rogan-Gladen**, for a sample from elsewhere whose sensitivity s and specificity hold here::

    R = (p - f) / (s - f)        f = 1 - specificity; p what the detector says
    r_c = (p_c - R s_c - (1 - R) f_c) / (s - f)          the pulls of prompt c on p, s and f

Both: residuals over 1 - h_c on their own side (CR3), limits at logit scale, t over the effective
prompts that were checked (Satterthwaite's df cover more than 97 % where little was checked). A
sample without an error is not a detector without one: the variance is that of one checked answer
more on which both disagree (PPI++), or of one more of either kind (Rogan-Gladen; Lang and
Reiczigel add one and two likewise).

Source: Angelopoulos, Bates, Fannjiang, Jordan and Zrnic (2023); Angelopoulos, Duchi and Zrnic
(2023) for l; Rogan and Gladen (1978); Lang and Reiczigel (2014); Bell and McCaffrey (2002).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from beleg.inference import Floats, Integers, find_interval, is_thin, round_digits
from beleg.records import EstimateStatus

MIN_LABELLED = 50
"""Least checked answers of a figure that is not too thin (docs/theory/statistics.md)."""

MIN_INFORMATION = 0.1
"""Least sensitivity + specificity - 1 by which a rate can be divided."""


class Predicted(NamedTuple):
    """What the detector says of all answers; arrays of one length (n_answers,)."""

    prompt: Integers
    """Numbered from 0."""
    weight: Floats
    """Of the answer: its prompt's weight over the prompt's answers, > 0."""
    y: Floats
    """Numerator; of a rate 0 or 1."""
    x: Floats
    """Denominator; of a rate 1."""


class Labelled(NamedTuple):
    """What people say of some answers; arrays of one length (n_labelled,)."""

    prompt: Integers
    """Numbered as those of :class:`Predicted`; prompts from elsewhere by numbers of their own."""
    weight: Floats
    """Of the answer, over its probability of inclusion, > 0."""
    y: Floats
    """Numerator by the detector."""
    x: Floats
    """Denominator by the detector."""
    true_y: Floats
    true_x: Floats


class Corrected(NamedTuple):
    """A corrected figure."""

    value: float
    """nan where nothing was measured."""
    low: float
    high: float
    naive: float
    """What the detector says, uncorrected."""
    n: int
    """Answers."""
    n_labelled: int
    n_clusters_labelled: int
    """Prompts of those."""
    n_effective: float
    """Independent answers without error that would tell as much."""
    tuning: float
    """How far the detector is believed, 0..1 (PPI++); 1 for Rogan-Gladen."""
    status: EstimateStatus
    """``too_thin`` also where the labelled sample is too small: its error is in the interval."""


class _Pull(NamedTuple):
    """What each prompt does to a mean; arrays (n_prompts,)."""

    mean: float
    pull: Floats
    part: Floats


class _Figure(NamedTuple):
    """A corrected figure before its limits."""

    ratio: float
    pull: Floats
    """What each prompt does to it, shape (n_prompts,)."""
    doubt: float
    """A variance beside that of the pulls: what no error among the checked ones leaves open."""
    tuning: float


def _check(predicted: Predicted, labelled: Labelled) -> int:
    """Check lengths and bounds; give the number of prompts."""
    for name, columns in (("predicted", predicted), ("labelled", labelled)):
        lengths = {len(column) for column in columns}
        if len(lengths) != 1:
            raise ValueError(
                f"{name} has columns of lengths {sorted(lengths)}, must be one length"
            )
        if np.any(columns.weight <= 0):
            raise ValueError(f"{name}.weight == {columns.weight.min()}, must be > 0")
        if np.any(columns.y < 0) or np.any(columns.y > columns.x):
            raise ValueError(f"{name}.y must lie within 0 and {name}.x in every row")
    if np.any(labelled.true_y < 0) or np.any(labelled.true_y > labelled.true_x):
        raise ValueError("labelled.true_y must lie within 0 and labelled.true_x in every row")
    return 1 + int(max(predicted.prompt.max(initial=-1), labelled.prompt.max(initial=-1)))


def _sum_pulls(prompt: Integers, weight: Floats, values: Floats, n_prompts: int) -> Floats:
    """Sum weighted residuals by prompt, each over what its prompt leaves of the weight (CR3)."""
    part = np.bincount(prompt, weight, n_prompts) / weight.sum()
    left = np.where(part < 1.0, 1.0 - part, 1.0)
    return np.asarray(np.bincount(prompt, weight * values, n_prompts) / left)


def _pull_mean(prompt: Integers, weight: Floats, values: Floats, n_prompts: int) -> _Pull:
    """Give a weighted mean and what each prompt does to it."""
    mean = float(np.sum(weight * values) / weight.sum())
    pull = _sum_pulls(prompt, weight, values - mean, n_prompts) / weight.sum()
    return _Pull(mean, pull, np.bincount(prompt, weight, n_prompts) / weight.sum())


def apply_ppi(predicted: Predicted, labelled: Labelled, *, level: float = 0.95) -> Corrected:
    """Correct a rate or a ratio by a sample of the same answers (PPI++).

    Args:
        predicted: All answers, the checked ones included.
        labelled: Those that people checked, drawn with known probability.
        level: Of the interval, above 0 and below 1.

    Returns:
        ``not_measured`` without answers, or with nothing checked.

    Raises:
        ValueError: Columns of several lengths, weights or numerators out of bounds.
    """
    n_prompts = _check(predicted, labelled)
    if not np.any(predicted.x > 0) or not np.any(labelled.true_x > 0):
        return _say_nothing(predicted, labelled)
    u = predicted.weight / predicted.weight.sum()
    w = labelled.weight / labelled.weight.sum()

    def solve(tuning: float) -> tuple[float, float]:
        top = tuning * (u @ predicted.y) + w @ (labelled.true_y - tuning * labelled.y)
        base = tuning * (u @ predicted.x) + w @ (labelled.true_x - tuning * labelled.x)
        # Subtracting may leave nothing; what was checked alone never does.
        return (float(top / base), float(base)) if base > 0 else solve(0.0)

    def split(ratio: float, base: float) -> tuple[Floats, Floats]:
        """Give the parts a and b of the pulls a + l b."""
        said, checked = predicted.y - ratio * predicted.x, labelled.y - ratio * labelled.x
        true = labelled.true_y - ratio * labelled.true_x
        mean, true_mean = w @ checked, w @ true
        own = _sum_pulls(labelled.prompt, w, true - true_mean, n_prompts)
        own += true_mean * _sum_pulls(predicted.prompt, u, np.ones(len(u)), n_prompts)
        gain = _sum_pulls(predicted.prompt, u, said - mean, n_prompts)
        gain -= _sum_pulls(labelled.prompt, w, checked - mean, n_prompts)
        return own / base, gain / base

    own, gain = split(*solve(1.0))
    tuning = float(np.clip(-(own @ gain) / (gain @ gain), 0.0, 1.0)) if np.any(gain) else 1.0
    ratio, base = solve(tuning)
    own, gain = split(ratio, base)
    figure = _Figure(ratio, own + tuning * gain, float(w @ w) ** 2, tuning)
    return _conclude(predicted, labelled, figure, level)


def apply_rogan_gladen(
    predicted: Predicted, labelled: Labelled, *, level: float = 0.95
) -> Corrected:
    """Correct a rate by sensitivity and specificity, estimated from a labelled sample.

    Args:
        predicted: All answers; ``x`` is 1 throughout.
        labelled: Checked answers, of these prompts or of others; ``x`` and ``true_x`` are 1.
        level: Of the interval, above 0 and below 1.

    Returns:
        ``not_measured`` without answers, without checked hits and checked others, or where the
        detector tells them hardly apart (:data:`MIN_INFORMATION`).

    Raises:
        ValueError: Columns of several lengths, weights out of bounds, or a ratio.
    """
    n_prompts = _check(predicted, labelled)
    if any(np.any(x != 1.0) for x in (predicted.x, labelled.x, labelled.true_x)):
        raise ValueError("x must be 1 everywhere: sensitivity and specificity are of rates")
    is_hit = labelled.true_y > 0.5
    if not len(predicted.y) or is_hit.all() or not is_hit.any():
        return _say_nothing(predicted, labelled)
    said = _pull_mean(predicted.prompt, predicted.weight, predicted.y, n_prompts)
    sensitivity, false = (
        _pull_mean(labelled.prompt[rows], labelled.weight[rows], labelled.y[rows], n_prompts)
        for rows in (is_hit, ~is_hit)
    )
    information = sensitivity.mean - false.mean
    if information < MIN_INFORMATION:
        return _say_nothing(predicted, labelled)
    ratio = float(np.clip((said.mean - false.mean) / information, 0.0, 1.0))
    pull = said.pull - ratio * sensitivity.pull - (1.0 - ratio) * false.pull
    doubt = 0.0
    for one, rows, factor in ((sensitivity, is_hit, ratio), (false, ~is_hit, 1.0 - ratio)):
        n = labelled.weight[rows].sum() ** 2 / (labelled.weight[rows] @ labelled.weight[rows])
        shrunk = (one.mean * n + 1.0) / (n + 2.0)
        least = shrunk * (1.0 - shrunk) / (n + 2.0)
        doubt += factor**2 * max(least - float(one.pull @ one.pull), 0.0)
    figure = _Figure(ratio, pull / information, doubt / information**2, 1.0)
    return _conclude(predicted, labelled, figure, level)


def _find_naive(predicted: Predicted) -> float:
    base = float(predicted.weight @ predicted.x)
    return float(predicted.weight @ predicted.y) / base if base > 0 else float("nan")


def _say_nothing(predicted: Predicted, labelled: Labelled) -> Corrected:
    nan = float("nan")
    return Corrected(
        nan, nan, nan, _find_naive(predicted), len(predicted.y), len(labelled.y),
        len(np.unique(labelled.prompt)), 0.0, nan, EstimateStatus.NOT_MEASURED,
    )  # fmt: skip


def _conclude(
    predicted: Predicted, labelled: Labelled, figure: _Figure, level: float
) -> Corrected:
    """Give the figure with its interval and its status."""
    ratio = float(np.clip(figure.ratio, 0.0, 1.0))
    variance = float(figure.pull @ figure.pull) + figure.doubt
    weight = labelled.weight / labelled.weight.sum()
    share = np.bincount(labelled.prompt, weight)
    freedom = 1.0 / float(share @ share) - 1.0
    low, high = find_interval(
        np.array([ratio]), np.array([variance]), np.array([freedom + 1.0]), level
    )
    part = np.bincount(predicted.prompt, predicted.weight) / predicted.weight.sum()
    effect = np.count_nonzero(part) * float(part @ part)
    n_effective = ratio * (1.0 - ratio) / variance if variance > 0 else 0.0
    n_effective = min(n_effective, float(len(predicted.y)))
    events = n_effective * min(ratio, 1.0 - ratio)
    thin = is_thin(np.array([events]), np.array([effect]))[0] or len(labelled.y) < MIN_LABELLED
    value, least, most = round_digits(np.array([ratio, low[0], high[0]])).tolist()
    return Corrected(
        value, least, most, _find_naive(predicted), len(predicted.y), len(labelled.y),
        len(np.unique(labelled.prompt)), n_effective, figure.tuning,
        EstimateStatus.TOO_THIN if thin else EstimateStatus.OK,
    )  # fmt: skip

"""Figures of several engines over the same prompts: merged by stated weights, or set apart.

Engines are never merged unless asked. Their prompts are the same, so that their figures are not
independent: what prompt c does to the figure of engine e is its *pull*, the CR3 residual of
:mod:`beleg.inference`, and whatever is made of several figures is pulled by the sum::

    R_e = sum_c Y_ec / sum_c X_ec      h_ec = X_ec / sum_c X_ec
    pull_ec = (Y_ec - R_e X_ec) / sum_c X_ec / (1 - h_ec)
    merged:      R = sum_e a_e R_e         v = sum_c (sum_e a_e pull_ec)^2
    difference:  d = R_1 - R_2             limits by MOVER, with the pulls' correlation

The merged interval is the one of single figures, over effective prompts of h_c = sum_e a_e h_ec.
Differences keep each figure's own limits, which know about 0 and 1.

Source: Bell and McCaffrey (2002) for the residuals; Zou and Donner (2008) for MOVER, "method of
variance estimates recovery", which puts limits of a difference together from those of its parts.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from beleg.inference import Floats, find_interval, is_thin, round_digits
from beleg.records import EstimateStatus


class Influence(NamedTuple):
    """Figures, and what each prompt does to them."""

    ratio: Floats
    """Shape (n_figures,), nan where the denominator is 0."""
    pull: Floats
    """Shape (n_figures, n_prompts); its squares sum to the variance (CR3)."""
    part: Floats
    """Part of each prompt in the denominator, shape (n_figures, n_prompts); rows sum to 1."""

    def find_variance(self) -> Floats:
        """Sum the squares; shape (n_figures,)."""
        return np.asarray(np.sum(self.pull**2, axis=-1))

    def count_effective(self) -> Floats:
        """Count effective prompts, 1 / sum h^2; shape (n_figures,), nan where none is."""
        with np.errstate(divide="ignore"):
            effective = 1.0 / np.sum(self.part**2, axis=-1)
        return np.where(np.isfinite(effective), effective, np.nan)


class Answers(NamedTuple):
    """What is known of the answers behind a ratio whose numerator is no yes or no.

    Arrays of shape (n_figures, n_prompts).
    """

    n: Floats
    """Answers with a denominator above 0."""
    n_hits: Floats
    """Those with a numerator above 0."""
    n_full: Floats
    """Those whose numerator equals their denominator."""


class Merged(NamedTuple):
    """One figure made of several."""

    value: float
    """nan where one of them is not measured."""
    low: float
    high: float
    n: int
    """Answers."""
    n_clusters: int
    """Prompts that at least one engine was asked."""
    n_effective: float
    """Independent, equally weighted answers that would tell as much."""
    weight_effect: float
    status: EstimateStatus


class Difference(NamedTuple):
    """How much the first figure is above the second."""

    value: float
    """-1..1; nan where one of them is not measured."""
    low: float
    high: float
    correlation: float
    """Of the two figures, through the prompts that they share, -1..1."""
    status: EstimateStatus
    """``too_thin`` where either figure is."""


def find_influence(y: Floats, x: Floats, weight: Floats) -> Influence:
    """Find ratios and each prompt's pull on them.

    Args:
        y: Numerators, mean of the prompt's answers, 0 <= y <= x; shape (n_figures, n_prompts).
        x: Denominators likewise, >= 0; for a rate 1 where the prompt was asked. 0: not asked.
        weight: Of each prompt, > 0; shape (n_prompts,), or one for each figure, as ``y``.

    Raises:
        ValueError: Shapes that do not fit, or values out of bounds.
    """
    y, x, weight = (np.asarray(values, dtype=np.float64) for values in (y, x, weight))
    if y.ndim != 2 or y.shape != x.shape or weight.shape not in {y.shape, y.shape[1:]}:
        raise ValueError(
            f"y, x and weight have shapes {y.shape}, {x.shape} and {weight.shape}, must be "
            "(n_figures, n_prompts) twice and (n_prompts,)"
        )
    if np.any(weight <= 0):
        raise ValueError(f"weight == {weight.min()}, must be > 0")
    if np.any(y < 0) or np.any(y > x):
        raise ValueError("y must lie within 0 and x everywhere")
    total = np.sum(x * weight, axis=1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        part = np.where(total > 0, x * weight / total, 0.0)
        ratio = np.sum(y * weight, axis=1) / total[:, 0]
        # Rates of 0 and 1 are met by counting, not by rounding.
        ratio = np.clip(np.where(np.abs(ratio - 1.0) < 1e-12, 1.0, ratio), 0.0, 1.0)
        residual = (y * weight - np.where(total > 0, ratio[:, None], 0.0) * x * weight) / total
        # A prompt that is alone leaves nothing of its residual: no variance, not an endless one.
        pull = np.where((total > 0) & (part < 1.0), residual / (1.0 - part), 0.0)
    return Influence(ratio, pull, part)


def _mix(influence: Influence, parts: Floats) -> Influence:
    """Merge figures into one; shapes (1,) and (1, n_prompts)."""
    return Influence(
        np.array([parts @ influence.ratio]), (parts @ influence.pull)[None],
        (parts @ influence.part)[None],
    )  # fmt: skip


def _count_events(
    y: Floats, x: Floats, weight: Floats, parts: Floats, answers: Answers | None
) -> tuple[float, float, float]:
    """Count effective answers, effective events (or non-events) and the weight effect."""
    n = np.where(x > 0, 1.0, 0.0) if answers is None else np.asarray(answers.n, np.float64)
    asked = np.where(n > 0, 1.0, 0.0)
    if answers is None:
        with np.errstate(divide="ignore", invalid="ignore"):
            hit = full = np.where(x > 0, y / x, 0.0)
    else:
        hit, full = (
            np.divide(part, n, out=np.zeros_like(n), where=n > 0)
            for part in (answers.n_hits, answers.n_full)
        )
    part = find_influence(asked, asked, weight).part
    # Answers of one figure and prompt share its part; Kish over them all.
    squares = np.divide((parts[:, None] * part) ** 2, n, out=np.zeros_like(n), where=n > 0)
    n_clusters = np.count_nonzero(asked.any(axis=0))
    whole = _mix(find_influence(y, x, weight), parts)
    weighed = _mix(find_influence(asked, asked, weight), parts)
    # A ratio's own denominators weigh as well, as in single figures.
    most = float(whole.count_effective()[0] / weighed.count_effective()[0] / squares.sum())
    sizes, amounts = [], []
    for events, is_other in ((hit, False), (full, True)):
        binary = _mix(find_influence(events, asked, weight), parts)
        rate, variance = float(binary.ratio[0]), float(binary.find_variance()[0])
        told = rate * (1.0 - rate) / variance if variance > 0 else np.inf
        sizes.append(min(told, most))
        amounts.append(sizes[-1] * (1.0 - rate if is_other else rate))
    effect = float(n_clusters / binary.count_effective()[0])
    return float(sizes[0]), float(min(amounts)), max(effect, 1.0)


def combine(
    y: Floats,
    x: Floats,
    weight: Floats,
    shares: Floats,
    *,
    level: float = 0.95,
    answers: Answers | None = None,
) -> Merged:
    """Merge the figures of several engines by stated weights, clustered by prompt over engines.

    Args:
        y: Numerators, mean of the prompt's answers, 0 <= y <= x; shape (n_engines, n_prompts).
        x: Denominators likewise; for a rate 1 where the prompt was asked, 0 where it was not.
        weight: Of each prompt, > 0; shape (n_prompts,).
        shares: Stated weight of each engine, >= 0, one above 0; shape (n_engines,). They are
            divided by their sum. An engine at 0 is left out.
        level: Of the interval, above 0 and below 1.
        answers: For the status of ratios, and where prompts have several answers. None: one
            answer a prompt and engine, of which y / x was a hit.

    Returns:
        One figure with the interval of single figures; ``not_measured`` where one of the engines
        is, for a mixture without it would be another figure.

    Raises:
        ValueError: Shapes that do not fit, or values out of bounds.
    """
    shares = np.asarray(shares, dtype=np.float64)
    if shares.shape != np.shape(y)[:1]:
        raise ValueError(f"shares has shape {shares.shape}, must be {np.shape(y)[:1]}")
    if np.any(shares < 0) or not shares.sum() > 0:
        raise ValueError("shares must be >= 0, and one of them above 0")
    used = shares > 0
    y, x = np.asarray(y, np.float64)[used], np.asarray(x, np.float64)[used]
    if answers is not None:
        answers = Answers(*(np.asarray(part, np.float64)[used] for part in answers))
    parts = shares[used] / shares.sum()
    merged = _mix(find_influence(y, x, weight), parts)
    n = int(np.sum(x > 0 if answers is None else answers.n))
    n_clusters = int(np.count_nonzero((x > 0).any(axis=0)))
    if np.isnan(merged.ratio[0]):
        nan = float("nan")
        return Merged(nan, nan, nan, n, n_clusters, 0.0, 1.0, EstimateStatus.NOT_MEASURED)
    low, high = find_interval(
        merged.ratio, merged.find_variance(), merged.count_effective(), level
    )
    n_effective, events, effect = _count_events(y, x, weight, parts, answers)
    thin = bool(is_thin(np.array([events]), np.array([effect]))[0])
    value, low, high = (round_digits(limit) for limit in (merged.ratio, low, high))
    return Merged(
        float(value[0]), float(low[0]), float(high[0]), n, n_clusters, n_effective, effect,
        EstimateStatus.TOO_THIN if thin else EstimateStatus.OK,
    )  # fmt: skip


def subtract(
    y: Floats,
    x: Floats,
    weight: Floats,
    *,
    level: float = 0.95,
    answers: Answers | None = None,
) -> Difference:
    """Subtract the second figure from the first, over prompts that they share.

    Args:
        y: As in :func:`combine`; shape (2, n_prompts).
        x: Likewise.
        weight: Of each prompt, > 0; shape (n_prompts,).
        level: Of the interval, above 0 and below 1.
        answers: As in :func:`combine`.

    Raises:
        ValueError: Other than two figures, shapes that do not fit, or values out of bounds.
    """
    if len(y) != 2:
        raise ValueError(f"y has {len(y)} figures, must be 2")
    both = [
        combine(y, x, weight, shares, level=level, answers=answers)
        for shares in (np.array([1.0, 0.0]), np.array([0.0, 1.0]))
    ]
    status = max((one.status for one in both), key=list(EstimateStatus).index)
    if status == EstimateStatus.NOT_MEASURED:
        nan = float("nan")
        return Difference(nan, nan, nan, 0.0, status)
    influence = find_influence(y, x, weight)
    low, high, correlation = find_difference(
        influence.ratio[:, None],
        np.array([[one.low] for one in both]),
        np.array([[one.high] for one in both]),
        influence.pull[:, None],
    )
    value, least, most = round_digits(
        np.array([both[0].value - both[1].value, low[0], high[0]])
    ).tolist()
    return Difference(value, least, most, float(correlation[0]), status)


def find_difference(
    ratio: Floats, low: Floats, high: Floats, pull: Floats
) -> tuple[Floats, Floats, Floats]:
    """Give the limits of differences from those of their two figures (MOVER).

    Args:
        ratio: Shape (2, n).
        low: Lower limits, shape (2, n).
        high: Upper limits, shape (2, n).
        pull: Of each prompt, shape (2, n, n_prompts).

    Returns:
        Lower limits, upper limits and correlations, each (n,). Figures without a variance (0 or
        1 throughout) are taken as uncorrelated.
    """
    variance = np.sum(pull**2, axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        r = np.sum(pull[0] * pull[1], axis=-1) / np.sqrt(variance[0] * variance[1])
    r = np.clip(np.where(np.isfinite(r), r, 0.0), -1.0, 1.0)
    value = ratio[0] - ratio[1]
    down, up = ratio - low, high - ratio

    def span(first: Floats, second: Floats) -> Floats:
        squares = first**2 + second**2 - 2.0 * r * first * second
        return np.asarray(np.sqrt(np.maximum(squares, 0.0)))

    return value - span(down[0], up[1]), value + span(up[0], down[1]), r

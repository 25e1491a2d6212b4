"""Confidence sequences: intervals that hold at all looks together, however often one looks.

A 95 % interval that is computed anew every day misses the truth on *some* day far more often than
in 5 % of cases. Here the figure of each unit of time (day or week) is one observation, and the
interval inverts a mixture of t-tests, which is a martingale where nothing changed. With n units,
their mean m, variance s2 on nu degrees of freedom, V units of information and A = 1 / alpha::

    rho = phi / (phi + V)          c = (A / sqrt(rho))^(2 / (nu + 1))
    m -/+ sqrt(s2 nu (c - 1) / (1 - c rho) / V)         endless where c rho >= 1

For a mean V = n and nu = n - 1. For a change against a baseline of b units V = b t / (b + t) after
t more units and nu = b + t - 2: mean after less mean before is the estimate of a regression whose
nuisance is the level, and the weighted sum of its recursive residuals has independent increments
in V. So the baseline's own error is in it, and no interval grows narrower than b units allow.

Exact for normal units that are alike and independent; for means of many prompts it holds
approximately, and is measured by benchmarks/bench_sequences.py. docs/theory/sequences.md says what
must hold, and what cannot be said.

Source: Lai (1976) and Wang and Ramdas (2025) for the mixture of t-tests; Lindon, Ham, Tingley and
Bojinov (2022) for regressions; Robbins (1970) for mixtures.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

Floats = NDArray[np.float64]

MIN_UNITS = 5
"""Fewest units of time of an interval around a mean: fewer are not nearly normal."""


class Sequence(NamedTuple):
    """A figure after each unit, with limits that hold at all of them together; shape (..., n).

    Limits are endless (of a mean: 0 and 1) where nothing can be said yet.
    """

    value: Floats
    low: Floats
    high: Floats


def tune(horizon: float, level: float) -> float:
    """Give the phi with which the interval is narrowest after ``horizon`` units of information.

    Source: Howard, Ramdas, McAuliffe and Sekhon (2021), on tuning normal mixtures.
    """
    doubled = -2.0 * np.log1p(-level)
    return float(horizon / (doubled + np.log1p(doubled)))


def find_radius(
    variance: Floats, information: Floats, freedom: Floats, phi: float, level: float
) -> Floats:
    """Give half the width of the interval, by the formula above.

    Args:
        variance: Of one unit, estimated on ``freedom`` degrees of freedom, >= 0.
        information: V, in units, > 0.
        freedom: nu; below 1 nothing is known.
        phi: Of :func:`tune`; another one than was used before would break the promise.
        level: With which all looks together hold, above 0 and below 1.
    """
    rho = phi / (phi + information)
    known = np.maximum(freedom, 0.0)
    c = np.exp(2.0 / (known + 1.0) * (-np.log1p(-level) - 0.5 * np.log(rho)))
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = (c - 1.0) / (1.0 - c * rho)
        radius = np.sqrt(variance * known * ratio / information)
    return np.where((c * rho < 1.0) & (freedom >= 1.0), radius, np.inf)


def _run(values: Floats) -> tuple[Floats, Floats, Floats]:
    """Give n, mean and sum of squared deviations after each unit."""
    n = np.arange(1, values.shape[-1] + 1, dtype=np.float64)
    # Deviations from the first value: sums of squares then keep their digits.
    moved = values - values[..., :1]
    sums = moved.cumsum(-1)
    squares = (moved**2).cumsum(-1) - sums**2 / n
    squares = np.where(squares > 1e-12 * (moved**2).cumsum(-1), squares, 0.0)
    return n, sums / n + values[..., :1], squares


def follow_mean(values: Floats, level: float, horizon: float) -> Sequence:
    """Follow the mean of a figure in 0..1 over the units so far.

    The radius is taken on the logit scale, as all intervals of rates here: near 0 and 1 means
    and variances of few units fall short together, and a symmetric interval would miss.

    Args:
        values: The figure of each unit, 0..1; shape (..., n_units), n_units >= 1.
        level: With which all looks together hold.
        horizon: Units after which the interval is to be narrowest, > 0; fixed beforehand.
    """
    _check(level, horizon)
    n, mean, squares = _run(values)
    variance = squares / np.maximum(n - 1.0, 1.0)
    radius = find_radius(variance, n, n - 1.0, tune(horizon, level), level)
    inside = (mean > 0.0) & (mean < 1.0) & np.isfinite(radius) & (variance > 0.0)
    inside &= n >= MIN_UNITS
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        scaled = radius / (mean * (1.0 - mean))
        low, high = special.expit(special.logit(mean) + np.array([[-1.0], [1.0]]).reshape(
            (2,) + (1,) * mean.ndim) * scaled)  # fmt: skip
    return Sequence(mean, np.where(inside, low, 0.0), np.where(inside, high, 1.0))


def follow_change(baseline: Floats, values: Floats, level: float) -> Sequence:
    """Follow the mean of the units so far less that of a baseline before them.

    Args:
        baseline: Figures of the baseline's units, shape (..., b), b >= 1. How many there are must
            not depend on the figures.
        values: Figures after it, shape (..., t), t >= 1.
        level: With which all looks together hold.
    """
    n_base = baseline.shape[-1]
    _check(level, n_base)
    n, mean, squares = _run(values)
    base_mean = baseline.mean(-1, keepdims=True)
    base_squares = ((baseline - base_mean) ** 2).sum(-1, keepdims=True)
    freedom = n_base + n - 2.0
    variance = (base_squares + squares) / np.maximum(freedom, 1.0)
    # Narrowest when half of all that can be known is: information never passes n_base.
    phi = tune(n_base / 2.0, level)
    radius = find_radius(variance, n_base * n / (n_base + n), freedom, phi, level)
    radius = np.where(variance > 0.0, radius, np.inf)
    change = mean - base_mean
    return Sequence(change, np.maximum(change - radius, -1.0), np.minimum(change + radius, 1.0))


def _check(level: float, horizon: float) -> None:
    if not 0.0 < level < 1.0:
        raise ValueError(f"level == {level}, must be > 0 and < 1")
    if not horizon > 0.0:
        raise ValueError(f"horizon == {horizon}, must be > 0")


def find_persistence(values: Floats) -> float:
    """Give the correlation of each unit with the next, once the mean is taken out; nan below 3."""
    if values.shape[-1] < 3:
        return float("nan")
    left = values - values.mean()
    total = float((left**2).sum())
    return float((left[:-1] * left[1:]).sum() / total) if total > 0 else 0.0

"""Before against after, prompt by prompt: the change of many figures at once, as arrays.

Pure functions on dense arrays of shape (n_figures, n_prompts); what the figures are is read
elsewhere. docs/theory/changes.md derives the formulas and prints what they hold.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]

LEAST_DIFFERING = 6.0
"""Fewer effective prompts that differ (and fewer by weight): too little data. From 6 on, 4 to 6 %
of true nulls are rejected (benchmarks/bench_changes.py); an even split of 5 prompts cannot reach
5 % at all, 2 * 2^-5 being 6 %."""


class Compared(NamedTuple):
    """Figures before and after; arrays of shape (n_figures,), nan where one was not measured."""

    before: Floats
    after: Floats
    change: Floats
    low: Floats
    """Limits of the change; they exclude 0 exactly where p is below 1 - level."""
    high: Floats
    p: Floats
    """Two-sided, of no change; nan where ``thin``."""
    n_prompts: NDArray[np.int64]
    """Prompts in the common basket of the figure."""
    n_differing: Floats
    """Effective prompts that differ: how many equal differences would tell as much."""
    thin: Booleans
    """Too little data, decided from sizes of differences alone, never from their signs."""


def _divide(numerator: Floats, denominator: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(numerator / denominator, dtype=np.float64)


def keep_common(before: Floats, after: Floats) -> Booleans:
    """Say which cells lie in the common basket: a denominator above 0 in both windows."""
    return np.asarray((before > 0) & (after > 0), dtype=bool)


def find_differences(y0: Floats, x0: Floats, y1: Floats, x1: Floats) -> tuple[Floats, Floats]:
    """Linearise the change of a ratio about the pooled ratio, prompt by prompt.

    Args:
        y0: Numerators before, weighted; shape (n_figures, n_prompts).
        x0: Denominators before; 0 outside of the basket, and then in all four.
        y1: Numerators after.
        x1: Denominators after.

    Returns:
        Differences d, which add up to the change exactly, and the parts h of the prompts in the
        figure, which add up to 1. For a rate d is h times the difference of the prompt's rates.
    """
    total0, total1 = x0.sum(1, keepdims=True), x1.sum(1, keepdims=True)
    pooled = _divide(y0.sum(1, keepdims=True) + y1.sum(1, keepdims=True), total0 + total1)
    differences = _divide(y1 - pooled * x1, total1) - _divide(y0 - pooled * x0, total0)
    parts = (_divide(x0, total0) + _divide(x1, total1)) / 2.0
    # What cancellation leaves of equal terms is no difference.
    dust = 1e-12 * parts
    return np.where(np.abs(differences) <= dust, 0.0, differences), parts


def compare(y0: Floats, x0: Floats, y1: Floats, x1: Floats, *, level: float = 0.95) -> Compared:
    """Compare two windows for the population of prompts; every prompt is its own control.

    Under no change the sign of each prompt's difference is a coin. The distribution of
    S^2 = (sum d)^2 / sum d^2 over all signs is met by a beta with the same first two moments:
    1/2 and (m - 1) / 2 times m, m = 3 K - 2, K = (sum d^2)^2 / sum d^4. That is t with m - 1
    degrees of freedom, near n - 1 for normal differences, and near 3 n for equal ones.

    Source: Pitman (1937); Box and Andersen (1955), moments of the permutation distribution.

    Args:
        y0: Numerators before, weighted; shape (n_figures, n_prompts).
        x0: Denominators before. Prompts without a denominator in either window do not count.
        y1: Numerators after.
        x1: Denominators after.
        level: Of the interval, above 0 and below 1.

    Raises:
        ValueError: A level out of bounds.
    """
    if not 0.0 < level < 1.0:
        raise ValueError(f"level == {level}, must be > 0 and < 1")
    common = keep_common(x0, x1)
    y0, x0, y1, x1 = (np.where(common, array, 0.0) for array in (y0, x0, y1, x1))
    d, h = find_differences(y0, x0, y1, x1)
    squares = d * d
    change, spread = d.sum(1), squares.sum(1)
    differing = np.nan_to_num(_divide(spread * spread, (squares * squares).sum(1)))
    evenness = (h * h).sum(1)
    thin = ~((differing >= LEAST_DIFFERING) & (evenness <= 1.0 / LEAST_DIFFERING))
    m = np.maximum(3.0 * differing - 2.0, 2.0)
    ratio = _divide(change * change, spread)
    left = np.maximum(m - ratio, 1e-300)
    p = 2.0 * special.stdtr(m - 1.0, -np.sqrt(_divide(ratio * (m - 1.0), left)))
    # No test on n signs can fall below all n of them being equal.
    p = np.maximum(p, np.exp2(1.0 - (d != 0).sum(1)))
    t = special.stdtrit(m - 1.0, 0.5 + level / 2.0)
    bound = t * t * m / (m - 1.0 + t * t)
    low, high = _invert(change, spread, (d * h).sum(1), evenness, bound)
    sides = (_divide(y0.sum(1), x0.sum(1)), _divide(y1.sum(1), x1.sum(1)))
    return _say(sides, common.sum(1), (low, high), p, (differing, thin))


def _invert(
    change: Floats, spread: Floats, cross: Floats, evenness: Floats, bound: Floats
) -> tuple[Floats, Floats]:
    """Find the shifts that are not rejected: (D - s)^2 <= bound * sum (d - s h)^2."""
    lead = 1.0 - bound * evenness
    middle = change - bound * cross
    root = np.sqrt(np.maximum(middle**2 - lead * (change**2 - bound * spread), 0.0))
    low, high = _divide(middle - root, lead), _divide(middle + root, lead)
    unbounded = lead <= 0
    return np.where(unbounded, -1.0, low), np.where(unbounded, 1.0, high)


def compare_runs(
    hits0: Floats, n0: Floats, hits1: Floats, n1: Floats, weight: Floats, *, level: float = 0.95
) -> Compared:
    """Compare two windows for this basket alone: the prompts are fixed, only runs vary.

    Answers of a prompt that are 0 or 1; with no change, which of them lie before and which after
    is a draw without replacement. Runs of a prompt must be independent. Says nothing of prompts
    that were not asked.

    Source: Cochran (1954), Mantel and Haenszel (1959), with the prompts' weights.

    Args:
        hits0: Answers with an event before; shape (n_figures, n_prompts).
        n0: Answers before. Prompts with fewer than 2 answers in either window do not count.
        hits1: Answers with an event after.
        n1: Answers after.
        weight: Of the prompts, > 0; shape (n_prompts,), or one row a figure.
        level: Of the interval, above 0 and below 1.
    """
    if not 0.0 < level < 1.0:
        raise ValueError(f"level == {level}, must be > 0 and < 1")
    common = (n0 >= 2) & (n1 >= 2)
    h = np.where(common, weight, 0.0)
    h = _divide(h, h.sum(1, keepdims=True))
    rate0, rate1 = (np.where(common, _divide(y, n), 0.0) for y, n in ((hits0, n0), (hits1, n1)))
    total, hits = n0 + n1, hits0 + hits1
    variance = np.where(
        common, h * h * _divide(hits * (total - hits), n0 * n1 * (total - 1.0)), 0.0
    )
    change, spread = (h * (rate1 - rate0)).sum(1), variance.sum(1)
    differing = np.nan_to_num(_divide(spread**2, (variance**2).sum(1)))
    thin = ~((differing >= LEAST_DIFFERING) & ((h * h).sum(1) <= 1.0 / LEAST_DIFFERING))
    error = np.sqrt(spread)
    p = 2.0 * special.ndtr(-np.abs(_divide(change, error)))
    half = special.ndtri(0.5 + level / 2.0) * error
    sides = ((h * rate0).sum(1), (h * rate1).sum(1))
    limits = (change - half, change + half)
    return _say(sides, common.sum(1), limits, p, (differing, thin))


def _say(
    sides: tuple[Floats, Floats],
    n_prompts: Floats,
    limits: tuple[Floats, Floats],
    p: Floats,
    told: tuple[Floats, Booleans],
) -> Compared:
    before, after = sides
    change = after - before
    missing = np.isnan(change)
    # A change of parts of one lies within -1 and 1.
    low, high = (np.clip(limit, -1.0, 1.0) for limit in limits)
    return Compared(
        before=before,
        after=after,
        change=change,
        low=np.where(missing, np.nan, np.minimum(low, change)),
        high=np.where(missing, np.nan, np.maximum(high, change)),
        p=np.where(told[1] | missing, np.nan, np.minimum(p, 1.0)),
        n_prompts=n_prompts.astype(np.int64),
        n_differing=np.where(missing, 0.0, told[0]),
        thin=told[1] | missing,
    )


def adjust_p(p: Floats) -> Floats:
    """Adjust p values for their number: the least false-discovery rate at which each passes.

    Source: Benjamini and Hochberg (1995), step up.

    Args:
        p: Shape (n,); nan is no test and takes no part.

    Returns:
        Adjusted values, never below p; nan stays nan.
    """
    adjusted = np.full(p.shape, np.nan)
    tested = np.flatnonzero(~np.isnan(p))
    order = tested[np.argsort(p[tested], kind="stable")]
    steps = p[order] * len(order) / np.arange(1, len(order) + 1)
    adjusted[order] = np.minimum.accumulate(steps[::-1])[::-1]
    return adjusted

"""Concentration: do few publishers get most of the links that an engine shows?

With y_ic the links to publisher i at prompt c, x_c all links there (weighted, sums over prompts)::

    HHI   = (sum_i S_i^2 - sum_i sum_c y_ic^2) / (X^2 - sum_c x_c^2)      S_i = sum_c y_ic
    top k = (P + L) / 2     P = share of the k greatest S_i
                            L = sum_c (y_c of the k greatest without prompt c) / X

HHI is the chance that two links of *different prompts* lead to one publisher. The usual sum of
squared shares counts each link beside itself too and is far too high in small samples; so is P,
which picks its k by the very links that it then counts. L picks them without the prompt that it
counts, which is as much too low: their mean is close to the truth (bias and coverage,
beside the plug-in with a bootstrap: benchmarks/bench_concentration.py).

Intervals: HHI by leaving each prompt out in turn, the top share linearised (CR3), both on the
logit with t over effective prompts, as :mod:`beleg.inference` does for rates.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from beleg import inference
from beleg.combined import find_influence
from beleg.measure.cells import Cells

Floats = NDArray[np.float64]

TOP = 10
"""How many publishers the top share is about."""


class Concentration(NamedTuple):
    """How concentrated the links of one engine are; None where it cannot be known."""

    hhi: float | None
    hhi_low: float | None
    hhi_high: float | None
    top: float | None
    """Share of the :data:`TOP` greatest, 0..1; None where no more than these have a link."""
    top_low: float | None
    top_high: float | None
    hhi_plain: float | None
    """Sum of squared shares, uncorrected: for comparison with figures of others."""
    top_plain: float | None
    n_answers: int
    """With at least one link."""
    n_prompts: int
    """With at least one link."""
    n_publishers: int
    """With at least one link."""


def _find_interval(value: float, variance: float, x: Floats, level: float) -> tuple[float, float]:
    effective = float(x.sum() ** 2 / (x**2).sum())
    inside = np.array([min(max(value, 1e-9), 1.0 - 1e-9)])
    low, high = inference.find_interval(inside, np.array([variance]), np.array([effective]), level)
    return float(low[0]), float(high[0])


def estimate_hhi(y: Floats, x: Floats, level: float) -> tuple[float, float, float]:
    """Estimate the HHI with its interval.

    Args:
        y: Weighted links, shape (n_publishers, n_prompts).
        x: All weighted links, shape (n_prompts,), > 0; at least two prompts.
        level: Of the interval.
    """
    own, squares = y.sum(1), (y**2).sum(0)
    total, pairs = x.sum(), x.sum() ** 2 - (x**2).sum()
    value = float(((own**2).sum() - squares.sum()) / pairs)
    if len(x) < 3:  # nothing is left to compare when one of two is left out
        return value, 0.0, 1.0
    # Without prompt c: sum_i (S_i - y_ic)^2 less the squares of the other prompts.
    left = (own**2).sum() - 2.0 * (own @ y) + 2.0 * squares - squares.sum()
    without = left / ((total - x) ** 2 - ((x**2).sum() - x**2))
    n = len(x)
    variance = float((n - 1) / n * ((without - without.mean()) ** 2).sum())
    return value, *_find_interval(value, variance, x, level)


def estimate_top(
    y: Floats, x: Floats, level: float, k: int = TOP
) -> tuple[float, float, float] | None:
    """Estimate the share of the k greatest publishers with its interval.

    Args:
        y: Weighted links, shape (n_publishers, n_prompts).
        x: All weighted links, shape (n_prompts,), > 0; at least two prompts.
        level: Of the interval.
        k: How many.

    Returns:
        Value and limits; None where there are no more than k, so that nothing is left out.
    """
    if len(y) <= k:
        return None
    own = y.sum(1)
    plain = y[np.argsort(-own, kind="stable")[:k]].sum(0)
    rest = own[:, None] - y
    chosen = np.argpartition(-rest, k - 1, axis=0)[:k]
    left_out = np.take_along_axis(y, chosen, axis=0).sum(0)
    shares = [float(links.sum() / x.sum()) for links in (plain, left_out)]
    taken = np.minimum([plain, left_out], x)  # the same, but for the order of additions
    variances = find_influence(taken, np.array([x, x]), np.ones_like(x)).find_variance()
    value = sum(shares) / 2.0
    return value, *_find_interval(value, float(variances.mean()), x, level)


def find_concentration(cells: Cells, *, level: float = 0.95) -> Concentration:
    """Tell how concentrated the links are that one engine shows.

    Args:
        cells: ``citation_share`` of one engine, of all publishers that have a link.
        level: Of the intervals, above 0 and below 1.

    Raises:
        ValueError: Cells of another measure, or a level out of bounds.
    """
    if cells.measure != "citation_share":
        raise ValueError(f"cells.measure == {cells.measure!r}, must be 'citation_share'")
    if not 0.0 < level < 1.0:
        raise ValueError(f"level == {level}, must be > 0 and < 1")
    linked = cells.y.sum(1) > 0
    if not linked.any():
        return Concentration(None, None, None, None, None, None, None, None, 0, 0, 0)
    y, x = cells.y[linked], cells.x[0]
    kept = x > 0
    y, x = y[:, kept], x[kept]
    shares = np.sort(y.sum(1) / x.sum())[::-1]
    several = len(x) > 1
    hhi = estimate_hhi(y, x, level) if several else None
    top = estimate_top(y, x, level) if several else None
    hhi_value, hhi_low, hhi_high = hhi or (None, None, None)
    top_value, top_low, top_high = top or (None, None, None)
    return Concentration(
        hhi=hhi_value,
        hhi_low=hhi_low,
        hhi_high=hhi_high,
        top=top_value,
        top_low=top_low,
        top_high=top_high,
        hhi_plain=float((shares**2).sum()),
        top_plain=float(shares[:TOP].sum()),
        n_answers=int(cells.n[0].sum()),
        n_prompts=len(x),
        n_publishers=len(y),
    )

"""The cluster bootstrap: intervals for what has no formula, ranks and odd statistics included.

The prompt is what is drawn. All figures over the same prompts are drawn at once: a matrix of draws
(n_draws, n_prompts) times a matrix of per-prompt totals (n_prompts, n_columns) gives the totals of
every figure in every draw, so that figures stay together as they are in the data (who is above
whom, draw by draw), and one matrix product does the work of n_figures resamplings::

    k_b ~ n independent exponentials over their mean      (the Bayesian bootstrap; "exponential")
       or counts of n draws with replacement              (Efron's; "multinomial")
    R_b = sum_c k_bc Y_c / sum_c k_bc X_c
    v_b = sum_c k_bc (Y_c - R_b X_c)^2 / (sum_c k_bc X_c)^2
    percentile:   quantiles of R_b
    studentised:  logit R - quantile of t_b * s(R),  t_b = (logit R_b - logit R) / s_b

with s the error sqrt(v) / (R (1 - R)) at logit scale, for R with prompts left out (CR3). No prompt
is ever lost under exponential weights, so that a rare figure does not vanish from half of the
draws; under multinomial ones draws at 0 or 1 have no logit, and open the limit on their side.

The seed is given, or derived from the data (sha256): the same data give the same digits. Columns
must stand in the order of their ids, as everywhere: another order of prompts is another draw.

Source: Efron (1979); Rubin (1981) for exponential weights; Davison and Hinkley (1997), section 2.4
for studentised limits, and 3.8 for clusters.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from beleg.combined import Influence, find_influence
from beleg.inference import Floats, round_digits

Kind = Literal["exponential", "multinomial"]

N_DRAWS = 1999
"""Draws where none are stated: the ends of a 95 % interval are the 50th from either side."""

_BLOCK = 2**22
"""Cells of the matrix of draws that are held at one time."""


class Bootstrapped(NamedTuple):
    """Figures with two kinds of limits; arrays (n_figures,), nan where the denominator is 0."""

    value: Floats
    error: Floats
    """Standard deviation over the draws."""
    low: Floats
    """Percentile limits."""
    high: Floats
    low_t: Floats
    """Studentised limits at logit scale; 0 to 1 where the figure is 0 or 1: nothing is drawn
    there but what is there."""
    high_t: Floats
    seed: int


def derive_seed(*arrays: NDArray[np.generic]) -> int:
    """Derive a seed from data: shapes, types and bytes, by sha256; 64 bits."""
    digest = hashlib.sha256()
    for array in arrays:
        values = np.ascontiguousarray(array)
        digest.update(f"{values.dtype.str}{values.shape}".encode())
        digest.update(values.tobytes())
    return int.from_bytes(digest.digest()[:8], "big")


def draw_prompts(
    n_prompts: int, n_draws: int, seed: int, kind: Kind = "exponential"
) -> Iterator[Floats]:
    """Draw how often each prompt counts, a block of draws at a time.

    Yields:
        Arrays (some, n_prompts) whose rows sum to n_prompts; n_draws rows in all. Where blocks
        end changes no number.

    Raises:
        ValueError: No prompt, no draw, or another kind.
    """
    if n_prompts < 1 or n_draws < 1:
        raise ValueError(f"n_prompts == {n_prompts}, n_draws == {n_draws}, must be >= 1")
    if kind not in {"exponential", "multinomial"}:
        raise ValueError(f"kind == {kind!r}, must be exponential or multinomial")
    rng = np.random.Generator(np.random.SFC64(seed))
    size = max(1, _BLOCK // n_prompts)
    for start in range(0, n_draws, size):
        n_rows = min(size, n_draws - start)
        if kind == "exponential":
            drawn = rng.standard_exponential((n_rows, n_prompts))
            drawn *= n_prompts / drawn.sum(axis=1, keepdims=True)
        else:
            chosen = rng.integers(0, n_prompts, (n_rows, n_prompts))
            chosen += np.arange(n_rows)[:, None] * n_prompts
            counts = np.bincount(chosen.ravel(), minlength=n_rows * n_prompts)
            drawn = counts.reshape(n_rows, n_prompts).astype(np.float64)
        yield drawn


def resample_totals(
    totals: Floats, n_draws: int = N_DRAWS, seed: int | None = None, kind: Kind = "exponential"
) -> Floats:
    """Draw prompts, and sum every column over them.

    Args:
        totals: What each prompt brings to each column, weights included; shape
            (n_prompts, n_columns), prompts in the order of their ids.
        n_draws: How many, >= 1.
        seed: None derives it from ``totals``.
        kind: See the module.

    Returns:
        Shape (n_draws, n_columns). Rows of different columns belong to the same draw: ratios,
        ranks, concentration and overlap are functions of a row.
    """
    return resample(totals, lambda drawn: drawn, n_draws, seed, kind)


def resample(
    totals: Floats,
    statistic: Callable[[Floats], Floats],
    n_draws: int = N_DRAWS,
    seed: int | None = None,
    kind: Kind = "exponential",
) -> Floats:
    """Draw prompts, and compute a statistic of the totals, without keeping the totals.

    Args:
        totals: As in :func:`resample_totals`.
        statistic: From totals (some, n_columns) to values (some, ...): row by row.
        n_draws: How many, >= 1.
        seed: None derives it from ``totals``.
        kind: See the module.

    Returns:
        Values of all draws, shape (n_draws, ...).
    """
    totals = np.asarray(totals, dtype=np.float64)
    if totals.ndim != 2:
        raise ValueError(f"totals has shape {totals.shape}, must be (n_prompts, n_columns)")
    seed = derive_seed(totals) if seed is None else seed
    blocks = draw_prompts(len(totals), n_draws, seed, kind)
    return np.concatenate([statistic(drawn @ totals) for drawn in blocks])


def find_limits(draws: Floats, level: float = 0.95) -> tuple[Floats, Floats]:
    """Give percentile limits over the first axis; nan where a draw is nan.

    The q-quantile is the (n_draws + 1) q-th in order, between two draws in proportion; where one
    of them is endless, the outer one.

    Args:
        draws: Shape (n_draws, ...).
        level: Of the interval, above 0 and below 1.

    Returns:
        Lower and upper limits, shape (...).
    """
    if not 0.0 < level < 1.0:
        raise ValueError(f"level == {level}, must be > 0 and < 1")
    # One vectorised sort of rows takes a third of the time of a partial one.
    rows = np.sort(np.ascontiguousarray(np.moveaxis(draws, 0, -1)), axis=-1)
    last = rows.shape[-1] - 1
    limits = []
    for q, is_low in ((0.5 - level / 2, True), (0.5 + level / 2, False)):
        place = min(max((last + 2) * q - 1.0, 0.0), float(last))
        # 2000 times .025 is 50, not 50 and a rounding error.
        place = float(np.rint(place)) if abs(place - np.rint(place)) < 1e-9 else place
        below, above = rows[..., int(np.floor(place))], rows[..., int(np.ceil(place))]
        with np.errstate(invalid="ignore"):
            between = below + (place - np.floor(place)) * (above - below)
        endless = np.isinf(below) | np.isinf(above)
        limit = np.where(endless, below if is_low else above, between)
        limits.append(np.where(np.isnan(rows[..., -1]), np.nan, limit))
    return limits[0], limits[1]


def bootstrap(
    y: Floats,
    x: Floats,
    weight: Floats,
    *,
    n_draws: int = N_DRAWS,
    seed: int | None = None,
    level: float = 0.95,
) -> Bootstrapped:
    """Bootstrap the ratios of any number of figures over the same prompts, all at once.

    Weights of the draws are exponential. Percentile limits alone, at a third of the time, are
    :func:`resample` and :func:`find_limits`.

    Args:
        y: Numerators, mean of the prompt's answers, 0 <= y <= x; shape (n_figures, n_prompts).
        x: Denominators likewise; for a rate 1 where the prompt was asked, 0 where it was not.
            Shape (n_figures, n_prompts), or (n_prompts,) where all figures share it.
        weight: Of each prompt, > 0; shape (n_prompts,).
        n_draws: How many, >= 1.
        seed: None derives it from the data.
        level: Of the intervals, above 0 and below 1.

    Raises:
        ValueError: Shapes that do not fit, or values out of bounds.
    """
    y, x, weight = (np.asarray(values, dtype=np.float64) for values in (y, x, weight))
    seed = derive_seed(y, x, weight) if seed is None else seed
    found = find_influence(y, np.broadcast_to(x, y.shape), weight)
    a, b = (y * weight).T, np.atleast_2d(x * weight).T
    totals = np.concatenate([a, b, a**2, a * b, b**2], axis=1)
    edges = np.cumsum([a.shape[1], b.shape[1], a.shape[1], a.shape[1]])
    draws = resample(totals, lambda drawn: _studentise(drawn, edges, found.ratio), n_draws, seed)
    least, most = find_limits(draws, level)
    low_t, high_t = _turn_back(found, least[1], most[1])
    error = np.std(draws[:, 0], axis=0)
    figures = (found.ratio, error, least[0], most[0], low_t, high_t)
    value, error, *limits = (round_digits(np.asarray(one)) for one in figures)
    low, high, low_t, high_t = limits
    return Bootstrapped(value, error, low, high, low_t, high_t, seed)


def _studentise(drawn: Floats, edges: NDArray[np.int64], ratio: Floats) -> Floats:
    """Give R_b and t_b of some draws, shape (some, 2, n_figures)."""
    top, bottom, squares, cross, base = np.split(drawn, edges, axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        again = np.clip(top / bottom, 0.0, 1.0)
        spread = np.maximum(squares - 2.0 * again * cross + again**2 * base, 0.0)
        error = np.sqrt(spread) / bottom / (again * (1.0 - again))
        t = (special.logit(again) - special.logit(ratio)) / error
    # 0 and 1 have no error: they lie beyond every limit on their side.
    t = np.where(again <= 0.0, -np.inf, np.where(again >= 1.0, np.inf, t))
    return np.stack([again, t], axis=1)


def _turn_back(found: Influence, below: Floats, above: Floats) -> tuple[Floats, Floats]:
    """Turn quantiles of t into limits of the figures."""
    ratio = found.ratio
    with np.errstate(divide="ignore", invalid="ignore"):
        centre = special.logit(ratio)
        error = np.sqrt(found.find_variance()) / (ratio * (1.0 - ratio))
        low, high = special.expit(centre - above * error), special.expit(centre - below * error)
    edge, missing = (ratio <= 0.0) | (ratio >= 1.0), np.isnan(ratio)
    low = np.where(edge, 0.0, np.minimum(low, ratio))
    high = np.where(edge, 1.0, np.maximum(high, ratio))
    return np.where(missing, np.nan, low), np.where(missing, np.nan, high)

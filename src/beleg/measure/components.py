"""What makes a figure vary: between prompts, between runs of a prompt, between two windows.

In units of the figure, for K prompts with m runs each, its variance is (between + within / m) /
K, and that of its change between two windows (2 within / m + drift) / K. Weights are in all
three. With weight w, numerator y and denominator x of a prompt's mean answer, and R = sum w y /
sum w x::

    e_c = w_c (y_c - R x_c) / mean(w x)          b_c = (w_c / mean(w x))^2 s_c^2
    between + within / m0 = sum e_c^2 / (K - 1)      within = mean b_c

``s_c^2`` is the variance of one answer within the prompt. For measures that an answer has or has
not it is p (1 - p) n / (n - 1); for parts of an answer it comes from the prompt's days, each
weighing as many answers as it has. For equal weights this is the analysis of variance of one way.

Source: Searle, Casella and McCulloch (1992) for variance components; Fleiss (1981) for binary
ones.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from beleg.measure.grid import Grid

Floats = NDArray[np.float64]

MIN_PROMPTS = 5
"""Fewest prompts that were asked twice, for a correlation to be measured."""


class Components(NamedTuple):
    """What a figure's variance is made of; measured or assumed."""

    rate: float
    """The figure itself, 0..1."""
    between: float
    """Variance of one prompt's true figure, weights included, >= 0."""
    within: float | None
    """Variance of one answer around its prompt's figure; None: no prompt was asked twice."""
    drift: float | None
    """Variance of a prompt's own change between two windows, runs apart; None: not measured."""
    weight_effect: float
    """Prompts over effective prompts, >= 1."""
    kurtosis_of_weights: float
    """mean w^4 / (mean w^2)^2, >= 1."""
    correlation: float | None
    """between / (between + within)."""
    correlation_low: float | None
    correlation_high: float | None
    n_prompts: int
    """0 where all is assumed."""
    n_answers: int
    binary: bool
    """An answer has it or has not."""
    squares: Floats
    """e_c^2 K / (K - 1), shape (n_prompts,); empty where assumed, as the next three."""
    own: Floats
    """b_c."""
    own_of_mean: Floats
    """b_c / n_c."""
    drifts: Floats
    """Each prompt's term of ``drift``; empty where it is not measured."""

    @property
    def measured(self) -> bool:
        """Whether it comes from answers."""
        return self.n_prompts > 0


def assume(rate: float, correlation: float, drift: float = 0.0) -> Components:
    """Make components from a rate and a correlation that are known or guessed.

    Args:
        rate: Above 0 and below 1.
        correlation: Within a prompt, 0..1.
        drift: Variance of a prompt's own change between two windows, >= 0.
    """
    if not 0.0 < rate < 1.0:
        raise ValueError(f"rate == {rate}, must be > 0 and < 1")
    if not 0.0 <= correlation <= 1.0:
        raise ValueError(f"correlation == {correlation}, must be >= 0 and <= 1")
    spread, none = rate * (1.0 - rate), np.zeros(0)
    return Components(
        rate, spread * correlation, spread * (1.0 - correlation), drift, 1.0, 1.0,
        correlation, None, None, n_prompts=0, n_answers=0, binary=True,
        squares=none, own=none, own_of_mean=none, drifts=none,
    )  # fmt: skip


def suppose(components: Components, correlation: float) -> Components:
    """Split what was measured with one run a prompt by a correlation that is assumed."""
    own = components.squares * (1.0 - correlation)
    total = components.between
    return components._replace(
        between=total * correlation,
        within=total * (1.0 - correlation),
        correlation=correlation,
        own=own,
        own_of_mean=own,
    )


def _divide(top: Floats, by: Floats) -> Floats:
    return np.asarray(np.where(by > 0, top / np.where(by > 0, by, 1.0), 0.0), dtype=np.float64)


def _vary_binary(answers: Floats, hits: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """Give the variance of one answer within each prompt and unit, and whether it could be told.

    Args:
        answers: Shape (n_prompts, n_units).
        hits: Of the same shape.
    """
    part = _divide(hits, answers)
    freedom = np.maximum(answers - 1.0, 0.0).sum(1)
    own = np.where(answers > 1, answers * part * (1.0 - part), 0.0).sum(1)
    return _divide(own, freedom), freedom > 0


def _vary_parts(grid: Grid, ratio: float) -> tuple[Floats, NDArray[np.bool_]]:
    """Give the same for parts of an answer, from the days of each prompt."""
    answers = grid.answers.astype(np.float64)
    left = (grid.y - ratio * grid.x).astype(np.float64)
    mean = _divide(left.sum(1), answers.sum(1))
    squares = (answers * (_divide(left, answers) - mean[:, None]) ** 2).sum(1)
    days = (answers > 0).sum(1).astype(np.float64)
    return _divide(squares, days - 1.0), days > 1


def _drift(grid: Grid, ratio: float, scale: float, own: Floats) -> Floats:
    """Give each prompt's mean squared change from unit to unit, less what its runs explain."""
    answers = grid.answers.astype(np.float64)
    left = _divide((grid.y - ratio * grid.x).astype(np.float64), answers)
    left *= (grid.weight / scale)[:, None]
    terms, times = np.zeros(len(grid.prompts)), np.zeros(len(grid.prompts))
    for one, two in pairwise(range(len(grid.units))):
        both = (answers[:, one] > 0) & (answers[:, two] > 0)
        if both.sum() < MIN_PROMPTS:
            continue
        change = left[both, two] - left[both, one]
        squares = (change - change.mean()) ** 2 * both.sum() / (both.sum() - 1.0)
        runs = own[both] * (1.0 / answers[both, one] + 1.0 / answers[both, two])
        terms[both] += squares - runs
        times[both] += 1.0
    return terms[times > 0] / times[times > 0]


def find_components(days: Grid, weeks: Grid | None = None) -> Components:
    """Measure what a figure's variance is made of.

    Args:
        days: The figure by prompt and day.
        weeks: The same by week. Drift is measured where at least five prompts were asked twice
            in one week and at least five in two weeks in turn, of what an answer has or has not.

    Raises:
        ValueError: Fewer than two prompts have a denominator.
    """
    kept = days.x.sum(1) > 0
    if kept.sum() < 2:
        raise ValueError(f"prompts with a denominator == {int(kept.sum())}, must be >= 2")
    days = _keep(days, kept)
    n = days.answers.sum(1).astype(np.float64)
    y, x = days.y.sum(1) / n, days.x.sum(1) / n
    scale = float((days.weight * x).mean())
    ratio = float((days.weight * y).mean() / scale)
    n_prompts = len(n)
    binary = bool(np.array_equal(days.y, days.n_hits) and np.array_equal(days.x, days.answers))
    squares = (days.weight * (y - ratio * x) / scale) ** 2 * n_prompts / (n_prompts - 1.0)
    by_week = None if weeks is None or not binary else _keep_ids(weeks, days.prompts)
    within, told = (
        _vary_binary(n[:, None], days.y.sum(1, dtype=np.float64)[:, None])
        if binary
        else _vary_parts(days, ratio)
    )
    apart = False
    if by_week is not None and len(by_week.prompts) == n_prompts:
        # Within a week where enough were asked twice in one: what moves over weeks is drift.
        inside, seen = _vary_binary(by_week.answers.astype(float), by_week.y.astype(float))
        if apart := bool(seen.sum() >= MIN_PROMPTS):
            within, told = inside, seen
    own = (days.weight / scale) ** 2 * within
    # A prompt that was asked once has the mean of the others: it tells nothing of its runs.
    if told.sum() >= MIN_PROMPTS:
        typical = float((own[told] / days.weight[told] ** 2).mean())
        own = np.where(told, own, typical * days.weight**2)
    else:
        own = np.zeros(0)
    weights = days.weight * x
    shared: dict[str, float | None] = {"within": None, "between": float(squares.mean())}
    low = high = correlation = None
    if len(own):
        shared["within"] = float(own.mean())
        shared["between"] = max(float(squares.mean() - (own / n).mean()), 0.0)
        correlation, low, high = _correlate(squares, own, own / n)
    drifts = np.zeros(0)
    if by_week is not None and apart:
        drifts = _drift(by_week, ratio, scale, own)
    return Components(
        rate=ratio,
        between=shared["between"] or 0.0,
        within=shared["within"],
        drift=max(float(drifts.mean()), 0.0) if len(drifts) else None,
        weight_effect=float((weights**2).mean() / weights.mean() ** 2),
        kurtosis_of_weights=float((weights**4).mean() / (weights**2).mean() ** 2),
        correlation=correlation,
        correlation_low=low,
        correlation_high=high,
        n_prompts=n_prompts,
        n_answers=int(n.sum()),
        binary=binary,
        squares=squares,
        own=own,
        own_of_mean=own / n if len(own) else own,
        drifts=drifts,
    )


def _keep(grid: Grid, kept: NDArray[np.bool_]) -> Grid:
    names = tuple(p for p, k in zip(grid.prompts, kept, strict=True) if k)
    return Grid(names, grid.units, grid.weight[kept], *(array[kept] for array in grid[3:]))


def _keep_ids(grid: Grid, ids: tuple[str, ...]) -> Grid:
    return _keep(grid, np.isin(grid.prompts, ids))


def _correlate(
    squares: Floats, own: Floats, own_of_mean: Floats, level: float = 0.95
) -> tuple[float | None, float | None, float | None]:
    """Give the correlation within a prompt and its limits: log F, each prompt left out in turn."""
    if not own_of_mean.mean() > 0.0:
        # No prompt ever answered differently: they tell of no noise at all.
        return (1.0, None, None) if squares.mean() > 0.0 else (None, None, None)
    n = len(squares)
    runs = float(own.mean() / own_of_mean.mean())

    def to_correlation(f: float) -> float:
        return min(max((f - 1.0) / (f - 1.0 + runs), 0.0), 1.0) if f > 1.0 else 0.0

    f = float(squares.mean() / own_of_mean.mean())
    others = [(terms.sum() - terms) / (n - 1.0) for terms in (squares, own_of_mean)]
    if not (others[0] > 0).all() or not (others[1] > 0).all():
        return to_correlation(f), None, None
    logs = np.log(others[0] / others[1])
    error = float(np.sqrt((n - 1.0) / n * ((logs - logs.mean()) ** 2).sum()))
    t = float(special.stdtrit(n - 1.0, 0.5 + level / 2.0))
    low, high = (to_correlation(f * float(np.exp(side * t * error))) for side in (-1.0, 1.0))
    return to_correlation(f), low, high

"""A figure that is looked at daily: the basket's value at each look, and what may be said of it.

The estimand is the *basket*: these prompts, asked again and again. Its value in a unit of time is
the ratio of the weighted sums over its prompts, and a look gives the mean over the units so far,
each unit counting once. What happens within a unit is never used as if it were independent; units
are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from beleg.inference import MIN_EFFECTIVE
from beleg.measure.grid import Grid, Unit, to_unit
from beleg.measure.sequences import find_persistence, follow_change, follow_mean

Floats = NDArray[np.float64]

ESTIMAND = "basket of prompts, mean over the units so far"
METHOD = "confidence sequence: mixture of t-tests over units"
HORIZON: Mapping[Unit, float] = {"day": 200.0, "week": 30.0}
"""Units after which the interval around the value is narrowest."""
MIN_ASKED = 0.8
"""Least part of the basket's weight that must be asked for a unit to count: another selection of
prompts is another figure."""


@dataclass(frozen=True, slots=True)
class Look:
    """What was known after a unit of time; limits hold at all looks of a sequence together."""

    day: date
    """The unit: a day, or the Monday of its week."""
    sequence: int
    """Counted from 1; a new one begins where the engine's model changes."""
    n: int
    """Answers so far, in this sequence (those of the baseline apart)."""
    latest: float
    """The figure of this unit alone."""
    value: float
    low: float | None
    """None: too thin to say."""
    high: float | None
    change: float | None
    """Value less that of the baseline; None where there is none of the same model."""
    change_low: float | None
    change_high: float | None
    alarm: bool
    """The change is outside noise at this look."""
    status: str
    """``ok`` or ``too_thin``."""


@dataclass(frozen=True, slots=True)
class Watched:
    """All looks at one figure."""

    looks: tuple[Look, ...]
    baseline_value: float | None
    baseline_units: int
    n_prompts: int
    """Of the last sequence's basket."""
    restarts: tuple[date, ...]
    """Units from which on another model answers."""
    skipped: tuple[date, ...]
    """Units in which too little of the basket was asked."""
    persistence: float | None
    """Correlation of a unit with the next; None where there are fewer than 10."""


def list_models(
    answers: Iterable[tuple[str, date | None, str | None]], engine: str, every: Unit
) -> dict[date, str]:
    """Give the model that gave most of an engine's answers in each unit.

    Args:
        answers: Engine, day and model of each answer.
        engine: Whose.
        every: Length of a unit.

    Returns:
        Only units of which a model is known; of equals the first by name.
    """
    seen: dict[date, Counter[str]] = {}
    for whose, day, model in answers:
        if whose == engine and day is not None and model:
            seen.setdefault(to_unit(day, every), Counter())[model] += 1
    return {unit: min(found, key=lambda m: (-found[m], m)) for unit, found in seen.items()}


def find_restarts(models: Mapping[date, str]) -> tuple[date, ...]:
    """List the units from which on another model answers than before."""
    units = sorted(models)
    pairs = pairwise(units)
    return tuple(unit for last, unit in pairs if models[unit] != models[last])


def _pick(grid: Grid, prompts: NDArray[np.bool_], units: NDArray[np.bool_]) -> Grid:
    inside = np.ix_(prompts, units)
    return Grid(
        tuple(p for p, kept in zip(grid.prompts, prompts, strict=True) if kept),
        tuple(u for u, kept in zip(grid.units, units, strict=True) if kept),
        grid.weight[prompts],
        *(array[inside] for array in grid[3:]),
    )


def find_values(grid: Grid) -> Floats:
    """Give the basket's figure of each unit: weighted numerators over weighted denominators."""
    share = grid.weight[:, None] / np.maximum(grid.answers, 1)
    x = (share * grid.x).sum(0)
    return np.asarray((share * grid.y).sum(0) / np.where(x > 0, x, np.nan), dtype=np.float64)


def find_events(grid: Grid) -> Floats:
    """Give effective events or non-events up to each unit, whichever are fewer.

    Kish's number of equally weighted answers: (sum u)^2 / sum u^2 over those that are events.
    """
    share = grid.weight[:, None] / np.maximum(grid.answers, 1)
    found = []
    for n in (grid.n_hits, grid.n - grid.n_full):
        squares = (share**2 * n).sum(0).cumsum()
        sums = (share * n).sum(0).cumsum()
        found.append(np.where(squares > 0, sums**2 / np.where(squares > 0, squares, 1.0), 0.0))
    return np.minimum(found[0], found[1])


def _keep_basket(grid: Grid, of: NDArray[np.bool_]) -> tuple[Grid, tuple[date, ...]]:
    """Keep prompts asked in half of the units ``of``, and units that ask enough of them."""
    asked = grid.x > 0
    basket = asked[:, of].mean(1) >= 0.5 if of.any() else np.zeros(len(grid.prompts), dtype=bool)
    weight = np.where(basket, grid.weight, 0.0)
    part = (weight[:, None] * asked).sum(0)
    enough = part >= MIN_ASKED * weight.sum() if basket.any() else np.zeros(len(part), dtype=bool)
    skipped = tuple(u for u, kept in zip(grid.units, enough, strict=True) if not kept)
    return _pick(grid, basket, enough), skipped


def watch(
    grid: Grid,
    *,
    every: Unit = "day",
    level: float = 0.95,
    baseline: tuple[date, date] | None = None,
    since: date | None = None,
    restarts: Sequence[date] = (),
) -> Watched:
    """Follow a figure from unit to unit.

    Args:
        grid: Of one measure, subject and engine.
        every: Length of the grid's units.
        level: With which all looks of a sequence together hold.
        baseline: First and last day of the window to compare with; looks begin after it.
        since: First day that is looked at.
        restarts: Units in which a new sequence begins; the baseline belongs to the model that
            answered in it alone.

    Returns:
        A look for each unit in which enough of the basket was asked.
    """
    cuts = sorted(set(restarts))
    part = np.array([sum(cut <= unit for cut in cuts) for unit in grid.units], dtype=np.int64)
    begins = [since or date.min]
    in_base = np.zeros(len(grid.units), dtype=bool)
    if baseline is not None:
        first, last = (to_unit(day, every) for day in baseline)
        in_base = np.array([first <= unit <= last for unit in grid.units], dtype=bool)
        begins.append(date.fromordinal(baseline[1].toordinal() + 1))
    after = np.array([unit >= to_unit(max(begins), every) for unit in grid.units], dtype=bool)
    # A window that a change of model cuts through: what answered at its end is the baseline.
    base_part = int(part[in_base][-1]) if in_base.any() else -1
    looks: list[Look] = []
    skipped: list[date] = []
    base_values = np.zeros(0)
    last_values, n_prompts = np.zeros(0), 0
    for number, segment in enumerate(sorted(set(part[after].tolist())), 1):
        mine = part == segment
        base = in_base & mine if segment == base_part else np.zeros_like(in_base)
        kept_units = (mine & after) | base
        piece = _pick(grid, np.ones(len(grid.prompts), dtype=bool), kept_units)
        kept, left = _keep_basket(piece, base[kept_units] if base.any() else after[kept_units])
        skipped += left
        of_base = {u for u, chosen in zip(grid.units, base, strict=True) if chosen}
        is_base = np.array([unit in of_base for unit in kept.units], dtype=bool)
        values = find_values(kept)
        if is_base.any():
            base_values = values[is_base]
        looks += _look(kept, values, is_base, number, every, level)
        last_values, n_prompts = values, len(kept.prompts)
    steady = len(last_values) >= 10
    return Watched(
        looks=tuple(looks),
        baseline_value=float(base_values.mean()) if len(base_values) else None,
        baseline_units=len(base_values),
        n_prompts=n_prompts,
        restarts=tuple(c for c in cuts if looks and looks[0].day < c <= looks[-1].day),
        skipped=tuple(sorted(skipped)),
        persistence=find_persistence(last_values) if steady else None,
    )


def _look(
    grid: Grid, values: Floats, is_base: NDArray[np.bool_], number: int, every: Unit, level: float
) -> list[Look]:
    after = ~is_base
    if not after.any():
        return []
    all_prompts = np.ones(len(grid.prompts), dtype=bool)
    mean = follow_mean(values[after], level, HORIZON[every])
    thin = find_events(_pick(grid, all_prompts, after)) < MIN_EFFECTIVE
    thin |= mean.high - mean.low >= 1.0
    change = follow_change(values[is_base], values[after], level) if is_base.any() else None
    # Under no change both windows tell of the same rate: their events count together.
    thin_change = find_events(grid)[after] < MIN_EFFECTIVE
    n = grid.n[:, after].sum(0).cumsum()
    looks = []
    for at, unit in enumerate(u for u, kept in zip(grid.units, after, strict=True) if kept):
        low = high = None
        if change is not None and not thin_change[at] and change.high[at] - change.low[at] < 1.0:
            low, high = float(change.low[at]), float(change.high[at])
        looks.append(
            Look(
                day=unit,
                sequence=number,
                n=int(n[at]),
                latest=float(values[after][at]),
                value=float(mean.value[at]),
                low=None if thin[at] else float(mean.low[at]),
                high=None if thin[at] else float(mean.high[at]),
                change=float(change.value[at]) if change else None,
                change_low=low,
                change_high=high,
                alarm=low is not None and high is not None and (low > 0.0 or high < 0.0),
                status="too_thin" if (thin_change if change else thin)[at] else "ok",
            )
        )
    return looks

"""Intervals for rates and ratios of answers that are clustered by prompt, and the too-thin rule.

The estimand is the *population of prompts*: what people ask, of which the prompts at hand are a
sample. A prompt counts by its weight, spread evenly over its answers; runs of one prompt are not
independent. With prompt c, weighted numerator Y_c and denominator X_c::

    R = sum Y_c / sum X_c        h_c = X_c / sum X_c        r_c = (Y_c - R X_c) / sum X_c
    v = sum (r_c / (1 - h_c))^2                             df = 1 / sum h_c^2 - 1
    interval: logit(R) -/+ t_df * sqrt(v) / (R (1 - R)), turned back

``v`` is the linearised (delta method) variance, each residual divided by what its own prompt left
of it (CR3), so that a heavy prompt does not hide its own error. ``df`` counts effective prompts.
At R = 0 or 1 the interval is Wilson's on the effective number of prompts, with the same t.
All figures of a call are computed at once, over arrays; docs/theory/statistics.md has the measured
coverage, and benchmarks/bench_coverage.py measures it.

Source: Bell and McCaffrey (2002) for the residuals; Korn and Graubard (1998) for effective sample
sizes near 0 and 1; Kish (1965) for the weight effect; Wilson (1927).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from beleg.records import EstimateStatus

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

ESTIMAND = "population of prompts"

METHOD = "clustered by prompt: linearised, CR3, logit, t"
"""What :class:`Estimates` were computed with; stands in every estimate."""

MIN_EFFECTIVE = 15.0
"""Least effective events, and non-events, of an estimate over equal weights that is not too thin.
What can be trusted begins at 10 true ones; they are known only from the data, and a bound of 10 on
the estimated number lets 17 of 87 simulated designs that lie below 10 pass in over a tenth of the
replications (docs/theory/statistics.md)."""

SKEWNESS = 2.0 / 3.0
"""The bound grows with this power of the weight effect: where few prompts carry the figure, they
carry its variance too, and designs that look good are those whose heavy prompts agree by chance.
Of 87 designs below 10, powers 0, 1/2 and 2/3 let 4, 1 and 0 pass (not the seed in the docs)."""

DIGITS = 12
"""Significant digits that are kept, so that a figure is the same on every machine."""


class Counts(NamedTuple):
    """What was counted, one row per figure and prompt; arrays of one length (n_rows,).

    Rows whose numerator is 0 may be left out where the denominators are given apart (see
    :func:`estimate`).
    """

    group: Integers
    """Which figure the row belongs to, 0..n_groups - 1."""
    weight: Floats
    """Weight of one answer: the prompt's weight over its number of answers, > 0."""
    y: Floats
    """Numerator, summed over the prompt's answers, unweighted, >= 0."""
    x: Floats
    """Denominator, summed likewise, >= y."""
    n: Integers
    """Answers with a denominator above 0."""
    n_hits: Integers
    """Answers with a numerator above 0."""
    n_full: Integers
    """Answers whose numerator equals their denominator; for rates the same as ``n_hits``."""


class Estimates(NamedTuple):
    """Figures with their intervals; arrays of one length (n_groups,).

    ``value``, ``low`` and ``high`` are nan where the denominator is 0: not measured.
    """

    value: Floats
    low: Floats
    high: Floats
    n: Integers
    """Answers."""
    n_clusters: Integers
    """Prompts."""
    events: Floats
    """Answers with a numerator above 0."""
    n_effective: Floats
    """Independent, equally weighted answers that would tell as much of how often the numerator
    is above 0."""
    design_effect: Floats
    """``n`` over ``n_effective`` over the weight effect: what clustering costs, >= 1."""
    weight_effect: Floats
    """Prompts over effective prompts (Kish), >= 1."""
    status: NDArray[np.str_]


class _Sums(NamedTuple):
    """Sums over the prompts of each group, of a variable pair (x, y)."""

    ratio: Floats
    variance: Floats
    n_prompts_effective: Floats


def _check(counts: Counts) -> None:
    lengths = {len(column) for column in counts}
    if len(lengths) != 1:
        raise ValueError(f"counts have columns of lengths {sorted(lengths)}, must be one length")
    if np.any(counts.weight <= 0):
        raise ValueError(f"counts.weight == {counts.weight.min()}, must be > 0")
    if np.any(counts.y < 0) or np.any(counts.y > counts.x):
        raise ValueError("counts.y must lie within 0 and counts.x in every row")


def _linearise(
    group: Integers, y: Floats, x: Floats, base_group: Integers, base_x: Floats, base_of: Integers
) -> _Sums:
    """Compute ratio, CR3 variance and effective prompts from weighted rows.

    Rows that stand in the base alone have y = 0, hence residual -R x; the sum of squares is
    expanded so that only rows with a numerator are visited per group.
    """
    n_groups, n_bases = len(base_of), int(base_of.max(initial=-1)) + 1
    total = np.bincount(base_group, base_x, n_bases)
    squares = np.bincount(base_group, base_x**2, n_bases)
    with np.errstate(divide="ignore", invalid="ignore"):
        left = 1.0 - base_x / total[base_group]
        # A prompt that is alone leaves nothing of its residual: no variance, not an endless one.
        inflated = np.where(left > 0, (base_x / left) ** 2, 0.0)
        row_total = total[base_of[group]]
        row_left = 1.0 - x / row_total
        factor = np.where(row_left > 0, row_left**-2, 0.0)
        ratio = np.bincount(group, y, n_groups) / total[base_of]
        own = np.bincount(group, factor * y**2, n_groups)
        shared = ratio**2 * np.bincount(base_group, inflated, n_bases)[base_of]
        spread = own - 2.0 * ratio * np.bincount(group, factor * x * y, n_groups) + shared
        ratio = np.clip(ratio, 0.0, 1.0)
        scale = total[base_of] ** 2
        # What cancellation leaves of equal terms is no spread.
        spread = np.where(spread > 1e-11 * (own + shared), spread, 0.0)
        # Rates of 0 and 1 are met by counting, not by rounding.
        ratio = np.where(np.abs(ratio - 1.0) < 1e-12, 1.0, ratio)
        effective = (total**2 / squares)[base_of]
        return _Sums(ratio, spread / scale, effective)


def _count_told(binary: _Sums) -> Floats:
    """Count the independent answers that would tell as much of a rate; inf without a variance."""
    with np.errstate(divide="ignore", invalid="ignore"):
        told = binary.ratio * (1.0 - binary.ratio) / binary.variance
    return np.where(binary.variance > 0, told, np.inf)


def find_interval(
    ratio: Floats, variance: Floats, n_prompts_effective: Floats, level: float
) -> tuple[Floats, Floats]:
    """Give the interval of ratios in 0..1: logit with t, Wilson where the ratio is 0 or 1.

    Args:
        ratio: Shape (n,), 0..1 or nan.
        variance: Of the ratio, shape (n,), >= 0.
        n_prompts_effective: Prompts over the weight effect, shape (n,). With no more than one,
            nothing is known: the interval is 0 to 1.
        level: Of the interval, above 0 and below 1.

    Returns:
        Lower and upper limits; nan where the ratio is nan.
    """
    if not 0.0 < level < 1.0:
        raise ValueError(f"level == {level}, must be > 0 and < 1")
    known = n_prompts_effective > 1.0 + 1e-9
    freedom = np.where(known, n_prompts_effective - 1.0, 1.0)
    # The quantile of t; scipy.stats has it from here too, and takes half a second to load.
    t = special.stdtrit(freedom, 0.5 + level / 2.0)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        centre = special.logit(ratio)
        half = t * np.sqrt(variance) / (ratio * (1.0 - ratio))
        low, high = special.expit(centre - half), special.expit(centre + half)
        beyond = t**2 / (n_prompts_effective + t**2)
    low = np.where(ratio <= 0.0, 0.0, np.where(ratio >= 1.0, 1.0 - beyond, low))
    high = np.where(ratio >= 1.0, 1.0, np.where(ratio <= 0.0, beyond, high))
    low = np.where(known, low, 0.0)
    high = np.where(known, high, 1.0)
    missing = np.isnan(ratio)
    return (
        np.where(missing, np.nan, np.minimum(low, ratio)),
        np.where(missing, np.nan, np.maximum(high, ratio)),
    )


def is_thin(n_events: Floats, weight_effect: Floats) -> NDArray[np.bool_]:
    """Say which figures rest on too few effective events (or non-events) to be read as numbers.

    Args:
        n_events: Effective events or non-events, whichever are fewer, as estimated; nan is thin.
        weight_effect: Prompts over effective prompts, >= 1 but for rounding; nan counts as 1.
    """
    with np.errstate(invalid="ignore"):
        return ~(n_events >= MIN_EFFECTIVE * np.fmax(weight_effect, 1.0) ** SKEWNESS)


def estimate(
    counts: Counts,
    n_groups: int,
    *,
    level: float = 0.95,
    base: Counts | None = None,
    base_of: Integers | None = None,
) -> Estimates:
    """Estimate the ratio of each group with its interval, clustered by prompt.

    Args:
        counts: One row per (group, prompt); each prompt at most once in a group.
        n_groups: Number of figures; groups without a row are rates of 0, or not measured.
        level: Of the interval, above 0 and below 1.
        base: One row per (base, prompt) where many figures share a denominator, for instance all
            publishers of one engine; only ``group`` (the base), ``weight``, ``x`` and ``n`` are
            read. ``counts`` then need only hold the rows with a numerator. None: each group is
            its own base, and ``counts`` must hold every row with a denominator.
        base_of: Base of each group, shape (n_groups,); needed where ``base`` is given.

    Returns:
        One figure per group. ``too_thin`` keeps value and interval.

    Raises:
        ValueError: For a weight or a level out of bounds, or a numerator above its denominator.
    """
    _check(counts)
    if base is None:
        base, base_of = counts, np.arange(n_groups)
    elif base_of is None or len(base_of) != n_groups:
        raise ValueError("base_of must name the base of each of the n_groups groups")
    n_bases = int(base_of.max(initial=-1)) + 1
    keep = base.group < n_bases
    base = Counts(
        base.group[keep], base.weight[keep], base.y[keep], base.x[keep],
        base.n[keep], base.n_hits[keep], base.n_full[keep],
    )  # fmt: skip
    main = _linearise(
        counts.group, counts.weight * counts.y, counts.weight * counts.x,
        base.group, base.weight * base.x, base_of,
    )  # fmt: skip
    low, high = find_interval(main.ratio, main.variance, main.n_prompts_effective, level)
    n = np.bincount(base.group, base.n, n_bases)[base_of]
    n_clusters = np.bincount(base.group[base.x > 0], minlength=n_bases)[base_of]
    weight_effect = np.where(n > 0, n_clusters / main.n_prompts_effective, 1.0)
    hits, full = (
        _linearise(
            counts.group, counts.weight * part, counts.weight * counts.n,
            base.group, base.weight * base.n, base_of,
        )
        for part in (counts.n_hits, counts.n_full)
    )  # fmt: skip
    most = n / weight_effect
    n_effective = np.where(n > 0, np.minimum(_count_told(hits), most), 0.0)
    # Of a ratio the answers that lack something are others than those without a hit.
    n_others = np.where(n > 0, np.minimum(_count_told(full), most), 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        design_effect = np.where(n > 0, n / (n_effective * weight_effect), 1.0)
        effect = n_clusters / hits.n_prompts_effective
    least = np.fmin(n_effective * hits.ratio, n_others * (1.0 - full.ratio))
    thin = is_thin(least, effect)
    missing = ~(np.bincount(base.group, base.weight * base.x, n_bases)[base_of] > 0)
    status = np.where(
        missing,
        EstimateStatus.NOT_MEASURED.value,
        np.where(thin, EstimateStatus.TOO_THIN.value, EstimateStatus.OK.value),
    )
    return Estimates(
        value=round_digits(main.ratio),
        low=round_digits(low),
        high=round_digits(high),
        n=n.astype(np.int64),
        n_clusters=n_clusters.astype(np.int64),
        events=np.bincount(counts.group, counts.n_hits, n_groups).astype(np.float64),
        n_effective=n_effective,
        design_effect=np.maximum(design_effect, 1.0),
        weight_effect=np.maximum(weight_effect, 1.0),
        status=status,
    )


def round_digits(values: Floats) -> Floats:
    """Round to :data:`DIGITS` significant digits; nan stays nan, limits stay ordered."""
    with np.errstate(divide="ignore", invalid="ignore"):
        size = np.where(values == 0, 1.0, np.abs(values))
        digits = DIGITS - 1 - np.floor(np.log10(np.where(np.isfinite(size), size, 1.0)))
    scale = 10.0 ** np.clip(digits, -300, 300)
    return np.asarray(np.rint(values * scale) / scale, dtype=np.float64)

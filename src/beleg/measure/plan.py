"""How many prompts and runs a figure needs: a promise on the interval that will really come out.

A design for the *expected* half-width misses it in half of the cases, since the variance is itself
found in the answers. So the variance that is planned with is the one that is not exceeded with the
probability asked for. With T(m) = between + within / m, kurtosis k of a prompt's residual, D the
weight effect and F the quantile of a ratio of two chi-squares over their degrees of freedom::

    v = T(m) F(f1, f0; probability) / (K - D)      f1 = 2 K / (k - 1)      f0 = 2 K0 / cv^2

f1 is how well K prompts will know their variance; f0 how well the K0 prompts at hand know T(m),
cv being the variation of their terms (none, where the components are assumed as known). The half-
width is then that of the interval of every estimate (:func:`beleg.inference.find_interval`).
docs/theory/planning.md derives it, benchmarks/bench_plan.py measures the promise.

Source: Satterthwaite (1946) for f; Kupper and Hafner (1989) and Liu (2009) for assurance.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from scipy import special

from beleg import inference
from beleg.measure.components import Components

RUNS = (1, 2, 3, 5, 10)
"""Runs a prompt that a table of designs shows."""
MOST_PROMPTS = 10_000_000
"""A design beyond is called out of reach."""
MARGIN = 0.25
"""Part of what is missing to certainty that designs are planned with on top: at a probability of
.9 with .925, at a power of .8 with .85. Both are approximations; without it 20 of 96 and 20 of 48
simulated cells fell short, most by the noise of the simulation (benchmarks/bench_plan.py)."""
NARROWER = 0.99
"""Part of the wanted half-width that is planned for: of binary answers the limit is nearly sharp,
and one prompt too few then misses it in most cases."""
SMALLER = 0.975
"""Part of the change that is planned for: where few prompts carry it, as at a rate of .1 and a
correlation of .5 with ten runs, 42 prompts had a power of .79 and 44 have .8."""
_ENDLESS = 1_000_000
"""Runs at which a prompt's figure is known as well as for ever more."""


class Wish(NamedTuple):
    """What is to be known, and how surely."""

    half_width: float | None = None
    """Wanted half of the interval's width, above 0; or :attr:`detect`."""
    detect: float | None = None
    """Change of the figure between two windows of the same prompts, above 0."""
    level: float = 0.95
    """Of the interval; 1 less the size of the two-sided test."""
    probability: float = 0.9
    """With which the half-width really comes out, or the measured variance is enough."""
    power: float = 0.8
    """With which a change is detected."""


class Design(NamedTuple):
    """Prompts and runs that keep a promise."""

    n_prompts: int
    n_runs: int
    n_answers: int
    """Of one window; a change takes two."""


@lru_cache(maxsize=256)
def find_kurtosis(rate: float, correlation: float, n_runs: int) -> float:
    """Give the fourth over the squared second moment of a prompt's mean (beta-binomial).

    Source: exact sums over the distribution; of a beta distribution where runs are endless.
    """
    if correlation >= 1.0 or n_runs == 1:
        return 1.0 / (rate * (1.0 - rate)) - 3.0
    if n_runs > 200:
        if correlation <= 0.0:
            return 3.0
        size = 1.0 / correlation - 1.0
        a, b = rate * size, (1.0 - rate) * size
        excess = (a - b) ** 2 * (size + 1.0) - a * b * (size + 2.0)
        return float(3.0 + 6.0 * excess / (a * b * (size + 2.0) * (size + 3.0)))
    hits = np.arange(n_runs + 1, dtype=np.float64)
    choose = -np.log(n_runs + 1.0) - special.betaln(n_runs - hits + 1.0, hits + 1.0)
    if correlation <= 0.0:
        mass = np.exp(choose + hits * np.log(rate) + (n_runs - hits) * np.log1p(-rate))
    else:
        size = 1.0 / correlation - 1.0
        a, b = rate * size, (1.0 - rate) * size
        mass = np.exp(choose + special.betaln(hits + a, n_runs - hits + b) - special.betaln(a, b))
    left = hits / n_runs - rate
    return float((mass * left**4).sum() / (mass * left**2).sum() ** 2)


def _total(components: Components, n_runs: int) -> float:
    if components.within is None:
        if n_runs != 1 or not components.measured:
            raise ValueError(f"n_runs == {n_runs}, must be 1: the correlation is not measured")
        return components.between
    return components.between + components.within / n_runs


def _spread(components: Components, n_runs: int) -> float:
    """Give the kurtosis of one prompt's residual in a design of ``n_runs``."""
    found = 3.0
    if components.binary and 0.0 < components.rate < 1.0:
        correlation = 1.0 if components.correlation is None else components.correlation
        found = find_kurtosis(components.rate, correlation, n_runs)
        found *= components.kurtosis_of_weights
    if components.measured and components.squares.mean() > 0.0:
        seen = (components.squares**2).mean() / components.squares.mean() ** 2
        found = max(found, float(seen)) if not components.binary else found
    return max(found, 1.0 + 1e-6)


def _freedom(terms: inference.Floats) -> float:
    """Give the degrees of freedom with which a mean of terms is known (Satterthwaite)."""
    mean = float(terms.mean())
    if mean <= 0.0:
        return 1.0
    return max(2.0 * len(terms) * mean**2 / max(float(terms.var(ddof=1)), 1e-300), 1.0)


def _known(components: Components, n_runs: int) -> float:
    """Give f0 of T(n_runs); inf where it is assumed."""
    if not components.measured:
        return float("inf")
    terms = components.squares
    if components.within is not None:
        terms = terms - components.own_of_mean + components.own / n_runs
    return _freedom(terms)


def _quantile(future: float, past: float, probability: float) -> float:
    """Give the quantile of F, of chi-square over its degrees of freedom where past is endless."""
    future = min(future, 1e9)
    if np.isinf(past):
        return float(special.chdtri(future, 1.0 - probability) / future)
    return float(special.fdtri(future, past, probability))


def find_half_width(
    components: Components, n_prompts: int, n_runs: int, wish: Wish, *, endless: bool = False
) -> float:
    """Give the half-width that is not exceeded with the wish's probability.

    Args:
        components: Measured or assumed; ``n_runs`` must be 1 where ``within`` is not known.
        n_prompts: Of the design.
        n_runs: Of each prompt.
        wish: Its level and probability.
        endless: Instead of ``n_runs``, as many as one likes: what no run can undercut.
    """
    runs = _ENDLESS if endless else n_runs
    effect = components.weight_effect
    if n_prompts <= effect + 1.0:
        return 1.0
    if not 0.0 < components.rate < 1.0:
        variance = 0.0
    else:
        # What fewer runs keep, more runs keep, however little is known of them.
        fewer = [n for n in RUNS if n < runs] if components.within is not None else []
        largest = (
            _total(components, m)
            * _quantile(
                2.0 * n_prompts / (_spread(components, m) - 1.0),
                _known(components, m),
                wish.probability,
            )
            for m in (*fewer, runs)
        )
        variance = min(largest) / (n_prompts - effect)
    low, high = inference.find_interval(
        np.array([components.rate]),
        np.array([variance]),
        np.array([n_prompts / effect]),
        wish.level,
    )
    return float((high - low)[0] / 2.0)


def _grow(components: Components, change: float) -> float:
    """Give how much noisier the runs of both windows are on the mean once the figure has moved."""
    spread = components.rate * (1.0 - components.rate)
    if not components.binary or spread <= 0.0:
        return 1.0
    moved = [rate for rate in (components.rate + change, components.rate - change) if 0 < rate < 1]
    return max([1.0, *((1.0 + rate * (1.0 - rate) / spread) / 2.0 for rate in moved)])


def find_power(components: Components, n_prompts: int, n_runs: int, wish: Wish) -> float:
    """Give the power to detect a change of the same prompts between two windows.

    The paired differences of prompts have the variance 2 within / m + drift (0 where it is not
    measured); where it is measured, its upper limit at the wish's probability is used.
    """
    if components.within is None or wish.detect is None:
        raise ValueError("detect == None or within == None, both must be known")
    effect = components.weight_effect
    freedom = n_prompts / effect - 1.0
    if freedom < 1.0:
        return 0.0
    noisier = _grow(components, wish.detect)
    variance = 2.0 * components.within * noisier / n_runs + (components.drift or 0.0)
    if components.measured:
        terms = 2.0 * components.own / n_runs
        if (components.drift or 0.0) > 0.0 and len(components.drifts) > 1:
            past = _freedom(components.drifts + float(terms.mean()))
        else:
            past = _freedom(terms)
        variance *= past / float(special.chdtri(past, wish.probability))
    if variance <= 0.0:
        return 1.0
    t = float(special.stdtrit(freedom, 0.5 + wish.level / 2.0))
    shift = wish.detect * np.sqrt((n_prompts - effect) / variance)
    # With many degrees of freedom the noncentral t is a normal shifted.
    if freedom > 200.0:
        return float(special.ndtr(shift - t))
    return 1.0 - float(special.nctdtr(freedom, shift, t))


def _search(meets: Callable[[int], bool]) -> int | None:
    """Give the least number that meets, of those from some number on; None beyond the most."""
    high = 2
    while not meets(high):
        if high >= MOST_PROMPTS:
            return None
        high = min(high * 2, MOST_PROMPTS)
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if meets(middle) else (middle, high)
    return high


def keeps(components: Components, n_prompts: int, n_runs: int, wish: Wish) -> bool:
    """Say whether a design keeps the promise."""
    if wish.half_width is not None:
        surer = wish._replace(probability=wish.probability + MARGIN * (1.0 - wish.probability))
        most = NARROWER * wish.half_width
        return find_half_width(components, n_prompts, n_runs, surer) <= most
    power = wish.power + MARGIN * (1.0 - wish.power)
    smaller = wish._replace(detect=SMALLER * (wish.detect or 0.0))
    return find_power(components, n_prompts, n_runs, smaller) >= power


def find_prompts(components: Components, n_runs: int, wish: Wish) -> Design | None:
    """Find the fewest prompts that keep the promise with so many runs; None: out of reach."""
    check(wish)
    n = _search(lambda n_prompts: keeps(components, n_prompts, n_runs, wish))
    return None if n is None else Design(n, n_runs, n * n_runs)


def find_runs(components: Components, n_prompts: int, wish: Wish) -> Design | None:
    """Find the fewest runs that keep the promise with so many prompts; None: none do."""
    check(wish)
    if components.within is None:
        return Design(n_prompts, 1, n_prompts) if keeps(components, n_prompts, 1, wish) else None
    if not keeps(components, n_prompts, _ENDLESS, wish):
        return None
    low, high = 0, 1
    while not keeps(components, n_prompts, high, wish):
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if keeps(components, n_prompts, middle, wish) else (middle, high)
    return Design(n_prompts, high, n_prompts * high)


def check(wish: Wish) -> None:
    """Check that a wish can be planned for.

    Raises:
        ValueError: Not exactly one of half-width and change, or a figure out of bounds.
    """
    if (wish.half_width is None) == (wish.detect is None):
        raise ValueError("half_width and detect: exactly one must be given")
    for name in ("half_width", "detect", "level", "probability", "power"):
        value = getattr(wish, name)
        if value is not None and not 0.0 < value < 1.0:
            raise ValueError(f"{name} == {value}, must be > 0 and < 1")

"""The planner's promises by seeded simulation, and how much more it asks for than it must.

    python benchmarks/bench_plan.py [--replications 2000] [--pilots 500] [--seed 2] [--cells]

Rates .1, .3, .5, .9; correlations within a prompt .05, .1, .3, .5 (beta-binomial); 1, 3, 10 runs.
The promise: with probability .9 the half-width of the product's own interval is at most the one
asked for (2 and 5 points). *Known*: the components are given; *expected*: the usual formula of the
expected half-width, for comparison. *Measured*: each replication draws a
pilot of 50, 100, 200 prompts x 3, 5 runs, plans from it as many runs to know the figure to 3 points,
and asks that design once; *taken*: the pilot's components are taken as known.
The least design is searched by simulation with other seeds (bisection on prompts). Change: power
.8 to detect 5 points, paired t-test of the same prompts.
"""

from __future__ import annotations

import argparse
import itertools
import time
from datetime import date

import numpy as np
from scipy import special, stats

from beleg import inference
from beleg.measure.components import assume, find_components
from beleg.measure.grid import Grid
from beleg.measure.plan import Wish, find_prompts

RATES, CORRELATIONS = (0.1, 0.3, 0.5, 0.9), (0.05, 0.1, 0.3, 0.5)
PILOTS = (50, 100, 200)
LEVEL, PROBABILITY, POWER, MOST = 0.95, 0.9, 0.8, 1.3


def list_mass(rate, correlation, n_runs):
    """Probability of 0..n_runs hits of one prompt."""
    size = 1.0 / correlation - 1.0
    return stats.betabinom(n_runs, rate * size, (1 - rate) * size).pmf(np.arange(n_runs + 1))


def find_half_widths(rng, mass, n_prompts, n):
    """Half-widths of n surveys: how many prompts have how many hits tells all of them."""
    n_runs = len(mass) - 1
    drawn = rng.multinomial(n_prompts, mass / mass.sum(), size=n)
    parts = np.arange(n_runs + 1) / n_runs
    ratio = drawn @ parts / n_prompts
    squares = (drawn * (parts - ratio[:, None]) ** 2).sum(1)
    variance = np.where(squares > 1e-12, squares, 0.0) / (n_prompts - 1) ** 2
    effective = np.full(n, float(n_prompts))
    low, high = inference.find_interval(ratio, variance, effective, LEVEL)
    return (high - low) / 2, drawn


def check_against_product(rng, mass, n_prompts):
    """The short cut gives what `inference.estimate` gives."""
    n_runs = len(mass) - 1
    widths, drawn = find_half_widths(rng, mass, n_prompts, 5)
    hits = np.concatenate([np.repeat(np.arange(n_runs + 1), row) for row in drawn])
    full = np.full(len(hits), n_runs)
    found = inference.estimate(
        inference.Counts(
            np.repeat(np.arange(5), n_prompts), 1.0 / full, hits.astype(float),
            full.astype(float), full, hits, hits,
        ), 5, level=LEVEL,
    )  # fmt: skip
    if not np.allclose((found.high - found.low) / 2, widths, rtol=1e-9):
        raise SystemExit("the short cut differs from inference.estimate")


def search(meets, guess):
    low, high = 2, max(int(guess * 1.5), 4)
    while not meets(high):
        low, high = high, high * 2
    while high - low > max(1, high // 200):
        middle = (low + high) // 2
        low, high = (low, middle) if meets(middle) else (middle, high)
    return high


def bench_known(rng, options):
    rows, expected = [], []
    for rate, correlation, n_runs, wanted in itertools.product(
        RATES, CORRELATIONS, (1, 3, 10), (0.02, 0.05)
    ):
        wish = Wish(half_width=wanted, level=LEVEL, probability=PROBABILITY)
        planned = find_prompts(assume(rate, correlation), n_runs, wish).n_prompts
        mass = list_mass(rate, correlation, n_runs)
        check_against_product(rng, mass, planned)
        kept = np.mean(find_half_widths(rng, mass, planned, options.replications)[0] <= wanted)
        least = find_least(rng, mass, wanted, planned, 4000)
        cell = (rate, correlation, n_runs, wanted)
        rows.append((cell, kept, planned, least))
        total = rate * (1 - rate) * (correlation + (1 - correlation) / n_runs)
        usual = int(np.ceil(special.ndtri(0.5 + LEVEL / 2) ** 2 * total / wanted**2))
        kept = np.mean(find_half_widths(rng, mass, usual, options.replications)[0] <= wanted)
        expected.append((cell, kept, usual, least))
    return rows, expected


def find_least(rng, mass, wanted, guess, n):
    return search(
        lambda k: np.mean(find_half_widths(rng, mass, k, n)[0] <= wanted) >= PROBABILITY, guess
    )


def to_grid(hits, n_runs):
    n = np.full((len(hits), 1), n_runs)
    y = hits[:, None]
    names = tuple(map(str, range(len(hits))))
    return Grid(names, (date(2026, 10, 1),), np.ones(len(hits)), n, y, n, n, y, y)


def bench_measured(rng, options):
    rows, taken = [], []
    for rate, correlation, n_pilot, n_runs in itertools.product(
        RATES, CORRELATIONS, PILOTS, (3, 5)
    ):
        wanted = 0.03
        wish = Wish(half_width=wanted, level=LEVEL, probability=PROBABILITY)
        mass = list_mass(rate, correlation, n_runs)
        kept, planned, plain = [], [], []
        for _ in range(options.pilots):
            hits = rng.choice(n_runs + 1, size=n_pilot, p=mass / mass.sum())
            design = find_prompts(find_components(to_grid(hits, n_runs)), n_runs, wish)
            planned.append(design.n_prompts)
            plain.append(plan_plainly(hits / n_runs, n_runs, wish, rng, mass))
            kept.append(find_half_widths(rng, mass, design.n_prompts, 1)[0][0] <= wanted)
        least = find_least(rng, mass, wanted, np.median(planned), 4000)
        cell = (rate, correlation, n_pilot, n_runs)
        rows.append((cell, np.mean(kept), np.median(planned), least))
        taken.append(
            (cell, np.mean([k for k, _ in plain]), np.median([n for _, n in plain]), least)
        )
    return rows, taken


def plan_plainly(parts, n_runs, wish, rng, mass):
    """Take a pilot's components as if they were known: is the promise kept, with how many?"""
    rate = parts.mean()
    spread = rate * (1 - rate)
    within = (parts * (1 - parts)).mean() * n_runs / (n_runs - 1)
    correlation = min(max(1 - within / spread, 0.0), 1.0) if spread > 0 else 0.0
    n = find_prompts(assume(rate, correlation), n_runs, wish).n_prompts
    return find_half_widths(rng, mass, n, 1)[0][0] <= wish.half_width, n


def find_shift(rate, correlation, change):
    """Shift of the prompts' logits that moves the mean by so much."""
    size = 1.0 / correlation - 1.0
    at = stats.beta(rate * size, (1 - rate) * size).ppf((np.arange(4000) + 0.5) / 4000)
    logit = special.logit(np.clip(at, 1e-12, 1 - 1e-12))
    low, high = 0.0, 20.0
    for _ in range(60):
        middle = (low + high) / 2
        moved = abs(special.expit(logit + np.sign(change) * middle).mean() - at.mean())
        low, high = (middle, high) if moved < abs(change) else (low, middle)
    return np.sign(change) * low


def list_changes(cell, change):
    """Probability of each change of a prompt's hits, -n_runs..n_runs: beta at 4,000 quantiles."""
    rate, correlation, n_runs = cell
    size = 1.0 / correlation - 1.0
    at = stats.beta(rate * size, (1 - rate) * size).ppf((np.arange(4000) + 0.5) / 4000)
    at = np.clip(at, 1e-12, 1 - 1e-12)
    moved = special.expit(special.logit(at) + find_shift(rate, correlation, change))
    hits = np.arange(n_runs + 1)
    before, after = (stats.binom.pmf(hits, n_runs, p[:, None]) for p in (at, moved))
    joint = before.T @ after / len(at)
    return np.array([np.trace(joint, d) for d in range(-n_runs, n_runs + 1)])


def find_detected(rng, mass, n_prompts, n):
    n_runs = len(mass) // 2
    drawn = rng.multinomial(n_prompts, mass / mass.sum(), size=n)
    parts = np.arange(-n_runs, n_runs + 1) / n_runs
    mean = drawn @ parts / n_prompts
    squares = (drawn * (parts - mean[:, None]) ** 2).sum(1) / (n_prompts - 1)
    t = mean / np.maximum(np.sqrt(squares / n_prompts), 1e-12)
    return np.mean(np.abs(t) > special.stdtrit(n_prompts - 1, 0.5 + LEVEL / 2))


def bench_change(rng, options):
    rows = []
    for rate, correlation, n_runs in itertools.product(RATES, CORRELATIONS, (1, 3, 10)):
        change = 0.05 if rate < 0.9 else -0.05
        wish = Wish(detect=abs(change), level=LEVEL, power=POWER)
        planned = find_prompts(assume(rate, correlation), n_runs, wish).n_prompts
        cell = (rate, correlation, n_runs)
        mass = list_changes(cell, change)
        kept = find_detected(rng, mass, planned, options.replications)
        least = search(lambda k, m=mass: find_detected(rng, m, k, 4000) >= POWER, planned)
        rows.append((cell, kept, planned, least))
    return rows


def report(name, rows, promise, show):
    kept = np.array([row[1] for row in rows])
    ratio = np.array([row[2] / row[3] for row in rows])
    print(
        f"{name:10} {len(rows)} cells: kept in {kept.min():.3f} to {kept.max():.3f}, mean "
        f"{kept.mean():.3f}, {np.sum(kept < promise)} below {promise}; prompts over the least "
        f"{ratio.min():.2f} to {ratio.max():.2f}, {np.sum(ratio > MOST)} above {MOST}"
    )
    if show:
        for cell, part, planned, least in rows:
            print(f"    {cell}: kept {part:.3f}, planned {planned:.0f}, least {least}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--replications", type=int, default=2000)
    parser.add_argument("--pilots", type=int, default=500)
    parser.add_argument("--seed", type=int, default=2)
    parser.add_argument("--part", choices=("all", "known", "measured", "change"), default="all")
    parser.add_argument("--cells", action="store_true", help="print every cell")
    options = parser.parse_args()
    rng = np.random.default_rng(options.seed)
    started = time.perf_counter()
    print(f"{options.replications} replications, {options.pilots} pilots, seed {options.seed}")
    if options.part in {"known", "all"}:
        known, expected = bench_known(rng, options)
        report("known", known, PROBABILITY, options.cells)
        report("expected", expected, PROBABILITY, show=False)
    if options.part in {"measured", "all"}:
        measured, taken = bench_measured(rng, options)
        for size in PILOTS:
            for name, found, show in (
                (f"pilot {size}", measured, options.cells), ("taken", taken, False)
            ):  # fmt: skip
                rows = [row for row in found if row[0][2] == size]
                report(name, rows, PROBABILITY, show)
    if options.part in {"change", "all"}:
        report("change", bench_change(rng, options), POWER, options.cells)
    print(f"{time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main()

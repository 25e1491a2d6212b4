"""Coverage of the intervals by seeded simulation, beside other ways to make them.

    python benchmarks/bench_coverage.py [--replications 500] [--seed 1] [--cells]

Prompts 20, 50, 200; runs 1, 3, 10; correlation within a prompt 0, .1, .3, .5 (beta-binomial);
rates .02, .3, .9; equal weights and lognormal ones (sigma 1). A cell is classed by its true
effective events and non-events, whichever are fewer: answers divided by the design effect
1 + (runs - 1) * correlation and the weight effect e. Ratios: links of a publisher over all links,
1 + Poisson(4) links an answer.
"""

from __future__ import annotations

import argparse
import itertools
import time
from typing import NamedTuple

import numpy as np
from scipy import stats

from beleg import inference

LEVEL = 0.95


class Cell(NamedTuple):
    n_prompts: int
    n_runs: int
    correlation: float
    rate: float
    skewed: bool

    @property
    def effective(self) -> float:
        design = 1.0 + (self.n_runs - 1) * self.correlation
        answers = self.n_prompts * self.n_runs / design / (np.e if self.skewed else 1.0)
        return min(self.rate, 1.0 - self.rate) * answers


def list_cells() -> list[Cell]:
    return [
        Cell(n_prompts, n_runs, correlation, rate, skewed)
        for n_prompts, n_runs in itertools.product((20, 50, 200), (1, 3, 10))
        for correlation in ((0.0, 0.1, 0.3, 0.5) if n_runs > 1 else (0.0,))
        for rate, skewed in itertools.product((0.02, 0.3, 0.9), (False, True))
    ]


def draw_prompts(rng, cell, n):
    """Rate of each prompt and its weight; shapes (n, n_prompts)."""
    shape = (n, cell.n_prompts)
    rates = np.full(shape, cell.rate)
    if cell.correlation > 0:
        size = 1.0 / cell.correlation - 1.0
        rates = rng.beta(cell.rate * size, (1.0 - cell.rate) * size, size=shape)
    weights = rng.lognormal(0.0, 1.0, size=shape) if cell.skewed else np.ones(shape)
    return rates, weights


def to_counts(weights, y, x, n, hits, full):
    shape = weights.shape
    return inference.Counts(
        group=np.repeat(np.arange(shape[0]), shape[1]),
        weight=weights.ravel() / n,
        y=y.ravel().astype(np.float64),
        x=np.broadcast_to(x, shape).ravel().astype(np.float64),
        n=np.full(y.size, n),
        n_hits=hits.ravel(),
        n_full=full.ravel(),
    )


def draw_rate(rng, cell, n):
    rates, weights = draw_prompts(rng, cell, n)
    y = rng.binomial(cell.n_runs, rates)
    return weights, y, to_counts(weights, y, np.int64(cell.n_runs), cell.n_runs, y, y)


def draw_ratio(rng, cell, n):
    rates, weights = draw_prompts(rng, cell, n)
    shape = (n, cell.n_prompts, cell.n_runs)
    links = 1 + rng.poisson(4, size=shape)
    own = rng.binomial(links, rates[:, :, None])
    return to_counts(
        weights, own.sum(2), links.sum(2), cell.n_runs, (own > 0).sum(2), (own == links).sum(2)
    )


def others(weights, y, n_runs):
    """Limits of the other intervals, by name."""
    n_prompts = weights.shape[1]
    share = weights / weights.sum(1, keepdims=True)
    rate = (share * y / n_runs).sum(1)
    residual = share * (y / n_runs - rate[:, None])
    variance = (residual**2).sum(1) * n_prompts / (n_prompts - 1)
    t = stats.t.ppf(0.5 + LEVEL / 2, n_prompts - 1)
    plain = (rate - t * np.sqrt(variance), rate + t * np.sqrt(variance))
    effective = 1.0 / (share**2).sum(1)
    with np.errstate(divide="ignore", invalid="ignore"):
        n = np.where(variance > 1e-15, rate * (1 - rate) / variance, effective)
    z = stats.norm.ppf(0.5 + LEVEL / 2)
    events, of = rate * n * (z / t) ** 2, n * (z / t) ** 2
    low = np.where(events > 0, stats.beta.ppf(0.025, np.maximum(events, 1e-9), of - events + 1), 0)
    high = np.where(
        of > events, stats.beta.ppf(0.975, events + 1, np.maximum(of - events, 1e-9)), 1
    )
    answers = y.mean(1) / n_runs
    return {
        "t over prompts": plain,
        "Wilson over answers": wilson(answers, n_prompts * n_runs, z),
        "Wilson on effective n": wilson(rate, n, t),
        "Korn-Graubard": (low, high),
    }


def wilson(rate, n, t):
    middle = (rate + t * t / (2 * n)) / (1 + t * t / n)
    half = t / (1 + t * t / n) * np.sqrt(rate * (1 - rate) / n + t * t / (4 * n * n))
    return middle - half, middle + half


def cover(limits, rate):
    slack = 1e-12
    return float(np.mean((limits[0] <= rate + slack) & (rate <= limits[1] + slack)))


def summarise(name, rows):
    """Print how many cells of each class are out of bounds."""
    many = [c for cell, c in rows if cell.effective >= 30]
    some = [c for cell, c in rows if 10 <= cell.effective < 30]
    few = [c for cell, c in rows if cell.effective < 10]
    print(
        f"{name:22}  >=30: {sum(not 0.93 <= c <= 0.97 for c in many):2} of {len(many)} outside "
        f".93-.97 ({min(many):.3f}-{max(many):.3f})   10-30: {sum(c < 0.9 for c in some):2} of "
        f"{len(some)} below .90 (least {min(some):.3f})   <10: {sum(c < 0.9 for c in few):2} of "
        f"{len(few)} below .90"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--replications", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cells", action="store_true", help="print every cell")
    options = parser.parse_args()
    rng = np.random.default_rng(options.seed)
    started = time.perf_counter()
    methods: dict[str, list[tuple[Cell, float]]] = {}
    ratios, thin = [], []
    for cell in list_cells():
        weights, y, counts = draw_rate(rng, cell, options.replications)
        ours = inference.estimate(counts, options.replications, level=LEVEL)
        found = {"ours": (ours.low, ours.high)} | others(weights, y, cell.n_runs)
        coverage = {name: cover(limits, cell.rate) for name, limits in found.items()}
        for name, value in coverage.items():
            methods.setdefault(name, []).append((cell, value))
        thin.append((cell, float(np.mean(ours.status != "ok"))))
        share = inference.estimate(
            draw_ratio(rng, cell, options.replications), options.replications, level=LEVEL
        )
        ratios.append((cell, cover((share.low, share.high), cell.rate)))
        if options.cells:
            print(
                cell, f"effective {cell.effective:.1f} too thin {thin[-1][1]:.3f}",
                {name: round(value, 3) for name, value in coverage.items()},
                f"ratio {ratios[-1][1]:.3f}",
            )  # fmt: skip
    print(f"{options.replications} replications a cell, seed {options.seed}, {len(thin)} cells")
    for name, rows in methods.items():
        summarise(name, rows)
    summarise("ours, ratios", ratios)
    missed = [(cell, share) for cell, share in thin if cell.effective < 10 and share < 0.9]
    n_few = sum(cell.effective < 10 for cell, _ in thin)
    print(f"too thin in fewer than .90 of replications: {len(missed)} of {n_few} cells below 10")
    for cell, share in missed:
        print(f"    {share:.3f} at {cell.effective:.1f} {tuple(cell)}")
    for low, high in ((10, 30), (30, np.inf)):
        passed = [1 - share for cell, share in thin if low <= cell.effective < high]
        print(f"status ok from {low} to {high}: mean {np.mean(passed):.2f} of replications")
    print(f"{time.perf_counter() - started:.1f} s")


if __name__ == "__main__":
    main()

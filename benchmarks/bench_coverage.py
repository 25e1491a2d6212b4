"""Coverage of the intervals by seeded simulation, beside other ways to make them.

    python benchmarks/bench_coverage.py [--replications 2000] [--seed 1] [--cells]

Prompts 20, 50, 200; runs 1, 3, 10; correlation within a prompt 0, .1, .3, .5 (beta-binomial);
rates .02, .3, .9; equal weights and lognormal ones (sigma 1). A cell is classed by its true
effective events and non-events, whichever are fewer: answers divided by the design effect
1 + (runs - 1) * correlation and the weight effect e. Ratios: links of a publisher over all links,
1 + Poisson(4) links an answer, classed likewise by how often an answer has one of its links, with
the variance that the replications show. Differences: a second engine over the same prompts is .7
times as often cited, with the first one's rate in half of the prompts and its own elsewhere.
Wider weights (--wider): lognormal of sigma .5 and 1.5, exponential, and a tenth of the prompts ten
times as heavy; they set no bound.
"""

from __future__ import annotations

import argparse
import itertools
import time
from typing import NamedTuple

import numpy as np
from scipy import stats

from beleg import combined, inference

LEVEL = 0.95


WEIGHTS = {
    "equal": (lambda _, shape: np.ones(shape), 1.0),
    "lognormal 1": (lambda rng, shape: rng.lognormal(0.0, 1.0, size=shape), np.exp(1.0)),
    "lognormal .5": (lambda rng, shape: rng.lognormal(0.0, 0.5, size=shape), np.exp(0.25)),
    "lognormal 1.5": (lambda rng, shape: rng.lognormal(0.0, 1.5, size=shape), np.exp(2.25)),
    "exponential": (lambda rng, shape: rng.exponential(size=shape) + 1e-9, 2.0),
    "a tenth 10x": (lambda rng, shape: np.where(rng.random(shape) < 0.1, 10.0, 1.0), 10.9 / 3.61),
}
"""How prompts weigh, and the weight effect of the population: E w^2 / (E w)^2."""

OF_SECOND = 0.7
"""How often the second engine cites, as a part of the first."""


class Cell(NamedTuple):
    n_prompts: int
    n_runs: int
    correlation: float
    rate: float
    weights: str

    @property
    def effective(self) -> float:
        return self.count_effective(self.rate, self.correlation)

    @property
    def effective_second(self) -> float:
        """The lesser of both engines."""
        rate = OF_SECOND * self.rate
        spread = OF_SECOND**2 * self.correlation * self.rate * (1.0 - self.rate)
        return min(self.effective, self.count_effective(rate, spread / (rate * (1.0 - rate))))

    def count_effective(self, rate, correlation):
        design = 1.0 + (self.n_runs - 1) * correlation
        answers = self.n_prompts * self.n_runs / design / WEIGHTS[self.weights][1]
        return min(rate, 1.0 - rate) * answers


def list_cells(weights=("equal", "lognormal 1")) -> list[Cell]:
    return [
        Cell(n_prompts, n_runs, correlation, rate, name)
        for n_prompts, n_runs in itertools.product((20, 50, 200), (1, 3, 10))
        for correlation in ((0.0, 0.1, 0.3, 0.5) if n_runs > 1 else (0.0,))
        for rate, name in itertools.product((0.02, 0.3, 0.9), weights)
    ]


def draw_prompts(rng, cell, n):
    """Rate of each prompt and its weight; shapes (n, n_prompts)."""
    shape = (n, cell.n_prompts)
    rates = np.full(shape, cell.rate)
    if cell.correlation > 0:
        size = 1.0 / cell.correlation - 1.0
        rates = rng.beta(cell.rate * size, (1.0 - cell.rate) * size, size=shape)
    return rates, WEIGHTS[cell.weights][0](rng, shape)


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


def count_shown(counts, n):
    """Effective events of a ratio, from the variance that the replications show."""
    shape = (n, -1)
    u = (counts.weight * counts.n).reshape(shape)
    u /= u.sum(1, keepdims=True)
    hit = (u * (counts.n_hits / counts.n).reshape(shape)).sum(1)
    other = 1.0 - (u * (counts.n_full / counts.n).reshape(shape)).sum(1)
    return min(r.mean() ** 2 * (1 - r.mean()) / max(r.var(), 1e-12) for r in (hit, other))


def compare_engines(rng, cell, n):
    """Limits of the difference of two engines over the same prompts, and whether it is ok."""
    rates, weights = draw_prompts(rng, cell, n)
    own = draw_prompts(rng, cell, n)[0]
    second = OF_SECOND * np.where(rng.random(rates.shape) < 0.5, rates, own)
    found, influence = [], []
    for one in (rates, second):
        y = rng.binomial(cell.n_runs, one)
        counts = to_counts(weights, y, np.int64(cell.n_runs), cell.n_runs, y, y)
        found.append(inference.estimate(counts, n, level=LEVEL))
        influence.append(combined.find_influence(y / cell.n_runs, np.ones(y.shape), weights))
    low, high, _ = combined.find_difference(
        np.array([one.ratio for one in influence]),
        np.array([one.low for one in found]),
        np.array([one.high for one in found]),
        np.array([one.pull for one in influence]),
    )
    ok = np.logical_and(*(one.status == "ok" for one in found))
    return (low, high), ok


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
    """Print how many cells of each class are out of bounds; rows are (effective, coverage)."""
    many = [c for size, c in rows if size >= 30]
    some = [c for size, c in rows if 10 <= size < 30]
    few = [c for size, c in rows if size < 10]
    outside = sum(not 0.93 <= c <= 0.97 for _, c in rows)
    print(
        f"{name:22}  >=30: {sum(not 0.93 <= c <= 0.97 for c in many):2} of {len(many)} outside "
        f".93-.97 ({min(many):.3f}-{max(many):.3f})   10-30: {sum(c < 0.9 for c in some):2} of "
        f"{len(some)} below .90 (least {min(some):.3f})   <10: {sum(c < 0.9 for c in few):2} of "
        f"{len(few)} below .90   all: {outside} of {len(rows)} outside .93-.97"
    )


CLASSES = ((10, 15), (15, 20), (20, 30), (30, 50), (50, np.inf))


def summarise_status(name, rows):
    """Print who is called ok; rows are (effective, part of replications ok, cell)."""
    few = [(ok, size, cell) for size, ok, cell in rows if size < 10]
    missed = sorted((one for one in few if one[0] > 0.1), reverse=True)
    said = []
    for least, most in CLASSES:
        ok = [ok for size, ok, _ in rows if least <= size < most]
        said.append(f"{least}-{most}: {np.mean(ok):.2f} ({len(ok)})" if ok else "")
    print(
        f"{name:22}  too thin in fewer than .90: {len(missed)} of {len(few)} cells below 10 "
        f"(least {1 - max(few)[0]:.3f})   says ok, mean (cells): {', '.join(said)}"
    )
    for ok, size, cell in missed:
        print(f"    {1 - ok:.3f} at {size:.1f} {tuple(cell)}")


POWERS = (0.0, 0.5, inference.SKEWNESS)


def pass_bounds(found):
    """Whether each replication passes other bounds, by name."""
    least = found.n_effective * np.fmin(found.value, 1.0 - found.value)
    bounds = {f"bound {bound}": least >= bound for bound in (10, 15, 20)}
    return bounds | {
        f"15 * weight effect ^{power:.2f}": least >= 15.0 * found.weight_effect**power
        for power in POWERS
    }


def run(cells, n, rng, *, show_cells):
    """Rows by name: (effective, coverage), and (effective, part ok, cell)."""
    coverage, status = {}, {}
    for cell in cells:
        weights, y, counts = draw_rate(rng, cell, n)
        ours = inference.estimate(counts, n, level=LEVEL)
        found = {"ours": (ours.low, ours.high)} | others(weights, y, cell.n_runs)
        shown = {name: cover(limits, cell.rate) for name, limits in found.items()}
        for name, value in shown.items():
            coverage.setdefault(name, []).append((cell.effective, value))
        said = {"ours": ours.status == "ok"} | pass_bounds(ours)
        for name, ok in said.items():
            status.setdefault(name, []).append((cell.effective, float(np.mean(ok)), cell))
        counts = draw_ratio(rng, cell, n)
        share = inference.estimate(counts, n, level=LEVEL)
        size = count_shown(counts, n)
        shown["ratio"] = cover((share.low, share.high), cell.rate)
        coverage.setdefault("ours, ratios", []).append((size, shown["ratio"]))
        part = float(np.mean(share.status == "ok"))
        status.setdefault("ours, ratios", []).append((size, part, cell))
        limits, ok = compare_engines(rng, cell, n)
        shown["difference"] = cover(limits, (1.0 - OF_SECOND) * cell.rate)
        row = (cell.effective_second, shown["difference"])
        coverage.setdefault("ours, differences", []).append(row)
        status.setdefault("ours, differences", []).append((row[0], float(np.mean(ok)), cell))
        if show_cells:
            print(
                cell, f"effective {cell.effective:.1f} ok {status['ours'][-1][1]:.3f}",
                {name: round(value, 3) for name, value in shown.items()},
            )  # fmt: skip
    return coverage, status


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--replications", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cells", action="store_true", help="print every cell")
    parser.add_argument("--wider", action="store_true", help="other weights as well")
    options = parser.parse_args()
    rng = np.random.default_rng(options.seed)
    started = time.perf_counter()
    n = options.replications
    coverage, status = run(list_cells(), n, rng, show_cells=options.cells)
    print(f"{n} replications a cell, seed {options.seed}, {len(list_cells())} cells; coverage")
    for name, rows in coverage.items():
        summarise(name, rows)
    print("\nstatus")
    for name, rows in status.items():
        summarise_status(name, rows)
    if options.wider:
        for name in list(WEIGHTS)[2:]:
            coverage, status = run(list_cells((name,)), n, rng, show_cells=options.cells)
            print(f"\nweights {name}")
            summarise("ours", coverage["ours"])
            summarise_status("ours", status["ours"])
    print(f"{time.perf_counter() - started:.1f} s")


if __name__ == "__main__":
    main()

"""Coverage of rank intervals by seeded simulation, beside other ways to make them.

    python benchmarks/bench_ranks.py [--replications 200] [--seed 1] [--kind rate|share]
                                     [--least 5] [--cells]

Prompts 50, 200; runs 1, 3; correlation within a prompt .3 (beta-binomial); 5, 10, 20 publishers;
equal weights and lognormal ones (sigma 1); true rates apart (.6 down to .1) or tied (in four
groups), as rates (each answer cites or not) and as shares (links of a publisher over all links,
Dirichlet prompts, 1 + Poisson(4) links an answer). What is too thin is not ranked; the true ranks
are then among those ranked. *Covered*: the whole range of true ranks (ties share one) lies in the
interval. *All*: of every publisher at once; *one*: mean over publishers. *Width*: mean of
(high - low + 1) / ranked, 1 / ranked at best.
"""

from __future__ import annotations

import argparse
import itertools
import time
from collections import defaultdict
from typing import NamedTuple

import numpy as np

from beleg.measure import ranks

LEVEL = 0.95
CORRELATION = 0.3


class Cell(NamedTuple):
    kind: str
    n_prompts: int
    n_runs: int
    n_publishers: int
    skewed: bool
    tied: bool


def list_cells(kinds):
    return [
        Cell(*cell)
        for cell in itertools.product(
            kinds, (50, 200), (1, 3), (5, 10, 20), (False, True), (False, True)
        )
    ]


def true_figures(cell):
    """Rates of the publishers; shares sum to 1."""
    spread = np.geomspace(0.6, 0.1, cell.n_publishers)
    if cell.tied:
        groups = np.array_split(np.arange(cell.n_publishers), 4)
        for number, group in enumerate(groups):
            spread[group] = (0.6, 0.33, 0.18, 0.1)[number]
    return spread / spread.sum() if cell.kind == "share" else spread


def draw(rng, cell, figures):
    """Weighted y and x, and hits of answers, each of shape (n_publishers, n_prompts)."""
    n, c = len(figures), cell.n_prompts
    weight = rng.lognormal(0.0, 1.0, c) if cell.skewed else np.ones(c)
    size = 1.0 / CORRELATION - 1.0
    if cell.kind == "rate":
        rates = rng.beta(figures[:, None] * size, (1.0 - figures[:, None]) * size, (n, c))
        hits = rng.binomial(cell.n_runs, rates)
        return hits * weight / cell.n_runs, np.broadcast_to(weight, (n, c)), hits
    shares = rng.dirichlet(figures * size, c)
    y, x, hits = np.zeros((n, c)), np.zeros(c), np.zeros((n, c), dtype=np.int64)
    for _ in range(cell.n_runs):
        links = 1 + rng.poisson(4, c)
        own = rng.multinomial(links, shares).T
        y += own
        x += links
        hits += own > 0
    return y * weight / cell.n_runs, np.broadcast_to(x * weight / cell.n_runs, (n, c)), hits


def wilson_ranks(hits, n_answers):
    """Ranks from intervals over answers that do not overlap: what a table of bars suggests."""
    rate, z = hits.sum(1) / n_answers, 1.96
    middle = (rate + z * z / (2 * n_answers)) / (1 + z * z / n_answers)
    half = z / (1 + z * z / n_answers)
    half = half * np.sqrt(rate * (1 - rate) / n_answers + z * z / (4 * n_answers**2))
    low, high = middle - half, middle + half
    return 1 + (low[None, :] > high[:, None]).sum(1), len(rate) - (
        high[None, :] < low[:, None]
    ).sum(1)


def draw_again(rng, n_prompts, n_draws=499):
    """How often each prompt is drawn again; shape (n_draws, n_prompts)."""
    return rng.multinomial(n_prompts, np.full(n_prompts, 1 / n_prompts), n_draws).astype(float)


def bootstrap_ranks(times, y, x):
    """Percentiles of each publisher's rank when prompts are drawn again."""
    with np.errstate(invalid="ignore"):
        value = (times @ y.T) / (times @ x.T)
    rank = 1 + (value[:, None, :] > value[:, :, None]).sum(2)
    low, high = np.percentile(rank, [2.5, 97.5], axis=0)
    return np.floor(low), np.ceil(high)


def true_sets(figures):
    greater = (figures[None, :] > figures[:, None] + 1e-12).sum(1)
    less = (figures[None, :] < figures[:, None] - 1e-12).sum(1)
    return 1 + greater, len(figures) - less


def simulate(rng, cell, n_replications, least=ranks.MIN_CARRYING):
    """Tell for each way: all covered, one covered, width (means over replications)."""
    figures = true_figures(cell)
    told = defaultdict(list)
    n_ranked = []
    times = draw_again(rng, cell.n_prompts)
    for number in range(n_replications):
        y, x, hits = draw(rng, cell, figures)
        kept = np.flatnonzero(ranks.count_carrying(y) >= least)
        n_ranked.append(len(kept) / len(figures))
        if len(kept) < 2:
            continue
        y, x = y[kept], x[kept]
        low, high = true_sets(figures[kept])
        together = ranks.compare(y, x, level=LEVEL, seed=number)
        alone = ranks.compare(y, x, level=LEVEL, marginal=True, seed=number)
        ways = {
            "ours, simultaneous": ranks.find_rank_sets(together)[1:],
            "ours, marginal": ranks.find_rank_sets(alone)[1:],
            "bootstrap of ranks": bootstrap_ranks(times, y, x),
        }
        if cell.kind == "rate":
            n_answers = cell.n_prompts * cell.n_runs
            ways["Wilson overlap"] = wilson_ranks(hits[kept], n_answers)
        for name, (lower, upper) in ways.items():
            inside = (lower <= low) & (high <= upper)
            told[name].append(
                (inside.all(), inside.mean(), ((upper - lower + 1) / len(kept)).mean())
            )
    return {name: np.mean(rows, axis=0) for name, rows in told.items()}, np.mean(n_ranked)


def bench_ranks(options):
    rng = np.random.default_rng(options.seed)
    rows, ranked = [], []
    for cell in list_cells([options.kind] if options.kind else ["rate", "share"]):
        found, share = simulate(rng, cell, options.replications, options.least)
        ranked.append(share)
        rows += [(cell, name, *figures) for name, figures in found.items()]
        if options.cells:
            print(tuple(cell), f"ranked {share:.2f}", end="  ")
            print(
                *(f"{name}: {a:.3f} {o:.3f} w {w:.2f};" for name, (a, o, w) in found.items()),
                flush=True,
            )
    print(
        f"{options.replications} replications a cell, seed {options.seed}, {len(ranked)} cells; "
        f"ranked: {np.mean(ranked):.2f} of the publishers"
    )
    for tied in (False, True):
        for name in dict.fromkeys(row[1] for row in rows):
            mine = [row for row in rows if row[1] == name and row[0].tied == tied]
            every, one, width = (np.array([row[at] for row in mine]) for at in (2, 3, 4))
            print(
                f"{'tied' if tied else 'apart':5} {name:18} {len(mine)} cells   all: "
                f"{every.min():.3f} to {every.max():.3f}, below .95: {(every < 0.95).sum()}, "
                f"below .93: {(every < 0.93).sum()}   one: {one.min():.3f} to {one.max():.3f}, "
                f"below .93: {(one < 0.93).sum()}   width {width.mean():.2f}"
            )


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--replications", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kind", choices=["rate", "share"])
    parser.add_argument("--least", type=float, default=ranks.MIN_CARRYING, help="too thin below")
    parser.add_argument("--cells", action="store_true", help="print every cell")
    options = parser.parse_args()
    started = time.perf_counter()
    bench_ranks(options)
    print(f"{time.perf_counter() - started:.1f} s")


if __name__ == "__main__":
    main()

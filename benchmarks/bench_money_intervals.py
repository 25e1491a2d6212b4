"""Coverage of the intervals on money by seeded simulation, beside other ways to make them; speed.

    python benchmarks/bench_money_intervals.py [--periods 2000] [--compared 400] [--seed 1]
        [--bound 25] [--cells]

A population of 100,000 prompts is made for each design: topics, publishers that know some topics
better (20, of Zipf sizes), prompts that differ within a topic, several runs, statements of unequal
length, candidates for each statement, a probability of support for each, and whether it is found
with just that probability; below .5 nothing is paid. Each part is computed by `share.parts`. The
truth is the share of the whole population; a period draws some of its prompts, and the interval
comes from `share.intervals.estimate`. Designs: 50, 200 and 1,000 prompts; 1 and 5 runs; equal
weights and lognormal ones (sigma 1); sure and doubtful detectors.

A publisher is classed by its *true* effective prompts: n (E Y)^2 / E Y^2, or of what it does not
receive where that is less.
"""

from __future__ import annotations

import argparse
import itertools
import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from scipy import special

from beleg.inference import find_interval
from beleg.records import Level, Mandate, Pot, Share
from beleg.share.intervals import LEVEL, MIN_EFFECTIVE, Cells, estimate, find_intervals
from beleg.share.parts import draw_parts, split_parts

N_POPULATION, N_PUBLISHERS, N_TOPICS = 100_000, 20, 8
REPLICATES = 199
BOUNDARIES = (0.0, 10.0, 20.0, 30.0, np.inf)


class Design(NamedTuple):
    n_prompts: int
    n_runs: int
    skewed: bool
    doubtful: bool


class Population(NamedTuple):
    """Arrays (n_population, n_publishers), by prompt; total (n_population,)."""

    airport: np.ndarray
    expected: np.ndarray
    found: np.ndarray
    """The yes/no game on what is really found."""
    spread: np.ndarray
    """Variance of ``found`` given the probabilities."""
    total: np.ndarray


def draw_population(rng, design) -> Population:
    n, n_pub = N_POPULATION, N_PUBLISHERS
    known = rng.gamma(0.4, 2.5, (N_TOPICS, n_pub)) / np.arange(1, n_pub + 1)
    often = 1 / np.arange(1, N_TOPICS + 1)
    topic = rng.choice(N_TOPICS, n, p=often / often.sum())
    cumulated = np.cumsum(known[topic] * rng.gamma(0.5, 2.0, (n, n_pub)) + 1e-9, axis=1)
    cumulated /= cumulated[:, -1:]
    total = rng.lognormal(0.0, 1.0, n) if design.skewed else np.ones(n)
    prompt_of = np.repeat(np.arange(n), design.n_runs)
    answer = np.repeat(np.arange(len(prompt_of)), 1 + rng.poisson(4, len(prompt_of)))
    weight = rng.lognormal(0.0, 0.5, len(answer))
    weight *= (total[prompt_of] / design.n_runs / np.bincount(answer, weight))[answer]
    prompt = prompt_of[answer]
    claim = np.repeat(np.arange(len(weight)), rng.poisson(1.5, len(weight)))
    publisher = (cumulated[prompt[claim]] < rng.random((len(claim), 1))).sum(axis=1)
    claim, publisher = np.divmod(np.unique(claim * n_pub + publisher), n_pub)
    p = np.round(rng.beta(*((2.0, 1.0) if design.doubtful else (0.5, 0.25)), len(claim)), 4)
    order = np.lexsort((publisher, p, claim))
    order = order[p[order] >= 0.5]
    claim, publisher, p = claim[order], publisher[order], p[order]
    is_found = rng.random(len(p)) < p
    n_found = np.bincount(claim, is_found, len(weight))[claim]
    expected, variance = draw_parts(claim, p)
    key, w = prompt[claim] * n_pub + publisher, weight[claim]
    parts = (split_parts(claim, p), expected, is_found / np.maximum(n_found, 1))
    sums = [np.bincount(key, w * part, n * n_pub).reshape(n, n_pub) for part in parts]
    spread = np.bincount(key, w**2 * variance, n * n_pub).reshape(n, n_pub)
    return Population(*sums, spread, total)


def count_true(y, total, n_prompts):
    other = total[:, None] - y
    with np.errstate(invalid="ignore", divide="ignore"):
        counts = [(a.mean(0) ** 2 / (a**2).mean(0)) for a in (y, other)]
    return n_prompts * np.minimum(*counts)


def use_ours(y, total):
    prompt, publisher = np.nonzero(y)
    found = estimate(Cells(prompt, publisher, y[prompt, publisher]), total, y.shape[1])
    return (found.low, found.high), found.n_effective


def use_others(rng, y, total):
    """Limits of the other intervals, by name."""
    whole = total.sum()
    h = total / whole
    ratio = y.sum(0) / whole
    residual = (y - ratio * total[:, None]) / whole / (1 - h)[:, None]
    variance, effective = (residual**2).sum(0), 1 / (h**2).sum()
    sizes = np.full(len(ratio), effective)
    t = special.stdtrit(effective - 1, 0.5 + LEVEL / 2) * np.sqrt(variance)
    # Multipliers: exponential weights a prompt and replicate (the Bayesian bootstrap).
    w = rng.exponential(size=(REPLICATES, len(total)))
    base = w @ total
    again = (w @ y) / base[:, None]
    w2 = w * w
    spread = w2 @ (y * y) - 2 * again * (w2 @ (y * total[:, None]))
    spread += again**2 * (w2 @ (total * total))[:, None]
    spread = np.maximum(spread, 0) / base[:, None] ** 2 / 2
    tails = [0.5 - LEVEL / 2, 0.5 + LEVEL / 2]
    low, high = np.quantile(again, tails, axis=0)
    with np.errstate(all="ignore"):
        centre, error = special.logit(ratio), np.sqrt(variance) / (ratio * (1 - ratio))
        scaled = (special.logit(again) - centre) / (np.sqrt(spread) / (again * (1 - again)))
        scaled = np.where(np.isfinite(scaled), scaled, 0.0)
        below, above = np.quantile(scaled, tails, axis=0)
        studentised = (
            special.expit(centre - above * error), special.expit(centre - below * error)
        )  # fmt: skip
    return {
        "the same, t on effective prompts": find_interval(ratio, variance, sizes, LEVEL),
        "t over prompts": (ratio - t, ratio + t),
        "bootstrap, studentised": studentised,
        "bootstrap, percentile": (low, high),
        "bootstrap, basic": (2 * ratio - high, 2 * ratio - low),
    }


def use_drawn_supports(rng, idx, population):
    """Bootstrap of prompts with supports drawn as well, percentile: airport for the paid share."""
    w = rng.exponential(size=(REPLICATES, len(idx)))
    base = (w @ population.total[idx])[:, None]
    mean = (w @ population.expected[idx]) / base
    noise = rng.standard_normal(mean.shape)
    mean += noise * np.sqrt((w**2) @ population.spread[idx]) / base
    return tuple(np.quantile(mean, [0.5 - LEVEL / 2, 0.5 + LEVEL / 2], axis=0))


def run_design(design, n_periods, n_compared, seed):
    """Rows (method, publisher's true effective prompts, coverage, …) of one design."""
    rng = np.random.default_rng([seed, *map(int, design)])
    population = draw_population(rng, design)
    y, total = population.airport, population.total
    truth, found = (a.sum(0) / total.sum() for a in (y, population.found))
    size = count_true(y, total, design.n_prompts)
    hits, estimated = {}, []

    def note(name, limits, target):
        hits.setdefault(name, []).append((limits[0] <= target) & (target <= limits[1]))

    for period in range(n_periods):
        idx = rng.integers(0, len(total), design.n_prompts)
        limits, n_effective = use_ours(y[idx], total[idx])
        estimated.append(n_effective)
        note("ours", limits, truth)
        if period < n_compared:
            for name, other in use_others(rng, y[idx], total[idx]).items():
                note(name, other, truth)
            drawn = use_drawn_supports(rng, idx, population)
            note("bootstrap of prompts and supports", drawn, truth)
        note("ours, for the share of what is found", limits, found)
        limits, _ = use_ours(population.expected[idx], total[idx])
        note("ours, rule expected, for what is found", limits, found)
        whole = total[idx].sum()
        mean = population.expected[idx].sum(0) / whole
        error = 1.96 * np.sqrt(population.spread[idx].sum(0)) / whole
        own = population.found[idx].sum(0) / whole
        note("drawn share -/+ 1.96 errors, this period", (mean - error, mean + error), own)
    return size, np.array(estimated), {k: np.array(v) for k, v in hits.items()}, found - truth


def summarise(results, bound):
    names = next(iter(results.values()))[2]
    print("\ncoverage of publishers by true effective prompts: lowest, mean, highest; outside")
    for name in names:
        line = f"{name:42}"
        for low, high in itertools.pairwise(BOUNDARIES):
            values = np.concatenate(
                [h[name].mean(0)[(s >= low) & (s < high)] for s, _, h, _ in results.values()]
            )
            outside = ((values < 0.93) | (values > 0.97)).sum()
            line += f" | {low:.0f}+: {values.min():.3f} {values.mean():.3f} {values.max():.3f}"
            line += f" {outside:3} of {len(values):3}"
        print(line)
    print("\nstatus: publishers by true effective prompts, share of periods that say too_thin")
    for line in sorted({15.0, 20.0, 25.0, bound}):
        said = f"bound {line:.0f}:"
        for low, high in itertools.pairwise(BOUNDARIES):
            flags = np.concatenate(
                [(e < line).mean(0)[(s >= low) & (s < high)] for s, e, _, _ in results.values()]
            )
            said += f" | {low:.0f}+: mean {flags.mean():.3f}, below .90 {(flags < 0.9).sum()}"
            said += f" of {len(flags)} (least {flags.min():.3f})"
        given = [
            (h["ours"][e >= line].sum(), (e >= line).sum()) for _, e, h, _ in results.values()
        ]
        hits, n = map(sum, zip(*given, strict=True))
        print(f"{said} | coverage where ok {hits / n:.4f} of {n}")
    bias = max(np.abs(b[s >= 10]).max(initial=0) for s, _, _, b in results.values())
    print(f"largest share of what is found less paid share, from 10 on: {100 * bias:.2f} points")


def time_million(seed):
    """Time a pot of a million stakes of 500 publishers, 2,000 prompts; the game left out."""
    rng = np.random.default_rng(seed)
    n_claims, n_answers, n_prompts = 350_000, 50_000, 2_000
    claim = rng.integers(0, n_claims, 1_100_000)
    publisher = np.minimum(rng.zipf(1.3, len(claim)) - 1, 10**6) % 500
    keys = np.unique(claim * 500 + publisher)[:1_000_000]
    claim, publisher = np.divmod(rng.permutation(keys), 500)
    weight, support = rng.integers(1, 10**6, n_claims), rng.integers(5_000, 10_001, len(claim))
    answers = [f"{n:032x}" for n in range(n_answers)]
    claims = np.array([f"{n * 7919 % n_claims:032x}" for n in range(n_claims)])
    order = np.lexsort((publisher, support, claim))
    parts = split_parts(claim[order], support[order] / 10_000)
    shares = np.bincount(publisher[order], parts * weight[claim[order]], 500) / weight.sum()
    names = np.array([f"publisher {n:03}" for n in range(500)])
    pot = Pot(
        pot_id="pot", right="all", period="2026-11", starts_at=datetime(2026, 11, 1, tzinfo=UTC),
        ends_at=datetime(2026, 12, 1, tzinfo=UTC), timezone="UTC", currency="EUR",
        gross_minor=1, deductions_minor=0, reserve_minor=0, distributable_minor=1, due=None,
        rule="airport", rule_version="1", level=Level.TITLE, threshold=5_000, kinds=(),
        existence="seen", coverage="complete",
    )  # fmt: skip
    rows = [
        Share("pot", "airport", str(name), *map(str, float(part).as_integer_ratio()), Mandate.PAID)
        for name, part in zip(names, shares, strict=True)
    ]
    of_answer = [f"prompt {n % n_prompts}" for n in range(n_answers)]
    tables = (
        pa.table({"answer_id": answers, "prompt_id": of_answer}),
        pa.table({"claim_id": claims, "weight": weight,
                  "answer_id": [answers[n % n_answers] for n in range(n_claims)]}),
        pa.table({"claim_id": claims[claim], "publisher_id": names[publisher],
                  "support": support}),
    )  # fmt: skip
    for rule in ("airport", "expected"):
        started = time.perf_counter()
        found = find_intervals(replace(pot, rule=rule), *tables, rows)
        seconds = time.perf_counter() - started
        print(
            f"{rule}: {len(claim):,} stakes, {len(found) - 1} publishers, {n_prompts:,} prompts: "
            f"{seconds:.1f} s"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--periods", type=int, default=2000)
    parser.add_argument("--compared", type=int, default=400, help="periods of the bootstraps")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--bound", type=float, default=MIN_EFFECTIVE, help="of the status")
    parser.add_argument("--cells", action="store_true", help="print every publisher")
    options = parser.parse_args()
    time_million(options.seed)
    started = time.perf_counter()
    results = {}
    for design in itertools.starmap(
        Design, itertools.product((50, 200, 1000), (1, 5), (False, True), (False, True))
    ):
        results[design] = run_design(design, options.periods, options.compared, options.seed)
        size, estimated, hits, _ = results[design]
        ok = estimated >= options.bound
        covered = hits["ours"].mean(0)
        print(
            f"{design.n_prompts:5} prompts, {design.n_runs} runs, "
            f"{'skewed' if design.skewed else 'equal':6}, "
            f"{'doubtful' if design.doubtful else 'sure':8}: {(size >= 10).sum():2} publishers "
            f"from 10, covered {covered[size >= 10].min(initial=1):.3f} to "
            f"{covered[size >= 10].max(initial=0):.3f}; where ok "
            f"{hits['ours'][ok].mean() if ok.any() else np.nan:.3f} of {ok.sum():,}",
            flush=True,
        )
        for place in np.argsort(size) if options.cells else ():
            print(
                f"    {size[place]:6.1f} true effective prompts: covered {covered[place]:.3f}, "
                f"too thin {1 - ok[:, place].mean():.3f}"
            )
    print(
        f"{options.periods} periods a design (bootstraps: {options.compared}), seed "
        f"{options.seed}, {len(results)} designs"
    )
    summarise(results, options.bound)
    print(f"{time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main()

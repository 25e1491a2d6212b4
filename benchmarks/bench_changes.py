"""False alarms and power of `beleg measure changes`, by seeded simulation, beside other ways.

    python benchmarks/bench_changes.py [--replications 10000] [--seed 1] [--only power]

A/A: both windows have the same rates. Prompts' rates are beta (the correlation within a prompt),
weights equal or lognormal (sigma 1), drawn anew each time. "ok" is how often the rule, from the
data alone, does not say too little data; rejections are counted of these.
"""

from __future__ import annotations

import argparse
import itertools
import time

import numpy as np
from scipy import special

from beleg.measure.arms import compare_arms, find_influence
from beleg.measure.discontinuities import ALARM, scan
from beleg.measure.paired import adjust_p, compare, compare_runs

BLOCK = 1000


def draw(rng, shape, correlation, rate, skewed):
    """Rates of prompts, and their parts in the figure."""
    size = 1.0 / correlation - 1.0 if correlation else 0.0
    rates = (
        rng.beta(rate * size, (1 - rate) * size, shape) if correlation else np.full(shape, rate)
    )
    weights = rng.lognormal(0.0, 1.0, shape) if skewed else np.ones(shape)
    return rates, weights / weights.sum(1, keepdims=True)


def answer_peers(y0, y1, n):
    """Rejections of what ignores prompts: overlapping Wilson intervals, two-sample z, t on means.

    Answers count alike in all three, as in the tools that use them.
    """
    total = n * y0.shape[1]
    rates = [y.sum(1) / total for y in (y0, y1)]
    z = special.ndtri(0.975)
    limits = []
    for rate in rates:
        centre = (rate + z**2 / (2 * total)) / (1 + z**2 / total)
        half = z / (1 + z**2 / total) * np.sqrt(rate * (1 - rate) / total + (z / 2 / total) ** 2)
        limits.append((centre - half, centre + half))
    apart = (limits[0][1] < limits[1][0]) | (limits[1][1] < limits[0][0])
    pooled = (rates[0] + rates[1]) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        z_score = np.abs(rates[1] - rates[0]) / np.sqrt(pooled * (1 - pooled) * 2 / total)
        spread = sum(r * (1 - r) / (total - 1) for r in rates)
        t = np.abs(rates[1] - rates[0]) / np.sqrt(spread)
    return apart, z_score > z, t > special.stdtrit(2 * total - 2, 0.975)


def run_single(rng, cell, replications, shift=0.0):
    """Rates of ok and of rejections: ours, basket, Wilson, z, t."""
    n_prompts, runs, correlation, rate, skewed = cell
    ok, hit, ok_runs, hit_runs, peers = 0, 0, 0, 0, np.zeros(3)
    for _ in range(replications // BLOCK):
        rates, h = draw(rng, (BLOCK, n_prompts), correlation, rate, skewed)
        later = special.expit(special.logit(np.clip(rates, 1e-300, 1 - 1e-16)) + shift)
        y0, y1 = rng.binomial(runs, rates), rng.binomial(runs, later)
        ours = compare(h * y0 / runs, h, h * y1 / runs, h)
        ok += (~ours.thin).sum()
        hit += (ours.p < 0.05).sum()
        if runs > 1:
            n = np.full(y0.shape, float(runs))
            fixed = compare_runs(y0.astype(float), n, y1.astype(float), n, h)
            ok_runs += (~fixed.thin).sum()
            hit_runs += (fixed.p < 0.05).sum()
        peers += [found.mean() for found in answer_peers(y0, y1, runs)]
    n_blocks = replications // BLOCK
    basket = hit_runs / ok_runs if ok_runs else np.nan
    return ok / replications, hit / max(ok, 1), basket, *(peers / n_blocks), hit / replications


def print_singles(rng, replications):
    cells = [(50, 20, c, 0.3, s) for c, s in itertools.product((0.0, 0.1, 0.3, 0.5), (0, 1))]
    cells += [
        (n, r, c, q, s)
        for n, r, q, s in itertools.product((20, 50, 200), (1, 3, 10), (0.1, 0.3, 0.9), (0, 1))
        for c in ((0.0,) if r == 1 else (0.0, 0.1, 0.3, 0.5))
    ]
    print("A/A, single changes: % rejected at 5 %")
    print("prompts runs corr rate weights |    ok   ours basket | Wilson      z      t")
    told, outside = [], []
    for cell in cells:
        found = run_single(rng, cell, replications)
        told.append((cell, found))
        n, r, c, q, s = cell
        line = f"{n:7d} {r:4d} {c:4.1f} {q:4.1f} {'lognorm' if s else 'equal':7s} |"
        print(
            line,
            " ".join(f"{100 * v:6.1f}" for v in found[:3]),
            "|",
            " ".join(f"{100 * v:6.1f}" for v in found[3:6]),
            flush=True,
        )
    for least in (0.0, 0.05, 0.2, 0.5):
        kept = [f[1] for _, f in told if f[0] > least]
        bad = sum(not 0.04 <= v <= 0.06 for v in kept)
        outside.append(
            f"ok in more than {100 * least:.0f} %: {len(kept)} cells, {bad} outside "
            f"4 to 6 % ({100 * min(kept):.1f} to {100 * max(kept):.1f} %)"
        )
    basket = [f[2] for _, f in told if f[0] > 0.2 and not np.isnan(f[2])]
    print("\n".join(outside))
    print(
        f"basket, ok in more than 20 %: {len(basket)} cells, "
        f"{sum(not 0.04 <= v <= 0.06 for v in basket)} outside "
        f"({100 * min(basket):.1f} to {100 * max(basket):.1f} %)"
    )
    for name, column in (("Wilson", 3), ("z", 4), ("t", 5)):
        values = [f[column] for _, f in told]
        print(f"{name}: {sum(not 0.04 <= v <= 0.06 for v in values)} of {len(values)} outside")


def print_power(rng, replications):
    for r, c in ((20, 0.5), (10, 0.5)):
        found = run_single(rng, (50, r, c, 0.3, 0), replications, shift=0.3)
        print(
            f"power, 50 prompts x {r} runs a side, correlation {c}, +0.3 logit: "
            f"ours {100 * found[6]:.1f}, basket {100 * found[2]:.1f}, Wilson overlap "
            f"{100 * found[3]:.1f}, z {100 * found[4]:.1f}, t {100 * found[5]:.1f} %"
        )


def draw_publishers(rng, n_prompts, runs, correlation, rate, together):
    """Hits of 200 publishers before and after; ``together``: correlated across publishers."""
    size = 1.0 / correlation - 1.0
    mix = np.sqrt(together), np.sqrt(1.0 - together)

    def normals(*shape):
        one = rng.standard_normal((1, *shape), dtype=np.float32)
        return mix[0] * one + mix[1] * rng.standard_normal((200, *shape), dtype=np.float32)

    table = special.betaincinv(rate * size, (1 - rate) * size, np.linspace(0, 1, 4001))
    rates = np.interp(special.ndtr(normals(n_prompts)), np.linspace(0, 1, 4001), table)
    if together == 0:
        return [rng.binomial(runs, rates) for _ in range(2)]
    limits = special.ndtri(np.clip(rates, 1e-12, 1 - 1e-12))[..., None]
    return [(normals(n_prompts, runs) < limits).sum(2) for _ in range(2)]


def print_families(rng, replications):
    print("200 true nulls with Benjamini-Hochberg at 5 %: % of replications with any rejection")
    for cell in (
        (50, 20, 0.5, 0.3, 0),
        (50, 3, 0.3, 0.1, 0),
        (50, 10, 0.3, 0.3, 1),
        (200, 3, 0.3, 0.3, 1),
        (20, 10, 0.3, 0.3, 0),
        (50, 3, 0.3, 0.3, 0.5),
    ):
        n, runs, c, rate, kind = cell
        n_rounds = replications if kind != 0.5 else max(replications // 5, 1)
        any_found, n_tested = 0, 0
        for _ in range(n_rounds):
            y0, y1 = draw_publishers(rng, n, runs, c, rate, kind if kind == 0.5 else 0)
            weights = rng.lognormal(0.0, 1.0, n) if kind == 1 else np.ones(n)
            x = np.broadcast_to(weights, y0.shape)
            p = compare(x * y0 / runs, x, x * y1 / runs, x).p
            n_tested += (~np.isnan(p)).sum()
            any_found += bool((adjust_p(p) <= 0.05).any())
        word = {0: "equal", 1: "lognormal", 0.5: "equal, publishers correlated .5"}[kind]
        print(
            f"  {n} x {runs}, corr {c}, rate {rate}, {word}: {100 * any_found / n_rounds:.2f} % "
            f"of {n_rounds} ({n_tested / n_rounds:.0f} tested)",
            flush=True,
        )


def print_breaks(rng, replications):
    print(f"unnamed model: % of engines with an alarm (nominal {100 * ALARM:.0f} %)")
    for n_days, shocks, jump in itertools.product((14, 28), (0.0, 0.5), (0.0, 1.5)):
        found, n = 0, max(replications // 5, 100)
        for seed in range(n):
            series = {
                name: rng.standard_normal((rows, n_days))
                for name, rows in (
                    ("answered", 1),
                    ("links", 1),
                    ("length", 1),
                    ("publishers", 20),
                )
            }
            drift = np.zeros(n_days)
            for day in range(1, n_days):
                drift[day] = shocks * drift[day - 1] + rng.standard_normal()
            for values in series.values():
                values[:] = values + (drift if shocks else 0.0)
                values[:, n_days // 2 :] += jump
            found += scan(series, seed=seed, n_shuffles=199)[2] <= ALARM
        print(
            f"  {n_days} days, {'days autocorrelated .5' if shocks else 'independent days'}, "
            f"jump of {jump} sd: {100 * found / n:.1f} % of {n}",
            flush=True,
        )


def print_arms(rng, replications):
    print("difference in differences, A/A (trend: both arms +0.4 logit): % rejected at 5 %")
    for n, share, (runs, c, rate, skewed, trend) in itertools.product(
        (50, 100, 200), (0.5, 0.25),
        ((5, 0.3, 0.3, 0, 0), (5, 0.3, 0.3, 0, 1), (5, 0.3, 0.3, 1, 0), (1, 0.0, 0.3, 0, 0)),
    ):  # fmt: skip
        rates, h = draw(rng, (replications, n), c, rate, skewed)
        later = special.expit(special.logit(np.clip(rates, 1e-9, 1 - 1e-9)) + 0.4 * trend)
        treated = np.arange(n) < n * share
        before, after = (h * rng.binomial(runs, q) / runs for q in (rates, later))
        effects = compare_arms(find_influence(before, h, after, h, treated), treated)
        ok = ~effects.thin
        print(
            f"  {n} prompts, {100 * share:.0f} % treated, {runs} runs, corr {c}, "
            f"{'lognormal' if skewed else 'equal'}{', trend' if trend else ''}: ok "
            f"{100 * ok.mean():.0f} %, rejected {100 * (effects.p[ok] < 0.05).mean():.1f} %"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replications", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=PARTS, action="append", help="One part; repeatable.")
    options = parser.parse_args()
    began = time.monotonic()
    for number, (name, part) in enumerate(PARTS.items(), 1):
        if not options.only or name in options.only:
            part(np.random.default_rng([options.seed, number]), options.replications)
            print(f"({time.monotonic() - began:.0f} s)", flush=True)


PARTS = {
    "power": print_power,
    "arms": print_arms,
    "families": print_families,
    "breaks": print_breaks,
    "singles": print_singles,
}


if __name__ == "__main__":
    main()

"""False alarms and widths of confidence sequences by seeded simulation, beside other ways.

    python benchmarks/bench_sequences.py [--sequences 10000] [--seed 2] [--cells]

A basket of 50 prompts is asked once a day; 200 looks. Rates .02, .3, .9; correlation within a
prompt .3, .5 (beta); equal weights and lognormal ones (sigma 1); days alike, and days that move
all prompts together (a normal shift of their logits, sigma .5). Nothing ever changes.

*value*: the sequence leaves out the basket's true rate at any look. *change*: against a baseline
of 7, 14 or 28 days, zero is left out at any look. Looks that are too thin give no alarm for ours,
and all looks count for the others. Widths are medians at the last look, over the interval of
fixed n (t over days). Detection: all prompts move at the first look after a baseline of 14 days.
"""

from __future__ import annotations

import argparse
import itertools
import time
from collections import defaultdict

import numpy as np
from scipy import special, stats

from beleg.inference import MIN_EFFECTIVE
from beleg.measure.looks import HORIZON
from beleg.measure.sequences import follow_change, follow_mean, tune

LEVEL, ALPHA = 0.95, 0.05
N_PROMPTS, N_LOOKS, BLOCK = 50, 200, 500
BASELINES = (7, 14, 28)
SIGMA = 0.5


def draw(rng, cell, n, n_days, move_from=None, move=0.0):
    """Figures of days and effective events up to each, (n, n_days); true rates, (n,)."""
    rate, correlation, skewed, moving = cell
    size = 1.0 / correlation - 1.0
    prompts = rng.beta(rate * size, (1.0 - rate) * size, size=(n, N_PROMPTS))
    weight = rng.lognormal(0.0, 1.0, prompts.shape) if skewed else np.ones(prompts.shape)
    weight /= weight.sum(1, keepdims=True)
    shift = rng.standard_normal((n, n_days)) * (SIGMA if moving else 0.0)
    logit = special.logit(np.clip(prompts, 1e-12, 1 - 1e-12)).astype(np.float32)
    values, squares = np.empty((n, n_days)), np.empty((n, n_days))
    for day in range(n_days):
        p = special.expit(logit + shift[:, day, None].astype(np.float32)) if moving else prompts
        if move_from is not None and day >= move_from:
            p = special.expit(special.logit(np.clip(p, 1e-12, 1 - 1e-12)) + move)
        hit = rng.random(prompts.shape, dtype=np.float32) < p
        values[:, day] = (weight * hit).sum(1)
        squares[:, day] = (weight**2 * hit).sum(1)
    total = (weight**2).sum(1, keepdims=True)
    events = np.minimum(kish(values, squares), kish(1.0 - values, total - squares))
    at, mass = np.polynomial.hermite_e.hermegauss(41)
    nodes = zip(at, mass / mass.sum(), strict=True) if moving else [(0.0, 1.0)]
    true = sum(g * (weight * special.expit(logit + SIGMA * x)).sum(1) for x, g in nodes)
    return values, events, true


def kish(values, squares):
    return values.cumsum(1) ** 2 / np.maximum(squares.cumsum(1), 1e-30)


def run_stats(values):
    n = np.arange(1, values.shape[1] + 1)
    mean = values.cumsum(1) / n
    squares = np.maximum((values**2).cumsum(1) - n * mean**2, 0.0)
    return n, mean, squares


def asymptotic(values):
    """Asymptotic sequence (Waudby-Smith et al. 2024, theorem 2.2), running deviation."""
    n, mean, squares = run_stats(values)
    deviation = np.sqrt(squares / n)
    rho2 = 1.0 / tune(HORIZON["day"], LEVEL)
    radius = np.sqrt(2 * (n * rho2 + 1) / (n**2 * rho2) * np.log(np.sqrt(n * rho2 + 1) / ALPHA))
    # The first looks are left out, as for ours.
    return mean, np.where(n >= 5, radius * deviation, np.inf)


def bernstein(values, alpha):
    """Predictable plug-in empirical Bernstein (Waudby-Smith and Ramdas 2024, theorem 2)."""
    n = np.arange(1, values.shape[1] + 1)
    centre = (values.cumsum(1) + 0.5) / (n + 1)
    spread = ((values - centre) ** 2).cumsum(1)
    variance = (spread + 0.25) / (n + 1)
    before = np.concatenate([np.full((len(values), 1), 0.25), variance[:, :-1]], 1)
    guess = np.concatenate([np.full((len(values), 1), 0.5), centre[:, :-1]], 1)
    bet = np.minimum(np.sqrt(2 * np.log(2 / alpha) / (before * n * np.log1p(n))), 0.5)
    psi = (-np.log1p(-bet) - bet) / 4.0
    own = (4.0 * (values - guess) ** 2 * psi).cumsum(1)
    middle = (bet * values).cumsum(1) / bet.cumsum(1)
    return middle, (np.log(2 / alpha) + own) / bet.cumsum(1)


def fixed(values):
    n, mean, squares = run_stats(values)
    quantile = stats.t.ppf(0.5 + LEVEL / 2, np.maximum(n - 1, 1))
    radius = quantile * np.sqrt(squares / np.maximum(n - 1, 1) / n)
    return mean, np.where(n >= 5, radius, np.inf)


def fixed_change(base, values):
    n, mean, squares = run_stats(values)
    b = base.shape[1]
    pooled = (squares + (base.var(1) * b)[:, None]) / (b + n - 2)
    quantile = stats.t.ppf(0.5 + LEVEL / 2, b + n - 2)
    return mean - base.mean(1, keepdims=True), quantile * np.sqrt(pooled * (1 / b + 1 / n))


def judge_values(values, events, true):
    """Whether each way ever leaves out the truth, and its last width; by name."""
    truth, slack = true[:, None], 1e-9
    ours = follow_mean(values, LEVEL, HORIZON["day"])
    thin = events < MIN_EFFECTIVE
    missed = (truth < ours.low - slack) | (truth > ours.high + slack)
    found = {"ours": ((missed & ~thin).any(1), (ours.high - ours.low)[:, -1])}
    found["ours, thin looks too"] = (missed.any(1), found["ours"][1])
    for name, (middle, radius) in {
        "asymptotic": asymptotic(values),
        "bounded": bernstein(values, ALPHA),
        "repeated t": fixed(values),
    }.items():
        found[name] = ((np.abs(middle - truth) > radius + slack).any(1), 2 * radius[:, -1])
    return found, 2 * fixed(values)[1][:, -1], thin[:, -1]


def judge_changes(base, values, events):
    ours, slack = follow_change(base, values, LEVEL), 1e-9
    thin = events[:, base.shape[1] :] < MIN_EFFECTIVE
    missed = (ours.low > slack) | (ours.high < -slack)
    found = {"ours": ((missed & ~thin).any(1), (ours.high - ours.low)[:, -1])}
    found["ours, thin looks too"] = (missed.any(1), found["ours"][1])
    before, after = bernstein(base, ALPHA / 2), bernstein(values, ALPHA / 2)
    radius = before[1][:, -1:] + after[1]
    apart = np.abs(before[0][:, -1:] - after[0]) > radius + slack
    found["bounded"] = (apart.any(1), 2 * radius[:, -1])
    change, radius = fixed_change(base, values)
    found["repeated t"] = ((np.abs(change) > radius + slack).any(1), 2 * radius[:, -1])
    return found, 2 * radius[:, -1], thin[:, -1]


def gather(store, found, plain, thin):
    for name, (alarms, width) in found.items():
        ratio = width[~thin] / plain[~thin]
        store[name].append((alarms, ratio[np.isfinite(ratio)]))


def simulate_cell(rng, cell, n):
    stores = defaultdict(lambda: defaultdict(list))
    for start in range(0, n, BLOCK):
        size = min(BLOCK, n - start)
        values, events, true = draw(rng, cell, size, N_LOOKS + max(BASELINES))
        gather(stores["value"], *judge_values(values[:, :N_LOOKS], events[:, :N_LOOKS], true))
        for b in BASELINES:
            used = values[:, : b + N_LOOKS]
            judged = judge_changes(used[:, :b], used[:, b:], events[:, : b + N_LOOKS])
            gather(stores[f"change, {b} days"], *judged)
    return {
        task: {
            name: (
                float(np.concatenate([a for a, _ in rows]).mean()),
                float(np.median(np.concatenate([r for _, r in rows]))),
            )
            for name, rows in store.items()
        }
        for task, store in stores.items()
    }


def detect(rng, rate, target, n):
    """Part of the sequences that say so within 14, 50, 200 looks."""
    move = special.logit(target) - special.logit(rate)
    values, events, _ = draw(rng, (rate, 0.3, 0, 0), n, N_LOOKS + 14, move_from=14, move=move)
    ours = follow_change(values[:, :14], values[:, 14:], LEVEL)
    alarm = ((ours.low > 0) | (ours.high < 0)) & (events[:, 14:] >= MIN_EFFECTIVE)
    moved = (values[:, 14:].mean() - values[:, :14].mean()) * 100
    return moved, [float(alarm[:, :look].any(1).mean()) for look in (14, 50, 200)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--sequences", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=2)
    parser.add_argument("--cells", action="store_true", help="print every cell")
    options = parser.parse_args()
    rng = np.random.default_rng(options.seed)
    started = time.perf_counter()
    results = defaultdict(lambda: defaultdict(list))
    for cell in itertools.product((0.02, 0.3, 0.9), (0.3, 0.5), (False, True), (False, True)):
        for task, found in simulate_cell(rng, cell, options.sequences).items():
            for name, (alarms, ratio) in found.items():
                results[task][name].append((alarms, ratio))
                if options.cells:
                    print(f"{cell} {task}: {name} {alarms:.4f}, width {ratio:.2f}", flush=True)
    n_cells = 24
    print(f"{options.sequences} sequences a cell, seed {options.seed}, {n_cells} cells")
    print(f"{'':16}{'':22}any false alarm: least to most   above 5 %   width / fixed n")
    for task, found in results.items():
        for name, rows in found.items():
            alarms, ratios = [a for a, _ in rows], [r for _, r in rows]
            print(
                f"{task:16}{name:22}{min(alarms):14.3f} to {max(alarms):.3f}"
                f"{sum(a > ALPHA for a in alarms):12} of {n_cells}"
                f"{min(ratios):10.2f} to {max(ratios):.2f}"
            )
    for rate, target in ((0.3, 0.4), (0.3, 0.5), (0.1, 0.15), (0.02, 0.06)):
        moved, parts = detect(rng, rate, target, 2000)
        print(
            f"a rate of {rate:.0%} moves by {moved:+.1f} points: said within 14, 50, 200 looks in "
            + ", ".join(f"{part:.0%}" for part in parts)
        )
    print(f"{time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main()

"""The inference core: speed of the bootstrap, other routes to the variance, detector errors.

    python benchmarks/bench_inference.py [--replications 1000] [--seed 1]

1. Cluster bootstrap against ``scipy.stats.bootstrap`` in the same run: percentile limits of the
   same ratios, the same replications. scipy is called with weighted totals, ``paired=True``,
   ``vectorized=True``, all figures in one call, and the quickest of three batch sizes; BCa is its
   default. The rank of every publisher is what no array sum gives scipy at once: there it gets a
   statistic over indices.
2. Largest relative difference of the CR3 variance from plain loops, from refits of statsmodels'
   WLS, of CR1 from its clustered errors, and from a bootstrap by plain loops.
3. Coverage of corrected rates: 200 and 500 prompts x 5 runs, correlation .2, errors that differ by
   prompt (correlation .1), sensitivity .7/.9/.98 with specificity .9/.98/.995, rates .05 and .3,
   100/300/1000 checked, equal and lognormal weights; bound 93 to 97 %. Cells are classed by true
   effective events, from the variance that the replications show.
"""

from __future__ import annotations

import argparse
import importlib.util
import itertools
import sys
import time
from pathlib import Path

import numpy as np
from scipy import stats

from beleg import resampling
from beleg.combined import find_influence
from beleg.corrections import Labelled, Predicted, apply_ppi, apply_rogan_gladen

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from oracles.clustered import leave_one_out, linearise, resample


def clock(work, times=3):
    """Least seconds of some calls."""
    least = np.inf
    for _ in range(times):
        started = time.perf_counter()
        work()
        least = min(least, time.perf_counter() - started)
    return least


def divide(y, x, axis=-1):
    return y.sum(axis) / x.sum(axis)


def time_bootstrap(n_figures, n_prompts, n_draws, rng):
    y = rng.binomial(5, rng.beta(1, 4, (n_figures, n_prompts))) / 5
    weight = rng.lognormal(0, 0.5, n_prompts)
    x = np.ones(n_prompts)
    totals = np.concatenate([(y * weight).T, (x * weight)[:, None]], axis=1)

    def ours():
        drawn = resampling.resample(totals, lambda t: t[:, :-1] / t[:, -1:], n_draws, 1)
        return resampling.find_limits(drawn)

    def studentised():
        return resampling.bootstrap(y, x, weight, n_draws=n_draws, seed=1)

    data = (y * weight, np.broadcast_to(x * weight, y.shape).copy())

    def scipys(method, batch):
        return stats.bootstrap(
            data, divide, paired=True, vectorized=True, axis=-1, n_resamples=n_draws,
            method=method, batch=batch, rng=1,
        )  # fmt: skip

    mine, mine_t = clock(ours), clock(studentised)
    batches = [50, 200, 500] if n_figures > 1 else [500, n_draws]
    theirs = min(clock(lambda b=b: scipys("percentile", b), 1) for b in batches)
    bca = min(clock(lambda b=b: scipys("BCa", b), 1) for b in batches)
    print(
        f"{n_figures:4} figures x {n_prompts:4} prompts x {n_draws} draws: percentile "
        f"{mine * 1e3:7.1f} ms, scipy {theirs * 1e3:7.1f} ms, ratio {theirs / mine:5.1f}   "
        f"studentised {mine_t * 1e3:7.1f} ms, scipy's BCa {bca * 1e3:7.1f} ms, "
        f"ratio {bca / mine_t:5.1f}"
    )


def time_ranks(n_publishers, n_prompts, n_draws, rng):
    totals = rng.binomial(5, rng.beta(1, 4, (n_prompts, n_publishers))) / 5.0

    def ours():
        return resampling.find_limits(
            resampling.resample(totals, lambda t: np.argsort(np.argsort(-t)), n_draws, 1)
        )

    def rank(index):
        return np.argsort(np.argsort(-totals[index].sum(0))).astype(float)

    def scipys():
        return stats.bootstrap(
            (np.arange(n_prompts),), rank, vectorized=False, n_resamples=n_draws,
            method="percentile", rng=1,
        )  # fmt: skip

    mine, theirs = clock(ours), clock(scipys, 1)
    print(
        f"ranks of {n_publishers} publishers x {n_prompts} prompts x {n_draws} draws: "
        f"{mine * 1e3:.1f} ms, scipy {theirs * 1e3:.1f} ms, ratio {theirs / mine:.1f}"
    )


def compare_routes(rng):
    """Largest relative differences over random data sets."""
    models = None
    if importlib.util.find_spec("statsmodels"):
        import statsmodels.api as models  # noqa: PLC0415 - the extra `check`
    worst: dict[str, float] = {}

    def note(name, mine, theirs):
        worst[name] = max(worst.get(name, 0.0), abs(mine / theirs - 1.0))

    for _ in range(20):
        n = 60
        x = 1.0 + rng.poisson(3, n)
        y = rng.binomial(x.astype(int), rng.beta(1, 2, n)).astype(float)
        weight = rng.lognormal(0, 0.7, n)
        found = find_influence(y[None], x[None], weight)
        cr3 = float(found.find_variance()[0])
        cr1 = float(((found.pull * (1 - found.part)) ** 2).sum() * n / (n - 1))
        lists = (y.tolist(), x.tolist(), weight.tolist())
        note("CR3, plain loops", cr3, leave_one_out(*lists))
        note("CR1, plain loops", cr1, linearise(*lists))
        if models:
            ones, groups = np.ones((n, 1)), np.arange(n)
            fit = models.WLS(y / x, ones, weights=weight * x)
            clustered = fit.fit(cov_type="cluster", cov_kwds={"groups": groups})
            note("CR1, statsmodels WLS", cr1, clustered.bse[0] ** 2)
            value = found.ratio[0]
            refits = [
                models.WLS((y / x)[groups != c], ones[1:], weights=(weight * x)[groups != c])
                .fit()
                .params[0]
                for c in range(n)
            ]
            note("CR3, statsmodels refits", cr3, float(np.sum((np.array(refits) - value) ** 2)))
    n = 200
    x = np.ones(n)
    y = rng.binomial(3, rng.beta(1, 2, n)) / 3
    ratios = resample(y.tolist(), x.tolist(), x.tolist(), 4000, 1)
    cr3 = float(find_influence(y[None], x[None], x).find_variance()[0])
    note("bootstrap by plain loops (4,000 draws)", cr3, np.var(ratios))
    drawn = resampling.bootstrap(y[None], x, x, n_draws=4000, seed=1)
    note("bootstrap of ours (4,000 draws)", cr3, float(drawn.error[0] ** 2))
    for name, difference in worst.items():
        print(f"{name:40} {difference:.2e}")
    if models is None:
        print("statsmodels is not installed (extra `check`): its routes are left out")


def draw_world(rng, design):
    n_prompts, rate, (sensitivity, specificity), n_labelled, skewed = design
    own = rng.beta(rate * 4, (1 - rate) * 4, n_prompts)
    found = rng.beta(sensitivity * 9, (1 - sensitivity) * 9, n_prompts)
    false = rng.beta((1 - specificity) * 9, specificity * 9, n_prompts)
    prompt = np.repeat(np.arange(n_prompts), 5)
    n = len(prompt)
    true = (rng.random(n) < own[prompt]).astype(float)
    said = (rng.random(n) < np.where(true > 0, found[prompt], false[prompt])).astype(float)
    weight = (rng.lognormal(0, 1, n_prompts) if skewed else np.ones(n_prompts))[prompt] / 5
    one = np.ones(n)
    some = rng.choice(n, n_labelled, replace=False)
    everything = Predicted(prompt, weight, said, one)
    return everything, Labelled(
        prompt[some], weight[some], said[some], one[some], true[some], one[some]
    )


def cover_corrected(n, seed):
    errors = ((0.7, 0.9), (0.9, 0.98), (0.98, 0.995))
    designs = list(
        itertools.product((200, 500), (0.05, 0.3), errors, (100, 300, 1000), (False, True))
    )
    rows = {}
    for number, design in enumerate(designs):
        rng = np.random.default_rng([seed, number])
        rate = design[1]
        found = {"naive": [], "Rogan-Gladen": [], "PPI++": []}
        for _ in range(n):
            predicted, labelled = draw_world(rng, design)
            # Uncorrected: as if what the detector says were what people found of every answer.
            own = Labelled(*predicted, predicted.y, predicted.x)
            found["naive"].append(apply_ppi(predicted, own))
            found["Rogan-Gladen"].append(apply_rogan_gladen(predicted, labelled))
            found["PPI++"].append(apply_ppi(predicted, labelled))
        for name, figures in found.items():
            covered = np.array([one.low <= rate <= one.high for one in figures])
            ok = np.array([one.status == "ok" for one in figures])
            values = np.array([one.value for one in figures])
            width = np.nanmean([one.high - one.low for one in figures])
            size = rate**2 * (1 - rate) / np.nanvar(values)
            rows.setdefault(name, []).append((size, covered.mean(), ok.mean(), width, design))
    for name, some in rows.items():
        for label, least, most in ((">=30", 30, np.inf), ("10-30", 10, 30), ("<10", 0, 10)):
            inside = [row for row in some if least <= row[0] < most]
            if not inside:
                continue
            coverage, ok = [row[1] for row in inside], [row[2] for row in inside]
            print(
                f"{name:13} {label:>5} ({len(inside):2} cells): coverage {min(coverage):.3f}-"
                f"{max(coverage):.3f}, {sum(c < 0.93 for c in coverage):2} below .93, "
                f"{sum(c > 0.97 for c in coverage):2} above .97; ok {np.mean(ok):.2f} "
                f"(most {max(ok):.2f}); width {np.mean([row[3] for row in inside]):.3f}"
            )
    over = [row for row in rows["PPI++"] if row[0] >= 30 and not 0.93 <= row[1] <= 0.97]
    for size, coverage, ok, width, design in over:
        print(f"    PPI++ {coverage:.3f} ok {ok:.2f} width {width:.3f} at {size:.0f} {design}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--replications", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rng = np.random.default_rng(options.seed)
    print("cluster bootstrap")
    for shape in ((1, 200, 9999), (50, 200, 1999), (250, 200, 1999), (250, 1000, 1999)):
        time_bootstrap(*shape, rng)
    time_ranks(50, 200, 1999, rng)
    print("\nvariance by other routes: largest relative difference")
    compare_routes(rng)
    print(f"\ncorrected rates, {options.replications} replications a cell, seed {options.seed}")
    started = time.perf_counter()
    cover_corrected(options.replications, options.seed)
    print(f"{time.perf_counter() - started:.1f} s")


if __name__ == "__main__":
    main()

"""Bias and coverage of concentration by seeded simulation, beside the plug-in with a bootstrap.

    python benchmarks/bench_concentration.py [--replications 100] [--seed 1]

Sites of Zipf sizes (300 and 3,000; exponents 1 and .8), prompts that each prefer some of them
(Dirichlet, 3 or 30), 1 + Poisson(6) links a prompt, 50, 200 and 800 prompts. Prints, for HHI and
the share of the top ten: the truth, the mean of the plug-in and of ours, and how often the
percentile interval of a bootstrap over prompts and ours cover the truth.
"""

from __future__ import annotations

import argparse
import itertools
import time

import numpy as np

from beleg.measure.concentration import TOP, estimate_hhi, estimate_top

LEVEL = 0.95
N_DRAWS = 200


def draw(rng, sizes, preference, n_prompts):
    prompts = rng.dirichlet(sizes * preference + 1e-12, n_prompts)
    links = 1 + rng.poisson(6, n_prompts)
    return rng.multinomial(links, prompts).T.astype(np.float64)


def plug_in(shares):
    """HHI and share of the top ten, of shares in the last axis."""
    top = -np.partition(-shares, TOP - 1, axis=-1)[..., :TOP].sum(-1)
    return (shares**2).sum(-1), top


def simulate(rng, sizes, preference, n_prompts, n_replications):
    truth = plug_in(sizes)
    means = np.zeros((2, 2))
    covered = np.zeros((2, 2))
    for _ in range(n_replications):
        y = draw(rng, sizes, preference, n_prompts)
        x = y.sum(0)
        plain = plug_in(y.sum(1) / x.sum())
        times = rng.multinomial(n_prompts, np.full(n_prompts, 1 / n_prompts), N_DRAWS)
        drawn = plug_in((times @ y.T) / (times @ x)[:, None])
        ours = (estimate_hhi(y, x, LEVEL), estimate_top(y, x, LEVEL))
        for at in range(2):
            low, high = np.percentile(drawn[at], [2.5, 97.5])
            means[at] += plain[at], ours[at][0]
            covered[at] += low <= truth[at] <= high, ours[at][1] <= truth[at] <= ours[at][2]
    return truth, means / n_replications, covered / n_replications


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--replications", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rng = np.random.default_rng(options.seed)
    started = time.perf_counter()
    reached = []
    populations = [(300, 1.0), (3000, 0.8), (3000, 1.0)]
    for (n, zipf), preference, n_prompts in itertools.product(
        populations, (3, 30), (50, 200, 800)
    ):
        sizes = np.arange(1, n + 1) ** -zipf
        sizes = sizes / sizes.sum()
        truth, means, covered = simulate(rng, sizes, preference, n_prompts, options.replications)
        reached.append(covered)
        print(
            f"{n:5} sites, exponent {zipf}, preference {preference:2}, {n_prompts:3} prompts",
            *(
                f"   {name} {true:.4f}: plug-in {mean[0]:.4f} ({cover[0]:.2f}), "
                f"ours {mean[1]:.4f} ({cover[1]:.2f})"
                for name, true, mean, cover in zip(
                    ("HHI", "top"), truth, means, covered, strict=True
                )
            ),
            flush=True,
        )
    both = np.array(reached)
    for at, name in enumerate(("HHI", "top ten")):
        plain, ours = both[:, at, 0], both[:, at, 1]
        print(
            f"{name}: coverage of 95 % over {len(both)} cells: plug-in with bootstrap "
            f"{plain.min():.3f} to {plain.max():.3f}, ours {ours.min():.3f} to {ours.max():.3f}"
        )
    print(
        f"{options.replications} replications, seed {options.seed}, "
        f"{time.perf_counter() - started:.1f} s"
    )


if __name__ == "__main__":
    main()

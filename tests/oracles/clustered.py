"""Clustered variances by plain loops: slow, one line a definition, no array."""

from __future__ import annotations

import random


def find_ratio(y, x, weight):
    """Weighted numerators over weighted denominators."""
    pairs = list(zip(y, x, weight, strict=True))
    return sum(w * a for a, _, w in pairs) / sum(w * b for _, b, w in pairs)


def leave_one_out(y, x, weight):
    """CR3: squared changes of the ratio when each prompt is left out in turn."""
    whole, total = find_ratio(y, x, weight), 0.0
    for left in range(len(y)):
        rest = [c for c in range(len(y)) if c != left]
        again = find_ratio([y[c] for c in rest], [x[c] for c in rest], [weight[c] for c in rest])
        total += (again - whole) ** 2
    return total


def linearise(y, x, weight):
    """CR1: the linearised residuals' squares, times n / (n - 1)."""
    whole = find_ratio(y, x, weight)
    base = sum(w * b for b, w in zip(x, weight, strict=True))
    squares = 0.0
    for a, b, w in zip(y, x, weight, strict=True):
        squares += (w * (a - whole * b) / base) ** 2
    return squares * len(y) / (len(y) - 1)


def resample(y, x, weight, n_draws, seed):
    """Draw prompts with replacement; the ratios of all draws."""
    rng = random.Random(seed)
    ratios = []
    for _ in range(n_draws):
        drawn = [rng.randrange(len(y)) for _ in y]
        ratios.append(
            find_ratio([y[c] for c in drawn], [x[c] for c in drawn], [weight[c] for c in drawn])
        )
    return ratios

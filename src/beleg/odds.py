"""The expected share of a claim that each publisher carries with some chance, to the last digit.

Support s_i / 10,000 is read as the probability p_i, independent of the others', that publisher i
carries the claim. Whoever carries it shares it equally: i expects ``p_i * E[1 / (1 + K)]``, K the
number of others that carry it (Poisson-binomial), and ``prod(1 - p)`` is left to nobody. This is
the expected Shapley value of the game "some publisher carries the claim"; shares of mean supports
are not the mean of shares.

``E[1 / (1 + K)]`` is the integral over t from 0 to 1 of ``prod over j of (1 - p_j + p_j * t)``,
since t^k integrates to 1 / (k + 1). The polynomial of all publishers is multiplied out once, in
whole numbers, and each one's factor divided out of it: O(n^2) operations a claim.

Source: the probability generating function of a sum of independent yes/no draws (Poisson 1837), at
the Shapley value (1953) of the unanimity-or game, whose carriers share equally.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import NamedTuple

from beleg.settlement import FULL

DENSE = 32
"""Of up to so many supporters every equal share is a whole multiple of 1 / :data:`GRAIN`."""

GRAIN = math.lcm(*range(1, DENSE + 1))
"""Shares are rounded to multiples of 1 / GRAIN: sums over claims are sums of integers."""

KEPT = 1 << 16
"""Claims with the same supports are divided once; so many results are kept."""


def expect(supports: tuple[int, ...]) -> tuple[list[int], int, int]:
    """Compute exact expected shares of one claim.

    Args:
        supports: 1..10000 each. Shape (n,).

    Returns:
        Numerators of the shares, shape (n,); the numerator of what is left to nobody; and their
        common denominator. The numerators sum to it.
    """
    n = len(supports)
    whole = [1]
    for s in supports:
        whole = multiply(whole, FULL - s, s)
    unit = math.lcm(*range(1, n + 1))
    by_support: dict[int, int] = {}
    for s in set(supports):
        others = divide_out(whole, FULL - s, s)
        by_support[s] = s * sum(a * (unit // (k + 1)) for k, a in enumerate(others))
    return [by_support[s] for s in supports], whole[0] * unit, unit * FULL**n


def multiply(polynomial: list[int], low: int, high: int) -> list[int]:
    """Multiply a polynomial, lowest power first, by ``low + high * t``."""
    return [
        low * here + high * before
        for here, before in zip([*polynomial, 0], [0, *polynomial], strict=True)
    ]


def divide_out(polynomial: list[int], low: int, high: int) -> list[int]:
    """Divide a polynomial by its factor ``low + high * t``, high > 0: from the top, exactly."""
    result = [0] * (len(polynomial) - 1)
    carried = 0
    for k in range(len(result), 0, -1):
        carried = (polynomial[k] - low * carried) // high
        result[k - 1] = carried
    return result


class _Cut(NamedTuple):
    """One claim in grains, before what the cutting left is given out."""

    parts: tuple[int, ...]
    """Rounded down. Shape (n,)."""
    rests: tuple[int, ...]
    """What the rounding took, in parts of one common whole. Shape (n,)."""
    rest_of_nobody: int
    lacking: int
    """How many grains are left to give: at most n."""


@lru_cache(KEPT)
def _cut(supports: tuple[int, ...]) -> _Cut:
    numerators, nobody, whole = expect(supports)
    parts, rests = zip(*(divmod(GRAIN * one, whole) for one in numerators), strict=True)
    part_of_nobody, rest_of_nobody = divmod(GRAIN * nobody, whole)
    return _Cut(parts, rests, rest_of_nobody, GRAIN - sum(parts) - part_of_nobody)


def divide(staked: list[tuple[int, int]]) -> list[int]:
    """Divide one claim in grains, by largest remainder.

    Args:
        staked: Support, 1..10000, and code of each publisher, ascending.

    Returns:
        One part a publisher; what they lack to :data:`GRAIN` is left to nobody. Of equal
        remainders the smaller code goes first, nobody last.
    """
    cut = _cut(tuple(support for support, _ in staked))
    parts = list(cut.parts)
    if cut.lacking:
        order = [
            (-rest, code, nth)
            for nth, (rest, (_, code)) in enumerate(zip(cut.rests, staked, strict=True))
        ]
        for _, _, nth in sorted([*order, (-cut.rest_of_nobody, math.inf, -1)])[: cut.lacking]:
            if nth >= 0:
                parts[nth] += 1
    return parts

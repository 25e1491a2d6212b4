"""The split by its definition: every subset of publishers, in fractions. For n up to 12."""

from fractions import Fraction
from itertools import combinations, pairwise, product
from math import comb, factorial, prod

import numpy as np


def shapley_by_subsets(claims):
    """Compute each publisher's Shapley value of ``sum of w * max of s`` over all subsets.

    Args:
        claims: Pairs of a weight and a mapping of publisher to support.

    Returns:
        Publisher to value, in weight times support.
    """
    players = sorted({name for _, supports in claims for name in supports})
    values = {}
    for size in range(len(players) + 1):
        for group in combinations(players, size):
            values[group] = sum(
                weight * max((supports.get(name, 0) for name in group), default=0)
                for weight, supports in claims
            )
    n = len(players)
    result = {}
    for player in players:
        others = [name for name in players if name != player]
        gains = Fraction()
        for size in range(n):
            gain = sum(
                values[tuple(sorted((*group, player)))] - values[group]
                for group in combinations(others, size)
            )
            gains += Fraction(gain, n * comb(n - 1, size))
        result[player] = gains
    return result


def shapley_by_levels(supports):
    """Split one claim of weight 1 level by level: who reaches a level shares it equally.

    Another route to the airport game's value, for claims with more publishers than all subsets
    can be counted of.
    """
    levels = sorted(set(supports.values()) | {0})
    result = dict.fromkeys(supports, Fraction())
    for low, high in pairwise(levels):
        reaching = [name for name, support in supports.items() if support >= high]
        for name in reaching:
            result[name] += Fraction(high - low, len(reaching))
    return result


def shapley_by_bitmasks(claims):
    """Compute what :func:`shapley_by_subsets` does, over all subsets as bit masks in integers.

    A subset's gains are summed by its size, weighed by ``size! (n - 1 - size)!``, and divided by
    n! at the end. Python's integers, in arrays of objects: nothing overflows, nothing is rounded.

    Args:
        claims: Pairs of a weight and a mapping of publisher to support; 1 to about 14 publishers.

    Returns:
        Publisher to value, in weight times support.
    """
    players = sorted({name for _, supports in claims for name in supports})
    n = len(players)
    masks = np.arange(1 << n)
    worth = np.zeros(1 << n, object)
    for weight, supports in claims:
        best = np.zeros(1 << n, np.int64)
        for bit, name in enumerate(players):
            inside = masks >> bit & 1 == 1
            best[inside] = np.maximum(best[inside], supports.get(name, 0))
        worth = worth + best.astype(object) * weight
    sizes = np.bitwise_count(masks)
    orders = [factorial(size) * factorial(n - 1 - size) for size in range(n)]
    chances = np.array([*orders, 0], object)[sizes]
    result = {}
    for bit, name in enumerate(players):
        without = masks[masks >> bit & 1 == 0]
        gain = ((worth[without | 1 << bit] - worth[without]) * chances[without]).sum()
        result[name] = Fraction(int(gain), factorial(n))
    return result


def expect_by_enumeration(supports):
    """Compute expected shares of one claim over every way in which it may be carried.

    Args:
        supports: Publisher to support, 0..10000, each read as an independent chance.

    Returns:
        Publisher to expected share: whoever carries the claim shares it equally.
    """
    names = list(supports)
    result = dict.fromkeys(names, Fraction())
    for carried in product([0, 1], repeat=len(names)):
        chance = prod(
            supports[name] if yes else 10_000 - supports[name]
            for name, yes in zip(names, carried, strict=True)
        )
        for name, yes in zip(names, carried, strict=True):
            if yes:
                result[name] += Fraction(chance, 10_000 ** len(names) * sum(carried))
    return result

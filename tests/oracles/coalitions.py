"""The split by its definition: every subset of publishers, in fractions. For n up to 12."""

from fractions import Fraction
from itertools import combinations, pairwise
from math import comb


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

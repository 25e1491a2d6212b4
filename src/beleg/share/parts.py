"""What each supporter of a claim receives, in floats: for intervals, never for what is paid.

Every claim is computed from its own supports alone, in their order, so that its digits do not
depend on what else is in the table.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from beleg.inference import Floats, Integers

FEW = 16
"""Claims with more supporters are integrated apart, with as many nodes as they need."""


def split_parts(claim: Integers, support: Floats) -> Floats:
    """Split each claim by the airport game (see :mod:`beleg.share.game`).

    Args:
        claim: Which claim each row supports, shape (n,); rows of one claim lie together.
        support: 0..1, shape (n,), upward within a claim.

    Returns:
        Part of the claim, 0..1, shape (n,); the parts of a claim sum to its greatest support.
    """
    starts, n = _find_claims(claim)
    nth = np.arange(len(claim)) - np.repeat(starts, n)
    before = np.where(nth > 0, np.roll(support, 1), 0.0)
    parts: Floats = (support - before) / (np.repeat(n, n) - nth)
    by_rank = np.argsort(nth, kind="stable")
    edges = np.searchsorted(nth[by_rank], np.arange(1, n.max(initial=0) + 1))
    for low, high in pairwise(edges):
        rows = by_rank[low:high]
        parts[rows] += parts[rows - 1]
    return parts


def draw_parts(claim: Integers, probability: Floats) -> tuple[Floats, Floats]:
    """Give mean and variance of each part where supports are drawn: yes or no, independently.

    Of K supporters that are found each receives 1 / K. With the others' product
    ``q(t) = prod (1 - p_j + p_j t)``, the generating function of how many of them are found::

        mean = p * integral of q(t) over 0..1               = p E[1 / (1 + K')]
        E[part^2] = p * integral of -log(t) q(t) over 0..1  = p E[1 / (1 + K')^2]

    by Gauss-Legendre in u, t = u^2. The mean is exact to rounding (it is the rule ``expected``),
    the variance to about 1e-4 of itself.

    Args:
        claim: As in :func:`split_parts`.
        probability: 0..1, shape (n,).
    """
    _, n = _find_claims(claim)
    of_row = np.repeat(n, n)
    mean, square = np.zeros(len(claim)), np.zeros(len(claim))
    for rows in (np.flatnonzero(of_row <= FEW), np.flatnonzero(of_row > FEW)):
        if len(rows):
            mean[rows], square[rows] = _integrate(claim[rows], probability[rows])
    return mean, np.maximum(square - mean**2, 0.0)


def _integrate(claim: Integers, p: Floats) -> tuple[Floats, Floats]:
    starts, n = _find_claims(claim)
    of_row = np.repeat(np.arange(len(n)), n)
    nodes, weights = np.polynomial.legendre.leggauss(max(FEW, int(n.max())) + 8)
    mean, square = np.zeros(len(p)), np.zeros(len(p))
    for u, w in zip((nodes + 1.0) / 2.0, weights / 2.0, strict=True):
        own = 1.0 - p * (1.0 - u * u)
        term = 2.0 * u * w * np.multiply.reduceat(own, starts)[of_row] / own
        mean += term
        square += -2.0 * np.log(u) * term
    return p * mean, p * square


def _find_claims(claim: Integers) -> tuple[Integers, Integers]:
    """Find where each claim begins, and how many rows it has."""
    if not len(claim):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    starts = np.flatnonzero(np.append(True, claim[1:] != claim[:-1]))
    return starts, np.diff(np.append(starts, len(claim)))

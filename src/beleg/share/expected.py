"""The rule ``expected``: what each publisher may expect of a claim that is either carried or not.

Each claim is divided by :mod:`beleg.odds` in whole grains; here they are summed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from beleg.odds import GRAIN, divide
from beleg.share.claims import Claims, WrongStakes, name_publishers, read_claims
from beleg.share.game import Split, check_stakes, check_total, to_split

if TYPE_CHECKING:
    import ibis.expr.types as ir


def split(stakes: ir.Table, total_weight: int | None = None) -> Split:
    """Split all claim weight by what each publisher may expect.

    Args and errors are those of :func:`beleg.share.game.split`. The claims come one after the
    other, from whichever engine; only a sum a publisher is kept.
    """
    names = name_publishers(stakes)
    amounts, weight = [0] * (len(names) + 1), 0
    try:
        for claims in read_claims(stakes, names):
            weight += _add(amounts, claims)
    except WrongStakes:
        check_stakes(stakes)
        raise
    total = check_total(weight, total_weight)
    return to_split(dict(zip(names, amounts[1:], strict=True)), GRAIN * total)


def _add(amounts: list[int], claims: Claims) -> int:
    """Add what some claims bring each publisher; return the claims' weight."""
    weights, bounds = claims.weights.tolist(), claims.bounds.tolist()
    codes, supports = claims.codes.tolist(), claims.supports.tolist()
    for nth, weight in enumerate(weights):
        first, end = bounds[nth : nth + 2]
        # Names are numbered in their order: ties among equal supports go by publisher_id.
        staked = sorted(
            (support, code)
            for support, code in zip(supports[first:end], codes[first:end], strict=True)
            if support
        )
        if not staked or not weight:
            continue
        for (_, code), part in zip(staked, divide(staked), strict=True):
            amounts[code] += weight * part
    return sum(weights)

"""Rules that count uses instead of asking what an answer rests on. For comparison only.

The models by which content use is commonly metered: every citation, every claim that a publisher
grounds, every answer (turn) in which a publisher appears, or all publishers alike. An answer's
events count as often as the answer weighs (its claims' weights summed): an answer that was shown
twice as often cites twice as often. Support above 0 is an event, however weak it is; nothing is
left unsupported while there is an event to pay for.

Source: the counting models of SPUR Content Telemetry 1.0 (2 September 2026).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import ibis

from beleg.share.claims import CLAIM
from beleg.share.game import WHOLE, Split, check_stakes, check_total, to_split

if TYPE_CHECKING:
    import ibis.expr.types as ir


def split_per_citation(stakes: ir.Table, total_weight: int | None = None) -> Split:
    """Pay each row with support: several passages of one publisher in a claim count each.

    ``share_i = sum over answers a of W_a * rows_ia / sum over publishers``. Arguments and errors
    as in :func:`beleg.share.game.split`.
    """
    check_total(check_stakes(stakes), total_weight)
    return _share_events(_weigh(stakes, _events(stakes)))


def split_per_grounding(stakes: ir.Table, total_weight: int | None = None) -> Split:
    """Pay each claim that a publisher supports once, however many passages do.

    ``share_i = sum over answers a of W_a * claims_ia / sum over publishers``. Arguments and
    errors as in :func:`beleg.share.game.split`.
    """
    check_total(check_stakes(stakes), total_weight)
    return _share_events(_weigh(stakes, _events(stakes).distinct()))


def split_per_turn(stakes: ir.Table, total_weight: int | None = None) -> Split:
    """Divide each answer's weight equally among the publishers present in it.

    ``share_i = sum over answers a with i of W_a / n_a / sum of W_a``, n_a the number of
    publishers with support in a; the weight of answers without one is unsupported. Arguments and
    errors as in :func:`beleg.share.game.split`.
    """
    total = check_total(check_stakes(stakes), total_weight)
    present = _events(stakes).select("answer_id", "publisher_id").distinct()
    crowd = present.mutate(n=present.count().over(ibis.window(group_by="answer_id")))
    t = crowd.join(_weigh_answers(stakes), "answer_id").group_by("publisher_id", "n")
    rows = t.aggregate(amount=lambda t: t.answer_weight.sum().cast(WHOLE)).to_pyarrow().to_pylist()
    unit = math.lcm(*{row["n"] for row in rows})
    points: dict[str, int] = {}
    for row in rows:
        amount = int(row["amount"]) * (unit // row["n"])
        points[row["publisher_id"]] = points.get(row["publisher_id"], 0) + amount
    return to_split(points, unit * total)


def split_equal(stakes: ir.Table, total_weight: int | None = None) -> Split:
    """Divide equally among all publishers that support anything: ``share_i = 1 / n``.

    Arguments and errors as in :func:`beleg.share.game.split`.
    """
    check_total(check_stakes(stakes), total_weight)
    names = _events(stakes).select("publisher_id").distinct().to_pyarrow()["publisher_id"]
    return to_split(dict.fromkeys(names.to_pylist(), 1), len(names))


def _events(stakes: ir.Table) -> ir.Table:
    return stakes.filter(stakes.support > 0).select(*CLAIM, "publisher_id")


def _weigh_answers(stakes: ir.Table) -> ir.Table:
    """Sum the weights of each answer's claims, each claim once."""
    claims = stakes.group_by(*CLAIM).aggregate(weight=stakes.weight.max())
    return claims.group_by("answer_id").aggregate(
        answer_weight=claims.weight.cast(WHOLE).sum().cast(WHOLE)
    )


def _weigh(stakes: ir.Table, events: ir.Table) -> ir.Table:
    """Sum, for each publisher, the weights of the answers of its events.

    Returns:
        publisher_id, amount: decimal(38, 0).
    """
    counted = events.group_by("answer_id", "publisher_id").aggregate(n=events.count())
    t = counted.join(_weigh_answers(stakes), "answer_id")
    amount = (t.answer_weight * t.n.cast(WHOLE)).cast(WHOLE)
    return t.group_by("publisher_id").aggregate(amount=amount.sum().cast(WHOLE))


def _share_events(amounts: ir.Table) -> Split:
    points = {row["publisher_id"]: int(row["amount"]) for row in amounts.to_pyarrow().to_pylist()}
    return to_split(points, sum(points.values()))

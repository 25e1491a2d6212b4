"""Answers that each bring their own amount: the amount becomes the weight of their claims.

The *user-centric* settlement of music streaming: what an answer earned goes to what this answer
rests on, however much others earned.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import ibis
import pyarrow as pa

from beleg.errors import InputError
from beleg.settlement import MILLIONTHS
from beleg.share.claims import CLAIM

if TYPE_CHECKING:
    import ibis.expr.types as ir

MAX_MINOR = (2**63 - 1) // MILLIONTHS


def weigh_by_amounts(stakes: ir.Table) -> tuple[ir.Table, int]:
    """Weigh each answer's claims so that together they weigh the answer's amount.

    Within an answer the amount is spread in proportion to the claims' weights, in millionths of a
    minor unit, by largest remainder, ties in the order of claim_id. The pooled split of these
    weights is then the sum of the answers' own splits.

    Args:
        stakes: answer_id, claim_id, publisher_id, weight, support, amount_minor >= 0: one amount
            an answer. Weights were checked (:func:`beleg.share.game.check_stakes`).

    Returns:
        The stakes with these weights, and the sum of all amounts in minor units.

    Raises:
        InputError: An amount varies within an answer, is missing or out of range; or an answer
            has an amount, and no weight to spread it over.
    """
    claims = stakes.group_by(*CLAIM).aggregate(
        weight=stakes.weight.max(),
        low=stakes.amount_minor.min(),
        high=stakes.amount_minor.max(),
        missing=stakes.amount_minor.isnull().any(),
    )
    answers: dict[str, list[tuple[str, int]]] = defaultdict(list)
    amounts: dict[str, int] = {}
    for row in claims.to_pyarrow().to_pylist():
        name = row["answer_id"]
        if row["missing"]:
            raise InputError(f"answer {name} has no amount_minor.", "Fill it on all its rows.")
        if row["low"] != row["high"] or amounts.setdefault(name, row["high"]) != row["high"]:
            message = f"amount_minor varies within answer {name}."
            raise InputError(message, "Give each answer one amount.")
        answers[name].append((row["claim_id"], row["weight"]))
    rows = []
    for name, theirs in answers.items():
        for claim_id, weight in spread_amount(name, amounts[name], sorted(theirs)).items():
            rows.append({"answer_id": name, "claim_id": claim_id, "weight": weight})
    kinds = {"answer_id": pa.string(), "claim_id": pa.string(), "weight": pa.int64()}
    weights = ibis.memtable(pa.Table.from_pylist(rows, pa.schema(kinds)))
    weighed = stakes.drop("weight").inner_join(weights, CLAIM)
    return weighed, sum(amounts.values())


def spread_amount(name: str, minor: int, claims: list[tuple[str, int]]) -> dict[str, int]:
    """Spread one answer's amount over its claims.

    Args:
        name: The answer, for messages.
        minor: Its amount in minor units.
        claims: Claim and weight, sorted by claim.

    Returns:
        Claim to millionths of a minor unit; they sum to the amount.

    Raises:
        InputError: The amount is out of range, or there is no weight to spread it over.
    """
    if not 0 <= minor <= MAX_MINOR:
        message = f"amount_minor of answer {name} is {minor}, must be 0 to {MAX_MINOR}."
        raise InputError(message, "Mend the amount.")
    units, whole = minor * MILLIONTHS, sum(weight for _, weight in claims)
    if not whole:
        if minor:
            message = f"answer {name} brings {minor} minor units, and its claims weigh nothing."
            raise InputError(message, "Weigh its claims, or take its amount away.")
        return {claim_id: 0 for claim_id, _ in claims}
    cuts = [(claim_id, *divmod(units * weight, whole)) for claim_id, weight in claims]
    parts = {claim_id: part for claim_id, part, _ in cuts}
    by_rest = sorted(cuts, key=lambda cut: -cut[2])
    for claim_id, _, _ in by_rest[: units - sum(parts.values())]:
        parts[claim_id] += 1
    return parts

"""Posted appeals applied: a support that was decided takes the place of the measured one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from beleg.records import Override, Pot, Problem, Stake
from beleg.share.origins import DISPUTED, OWN
from beleg.tables import from_arrow, to_arrow


class Claims(NamedTuple):
    """What overrides are checked against."""

    weights: Mapping[str, tuple[str, int]]
    """answer_id and weight by claim_id, of the pot's claims that overrides name."""
    players: Collection[str]
    """Who may hold a stake in the pot."""


def apply_overrides(
    stakes: pa.Table, weights: pa.Table, overrides: Iterable[Override], pot: Pot, players: pa.Table
) -> tuple[pa.Table, list[Problem]]:
    """Set the supports that posted appeals decided.

    A support of 0, or below the pot's threshold, takes the stake away. Where the appeal names a
    passage, the stake rests on it and is the publisher's own; else it rests on what it rested on.
    The kinds that a pot pays bind what is measured: whoever posts an appeal has read the passage.

    Args:
        stakes: The pot's stakes, as records have them.
        weights: answer_id, claim_id, weight, of all claims of the pot.
        overrides: Of any pot.
        pot: Whose stakes they are.
        players: Has player_id: who plays in the pot at all.

    Returns:
        The stakes, sorted by claim and publisher; problems of overrides that cannot be applied.
    """
    mine = sorted(
        (row for row in overrides if row.pot_id == pot.pot_id),
        key=lambda row: (row.claim_id, row.publisher_id),
    )
    if not mine:
        return stakes, []
    touched = pa.array(sorted({row.claim_id for row in mine}), pa.string())
    near = weights.filter(pc.is_in(weights["claim_id"], touched))
    columns = (near[name].to_pylist() for name in ("claim_id", "answer_id", "weight"))
    claims = Claims(
        {claim: (answer, weight) for claim, answer, weight in zip(*columns, strict=True)},
        {*players["player_id"].to_pylist(), *pc.unique(stakes["publisher_id"]).to_pylist()},
    )
    is_touched = pc.is_in(stakes["claim_id"], touched)
    set_, problems = _set_supports(from_arrow(stakes.filter(is_touched), Stake), mine, claims, pot)
    kept = stakes.filter(pc.invert(is_touched))
    whole = pa.concat_tables([kept, to_arrow(set_, Stake)])
    return whole.sort_by([("claim_id", "ascending"), ("publisher_id", "ascending")]), problems


def _set_supports(
    stakes: Iterable[Stake], overrides: Sequence[Override], claims: Claims, pot: Pot
) -> tuple[list[Stake], list[Problem]]:
    by_key = {(row.claim_id, row.publisher_id): row for row in stakes}
    problems = []
    for row in overrides:
        key = (row.claim_id, row.publisher_id)
        if row.claim_id not in claims.weights or row.publisher_id not in claims.players:
            problems.append(_tell(row, pot, is_claim=row.claim_id not in claims.weights))
        elif row.support < max(pot.threshold, 1):
            by_key.pop(key, None)
        else:
            by_key[key] = _set(by_key.get(key), row, claims)
    return list(by_key.values()), problems


def _set(old: Stake | None, row: Override, claims: Claims) -> Stake:
    if old is not None and row.passage_id in {None, old.passage_id}:
        return replace(old, support=row.support, appeal_id=row.appeal_id)
    answer_id, weight = claims.weights[row.claim_id]
    return Stake(
        pot_id=row.pot_id,
        answer_id=answer_id,
        claim_id=row.claim_id,
        publisher_id=row.publisher_id,
        weight=weight,
        support=row.support,
        passage_id=row.passage_id or "",
        basis="disputed" if row.publisher_id == DISPUTED else OWN,
        appeal_id=row.appeal_id,
    )


def _tell(row: Override, pot: Pot, *, is_claim: bool) -> Problem:
    what = f"claim {row.claim_id[:12]}" if is_claim else f"publisher {row.publisher_id}"
    why = "weighs nothing in this pot" if is_claim else "does not play in this pot"
    message = f"appeal {row.appeal_id[:12]} is posted and not applied: its {what} {why}."
    remedy = "Open an appeal that names what is in the pot by now."
    return Problem("share", f"pot {pot.pot_id}", None, pot.pot_id, message, remedy)

"""What-if: the split of a pot where one publisher is gone, or one support another.

The game adds up over claims, so only the claims that the question touches are played again: once
as they are, once as they would be. What lies between is added to the shares that are known.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from beleg.errors import InputError
from beleg.settlement import FULL
from beleg.share import expected
from beleg.share.claims import Claims
from beleg.share.game import Split, finish
from beleg.share.rungs import Ladder

STAKES = pa.schema(
    [
        pa.field("answer_id", pa.string(), nullable=False),
        pa.field("claim_id", pa.string(), nullable=False),
        pa.field("publisher_id", pa.string(), nullable=False),
        pa.field("weight", pa.int64(), nullable=False),
        pa.field("support", pa.int64(), nullable=False),
    ]
)
"""The columns of ``stakes`` that the game reads."""

Rule = Callable[[pa.Table, int], Split]
"""Splits stakes, given the weight of all claims; it must add up over claims."""


class Weighed(NamedTuple):
    """A claim of a pot."""

    answer_id: str
    claim_id: str
    weight: int


class Change(NamedTuple):
    """Every publisher's part of the pot's claim weight, as it is and as it would be."""

    before: dict[str, Fraction]
    after: dict[str, Fraction]
    """Without those whose part would be 0."""

    @property
    def unsupported(self) -> tuple[Fraction, Fraction]:
        """What nobody supports, before and after."""
        return 1 - sum(self.before.values(), Fraction()), 1 - sum(self.after.values(), Fraction())


def drop_publisher(touched: pa.Table, publisher_id: str) -> pa.Table:
    """Take a publisher's stakes away; the others' are as they were.

    Args:
        touched: All stakes, of every publisher, of the claims in which it has one.
        publisher_id: Who is taken out.
    """
    return touched.filter(pc.field("publisher_id") != publisher_id)


def set_support(
    touched: pa.Table, claim: Weighed, publishers: Sequence[str], support: int
) -> pa.Table:
    """Give some publishers another support of one claim; those without a stake get one.

    Args:
        touched: All stakes of this claim; none is allowed.
        claim: The claim.
        publishers: Whose support is set.
        support: 0..10000; 0 takes the stake away.

    Raises:
        ValueError: The support is out of range.
    """
    if not 0 <= support <= FULL:
        raise ValueError(f"support == {support}, must be 0..{FULL}.")
    others = touched.filter(~pc.field("publisher_id").isin(list(publishers)))
    rows = [
        {**claim._asdict(), "publisher_id": name, "support": support}
        for name in publishers
        if support
    ]
    return pa.concat_tables([others, pa.Table.from_pylist(rows, STAKES)])


def change_shares(
    before: Mapping[str, Fraction],
    touched: pa.Table,
    changed: pa.Table,
    total_weight: int,
    rule: Rule,
) -> Change:
    """Work out the shares after some claims have changed, from those before.

    Args:
        before: publisher_id to its exact part of the whole claim weight.
        touched: The stakes of the claims that change, as they are. Columns as :data:`STAKES`.
        changed: The same as they would be.
        total_weight: Of all claims of the pot.
        rule: How stakes are split.

    Returns:
        The shares before and after; both sum to 1 with what nobody supports.
    """
    old, new = (rule(rows, total_weight).shares for rows in (touched, changed))
    after = {
        name: before.get(name, Fraction()) - old.get(name, 0) + new.get(name, 0)
        for name in sorted({*before, *new})
    }
    return Change(dict(before), {name: part for name, part in after.items() if part})


def find_rule(name: str) -> Rule:
    """Find how the stakes of some claims are split by a pot's rule.

    Raises:
        InputError: The rule does not add up over claims.
    """
    if name == "airport":
        return split_claims
    if name == "expected":
        return lambda stakes, total: expected.split(ibis.memtable(stakes), total)
    raise InputError(
        f"the rule {name!r} does not ask what answers rest on.",
        "Ask about a pot of the rule airport or expected.",
    )


def split_claims(stakes: pa.Table, total_weight: int) -> Split:
    """Split by the airport game as :func:`beleg.share.game.split` does, without an engine.

    Args:
        stakes: One row a claim and publisher, checked when they were made.
        total_weight: Of all claims of the pot.
    """
    names = sorted(pc.unique(stakes["publisher_id"]).to_pylist())
    ladder = Ladder(len(names))
    if len(stakes):
        ladder.add(lay_out(stakes, names))
    dense, crowded = ladder.to_points()
    return finish(
        dict(zip(names, dense[1:], strict=True)),
        {(names[code - 1], m): amount for (code, m), amount in crowded.items()},
        total_weight,
    )


def lay_out(stakes: pa.Table, names: Sequence[str]) -> Claims:
    """Lay stakes out claim by claim; publishers become their places among the names, from 1."""
    owners = stakes["claim_id"].combine_chunks().dictionary_encode().indices.to_numpy()
    order = np.argsort(owners, kind="stable")
    starts = np.flatnonzero(np.diff(owners[order], prepend=-1))
    places = pc.index_in(stakes["publisher_id"], pa.array(names, pa.string())).to_numpy()
    return Claims(
        stakes["weight"].to_numpy()[order][starts],
        np.append(starts, len(order)),
        places[order].astype(np.int64) + 1,
        stakes["support"].to_numpy()[order],
    )

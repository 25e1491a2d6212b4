"""Links that lead nowhere, counted per answer engine, question and publisher, as Ibis steps.

A link is judged only where something is known of it: that it was asked for (table
``link_checks``), or that the model made its links up (flag of the answer's file). See
docs/reference/measures.md for what the figures mean.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from beleg.measure.visibility import CELL, sum_parts
from beleg.records import LinkState

if TYPE_CHECKING:
    import ibis.expr.types as ir

DEAD = (LinkState.GONE, LinkState.NO_HOST)
"""What leads nowhere: the server says that there is no such page, or there is no such host."""


def judge_links(owned: ir.Table, checks: ir.Table, documents: ir.Table) -> ir.Table:
    """Say of each shown link whether it is dead, and whether it was made up, as far as is known.

    A dead link whose page is held as a document was there once, so it was not made up.

    Args:
        owned: answer_id, cell, page, shown, is_invented, publisher_id of the links.
        checks: Table ``link_checks``.
        documents: Table ``documents``.

    Returns:
        answer_id, cell, subject, is_dead and is_made_up (both null where nothing is known).
    """
    told = checks.filter(checks.state != LinkState.UNKNOWN.value)
    known = told.select("page", is_dead=told.state.isin([state.value for state in DEAD]))
    held = documents.filter(documents.canonical_url.notnull())
    held = held.select(page=held.canonical_url).distinct().mutate(is_held=True)
    shown = owned.filter(owned.shown).left_join(known, "page").drop("page_right")
    joined = shown.left_join(held, "page")
    traceless = joined.is_dead & joined.is_held.isnull()
    return joined.select(
        "answer_id",
        CELL,
        "is_dead",
        subject=joined.publisher_id,
        is_made_up=ibis.ifelse(joined.is_invented, ibis.literal(value=True), traceless),
    )


def count_known(judged: ir.Table, column: str) -> ir.Table:
    """Count links of which something is true, of those of which it is known.

    Args:
        judged: Rows of :func:`judge_links`.
        column: ``is_dead`` or ``is_made_up``.

    Returns:
        As :func:`beleg.measure.visibility.sum_parts`: y links of which it is true, x links known.
    """
    known = judged.filter(judged[column].notnull())
    per_answer = known.group_by("answer_id", CELL, "subject").agg(
        y=known[column].cast("int64").sum(), x=known.count()
    )
    return sum_parts(per_answer)

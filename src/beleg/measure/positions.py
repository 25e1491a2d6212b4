"""Where links stand in an answer, counted per answer engine, question and publisher: Ibis steps.

Who is linked first, how far up, and how much of the answer's words stands at its links. See
docs/reference/measures.md for what the figures mean.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from beleg.measure.visibility import BILLION, CELL, count_each, sum_parts

if TYPE_CHECKING:
    import ibis.expr.types as ir


def place_links(links: ir.Table) -> ir.Table:
    """Say how far down each distinct shown link stands: 1 for the first.

    Links that an engine lists at the same rank stand in the order of their pages.

    Args:
        links: Rows of :func:`beleg.measure.visibility.list_links`.

    Returns:
        The shown rows of ``links`` with ``place``.
    """
    shown = links.filter(links.shown)
    order = ibis.window(group_by="answer_id", order_by=["rank", "page"])
    return shown.mutate(place=(ibis.row_number().over(order) + 1).cast("int64"))


def find_best_places(placed: ir.Table) -> ir.Table:
    """Find the place of each publisher's first link in an answer.

    Args:
        placed: Rows of :func:`place_links` with their publishers.

    Returns:
        answer_id, cell, subject, place: one row per answer and publisher.
    """
    keys = ("answer_id", CELL)
    return placed.group_by(*keys, subject=placed.publisher_id).agg(place=placed.place.min())


def count_first(best: ir.Table) -> ir.Table:
    """Count the answers whose first shown link is a publisher's.

    Args:
        best: Rows of :func:`find_best_places`.
    """
    return count_each(best.filter(best.place == 1))


def sum_reciprocal_ranks(best: ir.Table) -> ir.Table:
    """Sum one over the place of each publisher's first link, in billionths.

    Source: the reciprocal rank of information retrieval, with links for documents.

    Args:
        best: Rows of :func:`find_best_places`.
    """
    y = (ibis.literal(BILLION, "int64") / best.place).round().cast("int64")
    return sum_parts(
        best.select("answer_id", CELL, "subject", y=y, x=ibis.literal(BILLION, "int64"))
    )


def list_placed(claim_links: ir.Table, answered: ir.Table) -> ir.Table:
    """List the links that stand at a claim; links whose engine names no place stand at none.

    Returns:
        The columns of ``answered``, claim_id, page, host: one row per claim and page.
    """
    placed = claim_links.filter(claim_links.placed)
    return placed.select("answer_id", "claim_id", "page", "host").join(answered, "answer_id")


def weigh_positions(placed: ir.Table, claims: ir.Table) -> ir.Table:
    """Divide each answer among its placed links: words at a claim, less the later it stands.

    Claim i of S weighs words * exp(-i / (S - 1)), in billionths, divided evenly among its links.

    Source: position-adjusted word count of GEO (Aggarwal et al. 2023), with claims for sentences.

    Returns:
        answer_id, claim_id, page, part: one row per row of ``placed``.
    """
    order = ibis.window(group_by="answer_id", order_by=["start", "claim_id"])
    whole = ibis.window(group_by="answer_id")
    ranked = claims.select(
        "answer_id",
        "claim_id",
        "content_words",
        i=ibis.row_number().over(order),
        last=claims.count().over(whole) - 1,
    )
    distance = ranked.i / ibis.greatest(ranked.last, 1)
    weight = (ranked.content_words * BILLION * (-distance).exp()).round().cast("int64")
    weighed = ranked.select("claim_id", weight=weight)
    at_claim = placed.group_by("claim_id").agg(n_links=placed.count())
    joined = (
        placed.select("answer_id", "claim_id", "page")
        .join(weighed, "claim_id")
        .join(at_claim, "claim_id")
    )
    part = (joined.weight / joined.n_links).round().cast("int64")
    return joined.select("answer_id", "claim_id", "page", part=part)


def sum_positions(owned: ir.Table, weights: ir.Table) -> ir.Table:
    """Sum the position-adjusted words of each publisher as a part of its answer, in billionths.

    Args:
        owned: Rows of :func:`list_placed` with their publishers.
        weights: Rows of :func:`weigh_positions`.
    """
    totals = weights.group_by("answer_id").agg(total=weights.part.sum())
    mine = owned.join(weights, ["answer_id", "claim_id", "page"])
    sums = mine.group_by("answer_id", CELL, "publisher_id").agg(part=mine.part.sum())
    joined = sums.join(totals.filter(totals.total > 0), "answer_id")
    y = (joined.part / joined.total * BILLION).round().cast("int64")
    return sum_parts(joined.select("answer_id", CELL, subject=joined.publisher_id, y=y, x=BILLION))

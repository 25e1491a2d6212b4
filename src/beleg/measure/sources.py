"""What answers rest on, counted per answer engine, question and publisher, as Ibis steps.

Supports count from a threshold on; each publisher counts with its strongest passage. Repeated
statements of an answer count once. See docs/reference/measures.md for what the figures mean.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from beleg.measure.visibility import BILLION, CELL, count_events, find_owners, sum_parts

if TYPE_CHECKING:
    import ibis.expr.types as ir

FULL_SUPPORT = 10_000


def keep_first_said(claims: ir.Table, answered: ir.Table) -> ir.Table:
    """Keep each statement of an answer once, if it has a content word.

    Returns:
        answer_id, cell, claim_id, content_words, total_words: the last
        over the claims kept of the answer.
    """
    said = ibis.window(group_by=["answer_id", "statement_id"], order_by=["start", "claim_id"])
    ranked = claims.filter(claims.content_words > 0).mutate(nth=ibis.row_number().over(said))
    first = ranked.filter(ranked.nth == 0).select("answer_id", "claim_id", "content_words")
    total = first.content_words.sum().over(ibis.window(group_by="answer_id"))
    return first.mutate(total_words=total).join(answered, "answer_id")


def keep_strongest(
    supports: ir.Table, documents: ir.Table, claims: ir.Table, holdings: ir.Table
) -> ir.Table:
    """Keep each publisher's strongest support of each claim.

    Args:
        supports: Table ``supports``.
        documents: Table ``documents``.
        claims: claim_id, answer_id, cell and any other columns.
        holdings: Table ``holdings``.

    Returns:
        The rows of ``claims`` with publisher_id and support (0..10000): one row per claim and
        publisher.
    """
    hosts = documents.select("document_id", "host")
    found = supports.select("claim_id", "document_id", "support").join(hosts, "document_id")
    strongest = found.group_by("claim_id", "host").agg(support=found.support.max())
    owned = find_owners(strongest.join(claims, "claim_id"), holdings)
    keys = [name for name in owned.columns if name not in {"host", "support"}]
    return owned.group_by(keys).agg(support=owned.support.max())


def sum_indispensable(strongest: ir.Table, claims: ir.Table) -> ir.Table:
    """Sum the claim weight that only one publisher carries: v(N) - v(N without i).

    v(S) = sum over the claims of an answer of words * max support within S; the difference is the
    strongest publisher's support less the next one's. As a part of the answer's claim words, in
    billionths.

    Args:
        strongest: Rows of :func:`keep_strongest` at or above the threshold.
        claims: Rows of :func:`keep_first_said`.
    """
    order = ibis.window(
        group_by="claim_id", order_by=[ibis.desc("support"), ibis.asc("publisher_id")]
    )
    ranked = strongest.mutate(
        nth=ibis.row_number().over(order),
        following=ibis.coalesce(strongest.support.lead().over(order), 0),
    )
    top = ranked.filter((ranked.nth == 0) & (ranked.support > ranked.following))
    alone = top.select("claim_id", subject=top.publisher_id, support=top.support - top.following)
    return _sum_words(claims.join(alone, "claim_id"))


def sum_supported(strongest: ir.Table, claims: ir.Table, subject: str) -> ir.Table:
    """Sum the claim weight that anybody carries, v(N), of every answer with claims.

    Args:
        strongest: Rows of :func:`keep_strongest` at or above the threshold.
        claims: Rows of :func:`keep_first_said`.
        subject: Name of the whole frame.
    """
    best = strongest.group_by("claim_id").agg(support=strongest.support.max())
    joined = claims.left_join(best, "claim_id")
    return _sum_words(
        joined.mutate(support=ibis.coalesce(joined.support, 0), subject=ibis.literal(subject))
    )


def _sum_words(claims: ir.Table) -> ir.Table:
    """Sum content words times support as a part of the answer's, in billionths."""
    keys = ("answer_id", CELL, "subject", "total_words")
    carried = claims.content_words * claims.support
    sums = claims.group_by(*keys).agg(carried=carried.sum())
    y = (sums.carried / (sums.total_words * FULL_SUPPORT) * BILLION).round().cast("int64")
    return sum_parts(sums.select("answer_id", CELL, "subject", y=y, x=BILLION))


def count_uncredited(strongest: ir.Table, cited: ir.Table) -> ir.Table:
    """Count the answers that rest on a publisher and link it nowhere.

    Args:
        strongest: Rows of :func:`keep_strongest` at or above the threshold.
        cited: answer_id, publisher_id of every shown link.
    """
    silent = strongest.anti_join(cited, ["answer_id", "publisher_id"])
    return count_events(silent.rename(subject="publisher_id"))

"""Whether a claim rests on what it links, counted per answer engine, question and publisher.

Of the claims beside whose mark a link to the publisher stands, those can be judged for which the
whole text is known of every page of it that they link. Some rest on such a page, some on another
publisher, and of the others nothing is said. See docs/reference/measures.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from beleg.measure.visibility import CELL, sum_parts
from beleg.records import DocumentKind

if TYPE_CHECKING:
    import ibis.expr.types as ir

WHOLE = (DocumentKind.ARTICLE, DocumentKind.TRANSCRIPT, DocumentKind.BOOK)
"""Kinds of documents that are a page's whole text; a snippet cannot show what a page lacks."""


def list_whole(documents: ir.Table) -> ir.Table:
    """List the documents that are the whole text of a page.

    Returns:
        page (canonical URL), text_id: one row per page and text.
    """
    whole = documents.filter(documents.kind.isin([kind.value for kind in WHOLE]))
    named = whole.filter(whole.canonical_url.notnull())
    return named.select("text_id", page=named.canonical_url).distinct()


def keep_judged(placed: ir.Table, whole: ir.Table) -> ir.Table:
    """Keep the claims that can be judged: every page of the publisher that they link is known.

    Args:
        placed: answer_id, cell, claim_id, page, publisher_id of the links with a place.
        whole: Rows of :func:`list_whole`.

    Returns:
        answer_id, cell, claim_id, publisher_id: one row per claim and publisher that it links.
    """
    known = whole.select("page").distinct().mutate(is_known=True)
    joined = placed.left_join(known, "page")
    linked = joined.group_by("answer_id", CELL, "claim_id", "publisher_id").agg(
        judged=ibis.coalesce(joined.is_known, ibis.literal(value=False)).all()
    )
    return linked.filter(linked.judged).drop("judged")


def count_correct(
    judged: ir.Table, placed: ir.Table, supports: ir.Table, documents: ir.Table, threshold: int
) -> ir.Table:
    """Count the claims that rest on a page which they link: support at or above the threshold.

    Args:
        judged: Rows of :func:`keep_judged`.
        placed: claim_id, page, publisher_id of the links with a place.
        supports: Table ``supports``.
        documents: Table ``documents``; of a linked page a snippet may carry the claim too.
        threshold: Least support that counts, 0..10000.

    Returns:
        As :func:`beleg.measure.visibility.sum_parts`: y claims that rest on it, x claims judged.
    """
    named = documents.filter(documents.canonical_url.notnull())
    pages = named.select("document_id", page=named.canonical_url)
    found = supports.select("claim_id", "document_id", "support").join(pages, "document_id")
    strong = found.filter(found.support >= threshold).select("claim_id", "page").distinct()
    resting = placed.semi_join(strong, ["claim_id", "page"])
    resting = resting.select("claim_id", "publisher_id").distinct().mutate(is_resting=True)
    marked = judged.left_join(resting, ["claim_id", "publisher_id"])
    per_answer = marked.group_by("answer_id", CELL, subject=marked.publisher_id).agg(
        y=ibis.coalesce(marked.is_resting.sum(), 0), x=marked.count()
    )
    return sum_parts(per_answer)


def count_misattributed(
    judged: ir.Table, placed: ir.Table, strongest: ir.Table, threshold: int
) -> ir.Table:
    """Count the claims that link a publisher and rest on another one.

    Wrong only where nothing of the publisher comes even half as near as the threshold, another
    publisher's passage reaches it, and the claim does not link a publisher that does.

    Args:
        judged: Rows of :func:`keep_judged`.
        placed: claim_id, publisher_id of the links with a place.
        strongest: Rows of :func:`beleg.measure.sources.keep_strongest`, below the threshold too.
        threshold: Least support with which another publisher carries the claim, 0..10000.

    Returns:
        As :func:`beleg.measure.visibility.sum_parts`: y claims wrongly linked, x claims judged.
    """
    carried = strongest.select("claim_id", "support", carrier=strongest.publisher_id)
    beside = placed.select("claim_id", carrier=placed.publisher_id).distinct()
    marked = carried.left_join(beside.mutate(is_linked=True), ["claim_id", "carrier"])
    carried = marked.select(
        "claim_id",
        "support",
        "carrier",
        is_linked=ibis.coalesce(marked.is_linked, ibis.literal(value=False)),
    )
    rivals = judged.left_join(carried, "claim_id")
    is_own = rivals.carrier == rivals.publisher_id
    weighed = rivals.group_by("answer_id", CELL, "claim_id", "publisher_id").agg(
        own=ibis.coalesce(rivals.support.max(where=is_own), 0),
        beside=ibis.coalesce(rivals.support.max(where=rivals.is_linked), 0),
        other=ibis.coalesce(rivals.support.max(where=~is_own), 0),
    )
    is_far = (weighed.own * 2 < threshold) & (weighed.beside < threshold)
    flagged = weighed.mutate(is_wrong=is_far & (weighed.other >= threshold))
    return sum_parts(
        flagged.group_by("answer_id", CELL, subject=flagged.publisher_id).agg(
            y=flagged.is_wrong.sum(), x=flagged.count()
        )
    )


def list_quotable(
    judged: ir.Table, placed: ir.Table, whole: ir.Table, claims: ir.Table, answers: ir.Table
) -> ir.Table:
    """List the claims that can be judged and hold a quotation mark, with what they link.

    Args:
        judged: Rows of :func:`keep_judged`.
        placed: claim_id, page, publisher_id of the links with a place.
        whole: Rows of :func:`list_whole`.
        claims: Table ``claims``.
        answers: Table ``answers``.

    Returns:
        claim_id, answer_id, publisher_id, text (the answer's), start, end, text_id: one row per
        claim, publisher and text that it links.
    """
    marked = answers.filter(answers.text.re_search('["“„»«]')).select("answer_id", "text")
    spans = claims.select("claim_id", "start", "end")
    texts = placed.select("claim_id", "publisher_id", "page").join(whole, "page")
    texts = texts.select("claim_id", "publisher_id", "text_id").distinct()
    joined = judged.select("claim_id", "answer_id", "publisher_id").join(marked, "answer_id")
    joined = joined.join(spans, "claim_id").join(texts, ["claim_id", "publisher_id"])
    names = ("claim_id", "answer_id", "publisher_id", "text", "start", "end", "text_id")
    return joined.select(*names)


def count_faithful(quoted: ir.Table, judged: ir.Table) -> ir.Table:
    """Count the quotations that stand so in what they link.

    Args:
        quoted: As :func:`beleg.measure.quotes.judge_quotations` gives them.
        judged: Rows of :func:`keep_judged`.

    Returns:
        As :func:`beleg.measure.visibility.sum_parts`: y faithful quotations, x quotations judged.
    """
    joined = quoted.join(judged, ["claim_id", "publisher_id"])
    per_answer = joined.group_by("answer_id", CELL, subject=joined.publisher_id).agg(
        y=joined.y.sum(), x=joined.x.sum()
    )
    return sum_parts(per_answer)

"""Who is named and linked, counted per answer engine, question and publisher, as Ibis steps.

Each step is a function from tables to a table that can be looked at alone
(``ibis.to_sql(step)``). Everything is counted in whole numbers, so that the order in which an
engine adds makes no difference; parts of an answer are counted in billionths of it. What the
figures mean is written in docs/reference/measures.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from beleg.records import Status

if TYPE_CHECKING:
    import ibis.expr.types as ir

BILLION = 1_000_000_000
"""Parts into which an answer is divided where a measure is a part of it."""

CELL = ("engine", "day", "prompt_id")
"""What is counted apart: the day (UTC, null where unknown) lets weeks be put together later."""


def count_answers(answers: ir.Table, observations: ir.Table) -> ir.Table:
    """Keep what was observed: false repeats and failed requests taken out.

    Returns:
        answer_id, prompt_id, engine, collector, day (UTC, null where unknown), status,
        has_text: one row an answer.
    """
    repeats = observations.filter(observations.repeat_of.notnull())
    kept = answers.filter(answers.status != Status.ERROR.value).anti_join(repeats, "answer_id")
    return kept.select(
        "answer_id",
        "prompt_id",
        "engine",
        "collector",
        day=kept.asked_at.date(),
        status=kept.status,
        has_text=kept.text.notnull(),
    )


def find_owners(hosts: ir.Table, holdings: ir.Table) -> ir.Table:
    """Say who held each host on the day of the answer.

    Args:
        hosts: answer_id, day, host and any other columns.
        holdings: Table ``holdings``. Where an answer has no time, whoever held the host last.

    Returns:
        The rows of ``hosts`` with their ``publisher_id``; a host that nobody held has no row.
    """
    last = ibis.window(
        group_by="host",
        order_by=[
            ibis.coalesce(holdings.valid_to, ibis.date("9999-12-31")).desc(),
            ibis.coalesce(holdings.valid_from, ibis.date("0001-01-01")).desc(),
            holdings.publisher_id,
        ],
    )
    held = holdings.select(
        "host",
        "publisher_id",
        "valid_from",
        "valid_to",
        is_last=ibis.row_number().over(last) == 0,
    )
    joined = hosts.join(held, "host")
    begun = joined.valid_from.isnull() | (joined.valid_from <= joined.day)
    lasting = joined.valid_to.isnull() | (joined.valid_to > joined.day)
    then = ibis.ifelse(joined.day.isnull(), joined.is_last, begun & lasting)
    return joined.filter(then).drop("valid_from", "valid_to", "is_last")


def list_links(citations: ir.Table, answered: ir.Table) -> ir.Table:
    """List the distinct links of each answer.

    Args:
        citations: Table ``citations``.
        answered: answer_id, engine, prompt_id, collector, day of the answers that count.

    Returns:
        answer_id, engine, prompt_id, collector, day, page, host, shown: one row per answer
        and page; ``shown`` is True where the reader sees at least one of its links.
    """
    pages = citations.select(
        "answer_id", "host", "shown", page=ibis.coalesce(citations.canonical_url, citations.url)
    )
    # The lesser host, should one page come with two: an aggregate that every engine has.
    distinct = pages.group_by("answer_id", "page").agg(
        host=pages.host.min(), shown=pages.shown.any()
    )
    return distinct.join(answered, "answer_id")


def keep_reporting(answered: ir.Table, links: ir.Table, *, shown: bool) -> ir.Table:
    """Keep the answers of engines whose files report links that are shown (or only retrieved).

    An engine of which no answer has such a link does not tell of them: not measured, never 0.
    Retrieved links are known per engine and collector, shown ones per engine.
    """
    keys = ["engine"] if shown else ["engine", "collector"]
    telling = links.filter(links.shown if shown else ~links.shown).select(*keys).distinct()
    return answered.semi_join(telling, keys)


def count_base(answers: ir.Table) -> ir.Table:
    """Count answers as the shared denominator of rates.

    Returns:
        engine, day, prompt_id, x, n: one row per engine, day and prompt.
    """
    return answers.group_by(*CELL).agg(x=answers.count(), n=answers.count())


def count_events(events: ir.Table) -> ir.Table:
    """Count the answers in which a publisher has an event.

    Args:
        events: answer_id, engine, day, prompt_id, subject: rows of an answer count once.

    Returns:
        engine, day, prompt_id, subject, y, x, n, n_hits, n_full. ``x`` and ``n`` are
        filled from the shared denominator later.
    """
    once = events.select("answer_id", *CELL, "subject").distinct()
    y = once.count()
    return once.group_by(*CELL, "subject").agg(y=y, x=y, n=y, n_hits=y, n_full=y)


def sum_parts(parts: ir.Table) -> ir.Table:
    """Sum each publisher's parts of answers over the answers of a prompt.

    Args:
        parts: answer_id, engine, day, prompt_id, subject, y, x: whole numbers, one row per
            answer and subject, 0 <= y <= x.

    Returns:
        engine, day, prompt_id, subject, y, x, n, n_hits, n_full.
    """
    return parts.group_by(*CELL, "subject").agg(
        y=parts.y.sum(),
        x=parts.x.sum(),
        n=(parts.x > 0).sum(),
        n_hits=(parts.y > 0).sum(),
        n_full=(parts.y >= parts.x).sum(),
    )


def count_mentions(mentions: ir.Table, publishers: ir.Table, answered: ir.Table) -> ir.Table:
    """Count the answers that name a publisher: probable, and not as what was not found."""
    named = mentions.filter((mentions.probability >= 0.5) & ~mentions.negative)
    named = named.semi_join(publishers, named.entity_id == publishers.publisher_id)
    named = named.select("answer_id", subject=named.entity_id).distinct()
    return count_events(named.join(answered, "answer_id"))


def count_citations(owned: ir.Table) -> ir.Table:
    """Count the answers that show a link to a publisher."""
    return count_events(owned.filter(owned.shown).rename(subject="publisher_id"))


def count_selections(owned: ir.Table, reporting: ir.Table) -> ir.Table:
    """Count, of the answers for which a publisher was found, those that link it."""
    known = owned.semi_join(reporting, "answer_id").rename(subject="publisher_id")
    parts = known.group_by("answer_id", *CELL, "subject").agg(y=known.shown.any().cast("int64"))
    return sum_parts(parts.mutate(x=ibis.literal(1, "int64")))


def count_link_shares(owned: ir.Table) -> ir.Table:
    """Count each publisher's distinct shown links; the denominator is :func:`count_links`."""
    shown = owned.filter(owned.shown).rename(subject="publisher_id")
    totals = shown.group_by("answer_id", *CELL, "subject").agg(y=shown.count())
    return sum_parts(totals.mutate(x=totals.y))


def count_links(links: ir.Table) -> ir.Table:
    """Count the distinct shown links of all answers: the denominator of the share of citations.

    Returns:
        engine, day, prompt_id, x (links), n (answers with a link).
    """
    shown = links.filter(links.shown)
    return shown.group_by(*CELL).agg(x=shown.count(), n=shown.answer_id.nunique())


def list_placed(claim_links: ir.Table, answered: ir.Table) -> ir.Table:
    """List the links that stand at a claim; links whose engine names no place stand at none.

    Returns:
        answer_id, engine, prompt_id, collector, day, claim_id, page, host: one row per claim
        and page.
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
    sums = mine.group_by("answer_id", *CELL, "publisher_id").agg(part=mine.part.sum())
    joined = sums.join(totals.filter(totals.total > 0), "answer_id")
    y = (joined.part / joined.total * BILLION).round().cast("int64")
    return sum_parts(
        joined.select("answer_id", *CELL, subject=joined.publisher_id, y=y, x=BILLION)
    )

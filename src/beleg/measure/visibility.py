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

CELL = "cell"
"""What is counted apart: a number for one engine, day and prompt (:func:`number_cells`). The day
(UTC, null where unknown) lets weeks be put together later."""

INVENTED = "links-invented"
"""Flag of answers whose links a model made up."""


def count_answers(answers: ir.Table, observations: ir.Table) -> ir.Table:
    """Keep what was observed: false repeats and failed requests taken out.

    Returns:
        answer_id, prompt_id, engine, collector, day (UTC, null where unknown), status,
        has_text, is_invented (its links are made up): one row an answer.
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
        is_invented=ibis.coalesce(kept.flags.contains(INVENTED), ibis.literal(value=False)),
    )


def number_cells(observed: ir.Table) -> ir.Table:
    """Number what is counted apart, in order, so that the steps after this one handle numbers.

    Returns:
        cell (0, 1, ...), engine, day, prompt_id: sorted by these three, unknown days last.
    """
    cells = observed.select("engine", "day", "prompt_id").distinct()
    order = [cells.engine, cells.day.isnull(), cells.day, cells.prompt_id]
    return cells.mutate(cell=ibis.row_number().over(ibis.window(order_by=order)).cast("int64"))


def place_answers(observed: ir.Table, cells: ir.Table) -> ir.Table:
    """Give each answer the number of its cell, in place of its prompt."""
    same = [
        observed.engine == cells.engine,
        observed.prompt_id == cells.prompt_id,
        observed.day.identical_to(cells.day),
    ]
    joined = observed.join(cells.select("cell", "engine", "day", "prompt_id"), same)
    return joined.select(*(name for name in observed.columns if name != "prompt_id"), "cell")


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
        answered: answer_id and further columns of the answers that count.

    Returns:
        The columns of ``answered``, page, host, shown, rank: one row per answer and page;
        ``shown`` is True where the reader sees at least one of its links, and ``rank`` is that
        of the first link that the reader sees, null where none is.
    """
    pages = citations.select(
        "answer_id",
        "host",
        "shown",
        "rank",
        page=ibis.coalesce(citations.canonical_url, citations.url),
    )
    # The lesser host, should one page come with two: an aggregate that every engine has.
    distinct = pages.group_by("answer_id", "page").agg(
        host=pages.host.min(),
        shown=pages.shown.any(),
        rank=pages["rank"].min(where=pages.shown),
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
        cell, x, n: one row a cell.
    """
    return answers.group_by(CELL).agg(x=answers.count(), n=answers.count())


def count_events(events: ir.Table) -> ir.Table:
    """Count the answers in which a publisher has an event.

    Args:
        events: answer_id, cell, subject: rows of an answer count once.

    Returns:
        As :func:`count_each`.
    """
    return count_each(events.select("answer_id", CELL, "subject").distinct())


def count_each(once: ir.Table) -> ir.Table:
    """Count the answers in which a publisher has an event, of rows that are distinct already.

    Returns:
        cell, subject, y, x, n, n_hits, n_full. ``x`` and ``n`` are filled from the shared
        denominator later.
    """
    y = once.count()
    return once.group_by(CELL, "subject").agg(y=y, x=y, n=y, n_hits=y, n_full=y)


def sum_parts(parts: ir.Table) -> ir.Table:
    """Sum each publisher's parts of answers over the answers of a prompt.

    Args:
        parts: answer_id, cell, subject, y, x: whole numbers, one row per
            answer and subject, 0 <= y <= x.

    Returns:
        cell, subject, y, x, n, n_hits, n_full.
    """
    return parts.group_by(CELL, "subject").agg(
        y=parts.y.sum(),
        x=parts.x.sum(),
        n=(parts.x > 0).sum(),
        n_hits=(parts.y > 0).sum(),
        n_full=(parts.y >= parts.x).sum(),
    )


def list_named(mentions: ir.Table, publishers: ir.Table, answered: ir.Table) -> ir.Table:
    """List which publishers each answer names: probable, and not as what was not found.

    Returns:
        answer_id, cell, subject: one row per answer and publisher.
    """
    named = mentions.filter((mentions.probability >= 0.5) & ~mentions.negative)
    named = named.semi_join(publishers, named.entity_id == publishers.publisher_id)
    named = named.select("answer_id", subject=named.entity_id).distinct()
    return named.join(answered.select("answer_id", CELL), "answer_id")


def count_mention_shares(named: ir.Table, publishers: ir.Table) -> tuple[ir.Table, ir.Table]:
    """Count each declared publisher's part of all namings of declared publishers.

    Args:
        named: Rows of :func:`list_named`: a publisher counts once an answer, as for the rate.
        publishers: Table ``publishers``.

    Returns:
        Rows by publisher as of :func:`sum_parts`, and the denominator that they share: cell, x
        (namings), n (answers with one).
    """
    declared = publishers.filter(publishers.declared)
    tracked = named.semi_join(declared, named.subject == declared.publisher_id)
    totals = tracked.group_by("answer_id").agg(total=tracked.count())
    joined = tracked.join(totals, "answer_id")
    one = ibis.literal(1, "int64")
    rows = sum_parts(joined.select("answer_id", CELL, "subject", y=one, x=joined.total))
    base = tracked.group_by(CELL).agg(x=tracked.count(), n=tracked.answer_id.nunique())
    return rows, base


def list_houses(owned: ir.Table) -> ir.Table:
    """Take the links of an answer to one publisher together.

    Args:
        owned: Rows of :func:`list_links` with their publishers.

    Returns:
        answer_id, cell, engine, collector, subject, n_shown (distinct links shown), n_links
        (shown or only retrieved), rank (of the first that is shown, else null): one row per
        answer and publisher.
    """
    keys = ("answer_id", CELL, "engine", "collector")
    return owned.group_by(*keys, subject=owned.publisher_id).agg(
        n_shown=owned.shown.cast("int64").sum(), n_links=owned.count(), rank=owned["rank"].min()
    )


def count_citations(houses: ir.Table) -> ir.Table:
    """Count the answers that show a link to a publisher."""
    return count_each(houses.filter(houses.n_shown > 0))


def count_selections(houses: ir.Table, reporting: ir.Table) -> ir.Table:
    """Count, of the answers for which a publisher was found, those that link it."""
    known = houses.semi_join(reporting, "answer_id")
    y = (known.n_shown > 0).cast("int64")
    return sum_parts(known.select("answer_id", CELL, "subject", y=y, x=ibis.literal(1, "int64")))


def count_link_shares(houses: ir.Table) -> ir.Table:
    """Count each publisher's distinct shown links; the denominator is :func:`count_links`."""
    shown = houses.filter(houses.n_shown > 0)
    return sum_parts(shown.select("answer_id", CELL, "subject", y=shown.n_shown, x=shown.n_shown))


def count_links(links: ir.Table) -> ir.Table:
    """Count the distinct shown links of all answers: the denominator of the share of citations.

    Returns:
        cell, x (links), n (answers with a link).
    """
    shown = links.filter(links.shown)
    per_answer = shown.group_by("answer_id", CELL).agg(x=shown.count())
    return per_answer.group_by(CELL).agg(x=per_answer.x.sum(), n=per_answer.count())

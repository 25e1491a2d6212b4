"""Which measures are counted, over which answers: the plan of the stage, on one engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

import ibis
import pyarrow as pa

from beleg.measure import attribution, links as link_states, positions, sources, visibility
from beleg.measure.cells import COUNTED, WHOLE_FRAME
from beleg.measure.quotes import judge_quotations
from beleg.measure.steps import Steps, open_steps
from beleg.measure.visibility import BILLION, CELL
from beleg.records import Count, Status
from beleg.tables import empty, schema_of

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from beleg.measure.steps import Given

READS = (
    "answers", "citations", "claim_links", "claims", "documents", "holdings", "observations",
    "publishers", "supports",
)  # fmt: skip
MAY_READ = ("link_checks", "texts")
"""Tables without which the measures that need them are not measured."""

_Step = tuple[str, "ir.Table", "ir.Table | None"]
"""A measure, its rows by subject, and the denominator that all subjects share, if there is one."""


class _Links(NamedTuple):
    """Links of the answers that count, computed once."""

    all: ir.Table
    houses: ir.Table
    best: ir.Table
    """The place of each publisher's first link."""
    judged: ir.Table
    """Which links are known to be dead or made up."""
    reporting: ir.Table
    """Answers of engines that report shown links."""
    placed: ir.Table
    placed_owned: ir.Table


def count(
    tables: Given, mentions: pa.Table | ir.Table, threshold: int, on_step: Callable[[int], None]
) -> pa.Table:
    """Count every measure.

    Args:
        tables: See :func:`beleg.measure.measure`; as Arrow, or as Ibis expressions on one engine.
        mentions: Table ``mentions``, likewise.
        threshold: Least support that counts, 0..10000.
        on_step: Told 1 and 2, when links and sources are counted.

    Returns:
        Table ``counts``, sorted by its key.
    """
    given = {name: tables[name] for name in READS}
    given |= {name: tables.get(name, empty(name)) for name in MAY_READ}
    with open_steps({**given, "mentions": mentions}) as steps:
        observed = steps.keep(
            visibility.count_answers(steps.given["answers"], steps.given["observations"])
        )
        cells = steps.keep(visibility.number_cells(observed))
        placed = steps.keep(visibility.place_answers(observed, cells))
        layout = _Layout(steps, cells)
        for step in _tally_answers(steps, placed, threshold, on_step):
            layout.add(step)
        on_step(2)
        return layout.give()


class _Layout:
    """Rows of the table ``counts``, measure by measure, in order."""

    def __init__(self, steps: Steps, cells: ir.Table) -> None:
        self._steps = steps
        self._cells = steps.compute(cells.order_by("cell")).combine_chunks()
        self._found: dict[str, pa.Table] = {}

    def add(self, step: _Step) -> None:
        """Compute the counts of a measure."""
        measure, rows, base = step
        zero = ibis.literal(0, "int64")
        if base is not None:
            rows = rows.mutate(x=zero, n=zero)
            base = base.mutate(subject=ibis.null("string"), y=zero, n_hits=zero, n_full=zero)
        parts = [self._lay_out(measure, part) for part in (rows, base) if part is not None]
        self._found[measure] = pa.concat_tables(parts)

    def _lay_out(self, measure: str, rows: ir.Table) -> pa.Table:
        """Bring rows with the names of their cells, which are numbered in the order of these."""
        numbers = {name: rows[name].cast("int64") for name in COUNTED}
        chosen = rows.select(CELL, "subject", **numbers)
        found = self._steps.compute(chosen.order_by("subject", CELL))
        columns = {"measure": pa.repeat(measure, found.num_rows)}
        columns |= {name: found[name] for name in ("subject", *COUNTED)}
        for name in ("engine", "day", "prompt_id"):
            columns[name] = self._cells[name].take(found[CELL])
        schema = schema_of(Count)
        laid = pa.table([columns[name] for name in schema.names], names=schema.names)
        return laid.cast(schema)

    def give(self) -> pa.Table:
        """Put all measures together."""
        found = [self._found[measure] for measure in sorted(self._found)]
        return pa.concat_tables([schema_of(Count).empty_table(), *found])


def _tally_answers(
    steps: Steps, observed: ir.Table, threshold: int, on_step: Callable[[int], None]
) -> Iterator[_Step]:
    yield from _tally_statuses(observed)
    is_answered = observed.status == Status.ANSWERED.value
    answered = steps.keep(observed.filter(is_answered).drop("status"))
    plain = answered.drop("has_text")
    links = _find_links(steps, plain)
    yield from _tally_visibility(steps, answered, links)
    on_step(1)
    given = steps.given
    claims = given["claims"].select("answer_id", "claim_id").join(plain, "answer_id")
    strongest = steps.keep(
        sources.keep_strongest(given["supports"], given["documents"], claims, given["holdings"])
    )
    yield from _tally_sources(
        steps, plain, links, strongest.filter(strongest.support >= threshold)
    )
    yield from _tally_attributions(steps, links, strongest, threshold)


def _find_links(steps: Steps, answered: ir.Table) -> _Links:
    given = steps.given
    links = steps.keep(visibility.list_links(given["citations"], answered))
    owned = steps.keep(visibility.find_owners(links, given["holdings"]))
    placed = steps.keep(positions.list_placed(given["claim_links"], answered))
    places = positions.place_links(links).select("answer_id", "page", "place")
    of_owned = owned.join(places, ["answer_id", "page"])
    return _Links(
        all=links,
        houses=steps.keep(visibility.list_houses(owned)),
        best=steps.keep(positions.find_best_places(of_owned)),
        judged=link_states.judge_links(owned, given["link_checks"], given["documents"]),
        reporting=steps.keep(visibility.keep_reporting(answered, links, shown=True)),
        placed=placed,
        placed_owned=steps.keep(visibility.find_owners(placed, given["holdings"])),
    )


def _tally_statuses(observed: ir.Table) -> Iterator[_Step]:
    """Count how often an answer came, and how often the engine refused, of all observations."""
    for measure, status in (
        ("answered_rate", Status.ANSWERED),
        ("refused_rate", Status.REFUSED),
    ):
        parts = observed.select(
            "answer_id",
            CELL,
            subject=ibis.literal(WHOLE_FRAME),
            y=(observed.status == status.value).cast("int64"),
            x=ibis.literal(1, "int64"),
        )
        yield measure, visibility.sum_parts(parts), None


def _tally_visibility(steps: Steps, answered: ir.Table, links: _Links) -> Iterator[_Step]:
    """Count who is named, linked, chosen, and where in the answers its links stand."""
    given = steps.given
    with_text = answered.filter(answered.has_text)
    named = steps.keep(visibility.list_named(given["mentions"], given["publishers"], with_text))
    found = visibility.keep_reporting(answered, links.all, shown=False)
    weights = steps.keep(positions.weigh_positions(links.placed, given["claims"]))
    # Of answers without a placed link nobody receives a word; engines that never place one, or
    # never say anything, are not measured.
    placing = links.placed.select("engine").distinct()
    positioned = visibility.count_base(with_text.semi_join(placing, "engine"))
    reporting = steps.keep(visibility.count_base(links.reporting))
    yield "mention_rate", visibility.count_each(named), visibility.count_base(with_text)
    yield "mention_share", *visibility.count_mention_shares(named, given["publishers"])
    yield "citation_rate", visibility.count_citations(links.houses), reporting
    yield "selection_rate", visibility.count_selections(links.houses, found), None
    shares = visibility.count_link_shares(links.houses)
    yield "citation_share", shares, visibility.count_links(links.all)
    yield "first_position", positions.count_first(links.best), reporting
    ranks = positions.sum_reciprocal_ranks(links.best)
    yield "reciprocal_rank", ranks, _in_billionths(reporting)
    words = positions.sum_positions(links.placed_owned, weights)
    yield "position_adjusted_words", words, _in_billionths(positioned)
    for measure, column in (("dead_link_rate", "is_dead"), ("invented_link_rate", "is_made_up")):
        yield measure, link_states.count_known(links.judged, column), None


def _in_billionths(base: ir.Table) -> ir.Table:
    return base.mutate(x=base.x * BILLION)


def _tally_sources(
    steps: Steps, answered: ir.Table, links: _Links, carried: ir.Table
) -> Iterator[_Step]:
    """Count what the answers rest on; where no document is known, nothing of it is measured."""
    given = steps.given
    first = steps.keep(sources.keep_first_said(given["claims"], answered))
    groundable = steps.keep(first.select("answer_id", CELL, "engine").distinct())
    n_documents = steps.compute(given["documents"].limit(1).select("document_id")).num_rows
    judged = groundable if n_documents else groundable.limit(0)
    shown = links.houses.filter(links.houses.n_shown > 0)
    shown = shown.select("answer_id", publisher_id=shown.subject)
    base = visibility.count_base(judged)
    linkable = visibility.count_base(judged.semi_join(links.reporting, "answer_id"))
    crediting = carried.semi_join(links.reporting, "answer_id")
    yield "indispensable", sources.sum_indispensable(carried, first), _in_billionths(base)
    yield "used_uncredited", sources.count_uncredited(crediting, shown), linkable
    supported = sources.sum_supported(carried, first.semi_join(judged, "answer_id"), WHOLE_FRAME)
    yield "supported_share", supported, None
    whole = ibis.literal(WHOLE_FRAME)
    is_groundable = visibility.count_each(groundable.select("answer_id", CELL, subject=whole))
    yield "groundable_rate", is_groundable, visibility.count_base(answered)


def _tally_attributions(
    steps: Steps, links: _Links, strongest: ir.Table, threshold: int
) -> Iterator[_Step]:
    """Count the claims that rest on what they link, and the quotations that stand there."""
    given = steps.given
    whole = steps.keep(attribution.list_whole(given["documents"]))
    judged = steps.keep(attribution.keep_judged(links.placed_owned, whole))
    correct = attribution.count_correct(
        judged, links.placed_owned, given["supports"], given["documents"], threshold
    )
    yield "correct_attribution_rate", correct, None
    wrong = attribution.count_misattributed(judged, links.placed_owned, strongest, threshold)
    yield "misattributed_rate", wrong, None
    quotable = attribution.list_quotable(
        judged, links.placed_owned, whole, given["claims"], given["answers"]
    )
    quoting = steps.compute(quotable.order_by("answer_id", "claim_id", "publisher_id", "text_id"))
    linked = given["texts"].semi_join(whole, "text_id")
    texts = steps.compute(linked) if quoting.num_rows else empty("texts")
    quoted = steps.put(judge_quotations(quoting.to_batches(1_000), texts))
    yield "quote_fidelity", attribution.count_faithful(quoted, judged), None

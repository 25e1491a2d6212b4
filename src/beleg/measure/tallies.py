"""Which measures are counted, over which answers: the plan of the stage, on one connection."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

import ibis
import pyarrow as pa

from beleg.measure import sources, visibility
from beleg.measure.cells import WHOLE_FRAME
from beleg.measure.visibility import CELL
from beleg.records import Count, Status
from beleg.tables import KEYS, schema_of

if TYPE_CHECKING:
    import ibis.expr.types as ir

_READ = (
    "answers", "citations", "claim_links", "claims", "documents", "holdings", "observations",
    "publishers", "supports",
)  # fmt: skip
_ANSWER = ("answer_id", "engine", "prompt_id", "collector", "day")


_Step = tuple[str, "ir.Table", "ir.Table | None"]
"""A measure, its rows by subject, and the denominator that all subjects share, if there is one."""


class _Links(NamedTuple):
    """Links of the answers that count, computed once."""

    all: ir.Table
    owned: ir.Table
    reporting: ir.Table
    """Answers of engines that report shown links."""
    placed: ir.Table
    placed_owned: ir.Table


class _Steps:
    """Tables as Ibis expressions, and steps computed on one DuckDB connection."""

    def __init__(self, tables: Mapping[str, pa.Table]) -> None:
        self._connection = ibis.duckdb.connect()
        self.has_documents = tables["documents"].num_rows > 0
        self.given = {name: ibis.memtable(tables[name]) for name in _READ}

    def compute(self, step: ir.Table) -> pa.Table:
        """Compute a step."""
        return self._connection.to_pyarrow(step)

    def close(self) -> None:
        """Close the connection."""
        self._connection.disconnect()

    def keep(self, step: ir.Table) -> ir.Table:
        """Compute a step that several others read."""
        return ibis.memtable(self.compute(step))


def count(
    tables: Mapping[str, pa.Table],
    mentions: pa.Table,
    threshold: int,
    on_step: Callable[[int], None],
) -> pa.Table:
    """Count every measure.

    Args:
        tables: See :func:`beleg.measure.measure`.
        mentions: Table ``mentions``.
        threshold: Least support that counts, 0..10000.
        on_step: Told 1 and 2, when links and sources are counted.

    Returns:
        Table ``counts``, sorted by its key.
    """
    steps = _Steps(tables)
    try:
        return _count_all(steps, mentions, threshold, on_step)
    finally:
        steps.close()


def _count_all(
    steps: _Steps, mentions: pa.Table, threshold: int, on_step: Callable[[int], None]
) -> pa.Table:
    given = steps.given
    observed = steps.keep(visibility.count_answers(given["answers"], given["observations"]))
    is_answered = observed.status == Status.ANSWERED.value
    answered = steps.keep(observed.filter(is_answered).select(*_ANSWER, "has_text"))
    links = _find_links(steps, answered.drop("has_text"))
    counted = [
        *_tally_statuses(observed),
        *_tally_visibility(steps, answered, links, mentions),
    ]
    tables = [table for step in counted for table in _lay_out(steps, step)]
    on_step(1)
    for step in _tally_sources(steps, answered.drop("has_text"), links, threshold):
        tables += _lay_out(steps, step)
    on_step(2)
    keys = [(name, "ascending") for name in KEYS["counts"]]
    return pa.concat_tables(tables).sort_by(keys).combine_chunks()


def _lay_out(steps: _Steps, step: _Step) -> list[pa.Table]:
    """Compute a measure's counts as rows of the table ``counts``."""
    measure, rows, base = step
    zero, none = ibis.literal(0, "int64"), ibis.null("string")
    schema = schema_of(Count)
    if base is not None:
        rows = rows.mutate(x=zero, n=zero)
        base = base.mutate(subject=none, y=zero, n_hits=zero, n_full=zero)
    found = [part for part in (rows, base) if part is not None]
    return [
        steps.compute(part.mutate(measure=ibis.literal(measure)).select(schema.names)).cast(schema)
        for part in found
    ]


def _find_links(steps: _Steps, answered: ir.Table) -> _Links:
    citations, holdings = steps.given["citations"], steps.given["holdings"]
    links = steps.keep(visibility.list_links(citations, answered))
    placed = steps.keep(visibility.list_placed(steps.given["claim_links"], answered))
    return _Links(
        all=links,
        owned=steps.keep(visibility.find_owners(links, holdings)),
        reporting=steps.keep(visibility.keep_reporting(answered, links, shown=True)),
        placed=placed,
        placed_owned=steps.keep(visibility.find_owners(placed, holdings)),
    )


def _tally_statuses(observed: ir.Table) -> list[_Step]:
    """Count how often an answer came, and how often the engine refused, of all observations."""
    counted: list[_Step] = []
    for measure, status in (
        ("answered_rate", Status.ANSWERED),
        ("refused_rate", Status.REFUSED),
    ):
        parts = observed.select(
            "answer_id",
            *CELL,
            subject=ibis.literal(WHOLE_FRAME),
            y=(observed.status == status.value).cast("int64"),
            x=ibis.literal(1, "int64"),
        )
        counted.append((measure, visibility.sum_parts(parts), None))
    return counted


def _tally_visibility(
    steps: _Steps, answered: ir.Table, links: _Links, mentions: pa.Table
) -> list[_Step]:
    """Count who is named, linked, chosen, and how much of the answers stands at its links."""
    with_text = answered.filter(answered.has_text)
    named = visibility.count_mentions(
        ibis.memtable(mentions), steps.given["publishers"], with_text
    )
    found = visibility.keep_reporting(answered, links.all, shown=False)
    weights = steps.keep(visibility.weigh_positions(links.placed, steps.given["claims"]))
    # Of answers without a placed link nobody receives a word; engines that never place one, or
    # never say anything, are not measured.
    placing = links.placed.select("engine").distinct()
    positioned = visibility.count_base(with_text.semi_join(placing, "engine"))
    billionths = positioned.mutate(x=positioned.x * visibility.BILLION)
    return [
        ("mention_rate", named, visibility.count_base(with_text)),
        (
            "citation_rate",
            visibility.count_citations(links.owned),
            visibility.count_base(links.reporting),
        ),
        ("selection_rate", visibility.count_selections(links.owned, found), None),
        (
            "citation_share",
            visibility.count_link_shares(links.owned),
            visibility.count_links(links.all),
        ),
        (
            "position_adjusted_words",
            visibility.sum_positions(links.placed_owned, weights),
            billionths,
        ),
    ]


def _tally_sources(
    steps: _Steps, answered: ir.Table, links: _Links, threshold: int
) -> list[_Step]:
    """Count what the answers rest on; where no document is known, nothing of it is measured."""
    given = steps.given
    first = steps.keep(sources.keep_first_said(given["claims"], answered))
    groundable = first.select("answer_id", *CELL).distinct()
    judged = groundable if steps.has_documents else groundable.limit(0)
    claims = given["claims"].select("answer_id", "claim_id").join(answered, "answer_id")
    strongest = steps.keep(
        sources.keep_strongest(given["supports"], given["documents"], claims, given["holdings"])
    )
    carried = strongest.filter(strongest.support >= threshold)
    shown = links.owned.filter(links.owned.shown).select("answer_id", "publisher_id")
    base = visibility.count_base(judged)
    billionths = base.mutate(x=base.x * visibility.BILLION)
    linkable = visibility.count_base(judged.semi_join(links.reporting, "answer_id"))
    crediting = carried.semi_join(links.reporting, "answer_id")
    supported = sources.sum_supported(carried, first.semi_join(judged, "answer_id"), WHOLE_FRAME)
    mine = answered.join(groundable.select("answer_id"), "answer_id")
    is_groundable = visibility.count_events(
        mine.select("answer_id", *CELL, subject=ibis.literal(WHOLE_FRAME))
    )
    wrong = sources.count_misattributed(
        links.placed_owned, given["documents"], strongest, threshold
    )
    return [
        ("indispensable", sources.sum_indispensable(carried, first), billionths),
        ("used_uncredited", sources.count_uncredited(crediting, shown), linkable),
        ("misattributed_rate", wrong, None),
        ("supported_share", supported, None),
        ("groundable_rate", is_groundable, visibility.count_base(answered)),
    ]

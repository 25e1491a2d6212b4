"""From whole-number counts to estimates with intervals: the pure arithmetic at the end.

Everything is laid out in arrays and sorted by key before anything is added, so that the same
counts give the same digits, whatever order the rows came in.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from beleg import inference
from beleg.measure.cells import COUNTED, MEASURES, OF_OBSERVED, WHOLE_FRAME, WHOLE_MEASURES
from beleg.measure.columns import (
    Columns,
    Integers,
    Names,
    rows_of_frame,
    sum_by,
    sum_days,
)
from beleg.measure.slices import Cut, cut
from beleg.records import Estimate
from beleg.tables import KEYS, schema_of

SEGMENTS = ("all", "branded", "unbranded")


class Chosen(NamedTuple):
    """Who has a figure; measures of the whole frame have that of ``*`` in every slice."""

    always: Collection[str]
    """Subjects with one in every slice, *not measured* where nothing was."""
    only: bool = False
    """False: others have one where they have at least one event."""


class Summed(NamedTuple):
    """Counts of one measure, days within a slice taken together; one row a key.

    Arrays of one length, sorted by group and prompt.
    """

    group: Integers
    """``subject * n_slices + slice``; of a shared denominator the slice alone."""
    prompt: Integers
    counts: dict[str, NDArray[Any]]


class Laid(NamedTuple):
    """One measure, ready to be estimated."""

    subjects: tuple[str, ...]
    kept: Integers
    """Group of each figure, sorted; shape (n_figures,)."""
    rows: Summed
    """What the figures are made of; where there is a shared denominator, filled in."""
    base: Summed | None
    """The shared denominators, by slice."""
    weights: tuple[Integers, NDArray[np.float64]]
    """``slice * n_prompts + prompt``, sorted, and the weight of one answer of each."""


class Figures(NamedTuple):
    """Figures of one measure; arrays of one length, sorted by subject and slice."""

    measure: str
    subject: Names
    slice: Integers
    found: inference.Estimates


def lay_out(columns: Columns, slices: Cut, measure: str, chosen: Chosen) -> Laid:
    """Sum one measure by subject, slice and prompt, and choose the figures.

    Args:
        columns: Counts.
        slices: Slices of ``columns``.
        measure: Its name.
        chosen: Who has a figure.
    """
    fixed_names = {WHOLE_FRAME} if measure in WHOLE_MEASURES else set(chosen.always)
    subjects = tuple(sorted({*columns.subjects, *fixed_names}))
    n_slices, n_prompts = slices.n_slices, len(columns.asked.ids)
    place = {name: number for number, name in enumerate(subjects)}
    mine = columns.of_measure(measure)
    shared = mine[columns.subject[mine] < 0]
    own = mine[columns.subject[mine] >= 0]
    moved = np.array([place[name] for name in columns.subjects], dtype=np.int64)
    fixed = np.array(sorted(place[name] for name in fixed_names), dtype=np.int64)
    if chosen.only:
        own = own[np.isin(moved[columns.subject[own]], fixed)]
    rows = _sum(columns, slices, own, moved[columns.subject[own]] * n_slices, n_prompts)
    kept = (fixed[:, None] * n_slices + np.arange(n_slices)).ravel()
    if not chosen.only:
        kept = np.union1d(kept, np.unique(rows.group[rows.counts["y"] > 0]))
    inside = np.isin(rows.group, kept)
    rows = Summed(
        rows.group[inside], rows.prompt[inside], {n: v[inside] for n, v in rows.counts.items()}
    )
    base = None
    if len(shared):
        base = _sum(columns, slices, shared, np.zeros(len(shared), dtype=np.int64), n_prompts)
        rows = _fill_base(rows, base, n_slices, n_prompts)
    weights = weigh_answers(columns, slices, of_observed=measure in OF_OBSERVED)
    return Laid(subjects, kept, rows, base, weights)


def _sum(columns: Columns, slices: Cut, rows: Integers, group: Integers, n_prompts: int) -> Summed:
    group = group + slices.of_row[rows]
    keys = group * n_prompts + columns.prompt[rows]
    keys, sums = sum_by(keys, {name: columns.counts[name][rows] for name in COUNTED})
    return Summed(keys // max(n_prompts, 1), keys % max(n_prompts, 1), sums)


def weigh_answers(
    columns: Columns, slices: Cut, *, of_observed: bool
) -> tuple[Integers, NDArray[np.float64]]:
    """Spread each prompt's weight over its answers within a slice.

    Returns:
        ``slice * n_prompts + prompt``, sorted, and the weight of one answer; 0 where none was.
    """
    rows, n_prompts = rows_of_frame(columns), len(columns.asked.ids)
    keys = slices.of_row[rows] * n_prompts + columns.prompt[rows]
    name = "x" if of_observed else "y"
    keys, sums = sum_by(keys, {name: columns.counts[name][rows]})
    weight = columns.asked.weight[keys % max(n_prompts, 1)]
    return keys, np.where(sums[name] > 0, weight / np.maximum(sums[name], 1), 0.0)


def _fill_base(rows: Summed, base: Summed, n_slices: int, n_prompts: int) -> Summed:
    """Give each row the shared denominator of its slice and prompt; 0 where there is none."""
    keys = base.group * n_prompts + base.prompt
    wanted = rows.group % n_slices * n_prompts + rows.prompt
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    found = keys[at] == wanted
    filled = {name: np.where(found, base.counts[name][at], 0) for name in ("x", "n")}
    return rows._replace(counts=rows.counts | filled)


def estimate_measure(
    columns: Columns, slices: Cut, measure: str, chosen: Chosen, level: float
) -> Figures:
    """Estimate one measure for every slice and subject.

    Args:
        columns: Counts.
        slices: Slices of ``columns``.
        measure: Its name.
        chosen: Who has a figure.
        level: Of the intervals.
    """
    laid = lay_out(columns, slices, measure, chosen)
    n_slices, n_prompts = slices.n_slices, len(columns.asked.ids)
    base = base_of = None
    if laid.base is not None:
        base = _to_counts(laid.base, laid.base.group, laid.weights, n_prompts, n_slices)
        base_of = laid.kept % n_slices
    group = np.searchsorted(laid.kept, laid.rows.group)
    counts = _to_counts(laid.rows, group, laid.weights, n_prompts, n_slices)
    found = inference.estimate(counts, len(laid.kept), level=level, base=base, base_of=base_of)
    subject = np.array(laid.subjects, dtype=object)[laid.kept // max(n_slices, 1)]
    return Figures(measure, subject, laid.kept % max(n_slices, 1), found)


def _to_counts(
    rows: Summed,
    group: Integers,
    weights: tuple[Integers, NDArray[np.float64]],
    n_prompts: int,
    n_slices: int,
) -> inference.Counts:
    keys, weight = weights
    at = np.searchsorted(keys, rows.group % max(n_slices, 1) * n_prompts + rows.prompt)
    return inference.Counts(
        group=group,
        weight=weight[at],
        y=rows.counts["y"].astype(np.float64),
        x=rows.counts["x"].astype(np.float64),
        n=rows.counts["n"].astype(np.int64),
        n_hits=rows.counts["n_hits"].astype(np.int64),
        n_full=rows.counts["n_full"].astype(np.int64),
    )


def to_table(figures: Figures, labels: Mapping[str, Names], level: float) -> pa.Table:
    """Lay out figures as rows of the table ``estimates``, then the slices' further labels.

    Args:
        figures: Of one measure.
        labels: Of each dimension, a label for each slice.
        level: Of the intervals.
    """
    found, n_rows = figures.found, len(figures.slice)
    missing = np.isnan(found.value)
    columns: dict[str, Any] = {
        "measure": [figures.measure] * n_rows,
        "subject": figures.subject,
        "segment": ["all"] * n_rows,
        "topic": [None] * n_rows,
        "week": [None] * n_rows,
        **{name: values[figures.slice] for name, values in labels.items()},
        "value": pa.array(found.value, mask=missing),
        "low": pa.array(found.low, mask=missing),
        "high": pa.array(found.high, mask=missing),
        "level": np.full(n_rows, level),
        "n": found.n,
        "n_clusters": found.n_clusters,
        "events": found.events,
        "estimand": [inference.ESTIMAND] * n_rows,
        "method": [inference.METHOD] * n_rows,
        "status": found.status.tolist(),
    }
    schema = schema_of(Estimate)
    for name in columns.keys() - set(schema.names):
        schema = schema.append(pa.field(name, pa.string()))
    schema = pa.schema([schema.field(name) for name in order_columns(schema.names)])
    return pa.Table.from_arrays(
        [_cast(columns[field.name], field.type) for field in schema], schema=schema
    )


def order_columns(names: Iterable[str]) -> list[str]:
    """Put the columns of a record first, in their order, and further ones behind them."""
    own = schema_of(Estimate).names
    return [*own, *sorted(set(names) - set(own))]


def _cast(values: object, kind: pa.DataType) -> pa.Array:
    return values if isinstance(values, pa.Array) else pa.array(values, kind)


def list_declared(publishers: pa.Table) -> list[str]:
    """List the declared publishers that can be linked, sorted.

    A house without a domain (a group above its titles) cannot be: no zero is said of it.
    """
    linkable = pc.and_(
        publishers["declared"], pc.greater(pc.list_value_length(publishers["domains"]), 0)
    )
    return sorted(publishers.filter(linkable)["publisher_id"].to_pylist())


def estimate_all(columns: Columns, declared: Collection[str], level: float) -> pa.Table:
    """Estimate what the workspace keeps: every measure that is counted, engine by engine.

    Declared publishers have a row for each engine and segment, *not measured* where nothing was;
    others where they have at least one event. Weeks and topics have rows of the whole frame, and
    of each declared publisher that has an event of the measure on the engine at all: one for each
    week, and topic, in which the engine was asked. They are left out where there is but one: no
    answer has a time, no prompt a topic.

    Returns:
        Table ``estimates``, sorted by its key.
    """
    summed = sum_days(columns)  # only weeks need the days; a month has 30 of them
    by_engine, by_segment = cut(summed), cut(summed, ["segment"], whole=True)
    finer = [
        (counts, cut(counts, [name]))
        for name in _split_by(columns)
        for counts in (columns if name == "week" else summed,)
    ]
    parts = [schema_of(Estimate).empty_table()]
    for measure in MEASURES:
        for slices in (by_engine, by_segment):
            figures = estimate_measure(summed, slices, measure, Chosen(declared), level)
            parts.append(to_table(figures, slices.labels, level))
        parts += [_to_finer(*each, measure, declared, level) for each in finer]
    keys = [(name, "ascending") for name in KEYS["estimates"]]
    return pa.concat_tables(parts).sort_by(keys).combine_chunks()


def _split_by(columns: Columns) -> list[str]:
    wanted = []
    if any(topic is not None for topic in columns.asked.attributes["topic"]):
        wanted.append("topic")
    if len(columns.days):
        wanted.append("week")
    return wanted


def _to_finer(
    columns: Columns, slices: Cut, measure: str, declared: Collection[str], level: float
) -> pa.Table:
    """Estimate weeks or topics of those who have an event on the engine at all."""
    figures = estimate_measure(columns, slices, measure, Chosen(declared, only=True), level)
    if measure not in WHOLE_MEASURES:
        _, engine = np.unique(slices.labels["engine"][figures.slice], return_inverse=True)
        _, subject = np.unique(figures.subject, return_inverse=True)
        pair = subject * (engine.max(initial=0) + 1) + engine
        seen = np.isin(pair, np.unique(pair[figures.found.events > 0]))
        kept = {name: values[seen] for name, values in figures.found._asdict().items()}
        found = inference.Estimates(**kept)
        figures = Figures(measure, figures.subject[seen], figures.slice[seen], found)
    return to_table(figures, slices.labels, level)

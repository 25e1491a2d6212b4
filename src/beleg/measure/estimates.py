"""From whole-number counts to estimates with intervals: the pure arithmetic at the end.

Everything is laid out in arrays and sorted by key before anything is added, so that the same
counts give the same digits, whatever order the rows came in.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from beleg import inference
from beleg.errors import InputError
from beleg.measure.cells import FRAME, MEASURES, OF_OBSERVED, WHOLE_FRAME, WHOLE_MEASURES
from beleg.records import Estimate
from beleg.tables import schema_of

SEGMENTS = ("all", "branded", "unbranded")

Integers = NDArray[np.int64]
_COUNTS = ("y", "x", "n", "n_hits", "n_full")


class Tally(NamedTuple):
    """The counts of one measure, days taken together."""

    measure: str
    rows: pa.Table
    """engine, prompt_id, subject, y, x, n, n_hits, n_full: one row per engine, prompt, subject."""
    base: pa.Table | None
    """engine, prompt_id, x, n: the denominator that all subjects share; then ``rows`` need only
    hold those with a numerator. None: each row carries its own denominator."""


def read_tallies(counts: pa.Table) -> list[Tally]:
    """Take the table ``counts`` apart by measure."""
    tallies = []
    keys = ["engine", "prompt_id", "subject"]
    for measure in MEASURES:
        mine = counts.filter(pc.equal(counts["measure"], measure)).group_by(keys)
        summed = mine.aggregate([(name, "sum") for name in _COUNTS])
        summed = summed.rename_columns([*keys, *_COUNTS])
        is_base = pc.is_null(summed["subject"])
        base = summed.filter(is_base) if pc.any(is_base).as_py() else None
        tallies.append(Tally(measure, summed.filter(pc.invert(is_base)), base))
    return tallies


class Frame(NamedTuple):
    """Who was asked what, as positions in sorted lists."""

    engines: tuple[str, ...]
    prompts: tuple[str, ...]
    declared: tuple[str, ...]
    segment: Integers
    """Position in SEGMENTS of each prompt's own segment; shape (n_prompts,)."""
    answer_weight: NDArray[np.float64]
    """Prompt weight over answered answers, 0 where none was; shape (n_engines, n_prompts)."""
    observed_weight: NDArray[np.float64]
    """The same over all observations."""


class _Rows(NamedTuple):
    engine: Integers
    prompt: Integers
    subject: Integers
    counts: dict[str, Integers]


def read_frame(counts: pa.Table, prompts: pa.Table, declared: Sequence[str]) -> Frame:
    """Lay out engines, prompts and the weight of one answer.

    Args:
        counts: Table ``counts``.
        prompts: Table ``prompts``.
        declared: Ids of the declared publishers.

    Raises:
        InputError: An answer's prompt is not in ``prompts``, or a prompt's weight is not above 0.
    """
    asked_rows = counts.filter(pc.equal(counts["measure"], FRAME))
    counted = asked_rows.group_by(["engine", "prompt_id"]).aggregate([("y", "sum"), ("x", "sum")])
    engines = tuple(sorted(set(counted["engine"].to_pylist())))
    asked = sorted(set(counted["prompt_id"].to_pylist()))
    known = {
        prompt_id: (weight, branded)
        for prompt_id, weight, branded in zip(
            prompts["prompt_id"].to_pylist(),
            prompts["weight"].to_pylist(),
            prompts["branded"].to_pylist(),
            strict=True,
        )
    }
    for prompt_id in asked:
        if prompt_id not in known:
            raise InputError(
                f"prompt {prompt_id} has answers and is not in the table of prompts.",
                "Run `beleg run --force` to derive it again.",
            )
        if not 0.0 < known[prompt_id][0] < float("inf"):
            raise InputError(
                f"prompt {prompt_id} has the weight {known[prompt_id][0]}.",
                "Give it a finite weight above 0 in its panel.",
            )
    weights = np.array([known[prompt_id][0] for prompt_id in asked], dtype=np.float64)
    branded = np.array([known[prompt_id][1] for prompt_id in asked], dtype=bool)
    rows = _find_positions(engines, counted["engine"])
    columns = _find_positions(tuple(asked), counted["prompt_id"])
    per_answer = []
    for name in ("y_sum", "x_sum"):  # answered, observed
        n = np.zeros((len(engines), len(asked)))
        n[rows, columns] = counted[name].to_numpy()
        per_answer.append(np.where(n > 0, weights / np.maximum(n, 1.0), 0.0))
    return Frame(
        engines=engines,
        prompts=tuple(asked),
        declared=tuple(sorted(declared)),
        segment=np.where(branded, SEGMENTS.index("branded"), SEGMENTS.index("unbranded")),
        answer_weight=per_answer[0],
        observed_weight=per_answer[1],
    )


def _find_positions(sorted_names: tuple[str, ...], column: pa.ChunkedArray) -> Integers:
    found = pc.index_in(column, value_set=pa.array(sorted_names, pa.string()))
    return np.asarray(found.to_numpy(), dtype=np.int64)


def _read_rows(table: pa.Table, frame: Frame, subjects: tuple[str, ...] | None) -> _Rows:
    """Turn names into positions, and sort by them: the order of the sums is then fixed."""
    engine = _find_positions(frame.engines, table["engine"])
    prompt = _find_positions(frame.prompts, table["prompt_id"])
    subject = np.zeros_like(engine)
    if subjects is not None:
        subject = _find_positions(subjects, table["subject"])
    order = np.lexsort((prompt, engine, subject))
    counts = {
        name: table[name].to_numpy().astype(np.int64)[order]
        if name in table.column_names
        else np.zeros_like(order)  # a shared denominator has no numerator
        for name in _COUNTS
    }
    return _Rows(engine[order], prompt[order], subject[order], counts)


def _find_cells(engine: Integers, prompt: Integers, frame: Frame) -> tuple[Integers, Integers]:
    """Give the cell (engine, segment) of each row twice: in *all*, and in the prompt's own.

    Returns:
        Cells, and the row that each stands for; shapes (2 * n_rows,).
    """
    width = len(SEGMENTS)
    everywhere = engine * width + SEGMENTS.index("all")
    own = engine * width + frame.segment[prompt]
    rows = np.arange(len(engine))
    return np.concatenate([everywhere, own]), np.concatenate([rows, rows])


def lay_out(tally: Tally, frame: Frame, level: float) -> pa.Table:
    """Estimate one measure for every engine, segment and subject.

    Declared publishers have a row for each engine and segment, *not measured* where nothing was;
    others where they have at least one event.

    Returns:
        Table ``estimates``, sorted by subject, engine and segment.
    """
    always = {WHOLE_FRAME} if tally.measure in WHOLE_MEASURES else set(frame.declared)
    subjects = tuple(sorted(always.union(tally.rows["subject"].to_pylist())))
    rows = _read_rows(tally.rows, frame, subjects)
    n_cells = len(frame.engines) * len(SEGMENTS)
    cells, source = _find_cells(rows.engine, rows.prompt, frame)
    keys = rows.subject[source] * n_cells + cells
    eventful = np.unique(keys[rows.counts["y"][source] > 0])
    fixed = np.array([n for n, name in enumerate(subjects) if name in always], dtype=np.int64)
    kept = np.union1d(eventful, (fixed[:, None] * n_cells + np.arange(n_cells)).ravel())
    inside = np.isin(keys, kept)
    group = np.searchsorted(kept, keys[inside])
    of_observed = tally.measure in OF_OBSERVED
    weights = frame.observed_weight if of_observed else frame.answer_weight
    base = base_of = None
    if tally.base is not None:
        shared = _read_rows(tally.base, frame, None)
        rows = _fill_base(rows, shared, frame)
        base = _to_counts(shared, *_find_cells(shared.engine, shared.prompt, frame), weights)
        base_of = kept % n_cells
    counts = _to_counts(rows, group, source[inside], weights)
    found = inference.estimate(counts, len(kept), level=level, base=base, base_of=base_of)
    return _to_table(tally.measure, kept, subjects, frame, found, level)


def _fill_base(rows: _Rows, shared: _Rows, frame: Frame) -> _Rows:
    """Give each row the shared denominator of its engine and prompt."""
    counts = dict(rows.counts)
    for name in ("x", "n"):
        cells = np.zeros((len(frame.engines), len(frame.prompts)), dtype=np.int64)
        cells[shared.engine, shared.prompt] = shared.counts[name]
        counts[name] = cells[rows.engine, rows.prompt]
    return rows._replace(counts=counts)


def _to_counts(
    rows: _Rows, group: Integers, source: Integers, weights: NDArray[np.float64]
) -> inference.Counts:
    """Repeat rows in the groups that they belong to."""
    counts = {name: values[source] for name, values in rows.counts.items()}
    return inference.Counts(
        group=group,
        weight=weights[rows.engine, rows.prompt][source],
        y=counts["y"].astype(np.float64),
        x=counts["x"].astype(np.float64),
        n=counts["n"],
        n_hits=counts["n_hits"],
        n_full=counts["n_full"],
    )


def _to_table(
    measure: str,
    kept: Integers,
    subjects: tuple[str, ...],
    frame: Frame,
    found: inference.Estimates,
    level: float,
) -> pa.Table:
    width, n_rows = len(SEGMENTS), len(kept)
    n_cells = len(frame.engines) * width
    missing = np.isnan(found.value)
    columns = {
        "measure": [measure] * n_rows,
        "subject": pa.array(subjects, pa.string()).take(pa.array(kept // n_cells)),
        "engine": pa.array(frame.engines, pa.string()).take(pa.array(kept % n_cells // width)),
        "segment": pa.array(SEGMENTS, pa.string()).take(pa.array(kept % width)),
        "value": pa.array(found.value, mask=missing),
        "low": pa.array(found.low, mask=missing),
        "high": pa.array(found.high, mask=missing),
        "level": np.full(n_rows, level),
        "n": found.n,
        "n_clusters": found.n_clusters,
        "events": found.events,
        "estimand": [inference.ESTIMAND] * n_rows,
        "method": [inference.METHOD] * n_rows,
        "status": pa.array(found.status.tolist(), pa.string()),
    }
    schema = schema_of(Estimate)
    return pa.Table.from_arrays(
        [_cast(columns[field.name], field.type) for field in schema], schema=schema
    )


def _cast(values: object, kind: pa.DataType) -> pa.Array:
    return values if isinstance(values, pa.Array) else pa.array(values, kind)

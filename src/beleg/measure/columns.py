"""The table ``counts`` as columns of positions: names are looked up once, arrays do the rest."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from beleg.errors import InputError
from beleg.measure.cells import COUNTED, FRAME

Integers = NDArray[np.int64]
Names = NDArray[np.object_]


class Asked(NamedTuple):
    """The prompts that were asked, sorted by id; arrays of shape (n_prompts,)."""

    ids: tuple[str, ...]
    weight: NDArray[np.float64]
    """Finite, > 0."""
    attributes: dict[str, Names]
    """topic, language and panel of each (None where it has none), and ``segment``: ``branded`` or
    ``unbranded``."""


class Columns(NamedTuple):
    """Counts with names as positions in sorted lists; arrays of one length (n_rows,)."""

    asked: Asked
    engines: tuple[str, ...]
    subjects: tuple[str, ...]
    measures: tuple[str, ...]
    days: NDArray[Any]
    """Sorted, as datetime64[D], without the unknown one."""
    measure: Integers
    subject: Integers
    """-1 where the row is a denominator that all subjects of the measure share."""
    engine: Integers
    prompt: Integers
    day: Integers
    """-1 where no time is known."""
    counts: dict[str, NDArray[Any]]
    """Each of :data:`COUNTED`; whole numbers, or fractions where a data frame had them."""

    def of_measure(self, name: str) -> Integers:
        """Give the rows of a measure; none where nothing was counted of it."""
        if name not in self.measures:
            return np.zeros(0, dtype=np.int64)
        return np.flatnonzero(self.measure == self.measures.index(name))

    def keep(self, rows: NDArray[np.bool_]) -> Columns:
        """Keep some rows; what is listed stays listed."""
        names = ("measure", "subject", "engine", "prompt", "day")
        kept = {name: getattr(self, name)[rows] for name in names}
        return self._replace(**kept, counts={n: v[rows] for n, v in self.counts.items()})


def find_positions(column: pa.ChunkedArray | pa.Array) -> tuple[tuple[Any, ...], Integers]:
    """Give the distinct values of a column, sorted, and each row's place among them.

    Returns:
        Values without null, and positions; -1 where the row is null.
    """
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    coded = column.dictionary_encode()
    values = coded.dictionary.to_pylist()
    order = sorted(range(len(values)), key=values.__getitem__)
    rank = np.empty(len(values) + 1, dtype=np.int64)
    rank[order] = np.arange(len(values))
    rank[-1] = -1
    indices = pc.fill_null(coded.indices.cast(pa.int64()), -1).to_numpy(zero_copy_only=False)
    return tuple(values[number] for number in order), rank[indices]


def read_columns(counts: pa.Table, prompts: pa.Table) -> Columns:
    """Encode the table ``counts``.

    Args:
        counts: Table ``counts``.
        prompts: Table ``prompts``; only those that were asked are kept.

    Raises:
        InputError: An answer's prompt is not in ``prompts``, or a prompt's weight is not above 0.
    """
    measures, measure = find_positions(counts["measure"])
    subjects, subject = find_positions(counts["subject"])
    engines, engine = find_positions(counts["engine"])
    ids, prompt = find_positions(counts["prompt_id"])
    days, day = find_positions(counts["day"].cast(pa.int32()))
    columns = {name: counts[name].to_numpy() for name in COUNTED}
    return Columns(
        asked=_read_asked(ids, prompts),
        engines=engines,
        subjects=subjects,
        measures=measures,
        days=np.array(days, dtype="datetime64[D]"),
        measure=measure,
        subject=subject,
        engine=engine,
        prompt=prompt,
        day=day,
        counts=columns,
    )


def _read_asked(ids: tuple[str, ...], prompts: pa.Table) -> Asked:
    """Look up weights and attributes of the prompts that were asked."""
    known, places = find_positions(prompts["prompt_id"])
    row_of = dict(zip(known, np.argsort(places, kind="stable").tolist(), strict=True))
    for prompt_id in ids:
        if prompt_id not in row_of:
            raise InputError(
                f"prompt {prompt_id} has answers and is not in the table of prompts.",
                "Run `beleg run --force` to derive it again.",
            )
    rows = pa.array([row_of[prompt_id] for prompt_id in ids], pa.int64())
    asked = prompts.take(rows)
    weight = asked["weight"].to_numpy().astype(np.float64)
    check_weights(ids, weight)
    branded = asked["branded"].to_numpy()
    attributes = {
        name: as_names(asked[name].to_pylist()) for name in ("topic", "language", "panel")
    }
    attributes["segment"] = as_names("branded" if is_so else "unbranded" for is_so in branded)
    return Asked(ids, weight, attributes)


def as_names(values: Iterable[str | None]) -> Names:
    """Lay out names as an array of objects; None stays None."""
    listed = list(values)
    laid = np.empty(len(listed), dtype=object)
    laid[:] = listed
    return laid


def check_weights(ids: tuple[str, ...], weight: NDArray[np.float64]) -> None:
    """Refuse weights that are not finite and above 0.

    Raises:
        InputError: Names the first such prompt.
    """
    wrong = np.flatnonzero(~((weight > 0.0) & np.isfinite(weight)))
    if len(wrong):
        raise InputError(
            f"prompt {ids[wrong[0]]} has the weight {weight[wrong[0]]}.",
            "Give it a finite weight above 0 in its panel.",
        )


def sum_by(keys: Integers, values: dict[str, NDArray[Any]]) -> tuple[Integers, dict[str, Any]]:
    """Sum columns by key, in the order of the keys and, within one, of the rows.

    Returns:
        Distinct keys, sorted, and the sums of each column; whole numbers stay exact.
    """
    if not len(keys):
        return keys, values
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    starts = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
    sums = {name: np.add.reduceat(column[order], starts) for name, column in values.items()}
    return ordered[starts], sums


def sum_days(columns: Columns) -> Columns:
    """Take days together: the same counts in fewer rows, of which no day is known any more."""
    n_subjects, n_engines = len(columns.subjects) + 1, max(len(columns.engines), 1)
    n_prompts = max(len(columns.asked.ids), 1)
    keys = columns.measure * n_subjects + columns.subject + 1
    keys = (keys * n_engines + columns.engine) * n_prompts + columns.prompt
    keys, counts = sum_by(keys, columns.counts)
    rest = keys // n_prompts
    pair = rest // n_engines
    return columns._replace(
        measure=pair // n_subjects,
        subject=pair % n_subjects - 1,
        engine=rest % n_engines,
        prompt=keys % n_prompts,
        day=np.full(len(keys), -1, dtype=np.int64),
        counts=counts,
    )


def rows_of_frame(columns: Columns) -> Integers:
    """Give the rows that say how often each prompt was asked (x) and answered (y)."""
    return columns.of_measure(FRAME)

"""Counts as arrays: one measure in one slice of the answers, by subject and prompt.

What compares figures with one another (changes, ranks, plans) needs them prompt by prompt; this
is the one place that reads them out of the table ``counts``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

WHOLE_FRAME = "*"
"""The subject of measures that are not about one publisher."""
MEASURES = (
    "answered_rate", "citation_rate", "citation_share", "correct_attribution_rate",
    "dead_link_rate", "first_position", "groundable_rate", "indispensable", "invented_link_rate",
    "mention_rate", "mention_share", "misattributed_rate", "position_adjusted_words",
    "quote_fidelity", "reciprocal_rank", "refused_rate", "selection_rate", "supported_share",
    "used_uncredited",
)  # fmt: skip
"""All that is counted; docs/reference/measures.md defines each."""
WHOLE_MEASURES = frozenset({"answered_rate", "refused_rate", "groundable_rate", "supported_share"})
"""Measures whose only subject is the whole frame."""
OF_OBSERVED = frozenset({"answered_rate", "refused_rate"})
"""Measures of all observations, not only of what was answered."""
FRAME = "answered_rate"
"""The measure whose rows say how often each prompt was asked (x) and answered (y)."""

COUNTED = ("y", "x", "n", "n_hits", "n_full")
"""What a row of ``counts`` counts."""

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Slice:
    """Which answers a figure is about; None does not restrict."""

    engine: str
    first: date | None = None
    """First day, in UTC. A slice with days leaves out answers without a time."""
    last: date | None = None
    """Last day, included."""
    topic: str | None = None
    language: str | None = None
    branded: bool | None = None
    prompt_ids: frozenset[str] | None = None


class Cells(NamedTuple):
    """One measure in one slice; prompts are those with a denominator for any subject."""

    measure: str
    subjects: tuple[str, ...]
    prompts: tuple[str, ...]
    """Sorted prompt_ids."""
    weight: Floats
    """Of each prompt, > 0; shape (n_prompts,)."""
    y: Floats
    """Numerator per answer, times the prompt's weight; shape (n_subjects, n_prompts). Sums over
    prompts of y and x are numerator and denominator of the figure."""
    x: Floats
    """Denominator likewise; 0 where a prompt tells nothing."""
    n: Integers
    """Answers with a denominator above 0, of the same shape."""
    n_hits: Integers
    """Answers with a numerator above 0."""


def list_prompts(prompts: pa.Table, where: Slice) -> pa.Table:
    """Keep the prompts of a slice: prompt_id, weight, topic, language, branded."""
    kept = prompts.select(["prompt_id", "weight", "topic", "language", "branded"])
    for name in ("topic", "language", "branded"):
        wanted = getattr(where, name)
        if wanted is not None:
            kept = kept.filter(pc.equal(kept[name], pa.scalar(wanted, kept[name].type)))
    if where.prompt_ids is not None:
        ids = pa.array(sorted(where.prompt_ids), pa.string())
        kept = kept.filter(pc.is_in(kept["prompt_id"], ids))
    return kept.sort_by("prompt_id")


def keep_slice(counts: pa.Table, prompts: pa.Table, where: Slice) -> pa.Table:
    """Keep the rows of ``counts`` that a slice is about."""
    kept = counts.filter(pc.equal(counts["engine"], where.engine))
    if where.first is not None:
        kept = kept.filter(pc.greater_equal(kept["day"], pa.scalar(where.first, pa.date32())))
    if where.last is not None:
        kept = kept.filter(pc.less_equal(kept["day"], pa.scalar(where.last, pa.date32())))
    asked = list_prompts(prompts, where)["prompt_id"]
    return kept.filter(pc.is_in(kept["prompt_id"], asked.combine_chunks()))


def find_places(column: pa.ChunkedArray, values: Sequence[object]) -> Integers:
    """Give each row's place among distinct values; -1 where it is null or none of them."""
    found = pc.index_in(column, value_set=pa.array(values, column.type))
    return np.asarray(pc.fill_null(found, -1).to_numpy(), dtype=np.int64)


def read_cells(
    counts: pa.Table,
    prompts: pa.Table,
    measure: str,
    where: Slice,
    subjects: Sequence[str] | None = None,
) -> Cells:
    """Lay out one measure in one slice.

    A prompt's weight is spread evenly over its answers within the slice (answered ones; all
    observations for the measures of :data:`OF_OBSERVED`).

    Args:
        counts: Table ``counts``.
        prompts: Table ``prompts``.
        measure: Its name.
        where: The slice.
        subjects: In the order wanted; one without a row has numerators of 0 where the denominator
            is shared, and else no denominator. None: all that have a row, sorted.
    """
    kept = keep_slice(counts, prompts, where)
    asked = list_prompts(prompts, where)
    weights = dict(zip(asked["prompt_id"].to_pylist(), asked["weight"].to_pylist(), strict=True))
    per_prompt = kept.filter(pc.equal(kept["measure"], FRAME)).group_by("prompt_id")
    spread = per_prompt.aggregate([("y", "sum"), ("x", "sum")])
    asked_as = "x_sum" if measure in OF_OBSERVED else "y_sum"
    answers = dict(zip(spread["prompt_id"].to_pylist(), spread[asked_as].to_pylist(), strict=True))
    rows = kept.filter(pc.equal(kept["measure"], measure))
    names = ("y", "x", "n", "n_hits")
    grouped = rows.group_by(["subject", "prompt_id"]).aggregate([(name, "sum") for name in names])
    ids = tuple(sorted(set(rows.filter(pc.greater(rows["n"], 0))["prompt_id"].to_pylist())))
    if subjects is None:
        subjects = sorted(set(grouped["subject"].to_pylist()) - {None})
    sums = {name: grouped[f"{name}_sum"].to_numpy() for name in names}
    row, column = find_places(grouped["subject"], subjects), find_places(grouped["prompt_id"], ids)
    own = (row >= 0) & (column >= 0)
    laid = {name: np.zeros((len(subjects), len(ids)), dtype=np.int64) for name in names}
    for name in names:
        laid[name][row[own], column[own]] = sums[name][own]
    shared = pc.is_null(grouped["subject"]).to_numpy() & (column >= 0)
    if shared.any():
        for name in ("x", "n"):
            laid[name][:] = 0
            laid[name][:, column[shared]] = sums[name][shared]
    weight = np.array([weights[name] for name in ids], dtype=np.float64)
    share = weight / np.maximum([answers.get(name, 0) for name in ids], 1)
    return Cells(
        measure=measure,
        subjects=tuple(subjects),
        prompts=ids,
        weight=weight,
        y=laid["y"] * share,
        x=laid["x"] * share,
        n=laid["n"],
        n_hits=laid["n_hits"],
    )

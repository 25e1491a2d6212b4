"""Counts of one figure by prompt and time: what is followed day by day, and what varies in it.

Where :mod:`beleg.measure.cells` takes the days of a slice together, this keeps them apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Literal, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from beleg.measure.cells import (
    COUNTED,
    FRAME,
    OF_OBSERVED,
    Slice,
    find_places,
    keep_slice,
    list_prompts,
)

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Unit = Literal["day", "week"]


class Grid(NamedTuple):
    """One measure of one subject in one slice; arrays of shape (n_prompts, n_units)."""

    prompts: tuple[str, ...]
    """Sorted prompt_ids with a denominator in any unit."""
    units: tuple[date, ...]
    """Sorted days with answers, or the Mondays of ISO weeks."""
    weight: Floats
    """Of each prompt, > 0; shape (n_prompts,)."""
    answers: Integers
    """Answers over which a prompt's weight is spread in a unit."""
    y: Integers
    """Numerator, summed over a prompt's answers in a unit."""
    x: Integers
    """Denominator, summed likewise; 0 where nothing was asked, or nothing could be seen."""
    n: Integers
    """Answers with a denominator above 0."""
    n_hits: Integers
    """Answers with a numerator above 0."""
    n_full: Integers
    """Answers whose numerator equals their denominator."""


def to_unit(day: date, every: Unit) -> date:
    """Give the unit of a day: itself, or the Monday of its ISO week."""
    return day - timedelta(days=day.weekday()) if every == "week" else day


def read_grid(
    counts: pa.Table,
    prompts: pa.Table,
    measure: str,
    where: Slice,
    subject: str,
    every: Unit = "day",
) -> Grid:
    """Lay out one measure of one subject by prompt and unit of time.

    Args:
        counts: Table ``counts``; rows without a day are left out.
        prompts: Table ``prompts``.
        measure: Its name.
        where: The slice.
        subject: A publisher_id, or ``*``.
        every: Length of a unit; days are those of UTC.

    Returns:
        Only prompts and units with a denominator; none where nothing was measured.
    """
    kept = keep_slice(counts, prompts, where)
    kept = kept.filter(pc.is_valid(kept["day"]))
    frame = kept.filter(pc.equal(kept["measure"], FRAME))
    rows = kept.filter(pc.equal(kept["measure"], measure))
    is_base = pc.is_null(rows["subject"])
    shared = rows.filter(is_base)
    own = rows.filter(pc.fill_null(pc.equal(rows["subject"], subject), fill_value=False))
    denominators = shared if shared.num_rows else own
    seen = denominators.filter(pc.greater(denominators["x"], 0))
    ids = tuple(sorted(set(seen["prompt_id"].to_pylist())))
    units = tuple(sorted({to_unit(day, every) for day in seen["day"].to_pylist()}))
    laid = {name: _lay_out(own, name, ids, units, every) for name in COUNTED}
    if shared.num_rows:
        for name in ("x", "n"):
            laid[name] = _lay_out(shared, name, ids, units, every)
    asked = list_prompts(prompts, where)
    weights = dict(zip(asked["prompt_id"].to_pylist(), asked["weight"].to_pylist(), strict=True))
    return Grid(
        prompts=ids,
        units=units,
        weight=np.array([weights[name] for name in ids], dtype=np.float64),
        answers=_lay_out(frame, "x" if measure in OF_OBSERVED else "y", ids, units, every),
        **laid,
    )


def _lay_out(
    rows: pa.Table, name: str, ids: Sequence[str], units: Sequence[date], every: Unit
) -> Integers:
    laid = np.zeros((len(ids), len(units)), dtype=np.int64)
    column_of = {unit: number for number, unit in enumerate(units)}
    days = rows["day"].unique().to_pylist()
    unit_of = np.array([column_of.get(to_unit(day, every), -1) for day in days], dtype=np.int64)
    row, day = find_places(rows["prompt_id"], ids), find_places(rows["day"], days)
    column = unit_of[day] if len(days) else day
    inside = (row >= 0) & (column >= 0)
    np.add.at(laid, (row[inside], column[inside]), rows[name].to_numpy()[inside])
    return laid

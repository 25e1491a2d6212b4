"""Slices of the answers: by engine, and by topic, week, month, language, panel or segment.

Weeks and months are those of the UTC day of the answer, weeks as ISO 8601 counts them. Answers
without a time are a slice of their own, and so are prompts without a topic: nothing is dropped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from beleg.measure.columns import Columns, Integers, Names, as_names, rows_of_frame
from beleg.money import name_week

UNDATED = "undated"
"""The week, and the month, of answers without a time."""
OF_PROMPTS = ("language", "panel", "segment", "topic")
OF_DAYS = ("month", "week")
DIMENSIONS = ("engine", *sorted((*OF_PROMPTS, *OF_DAYS)))
"""By what figures can be split. Engines are never merged: ``engine`` may be left out."""


@dataclass(frozen=True, slots=True)
class Where:
    """Which answers are kept; None does not restrict."""

    engine: str | None = None
    first: date | None = None
    """First day, in UTC. With a day, answers without a time are left out."""
    last: date | None = None
    """Last day, included."""
    topic: str | None = None
    language: str | None = None
    segment: str | None = None


class Cut(NamedTuple):
    """Slices of columns, and which of them each row is in."""

    labels: dict[str, Names]
    """Of each dimension, the slice's label; shape (n_slices,). Slices are sorted by them."""
    of_row: Integers
    """The slice of each row, shape (n_rows,)."""

    @property
    def n_slices(self) -> int:
        """How many slices there are."""
        return len(self.labels["engine"])


def name_missing(dimension: str) -> str:
    """Name the slice of what has no value: ``no topic``, ``undated``."""
    return UNDATED if dimension in OF_DAYS else f"no {dimension}"


def check_dimensions(by: Sequence[str]) -> tuple[str, ...]:
    """Give the dimensions beside the engine, each once.

    Raises:
        ValueError: One is not known.
    """
    for name in by:
        if name not in DIMENSIONS:
            raise ValueError(f"by == {name!r}, must be among {', '.join(DIMENSIONS)}")
    return tuple(dict.fromkeys(name for name in by if name != "engine"))


def label_prompts(columns: Columns, dimension: str) -> Names:
    """Label each prompt with its slice; shape (n_prompts,)."""
    missing = name_missing(dimension)
    values = columns.asked.attributes[dimension]
    return as_names(missing if value is None else value for value in values)


def label_days(columns: Columns, dimension: str) -> Names:
    """Label each day with its slice, the unknown one last; shape (n_days + 1,)."""
    write = name_week if dimension == "week" else "{:%Y-%m}".format
    return as_names([*(write(day) for day in columns.days.tolist()), name_missing(dimension)])


def cut(columns: Columns, by: Sequence[str] = (), *, whole: bool = False) -> Cut:
    """Cut columns into slices, engine by engine.

    Args:
        columns: Counts.
        by: Further dimensions.
        whole: Also slices in which nothing was asked: every engine with every label.

    Returns:
        The slices in which something was asked.
    """
    names = check_dimensions(by)
    code, levels = columns.engine, [as_names(columns.engines)]
    for name in names:
        of_days = name in OF_DAYS
        labels = (label_days if of_days else label_prompts)(columns, name)
        distinct, place = _sort_labels(labels)
        levels.append(distinct)
        code = code * len(distinct) + place[columns.day if of_days else columns.prompt]
    n_codes = int(np.prod([len(level) for level in levels], dtype=np.int64))
    present = np.arange(n_codes) if whole else np.unique(code[rows_of_frame(columns)])
    labelled, rest = {}, present
    for name, level in reversed(list(zip(("engine", *names), levels, strict=True))):
        labelled[name] = level[rest % len(level)]
        rest = rest // len(level)
    return Cut(
        {name: labelled[name] for name in ("engine", *names)}, np.searchsorted(present, code)
    )


def _sort_labels(labels: Names) -> tuple[Names, Integers]:
    distinct = sorted(set(labels.tolist()))
    place = {label: number for number, label in enumerate(distinct)}
    return as_names(distinct), np.array([place[label] for label in labels], dtype=np.int64)


def find_first_of_weeks(columns: Columns, n_weeks: int, last: date | None) -> date | None:
    """Give the first of the ``7 * n_weeks`` days that end with ``last``.

    None for it is the newest day of any engine. Gives None where no answer has a time.
    """
    if not len(columns.days):
        return None
    newest: date = last or columns.days.max().item()
    return newest - timedelta(days=7 * n_weeks - 1)


def keep_where(columns: Columns, where: Where) -> Columns:
    """Keep what a figure is to be about."""
    rows = np.ones(len(columns.engine), dtype=bool)
    if where.engine is not None:
        rows &= _match(np.array(columns.engines, dtype=object), where.engine)[columns.engine]
    for name in ("topic", "language", "segment"):
        wanted = getattr(where, name)
        if wanted is not None and wanted != "all":
            rows &= (label_prompts(columns, name) == wanted)[columns.prompt]
    # The day before all days stands for the unknown one: it is in no span.
    unknown = np.array([np.datetime64("0001-01-01")], dtype="datetime64[D]")
    days: NDArray[Any] = np.concatenate([columns.days, unknown])
    inside = np.ones(len(days), dtype=bool)
    if where.first is not None:
        inside &= days >= np.datetime64(where.first)
    if where.last is not None:
        inside &= days <= np.datetime64(where.last)
    if where.first is not None or where.last is not None:
        inside[-1] = False
    return columns.keep(rows & inside[columns.day])


def _match(names: Names, wanted: str) -> NDArray[np.bool_]:
    return np.asarray(names == wanted, dtype=bool)


def count_undated(columns: Columns) -> int:
    """Count the observations without a time."""
    rows = rows_of_frame(columns)
    return int(columns.counts["x"][rows][columns.day[rows] < 0].sum())

"""Measures as values: ``CitationRate(engine="perplexity", weeks=4)``, on a workspace or any frame.

A measure says *what* is measured and of which answers; ``estimate`` says it of data. It prints as
it is typed, and :func:`parse_measure` reads it back. There is a class for each of
:data:`beleg.measure.cells.MEASURES`, and :class:`Rate` and :class:`Ratio` for one's own.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import pyarrow as pa

from beleg.errors import InputError
from beleg.measure import tidy
from beleg.measure.cells import MEASURES
from beleg.measure.columns import Columns, as_names, read_columns
from beleg.measure.estimates import Chosen, estimate_measure, list_declared, to_table
from beleg.measure.figures import Figures, name_figures
from beleg.measure.merged import merge_measure
from beleg.measure.slices import Where, count_undated, cut, find_first_of_weeks, keep_where

if TYPE_CHECKING:
    from beleg.store import Workspace

SEGMENTS = ("all", "branded", "unbranded")


class Source(NamedTuple):
    """Counts, and who is looked at."""

    columns: Columns
    names: Mapping[str, str]
    """Publishers' names by id."""
    declared: tuple[str, ...] | None
    """Those with a figure in every slice; None: all subjects are alike."""


def read_workspace(data: Workspace | Mapping[str, Any]) -> Source:
    """Read the counts of a workspace, or of a mapping of its tables.

    Raises:
        InputError: ``counts`` or ``prompts`` is missing.
    """
    if isinstance(data, Mapping):
        for name in ("counts", "prompts"):
            if name not in data:
                raise InputError(f"the mapping has no table {name!r}.", "measure() gives counts.")
        given = {name: tidy.read_arrow(data[name]) for name in ("counts", "prompts")}
        publishers = tidy.read_arrow(data["publishers"]) if "publishers" in data else None
    else:
        given = {name: data.arrow(name) for name in ("counts", "prompts")}
        publishers = data.arrow("publishers")
    columns = read_columns(given["counts"], given["prompts"])
    if publishers is None:
        return Source(columns, {}, None)
    ids, names = (publishers[name].to_pylist() for name in ("publisher_id", "name"))
    return Source(columns, dict(zip(ids, names, strict=True)), tuple(list_declared(publishers)))


@dataclass(frozen=True, kw_only=True, repr=False)
class Measure:
    """Which figure of which answers; None does not restrict. Classes below name the figure."""

    measure: ClassVar[str] = ""
    """Its name in the tables."""

    engine: str | None = None
    """One engine; None: each by itself, never merged."""
    subject: str | None = None
    """A publisher_id (or host); None: the declared ones, of a data frame all."""
    topic: str | None = None
    language: str | None = None
    """Of the prompts."""
    segment: str = "all"
    """``all``, ``unbranded`` or ``branded`` prompts."""
    weeks: int | None = None
    """The last 7 * weeks days, up to the newest one in the data, whatever its engine."""
    since: str | None = None
    """First UTC day, ``2026-11-02``."""
    until: str | None = None
    """Last UTC day, included."""
    level: float = 0.95
    """Of the interval, above 0 and below 1."""

    def __post_init__(self) -> None:
        """Refuse what cannot be meant.

        Raises:
            ValueError: Names the argument and its bounds.
        """
        if self.segment not in SEGMENTS:
            allowed = ", ".join(SEGMENTS)
            raise ValueError(f"segment == {self.segment!r}, must be one of {allowed}")
        is_count = isinstance(self.weeks, int) and not isinstance(self.weeks, bool)
        if self.weeks is not None and not (is_count and self.weeks >= 1):
            raise ValueError(f"weeks == {self.weeks!r}, must be a whole number >= 1")
        if self.weeks is not None and self.since is not None:
            raise ValueError("weeks and since both name the first day: give one of them")
        if not (isinstance(self.level, float) and 0.0 < self.level < 1.0):
            raise ValueError(f"level == {self.level!r}, must be > 0 and < 1")
        for name in ("engine", "subject", "topic", "language"):
            value = getattr(self, name)
            if not (value is None or isinstance(value, str)):
                raise ValueError(f"{name} == {value!r}, must be a text")
        first, last = (_read_day(self, name) for name in ("since", "until"))
        if first and last and last < first:
            raise ValueError(
                f"until == {self.until!r}, must not be before since == {self.since!r}"
            )

    def __repr__(self) -> str:
        """Write the call that makes it."""
        given = (
            f"{field.name}={_write(getattr(self, field.name))}"
            for field in fields(self)
            if getattr(self, field.name) != field.default
        )
        return f"{type(self).__name__}({', '.join(given)})"

    def estimate(
        self,
        data: Any,
        *,
        by: Sequence[str] = (),
        weights: Mapping[str, float] | None = None,
    ) -> Figures:
        """Estimate the measure, engine by engine, with intervals clustered by prompt.

        Args:
            data: A workspace; a mapping with the tables counts, prompts and (for names and the
                declared) publishers; or a data frame (:mod:`beleg.measure.tidy`).
            by: Further slices: topic, week, month, language, panel, segment.
            weights: Engines to be merged, with the weight of each.

        Returns:
            One figure a subject and slice.

        Raises:
            InputError: The data have no such engine, or a column that cannot be read.
            TypeError: The data are of an unknown kind.
            ValueError: ``by`` names no dimension.
        """
        return self.estimate_source(self._read(data), by=by, weights=weights)

    def _read(self, data: Any) -> Source:
        if isinstance(data, Mapping) or hasattr(data, "manifest"):
            return read_workspace(data)
        return Source(self._count(tidy.read_arrow(data)), {}, None)

    def _count(self, table: pa.Table) -> Columns:
        return tidy.count_rows(table, self.measure)

    def find_name(self) -> str:
        """Give the name of the figure in the results."""
        return self.measure

    def estimate_source(
        self,
        source: Source,
        *,
        by: Sequence[str] = (),
        weights: Mapping[str, float] | None = None,
        subjects: Collection[str] = (),
        undeclared: bool = False,
    ) -> Figures:
        """Estimate the measure of counts that are read already.

        Args:
            source: Of :func:`read_workspace`.
            by: See :meth:`estimate`.
            weights: Likewise.
            subjects: Only these; none: the measure's own, or else the declared ones.
            undeclared: Also all that nobody declared and that have an event.
        """
        columns = source.columns
        if self.engine is not None and self.engine not in columns.engines:
            known = ", ".join(columns.engines) or "none"
            raise InputError(f"no answer of an engine {self.engine!r}.", f"Engines: {known}.")
        if self.engine is not None and weights:
            raise InputError(
                f"{self!r} is of one engine, and weights merge several.", "Leave one of them out."
            )
        first, last = self.find_days(columns)
        where = Where(self.engine, first, last, self.topic, self.language, self.segment)
        kept = keep_where(columns, where)
        wanted = tuple(subjects) or ((self.subject,) if self.subject is not None else ())
        always = wanted or source.declared or ()
        only = bool(wanted) or (source.declared is not None and not undeclared)
        slices = cut(kept, by)
        labels = dict(slices.labels)
        if weights:
            found, labels = merge_measure(
                kept, slices, self.measure, Chosen(always, only), weights, self.level
            )
        else:
            found = estimate_measure(kept, slices, self.measure, Chosen(always, only), self.level)
        labels.setdefault("segment", as_names([self.segment] * len(labels["engine"])))
        for name in ("topic", "language"):
            if getattr(self, name) is not None:
                same = [getattr(self, name)] * len(labels["engine"])
                labels.setdefault(name, as_names(same))
        table = to_table(found._replace(measure=self.find_name()), labels, self.level)
        n_undated = count_undated(columns) if first or last else 0
        return name_figures(table, source.names, repr(self), n_undated)

    def find_days(self, columns: Columns) -> tuple[date | None, date | None]:
        """Give the first and the last day; None where there is no bound."""
        first, last = (_read_day(self, name) for name in ("since", "until"))
        if self.weeks is not None:
            first = find_first_of_weeks(columns, self.weeks, last)
        return first, last


@dataclass(frozen=True, kw_only=True, repr=False)
class Ratio(Measure):
    """A ratio of one's own, sum of y over sum of x, of a data frame's columns."""

    measure: ClassVar[str] = "ratio"

    name: str = "ratio"
    """What it is called in the results."""
    y: str = "y"
    """Column of the numerator, 0 <= y <= x."""
    x: str = "x"
    """Column of the denominator, which belongs to the row."""

    def _count(self, table: pa.Table) -> Columns:
        for column in (self.y, self.x):
            tidy.need(table, column)
        return tidy.count_rows(table, self.measure, self.y, self.x, own=True)

    def _read(self, data: Any) -> Source:
        if isinstance(data, Mapping) or hasattr(data, "manifest"):
            raise InputError(
                f"{type(self).__name__} is of a data frame's columns, not of a workspace.",
                "Take one of the measures that the workspace counts.",
            )
        return super()._read(data)

    def find_name(self) -> str:
        """Give the name that it was given."""
        return self.name


@dataclass(frozen=True, kw_only=True, repr=False)
class Rate(Ratio):
    """A rate of one's own, mean of y over the answers, of a data frame's column."""

    measure: ClassVar[str] = "rate"

    name: str = "rate"
    x: str = ""
    """Not used: every answer counts 1, also for subjects that have no row in it."""

    def _count(self, table: pa.Table) -> Columns:
        tidy.need(table, self.y)
        return tidy.count_rows(table, self.measure, self.y, "", own=False)


def _make_class(name: str) -> type[Measure]:
    """Make the class of a measure that the workspace counts."""
    title = "".join(part.capitalize() for part in name.split("_"))
    body = {
        "measure": name,
        "__doc__": f"``{name}`` of docs/reference/measures.md.",
        "__module__": __name__,
        "__annotations__": {"measure": ClassVar[str]},
    }
    made: type[Measure] = type(title, (Measure,), body)
    return dataclass(frozen=True, kw_only=True, repr=False)(made)


OF_NAME: dict[str, type[Measure]] = {name: _make_class(name) for name in MEASURES}
"""A class for each measure that is counted, by its name in the tables."""
CLASSES: dict[str, type[Measure]] = {
    made.__name__: made for made in (*OF_NAME.values(), Rate, Ratio)
}
"""Every class by its own name."""


def __getattr__(name: str) -> type[Measure]:
    """Give the class of a measure: ``from beleg.measure.objects import CitationRate``."""
    if name not in CLASSES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return CLASSES[name]


def _read_day(measure: Measure, name: str) -> date | None:
    value = getattr(measure, name)
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} == {value!r}, must be a day like '2026-11-02'") from error


def _write(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)

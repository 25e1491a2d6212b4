"""Figures as they are handed out: records, rows, an Arrow table, or lines for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pyarrow as pa

from beleg.formats import format_interval, format_percent
from beleg.records import Estimate, EstimateStatus
from beleg.tables import from_arrow

IN_WORDS = {
    EstimateStatus.NOT_MEASURED.value: "not measured",
    EstimateStatus.TOO_THIN.value: "too thin",
}


@dataclass(frozen=True, eq=False, repr=False)
class Figures(Sequence[Estimate]):
    """Estimates in the order of subject and slice; prints as a table, behaves as a sequence."""

    table: pa.Table
    """The columns of the table ``estimates``; then ``asked`` (the measure as it is typed),
    ``publisher`` (its name) and the slices' further columns."""
    n_undated: int = 0
    """Observations that bounds in days leave out, since nobody knows their time."""

    @cached_property
    def records(self) -> list[Estimate]:
        """The figures as records."""
        return from_arrow(self.table, Estimate)

    def __getitem__(self, place: Any) -> Any:
        return self.records[place]

    def __len__(self) -> int:
        return int(self.table.num_rows)

    def __iter__(self) -> Iterator[Estimate]:
        return iter(self.records)

    def to_arrow(self) -> pa.Table:
        """Give them as an Arrow table."""
        return self.table

    def to_dicts(self) -> list[dict[str, Any]]:
        """Give them as plain values, one dict a figure."""
        rows: list[dict[str, Any]] = self.table.to_pylist()
        return rows

    def __repr__(self) -> str:
        """Write them as the command line does."""
        head, rows = write_rows(self.to_dicts())
        widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
        lines = [
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
            for row in (head, *rows)
        ]
        if self.n_undated:
            lines.append(f"left out, since their time is unknown: {self.n_undated} answers")
        return "\n".join(lines)


def name_figures(table: pa.Table, names: Mapping[str, str], asked: str, n_undated: int) -> Figures:
    """Put names and the measure beside figures."""
    subjects = table["subject"].to_pylist()
    publishers = pa.array([names.get(name, name) for name in subjects], pa.string())
    table = table.append_column("publisher", publishers)
    table = table.append_column("asked", pa.array([asked] * len(subjects), pa.string()))
    return Figures(table, n_undated)


def write_figure(row: Mapping[str, Any]) -> str:
    """Write a figure for people: ``18 % (15 to 22)``, or why there is no number."""
    if row["value"] is None or row["status"] != EstimateStatus.OK.value:
        return IN_WORDS[row["status"]]
    return format_interval(row["value"], row["low"], row["high"], "en")


def write_rows(
    rows: Sequence[Mapping[str, Any]], by: Sequence[str] = ()
) -> tuple[list[str], list[list[str]]]:
    """Lay figures out in columns; those that say the same in every row are left out.

    Args:
        rows: As :meth:`Figures.to_dicts` gives them.
        by: Dimensions that are shown in any case.

    Returns:
        Head and rows.
    """
    dims = [
        name
        for name in ("segment", "topic", "week", "month", "language", "panel")
        if name in by or len({row.get(name) for row in rows} - {None, "all"}) > 1
    ]
    levels = sorted({row["level"] for row in rows}) or [0.95]
    interval = ", ".join(format_percent(level, "en") for level in levels)
    head = ["measure", "engine", *dims, "publisher", f"value ({interval})"]
    head += ["answers", "with it", "prompts"]
    laid = [
        [
            row["measure"],
            row["engine"],
            *(str(row.get(name) or "all") for name in dims),
            row["publisher"],
            write_figure(row),
            f"{row['n']:,}",
            f"{row['events']:,.0f}",
            f"{row['n_clusters']:,}",
        ]
        for row in rows
    ]
    return head, laid

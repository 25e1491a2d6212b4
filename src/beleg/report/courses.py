"""How figures run over weeks, and how they differ by topic, of the houses that are shown."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from beleg.records import Estimate, EstimateStatus

MAX_HOUSES = 6
"""Houses with a course, and with topics, an engine; ``beleg measure --by week`` has all."""
UNDATED = "undated"


@dataclass(frozen=True, slots=True)
class House:
    """One house, and what was measured of it in each slice; None: nothing was asked."""

    name: str
    is_us: bool
    estimates: tuple[Estimate | None, ...]


@dataclass(frozen=True, slots=True)
class Course:
    """One measure of one engine by week, or by topic."""

    measure: str
    labels: tuple[str, ...]
    """Weeks in which the engine was asked, in their order; or topics, sorted."""
    houses: tuple[House, ...]
    scale: float
    n_undated: int
    """Answers that stand in no week, since nobody knows their time."""


def find_course(
    estimates: Iterable[Estimate],
    measures: Sequence[str],
    houses: Mapping[str, str],
    ours: Collection[str],
    dimension: str,
) -> Course | None:
    """Find the first measure that has figures in enough slices of one house.

    Over weeks these are two, since one is no course; a topic stands alone.

    Args:
        estimates: Of one engine.
        measures: In the order in which they are looked at.
        houses: Ids with names, in the order of the page.
        ours: Ids that stand first, where not all can be shown.
        dimension: ``week`` or ``topic``.

    Returns:
        The houses that have them; None where no measure has any.
    """
    found: dict[str, dict[str, dict[str, Estimate]]] = {}
    for row in estimates:
        label = getattr(row, dimension)
        if label is not None and row.subject in houses:
            found.setdefault(row.measure, {}).setdefault(row.subject, {})[label] = row
    least = 2 if dimension == "week" else 1
    for measure in measures:
        of_house = found.get(measure, {})
        shown = [key for key in houses if _count_ok(of_house.get(key, {})) >= least]
        shown.sort(key=lambda key: key not in ours)
        shown = shown[:MAX_HOUSES]
        if not shown:
            continue
        rows = [of_house[key] for key in shown]
        labels = sorted({label for row in rows for label in row} - {UNDATED})
        undated = [row[UNDATED].n for row in rows if UNDATED in row]
        tops = [item.high or 0.0 for row in rows for item in row.values() if _is_ok(item)]
        return Course(
            measure,
            tuple(labels),
            tuple(
                House(houses[key], key in ours, tuple(of_house[key].get(name) for name in labels))
                for key in shown
            ),
            max(tops),
            max(undated, default=0),
        )
    return None


def _is_ok(row: Estimate) -> bool:
    return row.status == EstimateStatus.OK


def _count_ok(rows: Mapping[str, Estimate]) -> int:
    return sum(_is_ok(row) for label, row in rows.items() if label != UNDATED)


def place_weeks(weeks: Sequence[str]) -> tuple[float, ...]:
    """Place weeks on an axis from 0 to 1 as the calendar has them; a gap stays a gap."""
    days = [date.fromisocalendar(int(week[:4]), int(week[6:]), 1).toordinal() for week in weeks]
    span = max(days[-1] - days[0], 1) if days else 1
    return tuple((day - days[0]) / span for day in days)

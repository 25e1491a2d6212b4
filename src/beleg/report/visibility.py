"""Who is visible: each engine's figures with their intervals, never merged over engines."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from beleg.records import Estimate, EstimateStatus, Status
from beleg.report.courses import Course, find_course
from beleg.report.facts import Facts

DRAWN = ("citation_rate", "mention_rate", "citation_share", "indispensable")
"""Measures that are drawn, in the order in which they are read."""

OF_ENGINE = ("answered_rate", "groundable_rate", "refused_rate")
"""Measures of the engine itself (subject ``*``)."""

COUNTED = ("citation_rate", "mention_rate")
"""Measures whose events are answers, so that a thin one can at least be counted."""

TABLED = (
    "citation_rate",
    "mention_rate",
    "citation_share",
    "position_adjusted_words",
    "selection_rate",
    "indispensable",
    "used_uncredited",
    "misattributed_rate",
)

SEGMENTS = ("unbranded", "branded", "all")
N_TOP = 12
MAX_OURS = 20
"""Houses of ours that are shown beside them: an alliance of 1,570 made a page of 7 MB."""

Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Row:
    """One house in a chart."""

    publisher_id: str
    name: str
    is_us: bool
    estimate: Estimate


@dataclass(frozen=True, slots=True)
class Chart:
    """One measure of one engine."""

    measure: str
    segment: str
    scale: float
    """Where the axis ends, the same for this measure on all engines."""
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class TableRow:
    """One house and measure, with one estimate (or None) for each of SEGMENTS."""

    publisher_id: str
    name: str
    is_us: bool
    measure: str
    estimates: tuple[Estimate | None, ...]


@dataclass(frozen=True, slots=True)
class Engine:
    """What was measured on one engine."""

    name: str
    models: tuple[str, ...]
    flags: tuple[str, ...]
    n_answers: int
    n_counted: int
    n_repeats: int
    """False repeats: cached replies, which count as the answer that they repeat."""
    n_prompts: int
    statuses: tuple[tuple[str, int], ...]
    own: tuple[Estimate, ...]
    """Figures of the engine itself, over all questions."""
    charts: tuple[Chart, ...]
    rows: tuple[TableRow, ...]
    n_more: int
    """Further houses with figures that are not shown."""
    n_more_ours: int
    """Those of them that are ours."""
    weeks: Course | None
    """How the first measure that has figures in two weeks runs over them."""
    topics: Course | None
    """What the first measure that has figures of topics is in each."""


def show_engines(facts: Facts, estimates: Iterable[Estimate]) -> tuple[Engine, ...]:
    """Lay out every engine that has answers or estimates, by name.

    Shown are the N_TOP houses with the highest citation rate on unbranded questions of that
    engine, and the first MAX_OURS of us; without estimates an engine has no charts.
    """
    by_engine: dict[str, dict[Key, Estimate]] = defaultdict(dict)
    finer: dict[str, list[Estimate]] = defaultdict(list)
    for row in estimates:
        if row.engine == "*":
            continue
        if row.week is not None or row.topic is not None:
            finer[row.engine].append(row)
        else:
            by_engine[row.engine][row.measure, row.subject, row.segment] = row
    names = sorted(set(facts.engines()) | by_engine.keys())
    shown = {name: _choose(facts, by_engine[name]) for name in names}
    scales = _find_scales(by_engine, shown)
    return tuple(
        replace(
            _show_engine(facts, name, by_engine[name], shown[name], scales),
            weeks=_find_course(facts, finer[name], shown[name], "week"),
            topics=_find_course(facts, finer[name], shown[name], "topic"),
        )
        for name in names
    )


def _find_course(
    facts: Facts, rows: list[Estimate], houses: list[str], dimension: str
) -> Course | None:
    names = {key: facts.name_of(key) for key in houses}
    course = find_course(rows, DRAWN, names, _ours(facts), dimension)
    return None if course is None else replace(course, scale=round_up(course.scale))


def _measured(row: Estimate | None) -> bool:
    return row is not None and row.status != EstimateStatus.NOT_MEASURED


def _choose(facts: Facts, rows: Mapping[Key, Estimate]) -> list[str]:
    """Rank the houses to show: by citation rate, then mention rate, then name."""
    best: dict[str, tuple[float, float]] = {}
    segments = {measure: _segment(rows, measure) for measure in ("citation_rate", "mention_rate")}
    for subject in {key[1] for key in rows} - {"*"}:
        values = []
        for measure, segment in segments.items():
            row = rows.get((measure, subject, segment))
            values.append(row.value if row is not None and row.value is not None else 0.0)
        best[subject] = (values[0], values[1])
    ranked = sorted(best, key=lambda key: (*(-v for v in best[key]), facts.name_of(key), key))
    ours = _ours(facts)
    top = set(ranked[:N_TOP]) | set([key for key in ranked if key in ours][:MAX_OURS])
    return [key for key in ranked if key in top]


def _ours(facts: Facts) -> frozenset[str]:
    return frozenset(facts.us) if facts.us_kind != "measured" else frozenset()


def _segment(rows: Mapping[Key, Estimate], measure: str) -> str:
    """Prefer unbranded questions; where nothing was measured there, take all."""
    found = any(k[0] == measure and k[2] == "unbranded" and _measured(r) for k, r in rows.items())
    return "unbranded" if found else "all"


def _find_scales(
    by_engine: Mapping[str, Mapping[Key, Estimate]], shown: Mapping[str, list[str]]
) -> dict[str, float]:
    highs: dict[str, float] = defaultdict(float)
    for engine, rows in by_engine.items():
        houses = set(shown[engine])
        segments = {measure: _segment(rows, measure) for measure in DRAWN}
        for (measure, subject, segment), row in rows.items():
            drawn = subject in houses and segments.get(measure) == segment
            if drawn and row.high is not None:
                highs[measure] = max(highs[measure], row.high)
    return {measure: round_up(high) for measure, high in highs.items()}


def round_up(value: float) -> float:
    """Find the end of an axis: the least of 1, 2, 5, 10, 20, 50 and 100 % that holds ``value``."""
    steps = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
    return next((step for step in steps if value <= step), 1.0)


def _show_engine(
    facts: Facts,
    name: str,
    rows: Mapping[Key, Estimate],
    houses: list[str],
    scales: Mapping[str, float],
) -> Engine:
    answers = [answer for answer in facts.answers.values() if answer.engine == name]
    counted = [answer for answer in answers if answer.answer_id in facts.counted]
    statuses = Counter(str(answer.status.value) for answer in counted)
    ours = _ours(facts)
    hidden = {key[1] for key in rows} - {"*"} - set(houses)
    charts = []
    for measure in DRAWN:
        segment = _segment(rows, measure)
        drawn = [
            Row(key, facts.name_of(key), key in ours, rows[measure, key, segment])
            for key in houses
            if (measure, key, segment) in rows
        ]
        if drawn:
            charts.append(Chart(measure, segment, scales.get(measure, 1.0), tuple(drawn)))
    tabled = [
        TableRow(
            key,
            facts.name_of(key),
            key in ours,
            measure,
            tuple(rows.get((measure, key, segment)) for segment in SEGMENTS),
        )
        for key in houses
        for measure in TABLED
        if any((measure, key, segment) in rows for segment in SEGMENTS)
    ]
    return Engine(
        name=name,
        models=tuple(sorted({answer.model for answer in answers if answer.model})),
        flags=tuple(sorted({flag for answer in answers for flag in answer.flags})),
        n_answers=len(answers),
        n_counted=len(counted),
        n_repeats=len(answers) - len(counted),
        n_prompts=len({answer.prompt_id for answer in counted}),
        statuses=tuple((status.value, statuses.get(status.value, 0)) for status in Status),
        own=tuple(rows[m, "*", "all"] for m in OF_ENGINE if (m, "*", "all") in rows),
        charts=tuple(charts),
        rows=tuple(tabled),
        n_more=len(hidden),
        n_more_ours=len(hidden & ours),
        weeks=None,
        topics=None,
    )

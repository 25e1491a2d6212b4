"""What changed between two windows, per publisher, engine and topic, with a verdict in words.

Compared is the common basket: pairs of prompt and engine that were measured in both windows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from beleg.errors import InputError
from beleg.measure.cells import FRAME, MEASURES, OF_OBSERVED, Cells, Slice, read_cells
from beleg.measure.paired import Compared, Floats, adjust_p, compare, compare_runs
from beleg.measure.windows import Window, check_order

BINARY = frozenset(
    "answered_rate citation_rate groundable_rate mention_rate refused_rate selection_rate "
    "used_uncredited".split()
)
"""Measures that are 0 or 1 in every answer: the spread of runs is known from counts alone."""


class Verdict(StrEnum):
    """What may be said of a change."""

    CHANGED = "changed"
    ENGINE_SUSPECTED = "engine_suspected"  # it would be called changed, were the engine the same
    ENGINE_CHANGED = "engine_changed"  # another model answers: says nothing about a publisher
    WITHIN_NOISE = "within_noise"
    TOO_LITTLE_DATA = "too_little_data"


@dataclass(frozen=True, slots=True)
class Change:
    """One figure in two windows, on the common basket."""

    engine: str
    topic: str | None
    """None: all topics together."""
    subject: str
    verdict: Verdict
    before: float | None
    after: float | None
    change: float | None
    """after - before, -1..1."""
    low: float | None
    high: float | None
    p: float | None
    """Two-sided; None with too little data."""
    p_adjusted: float | None
    """The least false-discovery rate at which it counts as changed; None where not tested."""
    n_prompts: int
    n_differing: float
    """Effective prompts that differ."""


class Basket(NamedTuple):
    """What was compared of an engine, and what was left out."""

    engine: str
    n_common: int
    """Prompts with answers in both windows."""
    n_only_before: int
    n_only_after: int
    n_answers_before: int
    """Answers and other observations in the window, false repeats taken out."""
    n_answers_after: int
    n_untimed: int
    """Observations of the engine without a time: in no window."""


class Changes(NamedTuple):
    """All figures, changed ones first, and how they were compared."""

    rows: list[Change]
    baskets: list[Basket]
    n_tested: int
    """Size of the family whose false discoveries are controlled."""


def compare_windows(
    counts: pa.Table,
    prompts: pa.Table,
    measure: str,
    windows: tuple[Window, Window],
    *,
    choice: Choice | None = None,
    levels: tuple[float, float] = (0.95, 0.05),
) -> Changes:
    """Compare a measure in two windows for every publisher, engine and, if wanted, topic.

    Args:
        counts: Table ``counts``.
        prompts: Table ``prompts``.
        measure: Its name.
        windows: Before and after; they share no day.
        choice: What is compared; None: everything, all topics together.
        levels: Of the intervals, and the rate of false discoveries among what is called changed.

    Raises:
        InputError: An unknown measure, windows that overlap, or a measure that
            ``choice.is_basket`` cannot compare.
        ValueError: A level out of bounds.
    """
    choice = choice or Choice()
    level, false_discoveries = levels
    if not 0.0 < false_discoveries < 1.0:
        raise ValueError(f"false_discoveries == {false_discoveries}, must be > 0 and < 1")
    if measure not in MEASURES:
        raise InputError(
            f"There is no measure {measure}.", f"Choose one of {', '.join(MEASURES)}."
        )
    if choice.is_basket and measure not in BINARY:
        raise InputError(
            f"{measure} is a part of answers: how its runs vary is not in the counts.",
            f"Compare it without --basket, or choose one of {', '.join(sorted(BINARY))}.",
        )
    check_order(*windows)
    engines = choice.engines or tuple(sorted(set(counts["engine"].to_pylist())))
    figures = []
    for engine in engines:
        for topic, sides in _read_sides(counts, prompts, measure, engine, windows, choice):
            figures.append((engine, topic, sides[0].subjects, _compare(sides, choice, level)))
    rows = _judge(figures, choice.engine_verdicts, false_discoveries)
    baskets = [
        count_basket(counts, engine, windows, of_observed=measure in OF_OBSERVED)
        for engine in engines
    ]
    tested = sum(row.p_adjusted is not None for row in rows)
    return Changes(sorted(rows, key=_order), baskets, tested)


@dataclass(frozen=True, slots=True)
class Choice:
    """What is compared; the defaults restrict nothing."""

    engines: tuple[str, ...] = ()
    subjects: tuple[str, ...] | None = None
    by_topic: bool = False
    is_basket: bool = False
    """Conclude about these prompts alone, from how their runs vary."""
    engine_verdicts: Mapping[str, Verdict] | None = None
    """ENGINE_CHANGED or ENGINE_SUSPECTED, by engine, where something is known of it."""


def _read_sides(
    counts: pa.Table,
    prompts: pa.Table,
    measure: str,
    engine: str,
    windows: tuple[Window, Window],
    choice: Choice,
) -> Iterator[tuple[str | None, tuple[Cells, Cells]]]:
    slices = [Slice(engine, first=window.first, last=window.last) for window in windows]
    subjects: Sequence[str] | None = choice.subjects
    if subjects is None:  # whoever has a row in either window
        mine = counts.filter(pc.equal(counts["engine"], engine))
        mine = mine.filter(pc.equal(mine["measure"], measure))
        inside = [
            pc.and_(pc.greater_equal(mine["day"], w.first), pc.less_equal(mine["day"], w.last))
            for w in windows
        ]
        mine = mine.filter(pc.fill_null(pc.or_(inside[0], inside[1]), fill_value=False))
        subjects = sorted(set(mine["subject"].to_pylist()) - {None})
    if not subjects:
        return
    before, after = (read_cells(counts, prompts, measure, one, subjects) for one in slices)
    common = sorted(set(before.prompts) & set(after.prompts))
    sides = (_pick(before, common), _pick(after, common))
    if not choice.by_topic:
        yield None, sides
        return
    of_prompt = dict(
        zip(prompts["prompt_id"].to_pylist(), prompts["topic"].to_pylist(), strict=True)
    )
    for topic in sorted({of_prompt[name] or "" for name in common}):
        mine = [name for name in common if (of_prompt[name] or "") == topic]
        yield topic, (_pick(before, mine), _pick(after, mine))


def _pick(cells: Cells, names: Sequence[str]) -> Cells:
    at = {name: number for number, name in enumerate(cells.prompts)}
    columns = np.array([at[name] for name in names], dtype=np.int64)
    return cells._replace(
        prompts=tuple(names),
        weight=cells.weight[columns],
        y=cells.y[:, columns],
        x=cells.x[:, columns],
        n=cells.n[:, columns],
        n_hits=cells.n_hits[:, columns],
    )


def _compare(sides: tuple[Cells, Cells], choice: Choice, level: float) -> Compared:
    before, after = sides
    if not choice.is_basket:
        return compare(before.y, before.x, after.y, after.x, level=level)
    hits = [cells.n_hits.astype(np.float64) for cells in sides]
    n = [cells.n.astype(np.float64) for cells in sides]
    return compare_runs(hits[0], n[0], hits[1], n[1], before.weight, level=level)


def _judge(
    figures: Sequence[tuple[str, str | None, tuple[str, ...], Compared]],
    known: Mapping[str, Verdict] | None,
    false_discoveries: float,
) -> list[Change]:
    """Control the false discoveries over all figures, then say what may be said of each."""
    known = known or {}
    tests = [
        np.where(known.get(engine) == Verdict.ENGINE_CHANGED, np.nan, compared.p)
        for engine, _, _, compared in figures
    ]
    adjusted = adjust_p(np.concatenate([*tests, np.empty(0)]))
    rows, at = [], 0
    for engine, topic, subjects, compared in figures:
        for number, subject in enumerate(subjects):
            q = adjusted[at]
            at += 1
            verdict = Verdict.CHANGED if q <= false_discoveries else Verdict.WITHIN_NOISE
            engine_verdict = known.get(engine)
            if compared.thin[number]:
                verdict = Verdict.TOO_LITTLE_DATA
            elif engine_verdict == Verdict.ENGINE_CHANGED or (
                engine_verdict and verdict == Verdict.CHANGED
            ):
                verdict = engine_verdict
            rows.append(_make_row((engine, topic, subject, verdict), compared, number, q))
    return rows


def _make_row(
    names: tuple[str, str | None, str, Verdict], compared: Compared, number: int, q: float
) -> Change:
    def read(values: Floats) -> float | None:
        return None if np.isnan(values[number]) else float(values[number])

    return Change(
        *names,
        before=read(compared.before),
        after=read(compared.after),
        change=read(compared.change),
        low=read(compared.low),
        high=read(compared.high),
        p=read(compared.p),
        p_adjusted=None if np.isnan(q) else float(q),
        n_prompts=int(compared.n_prompts[number]),
        n_differing=float(compared.n_differing[number]),
    )


def _order(row: Change) -> tuple[int, float, str, str, str]:
    rank = list(Verdict).index(row.verdict)
    size = row.n_differing if row.verdict == Verdict.TOO_LITTLE_DATA else abs(row.change or 0.0)
    return rank, -size, row.engine, row.topic or "", row.subject


def count_basket(
    counts: pa.Table, engine: str, windows: tuple[Window, Window], *, of_observed: bool
) -> Basket:
    """Count the prompts that an engine was asked in both windows, and what was left out."""
    frame = counts.filter(pc.equal(counts["measure"], FRAME))
    frame = frame.filter(pc.equal(frame["engine"], engine))
    asked: list[set[str]] = []
    n_answers = []
    for window in windows:
        inside = frame.filter(
            pc.and_(
                pc.greater_equal(frame["day"], window.first),
                pc.less_equal(frame["day"], window.last),
            )
        )
        told = inside if of_observed else inside.filter(pc.greater(inside["y"], 0))
        asked.append(set(told["prompt_id"].to_pylist()))
        n_answers.append(pc.sum(inside["x"]).as_py() or 0)
    untimed = frame.filter(pc.is_null(frame["day"]))
    return Basket(
        engine=engine,
        n_common=len(asked[0] & asked[1]),
        n_only_before=len(asked[0] - asked[1]),
        n_only_after=len(asked[1] - asked[0]),
        n_answers_before=n_answers[0],
        n_answers_after=n_answers[1],
        n_untimed=pc.sum(untimed["x"]).as_py() or 0,
    )

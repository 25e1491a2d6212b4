"""The one sentence at the top: how often we are cited, and whether that has changed.

Engines are never merged. The figure is the share of answers to unbranded questions that show a
link to any of us. The change compares the last full ISO week with the week before it, paired by
prompt and engine on the questions that were asked in both.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import fmean
from typing import NamedTuple

import numpy as np
from scipy import special

from beleg import inference
from beleg.records import Answer, EstimateStatus
from beleg.report.facts import Facts

Week = tuple[int, int]

LEVEL = 0.95

MIN_PAIRS = 20
"""Least prompts that were asked in both weeks. A t interval over fewer covers 88 % instead of 95 %
at rates near 0 and 1 (simulated at 20 prompts of one run); below, nothing is said."""

MIN_DIFFERING = 6
"""Least prompts whose rate differs between the weeks before a change is claimed: with five that
all point one way a sign test still gives 1 in 16."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A rate with its interval; value, low and high are None where nothing was measured."""

    engine: str
    value: float | None
    low: float | None
    high: float | None
    n: int
    n_hits: int
    n_prompts: int
    status: EstimateStatus


@dataclass(frozen=True, slots=True)
class Change:
    """What became of an engine's rate between two weeks."""

    engine: str
    verdict: str
    """changed, within_noise, too_little_data or engine_changed."""
    difference: float | None
    low: float | None
    high: float | None
    n_pairs: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """The parts of the sentence; words are added by the template."""

    kind: str
    """``us`` (we are cited), ``top`` (nobody is declared: the most cited domain that is no
    platform), ``unlinked`` (nobody is declared, and no such domain is cited) or ``nothing`` (no
    answer to an unbranded question)."""
    subject: str
    """A name where "we" are one house, or the most cited domain; else empty."""
    n_us: int
    first_week: Week | None
    last_week: Week | None
    """ISO weeks that the figures span; None where an answer has no time."""
    figures: tuple[Figure, ...]
    """One an engine, the engine with most answers first."""
    week: Week | None
    """The last full week, if there is one before it to compare with."""
    before: Week | None
    changes: tuple[Change, ...]
    n_answers: int
    n_prompts: int


class _Outcome(NamedTuple):
    answer: Answer
    hit: bool


def judge(facts: Facts, generated_at: datetime | None = None) -> Verdict:
    """Find the headline: figures and changes of every engine.

    Args:
        facts: The shared look-ups.
        generated_at: Now, where the caller says so; it tells whether the last week is over.
    """
    asked = [answer for answer in facts.answered() if not facts.is_branded(answer)]
    subjects, kind = frozenset(facts.us), "us"
    if facts.us_kind == "measured":
        subjects, kind = _find_top(facts, asked), "top"
    outcomes = [
        _Outcome(answer, bool(facts.publishers_linked(answer.answer_id) & subjects))
        for answer in asked
    ]
    weeks = sorted({week for answer in asked if (week := week_of(facts, answer))})
    pair = _find_weeks(facts, asked, weeks, generated_at)
    timed = all(answer.asked_at is not None for answer in asked)
    figures, first, last = measure_engines(facts, outcomes), *_ends(weeks if timed else [])
    changes: tuple[Change, ...] = ()
    if pair:
        thin = {figure.engine for figure in figures if figure.status != EstimateStatus.OK}
        changes = _compare(facts, outcomes, pair, thin)
        recent = [row for row in outcomes if week_of(facts, row.answer) == pair[1]]
        of_week = measure_engines(facts, recent)
        if any(figure.status == EstimateStatus.OK for figure in of_week):
            figures, first, last = of_week, pair[1], pair[1]
    owners = {key for key, row in facts.publishers.items() if not row.domains}
    # a group that only owns others has no pages: it is named, and not counted as a house
    houses = [key for key in subjects if key not in owners] or list(subjects)
    one = len(subjects) == 1
    return Verdict(
        kind="nothing" if not outcomes else kind if subjects else "unlinked",
        subject=facts.name_of(min(subjects)) if one and subjects else "",
        n_us=len(houses),
        first_week=first,
        last_week=last,
        figures=figures,
        week=pair[1] if pair else None,
        before=pair[0] if pair else None,
        changes=changes,
        n_answers=len(asked),
        n_prompts=len({answer.prompt_id for answer in asked}),
    )


def week_of(facts: Facts, answer: Answer) -> Week | None:
    """Return the ISO year and week of an answer in the report's zone; None without a time."""
    if answer.asked_at is None:
        return None
    year, week, _ = answer.asked_at.astimezone(facts.zone).isocalendar()
    return year, week


def _ends(weeks: Sequence[Week]) -> tuple[Week | None, Week | None]:
    return (weeks[0], weeks[-1]) if weeks else (None, None)


def _find_top(facts: Facts, asked: Iterable[Answer]) -> frozenset[str]:
    cited: Counter[str] = Counter()
    for answer in asked:
        cited.update(facts.publishers_linked(answer.answer_id))
    houses = cited.keys() - facts.platforms
    return frozenset(sorted(houses, key=lambda key: (-cited[key], key))[:1])


def _find_weeks(
    facts: Facts, asked: Iterable[Answer], weeks: Sequence[Week], generated_at: datetime | None
) -> tuple[Week, Week] | None:
    """Find the last full week and the one before it, where both have answers.

    A week is full when its Sunday was reached, by an answer or by ``generated_at``.
    """
    times = [a.asked_at.astimezone(facts.zone) for a in asked if a.asked_at is not None]
    if generated_at is not None:
        times.append(generated_at.astimezone(facts.zone))
    if not times:
        return None
    reached = max(times).date()
    full = [week for week in weeks if datetime.fromisocalendar(*week, 7).date() <= reached]
    if not full:
        return None
    monday = datetime.fromisocalendar(*full[-1], 1) - timedelta(days=7)
    before = monday.isocalendar()[:2]
    return (before, full[-1]) if before in weeks else None


def measure_engines(facts: Facts, outcomes: Iterable[_Outcome]) -> tuple[Figure, ...]:
    """Estimate each engine's rate of hits, clustered by prompt; the most answers first."""
    runs: dict[str, dict[str, list[bool]]] = defaultdict(lambda: defaultdict(list))
    for answer, hit in outcomes:
        runs[answer.engine][answer.prompt_id].append(hit)
    engines = sorted(runs)
    if not engines:
        return ()
    rows = [
        (group, _weight(facts, prompt_id) / len(hits), sum(hits), len(hits))
        for group, engine in enumerate(engines)
        for prompt_id, hits in sorted(runs[engine].items())
    ]
    group, weight, hits_, n = (np.array(column) for column in zip(*rows, strict=True))
    y = hits_.astype(np.float64)
    counts = inference.Counts(group, weight, y, n.astype(np.float64), n, hits_, hits_)
    found = inference.estimate(counts, len(engines), level=LEVEL)
    figures = [
        Figure(
            engine=engine,
            value=float(found.value[place]),
            low=float(found.low[place]),
            high=float(found.high[place]),
            n=int(found.n[place]),
            n_hits=int(found.events[place]),
            n_prompts=int(found.n_clusters[place]),
            status=EstimateStatus(str(found.status[place])),
        )
        for place, engine in enumerate(engines)
    ]
    return tuple(sorted(figures, key=lambda figure: (-figure.n, figure.engine)))


def _weight(facts: Facts, prompt_id: str) -> float:
    prompt = facts.prompts.get(prompt_id)
    return prompt.weight if prompt else 1.0


def _compare(
    facts: Facts, outcomes: Iterable[_Outcome], pair: tuple[Week, Week], thin: Collection[str]
) -> tuple[Change, ...]:
    """Compare two weeks for each engine; the level is shared among the engines (Bonferroni).

    Nothing is said of an engine in ``thin``: whose rate cannot be told, its change cannot either.
    """
    hits: dict[str, tuple[dict[str, list[bool]], ...]] = {}
    models: dict[str, tuple[set[str], ...]] = {}
    for answer, hit in outcomes:
        week = week_of(facts, answer)
        if week not in pair:
            continue
        side = pair.index(week)
        sides = hits.setdefault(answer.engine, (defaultdict(list), defaultdict(list)))
        sides[side][answer.prompt_id].append(hit)
        names = models.setdefault(answer.engine, (set(), set()))
        if answer.model:
            names[side].add(answer.model)
    changes = []
    for engine in sorted(hits):
        old, new = hits[engine]
        common = sorted(old.keys() & new.keys())
        differences = [fmean(new[key]) - fmean(old[key]) for key in common]
        weights = [_weight(facts, key) for key in common]
        before, after = models[engine]
        if before and after and before != after:
            changes.append(Change(engine, "engine_changed", None, None, None, len(common)))
        elif engine in thin:
            changes.append(Change(engine, "too_little_data", None, None, None, len(common)))
        else:
            changes.append(compare_pairs(engine, differences, weights, n_tests=len(hits)))
    return tuple(changes)


def compare_pairs(
    engine: str, differences: Sequence[float], weights: Sequence[float], *, n_tests: int = 1
) -> Change:
    """Judge a change from the differences of the prompts that were asked both times.

    The interval is mean -/+ t * sqrt(n / (n - 1) * sum w^2 (d - mean)^2) / sum w, with n - 1
    degrees of freedom and the error shared among ``n_tests`` engines.

    Args:
        engine: Named in the result.
        differences: Rate after minus rate before, one a prompt, -1..1.
        weights: Of the prompts, > 0.
        n_tests: Comparisons that are read together, >= 1.
    """
    n = len(differences)
    if n < MIN_PAIRS:
        return Change(engine, "too_little_data", None, None, None, n)
    d, w = np.array(differences, np.float64), np.array(weights, np.float64)
    mean = float((w * d).sum() / w.sum())
    error = float(np.sqrt(n / (n - 1) * (w**2 * (d - mean) ** 2).sum()) / w.sum())
    half = float(special.stdtrit(n - 1, 1 - (1 - LEVEL) / (2 * n_tests))) * error
    excludes = abs(mean) > half and int(np.count_nonzero(d)) >= MIN_DIFFERING
    verdict = "changed" if excludes else "within_noise"
    low, high = max(-1.0, mean - half), min(1.0, mean + half)
    mean, low, high = (float(x) for x in inference.round_digits(np.array([mean, low, high])))
    return Change(engine, verdict, mean, low, high, n)

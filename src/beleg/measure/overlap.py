"""Overlap: do two engines show the same sources, does one engine show the same ones again?

Two answers to one prompt are compared as lists of the sources that they show, each once, in the
order of first appearance::

    Jaccard = |A and B| / |A or B|
    RBO     = (1 - p) / p (sum_{d=1..l} X_d / d p^d + sum_{d=s+1..l} X_s (d - s) / (s d) p^d)
              + ((X_l - X_s) / l + X_s / s) p^l

``X_d`` is the number of sources that both name among their first d, ``s`` and ``l`` the lengths of
the shorter and the longer list, p = .9: rank-biased overlap, extrapolated beyond the lists; the
first ten ranks carry 86 % of it. A prompt's figure is the mean over its pairs of answers; the
mean over prompts (by weight) has an interval clustered by prompt (:mod:`beleg.inference`).

Pairs of different engines are of the same ISO week. Pairs of one engine are told by the weeks
between them: those of the same week, *repeats*, are the floor, since less than they agree no
later change can be told from noise. Answers without a time count as one week.

Both answers must show a source: silence is no opinion. How many prompts fall out is told.

Source: Webber, Moffat and Zobel, *A Similarity Measure for Indefinite Rankings* (2010), eq. 32.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from itertools import combinations
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from beleg import inference
from beleg.records import EstimateStatus, Status

UNITS = ("publisher", "host", "page")
"""What may count as one source."""
PERSISTENCE = 0.9
"""p of the rank-biased overlap: how likely a reader goes on to the next rank."""

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
_BLOCK = 20_000_000
"""Compared places that are held at once."""


class Shown(NamedTuple):
    """What one answer shows."""

    engine: str
    prompt_id: str
    week: tuple[int, int] | None
    """ISO year and week in UTC."""
    sources: tuple[str, ...]
    """Distinct, in the order of first appearance; empty where it shows none."""


class Figure(NamedTuple):
    """A mean with its interval; None where nothing was compared."""

    value: float | None
    low: float | None
    high: float | None


class Overlap(NamedTuple):
    """How far two sets of answers agree."""

    engine: str
    other: str
    """The same engine where its own answers are compared."""
    weeks_apart: int | None
    """Of one engine's answers; 0: repeats within a week. None between engines."""
    n_prompts: int
    """Prompts with at least one pair of answers that both show a source."""
    n_silent: int
    """Prompts that were answered on both sides, and where no pair does."""
    n_pairs: int
    jaccard: Figure
    rbo: Figure
    status: str
    """``ok``, ``too_thin`` (of the Jaccard, by the rule of all rates) or ``not_measured``."""


def read_shown(tables: Mapping[str, pa.Table], unit: str = "publisher") -> list[Shown]:
    """Read what each answer shows; false repeats, failures and refusals are left out.

    Args:
        tables: answers, citations, holdings and observations, by name.
        unit: One of :data:`UNITS`. A publisher is who held the host on the day of the answer; a
            host that nobody held stands for itself. Of hosts, ``www.`` is dropped.

    Raises:
        ValueError: Another unit.
    """
    if unit not in UNITS:
        raise ValueError(f"unit == {unit!r}, must be one of {', '.join(UNITS)}")
    repeats = {
        row["answer_id"]
        for row in tables["observations"].to_pylist()
        if row["repeat_of"] is not None
    }
    held: dict[str, list[tuple[date | None, date | None, str]]] = defaultdict(list)
    if unit == "publisher":
        for row in tables["holdings"].to_pylist():
            held[row["host"]].append((row["valid_from"], row["valid_to"], row["publisher_id"]))
    columns = ["answer_id", "rank", "url", "canonical_url", "host", "shown"]
    links: dict[str, list[tuple[int, str, str]]] = defaultdict(list)
    for row in tables["citations"].select(columns).to_pylist():
        page = row["canonical_url"] or row["url"]
        if row["shown"] and (unit == "page" or row["host"]):
            links[row["answer_id"]].append((row["rank"], page, row["host"] or ""))
    shown = []
    answers = tables["answers"].select(["answer_id", "engine", "prompt_id", "asked_at", "status"])
    for row in answers.sort_by("answer_id").to_pylist():
        if row["answer_id"] in repeats or row["status"] != Status.ANSWERED.value:
            continue
        day = _day_of(row["asked_at"])
        named: dict[str, None] = {}
        for _, page, host in sorted(links.get(row["answer_id"], ())):
            named.setdefault(_name_source(unit, page, host, held, day))
        week = None if day is None else (day.isocalendar()[0], day.isocalendar()[1])
        shown.append(Shown(row["engine"], row["prompt_id"], week, tuple(named)))
    return shown


def _day_of(moment: datetime | None) -> date | None:
    return None if moment is None else moment.date()


def _name_source(
    unit: str,
    page: str,
    host: str,
    held: Mapping[str, list[tuple[date | None, date | None, str]]],
    day: date | None,
) -> str:
    if unit == "page":
        return page
    if unit == "host":
        return host.removeprefix("www.")
    rows = held.get(host, [])
    if day is None:
        # Whoever held it last, as in all measures.
        last = max(rows, key=lambda row: (row[1] or date.max, row[0] or date.min), default=None)
        return last[2] if last else host
    for first, until, owner in rows:
        if (first is None or first <= day) and (until is None or until > day):
            return owner
    return host


def compare_lists(
    lists: list[tuple[str, ...]], first: Integers, second: Integers, p: float = PERSISTENCE
) -> tuple[Floats, Floats]:
    """Compare pairs of lists.

    Args:
        lists: Distinct names, best first; none is empty.
        first: Position of the one list of each pair, shape (n_pairs,).
        second: Of the other.
        p: Persistence, above 0 and below 1.

    Returns:
        Jaccard and rank-biased overlap, each of shape (n_pairs,), 0..1.
    """
    lengths = np.array([len(names) for names in lists], dtype=np.int64)
    if np.any(lengths == 0):
        raise ValueError("lists has an empty list, must name at least one source each")
    depth = int(lengths.max(initial=1))
    numbers: dict[str, int] = {}
    laid = np.full((len(lists), depth), -1, dtype=np.int64)
    for row, names in enumerate(lists):
        laid[row, : len(names)] = [numbers.setdefault(name, len(numbers)) for name in names]
    places = np.arange(depth)
    found_at = np.maximum(places[:, None], places[None, :]).ravel()
    size = max(1, _BLOCK // depth**2)
    jaccard, rbo = np.zeros(len(first)), np.zeros(len(first))
    d = places + 1.0
    for start in range(0, len(first), size):
        block = slice(start, start + size)
        one, other = laid[first[block]], laid[second[block]]
        same = (one[:, :, None] == other[:, None, :]) & (one >= 0)[:, :, None]
        pair, place = np.nonzero(same.reshape(len(one), -1))
        met = np.bincount(pair * depth + found_at[place], minlength=len(one) * depth)
        common = np.cumsum(met.reshape(len(one), depth), axis=1).astype(np.float64)
        lower = np.minimum(lengths[first[block]], lengths[second[block]])
        upper = np.maximum(lengths[first[block]], lengths[second[block]])
        at_lower = np.take_along_axis(common, lower[:, None] - 1, axis=1)[:, 0]
        at_upper = common[:, -1]
        jaccard[block] = at_upper / (lower + upper - at_upper)
        inside = d <= upper[:, None]
        seen = np.where(inside, common / d * p**d, 0.0).sum(1)
        beyond = inside & (d > lower[:, None])
        rate = (at_lower / lower)[:, None]
        guessed = np.where(beyond, rate * (d - lower[:, None]) / d * p**d, 0.0).sum(1)
        tail = ((at_upper - at_lower) / upper + at_lower / lower) * p**upper
        rbo[block] = (1 - p) / p * (seen + guessed) + tail
    return jaccard, np.minimum(rbo, 1.0)


_Side = tuple[str, str, int | None]
"""Engine, other engine, weeks apart: what one overlap is about."""


def _pair_up(shown: list[Shown]) -> dict[_Side, dict[str, list[tuple[int, int]]]]:
    """List the pairs of answers of each overlap, by prompt."""
    by_prompt: dict[str, list[int]] = defaultdict(list)
    for number, answer in enumerate(shown):
        by_prompt[answer.prompt_id].append(number)
    pairs: dict[_Side, dict[str, list[tuple[int, int]]]] = defaultdict(lambda: defaultdict(list))
    for prompt_id, numbers in sorted(by_prompt.items()):
        for i, j in combinations(sorted(numbers, key=lambda at: shown[at].engine), 2):
            one, other = shown[i], shown[j]
            if one.engine == other.engine:
                apart = _count_weeks(one.week, other.week)
                if apart is not None:
                    pairs[one.engine, one.engine, apart][prompt_id].append((i, j))
            elif one.week == other.week:
                pairs[one.engine, other.engine, None][prompt_id].append((i, j))
    return pairs


def _count_weeks(one: tuple[int, int] | None, other: tuple[int, int] | None) -> int | None:
    if one is None or other is None:
        return 0 if one == other else None
    days = date.fromisocalendar(*one, 1) - date.fromisocalendar(*other, 1)
    return abs(days.days) // 7


def find_overlaps(
    shown: Iterable[Shown], weights: Mapping[str, float], *, level: float = 0.95
) -> list[Overlap]:
    """Compare each two engines, and each engine with itself, by weeks apart.

    Args:
        shown: What the answers show.
        weights: Of the prompts, > 0; one that is missing counts 1.
        level: Of the intervals, above 0 and below 1.

    Returns:
        One row per pair of engines, then one per engine and number of weeks apart.
    """
    shown = list(shown)
    rows = []
    for side, by_prompt in sorted(_pair_up(shown).items(), key=lambda item: _order(item[0])):
        prompts: list[str] = []
        first: list[int] = []
        second: list[int] = []
        owner: list[int] = []
        for prompt_id, pairs in by_prompt.items():
            speaking = [(i, j) for i, j in pairs if shown[i].sources and shown[j].sources]
            if speaking:
                owner += [len(prompts)] * len(speaking)
                prompts.append(prompt_id)
                first += [i for i, _ in speaking]
                second += [j for _, j in speaking]
        used = sorted({*first, *second})
        place = {number: at for at, number in enumerate(used)}
        compared = compare_lists(
            [shown[number].sources for number in used],
            np.array([place[number] for number in first], dtype=np.int64),
            np.array([place[number] for number in second], dtype=np.int64),
        )
        weight = np.array([weights.get(name, 1.0) for name in prompts])
        n_pairs = np.bincount(owner, minlength=len(prompts)) if owner else np.zeros(0)
        means = [
            np.bincount(owner, values, len(prompts)) / n_pairs if owner else np.zeros(0)
            for values in compared
        ]
        (jaccard, status), (rbo, _) = (average(mean, weight, level) for mean in means)
        n_silent = len(by_prompt) - len(prompts)
        rows.append(Overlap(*side, len(prompts), n_silent, len(first), jaccard, rbo, status))
    return rows


def _order(side: _Side) -> tuple[bool, str, str, int]:
    return side[2] is not None, side[0], side[1], side[2] or 0


def average(values: Floats, weight: Floats, level: float = 0.95) -> tuple[Figure, str]:
    """Give the weighted mean of one figure a prompt, its interval and status.

    Args:
        values: 0..1, shape (n_prompts,).
        weight: Of the prompts, > 0, likewise.
        level: Of the interval.
    """
    n = len(values)
    ones = np.ones(n, dtype=np.int64)
    values = np.clip(values, 0.0, 1.0)
    counts = inference.Counts(
        group=np.zeros(n, dtype=np.int64),
        weight=weight.astype(np.float64),
        y=values,
        x=np.ones(n),
        n=ones,
        n_hits=(values > 0).astype(np.int64),
        n_full=(values >= 1).astype(np.int64),
    )
    found = inference.estimate(counts, 1, level=level)
    status = str(found.status[0])
    if status == EstimateStatus.NOT_MEASURED.value:
        return Figure(None, None, None), status
    return Figure(float(found.value[0]), float(found.low[0]), float(found.high[0])), status

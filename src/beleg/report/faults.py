"""What went wrong, and what is not known: problems grouped, repeats, missing times, no text."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from beleg.records import Problem, Status
from beleg.report.facts import Facts

MAX_GROUPS = 40
MAX_LINES = 8

_DETAIL = re.compile(r"'[^']*'|\"[^\"]*\"|\d+")
"""What tells messages of one cause apart: figures, and what is quoted from the row."""


@dataclass(frozen=True, slots=True)
class Group:
    """Problems of one stage and source that have one remedy, or without one, one cause."""

    stage: str
    source: str
    message: str
    """Of the first of them."""
    remedy: str
    n: int
    lines: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Unknown:
    """Counted answers of one engine of which something is not known; never read as 0."""

    engine: str
    flags: tuple[str, ...]
    n_answers: int
    n_repeats: int
    n_untimed: int
    n_not_groundable: int
    """Answered, yet without text: only links were given."""
    n_without_claims: int
    """Answered with text in which no statement was found."""
    n_without_links: int
    statuses: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Faults:
    """What the last section shows."""

    groups: tuple[Group, ...]
    n_more_groups: int
    n_problems: int
    engines: tuple[Unknown, ...]


def show_faults(facts: Facts, problems: Iterable[Problem]) -> Faults:
    """Group the problems, the most frequent first, and count what is not known per engine."""
    grouped: dict[tuple[str, str, str], list[Problem]] = defaultdict(list)
    rows = sorted(problems, key=lambda p: (p.line or 0, p.record_id or "", p.message))
    for problem in rows:
        about = problem.remedy or _DETAIL.sub("…", problem.message)
        grouped[problem.stage, problem.source, about].append(problem)
    ranked = sorted(grouped.items(), key=lambda item: (-len(item[1]), item[0]))
    groups = tuple(
        Group(
            stage=stage,
            source=source,
            message=found[0].message,
            remedy=found[0].remedy,
            n=len(found),
            lines=tuple(p.line for p in found if p.line is not None)[:MAX_LINES],
        )
        for (stage, source, _), found in ranked[:MAX_GROUPS]
    )
    unknown = tuple(_count_unknown(facts, engine) for engine in facts.engines())
    return Faults(groups, max(0, len(ranked) - MAX_GROUPS), len(rows), unknown)


def _count_unknown(facts: Facts, engine: str) -> Unknown:
    answers = [answer for answer in facts.answers.values() if answer.engine == engine]
    counted = [answer for answer in answers if answer.answer_id in facts.counted]
    said = [answer for answer in counted if answer.status == Status.ANSWERED]
    with_text = [answer for answer in said if answer.text]
    return Unknown(
        engine=engine,
        flags=tuple(sorted({flag for answer in answers for flag in answer.flags})),
        n_answers=len(answers),
        n_repeats=len(answers) - len(counted),
        n_untimed=sum(answer.asked_at is None for answer in counted),
        n_not_groundable=len(said) - len(with_text),
        n_without_claims=sum(answer.answer_id not in facts.claims_of for answer in with_text),
        n_without_links=sum(not facts.links.get(answer.answer_id) for answer in said),
        statuses=tuple(
            (status.value, sum(answer.status == status for answer in counted)) for status in Status
        ),
    )

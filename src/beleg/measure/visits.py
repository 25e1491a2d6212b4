"""Visits that answers sent back, beside the links that they showed: by ISO week, house, engine."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pyarrow as pa

from beleg.money import name_week
from beleg.records import Status, Visit
from beleg.traffic import family_of, settle

Key = tuple[str, str, str]
"""Week, publisher_id, engine."""


class VisitRow(NamedTuple):
    """One week of one publisher and engine; None is not measured, never 0."""

    week: str
    publisher_id: str
    engine: str
    """The assistant; engines of answers such as ``chatgpt_search`` are of ``chatgpt``."""
    answers: int | None
    """Answers of the week that count."""
    linking: int | None
    """Those of them that show a link to the publisher."""
    links: int | None
    """Distinct pages of the publisher that they show, summed over answers."""
    visits: int | None
    subscriptions: float | None
    days: int
    """Days of the week on which an export tells of the publisher and the engine."""
    visits_per_link: float | None
    """Visits over links shown in *our* answers: a rate between two samples, not a click rate."""


class Joined(NamedTuple):
    """What came of joining."""

    rows: list[VisitRow]
    n_untimed: int
    """Answers without a time: they are of no week."""
    n_overlapping: int
    """Rows of exports that a later export has replaced."""


def join_visits(
    tables: Mapping[str, pa.Table],
    visits: Iterable[Visit],
    holders: Mapping[str, str],
    subjects: Iterable[str] = (),
    *,
    timezone: str,
) -> Joined:
    """Lay visits beside links, week by week.

    Args:
        tables: answers, citations and observations.
        visits: Of all exports; what overlaps is settled here.
        holders: publisher_id by host, with and without ``www.``.
        subjects: Publishers that have a row wherever their links were counted; those with visits
            have one anyway.
        timezone: In which a day of an answer begins, IANA name.

    Returns:
        Rows by week, publisher, engine. Without visits and subjects there are none.
    """
    kept, left = settle(visits)
    counted: dict[Key, list[Visit]] = defaultdict(list)
    for visit in kept:
        owner = holders.get(visit.host, visit.host)
        counted[name_week(visit.starts_on), owner, visit.engine].append(visit)
    asked, n_untimed, telling = _count_answers(tables, ZoneInfo(timezone))
    links = _count_links(tables["citations"], asked, holders)
    wanted = {key[1] for key in counted} | set(subjects)
    n_answers: dict[tuple[str, str], int] = defaultdict(int)
    for place in asked.values():
        n_answers[place] += 1
    keys = set(counted) | {
        (week, owner, engine)
        for week, engine in n_answers
        if engine in telling
        for owner in wanted
    }
    rows = []
    for key in sorted(keys):
        week, owner, engine = key
        n = n_answers.get((week, engine))
        shown = links.get(key, []) if n is not None and engine in telling else None
        rows.append(_lay_out(key, n, shown, counted.get(key)))
    return Joined(rows, n_untimed, len(left))


def _count_answers(
    tables: Mapping[str, pa.Table], zone: ZoneInfo
) -> tuple[dict[str, tuple[str, str]], int, set[str]]:
    """Give week and engine of each answer that counts, how many have no time, who tells links."""
    observed = tables["observations"]
    repeats = {
        answer_id
        for answer_id, first in zip(
            observed["answer_id"].to_pylist(), observed["repeat_of"].to_pylist(), strict=True
        )
        if first is not None
    }
    table = tables["answers"].select(["answer_id", "engine", "asked_at", "status"])
    shown = tables["citations"].filter(tables["citations"]["shown"])
    linking = set(shown["answer_id"].to_pylist())
    asked: dict[str, tuple[str, str]] = {}
    n_untimed, telling = 0, set[str]()
    for answer_id, engine, at, status in zip(*(c.to_pylist() for c in table.columns), strict=True):
        if status != Status.ANSWERED.value or answer_id in repeats:
            continue
        if answer_id in linking:
            telling.add(family_of(engine))
        if at is None:
            n_untimed += 1
        else:
            asked[answer_id] = (name_week(at.astimezone(zone).date()), family_of(engine))
    return asked, n_untimed, telling


def _count_links(
    citations: pa.Table, asked: Mapping[str, tuple[str, str]], holders: Mapping[str, str]
) -> dict[Key, list[tuple[str, str]]]:
    """List answer and page of each distinct link that is shown, by week, publisher, engine."""
    table = citations.filter(citations["shown"])
    names = ("answer_id", "canonical_url", "url", "host")
    found: dict[Key, set[tuple[str, str]]] = defaultdict(set)
    for answer_id, canonical, url, host in zip(
        *(table[name].to_pylist() for name in names), strict=True
    ):
        if answer_id in asked and host is not None:
            week, engine = asked[answer_id]
            found[week, holders.get(host, host), engine].add((answer_id, canonical or url))
    return {key: sorted(pages) for key, pages in found.items()}


def _lay_out(
    key: Key, n: int | None, shown: list[tuple[str, str]] | None, visits: list[Visit] | None
) -> VisitRow:
    week, owner, engine = key
    links = None if shown is None else len(shown)
    total = None if visits is None else sum(visit.sessions for visit in visits)
    gained = [visit.subscriptions for visit in visits or ()]
    # A part of the sources without a figure would make the sum look complete.
    known = [value for value in gained if value is not None]
    days = {
        visit.starts_on + timedelta(days=day)
        for visit in visits or ()
        for day in range((visit.ends_on - visit.starts_on).days + 1)
    }
    return VisitRow(
        week=week,
        publisher_id=owner,
        engine=engine,
        answers=n,
        linking=None if shown is None else len({answer_id for answer_id, _ in shown}),
        links=links,
        visits=total,
        subscriptions=sum(known) if gained and len(known) == len(gained) else None,
        days=len(days),
        visits_per_link=total / links if total is not None and links else None,
    )

"""Visits beside links: weeks, houses, engines; what was not measured is None."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from beleg.measure.visits import VisitRow, join_visits
from beleg.records import Answer, Citation, Observation, Status, Visit
from beleg.tables import to_arrow

AT = datetime(2026, 11, 24, tzinfo=UTC)
MONDAY = datetime(2026, 11, 15, 23, 30, tzinfo=UTC)
"""Still Sunday in UTC, and Monday of week 47 in Berlin."""


def _answer(name: str, engine: str = "chatgpt_search", at: datetime | None = MONDAY) -> Answer:
    fields = dict.fromkeys(Answer.__dataclass_fields__)
    fields |= {"answer_id": name, "prompt_id": "p", "question": "?", "engine": engine}
    fields |= {"collector": "t", "raw_ref": "r", "status": Status.ANSWERED, "asked_at": at}
    return Answer(**(fields | {"queries": (), "flags": ()}))  # type: ignore[arg-type]


def _link(answer: str, url: str, *, shown: bool = True) -> Citation:
    host = url.split("/")[2]
    return Citation(answer, 1, url, url, host, None, None, None, False, shown, None)


def _visit(engine: str, sessions: int, gained: float | None, source: str = "") -> Visit:
    day = date(2026, 11, 16)
    return Visit("r", "f", "a.example", day, day, source or engine, engine, sessions, gained, AT)


ANSWERS = [
    _answer("1"), _answer("2"), _answer("3"), _answer("cached"), _answer("late", at=None),
    _answer("4", "grok"),
]  # fmt: skip
LINKS = [
    _link("1", "https://www.a.example/x"), _link("1", "https://www.a.example/x"),
    _link("1", "https://a.example/y"), _link("2", "https://b.example/z"),
    _link("3", "https://a.example/x", shown=False), _link("cached", "https://a.example/x"),
    _link("late", "https://a.example/x"),
]  # fmt: skip
TABLES = {
    "answers": to_arrow(ANSWERS, Answer),
    "citations": to_arrow(LINKS, Citation),
    "observations": to_arrow(
        [Observation(a.answer_id, "1" if a.answer_id == "cached" else None) for a in ANSWERS],
        Observation,
    ),
}
HOLDERS = {"a.example": "a", "www.a.example": "a", "b.example": "b"}


def _join(*visits: Visit, subjects: tuple[str, ...] = ()) -> dict[tuple[str, str], VisitRow]:
    joined = join_visits(TABLES, visits, HOLDERS, subjects, timezone="Europe/Berlin")
    assert joined.n_untimed == 1
    assert {row.week for row in joined.rows} <= {"2026-W47"}
    return {(row.publisher_id, row.engine): row for row in joined.rows}


def test_visits_stand_beside_the_links_of_their_week() -> None:
    rows = _join(_visit("chatgpt", 6, 1.5, "x"), _visit("chatgpt", 2, 0.5, "y"))
    assert rows == {
        ("a", "chatgpt"): VisitRow("2026-W47", "a", "chatgpt", 3, 1, 2, 8, 2.0, 1, 4.0)
    }


def test_what_was_not_measured_is_none() -> None:
    rows = _join(_visit("claude", 6, None), _visit("grok", 1, 1), subjects=("b", "c"))
    assert rows["a", "claude"].answers is rows["a", "claude"].links is None
    assert rows["a", "claude"].subscriptions is rows["a", "claude"].visits_per_link is None
    # grok was asked and shows no links at all: it does not tell of them
    assert (rows["a", "grok"].answers, rows["a", "grok"].links) == (1, None)
    assert (rows["b", "chatgpt"].links, rows["b", "chatgpt"].visits) == (1, None)
    # asked, telling, and not linked: that is a zero, and no ratio
    assert (rows["c", "chatgpt"].links, rows["c", "chatgpt"].visits_per_link) == (0, None)


def test_subscriptions_of_a_part_are_no_sum() -> None:
    rows = _join(_visit("chatgpt", 6, 1.5, "x"), _visit("chatgpt", 2, None, "y"))
    assert rows["a", "chatgpt"].visits == 8
    assert rows["a", "chatgpt"].subscriptions is None


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin"])
def test_the_week_is_that_of_the_time_zone(zone: str) -> None:
    joined = join_visits(TABLES, [], HOLDERS, ("a",), timezone=zone)
    assert {row.week for row in joined.rows} == {"2026-W46" if zone == "UTC" else "2026-W47"}

"""Figures over weeks and by topic: only where there are figures, with their statuses."""

import dataclasses

import pytest

from beleg import records as r
from beleg.report.charts import draw_course
from beleg.report.courses import find_course, place_weeks
from beleg.report.html import render

OK, THIN = r.EstimateStatus.OK, r.EstimateStatus.TOO_THIN
WEEKS = ("2026-W40", "2026-W45", "2026-W46")


def make(world, subject="anker", statuses=(OK, THIN, OK), *, engine="openai"):
    first = next(row for row in world.rows["estimates"] if row.measure == "citation_rate")
    for number, (week, status) in enumerate(zip(WEEKS, statuses, strict=True)):
        world.add(
            dataclasses.replace(
                first, subject=subject, engine=engine, segment="all", week=week, status=status,
                value=0.3 + number / 10, low=0.2, high=0.6,
            )
        )  # fmt: skip


def test_one_week_is_no_course(world):
    make(world, statuses=(OK, THIN, THIN))
    rows, houses = world.rows["estimates"], {"anker": "Der Anker"}
    assert find_course(rows, ("citation_rate",), houses, (), "week") is None
    make(world, "kai")
    course = find_course(rows, ("citation_rate",), {**houses, "kai": "Kai"}, ("kai",), "week")
    assert [house.name for house in course.houses] == ["Kai"]
    assert course.labels == WEEKS
    assert course.scale == 0.6


def test_undated_answers_are_counted_and_stand_in_no_week(world):
    make(world)
    last = world.rows["estimates"][-1]
    world.add(dataclasses.replace(last, week="undated", n=7))
    course = find_course(world.rows["estimates"], ("citation_rate",), {"anker": "A"}, (), "week")
    assert (course.labels, course.n_undated) == (WEEKS, 7)


def test_weeks_stand_as_the_calendar_has_them():
    assert place_weeks(WEEKS) == (0.0, pytest.approx(5 / 6), 1.0)
    assert place_weeks(("2026-W53", "2027-W01")) == (0.0, 1.0)
    assert place_weeks(()) == ()


def test_a_thin_week_is_dashed_and_joined_to_nothing(world):
    make(world, statuses=(OK, OK, THIN))
    rows = world.rows["estimates"][-3:]
    drawn = draw_course(rows, place_weeks(WEEKS), 0.6, "in <words>")
    assert drawn.count('class="dot"') == 2
    assert drawn.count('class="range thin"') == 1
    assert drawn.count('class="joined"') == drawn.count("<path") == 1
    assert "<title>in &lt;words&gt;</title>" in drawn


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_page_tells_the_course_in_words(world, settings, language):
    plain = render(world.tables(), settings=settings, language=language)
    make(world)
    page = render(world.tables(), settings=settings, language=language)
    title, week = {"de": ("Verlauf nach Wochen", "KW"), "en": ("Course over weeks", "week")}[
        language
    ]
    assert title not in plain
    assert page.count(title) == 1
    thin = {"de": "zu wenige Daten", "en": "too little data"}[language]
    assert f"{week}\u00a045/2026: {thin};" in page


def test_topics_are_shown_where_one_has_a_figure(world, settings):
    first = next(row for row in world.rows["estimates"] if row.measure == "citation_rate")
    for topic, status in (("Hafen", THIN), ("Rathaus", THIN)):
        world.add(dataclasses.replace(first, segment="all", topic=topic, status=status))
    assert "Nach Themen" not in render(world.tables(), settings=settings, language="de")
    world.add(dataclasses.replace(first, segment="all", topic="Watt & Meer", status=OK))
    page = render(world.tables(), settings=settings, language="de")
    assert "Nach Themen" in page
    assert "Watt &amp; Meer" in page

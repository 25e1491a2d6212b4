"""Slices: weeks, topics and the rest, engine by engine, nothing dropped, the same figures."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from world import NOON, World

from beleg.errors import InputError
from beleg.measure.cells import Slice, read_cells
from beleg.measure.columns import find_positions, read_columns, sum_by
from beleg.measure.merged import name_mixture, read_weights
from beleg.measure.objects import CitationRate, CitationShare
from beleg.measure.slices import check_dimensions, cut
from beleg.money import name_week
from beleg.records import Prompt, Publisher
from beleg.tables import to_arrow


def make_world():
    """Six prompts in two topics and one without, over three weeks and once without a time."""
    world = World()
    for number in range(36):
        prompt = f"p{number % 6}"
        topic = (None, "Hafen", "Rat")[number % 3]
        world.prompts[prompt] = Prompt(
            prompt, prompt, "herbst", topic, "de" if number % 2 else "en", 1.0 + number % 6, False
        )
        at = None if number >= 30 else NOON + timedelta(days=number // 2)
        world.answer(f"a{number}", prompt, asked_at=at, engine="ef"[number % 5 == 0])
        world.link(f"a{number}", "fremd.example")
        if number % 4 == 0 or number % 3 == 1:
            world.link(f"a{number}", "der-anker.example", page=str(number % 2))
    return world


def tables_of(world):
    return {
        "counts": world.measure().counts,
        "prompts": to_arrow(list(world.prompts.values()), Prompt),
        "publishers": to_arrow(world.publishers, Publisher),
    }


@pytest.fixture(scope="module")
def tables():
    return tables_of(make_world())


def test_weeks_are_iso_weeks_of_the_utc_day():
    assert name_week(date(2026, 11, 16)) == "2026-W47"
    assert name_week(date(2027, 1, 3)) == "2026-W53"
    assert name_week(date(2027, 1, 4)) == "2027-W01"


@pytest.mark.parametrize("by", ["week", "month", "topic", "language", "panel", "segment"])
def test_slices_leave_no_answer_out(tables, by):
    whole = {row.engine: row.n for row in CitationRate(subject="anker").estimate(tables)}
    for engine, n in whole.items():
        rows = CitationRate(subject="anker", engine=engine).estimate(tables, by=[by])
        assert sum(row.n for row in rows) == n
    labels = {
        row[by] for row in CitationRate(subject="anker").estimate(tables, by=[by]).to_dicts()
    }
    expected = {
        "week": {"2026-W47", "2026-W48", "2026-W49", "undated"},
        "month": {"2026-11", "undated"},
        "topic": {"Hafen", "Rat", "no topic"},
        "language": {"de", "en"},
        "panel": {"herbst"},
        "segment": {"unbranded"},
    }
    assert labels == expected[by]


@pytest.mark.parametrize("measure", [CitationRate, CitationShare])
def test_a_slice_is_what_its_cells_sum_to(tables, measure):
    """The independent route: cells read one slice alone, with weights spread within it."""
    for row in measure(subject="anker").estimate(tables, by=["topic", "week"]):
        if row.topic == "no topic" or row.week == "undated":
            continue
        first = date.fromisocalendar(2026, int(row.week[-2:]), 1)
        where = Slice(row.engine, first, first + timedelta(days=6), row.topic)
        cells = read_cells(tables["counts"], tables["prompts"], row.measure, where, ["anker"])
        assert row.value == pytest.approx(cells.y.sum() / cells.x.sum())
        assert (row.n, row.n_clusters) == (cells.n.sum(), len(cells.prompts))
        assert row.events == cells.n_hits.sum()


def test_the_workspace_keeps_weeks_and_topics_of_the_declared(tables):
    estimates = make_world().measure().estimates.to_pylist()
    finer = [row for row in estimates if row["week"] or row["topic"]]
    assert {row["subject"] for row in finer} == {"anker", "*"}  # bote never had an event
    assert {row["segment"] for row in finer} == {"all"}
    asked = CitationRate(subject="anker").estimate(tables, by=["week"])
    mine = {
        (row["engine"], row["week"]): row["value"]
        for row in finer
        if (row["measure"], row["subject"]) == ("citation_rate", "anker") and row["week"]
    }
    assert mine == {(row.engine, row.week): row.value for row in asked}


def test_without_times_and_topics_there_are_no_such_rows():
    world = World().answer("a", asked_at=None).link("a", "der-anker.example")
    rows = world.measure().estimates.to_pylist()
    assert rows
    assert all(row["week"] is row["topic"] is None for row in rows)


def test_days_leave_undated_answers_out_and_say_so(tables):
    found = CitationRate(subject="anker", engine="f", weeks=1).estimate(tables)
    # The newest day of any engine is the 30th of November: from the 24th on.
    assert found.n_undated == 6
    assert "left out, since their time is unknown: 6 answers" in repr(found)
    same = CitationRate(subject="anker", engine="f", since="2026-11-24", until="2026-11-30")
    assert same.estimate(tables)[0].n == found[0].n < 30
    assert CitationRate(subject="anker").estimate(tables).n_undated == 0


def test_unknown_dimensions_are_named():
    with pytest.raises(ValueError, match="by == 'planet', must be among engine, language"):
        check_dimensions(["week", "planet"])
    assert check_dimensions(["week", "engine", "week"]) == ("week",)


def test_whole_cuts_have_slices_in_which_nothing_was_asked(tables):
    columns = read_columns(tables["counts"], tables["prompts"])
    assert cut(columns, ["segment"], whole=True).n_slices == 2
    assert list(cut(columns, ["topic"]).labels) == ["engine", "topic"]


def test_merged_engines_are_the_stated_mixture(tables):
    single = {
        (row.engine, row.week): row.value
        for row in CitationRate(subject="anker").estimate(tables, by=["week"])
    }
    merged = CitationRate(subject="anker").estimate(
        tables, by=["week"], weights={"f": 3.0, "e": 1.0}
    )
    assert {row.engine for row in merged} == {"e=1,f=3"}
    for row in merged:
        parts = single.get(("e", row.week)), single.get(("f", row.week))
        if None in parts:
            assert row.status.value == "not_measured"
            assert row.value is None
        else:
            assert row.value == pytest.approx(0.25 * parts[0] + 0.75 * parts[1])
            assert row.low <= row.value <= row.high


def test_one_engine_with_all_the_weight_is_that_engine(tables):
    alone = CitationShare(subject="anker", engine="e").estimate(tables)[0]
    merged = CitationShare(subject="anker").estimate(tables, weights={"e": 0.3})[0]
    for name in ("value", "low", "high", "n", "n_clusters", "events"):
        assert getattr(merged, name) == pytest.approx(getattr(alone, name))


def test_weights_are_read_as_they_are_written():
    assert read_weights("b=0.6, a=0.4") == {"b": 0.6, "a": 0.4}
    assert name_mixture({"b": 0.6, "a": 0.4}) == "a=0.4,b=0.6"
    for text in ("a", "a=0", "a=x", "a=1,a=2", "=1", "a=-1", "a=nan"):
        with pytest.raises(ValueError, match="must be engines with weights above 0"):
            read_weights(text)


def test_an_engine_without_answers_is_named(tables):
    with pytest.raises(InputError, match=r"no answer of an engine 'x'. Engines: e, f"):
        CitationRate().estimate(tables, weights={"x": 1.0})
    with pytest.raises(InputError, match="no answer of an engine 'x'"):
        CitationRate(engine="x").estimate(tables)


@settings(deadline=None)
@given(st.lists(st.one_of(st.none(), st.text(max_size=3)), max_size=20))
def test_positions_lead_back_to_the_names(names):
    import pyarrow as pa  # noqa: PLC0415

    values, places = find_positions(pa.array(names, pa.string()))
    assert list(values) == sorted(set(names) - {None})
    assert [None if place < 0 else values[place] for place in places] == names


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 10**15)), max_size=30))
def test_sums_by_key_are_exact(rows):
    keys = np.array([key for key, _ in rows], dtype=np.int64)
    found, sums = sum_by(keys, {"y": np.array([y for _, y in rows], dtype=np.int64)})
    plain = {}
    for key, y in rows:
        plain[key] = plain.get(key, 0) + y
    assert dict(zip(found.tolist(), sums["y"].tolist(), strict=True)) == plain

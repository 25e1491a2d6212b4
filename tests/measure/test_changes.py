"""Changes of a small world, from its counts to the words."""

from datetime import date, timedelta

import numpy as np
import pytest
from world import NOON, World

from beleg.errors import InputError
from beleg.measure.change_words import format_p, say_break, say_change, say_verdict
from beleg.measure.changes import Choice, Verdict, compare_windows
from beleg.measure.discontinuities import (
    BreakKind,
    count_models,
    find_breaks,
    models_differ,
    scan,
)
from beleg.measure.windows import Window, check_order, format_window, parse_window

WEEKS = (parse_window("2026-W47"), parse_window("2026-W48"))


def make_world(*, models=(None, None), days=1, n_prompts=30):
    """Anker is linked in every second prompt, later in all of them; Bote never moves."""
    world = World()
    for week in range(2):
        for number in range(n_prompts):
            for day in range(days):
                key = f"a{week}-{number}-{day}"
                at = NOON + timedelta(days=7 * week + day)
                world.answer(key, f"p{number}", asked_at=at, text=key, model=models[week])
                if number % 2 or (week and number % 3):
                    world.link(key, "der-anker.example")
                if (number + week) % 2:
                    world.link(key, "bote.example")
    return world


def tables(world):
    measured = world.measure()
    return measured.counts, world.tables()["prompts"]


def test_verdicts_of_a_small_world():
    world = make_world()
    world.answer("only", "p-once", asked_at=NOON).answer("never", "p0", asked_at=None)
    found = compare_windows(*tables(world), "citation_rate", WEEKS)
    anker, bote = (
        next(row for row in found.rows if row.subject == name) for name in ("anker", "bote")
    )
    assert (anker.before, anker.after) == (0.5, pytest.approx(25 / 30))
    assert anker.verdict == Verdict.CHANGED
    assert anker.n_prompts == 30
    assert bote.verdict == Verdict.WITHIN_NOISE
    assert found.rows[0] is anker
    basket = found.baskets[0]
    assert (basket.n_common, basket.n_only_before, basket.n_only_after) == (30, 1, 0)
    assert basket.n_untimed == 1
    assert found.n_tested == 2
    assert say_change(anker, "en").startswith("changed: up by 33.3 points, from 50.0")
    assert say_verdict(anker, "de") == "verändert: um 33,3 Punkte gestiegen"


def test_another_model_voids_the_window_and_leaves_the_family():
    world = make_world(models=("m-1", "m-2"))
    counts, prompts = tables(world)
    known = world.tables()
    breaks = find_breaks(counts, known["answers"], known["observations"], WEEKS)
    assert [(found.kind, found.day) for found in breaks] == [
        (BreakKind.NAMED, NOON.date() + timedelta(days=7))
    ]
    assert "m-1" in say_break(breaks[0], "en")
    choice = Choice(engine_verdicts={"e": Verdict.ENGINE_CHANGED})
    found = compare_windows(counts, prompts, "citation_rate", WEEKS, choice=choice)
    assert {row.verdict for row in found.rows} == {Verdict.ENGINE_CHANGED}
    assert found.n_tested == 0
    assert found.rows[0].change is not None


def test_topics_are_figures_of_their_own():
    world = make_world()
    for number, name in enumerate(sorted(world.prompts)):
        row = world.prompts[name]
        world.prompts[name] = type(row)(
            *(getattr(row, field) for field in ("prompt_id", "text", "panel")),
            f"t{number % 2}", row.language, row.weight, row.branded,
        )  # fmt: skip
    found = compare_windows(
        *tables(world), "citation_rate", WEEKS, choice=Choice(by_topic=True, subjects=("anker",))
    )
    assert {row.topic for row in found.rows} == {"t0", "t1"}
    assert sum(row.n_prompts for row in found.rows) == 30


def test_the_basket_needs_runs_and_measures_of_answers():
    choice = Choice(is_basket=True)
    once, often = tables(make_world()), tables(make_world(days=2))
    thin = compare_windows(*once, "citation_rate", WEEKS, choice=choice)
    assert {row.verdict for row in thin.rows} == {Verdict.TOO_LITTLE_DATA}
    found = compare_windows(*often, "citation_rate", WEEKS, choice=choice)
    assert found.rows[0].verdict == Verdict.CHANGED
    with pytest.raises(InputError, match="part of answers"):
        compare_windows(*often, "citation_share", WEEKS, choice=choice)


@pytest.mark.parametrize("measure", ["citation_share", "selection_rate", "answered_rate"])
def test_other_measures_have_changes_too(measure):
    found = compare_windows(*tables(make_world()), measure, WEEKS)
    for row in found.rows:
        assert row.change is None or row.change == pytest.approx(row.after - row.before)


def test_words_of_a_window_read_back():
    assert parse_window("2026-W40") == Window(date(2026, 9, 28), date(2026, 10, 4))
    for text in ("2026-W40", "2026-W36..2026-W40", "2026-10-01", "2026-10-01..2026-10-05"):
        assert str(parse_window(text)) == text
    assert format_window(parse_window("2026-W40"), "de") == "KW\u00a040/2026"
    for wrong in ("2026-W60", "yesterday", "2026-W40..2026-W36", ""):
        with pytest.raises(InputError):
            parse_window(wrong)
    with pytest.raises(InputError, match="overlap"):
        check_order(parse_window("2026-W41"), parse_window("2026-W40"))


def test_models_differ_by_more_than_chance():
    assert count_models(["a", None, "a", "b"]) == {"a": 2, "b": 1}
    assert models_differ({"a": 3}, {"b": 2})
    assert not models_differ({"a": 5, "b": 5}, {"a": 7, "b": 4})  # each question to one of two
    assert models_differ({"a": 500, "b": 500}, {"a": 700, "b": 400})
    assert not models_differ({"a": 1000}, {"a": 990, "b": 10})
    assert not models_differ({}, {"b": 10})


def test_a_jump_is_found_on_its_day_and_noise_is_not():
    rng = np.random.default_rng(1)
    series = {"links": rng.standard_normal((1, 28)), "length": rng.standard_normal((1, 28))}
    assert scan(series, seed=1)[2] > 0.05
    series["links"][:, 17:] += 4.0
    at, name, p = scan(series, seed=1)
    assert (at, name) == (17, "links")
    assert p <= 0.01


def test_false_alarms_keep_their_rate():
    rng = np.random.default_rng(2)
    p = [
        scan({"links": rng.standard_normal((1, 12)), "publishers": rng.standard_normal((5, 12))},
             seed=seed, n_shuffles=99)[2]
        for seed in range(400)
    ]  # fmt: skip
    assert np.mean(np.array(p) <= 0.05) <= 0.08


def test_one_house_alone_is_no_change_of_the_engine():
    rng = np.random.default_rng(3)
    for everybody, kind in ((False, BreakKind.NO_SIGN), (True, BreakKind.SUSPECTED)):
        world = World()
        for day in range(14):
            for number in range(20):
                key = f"{day}-{number}"
                later = day >= 7
                world.answer(key, f"p{number}", asked_at=NOON + timedelta(days=day), text="x")
                rates = (0.9 if later else 0.2, *(2 * [0.9 if later and everybody else 0.2]))
                hosts = ("der-anker.example", "bote.example", "fremd.example")
                for host, rate in zip(hosts, rates, strict=True):
                    if rng.random() < rate:
                        world.link(key, host)
        known = world.tables()
        breaks = find_breaks(
            world.measure().counts, known["answers"], known["observations"], WEEKS
        )
        assert breaks[0].kind == kind
        assert say_break(breaks[0], "de") != say_break(breaks[0], "en")


def test_small_p_is_never_zero():
    assert format_p(1e-9, "en") == "<\u00a00.0001"
    assert format_p(0.0312, "de") == "0,031"
    assert format_p(None, "en") == ""

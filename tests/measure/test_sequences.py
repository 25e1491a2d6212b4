"""Confidence sequences, and the looks at a basket."""

import json
import math
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings, strategies as st
from scipy import integrate, stats
from world import World

from beleg.cli import main
from beleg.measure.cells import Slice
from beleg.measure.grid import read_grid
from beleg.measure.looks import find_restarts, find_values, list_models, watch
from beleg.measure.sequences import (
    MIN_UNITS,
    find_persistence,
    find_radius,
    follow_change,
    follow_mean,
    tune,
)
from beleg.measure.windows import parse_window
from beleg.records import Prompt
from beleg.tables import to_arrow

START = datetime(2026, 10, 5, 12, tzinfo=UTC)


def evidence(values, mean, phi):
    """The mixture of t-tests by numeric integration: density of t, mixed over the null's."""
    n = len(values)
    t = math.sqrt(n) * (np.mean(values) - mean) / np.std(values, ddof=1)
    mixed = integrate.quad(
        lambda d: stats.nct.pdf(t, n - 1, d * math.sqrt(n)) * stats.norm.pdf(d, 0, phi**-0.5),
        -8 / phi**0.5, 8 / phi**0.5,
    )[0]  # fmt: skip
    return mixed / stats.t.pdf(t, n - 1)


def test_the_radius_is_where_the_mixture_reaches_one_over_alpha():
    values = np.array([0.31, 0.28, 0.42, 0.25, 0.36, 0.3, 0.33, 0.29])
    n = len(values)
    radius = find_radius(
        np.array([values.var(ddof=1)]), np.array([float(n)]), np.array([n - 1.0]), 2.0, 0.95
    )[0]
    assert evidence(values, values.mean() - radius, 2.0) == pytest.approx(20.0, rel=1e-6)


def test_a_change_is_the_difference_of_means_and_its_baseline_bounds_it():
    rng = np.random.default_rng(4)
    base, values = rng.normal(0.3, 0.05, 10), rng.normal(0.3, 0.05, 4000)
    found = follow_change(base, values, 0.95)
    assert found.value[7] == pytest.approx(values[:8].mean() - base.mean())
    width = found.high - found.low
    # However long one looks: ten days of baseline are not known better.
    assert width[-1] > 2 * 1.96 * values.std() / math.sqrt(10)
    assert width[-1] < width[9] < width[3]


def test_too_few_units_say_nothing():
    found = follow_mean(np.array([0.2, 0.4, 0.3, 0.35, 0.3, 0.4]), 0.95, 30.0)
    assert (found.low[: MIN_UNITS - 1] == 0.0).all()
    assert (found.high[: MIN_UNITS - 1] == 1.0).all()
    flat = follow_change(np.full(5, 0.2), np.full(5, 0.2), 0.95)
    assert (flat.high - flat.low > 1.0).all()  # nothing ever varied: nothing is known


@given(st.lists(st.floats(0, 1), min_size=6, max_size=40), st.floats(0.6, 0.99))
def test_limits_hold_the_mean_and_widen_with_the_level(values, level):
    narrow = follow_mean(np.array(values), level, 50.0)
    wide = follow_mean(np.array(values), level + 0.005, 50.0)
    assert (narrow.low <= narrow.value + 1e-12).all()
    assert (narrow.high >= narrow.value - 1e-12).all()
    assert (wide.low <= narrow.low + 1e-12).all()
    assert (wide.high >= narrow.high - 1e-12).all()


@given(st.lists(st.floats(0.01, 0.99), min_size=8, max_size=30), st.integers(2, 6))
def test_a_look_never_changes_afterwards(values, cut):
    whole = follow_change(np.array(values[:5]), np.array(values[5:]), 0.95)
    early = follow_change(np.array(values[:5]), np.array(values[5 : 5 + cut]), 0.95)
    n = len(early.value)
    assert np.allclose(whole.low[:n], early.low, atol=1e-9)
    assert np.allclose(whole.high[:n], early.high, atol=1e-9)


@settings(max_examples=20)
@given(st.floats(1.0, 500.0))
def test_tuning_makes_its_horizon_the_narrowest(horizon):
    def width(phi):
        rho = phi / (phi + horizon)  # the limit of many degrees of freedom
        return math.sqrt((2 * math.log(20) - math.log(rho)) / (horizon * (1 - rho)))

    phi = tune(horizon, 0.95)
    assert width(phi) <= min(width(phi * 0.5), width(phi * 2.0))


@pytest.mark.parametrize("level", [0.0, 1.0])
def test_a_level_out_of_bounds_is_refused(level):
    with pytest.raises(ValueError, match="level =="):
        follow_mean(np.array([0.1, 0.2]), level, 10.0)


def test_false_alarms_over_two_hundred_looks_stay_below_five_percent():
    rng = np.random.default_rng(11)
    prompts = rng.beta(0.3 * 7 / 3, 0.7 * 7 / 3, size=(1500, 50))
    days = np.stack([(rng.random(prompts.shape) < prompts).mean(1) for _ in range(214)], axis=1)
    found = follow_change(days[:, :14], days[:, 14:], 0.95)
    alarms = ((found.low > 0) | (found.high < 0)).any(1).mean()
    held = follow_mean(days[:, :200], 0.95, 200.0)
    truth = prompts.mean(1, keepdims=True)
    missed = ((held.low > truth) | (held.high < truth)).any(1).mean()
    assert 0.0 < alarms <= 0.05
    assert 0.0 < missed <= 0.05


def make_world(n_days=30, shift_at=None, models=(), n_prompts=12):
    """Every question once a day; der Anker is linked in a fixed pattern of a third, or two."""
    world = World()
    for day in range(n_days):
        moved = shift_at is not None and day >= shift_at
        model = next((name for start, name in reversed(models) if day >= start), None)
        for number in range(n_prompts):
            key = f"a{day}-{number}"
            world.answer(
                key, f"p{number:02}", weight=1.0 + number % 2, model=model,
                asked_at=START + timedelta(days=day),
            )  # fmt: skip
            hit = (number * 7 + day * 5 + day // 3) % 9 < (6 if moved else 3)
            world.link(key, "der-anker.example" if hit else "fremd.example")
    return world


def read(world, every="day"):
    prompts = to_arrow(list(world.prompts.values()), Prompt)
    counts = world.measure().counts
    return read_grid(counts, prompts, "citation_rate", Slice("e"), "anker", every)


def test_the_grid_adds_up_by_plain_loops():
    world = make_world(9)
    for every in ("day", "week"):
        grid = read(world, every)
        values = find_values(grid)
        linked = {row.answer_id for row in world.citations if "anker" in row.host}
        for at, unit in enumerate(grid.units):
            last = unit + timedelta(days=6 if every == "week" else 0)
            top = bottom = 0.0
            for prompt in world.prompts.values():
                mine = [
                    a for a in world.answers
                    if a.prompt_id == prompt.prompt_id and unit <= a.asked_at.date() <= last
                ]  # fmt: skip
                top += prompt.weight * sum(a.answer_id in linked for a in mine) / len(mine)
                bottom += prompt.weight
            assert values[at] == pytest.approx(top / bottom)


def test_a_real_change_is_told_and_no_change_is_not():
    week = parse_window("2026-W41")
    assert week == (date(2026, 10, 5), date(2026, 10, 11))
    calm = watch(read(make_world(40)), baseline=week)
    assert not any(look.alarm for look in calm.looks)
    assert calm.baseline_units == 7
    assert len(calm.looks) == 33
    moved = watch(read(make_world(40, shift_at=20)), baseline=week)
    alarms = [look.day for look in moved.looks if look.alarm]
    assert alarms
    assert min(alarms) > date(2026, 10, 24)  # the twentieth day is 25 October


def test_a_change_of_model_begins_anew_and_is_compared_with_nothing():
    world = make_world(30, models=((0, "one"), (15, "two")))
    answers = [(a.engine, a.asked_at.date(), a.model) for a in world.answers]
    models = list_models(answers, "e", "day")
    assert find_restarts(models) == (date(2026, 10, 20),)
    found = watch(read(world), baseline=parse_window("2026-W41"), restarts=find_restarts(models))
    assert found.restarts == (date(2026, 10, 20),)
    assert {look.sequence for look in found.looks} == {1, 2}
    after = [look for look in found.looks if look.sequence == 2]
    assert after[0].n == 12
    assert all(look.change is None and not look.alarm for look in after)


def test_a_day_on_which_little_was_asked_is_left_out():
    world = make_world(12)
    late = START + timedelta(days=3)
    world.answers = [
        a for a in world.answers if a.asked_at != late or a.prompt_id in {"p00", "p01", "p02"}
    ]
    kept = {a.answer_id for a in world.answers}
    world.observations = [o for o in world.observations if o.answer_id in kept]
    world.citations = [c for c in world.citations if c.answer_id in kept]
    found = watch(read(world))
    assert found.skipped == (late.date(),)
    assert len(found.looks) == 11


def test_units_that_resemble_each_other_are_seen():
    assert find_persistence(np.sin(np.arange(100) / 10)) > 0.9
    assert abs(find_persistence(np.random.default_rng(1).normal(size=4000))) < 0.05
    assert math.isnan(find_persistence(np.zeros(2)))


@pytest.fixture
def workspace(tmp_path):
    from beleg.store import Workspace  # noqa: PLC0415

    runner = CliRunner()
    folder = tmp_path / "ws"
    result = runner.invoke(main, ["-C", str(folder), "init"])
    assert result.exit_code == 0, result.output

    def fill(world):
        tables = world.tables()
        tables["counts"] = world.measure().counts
        with Workspace(folder, write=True) as ws:
            ws.commit(
                {n: tables[n] for n in ("answers", "prompts", "publishers", "counts")},
                source="test",
            )
        return lambda *args: runner.invoke(main, ["-C", str(folder), "measure", *args])

    return fill


def test_watch_says_since_when(workspace):
    run = workspace(make_world(40, shift_at=20))
    args = ("watch", "--subject", "Der Anker", "--baseline", "2026-W41")
    shown = run(*args)
    assert shown.exit_code == 0, shown.output
    assert "Der Anker's citation rate on e: outside noise since 2026-1" in shown.output
    assert "OUTSIDE NOISE" in shown.output
    told = json.loads(run(*args, "--json").output)
    assert told["looks"][-1]["alarm"] is True
    assert told["estimand"].startswith("basket of prompts")


def test_watch_names_what_is_wrong(workspace):
    run = workspace(make_world(8))
    assert "no window of days" in run("watch", "--subject", "anker", "--baseline", "W4").output
    assert "which publisher" in run("watch").output
    assert (
        "no day to look at" in run("watch", "--subject", "anker", "--since", "2027-01-01").output
    )

"""Plans, draws and the page."""

from datetime import timedelta

import pytest
from hypothesis import given, settings, strategies as st
from world import NOON, World

from beleg.errors import InputError
from beleg.measure.intervention_page import write_html, write_text
from beleg.measure.interventions import (
    ALL_ENGINES,
    Arm,
    assign,
    measure_intervention,
    parse_plan,
    pick_prompts,
)
from beleg.text import prompt_id_of

PLAN = """
name = "Explainers <b>"
subject = "anker"
before = "2026-W47"
after = "2026-W48"
assignment = "random"
seed = 3
[treated]
topics = ["x"]
[engines]
e = 0.5
f = 0.5
"""


def make_world(treated):
    world = World()
    for engine in ("e", "f"):
        for number in range(60):
            prompt = prompt_id_of(f"p{number}")
            for day in (0, 4, 7, 11):
                key = f"{engine}{number}-{day}"
                at = NOON + timedelta(days=day)
                world.answer(key, prompt, engine=engine, asked_at=at, text=key)
                lucky = (number * 7 + day * (number % 3)) % 5 < 2
                if lucky or (day >= 7 and prompt in treated and number % 4):
                    world.link(key, "der-anker.example")
                else:
                    world.link(key, "fremd.example")
    return world


@pytest.fixture(scope="module")
def drawn():
    return assign({prompt_id_of(f"p{n}"): None for n in range(60)}, 3)


@pytest.fixture(scope="module")
def world(drawn):
    return make_world(drawn)


def run(world, treated, plan=PLAN):
    controls = set(world.prompts) - set(treated)
    counts, prompts = world.measure().counts, world.tables()["prompts"]
    return measure_intervention(
        counts, prompts, parse_plan(plan, "plan.toml"), (set(treated), controls)
    )


def test_an_effect_is_found_and_the_draw_is_checked(world, drawn):
    result = run(world, drawn)
    assert result.drawn == "checked"
    assert [row.engine for row in result.rows] == ["e", "f", ALL_ENGINES]
    for row in result.rows:
        assert (row.n_treated, row.n_control) == (30, 30)
        assert row.value > 0.2
        assert row.p < 0.01
    row = result.rows[0]
    before, after, base, later = row.sides
    assert row.value == pytest.approx((after - before) - (later - base))
    text = write_text(result, 0.95, "en")
    assert "more than chance" in text
    assert "the draw agrees" in text
    assert "mehr als Zufall" in write_text(result, 0.95, "de")
    page = write_html(result, 0.95, "de")
    assert "Explainers &lt;b&gt;" in page
    assert "http" not in page  # it needs no network


def test_another_draw_is_called_by_its_name(world, drawn):
    others = set(sorted(drawn)[1:]) | {min(set(world.prompts) - drawn)}
    assert run(world, others).drawn == "failed"
    assert run(world, drawn, PLAN.replace("seed = 3", "")).drawn == "unseeded"
    assert run(world, drawn, PLAN.replace('"random"', '"chosen"')).drawn == "chosen"


def test_few_prompts_are_too_little_data(world):
    few = sorted(world.prompts)[:4]
    result = run(world, few)
    assert all(row.p is None and row.low is None for row in result.rows)
    assert "too little data" in write_text(result, 0.95, "en")
    assert "zu wenige Daten" in write_text(result, 0.95, "de")


@settings(deadline=None)
@given(
    st.dictionaries(st.text(min_size=1), st.sampled_from(["a", "b", None]), min_size=1),
    st.integers(),
    st.floats(0.1, 0.9),
)
def test_a_draw_repeats_itself_and_keeps_its_share(topics, seed, share):
    treated = assign(topics, seed, share)
    assert treated == assign(dict(reversed(topics.items())), seed, share)
    assert abs(len(treated) - share * len(topics)) <= 0.5 + 1e-9
    for topic in set(topics.values()):
        mine = [name for name, of in topics.items() if of == topic]
        assert abs(len(treated & set(mine)) - share * len(mine)) <= 1.0 + 1e-9


def test_prompts_by_text_id_topic(world):
    prompts = world.tables()["prompts"]
    one = prompt_id_of("p1")
    assert pick_prompts(Arm(prompts=("P1",)), [prompt_id_of("p2")], prompts, "f") == {
        one, prompt_id_of("p2"),
    }  # fmt: skip
    for arm in (Arm(prompts=("nobody asked",)), Arm(topics=("gone",)), Arm()):
        with pytest.raises(InputError, match="of the prompts"):
            pick_prompts(arm, [], prompts, "plan.toml")


@pytest.mark.parametrize(
    "wrong",
    [
        "not toml",
        PLAN.replace("subject", "subjekt"),
        PLAN + "\n[nonsense]\n",
        PLAN.replace('before = "2026-W47"', ""),
        PLAN.replace('after = "2026-W48"', 'after = "2026-W46"'),
        PLAN.replace("seed = 3", 'measure = "fame"'),
        PLAN.replace("seed = 3", "share = 1.5"),
        PLAN.replace("0.5", "0.0"),
    ],
)
def test_a_wrong_plan_is_named(wrong):
    with pytest.raises(InputError):
        parse_plan(wrong, "plan.toml")


def test_arms_do_not_overlap(world, drawn):
    counts, prompts = world.measure().counts, world.tables()["prompts"]
    with pytest.raises(InputError, match="at once"):
        measure_intervention(counts, prompts, parse_plan(PLAN, "p"), (drawn, set(world.prompts)))

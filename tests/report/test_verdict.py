import dataclasses
import math
from datetime import UTC, datetime

import pytest
from hypothesis import given, strategies as st

from beleg.records import EstimateStatus, Ownership, Status
from beleg.report.facts import build_facts
from beleg.report.sentence import compose_verdict, write_engine
from beleg.report.verdict import MIN_PAIRS, Change, Figure, Verdict, compare_pairs, judge


def facts_of(builder, us=("anker", "kai")):
    return build_facts(builder.tables(), us=us, threshold=5000, timezone="Europe/Berlin")


def verdict_of(**values):
    figure = Figure("openai", 0.18, 0.15, 0.22, 300, 54, 100, EstimateStatus.OK)
    given_values = {
        "kind": "us",
        "subject": "Der Anker",
        "n_us": 1,
        "first_week": (2026, 47),
        "last_week": (2026, 47),
        "figures": (figure,),
        "week": (2026, 47),
        "before": (2026, 46),
        "changes": (Change("openai", "within_noise", 0.01, -0.02, 0.04, 90),),
        "n_answers": 300,
        "n_prompts": 100,
    } | values
    return Verdict(**given_values)


def test_sentence_in_both_languages():
    german = compose_verdict(verdict_of(), {}, "de").replace("\u00a0", " ")
    english = compose_verdict(verdict_of(), {}, "en").replace("\u00a0", " ")
    assert german == (
        "KW 47/2026: Der Anker zitiert in 18 % (15 bis 22) der Antworten von OpenAI auf Fragen "
        "ohne Hausnamen; gegenüber KW 46/2026 im Rahmen des Zufalls."
    )
    assert english == (
        "Week 47/2026: Der Anker cited in 18 % (15 to 22) of the answers of OpenAI to unbranded "
        "questions; against week 46/2026 within noise."
    )


def test_sentence_names_the_flag_beside_the_figure():
    text = compose_verdict(verdict_of(), {"openai": ("links-invented",)}, "en")
    assert "OpenAI (links invented)" in text


def test_sentence_names_the_flag_beside_every_naming():
    flags = {"openai": ("links-invented",)}
    changed = Change("openai", "changed", 0.1, 0.05, 0.15, 90)
    thin = Figure("openai", 0.5, 0.1, 0.9, 4, 2, 3, EstimateStatus.TOO_THIN)
    other = Figure("grok", 0.18, 0.15, 0.22, 300, 54, 100, EstimateStatus.OK)
    for values in ({"changes": (changed,)}, {"figures": (thin,)}, {"figures": (other, thin)}):
        text = compose_verdict(verdict_of(**values), flags, "en")
        assert text.count("OpenAI") == text.count("OpenAI (links invented)") > 0, values


def test_engines_bear_the_names_that_readers_know():
    assert write_engine("google_ai_overview", "de") == "Google KI-Übersichten"
    assert write_engine("google_ai_overview", "en") == "Google AI Overviews"
    for unknown in ("anything", "none", "OPENAI", ""):  # [engine_none] is a sentence, no name
        assert write_engine(unknown, "de") == unknown


def test_the_most_cited_is_no_platform(world):
    rows = world.rows["publishers"]
    rows[:] = [dataclasses.replace(row, declared=False) for row in rows]
    before = judge(facts_of(world, us=()))
    assert before.kind == "top"
    for holding in list(world.rows["holdings"]):
        if holding.publisher_id == min(facts_of(world, us=()).publishers_linked("openai-01-0")):
            place = world.rows["holdings"].index(holding)
            world.rows["holdings"][place] = dataclasses.replace(holding, reason="platform")
    assert judge(facts_of(world, us=())).subject != before.subject
    rows = world.rows["holdings"]
    rows[:] = [dataclasses.replace(row, reason="platform") for row in rows]
    verdict = judge(facts_of(world, us=()))
    assert verdict.kind == "unlinked"
    assert "leads to a known one" in compose_verdict(verdict, {}, "en")


def test_sentence_claims_no_change_without_a_week_before():
    text = compose_verdict(verdict_of(week=None, before=None, changes=()), {}, "en")
    assert "noise" not in text
    assert "no full week before" in text


def test_thin_figures_are_counted_never_rated():
    thin = Figure("openai", 0.5, 0.1, 0.9, 4, 2, 3, EstimateStatus.TOO_THIN)
    text = compose_verdict(verdict_of(figures=(thin,)), {}, "en")
    assert "2 of 4 answers of OpenAI" in text
    assert "%" not in text


def test_paired_change_by_hand():
    # 20 prompts: ten rise by 1, ten stay. mean = .5; sum (d - mean)^2 = 20 * .25 = 5;
    # standard error = sqrt(20/19 * 5) / 20 = .11471; t(.975, 19) = 2.09302; half = .24009
    change = compare_pairs("e", [1.0] * 10 + [0.0] * 10, [1.0] * 20)
    assert change.verdict == "changed"
    assert change.difference == 0.5
    assert change.low == pytest.approx(0.5 - 0.24009, abs=1e-5)
    assert change.high == pytest.approx(0.5 + 0.24009, abs=1e-5)


def test_few_pairs_or_few_differing_prompts_claim_nothing():
    assert compare_pairs("e", [1.0] * 19, [1.0] * 19).verdict == "too_little_data"
    # five of 20 all one way: the t interval alone would exclude 0
    assert compare_pairs("e", [1.0] * 5 + [0.0] * 15, [1.0] * 20).verdict == "within_noise"


@given(st.lists(st.floats(-1, 1), min_size=MIN_PAIRS, max_size=60))
def test_turning_the_weeks_round_turns_the_change(differences):
    weights = [1.0] * len(differences)
    there = compare_pairs("e", differences, weights)
    back = compare_pairs("e", [-d for d in differences], weights)
    assert there.verdict == back.verdict
    assert math.isclose(there.difference, -back.difference, abs_tol=1e-9)
    assert there.low - 1e-9 <= there.difference <= there.high + 1e-9


def test_weeks_and_engines_of_the_world(world):
    verdict = judge(facts_of(world))
    assert (verdict.before, verdict.week) == ((2026, 45), (2026, 46))
    assert {change.engine for change in verdict.changes} == {"openai", "perplexity", "grok"}
    by_engine = {change.engine: change.verdict for change in verdict.changes}
    assert by_engine["openai"] == "changed"  # in week 46 it cites us far more often
    assert by_engine["perplexity"] == "within_noise"


def test_a_new_model_voids_the_comparison(world):
    start = datetime(2026, 11, 12, tzinfo=UTC)
    world.answer("new", "q01", "openai", "x", start, model="openai-2")
    changes = judge(facts_of(world)).changes
    assert {c.verdict for c in changes if c.engine == "openai"} == {"engine_changed"}


def test_an_unfinished_week_is_not_compared(world):
    world.answer("late", "q01", "openai", "x", datetime(2026, 11, 17, tzinfo=UTC))
    assert judge(facts_of(world)).week == (2026, 46)
    now = datetime(2026, 11, 23, tzinfo=UTC)
    assert judge(facts_of(world), now).week == (2026, 47)


def test_refusals_and_branded_questions_stay_out(world):
    before = judge(facts_of(world))
    at = datetime(2026, 11, 12, tzinfo=UTC)
    world.answer("no", "q01", "openai", "no", at, status=Status.REFUSED)
    world.answer("brand", "q45", "openai", "x", at)
    assert judge(facts_of(world)) == before


def test_a_group_is_no_house_beside_its_titles(world):
    row = world.rows["publishers"][0]
    world.add(dataclasses.replace(row, publisher_id="group", name="Gruppe", domains=()))
    for title in ("anker", "kai"):
        world.add(Ownership(title, "group", None, None))
    facts = facts_of(world, us=("group",))
    assert facts.us == ("anker", "group", "kai")
    assert judge(facts).n_us == 2

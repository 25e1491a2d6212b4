import dataclasses
from datetime import UTC, datetime

from hypothesis import given, strategies as st

from beleg.records import DocumentKind
from beleg.report.facts import build_facts
from beleg.report.findings import (
    cut_runs,
    find_lost,
    find_misattributed,
    find_uncredited,
)

AT = datetime(2026, 11, 12, tzinfo=UTC)


def facts_of(builder, us=("anker", "kai")):
    return build_facts(builder.tables(), us=us, threshold=5000, timezone="Europe/Berlin")


def test_lost_questions(world):
    lost = find_lost(facts_of(world))
    # q03 is lost at all engines by construction; q02 is lost too, yet openai links us in week 46
    assert "Was gilt bei Punkt 3?" in {row.question for row in lost}
    assert "Was gilt bei Punkt 2?" not in {row.question for row in lost}
    (row,) = (row for row in lost if row.question == "Was gilt bei Punkt 3?")
    assert row.engines == ("grok", "openai", "perplexity")
    assert (row.n_answers, row.winners) == (6, (("faehrblatt.example", 6),))


def test_a_mention_saves_a_question(world):
    row = world.rows["mentions"][0]
    world.add(dataclasses.replace(row, answer_id="grok-03-0", entity_id="kai/Jule Petersen"))
    assert "Was gilt bei Punkt 3?" not in {row.question for row in find_lost(facts_of(world))}


def test_a_negative_mention_does_not(world):
    row = world.rows["mentions"][0]
    world.add(dataclasses.replace(row, answer_id="grok-03-0", entity_id="kai", negative=True))
    assert "Was gilt bei Punkt 3?" in {row.question for row in find_lost(facts_of(world))}


def test_uncredited(world):
    (row,) = find_uncredited(facts_of(world))
    assert row.statement == "Das Vorhaben kostet 4,2 Millionen Euro."
    assert (row.publisher, row.engine, row.n_answers) == ("Der Anker", "openai", 2)
    assert row.source.text == row.statement
    assert row.linked == ()


def test_a_link_to_us_is_credit_enough(world):
    for key in ("openai-05-0", "openai-05-1"):
        world.link(key, 1, "https://nordkai.example/", "nordkai.example")
    assert find_uncredited(facts_of(world)) == []


def test_a_cited_passage_is_credited(world):
    rows = world.rows["supports"]
    rows[:] = [dataclasses.replace(row, cited=True) for row in rows]
    assert find_uncredited(facts_of(world)) == []


def test_below_the_threshold_nothing_is_used(world):
    rows = world.rows["supports"]
    rows[:] = [dataclasses.replace(row, support=4999) for row in rows]
    assert find_uncredited(facts_of(world)) == []


def test_misattributed(world):
    wrong, unproven = find_misattributed(facts_of(world))
    (row,) = wrong
    assert row.statement == "Die Fähre fährt ab Montag wieder stündlich."
    assert (row.publisher, row.engine, row.n_answers) == ("Der Anker", "perplexity", 2)
    assert row.source.publisher == "faehrblatt.example"
    assert unproven == []


def test_among_ourselves_nothing_is_misattributed(world):
    # the ferry's news belongs to one of us now: the link leads to another of us, and that is all
    both = ("anker", "kai", "faehrblatt.example")
    assert find_misattributed(facts_of(world, us=both))[0] == []
    assert find_misattributed(facts_of(world, us=("anker",)))[0] != []


def test_where_all_declared_are_we_nothing_among_them_is_misattributed(world):
    rows = world.rows["publishers"]
    rows[:] = [dataclasses.replace(row, declared=True) for row in rows]
    facts = facts_of(world, us=())
    assert facts.us_kind == "declared"
    assert find_misattributed(facts)[0] == []


def test_where_nobody_is_declared_the_houses_are_no_we(world):
    rows = world.rows["publishers"]
    rows[:] = [dataclasses.replace(row, declared=False) for row in rows]
    facts = facts_of(world, us=())
    assert "faehrblatt.example" in facts.us
    (row,) = find_misattributed(facts)[0]
    assert (row.publisher, row.source.publisher) == ("Der Anker", "faehrblatt.example")


def test_a_platform_is_never_we(world):
    publishers, holdings = world.rows["publishers"], world.rows["holdings"]
    publishers[:] = [dataclasses.replace(row, declared=False) for row in publishers]
    holdings[:] = [
        dataclasses.replace(row, reason="platform") if row.publisher_id == "kai" else row
        for row in holdings
    ]
    facts = facts_of(world, us=())
    assert facts.platforms == {"kai"}
    assert "kai" not in facts.us
    assert "kai" not in {row.publisher_id for row in find_uncredited(facts)}


@given(st.sets(st.sampled_from(["anker", "kai", "wire", "faehrblatt.example"]), min_size=1))
def test_who_wrongs_us_is_never_one_of_us(tables, us):
    facts = build_facts(tables, us=tuple(us), threshold=5000, timezone="Europe/Berlin")
    wrong, _ = find_misattributed(facts)
    assert all(row.publisher_id in us and row.source.publisher_id not in us for row in wrong)


def test_without_the_page_nobody_is_accused(world):
    rows = world.rows["documents"]
    rows[:] = [
        dataclasses.replace(row, kind=DocumentKind.SNIPPET)
        if row.host == "der-anker.example"
        else row
        for row in rows
    ]
    assert find_misattributed(facts_of(world)) == ([], [])


def test_links_without_places_accuse_nobody(world):
    rows = world.rows["claim_links"]
    rows[:] = [dataclasses.replace(row, placed=False) for row in rows]
    assert find_misattributed(facts_of(world)) == ([], [])


def test_something_near_of_ours_is_no_accusation(world):
    world.support("c-perplexity-07-0-blatt", "heat", "Die Opposition stimmte dagegen.", 2500)
    world.support("c-perplexity-07-1-blatt", "heat", "Die Opposition stimmte dagegen.", 2500)
    assert find_misattributed(facts_of(world))[0] == []


def test_resting_on_nobody_is_no_accusation_either(world):
    kept = [row for row in world.rows["supports"] if "perplexity-07" not in row.claim_id]
    world.rows["supports"][:] = kept
    wrong, unproven = find_misattributed(facts_of(world))
    assert wrong == []
    assert [row.n_answers for row in unproven] == [2]


def test_nobody_declared_loses_nothing(world):
    rows = world.rows["publishers"]
    rows[:] = [dataclasses.replace(row, declared=False) for row in rows]
    facts = facts_of(world, us=())
    assert facts.us_kind == "measured"
    assert find_lost(facts) == []


@given(st.lists(st.integers(0, 60), max_size=12), st.integers(0, 50), st.integers(0, 50))
def test_runs_are_the_text_without_gap(spans, first, last):
    start, end = sorted((first, last))
    runs = cut_runs(spans, start, end)
    places = [place for run in runs for place in range(run[0], run[1])]
    assert places == list(range(end - start))
    pairs = list(zip(spans[::2], spans[1::2], strict=False))
    for low, high, marked in runs:
        for place in range(low, high):
            inside = any(a <= place + start < b for a, b in pairs)
            assert inside == marked

"""Every measure, on answers whose figures are computed by hand."""

import math
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from world import NOON, World

from beleg.errors import InputError
from beleg.measure import measure
from beleg.records import DocumentKind, Estimate, Holding, Observation, Status
from beleg.tables import KEYS, schema_of


def value(world, name, subject="anker", **where):
    return world.find(name, subject, **where)["value"]


def test_citation_rate_counts_answers_not_links():
    world = World().answer("a").answer("b", "p2").answer("c", "p3").answer("d", "p4")
    world.link("a", "der-anker.example", page="1").link("a", "der-anker.example", page="2")
    world.link("b", "bote.example").link("c", "der-anker.example", shown=False)
    row = world.find("citation_rate")
    assert (row["value"], row["n"], row["n_clusters"], row["events"]) == (0.25, 4, 4, 1)
    assert 0 < row["low"] < 0.25 < row["high"] < 1
    assert row["status"] == "too_thin"
    assert value(world, "citation_rate", "bote") == 0.25
    assert row["estimand"] == "population of prompts"


def test_a_prompt_counts_by_its_weight_however_often_it_ran():
    world = World().answer("a", weight=3.0).answer("b").answer("c", "p2")
    world.link("a", "der-anker.example").link("c", "der-anker.example")
    # p1 (weight 3) has 1 of 2, p2 (weight 1) has 1 of 1: (3 * .5 + 1) / 4.
    assert value(world, "citation_rate") == pytest.approx(0.625)


def test_citation_share_is_links_over_links():
    world = World().answer("a").answer("b", "p2").answer("c", "p3")
    world.link("a", "der-anker.example", page="1").link("a", "der-anker.example", page="2")
    world.link("a", "bote.example").link("a", "bote.example").link("b", "fremd.example")
    # a: two pages of anker, one of bote (linked twice); b: one of another; c: none.
    row = world.find("citation_share")
    assert row["value"] == 0.5
    assert (row["n"], row["n_clusters"], row["events"]) == (2, 2, 1)
    assert value(world, "citation_share", "bote") == 0.25
    assert value(world, "citation_share", "fremd.example") == 0.25


def test_selection_rate_is_chosen_given_found():
    world = World().answer("a").answer("b", "p2").answer("c", "p3").answer("d", "p4")
    world.link("a", "der-anker.example", page="1", shown=False)
    world.link("a", "der-anker.example", page="2")
    world.link("b", "der-anker.example", shown=False).link("c", "bote.example")
    row = world.find("selection_rate")
    assert (row["value"], row["n"], row["n_clusters"]) == (0.5, 2, 2)
    assert value(world, "selection_rate", "bote") == 1.0


def test_selection_rate_is_not_measured_where_retrieved_links_are_unknown():
    world = World().answer("a").link("a", "der-anker.example")
    row = world.find("selection_rate")
    assert (row["value"], row["low"], row["high"]) == (None, None, None)
    assert (row["status"], row["n"]) == ("not_measured", 0)


def test_mention_rate_leaves_doubt_and_denial_out():
    world = World()
    world.answer("a", text="Wie der Münsterbote berichtet, regnet es.")
    world.answer(
        "b", "p2", text="Ich konnte nichts vom Münsterboten und nichts vom Münsterbote finden."
    )
    world.answer("c", "p3", text="Der Anker des Schiffes riss.")
    world.answer("d", "p4", text=None)
    row = world.find("mention_rate", "bote")
    assert row["value"] == pytest.approx(1 / 3)
    assert row["n"] == 3  # the answer without text says nothing either way
    assert value(world, "mention_rate") == 0.0
    assert value(World().answer("a", text=None), "mention_rate") is None


def test_position_adjusted_words():
    world = World().answer("a", text="x" * 100).answer("b", "p2", text="x" * 100)
    world.claim("c1", "a", 0, 30, 6).claim("c2", "a", 30, 60, 4).claim("c3", "a", 60, 90, 5)
    world.claim("c4", "b", 0, 30, 6)
    world.link("a", "der-anker.example", claims=["c1"])
    world.link("a", "der-anker.example", page="b", claims=["c3"])
    world.link("a", "bote.example", claims=["c3"])
    first, last = 6 * 1.0, 5 * math.exp(-2 / 2)
    ours = (first + last / 2) / (first + last)
    # b carries no link: nobody has a word of it, and it counts.
    assert value(world, "position_adjusted_words") == pytest.approx(ours / 2, abs=1e-9)
    theirs = value(world, "position_adjusted_words", "bote")
    assert theirs == pytest.approx((1 - ours) / 2, abs=1e-9)


def test_a_link_may_stand_at_several_claims():
    world = World().answer("a", text="x" * 100)
    world.claim("c1", "a", 0, 30, 6).claim("c2", "a", 30, 60, 4)
    world.link("a", "der-anker.example", claims=["c1", "c2"])
    world.link("a", "bote.example", claims=["c2"])
    rest = 4 * math.exp(-1)
    ours = (6 + rest / 2) / (6 + rest)
    assert value(world, "position_adjusted_words") == pytest.approx(ours, abs=1e-9)


def test_words_are_not_measured_where_no_link_has_a_place():
    world = World().answer("a").claim("c1", "a", 0, 5, 3)
    world.link("a", "der-anker.example", claims=["c1"], placed=False)
    world.document("d1", "der-anker.example").document("d2", "bote.example")
    world.support("c1", "d2", 9000)
    assert world.find("position_adjusted_words")["status"] == "not_measured"
    assert world.find("misattributed_rate")["status"] == "not_measured"


def test_indispensable_is_what_the_others_cannot_carry():
    world = World().answer("a").answer("b", "p2")
    world.claim("c1", "a", 0, 5, 6).claim("c2", "a", 5, 9, 4).claim("c3", "a", 9, 10, 9, said="c1")
    world.claim("c4", "b", 0, 5, 5)
    world.document("d1", "der-anker.example").document("d2", "bote.example")
    world.document("d3", "der-anker.example", page="b")
    world.support("c1", "d1", 9000).support("c1", "d3", 8000).support("c1", "d2", 7000)
    world.support("c2", "d2", 6500).support("c2", "d1", 5900)  # ours lies below the threshold
    world.support("c3", "d1", 10_000)  # said before: counts once
    # a: words 6 + 4. anker alone: 6 * (.9 - .7); bote alone: 4 * .65. b: nothing.
    assert value(world, "indispensable") == pytest.approx(6 * 0.2 / 10 / 2, abs=1e-9)
    assert value(world, "indispensable", "bote") == pytest.approx(4 * 0.65 / 10 / 2, abs=1e-9)
    everybody = (6 * 0.9 + 4 * 0.65) / 10 / 2
    assert value(world, "supported_share", "*") == pytest.approx(everybody, abs=1e-9)


def test_used_uncredited_is_rested_on_and_linked_nowhere():
    world = World()
    for answer_id, prompt in (("a", "p1"), ("b", "p2"), ("c", "p3"), ("d", "p4")):
        world.answer(answer_id, prompt).claim(f"c{answer_id}", answer_id, 0, 5, 3)
    world.document("d1", "der-anker.example")
    world.support("ca", "d1", 9000).support("cb", "d1", 9000).support("cc", "d1", 5000)
    world.link("a", "bote.example").link("b", "der-anker.example", page="elsewhere")
    row = world.find("used_uncredited")
    assert (row["value"], row["events"], row["n"]) == (0.25, 1, 4)
    # At a threshold of 5000, c rests on anker too.
    assert value(world, "used_uncredited", threshold=5000) == 0.5


def test_misattributed_links_rest_on_another_publisher():
    world = World().answer("a", text="x" * 100)
    for number in range(5):
        start, end = 20 * number, 20 * number + 20
        world.claim(f"c{number}", "a", start, end, 5)
        world.link("a", "der-anker.example", claims=[f"c{number}"])
    world.document("d1", "der-anker.example").document("d2", "bote.example")
    world.support("c0", "d1", 9000).support("c0", "d2", 9000)  # right
    world.support("c1", "d2", 9000).support("c1", "d1", 2900)  # wrong: the other publisher's
    world.support("c2", "d2", 9000).support("c2", "d1", 3000)  # half the threshold: in doubt
    world.support("c3", "d2", 9000).link("a", "bote.example", claims=["c3"])  # in order
    world.support("c4", "d2", 5999)  # nobody carries it
    row = world.find("misattributed_rate")
    assert (row["value"], row["n"], row["events"]) == (0.2, 1, 1)


@pytest.mark.parametrize("kind", [DocumentKind.SNIPPET, DocumentKind.CITED_PASSAGE, None])
def test_misattribution_is_not_measured_where_the_page_is_not_known(kind):
    world = World().answer("a", text="x" * 100).claim("c1", "a", 0, 20, 5)
    world.link("a", "der-anker.example", claims=["c1"])
    world.document("d2", "bote.example").support("c1", "d2", 9000)
    if kind is not None:
        world.document("d1", "der-anker.example", kind=kind)
    assert world.find("misattributed_rate")["status"] == "not_measured"


def test_rates_of_all_observations():
    world = World().answer("a").answer("b", "p2", status=Status.ABSENT, text=None)
    world.answer("c", "p3", status=Status.REFUSED).answer("d", "p4", status=Status.ERROR)
    world.claim("c1", "a", 0, 5, 3)
    row = world.find("answered_rate", "*")
    assert (row["value"], row["n"]) == (pytest.approx(1 / 3), 3)  # an error is no observation
    assert value(world, "refused_rate", "*") == pytest.approx(1 / 3)
    assert value(world, "groundable_rate", "*") == 1.0
    # Rates of publishers are of what was answered.
    assert world.find("mention_rate")["n"] == 1


def test_engines_are_never_merged_and_segments_are_apart():
    world = World().answer("a").answer("b", "p2", branded=True).answer("c", engine="f")
    world.link("b", "der-anker.example").link("c", "bote.example")
    assert value(world, "citation_rate") == 0.5
    assert value(world, "citation_rate", segment="branded") == 1.0
    assert value(world, "citation_rate", segment="unbranded") == 0.0
    assert value(world, "citation_rate", engine="f") == 0.0
    assert world.find("citation_rate", engine="f", segment="branded")["status"] == "not_measured"
    engines = set(world.measure().estimates["engine"].to_pylist())
    assert engines == {"e", "f"}


def test_an_engine_without_links_is_not_measured():
    world = World().answer("a").answer("b", engine="f").link("b", "der-anker.example")
    world.claim("c1", "a", 0, 5, 3).document("d1", "bote.example")
    for name in ("citation_rate", "citation_share", "used_uncredited"):
        assert world.find(name)["status"] == "not_measured"
    assert world.find("mention_rate")["value"] == 0.0


def test_without_documents_nothing_is_said_of_sources():
    world = World().answer("a").claim("c1", "a", 0, 5, 3).link("a", "bote.example")
    for name in ("indispensable", "used_uncredited"):
        assert world.find(name)["status"] == "not_measured"
    assert world.find("supported_share", "*")["status"] == "not_measured"


def test_undeclared_publishers_have_rows_only_where_something_happened():
    world = World().answer("a").answer("b", engine="f")
    world.link("a", "fremd.example").link("b", "bote.example")
    rows = world.measure().estimates.to_pylist()
    found = {(row["measure"], row["engine"]) for row in rows if row["subject"] == "fremd.example"}
    measures = ("citation_rate", "citation_share", "first_position", "reciprocal_rank")
    assert found == {(measure, "e") for measure in measures}


def test_holdings_count_on_the_day_of_the_answer():
    world = World()
    sold = date(2026, 11, 1)
    world.holdings = [
        Holding("der-anker.example", "bote", None, sold, "before"),
        Holding("der-anker.example", "anker", sold, None, "after"),
    ]
    world.answer("a").answer("b", "p2", asked_at=NOON.replace(month=10, day=31))
    world.answer("c", "p3", asked_at=NOON.replace(day=1)).answer("d", "p4", asked_at=None)
    for answer_id in "abcd":
        world.link(answer_id, "der-anker.example")
    # Undated answers: whoever held the host last.
    assert value(world, "citation_rate", "anker") == 0.75
    assert value(world, "citation_rate", "bote") == 0.25


def test_estimates_have_the_schema_and_one_row_a_key():
    estimates = some_world(3).measure().estimates
    assert estimates.schema == schema_of(Estimate)
    keys = list(zip(*(estimates[name].to_pylist() for name in KEYS["estimates"]), strict=True))
    assert len(keys) == len(set(keys)) > 0


def test_no_answers_give_no_rows():
    found = World().measure()
    assert (found.mentions.num_rows, found.estimates.num_rows) == (0, 0)
    assert found.estimates.schema == schema_of(Estimate)


def test_only_errors_give_no_rows():
    assert World().answer("a", status=Status.ERROR).measure().estimates.num_rows == 0


def test_mistakes_are_named():
    world = World().answer("a")
    with pytest.raises(ValueError, match="threshold == 10001"):
        world.measure(10_001)
    with pytest.raises(ValueError, match=r"level == 0\.0"):
        world.measure(level=0.0)
    world.prompts["p1"] = replace(world.prompts["p1"], weight=0.0)
    with pytest.raises(InputError, match="weight"):
        world.measure()
    world.prompts.clear()
    with pytest.raises(InputError, match="table of prompts"):
        world.measure()


def test_progress_is_told():
    told = []
    World().answer("a").measure(on_progress=lambda *step: told.append(step))
    assert told == [("measure", done, 4) for done in (1, 2, 3, 4)]


def some_world(seed, n_answers=24):
    """Answers, links, claims and supports at random."""
    rng = np.random.default_rng(seed)
    world = World()
    hosts = ("der-anker.example", "bote.example", "fremd.example")
    for number, host in enumerate(hosts):
        world.document(f"d{number}", host)
    for number in range(n_answers):
        answer_id, prompt = f"a{number:02}", f"p{rng.integers(0, 8)}"
        text = rng.choice(["Laut Anker regnet es.", "Der Münsterbote war da.", "Es regnet."])
        world.answer(
            answer_id, prompt, weight=float(rng.uniform(0.2, 5)), branded=prompt == "p0",
            engine=str(rng.choice(["e", "f"])), text=str(text),
        )  # fmt: skip
        for start in range(0, 20, 10):
            claim_id = f"{answer_id}-{start}"
            world.claim(claim_id, answer_id, start, start + 10, int(rng.integers(1, 9)))
            for document in range(3):
                if rng.random() < 0.4:
                    world.support(claim_id, f"d{document}", int(rng.integers(500, 10_001)))
            if rng.random() < 0.5:
                host = str(rng.choice(hosts))
                world.link(answer_id, host, claims=[claim_id])
        if rng.random() < 0.5:
            world.link(answer_id, str(rng.choice(hosts)), shown=False, page="r")
    return world


SLOW = settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))


@SLOW
@given(st.integers(0, 10_000))
def test_values_lie_within_their_intervals(seed):
    for row in some_world(seed).measure().estimates.to_pylist():
        if row["status"] == "not_measured":
            assert row["value"] is row["low"] is row["high"] is None
        else:
            assert 0 <= row["low"] <= row["value"] <= row["high"] <= 1
            assert 0 < row["n_clusters"] <= row["n"]
            assert row["events"] <= row["n"]


@SLOW
@given(st.integers(0, 10_000))
def test_every_answer_repeated_changes_nothing(seed):
    world = some_world(seed)
    once = world.measure().estimates
    for answer in list(world.answers):
        copy = replace(answer, answer_id=f"{answer.answer_id}-again")
        world.answers.append(copy)
        world.observations.append(Observation(copy.answer_id, answer.answer_id))
        world.citations += [
            replace(row, answer_id=copy.answer_id)
            for row in world.citations
            if row.answer_id == answer.answer_id
        ]
        mine = [row for row in world.claims if row.answer_id == answer.answer_id]
        for claim in mine:
            again = f"{claim.claim_id}-again"
            world.claims.append(replace(claim, claim_id=again, answer_id=copy.answer_id))
            world.supports += [
                replace(row, claim_id=again)
                for row in world.supports
                if row.claim_id == claim.claim_id
            ]
            world.claim_links += [
                replace(row, claim_id=again, answer_id=copy.answer_id)
                for row in world.claim_links
                if row.claim_id == claim.claim_id
            ]
    assert world.measure().estimates.equals(once)


@SLOW
@given(st.integers(0, 10_000))
def test_order_of_rows_changes_no_digit(seed):
    tables = some_world(seed).tables()
    rng = np.random.default_rng(seed)
    shuffled = {
        name: table.take(rng.permutation(table.num_rows)) for name, table in tables.items()
    }
    one, other = measure(tables, threshold=6000), measure(shuffled, threshold=6000)
    assert one.estimates.equals(other.estimates)
    assert one.mentions.equals(other.mentions)


@SLOW
@given(st.integers(0, 10_000))
def test_shares_of_links_sum_to_one(seed):
    rows = some_world(seed).measure().estimates.to_pylist()
    for engine in ("e", "f"):
        shares = [
            row["value"]
            for row in rows
            if (row["measure"], row["engine"], row["segment"]) == ("citation_share", engine, "all")
            and row["topic"] is row["week"] is None
            and row["value"] is not None
        ]
        if shares:
            assert math.fsum(shares) == pytest.approx(1.0, abs=1e-9)

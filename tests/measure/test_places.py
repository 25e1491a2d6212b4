"""Where links stand, what they lead to, and what rests on them: counted by hand."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from world import World

from beleg.measure.quotes import find_quotations, stands_in
from beleg.records import DocumentKind, LinkState, Text
from beleg.tables import LinkCheck

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def value(world, *args, **options):
    return world.find(*args, **options)["value"]


def test_first_position_and_reciprocal_rank_count_shown_links():
    world = World().answer("a").answer("b", "p2").answer("c", "p3")
    world.link("a", "fremd.example", shown=False)
    world.link("a", "der-anker.example").link("a", "bote.example").link("a", "bote.example")
    world.link("b", "fremd.example").link("b", "der-anker.example").link("b", "bote.example")
    assert value(world, "first_position", "anker") == pytest.approx(1 / 3)
    assert value(world, "first_position", "bote") == 0.0
    assert value(world, "reciprocal_rank", "anker") == pytest.approx((1 + 1 / 2) / 3)
    assert value(world, "reciprocal_rank", "bote") == pytest.approx((1 / 2 + 1 / 3) / 3, abs=1e-9)
    assert world.find("first_position")["n"] == 3


def test_places_are_not_measured_where_no_link_is_shown():
    world = World().answer("a").link("a", "bote.example", shown=False)
    for measure in ("first_position", "reciprocal_rank"):
        assert world.find(measure)["status"] == "not_measured"


def test_shares_of_mentions_are_of_declared_publishers_once_an_answer():
    world = World().answer("a", text="Laut Münsterbote, sagt der Münsterbote, auch fremd.example.")
    world.answer("b", "p2", text="Der Münsterbote und laut Anker.").answer("c", "p3")
    assert value(world, "mention_share", "bote") == pytest.approx(2 / 3)
    assert value(world, "mention_share", "anker") == pytest.approx(1 / 3)
    assert world.find("mention_share")["n"] == 2
    rows = world.measure().estimates.to_pylist()
    assert "fremd.example" not in {r["subject"] for r in rows if r["measure"] == "mention_share"}


def judged_world():
    """Three claims link the same page, whose text is known."""
    world = World().document("d1", "der-anker.example").document("d2", "bote.example")
    for nth, answer_id in enumerate("abc"):
        world.answer(answer_id, f"p{nth}").claim(f"c{nth}", answer_id, 0, 10, 3)
        world.link(answer_id, "der-anker.example", claims=[f"c{nth}"])
    return world


def test_a_claim_is_attributed_rightly_where_it_rests_on_the_linked_page():
    world = judged_world().support("c0", "d1", 9_000).support("c1", "d1", 3_500)
    world.support("c2", "d2", 9_000)
    assert value(world, "correct_attribution_rate") == pytest.approx(1 / 3)
    assert value(world, "misattributed_rate") == pytest.approx(1 / 3)  # c1 is neither
    assert world.find("correct_attribution_rate")["n"] == 3


def test_another_page_of_the_publisher_does_not_make_the_link_right():
    world = judged_world().document("d3", "der-anker.example", page="b")
    world.support("c0", "d3", 9_000)
    assert value(world, "correct_attribution_rate") == 0.0
    assert value(world, "misattributed_rate") == 0.0


def test_of_snippets_alone_nothing_is_said():
    world = World().document("d1", "der-anker.example", kind=DocumentKind.SNIPPET)
    world.answer("a").claim("c", "a", 0, 10, 3).support("c", "d1", 9_000)
    world.link("a", "der-anker.example", claims=["c"])
    assert world.find("correct_attribution_rate")["status"] == "not_measured"


def test_links_are_dead_or_made_up_only_where_it_is_known():
    world = World().answer("a").answer("b", "p2", flags=("links-invented",), engine="f")
    for page in ("gone", "held", "there", "silent", "never"):
        world.link("a", "der-anker.example", page=page)
    world.document("d", "der-anker.example", page="held")
    states = {"gone": "gone", "held": "gone", "there": "alive", "silent": "unknown"}
    world.link_checks = [
        LinkCheck(f"https://der-anker.example/{page}", LinkState(state), None, NOW)
        for page, state in states.items()
    ]
    world.link("b", "der-anker.example", page="x")
    assert value(world, "dead_link_rate") == pytest.approx(2 / 3)
    assert value(world, "invented_link_rate") == pytest.approx(1 / 3)
    assert value(world, "invented_link_rate", engine="f") == 1.0
    assert world.find("dead_link_rate", engine="f")["status"] == "not_measured"
    assert world.find("dead_link_rate", "bote")["status"] == "not_measured"


def quoting_world(said, written, *, kind=DocumentKind.ARTICLE):
    world = World().document("d1", "der-anker.example", kind=kind)
    world.documents[-1] = replace(world.documents[-1], text_id="t1")
    world.texts = [Text("t1", written)]
    world.answer("a", text=said).claim("c", "a", 0, len(said), 5)
    return world.link("a", "der-anker.example", claims=["c"])


@pytest.mark.parametrize(
    ("said", "faithful"),
    [
        ("Sie sagte: „Wir bauen die neue Brücke.“", 1.0),
        ("Sie sagte: „Wir bauen die alte Brücke.“", 0.0),
        ('Sie sagte: "wir bauen … neue Brücke", und „Wir bauen nie eine Brücke“.', 0.5),
    ],
)
def test_quotations_stand_word_for_word_or_not(said, faithful):
    world = quoting_world(
        said, "Die Ministerin: »Wir bauen, ja, wir bauen die neue Brücke.« Ende."
    )
    assert value(world, "quote_fidelity") == faithful


def test_quotations_are_not_measured_where_the_text_is_unknown():
    world = quoting_world("„Wir bauen die Brücke“", "Wir bauen", kind=DocumentKind.SNIPPET)
    assert world.find("quote_fidelity")["status"] == "not_measured"
    world = quoting_world("Er war „da“.", "Er war da.")
    assert world.find("quote_fidelity")["status"] == "not_measured"


def test_pieces_of_a_quotation_stand_in_their_order():
    (one,) = find_quotations("«Eins zwei [...] fünf»")
    assert one.pieces == (("eins", "zwei"), ("fünf",))
    assert stands_in(one.pieces, ("eins", "zwei", "drei", "fünf"))
    assert not stands_in(one.pieces, ("fünf", "eins", "zwei"))

"""Origins applied: where a passage plays that repeats another one, by hand and by property."""

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import ibis
import pytest
from hypothesis import given, settings, strategies as st

from beleg.ground import find_origins
from beleg.prove.statements import write_statements
from beleg.prove.verify import verify
from beleg.records import (
    Document,
    Holding,
    Origin,
    OriginStatus,
    Passage,
    Payout,
    Problem,
    Relation,
    Share,
    Stake,
    Text,
)
from beleg.share import origins, share
from beleg.tables import from_arrow, to_arrow
from oracles import settlement as world


def origin(name, of="anker", **changes):
    row = Origin(
        passage_id=f"passage {name}",
        document_id=name,
        origin_passage_id=f"passage {of}" if of else None,
        origin_document_id=of,
        agency=None,
        relation=Relation.COPY,
        status=OriginStatus.CERTAIN,
        evidence=("shared:1.00",),
    )
    return replace(row, **changes)


DPA = {"of": None, "relation": Relation.AGENCY, "agency": "dpa", "evidence": ("marked:foot",)}
UNMARKED = {**DPA, "evidence": ("marked:unmarked,x",)}
DISPUTED = {"status": OriginStatus.DISPUTED}


def settle(*rows, agency_text="buyer", **changes):
    pot = replace(world.POT, agency_text=agency_text)
    return share(world.tables(world.rows(origins=list(rows), pots=[pot], **changes)))


def shares_of(shared):
    return {
        row.publisher_id: Fraction(int(row.numerator), int(row.denominator))
        for row in from_arrow(shared.shares, Share)
    }


def stakes_of(shared):
    return {
        (row.claim_id, row.publisher_id): (row.support, row.passage_id, row.basis)
        for row in from_arrow(shared.stakes, Stake)
    }


def test_a_copy_plays_for_its_origin_by_hand():
    # bote's 5000 of a1-1 and 8000 of a2-1 are anker's: 10000 * .3 + 8000 * .5 + 4500 * 1 of 2.
    shared = settle(origin("bote"))
    assert shares_of(shared) == {"anker": Fraction(115, 200), "fern": Fraction(45, 200)}
    assert stakes_of(shared)["a2-1", "anker"] == (8_000, "passage bote", "copy")
    assert stakes_of(shared)["a1-1", "anker"] == (10_000, "passage anker", "own")
    rows = {row.claim_id: row for row in from_arrow(shared.stakes, Stake)}
    assert rows["a2-1"].origin_passage_id == "passage anker"


def test_of_equal_supports_the_origins_own_passage_stands():
    supports = [world.support("a1-1", name, 7_000) for name in ("anker", "aaaa")]
    shared = settle(
        origin("aaaa"),
        supports=supports,
        documents=[world.document("anker"), world.document("aaaa")],
        holdings=[Holding(f"{n}.example", n, None, None, "x") for n in ("anker", "aaaa")],
    )
    assert stakes_of(shared) == {("a1-1", "anker"): (7_000, "passage anker", "own")}


def test_a_repetition_brings_its_origin_no_more_than_its_own_page():
    # bote's copy has 9999 for a1-1, anker's own page 6000; and bote's later page 9999 of 8000.
    supports = [
        world.support("a1-1", "anker", 6_000), world.support("a1-1", "bote", 9_999),
        world.support("a2-1", "fern", 8_000), world.support("a2-1", "spät", 9_999),
    ]  # fmt: skip
    names = ("anker", "bote", "fern", "spät")
    shared = settle(
        origin("bote"),
        origin("spät", of="fern", relation=Relation.OWN),
        supports=supports,
        documents=[world.document(name) for name in names],
        holdings=[
            Holding(f"{n}.example", n.replace("spät", "fern"), None, None, "x") for n in names
        ],
    )
    assert stakes_of(shared) == {
        ("a1-1", "anker"): (6_000, "passage anker", "own"),
        ("a2-1", "fern"): (8_000, "passage fern", "own"),
    }


def test_a_copy_of_what_does_not_reach_the_threshold_reaches_it_neither():
    supports = [world.support("a1-1", "anker", 4_999), world.support("a1-1", "bote", 9_999)]
    assert stakes_of(settle(origin("bote"), supports=supports)) == {}


def test_of_a_passage_that_joins_texts_each_claim_is_whose_it_is():
    row = origin("bote", relation=Relation.REWRITE, evidence=("also:fern",))
    supports = [
        world.support("a1-1", "anker", 6_000), world.support("a1-1", "bote", 7_000),
        world.support("a2-1", "fern", 6_500), world.support("a2-1", "bote", 7_000),
        world.support("b1-1", "bote", 7_000),
    ]  # fmt: skip
    assert stakes_of(settle(row, supports=supports)) == {
        ("a1-1", "anker"): (6_000, "passage anker", "own"),
        ("a2-1", "fern"): (6_500, "passage fern", "own"),
        ("b1-1", "anker"): (7_000, "passage bote", "rewrite"),
    }


def test_of_a_passage_with_a_part_of_another_text_only_what_rests_on_it_is_the_others():
    row = origin("bote", relation=Relation.PART, evidence=("part:10-60:anker",))
    supports = [
        world.support("a1-1", "bote", 7_000, text_spans=(0, 5, 12, 40)),
        world.support("a2-1", "bote", 7_000, text_spans=(55, 90)),
    ]
    assert stakes_of(settle(row, supports=supports)) == {
        ("a1-1", "anker"): (7_000, "passage bote", "copy"),
        ("a2-1", "bote"): (7_000, "passage bote", "own"),
    }


def test_agency_text_that_another_house_had_before_without_a_mark_is_disputed():
    shared = settle(origin("bote", **{**DPA, "evidence": ("marked:page", "before:anker")}))
    assert shares_of(shared)[origins.DISPUTED] == world.SHARES["bote"]


@pytest.mark.parametrize("relation", [Relation.COPY, Relation.REWRITE])
def test_a_disputed_origin_is_paid_to_nobody(relation):
    shared = settle(origin("bote", relation=relation, **DISPUTED))
    assert shares_of(shared)[origins.DISPUTED] == world.SHARES["bote"]
    assert shares_of(shared)["anker"] == world.SHARES["anker"]
    (line,) = [row for row in from_arrow(shared.payouts, Payout) if row.payee == "disputed"]
    assert (line.is_line, line.paid_minor, line.assigned_minor) == (True, 0, 2_375)


def test_both_sides_of_a_tie_are_one_dispute():
    shared = settle(origin("bote", **DISPUTED), origin("anker", of="bote", **DISPUTED))
    # One player, with the stronger of both: 10000 * .3 + 8000 * .5 + 4500 * 1.
    assert shares_of(shared)[origins.DISPUTED] == Fraction(115, 200)


def test_a_quotation_plays_for_who_quotes():
    assert shares_of(settle(origin("bote", relation=Relation.QUOTATION))) == world.SHARES


def test_agency_text_plays_for_its_buyer_by_its_mark():
    assert shares_of(settle(origin("bote", **DPA))) == world.SHARES
    unmarked = shares_of(settle(origin("bote", **UNMARKED)))
    assert unmarked[origins.DISPUTED] == world.SHARES["bote"]


def test_agency_text_plays_for_the_agency_where_the_pot_says_so():
    rows = world.rows()
    dpa = world.publisher("presse", aliases=("dpa",), domains=())
    known = settle(
        origin("bote", **DPA), agency_text="agency", publishers=[*rows["publishers"], dpa]
    )
    assert shares_of(known)["presse"] == world.SHARES["bote"]
    assert stakes_of(known)["a2-1", "presse"] == (8_000, "passage bote", "agency")
    assert from_arrow(known.problems, Problem) == []
    unknown = settle(origin("bote", **DPA), agency_text="agency")
    assert shares_of(unknown)["agency:dpa"] == world.SHARES["bote"]
    lines = {(row.payee, row.publisher_id) for row in from_arrow(unknown.payouts, Payout)}
    assert ("no_mandate", "agency:dpa") in lines
    (problem,) = from_arrow(unknown.problems, Problem)
    assert "dpa" in problem.message


def test_a_copy_of_a_page_that_was_not_collected_plays_for_whom_it_names():
    said = {"of": None, "evidence": ("canonical:https://anker.example/9",)}
    shared = settle(origin("bote", **said))
    assert shares_of(shared)["anker"] == Fraction(115, 200)
    elsewhere = {"of": None, "evidence": ("canonical:https://niemand.example/9",)}
    assert (
        shares_of(settle(origin("bote", **elsewhere)))[origins.DISPUTED] == (world.SHARES["bote"])
    )


def test_what_was_first_where_nobody_holds_anything_is_disputed():
    held = [row for row in world.rows()["holdings"] if row.publisher_id != "fern"]
    shared = settle(origin("bote", of="fern"), holdings=held)
    assert shares_of(shared)[origins.DISPUTED] == world.SHARES["bote"]


def test_redirects_by_hand():
    terms = origins.Terms({"anker": "anker.example"}, frozenset({"anker.example"}), {})
    rows = [origin("b"), origin("a", **DISPUTED), origin("q", relation=Relation.QUOTATION)]
    plan = origins.plan_redirects(rows, terms, world.POT)
    assert plan.to_pylist() == [
        {
            "claim_id": None,
            "passage_id": "passage a",
            "to_host": origins.DISPUTED,
            "origin_passage_id": "passage anker",
            "basis": "disputed",
            "cap_document_id": None,
        },
        {
            "claim_id": None,
            "passage_id": "passage b",
            "to_host": "anker.example",
            "origin_passage_id": "passage anker",
            "basis": "copy",
            "cap_document_id": "anker",
        },
    ]
    empty = origins.plan_redirects([], terms, world.POT)
    assert ibis.memtable(empty).count().to_pyarrow().as_py() == 0


@pytest.mark.parametrize(
    ("row", "agency_text"),
    [
        (origin("bote"), "buyer"),
        (origin("bote", relation=Relation.REWRITE), "buyer"),
        (origin("bote", of=None, evidence=("canonical:https://anker.example/9",)), "buyer"),
        (origin("bote", **DISPUTED), "buyer"),
        (origin("bote", **UNMARKED), "buyer"),
        (origin("bote", **DPA), "agency"),
        (origin("bote", of="anker", relation=Relation.AGENCY, agency="dpa"), "agency"),
    ],
)
def test_statements_with_origins_are_recomputed(row, agency_text, tmp_path):
    given_tables = world.tables(
        world.rows(origins=[row], pots=[replace(world.POT, agency_text=agency_text)])
    )
    tables = {**given_tables, **share(given_tables)._asdict()}
    write_statements(tmp_path, tables, pot_id="licence", salt_key=world.KEY)
    report = verify(tmp_path)
    assert report.ok, report.findings


STORY = (
    "Die Große Klappbrücke in Ellerhaven ist seit Mittwochmorgen für den Verkehr gesperrt. "
    "Bei einer Prüfung entdeckten Fachleute des Wasserbauamts einen langen Riss im Hauptträger. "
    "Über die Brücke fahren im Schnitt 21.000 Fahrzeuge am Tag, die nun einen Umweg nehmen."
)


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 10_000), st.integers(1, 10_000), st.integers(1, 1_000), st.integers(1, 4))
def test_a_later_copy_moves_nothing_and_gains_nothing(support, copied, hours, n_copies):
    """From the texts to the money: exact copies by other houses, first seen later."""
    threshold = min(support, copied)
    names = ["anker", *(f"kopie{n}" for n in range(n_copies))]
    documents = [
        world.document(
            name,
            text_id="text",
            first_seen_at=world.SEEN - timedelta(days=50) + timedelta(hours=hours * place),
        )
        for place, name in enumerate(names)
    ]
    passages = [Passage(f"passage {name}", name, 0, len(STORY)) for name in names]
    found = find_origins(
        to_arrow(documents, Document),
        to_arrow([Text("text", STORY)], Text),
        to_arrow(passages, Passage),
    )
    common = {
        "documents": documents,
        "holdings": [Holding(f"{n}.example", n, None, None, "x") for n in names],
        "publishers": [world.publisher(name) for name in names],
        "pots": [replace(world.POT, threshold=min(threshold, support))],
        "observations": world.rows()["observations"],
    }
    alone = share(
        world.tables(world.rows(supports=[world.support("a1-1", "anker", support)], **common))
    )
    supports = [world.support("a1-1", "anker", support)] + [
        world.support("a1-1", name, min(copied, support)) for name in names[1:]
    ]
    copies = share(
        world.tables(world.rows(supports=supports, origins=from_arrow(found, Origin), **common))
    )
    assert shares_of(copies) == shares_of(alone)
    assert shares_of(copies).keys() == {"anker"}

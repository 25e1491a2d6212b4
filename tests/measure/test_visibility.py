"""The counting steps: that every engine can run them, and which links they read."""

import ibis
import pytest
from world import World

from beleg.measure import attribution, links as dead, positions, sources, visibility


def list_steps(tables):
    """Every step, on tables or on their names alone."""
    observed = visibility.count_answers(tables["answers"], tables["observations"])
    cells = visibility.number_cells(observed)
    answered = visibility.place_answers(observed, cells).drop("status")
    links = visibility.list_links(tables["citations"], answered)
    owned = visibility.find_owners(links, tables["holdings"])
    houses = visibility.list_houses(owned)
    places = positions.place_links(links).select("answer_id", "page", "place")
    best = positions.find_best_places(owned.join(places, ["answer_id", "page"]))
    placed = positions.list_placed(tables["claim_links"], answered)
    placed_owned = visibility.find_owners(placed, tables["holdings"])
    weights = positions.weigh_positions(placed, tables["claims"])
    first = sources.keep_first_said(tables["claims"], answered)
    claims = tables["claims"].select("answer_id", "claim_id").join(answered, "answer_id")
    supports, documents = tables["supports"], tables["documents"]
    strongest = sources.keep_strongest(supports, documents, claims, tables["holdings"])
    shown = owned.filter(owned.shown).select("answer_id", "publisher_id")
    whole = attribution.list_whole(documents)
    judged = attribution.keep_judged(placed_owned, whole)
    known = dead.judge_links(owned, tables["link_checks"], documents)
    named = visibility.list_named(tables["mentions"], tables["publishers"], answered)
    shares, namings = visibility.count_mention_shares(named, tables["publishers"])
    return {
        "cells": cells,
        "placed": placed,
        "base": visibility.count_base(answered),
        "reporting": visibility.keep_reporting(answered, links, shown=True),
        "mentions": visibility.count_each(named),
        "mention shares": shares,
        "namings": namings,
        "citations": visibility.count_citations(houses),
        "selections": visibility.count_selections(houses, answered),
        "link shares": visibility.count_link_shares(houses),
        "links": visibility.count_links(links),
        "first": positions.count_first(best),
        "ranks": positions.sum_reciprocal_ranks(best),
        "positions": positions.sum_positions(placed_owned, weights),
        "dead": dead.count_known(known, "is_dead"),
        "made up": dead.count_known(known, "is_made_up"),
        "indispensable": sources.sum_indispensable(strongest, first),
        "supported": sources.sum_supported(strongest, first, "*"),
        "uncredited": sources.count_uncredited(strongest, shown),
        "misattributed": attribution.count_misattributed(judged, placed_owned, strongest, 6000),
        "correct": attribution.count_correct(judged, placed_owned, supports, documents, 6000),
        "quotable": attribution.list_quotable(
            judged, placed_owned, whole, tables["claims"], tables["answers"]
        ),
    }


NAMED = list_steps(
    {
        name: ibis.table(ibis.memtable(table).schema(), name=name)
        for name, table in World().tables().items()
    }
)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of pyspark, where it is installed
@pytest.mark.parametrize("dialect", ["duckdb", "pyspark"])
@pytest.mark.parametrize("name", NAMED)
def test_every_step_can_be_written_for(name, dialect):
    if dialect == "pyspark" and name in {"mentions", "mention shares", "namings"}:
        pytest.importorskip(
            "pyspark", reason="Ibis looks its options up where a column is a float"
        )
        assert ibis.pyspark.name == "pyspark"
    assert "SELECT" in ibis.to_sql(NAMED[name], dialect=dialect)


def test_only_links_with_a_place_stand_at_a_claim():
    world = World().answer("a").claim("c1", "a", 0, 20, 3).claim("c2", "a", 30, 60, 3)
    world.link("a", "bote.example", claims=["c1"]).link("a", "der-anker.example")
    world.answer("b").claim("c3", "b", 0, 20, 3)
    world.link("b", "bote.example", claims=["c3"], placed=False)
    tables = {name: ibis.memtable(table) for name, table in world.tables().items()}
    rows = ibis.duckdb.connect().to_pyarrow(list_steps(tables)["placed"]).to_pylist()
    assert [(row["claim_id"], row["host"]) for row in rows] == [("c1", "bote.example")]

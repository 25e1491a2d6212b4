"""The counting steps: that every engine can run them, and which links they read."""

import ibis
import pytest
from world import World

from beleg.measure import sources, visibility


def list_steps(tables):
    """Every step, on tables or on their names alone."""
    answers = visibility.count_answers(tables["answers"], tables["observations"])
    answered = answers.select("answer_id", "engine", "prompt_id", "collector", "day")
    links = visibility.list_links(tables["citations"], answered)
    owned = visibility.find_owners(links, tables["holdings"])
    placed = visibility.list_placed(tables["claim_links"], answered)
    placed_owned = visibility.find_owners(placed, tables["holdings"])
    weights = visibility.weigh_positions(placed, tables["claims"])
    first = sources.keep_first_said(tables["claims"], answered)
    claims = tables["claims"].select("answer_id", "claim_id").join(answered, "answer_id")
    strongest = sources.keep_strongest(
        tables["supports"], tables["documents"], claims, tables["holdings"]
    )
    shown = owned.filter(owned.shown).select("answer_id", "publisher_id")
    return {
        "placed": placed,
        "base": visibility.count_base(answered),
        "reporting": visibility.keep_reporting(answered, links, shown=True),
        "citations": visibility.count_citations(owned),
        "selections": visibility.count_selections(owned, answered),
        "link shares": visibility.count_link_shares(owned),
        "links": visibility.count_links(links),
        "positions": visibility.sum_positions(placed_owned, weights),
        "indispensable": sources.sum_indispensable(strongest, first),
        "supported": sources.sum_supported(strongest, first, "*"),
        "uncredited": sources.count_uncredited(strongest, shown),
        "misattributed": sources.count_misattributed(
            placed_owned, tables["documents"], strongest, 6000
        ),
    }


NAMED = list_steps(
    {
        name: ibis.table(ibis.memtable(table).schema(), name=name)
        for name, table in World().tables().items()
    }
)


@pytest.mark.parametrize("dialect", ["duckdb", "pyspark"])
@pytest.mark.parametrize("name", NAMED)
def test_every_step_can_be_written_for(name, dialect):
    assert "SELECT" in ibis.to_sql(NAMED[name], dialect=dialect)


def test_only_links_with_a_place_stand_at_a_claim():
    world = World().answer("a").claim("c1", "a", 0, 20, 3).claim("c2", "a", 30, 60, 3)
    world.link("a", "bote.example", claims=["c1"]).link("a", "der-anker.example")
    world.answer("b").claim("c3", "b", 0, 20, 3)
    world.link("b", "bote.example", claims=["c3"], placed=False)
    tables = {name: ibis.memtable(table) for name, table in world.tables().items()}
    rows = ibis.duckdb.connect().to_pyarrow(list_steps(tables)["placed"]).to_pylist()
    assert [(row["claim_id"], row["host"]) for row in rows] == [("c1", "bote.example")]

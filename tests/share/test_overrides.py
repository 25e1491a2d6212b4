"""Posted appeals in the stakes: what was decided stands in the place of what was measured."""

from dataclasses import replace

import pyarrow as pa
import pytest
from hypothesis import given, strategies as st

from beleg.records import Override, Stake
from beleg.share import share
from beleg.share.overrides import apply_overrides
from beleg.tables import from_arrow, to_arrow
from oracles import settlement as world

POT = replace(world.POT, pot_id="press", threshold=3_000)
OTHER = Override("a9", "other pot", "c1", "anker", 0, None)


def stake(claim, publisher, support=8_000, **more):
    return Stake("press", f"answer {claim}", claim, publisher, 700, support, "p1", **more)


WEIGHTS = pa.table(
    {
        "claim_id": ["c1", "c2", "c3"],
        "answer_id": ["answer c1", "answer c2", "answer c3"],
        "weight": [700, 700, 700],
    }
)
PLAYERS = pa.table({"player_id": ["anker", "bote", "fern"]})


def apply(stakes, *overrides, pot=POT):
    found, problems = apply_overrides(
        to_arrow(stakes, Stake), WEIGHTS, [OTHER, *overrides], pot, PLAYERS
    )
    return from_arrow(found, Stake), problems


def override(claim, publisher, support, passage=None, appeal="a1"):
    return Override(appeal, "press", claim, publisher, support, passage)


STAKES = [stake("c1", "anker"), stake("c1", "bote", basis="copy", origin_passage_id="p0")]


def test_without_appeals_nothing_changes():
    assert apply(STAKES) == (STAKES, [])


def test_a_support_is_set_and_names_its_appeal():
    found, problems = apply(STAKES, override("c1", "bote", 9_100))
    assert found == [STAKES[0], replace(STAKES[1], support=9_100, appeal_id="a1")]
    assert problems == []


def test_another_passage_is_the_publishers_own():
    found, _ = apply(STAKES, override("c1", "bote", 9_100, "p7"))
    changed = {"support": 9_100, "appeal_id": "a1", "passage_id": "p7"}
    assert found[1] == replace(STAKES[1], basis="own", origin_passage_id=None, **changed)


@pytest.mark.parametrize("support", [0, 1, 2_999])
def test_what_the_pot_does_not_pay_is_taken_away(support):
    assert apply(STAKES, override("c1", "bote", support)) == ([STAKES[0]], [])


def test_where_the_threshold_is_0_a_support_of_0_is_none_all_the_same():
    pot = replace(POT, threshold=0)
    assert apply(STAKES, override("c1", "bote", 0), pot=pot) == ([STAKES[0]], [])
    assert apply(STAKES, override("c1", "bote", 1), pot=pot)[0][1].support == 1


def test_a_new_stake_stands_in_its_place():
    found, _ = apply(STAKES, override("c1", "fern", 5_000), override("c3", "anker", 6_000, "p9"))
    assert [(row.claim_id, row.publisher_id) for row in found] == [
        ("c1", "anker"),
        ("c1", "bote"),
        ("c1", "fern"),
        ("c3", "anker"),
    ]
    assert found[2] == replace(stake("c1", "fern", 5_000, appeal_id="a1"), passage_id="")
    assert found[3].passage_id == "p9"
    assert found[3].weight == 700


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (override("c9", "anker", 5_000), "its claim c9 weighs nothing in this pot"),
        (override("c1", "stranger", 5_000), "its publisher stranger does not play in this pot"),
    ],
)
def test_what_cannot_be_applied_is_told(row, said):
    found, (problem,) = apply(STAKES, row)
    assert found == STAKES
    assert said in problem.message
    assert problem.record_id == "press"


@given(st.data())
def test_no_other_stake_is_touched(data):
    names, claims = st.sampled_from(["anker", "bote", "fern"]), st.sampled_from(["c1", "c2", "c3"])
    keys = sorted(data.draw(st.sets(st.tuples(claims, names))))
    stakes = [stake(*key) for key in keys]
    named = data.draw(st.sets(st.tuples(claims, names)))
    support = data.draw(st.integers(0, 10_000))
    found, problems = apply(stakes, *(override(*key, support) for key in named))
    assert problems == []
    after = {(row.claim_id, row.publisher_id): row for row in found}
    assert list(after) == sorted(after)
    for row in stakes:
        if (row.claim_id, row.publisher_id) not in named:
            assert after.pop((row.claim_id, row.publisher_id)) == row
    assert after.keys() == (named if support >= POT.threshold else set())
    assert all((row.support, row.appeal_id) == (support, "a1") for row in after.values())


def test_the_share_step_applies_them_and_the_money_follows():
    before = world.settle(share, world.rows())
    rows = from_arrow(before["stakes"], Stake)
    taken = next(row for row in rows if row.publisher_id == "anker")
    posted = Override("a1", taken.pot_id, taken.claim_id, "anker", 0, None)
    tables = {**before, "overrides": to_arrow([posted], Override)}
    after = share(tables)
    kept = {(row.claim_id, row.publisher_id) for row in from_arrow(after.stakes, Stake)}
    assert kept == {(row.claim_id, row.publisher_id) for row in rows} - {(taken.claim_id, "anker")}
    paid = [sum(t["assigned_minor"].to_pylist()) for t in (before["payouts"], after.payouts)]
    assert paid[0] == paid[1]
    assert after.payouts != before["payouts"]

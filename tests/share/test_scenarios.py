"""Simulations beside the settlement they stand for, and the claims that move the money."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings, strategies as st

from beleg.errors import InputError
from beleg.records import ClaimLink, Entitlement, Level, Share
from beleg.share import moves, rules, scenarios, share
from beleg.tables import from_arrow
from oracles import settlement as world

TODAY = scenarios.Scenario("airport", 5_000, Level.TITLE, "pooled")


def link(claim_id, name, nth=1):
    page = f"https://{name}.example/{nth}"
    return ClaimLink(claim_id, claim_id.partition("-")[0], page, f"{name}.example", placed=True)


def rows(**changes):
    """The world of the oracle, with weak supports below its threshold and with links."""
    base = world.rows()
    weak = [world.support("a1-2", "fern", 3_000), world.support("a2-1", "anker", 4_500)]
    links = [link("a1-1", "bote"), link("a1-1", "bote", 2), link("a2-1", "fern")]
    return {**base, "supports": [*base["supports"], *weak], "claim_links": links, **changes}


def settled(given, pot):
    """Split a pot as the settlement does."""
    shared = share({**given, "pots": world.tables({"pots": [pot]})["pots"]})
    return {
        row.publisher_id: Fraction(int(row.numerator), int(row.denominator))
        for row in from_arrow(shared.shares, Share)
    }


def simulate(given, scenario, pot=world.POT, entitlements=None):
    other = replace(pot, level=scenario.level, mode=scenario.mode)
    field = scenarios.lay_field(given, other, 1)
    kept = from_arrow(given["entitlements"], Entitlement)
    return field, scenarios.settle(given, pot, field, scenario, entitlements or kept)


def test_today_is_what_is_settled():
    given = world.tables(rows())
    _, outcome = simulate(given, TODAY)
    assert outcome.shares == world.SHARES == settled(given, world.POT)
    assert outcome.unsupported == Fraction(16, 80)


@pytest.mark.parametrize("rule", ["airport", "expected"])
@pytest.mark.parametrize("threshold", [0, 1, 3_000, 4_500, 4_501, 8_500, 10_000])
def test_every_threshold_is_what_would_be_settled(rule, threshold):
    given = world.tables(rows())
    _, outcome = simulate(given, TODAY._replace(rule=rule, threshold=threshold))
    assert outcome.shares == settled(given, replace(world.POT, rule=rule, threshold=threshold))


def test_many_stakes_are_expected_in_floats_and_say_so(monkeypatch):
    given = world.tables(rows())
    expected = TODAY._replace(rule="expected")
    _, exact = simulate(given, expected)
    monkeypatch.setattr(scenarios, "EXACT_ROWS", 2)
    _, rough = simulate(given, expected)
    assert (exact.exact, rough.exact) == (True, False)
    assert rough.shares == pytest.approx(exact.shares, abs=1e-9)
    assert sum(rough.shares.values()) + rough.unsupported == 1


def test_a_level_is_what_would_be_settled():
    base = world.rows()["publishers"]
    houses = [*base, world.publisher("haus", level=Level.COMPANY)]
    owned = [world.own("anker", "haus"), world.own("bote", "haus")]
    given = world.tables(rows(publishers=houses, ownerships=owned))
    today, now = simulate(given, TODAY)
    field, outcome = simulate(given, TODAY._replace(level=Level.COMPANY))
    assert outcome.shares == settled(given, replace(world.POT, level=Level.COMPANY))
    # What its titles have today is the house's: renaming alone moves nothing.
    raised = scenarios.raise_level(now.shares, today, field)
    assert raised == {"haus": Fraction(46, 80), "fern": Fraction(18, 80)}
    # Only what one title took from the other in a1-1 is what it was: the sum moves nothing.
    assert scenarios.measure_move(raised, outcome.shares) == 0


def test_a_mode_is_what_would_be_settled():
    paid = [
        replace(row, amount_minor=amount, currency="EUR")
        for row, amount in zip(world.rows()["answers"], (100, 200, 700), strict=True)
    ]
    given = world.tables(rows(answers=paid))
    pot = replace(world.POT, gross_minor=1_000, distributable_minor=1_000, mode="per_answer")
    _, outcome = simulate(given, TODAY._replace(mode="per_answer"), pot)
    assert outcome.shares == settled(given, pot)
    assert outcome.shares != world.SHARES


def test_links_are_paid_whether_supported_or_not():
    _, outcome = simulate(world.tables(rows()), TODAY._replace(rule="per_citation"))
    # Two links of a1 and one of a2, answers of equal weight; fern's page carries nothing there.
    assert outcome.shares == {"bote": Fraction(2, 3), "fern": Fraction(1, 3)}


def test_answers_keep_their_whole_weight_where_turns_are_counted():
    _, outcome = simulate(world.tables(rows()), TODAY._replace(rule="per_turn"))
    # a1 (1/4) anker and bote, a2 (1/4) bote, b1 (1/2) anker and fern; a1-2 has no supporter.
    assert outcome.shares == {
        "anker": Fraction(3, 8),
        "bote": Fraction(3, 8),
        "fern": Fraction(1, 4),
    }


def test_quotas_take_the_place_of_all_of_a_publisher():
    given = world.tables(rows())
    today = from_arrow(given["entitlements"], Entitlement)
    quotas = {"anker": {"autorin": Fraction(1, 3), "anker": Fraction(1, 2)}}
    _, outcome = simulate(given, TODAY, entitlements=scenarios.replace_quotas(today, quotas))
    payees = scenarios.sum_payees(outcome.accounts)
    assert payees["anker"] == Fraction(27, 160)
    assert payees["autorin"] == Fraction(9, 80) + Fraction(19, 240)
    assert payees["(holder_not_found)"] == Fraction(27, 480)
    assert sum(payees.values()) == 1


def test_scenarios_are_combined():
    assert [one.rule for one in scenarios.combine(TODAY, [], [])] == [
        name for name in rules.RULES if name != "airport"
    ]
    found = scenarios.combine(TODAY, ["airport", "equal"], [4_000, 6_000, 4_000], Level.GROUP)
    assert [(one.rule, one.threshold, one.level) for one in found] == [
        (rule, threshold, Level.GROUP)
        for rule in ("airport", "equal")
        for threshold in (4_000, 6_000)
    ]


def test_a_floor_is_not_simulated():
    with pytest.raises(InputError, match="'floor'"):
        scenarios.scenario_of(replace(world.POT, rule="floor"))


def test_what_moves_is_what_some_gain():
    before = {"a": Fraction(1, 2), "b": Fraction(1, 4)}
    assert scenarios.measure_move(before, before) == 0
    assert scenarios.measure_move(before, {"b": Fraction(1, 4)}) == Fraction(1, 2)
    assert scenarios.measure_move(before, {"a": Fraction(1, 4), "c": Fraction(3, 4)}) == Fraction(
        3, 4
    )


@st.composite
def fields(draw):
    """Draw claims of a few answers with their stakes."""
    claims, staked = [], []
    for number in range(draw(st.integers(1, 8))):
        answer, weight = f"a{draw(st.integers(0, 2))}", draw(st.integers(1, 10**9))
        claims.append((answer, f"c{number}", weight))
        names = draw(st.lists(st.sampled_from("pqrstuvw"), unique=True))
        staked += [
            (answer, f"c{number}", name, weight, draw(st.integers(1, 10_000))) for name in names
        ]
    kinds = [pa.string(), pa.string(), pa.string(), pa.int64(), pa.int64()]
    names = ["answer_id", "claim_id", "publisher_id", "weight", "support"]
    columns = zip(*staked, strict=True) if staked else [()] * 5
    stakes = pa.table(
        [pa.array(list(c), k) for c, k in zip(columns, kinds, strict=True)], names=names
    )
    known = [list(column) for column in zip(*claims, strict=True)]
    stakes = stakes.append_column("appeal_id", pa.nulls(len(stakes), pa.string()))
    return scenarios.Field(
        pa.table(known, names=["answer_id", "claim_id", "weight"]),
        stakes,
        stakes.drop_columns("appeal_id"),
        {},
    )


@pytest.mark.parametrize("rule", list(rules.RULES))
@settings(max_examples=30, deadline=None)
@given(field=fields())
def test_what_is_laid_on_claims_sums_to_the_shares(rule, field):
    result, counted = scenarios.play(field, TODAY._replace(rule=rule, threshold=1))
    laid = moves.lay_on_claims(counted, field.claims, rule, len(result.shares))
    sums = dict.fromkeys(result.shares, 0.0)
    for name, part in zip(laid.names.to_pylist(), laid.parts, strict=True):
        sums[name] += part
    assert sums == pytest.approx({n: float(p) for n, p in result.shares.items()}, abs=1e-9)


@settings(max_examples=30, deadline=None)
@given(field=fields())
def test_claims_move_no_less_than_their_publishers_in_sum(field):
    laid, shares = [], []
    for rule in ("airport", "per_grounding"):
        result, counted = scenarios.play(field, TODAY._replace(rule=rule, threshold=1))
        laid.append(moves.lay_on_claims(counted, field.claims, rule, len(result.shares)))
        shares.append(result.shares)
    found = moves.find_moved(*laid, field.claims, 100)
    assert [row.part for row in found] == sorted((row.part for row in found), reverse=True)
    moved = float(scenarios.measure_move(*shares))
    assert sum(row.part for row in found) >= moved - 1e-9


def test_the_claims_that_move_by_hand():
    given = world.tables(rows())
    field, now = simulate(given, TODAY)
    _, then = simulate(given, TODAY._replace(threshold=9_500))
    laid = [
        moves.lay_on_claims(one.staked, field.claims, "airport", len(one.shares))
        for one in (now, then)
    ]
    first, second, third = moves.find_moved(*laid, field.claims, 10)
    # b1-1 (.5 of the pot) pays nobody then, a2-1 (.25) neither; anker has a1-1 (.15) alone.
    assert (first.claim_id, first.part) == ("b1-1", pytest.approx(0.45))
    assert first.before == pytest.approx({"anker": 0.225, "fern": 0.225})
    assert first.after == {}
    assert (second.claim_id, second.part) == ("a2-1", pytest.approx(0.2))
    assert (third.claim_id, third.part) == ("a1-1", pytest.approx(0.0375))
    assert third.after == pytest.approx({"anker": 0.15})
    assert moves.find_moved(laid[0], laid[0], field.claims, 10) == []


def test_places_in_a_longer_list_of_claims():
    own = pa.table({"claim_id": ["c", "a"]})
    claims = pa.table({"claim_id": ["a", "b", "c"]})
    laid = moves.Laid(np.array([0, 1]), pa.array(["p", "q"]), np.array([0.1, 0.2]))
    placed = moves.place_among(laid, own, claims)
    assert placed.claims.tolist() == [0, 2]
    assert placed.names.to_pylist() == ["q", "p"]
    assert placed.parts.tolist() == [0.2, 0.1]


def test_a_rule_without_parts_is_refused():
    field, now = simulate(world.tables(rows()), TODAY)
    with pytest.raises(InputError, match="no parts by claim"):
        moves.lay_on_claims(now.staked, field.claims, "floor", 3)

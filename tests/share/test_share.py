"""A whole pot: the world of tests/oracles/settlement.py, and pots at their limits."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings, strategies as st

from beleg.records import (
    Balance,
    ClaimWeight,
    Level,
    MoneyInterval,
    Payout,
    Problem,
    Publisher,
    Share,
    Stake,
)
from beleg.share import share
from beleg.tables import from_arrow, schema_of
from oracles import settlement as world
from oracles.settlement import assigned, messages, shares_of


def settle(**changes):
    return share(world.tables(world.rows(**changes)))


def test_shares_by_hand():
    shared = settle()
    assert shares_of(shared) == world.SHARES
    weights = {row.claim_id: row.weight for row in from_arrow(shared.claim_weights, ClaimWeight)}
    assert weights == {"a1-1": 300_000, "a1-2": 200_000, "a2-1": 500_000, "b1-1": 1_000_000}
    assert messages(shared) == []


def test_payouts_by_hand():
    assert assigned(settle()) == {
        ("anker", "anker"): 3_375,
        ("bote", "bote"): 1_583,  # 1583 1/3
        ("autorin", "bote"): 792,  # 791 2/3
        ("no_mandate", "fern"): 2_250,
        ("unsupported", None): 2_000,
    }


def test_tables_have_the_schemas_of_their_records():
    shared = settle()
    records = (ClaimWeight, Stake, Share, Payout, Balance, MoneyInterval, Problem)
    for table, record in zip(shared, records, strict=True):
        assert table.schema == schema_of(record)


def test_running_twice_changes_nothing():
    assert settle() == settle()


@settings(max_examples=4, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(random):
    shuffled = {name: random.sample(rows, len(rows)) for name, rows in world.rows().items()}
    assert share(world.tables(shuffled)) == settle()


@pytest.mark.parametrize("minor", [0, 1])
def test_the_smallest_pots(minor):
    pot = replace(world.POT, gross_minor=minor, distributable_minor=minor)
    paid = assigned(settle(pots=[pot]))
    assert sum(paid.values()) == minor
    assert paid["anker", "anker"] == minor  # .3375 is the largest remainder


def test_nothing_to_share_with():
    assert assigned(settle(answers=[])) == {("unsupported", None): 10_000}
    assert assigned(settle(supports=[])) == {("unsupported", None): 10_000}
    assert assigned(settle(claims=[])) == {("unsupported", None): 10_000}
    assert settle(pots=[]).payouts.num_rows == 0
    shared = settle(publishers=[], holdings=[])
    assert assigned(shared) == {("unsupported", None): 10_000}


def test_one_publisher_takes_its_support():
    shared = settle(
        supports=[world.support("a2-1", "bote", 10_000)],
        entitlements=[world.entitle("bote", "bote")],
    )
    assert assigned(shared) == {("bote", "bote"): 2_500, ("unsupported", None): 7_500}


def test_pages_of_one_owner_are_one_player():
    houses = [
        *(row for row in world.rows()["publishers"] if isinstance(row, Publisher)),
        world.publisher("haus", level=Level.COMPANY),
    ]
    owned = settle(
        pots=[replace(world.POT, level=Level.COMPANY)],
        publishers=houses,
        ownerships=[world.own("anker", "haus"), world.own("bote", "haus")],
    )
    # haus: 10000 of a1-1 alone, 8000 of a2-1, half of 9000 with fern.
    assert shares_of(owned) == {
        "haus": Fraction(3_000 + 4_000 + 4_500, 20_000),
        "fern": Fraction(4_500, 20_000),
    }


def test_replication_gains_nothing():
    pages = [world.document(f"copy{n}", host="anker.example") for n in range(5)]
    passages = [
        replace(row, passage_id=f"passage copy{n}", document_id=f"copy{n}")
        for n, row in enumerate(world.rows()["passages"][:1] * 5)
    ]
    base = world.rows()
    copies = [world.support(c, f"copy{n}", 8_000) for n in range(5) for c in ("a1-1", "b1-1")]
    shared = settle(
        documents=base["documents"] + pages,
        passages=base["passages"] + passages,
        supports=base["supports"] + copies,
    )
    assert shares_of(shared) == world.SHARES


def test_impressions_weigh_answers():
    answers = [
        replace(row, impressions=n)
        for row, n in zip(world.rows()["answers"], (1, 0, 3), strict=True)
    ]
    shared = settle(answers=answers)
    # a1 1, b1 3: anker .6 * .75 + 3 * .45 of 4.
    assert shares_of(shared)["anker"] == Fraction(45 + 135, 400)
    assert "bote" in shares_of(shared)


def test_mixed_impressions_refuse_the_pot_and_no_other():
    first, *rest = world.rows()["answers"]
    other = replace(world.POT, pot_id="other", starts_at=world.POT.ends_at)
    other = replace(other, ends_at=world.POT.ends_at.replace(day=1, month=12, hour=23))
    shared = settle(answers=[replace(first, impressions=9), *rest], pots=[world.POT, other])
    assert "never mixed" in messages(shared)[0]
    assert {row.pot_id for row in from_arrow(shared.payouts, Payout)} == {"other"}
    assert shared.claim_weights.num_rows == 0


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"distributable_minor": 9_999}, "is not 9999"),
        ({"deductions_minor": 10_001, "distributable_minor": -1}, "negative"),
        ({"rule": "equal"}, "rule 'equal' is not known"),
        ({"existence": "guessed"}, "existence is 'guessed'"),
    ],
)
def test_pots_that_cannot_be_settled(changes, message):
    shared = settle(pots=[replace(world.POT, **changes)])
    assert message in messages(shared)[0]
    assert shared.payouts.num_rows == 0


def test_deductions_and_reserve_come_first():
    pot = replace(world.POT, deductions_minor=1_500, reserve_minor=500, distributable_minor=8_000)
    assert assigned(settle(pots=[pot]))["anker", "anker"] == 2_700


def test_answers_without_a_time_are_told_of_and_never_paid():
    answers = [replace(row, asked_at=None) for row in world.rows()["answers"]]
    shared = settle(answers=answers)
    assert "3 answers have no time" in messages(shared)[0]
    assert assigned(shared) == {("unsupported", None): 10_000}


def test_answers_that_say_nothing_are_left_out_before_weights_are_divided():
    claims = [row for row in world.rows()["claims"] if row.answer_id != "a1"]
    shared = settle(claims=claims)
    assert "1 of 3 answers make no statement" in messages(shared)[0]
    weights = {row.claim_id: row.weight for row in from_arrow(shared.claim_weights, ClaimWeight)}
    assert weights == {"a2-1": 1_000_000, "b1-1": 1_000_000}


def test_hosts_that_nobody_holds_are_told_of():
    holdings = [row for row in world.rows()["holdings"] if row.publisher_id != "fern"]
    shared = settle(holdings=holdings)
    assert "1 statements rest on texts under 1 hosts" in messages(shared)[0]
    assert shares_of(shared)["anker"] == Fraction(9, 80) + Fraction(36, 80)

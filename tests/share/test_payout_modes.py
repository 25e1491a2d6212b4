"""Per answer, floors, frames, disputes: what a pot counts, and how its money divides."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings, strategies as st

from beleg.frame import hash_frame
from beleg.records import Balance, ClaimWeight, Frame, Level, Payout, Share, Status
from beleg.share import share
from beleg.share.counted import sum_amounts
from beleg.tables import from_arrow, to_arrow
from oracles import settlement as world
from oracles.settlement import assigned, messages, shares_of


def settle(**changes):
    return share(world.tables(world.rows(**changes)))


def bringing(*amounts, currency="EUR"):
    """The world's three answers, each with an amount; None brings none."""
    return [
        replace(row, amount_minor=minor, currency=None if minor is None else currency)
        for row, minor in zip(world.rows()["answers"], amounts, strict=True)
    ]


def pot_of(minor, **changes):
    pot = replace(world.POT, gross_minor=minor, distributable_minor=minor)
    return replace(pot, **changes)


def per_answer(minor, **changes):
    return pot_of(minor, mode="per_answer", **changes)


@settings(max_examples=6, deadline=None)
@given(st.lists(st.integers(0, 10**6), min_size=3, max_size=3))
def test_pooled_over_amounts_is_each_answer_settled_alone(amounts):
    pooled = shares_of(settle(answers=bringing(*amounts), pots=[per_answer(sum(amounts))]))
    alone = dict.fromkeys(world.SHARES, Fraction())
    for answer, minor in zip(world.rows()["answers"], amounts, strict=True):
        for name, part in shares_of(settle(answers=[answer])).items():
            alone[name] += part * minor
    total = sum(amounts)
    got = {name: part * total for name, part in pooled.items()}
    assert got == {name: amount for name, amount in alone.items() if amount}


def test_per_answer_by_hand():
    # a1 brings 10.00 (.6 to its first claim), a2 nothing, b1 3.00.
    shared = settle(answers=bringing(1_000, 0, 300), pots=[per_answer(1_300)])
    assert assigned(shared) == {
        ("anker", "anker"): 585,  # 450 of a1, 135 of b1
        ("bote", "bote"): 100,  # 2/3 of 150
        ("autorin", "bote"): 50,
        ("no_mandate", "fern"): 135,
        ("unsupported", None): 430,
    }
    assert messages(shared) == []


def test_deductions_and_reserve_come_off_the_answers_money():
    pot = per_answer(1_300, deductions_minor=100, reserve_minor=200, distributable_minor=1_000)
    shared = settle(answers=bringing(1_000, 0, 300), pots=[pot])
    assert assigned(shared)["anker", "anker"] == 450


def test_other_currencies_and_no_amount_are_left_out_and_counted():
    answers = [*bringing(1_000, None, 300)[:2], *bringing(0, 0, 300, currency="CHF")[2:]]
    francs = per_answer(300, pot_id="francs", currency="CHF")
    shared = settle(answers=answers, pots=[per_answer(1_000), francs])
    weights = {(r.pot_id, r.answer_id): 1 for r in from_arrow(shared.claim_weights, ClaimWeight)}
    assert weights.keys() == {("licence", "a1"), ("francs", "b1")}
    assert messages(shared) == [
        "2 of 3 answers bring no amount in CHF: they do not count here.",
        "2 of 3 answers bring no amount in EUR: they do not count here.",
    ]
    by_pot = {}
    for row in from_arrow(shared.payouts, Payout):
        by_pot[row.pot_id] = by_pot.get(row.pot_id, 0) + row.assigned_minor
    assert by_pot == {"licence": 1_000, "francs": 300}


@pytest.mark.parametrize(
    ("amounts", "minor", "message"),
    [
        ((1_000, 0, 300), 1_301, "its answers bring 13.00 EUR, and the pot holds 13.01 EUR"),
        ((-1, 1, 300), 300, "amounts run from -1 to 300"),
        ((2**33 * 1_100, 0, 0), 2**33 * 1_100, "must be 0 to 9007199254"),
    ],
)
def test_amounts_that_do_not_fit_refuse_the_pot(amounts, minor, message):
    shared = settle(answers=bringing(*amounts), pots=[per_answer(minor)])
    assert message in messages(shared)[0]
    assert shared.payouts.num_rows == 0


def test_the_money_of_answers_that_say_nothing_is_in_no_pot():
    claims = [row for row in world.rows()["claims"] if row.answer_id != "a2"]
    shared = settle(answers=bringing(1_000, 50, 300), claims=claims, pots=[per_answer(1_300)])
    assert "the 0.50 EUR that they bring are in no pot" in messages(shared)[0]
    assert sum(assigned(shared).values()) == 1_300
    tables = world.tables(world.rows(answers=bringing(1_000, 50, 300), claims=claims))
    assert sum_amounts(tables, per_answer(0)) == 1_300


def test_unknown_modes_are_refused():
    assert "mode is 'each'" in messages(settle(pots=[pot_of(1, mode="each")]))[0]


def test_a_floor_is_divided_equally_between_all_with_a_mandate():
    shared = settle(pots=[pot_of(100, rule="floor")])
    assert shares_of(shared) == {"anker": Fraction(1, 2), "bote": Fraction(1, 2)}
    assert assigned(shared) == {
        ("anker", "anker"): 50,
        ("bote", "bote"): 33,
        ("autorin", "bote"): 17,
        ("unsupported", None): 0,
    }
    assert shared.stakes.num_rows == shared.claim_weights.num_rows == 0
    assert {row.rule for row in from_arrow(shared.shares, Share)} == {"floor"}


def test_a_floor_counts_a_house_once_at_the_pots_level():
    houses = [
        *world.rows()["publishers"],
        world.publisher("haus", level=Level.COMPANY, domains=()),
    ]
    owned = [world.own("anker", "haus"), world.own("bote", "haus", date(2026, 11, 2))]
    entitled = [*world.rows()["entitlements"], world.entitle("haus", "haus")]
    rows = {"publishers": houses, "ownerships": owned, "entitlements": entitled}
    by_house = settle(pots=[pot_of(100, rule="floor", level=Level.COMPANY)], **rows)
    # bote is owned from the second day on: on the first it plays itself.
    assert shares_of(by_house) == {"bote": Fraction(1, 2), "haus": Fraction(1, 2)}
    by_title = settle(pots=[pot_of(100, rule="floor")], **rows)
    assert shares_of(by_title).keys() == {"anker", "bote"}  # haus publishes nothing itself


def test_a_floor_without_anybody_goes_to_nobody():
    assert assigned(settle(pots=[pot_of(7, rule="floor")], publishers=[])) == {
        ("unsupported", None): 7
    }


def frame_of(**changes):
    frame = Frame(
        "", "autumn", ("a", "b"), (1_000_000, 1_000_000), (), None, None, "log", "complete"
    )
    frame = replace(frame, **changes)
    return replace(frame, frame_id=hash_frame(frame))


def settle_frame(frame, **changes):
    return settle(pots=[replace(world.POT, frame=frame.frame_id)], frames=[frame], **changes)


def test_a_frame_that_holds_all_changes_nothing():
    assert shares_of(settle_frame(frame_of())) == world.SHARES
    assert messages(settle_frame(frame_of(engines=("engine",), runs=2))) == []


def test_answers_to_other_questions_and_by_other_engines_do_not_count():
    shared = settle_frame(frame_of(prompt_ids=("b",), units=(1_000_000,)))
    assert shares_of(shared) == {"anker": Fraction(45, 100), "fern": Fraction(45, 100)}
    (message,) = messages(shared)
    assert message.startswith("2 of 3 answers lie outside the frame 'autumn' (2 by question or")
    assert shares_of(settle_frame(frame_of(engines=("another",)))) == {}


def test_further_runs_do_not_count_whatever_they_say():
    # a2 is a second run of prompt a: only a1, the first in time and id, counts.
    shared = settle_frame(frame_of(runs=1))
    assert {r.answer_id for r in from_arrow(shared.claim_weights, ClaimWeight)} == {"a1", "b1"}
    assert "0 by question or engine, 1 are further runs" in messages(shared)[0]
    # Who asks again after a refusal gains nothing; an error was no run.
    for status, counted in ((Status.REFUSED, {"b1"}), (Status.ERROR, {"a2", "b1"})):
        first, *rest = world.rows()["answers"]
        answers = [replace(first, status=status, asked_at=world.ASKED - timedelta(1)), *rest]
        shared = settle_frame(frame_of(runs=1), answers=answers)
        weights = from_arrow(shared.claim_weights, ClaimWeight)
        assert {r.answer_id for r in weights} == counted


def test_panel_stuffing_and_selective_reruns_gain_nothing_in_a_frame():
    """A member adds questions that it answers best, and reruns until it is named."""
    base = world.rows()
    stuffed = [world.answer(f"s{n}", f"stuffed{n}") for n in range(5)]
    reruns = [
        world.answer(f"z{n}", "b", asked_at=world.ASKED + timedelta(n + 1)) for n in range(5)
    ]
    extra = stuffed + reruns
    changed = {
        "answers": base["answers"] + extra,
        "claims": base["claims"] + [world.claim(f"{row.answer_id}-1", 5) for row in extra],
        "supports": base["supports"]
        + [world.support(f"{row.answer_id}-1", "bote", 10_000) for row in extra],
        "prompts": base["prompts"] + [world.prompt(f"stuffed{n}") for n in range(5)],
    }
    assert shares_of(settle(**changed))["bote"] > Fraction(1, 2)
    assert shares_of(settle_frame(frame_of(runs=2, prompt_ids=("a", "b")), **changed))[
        "bote"
    ] < Fraction(1, 2)
    assert shares_of(settle_frame(frame_of(runs=1), **changed)) == shares_of(
        settle_frame(frame_of(runs=1))
    )


def test_a_frame_that_is_not_there_refuses_the_pot():
    shared = settle(pots=[replace(world.POT, frame="0" * 64)])
    assert "its frame 000000000000… is not among the frames" in messages(shared)[0]
    assert shared.payouts.num_rows == 0


@pytest.mark.parametrize(
    "change",
    [
        {"name": "x"},
        {"units": (1_000_000, 1)},
        {"prompt_ids": ("a", "c")},
        {"engines": ("engine",)},
        {"runs": 1},
        {"seed": 0},
        {"source": "x"},
        {"coverage": "synthetic"},
    ],
)
def test_every_word_of_a_frame_is_in_its_hash(change):
    assert frame_of(**change).frame_id != frame_of().frame_id


def test_the_hash_of_a_frame_is_that_of_its_canonical_json():
    frame = frame_of(prompt_ids=("b", "a"), units=(2, 1), engines=("z", "e"))
    other = frame_of(prompt_ids=("a", "b"), units=(1, 2), engines=("e", "z"))
    assert frame.frame_id == other.frame_id
    # sha256 of {"coverage":"complete","engines":["e","z"],"name":"autumn",
    # "prompts":[["a",1],["b",2]],"runs":null,"seed":null,"source":"log"} on one line
    assert frame.frame_id == ("f8f8d196bfe77ea3dd6b29254d993f97639656a03509a4464ca54d12ab5c81dc")


def test_share_settles_series_and_closed_pots():
    first = pot_of(10, pot_id="m1", series="s")
    later = {"starts_at": first.ends_at, "ends_at": first.ends_at + timedelta(30)}
    second = pot_of(10, pot_id="m2", series="s", **later)
    shared = settle(pots=[second, first])
    brought = from_arrow(shared.balances, Balance)
    assert {row.pot_id for row in brought} == {"m2"}
    assert {row.source for row in brought} == {"m1"}
    # m1 is closed with what it paid; then anker's support is withdrawn.
    rows = [row for row in from_arrow(shared.payouts, Payout) if row.pot_id == "m1"]
    supports = [row for row in world.rows()["supports"] if row.document_id != "anker"]
    tables = world.tables(world.rows(pots=[first, second], supports=supports))
    tables["closed_payouts"] = to_arrow(rows, Payout)
    again = share(tables)
    assert [r for r in from_arrow(again.payouts, Payout) if r.pot_id == "m1"] == rows
    corrections = {
        row.payee: Fraction(int(row.numerator), int(row.denominator))
        for row in from_arrow(again.balances, Balance)
        if row.kind == "correction"
    }
    assert corrections["anker"] == -10 * world.SHARES["anker"]
    assert sum(corrections.values()) == 0

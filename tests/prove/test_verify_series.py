"""What goes from one pot into the next is checked, by itself and along the chain."""

from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction

import pytest

from beleg.prove.statements import build_files
from beleg.prove.verify import verify
from beleg.share import share
from oracles import settlement as world
from prove.test_verify import change, drop, read_ledger, seal, write

NEXT = replace(
    world.POT,
    pot_id="winter",
    period="2026-12",
    starts_at=datetime(2026, 11, 30, 23, tzinfo=UTC),
    ends_at=datetime(2026, 12, 31, 23, tzinfo=UTC),
    series="licence",
    gross_minor=101,
    distributable_minor=101,
)


@pytest.fixture(scope="module")
def settled():
    base = world.rows()
    first = replace(world.POT, series="licence", gross_minor=100, distributable_minor=100)
    late = datetime(2026, 12, 10, 12, tzinfo=UTC)
    answers = [*base["answers"][:2], world.answer("b1", "b", asked_at=late)]
    return world.settle(share, world.rows(pots=[first, NEXT], answers=answers))


@pytest.fixture(scope="module")
def pots(settled):
    return {name: build_files(settled, name, world.KEY) for name in ("licence", "winter")}


def lay(folder, pots):
    write(folder / "2026-11" / "licence", pots["licence"])
    write(folder / "2026-12" / "winter", pots["winter"])
    return folder


def test_a_chain_holds(settled, pots, tmp_path):
    carried = [row for row in settled["payouts"].to_pylist() if row["carry_numerator"] != "0"]
    assert {row["pot_id"] for row in carried} >= {"licence"}
    assert len(settled["balances"]) > 0
    assert verify(lay(tmp_path, pots)).findings == []


@pytest.mark.parametrize(
    "forge",
    [
        change("balance", 0, numerator="1", denominator="3"),
        change("balance", 0, source="autumn"),
        change("pot", 0, series=None),
        drop("balance", 0),
    ],
)
def test_a_forged_balance_is_found_in_its_own_pot(forge, pots, tmp_path):
    forged = seal(pots["winter"], forge(read_ledger(pots["winter"])))
    assert not verify(write(tmp_path / "2026-12" / "winter", forged)).ok


def test_a_pot_that_brings_in_nothing_is_found_along_the_chain(settled, pots, tmp_path):
    base = world.rows()
    late = datetime(2026, 12, 10, 12, tzinfo=UTC)
    answers = [world.answer("b1", "b", asked_at=late)]
    other = world.settle(share, world.rows(pots=[NEXT], answers=answers, claims=base["claims"]))
    files = build_files(other, "winter", world.KEY)
    assert verify(write(tmp_path / "alone" / "2026-12" / "winter", files)).ok
    (finding,) = verify(lay(tmp_path / "both", {**pots, "winter": files})).findings
    assert "pot winter does not bring in what pot licence carried out" in finding


@pytest.mark.parametrize("supports", [(10_000, 5_000), (3_333, 6_667), (5_000, 5_000)])
def test_expected_shares_hold_and_one_grain_less_is_found(supports, tmp_path):
    pot = replace(world.POT, rule="expected", threshold=0)
    rows = world.rows(
        pots=[pot],
        supports=[
            world.support("b1-1", "anker", supports[0]),
            world.support("b1-1", "bote", supports[1]),
            world.support("b1-1", "fern", 4_000),
        ],
    )
    tables = world.settle(share, rows)
    files = build_files(tables, "licence", world.KEY)
    place = tmp_path / "2026-11" / "licence"
    assert verify(write(place, files)).findings == []
    share_of = next(row for row in read_ledger(files) if row["type"] == "share")
    part = Fraction(int(share_of["numerator"]), int(share_of["denominator"]))
    less = part - Fraction(1, 144_403_552_893_600)
    forged = change("share", 0, numerator=str(less.numerator), denominator=str(less.denominator))
    found = verify(write(place, seal(files, forged(read_ledger(files))))).findings
    assert any("as recomputed" in line for line in found)

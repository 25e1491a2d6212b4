"""What-if from the claims it touches, beside the whole pot split anew."""

from fractions import Fraction

import ibis
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings, strategies as st

from beleg.errors import InputError
from beleg.records import Share, Stake
from beleg.share import share, whatif
from beleg.share.game import split_windows
from beleg.share.rules import split
from beleg.tables import from_arrow
from oracles import settlement as world

NAMES = [f"p{n:02}" for n in range(40)]
SPARE = 1_000
"""Weight of claims that nobody supports."""


@st.composite
def pots(draw):
    """Draw the stakes of a few claims, one of them with more than 32 supporters at times."""
    rows = []
    for number in range(draw(st.integers(1, 5))):
        size = draw(st.sampled_from([1, 2, 3, 5, 40]))
        weight = draw(st.integers(0, 2**53))
        supports = draw(st.lists(st.integers(1, 10_000), min_size=size, max_size=size))
        for name, support in zip(draw(st.permutations(NAMES)), supports, strict=False):
            rows.append(("a", f"c{number}", name, weight, support))
    columns = [list(column) for column in zip(*rows, strict=True)]
    return pa.table(columns, schema=whatif.STAKES)


def total_of(stakes):
    weights = dict(zip(*(stakes[n].to_pylist() for n in ("claim_id", "weight")), strict=True))
    return sum(weights.values()) + SPARE


def whole(stakes, total, rule="airport"):
    return split(ibis.memtable(stakes), rule, total).shares


@settings(max_examples=60, deadline=None)
@given(pots())
def test_arrays_give_the_digits_of_the_engine(stakes):
    total = total_of(stakes)
    assert whatif.split_claims(stakes, total) == split_windows(ibis.memtable(stakes), total)


@pytest.mark.parametrize("rule", ["airport", "expected"])
@settings(max_examples=25, deadline=None)
@given(stakes=pots(), name=st.sampled_from(NAMES))
def test_dropping_a_publisher_is_splitting_without_it(rule, stakes, name):
    total, before = total_of(stakes), whole(stakes, total_of(stakes), rule)
    its = stakes.filter(pc.field("publisher_id") == name)["claim_id"]
    touched = stakes.filter(pc.is_in(stakes["claim_id"], pc.unique(its)))
    changed = whatif.drop_publisher(touched, name)
    found = whatif.change_shares(before, touched, changed, total, whatif.find_rule(rule))
    left = stakes.filter(pc.field("publisher_id") != name)
    assert found.after == whole(left, total, rule)
    assert name not in found.after
    assert sum(found.after.values()) + found.unsupported[1] == 1


@settings(max_examples=40, deadline=None)
@given(pots(), st.integers(0, 10_000), st.lists(st.sampled_from(NAMES), min_size=1, unique=True))
def test_setting_a_support_is_splitting_with_it(stakes, support, publishers):
    total, before = total_of(stakes), whole(stakes, total_of(stakes))
    touched = stakes.filter(pc.field("claim_id") == "c0")
    claim = whatif.Weighed("a", "c0", touched["weight"][0].as_py())
    changed = whatif.set_support(touched, claim, publishers, support)
    found = whatif.change_shares(before, touched, changed, total, whatif.split_claims)
    rest = stakes.filter(pc.field("claim_id") != "c0")
    assert found.after == whole(pa.concat_tables([rest, changed]), total)


def test_without_anker_by_hand():
    shared = share(world.tables(world.rows()))
    stakes = shared.stakes.select(whatif.STAKES.names).cast(whatif.STAKES)
    assert len(from_arrow(shared.stakes, Stake)) == 5
    before = {
        row.publisher_id: Fraction(int(row.numerator), int(row.denominator))
        for row in from_arrow(shared.shares, Share)
    }
    touched = stakes.filter(pc.is_in(stakes["claim_id"], pa.array(["a1-1", "b1-1"])))
    changed = whatif.drop_publisher(touched, "anker")
    found = whatif.change_shares(before, touched, changed, 2_000_000, whatif.split_claims)
    # bote has .5 of a1-1 alone and .8 of a2-1; fern .9 of b1-1: (.15 + .4) / 2 and .9 / 2.
    assert found.after == {"bote": Fraction(22, 80), "fern": Fraction(36, 80)}
    assert found.unsupported == (Fraction(16, 80), Fraction(22, 80))


def test_a_claim_that_nobody_supports_gains_a_supporter():
    none = whatif.STAKES.empty_table()
    changed = whatif.set_support(none, whatif.Weighed("a", "c", 3), ["new"], 5_000)
    found = whatif.change_shares({}, none, changed, 12, whatif.split_claims)
    assert found.after == {"new": Fraction(1, 8)}


@pytest.mark.parametrize("support", [-1, 10_001])
def test_supports_out_of_range(support):
    with pytest.raises(ValueError, match="must be 0"):
        whatif.set_support(
            whatif.STAKES.empty_table(), whatif.Weighed("a", "c", 1), ["p"], support
        )


def test_a_rule_that_does_not_add_up_is_refused():
    with pytest.raises(InputError, match="'floor' does not ask"):
        whatif.find_rule("floor")

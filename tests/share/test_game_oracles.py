"""The game against others' code and against all subsets in one sweep; every engine and way."""

import importlib
import random
from fractions import Fraction

import ibis
import numpy as np
import pytest
from games import draw_crowd, draw_game, table_of
from hypothesis import given, settings, strategies as st

from beleg.share import claims as claims_module
from beleg.share.claims import WRONG, name_publishers, read_claims
from beleg.share.game import check_stakes, hash_digits, split, split_arrays, split_windows
from beleg.share.rungs import Sums, add_up
from oracles.coalitions import shapley_by_bitmasks, shapley_by_subsets

FEW = settings(max_examples=20, deadline=None)


def test_two_oracles_agree():
    chance = random.Random(1)
    for nth in range(30):
        game = draw_game(chance, nth, most=6)
        assert shapley_by_bitmasks(game) == shapley_by_subsets(game)


def test_three_hundred_games_equal_all_subsets():
    chance = random.Random(2)
    apart = [draw_game(chance, nth) for nth in range(300)]
    together = [claim for game in apart for claim in game]
    total = 10_000 * sum(weight for weight, _ in together)
    wanted = {}
    for game in apart:
        wanted |= shapley_by_bitmasks(game)
    wanted = {name: value / total for name, value in wanted.items() if value}
    stakes = ibis.memtable(table_of(together))
    assert split_arrays(stakes).shares == wanted
    assert split_windows(stakes).shares == wanted


@pytest.mark.parametrize("seed", range(3))
def test_arrays_and_windows_give_the_same_digits_with_crowds(seed):
    chance = random.Random(seed)
    stakes = ibis.memtable(table_of([c for nth in range(4) for c in draw_crowd(chance, nth)]))
    assert hash_digits(split_arrays(stakes)) == hash_digits(split_windows(stakes))


def test_blocks_change_no_digit(monkeypatch):
    chance = random.Random(7)
    engine = ibis.duckdb.connect()
    stakes = engine.create_table(
        "s", table_of([c for n in range(9) for c in draw_crowd(chance, n)])
    )
    whole = split(stakes)
    monkeypatch.setattr(claims_module, "MAX_ROWS", 50)
    monkeypatch.setattr(claims_module, "BLOCK_ROWS", 60)
    monkeypatch.setattr(claims_module, "CHUNK", 3)
    read = list(read_claims(stakes, name_publishers(stakes)))
    assert sum(len(some.weights) for some in read) == 27
    assert max(len(some.weights) for some in read) <= 3
    assert hash_digits(split(stakes)) == hash_digits(whole)
    engine.disconnect()


def test_shapiq_agrees():
    shapiq = importlib.import_module("shapiq") if has("shapiq") else pytest.skip("no shapiq")
    chance = random.Random(3)
    for _ in range(5):
        supports = [chance.randint(0, 10_000) for _ in range(7)]

        def value(coalitions, supports=supports):
            return np.array(
                [max((np.array(supports) * row).max(), 0) for row in coalitions], float
            )

        exact = shapiq.ExactComputer(n_players=7, game=value)("SV")
        shares = split(ibis.memtable(table_of([(1, named(supports))]))).shares
        for n in range(7):
            assert exact[(n,)] == pytest.approx(float(shares.get(f"p{n}", 0)) * 10_000, abs=1e-8)


def test_the_airport_game_of_coopgame_agrees():
    coopgame = pytest.importorskip("coopgame", reason="pip install coopgame-py")
    chance = random.Random(4)
    for n in (1, 2, 7, 31):
        supports = [chance.choice([0, 4_000, chance.randint(0, 10_000)]) for _ in range(n)]
        theirs = coopgame.airport([float(s) for s in supports])["shapley"]
        shares = split(ibis.memtable(table_of([(1, named(supports))]))).shares
        ours = [float(shares.get(f"p{nth}", 0)) * 10_000 for nth in range(n)]
        assert ours == pytest.approx(theirs, abs=1e-8)


def has(name):
    return importlib.util.find_spec(name) is not None


def named(supports):
    return {f"p{n}": support for n, support in enumerate(supports)}


@FEW
@given(
    st.lists(
        st.tuples(
            st.integers(0, 4), st.integers(0, 2**63 - 1), st.sampled_from([0, 1, 2**62, 2**63 - 1])
        ),
        max_size=30,
    )
)
def test_sums_of_products_are_exact(rows):
    sums = Sums(5)
    for some in (rows[:10], rows[10:]):
        places, left, right = (np.array([row[i] for row in some], np.int64) for i in range(3))
        sums.add(places, left, right)
    assert sums.to_list() == [sum(a * b for at, a, b in rows if at == n) for n in range(5)]
    values = np.array([row[1] for row in rows], np.int64)
    assert add_up(values) == sum(row[1] for row in rows)


def test_the_largest_figures_of_a_claim_are_exact():
    weight = 2**63 - 1
    crowd = {f"p{n:03}": 10_000 for n in range(200)}
    result = split(ibis.memtable(table_of([(weight, crowd), (weight, {"p000": 9_999})])))
    assert result.shares["p001"] == Fraction(1, 400)
    assert result.unsupported == Fraction(1, 20_000)


def test_a_claim_without_a_publisher_counts_as_unsupported():
    stakes = ibis.memtable(table_of([(3, {"a": 10_000}), (1, {})]))
    for way in (split_arrays, split_windows):
        assert way(stakes) == ({"a": Fraction(3, 4)}, Fraction(1, 4))
    assert check_stakes(stakes) == 4


def test_no_support_is_taken_for_a_wrong_one():
    assert WRONG > 10_000

"""Intervals on money: by hand, against slow definitions, and by coverage."""

import itertools
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings, strategies as st
from scipy import special, stats

from beleg.records import EstimateStatus, Holding, MoneyInterval, Share
from beleg.share import intervals, share
from beleg.share.intervals import CAUTION, Cells, estimate, find_intervals
from beleg.share.parts import draw_parts, split_parts
from beleg.tables import from_arrow
from oracles import settlement as world
from oracles.coalitions import shapley_by_levels

CLAIMS = st.lists(st.lists(st.integers(0, 10_000), min_size=1, max_size=40), max_size=6)


def lay(claims):
    claim = np.repeat(np.arange(len(claims)), [len(c) for c in claims])
    support = np.array([s for c in claims for s in sorted(c)], dtype=np.int64)
    return claim, support / 10_000


@given(CLAIMS)
def test_parts_are_those_of_the_game(claims):
    wanted = []
    for supports in claims:
        values = shapley_by_levels(dict(enumerate(sorted(supports))))
        wanted += [float(values.get(place, 0)) / 10_000 for place in range(len(supports))]
    assert split_parts(*lay(claims)) == pytest.approx(wanted, abs=1e-12)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(st.integers(0, 10_000), min_size=1, max_size=7), max_size=4))
def test_draws_equal_the_enumeration_of_all_draws(claims):
    mean, square = [], []
    for supports in claims:
        p = np.array(sorted(supports)) / 10_000
        first, second = np.zeros(len(p)), np.zeros(len(p))
        for draw in itertools.product([0, 1], repeat=len(p)):
            chance = np.prod(np.where(draw, p, 1 - p))
            part = np.array(draw) / max(1, sum(draw))
            first, second = first + chance * part, second + chance * part**2
        mean, square = [*mean, *first], [*square, *(second - first**2)]
    found_mean, found_variance = draw_parts(*lay(claims))
    assert found_mean == pytest.approx(mean, abs=1e-12)
    assert found_variance == pytest.approx(square, abs=2e-4)


def test_draws_of_crowded_claims():
    # 200 sure supporters: each receives 1/200, always.
    mean, variance = draw_parts(np.zeros(200, np.int64), np.ones(200))
    assert mean == pytest.approx(np.full(200, 1 / 200), rel=1e-9)
    assert variance == pytest.approx(0, abs=1e-8)


def slow(y, total):
    """The formula of docs/theory/statistics.md, prompt by prompt; the variance by leaving out."""
    n, whole = len(total), sum(total)
    ratio = sum(y) / whole
    residuals = [
        (sum(y) - y[c]) / (whole - total[c]) - ratio for c in range(n)
    ]  # what leaving out a prompt changes
    v = sum(r**2 for r in residuals)
    uneven = sum(r**4 for r in residuals) / v**2 - 1 / n
    effective = whole**2 / sum(x**2 for x in total)
    df = min(CAUTION * 2 / uneven, effective - 1) if uneven > 0 else effective - 1
    half = stats.t.ppf(0.975, df) * np.sqrt(v) / (ratio * (1 - ratio))
    return ratio, *special.expit(special.logit(ratio) + np.array([-half, half]))


@given(st.integers(0, 2**32), st.integers(3, 12))
def test_interval_equals_its_definition(seed, n):
    rng = np.random.default_rng(seed)
    total = rng.lognormal(0, 1, n)
    y = total[:, None] * rng.random((n, 3)) * rng.choice([0, 1], (n, 3), p=[0.3, 0.7])
    y[0] = total[0] / 3  # nobody has nothing
    prompt, publisher = np.nonzero(y)
    found = estimate(Cells(prompt, publisher, y[prompt, publisher]), total, 3)
    for place in range(3):
        given_ = (found.share[place], found.low[place], found.high[place])
        assert given_ == pytest.approx(slow(list(y[:, place]), list(total)), rel=1e-8, abs=1e-12)


def test_effective_prompts_by_hand():
    # Ten equal prompts; a has 1 of two of them: 2 carry it. b has all but that: 8 carry it.
    a, b = np.zeros(10), np.ones(10)
    a[:2], b[:2] = 1, 0
    cells = Cells(np.r_[0:2, 2:10], np.r_[[0] * 2, [1] * 8], np.ones(10))
    found = estimate(cells, np.ones(10), 2)
    assert found.n_effective == pytest.approx([2, 2])
    assert found.status == [EstimateStatus.TOO_THIN] * 2


def test_sixty_prompts_are_not_too_thin_and_one_is():
    total = np.ones(60)
    found = estimate(Cells(np.arange(60), np.zeros(60, np.int64), total / 2), total, 1)
    assert found.status == [EstimateStatus.OK]
    assert (found.low[0], found.high[0]) == (0.5, 0.5)  # it has half of every prompt
    alone = estimate(Cells(np.array([0]), np.array([0]), np.array([0.5])), np.ones(1), 1)
    assert (alone.low[0], alone.high[0], alone.status[0]) == (0, 1, EstimateStatus.TOO_THIN)


def test_all_and_nothing_have_wilsons_limit():
    total = np.ones(40)
    found = estimate(Cells(np.arange(40), np.zeros(40, np.int64), total), total, 2)
    t = stats.t.ppf(0.975, 39)
    assert found.low == pytest.approx([1 - t**2 / (40 + t**2), 0])
    assert found.high == pytest.approx([1, t**2 / (40 + t**2)])


def period(n_prompts=30, seed=1, rule="airport"):
    """A pot with two answers a prompt, played by the game itself."""
    rng = np.random.default_rng(seed)
    names = ("anker", "bote", "fern")
    answers = [
        world.answer(f"a{p}{run}", f"p{p:02}") for p in range(n_prompts) for run in range(2)
    ]
    claims = [world.claim(f"{a.answer_id}-{n}", 3 + n) for a in answers for n in (1, 2)]
    supports = [
        world.support(claim.claim_id, name, int(rng.integers(5_000, 10_001)))
        for claim in claims
        for name in names
        if rng.random() < 0.4
    ]
    rows = world.rows(
        answers=answers,
        claims=claims,
        supports=supports,
        observations=[],
        prompts=[world.prompt(f"p{p:02}", float(rng.lognormal())) for p in range(n_prompts)],
        pots=[replace(world.POT, rule=rule)],
    )
    return world.tables(rows)


def test_every_share_has_its_interval_and_the_rest_too():
    shared = share(period())
    rows = from_arrow(shared.money_intervals, MoneyInterval)
    assert [row.publisher_id for row in rows] == ["anker", "bote", "fern", None]
    assert sum(row.share for row in rows) == pytest.approx(1)
    for row in rows:
        assert row.low < row.share < row.high
        assert (row.n_prompts, row.status) == (30, EstimateStatus.TOO_THIN)
        assert 5 < row.n_effective <= row.n_carrying <= 30
    assert all(row.drawn_error > 0 for row in rows[:3])


def test_a_pot_without_claims_has_none():
    tables = world.tables(world.rows(claims=[], supports=[]))
    assert share(tables).money_intervals.num_rows == 0


def play(tables):
    """What :func:`find_intervals` needs beside the pot."""
    shared = share(tables)
    shares = from_arrow(shared.shares, Share)
    return tables["answers"], shared.claim_weights, shared.stakes, shares


def test_order_of_rows_and_size_of_blocks_change_no_digit(monkeypatch):
    *played, shares = play(period())
    before = find_intervals(world.POT, *played, shares)
    rng = np.random.default_rng(3)
    played = [table.take(pa.array(rng.permutation(len(table)))) for table in played]
    monkeypatch.setattr(intervals, "BLOCK_ROWS", 7)
    assert find_intervals(world.POT, *played, shares) == before


def test_another_publisher_on_bare_claims_changes_no_digit_of_the_others():
    tables = period()
    before = from_arrow(share(tables).money_intervals, MoneyInterval)
    staked = set(share(tables).stakes["claim_id"].to_pylist())
    bare = [c for c in tables["claims"]["claim_id"].to_pylist() if c not in staked]
    more = world.tables(
        world.rows(
            supports=[world.support(name, "zeuge", 9_000) for name in bare],
            documents=[world.document("zeuge")],
            holdings=[Holding("zeuge.example", "zeuge", None, None, "x")],
            publishers=[world.publisher("zeuge")],
        )
    )
    for name in ("supports", "documents", "holdings", "publishers"):
        tables[name] = pa.concat_tables([tables[name], more[name]])
    after = from_arrow(share(tables).money_intervals, MoneyInterval)
    assert [row.publisher_id for row in after] == ["anker", "bote", "fern", "zeuge", None]
    assert after[:3] == before[:3]


def test_shares_of_a_rule_that_is_not_known_are_not_measured():
    *played, shares = play(period())
    wrong = [replace(row, numerator="1", denominator="4") for row in shares]
    rows = find_intervals(world.POT, *played, wrong)
    assert {(row.low, row.high, row.status) for row in rows} == {
        (None, None, EstimateStatus.NOT_MEASURED)
    }
    assert [row.share for row in rows] == [0.25] * 4


def test_under_the_rule_expected_the_drawn_share_is_the_share():
    rows = from_arrow(share(period(rule="expected")).money_intervals, MoneyInterval)
    assert [row.status for row in rows] == [EstimateStatus.TOO_THIN] * 4
    for row in rows[:3]:
        assert row.low < row.share < row.high
        assert row.drawn_share == pytest.approx(row.share, rel=1e-9)
    airport = from_arrow(share(period()).money_intervals, MoneyInterval)
    assert [row.drawn_share for row in airport] == [row.drawn_share for row in rows]


def test_a_floor_rests_on_no_prompt():
    floor = replace(world.POT, rule="floor")
    assert share(world.tables(world.rows(pots=[floor]))).money_intervals.num_rows == 0


def test_nominal_coverage_of_skewed_money():
    # Heavy prompts, two in three without the publisher: 2,000 periods of 150 prompts.
    rng = np.random.default_rng(11)
    n_pool, n, hits = 50_000, 150, []
    total = rng.lognormal(0, 0.7, n_pool)
    y = total * rng.beta(0.6, 1.4, n_pool) * (rng.random(n_pool) < 0.33)
    truth = y.sum() / total.sum()
    for _ in range(2_000):
        idx = rng.integers(0, n_pool, n)
        found = estimate(Cells(np.arange(n), np.zeros(n, np.int64), y[idx]), total[idx], 1)
        hits.append(found.low[0] <= truth <= found.high[0])
    assert 0.93 <= np.mean(hits) <= 0.97

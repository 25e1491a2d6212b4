"""Ranks with intervals: against brute force, against hand counts, and what must never change."""

import json

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings, strategies as st

from beleg.cli import main
from beleg.measure.cells import Cells
from beleg.measure.ranks import (
    MIN_CARRYING,
    SEED,
    compare,
    count_carrying,
    find_rank_sets,
    rank_publishers,
)


def draw(rates, n_prompts, seed=0):
    rng = np.random.default_rng(seed)
    y = (rng.random((len(rates), n_prompts)) < np.array(rates)[:, None]).astype(float)
    return y, np.ones_like(y)


def make_cells(y, x, names=None):
    n, n_prompts = y.shape
    return Cells(
        "citation_rate", tuple(names or [f"p{at}" for at in range(n)]),
        tuple(f"q{at}" for at in range(n_prompts)), np.ones(n_prompts), y, x,
        (x > 0).astype(np.int64), (y > 0).astype(np.int64),
    )  # fmt: skip


def brute(y, x, level, n_draws, seed):
    """The same comparisons, pair by pair and draw by draw."""
    n, n_prompts = y.shape
    total = x.sum(1)
    value = y.sum(1) / total
    signs = 2.0 * np.random.default_rng(seed).integers(0, 2, (n_draws, n_prompts)) - 1.0
    observed, drawn = {}, {}
    for i in range(n):
        for j in range(n):
            if i != j:
                middle = (value[i] + value[j]) / 2
                d = (y[i] - middle * x[i]) / total[i] - (y[j] - middle * x[j]) / total[j]
                size = np.sqrt((d**2).sum()) or np.inf
                observed[i, j] = d.sum() / size
                drawn[i, j] = (signs * d).sum(1) / size
    ahead, pending = np.zeros((n, n), dtype=bool), set(observed)
    while pending:
        greatest = np.sort(np.max([drawn[pair] for pair in pending], axis=0))
        bound = greatest[int(np.ceil((n_draws + 1) * level - 1e-9)) - 1]
        won = {pair for pair in pending if observed[pair] > bound + 1e-5}
        if not won:
            break
        pending -= won
        for pair in won:
            ahead[pair] = True
    return value, observed, ahead


@pytest.mark.parametrize("seed", range(4))
def test_matches_brute_force(seed):
    rng = np.random.default_rng(seed)
    x = rng.integers(0, 4, (5, 40)) * rng.lognormal(size=40)
    y = x * rng.beta(np.array([8, 5, 3, 1, 1])[:, None], 6, (5, 40))
    found = compare(y, x, level=0.9, n_draws=199, seed=seed)
    value, observed, ahead = brute(y, x, 0.9, 199, seed)
    assert found.value == pytest.approx(value)
    for (i, j), statistic in observed.items():
        assert found.statistic[i, j] == pytest.approx(statistic, abs=1e-9)
    assert np.array_equal(found.ahead, ahead)
    assert ahead.any()


def test_far_apart_is_told_apart_and_equal_is_not():
    y, x = draw([0.9, 0.5, 0.5, 0.1], 200)
    sets = find_rank_sets(compare(y, x))
    assert sets.low.tolist() == [1, 2, 2, 4]
    assert sets.high.tolist() == [1, 3, 3, 4]


def test_equal_figures_share_their_rank():
    y = np.zeros((3, 30))
    y[0, :20] = y[1, 5:25] = 1.0
    y[2, :6] = 1.0
    sets = find_rank_sets(compare(y, np.ones_like(y)))
    assert sets.rank.tolist() == [1, 1, 3]
    assert sets.low[0] == sets.low[1] == 1
    assert sets.high[0] >= 2


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 7), st.integers(3, 60))
def test_what_always_holds(seed, n, n_prompts):
    rng = np.random.default_rng(seed)
    x = np.ones((n, n_prompts)) * rng.lognormal(size=n_prompts)
    y = x * (rng.random((n, n_prompts)) < rng.random((n, 1)))
    found, alone = (compare(y, x, n_draws=99, marginal=flag) for flag in (False, True))
    for comparison in (found, alone):
        sets = find_rank_sets(comparison)
        assert np.all((sets.low >= 1) & (sets.low <= sets.rank))
        assert np.all((sets.rank <= sets.high) & (sets.high <= n))
    # Nobody is ahead of who is ahead of him, or of who has the greater figure.
    assert not (found.ahead & found.ahead.T).any()
    assert not (found.ahead & (found.value[:, None] <= found.value[None, :])).any()
    # One family a row asks less of each comparison than one for all.
    assert not (found.ahead & ~(alone.ahead | alone.behind.T)).any()
    # Few prompts decide nothing: S cannot exceed the root of those that differ.
    differ = (y[:, None, :] != y[None, :, :]).sum(2)
    assert np.all(np.abs(found.statistic) <= np.sqrt(differ) + 1e-9)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.01, 100))
def test_scale_and_order_change_nothing(seed, factor):
    y, x = draw([0.7, 0.4, 0.2, 0.1], 60, seed)
    first = find_rank_sets(compare(y, x, n_draws=99))
    order = np.random.default_rng(seed).permutation(4)
    scaled = find_rank_sets(compare(y[order] * factor, x[order] * factor, n_draws=99))
    for one, other in zip(first, scaled, strict=True):
        assert np.array_equal(one[order], other)


def test_true_ranks_are_covered_at_once():
    truth = np.array([0.6, 0.4, 0.4, 0.4, 0.2, 0.2])
    low, high = np.array([1, 2, 2, 2, 5, 5]), np.array([1, 4, 4, 4, 6, 6])
    covered = 0
    for seed in range(200):
        sets = find_rank_sets(compare(*draw(truth, 100, seed), n_draws=199, seed=seed))
        covered += bool(np.all((sets.low <= low) & (high <= sets.high)))
    assert covered >= 182  # 190 expected at least; 4 standard errors of noise are 12


def test_a_block_of_draws_makes_no_difference(monkeypatch):
    y, x = draw([0.7, 0.4, 0.2], 50)
    whole = compare(y, x, n_draws=99)
    monkeypatch.setattr("beleg.measure.ranks._BLOCK", 30)
    parts = compare(y, x, n_draws=99)
    assert all(np.array_equal(one, other) for one, other in zip(whole, parts, strict=True))


def test_who_has_few_events_is_too_thin_and_not_last():
    y, x = draw([0.9, 0.5, 0.0, 0.0], 60)
    y[2, :4] = 1.0
    rows = rank_publishers(make_cells(y, x, ["gross", "mittel", "klein", "nichts"]))
    assert [row.publisher_id for row in rows] == ["gross", "mittel", "klein", "nichts"]
    assert [(row.rank, row.low, row.high) for row in rows[:2]] == [(1, 1, 1), (2, 2, 2)]
    assert [(row.rank, row.low, row.high, row.status) for row in rows[2:]] == [
        (None, None, None, "too_thin")
    ] * 2
    assert (rows[0].n, rows[0].n_prompts, rows[0].events) == (60, 60, int(y[0].sum()))
    assert rows[0].not_told_apart == ()


def test_without_denominator_is_not_measured():
    y, x = draw([0.9, 0.5], 40)
    x[1] = y[1] = 0.0
    rows = rank_publishers(make_cells(y, x))
    assert [row.status for row in rows] == ["ok", "not_measured"]
    assert rows[1].value is None


def test_marginal_intervals_are_never_wider():
    y, x = draw([0.6, 0.5, 0.4, 0.3, 0.2, 0.1], 120)
    together, alone = (find_rank_sets(compare(y, x, marginal=flag)) for flag in (False, True))
    assert np.all(alone.high - alone.low <= together.high - together.low)


def test_carrying_prompts_by_hand():
    y = np.array([[1.0, 1.0, 1.0, 0.0], [2.0, 1.0, 0.0, 0.0], [0.0] * 4])
    assert count_carrying(y) == pytest.approx([3.0, 9 / 5, 0.0])
    assert MIN_CARRYING > 3.0


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"level": 1.0}, "level == 1.0"),
        ({"level": 0.99, "n_draws": 98}, "n_draws == 98, must be >= 99"),
        ({"n_draws": 10}, "must be >= 19"),
    ],
)
def test_bounds(options, text):
    with pytest.raises(ValueError, match=text):
        compare(*draw([0.5, 0.5], 20), **options)
    with pytest.raises(ValueError, match="sum is 0"):
        compare(np.zeros((2, 3)), np.zeros((2, 3)))


def run(folder, *arguments):
    return CliRunner().invoke(main, ["-C", str(folder), "measure", *arguments])


def test_the_command_ranks_the_sample(sample):
    result = run(sample, "rank", "--engine", "openai", "--json")
    assert result.exit_code == 0, result.output
    told = json.loads(result.output)
    assert told["intervals"] == "simultaneous"
    (ranking,) = told["rankings"]
    assert ranking["rows"][0]["publisher"] == "Der Anker"
    assert ranking["n_ranked"] == sum(row["rank"] is not None for row in ranking["rows"])
    text = run(sample, "rank", "--topic", "energy").output
    assert "not told apart from" in text
    assert "too thin to rank" in text


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["--topic", "sport"], "no prompt has the topic 'sport'. Known: "),
        (["--engine", "x"], "no answers of the engine 'x'. Known: "),
        (["--measure", "answered_rate"], "is not one of"),
    ],
)
def test_errors_name_the_remedy(sample, arguments, text):
    result = run(sample, "rank", *arguments)
    assert result.exit_code
    assert text in result.output


def test_the_seed_is_fixed():
    assert SEED == 20260  # published ranks can be made again

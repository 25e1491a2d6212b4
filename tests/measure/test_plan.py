"""Variance components and the planner."""

import json
from datetime import date

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings, strategies as st
from scipy import stats

from beleg import inference
from beleg.cli import main
from beleg.measure.components import assume, find_components, suppose
from beleg.measure.grid import Grid
from beleg.measure.plan import (
    RUNS,
    Wish,
    find_half_width,
    find_kurtosis,
    find_power,
    find_prompts,
    find_runs,
)

WISH = Wish(half_width=0.03)
RATES = st.floats(0.03, 0.97)
CORRELATIONS = st.floats(0.0, 1.0)


def to_grid(y, n, weight=None, units=1):
    """Hits of prompts by unit, out of n answers each."""
    y = np.asarray(y).reshape(-1, units)
    n = np.broadcast_to(np.asarray(n).reshape(-1, units), y.shape)
    days = tuple(date(2026, 10, 5 + 7 * at) for at in range(units))
    names = tuple(f"p{row:03}" for row in range(len(y)))
    weight = np.ones(len(y)) if weight is None else np.asarray(weight, dtype=float)
    return Grid(names, days, weight, n, y, n, n, y, y)


def draw_pilot(seed, n_prompts=120, n_runs=4, rate=0.3, correlation=0.3):
    rng = np.random.default_rng(seed)
    size = 1 / correlation - 1
    return rng.binomial(n_runs, rng.beta(rate * size, (1 - rate) * size, n_prompts)), n_runs


def test_components_by_plain_loops():
    y, n = [0, 3, 1, 2, 4, 0, 2], [2, 4, 3, 5, 4, 2, 3]
    weight = [1.0, 2.0, 1.0, 0.5, 3.0, 1.0, 1.5]
    found = find_components(to_grid(y, n, weight))
    total = sum(weight)
    rate = sum(w * a / b for w, a, b in zip(weight, y, n, strict=True)) / total
    spread = within = noise = 0.0
    for w, a, b in zip(weight, y, n, strict=True):
        part = a / b
        scaled = w / (total / 7)
        spread += (scaled * (part - rate)) ** 2 / 6
        answers = [1.0] * a + [0.0] * (b - a)
        own = scaled**2 * sum((v - part) ** 2 for v in answers) / (b - 1)
        within += own / 7
        noise += own / b / 7
    assert found.rate == pytest.approx(rate)
    assert found.within == pytest.approx(within)
    assert found.between == pytest.approx(max(spread - noise, 0.0))
    assert found.weight_effect == pytest.approx(7 * sum(w * w for w in weight) / total**2)


def test_equal_designs_give_the_analysis_of_variance():
    y, n_runs = draw_pilot(3)
    found = find_components(to_grid(y, n_runs))
    part = y / n_runs
    mean_between = n_runs * part.var(ddof=1)
    mean_within = (part * (1 - part)).mean() * n_runs / (n_runs - 1)
    between = (mean_between - mean_within) / n_runs
    assert found.within == pytest.approx(mean_within)
    assert found.correlation == pytest.approx(between / (between + mean_within))
    assert found.correlation_low < found.correlation < found.correlation_high


def test_limits_of_the_correlation_hold_it():
    held = 0
    for seed in range(200):
        y, n_runs = draw_pilot(seed)
        found = find_components(to_grid(y, n_runs))
        held += found.correlation_low <= 0.3 <= found.correlation_high
    assert 0.9 <= held / 200 <= 0.99


def test_one_run_cannot_tell_the_correlation():
    y, _ = draw_pilot(1)
    found = find_components(to_grid(y > 1, 1))
    assert found.within is None
    assert found.correlation is None
    assert find_prompts(found, 1, WISH).n_prompts > 100
    with pytest.raises(ValueError, match="must be 1"):
        find_prompts(found, 2, WISH)
    worst, best = suppose(found, 1.0), suppose(found, 0.0)
    single = find_prompts(found, 1, WISH).n_prompts
    assert abs(find_prompts(worst, 5, WISH).n_prompts - single) <= single * 0.3
    assert find_prompts(best, 5, WISH).n_prompts < single / 2


def test_drift_between_weeks_is_found_and_runs_are_not_drift():
    rng = np.random.default_rng(5)
    size = np.full((3000, 2), 10)
    calm = rng.beta(2, 4, size=(3000, 1)) * np.ones((1, 2))
    moved = np.clip(calm + rng.normal(0, 0.1, calm.shape), 0, 1)
    for rates, wanted in ((calm, 0.0), (moved, ((moved[:, 1] - moved[:, 0]).var()))):
        hits = rng.binomial(10, rates)
        days, weeks = to_grid(hits.sum(1), 20), to_grid(hits, size, units=2)
        found = find_components(days, weeks)
        assert found.drift == pytest.approx(wanted, abs=0.002)


@pytest.mark.parametrize("n_runs", [2, 5, 40])
@pytest.mark.parametrize(("rate", "correlation"), [(0.1, 0.3), (0.5, 0.05), (0.9, 0.5)])
def test_kurtosis_is_that_of_the_beta_binomial(n_runs, rate, correlation):
    size = 1 / correlation - 1
    law = stats.betabinom(n_runs, rate * size, (1 - rate) * size)
    excess = float(law.stats(moments="k"))
    assert find_kurtosis(rate, correlation, n_runs) == pytest.approx(excess + 3, rel=1e-8)
    endless = stats.beta(rate * size, (1 - rate) * size).stats(moments="k")
    assert find_kurtosis(rate, correlation, 1000) == pytest.approx(float(endless) + 3)


@settings(max_examples=40, deadline=None)
@given(RATES, CORRELATIONS, st.floats(0.01, 0.2), st.sampled_from(RUNS))
def test_a_narrower_wish_never_needs_fewer_prompts(rate, correlation, width, n_runs):
    known = assume(rate, correlation)
    wide = find_prompts(known, n_runs, Wish(half_width=width))
    narrow = find_prompts(known, n_runs, Wish(half_width=width * 0.8))
    surer = find_prompts(known, n_runs, Wish(half_width=width, probability=0.97))
    assert wide.n_prompts <= narrow.n_prompts
    assert wide.n_prompts <= surer.n_prompts


@settings(max_examples=40, deadline=None)
@given(RATES, CORRELATIONS, st.floats(0.01, 0.2))
def test_more_runs_never_need_more_prompts(rate, correlation, width):
    for wish in (Wish(half_width=width), Wish(detect=width)):
        found = [find_prompts(assume(rate, correlation), n_runs, wish) for n_runs in RUNS]
        n = [design.n_prompts for design in found]
        assert n == sorted(n, reverse=True)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_more_runs_never_need_more_prompts_from_a_pilot(seed):
    y, n_runs = draw_pilot(seed, n_prompts=40)
    found = find_components(to_grid(y, n_runs))
    n = [find_prompts(found, m, WISH).n_prompts for m in RUNS]
    assert n == sorted(n, reverse=True)


@settings(max_examples=30, deadline=None)
@given(RATES, st.floats(0.05, 0.9), st.integers(10, 2000))
def test_where_runs_are_useless_more_prompts_are_asked_for(rate, correlation, n_prompts):
    known = assume(rate, correlation)
    design = find_runs(known, n_prompts, WISH)
    limit = find_half_width(known, n_prompts, 1, WISH, endless=True)
    if design is None:
        assert find_prompts(known, 1_000_000, WISH).n_prompts > n_prompts
    else:
        assert limit <= WISH.half_width
        assert find_prompts(known, design.n_runs, WISH).n_prompts <= n_prompts
        if design.n_runs > 1:
            assert find_prompts(known, design.n_runs - 1, WISH).n_prompts > n_prompts


def test_a_small_pilot_asks_for_more_than_known_components():
    y, n_runs = draw_pilot(8, n_prompts=50)
    found = find_components(to_grid(y, n_runs))
    same = assume(found.rate, found.correlation)
    assert find_prompts(found, 4, WISH).n_prompts > find_prompts(same, 4, WISH).n_prompts


def test_the_realised_half_width_keeps_its_promise():
    rng = np.random.default_rng(21)
    known = assume(0.3, 0.3)
    n_prompts = find_prompts(known, 3, WISH).n_prompts
    hits = rng.binomial(3, rng.beta(0.7, 0.7 / 0.3 * 0.7, size=(400, n_prompts)))
    full = np.full(hits.size, 3)
    counts = inference.Counts(
        np.repeat(np.arange(400), n_prompts), 1.0 / full, hits.ravel().astype(float),
        full.astype(float), full, hits.ravel(), hits.ravel(),
    )  # fmt: skip
    found = inference.estimate(counts, 400)
    kept = ((found.high - found.low) / 2 <= WISH.half_width).mean()
    assert kept >= 0.88
    # A design for the expected half-width would need fewer, and keep it in half of the cases.
    assert n_prompts < 1.3 * 1.96**2 * (0.21 * (0.3 + 0.7 / 3)) / WISH.half_width**2


def test_power_is_that_of_the_paired_test():
    known, wish = assume(0.3, 0.3), Wish(detect=0.05)
    rng = np.random.default_rng(2)
    n_prompts = find_prompts(known, 3, wish).n_prompts
    p = rng.beta(0.7, 0.7 / 0.3 * 0.7, size=(1500, n_prompts))
    after = np.clip(p + 0.05 * 4 * p * (1 - p) / (4 * p * (1 - p)).mean(), 0, 1)
    left = (rng.binomial(3, after) - rng.binomial(3, p)) / 3
    found = (stats.ttest_1samp(left, 0, axis=1).pvalue < 0.05).mean()
    assert found == pytest.approx(find_power(known, n_prompts, 3, wish), abs=0.06)
    assert found >= 0.8


@pytest.mark.parametrize(
    "wish", [Wish(), Wish(half_width=0.1, detect=0.1), Wish(half_width=0.0), Wish(detect=1.0)]
)
def test_a_wish_that_cannot_be_planned_is_refused(wish):
    with pytest.raises(ValueError, match=r"half_width|detect"):
        find_prompts(assume(0.1, 0.3), 1, wish)


def run(*args):
    return CliRunner().invoke(main, ["measure", "plan", *args])


ASSUMED = ("--rate", "10%", "--correlation", "0.3")


def test_plan_says_it_in_a_sentence():
    shown = run("--half-width", "2pp", *ASSUMED, "--cost-per-answer", "0.01")
    assert shown.exit_code == 0, shown.output
    assert shown.output.startswith("To know a citation rate of 10 % to +/- 2 points, ask 1,002 ")
    told = json.loads(run("--half-width", "0.02", *ASSUMED, "--json").output)
    assert told["best"] == {"n_prompts": 1002, "n_runs": 1, "n_answers": 1002}
    assert [row["runs"] for row in told["designs"]] == list(RUNS)


def test_plan_says_when_more_runs_are_useless():
    shown = run("--half-width", "2 %", *ASSUMED, "--prompts", "200").output
    assert "200 questions are too few, however often they are asked" in shown
    enough = run("--half-width", "2 %", *ASSUMED, "--prompts", "700").output
    assert "ask 700 questions twice (1,400 answers)" in enough


@pytest.mark.parametrize(
    ("text", "says"),
    [("2", "may mean two things"), ("two", "is no share"), ("-2pp", "is no share"),
     ("0pp", "not above 0"), ("100%", "not above 0"), ("2,5pp", "is no share")],
)  # fmt: skip
def test_points_are_read_strictly(text, says):
    shown = run(f"--half-width={text}", *ASSUMED)
    assert shown.exit_code == 2
    assert says in shown.output


def test_plan_names_what_is_missing(tmp_path):
    assert "either --half-width" in run(*ASSUMED).output
    assert "without --correlation" in run("--detect", "3pp", "--rate", "0.1").output
    bare = CliRunner().invoke(
        main, ["-C", str(tmp_path), "measure", "plan", "--half-width", "2pp"]
    )
    assert bare.exit_code == 1
    assert "--rate 10% --correlation 0.3" in bare.output

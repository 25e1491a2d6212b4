"""Overlap and concentration: by hand, against brute force, and on the sample."""

import json
from datetime import timedelta

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings, strategies as st
from scipy import stats
from world import NOON, World

from beleg.cli import main
from beleg.measure.cells import Cells, Slice, read_cells
from beleg.measure.concentration import estimate_hhi, estimate_top, find_concentration
from beleg.measure.overlap import Shown, compare_lists, find_overlaps, read_shown
from beleg.records import Observation, Prompt
from beleg.tables import to_arrow

NAMES = st.lists(st.sampled_from("abcdefghij"), min_size=1, max_size=8, unique=True)


def compare(one, other, p=0.9):
    jaccard, rbo = compare_lists([tuple(one), tuple(other)], np.array([0]), np.array([1]), p)
    return jaccard[0], rbo[0]


def brute_rbo(one, other, p):
    """Equation 32 of the paper, term by term."""
    short, long = sorted((one, other), key=len)
    s, longest = len(short), len(long)

    def common(d):
        return len(set(short[:d]) & set(long[:d]))

    total = sum(common(d) / d * p**d for d in range(1, longest + 1))
    total += sum(common(s) * (d - s) / (s * d) * p**d for d in range(s + 1, longest + 1))
    tail = ((common(longest) - common(s)) / longest + common(s) / s) * p**longest
    return (1 - p) / p * total + tail


@settings(max_examples=150, deadline=None)
@given(NAMES, NAMES, st.floats(0.1, 0.99))
def test_matches_the_formula_term_by_term(one, other, p):
    jaccard, rbo = compare(one, other, p)
    assert jaccard == pytest.approx(len({*one} & {*other}) / len({*one} | {*other}))
    assert rbo == pytest.approx(brute_rbo(one, other, p))
    assert compare(other, one, p) == pytest.approx((jaccard, rbo))
    assert 0.0 <= rbo <= 1.0
    assert compare(one, one, p) == pytest.approx((1.0, 1.0))


def test_the_first_places_weigh_most():
    assert compare("ab", "cd") == (0.0, 0.0)
    top, bottom = compare("axyz", "abcd")[1], compare("xyza", "bcda")[1]
    assert top > bottom > 0


def test_blocks_make_no_difference(monkeypatch):
    rng = np.random.default_rng(1)
    lists = [tuple(rng.permutation(list("abcdef"))[: rng.integers(1, 6)]) for _ in range(9)]
    first, second = (axis.ravel() for axis in np.indices((9, 9)))
    whole = compare_lists(lists, first, second)
    monkeypatch.setattr("beleg.measure.overlap._BLOCK", 40)
    for one, other in zip(whole, compare_lists(lists, first, second), strict=True):
        assert np.array_equal(one, other)


def shown(engine, prompt, *sources, week=(2026, 47)):
    return Shown(engine, prompt, week, sources)


def test_a_prompt_counts_once_however_many_pairs_it_has():
    rows = [
        shown("e", "p1", "a"), shown("f", "p1", "a"), shown("f", "p1", "b"),
        shown("e", "p2", "a"), shown("f", "p2", "b"),
        shown("e", "p3", "a"), shown("f", "p3"),
    ]  # fmt: skip
    between, repeats = find_overlaps(rows, {"p1": 3.0})
    assert (between.engine, between.other, between.weeks_apart) == ("e", "f", None)
    assert (between.n_prompts, between.n_pairs, between.n_silent) == (2, 3, 1)
    assert between.jaccard.value == pytest.approx((3 * 0.5 + 1 * 0.0) / 4)
    assert between.status == "too_thin"
    assert (repeats.engine, repeats.other, repeats.weeks_apart) == ("f", "f", 0)


def test_weeks_are_kept_apart():
    rows = [
        shown("e", "p1", "a"), shown("e", "p1", "a", week=(2027, 1)),
        shown("f", "p1", "a", week=(2026, 53)), shown("e", "p1", "b", week=None),
    ]  # fmt: skip
    found = find_overlaps(rows, {})
    # Weeks 47 of 2026 and 1 of 2027 lie seven apart (2026 has 53); f was asked in none of them.
    assert [(row.engine, row.other, row.weeks_apart) for row in found] == [("e", "e", 7)]


def test_silence_is_not_measured():
    (row,) = find_overlaps([shown("e", "p", "a"), shown("f", "p")], {})
    assert (row.jaccard.value, row.status, row.n_silent) == (None, "not_measured", 1)


def make_world():
    world = World().answer("a").answer("b", "p2").answer("c", engine="f").answer("d", engine="f")
    world.link("a", "bote.example").link("a", "der-anker.example", page="1")
    world.link("a", "der-anker.example", page="2").link("a", "www.fremd.example", shown=False)
    world.link("c", "www.neu.example").link("d", "bote.example")
    world.answer("e", asked_at=NOON + timedelta(days=7))
    world.observations = [
        Observation(row.answer_id, "c" if row.answer_id == "d" else None) for row in world.answers
    ]
    return world


def test_what_an_answer_shows():
    tables = make_world().tables()
    rows = {(r.engine, r.prompt_id, r.week): r.sources for r in read_shown(tables)}
    assert rows["e", "p1", (2026, 47)] == ("bote", "anker")
    assert rows["e", "p2", (2026, 47)] == rows["e", "p1", (2026, 48)] == ()
    assert rows["f", "p1", (2026, 47)] == ("www.neu.example",)  # held by nobody; d is a repeat
    hosts = [row.sources for row in read_shown(tables, "host")]
    assert ("bote.example", "der-anker.example") in hosts
    assert ("neu.example",) in hosts
    assert max(len(row.sources) for row in read_shown(tables, "page")) == 3
    with pytest.raises(ValueError, match="unit == 'word'"):
        read_shown(tables, "word")


def test_hhi_is_the_chance_that_links_of_two_prompts_meet():
    rng = np.random.default_rng(3)
    y = rng.integers(0, 4, (4, 6)).astype(float)
    x = y.sum(0)
    links = [(i, c) for i in range(4) for c in range(6) for _ in range(int(y[i, c]))]
    pairs = [(a[0] == b[0]) for a in links for b in links if a[1] != b[1]]
    value, low, high = estimate_hhi(y, x, 0.95)
    assert value == pytest.approx(np.mean(pairs))
    assert 0 <= low < value < high <= 1


def test_hhi_interval_is_made_by_leaving_prompts_out():
    y = np.random.default_rng(4).integers(1, 5, (3, 8)).astype(float)
    x = y.sum(0)
    without = np.array(
        [estimate_hhi(np.delete(y, c, 1), np.delete(x, c), 0.95)[0] for c in range(8)]
    )
    variance = 7 / 8 * ((without - without.mean()) ** 2).sum()
    value, low, high = estimate_hhi(y, x, 0.95)
    half = (np.log(high / (1 - high)) - np.log(low / (1 - low))) / 2
    effective = x.sum() ** 2 / (x**2).sum()
    t = stats.t.ppf(0.975, effective - 1)
    assert half == pytest.approx(t * np.sqrt(variance) / (value * (1 - value)))


def test_top_share_is_not_taken_in_by_its_own_choice():
    """200 equal sites, 30 links: the ten greatest hold a twentieth, however they are picked."""
    plain, ours = [], []
    for seed in range(60):
        sites = np.random.default_rng(seed).integers(0, 200, (30, 5))
        y = np.zeros((200, 30))
        np.add.at(y, (sites, np.arange(30)[:, None]), 1.0)
        shares = np.sort(y.sum(1))[::-1] / y.sum()
        plain.append(shares[:10].sum())
        ours.append(estimate_top(y, y.sum(0), 0.95)[0])
    assert np.mean(plain) > 0.15
    assert np.mean(ours) < np.mean(plain) - 0.04


def test_top_share_needs_something_left_out():
    y = np.ones((10, 5))
    assert estimate_top(y, y.sum(0), 0.95) is None


def test_concentration_of_a_world():
    world = make_world()
    prompts = to_arrow(list(world.prompts.values()), Prompt)
    counts = world.measure().counts
    found = find_concentration(read_cells(counts, prompts, "citation_share", Slice("e")))
    assert (found.n_publishers, found.n_prompts, found.hhi) == (2, 1, None)
    assert found.hhi_plain == pytest.approx((1 / 3) ** 2 + (2 / 3) ** 2)
    nothing = find_concentration(read_cells(counts, prompts, "citation_share", Slice("x")))
    assert (nothing.hhi_plain, nothing.n_publishers) == (None, 0)
    with pytest.raises(ValueError, match="citation_share"):
        find_concentration(Cells("citation_rate", (), (), *(np.zeros((0, 0)) for _ in range(5))))


def run(folder, *arguments):
    return CliRunner().invoke(main, ["-C", str(folder), "measure", "overlap", *arguments])


def test_the_command_on_the_sample(sample):
    told = json.loads(run(sample, "--between", "engines", "--json").output)
    assert len(told["overlaps"]) == 3
    assert all(row["jaccard"]["low"] < row["jaccard"]["value"] for row in told["overlaps"])
    assert {row["engine"] for row in told["concentration"]} == {
        "google_ai_overview", "openai", "perplexity",
    }  # fmt: skip
    text = run(sample, "--between", "weeks", "--engine", "openai").output
    assert "itself, repeated" in text
    assert "perplexity" not in text
    result = run(sample, "--engine", "x")
    assert (result.exit_code, "Known: " in result.output) == (1, True)

"""The readers of the labelled sets, the measures taken on them, and floors for what is shipped.

Floors are for the sets that the model does not learn from, and lie just under what was measured;
lowering one takes a reason. The hash names the files that the figures belong to.
"""

import hashlib
import importlib
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, strategies as st

ROOT = Path(__file__).parents[2]
DATA = ROOT / "../shared/data"
FILES = (
    "labels/frank/frank_articles_valid.jsonl.gz",
    "labels/frank/frank_summaries_human_valid.jsonl.gz",
    "labels/qags/mturk_cnndm.jsonl",
    "labels/quotesum/dev.jsonl",
    "labels/wice/claim_dev.jsonl.gz",
    "overviews/v3_1000_part_a.jsonl.gz",
)
FILES_HASH = "4cbcda4c2d95c17b"
FLOORS = {
    "frank": {"partial Pearson": 0.315},
    "qags": {"sentence AUC": 0.865},
    "quotesum": {"span -> source": 0.96},
    "wice-sentences": {"top sentence is gold": 0.85},
}


@pytest.fixture(scope="module")
def bench():
    sys.path.insert(0, str(ROOT / "benchmarks"))
    try:
        return importlib.import_module("bench_grounding")
    finally:
        sys.path.pop(0)


@pytest.fixture(scope="module")
def labels(bench):
    return sys.modules["labels"]


def test_partial_pearson_takes_the_systems_means_out(bench):
    # Within each system the scores rise with the labels; between them they fall.
    scores, labels = np.array([0.0, 1.0, 10.0, 11.0]), np.array([5.0, 6.0, 0.0, 1.0])
    assert np.corrcoef(scores, labels)[0, 1] < 0
    assert bench.partial_pearson(scores, labels, ["a", "a", "b", "b"]) == pytest.approx(1)
    # By hand: residuals (-1, 0, 1) and (0, -1, 1); 1 / sqrt(2 * 2).
    found = bench.partial_pearson(np.array([0, 1, 2]), np.array([1, 0, 2]), ["a"] * 3)
    assert found == pytest.approx(0.5)


@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.integers(-9, 9), st.integers(-9, 9)), min_size=1
    ),
    st.dictionaries(st.sampled_from("abc"), st.integers(-9, 9), min_size=3),
)
def test_what_a_system_scores_throughout_tells_nothing(bench, rows, shift):
    systems = [system for system, _, _ in rows]
    x, y = np.array([x for _, x, _ in rows]), np.array([y for _, _, y in rows])
    moved = x + np.array([shift[system] for system in systems])
    found = bench.partial_pearson(x, y, systems)
    assert -1.000001 <= found <= 1.000001
    assert bench.partial_pearson(moved, y, systems) == pytest.approx(found, abs=1e-6)


def test_a_draw_counts_by_its_chance(bench):
    assert bench.expected_hit([0.5, 0.5, 0.1], frozenset({0})) == 0.5
    assert bench.expected_hit([0.5, 0.9, 0.1], frozenset({0, 2})) == 0


@given(st.lists(st.integers(0, 3), min_size=1, max_size=8), st.data())
def test_chances_of_all_candidates_add_up_to_one(bench, scores, data):
    assert sum(bench.expected_hit(scores, frozenset({i})) for i in range(len(scores))) == (
        pytest.approx(1)
    )
    best = data.draw(st.sampled_from([i for i, s in enumerate(scores) if s == max(scores)]))
    assert bench.expected_hit(scores, frozenset({best})) > 0


def test_neighbours_settle_a_draw_and_nothing_else(bench, labels):
    texts = ("The mayor opened the bridge.", "The mayor closed the school.")

    def span(text, place, gold):
        context = "The mayor opened the bridge"
        return labels.Choice("q", text, context, place, texts, ("", ""), frozenset({gold}))

    choices = [span("The mayor", 0, 0), span("opened the bridge", 10, 0)]
    settled = bench.settle_draws(choices, [[1.0, 1.0], [1.0, 0.2]])
    assert settled[0][0] > settled[0][1]
    assert settled[1][0] > settled[1][1] == 0


@pytest.mark.parametrize(
    ("url", "text"),
    [
        ("https://a.example/x", ""),
        ("https://a.example/x#part", ""),
        ("https://a.example/x#:~:text=one%20two", "one two"),
        ("https://a.example/x#:~:text=before-,one,two,-after", "one … two"),
        ("https://a.example/x#top:~:text=one", "one"),
        ("https://a.example/x#:~:text=a%2C%20b&text=c", "a, b … c"),
    ],
)
def test_fragments_give_the_quoted_words(labels, url, text):
    assert labels.fragment_text(url) == text


@pytest.fixture(scope="module")
def open_sets(labels):
    if not all((DATA / name).exists() for name in FILES):
        pytest.skip(f"the labelled sets are not in {DATA}")
    digest = hashlib.sha256(b"".join((DATA / name).read_bytes() for name in FILES)).hexdigest()
    assert digest[:16] == FILES_HASH, "other files: measure again, then set the floors"
    return labels


@pytest.mark.real
def test_readers_find_what_the_sets_hold(open_sets):
    frank, qags = open_sets.read_frank(DATA), open_sets.read_qags(DATA)
    assert (len(frank), len({p.group for p in frank}), len({p.subset for p in frank})) == (
        671,
        149,
        9,
    )
    assert (len(qags), sum(p.label for p in qags)) == (714, 531)
    choices = open_sets.read_overviews(DATA)
    assert (len(choices), len({c.group for c in choices})) == (1848, 190)
    spans = open_sets.read_quotesum(DATA)
    assert len(spans) == 1130
    for choice in [*choices, *spans]:
        end = choice.place + len(choice.claim)
        assert choice.context[choice.place : end] == choice.claim
        assert choice.gold
        assert max(choice.gold) < len(choice.candidates) == len(choice.urls)


@pytest.mark.real
@pytest.mark.parametrize("name", FLOORS)
def test_the_shipped_model_keeps_its_floors(bench, open_sets, name):
    assert open_sets
    build, _ = bench.SCORERS["beleg"]
    figures = bench.SETS[name](build, DATA)
    for measured, floor in FLOORS[name].items():
        assert figures[measured] >= floor, f"{name}: {measured} fell to {figures[measured]:.3f}"

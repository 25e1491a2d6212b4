"""Floors for claims and sentence ends on answers marked by hand, both halves apart.

The open half was looked at while the code was mended; the half kept back was not. Floors lie just
under what was measured; lowering one takes a reason. The hash names the labels.
"""

import hashlib
import importlib
import sys
from functools import reduce
from operator import add
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LABELS_HASH = "cc196d8d57c3ecad"
FLOORS = {
    "open": {"claims": (0.99, 0.99), "nothings": 0.98, "ends": (0.99, 0.99)},
    "kept back": {"claims": (0.97, 0.95), "nothings": 0.97, "ends": (0.98, 0.975)},
}


@pytest.fixture(scope="module")
def bench():
    sys.path.insert(0, str(ROOT / "benchmarks"))
    try:
        return importlib.import_module("bench_claims")
    finally:
        sys.path.pop(0)


def test_the_labels_are_those_of_the_figures(bench):
    assert hashlib.sha256(bench.LABELS.read_bytes()).hexdigest()[:16] == LABELS_HASH
    halves = bench.read_labels()
    assert all(len(half) >= 100 for half in halves)
    assert all({"de", "en"} == {labelled.language for labelled in half} for half in halves)


@pytest.mark.parametrize("half", FLOORS)
def test_claims_and_ends_hold_their_floors(bench, half):
    labelled = bench.read_labels()[half == "kept back"]
    floors = FLOORS[half]
    claims = reduce(add, map(bench.count_claims, labelled))
    nothings = reduce(add, map(bench.count_nothings, labelled))
    ends = reduce(add, (bench.count_ends(one, bench.split_ours) for one in labelled))
    print(f"\n{half}: claims {claims}, nothings {nothings}, ends {ends}")
    assert claims.precision >= floors["claims"][0]
    assert claims.recall >= floors["claims"][1]
    assert nothings.recall >= floors["nothings"]
    assert ends.precision >= floors["ends"][0]
    assert ends.recall >= floors["ends"][1]


def test_marked_texts_are_read(bench):
    read = bench.read_marked("x", "en", "⟦It rose⦃[1]⦄.⟧ ⟨Why?⟩")
    assert read.text == "It rose[1]. Why?"
    assert [read.text[slice(*span)] for span in read.claims] == ["It rose[1]."]
    assert [read.text[slice(*span)] for span in read.nothings] == ["Why?"]
    assert [read.text[slice(*span)] for span in read.marks] == ["[1]"]
    for broken in ("It rose⟧", "⟦It rose"):
        with pytest.raises(ValueError, match="x: "):
            bench.read_marked("x", "en", broken)


def test_what_is_missed_and_what_is_too_much_is_counted(bench):
    wrong = bench.read_marked("x", "en", "⟦The mill was sold. It burnt down soon.⟧")
    assert bench.count_claims(wrong) == (0, 2, 1)
    assert bench.count_ends(wrong, bench.split_ours) == (1, 1, 0)
    touched = bench.read_marked("x", "en", "⟨The mill was sold.⟩ ⟨Why?⟩")
    assert bench.count_nothings(touched) == (1, 0, 1)

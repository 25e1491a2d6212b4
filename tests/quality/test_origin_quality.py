"""How well origins are found on the built set (benchmarks/origins_set.py), and its judge by hand.

The half of the pages that nothing was tuned on, with a seed of its own. The floors are the bar;
lowering one takes a reason. The hash names the pages that the figures belong to.
"""

import hashlib
import importlib
import sys
from collections import Counter
from pathlib import Path

import pytest

from beleg.records import Origin, OriginStatus, Passage, Relation

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "../shared/data/pages"
PAGES_HASH = "e64c1ca4a7a0177f"
FLOORS = {"precision": 0.98, "recall": 0.90}
CASES = {
    "copy": 0.95, "light": 0.95, "heavy": 0.90, "shuffled": 0.95, "chain": 0.95,
    "syndication": 0.95, "canonical": 0.95, "tie": 0.95, "undated": 0.95,
}  # fmt: skip
"""Recall of each case."""


@pytest.fixture(scope="module")
def bench():
    sys.path.insert(0, str(ROOT / "benchmarks"))
    try:
        return importlib.import_module("bench_origin")
    finally:
        sys.path.pop(0)


@pytest.fixture(scope="module")
def counts(bench):
    if not PAGES.exists():
        pytest.skip(f"the pages are not in {PAGES}")
    built = bench.build_set(bench.read_sources(), is_reported=True, seed=bench.SEEDS[True])
    return bench.measure(built, bench.find(built))


@pytest.mark.real
def test_the_pages_are_those_that_the_floors_belong_to():
    if not PAGES.exists():
        pytest.skip(f"the pages are not in {PAGES}")
    files = [*sorted(PAGES.glob("fundus/*/*.html.gz")), PAGES / "zyte" / "aeb.tar.gz"]
    found = hashlib.sha256(b"".join(hashlib.sha256(f.read_bytes()).digest() for f in files))
    assert found.hexdigest()[:16] == PAGES_HASH


@pytest.mark.real
def test_floors(bench, counts):
    figures = bench.sum_up(counts)
    print(figures)
    assert figures["links"] > 1_500
    for measure, floor in FLOORS.items():
        assert figures[measure] >= floor, measure


@pytest.mark.real
@pytest.mark.parametrize("case", CASES)
def test_floors_of_each_case(counts, case):
    row = counts[case]
    wanted = row["right"] + row["missed"] + row["disputed"]
    assert wanted >= 20
    assert row["right"] / wanted >= CASES[case]


@pytest.mark.real
@pytest.mark.parametrize("case", ["independent", "planted", "own", "agency's own"])
def test_what_repeats_nobody_has_no_origin(counts, case):
    assert counts[case]["none"] > 0
    # Real reports of one concert tour share its dates and names: one page's four passages, which
    # fall to "own" by lot.
    assert counts[case]["false"] <= (4 if case == "own" else 0)


def row(**changes):
    given = {
        "passage_id": "p", "document_id": "b", "origin_passage_id": "q",
        "origin_document_id": "a", "agency": None, "relation": Relation.COPY,
        "status": OriginStatus.CERTAIN, "evidence": (),
    }  # fmt: skip
    return Origin(**{**given, **changes})


def test_the_judge_by_hand(bench):
    passages = {"q": Passage("q", "a", 0, 50), "r": Passage("r", "a", 60, 90)}
    link = bench.Gold("copy", "link", frozenset({("a", 40, 55)}), None)
    disputed = row(status=OriginStatus.DISPUTED)

    def judge(found, gold):
        return bench.judge(found, gold, passages)

    assert judge(row(), link) == "right"
    assert judge(row(origin_passage_id="r"), link) == "false"
    assert judge(row(relation=Relation.QUOTATION), link) == "missed"
    assert judge(disputed, link) == "disputed"
    assert judge(None, link) == "missed"
    nothing = link._replace(expected="none", origins=frozenset())
    assert judge(row(), nothing) == judge(disputed, nothing) == "false"
    assert judge(None, nothing) == "none"
    tie = link._replace(expected="ambiguous")
    assert (judge(disputed, tie), judge(row(), tie), judge(None, tie)) == (
        "right", "false", "missed",
    )  # fmt: skip
    agency = link._replace(agency="dpa")
    assert judge(row(agency="dpa", origin_passage_id=None), agency) == "right"
    assert judge(row(agency="afp"), agency) == "false"
    counted = {"a": Counter(right=8, false=2, missed=1, disputed=1)}
    figures = bench.sum_up(counted)
    assert (figures["precision"], figures["recall"]) == (0.8, 0.8)

"""The registry, and the rules for comparison: by hand and by their definitions in plain Python."""

import random
from collections import defaultdict
from fractions import Fraction

import ibis
import pyarrow as pa
import pytest

from beleg.errors import InputError
from beleg.settlement import RULE_VERSIONS
from beleg.share.rules import RULES, split

NAMES = ["answer_id", "claim_id", "publisher_id", "weight", "support"]
ROWS = [
    ("a1", "c1", "anker", 3, 10_000),
    ("a1", "c1", "anker", 3, 4_000),
    ("a1", "c1", "bote", 3, 5_000),
    ("a1", "c2", "anker", 1, 8_000),
    ("a2", "c3", "fern", 5, 9_000),
    ("a2", "c3", "null", 5, 0),
    ("a3", "c4", None, 1, 0),
]


def table_of(rows):
    columns = zip(*rows, strict=True) if rows else [()] * 5
    kinds = [pa.string()] * 3 + [pa.int64()] * 2
    arrays = [pa.array(c, k) for c, k in zip(columns, kinds, strict=True)]
    return ibis.memtable(pa.table(arrays, names=NAMES))


@pytest.mark.parametrize(
    ("rule", "shares", "unsupported"),
    [
        # Answers weigh 4, 5 and 1. Rows: anker 3, bote 1 in a1, fern 1 in a2.
        ("per_citation", {"anker": (12, 21), "bote": (4, 21), "fern": (5, 21)}, 0),
        # Claims: anker 2, bote 1 in a1, fern 1 in a2.
        ("per_grounding", {"anker": (8, 17), "bote": (4, 17), "fern": (5, 17)}, 0),
        # a1 halves 4; nobody is present in a3.
        ("per_turn", {"anker": (2, 10), "bote": (2, 10), "fern": (5, 10)}, Fraction(1, 10)),
        ("equal", {"anker": (1, 3), "bote": (1, 3), "fern": (1, 3)}, 0),
        # c1: (10000 - 2500, 2500) * 3; c2: 8000; c3: 9000 * 5; of 10 * 10000.
        ("airport", {"anker": (305, 1000), "bote": (75, 1000), "fern": (45, 100)}, None),
    ],
)
def test_by_hand(rule, shares, unsupported):
    result = split(table_of(ROWS), rule)
    assert result.shares == {name: Fraction(*part) for name, part in shares.items()}
    assert result.unsupported == (1 - sum(result.shares.values()))
    assert unsupported is None or result.unsupported == unsupported


def count_plainly(rows, rule):
    claims = {(a, c): weight for a, c, _, weight, _ in rows}
    weights = defaultdict(int)
    for (answer, _), weight in claims.items():
        weights[answer] += weight
    events = [(a, c, p) for a, c, p, _, support in rows if support]
    points = defaultdict(Fraction)
    if rule == "per_turn":
        for answer, name in {(a, p) for a, _, p in events}:
            n = len({p for a, _, p in events if a == answer})
            points[name] += Fraction(weights[answer], n)
        total = sum(weights.values())
    else:
        for answer, _, name in events if rule == "per_citation" else set(events):
            points[name] += weights[answer]
        total = sum(points.values())
    return {name: part / total for name, part in points.items() if part}


@pytest.mark.parametrize("rule", ["per_citation", "per_grounding", "per_turn"])
def test_counting_equals_its_definition(rule):
    chance = random.Random(8)
    rows = []
    for nth in range(60):
        weight = chance.choice([0, 1, chance.randint(1, 10**12)])
        for _ in range(chance.randint(1, 6)):
            support = chance.choice([0, chance.randint(1, 10_000)])
            rows.append((f"a{nth // 5}", f"c{nth}", f"p{chance.randint(0, 8)}", weight, support))
    assert split(table_of(rows), rule).shares == count_plainly(rows, rule)


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_is_whole_and_needs_sound_stakes(rule):
    assert split(table_of([]), rule) == ({}, 1)
    assert split(table_of(ROWS[5:]), rule) == ({}, 1)
    result = split(table_of(ROWS), rule)
    assert sum(result.shares.values()) + result.unsupported == 1
    assert list(result.shares) == sorted(result.shares)
    with pytest.raises(InputError, match="varies within 1"):
        split(table_of([*ROWS, ("a2", "c3", "fern", 6, 1)]), rule)
    with pytest.raises(InputError, match="lack a value"):
        split(table_of([*ROWS, ("a3", "c4", None, 1, 7)]), rule)


@pytest.mark.parametrize("rule", RULES)
def test_the_total_may_hold_claims_without_a_row(rule):
    more = split(table_of(ROWS), rule, 20)
    once = split(table_of(ROWS), rule)
    scale = 1 if rule in {"per_citation", "per_grounding", "equal"} else 2
    assert more.shares == {name: part / scale for name, part in once.shares.items()}


def test_the_registry_says_what_pays():
    paying = {name for name, rule in RULES.items() if rule.pays}
    assert paying == set(RULE_VERSIONS) - {"floor"}
    assert all(RULES[name].version == RULE_VERSIONS[name] for name in paying)
    for name, rule in RULES.items():
        assert rule.name == name
        assert rule.version
        assert rule.formula
        assert rule.source


def test_an_unknown_rule_is_refused():
    with pytest.raises(InputError, match="'best' is not known"):
        split(table_of(ROWS), "best")

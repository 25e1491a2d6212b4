"""Fractional attribution: exact on the way out, checked on the way in."""

import json
from dataclasses import replace
from fractions import Fraction

import ibis
import pyarrow as pa
import pytest
from hypothesis import given, settings, strategies as st

from beleg.records import Claim, ClaimWeight, Pot, Share, Stake
from beleg.share import share
from beleg.share.attribution import KIND, SCHEMA, Disclosure, seal, supersede, write_records
from beleg.share.game import split
from beleg.share.reported import read_records, sum_shares, to_stakes
from beleg.tables import from_arrow
from oracles import settlement as world


def export(tier="auditor", publisher=None, rule="airport"):
    rows = world.rows(pots=[replace(world.POT, rule=rule)])
    tables = world.settle(share, rows)
    (pot,) = from_arrow(tables["pots"], Pot)
    claims = {row.claim_id: row for row in from_arrow(tables["claims"], Claim)}
    weights = from_arrow(tables["claim_weights"], ClaimWeight)
    stakes = from_arrow(tables["stakes"], Stake)
    shown = Disclosure(tier, publisher, lambda name: f"house-{len(name)}-{name[-1]}")
    return write_records(pot, weights, stakes, claims, shown), tables


def lines(records):
    return "".join(json.dumps(row) + "\n" for row in records).encode()


def record(**changes):
    body = {
        "type": KIND,
        "schema": SCHEMA,
        "output_id": "a1",
        "sources": [{"source": "anker", "weight": "1/3"}, {"source": "bote", "weight": "1/6"}],
        "model_residual": "1/2",
        "supersedes": None,
    }
    return seal({**body, **changes})


def read_one(row, **options):
    return read_records(lines([row]), "theirs.jsonl", **options)


def test_the_world_by_hand():
    """See tests/oracles/settlement.py: a1 weighs .5, half of its first claim's .6 and so on."""
    records, _ = export()
    found = {
        row["output_id"]: {s["source"]: s["weight"] for s in row["sources"]} for row in records
    }
    # a1: claim of 6/10 splits 7500 to 2500; 4/10 nobody. b1: 9000 in halves.
    assert found == {
        "a1": {"anker": "9/20", "bote": "3/20"},
        "a2": {"bote": "4/5"},
        "b1": {"anker": "9/20", "fern": "9/20"},
    }
    assert [row["model_residual"] for row in records] == ["2/5", "1/5", "1/10"]
    (span,) = records[0]["sources"][0]["spans"]
    assert (span["start"], span["end"], span["support"]) == (0, 35, "1")


@pytest.mark.parametrize("rule", ["airport", "expected"])
def test_records_weighed_by_their_answers_are_the_shares(rule):
    records, tables = export(rule=rule)
    read, problems = read_records(lines(records), "ours.jsonl")
    assert not problems
    shares, rest = sum_shares(read)
    rows = from_arrow(tables["shares"], Share)
    assert shares == {r.publisher_id: Fraction(int(r.numerator), int(r.denominator)) for r in rows}
    assert rest == 1 - sum(shares.values())
    assert (shares == world.SHARES) == (rule == "airport")


def test_tiers_open_what_they_say():
    for tier, publisher, opened in (
        ("public", None, set()),
        ("member", "anker", {"anker"}),
        ("auditor", None, {"anker", "bote", "fern"}),
    ):
        records, _ = export(tier, publisher)
        sources = [source for row in records for source in row["sources"]]
        assert {s["source"] for s in sources if not s["pseudonym"]} == opened
        assert all(s["spans"] for s in sources if not s["pseudonym"])
        assert not any(s["spans"] for s in sources if s["pseudonym"])
        hidden = {"anker", "bote", "fern"} - opened
        text = json.dumps(records)
        assert not any(f'"{name}"' in text for name in hidden)


def test_only_what_changed_is_exported_again_and_names_what_it_supersedes():
    records, _ = export()
    assert supersede(records, records) == []
    other = seal({**records[1], "model_residual": "1", "sources": []})
    (again,) = supersede(records, [records[0], other, records[2]])
    assert again["output_id"] == other["output_id"]
    assert again["supersedes"] == other["record_id"]
    assert again["record_id"] != records[1]["record_id"]
    # What was superseded once is not said again.
    assert supersede(records, [records[0], other, records[2], again]) == []
    read, problems = read_records(lines([*records[:1], other, again, records[2]]), "ours.jsonl")
    assert not problems
    assert len(read) == 3


def test_a_rounded_record_leaves_the_rest_to_the_residual():
    sources = [{"source": name, "weight": 0.333} for name in "ab"]
    (read,), (problem,) = read_one(record(sources=sources, model_residual=0.333))
    assert read.residual == Fraction(334, 1000)
    assert sum(read.weights.values()) + read.residual == 1
    assert "went to model_residual" in problem.message


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"schema": "another"}, "type and schema are"),
        ({"output_id": ""}, "output_id is missing"),
        ({"output_id": 7}, "output_id is missing or no text"),
        ({"model_residual": "1/3"}, "sum to 0.833333333, must sum to 1"),
        ({"model_residual": "-1/2"}, "model_residual is '-1/2'"),
        ({"model_residual": "1/0"}, "model_residual is '1/0'"),
        ({"model_residual": None}, "model_residual is None"),
        ({"model_residual": float("nan")}, "model_residual is 'NaN'"),
        ({"sources": "anker"}, "sources is no list"),
        ({"sources": [{"source": "a", "weight": "1/4"}] * 2}, "stands twice"),
        ({"sources": [{"source": "a", "weight": "1/2", "spans": [{"start": 5}]}]}, "no start"),
        (
            {"sources": [{"source": "a", "weight": "1/2", "spans": [{"start": 5, "end": 5}]}]},
            "does not lie in the answer",
        ),
        ({"sources": [{"source": "a", "weight": True}]}, "weight is True"),
        ({"sources": [{"source": 0.5, "weight": "1/2"}]}, "source is missing or no text"),
        ({"supersedes": 5}, "supersedes is no text"),
    ],
)
def test_what_does_not_hold_is_told_of_and_left_out(changes, said):
    records, (problem,) = read_one(record(**changes))
    assert not records
    assert said in problem.message
    assert problem.remedy
    assert (problem.source, problem.line) == ("theirs.jsonl", 1)


def test_a_bad_line_does_not_stop_the_others():
    data = b"{\n" + lines([record()]) + b"[]\n\n\xff\n" + lines([record(output_id="a2")])
    records, problems = read_records(data, "theirs.jsonl")
    assert [row.output_id for row in records] == ["a1", "a2"]
    assert [row.line for row in problems] == [1, 3, 5]


def test_outputs_and_spans_are_held_against_the_answers():
    spans = [{"start": 0, "end": 50}]
    row = record(sources=[{"source": "a", "weight": "1/2", "spans": spans}])
    assert read_one(row, outputs={"a1": 50})[0]
    assert "does not lie" in read_one(row, outputs={"a1": 49})[1][0].message
    assert "no answer here" in read_one(row, outputs={"a2": 50})[1][0].message


def test_of_one_output_the_last_record_stands():
    first = record()
    later = record(model_residual="5/6", sources=[], supersedes=first["record_id"])
    later = seal({**later, "model_residual": "1"})
    records, problems = read_records(lines([later, first]), "theirs.jsonl")
    assert [row.record_id for row in records] == [later["record_id"]]
    assert not problems
    other = record(sources=[], model_residual="1")
    records, (problem,) = read_records(lines([first, other]), "theirs.jsonl")
    assert not records
    assert "2 records that nothing supersedes" in problem.message
    records, (problem,) = read_records(lines([first, first]), "theirs.jsonl")
    assert len(records) == 1
    assert "stands twice" in problem.message


def test_what_supersedes_nothing_known_stands_and_is_told():
    records, (problem,) = read_one(record(supersedes="gone"))
    assert len(records) == 1
    assert "not here" in problem.message


@settings(deadline=None, max_examples=50)
@given(st.lists(st.lists(st.integers(0, 50), min_size=1, max_size=5), min_size=1, max_size=4))
def test_stakes_split_to_the_weights_to_a_millionth(games):
    rows = []
    for n, weights in enumerate(games):
        whole = sum(weights) + 1
        sources = [{"source": f"s{i}", "weight": f"{w}/{whole}"} for i, w in enumerate(weights)]
        rows.append(record(output_id=f"o{n}", sources=sources, model_residual=f"1/{whole}"))
    records, problems = read_records(lines(rows), "theirs.jsonl")
    assert not problems
    shares, rest = sum_shares(records)
    stakes = to_stakes(records)
    assert sum(row.weight for row in stakes) == 1_000_000 * len(records)
    table = ibis.memtable(pa.Table.from_pylist([row._asdict() for row in stakes], STAKES))
    result = split(table)
    near = Fraction(1, 1_000_000)
    for name, part in shares.items():
        assert abs(result.shares.get(name, Fraction()) - part) <= near
    assert abs(result.unsupported - rest) <= near


STAKES = pa.schema(
    {
        "answer_id": pa.string(),
        "claim_id": pa.string(),
        "publisher_id": pa.string(),
        "weight": pa.int64(),
        "support": pa.int64(),
    }
)


def test_outputs_weigh_as_a_pot_has_it():
    rows = [record(), record(output_id="a2", sources=[], model_residual="1")]
    records, _ = read_records(lines(rows), "theirs.jsonl")
    shares, rest = sum_shares(records, {"a1": Fraction(3), "a2": Fraction(1)})
    assert (shares["anker"], rest) == (Fraction(1, 4), Fraction(5, 8))
    assert sum_shares([]) == ({}, 1)

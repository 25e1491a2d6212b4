"""`beleg share split`: every format, the JSON as it is spelled, money to the cent, errors."""

import json
import random
import sys
from fractions import Fraction

import duckdb
import pytest
from click.testing import CliRunner
from hypothesis import given, settings, strategies as st

from beleg.cli import main
from beleg.cli.split import pay
from beleg.share.game import Split
from beleg.share.rules import RULES

HEAD = "answer_id,claim_id,publisher_id,weight,support"
ROWS = """a1,007,anker,3,10000
a1,007,anker,3,400
a1,007,bote,3,5000
a1,c2,,1,0
a2,c3,fern,4,9000
"""
POT = ["--pot", "100000.00 EUR"]


def invoke(*arguments):
    return CliRunner().invoke(main, ["share", "split", *map(str, arguments)])


def write(folder, text=f"{HEAD}\n{ROWS}", name="stakes.csv"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def convert(path, name):
    other = path.with_name(name)
    kind = "parquet" if name.endswith("parquet") else "json"
    columns = "answer_id, claim_id, publisher_id, weight::bigint weight, support::bigint support"
    duckdb.sql(
        f"copy (select {columns} from read_csv('{path}', all_varchar=true)) "
        f"to '{other}' (format {kind})"
    )
    return other


def test_the_json_is_as_it_is_spelled(tmp_path):
    done = invoke(write(tmp_path), *POT, "--json")
    assert done.exit_code == 0
    # Of 8 * 10000: anker 3 * 7500, bote 3 * 2500, fern 4 * 9000; the rest nobody's.
    assert json.loads(done.stdout) == {
        "pot_minor": 10_000_000,
        "currency": "EUR",
        "rule": "airport",
        "shares": [
            {
                "publisher_id": "anker",
                "numerator": "9",
                "denominator": "32",
                "paid_minor": 2_812_500,
            },
            {"publisher_id": "bote", "numerator": "3", "denominator": "32", "paid_minor": 937_500},
            {
                "publisher_id": "fern",
                "numerator": "9",
                "denominator": "20",
                "paid_minor": 4_500_000,
            },
        ],
        "unsupported": {"numerator": "7", "denominator": "40", "minor": 1_750_000},
    }


@pytest.mark.parametrize("name", ["s.parquet", "s.jsonl", "s.ndjson"])
def test_every_format_gives_the_same(tmp_path, name):
    path = write(tmp_path)
    assert (
        invoke(convert(path, name), *POT, "--json").stdout == invoke(path, *POT, "--json").stdout
    )


def test_a_folder_of_parquet_is_one_table(tmp_path):
    path = write(tmp_path)
    (tmp_path / "parts").mkdir()
    convert(path, "p.parquet").rename(tmp_path / "parts" / "p.parquet")
    assert invoke(tmp_path / "parts", *POT, "--json").stdout == invoke(path, *POT, "--json").stdout


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_pays_the_whole_pot(tmp_path, rule):
    found = json.loads(
        invoke(write(tmp_path), "--pot", "0.07 EUR", "--rule", rule, "--json").stdout
    )
    assert found["rule"] == rule
    assert sum(one["paid_minor"] for one in found["shares"]) + found["unsupported"]["minor"] == 7


def test_people_read_a_table(tmp_path):
    shown = invoke(write(tmp_path), *POT).stdout.splitlines()
    assert shown[0] == "100000.00 EUR by the rule airport (version 1)"
    assert shown[2].split() == ["fern", "45.0000", "45000.00"]
    assert shown[-1].split() == ["(unsupported)", "17.5000", "17500.00"]


def test_each_answer_may_bring_its_own_amount(tmp_path):
    rows = ROWS.splitlines()
    amounts = "\n".join(f"{row},{100 if row.startswith('a1') else 900}" for row in rows)
    path = write(tmp_path, f"{HEAD},amount_minor\n{amounts}\n")
    found = json.loads(invoke(path, "--json").stdout)
    # 1.00 over a1: 3/4 to anker and bote; 9.00 over a2: 9/10 to fern.
    assert found["pot_minor"] == 1_000
    paid = {one["publisher_id"]: one["paid_minor"] for one in found["shares"]}
    assert paid == {"anker": 56, "bote": 19, "fern": 810}
    assert found["unsupported"]["minor"] == 115
    pooled = json.loads(invoke(path, "--pot", "10.00 EUR", "--json").stdout)
    assert pooled["shares"][2]["paid_minor"] == 450
    assert json.loads(invoke(path, "--json", "--currency", "CHF").stdout)["currency"] == "CHF"


WRONG = [
    ("answer_id,claim_id,weight\na,c,1\n", "columns publisher_id, support is missing"),
    (f"{HEAD}\na,c,p,1.5,3\n", "weight holds '1.5'"),
    (f"{HEAD}\na,c,p,1,0.8\n", "support holds '0.8'"),
    (f"{HEAD}\na,c,p,99999999999999999999,8\n", "must be a whole number of 64 bits"),
    (f"{HEAD}\na,c,p,-1,8\n", "a weight is -1, must be >= 0"),
    (f"{HEAD}\na,c,p,1,10001\n", "1 supports lie outside 0..10000"),
    (f"{HEAD}\na,c,p,1,8\na,c,q,2,8\n", "varies within 1 claims"),
    (f"{HEAD}\na,c,,1,8\n", "1 stakes lack a value"),
    (f"{HEAD}\na,c,p,,8\n", "1 stakes lack a value"),
]


@pytest.mark.parametrize(("text", "message"), WRONG)
def test_wrong_files_are_refused(tmp_path, text, message):
    done = invoke(write(tmp_path, text), *POT)
    assert done.exit_code == 1
    assert message in done.stderr
    assert done.stderr.count("\n") == 1


AMOUNTS = [
    ("a,c,p,1,8,5\na,c,q,1,8,6\n", "amount_minor varies within answer a"),
    ("a,c,p,1,8,5\na,d,q,1,8,6\n", "amount_minor varies within answer a"),
    ("a,c,p,1,8,\n", "answer a has no amount_minor"),
    ("a,c,p,1,8,-5\n", "amount_minor of answer a is -5"),
    ("a,c,p,0,8,5\n", "its claims weigh nothing"),
]


@pytest.mark.parametrize(("text", "message"), AMOUNTS)
def test_wrong_amounts_are_refused(tmp_path, text, message):
    text = f"{HEAD},amount_minor\nz,z,z,1,1,1\n{text}"
    done = invoke(write(tmp_path, text), "--json")
    assert done.exit_code == 1
    assert message in done.stderr


def test_what_is_no_table_is_refused(tmp_path):
    path = write(tmp_path)
    assert "no such file" in invoke(tmp_path / "none.csv", *POT).stderr
    assert ".txt is not known" in invoke(write(tmp_path, name="s.txt"), *POT).stderr
    broken = invoke(write(tmp_path, name="s.parquet"), *POT)
    assert broken.exit_code == 1
    assert "s.parquet" in broken.stderr
    broken = invoke(write(tmp_path, "{", name="s.jsonl"), *POT)
    assert broken.exit_code == 1
    floats = tmp_path / "f.parquet"
    columns = "'a' answer_id, 'c' claim_id, 'p' publisher_id, 1 weight, 0.8::double support"
    duckdb.sql(f"copy (select {columns}) to '{floats}'")
    assert "the column support is DOUBLE" in invoke(floats, *POT).stderr
    assert "no pot" in invoke(path).stderr
    assert "--memory xx: not understood" in invoke(path, *POT, "--memory", "xx").stderr
    for pot in ("5", "5.001 EUR", "-5 EUR", "5 €"):
        assert invoke(path, "--pot", pot).exit_code == 2


def test_without_spark_the_remedy_is_told(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyspark", None)
    done = invoke(write(tmp_path), *POT, "--engine", "spark")
    assert done.exit_code == 1
    assert "pip install 'beleg[spark]'" in done.stderr


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 2**32), st.integers(1, 8))
def test_what_is_paid_sums_to_the_pot(minor, seed, n):
    chance = random.Random(seed)
    cuts = [chance.randint(0, 99) for _ in range(n + 1)]
    total = sum(cuts) or 1
    shares = {f"p{i}": Fraction(cut, total) for i, cut in enumerate(cuts[1:]) if cut}
    paid, rest = pay(Split(shares, 1 - sum(shares.values(), Fraction())), minor)
    assert sum(paid.values()) + rest == minor
    assert all(abs(paid[name] - part * minor) < 1 for name, part in shares.items())


def test_ties_go_by_id_and_the_line_comes_last():
    third = Fraction(1, 3)
    assert pay(Split({"b": third, "c": third}, third), 100) == ({"b": 34, "c": 33}, 33)

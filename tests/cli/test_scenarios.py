"""`beleg share simulate` and `beleg share whatif` on the sample alliance."""

import json
import shutil
import subprocess
import sys
from fractions import Fraction

import pytest
from click.testing import CliRunner

from beleg.cli import main
from beleg.ground.model import default_threshold, load_model
from beleg.pipeline import run_frame, run_share
from beleg.records import Payout, Share
from beleg.store import Workspace


def run(folder, *arguments):
    return CliRunner().invoke(main, ["-C", str(folder), "share", *arguments])


def ask(folder, *arguments):
    result = run(folder, *arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.output)


def part(figure):
    return Fraction(int(figure["numerator"]), int(figure["denominator"]))


def shares_of(folder):
    return {
        row.publisher_id: Fraction(int(row.numerator), int(row.denominator))
        for row in Workspace(folder).rows(Share)
    }


@pytest.fixture
def copy(sample, tmp_path):
    shutil.copytree(sample, tmp_path / "copy")
    return tmp_path / "copy"


@pytest.fixture(scope="module")
def simulated(sample):
    return ask(sample, "simulate")


def test_all_members_side_by_side(sample, simulated):
    shares = shares_of(sample)
    assert simulated["simulation"] is True
    names = [row["rule"] for row in simulated["scenarios"]]
    assert names == ["expected", "per_citation", "per_grounding", "per_turn", "equal"]
    for row in simulated["scenarios"]:
        assert {m["id"]: part(m["today"]) for m in row["members"] if m["today"]["part"]} == shares
        then = sum(part(member["then"]) for member in row["members"])
        assert then + part(row["unsupported"]) == 1
        gains = [part(member["difference"]) for member in row["members"]]
        assert part(row["moved"]) >= sum(gain for gain in gains if gain > 0)
        assert row["n_gain"] == sum(gain > 0 for gain in gains)
        assert 0 < len(row["claims"]) <= 10
        assert all(claim["text"] for claim in row["claims"])


def test_payees_and_lines_sum_to_the_pot_and_are_those_of_the_payouts(sample, simulated):
    payouts = Workspace(sample).rows(Payout)
    today = {}
    for row in payouts:
        name = f"({row.payee})" if row.is_line else row.payee
        exact = Fraction(int(row.numerator), int(row.denominator))
        today[name] = today.get(name, 0) + exact
    for row in simulated["scenarios"]:
        assert {p["id"]: part(p["today"]) for p in row["payees"]} == today
        assert sum(part(p["then"]) for p in row["payees"]) == 1


def test_what_hangs_on_the_threshold(simulated):
    passes = {row["percent"]: row for row in simulated["false_passes"]}
    assert {percent: row["threshold"] for percent, row in passes.items()} == dict(
        load_model().at_percent
    )
    assert passes[2]["threshold"] == default_threshold()
    assert passes[2]["moved"]["part"] == 0
    assert passes[1]["unsupported"]["part"] > passes[5]["unsupported"]["part"]


def test_a_simulated_threshold_is_what_the_pot_would_pay(copy):
    found = ask(copy, "simulate", "--threshold", "3000")
    toml = copy / "beleg.toml"
    text = toml.read_text(encoding="utf-8")
    toml.write_text(text.replace("[[pots]]", "[[pots]]\nthreshold = 3000"), encoding="utf-8")
    with Workspace(copy, write=True) as ws:
        run_frame(ws)
        run_share(ws)
    (row,) = found["scenarios"]
    then = {m["id"]: part(m["then"]) for m in row["members"] if m["then"]["part"]}
    assert then == shares_of(copy)


def test_simulations_and_questions_change_nothing(copy):
    def state():
        return {p: p.stat().st_mtime_ns for p in copy.rglob("*") if p.is_file()}

    before = state()
    assert run(copy, "simulate", "--rule", "equal").exit_code == 0
    assert run(copy, "whatif", "--drop", "anker").exit_code == 0
    assert state() == before


def test_the_text_says_that_it_is_a_simulation(sample):
    result = run(sample, "simulate", "--threshold", "6000", "--quota", "anker=anker=2/3")
    assert result.exit_code == 0, result.output
    assert result.output.startswith("SIMULATION")
    assert "[1] from 6000" in result.output
    assert "(holder_not_found)" in result.output
    assert "what moves most" in result.output


def test_quotas_alone_leave_the_members_alone(sample):
    (row,) = ask(sample, "simulate", "--quota", "anker=anker=1/2")["scenarios"]
    assert row["moved"]["part"] == 0
    assert part(row["moved_between_payees"]) == shares_of(sample)["anker"] / 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["simulate", "--quota", "anker"], "Write it like anker=autorin=2/3"),
        (["simulate", "--quota", "anker=anker=-1"], "is negative"),
        (["simulate", "--quota", "ankre=anker=1"], "Near: anker"),
        (["simulate", "--quota", "anker=ankre=1"], "No rightsholder is called 'ankre'"),
        (["simulate", "--pot", "pres"], "Near: press-2026-q4"),
        (["whatif", "--drop", "vellum"], "Near: velum"),
        (["whatif", "--drop", "nobody at all"], "Known: "),
        (["whatif", "--claim", "zz", "--support", "0"], "begins with 'zz'"),
        (["whatif", "--claim", "", "--support", "0"], "Give more digits"),
        (["whatif", "--pot", "2025", "--drop", "anker"], "No pot is called '2025'"),
    ],
)
def test_what_is_unknown_is_told_with_what_is_near(sample, arguments, message):
    result = run(sample, *arguments)
    assert result.exit_code == 1, result.output
    assert message in result.output


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--drop", "anker", "--claim", "a"],
        ["--claim", "a"],
        ["--drop", "anker", "--support", "1"],
    ],
)
def test_wrong_usage(sample, arguments):
    assert run(sample, "whatif", *arguments).exit_code == 2


def test_what_if_a_publisher_were_gone(sample):
    found = ask(sample, "whatif", "--drop", "Der Anker")
    rows = {row["publisher_id"]: row for row in found["publishers"]}
    assert found["simulation"] is True
    assert {name: part(row["before"]) for name, row in rows.items()} == shares_of(sample)
    assert part(rows["anker"]["after"]) == 0
    moved = sum(part(row["difference"]) for row in rows.values())
    assert moved + part(found["unsupported"]["difference"]) == 0
    assert all(part(row["difference"]) >= 0 for name, row in rows.items() if name != "anker")


def test_what_if_one_support_were_another(sample, simulated):
    claim = simulated["scenarios"][0]["claims"][0]
    found = ask(sample, "whatif", "--claim", claim["claim_id"][:12], "--support", "0")
    lost = {row["publisher_id"]: part(row["difference"]) for row in found["publishers"]}
    paid = {name: -value for name, value in lost.items() if value}
    assert {name: float(value) for name, value in paid.items()} == pytest.approx(claim["today"])
    (name, *_) = claim["today"]
    only = ask(
        sample, "whatif", "--claim", claim["claim_id"], "--support", "9999", "--publisher", name
    )
    assert only["n_claims"] == 1
    assert any(row["difference"]["minor"] for row in only["publishers"])


def test_a_support_below_the_threshold_pays_nothing_and_says_so(sample, simulated):
    claim = simulated["scenarios"][0]["claims"][0]["claim_id"]
    low = ask(sample, "whatif", "--claim", claim, "--support", "100")
    none = ask(sample, "whatif", "--claim", claim, "--support", "0")
    assert low["publishers"] == none["publishers"]
    assert "stays below the pot's threshold" in low["notes"][0]


def test_a_publisher_without_a_stake_moves_nothing(sample):
    result = run(sample, "whatif", "--drop", "kurzruf.example")
    assert "has no stake in this pot" in result.output
    assert "Nothing moves." in result.output


def test_whatif_loads_no_stage_but_the_game(sample):
    code = (
        "import sys\nfrom beleg.cli.main import main\n"
        "main(sys.argv[1:], standalone_mode=False)\n"
        "print(sorted(n for n in sys.modules if n in "
        "('beleg.pipeline', 'beleg.ground', 'beleg.report', 'ibis.backends.duckdb')))"
    )
    arguments = ["-C", str(sample), "share", "whatif", "--drop", "anker", "--json"]
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], check=True, capture_output=True, text=True
    )
    assert done.stdout.splitlines()[-1] == "[]"

"""`beleg share statement` on the sample alliance: what is handed out, to whom, and the errors."""

import csv
import io
import json
import shutil

import pytest
from click.testing import CliRunner

from beleg.cli import main
from beleg.prove.verify import verify
from beleg.records import Payout, Pot, Share
from beleg.store import Workspace


def invoke(folder, *arguments):
    return CliRunner().invoke(main, ["-C", str(folder), "share", "statement", *arguments])


@pytest.fixture(scope="module")
def workspace(sample, tmp_path_factory):
    return shutil.copytree(sample, tmp_path_factory.mktemp("statement") / "ws")


@pytest.fixture(scope="module")
def pot_id(workspace):
    return min(row.pot_id for row in Workspace(workspace).rows(Pot))


@pytest.fixture(scope="module")
def paid(workspace, pot_id):
    """The payee with the most money of the pot."""
    rows = [r for r in Workspace(workspace).rows(Payout) if r.pot_id == pot_id and not r.is_line]
    return max(rows, key=lambda row: row.assigned_minor)


def files_of(result, folder):
    assert result.exit_code == 0, result.output
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {path.name: path for path in paths}


def test_a_member_is_handed_pages_and_what_proves_them(workspace, pot_id, paid, tmp_path):
    result = invoke(
        workspace, paid.payee, "--pot", pot_id, "--language", "de", "-o", str(tmp_path)
    )
    found = files_of(result, tmp_path)
    endings = sorted(name.partition(".")[2] for name in found)
    assert endings == ["csv", "de.html", "de.pdf", "json", "txt"]
    (proven,) = tmp_path.glob("*/proven")
    report = verify(proven)
    assert report.ok, report.findings
    (html,) = (path for name, path in found.items() if name.endswith(".html"))
    assert html.read_text(encoding="utf-8").startswith('<!doctype html>\n<html lang="de">')


def test_the_csv_has_every_claim(workspace, pot_id, paid, tmp_path):
    options = ["--pot", pot_id, "--format", "csv", "--format", "json", "-o", str(tmp_path)]
    found = files_of(invoke(workspace, paid.payee, *options), tmp_path)
    rows = list(csv.DictReader(io.StringIO(next(iter_text(found, ".csv")))))
    receipt = json.loads(next(iter_text(found, ".json")))
    claims = {row["claim"]["claim"] for row in receipt["claims"]}
    assert {row["claim"] for row in rows} == claims


def iter_text(found, ending):
    return (p.read_text(encoding="utf-8") for name, p in found.items() if name.endswith(ending))


def test_a_member_does_not_see_rivals_and_an_auditor_does(workspace, pot_id, paid, tmp_path):
    names = {}
    for tier in ("member", "auditor"):
        folder = tmp_path / tier
        options = ["--pot", pot_id, "--tier", tier, "--format", "json", "-o", str(folder)]
        found = files_of(invoke(workspace, paid.payee, *options), folder)
        receipt = json.loads(next(iter_text(found, ".json")))
        names[tier] = {row["id"] for row in receipt["texts"] if row["kind"] == "publisher"}
    assert names["member"] == {paid.publisher_id}
    assert names["member"] < names["auditor"]


def test_bookkeeping_is_the_members_own_or_the_whole_pot(workspace, pot_id, paid, tmp_path):
    said = {}
    for tier in ("member", "auditor"):
        folder = tmp_path / tier
        options = ["--pot", pot_id, "--tier", tier, "-o", str(folder)]
        options += ["--format", "beancount", "--format", "hledger"]
        found = files_of(invoke(workspace, paid.payee, *options), folder)
        assert {path.parent.name for path in found.values()} == {"beside"}
        said[tier] = next(iter_text(found, ".beancount"))
        assert next(iter_text(found, ".journal")).startswith("decimal-mark .")
    assert "Income:Licences" in said["member"]
    assert "Liabilities" not in said["member"]
    assert "Liabilities:Unpaid" in said["auditor"]


def test_the_answer_for_machines_says_what_is_proven(workspace, pot_id, paid, tmp_path):
    options = ["--pot", pot_id, "--format", "json", "--format", "hledger", "-o", str(tmp_path)]
    result = invoke(workspace, paid.payee, *options, "--json")
    files = {row["path"].rpartition(".")[2]: row for row in json.loads(result.stdout)["files"]}
    assert files["json"]["proven"]
    assert not files["journal"]["proven"]


def test_pages_go_to_the_workspace_by_default(workspace, pot_id, paid):
    result = invoke(workspace, paid.payee, "--pot", pot_id, "--format", "html")
    assert result.exit_code == 0, result.output
    assert list((workspace / "papers" / pot_id).rglob("*.html"))


def test_an_unknown_publisher_is_told_who_is_near(workspace, pot_id, paid):
    result = invoke(workspace, paid.payee + "x", "--pot", pot_id)
    assert result.exit_code == 1
    assert "has the id" in result.output
    assert f"Did you mean {paid.payee}" in result.output or paid.payee in result.output


def test_an_unknown_pot_is_told_what_there_is(workspace, pot_id):
    result = invoke(workspace, "anybody", "--pot", "nothing-like-it-at-all")
    assert result.exit_code == 1
    assert "no pot" in result.output
    assert pot_id in result.output


def test_who_is_not_paid_is_told_where_the_money_went(workspace, pot_id):
    ws = Workspace(workspace)
    paid = {
        row.publisher_id for row in ws.rows(Payout) if row.pot_id == pot_id and not row.is_line
    }
    other = [r for r in ws.rows(Share) if r.pot_id == pot_id and r.publisher_id not in paid]
    result = invoke(workspace, other[0].publisher_id, "--pot", pot_id)
    assert result.exit_code == 1
    assert "has no payout" in result.output
    assert "on the line no_mandate" in result.output


def test_a_pot_without_a_statement_is_not_settled(workspace, pot_id, tmp_path):
    bare = shutil.copytree(workspace, tmp_path / "ws")
    shutil.rmtree(bare / "statements")
    result = invoke(bare, "anybody", "--pot", pot_id)
    assert result.exit_code == 1
    assert "not settled" in result.output
    assert "beleg prove" in result.output


def test_a_damaged_statement_is_named(workspace, pot_id, tmp_path):
    bare = shutil.copytree(workspace, tmp_path / "ws")
    (ledger,) = bare.glob(f"statements/*/{pot_id}/ledger.jsonl")
    ledger.write_text("{", encoding="utf-8")
    result = invoke(bare, "anybody", "--pot", pot_id)
    assert result.exit_code == 1
    assert "cannot be read" in result.output

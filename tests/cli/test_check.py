"""`beleg measure check`: a sheet goes out, comes back filled in, and corrects the rates."""

import csv
import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from beleg.cli import main
from beleg.cli.check_sheet import COLUMNS


def check(folder: Path, *arguments: str):
    return CliRunner().invoke(main, ["-C", str(folder), "measure", "check", *arguments])


@pytest.fixture
def workspace(sample: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sample, tmp_path / "ws"))


def send_out(workspace: Path, kind: str = "mention", form: str = "csv") -> Path:
    sheet = workspace / f"{kind}.csv"
    result = check(workspace, kind, "--sample", "90", "--format", form, "-o", str(sheet))
    assert result.exit_code == 0, result.output
    return sheet


def read(sheet: Path, delimiter: str = ","):
    with sheet.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def save(sheet: Path, rows, delimiter: str = ",", encoding: str = "utf-8"):
    with sheet.open("w", encoding=encoding, errors="replace", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)
    return sheet


def fill(rows):
    return [{**row, "verdict": "right" if row["ours"] else "none"} for row in rows]


def test_a_sheet_says_all_that_it_takes_to_check(workspace: Path) -> None:
    rows = read(send_out(workspace))
    assert len(rows) == 90
    assert any(row["ours"] for row in rows)
    assert any(not row["ours"] for row in rows)
    assert all(row["text"] and row["question"] and not row["verdict"] for row in rows)
    linked = read(send_out(workspace, "citation"))
    assert all(row["text"].startswith("http") for row in linked if row["ours"])
    (kept,) = (workspace / "audits" / "mention").glob("*/sample.json")
    assert rows[0]["text"] not in kept.read_text(encoding="utf-8")


def test_what_is_right_throughout_changes_no_rate(workspace: Path) -> None:
    sheet = send_out(workspace)
    result = check(workspace, "--checked", str(save(sheet, fill(read(sheet)))), "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert found["precision"]["value"] == found["recall"]["value"] == 1.0
    for rate in found["rates"]:
        assert rate["low"] <= rate["value"] <= rate["high"]
    assert len(list((workspace / "audits").glob("mention/*/checked-*.json"))) == 1
    check(workspace, "--checked", str(sheet))
    assert len(list((workspace / "audits").glob("mention/*/checked-*.json"))) == 1


def test_what_was_missed_raises_a_rate(workspace: Path) -> None:
    sheet = send_out(workspace, form="excel-de")
    rows = fill(read(sheet, ";"))
    for row in rows:
        if row["engine"] == "perplexity" and not row["ours"]:
            row["verdict"] = "der anker; UFERFUNK"
    save(sheet, rows, ";", "cp1252")
    result = check(workspace, "--checked", str(sheet), "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert found["recall"]["value"] < 0.5
    rates = {(r["engine"], r["publisher_id"]): r for r in found["rates"]}
    raised = rates["perplexity", "anker"]
    assert raised["value"] > raised["naive"] + 0.3
    text = check(workspace, "--checked", str(sheet))
    assert "of those there, are ours" in text.output
    assert "too_thin" in text.output


def test_a_wrong_sheet_is_refused_with_its_lines(workspace: Path) -> None:
    sheet = send_out(workspace)
    rows = fill(read(sheet))
    bad = [dict(row) for row in rows]
    bad[0]["verdict"] = "Kuckuck"
    bad[1]["verdict"] = ""
    bad[3] = dict(bad[2])
    result = check(workspace, "--checked", str(save(sheet, bad)))
    assert result.exit_code == 1
    for what in ("'Kuckuck'", "verdict is missing", "stands twice", "1 items are left out"):
        assert what in result.stderr
    assert not list((workspace / "audits").glob("mention/*/checked-*.json"))
    other = [{**row, "check": "0" * 16} for row in rows]
    assert "was not drawn here" in check(workspace, "--checked", str(save(sheet, other))).stderr
    sheet.write_text("a,b\n1,2\n", encoding="utf-8")
    assert "are missing in line 1" in check(workspace, "--checked", str(sheet)).stderr
    save(sheet, [])
    assert "no rows" in check(workspace, "--checked", str(sheet)).stderr
    mixed = [*rows[:1], {**rows[1], "check": "1" * 16}]
    assert "rows of 2 checks" in check(workspace, "--checked", str(save(sheet, mixed))).stderr


def test_nothing_is_written_over(workspace: Path) -> None:
    sheet = send_out(workspace)
    again = check(workspace, "mention", "--sample", "5", "-o", str(sheet))
    assert (again.exit_code, "is there already" in again.stderr) == (1, True)
    assert check(workspace).exit_code == 2
    assert check(workspace, "--sample", "5").exit_code == 2

"""`beleg share audit`: a sheet goes out, comes back filled in, and is never written over."""

import csv
import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from beleg.cli import main

POT = "press-2026-q4"


def audit(folder: Path, *arguments: str):
    return CliRunner().invoke(
        main, ["-C", str(folder), "share", "audit", "--pot", POT, *arguments]
    )


@pytest.fixture
def workspace(sample: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sample, tmp_path / "ws"))


def send_out(workspace: Path, kind: str = "csv", n: int = 40) -> Path:
    sheet = workspace / f"{kind}.csv"
    result = audit(workspace, "--sample", str(n), "--format", kind, "-o", str(sheet))
    assert result.exit_code == 0, result.output
    return sheet


def read(sheet: Path, delimiter: str = ",") -> list[dict[str, str]]:
    with sheet.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def save(sheet: Path, rows, delimiter: str = ",", encoding: str = "utf-8") -> Path:
    with sheet.open("w", encoding=encoding, errors="replace", newline="") as file:
        writer = csv.DictWriter(file, rows[0], delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)
    return sheet


def fill(rows, word: str = "supported", wrong: str = "not", every: int = 10):
    return [
        {**row, "verdict": wrong if place % every == 0 else word, "note": "Seite geprüft"}
        for place, row in enumerate(rows)
    ]


def test_a_sheet_says_all_that_it_takes_to_check(workspace: Path) -> None:
    sheet = send_out(workspace)
    assert sheet.read_bytes().startswith(b"\xef\xbb\xbf")  # by which spreadsheets know UTF-8
    rows = read(sheet)
    assert len(rows) == 40
    for row in rows:
        assert all(row[name] for name in ("claim", "passage", "host", "kind", "question"))
        assert (row["verdict"], row["note"], row["currency"]) == ("", "", "EUR")
        assert float(row["at_stake"]) > 0
    again = workspace / "again.csv"
    audit(workspace, "--sample", "40", "-o", str(again))
    assert again.read_bytes() == sheet.read_bytes()


def test_a_sheet_is_not_written_over(workspace: Path) -> None:
    sheet = send_out(workspace)
    sheet.write_text("two days of work", encoding="utf-8")
    result = audit(workspace, "--sample", "40", "-o", str(sheet))
    assert (result.exit_code, sheet.read_text(encoding="utf-8")) == (1, "two days of work")


@pytest.mark.parametrize(
    ("kind", "delimiter", "encoding", "word", "wrong"),
    [
        ("csv", ",", "utf-8-sig", "supported", "Not "),
        ("excel-de", ";", "cp1252", "belegt", "nicht"),
    ],
)
def test_verdicts_come_back(workspace: Path, kind, delimiter, encoding, word, wrong) -> None:
    sheet = send_out(workspace, kind)
    save(sheet, fill(read(sheet, delimiter), word, wrong), delimiter, encoding)
    result = audit(workspace, "--checked", str(sheet), "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert found["n"] == 40
    assert found["not_found"]["low"] < found["not_found"]["value"] < found["not_found"]["high"]
    assert found["not_found"]["value"] == pytest.approx(0.1, abs=0.03)  # 4 of 40, nearly equal
    assert sum(row["n"] for row in found["reliability"]) == 40
    kept = workspace / found["kept"]
    assert len(json.loads(kept.read_text(encoding="utf-8"))["verdicts"]) == 40
    shown = audit(workspace, "--checked", str(sheet))
    assert "not found" in shown.output
    assert "Do the probabilities hold?" in shown.output


def test_verdicts_are_kept_beside_earlier_ones(workspace: Path) -> None:
    sheet = send_out(workspace)
    rows = fill(read(sheet))
    for every in (10, 10, 5):
        save(sheet, fill(rows, every=every))
        assert audit(workspace, "--checked", str(sheet)).exit_code == 0
    files = sorted(file.name[:7] for file in (workspace / "audits").rglob("*.json"))
    assert files == ["checked", "checked", "sample."]


def test_what_is_wrong_is_said_with_its_line(workspace: Path) -> None:
    sheet = send_out(workspace)
    rows = fill(read(sheet))
    rows[0]["verdict"] = ""
    rows[1]["verdict"] = "maybe"
    rows[2]["support"] = "0.01"
    rows[3]["at_stake"] = "1000"
    rows[4]["claim_id"] = "other"
    rows[5]["item"] = "nobody"
    rows.append(dict(rows[6]))
    result = audit(workspace, "--checked", str(save(sheet, rows)))
    assert result.exit_code == 1
    for said in (
        "1 verdicts are missing: line",
        "'maybe' is none",
        "support is '0.01'",
        "at_stake is '1000'",
        "claim_id is 'other'",
        "'nobody' is no item of this audit",
        "stands in line",
        "1 items are left out",
    ):
        assert said in result.output
    assert not list((workspace / "audits").rglob("checked-*"))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda rows: [{**row, "audit": "ffff"} for row in rows], "was not drawn here"),
        (lambda rows: [{**row, "audit": ""} for row in rows], "no row that names an audit"),
        (lambda rows: [{"item": row["item"]} for row in rows], "are missing in line 1"),
        (lambda rows: [{**row, "audit": row["item"]} for row in rows], "rows of 40 audits"),
    ],
)
def test_another_sheet_is_refused(workspace: Path, change, said: str) -> None:
    sheet = send_out(workspace)
    result = audit(workspace, "--checked", str(save(sheet, change(read(sheet)))))
    assert result.exit_code == 1
    assert said in result.output


def test_unknown_pots_and_missing_options(workspace: Path) -> None:
    arguments = ["-C", str(workspace), "share", "audit", "--pot", "no", "--sample", "3"]
    result = CliRunner().invoke(main, arguments)
    assert (result.exit_code, f"there are: {POT}" in result.output) == (1, True)
    assert audit(workspace).exit_code == 2

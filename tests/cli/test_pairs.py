"""`beleg ground pairs`: one line out per line in, at once, whatever comes."""

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from beleg.cli import ground, main

GOOD = {"claim": "Der Zug fährt um 8 Uhr.", "evidence": "Um 8 Uhr fährt der Zug."}


def lines_of(output: str) -> list[dict]:
    return [json.loads(line) for line in output.splitlines()]


@pytest.mark.parametrize("packed", [False, True])
def test_a_file_plain_or_gzip(tmp_path: Path, packed: bool) -> None:
    data = "\n".join(json.dumps({**GOOD, "id": n}) for n in range(3)).encode()
    file = tmp_path / "pairs.jsonl"
    file.write_bytes(gzip.compress(data) if packed else data)
    result = CliRunner().invoke(main, ["ground", "pairs", str(file)])
    assert result.exit_code == 0
    assert [row["id"] for row in lines_of(result.stdout)] == [0, 1, 2]
    out = tmp_path / "deep" / "judged.jsonl"
    again = CliRunner().invoke(main, ["ground", "pairs", str(file), "--output", str(out)])
    assert again.stdout == ""
    assert out.read_text(encoding="utf-8") == result.stdout


def test_bad_lines_are_answered_in_place() -> None:
    given = "\n".join(["no json", json.dumps(GOOD), "", json.dumps({"claim": "x"})])
    result = CliRunner().invoke(main, ["ground", "pairs", "-"], input=given)
    assert result.exit_code == 0
    rows = lines_of(result.stdout)
    assert ["error" in row for row in rows] == [True, False, True, True]
    assert [row["line"] for row in rows if "error" in row] == [1, 3, 4]
    assert "4 lines, of which 3 could not be judged" in result.stderr


def test_where_no_line_can_be_judged_it_fails() -> None:
    assert CliRunner().invoke(main, ["ground", "pairs", "-"], input="x\n").exit_code == 1
    assert CliRunner().invoke(main, ["ground", "pairs", "-"], input="").exit_code == 0
    missing = CliRunner().invoke(main, ["ground", "pairs", "nowhere.jsonl"])
    assert missing.exit_code == 1
    assert "nowhere.jsonl: No such file" in missing.stderr


def test_a_line_beyond_all_bounds_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ground, "MAX_LINE_BYTES", 200)
    given = json.dumps({**GOOD, "evidence": "x " * 600}) + "\n" + json.dumps(GOOD)
    result = CliRunner().invoke(main, ["ground", "pairs", "-"], input=given)
    first, second = lines_of(result.stdout)
    assert first["error"] == "more than 200 bytes."
    assert second["supported"]


def test_broken_gzip_is_said(tmp_path: Path) -> None:
    file = tmp_path / "pairs.jsonl.gz"
    file.write_bytes(gzip.compress(json.dumps(GOOD).encode() * 9)[:-9])
    result = CliRunner().invoke(main, ["ground", "pairs", str(file)])
    assert result.exit_code == 1
    assert "broken gzip" in result.stderr


def test_in_a_pipe_each_answer_comes_at_once() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "beleg", "ground", "pairs", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    ) as process:
        for number in range(3):  # the next line is only written when the last is answered
            process.stdin.write(json.dumps({**GOOD, "id": number}).encode() + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == number
        process.stdin.close()
        assert process.wait() == 0

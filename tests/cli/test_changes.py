"""`beleg measure changes` and `intervention`, as they are typed."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from beleg.cli import main


def run(folder: Path, *arguments: str):
    return CliRunner().invoke(main, ["-C", str(folder), "measure", *arguments])


@pytest.fixture(scope="module")
def workspace(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(sample, tmp_path_factory.mktemp("ws") / "ws"))


WINDOWS = ("--from", "2026-11-01..2026-11-16", "--to", "2026-11-17..2026-11-30")


def test_text_and_json_say_the_same(workspace: Path) -> None:
    said = run(workspace, "changes", *WINDOWS, "--all")
    assert said.exit_code == 0, said.output
    told = json.loads(run(workspace, "changes", *WINDOWS, "--json").stdout)
    assert told["from"] == "2026-11-01..2026-11-16"
    assert f"too little data: {told['verdicts']['too_little_data']}" in said.output
    assert sum(told["verdicts"].values()) == len(told["changes"])
    assert "left out" in said.output
    german = run(workspace, "changes", *WINDOWS, "--language", "de", "--by", "topic")
    assert "zu wenige Daten" in german.output


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("--from", "x", "--to", "2026-W48"), "no window"),
        (("--from", "2026-W48", "--to", "2026-W47"), "overlap"),
        ((*WINDOWS, "--engine", "nobody"), "no engine"),
        ((*WINDOWS, "--subject", "nobody"), "no publisher"),
        ((*WINDOWS, "--basket", "--measure", "citation_share"), "part of answers"),
    ],
)
def test_errors_name_their_remedy(workspace: Path, arguments: tuple[str, ...], word: str) -> None:
    result = run(workspace, "changes", *arguments)
    assert result.exit_code == 1
    assert word in result.output


def test_a_draw_becomes_a_page(workspace: Path) -> None:
    draw = run(workspace, "intervention", "--assign", "--seed", "7")
    assert draw.exit_code == 0, draw.output
    (workspace / "draw.csv").write_text(draw.stdout, encoding="utf-8")
    publishers = json.loads(
        CliRunner().invoke(main, ["-C", str(workspace), "publishers", "--json"]).stdout
    )
    plan = workspace / "plan.toml"
    plan.write_text(
        f'name = "Test"\nsubject = "{publishers[0]["publisher_id"]}"\ndate = 2026-11-17\n'
        'assignment = "random"\nseed = 7\n[treated]\nfile = "draw.csv"\n'
        '[controls]\nfile = "draw.csv"\n',
        encoding="utf-8",
    )
    page = workspace / "page.html"
    result = run(workspace, "intervention", str(plan), "--html", str(page))
    assert result.exit_code == 0, result.output
    assert "the draw agrees" in result.output
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    told = json.loads(run(workspace, "intervention", str(plan), "--json").stdout)
    assert told["assignment"] == "checked"
    assert run(workspace, "intervention").exit_code == 2
    same = run(workspace, "changes", "--intervention", str(plan), "--json")
    assert json.loads(same.stdout) == told
    assert run(workspace, "changes", "--from", "2026-W47").exit_code == 2

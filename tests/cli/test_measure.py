"""`beleg measure`: figures for people and machines, and what it says when asked for nonsense."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from beleg.cli import main
from beleg.measure.objects import CitationRate
from beleg.records import Estimate
from beleg.store import Workspace
from beleg.tables import schema_of


@pytest.fixture(scope="module")
def folder(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shutil.copytree(sample, tmp_path_factory.mktemp("measure") / "demo")


def run(folder: Path, *arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(main, ["-C", str(folder), "measure", *arguments])
    assert result.exit_code == code, result.output
    return result.output


def rows_of(folder: Path, *arguments: str) -> list[dict]:
    return json.loads(run(folder, *arguments, "--json"))["rows"]


def test_the_summary_names_every_engine_and_house(folder: Path) -> None:
    said = run(folder)
    for words in ("openai: ", "perplexity: ", "google_ai_overview: ", "Der Anker", "Velum"):
        assert words in said
    assert "citation_rate" in said
    assert "too thin (" in said  # 45 prompts are few
    assert "kustwacht" not in said.casefold()
    assert "Rothmaler" not in said  # a group without a domain cannot be linked


def test_json_carries_the_whole_estimate_and_the_slice(folder: Path) -> None:
    found = json.loads(run(folder, "--by", "topic,language", "--subject", "Der Anker", "--json"))
    assert found["by"] == ["topic", "language"]
    assert found["measures"][0] == "CitationRate()"
    assert [step["name"] for step in found["steps"]] == ["frame", "measure"]
    for row in found["rows"]:
        assert row.keys() == {*schema_of(Estimate).names, "publisher", "asked", "language"}
        assert row["subject"] == "anker"
    assert {row["topic"] for row in found["rows"]} >= {"energy", "transport"}


def test_rows_are_what_python_gives(folder: Path) -> None:
    asked = 'CitationRate(engine="perplexity", weeks=4)'
    rows = rows_of(folder, "--measure", asked)
    same = CitationRate(engine="perplexity", weeks=4).estimate(Workspace(folder))
    assert rows == json.loads(json.dumps(same.to_dicts()))
    assert {row["asked"] for row in rows} == {asked}


def test_the_table_of_estimates_says_the_same(folder: Path) -> None:
    kept = {
        (row.subject, row.engine, row.week): (row.value, row.low, row.high)
        for row in Workspace(folder).rows(Estimate)
        if row.measure == "citation_rate" and row.week is not None
    }
    rows = rows_of(folder, "--by", "engine,week", "--measure", "citation_rate")
    assert {
        (row["subject"], row["engine"], row["week"]): (row["value"], row["low"], row["high"])
        for row in rows
    } == kept


def test_undeclared_publishers_and_every_measure_on_demand(folder: Path) -> None:
    declared = {row["subject"] for row in rows_of(folder)}
    everybody = {row["subject"] for row in rows_of(folder, "--all")}
    assert declared < everybody
    assert "answered_rate" in {row["measure"] for row in rows_of(folder, "--measure", "all")}


def test_engines_are_merged_only_by_stated_weights(folder: Path) -> None:
    assert "=" not in "".join(row["engine"] for row in rows_of(folder))
    rows = rows_of(folder, "--weights", "perplexity=0.6,openai=0.4")
    assert {row["engine"] for row in rows} == {"openai=0.4,perplexity=0.6"}
    assert {row["segment"] for row in rows} == {"all"}


def test_a_level_widens_the_intervals(folder: Path) -> None:
    narrow, wide = rows_of(folder, "--level", "0.5"), rows_of(folder, "--level", "0.99")
    for one, other in zip(narrow, wide, strict=True):
        if one["value"] is not None:
            assert other["low"] <= one["low"] <= one["high"] <= other["high"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--by", "planet"], "by == 'planet', must be among engine, language"),
        (["--measure", "citation"], "Did you mean"),
        (["--measure", "Ratio(y='a')"], "is of a data frame's columns"),
        (["--subject", "ankr"], "No publisher is called 'ankr'. Near: anker"),
        (["--weights", "bing=1"], "no answer of an engine 'bing'. Engines: google_ai_overview"),
        (["--weights", "bing"], "like perplexity=0.6,openai=0.4"),
        (["--level", "95"], "level == 95.0, must be > 0 and < 1"),
        (["--measure", "CitationRate(engine='x')"], "no answer of an engine 'x'"),
    ],
)
def test_mistakes_are_one_line_with_a_remedy(
    folder: Path, arguments: list[str], message: str
) -> None:
    assert message in run(folder, *arguments, code=1).splitlines()[-1]


def test_an_empty_workspace_says_what_to_do(tmp_path: Path) -> None:
    assert CliRunner().invoke(main, ["-C", str(tmp_path), "init"]).exit_code == 0
    assert "no answers came in yet" in run(tmp_path)
    assert rows_of(tmp_path) == []
    assert rows_of(tmp_path, "--by", "week,topic") == []

"""`beleg ground draft` and `beleg ground explain`, as they are typed."""

import json
import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from beleg.cli import main
from beleg.records import Document, Support
from beleg.store import Workspace

EXAMPLES = Path(__file__).parents[2] / "examples"
DRAFT = str(EXAMPLES / "draft.md")


def beleg(*arguments: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(main, arguments, input=stdin)


def test_a_draft_against_the_workspace(sample: Path, tmp_path: Path) -> None:
    page = tmp_path / "deep" / "check.html"
    result = beleg("-C", str(sample), "ground", "draft", DRAFT, "--html", str(page))
    assert result.exit_code == 0, result.output
    assert "supported   Das Mittagessen an den Schulen kostet vom 1. Januar" in result.stdout
    assert "conflict    Betroffen sind 25 Schulen." in result.stdout
    assert "no claim    Was bleibt den Bürgern?" in result.stdout
    assert "www.der-anker.example · Schulessen wird teurer" in result.stdout
    html = page.read_text(encoding="utf-8")
    assert '<html lang="de">' in html
    assert "Widerspruch" in html


def test_for_machines(sample: Path) -> None:
    result = beleg("-C", str(sample), "ground", "draft", DRAFT, "--json", "--strict")
    assert result.exit_code == 3  # a conflict and gaps
    checked = json.loads(result.stdout)
    text = Path(DRAFT).read_text(encoding="utf-8")
    assert [text[r["start"] : r["end"]] for r in checked["sentences"]] == [
        row["text"] for row in checked["sentences"]
    ]
    assert checked["counts"]["conflict"] >= 1
    assert sum(checked["counts"].values()) == len(checked["sentences"])


def test_against_files_without_a_workspace(tmp_path: Path) -> None:
    source = tmp_path / "notes.txt"
    source.write_text("Betroffen sind 25 Schulen in Ellerhaven.", encoding="utf-8")
    arguments = ("-C", str(tmp_path), "ground", "draft", "-", "--against", str(source), "--strict")
    result = beleg(*arguments, stdin="Betroffen sind 25 Schulen in Ellerhaven.\n")
    assert result.exit_code == 0, result.output
    assert "verbatim: notes.txt" in result.stdout
    page = EXAMPLES / "pages" / "anker"
    result = beleg(
        "-C", str(tmp_path), "ground", "draft", "-", "--against", str(page), "--json", stdin=DRAFT
    )
    assert result.exit_code == 0


def test_a_bad_file_of_a_folder_is_left_out_and_a_named_one_is_an_error(tmp_path: Path) -> None:
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "good.txt").write_text("Betroffen sind 25 Schulen.", encoding="utf-8")
    (folder / "bad.txt").write_bytes(b"\xff\xfe\xff")
    (folder / "empty.html").write_text("<p></p>", encoding="utf-8")
    arguments = ("-C", str(tmp_path), "ground", "draft", "-", "--against")
    result = beleg(*arguments, str(folder), stdin="Betroffen sind 25 Schulen.")
    assert result.exit_code == 0
    assert result.stderr.count("! left out:") == 2
    assert "1 supported" in result.stdout
    named = beleg(*arguments, str(folder / "bad.txt"), stdin="Betroffen sind 25 Schulen.")
    assert named.exit_code == 1
    assert "not UTF-8" in named.stderr


def test_files_beside_a_workspace_and_hosts_left_out(sample: Path, tmp_path: Path) -> None:
    source = tmp_path / "notes.md"
    source.write_text("Für einen Liegeplatz zahlen Segler das Doppelte.", encoding="utf-8")
    start = ("-C", str(sample), "ground", "draft", DRAFT, "--json", "--against", str(source))

    def hosts(*more: str) -> set[str]:
        rows = json.loads(beleg(*start, *more).stdout)["sentences"]
        return {found["host"] for row in rows for found in row["sources"]}

    assert hosts() == {"notes.md"}
    assert {"notes.md", "www.der-anker.example"} <= hosts("--corpus")
    assert "www.der-anker.example" not in hosts("--corpus", "--without", "der-anker.example")


def test_an_html_draft_and_a_plain_one(sample: Path, tmp_path: Path) -> None:
    page = EXAMPLES / "pages" / "anker" / "an11-muellgebuehren-2027.html"
    (own,) = re.findall(r'rel="canonical" href="([^"]+)"', page.read_text(encoding="utf-8"))
    assert own in {row.url for row in Workspace(sample).rows(Document)}
    result = beleg("-C", str(sample), "ground", "draft", str(page), "--json")
    assert "left out, for it is the draft itself" in result.stderr
    found = json.loads(result.stdout)
    assert found["counts"]["no source"]
    assert own not in {f["url"] for row in found["sentences"] for f in row["sources"]}
    plain = tmp_path / "draft.txt"
    plain.write_text("Der Mond besteht nach neuesten Messungen aus Käse.", encoding="utf-8")
    assert "no source   Der Mond" in beleg("-C", str(sample), "ground", "draft", str(plain)).stdout


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.md", b"\xff\xfe", "not UTF-8"),
        ("a.docx", b"x", ".docx is no text"),
        ("a.html", b"<p></p>", "no article text"),
        ("b.md", None, "No such file"),
    ],
)
def test_what_cannot_be_read_is_said(
    sample: Path, tmp_path: Path, name: str, data: bytes | None, message: str
) -> None:
    if data is not None:
        (tmp_path / name).write_bytes(data)
    result = beleg("-C", str(sample), "ground", "draft", str(tmp_path / name))
    assert result.exit_code == 1
    assert message in result.stderr


def test_nothing_to_check_against_is_said(tmp_path: Path) -> None:
    result = beleg("-C", str(tmp_path), "ground", "draft", DRAFT)
    assert result.exit_code == 1
    assert "--against" in result.stderr
    beleg("-C", str(tmp_path), "init")
    result = beleg("-C", str(tmp_path), "ground", "draft", DRAFT)
    assert result.exit_code == 1
    assert "nothing to check against" in result.stderr


def test_a_statement_is_explained(sample: Path) -> None:
    support = max(Workspace(sample).rows(Support), key=lambda s: s.support)
    result = beleg("-C", str(sample), "ground", "explain", support.claim_id[:10])
    assert result.exit_code == 0, result.output
    for word in ("claim    ", "passage  ", "matched  ", "points   ", "threshold"):
        assert word in result.stdout
    found = json.loads(
        beleg("-C", str(sample), "ground", "explain", support.claim_id, "--json").stdout
    )
    (row,) = found["passages"]
    for text, spans in (
        (found["claim"], row["claim_spans"]),
        (row["passage"], row["passage_spans"]),
    ):
        assert spans
        assert all(0 <= a < b <= len(text) for a, b in spans)
    total = row["intercept"] + sum(item["points"] for item in row["contributions"])
    assert total == pytest.approx(row["log_odds"])


def test_a_statement_that_is_not_there_or_not_alone(sample: Path) -> None:
    assert "No claim begins" in beleg("-C", str(sample), "ground", "explain", "zz").stderr
    assert "claims begin with ''" in beleg("-C", str(sample), "ground", "explain", "").stderr


def test_a_statement_that_nothing_supports(sample: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(sample, tmp_path / "ws"))
    with Workspace(folder, write=True) as workspace:
        none = {"supports": workspace.arrow("supports").slice(0, 0)}
        workspace.commit(none, source="ground")
        claim_id = workspace.arrow("claims")["claim_id"][0].as_py()
    result = beleg("-C", str(folder), "ground", "explain", claim_id)
    assert "no source: no passage comes near enough" in result.stdout

"""`beleg ground trace` on the sample alliance and on workspaces that hold nothing."""

import json
import shutil

import pytest
from click.testing import CliRunner

from beleg.cli import main
from beleg.records import Document, Text
from beleg.store import Workspace


def invoke(folder, *arguments):
    return CliRunner().invoke(main, ["-C", str(folder), "ground", "trace", *arguments])


@pytest.fixture
def workspace(sample, tmp_path):
    return shutil.copytree(sample, tmp_path / "ws")


def a_sentence(folder):
    """The longest line of a text of the workspace, and the text's hosts."""
    ws = Workspace(folder)
    text = max(ws.rows(Text), key=lambda t: (len(t.text), t.text_id))
    line = max(text.text.split("\n"), key=len)
    hosts = {d.host for d in ws.rows(Document) if d.text_id == text.text_id}
    return max(line.split(". "), key=len), hosts


def test_a_sentence_of_a_page_is_traced_to_it(workspace):
    sentence, hosts = a_sentence(workspace)
    found = json.loads(invoke(workspace, "--json", sentence).stdout)
    assert found["statement"] == sentence
    best = found["passages"][0]
    assert best["kind"] == "verbatim"
    assert hosts <= {place["host"] for place in best["places"]}
    assert any(place["earliest"] for place in best["places"])
    shown = invoke(workspace, "--limit", "1", sentence).output
    assert "verbatim" in shown
    assert all(host in shown for host in hosts)


def test_the_index_is_laid_out_once_and_anew_when_texts_change(workspace):
    sentence, _ = a_sentence(workspace)
    first = invoke(workspace, "--json", sentence).stdout
    (folder,) = (workspace / "cache").iterdir()
    written = {file.name: file.stat().st_mtime_ns for file in folder.iterdir()}
    assert invoke(workspace, "--json", sentence).stdout == first
    assert {file.name: file.stat().st_mtime_ns for file in folder.iterdir()} == written
    page = workspace.parent / "new.html"
    page.write_text(
        "<html><head><title>Neu</title><link rel='canonical' "
        "href='https://neu.example/a'></head><body><article><p>Am Hafen von Lindau eröffnete "
        "gestern ein Museum für Leuchttürme mit siebzig Modellen.</p><p>Es ist das erste seiner "
        "Art am See, sagte die Leiterin vor vielen Gästen.</p></article></body></html>"
    )
    arguments = ["-C", str(workspace), "collect", "pages", str(page)]
    assert CliRunner().invoke(main, arguments).exit_code == 0
    found = invoke(workspace, "--json", "Ein Museum für Leuchttürme eröffnete am Hafen von Lindau")
    assert "Leuchttürme" in json.loads(found.stdout)["passages"][0]["passage"]
    assert len(list((workspace / "cache").iterdir())) == 1
    assert not folder.exists()


def test_an_unknown_statement_is_said(workspace):
    result = invoke(workspace, "Quastenflosser tanzen selten Walzer")
    assert result.exit_code == 0
    assert "No passage of" in result.output
    assert json.loads(invoke(workspace, "--json", "Quastenflosser").stdout)["passages"] == []


def test_a_statement_without_words_is_refused(workspace):
    result = invoke(workspace, "…!")
    assert result.exit_code == 1
    assert "holds no word" in result.output


def test_an_empty_workspace_says_what_to_do(tmp_path):
    assert CliRunner().invoke(main, ["-C", str(tmp_path), "init"]).exit_code == 0
    result = invoke(tmp_path, "Irgendetwas")
    assert result.exit_code == 1
    assert "beleg collect" in result.output
    assert not (tmp_path / "cache").exists()

"""``beleg forget`` on the command line: what it lists, asks, refuses and prints."""

import hashlib
import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from beleg.cli import main
from beleg.errors import InputError
from beleg.prove import journal
from beleg.prove.commitments import to_canonical
from beleg.records import Document
from beleg.store import Workspace
from beleg.targets import Known, find_target


@pytest.fixture
def folder(sample, tmp_path):
    return Path(shutil.copytree(sample, tmp_path / "alliance"))


def forget(folder, *arguments, answer=None):
    return CliRunner().invoke(main, ["-C", str(folder), "forget", *arguments], input=answer)


def list_files(folder):
    return {p: p.read_bytes() for p in folder.rglob("*") if p.is_file() and p.name != ".lock"}


def test_a_dry_run_lists_and_changes_nothing(folder):
    before = list_files(folder)
    result = forget(folder, "kontor", "--dry-run")
    assert result.exit_code == 0, result.output
    assert "Nothing was changed." in result.output
    assert "kontor-kurs.example" in result.output
    assert "the secret that salted pot press-2026-q4" in result.output
    said = json.loads(forget(folder, "kontor", "--dry-run", "--json").stdout)
    assert said["done"] is False
    assert {row["kind"] for loss in said["statements"] for row in loss["openings"]} >= {
        "publisher",
        "rightsholder",
    }
    assert list_files(folder) == before


def test_it_asks_and_takes_no_for_an_answer(folder):
    before = list_files(folder)
    result = forget(folder, "kontor", answer="n\n")
    assert result.exit_code == 1
    assert "This cannot be undone" in result.output
    assert list_files(folder) == before
    result = forget(folder, "kontor", "--json")
    assert result.exit_code == 2
    assert list_files(folder) == before


def test_a_document_by_its_address(folder):
    documents = Workspace(folder).rows(Document)
    url = next(d.canonical_url for d in documents if d.kind == "article")
    result = forget(folder, url, "--yes", "--json")
    assert result.exit_code == 0, result.output
    said = json.loads(result.stdout)
    ids = {d.document_id for d in documents if d.canonical_url == url}
    assert {row["document_id"] for row in said["documents"]} == ids
    assert said["done"] is True
    (told,) = said["journal"]
    entry = journal.read_entries(folder / "ledger")[-1]
    assert (entry["type"], entry["kind"]) == ("forget", "document")
    assert entry["what"] == told["what"]
    assert told["salt"] not in "".join(map(str, list_files(folder).values()))
    again = forget(folder, url, "--yes")
    assert again.exit_code == 0
    assert "Nothing is left to forget" in again.output


def test_unknown_and_ambiguous_names_are_told(folder):
    result = forget(folder, "kontr", "--yes")
    assert result.exit_code == 1
    assert "kontor" in result.output
    documents = Workspace(folder).rows(Document)
    known = Known(documents, [], [], [])
    first = min(d.document_id for d in documents)
    assert find_target(first[:8], known).documents == {first}
    twins = [
        Document(**{f: getattr(documents[0], f) for f in Document.__slots__} | {"document_id": i})
        for i in ("abcdef01" + "0" * 24, "abcdef02" + "0" * 24)
    ]
    with pytest.raises(InputError, match="ambiguous"):
        find_target("abcdef", Known(twins, [], [], []))


def test_the_salt_proves_what_was_forgotten(folder):
    said = json.loads(forget(folder, "zwoelf-freie", "--yes", "--json").stdout)
    (told,) = said["journal"]
    (target,) = said["targets"]
    assert target["kind"] == "person"
    content = to_canonical({"id": told["name"], "kind": "person", "text": told["name"]})
    assert hashlib.sha256(bytes.fromhex(told["salt"]) + content).hexdigest() == told["what"]

"""A statement that is up to date is left alone, and nothing else is."""

import pytest

from beleg.prove import upkeep
from beleg.prove.statements import read_root
from beleg.share import share
from beleg.store import Workspace, create_workspace
from oracles import settlement as world

FOLDER = "statements/2026-11/licence"


@pytest.fixture
def place(tmp_path):
    create_workspace(tmp_path, "")
    return tmp_path


def write(place, tables, *, force=False):
    with Workspace(place, write=True) as ws:
        return upkeep.write_statement(ws, "licence", place / FOLDER, tables, force=force)


def stamp(place):
    """Tell one writing of the folder from another."""
    return (place / FOLDER).stat().st_ino


@pytest.fixture
def written(place):
    tables = world.settle(share, world.rows())
    assert write(place, tables) == []
    return tables


def count_writes(monkeypatch):
    calls = []
    true = upkeep.write_statements
    monkeypatch.setattr(
        upkeep, "write_statements", lambda *a, **k: calls.append(k["pot_id"]) or true(*a, **k)
    )
    return calls


def test_what_is_up_to_date_is_left_alone(place, written, monkeypatch):
    calls, before = count_writes(monkeypatch), stamp(place)
    assert write(place, written) == []
    assert (calls, stamp(place)) == ([], before)
    assert write(place, written, force=True) == []
    assert calls == ["licence"]
    assert not list(place.glob("superseded/*"))


@pytest.mark.parametrize("name", ["payouts.csv", "manifest.json", "README.txt"])
def test_a_damaged_file_is_written_anew(name, place, written):
    file, root = place / FOLDER / name, read_root(place / FOLDER)
    whole = file.read_bytes()
    damaged = whole.replace(b"a", b"b", 1)
    file.write_bytes(damaged)
    write(place, written)
    assert file.read_bytes() == whole
    assert read_root(place / FOLDER) == root


def test_a_missing_and_an_added_file_are_seen(place, written):
    for change in (
        lambda: next((place / FOLDER).glob("*.pdf")).unlink(),
        lambda: (place / FOLDER / "note.txt").write_text("x"),
    ):
        before = sorted(path.name for path in (place / FOLDER).iterdir())
        change()
        write(place, written)
        assert sorted(path.name for path in (place / FOLDER).iterdir()) == before


def test_other_code_and_another_secret_make_it_due(place, written, monkeypatch):
    calls = count_writes(monkeypatch)
    monkeypatch.setattr(upkeep, "fingerprint_code", lambda: "another")
    assert write(place, written) == []
    assert calls == ["licence"]
    with Workspace(place, write=True) as ws:
        ws.forget_secret("licence")
    (note,) = write(place, written)  # salted anew, it has another root
    assert "is now in superseded/" in note
    assert len(calls) == 2


def test_without_the_note_it_is_written_anew(place, written, monkeypatch):
    calls = count_writes(monkeypatch)
    (place / "kept" / "statements" / "licence.txt").unlink()
    write(place, written)
    assert calls == ["licence"]

"""Openings go out of statements: the root and every sum stay, and the check still holds."""

import csv
import io
import json
import os
import shutil

import pytest
from hypothesis import given, settings, strategies as st

from beleg.prove.forget import end_swaps, find_losses, forget_openings
from beleg.prove.statements import build_files, read_root, write_statements
from beleg.prove.verify import verify
from beleg.records import Document, Forgotten, Passage, Text
from beleg.share import share
from beleg.tables import from_arrow, to_arrow
from oracles import settlement as world


@pytest.fixture(scope="module")
def settled():
    return world.settle(share, world.rows())


@pytest.fixture
def folder(settled, tmp_path):
    place = tmp_path / "statements"
    return write_statements(place, settled, pot_id="licence", salt_key=world.KEY)


def openings(folder):
    return [json.loads(line) for line in (folder / "texts.jsonl").read_bytes().splitlines()]


def forget(workspace, wanted):
    losses = find_losses(workspace, wanted)
    for loss in losses:
        forget_openings(loss)
    return losses


def content(folder):
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


@pytest.mark.parametrize("kind", ["passage", "publisher", "rightsholder", "claim", "prompt"])
def test_what_is_forgotten_is_gone_and_the_statement_holds(folder, tmp_path, kind):
    root = read_root(folder)
    ledger = (folder / "ledger.jsonl").read_bytes()
    one = next(row for row in openings(folder) if row["kind"] == kind)
    assert one["salt"].encode() in content(folder)
    (loss,) = forget(tmp_path, lambda row: row.commitment == one["commitment"])
    assert [row.commitment for row in loss.openings] == [one["commitment"]]
    assert one["salt"].encode() not in content(folder)
    assert (folder / "ledger.jsonl").read_bytes() == ledger
    assert openings(folder)[-1] == {
        "commitment": one["commitment"],
        "forgotten": True,
        "kind": kind,
    }
    report = verify(folder, root)
    assert report.ok, report.findings
    assert report.figures[str(folder)]["n_forgotten"] == 1
    assert find_losses(tmp_path, lambda row: row.commitment == one["commitment"]) == []


@given(data=st.data())
@settings(max_examples=25, deadline=None)
def test_any_set_in_any_order_holds(settled, tmp_path_factory, data):
    place = tmp_path_factory.mktemp("any")
    folder = write_statements(place, settled, pot_id="licence", salt_key=world.KEY)
    root, names = read_root(folder), [row["commitment"] for row in openings(folder)]
    for some in data.draw(st.lists(st.sets(st.sampled_from(names)), min_size=1, max_size=3)):
        forget(place, lambda row, some=some: row.commitment in some)
    assert verify(folder, root).ok
    shutil.rmtree(place)


def test_pages_that_show_it_go_and_the_others_stay(folder, tmp_path):
    told = {
        path.name[:22]: {row["commitment"] for row in json.loads(path.read_bytes())["texts"]}
        for path in folder.glob("payee-*.json")
    }
    one = next(
        name
        for name in set().union(*told.values())
        if sum(name in texts for texts in told.values()) == 1
    )
    forget(tmp_path, lambda row: row.commitment == one)
    for stem, texts in told.items():
        pages = {path.suffix for path in folder.glob(f"{stem}.*")} - {".json"}
        assert pages == (set() if one in texts else {".csv", ".html", ".pdf"})
    gone = json.loads((folder / "manifest.json").read_bytes())["forgotten"]
    assert len(gone) == 5  # a table, and pages of two kinds in two languages
    assert all(one in told[name[:22]] for name in gone)


def test_payouts_lack_the_names_and_keep_the_sums(folder, tmp_path):
    def read():
        text = (folder / "payouts.csv").read_bytes().decode()
        return list(csv.DictReader(io.StringIO(text, newline="")))

    before = read()
    (payee,) = {row["payee"] for row in before if row["payee_id"] == "autorin"}
    forget(tmp_path, lambda row: row.kind == "rightsholder" and row.id == "autorin")
    for old, new in zip(before, read(), strict=True):
        gone = {"payee_id": "", "payee_name": ""} if old["payee"] == payee else {}
        assert new == old | gone


def test_links_are_never_written_through(folder, tmp_path):
    elsewhere = tmp_path.parent / f"{tmp_path.name}-linked"
    shutil.copytree(folder, elsewhere, copy_function=os.link)
    before = content(elsewhere)
    forget(tmp_path, lambda row: row.kind == "passage")
    assert content(elsewhere) == before
    assert verify(folder).ok


def test_what_a_member_was_handed_inside_the_workspace_is_found(folder, tmp_path):
    payee = min(folder.glob("payee-*.json"))
    handed = tmp_path / "exports" / "member"
    handed.mkdir(parents=True)
    for path in folder.glob(f"{payee.stem}.*"):
        shutil.copy(path, handed)
    shutil.copy(folder / "README.txt", handed)
    assert verify(handed).ok
    one = json.loads(payee.read_bytes())["texts"][0]
    losses = forget(tmp_path, lambda row: row.commitment == one["commitment"])
    assert handed in {loss.folder for loss in losses}
    assert one["salt"].encode() not in content(handed)
    assert verify(handed).ok, verify(handed).findings
    assert {path.name for path in handed.iterdir()} == {payee.name, "README.txt"}


@pytest.mark.parametrize("moved", [False, True])
def test_a_swap_that_was_killed_is_ended(folder, moved):
    root = read_root(folder)
    aside = folder.parent / f".{folder.name}.aside-x"
    (aside / "new").mkdir(parents=True)
    for path in folder.iterdir():
        shutil.copy(path, aside / "new")
    if moved:
        folder.rename(aside / "old")
    end_swaps(folder.parent)
    assert not aside.exists()
    assert read_root(folder) == root


def test_the_next_statement_keeps_the_commitment_and_opens_nothing(settled, folder, tmp_path):
    """Of what was forgotten; another secret salts all the rest anew."""
    documents = from_arrow(settled["documents"], Document)
    passages = {p.passage_id: p.document_id for p in from_arrow(settled["passages"], Passage)}
    opened = {row["id"]: row for row in openings(folder) if row["kind"] == "passage"}
    gone = passages[min(opened)]
    lost = {name for name in opened if passages[name] == gone}
    texts = {d.text_id for d in documents if d.document_id == gone}
    at = documents[0].first_seen_at
    rows = [Forgotten(None, "document", gone, None, at)]
    first = min(lost)
    rows.append(Forgotten("licence", "passage", first, opened[first]["commitment"], at))
    kept = [row for row in from_arrow(settled["texts"], Text) if row.text_id not in texts]
    tables = {
        **settled,
        "texts": to_arrow(kept, Text),
        "forgotten": to_arrow(rows, Forgotten),
    }
    files = build_files(tables, "licence", b"new")
    assert files["payouts.csv"] != b""
    place = tmp_path / "2026-11" / "licence"
    place.mkdir(parents=True)
    for name, data in files.items():
        (place / name).write_bytes(data)
    assert verify(place).ok, verify(place).findings
    silent = {row["commitment"] for row in openings(place) if "forgotten" in row}
    assert opened[first]["commitment"] in silent
    assert len(silent) == len(lost)
    for name in lost:
        assert opened[name]["text"].encode() not in b"".join(files.values())

"""The files of a statement: what they say, what they keep to themselves, how they are written."""

import csv
import io
import json
from dataclasses import replace
from fractions import Fraction

import pytest

from beleg.errors import InputError, StoreError
from beleg.prove.commitments import commit
from beleg.prove.merkle import holds_inclusion
from beleg.prove.statements import build_files, read_root, write_statements
from beleg.records import Level
from beleg.share import share
from beleg.tables import from_arrow
from oracles import settlement as world


@pytest.fixture(scope="module")
def settled():
    return world.settle(share, world.rows())


@pytest.fixture(scope="module")
def files(settled):
    return build_files(settled, "licence", world.KEY)


def receipts(files):
    found = [json.loads(data) for name, data in files.items() if name.startswith("payee-")]
    by_id = {}
    for receipt in found:
        names = {row["commitment"]: row for row in receipt["texts"]}
        by_id[names[receipt["payee"]]["id"]] = receipt
    return by_id


def test_the_same_input_gives_the_same_bytes(settled, files):
    assert build_files(settled, "licence", world.KEY) == files
    other = build_files(settled, "licence", b"another secret")
    assert other["ledger.jsonl"] != files["ledger.jsonl"]


def test_the_ledger_holds_no_text_and_no_name(files):
    ledger = files["ledger.jsonl"].decode()
    for secret in ("Anker", "anker", "bote", "Erika", "Aussage", "Frage", "Wörter"):
        assert secret not in ledger
        assert secret in files["texts.jsonl"].decode()


def test_salts_depend_on_everything_they_are_drawn_from():
    rows = [
        commit(b"key", "pot", "claim", "1", "text"),
        commit(b"kez", "pot", "claim", "1", "text"),
        commit(b"key", "pit", "claim", "1", "text"),
        commit(b"key", "pot", "claim", "2", "text"),
        commit(b"key", "pot", "prompt", "1", "text"),
    ]
    assert len({row.salt for row in rows}) == len(rows)
    again = commit(b"key", "pot", "claim", "1", "changed")
    assert again.salt == rows[0].salt
    assert again.commitment != rows[0].commitment


def test_a_receipt_by_hand(files):
    anker = receipts(files)["anker"]
    (payout,) = [row for row in anker["entries"] if row["entry"]["type"] == "payout"]
    assert payout["entry"]["paid_minor"] == "3375"
    parts = {row["claim"]["claim"]: list(row["parts"].values()) for row in anker["claims"]}
    # .30 * .75 / 2 and 1.00 * .45 / 2, see tests/oracles/settlement.py.
    assert parts == {"a1-1": ["9/80"], "b1-1": ["9/40"]}
    assert sum(Fraction(*values) for values in parts.values()) == world.SHARES["anker"]


def test_a_receipt_opens_its_own_and_hides_rivals(files):
    anker = json.dumps(receipts(files)["anker"], ensure_ascii=False)
    assert "Wörter von a" in anker
    assert "Der Anker" in anker
    assert "Erste Aussage von b1" in anker
    for rival in ("Bote", "bote", "Wörter von b", "Fern", "von a2"):
        assert rival not in anker
    assert '"support": 5000' in anker  # the rival's number is there


def test_inclusion_proofs_hold(files):
    lines = files["ledger.jsonl"].splitlines()
    root = bytes.fromhex(json.loads(files["manifest.json"])["root"])
    for receipt in receipts(files).values():
        assert {row["entry"]["type"] for row in receipt["entries"]} == {"share", "payout"}
        for row in receipt["entries"]:
            path = [bytes.fromhex(node) for node in row["proof"]]
            entry = lines[row["index"]]
            assert json.loads(entry) == row["entry"]
            assert holds_inclusion(entry, row["index"], receipt["tree_size"], path, root)


def test_the_csv_lists_payouts_and_lines(files):
    rows = list(csv.DictReader(io.StringIO(files["payouts.csv"].decode())))
    assert [(r["payee_name"], r["publisher_id"], r["assigned_minor"]) for r in rows[-2:]] == [
        ("", "fern", "2250"),
        ("", "", "2000"),
    ]
    # A name that a spreadsheet would take for a formula is disarmed.
    assert "'=Erika Autorin" in {row["payee_name"] for row in rows}
    assert sum(int(row["assigned_minor"]) for row in rows) == 10_000


def test_one_rightsholder_of_two_publishers_gets_one_receipt():
    entitlements = [world.entitle("anker", "autorin"), world.entitle("bote", "autorin")]
    found = build_files(
        world.settle(share, world.rows(entitlements=entitlements)), "licence", world.KEY
    )
    (receipt,) = receipts(found).values()
    assert len(receipt["entries"]) == 4
    assert len(receipt["claims"]) == 3


def test_owners_play_with_the_passages_of_their_titles():
    base = world.rows()
    rows = world.rows(
        pots=[replace(world.POT, level=Level.COMPANY)],
        publishers=[*base["publishers"], world.publisher("haus", level=Level.COMPANY)],
        ownerships=[world.own("anker", "haus"), world.own("bote", "haus")],
        entitlements=[world.entitle("haus", "bote")],
    )
    found = receipts(build_files(world.settle(share, rows), "licence", world.KEY))
    assert "Wörter von a" in json.dumps(found["bote"], ensure_ascii=False)


def test_statements_are_written_where_they_belong(settled, files, tmp_path):
    folder = write_statements(tmp_path, settled, pot_id="licence", salt_key=world.KEY)
    assert folder == tmp_path / "2026-11" / "licence"
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == files
    assert [path.name for path in (tmp_path / "2026-11").iterdir()] == ["licence"]
    assert read_root(folder) == json.loads(files["manifest.json"])["root"]
    assert read_root(tmp_path) is None


def test_another_statement_is_replaced_only_where_allowed(settled, tmp_path):
    folder = write_statements(tmp_path, settled, pot_id="licence", salt_key=world.KEY)
    before = read_root(folder)
    same = write_statements(tmp_path, settled, pot_id="licence", salt_key=world.KEY, replace=False)
    assert same == folder
    with pytest.raises(StoreError, match="another statement"):
        write_statements(tmp_path, settled, pot_id="licence", salt_key=b"new", replace=False)
    assert read_root(folder) == before
    write_statements(tmp_path, settled, pot_id="licence", salt_key=b"new")
    assert read_root(folder) != before
    assert [path.name for path in (tmp_path / "2026-11").iterdir()] == ["licence"]


def test_what_a_killed_writer_left_is_swept(settled, tmp_path):
    left = tmp_path / "2026-11" / ".licence.aside-x" / "new"
    left.mkdir(parents=True)
    (left / "ledger.jsonl").write_text("half")
    folder = write_statements(tmp_path, settled, pot_id="licence", salt_key=world.KEY)
    assert list(folder.parent.iterdir()) == [folder]


def test_pots_that_cannot_be_written(settled, tmp_path):
    with pytest.raises(InputError, match="no pot 'other'"):
        build_files(settled, "other", world.KEY)
    refused = world.settle(share, world.rows(pots=[replace(world.POT, rule="equal")]))
    with pytest.raises(InputError, match="is not settled"):
        build_files(refused, "licence", world.KEY)
    odd = world.settle(share, world.rows(pots=[replace(world.POT, pot_id="../up")]))
    with pytest.raises(InputError, match="cannot name a folder"):
        write_statements(tmp_path, odd, pot_id="../up", salt_key=world.KEY)
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="file"):
        write_statements(tmp_path / "file", settled, pot_id="licence", salt_key=world.KEY)


def test_tables_of_different_runs_are_told(settled):
    for name, message in (("supports", "no passage of"), ("texts", "has no text")):
        with pytest.raises(InputError, match=message):
            build_files({**settled, name: settled[name].slice(0, 0)}, "licence", world.KEY)
    assert from_arrow(settled["pots"], type(world.POT))[0] == world.POT

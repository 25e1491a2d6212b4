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
from beleg.records import Level, Rightsholder, Support
from beleg.share import share
from beleg.tables import to_arrow
from oracles import settlement as world


@pytest.fixture(scope="module")
def settled():
    return world.settle(share, world.rows())


@pytest.fixture(scope="module")
def files(settled):
    return build_files(settled, "licence", world.KEY)


def receipts(files):
    found = [json.loads(data) for name, data in files.items() if name.endswith(".json")]
    found = [receipt for receipt in found if "payee" in receipt]
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
        kinds = {row["entry"]["type"] for row in receipt["entries"]}
        assert kinds == {"format", "pot", "entitlement", "share", "payout", "file"}
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


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_no_cell_of_the_csv_is_run_as_a_formula(first):
    holder = f'{first}cmd|" /C calc"!A0'
    base = world.rows()
    base["publishers"][0] = replace(base["publishers"][0], name=f"{first}1+1")
    rows = {
        **base,
        "rightsholders": [Rightsholder(holder, f"{first}HYPERLINK(1)", True)],
        "entitlements": [world.entitle("anker", holder)],
    }
    found = build_files(world.settle(share, rows), "licence", world.KEY)
    data = found["payouts.csv"].decode()
    cells = next(csv.DictReader(io.StringIO(data, newline="")))
    assert cells["payee_id"] == f"'{holder}"
    assert cells["payee_name"] == f"'{first}HYPERLINK(1)"
    assert cells["publisher_name"] == f"'{first}1+1"
    assert cells["publisher_id"] == "anker"
    # What begins with a minus besides is a number.
    for row in csv.reader(io.StringIO(data, newline="")):
        armed = [cell for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))]
        assert all(cell.removeprefix("-").isdigit() for cell in armed)


def test_the_passage_that_share_chose_is_the_one_that_is_shown(settled):
    """Two passages of one publisher carry a claim equally well: the smaller id is named."""
    base = world.rows()
    twin = replace(base["passages"][0], passage_id="passage aaa", start=13, end=20)
    supports = [
        *base["supports"],
        replace(world.support("a1-1", "anker", 10_000), passage_id="passage aaa"),
    ]
    rows = world.rows(passages=[*base["passages"], twin], supports=supports)
    tables = world.settle(share, rows)
    chosen = {
        (row["claim_id"], row["publisher_id"]): row["passage_id"]
        for row in tables["stakes"].to_pylist()
    }
    assert chosen["a1-1", "anker"] == "passage aaa"
    assert chosen["b1-1", "anker"] == "passage anker"
    anker = receipts(build_files(tables, "licence", world.KEY))["anker"]
    words = {row["commitment"]: row["text"] for row in anker["texts"]}
    shown = {
        row["claim"]["claim"]: words[stake["passage"]]
        for row in anker["claims"]
        for stake in row["stakes"]
        if stake["passage"] in words
    }
    assert shown == {"a1-1": "ker, di", "b1-1": "Wörter von a"}
    assert tables["payouts"] == settled["payouts"]


def test_one_rightsholder_of_two_publishers_gets_one_receipt():
    entitlements = [world.entitle("anker", "autorin"), world.entitle("bote", "autorin")]
    found = build_files(
        world.settle(share, world.rows(entitlements=entitlements)), "licence", world.KEY
    )
    (receipt,) = receipts(found).values()
    assert [row["entry"]["type"] for row in receipt["entries"]] == [
        "format", "pot", "entitlement", "entitlement", "share", "share", "payout", "payout",
        *["file"] * 7,
    ]  # fmt: skip
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
    for name, message in (
        ("supports", "does not support claim a1-1 as its stake says"),
        ("passages", "is not there"),
        ("documents", "has no text"),
        ("texts", "has no text"),
    ):
        with pytest.raises(InputError, match=message):
            build_files({**settled, name: settled[name].slice(0, 0)}, "licence", world.KEY)
    # The passage is there, and supports the claim otherwise by now.
    other = [replace(row, support=6_000) for row in world.rows()["supports"]]
    grounded = {**settled, "supports": to_arrow(other, Support)}
    with pytest.raises(InputError, match="Share again"):
        build_files(grounded, "licence", world.KEY)


def test_a_stake_may_count_less_than_its_passage_carries(settled):
    # What repeats an origin's text counts no more than the origin's own page does.
    higher = [replace(row, support=10_000) for row in world.rows()["supports"]]
    tables = {**settled, "supports": to_arrow(higher, Support)}
    assert "ledger.jsonl" in build_files(tables, "licence", world.KEY)

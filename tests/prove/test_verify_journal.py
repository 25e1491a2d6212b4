"""A journal is checked by its files and a key from outside; every forgery here is one to find."""

import json
import random
import shutil

import pytest

from beleg.prove import checkpoints, journal, keys
from beleg.prove.checkpoints import record, rotate
from beleg.prove.journal import append, make_entry, read_entries
from beleg.prove.merkle import root_of
from beleg.prove.verify_journal import list_roots, verify

AT, HASH = "2026-11-01T00:00:00Z", "ab" * 32


def statement(root, supersedes=None, pot="press", size=3, at=AT):
    values = {"pot_id": pot, "period": "2026-Q4", "tree_size": size}
    return make_entry("statement", at, **values, root=root, supersedes=supersedes)


def appeal(n, at=AT):
    values = {"pot_id": "press", "claim_id": "0" * 32, "support": 9000, "passage_id": None}
    ids = {"appeal_id": f"{n:032x}", "publisher": HASH, "reason": HASH}
    return make_entry("appeal", at, **values, **ids)


def post(n):
    return make_entry("appeal_posted", AT, appeal_id=f"{n:032x}", by=None)


def lay_statement(place, pot="press", extra=b""):
    """Lay the ledger of a statement into a workspace; return its root."""
    folder = place / "statements" / "2026-Q4" / pot
    folder.mkdir(parents=True, exist_ok=True)
    head = json.dumps({"period": "2026-Q4", "pot_id": pot, "type": "pot"}, separators=(",", ":"))
    lines = [b'{"type":"format"}', head.encode(), b'{"type":"share"}' + extra]
    (folder / "ledger.jsonl").write_bytes(b"".join(line + b"\n" for line in lines))
    return root_of(lines).hex()


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A workspace whose journal was written in one second."""
    monkeypatch.setattr(journal, "now", lambda: checkpoints.parse_time(AT))
    root = lay_statement(tmp_path)
    record(tmp_path, [statement("0" * 64)])
    record(tmp_path, [appeal(1), appeal(2), post(1)])
    record(tmp_path, [statement(root, "0" * 64)])
    return tmp_path


@pytest.fixture
def key(place):
    return checkpoints.current_key(place)[1]


def sign_anew(place, entries, *, key=None):
    """Write a journal anew with one checkpoint, by the workspace's own key: a forger inside."""
    shutil.rmtree(place / "ledger")
    append(place / "ledger", entries)
    checkpoints._sign(place, key or keys.open_key(place / keys.SECRET), entries[-1]["at"])


def test_what_is_recorded_holds(place, key):
    findings, figures = verify(place / "statements", key)
    assert findings == []
    assert (figures["size"], figures["checkpoints"], figures["statements"]) == (6, 3, 1)
    assert verify(place, key)[0] == []
    assert verify(place / "statements" / "2026-Q4" / "press", key)[0] == []
    assert verify(place, key.upper())[0] == []


def test_roots_are_those_of_the_tree():
    lines = [bytes([n]) * n for n in range(20)]
    assert list_roots(lines) == [root_of(lines[:n]).hex() for n in range(21)]


def test_another_key_is_told(place):
    (finding,) = verify(place, "00" * 32)[0]
    assert "signed by other keys than the one that you named" in finding


def test_a_journal_signed_by_a_stranger_is_found(place, key):
    entries = [row for row in read_entries(place / "ledger") if row["type"] != "key"]
    stranger = keys.create_key()
    first = keys.introduce_key(stranger, AT, root_of([]).hex(), None)
    sign_anew(place, [first, *entries], key=stranger)
    assert any("other keys" in text for text in verify(place, key)[0])


def test_every_changed_byte_is_found(place, key):
    chance = random.Random(3)
    for name in ("journal.jsonl", "checkpoints.jsonl"):
        file = place / "ledger" / name
        data = file.read_bytes()
        for at in range(0, len(data), 7):
            changed = bytearray(data)
            changed[at] ^= 1 << chance.randrange(8)
            file.write_bytes(bytes(changed))
            assert verify(place, key)[0], (name, at)
        file.write_bytes(data)
    file = place / "statements" / "2026-Q4" / "press" / "ledger.jsonl"
    data = file.read_bytes()
    for at in range(len(data)):
        file.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        assert verify(place, key)[0], at


def test_garbage_never_breaks_the_check(place, key):
    for name in ("journal.jsonl", "checkpoints.jsonl"):
        file = place / "ledger" / name
        data = file.read_bytes()
        for junk in (b"", b"null\n", b"[]\n", b'"x"\n', b"{}\n", b"1\n", b"[" * 9999, b"\xff\n"):
            file.write_bytes(junk)
            assert verify(place, key)[0]
            file.write_bytes(data + junk)
            assert bool(verify(place, key)[0]) == bool(junk)
        file.write_bytes(data)
    for junk in (b"null", b"[]", b"{}", b"x", b'{"size":1}'):
        assert verify(place, key, junk)[0]
    assert verify(place, "no key")[0]


@pytest.mark.parametrize("gone", ["journal.jsonl", "checkpoints.jsonl"])
def test_a_missing_file_is_told(place, key, gone):
    (place / "ledger" / gone).unlink()
    assert "cannot be read" in verify(place, key)[0][0]
    shutil.rmtree(place / "ledger")
    assert "no folder ledger/" in verify(place, key)[0][0]


def test_an_unsigned_rest_is_told(place, key):
    append(place / "ledger", [post(2)])
    (finding,) = verify(place, key)[0]
    assert "speaks for 6 of 7 entries" in finding


class TestWhatEntriesSay:
    """The workspace's own key signs all of these: only what they say gives them away."""

    def test_two_roots_for_one_period(self, place, key):
        record(place, [statement(HASH)])
        found = verify(place, key)[0]
        assert any("pot press has a second root" in text for text in found)

    def test_a_supersession_of_something_else(self, place, key):
        record(place, [statement(HASH, "0" * 64)])
        assert any("has a second root" in text for text in verify(place, key)[0])

    def test_a_statement_after_the_close_and_a_second_close(self, place, key):
        root = lay_statement(place)
        values = {"pot_id": "press", "period": "2026-Q4", "payouts": HASH}
        close = make_entry("close", AT, **values, root=root)
        record(place, [close])
        assert verify(place, key)[0] == []
        record(place, [statement(HASH, root), close])
        found = " ".join(verify(place, key)[0])
        assert "has a second root" in found
        assert "it was closed" in found
        assert "closes pot press twice" in found

    @pytest.mark.parametrize("rows", [[post(1)], [post(9)], [post(2), post(2)], [appeal(1)]])
    def test_an_appeal_decided_twice_or_never_opened(self, place, key, rows):
        record(place, rows)
        found = verify(place, key)[0]
        assert any("is not open, or is opened twice" in text for text in found)

    def test_an_entry_dated_before_what_was_signed(self, place, key):
        values = {"pot_id": "press", "series": None, "period": "2026-Q4", "frame": HASH}
        record(place, [make_entry("frame", "2026-10-01T00:00:00Z", **values)])
        found = verify(place, key)[0]
        assert any("dated 2026-10-01T00:00:00Z, before the line above it" in t for t in found)
        assert any("an entry is back-dated" in text for text in found)

    def test_a_statement_that_the_journal_does_not_have(self, place, key):
        lay_statement(place, "other")
        (finding,) = verify(place, key)[0]
        assert "the journal has no statement of pot other" in finding
        shutil.rmtree(place / "statements" / "2026-Q4" / "other")
        lay_statement(place, extra=b" ")
        assert "cannot be read" in (found := verify(place, key)[0][0]) or "canonical" in found

    def test_a_superseded_statement_is_not_the_pots(self, place, key):
        old = place / "statements" / "2026-Q4" / "press"
        kept = place / "superseded" / "2026-Q4" / "press-0"
        shutil.copytree(old, kept)
        root = lay_statement(place)
        lines = (old / "ledger.jsonl").read_bytes() + b'{"type":"z"}\n'
        (old / "ledger.jsonl").write_bytes(lines)
        new = list_roots(lines.splitlines())[-1]
        state = checkpoints.open_state(place)
        row = statement(new, root, size=4, at=checkpoints.stamp(state))
        record(place, [row])
        assert verify(place, key)[0] == []  # what lies in superseded/ claims nothing
        (finding,) = verify(kept, key)[0]
        assert f"its root is {root}; the journal has {new}" in finding


class TestEarlierCheckpoints:
    def test_a_later_journal_goes_on_from_it(self, place, key):
        for line in (place / "ledger" / "checkpoints.jsonl").read_bytes().splitlines():
            assert verify(place, key, line)[0] == []

    def test_a_journal_that_was_rewritten_is_found(self, place, key):
        kept = (place / "ledger" / "checkpoints.jsonl").read_bytes().splitlines()[1]
        entries = read_entries(place / "ledger")
        del entries[3]  # the second appeal was never opened
        sign_anew(place, entries)
        assert verify(place, key)[0] == []  # it is whole in itself
        (finding,) = verify(place, key, kept)[0]
        assert "the first 5 entries were others: the journal was rewritten" in finding

    def test_a_journal_that_was_cut_is_found(self, place, key):
        kept = (place / "ledger" / "checkpoints.jsonl").read_bytes().splitlines()[-1]
        sign_anew(place, read_entries(place / "ledger")[:5])
        found = verify(place, key, kept)[0]
        assert any("speaks for 6 entries, and the journal has 5" in text for text in found)

    def test_a_checkpoint_of_another_journal_or_with_another_signature(self, place, key):
        line = (place / "ledger" / "checkpoints.jsonl").read_bytes().splitlines()[0]
        row = json.loads(line)
        for change, said in (
            ({"origin": "0" * 32}, "of another journal"),
            ({"time": "2026-11-01T00:00:01Z"}, "is not signed by key"),
            ({"key_id": "0" * 16}, "is not signed by key"),
        ):
            forged = json.dumps({**row, **change}, sort_keys=True, separators=(",", ":"))
            found = verify(place, key, forged.encode())[0]
            assert any(said in text for text in found), change


class TestKeys:
    def test_whoever_holds_an_earlier_key_can_still_check(self, place, key):
        new, newer = rotate(place), rotate(place)
        state = checkpoints.open_state(place)
        record(place, [statement(HASH, pot="other", at=checkpoints.stamp(state))])
        for held in (key, new.public, newer.public):
            assert verify(place, held)[0] == []
        assert verify(place, key)[1]["key_id"] == newer.key_id

    def test_a_lost_key_is_told_to_its_holders_only(self, place, key):
        (place / keys.SECRET).unlink()
        new = rotate(place, lost=True)
        (finding,) = verify(place, key)[0]
        assert "a new key that no earlier one speaks for" in finding
        assert verify(place, new.public)[0] == []

    def test_a_key_that_brings_itself_in_is_found(self, place, key):
        stranger = keys.create_key()
        state = checkpoints.open_state(place)
        entry = keys.introduce_key(
            stranger, checkpoints.stamp(state), root_of(state.lines).hex(), stranger
        )
        append(place / "ledger", [entry])
        checkpoints._sign(place, stranger, entry["at"])
        found = verify(place, key)[0]
        assert any("does not go on from what stands above it" in text for text in found)

    def test_a_rotation_that_the_old_key_did_not_sign_is_found(self, place, key):
        stranger, old = keys.create_key(), keys.open_key(place / keys.SECRET)
        state = checkpoints.open_state(place)
        mine = stranger._replace(key_id=old.key_id)  # says that it is the old key
        entry = keys.introduce_key(
            stranger, checkpoints.stamp(state), root_of(state.lines).hex(), mine
        )
        append(place / "ledger", [entry])
        checkpoints._sign(place, stranger, entry["at"])
        assert any("its signature does not hold" in text for text in verify(place, key)[0])

    def test_a_retired_key_no_longer_signs(self, place, key):
        old = keys.open_key(place / keys.SECRET)
        new = rotate(place)
        state = checkpoints.open_state(place)
        append(place / "ledger", [statement(HASH, pot="b", at=checkpoints.stamp(state))])
        checkpoints._sign(place, old, checkpoints.stamp(state))
        found = verify(place, key)[0]
        assert any(f"is not signed by key {new.key_id}" in text for text in found)

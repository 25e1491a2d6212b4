"""The journal grows and is never rewritten: entries, crashes, checkpoints, keys."""

import json
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from beleg.errors import InputError, StoreError
from beleg.prove import checkpoints, journal, keys
from beleg.prove.checkpoints import read_checkpoints, record, rotate
from beleg.prove.journal import make_entry, mend, read_entries, read_lines

AT = "2026-11-01T00:00:00Z"


def statement(n, supersedes=None, pot="press", at=AT):
    roots = [None if i is None else f"{i:064x}" for i in (n, supersedes)]
    return make_entry(
        "statement",
        at,
        pot_id=pot,
        period="2026-Q4",
        root=roots[0],
        tree_size=n,
        supersedes=roots[1],
    )


@pytest.fixture
def place(tmp_path):
    record(tmp_path, [statement(1)])
    return tmp_path


class TestEntries:
    @pytest.mark.parametrize(
        ("change", "what"),
        [
            ({"pot_id": "Der Anker"}, "pot_id == 'Der Anker'"),
            ({"root": "ab"}, "root == 'ab'"),
            ({"root": None}, "root == None"),
            ({"tree_size": "1"}, "tree_size == '1'"),
            ({"tree_size": -1}, "tree_size == -1"),
            ({"period": "this winter"}, "period == 'this winter'"),
            ({"reason": "0" * 64}, "has at, period, pot_id, reason"),
        ],
    )
    def test_what_is_no_id_hash_or_number_is_refused(self, change, what):
        values = {"pot_id": "p", "period": "2026", "root": "0" * 64, "tree_size": 1}
        with pytest.raises(ValueError, match=what):
            make_entry("statement", AT, **{**values, "supersedes": None, **change})

    def test_an_unknown_type_and_a_wrong_time_are_refused(self):
        with pytest.raises(ValueError, match="no such type; known are key, frame"):
            make_entry("note", AT, text="hello")
        with pytest.raises(ValueError, match="at == '1 November'"):
            make_entry("audit", "1 November", pot_id="p", sha256="0" * 64)

    def test_every_line_is_canonical_and_read_back(self, place):
        first, second = read_entries(place / "ledger")
        assert first["type"] == "key"
        assert second == statement(1)
        line = read_lines(place / "ledger")[1]
        assert line.decode() == json.dumps(second, sort_keys=True, separators=(",", ":"))

    def test_a_line_that_was_edited_is_told_with_its_place(self, place):
        file = place / "ledger" / "journal.jsonl"
        file.write_bytes(file.read_bytes().replace(b'"tree_size":1', b'"tree_size": 1'))
        with pytest.raises(StoreError, match=r"journal\.jsonl:2: is no entry"):
            read_entries(place / "ledger")


class TestCrashes:
    @settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(data=st.data())
    def test_wherever_the_last_write_is_torn_nothing_committed_is_lost(
        self, tmp_path_factory, data
    ):
        place = tmp_path_factory.mktemp("torn")
        record(place, [statement(1)])
        file = place / "ledger" / "journal.jsonl"
        before = file.read_bytes()
        journal.append(place / "ledger", [statement(2, 1), statement(3, 2)])
        whole = file.read_bytes()
        cut = data.draw(st.integers(len(before), len(whole)))
        junk = data.draw(st.sampled_from([b"", b"\0" * 7, b"\0\n\0\0"]))
        file.write_bytes(whole[:cut] + junk)
        record(place, [statement(4, 3, "other")])
        lines = file.read_bytes().splitlines(keepends=True)
        kept = lines[:-1]
        assert b"".join(kept).startswith(before)
        assert whole.startswith(b"".join(kept))  # and what is kept behind it are whole entries
        assert json.loads(lines[-1])["pot_id"] == "other"
        assert read_checkpoints(place / "ledger")[-1]["size"] == len(lines)

    def test_a_line_that_lost_only_its_end_gets_it_back(self, place):
        file = place / "ledger" / "journal.jsonl"
        whole = file.read_bytes()
        file.write_bytes(whole[:-1])
        assert len(read_lines(place / "ledger")) == 1  # a reader takes no torn line
        assert record(place) is None
        assert file.read_bytes() == whole

    def test_signed_entries_that_are_gone_are_no_crash(self, place):
        file = place / "ledger" / "journal.jsonl"
        file.write_bytes(file.read_bytes()[:-9])
        with pytest.raises(StoreError, match="holds 1 entries, and 2 were signed"):
            record(place, [statement(2, 1)])

    def test_signed_entries_that_were_rewritten_are_found(self, place):
        file = place / "ledger" / "journal.jsonl"
        file.write_bytes(file.read_bytes().replace(b'"tree_size":1', b'"tree_size":2'))
        with pytest.raises(StoreError, match="first 2 entries are not those that were signed"):
            record(place, [statement(2, 1)])

    def test_a_torn_checkpoint_is_signed_again(self, place):
        file = place / "ledger" / "checkpoints.jsonl"
        whole = file.read_bytes()
        for cut in (whole[:-30], b"", whole[:-1]):
            file.write_bytes(cut)
            record(place)
            (row,) = read_checkpoints(place / "ledger")
            assert row["size"] == 2
            assert file.read_bytes().count(b"\n") == 1

    def test_killed_again_and_again_it_keeps_what_it_said_was_stored(self, tmp_path):
        script = (
            "import sys; sys.path.insert(0, 'src')\n"
            "from pathlib import Path; from beleg.prove.checkpoints import record\n"
            "from beleg.prove.journal import make_entry\n"
            f"place = Path({str(tmp_path)!r})\n"
            "for n in range(10_000):\n"
            "    rest = {'pot_id': f'p{n}', 'sha256': '0' * 64}\n"
            f"    record(place, [make_entry('audit', {AT!r}, **rest)])\n"
            "    print(n, flush=True)\n"
        )
        for delay in (0.0, 0.1, 0.3):
            process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE)
            said = [process.stdout.readline().strip()]  # however slow the machine is
            time.sleep(delay)
            process.send_signal(signal.SIGKILL)
            said += process.communicate()[0].split()
            record(tmp_path)
            entries = read_entries(tmp_path / "ledger")
            pots = [row["pot_id"] for row in entries if row["type"] == "audit"]
            assert pots.count("p0") >= 1
            assert all(f"p{n.decode()}" in pots for n in said)
            assert read_checkpoints(tmp_path / "ledger")[-1]["size"] == len(entries)

    def test_mending_what_is_whole_changes_nothing(self, place):
        file = place / "ledger" / "journal.jsonl"
        before, at = file.read_bytes(), file.stat().st_mtime_ns
        mend(place / "ledger", 2)
        assert (file.read_bytes(), file.stat().st_mtime_ns) == (before, at)


class TestCheckpoints:
    def test_nothing_new_is_not_signed_again(self, place):
        before = (place / "ledger" / "checkpoints.jsonl").read_bytes()
        assert record(place) is None
        assert (place / "ledger" / "checkpoints.jsonl").read_bytes() == before

    def test_without_entries_there_is_no_journal(self, tmp_path):
        assert record(tmp_path) is None
        assert list(tmp_path.iterdir()) == []

    def test_times_never_run_backward(self, place, monkeypatch):
        monkeypatch.setattr(journal, "now", lambda: datetime(2020, 1, 1, tzinfo=UTC))
        state = checkpoints.open_state(place)
        at = checkpoints.stamp(state)
        assert at == state.last["time"] > AT
        row = record(place, [statement(2, 1, at=at)])
        assert row["time"] >= at

    def test_a_damaged_checkpoint_is_told_with_its_place(self, place):
        file = place / "ledger" / "checkpoints.jsonl"
        file.write_bytes(b"{}\n" + file.read_bytes())
        with pytest.raises(StoreError, match=r"checkpoints\.jsonl:1: is no checkpoint"):
            record(place)


class TestKeys:
    def test_only_its_owner_can_read_it_and_nothing_prints_it(self, place):
        file = place / keys.SECRET
        assert file.stat().st_mode & 0o777 == 0o600
        secret = file.read_text().strip()
        assert secret not in repr(keys.open_key(file))
        others = [p for p in place.rglob("*") if p.is_file() and p != file]
        assert others
        assert all(secret not in p.read_text() for p in others)

    @pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
    def test_looser_permissions_are_refused(self, place, mode):
        (place / keys.SECRET).chmod(mode)
        with pytest.raises(StoreError, match=f"mode {mode:o}.*chmod 600"):
            record(place, [statement(2, 1)])

    def test_a_lost_key_is_told_and_not_silently_replaced(self, place):
        (place / keys.SECRET).unlink()
        with pytest.raises(StoreError, match=r"signing key is not there.*keys\.md"):
            record(place, [statement(2, 1)])
        assert not (place / keys.SECRET).exists()

    def test_a_damaged_key_is_not_told(self, place):
        (place / keys.SECRET).write_text("0123456789")
        with pytest.raises(StoreError, match="holds no key") as caught:
            keys.open_key(place / keys.SECRET)
        assert "0123456789" not in str(caught.value)

    def test_another_key_does_not_sign(self, place):
        keys.save_key(place / keys.SECRET, keys.create_key())
        with pytest.raises(StoreError, match="the journal is signed by"):
            record(place, [statement(2, 1)])

    def test_a_rotation_killed_at_any_moment_goes_on(self, place):
        old = keys.open_key(place / keys.SECRET)
        # Before the entry: the new key lies aside and is not named.
        keys.save_key(place / keys.NEXT, keys.create_key())
        assert record(place, [statement(2, 1)])["key_id"] == old.key_id
        # After the entry, before the new key took its place.
        state, new = checkpoints.open_state(place), keys.create_key()
        keys.save_key(place / keys.NEXT, new)
        root = checkpoints.root_of(state.lines).hex()
        entry = keys.introduce_key(new, checkpoints.stamp(state), root, old)
        journal.append(place / "ledger", [entry])
        assert record(place)["key_id"] == new.key_id
        assert keys.open_key(place / keys.SECRET).public == new.public
        assert not (place / keys.NEXT).exists()

    def test_a_rotated_key_lies_in_the_open_with_its_id(self, place):
        new = rotate(place)
        assert checkpoints.current_key(place) == (new.key_id, new.public)
        file = place / "ledger" / "keys" / f"{new.key_id}.pub"
        assert keys.read_public(str(file)) == keys.read_public(new.public) == new.public
        assert len(list(file.parent.iterdir())) == 2

    @pytest.mark.parametrize("given", ["", "abc", "g" * 64, "no/such.pub"])
    def test_what_is_no_public_key_is_refused(self, given):
        with pytest.raises(InputError, match=r"no public key|holds no public"):
            keys.read_public(given)

    def test_the_first_key_can_be_asked_for_before_anything_is_recorded(self, tmp_path):
        key = rotate(tmp_path)
        assert checkpoints.current_key(tmp_path) == (key.key_id, key.public)
        assert [row["size"] for row in read_checkpoints(tmp_path / "ledger")] == [1]

    def test_a_key_file_that_may_not_be_read_by_others_is_made_so_at_once(self, tmp_path):
        old = os.umask(0)
        try:
            keys.save_key(tmp_path / keys.SECRET, keys.create_key())
        finally:
            os.umask(old)
        assert (tmp_path / keys.SECRET).stat().st_mode & 0o777 == 0o600

"""Checkpoints: the journal's size and root, signed; and the one way to write to the journal.

A checkpoint that somebody else keeps (published, printed, mailed to the members) fixes all that
the journal said until then: a later journal either goes on from it or is found out.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from beleg.errors import StoreError
from beleg.prove import journal, keys
from beleg.prove.commitments import to_canonical
from beleg.prove.journal import LEDGER, Entry
from beleg.prove.merkle import hash_leaf, root_of

CHECKPOINTS = "checkpoints.jsonl"
CHECKPOINT_CONTEXT = b"beleg-checkpoint-1\n"
_FIELDS = {"origin", "size", "root", "time", "key_id", "signature"}
Checkpoint = dict[str, Any]


class State(NamedTuple):
    """The journal as a writer finds it."""

    lines: list[bytes]
    entries: list[Entry]
    last: Checkpoint | None
    """The checkpoint signed last."""


def read_checkpoints(ledger: Path) -> list[Checkpoint]:
    """Read the checkpoints, in their order; one that a crash tore is none.

    Raises:
        StoreError: A line is no checkpoint.
    """
    file = ledger / CHECKPOINTS
    lines = file.read_bytes().split(b"\n") if file.exists() else [b""]
    found = [_parse(line) for line in lines[:-1]]
    if None in found:
        place = found.index(None) + 1
        remedy = "Restore the file from a backup; nothing was changed."
        raise StoreError(f"{file}:{place}: is no checkpoint.", remedy)
    return [row for row in (*found, _parse(lines[-1])) if row is not None]


def _parse(line: bytes) -> Checkpoint | None:
    try:
        row = json.loads(line)
    except ValueError:
        return None
    fits = isinstance(row, dict) and row.keys() == _FIELDS and to_canonical(row) == line
    return row if fits and isinstance(row["size"], int) else None


def name_origin(lines: Sequence[bytes]) -> str:
    """Name a journal by its first entry, which introduces its first key."""
    return hash_leaf(lines[0]).hex()[:32]


def open_state(place: Path) -> State:
    """Mend what a crash tore, and read the journal.

    Args:
        place: The workspace's folder; the caller holds its writer lock.

    Raises:
        StoreError: The journal is damaged, or no longer what was signed.
    """
    ledger = place / LEDGER
    _mend_checkpoints(ledger / CHECKPOINTS)
    signed = read_checkpoints(ledger)
    last = signed[-1] if signed else None
    journal.mend(ledger, last["size"] if last else 0)
    lines = journal.read_lines(ledger)
    if last and root_of(lines[: last["size"]]).hex() != last["root"]:
        raise StoreError(
            f"{ledger / journal.JOURNAL}: its first {last['size']} entries are not those that "
            f"were signed at {last['time']}.",
            "Restore the file from a backup; nothing was changed.",
        )
    return State(lines, journal.parse_lines(lines, ledger), last)


def _mend_checkpoints(file: Path) -> None:
    """Cut off a checkpoint that a crash tore: it was given to nobody, and is signed again."""
    data = file.read_bytes() if file.exists() else b""
    tail = data.rpartition(b"\n")[2]
    if tail and _parse(tail) is not None:
        journal.append_durably(file, b"\n")
    elif tail:
        with file.open("r+b") as opened:
            opened.truncate(len(data) - len(tail))


def stamp(state: State, at: datetime | None = None) -> str:
    """Give the time for the next entries: never before what the journal has said already."""
    seen = [journal.write_time(at or journal.now())]
    seen += [str(entry["at"]) for entry in state.entries[-1:]]
    return max([*seen, str(state.last["time"])] if state.last else seen)


def record(place: Path, entries: Sequence[Entry] = ()) -> Checkpoint | None:
    """Append entries and sign what the journal is then; without entries, sign what is unsigned.

    The first entry of all brings the workspace its key.

    Args:
        place: The workspace's folder; the caller holds its writer lock.
        entries: As :func:`beleg.prove.journal.make_entry` gives them.

    Returns:
        The new checkpoint; None where nothing had changed.

    Raises:
        StoreError: The journal is damaged, or its key is missing, loose, or another.
    """
    state = open_state(place)
    if not entries and (
        not state.lines or (state.last or {"size": 0})["size"] == len(state.lines)
    ):
        return None
    key = _open_key(place, state)
    at = max(stamp(state), *(entry["at"] for entry in entries)) if entries else stamp(state)
    first = []
    if not state.lines:
        begins = entries[0]["at"] if entries else at
        first = [keys.introduce_key(key, begins, root_of([]).hex(), None)]
    journal.append(place / LEDGER, [*first, *entries])
    return _sign(place, key, at)


def rotate(place: Path, *, lost: bool = False) -> keys.Key:
    """Put a new key in the place of the old one; the first key where there is none yet.

    Args:
        place: The workspace's folder; the caller holds its writer lock.
        lost: The old key is gone, so that it cannot introduce the new one: whoever checks by the
            old key is told so, and has to be given the new one.
    """
    state = open_state(place)
    if not state.lines:
        key, at = _open_key(place, state), stamp(state)
        journal.append(place / LEDGER, [keys.introduce_key(key, at, root_of([]).hex(), None)])
        _sign(place, key, at)
        return key
    old = None if lost else _open_key(place, state)
    key, at = keys.create_key(), stamp(state)
    entry = keys.introduce_key(key, at, root_of(state.lines).hex(), old)
    # Killed before the entry, the old key stays; killed after it, the next writer moves the key.
    keys.save_key(place / keys.NEXT, key)
    journal.append(place / LEDGER, [entry])
    (place / keys.NEXT).replace(place / keys.SECRET)
    _sign(place, key, at)
    return key


def _open_key(place: Path, state: State) -> keys.Key:
    """Open the key that signs now, as the journal has it; make the first one."""
    file, aside = place / keys.SECRET, place / keys.NEXT
    named = [entry["key_id"] for entry in state.entries if entry["type"] == "key"]
    if not named and not file.exists():
        keys.save_key(file, keys.create_key())
    if named and aside.exists() and keys.open_key(aside).key_id == named[-1]:
        aside.replace(file)
    key = keys.open_key(file)
    if named and key.key_id != named[-1]:
        raise StoreError(
            f"{file}: is key {key.key_id}, and the journal is signed by {named[-1]}.",
            "Restore the key from a backup, or see docs/guide/keys.md on a lost key.",
        )
    keys.publish_key(place, key)
    return key


def _sign(place: Path, key: keys.Key, at: str) -> Checkpoint:
    keys.publish_key(place, key)
    lines = journal.read_lines(place / LEDGER)
    head: Checkpoint = {"origin": name_origin(lines), "size": len(lines), "key_id": key.key_id}
    head |= {"root": root_of(lines).hex(), "time": at}
    signed = head | {"signature": key.sign(CHECKPOINT_CONTEXT, head)}
    journal.append_durably(place / LEDGER / CHECKPOINTS, to_canonical(signed) + b"\n")
    return signed


def current_key(place: Path) -> tuple[str, str] | None:
    """Give id and public key of the key that signs now; None where there is no journal yet."""
    named = [row for row in journal.read_entries(place / LEDGER) if row["type"] == "key"]
    return (named[-1]["key_id"], named[-1]["public_key"]) if named else None


def parse_time(text: str) -> datetime:
    """Read a time of the journal."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)

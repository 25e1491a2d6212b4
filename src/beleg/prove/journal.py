"""The workspace's journal: a file of canonical JSON lines that only ever grows.

Its lines are the leaves of an RFC 6962 tree, which :mod:`beleg.prove.checkpoints` signs. An entry
holds ids, salted hashes and numbers, never a text or a name: what a hash stands for lies in
``ledger/annex/`` as an opening, which may be deleted without breaking the tree.

An entry is committed once its line is on the disk with its end. A line that a crash tore is cut
off by the next writer; one that lost nothing but its end gets it back.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from beleg.errors import StoreError
from beleg.prove.commitments import to_canonical

LEDGER, JOURNAL = "ledger", "journal.jsonl"
Entry = dict[str, Any]

_FIELDS = {
    "key": "key_id public_key previous root signature",
    "frame": "pot_id series period frame",
    "statement": "pot_id period root tree_size supersedes",
    "close": "pot_id period root payouts",
    "appeal": "appeal_id pot_id claim_id publisher support passage_id reason",
    "appeal_posted": "appeal_id by",
    "appeal_voided": "appeal_id by reason",
    "forget": "kind what",
    "audit": "pot_id sha256",
}
"""What an entry of each type says, beside its type and ``at``."""

_HASH, _ID, _NAME = "[0-9a-f]{64}", "[0-9a-f]{32}", "[A-Za-z0-9][A-Za-z0-9._-]{0,254}"
_FORMS = {  # of the texts; a figure is a whole number
    "at": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ",
    "key_id": "[0-9a-f]{16}",
    "previous": "[0-9a-f]{16}",
    "signature": "[0-9a-f]{128}",
    "period": r"\d{4}(-(W\d\d|Q[1-4]|\d\d))?",
    "kind": "[a-z]{1,20}",
    **dict.fromkeys(("pot_id", "series"), _NAME),
    **dict.fromkeys(("appeal_id", "claim_id", "passage_id"), _ID),
    **dict.fromkeys(("public_key", "root", "frame", "supersedes", "payouts"), _HASH),
    **dict.fromkeys(("publisher", "reason", "by", "what", "sha256"), _HASH),
}
_FIGURES = {"tree_size": 2**53, "support": 10_000}
_MAY_BE_NULL = frozenset({"previous", "series", "supersedes", "passage_id", "by"})


def now() -> datetime:
    """Tell the time; the only clock of the journal."""
    return datetime.now(UTC)


def write_time(at: datetime) -> str:
    """Write a time in UTC, to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def make_entry(kind: str, at: str, /, **values: str | int | None) -> Entry:
    """Make an entry, and refuse what is no id, hash or number.

    Args:
        kind: The entry's type.
        at: As :func:`write_time` gives it.
        values: What an entry of this type says, all of it.

    Raises:
        ValueError: The type is unknown, a value is missing or surplus, or is not of its form: a
            name or a text would stay in the journal for ever.
    """
    entry = {"type": kind, "at": at, **values}
    if wrong := _find_fault(entry):
        raise ValueError(f"entry {kind!r}: {wrong}.")
    return entry


def _find_fault(entry: Mapping[str, Any]) -> str:
    fields = _FIELDS.get(str(entry.get("type")))
    if fields is None:
        return f"no such type; known are {', '.join(_FIELDS)}"
    if entry.keys() != {"type", "at", *fields.split()}:
        return f"has {', '.join(sorted(entry))}, must have type, at, {', '.join(fields.split())}"
    for key, value in entry.items():
        if key == "type" or (value is None and key in _MAY_BE_NULL):
            continue
        if key in _FIGURES:
            fits = isinstance(value, int) and 0 <= value <= _FIGURES[key]
        else:
            fits = isinstance(value, str) and re.fullmatch(_FORMS[key], value) is not None
        if not fits:
            return f"{key} == {value!r}, must be {_FORMS.get(key, 'a whole number in range')}"
    return ""


def read_lines(ledger: Path) -> list[bytes]:
    """Read the committed lines, without their ends; what a crash tore is not among them."""
    file = ledger / JOURNAL
    data = file.read_bytes() if file.exists() else b""
    return data.split(b"\n")[:-1]


def read_entries(ledger: Path) -> list[Entry]:
    """Read the committed entries, in their order.

    Raises:
        StoreError: A line is no entry.
    """
    return parse_lines(read_lines(ledger), ledger)


def parse_lines(lines: Sequence[bytes], ledger: Path) -> list[Entry]:
    """Read lines that were read already; as :func:`read_entries`."""
    entries = []
    for place, line in enumerate(lines, start=1):
        entry = _parse(line)
        if entry is None:
            raise StoreError(
                f"{ledger / JOURNAL}:{place}: is no entry of the journal.",
                "Restore the file from a backup; nothing was changed.",
            )
        entries.append(entry)
    return entries


def _parse(line: bytes) -> Entry | None:
    """Read a line; None where it is no whole entry in its one spelling."""
    try:
        entry = json.loads(line)
    except ValueError:
        return None
    if not isinstance(entry, dict) or _find_fault(entry) or to_canonical(entry) != line:
        return None
    return entry


def mend(ledger: Path, n_signed: int = 0) -> None:
    """Cut off what a crash tore at the end of the journal; no committed entry is touched.

    Args:
        ledger: The ledger's folder.
        n_signed: Entries that a checkpoint has signed: were one of them torn, it was not a crash.

    Raises:
        StoreError: Entries that were signed are gone.
    """
    file = ledger / JOURNAL
    data = file.read_bytes() if file.exists() else b""
    *lines, tail = data.split(b"\n")
    if tail and _parse(tail) is not None:  # only its end was lost
        lines.append(tail)
        _write(file, b"\n")
        tail = b""
    # A crash may also leave whole blocks of junk behind what had reached the disk.
    while len(lines) > n_signed and _parse(lines[-1]) is None:
        tail = lines.pop()
    if len(lines) < n_signed:
        raise StoreError(
            f"{file}: holds {len(lines)} entries, and {n_signed} were signed.",
            "Restore the file from a backup; nothing was changed.",
        )
    whole = sum(len(line) + 1 for line in lines)
    if whole < file_size(file):
        with file.open("r+b") as opened:
            opened.truncate(whole)
            os.fsync(opened.fileno())


def file_size(file: Path) -> int:
    """Give a file's bytes; 0 where it is not there."""
    return file.stat().st_size if file.exists() else 0


def append(ledger: Path, entries: Iterable[Entry]) -> None:
    """Write entries behind the others; when this returns they are on the disk.

    The caller holds the workspace's writer lock, and has mended the file.
    """
    lines = b"".join(to_canonical(entry) + b"\n" for entry in entries)
    if lines:
        append_durably(ledger / JOURNAL, lines)


def append_durably(file: Path, data: bytes) -> None:
    """Write bytes behind a file's others, and flush them and a new file's name to the disk."""
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = not file.exists()
    _write(file, data)
    if fresh:
        folder = os.open(file.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _write(file: Path, data: bytes) -> None:
    with file.open("ab") as opened:
        opened.write(data)
        opened.flush()
        os.fsync(opened.fileno())

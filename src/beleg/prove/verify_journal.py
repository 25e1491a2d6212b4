"""Check a journal from its files alone: no line is shared with what wrote it.

Only the standard library is imported, and two pages that import nothing else either: ``entries``
(how lines are spelled) and ``signatures`` (Ed25519). The public key comes from outside.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from beleg.prove.entries import BrokenError, parse, to_canonical
from beleg.prove.signatures import holds_signature

JOURNAL, CHECKPOINTS = "journal.jsonl", "checkpoints.jsonl"
SAID = dict(  # what an entry of each type says, beside its type and its time
    row.split(": ")
    for row in """\
key: key_id public_key previous root signature
frame: pot_id series period frame
statement: pot_id period root tree_size supersedes
close: pot_id period root payouts
appeal: appeal_id pot_id claim_id publisher support passage_id reason
appeal_posted: appeal_id by
appeal_voided: appeal_id by reason
forget: kind what
audit: pot_id sha256""".splitlines()
)
SIGNED = {"origin", "size", "root", "time", "key_id", "signature"}
WORD = re.compile(r"[0-9A-Za-z._:-]{1,255}")  # an id, a hash, a period or a time; never a text
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")  # these compare as they are written
Entry = dict[str, Any]
Figures = dict[str, str | int]


def verify(
    folder: Path, key: str, previous_checkpoint: bytes | None = None
) -> tuple[list[str], Figures]:
    """Check the journal beside the statements in a folder, and that it speaks for them.

    Args:
        folder: A workspace, its ``statements``, or a part of these: ``ledger`` stands in it or
            above it.
        key: The public key in hexadecimal, as told by somebody else.
        previous_checkpoint: A line that was kept from an earlier day; the journal must go on
            from it.

    Returns:
        What does not hold; size, root, time and key of the last checkpoint, and what was seen.
    """
    at = folder.resolve()
    ledger = next((p / "ledger" for p in (at, *at.parents[:3]) if (p / "ledger").is_dir()), None)
    if ledger is None:
        return [f"{folder}: no folder ledger/ in it or above it."], {}
    try:
        lines, entries = _read(ledger / JOURNAL)
        _, signed = _read(ledger / CHECKPOINTS)
        roots = list_roots(lines)
        findings = [f"{JOURNAL}: {text}" for text in _check_entries(entries)]
        findings += [f"{JOURNAL}: {text}" for text in _check_acts(entries)]
        findings += [f"{JOURNAL}: {text}" for text in _check_keys(entries, roots, key.lower())]
        findings += [f"{CHECKPOINTS}: {text}" for text in _check_signed(entries, roots, signed)]
        if previous_checkpoint is not None:
            kept = parse("the earlier checkpoint", previous_checkpoint.strip())
            said = _check_checkpoint(kept, entries, roots, signed[0]["origin"])
            findings += [f"the earlier checkpoint: {text}" for text in said]
        statements = [p for p in sorted(folder.rglob("ledger.jsonl")) if _is_current(p, folder)]
        current = {row["pot_id"]: row for row in entries if row["type"] == "statement"}
        findings += [f"{p}: {text}" for p in statements for text in _check_statement(p, current)]
    except BrokenError as error:
        return [str(error)], {}
    except (ArithmeticError, AttributeError, LookupError, OSError, TypeError, ValueError) as error:
        return [f"{ledger}: cannot be read any further: {error!r}."], {}
    last = {name: signed[-1][name] for name in ("size", "root", "time", "key_id")}
    return findings, last | {"checkpoints": len(signed), "statements": len(statements)}


def _read(file: Path) -> tuple[list[bytes], list[Entry]]:
    *lines, after = file.read_bytes().split(b"\n")
    if after or not lines:
        raise BrokenError(f"{file}: is empty, or its last line has no end.")
    return lines, [parse(f"{file}:{place}", line) for place, line in enumerate(lines, 1)]


def _check_entries(entries: list[Entry]) -> Iterator[str]:
    """Check that entries hold what their type does, no text among it, and are in order of time."""
    last = ""
    for n, row in enumerate(entries, 1):
        fields = {"type", "at", *SAID[row["type"]].split()}
        if row.keys() != fields or not TIME.fullmatch(row["at"]):
            raise BrokenError(f"{JOURNAL}: line {n} has other fields than its type.")
        for name, value in row.items():
            is_word = isinstance(value, str) and WORD.fullmatch(value)
            if not (value is None or type(value) is int or is_word):
                yield f"line {n}: {name} is no id, hash or number."
        if row["at"] < last:
            yield f"line {n} is dated {row['at']}, before the line above it."
        last = max(last, row["at"])


def _check_acts(entries: list[Entry]) -> Iterator[str]:
    """Check that a pot has one root at a time, none after its close, an appeal one decision."""
    roots, closed, decided = dict[str, str](), set[str](), dict[str, bool]()
    for n, row in enumerate(entries, 1):
        kind, pot, appeal = row["type"], row.get("pot_id", ""), row.get("appeal_id", "")
        if kind == "statement":
            if pot in closed or row["supersedes"] != roots.get(pot):
                was = "was closed" if pot in closed else f"has root {roots.get(pot)}"
                yield f"line {n}: pot {pot} has a second root {row['root']}; it {was}."
            roots[pot] = row["root"]
        elif kind == "close":
            if pot in closed or row["root"] != roots.get(pot):
                yield f"line {n}: closes pot {pot} twice, or with another root than it has."
            closed.add(pot)
        elif appeal:
            if decided.get(appeal) is not (None if kind == "appeal" else False):
                yield f"line {n}: appeal {appeal} is not open, or is opened twice."
            decided[appeal] = kind != "appeal"


def _check_keys(entries: list[Entry], roots: list[str], trusted: str) -> Iterator[str]:
    """Check that each key was introduced by the one before it, and that ours is among them."""
    current, held = None, False
    for n, row in enumerate(entries):
        if row["type"] != "key":
            if current is None:
                yield "its first line introduces no key."
                return
            continue
        public = row["public_key"]
        by = current if row["previous"] else row
        said = {name: value for name, value in row.items() if name != "signature"}
        named = row["previous"] == (by or {}).get("key_id") or not row["previous"]
        if by is None or not named or row["root"] != roots[n]:
            yield f"line {n + 1}: its key does not go on from what stands above it."
        elif not _holds(by["public_key"], b"beleg-key-1\n", said, row["signature"]):
            yield f"line {n + 1}: its signature does not hold."
        if row["key_id"] != hashlib.sha256(bytes.fromhex(public)).hexdigest()[:16]:
            yield f"line {n + 1}: its key has another id."
        if held and not row["previous"]:
            yield f"line {n + 1}: a new key that no earlier one speaks for (lost, or stolen?)."
        held, current = held or public == trusted, row
    if not held:
        yield f"is signed by other keys than the one that you named ({trusted})."


def _check_signed(entries: list[Entry], roots: list[str], signed: list[Entry]) -> Iterator[str]:
    size, time = 0, ""
    for n, row in enumerate(signed, 1):
        said = list(_check_checkpoint(row, entries, roots, roots[1][:32]))
        yield from (f"line {n}: {text}" for text in said)
        if said:
            return
        times = [entry["at"] for entry in entries[size : row["size"]]]
        if row["size"] <= size or not time <= min(times) <= max(times) <= row["time"]:
            yield f"line {n}: does not follow the checkpoint above it, or an entry is back-dated."
            return
        size, time = row["size"], row["time"]
    if size != len(entries):
        yield f"speaks for {size} of {len(entries)} entries; the rest is unsigned (beleg prove)."


def _check_checkpoint(
    row: Entry, entries: list[Entry], roots: list[str], origin: str
) -> Iterator[str]:
    """Check one checkpoint against the journal: it is signed, and of the same first entries."""
    if row.keys() != SIGNED or type(row["size"]) is not int or not TIME.fullmatch(row["time"]):
        raise BrokenError(f"{CHECKPOINTS}: {sorted(row)} is no checkpoint.")
    if row["origin"] != origin:
        yield "is of another journal."
        return
    if not 0 < row["size"] < len(roots):
        yield f"speaks for {row['size']} entries, and the journal has {len(roots) - 1}."
        return
    key = [entry for entry in entries[: row["size"]] if entry["type"] == "key"][-1]
    said, context = (
        {name: row[name] for name in row if name != "signature"},
        b"beleg-checkpoint-1\n",
    )
    by_it = row["key_id"] == key["key_id"]
    if not by_it or not _holds(key["public_key"], context, said, row["signature"]):
        yield f"is not signed by key {key['key_id']}."
    if row["root"] != roots[row["size"]]:
        yield f"the first {row['size']} entries were others: the journal was rewritten."


def _is_current(file: Path, folder: Path) -> bool:
    parts = file.relative_to(folder).parts[:-1]
    return not any(part.startswith(".") or part == "superseded" for part in parts)


def _check_statement(file: Path, current: dict[str, Entry]) -> Iterator[str]:
    """Check that a statement is the one that the journal has of its pot."""
    lines, entries = _read(file)
    (pot,) = [row for row in entries if row["type"] == "pot"]
    row, root = current.get(pot["pot_id"]), list_roots(lines)[-1]
    if row is None:
        yield f"the journal has no statement of pot {pot['pot_id']}."
    elif (row["root"], row["tree_size"]) != (root, len(lines)) or row["period"] != pot["period"]:
        yield f"its root is {root}; the journal has {row['root']} for pot {pot['pot_id']}."


def list_roots(lines: list[bytes]) -> list[str]:
    """List the root of each size, from none to all (RFC 6962, section 2.1)."""
    whole, roots = list[bytes](), [hashlib.sha256(b"").hexdigest()]
    for n, line in enumerate(lines, 1):
        node, rest = hashlib.sha256(b"\x00" + line).digest(), n
        while rest % 2 == 0:
            node, rest = hashlib.sha256(b"\x01" + whole.pop() + node).digest(), rest // 2
        whole.append(node)
        for left in whole[-2::-1]:
            node = hashlib.sha256(b"\x01" + left + node).digest()
        roots.append(node.hex())
    return roots


def _holds(public: str, context: bytes, said: Entry, signature: str) -> bool:
    by, what = bytes.fromhex(public), bytes.fromhex(signature)
    one_spelling = (by.hex(), what.hex()) == (public, signature)
    return one_spelling and holds_signature(by, context + to_canonical(said), what)

"""Check what one member was handed: its receipt and pages, without ledger and annex.

Only the standard library is imported, and the other pages of the check. A member sees its own
passages, and rivals as hashes with their supports. That is enough to recompute its own parts, its
share and its due to the last digit, and to prove that both stand in the tree with the root. How
units were rounded between all payees takes the ledger: here what is assigned must lie within one
unit of the due, unless something was carried.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from fractions import Fraction

from beleg.prove import recompute
from beleg.prove.entries import FORMAT, BrokenError, Entry, check_values, parse, to_canonical

_KEYS = {"format", "pot_id", "payee", "root", "tree_size", "entries", "claims", "texts"}


def check_member(
    name: str, files: Mapping[str, bytes], root: str | None, figures: dict[str, str | int]
) -> Iterator[str]:
    """Check one receipt and the pages that lie beside it.

    Args:
        name: The receipt's file.
        files: All files of the folder.
        root: The root as told by somebody else, in hexadecimal.
        figures: Filled with what was found.
    """
    receipt = parse(name, files[name].removesuffix(b"\n"))
    if receipt.keys() != _KEYS or receipt["format"] != FORMAT:
        raise BrokenError(f"{name}: its format is not known to this check.")
    if root is not None and receipt["root"] != root.strip().lower():
        yield f"{name}: its root is {receipt['root']}, not {root.strip()}."
    yield from (f"{name}: {message}" for message in _check_proofs(receipt))
    rows: dict[str, list[Entry]] = defaultdict(list)
    for row in receipt["entries"]:
        check_values(name, row["entry"]["type"], row["entry"])
        rows[row["entry"]["type"]].append(row["entry"])
    names = dict(_open(name, receipt))
    told = hashlib.sha256(to_canonical(receipt["claims"])).hexdigest()
    if [row["sha256"] for row in rows["file"] if row["path"] == name] != [told]:
        yield f"{name}: has other claims than the ledger names."
    if names.keys() - set(_find_hashes([receipt["claims"], receipt["entries"]])):
        yield f"{name}: opens something that it does not speak of."
    for check in (_check_parts, _check_dues):
        yield from (f"{name}: {message}" for message in check(receipt, rows))
    pages = {row["path"]: row for row in rows["file"] if row["path"] != name}
    for path, row in pages.items():
        data = files.get(path)
        if data is not None and row["sha256"] != hashlib.sha256(data).hexdigest():
            yield f"{path}: is not the page that the ledger names."
    for path in sorted(files.keys() - pages.keys() - {name}):
        yield f"{path}: is no page of this receipt."
    payouts = rows["payout"]
    figures |= {"pot_id": receipt["pot_id"], "root": receipt["root"], "member": 1}
    figures |= {"currency": rows["pot"][0]["currency"], "n_claims": len(receipt["claims"])}
    figures["n_stakes"] = sum(len(row["stakes"]) for row in receipt["claims"])
    figures["n_answers"] = len({row["claim"]["answer"] for row in receipt["claims"]})
    figures["paid_minor"] = sum(int(row["paid_minor"]) for row in payouts)
    figures["n_forgotten"] = len(pages.keys() - files.keys()) + sum(
        row["claim"]["text"] not in names for row in receipt["claims"]
    )


def _check_proofs(receipt: Entry) -> Iterator[str]:
    """Check that every entry stands at its place of the tree with the root (RFC 6962, 2.1.1)."""
    for row in receipt["entries"]:
        at, size = row["index"], receipt["tree_size"]
        node = hashlib.sha256(b"\x00" + to_canonical(row["entry"])).digest()
        path = [bytes.fromhex(beside) for beside in row["proof"]]
        while size > 1 and 0 <= at < size:
            if at % 2 or at + 1 < size:
                beside = path.pop(0) if path else b""
                pair = beside + node if at % 2 else node + beside
                node = hashlib.sha256(b"\x01" + pair).digest()
            at, size = at // 2, (size + 1) // 2
        if node.hex() != receipt["root"] or path or at:
            yield f"an entry ({row['entry'].get('type')}) does not stand in the tree."


def _open(name: str, receipt: Entry) -> Iterator[tuple[str, Entry]]:
    """Check what is opened: each text against its commitment."""
    for row in receipt["texts"]:
        check_values(name, "opening", row)
        content = to_canonical({key: row[key] for key in ("id", "kind", "text")})
        found = hashlib.sha256(bytes.fromhex(row["salt"]) + content).hexdigest()
        if row != {**row, "commitment": found}:
            raise BrokenError(f"{name}: {row['kind']} {row['id']} is not what was committed to.")
        yield found, row


def _find_hashes(value: object) -> Iterator[str]:
    """List all texts within a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _find_hashes(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _find_hashes(inner)


def _check_parts(receipt: Entry, rows: Mapping[str, list[Entry]]) -> Iterator[str]:
    """Recompute the parts of the claims, and the shares."""
    (pot,) = rows["pot"]
    if receipt["pot_id"] != pot["pot_id"]:
        yield f"it is of pot {pot['pot_id']}."
    if {row["payee"] for row in rows["payout"]} != {receipt["payee"]}:
        yield "it holds payouts of somebody else."
    total = max(int(pot["claim_weight"]), 1)
    shares = {row["publisher"]: recompute.part_of(row) for row in rows["share"]}
    sums: dict[str, Fraction] = defaultdict(Fraction)
    known: dict[tuple[int, ...], list[int]] = {}
    own = {row["publisher"] for row in rows["payout"]}
    for row in receipt["claims"]:
        stakes = {stake["publisher"]: stake for stake in row["stakes"]}
        weight = (int(row["claim"]["weight"]), total)
        parts = recompute.split(pot["rule"], stakes, weight, {}, known)
        # Equal chances are told apart by a place that the ledger alone has: by one grain.
        slack = Fraction(weight[0], total * recompute.GRAIN) if pot["rule"] == "expected" else 0
        wanted = {name: Fraction(part) for name, part in row["parts"].items()}
        if wanted.keys() != own & stakes.keys() or any(
            abs(parts[name] - part) > slack for name, part in wanted.items()
        ):
            yield f"the parts of claim {row['claim']['claim']} are not as recomputed."
        for name, part in wanted.items():
            sums[name] += part
    if pot["rule"] != "floor":
        for name in sorted(own):
            if sums[name] != shares.get(name, Fraction()):
                yield "the parts of the claims do not sum to the share."


def _check_dues(receipt: Entry, rows: Mapping[str, list[Entry]]) -> Iterator[str]:
    """Recompute what the payee is due, from shares, quotas and what was brought in."""
    money = int(rows["pot"][0]["distributable_minor"])
    if {row["payee"] for row in rows["payout"]} != {receipt["payee"]}:
        yield "it holds payouts of somebody else."
    shares = {row["publisher"]: recompute.part_of(row) for row in rows["share"]}
    quotas = {row["publisher"]: recompute.part_of(row) for row in rows["entitlement"]}
    brought: dict[str, Fraction] = defaultdict(Fraction)
    for row in rows["balance"]:
        brought[row["publisher"]] += recompute.part_of(row)
    for row in rows["payout"]:
        name, assigned = row["publisher"], int(row["assigned_minor"])
        part = shares.get(name, Fraction()) * quotas.get(name, Fraction())
        due = part * money + brought[name]
        wanted_row = recompute.spell(part) | recompute.spell(brought[name], "carried_")
        wanted_row |= recompute.spell(due - assigned, "carry_")
        wanted_row |= {"paid_minor": str(assigned), "withheld_minor": "0"}
        if row != row | wanted_row or (not rows["balance"] and abs(due - assigned) >= 1):
            yield f"the payout is not {wanted_row}, as recomputed."

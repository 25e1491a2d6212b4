"""Recompute a statement from its files alone: no line is shared with what it checks.

Only the standard library is imported, ``entries`` (how lines are spelled) and ``recompute`` (the
money), which import nothing else either: who trusts nobody can read the three in one sitting. JSON
and payouts.csv are written anew and compared; of pages for people the ledger has the hashes. What
was forged whole is found by a ``root`` from somewhere else.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

from beleg.prove import recompute
from beleg.prove.entries import (
    FIELDS,
    FORMAT,
    LEDGER,
    TEXTS,
    BrokenError,
    Entry,
    parse,
    to_canonical,
)
from beleg.prove.recompute import Account, Ledger
from beleg.prove.verify_member import check_member

CSV, MANIFEST, README, SETTINGS = "payouts.csv", "manifest.json", "README.txt", "beleg.toml"
LITTER = {".DS_Store", "Thumbs.db"}  # what file managers leave
_RECEIPT = re.compile(r"payee-[0-9a-f]{16}\.json")
NAMED = "payee payee_id payee_name publisher publisher_id publisher_name is_line currency"
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")  # what a spreadsheet would run


class Report(NamedTuple):
    """What does not hold, each with its file, and figures (root, numbers, sums) by folder."""

    ok: bool
    findings: list[str]
    figures: dict[str, dict[str, str | int]]


def verify(folder: Path, root: str | None = None) -> Report:
    """Check the statement in a folder, or all statements in the folders below it.

    Args:
        folder: A pot's folder, or one above it with any number of statements, but not none.
        root: The Merkle root in hexadecimal, as told by somebody else, of the only statement.
    """
    figures: dict[str, dict[str, str | int]] = {}
    # What stands under a dot was left by a writer that was killed; it is part of no statement.
    every = [p for p in sorted(folder.rglob("*")) if "/." not in f"/{p.relative_to(folder)}"]
    inside = [path for path in every if path.name not in LITTER]
    pots = [path.parent for path in inside if path.name == MANIFEST]
    handed = [path for path in inside if _RECEIPT.fullmatch(path.name)]
    members = [path for path in handed if path.parent not in pots]
    if not pots + members or (folder / SETTINGS).exists():
        message = f"{folder}: is no statement; name statements/<period>/<pot> or a folder of such."
        return Report(ok=False, findings=[message], figures={})
    links = [path for path in inside if path.is_symlink()]
    findings = [f"{path}: is a link; a statement is made of files." for path in links]
    known = {*pots, *(path.parent for path in members)}
    stray = [p for p in inside if p.parent not in known and not (p.is_symlink() or p.is_dir())]
    findings += [f"{path}: is part of no statement; no {MANIFEST} beside it." for path in stray]
    ledgers: dict[str, Ledger] = {}
    for pot in pots:
        found = figures[str(pot)] = {}
        messages = list(_check_pot(pot, root, found, ledgers))
        findings += [f"{pot}/{message}" for message in messages]
        if messages:  # what does not hold by itself is no link of a chain
            ledgers = {name: row for name, row in ledgers.items() if name != found.get("pot_id")}
    findings += [f"{folder}: {message}" for message in _check_chain(ledgers)]
    for path in members:
        found = figures[str(path)] = {}
        findings += [f"{path.parent}/{message}" for message in _check_member(path, root, found)]
    pots += members
    times = Counter(f["pot_id"] for f in figures.values() if f and "member" not in f)
    twice = [pot_id for pot_id, n in times.items() if n > 1]
    findings += [f"{folder}: pot {pot_id} has {times[pot_id]} statements." for pot_id in twice]
    if len(pots) != 1 and root is not None:
        findings.append(f"{folder}: holds {len(pots)} statements; name the folder of one.")
    return Report(not findings, findings, figures)


def _check_pot(
    folder: Path,
    root: str | None,
    figures: dict[str, str | int],
    ledgers: dict[str, Ledger],
) -> Iterator[str]:
    try:
        paths = [p for p in folder.iterdir() if p.name not in LITTER]
        files = {p.name: p.read_bytes() if p.is_file() else b"" for p in paths}
        yield from _check_listed(files)
        ledger = recompute.read(files)
        found = ledger.tree[-1][0].hex()
        book = recompute.read_book_root(ledger)
        if root is not None and root.strip().lower() not in {found, book}:
            yield f"{LEDGER}: its root is {found}, not {root.strip()}."
        period, pot_id = ledger.pot["period"], ledger.pot["pot_id"]
        if folder.resolve().parts[-2:] != (period, pot_id):
            yield f"{LEDGER}: says {period}/{pot_id}, and its folders have other names."
        for check in recompute.CHECKS:
            yield from (f"{LEDGER}: {message}" for message in check(ledger))
        yield from _check_files(files, ledger)
        paid = sum(int(row["paid_minor"]) for row in ledger.rows["payout"].values())
        figures |= {"pot_id": pot_id, "root": found, "book_root": book}
        figures |= {"currency": ledger.pot["currency"]}
        figures |= {f"n_{kind}s": len(ledger.rows[kind]) for kind in ("answer", "claim", "stake")}
        figures |= {"paid_minor": paid, "n_forgotten": len(ledger.gone)}
        ledgers[pot_id] = ledger
    except BrokenError as error:
        yield str(error)
    except OSError as error:
        yield f"{MANIFEST}: what stands beside it cannot be read: {error}."
    # What was not foreseen in a forged file is a finding too, never a crash of the check.
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        yield f"{LEDGER}: cannot be recomputed: {type(error).__name__}: {error}."


def _check_member(path: Path, root: str | None, figures: dict[str, str | int]) -> Iterator[str]:
    try:
        stem = path.name.removesuffix("json")
        paths = [p for p in path.parent.iterdir() if p.name not in LITTER]
        files = {p.name: p.read_bytes() for p in paths if p.name.startswith((stem, "README"))}
        others = {p.name for p in paths if not p.name.startswith("payee-")} - files.keys()
        yield from (f"{name}: is part of no statement." for name in sorted(others))
        yield from check_member(path.name, files, root, figures)
    except BrokenError as error:
        yield str(error)
    except OSError as error:
        yield f"{path.name}: what stands beside it cannot be read: {error}."
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        yield f"{path.name}: cannot be recomputed: {type(error).__name__}: {error}."


def _check_chain(ledgers: Mapping[str, Ledger]) -> Iterator[str]:
    """Check that a pot brings in what the pot before it carried out, where both are here."""
    for pot_id, ledger in ledgers.items():
        rows = [row for row in ledger.rows["balance"].values() if row["kind"] == "rounding"]
        sources = {row["source"] for row in rows}
        key = [ledger.pot["series"], ledger.pot["currency"]]
        before = [
            (other.pot["ends_at"], name)
            for name, other in ledgers.items()
            if [other.pot["series"], other.pot["currency"]] == key
            and datetime.fromisoformat(other.pot["ends_at"])
            <= datetime.fromisoformat(ledger.pot["starts_at"])
        ]
        if not ledger.pot["series"] or not before or sources - ledgers.keys():
            continue
        source = max(before)[1]
        brought = _read_accounts(ledger, "balance", "", source)
        left = _read_accounts(ledgers[source], "payout", "carry_", None)
        if sources - {source} or brought != left:
            yield f"pot {pot_id} does not bring in what pot {source} carried out."


def _read_accounts(
    ledger: Ledger, kind: str, prefix: str, source: str | None
) -> dict[Account, Fraction]:
    """Read the amounts that are not 0 by account; names are ids, those forgotten are left out."""
    found = {}
    for row in ledger.rows[kind].values():
        amount = Fraction(int(row[f"{prefix}numerator"]), int(row[f"{prefix}denominator"]))
        if source and (row["source"], row["kind"]) != (source, "rounding"):
            continue
        names = (row["payee"], row["publisher"])
        if amount and not ledger.gone.keys() & set(names):
            payee, publisher = (ledger.names.get(n or "", {"id": n})["id"] for n in names)
            found[payee, publisher, row["is_line"]] = amount
    return found


def _check_listed(files: Mapping[str, bytes]) -> Iterator[str]:
    manifest = parse(MANIFEST, files[MANIFEST].removesuffix(b"\n"))
    listed = {row.get("path"): row for row in manifest.get("files", ())}
    for name in sorted({*listed, *files} - {MANIFEST}, key=str):
        if name not in files or listed.get(name) != _describe(name, files[name]):
            yield f"{name}: is not as the manifest has it (changed, missing or added)."


def _describe(name: str, data: bytes) -> Entry:
    return {"path": name, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def _check_files(files: Mapping[str, bytes], ledger: Ledger) -> Iterator[str]:
    """Compare pages with the hashes in the ledger; write all other files anew and compare them."""
    anew = {name: files.get(name, b"") for name in (LEDGER, TEXTS)}
    pages = {row["path"]: row for row in ledger.rows["file"].values()}
    for name in sorted(pages.keys() & files.keys()):
        if name.endswith(".json"):
            continue
        anew[name] = files[name]
        if pages[name] != pages[name] | _describe(name, files[name]):
            yield f"{name}: is not the page that the ledger names."
    anew[CSV] = _csv(ledger)
    head = {"format": FORMAT, "pot_id": ledger.pot["pot_id"], "tree_size": len(ledger.tree[0])}
    head["root"] = ledger.tree[-1][0].hex()
    for receipt in _receipts(ledger):
        name = f"payee-{receipt['payee'][:16]}.json"
        anew[name] = to_canonical(head | receipt) + b"\n"
        told = _describe(name, to_canonical(receipt["claims"]))
        if pages.get(name, {}) != pages.get(name, {}) | told:
            yield f"{name}: has other claims than the ledger names."
    listed = [_describe(name, anew[name]) for name in sorted(anew)]
    said = {"period": ledger.pot["period"], "files": listed}
    said["forgotten"] = sorted(pages.keys() - files.keys())
    anew[MANIFEST] = to_canonical(head | said) + b"\n"
    for name in sorted(anew.keys() | files.keys()):
        if anew.get(name) != files.get(name):
            yield f"{name}: does not say what the ledger says."


def _csv(ledger: Ledger) -> bytes:
    columns, out = [*NAMED.split(), *FIELDS["payout"][1][:-1]], io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    for row in ledger.rows["payout"].values():
        cells = {**row, "is_line": int(row["is_line"]), "currency": ledger.pot["currency"]}
        for key in ("payee", "publisher"):
            who = ledger.names.get(row[key], {"id": "", "text": ""})
            for column, text in ((f"{key}_id", who["id"]), (f"{key}_name", who["text"])):
                cells[column] = "'" * text.startswith(FORMULA) + text
        writer.writerow([cells[column] for column in columns])
    return out.getvalue().encode()


def _receipts(ledger: Ledger) -> Iterator[Entry]:
    """Write the receipt of every payee, less what all have in common."""
    accounts: dict[str, list[tuple[int, Entry]]] = defaultdict(list)
    for kind in ("entitlement", "balance", "payout"):
        for place, row in ledger.rows[kind].items():
            accounts[row["payee"]].append((place, row))
    supported: dict[str, list[str]] = defaultdict(list)
    for stake in ledger.rows["stake"].values():
        supported[stake["publisher"]].append(stake["claim"])
    heads = [*ledger.rows["format"].items(), *ledger.rows["pot"].items()]
    shares = {row["publisher"]: (place, row) for place, row in ledger.rows["share"].items()}
    prompts = {row["answer"]: row["prompt"] for row in ledger.rows["answer"].values()}
    houses: dict[str, set[str]] = defaultdict(set)
    for row in ledger.rows["payout"].values():
        if not row["is_line"]:
            houses[row["payee"]].add(row["publisher"])
    pages: dict[str, list[tuple[int, Entry]]] = defaultdict(list)
    for place, row in ledger.rows["file"].items():
        pages[row["path"].partition(".")[0]].append((place, row))
    for payee, own in sorted(houses.items()):
        opened, claims = {payee, *own}, []
        for name in sorted({claim for publisher in own for claim in supported[publisher]}):
            claim, stakes = ledger.claims[name], ledger.stakes[name]
            parts = {who: str(part) for who, part in ledger.parts[name].items() if who in own}
            prompt = prompts[claim["answer"]]
            opened |= {claim["text"], prompt}
            opened |= {stakes[who][key] for who in parts for key in ("passage", "origin")}
            rivals = {"claim": claim, "prompt": prompt, "stakes": [*stakes.values()]}
            claims.append({**rivals, "parts": parts})
        rows = heads + accounts[payee] + [shares[name] for name in own if name in shares]
        rows += pages["README"] + pages[f"payee-{payee[:16]}"]
        proofs = [
            {"entry": r, "index": n, "proof": _path(ledger.tree, n)}
            for n, r in sorted(rows, key=lambda row: row[0])
        ]
        texts = [ledger.names[name] for name in sorted(opened - {None}) if name in ledger.names]
        yield {"payee": payee, "entries": proofs, "claims": claims, "texts": texts}


def _path(tree: list[list[bytes]], place: int) -> list[str]:
    """List the hashes beside the way from a leaf up to the root."""
    beside = [(level, place >> height ^ 1) for height, level in enumerate(tree)]
    return [level[at].hex() for level, at in beside[:-1] if at < len(level)]

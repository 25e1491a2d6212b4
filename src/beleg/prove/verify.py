"""Recompute a statement from its files alone: no line is shared with what it checks.

Only the standard library is imported, and ``entries``, the page on how lines are spelled, which
imports nothing else either: who trusts nobody can read both in one sitting. The split goes another
road than the one checked (level by level); all files but ledger, annex and README are written anew
and compared. A forgery recomputed whole is found by a ``root`` from somewhere else.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from fractions import Fraction
from math import lcm
from pathlib import Path
from typing import Any, NamedTuple

from beleg.prove.entries import (
    FIELDS,
    FORMAT,
    LEDGER,
    TEXTS,
    BrokenError,
    Entry,
    bounds_of,
    count_words,
    fold_text,
    parse,
    read_ledger,
    read_texts,
    to_canonical,
)

CSV, MANIFEST, README, SETTINGS = "payouts.csv", "manifest.json", "README.txt", "beleg.toml"
LITTER = {".DS_Store", "Thumbs.db"}  # what file managers leave
NAMED = "payee payee_id payee_name publisher publisher_id publisher_name is_line currency"
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")  # what a spreadsheet would run
SUMS = ("gross_minor", "deductions_minor", "reserve_minor", "distributable_minor")
FULL = 10_000  # support that leaves no doubt
Account = tuple[str, str | None, bool]  # payee, publisher, is_line


class Report(NamedTuple):
    """What does not hold, each with its file, and figures (root, numbers, sums) by folder."""

    ok: bool
    findings: list[str]
    figures: dict[str, dict[str, str | int]]


class _Ledger(NamedTuple):
    """The tree (leaves first), rows by type and line, openings; by claim: stakes and parts."""

    tree: list[list[bytes]]
    rows: dict[str, dict[int, Entry]]
    names: dict[str, Entry]
    pot: Entry
    claims: dict[str, Entry]
    stakes: dict[str, dict[str, Entry]]
    parts: dict[str, dict[str, Fraction]]


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
    if not pots or (folder / SETTINGS).exists():
        message = f"{folder}: is no statement; name statements/<period>/<pot> or a folder of such."
        return Report(ok=False, findings=[message], figures={})
    links = [path for path in inside if path.is_symlink()]
    findings = [f"{path}: is a link; a statement is made of files." for path in links]
    stray = [p for p in inside if p.parent not in pots and not (p.is_symlink() or p.is_dir())]
    findings += [f"{path}: is part of no statement; no {MANIFEST} beside it." for path in stray]
    for pot in pots:
        found = figures[str(pot)] = {}
        findings += [f"{pot}/{message}" for message in _check_pot(pot, root, found)]
    times = Counter(found["pot_id"] for found in figures.values() if found)
    twice = [pot_id for pot_id, n in times.items() if n > 1]
    findings += [f"{folder}: pot {pot_id} has {times[pot_id]} statements." for pot_id in twice]
    if len(pots) != 1 and root is not None:
        findings.append(f"{folder}: holds {len(pots)} statements; name the folder of one.")
    return Report(not findings, findings, figures)


def _check_pot(folder: Path, root: str | None, figures: dict[str, str | int]) -> Iterator[str]:
    try:
        paths = [p for p in folder.iterdir() if p.name not in LITTER]
        files = {p.name: p.read_bytes() if p.is_file() else b"" for p in paths}
        yield from _check_listed(files)
        ledger = _read_ledger(files)
        found = ledger.tree[-1][0].hex()
        if root is not None and found != root.strip().lower():
            yield f"{LEDGER}: its root is {found}, not {root.strip()}."
        period, pot_id = ledger.pot["period"], ledger.pot["pot_id"]
        if folder.resolve().parts[-2:] != (period, pot_id):
            yield f"{LEDGER}: says {period}/{pot_id}, and its folders have other names."
        for check in (_check_claims, _check_weights, _check_shares, _check_payouts):
            yield from (f"{LEDGER}: {message}" for message in check(ledger))
        yield from _check_files(files, ledger)
        paid = sum(int(row["paid_minor"]) for row in ledger.rows["payout"].values())
        figures |= {"pot_id": pot_id, "root": found, "currency": ledger.pot["currency"]}
        figures |= {f"n_{kind}s": len(ledger.rows[kind]) for kind in ("answer", "claim", "stake")}
        figures["paid_minor"] = paid
    except BrokenError as error:
        yield str(error)
    except OSError as error:
        yield f"{MANIFEST}: what stands beside it cannot be read: {error}."
    # What was not foreseen in a forged file is a finding too, never a crash of the check.
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        yield f"{LEDGER}: cannot be recomputed: {type(error).__name__}: {error}."


def _check_listed(files: Mapping[str, bytes]) -> Iterator[str]:
    manifest = parse(MANIFEST, files[MANIFEST].removesuffix(b"\n"))
    listed = {row.get("path"): row for row in manifest.get("files", ())}
    for name in sorted({*listed, *files} - {MANIFEST}, key=str):
        if name not in files or listed.get(name) != _describe(name, files[name]):
            yield f"{name}: is not as the manifest has it (changed, missing or added)."


def _describe(name: str, data: bytes) -> Entry:
    return {"path": name, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def _part(entry: Entry) -> Fraction:
    return Fraction(int(entry["numerator"]), int(entry["denominator"]))


def _spell(part: Fraction, prefix: str = "") -> Entry:
    top, bottom = map(str, part.as_integer_ratio())
    return {f"{prefix}numerator": top, f"{prefix}denominator": bottom}


def _read_ledger(files: Mapping[str, bytes]) -> _Ledger:
    lines, found = read_ledger(files[LEDGER])
    (head,), (pot,) = found["format"].values(), found["pot"].values()
    if (head["format"], pot["rule"]) != (FORMAT, "airport"):
        raise BrokenError(f"{LEDGER}: its format or its rule is not known to this check.")
    claims = {row["claim"]: row for row in found["claim"].values()}
    stakes: dict[str, dict[str, Entry]] = {name: {} for name in claims}
    for row in found["stake"].values():
        stakes[row["claim"]][row["publisher"]] = row
    weights = {name: int(claim["weight"]) for name, claim in claims.items()}
    unit = FULL * max(sum(weights.values()), 1)
    parts = {name: _split(stakes[name], weight, unit) for name, weight in weights.items()}
    openings = _open_texts(read_texts(files[TEXTS]), found)
    return _Ledger(_grow(lines), found, openings, pot, claims, stakes, parts)


def _open_texts(rows: list[Entry], ledger: Mapping[str, dict[int, Entry]]) -> dict[str, Entry]:
    """Check the annex: each commitment of the ledger is opened once, and nothing else is."""
    wanted = {entry["prompt"]: "prompt" for entry in ledger["answer"].values()}
    wanted |= {entry["publisher"]: "publisher" for entry in ledger["stake"].values()}
    wanted |= {entry["passage"]: "passage" for entry in ledger["stake"].values()}
    origins = (entry["origin"] for entry in ledger["stake"].values())
    wanted |= {origin: "passage" for origin in origins if origin}
    wanted |= {entry["payee"]: "rightsholder" for entry in ledger["entitlement"].values()}
    claims = {entry["text"]: entry["claim"] for entry in ledger["claim"].values()}
    opened: dict[str, Entry] = {}
    for row in rows:
        content = to_canonical({key: row[key] for key in ("id", "kind", "text")})
        name = hashlib.sha256(bytes.fromhex(row["salt"]) + content).hexdigest()
        kind = "claim" if claims.get(name) == row["id"] else wanted.get(name)
        if row != {**row, "commitment": name, "kind": kind}:
            raise BrokenError(f"{TEXTS}: {row['kind']} {row['id']} is not what the ledger has.")
        opened[name] = row
    if lost := sorted((claims.keys() | wanted.keys()) - opened.keys()):
        raise BrokenError(f"{TEXTS}: {lost[0]} is not opened.")
    return opened


def _check_claims(ledger: _Ledger) -> Iterator[str]:
    """Check the period, and what the claims are weighed by against the texts that are opened."""
    if (ledger.pot["starts_at"], ledger.pot["ends_at"]) != (bounds := bounds_of(ledger.pot)):
        yield f"period {ledger.pot['period']} runs from {bounds[0]} to {bounds[1]}."
    said: dict[tuple[str, str], str] = {}
    for name, claim in ledger.claims.items():
        text = ledger.names[claim["text"]]["text"]
        if claim["words"] > (most := count_words(text)):
            yield f"claim {name} is weighed by {claim['words']} words and has {most}."
        first = said.setdefault((claim["answer"], fold_text(text)), name)
        if first != name:
            yield f"claims {first} and {name} are one statement of answer {claim['answer']}."


def _check_weights(ledger: _Ledger) -> Iterator[str]:
    """Recompute the answers' weights by prompt or impressions, and the claims' by words."""
    starts, ends = map(datetime.fromisoformat, bounds_of(ledger.pot))
    every = {row["answer"]: row for row in ledger.rows["answer"].values()}
    words: dict[str, dict[str, int]] = {name: {} for name in every}
    for name, claim in ledger.claims.items():
        words[claim["answer"]][name] = claim["words"]
    prompts: dict[str, dict[str, Entry]] = defaultdict(dict)
    for name, answer in every.items():
        prompts[answer["prompt"]][name] = answer
        if not starts <= datetime.fromisoformat(answer["asked_at"]) < ends:
            yield f"answer {name} lies outside the period."
        weight, whole = int(answer["weight"]), sum(words[name].values())
        exact = {key: Fraction(weight * n, whole) for key, n in words[name].items()}
        got = {key: int(ledger.claims[key]["weight"]) for key in exact}
        if not got or got != _round(weight, exact):
            yield f"the claims of answer {name} do not share its weight by words."
    if len({answer["impressions"] is None for answer in every.values()}) > 1:
        yield "known and unknown impressions are mixed."
    for prompt, answers in prompts.items():
        if answers[min(answers)]["impressions"] is None:
            (units,) = {int(answer["prompt_weight"]) for answer in answers.values()}
            wanted = _round(units, dict.fromkeys(answers, Fraction(units, len(answers))))
        else:
            wanted = {key: int(row["impressions"]) * 10**6 for key, row in answers.items()}
        if wanted != {key: int(row["weight"]) for key, row in answers.items()}:
            yield f"the answers to prompt {prompt} do not have their weight."


def _round(total: int, exact: Mapping[Any, Fraction]) -> dict[Any, int]:
    """Largest remainder, ties in the order of the names."""
    whole = {name: amount.numerator // amount.denominator for name, amount in exact.items()}
    if missing := total - sum(whole.values()):
        for name in sorted(exact, key=lambda name: (whole[name] - exact[name], name))[:missing]:
            whole[name] += 1
    return whole


def _split(stakes: Mapping[str, Entry], weight: int, unit: int) -> dict[str, Fraction]:
    """Split one claim, level by level: who reaches one shares it with all who do."""
    ordered = sorted(stake["support"] for stake in stakes.values())
    scale = lcm(*range(1, len(ordered) + 1))
    worth, below, at = 0, 0, {0: Fraction()}
    for n_under, level in enumerate(ordered):
        if level > below:
            worth += (level - below) * scale // (len(ordered) - n_under)
            at[level], below = Fraction(worth * weight, scale * unit), level
    return {name: at[stake["support"]] for name, stake in stakes.items()}


def _check_shares(ledger: _Ledger) -> Iterator[str]:
    least, kinds = max(1, ledger.pot["threshold"]), ledger.pot["kinds"]
    mandates = {row["publisher"]: row["mandate"] for row in ledger.rows["share"].values()}
    for stake in ledger.rows["stake"].values():
        if not least <= stake["support"] <= FULL or stake["kind"] not in kinds:
            yield f"a stake in claim {stake['claim']} is not paid in this pot."
        # What repeats another passage names it, and what is disputed is paid to nobody.
        basis, mandate = stake["basis"], mandates.get(stake["publisher"])
        known = {"own": [False], "canonical": [False], "copy": [True], "rewrite": [True]}
        to_agency = basis == "agency" and ledger.pot["agency_text"] != "agency"
        wrong = mandate is not None and (basis == "disputed") != (mandate == "disputed")
        if bool(stake["origin"]) not in known.get(basis, [False, True]) or to_agency or wrong:
            yield f"a stake in claim {stake['claim']} does not play as its basis says."
    wanted: dict[str, Fraction] = defaultdict(Fraction)
    for parts in ledger.parts.values():
        for publisher, part in parts.items():
            wanted[publisher] += part
    got = {row["publisher"]: row for row in ledger.rows["share"].values()}
    for name in sorted({key for key in wanted if wanted[key]} | got.keys()):
        if name not in got or got[name] != got[name] | _spell(wanted[name]):
            yield f"share of {name} is not {wanted[name]}, as recomputed."


def _divide(ledger: _Ledger) -> dict[Account, Fraction]:
    """Recompute where every part of the pot goes."""
    quotas: dict[str, list[tuple[Entry, Fraction]]] = defaultdict(list)
    for entry in ledger.rows["entitlement"].values():
        quotas[entry["publisher"]].append((entry, _part(entry)))
    parts: dict[Account, Fraction] = defaultdict(Fraction)
    for share in ledger.rows["share"].values():
        name, part = share["publisher"], _part(share)
        theirs = quotas.pop(name, []) if share["mandate"] == "paid" else []
        left = 1 - sum(quota for _, quota in theirs)
        if share["mandate"] != "paid" or left < 0:
            line = "no_mandate" if share["mandate"] == "measured" else "disputed"
            parts[line, name, True] += part
            continue
        parts["holder_not_found", name, True] += part * left
        for entry, quota in theirs:
            payee = (entry["payee"], False) if entry["found"] else ("holder_not_found", True)
            parts[payee[0], name, payee[1]] += part * quota
    if quotas:
        raise BrokenError(f"{LEDGER}: an entitlement to no share that is paid.")
    kept: dict[Account, Fraction] = {key: part for key, part in parts.items() if part}
    return kept | {("unsupported", None, True): 1 - sum(parts.values(), Fraction())}


def _check_payouts(ledger: _Ledger) -> Iterator[str]:
    """Recompute every payout and line, the one rounding, and the carry."""
    gross, *taken, money = (int(ledger.pot[key]) for key in SUMS)
    if gross - sum(taken) != money:
        yield "gross less deductions and reserve is not what is distributed."
    parts = _divide(ledger)
    rows = {(r["payee"], r["publisher"], r["is_line"]): r for r in ledger.rows["payout"].values()}
    if parts.keys() != rows.keys():
        yield "payouts go to others than the shares and entitlements say."
        return
    for key, assigned in _assign(ledger, money, parts).items():
        paid = 0 if key[2] else assigned
        wanted = {"assigned_minor": str(assigned), "paid_minor": str(paid)}
        wanted |= {"withheld_minor": str(assigned - paid)}
        wanted |= _spell(parts[key]) | _spell(parts[key] * money - assigned, "carry_")
        if rows[key] != rows[key] | wanted:
            yield f"payout to {key[0]} is not {wanted}, as recomputed."


def _assign(ledger: _Ledger, money: int, parts: dict[Account, Fraction]) -> dict[Account, int]:
    """Round over the payees, lines last, then over each one's publishers; ties by their ids."""
    payees: dict[tuple[bool, str], dict[tuple[str, Account], Fraction]] = defaultdict(dict)
    for account, part in parts.items():
        payee, source = (ledger.names.get(key or "", {"id": key})["id"] for key in account[:2])
        payees[account[2], payee][source or "", account] = part * money
    sums = {payee: sum(rows.values(), Fraction()) for payee, rows in payees.items()}
    rounded = [_round(whole, payees[payee]) for payee, whole in _round(money, sums).items()]
    return {account: minor for rows in rounded for (_, account), minor in rows.items()}


def _check_files(files: Mapping[str, bytes], ledger: _Ledger) -> Iterator[str]:
    """Write every file but ledger, annex and README anew, and compare it byte by byte."""
    anew = {name: files.get(name, b"") for name in (LEDGER, TEXTS, README)}
    if hashlib.sha256(anew[README]).hexdigest() != ledger.rows["format"][0]["readme_sha256"]:
        yield f"{README}: is not the page that the ledger names."
    anew[CSV] = _csv(ledger)
    head = {"format": FORMAT, "pot_id": ledger.pot["pot_id"], "tree_size": len(ledger.tree[0])}
    head["root"] = ledger.tree[-1][0].hex()
    for receipt in _receipts(ledger):
        anew[f"payee-{receipt['payee'][:16]}.json"] = to_canonical(head | receipt) + b"\n"
    listed = [_describe(name, anew[name]) for name in sorted(anew)]
    anew[MANIFEST] = to_canonical(head | {"period": ledger.pot["period"], "files": listed}) + b"\n"
    for name in sorted(anew.keys() | files.keys()):
        if anew.get(name) != files.get(name):
            yield f"{name}: does not say what the ledger says."


def _csv(ledger: _Ledger) -> bytes:
    columns, out = [*NAMED.split(), *FIELDS["payout"][1]], io.StringIO()
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


def _receipts(ledger: _Ledger) -> Iterator[Entry]:
    """Write the receipt of every payee, less what all have in common."""
    paid: dict[str, list[tuple[int, Entry]]] = defaultdict(list)
    for place, row in ledger.rows["payout"].items():
        if not row["is_line"]:
            paid[row["payee"]].append((place, row))
    supported: dict[str, list[str]] = defaultdict(list)
    for stake in ledger.rows["stake"].values():
        supported[stake["publisher"]].append(stake["claim"])
    shares = {row["publisher"]: (place, row) for place, row in ledger.rows["share"].items()}
    prompts = {row["answer"]: row["prompt"] for row in ledger.rows["answer"].values()}
    for payee, payouts in paid.items():
        own = {row["publisher"] for _, row in payouts}
        opened, claims = {payee, *own}, []
        for name in sorted({claim for publisher in own for claim in supported[publisher]}):
            claim, stakes = ledger.claims[name], ledger.stakes[name]
            parts = {who: str(part) for who, part in ledger.parts[name].items() if who in own}
            opened |= {claim["text"], prompts[claim["answer"]]}
            opened |= {stakes[who][key] for who in parts for key in ("passage", "origin")}
            claims.append({"claim": claim, "stakes": [*stakes.values()], "parts": parts})
        rows = sorted(shares[publisher] for publisher in own) + payouts
        proofs = [{"entry": r, "index": n, "proof": _path(ledger.tree, n)} for n, r in rows]
        texts = [ledger.names[name] for name in sorted(opened - {None})]
        yield {"payee": payee, "entries": proofs, "claims": claims, "texts": texts}


def _grow(lines: list[bytes]) -> list[list[bytes]]:
    """Hash neighbours level by level; the odd one out goes up as it is (RFC 6962, 2.1)."""
    tree = [[hashlib.sha256(b"\x00" + line).digest() for line in lines]]
    while len(tree[-1]) > 1:
        pairs = [tree[-1][at : at + 2] for at in range(0, len(tree[-1]), 2)]
        joined = [hashlib.sha256(b"\x01" + b"".join(pair)).digest() for pair in pairs]
        tree.append(joined if len(pairs[-1]) == 2 else [*joined[:-1], *pairs[-1]])
    return tree


def _path(tree: list[list[bytes]], place: int) -> list[str]:
    """List the hashes beside the way from a leaf up to the root."""
    beside = [(level, place >> height ^ 1) for height, level in enumerate(tree)]
    return [level[at].hex() for level, at in beside[:-1] if at < len(level)]

"""Recompute a statement from its files alone: no line is shared with what it checks.

Nothing is imported but the standard library, so that who trusts nobody can read this in one
sitting. The split goes another road than the one checked (level by level), and every file but the
ledger, its annex and the README is written anew and compared byte by byte. A forgery in which
everything was recomputed follows from itself: it is found by a ``root`` from somewhere else.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

FORMAT, FULL = "beleg-statement-1", 10_000
LEDGER, TEXTS, CSV = "ledger.jsonl", "texts.jsonl", "payouts.csv"
MANIFEST, README = "manifest.json", "README.txt"
FIELDS = {  # by type: what names an entry, each once and in this order | what is said of it
    "format": "format | readme_sha256",
    "pot": "pot_id | right period starts_at ends_at timezone currency gross_minor deductions_minor"
    " reserve_minor distributable_minor due rule rule_version level threshold kinds existence"
    " coverage",
    "entitlement": "publisher payee | numerator denominator found",
    "answer": "answer | prompt asked_at impressions prompt_weight weight",
    "claim": "claim | answer words weight text",
    "stake": "claim publisher | support kind passage",
    "share": "publisher | numerator denominator mandate",
    "payout": "is_line payee publisher | numerator denominator assigned_minor paid_minor"
    " withheld_minor carry_numerator carry_denominator",
}
COLUMNS = (
    "payee payee_id payee_name publisher publisher_id publisher_name is_line currency".split()
)
SUMS = ("gross_minor", "deductions_minor", "reserve_minor", "distributable_minor")

Entry = dict[str, Any]
Account = tuple[str, str | None, bool]


class Report(NamedTuple):
    """What does not hold, each with its file, and figures (root, numbers, sums) by folder."""

    ok: bool
    findings: list[str]
    figures: dict[str, dict[str, str | int]]


class _Ledger(NamedTuple):
    """The tree (leaves first, root last), entries with places by type, stakes by claim."""

    tree: list[list[bytes]]
    entries: dict[str, list[tuple[int, Entry]]]
    pot: Entry
    claims: dict[str, Entry]
    stakes: dict[str, dict[str, Entry]]
    weight: int

    def all(self, kind: str) -> list[Entry]:
        return [entry for _, entry in self.entries[kind]]


class _BrokenError(Exception):
    """A file that cannot be read any further."""


def verify(folder: Path, root: str | None = None) -> Report:
    """Check the statement in a folder, or all statements in the folders below it.

    Args:
        folder: A pot's folder, or one above it with any number of statements, but not none.
        root: The Merkle root in hexadecimal, as told by somebody else, of the only statement.
    """
    figures: dict[str, dict[str, str | int]] = {}
    # What stands under a dot was left by a writer that was killed; it is part of no statement.
    inside = [p for p in sorted(folder.rglob("*")) if "/." not in f"/{p.relative_to(folder)}"]
    pots = [path.parent for path in inside if path.name == MANIFEST]
    stray = [path for path in inside if path.parent not in pots and not path.is_dir()]
    findings = [f"{path}: is part of no statement; no {MANIFEST} beside it." for path in stray]
    for pot in pots:
        found = figures[str(pot)] = {}
        findings += [f"{pot}/{message}" for message in _check_pot(pot, root, found)]
    if len(pots) != 1 and (root is not None or not pots):
        findings.append(f"{folder}: holds {len(pots)} statements; name the folder of one.")
    return Report(not findings, findings, figures)


def _check_pot(folder: Path, root: str | None, figures: dict[str, str | int]) -> Iterator[str]:
    files = {p.name: p.read_bytes() if p.is_file() else b"" for p in folder.iterdir()}
    try:
        yield from _check_listed(files)
        ledger = _read_ledger(files)
        names = _open_texts(files, ledger)
        found = ledger.tree[-1][0].hex()
        if root is not None and found != root.strip().lower():
            yield f"{LEDGER}: its root is {found}, not {root.strip()}."
        for check in (_check_weights, _check_shares, _check_payouts):
            yield from (f"{LEDGER}: {message}" for message in check(ledger))
        yield from _check_files(files, ledger, names)
        paid = sum(int(row["paid_minor"]) for row in ledger.all("payout"))
        figures |= {"root": found, "currency": ledger.pot["currency"], "paid_minor": paid}
        figures |= {f"n_{kind}s": len(ledger.all(kind)) for kind in ("answer", "claim", "stake")}
    except _BrokenError as error:
        yield str(error)
    # What was not foreseen in a forged file is a finding too, never a crash of the check.
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        yield f"{LEDGER}: cannot be recomputed: {type(error).__name__}: {error}."


def _check_listed(files: Mapping[str, bytes]) -> Iterator[str]:
    manifest = _parse(MANIFEST, files[MANIFEST].removesuffix(b"\n"))
    listed = {row.get("path"): row for row in manifest.get("files", ())}
    for name in sorted({*listed, *files} - {MANIFEST}, key=str):
        if name not in files or listed.get(name) != _describe(name, files[name]):
            yield f"{name}: is not as the manifest has it (changed, missing or added)."


def _describe(name: str, data: bytes) -> Entry:
    return {"path": name, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def _canonical(value: object) -> bytes:
    """Write canonical JSON; with ASCII keys and whole numbers this is RFC 8785."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def _parse(file: str, data: bytes) -> Any:
    try:
        value = json.loads(data.decode(), parse_float=Fraction, parse_constant=Fraction)
        # A key that stands twice, a broken number or a second spelling does not come out again.
        if _canonical(value) == data:
            return value
    except (ValueError, TypeError, RecursionError) as error:
        raise _BrokenError(f"{file}: not JSON: {error}.") from error
    raise _BrokenError(f"{file}: not in canonical form: {data[:60]!r}.")


def _parse_lines(file: str, data: bytes) -> tuple[list[bytes], list[Entry]]:
    *lines, after = data.split(b"\n")
    if after:
        raise _BrokenError(f"{file}: its last line has no end.")
    return lines, [_parse(file, line) for line in lines]


def _whole(entry: Entry, key: str) -> int:
    """Read a whole number of 0 or more, in its one spelling."""
    if not re.fullmatch(r"0|[1-9][0-9]{0,3999}", entry[key]):
        raise _BrokenError(f"{LEDGER}: {entry['type']}: {key} is {entry[key]!r}, no such number.")
    return int(entry[key])


def _part(entry: Entry) -> Fraction:
    return Fraction(_whole(entry, "numerator"), _whole(entry, "denominator"))


def _spell(part: Fraction, prefix: str = "") -> Entry:
    top, bottom = map(str, part.as_integer_ratio())
    return {f"{prefix}numerator": top, f"{prefix}denominator": bottom}


def _read_ledger(files: Mapping[str, bytes]) -> _Ledger:
    """Sort the entries by what they say; unknown, unordered and repeated ones are refused."""
    lines, entries = _parse_lines(LEDGER, files[LEDGER])
    found: dict[str, list[tuple[int, Entry]]] = {kind: [] for kind in FIELDS}
    last: tuple[object, ...] = ()
    for place, entry in enumerate(entries):
        names, said = (fields.split() for fields in FIELDS[entry["type"]].split("|"))
        name = (list(FIELDS).index(entry["type"]), *(str(entry[key]) for key in names))
        if entry.keys() != {"type", *names, *said} or name <= last:
            raise _BrokenError(f"{LEDGER}: line {place + 1} is unknown, repeated or out of order.")
        found[entry["type"]].append((place, entry))
        last = name
    ((_, head),), ((_, pot),) = found["format"], found["pot"]
    if (head["format"], pot["rule"]) != (FORMAT, "airport"):
        raise _BrokenError(f"{LEDGER}: its format or its rule is not known to this check.")
    claims = {row["claim"]: row for _, row in found["claim"]}
    stakes: dict[str, dict[str, Entry]] = {name: {} for name in claims}
    for _, row in found["stake"]:
        stakes[row["claim"]][row["publisher"]] = row
    weight = sum(_whole(claim, "weight") for claim in claims.values())
    return _Ledger(_grow(lines), found, pot, claims, stakes, weight)


def _open_texts(files: Mapping[str, bytes], ledger: _Ledger) -> dict[str, Entry]:
    """Check the annex: each commitment of the ledger is opened once, and nothing else is."""
    wanted = {entry["prompt"]: "prompt" for entry in ledger.all("answer")}
    wanted |= {entry["publisher"]: "publisher" for entry in ledger.all("stake")}
    wanted |= {entry["passage"]: "passage" for entry in ledger.all("stake")}
    wanted |= {entry["payee"]: "rightsholder" for entry in ledger.all("entitlement")}
    claims = {entry["text"]: entry["claim"] for entry in ledger.all("claim")}
    opened: dict[str, Entry] = {}
    for row in _parse_lines(TEXTS, files[TEXTS])[1]:
        content = _canonical({key: row[key] for key in ("id", "kind", "text")})
        name = hashlib.sha256(bytes.fromhex(row["salt"]) + content).hexdigest()
        kind = "claim" if claims.get(name) == row["id"] else wanted.get(name)
        if row != {**row, "commitment": name, "kind": kind} or len(row) != 5 or name in opened:
            raise _BrokenError(f"{TEXTS}: {row['kind']} {row['id']} is not what the ledger has.")
        opened[name] = row
    if lost := sorted((claims.keys() | wanted.keys()) - opened.keys()):
        raise _BrokenError(f"{TEXTS}: {lost[0]} is not opened.")
    return opened


def _check_weights(ledger: _Ledger) -> Iterator[str]:
    """Recompute the answers' weights by prompt or impressions, and the claims' by words."""
    starts, ends = (datetime.fromisoformat(ledger.pot[key]) for key in ("starts_at", "ends_at"))
    every = {row["answer"]: row for row in ledger.all("answer")}
    words: dict[str, dict[str, int]] = {name: {} for name in every}
    for name, claim in ledger.claims.items():
        words[claim["answer"]][name] = claim["words"]
    prompts: dict[str, dict[str, Entry]] = defaultdict(dict)
    for name, answer in every.items():
        prompts[answer["prompt"]][name] = answer
        if not starts <= datetime.fromisoformat(answer["asked_at"]) < ends:
            yield f"answer {name} lies outside the period."
        got = {key: _whole(ledger.claims[key], "weight") for key in words[name]}
        if got != _spread(_whole(answer, "weight"), words[name]):
            yield f"the claims of answer {name} do not share its weight by words."
    if len({answer["impressions"] is None for answer in every.values()}) > 1:
        yield "known and unknown impressions are mixed."
    for prompt, answers in prompts.items():
        if answers[min(answers)]["impressions"] is None:
            (units,) = {_whole(answer, "prompt_weight") for answer in answers.values()}
            wanted = _spread(units, dict.fromkeys(answers, 1))
        else:
            wanted = {key: _whole(row, "impressions") * 10**6 for key, row in answers.items()}
        if wanted != {key: _whole(row, "weight") for key, row in answers.items()}:
            yield f"the answers to prompt {prompt} do not have their weight."


def _spread(total: int, parts: Mapping[str, int]) -> dict[str, int]:
    """Largest remainder, ties in the order of the names."""
    exact = {name: Fraction(total * part, sum(parts.values())) for name, part in parts.items()}
    whole = {name: int(amount) for name, amount in exact.items()}
    late = sorted(parts, key=lambda name: (whole[name] - exact[name], name))
    for name in late[: total - sum(whole.values())]:
        whole[name] += 1
    return whole


def _split(ledger: _Ledger, claim: str) -> dict[str, Fraction]:
    """Split one claim, level by level: who reaches one shares it. In parts of all weight."""
    stakes = ledger.stakes[claim]
    unit = Fraction(_whole(ledger.claims[claim], "weight"), FULL * max(ledger.weight, 1))
    ordered = sorted(stake["support"] for stake in stakes.values())
    worth, below, at = Fraction(), 0, {}
    for level in sorted(set(ordered)):
        worth += Fraction(level - below, len(ordered) - bisect_left(ordered, level))
        at[level], below = worth, level
    return {name: at[stake["support"]] * unit for name, stake in stakes.items()}


def _check_shares(ledger: _Ledger) -> Iterator[str]:
    least, kinds = max(1, ledger.pot["threshold"]), ledger.pot["kinds"]
    for stake in ledger.all("stake"):
        if not least <= stake["support"] <= FULL or stake["kind"] not in kinds:
            yield f"a stake in claim {stake['claim']} is not paid in this pot."
    wanted: dict[str, Fraction] = defaultdict(Fraction)
    for claim in ledger.claims:
        for publisher, part in _split(ledger, claim).items():
            wanted[publisher] += part
    got = {row["publisher"]: row for row in ledger.all("share")}
    for name in sorted({key for key in wanted if wanted[key]} | got.keys()):
        if name not in got or got[name] != got[name] | _spell(wanted[name]):
            yield f"share of {name} is not {wanted[name]}, as recomputed."


def _divide(ledger: _Ledger) -> dict[Account, Fraction]:
    """Recompute where every part of the pot goes."""
    quotas: dict[str, list[tuple[Entry, Fraction]]] = defaultdict(list)
    for entry in ledger.all("entitlement"):
        quotas[entry["publisher"]].append((entry, _part(entry)))
    parts: dict[Account, Fraction] = defaultdict(Fraction)
    for share in ledger.all("share"):
        name, part = share["publisher"], _part(share)
        theirs = quotas.pop(name, []) if share["mandate"] == "paid" else []
        left = 1 - sum(quota for _, quota in theirs)
        if share["mandate"] != "paid" or left < 0:
            line = "disputed" if share["mandate"] == "paid" else "no_mandate"
            parts[line, name, True] += part
            continue
        parts["holder_not_found", name, True] += part * left
        for entry, quota in theirs:
            payee = (entry["payee"], False) if entry["found"] else ("holder_not_found", True)
            parts[payee[0], name, payee[1]] += part * quota
    if quotas:
        raise _BrokenError(f"{LEDGER}: an entitlement to no share that is paid.")
    kept: dict[Account, Fraction] = {key: part for key, part in parts.items() if part}
    kept["unsupported", None, True] = 1 - sum(parts.values(), Fraction())
    return kept


def _check_payouts(ledger: _Ledger) -> Iterator[str]:
    """Recompute every payout and line, the one rounding, and the carry."""
    gross, *taken, money = (_whole(ledger.pot, key) for key in SUMS)
    if gross - sum(taken) != money:
        yield "gross less deductions and reserve is not what is distributed."
    parts = _divide(ledger)
    rows = {(r["payee"], r["publisher"], r["is_line"]): r for r in ledger.all("payout")}
    if parts.keys() != rows.keys():
        yield "payouts go to others than the shares and entitlements say."
        return
    by_payee: dict[tuple[str, bool], list[tuple[Fraction, int]]] = defaultdict(list)
    for key, row in rows.items():
        assigned, exact = _whole(row, "assigned_minor"), parts[key] * money
        paid = 0 if key[2] else assigned
        wanted = {"paid_minor": str(paid), "withheld_minor": str(assigned - paid)}
        wanted |= _spell(parts[key]) | _spell(exact - assigned, "carry_")
        if row != row | wanted:
            yield f"payout to {key[0]} is not {wanted}, as recomputed."
        by_payee[key[0], key[2]].append((exact, assigned))
    sums = [(sum((e for e, _ in r), Fraction()), sum(a for _, a in r)) for r in by_payee.values()]
    if sum(a for _, a in sums) != money or not all(map(_is_rounded, [sums, *by_payee.values()])):
        yield "the payouts are not rounded to the distributable sum by largest remainder."


def _is_rounded(group: Iterable[tuple[Fraction, int]]) -> bool:
    """Nobody is rounded by a whole unit, and none up before one with a larger remainder."""
    rests = [(exact % 1, assigned - exact) for exact, assigned in group]
    up, down = [r for r, off in rests if off > 0], [r for r, off in rests if off < 0]
    return all(abs(off) < 1 for _, off in rests) and min(up, default=1) >= max(down, default=0)


def _check_files(
    files: Mapping[str, bytes], ledger: _Ledger, names: Mapping[str, Entry]
) -> Iterator[str]:
    """Write every file but ledger, annex and README anew, and compare it byte by byte."""
    anew = {name: files.get(name, b"") for name in (LEDGER, TEXTS, README)}
    if hashlib.sha256(anew[README]).hexdigest() != ledger.all("format")[0]["readme_sha256"]:
        yield f"{README}: is not the page that the ledger names."
    anew[CSV] = _csv(ledger, names)
    size, root = len(ledger.tree[0]), ledger.tree[-1][0].hex()
    head = {"format": FORMAT, "pot_id": ledger.pot["pot_id"], "root": root, "tree_size": size}
    for payee in {row["payee"] for row in ledger.all("payout") if not row["is_line"]}:
        receipt = head | _receipt(payee, ledger, names)
        anew[f"payee-{payee[:16]}.json"] = _canonical(receipt) + b"\n"
    listed = [_describe(name, anew[name]) for name in sorted(anew)]
    anew[MANIFEST] = _canonical(head | {"period": ledger.pot["period"], "files": listed}) + b"\n"
    for name in sorted(anew.keys() | files.keys()):
        if anew.get(name) != files.get(name):
            yield f"{name}: does not say what the ledger says."


def _csv(ledger: _Ledger, names: Mapping[str, Entry]) -> bytes:
    columns, out = [*COLUMNS, *FIELDS["payout"].split()[4:]], io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    for row in ledger.all("payout"):
        cells = {**row, "is_line": int(row["is_line"]), "currency": ledger.pot["currency"]}
        for key in ("payee", "publisher"):
            who = names.get(row[key], {"id": "", "text": ""})
            armed = who["text"].startswith(("=", "+", "-", "@", "\t", "\r"))
            cells |= {f"{key}_id": who["id"], f"{key}_name": "'" * armed + who["text"]}
        writer.writerow([cells[column] for column in columns])
    return out.getvalue().encode()


def _receipt(payee: str, ledger: _Ledger, names: Mapping[str, Entry]) -> Entry:
    paid = [row for row in ledger.entries["payout"] if row[1]["payee"] == payee]
    own = {row["publisher"] for _, row in paid}
    shares = [row for row in ledger.entries["share"] if row[1]["publisher"] in own]
    prompts = {row["answer"]: row["prompt"] for row in ledger.all("answer")}
    opened, claims = {payee, *own}, []
    for name, claim in sorted(ledger.claims.items()):
        stakes = ledger.stakes[name]
        if own & stakes.keys():
            opened |= {claim["text"], prompts[claim["answer"]]}
            opened |= {stakes[rival]["passage"] for rival in own & stakes.keys()}
            parts = {who: str(part) for who, part in _split(ledger, name).items() if who in own}
            claims.append({"claim": claim, "stakes": [*stakes.values()], "parts": parts})
    proofs = [
        {"entry": row, "index": n, "proof": _path(ledger.tree, n)} for n, row in shares + paid
    ]
    texts = [names[name] for name in sorted(opened)]
    return {"payee": payee, "entries": proofs, "claims": claims, "texts": texts}


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

"""Recompute a pot's ledger: weights, split, division, rounding, from what the lines say.

Only the standard library is imported, and ``entries``. The split goes another road than the one
checked: the airport game level by level, the expected share by multiplying out what the others do.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from fractions import Fraction
from math import lcm, prod
from typing import Any, NamedTuple

from beleg.prove.entries import (
    FORMAT,
    LEDGER,
    TEXTS,
    BrokenError,
    Entry,
    bounds_of,
    count_words,
    fold_text,
    read_ledger,
    read_texts,
    to_canonical,
)

SUMS = ("gross_minor", "deductions_minor", "reserve_minor", "distributable_minor")
FULL = 10_000  # support that leaves no doubt
GRAIN = lcm(*range(1, 33))  # shares of the rule "expected" are rounded to so fine a part
Account = tuple[str, str | None, bool]  # payee, publisher, is_line


class Ledger(NamedTuple):
    """The tree (leaves first), rows by type and line, openings; by claim: stakes and parts."""

    tree: list[list[bytes]]
    rows: dict[str, dict[int, Entry]]
    names: dict[str, Entry]
    gone: dict[str, str]  # what was forgotten: commitment to kind
    pot: Entry
    claims: dict[str, Entry]
    stakes: dict[str, dict[str, Entry]]
    parts: dict[str, dict[str, Fraction]]


def read(files: Mapping[str, bytes]) -> Ledger:
    """Read ledger and annex, and split every claim anew."""
    lines, found = read_ledger(files[LEDGER])
    (head,), (pot,) = found["format"].values(), found["pot"].values()
    if head["format"] != FORMAT or pot["rule"] not in {"airport", "expected", "floor"}:
        raise BrokenError(f"{LEDGER}: its format or its rule is not known to this check.")
    claims = {row["claim"]: row for row in found["claim"].values()}
    stakes: dict[str, dict[str, Entry]] = {name: {} for name in claims}
    for row in found["stake"].values():
        stakes[row["claim"]][row["publisher"]] = row
    weights = {name: int(claim["weight"]) for name, claim in claims.items()}
    total = max(sum(weights.values()), 1)
    orders = {row["publisher"]: row["order"] for row in found["share"].values()}
    known: dict[tuple[int, ...], list[int]] = {}
    parts = {
        name: split(pot["rule"], stakes[name], (weight, total), orders, known)
        for name, weight in weights.items()
    }
    openings, gone = _open_texts(*read_texts(files[TEXTS]), found)
    return Ledger(grow(lines), found, openings, gone, pot, claims, stakes, parts)


def _open_texts(
    rows: list[Entry], gone: dict[str, str], ledger: Mapping[str, dict[int, Entry]]
) -> tuple[dict[str, Entry], dict[str, str]]:
    """Check the annex: each commitment is opened once or forgotten, and nothing else is."""
    wanted = {entry["prompt"]: "prompt" for entry in ledger["answer"].values()}
    wanted |= {entry["publisher"]: "publisher" for entry in ledger["stake"].values()}
    found = (row[key] for row in ledger["stake"].values() for key in ("passage", "origin"))
    wanted |= {passage: "passage" for passage in found if passage}
    wanted |= {entry["payee"]: "rightsholder" for entry in ledger["entitlement"].values()}
    for entry in (*ledger["share"].values(), *ledger["payout"].values()):
        wanted |= {entry["publisher"]: "publisher"} if entry["publisher"] else {}
        wanted |= {} if entry.get("is_line", True) else {entry["payee"]: "rightsholder"}
    claims = {entry["text"]: entry["claim"] for entry in ledger["claim"].values()}
    opened: dict[str, Entry] = {}
    for row in rows:
        content = to_canonical({key: row[key] for key in ("id", "kind", "text")})
        name = hashlib.sha256(bytes.fromhex(row["salt"]) + content).hexdigest()
        kind = "claim" if claims.get(name) == row["id"] else wanted.get(name)
        if row != {**row, "commitment": name, "kind": kind}:
            raise BrokenError(f"{TEXTS}: {row['kind']} {row['id']} is not what the ledger has.")
        opened[name] = row
    wanted |= dict.fromkeys(claims, "claim")
    if lost := sorted(wanted.keys() - opened.keys() - gone.keys()):
        raise BrokenError(f"{TEXTS}: {lost[0]} is not opened.")
    if any(name in opened or wanted.get(name) != kind for name, kind in gone.items()):
        raise BrokenError(f"{TEXTS}: something is forgotten that the ledger does not have.")
    return opened, gone


def check_claims(ledger: Ledger) -> Iterator[str]:
    """Check the period, and what the claims are weighed by against the texts that are opened."""
    if (ledger.pot["starts_at"], ledger.pot["ends_at"]) != (bounds := bounds_of(ledger.pot)):
        yield f"period {ledger.pot['period']} runs from {bounds[0]} to {bounds[1]}."
    said: dict[tuple[str, str], str] = {}
    if int(ledger.pot["claim_weight"]) != sum(int(c["weight"]) for c in ledger.claims.values()):
        yield "the weights of the claims do not sum to the pot's."
    for name, claim in ledger.claims.items():
        if claim["text"] in ledger.gone:
            continue
        text = ledger.names[claim["text"]]["text"]
        if claim["words"] > (most := count_words(text)):
            yield f"claim {name} is weighed by {claim['words']} words and has {most}."
        first = said.setdefault((claim["answer"], fold_text(text)), name)
        if first != name:
            yield f"claims {first} and {name} are one statement of answer {claim['answer']}."


def check_weights(ledger: Ledger) -> Iterator[str]:
    """Recompute the answers' weights by amount, impressions or prompt, the claims' by words."""
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
    yield from _check_answers(ledger.pot, every, prompts)


def _check_answers(
    pot: Entry, every: Mapping[str, Entry], prompts: Mapping[str, Mapping[str, Entry]]
) -> Iterator[str]:
    if len({answer["impressions"] is None for answer in every.values()}) > 1:
        yield "known and unknown impressions are mixed."
    by_amount = pot["mode"] == "per_answer"
    brought = sum(int(answer["amount_minor"] or 0) for answer in every.values())
    if by_amount and pot["rule"] != "floor" and brought != int(pot["gross_minor"]):
        yield "the answers do not bring what the pot has."
    for prompt, answers in prompts.items():
        if by_amount:
            wanted = {key: int(row["amount_minor"]) * 10**6 for key, row in answers.items()}
        elif answers[min(answers)]["impressions"] is None:
            (units,) = {int(answer["prompt_weight"]) for answer in answers.values()}
            wanted = _round(units, dict.fromkeys(answers, Fraction(units, len(answers))))
        else:
            wanted = {key: int(row["impressions"]) * 10**6 for key, row in answers.items()}
        if wanted != {key: int(row["weight"]) for key, row in answers.items()}:
            yield f"the answers to prompt {prompt} do not have their weight."


def _round(total: int, exact: Mapping[Any, Fraction]) -> dict[Any, int]:
    """Largest remainder, ties in the order of the names; who owes gets 0.

    Where the floors exceed the total, since others owe, all are first cut in one proportion.
    """
    due = {name: max(amount, Fraction()) for name, amount in exact.items()}
    if sum(amount.numerator // amount.denominator for amount in due.values()) > total:
        cut = total / sum(due.values(), Fraction())
        due = {name: amount * cut for name, amount in due.items()}
    whole = {name: amount.numerator // amount.denominator for name, amount in due.items()}
    if missing := total - sum(whole.values()):
        for name in sorted(due, key=lambda name: (whole[name] - due[name], name))[:missing]:
            whole[name] += 1
    return whole


def split(
    rule: str,
    stakes: Mapping[str, Entry],
    weight: tuple[int, int],
    orders: Mapping[str, int],
    known: dict[tuple[int, ...], list[int]],
) -> dict[str, Fraction]:
    """Split one claim of a weight, out of a total; ``known`` keeps what was counted before."""
    if rule == "expected":
        return _split_expected(stakes, Fraction(*weight), orders, known)
    return _split(stakes, weight[0], FULL * weight[1])


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


def _split_expected(
    stakes: Mapping[str, Entry],
    weight: Fraction,
    orders: Mapping[str, int],
    known: dict[tuple[int, ...], list[int]],
) -> dict[str, Fraction]:
    """Split one claim by chances: whoever supports it shares it with all who do."""
    names = sorted(stakes, key=lambda name: orders.get(name, -1))
    supports = tuple(int(stakes[name]["support"]) for name in names)
    if supports not in known:
        known[supports] = _count_grains(supports)
    grains = zip(names, known[supports], strict=True)
    return {name: weight * Fraction(n, GRAIN) for name, n in grains}


def _count_grains(supports: tuple[int, ...]) -> list[int]:
    """Count each one's grains, rounded with what nobody gets, which comes last in ties."""
    whole = FULL ** len(supports)
    none = prod(FULL - p for p in supports)
    exact, found = {len(supports): Fraction(GRAIN * none, whole)}, dict[int, Fraction]()
    for place, p in enumerate(supports):
        if p not in found:
            others = [1]  # coefficients of the product of the others' (1 - q) + q * t, times FULL
            for q in supports[:place] + supports[place + 1 :]:
                both = zip([*others, 0], [0, *others], strict=True)
                others = [(FULL - q) * here + q * before for here, before in both]
            # The integral over t from 0 to 1 is the mean of 1 / (1 + others that support it).
            scale = lcm(*range(1, len(others) + 1))
            mean = sum(c * (scale // (n + 1)) for n, c in enumerate(others))
            found[p] = Fraction(GRAIN * p * mean, scale * whole)
        exact[place] = found[p]
    rounded = _round(GRAIN, exact)
    return [rounded[place] for place in range(len(supports))]


def check_shares(ledger: Ledger) -> Iterator[str]:
    """Check that every stake is paid in this pot, and recompute the shares."""
    least, kinds = max(1, ledger.pot["threshold"]), ledger.pot["kinds"]
    mandates = {row["publisher"]: row["mandate"] for row in ledger.rows["share"].values()}
    for stake in ledger.rows["stake"].values():
        known_kind = stake["kind"] in kinds or (stake["kind"] is None and stake["appeal"])
        if not least <= stake["support"] <= FULL or not known_kind:
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
    if ledger.pot["rule"] == "floor":
        wanted = dict.fromkeys(got, Fraction(1, max(len(got), 1)))
        if ledger.claims or set(mandates.values()) - {"paid"}:
            yield "a floor is divided equally among those with a mandate, and rests on no claim."
    yield from _check_orders(ledger, "share", lambda row: (row["publisher"],))
    for name in sorted({key for key in wanted if wanted[key]} | got.keys()):
        if name not in got or got[name] != got[name] | spell(wanted[name]):
            yield f"share of {name} is not {wanted[name]}, as recomputed."


def _check_orders(
    ledger: Ledger, kind: str, names: Callable[[Entry], tuple[str | None, ...]]
) -> Iterator[str]:
    """Check that places are those of the ids; of what is forgotten, places alone are left."""
    rows = sorted(ledger.rows[kind].values(), key=lambda row: row["order"])
    if [row["order"] for row in rows] != list(range(len(rows))):
        yield f"the places of its lines ({kind}) do not count from 0."
    opened = [row for row in rows if not ledger.gone.keys() & set(names(row))]
    places = [
        (row.get("is_line", False), *(_id_of(ledger, name) for name in names(row)))
        for row in opened
    ]
    if places != sorted(places):
        yield f"its lines ({kind}) are not in the order of their ids."


def _id_of(ledger: Ledger, name: str | None) -> str:
    return str(ledger.names.get(name or "", {"id": name or ""})["id"])


def _divide(ledger: Ledger) -> dict[Account, Fraction]:
    """Recompute where every part of the pot goes."""
    quotas: dict[str, list[tuple[Entry, Fraction]]] = defaultdict(list)
    for entry in ledger.rows["entitlement"].values():
        quotas[entry["publisher"]].append((entry, part_of(entry)))
    parts: dict[Account, Fraction] = defaultdict(Fraction)
    for share in ledger.rows["share"].values():
        name, part = share["publisher"], part_of(share)
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


def check_payouts(ledger: Ledger) -> Iterator[str]:
    """Recompute every payout and line, what is carried in and out, and the one rounding."""
    gross, *taken, money = (int(ledger.pot[key]) for key in SUMS)
    if gross - sum(taken) != money:
        yield "gross less deductions and reserve is not what is distributed."
    parts, carried = _divide(ledger), dict[Account, Fraction]()
    sums: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
    for row in ledger.rows["balance"].values():
        account = (row["payee"], row["publisher"], row["is_line"])
        carried[account] = carried.get(account, Fraction()) + part_of(row)
        sums[row["kind"], row["source"]] += part_of(row)
        if not ledger.pot["series"] or row["source"] == ledger.pot["pot_id"]:
            yield "a balance comes from no earlier pot of a series."
    if any(sums.values()):
        yield "balances of one kind and source do not sum to 0."
    rows = {(r["payee"], r["publisher"], r["is_line"]): r for r in ledger.rows["payout"].values()}
    carried = {account: amount for account, amount in carried.items() if amount}
    if parts.keys() | carried.keys() != rows.keys():
        yield "payouts go to others than the shares, entitlements and balances say."
        return
    dues = {key: parts.get(key, 0) * money + carried.get(key, Fraction()) for key in rows}
    for key, assigned in _assign(rows, money, dues).items():
        paid = 0 if key[2] else assigned
        wanted = {"assigned_minor": str(assigned), "paid_minor": str(paid)}
        wanted |= {"withheld_minor": str(assigned - paid)}
        wanted |= spell(parts.get(key, Fraction())) | spell(dues[key] - assigned, "carry_")
        wanted |= spell(carried.get(key, Fraction()), "carried_")
        if rows[key] != rows[key] | wanted:
            yield f"payout to {key[0]} is not {wanted}, as recomputed."
    yield from _check_orders(ledger, "payout", lambda row: (row["payee"], row["publisher"]))


def _assign(
    rows: Mapping[Account, Entry], money: int, dues: Mapping[Account, Fraction]
) -> dict[Account, int]:
    """Round over the payees, lines last, then over each one's publishers; ties by their places.

    A line below 0 is drawn on first: what it withheld before is money of this pot.
    """
    assigned = {key: -int(-due) for key, due in dues.items() if key[2] and due < 0}
    payees: dict[tuple[str, bool], dict[int, Account]] = defaultdict(dict)
    for account in rows.keys() - assigned.keys():
        payees[account[0], account[2]][rows[account]["order"]] = account
    places = {min(accounts): accounts for accounts in payees.values()}
    sums = {
        first: sum((dues[account] for account in accounts.values()), Fraction())
        for first, accounts in places.items()
    }
    for first, whole in _round(money - sum(assigned.values()), sums).items():
        theirs = {place: dues[account] for place, account in places[first].items()}
        assigned |= {places[first][n]: minor for n, minor in _round(whole, theirs).items()}
    return assigned


def part_of(entry: Entry) -> Fraction:
    """Read an entry's fraction."""
    return Fraction(int(entry["numerator"]), int(entry["denominator"]))


def spell(part: Fraction, prefix: str = "") -> Entry:
    """Spell a fraction as the fields of an entry."""
    top, bottom = map(str, part.as_integer_ratio())
    return {f"{prefix}numerator": top, f"{prefix}denominator": bottom}


def read_book_root(ledger: Ledger) -> str:
    """Give the root of the lines before the pages' hashes: the one that pages can name."""
    n_pages = len(ledger.rows["file"])
    leaves = ledger.tree[0]
    return climb(leaves[: len(leaves) - n_pages])[-1][0].hex()


def grow(lines: list[bytes]) -> list[list[bytes]]:
    """Hash neighbours level by level; the odd one out goes up as it is (RFC 6962, 2.1)."""
    return climb([hashlib.sha256(b"\x00" + line).digest() for line in lines])


def climb(leaves: list[bytes]) -> list[list[bytes]]:
    """Hash leaves up to their root."""
    tree = [leaves]
    while len(tree[-1]) > 1:
        pairs = [tree[-1][at : at + 2] for at in range(0, len(tree[-1]), 2)]
        joined = [hashlib.sha256(b"\x01" + b"".join(pair)).digest() for pair in pairs]
        tree.append(joined if len(pairs[-1]) == 2 else [*joined[:-1], *pairs[-1]])
    return tree


CHECKS = (check_claims, check_weights, check_shares, check_payouts)

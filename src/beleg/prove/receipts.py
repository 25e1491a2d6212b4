"""What a payee is handed: its money, from the payout down to claim and passage."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from beleg import odds
from beleg.formats import disarm
from beleg.prove.commitments import Opening
from beleg.prove.ledger import FORMAT, Book, Entry
from beleg.prove.merkle import prove_inclusion
from beleg.settlement import FULL

COLUMNS = (
    "payee",
    "payee_id",
    "payee_name",
    "publisher",
    "publisher_id",
    "publisher_name",
    "is_line",
    "currency",
    "numerator",
    "denominator",
    "carried_numerator",
    "carried_denominator",
    "assigned_minor",
    "paid_minor",
    "withheld_minor",
    "carry_numerator",
    "carry_denominator",
)
"""Of payouts.csv."""


def list_receipts(book: Book) -> dict[str, Entry]:
    """List what each rightsholder with a payout row is handed, before the tree is grown.

    A receipt is made of the ledger's own entries: the pot, the payee's entitlements, balances and
    payouts, its publishers' shares, and every claim that one of its publishers supports, with all
    stakes and the publisher's exact part of all claim weight. It opens the payee's own names and
    passages, and the claims and questions concerned; rivals stay commitments with numbers.

    Returns:
        Commitment of the payee to the receipt: format, pot_id, payee, entries (as
        ``{"entry", "index"}``), claims, texts.
    """
    index = _index(book)
    receipts = {}
    for payee, paid in index.payouts.items():
        own = sorted({entry["publisher"] for _, entry in paid})
        names = sorted({claim for name in own for claim in index.supported[name]})
        opened = {payee, *own}
        for name in names:
            claim, stakes = index.claims[name], index.stakes[name]
            opened |= {claim["text"], index.prompts[claim["answer"]]}
            mine = [stake for stake in stakes if stake["publisher"] in own]
            opened |= {stake[key] for stake in mine for key in ("passage", "origin") if stake[key]}
        entries = index.heads + index.accounts[payee] + paid
        entries += [index.shares[name] for name in own if name in index.shares]
        receipts[payee] = {
            "format": FORMAT,
            "pot_id": book.pot.pot_id,
            "payee": payee,
            "entries": [
                {"entry": entry, "index": place}
                for place, entry in sorted(entries, key=lambda row: row[0])
            ],
            "claims": [_write_claim(index, book.pot.rule, name, own) for name in names],
            "texts": [
                index.openings[name]._asdict() for name in sorted(opened) if name in index.openings
            ],
        }
    return receipts


def prove_receipt(
    receipt: Entry, pages: Sequence[tuple[int, Entry]], levels: Sequence[Sequence[bytes]]
) -> Entry:
    """Add what ties a receipt to the tree: its pages' hashes, root, size, and the proofs.

    Args:
        receipt: As :func:`list_receipts` gives it.
        pages: Places and entries of the files that belong to it, as :func:`group_pages` gives
            them.
        levels: The whole tree.
    """
    own = [{"entry": entry, "index": place} for place, entry in pages]
    rows = [
        {**row, "proof": [node.hex() for node in prove_inclusion(levels, row["index"])]}
        for row in receipt["entries"] + own
    ]
    tree = {"root": levels[-1][0].hex(), "tree_size": len(levels[0])}
    return {**receipt, **tree, "entries": rows}


def group_pages(entries: Sequence[Entry]) -> dict[str, list[tuple[int, Entry]]]:
    """Group the files that a ledger names by the payee whose they are; README.txt is everyone's.

    Returns:
        The first 16 digits of the payee's commitment to places and entries, in their order.
    """
    pages: dict[str, list[tuple[int, Entry]]] = defaultdict(list)
    common = []
    for place, entry in enumerate(entries):
        if entry["type"] != "file":
            continue
        owner = entry["path"].partition(".")[0].removeprefix("payee-")
        if owner == "README":
            common.append((place, entry))
        else:
            pages[owner].append((place, entry))
    return {owner: common + rows for owner, rows in pages.items()}


class _Index(NamedTuple):
    """The ledger by what a receipt asks of it."""

    heads: list[tuple[int, Entry]]
    """Places and entries of the format and the pot."""
    payouts: dict[str, list[tuple[int, Entry]]]
    """Places and entries by payee; without the lines."""
    accounts: dict[str, list[tuple[int, Entry]]]
    """Entitlements and balances by payee."""
    shares: dict[str, tuple[int, Entry]]
    orders: dict[str, int]
    """Places of the publishers by their ids."""
    claims: dict[str, Entry]
    stakes: dict[str, list[Entry]]
    """By claim."""
    supported: dict[str, list[str]]
    """Claims by publisher."""
    prompts: dict[str, str]
    """By answer."""
    openings: dict[str, Opening]
    weight: int
    """Of all claims."""


def _index(book: Book) -> _Index:
    places: dict[str, list[tuple[int, Entry]]] = defaultdict(list)
    for place, entry in enumerate(book.entries):
        places[entry["type"]].append((place, entry))
    stakes, supported = defaultdict(list), defaultdict(list)
    for _, stake in places["stake"]:
        stakes[stake["claim"]].append(stake)
        supported[stake["publisher"]].append(stake["claim"])
    payouts: dict[str, list[tuple[int, Entry]]] = defaultdict(list)
    for place, entry in places["payout"]:
        if not entry["is_line"]:
            payouts[entry["payee"]].append((place, entry))
    accounts: dict[str, list[tuple[int, Entry]]] = defaultdict(list)
    for place, entry in places["entitlement"] + places["balance"]:
        accounts[entry["payee"]].append((place, entry))
    return _Index(
        heads=places["format"] + places["pot"],
        payouts=payouts,
        accounts=accounts,
        shares={entry["publisher"]: (place, entry) for place, entry in places["share"]},
        orders={entry["publisher"]: entry["order"] for _, entry in places["share"]},
        claims={entry["claim"]: entry for _, entry in places["claim"]},
        stakes=stakes,
        supported=supported,
        prompts={entry["answer"]: entry["prompt"] for _, entry in places["answer"]},
        openings={opening.commitment: opening for opening in book.openings.values()},
        weight=sum(int(entry["weight"]) for _, entry in places["claim"]),
    )


def _split_claim(
    rule: str, supports: Mapping[str, int], orders: Mapping[str, int]
) -> dict[str, Fraction]:
    """Split one claim of weight 1 by a pot's rule, in units of support."""
    if rule != "expected":
        return split_claim(supports)
    staked = sorted((supports[name], orders.get(name, -1), name) for name in supports)
    grains = odds.divide([row[:2] for row in staked])
    names = (name for _, _, name in staked)
    unit = Fraction(FULL, odds.GRAIN)
    return {name: n * unit for name, n in zip(names, grains, strict=True)}


def _write_claim(index: _Index, rule: str, name: str, own: Collection[str]) -> Entry:
    """Write one claim with all its stakes and the own publishers' parts of all claim weight."""
    claim, stakes = index.claims[name], index.stakes[name]
    # Where nothing has a weight, nobody has a part of it.
    scale = Fraction(int(claim["weight"]), FULL * index.weight) if index.weight else Fraction()
    supports = {stake["publisher"]: stake["support"] for stake in stakes}
    worth = _split_claim(rule, supports, index.orders)
    parts = {rival: str(worth[rival] * scale) for rival in worth if rival in own}
    prompt = index.prompts[claim["answer"]]
    return {"claim": claim, "prompt": prompt, "stakes": stakes, "parts": parts}


def split_claim(supports: Mapping[str, int]) -> dict[str, Fraction]:
    """Split one claim of weight 1 as the airport game does, in units of support.

    Source: Littlechild and Owen 1973, see docs/theory/settlement.md.
    """
    ordered = sorted(supports, key=lambda name: (supports[name], name))
    steps = pairwise([0, *(supports[name] for name in ordered)])
    parts, so_far = {}, Fraction()
    for nth, (name, (low, high)) in enumerate(zip(ordered, steps, strict=True)):
        so_far += Fraction(high - low, len(ordered) - nth)
        parts[name] = so_far
    return parts


def write_csv(book: Book) -> bytes:
    """Write every payout row, lines included, as CSV (RFC 4180): UTF-8, one header line.

    The id and name of who is forgotten stay empty.
    """
    names = {opening.commitment: opening for opening in book.openings.values()}
    out = io.StringIO()
    # Every release of Python quotes what stands in the line's end, and not every one "\r" else.
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for entry in book.entries:
        if entry["type"] != "payout":
            continue
        payee, source = names.get(entry["payee"]), names.get(entry["publisher"])
        row = {
            **entry,
            "payee_id": disarm(payee.id) if payee else "",
            "payee_name": disarm(payee.text) if payee else "",
            "publisher": entry["publisher"] or "",
            "publisher_id": disarm(source.id) if source else "",
            "publisher_name": disarm(source.text) if source else "",
            "is_line": "1" if entry["is_line"] else "0",
            "currency": book.pot.currency,
        }
        writer.writerow([row[column] for column in COLUMNS])
    return out.getvalue().encode()


CLAIM_COLUMNS = (
    "claim",
    "answer",
    "publisher_id",
    "support",
    "kind",
    "basis",
    "rivals",
    "numerator",
    "denominator",
    "minor",
    "text",
    "passage",
)
"""Of payee-*.csv."""


def write_claims_csv(receipt: Entry, money: int) -> bytes:
    """Write a receipt's claims as CSV, one row a claim and own publisher.

    Args:
        receipt: As :func:`list_receipts` gives it.
        money: The pot's distributable sum, in minor units.

    Returns:
        UTF-8; ``numerator`` and ``denominator`` are the part of all claim weight, ``minor`` what
        it is of the pot, before mandate and quotas, in minor units to six decimals.
    """
    names = {row["commitment"]: row for row in receipt["texts"]}
    gone = {"id": "", "text": ""}
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(CLAIM_COLUMNS)
    for row in receipt["claims"]:
        for stake in row["stakes"]:
            if stake["publisher"] not in row["parts"]:
                continue
            part = Fraction(row["parts"][stake["publisher"]])
            micro = part * money * 10**6
            cells = [
                row["claim"]["claim"],
                row["claim"]["answer"],
                names.get(stake["publisher"], gone)["id"],
                stake["support"],
                stake["kind"] or "",
                stake["basis"],
                len(row["stakes"]) - 1,
                part.numerator,
                part.denominator,
                f"{micro // 10**6}.{micro // 1 % 10**6:06}",
                names.get(row["claim"]["text"], gone)["text"],
                names.get(stake["passage"], gone)["text"],
            ]
            writer.writerow([disarm(cell) if isinstance(cell, str) else cell for cell in cells])
    return out.getvalue().encode()

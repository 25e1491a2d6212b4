"""What a paper says: a receipt laid out to be read, before it becomes HTML or PDF.

A paper is made of a payee's receipt and the head of its pot alone, both as they stand in the
statement's folder, so that it can be made anew by whoever holds these files.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple

from beleg.kinds import LINES, MONEY_COVERAGE

TOP, LISTED = 12, 100
"""Claims that are told in full, and those that get a line; all others stand as one sum, so that a
statement of 10,000 claims is a few pages like any other."""

RIVALS = 12
"""Rivals that are listed at a claim; of 200 supporters of one claim nobody reads all."""

PSEUDONYM_DIGITS = 8

Entry = dict[str, Any]


class Head(NamedTuple):
    """What a paper says of the whole pot."""

    pot: Entry
    """The ledger's entry."""
    lines: dict[str, int]
    """Assigned to each unpaid line, in minor units."""
    payees_minor: int
    """Assigned to all payees together."""
    n_answers: int
    n_claims: int
    root: str
    """Of the Merkle tree over the entries that the papers are made from, hexadecimal. Those that
    name the papers by their hashes come after it: no page can hold a hash of itself."""


@dataclass(frozen=True, slots=True)
class Account:
    """What a payee receives for one publisher."""

    publisher_id: str
    publisher: str
    share: Fraction
    """The publisher's part of all claim weight."""
    part: Fraction
    """The payee's part of the distributable sum."""
    assigned_minor: int
    paid_minor: int
    withheld_minor: int
    carried: Fraction
    """Brought in, in minor units."""
    carry: Fraction
    """Carried on, in minor units."""

    @property
    def quota(self) -> Fraction:
        """Say which part of the publisher's share is the payee's; 1 where there is no share."""
        return self.part / self.share if self.share else Fraction(1)


class Brought(NamedTuple):
    """A balance that comes into the pot for the payee."""

    publisher: str
    kind: str
    """rounding or correction."""
    source: str
    """The pot that it comes from."""
    amount: Fraction
    """In minor units, signed."""


@dataclass(frozen=True, slots=True)
class Support:
    """One publisher's stake in a claim."""

    name: str
    """A pseudonym where the name is not opened."""
    digits: str
    """First digits of the commitment."""
    support: int
    kind: str | None
    """None where an appeal set the support and named no passage."""
    basis: str
    appeal: str | None
    """The appeal that set the support."""
    passage: str | None
    """None where it is not opened."""
    origin: str | None


@dataclass(frozen=True, slots=True)
class Earning:
    """A claim that one of the payee's publishers supports."""

    claim_id: str
    answer_id: str
    text: str
    question: str
    weight: int
    """Millionths of a prompt's weight, or of an impression."""
    own: tuple[Support, ...]
    rivals: tuple[Support, ...]
    """The strongest first."""
    part: Fraction
    """The payee's part of all claim weight."""
    amount: Fraction
    """The same in minor units, before rounding."""


@dataclass(frozen=True, slots=True)
class Paper:
    """One payee's statement."""

    head: Head
    payee_id: str
    commitment: str
    name: str
    accounts: tuple[Account, ...]
    brought: tuple[Brought, ...]
    earnings: tuple[Earning, ...]
    """All of them, the heaviest first."""
    is_simulation: bool
    for_auditor: bool

    @property
    def top(self) -> tuple[Earning, ...]:
        """Return what is told in full."""
        return self.earnings[:TOP]

    @property
    def listed(self) -> tuple[Earning, ...]:
        """Return what gets a line each."""
        return self.earnings[TOP : TOP + LISTED]

    @property
    def rest(self) -> tuple[Earning, ...]:
        """Return what is only summed."""
        return self.earnings[TOP + LISTED :]

    @property
    def file(self) -> str:
        """Name the receipt that the paper is made of, without its ending."""
        return f"payee-{self.commitment[:16]}"

    def total(self, column: str) -> int:
        """Add up one of the accounts' columns of money."""
        return sum(int(getattr(account, column)) for account in self.accounts)


def read_head(entries: Iterable[Entry], root: str) -> Head:
    """Read what papers say of the whole pot.

    Args:
        entries: The lines of the pot's ledger; those of type ``file`` may be missing.
        root: Of the Merkle tree over them.

    Raises:
        ValueError: No entry is a pot.
    """
    lines, payees = dict.fromkeys(LINES, 0), 0
    counts = dict.fromkeys(("answer", "claim"), 0)
    pot: Entry = {}
    for entry in entries:
        kind = entry["type"]
        if kind == "pot":
            pot = entry
        elif kind in counts:
            counts[kind] += 1
        elif kind == "payout" and entry["is_line"]:
            lines[entry["payee"]] += int(entry["assigned_minor"])
        elif kind == "payout":
            payees += int(entry["assigned_minor"])
    if not pot:
        raise ValueError("entries == no pot, must hold the pot's own entry.")
    return Head(pot, lines, payees, counts["answer"], counts["claim"], root)


def read_paper(receipt: Entry, head: Head, openings: Iterable[Mapping[str, str]] = ()) -> Paper:
    """Lay out a receipt for its reader.

    Args:
        receipt: As a ``payee-*.json`` holds it.
        head: Of its pot.
        openings: The annex (``texts.jsonl``), for an auditor; nothing for the member itself.
    """
    annex = list(openings)
    texts = {row["commitment"]: row for row in (*receipt["texts"], *annex)}
    accounts, quotas = _read_accounts(receipt, texts)
    earnings = [_read_earning(row, texts, quotas, head) for row in receipt["claims"]]
    # Who is forgotten is called by the first digits of the commitment, as a rival is.
    digits = receipt["payee"][:PSEUDONYM_DIGITS]
    payee = texts.get(receipt["payee"], {"id": digits, "text": digits})
    return Paper(
        head=head,
        payee_id=payee["id"],
        commitment=receipt["payee"],
        name=payee["text"],
        accounts=tuple(accounts),
        brought=tuple(
            Brought(_open(texts, row["publisher"]) or "", row["kind"], row["source"], amount)
            for row in (row["entry"] for row in receipt["entries"])
            if row["type"] == "balance" and (amount := fraction_of(row, ""))
        ),
        earnings=tuple(sorted(earnings, key=lambda row: (-row.amount, row.claim_id))),
        is_simulation=head.pot["coverage"] not in MONEY_COVERAGE,
        for_auditor=bool(annex),
    )


def _read_accounts(
    receipt: Entry, texts: Mapping[str, Mapping[str, str]]
) -> tuple[list[Account], dict[str, Fraction]]:
    """Read the payee's accounts, and its quotas by publisher."""
    entries = [row["entry"] for row in receipt["entries"]]
    shares = {row["publisher"]: fraction_of(row, "") for row in entries if row["type"] == "share"}
    accounts, quotas = [], {}
    for row in entries:
        if row["type"] != "payout":
            continue
        publisher = row["publisher"]
        account = Account(
            publisher_id=texts.get(publisher, {"id": publisher[:PSEUDONYM_DIGITS]})["id"],
            publisher=_open(texts, publisher) or publisher[:PSEUDONYM_DIGITS],
            share=shares.get(publisher, Fraction()),
            part=fraction_of(row, ""),
            assigned_minor=int(row["assigned_minor"]),
            paid_minor=int(row["paid_minor"]),
            withheld_minor=int(row["withheld_minor"]),
            carried=fraction_of(row, "carried_"),
            carry=fraction_of(row, "carry_"),
        )
        accounts.append(account)
        quotas[publisher] = account.quota
    return accounts, quotas


def fraction_of(entry: Mapping[str, Any], prefix: str) -> Fraction:
    """Read a fraction of an entry; 0 where the entry has none of that name."""
    top, bottom = f"{prefix}numerator", f"{prefix}denominator"
    return Fraction(int(entry.get(top, 0)), int(entry.get(bottom, 1)))


def _read_earning(
    row: Entry,
    texts: Mapping[str, Mapping[str, str]],
    quotas: Mapping[str, Fraction],
    head: Head,
) -> Earning:
    claim, parts = row["claim"], row["parts"]
    part = sum((Fraction(parts[who]) * quotas[who] for who in parts), Fraction())
    own = [_read_support(stake, texts) for stake in row["stakes"] if stake["publisher"] in parts]
    others = (stake for stake in row["stakes"] if stake["publisher"] not in parts)
    rivals = [_read_support(stake, texts) for stake in others]
    return Earning(
        claim_id=claim["claim"],
        answer_id=claim["answer"],
        text=_open(texts, claim["text"]) or "",
        question=_open(texts, row["prompt"]) or "",
        weight=int(claim["weight"]),
        own=tuple(own),
        rivals=tuple(sorted(rivals, key=lambda row: (-row.support, row.digits))),
        part=part,
        amount=part * int(head.pot["distributable_minor"]),
    )


def _read_support(stake: Entry, texts: Mapping[str, Mapping[str, str]]) -> Support:
    digits = stake["publisher"][:PSEUDONYM_DIGITS]
    return Support(
        name=_open(texts, stake["publisher"]) or "",
        digits=digits,
        support=stake["support"],
        kind=stake["kind"],
        basis=stake["basis"],
        appeal=stake["appeal"],
        passage=_open(texts, stake["passage"]),
        origin=_open(texts, stake["origin"]),
    )


def _open(texts: Mapping[str, Mapping[str, str]], commitment: str | None) -> str | None:
    opening = texts.get(commitment) if commitment else None
    return opening["text"] if opening else None


def sum_amounts(earnings: Sequence[Earning]) -> Fraction:
    """Add up what claims brought, in minor units before rounding."""
    return sum((row.amount for row in earnings), Fraction())

"""Double entry of a pot, for beancount and for hledger.

Two sets of books: the alliance's, in which a whole pot goes from what was collected to what is
owed to each payee and to the four unpaid lines, and a member's own, in which it stands as income
and receivable. Each transaction sums to zero in minor units. Account names are ASCII, as both
formats read them alike; the names as they are stand beside each account.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import chain
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from beleg.kinds import LINES
from beleg.money import format_amount
from beleg.prove.paper import Entry, Paper, fraction_of

_PLAIN = re.compile(r"[a-z0-9][A-Za-z0-9-]*")
"""Ids that stand in an account name as they are, but for a capital first letter."""

_FOLDED = str.maketrans({"ß": "ss", "ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "æ": "ae", "Æ": "Ae"})


class Account(NamedTuple):
    """An account and what it is called for people."""

    path: tuple[str, ...]
    """Its components; the first is one of Assets, Liabilities, Income."""
    name: str


class Posting(NamedTuple):
    """An amount on an account, in minor units; what is owed and earned is negative."""

    account: Account
    minor: int
    notes: Mapping[str, str]


class Transaction(NamedTuple):
    """Postings of one day and one currency that sum to zero."""

    day: date
    text: str
    currency: str
    postings: tuple[Posting, ...]


def book_pot(entries: Iterable[Entry], openings: Iterable[Mapping[str, str]]) -> list[Transaction]:
    """Book a whole pot: collected, divided into what is kept and what is distributed, assigned.

    Args:
        entries: All lines of the pot's ledger.
        openings: The annex, which names payees and publishers.

    Returns:
        Up to three transactions of the last day of the pot's period.
    """
    rows = list(entries)
    (pot,) = (row for row in rows if row["type"] == "pot")
    names = {row["commitment"]: (row["id"], row["text"]) for row in openings}
    payouts = [row for row in rows if row["type"] == "payout"]
    gross, deductions, reserve, left = (
        int(pot[f"{key}_minor"]) for key in ("gross", "deductions", "reserve", "distributable")
    )
    collected = _account(pot, "Assets", "Collected")
    open_sum = _account(pot, "Liabilities", "Undivided")
    to_divide = _account(pot, "Liabilities", "Distributable")
    divided = [
        Posting(open_sum, gross, {}),
        Posting(_account(pot, "Income", "Deductions"), -deductions, {}),
        Posting(_account(pot, "Liabilities", "Reserve"), -reserve, {}),
        Posting(to_divide, -left, {}),
    ]
    owed = [*chain.from_iterable(_owe(pot, row, names) for row in payouts if not row["is_line"])]
    lines: dict[str, int] = defaultdict(int)
    for row in payouts:
        if row["is_line"]:
            lines[row["payee"]] += int(row["assigned_minor"])
    unpaid = [
        Posting(_account(pot, "Liabilities", "Unpaid", line.replace("_", "-")), -lines[line], {})
        for line in LINES
    ]
    return _transact(
        pot,
        {
            "collected": [Posting(collected, gross, {}), Posting(open_sum, -gross, {})],
            "divided": divided,
            "assigned": [Posting(to_divide, left, {}), *owed, *unpaid],
        },
    )


def book_member(paper: Paper) -> list[Transaction]:
    """Book what a payee receives from a pot in its own books, an account a publisher."""
    pot, postings = paper.head.pot, []
    for row in paper.accounts:
        notes = {"carry": str(row.carry), "carried": str(row.carried)}
        of = row.publisher_id, row.publisher
        postings += [
            Posting(_account(pot, "Assets", "Receivable", *of), row.paid_minor, {}),
            Posting(_account(pot, "Assets", "Withheld", *of), row.withheld_minor, {}),
            Posting(_account(pot, "Income", "Licences", *of), -row.assigned_minor, notes),
        ]
    return _transact(pot, {"assigned": postings})


def _owe(pot: Entry, row: Entry, names: Mapping[str, tuple[str, str]]) -> tuple[Posting, Posting]:
    """Book one payout: what is owed now, and what is withheld."""
    # Who is forgotten is called by the first digits of the commitment.
    (payee_id, payee), (publisher_id, publisher) = (
        names.get(row[key], (row[key][:16], row[key][:8])) for key in ("payee", "publisher")
    )
    said = f"{payee} ({publisher})"
    notes = {key: str(fraction_of(row, f"{key}_")) for key in ("carry", "carried")}

    def account(kind: str) -> Account:
        path = ("Liabilities", kind, name_part(pot["pot_id"]), name_part(payee_id))
        return Account((*path, name_part(publisher_id)), said)

    return (
        Posting(account("Payable"), -int(row["paid_minor"]), notes),
        Posting(account("Withheld"), -int(row["withheld_minor"]), {}),
    )


def _account(pot: Entry, root: str, kind: str, of: str = "", name: str = "") -> Account:
    path = (root, kind, name_part(pot["pot_id"]))
    return Account((*path, name_part(of)) if of else path, name or of or pot["pot_id"])


def _transact(pot: Entry, steps: Mapping[str, Sequence[Posting]]) -> list[Transaction]:
    """Make a transaction of each step; what is zero is no posting."""
    zone = ZoneInfo(pot["timezone"])
    day = datetime.fromisoformat(pot["ends_at"]).astimezone(zone).date() - timedelta(days=1)
    made = []
    for step, postings in steps.items():
        kept = tuple(posting for posting in postings if posting.minor)
        text = f"{pot['pot_id']} {pot['period']}: {step}"
        if total := sum(posting.minor for posting in kept):
            raise ValueError(f"postings of {text!r} sum to {total}, must sum to 0.")
        made += [Transaction(day, text, pot["currency"], kept)] if kept else []
    return made


def name_part(name: str) -> str:
    """Write an id as a component of an account's name: ASCII, a capital or a digit first.

    Different ids never become one: what is not plain carries digits of its hash.
    """
    folded = unicodedata.normalize("NFKD", name.translate(_FOLDED)).encode("ascii", "ignore")
    slug = re.sub(r"[^A-Za-z0-9]+", "-", folded.decode()).strip("-")[:40]
    slug = slug[:1].upper() + slug[1:]
    # Digits of a hash could themselves be somebody's id.
    plain = _PLAIN.fullmatch(name) and len(name) <= 40 and not re.search(r"-[0-9a-f]{8}$", name)
    if plain:
        return name[:1].upper() + name[1:]
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{slug}-{digest}" if slug else f"X-{digest}"


def write_beancount(transactions: Sequence[Transaction]) -> bytes:
    """Write transactions, of one or several currencies, as a beancount ledger."""
    accounts = _list_accounts(transactions)
    currencies = sorted({row.currency for row in transactions})
    lines = ['option "title" "Beleg"', *(f'option "operating_currency" "{c}"' for c in currencies)]
    for path, (first, held, name) in sorted(accounts.items()):
        lines += ["", f"{first} open {':'.join(path)} {','.join(sorted(held))}"]
        lines.append(f"  name: {_quote(name)}")
    for row in transactions:
        lines += ["", f"{row.day} * {_quote(row.text)}"]
        for posting in row.postings:
            amount = format_amount(posting.minor, row.currency)
            lines.append(f"  {':'.join(posting.account.path)}  {amount}")
            lines += [f"    {key}: {_quote(value)}" for key, value in posting.notes.items()]
    return ("\n".join(lines) + "\n").encode()


def write_hledger(transactions: Sequence[Transaction]) -> bytes:
    """Write transactions, of one or several currencies, as an hledger journal."""
    lines = ["decimal-mark .", ""]
    for path, (_, _, name) in sorted(_list_accounts(transactions).items()):
        lines.append(f"account {':'.join(path)}  ; {_fold(name)}")
    for row in transactions:
        lines += ["", f"{row.day} * {_fold(row.text)}"]
        for posting in row.postings:
            amount = format_amount(posting.minor, row.currency)
            notes = ", ".join(f"{key}: {value}" for key, value in posting.notes.items())
            said = f"  ; {notes}" if notes else ""
            lines.append(f"    {':'.join(posting.account.path)}  {amount}{said}")
    return ("\n".join(lines) + "\n").encode()


def _list_accounts(transactions: Iterable[Transaction]) -> dict[tuple[str, ...], Any]:
    """List accounts by path: first day, currencies, name."""
    found: dict[tuple[str, ...], Any] = {}
    for row in transactions:
        for account, _, _ in row.postings:
            first, currencies, _ = found.get(account.path, (row.day, set(), ""))
            found[account.path] = (
                min(first, row.day),
                currencies | {row.currency},
                account.name,
            )
    return found


def _fold(text: str) -> str:
    """Put a text on one line, without what would end a description or begin a comment."""
    kept = "".join(c if unicodedata.category(c)[0] not in "CZ" else " " for c in text)
    return " ".join(re.sub(r"[;|]", ",", kept).split())


def _quote(text: str) -> str:
    folded = _fold(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{folded}"'

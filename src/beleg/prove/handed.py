"""What a member, or an auditor, is handed of a written statement."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple

from beleg.errors import InputError, StoreError
from beleg.formats import Language
from beleg.money import format_amount
from beleg.prove.bookkeeping import book_member, book_pot, write_beancount, write_hledger
from beleg.prove.commitments import to_canonical
from beleg.prove.merkle import root_of
from beleg.prove.paper import Entry, Head, read_head, read_paper
from beleg.prove.papers import write_papers
from beleg.prove.receipts import write_claims_csv

FORMATS = ("html", "pdf", "json", "csv", "beancount", "hledger")
PROVEN = "proven"
"""The folder of what the ledger names: `beleg verify` holds over it."""
BESIDE = "beside"
"""The folder of what was made from it on demand, which no root speaks for."""


class Statement(NamedTuple):
    """A pot's written statement, read."""

    pot_id: str
    entries: list[Entry]
    openings: list[dict[str, str]]
    """The annex, without what was forgotten."""
    files: dict[str, bytes]


def open_statement(folder: Path) -> Statement:
    """Read a pot's statement; nothing is checked but that it can be read.

    Raises:
        StoreError: A file is missing or damaged.
    """
    try:
        files = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
        entries = [json.loads(line) for line in files["ledger.jsonl"].splitlines()]
        annex = [json.loads(line) for line in files["texts.jsonl"].splitlines()]
        (pot,) = (row for row in entries if row["type"] == "pot")
    except (OSError, ValueError, KeyError, TypeError) as error:
        message = f"{folder} cannot be read: {type(error).__name__}: {error}."
        raise StoreError(message, "Run `beleg prove` to write it again.") from error
    openings = [row for row in annex if "forgotten" not in row]
    return Statement(pot["pot_id"], entries, openings, files)


def find_payees(statement: Statement, who: str) -> list[str]:
    """Find the commitments of the payees that an id means.

    Args:
        statement: Of a pot.
        who: A rightsholder_id, which means that one; else a publisher_id, which means all
            rightsholders that are paid for it; else the digits in the name of a receipt, by which
            one that is forgotten can still be found.

    Raises:
        InputError: Nobody has this id in the pot, or has it and no payout.
    """
    ids = {(row["kind"], row["id"]): row["commitment"] for row in statement.openings}
    payouts = [row for row in statement.entries if row["type"] == "payout"]
    payees = {row["payee"] for row in payouts if not row["is_line"]}
    holder, publisher = ids.get(("rightsholder", who)), ids.get(("publisher", who))
    if holder in payees:
        return [str(holder)]
    if publisher is not None:
        found = {r["payee"] for r in payouts if r["publisher"] == publisher and not r["is_line"]}
        if found:
            return sorted(found)
    digits = [payee for payee in payees if payee[:16] == who.removeprefix("payee-")]
    if digits:
        return digits
    if holder or publisher:
        raise InputError(*_explain_nothing(statement, who, publisher))
    known = [row for row in statement.openings if row["kind"] in {"rightsholder", "publisher"}]
    raise InputError(
        f"nobody in pot {statement.pot_id!r} has the id {who!r}.",
        suggest(who, known) or "`beleg share show` lists who is paid.",
    )


def _explain_nothing(statement: Statement, who: str, publisher: str | None) -> tuple[str, str]:
    """Say where the money went of one who plays and is not paid."""
    (pot,) = (row for row in statement.entries if row["type"] == "pot")
    lines = {
        row["payee"]: format_amount(int(row["assigned_minor"]), pot["currency"])
        for row in statement.entries
        if row["type"] == "payout" and row["publisher"] == publisher and row["is_line"]
    }
    said = ", ".join(f"{money} on the line {line}" for line, money in sorted(lines.items()))
    message = f"{who!r} has no payout in pot {statement.pot_id!r}{': ' if said else ''}{said}."
    return message, "A mandate and an entitlement in beleg.toml make it a payee."


def suggest(who: str, known: Iterable[dict[str, str]]) -> str:
    """Suggest ids near to one that is unknown, by id and by name; empty where none is near."""
    by_word = {row[key].casefold(): row["id"] for row in known for key in ("id", "text")}
    near = get_close_matches(who.casefold(), by_word, n=5, cutoff=0.5)
    near += [word for word in by_word if who.casefold() in word]
    ids = sorted({by_word[word] for word in near})
    return f"Did you mean {', '.join(ids[:5])}?" if ids else ""


def hand_out(
    statement: Statement,
    payee: str,
    formats: Sequence[str],
    language: Language,
    *,
    for_auditor: bool = False,
) -> dict[str, bytes]:
    """Collect or write the files that one payee, or the auditor of its money, is handed.

    Args:
        statement: Of a pot.
        payee: Commitment, as :func:`find_payees` gives it.
        formats: Of :data:`FORMATS`.
        language: Of what people read.
        for_auditor: Opens the rivals' names and passages too, and books the whole pot.

    Returns:
        Path (``proven/…`` or ``beside/…``) to bytes. Nothing of an auditor's is proven by itself:
        what proves it is the statement's own folder.

    Raises:
        StoreError: The statement has no receipt of this payee.
    """
    stem = f"payee-{payee[:16]}"
    if f"{stem}.json" not in statement.files:
        message = f"pot {statement.pot_id!r}: {stem}.json is not there."
        raise StoreError(message, "Run `beleg prove` to write the statement again.")
    receipt: Entry = json.loads(statement.files[f"{stem}.json"])
    head = _head_of(statement)
    annex = statement.openings if for_auditor else []
    made = write_papers(receipt, head, language, annex) if {"html", "pdf"} & {*formats} else {}
    pages = {name.rpartition(".")[2]: (name, data) for name, data in made.items()}
    pages["json"] = (f"{stem}.json", statement.files[f"{stem}.json"])
    if for_auditor:
        pages["json"] = (f"{stem}.json", to_canonical(_open_all(receipt, annex)) + b"\n")
    money = int(head.pot["distributable_minor"])
    pages["csv"] = (f"{stem}.csv", write_claims_csv(receipt, money))
    if {"beancount", "hledger"} & {*formats}:
        books = (
            book_pot(statement.entries, statement.openings)
            if for_auditor
            else book_member(read_paper(receipt, head))
        )
        pages["beancount"] = (f"{stem}.beancount", write_beancount(books))
        pages["hledger"] = (f"{stem}.journal", write_hledger(books))
    chosen = dict(pages[kind] for kind in formats)
    placed = {}
    for name, data in chosen.items():
        proven = not for_auditor and statement.files.get(name) == data
        placed[f"{PROVEN if proven else BESIDE}/{name}"] = data
    return placed


def _head_of(statement: Statement) -> Head:
    """Read the head that the statement's own pages were made from."""
    entries = [row for row in statement.entries if row["type"] != "file"]
    root = root_of([to_canonical(row) for row in entries]).hex()
    return read_head(entries, root)


def _open_all(receipt: Entry, annex: Iterable[dict[str, str]]) -> Entry:
    """Add to a receipt what opens the rivals in its claims."""
    wanted = {
        stake[key]
        for row in receipt["claims"]
        for stake in row["stakes"]
        for key in ("publisher", "passage", "origin")
    }
    texts = {row["commitment"]: row for row in annex if row["commitment"] in wanted}
    texts |= {row["commitment"]: row for row in receipt["texts"]}
    return {**receipt, "texts": [texts[name] for name in sorted(texts)]}

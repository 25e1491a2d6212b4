"""The entries of one pot's ledger: ids, commitments and numbers, never a text or a name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from fractions import Fraction
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pyarrow as pa

from beleg.errors import InputError
from beleg.prove.commitments import Opening, commit
from beleg.prove.passages import cut_passages, find_kinds
from beleg.records import (
    Answer,
    Balance,
    Claim,
    ClaimWeight,
    Entitlement,
    Forgotten,
    Mandate,
    Payout,
    Pot,
    Prompt,
    Publisher,
    Rightsholder,
    Share,
    Stake,
)
from beleg.settlement import spell_fraction
from beleg.tables import from_arrow

FORMAT = "beleg-statement-3"

Entry = dict[str, Any]


class Book(NamedTuple):
    """One pot's ledger and what opens its commitments."""

    pot: Pot
    entries: list[Entry]
    """Those of type ``file`` are added last, by :mod:`beleg.prove.statements`."""
    openings: dict[tuple[str, str], Opening]
    """By (kind, id)."""
    forgotten: dict[str, str]
    """Commitments that nobody can open any more, and what kind each is of."""


class _Rows(NamedTuple):
    """What one pot's ledger is written from."""

    pot: Pot
    weights: list[ClaimWeight]
    stakes: list[Stake]
    shares: list[Share]
    payouts: list[Payout]
    balances: list[Balance]
    claims: dict[str, Claim]
    answers: dict[str, Answer]
    prompts: dict[str, Prompt]
    entitlements: list[Entitlement]
    kinds: dict[tuple[str, str], str]
    """Of the supports behind the stakes, by (claim_id, passage_id)."""
    passages: dict[str, str]
    """Words by passage_id."""
    publishers: dict[str, str]
    """Names by id."""
    holders: dict[str, Rightsholder]
    forgotten: dict[tuple[str, str], str]
    """Commitments of this pot that were forgotten, by (kind, id)."""


def write_book(tables: Mapping[str, pa.Table], pot_id: str, salt_key: bytes) -> Book:
    """Write the entries of a pot, in a fixed order, and the openings of their commitments.

    Args:
        tables: By name, as :func:`beleg.prove.statements.write_statements` takes them.
        pot_id: The pot.
        salt_key: The pot's secret.

    Raises:
        InputError: The pot is unknown or was not settled, or the tables do not fit together.
    """
    rows = _select(tables, pot_id)
    openings, gone = _open(rows, salt_key)
    hashes = {key: opening.commitment for key, opening in openings.items()} | gone
    entries = [
        {"type": "format", "format": FORMAT},
        _pot_entry(rows.pot, sum(row.weight for row in rows.weights)),
        *_entitlement_entries(rows, hashes),
        *_balance_entries(rows, hashes),
        *_answer_entries(rows, hashes),
        *_claim_entries(rows, hashes),
        *_stake_entries(rows, hashes),
        *_share_entries(rows, hashes),
        *_payout_entries(rows, hashes),
    ]
    return Book(rows.pot, entries, openings, {name: kind for (kind, _), name in gone.items()})


def _select(tables: Mapping[str, pa.Table], pot_id: str) -> _Rows:
    pots = [pot for pot in from_arrow(tables["pots"], Pot) if pot.pot_id == pot_id]
    if not pots:
        raise InputError(f"no pot {pot_id!r}.", "Name one of the pots of beleg.toml.")
    payouts = [row for row in from_arrow(tables["payouts"], Payout) if row.pot_id == pot_id]
    if not payouts:
        raise InputError(
            f"pot {pot_id!r} is not settled.", "Its problem says why; mend it and share again."
        )
    every_weight = from_arrow(tables["claim_weights"], ClaimWeight)
    weights = [row for row in every_weight if row.pot_id == pot_id]
    weighed = {row.claim_id for row in weights}
    stakes = [row for row in from_arrow(tables["stakes"], Stake) if row.pot_id == pot_id]
    holders = from_arrow(tables["rightsholders"], Rightsholder)
    publishers = from_arrow(tables["publishers"], Publisher)
    claims = from_arrow(tables["claims"], Claim)
    asked = {row.answer_id for row in weights}
    return _Rows(
        pot=pots[0],
        weights=sorted(weights, key=lambda row: row.claim_id),
        stakes=stakes,
        shares=[row for row in from_arrow(tables["shares"], Share) if row.pot_id == pot_id],
        payouts=payouts,
        balances=[row for row in from_arrow(tables["balances"], Balance) if row.pot_id == pot_id],
        claims={row.claim_id: row for row in claims if row.claim_id in weighed},
        answers={
            row.answer_id: row
            for row in from_arrow(tables["answers"], Answer)
            if row.answer_id in asked
        },
        prompts={row.prompt_id: row for row in from_arrow(tables["prompts"], Prompt)},
        entitlements=from_arrow(tables["entitlements"], Entitlement),
        kinds=find_kinds(tables["supports"], stakes),
        passages=cut_passages(tables, _list_passages(stakes)),
        publishers={row.publisher_id: row.name for row in publishers},
        holders={row.rightsholder_id: row for row in holders},
        forgotten={
            (row.kind, row.id): row.commitment
            for row in from_arrow(tables["forgotten"], Forgotten)
            if row.pot_id == pot_id and row.commitment
        },
    )


def _list_passages(stakes: list[Stake]) -> set[str]:
    """List the passages that stakes were found in, and those that these repeat."""
    return {name for row in stakes for name in (row.passage_id, row.origin_passage_id) if name}


def _open(
    rows: _Rows, key: bytes
) -> tuple[dict[tuple[str, str], Opening], dict[tuple[str, str], str]]:
    """Commit to every text and name that the ledger speaks of.

    Returns:
        By (kind, id): the openings; and the commitments of what is forgotten. Those are the ones
        that the pot's statement had; where it had none, one that was never opened.
    """
    texts: dict[tuple[str, str], str] = {}
    for weight in rows.weights:
        claim, answer = rows.claims[weight.claim_id], rows.answers[weight.answer_id]
        if answer.text is None:
            raise InputError(f"answer {answer.answer_id} has claims and no text.", "Ground again.")
        texts["claim", claim.claim_id] = answer.text[claim.start : claim.end]
        prompt = rows.prompts.get(answer.prompt_id)
        texts["prompt", answer.prompt_id] = prompt.text if prompt else answer.question
    for passage_id, words in rows.passages.items():
        texts["passage", passage_id] = words
    players = {share.publisher_id for share in rows.shares}
    players.update(stake.publisher_id for stake in rows.stakes)
    for player in players:
        texts["publisher", player] = rows.publishers.get(player, player)
    accounts: list[Payout | Balance] = [*rows.payouts, *rows.balances]
    for source in {row.publisher_id for row in accounts if row.publisher_id}:
        texts["publisher", source] = rows.publishers.get(source, source)
    payees = {row.payee for row in accounts if not row.is_line}
    payees.update(row.rightsholder_id for row in _entitlements(rows))
    for payee in payees:
        holder = rows.holders.get(payee)
        texts["rightsholder", payee] = holder.name if holder else payee
    pot_id = rows.pot.pot_id
    openings = {
        (kind, id_): commit(key, pot_id, kind, id_, text)
        for (kind, id_), text in texts.items()
        if (kind, id_) not in rows.forgotten
    }
    silent = {("passage", name) for name in _list_passages(rows.stakes)} - texts.keys()
    gone = {
        name: rows.forgotten.get(name) or commit(key, pot_id, *name, "").commitment
        for name in silent | (rows.forgotten.keys() & texts.keys())
    }
    return openings, gone


def _pot_entry(pot: Pot, claim_weight: int) -> Entry:
    return {
        "type": "pot",
        "pot_id": pot.pot_id,
        "right": pot.right,
        "period": pot.period,
        "starts_at": pot.starts_at.isoformat(),
        "ends_at": pot.ends_at.isoformat(),
        "timezone": pot.timezone,
        "currency": pot.currency,
        "gross_minor": str(pot.gross_minor),
        "deductions_minor": str(pot.deductions_minor),
        "reserve_minor": str(pot.reserve_minor),
        "distributable_minor": str(pot.distributable_minor),
        "due": pot.due.isoformat() if pot.due else None,
        "rule": pot.rule,
        "rule_version": pot.rule_version,
        "level": pot.level.value,
        "threshold": pot.threshold,
        "kinds": list(pot.kinds),
        "existence": pot.existence,
        "coverage": pot.coverage,
        "agency_text": pot.agency_text,
        "mode": pot.mode,
        "series": pot.series,
        "frame": pot.frame,
        "claim_weight": str(claim_weight),
    }


def _entitlements(rows: _Rows) -> list[Entitlement]:
    """Keep the entitlements that this pot's money went by."""
    day = rows.pot.starts_at.astimezone(ZoneInfo(rows.pot.timezone)).date()
    paid = {row.publisher_id for row in rows.shares if row.mandate == Mandate.PAID}
    return [
        row
        for row in rows.entitlements
        if row.publisher_id in paid
        and row.right in {"all", rows.pot.right}
        and (row.valid_from is None or row.valid_from <= day)
        and (row.valid_to is None or day < row.valid_to)
    ]


def _entitlement_entries(rows: _Rows, hashes: Mapping[tuple[str, str], str]) -> list[Entry]:
    """Write the quotas, those of one publisher and rightsholder added up."""
    quotas: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
    for row in _entitlements(rows):
        quota = Fraction(row.quota_numerator, row.quota_denominator)
        quotas[row.publisher_id, row.rightsholder_id] += quota
    entries = []
    for (publisher_id, holder_id), quota in quotas.items():
        holder = rows.holders.get(holder_id)
        entries.append(
            {
                "type": "entitlement",
                "publisher": hashes["publisher", publisher_id],
                "payee": hashes["rightsholder", holder_id],
                **spell_fraction(quota),
                "found": holder is not None and holder.found,
            }
        )
    return sorted(entries, key=lambda e: (e["publisher"], e["payee"]))


def _answer_entries(rows: _Rows, hashes: Mapping[tuple[str, str], str]) -> list[Entry]:
    by_answer: dict[str, int] = defaultdict(int)
    by_prompt: dict[str, int] = defaultdict(int)
    for row in rows.weights:
        by_answer[row.answer_id] += row.weight
        by_prompt[rows.answers[row.answer_id].prompt_id] += row.weight
    entries = []
    for answer_id in sorted(by_answer):
        answer = rows.answers[answer_id]
        if answer.asked_at is None:
            raise InputError(f"answer {answer_id} is paid and has no time.", "Share again.")
        own = rows.pot.mode == "per_answer"
        known = answer.impressions is not None and not own
        entries.append(
            {
                "type": "answer",
                "answer": answer_id,
                "prompt": hashes["prompt", answer.prompt_id],
                "asked_at": answer.asked_at.isoformat(),
                "impressions": str(answer.impressions) if known else None,
                "amount_minor": str(answer.amount_minor) if own else None,
                "prompt_weight": None if known or own else str(by_prompt[answer.prompt_id]),
                "weight": str(by_answer[answer_id]),
            }
        )
    return entries


def _claim_entries(rows: _Rows, hashes: Mapping[tuple[str, str], str]) -> list[Entry]:
    return [
        {
            "type": "claim",
            "claim": row.claim_id,
            "answer": row.answer_id,
            "words": rows.claims[row.claim_id].content_words,
            "weight": str(row.weight),
            "text": hashes["claim", row.claim_id],
        }
        for row in rows.weights
    ]


def _stake_entries(rows: _Rows, hashes: Mapping[tuple[str, str], str]) -> list[Entry]:
    entries = [
        {
            "type": "stake",
            "claim": row.claim_id,
            "publisher": hashes["publisher", row.publisher_id],
            "support": row.support,
            "kind": rows.kinds.get((row.claim_id, row.passage_id)),
            "passage": hashes["passage", row.passage_id] if row.passage_id else None,
            "basis": row.basis,
            "origin": hashes["passage", row.origin_passage_id] if row.origin_passage_id else None,
            "appeal": row.appeal_id,
        }
        for row in rows.stakes
    ]
    return sorted(entries, key=lambda e: (e["claim"], e["publisher"]))


def _share_entries(rows: _Rows, hashes: Mapping[tuple[str, str], str]) -> list[Entry]:
    entries = [
        {
            "type": "share",
            "publisher": hashes["publisher", row.publisher_id],
            "numerator": row.numerator,
            "denominator": row.denominator,
            "mandate": row.mandate.value,
            "order": order,
        }
        for order, row in enumerate(sorted(rows.shares, key=lambda share: share.publisher_id))
    ]
    return sorted(entries, key=lambda e: e["publisher"])


def _payout_entries(rows: _Rows, hashes: Mapping[tuple[str, str], str]) -> list[Entry]:
    """Write the payouts; ``order`` is their place by ids, which settles equal remainders."""
    entries = []
    for order, row in enumerate(sorted(rows.payouts, key=_place)):
        entries.append(
            {
                "type": "payout",
                **_account(row, hashes),
                "numerator": row.numerator,
                "denominator": row.denominator,
                "carried_numerator": row.carried_numerator,
                "carried_denominator": row.carried_denominator,
                "assigned_minor": str(row.assigned_minor),
                "paid_minor": str(row.paid_minor),
                "withheld_minor": str(row.withheld_minor),
                "carry_numerator": row.carry_numerator,
                "carry_denominator": row.carry_denominator,
                "order": order,
            }
        )
    return sorted(entries, key=lambda e: (e["is_line"], e["payee"], e["publisher"] or ""))


def _balance_entries(rows: _Rows, hashes: Mapping[tuple[str, str], str]) -> list[Entry]:
    entries = []
    for row in rows.balances:
        said = {"kind": row.kind, "source": row.source}
        parts = {"numerator": row.numerator, "denominator": row.denominator}
        entries.append({"type": "balance", **_account(row, hashes), **said, **parts})
    keys = ("is_line", "payee", "publisher", "kind", "source")
    return sorted(entries, key=lambda e: tuple(str(e[key]) for key in keys))


def _place(row: Payout | Balance) -> tuple[bool, str, str]:
    return row.is_line, row.payee, row.publisher_id or ""


def _account(row: Payout | Balance, hashes: Mapping[tuple[str, str], str]) -> Entry:
    source = row.publisher_id
    return {
        "payee": row.payee if row.is_line else hashes["rightsholder", row.payee],
        "is_line": row.is_line,
        "publisher": None if source is None else hashes["publisher", source],
    }

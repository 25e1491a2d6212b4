"""Appeals as people make them: checked against the tables, previewed, opened, decided.

What an appeal is stands in :mod:`beleg.prove.appeals`; every step is an entry of the journal.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from beleg.errors import InputError
from beleg.ids import content_id
from beleg.prove.annex import save_opening, seal
from beleg.prove.appeals import Appeal, find_pending, list_appeals
from beleg.prove.checkpoints import open_state, record, stamp
from beleg.prove.journal import LEDGER, make_entry, read_entries
from beleg.records import Holding, Override, Ownership, Payout, Pot, Publisher
from beleg.settlement import FULL
from beleg.share import share
from beleg.share.players import find_players
from beleg.tables import from_arrow, to_arrow
from beleg.views import pick_pot


class Ask(NamedTuple):
    """What an appeal asks for."""

    pot_id: str
    claim_id: str
    publisher_id: str
    support: int
    passage_id: str | None
    reason: str


class Change(NamedTuple):
    """What an account receives of a pot, without and with an appeal."""

    pot_id: str
    payee: str
    publisher_id: str | None
    currency: str
    before_minor: int
    after_minor: int
    carried_minor: int
    """What goes on into the next pot of the series, in whole units: negative is a debt."""


def complete_ask(tables: Mapping[str, pa.Table], ask: Ask) -> Ask:
    """Complete the shortened ids of an appeal, and check that there is what it speaks of.

    Args:
        tables: claim_weights, stakes, passages, holdings, ownerships, publishers and pots.
        ask: Its claim and passage may be the first digits of an id.

    Raises:
        InputError: The pot, the claim in it or the passage is not there, the publisher does not
            play in the pot, or the support is out of range.
    """
    pot = pick_pot(from_arrow(tables["pots"], Pot), ask.pot_id)
    if not 0 <= ask.support <= FULL:
        raise InputError(f"a support of {ask.support}.", f"It must be 0 to {FULL}.")
    weights = tables["claim_weights"]
    weighed = weights.filter(pc.equal(weights["pot_id"], ask.pot_id))["claim_id"].to_pylist()
    claim_id = _pick(weighed, ask.claim_id, f"claim of pot {ask.pot_id}")
    passage_id = ask.passage_id
    if passage_id is not None:
        passage_id = _pick(tables["passages"]["passage_id"].to_pylist(), passage_id, "passage")
    holdings = from_arrow(tables["holdings"], Holding)
    owned = from_arrow(tables["ownerships"], Ownership)
    publishers = from_arrow(tables["publishers"], Publisher)
    found = find_players(holdings, owned, publishers, pot)
    players = {*found["player_id"].to_pylist(), *tables["stakes"]["publisher_id"].to_pylist()}
    if ask.publisher_id not in players:
        raise InputError(
            f"publisher {ask.publisher_id!r} does not play in pot {ask.pot_id}.",
            f"Name the player at the pot's level: {', '.join(sorted(players))}.",
        )
    return ask._replace(claim_id=claim_id, passage_id=passage_id)


def _pick(ids: Iterable[str], digits: str, noun: str) -> str:
    found = sorted({name for name in ids if name.startswith(digits)}) if digits else []
    if len(found) != 1:
        said = f"{len(found)} ids of a {noun} begin" if found else f"no id of a {noun} begins"
        raise InputError(f"{said} with {digits!r}.", "Give more digits, or `beleg ground show`.")
    return found[0]


def preview(tables: Mapping[str, pa.Table], ask: Ask) -> list[Change]:
    """Say what posting an appeal would change: every pot is shared anew, with it and without it.

    Args:
        tables: As the share step reads them.
        ask: As :func:`complete_ask` gives it.

    Returns:
        The accounts whose money changes, by pot; where the pot is closed, those of its successor.
    """
    override = Override("preview", *ask[:3], support=ask.support, passage_id=ask.passage_id)
    others = [
        row
        for row in from_arrow(tables["overrides"], Override)
        if (row.pot_id, row.claim_id, row.publisher_id) != ask[:3]
    ]
    changed = {**tables, "overrides": to_arrow([*others, override], Override)}
    before, after = (_list_payouts(share(t).payouts) for t in (tables, changed))
    currencies = {pot.pot_id: pot.currency for pot in from_arrow(tables["pots"], Pot)}
    changes = []
    for key in sorted(before.keys() | after.keys(), key=str):
        (was, had), (is_, has) = (rows.get(key, (0, Fraction())) for rows in (before, after))
        carried = int(has - had)
        if was != is_ or carried:
            changes.append(Change(*key, currencies[key[0]], was, is_, carried))
    return changes


def _list_payouts(payouts: pa.Table) -> dict[tuple[str, str, str | None], tuple[int, Fraction]]:
    """List what each account is assigned, and what it carries on."""
    return {
        (row.pot_id, row.payee, row.publisher_id): (
            row.assigned_minor,
            row.carry,
        )
        for row in from_arrow(payouts, Payout)
    }


def open_appeal(place: Path, ask: Ask) -> Appeal:
    """Open an appeal: it is pending, and changes nothing until it is posted."""
    state, ledger = open_state(place), place / LEDGER
    publisher = seal("publisher", ask.publisher_id, ask.publisher_id)
    at, reason = stamp(state), _seal_text(ledger, "reason", ask.reason)
    save_opening(ledger, publisher)
    values: dict[str, Any] = {"pot_id": ask.pot_id, "claim_id": ask.claim_id}
    values |= {"publisher": publisher.commitment, "support": ask.support}
    values |= {"passage_id": ask.passage_id, "reason": reason}
    # Of salted hashes: the id tells nothing of publisher and reason.
    appeal_id = content_id("appeal", len(state.lines), at, *values.values())
    record(place, [make_entry("appeal", at, appeal_id=appeal_id, **values)])
    return find_pending(read_entries(ledger), appeal_id)


def post_appeal(place: Path, digits: str, by: str | None = None) -> Appeal:
    """Post a pending appeal: from the next `beleg share` on its support stands.

    Raises:
        InputError: No such appeal, or it is decided already.
    """
    return _decide(place, digits, "appeal_posted", by, {})


def void_appeal(place: Path, digits: str, reason: str, by: str | None = None) -> Appeal:
    """Void a pending appeal; as :func:`post_appeal`."""
    return _decide(place, digits, "appeal_voided", by, {"reason": reason})


def _decide(
    place: Path, digits: str, kind: str, by: str | None, texts: Mapping[str, str]
) -> Appeal:
    state, ledger = open_state(place), place / LEDGER
    appeal = find_pending(state.entries, digits)
    hashes: dict[str, str | None] = {"by": _seal_text(ledger, "person", by) if by else None}
    hashes |= {name: _seal_text(ledger, name, text) for name, text in texts.items()}
    record(place, [make_entry(kind, stamp(state), appeal_id=appeal.appeal_id, **hashes)])
    decided = list_appeals(read_entries(ledger))
    return next(row for row in decided if row.appeal_id == appeal.appeal_id)


def _seal_text(ledger: Path, kind: str, text: str) -> str:
    clean = text.encode("utf-8", "replace").decode()  # an argument may hold half a character
    opening = seal(kind, kind, clean)
    save_opening(ledger, opening)
    return opening.commitment

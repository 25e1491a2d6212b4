"""What the journal says of a pot: its frame, its statement, its close."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from beleg.prove.checkpoints import parse_time
from beleg.prove.journal import Entry
from beleg.settlement import Pot


class Commitment(NamedTuple):
    """When a pot's frame was committed."""

    committed_at: datetime | None
    """The first time; None: never."""
    in_time: bool
    """Before the pot's period began, and no other frame was put in its place meanwhile."""


def find_commitment(entries: Iterable[Entry], pot: Pot) -> Commitment:
    """Say when a pot's frame was committed, and whether that was before its period began.

    Of several frames that were committed in time the last one binds: who commits to many and
    shows the one that came out best has committed to none.
    """
    theirs = [row for row in entries if row["type"] == "frame" and row["pot_id"] == pot.pot_id]
    same = [row for row in theirs if row["frame"] == pot.frame and row["period"] == pot.period]
    if not same:
        return Commitment(None, in_time=False)
    early = [row for row in theirs if parse_time(row["at"]) < pot.starts_at]
    return Commitment(parse_time(same[0]["at"]), in_time=bool(early) and early[-1] in same)


def find_statement(entries: Iterable[Entry], pot_id: str) -> Entry | None:
    """Find the last statement of a pot; None where there is none."""
    return _last(entries, "statement", pot_id)


def find_close(entries: Iterable[Entry], pot_id: str) -> Entry | None:
    """Find the entry that closed a pot; None where it is open."""
    return _last(entries, "close", pot_id)


def list_closed(entries: Iterable[Entry]) -> dict[str, Entry]:
    """List the entries that closed pots, by pot_id."""
    return {row["pot_id"]: row for row in entries if row["type"] == "close"}


def _last(entries: Iterable[Entry], kind: str, pot_id: str) -> Entry | None:
    found = [row for row in entries if row["type"] == kind and row["pot_id"] == pot_id]
    return found[-1] if found else None

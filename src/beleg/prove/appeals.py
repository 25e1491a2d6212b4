"""The state of appeals, as the journal's entries give it: pending, then posted or void.

An appeal says which support a publisher should have in a claim of a pot. Nothing is overwritten:
to open, to post and to void are entries of their own, and what was measured stays where it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from beleg.errors import InputError
from beleg.prove.journal import Entry


class AppealStatus(StrEnum):
    """How far an appeal has come."""

    PENDING = "pending"
    POSTED = "posted"
    VOID = "void"


class Appeal(NamedTuple):
    """An appeal with its hashes unopened."""

    appeal_id: str
    pot_id: str
    claim_id: str
    publisher: str
    """Salted hash; its opening lies in the annex, as do those of the other hashes."""
    support: int
    """What it asks for, 0..10000; 0 takes the stake away."""
    passage_id: str | None
    reason: str
    """Salted hash."""
    opened_at: str
    status: AppealStatus = AppealStatus.PENDING
    decided_at: str | None = None
    by: str | None = None
    """Salted hash of who decided, where that was said."""
    void_reason: str | None = None
    """Salted hash."""


def list_appeals(entries: Iterable[Entry]) -> list[Appeal]:
    """List the appeals in the order in which they were decided, then the pending ones as opened.

    Raises:
        ValueError: An appeal is decided twice, or before it was opened: no journal of ours.
    """
    appeals: dict[str, Appeal] = {}
    for row in entries:
        if row["type"] == "appeal":
            said = {name: value for name, value in row.items() if name in Appeal._fields}
            appeals[row["appeal_id"]] = Appeal(**said, opened_at=row["at"])
        elif row["type"] in {"appeal_posted", "appeal_voided"}:
            old = appeals.pop(row["appeal_id"], None)
            if old is None or old.status != AppealStatus.PENDING:
                raise ValueError(f"appeal {row['appeal_id']} is decided twice, or not opened.")
            posted = row["type"] == "appeal_posted"
            appeals[old.appeal_id] = old._replace(
                status=AppealStatus.POSTED if posted else AppealStatus.VOID,
                decided_at=row["at"],
                by=row["by"],
                void_reason=row.get("reason"),
            )
    return sorted(appeals.values(), key=lambda appeal: appeal.status == AppealStatus.PENDING)


def find_pending(entries: Iterable[Entry], digits: str) -> Appeal:
    """Find the appeal that is to be decided, by the first digits of its id.

    Raises:
        InputError: None or several begin so, or it is decided already.
    """
    found = [row for row in list_appeals(entries) if row.appeal_id.startswith(digits)]
    if not digits or len(found) != 1:
        said = f"{len(found)} appeals begin" if found and digits else "no appeal begins"
        raise InputError(f"{said} with {digits!r}.", "`beleg share appeal list` shows them.")
    (appeal,) = found
    if appeal.status != AppealStatus.PENDING:
        raise InputError(
            f"appeal {appeal.appeal_id[:12]} was decided at {appeal.decided_at}: {appeal.status}.",
            "Nothing is overwritten: open a new appeal.",
        )
    return appeal

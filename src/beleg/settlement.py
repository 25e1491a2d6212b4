"""What a row of the settlement means: stakes, weights, pots, shares and payouts.

:mod:`beleg.records` hands them on, beside all other records.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from beleg.kinds import Level, Mandate


@dataclass(frozen=True, slots=True)
class Stake:
    """What enters the game: a publisher's strongest support of a claim."""

    pot_id: str
    answer_id: str
    claim_id: str
    publisher_id: str
    weight: int
    """Millionths of a prompt's weight, or of an impression; the same on every row of a claim."""
    support: int
    """0..10000."""
    passage_id: str
    """The passage on which that support rests; of equals the smallest id."""
    origin_passage_id: str | None = None
    """The passage of this publisher that ``passage_id``, found elsewhere, repeats."""
    basis: str = "own"
    """``own``; ``copy`` or ``rewrite`` of the origin's passage; ``canonical`` where the page names
    another house's, which was not collected; ``agency`` for an agency's text; ``disputed`` where
    nobody can say whose it is."""


@dataclass(frozen=True, slots=True)
class ClaimWeight:
    """The weight of one claim in one pot; also of those that nobody supports."""

    pot_id: str
    answer_id: str
    claim_id: str
    weight: int


@dataclass(frozen=True, slots=True)
class Pot:
    """Money of a period, and the rule that splits it."""

    pot_id: str
    right: str
    period: str
    starts_at: datetime
    ends_at: datetime
    timezone: str
    currency: str
    gross_minor: int
    deductions_minor: int
    reserve_minor: int
    distributable_minor: int
    due: date | None
    rule: str
    rule_version: str
    level: Level
    threshold: int
    """Least support that is paid, 0..10000."""
    kinds: tuple[str, ...]
    """Kinds of support that are eligible."""
    existence: str
    """``seen`` or ``published``: which evidence that a text existed counts."""
    coverage: str
    """complete, sampled, aggregated, selected or synthetic: how the answers were chosen."""
    agency_text: str = "buyer"
    """Who plays for an agency's text in another house: the ``buyer`` that prints it, or the
    ``agency``."""


@dataclass(frozen=True, slots=True)
class Share:
    """A publisher's exact part of the whole claim weight of a pot."""

    pot_id: str
    rule: str
    publisher_id: str
    numerator: str
    denominator: str
    """Decimal strings of a reduced fraction."""
    mandate: Mandate


@dataclass(frozen=True, slots=True)
class Payout:
    """What a rightsholder, or one of the unpaid lines, receives from a pot."""

    pot_id: str
    payee: str
    """A rightsholder_id or a line: unsupported, no_mandate, holder_not_found, disputed."""
    publisher_id: str | None
    """None on the line *unsupported*."""
    is_line: bool
    numerator: str
    denominator: str
    """The exact part of the distributable sum, as a reduced fraction."""
    assigned_minor: int
    """The part of the pot assigned, rounded; the column sums to the distributable sum."""
    paid_minor: int
    withheld_minor: int
    carry_numerator: str
    carry_denominator: str
    """Exact entitlement minus what was assigned: carried into the next period."""

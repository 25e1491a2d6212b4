"""What a row of the settlement means: stakes, weights, pots, shares and payouts.

:mod:`beleg.records` hands them on, beside all other records.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from beleg.kinds import EstimateStatus, Level, Mandate

FULL = 10_000
"""The support of a claim that is certain."""

MILLIONTHS = 1_000_000
"""One impression, one unit of a prompt's weight, or one minor unit that an answer brings."""

RULE_VERSIONS: dict[str, str] = {"airport": "1", "expected": "1", "floor": "1"}
"""The rules that a pot may name, with the version of each that is current: a rule whose figures
change gets a new one. ``floor`` divides a pot of its own equally; the others stand in
:mod:`beleg.share.rules`."""


def spell_fraction(part: Fraction, prefix: str = "") -> dict[str, str]:
    """Spell a fraction as records and JSON carry it: two decimal strings."""
    top, bottom = map(str, part.as_integer_ratio())
    return {f"{prefix}numerator": top, f"{prefix}denominator": bottom}


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
    appeal_id: str | None = None
    """The appeal that set this support in the place of the measured one."""


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
    mode: str = "pooled"
    """``pooled``: one sum over all answers; ``per_answer``: each answer brings its own amount."""
    series: str | None = None
    """Pots of one series and currency follow each other: exact balances go from one into the
    next. None: the pot stands alone."""
    frame: str | None = None
    """Hash of the frame that was committed for it: questions, weights, engines, runs, seed."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Which questions, engines and runs count: committed before the period opens."""

    frame_id: str
    """Hash of all that follows; a pot names it as its ``frame``."""
    name: str
    prompt_ids: tuple[str, ...]
    """Sorted."""
    units: tuple[int, ...]
    """Weight of each of these prompts, in millionths."""
    engines: tuple[str, ...]
    """Sorted; none: every engine counts."""
    runs: int | None
    """Most runs of a prompt and engine that count in a period, the first ones; None: all."""
    seed: int | None
    """With which the questions were drawn."""
    source: str
    """Where the questions come from."""
    coverage: str
    """complete, sampled, aggregated, selected or synthetic."""


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

    @property
    def part(self) -> Fraction:
        """The publisher's part."""
        return Fraction(int(self.numerator), int(self.denominator))


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
    """What is assigned, in whole units; the column sums to the distributable sum. Negative on a
    line alone: a correction draws on what earlier pots withheld there."""
    paid_minor: int
    withheld_minor: int
    carry_numerator: str
    carry_denominator: str
    """Exact entitlement and what was brought in, minus what was assigned: carried into the next
    pot of the series."""
    carried_numerator: str = "0"
    carried_denominator: str = "1"
    """What was brought in: the sum of this account's balances, in minor units."""

    @property
    def part(self) -> Fraction:
        """The part of the distributable sum."""
        return Fraction(int(self.numerator), int(self.denominator))

    @property
    def carried(self) -> Fraction:
        """What was brought in, in minor units."""
        return Fraction(int(self.carried_numerator), int(self.carried_denominator))

    @property
    def carry(self) -> Fraction:
        """What is carried on, in minor units."""
        return Fraction(int(self.carry_numerator), int(self.carry_denominator))


@dataclass(frozen=True, slots=True)
class Balance:
    """An exact amount that an account brings into a pot from an earlier one of its series."""

    pot_id: str
    """The pot that it comes into."""
    payee: str
    publisher_id: str | None
    is_line: bool
    kind: str
    """``rounding``: what the rounding of the pot before left; ``correction``: a counter-entry to
    a pot that was closed, since what it rests on has changed."""
    source: str
    """The pot that it comes from."""
    numerator: str
    denominator: str
    """In minor units, signed, as a reduced fraction. Those of one kind and source sum to 0."""

    @property
    def amount(self) -> Fraction:
        """The amount, in minor units, signed."""
        return Fraction(int(self.numerator), int(self.denominator))


@dataclass(frozen=True, slots=True)
class Override:
    """The support that a posted appeal sets for one claim and publisher of a pot."""

    appeal_id: str
    pot_id: str
    claim_id: str
    publisher_id: str
    support: int
    """0..10000; 0 takes the stake away."""
    passage_id: str | None
    """The passage on which it rests; None where there is none yet."""


@dataclass(frozen=True, slots=True)
class MoneyInterval:
    """How far a publisher's share of a pot would differ with other prompts like those asked."""

    pot_id: str
    publisher_id: str | None
    """None: the weight that nobody supports."""
    share: float
    """The share of the observed period, which is paid and exact (table ``shares``)."""
    low: float | None
    high: float | None
    """Limits of the share that the population of prompts would give under the same rule; None
    where the status is ``not_measured``."""
    level: float
    drawn_share: float | None
    """Mean share of this period if each support were looked at and found or not, with its
    probability; under the rule ``expected`` the same as ``share``. None for ``unsupported``."""
    drawn_error: float | None
    """Standard deviation of that share: what supports that are probable, and not sure, leave
    open, where the probabilities are right. Not part of the interval."""
    n_prompts: int
    n_carrying: int
    """Prompts that give it anything."""
    n_effective: float
    """Prompts of one size that would carry its money, or the others' where they are fewer, as
    unevenly as these do; below the line the status is ``too_thin``."""
    estimand: str
    method: str
    status: EstimateStatus

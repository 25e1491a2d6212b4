"""Who is owed what and why: from the pot down to the passage that earned the money."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from heapq import nsmallest
from typing import TypeVar

import pyarrow as pa

from beleg.kinds import LINES, MONEY_COVERAGE
from beleg.records import (
    ClaimWeight,
    Mandate,
    MoneyInterval,
    Payout,
    Pot,
    Rightsholder,
    Share,
    Stake,
)
from beleg.report.facts import Facts
from beleg.report.findings import Source, clean, show
from beleg.report.likely import Likely, show_likely
from beleg.settlement import FULL
from beleg.tables import empty, from_arrow

R = TypeVar("R")

MAX_PAYEES = 30
MAX_OURS = 30
"""Payees of ours that are shown however little they receive."""

MAX_EXPLAINED = 12
"""Payees whose money is followed down to the passage; ours come on top of them."""

TOP_CLAIMS = 3


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the way from gross to payees, in minor units."""

    kind: str
    """gross, deductions, reserve, distributable, payee or line."""
    name: str
    """A payee's name or the line's key; empty for the pot's own steps."""
    start_minor: int
    end_minor: int


@dataclass(frozen=True, slots=True)
class Earning:
    """A claim that earned a payee money, and the passage that it rests on."""

    statement: str
    question: str
    engine: str
    part: Fraction | None
    """Exact part of the claim; None where the pot's rule is not the airport game."""
    weight: int
    """Millionths, as in ``records.Stake``."""
    exact: Fraction | None
    """Exact part of the whole pot."""
    support: int
    n_players: int
    source: Source | None


@dataclass(frozen=True, slots=True)
class Paid:
    """What a rightsholder receives, or one of the unpaid lines holds."""

    payee: str
    name: str
    is_line: bool
    publishers: tuple[str, ...]
    part: Fraction
    assigned_minor: int
    paid_minor: int
    withheld_minor: int
    n_claims: int
    earnings: tuple[Earning, ...]
    """The heaviest claims; empty for a payee whose money is not followed here."""
    likely: Likely | None = None
    """None where the money comes from several publishers, or from no prompt (a floor)."""


@dataclass(frozen=True, slots=True)
class Owed:
    """One pot, split."""

    pot: Pot
    due: date | None
    is_simulation: bool
    steps: tuple[Step, ...]
    payees: tuple[Paid, ...]
    lines: tuple[Paid, ...]
    n_explained: int
    """Payees whose money is followed down to the passage."""
    n_more_payees: int
    more_minor: int
    total_minor: int
    """Everything assigned: payees and lines, those not shown too."""
    n_claims: int
    n_answers: int
    folder: str | None
    root: str | None


def show_pots(
    facts: Facts, tables: Mapping[str, pa.Table], statements: Mapping[str, tuple[str, str]]
) -> tuple[Owed, ...]:
    """Lay out every pot, by period and id.

    Args:
        facts: The shared look-ups.
        tables: pots, payouts, stakes, claim_weights, rightsholders; each may be missing or empty.
        statements: Pot id to the statements' folder (relative) and the Merkle root.
    """
    pots = sorted(_rows(tables, "pots", Pot), key=lambda pot: (pot.period, pot.pot_id))
    holders = {
        row.rightsholder_id: row.name for row in _rows(tables, "rightsholders", Rightsholder)
    }
    payouts, stakes = _rows(tables, "payouts", Payout), _rows(tables, "stakes", Stake)
    weights = _rows(tables, "claim_weights", ClaimWeight)
    likely = _rows(tables, "money_intervals", MoneyInterval)
    mandates = {
        (row.pot_id, row.publisher_id): row.mandate for row in _rows(tables, "shares", Share)
    }
    return tuple(
        _show_pot(
            _Pot(
                facts,
                pot,
                [row for row in payouts if row.pot_id == pot.pot_id],
                _by_claim(row for row in stakes if row.pot_id == pot.pot_id),
                {row.claim_id: row for row in weights if row.pot_id == pot.pot_id},
                holders,
                {key[1]: mandate for key, mandate in mandates.items() if key[0] == pot.pot_id},
                {row.publisher_id: row for row in likely if row.pot_id == pot.pot_id},
            ),
            statements.get(pot.pot_id),
        )
        for pot in pots
    )


@dataclass(frozen=True, slots=True)
class _Pot:
    facts: Facts
    pot: Pot
    payouts: list[Payout]
    stakes: dict[str, list[Stake]]
    weights: dict[str, ClaimWeight]
    holders: dict[str, str]
    mandates: dict[str, Mandate]
    likely: dict[str | None, MoneyInterval]


def _rows(tables: Mapping[str, pa.Table], name: str, record: type[R]) -> list[R]:
    return from_arrow(tables.get(name, empty(name)), record)


def _by_claim(stakes: Iterable[Stake]) -> dict[str, list[Stake]]:
    found: dict[str, list[Stake]] = defaultdict(list)
    for stake in stakes:
        found[stake.claim_id].append(stake)
    return dict(found)


def split_claim(supports: Sequence[int]) -> list[Fraction]:
    """Give each supporter of one claim its exact part of the claim.

    The airport game (Littlechild and Owen 1973): with supports sorted upward the k-th receives
    the sum over j <= k of (s_j - s_(j-1)) / (n - j + 1). The parts sum to the greatest support.

    Args:
        supports: 0..10000 each.

    Returns:
        Parts of 1, in the order of ``supports``.
    """
    order = sorted(range(len(supports)), key=lambda place: supports[place])
    parts = [Fraction(0)] * len(supports)
    total, below = Fraction(0), 0
    for rank, place in enumerate(order):
        total += Fraction(supports[place] - below, len(supports) - rank)
        parts[place], below = total / FULL, supports[place]
    return parts


def _show_pot(data: _Pot, statement: tuple[str, str] | None) -> Owed:
    pot = data.pot
    grouped: dict[tuple[bool, str], list[Payout]] = defaultdict(list)
    for row in data.payouts:
        grouped[row.is_line, row.payee].append(row)
    claims_of = _claims_of_players(data)
    of_payee = {key: rows for (line, key), rows in grouped.items() if not line}
    shown_keys, explained = _choose_payees(data, of_payee)
    shown = [
        _show_payee(data, key, of_payee[key], claims_of, explain=key in explained)
        for key in shown_keys
    ]
    lines = [
        _show_payee(data, key, grouped[True, key], claims_of)
        for key in sorted({k for line, k in grouped if line}, key=_line_order)
    ]
    more_minor = sum(_assigned(rows) for key, rows in of_payee.items() if key not in shown_keys)
    return Owed(
        pot=pot,
        due=pot.due,
        is_simulation=pot.coverage not in MONEY_COVERAGE,
        steps=_steps(pot, shown, more_minor, lines),
        payees=tuple(shown),
        lines=tuple(lines),
        n_explained=len(explained),
        n_more_payees=len(of_payee) - len(shown),
        more_minor=more_minor,
        total_minor=sum(row.assigned_minor for row in data.payouts),
        n_claims=len(data.weights),
        n_answers=len({row.answer_id for row in data.weights.values()}),
        folder=statement[0] if statement else None,
        root=statement[1] if statement else None,
    )


def _assigned(rows: Iterable[Payout]) -> int:
    return sum(row.assigned_minor for row in rows)


def _choose_payees(
    data: _Pot, of_payee: Mapping[str, Sequence[Payout]]
) -> tuple[list[str], frozenset[str]]:
    """Choose whom to show, the most money first, and whose money to follow to its passages.

    Ours are always among both, where the caller named who "we" are: the whole of an alliance is
    no choice.
    """
    ranked = sorted(
        of_payee,
        key=lambda key: (-_assigned(of_payee[key]), data.holders.get(key, key), key),
    )
    us = frozenset(data.facts.us) if data.facts.us_kind == "named" else frozenset()
    ours = [
        key for key in ranked if key in us or any(row.publisher_id in us for row in of_payee[key])
    ][:MAX_OURS]
    top = {*ranked[:MAX_PAYEES], *ours}
    return [key for key in ranked if key in top], frozenset([*ranked[:MAX_EXPLAINED], *ours])


def _line_order(line: str) -> tuple[int, str]:
    return (LINES.index(line) if line in LINES else len(LINES), line)


def _claims_of_players(data: _Pot) -> dict[str, list[tuple[int, str, int]]]:
    """List for each player minus weight times support, the claim, and the place of its stake."""
    found: dict[str, list[tuple[int, str, int]]] = defaultdict(list)
    for claim_id, stakes in data.stakes.items():
        for place, stake in enumerate(stakes):
            found[stake.publisher_id].append((-stake.weight * stake.support, claim_id, place))
    return found


def _show_payee(
    data: _Pot,
    payee: str,
    rows: Sequence[Payout],
    claims_of: Mapping[str, list[tuple[int, str, int]]],
    *,
    explain: bool = True,
) -> Paid:
    publishers = sorted({row.publisher_id for row in rows if row.publisher_id is not None})
    is_line = rows[0].is_line
    if is_line and payee == "unsupported":
        bare = [(-row.weight, key) for key, row in data.weights.items() if key not in data.stakes]
        n_claims = len(bare)
        earnings = [_show_bare(data, key) for _, key in nsmallest(TOP_CLAIMS, bare)]
    else:
        own = [item for key in publishers for item in claims_of.get(key, ())]
        n_claims = len({item[1] for item in own})
        followed = nsmallest(TOP_CLAIMS, own) if explain else []
        earnings = [_show_earning(data, *item[1:]) for item in followed]
    part = sum((r.part for r in rows), Fraction(0))
    return Paid(
        payee=payee,
        name=payee if is_line else data.holders.get(payee, payee),
        is_line=is_line,
        publishers=tuple(data.facts.name_of(key) for key in publishers),
        part=part,
        assigned_minor=_assigned(rows),
        paid_minor=sum(row.paid_minor for row in rows),
        withheld_minor=sum(row.withheld_minor for row in rows),
        n_claims=n_claims,
        earnings=tuple(earnings),
        likely=show_likely(data.likely, {row.publisher_id for row in rows}, float(part)),
    )


def _show_bare(data: _Pot, claim_id: str) -> Earning:
    statement, question, engine = _quote(data.facts, claim_id)
    row = data.weights[claim_id]
    exact = Fraction(row.weight, _total(data))
    return Earning(statement, question, engine, Fraction(1), row.weight, exact, 0, 0, None)


def _show_earning(data: _Pot, claim_id: str, place: int) -> Earning:
    stakes = sorted(data.stakes[claim_id], key=lambda stake: stake.publisher_id)
    stake = data.stakes[claim_id][place]
    statement, question, engine = _quote(data.facts, claim_id)
    part = None
    if data.pot.rule == "airport":
        part = split_claim([s.support for s in stakes])[stakes.index(stake)]
    total = _total(data)
    return Earning(
        statement=statement,
        question=question,
        engine=engine,
        part=part,
        weight=stake.weight,
        exact=part * stake.weight / total if part is not None and total else None,
        support=stake.support,
        n_players=len(stakes),
        source=_find_source(data, stake),
    )


def _total(data: _Pot) -> int:
    return sum(row.weight for row in data.weights.values())


def _quote(facts: Facts, claim_id: str) -> tuple[str, str, str]:
    """Return a claim's words, its question and its engine; empty where the answer is not held."""
    claim = facts.claims.get(claim_id)
    answer = facts.answers.get(claim.answer_id) if claim else None
    if claim is None or answer is None:
        return "", "", ""
    words = clean(answer, claim, facts.links.get(answer.answer_id, ()))
    return words, facts.question_of(answer), answer.engine


def _find_source(data: _Pot, stake: Stake) -> Source | None:
    """Find the passage behind a stake; None where it is not held."""
    facts = data.facts
    below = stake.support < facts.threshold  # the pot may pay what the report does not count
    held = facts.backings_of([stake.claim_id]) if below else facts.backings
    for backing in held.get(stake.claim_id, ()):
        if backing.passage_id == stake.passage_id:
            return show(facts, backing)
    return None


def _steps(
    pot: Pot, payees: Sequence[Paid], more_minor: int, lines: Sequence[Paid]
) -> tuple[Step, ...]:
    gross, reserve = pot.gross_minor, pot.reserve_minor
    after = gross - pot.deductions_minor
    steps = [Step("gross", "", 0, gross)]
    if pot.deductions_minor:
        steps.append(Step("deductions", "", after, gross))
    if reserve:
        steps.append(Step("reserve", "", after - reserve, after))
    left = pot.distributable_minor
    steps.append(Step("distributable", "", 0, left))
    # What a correction drew from a line is money of this pot before anybody is paid.
    parts = [
        ("line", paid.payee, paid.assigned_minor) for paid in lines if paid.assigned_minor < 0
    ]
    parts += [("payee", paid.name, paid.assigned_minor) for paid in payees]
    parts += [("more", "", more_minor)] if more_minor else []
    parts += [
        ("line", paid.payee, paid.assigned_minor) for paid in lines if paid.assigned_minor >= 0
    ]
    for kind, name, minor in parts:
        steps.append(Step(kind, name, left - minor, left))
        left -= minor
    return tuple(steps)

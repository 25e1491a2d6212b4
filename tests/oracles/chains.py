"""Random pots over periods, and what must hold for them, computed apart from what pays.

A chain is one series in one or two currencies: publishers with quotas (some above 1), holders who
are not found, publishers without a mandate, deductions, reserves; after some periods the first
pots are closed and the shares of all change, so that corrections of either sign come in.
"""

import random
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from fractions import Fraction

from beleg.records import Mandate, Rightsholder, Share
from beleg.share import balances
from beleg.share.payout import divide
from beleg.share.series import settle
from oracles import settlement as world

LINES = {"unsupported", "no_mandate", "holder_not_found", "disputed"}


@dataclass(frozen=True)
class Chain:
    """Pots of one series, what they are divided into at first and later, and how many close."""

    pots: list
    parts: dict
    later: dict
    n_closed: int


def make_chain(seed, n_pots=12):
    """Make a chain; equal seeds give equal chains."""
    rng = random.Random(seed)
    names = [f"p{n}" for n in range(rng.randint(1, 8))]
    entitlements = [
        world.entitle(name, rng.choice(["a", "b", "c", "lost", "nobody"]), quota)
        for name in names
        for quota in rng.choice([["1"], ["1/2", "1/2"], ["2/3", "1/3"], ["1/3"], ["2/3", "1/2"]])
    ]
    mandates = {name: rng.random() < 0.8 for name in names}
    currencies = rng.choice([["EUR"], ["EUR", "CHF"]])
    pots = [_make_pot(rng, nth, currency) for nth in range(n_pots) for currency in currencies]
    parts, later = (
        {pot.pot_id: _make_parts(rng, pot, mandates, entitlements) for pot in pots} for _ in "ab"
    )
    return Chain(pots, parts, later, rng.randint(0, n_pots - 1))


def _make_pot(rng, nth, currency):
    gross = rng.choice(
        [0, 1, 7, rng.randrange(1_000), rng.randrange(10**6), rng.randrange(10**11)]
    )
    deductions = rng.randint(0, gross // 3)
    reserve = rng.choice([0, rng.randint(0, gross // 3)])
    return replace(
        world.POT,
        pot_id=f"{currency}-{nth:02}",
        series="s",
        currency=currency,
        starts_at=datetime(2026 + nth // 12, nth % 12 + 1, 1, tzinfo=UTC),
        ends_at=datetime(2026 + (nth + 1) // 12, (nth + 1) % 12 + 1, 1, tzinfo=UTC),
        gross_minor=gross,
        deductions_minor=deductions,
        reserve_minor=reserve,
        distributable_minor=gross - deductions - reserve,
    )


def _make_parts(rng, pot, mandates, entitlements):
    weights = {name: rng.choice([0, rng.randrange(1, 1_000)]) for name in mandates}
    total = sum(weights.values()) + rng.choice([0, rng.randrange(1, 500)]) or 1
    shares = [
        Share(
            pot.pot_id,
            "airport",
            name,
            str(Fraction(weight, total).numerator),
            str(Fraction(weight, total).denominator),
            Mandate.PAID if mandates[name] else Mandate.MEASURED,
        )
        for name, weight in weights.items()
        if weight
    ]
    holders = [Rightsholder(name, name, name != "lost") for name in ("a", "b", "c", "lost")]
    return divide(pot, shares, entitlements, holders)


def settle_twice(chain):
    """Settle a chain, close its first periods, and settle it again with the later parts."""
    first = settle(chain.pots, chain.parts)
    ids = {pot.pot_id for pot in chain.pots if int(pot.pot_id[-2:]) < chain.n_closed}
    closed = [row for pot_id in ids for row in first.payouts[pot_id]]
    made = [row for row in first.balances if row.pot_id in ids]
    return first, settle(chain.pots, chain.later, closed, made), ids


def check(chain):
    """Hold a chain to every rule of money.

    Returns:
        How many accounts end up owing a unit or more, and how many rows were drawn on.
    """
    first, second, _ = settle_twice(chain)
    assert second.problems == []
    n_owing = n_drawn = 0
    for settled, parts in ((first, chain.parts), (second, chain.later)):
        for pot in chain.pots:
            rows = settled.payouts[pot.pot_id]
            _check_pot(pot, rows)
            n_drawn += sum(row.assigned_minor < 0 for row in rows)
            if settled is first:  # rounding alone draws on no line, and leaves nobody owe a unit
                assert all(row.assigned_minor >= 0 and fraction(row, "carry") > -1 for row in rows)
        # Over all periods an account is assigned, and carries in the end, the sum of its exact
        # parts; with corrections, of those into which closed pots too would be divided today.
        got, exact = sum_assigned(chain.pots, settled), sum_parts(chain.pots, parts)
        assert {key: amount for key, amount in got.items() if amount} == exact
        n_owing += sum(fraction(row, "carry") <= -1 for row in _last_rows(chain.pots, settled))
    return n_owing, n_drawn


def sum_parts(pots, parts):
    """Sum each account's exact parts over all pots, from the parts alone; without zeros."""
    sums = defaultdict(Fraction)
    for pot in pots:
        for key, part in parts[pot.pot_id].items():
            sums[pot.currency, *key] += part * pot.distributable_minor
    return {key: amount for key, amount in sums.items() if amount}


def sum_assigned(pots, settled):
    """Sum what each account was assigned over all pots, and what it carries out of the last."""
    sums = defaultdict(Fraction)
    for pot in pots:
        for row in settled.payouts[pot.pot_id]:
            sums[pot.currency, row.payee, row.publisher_id, row.is_line] += row.assigned_minor
    for currency in {pot.currency for pot in pots}:
        for row in _last_rows([pot for pot in pots if pot.currency == currency], settled):
            sums[currency, row.payee, row.publisher_id, row.is_line] += fraction(row, "carry")
    return sums


def grow(chain, pot_id, more):
    """Put more into one pot of a chain."""
    pots = [
        replace(
            pot,
            gross_minor=pot.gross_minor + more,
            distributable_minor=pot.distributable_minor + more,
        )
        if pot.pot_id == pot_id
        else pot
        for pot in chain.pots
    ]
    return replace(chain, pots=pots)


def check_growth(chain, pot_id, more):
    """Nobody's paid plus carried falls when a pot grows, over all pots up to the last."""
    grown = grow(chain, pot_id, more)
    before = sum_assigned(chain.pots, settle(chain.pots, chain.parts))
    after = sum_assigned(grown.pots, settle(grown.pots, chain.parts))
    assert all(after[key] >= amount for key, amount in before.items())
    assert sum(after.values()) == sum(before.values()) + more


def _last_rows(pots, settled):
    """The rows of the last pot of each currency: no other pot takes their carries."""
    lasts = {pot.currency: pot.pot_id for pot in balances.order_pots(pots)}
    return [row for pot_id in lasts.values() for row in settled.payouts[pot_id]]


def _check_pot(pot, rows):
    payees = sum(row.paid_minor for row in rows)
    lines = sum(row.withheld_minor for row in rows)
    assert payees + lines + pot.reserve_minor + pot.deductions_minor == pot.gross_minor
    for row in rows:
        assert row.paid_minor >= 0
        assert row.is_line == (row.payee in LINES)
        assert (row.paid_minor == 0) if row.is_line else (row.withheld_minor == 0)
        exact = Fraction(int(row.numerator), int(row.denominator)) * pot.distributable_minor
        assert row.assigned_minor + fraction(row, "carry") == exact + fraction(row, "carried")
    assert sum(fraction(row, "carry") for row in rows) == 0


def fraction(row, name):
    """Read a fraction of a row: ``carry`` or ``carried``."""
    return Fraction(
        int(getattr(row, f"{name}_numerator")), int(getattr(row, f"{name}_denominator"))
    )

"""Simulation: what every publisher would receive under another rule, threshold, level or mode.

Nothing is stored and nothing is settled. Stakes are built anew from the supports, down to the
lowest threshold that is asked for; a publisher's strongest support of a claim does not depend on
the threshold, so that every scenario of one level and mode is a selection of the same stakes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import product
from typing import NamedTuple

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from beleg.errors import InputError
from beleg.records import (
    Entitlement,
    Holding,
    Level,
    Ownership,
    Pot,
    Publisher,
    Rightsholder,
)
from beleg.settlement import FULL
from beleg.share import payout, players, rules, stake_pot
from beleg.share.game import Split
from beleg.share.moves import lay_on_claims
from beleg.share.whatif import split_claims
from beleg.tables import from_arrow

LINKED = "per_citation"
"""The rule that pays links, not stakes."""

EXACT_ROWS = 200_000
"""Stakes up to which ``expected`` is computed in whole numbers, at some 10 microseconds each;
beyond it in floats, with shares less than 1e-9 away, and :attr:`Outcome.exact` says so."""

_STAKE = ("answer_id", "claim_id", "publisher_id", "weight", "support")


class Scenario(NamedTuple):
    """What is simulated; all else is the pot's."""

    rule: str
    threshold: int
    level: Level
    mode: str


class Field(NamedTuple):
    """All that may be paid at one level and in one mode, down to the lowest threshold asked."""

    claims: pa.Table
    """answer_id, claim_id, weight."""
    stakes: pa.Table
    """answer_id, claim_id, publisher_id, weight, support, appeal_id."""
    links: pa.Table
    """The same columns but appeal_id, of the pages that answers link at their claims."""
    players: dict[str, str]
    """Who plays under each host; one of several where that changes within the period."""

    @property
    def total(self) -> int:
        """The weight of all claims."""
        return int(pc.sum(self.claims["weight"]).as_py() or 0)


class Outcome(NamedTuple):
    """What a scenario pays, as fractions of the distributable sum."""

    scenario: Scenario
    shares: dict[str, Fraction]
    """By player; with ``unsupported`` they sum to 1."""
    unsupported: Fraction
    accounts: dict[payout.Account, Fraction]
    """By rightsholder and line; they sum to 1."""
    staked: pa.Table
    """The rows that the rule counted, as in :class:`Field`."""
    exact: bool = True
    """False where floats stand for the whole numbers of the settlement; see :data:`EXACT_ROWS`."""


def scenario_of(pot: Pot) -> Scenario:
    """Say what holds today.

    Raises:
        InputError: The pot is a floor, or its rule is not known.
    """
    if pot.rule not in rules.RULES:
        raise InputError(
            f"pot {pot.pot_id} has the rule {pot.rule!r}, which asks not what answers rest on.",
            f"Simulate a pot of the rule {' or '.join(rules.RULES)}.",
        )
    return Scenario(pot.rule, pot.threshold, pot.level, pot.mode)


def combine(
    today: Scenario,
    names: Sequence[str],
    thresholds: Sequence[int],
    level: Level | None = None,
    mode: str | None = None,
) -> list[Scenario]:
    """List every combination of what is asked; what is not asked stays as today.

    Where nothing at all is asked, these are all other rules.
    """
    if not (names or thresholds or level or mode):
        names = [name for name in rules.RULES if name != today.rule]
    found = [
        Scenario(rule, threshold, level or today.level, mode or today.mode)
        for rule, threshold in product(names or [today.rule], thresholds or [today.threshold])
    ]
    return list(dict.fromkeys(found))


def lay_field(
    tables: Mapping[str, pa.Table], pot: Pot, lowest: int, *, with_links: bool = True
) -> Field:
    """Build the stakes of a pot at its level and mode, down to a threshold.

    Args:
        tables: As :func:`beleg.share.share` takes them, and ``claim_links``.
        pot: The pot, its level and mode those of the scenarios.
        lowest: The lowest threshold of all scenarios; stakes below 1 are none.
        with_links: Whether some scenario pays links; else there are none in what is returned.

    Raises:
        InputError: The pot cannot be settled so.
    """
    staked = stake_pot(tables, replace(pot, threshold=lowest))
    held = players.find_players(
        from_arrow(tables["holdings"], Holding),
        from_arrow(tables["ownerships"], Ownership),
        from_arrow(tables["publishers"], Publisher),
        pot,
    )
    claims = staked.claim_weights.select(["answer_id", "claim_id", "weight"])
    counted = claims if with_links else claims.slice(0, 0)
    links = _list_links(tables, counted, held)
    hosts = (held[name].to_pylist() for name in ("host", "player_id"))
    return Field(
        claims,
        staked.stakes.select([*_STAKE, "appeal_id"]),
        links,
        dict(zip(*hosts, strict=True)),
    )


def _list_links(tables: Mapping[str, pa.Table], claims: pa.Table, held: pa.Table) -> pa.Table:
    """List the links of the counted claims that some player holds, one row a page."""
    t = ibis.memtable(tables["claim_links"]).select("claim_id", "page", "host")
    t = t.join(ibis.memtable(claims), "claim_id")
    asked = ibis.memtable(tables["answers"]).select("answer_id", "asked_at")
    t = t.join(asked, "answer_id").join(ibis.memtable(held), "host")
    t = t.filter((t.asked_at >= t.from_at) & (t.asked_at < t.to_at))
    rows = t.select(
        "answer_id", "claim_id", publisher_id=t.player_id, weight=t.weight, support=FULL
    )
    return rows.order_by("claim_id", "publisher_id").to_pyarrow()


def play(field: Field, scenario: Scenario) -> tuple[Split, pa.Table]:
    """Split a pot as a scenario says.

    A stake that an appeal has set stays, whatever the threshold. ``per_citation`` pays the links
    that answers show, whether or not their pages carry anything; all others pay stakes.

    Returns:
        The split, and the rows that it counted.
    """
    if scenario.rule == LINKED:
        counted = field.links
    else:
        reaches = pc.field("support") >= max(scenario.threshold, 1)
        counted = field.stakes.filter(reaches | pc.field("appeal_id").is_valid())
    counted = counted.select(list(_STAKE))
    if scenario.rule == "airport":
        return split_claims(counted, field.total), counted
    if _is_rough(scenario, counted):
        return _split_roughly(counted, field.claims), counted
    # Claims without a row are named too: rules that count answers ask for their whole weight.
    empty = field.claims.filter(
        pc.invert(pc.is_in(field.claims["claim_id"], pc.unique(counted["claim_id"])))
    )
    bare = empty.append_column("publisher_id", pa.nulls(len(empty), pa.string()))
    bare = bare.append_column("support", pa.array([0] * len(empty), pa.int64()))
    columns = [pa.field(f.name, f.type) for f in counted.select(list(_STAKE)).schema]
    schema = pa.schema(columns)
    whole = pa.concat_tables([counted.cast(schema), bare.select(list(_STAKE)).cast(schema)])
    return rules.split(ibis.memtable(whole), scenario.rule, field.total), counted


def _is_rough(scenario: Scenario, counted: pa.Table) -> bool:
    return scenario.rule == "expected" and len(counted) > EXACT_ROWS


def _split_roughly(counted: pa.Table, claims: pa.Table) -> Split:
    """Split by the rule ``expected`` in floats, each taken as the fraction that it is."""
    laid = lay_on_claims(counted, claims, "expected", 0)
    coded = laid.names.dictionary_encode()
    sums = np.bincount(coded.indices.to_numpy(), laid.parts, minlength=len(coded.dictionary))
    found = zip(coded.dictionary.to_pylist(), map(Fraction, sums.tolist()), strict=True)
    shares = dict(sorted(found))
    return Split(shares, 1 - sum(shares.values(), Fraction()))


def settle(
    tables: Mapping[str, pa.Table],
    pot: Pot,
    field: Field,
    scenario: Scenario,
    entitlements: Sequence[Entitlement],
) -> Outcome:
    """Split a pot as a scenario says, and divide it between rightsholders and lines."""
    simulated = replace(pot, rule=scenario.rule, level=scenario.level, mode=scenario.mode)
    result, counted = play(field, scenario)
    publishers = from_arrow(tables["publishers"], Publisher)
    shares = payout.list_shares(simulated, result, publishers)
    holders = from_arrow(tables["rightsholders"], Rightsholder)
    accounts = payout.divide(simulated, shares, entitlements, holders)
    exact = not _is_rough(scenario, counted)
    return Outcome(scenario, result.shares, result.unsupported, accounts, counted, exact)


def replace_quotas(
    entitlements: Iterable[Entitlement], quotas: Mapping[str, Mapping[str, Fraction]]
) -> list[Entitlement]:
    """Put quotas in the place of all that a publisher's rightsholders are entitled to.

    Args:
        entitlements: Today's.
        quotas: By publisher and rightsholder; publishers that are not named stay as they are.
    """
    kept = [row for row in entitlements if row.publisher_id not in quotas]
    made = [
        Entitlement(
            publisher, holder, payout.ANY_RIGHT, part.numerator, part.denominator,
            None, None, None, "simulated",
        )
        for publisher, holders in quotas.items()
        for holder, part in holders.items()
    ]  # fmt: skip
    return kept + made


def raise_level(shares: Mapping[str, Fraction], today: Field, other: Field) -> dict[str, Fraction]:
    """Give the shares of today's players to those who stand for them in a scenario.

    Where hosts of one of today's players have several, it keeps its share under its own name.
    """
    found: dict[str, set[str]] = {}
    for host, player in today.players.items():
        found.setdefault(player, set()).add(other.players.get(host, player))
    raised: dict[str, Fraction] = {}
    for name, part in shares.items():
        standing = found.get(name, {name})
        player = next(iter(standing)) if len(standing) == 1 else name
        raised[player] = raised.get(player, Fraction()) + part
    return raised


def measure_move(before: Mapping[str, Fraction], after: Mapping[str, Fraction]) -> Fraction:
    """Sum what some gain, which is what others, or nobody, lose: the part that moves."""
    rest = sum(before.values(), Fraction()) - sum(after.values(), Fraction())
    gains = [
        after.get(name, Fraction()) - before.get(name, Fraction()) for name in {*before, *after}
    ]
    return sum((gain for gain in [*gains, rest] if gain > 0), Fraction())


def sum_payees(accounts: Mapping[payout.Account, Fraction]) -> dict[str, Fraction]:
    """Sum the parts of each payee; lines are in brackets, so that none is taken for a payee."""
    sums: dict[str, Fraction] = {}
    for account, part in accounts.items():
        name = f"({account.payee})" if account.is_line else account.payee
        sums[name] = sums.get(name, Fraction()) + part
    return sums

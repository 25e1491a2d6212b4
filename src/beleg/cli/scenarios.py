"""``beleg share simulate``: all members side by side, under today's rule and under others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any, NamedTuple

import click
import pyarrow as pa
import pyarrow.compute as pc

from beleg import pipeline
from beleg.cli.main import as_json as _as_json, open_workspace
from beleg.cli.names import find_name, find_pot
from beleg.cli.simulated import print_simulation
from beleg.console import print_json
from beleg.errors import InputError
from beleg.ground.model import load_model
from beleg.records import Answer, Claim, Entitlement, Level, Pot, Publisher, Rightsholder
from beleg.settlement import spell_fraction
from beleg.share import moves, scenarios
from beleg.share.rules import RULES
from beleg.tables import from_arrow


class _World(NamedTuple):
    """All that a simulation reads."""

    tables: Mapping[str, pa.Table]
    pot: Pot
    names: Mapping[str, str]
    """Of publishers, by id."""
    entitlements: Sequence[Entitlement]
    """Those that are simulated."""


def _read_quotas(
    said: Sequence[str], publishers: Mapping[str, str], holders: Mapping[str, str]
) -> dict[str, dict[str, Fraction]]:
    """Read PUBLISHER=RIGHTSHOLDER=QUOTA.

    Raises:
        InputError: One is written otherwise, or names nobody.
    """
    quotas: dict[str, dict[str, Fraction]] = {}
    for text in said:
        parts = text.split("=")
        try:
            publisher, holder, quota = parts
            part = Fraction(quota)
        except (ValueError, ZeroDivisionError) as error:
            raise InputError(f"--quota {text!r}.", "Write it like anker=autorin=2/3.") from error
        if part < 0:
            raise InputError(f"--quota {text!r} is negative.", "Write it like anker=autorin=2/3.")
        theirs = quotas.setdefault(find_name(publisher, publishers, "publisher"), {})
        theirs[find_name(holder, holders, "rightsholder")] = part
    return quotas


@click.command()
@click.option("--pot", "pot_id", help="Which pot; may be left out where there is one.")
@click.option(
    "--rule", "names", type=click.Choice(list(RULES)), multiple=True, help="Split by this rule."
)
@click.option(
    "--threshold",
    "thresholds",
    type=click.IntRange(0, 10_000),
    multiple=True,
    help="Least support that is paid, 0..10000; also below the pot's.",
)
@click.option("--level", type=click.Choice([one.value for one in Level]), help="Who plays.")
@click.option(
    "--mode",
    type=click.Choice(["pooled", "per_answer"]),
    help="One sum over all answers, or each answer its own amount.",
)
@click.option(
    "--quota",
    "quotas",
    multiple=True,
    metavar="PUBLISHER=RIGHTSHOLDER=2/3",
    help="Instead of all that the publisher's rightsholders are entitled to today.",
)
@click.option(
    "--limit", type=click.IntRange(1), default=30, show_default=True, help="Members shown."
)
@click.option(
    "--claims", "n_claims", type=click.IntRange(0), default=10, show_default=True,
    help="Statements shown that move most money, for each scenario.",
)  # fmt: skip
@_as_json
def simulate(  # noqa: PLR0917 - click hands over options by name
    pot_id: str | None,
    names: tuple[str, ...],
    thresholds: tuple[int, ...],
    level: str | None,
    mode: str | None,
    quotas: tuple[str, ...],
    limit: int,
    n_claims: int,
    as_json: bool,
) -> None:
    """Set every member side by side: what today's rule pays, and what others would.

    A simulation: nothing is stored, nothing is settled. Rules and thresholds are combined with one
    another; level, mode and quotas hold for all of them; without any, all other rules are shown.
    Money is the exact entitlement in this pot, before the one rounding and without what is
    carried. Beside it stands how much money moves where 1, 2 and 5 % of statements without a
    source would pay somebody. per_citation pays the links that answers show, supported or not;
    per_citation, per_grounding, per_turn and equal are for comparison, no pot may name them.

    \b
    Examples:
      beleg share simulate
      beleg share simulate --rule expected --threshold 4000 --threshold 6000
      beleg share simulate --pot licence --level group --json
      beleg share simulate --quota anker=anker=2/3 --quota anker=autorin=1/3
    """
    ws = open_workspace()
    pot = find_pot(pot_id, ws.rows(Pot))
    today = scenarios.scenario_of(pot)
    asked = scenarios.combine(
        today, names, thresholds, Level(level) if level else None, mode
    ) if not quotas or names or thresholds or level or mode else [today]  # fmt: skip
    tables = pipeline.read_share_tables(ws)
    publishers = {
        row.publisher_id: row.name for row in from_arrow(tables["publishers"], Publisher)
    }
    holders = {
        row.rightsholder_id: row.name for row in from_arrow(tables["rightsholders"], Rightsholder)
    }
    entitlements = from_arrow(tables["entitlements"], Entitlement)
    simulated = scenarios.replace_quotas(entitlements, _read_quotas(quotas, publishers, holders))
    at_percent = load_model().at_percent
    lowest = min(today.threshold, *at_percent.values(), *(one.threshold for one in asked))
    linked = any(one.rule == scenarios.LINKED for one in (today, *asked))
    field = scenarios.lay_field(tables, pot, lowest, with_links=linked)
    now = scenarios.settle(tables, pot, field, today, entitlements)
    fields = {(today.level, today.mode): field}
    world = _World(tables, pot, {**publishers, **holders}, simulated)
    found = []
    for scenario in asked:
        key = (scenario.level, scenario.mode)
        if key not in fields:
            other = replace(pot, level=scenario.level, mode=scenario.mode)
            fields[key] = scenarios.lay_field(tables, other, lowest, with_links=linked)
        found.append(_compare(world, now, field, scenario, fields[key], n_claims))
    passes = [
        _pass(world, now, field, today._replace(threshold=threshold), percent, entitlements)
        for percent, threshold in at_percent.items()
    ]
    _add_texts(tables, [claim for one in found for claim in one["claims"]])
    described = {
        "simulation": True,
        "pot": pot.pot_id,
        "currency": pot.currency,
        "distributable_minor": pot.distributable_minor,
        "today": _describe(pot, now),
        "scenarios": found,
        "false_passes": passes,
    }
    if as_json:
        print_json(described)
    else:
        print_simulation(described, limit)


def _describe(pot: Pot, outcome: scenarios.Outcome) -> dict[str, Any]:
    return {
        **outcome.scenario._asdict(),
        "exact": outcome.exact,
        "unsupported": _figure(pot, outcome.unsupported),
    }


def _figure(pot: Pot, part: Fraction) -> dict[str, Any]:
    return {
        **spell_fraction(part),
        "part": float(part),
        "minor": round(part * pot.distributable_minor),
    }


def _compare(
    world: _World,
    now: scenarios.Outcome,
    field: scenarios.Field,
    scenario: scenarios.Scenario,
    other: scenarios.Field,
    n_claims: int,
) -> dict[str, Any]:
    """Lay one scenario beside today: members, payees, claims."""
    pot = world.pot
    then = scenarios.settle(world.tables, pot, other, scenario, world.entitlements)
    before = scenarios.raise_level(now.shares, field, other)
    old, new = (scenarios.sum_payees(one.accounts) for one in (now, then))
    members = _list_rows(pot, before, then.shares, world.names)
    return {
        **_describe(pot, then),
        "moved": _figure(pot, scenarios.measure_move(before, then.shares)),
        "moved_between_payees": _figure(pot, scenarios.measure_move(old, new)),
        "n_gain": sum(row["difference"]["part"] > 0 for row in members),
        "n_lose": sum(row["difference"]["part"] < 0 for row in members),
        "members": members,
        "payees": _list_rows(pot, old, new, world.names),
        "claims": _list_claims(pot, now, then, field, other, n_claims),
    }


def _list_rows(
    pot: Pot,
    before: Mapping[str, Fraction],
    after: Mapping[str, Fraction],
    names: Mapping[str, str],
) -> list[dict[str, Any]]:
    """List who has what today and then, the largest of today first."""
    rows = []
    for key in sorted({*before, *after}):
        old, new = before.get(key, Fraction()), after.get(key, Fraction())
        figures = {"today": old, "then": new, "difference": new - old}
        rows.append(
            {
                "id": key,
                "name": names.get(key, key),
                **{name: _figure(pot, part) for name, part in figures.items()},
            }
        )
    return sorted(rows, key=lambda row: (-row["today"]["part"], -row["then"]["part"], row["id"]))


def _list_claims(
    pot: Pot,
    now: scenarios.Outcome,
    then: scenarios.Outcome,
    field: scenarios.Field,
    other: scenarios.Field,
    limit: int,
) -> list[dict[str, Any]]:
    """List the statements that move most money, with what they bring to whom."""
    claims = field.claims
    both = pc.is_in(other.claims["claim_id"], claims["claim_id"])
    if not limit or not len(claims):
        return []
    claims = pa.concat_tables([claims, other.claims.filter(pc.invert(both))])
    laid = []
    for outcome, one in ((now, field), (then, other)):
        rule, n = outcome.scenario.rule, len(outcome.shares)
        part = moves.lay_on_claims(outcome.staked, one.claims, rule, n)
        laid.append(moves.place_among(part, one.claims, claims))
    found = moves.find_moved(laid[0], laid[1], claims, limit)
    return [
        {
            "claim_id": row.claim_id,
            "part": row.part,
            "minor": round(row.part * pot.distributable_minor),
            "today": row.before,
            "then": row.after,
        }
        for row in found
    ]


def _pass(
    world: _World,
    now: scenarios.Outcome,
    field: scenarios.Field,
    scenario: scenarios.Scenario,
    percent: int,
    entitlements: Sequence[Entitlement],
) -> dict[str, Any]:
    """Say what the pot would pay at the support that some per cent of false statements reach."""
    same = scenario == now.scenario
    then = (
        now if same else scenarios.settle(world.tables, world.pot, field, scenario, entitlements)
    )
    moved = scenarios.measure_move(now.shares, then.shares)
    return {
        "percent": percent,
        "threshold": scenario.threshold,
        "unsupported": _figure(world.pot, then.unsupported),
        "moved": _figure(world.pot, moved),
    }


def _add_texts(tables: Mapping[str, pa.Table], rows: Sequence[dict[str, Any]]) -> None:
    """Write beside each claim what it says and where."""
    ids = pa.array(sorted({row["claim_id"] for row in rows}), pa.string())
    claims = tables["claims"].filter(pc.is_in(tables["claims"]["claim_id"], ids))
    known = {row.claim_id: row for row in from_arrow(claims, Claim)}
    wanted = pa.array(sorted({row.answer_id for row in known.values()}), pa.string())
    near = tables["answers"].filter(pc.is_in(tables["answers"]["answer_id"], wanted))
    answers = {row.answer_id: row for row in from_arrow(near, Answer)}
    for row in rows:
        claim = known[row["claim_id"]]
        answer = answers[claim.answer_id]
        row["engine"], row["answer_id"] = answer.engine, answer.answer_id
        row["text"] = (answer.text or "")[claim.start : claim.end]

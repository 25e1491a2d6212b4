"""Share: what each publisher's support of the answers is worth, to the cent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import ibis
import pyarrow as pa
import pyarrow.compute as pc

from beleg.errors import InputError
from beleg.records import (
    Balance,
    ClaimWeight,
    Entitlement,
    Holding,
    MoneyInterval,
    Origin,
    Override,
    Ownership,
    Payout,
    Pot,
    Problem,
    Publisher,
    Relation,
    Rightsholder,
    Share,
    Stake,
    Status,
    Support,
)
from beleg.settlement import RULE_VERSIONS
from beleg.share import (
    counted,
    origins,
    overrides,
    payout,
    players,
    rules,
    series,
    stakes,
)
from beleg.tables import empty, from_arrow, schema_of, to_arrow

if TYPE_CHECKING:
    import ibis.expr.types as ir


class Shared(NamedTuple):
    """Tables that share gives, each with the schema of its record."""

    claim_weights: pa.Table
    stakes: pa.Table
    shares: pa.Table
    payouts: pa.Table
    balances: pa.Table
    money_intervals: pa.Table
    problems: pa.Table


class _Staked(NamedTuple):
    """One pot before the game."""

    claim_weights: pa.Table
    stakes: pa.Table
    problems: list[Problem]


class _Divided(NamedTuple):
    """One pot before its money."""

    staked: _Staked
    shares: list[Share]
    likely: list[MoneyInterval]
    parts: series.Parts


def share(tables: Mapping[str, pa.Table]) -> Shared:
    """Split every pot between the publishers that its answers rest on.

    Args:
        tables: answers, citations, documents, claims, passages, supports, publishers,
            ownerships, rightsholders, entitlements, holdings, prompts, observations, origins,
            pots, by name; ``frames`` where a pot names one, ``overrides`` where an
            appeal is posted. ``closed_payouts`` (records ``Payout``) and ``closed_balances``
            (``Balance``), if there are any: of pots that were paid. These stay as they are; what
            they would pay otherwise today comes as a correction into the next open pot of their
            series.

    Returns:
        Claim weights, stakes, shares, payouts, balances, intervals and problems. A pot that cannot
        be settled (its rule is unknown, its figures disagree, known and unknown impressions are
        mixed, two publishers hold one host, the pot before it in its series is not settled) has
        a problem with the remedy and no other row: nobody is paid from it. Every other pot has
        at least the payout row ``unsupported``. The claim weights, stakes and shares of a closed
        pot are today's.
    """
    closed = from_arrow(tables.get("closed_payouts", empty("payouts")), Payout)
    made = from_arrow(tables.get("closed_balances", empty("balances")), Balance)
    closed_ids = {row.pot_id for row in closed}
    pots = sorted(from_arrow(tables["pots"], Pot), key=lambda pot: pot.pot_id)
    problems = _list_untimed(tables["answers"], tables["observations"]) if pots else []
    divided: dict[str, _Divided] = {}
    for pot in pots:
        try:
            divided[pot.pot_id] = _divide_pot(tables, pot)
        except InputError as error:
            problems.append(series.tell(pot, error, is_closed=pot.pot_id in closed_ids))
    parts = {pot_id: one.parts for pot_id, one in divided.items()}
    settled = series.settle(pots, parts, closed, made)
    done = [one for pot_id, one in divided.items() if pot_id in settled.payouts]
    problems += [problem for one in done for problem in one.staked.problems] + settled.problems
    return Shared(
        pa.concat_tables([empty("claim_weights"), *(one.staked.claim_weights for one in done)]),
        pa.concat_tables([empty("stakes"), *(one.staked.stakes for one in done)]),
        to_arrow([row for one in done for row in one.shares], Share),
        to_arrow([row for _, rows in sorted(settled.payouts.items()) for row in rows], Payout),
        to_arrow(settled.balances, Balance),
        to_arrow([row for one in done for row in one.likely], MoneyInterval),
        to_arrow(problems, Problem),
    )


def _divide_pot(tables: Mapping[str, pa.Table], pot: Pot) -> _Divided:
    """Play one pot's game, and say as fractions where all of it goes.

    Raises:
        InputError: The pot cannot be settled.
    """
    _check_pot(pot)
    publishers = from_arrow(tables["publishers"], Publisher)
    if pot.rule == payout.FLOOR:
        staked = _Staked(empty("claim_weights"), empty("stakes"), [])
        ownerships = from_arrow(tables["ownerships"], Ownership)
        result = payout.split_floor(players.list_mandated(ownerships, publishers, pot))
    else:
        staked = stake_pot(tables, pot)
        total = sum(staked.claim_weights["weight"].to_pylist())
        result = rules.split(ibis.memtable(staked.stakes), pot.rule, total)
    shares = payout.list_shares(pot, result, publishers)
    entitlements = from_arrow(tables["entitlements"], Entitlement)
    holders = from_arrow(tables["rightsholders"], Rightsholder)
    from beleg.share import intervals  # noqa: PLC0415 - scipy loads slowly; what-if must not wait

    likely = intervals.find_intervals(
        pot, tables["answers"], staked.claim_weights, staked.stakes, shares
    )
    return _Divided(staked, shares, likely, payout.divide(pot, shares, entitlements, holders))


def stake_pot(tables: Mapping[str, pa.Table], pot: Pot) -> _Staked:
    """Build the claim weights and the stakes of one pot.

    Raises:
        InputError: The pot cannot be settled.
    """
    names = ("prompts", "supports", "documents", "citations")
    t = {name: ibis.memtable(tables[name]) for name in names}
    answers, claims, left_out = counted.count(tables, pot)
    if pot.mode == counted.PER_ANSWER:
        stakes.check_amounts(answers, pot)
        by_answer = stakes.weigh_by_amounts(answers)
    elif stakes.check_weights(answers, t["prompts"]) == "impressions":
        by_answer = stakes.weigh_by_impressions(answers)
    else:
        by_answer = stakes.weigh_by_prompts(answers, t["prompts"])
    by_claim = stakes.spread_weights(by_answer, claims).order_by("claim_id").to_pyarrow()
    weights = ibis.memtable(by_claim)
    eligible = stakes.keep_eligible(t["supports"], pot)
    eligible = eligible.join(weights.select("answer_id", "claim_id"), "claim_id")
    publishers = from_arrow(tables["publishers"], Publisher)
    holdings = from_arrow(tables["holdings"], Holding)
    existing = stakes.keep_existing(eligible, answers, t["documents"], t["citations"], pot)
    found = existing.to_pyarrow()
    repeating = _list_origins(tables, found)
    agencies = origins.find_agencies(publishers)
    held = players.find_players(
        holdings + origins.hold_agencies(repeating, agencies),
        from_arrow(tables["ownerships"], Ownership),
        publishers,
        pot,
    )
    terms = origins.Terms(
        _host_by_document(tables, repeating), frozenset(row.host for row in holdings), agencies
    )
    resting = _list_resting(tables, repeating)
    plan = ibis.memtable(origins.plan_redirects(repeating, terms, pot, resting))
    existing = stakes.keep_paid(origins.redirect(ibis.memtable(found), plan, t["supports"]), pot)
    existing = ibis.memtable(existing.to_pyarrow())
    staked = stakes.keep_strongest(existing, ibis.memtable(held), weights)
    staked = staked.order_by("claim_id", "publisher_id")
    posted = from_arrow(tables["overrides"], Override) if "overrides" in tables else []
    set_, refused = overrides.apply_overrides(
        _of_pot(staked.to_pyarrow(), pot, Stake), by_claim, posted, pot, held
    )
    return _Staked(
        _of_pot(by_claim, pot, ClaimWeight),
        set_,
        left_out
        + _list_unheld(pot, existing, ibis.memtable(held))
        + _list_agencies(pot, repeating, agencies)
        + refused,
    )


def _list_origins(tables: Mapping[str, pa.Table], supports: pa.Table) -> list[Origin]:
    """List the origins of the passages that some support rests on."""
    passages = pc.unique(supports["passage_id"])
    table = tables["origins"]
    return from_arrow(table.filter(pc.is_in(table["passage_id"], passages)), Origin)


def _list_resting(tables: Mapping[str, pa.Table], repeating: Sequence[Origin]) -> origins.Resting:
    """List what claims rest on passages that join several texts, and on these texts."""
    joined = {row.passage_id: origins.name_joined(row) for row in repeating}
    passages = [passage_id for passage_id, names in joined.items() if names]
    named = sorted({name for names in joined.values() for name in names})
    table = tables["supports"]
    near = table.filter(pc.is_in(table["document_id"], pa.array(named, pa.string())))
    columns = (near[name].to_pylist() for name in ("claim_id", "document_id", "support"))
    measured: dict[tuple[str, str], int] = {}
    for claim_id, document_id, support in zip(*columns, strict=True):
        key = claim_id, document_id
        measured[key] = max(support, measured.get(key, 0))
    theirs = table.filter(pc.is_in(table["passage_id"], pa.array(passages, pa.string())))
    return origins.Resting(from_arrow(theirs, Support), measured)


def _host_by_document(
    tables: Mapping[str, pa.Table], repeating: Sequence[Origin]
) -> dict[str, str]:
    named = {row.origin_document_id for row in repeating if row.origin_document_id}
    named |= {name for row in repeating for name in origins.name_joined(row)}
    ids = sorted(named)
    table = tables["documents"]
    near = table.filter(pc.is_in(table["document_id"], pa.array(ids, pa.string())))
    columns = (near[name].to_pylist() for name in ("document_id", "host"))
    return dict(zip(*columns, strict=True))


def _list_agencies(
    pot: Pot, repeating: Sequence[Origin], agencies: Mapping[str, str]
) -> list[Problem]:
    """Tell of agencies whose text plays for them, and that nobody declared."""
    if pot.agency_text != "agency":
        return []
    named = {row.agency for row in repeating if row.relation == Relation.AGENCY and row.agency}
    unknown = sorted(named - agencies.keys())
    if not unknown:
        return []
    message = (
        f"statements rest on text of {', '.join(unknown)}, which plays for the agency, and no "
        "publisher is declared by that name: its share goes to the line no_mandate."
    )
    remedy = "Declare the agency as a publisher (its name or an alias), or pay the buyer."
    return [_problem(pot, message, remedy)]


def _of_pot(table: pa.Table, pot: Pot, record: type) -> pa.Table:
    names = pa.array([pot.pot_id] * len(table), pa.string())
    schema = schema_of(record)
    return table.append_column("pot_id", names).select(schema.names).cast(schema)


def _check_pot(pot: Pot) -> None:
    left = pot.gross_minor - pot.deductions_minor - pot.reserve_minor
    if left != pot.distributable_minor or left < 0:
        raise InputError(
            f"gross {pot.gross_minor} less deductions {pot.deductions_minor} and reserve "
            f"{pot.reserve_minor} is not {pot.distributable_minor}, or is negative.",
            "Mend the pot's amounts.",
        )
    version = RULE_VERSIONS.get(pot.rule)
    if version is None:
        known = ", ".join(RULE_VERSIONS)
        raise InputError(f"the rule {pot.rule!r} is not known to pay.", f"Use one of {known}.")
    if pot.rule_version != version:
        raise InputError(
            f"the rule {pot.rule!r} has version {version} here, not {pot.rule_version!r}.",
            "Settle the pot with the release of Beleg that knows its version.",
        )
    if pot.mode not in {"pooled", counted.PER_ANSWER}:
        raise InputError(f"mode is {pot.mode!r}.", "Use 'pooled' or 'per_answer'.")
    if pot.agency_text not in {"buyer", "agency"}:
        raise InputError(f"agency_text is {pot.agency_text!r}.", "Use 'buyer' or 'agency'.")
    if pot.existence not in {"seen", "published"}:
        raise InputError(f"existence is {pot.existence!r}.", "Use 'seen' or 'published'.")


def _problem(pot: Pot, message: str, remedy: str) -> Problem:
    return Problem("share", f"pot {pot.pot_id}", None, pot.pot_id, message, remedy)


def _list_untimed(answers: pa.Table, observations: pa.Table) -> list[Problem]:
    """Tell of answers without a time: they are measured, and belong to no period."""
    t, o = ibis.memtable(answers), ibis.memtable(observations)
    untimed = t.filter(t.asked_at.isnull() & (t.status == Status.ANSWERED.value))
    n = (
        untimed.anti_join(o.filter(o.repeat_of.notnull()), "answer_id")
        .count()
        .to_pyarrow()
        .as_py()
    )
    if not n:
        return []
    message = f"{n} answers have no time: they are measured, and in no pot."
    remedy = "Collect them with the time at which they were asked."
    return [Problem("share", "answers", None, None, message, remedy)]


def _list_unheld(pot: Pot, existing: ir.Table, held: ir.Table) -> list[Problem]:
    """Tell of texts that nobody holds."""
    problems = []
    unheld = existing.anti_join(held, "host")
    n_hosts = unheld.host.nunique().to_pyarrow().as_py()
    n_claims = unheld.claim_id.nunique().to_pyarrow().as_py()
    if n_hosts:
        problems.append(
            _problem(
                pot,
                f"{n_claims} statements rest on texts under {n_hosts} hosts that no publisher "
                "holds: these texts play for nobody.",
                "Declare the hosts' publishers in beleg.toml, where there are any.",
            )
        )
    return problems

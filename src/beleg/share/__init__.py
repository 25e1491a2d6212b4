"""Share: what each publisher's support of the answers is worth, to the cent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import ibis
import pyarrow as pa
import pyarrow.compute as pc

from beleg.errors import InputError
from beleg.records import (
    ClaimWeight,
    Entitlement,
    Holding,
    Origin,
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
from beleg.share import game, origins, payout, players, stakes
from beleg.tables import from_arrow, schema_of, to_arrow

if TYPE_CHECKING:
    import ibis.expr.types as ir


class Shared(NamedTuple):
    """Tables that share gives, each with the schema of its record."""

    claim_weights: pa.Table
    stakes: pa.Table
    shares: pa.Table
    payouts: pa.Table
    problems: pa.Table


class _Staked(NamedTuple):
    """One pot before the game."""

    claim_weights: pa.Table
    stakes: pa.Table
    problems: list[Problem]


def share(tables: Mapping[str, pa.Table]) -> Shared:
    """Split every pot between the publishers that its answers rest on.

    Args:
        tables: answers, citations, documents, claims, passages, supports, publishers,
            ownerships, rightsholders, entitlements, holdings, prompts, observations, origins,
            pots, by name.

    Returns:
        Claim weights, stakes, shares, payouts and problems. A pot that cannot be settled (its
        rule is unknown, its figures disagree, known and unknown impressions are mixed, two
        publishers hold one host) has a problem with the remedy and no other row: nobody is paid
        from it. Every other pot has at least the payout row ``unsupported``.
    """
    done: list[tuple[pa.Table, pa.Table]] = []
    shares: list[Share] = []
    paid: list[Payout] = []
    pots = sorted(from_arrow(tables["pots"], Pot), key=lambda pot: pot.pot_id)
    problems = _list_untimed(tables["answers"], tables["observations"]) if pots else []
    publishers = from_arrow(tables["publishers"], Publisher)
    for pot in pots:
        try:
            _check_pot(pot)
            staked = stake_pot(tables, pot)
            total = sum(staked.claim_weights["weight"].to_pylist())
            result = game.split(ibis.memtable(staked.stakes), total)
            theirs = payout.list_shares(pot, result, publishers)
            parts = payout.divide(
                pot,
                theirs,
                from_arrow(tables["entitlements"], Entitlement),
                from_arrow(tables["rightsholders"], Rightsholder),
            )
            payouts = payout.pay(pot, parts)
        except InputError as error:
            problems.append(_problem(pot, f"not settled: {error.message}", error.remedy))
            continue
        done.append((staked.claim_weights, staked.stakes))
        problems += staked.problems
        shares += theirs
        paid += payouts
    return Shared(
        pa.concat_tables([schema_of(ClaimWeight).empty_table(), *(one for one, _ in done)]),
        pa.concat_tables([schema_of(Stake).empty_table(), *(other for _, other in done)]),
        to_arrow(shares, Share),
        to_arrow(paid, Payout),
        to_arrow(problems, Problem),
    )


def stake_pot(tables: Mapping[str, pa.Table], pot: Pot) -> _Staked:
    """Build the claim weights and the stakes of one pot.

    Answers without a statement (a courtesy, or links alone) rest on nothing and use nobody's
    work: they are left out before a prompt's weight is divided, and told of as a problem.

    Raises:
        InputError: The pot cannot be settled.
    """
    names = ("answers", "observations", "claims", "prompts", "supports", "documents", "citations")
    t = {name: ibis.memtable(tables[name]) for name in names}
    counted = ibis.memtable(
        stakes.count_answers(t["answers"], t["observations"], pot).to_pyarrow()
    )
    claims = ibis.memtable(stakes.keep_first_said(t["claims"], counted).to_pyarrow())
    answers = counted.semi_join(claims, "answer_id")
    if stakes.check_weights(answers, t["prompts"]) == "impressions":
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
    return _Staked(
        _of_pot(by_claim, pot, ClaimWeight),
        _of_pot(staked.to_pyarrow(), pot, Stake),
        _list_left_out(pot, counted, answers, existing, ibis.memtable(held))
        + _list_agencies(pot, repeating, agencies),
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
    if pot.rule != "airport":
        raise InputError(f"the rule {pot.rule!r} is not known.", "Use the rule 'airport'.")
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


def _list_left_out(
    pot: Pot, counted: ir.Table, answers: ir.Table, existing: ir.Table, held: ir.Table
) -> list[Problem]:
    """Tell of answers that say nothing, and of texts that nobody holds."""
    problems = []
    n_all = counted.count().to_pyarrow().as_py()
    n_with = answers.count().to_pyarrow().as_py()
    if n_with < n_all:
        problems.append(
            _problem(
                pot,
                f"{n_all - n_with} of {n_all} answers make no statement that could rest on a "
                "source: they are left out.",
                "Nothing, unless their text is missing: then collect it.",
            )
        )
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

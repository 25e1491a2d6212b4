"""Small tables for people, joined from the workspace's: what the command line shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set as AbstractSet
from typing import Any, TypeVar

import pyarrow as pa
import pyarrow.compute as pc

from beleg.errors import InputError
from beleg.ground.claims import answer_language, blank_marks, mark_spans
from beleg.ground.explanations import Explanation, explain, find_obstacles
from beleg.ground.model import source_kind_of
from beleg.ground.opinion import Pair
from beleg.ground.readings import ClaimReading, weigh_claim
from beleg.ground.tokens import find_tokens, language_of
from beleg.ids import pick_row
from beleg.money import format_amount
from beleg.records import (
    Answer,
    Citation,
    Claim,
    Document,
    Estimate,
    MoneyInterval,
    Passage,
    Payout,
    Pot,
    Publisher,
    Rightsholder,
    Support,
    Text,
)
from beleg.store import Workspace
from beleg.tables import KEYS, TABLES, Opinion, from_arrow

R = TypeVar("R")


def explain_answer(workspace: Workspace, answer_id: str) -> list[dict[str, Any]]:
    """List an answer's claims in order, each with its supports, the strongest first.

    Raises:
        InputError: No answer, or more than one, begins with these digits.
    """
    answers = {row.answer_id: row for row in workspace.rows(Answer)}
    answer = pick_row(answers, answer_id, "answer", "`beleg export answers` lists them.")
    passages = {row.passage_id: row for row in workspace.rows(Passage)}
    documents = {row.document_id: row for row in workspace.rows(Document)}
    texts = {row.text_id: row.text for row in workspace.rows(Text)}
    supports: dict[str, list[Support]] = {}
    for support in workspace.rows(Support):
        supports.setdefault(support.claim_id, []).append(support)

    def show(support: Support) -> dict[str, Any]:
        passage, document = passages[support.passage_id], documents[support.document_id]
        return {
            "support": support.support,
            "kind": support.kind.value,
            "cited": support.cited,
            "conflicts": support.conflicts,
            "host": document.host,
            "url": document.url,
            # Of a document that is forgotten only the figures are left.
            "passage": texts.get(document.text_id, "")[passage.start : passage.end],
        }

    claims = [claim for claim in workspace.rows(Claim) if claim.answer_id == answer.answer_id]
    return [
        {
            "claim_id": claim.claim_id,
            "start": claim.start,
            "end": claim.end,
            "claim": (answer.text or "")[claim.start : claim.end],
            "supports": [
                show(support)
                for support in sorted(
                    supports.get(claim.claim_id, ()), key=lambda s: (-s.support, s.passage_id)
                )
            ],
        }
        for claim in sorted(claims, key=lambda claim: claim.start)
    ]


def explain_claim(workspace: Workspace, claim_id: str, limit: int) -> dict[str, Any]:
    """Say why a claim scores as it does with the passages that come nearest.

    Args:
        workspace: After `beleg ground`.
        claim_id: Its first digits.
        limit: Most passages, the strongest first.

    Raises:
        InputError: No claim, or more than one, begins with these digits.
    """
    claims = {row.claim_id: row for row in workspace.rows(Claim)}
    claim = pick_row(claims, claim_id, "claim", "`beleg ground show ANSWER_ID` lists them.")
    (answer,) = (a for a in workspace.rows(Answer) if a.answer_id == claim.answer_id)
    cites = [c for c in workspace.rows(Citation) if c.answer_id == claim.answer_id]
    text, language = answer.text or "", answer_language(answer)
    reading = _read_claim(blank_marks(text, mark_spans(cites)), claim, language)
    rows = [s for s in workspace.rows(Support) if s.claim_id == claim.claim_id]
    n_passages = len(rows)
    rows.sort(key=lambda s: (-s.support, s.passage_id))
    passages = {row.passage_id: row for row in workspace.rows(Passage)}
    documents = {row.document_id: row for row in workspace.rows(Document)}
    texts = {row.text_id: row.text for row in workspace.rows(Text)}
    opinions = [row for row in workspace.rows(Opinion) if row.claim_id == claim.claim_id]
    # What is forgotten has figures, and no words that could be explained.
    rows = [s for s in rows if documents[s.document_id].text_id in texts]
    shown = []
    for support in rows[:limit]:
        passage, document = passages[support.passage_id], documents[support.document_id]
        body = texts[document.text_id]
        spoken = language_of(body, document.language)
        carriers = (d.kind for d in documents.values() if d.text_id == document.text_id)
        words = body[passage.start : passage.end]
        found = explain(text, reading, words, spoken, source_kind_of(carriers))
        shown.append(
            {
                "support": support.support,
                "kind": support.kind.value,
                "cited": support.cited,
                "judge": support.judge,
                "host": document.host,
                "url": document.url,
                "passage_id": support.passage_id,
                "passage": words,
                "opinions": [
                    {"model": o.model, "kind": o.kind, "value": o.value, "text": o.text}
                    for o in opinions
                    if o.passage_id == support.passage_id
                ],
                **_show_explanation(found, claim.start),
            }
        )
    return {
        "claim_id": claim.claim_id,
        "answer_id": claim.answer_id,
        "engine": answer.engine,
        "question": answer.question,
        "claim": text[claim.start : claim.end],
        "n_passages": n_passages,
        "passages": shown,
    }


def quote_pairs(workspace: Workspace, supports: Sequence[Support]) -> Iterator[Pair]:
    """Give the words of each support's claim and passage, in the order of the supports.

    A passage that is forgotten has none.
    """
    claims = {row.claim_id: row for row in workspace.rows(Claim)}
    answers = {row.answer_id: row.text or "" for row in workspace.rows(Answer)}
    passages = {row.passage_id: row for row in workspace.rows(Passage)}
    documents = {row.document_id: row.text_id for row in workspace.rows(Document)}
    texts = {row.text_id: row.text for row in workspace.rows(Text)}
    for support in supports:
        claim, passage = claims[support.claim_id], passages[support.passage_id]
        yield Pair(
            claim.claim_id,
            passage.passage_id,
            answers[claim.answer_id][claim.start : claim.end],
            texts.get(documents[support.document_id], "")[passage.start : passage.end],
        )


def _read_claim(blanked: str, claim: Claim, language: str) -> ClaimReading:
    tokens = [
        token._replace(start=token.start + claim.start, end=token.end + claim.start)
        for token in find_tokens(blanked[claim.start : claim.end], language)
    ]
    return weigh_claim(blanked, tokens, language)


def _show_explanation(found: Explanation, start: int) -> dict[str, Any]:
    """Lay out an explanation; spans are places in the claim and in the passage."""
    return {
        "support_now": found.verdict.support,
        "conflicts": list(found.verdict.conflicts),
        "words": [term._asdict() for term in found.terms],
        "longest_run": found.longest_run,
        "figures_missing": list(found.figures_missing),
        "names_missing": list(found.names_missing),
        "contributions": [item._asdict() for item in found.contributions],
        "intercept": found.intercept,
        "log_odds": found.log_odds,
        "capped": found.capped,
        "threshold": found.threshold,
        "wanted_log_odds": found.wanted_log_odds,
        "would_do_without": find_obstacles(found),
        "claim_spans": [[a - start, b - start] for a, b in found.claim_spans],
        "passage_spans": [list(span) for span in found.passage_spans],
    }


def list_estimates(
    workspace: Workspace, measure: str | None, engine: str | None, segment: str, limit: int
) -> list[dict[str, Any]]:
    """List estimates with their publishers' names; at most ``limit`` a measure and engine.

    ``flags`` is what the collecting user declared of any of the engine's files.

    Raises:
        InputError: Nothing of that name was measured.
    """
    names = {row.publisher_id: row.name for row in workspace.rows(Publisher)}
    rows = [row for row in workspace.rows(Estimate) if row.topic is None and row.week is None]
    flags: dict[str, set[str]] = {}
    for answer in workspace.rows(Answer):
        flags.setdefault(answer.engine, set()).update(answer.flags)
    known = sorted({row.measure for row in rows})
    if measure is not None and measure not in known:
        remedy = f"Known: {', '.join(known)}." if known else "Run `beleg run` first."
        raise InputError(f"no measure {measure!r}.", remedy)
    groups: dict[tuple[str, str], list[Estimate]] = {}
    for row in rows:
        wanted = measure in {None, row.measure} and engine in {None, row.engine}
        if wanted and row.segment == segment:
            groups.setdefault((row.measure, row.engine), []).append(row)
    shown = []
    for (name, of_engine), group in sorted(groups.items()):
        group.sort(key=lambda row: (row.value is None, -(row.value or 0), row.subject))
        shown += [
            {
                "measure": name,
                "engine": of_engine,
                "publisher": names.get(row.subject, row.subject),
                "value": row.value,
                "low": row.low,
                "high": row.high,
                "n": row.n,
                "prompts": row.n_clusters,
                "status": row.status.value,
                "flags": " ".join(sorted(flags.get(of_engine, ()))),
            }
            for row in group[:limit]
        ]
    return shown


def pick_pot(pots: Iterable[Pot], pot_id: str, first: str = "") -> Pot:
    """Pick the pot of that id.

    Args:
        pots: All pots.
        pot_id: The one that is wanted.
        first: What to do first, where the pots may not be up to date.

    Raises:
        InputError: There is none; the remedy names those that there are.
    """
    known = {pot.pot_id: pot for pot in pots}
    if pot_id not in known:
        names = ", ".join(sorted(known))
        remedy = f"There are: {names}." if names else "Add [[pots]] to beleg.toml."
        if first:
            remedy = f"{first}; there are: {names or 'none'}."
        raise InputError(f"no pot {pot_id!r}.", remedy)
    return known[pot_id]


def list_payouts(workspace: Workspace) -> list[dict[str, Any]]:
    """List who receives what of each pot, the largest first, the unpaid lines last.

    ``low`` and ``high`` are the limits of the row's part that the population of prompts would
    give: the publisher's, times what of its share comes to this payee. None where the pot has no
    interval (a floor, a rule whose shares are not reproduced).
    """
    names = {row.publisher_id: row.name for row in workspace.rows(Publisher)}
    holders = {row.rightsholder_id: row.name for row in workspace.rows(Rightsholder)}
    pots = {row.pot_id: row for row in workspace.rows(Pot)}
    likely = {(row.pot_id, row.publisher_id): row for row in workspace.rows(MoneyInterval)}
    rows = workspace.rows(Payout)
    rows.sort(key=lambda row: (row.pot_id, row.is_line, -row.assigned_minor, row.payee))
    return [
        {
            "pot": row.pot_id,
            "payee": row.payee if row.is_line else holders.get(row.payee, row.payee),
            "publisher": names.get(row.publisher_id or "", row.publisher_id),
            "part": f"{float(row.part):.2%}",
            **_show_interval(row, likely.get((row.pot_id, row.publisher_id))),
            "assigned": format_amount(row.assigned_minor, pots[row.pot_id].currency),
            "paid": format_amount(row.paid_minor, pots[row.pot_id].currency),
            "withheld": format_amount(row.withheld_minor, pots[row.pot_id].currency),
        }
        for row in rows
    ]


def _show_interval(row: Payout, likely: MoneyInterval | None) -> dict[str, Any]:
    """Lay a publisher's interval on the part of its share that comes to one payee."""
    if likely is None:
        return {"low": None, "high": None, "status": None}
    if likely.low is None or likely.high is None or not likely.share:
        return {"low": likely.low, "high": likely.high, "status": likely.status.value}
    quota = int(row.numerator) / int(row.denominator) / likely.share
    limits = {"low": f"{likely.low * quota:.2%}", "high": f"{likely.high * quota:.2%}"}
    return {**limits, "status": likely.status.value}


def describe_stakes(
    workspace: Workspace, stakes: Sequence[tuple[str, str]]
) -> list[dict[str, Any]]:
    """Say what a person needs to check that a passage carries a claim.

    Args:
        workspace: After `beleg share`.
        stakes: claim_id and passage_id of each.

    Returns:
        answer_id, question_id, question, claim, passage, host, url and kind of each, in their
        order; what is not held (any more) is empty.
    """
    claim_ids = {claim_id for claim_id, _ in stakes}
    claims = {row.claim_id: row for row in _rows_of(workspace, Claim, claim_ids)}
    passage_ids = {passage_id for _, passage_id in stakes}
    passages = {row.passage_id: row for row in _rows_of(workspace, Passage, passage_ids)}
    answer_ids = {row.answer_id for row in claims.values()}
    answers = {row.answer_id: row for row in _rows_of(workspace, Answer, answer_ids)}
    document_ids = {row.document_id for row in passages.values()}
    documents = {row.document_id: row for row in _rows_of(workspace, Document, document_ids)}
    text_ids = {row.text_id for row in documents.values()}
    texts = {row.text_id: row.text for row in _rows_of(workspace, Text, text_ids)}
    kinds = {
        (row.claim_id, row.passage_id): row.kind.value
        for row in _rows_of(workspace, Support, claim_ids)
    }
    rows = []
    for claim_id, passage_id in stakes:
        claim, passage = claims.get(claim_id), passages.get(passage_id)
        answer = answers.get(claim.answer_id) if claim else None
        document = documents.get(passage.document_id) if passage else None
        text = texts.get(document.text_id, "") if document else ""
        rows.append(
            {
                "answer_id": claim.answer_id if claim else "",
                "question_id": answer.prompt_id if answer else "",
                "question": answer.question if answer else "",
                "claim": (answer.text or "")[claim.start : claim.end] if answer and claim else "",
                "passage": text[passage.start : passage.end] if passage else "",
                "host": document.host if document else "",
                "url": (document.url or "") if document else "",
                "kind": kinds.get((claim_id, passage_id), ""),
            }
        )
    return rows


def _rows_of(workspace: Workspace, record: type[R], ids: AbstractSet[str]) -> list[R]:
    """Read the rows of a table whose key begins with one of some ids."""
    name = next(name for name, kind in TABLES.items() if kind is record)
    table = workspace.arrow(name)
    wanted = pc.is_in(table[KEYS[name][0]], pa.array(sorted(ids), pa.string()))
    return from_arrow(table.filter(wanted), record)

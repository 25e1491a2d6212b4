"""What the answers rest on: real answers cut into pieces, each statement with its passages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

from beleg.records import Answer, Claim
from beleg.report.facts import Backing, Facts, Link
from beleg.report.findings import Source, show

MAX_ANSWERS = 12
MAX_TEXT = 6000
"""Code points of an answer that are shown; the rest is counted."""

N_COLOURS = 8
"""Houses that get a colour and a line of their own; all others share one, and keep initials."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of an answer's text."""

    text: str
    claim: int | None
    """1-based number of the statement it belongs to, None between statements."""
    marks: tuple[tuple[str, str], ...] = ()
    """Host and URL of the links that a citation mark stands for; empty for plain text."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement of an answer, and the passages that it rests on."""

    number: int
    publisher_id: str | None
    """Who carries it best, None where nobody does."""
    sources: tuple[Source, ...]
    """The best passage of each house, the strongest first."""
    n_more: int
    """Further houses that carry it."""
    near: Source | None
    """Where nobody carries it: what comes nearest below the threshold."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One real answer."""

    answer_id: str
    engine: str
    model: str | None
    question: str
    asked_at: datetime | None
    flags: tuple[str, ...]
    pieces: tuple[Piece, ...]
    statements: tuple[Statement, ...]
    n_cut: int
    """Code points that are not shown."""
    n_carried: int
    """Statements that rest on somebody."""


@dataclass(frozen=True, slots=True)
class Key:
    """A house in the legend."""

    publisher_id: str
    name: str
    initials: str
    colour: int
    """1 .. N_COLOURS; 0 for houses without a colour of their own."""
    n_statements: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """A bounded, deterministic choice of answers and its legend."""

    shown: tuple[Shown, ...] = ()
    keys: tuple[Key, ...] = ()
    n_groundable: int = 0
    """Answers from which could have been chosen."""
    key_of: dict[str, Key] = field(default_factory=dict)


def show_answers(facts: Facts) -> Evidence:
    """Choose answers and lay them out.

    Engines take turns; of one engine come first the answers that rest on most houses, then those
    with most carried statements; a question is shown once.
    """
    queues = _rank(facts)
    chosen: list[Answer] = []
    asked: set[str] = set()
    while len(chosen) < MAX_ANSWERS and any(queues.values()):
        for engine in sorted(queues):
            queue = queues[engine]
            while queue and queue[0].prompt_id in asked:
                queue.pop(0)
            if queue and len(chosen) < MAX_ANSWERS:
                chosen.append(queue.pop(0))
                asked.add(chosen[-1].prompt_id)
    claims = [claim for answer in chosen for claim in facts.claims_of[answer.answer_id]]
    near = facts.backings_of(
        claim.claim_id for claim in claims if claim.claim_id not in facts.backings
    )
    shown = tuple(_lay_out(facts, answer, near) for answer in chosen)
    keys = _draw_keys(facts, shown)
    n_groundable = sum(bool(facts.claims_of.get(a.answer_id)) for a in facts.answered())
    return Evidence(shown, keys, n_groundable, {key.publisher_id: key for key in keys})


def _rank(facts: Facts) -> dict[str, list[Answer]]:
    queues: dict[str, list[tuple[tuple[int, int, str], Answer]]] = {}
    for answer in facts.answered():
        claims = facts.claims_of.get(answer.answer_id, ())
        tops = [facts.backings.get(claim.claim_id, ())[:1] for claim in claims]
        houses = {top[0].publisher_id for top in tops if top}
        if claims and answer.text:
            rank = (-len(houses), -sum(map(bool, tops)), answer.answer_id)
            queues.setdefault(answer.engine, []).append((rank, answer))
    return {
        engine: [answer for _, answer in sorted(rows, key=lambda row: row[0])]
        for engine, rows in queues.items()
    }


def _lay_out(facts: Facts, answer: Answer, near: dict[str, list[Backing]]) -> Shown:
    text = (answer.text or "")[:MAX_TEXT]
    claims = [c for c in facts.claims_of[answer.answer_id] if c.end <= len(text)]
    statements = tuple(
        _state(facts, number, claim, near) for number, claim in enumerate(claims, start=1)
    )
    return Shown(
        answer_id=answer.answer_id,
        engine=answer.engine,
        model=answer.model,
        question=facts.question_of(answer),
        asked_at=answer.asked_at.astimezone(facts.zone) if answer.asked_at else None,
        flags=answer.flags,
        pieces=tuple(cut_pieces(text, claims, facts.links.get(answer.answer_id, ()))),
        statements=statements,
        n_cut=len(answer.text or "") - len(text),
        n_carried=sum(bool(statement.sources) for statement in statements),
    )


def _state(facts: Facts, number: int, claim: Claim, near: dict[str, list[Backing]]) -> Statement:
    best: dict[str | None, Backing] = {}
    for backing in facts.backings.get(claim.claim_id, ()):
        best.setdefault(backing.publisher_id, backing)
    weak = [] if best else near.get(claim.claim_id, [])[:1]
    sources = tuple(show(facts, backing) for backing in list(best.values())[:3])
    return Statement(
        number=number,
        publisher_id=sources[0].publisher_id if sources else None,
        sources=sources,
        n_more=max(0, len(best) - 3),
        near=show(facts, weak[0]) if weak else None,
    )


def cut_pieces(text: str, claims: Sequence[Claim], links: Iterable[Link]) -> list[Piece]:
    """Cut a text at its statements and citation marks; the pieces joined are the text."""
    marks: dict[tuple[int, int], list[tuple[str, str]]] = {}
    for link in links:
        if link.is_mark and link.shown and link.start is not None and link.end is not None:
            place = marks.setdefault((link.start, link.end), [])
            place.append((link.host or link.url, link.url))
    kept, reach = [], 0
    for (start, end), targets in sorted(marks.items()):
        if start >= reach and end <= len(text) and start < end:
            kept.append((start, end, tuple(targets)))
            reach = end
    cuts = {0, len(text)}
    for start, end, _ in kept:
        cuts |= {start, end}
    for claim in claims:
        cuts |= {claim.start, claim.end}
    inside_marks = {at for start, end, _ in kept for at in range(start + 1, end)}
    edges = sorted(cuts - inside_marks)
    at_mark = {start: targets for start, _, targets in kept}
    pieces = []
    for start, end in pairwise(edges):
        number = next((n for n, c in enumerate(claims, start=1) if c.start <= start < c.end), None)
        pieces.append(Piece(text[start:end], number, at_mark.get(start, ())))
    return pieces


def _draw_keys(facts: Facts, shown: Iterable[Shown]) -> tuple[Key, ...]:
    counts: Counter[str] = Counter()
    others: set[str] = set()
    for answer in shown:
        for statement in answer.statements:
            if statement.publisher_id is not None:
                counts[statement.publisher_id] += 1
            others |= {s.publisher_id for s in statement.sources if s.publisher_id is not None}
    ranked = sorted(counts.keys() | others, key=lambda key: (-counts[key], key))
    initials = draw_initials([(key, facts.name_of(key)) for key in ranked])
    return tuple(
        Key(
            publisher_id=key,
            name=facts.name_of(key),
            initials=initials[key],
            colour=place if place <= N_COLOURS else 0,
            n_statements=counts[key],
        )
        for place, key in enumerate(ranked, start=1)
    )


def draw_initials(names: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Give each id two or three letters that no other has: Der Anker is DA.

    Args:
        names: Id and name; earlier ones choose first.
    """
    taken: set[str] = set()
    found = {}
    for key, name in names:
        words = re.findall(r"[^\W_]+", name) or ["?"]
        firsts = "".join(word[0] for word in words)[:3]
        letters = "".join(words)
        options = [firsts if len(words) > 1 else letters[:2], letters[:3], letters[:2]]
        options += [firsts[:1] + letter for letter in letters[1:]]
        options += [f"{firsts[:1]}{n}" for n in range(2, len(taken) + 3)]
        form = next(option.upper() for option in options if option.upper() not in taken)
        taken.add(form)
        found[key] = form
    return found

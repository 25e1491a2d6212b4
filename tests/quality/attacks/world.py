"""An invented alliance: publishers, their pages, what engines answered; and its tables.

A world is a value; an attack takes one and gives another. Worlds that lie side by side in one
corpus differ in genre, so that no sentence, name or host of one stands in another.
"""

import random
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import pyarrow as pa

from beleg.records import (
    Answer,
    Citation,
    Document,
    DocumentKind,
    Holding,
    Level,
    Mandate,
    Ownership,
    Prompt,
    Publisher,
    Status,
    Text,
    content_id,
)
from beleg.repeats import find_repeats
from beleg.tables import TABLES, empty, to_arrow
from quality.attacks.facts import Fact, make_facts, pad

ASKED = datetime(2026, 11, 10, 12, tzinfo=UTC)
"""Answers are given from here on; honest pages were seen in the nine days before."""
LATER = ASKED + timedelta(days=3)
"""After every answer."""


class Page(NamedTuple):
    """A page as it was collected."""

    publisher: str
    host: str
    path: str
    sentences: tuple[str, ...]
    seen: datetime | None
    published: datetime | None = None
    marks: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        return f"https://{self.host}/{self.path}"

    @property
    def text(self) -> str:
        return " ".join(self.sentences)


class Reply(NamedTuple):
    """What an engine said: sentences, each with the addresses that it links."""

    prompt: str
    run: int
    sentences: tuple[tuple[str, tuple[str, ...]], ...]
    asked: datetime


class World(NamedTuple):
    """One pot's worth of pages and answers; whoever attacks is named, and who is robbed."""

    key: str
    language: str
    facts: tuple[Fact, ...]
    pages: tuple[Page, ...]
    replies: tuple[Reply, ...]
    attackers: frozenset[str]
    """Publisher ids whose gain counts together."""
    victim: str
    owners: Mapping[str, str]
    """Declared owner by publisher_id."""
    panel: Mapping[str, float]
    """Weight by question."""
    framed: frozenset[tuple[str, int]]
    """(question, run) that the frame committed before the period."""

    def of(self, publisher: str) -> Page:
        """Give a publisher's first page."""
        return next(page for page in self.pages if page.publisher == publisher)


def build_world(
    rng: random.Random, key: str, language: str, genre: str, *, has_report: bool = False
) -> World:
    """Invent an alliance of four to eight publishers that report five facts.

    Each fact is reported by one to three of them, in wordings of their own; the one that reports
    most is the victim. The attacker is one of them, with a report of its own, or has nothing.
    """
    facts = make_facts(rng, language, genre)
    houses = [f"{key}-{letter}" for letter in "abcdefgh"[: rng.randint(4, 8)]]
    told: dict[str, list[str]] = {house: [] for house in houses}
    for fact in facts:
        reporters = rng.sample(houses[1:], rng.randint(1, min(3, len(houses) - 1)))
        for house, wording in zip(
            reporters, rng.sample(fact.wordings, len(reporters)), strict=True
        ):
            told[house].append(wording)
    victim = max(houses[1:], key=lambda house: len(told[house]))
    if rng.random() < 0.5 or has_report:
        fact = rng.choice(facts)
        free = [w for w in fact.wordings if not any(w in said for said in told.values())]
        told[houses[0]].append(rng.choice(free))
    pages = tuple(_write_page(rng, house, language, told[house]) for house in houses)
    questions = (f"Frage eins von {key}?", f"Frage zwei von {key}?")
    replies = tuple(
        _reply(rng, pages, question, run, some)
        for question, some in zip(questions, (facts[:3], facts[3:]), strict=True)
        for run in range(1, rng.randint(1, 2) + 1)
    )
    return World(
        key, language, tuple(facts), pages, replies, frozenset({houses[0]}), victim, {},
        dict.fromkeys(questions, 1.0), frozenset((r.prompt, r.run) for r in replies),
    )  # fmt: skip


def _write_page(rng: random.Random, house: str, language: str, told: list[str]) -> Page:
    sentences = [pad(rng, language)]
    for wording in told:
        sentences += [wording, *(pad(rng, language) for _ in range(rng.randint(0, 2)))]
    sentences += [pad(rng, language) for _ in range(max(0, 5 - len(sentences)))]
    seen = ASKED - timedelta(hours=rng.randint(24, 200), minutes=rng.randint(0, 59))
    host = f"{house}.example"
    return Page(house, host, "bericht", tuple(sentences), seen, seen - timedelta(hours=2))


def find_carriers(pages: Iterable[Page], fact: Fact) -> list[Page]:
    """Find the pages that tell a fact, in whatever words, by its names."""
    wordings = {*fact.wordings, fact.said}
    return [page for page in pages if wordings & set(page.sentences)]


def _reply(
    rng: random.Random, pages: Iterable[Page], question: str, run: int, facts: Iterable[Fact]
) -> Reply:
    """Let an engine tell some facts: in its own words or in a page's, with one or two links."""
    sentences = []
    for fact in facts:
        carriers = find_carriers(pages, fact)
        chosen = rng.sample(carriers, min(len(carriers), rng.randint(1, 2)))
        wordings = [w for w in fact.wordings if w in chosen[0].sentences]
        said = wordings[0] if wordings and rng.random() < 0.4 else fact.said
        sentences.append((said, tuple(page.url for page in chosen)))
    rng.shuffle(sentences)
    asked = ASKED + timedelta(hours=9 * run, minutes=rng.randint(0, 59))
    return Reply(question, run, tuple(sentences), asked)


def lay_out(worlds: Iterable[World]) -> dict[str, pa.Table]:
    """Lay out what was collected of worlds, and who is who, as tables."""
    worlds = list(worlds)
    answers, citations = [], []
    for world in worlds:
        for reply in world.replies:
            answer, links = _answer(world, reply, len(answers))
            answers.append(answer)
            citations += links
    pages = {(page.url, page.text): (world, page) for world in worlds for page in world.pages}
    documents = [_document(world, page) for world, page in pages.values()]
    texts = {
        d.text_id: Text(d.text_id, p.text)
        for d, (_, p) in zip(documents, pages.values(), strict=True)
    }
    held = {page.host: page.publisher for _, page in pages.values()}
    owners = {name: owner for world in worlds for name, owner in world.owners.items()}
    publishers = [_publisher(name, Level.TITLE) for name in sorted(set(held.values()))]
    publishers += [_publisher(name, Level.COMPANY) for name in sorted(set(owners.values()))]
    rows = {
        "answers": answers,
        "citations": citations,
        "documents": documents,
        "texts": list(texts.values()),
        "publishers": publishers,
        "ownerships": [Ownership(*pair, None, None) for pair in sorted(owners.items())],
        "holdings": [Holding(*pair, None, None, "declared") for pair in sorted(held.items())],
        "prompts": [
            Prompt(prompt_id(q), q, "panel", None, world.language, weight, False)
            for world in worlds
            for q, weight in world.panel.items()
        ],
        "observations": find_repeats(answers, citations),
    }
    return {
        name: to_arrow(rows[name], record) if name in rows else empty(name)
        for name, record in TABLES.items()
    }


def prompt_id(question: str) -> str:
    """Name a question."""
    return content_id("prompt", question)


def _publisher(name: str, level: Level) -> Publisher:
    return Publisher(name, name, level, (), (), (), Mandate.PAID, True)


def _document(world: World, page: Page) -> Document:
    return Document(
        document_id=content_id("document", page.url, page.text),
        text_id=content_id("text", page.text),
        external_id=None,
        url=page.url,
        canonical_url=page.url,
        host=page.host,
        title=None,
        language=world.language,
        section=None,
        authors=(),
        kind=DocumentKind.ARTICLE,
        access=None,
        published_at=page.published,
        first_seen_at=page.seen,
        answer_id=None,
        raw_ref="raw#0",
        origin_marks=page.marks,
    )


def _answer(world: World, reply: Reply, row: int) -> tuple[Answer, list[Citation]]:
    answer_id = content_id("answer", world.key, reply.prompt, reply.run, reply.asked.isoformat())
    text, citations, numbers = "", [], {}
    for said, links in reply.sentences:
        text += (" " if text else "") + said
        for url in links:
            mark = f" [{numbers.setdefault(url, len(numbers) + 1)}]"
            citations.append(_citation(answer_id, len(citations) + 1, url, len(text) + 1, mark))
            text += mark
    answer = Answer(
        answer_id=answer_id,
        prompt_id=prompt_id(reply.prompt),
        question=reply.prompt,
        engine="engine",
        model=None,
        surface="web",
        country="DE",
        locale=None,
        collector="plain",
        asked_at=reply.asked,
        run=reply.run,
        text=text,
        raw_ref=f"raw#{row}",
        status=Status.ANSWERED,
        impressions=None,
        amount_minor=None,
        currency=None,
        queries=(),
        flags=(),
    )
    return answer, citations


def _citation(answer_id: str, rank: int, url: str, start: int, mark: str) -> Citation:
    return Citation(
        answer_id=answer_id,
        rank=rank,
        url=url,
        canonical_url=url,
        host=url.split("/")[2],
        title=None,
        start=start,
        end=start + len(mark) - 1,
        span_is_mark=True,
        shown=True,
        cited_passage=None,
    )

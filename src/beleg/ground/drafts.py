"""A draft before publication: every sentence with its sources, conflicts and gaps.

The draft is put through the stage as if an engine had said it: the same claims, candidates and
scores as for an answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

import pyarrow as pa
import pyarrow.compute as pc

from beleg.ground.claims import answer_language
from beleg.ground.corpus import Progress
from beleg.ground.grounding import ground
from beleg.ground.markdown import Prose
from beleg.ground.model import default_threshold
from beleg.ground.sentences import Span, find_sentences
from beleg.records import (
    Answer,
    Citation,
    Claim,
    Document,
    DocumentKind,
    Passage,
    Status,
    Support,
    Text,
    content_id,
)
from beleg.tables import from_arrow, to_arrow
from beleg.urls import canonical_url, host_of

R = TypeVar("R")
MOST_SOURCES = 3
"""Sources that are named at a sentence, and as many that say otherwise."""


_TEASERS = (DocumentKind.SNIPPET, DocumentKind.CITED_PASSAGE)


class Mark(StrEnum):
    """What was found at a sentence."""

    SUPPORTED = "supported"
    CONFLICT = "conflict"  # nobody carries it, and somebody says otherwise
    GAP = "no source"
    NO_CLAIM = "no claim"


@dataclass(frozen=True, slots=True)
class Found:
    """A passage at a sentence."""

    support: Support
    document: Document
    passage: Span
    """In the document's text."""
    text: str
    """Of the passage."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the draft, its mark, and what it was found to rest on."""

    start: int
    end: int
    mark: Mark
    sources: tuple[Found, ...] = ()
    """That carry it, whole documents before teasers, the strongest first; one a page."""
    against: tuple[Found, ...] = ()
    """That say otherwise, the nearest first."""
    nearest: Found | None = None
    """Where there is no source: what came nearest."""


def _answer_of(prose: Prose) -> tuple[Answer, list[Citation]]:
    """Give the draft the form of an answer, its links that of citations."""
    answer = Answer(
        answer_id=content_id("draft", prose.text), prompt_id="", question="", engine="draft",
        model=None, surface=None, country=None, locale=None, collector="draft", asked_at=None,
        run=None, text=prose.text, raw_ref="", status=Status.ANSWERED, impressions=None,
        amount_minor=None, currency=None, queries=(), flags=(),
    )  # fmt: skip
    citations = [
        Citation(
            answer_id=answer.answer_id, rank=rank, url=link.url,
            canonical_url=canonical_url(link.url), host=host_of(link.url), title=None,
            start=link.start, end=link.end, span_is_mark=False, shown=True, cited_passage=None,
        )
        for rank, link in enumerate(prose.links, start=1)
    ]  # fmt: skip
    return answer, citations


def check_draft(
    prose: Prose,
    documents: pa.Table,
    texts: pa.Table,
    *,
    on_progress: Progress | None = None,
) -> list[Sentence]:
    """Check every sentence of a draft against documents.

    Args:
        prose: The draft; its links are looked at first, as an answer's are.
        documents: Schema of :class:`Document`.
        texts: Schema of :class:`Text`.
        on_progress: Told how far each step is.

    Returns:
        Sentences in order, without overlap; headings, questions and whatever states nothing are
        among them, marked so. A draft without a word gives none.
    """
    answer, citations = _answer_of(prose)
    grounded = ground(
        to_arrow([answer], Answer),
        to_arrow(citations, Citation),
        documents,
        texts,
        on_progress=on_progress,
    )
    supports = from_arrow(grounded.supports, Support)
    # Of a large corpus only what was found becomes objects.
    known = {
        row.document_id: row
        for row in _pick(documents, Document, "document_id", {s.document_id for s in supports})
    }
    bodies = {
        row.text_id: row.text
        for row in _pick(texts, Text, "text_id", {row.text_id for row in known.values()})
    }
    passages = {
        row.passage_id: Span(row.start, row.end)
        for row in _pick(
            grounded.passages, Passage, "passage_id", {s.passage_id for s in supports}
        )
    }
    by_claim: dict[str, list[Found]] = {}
    for support in supports:
        document, place = known[support.document_id], passages[support.passage_id]
        text = bodies[document.text_id][place.start : place.end]
        by_claim.setdefault(support.claim_id, []).append(Found(support, document, place, text))
    claims = sorted(from_arrow(grounded.claims, Claim), key=lambda claim: claim.start)
    marked = [_mark(claim, by_claim.get(claim.claim_id, [])) for claim in claims]
    return _fill_in(prose, marked)


def _pick(table: pa.Table, record: type[R], column: str, wanted: Iterable[str]) -> list[R]:
    """Read the rows of a table whose column has one of the wanted values."""
    chosen = pc.is_in(table[column], pa.array(sorted(wanted), pa.string()))
    return from_arrow(table.filter(chosen), record)


def _mark(claim: Claim, found: Sequence[Found]) -> Sentence:
    """Say what one claim rests on."""
    threshold = default_threshold()
    ranked = sorted(found, key=lambda f: (-f.support.support, f.support.passage_id))
    # Of a page and the teaser of it that an engine delivered, the page is what one can look up.
    reaching = [f for f in ranked if f.support.support >= threshold]
    carrying = _one_a_page(sorted(reaching, key=lambda f: f.document.kind in _TEASERS))
    # What carries a sentence may still disagree in a detail; that is said beside it.
    differing = [f for f in ranked if f.support.conflicts and f.support.support < threshold]
    against = _one_a_page(sorted(differing, key=lambda f: -f.support.score))
    mark = Mark.SUPPORTED if carrying else Mark.CONFLICT if against else Mark.GAP
    nearest = ranked[0] if ranked and mark is Mark.GAP else None
    return Sentence(claim.start, claim.end, mark, carrying, against, nearest)


def _one_a_page(found: Sequence[Found]) -> tuple[Found, ...]:
    """Keep the first passage of each page, and no more than MOST_SOURCES."""
    pages: dict[str, Found] = {}
    for item in found:
        pages.setdefault(item.document.canonical_url or item.document.document_id, item)
    return tuple(pages.values())[:MOST_SOURCES]


def _fill_in(prose: Prose, marked: Sequence[Sentence]) -> list[Sentence]:
    """Put what states nothing between the claims."""
    rest = [*prose.headings, *find_sentences(prose.text)]
    spoken = [span for span in rest if any(map(str.isalpha, prose.text[span.start : span.end]))]
    spoken += prose.headings
    gaps = []
    at = 0
    for start, end in sorted(set(spoken)):
        while at < len(marked) and marked[at].end <= start:
            at += 1
        if at == len(marked) or end <= marked[at].start:
            gaps.append(Sentence(start, end, Mark.NO_CLAIM))
    return sorted([*marked, *gaps], key=lambda sentence: sentence.start)


def read_plain(text: str) -> Prose:
    """Read a text without markup; a line broken by a fixed width is joined to the next.

    Such a line has 50 to 120 characters and ends without a sign that ends a sentence.
    """
    chars = list(text)
    start = 0
    for line in text.splitlines(keepends=True):
        body = line.rstrip("\r\n\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029")
        end = start + len(line)
        closes = body.rstrip().endswith((".", "!", "?", ":", "…", "”", "“", '"', "»"))
        following = text[end : end + 1]
        goes_on = following.isalnum() or (following != "" and following in '„"»(')
        if 50 <= len(body) <= 120 and not closes and goes_on:
            chars[start + len(body) : end] = " " * (len(line) - len(body))
        start = end
    return Prose("".join(chars), (), ())


def language_of_draft(prose: Prose) -> str:
    """Tell the language in which a draft's words were read: ``de`` or ``en``."""
    return answer_language(_answer_of(prose)[0])

"""Answers, citations and documents for the tests of this stage, with only what a test says."""

from datetime import UTC, datetime

from beleg.ground.readings import read_claim, read_passage
from beleg.ground.support import compare
from beleg.ground.tokens import find_tokens
from beleg.records import Answer, Citation, Document, DocumentKind, Status, Text, content_id
from beleg.tables import to_arrow
from beleg.urls import canonical_url, host_of

ASKED = datetime(2026, 11, 2, 9, tzinfo=UTC)


def an_answer(text, *, answer_id="a", question="", status=Status.ANSWERED):
    return Answer(
        answer_id=answer_id, prompt_id="p", question=question, engine="e", model=None,
        surface=None, country=None, locale=None, collector="plain", asked_at=ASKED, run=None,
        text=text, raw_ref="0#0", status=status, impressions=None, amount_minor=None,
        currency=None, queries=(), flags=(),
    )  # fmt: skip


def a_link(url, start=None, end=None, *, answer_id="a", rank=1, is_mark=True, shown=True):
    return Citation(
        answer_id=answer_id, rank=rank, url=url, canonical_url=canonical_url(url),
        host=host_of(url), title=None, start=start, end=end, span_is_mark=is_mark, shown=shown,
        cited_passage=None,
    )  # fmt: skip


def a_document(text, url, *, answer_id=None, language=None, title=None):
    canonical = canonical_url(url)
    return Document(
        document_id=content_id("document", canonical, text), text_id=content_id("text", text),
        external_id=None, url=url, canonical_url=canonical, host=host_of(url) or "", title=title,
        language=language, section=None, authors=(),
        kind=DocumentKind.SNIPPET if answer_id else DocumentKind.ARTICLE, access=None,
        published_at=None, first_seen_at=ASKED, answer_id=answer_id, raw_ref="0#0",
    )  # fmt: skip


def tables(answers, citations, documents_with_texts):
    documents = [document for document, _ in documents_with_texts]
    texts = {
        document.text_id: Text(document.text_id, text) for document, text in documents_with_texts
    }
    return (
        to_arrow(answers, Answer),
        to_arrow(citations, Citation),
        to_arrow(documents, Document),
        to_arrow(texts.values(), Text),
    )


def pages(*urls_and_texts, **more):
    return [(a_document(text, url, **more), text) for url, text in urls_and_texts]


def readings(claim, passage, language="de", weights=None):
    """Read two texts with all words weighing the same."""
    tokens = find_tokens(claim, language)
    weights = weights or {token.term: 1_000_000 for token in tokens}
    return (
        read_claim(claim, tokens, weights, language),
        read_passage(find_tokens(passage, language), language),
    )


def verdict(claim, passage, language="de", weights=None):
    """Compare two texts with all words weighing the same."""
    return compare(*readings(claim, passage, language, weights), "passage")

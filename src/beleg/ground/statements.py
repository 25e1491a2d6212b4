"""Claims made ready to be compared: their tokens, their links, and what their answer brought."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from beleg.ground.claims import answer_language, blank_marks, find_claims, mark_spans
from beleg.ground.corpus import Corpus
from beleg.ground.links import link_claims
from beleg.ground.tokens import Token, find_tokens
from beleg.records import Answer, Citation, Claim, ClaimLink


class Statement(NamedTuple):
    """A claim with what is needed to compare it."""

    claim: Claim
    text: str
    """The answer's text with its marks blanked; places in ``tokens`` refer to it."""
    tokens: list[Token]
    links: list[ClaimLink]
    """What the answer links at the claim, by page."""
    language: str
    own: frozenset[int]
    """Numbers of the texts that the answer delivered or cites."""


def _group_citations(citations: Iterable[Citation]) -> dict[str, list[Citation]]:
    """Group citations by answer, in the order of their ranks."""
    grouped: dict[str, list[Citation]] = {}
    for citation in citations:
        grouped.setdefault(citation.answer_id, []).append(citation)
    for group in grouped.values():
        group.sort(key=lambda c: (c.rank, c.url, c.start or -1, c.end or -1, c.shown))
    return grouped


class _Sources(NamedTuple):
    """Where the texts of a page, and those that an answer delivered, are found."""

    by_url: dict[str, set[int]]
    by_answer: dict[str, set[int]]


def _index_sources(corpus: Corpus) -> _Sources:
    sources = _Sources({}, {})
    for text_no, carriers in enumerate(corpus.documents):
        for document in carriers:
            if document.canonical_url is not None:
                sources.by_url.setdefault(document.canonical_url, set()).add(text_no)
            if document.answer_id is not None:
                sources.by_answer.setdefault(document.answer_id, set()).add(text_no)
    return sources


def _own_texts(answer: Answer, citations: Sequence[Citation], sources: _Sources) -> frozenset[int]:
    """Number the texts that an answer delivered, cites or retrieved."""
    own = set(sources.by_answer.get(answer.answer_id, ()))
    for citation in citations:
        if citation.canonical_url is not None:
            own |= sources.by_url.get(citation.canonical_url, set())
    return frozenset(own)


def read_statements(
    answers: Iterable[Answer], citations: Iterable[Citation], corpus: Corpus
) -> list[Statement]:
    """Find the claims of all answers, by claim_id."""
    by_answer = _group_citations(citations)
    sources = _index_sources(corpus)
    found = []
    for answer in answers:
        cites = by_answer.get(answer.answer_id, [])
        claims = find_claims(answer, cites)
        if not claims or answer.text is None:
            continue
        blanked = blank_marks(answer.text, mark_spans(cites))
        links: dict[str, list[ClaimLink]] = {claim.claim_id: [] for claim in claims}
        for link in link_claims(blanked, claims, cites):
            links[link.claim_id].append(link)
        language = answer_language(answer)
        own = _own_texts(answer, cites, sources)
        for claim in claims:
            tokens = [
                token._replace(start=token.start + claim.start, end=token.end + claim.start)
                for token in find_tokens(blanked[claim.start : claim.end], language)
            ]
            found.append(Statement(claim, blanked, tokens, links[claim.claim_id], language, own))
    return sorted(found, key=lambda statement: statement.claim.claim_id)

"""The stage's door: answers, citations, documents, texts in; claims, links, supports out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

import pyarrow as pa

from beleg.ground.blocks import Block, Blocks, NoBlocks, join_supports, key_of, take_known
from beleg.ground.corpus import (
    Corpus,
    Progress,
    cut_tokens,
    list_passages,
    list_terms,
    read_corpus,
)
from beleg.ground.features import share_weight
from beleg.ground.model import load_model, source_kind_of
from beleg.ground.passages import make_passage
from beleg.ground.readings import ClaimReading, read_passage, weigh_claim
from beleg.ground.search import Search, lay_out, open_engine
from beleg.ground.sentences import Span
from beleg.ground.statements import Statement, read_statements
from beleg.ground.support import Spans, Verdict, compare, find_spans
from beleg.ground.tokens import find_tokens, fingerprint
from beleg.records import Answer, Citation, Claim, ClaimLink, Document, Support
from beleg.tables import from_arrow, to_arrow

FLOOR = 2_500
"""Least support that is stored, 0..10000: more than nine in ten passages on another subject stay
below it, and far above it begins what is paid (benchmarks/train_support.py)."""
CONTRADICTED = 0.5
"""Part of a claim's weight from which a passage that contradicts the claim is stored below the
floor."""
LEAST_SHARE = 0.15
"""Part of a claim's weight that a passage must have to be compared: with less, no run and no pair
of words lifts it to the floor."""
MAX_TEXTS = 20
"""Texts stored per claim; every document that carries one of them is named."""
_BLOCK = 2_000
"""Claims that are joined and compared at a time: bounds the pairs that are held."""


class Grounded(NamedTuple):
    """Tables that ground gives, each with the schema of its record."""

    claims: pa.Table
    passages: pa.Table
    supports: pa.Table
    claim_links: pa.Table


class _Found(NamedTuple):
    """A verdict on one window of one text."""

    text_no: int
    window: Span
    verdict: Verdict
    spans: Spans


def _silent(step: str, done: int, total: int) -> None:
    """Report progress to nobody."""


def _go_on(tell: Progress, n_known: int) -> Progress:
    """Count the claims of an earlier run as done."""

    def told(step: str, done: int, total: int) -> None:
        known = n_known if step == "supports" else 0
        tell(step, done + known, total + known)

    return told


def _pair(search: Search, statements: Mapping[int, Statement]) -> list[tuple[int, int, int]]:
    """Find the candidates of a block of statements as (text_no, window_no, claim_no), sorted."""
    terms = [
        (claim_no, fingerprint(term))
        for claim_no, statement in statements.items()
        for term in sorted({token.term for token in statement.tokens if token.term})
    ]
    own = [
        (claim_no, text_no)
        for claim_no, statement in statements.items()
        for text_no in sorted(statement.own)
    ]
    return search.find_pairs(
        lay_out(("claim_no", "term"), terms), lay_out(("claim_no", "text_no"), own)
    )


def is_kept(verdict: Verdict) -> bool:
    """Tell whether a verdict is worth a row."""
    contradicted = bool(verdict.conflicts) and verdict.share >= CONTRADICTED
    return verdict.support >= FLOOR or contradicted


def _score(
    corpus: Corpus, readings: Mapping[int, ClaimReading], pairs: Iterable[tuple[int, int, int]]
) -> dict[int, list[_Found]]:
    """Compare each pair; keep, for each claim and text, the best window that is worth a row."""
    best: dict[int, list[_Found]] = {}
    for text_no, of_text in groupby(pairs, key=lambda pair: pair[0]):
        language = corpus.languages[text_no]
        tokens = find_tokens(corpus.texts[text_no], language)
        source_kind = source_kind_of(d.kind for d in corpus.documents[text_no])
        strongest: dict[int, _Found] = {}
        for window_no, of_window in groupby(of_text, key=lambda pair: pair[1]):
            window = corpus.window(window_no)
            passage = read_passage(cut_tokens(tokens, window), language)
            for _, _, claim_no in of_window:
                if share_weight(readings[claim_no], passage) < LEAST_SHARE:
                    continue
                verdict = compare(readings[claim_no], passage, source_kind)
                before = strongest.get(claim_no)
                if is_kept(verdict) and (
                    before is None or verdict.support > before.verdict.support
                ):
                    spans = find_spans(readings[claim_no], passage, verdict)
                    strongest[claim_no] = _Found(text_no, window, verdict, spans)
        for claim_no, found in strongest.items():
            best.setdefault(claim_no, []).append(found)
    return best


def _name_supports(corpus: Corpus, statement: Statement, found: list[_Found]) -> list[Support]:
    """Write the supports of one claim: the strongest texts, and every document that has them."""
    found.sort(key=lambda f: (-f.verdict.support, f.text_no))
    judge = load_model().name
    linked = {link.page for link in statement.links}
    return [
        Support(
            claim_id=statement.claim.claim_id,
            passage_id=make_passage(document.document_id, window).passage_id,
            document_id=document.document_id,
            kind=verdict.kind,
            score=verdict.score,
            probability=verdict.support / 10_000,
            support=verdict.support,
            cited=document.canonical_url in linked,
            conflicts=verdict.conflicts,
            claim_spans=spans.claim,
            text_spans=spans.text,
            judge=judge,
        )
        for text_no, window, verdict, spans in found[:MAX_TEXTS]
        for document in corpus.documents[text_no]
    ]


def _find_supports(
    corpus: Corpus, statements: Sequence[Statement], tell: Progress, blocks: Blocks
) -> list[pa.Table]:
    """Join, compare and name, a block of claims at a time; each is kept when it is finished."""
    finished: list[pa.Table] = []
    with open_engine() as connection:
        search = Search(connection, len(corpus.texts), list_terms(corpus, tell))
        for first in range(0, len(statements), _BLOCK):
            supports: list[Support] = []
            block = dict(enumerate(statements[first : first + _BLOCK], start=first))
            readings = {
                claim_no: weigh_claim(statement.text, statement.tokens, statement.language)
                for claim_no, statement in block.items()
            }
            for claim_no, found in _score(corpus, readings, _pair(search, block)).items():
                supports += _name_supports(corpus, statements[claim_no], found)
            finished.append(to_arrow(supports, Support))
            keys = tuple(key_of(statement, corpus) for statement in block.values())
            claim_ids = tuple(statement.claim.claim_id for statement in block.values())
            blocks.write(Block(keys, claim_ids, finished[-1]))
            tell("supports", first + len(block), len(statements))
    return finished


def ground(
    answers: pa.Table,
    citations: pa.Table,
    documents: pa.Table,
    texts: pa.Table,
    *,
    on_progress: Progress | None = None,
    blocks: Blocks | None = None,
) -> Grounded:
    """Find the claims of all answers, the links at them, and the passages that carry them.

    Args:
        answers: Schema of :class:`Answer`; those without text make no claim.
        citations: Schema of :class:`Citation`.
        documents: Schema of :class:`Document`; one whose text is not there has no passage.
        texts: Schema of :class:`Text`.
        on_progress: Told how far each step is.
        blocks: Where finished blocks of claims are kept, and those of an earlier run are found;
            the tables are the same with and without.

    Returns:
        Claims by claim_id, passages by passage_id, supports by (claim_id, passage_id), links by
        (claim_id, page); the same rows in any order give the same tables. A document first seen
        after an answer may still support it here: whether it existed is for the sharing stage to
        say.
    """
    tell = on_progress or _silent
    corpus = read_corpus(from_arrow(documents, Document), texts)
    statements = read_statements(
        from_arrow(answers, Answer), from_arrow(citations, Citation), corpus
    )
    tell("claims", len(statements), len(statements))
    keeper = blocks or NoBlocks()
    todo, supports = take_known(statements, corpus, keeper)
    if todo:
        n_known = len(statements) - len(todo)
        supports += _find_supports(corpus, todo, _go_on(tell, n_known), keeper)
    return Grounded(
        to_arrow([statement.claim for statement in statements], Claim),
        list_passages(corpus),
        join_supports(supports),
        to_arrow([link for statement in statements for link in statement.links], ClaimLink),
    )

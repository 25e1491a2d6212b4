"""The stage's door: answers, citations, documents, texts in; claims, links, supports out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple

import ibis
import pyarrow as pa

from beleg.ground.candidates import count_texts, find_candidates, term_weight, weigh_terms
from beleg.ground.corpus import (
    Corpus,
    Progress,
    cut_tokens,
    list_passages,
    list_terms,
    read_corpus,
)
from beleg.ground.passages import make_passage
from beleg.ground.readings import ClaimReading, read_claim, read_passage
from beleg.ground.sentences import Span
from beleg.ground.statements import Statement, read_statements
from beleg.ground.features import share_weight
from beleg.ground.support import Spans, Verdict, compare, find_spans, load_model
from beleg.ground.tokens import find_tokens, fingerprint
from beleg.records import Answer, Citation, Claim, ClaimLink, Document, Passage, Support, Text
from beleg.tables import from_arrow, to_arrow

FLOOR = 2_500
"""Least support that is stored, 0..10000: more than nine in ten passages on another subject stay
below it, and far above it begins what is paid (benchmarks/train_support.py)."""
CONTRADICTED = 0.35
"""Score from which a passage that contradicts a figure of the claim is stored below the floor."""
LEAST_SHARE = 0.15
"""Part of a claim's weight that a passage must have to be compared: with less, no run and no pair
of words lifts it to the floor."""
MAX_TEXTS = 20
"""Texts stored per claim; every document that carries one of them is named."""
_BLOCK = 2_000
"""Claims that are joined at a time: bounds the memory of the join."""


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


def _memtable(names: Sequence[str], rows: Sequence[tuple[int, ...]]) -> Any:
    """Lay out rows of integers as an Ibis table."""
    columns = list(zip(*rows, strict=True)) or [() for _ in names]
    arrays = [pa.array(column, type=pa.int64()) for column in columns]
    return ibis.memtable(pa.table(dict(zip(names, arrays, strict=True))))


def _pair(
    connection: Any, tables: Mapping[str, Any], statements: Mapping[int, Statement], n_texts: int
) -> list[tuple[int, int, int]]:
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
    inputs = {
        **tables,
        "claim_terms": _memtable(("claim_no", "term"), terms),
        "own": _memtable(("claim_no", "text_no"), own),
    }
    found = connection.to_pyarrow(find_candidates(inputs, n_texts))
    columns = (found.column(name).to_pylist() for name in ("text_no", "window_no", "claim_no"))
    return sorted(zip(*columns, strict=True))


def _is_kept(verdict: Verdict) -> bool:
    """Tell whether a verdict is worth a row."""
    contradicted = bool(verdict.conflicts) and verdict.score >= CONTRADICTED
    return verdict.support >= FLOOR or contradicted


def _score(
    corpus: Corpus, readings: Mapping[int, ClaimReading], pairs: Iterable[tuple[int, int, int]]
) -> dict[int, list[_Found]]:
    """Compare each pair; keep, for each claim and text, the best window that is worth a row."""
    best: dict[int, list[_Found]] = {}
    for text_no, of_text in groupby(pairs, key=lambda pair: pair[0]):
        tokens = find_tokens(corpus.texts[text_no], corpus.languages[text_no])
        strongest: dict[int, _Found] = {}
        for window_no, of_window in groupby(of_text, key=lambda pair: pair[1]):
            window = corpus.windows[text_no][window_no - corpus.first_window[text_no]]
            passage = read_passage(cut_tokens(tokens, window))
            for _, _, claim_no in of_window:
                if share_weight(readings[claim_no], passage) < LEAST_SHARE:
                    continue
                verdict = compare(readings[claim_no], passage)
                before = strongest.get(claim_no)
                if _is_kept(verdict) and (
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
    connection: Any, corpus: Corpus, statements: Sequence[Statement], tell: Progress
) -> list[Support]:
    """Join, compare and name, a block of claims at a time."""
    n_texts = len(corpus.texts)
    window_terms = connection.create_table("window_terms", list_terms(corpus, tell))
    frequencies = connection.to_pyarrow(count_texts(window_terms))
    weights = weigh_terms(frequencies, n_texts)
    column = [weights[term] for term in frequencies.column("term").to_pylist()]
    weighted = frequencies.append_column("weight", pa.array(column, pa.int64()))
    tables = {
        "window_terms": window_terms,
        "weights": connection.create_table("weights", weighted),
    }
    unseen = term_weight(n_texts, 0)
    supports: list[Support] = []
    for first in range(0, len(statements), _BLOCK):
        block = dict(enumerate(statements[first : first + _BLOCK], start=first))
        readings = {
            claim_no: read_claim(
                statement.text,
                statement.tokens,
                {t.term: weights.get(fingerprint(t.term), unseen) for t in statement.tokens},
            )
            for claim_no, statement in block.items()
        }
        pairs = _pair(connection, tables, block, n_texts)
        for claim_no, found in _score(corpus, readings, pairs).items():
            supports += _name_supports(corpus, statements[claim_no], found)
        tell("supports", first + len(block), len(statements))
    return supports


def ground(
    answers: pa.Table,
    citations: pa.Table,
    documents: pa.Table,
    texts: pa.Table,
    *,
    on_progress: Progress | None = None,
) -> Grounded:
    """Find the claims of all answers, the links at them, and the passages that carry them.

    Args:
        answers: Schema of :class:`Answer`; those without text make no claim.
        citations: Schema of :class:`Citation`.
        documents: Schema of :class:`Document`; one whose text is not there has no passage.
        texts: Schema of :class:`Text`.
        on_progress: Told how far each step is.

    Returns:
        Claims by claim_id, passages by passage_id, supports by (claim_id, passage_id), links by
        (claim_id, page); the same rows in any order give the same tables. A document first seen
        after an answer may still support it here: whether it existed is for the sharing stage to
        say.
    """
    tell = on_progress or _silent
    by_id = {text.text_id: text.text for text in from_arrow(texts, Text)}
    corpus = read_corpus(from_arrow(documents, Document), by_id)
    statements = read_statements(
        from_arrow(answers, Answer), from_arrow(citations, Citation), corpus
    )
    tell("claims", len(statements), len(statements))
    connection = ibis.duckdb.connect()
    try:
        supports = _find_supports(connection, corpus, statements, tell)
    finally:
        connection.disconnect()
    supports.sort(key=lambda s: (s.claim_id, s.passage_id))
    return Grounded(
        to_arrow([statement.claim for statement in statements], Claim),
        to_arrow(list_passages(corpus), Passage),
        to_arrow(supports, Support),
        to_arrow([link for statement in statements for link in statement.links], ClaimLink),
    )

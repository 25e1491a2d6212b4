"""Trace: which passages of the corpus carry a statement, or resemble it, one statement at a time.

The stage's join asks many claims at once; here one statement waits for its answer. The same
fingerprints of terms are kept as sorted rows of integers that can be mapped from a file: a
statement reads the lists of its terms and adds up their weights, for every window of the corpus.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from beleg.ground.candidates import LEAST_HUNDREDTHS, N_WINDOWS, term_weight
from beleg.ground.corpus import Corpus, Progress, cut_tokens, list_terms, read_corpus
from beleg.ground.grounding import is_kept
from beleg.ground.model import source_kind_of
from beleg.ground.passages import make_passage
from beleg.ground.readings import ClaimReading, read_claim, read_passage, weigh_claim
from beleg.ground.sentences import Span
from beleg.ground.support import Verdict, compare
from beleg.ground.tokens import find_tokens, fingerprint, language_of
from beleg.records import Document
from beleg.tables import from_arrow

INDEX = ("terms", "postings", "windows", "texts", "carriers")
"""Tables of an index."""
N_COMPARED = 60
"""Texts that are compared with the statement: about a millisecond each."""
COPY_SHARE = 0.6
"""Part of the shorter passage's runs of three words that another must have to be its copy: two of
the three sentences of a window, for copies may be cut at other sentences."""
_SHOWN = (
    "document_id", "host", "url", "title", "language", "published_at", "first_seen_at",
)  # fmt: skip


class Place(NamedTuple):
    """A passage in one document that carries its text."""

    passage_id: str
    document: Mapping[str, Any]
    """document_id, host, url, title, language, published_at, first_seen_at."""
    exact: bool
    """True where the whole text is the same as that of the group's first passage."""


class Group(NamedTuple):
    """A passage that carries or resembles the statement, with its copies."""

    verdict: Verdict
    passage: str
    places: tuple[Place, ...]
    """Earliest first_seen_at first; those without one at the end."""


class _Found(NamedTuple):
    text_no: int
    window: Span
    verdict: Verdict
    passage: str
    shingles: frozenset[tuple[str, ...]]


def _lay_out_terms(corpus: Corpus, tell: Progress) -> tuple[pa.Table, pa.Table]:
    """Sort the terms of all windows: term, first, weight; and the windows term by term."""
    tables = [table.combine_chunks() for table in list_terms(corpus, tell)]
    terms, windows, texts = (
        np.concatenate([table[name].to_numpy() for table in tables])
        for name in ("term", "window_no", "text_no")
    )
    order = np.lexsort((windows, terms))
    terms, windows, texts = terms[order], windows[order].astype(np.int32), texts[order]
    starts = np.flatnonzero(np.diff(terms, prepend=-1))
    new_text = np.diff(texts, prepend=-1) != 0
    new_text[starts] = True
    frequencies = np.add.reduceat(new_text, starts) if len(starts) else starts
    n_texts = len(corpus.texts)
    weights = [term_weight(n_texts, int(frequency)) for frequency in frequencies]
    laid = {"term": terms[starts], "first": starts, "weight": pa.array(weights, pa.int64())}
    return pa.table(laid), pa.table({"window_no": windows})


def build_index(documents: pa.Table, texts: pa.Table, tell: Progress) -> dict[str, pa.Table]:
    """Lay out the corpus so that one statement can be looked for.

    Args:
        documents: Schema of :class:`beleg.records.Document`.
        texts: Schema of :class:`beleg.records.Text`.
        tell: Told how far it is.

    Returns:
        The tables named in :data:`INDEX`; they can be written to files and mapped.
    """
    corpus = read_corpus(from_arrow(documents, Document), texts)
    terms, postings = _lay_out_terms(corpus, tell)
    counts = np.diff(np.asarray(corpus.first_window))
    rows = [
        {"text_no": text_no, **{name: getattr(document, name) for name in _SHOWN}}
        for text_no, carriers in enumerate(corpus.documents)
        for document in carriers
    ]
    kinds = [source_kind_of(d.kind for d in carriers) for carriers in corpus.documents]
    schema = pa.schema(
        [("text_no", pa.int64()), *((name, documents.schema.field(name).type) for name in _SHOWN)]
    )
    return {
        "terms": terms,
        "postings": postings,
        "windows": pa.table(
            {
                "text_no": np.repeat(np.arange(len(counts)), counts).astype(np.int32),
                "start": np.asarray(corpus.starts, np.int32),
                "end": np.asarray(corpus.ends, np.int32),
            }
        ),
        "texts": pa.table(
            {
                "text": pa.array(corpus.texts, pa.large_string()),
                "language": pa.array(corpus.languages, pa.string()),
                "source_kind": pa.array(kinds, pa.string()),
            }
        ),
        "carriers": pa.Table.from_pylist(rows, schema=schema),
    }


def _column(table: pa.Table, name: str) -> npt.NDArray[np.int64]:
    """Look at a column of integers, without a copy where it is one piece."""
    column = table.column(name)
    whole = column.chunk(0) if column.num_chunks == 1 else column
    found: npt.NDArray[np.int64] = whole.to_numpy()
    return found


def read_statement(statement: str, index: Mapping[str, pa.Table]) -> ClaimReading:
    """Read a statement as a claim, its terms weighed as in the corpus."""
    terms, weights = _column(index["terms"], "term"), _column(index["terms"], "weight")
    unseen = term_weight(index["texts"].num_rows, 0)

    def weigh(term: str) -> int:
        place = int(np.searchsorted(terms, fingerprint(term)))
        known = place < len(terms) and terms[place] == fingerprint(term)
        return int(weights[place]) if known else unseen

    language = language_of(statement)
    tokens = find_tokens(statement, language)
    weighed = {t.term: weigh(t.term) for t in tokens if t.term}
    return read_claim(statement, tokens, weighed, language)


def find_windows(claim: ClaimReading, index: Mapping[str, pa.Table], n: int) -> list[int]:
    """Number the n windows that share most of a claim's weight, best first, ties by number.

    Those that share less than LEAST_HUNDREDTHS of it are left out.
    """
    terms, firsts = _column(index["terms"], "term"), _column(index["terms"], "first")
    windows = _column(index["postings"], "window_no")
    scores = np.zeros(index["windows"].num_rows, np.int64)
    for term, weight in claim.weights.items():
        place = int(np.searchsorted(terms, fingerprint(term)))
        if place < len(terms) and terms[place] == fingerprint(term):
            last = firsts[place + 1] if place + 1 < len(firsts) else len(windows)
            scores[windows[firsts[place] : last]] += weight
    found = np.flatnonzero(scores * 100 >= max(claim.total * LEAST_HUNDREDTHS, 1))
    if len(found) > n:
        least = np.partition(scores[found], -n)[-n]
        found = found[scores[found] >= least]
    return [int(number) for number in found[np.lexsort((found, -scores[found]))][:n]]


def _compare_texts(
    claim: ClaimReading, index: Mapping[str, pa.Table], numbers: Sequence[int]
) -> Iterator[_Found]:
    """Compare the statement with the best windows of each text; give what is worth a row."""
    by_text: dict[int, list[Span]] = {}
    text_nos, starts, ends = (
        _column(index["windows"], name) for name in ("text_no", "start", "end")
    )
    for number in numbers:
        text_no = int(text_nos[number])
        if text_no in by_text or len(by_text) < N_COMPARED:
            by_text.setdefault(text_no, []).append(Span(int(starts[number]), int(ends[number])))
    for text_no, spans in by_text.items():
        text = index["texts"]["text"][text_no].as_py()
        language = index["texts"]["language"][text_no].as_py()
        source_kind = index["texts"]["source_kind"][text_no].as_py()
        tokens = find_tokens(text, language)
        best: _Found | None = None
        for window in spans[:N_WINDOWS]:
            reading = read_passage(cut_tokens(tokens, window), language)
            verdict = compare(claim, reading, source_kind)
            if best is None or verdict.support > best.verdict.support:
                passage = text[window.start : window.end]
                best = _Found(text_no, window, verdict, passage, reading.triples)
        if best is not None and is_kept(best.verdict):
            yield best


def _is_copy(one: _Found, other: _Found) -> bool:
    """Tell whether two passages are the same but for a sentence or some words."""
    shorter = min(len(one.shingles), len(other.shingles))
    if not shorter:
        return one.passage == other.passage
    return len(one.shingles & other.shingles) >= COPY_SHARE * shorter


def _name_places(found: Sequence[_Found], carriers: pa.Table) -> tuple[Place, ...]:
    """Name every document that carries one of the passages, the earliest seen first."""
    places = []
    for one in found:
        rows = carriers.filter(pc.equal(carriers["text_no"], one.text_no)).drop_columns("text_no")
        for document in rows.to_pylist():
            passage_id = make_passage(document["document_id"], one.window).passage_id
            places.append(Place(passage_id, document, one.text_no == found[0].text_no))
    return tuple(
        sorted(
            places,
            key=lambda place: (
                place.document["first_seen_at"] is None,
                str(place.document["first_seen_at"]),
                place.document["document_id"],
            ),
        )
    )


def trace(statement: str, index: Mapping[str, pa.Table], limit: int) -> list[Group]:
    """Find the passages that carry a statement or resemble it, best first.

    They are those that the stage would store for a claim of these words.

    Args:
        statement: A sentence or a few; one without a content word finds nothing.
        index: From :func:`build_index`.
        limit: Groups that are given at most, > 0.

    Returns:
        Groups of passages that are copies of each other, by the best one's support.

    Raises:
        ValueError: The limit is not positive.
    """
    if limit < 1:
        raise ValueError(f"limit is {limit}, must be at least 1")
    claim = read_statement(statement, index)
    numbers = find_windows(claim, index, N_COMPARED * 4) if claim.total else []
    said = weigh_claim(statement, claim.tokens, claim.language)  # as the stage scores it
    found = sorted(
        _compare_texts(said, index, numbers),
        key=lambda one: (-one.verdict.support, -one.verdict.score, one.text_no),
    )
    groups: list[list[_Found]] = []
    for one in found:
        for group in groups:
            if _is_copy(group[0], one):
                group.append(one)
                break
        else:
            groups.append([one])
    return [
        Group(group[0].verdict, group[0].passage, _name_places(group, index["carriers"]))
        for group in groups[:limit]
    ]

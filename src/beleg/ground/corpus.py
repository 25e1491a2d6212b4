"""The corpus: the distinct texts of all documents, cut into windows, and their terms."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

import pyarrow as pa

from beleg.ground.passages import find_windows, make_passage
from beleg.ground.sentences import Span
from beleg.ground.tokens import Token, find_tokens, fingerprint, language_of
from beleg.records import Document, Passage

Progress = Callable[[str, int, int], None]
"""Called with the step, what is done and what there is to do."""


class Corpus(NamedTuple):
    """The distinct texts, their windows, and who carries them."""

    texts: list[str]
    languages: list[str]
    windows: list[list[Span]]
    first_window: list[int]
    """Number of each text's first window; windows are numbered through."""
    documents: list[list[Document]]
    """Documents that carry each text, by document_id."""


def read_corpus(documents: Sequence[Document], texts: Mapping[str, str]) -> Corpus:
    """Bring the documents into order by text; documents whose text is missing are left out."""
    carried = sorted(
        (d for d in documents if d.text_id in texts), key=lambda d: (d.text_id, d.document_id)
    )
    corpus = Corpus([], [], [], [], [])
    n_windows = 0
    for text_id, group in groupby(carried, key=lambda d: d.text_id):
        carriers = list(group)
        declared = sorted({d.language for d in carriers if d.language})
        text = texts[text_id]
        corpus.texts.append(text)
        corpus.languages.append(language_of(text, declared[0] if declared else None))
        corpus.windows.append(find_windows(text))
        corpus.first_window.append(n_windows)
        corpus.documents.append(carriers)
        n_windows += len(corpus.windows[-1])
    return corpus


def cut_tokens(tokens: Sequence[Token], window: Span) -> Sequence[Token]:
    """Cut the tokens of one window out of a text's tokens."""
    first = bisect_left(tokens, window.start, key=lambda token: token.start)
    last = bisect_left(tokens, window.end, key=lambda token: token.start)
    return tokens[first:last]


def list_terms(corpus: Corpus, on_progress: Progress) -> pa.Table:
    """List the distinct terms of every window: window_no, text_no, term."""
    window_nos, text_nos, terms = array("q"), array("q"), array("q")
    total = len(corpus.texts)
    for text_no, text in enumerate(corpus.texts):
        tokens = find_tokens(text, corpus.languages[text_no])
        for offset, window in enumerate(corpus.windows[text_no]):
            found = {fingerprint(t.term) for t in cut_tokens(tokens, window) if t.term}
            terms.extend(sorted(found))
            window_nos.extend([corpus.first_window[text_no] + offset] * len(found))
            text_nos.extend([text_no] * len(found))
        if text_no % 1000 == 0:
            on_progress("texts", text_no, total)
    on_progress("texts", total, total)
    return pa.table(
        {
            name: pa.Array.from_buffers(pa.int64(), len(column), [None, pa.py_buffer(column)])
            for name, column in (("window_no", window_nos), ("text_no", text_nos), ("term", terms))
        }
    )


def list_passages(corpus: Corpus) -> list[Passage]:
    """Name every window of every document, by passage_id."""
    return sorted(
        (
            make_passage(document.document_id, window)
            for windows, carriers in zip(corpus.windows, corpus.documents, strict=True)
            for document in carriers
            for window in windows
        ),
        key=lambda passage: passage.passage_id,
    )

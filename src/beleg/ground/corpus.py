"""The corpus: the distinct texts of all documents, cut into windows, and their terms.

A corpus may be larger than what a machine holds as Python objects: texts stay in their Arrow
table until they are looked at, windows are two rows of integers, and terms are listed a batch of
texts at a time.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby, islice
from typing import NamedTuple, overload

import pyarrow as pa

from beleg.ground.passages import find_windows, make_passage
from beleg.ground.sentences import Span
from beleg.ground.tokens import Token, find_tokens, fingerprint, language_of
from beleg.records import Document, Passage
from beleg.tables import schema_of

Progress = Callable[[str, int, int], None]
"""Called with the step, what is done and what there is to do."""

_BATCH = 500_000
"""Rows of terms, or of passages, that are held as Python objects at a time."""


class Texts(Sequence[str]):
    """The texts, read out of their column when they are looked at."""

    def __init__(self, column: pa.ChunkedArray, rows: array[int]) -> None:
        """Look at the given rows of a column of strings, in that order."""
        self._column = column
        self._rows = rows

    def __len__(self) -> int:
        """Count the texts."""
        return len(self._rows)

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: int | slice) -> str | list[str]:
        """Read one text, or several."""
        if isinstance(index, slice):
            return [self._column[row].as_py() for row in self._rows[index]]
        text: str = self._column[self._rows[index]].as_py()
        return text


class Corpus(NamedTuple):
    """The distinct texts, their windows, and who carries them."""

    texts: Texts
    languages: list[str]
    starts: array[int]
    ends: array[int]
    """Where each window begins and ends in its text; windows are numbered through."""
    first_window: array[int]
    """Number of each text's first window, and at the end the number of windows."""
    documents: list[list[Document]]
    """Documents that carry each text, by document_id."""

    def window(self, window_no: int) -> Span:
        """Return one window."""
        return Span(self.starts[window_no], self.ends[window_no])

    def windows_of(self, text_no: int) -> range:
        """Return the numbers of a text's windows."""
        return range(self.first_window[text_no], self.first_window[text_no + 1])


def read_corpus(documents: Sequence[Document], texts: pa.Table) -> Corpus:
    """Bring the documents into order by text; documents whose text is missing are left out.

    Args:
        documents: In any order.
        texts: Schema of :class:`beleg.records.Text`.
    """
    column = texts.column("text")
    row_of = {text_id: row for row, text_id in enumerate(texts.column("text_id").to_pylist())}
    carried = sorted(
        (d for d in documents if d.text_id in row_of), key=lambda d: (d.text_id, d.document_id)
    )
    rows, starts, ends, first_window = array("q"), array("i"), array("i"), array("q", [0])
    languages: list[str] = []
    carriers: list[list[Document]] = []
    for text_id, group in groupby(carried, key=lambda d: d.text_id):
        carriers.append(list(group))
        declared = sorted({d.language for d in carriers[-1] if d.language})
        rows.append(row_of[text_id])
        text = column[rows[-1]].as_py()
        languages.append(language_of(text, declared[0] if declared else None))
        for window in find_windows(text):
            starts.append(window.start)
            ends.append(window.end)
        first_window.append(len(starts))
    return Corpus(Texts(column, rows), languages, starts, ends, first_window, carriers)


def cut_tokens(tokens: Sequence[Token], window: Span) -> Sequence[Token]:
    """Cut the tokens of one window out of a text's tokens."""
    first = bisect_left(tokens, window.start, key=lambda token: token.start)
    last = bisect_left(tokens, window.end, key=lambda token: token.start)
    return tokens[first:last]


def _integers(**columns: array[int]) -> pa.Table:
    return pa.table(
        {
            name: pa.Array.from_buffers(pa.int64(), len(column), [None, pa.py_buffer(column)])
            for name, column in columns.items()
        }
    )


def list_terms(corpus: Corpus, on_progress: Progress) -> Iterator[pa.Table]:
    """List the distinct terms of every window, a batch of texts at a time.

    Yields:
        window_no, text_no, term, ascending; at least one table, perhaps without rows.
    """
    window_nos, text_nos, terms = array("q"), array("q"), array("q")
    total = len(corpus.texts)
    for text_no in range(total):
        tokens = find_tokens(corpus.texts[text_no], corpus.languages[text_no])
        for window_no in corpus.windows_of(text_no):
            inside = cut_tokens(tokens, corpus.window(window_no))
            found = sorted({fingerprint(token.term) for token in inside if token.term})
            terms.extend(found)
            window_nos.extend([window_no] * len(found))
            text_nos.extend([text_no] * len(found))
        if text_no % 1000 == 0:
            on_progress("texts", text_no, total)
        if len(terms) >= _BATCH:
            yield _integers(window_no=window_nos, text_no=text_nos, term=terms)
            window_nos, text_nos, terms = array("q"), array("q"), array("q")
    on_progress("texts", total, total)
    yield _integers(window_no=window_nos, text_no=text_nos, term=terms)


def list_passages(corpus: Corpus) -> pa.Table:
    """Name every window of every document, by passage_id (schema of :class:`Passage`)."""
    schema = schema_of(Passage)
    named = (
        make_passage(document.document_id, corpus.window(window_no))
        for text_no, carriers in enumerate(corpus.documents)
        for document in carriers
        for window_no in corpus.windows_of(text_no)
    )
    batches = []
    while rows := list(islice(named, _BATCH)):
        columns = zip(*((p.passage_id, p.document_id, p.start, p.end) for p in rows), strict=True)
        batches.append(pa.table(list(map(pa.array, columns)), schema=schema))
    return pa.concat_tables([schema.empty_table(), *batches]).sort_by("passage_id")

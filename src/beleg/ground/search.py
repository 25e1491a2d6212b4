"""Search: the corpus laid out by term in DuckDB, and asked a block of claims at a time.

What is asked stands in :mod:`beleg.ground.candidates`; here is how DuckDB is fed so that memory
stays bounded: terms come in by batches, what does not fit is spilled to a folder, and the join
runs over small blocks of claims, one thread and one connection a block. A block's sums then fit
the processor's caches, which a join by two threads over many claims does not: it takes twice the
CPU for the same rows.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import ibis
import pyarrow as pa

from beleg.ground.candidates import (
    count_texts,
    find_near,
    find_own,
    list_postings,
    number_windows,
    term_weight,
    weigh_claims,
    weigh_terms,
)

BLOCK = 50
"""Claims that are joined at a time: of 10, 25, 50, 100 and 200, the one that takes least CPU."""
WEIGHED = {
    "claim_no": "int64", "term": "int64", "weight": "int64", "least": "int64",
    "is_frequent": "boolean",
}  # fmt: skip
"""Columns of claims' terms as the join reads them (:func:`weigh_claims`)."""
_TERM_ROWS = {"window_no": "int64", "text_no": "int64", "term": "int64"}


class Search:
    """A corpus that can be asked for candidates."""

    def __init__(self, connection: Any, n_texts: int, terms: Iterable[pa.Table]) -> None:
        """Lay out the corpus by term.

        Args:
            connection: An Ibis connection to DuckDB, empty; the caller closes it.
            n_texts: Texts in the corpus.
            terms: Batches of window_no, text_no, term; distinct.
        """
        self.connection = connection
        self.n_texts = n_texts
        window_terms = connection.create_table("window_terms", schema=ibis.schema(_TERM_ROWS))
        for batch in terms:
            connection.insert("window_terms", batch)
        frequencies = connection.to_pyarrow(count_texts(window_terms))
        self.weights: dict[int, int] = weigh_terms(frequencies, n_texts)
        """Weight of each term of the corpus, in millionths."""
        column = [self.weights[term] for term in frequencies.column("term").to_pylist()]
        weighted = frequencies.append_column("weight", pa.array(column, pa.int64()))
        tables = {
            "window_terms": window_terms,
            "weights": connection.create_table("weights", weighted),
            "postings": connection.create_table("postings", list_postings(window_terms)),
            "windows": connection.create_table("windows", number_windows(window_terms)),
            "claim_terms": ibis.table({"claim_no": "int64", "term": "int64"}, "claim_terms"),
            "own": ibis.table({"claim_no": "int64", "text_no": "int64"}, "own"),
            "weighed": ibis.table(WEIGHED, "weighed"),
        }
        # Compiled once: writing the SQL takes longer than a block takes to run.
        weighed = weigh_claims(tables["claim_terms"], tables["weights"])
        self._weigh = connection.compile(weighed.order_by("claim_no", "term"))
        self._near = connection.compile(find_near(tables))
        self._own = connection.compile(find_own(tables))
        connection.raw_sql("SET threads = 1")

    def weigh(self, term: int) -> int:
        """Return the weight of a term, in millionths; of one not in the corpus the highest."""
        return self.weights.get(term, term_weight(self.n_texts, 0))

    def _ask(self, sql: str, tables: dict[str, pa.Table]) -> pa.Table:
        """Run one query on a connection of its own."""
        with self.connection.con.cursor() as cursor:
            for name, table in tables.items():
                cursor.register(name, table)
            return cursor.execute(sql).to_arrow_table()

    def run_blocks(self, sql: str, claim_terms: pa.Table) -> list[pa.Table]:
        """Run compiled SQL over claims' weighed terms, a few claims at a time, on all processors.

        Args:
            sql: What is to be run; it reads the table ``weighed``.
            claim_terms: claim_no, term; distinct.
        """
        weighed = self._ask(self._weigh, {"claim_terms": claim_terms})
        blocks = [{"weighed": block} for block in _cut_blocks(weighed)]
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            return list(pool.map(lambda block: self._ask(sql, block), blocks))

    def find_pairs(self, claim_terms: pa.Table, own: pa.Table) -> list[tuple[int, int, int]]:
        """Find the candidates of some claims.

        Args:
            claim_terms: claim_no, term; distinct.
            own: claim_no, text_no: the texts that the claim's answer delivered or cites.

        Returns:
            (text_no, window_no, claim_no), ascending.
        """
        found = self.run_blocks(self._near, claim_terms)
        found.append(self._ask(self._own, {"claim_terms": claim_terms, "own": own}))
        names = ("text_no", "window_no", "claim_no")
        pairs: set[tuple[int, int, int]] = set()
        for table in found:
            columns = (table.column(name).to_pylist() for name in names)
            pairs.update(zip(*columns, strict=True))
        return sorted(pairs)


def _cut_blocks(weighed: pa.Table) -> Iterator[pa.Table]:
    """Cut the terms of claims, ascending by claim_no, into blocks of :data:`BLOCK` claims."""
    claims = weighed.column("claim_no").to_pylist()
    first, seen = 0, 0
    for row, claim_no in enumerate(claims):
        if row and claim_no != claims[row - 1]:
            seen += 1
            if seen % BLOCK == 0:
                yield weighed.slice(first, row - first)
                first = row
    if claims:
        yield weighed.slice(first)


def lay_out(names: Sequence[str], rows: Sequence[tuple[int, ...]]) -> pa.Table:
    """Lay out rows of integers as a table."""
    columns = list(zip(*rows, strict=True)) or [() for _ in names]
    arrays = [pa.array(column, type=pa.int64()) for column in columns]
    return pa.table(dict(zip(names, arrays, strict=True)))


@contextmanager
def open_engine(memory_limit: str = "1500MB") -> Iterator[Any]:
    """Open DuckDB in memory; what goes beyond the limit is spilled to a folder that is deleted."""
    with tempfile.TemporaryDirectory(prefix="beleg-") as folder:
        connection = ibis.duckdb.connect(temp_directory=folder, memory_limit=memory_limit)
        try:
            yield connection
        finally:
            connection.disconnect()

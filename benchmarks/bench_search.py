"""Search the corpus: recall against exhaustive scoring, claims a second against bm25s, memory.

    python benchmarks/bench_search.py                  # 200,000 passages, 5,000 claims
    python benchmarks/bench_search.py --curve          # and how recall and time trade
    python benchmarks/bench_search.py --memory         # 1,000,000 passages through ground()

The corpus is built as search_corpus.py says. *Exhaustive* scores every passage for the claim:
the weights of the terms that both have, summed, ties by number; as a second opinion full BM25
(bm25s). Both read the same terms. Claims are tokenised beforehand for both; times are wall-clock
of the same run, index time apart. bm25s runs with its numba backend where numba is installed
(compiled before the clock starts) and with its default one, on as many threads as processors;
of each, the fastest of three.
"""

from __future__ import annotations

import argparse
import importlib
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from beleg.ground import candidates, ground
from beleg.ground.candidates import match_terms, rank_windows
from beleg.ground.passages import find_windows
from beleg.ground.search import WEIGHED, Search, open_engine
from beleg.records import Answer, Document, DocumentKind, Status, Text, content_id
from beleg.tables import empty, schema_of, to_arrow
from search_corpus import Claim, Passage, cut_passages, fill_up, read_claims, read_texts, terms_of

N_PASSAGES, N_CLAIMS, N_BEST = 200_000, 5_000, 10
N_MANY = 1_000_000
N_THREADS = os.cpu_count() or 1


class Corpus(NamedTuple):
    """Passages and claims as terms: what both searches read."""

    n_texts: int
    window_terms: pa.Table
    claim_terms: pa.Table
    rows: list[list[int]]
    """Terms of each passage, numbered by ``vocabulary``."""
    queries: list[list[int]]
    vocabulary: dict[int, int]
    claims: list[Claim]


def build(n_passages: int, n_claims: int) -> Corpus:
    """Read, cut, fill up, tokenise."""
    texts = read_texts()
    real = cut_passages(texts)[:n_passages]
    print(f"{len(texts):,} real texts, {len(real):,} real passages; "
          f"{max(n_passages - len(real), 0):,} filled up from runs of their words")  # fmt: skip
    passages: list[Passage] = [*real, *fill_up(real, n_passages)]
    claims = read_claims(texts, real, n_claims)
    terms = [terms_of(passage.text, passage.language) for passage in passages]
    asked = [terms_of(claim.text, claim.language) for claim in claims]
    vocabulary: dict[int, int] = {}
    rows = [[vocabulary.setdefault(term, len(vocabulary)) for term in row] for row in terms]
    known = [[vocabulary[term] for term in row if term in vocabulary] for row in asked]
    sizes = [len(row) for row in terms]
    of_text = np.repeat([passage.text_no for passage in passages], sizes)
    window_terms = pa.table(
        {
            "window_no": np.repeat(np.arange(len(terms)), sizes),
            "text_no": of_text,
            "term": np.concatenate([np.array(row, np.int64) for row in terms]),
        }
    )
    claim_terms = pa.table(
        {
            "claim_no": np.repeat(np.arange(len(asked)), [len(row) for row in asked]),
            "term": np.concatenate([np.array(row, np.int64) for row in asked]),
        }
    )
    n_made = sum(bool(claim.gold) for claim in claims)
    print(
        f"{len(passages):,} passages of {np.mean(sizes):.1f} distinct terms, {len(vocabulary):,} "
        f"terms in all; {len(claims):,} claims of {np.mean([len(r) for r in asked]):.1f} terms, "
        f"{len(claims) - n_made:,} real, {n_made:,} made from passages"
    )
    n_texts = passages[-1].text_no + 1
    return Corpus(n_texts, window_terms, claim_terms, rows, known, vocabulary, claims)


class Lists(NamedTuple):
    """Windows by term, for scoring by brute force."""

    windows: np.ndarray
    offsets: np.ndarray
    weights: np.ndarray


def make_lists(corpus: Corpus, search: Search) -> Lists:
    """Lay out the passages by term, with the weights that the stage ranks by."""
    terms = np.concatenate([np.array(row, np.int64) for row in corpus.rows])
    order = np.argsort(terms, kind="stable")
    counts = np.bincount(terms, minlength=len(corpus.vocabulary))
    windows = np.asarray(corpus.window_terms["window_no"])[order]
    weights = np.array([search.weights[term] for term in corpus.vocabulary])
    return Lists(windows, np.concatenate([[0], np.cumsum(counts)]), weights)


def score_all(lists: Lists, query: Sequence[int], n_windows: int) -> np.ndarray:
    """Sum, for every passage, the weights of the terms that it shares with a claim."""
    scores = np.zeros(n_windows, np.int64)
    for term in query:
        scores[lists.windows[lists.offsets[term] : lists.offsets[term + 1]]] += lists.weights[term]
    return scores


def best_of(scores: np.ndarray) -> list[int]:
    """Number the best passages with a term in common, best first, ties by number."""
    least = max(np.partition(scores, -N_BEST)[-N_BEST], 1)
    found = np.flatnonzero(scores >= least)
    return [int(n) for n in found[np.lexsort((found, -scores[found]))][:N_BEST]]


def time_best(work: Callable[[], Any], times: int = 3) -> tuple[Any, float, float]:
    """Run some times: the result, the least wall-clock seconds, and their CPU seconds."""
    runs = []
    for _ in range(times):
        began, cpu = time.perf_counter(), time.process_time()
        found = work()
        runs.append((time.perf_counter() - began, time.process_time() - cpu))
    return found, *min(runs)


def search_bm25s(corpus: Corpus, backend: str) -> tuple[list[list[int]], float, float, float]:
    """Search with bm25s: best passages, seconds to index, to retrieve, and its CPU seconds."""
    bm25s = importlib.import_module("bm25s")
    make = importlib.import_module("bm25s.tokenization").Tokenized
    names = {str(term): number for term, number in corpus.vocabulary.items()}
    index = bm25s.BM25(backend=backend)
    began = time.perf_counter()
    index.index(make(ids=corpus.rows, vocab=names), show_progress=False)
    indexed = time.perf_counter() - began
    queries = make(ids=corpus.queries, vocab=names)

    def retrieve() -> Any:
        return index.retrieve(queries, k=N_BEST, n_threads=N_THREADS, show_progress=False)

    if backend == "numba":
        retrieve()  # compiles
    found, seconds, cpu = time_best(retrieve, 3 if backend == "numba" else 1)
    return found.documents.tolist(), indexed, seconds, cpu


def compile_best(search: Search) -> str:
    """Write the SQL of the stage's search, with the best windows in place of the best texts."""
    connection = search.connection
    matches = match_terms(ibis.table(WEIGHED, "weighed"), connection.table("postings"))
    sql: str = connection.compile(rank_windows(matches, N_BEST))
    return sql


def search_beleg(corpus: Corpus, search: Search) -> tuple[list[list[int]], float, float]:
    """Search with the stage's join: best passages, seconds, CPU seconds."""
    sql = compile_best(search)
    tables, seconds, cpu = time_best(lambda: search.run_blocks(sql, corpus.claim_terms))
    found = pa.concat_tables(tables).sort_by([("claim_no", "ascending"), ("place", "ascending")])
    best: list[list[int]] = [[] for _ in corpus.claims]
    for claim_no, window_no in zip(
        found["claim_no"].to_pylist(), found["window_no"].to_pylist(), strict=True
    ):
        best[claim_no].append(window_no)
    return best, seconds, cpu


def recall(found: list[list[int]], wanted: Sequence[Sequence[int]]) -> float:
    """Mean part of what is wanted that was found; claims that want nothing are left out."""
    pairs = [(set(f), set(w)) for f, w in zip(found, wanted, strict=True) if w]
    return float(np.mean([len(f & w) / len(w) for f, w in pairs]))


def hit_rate(found: list[list[int]], claims: Sequence[Claim]) -> float:
    """Part of the claims made from passages of which such a passage was found."""
    return float(np.mean([bool(c.gold & set(f)) for f, c in zip(found, claims, strict=True)
                          if c.gold]))  # fmt: skip


def measure(corpus: Corpus, *, curve: bool) -> None:
    """Print recall and speed of the stage's search and of bm25s."""
    n_claims, n_windows = len(corpus.claims), len(corpus.rows)
    with open_engine() as connection:
        began = time.perf_counter()
        search = Search(connection, corpus.n_texts, [corpus.window_terms])
        indexed = time.perf_counter() - began
        lists = make_lists(corpus, search)
        began = time.perf_counter()
        scores = (score_all(lists, query, n_windows) for query in corpus.queries)
        truth = [best_of(row) for row in scores]
        brute = time.perf_counter() - began
        found, seconds, cpu = search_beleg(corpus, search)
        print(f"{N_THREADS} processors; recall@{N_BEST} is the part of the {N_BEST} best passages "
              "by exhaustive scoring")  # fmt: skip
        rates = {"beleg": n_claims / seconds}
        backends = ["numba", "numpy"] if find_spec("numba") else ["numpy"]
        peers = [(backend, *search_bm25s(corpus, backend)) for backend in backends]
        bm25 = peers[0][1]
        head = f"{'':22}{'claims/s':>9}{'with index':>11}{'CPU ms/claim':>13}{'recall@10':>10}"
        print(f"{head}{'of BM25':>9}{'gold@10':>9}")

        def show(name: str, best: list[list[int]], *times: float) -> None:
            index, wall, busy = times
            print(
                f"{name:22}{n_claims / wall:9,.0f}{n_claims / (wall + index):11,.0f}"
                f"{1000 * busy / n_claims:13.3f}{recall(best, truth):10.4f}"
                f"{recall(best, bm25):9.4f}{hit_rate(best, corpus.claims):9.4f}"
            )

        show("exhaustive (numpy)", truth, 0.0, brute, brute)
        show("beleg", found, indexed, seconds, cpu)
        for backend, best, index, wall, busy in peers:
            show(f"bm25s, {backend}", best, index, wall, busy)
            rates[backend] = n_claims / wall
        gold = hit_rate(found, corpus.claims) / hit_rate(truth, corpus.claims)
        print(f"recall@{N_BEST} of the known passage, relative to exhaustive: {gold:.4f}")
        for backend in backends:
            times = rates["beleg"] / rates[backend]
            print(f"claims a second, of bm25s with {backend}: {times:.2f} times")
        spent = "; ".join(f"bm25s, {peer[0]} {peer[2]:.1f} s" for peer in peers)
        print(f"index: beleg {indexed:.1f} s; {spent}")
    if curve:
        for tenths in range(7):
            candidates.FREQUENT_TENTHS = tenths
            with open_engine() as connection:
                search = Search(connection, corpus.n_texts, [corpus.window_terms])
                found, seconds, cpu = search_beleg(corpus, search)
            print(
                f"FREQUENT_TENTHS {tenths}: {n_claims / seconds:,.0f} claims/s, "
                f"{1000 * cpu / n_claims:.3f} CPU ms, recall {recall(found, truth):.4f}, "
                f"gold {hit_rate(found, corpus.claims):.4f}"
            )


def write_corpus(folder: Path, n_passages: int, n_claims: int) -> None:
    """Write the tables that ground() reads: texts of three passages each, and answers."""
    texts = read_texts()
    real = cut_passages(texts)
    seen = datetime(2026, 1, 1, tzinfo=UTC)
    laid = fill_up(real, sys.maxsize)
    n_windows = number = 0
    with (
        pq.ParquetWriter(folder / "texts", schema_of(Text)) as to_texts,
        pq.ParquetWriter(folder / "documents", schema_of(Document)) as to_documents,
    ):
        while n_windows < n_passages:
            bodies, documents = [], []
            for _ in range(20_000):
                body = ".\n".join(next(laid).text for _ in range(3))
                number += 1
                bodies.append(Text(content_id("text", number), body))
                documents.append(_document(number, bodies[-1].text_id, seen))
                n_windows += len(find_windows(body))
                if n_windows >= n_passages:
                    break
            to_texts.write_table(to_arrow(bodies, Text))
            to_documents.write_table(to_arrow(documents, Document))
    claims = read_claims(texts, real, n_claims)
    answers = [
        _answer(first, " ".join(f"{c.text.rstrip('.')}." for c in claims[first : first + 5]))
        for first in range(0, n_claims, 5)
    ]
    pq.write_table(to_arrow(answers, Answer), folder / "answers")


def _document(number: int, text_id: str, seen: datetime) -> Document:
    return Document(
        document_id=content_id("document", number), text_id=text_id, external_id=None,
        url=f"https://h{number % 999}.example/{number}",
        canonical_url=f"https://h{number % 999}.example/{number}", host=f"h{number % 999}.example",
        title=None, language=None, section=None, authors=(), kind=DocumentKind.ARTICLE,
        access=None, published_at=None, first_seen_at=seen, answer_id=None, raw_ref="built#0",
    )  # fmt: skip


def _answer(number: int, text: str) -> Answer:
    return Answer(
        answer_id=content_id("answer", number), prompt_id="p", question="", engine="e", model=None,
        surface=None, country=None, locale=None, collector="built", asked_at=None, run=None,
        text=text, raw_ref="built#0", status=Status.ANSWERED, impressions=None, amount_minor=None,
        currency=None, queries=(), flags=(),
    )  # fmt: skip


def ground_corpus(folder: Path) -> None:
    """Ground the answers of a folder in its texts, and print the peak of this process."""
    tables = [pq.read_table(folder / name) for name in ("answers", "documents", "texts")]
    began, cpu = time.perf_counter(), time.process_time()
    found = ground(tables[0], empty("citations"), *tables[1:])
    seconds, busy = time.perf_counter() - began, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    print(
        f"ground: {found.passages.num_rows:,} passages of {tables[1].num_rows:,} documents, "
        f"{found.claims.num_rows:,} claims, {found.supports.num_rows:,} supports in "
        f"{seconds:.0f} s (CPU {busy:.0f} s); peak of the process {peak:.2f} GB (on Linux)"
    )


def measure_memory(n_passages: int, n_claims: int) -> None:
    """Ground claims in a corpus of so many passages, in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        write_corpus(Path(folder), n_passages, n_claims)
        command = [sys.executable, __file__, "--ground", folder]
        subprocess.run(command, check=True)


def main() -> None:
    """Run the asked measurements."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--passages", type=int)
    parser.add_argument("--claims", type=int)
    parser.add_argument("--curve", action="store_true")
    parser.add_argument("--memory", action="store_true", help="1,000,000 passages, 1,000 claims")
    parser.add_argument("--ground", type=Path, help="a folder that --memory has written")
    arguments = parser.parse_args()
    if arguments.ground:
        ground_corpus(arguments.ground)
        return
    if arguments.memory:
        measure_memory(arguments.passages or N_MANY, arguments.claims or 1_000)
        return
    corpus = build(arguments.passages or N_PASSAGES, arguments.claims or N_CLAIMS)
    measure(corpus, curve=arguments.curve)


if __name__ == "__main__":
    main()

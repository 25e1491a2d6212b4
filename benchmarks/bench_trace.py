"""Time `beleg ground trace` on 120,000 passages, beside a tantivy index of the same passages.

Prints, for both, seconds to build, size on the disk, milliseconds to the ten best passages, and
how often the passage that a statement was made from is among them; then milliseconds of the whole
answer, and seconds of the command itself, the interpreter's start included. Texts and statements
as search_corpus.py says; the statements are sentences of the texts, compressed.
"""

from __future__ import annotations

import importlib
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from beleg.cli.trace import open_index
from beleg.console import ProgressLines
from beleg.ground.passages import find_windows
from beleg.ground.trace import find_windows as find_best, read_statement, trace
from beleg.records import Document, DocumentKind, Text, content_id
from beleg.store import Workspace, create_workspace
from beleg.tables import to_arrow
from search_corpus import Claim, cut_passages, fill_up, read_claims, read_texts

N_PASSAGES, N_STATEMENTS, N_BEST = 120_000, 200, 10


def make_documents(texts: Sequence[str]) -> list[Document]:
    """One document a text, of a host of its own."""
    seen = datetime(2026, 1, 1, tzinfo=UTC)
    return [
        Document(
            document_id=content_id("document", text), text_id=content_id("text", text),
            external_id=None, url=None, canonical_url=None, host=f"h{number}.example", title=None,
            language=None, section=None, authors=(), kind=DocumentKind.ARTICLE, access=None,
            published_at=None, first_seen_at=seen, answer_id=None, raw_ref="built#0",
        )
        for number, text in enumerate(texts)
    ]  # fmt: skip


def size_of(folder: Path) -> float:
    """Add up the files of a folder, in MB."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6


def report(
    name: str, claims: Sequence[Claim], find: Callable[[str], list[str]], golds: Sequence[set[str]]
) -> None:
    """Print milliseconds and hits of one way to find the best passages."""
    times, hits = [], 0
    for claim, gold in zip(claims, golds, strict=True):
        began = time.perf_counter()
        found = find(claim.text)
        times.append(1000 * (time.perf_counter() - began))
        hits += bool(gold & set(found))
    times.sort()
    print(f"  {name}: median {statistics.median(times):.1f} ms, 95 % below "
          f"{times[len(times) * 95 // 100]:.1f} ms; known passage among {N_BEST}: "
          f"{hits / len(claims):.3f}")  # fmt: skip


def build_tantivy(folder: Path, passages: Sequence[str]) -> Any:
    """Index passages, stemmed as English, one segment."""
    tantivy = importlib.import_module("tantivy")
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("body", stored=True, tokenizer_name="en_stem")
    index = tantivy.Index(builder.build(), path=str(folder))
    writer = index.writer(heap_size=200_000_000, num_threads=1)
    for passage in passages:
        writer.add_document(tantivy.Document(body=passage))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    return index


def main() -> None:
    """Build a workspace, ask it, ask tantivy, and run the command."""
    texts = read_texts()
    real = cut_passages(texts)
    claims = [c for c in read_claims(texts, real, 2 * N_STATEMENTS) if c.gold]
    golds = [{real[number].text for number in claim.gold} for claim in claims]
    laid, n = fill_up(real, sys.maxsize), len(real)
    while n < N_PASSAGES:
        texts.append(".\n".join(next(laid).text for _ in range(3)))
        n += len(find_windows(texts[-1]))
    documents = make_documents(texts)
    rows = [Text(d.text_id, text) for d, text in zip(documents, texts, strict=True)]
    folder = Path(tempfile.mkdtemp(prefix="beleg-trace-"))
    try:
        create_workspace(folder, "")
        tables = {"documents": to_arrow(documents, Document), "texts": to_arrow(rows, Text)}
        with Workspace(folder, write=True) as workspace:
            workspace.commit(tables, source="built")
        measure(folder, texts, claims, golds)
    finally:
        shutil.rmtree(folder)


def measure(
    folder: Path, texts: Sequence[str], claims: Sequence[Claim], golds: Sequence[set[str]]
) -> None:
    """Print the figures of both indexes, and of the command."""
    began = time.perf_counter()
    index = open_index(Workspace(folder), ProgressLines(quiet=True))
    built = time.perf_counter() - began
    numbers, starts, ends = (index["windows"][name].to_pylist() for name in
                             ("text_no", "start", "end"))  # fmt: skip
    stored = index["texts"]["text"].to_pylist()
    passages = [stored[n][s:e] for n, s, e in zip(numbers, starts, ends, strict=True)]
    print(f"{len(passages):,} passages of {len(texts):,} texts, {len(claims)} statements")
    print(f"own index: built in {built:.1f} s, {size_of(folder / 'cache'):.0f} MB with the texts")

    def find_own(statement: str) -> list[str]:
        claim = read_statement(statement, index)
        return [passages[number] for number in find_best(claim, index, N_BEST)]

    report("ten best passages", claims, find_own, golds)

    def find_groups(statement: str) -> list[str]:
        return [group.passage for group in trace(statement, index, N_BEST)]

    report("whole answer", claims, find_groups, golds)
    if find_spec("tantivy"):
        other = folder / "tantivy"
        other.mkdir()
        began = time.perf_counter()
        peer = build_tantivy(other, passages)
        built = time.perf_counter() - began
        print(f"tantivy: built in {built:.1f} s, {size_of(other):.0f} MB with the texts")
        searcher = peer.searcher()

        def find_theirs(statement: str) -> list[str]:
            words = "".join(c if c.isalnum() else " " for c in statement)
            hits = searcher.search(peer.parse_query(words, ["body"]), N_BEST).hits
            return [searcher.doc(address)["body"][0] for _, address in hits]

        report("ten best passages", claims, find_theirs, golds)
    seconds = []
    command = [sys.executable, "-m", "beleg", "-C", str(folder), "ground", "trace", "--json"]
    for claim in claims[:5]:
        began = time.perf_counter()
        done = subprocess.run([*command, claim.text], check=True, capture_output=True)
        seconds.append(time.perf_counter() - began)
        json.loads(done.stdout)
    print(f"beleg ground trace: {min(seconds):.2f} to {max(seconds):.2f} s, start included")


if __name__ == "__main__":
    main()

"""Time the ground stage on real answers, and count what it finds.

    python benchmarks/bench_ground.py                 # the 190 overviews of part a
    python benchmarks/bench_ground.py --answers       # and about 5,000 answers of data/answers

Bar: the overviews in well under 30 s on one core (all of `beleg run` is to take under 60 s).
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa

from beleg.collect.answers import read_answers
from beleg.ground import default_threshold, ground
from beleg.records import Answer, Citation, Document, Text, content_id
from beleg.tables import to_arrow

DATA = Path(__file__).resolve().parents[1] / ".." / "shared" / "data"


def read_tables(paths: Sequence[Path]) -> tuple[pa.Table, ...]:
    """Collect files of answers into the four tables that the stage reads; repeats once."""
    answers, citations, documents, texts = {}, {}, {}, {}
    for path in paths:
        raw_ref = content_id(path.name)
        read = read_answers(
            path.read_bytes(), name=path.name, raw_ref=raw_ref, collected_at=datetime.now(UTC)
        )
        answers.update((a.answer_id, a) for a in read.answers)
        for c in read.citations:
            citations[c.answer_id, c.rank, c.url, c.start, c.end, c.shown] = c
        for d in read.documents:
            documents.setdefault(d.document_id, d)
        texts.update((t.text_id, t) for t in read.texts)
    return (
        to_arrow(answers.values(), Answer),
        to_arrow(citations.values(), Citation),
        to_arrow(documents.values(), Document),
        to_arrow(texts.values(), Text),
    )


def measure(name: str, paths: Sequence[Path]) -> None:
    """Print rows, seconds, and the part of the claims that something passes for."""
    tables = read_tables(paths)
    began, cpu = time.perf_counter(), time.process_time()
    found = ground(*tables)
    seconds, busy = time.perf_counter() - began, time.process_time() - cpu
    n_claims = found.claims.num_rows
    supports = zip(
        found.supports.column("claim_id").to_pylist(),
        found.supports.column("support").to_pylist(),
        found.supports.column("cited").to_pylist(),
        strict=True,
    )
    paid = {claim: cited for claim, support, cited in supports if support >= default_threshold()}
    rows = ", ".join(
        f"{table.num_rows:,} {label}"
        for label, table in zip(
            ("answers", "citations", "documents", "texts"), tables, strict=True
        )
    )
    print(f"{name}: {rows}")
    print(
        f"  {n_claims:,} claims, {found.passages.num_rows:,} passages, "
        f"{found.supports.num_rows:,} supports in {seconds:.1f} s (CPU {busy:.1f} s, "
        f"{1000 * busy / max(n_claims, 1):.1f} ms a claim); "
        f"{100 * len(paid) / max(n_claims, 1):.1f} % of claims reach the threshold"
    )


def main() -> None:
    """Run the asked measurements."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--answers", action="store_true", help="also the files of data/answers")
    arguments = parser.parse_args()
    measure("overviews", [arguments.data / "overviews" / "v3_1000_part_a.jsonl.gz"])
    if arguments.answers:
        folder = arguments.data / "answers"
        measure("answers", sorted(set(folder.glob("*.gz")) - {folder / "questions.jsonl.gz"}))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    print(f"peak memory {peak:.2f} GB (on Linux)")


if __name__ == "__main__":
    main()

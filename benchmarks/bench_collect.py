"""Read every file of real answers and tell what came of each row.

Usage: python benchmarks/bench_collect.py [DATA]

DATA (default: ../shared/data beside the project) holds ``answers/`` and ``overviews/``. Prints
counts and seconds a file, and the mean Jaccard of cited hosts of two engines on the questions that
both were asked, computed from the records. Exits 1 where a row is neither an answer nor a problem.
"""

from __future__ import annotations

import hashlib
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from beleg.collect.answers import Collected, read_answers
from beleg.records import Answer, Citation
from beleg.tables import from_arrow, to_arrow

ROOT = Path(__file__).resolve().parents[1]
FLAGS = {"gemini.jsonl.gz": ("links-invented",)}
"""What the source of the files says of them: these links were made up by the model."""


def read_file(path: Path) -> Collected:
    data = path.read_bytes()
    return read_answers(
        data,
        name=path.name,
        raw_ref=hashlib.sha256(data).hexdigest(),
        flags=FLAGS.get(path.name, ()),
        collected_at=datetime.now(UTC),
    )


def count_lost(collected: Collected) -> int:
    """Count the rows that are neither an answer nor named by a problem."""
    kept = {answer.raw_ref for answer in collected.answers}
    answers = {answer.answer_id for answer in collected.answers}
    reported = {(p.line, p.record_id) for p in collected.problems if p.record_id not in answers}
    return collected.n_rows - len(kept) - len(reported)


def hosts_by_question(answers: list[Answer], citations: list[Citation]) -> dict[str, set[str]]:
    """Give the hosts that the last answer to each question shows, ``www.`` dropped."""
    last = {answer.prompt_id: answer.answer_id for answer in answers}
    hosts: dict[str, set[str]] = {answer_id: set() for answer_id in last.values()}
    for citation in citations:
        if citation.shown and citation.host and citation.answer_id in hosts:
            hosts[citation.answer_id].add(citation.host.removeprefix("www."))
    return {prompt: hosts[answer_id] for prompt, answer_id in last.items()}


def host_overlap(first: Collected, second: Collected) -> tuple[float, int]:
    """Give the mean Jaccard of hosts over the questions that both were asked, and their number.

    Both go through their tables first: it is what is stored that counts. Common are the questions
    to which both engines cite at least one host.
    """
    sides = [
        hosts_by_question(
            from_arrow(to_arrow(side.answers, Answer), Answer),
            from_arrow(to_arrow(side.citations, Citation), Citation),
        )
        for side in (first, second)
    ]
    common = sorted(sides[0].keys() & sides[1].keys())
    jaccards = []
    for prompt in common:
        a, b = sides[0][prompt], sides[1][prompt]
        if a and b:
            jaccards.append(len(a & b) / len(a | b))
    return sum(jaccards) / len(jaccards), len(jaccards)


def main(data: Path) -> int:
    files = sorted((data / "overviews").glob("*.jsonl.gz"))
    files += sorted((data / "answers").glob("*.jsonl.gz"))
    read: dict[str, Collected] = {}
    n_lost = 0
    columns = ("rows", "answers", "citations", "placed", "documents", "problems", "lost", "s")
    print(f"{'file':40}", *(f"{column:>9}" for column in columns))
    for path in files:
        begun = time.perf_counter()
        collected = read[path.name] = read_file(path)
        seconds = time.perf_counter() - begun
        lost = count_lost(collected)
        n_lost += lost
        placed = sum(citation.start is not None for citation in collected.citations)
        counts = (
            collected.n_rows,
            len(collected.answers),
            len(collected.citations),
            placed,
            len(collected.documents),
            len(collected.problems),
            lost,
        )
        print(f"{path.name:40}", *(f"{count:>9}" for count in counts), f"{seconds:>9.2f}")
        statuses = Counter(str(answer.status) for answer in collected.answers)
        reasons = Counter(problem.message[:60] for problem in collected.problems)
        print("   ", dict(statuses), *(f"\n    {n} x {text}" for text, n in reasons.items()))
    overlap, n_questions = host_overlap(
        read["perplexity.jsonl.gz"], read["chatgpt_search_200.jsonl.gz"]
    )
    print(f"hosts of two engines, mean Jaccard on {n_questions} common questions: {overlap:.4f}")
    return 1 if n_lost else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT.parent / "shared" / "data"))

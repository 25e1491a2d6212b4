"""Does the split give the money to the sources that people marked as the right ones?

    python benchmarks/bench_gold_sources.py [--data FOLDER]

MaxShapley's annotated questions: 30 of HotpotQA, 30 of MS MARCO, six sources each. Every source is
a publisher; its support of a claim is what ``beleg.ground.pairs.judge`` says of the two.

- HotpotQA has short answers: the claim is the question with its answer. Gold are the sources that
  people marked.
- MS MARCO has none, and a question is no statement. The best graded passage stands for an engine's
  answer: its sentences are the claims, by their words, and it is taken out itself. Of the five
  that are left, gold are those graded 1 to 3. In a second line the bare question is the claim,
  beside all six, since that is what the published method's judge saw.

Printed of what is paid: the part that goes to gold, beside what an equal split and one part for
each supporter (``per_citation``) give to gold; and of how many questions nothing is paid. At any
support above 0, since the published method has no threshold, and at the threshold that money asks
for. Then the published method's own scores on those of its three worked questions of which the
folder holds the sources.

How our shares compare with an engine's own references: ``bench_references.py``.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

import ibis
import numpy as np
import pyarrow as pa

from beleg.ground.model import default_threshold, load_model
from beleg.ground.pairs import judge
from beleg.ground.sentences import find_sentences
from beleg.share.rules import split
from beleg.text import find_words
from labels import DATA

RULES = ("airport", "expected", "per_citation")
FOLDER = Path("labels") / "maxshapley"


class Question(NamedTuple):
    """Claims, their possible sources, and which of them are gold."""

    query_id: str
    claims: tuple[str, ...]
    sources: tuple[str, ...]
    gold: frozenset[int]


def _read(data: Path, name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads((data / FOLDER / name).read_text("utf-8"))
    return rows


def _texts(row: dict[str, Any]) -> tuple[str, ...]:
    return tuple("".join(sentences).strip() for _, sentences in row["context"])


def read_hotpot(data: Path) -> list[Question]:
    """Read HotpotQA: the question with its answer is the claim."""
    found = []
    for row in _read(data, "hotpotqa_annotated_subset.json"):
        titles = [title for title, _ in row["context"]]
        gold = frozenset(titles.index(title) for title, _ in row["supporting_facts"])
        claim = f"{row['question']} {row['answer']}"
        texts = tuple(f"{t}. {s}" for t, s in zip(titles, _texts(row), strict=True))
        found.append(Question(row["_id"], (claim,), texts, gold))
    return found


def read_marco(data: Path, *, by_question: bool) -> list[Question]:
    """Read MS MARCO: claims are the best passage's sentences, or the bare question."""
    found = []
    for row in _read(data, "msmarco_annotated_subset.json"):
        grades = dict(map(tuple, row["supporting_facts"]))
        marks = [grades[name] for name, _ in row["context"]]
        texts, claims = _texts(row), (row["question"],)
        if not by_question:
            best = max(range(len(marks)), key=lambda n: (marks[n], -n))
            claims = tuple(texts[best][s.start : s.end] for s in find_sentences(texts[best]))
            texts, marks = (
                tuple(row[:best]) + tuple(row[best + 1 :])
                for row in (texts, marks)
            )  # fmt: skip
        gold = frozenset(n for n, mark in enumerate(marks) if mark)
        if gold:
            found.append(Question(str(row["query_id"]), claims, texts, gold))
    return found


def stake(question: Question, threshold: int) -> tuple[pa.Table, int]:
    """Let every source stake what it carries of each claim; and sum the weights of all claims."""
    rows, total = [], 0
    for number, claim in enumerate(question.claims):
        weight = len(find_words(claim))
        total += weight
        for place, text in enumerate(question.sources):
            support = judge(claim, text, language="en", source_kind="passage").support
            if support >= threshold:
                rows.append(("a", str(number), str(place), weight, support))
    names = ("answer_id", "claim_id", "publisher_id", "weight", "support")
    kinds = (pa.string(), pa.string(), pa.string(), pa.int64(), pa.int64())
    columns = zip(*rows, strict=True) if rows else [()] * len(names)
    return pa.table(
        [pa.array(values, kind) for values, kind in zip(columns, kinds, strict=True)],
        names=names,
    ), total


def gold_part(shares: dict[str, Fraction], gold: frozenset[int]) -> float | None:
    """Of what is paid, the part that goes to gold; None where nothing is paid."""
    paid = sum(shares.values(), Fraction())
    mine = sum((part for name, part in shares.items() if int(name) in gold), Fraction())
    return float(mine / paid) if paid else None


def overlap(shares: dict[str, Fraction], gold: frozenset[int]) -> float:
    """Jaccard of the gold with as many of those who are paid most."""
    ranked = sorted(shares, key=lambda name: (-shares[name], name))[: len(gold)]
    top = frozenset(map(int, ranked))
    return len(top & gold) / len(top | gold)


def measure(name: str, questions: Sequence[Question]) -> None:
    """Print a line for each threshold."""
    equal = float(np.mean([len(q.gold) / len(q.sources) for q in questions]))
    for threshold in (1, default_threshold()):
        staked = [stake(question, threshold) for question in questions]
        parts: dict[str, list[float]] = {rule: [] for rule in RULES}
        jaccard, false_paid = [], []
        for question, (table, total) in zip(questions, staked, strict=True):
            for rule in RULES:
                shares = split(ibis.memtable(table), rule, total).shares
                part = gold_part(shares, question.gold)
                if part is not None:
                    parts[rule].append(part)
                if rule == "airport" and part is not None:
                    jaccard.append(overlap(shares, question.gold))
                if rule == "airport":
                    false_paid.append(float(sum(shares.values())) * (1 - (part or 0)))
        figures = "".join(f"{np.mean(parts[rule]):>9.3f}" for rule in RULES)
        unpaid = len(questions) - len(parts["airport"])
        print(
            f"{name:32} {threshold:>5} {len(questions):>3} {unpaid:>6} {figures} {equal:>6.3f} "
            f"{np.mean(jaccard):>8.3f} {np.mean(false_paid):>9.3f}"
        )


def compare_published(data: Path, hotpot: list[Question], marco: list[Question]) -> None:
    """Print the published method's scores on its own worked questions beside ours."""
    (path,) = (data / FOLDER).glob("multi_dataset_evaluation_*.json")
    known = {question.query_id: question for question in (*hotpot, *marco)}
    for row in json.loads(path.read_text("utf-8"))["results"]:
        question = known.get(str(row["query_id"]))
        if question is None:
            print(f"{row['dataset']:12} its sources are not in the folder: not compared")
            continue
        table, total = stake(question, 1)
        ours = gold_part(split(ibis.memtable(table), "airport", total).shares, question.gold)
        theirs = {
            kind: sum(s for n, s in enumerate(row[kind]["scores"]) if n in question.gold)
            / sum(row[kind]["scores"])
            for kind in ("original", "batched")
        }
        equal = len(question.gold) / len(question.sources)
        print(
            f"{row['dataset']:12} gold {len(question.gold)} of {len(question.sources)}: "
            f"published {theirs['original']:.3f}, batched {theirs['batched']:.3f}, "
            f"ours {ours or 0:.3f}, equal {equal:.3f}"
        )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=DATA)
    data = parser.parse_args().data
    hotpot = read_hotpot(data)
    print(f"{load_model().name}; part of what is paid that goes to gold, mean over questions")
    print(
        f"{'':32} {'from':>5} {'n':>3} {'unpaid':>6} {'airport':>8} {'expected':>8} "
        f"{'per cit.':>8} {'equal':>6} {'Jaccard':>8} {'mispaid':>9}"
    )
    measure("HotpotQA, question and answer", hotpot)
    measure("MS MARCO, the best passage says", read_marco(data, by_question=False))
    bare = read_marco(data, by_question=True)
    measure("MS MARCO, the bare question", bare)
    print("Jaccard: gold and as many that are paid most. mispaid: part of the pot not to gold.")
    print()
    compare_published(data, hotpot, bare)


if __name__ == "__main__":
    main()

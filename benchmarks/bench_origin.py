"""Measure how well origins are found, on a set of which they are known (origins_set.py).

    python benchmarks/bench_origin.py                  # the half that is reported on
    python benchmarks/bench_origin.py --dev --errors   # the half for development, with its errors
    python benchmarks/bench_origin.py --replaced 0.6   # heavier rewrites than the set's half
    python benchmarks/bench_origin.py --speed 10000    # and the time for so many documents

A link is a passage with its origin, direction included. It is right where the document is the
root and the passage holds what was repeated, or where the agency is. A passage that was never
repeated and has a link, or a wrong one, is a false link; a decidable one that is called disputed
is a miss. Passages that repeat less than half count only where their link is wrong. Where nobody
can know the order, *disputed* is right and a certain link is false.
"""

from __future__ import annotations

import argparse
import random
import resource
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from beleg.ground.origin import find_origins
from beleg.ground.passages import find_windows, make_passage
from beleg.records import Document, Origin, Passage, Relation, Text, content_id
from beleg.tables import from_arrow, to_arrow
from origins_set import Gold, OriginSet, build_set
from origins_texts import DATA, read_sources

SEEDS = {False: 11, True: 2027}
"""Of the half for development, and of the one that is reported."""


def find(built: OriginSet) -> dict[str, Origin]:
    """Find the origins of a built set, by passage_id."""
    tables = (
        to_arrow(built.documents, Document),
        to_arrow(built.texts, Text),
        to_arrow(built.passages, Passage),
    )
    return {row.passage_id: row for row in from_arrow(find_origins(*tables), Origin)}


def _is_right(row: Origin, gold: Gold, passages: dict[str, Passage]) -> bool:
    if gold.agency is not None:
        return row.agency == gold.agency
    if row.origin_passage_id is None:
        return False
    found = passages[row.origin_passage_id]
    return any(
        found.document_id == document and found.start < end and start < found.end
        for document, start, end in gold.origins
    )


def judge(row: Origin | None, gold: Gold, passages: dict[str, Passage]) -> str:
    """Name the outcome of one passage: right, false, missed, disputed, none or quoted.

    Rows that do not say that the passage comes from another house are no links: a page repeated by
    its own house, a stretch of less than half, what stands in many texts.
    """
    if row is not None and row.relation in {Relation.OWN, Relation.PART, Relation.COMMON}:
        row = None
    if row is not None and row.relation == Relation.QUOTATION:
        return {"link": "missed", "ambiguous": "missed"}.get(gold.expected, "quoted")
    if row is None:
        return "missed" if gold.expected in {"link", "ambiguous"} else "none"
    if gold.expected == "ambiguous":
        return "right" if row.status == "disputed" else "false"
    if row.status == "disputed":
        return "disputed" if gold.expected == "link" else "false"
    if gold.expected == "none" or not _is_right(row, gold, passages):
        return "false"
    return "right" if gold.expected == "link" else "none"


def measure(
    built: OriginSet, found: dict[str, Origin], language: str | None = None
) -> dict[str, Counter[str]]:
    """Count the outcomes by case, of one language or of all."""
    spoken = {document.document_id: document.language for document in built.documents}
    passages = {passage.passage_id: passage for passage in built.passages}
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for passage_id, gold in built.gold.items():
        if language not in {None, spoken[passages[passage_id].document_id]}:
            continue
        row = found.get(passage_id)
        outcome = judge(row, gold, passages)
        counts[gold.case][outcome] += 1
        if outcome == "right" and row is not None:
            counts[gold.case][str(row.relation)] += 1
    return counts


def sum_up(counts: dict[str, Counter[str]]) -> dict[str, float]:
    """Compute precision and recall over all links."""
    total: Counter[str] = sum(counts.values(), Counter())
    right, false = total["right"], total["false"]
    missed = total["missed"] + total["disputed"]
    return {
        "precision": right / max(right + false, 1),
        "recall": right / max(right + missed, 1),
        "links": right + false,
        "disputed, decidable": total["disputed"],
    }


def _tell(figures: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:.4g}" for name, value in figures.items())


def _print(counts: dict[str, Counter[str]]) -> None:
    columns = ("right", "false", "missed", "disputed", "quoted", "none")
    kinds = ("copy", "rewrite", "agency")
    print(f"{'case':<22}" + "".join(f"{name:>9}" for name in (*columns, *kinds)) + "   recall")
    for case in sorted(counts):
        row = counts[case]
        wanted = row["right"] + row["missed"] + row["disputed"]
        recall = f"{row['right'] / wanted:9.3f}" if wanted else ""
        print(f"{case:<22}" + "".join(f"{row[name]:9}" for name in (*columns, *kinds)) + recall)


def _print_errors(built: OriginSet, found: dict[str, Origin], n: int = 40) -> None:
    passages = {passage.passage_id: passage for passage in built.passages}
    documents = {document.document_id: document for document in built.documents}
    texts = {text.text_id: text.text for text in built.texts}

    def cut(passage_id: str | None) -> str:
        if passage_id is None:
            return "-"
        p = passages[passage_id]
        document = documents[p.document_id]
        return f"{document.url}: {texts[document.text_id][p.start : p.end][:220]!r}"

    for passage_id, gold in built.gold.items():
        row = found.get(passage_id)
        outcome = judge(row, gold, passages)
        if outcome in {"false", "missed", "disputed"} and n:
            n -= 1
            print(f"\n{outcome} {gold.case} {gold.expected}\n  {cut(passage_id)}")
            if row is not None:
                print(f"  {cut(row.origin_passage_id)}\n  {row.relation} {row.status}")
                print(f"  {row.evidence}")


def make_many(built: OriginSet, n: int) -> OriginSet:
    """Blow the set up to n documents of the real ones' length and words.

    One in twenty is a real text with a quarter of its words changed. In the others every second
    word is one that follows the word before it in a real text, so that neighbours repeat.
    """
    rng = random.Random(5)
    texts = {text.text_id: text.text for text in built.texts}
    documents, out, passages = list(built.documents), list(built.texts), list(built.passages)
    pools: dict[str, list[str]] = defaultdict(list)
    following: dict[str, list[str]] = defaultdict(list)
    for document in built.documents:
        words = texts[document.text_id].split(" ")
        pools[document.language or ""] += words
        for one, other in pairwise(words):
            following[one].append(other)
    while len(documents) < n:
        of = built.documents[rng.randrange(len(built.documents))]
        words = texts[of.text_id].split(" ")
        pool = pools[of.language or ""]
        if len(documents) % 20 == 0:
            words = [rng.choice(pool) if rng.random() < 0.25 else word for word in words]
        else:
            for k in range(1, len(words)):
                chosen = following[words[k - 1]] if k % 2 else pool
                words[k] = rng.choice(chosen or pool)
        text = " ".join(words)
        url = f"https://masse-{len(documents)}.example/1"
        document = replace(
            of,
            document_id=content_id("document", url, text),
            text_id=content_id("text", text),
            url=url,
            canonical_url=url,
            host=f"masse-{len(documents)}.example",
            authors=(),
        )
        documents.append(document)
        out.append(Text(document.text_id, text))
        passages += [make_passage(document.document_id, w) for w in find_windows(text)]
    return OriginSet(documents, out, passages, built.gold)


def _time(built: OriginSet, n: int) -> None:
    many = make_many(built, n)
    words = sum(len(text.text.split()) for text in many.texts)
    began = time.process_time()
    found = find(many)
    busy = time.process_time() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    print(
        f"{len(many.documents):,} documents, {words:,} words, {len(many.passages):,} passages: "
        f"{busy:.1f} s of CPU, {len(found):,} rows, peak memory {peak:.2f} GB (on Linux)"
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the asked measurements."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dev", action="store_true", help="the half for development")
    parser.add_argument("--errors", action="store_true", help="print what went wrong")
    parser.add_argument("--seed", type=int, help="of what is drawn")
    parser.add_argument("--replaced", type=float, default=0.5, help="part of a heavy rewrite")
    parser.add_argument("--speed", type=int, metavar="N", help="also time N documents")
    given = parser.parse_args(arguments)
    reported = not given.dev
    seed = SEEDS[reported] if given.seed is None else given.seed
    built = build_set(read_sources(DATA), is_reported=reported, seed=seed, replaced=given.replaced)
    found = find(built)
    counts = measure(built, found)
    _print(counts)
    for language in ("de", "en"):
        print(language, _tell(sum_up(measure(built, found, language))))
    print(_tell(sum_up(counts)))
    if given.errors:
        _print_errors(built, found)
    if given.speed:
        _time(built, given.speed)


if __name__ == "__main__":
    main()

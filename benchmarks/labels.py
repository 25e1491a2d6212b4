"""Read the labelled sets beside the project, each as what is needed to measure on it.

All readers take the folder of the data and are deterministic; rows come in the order of the file.
Nothing is read but what lies open there. A set that is missing raises ``FileNotFoundError``.

Three shapes of set:

- :class:`Pair`: a claim, the text beside it, and what people said of both (AttributionBench, WiCE,
  FRANK, QAGS). ``label`` is 0 or 1; on FRANK it is the part of judges that found no error, 0..1.
- :class:`Choice`: a claim and several sources, of which some are the right ones (overviews,
  QuoteSum).
- :class:`Finding`: a claim and the sentences of a page, of which some are the right ones (WiCE).
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from beleg.ground.claims import blank_marks

DATA = Path(__file__).resolve().parents[1] / ".." / "shared" / "data"

_FRAGMENT = re.compile(r"text=([^&]*)")
_SPAN = re.compile(r"\[ ?(\d) (.*?) ?\]")


class Pair(NamedTuple):
    """A claim, its evidence, and whether people found it supported."""

    source: str
    group: str
    """Pairs of one group (a question, an article) stay in one fold."""
    claim: str
    evidence: str
    label: float
    kind: str
    """``passage``, ``page`` or ``snippet``: what the evidence is."""
    subset: str
    """The set's own part: AttributionBench's source, FRANK's model; else empty."""


class Choice(NamedTuple):
    """A claim, what might be its sources, and which of them are."""

    group: str
    claim: str
    context: str
    """The text around the claim, marks taken out."""
    place: int
    """Where the claim begins in ``context``."""
    candidates: tuple[str, ...]
    urls: tuple[str, ...]
    """Address of each candidate without its text fragment; empty strings where unknown."""
    gold: frozenset[int]
    """Places of the right ones in ``candidates``; never empty."""


class Finding(NamedTuple):
    """A claim, the sentences of the page it cites, and those that carry it."""

    group: str
    claim: str
    sentences: tuple[str, ...]
    gold: frozenset[int]
    """Places of the sentences in any of the alternative gold sets; never empty."""


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    """Read the rows of a file of JSON lines, packed or not."""
    raw = path.read_bytes()
    text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8")
    yield from (json.loads(line) for line in text.split("\n") if line)


def read_attributionbench(data: Path = DATA) -> list[Pair]:
    """Read AttributionBench dev: 1,198 claims, grouped by question."""
    path = data / "labels" / "attributionbench" / "dev_all_subset_balanced.jsonl.gz"
    return [
        Pair(
            source="attributionbench",
            group=row["question"],
            claim=blank_marks(row["claim"], []),
            evidence="\n\n".join(row["references"]),
            label=int(row["attribution_label"] == "attributable"),
            kind="passage",
            subset=row["src_dataset"],
        )
        for row in _rows(path)
    ]


def read_wice(data: Path = DATA) -> list[Pair]:
    """Read WiCE dev: 349 claims beside the whole page; partly supported counts as not."""
    return [
        Pair(
            source="wice",
            group=row["meta"]["claim_title"],
            claim=row["claim"],
            evidence="\n".join(row["evidence"]),
            label=int(row["label"] == "supported"),
            kind="page",
            subset="",
        )
        for row in _rows(data / "labels" / "wice" / "claim_dev.jsonl.gz")
    ]


def read_wice_sentences(data: Path = DATA) -> list[Finding]:
    """Read the claims of WiCE dev of which a sentence is known to carry at least a part."""
    found = []
    for row in _rows(data / "labels" / "wice" / "claim_dev.jsonl.gz"):
        gold = frozenset(place for places in row["supporting_sentences"] for place in places)
        if gold:
            sentences = tuple(row["evidence"])
            found.append(Finding(row["meta"]["claim_title"], row["claim"], sentences, gold))
    return found


def read_frank(data: Path = DATA) -> list[Pair]:
    """Read FRANK valid: 671 summaries beside their articles; ``label`` is *Factuality*, 0..1."""
    folder = data / "labels" / "frank"
    articles = {
        row["hash"]: row["article"] for row in _rows(folder / "frank_articles_valid.jsonl.gz")
    }
    return [
        Pair(
            source="frank",
            group=row["hash"],
            claim=row["summary"],
            evidence=articles[row["hash"]],
            label=float(row["Factuality"]),
            kind="page",
            subset=row["model"],
        )
        for row in _rows(folder / "frank_summaries_human_valid.jsonl.gz")
    ]


def read_qags(data: Path = DATA) -> list[Pair]:
    """Read QAGS CNN/DM: 714 sentences beside their articles; most of three votes decide."""
    pairs = []
    for number, row in enumerate(_rows(data / "labels" / "qags" / "mturk_cnndm.jsonl")):
        for sentence in row["summary_sentences"]:
            votes = [vote["response"] == "yes" for vote in sentence["responses"]]
            label = int(2 * sum(votes) > len(votes))
            claim = sentence["sentence"]
            pairs.append(Pair("qags", str(number), claim, row["article"], label, "page", ""))
    return pairs


def fragment_text(url: str) -> str:
    """Return the words that a link's text fragments quote: ``#:~:text=`` start, end, in order.

    Of ``prefix-,start,end,-suffix`` prefix and suffix are left out: they stand beside the passage.
    """
    _, _, directive = urlsplit(url).fragment.partition(":~:")
    parts = [
        unquote(part)
        for value in _FRAGMENT.findall(directive)
        for part in value.split(",")
        if not part.endswith("-") and not part.startswith("-")
    ]
    return " … ".join(parts)


def _reference_text(reference: dict[str, Any]) -> str:
    """Join what an overview shows of a reference: title, snippet, quoted passage."""
    parts = (reference.get("title"), reference.get("snippet"), fragment_text(reference["link"]))
    return "\n".join(part for part in parts if part)


def _leaves(blocks: list[dict[str, Any]]) -> Iterator[tuple[str, list[int]]]:
    """Walk through an overview's blocks: the text of each that names references, and these."""
    for block in blocks:
        text = " ".join(part for part in (block.get("title"), block.get("snippet")) if part)
        if text and block.get("reference_indexes"):
            yield text, block["reference_indexes"]
        yield from _leaves(block.get("list") or [])
        yield from _leaves(block.get("text_blocks") or [])


def read_overviews(data: Path = DATA) -> list[Choice]:
    """Read part a of the overviews: each block that names references, beside all references.

    A candidate's text is title, snippet and the passage its link quotes. Grouped by question.
    The gold is the engine's own, no person's: it cites more than what carries a block.
    """
    found = []
    for row in _rows(data / "overviews" / "v3_1000_part_a.jsonl.gz"):
        overview = row.get("ai_overview") or {}
        references = overview.get("references") or []
        if not references:
            continue
        places = {reference["index"]: place for place, reference in enumerate(references)}
        texts = tuple(map(_reference_text, references))
        urls = tuple(urlsplit(reference["link"])._replace(fragment="").geturl()
                     for reference in references)  # fmt: skip
        leaves = list(_leaves(overview.get("text_blocks") or []))
        context = "\n".join(text for text, _ in leaves)
        starts = [0, *accumulate(len(text) + 1 for text, _ in leaves)]
        for (text, indexes), start in zip(leaves, starts, strict=False):
            gold = frozenset(places[index] for index in indexes if index in places)
            if gold:
                found.append(Choice(row["query"], text, context, start, texts, urls, gold))
    return found


def read_quotesum(data: Path = DATA) -> list[Choice]:
    """Read QuoteSum dev: each span marked with its source, beside all sources; numbers hidden.

    A candidate's text is title and source. ``context`` is the whole summary without marks.
    """
    found = []
    for row in _rows(data / "labels" / "quotesum" / "dev.jsonl"):
        numbers = [n for n in range(1, 9) if row.get(f"source{n}")]
        texts = tuple(f"{row[f'title{n}']}\n{row[f'source{n}']}" for n in numbers)
        spans: list[tuple[int, int, str]] = []
        context, read = "", 0
        for match in _SPAN.finditer(row["summary"]):
            context += row["summary"][read : match.start()]
            spans.append((len(context), int(match[1]), match[2].strip()))
            context += match[2].strip()
            read = match.end()
        context += row["summary"][read:]
        urls = ("",) * len(texts)
        for place, number, span in spans:
            if number in numbers and span:
                gold = frozenset({numbers.index(number)})
                found.append(Choice(row["question"], span, context, place, texts, urls, gold))
    return found

"""A corpus of any size and claims to search it with, built at run time from the open data.

Real texts first: press pages, evidence of the labelled sets, references and snippets of answers,
and answers of some engines. They are fewer than 200,000 passages; the rest is *filled up*: each
further passage takes the length of a real one and is laid from runs of 4 to 8 words of as many
other passages of that language. Words keep their frequencies, neighbours stay neighbours, and the
vocabulary does not grow: rare words become more frequent than in a real corpus of that size, and
the lists that a search reads longer.

Claims are those of the labelled sets and of other engines' answers, and sentences of the real
texts compressed to two thirds of their words, whose passage is known. All draws are seeded.
"""

from __future__ import annotations

import gzip
import json
import random
import tarfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from beleg.collect.answers import read_answers
from beleg.ground.claims import find_claims
from beleg.ground.passages import find_windows
from beleg.ground.sentences import find_sentences
from beleg.ground.tokens import find_tokens, fingerprint, language_of
from beleg.records import Answer, Citation
from labels import (
    DATA,
    read_attributionbench,
    read_frank,
    read_overviews,
    read_qags,
    read_quotesum,
    read_wice,
)

SEARCHED = (
    "andi_search_200", "chatgpt_search_200", "datura_horizon_web", "datura_orbit_web", "gemini",
)  # fmt: skip
"""Files of answers whose texts and snippets are part of the corpus."""
ASKED = ("perplexity", "perplexity_100_with_snippets", "grok")
"""Files of answers whose statements are claims; their snippets are part of the corpus."""


class Passage(NamedTuple):
    """A passage as it is searched: its text's number, language and words."""

    text_no: int
    language: str
    text: str


class Claim(NamedTuple):
    """A claim, and the passages that it was made from (empty where that is unknown)."""

    text: str
    language: str
    gold: frozenset[int]


def _collected(data: Path, names: tuple[str, ...]) -> Iterator[tuple[list[str], ...]]:
    """Yield documents' texts, answers' texts and the answers' statements of files of answers."""
    for name in names:
        path = data / "answers" / f"{name}.jsonl.gz"
        read = read_answers(
            path.read_bytes(), name=path.name, raw_ref=name, collected_at=datetime.now(UTC)
        )
        by_answer: dict[str, list[Citation]] = {}
        for citation in read.citations:
            by_answer.setdefault(citation.answer_id, []).append(citation)
        answers = [answer.text for answer in read.answers if answer.text]
        statements = list(_statements(read.answers, by_answer))
        yield [text.text for text in read.texts], answers, statements


def _statements(answers: list[Answer], citations: dict[str, list[Citation]]) -> Iterator[str]:
    for answer in answers:
        for claim in find_claims(answer, citations.get(answer.answer_id, [])):
            yield (answer.text or "")[claim.start : claim.end]


def _pages(data: Path) -> Iterator[str]:
    """Yield the checked bodies of the press pages."""
    for path in sorted((data / "pages" / "fundus").glob("*/*.json")):
        for article in json.loads(path.read_text("utf-8")).values():
            body = article.get("body") or {}
            parts = list(body.get("summary") or [])
            for section in body.get("sections") or []:
                parts += [*(section.get("headline") or []), *(section.get("paragraphs") or [])]
            yield "\n".join(parts)
    with tarfile.open(data / "pages" / "zyte" / "aeb.tar.gz") as archive:
        for member in archive.getmembers():
            if member.name.endswith("ground-truth.json"):
                file = archive.extractfile(member)
                assert file is not None
                for page in json.loads(file.read()).values():
                    yield page.get("articleBody") or ""


def _wide(data: Path) -> Iterator[str]:
    """Yield texts of MaxShapley's sets and of the annotated answers' citations."""
    for path in sorted((data / "labels" / "maxshapley").glob("*_subset.json")):
        for row in json.loads(path.read_text("utf-8")):
            for title, sentences in row["context"]:
                yield f"{title}\n{' '.join(sentences)}"
    for path in sorted((data / "labels" / "liu_gensearch_subset").glob("*.json.gz")):
        for row in json.loads(gzip.decompress(path.read_bytes())):
            yield row.get("response") or ""


def read_texts(data: Path = DATA) -> list[str]:
    """Read the distinct texts of the open data, in a fixed order."""
    texts = dict.fromkeys(_pages(data))
    texts.update(dict.fromkeys(_wide(data)))
    for read in (read_attributionbench, read_wice, read_frank, read_qags):
        texts.update((pair.evidence, None) for pair in read(data))
    for choose in (read_overviews, read_quotesum):
        for choice in choose(data):
            texts.update(dict.fromkeys(choice.candidates))
    for documents, answers, _ in _collected(data, SEARCHED):
        texts.update(dict.fromkeys(documents))
        texts.update(dict.fromkeys(answers))
    for documents, _, _ in _collected(data, ASKED):
        texts.update(dict.fromkeys(documents))
    return [text for text in texts if text.strip()]


def cut_passages(texts: list[str]) -> list[Passage]:
    """Cut texts into the stage's passages."""
    found: list[Passage] = []
    for text_no, text in enumerate(texts):
        language = language_of(text)
        found += [Passage(text_no, language, text[w.start : w.end]) for w in find_windows(text)]
    return found


def fill_up(real: list[Passage], n: int, seed: int = 3) -> Iterator[Passage]:
    """Lay further passages from runs of words of the real ones, until there are n in all."""
    draw = random.Random(seed)
    words = [passage.text.split() for passage in real]
    by_language: dict[str, list[int]] = {}
    for number, passage in enumerate(real):
        by_language.setdefault(passage.language, []).append(number)
    text_no = real[-1].text_no
    for made in range(n - len(real)):
        like = draw.randrange(len(real))
        language, length = real[like].language, len(words[like])
        laid: list[str] = []
        while len(laid) < length:
            row = words[draw.choice(by_language[language])]
            first = draw.randrange(len(row))
            laid += row[first : first + draw.randint(4, 8)]
        # Three to a text, as passages of a short article.
        text_no += made % 3 == 0
        yield Passage(text_no, language, " ".join(laid[:length]))


def read_claims(texts: list[str], passages: list[Passage], n: int, seed: int = 5) -> list[Claim]:
    """Choose n claims: half of them real ones, half sentences of the texts, compressed."""
    draw = random.Random(seed)
    pairs = [*read_attributionbench(), *read_wice(), *read_frank(), *read_qags()]
    known = dict.fromkeys(pair.claim for pair in pairs)
    known.update(dict.fromkeys(choice.claim for choice in read_overviews()))
    for _, _, statements in _collected(DATA, ASKED):
        known.update(dict.fromkeys(statements))
    pool = [text for text in known if _is_claim(text)]
    real = draw.sample(pool, min(n // 2, len(pool)))
    found = [Claim(text, language_of(text), frozenset()) for text in real]
    by_text: dict[int, list[int]] = {}
    for number, passage in enumerate(passages):
        by_text.setdefault(passage.text_no, []).append(number)
    while len(found) < n:
        text_no = draw.randrange(len(texts))
        spans = find_sentences(texts[text_no])
        span = draw.choice(spans) if spans else None
        sentence = texts[text_no][span.start : span.end] if span else ""
        words = sentence.split()
        kept = sorted(draw.sample(range(len(words)), -(-len(words) * 2 // 3)))
        claim = " ".join(words[place] for place in kept)
        gold = frozenset(p for p in by_text.get(text_no, ()) if sentence in passages[p].text)
        if _is_claim(claim) and gold:
            found.append(Claim(claim, passages[min(gold)].language, gold))
    return found


def _is_claim(text: str) -> bool:
    return len(terms_of(text, language_of(text))) >= 3


def terms_of(text: str, language: str) -> list[int]:
    """Return the distinct fingerprints of a text's terms, ascending."""
    return sorted({fingerprint(token.term) for token in find_tokens(text, language) if token.term})

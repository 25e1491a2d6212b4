"""What the support model learns from: labelled pairs, made ones, foreign ones, and their features.

Labelled: AttributionBench dev (passages), WiCE dev (pages), Google's AI overviews (snippets: which
references a block names). Made, of which the label is certain: a sentence of the evidence itself
is supported; the same with one figure changed is not. Foreign: for each labelled claim the
evidences of other questions that share most words with it; they carry it by chance alone.
FRANK and QAGS are never learned from.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from beleg.ground.background import background_weight
from beleg.ground.candidates import N_WINDOWS
from beleg.ground.claims import blank_marks
from beleg.ground.model import SourceKind
from beleg.ground.pairs import choose_windows, read_alone, read_source
from beleg.ground.readings import read_passage
from beleg.ground.sentences import find_sentences
from beleg.ground.support import measure_features
from beleg.ground.tokens import find_tokens, language_of
from labels import Pair, read_attributionbench, read_overviews, read_wice

FOLDS = 5
N_FOREIGN = 20
"""Candidates of a claim that carry it by chance alone, as many texts as the stage compares."""


def digest(text: str) -> int:
    """Draw a number from a text, the same on every machine."""
    return int(hashlib.sha256(text.encode()).hexdigest()[:8], 16)


def fold_of(group: str) -> int:
    """Deal a group into one of the folds, the same on every run."""
    return digest(group) % FOLDS


@lru_cache(maxsize=4096)
def _read(text: str) -> tuple[object, frozenset[str]]:
    source = read_source.__wrapped__((text,), None)
    return source, frozenset(token.term for token in source.tokens if token.term)


def measure_pair(claim: str, evidence: str) -> np.ndarray:
    """Compute the features of the windows that the stage compares: (1..N_WINDOWS, n_features)."""
    source, _ = _read(evidence)
    reading = read_alone(claim, language_of(claim))
    chosen = choose_windows(reading, source, source.windows)[:N_WINDOWS]
    passages = [source.read(window) for window in chosen]
    passages = passages or [read_passage((), source.language)]
    return np.array([measure_features(reading, passage) for passage in passages])


def make_pairs(pairs: Sequence[Pair]) -> list[Pair]:
    """Make pairs of which the label is certain: own sentences, and own with a figure changed."""
    made = []
    for pair in pairs:
        sentences = [pair.evidence[a:b] for a, b in find_sentences(pair.evidence)]
        sentences = [s for s in sentences if 8 <= len(s.split()) <= 40]
        if not sentences:
            continue
        sentence = blank_marks(sentences[digest(pair.claim) % len(sentences)], [])
        language = language_of(sentence)
        made.append(pair._replace(source="made", claim=sentence, label=1))
        original = pair.claim if pair.label else sentence
        known = {t.number for t in find_tokens(pair.evidence, language)}
        figures = [t for t in find_tokens(original, language) if t.number is not None]
        figures = [t for t in figures if original[t.start : t.end].isdigit()]
        if figures:
            token = figures[len(original) % len(figures)]
            value = int(original[token.start : token.end])
            swapped = value + next(k for k in range(1, 10_000) if value + k not in known)
            changed = f"{original[: token.start]}{swapped}{original[token.end :]}"
            made.append(pair._replace(source="made", claim=changed, label=0))
    return made


def find_foreign(pairs: Sequence[Pair]) -> list[list[str]]:
    """For each claim, the N_FOREIGN evidences of other questions that share most with it."""
    groups: dict[str, set[str]] = {}
    for pair in pairs:
        groups.setdefault(pair.evidence, set()).add(pair.group)
    texts = sorted(groups)
    postings: dict[str, list[int]] = {}
    for number, text in enumerate(texts):
        for term in _read(text)[1]:
            postings.setdefault(term, []).append(number)
    found = []
    for pair in pairs:
        language = language_of(pair.claim)
        overlap: Counter[int] = Counter()
        for term in {t.term for t in find_tokens(pair.claim, language) if t.term}:
            for number in postings.get(term, ()):
                overlap[number] += background_weight(term, language)
        ranked = sorted(overlap, key=lambda number: (-overlap[number], number))
        others = (texts[number] for number in ranked)
        mine = [text for text in others if pair.group not in groups[text]]
        found.append(mine[:N_FOREIGN])
    return found


class Data(NamedTuple):
    """All pairs that are learned from or measured on."""

    rows: list[np.ndarray]
    """Features of the windows of each pair."""
    labels: np.ndarray
    folds: np.ndarray
    sources: np.ndarray
    """``attributionbench``, ``wice``, ``overviews``, ``made`` or ``foreign``."""
    kinds: np.ndarray
    """The kind of source; of made and foreign pairs that of the pair they were made from."""
    claims: np.ndarray
    """Number of the labelled claim; -1 for made pairs."""


def read_snippets(data: Path) -> list[Pair]:
    """Read blocks and their references; the label is whether the engine names the reference."""
    return [
        Pair("overviews", c.group, c.claim, text, int(place in c.gold), "snippet", "")
        for c in read_overviews(data)
        for place, text in enumerate(c.candidates)
    ]


def read_data(data: Path) -> Data:
    """Read the labelled pairs, make the others, and compute the features of all."""
    judged = [*read_attributionbench(data), *read_wice(data)]
    pairs = [*judged, *read_snippets(data)]
    claims = [*range(len(pairs))]
    made = make_pairs(judged)
    pairs += made
    claims += [-1] * len(made)
    for number, texts in enumerate(find_foreign(judged)):
        own = judged[number]
        pairs += [own._replace(source="foreign", evidence=text, label=0) for text in texts]
        claims += [number] * len(texts)
    return Data(
        rows=[measure_pair(pair.claim, pair.evidence) for pair in pairs],
        labels=np.array([int(pair.label) for pair in pairs]),
        folds=np.array([fold_of(pair.group) for pair in pairs]),
        sources=np.array([pair.source for pair in pairs]),
        kinds=np.array([pair.kind for pair in pairs]),
        claims=np.array(claims),
    )


KINDS: tuple[SourceKind, ...] = ("passage", "page", "snippet")

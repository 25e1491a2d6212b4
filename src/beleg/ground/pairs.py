"""One claim against one source: the score that the stage gives, without a workspace.

A source is a text, or its parts in order (the sentences of a page, say). It is read once and
looked at through the same windows as a document of the corpus; the windows that share most with
the claim are compared, and the one that carries it best speaks.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from beleg.ground.candidates import N_WINDOWS
from beleg.ground.choice import choose, weigh_rarity
from beleg.ground.claims import blank_marks
from beleg.ground.corpus import cut_tokens
from beleg.ground.model import (
    SOURCE_KINDS,
    SourceKind,
    default_threshold,
    estimate,
    load_model,
    scale_score,
)
from beleg.ground.passages import find_windows
from beleg.ground.readings import ClaimReading, PassageReading, read_passage, weigh_claim
from beleg.ground.sentences import Span, cut_long, find_sentences
from beleg.ground.support import Verdict, compare, find_spans
from beleg.ground.tokens import Token, find_tokens, language_of
from beleg.records import SupportKind
from beleg.text import STOPWORDS, guess_language

PART_GAP = "\n\n"
"""Stands between two parts of a source: a line end, and no broken line, whatever stands there."""
_UNTIL_POINT = re.compile(r"\S(?:(?![.!?]\s).)*(?:[.!?](?=\s))?", re.DOTALL)
_POINT_APART = re.compile(r"\w [.!?] \w")
MOST_SENTENCES = 10
"""Sentences of a passage: of AttributionBench's evidence three in four have no more, of the
articles of QAGS one in twenty."""
_EXACT = 0.01
"""What it counts, of parts that have the same words, that one has them letter by letter."""
_KEPT_SOURCES = 2
"""Sources that stay read: lines that follow one another often share theirs. Bounds the memory."""


@dataclass(frozen=True, slots=True)
class PartJudgement:
    """How well one text carries a claim."""

    score: float
    """For ranking, 0..1. Of a whole source: log-odds before any cap (:func:`scale_score`). Of a
    part: what it has of the claim that the other parts have not."""
    probability: float
    """That a reader who sees only this text would accept the claim, 0..1; of snippets in a list,
    that the claim rests on this one."""
    support: int
    """round(10000 * probability)."""
    kind: SupportKind | None
    """None where the text has nothing of the claim."""
    conflicts: tuple[str, ...]
    """What disagrees, as in the ``supports`` table."""
    evidence_spans: tuple[tuple[int, int], ...]
    """Stretches of the text that the claim has too, ``[start, end)``."""


@dataclass(frozen=True, slots=True)
class Judgement(PartJudgement):
    """How well a source carries a claim; spans of several parts are those of their join.

    Parts are joined by :data:`PART_GAP`; a claim may rest on the end of one and the start of the
    next. ``parts`` judges each alone, with spans of its own text; it is empty where the source was
    given as one text.
    """

    claim_spans: tuple[tuple[int, int], ...]
    supported: bool
    """Whether ``support`` reaches the threshold that money asks for."""
    best: int | None
    """Place of the part that carries most; None where none has anything of the claim."""
    parts: tuple[PartJudgement, ...]
    source_kind: SourceKind
    judge: str
    """Name of the model."""


@dataclass(frozen=True, slots=True)
class Source:
    """A source's text, read once; passages are read when they are first compared."""

    text: str
    language: str
    tokens: tuple[Token, ...]
    windows: tuple[Span, ...]
    parts: tuple[Span, ...]
    part_windows: tuple[tuple[Span, ...], ...]
    _terms: dict[Span, frozenset[str]] = field(default_factory=dict)
    _passages: dict[Span, PassageReading] = field(default_factory=dict)

    def terms_of(self, window: Span) -> frozenset[str]:
        """Give the terms of a window."""
        found = self._terms.get(window)
        if found is None:
            found = frozenset(t.term for t in cut_tokens(self.tokens, window) if t.term)
            self._terms[window] = found
        return found

    def read(self, window: Span) -> PassageReading:
        """Read a window as a passage."""
        found = self._passages.get(window)
        if found is None:
            found = self._passages[window] = read_passage(
                cut_tokens(self.tokens, window), self.language
            )
        return found


@lru_cache(maxsize=_KEPT_SOURCES)
def read_source(parts: tuple[str, ...], language: str | None = None) -> Source:
    """Read the parts of a source.

    Args:
        parts: Their texts, in order; none or empty ones give a source without a window.
        language: ``de`` or ``en``; None is guessed from the whole.
    """
    text = PART_GAP.join(parts)
    language = language or language_of(text)
    spans, part_windows, start = [], [], 0
    for part in parts:
        spans.append(Span(start, start + len(part)))
        part_windows.append(
            tuple(Span(a + start, b + start) for a, b in find_windows(part)) if part else ()
        )
        start += len(part) + len(PART_GAP)
    windows = part_windows[0] if len(parts) == 1 else tuple(find_windows(text))
    tokens = tuple(find_tokens(text, language))
    return Source(text, language, tokens, windows, tuple(spans), tuple(part_windows))


@lru_cache(maxsize=_KEPT_SOURCES)
def read_alone(claim: str, language: str) -> ClaimReading:
    """Read a claim that stands alone; words weigh as they do in the language at large."""
    blanked = blank_marks(claim, [])
    return weigh_claim(blanked, find_tokens(blanked, language), language)


@lru_cache(maxsize=_KEPT_SOURCES)
def read_sentences(claim: str, language: str) -> tuple[ClaimReading, ...]:
    """Read each sentence of a claim that has a content word; at least one reading."""
    blanked = blank_marks(claim, [])
    tokens = find_tokens(blanked, language)
    whole = find_sentences(blanked)
    # Small letters throughout, or points set apart as words: each point may end a sentence.
    if blanked == blanked.lower() or _POINT_APART.search(blanked):
        whole = [Span(*match.span()) for match in _UNTIL_POINT.finditer(blanked)]
    spans = [piece for span in whole for piece in cut_long(blanked, span)]
    found = [weigh_claim(blanked, cut_tokens(tokens, span), language) for span in spans]
    return tuple(reading for reading in found if reading.total) or (read_alone(claim, language),)


def choose_windows(claim: ClaimReading, source: Source, windows: Sequence[Span]) -> list[Span]:
    """Choose the windows that share most with a claim, in weight; the first of equals."""
    if len(windows) <= N_WINDOWS:
        return list(windows)
    shared = [
        (-sum(w for term, w in claim.weights.items() if term in source.terms_of(window)), number)
        for number, window in enumerate(windows)
    ]
    return [windows[number] for _, number in sorted(shared)[:N_WINDOWS]]


class _Best(NamedTuple):
    """The best window of a source for a claim, or for each sentence of it."""

    log_odds: float
    support: int
    kind: SupportKind | None
    conflicts: tuple[str, ...]
    claim_spans: tuple[int, ...]
    text_spans: tuple[int, ...]


def _find_best(
    claim: ClaimReading, source: Source, windows: Sequence[Span], kind: SourceKind
) -> tuple[Verdict, PassageReading]:
    """Compare a claim with the windows that share most with it; the best supported one."""
    chosen = [source.read(window) for window in choose_windows(claim, source, windows)]
    chosen = chosen or [read_passage((), source.language)]
    found = [(compare(claim, passage, kind), passage) for passage in chosen]
    return max(found, key=lambda pair: (pair[0].support, pair[0].log_odds))


def _carry(
    claims: Sequence[ClaimReading], source: Source, windows: Sequence[Span], kind: SourceKind
) -> _Best:
    """Compare a claim's sentences, each with its own best window; their mean log-odds speak."""
    found = [(claim, *_find_best(claim, source, windows, kind)) for claim in claims]
    log_odds = sum(verdict.log_odds for _, verdict, _ in found) / len(found)
    weights = load_model().kinds[kind]
    contradicted = any(verdict.contradicted for _, verdict, _ in found)
    marked = [find_spans(claim, passage, verdict) for claim, verdict, passage in found]
    text = sorted({pair for spans in marked for pair in _pair_up(spans.text)})
    kinds = {verdict.kind for _, verdict, _ in found}
    return _Best(
        log_odds=log_odds,
        support=round(10_000 * estimate(log_odds, weights, contradicted=contradicted)),
        kind=next((k for k in _LOOSEST if k in kinds), None) if text else None,
        conflicts=tuple(dict.fromkeys(c for _, verdict, _ in found for c in verdict.conflicts)),
        claim_spans=tuple(place for spans in marked for place in spans.claim),
        text_spans=tuple(place for pair in _join(text) for place in pair),
    )


_LOOSEST = (SupportKind.PARAPHRASE, SupportKind.QUOTE, SupportKind.VERBATIM)
"""A claim of several sentences is as far from the source's words as its farthest."""


def _join(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join spans that overlap; they come in order."""
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def _pair_up(flat: Sequence[int], offset: int = 0) -> tuple[tuple[int, int], ...]:
    return tuple(
        (start - offset, end - offset) for start, end in zip(flat[::2], flat[1::2], strict=True)
    )


def _judge_parts(
    claim: str, language: str, source: Source, kind: SourceKind
) -> tuple[PartJudgement, ...]:
    """Judge each part alone, and score it beside the others.

    Snippets are sources that compete for the claim: their probabilities are those of being the
    one it rests on. Other parts are stretches of one source: their score is the part of the
    claim's weight that they have, the heavier the fewer of the other parts have it.
    """
    whole, claims = read_alone(claim, language), read_sentences(claim, language)
    found = [_carry(claims, source, windows, kind) for windows in source.part_windows]
    terms = [
        frozenset[str]().union(*(source.terms_of(window) for window in windows))
        for windows in source.part_windows
    ]
    supports = [best.support for best in found]
    if kind == "snippet":
        chances = choose(whole, terms, [best.log_odds for best in found])
        scores = chances
        supports = [round(10_000 * chance) for chance in chances]
    else:
        rarity = weigh_rarity(whole, terms)
        total = sum(rarity.values()) or 1.0
        exact = [claim in source.text[part.start : part.end] for part in source.parts]
        scores = [
            round(
                (1 - _EXACT) * sum(rarity[t] for t in own & rarity.keys()) / total + _EXACT * e, 4
            )
            for own, e in zip(terms, exact, strict=True)
        ]
    return tuple(
        PartJudgement(
            score=score,
            probability=support / 10_000,
            support=support,
            kind=best.kind,
            conflicts=best.conflicts,
            evidence_spans=_pair_up(best.text_spans, part.start),
        )
        for best, score, support, part in zip(found, scores, supports, source.parts, strict=True)
    )


def check_pair(claim: object, evidence: object, language: object, source_kind: object) -> None:
    """Refuse what cannot be judged.

    Raises:
        TypeError: The claim is no text, or the evidence neither a text nor a row of texts.
        ValueError: The claim has no word; the language or the kind is none that is known.
    """
    if not isinstance(claim, str):
        raise TypeError(f"claim is {_name(claim)}, must be a text.")
    if not any(map(str.isalnum, claim)):
        raise ValueError(f"claim == {claim[:40]!r}, must hold a word.")
    if not isinstance(evidence, Sequence) or isinstance(evidence, (bytes, bytearray)):
        raise TypeError(f"evidence is {_name(evidence)}, must be a text or a list of texts.")
    for part in evidence:
        if not isinstance(part, str):
            raise TypeError(f"evidence has a part that is {_name(part)}, must hold texts alone.")
    if language is not None and language not in tuple(STOPWORDS):
        raise ValueError(f"language == {language!r}, must be one of {', '.join(STOPWORDS)}.")
    if source_kind is not None and source_kind not in SOURCE_KINDS:
        raise ValueError(f"kind == {source_kind!r}, must be one of {', '.join(SOURCE_KINDS)}.")


def _name(value: object) -> str:
    names: dict[type, str] = {type(None): "null", dict: "an object", list: "a list"}
    return names.get(type(value), f"of type {type(value).__name__}")


def judge(
    claim: str,
    evidence: str | Sequence[str],
    *,
    language: str | None = None,
    source_kind: SourceKind | None = None,
) -> Judgement:
    """Say how well a source carries a claim.

    A claim of several sentences is judged sentence by sentence; the mean of their log-odds speaks.

    Args:
        claim: A statement; marks such as ``[1]`` and addresses in it are no words.
        evidence: The source's text, or its parts in order.
        language: ``de`` or ``en``, of both; None is guessed for each.
        source_kind: What the evidence is; left out, a text of more than ten sentences is a page,
            and a shorter one a passage. Several snippets are sources that compete; several
            parts of a passage or page are one source.

    Returns:
        The judgement of the whole. A source without a word scores 0.

    Raises:
        TypeError: See :func:`check_pair`.
        ValueError: See :func:`check_pair`.
    """
    check_pair(claim, evidence, language, source_kind)
    texts = (evidence,) if isinstance(evidence, str) else tuple(evidence)
    source = read_source(texts, language)
    if source_kind is None:
        source_kind = "page" if len(find_sentences(source.text)) > MOST_SENTENCES else "passage"
    spoken = language or guess_language(claim) or source.language
    best = _carry(read_sentences(claim, spoken), source, source.windows, source_kind)
    parts = () if isinstance(evidence, str) else _judge_parts(claim, spoken, source, source_kind)
    carrying = [number for number in range(len(parts)) if parts[number].kind is not None]
    return Judgement(
        score=scale_score(best.log_odds),
        probability=best.support / 10_000,
        support=best.support,
        kind=best.kind,
        conflicts=best.conflicts,
        evidence_spans=_pair_up(best.text_spans),
        claim_spans=_pair_up(best.claim_spans),
        supported=best.support >= default_threshold(),
        best=max(carrying, key=lambda n: (parts[n].score, parts[n].support), default=None),
        parts=parts,
        source_kind=source_kind,
        judge=load_model().name,
    )

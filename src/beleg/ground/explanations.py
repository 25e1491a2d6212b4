"""Why a claim scores as it does with a passage: words, figures, and what each feature adds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from beleg.ground.model import SourceKind, default_threshold, load_model
from beleg.ground.readings import ClaimReading, PassageReading, read_passage
from beleg.ground.support import (
    Contribution,
    Verdict,
    compare,
    contributions,
    find_spans,
)
from beleg.ground.tokens import find_tokens


class TermShare(NamedTuple):
    """A word of the claim and what it weighs."""

    word: str
    """As the claim spells it."""
    share: float
    """Part of the claim's weight, 0..1; those of all its words sum to 1."""
    matched: bool
    """Whether the passage has it, in whatever form."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why one claim and one passage score as they do."""

    verdict: Verdict
    terms: tuple[TermShare, ...]
    """In the order of the claim, each once."""
    longest_run: str
    """The longest row of the same words, as the claim has it; empty where there is none."""
    figures_missing: tuple[str, ...]
    """Figures of the claim that the passage lacks, as written; a rounded one may agree with what
    stands there, and ``verdict.conflicts`` names those that it contradicts."""
    names_missing: tuple[str, ...]
    """Capitalised words of the claim, but for its first, that the passage lacks."""
    contributions: tuple[Contribution, ...]
    intercept: float
    log_odds: float
    """Sum of the intercept and all contributions: before a conflict caps it."""
    capped: bool
    """Whether what disagrees holds the probability below what the features give."""
    threshold: int
    wanted_log_odds: float
    """What the threshold asks for."""
    claim_spans: tuple[tuple[int, int], ...]
    passage_spans: tuple[tuple[int, int], ...]


def explain(
    text: str, claim: ClaimReading, passage_text: str, language: str, source_kind: SourceKind
) -> Explanation:
    """Explain a claim's score with a passage.

    Args:
        text: The text that the claim's places refer to.
        claim: The claim's reading.
        passage_text: The passage alone; ``passage_spans`` are places in it.
        language: ``de`` or ``en``, of the passage.
        source_kind: What the passage was taken from.
    """
    passage = read_passage(find_tokens(passage_text, language), language)
    verdict = compare(claim, passage, source_kind)
    added = contributions(claim, passage, source_kind)
    model = load_model().kinds[source_kind]
    log_odds = model.intercept + sum(item.points for item in added)
    probability = 1 / (1 + math.exp(-max(min(log_odds, 30.0), -30.0)))
    spans = find_spans(claim, passage, verdict)
    return Explanation(
        verdict=verdict,
        terms=tuple(_share_terms(text, claim, passage)),
        longest_run=_find_longest(text, claim, verdict),
        figures_missing=tuple(_missing_figures(text, claim, passage)),
        names_missing=tuple(_missing_names(text, claim, passage)),
        contributions=tuple(added),
        intercept=model.intercept,
        log_odds=log_odds,
        capped=verdict.support < round(10_000 * probability) - 1,
        threshold=default_threshold(),
        wanted_log_odds=_log_odds(default_threshold()),
        claim_spans=_pair_up(spans.claim),
        passage_spans=_pair_up(spans.text),
    )


def find_obstacles(found: Explanation) -> list[str]:
    """Name the features without which, each alone, the threshold would be reached."""
    short = found.wanted_log_odds - found.log_odds
    if short <= 0:
        return []
    return [item.feature for item in found.contributions if -item.points >= short]


def _log_odds(support: int) -> float:
    part = min(max(support, 1), 9_999) / 10_000
    return math.log(part / (1 - part))


def _pair_up(flat: Sequence[int]) -> tuple[tuple[int, int], ...]:
    return tuple(zip(flat[::2], flat[1::2], strict=True))


def _share_terms(text: str, claim: ClaimReading, passage: PassageReading) -> list[TermShare]:
    first: dict[str, str] = {}
    for token in claim.tokens:
        if token.term:
            first.setdefault(token.term, text[token.start : token.end])
    return [
        TermShare(word, claim.weights[term] / claim.total, term in passage.terms)
        for term, word in first.items()
    ]


def _find_longest(text: str, claim: ClaimReading, verdict: Verdict) -> str:
    if not verdict.runs:
        return ""
    run = max(verdict.runs, key=lambda run: run.length)
    last = claim.tokens[run.claim + run.length - 1]
    return text[claim.tokens[run.claim].start : last.end]


def _missing_figures(text: str, claim: ClaimReading, passage: PassageReading) -> list[str]:
    known = {token.form for token in passage.figures}
    figures = [claim.tokens[index] for index in claim.figures]
    return [text[t.start : t.end] for t in figures if t.form not in known]


def _missing_names(text: str, claim: ClaimReading, passage: PassageReading) -> list[str]:
    lost = claim.names - passage.terms
    found = {t.term: text[t.start : t.end] for t in reversed(claim.tokens) if t.term in lost}
    return list(reversed(found.values()))

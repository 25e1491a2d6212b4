"""Support: how well a passage carries a claim, on a scale that has been checked.

A few features of the two rows of tokens, a logistic model over them (``support_model.json``,
trained by ``benchmarks/train_support.py``), and what a reader needs to check the verdict by eye:
the stretches that agree on both sides and the figures that do not.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from beleg.ground.conflicts import find_conflicts
from beleg.ground.features import FEATURES, measure, share_weight
from beleg.ground.model import (
    SourceKind,
    estimate,
    is_contradicted,
    load_model,
    measure_log_odds,
    scale_score,
)
from beleg.ground.readings import ClaimReading, PassageReading
from beleg.ground.tokens import Mark, Token
from beleg.records import SupportKind

VERBATIM_SHARE = 0.9
"""Share of a claim's content words in one run of the same words from which it is verbatim."""


_FIRST = int(Mark.FIRST)
_NOTHING = -30.0
"""Log-odds of a passage without a word."""


class Run(NamedTuple):
    """The same words on both sides: places in the claim's and the passage's tokens."""

    claim: int
    passage: int
    length: int


class Verdict(NamedTuple):
    """What comparing a claim with a passage gives."""

    score: float
    """Log-odds before any cap, brought to 0..1: for ranking."""
    support: int
    kind: SupportKind
    conflicts: tuple[str, ...]
    runs: tuple[Run, ...]
    """The longest run that ends at each token of the claim that the passage has."""
    log_odds: float
    share: float
    """Part of the claim's weight whose terms the passage has, 0..1."""
    contradicted: bool


_MOST_PLACES = 64
"""Places of one word, and runs, that are followed: bounds the time on a text that repeats itself.
A window of three sentences seldom holds a word that often."""


def _extend_runs(
    lengths: dict[int, int], token: Token, passage: PassageReading, starts: Sequence[int]
) -> dict[int, int]:
    """Follow the runs of words by one word, and begin new ones; place of the end -> length.

    A run does not go on into another sentence of the passage.
    """
    tokens, form = passage.tokens, token.form
    longer = {
        place + 1: length + 1
        for place, length in lengths.items()
        if place + 1 < len(tokens)
        and tokens[place + 1].form == form
        and not tokens[place + 1].marks & _FIRST
    }
    if len(longer) > _MOST_PLACES:
        kept = sorted(longer, key=lambda place: (-longer[place], place))[:_MOST_PLACES]
        longer = {place: longer[place] for place in sorted(kept)}
    return dict.fromkeys(starts[:_MOST_PLACES], 1) | longer


def _find_runs(claim: ClaimReading, passage: PassageReading) -> tuple[list[Run], int]:
    """Find the longest common run of words that ends at each word of the claim.

    Returns:
        The runs, and the most content words that one of them holds.
    """
    runs: list[Run] = []
    most = 0
    places, before = passage.places, claim.content_before
    lengths: dict[int, int] = {}
    for index, token in enumerate(claim.tokens):
        found = places.get(token.form)
        if found is None:
            lengths = {}
            continue
        lengths = _extend_runs(lengths, token, passage, found)
        place = min(lengths, key=lambda at: (-lengths[at], at))  # the first of the longest
        length = lengths[place]
        runs.append(Run(index - length + 1, place - length + 1, length))
        most = max(most, before[index + 1] - before[index + 1 - length])
    return runs, most


def _tile(claim: ClaimReading, runs: Sequence[Run]) -> list[Run]:
    """Choose runs that do not overlap in the claim, longest first; single words count too."""
    taken = [False] * len(claim.tokens)
    chosen = []
    for run in sorted(runs, key=lambda run: (-run.length, run.claim)):
        last = run.claim + run.length - 1
        # What overlaps one that is at least as long holds one of its own ends in it.
        free = not (taken[run.claim] or taken[last])
        if free and claim.content_before[last + 1] > claim.content_before[run.claim]:
            chosen.append(run)
            taken[run.claim : last + 1] = [True] * run.length
    return sorted(chosen)


def measure_features(claim: ClaimReading, passage: PassageReading) -> tuple[float, ...]:
    """Compute the features of a pair, in the order of :data:`FEATURES`; each is in 0..1."""
    _, longest = _find_runs(claim, passage)
    conflicts = find_conflicts(claim, passage)
    return measure(claim, passage, longest=longest, conflicts=conflicts)


class Contribution(NamedTuple):
    """What one feature adds to the log-odds of support."""

    feature: str
    value: float
    coefficient: float
    points: float
    """value * coefficient; with the model's intercept they sum to the log-odds before the cap."""


def contributions(
    claim: ClaimReading, passage: PassageReading, source_kind: SourceKind
) -> list[Contribution]:
    """Say what each feature of a pair adds to its score, in the order of :data:`FEATURES`."""
    features = measure_features(claim, passage)
    rows = zip(FEATURES, features, load_model().kinds[source_kind].coefficients, strict=True)
    return [Contribution(name, value, weight, value * weight) for name, value, weight in rows]


def _stands_in(quote: tuple[str, ...], passage: PassageReading) -> bool:
    """Tell whether a quotation stands word for word in the passage."""
    return any(
        tuple(token.form for token in passage.tokens[place : place + len(quote)]) == quote
        for place in passage.places.get(quote[0], ())
    )


def _is_altered(quote: tuple[str, ...], passage: PassageReading) -> bool:
    """Tell whether most words of a quotation stand in the passage, and not as quoted."""
    known = sum(form in passage.places for form in quote)
    return len(quote) >= 4 and known * 3 >= len(quote) * 2 and not _stands_in(quote, passage)


def compare(claim: ClaimReading, passage: PassageReading, source_kind: SourceKind) -> Verdict:
    """Compare a claim with a passage.

    Args:
        claim: From :func:`beleg.ground.readings.read_claim`.
        passage: From :func:`beleg.ground.readings.read_passage`.
        source_kind: What the passage was taken from; probabilities are calibrated for each.
    """
    named = find_conflicts(claim, passage)
    conflicts = list(named.items)
    runs, longest = _find_runs(claim, passage)
    features = measure(claim, passage, longest=longest, conflicts=named)
    kind = SupportKind.PARAPHRASE
    if longest and longest >= VERBATIM_SHARE * claim.content_before[-1]:
        kind = SupportKind.VERBATIM
    elif claim.quotes and all(_stands_in(quote, passage) for quote in claim.quotes):
        kind = SupportKind.QUOTE
    if any(_is_altered(quote, passage) for quote in claim.quotes):
        conflicts.append("quote")
    weights = load_model().kinds[source_kind]
    log_odds = measure_log_odds(features, weights) if passage.tokens else _NOTHING
    contradicted = is_contradicted(features)
    return Verdict(
        score=scale_score(log_odds),
        support=round(10_000 * estimate(log_odds, weights, contradicted=contradicted)),
        kind=kind,
        conflicts=tuple(conflicts),
        runs=tuple(runs),
        log_odds=log_odds,
        share=share_weight(claim, passage),
        contradicted=contradicted,
    )


class Spans(NamedTuple):
    """Stretches that agree, as start, end, start, end, …, on both sides."""

    claim: tuple[int, ...]
    text: tuple[int, ...]


def find_spans(claim: ClaimReading, passage: PassageReading, verdict: Verdict) -> Spans:
    """Mark what agrees in a claim and the passage that it was compared with."""
    tiles = _tile(claim, verdict.runs)
    found = sorted({(run.passage, run.length) for run in tiles})
    return Spans(
        _flatten(claim.tokens, [(run.claim, run.length) for run in tiles]),
        _flatten(passage.tokens, found),
    )


def _flatten(tokens: Sequence[Token], runs: Sequence[tuple[int, int]]) -> tuple[int, ...]:
    """Turn runs of tokens into start, end, start, end, …; overlapping ones are joined."""
    spans: list[int] = []
    for first, length in runs:
        start, end = tokens[first].start, tokens[first + length - 1].end
        if spans and start <= spans[-1]:
            spans[-1] = max(spans[-1], end)
        else:
            spans += [start, end]
    return tuple(spans)

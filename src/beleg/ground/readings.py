"""Claims and passages, read once for all the comparisons that they take part in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from beleg.ground.tokens import Token, count_negations

_QUOTES = re.compile(r"[„“\"»«‘‚]([^„“”\"»«\n]{3,600}?)[“”\"«»’]")


@dataclass(frozen=True, slots=True)
class ClaimReading:
    """A claim as it is compared: tokens, the weights of its terms, its pairs, names, figures."""

    tokens: tuple[Token, ...]
    weights: Mapping[str, int]
    total: int
    pairs: frozenset[tuple[str, str]]
    names: frozenset[str]
    figures: tuple[int, ...]
    """Places of the figures in ``tokens``."""
    content_before: tuple[int, ...]
    """Tokens that carry a term before each place, and at the end their number."""
    denies: bool
    quotes: tuple[tuple[str, ...], ...]
    """Forms of the words of each quotation of two words or more."""


@dataclass(frozen=True, slots=True)
class PassageReading:
    """A passage as it is compared."""

    tokens: Sequence[Token]
    terms: frozenset[str]
    pairs: frozenset[tuple[str, str]]
    places: Mapping[str, list[int]]
    figures: tuple[Token, ...]
    denies: bool


def _pairs(tokens: Sequence[Token]) -> frozenset[tuple[str, str]]:
    """Return the pairs of neighbouring terms, function words between them passed over."""
    terms = [token.term for token in tokens if token.term]
    return frozenset(pairwise(terms))


def _find_quotes(text: str, tokens: Sequence[Token]) -> tuple[tuple[str, ...], ...]:
    """Return the forms of the words of each quotation of two words or more."""
    if not tokens:
        return ()
    found = []
    for match in _QUOTES.finditer(text, max(tokens[0].start - 1, 0), tokens[-1].end + 2):
        inside = tuple(t.form for t in tokens if match.start(1) <= t.start < match.end(1))
        if len(inside) >= 2:
            found.append(inside)
    return tuple(found)


def read_claim(text: str, tokens: Sequence[Token], weights: Mapping[str, int]) -> ClaimReading:
    """Prepare a claim.

    Args:
        text: The text that the tokens' places refer to, marks blanked.
        tokens: The claim's tokens.
        weights: Weight of each of its terms, in millionths, > 0.
    """
    own = {token.term: weights[token.term] for token in tokens if token.term}
    first = next((token.start for token in tokens), 0)
    names = frozenset(
        token.term
        for token in tokens
        if token.term and token.number is None and text[token.start].isupper()
        and token.start > first
    )  # fmt: skip
    return ClaimReading(
        tokens=tuple(tokens),
        weights=own,
        total=sum(own.values()),
        pairs=_pairs(tokens),
        names=names,
        figures=tuple(i for i, token in enumerate(tokens) if token.number is not None),
        content_before=(0, *accumulate(int(bool(token.term)) for token in tokens)),
        denies=count_negations(tokens) % 2 == 1,
        quotes=_find_quotes(text, tokens),
    )


def read_passage(tokens: Sequence[Token]) -> PassageReading:
    """Prepare a passage, given its tokens."""
    places: dict[str, list[int]] = {}
    for index, token in enumerate(tokens):
        places.setdefault(token.form, []).append(index)
    return PassageReading(
        tokens=tokens,
        terms=frozenset(token.term for token in tokens if token.term),
        pairs=_pairs(tokens),
        places=places,
        figures=tuple(token for token in tokens if token.number is not None),
        denies=count_negations(tokens) > 0,
    )

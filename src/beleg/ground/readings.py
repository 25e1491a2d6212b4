"""Claims and passages, read once for all the comparisons that they take part in."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from beleg.ground.tokens import Token, count_negations

_QUOTES = re.compile(r"[„“\"»«‘‚]([^„“”\"»«\n]{3,600}?)[“”\"«»’]")

_DEGREES = frozenset(
    """all alle allen aller alles always best beste besten bester cause caused causes could either
    erst erste ersten erster every first fewer först groesste größte größten größter höchste
    höchsten höchster höchstens immer jede jeden jeder jedes kann kleinste könne könnte könnten
    largest last least less letzte letzten letzter lowest mehr meist meiste meisten mindestens
    more most must muss müssen never nie niemals nur often oft only schlechteste selten sollen
    sollte sollten should sometimes usually weniger wenigste highest biggest smallest worst may
    might can after before until bevor nachdem bis""".split()
)


@dataclass(frozen=True, slots=True)
class ClaimReading:
    """A claim as it is compared: tokens, the weights of its terms, its pairs, names, figures."""

    tokens: tuple[Token, ...]
    weights: Mapping[str, int]
    total: int
    pairs: frozenset[tuple[str, ...]]
    names: frozenset[str]
    figures: tuple[int, ...]
    """Places of the figures in ``tokens``."""
    content_before: tuple[int, ...]
    """Tokens that carry a term before each place, and at the end their number."""
    row: tuple[tuple[int, str], ...]
    """Place and term of each token that carries one."""
    triples: frozenset[tuple[str, ...]]
    """Three words one after the other, function words included."""
    letters: frozenset[str]
    degrees: frozenset[str]
    """Words that say how much, how sure or how often ("alle", "may", "largest")."""
    denies: bool
    quotes: tuple[tuple[str, ...], ...]
    """Forms of the words of each quotation of two words or more."""


@dataclass(frozen=True, slots=True)
class PassageReading:
    """A passage as it is compared."""

    tokens: Sequence[Token]
    terms: frozenset[str]
    forms: frozenset[str]
    pairs: frozenset[tuple[str, ...]]
    triples: frozenset[tuple[str, ...]]
    letters: frozenset[str]
    places: Mapping[str, list[int]]
    term_places: Mapping[str, list[int]]
    figures: tuple[Token, ...]
    denies: bool


def _pairs(tokens: Sequence[Token]) -> frozenset[tuple[str, ...]]:
    """Return the pairs of neighbouring terms, function words between them passed over."""
    terms = [token.term for token in tokens if token.term]
    return frozenset(pairwise(terms))


def _triples(tokens: Sequence[Token]) -> frozenset[tuple[str, ...]]:
    """Return three words one after the other, function words included."""
    forms = [token.form for token in tokens]
    return frozenset(zip(forms, forms[1:], forms[2:], strict=False))


def _letters(tokens: Sequence[Token], n: int = 4) -> frozenset[str]:
    """Return the runs of n letters of the row of terms: parts of compounds meet in them."""
    joined = f" {' '.join(token.term for token in tokens if token.term)} "
    return frozenset(joined[at : at + n] for at in range(len(joined) - n + 1))


def _find_quotes(text: str, tokens: Sequence[Token]) -> tuple[tuple[str, ...], ...]:
    """Return the forms of the words of each quotation of two words or more."""
    if not tokens:
        return ()
    found = []
    starts = [token.start for token in tokens]
    for match in _QUOTES.finditer(text, max(tokens[0].start - 1, 0), tokens[-1].end + 2):
        first, last = (bisect_left(starts, place) for place in match.span(1))
        inside = tuple(token.form for token in tokens[first:last])
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
        row=tuple((place, token.term) for place, token in enumerate(tokens) if token.term),
        triples=_triples(tokens),
        letters=_letters(tokens),
        degrees=frozenset(token.form for token in tokens) & _DEGREES,
        denies=count_negations(tokens) % 2 == 1,
        quotes=_find_quotes(text, tokens),
    )


def read_passage(tokens: Sequence[Token]) -> PassageReading:
    """Prepare a passage, given its tokens."""
    places: dict[str, list[int]] = {}
    term_places: dict[str, list[int]] = {}
    for index, token in enumerate(tokens):
        places.setdefault(token.form, []).append(index)
        if token.term:
            term_places.setdefault(token.term, []).append(index)
    return PassageReading(
        tokens=tokens,
        terms=frozenset(term_places),
        forms=frozenset(places),
        pairs=_pairs(tokens),
        triples=_triples(tokens),
        letters=_letters(tokens),
        places=places,
        term_places=term_places,
        figures=tuple(token for token in tokens if token.number is not None),
        denies=count_negations(tokens) > 0,
    )

"""Claims and passages, read once for all the comparisons that they take part in."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import NamedTuple

from beleg.ground.background import background_weight
from beleg.ground.compounds import list_parts
from beleg.ground.meaning import Meaning, read_meaning
from beleg.ground.tokens import Mark, Token

_QUOTES = re.compile(r"[„“\"»«‘‚]([^„“”\"»«\n]{3,600}?)[“”\"«»’]")

_DEGREES = frozenset(
    word.casefold()  # as forms are folded: "größte" is "grösste"
    for word in """
    all alle allen aller alles always best beste besten bester cause caused causes could
    either erst erste ersten erster every first fewer först groesste größte größten größter
    höchste höchsten höchster höchstens immer jede jeden jeder jedes kann kleinste könne
    könnte könnten largest last least less letzte letzten letzter lowest mehr meist meiste
    meisten mindestens more most must muss müssen never nie niemals nur often oft only
    schlechteste selten sollen sollte sollten should sometimes usually weniger wenigste
    highest biggest smallest worst may might can after before until bevor nachdem bis
    """.split()
)

_FIRST, _NAME = int(Mark.FIRST), int(Mark.NAME)
SENTENCE_GAP = 1_000
"""Places by which two sentences are set apart: what stands in two of them is near nowhere, and a
sentence that is said twice brings no word before another."""


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
    quotes: tuple[tuple[str, ...], ...]
    """Forms of the words of each quotation of two words or more."""
    form_row: tuple[tuple[int, str], ...]
    """Place and form of each token."""
    language: str
    meaning: Meaning


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
    spaced_forms: Mapping[str, list[int]]
    """As ``places``, but sentences are set apart by :data:`SENTENCE_GAP` places."""
    spaced_terms: Mapping[str, list[int]]
    figures: tuple[Token, ...]
    language: str
    parts: frozenset[str]
    """Parts of the compounds among its terms."""
    meaning: Meaning


def _split(tokens: Sequence[Token]) -> list[Sequence[Token]]:
    """Cut tokens where sentences begin."""
    starts = [at for at, token in enumerate(tokens) if not at or token.marks & _FIRST]
    return [tokens[a:b] for a, b in pairwise([*starts, len(tokens)])]


class _Rows(NamedTuple):
    """What stands beside each other in a sentence."""

    pairs: frozenset[tuple[str, ...]]
    """Neighbouring terms, function words passed over."""
    triples: frozenset[tuple[str, ...]]
    """Three words one after the other, function words included."""
    letters: frozenset[str]
    """Runs of four letters of the row of terms: parts of compounds meet in them."""


def _read_rows(tokens: Sequence[Token]) -> _Rows:
    pairs: set[tuple[str, ...]] = set()
    triples: set[tuple[str, ...]] = set()
    letters: set[str] = set()
    for row in _split(tokens):
        terms = [token.term for token in row if token.term]
        pairs.update(pairwise(terms))
        forms = [token.form for token in row]
        triples.update(zip(forms, forms[1:], forms[2:], strict=False))
        joined = f" {' '.join(terms)} "
        letters.update([joined[at : at + 4] for at in range(len(joined) - 3)])
    return _Rows(frozenset(pairs), frozenset(triples), frozenset(letters))


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


def read_claim(
    text: str, tokens: Sequence[Token], weights: Mapping[str, int], language: str
) -> ClaimReading:
    """Prepare a claim.

    Args:
        text: The text that the tokens' places refer to, marks blanked.
        tokens: The claim's tokens.
        weights: Weight of each of its terms, in millionths, > 0.
        language: ``de`` or ``en``.
    """
    own = {token.term: weights[token.term] for token in tokens if token.term}
    named = (t for t in tokens if t.number is None and t.marks & _NAME)
    names = frozenset(token.term for token in named if token.term)
    rows = _read_rows(tokens)
    return ClaimReading(
        tokens=tuple(tokens),
        weights=own,
        total=sum(own.values()),
        pairs=rows.pairs,
        names=names,
        figures=tuple(i for i, token in enumerate(tokens) if token.number is not None),
        content_before=(0, *accumulate(int(bool(token.term)) for token in tokens)),
        row=tuple((place, token.term) for place, token in enumerate(tokens) if token.term),
        triples=rows.triples,
        letters=rows.letters,
        degrees=frozenset(token.form for token in tokens) & _DEGREES,
        quotes=_find_quotes(text, tokens),
        form_row=tuple((place, token.form) for place, token in enumerate(tokens)),
        language=language,
        meaning=read_meaning(own, language),
    )


def weigh_claim(text: str, tokens: Sequence[Token], language: str) -> ClaimReading:
    """Prepare a claim; its words weigh as they do in the language at large."""
    weights = {t.term: background_weight(t.term, language) for t in tokens if t.term}
    return read_claim(text, tokens, weights, language)


def read_passage(tokens: Sequence[Token], language: str) -> PassageReading:
    """Prepare a passage, given its tokens and its language, ``de`` or ``en``."""
    places: dict[str, list[int]] = {}
    term_places: dict[str, list[int]] = {}
    spaced_forms: dict[str, list[int]] = {}
    spaced_terms: dict[str, list[int]] = {}
    apart = 0
    for index, token in enumerate(tokens):
        apart += SENTENCE_GAP if index and token.marks & _FIRST else 0
        places.setdefault(token.form, []).append(index)
        spaced_forms.setdefault(token.form, []).append(index + apart)
        if token.term:
            term_places.setdefault(token.term, []).append(index)
            spaced_terms.setdefault(token.term, []).append(index + apart)
    terms, rows = frozenset(term_places), _read_rows(tokens)
    return PassageReading(
        tokens=tokens,
        terms=terms,
        forms=frozenset(places),
        pairs=rows.pairs,
        triples=rows.triples,
        letters=rows.letters,
        places=places,
        term_places=term_places,
        spaced_forms=spaced_forms,
        spaced_terms=spaced_terms,
        figures=tuple(token for token in tokens if token.number is not None),
        language=language,
        parts=list_parts(terms, language),
        meaning=read_meaning(terms, language),
    )

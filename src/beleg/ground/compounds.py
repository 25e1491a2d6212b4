"""Parts of compounds: "Kohlekraftwerk" is "kohl" and "kraftwerk", "Stadtrat" "stadt" and "rat".

The words come from the table of common words that is shipped (:mod:`beleg.ground.background`); a
compound is cut where the parts are commoner than the whole. Terms go in and terms come out, so
that a part can be looked for among the terms of a passage.

Source: Koehn and Knight, Empirical Methods for Compound Splitting (EACL 2003), equation 1: the
split whose parts have the highest geometric mean of frequencies. Here their Zipf values' mean.
"""

from __future__ import annotations

from collections.abc import Iterable, Set as AbstractSet
from functools import lru_cache

from beleg.ground.background import load_background
from beleg.text import STOPWORDS, stem

_LEAST_LETTERS = {"de": 3, "en": 4}
"""Shortest part; of three letters only where it is common ("Rat", "Bau")."""
_LEAST_ZIPF = {"de": 31, "en": 36}
_SHORT_ZIPF = 44
"""Ten times the Zipf value that a part of three letters needs."""
_UNLISTED = 25
_MOST_LETTERS = 60
"""Longest word that is looked at: bounds the time."""
_SPLIT_COST = {"de": 0, "en": 2}
_PART_COST = 2
"""Ten times the Zipf value by which the parts must be commoner than the whole, and what each part
beyond the second costs: "mord-anklage", not "mor-dank-lage"."""
_LINKS = ("", "s", "es", "n", "en", "er", "e", "ns", "ens")
"""Letters between the parts (Fugen), the likeliest first."""

ALL_PARTS, IN_COMPOUND, HEAD_ONLY = 0.8, 0.5, 0.5
"""What a compound found by its parts counts, beside 1 for the word itself."""

_AFFIXES = frozenset(
    """abend alber hab don donn mor ner dien
    alis anti arbeiter aten ation auto bar ber ball chaft
    chen den der des dig ding
    eien ein eine einer eins ende enden ent enz ern erin ering erung esse ete ette gang ger
    gen ges haft halb heit her hin ier ierung ies igen igkeit ing inge innen inter ion isch ismus
    ist iten keit kon lein leer les lich lichen lin ling lings los mal mass men mini mit
    mono neu non nis nissen ohn per plan pre pro rat rei ren rin sal sam schaft schen sel sen ser
    sie son ster stern tat tel ten ter tion tiv tum ung ungen ver vor wart weise wert zen zer
    able ally ance ated ates ered ical ified ings ions ists ized less like lity ment ness ough
    ously ship sion some tain tion ture ward wise with within ment over""".split()
) - frozenset("ball plan rat gang wart arbeiter auto neu wert stern abend".split())
"""Strings that the table lists and that are endings, not words."""


def _zipf_of(term: str, language: str) -> int:
    """Return ten times the Zipf value of a part, or 0 for what cannot be one."""
    if len(term) < _LEAST_LETTERS[language] or term in _AFFIXES or not term.isalpha():
        return 0
    zipf = load_background(language).get(term, 0)
    least = _SHORT_ZIPF if len(term) == _LEAST_LETTERS[language] else _LEAST_ZIPF[language]
    return zipf if zipf >= least else 0


@lru_cache(maxsize=1 << 17)
def _first_part(raw: str, language: str) -> tuple[str, int]:
    """Read the beginning of a compound as a term, the link at its end taken off; "" where none."""
    best, most = "", 0
    stops = STOPWORDS[language]
    for link in _LINKS if language == "de" else ("",):
        if link and not raw.endswith(link):
            continue
        bare = raw.removesuffix(link) if link else raw
        if len(bare) < _LEAST_LETTERS[language] or bare in stops or bare in _AFFIXES:
            continue
        term = stem(bare, language)
        zipf = _zipf_of(term, language)
        if zipf > most:
            best, most = term, zipf
    return best, most


@lru_cache(maxsize=1 << 17)
def _split(term: str, language: str, depth: int) -> tuple[tuple[str, ...], float]:
    """Cut a term where its parts are commonest; one part where no cut is better than none."""
    own = load_background(language).get(term, 0)
    best: tuple[str, ...] = (term,)
    most = float(own)
    least = _LEAST_LETTERS[language]
    for at in range(least, len(term) - least + 1):
        first, zipf = _first_part(term[:at], language)
        if not first:
            continue
        tail = term[at:]
        if tail in STOPWORDS[language]:
            continue
        rest: tuple[str, ...] = (tail,)
        value = float(_zipf_of(tail, language))
        if not value:
            stemmed = stem(tail, language)
            rest, value = (stemmed,), float(_zipf_of(stemmed, language))
        if not value and depth:
            rest, value = _split(tail, language, depth - 1)
            value = value if len(rest) > 1 else 0.0
        if value:
            mean = (zipf + value * len(rest)) / (1 + len(rest))
            mean -= _SPLIT_COST[language] + _PART_COST * (len(rest) - 1)
            if mean > max(most, _UNLISTED):
                best, most = (first, *rest), mean
    return best, most


@lru_cache(maxsize=1 << 17)
def parts_of(term: str, language: str) -> tuple[str, ...]:
    """Return the parts of a compound as terms, in order; empty for what is no compound.

    Args:
        term: A term, as :func:`beleg.text.stem` gives it.
        language: ``de`` or ``en``.
    """
    if not 6 <= len(term) <= _MOST_LETTERS or not term.isalpha():
        return ()
    parts, _ = _split(term, language, 2)
    return parts if len(parts) > 1 else ()


def list_parts(terms: Iterable[str], language: str) -> frozenset[str]:
    """List the parts of all compounds among the terms of a text.

    Args:
        terms: Terms of a passage.
        language: ``de`` or ``en``.
    """
    return frozenset(part for term in terms for part in parts_of(term, language))


def find_share(
    term: str, terms: AbstractSet[str], parts: AbstractSet[str], language: str
) -> float:
    """Tell how far a passage has a term of a claim: itself, its parts, or a compound of it.

    Args:
        term: A term of the claim.
        terms: The passage's terms.
        parts: From :func:`list_parts` of them.
        language: ``de`` or ``en``.

    Returns:
        1 for the term itself; :data:`ALL_PARTS` where each part stands there, alone or in another
        compound; :data:`IN_COMPOUND` for a term that a compound there has as a part; the share of
        its parts, times :data:`HEAD_ONLY`, where the head (the last part) is among them; else 0.
    """
    if term in terms:
        return 1.0
    own = parts_of(term, language)
    if own:
        found = [part in terms or part in parts for part in own]
        if all(found):
            return ALL_PARTS
        return HEAD_ONLY * sum(found) / len(found) if found[-1] else 0.0
    return IN_COMPOUND if term in parts else 0.0

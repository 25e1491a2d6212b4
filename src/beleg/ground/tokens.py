"""Tokens of a text: words and figures with their places, as claims and passages are compared.

A figure is one token whatever its spelling: "1,2 Mio." and "1.2 million" are both ``#1200000``,
"drei" and "three" are ``#3``. Function words stay in the row (a run of the same words counts
them) but carry no term.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from beleg.text import STOPWORDS, find_numbers, find_words, guess_language, plain_form, stem

_NUMBER_WORDS = {
    "zwei": 2, "drei": 3, "vier": 4, "fünf": 5, "sechs": 6, "sieben": 7, "acht": 8, "neun": 9,
    "zehn": 10, "elf": 11, "zwölf": 12, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6,
    "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
}  # fmt: skip
"""Written-out figures; "eins" and "one" are left out, for they are articles and pronouns too."""

_DATE = re.compile(r"(?<![\d.])(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})(?!\d)")
_PART = re.compile(r"[^-‑]+")
_NEGATIONS = frozenset(
    """nicht kein keine keinen keinem keiner keines nie niemals niemand nirgends weder ohne not no
    never none neither nor nobody nothing without cannot""".split()
)


class Token(NamedTuple):
    """A word or figure and its place.

    ``form`` is the folded word, ``term`` the stem ("" for a function word), ``number`` the exact
    value of a figure, and ``unit`` what is written beside it.
    """

    start: int
    end: int
    form: str
    term: str
    number: Decimal | None = None
    unit: str = ""


def language_of(text: str, declared: str | None = None) -> str:
    """Choose the language in which a text is stemmed: ``de`` or ``en``.

    The words decide; where they do not, the declared language, then an umlaut.
    """
    found = guess_language(text)
    if found is None and declared:
        found = declared[:2].lower() if declared[:2].lower() in STOPWORDS else None
    return found or ("de" if re.search("[äöüßÄÖÜ]", text[:20_000]) else "en")


def _number_form(value: Decimal) -> str:
    """Write a value in one form: 5, 5.0 and 5.00 are the same figure."""
    plain = f"{value:f}" if abs(value.adjusted()) < 30 else str(value.normalize())
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return f"#{plain}"


def _figures(text: str, language: str) -> list[Token]:
    """Find figures and numeric dates, in order, without overlap."""
    found, taken = [], []
    for match in _DATE.finditer(text):
        taken.append(match.span())
        for group in (1, 2, 3):
            value = Decimal(int(match[group]))
            form = _number_form(value)
            found.append(Token(match.start(group), match.end(group), form, form, value, "date"))
    dates = iter(taken)
    date = next(dates, None)
    for number in find_numbers(text, language):
        while date is not None and date[1] <= number.start:
            date = next(dates, None)
        if date is None or number.end <= date[0]:
            form = _number_form(number.value)
            found.append(Token(number.start, number.end, form, form, number.value, number.unit))
    return sorted(found) if taken else found


@lru_cache(maxsize=1 << 18)
def fold_word(form: str, language: str) -> tuple[str, str, Decimal | None]:
    """Return the folded form, the term and the value of one word."""
    folded = plain_form(form).casefold()
    value = _NUMBER_WORDS.get(folded)
    if value is not None:
        return f"#{value}", f"#{value}", Decimal(value)
    return folded, "" if folded in STOPWORDS[language] else stem(form, language), None


def find_tokens(text: str, language: str) -> list[Token]:
    """Find the words and figures of a text, in order, without overlap.

    Args:
        text: Any text.
        language: ``de`` or ``en``.
    """
    tokens: list[Token] = []
    figures = _figures(text, language)
    at = 0
    for word in find_words(text):
        while at < len(figures) and figures[at].end <= word.start:
            tokens.append(figures[at])
            at += 1
        if at < len(figures) and figures[at].start < word.end:
            continue  # a part of the figure that comes next, or of one just taken
        if tokens and tokens[-1].end > word.start:
            continue
        if "-" in word.form or "‑" in word.form:
            for part in _PART.finditer(word.form):
                form, term, value = fold_word(part.group(), language)
                start = word.start + part.start()
                tokens.append(Token(start, start + len(part.group()), form, term, value))
        else:
            tokens.append(Token(word.start, word.end, *fold_word(word.form, language)))
    tokens.extend(figures[at:])
    return tokens


def count_negations(tokens: Sequence[Token]) -> int:
    """Count the words that deny ("nicht", "kein", "never", "isn't")."""
    return sum(token.form in _NEGATIONS or token.form.endswith(("n't", "n’t")) for token in tokens)


@lru_cache(maxsize=1 << 20)
def fingerprint(term: str) -> int:
    """Return the first 63 bits of the term's sha256: what is joined instead of the word itself."""
    return int.from_bytes(hashlib.sha256(term.encode("utf-8", "surrogatepass")).digest()[:8]) >> 1

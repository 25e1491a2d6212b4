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

from beleg.ground.marks import Mark, Token, join_figures, mark_tokens, number_form
from beleg.ground.numerals import MONTHS, NUMBER_WORDS
from beleg.text import (
    STOPWORDS,
    find_numbers,
    find_words,
    fold_umlauts,
    guess_language,
    plain_form,
    stem,
)

__all__ = [
    "Mark",
    "Token",
    "count_negations",
    "find_tokens",
    "fingerprint",
    "fold_word",
    "language_of",
]  # fmt: skip

_DATE = re.compile(
    r"(?<![\d.,/-])(?:(?P<d>\d{1,2})\.\s?(?P<m>\d{1,2})\.\s?(?P<y>\d{4}|\d{2}(?=\b))(?![\d.])|"
    r"(?P<iy>[12]\d{3})-(?P<im>\d{2})-(?P<id>\d{2})(?![\d-])|"
    r"(?P<s1>\d{1,2})/(?P<s2>\d{1,2})/(?P<sy>\d{4})(?![\d/])|"
    r"(?P<od>\d{1,2})\.\s?(?P<om>\d{1,2})\.(?!\s?\d))"
)
"""3.3.2026, 2026-03-03, 3/3/2026, "am 3.3."."""
_DATE_LEADS = frozenset("am vom zum bis seit dem den ab der".split())
"""Words before a day and a month in figures."""

_FUNCTION_WORDS = {
    language: frozenset(word.casefold() for word in words) for language, words in STOPWORDS.items()
}
"""As forms are folded: "außer" is "ausser"."""
_CAPITAL_WORDS = frozenset(("US", "WHO"))
"""Names that would be function words if they were not written with capitals."""
_PART = re.compile(r"[^-‑]+")
_NEGATIONS = frozenset(
    """nicht kein keine keinen keinem keiner keines nie niemals niemand nirgends weder ohne not no
    never none neither nor nobody nothing without cannot""".split()
)


def language_of(text: str, declared: str | None = None) -> str:
    """Choose the language in which a text is stemmed: ``de`` or ``en``.

    The words decide; where they do not, the declared language, then an umlaut.
    """
    found = guess_language(text)
    if found is None and declared:
        found = declared[:2].lower() if declared[:2].lower() in STOPWORDS else None
    return found or ("de" if re.search("[äöüßÄÖÜ]", text[:20_000]) else "en")


def _read_date(match: re.Match[str], language: str) -> list[tuple[str, str, int]]:
    """Read the parts of a numeric date as (group, unit, value), in the order of the text."""
    if match["d"]:
        names = [("d", "day"), ("m", "month"), ("y", "year")]
    elif match["iy"]:
        names = [("iy", "year"), ("im", "month"), ("id", "day")]
    elif match["od"]:
        lead = match.string[max(match.start() - 5, 0) : match.start()].split()
        written = len(match["od"]) == len(match["om"]) == 2  # "07.10.", but not "3.4."
        if not written and (not lead or lead[-1].casefold() not in _DATE_LEADS):
            return []
        names = [("od", "day"), ("om", "month")]
    else:
        american = language == "en" and int(match["s1"]) <= 12
        order = ("month", "day") if american or int(match["s2"]) > 12 else ("day", "month")
        names = [("s1", order[0]), ("s2", order[1]), ("sy", "year")]
    parts = [(group, unit, int(match[group])) for group, unit in names]
    values = {unit: value for _, unit, value in parts}
    if not (1 <= values["day"] <= 31 and 1 <= values["month"] <= 12):
        return []
    if len(match[names[-1][0]]) == 2 and names[-1][1] == "year":  # "3.3.26"
        group, unit, value = parts[-1]
        parts[-1] = (group, unit, value + (2000 if value < 50 else 1900))
    return parts


def _figures(text: str, language: str) -> list[Token]:
    """Find figures and numeric dates, in order, without overlap.

    The month of a numeric date is the month's name, so that it meets the written one.
    """
    found, taken = [], []
    for match in _DATE.finditer(text):
        parts = _read_date(match, language)
        if not parts:
            continue
        taken.append(match.span())
        for group, unit, value in parts:
            start, end = match.span(group)
            if unit == "month":
                name = MONTHS[language][value - 1]
                found.append(Token(start, end, name, stem(name, language), None, unit))
            else:
                form = number_form(Decimal(value))
                found.append(Token(start, end, form, form, Decimal(value), unit))
    dates = iter(taken)
    date = next(dates, None)
    for number in find_numbers(text, language):
        while date is not None and date[1] <= number.start:
            date = next(dates, None)
        if date is None or number.end <= date[0]:
            form = number_form(number.value)
            found.append(Token(number.start, number.end, form, form, number.value, number.unit))
    return sorted(found) if taken else found


@lru_cache(maxsize=1 << 18)
def fold_word(form: str, language: str) -> tuple[str, str, Decimal | None]:
    """Return the folded form, the term and the value of one word."""
    if "." in form and form.replace(".", "").isupper():  # "U.S" is "US"
        form = form.replace(".", "")
    folded = plain_form(form).casefold()
    value = NUMBER_WORDS.get(folded)
    if value is not None:
        return f"#{value}", f"#{value}", value
    stops = _FUNCTION_WORDS[language]
    if language == "de":
        umlauts = fold_umlauts(folded)  # "fuer" is "für", but "neue" stays a word of its own
        folded = folded if folded in stops else umlauts
    if folded in stops and form not in _CAPITAL_WORDS:
        return folded, "", None
    return folded, stem(form, language), None


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
        if ("-" in word.form or "‑" in word.form) and word.form.casefold() not in NUMBER_WORDS:
            for part in _PART.finditer(word.form):
                form, term, value = fold_word(part.group(), language)
                start = word.start + part.start()
                tokens.append(Token(start, start + len(part.group()), form, term, value))
        else:
            tokens.append(Token(word.start, word.end, *fold_word(word.form, language)))
    tokens.extend(figures[at:])
    return mark_tokens(text, join_figures(tokens, language), language)


def count_negations(tokens: Sequence[Token]) -> int:
    """Count the words that deny ("nicht", "kein", "never", "isn't")."""
    return sum(token.form in _NEGATIONS or token.form.endswith(("n't", "n’t")) for token in tokens)


@lru_cache(maxsize=1 << 20)
def fingerprint(term: str) -> int:
    """Return the first 63 bits of the term's sha256: what is joined instead of the word itself."""
    return int.from_bytes(hashlib.sha256(term.encode("utf-8", "surrogatepass")).digest()[:8]) >> 1

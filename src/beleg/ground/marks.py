"""Tokens and their marks: what is a name, where a sentence or clause begins, what a figure means.

A second pass over the row of tokens: a figure takes the scale and the unit that are written
beside it ("drei Millionen Euro"), a day and a year are known by the month between them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from enum import IntFlag
from typing import NamedTuple

from beleg.ground.abbreviations import ABBREVIATIONS
from beleg.ground.names import (
    DETERMINERS,
    LONGEST_NAME,
    SPEAKERS_FOLLOW,
    NameKind,
    is_name,
    is_rare,
    name_kind,
)
from beleg.ground.numerals import (
    ARTICLES,
    JOINED_UNITS,
    MONTH_NUMBERS,
    MONTHS,
    SCALE_WORDS,
    UNIT_WORDS,
    read_fraction,
)
from beleg.text import STOPWORDS, plain_form, stem


class Token(NamedTuple):
    """A word or figure and its place.

    ``form`` is the folded word, ``term`` the stem ("" for a function word), ``number`` the exact
    value of a figure, and ``unit`` what is written beside it; the unit of a date's parts is
    ``day``, ``month`` or ``year``. ``marks`` tells how it is written and where: see :class:`Mark`.
    """

    start: int
    end: int
    form: str
    term: str
    number: Decimal | None = None
    unit: str = ""
    marks: int = 0


class Mark(IntFlag):
    """How a token is written, and where it stands."""

    CAPITAL = 1
    FIRST = 2
    """It opens a sentence."""
    CLAUSE = 4
    """A comma, colon, dash, bracket or quotation mark stands before it."""
    NAME = 8
    """It is part of the name of a person, place or organisation."""
    OPENER = 16
    """It opens a sentence and may be a name: a rare word."""
    POSSIBLE = 32
    """It may be a name, though it looks like a common noun: a rare word without an article."""


_CAPITAL, _FIRST, _CLAUSE, _NAME, _OPENER, _POSSIBLE = map(int, Mark)
_ENDS = frozenset(".!?…\n\r")
_OPENINGS = frozenset(':•*„“"«»')
"""What a word with a capital may stand behind as it does at the beginning of a sentence."""
_UNCOMMON = 42
"""Ten times the Zipf value below which a lone word behind "sagte" is who spoke: not "Ärzte"."""
_BREAKS = _ENDS - {"."}
_STOPS = frozenset(',;:–—()[]„“”"»«|/')
_HUNDRED_YEARS = (Decimal(1500), Decimal(2199))


def number_form(value: Decimal) -> str:
    """Write a value in one form: 5, 5.0 and 5.00 are the same figure."""
    plain = f"{value:f}" if abs(value.adjusted()) < 30 else str(value.normalize())
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return f"#{plain}"


def _make_figure(start: int, end: int, value: Decimal, unit: str) -> Token:
    form = number_form(value)
    return Token(start, end, form, form, value, unit)


def _is_beside(tokens: Sequence[Token], at: int, most: int = 1) -> bool:
    """Tell whether no more than a blank stands between a token and the one before it."""
    return 0 < at < len(tokens) and tokens[at].start - tokens[at - 1].end <= most


def _join_at(tokens: Sequence[Token], at: int, language: str) -> tuple[Token, int] | None:
    """Read the figure that begins with a number word or an article, and how many tokens it has."""
    token, scales = tokens[at], SCALE_WORDS[language]
    value, end, n_read = token.number, token.end, 1
    if value is None:
        following = tokens[at + 1].form if _is_beside(tokens, at + 1) else ""
        if token.form not in ARTICLES or following not in scales:
            return None
        value = Decimal("0.5") if token.form.startswith("halbe") else Decimal(1)
    while _is_beside(tokens, at + n_read) and tokens[at + n_read].form in scales:
        value *= scales[tokens[at + n_read].form]
        end = tokens[at + n_read].end
        n_read += 1
    if n_read == 1:
        return None
    return _make_figure(token.start, end, value, token.unit), n_read


def _find_unit(tokens: Sequence[Token], at: int, figure: Token) -> tuple[str, int]:
    """Find what a figure measures in the word behind it; and how many tokens to join to it."""
    following = tokens[at].form if _is_beside(tokens, at) else ""
    if following == "per" and _is_beside(tokens, at + 1) and tokens[at + 1].form == "cent":
        return "%", 2
    if following == "percentage":
        return "pp", 0
    if following in UNIT_WORDS:
        return UNIT_WORDS[following], int(following in JOINED_UNITS)
    assert figure.number is not None  # figures have a number
    low, high = _HUNDRED_YEARS
    if (
        low <= figure.number <= high
        and figure.end - figure.start == 4
        and figure.number == figure.number.to_integral_value()
    ):
        return "year", 0
    return "", 0


_MONTH_LEADS = frozenset("in since until by from of early mid late last this next".split())


def _read_month(tokens: list[Token], at: int, language: str) -> None:
    """Mark a month between figures, and the day and the year beside it."""
    token = tokens[at]
    before = tokens[at - 1] if _is_beside(tokens, at, 2) else None
    after = tokens[at + 1] if _is_beside(tokens, at + 1, 2) else None
    is_day = False
    if before is not None and before.number is not None and 1 <= before.number <= 31:
        tokens[at - 1] = before._replace(unit="day")
        is_day = True
    if after is not None and after.number is not None:
        if not is_day and language == "en" and 1 <= after.number <= 31:
            tokens[at + 1] = after._replace(unit="day")
            is_day = True
        elif after.unit == "year":
            is_day = True
    name = MONTHS[language][MONTH_NUMBERS[token.form] - 1]
    if before is not None and token.form in {"may", "march"} and before.form in _MONTH_LEADS:
        is_day = True
    if is_day or token.form == name:
        unit = "month" if is_day or token.form != "may" else ""
        term = stem(name, language) if unit else token.term
        tokens[at] = token._replace(form=name, term=term, unit=unit)


def _complete_year(year: Token, token: Token) -> Token:
    """Read the second year of "2018/19" in full."""
    assert year.number is not None  # years are figures
    assert token.number is not None
    beside = token.start == year.end + 1 and token.end == token.start + 2
    if not beside or year.number % 100 >= token.number:
        return token
    value = year.number - year.number % 100 + token.number
    return _make_figure(token.start, token.end, value, "year")


def join_figures(tokens: list[Token], language: str) -> list[Token]:
    """Join what a figure is written with: scales behind number words, units, fractions, months.

    Args:
        tokens: The words and figures of a text, in order.
        language: ``de`` or ``en``.
    """
    found: list[Token] = []
    months: list[int] = []
    at = 0
    while at < len(tokens):
        token, n_read = tokens[at], 1
        if token.number is not None or token.form in ARTICLES:
            token, n_read = _read_figure(tokens, at, found[-1] if found else None, language)
        elif token.form in _FRACTION_FORMS:
            token = _read_fraction(tokens, at, found)
        elif token.form in MONTH_NUMBERS:
            months.append(len(found))
        found.append(token)
        at += n_read
    for place in months:
        _read_month(found, place, language)
    return found


def _read_figure(
    tokens: Sequence[Token], at: int, before: Token | None, language: str
) -> tuple[Token, int]:
    """Read the figure that begins at a token, if one does; and how many tokens it takes."""
    token, n_read = _join_at(tokens, at, language) or (tokens[at], 1)
    if token.number is None:
        return token, 1
    if before is not None and before.unit == "year":
        token = _complete_year(before, token)
    if not token.unit:
        unit, more = _find_unit(tokens, at + n_read, token)
        end = tokens[at + n_read + more - 1].end if more else token.end
        token = token._replace(unit=unit, end=end)
        n_read += more
    return token, n_read


def _read_fraction(tokens: Sequence[Token], at: int, found: list[Token]) -> Token:
    """Read "Hälfte" or "thirds" in percent; takes back the word before where it belongs to it."""
    token = tokens[at]
    following = tokens[at + 1].form if _is_beside(tokens, at + 1) else ""
    before = found[-1] if found and token.start - found[-1].end <= 1 else None
    share = read_fraction(before_form(before), token.form, following)
    if share is None:
        return token
    start = token.start
    if before is not None and token.form not in _HALVES:
        start = found.pop().start
    return _make_figure(start, token.end, share, "%")


_HALVES = frozenset(("hälfte", "haelfte", "half"))
_FRACTION_FORMS = _HALVES | frozenset(
    """drittel viertel fünftel fuenftel zehntel third thirds quarter quarters fifth fifths
    tenth""".split()
)
_WORDS_OF = {1: "ein", 2: "two", 3: "three", 4: "four"}


def before_form(token: Token | None) -> str:
    """Return the form of the token before a fraction: number words by their word, else folded."""
    if token is None:
        return ""
    if token.number is not None and not token.unit and token.number in _WORDS_OF:
        return _WORDS_OF[int(token.number)]
    return token.form


_RELATIVES = frozenset("der die das den dem dessen deren".split())


def _ends_sentence(gap: str, before: str, following: str) -> bool:
    """Tell whether what stands between two words ends a sentence."""
    if _ENDS.isdisjoint(gap):
        return False
    if "." not in gap or not _BREAKS.isdisjoint(gap):
        return True
    if following.isdigit() and len(before) <= 4:
        return False  # "Vol. 9", "Sec. 43"
    return not following.islower() and len(before) > 1 and before not in ABBREVIATIONS


_ORDINAL = re.compile(r"#(?:[1-9]|[12]\d|3[01])")


def _break_of(gap: str, before: str, following: str) -> int:
    """Tell what begins behind what stands between two words: a sentence, a clause or nothing."""
    if _ends_sentence(gap, before, following):
        return _FIRST | _CLAUSE
    return 0 if _STOPS.isdisjoint(gap) and _ENDS.isdisjoint(gap) else _CLAUSE


def _judge_capital(
    word: str, before: str, before_kind: NameKind, *, first: bool, alone: bool, language: str
) -> tuple[int, NameKind]:
    """Judge a word with a capital: its marks, and its kind for the word behind it.

    Args:
        word: The word as it is written.
        before: The folded word before it in its clause, or "".
        before_kind: NameKind of that word.
        first: Whether it opens a sentence.
        alone: Whether no word with a capital follows.
        language: ``de`` or ``en``.
    """
    german = language == "de"
    kind = name_kind(word, language)
    is_last = german and before_kind is NameKind.SURE and word.casefold() not in STOPWORDS["de"]
    if is_last and not kind:
        kind = NameKind.WEAK  # "Bernard Koech": a last name may be any word
    if kind and is_name(kind, before, before_kind, first=first, de=german):
        return _NAME, NameKind.SURE
    if kind and before not in DETERMINERS and is_rare(word, language):
        return (_OPENER if first and kind is NameKind.MAYBE else _POSSIBLE), kind
    speaks = before in SPEAKERS_FOLLOW and alone and len(word) <= LONGEST_NAME
    speaks = speaks and is_rare(word, language, most=_UNCOMMON)
    return (_POSSIBLE if speaks else 0), kind


def mark_tokens(text: str, tokens: Sequence[Token], language: str) -> list[Token]:
    """Mark capitals, names, and where sentences and clauses begin."""
    found: list[Token] = []
    end, before, before_kind = 0, "", NameKind.NONE
    for token in tokens:
        start, stop = token[0], token[1]
        marks, kind = _FIRST | _CLAUSE if not found else 0, NameKind.NONE
        if found and (start - end != 1 or text[end] != " "):
            last = found[-1].form  # ``before`` is empty behind a relative pronoun
            marks = _break_of(text[end:start], last, text[start])
            if marks & _FIRST and token[3] and _ORDINAL.fullmatch(last):
                marks = 0  # "am 17. September", but "um 17. Der Rat" is two sentences
        if token[4] is None and text[start].isupper():
            if marks & _FIRST or (marks & _CLAUSE and text[end] != "."):
                before, before_kind = "", NameKind.NONE
            more, kind = _judge_capital(
                plain_form(text[start:stop]),
                before,
                before_kind,
                first=bool(marks & _FIRST) or not _OPENINGS.isdisjoint(text[end:start]),
                alone=not text[stop + 1 : stop + 2].isupper(),
                language=language,
            )
            marks |= _CAPITAL | more
        found.append(Token(*token[:6], marks) if marks else token)
        end, before, before_kind = stop, token[2], kind
        if marks & _CLAUSE and before in _RELATIVES:
            before = ""  # "der Kontrast, den Rizal entwarf"
    return found

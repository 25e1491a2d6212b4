"""Sentences and lines of a text with exact offsets, German and English alike.

A break stands at a line end or behind a mark that ends a sentence. What looks like such a mark
and is none is known by small lists (``abbreviations.py``) and by form (initials, decimal figures,
hosts). A quotation or bracket within a sentence stays whole, whatever it holds: "“We won. It is
over,” she said." is one sentence. Every step is one pass over the text.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from beleg.ground.abbreviations import (
    ABBREVIATIONS,
    AFTER_HOURS,
    BEFORE_FIGURES,
    HOURS,
    MAY_END,
    MONTHS,
    OPENERS,
    ORDINAL_LEADS,
)
from beleg.ground.enclosures import find_enclosures
from beleg.text import find_words

_END = re.compile(
    r"[.!?…。！？]+[\"'”“’»«›‹)\]*_\u00b9\u00b2\u00b3\u2070-\u2079]*(?=\s|$|[A-ZÄÖÜ])"
)
_BEFORE_GLUE = re.compile(r"(?:(?<![^\W_])[^\W\d_A-ZÄÖÜ][^\W_]*[^\W_]{2}|\d{4}|\))$")
_SHORTEST_BEFORE_GLUE = 3
_GLUED_LEAD = re.compile(r"[A-ZÄÖÜ][\w /’'()&-]{2,60}:")
_GLUED_ENDINGS = frozenset(
    "com org net gov edu io ai app dev de at ch eu js ts py md csv pdf".split()
)
_TOKEN_BEFORE = re.compile(r"[^\s(\[„“\"»«]+$")
_NEXT_WORD = re.compile(r"\s*[\"'“„‚»«›‹(\[*_]*([^\W_]+|[^\w\s])")
LINE_END = re.compile(r"\r\n|[\r\n\u2028\u2029\x0b\x0c\x85]")
LINE = re.compile(r"[^\r\n\u2028\u2029\x0b\x0c\x85]+")
MAX_WORDS = 120
"""A sentence longer than this (a table, a text without points) is cut into such pieces; bounds the
time of all that is done per sentence."""
_INITIALS = re.compile(r"(?:[^\W\d_]\.)*[^\W\d_]")  # "J.", "U.S.", "z.B."
_ORDINAL = re.compile(r"\d{1,3}|[IVX]{1,5}")
_DAY = re.compile(r"\d{1,2}\.$")
_LOOK_BACK = 40  # longest token that is looked at before a point: bounds the time
_HARD_WRAP = 60  # a line broken by a fixed width is at least this long
_CLOSED = re.compile(r"[.!?…:;|][\"'”“’»«)\]*_]*\s*$")


class Span(NamedTuple):
    """A stretch of a text, ``[start, end)``."""

    start: int
    end: int


def find_lines(text: str) -> list[Span]:
    """Find the lines that hold more than white space; hard-wrapped lines stay joined.

    A line continues the one before it where that one is long, ends without a closing mark, and
    this one begins with a small letter.
    """
    lines: list[Span] = []
    for match in LINE.finditer(text):
        line = match.group()
        if not line.strip():
            continue
        if lines and line.lstrip()[:1].islower():
            last = lines[-1]
            gap = text[last.end : match.start()]
            wrapped = len(gap) - gap.count("\r\n") == 1 and last.end - last.start >= _HARD_WRAP
            if wrapped and not _CLOSED.search(text[max(last.end - _LOOK_BACK, 0) : last.end]):
                lines[-1] = Span(last.start, match.end())
                continue
        lines.append(Span(match.start(), match.end()))
    return lines


def _ends_sentence(text: str, point: int, end: int, limit: int) -> bool:
    """Tell whether the mark at ``point`` (its closers reach to ``end``) ends a sentence."""
    following = _NEXT_WORD.match(text, end, min(end + _LOOK_BACK, limit))
    if following is None:
        return True
    first, opens = following[1][0], _opens_sentence(following[1])
    if end < limit and not text[end].isspace() and text[end].isalpha():  # "in 1988.It reopened"
        return _is_glued(text, point, end, following[1])
    if text[point] in "。！？":
        return True
    if text[point] != "." or text[point : point + 2] == "..":
        return not first.islower()
    found = _TOKEN_BEFORE.search(text[max(point - _LOOK_BACK, 0) : point])
    word = found.group() if found else ""
    folded = word.casefold().strip("*_'’")
    if folded in HOURS:
        return first.isupper() and following[1].casefold() not in AFTER_HOURS
    if folded in MAY_END or (_INITIALS.fullmatch(word) and word != "I"):
        return opens
    if folded in ABBREVIATIONS or (folded in BEFORE_FIGURES and first.isdigit()):
        return False
    if _ORDINAL.fullmatch(word):
        return not _is_ordinal(text, point - len(word), following[1])
    return not first.islower()


def _is_glued(text: str, point: int, end: int, following: str) -> bool:
    """Tell whether a line end was lost between two sentences ("It closed in 1988.It reopened")."""
    if text[point : point + 1] != "." or following.casefold() in _GLUED_ENDINGS:
        return False
    word = _TOKEN_BEFORE.search(text[max(point - _LOOK_BACK, 0) : point])
    if word is None or len(word.group()) < _SHORTEST_BEFORE_GLUE or "." in word.group():
        return False
    behind = text[end + len(following) : end + len(following) + 1]
    if behind in {"(", ".", "_", "["}:  # "webdriver.Chrome()"
        return False
    if _opens_sentence(following) or _GLUED_LEAD.match(text, end, end + 80):
        return True
    return len(following) > 1 and _BEFORE_GLUE.search(word.group()) is not None


def _opens_sentence(word: str) -> bool:
    """Tell whether a word is a small one with a capital."""
    return word[0].isupper() and word.casefold() in OPENERS


def _is_ordinal(text: str, start: int, following: str) -> bool:
    """Tell whether the figure at ``start`` counts ("22. November", "12. 9. 2025", "am 3. ...")."""
    before = text[max(start - _LOOK_BACK, 0) : start].split()
    lead = before[-1].casefold().strip(",(") if before else ""
    if following[0].isdigit() and (_DAY.match(lead) or len(following) <= 2):
        return True
    return following[0].islower() or following.casefold() in MONTHS or lead in ORDINAL_LEADS


def _goes_on(text: str, end: int, limit: int) -> bool:
    """Tell whether a sentence goes on behind the closing sign before ``end``."""
    following = _NEXT_WORD.match(text, end, min(end + _LOOK_BACK, limit))
    return following is not None and (following[1][0].islower() or text[end : end + 1] == ",")


def _find_breaks(text: str, line: Span) -> list[int]:
    """Find where sentences of a line end, the line's own end left out."""
    enclosed = iter(find_enclosures(text, *line))
    inside = next(enclosed, None)
    breaks: list[int] = []
    start = line.start
    for match in _END.finditer(text, *line):
        point, end = match.span()
        while inside is not None and inside[1] < point:
            inside = next(enclosed, None)
        if inside is not None and inside[0] < point and end <= inside[1]:
            led_from = max(start, inside[0] - _LOOK_BACK)
            has_lead = any(map(str.isalnum, text[led_from : inside[0]]))
            if has_lead or _goes_on(text, inside[1] + 1, line.end):
                continue
        if _ends_sentence(text, point, end, line.end):
            breaks.append(end)
            start = end
    return breaks


def split_line(text: str, line: Span) -> list[Span]:
    """Split one line into its sentences, white space at both sides trimmed."""
    breaks = _find_breaks(text, line)
    trimmed = []
    for first, last in zip([line.start, *breaks], [*breaks, line.end], strict=True):
        piece = text[first:last]
        left = len(piece) - len(piece.lstrip())
        if piece.strip():
            trimmed.append(Span(first + left, first + len(piece.rstrip())))
    return trimmed


def find_sentences(text: str) -> list[Span]:
    """Find the sentences of a text, in order, without overlap.

    Returns:
        Spans ``[start, end)`` that together hold everything but white space.
    """
    return [sentence for line in find_lines(text) for sentence in split_line(text, line)]


def cut_long(text: str, sentence: Span) -> list[Span]:
    """Cut a sentence of more than MAX_WORDS words into pieces of that many."""
    if sentence.end - sentence.start <= 2 * MAX_WORDS:
        return [sentence]
    words = find_words(text[sentence.start : sentence.end])
    if len(words) <= MAX_WORDS:
        return [sentence]
    starts = [sentence.start + words[i].start for i in range(0, len(words), MAX_WORDS)]
    starts[0] = sentence.start
    return [Span(a, b) for a, b in zip(starts, [*starts[1:], sentence.end], strict=True)]

"""Sentences and lines of a text with exact offsets, German and English alike.

A break stands at a line end or behind a mark that ends a sentence. What looks like such a mark
and is none is known by three small lists (abbreviations, months, words that lead to an ordinal)
and by form (initials, decimal figures, hosts). Every step is one pass over the text.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from beleg.text import STOPWORDS, find_words

ABBREVIATIONS = frozenset(
    """abschn abt adr allg anm apr aufl aug ausg bde best betr bez bgbl bl bspw bzgl bzw capt cf
    chr col dept dez dgl dipl dr ebd ed eds eg einschl engl est et ev evtl feb ff fr frl ft geb gef
    gegr gest ggf ggfs gov hg hl hon hr hrsg ie ing inkl insb jan jg jh jul jun kath lat lt
    mind mio mr mrd mrs ms mt mwst nachm nov o.ä okt oct p.a prof pt qm rd rep rev rsp sen sep sept
    sog sr st stellv str supt tel tsd univ usf verf verl vgl vorm vs zit zt zzgl z.b d.h u.a z.t
    i.d.r e.g i.e ph.d v.a n.chr v.chr""".split()
)
"""Forms before a point that end no sentence, lower case, without the last point."""

_BEFORE_FIGURES = frozenset(
    "abb abs art bd ca fig hs kap max min no nos nr p pp s tab vol z".split()
)
"""Abbreviations only where a figure follows: "modern art. He" ends, "Art. 5 GG" does not."""

_MONTHS = frozenset(
    """januar jänner februar feber märz april mai juni juli august september oktober november
    dezember january february march may june july october december jan feb apr jun jul aug sep
    sept okt oct nov dez dec jahrhundert jahrhunderts jahrtausend weltkrieg weltkriegs jahrestag
    geburtstag todestag klasse liga bundesliga spieltag minute runde platz stock etage kapitel
    auflage tag mal lebensjahr quartal halbjahr""".split()
)
_ORDINAL_LEADS = frozenset(
    """am vom zum beim im dem der die das den des bis ab seit einem einen einer eines zur ihr ihre
    ihren ihrem sein seine seinen seinem und oder jeder jede jeden mit montag dienstag mittwoch
    donnerstag freitag samstag sonntag""".split()
)

_FUNCTION_WORDS = STOPWORDS["en"] | STOPWORDS["de"]

_END = re.compile(r"[.!?…。！？]+[\"'”“’»«›‹)\]*_]*(?=\s|$)")
_TOKEN_BEFORE = re.compile(r"[^\s(\[„“\"»«]+$")
_NEXT_WORD = re.compile(r"\s*[\"'“„‚»«›‹(\[*_]*([^\W_]+|[^\w\s])")
LINE_END = re.compile(r"\r\n|[\r\n\u2028\u2029\x0b\x0c\x85]")
_LINE = re.compile(r"[^\r\n\u2028\u2029\x0b\x0c\x85]+")
MAX_WORDS = 120
"""A sentence longer than this (a table, a text without points) is cut into such pieces; bounds the
time of all that is done per sentence."""
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
    for match in _LINE.finditer(text):
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
    first = following[1][0]
    if text[point] != "." or text[point : point + 2] == "..":
        return text[point] in "!?。！？" or not first.islower()
    found = _TOKEN_BEFORE.search(text[max(point - _LOOK_BACK, 0) : point])
    word = found.group() if found else ""
    folded = word.casefold().strip("*_'’")
    if folded in ABBREVIATIONS or (folded in _BEFORE_FIGURES and first.isdigit()):
        return False
    if re.fullmatch(r"(?:[^\W\d_]\.)*[^\W\d_]", word) and word != "I":  # "J.", "U.S.", "z.B."
        opener = following[1].casefold()
        return following[1][0].isupper() and opener in _FUNCTION_WORDS
    if re.fullmatch(r"\d{1,3}", word) or re.fullmatch(r"[IVX]{1,5}", word):  # "22. November"
        before = text[max(point - _LOOK_BACK, 0) : point - len(word)].split()
        lead = before[-1].casefold().strip(",(") if before else ""
        if following[1].casefold() in _MONTHS or lead in _ORDINAL_LEADS:
            return False
        return not first.islower()
    return not first.islower()


def split_line(text: str, line: Span) -> list[Span]:
    """Split one line into its sentences, white space at both sides trimmed."""
    found: list[Span] = []
    start = line.start
    for match in _END.finditer(text, line.start, line.end):
        if _ends_sentence(text, match.start(), match.end(), line.end):
            found.append(Span(start, match.end()))
            start = match.end()
    found.append(Span(start, line.end))
    trimmed = []
    for first, last in found:
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

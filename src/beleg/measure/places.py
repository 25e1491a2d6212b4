"""What stands around a name in a text, cut into words once for all that judge it."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import NamedTuple

from beleg.measure.cues import ENGLISH, GERMAN
from beleg.measure.titles import ARTICLES

Span = tuple[int, int]

REACH = 300
"""Characters to each side within which a sentence is looked for."""
_STOP = re.compile(r"[.!?…\n]+[\"'“”«»)\]*_]*\s*")
"""A stop, or an end of line; one set of signs first, which is what makes the search quick."""
_OPENING = re.compile(r"[\"'„“»«(\[*_]*[A-ZÄÖÜ0-9]")
_ABBREVIATION = re.compile(
    r"(?:\b(?:z\. ?B|d\. ?h|u\. ?a|Dr|Prof|Nr|Mr|Mrs|Ms|St|ca|bzw|vgl|e\.g|i\.e|No)|\b\d{1,2})\.$"
)
_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)*|[^\w\s]|\n")
_DRESS = frozenset("„“”\"»«*'‚‘’_[]()`")
"""Signs that dress a name and are no words: quotation marks, emphasis, brackets."""
_CONTRACTED = frozenset("im am vom beim zum zur ins".split())


class Place(NamedTuple):
    """A name's surroundings within its sentence."""

    form: str
    before: tuple[str, ...]
    """Words and signs before it, its article and its dress taken off; nearest last."""
    after: tuple[str, ...]
    """Words and signs after it, to the end of the sentence."""
    article: str
    """The article or contraction right before it, as written; '' where there is none."""
    quoted: bool
    """Whether it stands alone, or with its article, in quotation marks or emphasis."""
    bracketed: bool
    """Whether a bracket opens right before it."""
    joined: str
    """The head of a compound that it begins ("Bericht" of "Spiegel-Bericht"); else ''."""
    is_head: bool
    """Whether a hyphen stands right before it ("Vitamin-D-Spiegel")."""
    span: Span
    sentence: Span
    language: str
    """``de`` or ``en``."""
    shouting: bool
    """Whether the sentence is in capitals, so that they say nothing."""
    tail: str
    """The next characters as they stand."""


class Sentences:
    """Where the sentences of a text begin, found once for all its names."""

    __slots__ = ("_starts",)

    def __init__(self, text: str) -> None:
        starts = [0]
        for match in _STOP.finditer(text):
            begun, end = match.span()
            found = match.group()
            if "\n" in found or (
                found[-1].isspace()
                and _OPENING.match(text, end)
                and not _ABBREVIATION.search(text, max(0, begun - 12), begun + 1)
            ):
                starts.append(end)
        starts.append(len(text))
        self._starts = starts

    def around(self, start: int, end: int) -> Span:
        """Give the sentence around a span, cut to REACH characters on each side."""
        at = bisect_right(self._starts, start, 0, len(self._starts) - 1)
        first, last = self._starts[at - 1], self._starts[at]
        if last < end:  # a name that holds a full stop
            last = self._starts[bisect_right(self._starts, end - 1, 0, len(self._starts) - 1)]
        return max(first, start - REACH), min(last, end + REACH)


def guess_language(words: list[str]) -> str | None:
    """Tell German from English by function words; None where neither leads."""
    german = len(GERMAN.intersection(words))
    english = len(ENGLISH.intersection(words))
    if german == english:
        return None
    return "de" if german > english else "en"


def read_place(text: str, span: Span, sentence: Span, language: str | None) -> Place:
    """Cut the surroundings of a name into words.

    Args:
        text: The text, its marks and addresses blanked.
        span: The name.
        sentence: Its sentence.
        language: What the whole text is written in; the sentence's own words go before it.
    """
    start, end = span
    first, last = sentence
    before = _TOKEN.findall(text[first:start])
    after = _TOKEN.findall(text[end:last])
    sign = text[start - 1 : start]
    bracketed = sign in {"(", "["}
    outer = [word for word in before if word not in _DRESS]
    article = ""
    opened = bool(before) and before[-1] in _DRESS and sign not in {"(", "[", ""}
    if outer and (outer[-1].lower() in ARTICLES or outer[-1].lower() in _CONTRACTED):
        article = outer.pop()
        opened = opened or (len(before) > 1 and before[-2] in _DRESS and before[-2] not in "([")
    closed = bool(after) and after[0] in _DRESS and text[end : end + 1] not in {")", "]", " "}
    head = ""
    if text[end : end + 1] in {"-", "‑"} and text[end + 1 : end + 2].isalpha():
        head = after[1]
    elif closed and len(after) > 2 and after[1] == "-" and text[end + 1 : end + 2] == "-":
        head = after[2]
    own = [word.lower() for word in (*outer, *after)]
    return Place(
        form=text[start:end],
        before=tuple(outer),
        after=tuple(word for word in after if word not in _DRESS),
        article=article,
        quoted=opened and closed,
        bracketed=bracketed,
        joined=head,
        is_head=sign in {"-", "‑"} and start > 1 and text[start - 2].isalnum(),
        span=span,
        sentence=sentence,
        language=guess_language(own) or language or "de",
        shouting=text[start:end].isupper() and _is_shouting(text[first:start] + text[end:last]),
        tail=text[end : end + 120],
    )


def _is_shouting(text: str) -> bool:
    """Tell whether more than half of the letters are capitals."""
    capitals = sum(map(str.isupper, text))
    return capitals > 3 and capitals * 2 > sum(map(str.isalpha, text))

"""Which link stands at which claim: the one place where this is decided.

A span of text carries to every claim of which it holds a word. A mark belongs to one claim alone:

1. the one it stands in: ``The council met [1].``;
2. else the one right before it: ``The council met.[1] …``, ``- 12 kilometres ([host](url))``; also
   from the lines below, where these hold marks alone and begin no list;
3. else, where it opens a line, the one that it opens: ``[1] The council met.``

A mark behind a heading, a question or a courtesy belongs to none, and one behind a paragraph to
its last sentence alone: what else it was meant for, the text does not say.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from beleg.ground.sentences import LINE_END
from beleg.records import Citation, Claim, ClaimLink

_NO_WORDS = re.compile(r"[\W_]+")
_DIVIDER = re.compile(r"[ \t>]*(?:[-*+•●▪◦‣·–—][ \t]|[-*_]{3,})")
"""How a line begins that is an item of a list, or a rule: what stands there goes with no sentence
above it."""


class _Layout:
    """Where words, lines and dividers of a text stand: read once, then asked for every mark."""

    def __init__(self, text: str) -> None:
        gaps = [match.span() for match in _NO_WORDS.finditer(text)]
        breaks = [match.span() for match in LINE_END.finditer(text)]
        self._gap_starts = [start for start, _ in gaps]
        self._gap_ends = [end for _, end in gaps]
        self._line_starts = [0, *(end for _, end in breaks)]
        self._line_ends = [*(start for start, _ in breaks), len(text)]
        self._dividers = [start for start in self._line_starts if _DIVIDER.match(text, start)]

    def has_words(self, start: int, end: int) -> bool:
        """Tell whether a word, or a part of one, stands in ``[start, end)``."""
        number = bisect_right(self._gap_starts, start) - 1
        return start < end and (number < 0 or self._gap_ends[number] < end)

    def line_of(self, place: int) -> tuple[int, int]:
        """Give the ``[start, end)`` of a place's line; the sign that ends it is left out."""
        number = bisect_right(self._line_starts, place) - 1
        return self._line_starts[number], self._line_ends[number]

    def is_divided(self, start: int, end: int) -> bool:
        """Tell whether a line that begins an item, or is a rule, starts in ``[start, end]``."""
        number = bisect_left(self._dividers, start)
        return number < len(self._dividers) and self._dividers[number] <= end


def _find_marked(layout: _Layout, claims: Sequence[Claim], start: int, end: int) -> Claim | None:
    """Find the claim that the mark ``[start, end)`` belongs to, as the module's rules say."""
    number = bisect_right(claims, start, key=lambda claim: claim.start)
    before = claims[number - 1] if number else None
    if before is not None and start < before.end:
        return before
    line_start, line_end = layout.line_of(start)
    if before is not None and not layout.has_words(before.end, start):
        if line_start <= before.end:
            return before
        if not layout.has_words(end, line_end) and not layout.is_divided(before.end, start):
            return before
    behind = claims[number] if number < len(claims) else None
    if behind is not None and behind.start < line_end:
        opens = not layout.has_words(line_start, start)
        return behind if opens and not layout.has_words(end, behind.start) else None
    return None


def _find_carried(layout: _Layout, claims: Sequence[Claim], start: int, end: int) -> list[Claim]:
    """Find the claims of which the span ``[start, end)`` holds a word."""
    first = bisect_right(claims, start, key=lambda claim: claim.end)
    last = bisect_left(claims, end, key=lambda claim: claim.start)
    return [
        claim
        for claim in claims[first:last]
        if layout.has_words(max(start, claim.start), min(end, claim.end))
    ]


def _find_claims(layout: _Layout, claims: Sequence[Claim], citation: Citation) -> Sequence[Claim]:
    """Find the claims at which a link stands; none for a link without a place."""
    if citation.start is None or citation.end is None:
        return ()
    if not citation.span_is_mark:
        return _find_carried(layout, claims, citation.start, citation.end)
    marked = _find_marked(layout, claims, citation.start, citation.end)
    return () if marked is None else (marked,)


def link_claims(
    text: str, claims: Sequence[Claim], citations: Sequence[Citation]
) -> list[ClaimLink]:
    """Say which pages an answer links at which of its claims.

    Args:
        text: The answer's text with its marks blanked.
        claims: The answer's claims in order, not overlapping.
        citations: The answer's own. Links that were only retrieved are no links. Where no shown
            link has a place, each stands at every claim and is not ``placed``; where some have
            one, those without stand nowhere.

    Returns:
        One row per claim and page, in the order of the claims, then of the pages.
    """
    shown = [citation for citation in citations if citation.shown]
    placed = any(c.start is not None and c.end is not None for c in shown)
    layout = _Layout(text)
    found: dict[tuple[int, str], ClaimLink] = {}
    for citation in shown:
        page = citation.canonical_url or citation.url
        for claim in _find_claims(layout, claims, citation) if placed else claims:
            link = ClaimLink(claim.claim_id, claim.answer_id, page, citation.host, placed)
            found.setdefault((claim.start, page), link)
    return [found[key] for key in sorted(found)]

"""Enclosures: quotations and brackets of a line, in which a point ends no sentence of ours."""

from __future__ import annotations

import re

_SIGNS = re.compile('["„“”»«()]')
_CLOSERS = {"„": "“”", "“": "”", "»": "«", "«": "»", "(": ")", '"': '"'}
MAX_ENCLOSED = 600
"""Characters of the longest quotation that is kept whole: what is longer is read by sentences."""


def find_enclosures(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Find quotations and brackets of a line, outermost ones, in order, without overlap.

    Args:
        text: Any text.
        start: Where the line begins.
        end: Where it ends.

    Returns:
        Places of the opening and the closing sign. What is never closed, or longer than
        MAX_ENCLOSED, is none. Time is linear: each sign is looked at once.
    """
    found: list[tuple[int, int]] = []
    opened: tuple[int, str] | None = None
    for match in _SIGNS.finditer(text, start, end):
        at, sign = match.start(), match.group()
        if opened is not None and at - opened[0] > MAX_ENCLOSED:
            opened = None
        if opened is not None and sign in _CLOSERS[opened[1]]:
            found.append((opened[0], at))
            opened = None
        elif opened is None or (opened[1] == "(" and sign == "("):
            opens = sign in _CLOSERS and not (at > start and text[at - 1].isalnum())
            opened = (at, sign) if opens else opened
    return found

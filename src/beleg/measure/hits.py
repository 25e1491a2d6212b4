"""Hits: where a text holds a form of a name or a domain, as a whole word, the longest first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from beleg.measure.names import COMMON, SHORT, Name, Names
from beleg.measure.places import Span
from beleg.urls import find_domain

DOUBTFUL = frozenset({COMMON, SHORT})

_HIDDEN = re.compile(
    r"https?://[^\s<>\"]+|\bwww\.[^\s<>\"]+|(?<=\])\([^()\s]+(?:\s\"[^\"\n]*\")?\)|\S+@\S+\.\w+"
    r"|(?<![\w.-])(?:[\w-]+\.)+[a-z]{2,}/[^\s<>\"]*"
)
_MAY_HIDE = ("://", "](", "www.", "@", "/")
_DOT = re.compile(r"\.[^\W\d_]")
_DOMAIN = re.compile(r"(?<![\w@/.-])(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_]{2,}(?![\w@/-])")
_GENITIVE = re.compile(r"\b[Dd]es\b[^.,;]*$")


class Hit(NamedTuple):
    """A place where a form or a domain stands."""

    start: int
    end: int
    names: tuple[Name, ...]
    """All names of this form; empty for a domain."""
    publisher_id: str
    """Of a domain; else ''."""
    is_plural: bool = False
    """Whether it ends in an s that no German article asks for: "Rolling Stones"."""


def hide(text: str, marks: Sequence[Span]) -> str:
    """Overwrite marks, URLs, link targets and mail addresses with spaces; the length stays."""
    for start, end in marks:
        text = text[:start] + " " * (end - start) + text[end:]
    if any(sign in text for sign in _MAY_HIDE):
        text = _HIDDEN.sub(lambda match: " " * len(match.group()), text)
    return text


def find_owner(host: str, names: Names) -> str | None:
    """Give the publisher of a host, by its own domain or one above it."""
    domain = find_domain(host.lower(), names.by_domain)
    return None if domain is None else names.by_domain[domain]


def _find_domains(text: str, names: Names) -> list[Hit]:
    if not _DOT.search(text):
        return []
    hits = []
    for match in _DOMAIN.finditer(text):
        owner = find_owner(match.group(), names)
        if owner is not None:
            hits.append(Hit(match.start(), match.end(), (), owner))
    return hits


def find_hits(text: str, names: Names) -> list[Hit]:
    """Find names and domains, longest first, without overlap."""
    hits = _find_domains(text, names)
    if names.automaton is None:
        return hits
    taken = [(hit.start, hit.end) for hit in hits]
    # Blanks of all kinds are one kind in the forms; the length stays.
    flat = text.replace("\n", " ").replace("\u00a0", " ").replace("‑", "-")
    size = len(flat)
    whole = [
        (start, -end, number)
        for number, start, end in names.automaton.find_matches_as_indexes(flat, overlapping=True)
        if not (start and flat[start - 1].isalnum()) and not (end < size and flat[end].isalnum())
    ]
    whole.sort()
    done = 0
    for start, minus_end, number in whole:
        if start < done or any(left < -minus_end and start < right for left, right in taken):
            continue
        done = -minus_end
        if names.forms[number]:
            forms = names.forms[number]
            is_plural = not forms[0].is_base and _is_plural(flat, start, done)
            hits.append(Hit(start, done, forms, "", is_plural))
    hits.sort()
    return hits


def _is_plural(text: str, start: int, end: int) -> bool:
    """Tell "Rolling Stones" from "des Kölner Stadt-Anzeigers"."""
    return text[end - 1] in "sS" and not _GENITIVE.search(text, max(0, start - 30), start)


def is_doubtful(hit: Hit) -> bool:
    """Tell whether the surroundings must decide what the form means."""
    return any(name.kind in DOUBTFUL for name in hit.names)

"""Marks of news agencies in a text and its bylines: whose report a house says it prints.

A mark is read where a house sets it: a dateline ("Berlin (dpa) -"), a line or a bracket at the
end ("Quelle: dpa", "(dpa/lnw)", "dpa-infocom"), an author. A picture's credit and a sentence that
names an agency ("told Reuters") are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

AGENCIES: dict[str, str] = {
    "dpa": "dpa", "dpa-infocom": "dpa", "dpa-afx": "dpa", "dpa-tmn": "dpa", "afp": "afp",
    "reuters": "reuters", "rtr": "reuters", "kna": "kna", "epd": "epd", "apa": "apa", "sid": "sid",
    "ap": "ap", "associated press": "ap", "the associated press": "ap", "ansa": "ansa",
    "keystone-sda": "sda", "sda": "sda", "ats": "sda", "deutsche presse-agentur": "dpa",
    "agence france-presse": "afp",
}  # fmt: skip
"""Spelling, lower case, to the agency's short name."""

DOMAINS: dict[str, str] = {
    "afp.com": "afp", "ansa.it": "ansa", "apa.at": "apa", "apnews.com": "ap", "dpa.com": "dpa",
    "epd.de": "epd", "keystone-sda.ch": "sda", "kna.de": "kna", "reuters.com": "reuters",
    "sid.de": "sid",
}  # fmt: skip
"""Registrable domain to the agency that publishes there."""

_REGIONS = frozenset(
    "lnw lby lsw lhe lrs lni lno lmv lbb lbn lth lsn lah lsh lhb lhh lsl gfx tmn infocom afx"
    " ber".split()
)
"""Desks of an agency, as in "(dpa/lnw)": no second author."""

_NAME = (
    r"(?:dpa(?:-infocom|-AFX|-tmn)?|AFP|[Rr]euters|REUTERS|rtr|KNA|epd|APA|SID|AP|ANSA"
    r"|Keystone-SDA|SDA|sda|ats)"
)
_INSIDE = rf"(?:[\w.-]{{1,20}}\s?[/,]\s?){{0,3}}{_NAME}(?:\s?[/,]\s?[\w.-]{{1,20}}){{0,3}}"
_DATELINE = re.compile(
    rf"^[ \t]*(?:[A-ZÄÖÜ][\w./ ,'’-]{{1,60}}?[ \t]*)?\(({_INSIDE})\)[ \t]*[-–—.:]", re.MULTILINE
)
_BRACKET = re.compile(rf"\(({_INSIDE})\)[ \t]*$", re.MULTILINE)
_LINE = re.compile(rf"^[ \t]*[-–—/(]?({_INSIDE})\)?[ \t]*$", re.MULTILINE)
_SOURCE = re.compile(
    rf"^[^\n]{{0,80}}?\b(?:Quelle|Source|Agentur|Text)[ \t]*:[ \t]*({_INSIDE})\b", re.MULTILINE
)
_NUMBERED = re.compile(
    r"(?:©[ \t]*dpa(?:-infocom)?\b|\bdpa-infocom\b|\bdpa:\d{6}-)[^\n]*$", re.MULTILINE
)
_MATERIAL = re.compile(
    r"(?:\bmit (?:Material|Informationen|Inhalten|Agenturmaterial)\b[^\n.]{0,30}?|"
    r"\b[Ww]ith (?:material|information|reporting) (?:from|by) (?:the )?)"
    rf"({_INSIDE})"
)
_PICTURE = re.compile(r"\b(?:Foto|Bild|Fotos|Bilder|Photo|Image|Picture|picture)\b")
_SPLIT = re.compile(r"\s*(?:[/,;&|]|\bund\b|\band\b)\s*")
_HEAD, _FOOT = 1_500, 400
"""Characters from either end in which a mark is looked for: what stands between is the report."""


class AgencyMark(NamedTuple):
    """An agency that a document names as the source of its text."""

    agency: str
    whole: bool
    """False where the house took part too ("mit Material von dpa", "(mab/dpa)")."""
    start: int
    end: int
    """The stretch that it speaks for, in code points: from a dateline on, up to a foot."""
    found: str
    """``dateline``, ``foot``, ``author`` or ``material``."""


def read_names(marked: str) -> tuple[list[str], bool]:
    """Read what a mark holds: the agencies, and whether nobody else is named."""
    parts = [part.strip(" .()").casefold() for part in _SPLIT.split(marked) if part.strip(" .()")]
    named = sorted({AGENCIES[part] for part in parts if part in AGENCIES})
    others = [part for part in parts if part not in AGENCIES and part not in _REGIONS]
    return named, bool(named) and not others


def find_agency_marks(text: str, authors: Iterable[str] = ()) -> list[AgencyMark]:
    """Find the agencies that a text or its authors name as its source.

    Args:
        text: The document's text.
        authors: As the page gives them.

    Returns:
        One mark an agency, sorted by its name: the one that says most (whole before part, then
        the earliest).
    """
    marks = [*_of_authors(authors, len(text)), *_of_text(text)]
    marks.sort(key=lambda mark: (mark.agency, not mark.whole, mark.start, mark.found))
    first: dict[str, AgencyMark] = {}
    for mark in marks:
        first.setdefault(mark.agency, mark)
    return list(first.values())


def _of_authors(authors: Iterable[str], length: int) -> list[AgencyMark]:
    every = [name for name in authors if name.strip()]
    named, alone = read_names(" / ".join(every))
    return [AgencyMark(agency, alone, 0, length, "author") for agency in named]


def _of_text(text: str) -> list[AgencyMark]:
    marks: list[AgencyMark] = []
    for match in _DATELINE.finditer(text[:_HEAD]):
        named, alone = read_names(match[1])
        stretch = match.start(), len(text)
        marks += [AgencyMark(agency, alone, *stretch, "dateline") for agency in named]
    at = max(len(text) - _FOOT, 0)
    at = text.rfind("\n", 0, at) + 1 if "\n" in text[:at] else at
    foot = text[at:]
    for form in (_BRACKET, _LINE, _SOURCE):
        for match in form.finditer(foot):
            if not _PICTURE.search(match[0]):
                named, alone = read_names(match[1])
                end = at + match.start()
                marks += [AgencyMark(agency, alone, 0, end, "foot") for agency in named]
    if numbered := _NUMBERED.search(foot):
        marks.append(AgencyMark("dpa", True, 0, at + numbered.start(), "foot"))  # noqa: FBT003
    for part in (text[:_HEAD], foot):
        for match in _MATERIAL.finditer(part):
            named, _ = read_names(match[1])
            marks += [AgencyMark(agency, False, 0, len(text), "material") for agency in named]  # noqa: FBT003
    return marks

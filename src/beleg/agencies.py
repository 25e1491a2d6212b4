"""Marks of news agencies in a text and its bylines: whose report a house says it prints.

A mark is read where a house sets it: a dateline ("Berlin (dpa) -"), a line or a bracket at the
end ("Quelle: dpa", "(dpa/lnw)", "dpa-infocom"), an author. A picture's credit and a sentence that
names an agency ("told Reuters") are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
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

_NAMES = (
    "dpa(?:-infocom|-AFX|-tmn)?", "AFP", "Reuters", "reuters", "REUTERS", "rtr", "KNA", "epd",
    "APA", "SID", "AP", "ANSA", "Keystone-SDA", "SDA", "sda", "ats",
)  # fmt: skip
_NUMBERED = re.compile(
    r"(?:©[ \t]*dpa(?:-infocom)?\b|\bdpa-infocom\b|\bdpa:\d{6}-)[^\n]*$", re.MULTILINE
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


class _Forms(NamedTuple):
    """How a mark is written; what stands in brackets is looked at by :func:`_is_mark`."""

    dateline: re.Pattern[str]
    foot: tuple[re.Pattern[str], ...]
    material: re.Pattern[str]


_AGENCY = re.compile("|".join(_NAMES))
_OTHER = re.compile(r"[\w.-]{1,20}")
_BETWEEN = re.compile(r"\s?[/,]\s?")
_MOST_NAMED = 7
"""Parts of a mark in brackets: an agency and up to three others on either side."""


def _is_mark(inside: str, others: Mapping[str, str]) -> bool:
    """Tell whether brackets hold a mark: an agency or another house, beside short signs alone."""
    parts = _BETWEEN.split(inside)
    named = [bool(_AGENCY.fullmatch(part)) or part in others for part in parts]
    return (
        len(parts) <= _MOST_NAMED
        and any(named)
        and all(own or _OTHER.fullmatch(part) for own, part in zip(named, parts, strict=True))
    )


def _write_forms() -> _Forms:
    # A line with another house's name alone may be a link to it: only brackets count for those.
    name, inside, other = "|".join(_NAMES), r"[^()\n]{1,160}", _OTHER.pattern
    agency = rf"(?:{other}\s?[/,]\s?){{0,3}}(?:{name})(?:\s?[/,]\s?{other}){{0,3}}"
    place = r"(?:[A-ZÄÖÜ][\w./ ,'’-]{1,60}?[ \t]*)?"
    foot = (
        rf"\(({inside})\)[ \t]*$",
        rf"^[ \t]*[-–—/(]?({agency})\)?[ \t]*$",
        rf"^[^\n]{{0,80}}?\b(?:Quelle|Source|Agentur|Text)[ \t]*:[ \t]*({agency})(?!\w)",
    )
    material = (
        r"(?:\b[Mm]it (?:Material|Informationen|Inhalten|Agenturmaterial)\b[^\n.]{0,30}?|"
        rf"\b[Ww]ith (?:material|information|reporting) (?:from|by) (?:the )?)({agency})"
    )
    return _Forms(
        re.compile(rf"^[ \t]*{place}\(({inside})\)[ \t]*[-–—.:]", re.MULTILINE),
        tuple(re.compile(form, re.MULTILINE) for form in foot),
        re.compile(material),
    )


_FORMS = _write_forms()


def read_names(marked: str, others: Mapping[str, str]) -> tuple[list[str], bool]:
    """Read what a mark holds: the agencies, and whether nobody else is named."""
    known = AGENCIES | {name.casefold(): house for name, house in others.items()}
    parts = [part.strip(" .()").casefold() for part in _SPLIT.split(marked) if part.strip(" .()")]
    named = sorted({known[part] for part in parts if part in known})
    strange = [part for part in parts if part not in known and part not in _REGIONS]
    return named, bool(named) and not strange


def find_agency_marks(
    text: str, authors: Iterable[str] = (), others: Mapping[str, str] | None = None
) -> list[AgencyMark]:
    """Find the agencies that a text or its authors name as its source.

    Args:
        text: The document's text.
        authors: As the page gives them.
        others: Further houses that may be named so: spelling to what the mark is called.

    Returns:
        One mark an agency, sorted by its name: the one that says most (whole before part, then
        the earliest).
    """
    others = others or {}
    marks = [*_of_authors(authors, len(text), others), *_of_text(text, others)]
    marks.sort(key=lambda mark: (mark.agency, not mark.whole, mark.start, mark.found))
    first: dict[str, AgencyMark] = {}
    for mark in marks:
        first.setdefault(mark.agency, mark)
    return list(first.values())


def _of_authors(
    authors: Iterable[str], length: int, others: Mapping[str, str]
) -> list[AgencyMark]:
    every = [name for name in authors if name.strip()]
    if not every:
        return []
    named, alone = read_names(" / ".join(every), others)
    return [AgencyMark(agency, alone, 0, length, "author") for agency in named]


def _of_text(text: str, others: Mapping[str, str]) -> list[AgencyMark]:
    forms = _FORMS
    marks: list[AgencyMark] = []

    def add(marked: str, start: int, end: int, found: str) -> None:
        named, alone = read_names(marked, others)
        whole = alone and found != "material"
        marks.extend(AgencyMark(agency, whole, start, end, found) for agency in named)

    for match in forms.dateline.finditer(text[:_HEAD]):
        if _is_mark(match[1], others):
            add(match[1], match.start(), len(text), "dateline")
    at = max(len(text) - _FOOT, 0)
    at = text.rfind("\n", 0, at) + 1 if "\n" in text[:at] else at
    foot = text[at:]
    for form in forms.foot:
        for match in form.finditer(foot):
            if not _PICTURE.search(match[0]) and _is_mark(match[1], others):
                add(match[1], 0, at + match.start(), "foot")
    if numbered := _NUMBERED.search(foot):
        add("dpa", 0, at + numbered.start(), "foot")
    for part in (text[:_HEAD], foot):
        for match in forms.material.finditer(part):
            add(match[1], 0, len(text), "material")
    return marks

"""The forms under which publishers and their people are looked for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from beleg.catalogue import read_everyday
from beleg.records import Publisher
from beleg.urls import display_host

TOKEN = re.compile(r"[^\W_]+")
ARTICLES = frozenset("der die das des dem den the".split())
_PLAIN_GAP = re.compile(r"[\s\-‑]+")
_UMLAUTS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"}
)

COMMON_WORDS = frozenset(
    """anker anzeiger bild blatt blick börse bote brigitte capital chip echo express falter focus
    fokus freitag freundin guardian handel independent kicker krone kurier mail merkur metro mirror
    morgen nachrichten nation nature observer people post presse profil profile science spiegel
    sport standard star stern stimme sun tag telegraph time times variety vogue volksblatt wald
    week welt wired woche world zeit zeitung economist""".split()
)
"""Titles that are everyday words of German or English; such a name counts only where its
surroundings speak for the title. Names with an article ("Der Anker") are treated alike."""


class Name(NamedTuple):
    """One form of one entity."""

    entity_id: str
    tokens: tuple[frozenset[str], ...]
    """Accepted forms of each word."""
    plain: tuple[frozenset[str], ...]
    """Those of them that are not inflected."""
    gaps: tuple[str, ...]
    """What stands between the words; '' where space and hyphen are both fine."""
    is_common: bool
    """True where the form alone does not tell the title from the everyday word."""
    is_person: bool


class Names(NamedTuple):
    """All forms, keyed for one pass over a text."""

    by_first: dict[str, tuple[Name, ...]]
    """First word, in each accepted form, to the names that begin with it; longest first."""
    firsts: frozenset[str]
    by_domain: dict[str, str]
    """Lower-case domain, in ASCII and in letters, to publisher_id."""


def _list_forms(word: str, *, is_last: bool) -> frozenset[str]:
    """List the accepted forms of a word of a name: as written, in capitals, inflected.

    "Spiegels" for Spiegel, "Süddeutschen" for Süddeutsche, "Noelke" for Nölke.
    """
    forms = set(_list_plain(word))
    if word.isalpha() and word[0].isupper():
        if is_last and len(word) > 3 and word[-1] not in "sxzß" and not word.isupper():
            forms |= {form + "s" for form in forms}
        if is_last and len(word) > 3 and word[-1] in "dtrknmz" and not word.isupper():
            forms |= {form + "es" for form in forms if form[-1] != "s"}
        if not is_last and len(word) > 3 and word.endswith("e"):
            forms |= {form + ending for form in forms for ending in "nrsm"}
    return frozenset(forms | {form.upper() for form in forms})


def _list_plain(word: str) -> frozenset[str]:
    """List a word as written, without umlauts, in capitals, and with a capital."""
    forms = {word, word.translate(_UMLAUTS)}
    if word.islower():
        forms.add(word.capitalize())
    return frozenset(forms | {form.upper() for form in forms})


def _read_name(entity_id: str, written: str, *, is_person: bool) -> Name | None:
    """Turn a name as written into its accepted forms; None where it has no word."""
    found = list(TOKEN.finditer(written))
    has_article = len(found) > 1 and found[0].group().lower() in ARTICLES
    if has_article:
        found = found[1:]
    if not found:
        return None
    gaps = tuple(written[left.end() : right.start()] for left, right in pairwise(found))
    words = [match.group() for match in found]
    single = len(words) == 1
    is_everyday = words[0].lower() in COMMON_WORDS or words[0].lower() in read_everyday()
    is_common = single and not is_person and (has_article or is_everyday)
    return Name(
        entity_id=entity_id,
        tokens=tuple(
            _list_forms(word, is_last=number == len(words) - 1)
            for number, word in enumerate(words)
        ),
        plain=tuple(_list_plain(word) for word in words),
        gaps=tuple("" if _PLAIN_GAP.fullmatch(gap) else gap for gap in gaps),
        is_common=is_common,
        is_person=is_person,
    )


def list_names(publishers: Sequence[Publisher]) -> Names:
    """Lay out the names, aliases, people and domains of publishers for one pass over a text.

    A domain that nobody named is known by itself alone. People are looked for by their full
    name, under the id ``<publisher_id>/<name>``.
    """
    names: dict[str, dict[Name, None]] = {}
    domains: dict[str, str] = {}
    for publisher in publishers:
        for domain in publisher.domains:
            domains[domain.lower()] = publisher.publisher_id
            domains[display_host(domain.lower())] = publisher.publisher_id
        written = [
            (publisher.publisher_id, name, False) for name in (publisher.name, *publisher.aliases)
        ]
        written += [(f"{publisher.publisher_id}/{name}", name, True) for name in publisher.people]
        for entity_id, text, is_person in written:
            name = _read_name(entity_id, text, is_person=is_person)
            if name is None or text.lower() in domains:
                continue
            for first in name.tokens[0]:
                names.setdefault(first, {})[name] = None
    ordered = {
        first: tuple(
            sorted(found, key=lambda name: (-len(name.tokens), name.entity_id, name.gaps))
        )
        for first, found in names.items()
    }
    return Names(ordered, frozenset(ordered), domains)

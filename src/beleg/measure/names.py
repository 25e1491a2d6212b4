"""The forms under which publishers and their people are looked for, in one automaton.

Every form that is accepted is written out ("des Spiegels", "der Süddeutschen Zeitung",
"SUEDDEUTSCHE ZEITUNG"), so that one pass of Aho and Corasick's automaton over a text finds the
names of thousands of publishers at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise, product
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick

from beleg.catalogue import read_everyday
from beleg.measure.titles import ARTICLES, is_everyday, is_short
from beleg.records import Publisher
from beleg.urls import display_host

TOKEN = re.compile(r"[^\W_]+")
_PLAIN_GAP = re.compile(r"[\s\-‑]+")
_UMLAUTS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"}
)
_DOTS = str.maketrans(
    {"ä": "a", "ö": "o", "ü": "u", "Ä": "A", "Ö": "O", "Ü": "U", "ß": "ss", "é": "e", "è": "e"}
)
_TITLES = re.compile(
    r"^(?:(?:Dr|Prof|Mag|Dipl|Ing|Herr|Frau|Mr|Mrs|Ms|Sir|Dame)\b\.?(?:\s|-)*)+", re.IGNORECASE
)
_SMALL_TITLES = frozenset({"stern", "kicker", "taz"})
"""Titles that write themselves small; German writes the everyday noun with a capital."""
_BUILT_IN_TRAPS = (
    "auf den ersten Blick", "mit Blick auf", "Ende der Welt", "Rest der Welt", "auf der Welt",
    "aus aller Welt", "ganzen Welt", "zur Welt", "Lauf der Zeit", "Laufe der Zeit",
    "von Zeit zu Zeit", "Zeichen der Zeit", "zur Zeit", "Spiegel der Gesellschaft",
    "Spiegel vor", "Welt am Draht", "Ford Focus", "Black Mirror", "first Time",
    "Fortune 500", "Fortune Global 500", "Man in the Mirror", "Mother Nature",
    "Nature Communications", "Nature Genetics", "Nature Medicine", "Nature Reviews",
    "New York Times Square", "Science Advances", "Science Fiction", "Standard & Poor",
    "Standard Model", "Standard Oil", "Star Trek", "Star Wars", "Times New Roman",
    "Times Square", "wheel of Fortune",
)  # fmt: skip
"""Everybody's traps; a publisher's own are in its ``traps``."""

COMMON, SHORT, PLAIN, PERSON = "common", "short", "plain", "person"


class Name(NamedTuple):
    """What a form stands for."""

    entity_id: str
    kind: str
    """COMMON: an everyday word; SHORT: an abbreviation of much else; PERSON; else PLAIN."""
    word: str
    """The name without its article, in small letters: what the everyday word is known by."""
    has_article: bool
    """Whether the title is written with one ("The Times", not "Nature")."""
    is_base: bool
    """False where the form is an ending's ("Times" of *Time*)."""


class Names(NamedTuple):
    """All forms, ready for one pass over a text."""

    automaton: AhoCorasick | None
    """None where there is no name."""
    forms: tuple[tuple[Name, ...], ...]
    """By number of the pattern; empty for a trap."""
    by_domain: dict[str, str]
    """Lower-case domain, in ASCII and in letters, to publisher_id."""
    surnames: dict[str, tuple[str, str]]
    """A person's id to first name and surname."""


def _spell(name: str) -> set[str]:
    """List the spellings of a name: with umlauts, "ue" for "ü", and without its dots.

    "Nölke" for a person who is listed as "Noelke" too: no word that people write comes of it.
    """
    spellings = {name, name.translate(_UMLAUTS), name.translate(_DOTS)}
    for plain, umlaut in (("ae", "ä"), ("oe", "ö"), ("ue", "ü")):
        if plain in name.lower():
            spellings.add(name.replace(plain, umlaut))
    return spellings


def _inflect_first(word: str) -> set[str]:
    """List the endings of an adjective that stands before the noun: "Süddeutschen"."""
    if word.isalpha() and word[0].isupper() and len(word) > 3 and not word.isupper():
        if word.endswith("e"):
            return {word + ending for ending in ("", "n", "r", "s", "m")}
        if word.endswith(("sches", "scher", "ues", "ites", "stes")):
            return {word[:-1] + ending for ending in "rsnm"} | {word[:-1]}
    return {word}


def _inflect_last(word: str) -> set[str]:
    """List the endings of the last word: "Spiegels", "Standardes", "Frankfurter Allgemeinen"."""
    forms = {word}
    if not word.isalpha() or word.isupper() or len(word) < 4:
        return forms
    if word[-1] not in "sxzß":
        forms.add(word + "s")
    if word[-1] in "dtrknmz":
        forms.add(word + "es")
    if word.endswith(("sche", "meine")):
        forms |= {word + "n", word + "r"}
    return forms


def _case(words: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Give words as written, in capitals, and with the first one in capitals ("ZEIT Online")."""
    yield tuple(words)
    yield tuple(word.upper() for word in words)
    yield (words[0].upper(), *words[1:])
    if words[0].islower():
        yield (words[0].capitalize(), *words[1:])
    if words[0].lower() in _SMALL_TITLES:
        yield (words[0].lower(), *words[1:])


def _join(words: Sequence[str], gaps: Sequence[str]) -> set[str]:
    """Join words as written, and with blanks or hyphens throughout where only these stand."""
    written = "".join(word + gap for word, gap in zip(words, [*gaps, ""], strict=True))
    if gaps and all(_PLAIN_GAP.fullmatch(gap) for gap in gaps):
        return {written, " ".join(words), "-".join(words)}
    return {written}


def list_forms(written: str, *, is_person: bool = False) -> tuple[set[str], set[str]]:
    """Write out the forms of a name, its leading article taken off.

    Returns:
        Those that are not inflected, and those that are.
    """
    plain: set[str] = set()
    inflected: set[str] = set()
    for spelling in _spell(written):
        found = list(TOKEN.finditer(spelling))
        if len(found) > 1 and found[0].group().lower() in ARTICLES and not is_person:
            found = found[1:]
        if not found:
            continue
        words = [match.group() for match in found]
        gaps = [spelling[left.end() : right.start()] for left, right in pairwise(found)]
        tail = spelling[found[-1].end() :].rstrip()  # "F.A.Z."
        endings = [{word} if is_person else _inflect_first(word) for word in words[:-1]]
        for chosen in product(*endings, _inflect_last(words[-1])):
            target = plain if list(chosen) == words else inflected
            for cased in _case(chosen):
                target |= {form + tail for form in _join(cased, gaps)}
    return plain, inflected - plain


def _read_publisher(publisher: Publisher) -> Iterator[tuple[str, Name]]:
    """Give each form of a publisher and its people with what it stands for."""
    domains = {domain.lower() for domain in publisher.domains}
    entries = [
        (publisher.publisher_id, name, False)
        for name in (publisher.name, *publisher.aliases)
        if name.lower() not in domains
    ]
    entries += [
        (f"{publisher.publisher_id}/{name}", _TITLES.sub("", name), True)
        for name in publisher.people
    ]
    for entity_id, written, is_person in entries:
        words = TOKEN.findall(written)
        has_article = len(words) > 1 and words[0].lower() in ARTICLES
        words = words[1:] if has_article and not is_person else words
        if not words or (is_person and len(words) < 2):
            continue
        kind = PERSON if is_person else PLAIN
        if not is_person and (
            is_everyday(tuple(words), has_article=has_article)
            or " ".join(words).lower() in read_everyday()
        ):
            kind = COMMON
        elif not is_person and len(words) == 1 and is_short(words[0]):
            kind = SHORT
        plain, inflected = list_forms(written, is_person=is_person)
        word = " ".join(words).lower()
        for form in plain | inflected:
            yield form, Name(entity_id, kind, word, has_article, form in plain)


def _list_traps(publishers: Sequence[Publisher]) -> set[str]:
    """List the phrases that are no names, each with a small and a capital first letter."""
    phrases = {*_BUILT_IN_TRAPS, *(trap for row in publishers for trap in row.traps if trap)}
    return {head + trap[1:] for trap in phrases for head in (trap[0], trap[0].upper())}


def list_names(publishers: Sequence[Publisher]) -> Names:
    """Lay out the names, aliases, people, traps and domains of publishers for one pass.

    A publisher whose name is just its domain is known by that alone. People are looked for by
    their full names, under the id ``<publisher_id>/<name>``; a name of one word is no full name.
    """
    forms: dict[str, dict[Name, None]] = {}
    domains: dict[str, str] = {}
    surnames: dict[str, tuple[str, str]] = {}
    for publisher in publishers:
        for domain in publisher.domains:
            domains[domain.lower()] = publisher.publisher_id
            domains[display_host(domain.lower())] = publisher.publisher_id
    for publisher in publishers:
        for form, name in _read_publisher(publisher):
            if form.lower() not in domains:
                forms.setdefault(form, {})[name] = None
        for person in publisher.people:
            parts = _TITLES.sub("", person).split()
            if len(parts) > 1:
                surnames[f"{publisher.publisher_id}/{person}"] = (parts[0], parts[-1])
    meanings: dict[str, tuple[Name, ...]] = {
        form: _prefer_base(tuple(names)) for form, names in forms.items()
    }
    meanings |= dict.fromkeys(_list_traps(publishers), ())
    patterns = sorted(meanings)
    return Names(
        AhoCorasick(patterns) if forms else None,
        tuple(meanings[pattern] for pattern in patterns),
        domains,
        surnames,
    )


def _prefer_base(names: tuple[Name, ...]) -> tuple[Name, ...]:
    """Keep the names that a form is not only an ending of: "Times" is The Times, not of Time."""
    base = tuple(name for name in names if name.is_base)
    distinct = {(name.entity_id): name for name in reversed(base or names)}
    return tuple(sorted(distinct.values()))

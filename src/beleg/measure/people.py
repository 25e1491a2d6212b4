"""People by their surnames, once their full names stand in the same text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from beleg.measure.cues import ENGLISH, GERMAN, NOUNS_OF_PAPERS
from beleg.measure.names import list_forms
from beleg.text import STOPWORDS

_BEFORE = re.compile(r"([^\W\d_][\w'’-]*)(\.?)\s+$")
_ROLE = re.compile(
    r"(?:Herrn?|Frau|Dr|Prof|Mag|Mr|Mrs|Ms|Sir|Dame|Editor|Reporter|Professor|\w+(?:erin|eurin|istin"
    r"|entin|orin|ologin|ist|eur|ent|ektor|autor|chefin|chef|sprecher|leiter|macher|redakteur)"
    r"|\w*(?:[Aa]utor|[Jj]ournalist|[Rr]eporter|[Mm]oderator|[Kk]olumnist|[Aa]nwalt|[Kk]ollege))$"
)
"""Titles and roles that stand before a surname and are no first name."""
_WORDS = GERMAN | ENGLISH | STOPWORDS["de"] | STOPWORDS["en"]
_SEASONS = frozenset("im den der vom letzten nächsten diesen jeden last this next".split())


class Surname(NamedTuple):
    """A surname that stands for somebody named in full before."""

    start: int
    end: int
    entity_id: str


@lru_cache(maxsize=4096)
def _compile(surname: str) -> re.Pattern[str]:
    plain, inflected = list_forms(surname, is_person=True)
    forms = "|".join(sorted(map(re.escape, plain | inflected), key=len, reverse=True))
    return re.compile(rf"(?<![\w-])(?:{forms})(?![\w])(?!-\w)")


def find_surnames(
    text: str,
    full_names: Sequence[tuple[int, int, str]],
    surnames: dict[str, tuple[str, str]],
) -> list[Surname]:
    """Find surnames after the full name, until somebody else of that name comes in.

    Args:
        text: The text.
        full_names: start, end and entity_id of full names found in it.
        surnames: First name and surname of each entity.

    Returns:
        Surnames that stand alone, with a title or with a role, in order. A surname that two
        listed people share, or that somebody else bore before, stands for nobody.
    """
    first: dict[str, int] = {}
    for _, end, entity_id in full_names:
        first[entity_id] = min(end, first.get(entity_id, end))
    whole = [(start, end) for start, end, _ in full_names]
    found: list[Surname] = []
    for entity_id, begin in first.items():
        given, surname = surnames[entity_id]
        if any(surnames[other][1] == surname for other in first if other != entity_id):
            continue
        found.extend(
            Surname(start, end, entity_id)
            for start, end in _follow(text, (given, surname), begin, whole)
        )
    return sorted(found)


def _follow(
    text: str, person: tuple[str, str], begin: int, whole: Sequence[tuple[int, int]]
) -> Iterator[tuple[int, int]]:
    given, surname = person
    for match in _compile(surname).finditer(text):
        start, end = match.span()
        if any(left <= start < right for left, right in whole):
            continue
        bearer = _read_bearer(text, start, given, surname)
        if bearer == "other":
            return  # from here on nobody knows who is meant
        if start >= begin and bearer == "own":
            yield start, end


def _read_bearer(text: str, start: int, given: str, surname: str) -> str:
    """Say whose surname it is by the word before: "own", "other", or "none" (no name at all)."""
    before = _BEFORE.search(text, max(0, start - 40), start)
    if before is None:
        return "own"
    word, dot = before[1], before[2]
    if word.lower() in _SEASONS and _is_noun(surname):
        return "none"
    if dot and len(word) > 1 and not _ROLE.match(word):
        return "own"  # the sentence before ends here
    if len(word) == 1 and dot:
        return "own" if word == given[0] else "other"
    if word[0].islower() or word.lower() in _WORDS or word == given:
        return "own"
    if _ROLE.match(word) or NOUNS_OF_PAPERS.match(word):
        return "own"
    return "other"


def _is_noun(surname: str) -> bool:
    """Tell surnames that are everyday words, which take an article as such."""
    return surname.lower() in {
        "sommer", "winter", "herbst", "berg", "stein", "wolf", "fuchs", "könig", "kaiser", "koch",
        "richter", "bauer", "vogel", "engel", "graf", "sonntag", "freitag", "stern", "busch",
    }  # fmt: skip

"""What the words around an everyday word say: title or not, in log odds, and which word decided.

The odds are set by hand, each for a way in which people write of papers, and are no more than
that: docs/guide/mentions.md tells how they are measured.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from beleg.measure import cues, english, german
from beleg.measure.names import COMMON, SHORT, Name
from beleg.measure.places import Place
from beleg.measure.titles import (
    DOUBTED,
    FIRST_NAMES,
    NOT_ENGLISH,
    NOT_GERMAN,
)

START = {COMMON: -2.0, SHORT: -0.5}
"""Log odds at which a name starts: an everyday word is no title without a word for it."""
LISTED, TITLES = 3.8, 4.2
LINKED = 3.5
DENIED = 2.5
"""Nobody looks in vain for an everyday word."""
KNOWN = 2.0
"""The same publisher is named beyond doubt elsewhere in the text."""
AMONG = 0.5
"""Another publisher is."""
SURE = 0.8
"""From here on, a name speaks for those in a list with it."""


class Cue(NamedTuple):
    """What one word says."""

    odds: float
    """Log odds for the title; negative for the everyday word."""
    words: str


def weigh(place: Place, name: Name) -> list[Cue]:
    """List what speaks for a title and for the everyday word.

    Args:
        place: The surroundings of the form.
        name: What it may stand for.

    Returns:
        Cues; their log odds add up.
    """
    found = [Cue(START[name.kind], "everyday word" if name.kind == COMMON else "abbreviation")]
    if name.word in DOUBTED:
        found.append(Cue(DOUBTED[name.word], f"everyday word: {name.word}"))
    if not name.is_base and (place.language == "en" or _is_plural(place)):
        found.append(Cue(-4.0, f"plural: {place.form}"))
    weigh_in = english.weigh if place.language == "en" else german.weigh
    stranger = NOT_ENGLISH if place.language == "en" else NOT_GERMAN
    if name.word in stranger:
        found.append(Cue(1.3, "word of another language"))
    weights = chain(_weigh_form(place, name), _weigh_kind(place), weigh_in(place, name))
    found.extend(Cue(*weight) for weight in weights)
    return found


def _is_plural(place: Place) -> bool:
    """Tell the plural of an English word in a German sentence from "des Spiegels"."""
    return place.article.lower() not in {"des", "der", "den", "dem"} and not place.quoted


def _weigh_form(place: Place, name: Name) -> Iterator[tuple[float, str]]:
    """Weigh how the name is written, in both languages."""
    form = place.form
    if name.kind == COMMON and form.isupper() and len(form) > 2 and not place.shouting:
        yield 3.5, f"capitals: {form}"
    if place.quoted and not place.shouting:
        yield _weigh_quotes(place)
    if place.joined:
        odds = 5.0 if cues.HEADS.match(place.joined) else -3.0
        yield odds, f"compound: -{place.joined}"
    elif cues.SUFFIX.match(place.tail):
        yield 4.0, f"kind of outlet: {place.after[0]}"
    if place.is_head and place.before[-2:-1] not in (("Ex",), ("Anti",)):
        yield -4.0, "second part of a compound"
    if name.word in FIRST_NAMES and not place.article and not place.joined:
        yield -2.0, "first name"


def _weigh_quotes(place: Place) -> tuple[float, str]:
    about = {word.lower() for word in place.before[-3:]} & cues.ABOUT_WORDS
    if about:
        return -4.0, f"spoken about: {min(about)}"
    opens = not place.before and not place.article and place.language == "de"
    return (1.0 if opens else 3.0), "quotation marks"


def _weigh_kind(place: Place) -> Iterator[tuple[float, str]]:
    """Weigh what says of which kind the name is: an apposition, an example, an entry, a note."""
    before = place.before
    last = before[-1] if before else ""
    if last == ":" and len(before) > 1 and before[-2].lower() in _NOTES:
        yield 4.0, f"note of sources: {before[-2]}"
    if cues.KINDS_OF_PAPERS.match(last) and not (last == "Titel" and place.article.islower()):
        yield 4.0, f"kind of outlet: {last}"
    elif last.lower() in {"wie", "darunter", "etwa", "as", "like", "including", ":"}:
        kinds = [word for word in before[-5:-1] if cues.KINDS_OF_PAPERS.match(word)]
        if kinds:
            yield 4.0, f"example of: {kinds[-1]}"
    if _APPOSITION.match(place.tail):
        yield 4.0, "kind of outlet behind it"
    if not set(before) - _BULLETS and _is_entry(place):
        yield 4.0, "entry of a list"


_APPOSITION = re.compile(
    r"[“”\"«*_]*, (?:a|an|the|ein|eine|das|die|der|dem) (?:[\w-]+ ){0,3}"
    r"(?:\w*[Zz]eitung|\w*[Zz]eitschrift|\w*[Mm]agazin|newspaper|magazine|daily|weekly|tabloid)\b"
)
"""Focus, a German weekly"."""
_NOTES = frozenset(
    "quelle quellen source sources via text medien informationen lesetipps links".split()
)
_BULLETS = frozenset("-*#•–.0123456789")


def _is_entry(place: Place) -> bool:
    """Tell "- **Der Spiegel** (Hamburg)" and "Die Zeit: ..." from a sentence that begins so."""
    if not place.article[:1].isupper() or place.shouting:
        return False
    head = place.after[0] if place.after else ""
    is_dated = head == "," and any(len(word) == 4 and word.isdigit() for word in place.after)
    return not head or head in {":", "–", "—"} or is_dated or place.tail.lstrip("*_ ")[:1] == "("


def conclude(found: Sequence[Cue]) -> tuple[float, str]:
    """Add up what was found.

    Returns:
        The probability of the title, and the words of the cue that weighs most on that side.
    """
    total = math.fsum(cue.odds for cue in found)
    side = [cue for cue in found[1:] if (cue.odds > 0) == (total >= 0)]
    # What a name starts from decides only where nothing else does.
    strongest = max(side or found, key=lambda cue: abs(cue.odds))
    return 1.0 / (1.0 + math.exp(-total)), strongest.words

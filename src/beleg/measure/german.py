"""What the words around a name say in a German sentence, in log odds."""

from __future__ import annotations

import re
from collections.abc import Iterator

from beleg.measure import cues
from beleg.measure.names import SHORT, Name
from beleg.measure.places import Place
from beleg.measure.titles import (
    ARTICLES,
    FEMININE,
    FIRST_NAMES,
    MASCULINE,
    NOT_GERMAN,
    NOUN_ARTICLES,
)

Weight = tuple[float, str]
_OF = frozenset("des der von vom im in am aus beim bei für dem den mit zum die das".split())
_PLACES = frozenset("in im bei beim auf aus".split())
_PREPOSITIONS = _PLACES | cues.AGAINST_PLACE
_CITY = re.compile(
    r"(?:[A-ZÄÖÜ]\w+[^e]n|Wien|Berlin|Hamburg|Köln|Frankfurt|Zürch|Schweiz|Lond?on)er$"
)
_HOLDING = frozenset("hält hielt sieht sah erscheint führt zählt".split())
"""What a paper does only with an object: "ob der Anker hält"."""
_OPENERS = frozenset({"", ":", ".", "-", "\n", "#", "|"})
"""Before what opens a sentence, so that its capital says nothing."""
_STOPS = frozenset(",;:.!?–—\n")


def weigh(place: Place, name: Name) -> Iterator[Weight]:
    """Weigh articles, what stands before and behind, and verbs."""
    yield from _weigh_article(place, name)
    yield from _weigh_before(place, name)
    yield from _weigh_after(place, name)
    if not place.joined:
        yield from _weigh_verbs(place, name)


def _is_feminine(name: Name) -> bool:
    return name.word.rsplit(" ", 1)[-1] in FEMININE or name.kind == SHORT


def _weigh_article(place: Place, name: Name) -> Iterator[Weight]:
    article = place.article.lower()
    last = place.before[-1] if place.before else ""
    is_within = last not in _OPENERS and not place.shouting
    if is_within and place.article.istitle() and article in ARTICLES:
        yield 3.5, f"capital of the article: {place.article}"
    if place.joined or place.is_head:
        return
    word = name.word
    if article in NOUN_ARTICLES.get(word, ()):
        yield -4.0, f"article of the everyday word: {article}"
    elif article in {"die", "der"} and (word in NOUN_ARTICLES or name.kind == SHORT):
        yield 2.2, f"article of the title: {article}"
    elif word in MASCULINE and article in {"die", "das", "ins"}:
        yield -3.0, f"article of the everyday word: {article}"
    if not article:
        yield from _weigh_adjective(last)


def _weigh_adjective(last: str) -> Iterator[Weight]:
    """Weigh a determiner or an adjective right before the name."""
    if cues.NONE_OF_IT.match(last):
        yield -4.5, f"determiner: {last}"
    elif cues.ADJECTIVE.match(last) and last not in cues.NO_ADJECTIVE | ARTICLES:
        if last.startswith(("aktuell", "neuest")):
            yield 2.6, f"adjective: {last}"
        else:
            odds = 0.8 if cues.FITTING_ADJECTIVE.match(last) else -3.0
            yield odds, f"adjective: {last}"


def _weigh_before(place: Place, name: Name) -> Iterator[Weight]:
    before, article = place.before, place.article.lower()
    last = before[-1] if before else ""
    small = last.lower()
    yield from _weigh_preposition(place, name, last)
    if name.word in NOT_GERMAN and (small in _PLACES or article in {"dem", "des", "im", "vom"}):
        yield 1.2, f"name behind a preposition: {last or article}"
    noun = _find_noun(before, article)
    if noun:
        yield 3.5, f"what a paper has: {noun}"
    if place.bracketed and (not place.after or place.after[0] in {",", ")", "]"}):
        yield 2.0, "alone in brackets"
    if (small in {"bei", "für", "von"} or article in {"beim", "zum"}) and len(before) > 1:
        works = {word.lower() for word in _read_last_clause(before)} & cues.WORK
        if works and not place.joined:
            yield 2.6, f"work: {min(works)}"
    if article == "dem" or (article == "der" and _is_feminine(name)):
        yield from _weigh_dative(place)


def _weigh_preposition(place: Place, name: Name, last: str) -> Iterator[Weight]:
    small = last.lower()
    if small in cues.SOURCES and small != "per":
        yield 4.0, f"source: {last}"
    elif not place.article and small in cues.PLAIN_PREPOSITIONS and name.word in cues.TIMES:
        yield -3.0, f"preposition: {last}"
    elif small == "gegenüber":
        tells = cues.TELLING_DE.intersection(place.before + place.after)
        yield (3.5, f"said to: {min(tells)}") if tells else (1.0, "gegenüber")
    elif small == "so" and place.before[-2:-1] == (",",):
        yield 3.5, "source: so"
    elif small in cues.AGAINST_PLACE and not place.joined:
        yield -2.0, f"preposition: {last}"


def _read_last_clause(before: tuple[str, ...]) -> tuple[str, ...]:
    """Keep the words behind the last sign."""
    for at in range(len(before) - 1, -1, -1):
        if before[at] in _STOPS:
            return before[at + 1 :]
    return before


def _find_noun(before: tuple[str, ...], article: str) -> str | None:
    """Find "Bericht" before "des", "von der", "in": what a paper has."""
    at = len(before) - 1
    steps = 0
    while at >= 0 and before[at].lower() in _OF and steps < 2:
        at -= 1
        steps += 1
    if at < 0 or (not steps and not article):
        return None
    linked = bool(steps) or article in {"des", "der", "im", "vom", "beim"}
    return before[at] if linked and cues.NOUNS_OF_PAPERS.match(before[at]) else None


def _weigh_dative(place: Place) -> Iterator[Weight]:
    """Weigh "Dem Stern zufolge", "dem Spiegel liegt vor", "das sagte er dem Kurier"."""
    before, after = place.before, place.after
    head = after[0] if after else ""
    last = before[-1].lower() if before else ""
    if cues.LYING.intersection(after[:3]) or (head in {"liegt", "liegen"} and "vor" in after):
        yield 4.5, "lies before: vorliegen"
    elif head in cues.TELLING_DE and (place.article.istitle() or place.article == "dem"):
        yield 3.5, f"said to: {head}"
    elif (not head or head in _STOPS) and last not in _OF | cues.AGAINST_PLACE:
        tells = cues.TELLING_DE.intersection(before[-7:])
        if tells:
            yield 3.5, f"said to: {min(tells)}"


def _weigh_after(place: Place, name: Name) -> Iterator[Weight]:
    after = place.after
    head = after[0] if after else ""
    if place.joined:
        return
    if head == "zufolge":
        yield 4.0, "source: zufolge"
    elif head in cues.COMPLEMENTS:
        is_date = head == "vom" and len(after) > 1 and after[1][:1].isdigit()
        yield (1.0, "issue") if is_date else (-1.5, f"what it is of: {head}")
    elif head == ":" and not place.before and not place.article:
        yield -2.0, "heads a note"
    elif head[:1].isupper() and head.isalpha() and place.tail[:1].isspace():
        yield from _weigh_neighbour(place, name, head)
    last = place.before[-1] if place.before else ""
    if not cues.KINDS_OF_PAPERS.match(last):
        if name.word in FIRST_NAMES and head in cues.SAYING_DE | cues.DOING_DE | {"und"}:
            yield -4.0, f"what people do: {head}"
        yield from _weigh_name_before(place, name, last)


def _weigh_name_before(place: Place, name: Name, last: str) -> Iterator[Weight]:
    """Weigh a capital word right before: "Isaac Stern", "Kölner Express"."""
    if place.article or not last[:1].isupper() or not last.isalpha() or len(place.before) < 2:
        return
    if _CITY.match(last):
        yield 2.2, f"where it appears: {last}"
    elif name.word in FIRST_NAMES or not _is_german_noun(last):
        yield -1.5, f"name before: {last}"


def _weigh_neighbour(place: Place, name: Name, head: str) -> Iterator[Weight]:
    """Weigh a capital word right behind: "Brigitte Hansen", "Capital Bra"."""
    if name.word in FIRST_NAMES:
        yield -5.0, f"surname: {head}"
    elif not place.article:
        yield -2.0, f"longer name: {head}"


def _is_german_noun(word: str) -> bool:
    """Tell nouns that stand before titles from parts of a longer name."""
    return bool(cues.NOUNS_OF_PAPERS.match(word) or cues.KINDS_OF_PAPERS.match(word)) or (
        word.endswith(("er", "ung", "keit", "heit")) or word.istitle() is False
    )


def _weigh_verbs(place: Place, name: Name) -> Iterator[Weight]:
    """Weigh what the name does, and what is done in it."""
    before = place.before
    last = before[-1] if before else ""
    clause = _read_clause(place.after)
    article = place.article.lower()
    if name.word in FIRST_NAMES and not article:
        return
    if {"wie", "dass"}.intersection(map(str.lower, before[-2:])):
        said = [word for word in clause if word in cues.SAYING_DE or word in cues.DONE_DE]
        if said:
            yield 4.5, f"verb of saying: {said[0]}"
            return
    if article in {"", "der", "die", "das"} and last.lower() not in _PREPOSITIONS:
        if clause:
            yield from _weigh_deed(clause[0], clause)
        if last in cues.SAYING_DE or (last in cues.DOING_DE and not clause):
            yield 3.3, f"verb of saying: {last}"
    if article in {"im", "in", "beim"} or last.lower() in _PLACES | {"aus"}:
        yield from _weigh_standing(place, clause)


def _weigh_standing(place: Place, clause: tuple[str, ...]) -> Iterator[Weight]:
    """Weigh "im Spiegel hieß es", "... erschien in der Zeit."."""
    head = clause[0] if clause else ""
    if head in cues.STANDING_DE and len(place.before) < 2:
        yield 3.0, f"stands in it: {head}"
    elif not head:
        stood = cues.STANDING_DE.intersection(place.before[1:])
        if stood:
            yield 2.6, f"stands in it: {min(stood)}"


def _read_clause(after: tuple[str, ...]) -> tuple[str, ...]:
    """Keep the words up to the next sign."""
    for at, word in enumerate(after):
        if word in _STOPS:
            return after[:at]
    return after


def _weigh_deed(head: str, clause: tuple[str, ...]) -> Iterator[Weight]:
    """Weigh the verb right behind a subject, and the rest of its clause."""
    rest = clause[1:]
    if rest and rest[-1] == "nicht":
        return  # who says that a paper did not report uses other words: see denials
    if "sich" in rest[:2] and head not in {"beruft", "berief", "beriefen", "stützt", "stützte"}:
        return
    if head in cues.SAYING_DE:
        if rest and rest[-1] == "vor":
            return
        to_somebody = rest[:1] and rest[0] in {"dem", "ihm", "ihr", "mir", "uns", "einem"}
        yield (1.0 if to_somebody else 4.0), f"verb of saying: {head}"
    elif head in cues.DOING_DE and rest[:1] != ("nicht",) and (rest or head not in _HOLDING):
        yield 2.3, f"what a paper does: {head}"
    elif head in cues.HAVING_DE:
        done = cues.DONE_DE.intersection(rest)
        if done:
            yield 4.0, f"what a paper does: {head} {min(done)}"
    elif head in cues.CAN_DE:
        finds = cues.FINDING_DE.intersection(rest)
        if finds:
            yield 3.5, f"what a paper does: {head} {min(finds)}"

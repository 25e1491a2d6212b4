"""What the words around a name say in an English sentence, in log odds."""

from __future__ import annotations

from collections.abc import Iterator

from beleg.measure import cues
from beleg.measure.names import Name
from beleg.measure.places import Place
from beleg.measure.titles import FIRST_NAMES, GERMAN_HOUSES, NOT_ENGLISH

Weight = tuple[float, str]
_OPENERS = frozenset({".", ":", "\n", "#", "|", "-"})
_GERMAN_ARTICLES = frozenset("der die das des dem den".split())


def weigh(place: Place, name: Name) -> Iterator[Weight]:
    """Weigh capitals and neighbours, what stands before and behind, and verbs."""
    yield from _weigh_capital(place, name)
    yield from _weigh_article(place, name)
    yield from _weigh_before(place)
    yield from _weigh_after(place, name)


def _is_capital(word: str) -> bool:
    return word[:1].isupper() and word.isalpha()


def _weigh_capital(place: Place, name: Name) -> Iterator[Weight]:
    """Weigh a capital within a sentence, which English gives to names alone."""
    article = place.article.lower()
    last = place.before[-1] if place.before else ""
    head = place.after[0] if place.after and place.tail[:1] in {" ", "\u00a0"} else ""
    if article in _GERMAN_ARTICLES:
        yield 4.5, f"German article: {place.article}"
        return
    if place.form[:1].islower():
        yield -6.0, "small letter"
        return
    if _is_capital(last) and not article:
        if not _fits_before(last, opens=len(place.before) == 1):
            yield -3.0, f"longer name: {last}"
    elif place.before and last not in _OPENERS and not (place.shouting or _is_heading(place)):
        yield 3.0, "capital"
    if _is_capital(head):
        yield -3.5, f"longer name: {head}"
    if name.word in GERMAN_HOUSES:
        yield (-7.0 if place.form.isupper() else -4.0), "English word"
    if name.word == "sun" and _is_sky(place):
        yield -5.0, "the sun in the sky"


def _fits_before(word: str, *, opens: bool) -> bool:
    """Tell "According to", "Newspaper" before a title from "Greenwich Mean" before *Time*."""
    small = word.lower()
    if cues.KINDS_OF_PAPERS.match(word):
        return True
    if opens:
        return small in cues.ENGLISH or bool(cues.NOUNS_OF_PAPERS.match(small))
    return small in cues.FOR_TITLES_EN


def _is_sky(place: Place) -> bool:
    words = (word.lower().split("'")[0].split("’")[0] for word in place.before + place.after)
    return not cues.SKY.isdisjoint(words)


def _is_heading(place: Place) -> bool:
    """Tell whether every longer word around has a capital, so that one says nothing."""
    longer = [word for word in place.before + place.after if len(word) > 3 and word.isalpha()]
    return not any(word.islower() for word in longer)


def _weigh_article(place: Place, name: Name) -> Iterator[Weight]:
    article = place.article.lower()
    last = place.before[-1] if place.before else ""
    if article == "the":
        if not name.has_article and name.word not in NOT_ENGLISH and place.form != name.word:
            yield -2.5, "article of the everyday word: the"
        elif name.has_article and place.article.istitle() and place.before:
            yield 2.0, "capital of the article: The"
    elif name.has_article and not article and not place.joined and not _has_kind_behind(place):
        yield -2.5, "no article"
    if cues.NONE_OF_IT.match(last) and not article and not _has_kind_behind(place):
        yield -3.5, f"determiner: {last}"


def _weigh_before(place: Place) -> Iterator[Weight]:
    last = place.before[-1] if place.before else ""
    small = last.lower()
    if small == "to" and place.before[-2:-1] and place.before[-2].lower() == "according":
        yield 4.0, "source: according to"
    elif small in cues.SOURCES:
        yield 3.5, f"source: {last}"
    elif small in {"of", "by", "in", "for", "from", "at", "with", "to", "told", "that"}:
        near = [word for word in place.before[-5:] if _is_of_papers(word.lower())]
        if near:
            yield 3.0, f"what a paper has: {near[-1]}"
    if small in {"told", "tells", "quoted", "cited"}:
        yield 3.5, f"said to: {last}"


def _is_of_papers(word: str) -> bool:
    return len(word) > 3 and word != "told" and bool(cues.NOUNS_OF_PAPERS.match(word))


def _has_kind_behind(place: Place) -> bool:
    return bool(place.after) and (
        place.after[0] in cues.AFTER_EN or place.after[0].startswith(("'", "’"))
    )


def _weigh_after(place: Place, name: Name) -> Iterator[Weight]:
    after = place.after
    head = after[0] if after else ""
    if place.tail[:2] in {"'s", "’s"}:
        kinds = cues.AFTER_EN.intersection(after[:6])
        if kinds:
            yield 3.5, f"what a paper has: {min(kinds)}"
    elif head in cues.AFTER_EN:
        yield 4.0, f"what a paper has: {head}"
    elif head == "of":
        yield -4.0, "what it is of: of"
    else:
        yield from _weigh_verb(after, name)


def _weigh_verb(after: tuple[str, ...], name: Name) -> Iterator[Weight]:
    at = 0
    while at < len(after) and at < 2 and after[at].lower() in {"also", "first", "since", "has"}:
        at += 1
    verb = after[at] if at < len(after) else ""
    if verb in cues.SAYING_EN or (at and verb in cues.DONE_EN):
        yield (-2.0 if name.word in FIRST_NAMES else 3.8), f"verb of saying: {verb}"
    elif verb in {"said", "says", "asked"}:
        weak = -1.0 if name.word == "people" else 1.5
        yield (3.0 if name.has_article else weak), f"said: {verb}"
    elif verb in {"could", "did", "does"} and cues.DONE_EN.intersection(after[:6]):
        yield 3.0, f"what a paper does: {verb}"
    elif not at and name.has_article and _is_noun(verb):
        yield -3.0, f"adjective of: {verb}"


def _is_noun(word: str) -> bool:
    """Tell "the Independent candidate" from "the Independent reported", as far as endings do."""
    is_small = word.isalpha() and word.islower() and word not in cues.ENGLISH
    return is_small and not word.endswith(("ed", "es", "s"))

"""Sentences that state nothing: courtesies, offers, and "I could not find anything"."""

from __future__ import annotations

import re

_SPEAKER_EN = r"(?:i|we)"
_DENIES_EN = r"(?:could\ not|couldn['’]t|cannot|can['’]t|did\ not|didn['’]t|do\ not|don['’]t)"
_FINDS_EN = r"(?:find|locate|have|access|provide|know|see|identify|confirm|determine)"
_SOURCES_EN = (
    r"(?:search|provided|given|available|retrieved)\ (?:results?|sources?|information|texts?)"
)
_FINDS_DE = r"(?:finden|gefunden|feststellen|ermitteln|beantworten|bestätigen|sagen|vor)"
_SOURCES_DE = r"(?:suchergebnisse|quellen|ergebnisse|dokumente|texte|informationen)n?"

_OPENINGS = (
    # nothing found, not known
    rf"{_SPEAKER_EN}(?:['’](?:m|re)|\ am|\ are|\ was|\ were)?\ (?:unable|not\ able)\ to\b",
    rf"{_SPEAKER_EN}\ {_DENIES_EN}\ (?:\w+\ ){{0,2}}{_FINDS_EN}\b",
    (
        rf"(?:the\ {_SOURCES_EN}|there\ (?:is|was|were|are))\ "
        r"(?:no|do(?:es)?\ not|did\ not|don['’]t|contain\ no)\ (?:\w+\ ){0,3}"
        r"(?:information|results?|mention|contain|provide|include|specify)\b"
    ),
    (
        r"(?:leider\ )?(?:ich|wir)\ (?:konnten?|kann|können|habe|haben)\ .{0,80}"
        rf"\b(?:nichts?|keinen?)\b.{{0,160}}\b{_FINDS_DE}\b"
    ),
    (
        r"(?:leider|dazu|hierzu)\ (?:konnten?|kann|können|habe|haben|liegen|gibt|finde|lässt)\ "
        r"(?:ich|wir|es|mir|uns|sich)\b.{0,200}\b(?:nichts?|keiner?n?)\b"
    ),
    (
        r"(?:es|mir|uns)\ (?:wurden|liegen|konnten)\ .{0,80}\b(?:keine|nichts)\b.{0,100}"
        rf"\b{_FINDS_DE}\b"
    ),
    (
        rf"in\ den\ (?:\w+\ ){{0,2}}{_SOURCES_DE}\b.{{0,80}}\b(?:keine|nichts|nicht)\b.{{0,100}}"
        r"\b(?:finden|gefunden|genannt|enthalten|erwähnt|informationen|angaben|hinweise)\b"
    ),
    (
        r"die\ (?:vorliegenden|verfügbaren|gefundenen|bereitgestellten)\ "
        rf"{_SOURCES_DE}\ .{{0,60}}\b(?:keine|nichts|nicht)\b"
    ),
    # the engine about itself
    r"(?:i['’]m|i\ am)\ (?:sorry|afraid|an?\ ai)\b|sorry\b|unfortunately,?\ i\b|i\ apologi[sz]e\b",
    r"as\ an?\ (?:ai|large\ language)\b|i\ found\ (?:this|the\ following)\b",
    r"als\ (?:ki|sprachmodell)\b|(?:es\ )?tut\ mir\ leid\b|entschuldigung\b",
    # announcements and agreements
    r"here(?:['’]s|\ is|\ are)\b.{0,160}:$|hier\ (?:ist|sind|finden\ sie|findest\ du)\b.{0,160}:$",
    r"(?:sure|certainly|of\ course|absolutely|great\ question|you['’]re\ welcome)\s*[!,.]",
    r"(?:gerne?|natürlich|selbstverständlich|klar|sicher)\s*[!,.:]|gern\ geschehen\b",
    # offers and farewells
    r"i\ hope\ (?:this|that|it)\b|(?:please\ )?(?:let\ me\ know|feel\ free)\b",
    (
        r"if\ you(?:['’]d|\ would)?\ (?:like|have|need|want)\b.{0,200}"
        r"\b(?:let\ me|i\ can|feel\ free|tell\ me)\b"
    ),
    r"would\ you\ like\b|thank\ you\b|thanks\s*[!,.]|ich\ (?:hoffe|helfe)\b|vielen\ dank\b",
    (
        r"(?:wenn|falls|sollten?)\ (?:sie|du)\b.{0,200}"
        r"\b(?:fragen|lassen\ sie|lass\ es|sagen\ sie|sag\ mir|helfe\ ich|kann\ ich|stehe\ ich)\b"
    ),
    r"(?:lassen\ sie|lass)\ (?:es\ )?mich\ wissen\b|(?:möchten\ sie|möchtest\ du)\b",
)
_NO_CLAIM = re.compile("|".join(f"(?:{o})" for o in _OPENINGS), re.IGNORECASE | re.VERBOSE)


def states_nothing(sentence: str) -> bool:
    """Tell whether a sentence is a courtesy, an offer, or says that nothing was found.

    Args:
        sentence: One sentence, marks blanked, no white space at its ends. Only its first few
            hundred characters are read.
    """
    return _NO_CLAIM.match(" ".join(sentence[:600].split())) is not None

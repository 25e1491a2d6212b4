"""What the words around a name say: title or everyday word, found or not found."""

from __future__ import annotations

import re
from collections.abc import Sequence

from beleg.measure.names import ARTICLES

Span = tuple[int, int]

COMMON = -2.0
"""Log odds at which an everyday word starts: without a word for it, it is no title."""

_BOUNDARY = re.compile(r"(?<=[.!?…])[\"'“”«»)\]*]*\s+(?=[\"'„“»«(\[*]*[A-ZÄÖÜ0-9])|\n+")
_ABBREVIATION = re.compile(
    r"(?:\b(?:z\. ?B|d\. ?h|u\. ?a|Dr|Prof|Nr|Mr|Mrs|Ms|St|ca|bzw|vgl|e\.g|i\.e|No)|\b\d{1,2})\.$"
)

_SAYING_BEFORE = re.compile(
    r"(?:\b(?:laut|gemäß|gegenüber|zitiert|zitierte|berichtet|berichtete|berichten|schreibt|schrieb"
    r"|meldet|meldete|titelt|titelte|so|according\ to|told|by|per|cited|quoted|via"
    r"|(?:Interview|Gespräch|interview)\ (?:mit|with)|(?:Informationen|Angaben|Recherchen|Bericht"
    r"|Artikel|Bericht(?:e|en|s)|Umfrage)(?:\ von)?|(?:sagte|sagt|erklärte)(?:\ \w+)?"
    r"|(?:report|article|story|investigation|interview)s?\ (?:by|in|from))"
    r"(?:\ (?:der|die|das|des|dem|the|von))?)\ [„“\"»*]*$",
    re.IGNORECASE | re.VERBOSE,
)
_SAYING_AFTER = re.compile(
    r"[“”\"«*]*(?:\ (?:hat|hatte|has|had|also|auch|online|Online|zuerst|first))?\ "
    r"(?:zufolge|berichtet|berichtete|berichten|schreibt|schrieb|meldet|meldete|zitiert|zitierte"
    r"|titelt|titelte|recherchierte|enthüllte|veröffentlichte|reported|reports|writes|wrote|said"
    r"|says|noted|quoted|published|revealed|investigation|reporter|journalist|editor|newspaper"
    r"|magazine|article)\b",
    re.VERBOSE,
)
_OUTLET_AFTER = re.compile(
    r"(?:[ -](?:Online|ONLINE|online|TV|Plus|\+|[Mm]agazine?|[Nn]ewspaper|Verlag|Podcast)\b"
    r"|-(?:Bericht|Redak|Report|Interview|Recherche|Titel|Journalis|Information|Chefredak|Autor|Artikel|Umfrage|Leser"
    r"|Korrespondent|Kolumn|Ausgabe|Story|Geschichte|Gespräch|Beitrag|Team|Meldung|Gruppe))"
)
_OUTLET_BEFORE = re.compile(
    r"\b(?:Zeitung|Zeitschrift|Magazin|Nachrichtenmagazin|Wochenzeitung|Tageszeitung|Wochenmagazin"
    r"|Boulevardblatt|Boulevardzeitung|Regionalzeitung|Blatt|newspaper|magazine|daily|weekly"
    r"|tabloid|outlet|broadsheet)s?\ [„“\"»*]*(?:der\ |die\ |das\ |the\ )?$",
    re.IGNORECASE | re.VERBOSE,
)
_NOUN_ARTICLES = {"bild": frozenset("das dem im ein kein dieses vom zum am ins beim des".split())}
"""Articles that speak for the everyday word where its gender is not the title's: die *Bild*."""
_ADJECTIVE = re.compile(r"\b[a-zäöüß]{3,}(?:e|en|er|es|em) $")
_TITLE_ARTICLE = re.compile(r"[\w,] [„“\"»*(]*(?:Der|Die|Das|Des|Dem|Den|The) [„“\"»*]*$")
"""An article with a capital within a sentence, not at the head of it or behind a colon."""
_IN_QUOTES = re.compile(r"[„“\"»«‚'*_]$")

_NOT_FOUND = re.compile(
    r"\b(?:I|we|ich|wir)\b[^.!?\n]{0,60}\b(?:could(?:n['’]t|\ not)|can(?:['’]t|not|\ not)"
    r"|did(?:n['’]t|\ not)|unable|not\ able|nichts|nicht|keine?[nrsm]?|found\ no(?:thing|ne)?)\b"
    r"[^.!?\n]{0,120}\b(?:find|locate|identify|access|verify|retrieve|see|by|from|gefunden|finden"
    r"|ermitteln|entdecken|zugreifen|feststellen|von|bei)\b",
    re.IGNORECASE | re.VERBOSE,
)
_NONE_THERE = re.compile(
    r"\b(?:no|nothing|none|nichts|keine?[nrsm]?|nicht)\b[^.!?\n]{0,120}"
    r"\b(?:found|available|turned\ up|gefunden|finden|auffindbar|vorhanden|bekannt|vor|vorliegen)"
    r"\b"
    r"|\bthere\ (?:is|are|was|were)\ (?:no|nothing)\b|\b(?:gibt|liegen|liegt|finden|findet|fanden)"
    r"\b[^.!?\n]{0,80}\b(?:nichts|keine?[nrsm]?)\b",
    re.IGNORECASE | re.VERBOSE,
)
_OF = re.compile(
    r"\b(?:by|from|of|in|on|at|via|von|vom|bei|beim|im|in|aus|auf)"
    r"\ (?:(?:der|die|das|des|dem|den|the)\ )?[„“\"»*]*$",
    re.IGNORECASE | re.VERBOSE,
)


def find_sentences(text: str) -> list[int]:
    """Give the start of each sentence."""
    starts = [0]
    for match in _BOUNDARY.finditer(text):
        before = text[max(0, match.start() - 12) : match.start()]
        if "\n" in match.group() or not _ABBREVIATION.search(before):
            starts.append(match.end())
    return starts


def weigh_words(text: str, name: Span, sentence: Span, language: str | None) -> float:
    """Sum what the words around an everyday word say for the title, in log odds."""
    start, end = name
    before, after = text[sentence[0] : start], text[end : min(sentence[1], end + 60)]
    form = text[start:end]
    article = (before.split() or [""])[-1].strip("„“\"»*'(")
    opens = not before.strip("„“\"»*'( ")
    odds = COMMON
    if form.isupper() and len(form) > 2 and not text[sentence[0] : sentence[1]].isupper():
        odds += 3.5
    if _IN_QUOTES.search(before) and after[:1] and after[0] in "“”\"«»‘'*_":
        odds += 3.0
    if article[:1].isupper() and _TITLE_ARTICLE.search(before):
        odds += 3.5  # "wie Der Spiegel schreibt": the capital belongs to a title
    if _SAYING_BEFORE.search(before) or _SAYING_AFTER.match(after):
        odds += 3.0
    if _OUTLET_AFTER.match(after) or _OUTLET_BEFORE.search(before):
        odds += 4.0
    if language == "en" and not opens and _stands_alone(before, after):
        odds += 3.0  # English writes everyday words small
    if article.lower() in _NOUN_ARTICLES.get(form.lower(), frozenset()):
        odds -= 3.0
    if language != "en" and _ADJECTIVE.search(before) and article.lower() not in ARTICLES:
        odds -= 1.0
    return odds


def _stands_alone(before: str, after: str) -> bool:
    """Tell a capital of its own from one of many: "Summer Time", "Just In Time Compilation"."""
    left = (before.split() or [""])[-1].strip("„“\"»*'(")
    right = (after.split() or [""])[0].lstrip("„“\"»*'(")
    is_apart = after[:1] in ".,;:!?)" or not after
    return (left.lower() in ARTICLES or not left[:1].isupper()) and (
        is_apart or not right[:1].isupper()
    )


def is_negative(text: str, name: Span, sentence: Span) -> bool:
    """Tell "I could not find anything by X" from "X could not find anything"."""
    whole = text[sentence[0] : sentence[1]]
    if _NOT_FOUND.search(whole):
        return True
    return bool(_NONE_THERE.search(whole) and _OF.search(text[sentence[0] : name[0]]))


def is_listed(text: str, name: Span, others: Sequence[Span]) -> bool:
    """Tell whether the name stands in a list with a name that is beyond doubt."""
    for other in others:
        left, right = sorted((name, other))
        gap = text[left[1] : right[0]].strip(" „“\"»«*'”_()")
        words = {word for word in re.split(r"[\s„“\"»«*,/&()]+", gap.lower()) if word}
        allowed = {"und", "and", "sowie", "oder", "or", "bzw", "der", "die", "das", "the", "wie"}
        if len(gap) < 30 and "\n" not in gap and words <= allowed and (gap or words):
            return True
    return False

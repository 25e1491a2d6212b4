"""Negative mentions: "I could not find anything by X" names X, and recommends nothing."""

from __future__ import annotations

import re

Span = tuple[int, int]

_NEGATIONS = (
    "nicht", "kein", "weder", "no ", "not", "one ", "neither", "unable", "n't", "n’t", "No",
    "Kein", "Weder", "Neither", "Nichts", "Nicht", "never", "ohne ",
)  # fmt: skip
"""Substrings of which a sentence holds one where anything in it is denied: a quick first look."""
_SEEKER = re.compile(
    r"\b(?:I|we|my\ search|ich|wir|mir|uns|man)\b[^.!?\n;]{0,60}"
    r"\b(?:could(?:n['’]t|\ not)|can(?:['’]t|not|\ not)|did(?:n['’]t|\ not)|unable|not\ able"
    r"|nichts|nicht|keine?[nrsm]?|found\ no(?:thing|ne)?|no)\b"
    r"|\b(?:konnte|konnten|kann|habe|haben)\s(?:ich|wir|man)\b[^.!?\n;]{0,80}"
    r"\b(?:nichts|nicht|keine?[nrsm]?)\b|\b(?:nothing|nichts|keine?[nrsm]?)\b[^.!?\n;]{0,60}"
    r"\b(?:fand|konnte|habe)\ (?:ich|wir)\b|\bkonnte ich nicht finden\b",
    re.IGNORECASE,
)
_SEEKING = re.compile(
    r"\b(?:find|locate|identify|access|retrieve|see|gefunden|finden|fand|ermitteln|entdecken"
    r"|zugreifen|feststellen|bekannt|found|returned|vor)\b",
    re.IGNORECASE,
)
_NOTHING_BEFORE = re.compile(
    r"\b(?:no|nothing|none|nichts|keine?[nrsm]?)\b(?P<between>[^.!?\n;]{0,70})$", re.IGNORECASE
)
_OF = re.compile(
    r"\b(?:by|from|of|in|on|at|via|von|vom|bei|beim|im|aus|auf|(?<=\w\ )des|(?<=\w\ )der)"
    r"\ ?(?:(?:der|die|das|des|dem|den|the)\ )?[„“\"»*_(]*$",
    re.IGNORECASE,
)
_NOTHING_AFTER = re.compile(
    r"^[“”\"«*_]*(?:\ \w+){0,5}?\ (?:nichts|keine?[nrsm]?|nicht\ (?:auffindbar|vorhanden|verfügbar"
    r"|zu\ finden))\b",
    re.IGNORECASE,
)
_SILENT = re.compile(
    r"^[“”\"«*_]*\ (?:(?:hat|hatte|haben|hatten)\ (?:(?!und\b)\w+\ ){0,4}"
    r"(?:nicht|nichts|keine?[nrsm]?)\b"
    r"(?!\ nur)[^.!?\n;,]{0,60}\b(?:berichtet|veröffentlicht|geschrieben|erwähnt|aufgegriffen"
    r"|thematisiert|gemeldet)\b"
    r"|(?:berichtete?n?|erwähnte?n?|meldete?n?|schreibt|schrieb|thematisierte?n?|behandelte?n?)"
    r"\ (?:\w+\ ){0,4}(?:nicht|nichts)\b(?!\ nur)"
    r"|(?:did|does|do|has|have|had)(?:\ not|n[’']t)\ (?:\w+\ )?(?:report\w*|cover\w*|mention\w*"
    r"|publish\w*|writ\w+|address\w*)\b"
    r"|(?:schweigt|schwieg)\ dazu)",
    re.IGNORECASE,
)
_SILENT_BEFORE = re.compile(
    r"\b(?:hat|hatte|haben)\ (?:der|die|das)?\ ?[„“\"»*_]*$", re.IGNORECASE
)
_NOT_DONE = re.compile(
    r"^[“”\"«*_]*\ (?:\w+\ ){0,3}(?:nicht|nichts)\ (?:\w+\ ){0,2}(?:berichtet|veröffentlicht"
    r"|geschrieben|erwähnt|gemeldet)\b",
    re.IGNORECASE,
)
_NEITHER = re.compile(
    r"\b(?:weder|neither)\ [^.!?\n;]{0,60}$|\b(?:weder|neither)\b[^.!?\n;]{0,60}\b(?:noch|nor)\ "
    r"[^.!?\n;,]{0,20}$",
    re.IGNORECASE,
)
_TURN = re.compile(r"[;:]|,\ (?:aber|but|doch|jedoch|sondern|während)\b|\bdass\b|\bthat\b")
"""Where another clause begins, which the negation before it does not reach."""
_FIGURES = re.compile(r"\b(?:außer|except|besides|wie|nur|only|just)\b", re.IGNORECASE)
_REPORTED = re.compile(r"\b(?:laut|zufolge|according\ to)\b", re.IGNORECASE)


def is_negative(text: str, name: Span, sentence: Span) -> bool:
    """Tell "I could not find anything by X" and "X does not report on it" from "X found nothing".

    Args:
        text: The text.
        name: The name within it.
        sentence: Its sentence.
    """
    whole = text[sentence[0] : sentence[1]]
    for sign in _NEGATIONS:
        if sign in whole:
            break
    else:
        return False
    before, after = text[sentence[0] : name[0]], text[name[1] : sentence[1]]
    turns = list(_TURN.finditer(before))
    own = before[turns[-1].end() :] if turns else before
    if _SILENT.match(after) or _NEITHER.search(own):
        return True
    if _SILENT_BEFORE.search(own) and _NOT_DONE.match(after):
        return True
    if _REPORTED.search(own[-25:]):
        return False
    nothing = _NOTHING_BEFORE.search(own)
    if nothing and not _FIGURES.search(nothing["between"]) and _is_source(own, nothing["between"]):
        return True
    sought = _SEEKER.search(own + after) if not turns else _SEEKER.search(own)
    if sought and _SEEKING.search(own + after) and (_OF.search(own) or not _acts(after)):
        return sought.start() <= len(own) or "," not in after[: sought.start() - len(own)]
    return bool(_OF.search(own) and (_NOTHING_AFTER.match(after)))


def _is_source(own: str, between: str) -> bool:
    """Tell "keinen Bericht des", "nothing from", "keine bei Spiegel oder" before a name."""
    return bool(_OF.search(own)) or bool(
        re.search(
            r"\b(?:by|from|in|bei|im|von|vom|on|auf)\b[^,]{0,40}\b(?:oder|or|und|and)\ $", between
        )
    )


def _acts(after: str) -> bool:
    """Tell whether a verb of saying stands right behind the name."""
    return bool(
        re.match(
            r"[“”\"«*_]*\ (?:berichtet|schreibt|meldet|reported|reports|says|said|gives)", after
        )
    )

"""What came back, told from an answer's text: answered, refused or empty."""

from __future__ import annotations

import re

from beleg.records import Status

_LONGEST = 500  # characters; what is longer than a polite no answers something
_BEGIN = r"(?:^|[.!]\s+)"
# "I could not find anything on X" is an answer: the engine looked, and says what came of it.
_REFUSALS = (
    re.compile(
        _BEGIN + r"(?:(?:i['’]?m|i am) (?:very |really |so )?sorry|sorry|i apologi[sz]e|as an ai"
        r"(?: language)?(?: model| assistant)?)?[,.;–—-]?\s*(?:but )?i(?:['’]?m| am)?"
        r"\s(?:can['’]?t|cannot|can not|won['’]?t|will not|(?:not able|unable) to)\s"
        r"(?:\w+\s){0,2}?"
        r"(?:help|assist|answer|comply|discuss|fulfil+|engage|support|provide (?:that|this|you)"
        r"|respond|do that|talk about|share (?:that|this))\b",
        re.IGNORECASE,
    ),
    # "I can't provide information on X" alone may go on with what there is; sorry for it, it ends.
    re.compile(
        _BEGIN + r"(?:(?:i['’]?m|i am) (?:very |really |so )?sorry|sorry|i apologi[sz]e)"
        r"[,.;–—-]?\s*(?:but )?i\s(?:can['’]?t|cannot|can not|won['’]?t|will not)\s"
        r"(?:provide|give|share|offer)\b",
        re.IGNORECASE,
    ),
    re.compile(
        _BEGIN + r"(?:(?:es )?tut mir (?:sehr )?leid|entschuldigung|entschuldige|leider"
        r"|ich bedaure?re|als ki(?:-\w+)?)?[,.;–—-]?\s*(?:aber |doch )?(?:leider )?"
        r"(?:(?:das|dabei|damit|dazu|darauf|diese \w+|hierbei|hier|da) )?"
        r"(?:kann|darf|werde|möchte)"
        r"\sich\s(?:\w+\s){0,4}?(?:nicht|nichts|keine\w*)(?:\s\w+){0,4}?\s?(?:helfen|weiterhelfen"
        r"|unterstützen|beantworten|antworten|äußern|sagen|geben|behilflich|erfüllen|nachkommen"
        r"|besprechen|machen)\b",
        re.IGNORECASE,
    ),
    re.compile(
        _BEGIN
        + r"(?:(?:es )?tut mir (?:sehr )?leid[,.]?\s*(?:aber |doch )?)?ich\s(?:kann|darf|werde"
        r"|möchte)\s(?:\w+\s){0,4}?(?:nicht|nichts|keine\w*)(?:\s\w+){0,4}?\s?(?:helfen"
        r"|weiterhelfen|unterstützen|beantworten|antworten|äußern|behilflich|erfüllen|nachkommen"
        r"|besprechen|auskunft geben|auskünfte geben|angaben machen)\b",
        re.IGNORECASE,
    ),
    # "Zu den Kosten kann ich nichts sagen, die Stadt nennt …" answers: here the sentence must end.
    re.compile(
        _BEGIN + r"zu[mr]?\s(?:\w+\s){1,4}?kann\sich\s(?:\w+\s){0,3}?(?:nichts|keine\w*)"
        r"(?:\s\w+){0,2}?\s(?:sagen|geben|machen)(?:[.!]|,\s(?:da|weil|denn)\b|$)",
        re.IGNORECASE,
    ),
)


def tell_status(text: str | None, *, has_citations: bool) -> Status:
    """Tell an answer's status where its engine does not.

    Args:
        text: The answer's text; None or blank where there is none.
        has_citations: Whether it shows links: what cites is no refusal, and links alone are an
            answer (measured, and not groundable).
    """
    if text is None or not text.strip():
        return Status.ANSWERED if has_citations else Status.EMPTY
    if not has_citations and len(text) <= _LONGEST:
        flat = " ".join(text.split())
        if any(refusal.search(flat) for refusal in _REFUSALS):
            return Status.REFUSED
    return Status.ANSWERED

"""Rules that change what a sentence says: figures, dates, names, units, denials, opposites.

What is put in comes from the same article where it can (the wrong name is in the text too), else
from another, or is made up.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from perturbation_rules import Rule, Source, draw, find_names, sub_once
from perturbation_words import (
    ACRONYM,
    AUXILIARY,
    DATE,
    DAYS,
    DENIAL,
    FIGURE,
    MONTHS,
    OPPOSITES,
    PLACE,
    PLACES,
    SPEECH,
    UNITS,
    WORDS,
)


def _other(choices: Sequence[str], source: Source, old: str) -> str | None:
    inside = set(re.findall(r"\w+", source.sentence))
    free = [c for c in choices if c != old and not inside & set(re.findall(r"\w+", c))]
    return free[draw(source.sentence + old, len(free))] if free else None


def _places_of_dates(source: Source) -> list[tuple[int, int]]:
    return [m.span() for m in DATE[source.language].finditer(source.sentence)]


def _swappable(source: Source) -> list[re.Match[str]]:
    dates = _places_of_dates(source)
    return [
        m
        for m in FIGURE.finditer(source.sentence)
        if not any(a <= m.start() < b for a, b in dates)
        and not re.match(r"(?:19|20)\d\d$", m.group())
    ]


def swap_number_near(source: Source) -> str | None:
    """Put another figure of the same article in a figure's place."""
    for found in _swappable(source):
        alike = [f for f in source.figures if abs(len(f) - len(found.group())) <= 1
                 and not re.match(r"(?:19|20)\d\d$", f)]  # fmt: skip
        if new := _other(alike, source, found.group()):
            return source.sentence[: found.start()] + new + source.sentence[found.end() :]
    return None


def swap_number(source: Source) -> str | None:
    """Change a figure's leading digits."""
    for found in _swappable(source):
        old = found.group()
        first = 1 + (int(old[0]) + 1 + draw(source.sentence, 7)) % 9
        new = f"{first if first != int(old[0]) else first % 9 + 1}{old[1:]}"
        return source.sentence[: found.start()] + new + source.sentence[found.end() :]
    return None


def swap_number_word(source: Source) -> str | None:
    """Put another number word in a number word's place."""
    words = WORDS[source.language]
    found = re.search(rf"(?<![\w-])({'|'.join(words)})(?![\w-])", source.sentence)
    new = _other(words, source, found.group()) if found else None
    return (
        source.sentence[: found.start()] + new + source.sentence[found.end() :]
        if found and new
        else None
    )


def swap_date(source: Source) -> str | None:
    """Change the day, the month or the year of a date."""
    found = DATE[source.language].search(source.sentence)
    if not found:
        found = re.search(r"(?<![\w.,:/-])((?:19|20)\d\d)(?![\w:/-]|[.,]\d)", source.sentence)
        if not found:
            return None
        year = str(int(found[0]) + (1 + draw(source.sentence, 6)) * (-1) ** draw(found[0], 2))
        return source.sentence[: found.start()] + year + source.sentence[found.end() :]
    names = MONTHS[source.language].split()
    at, day_at = (2, 1) if source.language == "de" else (1, 2)
    if draw(source.sentence, 2):
        new = names[(names.index(found[at]) + 1 + draw(source.sentence, 10)) % 12]
    else:
        new, at = str((int(found[day_at]) + draw(source.sentence, 26)) % 28 + 1), day_at
        new = new if new != found[day_at] else str(int(new) % 28 + 1)
    return source.sentence[: found.start(at)] + new + source.sentence[found.end(at) :]


def _swap_name(source: Source, choices: Sequence[str]) -> str | None:
    for name in find_names(source.sentence):
        if new := _other(choices, source, name):
            return source.sentence.replace(name, new)
    lasts = {n.split()[-1] for n in source.names}
    for word in re.findall(r"(?<![\w-])[A-ZÄÖÜ][a-zäöüß]{3,}(?![\w-])", source.sentence):
        if word in lasts and (new := _other([n.split()[-1] for n in choices], source, word)):
            return source.sentence.replace(word, new)
    return None


def swap_name_near(source: Source) -> str | None:
    """Put another name of the same article in a name's place."""
    return _swap_name(source, source.names)


def swap_name(source: Source) -> str | None:
    """Put a name of another article in a name's place."""
    return _swap_name(source, source.others_names)


def swap_place(source: Source) -> str | None:
    """Put another place in a place's place."""
    found = PLACE[source.language].search(source.sentence)
    new = _other(PLACES[source.language].split(), source, found[1]) if found else None
    return (
        source.sentence[: found.start()] + new + source.sentence[found.end() :]
        if found and new
        else None
    )


def swap_weekday(source: Source) -> str | None:
    """Put another day of the week in a day's place."""
    days = DAYS[source.language]
    found = re.search(rf"(?<![\w-])({'|'.join(days)})(?![\w-])", source.sentence)
    new = _other(days, source, found[1]) if found else None
    return (
        source.sentence[: found.start()] + new + source.sentence[found.end() :]
        if found and new
        else None
    )


def swap_acronym(source: Source) -> str | None:
    """Put another acronym in an acronym's place."""
    found = ACRONYM.search(source.sentence)
    if not found or source.sentence.isupper():
        return None
    new = _other(["SPD", "CDU", "FDP", "EU", "NATO", "UNO", "BBC", "ARD"], source, found.group())
    return source.sentence[: found.start()] + str(new) + source.sentence[found.end() :]


def swap_unit(source: Source) -> str | None:
    """Put another unit or scale in a unit's place."""
    for pair in UNITS[source.language].split():
        one, other = pair.split("|")
        if changed := sub_once(rf"(?<=\d ){one}(?![\w-])", other, source.sentence):
            return changed
    return None


def deny(source: Source) -> str | None:
    """Deny a sentence."""
    if DENIAL[source.language].search(source.sentence):
        return None
    found = AUXILIARY[source.language].search(source.sentence)
    if not found:
        return None
    text, at = source.sentence, found.end()
    if source.language == "en":
        if draw(text, 2) and found[1] not in {"will", "can"}:
            return f"{text[: at - 1]}n't {text[at:]}"
        return f"{text[:at]}not {text[at:]}"
    last = re.search(r" ([a-zäöüß]+(?:en|t))[.,]", text[at:])
    at += last.start() + 1 if last else 0
    return f"{text[:at]}nicht {text[at:]}"


def affirm(source: Source) -> str | None:
    """Take a denial out."""
    found = list(DENIAL[source.language].finditer(source.sentence))
    if len(found) != 1:
        return None
    (one,) = found
    word = one.group().lower()
    new = word[1:] if word.startswith("kein") else ("a" if word == "no" else "")
    text = source.sentence[: one.start()] + new + source.sentence[one.end() :]
    return re.sub(r"  +", " ", text).replace(" .", ".").replace(" ,", ",")


def swap_speaker(source: Source) -> str | None:
    """Say that somebody else said it."""
    verb = SPEECH[source.language]
    for name in find_names(source.sentence):
        near = rf"(?:{verb})\b[^.]{{0,40}}{name}|{name}[^.]{{0,25}}\b(?:{verb})\b"
        if re.search(near, source.sentence):
            new = _other(source.names, source, name) or _other(source.others_names, source, name)
            return source.sentence.replace(name, new) if new else None
    return None


def oppose(source: Source) -> str | None:
    """Put the opposite in a word's place."""
    for pair in OPPOSITES[source.language].split():
        for one, other in (pair.split("|"), pair.split("|")[::-1]):
            if changed := sub_once(rf"(?<![\w-]){one}(?![\w-])", other, source.sentence):
                return changed
    return None


UNSUPPORTED: dict[str, Rule] = {
    "number near": swap_number_near, "number": swap_number, "number word": swap_number_word,
    "date": swap_date, "name near": swap_name_near, "name": swap_name, "acronym": swap_acronym,
    "place": swap_place, "weekday": swap_weekday,
    "unit": swap_unit, "denied": deny, "affirmed": affirm, "attribution": swap_speaker,
    "opposite": oppose,
}  # fmt: skip

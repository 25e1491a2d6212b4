"""Rules that change a sentence and keep what it says; those that do not are in perturbation_swaps.

A rule takes a sentence and a :class:`Source` (what else stands in its article, and in others) and
gives the changed sentence, or None where it does not apply. Choices hang on a hash of the
sentence, so the same pages give the same cases. Names are found by a listed first name, whatever
the last name; the last name alone is then a name too. Places are of a list here, and acronyms.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from beleg.ground.names import load_names
from perturbation_words import (
    ADVERB,
    ARTICLES,
    COMPOUND,
    DATE,
    FIGURE,
    LEADS,
    MONTHS,
    NAME,
    PAIRS,
    QUOTED,
    SHORTER,
    WORDS,
)


@dataclass(frozen=True)
class Source:
    """What a sentence's rules may draw on."""

    language: str
    sentence: str
    names: Sequence[str]
    """Names of two words that stand in the article, in order."""
    figures: Sequence[str]
    others_names: Sequence[str]
    """Names of two words of other articles."""


Rule = Callable[[Source], "str | None"]


def draw(text: str, n: int) -> int:
    """Draw one of 0..n-1 by a hash of a text."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8]) % n


def find_names(text: str) -> list[str]:
    """Find names of two words, each once, in order; behind an article stand no names of persons.

    "der Wiener Innenstadt" and "dem Schweizer Radio" look like names of persons and are none.
    """
    found = []
    for match in NAME.finditer(text):
        words = match.group().split()
        before = text[: match.start()].rsplit(None, 1)[-1:]
        if (
            words[0] not in LEADS
            and words[-1] not in LEADS
            and words[0].split("-")[0].casefold() in load_names()
            and not (before and before[0].casefold() in ARTICLES)
        ):
            found.append(match.group())
    return list(dict.fromkeys(found))


def find_figures(text: str) -> list[str]:
    """Find figures as they are written, each once."""
    return list(dict.fromkeys(FIGURE.findall(text)))


def sub_once(pattern: str | re.Pattern[str], new: str, text: str) -> str | None:
    changed, n = re.subn(pattern, new, text, count=1)
    return changed if n and changed != text else None


def keep(source: Source) -> str | None:
    """Keep the sentence."""
    return source.sentence


def compress(source: Source) -> str | None:
    """Drop brackets, insertions, relative clauses and adverbs, outside quotations."""
    if QUOTED.search(source.sentence):
        return None
    text = re.sub(r" \([^()]{2,80}\)", "", source.sentence)
    text = re.sub(r" – [^–]{3,80} –(?= )", "", text)
    who = r"(?:der|die|das|dem|den|dessen|deren)" if source.language == "de" else r"(?:who|which)"
    text = re.sub(
        rf", (?:(?:in|mit|von|auf|für|of|for) )?{who} [^,;:–]{{8,90}},(?= [a-zäöü])", "", text
    )
    text = ADVERB[source.language].sub("", text)
    return text if len(text) >= 0.5 * len(source.sentence) and text != source.sentence else None


_CONJUNCTION = {"de": r"weil|nachdem|wenn|obwohl|während|damit|sobald|falls|bevor",
                "en": r"because|after|when|although|while|once|if|since|before"}  # fmt: skip
_SUBJECT = (
    r"(?:(?:[Dd]er|[Dd]ie|[Dd]as|[Ee]ine?) (?:[a-zäöüß-]+e[nrs]? )?[A-ZÄÖÜ][\w-]+|"
    r"[A-ZÄÖÜ][a-zäöüß]+ [A-ZÄÖÜ][a-zäöüß]+|er|sie|es|wir|man|ich)"
)


def reorder(source: Source) -> str | None:
    """Put the second clause, or the adverbial that opens the sentence, elsewhere."""
    text, language = source.sentence, source.language
    if QUOTED.search(text) or ":" in text:
        return None
    found = re.fullmatch(rf"([^,]+),? ({_CONJUNCTION[language]}) ([^,]+)\.", text)
    if found:
        head, conjunction, tail = found.groups()
        if language == "de":
            main = re.fullmatch(rf"({_SUBJECT}) (\w+)( .*)?", head)
            if main and main[2].islower():
                head = f"{main[2]} {main[1]}{main[3] or ''}"
        if not re.match(r"[A-ZÄÖÜ]\w+ [A-ZÄÖÜ]", head):
            head = head[0].lower() + head[1:]
        return f"{conjunction.capitalize()} {tail}, {head}."
    if language == "en":
        found = re.fullmatch(r"((?:In|On|At|After|During|Since|By) [^,]{3,50}), ([^,]+)\.", text)
        return (
            f"{found[2][0].upper()}{found[2][1:]} {found[1][0].lower()}{found[1][1:]}."
            if found
            else None
        )
    found = re.fullmatch(
        r"((?:Am|Im|In|Nach|Seit|Bei|Auf|Mit|Vor|Heute|Gestern)(?: [\w-]+){0,4}?) ([a-zäöüß]+) "
        rf"({_SUBJECT}) ([^,]+)\.",
        text,
    )
    if not found:
        return None
    adverbial, verb, subject, rest = found.groups()
    return (
        f"{subject[0].upper()}{subject[1:]} {verb} {adverbial[0].lower()}{adverbial[1:]} {rest}."
    )


def use_synonyms(source: Source) -> str | None:
    """Replace up to three words by words of the same meaning, outside quotations."""
    if QUOTED.search(source.sentence):
        return None
    text, n = source.sentence, 0
    for one, other in PAIRS[source.language]:
        if n < 3 and (changed := sub_once(rf"(?<![\w-]){one}(?![\w-])", other, text)):
            text, n = changed, n + 1
    return text if n else None


def rewrite_figures(source: Source) -> str | None:
    """Write a small figure out, or a written one as a figure."""
    words = WORDS[source.language]
    for value, word in enumerate(words, 2):
        if changed := sub_once(rf"(?<![\w-]){word}(?![\w-])", str(value), source.sentence):
            return changed
        if changed := sub_once(
            rf"(?<![\w.,:/-]){value}(?= [A-ZÄÖÜa-z]{{3,}})", word, source.sentence
        ):
            return changed
    return None


def rewrite_date(source: Source) -> str | None:
    """Write a date in another form; the year stays as it is known or not."""
    found = DATE[source.language].search(source.sentence)
    if not found:
        return None
    name, day = (found[2], found[1]) if source.language == "de" else (found[1], found[2])
    month, year = MONTHS[source.language].split().index(name) + 1, found[3]
    if source.language == "de":
        new = f"{int(day):02}.{month:02}.{year or ''}"
    elif draw(source.sentence, 2) and year:
        new = f"{month}/{int(day)}/{year}"
    else:
        new = f"{int(day)} {name}" + (f" {year}" if year else "")
    return source.sentence[: found.start()] + new + source.sentence[found.end() :]


def shorten(source: Source) -> str | None:
    """Use the short form of a unit, scale or institution."""
    text = source.sentence
    for pattern, new in SHORTER[source.language]:
        text = re.sub(pattern, new.replace("m_illion", "mn"), text, count=1)
    return text if text != source.sentence else None


def shorten_name(source: Source) -> str | None:
    """Name a person by the last name alone, or inflect it: "Merkels"."""
    for name in find_names(source.sentence):
        last = name.split()[-1]
        if source.sentence.count(last) == 1:
            if source.language == "de":
                text = sub_once(rf"\bvon {name}\b", f"{last}s", source.sentence)
            else:
                text = sub_once(rf"\b{name}['’]s\b", f"{last}'s", source.sentence)
            return text or source.sentence.replace(name, last)
    return None


def spell_umlauts(source: Source) -> str | None:
    """Write ä, ö, ü and ß with plain letters."""
    table = str.maketrans(
        {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"}
    )
    text = source.sentence.translate(table)
    return text if text != source.sentence and source.language == "de" else None


def recompound(source: Source) -> str | None:
    """Split or join a compound, outside quotations."""
    if QUOTED.search(source.sentence):
        return None
    for pattern, new in COMPOUND[source.language]:
        found = re.search(pattern, source.sentence)
        if not found:
            continue
        if new == "SPLIT":
            first = found[1].removesuffix("s")
            new_text = f"{found[2].capitalize()} der {first}"
        elif new == "JOIN":
            new_text = f"{found[1]}{found[2].lower()}{found[3]}"
        else:
            new_text = found.expand(new)
        return source.sentence[: found.start()] + new_text + source.sentence[found.end() :]
    return None


SUPPORTED: dict[str, Rule] = {
    "kept": keep, "compressed": compress, "reordered": reorder, "synonyms": use_synonyms,
    "figure written": rewrite_figures, "date written": rewrite_date, "short form": shorten,
    "short name": shorten_name, "umlauts": spell_umlauts, "compound": recompound,
}  # fmt: skip

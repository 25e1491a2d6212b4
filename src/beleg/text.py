"""Words, terms, numbers and language of a text, German and English alike.

Everything here keeps offsets: ``text[start:end]`` is the thing found. Nothing is rewritten in
place; folding (case, umlauts, ß) happens in the terms only.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

import Stemmer

from beleg.records import content_id

_UNSEEN = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff"
_INVISIBLE = re.compile(f"[{_UNSEEN}]")
_ACCENTS = "\u0300-\u036f"
_WORD = re.compile(
    rf"[^\W_]++(?:(?:[{_UNSEEN}{_ACCENTS}]++['’.\-‑]?|['’.\-‑])[^\W_]++)*+[{_ACCENTS}]*+"
)
_LOOKALIKES = str.maketrans(
    "АВЕКМНОРСТУХІЈЅаеорсухіјѕԁԛԝһΑΒΕΖΗΙΚΜΝΟΡΤΥΧοιν",
    "ABEKMHOPCTYXIJSaeopcyxijsdqwhABEZHIKMNOPTYXoiv",
)
"""Cyrillic and Greek letters that look like Latin ones.
Source: Unicode Technical Standard 39, confusables, the pairs that are alike in most typefaces."""

STOPWORDS: dict[str, frozenset[str]] = {
    "de": frozenset(
        """ab aber alle allem allen aller alles als also am an ander andere anderem anderen anderer
        anderes andern anders auch auf aus außer bei beim bereits bis bist da dabei dadurch dafür
        dagegen daher damit danach dann daran darauf daraus darin darüber darum das dass davon dazu
        dein deine dem den denen denn dennoch der deren des deshalb dessen dich die dies diese
        diesem diesen dieser dieses dir doch dort du durch ebenfalls ein eine einem einen einer
        eines einige einigen er es etwa etwas euch euer für gegen gegenüber habe haben hat hatte
        hatten hier hin hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer ihres im in indem ins
        insgesamt ist ja jede jedem jeden jeder jedes jedoch jener kann kein keine keinem keinen
        keiner können könnte laut man manche mehr mein meine mit mich mir muss müssen nach nachdem
        neben nicht nichts noch nun nur ob oder ohne rund sehr sein seine seinem seinen seiner
        seines seit sich sie sind so sogar solche soll sollen sollte sondern sonst sowie statt über
        um und uns unser unter viel viele vom von vor während war waren warum was weil weiter
        welche welchem welchen welcher welches wenn werde werden wer wie wieder will wir wird wo
        wobei wollen worden wurde wurden zu zudem zum zur zwar zwischen""".split()
    ),
    "en": frozenset(
        """a about above after again against all also although am an and any are as at be because
        been before being below between both but by can cannot could did do does doing down during
        each either few for from further had has have having he her here hers him his how however
        i if in including into is it its itself just like may me might more most must my neither
        no nor not of off on once one only onto or other our out over own per rather same shall she
        should since so some such than that the their them themselves then there therefore these
        they this those through thus to too toward towards under until up upon us very via was we
        were what when where whether which while who whom whose why will with within without would
        yet you your""".split()
    ),
}


class Word(NamedTuple):
    """A word and its place."""

    start: int
    end: int
    form: str


class Term(NamedTuple):
    """A content word, stemmed and folded, and its place."""

    start: int
    end: int
    term: str


class Number(NamedTuple):
    """A figure, its exact value, and the unit written beside it (``%``, ``€``, …) or ''."""

    start: int
    end: int
    value: Decimal
    unit: str


def normalise_question(text: str) -> str:
    """Normalise a question so that trivial variants of it are one prompt.

    NFKC, case-folded, invisible characters dropped, white space collapsed, and the marks that
    end a sentence taken off: "Who won the  cup?" and "who won the cup" are the same question.
    """
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).casefold()
    return " ".join(text.split()).rstrip(" ?!.")


def prompt_id_of(question: str) -> str:
    """Name a question: the hash of its normalised form (files' own ids disagree between files)."""
    return content_id("prompt", normalise_question(question))


def find_words(text: str) -> list[Word]:
    """Find the words of a text: runs of letters and digits, inner hyphens and apostrophes kept.

    What is not seen inside a word (soft hyphens, zero-width signs), and accents set apart from
    their letter, are of the word; :func:`plain_form` takes them out.
    """
    return [Word(m.start(), m.end(), m.group()) for m in _WORD.finditer(text)]


def guess_language(text: str) -> str | None:
    """Tell German from English by their function words.

    Returns:
        ``de``, ``en``, or None where neither leads by a third (too short, or another language).
    """
    forms = _WORD.findall(text[:20_000].casefold())
    german = sum(form in STOPWORDS["de"] for form in forms)
    english = sum(form in STOPWORDS["en"] for form in forms)
    if german * 3 > english * 4:
        return "de"
    return "en" if english * 3 > german * 4 else None


@lru_cache(maxsize=2)
def _stemmer(language: str) -> Stemmer.Stemmer:
    return Stemmer.Stemmer("german" if language == "de" else "english")


def plain_form(form: str) -> str:
    """Write a word as it is read: nothing invisible, NFKC, no foreign letters that look Latin.

    Letters of other scripts are replaced only where the word then is all Latin, and part of it was
    before: "Rаt" with a Cyrillic "а" is "Rat", "Рим" stays what it is.
    """
    if form.isascii():
        return form
    plain = unicodedata.normalize("NFKC", _INVISIBLE.sub("", form))
    latin = plain.translate(_LOOKALIKES)
    if latin == plain:
        return plain
    n_latin = sum(letter < "\u0250" for letter in plain if letter.isalpha())
    return latin if n_latin and all(x < "\u0250" for x in latin if x.isalpha()) else plain


def fold_umlauts(folded: str) -> str:
    """Write ae, oe and ue as ä, ö, ü, so that both spellings fall together ("ue" in "neue" too).

    Args:
        folded: A case-folded German word; case-folding has made "ss" of "ß".
    """
    return re.sub("ae|oe|(?<!q)ue", lambda m: {"a": "ä", "o": "ö", "u": "ü"}[m[0][0]], folded)


@lru_cache(maxsize=1 << 18)
def stem(form: str, language: str) -> str:
    """Fold and stem one word form: case, umlauts, ß, inflection.

    "Nölke" and "Noelke", "Straße" and "Strasse" fall together; compounds are not split.
    """
    folded = plain_form(form).casefold()
    folded = folded.replace("’", "'").removesuffix("'s").removesuffix("'")
    if language == "de":
        folded = fold_umlauts(folded)
    found: str = _stemmer(language).stemWord(folded)
    decomposed = unicodedata.normalize("NFD", found)
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def find_terms(text: str, language: str | None) -> list[Term]:
    """Find the content words of a text as stemmed terms, in order.

    Args:
        text: Any text.
        language: ``de`` or ``en``; None is guessed, and read as English where that fails.

    Returns:
        One term per word that is no function word; hyphenated words give one term a part.
    """
    language = language if language in STOPWORDS else guess_language(text) or "en"
    stop = STOPWORDS[language]
    found = []
    for word in find_words(text):
        offset = word.start
        for part in re.split(r"([-‑])", word.form):
            folded = plain_form(part).casefold()
            if part not in {"", "-", "‑"} and folded not in stop:
                found.append(Term(offset, offset + len(part), stem(part, language)))
            offset += len(part)
    return found


_SCALES: dict[str, int] = {
    "tausend": 10**3, "tsd": 10**3, "thousand": 10**3, "k": 10**3,
    "million": 10**6, "millionen": 10**6, "millions": 10**6, "mio": 10**6, "mn": 10**6,
    "milliarde": 10**9, "milliarden": 10**9, "mrd": 10**9, "billion": 10**9, "bn": 10**9,
    "billionen": 10**12, "trillion": 10**12,
}  # fmt: skip
"""Scale words; "Billion" is 10^12 in German and 10^9 in English: see :func:`find_numbers`."""

_UNITS: dict[str, str] = {
    "%": "%", "prozent": "%", "percent": "%", "per cent": "%", "€": "EUR", "euro": "EUR",
    "euros": "EUR", "eur": "EUR", "$": "USD", "dollar": "USD", "dollars": "USD", "usd": "USD",
    "£": "GBP", "pounds": "GBP", "km": "km", "kilometer": "km", "kilometern": "km",
    "kilometers": "km", "kilometres": "km",
}  # fmt: skip

_NUMBER = re.compile(
    r"(?P<before>[€$£]\s?)?(?<![\w.,])"
    r"(?P<figure>[-−]?\d+(?:[.,'’\u00a0\u202f]\u2007?\d{3})*(?:[.,]\u2007?\d+)?)"
    r"(?P<scale>[\s\u00a0-]?(?:tausend|thousand|million(?:en|s)?|mio\.?|mn|milliarden?|mrd\.?|"
    r"billion(?:en)?|trillion|bn|tsd\.?|k)\b\.?)?"
    r"(?P<unit>\s?(?:%|prozent|percent|per cent|€|euros?|eur|\$|dollars?|usd|£|pounds|"
    r"kilomet(?:er[ns]?|res)|km)(?!\w))?",
    re.IGNORECASE,
)


_SPACED = re.compile(
    r"(?<![\w.,])(?<!\d, )(?<!\d\. )(\d{1,3})(?:(,) (?=\d{3}(?![\d,.]|, \d))|"
    r"(\.) (?=\d{1,2}\s?(?:per ?cent|%|[mb]illion|trillion|miles|km|kg|met(?:re|er)s|feet)))"
)
"""English figures with a blank behind their sign: "235, 000 times", "98. 7 per cent"."""
_DAY_BEFORE = re.compile(
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? $", re.IGNORECASE
)

_MAX_FIGURE = 40
"""Characters of the longest figure that is read: nobody writes a longer one to be read."""


def _value_of(figure: str, language: str) -> Decimal:
    """Read "1.234,5" and "1,234.5" alike; a lone group of three is read as the language does.

    A sign that comes twice divides groups, whatever the language; of two different signs the
    later one is the decimal sign; "0.125" never is a group.
    """
    figure = re.sub(r"['’\u00a0\u202f\u2007]", "", figure.replace("−", "-"))
    signs = [char for char in figure if char in ".,"]
    whole, decimals = figure, ""
    if signs:
        head, last, tail = figure.rpartition(signs[-1])
        group = "." if language == "de" else ","
        is_group = len(tail) == 3 and (
            signs.count(last) > 1
            or (len(signs) == 1 and last == group and head.lstrip("-").lstrip("0") != "")
        )
        if not is_group:
            whole, decimals = head, "." + tail
    return Decimal(re.sub("[.,]", "", whole) + decimals)


def _close_figure(match: re.Match[str]) -> str:
    """Put a figure space for the blank in a figure, so that every place stays what it is."""
    before = match.string[max(match.start() - 12, 0) : match.start()]
    sign = match[2] or match[3]
    return f"{match[1]}{sign} " if _DAY_BEFORE.search(before) else f"{match[1]}{sign}\u2007"


def find_numbers(text: str, language: str | None) -> list[Number]:
    """Find the figures of a text with their exact values, scales applied.

    "1,2 Mio." in a German text and "1.2 million" in an English one have the same value. Figures
    inside words ("G20", "B12") and number words ("drei") are not read.
    """
    language = language if language in STOPWORDS else guess_language(text) or "en"
    if language == "en":
        text = _SPACED.sub(_close_figure, text)
    found = []
    for match in _NUMBER.finditer(text):
        if len(match["figure"]) > _MAX_FIGURE:
            continue
        value = _value_of(match["figure"], language)
        scale = (match["scale"] or "").strip().strip("-.").lower()
        if scale:
            factor = 10**12 if scale == "billion" and language == "de" else _SCALES[scale]
            value *= factor
        unit = (match["before"] or match["unit"] or "").strip().lower()
        found.append(Number(match.start(), match.end(), value, _UNITS.get(unit, "")))
    return found

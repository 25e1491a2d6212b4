"""Names among the words of a text: persons, places, organisations.

German writes every noun with a capital, so a capital is not enough there: a name is a word of the
list of names (``names.txt.gz``, made by ``benchmarks/make_names.py``), an acronym, a word behind
a first name or a title, or a word with a capital that no table knows and that is no compound.
"""

from __future__ import annotations

import gzip
from enum import IntEnum
from functools import cache, lru_cache
from importlib.resources import files

from beleg.ground.background import load_background
from beleg.ground.compounds import parts_of
from beleg.text import STOPWORDS, stem

TITLES = frozenset(
    """herr herrn frau dr prof präsident präsidentin kanzler kanzlerin bundeskanzler minister
    ministerin bürgermeister bürgermeisterin oberbürgermeister oberbürgermeisterin trainer
    trainerin chef chefin sprecher sprecherin richter richterin könig königin papst prinz
    prinzessin ministerpräsident ministerpräsidentin außenminister außenministerin autor autorin
    regisseur regisseurin direktor direktorin mr mrs ms sir president senator minister judge
    professor king queen pope prince princess governor mayor secretary chancellor
    chairman ceo captain coach detective officer gov rep sen gen""".casefold().split()
)
_ENDINGS = tuple(
    """ung ungen heit heiten keit keiten schaft schaften tion tionen tät täten ismus ling linge
    nis nisse ium ment mente enz enzen anz ierung isten tum chen lein sal thek ern ende enden
    ler lers lern inger ierer innen""".split()
)
_NO_NAMES = frozenset(
    """montag dienstag mittwoch donnerstag freitag samstag sonntag sonnabend monday tuesday
    wednesday thursday friday saturday sunday januar februar märz april mai juni juli august
    september oktober november dezember january february march may june july october december
    jan feb mar apr jun jul aug sept sep okt oct nov dez dec uhr prozent euro dollar franken
    million millionen milliarde milliarden billion billionen mio mrd tsd tv ok pdf faq pr co
    i i'm i'll i've i'd it's that's he's she's we're they're ich sie ihr ihre ihnen ihrer ihrem
    english german deutsch englisch internet covid corona nr st""".split()
)
SPEAKERS_FOLLOW = frozenset(
    """sagt sagte erklärt erklärte betont betonte meint meinte berichtet berichtete erzählt
    erzählte fragt fragte schreibt schrieb kritisiert kritisierte fordert forderte warnt warnte
    lobt lobte antwortet antwortete""".split()
)
"""Behind these a lone word with a capital is who spoke, whatever word it is."""
DETERMINERS = frozenset(
    """der die das den dem des ein eine einen einem einer eines kein keine keinen keinem keiner
    im am zum zur beim vom ins ans seine seiner seinem seinen sein ihre ihrer ihrem ihren ihr
    diese dieser dieses diesen diesem jede jeder jedes jeden viele mehr alle aller allen
    unsere unser unserer meine mein einige mehrere the a""".split()
)
_RARE = 36
LONGEST_NAME = 12
"""Letters of the longest German word that is taken for a name without being listed."""
_MOST_COMMON = 50
"""Ten times the Zipf value above which a noun that is a last name too ("Bürger") is none alone."""
_DISTANCE = 14
"""By how much ten times the Zipf value of a name that is also a noun is higher in German."""


class NameKind(IntEnum):
    """How sure it is that a word with a capital is a name."""

    NONE = 0
    WEAK = 1
    """A rare word that looks like a common noun: many last names do."""
    MAYBE = 2
    SURE = 3


@cache
def load_names() -> frozenset[str]:
    """Read the list of names, folded."""
    data = files("beleg.ground").joinpath("names.txt.gz").read_bytes()
    return frozenset(gzip.decompress(data).decode().split("\n"))


def is_listed(folded: str) -> bool:
    """Tell whether a folded word, or what is left without its genitive -s, is a listed name."""
    names = load_names()
    if folded in names:
        return True
    bare = folded.removesuffix("'s").removesuffix("’s").rstrip("'’")
    return bare in names or (len(bare) > 4 and bare.endswith("s") and bare[:-1] in names)


@lru_cache(maxsize=1 << 16)
def name_kind(form: str, language: str) -> NameKind:
    """Judge one word with a capital by itself.

    Args:
        form: The word as it is written.
        language: ``de`` or ``en``.
    """
    folded = form.casefold()
    bare = form.removesuffix("'s").removesuffix("’s")
    if bare.isupper() and len(bare) > 1 and folded not in _NO_NAMES:
        return NameKind.SURE if len(bare) <= 6 else NameKind.MAYBE
    if folded in _NO_NAMES or folded in STOPWORDS[language] or len(form) < 2:
        return NameKind.NONE
    if f"@{bare.casefold()}" in load_names():
        return NameKind.SURE
    listed = is_listed(folded)
    term = stem(form, language)
    common = load_background(language).get(term, 0)
    if language == "en":
        return NameKind.SURE if listed and common < 48 else NameKind.MAYBE
    if not listed and len(form) > LONGEST_NAME:
        return NameKind.NONE
    if listed:
        plain_letters = folded.isascii()  # "Bürger" is no burger
        abroad = load_background("en").get(stem(form, "en"), 25) if plain_letters else 25
        plain = common >= 40 and common - abroad > _DISTANCE
        if plain and common > _MOST_COMMON:
            return NameKind.NONE
        return NameKind.MAYBE if plain else NameKind.SURE
    if folded.endswith(_ENDINGS) or parts_of(term, language) or len(term) <= 3:
        return NameKind.WEAK if common < _RARE or len(term) <= 3 else NameKind.NONE
    if common < 31:
        return NameKind.MAYBE
    names = load_names()
    alone = f"?{folded}" in names or (folded[-1] == "s" and f"?{folded[:-1]}" in names)
    return NameKind.MAYBE if alone else NameKind.NONE


def is_name(kind: NameKind, before: str, before_kind: NameKind, *, first: bool, de: bool) -> bool:
    """Judge a word with a capital where it stands.

    Args:
        kind: What the word is by itself.
        before: The folded word before it in the sentence, or "".
        before_kind: NameKind of that word, NONE where it has no capital.
        first: Whether it opens its sentence.
        de: Whether the text is German.
    """
    if kind is NameKind.SURE:
        return True
    if before in TITLES or before_kind is NameKind.SURE:
        return kind >= NameKind.WEAK or de
    if de:
        return kind is NameKind.MAYBE and before not in DETERMINERS and not first
    return kind is NameKind.MAYBE and not first


def is_rare(form: str, language: str, most: int = _RARE) -> bool:
    """Tell whether a word is so rare that it may be a name where it opens a sentence."""
    return load_background(language).get(stem(form, language), 0) < most

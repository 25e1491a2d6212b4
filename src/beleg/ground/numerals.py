"""Figures in words: "einundzwanzig", "twenty-one", "zwei Millionen", "a dozen", "die Hälfte".

"eins" and "one" are left out, for they are articles and pronouns too; before a scale they count.
"""

from __future__ import annotations

from decimal import Decimal
from types import MappingProxyType

_ONES_DE = "zwei drei vier fünf sechs sieben acht neun".split()
_ONES_EN = "two three four five six seven eight nine".split()
_TEENS_DE = "zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn".split()
_TEENS_EN = (
    "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
)
_TENS_DE = "zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig".split()
_TENS_EN = "twenty thirty forty fifty sixty seventy eighty ninety".split()


def _list_words() -> dict[str, int]:
    """List the number words of both languages up to ninety-nine, and full hundreds."""
    words = {}
    for ones in (_ONES_DE, _ONES_EN):
        words.update({word: value for value, word in enumerate(ones, 2)})
    for teens in (_TEENS_DE, _TEENS_EN):
        words.update({word: value for value, word in enumerate(teens, 10)})
    for value, (german, english) in enumerate(zip(_TENS_DE, _TENS_EN, strict=True), 2):
        words[german], words[english] = value * 10, value * 10
        for one, word in enumerate(["ein", *_ONES_DE], 1):
            words[f"{word}und{german}"] = value * 10 + one
        for one, word in enumerate(["one", *_ONES_EN], 1):
            words[f"{english}-{word}"] = words[f"{english}{word}"] = value * 10 + one
    words.update({"hundert": 100, "einhundert": 100, "tausend": 1000, "eintausend": 1000})
    for value, word in enumerate(_ONES_DE, 2):
        words[f"{word}hundert"], words[f"{word}tausend"] = value * 100, value * 1000
    for value, word in enumerate(_TEENS_DE, 10):
        words[f"{word}tausend"] = value * 1000
    for value, word in enumerate(_TENS_DE, 2):
        words[f"{word}tausend"] = value * 10_000
    words["hunderttausend"] = 100_000
    variants = {"ß": "ss", "ü": "ue", "ö": "oe"}
    for letter, plain in variants.items():
        words.update({word.replace(letter, plain): value for word, value in words.items()})
    return words


NUMBER_WORDS = MappingProxyType({word: Decimal(value) for word, value in _list_words().items()})
"""Number words, folded, to their values; "thirty-one" stands with and without its hyphen."""

_SHARED_SCALES = {
    "million": 10**6, "millionen": 10**6, "millions": 10**6, "mio": 10**6, "milliarde": 10**9,
    "milliarden": 10**9, "mrd": 10**9, "billionen": 10**12, "trillion": 10**12, "dutzend": 12,
    "dozen": 12, "hundred": 100, "thousand": 1000, "tausend": 1000, "hundert": 100,
}  # fmt: skip
SCALE_WORDS = MappingProxyType(
    {
        "de": MappingProxyType({**_SHARED_SCALES, "billion": 10**12}),
        "en": MappingProxyType({**_SHARED_SCALES, "billion": 10**9}),
    }
)
"""What multiplies the figure before it; "Billion" is not "billion"."""
ARTICLES = frozenset("ein eine einer einem einen a an one halbe halben".split())

_FRACTIONS = {
    "drittel": 3, "viertel": 4, "fünftel": 5, "fuenftel": 5, "third": 3, "thirds": 3,
    "quarter": 4, "quarters": 4, "fifth": 5, "fifths": 5, "zehntel": 10, "tenth": 10,
}  # fmt: skip
_FEW = {"ein": 1, "einem": 1, "eines": 1, "a": 1, "one": 1}
_PARTITIVES = frozenset("of der des aller the von".split())
_NO_HALF = frozenset(
    "zweite zweiten ersten erste second first other andere anderen obere untere hälfte".split()
)


def read_fraction(before: str, form: str, after: str) -> Decimal | None:
    """Read a part of a whole in percent: "die Hälfte der", "two thirds of", "ein Viertel".

    Args:
        before: The folded word before, or "".
        form: The folded word.
        after: The folded word after, or "".
    """
    if form in {"hälfte", "haelfte"}:
        return None if before in _NO_HALF else Decimal(50)
    if form == "half":
        return Decimal(50) if after in _PARTITIVES and before not in _NO_HALF else None
    below = _FRACTIONS.get(form)
    if below is None:
        return None
    above = _FEW.get(before) or int(NUMBER_WORDS.get(before, 0))
    english = form[-1] in "dhrs"
    if not 0 < above < below or (english and above == 1 and after != "of"):
        return None
    return Decimal(round(Decimal(100 * above) / below, 1))


UNIT_WORDS = MappingProxyType({
    "prozent": "%", "percent": "%", "prozentpunkte": "pp", "prozentpunkten": "pp",
    "prozentpunkt": "pp", "euro": "EUR", "euros": "EUR", "eur": "EUR", "cent": "ct",
    "cents": "ct", "dollar": "USD", "dollars": "USD", "usd": "USD", "pounds": "GBP",
    "pfund": "GBP", "franken": "CHF", "chf": "CHF", "yen": "JPY", "yuan": "CNY",
    "kronen": "kr", "rubel": "RUB", "mark": "DEM", "schilling": "ATS",
    "km": "km", "kilometer": "km", "kilometern": "km", "kilometers": "km", "kilometres": "km",
    "m": "m", "meter": "m", "metern": "m", "meters": "m", "metres": "m",
    "cm": "cm", "zentimeter": "cm", "zentimetern": "cm", "centimeters": "cm",
    "centimetres": "cm", "mm": "mm", "millimeter": "mm", "millimetern": "mm",
    "meile": "mi", "meilen": "mi", "mile": "mi", "miles": "mi", "feet": "ft", "foot": "ft",
    "inch": "in", "inches": "in", "yards": "yd", "yard": "yd",
    "quadratmeter": "m2", "quadratmetern": "m2", "qm": "m2", "quadratkilometer": "km2",
    "quadratkilometern": "km2", "hektar": "ha", "hectares": "ha", "acres": "ac", "acre": "ac",
    "kubikmeter": "m3", "kubikmetern": "m3", "liter": "l", "litern": "l", "liters": "l",
    "litres": "l", "gallons": "gal", "gramm": "g", "grams": "g", "kg": "kg", "kilo": "kg",
    "kilogramm": "kg", "kilograms": "kg", "kilos": "kg", "tonne": "t", "tonnen": "t", "tons": "t",
    "tonnes": "t", "lbs": "lb", "grad": "deg", "degrees": "deg", "watt": "W", "kilowatt": "kW",
    "kw": "kW", "megawatt": "MW", "mw": "MW", "gigawatt": "GW", "gw": "GW", "kwh": "kWh",
    "kilowattstunden": "kWh", "megawattstunden": "MWh", "terawattstunden": "TWh",
    "twh": "TWh", "sekunde": "s", "sekunden": "s", "second": "s", "seconds": "s",
    "minute": "min", "minuten": "min", "minutes": "min", "stunde": "h", "stunden": "h",
    "hour": "h", "hours": "h", "tag": "d", "tage": "d", "tagen": "d", "day": "d", "days": "d",
    "woche": "wk", "wochen": "wk", "week": "wk", "weeks": "wk", "monat": "mo", "monate": "mo",
    "monaten": "mo", "month": "mo", "months": "mo", "jahr": "yr", "jahre": "yr", "jahren": "yr",
    "year": "yr", "years": "yr", "uhr": "clock", "points": "points", "punkte": "points",
})  # fmt: skip
"""Words beside a figure that tell what it measures. What it counts ("Menschen") is no unit."""

JOINED_UNITS = frozenset("prozent percent euro euros eur dollar dollars usd pounds km".split()) | {
    "kilometer", "kilometern", "kilometers", "kilometres",
}  # fmt: skip
"""Unit words that belong to the figure's own token, as :func:`beleg.text.find_numbers` has it."""

_MONTH_NAMES = {
    "de": "januar februar märz april mai juni juli august september oktober november dezember",
    "en": "january february march april may june july august september october november december",
}
MONTHS = MappingProxyType({key: tuple(names.split()) for key, names in _MONTH_NAMES.items()})
_SHORT_MONTHS = {
    "jan": 1, "jänner": 1, "jaenner": 1, "feb": 2, "feber": 2, "mar": 3, "mär": 3, "mrz": 3,
    "maerz": 3, "apr": 4, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "sept": 9, "okt": 10, "oct": 10,
    "nov": 11, "dez": 12, "dec": 12,
}  # fmt: skip
MONTH_NUMBERS = MappingProxyType(
    {name: number for names in MONTHS.values() for number, name in enumerate(names, 1)}
    | _SHORT_MONTHS
)
"""Folded names and short forms of months in both languages to 1..12."""

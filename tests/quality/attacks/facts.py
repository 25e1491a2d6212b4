# ruff: noqa: E501 # a sentence is a line
"""Invented facts, each told in five wordings: four of houses, the last one of an engine.

``{p}`` is a place, ``{o}`` a thing (feminine in German), ``{a}`` a person, ``{f}`` a firm, ``{n}``
and ``{m}`` are figures. Genres share no sentence, so that worlds of different genres can lie side by
side in one corpus.
"""

import random
from typing import NamedTuple

FRAMES = {
    "de": {
        "council": [
            ("Der Rat von {p} hat mit {n} Stimmen beschlossen, die {o} für {m} Millionen Euro zu sanieren.",
             "In {p} votierten {n} Abgeordnete dafür, {m} Millionen Euro in die Sanierung der {o} zu stecken.",
             "Nach langer Debatte gingen {n} Hände hoch: Für {m} Millionen Euro wird die {o} in {p} saniert.",
             "{m} Millionen Euro gibt {p} für die {o} aus, die Sanierung trugen {n} Mitglieder des Rates mit.",
             "Der Rat von {p} beschloss mit {n} Stimmen die Sanierung der {o} für {m} Millionen Euro."),
            ("Bürgermeisterin {a} kündigte an, dass die Arbeiten an der {o} {n} Monate dauern.",
             "Mit {n} Monaten Bauzeit an der {o} rechnet {a}, die das Rathaus führt.",
             "{n} Monate lang, so {a} aus dem Rathaus, bleibt die {o} eine Baustelle.",
             "Wie lange das dauert, sagte {a} auch: {n} Monate werde an der {o} gearbeitet.",
             "Die Arbeiten an der {o} dauern laut Bürgermeisterin {a} {n} Monate."),
            ("Das Land {p} erstattet {n} Prozent der Kosten, wie Kämmerer {a} mitteilte.",
             "{n} Prozent der Kosten kommen nach Angaben von {a}, dem Kämmerer, aus der Landeskasse von {p}.",
             "Kämmerer {a} darf auf Hilfe zählen, denn {p} übernimmt als Land {n} Prozent der Kosten.",
             "An den Kosten beteiligt sich das Land {p} zu {n} Prozent, wie man bei {a} in der Kämmerei hört.",
             "Nach Angaben von Kämmerer {a} übernimmt das Land {p} {n} Prozent der Kosten."),
            ("Gegen die Pläne hatte {a} mit {n} Unterschriften protestiert und einen Neubau in {p} verlangt.",
             "Ein Neubau in {p} wäre {a} lieber gewesen; {n} Unterschriften kamen beim Protest zusammen.",
             "Der Protest von {a} blieb vergeblich, obwohl {n} Unterschriften für einen Neubau in {p} vorlagen.",
             "{n} Unterschriften für einen Neubau in {p} überreichte {a} den Fraktionen aus Protest.",
             "{a} protestierte mit {n} Unterschriften und verlangte einen Neubau in {p}."),
            ("Den Zuschlag für die Planung der {o} erhielt {f}, das {n} Ingenieure beschäftigt.",
             "Geplant wird die {o} von {f}, einem Büro mit {n} Ingenieuren, das den Zuschlag bekam.",
             "{f} bekam den Zuschlag: {n} Ingenieure des Büros planen künftig die {o}.",
             "Unter mehreren Bewerbern setzte sich {f} durch, dessen {n} Ingenieure nun die {o} planen.",
             "Die Planung der {o} übernimmt {f} mit {n} Ingenieuren."),
        ],
        "business": [
            ("{f} hat im vergangenen Jahr einen Umsatz von {n} Millionen Euro erzielt, {m} Prozent mehr als zuvor.",
             "Um {m} Prozent auf {n} Millionen Euro kletterte zuletzt der Umsatz von {f}.",
             "Auf {n} Millionen Euro beziffert {f} den Umsatz des letzten Jahres, ein Plus von {m} Prozent.",
             "Ein Wachstum von {m} Prozent meldet {f}; der Umsatz lag damit bei {n} Millionen Euro.",
             "Der Umsatz von {f} stieg um {m} Prozent auf {n} Millionen Euro."),
            ("Vorstandschefin {a} will in {p} ein Werk mit {n} Arbeitsplätzen bauen.",
             "{n} Arbeitsplätze soll ein Werk bringen, das {a} als Chefin des Vorstands für {p} plant.",
             "In {p} entsteht ein Werk, in dem laut Vorstandschefin {a} {n} Menschen Arbeitsplätze finden.",
             "Für {p} hat {a}, die dem Vorstand vorsitzt, Großes vor: ein Werk und {n} Arbeitsplätze.",
             "Vorstandschefin {a} plant ein Werk in {p} mit {n} Arbeitsplätzen."),
            ("Die Aktie von {f} verlor an der Börse {n} Prozent, nachdem {a} zurückgetreten war.",
             "Der Rücktritt von {a} kostete die Aktie von {f} an der Börse {n} Prozent.",
             "An der Börse gab das Papier um {n} Prozent nach: Anleger von {f} nahmen {a} den Rücktritt übel.",
             "{n} Prozent tiefer notierte an der Börse die Aktie von {f}, als {a} den Rücktritt erklärte.",
             "Nach dem Rücktritt von {a} fiel die Aktie von {f} an der Börse um {n} Prozent."),
            ("Für die Übernahme der {o} zahlt {f} nach eigenen Angaben {n} Millionen Euro in bar.",
             "{n} Millionen Euro in bar lässt sich {f} die Übernahme der {o} kosten.",
             "Die {o} wechselt den Besitzer: {f} bestätigte die Übernahme für {n} Millionen Euro, zahlbar in bar.",
             "In bar, und zwar {n} Millionen Euro, begleicht {f} den Preis der Übernahme von der {o}.",
             "{f} zahlt für die Übernahme der {o} {n} Millionen Euro in bar."),
            ("Die Gewerkschaft um {a} fordert für die Belegschaft {n} Prozent mehr Lohn und droht in {p} mit Streik.",
             "Mit Streik in {p} droht {a} von der Gewerkschaft, falls es nicht {n} Prozent mehr Lohn gibt.",
             "{n} Prozent mehr Lohn, sonst Streik in {p}: Das ist die Linie, die {a} für die Gewerkschaft vorgibt.",
             "Kommt es in {p} zum Streik? {a} verlangt als Sprecher der Gewerkschaft {n} Prozent mehr Lohn.",
             "Die Gewerkschaft um {a} verlangt {n} Prozent mehr Lohn und droht mit Streik in {p}."),
        ],
        "nature": [
            ("Forscher aus {p} haben an der {o} eine Käferart entdeckt, von der nur {n} Tiere bekannt sind.",
             "Eine neue Käferart lebt an der {o}: {n} Tiere zählten Forscher aus {p} bislang.",
             "Nur {n} Tiere sind es bisher, doch für Forscher aus {p} ist die Käferart von der {o} eine Sensation.",
             "Was an der {o} krabbelt, war unbekannt; die Käferart mit {n} gefundenen Tieren beschrieben Forscher aus {p}.",
             "Forscher aus {p} entdeckten an der {o} eine Käferart mit bislang {n} Tieren."),
            ("Der Pegel bei {p} ist in diesem Sommer um {n} Zentimeter gesunken, sagt Hydrologin {a}.",
             "Um {n} Zentimeter fiel der Pegel bei {p}, wie Hydrologin {a} im Sommer gemessen hat.",
             "Hydrologin {a} schlägt Alarm, weil der Sommer den Pegel bei {p} um {n} Zentimeter drückte.",
             "{n} Zentimeter fehlen am Pegel bei {p} nach diesem Sommer, so die Messung der Hydrologin {a}.",
             "Laut Hydrologin {a} sank der Pegel bei {p} im Sommer um {n} Zentimeter."),
            ("Für den Schutz der Moore stellt die Stiftung von {a} {n} Millionen Euro über {m} Jahre bereit.",
             "{a} gibt aus einer Stiftung {n} Millionen Euro für Moore, verteilt auf {m} Jahre Schutz.",
             "Über {m} Jahre fließen {n} Millionen Euro in den Schutz der Moore, das Geld kommt von der Stiftung von {a}.",
             "Den Mooren hilft eine Stiftung: {n} Millionen Euro hat {a} auf {m} Jahre für ihren Schutz zugesagt.",
             "Die Stiftung von {a} gibt {n} Millionen Euro über {m} Jahre für den Schutz der Moore."),
            ("Im Wald von {p} brannten {n} Hektar Kiefern, {m} Feuerwehrleute waren im Einsatz.",
             "{m} Feuerwehrleute löschten einen Brand, der im Wald von {p} {n} Hektar Kiefern vernichtete.",
             "Ein Brand fraß sich durch {n} Hektar Kiefern im Wald von {p}; zum Einsatz rückten {m} Feuerwehrleute aus.",
             "Verkohlte Kiefern auf {n} Hektar bleiben im Wald von {p} zurück, wo {m} Feuerwehrleute kämpften.",
             "Im Wald von {p} verbrannten {n} Hektar Kiefern, {m} Feuerwehrleute löschten."),
            ("Biologin {a} hat {n} Wölfe mit Sendern versehen, die bis nach {p} wanderten.",
             "Bis nach {p} liefen Wölfe, denen {a} als Biologin {n} Sender umgelegt hatte.",
             "{n} Wölfe tragen Sender, und einige davon, berichtet Biologin {a}, tauchten in {p} auf.",
             "Die Sender an {n} Wölfen verrieten der Biologin {a} Wanderungen bis in die Gegend von {p}.",
             "Biologin {a} stattete {n} Wölfe mit Sendern aus, sie wanderten bis {p}."),
        ],
    },
    "en": {
        "council": [
            ("Councillors in {p} voted by {n} to repair the {o} at a cost of {m} million pounds.",
             "Repairs to the {o} will cost {p} {m} million pounds after {n} councillors backed them.",
             "It took {n} votes, but {p} is going to spend {m} million pounds on repairing its {o}.",
             "The {o} will be saved: {n} members of the council in {p} approved repairs worth {m} million pounds.",
             "The council of {p} voted by {n} to repair the {o} for {m} million pounds."),
            ("Mayor {a} said that work on the {o} would last {n} months.",
             "Builders will be busy at the {o} for {n} months, according to {a}, the mayor.",
             "{n} months is how long mayor {a} expects the work on the {o} to go on.",
             "Asked about the timetable, {a} spoke as mayor of {n} months of work at the {o}.",
             "Work on the {o} will last {n} months, mayor {a} said."),
            ("The region of {p} refunds {n} per cent of the bill, treasurer {a} announced.",
             "{n} per cent of the bill is going to be met by the region of {p}, says {a}, the treasurer.",
             "Treasurer {a} counts on the region of {p}, which pays {n} per cent of the bill.",
             "Not all of the bill falls on the town; treasurer {a} gets {n} per cent from the region of {p}.",
             "The region of {p} pays {n} per cent of the bill, treasurer {a} announced."),
            ("Campaigner {a} had handed in {n} signatures in favour of a new building in {p}.",
             "A petition with {n} signatures, organised by campaigner {a}, wanted a new building in {p} instead.",
             "In vain did {a} collect {n} signatures as a campaigner for a new building in {p}.",
             "{n} signatures under a petition for a new building in {p} were not enough for campaigner {a}.",
             "Campaigner {a} collected {n} signatures for a new building in {p}."),
            ("The contract to design the {o} went to {f}, a firm of {n} engineers.",
             "{f} won the contract and will have its {n} engineers design the {o}.",
             "Design of the {o} is in the hands of {n} engineers at {f}, which was given the contract.",
             "Several bidders lost out to {f}, whose {n} engineers now hold the contract for the design of the {o}.",
             "{f} won the contract to design the {o} with {n} engineers."),
        ],
        "business": [
            ("{f} made sales of {n} million dollars last year, {m} per cent more than before.",
             "Sales at {f} climbed by {m} per cent to {n} million dollars last year.",
             "Last year brought {f} {n} million dollars in sales, a rise of {m} per cent.",
             "A rise of {m} per cent took annual sales of {f} to {n} million dollars.",
             "Sales of {f} rose by {m} per cent to {n} million dollars last year."),
            ("Chief executive {a} wants to build a factory in {p} that employs {n} people.",
             "{n} people are to be employed in a factory that chief executive {a} has planned for {p}.",
             "For {p} it means a factory and jobs for {n} people, chief executive {a} promised.",
             "The factory would stand in {p} and employ {n} people if chief executive {a} has her way.",
             "Chief executive {a} plans a factory in {p} that employs {n} people."),
            ("Shares in {f} lost {n} per cent when {a} resigned from the board.",
             "The resignation of {a} from the board knocked {n} per cent off the shares of {f}.",
             "Investors in {f} saw their shares drop {n} per cent on the day {a} resigned from its board.",
             "By {n} per cent is how far shares of {f} tumbled after the board lost {a}, who resigned.",
             "Shares of {f} fell {n} per cent after {a} resigned from the board."),
            ("{f} is paying {n} million dollars in cash for the takeover of the {o}.",
             "The takeover of the {o} costs {f} {n} million dollars, all of it in cash.",
             "In cash, {n} million dollars change hands as {f} completes the takeover of the {o}.",
             "Owners of the {o} accepted {n} million dollars in cash from {f}, which confirmed the takeover.",
             "{f} pays {n} million dollars in cash for the takeover of the {o}."),
            ("The union led by {a} demands {n} per cent higher wages and threatens a strike in {p}.",
             "A strike looms in {p} unless wages go up by {n} per cent, warns {a} of the union.",
             "Wages must rise {n} per cent or there will be a strike in {p}: so says the union of {a}.",
             "{a}, who speaks for the union, put wages {n} per cent higher on the table and a strike in {p} behind it.",
             "The union of {a} demands {n} per cent higher wages and threatens a strike in {p}."),
        ],
        "nature": [
            ("Scientists from {p} discovered a beetle near the {o} of which just {n} animals are known.",
             "A beetle unknown until now lives near the {o}, where scientists from {p} counted {n} animals.",
             "Just {n} animals have been found, yet the beetle of the {o} thrills scientists from {p}.",
             "What crawls about near the {o} is a new beetle, say scientists from {p} who caught {n} animals.",
             "Scientists from {p} discovered a beetle near the {o} and found {n} animals."),
            ("The river level at {p} fell by {n} inches this summer, hydrologist {a} says.",
             "By {n} inches is how much hydrologist {a} saw the river level at {p} sink this summer.",
             "This summer took {n} inches off the river level at {p}, a loss that worries hydrologist {a}.",
             "Hydrologist {a} has measured a drop of {n} inches in the river level at {p} since the summer began.",
             "Hydrologist {a} says the river level at {p} fell by {n} inches this summer."),
            ("A foundation set up by {a} gives {n} million pounds over {m} years to protect moorland.",
             "{n} million pounds from the foundation of {a} will protect moorland for {m} years.",
             "Moorland gets help for {m} years as {a} pledges {n} million pounds through a foundation.",
             "Over {m} years the foundation that bears the name of {a} spends {n} million pounds so as to protect moorland.",
             "The foundation of {a} gives {n} million pounds over {m} years to protect moorland."),
            ("Fire destroyed {n} acres of pine in the forest of {p} and kept {m} firefighters busy.",
             "{m} firefighters battled flames that burnt {n} acres of pine in the forest of {p}.",
             "In the forest of {p}, {n} acres of pine went up in a fire before {m} firefighters stopped it.",
             "Charred pine on {n} acres is all that the fire left in the forest of {p}, despite {m} firefighters.",
             "Fire burnt {n} acres of pine in the forest of {p}, with {m} firefighters at work."),
            ("Biologist {a} fitted {n} wolves with collars, and they wandered as far as {p}.",
             "As far as {p} went some of the {n} wolves that wear the collars of biologist {a}.",
             "Collars on {n} wolves showed biologist {a} that the packs reach {p}.",
             "{n} wolves with collars are followed by biologist {a}, who found one of them in {p}.",
             "Biologist {a} put collars on {n} wolves, which wandered as far as {p}."),
        ],
    },
}  # fmt: skip

GENRES = tuple((language, genre) for language in FRAMES for genre in FRAMES[language])

_WORDS = {
    "de": {
        "how": "müde rostige blaue runde stille flache krumme süße bunte leere warme feuchte schmale "
        "grobe glatte teure alte freche lahme dumpfe weiche kahle matte scharfe brave schrille zähe "
        "dünne saubere heitere staubige lockere fremde plumpe klamme welke dralle karge wirre edle",
        "who": "Katzen Lampen Tassen Gabeln Brillen Taschen Uhren Leitern Pfannen Decken Glocken Kisten "
        "Schaufeln Tauben Möwen Nelken Tulpen Birnen Pflaumen Kerzen Zangen Bürsten Matten Flaschen "
        "Trommeln Geigen Flöten Mützen Jacken Socken Dosen Nadeln Murmeln Schrauben Fahnen Kannen "
        "Wannen Harken Truhen Ketten",
        "did": "schlafen wackeln glänzen warten tropfen klappern schweigen trocknen duften knarren "
        "zittern leuchten rollen kippen schimmeln rasseln schaukeln dampfen faulen blinken rutschen "
        "frieren summen quietschen lehnen baumeln gähnen verstauben hüpfen knistern",
        "by": "neben unter hinter zwischen vor über bei",
        "line": "{how} {who} {did} {by} {how2}n {who2}.",
    },
    "en": {
        "how": "weary rusty blue round silent flat crooked sweet gaudy empty warm damp narrow coarse "
        "smooth costly ancient cheeky lame dull soft bald murky sharp gentle shrill tough thin clean "
        "cheerful dusty loose foreign clumsy clammy wilted plump sparse muddled noble",
        "who": "cats lamps cups forks glasses pouches clocks ladders pans blankets bells crates shovels "
        "pigeons gulls carnations tulips pears plums candles pliers brushes mats bottles drums violins "
        "flutes caps jackets socks tins needles marbles screws flags jugs tubs rakes chests chains",
        "did": "slept wobbled gleamed lingered dripped rattled brooded dried smelled creaked trembled "
        "glowed rolled tilted mouldered jingled swayed steamed rotted blinked slipped froze hummed "
        "squeaked leaned dangled yawned withered hopped crackled",
        "by": "beside under behind between before above near",
        "line": "{how} {who} {did} {by} {how2} {who2}.",
    },
}

_SOUNDS = (
    "bra bro dal dor fen fal gri gor hel har jas kel kor lin lum mar mor nel nor ost pel per quen "
    "ras rol sel sim tal tor ulm ver vol wen wal zen zor bir cas dun ell fro gan hus ild kra lov"
).split()
_PLACES = {"de": "burg furt stedt loh hagen moor feld", "en": "ton ham wick ford mouth stow ley"}
_THINGS = {
    "de": "schleuse brücke mühle fähre halle sternwarte bücherei wache kläranlage allee",
    "en": "bridge mill ferry library lock station pier tower chapel weir",
}
_FIRMS = {"de": "Werke Technik Maschinenbau Logistik", "en": "Works Motors Systems Freight"}


class Fact(NamedTuple):
    """A fact with its names and figures filled in."""

    wordings: tuple[str, ...]
    """Four of houses."""
    said: str
    """How an engine says it."""
    names: tuple[str, ...]


def _invent(rng, n):
    return "".join(rng.sample(_SOUNDS, n)).capitalize()


def make_facts(rng: random.Random, language: str, genre: str) -> list[Fact]:
    """Fill every frame of a genre with names that stand nowhere else."""
    facts = []
    for wordings in FRAMES[language][genre]:
        thing = rng.choice(_THINGS[language].split())
        name = _invent(rng, 2)
        filled = {
            "p": _invent(rng, 2) + rng.choice(_PLACES[language].split()),
            "o": name + thing if language == "de" else f"{name} {thing}",
            "a": f"{_invent(rng, 2)} {_invent(rng, 3)}",
            "f": f"{_invent(rng, 3)} {rng.choice(_FIRMS[language].split())}",
            "n": rng.randint(11, 97),
            "m": rng.randint(103, 989),
        }
        told = [wording.format(**filled) for wording in wordings]
        facts.append(Fact(tuple(told[:-1]), told[-1], (filled["p"], filled["a"], filled["f"])))
    return facts


def pad(rng: random.Random, language: str) -> str:
    """Write a sentence that says nothing of any fact."""
    words = {kind: some.split() for kind, some in _WORDS[language].items() if kind != "line"}
    drawn = {kind: rng.choice(some) for kind, some in words.items()}
    again = {f"{kind}2": rng.choice(words[kind]) for kind in ("how", "who")}
    line = _WORDS[language]["line"].format(**drawn, **again)
    return line[0].upper() + line[1:]

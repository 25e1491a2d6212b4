"""Names in texts: whole words, German inflection, traps, denials, and what is no mention."""

import pytest
from hypothesis import given, settings, strategies as st
from world import World, publisher

from beleg.measure.mentions import find_in_text, find_mentions
from beleg.measure.names import list_names
from beleg.records import Mention
from beleg.tables import from_arrow

PUBLISHERS = [
    publisher("anker", "Der Anker", "der-anker.example", people=("Jorit Nölke",)),
    publisher("spiegel", "Der Spiegel", "spiegel.de", aliases=("Spiegel Online",)),
    publisher("zeit", "Die Zeit", "zeit.de", aliases=("Zeit Online",)),
    publisher("welt", "Die Welt", "welt.de"),
    publisher("bild", "Bild", "bild.de", aliases=("Bild-Zeitung",)),
    publisher("stern", "Stern", "stern.de"),
    publisher("focus", "Focus", "focus.de"),
    publisher("kicker", "Kicker", "kicker.de"),
    publisher("taz", "taz", "taz.de"),
    publisher("standard", "Der Standard", "derstandard.at"),
    publisher("presse", "Die Presse", "diepresse.com"),
    publisher("kurier", "Kurier", "kurier.at"),
    publisher("blick", "Blick", "blick.ch"),
    publisher("brigitte", "Brigitte", "brigitte.de"),
    publisher("capital", "Capital", "capital.de"),
    publisher("nzz", "Neue Zürcher Zeitung", "nzz.ch", aliases=("NZZ",)),
    publisher("sz", "Süddeutsche Zeitung", "sueddeutsche.de"),
    publisher("guardian", "The Guardian", "theguardian.com"),
    publisher("times", "The Times", "thetimes.com"),
    publisher("time", "Time", "time.com"),
    publisher("muenster", "münsterbote.example", "xn--mnsterbote-9db.example", declared=False),
]
NAMES = list_names(PUBLISHERS)

NAMED = """
spiegel|Der Spiegel berichtete am Montag über neue Vorwürfe.
spiegel|Laut Spiegel war die Behörde gewarnt.
spiegel|Wie die Redaktion des „Spiegels“ schreibt, ist das falsch.
spiegel|Das sagte sie im Interview mit dem Spiegel.
spiegel|Ein Spiegel-Bericht brachte den Fall ins Rollen.
spiegel|Der SPIEGEL zeigt, wie es dazu kam.
spiegel|Spiegel Online nennt andere Zahlen.
spiegel|NZZ, Spiegel und taz waren dabei.
spiegel|A report by Der Spiegel found flaws.
zeit|Die ZEIT-Redakteurin fragte nach.
zeit|Das berichtet die Zeit unter Berufung auf Ermittler.
zeit|In der Wochenzeitung Die Zeit erschien dazu ein Essay.
welt|Die „Welt“ zitiert aus dem Papier.
bild|Die Bild berichtete zuerst.
bild|Das Foto druckte die Bild-Zeitung.
stern|Dem Stern zufolge gab es Absprachen.
focus|Focus Online meldet steigende Preise.
kicker|Laut Kicker wechselt der Stürmer.
taz|Die taz kommentiert das, und in der TAZ stand es auch.
standard|Der Standard berichtet aus Wien.
presse|Wie „Die Presse“ meldet, steigt die Inflation.
kurier|Das sagte er dem Kurier.
blick|Der Blick berichtet, der Verein sei pleite.
brigitte|Die Zeitschrift Brigitte riet davon ab.
capital|Das Magazin Capital schätzt den Wert.
nzz|In der Neuen Zürcher Zeitung war zu lesen, dass es stimmt.
sz|Recherchen der Süddeutschen Zeitung zeigen das.
sz|Sueddeutsche Zeitung: Die Zahlen stimmen.
guardian|The Guardian reported on Monday that talks failed.
guardian|According to the Guardian's editor, the deal is off.
times|It stood in The Times last week.
time|Time magazine named her person of the year.
anker|Nach Informationen des Ankers ist der Vertrag unterschrieben.
anker|Zuvor hatte Der Anker eine Meldung gedruckt.
anker|- **Source:** Der Anker, a regional daily, first reported the offer.
anker|Mehr dazu auf der-anker.example.
anker/Jorit Nölke|Jorit Noelke kommentiert die Wahl.
muenster|Auf münsterbote.example steht mehr.
spiegel|Der Spiegel berichtet, die Firma habe nichts gefunden.
""".strip().splitlines()

TRAPS = """
spiegel|Der Spiegel im Bad ist beschlagen.
spiegel|Die Kunst ist ein Spiegel der Gesellschaft.
spiegel|Der Spiegel des Sees sank um zwei Meter.
spiegel|Ein Spiegel-Ei ist schnell gebraten, und Spiegeleier auch.
zeit|Die Zeit drängt, sagte der Minister.
zeit|Laut Studie ist die Zeit reif für Reformen.
zeit|In letzter Zeit stiegen die Preise, wie die Zeitungen berichten.
welt|Die Welt ist kompliziert.
welt|Der Welt-Rekord wurde gebrochen.
bild|Das Bild zeigt den Bürgermeister.
bild|Auf dem Bild berichtet niemand etwas.
stern|Der Stern leuchtet hell.
focus|The main focus is on prevention.
focus|Er fährt einen Ford Focus.
kicker|Der Kicker schoss zwei Tore.
standard|Der Standard der Ausstattung ist hoch.
presse|Die Presse wartete vor der Tür.
kurier|Ein Kurier brachte das Paket.
blick|Ein Blick auf die Zahlen genügt.
brigitte|Brigitte wohnt in Köln.
capital|Berlin is the capital of Germany, and Sequoia Capital invested early.
guardian|A guardian must be appointed by the court.
times|Times have changed since he was elected three times.
time|It opens at eleven British Summer Time on Monday.
anker|Der Anker des Schiffes riss.
anker|Ein Anker-Magnet wurde gefunden.
anker|- **Kette:** Der Anker wird nicht geworfen, sondern langsam gefiert.
anker|Über zwei Peilungen lässt sich prüfen, ob der Anker hält.
spiegel|Siehe https://www.spiegel.de/politik/x und [hier](https://www.spiegel.de/a).
spiegel|Mail an redaktion@spiegel.de genügt.
nzz|Die NZZetra GmbH ist etwas anderes.
""".strip().splitlines()

DENIED = """
spiegel|Ich konnte nichts vom Spiegel dazu finden.
zeit|Von der Zeit wurde dazu nichts gefunden.
sz|Leider konnte ich keinen Artikel der Süddeutschen Zeitung finden.
guardian|I could not find anything by The Guardian on this.
guardian|There are no reports by The Guardian about it.
""".strip().splitlines()


def counted(entity_id, text, **given_links):
    return [
        found
        for found in find_in_text(text, NAMES, **given_links)
        if found.entity_id == entity_id and found.probability >= 0.5 and not found.negative
    ]


@pytest.mark.parametrize("line", NAMED)
def test_named(line):
    entity_id, text = line.split("|")
    assert counted(entity_id, text)


@pytest.mark.parametrize("line", TRAPS)
def test_traps(line):
    entity_id, text = line.split("|")
    assert not counted(entity_id, text)


@pytest.mark.parametrize("line", DENIED)
def test_denied(line):
    entity_id, text = line.split("|")
    found = [found for found in find_in_text(text, NAMES) if found.entity_id == entity_id]
    assert found
    assert all(hit.negative for hit in found)


def test_span_is_the_name_and_the_longest_one():
    text = "Das meldet Spiegel Online: alles gut."
    (found,) = find_in_text(text, NAMES)
    assert text[found.start : found.end] == "Spiegel Online"


def test_marks_are_no_mentions_and_glued_ones_hide_nothing():
    text = "Die NZZ12 schreibt es. spiegel.de"
    found = find_in_text(text, NAMES, marks=[(7, 9), (23, 33)])
    assert [(hit.entity_id, hit.start, hit.end) for hit in found] == [("nzz", 4, 7)]
    assert not find_in_text("Die NZZ12 schreibt es.", NAMES)


def test_a_link_in_the_same_sentence_speaks_for_its_publisher():
    text = "Es regnet. Der Spiegel enthält Zahlen [1]. Es regnet."
    assert not counted("spiegel", text)
    assert counted("spiegel", text, links=[(38, 41, "spiegel")])
    assert not counted("spiegel", text, links=[(38, 41, "zeit")])
    assert not counted("spiegel", text, links=[(47, 50, "spiegel")])


def test_a_name_of_two_publishers_is_neither_without_a_link():
    names = list_names(
        [publisher("a", "Morgenbote", "a.example"), publisher("b", "Morgenbote", "b.example")]
    )
    found = find_in_text("Im Morgenbote steht es.", names)
    assert [hit.entity_id for hit in found] == ["a", "b"]
    assert all(hit.probability < 0.5 for hit in found)
    linked = find_in_text("Im Morgenbote steht es [1].", names, links=[(23, 26, "b")])
    assert [hit.entity_id for hit in linked if hit.probability >= 0.5] == ["b"]


def test_table_is_sorted_and_carries_the_form():
    world = World()
    world.answer("b", text="Der Münsterbote und fremd.example").answer("a", text="MÜNSTERBOTE!")
    world.answer("c", text=None)
    rows = from_arrow(world.measure().mentions, Mention)
    assert [(row.answer_id, row.entity_id, row.form) for row in rows] == [
        ("a", "bote", "MÜNSTERBOTE"),
        ("b", "bote", "Münsterbote"),
        ("b", "fremd.example", "fremd.example"),
    ]


def test_links_and_marks_are_read_from_the_citations():
    world = World().answer("a", text="Der Anker enthält Zahlen [1].")
    tables = world.tables()
    arguments = (tables["answers"], tables["citations"], tables["publishers"])
    (before,) = from_arrow(find_mentions(*arguments), Mention)
    world.link("a", "www.der-anker.example", at=(25, 28))
    tables = world.tables()
    arguments = (tables["answers"], tables["citations"], tables["publishers"])
    (after,) = from_arrow(find_mentions(*arguments), Mention)
    assert before.probability < 0.5 < after.probability


WORDS = st.sampled_from(
    ["Spiegel", "Der", "laut", "„Zeit“", "NZZ", "taz.de", "https://x.de/Spiegel", "nicht",
     "finden", "Neue", "Zürcher", "Zeitung", "-", ".", "\n", "[1]", "ich"]
)  # fmt: skip


@settings(max_examples=200)
@given(st.lists(WORDS | st.text(max_size=5)).map(" ".join))
def test_any_text_gives_spans_in_order_within_it(text):
    end = 0
    seen = None
    for hit in find_in_text(text, NAMES):
        assert 0 <= hit.start < hit.end <= len(text)
        assert 0 <= hit.probability <= 1
        assert hit.start >= end or (hit.start, hit.end) == seen
        end, seen = hit.end, (hit.start, hit.end)

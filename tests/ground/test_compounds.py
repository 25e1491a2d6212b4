import pytest
from hypothesis import given, strategies as st

from beleg.ground.compounds import ALL_PARTS, IN_COMPOUND, find_share, list_parts, parts_of
from beleg.text import stem

COMPOUNDS = """Wahl-kampf Regierungs-chef Haupt-stadt Kohle-kraftwerk Wärme-pumpe Stadt-rat
    Kranken-haus Finanz-ministerium Klima-schutz Miet-preis Wohnungs-bau Arbeits-platz Städte-bau
    Häuser-preise Verkehrs-unfall Polizei-sprecher Gesundheits-minister Bundes-regierung
    Strom-netz Feuer-wehr Schul-leiter Kinder-arzt Sommer-ferien Welt-meister Fußball-spiel
    Energie-versorger Kunden-daten Straßen-bahn Bau-arbeiten Lehrer-mangel Renten-versicherung
    Steuer-erhöhung Hafen-verwaltung Jahres-bericht Geburts-station Gas-heizung Wasser-werk
    Zeitungs-verlag Nachrichten-agentur Presse-freiheit Urheber-recht Such-maschine Sprach-modell
    Daten-schutz Grenz-kontrolle Flüchtlings-lager Kriegs-ende Waffen-ruhe Außen-minister
    Staats-anwalt Gerichts-urteil Mord-anklage Museums-direktor Brücken-sperrung Eltern-abend
    Bank-konto Hochwasser-schutz""".split()
WHOLES = """Regierung Bericht Gericht Partei Minister Demokratie Interesse Urlaub Material
    Forschung Verein Unternehmen Berlin Hamburg Ellerhaven Nölke Habeck Lindner Information
    Präsident Kandidatin Entscheidung Veranstaltung Verantwortung Gemeinde Gesellschaft Freiheit
    Ergebnis Beispiel Mitglied Mannschaft Opposition Koalition Situation Kritik Vertrag Beginn
    Anfang Zukunft Erfolg Versuch Verkauf Bevölkerung Verhandlung Politiker Sprecher Studie
    Experten Universität Professor Konzern Wirtschaft Temperatur Tausende Dienstag Donnerstag
    Oktober September""".split()
ENGLISH = {"goalkeeper": ("goal", "keep"), "cyberattack": ("cyber", "attack"), "together": (),
           "government": (), "important": (), "restaurant": (), "capital": (),
           "shareholder": ("share", "hold")}  # fmt: skip


def split(word):
    return parts_of(stem(word, "de"), "de")


def test_compounds_are_told_from_other_words():
    hits = [w for w in COMPOUNDS if split(w.replace("-", "").capitalize())]
    heads = [
        w
        for w in COMPOUNDS
        if split(w.replace("-", "").capitalize())[-1:] == (stem(w.split("-")[1], "de"),)
    ]
    wrong = [w for w in WHOLES if split(w)]
    recall, precision = len(hits) / len(COMPOUNDS), len(hits) / (len(hits) + len(wrong))
    print(f"\n{len(COMPOUNDS)} compounds: recall {recall:.3f}, right head {len(heads)}; "
          f"{len(WHOLES)} wholes: split {wrong}; precision {precision:.3f}")  # fmt: skip
    assert recall >= 0.95
    assert precision >= 0.95
    assert len(heads) >= 0.9 * len(COMPOUNDS)


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("Stadtrat", ("stadt", "rat")),
        ("Städtebau", ("stadt", "bau")),
        ("Straßenbahn", ("strass", "bahn")),
        ("Bundestagswahl", ("bund", "tag", "wahl")),
        ("Kohlekraftwerk", ("kohl", "kraftwerk")),
        ("Regierung", ()),
    ],
)
def test_parts_are_terms(word, parts):
    assert split(word) == parts


@pytest.mark.parametrize("word", ENGLISH)
def test_english(word):
    assert parts_of(stem(word, "en"), "en") == ENGLISH[word]


@given(st.text(max_size=80) | st.text(st.sampled_from("abdehlnrstu"), max_size=70))
def test_any_term(term):
    for language in ("de", "en"):
        parts = parts_of(term, language)
        assert len(parts) != 1
        assert all(parts)
        assert sum(map(len, parts)) <= len(term) + len(parts)


@pytest.mark.parametrize(
    ("word", "passage", "share"),
    [
        ("Stadtrat", "Stadtrat", 1.0),
        ("Stadtrat", "Rat Stadt", ALL_PARTS),
        ("Rat", "Stadtrat", IN_COMPOUND),
        ("Stadtrat", "Rat", 0.25),
        ("Stadtrat", "Stadt", 0.0),
        ("Regierung", "Rat", 0.0),
    ],
)
def test_what_a_passage_has_of_a_word(word, passage, share):
    terms = {stem(one, "de") for one in passage.split()}
    assert find_share(stem(word, "de"), terms, list_parts(terms, "de"), "de") == share

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from beleg.ground.tokens import Mark, count_negations, find_tokens, fingerprint, language_of


def terms(text, language):
    return [token.term for token in find_tokens(text, language) if token.term]


def test_a_sentence_by_hand():
    text = "Am 05.03.2026 zahlte die Stadt-Kasse 1,2 Mio. Euro, drei Prozent mehr."
    found = find_tokens(text, "de")
    assert [(text[t.start : t.end], t.term) for t in found] == [
        ("Am", ""), ("05", "#5"), ("03", "marz"), ("2026", "#2026"), ("zahlte", "zahlt"),
        ("die", ""), ("Stadt", "stadt"), ("Kasse", "kass"), ("1,2 Mio. Euro", "#1200000"),
        ("drei Prozent", "#3"), ("mehr", ""),
    ]  # fmt: skip
    assert found[8].number == Decimal(1_200_000)
    assert found[8].unit == "EUR"


def test_figures_are_the_same_in_both_languages():
    assert terms("1,2 Mio.", "de") == terms("1.2 million", "en") == ["#1200000"]
    assert terms("einundzwanzig", "de") == terms("twenty-one", "en") == ["#21"]
    assert terms("drei Millionen", "de") == terms("3 million", "en") == ["#3000000"]
    assert terms("ein Dutzend", "de") == terms("a dozen", "en") == ["#12"]
    assert terms("die Hälfte", "de") == terms("half of", "en") == terms("50 %", "en") == ["#50"]
    assert terms("zwei Drittel", "de") == terms("two thirds of", "en") == ["#66.7"]
    assert terms("2 Billionen", "de") == terms("two trillion", "en")
    assert terms("5,0", "de") == terms("five", "en") == terms("fünf", "de") == ["#5"]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("am 3. März 2026", "de"), ("am 03.03.2026", "de"), ("am 3.3.26", "de"),
        ("2026-03-03", "de"), ("3. Mrz. 2026", "de"),
        ("March 3, 2026", "en"), ("3 March 2026", "en"), ("3/3/2026", "en"), ("2026-03-03", "en"),
        ("Mar. 3, 2026", "en"),
    ],
)  # fmt: skip
def test_a_date_is_the_same_in_every_form(text, language):
    parts = {t.unit: t.term for t in find_tokens(text, language) if t.unit}
    month = {"de": "marz", "en": "march"}[language]
    assert parts == {"day": "#3", "month": month, "year": "#2026"}


@pytest.mark.parametrize(
    ("text", "language", "unit"),
    [
        ("5 Kilometer", "de", "km"), ("fünf Kilometer", "de", "km"), ("5 km", "en", "km"),
        ("12 Prozentpunkte", "de", "pp"), ("3 percentage points", "en", "pp"),
        ("3 per cent", "en", "%"), ("20 Jahre", "de", "yr"), ("im Jahr 2024", "de", "year"),
        ("2024 Euro", "de", "EUR"), ("12 Menschen", "de", ""),
    ],
)  # fmt: skip
def test_units(text, language, unit):
    (figure,) = [t for t in find_tokens(text, language) if t.number is not None]
    assert figure.unit == unit


def test_a_day_and_a_month_in_figures():
    for text in ("am 7.10. kam", "vom 07.10. an", "(07.10.)"):
        assert [t.unit for t in find_tokens(text, "de") if t.unit] == ["day", "month"], text
    assert [t.unit for t in find_tokens("Kapitel 3.4. beginnt", "de") if t.unit] == []


def test_numbers_that_are_no_dates_and_no_parts():
    assert terms("die zweite Hälfte", "de") == ["zweit", "halft"]
    assert {t.unit for t in find_tokens("am 31.13. und am 32.1.2026", "de")} <= {"", "year"}
    assert [t.unit for t in find_tokens("He may go in May.", "en")] == ["", "", "", "", "month"]
    assert [t.term for t in find_tokens("2018/19", "de")] == ["#2018", "#2019"]


def names(text, language):
    return [text[t.start : t.end] for t in find_tokens(text, language) if t.marks & Mark.NAME]


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("Gestern sagte Robert Habeck in Berlin nichts.", "de", ["Robert", "Habeck", "Berlin"]),
        ("Die Regierung will im Haushalt der Kommunen sparen.", "de", []),
        ("Das teilte die SPD am Montag mit.", "de", ["SPD"]),
        ("Für Minister Pistorius ist das neu.", "de", ["Pistorius"]),
        ("Yesterday Angela Merkel spoke in Paris.", "en", ["Angela", "Merkel", "Paris"]),
        ("The government met on Monday.", "en", []),
        ("Officials in the US met Gov. Kristi Noem.", "en", ["US", "Gov", "Kristi", "Noem"]),
    ],
)
def test_names(text, language, found):
    assert names(text, language) == found


def test_sentences_and_clauses_are_marked():
    found = find_tokens("Er kam, sah. Dr. Nölke ging.", "de")
    assert [t.form for t in found if t.marks & Mark.FIRST] == ["er", "dr"]
    assert "sah" in {t.form for t in found if t.marks & Mark.CLAUSE}


@given(st.text(st.sampled_from("abÄß09.,-%€ '’Mio\n"), max_size=120) | st.text())
def test_tokens_keep_their_places(text):
    for language in ("de", "en"):
        found = find_tokens(text, language)
        assert all(0 <= t.start < t.end <= len(text) for t in found)
        assert all(a.end <= b.start for a, b in pairwise(found))


def test_fingerprints_are_fixed():
    # sha256 of nothing begins e3b0c44298fc1c14; the first 63 bits of it
    assert fingerprint("") == 0xE3B0C44298FC1C14 >> 1
    assert fingerprint("haus") < 2**63


def test_negations():
    assert count_negations(find_tokens("Er kam nicht, und keiner wusste es.", "de")) == 2
    assert count_negations(find_tokens("She didn't come and never will.", "en")) == 2
    assert count_negations(find_tokens("Er kam.", "de")) == 0


def test_language_of_a_text():
    assert language_of("Wärmeplan", None) == "de"
    assert language_of("Kubectl rollout", "de-DE") == "de"
    assert language_of("Kubectl rollout", "fr") == "en"
    assert language_of("The council has adopted the plan.", "de") == "en"

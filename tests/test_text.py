from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from beleg.text import (
    find_numbers,
    find_terms,
    find_words,
    guess_language,
    normalise_question,
    stem,
)


@pytest.mark.parametrize(
    ("text", "language", "value", "unit"),
    [
        ("1,2 Mio. Euro", "de", "1200000", "EUR"),
        ("1.2 million", "en", "1200000", ""),
        ("1.234", "de", "1234", ""),
        ("1,234", "en", "1234", ""),
        ("1.234,5", "en", "1234.5", ""),
        ("1,234.5", "de", "1234.5", ""),
        ("3.000.000", "en", "3000000", ""),
        ("3.50", "de", "3.5", ""),
        ("0.125", "de", "0.125", ""),
        ("12 Prozent", "de", "12", "%"),
        ("$108.2 million", "en", "108200000", "USD"),
        ("2 Billionen", "de", "2000000000000", ""),
        ("2 billion", "en", "2000000000", ""),
        ("2 Billion", "de", "2000000000000", ""),
        ("−5", "de", "-5", ""),
        ("1'234'567.89", "de", "1234567.89", ""),
    ],
)
def test_numbers(text, language, value, unit):
    (found,) = find_numbers(text, language)
    assert (found.value, found.unit) == (Decimal(value), unit)
    assert (found.start, found.end) == (0, len(text))


@pytest.mark.parametrize("text", ["G20", "B12", "9" * 41, "9" * 1_000_000 + " Mio."])
def test_no_numbers(text):
    assert find_numbers(text, "de") == []


@given(st.text(st.sampled_from("0123456789.,'’ -−%€$Miokg\u00a0\u202f٣"), max_size=60) | st.text())
def test_numbers_never_raise_and_keep_their_places(text):
    for language in ("de", "en", None):
        found = find_numbers(text, language)
        assert all(0 <= n.start < n.end <= len(text) for n in found)
        assert all(a.end <= b.start for a, b in pairwise(found))


@given(st.integers(0, 10**9))
def test_a_grouped_number_is_the_plain_one(number):
    english, german = f"{number:,}", f"{number:,}".replace(",", ".")
    for text, language in ((str(number), "de"), (english, "en"), (german, "de")):
        assert [n.value for n in find_numbers(text, language)] == [number]


def test_terms_in_both_languages():
    text = "Die Straßen-Häuser wurden gebaut"
    assert [t.term for t in find_terms(text, "de")] == ["strass", "haus", "gebaut"]
    assert [text[t.start : t.end] for t in find_terms(text, "de")] == [
        "Straßen", "Häuser", "gebaut",
    ]  # fmt: skip
    assert [t.term for t in find_terms("The houses were built", "en")] == ["hous", "built"]
    assert stem("Nölke", "de") == stem("Noelke", "de")
    assert stem("Anna's", "en") == stem("Anna", "en")


@given(st.text())
def test_words_and_terms_keep_their_places(text):
    for word in find_words(text):
        assert text[word.start : word.end] == word.form
    for term in find_terms(text, None):
        assert 0 <= term.start < term.end <= len(text)


def test_languages():
    assert guess_language("Der Rat hat den Plan am Montag beschlossen.") == "de"
    assert guess_language("The council has adopted the plan on Monday.") == "en"
    assert guess_language("Kubectl rollout") is None


@given(st.text())
def test_normalising_a_question_twice_changes_nothing(text):
    once = normalise_question(text)
    assert normalise_question(once) == once


def test_a_question_and_its_trivial_variants():
    assert normalise_question(" Who won  the\u200b cup?! ") == normalise_question(
        "who won the cup"
    )

import numpy as np
import pytest
from hypothesis import given, strategies as st

from beleg.ground.background import load_background
from beleg.ground.meaning import LEAST_ALIKE, find_alike, load_meaning, read_meaning
from beleg.text import stem


@pytest.mark.parametrize(
    ("language", "word", "alike", "other_language", "foreign"),
    [
        ("en", "begin", "start", "en", "spoon"),
        ("en", "kill", "die", "en", "bicycle"),
        ("de", "Firma", "Unternehmen", "de", "Löffel"),
        ("de", "Arzt", "doctor", "en", "bicycle"),
    ],
)
def test_words_of_one_meaning(language, word, alike, other_language, foreign):
    term = stem(word, language)
    found = find_alike(
        [term], language, read_meaning([stem(alike, other_language)], other_language)
    )
    assert LEAST_ALIKE <= found[term] < 1
    other = read_meaning([stem(foreign, other_language)], other_language)
    assert find_alike([term], language, other) == {}


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_row_stands_for_each_term_of_the_background(language):
    table = load_meaning(language)
    terms = list(load_background(language))
    assert table.vectors.shape == (len(terms), 64)
    assert all(terms[row] == term for term, row in table.rows.items())
    assert len(terms) - 10 <= len(table.rows) <= len(terms)
    lengths = np.linalg.norm(table.vectors[list(table.rows.values())], axis=1)
    assert lengths == pytest.approx(np.ones(len(lengths)), abs=1e-5)


def test_nothing_is_like_nothing():
    nothing = read_meaning([], "de")
    assert nothing.terms == ()
    assert not nothing.whole.any()
    assert find_alike(["haus"], "de", nothing) == {}
    assert find_alike([], "de", read_meaning(["haus"], "de")) == {}


@given(st.sets(st.text(max_size=8) | st.sampled_from(["haus", "rat", "plan"]), max_size=8))
def test_any_terms(terms):
    found = read_meaning(terms, "de")
    assert set(found.terms) <= terms
    length = float(np.linalg.norm(found.whole))
    assert length == pytest.approx(1, abs=1e-5) if found.terms else length == 0
    assert all(LEAST_ALIKE <= c <= 1.0001 for c in find_alike(sorted(terms), "de", found).values())

"""Marks of agencies where houses set them, and what looks like one and is none."""

import pytest
from hypothesis import given, settings, strategies as st

from beleg.agencies import find_agency_marks


def marks(text, authors=(), others=None):
    return [(m.agency, m.whole, m.found) for m in find_agency_marks(text, authors, others)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Berlin (dpa) - Der Bundestag tagt.", ("dpa", True, "dateline")),
        ("Köln (dpa/lnw) – Der Dom wird saniert.", ("dpa", True, "dateline")),
        ("WASHINGTON, Nov 3 (Reuters) - Shares rose.", ("reuters", True, "dateline")),
        ("Mainz (mab/dpa) - Der Landtag tagt.", ("dpa", False, "dateline")),
        ("Der Rat tagte lange.\nQuelle: dpa", ("dpa", True, "foot")),
        ("Der Rat tagte lange. (APA)", ("apa", True, "foot")),
        ("Der Rat tagte lange.\nAFP", ("afp", True, "foot")),
        ("Der Rat tagte lange.\n(mab/KNA)", ("kna", False, "foot")),
        ("Der Rat tagte.\n© dpa-infocom, dpa:261102-930-123456/1", ("dpa", True, "foot")),
        ("Der Rat tagte lange, mit Material von epd.", ("epd", False, "material")),
        ("The council met, with reporting by Reuters.", ("reuters", False, "material")),
    ],
)
def test_marks_by_hand(text, wanted):
    assert marks(text) == [wanted]


@pytest.mark.parametrize(
    "text",
    [
        "Der Minister sagte der dpa, er bleibe. Reuters berichtete das auch.",
        "Der Rat tagte lange.\nFoto: Muster/dpa",
        "Der Rat tagte lange.\nBild: x, Quelle: dpa",
        "Die Partei (SPD) - so ihr Chef - wächst.",
        "",
    ],
)
def test_what_is_no_mark(text):
    assert marks(text) == []


def test_authors_tell_whole_from_part():
    assert marks("Text.", ["dpa"]) == [("dpa", True, "author")]
    assert marks("Text.", ["AFP/Reuters"]) == [
        ("afp", True, "author"),
        ("reuters", True, "author"),
    ]
    assert marks("Text.", ["Erika Muster", "dpa"]) == [("dpa", False, "author")]


def test_a_mark_speaks_for_its_stretch():
    text = "Eigener Vorspann des Hauses.\nBerlin (dpa) - Der Bundestag tagt."
    (mark,) = find_agency_marks(text)
    assert text[mark.start : mark.end].startswith("Berlin")
    (foot,) = find_agency_marks("Der Rat tagte lange.\nQuelle: dpa\nMehr im Netz.")
    assert foot.end == len("Der Rat tagte lange.\n")


def test_another_house_is_named_by_dateline_and_not_by_a_line_of_its_own():
    others = {"vlm": "velum"}
    assert marks("Ellerhaven (vlm) - Die Brücke ist zu.", others=others) == [
        ("velum", True, "dateline")
    ]
    assert marks("Die Brücke ist zu.\nvlm", others=others) == []


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=400), st.lists(st.text(max_size=20), max_size=3))
def test_no_text_breaks_it(text, authors):
    for mark in find_agency_marks(text, authors):
        assert 0 <= mark.start <= mark.end <= len(text)

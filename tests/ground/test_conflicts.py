import pytest
from hypothesis import given, strategies as st

from beleg.ground.alignment import align
from beleg.ground.conflicts import Conflicts, find_conflicts
from beleg.ground.quantities import read_dates
from beleg.ground.readings import read_claim, read_passage
from beleg.ground.tokens import find_tokens

NONE = Conflicts(0, (), False, False, False, False, False, False, False)


def readings(claim, passage, language):
    tokens = find_tokens(claim, language)
    weights = {token.term: 1 for token in tokens if token.term}
    return (
        read_claim(claim, tokens, weights, language),
        read_passage(find_tokens(passage, language), language),
    )


def conflicts(claim, passage, language="de"):
    return find_conflicts(*readings(claim, passage, language))


DE = (
    "Die Pumpe im Hafen soll von 2029 an 12.000 Haushalte mit Wärme versorgen, sagte Sabine "
    "Nölke am Montag in Hamburg. Der Rat hat den Plan für 96 Mio. Euro am 17. September "
    "beschlossen. Die Kosten stiegen um drei Prozent, Robert Lohmann lehnte den Plan nicht ab."
)
EN = (
    "The pump in the harbour will supply 12,000 households with heat from 2029, Sabine Noelke "
    "said on Monday in Hamburg. The council adopted the plan for 96 million euros on September "
    "17. Costs rose by three percent, and Robert Lohmann did not reject the plan."
)

SAME = [
    ("de", "Der Rat hat den Plan für 96 Millionen € am 17.09.2026 beschlossen."),
    ("de", "Am 17. September hat der Rat den Plan für 96 Mio. Euro beschlossen."),
    ("de", "Die Pumpe im Hafen soll von 2029 an rund 12.300 Haushalte mit Wärme versorgen."),
    ("de", "Die Pumpe im Hafen soll zwölftausend Haushalte mit Wärme versorgen, sagte Nölke."),
    ("de", "Die Pumpe soll Haushalte mit Wärme versorgen, sagte Noelke am Montag in Hamburg."),
    ("de", "Die Kosten stiegen um 3 %, Lohmann lehnte den Plan nicht ab."),
    ("de", "Robert Lohmann lehnte den Plan keineswegs ab."),
    ("de", "Nicht nur der Rat hat den Plan am 17. September beschlossen."),
    ("en", "The council adopted the plan for €96 million on 17 September 2026."),
    ("en", "The pump in the harbour will supply twelve thousand households, Noelke said."),
    ("en", "Costs rose by 3%, and Lohmann never rejected the plan."),
    ("en", "The council not only adopted the plan on September 17."),
]


@pytest.mark.parametrize(("language", "claim"), SAME)
def test_what_says_the_same_is_no_conflict(language, claim):
    assert conflicts(claim, {"de": DE, "en": EN}[language], language).items == ()


OTHER = [
    ("de", "Die Pumpe im Hafen soll von 2029 an 15.000 Haushalte mit Wärme versorgen.",
     "number:15000"),
    ("de", "Die Pumpe im Hafen soll von 2029 an 96 Haushalte mit Wärme versorgen.", "number:96"),
    ("de", "Die Pumpe im Hafen soll von 2031 an 12.000 Haushalte mit Wärme versorgen.",
     "date:2031"),
    ("de", "Der Rat hat den Plan für 96 Mio. Dollar am 17. September beschlossen.", "unit:USD"),
    ("de", "Der Rat hat den Plan für 96 Mrd. Euro am 17. September beschlossen.",
     "number:96000000000"),
    ("de", "Der Rat hat den Plan für 96 Mio. Euro am 19.09.2026 beschlossen.", "date:2026-09-19"),
    ("de", "Der Rat hat den Plan für 96 Mio. Euro am 17. Oktober beschlossen.", "date:--10-17"),
    ("de", "Der Rat hat den Plan für 96 Mio. Euro am 17. September nicht beschlossen.",
     "negation"),
    ("de", "Die Kosten stiegen um drei Prozent, Robert Lohmann lehnte den Plan ab.", "negation"),
    ("de", "Die Kosten stiegen um vier Prozent, Robert Lohmann lehnte den Plan nicht ab.",
     "number:4"),
    ("de", "Die Kosten sanken um drei Prozent, Robert Lohmann lehnte den Plan nicht ab.",
     "opposite:sanken"),
    ("de", "Die Pumpe soll Haushalte mit Wärme versorgen, sagte Robert Lohmann am Montag.",
     "attribution:lohmann"),
    ("de", "Haushalte mit Wärme versorgen, sagte Sabine Nölke am Montag in Berlin.",
     "name:berlin"),
    ("de", "Haushalte mit Wärme versorgen, sagte Sabine Nölke am Dienstag in Hamburg.",
     "date:dienstag"),
    ("en", "The pump in the harbour will supply 15,000 households with heat from 2029.",
     "number:15000"),
    ("en", "The council adopted the plan for 96 million dollars on September 17.", "unit:USD"),
    ("en", "The council adopted the plan for 96 million euros on 9/19/2026.", "date:2026-09-19"),
    ("en", "The council adopted the plan for 96 million euros on October 17.", "date:--10-17"),
    ("en", "The council did not adopt the plan for 96 million euros on September 17.", "negation"),
    ("en", "Costs rose by three percent, and Robert Lohmann did reject the plan.", "negation"),
    ("en", "Costs rose by four percent, and Robert Lohmann did not reject the plan.", "number:4"),
    ("en", "Costs fell by three percent, and Robert Lohmann did not reject the plan.",
     "opposite:fell"),
    ("en", "Households with heat from 2029, Robert Lohmann said on Monday in Hamburg.",
     "attribution:lohmann"),
    ("en", "Households with heat from 2029, Sabine Noelke said on Monday in Berlin.",
     "name:berlin"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "claim", "item"), OTHER)
def test_what_says_otherwise_is_named(language, claim, item):
    found = conflicts(claim, {"de": DE, "en": EN}[language], language)
    assert found.items == (item,)
    assert getattr(found, item.split(":")[0])


@pytest.mark.parametrize(
    ("claim", "passage"),
    [
        ("Das Werk ist 5 km entfernt.", "Das Werk ist 5.000 Meter entfernt."),
        ("Es leben 1,2 Mio. Menschen dort.", "Es leben 1.234.567 Menschen dort."),
        ("Die Hälfte der Häuser steht leer.", "50 Prozent der Häuser stehen leer."),
        ("Ein Drittel der Häuser steht leer.", "33 Prozent der Häuser stehen leer."),
        ("Die USA traten dem Vertrag bei.", "Die Vereinigten Staaten traten dem Vertrag bei."),
        ("Die EZB senkt den Zins.", "Die Europäische Zentralbank senkt den Zins."),
        ("Merkels Kanzleramt in Berlin.", "Angela Merkel und das Kanzleramt in Berlin."),
        ("Er lehnte den Vorschlag ab.", "Er lehnte den Vorschlag am Abend ab."),
    ],
)
def test_the_same_in_other_words(claim, passage):
    assert conflicts(claim, passage).items == ()


def test_a_name_that_stands_elsewhere_in_the_passage_is_still_wrong():
    passage = "Sabine Nölke leitet den Rat von Ellerhaven. Robert Lohmann führt die Stadtwerke."
    found = conflicts("Robert Lohmann leitet den Rat von Ellerhaven.", passage)
    assert found.name
    assert found.items == ("name:lohmann",)


def test_what_the_passage_only_lacks_is_missing():
    found = conflicts("Der Rat zahlt dafür im Herbst 77 Euro.", "Der Rat zahlt dafür im Herbst.")
    assert found == NONE._replace(figures_missing=1)


def test_dates_of_a_row_of_tokens():
    dates = read_dates(find_tokens("Vom 3. März bis zum 5. April 2026 und im Mai 2027.", "de"))
    assert [(d.year, d.month, d.day) for d in dates] == [
        (None, 3, 3),
        (2026, 4, 5),
        (2027, 5, None),
    ]


def test_alignment_by_hand():
    # "rat" stands twice; its neighbours say which one is meant: tokens 6 (Rat) and 8 (Plan)
    claim, passage = readings(
        "Der Rat beschloss Pumpen.", "Ein Rat schlief. Danach hat der Rat Pumpen gekauft.", "de"
    )
    found = align(claim, passage)
    assert list(found.rows) == [1, 2, 3]
    assert list(found.places) == [6, -1, 7]
    assert found.share == pytest.approx(2 / 3)


WORDS = st.lists(
    st.sampled_from(
        """Rat Plan nicht kein 96 97 Pumpe Hafen die 1,2 Mio. . ? Nölke Sabine Berlin sagte am 3.
        März 2026 03.04.2027 stieg sank drei Prozent % Hälfte never not Drittel km , -""".split()
    ),
    max_size=30,
).map(" ".join)


@given(WORDS | st.text(max_size=80), st.sampled_from(["de", "en"]))
def test_a_text_never_conflicts_with_itself(text, language):
    assert conflicts(text, text, language).items == ()


@given(WORDS | st.text(max_size=80), WORDS | st.text(max_size=80), st.sampled_from(["de", "en"]))
def test_any_pair_of_texts(claim, passage, language):
    found = conflicts(claim, passage, language)
    kinds = {item.split(":")[0] for item in found.items}
    assert kinds == {name for name in Conflicts._fields[2:] if getattr(found, name)}
    assert found.figures_missing >= 0
    assert len(set(found.items)) == len(found.items)


@given(st.integers(13, 999), st.integers(13, 999))
def test_one_figure_for_another_is_a_conflict_either_way(one, other):
    frame = "Der Rat von Ellerhaven kaufte im Herbst {} neue Pumpen für den Hafen."
    there = conflicts(frame.format(one), frame.format(other))
    back = conflicts(frame.format(other), frame.format(one))
    assert there.number == back.number == (one != other)

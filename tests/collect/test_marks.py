"""Citation marks: each style by hand, and what must hold for any text."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from beleg.collect.marks import Mark, find_marks, find_names


def shown(text: str, n_sources: int) -> list[tuple[str, tuple[int, ...]]]:
    return [(text[m.start : m.end], m.numbers) for m in find_marks(text, n_sources)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Der Rat stimmte zu.[1]", [("[1]", (1,))]),
        ("Der Rat stimmte zu [1][3].", [("[1]", (1,)), ("[3]", (3,))]),
        ("Der Rat stimmte zu [1, 3].", [("[1, 3]", (1, 3))]),
        ("Der Rat stimmte zu [2–4].", [("[2–4]", (2, 3, 4))]),
        ("So it was【2†source】 said【3】.", [("【2†source】", (2,)), ("【3】", (3,))]),
        ("Ein Satz.[^2] Noch einer.[^4]", [("[^2]", (2,)), ("[^4]", (4,))]),
        ("Ein Satz.¹ Noch einer²˒³.", [("¹", (1,)), ("²˒³", (2, 3))]),
        # What is none.
        ("Siehe [12] und [0].", []),
        ("np.array([1, 2, 3, 4])", []),
        ("the list [1, 2, 3, 4, 5], as given", []),
        ("Nimm `daten[1]` als Wert.", []),
        ("Die Fläche ist 12 m², also 10⁴ cm².", []),
        ("Die Gleichung E=mc² gilt.", []),
    ],
)
def test_brackets_and_superscripts(text: str, expected: list[tuple[str, tuple[int, ...]]]) -> None:
    assert shown(text, 5) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Glued to words, signs, and names in capitals.
        ("It causes malnutrition410.", [("410", (4, 10))]),
        ("Sie gewannen viele Meisterschaften136.", [("136", (1, 3, 6))]),
        ('He said "never again"23. Then he left.', [("23", (2, 3))]),
        ("Das ist ein Anteil von 37,3 %2.", [("2", (2,))]),
        ("An order came from Königsberg (heute Kaliningrad)14.", [("14", (1, 4))]),
        ("The leading one is the WHO12.\nNext.", [("12", (1, 2))]),
        # Glued to numbers: a year, full groups, a price, an age.
        ("It ended on August 22, 197714.", [("14", (1, 4))]),
        ("Er wurde im Jahr 1227345. Dann kam", [("345", (3, 4, 5))]),
        ("There were 1,425,700,000135. So", [("135", (1, 3, 5))]),
        ("The fare is now $6.7512.", [("12", (1, 2))]),
        ("She took office at the age of 32135.", [("135", (1, 3, 5))]),
        ("The final score was 66-3223.", [("23", (2, 3))]),
        ("Formula 1 grew. It owns all of Formula 123.", [("23", (2, 3))]),
        # Set apart, in an answer that sets all marks apart.
        (
            "The bonus was substantial 165.\nIt fell later 23.",
            [("165", (1, 6, 5)), ("23", (2, 3))],
        ),
        # Names and numbers that are no marks.
        ("The fare is $7.00. It was $3.75. He paid $800,000.", []),
        ("Es geht um COVID19. Die G20. Das 5G. Der EV1.", []),
        ("It happened in 2012. Another in 1999.\n1. First\n2. Second", []),
        ("She is 32. It is over 60. Season 3.", []),
        ("The EV1 was built. Nobody bought an EV1.", []),
        ("Proposition 209 stood. He cited Proposition 209.", []),
    ],
)
def test_bare_figures(text: str, expected: list[tuple[str, tuple[int, ...]]]) -> None:
    assert shown(text, 10) == expected


def test_figures_name_sources_that_exist() -> None:
    assert shown("It causes malnutrition49.", 8) == []
    assert shown("It causes malnutrition49.", 9) == [("49", (4, 9))]
    assert find_marks("It causes malnutrition1.", 0) == []
    assert find_marks("It causes malnutrition1.", 3, glued=False) == []


def test_names_are_counted_off_against_sources() -> None:
    text = "Ein Satz. \nSPORTS MOLE\n Noch einer. \nAP NEWS\nUnd der dritte. \nSPORTS MOLE\n"
    marks = find_names(text, 2)
    assert [(text[m.start : m.end], m.numbers) for m in marks] == [
        ("SPORTS MOLE", (1,)),
        ("AP NEWS", (2,)),
        ("SPORTS MOLE", (1,)),
    ]
    assert [m.numbers for m in find_names(text, 3)] == [(1,), (2,), (3,)]
    assert find_names(text, 5) == []


pieces = st.sampled_from(
    [
        *"[ ] 1 2 12 123 2024 , . ! ( ) - – $ % ' Wort W ¹ ² ³ ˒ 【 】 † ` = 0 ٣ ^".split(),
        *"G20 ä 😀".split(),
        " ",
        "\n",
        '"',
        "EV1",
    ]
)


@given(
    st.one_of(
        st.text(), st.lists(pieces, max_size=30).map(" ".join), st.lists(pieces).map("".join)
    ),
    st.integers(-1, 30),
)
def test_marks_are_ordered_disjoint_and_name_sources(text: str, n_sources: int) -> None:
    for marks in (find_marks(text, n_sources), find_names(text, n_sources)):
        assert marks == sorted(marks)
        for mark in marks:
            assert isinstance(mark, Mark)
            assert 0 <= mark.start < mark.end <= len(text)
            assert mark.numbers
            assert len(set(mark.numbers)) == len(mark.numbers)
            assert all(1 <= number <= n_sources for number in mark.numbers)
        for before, after in pairwise(marks):
            assert before.end <= after.start

from hypothesis import given, strategies as st

from beleg.records import Claim
from beleg.report.evidence import MAX_ANSWERS, cut_pieces, draw_initials, show_answers
from beleg.report.facts import Link, build_facts


def claim(number, start, end):
    return Claim(f"c{number}", "a", f"s{number}", start, end, 3)


def mark(start, end, rank=1):
    return Link(rank, "https://x.example/", None, "x.example", start, end, True, True, "p")


def test_pieces_by_hand():
    text = "So it is[1]. And more."
    pieces = cut_pieces(text, [claim(1, 0, 12), claim(2, 13, 22)], [mark(8, 11)])
    assert [(p.text, p.claim, bool(p.marks)) for p in pieces] == [
        ("So it is", 1, False),
        ("[1]", 1, True),
        (".", 1, False),
        (" ", None, False),
        ("And more.", 2, False),
    ]


@given(
    st.text(max_size=60),
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=5),
    st.lists(st.integers(0, 60), max_size=8, unique=True),
)
def test_pieces_joined_are_the_text(text, marks, cuts):
    edges = sorted(cut for cut in cuts if cut <= len(text))
    claims = [
        claim(n, a, b) for n, (a, b) in enumerate(zip(edges[::2], edges[1::2], strict=False))
    ]
    pieces = cut_pieces(text, claims, [mark(*sorted(place)) for place in marks])
    assert "".join(piece.text for piece in pieces) == text


def test_initials_are_distinct_and_readable():
    found = draw_initials([("a", "Der Anker"), ("b", "Die Allianz"), ("c", "der-anker.example")])
    assert found["a"] == "DA"
    assert len(set(found.values())) == 3


@given(st.lists(st.text(max_size=8), max_size=40))
def test_initials_never_collide(names):
    found = draw_initials([(str(n), name) for n, name in enumerate(names)])
    assert len(set(found.values())) == len(names)


def test_choice_takes_turns_and_repeats_no_question(tables):
    facts = build_facts(tables, us=("anker",), threshold=5000, timezone="Europe/Berlin")
    shown = show_answers(facts).shown
    assert len(shown) == MAX_ANSWERS
    assert [answer.engine for answer in shown[:3]] == ["grok", "openai", "perplexity"]
    assert len({answer.question for answer in shown}) == MAX_ANSWERS

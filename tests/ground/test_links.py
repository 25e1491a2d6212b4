"""Which link stands at which claim, in the ways in which engines mark their links."""

import time

import pytest
from ground_tables import a_link, an_answer
from hypothesis import given, strategies as st

from beleg.ground.claims import blank_marks, find_claims, mark_spans
from beleg.ground.links import link_claims
from beleg.records import ClaimLink

A, B, C = "https://a.example/1", "https://b.example/2", "https://c.example/3"


def link_rows(text, citations):
    claims = find_claims(an_answer(text), citations)
    return claims, link_claims(blank_marks(text, mark_spans(citations)), claims, citations)


def linked(text, citations):
    """The pages at each claim, in order."""
    claims, rows = link_rows(text, citations)
    return [{row.page for row in rows if row.claim_id == claim.claim_id} for claim in claims]


def at(text, mark, url, nth=0, **more):
    start = -1
    for _ in range(nth + 1):
        start = text.index(mark, start + 1)
    return a_link(url, start, start + len(mark), **more)


OPENAI = "([a.example](https://a.example/1?utm_source=openai))"


@pytest.mark.parametrize(
    ("text", "mark", "expected"),
    [
        ("Der Rat tagte gestern [1]. Der Plan kostet Geld.", "[1]", [{A}, set()]),
        ("Der Rat tagte gestern.[1] Der Plan kostet Geld.", "[1]", [{A}, set()]),
        ("Der Rat tagte gestern. [1] Der Plan kostet Geld.", "[1]", [{A}, set()]),
        ("Der Rat tagte[1] gestern. Der Plan kostet Geld.", "[1]", [{A}, set()]),
        ("He won three titles1. The plan costs money.", "1", [{A}, set()]),
        ("The council met today. The plan costs money.1", "1", [set(), {A}]),
        (f"The council met today. {OPENAI} The plan costs money.", OPENAI, [{A}, set()]),
        (f"The council met today {OPENAI}. The plan costs money.", OPENAI, [{A}, set()]),
        (f"- **Grid:** 12 new kilometres {OPENAI}\n- 40 new pumps", OPENAI, [{A}, set()]),
        ("- 12 neue Kilometer[1]\n- 40 neue Pumpen", "[1]", [{A}, set()]),
        ("The council met today. The plan costs money.\n[1]\nIt ends.", "[1]", [set(), {A}]),
        ("The council met today.\n\n[1]\r\n\r\nThe plan costs money.", "[1]", [{A}, set()]),
        ("[1] The council met today. The plan costs money.", "[1]", [{A}, set()]),
        ("The council met today.\n[1] The plan costs money.", "[1]", [set(), {A}]),
    ],
)
def test_a_mark_belongs_to_one_claim(text, mark, expected):
    assert linked(text, [at(text, mark, A)]) == expected


@pytest.mark.parametrize(
    "text",
    [
        "The council met today. What does it cost?[1] The plan costs money.",
        "The council met today. Sure![1] The plan costs money.",
        "The council met today.\n\n## Costs [1]\nThe plan costs money.",
        "The council met today.\n\nSources:\n[1]",
        "The council met today. The plan costs money.\n\n- [1]",
        "The council met today. The plan costs money.\n\n---\n[1]",
    ],
)
def test_a_mark_behind_what_is_no_claim_belongs_to_none(text):
    assert linked(text, [at(text, "[1]", A)]) == [set() for _ in find_claims(an_answer(text), [])]


def test_several_marks_in_a_row_belong_to_the_same_claim():
    text = "Der Rat tagte[1] gestern. Der Plan kostet Geld.[2][3] Die Bürger klagen."
    marks = [at(text, "[1]", A), at(text, "[2]", B), at(text, "[3]", C)]
    assert linked(text, marks) == [{A}, {B, C}, set()]
    text = "The council met today.\nANKER\nVELUM\n\nThe plan costs money."
    assert linked(text, [at(text, "ANKER", A), at(text, "VELUM", B)]) == [{A, B}, set()]


def test_the_rows_by_hand():
    text = "The council met [1][2]. The plan costs money [1]."
    marks = [at(text, "[1]", B), at(text, "[2]", A, rank=2), at(text, "[1]", B, nth=1)]
    (first, second), rows = link_rows(text, marks)
    assert rows == [
        ClaimLink(first.claim_id, "a", A, "a.example", placed=True),
        ClaimLink(first.claim_id, "a", B, "b.example", placed=True),
        ClaimLink(second.claim_id, "a", B, "b.example", placed=True),
    ]


def test_spans_of_carried_text_reach_every_claim_of_which_they_hold_a_word():
    text = "Der Rat tagte gestern. Der Plan kostet Geld. Die Bürger klagen."
    assert linked(text, [a_link(A, 5, 30, is_mark=False)]) == [{A}, {A}, set()]
    second = at(text, "Der Plan kostet Geld.", A, is_mark=False)
    assert linked(text, [second]) == [set(), {A}, set()]
    # a segment that begins with the last sentence's full stop
    assert linked(text, [a_link(A, second.start - 2, second.end, is_mark=False)]) == [
        set(),
        {A},
        set(),
    ]


def test_without_any_place_every_link_counts_everywhere():
    text = "Der Rat tagte gestern. Der Plan kostet Geld."
    links = [a_link(A), a_link(B, rank=2), a_link(C, rank=3, shown=False)]
    assert linked(text, links) == [{A, B}, {A, B}]
    assert not any(row.placed for row in link_rows(text, links)[1])
    assert linked(text, [a_link(C, shown=False)]) == [set(), set()]


def test_a_link_without_place_counts_nowhere_where_others_have_one():
    text = "Der Rat tagte gestern.[1] Der Plan kostet Geld."
    assert linked(text, [at(text, "[1]", A), a_link(B, rank=2)]) == [{A}, set()]


def test_retrieved_links_stand_nowhere_and_hide_no_place():
    text = "Der Rat tagte gestern.[1] Der Plan kostet Geld."
    retrieved = at(text, "[1]", A, shown=False)
    assert linked(text, [retrieved, a_link(B)]) == [{B}, {B}]


PIECES = st.sampled_from(
    "Der Rat tagte|The plan costs money|. |.[1] |[1]. |? |\n|\n\n- |## |---\n|[1]|**|: ".split("|")
)


@given(st.lists(PIECES, max_size=30).map("".join), st.data())
def test_each_mark_stands_at_one_claim_at_most_and_spans_in_a_row(text, data):
    place = st.integers(0, len(text) + 3)
    start, end = sorted(data.draw(st.tuples(place, place)))
    is_mark = data.draw(st.booleans())
    claims, rows = link_rows(text, [a_link(A, start, end, is_mark=is_mark)])
    numbers = [n for n, c in enumerate(claims) if c.claim_id in {row.claim_id for row in rows}]
    assert len(rows) == len(numbers)
    if is_mark:
        assert len(numbers) <= 1
    else:
        assert numbers == list(range(numbers[0], numbers[-1] + 1)) if numbers else True
        assert all(claims[n].start < end and start < claims[n].end for n in numbers)


@given(st.lists(PIECES, max_size=30).map("".join))
def test_nearer_claims_take_marks_first(text):
    """The claim of a mark is the one around it, or a neighbour: never one beyond another."""
    if "[1]" not in text:
        return
    mark = at(text, "[1]", A)
    claims, rows = link_rows(text, [mark])
    for row in rows:
        (number,) = (n for n, c in enumerate(claims) if c.claim_id == row.claim_id)
        near = {n for n, c in enumerate(claims) if c.start <= mark.start < c.end}
        before = [n for n, c in enumerate(claims) if c.end <= mark.start]
        behind = [n for n, c in enumerate(claims) if c.start > mark.start]
        assert number in (near or {*before[-1:], *behind[:1]})


def test_a_hundred_thousand_marks_take_seconds():
    text = "The council met today. " + "[1]" * 100_000 + " It costs a lot of money."
    marks = [a_link(A, 23 + 3 * n, 26 + 3 * n) for n in range(100_000)]
    claims = find_claims(an_answer(text), marks)
    blanked = blank_marks(text, mark_spans(marks))
    began = time.process_time()
    assert [row.claim_id for row in link_claims(blanked, claims, marks)] == [claims[0].claim_id]
    assert time.process_time() - began < 10

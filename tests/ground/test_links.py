from ground_tables import a_link, an_answer

from beleg.ground.claims import blank_marks, find_claims, mark_spans
from beleg.ground.links import link_claims

A, B, C = "https://a.example/1", "https://b.example/2", "https://c.example/3"


def linked(text, citations):
    claims = find_claims(an_answer(text), citations)
    found = link_claims(blank_marks(text, mark_spans(citations)), claims, citations)
    return [found.get(claim.claim_id, frozenset()) for claim in claims]


def at(text, mark, url, nth=0):
    start = -1
    for _ in range(nth + 1):
        start = text.index(mark, start + 1)
    return a_link(url, start, start + len(mark))


def test_marks_belong_to_the_claim_around_or_before_them():
    text = "Der Rat tagte[1] gestern. Der Plan kostet Geld.[2][3] Die Bürger klagen."
    marks = [at(text, "[1]", A), at(text, "[2]", B), at(text, "[3]", C)]
    assert linked(text, marks) == [{A}, {B, C}, set()]


def test_marks_on_a_line_of_their_own_and_before_a_claim():
    text = "The council met yesterday.\nANKER\nThe plan costs money.\n\n[1] The mayor resigned."
    assert linked(text, [at(text, "ANKER", A), at(text, "[1]", B)]) == [{A}, set(), {B}]


def test_spans_of_carried_text_reach_every_claim_they_touch():
    text = "Der Rat tagte gestern. Der Plan kostet Geld. Die Bürger klagen."
    carried = a_link(A, 5, 30, is_mark=False)
    assert linked(text, [carried]) == [{A}, {A}, set()]


def test_without_any_place_every_link_counts_everywhere():
    text = "Der Rat tagte gestern. Der Plan kostet Geld."
    links = [a_link(A), a_link(B, rank=2), a_link(C, rank=3, shown=False)]
    assert linked(text, links) == [{A, B}, {A, B}]
    assert linked(text, [a_link(C, shown=False)]) == [set(), set()]


def test_a_link_without_place_counts_nowhere_where_others_have_one():
    text = "Der Rat tagte gestern.[1] Der Plan kostet Geld."
    assert linked(text, [at(text, "[1]", A), a_link(B, rank=2)]) == [{A}, set()]

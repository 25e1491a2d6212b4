import random

import pyarrow as pa
from ground_tables import a_link, an_answer, pages, tables
from hypothesis import given, settings, strategies as st

from beleg.ground import default_threshold, ground
from beleg.records import Claim, ClaimLink, Passage, Support
from beleg.tables import from_arrow, schema_of

COUNCIL = (
    "Der Rat hat am 17. September den Wärmeplan beschlossen. Er kostet 96 Mio. Euro und reicht bis"
    " 2029. Die Pumpe steht am Hafen von Ellerhaven."
)
BRIDGE = (
    "The drawbridge at Kirkeby was closed on Monday because of cracks in the bearings. Inspectors"
    " had found them in May. Repairs will take eleven months."
)
A, B, C = "https://anker.example/a", "https://velum.example/b", "https://fremd.example/c"


def of(found):
    return (
        from_arrow(found.claims, Claim),
        from_arrow(found.passages, Passage),
        from_arrow(found.supports, Support),
    )


def test_one_answer_by_hand():
    first = "Der Wärmeplan kostet 96 Mio. Euro und reicht bis 2029."
    text = f"{first}[1] Die Fähre fährt im Winter nicht."
    mark = text.index("[1]")
    found = ground(
        *tables(
            [an_answer(text)],
            [a_link(A + "?utm_source=openai", mark, mark + 3)],
            pages((A, COUNCIL), (C, COUNCIL), (B, BRIDGE)),
        )
    )
    claims, passages, supports = of(found)
    assert [text[c.start : c.end] for c in sorted(claims, key=lambda c: c.start)] == [
        first,
        "Die Fähre fährt im Winter nicht.",
    ]
    paid = [s for s in supports if s.support >= default_threshold()]
    plan = min(claims, key=lambda c: c.start)
    assert {s.claim_id for s in paid} == {plan.claim_id}
    assert sorted(s.cited for s in paid) == [False, True]  # the copy supports and is not linked
    assert len({s.support for s in paid}) == 1
    (link,) = from_arrow(found.claim_links, ClaimLink)
    assert link == ClaimLink(plan.claim_id, "a", A, "anker.example", placed=True)
    known = {p.passage_id: p for p in passages}
    for support in paid:
        assert support.probability == support.support / 10_000
        passage = known[support.passage_id]
        spans = list(zip(support.text_spans[::2], support.text_spans[1::2], strict=True))
        assert all(passage.start <= start < end <= passage.end for start, end in spans)
        assert "kostet 96 Mio. Euro und reicht bis 2029" in [
            COUNCIL[start:end] for start, end in spans
        ]
        spans = list(zip(support.claim_spans[::2], support.claim_spans[1::2], strict=True))
        assert "kostet 96 Mio. Euro und reicht bis 2029" in [
            text[start:end] for start, end in spans
        ]


def test_what_the_answer_delivered_is_looked_at_and_titles_are_not():
    answer = an_answer("Repairs of the drawbridge at Kirkeby will take eleven months.")
    snippet = "Repairs of the drawbridge will take eleven months, Kirkeby said."
    found = ground(*tables([answer], [a_link(B)], pages((B, snippet), answer_id="a")))
    assert [s.cited for s in of(found)[2]] == [True]
    titled = pages((B, "Etwas ganz anderes steht hier."), title=answer.text)
    assert of(ground(*tables([answer], [], titled)))[2] == []


def test_nothing_in_nothing_out():
    found = ground(*tables([], [], []))
    assert [t.num_rows for t in found] == [0, 0, 0, 0]
    records = (Claim, Passage, Support, ClaimLink)
    assert [t.schema for t in found] == [schema_of(record) for record in records]
    no_text = ground(*tables([an_answer(None)], [a_link(A)], pages((A, COUNCIL))))
    assert (no_text.claims.num_rows, no_text.supports.num_rows) == (0, 0)
    assert no_text.passages.num_rows == 1


def test_documents_whose_text_is_missing_are_left_out():
    answers, citations, documents, texts = tables([an_answer(COUNCIL)], [], pages((A, COUNCIL)))
    found = ground(answers, citations, documents, texts.slice(0, 0))
    assert (found.passages.num_rows, found.supports.num_rows) == (0, 0)


SENTENCES = [
    "Der Rat hat am 17. September den Wärmeplan beschlossen.",
    "Er kostet 96 Mio. Euro und reicht bis 2029.",
    "Er kostet 131 Mio. Euro und reicht bis 2029.",
    "The drawbridge at Kirkeby was closed on Monday.",
    "Repairs will take eleven months.",
    "Nobody had expected cracks in the bearings.",
]
TEXTS = st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=4).map(" ".join)


@settings(max_examples=15, deadline=None)
@given(st.lists(TEXTS, max_size=4), st.lists(TEXTS, max_size=4), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(answers, articles, shuffle: random.Random):
    rows = tables(
        [an_answer(text, answer_id=f"a{i}") for i, text in enumerate(answers)],
        [a_link(A, answer_id=f"a{i}") for i in range(len(answers))],
        pages(*((f"https://p{i}.example/{i}", text) for i, text in enumerate(articles))),
    )
    first = ground(*rows)
    shuffled = [
        t.take(pa.array(shuffle.sample(range(t.num_rows), t.num_rows), pa.int64())) for t in rows
    ]
    assert ground(*shuffled) == first
    keys = [(s.claim_id, s.passage_id) for s in of(first)[2]]
    assert keys == sorted(set(keys))


def test_a_page_that_repeats_itself_gains_nothing():
    answer = an_answer("Der Wärmeplan kostet 96 Mio. Euro und reicht bis 2029.")

    def strongest(text):
        return max(s.support for s in of(ground(*tables([answer], [], pages((A, text)))))[2])

    assert strongest(" ".join([COUNCIL] * 20)) <= strongest(COUNCIL)


def test_progress_is_told():
    told = []
    rows = tables([an_answer(COUNCIL)], [], pages((A, COUNCIL)))
    ground(*rows, on_progress=lambda *step: told.append(step))
    assert told[-1] == ("supports", 3, 3)

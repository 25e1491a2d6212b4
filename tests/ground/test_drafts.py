from itertools import pairwise

from ground_tables import pages, tables
from hypothesis import given, settings, strategies as st

from beleg.ground import default_threshold
from beleg.ground.drafts import Mark, check_draft, language_of_draft
from beleg.ground.exchange import show_draft
from beleg.ground.markdown import read_markdown
from beleg.records import DocumentKind

A, B = "https://anker.example/a", "https://velum.example/b"
COUNCIL = (
    "Der Rat hat am 17. September den Wärmeplan beschlossen. Er kostet 96 Mio. Euro und reicht bis"
    " 2029. Die Pumpe steht am Hafen von Ellerhaven."
)
DRAFT = """# Der Wärmeplan kommt

Der Rat hat am 17. September den [Wärmeplan](https://anker.example/a) beschlossen.
Er kostet 97 Mio. Euro und reicht bis 2029. Der Mond besteht aus Käse.

Was heißt das?
"""


def check(text, *documents):
    _, _, rows, texts = tables([], [], list(documents))
    return check_draft(read_markdown(text), rows, texts)


def test_a_draft_by_hand():
    found = check(DRAFT, *pages((A, COUNCIL)))
    assert [(DRAFT[s.start : s.end].split("\n", maxsplit=1)[0][:24], s.mark) for s in found] == [
        ("Der Wärmeplan kommt", Mark.NO_CLAIM),
        ("Der Rat hat am 17. Septe", Mark.SUPPORTED),
        ("Er kostet 97 Mio. Euro u", Mark.CONFLICT),
        ("Der Mond besteht aus Käs", Mark.GAP),
        ("Was heißt das?", Mark.NO_CLAIM),
    ]
    (source,) = found[1].sources
    assert source.support.cited
    assert source.support.support >= default_threshold()
    assert source.text == COUNCIL[source.passage.start : source.passage.end]
    (against,) = found[2].against
    assert against.support.conflicts
    assert found[3].nearest is None
    assert language_of_draft(read_markdown(DRAFT)) == "de"


def test_a_page_stands_before_the_teaser_of_it():
    teaser = pages((A, "Der Rat hat am 17. September den Wärmeplan beschlossen."), answer_id="x")
    found = check(DRAFT, *teaser, *pages((A, COUNCIL), (B, COUNCIL)))
    kinds = [(f.document.host, f.document.kind) for f in found[1].sources]
    assert sorted(kinds) == [
        ("anker.example", DocumentKind.ARTICLE),
        ("velum.example", DocumentKind.ARTICLE),
    ]


def test_a_draft_without_a_word_has_no_sentence():
    assert check("", *pages((A, COUNCIL))) == []
    assert check("---\n", *pages((A, COUNCIL))) == []


PIECES = [
    "Der Rat hat den Wärmeplan beschlossen.",
    "Er kostet 97 Mio. Euro.",
    "Was heißt das?",
    "## Kopf",
    "> Zitat: „So ist es“, sagte sie.",
    "* Punkt",
    "```\ncode\n```",
    "\n\n",
    "\n",
]


@settings(max_examples=20, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=6).map("\n".join))
def test_sentences_are_in_order_and_places_reproduce_them(text):
    found = check(text, *pages((A, COUNCIL)))
    assert all(s.start < s.end for s in found)
    assert all(a.end <= b.start for a, b in pairwise(found))
    shown = show_draft("x", text, "de", found)
    assert sum(shown["counts"].values()) == len(found)
    for row in shown["sentences"]:
        assert text[row["start"] : row["end"]] == row["text"]
        for source in [*row["sources"], *row["against"]]:
            assert all(0 <= a < b <= len(source["passage"]) for a, b in source["spans"])

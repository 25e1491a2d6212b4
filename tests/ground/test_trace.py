from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from candidate_tables import CLAIM_TERMS, WINDOWS, place
from ground_tables import ASKED, a_document, pages, tables
from hypothesis import given, settings

from beleg.ground.candidates import term_weight
from beleg.ground.grounding import FLOOR
from beleg.ground.passages import find_windows, make_passage
from beleg.ground.tokens import find_tokens, fingerprint
from beleg.ground.trace import (
    INDEX,
    build_index,
    find_windows as find_best,
    read_statement,
    trace,
)

BRIDGE = (
    "Der Stadtrat von Lindau hat den Bau der neuen Brücke am Kanal mit 24 Stimmen gebilligt. "
    "Die Arbeiten beginnen im März. Sie kosten 12 Millionen Euro."
)
HOSPITAL = (
    "Das Klinikum Lindau schließt im Frühjahr seine Geburtshilfe und verlegt sie nach Wangen."
)
TOLD = f"{BRIDGE} Das teilte die Stadt mit."
STATEMENT = "Der Stadtrat von Lindau billigte den Bau der Brücke am Kanal mit 24 Stimmen."


def an_index(documents_with_texts):
    _, _, documents, texts = tables([], [], documents_with_texts)
    return build_index(documents, texts, lambda *_: None)


def test_the_passage_and_its_copies_by_hand():
    late = a_document(BRIDGE, "https://spaet.example/a")
    early = a_document(BRIDGE, "https://frueh.example/b")
    near = a_document(TOLD, "https://nah.example/c")
    from_then = [
        (replace_seen(document, days), text)
        for document, days, text in ((late, 3, BRIDGE), (early, 0, BRIDGE), (near, 1, TOLD))
    ]
    index = an_index([*from_then, *pages(("https://klinik.example/", HOSPITAL))])
    (group,) = trace(STATEMENT, index, 5)
    assert group.passage == BRIDGE
    assert group.verdict.support > FLOOR
    assert [p.document["host"] for p in group.places] == [
        "frueh.example", "nah.example", "spaet.example",
    ]  # fmt: skip
    assert [p.exact for p in group.places].count(False) == 1
    window = find_windows(BRIDGE)[0]
    assert group.places[0].passage_id == make_passage(early.document_id, window).passage_id


def replace_seen(document, days):
    return replace(document, first_seen_at=ASKED + timedelta(days=days))


def test_a_contradicted_figure_is_said():
    index = an_index(pages(("https://a.example/", BRIDGE)))
    (group,) = trace(STATEMENT.replace("24", "31"), index, 5)
    assert any(conflict.startswith("number") for conflict in group.verdict.conflicts)


@pytest.mark.parametrize("statement", ["", "…", "und der die das", "Quastenflosser tanzen selten"])
def test_what_nobody_wrote_finds_nothing(statement):
    index = an_index(pages(("https://a.example/", BRIDGE), ("https://b.example/", HOSPITAL)))
    assert trace(statement, index, 5) == []


def test_the_limit_is_kept_and_checked():
    texts = [f"{BRIDGE.replace('24', str(n))} Damit rechnet Verein {n}." for n in (24, 25)]
    other = "Den Bau der Brücke am Kanal hat der Stadtrat von Lindau gebilligt, mit 24 Stimmen."
    index = an_index(pages(*((f"https://{n}.example/", t) for n, t in enumerate([*texts, other]))))
    assert len(trace(STATEMENT, index, 1)) == 1
    assert len(trace(STATEMENT, index, 9)) > 1
    with pytest.raises(ValueError, match="limit is 0"):
        trace(STATEMENT, index, 0)


def test_an_index_of_nothing_finds_nothing():
    index = an_index([])
    assert set(index) == set(INDEX)
    assert trace(STATEMENT, index, 3) == []


def test_a_document_without_a_text_has_no_passage():
    _, _, documents, texts = tables([], [], pages(("https://a.example/", BRIDGE)))
    index = build_index(documents, texts.slice(0, 0), lambda *_: None)
    assert trace(STATEMENT, index, 3) == []


WORDS = ["", "Amsel", "Birke", "Chor", "Dorf", "Esche", "Fjord"]


@settings(max_examples=30, deadline=None)
@given(WINDOWS, CLAIM_TERMS)
def test_scores_equal_loops(windows, claim_terms):
    by_text = {}
    for window, _, term in place(windows):
        by_text.setdefault(window, set()).add(WORDS[term])
    texts = [
        f"{' '.join(sorted(words))} {'x' * (2 + n)}." for n, words in enumerate(by_text.values())
    ]
    index = an_index(pages(*((f"https://{n}.example/", text) for n, text in enumerate(texts))))
    words = sorted({WORDS[term] for claim, term in claim_terms if claim == min(claim_terms)[0]})
    claim = make_claim(" ".join(words), index)
    rows = index["texts"]["text"].to_pylist()
    terms = [{t.term for t in find_tokens(row, language)} for row, language in
             zip(rows, index["texts"]["language"].to_pylist(), strict=True)]  # fmt: skip
    scores = [sum(w for t, w in claim.weights.items() if t in found) for found in terms]
    wanted = sorted((-s, n) for n, s in enumerate(scores) if s and s * 100 >= claim.total * 15)
    assert find_best(claim, index, 4) == [n for _, n in wanted[:4]]


def make_claim(statement, index):
    claim = read_statement(statement, index)
    terms = index["terms"]["term"].to_pylist()
    n_texts = index["texts"].num_rows
    for term, weight in claim.weights.items():
        if fingerprint(term) in terms:
            known = index["terms"]["weight"][terms.index(fingerprint(term))].as_py()
            assert weight == known
        else:
            assert weight == term_weight(n_texts, 0)
    return claim


def test_terms_are_sorted_and_every_window_is_listed():
    index = an_index(pages(("https://a.example/", BRIDGE), ("https://b.example/", HOSPITAL)))
    terms = np.array(index["terms"]["term"].to_pylist())
    assert (np.diff(terms) > 0).all()
    lindau = fingerprint("lindau")
    at = terms.tolist().index(lindau)
    first = index["terms"]["first"].to_pylist()
    last = [*first, index["postings"].num_rows][at + 1]
    assert index["postings"]["window_no"].to_pylist()[first[at] : last] == [0, 1]
    assert index["terms"]["weight"][at].as_py() == term_weight(2, 2)

import json

import pytest
from hypothesis import given, settings, strategies as st

import beleg
from beleg.ground import default_threshold
from beleg.ground.exchange import answer_line, write_line
from beleg.ground.pairs import PART_GAP, choose_windows, judge, read_alone, read_source

PLAN = "Der Wärmeplan kostet 96 Mio. Euro."
PARTS = [
    "Der Rat von Ellerhaven hat den Wärmeplan beschlossen.",
    "Er kostet 96 Millionen Euro.",
    "Die Pumpe steht am Hafen.",
]
SENTENCES = [
    *PARTS,
    PLAN,
    "Er kostet 97 Mio. Euro.",
    "The bridge closed on Monday.",
    "",
    "  ",
    "…",
]


def test_one_pair_by_hand():
    found = judge(PLAN, PLAN)
    assert (found.kind, found.supported, found.conflicts) == ("verbatim", True, ())
    assert found.claim_spans == found.evidence_spans == ((0, 33),)
    assert (found.best, found.parts) == (None, ())
    assert found.support >= default_threshold()
    assert beleg.judge is judge


def test_parts_carry_together_what_none_carries_alone():
    found = judge(PLAN, PARTS)
    assert found.supported
    assert max(part.support for part in found.parts) < found.support
    assert found.best == 1
    assert found.parts[2].kind is None
    joined = PART_GAP.join(PARTS)
    assert [joined[a:b] for a, b in found.evidence_spans] == [
        "Wärmeplan",
        "kostet 96 Millionen Euro",
    ]
    assert [PARTS[1][a:b] for a, b in found.parts[1].evidence_spans] == [
        "kostet 96 Millionen Euro"
    ]
    assert [PLAN[a:b] for a, b in found.claim_spans] == ["Wärmeplan", "kostet 96 Mio. Euro"]


def test_a_wrong_figure_is_a_conflict_and_no_support():
    found = judge("Der Wärmeplan kostet 97 Mio. Euro.", PARTS)
    assert not found.supported
    assert found.conflicts == ("number:97000000",)


def test_nothing_is_a_score_of_zero():
    for evidence in ("", " \n", [], ["", ""]):
        found = judge(PLAN, evidence)
        assert (found.score, found.kind, found.supported) == (0, None, False)
        assert (found.evidence_spans, found.claim_spans, found.best) == ((), (), None)


def test_a_page_is_as_good_as_its_best_window():
    filler = [
        f"Am {day}. Tag fuhr die Fähre nach Sandholm {day + 30} Mal." for day in range(1, 29)
    ]
    page = " ".join([*filler, *PARTS, *filler])
    alone = judge(PLAN, " ".join(PARTS))
    assert judge(PLAN, page).supported
    assert abs(judge(PLAN, page).support - alone.support) < 1_500  # another cut of the windows
    source = read_source((page,), "de")
    chosen = choose_windows(read_alone(PLAN, "de"), source, source.windows)
    assert any("96 Millionen" in page[a:b] for a, b in chosen)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from([s for s in SENTENCES if any(map(str.isalnum, s))]),
    st.lists(st.sampled_from(SENTENCES) | st.text(max_size=40), max_size=5),
)
def test_spans_reproduce_and_parts_agree_with_themselves(claim, parts):
    found = judge(claim, parts, language="de")
    joined = PART_GAP.join(parts)
    for text, spans in ((claim, found.claim_spans), (joined, found.evidence_spans)):
        assert all(0 <= start < end <= len(text) for start, end in spans)
        assert list(spans) == sorted(spans)
    assert found.support == round(10_000 * found.probability)
    for part, own in zip(parts, found.parts, strict=True):
        alone = judge(claim, part, language="de")
        assert (own.support, own.kind, own.conflicts) == (
            alone.support,
            alone.kind,
            alone.conflicts,
        )
        assert own.evidence_spans == alone.evidence_spans
    if len(parts) == 1:
        assert found.parts[0].support == found.support


def test_callers_mistakes_are_named():
    with pytest.raises(ValueError, match=r"language == 'fr', must be one of de, en\."):
        judge(PLAN, PLAN, language="fr")
    with pytest.raises(ValueError, match=r"kind == 'book', must be one of passage, page, snippet"):
        judge(PLAN, PLAN, source_kind="book")
    with pytest.raises(ValueError, match="must hold a word"):
        judge(" – ", PLAN)
    for evidence in (None, 3, b"bytes", {"a": 1}, ["x", 3], [["x"]]):
        with pytest.raises(TypeError, match="evidence"):
            judge(PLAN, evidence)
    with pytest.raises(TypeError, match="claim"):
        judge(3, PLAN)


BAD_LINES = {
    b"": "not JSON",
    b"{": "not JSON",
    b"\xff": "not JSON",
    b"[" * 100_000: "not JSON",
    b"[1]": "no JSON object",
    b'{"evidence": "x"}': "no claim",
    b'{"claim": "Haus"}': "no evidence",
    b'{"claim": "", "evidence": "x"}': "must hold a word",
    b'{"claim": 3, "evidence": "x"}': "must be a text",
    b'{"claim": "Haus", "evidence": [["x"]]}': "must hold texts alone",
    b'{"claim": "Haus", "evidence": "x", "language": "fr"}': "language == 'fr'",
    b'{"claim": "Haus", "evidence": "x", "kind": ["page"]}': "kind == ['page']",
    b'{"claim": "Haus", "evidence": "x", "kind": 0}': "kind == 0",
    b'{"claim": "Haus", "evidence": "x", "id": {}}': "id is no text",
}


@pytest.mark.parametrize("line", BAD_LINES, ids=lambda line: line[:40].decode("latin-1"))
def test_a_bad_line_says_what_is_wrong(line):
    answer = answer_line(line, 7)
    assert BAD_LINES[line] in answer["error"]
    assert answer["line"] == 7
    assert answer["remedy"].startswith("Write {")


@settings(max_examples=80, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["claim", "evidence", "language", "kind", "id", "other"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
            lambda inner: st.lists(inner, max_size=3),
            max_leaves=5,
        ),
    )
)
def test_every_line_is_answered_by_one(row):
    written = write_line(answer_line(json.dumps(row).encode(), 1))
    assert written.count(b"\n") == 1
    answer = json.loads(written)
    assert ("error" in answer) != ("score" in answer)


def test_the_id_is_handed_on():
    line = json.dumps({"id": "a-7", "claim": PLAN, "evidence": PARTS, "kind": "page"}).encode()
    answer = answer_line(line, 1)
    assert (answer["id"], answer["source_kind"], len(answer["evidence"])) == ("a-7", "page", 3)
    bad = answer_line(b'{"id": 3, "claim": "", "evidence": ""}', 1)
    assert bad["id"] == 3


def test_a_long_text_is_a_page_where_nothing_is_said():
    assert judge(PLAN, f"{PLAN} Es regnete.").source_kind == "passage"
    long = " ".join([PLAN, *("Es regnete." for _ in range(10))])
    assert judge(PLAN, long).source_kind == "page"
    assert judge(PLAN, long, source_kind="passage").source_kind == "passage"
    assert judge(PLAN, long).support == judge(PLAN, long, source_kind="page").support

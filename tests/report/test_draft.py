import re

import pytest
from hypothesis import given, strategies as st

from beleg.report.draft import cut_passage, cut_pieces, render_draft

TEXT = "Kopf\n\nEins <script>alert(1)</script>. Zwei. Drei. Vier?"


def found(**more):
    return {
        "support": 8_100, "kind": "quote", "conflicts": [], "linked": True, "host": "a.example",
        "url": "javascript:alert(1)", "title": "<b>Titel</b>", "published_at": None,
        "first_seen_at": "2026-11-02T09:00:00+00:00", "document_id": "d", "passage_id": "p",
        "passage": "Eins & zwei", "spans": [[0, 4]], **more,
    }  # fmt: skip


def row(part, mark, sources=(), against=(), nearest=None):
    start = TEXT.index(part)
    return {
        "start": start, "end": start + len(part), "text": part, "mark": mark,
        "sources": list(sources), "against": list(against), "nearest": nearest,
    }  # fmt: skip


DRAFT = {
    "draft": "a<b>.md",
    "language": "de",
    "counts": {"supported": 1, "conflict": 1, "no source": 1, "no claim": 1},
    "sentences": [
        row("Eins <script>alert(1)</script>.", "supported", [found()]),
        row(
            "Zwei.", "conflict", against=[found(conflicts=["number:97"], url="https://a.example/")]
        ),
        row("Drei.", "no source", nearest=found(support=2_600)),
        row("Vier?", "no claim"),
    ],
    "threshold": 4_100,
    "judge": "m-1",
}


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "de",
            ["1 von 3 Aussagen", "Widerspruch", "ohne Beleg", "abweichende Zahl: 97", "2.11.2026"],
        ),
        ("en", ["1 of 3 claims", "conflict", "no source", "number differs: 97", "2 Nov 2026"]),
    ],
)
def test_both_languages(language, words):
    html = render_draft(TEXT, DRAFT, language=language)
    assert f'<html lang="{language}">' in html
    for word in words:
        assert word in html, word


def test_nothing_of_a_text_is_markup_and_nothing_is_loaded():
    html = render_draft(TEXT, DRAFT, language="en")
    assert "<script" not in html
    assert "javascript:" not in html
    assert "<b>Titel" not in html
    assert 'href="https://a.example/"' in html
    assert not re.search(r'(?:src|href)="(?!#|https://a\.example/)', html)


def test_colour_is_not_the_only_signal():
    html = render_draft(TEXT, DRAFT, language="en")
    for number, sign in ((1, "✓"), (2, "≠"), (3, "?")):
        assert f'<span aria-hidden="true">{sign}{number}</span>' in html
        assert f'href="#n{number}" id="t{number}"' in html
        assert f'<li id="n{number}">' in html


def test_another_language_is_refused():
    with pytest.raises(ValueError, match="language == 'fr'"):
        render_draft(TEXT, DRAFT, language="fr")


def test_pieces_are_the_text():
    assert "".join(piece.text for piece in cut_pieces(TEXT, DRAFT["sentences"])) == TEXT


@given(st.text(max_size=30), st.lists(st.integers(0, 30), max_size=8))
def test_stretches_are_the_passage(text, places):
    places = sorted({min(place, len(text)) for place in places})
    spans = [list(pair) for pair in zip(places[::2], places[1::2], strict=False)]
    stretches = cut_passage({"passage": text, "spans": spans})
    assert "".join(stretch.text for stretch in stretches) == text
    assert [s.text for s in stretches if s.hit] == [text[a:b] for a, b in spans]

"""Marks of a page by hand; what is said of a picture, or denied, is none of the text's."""

import json
from datetime import UTC, datetime

import pytest

from beleg.collect.origin_marks import read_origin_marks
from beleg.collect.pages import parse_html, read_page

URL = "https://www.bote.example/artikel"
TERMS = "http://cv.iptc.org/newscodes/digitalsourcetype"


def write_json(node):
    return f'<script type="application/ld+json">{json.dumps(node)}</script>'


def marks(body="", head=""):
    tree = parse_html(f"<html><head>{head}</head><body>{body}</body></html>")
    return read_origin_marks(tree, URL)


@pytest.mark.parametrize(
    ("head", "wanted"),
    [
        (
            f'<meta name="iptc:DigitalSourceType" content="{TERMS}/trainedAlgorithmicMedia">',
            "digital_source_type:trainedAlgorithmicMedia",
        ),
        (
            write_json({"@type": "NewsArticle", "digitalSourceType": f"{TERMS}/digitalCreation"}),
            "digital_source_type:digitalCreation",
        ),
        (
            write_json([{"@type": "ImageObject", "digitalSourceType": "algorithmicMedia"}]),
            "media_digital_source_type:algorithmicMedia",
        ),
        (
            f'<script><x Iptc4xmpExt:DigitalSourceType="{TERMS}/composite"/></script>',
            "digital_source_type:composite",
        ),
        ('<link rel="c2pa-manifest" href="/m.c2pa">', "c2pa:https://www.bote.example/m.c2pa"),
        ('<meta name="source" content="dpa">', "agency:dpa"),
        (
            '<link rel="canonical" href="https://anker.example/bericht?utm_source=x">',
            "canonical:https://anker.example/bericht",
        ),
    ],
)
def test_marks_in_the_head_by_hand(head, wanted):
    assert marks(head=head) == (wanted,)


@pytest.mark.parametrize(
    "notice",
    [
        "<p>Dieser Text wurde mit Hilfe von KI erstellt.</p>",
        "<small>KI-generiert</small>",
        "<span>Mit KI erstellt</span>",
        "<p>This article was generated with the help of artificial intelligence.</p>",
        "<div>AI-generated content</div>",
    ],
)
def test_notices_of_machines(notice):
    assert marks(notice) == ("notice:ai",)


@pytest.mark.parametrize(
    "body",
    [
        "<p>Dieser Text wurde nicht mit KI erstellt.</p>",
        "<p>Foto: mit KI erstellt</p>",
        "<p>KI-generierte Bilder fluten das Netz, warnen Forscher der Universität Ostermoor.</p>",
        '<figure><span class="source">Reuters</span></figure>',
        '<div class="image"><span class="source">Reuters</span></div>',
        '<ul><li><span class="author">dpa</span></li></ul>',
        "<p>Das sagte sie der dpa.</p>",
    ],
)
def test_what_is_no_mark_of_the_text(body):
    assert marks(body) == ()


def test_bylines_name_an_agency_whole_or_in_part():
    assert marks('<p class="byline">Von dpa</p>') == ("agency:dpa",)
    assert marks('<p class="byline">Erika Muster/dpa</p>') == ("agency-part:dpa",)


def test_canonical_links_within_the_house_are_no_mark():
    assert marks(head='<link rel="canonical" href="https://amp.bote.example/artikel">') == ()


def test_a_page_carries_its_marks_into_its_document():
    text = "Die Brücke über die Elle bleibt bis Dezember gesperrt, sagte die Behörde am Dienstag."
    html = f'<html><head><meta name="source" content="dpa"></head><body><article><p>{text}</p><p>{text[::-1]}</p></article></body></html>'  # noqa: E501
    read = read_page(
        html.encode(), url=URL, name="x", raw_ref="0", seen_at=datetime(2026, 11, 2, tzinfo=UTC)
    )
    assert read.documents[0].origin_marks == ("agency:dpa",)

"""Text that a reader does not see must not come out of a page."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, strategies as st
from lxml.html import document_fromstring

from beleg.collect.pages import MUCH_HIDDEN, extract_page, fragment_text, read_page
from beleg.collect.visible import strip_hidden

STORY = [
    "Der Rat der Stadt Ostrau hat am Dienstag den Bau der neuen Brücke über die Wend beschlossen.",
    "Die Kosten liegen nach Angaben der Verwaltung bei rund neunzig Millionen Euro im Land.",
    "Mit dem Bau soll im kommenden Mai begonnen werden, sagte die Bürgermeisterin am Mittwoch.",
]
SECRET = "Geheimwort Zusatz über alles, was jemals irgendwo behauptet worden ist und noch wird."

STYLES = [
    "display:none",
    "DISPLAY : NONE !important",
    "visibility:hidden",
    "visibility: collapse",
    "opacity:0",
    "opacity:0.01",
    "filter:opacity(0%)",
    "font-size:0",
    "font-size: 1px",
    "font-size:.05em",
    "font:0/0 a",
    "color:#fff;background:#ffffff",
    "color:white",
    "color:#fefefe",
    "color:rgb(255, 255, 255)",
    "color:transparent",
    "background-color:black;color:#000",
    "position:absolute;left:-9999px",
    "position:fixed;top:-200em",
    "position:absolute; right: -5000px",
    "text-indent:-9999px",
    "margin-left:-9999px",
    "clip:rect(0,0,0,0);position:absolute",
    "clip-path:inset(50%)",
    "clip-path: circle(0)",
    "height:0;overflow:hidden",
    "width:1px;height:1px;overflow:hidden",
    "max-height:0;overflow:hidden",
    "transform:scale(0)",
    "transform:translateX(-9999px)",
    "zoom:0",
    "content-visibility:hidden",
]
ELEMENTS = [
    "<p hidden>{}</p>",
    "<p hidden='until-found'>{}</p>",
    "<p aria-hidden='true'>{}</p>",
    "<p class='note sr-only'>{}</p>",
    "<template><p>{}</p></template>",
    "<noscript><p>{}</p></noscript>",
    "<!-- <p>{}</p> -->",
    "<dialog><p>{}</p></dialog>",
    "<div popover><p>{}</p></div>",
    "<input type='hidden' value='{}'>",
    "<img src='a.png' alt='{}'>",
    "<p><a href='/x' title='{}'></a></p>",
    "<datalist><option>{}</option></datalist>",
    "<script type='text/plain'>{}</script>",
    "<textarea style='display:none'>{}</textarea>",
]
SHEETS = [
    (".x{display:none}", "<p class='a x'>{}</p>"),
    ("#x{visibility:hidden}", "<p id='x'>{}</p>"),
    ("aside{display:none}", "<aside><p>{}</p></aside>"),
    ("p.x{font-size:1px}", "<p class=x>{}</p>"),
    (".a .x{opacity:0}", "<div class=a><div><p class=x>{}</p></div></div>"),
    (".a > .x, .y{display:none}", "<div class=a><p class=x>{}</p></div>"),
    ("/* } */ .x { color : #FFF }", "<p class=x>{}</p>"),
    (".b{background:#123456}.x{color:#123456}", "<div class=b><p class=x>{}</p></div>"),
    ("@media screen{.x{display:none}}", "<p class=x>{}</p>"),
    ("@supports (a:b){.x{display:none}}", "<p class=x>{}</p>"),
    ("@import url(a.css); .x{display:none}", "<p class=x>{}</p>"),
    ("p{display:block}.x{display:none}", "<p class=x>{}</p>"),
    (".x{display:none!important}#x{display:block}", "<p id=x class=x>{}</p>"),
    (".y{content:'}'}.x{display:none}", "<p class=x>{}</p>"),
]
SEEN = [
    ("", "<details><summary>Mehr</summary><p>{}</p></details>"),
    ("", "<dialog open><p>{}</p></dialog>"),
    ("", "<p style='color:#fff;background:#000'>{}</p>"),
    ("", "<div style='background:#112233'><p style='color:white'>{}</p></div>"),
    ("", "<div style='font-size:0'><p style='font-size:16px'>{}</p></div>"),
    ("", "<div style='visibility:hidden'><p style='visibility:visible'>{}</p></div>"),
    ("", "<p style='color:transparent;background-clip:text;background:linear-gradient()'>{}</p>"),
    ("", "<p style='opacity:0;animation:come 1s'>{}</p>"),
    ("", "<p style='text-indent:-2em;left:-10px;position:relative'>{}</p>"),
    ("", "<p style='height:0'>{}</p>"),
    ("", "<p style='transform:scale(0.9)'>{}</p>"),
    ("", "<p style='font-size:calc(1vw + 1px)'>{}</p>"),
    (".x{display:none}.x.open{display:block}", "<p class='x open'>{}</p>"),
    (".x{display:none}", "<p class=x style='display:block'>{}</p>"),
    ("#x{display:block}.x{display:none}", "<p id=x class=x>{}</p>"),
    ("@media print{.x{display:none}}", "<p class=x>{}</p>"),
    ("@media (max-width:600px){.x{display:none}}", "<p class=x>{}</p>"),
    ("@keyframes k{from{opacity:0}}", "<p class=from>{}</p>"),
    (".x:before{display:none}", "<p class=x>{}</p>"),
    (".a > .x{display:none}", "<div class=a><div><p class=x>{}</p></div></div>"),
    ("body{opacity:0}html{visibility:hidden}", "<p>{}</p>"),
    (".x{display:none", "<p>{}</p>"),
]


def a_page(middle, sheet=""):
    first, *rest = (f"<p>{one}</p>" for one in STORY)
    return (
        f"<html lang=de><head><title>Die Brücke</title><style>{sheet}</style></head><body>"
        f"<article><h1>Die Brücke</h1>{first}{middle}{''.join(rest)}</article></body></html>"
    )


def holds(text, sentence):
    return " ".join(sentence.split()) in " ".join(text.split())


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("tag", ["p", "div", "span"])
def test_a_style_that_hides(style, tag):
    text = extract_page(a_page(f"<{tag} style='{style}'>{SECRET}</{tag}>")).text
    assert "Geheimwort" not in text
    assert all(holds(text, one) for one in STORY)


@pytest.mark.parametrize("element", ELEMENTS)
def test_an_element_that_hides(element):
    text = extract_page(a_page(element.format(SECRET))).text
    assert "Geheimwort" not in text
    assert all(holds(text, one) for one in STORY)


@pytest.mark.parametrize(("sheet", "element"), SHEETS)
def test_a_sheet_that_hides(sheet, element):
    text = extract_page(a_page(element.format(SECRET), sheet)).text
    assert "Geheimwort" not in text
    assert all(holds(text, one) for one in STORY)


@pytest.mark.parametrize(("sheet", "element"), SEEN)
def test_what_is_seen_stays(sheet, element):
    page = a_page(element.format(SECRET), sheet)
    tree = document_fromstring(page)
    assert strip_hidden(tree) == 0
    assert SECRET in tree.text_content()
    if "<dialog" not in element and "visible" not in element:  # the extractor drops these itself
        assert "Geheimwort" in extract_page(page).text


def test_pieces_of_pages_have_no_sheets():
    piece = "<style>.x{display:none}</style><p class=x>eins</p><p style='display:none'>zwei</p>"
    assert fragment_text(piece) == "eins"
    heavy = "<style>" + "p{color:red}" * 3000 + "</style>" + "<p>x</p>" * 3000
    assert set(fragment_text(heavy).split()) == {"x"}


def test_words_beside_what_is_hidden_stay():
    tree = document_fromstring(
        "<div>eins <b style='display:none'>zwei</b> drei "
        "<i style='font-size:0'>vier <u style='font-size:12px'>fünf</u> sechs</i> sieben</div>"
    )
    assert strip_hidden(tree) == len("zweiviersechs")
    assert tree.text_content().split() == ["eins", "drei", "fünf", "sieben"]


HIDING = st.sampled_from([f"<p style='{style}'>{{}}</p>" for style in STYLES] + ELEMENTS)


@given(st.lists(st.tuples(HIDING, st.integers(0, 3)), max_size=6))
def test_hidden_elements_change_nothing_wherever_they_stand(inserted):
    parts = [f"<p>{one}</p>" for one in STORY]
    plain = document_fromstring(f"<html><body>{' '.join(parts)}</body></html>")
    for element, place in inserted:
        parts.insert(place, element.format(SECRET))
    tree = document_fromstring(f"<html><body>{' '.join(parts)}</body></html>")
    strip_hidden(tree)
    for script in tree.xpath("//script"):
        script.drop_tree()
    assert tree.text_content().split() == plain.text_content().split()


def test_a_page_that_hides_much_is_reported():
    hidden = "<p style='display:none'>" + "geheim " * MUCH_HIDDEN + "</p>"
    seen_at = datetime(2026, 11, 2, tzinfo=UTC)
    url = "https://a.example/b"
    found = read_page(a_page(hidden).encode(), url=url, name="p", raw_ref="0", seen_at=seen_at)
    assert len(found.documents) == 1
    assert [p.message for p in found.problems] == [
        f"The page hides {6 * MUCH_HIDDEN} letters; its text has {len(found.texts[0].text)}."
    ]
    plain = read_page(a_page("").encode(), url=url, name="p", raw_ref="0", seen_at=seen_at)
    assert plain.problems == []
    assert plain.texts == found.texts

import pytest
from hypothesis import given, strategies as st
from lxml.html import document_fromstring

from beleg.collect import styles
from beleg.collect.styles import Styles, read_declarations
from beleg.errors import InputError


def style_of(sheet, body="<p id=i class='a b'>x</p>"):
    tree = document_fromstring(
        f"<html><head><style>{sheet}</style></head><body>{body}</body></html>"
    )
    return Styles(tree).style_of(tree.xpath("//p")[0])


@pytest.mark.parametrize(
    ("sheet", "display"),
    [
        (".a{display:none}", "none"),
        (".a{display:none}.b{display:block}", "block"),  # the later one
        (".a.b{display:none}.b{display:block}", "none"),  # the more specific one
        ("p{display:none!important}#i{display:block}", "none"),
        ("body .a{display:none}p.a{display:block}", "block"),  # a later equal
        ("P.a{display:none}", "none"),
        ("*{display:none}", "none"),
        (".c,.a{display:none}", "none"),
        (".a:hover{display:none}", None),
        (".a + p{display:none}", None),
        (".A{display:none}", None),
        ("@font-face{a:b}.a{display:none}", "none"),
        ("@media print{.a{display:none}} .a{display:block}", "block"),
        (".a{@media x{display:block}}.b{display:none}", "none"),
        ("}}}.a{display:none}", "none"),
        (".a{display:none /* ; */ }", "none"),
    ],
)
def test_the_cascade_by_hand(sheet, display):
    assert style_of(sheet).get("display") == display


def test_inline_styles_stand_over_sheets():
    body = "<p class=a style='display:block'>x</p>"
    assert style_of(".a{display:none}", body)["display"] == "block"
    assert style_of(".a{display:none!important}", body)["display"] == "none"


def test_sheets_for_paper_and_without_scripts_are_not_read():
    tree = document_fromstring(
        "<html><head><style media=print>p{display:none}</style>"
        "<noscript><style>p{display:none}</style></noscript></head><body><p>x</p></body></html>"
    )
    assert Styles(tree).style_of(tree.xpath("//p")[0]) == {}


def test_too_many_rules_are_refused(monkeypatch):
    monkeypatch.setattr(styles, "MAX_CHECKS", 10)
    with pytest.raises(InputError, match="more than 10 comparisons"):
        style_of("p{display:block}" * 11)


@given(st.text(st.sampled_from("{}@/*'\".a#:;, \n>pdisplay:none"), max_size=200))
def test_any_sheet_is_read(sheet):
    assert set(style_of(sheet)) <= styles.PROPERTIES


def test_declarations():
    read = read_declarations("Color : RED; margin:0; display:none !IMPORTANT; display:block;;x")
    assert read == {"color": (False, "red"), "display": (True, "none")}

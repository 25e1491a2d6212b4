import pytest
from hypothesis import given, settings, strategies as st

from beleg.ground.drafts import read_plain
from beleg.ground.markdown import read_markdown
from beleg.ground.sentences import find_sentences

TEXT = """---
title: Nobody reads this. It is no sentence.
---
Der Plan
========

Der Rat hat den [Wärmeplan][plan] nach fünf Stunden am
Donnerstag beschlossen, wie [Der Anker](https://anker.example/a_(1) "Titel") schreibt.

> Das ist ein guter Tag, sagte
> Marta Olsen.

    code = "Das ist Code."

```
Auch das ist Code.
```
## Zweiter Kopf ##
* Ein Punkt, der
  weitergeht.
* Noch ein Punkt.

![Ein Bild vom Hafen.](bild.png)<!-- Ein Kommentar. --> Ein <b>fetter</b> Satz.{BREAK}
Nach dem Umbruch.

[plan]: https://stadt.example/plan
[^1]: Die Fußnote steht hier.
""".replace("{BREAK}", "  ")


def sentences(text):
    prose = read_markdown(text)
    found = [prose.text[a:b] for a, b in find_sentences(prose.text)]
    return [" ".join(s.split()) for s in found if any(map(str.isalpha, s))]


def test_an_article_by_hand():
    prose = read_markdown(TEXT)
    assert sentences(TEXT) == [
        (
            "Der Rat hat den [Wärmeplan] nach fünf Stunden am Donnerstag beschlossen, wie"
            " [Der Anker] schreibt."
        ),
        "Das ist ein guter Tag, sagte Marta Olsen.",
        "* Ein Punkt, der weitergeht.",
        "* Noch ein Punkt.",
        "Ein fetter Satz.",
        "Nach dem Umbruch.",
        "Die Fußnote steht hier.",
    ]
    assert [TEXT[a:b] for a, b in prose.headings] == ["Der Plan", "Zweiter Kopf"]
    assert [(TEXT[a:b], url) for a, b, url in prose.links] == [
        ("Wärmeplan", "https://stadt.example/plan"),
        ("Der Anker", "https://anker.example/a_(1)"),
    ]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("+++\ntitle = 'x'\n+++\nSatz.", ["Satz."]),
        ("---\nno front matter without an end", ["no front matter without an end"]),
        ("Satz eins.\n\n---\n\nSatz zwei.", ["Satz eins.", "Satz zwei."]),
        ("~~~py\nx = 1\n~~~~\nSatz.", ["Satz."]),
        ("```\nunclosed", []),
        ("<script>\nvar a = 1;\n</script>\nSatz.", ["Satz."]),
        ("a <!-- unclosed", ["a"]),
        ("1. Eins\n2. Zwei", ["Eins", "Zwei"]),
        ("- Punkt\n\n      Absatz darin.", ["- Punkt", "Absatz darin."]),
        ("[ref]: https://a.example\nSatz.", ["Satz."]),
        ("| a | b |\n| c | d |", ["| a | b |", "| c | d |"]),
        ("Eins\\\nZwei", ["Eins\\", "Zwei"]),
        ("Eins\r\nzwei drei\r\n", ["Eins zwei drei"]),
        ("", []),
    ],
)
def test_pieces_of_markdown(text, left):
    assert [s.replace("  ", " ") for s in sentences(text)] == left


PARTS = st.sampled_from(
    [
        *("# ", "---", "\n", "\n\n", "> ", "* ", "    ", "```", "[", "](", ")", "![", "<", "<!--"),
        *("-->", "[a]: b", "[^1]:", "| ", "===", "Ein Satz.", "wort", " ", "\r\n", "\t", "…"),
    ]
)


@settings(max_examples=150)
@given(st.lists(PARTS | st.text(max_size=5), max_size=40).map("".join))
def test_places_are_kept_for_any_text(text):
    for prose in (read_markdown(text), read_plain(text)):
        assert len(prose.text) == len(text)
        for own, seen in zip(text, prose.text, strict=True):
            assert seen in (own, " ")
        assert all(0 <= a <= b <= len(text) for a, b in prose.headings)
        assert all(0 <= a <= b <= len(text) for a, b, _ in prose.links)


OPENERS = ("[", "![", "<", "[a](", "`", "> ", "<!--", "[a][", "---\n", "<pre", "<pre>")


@pytest.mark.parametrize("part", OPENERS)
def test_time_is_bounded(part):
    read_markdown(part * 30_000)  # hangs where a pattern looks back and forth


def test_a_line_of_plain_text_that_was_broken_goes_on():
    text = (
        "Der Rat der Stadt Ellerhaven hat am Donnerstag den Plan für die\n"
        "Wärme beschlossen.\nKurze Zeile\nNoch eine."
    )
    assert read_plain(text).text == text.replace("die\nWärme", "die Wärme")

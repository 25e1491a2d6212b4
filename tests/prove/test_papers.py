"""Statements for people: what they say, what they keep to themselves, how they are written."""

import os
import re
import shutil
import subprocess
import sys
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from beleg.prove.paper import LISTED, TOP, read_head, read_paper, sum_amounts
from beleg.prove.paper_words import WORDS
from beleg.prove.papers import write_papers
from beleg.prove.pdf_paper import BOX, _Letters, _register_fonts
from prove.paper_files import STRANGE, files, head, large, ledger, openings, receipt

NEEDS_POPPLER = pytest.mark.skipif(not shutil.which("pdftotext"), reason="pdftotext is not there")


class _Text(HTMLParser):
    """The words of a page, and which elements it is made of."""

    def __init__(self):
        super().__init__()
        self.words, self.tags, self.skip = [], [], False

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.skip = tag == "style"

    def handle_endtag(self, tag):
        self.skip = False

    def handle_data(self, data):
        if not self.skip:
            self.words.append(data)


def read_html(data):
    page = _Text()
    page.feed(data.decode())
    page.close()
    return page, re.sub(r"\s+", " ", " ".join(page.words))


def papers(found, payee_id, language="en", annex=()):
    made = write_papers(receipt(found, payee_id), head(found), language, annex)
    (html,) = [data for name, data in made.items() if name.endswith(f".{language}.html")]
    (pdf,) = [data for name, data in made.items() if name.endswith(f".{language}.pdf")]
    return html, pdf


def extract(pdf, tmp_path):
    path = tmp_path / "paper.pdf"
    path.write_bytes(pdf)
    out = subprocess.run(
        ["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True, text=True
    )
    return out.stdout


def test_a_paper_by_hand():
    """bote: 19/80 of 100.00 EUR, two thirds of it, see tests/oracles/settlement.py."""
    found = files()
    paper = read_paper(receipt(found, "bote"), head(found))
    (account,) = paper.accounts
    assert (account.share, account.quota) == (Fraction(19, 80), Fraction(2, 3))
    assert (account.assigned_minor, account.carry) == (1_583, Fraction(1, 3))
    # .80 * .50 / 2 and .25 * .30 / 2 of the weight, times two thirds of 10,000 cents.
    assert [(row.claim_id, row.amount) for row in paper.earnings] == [
        ("a2-1", Fraction(4_000, 3)),
        ("a1-1", Fraction(250)),
    ]
    assert sum_amounts(paper.earnings) == account.part * 10_000
    assert paper.head.lines == {
        "unsupported": 2_000,
        "no_mandate": 2_250,
        "holder_not_found": 0,
        "disputed": 0,
    }


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["€15.83", "€120.00", "€15.00", "€5.00", "€100.00", "not found", "13.333333 EUR"]),
        ("de", ["15,83 €", "120,00 €", "15,00 €", "5,00 €", "nicht ermittelt", "13,333333 EUR"]),
    ],
)
def test_the_page_says_money_and_claims(language, said):
    html, _ = papers(files(), "bote", language)
    page, text = read_html(html)
    for words in [*said, "Bote Verlag", "Der Bote", "Erste Aussage von a2", "Frage a?", "1/3"]:
        assert words.replace("\u00a0", " ") in text.replace("\u00a0", " ")
    assert head(files()).root in text
    assert page.tags[0] == ("html", {"lang": language})


def test_a_member_sees_rivals_as_pseudonyms_with_numbers():
    found = files()
    html, _ = papers(found, "bote")
    _, text = read_html(html)
    digits = next(r["commitment"][:8] for r in openings(found) if r["id"] == "anker")
    assert f"House {digits}: 100" in text
    assert "Anker" not in text
    assert "passage anker" not in text


def test_an_auditor_sees_names_and_passages():
    found = files()
    html, _ = papers(found, "bote", annex=openings(found))
    _, text = read_html(html)
    assert "Der Anker: 100" in text
    assert "Der Anker: Wörter von a" in text
    assert "Auditor" in text


def test_the_page_loads_nothing_and_runs_nothing():
    html, _ = papers(files(name=STRANGE), "bote")
    page, text = read_html(html)
    assert {tag for tag, _ in page.tags}.isdisjoint({"script", "link", "img", "a", "b", "iframe"})
    assert not [a for _, a in page.tags if {"src", "href", "style", "onclick"} & a.keys()]
    assert STRANGE in text
    assert b"url(" not in html
    # A name that turns the direction of writing is kept apart from the figures beside it.
    assert f"<bdi>{STRANGE[:5]}".encode() in html


@pytest.mark.parametrize("coverage", ["synthetic", "selected", "aggregated"])
@NEEDS_POPPLER
def test_a_simulation_says_so_on_every_page(coverage, tmp_path):
    html, pdf = papers(files(coverage=coverage), "bote")
    pages = extract(pdf, tmp_path).rstrip("\f").split("\f")
    assert len(pages) > 1
    assert all("SIMULATION" in page for page in pages)
    assert b"SIMULATION" in html
    assert b"would receive" in html
    assert b"receives" not in html
    assert b"position: fixed" in html  # in print it stands on each page too


@pytest.mark.parametrize("coverage", ["complete", "sampled"])
def test_money_is_no_simulation(coverage):
    html, _ = papers(files(coverage=coverage), "bote")
    assert b"SIMULATION" not in html
    assert "Bote Verlag receives €15.83" in read_html(html)[1]


@NEEDS_POPPLER
def test_letters_of_the_pdf_can_be_selected_and_none_is_garbage(tmp_path):
    _, pdf = papers(files(name=STRANGE), "bote", "de")
    text = extract(pdf, tmp_path)
    for words in ("Głos", "<b>&Çağ</b>", "Ωμέγα", "Правда", "Süd und Nord", "Häuser", "99,00 €"):
        assert words in text
    # Two Japanese, four Hebrew letters and an emoji; the last page says how many in all.
    assert f"{BOX * 2} {BOX * 4} {BOX}" in re.sub(r"\s+", " ", text)
    assert re.search(r"\d+ Zeichen, die diese Schrift nicht hat", text)
    assert "\u202e" not in text


def test_the_typeface_has_the_letters_of_europe():
    letters = _Letters()
    shown = (
        "ąčďęěğıłńňőřśşšťůűźžÆæØøßÞþðœŒ €„“”‚‘’«»–—…•−×≤≥ αβγδεζηθικλμνξοπρστυφχψω ЖжЩщЪъЫыЄєЇї"
    )
    assert letters.show(shown) == shown
    assert letters.lost == 0
    assert len(_register_fonts()) > 2_500


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=400), st.text(min_size=1, max_size=80))
def test_any_text_can_be_written(claim, name):
    made, top = large(2)
    for row in made["texts"]:
        row["text"] = name if row["kind"] in {"publisher", "rightsholder"} else claim
    for data in write_papers(made, top, "de").values():
        assert data


def test_a_word_without_end_does_not_break_the_page():
    made, top = large(3)
    for row in made["texts"]:
        row["text"] = "W" * 6_000
    written = write_papers(made, top, "de")
    assert all(written.values())


def test_the_same_input_gives_the_same_bytes_in_another_process(tmp_path):
    code = (
        "import hashlib; from prove.paper_files import large;"
        "from beleg.prove.papers import write_papers; made = write_papers(*large(30), 'de');"
        "print([hashlib.sha256(made[name]).hexdigest() for name in sorted(made)])"
    )
    root = Path(__file__).parents[2]
    paths = os.pathsep.join([str(root / "src"), str(root / "tests")])
    runs = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONPATH": paths, "PYTHONHASHSEED": seed, "TZ": zone},
            cwd=tmp_path,
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "Asia/Tokyo"))
    }
    assert len(runs) == 1


def test_many_claims_are_summed_and_nothing_is_lost():
    made, top = large(TOP + LISTED + 88)
    paper = read_paper(made, top)
    assert (len(paper.top), len(paper.listed), len(paper.rest)) == (TOP, LISTED, 88)
    amounts = [row.amount for row in paper.earnings]
    assert amounts == sorted(amounts, reverse=True)
    assert sum_amounts(paper.earnings) == paper.accounts[0].part * 1_000_000_00
    _, text = read_html(write_papers(made, top, "en")[f"{paper.file}.en.html"])
    assert "88 other claims, together" in text


def test_a_pot_without_claims_has_a_paper():
    made, top = large(0)
    pot = {**top.pot, "rule": "floor"}
    written = write_papers(made, top._replace(pot=pot), "en")
    (html,) = [data for name, data in written.items() if name.endswith("html")]
    assert "no text of your publishers" in read_html(html)[1]
    assert "divided equally" in read_html(html)[1]


def test_a_ledger_without_a_pot_has_no_head():
    with pytest.raises(ValueError, match="no pot"):
        read_head([row for row in ledger(files()) if row["type"] != "pot"], "0")


def test_both_languages_have_the_same_words():
    for key, said in WORDS.items():
        assert said.keys() == {"de", "en"}, key
        fields = [set(re.findall(r"\{(\w+)\}", said[name])) for name in ("de", "en")]
        assert fields[0] == fields[1], key
        assert len(said["de"].strip().splitlines()) == len(said["en"].strip().splitlines()), key


def test_what_was_carried_in_says_from_where():
    found = files()
    row = receipt(found, "bote")
    (payout,) = [e["entry"] for e in row["entries"] if e["entry"]["type"] == "payout"]
    balance = {"type": "balance", "payee": payout["payee"], "publisher": payout["publisher"]}
    balance |= {"is_line": False, "kind": "correction", "source": "licence-10"}
    balance |= {"numerator": "-7", "denominator": "3"}
    payout |= {"carried_numerator": "-7", "carried_denominator": "3"}
    row["entries"].append({"entry": balance, "index": 0, "proof": []})
    html, pdf = write_papers(row, head(found), "en").values()
    _, text = read_html(html)
    assert "Der Bote: −2.333333 (-7/3) as a correction of the pot licence-10" in text
    assert pdf


def test_a_support_that_an_appeal_set_says_so():
    found = files()
    row = receipt(found, "bote")
    for claim in row["claims"]:
        for stake in claim["stakes"]:
            if stake["publisher"] in claim["parts"]:
                stake |= {"appeal": "E-7", "kind": None, "passage": None}
    html, _ = write_papers(row, head(found), "en").values()
    _, text = read_html(html)
    assert "no passage; set by the appeal E-7" in text


@pytest.mark.parametrize(("language", "said"), [("de", "30.9.2027"), ("en", "30 Sep 2027")])
def test_the_due_date_stands_on_the_page(language, said):
    html, _ = papers(files(), "bote", language)
    assert said in read_html(html)[1]
    made, top = large(1)
    unset = top._replace(pot={**top.pot, "due": None})
    html, _ = write_papers(made, unset, language).values()
    assert {"de": "nicht festgelegt", "en": "not set"}[language] in read_html(html)[1]

"""A paper as PDF: the same bytes for the same input, its text can be selected and searched.

The typeface is DejaVu Sans (see NOTICE), embedded: Latin, Greek and Cyrillic letters with their
marks, and signs. Scripts that need shaping or run from the right would come out as garbage, and
reportlab writes letters beyond the first 65,536 so that they are copied as others: each of these
stands as a box, and the last page says how many there are.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import cm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from beleg.formats import Language, format_money
from beleg.prove import paper_terms as terms
from beleg.prove.paper import RIVALS, Account, Earning, Paper, sum_amounts
from beleg.prove.paper_words import name_term, word

REGULAR, BOLD = "DejaVuSans", "DejaVuSans-Bold"
BOX = "\u25a1"
"""Stands for a letter that the typeface lacks."""

MARGIN = 1.8 * cm
INSET = 6
"""What reportlab's frame keeps free on either side, in points."""
WIDTH = A4[0] - 2 * (MARGIN + INSET)
_INK, _SOFT, _RULE, _BAR = (
    colors.HexColor(c) for c in ("#1c1b19", "#5c5850", "#d9d5cb", "#8a2f1c")
)


def write_pdf(paper: Paper, language: Language) -> bytes:
    """Write the paper's pages."""
    _register_fonts()
    letters = _Letters()
    story = [*_write_story(paper, language, letters)]
    if letters.lost:
        story.append(_text(word("letters", language, n=letters.lost), _NOTE, letters))
    out = io.BytesIO()
    title = f"{word('title', language)}: {paper.name}, {paper.head.pot['pot_id']}"
    document = SimpleDocTemplate(
        out,
        pagesize=A4,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=2.2 * cm,
        bottomMargin=1.8 * cm,
        title=letters.show(title),
        author="",
        lang=language,
        invariant=1,  # no clock, no random id
    )
    draw = _draw_edges(paper, language, letters)
    document.build(story, onFirstPage=draw, onLaterPages=draw)
    return out.getvalue()


@lru_cache
def _register_fonts() -> frozenset[int]:
    """Register the typeface; the code points that it has in both weights."""
    found = []
    for name in (REGULAR, BOLD):
        data = files("beleg.prove").joinpath("fonts", f"{name}.ttf").read_bytes()
        font = TTFont(name, io.BytesIO(data))
        pdfmetrics.registerFont(font)
        found.append(frozenset(font.face.charToGlyph))
    pdfmetrics.registerFontFamily(REGULAR, normal=REGULAR, bold=BOLD)
    return found[0] & found[1]


class _Letters:
    """Puts a box where the typeface has no letter, and counts them."""

    def __init__(self) -> None:
        self.lost = 0

    def show(self, text: str) -> str:
        """Return text as it can be shown: composed, on one line, without what cannot be seen."""
        known, shown = _register_fonts(), []
        for letter in unicodedata.normalize("NFC", " ".join(text.split())):
            if ord(letter) in known and unicodedata.category(letter) not in _UNSEEN_KINDS:
                shown.append(letter)
            elif unicodedata.category(letter) not in _UNSEEN_KINDS:
                shown.append(BOX)
                self.lost += 1
        return "".join(shown)


_UNSEEN_KINDS = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Control and format characters (joiners, soft hyphens, changes of direction): they have no form
of their own, and some would let a name reorder the figures beside it."""


def _style(name: str, **changes: Any) -> ParagraphStyle:
    base = {"fontName": REGULAR, "fontSize": 9, "leading": 12.5, "textColor": _INK}
    return ParagraphStyle(name, **{**base, "splitLongWords": 1, **changes})


_BODY = _style("body")
_NOTE = _style("note", fontSize=8, leading=11, textColor=_SOFT, spaceBefore=3, spaceAfter=5)
_TITLE = _style("title", fontName=BOLD, fontSize=13, leading=17)
_VERDICT = _style("verdict", fontSize=12.5, leading=17, spaceBefore=5, spaceAfter=6)
_HEAD = _style(
    "head", fontName=BOLD, fontSize=11, leading=14, spaceBefore=14, spaceAfter=4, keepWithNext=1
)
_CLAIM = _style("claim", fontName=BOLD, spaceBefore=8, spaceAfter=2, keepWithNext=1)
_CELL = _style("cell", fontSize=7.5, leading=9.5)
_RIGHT = _style("right", parent=_CELL, fontSize=7.5, leading=9.5, alignment=2)
_QUOTE = _style("quote", fontSize=8.5, leading=11.5, leftIndent=10, spaceBefore=2, spaceAfter=2)


def _text(text: str, style: ParagraphStyle, letters: _Letters) -> Paragraph:
    """Make a paragraph of foreign or own text; nothing in it is read as markup."""
    return Paragraph(escape(letters.show(text)), style)


def _write_story(paper: Paper, language: Language, letters: _Letters) -> Iterator[Flowable]:
    def say(key: str, style: ParagraphStyle, **values: str | int) -> Paragraph:
        return _text(word(key, language, **values), style, letters)

    yield say("title", _TITLE)
    yield _text(terms.write_verdict(paper, language), _VERDICT, letters)
    if paper.is_simulation:
        coverage = name_term("coverage", paper.head.pot["coverage"], language)
        yield say("simulation_why", _NOTE, coverage=coverage)
    if paper.for_auditor:
        yield say("auditor", _NOTE)
    yield say("facts", _HEAD)
    yield _lay_pairs(terms.list_facts(paper.head, language), letters)
    yield say("waterfall", _HEAD)
    yield _lay_waterfall(paper, language, letters)
    yield say("lines_note", _NOTE)
    yield say("money", _HEAD)
    yield _lay_accounts(paper, language, letters)
    if paper.brought:
        yield say("brought", _CLAIM)
        said = [terms.write_brought(row, language) for row in paper.brought]
        yield from _number(said, letters)
    yield say("carry_note", _NOTE, unit=word("minor_unit", language))
    yield say("top", _HEAD)
    yield from _write_earnings(paper, language, letters)
    if how := terms.explain_rule(paper.head, language):
        yield say("how", _HEAD)
        yield from _number(how, letters)
    yield say("check", _HEAD)
    yield from _number(
        terms.list_sentences("check_steps", language, file=f"{paper.file}.json"), letters
    )
    yield Spacer(1, 4)
    yield _lay_pairs([(word("root", language), paper.head.root)], letters)


def _number(sentences: Sequence[str], letters: _Letters) -> Iterator[Flowable]:
    for nth, sentence in enumerate(sentences, 1):
        yield _text(
            f"{nth}. {sentence}", _style("item", leftIndent=12, firstLineIndent=-12), letters
        )


def _write_earnings(paper: Paper, language: Language, letters: _Letters) -> Iterator[Flowable]:
    if not paper.earnings:
        yield _text(word("no_claims", language), _NOTE, letters)
        return
    note = word("top_note", language, n=len(paper.top), all=len(paper.earnings))
    cut = f" {word('cut', language)}" if any(map(terms.is_cut, paper.top)) else ""
    yield _text(note + cut, _NOTE, letters)
    for nth, row in enumerate(paper.top, 1):
        yield _text(f"{nth}. {row.text}", _CLAIM, letters)
        yield from _tell_earning(paper, row, language, letters)
    if paper.listed:
        yield _text(word("others", language), _HEAD, letters)
    yield _lay_others(paper, language, letters)
    yield _text(word("rest_note", language), _NOTE, letters)


def _tell_earning(
    paper: Paper, row: Earning, language: Language, letters: _Letters
) -> Iterator[Flowable]:
    """Tell one claim: the part, the question, the own passages, the rivals' numbers."""

    def say(key: str, text: str) -> Paragraph:
        return _text(f"{word(key, language)}: {text}", _CELL, letters)

    yield say("your_part", terms.write_part(paper, row, language))
    if row.question:
        yield say("question", row.question)
    for own in row.own:
        yield _text(terms.write_own(own, language), _CELL, letters)
        if own.passage:
            yield _text(terms.cut_passage(own.passage), _QUOTE, letters)
        if own.origin:
            yield say("origin", terms.cut_passage(own.origin))
    yield say("rivals", terms.write_rivals(row, language))
    for rival in row.rivals[:RIVALS]:
        if rival.passage is not None:
            name = terms.name_support(rival, language)
            yield _text(f"{name}: {terms.cut_passage(rival.passage)}", _QUOTE, letters)
    yield say("file", row.claim_id)


def _lay_pairs(pairs: Sequence[tuple[str, str]], letters: _Letters) -> Table:
    rows = [[_text(name, _CELL, letters), _text(value, _CELL, letters)] for name, value in pairs]
    return _lay_table(rows, [4.2 * cm, WIDTH - 4.2 * cm])


class _Bar(Flowable):  # type: ignore[misc] # no types are shipped with reportlab
    """A bar that begins and ends at two parts of its width."""

    def __init__(self, start: float, end: float, width: float) -> None:
        super().__init__()
        self.width, self.height = width, 7.0
        self._start, self._end = start, end

    def draw(self) -> None:
        """Draw it where the table stands."""
        self.canv.setFillColor(_BAR)
        length = (self._end - self._start) * self.width
        self.canv.rect(self._start * self.width, 0, length, self.height, stroke=0, fill=1)


def _lay_waterfall(paper: Paper, language: Language, letters: _Letters) -> Table:
    gross = max(int(paper.head.pot["gross_minor"]), 1)
    widths = [6.2 * cm, 3.6 * cm, WIDTH - 9.8 * cm]
    rows = []
    for step in terms.list_steps(paper, language):
        money = format_money(step.minor, paper.head.pot["currency"], language)
        bar = _Bar(step.start / gross, (step.start + max(step.minor, 0)) / gross, widths[2] - 8)
        rows.append([_text(step.label, _CELL, letters), _text(money, _RIGHT, letters), bar])
    return _lay_table(rows, widths)


def _lay_accounts(paper: Paper, language: Language, letters: _Letters) -> Table:
    currency = paper.head.pot["currency"]
    keys = "publisher share quota carried assigned paid withheld carry".split()
    rows: list[list[Any]] = [[_text(word(key, language), _RIGHT, letters) for key in keys]]
    rows[0][0] = _text(word("publisher", language), _CELL, letters)

    def cells(row: Account) -> list[Flowable]:
        exact = [
            (terms.write_share(row.share, language), row.share),
            (terms.write_share(row.quota, language), row.quota),
            (terms.write_cents(row.carried, language), row.carried),
            (terms.write_cents(row.carry, language), row.carry),
        ]
        said = [
            [
                _text(figure, _RIGHT, letters),
                _text(terms.write_fraction(value, language), _RIGHT, letters),
            ]
            for figure, value in exact
        ]
        minors = (row.assigned_minor, row.paid_minor, row.withheld_minor)
        money = [_text(format_money(n, currency, language), _RIGHT, letters) for n in minors]
        return [_text(row.publisher, _CELL, letters), *said[:3], *money, said[3]]

    rows += [cells(row) for row in paper.accounts]
    sums = [paper.total(f"{key}_minor") for key in ("assigned", "paid", "withheld")]
    money = [_text(format_money(n, currency, language), _RIGHT, letters) for n in sums]
    rows.append([_text(word("total", language), _CELL, letters), "", "", "", *money, ""])
    widths = [0.15, 0.13, 0.13, 0.11, 0.13, 0.13, 0.11, 0.11]
    return _lay_table(rows, [WIDTH * part for part in widths], repeat=1)


def _lay_others(paper: Paper, language: Language, letters: _Letters) -> Table:
    currency = paper.head.pot["currency"]

    def line(*cells: str) -> list[Flowable]:
        styles = (_CELL, _RIGHT, _RIGHT, _RIGHT)
        return [_text(cell, style, letters) for cell, style in zip(cells, styles, strict=True)]

    heads = ("claim", "support", "n_rivals", "amount")
    rows = [line(*(word(key, language) for key in heads))] if paper.listed else []
    for row in paper.listed:
        best = terms.write_support(terms.find_best(row), language)
        money = terms.write_exact_money(row.amount, currency, language)
        rows.append(line(terms.cut_line(row.text), best, str(len(row.rivals)), money))
    if paper.rest:
        money = terms.write_exact_money(sum_amounts(paper.rest), currency, language)
        rows.append(line(word("rest", language, n=len(paper.rest)), "", "", money))
    money = terms.write_exact_money(sum_amounts(paper.earnings), currency, language)
    rows.append(line(word("sum_claims", language), "", "", money))
    return _lay_table(
        rows, [WIDTH - 8.6 * cm, 2.2 * cm, 2.4 * cm, 4 * cm], repeat=bool(paper.listed)
    )


def _lay_table(rows: list[list[Any]], widths: Sequence[float], repeat: int = 0) -> Table:
    style = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LINEBELOW", (0, 0), (-1, -1), 0.4, _RULE),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (0, 0), (-1, -1), 4),
        ("TOPPADDING", (0, 0), (-1, -1), 2.5),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
    ]
    # A row that is taller than a page must break, or the whole could not be laid out.
    return Table(rows, widths, repeatRows=repeat, style=TableStyle(style), splitInRow=1)


def _draw_edges(paper: Paper, language: Language, letters: _Letters) -> Callable[[Any, Any], None]:
    """Draw what stands on every page: the simulation's warning, whose and which, the page."""
    who = letters.show(terms.cut_line(f"{paper.name} · {paper.head.pot['pot_id']}"))

    def draw(canvas: Any, document: Any) -> None:
        canvas.saveState()
        if paper.is_simulation:
            canvas.setFillColor(_BAR)
            canvas.setFont(BOLD, 10)
            canvas.drawCentredString(A4[0] / 2, A4[1] - 1.3 * cm, word("simulation", language))
        canvas.setFillColor(_SOFT)
        canvas.setFont(REGULAR, 7.5)
        canvas.drawString(MARGIN + INSET, 1.1 * cm, who)
        page = word("page", language, page=document.page)
        canvas.drawRightString(A4[0] - MARGIN - INSET, 1.1 * cm, page)
        canvas.restoreState()

    return draw

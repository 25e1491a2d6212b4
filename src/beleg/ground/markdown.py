"""Markdown read with its places kept: what is no prose becomes spaces, the length stays.

Blanked are front matter, code, comments, tags, pictures, the targets of links and definitions,
the signs before quoted lines, and headings (which are named apart: they state nothing). A line
that continues a paragraph is joined to it by a space in place of the line end, so that a sentence
broken by the width of the editor is one.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from beleg.ground.sentences import Span

_LINE = re.compile(r"[^\r\n]*(?:\r\n|[\r\n]|$)")
_FRONT = re.compile(r"\ufeff?(---|\+\+\+)[ \t]*\r?\n(?:.*\r?\n)*?(?:\1|\.\.\.)[ \t]*(?=\r?\n|$)")
_FENCE = re.compile(r"[ \t>]{0,12}(`{3,}|~{3,})")
_COMMENT = re.compile(r"<!--.*?(?:-->|$)", re.DOTALL)
_RAW = re.compile(
    r"<(script|style|pre)\b[^<>]{0,500}>.*?(?:</\1\s*>|$)", re.DOTALL | re.IGNORECASE
)
_TAG = re.compile(r"</?[A-Za-z][^<>\n]{0,500}>")
_PICTURE = re.compile(
    r"!\[[^\[\]\n]{0,500}\](?:\([^()\s]{0,2000}(?:\s\"[^\"\n]{0,300}\")?\)|\[[^\[\]\n]{0,200}\])?"
)
_LINK = re.compile(
    r"(?<!!)\[(?P<label>[^\[\]\n]{1,500})\]\(\s{0,3}<?(?P<url>[^()\s<>]{1,2000}(?:\([^()\s]{0,200}\)[^()\s<>]{0,2000})?)>?"
    r"(?:\s{1,3}[\"'][^\"'\n]{0,300}[\"'])?\s{0,3}\)"
)
_REFERENCE = re.compile(r"(?<=\])\[(?P<name>[^\[\]\n]{0,200})\]")
_DEFINITION = re.compile(
    r"[ ]{0,3}\[(?P<name>[^\^\[\]\n][^\[\]\n]{0,200})\]:\s*<?(?P<url>[^\s<>]{1,2000})"
)
_FOOTNOTE = re.compile(r"[ ]{0,3}\[\^[^\[\]\n]{1,100}\]:")
_QUOTED = re.compile(r"[ ]{0,3}(?:>[ \t]?)+")
_HEADING = re.compile(r"[ ]{0,3}#{1,6}(?:[ \t]|$)")
_UNDERLINE = re.compile(r"[ ]{0,3}(?:=+|-{2,})[ \t]*$")
_RULE = re.compile(r"[ ]{0,3}(?:[-*_][ \t]*){3,}$")
_ITEM = re.compile(r"[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+")
_HARD_BREAK = re.compile(r"(?: {2,}|\\)$")


class Link(NamedTuple):
    """A link's words and where it leads."""

    start: int
    end: int
    url: str


class Prose(NamedTuple):
    """A Markdown text as it is read for statements."""

    text: str
    """As long as the original; ``original[start:end]`` is what stands at a place of this."""
    headings: tuple[Span, ...]
    links: tuple[Link, ...]


class _Line(NamedTuple):
    start: int
    end: int
    """Without the line's end."""
    body: int
    """Where the text begins behind the signs of a quotation."""


def _split(text: str) -> list[_Line]:
    lines = []
    for match in _LINE.finditer(text):
        if match.start() == len(text):
            break
        end = match.start() + len(match.group().rstrip("\r\n"))
        quoted = _QUOTED.match(text, match.start(), end)
        lines.append(_Line(match.start(), end, quoted.end() if quoted else match.start()))
    return lines


class _Canvas:
    """A text in which stretches are overwritten."""

    def __init__(self, text: str) -> None:
        self.chars = list(text)

    def blank(self, start: int, end: int) -> None:
        """Overwrite with spaces; line ends stay."""
        for at in range(start, end):
            if self.chars[at] not in "\r\n":
                self.chars[at] = " "

    @property
    def text(self) -> str:
        return "".join(self.chars)


def _find_links(text: str, canvas: _Canvas) -> list[Link]:
    """Find inline and reference links; blank their targets."""
    found = []
    for match in _LINK.finditer(text):
        found.append(Link(*match.span("label"), match["url"]))
        canvas.blank(match.end("label") + 1, match.end())
    targets: dict[str, str] = {}
    for line in _split(text):
        definition = _DEFINITION.match(text, line.body, line.end)
        if definition:
            targets.setdefault(" ".join(definition["name"].casefold().split()), definition["url"])
            canvas.blank(line.start, line.end)
    for match in _REFERENCE.finditer(text):
        label_start = text.rfind("[", max(match.start() - 500, 0), match.start() - 1)
        label = Span(label_start + 1, match.start() - 1)
        name = match["name"] or text[label.start : label.end]
        url = targets.get(" ".join(name.casefold().split()))
        if url is not None and label_start >= 0:
            found.append(Link(*label, url))
            canvas.blank(*match.span())
    return sorted(found)


def _is_code(text: str, line: _Line, *, after_gap: bool, in_list: bool) -> bool:
    """Tell whether an indented line is code: after an empty line, and in no list."""
    lead = text[line.body : line.end]
    return after_gap and not in_list and lead.startswith(("    ", "\t")) and bool(lead.strip())


def read_markdown(text: str) -> Prose:
    """Read a Markdown text.

    Args:
        text: Any text; what is no Markdown is a text of paragraphs.
    """
    canvas = _Canvas(text)
    front = _FRONT.match(text)
    if front:
        canvas.blank(0, front.end())
    links = _find_links(text, canvas)
    # Code first: what stands in it is no comment, tag or picture.
    lines = _split(text)
    prose = _blank_code(text, canvas, lines, front.end() if front else 0)
    for pattern in (_COMMENT, _RAW, _PICTURE, _TAG):
        for match in pattern.finditer(canvas.text):
            canvas.blank(*match.span())
    return Prose(*_join_lines(text, canvas, prose), tuple(links))


def _blank_code(text: str, canvas: _Canvas, lines: list[_Line], start: int) -> list[_Line]:
    """Blank code; give the lines that are none, in order."""
    prose, fence, after_gap, in_list, in_code = [], "", True, False, False
    for line in lines:
        if line.start < start:
            continue
        sign = _FENCE.match(text, line.start, line.end)
        if fence or sign:
            canvas.blank(line.start, line.end)
            if not fence and sign:
                fence = sign[1]
            elif sign and sign[1].startswith(fence) and not text[sign.end() : line.end].strip():
                fence = ""
            continue
        body = text[line.body : line.end]
        if _is_code(text, line, after_gap=after_gap or in_code, in_list=in_list):
            canvas.blank(line.start, line.end)
            in_code = True
            continue
        if body.strip():
            indented = body.startswith((" ", "\t"))
            in_list = bool(_ITEM.match(body)) or (in_list and (indented or not after_gap))
            in_code = False
        after_gap = not body.strip()
        note = _FOOTNOTE.match(text, line.body, line.end)
        if note:
            canvas.blank(*note.span())
        prose.append(line)
    return prose


def _join_lines(
    original: str, canvas: _Canvas, lines: list[_Line]
) -> tuple[str, tuple[Span, ...]]:
    """Name and blank headings; join the lines of a paragraph."""
    text = canvas.text
    headings: list[Span] = []
    previous: _Line | None = None
    for line in lines:
        body = text[line.body : line.end]
        if (
            previous is not None
            and _UNDERLINE.match(body)
            and previous.body - previous.start == (line.body - line.start)
        ):
            headings.append(_strip(text, Span(previous.body, previous.end)))
            canvas.blank(previous.start, previous.end)
            canvas.blank(line.start, line.end)
            previous = None
        elif _HEADING.match(body):
            headings.append(_strip(text, Span(line.body, line.end)))
            canvas.blank(line.start, line.end)
            previous = None
        elif not body.strip() or _RULE.match(body):
            canvas.blank(line.start, line.end)
            previous = None
        else:
            starts = _ITEM.match(body) or body.lstrip().startswith("|")
            if previous is not None and not starts and _goes_on(original, previous):
                canvas.blank(line.start, line.body)
                for at in range(previous.end, line.start):
                    canvas.chars[at] = " "
            else:
                canvas.blank(line.start, line.body)
            previous = line
    return canvas.text, tuple(headings)


def _goes_on(text: str, line: _Line) -> bool:
    """Tell whether the line after this one may continue it."""
    body = text[line.body : line.end]
    return not _HARD_BREAK.search(body) and not body.lstrip().startswith("|")


def _strip(text: str, span: Span) -> Span:
    """Take the signs of a heading and white space off."""
    start, end = span
    while start < end and text[start] in "# \t*_":
        start += 1
    while end > start and text[end - 1] in "# \t*_":
        end -= 1
    return Span(start, end)

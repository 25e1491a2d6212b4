"""Lines of an answer: which are headings, rows of tables, notes or lists of sources, and the rest.

What is left is cut into sentences; an item of a list or a row of a table stays together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from beleg.ground.sentences import Span, find_lines, split_line
from beleg.text import find_words

_SYMBOLS = "\u2190-\u21ff\u2460-\u27bf\u2900-\u2bff\ufe0f\U0001f000-\U0001faff"
_DATED = (
    r"(?!\d{1,2}\.\s+(?:(?:Januar|Februar|März|Mai|Juni|Juli|Oktober|Dezember|Jahrhunderts?)\b|"
    r"(?:April|August|September|November)\s+\d{4}))"
)
"""A line that begins with a date is no item: "3. Mai 2026: Der Rat tagt."."""
_LEAD = re.compile(
    rf"\s*(?:(?:>\s?)*)\s*(?P<item>{_DATED}(?:[-*+•●▪◦‣·–—]|\(?\d{{1,3}}[.)]|[a-z]\))\s+)?"
    rf"(?P<head>#{{1,6}}\s+)?(?:[{_SYMBOLS}]{{1,4}}\s*)?"
)
_BOLD_LINE = re.compile(r"(?:\*\*|__)[^*_\n]{1,200}(?:\*\*|__)[:.]?")
_CLOSER = re.compile(r"[.!…][\"'”“’»«)\]*_\u00b9\u00b2\u00b3\u2070-\u2079]*$")
_VERB = re.compile(
    r"\b(?:is|are|was|were|has|have|had|will|can|did|does|wrote|won|said|ist|sind|war|waren|wird|"
    r"werden|wurde|wurden|hat|haben|hatte|kann|gibt|liegt|beträgt)\b",
    re.IGNORECASE,
)
_MAX_HEADING_WORDS = 12
_EMPHASIS = "*_ \t`"
_SOURCES_HEADING = re.compile(
    r"(?:\d{1,2}\.\s*)?(?:sources?|references?|citations?|further reading|read more|"
    r"related articles|bibliography|footnotes|quellen|quellenangaben?|quellenverzeichnis|"
    r"einzelnachweise|fußnoten|literatur|weiterführende (?:links|informationen)|"
    r"weitere informationen|mehr dazu|links)"
    r"(?:\s+(?:used|cited|and links|und links))?",
    re.IGNORECASE,
)
_LINK_ALONE = re.compile(r"\[[^\[\]\n]*\]\s*")
_FOOTNOTE = re.compile(r"\s*(?::|[\u00b9\u00b2\u00b3\u2070-\u2079]\s*\S)")
"""A line that explains a mark: "[^1]: …" once the mark is blanked, or "¹ …"."""


def _is_heading(line: str, *, is_item: bool, alone: bool) -> bool:
    """Tell whether a line (list sign and marks already gone) only announces what follows."""
    bare = line.strip().strip(_EMPHASIS)
    if bare.endswith(":") or (_BOLD_LINE.fullmatch(line.strip()) and not is_item):
        return True
    if is_item or alone or _CLOSER.search(bare):
        return False
    head, colon, rest = bare.partition(":")
    if colon and head and rest.strip():  # "Total: $108.2 million"
        return False
    words = find_words(bare)
    return len(words) <= _MAX_HEADING_WORDS and not _VERB.search(bare)


def _is_rule(line: str) -> bool:
    """Tell whether a line is "---" or "|:---|---:|"."""
    return "--" in line and not line.strip("|:- \t")


class _Line(NamedTuple):
    """What a line is, and where behind its list sign and marks its words begin."""

    span: Span
    start: int
    is_item: bool
    is_heading: bool


def _read_line(blanked: str, line: Span, *, alone: bool, in_table: bool) -> _Line:
    content = blanked[line.start : line.end]
    lead = _LEAD.match(content)
    offset = lead.end() if lead else 0
    is_item = bool(lead and lead["item"]) or in_table or content.count("|") >= 2
    is_heading = bool(lead and lead["head"]) or _is_heading(
        content[offset:], is_item=is_item, alone=alone
    )
    return _Line(line, line.start + offset, is_item, is_heading)


def _is_note(blanked: str, line: _Line) -> bool:
    """Tell whether a line explains a mark or is a link and nothing else."""
    alone = _LINK_ALONE.fullmatch(blanked, line.start, line.span.end)
    return alone is not None or _FOOTNOTE.match(blanked, *line.span) is not None


def find_statements(blanked: str) -> Iterator[Span]:
    """Find the sentences, items and rows that may state something.

    None are in headings, heads of tables, notes to marks, links alone and lists of sources.

    Args:
        blanked: An answer's text, marks blanked.
    """
    lines = find_lines(blanked)
    is_rule = [_is_rule(blanked[line.start : line.end]) for line in lines]
    in_table = in_sources = False
    for number, span in enumerate(lines):
        has_bar = blanked.find("|", *span) >= 0
        in_table = has_bar and (in_table or is_rule[number])
        if is_rule[number] or (has_bar and is_rule[number + 1 : number + 2] == [True]):
            continue
        line = _read_line(blanked, span, alone=len(lines) == 1, in_table=in_table)
        words = blanked[line.start : span.end].strip().strip(_EMPHASIS + ":.")
        if line.is_heading or _SOURCES_HEADING.fullmatch(words):
            in_sources = _SOURCES_HEADING.fullmatch(words) is not None
            yield from split_line(blanked, Span(line.start, span.end))[:-1]  # "It grew. Why:"
            continue
        in_sources = in_sources and (
            line.is_item or not _CLOSER.search(blanked[span.start : span.end].rstrip())
        )
        if in_sources or _is_note(blanked, line):
            continue
        if in_table:
            yield span
        else:
            yield from split_line(blanked, Span(line.start, span.end))

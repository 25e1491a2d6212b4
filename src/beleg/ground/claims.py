"""Claims: the statements of an answer that can be true or false.

A claim is a sentence or a list item. Headings, questions, courtesies, code, and sentences that
say that nothing was found make no claim. Citation marks and links are blanked before words are
looked for, so that "championships136." is the word "championships" with three marks behind it;
offsets always refer to the engine's text as it came.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from beleg.ground.courtesies import states_nothing
from beleg.ground.sentences import Span, cut_long, find_lines, split_line
from beleg.records import Answer, Citation, Claim, Status, content_id
from beleg.text import find_terms, find_words, guess_language

_LINK = re.compile(
    r"\(?!?\[(?P<label>[^\[\]\n]{0,300})\](?P<target>\([^()\s]{1,2000}(?:\s\"[^\"\n]{0,200}\")?\))\)?"
)
_URL = re.compile(r"(?:https?://|www\.)[^\s<>\"\])}]{1,2000}(?<![.,;:!?])")
_HOST_LABEL = re.compile(r"(?:[\w-]+\.)+[a-z]{2,}(?:[\s+]+\d+)?|\d{1,3}|[^\w]*", re.IGNORECASE)
_NUMBER_MARK = re.compile(
    r"(?:\[\^?\d{1,3}(?:\s?[,;–-]\s?\d{1,3}){0,20}\]|【[^】\n]{1,80}】|[\ue200-\ue202]+)"
)
_FENCE = re.compile(r"^[ \t]{0,3}(?:```|~~~)", re.MULTILINE)
_SYMBOLS = "\u2190-\u21ff\u2460-\u27bf\u2900-\u2bff\ufe0f\U0001f000-\U0001faff"
_LEAD = re.compile(
    r"\s*(?:(?:>\s?)*)\s*(?P<item>(?:[-*+•●▪◦‣·–—]|\(?\d{1,3}[.)]|[a-z]\))\s+)?"
    rf"(?P<head>#{{1,6}}\s+)?(?:[{_SYMBOLS}]{{1,4}}\s*)?"
)
_TABLE_RULE = re.compile(r"\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*")
_BOLD_LINE = re.compile(r"(?:\*\*|__)[^*_\n]{1,200}(?:\*\*|__)[:.]?")
_CLOSER = re.compile(r"[.!…][\"'”“’»«)\]*_]*$")
_VERB = re.compile(
    r"\b(?:is|are|was|were|has|have|had|will|can|did|does|wrote|won|said|ist|sind|war|waren|wird|"
    r"werden|wurde|wurden|hat|haben|hatte|kann|gibt|liegt|beträgt)\b",
    re.IGNORECASE,
)
_QUESTION = re.compile(r"\?[\"'”“’»«)\]*_\s]*$")
_MIN_CONTENT_WORDS = 2
_MAX_HEADING_WORDS = 12
_EMPHASIS = "*_ \t`"
_SOURCES_HEADING = re.compile(
    r"(?:\d{1,2}\.\s*)?(?:sources?|references?|citations?|further reading|read more|related articles|"
    r"bibliography|footnotes|quellen|quellenangaben?|quellenverzeichnis|einzelnachweise|fußnoten|"
    r"literatur|weiterführende (?:links|informationen)|weitere informationen|mehr dazu|links)"
    r"(?:\s+(?:used|cited|and links|und links))?",
    re.IGNORECASE,
)
_FOOTNOTE = re.compile(r"\s*(?::|[\u00b9\u00b2\u00b3\u2070-\u2079]\s*\S)")
"""A line that explains a mark: "[^1]: …" once the mark is blanked, or "¹ …"."""
_FEWEST_ANNOUNCING = 3
"""Words of an announcement before its colon; "Source:" leads to a source."""
_ANNOUNCED = re.compile(r"[^:\n]{1,160}:[*_]{0,2}\s+(?=\S)")


def mark_spans(citations: Iterable[Citation]) -> list[Span]:
    """Return the spans of an answer's citations that are marks, not the text they carry."""
    return [
        Span(c.start, c.end)
        for c in citations
        if c.span_is_mark and c.start is not None and c.end is not None
    ]


def blank_marks(text: str, marks: Sequence[Span]) -> str:
    """Overwrite marks, link targets, URLs and code with spaces; the length stays.

    Args:
        text: An answer's text.
        marks: Spans of citation marks; what lies outside the text is cut off.
    """
    chars = list(text)

    def blank(start: int, end: int) -> None:
        for index in range(max(start, 0), min(end, len(chars))):
            if chars[index] not in "\r\n":
                chars[index] = " "

    for start, end in marks:
        blank(start, end)
    for match in _LINK.finditer(text):
        if _HOST_LABEL.fullmatch(match["label"].strip()):
            blank(match.start(), match.end())
        else:
            blank(*match.span("target"))
    for pattern in (_URL, _NUMBER_MARK):
        for match in pattern.finditer(text):
            blank(match.start(), match.end())
    fences = [match.span() for match in _FENCE.finditer(text)]
    ends = [end for _, end in fences[1::2]] + [len(text)]
    for (opened, _), closed in zip(fences[::2], ends, strict=False):
        blank(opened, closed)
    return "".join(chars)


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


def _trim(text: str, span: Span) -> Span:
    """Take white space, emphasis and table signs off both ends.

    Emphasis of a part alone stays whole: ``**Election:** she won`` keeps all four stars.
    """
    start, end = span
    while start < end and (text[start].isspace() or text[start] in "*_|`>"):
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] in "*_|`"):
        end -= 1
    inside = text[start:end]
    while start > span.start and text[start - 1] in "*_" and text[start - 1] in inside:
        start -= 1
    while end < span.end and text[end] in "*_" and text[end] in inside:
        end += 1
    return Span(start, end)


def _plain(words: str) -> str:
    """Return a sentence without the stars of its emphasis."""
    return words.replace("*", "")


class _Line(NamedTuple):
    """What a line is, and where behind its list sign and marks its words begin."""

    span: Span
    start: int
    is_item: bool
    is_heading: bool


def _read_line(blanked: str, line: Span, *, alone: bool) -> _Line:
    content = blanked[line.start : line.end]
    lead = _LEAD.match(content)
    offset = lead.end() if lead else 0
    is_item = bool(lead and lead["item"]) or content.count("|") >= 2
    is_heading = bool(lead and lead["head"]) or _is_heading(
        content[offset:], is_item=is_item, alone=alone
    )
    return _Line(line, line.start + offset, is_item, is_heading)


def _sentence_spans(blanked: str) -> Iterator[Span]:
    """Find sentences, items and rows; none of headings, heads of tables, notes, lists of sources."""
    lines = find_lines(blanked)
    is_rule = [_TABLE_RULE.fullmatch(blanked, *line) is not None for line in lines]
    in_table = in_sources = False
    for number, span in enumerate(lines):
        has_bar = blanked.find("|", *span) >= 0
        in_table = has_bar and (in_table or is_rule[number])
        if is_rule[number] or (has_bar and is_rule[number + 1 : number + 2] == [True]):
            continue
        line = _read_line(blanked, span, alone=len(lines) == 1)
        words = blanked[line.start : span.end].strip().strip(_EMPHASIS + ":.")
        if line.is_heading or _SOURCES_HEADING.fullmatch(words):
            in_sources = _SOURCES_HEADING.fullmatch(words) is not None
            continue
        in_sources = in_sources and (line.is_item or not _CLOSER.search(blanked[span.start : span.end].rstrip()))
        if in_sources or _FOOTNOTE.match(blanked, *span):
            continue
        if in_table:
            yield Span(line.start, span.end)
        else:
            yield from split_line(blanked, Span(line.start, span.end))


def _skip_announcement(blanked: str, span: Span) -> Span:
    """Leave out what only announces a statement: "Sure, here is a summary: The dam is safe."."""
    announced = _ANNOUNCED.match(blanked, *span)
    head = _plain(announced.group().strip()) if announced else ""
    if announced is None or len(head.split()) < _FEWEST_ANNOUNCING or not states_nothing(head):
        return span
    return Span(announced.end(), span.end)


def _statement_spans(blanked: str) -> list[Span]:
    """Find the sentences and items that are no question or courtesy."""
    found: list[Span] = []
    for sentence in _sentence_spans(blanked):
        span = _skip_announcement(blanked, _trim(blanked, sentence))
        words = blanked[span.start : span.end]
        if words and not _QUESTION.search(words) and not states_nothing(_plain(words)):
            found.extend(_trim(blanked, piece) for piece in cut_long(blanked, span))
    return found


def find_claims(answer: Answer, citations: Sequence[Citation]) -> list[Claim]:
    """Find the claims of one answer, in order, without overlap.

    Args:
        answer: Any answer; one without text, or that is no answer, makes no claim.
        citations: The answer's own citations; their marks are not read as words.

    Returns:
        Claims whose ``[start, end)`` refer to ``Answer.text`` unchanged. Time is linear in the
        length of the text.
    """
    if answer.text is None or answer.status is not Status.ANSWERED:
        return []
    blanked = blank_marks(answer.text, mark_spans(citations))
    language = answer_language(answer)
    claims = []
    for start, end in _statement_spans(blanked):
        terms = find_terms(blanked[start:end], language)
        if len(terms) < _MIN_CONTENT_WORDS:
            continue
        claims.append(
            Claim(
                claim_id=content_id("claim", answer.answer_id, start, end),
                answer_id=answer.answer_id,
                statement_id=content_id("statement", *(term.term for term in terms)),
                start=start,
                end=end,
                content_words=len(terms),
            )
        )
    return claims


def answer_language(answer: Answer) -> str:
    """Tell the language in which an answer's words are stemmed: ``de`` or ``en``."""
    text = answer.text or ""
    found = guess_language(text) or guess_language(f"{answer.question} {text[:2000]}")
    return found or ("de" if re.search("[äöüß]", text[:2000].casefold()) else "en")

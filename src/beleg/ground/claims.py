"""Claims: the statements of an answer that can be true or false.

A claim is a sentence or a list item. Headings, questions, courtesies, code, and sentences that
say that nothing was found make no claim. Citation marks and links are blanked before words are
looked for, so that "championships136." is the word "championships" with three marks behind it;
offsets always refer to the engine's text as it came.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from beleg.ground.courtesies import states_nothing
from beleg.ground.sentences import Span, cut_long, find_lines, split_line
from beleg.records import Answer, Citation, Claim, Status, content_id
from beleg.text import find_terms, find_words, guess_language

_LINK = re.compile(
    r"\(?!?\[(?P<label>[^\[\]\n]{0,300})\](?P<target>\([^()\s]{1,2000}(?:\s\"[^\"\n]{0,200}\")?\))\)?"
)
_URL = re.compile(r"(?:https?://|www\.)[^\s<>\"\])}]{1,2000}")
_HOST_LABEL = re.compile(r"(?:[\w-]+\.)+[a-z]{2,}(?:[\s+]+\d+)?|\d{1,3}|[^\w]*", re.IGNORECASE)
_NUMBER_MARK = re.compile(
    r"(?:\[\^?\d{1,3}(?:\s?[,;–-]\s?\d{1,3}){0,20}\]|【[^】\n]{1,80}】|[\ue200-\ue202]+)"
)
_FENCE = re.compile(r"^[ \t]{0,3}(?:```|~~~)", re.MULTILINE)
_LEAD = re.compile(
    r"\s*(?:(?:>\s?)*)\s*(?P<item>(?:[-*+•●▪◦‣·–—]|\(?\d{1,3}[.)]|[a-z]\))\s+)?(?P<head>#{1,6}\s+)?"
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


def _item_spans(blanked: str, lines: Sequence[Span], number: int) -> list[Span]:
    """Find the sentences of one line; none in a heading, or in the rule or head of a table."""
    start, end = lines[number]
    content = blanked[start:end]
    following = lines[number + 1] if number + 1 < len(lines) else Span(end, end)
    is_head = "|" in content and _TABLE_RULE.fullmatch(blanked, *following)
    if is_head or _TABLE_RULE.fullmatch(content):
        return []
    lead = _LEAD.match(content)
    offset = lead.end() if lead else 0
    is_item = bool(lead and lead["item"]) or content.count("|") >= 2
    if lead and lead["head"]:
        return []
    if _is_heading(content[offset:], is_item=is_item, alone=len(lines) == 1):
        return []
    return split_line(blanked, Span(start + offset, end))


def _statement_spans(blanked: str) -> list[Span]:
    """Find the sentences and items that are no heading, question or courtesy."""
    lines = find_lines(blanked)
    found: list[Span] = []
    for number in range(len(lines)):
        for sentence in _item_spans(blanked, lines, number):
            span = _trim(blanked, sentence)
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

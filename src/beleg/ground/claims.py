"""Claims: the statements of an answer that can be true or false.

A claim is a sentence or a list item. Headings, questions, courtesies, code, and sentences that
say that nothing was found make no claim. Citation marks and links are blanked before words are
looked for, so that "championships136." is the word "championships" with three marks behind it;
offsets always refer to the engine's text as it came.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from beleg.ground.courtesies import announces, states_nothing
from beleg.ground.lines import find_statements
from beleg.ground.sentences import LINE, Span, cut_long
from beleg.records import Answer, Citation, Claim, Status, content_id
from beleg.text import find_terms, guess_language

_LINK = re.compile(
    r"\(?!?\[(?P<label>[^\[\]\n]{0,300})\](?P<target>\([^()\s]{1,2000}(?:\s\"[^\"\n]{0,200}\")?\))\)?"
)
_URL = re.compile(r"(?:https?://|www\.)[^\s<>\"\])}]{1,2000}(?<![.,;:!?])")
_HOST_LABEL = re.compile(r"(?:[\w-]+\.)+[a-z]{2,}(?:[\s+]+\d+)?|\d{1,3}|[^\w]*", re.IGNORECASE)
_TAG = re.compile(
    r"</?(?:(?P<breaks>br|div|h[1-6]|hr|li|ol|p|pre|table|tr|ul)|a|b|code|em|i|span|strong|su[bp]|"
    r"td|th|u)(?:\s[^<>\n]{0,300})?/?>",
    re.IGNORECASE,
)
_NUMBER_MARK = re.compile(
    r"(?:\[\^?\d{1,3}(?:\s?[,;–-]\s?\d{1,3}){0,20}\]|【[^】\n]{1,80}】|[\ue200-\ue202]+)"
)
_FENCE = re.compile(r"^[ \t]{0,3}(?:```|~~~)", re.MULTILINE)
_QUESTION = re.compile(r"\?[\"'”“’»«)\]*_\s]*$")
_MIN_CONTENT_WORDS = 2
_ANNOUNCED = re.compile(r"[^:\n]{1,160}:[*_]{0,2}\s*(?=\S)")


def mark_spans(citations: Iterable[Citation]) -> list[Span]:
    """Return the spans of an answer's citations that are marks, not the text they carry."""
    return [
        Span(c.start, c.end)
        for c in citations
        if c.span_is_mark and c.start is not None and c.end is not None
    ]


def blank_marks(text: str, marks: Sequence[Span]) -> str:
    """Overwrite marks, link targets, URLs, tags and code with spaces; the length stays.

    Args:
        text: An answer's text.
        marks: Spans of citation marks; what lies outside the text is cut off.
    """
    chars = list(text)
    for start, end in chain(marks, _unread_spans(text)):
        for index in range(max(start, 0), min(end, len(chars))):
            if chars[index] not in "\r\n":
                chars[index] = " "
    for at in _find_break_tags(text):
        chars[at] = "\n"
    return "".join(chars)


def _unread_spans(text: str) -> Iterator[Span]:
    """Find link targets, bare hosts in links, tags, URLs, numbers of marks, and fenced code."""
    for match in _LINK.finditer(text):
        is_host = _HOST_LABEL.fullmatch(match["label"].strip())
        yield Span(*match.span(0 if is_host else "target"))
    for pattern in (_TAG, _URL, _NUMBER_MARK):
        for match in pattern.finditer(text):
            yield Span(*match.span())
    fences = [match.span() for match in _FENCE.finditer(text)]
    ends = [end for _, end in fences[1::2]] + [len(text)]
    for (opened, _), closed in zip(fences[::2], ends, strict=False):
        yield Span(opened, closed)


def _find_break_tags(text: str) -> Iterator[int]:
    """Find the tags that break a line; a row of a table stays one line."""
    for line in LINE.finditer(text):
        if "|" not in line.group():
            for match in _TAG.finditer(text, *line.span()):
                if match["breaks"]:
                    yield match.start()


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


def _skip_announcement(blanked: str, span: Span) -> Span:
    """Leave out what only announces a statement: "Sure, here is a summary: The dam is safe."."""
    announced = _ANNOUNCED.match(blanked, *span)
    if announced is None or not announces(_plain(announced.group().strip())):
        return span
    return Span(announced.end(), span.end)


def _statement_spans(blanked: str) -> list[Span]:
    """Find the sentences and items that are no question or courtesy."""
    found: list[Span] = []
    for sentence in find_statements(blanked):
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

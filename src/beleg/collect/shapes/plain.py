"""Beleg's own shapes: the plain one for everybody else, and the wrapper around raw replies.

Both are documented in docs/reference/answers.md.
"""

from __future__ import annotations

from beleg.collect.shapes.fields import (
    take_int,
    take_list,
    take_text,
    take_texts,
    take_time,
)
from beleg.collect.shapes.reply import Link, Reply, Row, Shape, ShapeError, Span
from beleg.records import Status

_OWN_FIELDS = ("engine", "model", "country", "locale", "surface", "collector", "currency")


def _recognise_plain(row: Row) -> bool:
    return "question" in row and ("text" in row or "citations" in row) and "result" not in row


def recognise_wrapper(row: Row) -> bool:
    """Tell a wrapper: ``response`` beside a question or a query."""
    return "response" in row and ("question" in row or "query" in row)


def fill_from_wrapper(reply: Reply, row: Row) -> None:
    """Let the fields of our own, where a row has them, stand over what the raw reply says."""
    reply.question = take_text(row, "question", "query") or reply.question
    for name in _OWN_FIELDS:
        value = take_text(row, name)
        if value is not None:
            setattr(reply, name, value.strip())
    asked_at, notes = take_time(row, "asked_at", "created_at")
    reply.asked_at = asked_at or reply.asked_at
    reply.notes.extend(notes)
    for name in ("run", "impressions", "amount_minor"):
        number = take_int(row, name)
        if number is not None:
            setattr(reply, name, number)
    reply.queries = take_texts(row, "queries") or reply.queries
    status = take_text(row, "status")
    if status is not None:
        if status not in set(Status):
            raise ShapeError(
                f"The status {status[:40]!r} is none of {', '.join(Status)}.",
                "Leave the field out where the text tells it.",
            )
        reply.status = Status(status)


def _read_plain(row: Row) -> list[Reply]:
    reply = Reply("plain", marks="numbers")
    reply.text = take_text(row, "text")
    fill_from_wrapper(reply, row)
    length = len(reply.text or "")
    for number, entry in enumerate(take_list(row, "citations"), start=1):
        _add_link(reply, entry, number, length)
    known = {link.url for link in reply.links}
    for entry in take_list(row, "retrieved"):
        link = _read_link(entry)
        if link is not None and link.url not in known:
            link.shown = False
            known.add(link.url)
            reply.links.append(link)
    if any(link.spans for link in reply.links):
        reply.marks = "none"
    return [reply]


def _read_link(entry: object) -> Link | None:
    url = entry if isinstance(entry, str) else take_text(entry, "url")
    if url is None or not url.strip():
        return None
    return Link(
        url,
        take_text(entry, "title"),
        snippet=take_text(entry, "snippet"),
        published=take_text(entry, "published_at"),
    )


def _add_link(reply: Reply, entry: object, number: int, length: int) -> None:
    link = _read_link(entry)
    if link is None:
        reply.notes.append((f"Citation {number} has no url.", "Give each citation its url."))
        return
    link.number = number
    passage = take_text(entry, "passage")
    start, end = take_int(entry, "start"), take_int(entry, "end")
    if start is not None and end is not None and 0 <= start < end <= length:
        is_mark = isinstance(entry, dict) and entry.get("is_mark") is True
        link.spans.append(Span(start, end, is_mark, passage))
    elif passage is not None:
        link.passages.append(passage)
    if (start is not None or end is not None) and not link.spans:
        reply.notes.append(
            (
                f"Citation {number} spans {start} to {end} of a text of {length} characters.",
                "Offsets are [start, end) in Unicode code points of the text.",
            )
        )
    reply.links.append(link)


SHAPES = (
    Shape(
        "plain",
        "question with text or citations (Beleg's plain shape)",
        _recognise_plain,
        _read_plain,
    ),
)

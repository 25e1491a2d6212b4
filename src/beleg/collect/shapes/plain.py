"""Beleg's own shapes: the plain one for everybody else, and the wrapper around raw replies.

Both are documented in docs/reference/answers.md.
"""

from __future__ import annotations

import re

from beleg.collect.shapes.fields import (
    describe,
    kind_of,
    take_count,
    take_declared,
    take_int,
    take_text,
    take_time,
)
from beleg.collect.shapes.reply import Link, Note, Reply, Row, Shape, ShapeError, Span
from beleg.records import Status

_OWN_FIELDS = ("engine", "model", "country", "locale", "surface", "collector")
_CURRENCY = re.compile(r"[A-Z]{3}")  # ISO 4217
_ONE_LINK = re.compile(r"https?://\S+", re.IGNORECASE)
_SECOND_LINK = re.compile(r"[,;|]https?://", re.IGNORECASE)


def _recognise_plain(row: Row) -> bool:
    return "question" in row and ("text" in row or "citations" in row) and "result" not in row


def _is_readable(row: Row) -> bool:
    return "text" in row or "citations" in row  # a wrapper may hold the question


def recognise_wrapper(row: Row) -> bool:
    """Tell a wrapper: ``response`` beside a question or a query."""
    return "response" in row and ("question" in row or "query" in row)


def fill_from_wrapper(reply: Reply, row: Row) -> None:
    """Let the fields of our own, where a row has them, stand over what the raw reply says.

    Counts are no raw reply's and may stand in any row: :func:`fill_counts`.

    Raises:
        ShapeError: The status is none.
    """
    reply.question = take_text(row, "question", "query") or reply.question
    for name in _OWN_FIELDS:
        value, notes = take_declared(row, name)
        reply.notes.extend(notes)
        if value is not None:
            setattr(reply, name, value.strip())
    asked_at, notes = take_time(row, "asked_at", "created_at")
    reply.asked_at = asked_at or reply.asked_at
    reply.notes.extend(notes)
    run, notes = take_count(row, "run")
    reply.notes.extend(notes)
    reply.run = reply.run if run is None else run
    queries = [query for query in _entries(reply, row, "queries") if isinstance(query, str)]
    reply.queries = [query for query in queries if query.strip()] or reply.queries
    status = row.get("status")
    if status is not None and status != "":
        if not isinstance(status, str) or status not in set(Status):
            raise ShapeError(
                f"The status {describe(status)} is none of {', '.join(Status)}.",
                "Leave the field out where the text tells it.",
            )
        reply.status = Status(status)


def fill_counts(reply: Reply, row: Row) -> None:
    """Read what money hangs on: how often the answer was seen, and what it earned."""
    impressions, notes = take_count(row, "impressions")
    reply.notes.extend(notes)
    reply.impressions = impressions
    _fill_amount(reply, row)


def clear_counts(reply: Reply) -> None:
    """Take counts off one of several replies of a row, for they would count several times."""
    if reply.impressions is None and reply.amount_minor is None:
        return
    reply.impressions = reply.amount_minor = reply.currency = None
    message = "impressions and amount_minor of a row that holds several answers are not read."
    reply.notes.append((message, "Wrap each answer for itself."))


def _fill_amount(reply: Reply, row: Row) -> None:
    """Read what the answer earned; a sum counts only with its currency."""
    amount, notes = take_count(row, "amount_minor")
    currency, said = take_declared(row, "currency")
    notes += said
    if currency is not None and not _CURRENCY.fullmatch(currency.strip()):
        message = f"currency is {describe(currency)}, no code of ISO 4217."
        notes.append((message, "Write three capitals, for instance EUR."))
        currency = None
    if amount is not None and currency is None:
        message = f"amount_minor is {amount} of no known currency; the answer is kept without it."
        notes.append((message, "Give the currency beside it, for instance EUR."))
        amount = None
    if row.get("amount") is not None:
        message = f"amount is {describe(row['amount'])}, a field that is not read."
        notes.append((message, "Write amount_minor as a whole number of cents, and currency."))
    reply.notes.extend(notes)
    if currency is not None:
        reply.amount_minor, reply.currency = amount, currency.strip()


def _entries(reply: Reply, row: Row, name: str) -> list[object]:
    """Give the entries of a list; one link or one query alone is a list of one.

    A text that is no single address is left out with a note: nobody knows how it is to be cut.
    """
    value = row.get(name)
    if isinstance(value, list):
        return value
    if value is None or value == "":
        return []
    if isinstance(value, dict) and name != "queries":
        return [value]
    if isinstance(value, str):
        is_one = _ONE_LINK.fullmatch(value.strip()) and not _SECOND_LINK.search(value)
        if is_one or name == "queries":
            return [value]
    message = f"{name} is {describe(value)}, no list; the answer is kept without."
    reply.notes.append((message, f'Write {name} as a list: ["…", "…"].'))
    return []


def _read_plain(row: Row) -> list[Reply]:
    text = row.get("text")
    if text is not None and not isinstance(text, str):
        raise ShapeError(
            f"text is {kind_of(text)} and no text.",
            "Put the engine's text into it, or leave the field out where only links were given.",
        )
    reply = Reply("plain", marks="numbers")
    reply.text = take_text(row, "text")
    fill_from_wrapper(reply, row)
    length = len(reply.text or "")
    for number, entry in enumerate(_entries(reply, row, "citations"), start=1):
        _add_link(reply, entry, number, length)
    known = {link.url for link in reply.links}
    for number, entry in enumerate(_entries(reply, row, "retrieved"), start=1):
        link = _read_link(entry)
        if link is None:
            reply.notes.append((f"Entry {number} of retrieved has no url.", "Give each its url."))
        elif link.url not in known:
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
    if not link.spans:
        reply.notes.extend(_note_place(entry, number, length))
    reply.links.append(link)


def _note_place(entry: object, number: int, length: int) -> list[Note]:
    """Say why a link has no place, where its entry names one."""
    if not isinstance(entry, dict) or (entry.get("start"), entry.get("end")) == (None, None):
        return []
    said = f"{describe(entry.get('start'))} to {describe(entry.get('end'))}"
    return [
        (
            f"Citation {number} spans {said} of a text of {length} characters.",
            "Offsets are [start, end) in Unicode code points of the text.",
        )
    ]


SHAPES = (
    Shape(
        "plain",
        "question with text or citations (Beleg's plain shape)",
        _recognise_plain,
        _read_plain,
        _is_readable,
    ),
)

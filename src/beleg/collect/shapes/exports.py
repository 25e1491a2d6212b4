"""Exports of question, result and links, as published benchmarks of answer engines have them.

``result`` is the text, or an object of answerText and srcs. Which links the reader saw:

* ``citations`` where the row has that field; ``search_results`` were then only retrieved;
* else ``result.srcs``, whose empty places count in the numbers that marks name;
* else ``search_results``: such files list the links shown with the answer and name no place.
"""

from __future__ import annotations

import re

from beleg.collect.shapes.fields import take_list, take_text, take_time
from beleg.collect.shapes.reply import Link, Reply, Row, Shape, ShapeError
from beleg.records import Status

# What collectors wrote where no answer came: it is no engine's text.
_FAILURES = re.compile(
    r"Request failed or response was None|Error, Model gave no response\b.*", re.DOTALL
)


def _recognise(row: Row) -> bool:
    return "question" in row and "result" in row


def _is_readable(row: Row) -> bool:
    return "result" in row  # a wrapper may hold the question


def _recognise_questions(row: Row) -> bool:
    return "expected_answer" in row and not any(
        name in row for name in ("result", "response", "text", "citations", "choices")
    )


def _read_questions(_row: Row) -> list[Reply]:
    raise ShapeError(
        "The row is a question with its expected answer, and no engine's answer.",
        "Collect the files that hold the engines' answers; lists of questions are settings.",
    )


def _read(row: Row) -> list[Reply]:
    result = row.get("result")
    reply = Reply("answers-export", bare_hosts=True)
    reply.question = take_text(row, "question")
    reply.engine = take_text(row, "engine")
    reply.model = take_text(row, "model")
    reply.asked_at, reply.notes = take_time(row, "asked_at", "created_at", "timestamp")
    if isinstance(result, str):
        reply.text = result if result.strip() else None
    else:
        reply.text = take_text(result, "answerText", "answer", "text")
    if reply.text is not None and _FAILURES.fullmatch(reply.text.strip()):
        reply.status = Status.ERROR
    found, sources = take_list(row, "search_results"), take_list(result, "srcs")
    if isinstance(row.get("citations"), list):
        reply.links = _read_links(take_list(row, "citations"), shown=True)
        known = {link.url for link in reply.links}
        reply.links += [link for link in _read_links(found, shown=False) if link.url not in known]
        reply.marks = "names"
    elif sources:
        reply.links = _read_links(sources, shown=True)
        reply.marks = "figures"
    else:
        reply.links = _read_links(found, shown=True)
        reply.marks = "figures"
    return [reply]


def _read_links(entries: list[object], *, shown: bool) -> list[Link]:
    links = []
    for number, entry in enumerate(entries, start=1):
        url = entry if isinstance(entry, str) else take_text(entry, "url", "link")
        if url is not None and url.strip():
            links.append(
                Link(
                    url,
                    take_text(entry, "title"),
                    shown=shown,
                    snippet=take_text(entry, "description", "snippet"),
                    number=number if shown else None,
                )
            )
    return links


SHAPES = (
    Shape(
        "answers-export",
        "question and result (export of answers)",
        _recognise,
        _read,
        _is_readable,
    ),
    Shape(
        "questions",
        "expected_answer (a list of questions, which is refused with a reason)",
        _recognise_questions,
        _read_questions,
    ),
)

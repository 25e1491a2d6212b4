"""Answers of engines: the bytes of one file in, records out.

Rows are told apart by :mod:`beleg.collect.shapes`; here each reply becomes an answer with its
citations and the texts that its engine delivered (snippets and cited passages).
docs/reference/answers.md tells which files are read and how.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from beleg.collect.marks import Mark, find_marks, find_names
from beleg.collect.rows import STAGE, JsonRow, read_json_rows
from beleg.collect.shapes import SHAPES, read_row
from beleg.collect.shapes.reply import Link, Reply, ShapeError, Span
from beleg.collect.statuses import tell_status
from beleg.collect.times import read_time
from beleg.errors import InputError
from beleg.records import (
    Answer,
    Citation,
    Document,
    DocumentKind,
    Problem,
    Status,
    Text,
    content_id,
)
from beleg.tables import KEYS
from beleg.text import prompt_id_of
from beleg.urls import canonical_url, host_of, is_unresolved_redirect, text_fragment

_ENGINES = re.compile(
    r"(?<![a-z])(datura[_-](?:horizon|orbit)|google[_-]ai[_-](?:overview|mode)|andi|bing|chatgpt"
    r"|claude|copilot|datura|deepseek|gemini|grok|lechat|metaai|mistral|perplexity|youcom)(?![a-z])"
)
_PERPLEXITY = re.compile(r"perplexity|sonar")
_KEY = KEYS["citations"]
_CLOCKS_DIFFER = timedelta(days=1)


class Collected(NamedTuple):
    """What was read from one file."""

    answers: list[Answer]
    citations: list[Citation]
    documents: list[Document]
    texts: list[Text]
    problems: list[Problem]
    n_rows: int
    """Rows of the file, those included that gave only problems."""


class _Source(NamedTuple):
    """What is known of the whole file."""

    name: str
    raw_ref: str
    engine: str | None
    flags: tuple[str, ...]
    collected_at: datetime


def read_answers(  # noqa: PLR0913  the file, and what its user declares of it
    data: bytes,
    *,
    name: str,
    raw_ref: str,
    engine: str | None = None,
    shape: str | None = None,
    flags: tuple[str, ...] = (),
    collected_at: datetime,
) -> Collected:
    """Read a file of engines' answers; shapes are told row by row.

    Args:
        data: The file as it came: JSON or JSON Lines, plain or gzip.
        name: The file's name: for problems, and for the engine where nothing else says it.
        raw_ref: The file's sha256; rows are referred to as ``<raw_ref>#<row>``, row 0-based.
        engine: The engine of all rows; it stands over what rows say.
        shape: A name of ``shapes.SHAPES`` to read every row as.
        flags: What the user declares of the file, stored with each answer.
        collected_at: Now, aware; answers that claim a later time are reported.

    Returns:
        Every row is an answer, or a problem with its line and a remedy. Rows that are the same
        give the same ids.

    Raises:
        InputError: The file is no text in a known encoding, the shape is unknown, or no row
            could be read since neither rows, file name nor user name the engine.
    """
    if shape is not None and shape not in SHAPES:
        raise InputError(f"There is no shape {shape!r}.", f"Known: {', '.join(SHAPES)}.")
    source = _Source(name, raw_ref, _tidy(engine), flags, collected_at)
    rows = read_json_rows(data, name=name)
    collected = Collected([], [], [], [], rows.problems, rows.n_rows)
    nameless: InputError | None = None
    for row in rows.rows:
        try:
            replies = read_row(row.value, shape)
        except ShapeError as error:
            _report(collected, source, row, (error.message, error.remedy))
            continue
        for reply in replies:
            try:
                _add_reply(collected, source, row, reply)
            except InputError as error:  # nothing names this row's engine
                nameless = error
                _report(collected, source, row, (error.message, error.remedy))
    if nameless is not None and not collected.answers:
        raise nameless  # one word from the user mends the whole file
    return collected


def _report(
    collected: Collected,
    source: _Source,
    row: JsonRow,
    note: tuple[str, str],
    record_id: str | None = None,
) -> None:
    """Add a problem; of rows that gave no answer it names the row, for lines may hold several."""
    named = record_id or f"{source.raw_ref}#{row.row}"
    collected.problems.append(Problem(STAGE, source.name, row.line, named, *note))


def _add_reply(collected: Collected, source: _Source, row: JsonRow, reply: Reply) -> None:
    if reply.question is None:
        note = (
            f"The row ({reply.shape}) does not say which question was asked.",
            'Wrap raw replies: {"question": ..., "asked_at": ..., "response": <the reply>}.',
        )
        _report(collected, source, row, note)
        return
    answer = _build_answer(source, row, reply)
    collected.answers.append(answer)
    for note in dict.fromkeys(reply.notes):
        _report(collected, source, row, note, answer.answer_id)
    if answer.asked_at is not None and answer.asked_at > source.collected_at + _CLOCKS_DIFFER:
        note = (
            f"The answer's time {answer.asked_at.isoformat()} lies in the future.",
            "Check the collector's clock and time zone.",
        )
        _report(collected, source, row, note, answer.answer_id)
    _place_marks(reply, answer)
    ranks: dict[str, int] = {}
    cited: dict[tuple[object, ...], Citation] = {}
    for link in reply.links:
        url = link.url.strip()
        canonical = canonical_url(url, bare_host=reply.bare_hosts)
        rank = ranks.setdefault(canonical or url, len(ranks) + 1)
        if canonical is None:
            note = (
                f"Citation {rank} is no web address and belongs to no publisher: {url[:80]!r}.",
                "",
            )
            _report(collected, source, row, note, answer.answer_id)
        host = _host_of(link, url, bare_host=reply.bare_hosts)
        for citation in _build_citations(answer, link, rank, canonical, host):
            cited.setdefault(tuple(getattr(citation, key) for key in _KEY), citation)
        _add_documents(collected, answer, link, canonical, host)
    collected.citations.extend(cited.values())


def _build_answer(source: _Source, row: JsonRow, reply: Reply) -> Answer:
    engine = source.engine or _tidy(reply.engine) or _engine_from_name(source.name)
    question, asked_at = reply.question or "", reply.asked_at
    prompt_id = prompt_id_of(question)
    text = reply.text if reply.text is not None and reply.text.strip() else None
    status = reply.status or tell_status(
        text, has_citations=any(link.shown for link in reply.links)
    )
    canonical = json.dumps(
        row.value if reply.source is None else reply.source,
        sort_keys=True,
        ensure_ascii=False,
        separators=(",", ":"),
    )
    return Answer(
        answer_id=content_id(
            "answer",
            engine,
            reply.surface,
            prompt_id,
            None if asked_at is None else asked_at.isoformat(),
            reply.country,
            reply.locale,
            reply.run,
            hashlib.sha256(canonical.encode()).hexdigest(),
        ),
        prompt_id=prompt_id,
        question=question,
        engine=engine,
        model=reply.model,
        surface=reply.surface,
        country=reply.country,
        locale=reply.locale,
        collector=reply.collector or reply.shape,
        asked_at=asked_at,
        run=reply.run,
        text=text,
        raw_ref=f"{source.raw_ref}#{row.row}",
        status=status,
        impressions=reply.impressions,
        amount_minor=reply.amount_minor,
        currency=reply.currency,
        queries=tuple(dict.fromkeys(reply.queries)),
        flags=source.flags,
    )


def _tidy(engine: str | None) -> str | None:
    return "_".join(engine.lower().split()) if engine is not None and engine.strip() else None


def _engine_from_name(name: str) -> str:
    """Tell the engine from a file's name, where it holds the name of exactly one."""
    found = {match[1].replace("-", "_") for match in _ENGINES.finditer(name.lower())}
    if len(found) == 1:
        return found.pop()
    said = f"names {', '.join(sorted(found))}" if found else "names none"
    raise InputError(
        f"Nothing says which engine answered: not the row, and the name {name} {said}.",
        "Say it with --engine NAME.",
    )


def _place_marks(reply: Reply, answer: Answer) -> None:
    """Give links the places of the marks that name them, where the text has marks."""
    text, links = answer.text, {link.number: link for link in reply.links if link.number}
    if reply.marks == "none" or text is None or not links or answer.status is Status.ERROR:
        return
    n_sources = max(number for number in links if number)
    if reply.marks == "names":
        marks: Sequence[Mark] = find_names(text, n_sources)
    else:
        figures = reply.marks == "figures" and bool(_PERPLEXITY.search(answer.engine))
        marks = find_marks(text, n_sources, glued=figures)
    for mark in marks:
        for number in mark.numbers:
            if number in links:
                links[number].spans.append(Span(mark.start, mark.end, is_mark=True))


def _host_of(link: Link, url: str, *, bare_host: bool) -> str | None:
    if link.host is not None and is_unresolved_redirect(url):
        return host_of(link.host, bare_host=True)
    return host_of(url, bare_host=bare_host)


def _build_citations(
    answer: Answer, link: Link, rank: int, canonical: str | None, host: str | None
) -> Iterator[Citation]:
    """Build one row for each place of a link, or a single one without a place."""
    pointed = text_fragment(link.url) or "\n".join(link.passages) or None
    places: list[Span | None] = [*link.spans] or [None]
    for span in places:
        yield Citation(
            answer_id=answer.answer_id,
            rank=rank,
            url=link.url,
            canonical_url=canonical,
            host=host,
            title=link.title,
            start=None if span is None else span.start,
            end=None if span is None else span.end,
            span_is_mark=span is not None and span.is_mark,
            shown=link.shown,
            cited_passage=(span.passage if span is not None else None) or pointed,
        )


def _add_documents(
    collected: Collected, answer: Answer, link: Link, canonical: str | None, host: str | None
) -> None:
    """Keep what the engine delivered of a source: the passages it cites, and its teaser."""
    if host is None:
        return
    pointed = text_fragment(link.url)
    passages = [pointed, *link.passages, *(span.passage for span in link.spans)]
    delivered = [(text, DocumentKind.CITED_PASSAGE) for text in dict.fromkeys(passages) if text]
    if link.snippet is not None and link.snippet not in passages:
        delivered.append((link.snippet, DocumentKind.SNIPPET))
    for text, kind in delivered:
        text_id = content_id("text", text)
        collected.texts.append(Text(text_id, text))
        collected.documents.append(
            Document(
                document_id=content_id("document", canonical, text),
                text_id=text_id,
                external_id=None,
                url=link.url,
                canonical_url=canonical,
                host=host,
                title=link.title,
                language=None,
                section=None,
                authors=(),
                kind=kind,
                access=None,
                published_at=None if link.published is None else read_time(link.published),
                first_seen_at=answer.asked_at,
                answer_id=answer.answer_id,
                raw_ref=answer.raw_ref,
            )
        )

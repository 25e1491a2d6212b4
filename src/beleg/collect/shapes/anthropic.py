"""Anthropic messages with web search: one text block a cited stretch, offsets by concatenation."""

from __future__ import annotations

from beleg.collect.shapes.fields import take_dict, take_dicts, take_text, take_time
from beleg.collect.shapes.reply import Link, Reply, Row, Shape, Span
from beleg.records import Status


def _recognise(row: Row) -> bool:
    return isinstance(row.get("content"), list) and (
        row.get("type") == "message" or row.get("role") == "assistant"
    )


def _is_readable(row: Row) -> bool:
    return isinstance(row.get("content"), list)


def _read(row: Row) -> list[Reply]:
    reply = Reply("anthropic-messages", engine="anthropic", surface="api", collector="Anthropic")
    reply.model = take_text(row, "model")
    reply.asked_at, notes = take_time(row, "created_at", "created")
    reply.notes.extend(notes)
    cited: dict[str, Link] = {}
    found: dict[str, Link] = {}
    text = ""
    for block in take_dicts(row, "content"):
        kind = block.get("type")
        if kind == "server_tool_use":
            query = take_text(take_dict(block, "input"), "query")
            reply.queries.extend([query] if query else [])
        elif kind == "web_search_tool_result":
            for result in take_dicts(block, "content"):
                url = take_text(result, "url")
                if url is not None:
                    link = Link(url, take_text(result, "title"), shown=False)
                    link.published = take_text(result, "page_age")
                    found.setdefault(url, link)
        elif kind == "text":
            # A blank block is text too: offsets hang on every character.
            value = block.get("text")
            piece = value if isinstance(value, str) else ""
            _add_citations(cited, block, len(text), len(text) + len(piece))
            text += piece
    reply.text = text or None
    reply.links = list(cited.values())
    for url, link in found.items():
        if url in cited:
            cited[url].published = link.published
        else:
            reply.links.append(link)
    if row.get("stop_reason") == "refusal":
        reply.status = Status.REFUSED
    return [reply]


def _add_citations(cited: dict[str, Link], block: dict[str, object], start: int, end: int) -> None:
    for citation in take_dicts(block, "citations"):
        url = take_text(citation, "url", "source")
        if url is None:
            continue
        link = cited.setdefault(url, Link(url, take_text(citation, "title")))
        passage = take_text(citation, "cited_text")
        if start < end:
            link.spans.append(Span(start, end, is_mark=False, passage=passage))
        elif passage is not None:
            link.passages.append(passage)


SHAPES = (
    Shape(
        "anthropic-messages",
        "content of blocks with type message or role assistant (Anthropic Messages)",
        _recognise,
        _read,
        _is_readable,
    ),
)

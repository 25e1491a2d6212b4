"""OpenAI Responses and Chat Completions, and OpenRouter, which speaks the latter.

The offsets of ``url_citation`` are code points and select the link as rendered in the text
(``([title](url))``), not the claim that it carries: they are marks.
"""

from __future__ import annotations

from beleg.collect.shapes.fields import (
    take_dict,
    take_dicts,
    take_int,
    take_list,
    take_text,
    take_texts,
    take_time,
)
from beleg.collect.shapes.reply import Link, Reply, Row, Shape, Span
from beleg.records import Status


def _recognise_responses(row: Row) -> bool:
    types = {item.get("type") for item in take_dicts(row, "output")}
    ours = {"message", "web_search_call", "reasoning"}
    return (row.get("object") == "response" and isinstance(row.get("output"), list)) or (
        bool(types & ours) and "search_results" not in types
    )


def _has_choices(row: Row) -> bool:
    own = ("citations", "search_results")
    return isinstance(row.get("choices"), list) and not any(
        isinstance(row.get(name), list) for name in own
    )


def _is_routed(row: Row) -> bool:
    return take_text(row, "provider") is not None or "/" in (take_text(row, "model") or "")


def has_choices(row: Row) -> bool:
    """Tell a chat completion of any maker: what can be read as one where the user says so."""
    return isinstance(row.get("choices"), list)


def has_output(row: Row) -> bool:
    """Tell a response of items, of any maker."""
    types = {item.get("type") for item in take_dicts(row, "output")}
    return bool(types & {"message", "web_search_call", "search_results", "reasoning"}) or (
        row.get("object") == "response" and isinstance(row.get("output"), list)
    )


def _recognise_chat(row: Row) -> bool:
    return _has_choices(row) and not _is_routed(row)


def _recognise_openrouter(row: Row) -> bool:
    return _has_choices(row) and _is_routed(row)


def add_annotations(
    reply: Reply, annotations: list[dict[str, object]], *, base: int, length: int
) -> None:
    """Add ``url_citation`` annotations, flat or nested, to a reply's links.

    Args:
        reply: The reply; its links grow by those not known yet.
        annotations: Each with url, title, start_index, end_index.
        base: Where the annotated part begins in the reply's text.
        length: How long that part is; spans beyond it are left out with a note.
    """
    known = {link.url: link for link in reply.links}
    for annotation in annotations:
        cited = take_dict(annotation, "url_citation") or annotation
        url = take_text(cited, "url")
        if url is None:
            continue
        link = known.get(url)
        if link is None:
            link = known[url] = Link(url, take_text(cited, "title"))
            reply.links.append(link)
        link.shown = True
        link.snippet = link.snippet or take_text(cited, "content")
        start, end = take_int(cited, "start_index"), take_int(cited, "end_index")
        if start is None or end is None or start == end:
            continue
        if not 0 <= start < end <= length:
            reply.notes.append(
                (
                    f"A citation spans {start} to {end} of a text of {length} characters.",
                    "Compare the engine's own reply.",
                )
            )
            continue
        link.spans.append(Span(base + start, base + end, is_mark=True))


def _read_responses(row: Row) -> list[Reply]:
    reply = Reply("openai-responses", engine="openai", surface="api", collector="OpenAI")
    reply.model = take_text(row, "model")
    reply.asked_at, notes = take_time(row, "created_at")
    reply.notes.extend(notes)
    read_output(reply, row)
    if row.get("status") == "failed" or take_dict(row, "error"):
        reply.status = Status.ERROR
    return [reply]


def read_output(reply: Reply, row: Row) -> None:
    """Read the items of ``output``: messages joined by a blank line, searches, sources.

    Parts of one message follow each other without anything between them.
    """
    retrieved: list[Link] = []
    text = ""
    refused = False
    for item in take_dicts(row, "output"):
        if item.get("type") == "web_search_call":
            action = take_dict(item, "action")
            query = take_text(action, "query")
            reply.queries.extend(take_texts(action, "queries") or ([query] if query else []))
            for source in take_dicts(action, "sources"):
                url = take_text(source, "url")
                if url is not None:
                    retrieved.append(Link(url, take_text(source, "title"), shown=False))
        elif item.get("type") == "message":
            parts = take_dicts(item, "content")
            text += "\n\n" if text and parts else ""
            for part in parts:
                refused = refused or take_text(part, "refusal") is not None
                piece = take_text(part, "text", "refusal") or ""
                annotations = take_dicts(part, "annotations")
                add_annotations(reply, annotations, base=len(text), length=len(piece))
                text += piece
    reply.text = text or None
    reply.status = Status.REFUSED if refused else None
    known = {link.url for link in reply.links}
    reply.links.extend(link for link in retrieved if link.url not in known)


def _read_chat(row: Row, shape: str = "openai-chat", engine: str = "openai") -> list[Reply]:
    reply = Reply(shape, engine=engine, surface="api", collector="OpenAI")
    reply.model = take_text(row, "model")
    reply.asked_at, notes = take_time(row, "created")
    reply.notes.extend(notes)
    choices = take_dicts(row, "choices")
    choice = choices[0] if choices else {}
    message = take_dict(choice, "message")
    reply.text = read_content(message)
    if reply.text is None:
        reply.text = take_text(message, "refusal")
        reply.status = Status.REFUSED if reply.text else None
    annotations = take_dicts(message, "annotations")
    add_annotations(reply, annotations, base=0, length=len(reply.text or ""))
    if choice.get("finish_reason") == "content_filter":
        reply.status = Status.REFUSED
    if take_dict(row, "error") or take_dict(choice, "error"):
        reply.status = Status.ERROR
    return [reply]


def read_content(message: dict[str, object]) -> str | None:
    """Give a chat message's text: its content, or the text parts of its content one by one."""
    parts = (take_text(part, "text") or "" for part in take_list(message, "content"))
    return take_text(message, "content") or "".join(parts) or None


def _read_openrouter(row: Row) -> list[Reply]:
    """Read as a chat completion; the engine is the maker that the model's name begins with."""
    (reply,) = _read_chat(row, "openrouter", "openrouter")
    maker, slash, _ = (reply.model or "").partition("/")
    reply.engine = maker.strip() if slash and maker.strip() else "openrouter"
    reply.collector = "OpenRouter"
    return [reply]


SHAPES = (
    Shape(
        "openai-chat",
        "choices without citations (OpenAI Chat Completions)",
        _recognise_chat,
        _read_chat,
        has_choices,
    ),
    Shape(
        "openai-responses",
        "output with messages (OpenAI Responses)",
        _recognise_responses,
        _read_responses,
        has_output,
    ),
    Shape(
        "openrouter",
        "choices, and a provider or a model like maker/model (OpenRouter)",
        _recognise_openrouter,
        _read_openrouter,
        has_choices,
    ),
)

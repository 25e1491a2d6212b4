"""DataForSEO: AI overviews in search results, and the LLM Responses API.

A response holds tasks, a task results; each result is one reply. Results given alone, as exports
have them, are read too.
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
from beleg.collect.shapes.openai import add_annotations
from beleg.collect.shapes.reply import Link, Reply, Row, Shape, ShapeError, Span
from beleg.records import Status

_OVERVIEW = "ai_overview"
_MAKERS = {"chat_gpt": "openai", "claude": "anthropic", "gemini": "gemini"}


def _recognise(row: Row) -> bool:
    return isinstance(row.get("tasks"), list) or _is_result(row)


def _is_result(row: Row) -> bool:
    return isinstance(row.get("items"), list) and ("keyword" in row or "model_name" in row)


def _read(row: Row) -> list[Reply]:
    if _is_result(row):
        return [_read_result(row, {})]
    replies: list[Reply] = []
    for task in take_dicts(row, "tasks"):
        results = take_dicts(task, "result")
        replies.extend(_read_result(result, task) for result in results)
        if not results:
            replies.append(_read_failure(task))
    if not replies:
        raise ShapeError(
            "The DataForSEO response holds no task.", "Export the response with its tasks."
        )
    return replies


def _read_failure(task: dict[str, object]) -> Reply:
    reply = Reply("dataforseo", source=task, status=Status.ERROR, collector="DataForSEO")
    _fill_from_task(reply, task)
    message = take_text(task, "status_message")
    if message is not None:
        reply.notes.append((f"DataForSEO gave no result: {message[:200]}", "Ask once more."))
    return reply


def _fill_from_task(reply: Reply, task: dict[str, object]) -> None:
    asked = take_dict(task, "data")
    path = take_texts(task, "path")
    reply.question = reply.question or take_text(asked, "keyword", "user_prompt")
    if reply.engine is not None:
        return
    if "ai_optimization" in path:
        engine = path[path.index("ai_optimization") + 1 :][:1]
        reply.engine = _MAKERS.get(engine[0], engine[0]) if engine else None
    elif "ai_mode" in path:
        reply.engine = "google_ai_mode"
    else:
        reply.engine = "google_ai_overview"


def _read_result(result: dict[str, object], task: dict[str, object]) -> Reply:
    reply = Reply("dataforseo", source=result, collector="DataForSEO")
    reply.question = take_text(result, "keyword")
    reply.asked_at, reply.notes = take_time(result, "datetime")
    if take_text(result, "model_name") is not None or any(
        item.get("type") == "message" for item in take_dicts(result, "items")
    ):
        _read_message(reply, result)
        _fill_from_task(reply, task)
        reply.engine = reply.engine or "openai"
    else:
        _fill_from_task(reply, task)
        reply.surface = "web"
        code = take_int(result, "location_code")
        reply.country = None if code is None else str(code)
        reply.locale = take_text(result, "language_code")
        _read_overview(reply, result)
    return reply


def _read_message(reply: Reply, result: dict[str, object]) -> None:
    """Read LLM responses; sections are joined by a blank line."""
    reply.model, reply.surface = take_text(result, "model_name"), "api"
    reply.engine = _engine_of(reply.model)
    reply.queries = take_texts(result, "fan_out_queries")
    text = ""
    for item in take_dicts(result, "items"):
        if item.get("type") != "message":
            continue
        for section in take_dicts(item, "sections"):
            piece = take_text(section, "text")
            if piece is None:
                continue
            text += "\n\n" if text else ""
            annotations = take_dicts(section, "annotations")
            add_annotations(reply, annotations, base=len(text), length=len(piece))
            text += piece
    reply.text = text or None


def _engine_of(model: str | None) -> str | None:
    """Tell the engine from the model's name where no task's path does."""
    names = {"gpt": "openai", "claude": "anthropic", "gemini": "gemini", "sonar": "perplexity"}
    for name, engine in names.items():
        if model is not None and name in model.lower():
            return engine
    return None


def _read_overview(reply: Reply, result: dict[str, object]) -> None:
    """Read the overview's elements: title and text on lines of their own, then the next.

    Without elements the overview's markdown is the text. Each element's references span it.
    """
    overviews = [item for item in take_dicts(result, "items") if item.get("type") == _OVERVIEW]
    if not overviews:
        reply.status = Status.ABSENT
        return
    overview, text = overviews[0], ""
    for element in take_dicts(overview, "items"):
        piece = "\n".join(
            part
            for part in (take_text(element, "title"), take_text(element, "text", "markdown"))
            if part is not None
        )
        if not piece:
            continue
        text += "\n" if text else ""
        _add_references(reply, element, Span(len(text), len(text) + len(piece), is_mark=False))
        text += piece
    reply.text = text or take_text(overview, "markdown", "text")
    _add_references(reply, overview, None)
    if reply.text is None:
        # "asynchronous" overviews are announced and come only where they were asked for.
        reply.status = Status.ABSENT if overview.get("asynchronous_ai_overview") else Status.EMPTY


def _add_references(reply: Reply, item: dict[str, object], span: Span | None) -> None:
    known = {link.url: link for link in reply.links}
    for reference in take_list(item, "references"):
        url = take_text(reference, "url")
        if url is None:
            continue
        link = known.get(url)
        if link is None:
            link = known[url] = Link(url, take_text(reference, "title", "source"))
            link.snippet = take_text(reference, "text")
            reply.links.append(link)
        if span is not None:
            link.spans.append(span)


SHAPES = (
    Shape(
        "dataforseo",
        "tasks, or items with keyword or model_name (DataForSEO)",
        _recognise,
        _read,
    ),
)

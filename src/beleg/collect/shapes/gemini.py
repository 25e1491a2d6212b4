"""Gemini generateContent with Google Search: offsets are UTF-8 bytes within a part.

Links are redirects of vertexaisearch.cloud.google.com, which only a request resolves; the host
that Gemini names beside them is kept as the citation's host.
"""

from __future__ import annotations

import re
from itertools import accumulate

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

_HOST = re.compile(r"(?:[\w-]+\.)+[^\W\d_]{2,}")
_BLOCKED = frozenset({"SAFETY", "PROHIBITED_CONTENT", "BLOCKLIST", "SPII"})


def _recognise(row: Row) -> bool:
    return isinstance(row.get("candidates"), list) or bool(
        take_dict(row, "promptFeedback", "prompt_feedback")
    )


def _read(row: Row) -> list[Reply]:
    reply = Reply("gemini-generate", engine="gemini", surface="api", collector="Google")
    reply.model = take_text(row, "modelVersion", "model_version", "model")
    reply.asked_at, notes = take_time(row, "createTime", "create_time")
    reply.notes.extend(notes)
    candidates = take_dicts(row, "candidates")
    candidate = candidates[0] if candidates else {}
    parts = [
        "" if part.get("thought") is True else _text_of(part)
        for part in take_dicts(take_dict(candidate, "content"), "parts")
    ]
    reply.text = "".join(parts) or None
    grounding = take_dict(candidate, "groundingMetadata", "grounding_metadata")
    reply.queries = take_texts(grounding, "webSearchQueries", "web_search_queries")
    links = [
        _read_chunk(chunk) for chunk in take_list(grounding, "groundingChunks", "grounding_chunks")
    ]
    for support in take_dicts(grounding, "groundingSupports", "grounding_supports"):
        _add_support(reply, parts, links, support)
    reply.links = [link for link in links if link is not None]
    reason = take_text(candidate, "finishReason", "finish_reason")
    feedback = take_dict(row, "promptFeedback", "prompt_feedback")
    if reason in _BLOCKED or take_text(feedback, "blockReason", "block_reason"):
        reply.status = Status.REFUSED
    return [reply]


def _text_of(part: dict[str, object]) -> str:
    text = part.get("text")
    return text if isinstance(text, str) else ""


def _read_chunk(chunk: object) -> Link | None:
    """Read one chunk; None keeps the place of one that has no address, for indices count it."""
    source = take_dict(chunk, "web", "retrievedContext", "retrieved_context", "maps")
    url = take_text(source, "uri")
    if url is None:
        return None
    title = take_text(source, "title")
    named = take_text(source, "domain") or title or ""
    host = named.strip().lower() if _HOST.fullmatch(named.strip()) else None
    return Link(url, title, host=host, snippet=take_text(source, "text"))


def _add_support(
    reply: Reply, parts: list[str], links: list[Link | None], support: dict[str, object]
) -> None:
    segment = take_dict(support, "segment")
    # Zero is left out on the wire.
    part = take_int(segment, "partIndex", "part_index") or 0
    start = take_int(segment, "startIndex", "start_index") or 0
    end = take_int(segment, "endIndex", "end_index") or 0
    span = _to_code_points(parts, part, start, end)
    said = take_text(segment, "text")
    if span is None or (said is not None and (reply.text or "")[span.start : span.end] != said):
        reply.notes.append(
            (
                f"A grounding support names bytes {start} to {end} of part {part}: not its text.",
                "Keep the engine's text unchanged.",
            )
        )
        return
    for index in take_list(support, "groundingChunkIndices", "grounding_chunk_indices"):
        if isinstance(index, int) and 0 <= index < len(links):
            link = links[index]
            if link is not None:
                link.spans.append(span)


def _to_code_points(parts: list[str], part: int, start: int, end: int) -> Span | None:
    """Turn byte offsets within a part into code points of the whole text."""
    if not 0 <= part < len(parts):
        return None
    encoded = parts[part].encode("utf-8", "surrogatepass")
    if not 0 <= start < end <= len(encoded):
        return None
    try:
        before = len(encoded[:start].decode("utf-8", "surrogatepass"))
        inside = len(encoded[start:end].decode("utf-8", "surrogatepass"))
    except UnicodeDecodeError:
        return None  # an offset within a character
    base = [0, *accumulate(len(text) for text in parts)][part]
    return Span(base + before, base + before + inside, is_mark=False)


SHAPES = (
    Shape(
        "gemini-generate",
        "candidates (Gemini generateContent)",
        _recognise,
        _read,
    ),
)

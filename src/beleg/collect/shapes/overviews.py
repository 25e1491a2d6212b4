"""Google AI overviews as SerpApi gives them: whole search responses, and captures of them.

An overview has no text, it has blocks. How they become one is documented in
docs/reference/answers.md, for offsets hang on it:

* Blocks stand in their order, joined by newlines. Headings and paragraphs are their snippet.
* A list item is its title and its snippet, joined by a space where the title ends with a
  punctuation mark, else by a newline. Items that nest in it follow, each on a line of its own.
* Cells of a table's row are joined by `` | ``, rows by newlines.
* Nothing else is added or taken away. Each block's references span that block's own lines.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from beleg.collect.shapes.fields import (
    take_dict,
    take_dicts,
    take_list,
    take_text,
    take_time,
)
from beleg.collect.shapes.reply import Link, Reply, Row, Shape, Span
from beleg.records import Status

ENGINE = "google_ai_overview"
_ABSENT_ERRORS = ("not available for this search", "hasn't returned any results")


class _Block(NamedTuple):
    text: str
    references: tuple[int, ...]
    video: dict[str, object]


def _recognise_search(row: Row) -> bool:
    return isinstance(row.get("search_metadata"), dict) or isinstance(
        row.get("search_parameters"), dict
    )


def _recognise_capture(row: Row) -> bool:
    return "ai_overview" in row and not _recognise_search(row)


def _read_search(row: Row) -> list[Reply]:
    """Read a SerpApi response of the engines google, google_ai_overview and google_ai_mode."""
    asked, parameters = take_dict(row, "search_metadata"), take_dict(row, "search_parameters")
    ai_mode = parameters.get("engine") == "google_ai_mode"
    reply = _read_overview("serpapi", row if ai_mode else row.get("ai_overview"))
    reply.engine = "google_ai_mode" if ai_mode else ENGINE
    reply.question = take_text(parameters, "q")
    reply.country = take_text(parameters, "gl")
    reply.locale = take_text(parameters, "hl")
    reply.collector = "SerpApi"
    reply.asked_at, reply.notes[:0] = take_time(asked, "created_at", "processed_at")
    _fill_error(reply, row)
    return [reply]


def _read_capture(row: Row) -> list[Reply]:
    reply = _read_overview("overview-capture", row.get("ai_overview"))
    reply.question = take_text(row, "query", "question")
    reply.collector = take_text(row, "collector") or "SerpApi"
    reply.asked_at, reply.notes[:0] = take_time(row, "created_at", "asked_at")
    if row.get("triggered") == "y" and reply.status is Status.ABSENT:
        # The page said that it had an overview, and none came with it.
        reply.status = Status.EMPTY
    _fill_error(reply, row)
    return [reply]


def _fill_error(reply: Reply, row: Row) -> None:
    """Take the error that the whole search gave, where no overview came with it."""
    error = take_text(row, "error") or take_text(take_dict(row, "error"), "message")
    if reply.text is None and (error is not None or take_dict(row, "error")):
        reply.status = _status_of_error(error or "")


def _status_of_error(error: str) -> Status:
    absent = any(part in error for part in _ABSENT_ERRORS)
    return Status.ABSENT if absent else Status.ERROR


def _read_overview(shape: str, overview: object) -> Reply:
    """Read ``text_blocks`` and ``references``; anything else is no overview."""
    reply = Reply(shape, engine=ENGINE, surface="web")
    blocks = list(_blocks(take_list(overview, "text_blocks")))
    if not blocks:
        reply.status = Status.ABSENT
        error = take_text(overview, "error")
        if error is not None:
            reply.status = _status_of_error(error)
        elif take_list(overview, "text_blocks"):
            reply.status = Status.EMPTY
        elif take_text(overview, "page_token") is not None:
            reply.notes.append(
                (
                    "The overview was only announced by a page_token, so it counts as absent.",
                    "Ask SerpApi for engine=google_ai_overview with the token within minutes.",
                )
            )
    links = _read_references(take_dicts(overview, "references"))
    reply.text, at = ("\n".join(block.text for block in blocks) if blocks else None), 0
    for block in blocks:
        span = Span(at, at + len(block.text), is_mark=False)
        at += len(block.text) + 1
        for index in block.references:
            if index in links:
                links[index].spans.append(span)
            else:
                missing = f"A block leans on reference {index}, which is not listed."
                reply.notes.append((missing, ""))
        _add_video(reply, block.video, span)
    reply.links = [*links.values(), *reply.links]
    return reply


def _read_references(references: list[dict[str, object]]) -> dict[int, Link]:
    links: dict[int, Link] = {}
    for position, reference in enumerate(references):
        url = take_text(reference, "link", "url")
        index = reference.get("index", position)
        if url is not None and isinstance(index, int):
            links.setdefault(
                index,
                Link(
                    url,
                    take_text(reference, "title"),
                    snippet=take_text(reference, "snippet"),
                ),
            )
    return links


def _add_video(reply: Reply, video: dict[str, object], span: Span) -> None:
    """Take the video that a block shows as a link of that block."""
    url = take_text(video, "link")
    if url is not None:
        title = take_text(video, "title", "source")
        reply.links.append(Link(url, title, spans=[span]))


def _blocks(items: list[object], depth: int = 0) -> Iterator[_Block]:
    """Walk blocks and list items in reading order; what has no text of its own is left out."""
    if depth > 20:
        return  # deeper than any page nests; a hand-made file must not exhaust the stack
    for item in items:
        if not isinstance(item, dict):
            continue
        title, snippet = take_text(item, "title"), take_text(item, "snippet", "code")
        parts = [part for part in (title, snippet) if part is not None]
        seam = " " if title is not None and title.rstrip()[-1] in ".:!?…" else "\n"
        text = seam.join(parts) or _table_text(item)
        if text:
            references = tuple(
                index
                for index in take_list(item, "reference_indexes")
                if isinstance(index, int) and not isinstance(index, bool)
            )
            yield _Block(text, references, take_dict(item, "video"))
        yield from _blocks(take_list(item, "list", "text_blocks"), depth + 1)


def _table_text(item: dict[str, object]) -> str:
    rows = [row for row in take_list(item, "table") if isinstance(row, list)]
    return "\n".join(" | ".join(str(cell) for cell in row) for row in rows)


SHAPES = (
    Shape(
        "overview-capture",
        "ai_overview (capture of an overview, with query and created_at)",
        _recognise_capture,
        _read_capture,
    ),
    Shape(
        "serpapi",
        "search_metadata or search_parameters (SerpApi search response)",
        _recognise_search,
        _read_search,
    ),
)

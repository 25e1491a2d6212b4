"""Perplexity: Sonar chat, whose text names its sources as ``[n]``, and the Responses API."""

from __future__ import annotations

from beleg.collect.shapes.fields import (
    take_dict,
    take_dicts,
    take_list,
    take_text,
    take_texts,
    take_time,
)
from beleg.collect.shapes.openai import has_choices, has_output, read_content, read_output
from beleg.collect.shapes.reply import Link, Reply, Row, Shape


def _recognise_sonar(row: Row) -> bool:
    own = ("citations", "search_results")
    return isinstance(row.get("choices"), list) and any(
        isinstance(row.get(name), list) for name in own
    )


def _recognise_responses(row: Row) -> bool:
    return any(item.get("type") == "search_results" for item in take_dicts(row, "output"))


def _start(shape: str, row: Row, *names: str) -> Reply:
    reply = Reply(shape, engine="perplexity", surface="api", collector="Perplexity")
    reply.model = take_text(row, "model")
    reply.asked_at, notes = take_time(row, *names)
    reply.notes.extend(notes)
    return reply


def _read_result(result: dict[str, object], *, shown: bool) -> Link | None:
    url = take_text(result, "url")
    if url is None:
        return None
    return Link(
        url,
        take_text(result, "title"),
        shown=shown,
        snippet=take_text(result, "snippet"),
        published=take_text(result, "date"),
    )


def _read_sonar(row: Row) -> list[Reply]:
    """Read citations in their order; search results add titles, snippets and what was not cited.

    Where citations are missing, the search results are what ``[n]`` counts.
    """
    reply = _start("perplexity-sonar", row, "created")
    choices = take_dicts(row, "choices")
    reply.text = read_content(take_dict(choices[0], "message", "delta") if choices else {})
    results: dict[str, Link] = {}
    for result in take_dicts(row, "search_results"):
        found = _read_result(result, shown=False)
        if found is not None:
            results.setdefault(found.url, found)
    cited = take_list(row, "citations") or list(results)
    for number, entry in enumerate(cited, start=1):
        url = entry if isinstance(entry, str) else take_text(entry, "url")
        if url and url.strip():
            known = results.pop(url, None)
            link = known if known is not None else Link(url)
            link.shown, link.number = True, number
            reply.links.append(link)
    reply.links.extend(results.values())
    reply.marks = "numbers"
    return [reply]


def _read_responses(row: Row) -> list[Reply]:
    reply = _start("perplexity-responses", row, "created_at", "created")
    read_output(reply, row)
    known = {link.url: link for link in reply.links}
    for item in take_dicts(row, "output"):
        if item.get("type") != "search_results":
            continue
        reply.queries.extend(take_texts(item, "queries"))
        for result in take_dicts(item, "results"):
            link = _read_result(result, shown=False)
            if link is None:
                continue
            if link.url in known:
                cited = known[link.url]
                cited.snippet, cited.published = link.snippet, link.published
                cited.title = cited.title or link.title
            else:
                known[link.url] = link
                reply.links.append(link)
    return [reply]


SHAPES = (
    Shape(
        "perplexity-responses",
        "output with search_results (Perplexity Responses)",
        _recognise_responses,
        _read_responses,
        has_output,
    ),
    Shape(
        "perplexity-sonar",
        "choices with citations or search_results (Perplexity Sonar)",
        _recognise_sonar,
        _read_sonar,
        has_choices,
    ),
)

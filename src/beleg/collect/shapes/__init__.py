"""The shapes in which answers come: told by the row itself, read into a common reply.

Each file here reads one family of engines; a new one adds its ``SHAPES`` to the tuple below.
"""

from __future__ import annotations

from beleg.collect.shapes import (
    anthropic,
    dataforseo,
    exports,
    gemini,
    openai,
    overviews,
    perplexity,
    plain,
)
from beleg.collect.shapes.fields import kind_of, take_dict, take_text
from beleg.collect.shapes.reply import Reply, Row, Shape, ShapeError
from beleg.records import Status

SHAPES: dict[str, Shape] = {
    shape.name: shape
    for shape in sorted(
        (
            *anthropic.SHAPES,
            *dataforseo.SHAPES,
            *exports.SHAPES,
            *gemini.SHAPES,
            *openai.SHAPES,
            *overviews.SHAPES,
            *perplexity.SHAPES,
            *plain.SHAPES,
        )
    )
}
"""Shape name to shape, sorted by name."""


def read_row(row: object, shape: str | None = None) -> list[Reply]:
    """Read one row of an answers file.

    Args:
        row: Any JSON value.
        shape: A name of :data:`SHAPES` to read the row (or what a wrapper holds) as; None to tell
            it from the row.

    Returns:
        One reply; several where a response holds several results.

    Raises:
        ShapeError: The row has no known shape, could be two, lacks what its shape needs, or
            cannot be read as ``shape``.
    """
    if not isinstance(row, dict):
        raise ShapeError(
            f"The row is no JSON object but {kind_of(row)}.",
            "Each row of an answers file is one object.",
        )
    if not plain.recognise_wrapper(row):
        replies = _read_bare(row, shape)
        for reply in replies:
            reply.question = reply.question or take_text(row, "question", "query")
    else:
        replies = _read_response(row["response"], shape)
        for reply in replies:
            plain.fill_from_wrapper(reply, row)
    for reply in replies:
        plain.fill_counts(reply, row)
        if len(replies) > 1:
            plain.clear_counts(reply)
    return replies


def _read_response(response: object, shape: str | None) -> list[Reply]:
    """Read what a wrapper holds: a raw reply, a bare text, an API's error, or nothing."""
    if response is None or isinstance(response, str):
        text = response if response and response.strip() else None
        return [Reply("wrapper", text=text, marks="numbers")]
    if isinstance(response, dict) and _is_error(response):
        return _read_error(response, shape)
    if not isinstance(response, dict):
        raise ShapeError(
            f"The wrapper's response is no object or text but {kind_of(response)}.",
            "Put the engine's raw reply into response.",
        )
    return _read_bare(response, shape)


def _is_error(response: Row) -> bool:
    alone = not any(known.recognise(response) for known in SHAPES.values())
    said = take_dict(response, "error") or take_text(response, "error")
    return bool(alone and (said or response.get("type") == "error"))


def _read_error(response: Row, shape: str | None) -> list[Reply]:
    """Read what an interface gave in place of a reply; a named shape still tells the engine."""
    if shape is None:
        return [Reply("wrapper", status=Status.ERROR)]
    replies = SHAPES[shape].read(response)
    for reply in replies:
        reply.status = reply.status or Status.ERROR
    return replies


def _read_bare(row: Row, shape: str | None) -> list[Reply]:
    if shape is not None:
        named = SHAPES[shape]
        if not (named.readable or named.recognise)(row):
            raise ShapeError(
                f"The row cannot be read as {shape}, which has {named.looked_for}.",
                "Leave out --shape, or name the shape that the row has.",
            )
        return named.read(row)
    fitting = [known for known in SHAPES.values() if known.recognise(row)]
    if not fitting:
        looked_for = "; ".join(known.looked_for for known in SHAPES.values())
        raise ShapeError(
            "The row has none of the known shapes. Looked for: response beside question or query"
            f" (Beleg's wrapper); {looked_for}.",
            "Name the shape with --shape, or bring the row into the plain shape"
            " (docs/reference/answers.md).",
        )
    if len(fitting) > 1:
        names = " and ".join(known.name for known in fitting)
        raise ShapeError(f"The row could be {names}.", "Name the shape with --shape.")
    return fitting[0].read(row)

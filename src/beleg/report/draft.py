"""A checked draft as one small HTML file: the text with its marks, and what each rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from markupsafe import Markup

from beleg import formats
from beleg.formats import Language
from beleg.report.html import (
    LANGUAGES,
    name_conflict,
    read_file,
    safe_url,
    write_policy,
)
from beleg.report.words import word
from beleg.templates import open_templates

SIGNS = {"supported": "✓", "conflict": "≠", "no source": "?", "no claim": ""}
"""Stands at each sentence: colour alone says nothing to many readers."""
CLASSES = {"supported": "supported", "conflict": "differs", "no source": "gap"}
KEYS = {
    "supported": "draft_supported",
    "conflict": "draft_conflict",
    "no source": "no_source",
    "no claim": "draft_no_claim",
}


class Piece(NamedTuple):
    """A stretch of the draft: between sentences, or one of them with its number."""

    text: str
    mark: str
    number: int
    """0 where there is nothing to say about it."""


class Stretch(NamedTuple):
    """A stretch of a passage, and whether the sentence has it too."""

    text: str
    hit: bool


def cut_pieces(original: str, sentences: Sequence[Mapping[str, Any]]) -> list[Piece]:
    """Cut the draft into its sentences and what stands between them; together they are it."""
    pieces, at, number = [], 0, 0
    for sentence in sentences:
        if at < sentence["start"]:
            pieces.append(Piece(original[at : sentence["start"]], "", 0))
        told = sentence["mark"] != "no claim"
        number += told
        text = original[sentence["start"] : sentence["end"]]
        pieces.append(Piece(text, sentence["mark"], number if told else 0))
        at = sentence["end"]
    if at < len(original):
        pieces.append(Piece(original[at:], "", 0))
    return pieces


def cut_passage(found: Mapping[str, Any]) -> list[Stretch]:
    """Cut a passage at the spans that agree; together the stretches are the passage."""
    text, stretches, at = found["passage"], [], 0
    for start, end in found["spans"]:
        stretches += [Stretch(text[at:start], hit=False), Stretch(text[start:end], hit=True)]
        at = end
    stretches.append(Stretch(text[at:], hit=False))
    return [stretch for stretch in stretches if stretch.text]


def render_draft(original: str, draft: Mapping[str, Any], *, language: Language) -> str:
    """Write a checked draft as one HTML file that loads nothing.

    Args:
        original: The draft's text, as long as it came; line ends within a paragraph may be spaces.
        draft: From ``beleg.ground.exchange.show_draft``.
        language: ``de`` or ``en``: of the page, whatever the draft's is.

    Raises:
        ValueError: For another language.
    """
    if language not in LANGUAGES:
        raise ValueError(f"language == {language!r}, must be one of {', '.join(LANGUAGES)}.")
    style = read_file("style.css") + read_file("draft.css").lstrip()

    def w(key: str, **values: str | int) -> str:
        return word(key, language, **values)

    def day(text: str | None) -> str:
        return formats.format_date(datetime.fromisoformat(text).date(), language) if text else ""

    return (
        open_templates("beleg.report")
        .get_template("draft.html.j2")
        .render(
            draft=draft,
            pieces=cut_pieces(original, draft["sentences"]),
            told=[row for row in draft["sentences"] if row["mark"] != "no claim"],
            signs=SIGNS,
            keys=KEYS,
            classes=CLASSES,
            w=w,
            day=day,
            conflict=partial(name_conflict, language=language),
            percent=lambda value: formats.format_percent(value / 10_000, language, 0),
            cut_passage=cut_passage,
            safe_url=safe_url,
            language=language,
            style=Markup(style),  # noqa: S704 - our own files, never a value from a table
            policy=write_policy(style, ""),
        )
    )

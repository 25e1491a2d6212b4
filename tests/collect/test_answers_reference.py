"""The examples of docs/reference/answers.md are read as it says."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

from beleg.collect.answers import Collected, read_answers
from beleg.collect.shapes import SHAPES

PAGE = (Path(__file__).parents[2] / "docs/reference/answers.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)


def read(example: str) -> Collected:
    collected = read_answers(
        example.encode(), name="x", raw_ref="0", collected_at=datetime(2026, 11, 23, tzinfo=UTC)
    )
    assert collected.problems == []
    return collected


def test_plain_example() -> None:
    collected = read(EXAMPLES[0])
    (answer,) = collected.answers
    assert answer.text is not None
    first, second, third, fourth = collected.citations
    assert answer.text[first.start : first.end] == "(Blatt)"
    assert first.span_is_mark
    assert second.cited_passage == "Der Rat stimmte mit 30 zu 12 Stimmen zu."
    assert third.shown
    assert not fourth.shown
    assert {str(document.kind) for document in collected.documents} == {"cited_passage", "snippet"}


def test_wrapper_example() -> None:
    (answer,) = read(EXAMPLES[1]).answers
    assert (answer.engine, answer.country, answer.text) == (
        "gemini",
        "DE",
        "Ja, mit großer Mehrheit.",
    )


def test_overview_example() -> None:
    collected = read(EXAMPLES[2])
    (answer,) = collected.answers
    written = re.search(r"```text\n(.*?)\n```", PAGE, re.DOTALL)
    assert written is not None
    assert answer.text == written[1]
    assert [(c.rank, answer.text[c.start : c.end]) for c in collected.citations] == [
        (1, "Nur der Rat."),
        (1, "Rat: Er stimmt ab."),
        (2, "Rat: Er stimmt ab."),
    ]


def test_every_shape_is_listed() -> None:
    for name in SHAPES:
        assert f"`{name}`" in PAGE

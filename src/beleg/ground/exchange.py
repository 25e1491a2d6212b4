"""What the commands hand out: judgements and checked drafts as plain values for JSON."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

import msgspec

from beleg.ground.drafts import Found, Mark, Sentence
from beleg.ground.model import default_threshold, load_model
from beleg.ground.pairs import Judgement, PartJudgement, judge

_FORM = 'Write {"claim": "…", "evidence": "…"}; evidence may be a list of texts.'
_KEYS = ("claim", "evidence", "language", "kind")


def answer_line(line: bytes, number: int) -> dict[str, Any]:
    """Judge the pair of one line.

    Args:
        line: A JSON object with ``claim`` and ``evidence``, and if wanted ``language`` (``de`` or
            ``en``), ``kind`` (``passage``, ``page`` or ``snippet``) and an ``id`` that is handed
            on. Other keys are let be.
        number: Of the line, from 1.

    Returns:
        What :func:`show` gives; for a line that cannot be judged ``error``, ``line``, ``remedy``.
        It never raises for what a line holds.
    """
    try:
        row = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return {"error": f"not JSON: {error}.", "line": number, "remedy": _FORM}
    if not isinstance(row, dict):
        return {"error": "no JSON object.", "line": number, "remedy": _FORM}
    named = {"id": row["id"]} if "id" in row else {}
    if isinstance(row.get("id"), (dict, list)):
        return {"error": "id is no text or number.", "line": number, "remedy": _FORM}
    missing = [key for key in _KEYS[:2] if key not in row]
    if missing:
        return {**named, "error": f"no {missing[0]}.", "line": number, "remedy": _FORM}
    claim, evidence = row["claim"], row["evidence"]
    try:
        found = judge(claim, evidence, language=row.get("language"), source_kind=row.get("kind"))
    except (TypeError, ValueError) as error:
        return {**named, "error": str(error), "line": number, "remedy": _FORM}
    return named | show(found, with_parts=isinstance(evidence, list))


def _show_part(part: PartJudgement) -> dict[str, Any]:
    return {
        "score": part.score,
        "probability": part.probability,
        "support": part.support,
        "kind": None if part.kind is None else part.kind.value,
        "conflicts": list(part.conflicts),
        "evidence_spans": [list(span) for span in part.evidence_spans],
    }


def show(found: Judgement, *, with_parts: bool) -> dict[str, Any]:
    """Lay out a judgement as plain values, in the order of the documentation."""
    whole = _show_part(found)
    parts = {"best": found.best, "evidence": [_show_part(part) for part in found.parts]}
    return {
        "score": whole["score"],
        "probability": whole["probability"],
        "support": whole["support"],
        "supported": found.supported,
        "kind": whole["kind"],
        "conflicts": whole["conflicts"],
        "claim_spans": [list(span) for span in found.claim_spans],
        "evidence_spans": whole["evidence_spans"],
        **(parts if with_parts else {}),
        "source_kind": found.source_kind,
        "judge": found.judge,
    }


def write_line(answer: dict[str, Any]) -> bytes:
    """Write an answer as one line of JSON."""
    return json.dumps(answer, ensure_ascii=False).encode() + b"\n"


def show_found(found: Found) -> dict[str, Any]:
    """Lay out a passage at a sentence; ``spans`` are places in ``passage``."""
    support, document, start = found.support, found.document, found.passage.start
    flat = support.text_spans
    return {
        "support": support.support,
        "kind": support.kind.value,
        "conflicts": list(support.conflicts),
        "linked": support.cited,
        "host": document.host,
        "url": document.url,
        "title": document.title,
        "published_at": document.published_at and document.published_at.isoformat(),
        "first_seen_at": document.first_seen_at and document.first_seen_at.isoformat(),
        "document_id": document.document_id,
        "passage_id": support.passage_id,
        "passage": found.text,
        "spans": [[a - start, b - start] for a, b in zip(flat[::2], flat[1::2], strict=True)],
    }


def show_draft(
    name: str, original: str, language: str, sentences: Sequence[Sentence]
) -> dict[str, Any]:
    """Lay out a checked draft; ``text`` of a sentence is ``original[start:end]``."""
    counted = Counter(sentence.mark for sentence in sentences)
    return {
        "draft": name,
        "language": language,
        "counts": {mark.value: counted[mark] for mark in Mark},
        "sentences": [
            {
                "start": sentence.start,
                "end": sentence.end,
                "text": original[sentence.start : sentence.end],
                "mark": sentence.mark.value,
                "sources": [show_found(found) for found in sentence.sources],
                "against": [show_found(found) for found in sentence.against],
                "nearest": sentence.nearest and show_found(sentence.nearest),
            }
            for sentence in sentences
        ],
        "threshold": default_threshold(),
        "judge": load_model().name,
    }

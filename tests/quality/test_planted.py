"""What examples/planted.csv says was planted in the sample alliance is found by the pipeline.

Prints, for each kind, how many of how many were seen. The floors are what is seen now: the sample
is small and built, so these are checks that the stages meet, not figures of quality.
"""

import csv
import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from beleg.ground.model import default_threshold
from beleg.records import (
    Answer,
    Citation,
    Claim,
    Document,
    Mention,
    Observation,
    Publisher,
    Stake,
    Support,
)
from beleg.store import Workspace
from beleg.urls import canonical_url, host_of, registrable_domain

EXAMPLES = Path(__file__).parents[2] / "examples"


class Found(NamedTuple):
    """The sample's tables, by the ids that a planted row leads to."""

    answers: dict[str, Answer]
    citations: dict[str, list[Citation]]
    claims: dict[str, list[Claim]]
    documents: dict[str, Document]
    mentions: dict[str, list[Mention]]
    repeats: dict[str, str | None]
    supports: dict[str, list[Support]]
    undeclared: set[str]
    staked: set[str]


def _group(rows: list[Any], key: str) -> dict[str, list[Any]]:
    groups: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        groups[getattr(row, key)].append(row)
    return groups


@pytest.fixture(scope="module")
def found(sample: Path) -> Found:
    ws = Workspace(sample)
    return Found(
        {row.raw_ref: row for row in ws.rows(Answer)},
        _group(ws.rows(Citation), "answer_id"),
        _group(ws.rows(Claim), "answer_id"),
        {row.document_id: row for row in ws.rows(Document)},
        _group(ws.rows(Mention), "answer_id"),
        {row.answer_id: row.repeat_of for row in ws.rows(Observation)},
        _group(ws.rows(Support), "claim_id"),
        {row.publisher_id for row in ws.rows(Publisher) if not row.declared},
        {row.publisher_id for row in ws.rows(Stake)},
    )


def _planted() -> Iterator[tuple[str, dict[str, str]]]:
    with (EXAMPLES / "planted.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            digest = hashlib.sha256((EXAMPLES / row["file"]).read_bytes()).hexdigest()
            yield f"{digest}#{int(row['line']) - 1}", row


def _supports(found: Found, answer: Answer, row: dict[str, str]) -> list[Support]:
    """Supports above the threshold of the claims that the planted sentence is made of."""
    # A mark may stand before the full stop: the sentence's head is enough to find it.
    start = (answer.text or "").find(row["text"][:40])
    assert start >= 0, row
    claims = [
        claim
        for claim in found.claims[answer.answer_id]
        if claim.start < start + len(row["text"]) and start < claim.end
    ]
    return [
        support
        for claim in claims
        for support in found.supports[claim.claim_id]
        if support.support >= default_threshold()
    ]


def _hosts(found: Found, supports: list[Support]) -> set[str]:
    return {found.documents[support.document_id].host for support in supports}


def _rests_on(found: Found, answer: Answer, row: dict[str, str]) -> bool:
    return host_of(row["rests_on"]) in _hosts(found, _supports(found, answer, row))


def _page_rejected(found: Found, answer: Answer, row: dict[str, str]) -> bool:
    """No page that the sentence was taken from carries it as it stands."""
    pages = {canonical_url(url) for url in (row["rests_on"], row["linked_to"]) if url}
    supports = _supports(found, answer, row)
    return not any(found.documents[s.document_id].canonical_url in pages for s in supports)


def _uncited(found: Found, answer: Answer, row: dict[str, str]) -> bool:
    host = host_of(row["rests_on"])
    return any(
        found.documents[s.document_id].host == host and not s.cited
        for s in _supports(found, answer, row)
    )


CHECKS: dict[str, tuple[Callable[[Found, Answer, dict[str, str]], bool], int]] = {
    "absent": (lambda _f, a, _r: a.status == "absent", 18),
    "empty": (lambda _f, a, _r: a.status == "empty", 1),
    "refusal": (lambda _f, a, _r: a.status == "refused", 5),
    "cached-repeat": (lambda f, a, _r: f.repeats[a.answer_id] is not None, 8),
    "no-citation": (lambda f, a, _r: not any(c.shown for c in f.citations[a.answer_id]), 5),
    "undeclared-host": (
        lambda f, a, _r: any(
            registrable_domain(c.host) in f.undeclared for c in f.citations[a.answer_id] if c.host
        ),
        4,
    ),
    "negative-mention": (lambda f, a, _r: any(m.negative for m in f.mentions[a.answer_id]), 2),
    "unsupported": (lambda f, a, r: not _supports(f, a, r), 7),
    "wrong-number": (_page_rejected, 13),
    "wrong-unit": (_page_rejected, 1),
    "fabricated-quote": (_page_rejected, 2),
    "uncredited": (_uncited, 14),
    "misattributed-link": (_rests_on, 2),
}
"""Kind to what must be seen, and the least number of rows that must show it."""


@pytest.mark.parametrize("kind", CHECKS)
def test_what_was_planted_is_seen(
    kind: str, found: Found, capsys: pytest.CaptureFixture[str]
) -> None:
    check, floor = CHECKS[kind]
    rows = [(ref, row) for ref, row in _planted() if row["kind"] == kind]
    missed = [row for ref, row in rows if not check(found, found.answers[ref], row)]
    with capsys.disabled():
        print(f"\nplanted {kind}: {len(rows) - len(missed)} of {len(rows)} seen")
        for row in missed:
            print(f"  missed {row['file']}:{row['line']} {row['text'][:100]}")
    assert rows
    assert len(rows) - len(missed) >= floor


def test_nobody_undeclared_is_paid(found: Found) -> None:
    assert found.staked
    assert not found.staked & found.undeclared

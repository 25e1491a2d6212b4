"""The figures of docs/guide/by-hand.md are the program's, and what lies between them adds up."""

import hashlib
import re
from fractions import Fraction
from pathlib import Path

import pytest

from beleg.money import parse_amount
from beleg.records import Answer, Claim, ClaimWeight, Payout, Pot, Stake
from beleg.store import Workspace

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "guide" / "by-hand.md").read_text(encoding="utf-8")


def _table(head: str) -> list[list[str]]:
    """The rows of the table of the page whose first line begins with ``head``."""
    lines = PAGE[PAGE.index(f"| {head} |") :].split("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def _answer(ws: Workspace, file: str, line: int) -> Answer:
    digest = hashlib.sha256((ROOT / "examples" / "answers" / file).read_bytes()).hexdigest()
    return next(a for a in ws.rows(Answer) if a.raw_ref == f"{digest}#{line - 1}")


@pytest.fixture(scope="module")
def ws(sample: Path) -> Workspace:
    return Workspace(sample)


def test_statements_weights_and_supports(ws: Workspace) -> None:
    answer = _answer(ws, "openai.jsonl", 81)
    weights = {row.claim_id: row.weight for row in ws.rows(ClaimWeight)}
    stakes = {(row.claim_id, row.publisher_id): row.support for row in ws.rows(Stake)}
    claims = [row for row in ws.rows(Claim) if row.answer_id == answer.answer_id]
    claims.sort(key=lambda claim: claim.start)
    rows = _table("content words")
    assert len(rows) == len(claims)
    earned = 0
    for (words, weight, support, begins), claim in zip(rows, claims, strict=True):
        assert (answer.text or "")[claim.start : claim.end].startswith(begins)
        assert claim.content_words == int(words)
        assert weights[claim.claim_id] == int(weight)
        assert stakes.get((claim.claim_id, "anker"), 0) == int(support)
        assert {name for row, name in stakes if row == claim.claim_id} <= {"anker"}
        earned += int(weight) * int(support)
    assert sum(int(row[1]) for row in rows) == 166_666
    assert f"{earned:,}" in PAGE
    assert sum(weights.values()) == 46_000_000
    (pot,) = ws.rows(Pot)
    euros = Fraction(earned * pot.distributable_minor, 46_000_000 * 10_000) / 100
    assert f"**{float(euros):.2f} EUR**" in PAGE


def test_two_houses_with_one_statement(ws: Workspace) -> None:
    answer = _answer(ws, "perplexity.jsonl", 17)
    wanted = {publisher: int(support) for publisher, support in _table("publisher")}
    found: dict[str, dict[str, int]] = {}
    for stake in ws.rows(Stake):
        if stake.answer_id == answer.answer_id:
            found.setdefault(stake.claim_id, {})[stake.publisher_id] = stake.support
    assert wanted in found.values()
    low, high = sorted(wanted.values())
    said = re.sub(",", "", PAGE)
    assert f"{low / 2} each" in said
    assert f"{low / 2 + high - low}" in said


def test_the_pot(ws: Workspace) -> None:
    wanted = {payee: parse_amount(amount).minor for payee, amount in _table("payee")}
    payouts = ws.rows(Payout)
    assert wanted == {row.payee: row.assigned_minor for row in payouts}
    assert len(wanted) == len(payouts)

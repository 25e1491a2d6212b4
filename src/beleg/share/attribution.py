"""Fractional attribution, written: for each answer, what exact part each source has of it.

The draft extension of the SPUR Content Telemetry for fractional attribution (July 2026) carries
source weights, a model residual, spans, what a record supersedes and a tier of disclosure. Its
schema was not at hand when this was written: the names of the fields here are Beleg's own, under
:data:`SCHEMA`, and stand in this module and in :mod:`beleg.share.reported` alone.
docs/theory/attribution.md says what each means, and what is not known.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

import ibis
import pyarrow as pa

from beleg.ids import content_id
from beleg.records import Claim, ClaimWeight, Pot, Stake
from beleg.settlement import FULL
from beleg.share import rules
from beleg.tables import to_arrow

SCHEMA = "beleg-fractional-attribution-1"
KIND = "fractional_attribution"
TIERS = ("public", "member", "auditor")

Record = dict[str, Any]


class Disclosure(NamedTuple):
    """Who may see what of a record."""

    tier: str
    """public: every source is a pseudonym, without spans. member: one publisher is named, with
    the spans that it supports. auditor: all are."""
    publisher_id: str | None
    """The member."""
    name: Callable[[str], str]
    """Pseudonym by publisher_id; the same one for all records of a pot."""

    def opens(self, publisher_id: str) -> bool:
        """Say whether a source stands with its name and spans."""
        return self.tier == "auditor" or (
            self.tier == "member" and publisher_id == self.publisher_id
        )


def write_records(
    pot: Pot,
    weights: Sequence[ClaimWeight],
    stakes: Sequence[Stake],
    claims: Mapping[str, Claim],
    disclosure: Disclosure,
) -> list[Record]:
    """Write one record an answer of a pot, in the order of the answers' ids.

    Args:
        pot: A settled one.
        weights: Of the pot, those of unsupported claims too.
        stakes: Of the pot.
        claims: By claim_id; for the spans.
        disclosure: Who may see what.

    Returns:
        Records whose source weights and model residual sum to 1 exactly; what nobody supports is
        the residual.
    """
    whole = Fraction(sum(row.weight for row in weights))
    by_answer: dict[str, int] = defaultdict(int)
    for row in weights:
        by_answer[row.answer_id] += row.weight
    parts = split_by_answer(stakes, int(whole), pot.rule)
    spans = _list_spans(stakes, claims)
    records = []
    for answer_id in sorted(by_answer):
        weight = by_answer[answer_id]
        # An answer without weight has no part that could be divided.
        scale = whole / weight if weight else Fraction()
        sources = [
            _write_source(who, part * scale, spans[answer_id, who], disclosure)
            for who, part in parts.get(answer_id, {}).items()
        ]
        residual = 1 - sum((Fraction(row["weight"]) for row in sources), Fraction())
        body = {
            "type": KIND,
            "schema": SCHEMA,
            "output_id": answer_id,
            "terms_ref": pot.pot_id,
            "coverage": pot.coverage,
            "disclosure": disclosure.tier,
            "method": {
                "name": pot.rule,
                "version": pot.rule_version,
                "threshold": str(Fraction(pot.threshold, FULL)),
            },
            "output_weight": str(weight),
            "sources": sorted(sources, key=lambda row: (-Fraction(row["weight"]), row["source"])),
            "model_residual": str(residual),
            "supersedes": None,
        }
        records.append(seal(body))
    return records


def seal(body: Record) -> Record:
    """Give a record the id of its content; what it supersedes is part of that."""
    content = {key: value for key, value in body.items() if key != "record_id"}
    return {**body, "record_id": content_id(json.dumps(content, sort_keys=True))}


def supersede(records: Sequence[Record], previous: Sequence[Record]) -> list[Record]:
    """Let records name those of an earlier export that they take the place of.

    Args:
        records: As :func:`write_records` gives them.
        previous: Of an earlier export; the last one of an output stands.

    Returns:
        Only those that say something new; each names what it supersedes, if there was one.
    """
    last = {row["output_id"]: row for row in previous}
    changed = []
    for row in records:
        before = last.get(row["output_id"])
        if before is None:
            changed.append(row)
        elif seal({**before, "supersedes": None})["record_id"] != row["record_id"]:
            changed.append(seal({**row, "supersedes": before["record_id"]}))
    return changed


def split_by_answer(
    stakes: Sequence[Stake], total: int, rule: str
) -> dict[str, dict[str, Fraction]]:
    """Split every answer by itself, in parts of all claim weight.

    A claim belongs to one answer, so the parts of a publisher in different answers can be told
    apart by letting it play under another name in each.
    """
    answers = sorted({row.answer_id for row in stakes})
    places = {answer_id: place for place, answer_id in enumerate(answers)}
    table = to_arrow(list(stakes), Stake)
    names = [f"{places[row.answer_id]} {row.publisher_id}" for row in stakes]
    at = table.schema.get_field_index("publisher_id")
    table = table.set_column(at, "publisher_id", pa.array(names, pa.string()))
    found: dict[str, dict[str, Fraction]] = defaultdict(dict)
    for name, part in rules.split(ibis.memtable(table), rule, total).shares.items():
        place, _, publisher_id = name.partition(" ")
        found[answers[int(place)]][publisher_id] = part
    return found


def _list_spans(
    stakes: Sequence[Stake], claims: Mapping[str, Claim]
) -> dict[tuple[str, str], list[Record]]:
    """List by (answer_id, publisher_id) where in the answer a source supports something."""
    found: dict[tuple[str, str], list[Record]] = defaultdict(list)
    for row in sorted(stakes, key=lambda stake: stake.claim_id):
        claim = claims[row.claim_id]
        span = {"start": claim.start, "end": claim.end, "claim_id": row.claim_id}
        span["support"] = str(Fraction(row.support, FULL))
        found[row.answer_id, row.publisher_id].append(span)
    return found


def _write_source(
    publisher_id: str, part: Fraction, spans: list[Record], disclosure: Disclosure
) -> Record:
    is_open = disclosure.opens(publisher_id)
    name = publisher_id if is_open else disclosure.name(publisher_id)
    return {
        "source": name,
        "pseudonym": not is_open,
        "weight": str(part),
        "spans": sorted(spans, key=lambda s: (s["start"], s["claim_id"])) if is_open else [],
    }

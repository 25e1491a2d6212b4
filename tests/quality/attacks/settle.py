"""Settle many worlds at once: corpora of worlds that share no sentence, one pot over all.

The shares of a pot add up over claims, so a world's part of the common pot, times all weight over
its own, is the share that it would have alone; ``test_worlds`` holds this.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import NamedTuple

import ibis
import pyarrow as pa

from beleg.ground import default_threshold, find_origins, ground
from beleg.records import (
    Answer,
    Claim,
    ClaimWeight,
    Document,
    Frame,
    Holding,
    Level,
    Pot,
    Share,
    Support,
)
from beleg.share import rules, share
from beleg.tables import from_arrow, to_arrow
from oracles.settlement import POT
from quality.attacks.world import World, lay_out, prompt_id

DISPUTED = "(disputed)"
NAIVE = ("per_citation", "per_grounding", "per_turn", "equal")
RULES = ("ours", *NAIVE)

Parts = dict[str, Fraction]
"""Part of a world's weight by publisher_id."""


class Settled(NamedTuple):
    """The parts of one world under each rule."""

    parts: dict[str, Parts]


def read_texts(worlds: Iterable[World]) -> dict[str, pa.Table]:
    """Ground one corpus and find its origins; all tables that share reads, but the pot."""
    tables = lay_out(worlds)
    found = ground(*(tables[name] for name in ("answers", "citations", "documents", "texts")))
    tables |= found._asdict()
    houses = {row.host: row.publisher_id for row in from_arrow(tables["holdings"], Holding)}
    names = {house: (house,) for house in houses.values()}
    tables["origins"] = find_origins(
        *(tables[name] for name in ("documents", "texts", "passages")),
        houses=houses,
        publishers=names,
    )
    return tables


def put_together(
    corpora: Sequence[dict[str, pa.Table]], framed: Sequence[World] | None = None
) -> dict[str, pa.Table]:
    """Put the tables of several corpora into one workspace with one pot.

    Args:
        corpora: As :func:`read_texts` gives them.
        framed: Worlds whose questions are a frame that was committed, one run each; None: no
            frame.
    """
    tables = {name: pa.concat_tables([one[name] for one in corpora]) for name in corpora[0]}
    if framed is None:
        return {**tables, "pots": to_arrow([make_pot()], Pot)}
    ids = tuple(sorted(prompt_id(q) for world in framed for q in world.panel))
    units = (1_000_000,) * len(ids)
    frame = Frame("frame", "attacked", ids, units, (), 1, None, "invented", "synthetic")
    pots = to_arrow([make_pot(frame="frame")], Pot)
    return {**tables, "frames": to_arrow([frame], Frame), "pots": pots}


def make_pot(**changes) -> Pot:
    """Make the pot that is attacked: the default threshold, players at the level of companies."""
    return replace(POT, threshold=default_threshold(), level=Level.COMPANY, **changes)


def settle(worlds: Sequence[World], tables: dict[str, pa.Table]) -> dict[str, Settled]:
    """Split a pot over worlds under our rule and the naive ones.

    Returns:
        By the world's key: the part of its own weight that each publisher has.
    """
    shared = share(tables)
    problems = [
        row["message"] for row in shared.problems.to_pylist() if "not settled" in row["message"]
    ]
    if problems:
        raise ValueError(problems[0])
    weights: dict[str, int] = defaultdict(int)
    key_of = _keys(worlds, tables)
    for row in from_arrow(shared.claim_weights, ClaimWeight):
        weights[key_of[row.answer_id]] += row.weight
    total = sum(weights.values())
    # The line *disputed* belongs to no world; what it holds of each is told by the stakes.
    ours: dict[str, Parts] = defaultdict(dict)
    for row in from_arrow(shared.shares, Share):
        key = row.publisher_id.rpartition("-")[0]
        if row.publisher_id != DISPUTED and key in weights:
            part = Fraction(int(row.numerator), int(row.denominator))
            ours[key][row.publisher_id] = part * total / weights[key]
    naive = {rule: count_naive(rule, tables, key_of) for rule in NAIVE}
    return {
        world.key: Settled(
            {"ours": ours[world.key]} | {rule: naive[rule].get(world.key, {}) for rule in NAIVE}
        )
        for world in worlds
    }


def _keys(worlds: Sequence[World], tables: dict[str, pa.Table]) -> dict[str, str]:
    """Name the world of each answer."""
    by_question = {question: world.key for world in worlds for question in world.panel}
    return {
        row.answer_id: by_question[row.question] for row in from_arrow(tables["answers"], Answer)
    }


def count_naive(
    rule: str, tables: dict[str, pa.Table], key_of: dict[str, str]
) -> dict[str, Parts]:
    """Divide each world by a rule that counts, from what stands in the tables, unasked.

    Every page that carries a statement, or that is linked at it, is an event; nobody asks who was
    first, who owns whom, or when a page was there. Each answer weighs the same.
    """
    held = {row.host: row.publisher_id for row in from_arrow(tables["holdings"], Holding)}
    host_of = {row.document_id: row.host for row in from_arrow(tables["documents"], Document)}
    answer_of = {row.claim_id: row.answer_id for row in from_arrow(tables["claims"], Claim)}
    threshold = default_threshold()
    events = {
        (row.claim_id, held[host_of[row.document_id]], row.document_id)
        for row in from_arrow(tables["supports"], Support)
        if row.support >= threshold
    }
    events |= {
        (row["claim_id"], held[row["host"]], f"link {row['page']}")
        for row in tables["claim_links"].to_pylist()
        if row["host"] in held
    }
    first: dict[str, str] = {}
    for claim_id, _, _ in sorted(events):
        first.setdefault(answer_of[claim_id], claim_id)
    rows = [
        {
            "answer_id": answer_of[claim_id],
            "claim_id": claim_id,
            "publisher_id": publisher,
            "weight": int(first[answer_of[claim_id]] == claim_id),
            "support": 10_000,
        }
        for claim_id, publisher, _ in sorted(events)
    ]
    result = rules.split(ibis.memtable(pa.Table.from_pylist(rows)), rule)
    worlds = set(key_of.values())
    found: dict[str, Parts] = defaultdict(dict)
    for name, part in result.shares.items():
        key = name.rpartition("-")[0]
        if key in worlds:
            found[key][name] = part
    return {
        key: {name: part / sum(parts.values()) for name, part in parts.items()}
        for key, parts in found.items()
    }


def gain(before: Parts, after: Parts, names: Iterable[str]) -> Fraction:
    """Say how many parts of the pot some publishers have more than before."""
    chosen = set(names)
    return sum((after.get(n, Fraction()) - before.get(n, Fraction()) for n in chosen), Fraction())

"""Settle many worlds at once: corpora of worlds that share no sentence, one pot over all.

The shares of a pot add up over claims, so a world's part of the common pot, times all weight over
its own, is the share that it would have alone; ``test_exact`` holds this.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import NamedTuple

import pyarrow as pa

from beleg.ground import default_threshold, find_origins, ground
from beleg.records import Answer, Claim, ClaimWeight, Document, Holding, Level, Pot, Share, Support
from beleg.share import share
from beleg.tables import from_arrow, to_arrow
from oracles.settlement import POT
from quality.attacks.world import World, lay_out

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


def put_together(corpora: Sequence[dict[str, pa.Table]], pot: Pot) -> dict[str, pa.Table]:
    """Put the tables of several corpora into one workspace with one pot."""
    tables = {name: pa.concat_tables([one[name] for one in corpora]) for name in corpora[0]}
    return {**tables, "pots": to_arrow([pot], Pot)}


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
    """Divide each world as telemetry would: by what stands in the tables, without any question.

    ``per_citation`` counts each page that carries a statement or is linked at it,
    ``per_grounding`` each publisher once a statement, ``equal`` divides each statement among its
    publishers, ``per_turn`` each answer. None asks who was first, who owns whom, or when a page
    was there.
    """
    held = {row.host: row.publisher_id for row in from_arrow(tables["holdings"], Holding)}
    host_of = {row.document_id: row.host for row in from_arrow(tables["documents"], Document)}
    answer_of = {row.claim_id: row.answer_id for row in from_arrow(tables["claims"], Claim)}
    threshold = default_threshold()
    pages: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in from_arrow(tables["supports"], Support):
        if row.support >= threshold:
            publisher = held[host_of[row.document_id]]
            pages[row.claim_id][publisher].add(row.document_id)
    for row in tables["claim_links"].to_pylist():
        if row["host"] in held:
            pages[row["claim_id"]][held[row["host"]]].add(f"link {row['page']}")
    counted: dict[str, dict[str, Fraction]] = defaultdict(lambda: defaultdict(Fraction))
    turns: dict[str, set[str]] = defaultdict(set)
    for claim_id, found in pages.items():
        answer_id = answer_of[claim_id]
        key = key_of[answer_id]
        turns[answer_id] |= set(found)
        for publisher, ids in found.items():
            one = {"per_citation": len(ids), "per_grounding": 1, "equal": Fraction(1, len(found))}
            if rule in one:
                counted[key][publisher] += one[rule]
    if rule == "per_turn":
        for answer_id, found in turns.items():
            for publisher in found:
                counted[key_of[answer_id]][publisher] += Fraction(1, len(found))
    return {
        key: {name: value / sum(parts.values()) for name, value in parts.items()}
        for key, parts in counted.items()
    }


def gain(before: Parts, after: Parts, names: Iterable[str]) -> Fraction:
    """Say how many parts of the pot some publishers have more than before."""
    chosen = set(names)
    return sum((after.get(n, Fraction()) - before.get(n, Fraction()) for n in chosen), Fraction())

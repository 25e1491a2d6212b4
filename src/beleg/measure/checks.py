"""Answers for people to check, and rates that are corrected by what they found.

What a detector misses is nowhere among its hits: a sample of hits alone tells precision, never
recall. So *answers* are drawn, in strata of engine and of whether any declared publisher was seen
in them, with known inclusion; whoever checks an answer says of every publisher at once whether it
is there. Engines get equal numbers; of each, half comes from the answers with a hit, where there
are as many. Order within a stratum is that of a hash of id and seed: the same answers and seed
give the same sample, whatever the order of the rows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import ibis
import numpy as np
import pyarrow as pa

from beleg.combined import find_influence
from beleg.corrections import Corrected, Labelled, Predicted, apply_ppi
from beleg.errors import InputError
from beleg.ids import content_id
from beleg.inference import Floats, find_interval, round_digits
from beleg.measure import visibility
from beleg.records import Status

KINDS = ("mention", "citation")


class Seen(NamedTuple):
    """An answer that counts, and whom the detector sees in it."""

    answer_id: str
    engine: str
    prompt_id: str
    weight: float
    """The prompt's weight over its answers of the engine."""
    publishers: frozenset[str]
    """Declared ones."""


class Item(NamedTuple):
    """An answer that was drawn."""

    item_id: str
    answer_id: str
    engine: str
    has_hit: bool
    """When it was drawn."""
    inclusion: float
    """With which probability it was drawn, above 0 and up to 1."""


class Sample(NamedTuple):
    """What is to be checked."""

    check_id: str
    kind: str
    seed: int
    n_answers: int
    """Of which it was drawn."""
    items: tuple[Item, ...]
    """In the order of a hash: who checks sees the strata mixed."""


class Part(NamedTuple):
    """Precision or recall, 0..1; nan where nothing tells it."""

    value: float
    low: float
    high: float


class CorrectedRate(NamedTuple):
    """A publisher's rate with an engine."""

    engine: str
    publisher_id: str
    figure: Corrected


class Checked(NamedTuple):
    """What people's verdicts say of the detector, and of the rates."""

    n: int
    """Checked answers that still count."""
    precision: Part
    """Of what the detector saw, over all publishers and engines."""
    recall: Part
    rates: tuple[CorrectedRate, ...]
    """By engine and publisher, of those whom the detector or a person saw at all."""
    n_unseen: int
    """Pairs of engine and publisher that nobody saw: 0 by both."""


def list_seen(tables: Mapping[str, pa.Table], kind: str) -> list[Seen]:
    """List the answers that count, with the declared publishers that the detector sees in each.

    Args:
        tables: answers, citations, holdings, mentions, observations, prompts and publishers.
        kind: ``mention``: named in a text; ``citation``: linked, of engines that show links.

    Returns:
        In the order of their ids.
    """
    if kind not in KINDS:
        raise ValueError(f"kind == {kind!r}, must be one of {', '.join(KINDS)}")
    names = ("answers", "citations", "holdings", "mentions", "observations")
    given = {name: ibis.memtable(tables[name]) for name in names}
    connection = ibis.duckdb.connect()
    try:
        observed = visibility.count_answers(given["answers"], given["observations"])
        answered = observed.filter(observed.status == Status.ANSWERED.value)
        if kind == "mention":
            answered = answered.filter(answered.has_text)
            mentions = given["mentions"]
            told = mentions.filter((mentions.probability >= 0.5) & ~mentions.negative)
            pairs = told.select("answer_id", publisher_id=told.entity_id).distinct()
        else:
            links = visibility.list_links(given["citations"], answered)
            answered = visibility.keep_reporting(answered, links, shown=True)
            owned = visibility.find_owners(links, given["holdings"])
            pairs = owned.filter(owned.shown).select("answer_id", "publisher_id").distinct()
        rows = connection.to_pyarrow(answered.select("answer_id", "engine", "prompt_id"))
        found = connection.to_pyarrow(pairs)
    finally:
        connection.disconnect()
    declared = set(list_declared(tables["publishers"]))
    seen: dict[str, set[str]] = {}
    for answer_id, name in zip(
        found["answer_id"].to_pylist(), found["publisher_id"].to_pylist(), strict=True
    ):
        if name in declared:
            seen.setdefault(answer_id, set()).add(name)
    return _weigh(rows, tables["prompts"], seen)


def list_declared(publishers: pa.Table) -> list[str]:
    """List the ids of declared publishers, in order."""
    columns = (publishers["publisher_id"].to_pylist(), publishers["declared"].to_pylist())
    return sorted(name for name, declared in zip(*columns, strict=True) if declared)


def _weigh(rows: pa.Table, prompts: pa.Table, seen: Mapping[str, set[str]]) -> list[Seen]:
    columns = (prompts["prompt_id"].to_pylist(), prompts["weight"].to_pylist())
    weights = dict(zip(*columns, strict=True))
    answers = rows.to_pylist()
    n: dict[tuple[str, str], int] = {}
    for row in answers:
        n[row["engine"], row["prompt_id"]] = n.get((row["engine"], row["prompt_id"]), 0) + 1
    return [
        Seen(
            row["answer_id"],
            row["engine"],
            row["prompt_id"],
            weights[row["prompt_id"]] / n[row["engine"], row["prompt_id"]],
            frozenset(seen.get(row["answer_id"], ())),
        )
        for row in sorted(answers, key=lambda row: row["answer_id"])
    ]


def draw_sample(seen: Sequence[Seen], kind: str, n: int, seed: int) -> Sample:
    """Draw answers to check, by engine and by whether the detector saw anybody in them.

    Args:
        seen: From :func:`list_seen`.
        kind: One of :data:`KINDS`.
        n: How many; all where there are no more.
        seed: Another one gives another sample.

    Raises:
        InputError: There is no answer to draw from.
    """
    if n < 1:
        raise ValueError(f"n == {n}, must be >= 1.")
    if not seen:
        raise InputError(
            f"no answer can be checked for {kind}s.", "Collect answers, then run `beleg measure`."
        )
    strata: dict[tuple[str, bool], list[str]] = {}
    for one in seen:
        strata.setdefault((one.engine, bool(one.publishers)), []).append(one.answer_id)
    engines = sorted({engine for engine, _ in strata})
    sizes = [
        sum(len(strata.get((engine, hit), ())) for hit in (True, False)) for engine in engines
    ]
    items = []
    for engine, wanted in zip(engines, _allot(n, sizes), strict=True):
        kinds = (True, False)
        parts = _allot(wanted, [len(strata.get((engine, hit), ())) for hit in kinds])
        for has_hit, part in zip(kinds, parts, strict=True):
            ids = strata.get((engine, has_hit), [])
            for answer_id in sorted(ids, key=lambda one: _hash(seed, kind, one))[:part]:
                item_id = content_id(kind, answer_id)[:12]
                items.append(Item(item_id, answer_id, engine, has_hit, part / len(ids)))
    items.sort(key=lambda item: _hash(seed, kind, "order", item.answer_id))
    check_id = content_id(kind, seed, *map(tuple, items))[:16]
    return Sample(check_id, kind, seed, len(seen), tuple(items))


def _allot(n: int, sizes: Sequence[int]) -> list[int]:
    """Allot n evenly, none more than its size; what one leaves goes to the others."""
    given = [0] * len(sizes)
    left = n
    for rank, place in enumerate(sorted(range(len(sizes)), key=lambda place: sizes[place])):
        given[place] = min(sizes[place], -(-left // (len(sizes) - rank)))
        left -= given[place]
    return given


def _hash(*parts: object) -> str:
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()


def judge_sample(
    sample: Sample,
    truth: Mapping[str, frozenset[str]],
    seen: Sequence[Seen],
    publishers: Sequence[str],
    *,
    level: float = 0.95,
) -> Checked:
    """Correct every publisher's rate with every engine by what people found.

    Args:
        sample: As it was drawn.
        truth: item_id to the publishers that people found, for every item.
        seen: Today's answers and detector: a changed alias is judged by the same verdicts.
        publishers: Whose rates.
        level: Of the intervals, above 0 and below 1.

    Raises:
        ValueError: An item has no verdict.
    """
    if missing := [item.item_id for item in sample.items if item.item_id not in truth]:
        raise ValueError(f"truth lacks {missing[:3]}, must have every item of the sample.")
    known = {one.answer_id: one for one in seen}
    # An answer that is no longer there, or repeats another one by now, is no evidence.
    items = [item for item in sample.items if item.answer_id in known]
    prompts = {name: at for at, name in enumerate(sorted({one.prompt_id for one in seen}))}
    rates, n_unseen = [], 0
    for engine in sorted({one.engine for one in seen}):
        own = [one for one in seen if one.engine == engine]
        drawn = [item for item in items if item.engine == engine]
        for name in publishers:
            if not any(name in one.publishers for one in own) and not any(
                name in truth[item.item_id] for item in drawn
            ):
                n_unseen += 1
                continue
            predicted = _lay_out(own, prompts, name)
            labelled = _label(drawn, known, prompts, truth, name)
            figure = apply_ppi(predicted, labelled, level=level)
            rates.append(CorrectedRate(engine, name, figure))
    hits = _count_hits(items, known, prompts, truth)
    return Checked(
        len(items), _rate(hits[0], hits[1], level), _rate(hits[0], hits[2], level),
        tuple(rates), n_unseen,
    )  # fmt: skip


def _lay_out(own: Sequence[Seen], prompts: Mapping[str, int], name: str) -> Predicted:
    return Predicted(
        np.array([prompts[one.prompt_id] for one in own], np.int64),
        np.array([one.weight for one in own], np.float64),
        np.array([name in one.publishers for one in own], np.float64),
        np.ones(len(own)),
    )


def _label(
    drawn: Sequence[Item],
    known: Mapping[str, Seen],
    prompts: Mapping[str, int],
    truth: Mapping[str, frozenset[str]],
    name: str,
) -> Labelled:
    own = [known[item.answer_id] for item in drawn]
    said = _lay_out(own, prompts, name)
    inclusion = np.array([item.inclusion for item in drawn], np.float64)
    true = np.array([name in truth[item.item_id] for item in drawn], np.float64)
    return Labelled(said.prompt, said.weight / inclusion, said.y, said.x, true, said.x)


def _count_hits(
    items: Sequence[Item],
    known: Mapping[str, Seen],
    prompts: Mapping[str, int],
    truth: Mapping[str, frozenset[str]],
) -> Floats:
    """Count right hits, hits and true ones by prompt, weighted; shape (3, n_prompts)."""
    sums = np.zeros((3, len(prompts)))
    for item in items:
        one, true = known[item.answer_id], truth[item.item_id]
        sizes = (len(one.publishers & true), len(one.publishers), len(true))
        sums[:, prompts[one.prompt_id]] += one.weight / item.inclusion * np.array(sizes)
    return sums


def _rate(y: Floats, x: Floats, level: float) -> Part:
    influence = find_influence(y[None], x[None], np.ones(len(y)))
    limits = find_interval(
        influence.ratio, influence.find_variance(), influence.count_effective(), level
    )
    value, low, high = (float(round_digits(one)[0]) for one in (influence.ratio, *limits))
    return Part(value, low, high)

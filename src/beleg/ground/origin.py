"""Origin: which passages repeat an earlier passage of another house, and on what evidence.

The door to four steps: prints of all texts (:mod:`beleg.ground.prints`), pairs of texts that
share rare neighbours (:mod:`beleg.ground.repeats`), an alignment of each pair
(:mod:`beleg.ground.parallels`), and the way back to the root (:mod:`beleg.ground.lineage`), in the
order that :mod:`beleg.ground.precedence` can show. Only prints are compared, never words.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple

import ibis
import numpy as np
import pyarrow as pa

from beleg.agencies import AGENCIES
from beleg.ground import repeats
from beleg.ground.lineage import Echo, Known, Part, trace_all
from beleg.ground.parallels import (
    FEWEST_RUN,
    Match,
    Reading,
    align,
    align_flood,
    find_stretches,
    is_flooded,
    make_reading,
)
from beleg.ground.precedence import Directory, call_witness, sight_of
from beleg.ground.prints import Ints, pair_stems, read_print
from beleg.ground.tokens import language_of
from beleg.records import Document, Origin, Passage, Relation, Text
from beleg.tables import from_arrow, to_arrow

Progress = Callable[[str, int, int], None]
"""Called with the step, what is done and what there is to do."""

_BLOCK = 2_000
"""Texts that are joined at a time: bounds the memory of the join."""
_KEPT = 4_000
"""Readings that are kept ready while pairs are aligned: bounds the memory (about 40 KB each)."""
MAX_CARRIERS = 50
"""Documents of one text that others are compared with: the first seen. More of them, a flood of
copies, change nothing in who was first."""


ORDER = pa.schema([("text_no", pa.int64()), ("rank", pa.int64())])
"""In which order texts were first seen."""


class _Carried(NamedTuple):
    """The distinct texts and who carries them."""

    texts: list[str]
    languages: list[str]
    carriers: list[list[Document]]
    """Documents of each text, the first seen first; all have the same passages."""
    passages: list[list[list[Passage]]]
    """Passages of each of them, by place."""


class _Found(NamedTuple):
    """What passages repeat, by passage_id."""

    echoes: dict[str, list[Echo]]
    parts: dict[str, list[Part]]


def _silent(_step: str, _done: int, _total: int) -> None:
    """Report progress to nobody."""


def find_origins(
    documents: pa.Table,
    texts: pa.Table,
    passages: pa.Table,
    *,
    houses: Mapping[str, str] | None = None,
    publishers: Mapping[str, Sequence[str]] | None = None,
    on_progress: Progress | None = None,
) -> pa.Table:
    """Find the passages that repeat another house's text, and where they come from.

    Args:
        documents: Schema of :class:`Document`.
        texts: Schema of :class:`Text`.
        passages: Schema of :class:`Passage`, as :func:`beleg.ground.ground` gives them.
        houses: Publisher by host; pages of one publisher have no origin in each other. A host
            that is not there is known by its registrable domain.
        publishers: Names and aliases by publisher_id: who of them is a news agency, and who may
            be named in a dateline as the source of another house's text.
        on_progress: Told how far each step is.

    Returns:
        Schema of :class:`Origin`, one row a passage, by passage_id. An empty table gives an
        empty one; rows in another order give the same table.
    """
    tell = on_progress or _silent
    carried = _carry(documents, texts, passages)
    directory = _write_directory(houses or {}, publishers or {})
    witnesses = {
        document.document_id: call_witness(document, text, directory)
        for text, group in zip(carried.texts, carried.carriers, strict=True)
        for document in group
    }
    connection = ibis.duckdb.connect()
    try:
        pairs, floods, boilerplate = _pair(connection, carried, tell)
    finally:
        connection.disconnect()
    found = _Found(defaultdict(list), defaultdict(list))
    _align_all(carried, pairs, boilerplate, found, tell)
    _align_floods(carried, sorted({*pairs, *floods}), boilerplate, found)
    for passage_id, other_id in _equal_passages(carried):
        found.echoes[passage_id].append(Echo(other_id, 1.0, Relation.COPY, by_whole=True))
    by_id = {p.passage_id: p for group in carried.passages for one in group for p in one}
    known = Known(by_id, witnesses, found.echoes, found.parts, *_measure(carried))
    return to_arrow(trace_all(known), Origin)


def _write_directory(
    houses: Mapping[str, str], publishers: Mapping[str, Sequence[str]]
) -> Directory:
    named = [(name, house) for house, names in sorted(publishers.items()) for name in names]
    agencies = {h: AGENCIES[n.casefold()] for n, h in named if n.casefold() in AGENCIES}
    others = {n: h for n, h in reversed(named) if n.casefold() not in AGENCIES and n.strip()}
    return Directory(houses, agencies, others)


def _carry(documents: pa.Table, texts: pa.Table, passages: pa.Table) -> _Carried:
    by_id = {text.text_id: text.text for text in from_arrow(texts, Text)}
    cut: dict[str, list[Passage]] = defaultdict(list)
    for passage in from_arrow(passages, Passage):
        cut[passage.document_id].append(passage)
    usable = (d for d in from_arrow(documents, Document) if d.text_id in by_id)
    ordered = sorted(usable, key=lambda d: (d.text_id, d.document_id))
    carried = _Carried([], [], [], [])
    for text_id, group in groupby(ordered, key=lambda d: d.text_id):
        carriers = sorted(group, key=sight_of)
        declared = sorted({d.language for d in carriers if d.language})
        carried.texts.append(by_id[text_id])
        carried.languages.append(language_of(by_id[text_id], declared[0] if declared else None))
        carried.carriers.append(carriers)
        carried.passages.append(
            [sorted(cut[d.document_id], key=lambda p: (p.start, p.end)) for d in carriers]
        )
    return carried


def _measure(carried: _Carried) -> tuple[dict[str, int], dict[str, int]]:
    """Count the distinct words and the code points of every document."""
    riches, lengths = {}, {}
    for text, language, group in zip(
        carried.texts, carried.languages, carried.carriers, strict=True
    ):
        n_words = len(np.unique(read_print(text, language).stems))
        for document in group:
            riches[document.document_id] = n_words
            lengths[document.document_id] = len(text)
    return riches, lengths


def _list_pairs(carried: _Carried, tell: Progress) -> Iterator[pa.Table]:
    """List the neighbouring stems of every text, a block of texts at a time.

    Yields:
        text_no, pair: distinct; at least one table, which may be empty.
    """
    total = len(carried.texts)
    for start in range(0, max(total, 1), _BLOCK):
        numbers, found = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
        for number in range(start, min(start + _BLOCK, total)):
            seen = read_print(carried.texts[number], carried.languages[number])
            found.append(np.unique(pair_stems(seen.stems, reach=1)[0]))
            numbers.append(np.full(len(found[-1]), number, np.int64))
        tell("prints", min(start + _BLOCK, total), total)
        yield pa.table({"text_no": np.concatenate(numbers), "pair": np.concatenate(found)})


def _pair(
    connection: Any, carried: _Carried, tell: Progress
) -> tuple[list[tuple[int, int]], list[tuple[int, int]], Ints]:
    """Name the ordered pairs of texts that are worth a closer look, and what is boilerplate.

    Pairs of a flood, where very many texts are nearly one, stand apart: in them nothing is
    boilerplate.
    """
    blocks = _list_pairs(carried, tell)
    prints = connection.create_table("prints", next(blocks))
    for block in blocks:
        connection.insert("prints", block)
    frequencies = connection.create_table("frequencies", repeats.count_texts(prints))
    telling = connection.create_table("telling", repeats.keep_telling(prints, frequencies))
    frequent = connection.to_pyarrow(repeats.list_boilerplate(frequencies))
    total = len(carried.texts)
    sight = connection.create_table("sight", _rank(carried))
    pairs: list[tuple[int, int]] = []
    for first in range(0, total, _BLOCK):
        within = (telling.text_no >= first) & (telling.text_no < first + _BLOCK)
        met = repeats.keep_partners(repeats.pair_texts(telling.filter(within), telling), sight)
        pairs += _read_pairs(connection.to_pyarrow(met.select("text_no", "other_no")))
        tell("pairs", min(first + _BLOCK, total), total)
    met = repeats.pair_floods(prints, frequencies, sight)
    floods = _read_pairs(connection.to_pyarrow(met))
    return pairs, floods, np.asarray(frequent.column("pair").to_numpy(), np.int64)


def _read_pairs(rows: pa.Table) -> list[tuple[int, int]]:
    columns = (rows.column(name).to_pylist() for name in ("text_no", "other_no"))
    return sorted(zip(*columns, strict=True))


def _rank(carried: _Carried) -> pa.Table:
    """Rank the texts by first sight: text_no, rank."""
    numbers = range(len(carried.texts))
    ranked = sorted(numbers, key=lambda number: (sight_of(carried.carriers[number][0]), number))
    return pa.table({"text_no": ranked, "rank": list(numbers)}, ORDER)


class _Readings:
    """Readings made when they are asked for; the oldest go when there are too many."""

    def __init__(self, carried: _Carried, boilerplate: Ints) -> None:
        self._carried, self._boilerplate = carried, boilerplate
        self._made: dict[int, Reading] = {}

    def get(self, number: int) -> Reading:
        reading = self._made.pop(number, None)
        if reading is None:
            text, language = self._carried.texts[number], self._carried.languages[number]
            spans = [(p.start, p.end) for p in self._carried.passages[number][0]]
            reading = make_reading(read_print(text, language), spans, self._boilerplate)
            if len(self._made) >= _KEPT:
                del self._made[next(iter(self._made))]
        self._made[number] = reading
        return reading


def _align_all(
    carried: _Carried,
    pairs: Sequence[tuple[int, int]],
    boilerplate: Ints,
    found: _Found,
    tell: Progress,
) -> None:
    """Align every pair of texts, and name the passages of all documents that carry them."""
    readings = _Readings(carried, boilerplate)
    for done, (one, other) in enumerate(pairs):
        matches = align(readings.get(one), readings.get(other))
        _name_matches(carried, (one, other), matches, found)
        mine, theirs = carried.passages[one], carried.passages[other][:MAX_CARRIERS]
        for stretch in find_stretches(readings.get(one), readings.get(other), matches):
            for my in mine:
                found.parts[my[stretch.passage].passage_id] += [
                    Part(their[stretch.other].passage_id, stretch.start, stretch.end)
                    for their in theirs
                ]
        if done % 1000 == 0:
            tell("alignments", done, len(pairs))
    tell("alignments", len(pairs), len(pairs))


def _align_floods(
    carried: _Carried, pairs: Sequence[tuple[int, int]], boilerplate: Ints, found: _Found
) -> None:
    """Align once more, with all their words, texts that are mostly boilerplate."""
    if not len(boilerplate):
        return
    readings, whole = _Readings(carried, boilerplate), _Readings(carried, boilerplate[:0])
    for one, of_one in groupby(pairs, key=lambda pair: pair[0]):
        if is_flooded(readings.get(one)):
            for _, other in of_one:
                matches = align_flood(whole.get(one), whole.get(other))
                _name_matches(carried, (one, other), matches, found)


def _name_matches(
    carried: _Carried, pair: tuple[int, int], matches: Sequence[Match], found: _Found
) -> None:
    """Name the passages of all documents that carry two aligned texts."""
    mine, theirs = carried.passages[pair[0]], carried.passages[pair[1]][:MAX_CARRIERS]
    for match in matches:
        relation = Relation(match.kind)
        for my in mine:
            found.echoes[my[match.passage].passage_id] += [
                Echo(their[match.other].passage_id, match.shared, relation, match.by_whole)
                for their in theirs
            ]


def _equal_passages(carried: _Carried) -> Iterator[tuple[str, str]]:
    """Pair the passages of documents that carry the same text with those first seen."""
    for number, group in enumerate(carried.passages):
        if len(group) > 1:
            seen = read_print(carried.texts[number], carried.languages[number])
            if len(seen.stems) < FEWEST_RUN:
                continue  # a few words that two pages share are nobody's
            for one in group:
                for other in group[:MAX_CARRIERS]:
                    if one is not other:
                        yield from (
                            (p.passage_id, q.passage_id) for p, q in zip(one, other, strict=True)
                        )

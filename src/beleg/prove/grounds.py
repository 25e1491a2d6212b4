"""Which passage stands behind a stake."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from beleg.errors import InputError
from beleg.records import Holding, Ownership, Passage, Pot, Stake, Support, Text
from beleg.tables import from_arrow


class Ground(NamedTuple):
    """The passage that gave a stake its support."""

    passage_id: str
    kind: str
    text: str


def find_grounds(
    tables: Mapping[str, pa.Table], pot: Pot, stakes: Iterable[Stake]
) -> dict[tuple[str, str], Ground]:
    """Find the passage behind each stake: one of its publisher's with the stake's support.

    Of several the one with the smallest id is shown; what is paid does not depend on it.

    Args:
        tables: supports, passages, documents, texts, holdings, ownerships, by name.
        pot: Names the kinds of support that are paid.
        stakes: Stakes of this pot.

    Returns:
        By (claim_id, publisher_id).

    Raises:
        InputError: A stake has no such passage: the tables come from different runs.
    """
    wanted = {(row.claim_id, row.publisher_id): row.support for row in stakes}
    claims = pa.array(sorted({claim for claim, _ in wanted}), pa.string())
    table = tables["supports"]
    supports = from_arrow(table.filter(pc.is_in(table["claim_id"], claims)), Support)
    documents = _column_by_document(tables, "host")
    players = _players_by_host(tables)
    found: dict[tuple[str, str], Support] = {}
    for row in sorted(supports, key=lambda support: support.passage_id):
        if row.kind.value not in pot.kinds:
            continue
        for player in players[documents[row.document_id]]:
            key = row.claim_id, player
            if wanted.get(key) == row.support:
                found.setdefault(key, row)
    lost = wanted.keys() - found.keys()
    if lost:
        claim, player = min(lost)
        raise InputError(f"no passage of {player} supports claim {claim}.", "Share again.")
    texts = _cut_texts(tables, {row.passage_id for row in found.values()})
    return {
        key: Ground(row.passage_id, row.kind.value, texts[row.passage_id])
        for key, row in found.items()
    }


def _players_by_host(tables: Mapping[str, pa.Table]) -> dict[str, set[str]]:
    """List, for each host, its publishers and all who ever owned them."""
    owners: dict[str, set[str]] = defaultdict(set)
    for row in from_arrow(tables["ownerships"], Ownership):
        owners[row.publisher_id].add(row.parent_id)
    players: dict[str, set[str]] = defaultdict(set)
    for held in from_arrow(tables["holdings"], Holding):
        open_ids = [held.publisher_id]
        while open_ids:
            current = open_ids.pop()
            if current not in players[held.host]:
                players[held.host].add(current)
                open_ids += owners[current]
    return players


def _cut_texts(tables: Mapping[str, pa.Table], passage_ids: set[str]) -> dict[str, str]:
    """Cut passages out of the texts of their documents."""
    ids = pa.array(sorted(passage_ids), pa.string())
    table = tables["passages"]
    passages = from_arrow(table.filter(pc.is_in(table["passage_id"], ids)), Passage)
    text_ids = _column_by_document(tables, "text_id")
    wanted = pa.array(sorted({text_ids[row.document_id] for row in passages}), pa.string())
    kept = tables["texts"].filter(pc.is_in(tables["texts"]["text_id"], wanted))
    texts = {row.text_id: row.text for row in from_arrow(kept, Text)}
    cut = {}
    for row in passages:
        text = texts.get(text_ids[row.document_id])
        if text is None:
            raise InputError(f"document {row.document_id} has no text.", "Collect it again.")
        cut[row.passage_id] = text[row.start : row.end]
    missing = passage_ids - cut.keys()
    if missing:
        raise InputError(f"passage {min(missing)} is not there.", "Ground again.")
    return cut


def _column_by_document(tables: Mapping[str, pa.Table], column: str) -> dict[str, str]:
    table = tables["documents"]
    ids, values = table["document_id"].to_pylist(), table[column].to_pylist()
    return dict(zip(ids, values, strict=True))

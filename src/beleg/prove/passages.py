"""The passages that stakes rest on: what kind of support each gives, and its words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pyarrow as pa
import pyarrow.compute as pc

from beleg.errors import InputError
from beleg.records import Passage, Stake, Text
from beleg.tables import from_arrow


def find_kinds(supports: pa.Table, stakes: Iterable[Stake]) -> dict[tuple[str, str], str]:
    """Say of which kind the support behind each stake is.

    Args:
        supports: Table ``supports``.
        stakes: Of one pot.

    Returns:
        By (claim_id, passage_id).

    Raises:
        InputError: A stake rests on a support that is not there, or that is lower by now: the
            tables come from different runs. It may be higher: what repeats an origin's text counts
            for the origin no more than the origin's own page does.
    """
    # What an appeal has set was not found by grounding.
    wanted = {(row.claim_id, row.passage_id): row.support for row in stakes if not row.appeal_id}
    passages = pa.array(sorted({passage for _, passage in wanted}), pa.string())
    near = supports.filter(pc.is_in(supports["passage_id"], passages))
    columns = (near[name].to_pylist() for name in ("claim_id", "passage_id", "kind", "support"))
    kinds: dict[tuple[str, str], str] = {
        (claim, passage): kind
        for claim, passage, kind, support in zip(*columns, strict=True)
        # A passage that joins several texts counts at most what its origin's own support is.
        if wanted.get((claim, passage), support + 1) <= support
    }
    if lost := wanted.keys() - kinds.keys():
        claim, passage = min(lost)
        message = f"passage {passage} does not support claim {claim} as its stake says."
        raise InputError(message, "Share again.")
    return kinds


def cut_passages(tables: Mapping[str, pa.Table], passage_ids: Iterable[str]) -> dict[str, str]:
    """Cut passages out of the texts of their documents.

    Args:
        tables: passages, documents and texts, by name.
        passage_ids: Which ones.

    Returns:
        passage_id to its words; passages of documents that are forgotten are left out.

    Raises:
        InputError: A passage is not there, or its document's text, which is not forgotten.
    """
    ids = set(passage_ids)
    passages = from_arrow(_keep(tables["passages"], "passage_id", ids), Passage)
    documents = _keep(tables["documents"], "document_id", {row.document_id for row in passages})
    columns = (documents[name].to_pylist() for name in ("document_id", "text_id"))
    text_ids: dict[str, str] = dict(zip(*columns, strict=True))
    texts = {
        row.text_id: row.text
        for row in from_arrow(_keep(tables["texts"], "text_id", text_ids.values()), Text)
    }
    cut = {}
    forgotten = list_forgotten(tables["forgotten"], "document")
    ids -= {row.passage_id for row in passages if row.document_id in forgotten}
    for row in passages:
        if row.document_id in forgotten:
            continue
        text = texts.get(text_ids.get(row.document_id, ""))
        if text is None:
            raise InputError(f"document {row.document_id} has no text.", "Collect it again.")
        cut[row.passage_id] = text[row.start : row.end]
    if missing := ids - cut.keys():
        raise InputError(f"passage {min(missing)} is not there.", "Ground again.")
    return cut


def list_forgotten(forgotten: pa.Table, kind: str) -> frozenset[str]:
    """List the ids of what is forgotten, of one kind.

    Args:
        forgotten: Table ``forgotten``.
        kind: As :class:`beleg.records.Forgotten` names it.
    """
    rows = forgotten.filter(pc.equal(forgotten["kind"], kind))
    return frozenset(rows["id"].to_pylist())


def _keep(table: pa.Table, column: str, values: Iterable[str]) -> pa.Table:
    return table.filter(pc.is_in(table[column], pa.array(sorted(set(values)), pa.string())))

"""What stays when something is forgotten: the figures of grounding, so that no money moves.

Without its text a document cannot be compared any more, and the texts beside it would be searched
with other weights. So the supports and origins of all claims that pots count are kept as they were
found, and take the place of what would be found anew, for these claims and the documents that were
known. A document that comes in later may support any claim.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import pyarrow as pa
import pyarrow.compute as pc

from beleg.agencies import AGENCIES
from beleg.records import Kept
from beleg.tables import TABLES, empty, schema_of

REVEALING = ("claim_spans", "text_spans", "conflicts")
"""Columns of ``supports`` that say which words of a text carried a claim, or disagreed."""

Read = Callable[[str], pa.Table]
"""Gives a table by its name."""

Edit = Callable[[pa.Table], pa.Table]
"""What becomes of the rows of a part of a table."""

READS = ("kept", "kept_origins", "kept_passages", "kept_supports")


def keep_figures(tables: Mapping[str, pa.Table], documents: Iterable[str]) -> dict[str, pa.Table]:
    """Keep what grounding found for the claims that pots count, beside what was kept before.

    Args:
        tables: claim_weights, stakes, passages, supports, origins, kept and kept_*, by name.
        documents: Ids of the documents that are forgotten: of their supports the numbers stay.

    Returns:
        kept and kept_*, by name.
    """
    old = tables["kept"]
    claims = set(tables["claim_weights"]["claim_id"].to_pylist()) | _ids(old, "claim")
    known = set(tables["passages"]["document_id"].to_pylist()) | _ids(old, "document")
    found = blank_spans(_keep(tables["supports"], "claim_id", claims), documents)
    supports = _join(found, tables["kept_supports"], ("claim_id", "passage_id"))
    origins = _keep(tables["origins"], "passage_id", supports["passage_id"].to_pylist())
    origins = _join(origins, tables["kept_origins"], ("passage_id",))
    wanted = {*supports["passage_id"].to_pylist(), *origins["passage_id"].to_pylist()}
    wanted |= set(origins["origin_passage_id"].to_pylist())
    # An appeal may have named a passage that no support was found in.
    for name in ("passage_id", "origin_passage_id"):
        wanted |= set(tables["stakes"][name].to_pylist())
    wanted -= {None, ""}
    passages = _keep(tables["passages"], "passage_id", wanted)
    names = {"claim": claims, "document": known}
    rows = [(kind, name) for kind, ids in names.items() for name in sorted(ids)]
    columns = dict(zip(("kind", "id"), map(list, zip(*rows, strict=True)), strict=True))
    return {
        "kept": pa.table(columns, schema=schema_of(Kept)) if rows else empty("kept"),
        "kept_origins": origins,
        "kept_passages": _join(passages, tables["kept_passages"], ("passage_id",)),
        "kept_supports": supports,
    }


def put_back(found: Mapping[str, pa.Table], read: Read) -> dict[str, pa.Table]:
    """Put the kept figures in the place of those that were found anew.

    Args:
        found: claims, passages, supports and whatever else :func:`beleg.ground.ground` gives.
        read: Gives kept and kept_* by name.
    """
    kept = {name: read(name) for name in READS}
    if not kept["kept"].num_rows:
        return dict(found)
    here = set(found["claims"]["claim_id"].to_pylist())
    claims = _array(_ids(kept["kept"], "claim"))
    documents = _array(_ids(kept["kept"], "document"))
    supports = found["supports"]
    settled = pc.and_(
        pc.is_in(supports["claim_id"], claims), pc.is_in(supports["document_id"], documents)
    )
    old = _keep(kept["kept_supports"], "claim_id", here)
    supports = pa.concat_tables([supports.filter(pc.invert(settled)), old])
    order = [("claim_id", "ascending"), ("passage_id", "ascending")]
    passages = _join(found["passages"], kept["kept_passages"], ("passage_id",))
    return {
        **found,
        "supports": supports.sort_by(order),
        "passages": passages.sort_by("passage_id"),
    }


def put_back_origins(found: pa.Table, read: Read) -> pa.Table:
    """Put the kept origins in the place of those found anew for the same supports' passages."""
    kept = {name: read(name) for name in READS}
    if not kept["kept"].num_rows:
        return found
    passages = _array(kept["kept_supports"]["passage_id"].to_pylist())
    settled = pc.is_in(found["passage_id"], passages)
    both = pa.concat_tables([found.filter(pc.invert(settled)), kept["kept_origins"]])
    return _first(both, ("passage_id",))


def blank_spans(supports: pa.Table, documents: Iterable[str]) -> pa.Table:
    """Empty what supports say of the words of some documents; every number stays."""
    mine = pc.is_in(supports["document_id"], _array(documents))
    rest = supports.filter(pc.invert(mine))
    blank = supports.filter(mine)
    for name in REVEALING:
        field = supports.schema.field(name)
        nothing = pa.array([[]] * blank.num_rows, field.type)
        blank = blank.set_column(supports.schema.get_field_index(name), field, nothing)
    return pa.concat_tables([rest, blank]) if blank.num_rows else supports


def drop(table: pa.Table, column: str, values: Iterable[str]) -> pa.Table:
    """Drop the rows that have one of some values in a column."""
    return table.filter(pc.invert(pc.is_in(table[column], _array(values))))


def name_blanker(name: str, ids: Iterable[str]) -> Edit:
    """Make the edit of a table by :func:`blank_names`."""
    gone = list(ids)
    return lambda table: blank_names(table, name, gone)


def blank_forgotten(tables: Mapping[str, pa.Table], forgotten: pa.Table) -> dict[str, pa.Table]:
    """Take the names that are forgotten out of the tables publishers and rightsholders."""
    blanked = dict(tables)
    for name in ("publishers", "rightsholders"):
        mine = forgotten.filter(pc.equal(forgotten["kind"], name.removesuffix("s")))
        blanked[name] = blank_names(tables[name], name, mine["id"].to_pylist())
    return blanked


def blank_names(table: pa.Table, name: str, ids: Iterable[str]) -> pa.Table:
    """Put its id in the place of the name of each publisher or rightsholder that is forgotten.

    Aliases and people of a publisher go too, but for an agency's short name, which its text is
    known by.

    Args:
        table: Of that name.
        name: ``publishers`` or ``rightsholders``.
        ids: publisher_id or rightsholder_id of who is forgotten.
    """
    gone = set(ids)
    if not gone:
        return table
    rows = table.to_pylist()
    key = f"{name.removesuffix('s')}_id"
    for row in rows:
        if row[key] not in gone:
            continue
        if name == "publishers":
            spelled = (row["name"], *row["aliases"])
            agencies = {AGENCIES[n.casefold()] for n in spelled if n.casefold() in AGENCIES}
            row |= {"aliases": sorted(agencies), "people": []}
        row["name"] = row[key]
    return pa.Table.from_pylist(rows, schema=schema_of(TABLES[name]))


def _ids(kept: pa.Table, kind: str) -> set[str]:
    return set(kept.filter(pc.equal(kept["kind"], kind))["id"].to_pylist())


def _array(values: Iterable[str]) -> pa.Array:
    return pa.array(sorted(set(values)), pa.string())


def _keep(table: pa.Table, column: str, values: Iterable[str]) -> pa.Table:
    return table.filter(pc.is_in(table[column], _array(values)))


def _join(first: pa.Table, second: pa.Table, key: tuple[str, ...]) -> pa.Table:
    """Put two tables together; of one key the first one's row stays."""
    return _first(pa.concat_tables([first, second.cast(first.schema)]), key)


def _first(table: pa.Table, key: tuple[str, ...]) -> pa.Table:
    seen: set[tuple[object, ...]] = set()
    keep = []
    columns = [table[name].to_pylist() for name in key]
    for place, row in enumerate(zip(*columns, strict=True)):
        if row not in seen:
            seen.add(row)
            keep.append(place)
    return table.take(pa.array(keep, pa.int64())).sort_by([(name, "ascending") for name in key])

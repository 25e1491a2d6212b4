"""Origins applied: for whom a passage plays that repeats another house's text.

A copy or a rewrite plays for its origin where the order is certain; where it is not, for the line
*disputed*. A quotation plays for the house that quotes. An agency's text plays for the house that
prints it or for the agency, as the pot says; without a mark of its own it is disputed who bought.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa

from beleg.agencies import AGENCIES
from beleg.records import Holding, Origin, OriginStatus, Pot, Publisher, Relation
from beleg.urls import host_of

if TYPE_CHECKING:
    import ibis.expr.types as ir

DISPUTED = "(disputed)"
"""Plays for whatever nobody can say whose it is; no publisher can have this id."""
OWN = "own"
REDIRECTS = pa.schema(
    [
        pa.field("passage_id", pa.string(), nullable=False),
        pa.field("to_host", pa.string(), nullable=False),
        pa.field("origin_passage_id", pa.string()),
        pa.field("basis", pa.string(), nullable=False),
    ]
)
"""Columns of :func:`plan_redirects`."""


class Terms(NamedTuple):
    """Who is what, as far as origins ask for it."""

    hosts: Mapping[str, str]
    """Host by document_id."""
    held: frozenset[str]
    """Hosts that some publisher holds."""
    agencies: Mapping[str, str]
    """publisher_id by agency, of the declared ones."""


def find_agencies(publishers: Iterable[Publisher]) -> dict[str, str]:
    """Say who plays for what a text names as its source.

    Returns:
        publisher_id by the agency's short name, of several the first; a publisher that is named
        itself plays itself.
    """
    found: dict[str, str] = {}
    for row in sorted(publishers, key=lambda publisher: publisher.publisher_id):
        if not row.declared:
            continue
        found.setdefault(row.publisher_id, row.publisher_id)
        for name in (row.publisher_id, row.name, *row.aliases):
            if name.casefold() in AGENCIES:
                found.setdefault(AGENCIES[name.casefold()], row.publisher_id)
    return found


def hold_agencies(origins: Iterable[Origin], agencies: Mapping[str, str]) -> list[Holding]:
    """Let each agency that is named play, declared or not, and the line *disputed*."""
    named = sorted({row.agency for row in origins if row.agency})
    held = [
        Holding(_host_of(name), agencies.get(name, _host_of(name)), None, None, "agency")
        for name in named
    ]
    return [*held, Holding(DISPUTED, DISPUTED, None, None, "disputed")]


def _host_of(agency: str) -> str:
    return f"agency:{agency}"


def plan_redirects(origins: Iterable[Origin], terms: Terms, pot: Pot) -> pa.Table:
    """Say of each passage that does not play for its own house where it plays.

    Returns:
        passage_id, to_host, origin_passage_id, basis: one row a passage, sorted. ``to_host`` is
        a host, ``agency:<name>`` or :data:`DISPUTED`.
    """
    rows = []
    for row in sorted(origins, key=lambda origin: origin.passage_id):
        if row.relation == Relation.QUOTATION:
            continue
        host, basis = _place(row, terms, pot)
        if basis != OWN:
            rows.append((row.passage_id, host, row.origin_passage_id, basis))
    columns = zip(*rows, strict=True) if rows else [()] * len(REDIRECTS)
    return pa.Table.from_arrays(
        [pa.array(values, f.type) for values, f in zip(columns, REDIRECTS, strict=True)],
        schema=REDIRECTS,
    )


def _place(row: Origin, terms: Terms, pot: Pot) -> tuple[str, str]:
    """Name the host that a passage plays for, and on what basis."""
    if row.relation == Relation.AGENCY and pot.agency_text == "buyer":
        unmarked = any(said.startswith("marked:unmarked") for said in row.evidence)
        return (DISPUTED, "disputed") if unmarked else ("", OWN)
    if row.status == OriginStatus.DISPUTED:
        return DISPUTED, "disputed"
    host = terms.hosts.get(row.origin_document_id or "") or _read_canonical(row)
    if row.relation == Relation.AGENCY:
        is_own = row.agency in terms.agencies or host not in terms.held
        return (_host_of(row.agency or "") if is_own else str(host)), "agency"
    # What was first on a platform that nobody holds may be anybody's.
    if host is None or host not in terms.held:
        return DISPUTED, "disputed"
    return host, str(row.relation) if row.origin_passage_id else "canonical"


def _read_canonical(row: Origin) -> str | None:
    """Read the host of the page that a copy names as the canonical one, which nobody collected."""
    said = next((item for item in row.evidence if item.startswith("canonical:")), "")
    return host_of(said.removeprefix("canonical:")) if said else None


def redirect(supports: ir.Table, redirects: ir.Table) -> ir.Table:
    """Let each support play for the host that its passage's origin says.

    Args:
        supports: claim_id, asked_at, host, passage_id, support.
        redirects: As :func:`plan_redirects` gives them.

    Returns:
        The same rows, with origin_passage_id (null where there is none) and basis.
    """
    plan = redirects.select(
        "to_host", "origin_passage_id", "basis", repeating=redirects.passage_id
    )
    t = supports.left_join(plan, supports.passage_id == plan.repeating)
    return t.select(
        "claim_id",
        "asked_at",
        "passage_id",
        "support",
        "origin_passage_id",
        host=t.to_host.fill_null(t.host),
        basis=t.basis.fill_null(OWN),
    )

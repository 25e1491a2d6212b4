"""Origins applied: for whom a passage plays that repeats another house's text.

A copy or a rewrite plays for its origin where the order is certain; where it is not, for the line
*disputed*. A quotation plays for the house that quotes. An agency's text plays for the house that
prints it or for the agency, as the pot says; without a mark of its own it is disputed who bought.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

import ibis
import pyarrow as pa

from beleg.agencies import AGENCIES
from beleg.records import Holding, Origin, OriginStatus, Pot, Publisher, Relation, Support
from beleg.urls import host_of

if TYPE_CHECKING:
    import ibis.expr.types as ir

DISPUTED = "(disputed)"
"""Plays for whatever nobody can say whose it is; no publisher can have this id."""
OWN = "own"
REDIRECTS = pa.schema(
    [
        pa.field("claim_id", pa.string()),
        pa.field("passage_id", pa.string(), nullable=False),
        pa.field("to_host", pa.string(), nullable=False),
        pa.field("origin_passage_id", pa.string()),
        pa.field("basis", pa.string(), nullable=False),
        pa.field("cap_document_id", pa.string()),
    ]
)
"""Columns of :func:`plan_redirects`."""
PART_TENTHS = 5
"""Part of a support's matching stretches that must lie in what was taken word for word, for the
claim to be the origin's."""


class Terms(NamedTuple):
    """Who is what, as far as origins ask for it."""

    hosts: Mapping[str, str]
    """Host by document_id."""
    held: frozenset[str]
    """Hosts that some publisher holds."""
    agencies: Mapping[str, str]
    """publisher_id by agency, of the declared ones."""


class Resting(NamedTuple):
    """What claims rest on passages that join texts of several houses."""

    supports: Iterable[Support]
    """By these passages."""
    measured: Mapping[tuple[str, str], int]
    """Support by claim_id and document_id, of the documents that the passages join."""


NOTHING_RESTS = Resting((), {})


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


def plan_redirects(
    origins: Iterable[Origin], terms: Terms, pot: Pot, resting: Resting = NOTHING_RESTS
) -> pa.Table:
    """Say of each passage that does not play for its own house where it plays.

    Args:
        origins: Of the passages that some support rests on.
        terms: Who is what.
        pot: For whom agency text plays.
        resting: What claims rest on passages that join texts of several houses.

    Returns:
        claim_id, passage_id, to_host, origin_passage_id, basis, cap_document_id: one row a
        passage, claim_id null, sorted; of a passage that joins several texts, further rows for
        the claims that rest on another text than the rest of it. ``to_host`` is a host,
        ``agency:<name>``, :data:`DISPUTED`, or null where a passage plays for its own house and
        repeats an earlier page of it. ``cap_document_id`` is whose own support of the claim is
        the most that counts.
    """
    rows: list[tuple[str | None, ...]] = []
    by_passage: dict[str, list[Support]] = defaultdict(list)
    for support in sorted(resting.supports, key=lambda s: (s.passage_id, s.claim_id)):
        by_passage[support.passage_id].append(support)
    for row in sorted(origins, key=lambda origin: origin.passage_id):
        if row.relation == Relation.QUOTATION:
            continue
        if row.relation == Relation.OWN:
            rows.append((None, row.passage_id, None, None, OWN, row.origin_document_id))
            continue
        if row.relation != Relation.PART:
            host, basis = _place(row, terms, pot)
            is_repeat = basis in {"copy", "rewrite"}
            cap = row.origin_document_id if is_repeat else None
            if basis != OWN:
                rows.append((None, row.passage_id, host, row.origin_passage_id, basis, cap))
            if not is_repeat:
                continue
        for support in by_passage[row.passage_id]:
            document_id = _choose_document(row, support, resting.measured)
            if document_id is not None:
                host = terms.hosts.get(document_id, "")
                to, basis = (host, "copy") if host in terms.held else (DISPUTED, "disputed")
                rows.append((support.claim_id, row.passage_id, to, None, basis, document_id))
    columns = zip(*rows, strict=True) if rows else [()] * len(REDIRECTS)
    return pa.Table.from_arrays(
        [pa.array(values, f.type) for values, f in zip(columns, REDIRECTS, strict=True)],
        schema=REDIRECTS,
    )


def name_parts(row: Origin) -> list[tuple[int, int, str]]:
    """Read which stretches of a document stand in another: start, end, document_id."""
    found = []
    for said in row.evidence:
        kind, _, rest = said.partition(":")
        if kind == "part":
            span, _, document_id = rest.partition(":")
            start, _, end = span.partition("-")
            found.append((int(start), int(end), document_id))
    return found


def name_joined(row: Origin) -> list[str]:
    """Name the documents that a passage joins, its origin first; empty where there is but one."""
    also = [said.removeprefix("also:") for said in row.evidence if said.startswith("also:")]
    if row.relation == Relation.PART:
        return [document_id for _, _, document_id in name_parts(row)]
    return [row.origin_document_id, *also] if also and row.origin_document_id else []


def _choose_document(
    row: Origin, support: Support, measured: Mapping[tuple[str, str], int]
) -> str | None:
    """Name the document whose claim it is, where the row as a whole does not say so."""
    if row.relation == Relation.PART:
        return _find_part(row, support)
    joined = [name for name in name_joined(row) if (support.claim_id, name) in measured]
    best = max(joined, key=lambda name: measured[support.claim_id, name], default=None)
    return None if best == row.origin_document_id else best


def _find_part(row: Origin, support: Support) -> str | None:
    """Name the document that holds what a support rests on, if it is most of it."""
    spans = list(zip(support.text_spans[::2], support.text_spans[1::2], strict=True))
    inside: dict[str, int] = defaultdict(int)
    for start, end, document_id in name_parts(row):
        for first, last in spans:
            inside[document_id] += max(min(end, last) - max(start, first), 0)
    total = sum(last - first for first, last in spans)
    best = max(sorted(inside), key=lambda document_id: inside[document_id], default=None)
    if best is None or not total or sum(inside.values()) * 10 < total * PART_TENTHS:
        return None
    return best


def _place(row: Origin, terms: Terms, pot: Pot) -> tuple[str, str]:
    """Name the host that a passage plays for, and on what basis."""
    if row.relation == Relation.AGENCY and pot.agency_text == "buyer":
        # Without a mark of its own, or where another house had the text before without one,
        # nobody can say who bought.
        unmarked = any(said.startswith(("marked:unmarked", "before:")) for said in row.evidence)
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
    if row.relation == Relation.COMMON:
        return host, "copy"
    return host, str(row.relation) if row.origin_passage_id else "canonical"


def _read_canonical(row: Origin) -> str | None:
    """Read the host of the page that a copy names as the canonical one, which nobody collected."""
    said = next((item for item in row.evidence if item.startswith("canonical:")), "")
    return host_of(said.removeprefix("canonical:")) if said else None


def redirect(supports: ir.Table, redirects: ir.Table, measured: ir.Table) -> ir.Table:
    """Let each support play for the host that its passage's origin says.

    A repetition brings its origin nothing: where the support of the origin's own page for the
    claim was measured, the repetition counts that much at most, so that nobody gains by cutting,
    padding or spreading a text until a machine likes it better.

    Args:
        supports: claim_id, asked_at, host, passage_id, support.
        redirects: As :func:`plan_redirects` gives them.
        measured: claim_id, document_id, support: of all supports, those below the threshold too.

    Returns:
        The same rows, with origin_passage_id (null where there is none) and basis.
    """
    by_passage = redirects.filter(redirects.claim_id.isnull()).select(
        "to_host", "origin_passage_id", "basis", "cap_document_id", repeating=redirects.passage_id
    )
    parts = redirects.filter(redirects.claim_id.notnull()).select(
        part_host=redirects.to_host,
        part_basis=redirects.basis,
        part_cap=redirects.cap_document_id,
        part_claim=redirects.claim_id,
        part_passage=redirects.passage_id,
    )
    t = supports.left_join(by_passage, supports.passage_id == by_passage.repeating)
    t = t.left_join(parts, [t.claim_id == parts.part_claim, t.passage_id == parts.part_passage])
    t = t.mutate(cap_document_id=ibis.coalesce(t.part_cap, t.cap_document_id))
    caps = measured.group_by("claim_id", "document_id").aggregate(most=measured.support.max())
    caps = caps.select("most", cap_claim=caps.claim_id, cap_document=caps.document_id)
    t = t.left_join(caps, [t.claim_id == caps.cap_claim, t.cap_document_id == caps.cap_document])
    return t.select(
        "claim_id",
        "asked_at",
        "passage_id",
        origin_passage_id=ibis.ifelse(t.part_claim.isnull(), t.origin_passage_id, None),
        support=ibis.least(t.support, t.most.fill_null(t.support)),
        host=ibis.coalesce(t.part_host, t.to_host, t.host),
        basis=ibis.coalesce(t.part_basis, t.basis, OWN),
    )

"""Precedence: which of two documents was first, as far as anybody can know.

What a page says against its own interest comes first: a link to another house's page as the
canonical one. Then our own first sight. What a publisher says of its date is a claim: it stands
in the evidence and decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import NamedTuple
from urllib.parse import urlsplit

from beleg.agencies import DOMAINS, AgencyMark, find_agency_marks
from beleg.records import Document
from beleg.urls import canonical_url, host_of, registrable_domain


class Witness(NamedTuple):
    """What is known of a document's origin beside its words."""

    document: Document
    house: str
    """Who publishes it: a publisher_id, or the registrable domain."""
    canonical: str | None
    """The other house's page that it names as the canonical one."""
    named_house: str | None
    """Whose page that is."""
    agency: str | None
    """The agency that it is of itself; None for any other house."""
    marks: tuple[AgencyMark, ...]
    """Agencies that it names as the source of its text; none for an agency's own page."""


class Directory(NamedTuple):
    """Who is who."""

    houses: Mapping[str, str]
    """Publisher by host; any other host is known by its registrable domain."""
    agencies: Mapping[str, str]
    """Agency by publisher_id, beside the agencies' own domains."""
    names: Mapping[str, str]
    """Name or alias of a publisher to its id: who may be named as a text's source."""


def call_witness(document: Document, text: str, directory: Directory) -> Witness:
    """Read what a document says of where its text comes from.

    Args:
        document: The document.
        text: Its text.
        directory: Who is who.
    """
    houses = directory.houses
    house = house_of(document.host, houses)
    domain = registrable_domain(document.host)
    agency = directory.agencies.get(house) or DOMAINS.get(domain or "")
    said = [mark.partition(":")[2] for mark in document.origin_marks if _is(mark, "canonical")]
    own = (document.canonical_url, document.url)
    # A page kept under another house's address says the same as a canonical link to it.
    named = [link for link in (*said, *own) if link and _is_other(link, house, houses)]
    canonical = canonical_url(named[0]) if named else None
    if canonical is not None and urlsplit(canonical).path in {"", "/"}:
        canonical = None  # a home page is a template's mistake, and no text's place
    return Witness(
        document=document,
        house=house,
        canonical=canonical,
        named_house=house_of(host_of(canonical) or "", houses) if canonical else None,
        agency=agency,
        marks=() if agency else tuple(_read_marks(document, text, house, directory.names)),
    )


def house_of(host: str, houses: Mapping[str, str]) -> str:
    """Name the house of a host: its publisher, else its registrable domain, else the host."""
    return houses.get(host) or registrable_domain(host) or host


def _is(mark: str, kind: str) -> bool:
    return mark.partition(":")[0] == kind


def _is_other(link: str, house: str, houses: Mapping[str, str]) -> bool:
    host = host_of(link)
    return host is not None and house_of(host, houses) != house


def _read_marks(
    document: Document, text: str, house: str, names: Mapping[str, str]
) -> Iterable[AgencyMark]:
    """Join the marks of the text and its authors with those that the page carried."""
    others = {name: named for name, named in names.items() if named != house}
    found = {mark.agency: mark for mark in find_agency_marks(text, document.authors, others)}
    for mark in document.origin_marks:
        kind, _, name = mark.partition(":")
        if kind in {"agency", "agency-part"} and name:
            read = AgencyMark(name, kind == "agency", 0, len(text), "page")
            if name not in found or (read.whole and not found[name].whole):
                found[name] = read
    return [found[name] for name in sorted(found)]


def sight_of(document: Document) -> tuple[bool, str, str]:
    """Sort by first sight, undated last, then by id."""
    seen = document.first_seen_at
    return seen is None, seen.isoformat() if seen else "", document.document_id


def is_before(one: Witness, other: Witness) -> bool | None:
    """Say whether one document was before the other; None where nobody can know.

    Two of one moment, two that only answers delivered, and two that name each other are
    undecided; so is a document without a date of ours, unless the other names it.
    """
    names = names_other(one, other), names_other(other, one)
    if names == (True, True):
        return None
    if any(names):
        return names[1]
    seen, also_seen = one.document.first_seen_at, other.document.first_seen_at
    if seen is None or also_seen is None or seen == also_seen:
        return None
    if one.document.answer_id and other.document.answer_id:
        return None  # the order of two answers says nothing of what they deliver
    return seen < also_seen


def names_other(one: Witness, other: Witness) -> bool:
    """Say whether a document names the other's house as its source or its page as canonical."""
    if one.house == other.house:
        return False
    if any(m.whole and m.agency in {other.agency, other.house} for m in one.marks):
        return True
    return one.canonical is not None and _names_page(one, other)


def _names_page(one: Witness, other: Witness) -> bool:
    return one.canonical == other.document.canonical_url or one.named_house == other.house


def write_time(moment: datetime) -> str:
    """Write a time in UTC, to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def tell_evidence(one: Witness, origin: Witness | None) -> list[str]:
    """Write what the order rests on, and what the documents say of themselves."""
    said = []
    if origin is None and one.canonical is not None:
        said.append(f"canonical:{one.canonical}")
    if origin is not None:
        if origin.document.first_seen_at is not None:
            said.append(f"first_seen:{write_time(origin.document.first_seen_at)}")
        if one.canonical is not None and _names_page(one, origin):
            said.append(f"canonical:{one.canonical}")
        claimed, earlier = one.document.published_at, origin.document.first_seen_at
        if claimed is not None and earlier is not None and claimed < earlier:
            said.append(f"claims:{write_time(claimed)}")
    said += [f"byline:{author}" for author in one.document.authors]
    said += [f"mark:{mark}" for mark in one.document.origin_marks if not _is(mark, "canonical")]
    return said

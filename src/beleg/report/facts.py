"""Look-ups over the tables that several parts of the report share; built once, then only read."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, TypeVar
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from beleg.frame import PLATFORMS
from beleg.records import (
    Answer,
    Claim,
    ClaimLink,
    Document,
    DocumentKind,
    Holding,
    Observation,
    Ownership,
    Prompt,
    Publisher,
    Status,
)
from beleg.tables import empty, from_arrow

R = TypeVar("R")

MENTIONED = 0.5
"""Least probability of a mention that counts, as in ``measure``."""

FULL_TEXTS = frozenset({DocumentKind.ARTICLE, DocumentKind.TRANSCRIPT, DocumentKind.BOOK})
"""Kinds of documents that hold what the page says; a teaser that an engine delivers does not."""

TOP_MEASURED = 12


class Link(NamedTuple):
    """A link of an answer, and whose page it leads to."""

    rank: int
    url: str
    canonical_url: str | None
    host: str | None
    start: int | None
    end: int | None
    is_mark: bool
    shown: bool
    publisher_id: str | None


class PlacedLink(NamedTuple):
    """A link that stands at a claim, and whose page it leads to."""

    page: str
    publisher_id: str | None


class Backing(NamedTuple):
    """A passage that carries a claim, and whose it is."""

    claim_id: str
    passage_id: str
    document_id: str
    publisher_id: str | None
    kind: str
    support: int
    cited: bool
    conflicts: tuple[str, ...]
    text_spans: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that the parts of the report look up; see :func:`build_facts`."""

    zone: ZoneInfo
    threshold: int
    us: tuple[str, ...]
    """Publisher ids that are "we", sorted."""
    us_kind: str
    """``named`` (the caller said who), ``declared`` (all declared ones) or ``measured`` (nobody is
    declared: the domains that are cited most, platforms left out)."""
    platforms: frozenset[str]
    """Ids under which stand only hosts where others post; no house to advise, or to speak for."""
    publishers: dict[str, Publisher]
    holdings: dict[str, list[Holding]]
    answers: dict[str, Answer]
    counted: frozenset[str]
    """Ids of answers that are no repeat of another."""
    prompts: dict[str, Prompt]
    links: dict[str, list[Link]]
    mentioned: dict[str, frozenset[str]]
    """Publishers named in an answer, negative mentions left out."""
    claims: dict[str, Claim]
    claims_of: dict[str, list[Claim]]
    placed: dict[str, list[PlacedLink]]
    """Claim id to the links that stand at it."""
    documents: dict[str, Document]
    known_urls: frozenset[str]
    """Canonical URLs of pages whose full text is held."""
    passages: dict[str, tuple[int, int]]
    backings: dict[str, list[Backing]]
    """Claim id to what carries it at or above the threshold, the strongest first."""
    supports: pa.Table
    text_rows: dict[str, int]
    texts: pa.ChunkedArray

    def name_of(self, publisher_id: str | None) -> str:
        """Return a publisher's name, or its id where the table does not list it."""
        found = self.publishers.get(publisher_id or "")
        return found.name if found else (publisher_id or "")

    def text_of(self, document_id: str) -> str | None:
        """Return a document's text; None where it is not held."""
        document = self.documents.get(document_id)
        row = None if document is None else self.text_rows.get(document.text_id)
        return None if row is None else str(self.texts[row].as_py())

    def question_of(self, answer: Answer) -> str:
        """Return the prompt's text, or the question as it was put."""
        prompt = self.prompts.get(answer.prompt_id)
        return prompt.text if prompt else answer.question

    def is_branded(self, answer: Answer) -> bool:
        """Say whether the question names a declared publisher."""
        prompt = self.prompts.get(answer.prompt_id)
        return prompt is not None and prompt.branded

    def publishers_linked(self, answer_id: str) -> frozenset[str]:
        """Return whose pages an answer shows links to."""
        return frozenset(
            link.publisher_id
            for link in self.links.get(answer_id, ())
            if link.shown and link.publisher_id is not None
        )

    def answered(self) -> list[Answer]:
        """List the answers that count and say something, by id."""
        return [
            answer
            for answer_id, answer in self.answers.items()
            if answer_id in self.counted and answer.status == Status.ANSWERED
        ]

    def engines(self) -> list[str]:
        """List the engines, sorted."""
        return sorted({answer.engine for answer in self.answers.values()})

    def backings_of(self, claim_ids: Iterable[str]) -> dict[str, list[Backing]]:
        """Read all supports of some claims, also those below the threshold, strongest first."""
        wanted = pa.array(sorted(set(claim_ids)), pa.string())
        chosen = self.supports.filter(pc.is_in(self.supports["claim_id"], value_set=wanted))
        return _read_backings(chosen, self.claims, self.answers, self.documents, self.holdings)


def build_facts(
    tables: Mapping[str, pa.Table], *, us: tuple[str, ...], threshold: int, timezone: str
) -> Facts:
    """Read the tables into look-ups.

    Args:
        tables: Name of a table in ``records.TABLES`` to its rows; one that is missing is empty.
        us: Publisher ids that are "we"; titles that they own come with them. Empty: see
            :attr:`Facts.us_kind`.
        threshold: Least support that counts as carrying a claim, 0..10000.
        timezone: IANA name.

    Raises:
        ValueError: Where ``us`` names a publisher that is not in a table that lists others.
    """
    table = {name: tables.get(name, empty(name)) for name in _NAMES}
    publishers = {p.publisher_id: p for p in _sorted(table["publishers"], Publisher)}
    unknown = sorted(set(us) - publishers.keys()) if publishers else []
    if unknown:
        raise ValueError(f"us == {us!r}, must be publisher ids; unknown: {', '.join(unknown)}.")
    holdings = defaultdict(list)
    for holding in _sorted(table["holdings"], Holding):
        holdings[holding.host].append(holding)
    owners = defaultdict(list)
    for ownership in _sorted(table["ownerships"], Ownership):
        owners[ownership.publisher_id].append(ownership)
    answers = {a.answer_id: a for a in _sorted(table["answers"], Answer)}
    repeats = {o.answer_id for o in from_arrow(table["observations"], Observation) if o.repeat_of}
    counted = frozenset(answers.keys() - repeats)
    links = _read_links(table["citations"], answers, holdings)
    claims = {c.claim_id: c for c in from_arrow(table["claims"], Claim)}
    claims_of: dict[str, list[Claim]] = defaultdict(list)
    for claim in sorted(claims.values(), key=lambda c: (c.answer_id, c.start, c.claim_id)):
        claims_of[claim.answer_id].append(claim)
    documents = {d.document_id: d for d in from_arrow(table["documents"], Document)}
    supports = table["supports"]
    strong = supports.filter(pc.greater_equal(supports["support"], threshold))
    platforms = _find_platforms(holdings)
    found_us, us_kind = _find_us(us, publishers, owners, links, counted, platforms)
    return Facts(
        zone=ZoneInfo(timezone),
        threshold=threshold,
        us=found_us,
        us_kind=us_kind,
        platforms=platforms,
        publishers=publishers,
        holdings=dict(holdings),
        answers=answers,
        counted=counted,
        prompts={p.prompt_id: p for p in from_arrow(table["prompts"], Prompt)},
        links=links,
        mentioned=_read_mentions(table["mentions"], publishers),
        claims=claims,
        claims_of=dict(claims_of),
        placed=_read_placed(table["claim_links"], answers, holdings),
        documents=documents,
        known_urls=frozenset(
            d.canonical_url
            for d in documents.values()
            if d.canonical_url is not None and d.kind in FULL_TEXTS
        ),
        passages=_read_passages(table["passages"]),
        backings=_read_backings(strong, claims, answers, documents, holdings),
        supports=supports,
        text_rows={key: row for row, key in enumerate(table["texts"]["text_id"].to_pylist())},
        texts=table["texts"]["text"],
    )


_NAMES = (
    "answers citations claim_links claims documents holdings mentions observations ownerships "
    "passages prompts publishers supports texts"
).split()


def publisher_at(
    holdings: Mapping[str, list[Holding]], host: str | None, day: date | None
) -> str | None:
    """Say who held a host on a day; without a day, validity is not asked for."""
    for holding in holdings.get(host or "", ()):
        if _holds(holding.valid_from, holding.valid_to, day):
            return holding.publisher_id
    return None


def _holds(valid_from: date | None, valid_to: date | None, day: date | None) -> bool:
    if day is None:
        return True
    return (valid_from is None or valid_from <= day) and (valid_to is None or day < valid_to)


def _day(answer: Answer | None) -> date | None:
    return answer.asked_at.date() if answer and answer.asked_at else None


def _sorted(table: pa.Table, record: type[R]) -> list[R]:
    return sorted(from_arrow(table, record), key=repr)


def _find_platforms(holdings: Mapping[str, list[Holding]]) -> frozenset[str]:
    found: dict[str, bool] = {}
    for holding in (row for rows in holdings.values() for row in rows):
        domain = holding.reason.removeprefix("declared domain ")
        is_platform = holding.reason == "platform" or domain in PLATFORMS
        found[holding.publisher_id] = found.get(holding.publisher_id, True) and is_platform
    return frozenset(key for key, only in found.items() if only)


def _find_us(
    us: tuple[str, ...],
    publishers: Mapping[str, Publisher],
    owners: Mapping[str, list[Ownership]],
    links: Mapping[str, list[Link]],
    counted: frozenset[str],
    platforms: frozenset[str],
) -> tuple[tuple[str, ...], str]:
    if us:
        found = set(us)
        while True:
            owned = {
                child
                for child, rows in owners.items()
                if any(row.parent_id in found and row.valid_to is None for row in rows)
            }
            if owned <= found:
                return tuple(sorted(found)), "named"
            found |= owned
    listed = [key for key, publisher in sorted(publishers.items()) if publisher.declared]
    # a group that only owns others has no pages of its own: it is no house beside its titles
    declared = tuple(key for key in listed if publishers[key].domains) or tuple(listed)
    if declared:
        return declared, "declared"
    cited: Counter[str] = Counter()
    for answer_id in counted & links.keys():
        cited.update({li.publisher_id for li in links[answer_id] if li.shown and li.publisher_id})
    ranked = sorted(cited.keys() - platforms, key=lambda key: (-cited[key], key))
    return tuple(sorted(ranked[:TOP_MEASURED])), "measured"


def _read_links(
    table: pa.Table, answers: Mapping[str, Answer], holdings: Mapping[str, list[Holding]]
) -> dict[str, list[Link]]:
    names = "answer_id rank url canonical_url host start end span_is_mark shown".split()
    links: dict[str, list[Link]] = defaultdict(list)
    for answer_id, *values in zip(*(table[name].to_pylist() for name in names), strict=True):
        holder = publisher_at(holdings, values[3], _day(answers.get(answer_id)))
        links[answer_id].append(Link._make([*values, holder]))
    for found in links.values():
        found.sort(
            key=lambda link: (link.rank, -1 if link.start is None else link.start, link.url)
        )
    return dict(links)


def _read_placed(
    table: pa.Table, answers: Mapping[str, Answer], holdings: Mapping[str, list[Holding]]
) -> dict[str, list[PlacedLink]]:
    found: dict[str, list[PlacedLink]] = defaultdict(list)
    for link in from_arrow(table.filter(table["placed"]), ClaimLink):
        holder = publisher_at(holdings, link.host, _day(answers.get(link.answer_id)))
        found[link.claim_id].append(PlacedLink(link.page, holder))
    return dict(found)


def _read_mentions(
    table: pa.Table, publishers: Mapping[str, Publisher]
) -> dict[str, frozenset[str]]:
    kept = table.filter(
        pc.and_(pc.greater_equal(table["probability"], MENTIONED), pc.invert(table["negative"]))
    )
    found: dict[str, set[str]] = defaultdict(set)
    pairs = zip(kept["answer_id"].to_pylist(), kept["entity_id"].to_pylist(), strict=True)
    for answer_id, entity_id in pairs:
        # a person is ``publisher_id/name``; a publisher's own id may hold no slash
        holder = entity_id if entity_id in publishers else entity_id.partition("/")[0]
        found[answer_id].add(holder)
    return {key: frozenset(names) for key, names in found.items()}


def _read_passages(table: pa.Table) -> dict[str, tuple[int, int]]:
    columns = (table[name].to_pylist() for name in ("passage_id", "start", "end"))
    return {key: (start, end) for key, start, end in zip(*columns, strict=True)}


def _read_backings(
    table: pa.Table,
    claims: Mapping[str, Claim],
    answers: Mapping[str, Answer],
    documents: Mapping[str, Document],
    holdings: Mapping[str, list[Holding]],
) -> dict[str, list[Backing]]:
    names = "claim_id passage_id document_id kind support cited conflicts text_spans".split()
    found: dict[str, list[Backing]] = defaultdict(list)
    columns = (table[name].to_pylist() for name in names)
    for claim_id, passage_id, document_id, *rest in zip(*columns, strict=True):
        claim, document = claims.get(claim_id), documents.get(document_id)
        if claim is None or document is None:
            continue  # a support whose claim or document is gone can be shown to nobody
        kind, support, cited, conflicts, spans = rest
        holder = publisher_at(holdings, document.host, _day(answers.get(claim.answer_id)))
        found[claim_id].append(
            Backing(
                claim_id,
                passage_id,
                document_id,
                holder,
                kind,
                support,
                cited,
                tuple(conflicts),
                tuple(spans),
            )
        )
    for rows in found.values():
        rows.sort(key=lambda b: (-b.support, not b.cited, b.passage_id))
    return dict(found)

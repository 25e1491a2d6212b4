"""What a row means: the frozen records that every stage reads and writes.

A record is one row of one table; :mod:`beleg.tables` derives the Arrow schema from the
annotations here, so a field is described once. Ids are content hashes (:mod:`beleg.ids`). Times
are aware and in UTC. Offsets are ``[start, end)`` in Unicode code points of the stored text. What
was not measured is ``None``, never 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from beleg.ids import content_id as content_id
from beleg.kinds import (
    Access as Access,
    DocumentKind as DocumentKind,
    EstimateStatus as EstimateStatus,
    Level as Level,
    LinkState as LinkState,
    Mandate as Mandate,
    OriginStatus as OriginStatus,
    Relation as Relation,
    Status as Status,
    SupportKind as SupportKind,
)
from beleg.settlement import (
    Balance as Balance,
    ClaimWeight as ClaimWeight,
    Frame as Frame,
    MoneyInterval as MoneyInterval,
    Override as Override,
    Payout as Payout,
    Pot as Pot,
    Share as Share,
    Stake as Stake,
)
from beleg.sightings import (
    Count as Count,
    Estimate as Estimate,
    LinkCheck as LinkCheck,
    Mention as Mention,
    Observation as Observation,
)
from beleg.traffic import Visit as Visit


@dataclass(frozen=True, slots=True)
class Publisher:
    """Whoever publishes under a title; the player of the game."""

    publisher_id: str
    name: str
    level: Level
    domains: tuple[str, ...]
    aliases: tuple[str, ...]
    people: tuple[str, ...]
    mandate: Mandate
    declared: bool
    """False for a registrable domain that nobody declared: measured, never paid."""
    traps: tuple[str, ...] = ()
    """Phrases that hold one of its names and mean something else, such as "Spiegel im Bad"."""


@dataclass(frozen=True, slots=True)
class Ownership:
    """Who owned a publisher from when to when (half-open)."""

    publisher_id: str
    parent_id: str
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class Rightsholder:
    """Who is paid."""

    rightsholder_id: str
    name: str
    found: bool
    """False: the share is booked under *holder not found* until somebody is."""


@dataclass(frozen=True, slots=True)
class Entitlement:
    """Which part of a publisher's share a rightsholder receives (half-open validity)."""

    publisher_id: str
    rightsholder_id: str
    right: str
    quota_numerator: int
    quota_denominator: int
    valid_from: date | None
    valid_to: date | None
    recorded_at: date | None
    basis: str


@dataclass(frozen=True, slots=True)
class Holding:
    """Which publisher holds what stands under a host (half-open validity)."""

    host: str
    publisher_id: str
    valid_from: date | None
    valid_to: date | None
    reason: str


@dataclass(frozen=True, slots=True)
class Document:
    """A text that somebody published, or that an engine delivered as somebody's."""

    document_id: str
    """Hash of canonical_url and text: a copy under another host is another document."""
    text_id: str
    """Hash of the text alone; the key of the ``texts`` table."""
    external_id: str | None
    url: str | None
    canonical_url: str | None
    host: str
    title: str | None
    language: str | None
    section: str | None
    authors: tuple[str, ...]
    kind: DocumentKind
    access: Access | None
    published_at: datetime | None
    """A claim of the publisher."""
    first_seen_at: datetime | None
    """When we first held the text, or the time of the answer that delivered it."""
    answer_id: str | None
    """The answer that delivered it (snippets and cited passages), else None."""
    raw_ref: str
    origin_marks: tuple[str, ...] = ()
    """What the page itself says of where its text comes from, for instance ``agency:dpa``,
    ``digital_source_type:trainedAlgorithmicMedia``, ``notice:ai``, ``canonical:<url>``."""


@dataclass(frozen=True, slots=True)
class Text:
    """The text of a document, stored once however many documents carry it."""

    text_id: str
    text: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a document's text that a claim may rest on."""

    passage_id: str
    document_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Prompt:
    """A question; its id is the hash of the normalised question."""

    prompt_id: str
    text: str
    panel: str | None
    topic: str | None
    language: str | None
    weight: float
    """Panel weight, > 0; 1 where no panel says otherwise."""
    branded: bool
    """True where the question itself names a declared publisher."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one engine replied to one prompt at one time."""

    answer_id: str
    prompt_id: str
    question: str
    """The question as it was put; the normalised one is the prompt's."""
    engine: str
    model: str | None
    surface: str | None
    """api, web or app."""
    country: str | None
    locale: str | None
    collector: str
    """Who wrote the file, as far as known: the shape's name, or a vendor's."""
    asked_at: datetime | None
    run: int | None
    text: str | None
    """The engine's text unchanged, marks included; None where only links were given."""
    raw_ref: str
    """``<sha256 of the file>#<row>``: where the raw answer lies in ``raw/``."""
    status: Status
    impressions: int | None
    amount_minor: int | None
    currency: str | None
    queries: tuple[str, ...]
    """What the engine itself searched for (fan-out), where it says so."""
    flags: tuple[str, ...]
    """What the collecting user declared of the file, for instance ``links-invented``."""


@dataclass(frozen=True, slots=True)
class Citation:
    """A link that an answer shows, or that its engine only retrieved."""

    answer_id: str
    rank: int
    """1-based, in the order in which the engine lists its links."""
    url: str
    """As the engine gave it."""
    canonical_url: str | None
    host: str | None
    title: str | None
    start: int | None
    end: int | None
    """Span in ``Answer.text``; None where the engine names no place."""
    span_is_mark: bool
    """True: the span is the mark itself (``[1]``, a link); False: the text it carries."""
    shown: bool
    """True where the reader sees it (cited); False where it was only retrieved."""
    cited_passage: str | None
    """Text of the passage that the link points at (``#:~:text=``, cited_text)."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement of an answer that can be true or false."""

    claim_id: str
    answer_id: str
    statement_id: str
    """Hash of the normalised statement: equal within an answer means said twice."""
    start: int
    end: int
    content_words: int


@dataclass(frozen=True, slots=True)
class ClaimLink:
    """A page that an answer links, shown to the reader, at one of its claims."""

    claim_id: str
    answer_id: str
    page: str
    """The canonical URL; the URL as the engine gave it where there is none."""
    host: str | None
    placed: bool
    """False where the answer's links have no places: each of them counts for every claim."""


@dataclass(frozen=True, slots=True)
class Support:
    """How well one passage carries one claim."""

    claim_id: str
    passage_id: str
    document_id: str
    kind: SupportKind
    score: float
    probability: float
    support: int
    """round(10000 * probability): what money is computed from, 0..10000."""
    cited: bool
    """True where the answer links, at this claim, to the page of the passage."""
    conflicts: tuple[str, ...]
    """What disagrees, for instance ``number:2,4``; empty where nothing was found."""
    claim_spans: tuple[int, ...]
    """Matching stretches in ``Answer.text``: start, end, start, end, …"""
    text_spans: tuple[int, ...]
    """Matching stretches in the document's text: start, end, start, end, …"""
    judge: str
    """Name and version of the model that gave the score."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a passage comes from that repeats another house's text; others have no row."""

    passage_id: str
    document_id: str
    origin_passage_id: str | None
    """The root of all repetition; None where only the agency's name is known."""
    origin_document_id: str | None
    agency: str | None
    """Short name of the agency whose text it is, such as ``dpa``."""
    relation: Relation
    status: OriginStatus
    evidence: tuple[str, ...]
    """What the row rests on, for instance ``shared:0.93``, ``first_seen:2026-11-02T06:00:00Z``."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """Something whose text or name was taken away for good."""

    pot_id: str | None
    """The pot whose statement spoke of it; None on the row that says that it is forgotten."""
    kind: str
    """``document``; ``authors``: a name among a document's authors; ``passage``, ``publisher``,
    ``rightsholder``: what a statement opened; ``raw``: a raw file."""
    id: str
    """document_id, passage_id, publisher_id, rightsholder_id, or sha256 of the raw file."""
    commitment: str | None
    """By which the pot's statement still speaks of it, and which nobody can open any more."""
    forgotten_at: datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """A claim or document whose supports stay as they were found before something was forgotten.

    Without the text they cannot be found again, and no money is to move.
    """

    kind: str
    """``claim`` or ``document``: known when the figures were kept."""
    id: str


@dataclass(frozen=True, slots=True)
class Problem:
    """A bad row is a value: what was wrong, where, and what can be done about it, if anything."""

    stage: str
    source: str
    """The file, URL or setting."""
    line: int | None
    record_id: str | None
    message: str
    remedy: str

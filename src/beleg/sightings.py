"""What a row of measuring means: what counts, who is named, counts and the figures made of them.

:mod:`beleg.records` hands these on; what holds for all records is said there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from beleg.kinds import EstimateStatus, LinkState


@dataclass(frozen=True, slots=True)
class LinkCheck:
    """What was found where a shown link leads, the last time it was asked for."""

    page: str
    """The canonical URL; the URL as the engine gave it where there is none."""
    state: LinkState
    status: int | None
    """HTTP status after redirects; None where no server answered."""
    checked_at: datetime


@dataclass(frozen=True, slots=True)
class Mention:
    """A publisher or one of its people named in an answer's text."""

    answer_id: str
    entity_id: str
    start: int
    end: int
    form: str
    probability: float
    negative: bool
    """True for "I could not find anything by X": named, and no recommendation."""
    reason: str = ""
    """The words that decided: "name", "verb of saying: berichtete", "article of …: das"."""


@dataclass(frozen=True, slots=True)
class Observation:
    """Whether an answer counts, or repeats one that does (a cached reply is no new evidence)."""

    answer_id: str
    repeat_of: str | None
    """The answer_id that stands for this one; None where the answer counts itself."""


@dataclass(frozen=True, slots=True)
class Count:
    """What was counted of one measure; every estimate is made of these rows and of the prompts."""

    measure: str
    subject: str | None
    """A publisher_id, or ``*`` for the whole frame; None: a denominator that all subjects of the
    measure share, with ``x`` and ``n`` alone, which then are 0 in the subjects' own rows."""
    engine: str
    day: date | None
    """Of the answers, in UTC; None where no time is known."""
    prompt_id: str
    y: int
    """Numerator, summed over the answers; parts of an answer in billionths of it."""
    x: int
    """Denominator, summed likewise."""
    n: int
    """Answers with a denominator above 0."""
    n_hits: int
    """Answers with a numerator above 0."""
    n_full: int
    """Answers whose numerator equals their denominator."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A measured figure with its interval; no value without n, clusters and method."""

    measure: str
    subject: str
    """A publisher_id, or ``*`` for the whole frame."""
    engine: str
    """An engine; a mixture only where weights were stated (``openai=0.4,perplexity=0.6``). ``*``:
    a data frame that names none."""
    segment: str
    """``all``, ``unbranded`` or ``branded`` questions."""
    value: float | None
    low: float | None
    high: float | None
    level: float
    n: int
    """Observations (answers, false repeats taken out)."""
    n_clusters: int
    """Prompts."""
    events: float
    estimand: str
    method: str
    status: EstimateStatus
    topic: str | None = None
    """Of prompts with this topic (``no topic``: without one); None: all."""
    week: str | None = None
    """Of answers in this ISO week of the UTC day, ``2026-W47`` (``undated``: without a time);
    None: all."""

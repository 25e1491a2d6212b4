"""What every shape is read into before it becomes records: one reply and its links."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from beleg.records import Status

Row = dict[str, object]
Note = tuple[str, str]
"""What was wrong with a part of a row, and what to do about it, if anything."""


class ShapeError(Exception):
    """A row looks like a shape and lacks what the shape must have: what, and the remedy."""

    def __init__(self, message: str, remedy: str) -> None:
        self.message = message
        self.remedy = remedy
        super().__init__(f"{message} {remedy}")


class Span(NamedTuple):
    """A stretch of the reply's text, in code points."""

    start: int
    end: int
    is_mark: bool
    passage: str | None = None
    """The source's words that the engine names for this stretch."""


@dataclass(slots=True)
class Link:
    """One link of a reply, with the places where the text leans on it."""

    url: str
    title: str | None = None
    shown: bool = True
    snippet: str | None = None
    published: str | None = None
    """The publisher's date as the engine gives it, unread."""
    host: str | None = None
    """The source's host where the engine names it beside a redirect."""
    number: int | None = None
    """1-based number by which marks in the text name the link."""
    spans: list[Span] = field(default_factory=list)
    passages: list[str] = field(default_factory=list)
    """Cited passages that belong to no stretch of the text."""


@dataclass(slots=True)
class Reply:
    """What one engine replied to one question, as far as the row says."""

    shape: str
    text: str | None = None
    question: str | None = None
    engine: str | None = None
    model: str | None = None
    surface: str | None = None
    country: str | None = None
    locale: str | None = None
    collector: str | None = None
    asked_at: datetime | None = None
    run: int | None = None
    status: Status | None = None
    """None: told from the text."""
    impressions: int | None = None
    amount_minor: int | None = None
    currency: str | None = None
    queries: list[str] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    bare_hosts: bool = False
    """True where the source gives hosts for URLs."""
    marks: str = "none"
    """How the text names its sources where no offsets do: none, numbers (brackets and
    superscripts), figures (also bare figures at the end of sentences) or names."""
    source: object = None
    """The part of the row that this reply is, where a row holds several; None: the whole row."""
    notes: list[Note] = field(default_factory=list)
    """What was wrong with parts that were left out: message, and remedy or nothing."""


class Shape(NamedTuple):
    """One shape of answer files: its name, how it is told, how it is read."""

    name: str
    looked_for: str
    recognise: Callable[[Row], bool]
    read: Callable[[Row], list[Reply]]
    readable: Callable[[Row], bool] | None = None
    """Whether a row can be read so where the user names the shape; None: as ``recognise``."""

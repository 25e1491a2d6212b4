"""Visits that AI answers send back: the row, whose engine a source is, and overlapping exports."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

ENGINES: dict[str, str] = {
    "chatgpt.com": "chatgpt", "chat.openai.com": "chatgpt", "openai.com": "chatgpt",
    "perplexity.ai": "perplexity", "gemini.google.com": "gemini", "bard.google.com": "gemini",
    "copilot.microsoft.com": "copilot", "copilot.cloud.microsoft": "copilot",
    "m365.cloud.microsoft": "copilot", "claude.ai": "claude", "grok.com": "grok", "x.ai": "grok",
    "chat.deepseek.com": "deepseek", "deepseek.com": "deepseek", "chat.mistral.ai": "mistral",
    "mistral.ai": "mistral", "meta.ai": "meta", "you.com": "you", "poe.com": "poe",
    "phind.com": "phind", "andisearch.com": "andi", "duck.ai": "duck", "iask.ai": "iask",
    "chat.qwen.ai": "qwen",
}  # fmt: skip
"""Host, as referrer or as utm_source, to engine. An AI overview is not among them: its visits come
from google.com like all others, and nobody can tell them apart."""

_LABELS: dict[str, str] = {
    "chatgpt": "chatgpt", "openai": "chatgpt", "perplexity": "perplexity",
    "perplexityai": "perplexity", "gemini": "gemini", "googlegemini": "gemini",
    "bard": "gemini", "copilot": "copilot", "microsoftcopilot": "copilot", "claude": "claude",
    "claudeai": "claude", "grok": "grok", "deepseek": "deepseek", "mistral": "mistral",
    "lechat": "mistral", "mistralai": "mistral", "metaai": "meta", "poe": "poe",
    "phind": "phind", "andi": "andi", "duckai": "duck", "iask": "iask", "youcom": "you",
}  # fmt: skip
"""As reports name assistants, letters only."""


@dataclass(frozen=True, slots=True)
class Visit:
    """Visits of a day or an ISO week that one source sent to one host, as an export tells them."""

    raw_ref: str
    """sha256 of the export."""
    file: str
    host: str
    """Of the landing page, without ``www.``."""
    starts_on: date
    ends_on: date
    """Last day; the same as the first, or the last of its ISO week."""
    source: str
    """Referrer's host, utm_source or the assistant's name, as exported."""
    engine: str
    sessions: int
    subscriptions: float | None
    """Conversions (key events); None where the export has no such column, or an empty cell. GA4
    divides them among sources, so they need not be whole."""
    collected_at: datetime


def engine_of(source: str) -> str | None:
    """Tell the answer engine of a referrer, a utm_source or an assistant's name, or None."""
    host = re.sub(r"^https?://", "", source.strip().casefold()).split("/")[0].removeprefix("www.")
    labels = host.split(".")
    tails = (".".join(labels[cut:]) for cut in range(len(labels)))
    found = next((ENGINES[tail] for tail in tails if tail in ENGINES), None)
    return found or _LABELS.get(re.sub(r"[^a-z0-9]+", "", source.casefold()))


def family_of(engine: str) -> str:
    """Name the assistant behind an engine of answers: ``chatgpt_search`` is of ``chatgpt``."""
    first = re.split(r"[^a-z0-9.]+", engine.casefold())[0]
    return engine_of(engine) or engine_of(first) or engine


def settle(visits: Iterable[Visit]) -> tuple[list[Visit], list[Visit]]:
    """Count no day twice: of exports that overlap, the one that came in last holds.

    Returns:
        Rows that count, and rows that do not: another row tells of the same host and source on a
        day of theirs, from a later export, or day by day in the same one. Both sorted.
    """
    ordered = sorted(
        visits,
        key=lambda v: (
            -v.collected_at.timestamp(), v.raw_ref, v.ends_on - v.starts_on, v.starts_on,
            v.host, v.source,
        ),
    )  # fmt: skip
    covered: set[tuple[str, str, date]] = set()
    kept: list[Visit] = []
    left: list[Visit] = []
    for row in ordered:
        n_days = (row.ends_on - row.starts_on).days + 1
        days = {
            (row.host, row.source.casefold(), row.starts_on + timedelta(days=n))
            for n in range(n_days)
        }
        (kept if covered.isdisjoint(days) else left).append(row)
        if kept and kept[-1] is row:
            covered |= days
    key = lambda v: (v.host, v.source, v.starts_on, v.raw_ref)  # noqa: E731 # used twice below
    return sorted(kept, key=key), sorted(left, key=key)

"""Measure: who is named and linked in the answers, and what they rest on, with intervals."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import pyarrow as pa

from beleg.measure.columns import read_columns
from beleg.measure.estimates import estimate_all, list_declared
from beleg.measure.mentions import find_mentions
from beleg.measure.tallies import count

__all__ = ["Measured", "measure"]


class Measured(NamedTuple):
    """Tables that measure gives, each with the schema of its record."""

    mentions: pa.Table
    counts: pa.Table
    estimates: pa.Table


def _measure_nothing(_stage: str, _done: int, _total: int) -> None:
    """Say nothing."""


def measure(
    tables: Mapping[str, pa.Table],
    *,
    threshold: int,
    level: float = 0.95,
    on_progress: Callable[[str, int, int], None] | None = None,
) -> Measured:
    """Measure every publisher's visibility, and what the answers rest on, per engine.

    Args:
        tables: answers, citations, claim_links, claims, documents, holdings, observations,
            prompts, publishers and supports, by name; link_checks and texts, without which dead
            links and quotations are not measured.
        threshold: Least support that counts, 0..10000.
        level: Of the intervals, above 0 and below 1.
        on_progress: Told ``("measure", steps done, steps in all)``.

    Returns:
        Mentions, counts and estimates; docs/reference/measures.md defines each measure.
        No answers give no rows.

    Raises:
        ValueError: A threshold or level out of bounds.
        InputError: An answer's prompt is unknown, or has no weight above 0.
    """
    if not 0 <= threshold <= 10_000:
        raise ValueError(f"threshold == {threshold}, must be >= 0 and <= 10000")
    if not 0.0 < level < 1.0:
        raise ValueError(f"level == {level}, must be > 0 and < 1")
    tell = on_progress or _measure_nothing
    mentions = find_mentions(tables["answers"], tables["citations"], tables["publishers"])
    tell("measure", 1, 4)
    counts = count(tables, mentions, threshold, lambda n: tell("measure", 1 + n, 4)).counts
    columns = read_columns(counts, tables["prompts"])
    estimates = estimate_all(columns, list_declared(tables["publishers"]), level)
    tell("measure", 4, 4)
    return Measured(mentions, counts, estimates)

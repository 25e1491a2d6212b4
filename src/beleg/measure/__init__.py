"""Measure: who is named and linked in the answers, and what they rest on, with intervals."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import pyarrow as pa

from beleg.measure.estimates import lay_out, read_frame, read_tallies
from beleg.measure.mentions import find_mentions
from beleg.measure.tallies import count
from beleg.records import Estimate
from beleg.tables import schema_of

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
    counts, totals = count(tables, mentions, threshold, lambda n: tell("measure", 1 + n, 4))
    # A house without a domain (a group above its titles) cannot be linked: no zero is said of it.
    declared = [
        row["publisher_id"]
        for row in tables["publishers"].select(["publisher_id", "declared", "domains"]).to_pylist()
        if row["declared"] and row["domains"]
    ]
    frame = read_frame(totals, tables["prompts"], declared)
    rows = [lay_out(tally, frame, level) for tally in read_tallies(totals)]
    keys = [(name, "ascending") for name in ("measure", "subject", "engine", "segment")]
    tell("measure", 4, 4)
    estimates = pa.concat_tables([schema_of(Estimate).empty_table(), *rows])
    return Measured(mentions, counts, estimates.sort_by(keys).combine_chunks())

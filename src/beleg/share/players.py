"""Who plays for what stands under a host, and from when to when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pyarrow as pa

from beleg.errors import InputError
from beleg.records import Holding, Level, Mandate, Ownership, Pot, Publisher

_RANK = {Level.TITLE: 0, Level.COMPANY: 1, Level.GROUP: 2}

PLAYERS = pa.schema(
    [
        pa.field("host", pa.string(), nullable=False),
        pa.field("player_id", pa.string(), nullable=False),
        pa.field("from_at", pa.timestamp("us", tz="UTC"), nullable=False),
        pa.field("to_at", pa.timestamp("us", tz="UTC"), nullable=False),
    ]
)
"""Columns of :func:`find_players`."""


class _Span(NamedTuple):
    """Half-open, in UTC."""

    from_at: datetime
    to_at: datetime


def find_players(
    holdings: Iterable[Holding],
    ownerships: Iterable[Ownership],
    publishers: Iterable[Publisher],
    pot: Pot,
) -> pa.Table:
    """Say for each host who plays for it during the pot's period, at the pot's level.

    A publisher below the level is stood for by its owners, followed upward as far as the level;
    where no owner stands at or below it, the publisher plays itself. Days begin at midnight in
    the pot's time zone.

    Returns:
        host, player_id, from_at, to_at: spans within the period, which do not overlap for one
        host. A host that nobody holds has no row.

    Raises:
        InputError: Two publishers hold a host, or two owners a publisher, at one time; or owners
            own each other. Then nobody can say who plays.
    """
    zone, period = ZoneInfo(pot.timezone), _Span(pot.starts_at, pot.ends_at)
    levels = {publisher.publisher_id: publisher.level for publisher in publishers}
    parents: dict[str, list[tuple[str, _Span]]] = defaultdict(list)
    for row in ownerships:
        span = _clip(row.valid_from, row.valid_to, zone, period)
        if span.from_at < span.to_at:
            parents[row.publisher_id].append((row.parent_id, span))
    by_host: dict[str, list[tuple[str, _Span]]] = defaultdict(list)
    for held in holdings:
        span = _clip(held.valid_from, held.valid_to, zone, period)
        if span.from_at < span.to_at:
            by_host[held.host].append((held.publisher_id, span))
    rows = []
    for host in sorted(by_host):
        _refuse_overlap("host", host, "held by", by_host[host])
        for publisher_id, span in sorted(by_host[host], key=lambda held: held[1]):
            for part in _cut(span, publisher_id, parents):
                player = _climb(publisher_id, part.from_at, pot.level, levels, parents)
                rows.append((host, player, part.from_at, part.to_at))
    columns = zip(*rows, strict=True) if rows else [()] * len(PLAYERS)
    return pa.Table.from_arrays(
        [pa.array(values, field.type) for values, field in zip(columns, PLAYERS, strict=True)],
        schema=PLAYERS,
    )


def list_mandated(
    ownerships: Iterable[Ownership], publishers: Iterable[Publisher], pot: Pot
) -> list[str]:
    """List who plays for the publishers with a mandate on the first day of the pot's period.

    Titles of one owner are one, where the pot's level is the owner's. A house without a domain
    publishes nothing itself: it takes part for its titles alone, never beside them.

    Returns:
        Publisher ids that have a mandate themselves, each once, sorted.
    """
    publishers = list(publishers)
    paid = {p.publisher_id for p in publishers if p.declared and p.mandate == Mandate.PAID}
    own = [
        Holding(p.publisher_id, p.publisher_id, None, None, "mandate")
        for p in publishers
        if p.publisher_id in paid and p.domains
    ]
    rows = find_players(own, ownerships, publishers, pot).to_pylist()
    return sorted({row["player_id"] for row in rows if row["from_at"] == pot.starts_at} & paid)


def _clip(first: date | None, after: date | None, zone: ZoneInfo, period: _Span) -> _Span:
    starts = period.from_at if first is None else datetime.combine(first, time.min, zone)
    ends = period.to_at if after is None else datetime.combine(after, time.min, zone)
    return _Span(
        max(starts.astimezone(UTC), period.from_at), min(ends.astimezone(UTC), period.to_at)
    )


def _refuse_overlap(what: str, name: str, verb: str, rows: Sequence[tuple[str, _Span]]) -> None:
    ordered = sorted(rows, key=lambda row: row[1])
    for (one, before), (other, behind) in pairwise(ordered):
        if behind.from_at < before.to_at:
            day = behind.from_at.date().isoformat()
            raise InputError(
                f"{what} {name} is {verb} {one} and by {other} on {day}.",
                "End one of the two in beleg.toml.",
            )


def _cut(
    span: _Span, publisher_id: str, parents: Mapping[str, Sequence[tuple[str, _Span]]]
) -> list[_Span]:
    """Cut a span wherever an owner, or an owner's owner, changes."""
    cuts, open_ids, seen = {span.from_at, span.to_at}, [publisher_id], set[str]()
    while open_ids:
        current = open_ids.pop()
        if current in seen:
            continue
        seen.add(current)
        for parent, owned in parents.get(current, ()):
            cuts.update(at for at in owned if span.from_at < at < span.to_at)
            open_ids.append(parent)
    ordered = sorted(cuts)
    return [_Span(*pair) for pair in pairwise(ordered)]


def _climb(
    publisher_id: str,
    at: datetime,
    level: Level,
    levels: Mapping[str, Level],
    parents: Mapping[str, Sequence[tuple[str, _Span]]],
) -> str:
    """Follow the owners of one moment upward, as far as the level."""
    player, seen = publisher_id, {publisher_id}
    while _RANK[levels.get(player, Level.TITLE)] < _RANK[level]:
        _refuse_overlap("publisher", player, "owned by", parents.get(player, ()))
        owned = parents.get(player, ())
        owner = next((parent for parent, span in owned if span.from_at <= at < span.to_at), None)
        if owner is None or owner not in levels or _RANK[levels[owner]] > _RANK[level]:
            break
        if owner in seen:
            raise InputError(f"publisher {owner} owns itself.", "Break the circle.")
        player = owner
        seen.add(player)
    return player

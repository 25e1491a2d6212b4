"""The Arrow schema of each record, and the only translator between records and tables."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any, TypeVar

import pyarrow as pa

from beleg.records import (
    Answer,
    Balance,
    Citation,
    Claim,
    ClaimLink,
    ClaimWeight,
    Count,
    Document,
    Entitlement,
    Estimate,
    Forgotten,
    Frame,
    Holding,
    Kept,
    LinkState,
    Mention,
    MoneyInterval,
    Observation,
    Origin,
    Override,
    Ownership,
    Passage,
    Payout,
    Pot,
    Problem,
    Prompt,
    Publisher,
    Rightsholder,
    Share,
    Stake,
    Support,
    Text,
    Visit,
)

R = TypeVar("R")


@dataclasses.dataclass(frozen=True, slots=True)
class Opinion:
    """What somebody else's model says of a claim and a passage; it never changes ``supports``."""

    claim_id: str
    passage_id: str
    model: str
    """As the settings name it."""
    kind: str
    """``judge`` or ``embeddings``."""
    value: float | None
    """Of a judge 1 (supported), 0.5 (in part) or 0; else the cosine, -1..1. None: unclear."""
    text: str
    """The verdict in the model's own words; empty for embeddings."""
    asked_at: datetime


@dataclasses.dataclass(frozen=True, slots=True)
class LinkCheck:
    """What was found where a shown link leads, the last time it was asked for."""

    page: str
    """The canonical URL; the URL as the engine gave it where there is none."""
    state: LinkState
    status: int | None
    """HTTP status after redirects; None where no server answered."""
    checked_at: datetime


TABLES: dict[str, type] = {
    "answers": Answer,
    "balances": Balance,
    "citations": Citation,
    "claim_links": ClaimLink,
    "claims": Claim,
    "claim_weights": ClaimWeight,
    "counts": Count,
    "documents": Document,
    "entitlements": Entitlement,
    "estimates": Estimate,
    "forgotten": Forgotten,
    "frames": Frame,
    "holdings": Holding,
    "link_checks": LinkCheck,
    "mentions": Mention,
    "money_intervals": MoneyInterval,
    "observations": Observation,
    "opinions": Opinion,
    "origins": Origin,
    "overrides": Override,
    "ownerships": Ownership,
    "passages": Passage,
    "payouts": Payout,
    # Behind the table that its record is named for: a record's table is the first that has it.
    "closed_balances": Balance,
    "closed_payouts": Payout,
    "pots": Pot,
    "problems": Problem,
    "prompts": Prompt,
    "publishers": Publisher,
    "rightsholders": Rightsholder,
    "shares": Share,
    "stakes": Stake,
    "supports": Support,
    "texts": Text,
    "visits": Visit,
    # What grounding found before something was forgotten: behind the tables of the same records.
    "kept": Kept,
    "kept_origins": Origin,
    "kept_passages": Passage,
    "kept_supports": Support,
}
"""Table name to record; a record's own table is its first."""

KEYS: dict[str, tuple[str, ...]] = {
    "answers": ("answer_id",),
    "balances": ("pot_id", "payee", "publisher_id", "kind", "source"),
    "citations": ("answer_id", "rank", "url", "start", "end", "shown"),
    "claim_links": ("claim_id", "page"),
    "claims": ("claim_id",),
    "claim_weights": ("pot_id", "claim_id"),
    "closed_balances": ("pot_id", "payee", "publisher_id", "kind", "source"),
    "closed_payouts": ("pot_id", "payee", "publisher_id"),
    "counts": ("measure", "subject", "engine", "day", "prompt_id"),
    "documents": ("document_id",),
    "entitlements": ("publisher_id", "rightsholder_id", "right", "valid_from"),
    "estimates": ("measure", "subject", "engine", "segment", "topic", "week"),
    "forgotten": ("pot_id", "kind", "id"),
    "frames": ("frame_id",),
    "holdings": ("host", "publisher_id", "valid_from"),
    "kept": ("kind", "id"),
    "kept_origins": ("passage_id",),
    "kept_passages": ("passage_id",),
    "kept_supports": ("claim_id", "passage_id"),
    "link_checks": ("page",),
    "mentions": ("answer_id", "entity_id", "start"),
    "money_intervals": ("pot_id", "publisher_id"),
    "observations": ("answer_id",),
    "opinions": ("claim_id", "passage_id", "model", "kind"),
    "origins": ("passage_id",),
    "overrides": ("pot_id", "claim_id", "publisher_id"),
    "ownerships": ("publisher_id", "parent_id", "valid_from"),
    "passages": ("passage_id",),
    "payouts": ("pot_id", "payee", "publisher_id"),
    "pots": ("pot_id",),
    "problems": ("stage", "source", "line", "record_id", "message"),
    "prompts": ("prompt_id",),
    "publishers": ("publisher_id",),
    "rightsholders": ("rightsholder_id",),
    "shares": ("pot_id", "publisher_id"),
    "stakes": ("pot_id", "claim_id", "publisher_id"),
    "supports": ("claim_id", "passage_id"),
    "texts": ("text_id",),
    "visits": ("raw_ref", "host", "starts_on", "ends_on", "source"),
}
"""The columns by which a row of each table is told from the others."""

COLLECTED = frozenset({"answers", "citations", "documents", "texts", "visits", "problems"})
"""Tables that grow by what comes in; all others are recomputed from them."""

_SCALARS: dict[type, pa.DataType] = {
    str: pa.string(),
    int: pa.int64(),
    float: pa.float64(),
    bool: pa.bool_(),
    date: pa.date32(),
    datetime: pa.timestamp("us", tz="UTC"),
}


def _fields(record: type[Any]) -> tuple[tuple[str, type, bool, bool], ...]:
    """Name, scalar type, is-list and is-nullable of each field of a record."""
    hints = typing.get_type_hints(record)
    found = []
    for field in dataclasses.fields(record):
        hint, nullable = hints[field.name], False
        if isinstance(hint, types.UnionType):
            (hint,) = (arg for arg in typing.get_args(hint) if arg is not type(None))
            nullable = True
        is_list = typing.get_origin(hint) is tuple
        scalar = typing.get_args(hint)[0] if is_list else hint
        found.append((field.name, scalar, is_list, nullable))
    return tuple(found)


def schema_of(record: type[Any]) -> pa.Schema:
    """Derive the Arrow schema of a record from its annotations.

    Text, enums and ids become ``string``, tuples ``list``, times ``timestamp[us, UTC]``;
    ``| None`` becomes nullable.
    """
    fields = []
    for name, scalar, is_list, nullable in _fields(record):
        kind = pa.string() if issubclass(scalar, Enum) else _SCALARS[scalar]
        fields.append(pa.field(name, pa.list_(kind) if is_list else kind, nullable=nullable))
    return pa.schema(fields)


def to_arrow(rows: Iterable[R], record: type[R]) -> pa.Table:
    """Lay out records as an Arrow table with :func:`schema_of` their class."""
    rows = list(rows)
    columns = []
    for field, (name, scalar, is_list, _) in zip(schema_of(record), _fields(record), strict=True):
        values: list[Any] = [getattr(row, name) for row in rows]
        if is_list:
            values = [list(value) for value in values]
        elif issubclass(scalar, Enum):
            values = [None if value is None else str(value.value) for value in values]
        columns.append(pa.array(values, type=field.type))
    return pa.Table.from_arrays(columns, schema=schema_of(record))


def from_arrow(table: pa.Table, record: type[R]) -> list[R]:
    """Read an Arrow table back into records; columns are matched by name."""
    columns = []
    for name, scalar, is_list, _ in _fields(record):
        values: Sequence[Any] = table.column(name).to_pylist()
        if is_list:
            # A list that parts of an earlier program do not have yet is empty.
            values = [tuple(value or ()) for value in values]
        elif issubclass(scalar, Enum):
            values = [None if value is None else scalar(value) for value in values]
        elif scalar is datetime:
            values = [None if value is None else value.astimezone(UTC) for value in values]
        columns.append(values)
    return [record(*row) for row in zip(*columns, strict=True)]


def empty(name: str) -> pa.Table:
    """Return a table of no rows with the schema of the named table."""
    return schema_of(TABLES[name]).empty_table()

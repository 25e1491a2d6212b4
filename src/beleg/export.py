"""One flat table as a file for a spreadsheet, a database or another program."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq

from beleg.formats import disarm
from beleg.records import Publisher
from beleg.store import Workspace

FORMATS = ("csv", "excel-de", "parquet")

_NAMED = {"estimates": "subject", "shares": "publisher_id", "payouts": "publisher_id"}
"""Tables that carry a publisher's id, and where: its name is put beside it."""


def export_table(workspace: Workspace, name: str, kind: str) -> bytes:
    """Write a table of the workspace as a file.

    Args:
        workspace: Where it is read from.
        name: A table of :data:`beleg.records.TABLES`.
        kind: ``csv`` (UTF-8, commas, points), ``excel-de`` (UTF-8 with a mark that Excel knows,
            semicolons, decimal commas, local times) or ``parquet``.

    Raises:
        ValueError: For another kind.
    """
    table = workspace.arrow(name)
    if name in _NAMED:
        names = {p.publisher_id: p.name for p in workspace.rows(Publisher)}
        ids = table[_NAMED[name]].to_pylist()
        column = pa.array([names.get(item) if item else None for item in ids], pa.string())
        place = table.column_names.index(_NAMED[name]) + 1
        table = table.add_column(place, "publisher_name", column)
    if kind == "parquet":
        sink = io.BytesIO()
        pq.write_table(table, sink, compression="zstd")
        return sink.getvalue()
    if kind not in FORMATS:
        raise ValueError(f"kind == {kind!r}, must be one of {', '.join(FORMATS)}.")
    german = kind == "excel-de"
    zone = ZoneInfo(workspace.settings().timezone)
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";" if german else ",", lineterminator="\r\n")
    writer.writerow(table.column_names)
    for batch in table.to_batches(max_chunksize=4096):
        for row in batch.to_pylist():
            writer.writerow(
                [format_cell(value, zone if german else None) for value in row.values()]
            )
    return out.getvalue().encode("utf-8-sig" if german else "utf-8", "replace")


def format_cell(value: Any, german: ZoneInfo | None) -> str:
    """Write one value; text that a spreadsheet would run as a formula is disarmed."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return repr(value).replace(".", ",") if german else repr(value)
    if isinstance(value, datetime):
        return f"{value.astimezone(german):%d.%m.%Y %H:%M:%S}" if german else value.isoformat()
    if isinstance(value, list):
        return " | ".join(format_cell(item, german) for item in value)
    return disarm(value) if isinstance(value, str) else str(value)

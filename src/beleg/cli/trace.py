"""``beleg ground trace``: who wrote this?"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click
import pyarrow as pa

from beleg.cli.main import as_json as _as_json, open_workspace
from beleg.console import ProgressLines, count, print_json
from beleg.errors import InputError, StoreError
from beleg.ground.trace import INDEX, Group, Place, build_index, trace as find_groups
from beleg.store import Workspace
from beleg.tables import TABLES

_FORM = 1
"""Raised when what an index holds changes."""


def _read_index(folder: Path) -> dict[str, pa.Table]:
    """Map the tables of an index from their files."""
    return {name: pa.ipc.open_file(pa.memory_map(str(folder / name))).read_all() for name in INDEX}


def open_index(workspace: Workspace, progress: ProgressLines) -> dict[str, pa.Table]:
    """Map the index of a workspace's texts; build it where they have changed since.

    It is kept in ``cache/``, which may be deleted at any time.

    Raises:
        StoreError: The workspace holds no text.
    """
    fingerprint = workspace.fingerprint_of(("documents", "texts"), version("beleg"), _FORM)
    folder = workspace.path / "cache" / f"trace-{fingerprint[:24]}"
    if folder.is_dir():
        return _read_index(folder)
    documents, texts = workspace.arrow("documents"), workspace.arrow("texts")
    if not documents.num_rows:
        remedy = "Run `beleg collect pages` or `beleg collect answers` first."
        raise StoreError(f"{workspace.path} holds no text to look in.", remedy)
    tables = build_index(documents, texts, progress)
    progress.close()
    folder.parent.mkdir(exist_ok=True)
    aside = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".trace-"))
    for name, table in tables.items():
        with (
            pa.OSFile(str(aside / name), "wb") as file,
            pa.ipc.new_file(file, table.schema) as out,
        ):
            out.write_table(table.combine_chunks())
    old = list(folder.parent.glob("trace-*"))
    try:
        aside.rename(folder)
    except OSError:  # another process was quicker
        shutil.rmtree(aside)
    for stale in old:
        shutil.rmtree(stale, ignore_errors=True)
    return _read_index(folder)


class _Names:
    """Publishers by host, and origins by passage, as the workspace has them."""

    def __init__(self, workspace: Workspace) -> None:
        names = {row["publisher_id"]: row["name"] for row in _rows(workspace, "publishers")}
        self._publishers = {
            row["host"]: names.get(row["publisher_id"], row["publisher_id"])
            for row in _rows(workspace, "holdings")
        }
        self._origins = {row["passage_id"]: row for row in _rows(workspace, "origins")}

    def describe(self, place: Place, *, earliest: bool) -> dict[str, Any]:
        """Lay out one place for people and machines."""
        document = place.document
        return {
            "passage_id": place.passage_id,
            "publisher": self._publishers.get(document["host"]),
            **{key: document[key] for key in ("host", "title", "url", "document_id")},
            "published_at": document["published_at"],
            "first_seen_at": document["first_seen_at"],
            "earliest": earliest,
            "copy": "exact" if place.exact else "near",
            "origin": self._origins.get(place.passage_id),
        }


def _rows(workspace: Workspace, name: str) -> list[dict[str, Any]]:
    """Read a table; one that this program does not know has no rows."""
    rows: list[dict[str, Any]] = workspace.arrow(name).to_pylist() if name in TABLES else []
    return rows


def _describe(group: Group, names: _Names) -> dict[str, Any]:
    first = group.places[0].document["first_seen_at"]
    return {
        "support": group.verdict.support,
        "score": group.verdict.score,
        "kind": group.verdict.kind.value,
        "conflicts": list(group.verdict.conflicts),
        "passage": group.passage,
        "places": [
            names.describe(
                place, earliest=first is not None and place.document["first_seen_at"] == first
            )
            for place in group.places
        ],
    }


def _print_origin(origin: Mapping[str, Any]) -> None:
    where = origin.get("agency") or origin.get("origin_passage_id") or "unknown"
    evidence = ", ".join(origin.get("evidence") or ())
    click.echo(
        f"        origin: {where}, {origin['status']}{f' ({evidence})' if evidence else ''}"
    )


def _print_group(group: Mapping[str, Any]) -> None:
    conflicts = f"; disagrees: {', '.join(group['conflicts'])}" if group["conflicts"] else ""
    click.echo(f"{group['support'] / 100:.0f} %, {group['kind']}{conflicts}")
    click.echo(f"    {' '.join(group['passage'].split())}")
    for place in group["places"]:
        who = place["publisher"] if place["publisher"] not in {None, place["host"]} else ""
        title = place["title"] or "no title"
        dates = [
            f"{said} {place[key]:%Y-%m-%d %H:%M}"
            for said, key in (("first seen", "first_seen_at"), ("published", "published_at"))
            if place[key] is not None
        ]
        notes = ["earliest"] if place["earliest"] and len(group["places"]) > 1 else []
        notes += ["near copy"] if place["copy"] == "near" else []
        parts = [place["host"], who, title, *dates, *notes]
        click.echo(f"    - {'; '.join(part for part in parts if part)}")
        if place["origin"] is not None:
            _print_origin(place["origin"])


@click.command()
@click.argument("statement")
@click.option(
    "--limit", type=click.IntRange(1, 60), default=5, show_default=True, help="Passages shown."
)
@_as_json
def trace(statement: str, limit: int, as_json: bool) -> None:
    """Say who wrote this: the passages that carry a statement or resemble it, best first.

    Copies of a passage stand together, the one that was seen first on top. The first call after
    texts came in lays out an index in cache/; it takes about as long as `beleg ground` does to
    read them.

    \b
    Examples:
      beleg ground trace "The council approved the bridge with 24 votes."
      beleg ground trace --limit 1 --json "Die Stadtwerke senken den Preis um 12,5 Prozent."
    """
    if not any(map(str.isalnum, statement)):
        raise InputError("the statement holds no word.", 'Put it in quotes: "…".')
    workspace = open_workspace()
    with ProgressLines(quiet=as_json) as progress:
        index = open_index(workspace, progress)
    names = _Names(workspace)
    groups = [_describe(group, names) for group in find_groups(statement, index, limit)]
    if as_json:
        print_json({"statement": statement, "passages": groups})
        return
    for group in groups:
        _print_group(group)
    if not groups:
        n_texts = index["texts"].num_rows
        click.echo(f"No passage of {count(n_texts, 'text')} resembles this statement.")

"""Take openings out of statements: the root, every sum and every proof stay as they were.

A statement speaks of texts and names by commitments. Here the openings of some are taken away, in
the annex, the receipts and payouts.csv; pages for people that show one of them are deleted, and
the manifest names those. Nothing that the ledger says is touched.
"""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from beleg.errors import StoreError
from beleg.prove.commitments import Opening, to_annex, to_canonical
from beleg.prove.statements import MANIFEST, describe, read_files, swap_in
from beleg.raw import write_durably

TEXTS, LEDGER, PAYOUTS, README = "texts.jsonl", "ledger.jsonl", "payouts.csv", "README.txt"
_PAGE = re.compile(r"payee-[0-9a-f]{16}\.")

Wanted = Callable[[Opening], bool]
"""Says of an opening whether it is to go."""


class Loss(NamedTuple):
    """What a statement loses, or what a member was handed."""

    folder: Path
    pot_id: str
    openings: tuple[Opening, ...]
    """Those that go, by commitment."""
    pages: tuple[str, ...]
    """Files that are deleted since they show one of them."""


def find_losses(workspace: Path, wanted: Wanted) -> list[Loss]:
    """Find every statement and receipt of a workspace that opens something that is to go.

    Args:
        workspace: Its folder; statements may lie anywhere below it, but in raw/ and tables/.
        wanted: Says of an opening whether it is to go.

    Raises:
        StoreError: A statement cannot be read.
    """
    losses = []
    for folder in _list_folders(workspace):
        files = read_files(folder)
        try:
            opened = {row.commitment: row for row in _list_openings(files) if wanted(row)}
            if opened:
                pages = _list_pages(files, opened.keys())
                gone = tuple(opened[name] for name in sorted(opened))
                losses.append(Loss(folder, _read_pot(files), gone, tuple(pages)))
        except (ValueError, KeyError, TypeError) as error:
            remedy = "Mend it, or move it out of the workspace, and run again."
            raise StoreError(f"{folder}: is no statement ({error!r}).", remedy) from error
    return losses


def _list_folders(workspace: Path) -> list[Path]:
    """List the folders that hold a statement, or what a member was handed of one."""
    found = set()
    for pattern in (TEXTS, "payee-*.json"):
        for file in workspace.rglob(pattern):
            place = file.relative_to(workspace)
            if place.parts[0] not in {"raw", "tables"} and "/." not in f"/{place.as_posix()}":
                found.add(file.parent)
    return sorted(found)


def end_swaps(workspace: Path) -> None:
    """End what a writer of statements that was killed had begun; what it left aside goes.

    Killed between the renames of :func:`beleg.prove.statements.swap_in`, the new folder takes its
    place here.
    """
    for aside in sorted(workspace.rglob(".*.aside-*")):
        target = aside.with_name(aside.name[1:].rpartition(".aside-")[0])
        fresh = aside / "new"
        if not target.exists() and (aside / "old").exists() and fresh.exists():
            fresh.rename(target)
        shutil.rmtree(aside)


def _read_pot(files: Mapping[str, bytes]) -> str:
    name = MANIFEST if MANIFEST in files else min(name for name in files if _is_receipt(name))
    return str(json.loads(files[name])["pot_id"])


def _is_receipt(name: str) -> bool:
    return _PAGE.match(name) is not None and name.endswith(".json")


def _list_openings(files: Mapping[str, bytes]) -> Iterator[Opening]:
    rows = [json.loads(line) for line in files.get(TEXTS, b"").splitlines()]
    for name in filter(_is_receipt, sorted(files)):
        rows += json.loads(files[name])["texts"]
    for row in rows:
        if "forgotten" not in row:
            yield Opening(**row)


def _list_pages(files: Mapping[str, bytes], gone: Collection[str]) -> list[str]:
    """List the pages that show something that goes; a page of no receipt is taken to show it."""
    told = {
        name[:22]: {row["commitment"] for row in json.loads(files[name])["texts"]}
        for name in filter(_is_receipt, files)
    }
    made = {TEXTS, LEDGER, PAYOUTS, README, MANIFEST}
    pages = [name for name in files if name not in made and not _is_receipt(name)]
    return sorted(name for name in pages if told.get(name[:22], set(gone)) & set(gone))


def forget_openings(loss: Loss) -> None:
    """Take the openings away from a statement; its folder changes in one rename.

    Files that other folders link to are written anew here, never through the link.

    Raises:
        StoreError: The files cannot be written.
    """
    files = read_files(loss.folder)
    gone = {row.commitment: row.kind for row in loss.openings}
    for name in loss.pages:
        files.pop(name, None)
    for name in filter(_is_receipt, sorted(files)):
        receipt = json.loads(files[name])
        receipt["texts"] = [row for row in receipt["texts"] if row["commitment"] not in gone]
        files[name] = to_canonical(receipt) + b"\n"
    if TEXTS in files:
        files[TEXTS] = _strip_annex(files[TEXTS], gone)
    if PAYOUTS in files:
        files[PAYOUTS] = _strip_payouts(files[PAYOUTS], gone)
    try:
        if MANIFEST in files:
            files[MANIFEST] = _write_manifest(files)
            swap_in(files, loss.folder, replace=True)
            return
        for name, data in files.items():  # what a member was handed: each file by itself
            if (loss.folder / name).read_bytes() != data:
                write_durably(loss.folder / name, data)
        for name in loss.pages:
            (loss.folder / name).unlink(missing_ok=True)
    except OSError as error:
        remedy = "Check the disk and its permissions, and run again."
        raise StoreError(f"{loss.folder}: {error}.", remedy) from error


def _strip_annex(data: bytes, gone: Mapping[str, str]) -> bytes:
    rows = [json.loads(line) for line in data.splitlines()]
    opened = [Opening(**row) for row in rows if "forgotten" not in row]
    known = {row["commitment"]: row["kind"] for row in rows if "forgotten" in row}
    here = {row.commitment: row.kind for row in opened if row.commitment in gone}
    return to_annex((row for row in opened if row.commitment not in gone), known | here)


def _strip_payouts(data: bytes, gone: Collection[str]) -> bytes:
    rows = list(csv.DictReader(io.StringIO(data.decode(), newline="")))
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]) if rows else [], lineterminator="\r\n")
    for row in rows:
        for who in ("payee", "publisher"):
            if row[who] in gone:
                row |= {f"{who}_id": "", f"{who}_name": ""}
    if not rows:
        return data
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def _write_manifest(files: Mapping[str, bytes]) -> bytes:
    manifest: dict[str, Any] = json.loads(files[MANIFEST])
    names = sorted(files.keys() - {MANIFEST})
    entries = [json.loads(line) for line in files[LEDGER].splitlines()]
    pages = {entry["path"] for entry in entries if entry["type"] == "file"}
    manifest["files"] = [{"path": name, **describe(files[name])} for name in names]
    manifest["forgotten"] = sorted(pages - files.keys())
    return to_canonical(manifest) + b"\n"

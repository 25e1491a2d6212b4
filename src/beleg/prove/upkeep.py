"""Keeps the statements of a workspace up to date; one that is stays as it is.

The pages for people cost most of a run. A statement is left alone where it was written from the
same tables, secret and code, and every file still hashes to what its manifest says. What it was
written from is kept in a file of the workspace's ``kept/``, which may be deleted.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from functools import lru_cache
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import pyarrow as pa

from beleg.prove.statements import MANIFEST, describe, read_root, write_statements
from beleg.store import Workspace
from beleg.tables import TABLES


@lru_cache
def fingerprint_code() -> str:
    """Hash what a statement hangs on beside its tables: our code, and the writer of PDF pages."""
    digest = hashlib.sha256(f"{version('beleg')} {version('reportlab')}".encode())
    for name in ("formats.py", "money.py", "odds.py", "templates.py"):
        digest.update(files("beleg").joinpath(name).read_bytes())
    _add_folder(digest, files("beleg.prove"))
    return digest.hexdigest()


def _add_folder(digest: hashlib._Hash, folder: Traversable) -> None:
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        if file.is_dir() and file.name != "__pycache__":
            _add_folder(digest, file)
        elif file.is_file():
            digest.update(file.name.encode() + file.read_bytes())


def is_written(folder: Path, note: Path, source: str) -> bool:
    """Say whether a statement stands whole in a folder, as it was written from a source.

    Args:
        folder: Of the statement.
        note: The file that says what it was written from.
        source: Fingerprint of what it would be written from now.
    """
    try:
        manifest = (folder / MANIFEST).read_bytes()
        if note.read_text(encoding="utf-8") != _note(source, manifest):
            return False
        listed = {row.pop("path"): row for row in json.loads(manifest)["files"]}
        found = {path.name for path in folder.iterdir()} - {MANIFEST}
        return found == listed.keys() and all(
            describe((folder / name).read_bytes()) == row for name, row in listed.items()
        )
    except (OSError, ValueError, KeyError, TypeError):
        return False  # nothing that can be read says so: it is written anew


def remember(folder: Path, note: Path, source: str) -> None:
    """Keep what a statement was written from."""
    note.parent.mkdir(parents=True, exist_ok=True)
    note.write_text(_note(source, (folder / MANIFEST).read_bytes()), encoding="utf-8")


def _note(source: str, manifest: bytes) -> str:
    return f"{source} {hashlib.sha256(manifest).hexdigest()}\n"


def write_statement(
    ws: Workspace, name: str, folder: Path, tables: Mapping[str, pa.Table], *, force: bool
) -> list[str]:
    """Write a pot's statement, unless it stands; say where one went that said something else.

    Args:
        ws: A workspace open for writing.
        name: The pot.
        folder: Where its statement stands, or will.
        tables: All tables of the workspace.
        force: Write it also where it is up to date.
    """
    salted = hashlib.sha256(secret := ws.secret(name)).hexdigest()
    source = ws.fingerprint_of(TABLES, "prove", fingerprint_code(), salted)
    note = ws.path / "kept" / "statements" / f"{name}.txt"
    if not force and is_written(folder, note, source):
        return []
    root = read_root(folder)
    told = [set_aside(ws, folder, "its pot's data or rule changed")] if root else []
    write_statements(ws.path / "statements", tables, pot_id=name, salt_key=secret)
    remember(folder, note, source)
    if root == read_root(folder) and root is not None:
        place = _place_aside(ws, folder, root)
        shutil.rmtree(place)
        with contextlib.suppress(OSError):  # others lie there
            place.parent.rmdir()
            place.parent.parent.rmdir()
        told = []
    return told


def _place_aside(ws: Workspace, folder: Path, root: str) -> Path:
    return ws.path / "superseded" / folder.parent.name / f"{folder.name}-{root[:12]}"


def set_aside(ws: Workspace, folder: Path, why: str) -> str:
    """Keep a statement under superseded/, as links to its files, and say so in a note."""
    root = read_root(folder) or "unknown"
    place = _place_aside(ws, folder, root)
    if place.exists():
        shutil.rmtree(place)
    shutil.copytree(folder, place, copy_function=os.link)
    return f"{folder.relative_to(ws.path)} (root {root[:12]}…) is now in superseded/: {why}."

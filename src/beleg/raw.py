"""Raw files as they came, named by their sha256, and how each came in.

Functions of a workspace's folder; whoever writes holds the writer's lock
(:class:`beleg.store.Workspace`).
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Literal

import msgspec

from beleg.errors import StoreError


class Origin(msgspec.Struct, frozen=True, omit_defaults=True):
    """How a raw file came in: all that it takes to read it again in the same way."""

    sha256: str
    kind: Literal["answers", "pages", "visits"]
    name: str
    at: datetime
    engine: str | None = None
    shape: str | None = None
    flags: tuple[str, ...] = ()
    url: str | None = None
    base_url: str | None = None
    content_type: str | None = None
    host: str | None = None
    period: str | None = None


def write_durably(path: Path, data: bytes, *, mode: int | None = None) -> None:
    """Write aside, flush to the disk, then rename: the file is whole or not there.

    Args:
        path: The file.
        data: Its bytes.
        mode: Its permissions, set before it takes its place.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with aside.open("wb") as file:
        if mode is not None:
            aside.chmod(mode)
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)


def save(folder: Path, data: bytes, suffix: str) -> str:
    """Keep a file as it came; the same bytes are kept once.

    Args:
        folder: The workspace's.
        data: The file.
        suffix: Its ending with the dot, such as ``.jsonl.gz``.

    Returns:
        Its sha256 in hexadecimal: the part of a ``raw_ref`` before ``#``.
    """
    digest = hashlib.sha256(data).hexdigest()
    if not any(_find(folder, digest)):
        write_durably(folder / "raw" / digest[:2] / f"{digest}{suffix}", data)
    return digest


def _find(folder: Path, digest: str) -> Iterable[Path]:
    return (folder / "raw" / digest[:2]).glob(f"{digest}*")


def read(folder: Path, raw_ref: str) -> bytes:
    """Return the raw file of a ``raw_ref``.

    Raises:
        StoreError: It is not there, or its bytes are no longer those of its name.
    """
    digest = raw_ref.partition("#")[0]
    for file in _find(folder, digest):
        data = file.read_bytes()
        if hashlib.sha256(data).hexdigest() != digest:
            raise StoreError(f"{file}: its bytes have changed.", "Restore it from a backup.")
        return data
    raise StoreError(f"raw file {digest} is missing.", "Restore raw/ from a backup.")


def _log(folder: Path) -> Path:
    return folder / "raw" / "origins.jsonl"


def record(folder: Path, new: Iterable[Origin]) -> None:
    """Write down how raw files came in; what was said last of the same file is not said again."""
    last = {(old.sha256, old.kind, old.name): old for old in list_origins(folder)}
    lines = []
    for origin in new:
        key = (origin.sha256, origin.kind, origin.name)
        if key not in last or msgspec.structs.replace(last[key], at=origin.at) != origin:
            lines.append(msgspec.json.encode(origin) + b"\n")
            last[key] = origin
    if lines:
        with _log(folder).open("ab") as file:
            file.writelines(lines)
            file.flush()
            os.fsync(file.fileno())


def list_origins(folder: Path) -> list[Origin]:
    """List how the raw files came in, in that order; a line that was cut by a kill is not."""
    file = _log(folder)
    lines = file.read_bytes().splitlines(keepends=True) if file.exists() else []
    whole = [line for line in lines if line.endswith(b"\n")]
    return [msgspec.json.decode(line, type=Origin) for line in whole]


def delete(folder: Path, digests: Iterable[str]) -> None:
    """Delete raw files, then what is said of how they came in.

    Killed between, the lines are left, which a second call takes away.
    """
    gone = set(digests)
    for digest in gone:
        for file in _find(folder, digest):
            file.unlink()
    told = list_origins(folder)
    kept = [origin for origin in told if origin.sha256 not in gone]
    if kept != told:
        write_durably(_log(folder), b"".join(msgspec.json.encode(o) + b"\n" for o in kept))


def sweep(folder: Path) -> None:
    """Delete what a killed writer left aside, and cut off a line that it did not end."""
    for file in (folder / "raw").rglob(".*.tmp"):
        file.unlink()
    log = _log(folder)
    if log.exists() and not (data := log.read_bytes()).endswith(b"\n") and data:
        write_durably(log, data[: data.rfind(b"\n") + 1])

"""The workspace: raw files, Parquet tables under one manifest, and the writer's lock.

::

    beleg.toml              settings
    raw/ab/abcd….jsonl.gz   files as they came, named by their sha256
    raw/origins.jsonl       how each came in: name, address, options, time
    tables/manifest.json    which parts make up which table; one rename shows a whole commit
    tables/answers/….parquet
    statements/  reports/   what `prove` and `report` write
    kept/                   what a killed step had finished; may be deleted

A part that no manifest names is not there; the next writer sweeps it away. Readers open the
manifest once and see one state, whatever a writer does meanwhile (a swept part that a reader
still wanted is a StoreError that says to read again).
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import secrets
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from beleg import raw
from beleg.errors import StoreError, WriterBusy
from beleg.raw import Origin as Origin, write_durably as write_durably
from beleg.settings import Settings, read_settings
from beleg.tables import COLLECTED, KEYS, TABLES, empty, from_arrow

R = TypeVar("R")

SCHEMA_VERSION = 1
"""Raised when a column changes its meaning; an older workspace is then read anew from raw/."""

FOLDERS = ("raw", "tables", "statements", "reports")
SECRETS = ".secrets"
"""Folder of the pots' secrets; only their owner may read it."""

FORGET = "forget"
"""Source of the rows that stay of what was forgotten, or whose raw file was deleted with it: they
cannot be read anew from raw/, and outlive :meth:`Workspace.rebuild`."""

VOLATILE: dict[str, tuple[str, ...]] = {
    "documents": ("first_seen_at",),
    "origins": ("evidence",),  # it names the times
}
"""Columns that tell when we looked, not what we saw: left out of :meth:`Workspace.hash_of`."""

_FIRST: dict[str, tuple[str, ...]] = {"documents": ("first_seen_at", "raw_ref")}
"""Which of several rows of one key is kept: the smallest by these columns (nulls last)."""


class Part(msgspec.Struct, frozen=True):
    """One Parquet file of a table."""

    file: str
    rows: int
    source: str
    """sha256 of the file it was read from, or the stage that computed it."""


_EMPTY = Part("", 0, "")


class Manifest(msgspec.Struct, frozen=True):
    """What the workspace holds, whole."""

    schema_version: int = SCHEMA_VERSION
    tables: dict[str, tuple[Part, ...]] = {}
    stages: dict[str, str] = {}
    """Fingerprint of what each stage last read; equal means up to date."""


def create_workspace(path: Path, settings_text: str) -> None:
    """Make the folders and write beleg.toml; what is there already stays as it is.

    Raises:
        StoreError: Where beleg.toml exists.
    """
    toml = path / "beleg.toml"
    if toml.exists():
        raise StoreError(f"{toml} is there already.", "Nothing was changed.")
    for folder in FOLDERS:
        (path / folder).mkdir(parents=True, exist_ok=True)
    write_durably(toml, settings_text.encode())


class Workspace:
    """A workspace opened for reading, or, inside ``with``, for writing."""

    def __init__(self, path: Path, *, write: bool = False) -> None:
        """Open the workspace at a folder that holds a beleg.toml.

        Raises:
            StoreError: No workspace there, or one of a newer version.
        """
        self.path = path
        self._lock: Any = None
        self._write = write
        if not (path / "beleg.toml").is_file():
            raise StoreError(f"{path} is no workspace (no beleg.toml).", "Run `beleg init` there.")
        self.manifest = self._read_manifest()

    def _read_manifest(self) -> Manifest:
        file = self.path / "tables" / "manifest.json"
        try:
            data = file.read_bytes()
        except FileNotFoundError:
            return Manifest()
        try:
            version = json.loads(data)["schema_version"]
            if version > SCHEMA_VERSION:
                raise StoreError(
                    f"{file}: schema version {version}, this program knows {SCHEMA_VERSION}.",
                    "Update beleg; nothing was touched.",
                )
            return msgspec.json.decode(data, type=Manifest)
        except (ValueError, KeyError, TypeError) as error:
            remedy = "Restore it from a backup, or delete tables/ and run `beleg collect again`."
            raise StoreError(f"{file}: damaged ({error}).", remedy) from error

    def __enter__(self) -> Self:
        """Take the writer's lock where this workspace was opened for writing.

        Raises:
            WriterBusy: Another process holds it; it names the process.
        """
        if self._write:
            (self.path / "tables").mkdir(exist_ok=True)
            lock = (self.path / "tables" / ".lock").open("a+", encoding="utf-8")
            try:
                # The kernel lets go of it when the process ends, however it ends.
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                lock.seek(0)
                holder = lock.read().strip() or "another process"
                lock.close()
                raise WriterBusy(
                    f"{self.path}: {holder} is writing.", "Wait until it is done, then run again."
                ) from error
            lock.truncate(0)
            lock.write(f"process {os.getpid()}")
            lock.flush()
            self._lock = lock
            self.manifest = self._read_manifest()
            self._sweep()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let go of the writer's lock."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _sweep(self) -> None:
        """Delete what a killed writer left aside."""
        named = {part.file for parts in self.manifest.tables.values() for part in parts}
        for file in (self.path / "tables").rglob("*"):
            name = file.relative_to(self.path / "tables").as_posix()
            is_part = file.suffix == ".parquet" and name not in named
            if file.is_file() and (is_part or file.suffix == ".tmp"):
                file.unlink()
        raw.sweep(self.path)
        # One secret once salted all pots: whoever had it could try every text of every pot.
        (self.path / ".secret").unlink(missing_ok=True)

    def settings(self) -> Settings:
        """Read beleg.toml (see :func:`beleg.settings.read_settings`)."""
        return read_settings(self.path / "beleg.toml")

    def secret(self, pot_id: str) -> bytes:
        """Return a pot's own secret, made at the first call: it salts the pot's statement."""
        file = self.path / SECRETS / pot_id
        if not file.exists():
            self._require_lock()
            raw.write_durably(file, secrets.token_hex(32).encode(), mode=0o600)
            file.parent.chmod(0o700)
        return bytes.fromhex(file.read_text())

    def forget_secret(self, pot_id: str) -> None:
        """Delete a pot's secret; the next statement is salted anew, so its root is another."""
        self._require_lock()
        (self.path / SECRETS / pot_id).unlink(missing_ok=True)

    # raw ---------------------------------------------------------------------------------------

    def save_raw(self, data: bytes, suffix: str) -> str:
        """Keep a file as it came (see :func:`beleg.raw.save`)."""
        self._require_lock()
        return raw.save(self.path, data, suffix)

    def read_raw(self, raw_ref: str) -> bytes:
        """Return the raw file of a ``raw_ref`` (see :func:`beleg.raw.read`)."""
        return raw.read(self.path, raw_ref)

    def record_origins(self, new: Iterable[Origin]) -> None:
        """Write down how raw files came in, before what was read from them is committed."""
        self._require_lock()
        raw.record(self.path, new)

    def origins(self) -> list[Origin]:
        """List how the raw files came in, in that order; a line that was cut by a kill is not."""
        return raw.list_origins(self.path)

    def delete_raw(self, digests: Iterable[str]) -> None:
        """Delete raw files (see :func:`beleg.raw.delete`)."""
        self._require_lock()
        raw.delete(self.path, digests)

    # tables ------------------------------------------------------------------------------------

    def commit(
        self, tables: Mapping[str, pa.Table], *, source: str, fingerprint: str | None = None
    ) -> None:
        """Make new parts visible, all together, in place of those of the same source.

        Args:
            tables: Table name to rows. Of a derived table the whole is replaced; of a collected
                one the rows of this source are.
            source: sha256 of the raw file, or the stage's name.
            fingerprint: What the stage had read, kept with the commit.
        """
        self._require_lock()
        kept = dict(self.manifest.tables)
        for name, rows in tables.items():
            old = kept.get(name, ())
            rest = tuple(p for p in old if p.source != source) if name in COLLECTED else ()
            kept[name] = rest + ((self._write_part(name, rows, source),) if rows.num_rows else ())
        stages = dict(self.manifest.stages)
        if fingerprint is not None:
            stages[source] = fingerprint
        self._show(Manifest(SCHEMA_VERSION, dict(sorted(kept.items())), stages))

    def rebuild(self, batches: Iterable[tuple[str, Mapping[str, pa.Table]]]) -> None:
        """Put new parts in place of all that was collected, in one rename at the end.

        Args:
            batches: Source and its tables; rows of :data:`beleg.tables.COLLECTED` that none of
                them gives are gone afterwards, but for the problems that a stage found.
        """
        self._require_lock()
        stages = self.manifest.stages
        kept = {
            name: tuple(
                p
                for p in parts
                if name not in COLLECTED or p.source in stages or p.source.startswith(FORGET)
            )
            for name, parts in self.manifest.tables.items()
        }
        for source, tables in batches:
            for name, rows in tables.items():
                if rows.num_rows:
                    part = self._write_part(name, rows, source)
                    kept[name] = (*kept.get(name, ()), part)
        self._show(Manifest(SCHEMA_VERSION, dict(sorted(kept.items())), self.manifest.stages))

    def rewrite(
        self,
        edits: Mapping[str, Callable[[pa.Table], pa.Table]],
        added: Mapping[str, pa.Table],
        lasting: Collection[str] = (),
    ) -> None:
        """Edit tables part by part, in one rename; the old parts are deleted at once.

        Args:
            edits: Table name to what becomes of the rows of a part.
            added: Rows that are put beside them, under the source :data:`FORGET`.
            lasting: Sources whose parts cannot be read anew: they get a source of that kind.
        """
        self._require_lock()
        kept: dict[str, tuple[Part, ...]] = {}
        for name, parts in self.manifest.tables.items():
            fresh = [self._edit_part(name, part, edits.get(name)) for part in parts]
            kept[name] = tuple(
                msgspec.structs.replace(part, source=f"{FORGET}:{part.source}")
                if name in COLLECTED and part.source in lasting
                else part
                for part in fresh
                if part.rows
            )
        for name, rows in added.items():
            if rows.num_rows:
                part = self._write_part(name, rows, FORGET)
                kept[name] = (*(p for p in kept.get(name, ()) if p.file != part.file), part)
        self._show(Manifest(SCHEMA_VERSION, dict(sorted(kept.items())), self.manifest.stages))
        self._sweep()

    def _edit_part(
        self, name: str, part: Part, edit: Callable[[pa.Table], pa.Table] | None
    ) -> Part:
        if edit is None:
            return part
        old = pq.read_table(self.path / "tables" / part.file, schema=empty(name).schema)
        old = old.replace_schema_metadata(None)
        new = edit(old)
        if new.equals(old):
            return part
        return self._write_part(name, new, part.source) if new.num_rows else _EMPTY

    def _show(self, manifest: Manifest) -> None:
        text = msgspec.json.format(msgspec.json.encode(manifest), indent=1)
        write_durably(self.path / "tables" / "manifest.json", text)
        self.manifest = manifest

    def _write_part(self, name: str, rows: pa.Table, source: str) -> Part:
        sink = pa.BufferOutputStream()
        metadata = {"beleg_table": name, "beleg_schema_version": str(SCHEMA_VERSION)}
        pq.write_table(rows.replace_schema_metadata(metadata), sink, compression="zstd")
        data = sink.getvalue().to_pybytes()
        # The source is part of the name: two sources with equal rows are two parts.
        digest = hashlib.sha256(source.encode() + data).hexdigest()[:24]
        write_durably(self.path / "tables" / name / f"{digest}.parquet", data)
        return Part(f"{name}/{digest}.parquet", rows.num_rows, source)

    def arrow(self, name: str) -> pa.Table:
        """Read a whole table, one row a key, in the order of its key.

        Raises:
            StoreError: A part is missing or damaged.
        """
        parts = self.manifest.tables.get(name, ())
        schema = empty(name).schema
        try:
            read = [pq.read_table(self.path / "tables" / p.file, schema=schema) for p in parts]
        except (OSError, pa.ArrowException) as error:
            remedy = "Run again; if it stays, delete tables/ and run `beleg collect again`."
            raise StoreError(f"table {name}: {error}.", remedy) from error
        table = pa.concat_tables([empty(name), *read]).replace_schema_metadata(None)
        return _keep_first(table, name)

    def lacks(self, names: Iterable[str]) -> bool:
        """Say whether a part of these tables is not where the manifest has it."""
        parts = (part for name in names for part in self.manifest.tables.get(name, ()))
        return not all((self.path / "tables" / part.file).is_file() for part in parts)

    def rows(self, record: type[R]) -> list[R]:
        """Read a whole table as records."""
        name = next(name for name, kind in TABLES.items() if kind is record)
        return from_arrow(self.arrow(name), record)

    def fingerprint_of(self, names: Iterable[str], *rest: object) -> str:
        """Hash which parts some tables are made of, and whatever else a stage depends on."""
        parts = [sorted(p.file for p in self.manifest.tables.get(name, ())) for name in names]
        return hashlib.sha256(repr((parts, rest)).encode()).hexdigest()

    def hash_of(self, name: str) -> str:
        """Hash what a table says: its rows by key, without the times at which we looked."""
        table = self.arrow(name).drop_columns(list(VOLATILE.get(name, ())))
        digest = hashlib.sha256(",".join(table.column_names).encode())
        for batch in table.to_batches(max_chunksize=4096):
            for row in batch.to_pylist():
                digest.update(
                    repr(tuple(map(_plain, row.values()))).encode("utf-8", "surrogatepass")
                )
        return digest.hexdigest()

    def _require_lock(self) -> None:
        if self._lock is None:
            raise StoreError(f"{self.path} is open for reading only.", "Open it with write=True.")


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def _keep_first(table: pa.Table, name: str) -> pa.Table:
    """Keep one row of each key and sort by key: nothing is counted twice."""
    if table.num_rows == 0:
        return table
    order = dict.fromkeys((*KEYS[name], *_FIRST.get(name, ("raw_ref",))))
    table = table.sort_by([(c, "ascending") for c in order if c in table.column_names])
    other = pa.array([False] * (len(table) - 1), pa.bool_())
    for column in (table.column(part).combine_chunks() for part in KEYS[name]):
        above, own = column.slice(0, len(column) - 1), column.slice(1)
        gap = pc.xor(above.is_null(), own.is_null())  # two nulls are equal
        other = pc.or_(other, pc.coalesce(pc.not_equal(above, own), gap))
    return table.filter(pa.concat_arrays([pa.array([True]), other]))


Progress = Callable[[str, int, int], None]
"""Called with a stage's name, how many are done, and of how many."""

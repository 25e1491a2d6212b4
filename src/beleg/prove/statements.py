"""Statements: a folder a pot, with which anyone can recompute who was paid what."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from beleg.errors import InputError, StoreError
from beleg.formats import Language
from beleg.prove.commitments import to_annex, to_canonical
from beleg.prove.explanation import README
from beleg.prove.ledger import FORMAT, Book, write_book
from beleg.prove.merkle import build_levels, root_of
from beleg.prove.paper import read_head
from beleg.prove.papers import write_papers
from beleg.prove.receipts import (
    group_pages,
    list_receipts,
    prove_receipt,
    write_claims_csv,
    write_csv,
)

MANIFEST = "manifest.json"
LANGUAGES: tuple[Language, ...] = ("de", "en")

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def write_statements(
    folder: Path,
    tables: Mapping[str, pa.Table],
    *,
    pot_id: str,
    salt_key: bytes,
    languages: Sequence[Language] = LANGUAGES,
    replace: bool = True,
) -> Path:
    """Write the statement of one pot under ``folder/<period>/<pot_id>/``.

    The files are written aside and take their place in one rename; the same input gives the same
    bytes. docs/reference/statements.md describes each file.

    Args:
        folder: The workspace's ``statements``.
        tables: pots, claim_weights, stakes, shares, payouts, claims, answers, prompts, supports,
            passages, documents, texts, publishers, rightsholders, entitlements, balances and
            forgotten, by name.
        pot_id: The pot.
        salt_key: The pot's secret; whoever has it can guess texts from their hashes.
        languages: Of the pages for people.
        replace: False refuses to take the place of a statement that says something else.

    Returns:
        The folder of the statement.

    Raises:
        InputError: The pot is unknown or was not settled, or the tables do not fit together.
        StoreError: The files cannot be written, or another statement stands there.
    """
    files = build_files(tables, pot_id, salt_key, languages)
    period = str(json.loads(files[MANIFEST])["period"])
    for name in (period, pot_id):
        if not _NAME.fullmatch(name):
            raise InputError(f"{name!r} cannot name a folder.", "Use letters, digits, '-', '_'.")
    target = folder / period / pot_id
    try:
        swap_in(files, target, replace=replace)
    except OSError as error:
        raise StoreError(f"{target}: {error}.", "Check the disk and its permissions.") from error
    return target


def build_files(
    tables: Mapping[str, pa.Table],
    pot_id: str,
    salt_key: bytes,
    languages: Sequence[Language] = LANGUAGES,
) -> dict[str, bytes]:
    """Compute every file of a statement: name to bytes.

    The tree's first entries are the book; those of type ``file``, with the hashes of the pages
    for people, come last. A page names the root of the book, the manifest that of the whole tree.

    Raises:
        InputError: As :func:`write_statements`.
    """
    book = write_book(tables, pot_id, salt_key)
    receipts = list_receipts(book)
    papers = {"README.txt": README.encode()}
    named = {}
    lines = [to_canonical(entry) for entry in book.entries]
    head = read_head(book.entries, root_of(lines).hex())
    for payee, receipt in receipts.items():
        for language in languages:
            papers |= write_papers(receipt, head, language)
        claims = write_claims_csv(receipt, book.pot.distributable_minor)
        papers[f"payee-{payee[:16]}.csv"] = claims
        # Of a receipt the claims alone: proofs come after the tree, texts have their commitments.
        named[f"payee-{payee[:16]}.json"] = to_canonical(receipt["claims"])
    named |= papers
    for name in sorted(named):
        book.entries.append({"type": "file", "path": name, **describe(named[name])})
        lines.append(to_canonical(book.entries[-1]))
    pages = group_pages(book.entries)
    levels = build_levels(lines)
    files = {
        **papers,
        "ledger.jsonl": b"".join(line + b"\n" for line in lines),
        "payouts.csv": write_csv(book),
        "texts.jsonl": to_annex(book.openings.values(), book.forgotten),
    }
    for payee, receipt in receipts.items():
        proven = prove_receipt(receipt, pages[payee[:16]], levels)
        files[f"payee-{payee[:16]}.json"] = to_canonical(proven) + b"\n"
    files[MANIFEST] = to_canonical(_manifest(book, levels, files)) + b"\n"
    return files


def describe(data: bytes) -> dict[str, Any]:
    """Say of a file how long it is and what its bytes hash to."""
    return {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def _manifest(book: Book, levels: list[list[bytes]], files: Mapping[str, bytes]) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "pot_id": book.pot.pot_id,
        "period": book.pot.period,
        "tree_size": len(levels[0]),
        "root": levels[-1][0].hex(),
        "files": [{"path": name, **describe(files[name])} for name in sorted(files)],
        "forgotten": [],
    }


def read_root(folder: Path) -> str | None:
    """Read the Merkle root of a statement's folder; None where no statement stands there.

    Raises:
        StoreError: The manifest cannot be read.
    """
    path = folder / MANIFEST
    try:
        return str(json.loads(path.read_bytes())["root"])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreError(f"{path}: {error}.", "Write the statement again.") from error


def swap_in(files: Mapping[str, bytes], target: Path, *, replace: bool) -> None:
    """Write files aside and rename their folder into place, unless the same stand there.

    Files are never written through: where they are links, what else is linked stays as it is.

    A folder that is in the way is moved aside first; killed between the two renames, the next run
    writes the same files again and sweeps what was left.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    for left in target.parent.glob(f".{target.name}.aside-*"):
        shutil.rmtree(left)
    if target.exists():
        if read_files(target) == dict(files):
            return
        if not replace:
            raise StoreError(
                f"{target} holds another statement of this pot.",
                "Move it away, or allow it to be replaced.",
            )
    aside = Path(tempfile.mkdtemp(prefix=f".{target.name}.aside-", dir=target.parent))
    fresh, old = aside / "new", aside / "old"
    fresh.mkdir()
    for name, data in files.items():
        with (fresh / name).open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    if target.exists():
        target.rename(old)
    fresh.rename(target)
    shutil.rmtree(aside)


def read_files(folder: Path) -> dict[str, bytes]:
    """Read all files of a folder, by name."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }

"""What the journal's salted hashes stand for: openings in ``ledger/annex/``, one file each.

A file may be deleted (``beleg forget``): the journal still holds, and nobody can say any more what
the hash stood for. The annex is never part of what is exported.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from pathlib import Path

from beleg.errors import StoreError
from beleg.prove.commitments import Opening, commit, to_canonical, to_line
from beleg.store import write_durably

ANNEX = "annex"


def seal(kind: str, id_: str, text: str) -> Opening:
    """Commit to a text with a salt that is drawn for it alone, and lies only in its opening."""
    return commit(secrets.token_bytes(32), "", kind, id_, text)


def save_opening(ledger: Path, opening: Opening) -> None:
    """Keep an opening, before the entry that names its commitment is written."""
    folder = ledger / ANNEX
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    write_durably(folder / f"{opening.commitment}.json", to_line(opening) + b"\n")


def read_opening(ledger: Path, commitment: str) -> Opening | None:
    """Read what a commitment of the journal stands for; None where it was forgotten.

    Raises:
        StoreError: The file does not open the commitment: it was changed.
    """
    file = ledger / ANNEX / f"{commitment}.json"
    if not file.exists():
        return None
    try:
        opening = Opening(**json.loads(file.read_bytes()))
    except (ValueError, TypeError) as error:
        raise StoreError(f"{file}: damaged ({error}).", "Restore it from a backup.") from error
    content = to_canonical({"id": opening.id, "kind": opening.kind, "text": opening.text})
    found = hashlib.sha256(bytes.fromhex(opening.salt) + content).hexdigest()
    if not found == opening.commitment == commitment:
        raise StoreError(
            f"{file}: is not what the journal committed to.", "Restore it from a backup."
        )
    return opening

"""The key that signs the journal: Ed25519, in a file that only its owner can read.

The private key never leaves ``.signing-key``; nothing prints or exports it. The public key stands
in ``ledger/keys/<id>.pub`` and in the journal, where each key is introduced by the one before it.
docs/guide/keys.md says how keys are given out, changed and lost.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from beleg.errors import InputError, StoreError
from beleg.prove.commitments import to_canonical
from beleg.prove.journal import LEDGER, Entry, make_entry
from beleg.store import write_durably

SECRET, NEXT = ".signing-key", ".signing-key.next"
KEY_CONTEXT = b"beleg-key-1\n"
"""Stands before what is signed: a signature of one kind of thing never passes for another."""


class Key(NamedTuple):
    """A private key with what may be known of it."""

    private: Ed25519PrivateKey
    """Its repr shows no secret."""
    public: str
    """Hexadecimal, 64 digits."""
    key_id: str
    """16 digits: the first of the sha256 of the public key."""

    def sign(self, context: bytes, value: Entry) -> str:
        """Sign a value in its canonical form; hexadecimal, 128 digits."""
        return self.private.sign(context + to_canonical(value)).hex()


def name_key(public: str) -> str:
    """Name a public key by its id."""
    return hashlib.sha256(bytes.fromhex(public)).hexdigest()[:16]


def read_public(given: str) -> str:
    """Read a public key: 64 hexadecimal digits, or a file that holds them.

    Raises:
        InputError: It is neither.
    """
    text = given.strip()
    try:
        if not _is_key(text):
            text = Path(given).read_text(encoding="ascii").strip()
    except (OSError, ValueError) as error:
        raise InputError(
            f"{given}: no public key ({error}).", "Give 64 hexadecimal digits, or a .pub file."
        ) from error
    if not _is_key(text):
        raise InputError(
            f"{given}: holds no public key.", "It must hold 64 hexadecimal digits, no more."
        )
    return text.lower()


def _is_key(text: str) -> bool:
    return len(text) == 64 and all(sign in "0123456789abcdefABCDEF" for sign in text)


def create_key() -> Key:
    """Draw a new key; nothing is written."""
    return _of(Ed25519PrivateKey.generate())


def _of(private: Ed25519PrivateKey) -> Key:
    public = private.public_key().public_bytes_raw().hex()
    return Key(private, public, name_key(public))


def open_key(file: Path) -> Key:
    """Read the private key.

    Raises:
        StoreError: It is missing or damaged, or others may read it.
    """
    try:
        loose = file.stat().st_mode & 0o077
        text = file.read_text(encoding="ascii").strip()
    except FileNotFoundError as error:
        raise StoreError(
            f"{file}: the signing key is not there.",
            "Restore it from a backup, or see docs/guide/keys.md on a lost key.",
        ) from error
    except UnicodeDecodeError as error:
        raise StoreError(f"{file}: holds no key.", "Restore it from a backup.") from error
    if loose:
        raise StoreError(
            f"{file}: others than its owner may use it (mode {file.stat().st_mode & 0o777:o}).",
            f"Run `chmod 600 {file}`; if others could read it, `beleg prove key --rotate`.",
        )
    if not _is_key(text):  # the text is not told: it may be most of a key
        raise StoreError(f"{file}: holds no key.", "Restore it from a backup.")
    return _of(Ed25519PrivateKey.from_private_bytes(bytes.fromhex(text)))


def save_key(file: Path, key: Key) -> None:
    """Write a private key that only its owner can read, whole or not at all."""
    aside = file.with_name(f"{file.name}.tmp")
    aside.unlink(missing_ok=True)
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as opened:
        opened.write(key.private.private_bytes_raw().hex() + "\n")
        opened.flush()
        os.fsync(opened.fileno())
    aside.replace(file)


def publish_key(place: Path, key: Key) -> Path:
    """Lay the public key where it can be fetched from: ``ledger/keys/<id>.pub``."""
    file = place / LEDGER / "keys" / f"{key.key_id}.pub"
    if not file.exists():
        write_durably(file, f"{key.public}\n".encode())
    return file


def introduce_key(key: Key, at: str, root: str, previous: Key | None) -> Entry:
    """Make the entry by which a key enters the journal, signed by the key before it.

    Args:
        key: The new key.
        at: When.
        root: Of the journal before this entry: the key before it signs all that it stood for.
        previous: The key before it; None where there is none, and it signs itself.
    """
    values = {"type": "key", "at": at, "key_id": key.key_id, "public_key": key.public}
    said = {**values, "previous": previous.key_id if previous else None, "root": root}
    signature = (previous or key).sign(KEY_CONTEXT, said)
    del said["type"], said["at"]
    return make_entry("key", at, **said, signature=signature)

"""Salted commitments: hashes that stand for texts and names until somebody opens them.

A plain hash of a short text can be guessed. A commitment is ``sha256(salt + canonical JSON of
{"id", "kind", "text"})`` with 16 bytes of salt; whoever holds salt and text can open it, and once
the salt is deleted nobody can. Salts are drawn from a secret key of the pot by HMAC, so that the
same input gives the same bytes again, while nobody without the key can compute them. When
something is forgotten the key of its pot goes too: whoever had it could still try texts.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import rfc8785

SALT_BYTES = 16


class Opening(NamedTuple):
    """What opens a commitment."""

    kind: str
    """prompt, claim, passage, publisher or rightsholder."""
    id: str
    text: str
    """The words of a prompt, claim or passage; the name of a publisher or rightsholder."""
    salt: str
    """Hexadecimal."""
    commitment: str
    """Hexadecimal."""


def commit(key: bytes, pot_id: str, kind: str, id_: str, text: str) -> Opening:
    """Commit to a text. Salts differ from pot to pot, so that names cannot be linked by them."""
    secret = to_canonical([pot_id, kind, id_])
    salt = hmac.new(key, secret, hashlib.sha256).digest()[:SALT_BYTES]
    content = to_canonical({"id": id_, "kind": kind, "text": text})
    return Opening(kind, id_, text, salt.hex(), hashlib.sha256(salt + content).hexdigest())


def to_line(opening: Opening) -> bytes:
    """Write an opening as one line of the annex, without the line's end."""
    return to_canonical(opening._asdict())


def to_annex(openings: Iterable[Opening], forgotten: Mapping[str, str]) -> bytes:
    """Write the annex: what is opened, by kind and id; then what was forgotten, by commitment.

    Args:
        openings: Of the commitments that are opened.
        forgotten: Commitment to kind.
    """
    opened = sorted(openings, key=lambda opening: (opening.kind, opening.id))
    lines = [to_line(opening) for opening in opened]
    lines += [
        to_canonical({"commitment": name, "forgotten": True, "kind": forgotten[name]})
        for name in sorted(forgotten)
    ]
    return b"".join(line + b"\n" for line in lines)


def to_canonical(value: Any) -> bytes:
    """Write a value as canonical JSON (RFC 8785)."""
    return rfc8785.dumps(value)

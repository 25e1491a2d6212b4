"""Ids: content hashes, so that the same thing has the same id wherever it is met."""

from __future__ import annotations

import hashlib


def content_id(*parts: object) -> str:
    """Hash the parts into an id of 32 hexadecimal digits (128 bits of sha256).

    Parts are joined by the unit separator, which no URL and no cleaned text contains, so that
    ``("ab", "c")`` and ``("a", "bc")`` differ. ``None`` and the empty string are told apart.
    """
    joined = "\x1f".join("\x00" if part is None else str(part) for part in parts)
    return hashlib.sha256(joined.encode("utf-8", "surrogatepass")).hexdigest()[:32]

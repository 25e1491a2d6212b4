"""Ids: content hashes, so that the same thing has the same id wherever it is met."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import TypeVar

from beleg.errors import InputError

R = TypeVar("R")


def content_id(*parts: object) -> str:
    """Hash the parts into an id of 32 hexadecimal digits (128 bits of sha256).

    Parts are joined by the unit separator, which no URL and no cleaned text contains, so that
    ``("ab", "c")`` and ``("a", "bc")`` differ. ``None`` and the empty string are told apart.
    """
    joined = "\x1f".join("\x00" if part is None else str(part) for part in parts)
    return hashlib.sha256(joined.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def pick_row(rows: Mapping[str, R], digits: str, noun: str, remedy: str) -> R:
    """Pick the row whose id begins with some digits; an id that is whole is always itself.

    Raises:
        InputError: No row, or more than one, begins with these digits.
    """
    if digits in rows:
        return rows[digits]
    found = [row for row_id, row in rows.items() if row_id.startswith(digits)]
    if len(found) != 1:
        said = f"{len(found)} {noun}s begin" if found else f"No {noun} begins"
        raise InputError(f"{said} with {digits!r}.", "Give more digits." if found else remedy)
    return found[0]

"""What words are alike in meaning: a small vector for each common term of German and English.

"begin" stands near "start", "Firma" near "Unternehmen", and "Arzt" near "doctor": both languages
share one space. The vectors are shipped as data (``meaning.{de,en}.bin.gz``), made by
``benchmarks/make_meaning.py``: those whose weighted sum comes nearest to what a multilingual
sentence encoder says of whole sentences. Rows stand in the order of the background table.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from beleg.ground.background import background_weight, load_background

N_DIMENSIONS = 64
SCALE = 200.0
"""What a component of a vector of length 1 is multiplied with before it is rounded to a byte."""
LEAST_ALIKE = 0.5
"""Cosine below which two terms have nothing to do with each other: of random pairs of terms fewer
than one in a hundred lies above it."""

Floats = NDArray[np.float32]


class Table(NamedTuple):
    """The vectors of a language."""

    rows: Mapping[str, int]
    """Term to the row of its vector."""
    vectors: Floats
    """Of length 1, or 0 where no term has the row; shape (n_rows, 64)."""


@cache
def load_meaning(language: str) -> Table:
    """Read the table of a language, ``de`` or ``en``."""
    data = files("beleg.ground").joinpath(f"meaning.{language}.bin.gz").read_bytes()
    packed = np.frombuffer(gzip.decompress(data), dtype=np.int8).reshape(-1, N_DIMENSIONS)
    vectors = packed.astype(np.float32)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    known = (lengths > 0).ravel()  # a few terms have no form of their own, and no vector
    rows = {term: row for row, term in enumerate(load_background(language)) if known[row]}
    return Table(rows, vectors / np.maximum(lengths, 1e-6))


class Meaning(NamedTuple):
    """The terms of a text that have a vector, and the direction of their sum."""

    terms: tuple[str, ...]
    vectors: Floats
    """Shape (n_terms, 64)."""
    whole: Floats
    """Sum of the vectors by the terms' weight, of length 1; zeros where there is none."""


def read_meaning(terms: Iterable[str], language: str) -> Meaning:
    """Look up the distinct terms of a text."""
    table = load_meaning(language)
    known = tuple(sorted(term for term in set(terms) if term in table.rows))
    vectors = table.vectors[[table.rows[term] for term in known]]
    weights = np.array([background_weight(t, language) for t in known], dtype=np.float32)
    whole = weights @ vectors
    length = float(np.linalg.norm(whole))
    return Meaning(known, vectors, whole / length if length else whole)


def find_alike(terms: Sequence[str], language: str, others: Meaning) -> dict[str, float]:
    """Find for each term how near the nearest of other terms is.

    Args:
        terms: Terms of a claim that a passage lacks.
        language: Of the claim.
        others: The passage's terms.

    Returns:
        Term to cosine, where it is at least :data:`LEAST_ALIKE`.
    """
    table = load_meaning(language)
    known = [term for term in terms if term in table.rows]
    if not known or not others.terms:
        return {}
    nearest = (table.vectors[[table.rows[t] for t in known]] @ others.vectors.T).max(axis=1)
    return {t: float(c) for t, c in zip(known, nearest, strict=True) if c >= LEAST_ALIKE}

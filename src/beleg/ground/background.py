"""How common a term is in German and English at large.

What a word tells must not hang on the documents that happen to be in a workspace: the same claim
and passage get the same score in every corpus, and in none. The tables list the terms that stand
at least once in a million words; they are made by ``benchmarks/make_background.py``.
"""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

_UNLISTED = 25
"""Ten times the Zipf value of a term that is not listed: names and long compounds above all."""
_FIGURE = 30
"""Ten times the Zipf value that a figure counts as."""
_COMMONEST = 80
_LEAST = 5


@cache
def load_background(language: str) -> Mapping[str, int]:
    """Read the table of a language, ``de`` or ``en``: term to ten times its Zipf value."""
    data = files("beleg.ground").joinpath(f"background.{language}.txt.gz").read_bytes()
    rows = (line.split("\t") for line in gzip.decompress(data).decode().splitlines())
    return {term: int(zipf) for term, zipf in rows}


def background_weight(term: str, language: str) -> int:
    """Weigh a term by its rarity: 8 less its Zipf value, in millionths; 500,000..5,500,000.

    Source: Zipf scale of van Heuven, Mandera, Keuleers and Brysbaert (2014); on the labelled sets
    it tells supported from unsupported as well as the rarity in the corpus at hand, or better
    (docs/theory/grounding.md).
    """
    zipf = _FIGURE if term.startswith("#") else load_background(language).get(term, _UNLISTED)
    return max(_COMMONEST - zipf, _LEAST) * 100_000

"""Every word of the statements for people, in German and in English: ``paper_words.toml``."""

from __future__ import annotations

import tomllib
from importlib.resources import files

from beleg.formats import Language, fill_words

WORDS: dict[str, dict[str, str]] = tomllib.loads(
    files("beleg.prove").joinpath("paper_words.toml").read_text(encoding="utf-8")
)
"""Key to the words in ``de`` and ``en``."""


def word(key: str, language: Language, **values: str | int) -> str:
    """Return the words of ``key``, filled in.

    Raises:
        KeyError: No such key, or a value is missing.
    """
    return fill_words(WORDS[key], language, **values)


def name_term(kind: str, term: str, language: Language) -> str:
    """Return the words for a term of the ledger (a rule, a kind, a basis), or the term itself."""
    key = f"{kind}_{term}"
    return word(key, language) if key in WORDS else term

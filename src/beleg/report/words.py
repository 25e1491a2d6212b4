"""Every word of the report, in German and in English: ``words.toml`` holds both side by side.

``{name}`` is filled in; ``|`` parts the form for one from the form for several (chosen by ``n``).
"""

from __future__ import annotations

import tomllib
from importlib.resources import files

from beleg.formats import Language, fill_words

WORDS: dict[str, dict[str, str]] = tomllib.loads(
    files("beleg.report").joinpath("words.toml").read_text(encoding="utf-8")
)
"""Key to the words in ``de`` and ``en``."""


def word(key: str, language: Language, **values: str | int) -> str:
    """Return the words of ``key``, filled in; whole numbers are written as the language does.

    Raises:
        KeyError: No such key, or a value is missing.
    """
    return fill_words(WORDS[key], language, **values)

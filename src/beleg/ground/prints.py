"""Prints: a text as rows of integers, from which repetition is told without its words.

A print holds the fingerprint of every word, and of every stem that is no function word. Pairs of
stems that stand close together (:func:`pair_stems`) survive what a rewrite does to a text: other
function words, other endings, another order of clauses and sentences. Runs of words
(:func:`run_words`) survive a copy alone.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from beleg.ground.tokens import fingerprint, fold_word

Ints = npt.NDArray[np.int64]
Bits = npt.NDArray[np.bool_]

REACH = 3
"""Stems that stand at most so far apart make a pair."""
RUN = 5
"""Words of a run: two texts that share one by chance are rare, and a changed word breaks five."""
_WORD = re.compile(r"[^\W_]+")
_QUOTED = re.compile(r"„[^„“”\"]{1,900}[“”\"]|“[^“”]{1,900}”|»[^»«]{1,900}«|«[^»«]{1,900}»|"
                     r"\"[^\"\n]{1,900}\"")  # fmt: skip
_FEWEST_QUOTED = 3
"""Words in quotation marks that make a quotation: fewer are a name or an irony."""
_ODD = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xBF58476D1CE4E5B9)


class Print(NamedTuple):
    """The words of one text and its stems, in order."""

    words: Ints
    """Fingerprint of each word, folded."""
    starts: Ints
    """Where each word begins, in code points."""
    stems: Ints
    """Fingerprint of the stem of each word that is no function word."""
    places: Ints
    """Which word each stem belongs to."""
    quoted: Bits
    """Whether each stem stands in quotation marks."""
    small: Bits
    """Whether each stem's word begins with a small letter: no name, no figure."""


@lru_cache(maxsize=1 << 19)
def _print_word(form: str, language: str) -> tuple[int, int]:
    """Return the fingerprints of a word and of its stem (0 for a function word)."""
    folded, term, _ = fold_word(form, language)
    return fingerprint(folded), fingerprint(term) if term else 0


def read_print(text: str, language: str) -> Print:
    """Take the print of a text.

    Args:
        text: Any text.
        language: ``de`` or ``en``.
    """
    starts, words, stems, small = [], [], [], []
    for match in _WORD.finditer(text):
        word, stem = _print_word(match[0], language)
        starts.append(match.start())
        words.append(word)
        stems.append(stem)
        small.append(match[0][0].islower())
    at = np.array(starts, np.int64)
    all_stems = np.array(stems, np.int64)
    places = np.flatnonzero(all_stems)
    quoted = np.zeros(len(starts), bool)
    for quote in _QUOTED.finditer(text):
        first, last = np.searchsorted(at, quote.span())
        if last - first >= _FEWEST_QUOTED:
            quoted[first:last] = True
    return Print(
        np.array(words, np.int64),
        at,
        all_stems[places],
        places,
        quoted[places],
        np.array(small, bool)[places],
    )


def mix(left: Ints, right: Ints) -> Ints:
    """Mix two rows of fingerprints into one, 63 bits each; the order of both counts."""
    with np.errstate(over="ignore"):
        mixed = (left.astype(np.uint64) * _ODD) ^ ((right.astype(np.uint64) + _ODD) * _MIX)
        mixed ^= mixed >> np.uint64(31)
        mixed *= _MIX
    return (mixed >> np.uint64(1)).astype(np.int64)


def pair_stems(stems: Ints, reach: int = REACH) -> tuple[Ints, Ints, Ints]:
    """Pair each stem with the ones up to ``reach`` behind it, whichever of both comes first.

    Returns:
        Fingerprint of each pair, and the numbers of its two stems.
    """
    fingerprints, first, second = [], [], []
    for step in range(1, reach + 1):
        left, right = stems[:-step], stems[step:]
        fingerprints.append(mix(np.minimum(left, right), np.maximum(left, right)))
        at = np.arange(len(left), dtype=np.int64)
        first.append(at)
        second.append(at + step)
    found, one, two = map(np.concatenate, (fingerprints, first, second))
    distinct = stems[one] != stems[two]
    return found[distinct], one[distinct], two[distinct]


def run_words(words: Ints, length: int = RUN) -> Ints:
    """Return the fingerprint of every run of ``length`` words, by its first word."""
    if len(words) < length:
        return np.zeros(0, np.int64)
    runs = words[: len(words) - length + 1]
    for step in range(1, length):
        runs = mix(runs, words[step : len(words) - length + 1 + step])
    return runs

"""Parallels: which passages of a text repeat another text, and where.

Everything is computed from the prints of both texts. A stem is *met* where it stands in a pair
that the other text has too, and *in a run* where a run of words holds it that stands there word
for word. What stands in quotation marks, and what stands in very many texts, counts for neither.

Reports of one event share names, figures and a quotation, and even most pairs of names; what they
do not share is how the rest is said. So a text as a whole repeats another by its words with a
small first letter, each counted once, or by its runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from beleg.ground.prints import RUN, Bits, Ints, Print, pair_stems, run_words

RUN_ALONE = 0.5
"""Part of a passage's stems in runs from which it repeats the other text by itself: two reports of
one event by different hands reach .33 on real pages, a lightly rewritten passage falls below .6
in one of a hundred."""
WHOLE_SMALL = 0.34
"""Part of a text's distinct small words that is met, from which the text as a whole repeats the
other: reports by different hands reach .28, texts with half of their words replaced begin at
.44."""
WHOLE_RUN = 0.12
"""Likewise of its stems in runs, in STRETCHES places or more: .06 and .15. One sentence that two
reports share is no repeat of the whole."""
STRETCHES = 3
WITHIN = 0.4
"""Part of a passage's stems that is met, from which it repeats what its whole text repeats."""
COPIED = 0.95
"""Part of what is met that stands in runs, from which a repetition is a copy."""
FEWEST = 5
"""Stems that a passage must have to be judged."""
FEWEST_SMALL = 12
"""Distinct small words without which a text as a whole is judged by its runs alone."""
FLOODED = 0.3
"""Part of a text's stems that stand in what very many texts hold, from which it may be one of a
flood of copies, which makes boilerplate of its own words."""
FLOOD = 0.75
"""Part of all stems of a text that is met, boilerplate included, from which it is one of a flood
and not a page with a long notice."""
FEWEST_RUN = 8
"""Stems in runs without which a passage repeats nothing by itself."""


class Reading(NamedTuple):
    """A print made ready for comparison."""

    seen: Print
    pairs: Ints
    """Distinct fingerprints of the pairs of stems, sorted."""
    pair_at: Ints
    """The first stem of the first pair of each fingerprint."""
    every: tuple[Ints, Ints, Ints]
    """All pairs: which of ``pairs``, first stem, second stem."""
    runs: Ints
    """Distinct fingerprints of the runs of words, sorted."""
    run_at: Ints
    """Which of them begins at each word."""
    common: Bits
    """Stems that stand in what very many texts hold."""
    first: Bits
    """Stems that stand in the text for the first time."""
    bounds: Ints
    """First stem of each passage and the one after its last. Shape (n_passages, 2)."""


class Stretch(NamedTuple):
    """A stretch of a passage that stands word for word in a passage of another text."""

    passage: int
    other: int
    start: int
    end: int
    """In the text, in code points."""


class Match(NamedTuple):
    """A passage that repeats a passage of another text."""

    passage: int
    """Its number in its text."""
    other: int
    """Number of the passage that it repeats."""
    shared: float
    """Part of its stems that is met, 0..1."""
    kind: str
    """``copy``, ``rewrite`` or ``quotation``."""
    by_whole: bool
    """True where the text as a whole repeats the other."""


def make_reading(seen: Print, spans: Sequence[tuple[int, int]], boilerplate: Ints) -> Reading:
    """Make a print ready.

    Args:
        seen: The print.
        spans: Start and end of each passage in the text, in order.
        boilerplate: Fingerprints of neighbouring stems that stand in very many texts, sorted.
    """
    fingerprints, left, right = pair_stems(seen.stems)
    pairs, at, which = np.unique(fingerprints, return_index=True, return_inverse=True)
    runs, run_at = np.unique(run_words(seen.words), return_inverse=True)
    common = np.zeros(len(seen.stems), bool)
    frequent = _is_in(pairs, boilerplate)[which] & (right - left == 1)
    common[left[frequent]] = True
    common[right[frequent]] = True
    first = np.zeros(len(seen.stems), bool)
    first[np.unique(seen.stems, return_index=True)[1]] = True
    at_char = seen.starts[seen.places]
    bounds = np.searchsorted(at_char, np.array(spans, np.int64).reshape(-1, 2))
    every = (which.astype(np.int64), left, right)
    return Reading(seen, pairs, left[at], every, runs, run_at, common, first, bounds)


def _is_in(values: Ints, ordered: Ints) -> Bits:
    """Tell which values a sorted row holds."""
    if not len(ordered):
        return np.zeros(len(values), bool)
    at = np.searchsorted(ordered, values)
    found: Bits = ordered[np.minimum(at, len(ordered) - 1)] == values
    return found


def _mark_met(one: Reading, other: Reading) -> tuple[Bits, Ints, Ints]:
    """Mark the stems that are met; also the first stem of every met pair here and there."""
    which, left, right = one.every
    shared = _is_in(one.pairs, other.pairs)
    hit = np.flatnonzero(shared[which])
    hit = hit[~(one.common[left[hit]] | one.common[right[hit]])]
    met = np.zeros(len(one.seen.stems), bool)
    met[left[hit]] = True
    met[right[hit]] = True
    there = other.pair_at[np.searchsorted(other.pairs, one.pairs[which[hit]])]
    return met, left[hit], there


def _mark_runs(one: Reading, other: Reading) -> Bits:
    """Mark the stems in runs of words that the other text has too."""
    words = np.zeros(len(one.seen.words), bool)
    begins = np.flatnonzero(_is_in(one.runs, other.runs)[one.run_at])
    for step in range(RUN):
        words[begins + step] = True
    return words[one.seen.places]


def _part(marks: Bits, of: Bits) -> float:
    n = int(of.sum())
    return int((marks & of).sum()) / n if n else 0.0


def align(one: Reading, other: Reading) -> list[Match]:
    """Find the passages of a text that repeat the other text, whichever was first.

    Returns:
        At most one match a passage, in order: with the passage of the other text that holds most
        of what is met.
    """
    met, here, there = _mark_met(one, other)
    run = _mark_runs(one, other)
    quoted = one.seen.quoted
    free = ~one.common & ~quoted
    small = free & one.seen.small & one.first
    by_small = int(small.sum()) >= FEWEST_SMALL and _part(met, small) >= WHOLE_SMALL
    by_run = _part(run, free) >= WHOLE_RUN and _count_stretches(run & free) >= STRETCHES
    whole = (by_small or by_run) and int((met & free).sum()) >= FEWEST_RUN
    if not whole and int((run & ~one.common).sum()) < FEWEST:
        return []
    found = []
    for number, (start, end) in enumerate(one.bounds.tolist()):
        inside = slice(start, end)
        if not whole and not run[inside].any():
            continue
        usable = free[inside] | quoted[inside] if whole else free[inside]
        usable = usable & ~one.common[inside]
        kind = _judge(met[inside], run[inside], usable, is_whole=whole)
        if kind is None and not whole:
            kind = _judge_quotation(run[inside], quoted[inside] & ~one.common[inside], usable)
            usable = usable | quoted[inside]
        if kind is None:
            continue
        place = _place(here, there, (start, end), other.bounds)
        if place is not None:
            shared = _part(met[inside], usable)
            found.append(Match(number, place, shared, kind, whole))
    return found


def is_flooded(one: Reading) -> bool:
    """Tell whether so much of a text is boilerplate that it may be one of a flood of copies."""
    return len(one.common) > 0 and float(one.common.mean()) >= FLOODED


def align_flood(one: Reading, other: Reading) -> list[Match]:
    """As :func:`align`, for texts that are nearly one; both readings know no boilerplate."""
    met, _, _ = _mark_met(one, other)
    return align(one, other) if len(met) and float(met.mean()) >= FLOOD else []


def find_stretches(one: Reading, other: Reading, matches: Sequence[Match]) -> list[Stretch]:
    """Find what passages hold of the other text that do not repeat it as passages.

    Only stretches of :data:`FEWEST_RUN` stems and more outside quotation marks: a sentence, not a
    turn of phrase.
    """
    met, here, there = _mark_met(one, other)
    run = _mark_runs(one, other) & met & ~one.common & ~one.seen.quoted
    edges = np.flatnonzero(np.diff(np.concatenate([[0], run.astype(np.int8), [0]])))
    matched = {match.passage for match in matches}
    found = []
    for first, last in edges.reshape(-1, 2).tolist():
        for number, (start, end) in enumerate(one.bounds.tolist()):
            begins, ends = max(first, start), min(last, end)
            if number in matched or ends - begins < FEWEST_RUN:
                continue
            place = _place(here, there, (begins, ends), other.bounds)
            if place is not None:
                at = one.seen.starts[one.seen.places]
                found.append(Stretch(number, place, int(at[begins]), int(at[ends - 1]) + 1))
    return found


def _count_stretches(marks: Bits) -> int:
    return int(marks[:1].sum()) + int((marks[1:] & ~marks[:-1]).sum())


def _judge(met: Bits, run: Bits, usable: Bits, *, is_whole: bool) -> str | None:
    """Say whether a passage repeats the other text, and how."""
    if int(usable.sum()) < FEWEST:
        return None
    n_met, n_run = int((met & usable).sum()), int((run & usable).sum())
    alone = _part(run, usable) >= RUN_ALONE and n_run >= FEWEST_RUN
    if not alone and not (is_whole and _part(met, usable) >= WITHIN):
        return None
    return "copy" if n_run >= COPIED * max(n_met, 1) else "rewrite"


def _judge_quotation(run: Bits, quoted: Bits, free: Bits) -> str | None:
    """Say whether a passage shares a quotation, and hardly anything beside it."""
    n_quoted = int((run & quoted).sum())
    return "quotation" if n_quoted >= FEWEST and n_quoted >= 2 * int((run & free).sum()) else None


def _place(here: Ints, there: Ints, inside: tuple[int, int], bounds: Ints) -> int | None:
    """Choose the other text's passage that holds most of what is met; of equals the first."""
    places = np.sort(there[(here >= inside[0]) & (here < inside[1])])
    if not len(places) or not len(bounds):
        return None
    counts = np.searchsorted(places, bounds[:, 1]) - np.searchsorted(places, bounds[:, 0])
    return int(np.argmax(counts))

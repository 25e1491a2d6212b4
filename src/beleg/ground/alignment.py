"""Alignment: which word of a claim is which word of a passage, and what stands in its place.

A word that a passage has several times is the one whose neighbours agree; one whose neighbours
stand elsewhere is aligned with nothing. Between the aligned neighbours of a word lies the stretch
of the passage that says what the word should say.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple

from beleg.ground.readings import ClaimReading, PassageReading
from beleg.ground.tokens import Mark, Token

_REACH = 4
"""Content words on each side that vote on where a word belongs."""
_MOST_PLACES = 8
"""Places of a word that are looked at: bounds the time on a text that repeats one word."""
_ACCORD = 0.4
"""Least mean vote of a side for a word to be aligned: neighbours off by three words."""
_SLACK = 6
"""By how many words more the passage may say what the claim says between two neighbours."""
_FIRST, _NAME = int(Mark.FIRST), int(Mark.NAME)


class Alignment(NamedTuple):
    """Places of the claim's words in the passage."""

    places: Sequence[int]
    """For each content word of ``claim.row``: its place among the passage's tokens, or -1."""
    rows: Sequence[int]
    """Places of those content words among the claim's tokens, ascending."""
    share: float
    """Part of the claim's content words that are aligned, 0..1."""


class Stretch(NamedTuple):
    """Tokens ``[start, end)`` of one side that stand where a word of the other side belongs."""

    start: int
    end: int
    both: bool
    """Whether a neighbour is aligned on each side."""
    tight: bool
    """Whether both are next to it, with as many words between them as in the claim."""


_Place = tuple[int, Sequence[int]]
"""A word's place in the claim, and where it may be in the passage."""


def _vote(here: int, place: int, others: Sequence[_Place]) -> float:
    """Average how near other words stand to where they should, if one word is at ``place``."""
    total = 0.0
    for there, candidates in others:
        wanted = place + there - here
        total += 1 / (1 + min(abs(q - wanted) for q in candidates) / 2)
    return total / len(others)


def _is_alike(tokens: Sequence[Token], at: int, others: Sequence[Token], place: int) -> bool:
    """Tell whether the same word stands before or behind a word on both sides."""
    return any(
        0 <= at + step < len(tokens)
        and 0 <= place + step < len(others)
        and tokens[at + step].form == others[place + step].form
        for step in (-1, 1)
    )


def _find_name_ends(tokens: Sequence[Token]) -> dict[int, tuple[int, int]]:
    """Give the first and last place of each name: its own words do not tell where it belongs."""
    found: dict[int, tuple[int, int]] = {}
    first = -1
    for index in range(len(tokens) + 1):
        inside = index < len(tokens) and tokens[index].marks & _NAME
        if inside and first < 0:
            first = index
        elif not inside and first >= 0:
            found.update(dict.fromkeys(range(first, index), (first, index - 1)))
            first = -1
    return found


def _choose(
    here: int, candidates: Sequence[int], left: Sequence[_Place], right: Sequence[_Place]
) -> int:
    """Choose where a word belongs by the votes of the words before and behind it, or -1.

    One side in accord is enough, for clauses change places; of several such places the one that
    both sides are nearer to is taken.
    """
    best, most = -1, 0.0
    n_left, n_right = len(left), len(right)
    for place in candidates:
        before = _vote(here, place, left) if left else 0.0
        behind = _vote(here, place, right) if right else 0.0
        accord = max(before, behind)
        if accord > _ACCORD:
            accord += (n_left * before + n_right * behind) / (n_left + n_right)
            if accord > most:
                best, most = place, accord
    return best


def align(claim: ClaimReading, passage: PassageReading) -> Alignment:
    """Align the content words of a claim with those of a passage.

    Two rounds: in the first all places of a word's neighbours vote, in the second those alone
    where the neighbours were put. A name that the passage has beside another "said" is found out.
    """
    row, found = claim.row, passage.term_places
    known: list[_Place] = [(i, p[:_MOST_PLACES]) for i, term in row if (p := found.get(term))]
    name_ends = _find_name_ends(claim.tokens)
    candidates = dict(known)
    for _ in range(2):
        chosen: list[_Place] = []
        for k, (i, _places) in enumerate(known):
            first, last = name_ends.get(i, (i, i))
            left = [one for one in known[max(k - _REACH, 0) : k] if one[0] < first]
            right = [one for one in known[k + 1 : k + 1 + _REACH] if one[0] > last]
            if left or right:
                best = _choose(i, candidates[i], left, right)
            else:  # nothing else to go by than the words beside it
                beside = [
                    p for p in candidates[i] if _is_alike(claim.tokens, i, passage.tokens, p)
                ]
                best = beside[0] if beside else -1
            if best >= 0:
                chosen.append((i, (best,)))
        known = chosen
    aligned = {i: places[0] for i, places in known}
    share = len(aligned) / len(row) if row else 0.0
    return Alignment([aligned.get(i, -1) for i, _ in row], [i for i, _ in row], share)


def _find_neighbour(
    tokens: Sequence[Token], alignment: Alignment, row: int, step: int, anchor: int
) -> tuple[int, int, int] | None:
    """Find the nearest aligned content word on one side, at most one unaligned one passed over.

    Returns:
        Its place in the claim, in the passage, and the words passed over; None where there is
        none in the same sentence.
    """
    skipped = 0
    while 0 <= row < len(alignment.rows) and skipped <= 1:
        place = alignment.rows[row]
        low, high = sorted((place, anchor))
        if any(tokens[i].marks & _FIRST for i in range(low + 1, high + 1)):
            return None
        if alignment.places[row] >= 0:
            return place, alignment.places[row], skipped
        named = tokens[place].marks & _NAME and abs(place - anchor) <= 3
        measures = place and tokens[place - 1].number is not None and tokens[place - 1].unit
        skipped += not (named or measures)
        row += step
    return None


def find_stretch(
    claim: ClaimReading, passage: PassageReading, alignment: Alignment, first: int, last: int
) -> Stretch | None:
    """Find where the passage says what the claim says at its tokens ``first`` to ``last``.

    Returns:
        The stretch between the aligned neighbours; where one side alone is known, as many words
        beside it as in the claim, and two more, within the sentence. None where neither is.
    """
    row = bisect_left(alignment.rows, first)
    left = _find_neighbour(claim.tokens, alignment, row - 1, -1, first)
    row = bisect_left(alignment.rows, last + 1)
    right = _find_neighbour(claim.tokens, alignment, row, 1, last)
    tokens = passage.tokens
    if left and right and 0 < right[1] - left[1] <= right[0] - left[0] + _SLACK:
        gap = abs((right[1] - left[1]) - (right[0] - left[0]))
        tight = gap <= 1 + (last > first) and not left[2] and not right[2]
        return Stretch(left[1] + 1, right[1], both=True, tight=tight)
    if left and not left[2]:
        end = left[1] + 1
        limit = min(left[1] + (last - left[0]) + 3, len(tokens))
        while end < limit and not tokens[end].marks & _FIRST:
            end += 1
        ends = right is None and not any(
            claim.tokens[i].term for i in range(last + 1, len(claim.tokens))
        )
        rest = len(claim.tokens) - left[0]
        tight = ends and (end == len(tokens) or bool(tokens[end].marks & _FIRST))
        return Stretch(left[1] + 1, end, both=ends, tight=tight and end - left[1] == rest)
    if right and not right[2]:
        start = right[1]
        limit = max(right[1] - (right[0] - first) - 2, 0)
        while start > limit and not tokens[start].marks & _FIRST:
            start -= 1
        opens = left is None and not any(claim.tokens[i].term for i in range(first))
        tight = opens and bool(tokens[start].marks & _FIRST) and right[1] - start == right[0]
        return Stretch(start, right[1], both=opens, tight=tight)
    return None

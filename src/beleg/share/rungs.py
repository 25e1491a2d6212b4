"""The airport game over arrays: many claims at once, every sum in whole numbers.

The same figures as the windows of :mod:`beleg.share.game`, which run inside an engine; this way
needs one sort of integers a claim and no table of steps. Nothing is ever rounded: products are
summed in limbs that fit into 64 bits.
"""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from beleg.odds import DENSE, GRAIN as L
from beleg.share.claims import SUPPORT_BITS, WRONG, Claims, Whole

# L is 144,403,552,893,600: the running sum of L / m times steps of support stays below L * 10^4,
# which fits into 64 bits; times a weight it does not, hence limbs here and decimals of 38 digits
# there. Up to DENSE supporters shares are summed as multiples of 1 / L.

Words = npt.NDArray[np.uint64]

_UNITS = np.array([0, *(L // m for m in range(1, DENSE + 1)), 0], np.int64)
"""L / m at m; 0 behind, where m is too large for it."""

_WORD = 32
_WORDS = 6
"""Sums are kept in words of 32 bits, 192 in all: products of 63 + 63 bits, summed over as many
rows as there may be, need less than 180."""

MAX_PAIRS = 1 << 22
"""Pairs of publisher and step that are laid out at once, for claims with more than 32."""


class Sums:
    """Exact sums of products, one for each of n publishers."""

    def __init__(self, n: int) -> None:
        """Begin with n sums of 0."""
        self._words: Words = np.zeros((n, _WORDS), np.uint64)

    def add(self, places: Whole, left: Whole, right: Whole) -> None:
        """Add ``left * right``, both >= 0, at ``places``."""
        if not len(places):
            return
        # A limb of each side and the count of rows must stay within 64 bits together.
        room = 64 - len(places).bit_length()
        n_left, n_right = (int(side.max()).bit_length() or 1 for side in (left, right))
        wide_left = min(n_left, room // 2 if n_right > room // 2 else room - n_right)
        wide_right = min(n_right, room - wide_left)
        for low in range(0, n_left, wide_left):
            for high in range(0, n_right, wide_right):
                product = _limb(left, low, wide_left) * _limb(right, high, wide_right)
                self._put(places, product, low + high)

    def _put(self, places: Whole, products: Words, shift: int) -> None:
        sums = np.zeros(len(self._words), np.uint64)
        np.add.at(sums, places, products)
        word, bits = divmod(shift, _WORD)
        mask = np.uint64(2**_WORD - 1)
        for nth in range(2):  # each half of a sum spans two words once it is shifted
            half = ((sums >> np.uint64(_WORD * nth)) & mask) << np.uint64(bits)
            self._words[:, word + nth] += half & mask
            self._words[:, word + nth + 1] += half >> np.uint64(_WORD)

    def to_list(self) -> list[int]:
        """Return the sums."""
        totals = [0] * len(self._words)
        for nth in range(self._words.shape[1]):
            for place, word in enumerate(self._words[:, nth].tolist()):
                totals[place] += word << (_WORD * nth)
        return totals


def _limb(values: Whole, low: int, width: int) -> Words:
    mask = (1 << width) - 1
    return (values.view(np.uint64) >> np.uint64(low)) & np.uint64(mask)


class Ladder:
    """Sums up what the claims are worth to each publisher, batch after batch."""

    def __init__(self, n_names: int) -> None:
        """Begin with nothing; publishers are the codes 1..n_names."""
        self._dense = Sums(n_names + 1)
        self._crowded: Counter[tuple[int, int]] = Counter()
        self.weight = 0
        """The sum of the weights of all claims so far."""

    def add(self, claims: Claims) -> None:
        """Add some claims."""
        self.weight += add_up(claims.weights)
        t = _rank(claims)
        if not len(t.codes):
            return
        term = t.steps * _UNITS[np.minimum(t.m, DENSE + 1)]
        # Running sums over all claims leave 64 bits and wrap; a claim's own, the difference, does
        # not, and is right modulo 2^64.
        running = np.cumsum(term.view(np.uint64))
        before = running[t.starts] - term.view(np.uint64)[t.starts]
        phi = (running - np.repeat(before, t.sizes)).view(np.int64)
        weights = np.repeat(t.weights, t.sizes)
        self._dense.add(t.codes, weights, phi)
        if t.sizes.max() > DENSE:
            self._add_crowded(t)

    def _add_crowded(self, t: _Ranked) -> None:
        """Add the terms with more than 32 supporters: every step goes to all from it upward."""
        rungs = np.flatnonzero((t.m > DENSE) & (t.steps > 0))
        owners = np.repeat(np.arange(len(t.sizes)), t.sizes)[rungs]
        cuts = np.searchsorted(np.cumsum(t.m[rungs]), np.arange(0, t.m[rungs].sum(), MAX_PAIRS))
        for low, high in zip(cuts, [*cuts[1:], len(rungs)], strict=True):
            some = rungs[low:high]
            n = t.m[some]
            firsts = np.cumsum(n) - n
            rows = np.arange(n.sum()) - np.repeat(firsts - some, n)
            amounts = np.repeat(t.steps[some], n)
            weights = np.repeat(t.weights[owners[low:high]], n)
            keys = (t.codes[rows] << 32) | np.repeat(n, n)
            found, places = np.unique(keys, return_inverse=True)
            sums = Sums(len(found))
            sums.add(places, weights, amounts)
            for key, amount in zip(found.tolist(), sums.to_list(), strict=True):
                self._crowded[key >> 32, key & (2**32 - 1)] += amount

    def to_points(self) -> tuple[list[int], dict[tuple[int, int], int]]:
        """Return the sums of both kinds.

        Returns:
            By code, in weight * support / :data:`L`; and by code and m > 32, in weight *
            support / m.
        """
        return self._dense.to_list(), dict(self._crowded)


class _Ranked(NamedTuple):
    """Stakes above 0, by claim and then by support upward; claims with one at least."""

    weights: Whole
    sizes: Whole
    starts: Whole
    codes: Whole
    m: Whole
    """How many of the claim come at this stake or after it."""
    steps: Whole
    """What the support adds to the one before."""


def _rank(claims: Claims) -> _Ranked:
    """Sort each claim's supports; tied ones have steps of 0 behind the first."""
    owners = np.repeat(np.arange(len(claims.weights)), np.diff(claims.bounds))
    code_bits = int(claims.codes.max(initial=0)).bit_length()
    support_at, owner_at = code_bits, code_bits + SUPPORT_BITS
    keys = (owners << owner_at) | (claims.supports << support_at) | claims.codes
    keys = np.sort(keys[claims.supports > 0])
    owners = keys >> owner_at
    supports = (keys >> support_at) & WRONG
    starts = np.flatnonzero(np.diff(owners, prepend=-1))
    sizes = np.diff(starts, append=len(owners))
    steps = np.diff(supports, prepend=0)
    steps[starts] = supports[starts]
    m = np.repeat(starts + sizes, sizes) - np.arange(len(owners))
    weights = claims.weights[owners[starts]]
    return _Ranked(weights, sizes, starts, keys & ((1 << code_bits) - 1), m, steps)


def add_up(values: Whole) -> int:
    """Sum integers >= 0 exactly, whatever their size."""
    half = np.int64(2**32 - 1)
    return (int((values >> np.int64(32)).sum()) << 32) + int((values & half).sum())

"""Ranks with rank intervals: who is ahead of whom, and who cannot be told apart.

A rank is 1 + the number of publishers whose figure is greater *in the population of prompts*;
where figures are equal there, their ranks share a range. An interval [low, high] comes from
comparing each two publishers on the prompts that they share::

    d_c = a_ic - a_jc - m (b_ic - b_jc)      a = y / sum x, b = x / sum x, m = (R_i + R_j) / 2
    S   = sum d_c / sqrt(sum d_c^2)          sum d_c = R_i - R_j exactly, whatever m
    S*  = sum e_c d_c / sqrt(sum d_c^2)      e_c = +1 or -1, one sign a prompt for all pairs

``i`` is ahead of ``j`` where S exceeds what the greatest S* of all comparisons still open exceeds
in 1 - level of the draws (stepdown: what is decided leaves the list, until nothing more is). Then
``low`` is 1 + how many are ahead, ``high`` the number of publishers less how many are behind.
Where two figures are equal and either may have won any prompt, signs make no difference: the
comparison then holds at any number of prompts and with any weights. S never exceeds the root of
the number of prompts that tell two publishers apart, so that few events alone decide nothing.

*Simultaneous* intervals hold all at once (all true ranks in theirs, with the chance ``level``);
*marginal* ones each for itself, for a publisher chosen before anybody looked.

Source: Mogstad, Romano, Shaikh and Wilhelm, *Inference for Ranks* (2024), rank sets from pairwise
differences and stepdown; Al Mohamad, Goeman and van Zwet (2022) for ties; signs for multipliers
(Rademacher, with the null imposed) as in randomisation tests of paired differences.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from beleg.measure.cells import Cells

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
_Real = TypeVar("_Real", np.float64, np.float32)

N_DRAWS = 999
"""Sign draws: the bound of a 95 % interval is then the 950th of them."""
SEED = 20260
"""Of the signs; the same counts give the same ranks."""
MIN_CARRYING = 5.0
"""Least effective prompts with an event of a publisher that is ranked. Coverage needs no bound
(the comparisons hold at any number), sense does: with fewer, the figure is of a few questions.
benchmarks/bench_ranks.py measures what holds from there on."""

_BLOCK = 500_000
"""Figures of drawn comparisons that are held at once: 2 MB stay in the processor's cache."""


class Comparison(NamedTuple):
    """Publishers compared two by two; arrays of shape (n, n)."""

    value: Floats
    """Shape (n,)."""
    statistic: Floats
    """S of row against column; 0 where no prompt tells them apart."""
    ahead: Bools
    """True where the row is ahead of the column: all claims of all rows hold at once with the
    chance level; or, of marginal comparisons, those of each row."""
    behind: Bools
    """Likewise; of simultaneous comparisons the same as ``ahead`` transposed."""


class RankSets(NamedTuple):
    """Ranks with their intervals; integers of shape (n,)."""

    rank: NDArray[np.int64]
    """1 + how many estimates are greater."""
    low: NDArray[np.int64]
    high: NDArray[np.int64]


class Ranked(NamedTuple):
    """One publisher in a ranking."""

    publisher_id: str
    rank: int | None
    """None where it is not ranked."""
    low: int | None
    high: int | None
    value: float | None
    n: int
    """Answers in the denominator."""
    n_prompts: int
    events: int
    """Answers with a numerator above 0."""
    not_told_apart: tuple[str, ...]
    """Ranked publishers that it is neither ahead of nor behind, the greatest first."""
    status: str
    """``ok``, ``too_thin`` or ``not_measured``."""


def _scale(y: Floats, x: Floats) -> tuple[Floats, Floats]:
    total = x.sum(1, keepdims=True)
    return y / total, x / total


def _square_sums(a: Floats, b: Floats, middle: Floats) -> Floats:
    """Sum d_c^2 for each two publishers, from the products of all rows with all rows."""

    def spread(product: Floats) -> Floats:
        own = np.diag(product)
        return own[:, None] + own[None, :] - product - product.T

    squares = spread(a @ a.T) - 2.0 * middle * spread(a @ b.T) + middle**2 * spread(b @ b.T)
    size = np.diag(a @ a.T)
    # What cancellation leaves of equal rows is no difference.
    return np.where(squares > 1e-12 * (size[:, None] + size[None, :]), squares, 0.0)


def _difference(of: NDArray[_Real]) -> NDArray[_Real]:
    return of[..., :, None] - of[..., None, :]


class _Draws:
    """The drawn comparisons S*, in blocks of shape (n_block, n, n)."""

    def __init__(self, y: Floats, x: Floats, n_draws: int, seed: int) -> None:
        a, b = _scale(y, x)
        self.value: Floats = a.sum(1)
        middle = (self.value[:, None] + self.value[None, :]) / 2.0
        squares = _square_sums(a, b, middle)
        with np.errstate(divide="ignore"):
            scale = np.where(squares > 0, 1.0 / np.sqrt(squares), 0.0)
        self.statistic: Floats = _difference(self.value) * scale
        signs = 2.0 * np.random.default_rng(seed).integers(0, 2, (n_draws, y.shape[1])) - 1.0
        self._sums = (signs @ a.T).astype(np.float32)
        self._shared = bool(np.all(b == b[:1]))
        self._bases = (signs @ b.T).astype(np.float32)
        self._middle = (middle * scale).astype(np.float32)
        self._scale = scale.astype(np.float32)
        self._size = max(1, _BLOCK // max(len(y) ** 2, 1))

    def __iter__(self) -> Iterator[NDArray[np.float32]]:
        for start in range(0, len(self._sums), self._size):
            block = slice(start, start + self._size)
            drawn = _difference(self._sums[block]) * self._scale
            if not self._shared:
                drawn -= _difference(self._bases[block]) * self._middle
            yield drawn


def _bound(greatest: NDArray[np.float32], level: float) -> NDArray[np.float32]:
    """Give what a statistic must exceed: an order statistic of the draws, along the first axis."""
    n_draws = len(greatest)
    place = min(int(np.ceil((n_draws + 1) * level - 1e-9)), n_draws) - 1
    bound: NDArray[np.float32] = np.partition(greatest, place, axis=0)[place]
    # Draws of few prompts repeat the very figure that was observed: that is no excess.
    return bound + np.float32(1e-5)


def _decide_all(draws: _Draws, level: float) -> Bools:
    """Step down over all ordered pairs as one family."""
    n = len(draws.value)
    ahead = np.zeros((n, n), dtype=bool)
    pairs = ~np.eye(n, dtype=bool)
    while True:
        is_open = pairs & ~ahead
        # A statistic of -inf is never the greatest.
        shut = np.where(is_open, np.float32(0.0), np.float32(-np.inf))
        greatest = np.concatenate([(drawn + shut).max(axis=(1, 2)) for drawn in draws])
        found = is_open & (draws.statistic > _bound(greatest, level))
        if not found.any():
            return ahead
        ahead |= found


def _decide_each(draws: _Draws, level: float) -> tuple[Bools, Bools]:
    """Step down for each row's comparisons as a family of its own."""
    n = len(draws.value)
    ahead, behind = np.zeros((n, n), dtype=bool), np.zeros((n, n), dtype=bool)
    pairs = ~np.eye(n, dtype=bool)
    while True:
        shut = [
            np.where(pairs & ~done, 0.0, -np.inf).astype(np.float32) for done in (ahead, behind)
        ]
        greatest = np.concatenate(
            [
                np.maximum((drawn + shut[0]).max(axis=2), (-drawn + shut[1]).max(axis=2))
                for drawn in draws
            ]
        )
        bound = _bound(greatest, level)[:, None]
        new_ahead = pairs & ~ahead & (draws.statistic > bound)
        new_behind = pairs & ~behind & (-draws.statistic > bound)
        if not (new_ahead.any() or new_behind.any()):
            return ahead, behind
        ahead |= new_ahead
        behind |= new_behind


def compare(
    y: Floats,
    x: Floats,
    *,
    level: float = 0.95,
    marginal: bool = False,
    n_draws: int = N_DRAWS,
    seed: int = SEED,
) -> Comparison:
    """Compare each two publishers on their prompts.

    Args:
        y: Weighted numerators, shape (n, n_prompts), n >= 1.
        x: Weighted denominators, of the same shape; each row sums to more than 0.
        level: Of the intervals, above 0 and below 1.
        marginal: Each row's comparisons are a family of their own, instead of all one.
        n_draws: Sign draws, at least 1 / (1 - level).
        seed: Of the signs.

    Raises:
        ValueError: An argument out of bounds.
    """
    if not 0.0 < level < 1.0:
        raise ValueError(f"level == {level}, must be > 0 and < 1")
    if n_draws + 1 < (1.0 - 1e-9) / (1.0 - level):
        raise ValueError(f"n_draws == {n_draws}, must be >= {1.0 / (1.0 - level) - 1.0:.0f}")
    if np.any(x.sum(1) <= 0):
        raise ValueError("x has a row whose sum is 0: its figure is not measured")
    draws = _Draws(y, x, n_draws, seed)
    if marginal:
        return Comparison(draws.value, draws.statistic, *_decide_each(draws, level))
    ahead = _decide_all(draws, level)
    return Comparison(draws.value, draws.statistic, ahead, ahead.T)


def find_rank_sets(found: Comparison) -> RankSets:
    """Turn comparisons into ranks with intervals."""
    # Figures that differ by rounding alone are one rank.
    size = np.maximum(np.abs(found.value).max(initial=0.0), 1e-300)
    greater = _difference(found.value) < -1e-12 * size
    return RankSets(
        rank=(1 + greater.sum(1)).astype(np.int64),
        low=(1 + found.behind.sum(1)).astype(np.int64),
        high=(len(found.value) - found.ahead.sum(1)).astype(np.int64),
    )


def count_carrying(y: Floats) -> Floats:
    """Count the effective prompts that carry each publisher's numerator, (sum a)^2 / sum a^2.

    Args:
        y: Weighted numerators, shape (n, n_prompts).

    Returns:
        Shape (n,); 0 where nothing happened.
    """
    squares = (y**2).sum(1)
    return np.where(squares > 0, y.sum(1) ** 2 / np.maximum(squares, 1e-300), 0.0)


def rank_publishers(
    cells: Cells,
    *,
    level: float = 0.95,
    marginal: bool = False,
    n_draws: int = N_DRAWS,
    seed: int = SEED,
) -> list[Ranked]:
    """Rank the publishers of one measure in one slice.

    Ranks are among those that can be ranked: rank 1 is the greatest figure. Publishers with fewer
    than :data:`MIN_CARRYING` effective prompts with an event are ``too_thin``, not last.

    Args:
        cells: As :func:`beleg.measure.cells.read_cells` gives them.
        level: Of the rank intervals, above 0 and below 1.
        marginal: Each interval for itself instead of all at once.
        n_draws: Sign draws.
        seed: Of the signs.

    Returns:
        One row a subject: the ranked ones by rank, then too thin ones by value, then those not
        measured; equal ones by name.
    """
    measured = cells.x.sum(1) > 0
    carrying = count_carrying(cells.y)
    kept = np.flatnonzero(measured & (carrying >= MIN_CARRYING))
    rows: list[Ranked] = []
    if len(kept):
        found = compare(
            cells.y[kept], cells.x[kept],
            level=level, marginal=marginal, n_draws=n_draws, seed=seed,
        )  # fmt: skip
        sets = find_rank_sets(found)
        apart = found.ahead | found.behind
        names = [cells.subjects[at] for at in kept]
        order = sorted(range(len(kept)), key=lambda at: (sets.rank[at], names[at]))
        for at in order:
            others = tuple(names[o] for o in order if o != at and not apart[at, o])
            bounds = (int(sets.rank[at]), int(sets.low[at]), int(sets.high[at]))
            rows.append(_tell(cells, int(kept[at]), bounds, others, "ok"))
    rest = []
    for at in sorted(set(range(len(cells.subjects))) - set(kept.tolist())):
        status = "too_thin" if measured[at] else "not_measured"
        rest.append(_tell(cells, at, (None, None, None), (), status))
    rest.sort(key=lambda row: (row.value is None, -(row.value or 0.0), row.publisher_id))
    return rows + rest


def _tell(
    cells: Cells,
    at: int,
    bounds: tuple[int | None, int | None, int | None],
    others: Sequence[str],
    status: str,
) -> Ranked:
    total = cells.x[at].sum()
    return Ranked(
        cells.subjects[at],
        *bounds,
        value=float(cells.y[at].sum() / total) if total > 0 else None,
        n=int(cells.n[at].sum()),
        n_prompts=int((cells.x[at] > 0).sum()),
        events=int(cells.n_hits[at].sum()),
        not_told_apart=tuple(others),
        status=status,
    )

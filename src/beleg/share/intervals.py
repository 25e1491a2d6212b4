"""Intervals on money: how far a share would differ with other prompts like those asked.

What is paid for the observed period is exact. The interval is about the share that the *population
of prompts* would give under the same rule: the prompts at hand are a sample of it, and all that
lies within a prompt (its runs, engines, statements, and what the detector said of each) is drawn
with it. With prompt c, claim weight X_c, and Y_c the publisher's part of it::

    R  = sum Y_c / sum X_c             h_c = X_c / sum X_c
    r_c = (Y_c - R X_c) / sum X_c / (1 - h_c)         v = sum r_c^2         (CR3)
    k  = sum r_c^4 / (sum r_c^2)^2                    how few prompts carry v itself
    df = min(3/4 * 2 / (k - 1 / n), 1 / sum h_c^2 - 1)
    interval: logit(R) -/+ t_df * sqrt(v) / (R (1 - R)), turned back

Money is more skewed than a rate: few heavy prompts carry both R and v, and the t of all prompts
then covers 91 %. Satterthwaite's df for v asks the residuals themselves; 3/4 of it is what held in
the simulation (benchmarks/bench_money_intervals.py, docs/theory/statistics.md), which also has the
bootstraps that this was chosen over. No random number is drawn: the same ids give the same
digits.

Source: Bell and McCaffrey (2002) for CR3 and its degrees of freedom; Satterthwaite (1946); Kish
(1965) for effective numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from beleg.inference import ESTIMAND, Floats, Integers, find_interval, round_digits
from beleg.records import EstimateStatus, MoneyInterval, Pot, Share
from beleg.settlement import FULL
from beleg.share.parts import draw_parts, split_parts

LEVEL = 0.95

METHOD = "clustered by prompt: linearised, CR3, logit, t with Satterthwaite's df"

MIN_EFFECTIVE = 25.0
"""Least effective prompts that carry a publisher's money, and the others', of an interval that is
not too thin. They are known only from the data: with 20, publishers below 10 true ones are flagged
as the table of docs/theory/statistics.md says; from 10 true ones on the interval holds."""

CAUTION = 0.75
"""Part of Satterthwaite's df that is used: the fourth powers of few residuals are too small."""

BLOCK_ROWS = 2**18
"""Stakes that are held as floats at one time."""

TOLERANCE = 1e-9
"""Largest difference between a share in floats and the exact one."""


class Cells(NamedTuple):
    """A publisher's part of one prompt's weight; arrays of one length, by prompt and publisher."""

    prompt: Integers
    publisher: Integers
    part: Floats
    """In units of weight, 0 to the prompt's weight."""


class Figures(NamedTuple):
    """One figure a publisher; arrays (n_publishers,)."""

    share: Floats
    low: Floats
    high: Floats
    n_effective: Floats
    """Prompts of one size that would carry as much of the money (or of all other money where they
    are fewer) as unevenly as these do: (sum Y)^2 / sum Y^2."""
    status: list[EstimateStatus]


def find_intervals(
    pot: Pot, answers: pa.Table, weights: pa.Table, stakes: pa.Table, shares: Sequence[Share]
) -> list[MoneyInterval]:
    """Give each publisher's share of a pot with its interval; the unsupported rest last.

    Args:
        pot: What is split.
        answers: answer_id, prompt_id: those of the pot's answers, or more.
        weights: Table ``claim_weights`` of this pot; what an answer brings of its own amount
            (mode ``per_answer``) is its weight there.
        stakes: Table ``stakes`` of this pot.
        shares: The exact split.

    Returns:
        One row a share. Where floats do not come to the exact share (a rule that is not known
        here), its status is ``not_measured`` and it has no interval. Empty where there is no
        weight: a floor rests on no prompt.
    """
    names = sorted({share.publisher_id for share in shares})
    data = _lay_out(answers, weights, stakes, names)
    if data is None:
        return []
    sums = _sum_parts(data, pot.rule)
    cells, n_prompts = sums.cells, len(data.total)
    rest = data.total - np.bincount(cells.prompt, cells.part, n_prompts)
    # What rounding leaves of a prompt that is supported in full is nothing.
    rest = np.where(rest > 1e-12 * data.total, rest, 0.0)
    bare = np.flatnonzero(rest)
    nobody = Cells(bare, np.full(len(bare), len(names)), rest[bare])
    everybody = Cells(*(np.concatenate(pair) for pair in zip(cells, nobody, strict=True)))
    figures = estimate(everybody, data.total, len(names) + 1)
    n_carrying = np.bincount(everybody.publisher, minlength=len(names) + 1)
    exact = {s.publisher_id: s.part for s in shares}
    paid = [*(exact[name] for name in names), 1 - sum(exact.values(), Fraction())]
    rows = []
    for place, name in enumerate([*names, None]):
        known = abs(float(paid[place]) - figures.share[place]) < TOLERANCE
        rows.append(
            MoneyInterval(
                pot_id=pot.pot_id,
                publisher_id=name,
                share=float(paid[place]),
                low=float(figures.low[place]) if known else None,
                high=float(figures.high[place]) if known else None,
                level=LEVEL,
                drawn_share=None if name is None else float(sums.drawn[place]),
                drawn_error=None if name is None else float(sums.error[place]),
                n_prompts=int(np.count_nonzero(data.total)),
                n_carrying=int(n_carrying[place]),
                n_effective=float(figures.n_effective[place]),
                estimand=ESTIMAND,
                method=METHOD,
                status=figures.status[place] if known else EstimateStatus.NOT_MEASURED,
            )
        )
    return rows


def estimate(cells: Cells, total: Floats, n_publishers: int, *, level: float = LEVEL) -> Figures:
    """Estimate shares with their intervals from what each prompt gives each publisher.

    Args:
        cells: Each (prompt, publisher) at most once; pairs that are left out are 0.
        total: Weight of each prompt, shape (n_prompts,), >= 0, some above 0.
        n_publishers: One more than the largest ``cells.publisher``.
        level: Of the interval, above 0 and below 1.
    """
    prompt, publisher, y = cells
    whole, n_prompts = total.sum(), np.count_nonzero(total)
    h = total / whole
    # A prompt that is alone leaves nothing of its residual: no variance, not an endless one.
    gain = np.divide(1.0, 1.0 - h, out=np.zeros_like(h), where=h < 1.0 - 1e-12)
    ratio = np.bincount(publisher, y, n_publishers) / whole
    ratio = np.clip(np.where(np.abs(ratio - 1.0) < 1e-12, 1.0, ratio), 0.0, 1.0)
    base, own = h * gain, (y / whole - ratio[publisher] * h[prompt]) * gain[prompt]
    silent = n_prompts > np.bincount(publisher[total[prompt] > 0], minlength=n_publishers)

    def sum_powers(power: int) -> Floats:
        """Sum residuals; prompts without a cell have -R h."""
        left = np.sum(base**power) - np.bincount(publisher, base[prompt] ** power, n_publishers)
        left = np.where(silent, np.maximum(left, 0.0), 0.0)
        return np.asarray(np.bincount(publisher, own**power, n_publishers) + ratio**power * left)

    variance, fourth = sum_powers(2), sum_powers(4)
    n_effective = 1.0 / np.sum(h**2)
    with np.errstate(divide="ignore", invalid="ignore"):
        uneven = fourth / variance**2 - 1.0 / n_prompts
        freedom = np.where(uneven > 0, CAUTION * 2.0 / uneven, np.inf)
    freedom = np.minimum(freedom, n_effective - 1.0)
    low, high = find_interval(ratio, variance, freedom + 1.0, level)
    squares = np.bincount(publisher, y**2, n_publishers).astype(np.float64)
    cross = np.bincount(publisher, y * total[prompt], n_publishers)
    events = _count_effective(ratio * whole, squares)
    others = _count_effective((1.0 - ratio) * whole, np.sum(total**2) - 2.0 * cross + squares)
    least = np.minimum(events, others)
    status = [EstimateStatus.OK if n >= MIN_EFFECTIVE else EstimateStatus.TOO_THIN for n in least]
    return Figures(
        round_digits(ratio), round_digits(low), round_digits(high), round_digits(least), status
    )


def _count_effective(amount: Floats, squares: Floats) -> Floats:
    """Count the equal prompts that would carry an amount as unevenly as these squares say."""
    known = (amount > 0) & (squares > 0)
    return np.divide(amount**2, squares, out=np.zeros_like(amount), where=known)


class _Data(NamedTuple):
    """A pot in numbers, its stakes sorted by prompt, claim, support and publisher."""

    total: Floats
    """Weight of each prompt, shape (n_prompts,)."""
    prompt: Integers
    claim: Integers
    publisher: Integers
    weight: Floats
    support: Integers
    n_publishers: int


class _Weights(NamedTuple):
    """The claims of a pot in the order of their ids."""

    claim_ids: list[str]
    amount: Floats
    prompt: Integers
    """In the order of the prompts' ids."""
    n_prompts: int


def _weigh(answers: pa.Table, weights: pa.Table) -> _Weights:
    answer_ids, of_claim = _number(weights["answer_id"])
    place = pc.index_in(pa.array(answer_ids, pa.string()), answers["answer_id"].combine_chunks())
    prompt_ids, of_answer = _number(answers["prompt_id"].take(place))
    claim_ids, nth = _number(weights["claim_id"])
    order = np.argsort(nth, kind="stable")
    amount: Floats = np.asarray(weights["weight"], dtype=np.float64)[order]
    return _Weights(claim_ids, amount, of_answer[of_claim[order]], len(prompt_ids))


def _lay_out(
    answers: pa.Table, weights: pa.Table, stakes: pa.Table, names: list[str]
) -> _Data | None:
    """Number prompts, claims and publishers in the order of their ids; None without a weight."""
    weighed = _weigh(answers, weights)
    total: Floats = np.zeros(weighed.n_prompts)
    np.add.at(total, weighed.prompt, weighed.amount)
    if not total.any():
        return None
    claim = _place_in(stakes["claim_id"], weighed.claim_ids)
    publisher = _place_in(stakes["publisher_id"], names)
    support = np.asarray(stakes["support"], dtype=np.int64)
    # A stake of 0 plays for nothing; its publisher may have no share at all.
    kept = np.flatnonzero((support > 0) & (publisher >= 0) & (claim >= 0))
    claim, publisher, support = claim[kept], publisher[kept], support[kept]
    prompt = weighed.prompt[claim]
    order = np.lexsort((publisher, support, claim, prompt))
    return _Data(
        total,
        prompt[order],
        claim[order],
        publisher[order],
        weighed.amount[claim[order]],
        support[order],
        len(names),
    )


def _number(column: pa.ChunkedArray) -> tuple[list[str], Integers]:
    """Number the values of a column in their order."""
    encoded = column.combine_chunks().dictionary_encode()
    values = encoded.dictionary.to_pylist()
    order = sorted(range(len(values)), key=values.__getitem__)
    rank = np.empty(len(values), np.int64)
    rank[order] = np.arange(len(values))
    return [values[place] for place in order], rank[np.asarray(encoded.indices, dtype=np.int64)]


def _place_in(column: pa.ChunkedArray, values: list[str]) -> Integers:
    """Say where each value stands in a sorted list; -1 where it does not."""
    place = pc.index_in(column.combine_chunks(), pa.array(values, pa.string()))
    return np.asarray(place.fill_null(-1), dtype=np.int64)


class _Sums(NamedTuple):
    cells: Cells
    drawn: Floats
    """Mean share over draws of the supports, shape (n_publishers,)."""
    error: Floats
    """Its standard deviation."""


def _sum_parts(data: _Data, rule: str) -> _Sums:
    """Sum the parts of the claims by prompt and publisher, a block of prompts at a time.

    The last sums run over the cells, in the order of the ids: where blocks end changes no digit.
    """
    n = data.n_publishers
    keys, sums = [np.zeros(0, np.int64)], [np.zeros((3, 0))]
    for block in _cut(data.prompt):
        claim, weight = data.claim[block], data.weight[block]
        support = data.support[block] / FULL
        mean, spread = draw_parts(claim, support)
        part = mean if rule == "expected" else split_parts(claim, support)
        key, row = np.unique(data.prompt[block] * n + data.publisher[block], return_inverse=True)
        amounts = (weight * part, weight * mean, weight**2 * spread)
        keys.append(key)
        sums.append(np.stack([np.bincount(row, one, len(key)) for one in amounts]))
    prompt, publisher = np.divmod(np.concatenate(keys), max(n, 1))
    part, mean, spread = np.concatenate(sums, axis=1)
    whole = data.total.sum()
    drawn = np.bincount(publisher, mean, n) / whole
    error = np.sqrt(np.bincount(publisher, spread, n)) / whole
    return _Sums(Cells(prompt, publisher, part), round_digits(drawn), round_digits(error))


def _cut(prompt: Integers) -> Iterator[slice]:
    """Cut sorted rows into blocks that end with a prompt."""
    start, n = 0, len(prompt)
    while start < n:
        wanted = min(start + BLOCK_ROWS, n) - 1
        end = int(np.searchsorted(prompt, prompt[wanted], side="right"))
        yield slice(start, end)
        start = end

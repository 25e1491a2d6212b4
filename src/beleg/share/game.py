"""The airport game: each claim's value is its best support, split by Shapley's rule, exactly.

For claims c of weight w_c and support s_ic (0..10,000) of publisher i, the game is
``v(S) = sum over c of w_c * max over i in S of s_ic``. With the supports of a claim sorted upward,
its Shapley value is ``phi_(k) = sum for j = 1..k of (s_(j) - s_(j-1)) / (n - j + 1)``.

Source: S. C. Littlechild and G. Owen, "A Simple Expression for the Shapley Value in a Special
Case", Management Science 20 (1973), 370-372.

Only integers are summed; the one division stands at the end, in fractions. Every share with up to
32 supporters is a whole multiple of 1/L, L = lcm(1..32); terms with more are summed for each
(publisher, m) apart and finished as fractions.

Two ways lead to the same digits. On DuckDB the claims are read once and finished as arrays
(:mod:`beleg.share.rungs`); elsewhere windows sum inside the engine, so that a cluster does the
work. Tests hold both to the fractions and to each other.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

import ibis
import ibis.expr.datatypes as dt

from beleg.errors import InputError
from beleg.odds import DENSE, GRAIN as L
from beleg.settlement import FULL
from beleg.share.claims import CLAIM as _CLAIM, WrongStakes, name_publishers, read_claims
from beleg.share.rungs import Ladder

if TYPE_CHECKING:
    import ibis.expr.types as ir

MAX_TOTAL = 69 * 10**18
"""Largest sum of weights: L * 10^4 * 6.9e19 stays below 10^38."""

WHOLE = dt.Decimal(38, 0)


class Split(NamedTuple):
    """The split of one game, as fractions of all claim weight; they sum to 1."""

    shares: dict[str, Fraction]
    """publisher_id to share; publishers that get nothing are left out. Sorted."""
    unsupported: Fraction
    """What nobody supports; 1 where there is no weight at all."""


def split(stakes: ir.Table, total_weight: int | None = None) -> Split:
    """Split all claim weight between the publishers that support the claims.

    Works on any table of stakes, on the engine that it lies on.

    Args:
        stakes: answer_id, claim_id, publisher_id, weight >= 0, support 0..10000; further columns
            are not read. Several rows of one claim and publisher count as their maximum. A claim
            is named by (answer_id, claim_id). A row without a publisher, its support 0, names a
            claim that nobody supports. An empty table gives no shares.
        total_weight: Sum of the weights of all claims, those without a row included; None: of
            those in the table.

    Raises:
        InputError: A weight varies within a claim, a value is missing or out of range, or the
            sum of the weights exceeds :data:`MAX_TOTAL`.
    """
    if stakes.get_backend().name == "duckdb":
        return split_arrays(stakes, total_weight)
    return split_windows(stakes, total_weight)


def split_arrays(stakes: ir.Table, total_weight: int | None = None) -> Split:
    """Split as :func:`split` says; reads the claims from any engine, and finishes them here."""
    names = name_publishers(stakes)
    ladder = Ladder(len(names))
    try:
        for claims in read_claims(stakes, names):
            ladder.add(claims)
    except WrongStakes:
        check_stakes(stakes)
        raise
    total = check_total(ladder.weight, total_weight)
    dense, crowded = ladder.to_points()
    return finish(
        dict(zip(names, dense[1:], strict=True)),
        {(names[code - 1], m): amount for (code, m), amount in crowded.items()},
        total,
    )


def split_windows(stakes: ir.Table, total_weight: int | None = None) -> Split:
    """Split as :func:`split` says; the engine sums, only a row a publisher comes here."""
    total = check_total(check_stakes(stakes), total_weight)
    # Both sums read the ranked stakes: computed once, they are kept on the engine meanwhile.
    with rank_stakes(take_strongest(stakes)).cache() as ranked:
        dense = sum_dense(ranked).to_pyarrow().to_pylist()
        crowded = sum_crowded(ranked).to_pyarrow().to_pylist()
    return finish(
        {row["publisher_id"]: int(row["amount"]) for row in dense},
        {(row["publisher_id"], row["m"]): int(row["amount"]) for row in crowded},
        total,
    )


def finish(dense: Mapping[str, int], crowded: Mapping[tuple[str, int], int], total: int) -> Split:
    """Divide, once.

    Args:
        dense: By publisher, in weight * support / :data:`L`.
        crowded: By publisher and m, in weight * support / m.
        total: The weight of all claims.
    """
    unit = math.lcm(L, *{m for _, m in crowded})
    points = {name: amount * (unit // L) for name, amount in dense.items()}
    for (name, m), amount in crowded.items():
        points[name] += amount * (unit // m)
    return to_split(points, unit * FULL * total)


def to_split(points: Mapping[str, int], whole: int) -> Split:
    """Turn whole numbers into shares of ``whole``; what they lack to it is unsupported."""
    if not whole:
        return Split({}, Fraction(1))
    shares = {name: Fraction(points[name], whole) for name in sorted(points) if points[name]}
    return Split(shares, Fraction(whole - sum(points.values()), whole))


def check_total(staked_weight: int, total_weight: int | None) -> int:
    """Return the weight of all claims, given that of the claims in the table.

    Raises:
        ValueError: The total lies below what the table holds.
        InputError: It exceeds :data:`MAX_TOTAL`.
    """
    total = staked_weight if total_weight is None else total_weight
    if total < staked_weight:
        raise ValueError(f"total_weight == {total}, must be >= {staked_weight}, the stakes' sum.")
    if total > MAX_TOTAL:
        raise InputError(
            f"the weights sum to {total}, more than {MAX_TOTAL}.", "Split the pot's period."
        )
    return total


def take_strongest(stakes: ir.Table) -> ir.Table:
    """Take each publisher's strongest support of each claim; supports of 0 are null players."""
    t = stakes.filter(stakes.support > 0)
    return t.group_by(*_CLAIM, "publisher_id").aggregate(
        weight=t.weight.max(), support=t.support.max()
    )


def rank_stakes(stakes: ir.Table) -> ir.Table:
    """Sort each claim's supports upward and take the steps between them.

    Returns:
        The stakes with ``nth`` (0-based), ``m`` (how many reach this support or come after it in
        the order) and ``step`` (what the support adds to the one before). Tied supports have
        steps of 0 behind the first, so that the order among them does not matter.
    """
    upward = ibis.window(group_by=_CLAIM, order_by=["support", "publisher_id"])
    t = stakes.mutate(
        nth=ibis.row_number().over(upward).cast("int64"),
        n=stakes.count().over(ibis.window(group_by=_CLAIM)).cast("int64"),
        before=stakes.support.lag(1).over(upward),
    )
    return t.mutate(m=t.n - t.nth, step=t.support - t.before.fill_null(0)).drop("before")


def sum_dense(ranked: ir.Table) -> ir.Table:
    """Sum, for each publisher, the terms with up to 32 supporters.

    Returns:
        publisher_id, amount: decimal(38, 0), in weight * support / :data:`L`. One row for each
        publisher of the table, also where its amount is 0.
    """
    unit = ibis.cases(*((ranked.m == m, L // m) for m in range(1, DENSE + 1)), else_=0)
    t = ranked.mutate(term=ranked.step * unit.cast("int64"))
    so_far = ibis.window(
        group_by=_CLAIM, order_by=["support", "publisher_id"], preceding=(None, 0)
    )
    t = t.mutate(phi=t.term.sum().over(so_far).cast("int64"))
    amount = t.weight.cast(WHOLE) * t.phi.cast(WHOLE)
    return t.group_by("publisher_id").aggregate(amount=amount.sum().cast(WHOLE))


def sum_crowded(ranked: ir.Table) -> ir.Table:
    """Sum, for each publisher and m, the terms with m > 32 supporters.

    Returns:
        publisher_id, m, amount: decimal(38, 0), in weight * support / m.
    """
    steps = ranked.filter((ranked.m > DENSE) & (ranked.step > 0))
    rungs = steps.select(*_CLAIM, "m", "step", rung=steps.nth)
    crowd = ranked.filter(ranked.n > DENSE).select(*_CLAIM, "publisher_id", "weight", "nth")
    t = crowd.join(rungs, _CLAIM)
    t = t.filter(t.nth >= t.rung)
    amount = t.weight.cast(WHOLE) * t.step.cast(WHOLE)
    return t.group_by("publisher_id", "m").aggregate(amount=amount.sum().cast(WHOLE))


def hash_digits(result: Split) -> str:
    """Hash every digit of a split: equal on every engine, whatever the order of the rows."""
    lines = [
        f"{name}\t{part.numerator}/{part.denominator}" for name, part in result.shares.items()
    ]
    rest = result.unsupported
    lines.append(f"\t{rest.numerator}/{rest.denominator}")
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def check_stakes(stakes: ir.Table) -> int:
    """Check weights and supports; return the sum of the weights of the claims in the table."""
    by_claim = stakes.group_by(*_CLAIM).aggregate(
        low=stakes.weight.min(), high=stakes.weight.max()
    )
    varied, lowest, total = _one_row(
        by_claim.aggregate(
            varied=by_claim.count(where=by_claim.low != by_claim.high),
            lowest=by_claim.low.min(),
            total=by_claim.high.cast(WHOLE).sum().cast(WHOLE),
        )
    )
    # Without a publisher a row names a claim that nobody supports: then its support is 0.
    gaps = ibis.or_(
        *(stakes[name].isnull() for name in (*_CLAIM, "weight", "support")),
        stakes.publisher_id.isnull() & (stakes.support != 0),
    )
    n_gaps, n_out = _one_row(
        stakes.aggregate(
            n_gaps=stakes.count(where=gaps),
            n_out=stakes.count(where=(stakes.support < 0) | (stakes.support > FULL)),
        )
    )
    if n_gaps:
        raise InputError(f"{n_gaps} stakes lack a value.", "Fill every column of every row.")
    if n_out:
        raise InputError(f"{n_out} supports lie outside 0..{FULL}.", "Mend the column support.")
    if varied:
        raise InputError(
            f"the weight varies within {varied} claims.", "Give each claim one weight."
        )
    if lowest is not None and lowest < 0:
        raise InputError(f"a weight is {lowest}, must be >= 0.", "Mend the column weight.")
    return int(total or 0)


def _one_row(query: ir.Table) -> tuple[int, ...]:
    return tuple(column[0].as_py() for column in query.to_pyarrow().columns)

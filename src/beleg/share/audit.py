"""A money-weighted sample of supports for people to check, and what their verdicts say.

The unit is a stake; its size is the money that the part of its claim carries. Systematic sampling
with probability proportional to size: with n to be drawn, a stake of size m out of M is drawn with
``pi = min(1, n m / M)``; those at 1 are certain, and the rest is drawn from what they leave. The
stakes lie by publisher and then by a hash of their ids and the seed, so that each publisher has
its due number, and the same ids and seed give the same sample whatever the order of the rows.

Source: Madow (1949) for the draw; Hajek (1971) for the estimator.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from beleg.errors import InputError
from beleg.ids import content_id
from beleg.inference import Floats, find_interval
from beleg.records import Mandate, Pot, Share
from beleg.settlement import FULL
from beleg.share.intervals import LEVEL, TOLERANCE
from beleg.share.parts import draw_parts, split_parts

VERDICTS = ("supported", "partly", "not")

MIN_CHECKED = 20
"""Least checked stakes of a publisher whose own rate is shown."""

BINS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0)
"""Edges of the probability's classes, in which what is found is held against the prediction."""


class Item(NamedTuple):
    """A stake that was drawn."""

    item_id: str
    claim_id: str
    publisher_id: str
    passage_id: str
    support: int
    """0..10000."""
    minor: float
    """The money that it carries, in minor units, not rounded."""
    inclusion: float
    """With which probability it was drawn, above 0 and up to 1."""


class Sample(NamedTuple):
    """What is to be checked."""

    audit_id: str
    pot_id: str
    seed: int
    total_minor: float
    """The money of all stakes that it was drawn from."""
    items: tuple[Item, ...]
    """In the order of a hash: not by publisher, so that who checks sees them mixed."""


class Rate(NamedTuple):
    """A part of the money, 0..1, with its interval."""

    value: float
    low: float
    high: float
    n: int
    """Checked stakes."""


class Reliability(NamedTuple):
    """Stakes of one class of probability: what was predicted, and what people found."""

    above: float
    up_to: float
    n: int
    predicted: float
    """Mean probability, weighted by money."""
    found: Rate
    """Found in full."""


class Checked(NamedTuple):
    """What the verdicts of a sample say of the money."""

    n: int
    not_found: Rate
    """Part of the money on supports that people did not find."""
    not_in_full: Rate
    """The same, with those that were found only in part."""
    by_publisher: dict[str, Rate]
    """``not_found`` of each publisher with at least :data:`MIN_CHECKED` checked stakes."""
    n_publishers_thin: int
    """Publishers with fewer."""
    reliability: tuple[Reliability, ...]


class _Frame(NamedTuple):
    """Every stake that carries money, by publisher and hash."""

    rows: pa.Table
    minor: Floats


def draw_sample(
    pot: Pot, weights: pa.Table, stakes: pa.Table, shares: Sequence[Share], n: int, seed: int
) -> Sample:
    """Draw stakes of a pot with probability proportional to the money that they carry.

    Args:
        pot: What is split by the rule ``airport`` or ``expected``.
        weights: Table ``claim_weights`` of this pot.
        stakes: Table ``stakes`` of this pot.
        shares: The exact split; only publishers that are paid are sampled.
        n: How many; all where there are no more.
        seed: Another one gives another sample.

    Raises:
        InputError: No stake carries money, or the shares do not follow from the stakes.
    """
    if n < 1:
        raise ValueError(f"n == {n}, must be >= 1.")
    frame = _list_money(pot, weights, stakes, shares, seed)
    if not len(frame.minor):
        raise InputError(
            f"pot {pot.pot_id}: no support carries money that is paid.",
            "See `beleg share show` and `beleg problems`.",
        )
    inclusion = find_inclusion(frame.minor, n)
    start = int(_hash(seed, pot.pot_id, "start")[:13], 16) / 16**13
    # The certain ones step over a whole number; the sum of the others ends on one but for dust.
    steps = np.floor(np.round(np.cumsum(inclusion), 9) + start)
    drawn = np.flatnonzero(np.diff(steps, prepend=0.0) > 0)
    rows = frame.rows.take(pa.array(drawn)).to_pylist()
    items = [
        Item(
            content_id(pot.pot_id, row["claim_id"], row["publisher_id"])[:12],
            row["claim_id"],
            row["publisher_id"],
            row["passage_id"],
            row["support"],
            round(float(frame.minor[place]), 6),
            round(float(inclusion[place]), 9),
        )
        for row, place in zip(rows, drawn.tolist(), strict=True)
    ]
    items.sort(key=lambda item: _hash(seed, pot.pot_id, "order", item.item_id))
    total = round(float(frame.minor.sum()), 6)
    audit_id = content_id(pot.pot_id, seed, total, *map(tuple, items))[:16]
    return Sample(audit_id, pot.pot_id, seed, total, tuple(items))


def find_inclusion(sizes: Floats, n: int) -> Floats:
    """Give each unit its probability of inclusion, in proportion to its size; they sum to n.

    Args:
        sizes: Above 0, shape (n_units,).
        n: How many are drawn; all units are certain where there are no more.
    """
    if n >= len(sizes):
        return np.ones(len(sizes))
    certain = np.zeros(len(sizes), bool)
    while True:
        left = sizes[~certain].sum()
        wanted = (n - certain.sum()) * sizes / left
        more = ~certain & (wanted >= 1.0)
        if not more.any():
            return np.where(certain, 1.0, wanted)
        certain |= more


def _hash(*parts: object) -> str:
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()


def _list_money(
    pot: Pot, weights: pa.Table, stakes: pa.Table, shares: Sequence[Share], seed: int
) -> _Frame:
    """List the stakes of publishers that are paid, with the money that each carries."""
    paid = {share.publisher_id for share in shares if share.mandate == Mandate.PAID}
    rows = stakes.sort_by(
        [(name, "ascending") for name in ("claim_id", "support", "publisher_id")]
    )
    claim = np.asarray(
        rows["claim_id"].combine_chunks().dictionary_encode().indices, dtype=np.int64
    )
    support = np.asarray(rows["support"], dtype=np.float64) / FULL
    part = draw_parts(claim, support)[0] if pot.rule == "expected" else split_parts(claim, support)
    total = sum(weights["weight"].to_pylist())
    money = part * np.asarray(rows["weight"], dtype=np.float64) * pot.distributable_minor
    minor = money / total if total else money * 0.0
    names = rows["publisher_id"].to_pylist()
    _check_shares(pot, names, minor, shares)
    kept = [place for place, name in enumerate(names) if name in paid and minor[place] > 0]
    ids = rows["claim_id"].to_pylist()
    kept.sort(key=lambda place: (names[place], _hash(seed, pot.pot_id, names[place], ids[place])))
    return _Frame(rows.take(pa.array(kept, pa.int64())), minor[kept])


def _check_shares(pot: Pot, names: Sequence[str], minor: Floats, shares: Sequence[Share]) -> None:
    """Refuse a pot whose shares are not what its stakes give under its rule."""
    sums: dict[str, float] = {}
    for name, amount in zip(names, minor.tolist(), strict=True):
        sums[name] = sums.get(name, 0.0) + amount
    for share in shares:
        exact = share.part * pot.distributable_minor
        if abs(sums.get(share.publisher_id, 0.0) - exact) > TOLERANCE * pot.distributable_minor:
            raise InputError(
                f"pot {pot.pot_id}: the share of {share.publisher_id} does not rest on stakes "
                f"(rule {pot.rule!r}).",
                "Only pots of the rules airport and expected can be audited.",
            )


def judge_sample(sample: Sample, verdicts: Mapping[str, str]) -> Checked:
    """Estimate from the verdicts how much of the money rests on what people did not find.

    The money of the stakes that were certain is known; of the rest each checked stake stands for
    what it was drawn from, and the interval is that of :func:`beleg.inference.find_interval` over
    the stakes. Nothing is said of errors of the people who check.

    Args:
        sample: As it was drawn.
        verdicts: item_id to one of :data:`VERDICTS`, for every item.

    Raises:
        ValueError: A verdict is missing or none of them.
    """
    words = [verdicts.get(item.item_id, "") for item in sample.items]
    if wrong := set(words) - set(VERDICTS):
        raise ValueError(f"verdicts has {sorted(wrong)}, must be of {', '.join(VERDICTS)}.")
    failed = np.array([word == "not" for word in words], np.float64)
    short = np.array([word != "supported" for word in words], np.float64)
    p = np.array([item.support / FULL for item in sample.items])
    minor = np.array([item.minor for item in sample.items])
    inclusion = np.array([item.inclusion for item in sample.items])
    names = np.array([item.publisher_id for item in sample.items])

    def rate(hits: Floats, rows: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> Rate:
        return estimate_rate(hits[rows], minor[rows], inclusion[rows])

    everything = np.ones(len(words), bool)
    rates = {str(name): rate(failed, names == name) for name in np.unique(names)}
    reliability = []
    for above, up_to in pairwise(BINS):
        rows = (p > above) & (p <= up_to)
        if rows.any():
            mean = float(np.average(p[rows], weights=(minor / inclusion)[rows]))
            found = rate(1.0 - short, rows)
            reliability.append(Reliability(above, up_to, int(rows.sum()), round(mean, 6), found))
    return Checked(
        len(words),
        rate(failed, everything),
        rate(short, everything),
        {name: one for name, one in rates.items() if one.n >= MIN_CHECKED},
        sum(one.n < MIN_CHECKED for one in rates.values()),
        tuple(reliability),
    )


def estimate_rate(hits: Floats, minor: Floats, inclusion: Floats) -> Rate:
    """Estimate the part of the money that lies on hits.

    Args:
        hits: 0 or 1, shape (n,), n >= 1.
        minor: Money of each, above 0.
        inclusion: Probability with which each was drawn; those at 1 are known, not estimated.
    """
    stands_for = minor / inclusion
    certain = inclusion >= 1.0
    total = stands_for.sum()
    known = float((stands_for * hits)[certain].sum() / total)
    left, missed = stands_for[~certain], hits[~certain]
    if not len(left):
        return Rate(round(known, 9), round(known, 9), round(known, 9), len(hits))
    h = left / left.sum()
    rest = float(np.clip((h * missed).sum(), 0.0, 1.0))
    with np.errstate(divide="ignore", invalid="ignore"):
        residuals = np.where(h < 1.0, h * (missed - rest) / (1.0 - h), 0.0)
    variance, n_effective = np.array([np.sum(residuals**2)]), np.array([1.0 / np.sum(h**2)])
    low, high = find_interval(np.array([rest]), variance, n_effective, LEVEL)
    scale = float(left.sum() / total)
    value, least, most = (
        round(known + scale * part, 9) for part in (rest, float(low[0]), float(high[0]))
    )
    return Rate(value, least, most, len(hits))

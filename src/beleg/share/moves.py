"""Which claims move the money between two ways to split a pot.

What a rule pays is laid on the claims that earn it, in floats: this ranks and explains, and pays
nobody. The game's rules add up over claims; rules that count lay what a publisher receives for an
answer equally on the claims in which it was counted there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from beleg.errors import InputError
from beleg.inference import Floats, Integers
from beleg.settlement import FULL
from beleg.share.parts import draw_parts, split_parts


class Moved(NamedTuple):
    """A claim, and the part of the pot that goes elsewhere because of it."""

    claim_id: str
    part: float
    """0..1: half of all that its publishers, and nobody, gain or lose."""
    before: dict[str, float]
    after: dict[str, float]
    """By publisher, parts of the pot."""


class Laid(NamedTuple):
    """What a rule pays, by claim and publisher."""

    claims: Integers
    """Places in the list of all claims, ascending. Shape (n,)."""
    names: pa.Array
    """publisher_id of each row."""
    parts: Floats
    """Part of the pot. Shape (n,)."""


def lay_on_claims(staked: pa.Table, claims: pa.Table, rule: str, n_players: int) -> Laid:
    """Lay what a rule pays on the claims that earn it.

    Args:
        staked: answer_id, claim_id, publisher_id, weight, support: the rows that the rule counts.
        claims: answer_id, claim_id, weight, of all claims of the pot.
        rule: As in :data:`beleg.share.rules.RULES`.
        n_players: How many publishers the rule pays.

    Raises:
        InputError: The rule cannot be laid on claims.
    """
    place = _index(staked["claim_id"], claims["claim_id"])
    support = staked["support"].to_numpy() / FULL
    order = np.lexsort((support, place))
    place, support, some = place[order], support[order], staked.take(pa.array(order))
    weight = some["weight"].to_numpy().astype(float)
    total = float(claims["weight"].to_numpy().astype(float).sum())
    names = some["publisher_id"].combine_chunks()
    if rule in _GAMES:
        return Laid(place, names, _GAMES[rule](place, support) * weight / total)
    if rule not in _COUNTS:
        raise InputError(f"the rule {rule!r} has no parts by claim.", "Compare another one.")
    answers, per_answer = _weigh_answers(claims, some)
    return Laid(place, names, _COUNTS[rule](answers, per_answer, names, total, n_players))


def _lay_expected(place: Integers, support: Floats) -> Floats:
    return draw_parts(place, support)[0]


_GAMES: dict[str, Callable[[Integers, Floats], Floats]] = {
    "airport": split_parts,
    "expected": _lay_expected,
}


def _lay_events(
    answers: Integers, weights: Floats, _names: pa.Array, _total: float, _n: int
) -> Floats:
    """Every row is an event that counts as often as its answer weighs."""
    events = weights[answers]
    parts: Floats = events / events.sum() if len(events) else events
    return parts


def _lay_turns(
    answers: Integers, weights: Floats, names: pa.Array, total: float, _n: int
) -> Floats:
    """An answer's weight is divided among its publishers, each one's among its rows there."""
    code = names.dictionary_encode().indices.to_numpy().astype(np.int64)
    pair, rows = np.unique(np.stack([answers, code]), axis=1, return_inverse=True)
    n_rows = np.bincount(rows.ravel())[rows.ravel()]
    n_present = np.bincount(pair[0], minlength=len(weights))[answers]
    parts: Floats = weights[answers] / n_present / n_rows / total
    return parts


def _lay_equally(
    _answers: Integers, _weights: Floats, names: pa.Array, _total: float, n: int
) -> Floats:
    code = names.dictionary_encode().indices.to_numpy()
    parts: Floats = 1.0 / n / np.bincount(code)[code] if len(code) else np.zeros(0)
    return parts


_COUNTS: dict[str, Callable[[Integers, Floats, pa.Array, float, int], Floats]] = {
    "per_citation": _lay_events,
    "per_grounding": _lay_events,
    "per_turn": _lay_turns,
    "equal": _lay_equally,
}


def _weigh_answers(claims: pa.Table, some: pa.Table) -> tuple[Integers, Floats]:
    """Give each row its answer's place, and each answer its weight."""
    known = claims["answer_id"].combine_chunks().dictionary_encode()
    each = claims["weight"].to_numpy().astype(float)
    weights: Floats = np.bincount(known.indices.to_numpy(), each).astype(float)
    return _index(some["answer_id"], known.dictionary), weights


def _index(values: pa.ChunkedArray, known: pa.Array) -> Integers:
    places: Integers = pc.index_in(values, value_set=known).to_numpy().astype(np.int64)
    return places


def place_among(laid: Laid, own: pa.Table, claims: pa.Table) -> Laid:
    """Count places in another list of claims, which holds all of its own."""
    if own is claims:
        return laid
    places = _index(own["claim_id"], claims["claim_id"])[laid.claims]
    order = np.argsort(places, kind="stable")
    return Laid(places[order], laid.names.take(pa.array(order)), laid.parts[order])


def find_moved(before: Laid, after: Laid, claims: pa.Table, limit: int) -> list[Moved]:
    """Find the claims that move most, the largest first.

    Args:
        before: What today's rule pays.
        after: What another one would.
        claims: answer_id, claim_id, weight, of all claims; both count places in it.
        limit: Most claims.
    """
    named = pa.concat_arrays([before.names, after.names]).dictionary_encode()
    code = named.indices.to_numpy().astype(np.int64)
    place = np.concatenate([before.claims, after.claims])
    parts = np.concatenate([-before.parts, after.parts])
    width = max(len(named.dictionary), 1)
    key, row = np.unique(place * width + code, return_inverse=True)
    change = np.bincount(row, parts, minlength=len(key))
    owner = key // width
    net = np.bincount(owner, change, minlength=len(claims))
    moved = (np.bincount(owner, np.abs(change), minlength=len(claims)) + np.abs(net)) / 2
    ids = claims["claim_id"]
    n_top = min(limit, int((moved > _NOTHING).sum()))
    top = np.lexsort((np.arange(len(moved)), -moved))[:n_top]
    return [
        Moved(ids[int(c)].as_py(), float(moved[c]), _of_claim(before, c), _of_claim(after, c))
        for c in top
    ]


_NOTHING = 1e-15
"""Parts of a pot below this are what rounding of floats leaves."""


def _of_claim(laid: Laid, claim: int) -> dict[str, float]:
    first, end = np.searchsorted(laid.claims, [claim, claim + 1])
    sums: dict[str, float] = {}
    for row in range(int(first), int(end)):
        name = laid.names[row].as_py()
        sums[name] = sums.get(name, 0.0) + float(laid.parts[row])
    return sums

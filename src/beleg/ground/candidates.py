"""Candidates: which passages are worth comparing with which claims.

A join over fingerprints of terms, all claims of a block against all passages at once. Sources
that the answer itself delivered or cites are always looked at; then come the passages of the
whole corpus that share most, all terms counted, the frequent ones too.

The corpus is laid out by term, each with the list of its windows (:func:`list_postings`).
A claim reads the lists of its rare terms and adds up their weights; in the lists of its frequent
terms, by far the longest, only the windows that are there already are looked up. Weights and
ranks are integers and ties are broken by number, so that every engine gives the same candidates.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, localcontext
from functools import cache
from typing import Any

import ibis
import pyarrow as pa

Expr = Any
"""An Ibis table expression; Ibis ships no types."""

N_TEXTS = 20
"""Texts of the corpus that are compared with a claim, beside its own sources."""
N_WINDOWS = 2
"""Passages of one text that are compared with a claim."""
FREQUENT_TENTHS = 4
"""The most frequent terms of a claim, up to this many tenths of its weight, find no window that
shares none of the others. On 200,000 passages 98.5 % of the ten best windows stay at 1.2 ms of CPU
a claim; with 3 tenths 99.7 % at 1.5 ms, with 5 tenths 96.1 % at .9 ms (benchmarks/bench_search.py
--curve)."""
LEAST_HUNDREDTHS = 15
"""Part of a claim's weight that a window must share to be a candidate."""
_BITS = 31
"""Bits of a window's number; with the claim's above them it is one number a pair, which joins and
groups at half the price of two."""
_DAMPING = 50
"""Texts that are thought to be there beside the corpus, so that in a small one no word counts
much more than another."""


@cache
def term_weight(n_texts: int, frequency: int) -> int:
    """Weigh a term by its rarity: ln((n + 50) / (frequency + 1)), in millionths, at least 1.

    Source: inverse document frequency (Spärck Jones 1972), damped; computed in decimals, so that
    it is the same on every machine.
    """
    with localcontext() as context:
        context.prec = 20
        weight = (Decimal(n_texts + _DAMPING) / Decimal(frequency + 1)).ln()
        return max(int(weight * 1_000_000), 1)


def count_texts(window_terms: Expr) -> Expr:
    """Count the texts that hold each term.

    Args:
        window_terms: window_no, text_no, term.

    Returns:
        term, frequency: one row per term.
    """
    pairs = window_terms.select("term", "text_no").distinct()
    return pairs.group_by("term").agg(frequency=pairs.count())


def list_postings(window_terms: Expr) -> Expr:
    """List the windows that hold each term.

    Args:
        window_terms: window_no, text_no, term; distinct.

    Returns:
        term, windows: one row per term; the order inside a list is undefined.
    """
    window_no = window_terms.window_no.cast("int32")  # half the bytes that every block reads
    return window_terms.group_by("term").agg(windows=window_no.collect())


def number_windows(window_terms: Expr) -> Expr:
    """Name the text of each window: window_no, text_no."""
    return window_terms.select("window_no", "text_no").distinct()


def weigh_terms(frequencies: pa.Table, n_texts: int) -> dict[int, int]:
    """Turn term, frequency into a weight per term (:func:`term_weight`)."""
    terms, counts = (frequencies.column(name).to_pylist() for name in ("term", "frequency"))
    return {term: term_weight(n_texts, count) for term, count in zip(terms, counts, strict=True)}


def weigh_claims(claim_terms: Expr, weights: Expr) -> Expr:
    """Weigh the terms of each claim, and tell the frequent ones from the rest.

    Args:
        claim_terms: claim_no, term; distinct.
        weights: term, weight, > 0; a term that is not there stands in no window.

    Returns:
        claim_no, term, weight, least, is_frequent: one row per term of a claim that the corpus
        has. ``least`` is LEAST_HUNDREDTHS of the claim's weight, rounded up; a claim's rarest
        term is never frequent.
    """
    known = claim_terms.join(weights.select("term", "weight"), "term")
    upward = ibis.window(
        group_by="claim_no",
        order_by=[known.weight, known.term.desc()],
        preceding=None,
        following=0,
    )
    summed = known.mutate(
        up_to=known.weight.sum().over(upward),
        total=known.weight.sum().over(ibis.window(group_by="claim_no")),
    )
    frequent = summed.up_to * 10 < summed.total * FREQUENT_TENTHS
    least = (summed.total * LEAST_HUNDREDTHS + 99) // 100
    return summed.select(
        "claim_no", "term", "weight", least=least.cast("int64"), is_frequent=frequent
    )


def _read_lists(lists: Expr) -> Expr:
    """Read the lists of claims' terms: pair_no, weight; one row per claim, term and window."""
    rows = lists.select("claim_no", "weight", window_no=lists.windows.unnest())
    pair_no = (rows.claim_no << _BITS) | rows.window_no.cast("int64")
    return rows.select(pair_no=pair_no, weight=rows.weight)


def match_terms(weighed: Expr, postings: Expr) -> Expr:
    """Sum the weights of the terms that a claim and a window share.

    Args:
        weighed: From :func:`weigh_claims`.
        postings: term, windows.

    Returns:
        claim_no, window_no, overlap: one row per pair that has a term in common which is not
        frequent, and at least LEAST_HUNDREDTHS of the claim's weight.
    """
    lists = weighed.join(postings, "term")
    rare = _read_lists(lists.filter(~lists.is_frequent))
    met = rare.group_by("pair_no").agg(first=rare.weight.sum())
    others = _read_lists(lists.filter(lists.is_frequent)).join(met.select("pair_no"), "pair_no")
    more = others.group_by("pair_no").agg(second=others.weight.sum())
    both = met.left_join(more, "pair_no").select("pair_no", "first", "second")
    both = both.select(
        claim_no=both.pair_no >> _BITS,
        window_no=both.pair_no & ((1 << _BITS) - 1),
        overlap=both["first"] + both.second.fill_null(0),
    )
    matches = both.join(lists.select("claim_no", "least").distinct(), "claim_no")
    enough = matches.overlap >= matches.least
    return matches.filter(enough).select("claim_no", "window_no", "overlap")


def match_own(claim_terms: Expr, window_terms: Expr, weights: Expr, own: Expr) -> Expr:
    """As :func:`match_terms`, for the texts that each claim's own answer delivered or cites.

    Args:
        claim_terms: claim_no, term.
        window_terms: window_no, text_no, term.
        weights: term, weight.
        own: claim_no, text_no; distinct.

    Returns:
        claim_no, window_no, text_no, overlap: one row per pair with any term in common.
    """
    weighted = claim_terms.join(weights.select("term", "weight"), "term").join(own, "claim_no")
    shared = weighted.join(window_terms, ["text_no", "term"])
    return shared.group_by("claim_no", "window_no", "text_no").agg(overlap=shared.weight.sum())


def rank_windows(matches: Expr, n: int) -> Expr:
    """Keep the n windows that share most with each claim; ties by window number.

    Args:
        matches: claim_no, window_no, overlap.
        n: Windows a claim, > 0.

    Returns:
        The rows kept, with ``place``, 0-based.
    """
    window = ibis.window(group_by="claim_no", order_by=[matches.overlap.desc(), matches.window_no])
    ranked = matches.mutate(place=ibis.row_number().over(window))
    return ranked.filter(ranked.place < n)


def keep_best_windows(matches: Expr, n: int = N_WINDOWS) -> Expr:
    """Keep the n windows of each text that share most with the claim; ties by window number."""
    window = ibis.window(
        group_by=["claim_no", "text_no"], order_by=[matches.overlap.desc(), matches.window_no]
    )
    ranked = matches.mutate(place=ibis.row_number().over(window))
    return ranked.filter(ranked.place < n)


def keep_best_texts(matches: Expr, n: int = N_TEXTS) -> Expr:
    """Keep the windows of the n texts that share most with the claim; ties by text number."""
    first = matches.filter(matches.place == 0)
    window = ibis.window(group_by="claim_no", order_by=[first.overlap.desc(), first.text_no])
    ranked = first.mutate(rank=ibis.row_number().over(window))
    kept = ranked.filter(ranked["rank"] < n).select("claim_no", "text_no")
    return matches.join(kept, ["claim_no", "text_no"])


_COLUMNS = ("claim_no", "window_no", "text_no")


def find_near(tables: Mapping[str, Expr]) -> Expr:
    """Name the pairs of claim and window of the whole corpus that are worth a closer look.

    Args:
        tables: ``weighed`` (:func:`weigh_claims`), ``postings``, ``windows``.

    Returns:
        claim_no, window_no, text_no: distinct; order undefined.
    """
    matches = match_terms(tables["weighed"], tables["postings"])
    matches = matches.join(tables["windows"], "window_no")
    return keep_best_texts(keep_best_windows(matches)).select(*_COLUMNS)


def find_own(tables: Mapping[str, Expr]) -> Expr:
    """Name the pairs of claim and window of the claims' own sources.

    Args:
        tables: ``claim_terms``, ``weights``, ``window_terms``, ``own``.

    Returns:
        claim_no, window_no, text_no: distinct; order undefined.
    """
    names = ("claim_terms", "window_terms", "weights", "own")
    matches = match_own(*(tables[name] for name in names))
    return keep_best_windows(matches).select(*_COLUMNS)


def find_candidates(tables: Mapping[str, Expr]) -> Expr:
    """Name all pairs of claim and window that are worth a closer look.

    Args:
        tables: Those of :func:`find_near` and :func:`find_own`, but for ``weighed``.

    Returns:
        claim_no, window_no, text_no: distinct; order undefined.
    """
    weighed = weigh_claims(tables["claim_terms"], tables["weights"])
    return find_near({**tables, "weighed": weighed}).union(find_own(tables), distinct=True)

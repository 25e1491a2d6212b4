"""Candidates: which passages are worth comparing with which claims.

A join over fingerprints of terms, all claims of a block against all passages at once. Sources
that the answer itself delivered or cites are always looked at; then come the passages of the
whole corpus that share the rarest words. Weights and ranks are integers and ties are broken by
number, so that every engine gives the same candidates.
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
FREQUENT_TEXTS = 200
FREQUENT_SHARE = 100
"""A term in more than FREQUENT_TEXTS texts and 1 in FREQUENT_SHARE finds no candidates: it costs
most of the join and tells hardly anything."""
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
    return window_terms.group_by("term").agg(frequency=window_terms.text_no.nunique())


def weigh_terms(frequencies: pa.Table, n_texts: int) -> dict[int, int]:
    """Turn term, frequency into a weight per term (:func:`term_weight`)."""
    terms, counts = (frequencies.column(name).to_pylist() for name in ("term", "frequency"))
    return {term: term_weight(n_texts, count) for term, count in zip(terms, counts, strict=True)}


def drop_frequent(weights: Expr, n_texts: int) -> Expr:
    """Keep the terms that are rare enough to find candidates by.

    Args:
        weights: term, weight, frequency.
        n_texts: Texts in the corpus.
    """
    return weights.filter(weights.frequency <= max(FREQUENT_TEXTS, n_texts // FREQUENT_SHARE))


def match_terms(claim_terms: Expr, window_terms: Expr, weights: Expr) -> Expr:
    """Sum the weights of the terms that a claim and a window share.

    Args:
        claim_terms: claim_no, term; distinct.
        window_terms: window_no, text_no, term; distinct.
        weights: term, weight.

    Returns:
        claim_no, window_no, text_no, overlap: one row per pair with a term in common.
    """
    shared = claim_terms.join(weights, "term").join(window_terms, "term")
    return shared.group_by("claim_no", "window_no", "text_no").agg(overlap=shared.weight.sum())


def match_own(claim_terms: Expr, window_terms: Expr, weights: Expr, own: Expr) -> Expr:
    """As :func:`match_terms`, for the texts that each claim's own answer delivered or cites.

    Args:
        claim_terms: claim_no, term.
        window_terms: window_no, text_no, term.
        weights: term, weight; frequent terms included.
        own: claim_no, text_no; distinct.
    """
    weighted = claim_terms.join(weights, "term").join(own, "claim_no")
    shared = weighted.join(window_terms, ["text_no", "term"])
    return shared.group_by("claim_no", "window_no", "text_no").agg(overlap=shared.weight.sum())


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


def find_candidates(tables: Mapping[str, Expr], n_texts: int) -> Expr:
    """Name the pairs of claim and window that are worth a closer look.

    Args:
        tables: ``claim_terms``, ``window_terms``, ``weights`` (term, weight, frequency), ``own``.
        n_texts: Texts in the corpus.

    Returns:
        claim_no, window_no, text_no: distinct; order undefined.
    """
    claim_terms, window_terms = tables["claim_terms"], tables["window_terms"]
    weights = tables["weights"]
    rare = drop_frequent(weights, n_texts)
    corpus = keep_best_texts(keep_best_windows(match_terms(claim_terms, window_terms, rare)))
    own = keep_best_windows(match_own(claim_terms, window_terms, weights, tables["own"]))
    columns = ("claim_no", "window_no", "text_no")
    return corpus.select(*columns).union(own.select(*columns), distinct=True)

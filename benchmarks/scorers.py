"""Scorers of support, ours and others, behind one door: a claim and a text give a number.

A scorer is built from the texts of a set (for the rarity of words; no label is seen). Ours is
fitted anew where a fold is named, without what belongs to it. Peers are optional packages and are
imported where they are built: ``ModuleNotFoundError`` tells that one is not there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache, lru_cache

import numpy as np

from beleg.ground.support import Model, estimate, load_model
from beleg.ground.tokens import find_tokens, language_of
from labels import DATA
from train_support import Corpus, conflict_cap, fit, read_data

Score = Callable[[str, str, str], float]
"""(claim, evidence, kind) to a number; more is better."""
Build = Callable[[Sequence[str], "int | None"], Score]
"""(all evidence of a set, the fold to keep out or None) to a scorer."""


def _terms(text: str) -> frozenset[str]:
    return frozenset(t.term for t in find_tokens(text, language_of(text)) if t.term)


def build_overlap(texts: Sequence[str], fold: int | None) -> Score:
    """Build plain word overlap: the part of a claim's stems that the text has."""
    del fold
    known = {text: _terms(text) for text in texts}

    def score(claim: str, evidence: str, kind: str) -> float:
        del kind
        wanted = _terms(claim)
        return len(wanted & known[evidence]) / len(wanted) if wanted else 0.0

    return score


@cache
def _fit_without(fold: int) -> Model:
    """Fit our model without one fold of what it learns from."""
    data = _training_data()
    train = np.flatnonzero(data.folds != fold)
    beta = fit([data.rows[i] for i in train], data.labels[train], data.weights[train])
    return replace(
        load_model(),
        intercept=float(beta[0]),
        coefficients=tuple(map(float, beta[1:])),
        conflict_cap=conflict_cap(data, train),
    )


_training_data = cache(lambda: read_data(DATA / "labels"))


def build_beleg(texts: Sequence[str], fold: int | None) -> Score:
    """Build ours: the probability of the window of a text that carries the claim best."""
    corpus = Corpus(texts)
    model = load_model() if fold is None else _fit_without(fold)

    def score(claim: str, evidence: str, kind: str) -> float:
        del kind
        return max(estimate(row, model) for row in corpus.features(claim, evidence))

    return score


def build_bm25s(texts: Sequence[str], fold: int | None) -> Score:
    """Build bm25s: the score of a text by its defaults, over the claim's number of words."""
    import bm25s  # noqa: PLC0415  # optional

    del fold
    places = {text: place for place, text in enumerate(dict.fromkeys(texts))}
    index = bm25s.BM25()
    words = bm25s.tokenize(list(places), stopwords="en", show_progress=False)
    index.index(words, show_progress=False)

    @lru_cache(maxsize=1)
    def every(claim: str) -> np.ndarray:
        asked = bm25s.tokenize(claim, stopwords="en", return_ids=False, show_progress=False)[0]
        return (
            np.asarray(index.get_scores(asked)) / max(len(asked), 1)
            if asked
            else np.zeros(len(places))
        )

    def score(claim: str, evidence: str, kind: str) -> float:
        del kind
        return float(every(claim)[places[evidence]])

    return score


def build_anchorcite(texts: Sequence[str], fold: int | None) -> Score:
    """Build anchorcite (MIT) without its models: its lexical scorer over its best sentences."""
    from anchorcite import CitationAnchorer, LexicalScorer  # noqa: PLC0415  # optional

    del texts, fold
    anchorer = CitationAnchorer(scorer=LexicalScorer(), threshold=0.0)

    def score(claim: str, evidence: str, kind: str) -> float:
        del kind
        anchor = anchorer.anchor(claim, evidence)
        return anchor.score if anchor else 0.0

    return score


def build_corroborate(texts: Sequence[str], fold: int | None) -> Score:
    """Build corroborate (MIT): fewer findings (numbers, dates, quotes missing) are better."""
    from corroborate import check_answer  # noqa: PLC0415  # optional

    del texts, fold

    def score(claim: str, evidence: str, kind: str) -> float:
        del kind
        return -float(len(check_answer("", [evidence], claim).findings))

    return score


SCORERS: dict[str, tuple[Build, str]] = {
    "overlap": (build_overlap, ""),
    "bm25s": (build_bm25s, "bm25s==0.3.16"),
    "anchorcite": (build_anchorcite, "anchorcite==0.1.0"),
    "corroborate": (build_corroborate, "corroborate==0.1.0"),
    "beleg": (build_beleg, ""),
}
"""Name to builder, and what to install for it."""

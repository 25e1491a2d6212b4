"""Scorers of support, ours and others, behind one door: a claim and a text give a number.

A scorer is built from the texts of a set (for the rarity of words; no label is seen). Ours is
fitted anew where a fold is named, without what belongs to it. Peers are optional packages and are
imported where they are built: ``ModuleNotFoundError`` tells that one is not there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from typing import cast

import numpy as np

from beleg import judge
from beleg.ground.model import SourceKind
from beleg.ground.tokens import find_tokens, language_of
from labels import DATA
from train_support import Fitted, fit_kind, score as probabilities
from training import measure_pair, read_data

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


_training_data = cache(lambda: read_data(DATA))


@cache
def _fit_without(fold: int, kind: SourceKind) -> Fitted:
    """Fit our model of a kind without one fold of what it learns from."""
    return fit_kind(_training_data(), kind, fold)


def build_beleg(texts: Sequence[str], fold: int | None) -> Score:
    """Build ours: the score of a source as ``beleg ground pairs`` gives it.

    Where a fold is named, the probability of the model that saw nothing of it.
    """
    del texts
    if fold is not None:
        for kind in ("passage", "page"):  # fitted here, so that no pair's time holds it
            _fit_without(fold, cast("SourceKind", kind))

    def shipped(claim: str, evidence: str, kind: str) -> float:
        return judge(claim, evidence, source_kind=cast("SourceKind", kind)).score

    def held_out(claim: str, evidence: str, kind: str) -> float:
        fitted = _fit_without(cast("int", fold), cast("SourceKind", kind))
        return float(probabilities([measure_pair(claim, evidence)], fitted)[0])

    return shipped if fold is None else held_out


def list_beleg(claim: str, texts: Sequence[str], kind: str) -> list[float]:
    """Score texts beside each other as ``beleg ground pairs`` does with a list."""
    return [part.score for part in judge(claim, texts, source_kind=cast("SourceKind", kind)).parts]


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

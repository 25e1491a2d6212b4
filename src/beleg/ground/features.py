"""Features of a claim and a passage: what the support model looks at, each in 0..1.

Shares are taken of one more than there is: that both words of a claim of two words stand
somewhere says less than that all ten of a claim of ten do.
"""

from __future__ import annotations

import math
from bisect import bisect_right

from beleg.ground.readings import ClaimReading, PassageReading

FEATURES = (
    "containment",
    "containment_squared",
    "letters",
    "pairs",
    "triples",
    "longest_run",
    "nearness",
    "worst_missing",
    "names_missing",
    "figures_missing",
    "figures_conflict",
    "degree_missing",
    "negation",
)
REACH = 6
"""Content words of a claim whose neighbourhood is looked for in the passage."""
_FADE = 5.0
_MOST_PLACES = 8
"""Places of a word that are looked at: bounds the time on a text that repeats one word."""


def share_weight(claim: ClaimReading, passage: PassageReading) -> float:
    """Return the part of the claim's weight whose terms the passage has, 0..1."""
    found = sum(weight for term, weight in claim.weights.items() if term in passage.terms)
    return found / claim.total if claim.total else 0.0


def measure_nearness(claim: ClaimReading, passage: PassageReading) -> float:
    """Tell how far the claim's neighbouring content words stand as near, in the same order, 0..1.

    Of each two content words up to :data:`REACH` apart: exp(-d / 5), where d is by how much their
    least distance in the passage, in this order, exceeds theirs in the claim.
    """
    row = claim.row
    total, n_pairs = 0.0, 0
    for first, (place, term) in enumerate(row):
        here = passage.term_places.get(term, ())[:_MOST_PLACES]
        for other_place, other in row[first + 1 : first + REACH]:
            if other == term:
                continue
            n_pairs += 1
            there = passage.term_places.get(other)
            if not here or not there:
                continue
            gaps = [
                there[at] - start
                for start in here
                if (at := bisect_right(there, start)) < len(there)
            ]
            if gaps:
                total += math.exp(-max(min(gaps) - (other_place - place), 0) / _FADE)
    return total / (n_pairs + 1)


def measure(
    claim: ClaimReading,
    passage: PassageReading,
    *,
    longest: int,
    missing: int,
    conflict: bool,
    denied: bool,
) -> tuple[float, ...]:
    """Compute the features, in the order of :data:`FEATURES`.

    Args:
        claim: The claim; without a term all features are 0.
        passage: The passage.
        longest: Most content words in one run of the same words.
        missing: Figures of the claim that the passage lacks.
        conflict: Whether the passage contradicts a figure of the claim.
        denied: Whether one of the two denies what the other says.
    """
    n_terms = len(claim.weights)
    if not n_terms:
        return (0.0,) * len(FEATURES)
    containment = share_weight(claim, passage) * n_terms / (n_terms + 1)
    absent = [weight for term, weight in claim.weights.items() if term not in passage.terms]
    named = sum(claim.weights[term] for term in claim.names)
    lost = sum(claim.weights[term] for term in claim.names - passage.terms)
    return (
        containment,
        containment * containment,
        len(claim.letters & passage.letters) / (len(claim.letters) + 1),
        _share(claim.pairs, passage.pairs),
        _share(claim.triples, passage.triples),
        longest / (claim.content_before[-1] + 1),
        measure_nearness(claim, passage),
        max(absent, default=0) / claim.total,
        lost / named if named else 0.0,
        missing / len(claim.figures) if claim.figures else 0.0,
        float(conflict),
        len(claim.degrees - passage.forms) / 3 if len(claim.degrees - passage.forms) < 3 else 1.0,
        float(denied),
    )


def _share(wanted: frozenset[tuple[str, ...]], found: frozenset[tuple[str, ...]]) -> float:
    return len(wanted & found) / (len(wanted) + 1)


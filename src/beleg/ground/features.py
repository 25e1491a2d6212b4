"""Features of a claim and a passage: what the support model looks at, each in 0..1.

Shares are taken of one more than there is: that both words of a claim of two words stand
somewhere says less than that all ten of a claim of ten do.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence

from beleg.ground.compounds import find_share
from beleg.ground.conflicts import Conflicts
from beleg.ground.meaning import find_alike
from beleg.ground.readings import ClaimReading, PassageReading

FEATURES = (
    "containment",
    "words",
    "alike",
    "topic",
    "letters",
    "pairs",
    "triples",
    "longest_run",
    "order",
    "term_order",
    "worst_missing",
    "common_missing",
    "names_missing",
    "figures_missing",
    "degree_missing",
    "figure_conflict",
    "name_conflict",
    "denial_conflict",
)
REACH = 10
"""Words of a claim, function words included, whose neighbourhood is looked for."""
TERM_REACH = 6
"""The same for its content words."""
_FADE = 5.0
_MOST_PLACES = 8
"""Places of a word that are looked at: bounds the time on a text that repeats one word."""
_COMMON = 4_000_000
"""Weight below which a term is a common word: at least once in ten thousand words."""
_ALIKE = 0.8
"""What a word of the same meaning counts, beside 1 for the word itself, at a cosine of 1."""


def share_weight(claim: ClaimReading, passage: PassageReading) -> float:
    """Return the part of the claim's weight whose terms the passage has, 0..1."""
    found = sum(weight for term, weight in claim.weights.items() if term in passage.terms)
    return found / claim.total if claim.total else 0.0


def measure_order(
    row: Sequence[tuple[int, str]], places: Mapping[str, Sequence[int]], reach: int
) -> float:
    """Tell how far words that are near in the claim stand as near, in the same order, 0..1.

    Of each two words less than ``reach`` apart in the row: exp(-d / 5), where d is by how much
    their least distance in the passage, in this order, exceeds theirs in the claim. Words of two
    sentences that are glued together stand apart in the passage.

    Args:
        row: Place and word of what is looked for, in order.
        places: Word to its places in the passage, ascending.
        reach: Words of the row that are paired.
    """
    total, n_pairs = 0.0, 0
    for first, (place, word) in enumerate(row):
        here = places.get(word, ())[:_MOST_PLACES]
        for other_place, other in row[first + 1 : first + reach]:
            if other == word:
                continue
            n_pairs += 1
            there = places.get(other) if here else None
            if not there:
                continue
            gap = 0
            for start in here:
                at = bisect_right(there, start)
                if at < len(there) and (not gap or there[at] - start < gap):
                    gap = there[at] - start
            if gap:
                total += math.exp(-max(gap - (other_place - place), 0) / _FADE)
    return total / (n_pairs + 1)


def measure_alike(
    claim: ClaimReading, passage: PassageReading, missing: Sequence[str]
) -> dict[str, float]:
    """Tell how far the passage has the missing terms in another word, each above 0 and below 1.

    By parts of compounds, and by words of the same meaning; names and figures are never alike.
    """
    found: dict[str, float] = {}
    for term in missing:
        if share := find_share(term, passage.terms, passage.parts, passage.language):
            found[term] = share
    words = [t for t in missing if t not in claim.names and not t.startswith("#")]
    for term, cosine in find_alike(words, claim.language, passage.meaning).items():
        found[term] = max(found.get(term, 0.0), _ALIKE * cosine)
    return found


def measure(
    claim: ClaimReading, passage: PassageReading, *, longest: int, conflicts: Conflicts
) -> tuple[float, ...]:
    """Compute the features, in the order of :data:`FEATURES`.

    Args:
        claim: The claim; without a term all features are 0.
        passage: The passage.
        longest: Most content words in one run of the same words.
        conflicts: What the passage says otherwise.
    """
    weights, n_terms = claim.weights, len(claim.weights)
    if not n_terms:
        return (0.0,) * len(FEATURES)
    damped = n_terms / (n_terms + 1)
    missing = [term for term in weights if term not in passage.terms]
    lost = sum(weights[term] for term in missing)
    alike = measure_alike(claim, passage, missing) if missing else {}
    regained = sum(weights[term] * share for term, share in alike.items())
    named = sum(weights[term] for term in claim.names)
    common = [term for term in weights if weights[term] <= _COMMON]
    absent = sum(1 - alike.get(term, 0.0) for term in missing if weights[term] <= _COMMON)
    return (
        (claim.total - lost) / claim.total * damped,
        (n_terms - len(missing)) / (n_terms + 1),
        (claim.total - lost + regained) / claim.total * damped,
        max(float(claim.meaning.whole @ passage.meaning.whole), 0.0),
        len(claim.letters & passage.letters) / (len(claim.letters) + 1),
        _share(claim.pairs, passage.pairs),
        _share(claim.triples, passage.triples),
        longest / (claim.content_before[-1] + 1),
        measure_order(claim.form_row, passage.spaced_forms, REACH),
        measure_order(claim.row, passage.spaced_terms, TERM_REACH),
        max((weights[term] * (1 - alike.get(term, 0.0)) for term in missing), default=0.0)
        / claim.total,
        absent / (len(common) + 1),
        sum(weights[t] for t in claim.names - passage.terms) / named if named else 0.0,
        min(conflicts.figures_missing / len(claim.figures), 1.0) if claim.figures else 0.0,
        min(len(claim.degrees - passage.forms), 3) / 3,
        float(conflicts.number or conflicts.date or conflicts.unit),
        float(conflicts.name or conflicts.attribution),
        float(conflicts.negation or conflicts.opposite),
    )


def _share(wanted: frozenset[tuple[str, ...]], found: frozenset[tuple[str, ...]]) -> float:
    return len(wanted & found) / (len(wanted) + 1)

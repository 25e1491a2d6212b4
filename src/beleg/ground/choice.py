"""Which of several sources a claim rests on: what a source has that the others have not.

The teasers of one search all share the question's words; what tells them apart is the claim's
words that few of them have. So each source is weighed beside the others that were given.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from beleg.ground.readings import ClaimReading

CHOICE_FEATURES = (
    "log_odds", "log_odds_behind_best", "log_odds_above_mean", "rare_share",
    "rare_share_behind_best", "rare_share_above_mean", "rare_weight", "n_sources",
)  # fmt: skip
_FLOOR = 0.1
"""Rarity that a word keeps which all sources have."""


@dataclass(frozen=True, slots=True)
class ChoiceModel:
    """A logistic model over :data:`CHOICE_FEATURES`."""

    intercept: float
    coefficients: tuple[float, ...]


@cache
def load_choice_model() -> ChoiceModel:
    """Read the model that is shipped with Beleg."""
    raw = json.loads(files("beleg.ground").joinpath("support_model.json").read_text("utf-8"))
    row = raw["choice"]
    coefficients = tuple(float(row["coefficients"][name]) for name in CHOICE_FEATURES)
    return ChoiceModel(float(row["intercept"]), coefficients)


def weigh_rarity(claim: ClaimReading, sources: Sequence[frozenset[str]]) -> dict[str, float]:
    """Weigh the terms of a claim by how few of the sources have them, and how rare they are.

    Args:
        claim: The claim.
        sources: Terms of each source.

    Returns:
        Term to ln((n + 1) / (sources that have it + 1)) + .1, times its weight in millions.
    """
    counts = Counter(term for terms in sources for term in terms & claim.weights.keys())
    n = len(sources)
    return {
        term: weight / 1e6 * (math.log((n + 1) / (counts[term] + 1)) + _FLOOR)
        for term, weight in claim.weights.items()
    }


def measure_choice(
    claim: ClaimReading, sources: Sequence[frozenset[str]], log_odds: Sequence[float]
) -> list[tuple[float, ...]]:
    """Compute :data:`CHOICE_FEATURES` of each source beside the others.

    Args:
        claim: The claim.
        sources: Terms of each source.
        log_odds: Of each source by itself, as the support model has them.
    """
    if not sources:
        return []
    rarity = weigh_rarity(claim, sources)
    total = sum(rarity.values()) or 1.0
    weights = [sum(rarity[term] for term in terms & rarity.keys()) for terms in sources]
    shares = [weight / total for weight in weights]
    n = len(sources)
    best, mean = max(log_odds), sum(log_odds) / n
    most, middle = max(shares), sum(shares) / n
    return [
        (
            odds,
            odds - best,
            odds - mean,
            share,
            share - most,
            share - middle,
            weight / 10,
            math.log(n),
        )
        for odds, share, weight in zip(log_odds, shares, weights, strict=True)
    ]


def choose(
    claim: ClaimReading, sources: Sequence[frozenset[str]], log_odds: Sequence[float]
) -> list[float]:
    """Give the probability of each source, beside the others, rounded to four digits.

    Args and sizes as in :func:`measure_choice`.
    """
    model = load_choice_model()
    found = []
    for features in measure_choice(claim, sources, log_odds):
        z = model.intercept
        z += sum(c * x for c, x in zip(model.coefficients, features, strict=True))
        found.append(round(1 / (1 + math.exp(-max(min(z, 30.0), -30.0))), 4))
    return found

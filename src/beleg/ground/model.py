"""The support model: a logistic one over the features for each kind of source, shipped as data.

``support_model.json`` is trained by ``benchmarks/train_support.py`` and carries its card: what it
learned from, its figures, its known failures.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal, get_args

from beleg.ground.features import FEATURES
from beleg.kinds import DocumentKind

SourceKind = Literal["passage", "page", "snippet"]
"""What the evidence is: a passage, a whole page, or the teaser of a search result."""
SOURCE_KINDS: tuple[SourceKind, ...] = get_args(SourceKind)

_KIND_OF: Mapping[DocumentKind, SourceKind] = {
    DocumentKind.SNIPPET: "snippet",
    DocumentKind.CITED_PASSAGE: "passage",
}
"""All other documents are pages."""


def source_kind_of(documents: Iterable[DocumentKind]) -> SourceKind:
    """Tell what a text is, of which several documents may carry the same.

    Whoever carries it as a page has all that was read there.
    """
    found = {_KIND_OF.get(kind, "page") for kind in documents}
    return "page" if "page" in found else "passage" if "passage" in found else "snippet"


CONFLICTS = tuple(FEATURES.index(f"{name}_conflict") for name in ("figure", "name", "denial"))
"""Places of the features that say that a passage contradicts the claim."""


@dataclass(frozen=True, slots=True)
class Weights:
    """A logistic model over :data:`FEATURES`, calibrated for one kind of source."""

    intercept: float
    coefficients: tuple[float, ...]
    conflict_cap: float
    """Highest probability where the passage contradicts the claim."""


@dataclass(frozen=True, slots=True)
class Model:
    """The weights of each kind of source, and the threshold that money asks for."""

    name: str
    kinds: Mapping[SourceKind, Weights]
    threshold: int
    """Support (0..10000) that at most 2 % of unsupported claims reach; see the card."""
    at_percent: Mapping[int, int]
    """The same at 1, 2 and 5 % of unsupported claims."""


@cache
def load_model() -> Model:
    """Read the model that is shipped with Beleg."""
    raw = json.loads(files("beleg.ground").joinpath("support_model.json").read_text("utf-8"))
    kinds = {
        kind: Weights(
            intercept=float(row["intercept"]),
            coefficients=tuple(float(row["coefficients"][name]) for name in FEATURES),
            conflict_cap=float(row["conflict_cap"]),
        )
        for kind, row in raw["kinds"].items()
    }
    at = raw["card"]["figures"]["thresholds_where_foreign_pass_1_2_5_percent"]
    return Model(
        name=raw["name"],
        kinds=kinds,
        threshold=int(raw["threshold"]),
        at_percent=dict(zip((1, 2, 5), map(int, at), strict=True)),
    )


def default_threshold() -> int:
    """Return the least support that is paid by default, 0..10000."""
    return load_model().threshold


def measure_log_odds(features: Sequence[float], weights: Weights) -> float:
    """Add up what the features say, in log-odds."""
    return weights.intercept + sum(
        c * x for c, x in zip(weights.coefficients, features, strict=True)
    )


def is_contradicted(features: Sequence[float]) -> bool:
    """Tell whether the passage contradicts the claim."""
    return any(features[place] for place in CONFLICTS)


def estimate(log_odds: float, weights: Weights, *, contradicted: bool) -> float:
    """Turn log-odds into a probability, rounded to four digits so that machines agree.

    A contradiction caps it: no number of other words makes up for a wrong number.
    """
    probability = 1 / (1 + math.exp(-max(min(log_odds, 30.0), -30.0)))
    if contradicted:
        probability = min(probability, weights.conflict_cap)
    return round(probability, 4)


def scale_score(log_odds: float) -> float:
    """Bring log-odds of -8..8 to 0..1: even odds are .5. For ranking: it is not calibrated."""
    return round(min(max(0.5 + log_odds / 16, 0.0), 1.0), 4)

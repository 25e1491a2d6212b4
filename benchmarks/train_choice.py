"""Train the model that chooses between snippets: blocks of AI overviews and their references.

Used by ``train_support.py``; see :mod:`beleg.ground.choice` for what is measured.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.optimize import minimize

from beleg.ground.choice import CHOICE_FEATURES, measure_choice
from beleg.ground.pairs import read_alone, read_source
from beleg.ground.tokens import language_of
from labels import Choice
from training import FOLDS, fold_of

PENALTY = 1e-3


def measure_choices(choices: Sequence[Choice], log_odds: np.ndarray) -> np.ndarray:
    """Compute the features of all candidates, choice by choice: (n_pairs, n_features)."""
    rows: list[tuple[float, ...]] = []
    at = 0
    for choice in choices:
        claim = read_alone(choice.claim, language_of(choice.claim))
        sources = [read_source((text,), None) for text in choice.candidates]
        terms = [frozenset(t.term for t in source.tokens if t.term) for source in sources]
        own = log_odds[at : at + len(terms)]
        rows += measure_choice(claim, terms, [float(value) for value in own])
        at += len(terms)
    return np.array(rows)


def fit_choice(x: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Fit intercept and coefficients by logistic regression."""
    mean, spread = x.mean(axis=0), x.std(axis=0) + 1e-9
    z = (x - mean) / spread

    def loss(b: np.ndarray) -> tuple[float, np.ndarray]:
        t = b[0] + z @ b[1:]
        error = (1 / (1 + np.exp(-t)) - labels) / len(labels)
        slope = np.concatenate([[error.sum()], z.T @ error + 2 * PENALTY * b[1:]])
        return float(
            np.mean(np.logaddexp(0, t) - labels * t) + PENALTY * np.sum(b[1:] ** 2)
        ), slope

    b = minimize(loss, np.zeros(x.shape[1] + 1), jac=True, method="L-BFGS-B").x
    coefficients = b[1:] / spread
    return np.concatenate([[b[0] - coefficients @ mean], coefficients])


def judge_choices(
    choices: Sequence[Choice], log_odds: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Fit on all choices, and judge each by the fit that saw nothing of its question.

    Args:
        choices: Of :func:`labels.read_overviews`.
        log_odds: Of their candidates in order, from a support model that saw nothing of them.

    Returns:
        Intercept and coefficients; the probability and the label of each candidate.
    """
    x = measure_choices(choices, log_odds)
    labels = np.array([int(i in c.gold) for c in choices for i in range(len(c.candidates))])
    folds = np.array([fold_of(c.group) for c in choices for _ in c.candidates])
    p = np.zeros(len(labels))
    for fold in range(FOLDS):
        b = fit_choice(x[folds != fold], labels[folds != fold])
        test = folds == fold
        p[test] = 1 / (1 + np.exp(-(b[0] + x[test] @ b[1:])))
    return fit_choice(x, labels), p, labels


def hit_rate(choices: Sequence[Choice], p: np.ndarray) -> float:
    """Give how often the best candidate is a right one; draws count by their chance."""
    hits, at = [], 0
    for choice in choices:
        own = p[at : at + len(choice.candidates)]
        tied = np.flatnonzero(own == own.max())
        hits.append(np.mean([int(place) in choice.gold for place in tied]))
        at += len(own)
    return float(np.mean(hits))


def describe(b: np.ndarray) -> dict[str, object]:
    """Lay out a fitted model as it is shipped."""
    numbers = [round(float(value), 4) for value in b]
    return {
        "intercept": numbers[0],
        "coefficients": dict(zip(CHOICE_FEATURES, numbers[1:], strict=True)),
    }

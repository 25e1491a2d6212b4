"""Treated against untreated prompts, before and after: differences in differences as arrays."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from beleg.measure.paired import LEAST_DIFFERING, Floats, find_differences, keep_common

Booleans = NDArray[np.bool_]


class Influence(NamedTuple):
    """The changes of both arms, and what each prompt brings to their difference."""

    before: Floats
    """Of each arm (treated, control); shape (2, n_figures); nan where not measured."""
    after: Floats
    residual: Floats
    """Shape (n_figures, n_prompts); of untreated prompts with the sign turned."""
    difference: Floats
    """As the residual, with the arm's change left in: its size alone decides what is thin."""
    is_in: Booleans
    """In the common basket, of the same shape."""
    part: Floats
    """Of the prompt in its arm, 0..1, of the same shape."""


class Effects(NamedTuple):
    """Differences in differences; arrays of shape (n_figures,), nan where not measured."""

    value: Floats
    """Change of the treated less change of the untreated, -2..2."""
    low: Floats
    high: Floats
    p: Floats
    """Two-sided, of no difference; nan where ``thin``."""
    thin: Booleans


def find_influence(y0: Floats, x0: Floats, y1: Floats, x1: Floats, treated: Booleans) -> Influence:
    """Linearise the change of each arm, and take the arm's own change off each prompt.

    Args:
        y0: Numerators before, weighted; shape (n_figures, n_prompts).
        x0: Denominators before.
        y1: Numerators after.
        x1: Denominators after.
        treated: Of the same shape, or (n_prompts,).

    Returns:
        Residuals divided by the square root of 1 - part (CR2), so that their squares add up to
        the variance without bias where parts are equal.
    """
    common = keep_common(x0, x1)
    treated = np.broadcast_to(np.asarray(treated, dtype=bool), common.shape)
    residual, difference, part = (np.zeros(common.shape) for _ in range(3))
    before, after = [], []
    for is_arm, sign in ((treated, 1.0), (~treated, -1.0)):
        kept = common & is_arm
        sides = [np.where(kept, array, 0.0) for array in (y0, x0, y1, x1)]
        d, h = find_differences(*sides)
        left = (d - d.sum(1, keepdims=True) * h) / np.sqrt(np.maximum(1.0 - h, 1e-300))
        residual = np.where(kept, sign * left, residual)
        difference = np.where(kept, sign * d, difference)
        part = np.where(kept, h, part)
        with np.errstate(divide="ignore", invalid="ignore"):
            before.append(sides[0].sum(1) / sides[1].sum(1))
            after.append(sides[2].sum(1) / sides[3].sum(1))
    return Influence(np.array(before), np.array(after), residual, difference, common, part)


def compare_arms(
    influence: Influence, treated: Booleans, weights: Floats | None = None, *, level: float = 0.95
) -> Effects:
    """Test the difference in differences, clustered by prompt.

    t on 3 (K - 1) degrees of freedom, K the effective number of residuals: the moments of random
    signs, as for a single change (:func:`beleg.measure.paired.compare`).

    Args:
        influence: Of :func:`find_influence`.
        treated: As given there.
        weights: Of the figures in one figure over all, adding up to 1; then one effect is given,
            and a prompt is one cluster over all of them. None: each figure alone.
        level: Of the interval, above 0 and below 1.
    """
    if not 0.0 < level < 1.0:
        raise ValueError(f"level == {level}, must be > 0 and < 1")
    change = influence.after - influence.before
    value = change[0] - change[1]
    residual, difference = influence.residual, influence.difference
    is_in, part = influence.is_in, influence.part
    treated = np.broadcast_to(treated, residual.shape)
    if weights is not None:
        value = np.array([weights @ value])
        residual, difference, part = (
            (weights @ array)[None] for array in (residual, difference, part)
        )
        is_in = np.any(is_in[weights > 0], axis=0, keepdims=True)
        treated = treated[:1]
    squares = residual**2
    variance = squares.sum(1)
    thin = np.isnan(value)
    with np.errstate(divide="ignore", invalid="ignore"):
        for is_arm in (treated & is_in, ~treated & is_in):
            arm = np.where(is_arm, difference, 0.0) ** 2
            effective = arm.sum(1) ** 2 / (arm**2).sum(1)
            even = 1.0 / (np.where(is_arm, part, 0.0) ** 2).sum(1)
            thin |= ~((effective >= LEAST_DIFFERING) & (even >= LEAST_DIFFERING))
        freedom = np.maximum(3.0 * (variance**2 / (squares**2).sum(1) - 1.0), 1.0)
        freedom = np.where(np.isnan(freedom), 1.0, freedom)
        error = np.sqrt(variance)
        p = 2.0 * special.stdtr(freedom, -np.abs(value) / error)
    half = special.stdtrit(freedom, 0.5 + level / 2.0) * error
    return Effects(value, value - half, value + half, np.where(thin, np.nan, p), thin)

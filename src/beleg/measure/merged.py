"""Engines merged by stated weights, which happens only where somebody asks for it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from beleg import combined, inference
from beleg.errors import InputError
from beleg.measure.cells import COUNTED
from beleg.measure.columns import Columns, Integers, Names, as_names
from beleg.measure.estimates import Chosen, Figures, Laid, lay_out
from beleg.measure.slices import Cut

Floats = NDArray[np.float64]


def read_weights(text: str) -> dict[str, float]:
    """Read ``perplexity=0.6,openai=0.4``.

    Raises:
        ValueError: Another form, an engine twice, or a weight that is not above 0.
    """
    weights: dict[str, float] = {}
    for part in text.split(","):
        name, sign, figure = part.strip().rpartition("=")
        try:
            value = float(figure) if sign and name else 0.0
        except ValueError:
            value = 0.0
        if not 0.0 < value < float("inf") or name in weights:
            raise ValueError(
                f"weights == {text!r}, must be engines with weights above 0, each once, "
                "like perplexity=0.6,openai=0.4"
            )
        weights[name] = value
    return weights


def name_mixture(weights: Mapping[str, float]) -> str:
    """Name a mixture as it is asked for, engines sorted: ``openai=0.4,perplexity=0.6``."""
    return ",".join(f"{name}={weights[name]:g}" for name in sorted(weights))


def merge_measure(
    columns: Columns,
    slices: Cut,
    measure: str,
    chosen: Chosen,
    weights: Mapping[str, float],
    level: float,
) -> tuple[Figures, dict[str, Names]]:
    """Estimate one measure of several engines taken together.

    An engine that was not asked, or does not report what is measured, in a slice leaves the
    merged figure *not measured*: a mixture without it would be another figure.

    Args:
        columns: Counts.
        slices: Slices of ``columns``, by engine.
        measure: Its name.
        chosen: Who has a figure.
        weights: Stated weight of each engine; they are divided by their sum.
        level: Of the intervals.

    Returns:
        The figures, and the labels of the merged slices.

    Raises:
        InputError: Nothing is known of an engine.
    """
    for name in sorted(weights.keys() - set(columns.engines)):
        known = ", ".join(columns.engines) or "none"
        raise InputError(f"no answer of an engine {name!r}.", f"Engines: {known}.")
    engines = sorted(weights)
    of_slice, labels = _pair(slices, engines)
    laid = lay_out(columns, slices, measure, chosen)
    n_slices, n_merged = slices.n_slices, len(labels["engine"])
    inside = of_slice[laid.kept % max(n_slices, 1), 0] >= 0
    groups = np.unique(
        laid.kept[inside] // n_slices * n_merged + of_slice[laid.kept[inside] % n_slices, 1]
    )
    shares = np.array([weights[name] for name in engines])
    found = [
        _merge(
            columns, laid, of_slice, (int(group // n_merged), int(group % n_merged)), shares, level
        )
        for group in groups
    ]
    labels["engine"] = as_names([name_mixture(weights)] * n_merged)
    subject = np.array(laid.subjects, dtype=object)[groups // max(n_merged, 1)]
    return Figures(measure, subject, groups % max(n_merged, 1), _stack(found)), labels


def _pair(slices: Cut, engines: list[str]) -> tuple[Integers, dict[str, Names]]:
    """Say of each slice which of the engines it is of, and which merged slice it goes into.

    Returns:
        Two columns a slice, -1 where its engine has no weight; and the merged slices' labels.
    """
    others = [name for name in slices.labels if name != "engine"]
    rest = list(zip(*(slices.labels[name] for name in others), strict=True))
    rest = rest or [()] * slices.n_slices
    place = {name: number for number, name in enumerate(engines)}
    wanted = [name in place for name in slices.labels["engine"]]
    distinct = sorted({key for key, is_in in zip(rest, wanted, strict=True) if is_in})
    order = {key: number for number, key in enumerate(distinct)}
    pairs = [
        (place.get(engine, -1), order.get(key, -1))
        for engine, key in zip(slices.labels["engine"], rest, strict=True)
    ]
    labels = {"engine": as_names([""] * len(distinct))}
    for number, name in enumerate(others):
        labels[name] = as_names(key[number] for key in distinct)
    return np.array(pairs, dtype=np.int64).reshape(-1, 2), labels


def _merge(columns: Columns, laid: Laid, of_slice: Integers, which: tuple[int, int],
           shares: Floats, level: float) -> tuple[combined.Merged, float]:  # fmt: skip
    """Merge one subject in one slice, over dense arrays of engines and prompts; and its events."""
    subject, merged = which
    n_slices, n_prompts = len(of_slice), len(columns.asked.ids)
    dense = {name: np.zeros((len(shares), n_prompts)) for name in COUNTED}
    answers = np.zeros((len(shares), n_prompts))
    keys, weight = laid.weights
    for place in np.flatnonzero((of_slice[:, 1] == merged) & (of_slice[:, 0] >= 0)):
        engine = of_slice[place, 0]
        start, end = np.searchsorted(keys, [place * n_prompts, (place + 1) * n_prompts])
        prompts = keys[start:end] % n_prompts
        answers[engine, prompts] = weight[start:end] / columns.asked.weight[prompts]
        parts = [(laid.base, place, ("x", "n"))] if laid.base is not None else []
        own = COUNTED if laid.base is None else ("y", "n_hits", "n_full")
        for rows, group, columns_of in [*parts, (laid.rows, subject * n_slices + place, own)]:
            start, end = np.searchsorted(rows.group, [group, group + 1])
            for name in columns_of:
                dense[name][engine, rows.prompt[start:end]] = rows.counts[name][start:end]
    used = np.flatnonzero((dense["x"] > 0).any(axis=0))
    y, x = ((dense[name] * answers)[:, used] for name in ("y", "x"))
    mixed = combined.combine(
        np.minimum(y, x), x, columns.asked.weight[used], shares, level=level,
        answers=combined.Answers(*(dense[name][:, used] for name in ("n", "n_hits", "n_full"))),
    )  # fmt: skip
    return mixed, float(dense["n_hits"].sum())


def _stack(found: list[tuple[combined.Merged, float]]) -> inference.Estimates:
    def column(name: str) -> Floats:
        return np.array([getattr(one, name) for one, _ in found], dtype=np.float64)

    n, size, effect = column("n"), column("n_effective"), column("weight_effect")
    told = np.maximum(size * effect, 1e-300)
    return inference.Estimates(
        value=column("value"),
        low=column("low"),
        high=column("high"),
        n=n.astype(np.int64),
        n_clusters=column("n_clusters").astype(np.int64),
        events=np.array([events for _, events in found], dtype=np.float64),
        n_effective=size,
        design_effect=np.where(size > 0, np.maximum(n / told, 1.0), 1.0),
        weight_effect=effect,
        status=np.array([one.status.value for one, _ in found], dtype=np.str_),
    )

"""Whether the engine itself changed: by its model's name, or by a jump in everything at once.

Where the model is named, its name decides. Where it is not (most web surfaces), figures of the
whole frame are scanned for a day on which they jump; the alarm is calibrated by shuffling days.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from scipy import special

from beleg.measure.cells import FRAME
from beleg.measure.windows import Window
from beleg.records import Status

LEAST_DISTANCE = 0.1
"""Of the models' shares in two windows (total variation): below it they count as the same."""
LEAST_DAYS = 10
"""With fewer days no split of them is rare enough: 2 of 9 days can be chosen in 36 ways."""
EDGE_DAYS = 2
"""Least days on either side of a jump."""
ALARM = 0.01
"""Rate of false alarms over all days and figures of an engine."""
N_SHUFFLES = 999
HISTORY = timedelta(days=84)
"""Before the first window: more days make a jump easier to tell."""
TOP_PUBLISHERS = 20
DUST = 1e-9
"""What rounding leaves of a figure that is the same on all days."""
LEAST_MOVED = 3
"""Publishers that must have moved, |t| > 3, where links or publishers jump."""

Floats = NDArray[np.float64]


class BreakKind(StrEnum):
    """What is known of an engine between two windows."""

    SAME = "same"
    NAMED = "named"  # other models by name
    SUSPECTED = "suspected"  # model not named, everything jumps on one day
    NO_SIGN = "no_sign"  # model not named, nothing jumps
    UNKNOWN = "unknown"  # model not named, too few days to tell


@dataclass(frozen=True, slots=True)
class Break:
    """What is known of one engine between two windows."""

    engine: str
    kind: BreakKind
    before: tuple[tuple[str, float], ...]
    """Models named and their shares of the named answers, the largest first."""
    after: tuple[tuple[str, float], ...]
    day: date | None
    """NAMED: first day of a new model; SUSPECTED: first day after the jump."""
    sign: str
    """SUSPECTED: what jumped: answered, links, length or publishers."""
    p: float | None
    """Of the jump, over all days and figures; None where none was looked for."""
    n_days: int
    """Days with answers that were looked at."""
    repeats_before: float | None
    """Share of the answers in the window that only repeat another one (cached replies)."""
    repeats_after: float | None


def find_breaks(
    counts: pa.Table,
    answers: pa.Table,
    observations: pa.Table,
    windows: tuple[Window, Window],
    *,
    seed: int = 1,
) -> list[Break]:
    """Find, for every engine, whether it is the same in both windows.

    Args:
        counts: Table ``counts``.
        answers: Table ``answers``.
        observations: Table ``observations``.
        windows: Before and after.
        seed: Of the shuffles by which an alarm is judged.

    Returns:
        One row per engine with answers, sorted.
    """
    told = _list_answers(answers, observations)
    breaks = []
    for engine in sorted(set(told["engine"].to_pylist())):
        mine = told.filter(pc.equal(told["engine"], engine))
        breaks.append(_find_break(engine, counts, mine, windows, seed))
    return breaks


def _list_answers(answers: pa.Table, observations: pa.Table) -> pa.Table:
    """Give engine, model, day, prompt_id, length, is_repeat of every answer with a time."""
    kept = answers.filter(pc.not_equal(answers["status"], Status.ERROR.value))
    kept = kept.filter(pc.is_valid(kept["asked_at"]))
    repeats = observations.filter(pc.is_valid(observations["repeat_of"]))["answer_id"]
    return pa.table(
        {
            "engine": kept["engine"],
            "model": kept["model"],
            "day": kept["asked_at"].cast(pa.date32()),
            "prompt_id": kept["prompt_id"],
            "length": pc.utf8_length(kept["text"]),
            "is_repeat": pc.is_in(kept["answer_id"], repeats.combine_chunks()),
        }
    )


def _keep_window(rows: pa.Table, window: Window) -> pa.Table:
    inside = pc.and_(
        pc.greater_equal(rows["day"], window.first), pc.less_equal(rows["day"], window.last)
    )
    return rows.filter(inside)


def _find_break(
    engine: str, counts: pa.Table, told: pa.Table, windows: tuple[Window, Window], seed: int
) -> Break:
    sides = [_keep_window(told, window) for window in windows]
    repeats = [pc.mean(side["is_repeat"].cast(pa.float64())).as_py() for side in sides]
    fresh = [side.filter(pc.invert(side["is_repeat"])) for side in sides]
    named = [count_models(side["model"].to_pylist()) for side in fresh]
    shares = [_share(models) for models in named]
    enough = all(
        sum(models.values()) * 2 > side.num_rows > 0
        for models, side in zip(named, fresh, strict=True)
    )
    if enough:
        changed = models_differ(named[0], named[1])
        day = _first_day(fresh[1], told, named, windows) if changed else None
        kind = BreakKind.NAMED if changed else BreakKind.SAME
        return Break(engine, kind, shares[0], shares[1], day, "", None, 0, *repeats)
    since = Window(windows[0].first - HISTORY, windows[1].last)
    mine = counts.filter(pc.equal(counts["engine"], engine))
    mine = _keep_window(mine.filter(pc.is_valid(mine["day"])), since)
    told = _keep_window(told.filter(pc.invert(told["is_repeat"])), since)
    days, series = read_series(mine, told)
    if len(days) < LEAST_DAYS:
        kind, day, sign, p = BreakKind.UNKNOWN, None, "", None
    else:
        at, sign, p = scan(series, seed=seed)
        inside = windows[0].first < days[at] <= windows[1].last
        found = p <= ALARM and inside and _is_shared(series, sign, at)
        kind = BreakKind.SUSPECTED if found else BreakKind.NO_SIGN
        day, sign = (days[at], sign) if found else (None, "")
    return Break(engine, kind, shares[0], shares[1], day, sign, p, len(days), *repeats)


def count_models(models: Sequence[str | None]) -> dict[str, int]:
    """Count the answers by the model that they name; those that name none are left out."""
    counted: dict[str, int] = {}
    for name in models:
        if name:
            counted[name] = counted.get(name, 0) + 1
    return counted


def _share(models: dict[str, int]) -> tuple[tuple[str, float], ...]:
    total = sum(models.values())
    ordered = sorted(models.items(), key=lambda item: (-item[1], item[0]))
    return tuple((name, n / total) for name, n in ordered)


def models_differ(before: dict[str, int], after: dict[str, int]) -> bool:
    """Say whether two windows were answered by other models.

    So they were where they share no model, or where the shares of the models lie further apart
    than :data:`LEAST_DISTANCE` and than chance explains (chi-square, 1 %): an engine that sends
    each question to one of two models has not changed.
    """
    names = sorted(set(before) | set(after))
    if not before or not after:
        return False
    if not set(before) & set(after):
        return True
    seen = np.array([[side.get(name, 0) for name in names] for side in (before, after)], float)
    shares = seen / seen.sum(1, keepdims=True)
    if np.abs(shares[0] - shares[1]).sum() / 2.0 < LEAST_DISTANCE:
        return False
    expected = seen.sum(1, keepdims=True) * seen.sum(0) / seen.sum()
    square = ((seen - expected) ** 2 / expected).sum()
    return bool(special.chdtrc(len(names) - 1, square) <= 0.01)


def _first_day(
    after: pa.Table, told: pa.Table, named: list[dict[str, int]], windows: tuple[Window, Window]
) -> date | None:
    """Find from which day on the model that gained most is seen at half its later share."""
    totals = [sum(models.values()) for models in named]
    gained = max(
        named[1],
        key=lambda name: named[1][name] / totals[1] - named[0].get(name, 0) / totals[0],
    )
    rows = _keep_window(told, Window(windows[0].first, windows[1].last))
    rows = rows.filter(pc.is_valid(rows["model"]))
    target = named[1][gained] / totals[1] / 2.0
    days = np.array(rows["day"].to_pylist())
    is_new = np.array([name == gained for name in rows["model"].to_pylist()])
    for day in sorted(set(days)):
        if is_new[days == day].mean() >= target:
            return day  # type: ignore[no-any-return]
    return min(after["day"].to_pylist())  # type: ignore[no-any-return]


def read_series(counts: pa.Table, told: pa.Table) -> tuple[list[date], dict[str, Floats]]:
    """Read the daily figures of the whole frame, freed of which prompts were asked that day.

    Args:
        counts: Rows of ``counts`` of one engine, with a day.
        told: day, prompt_id, length of its answers.

    Returns:
        The days with answers, sorted, and by name arrays of shape (n_series, n_days): answered,
        links (an answer), length (logarithm), publishers (how often each of the most cited is).
    """
    frame = counts.filter(pc.equal(counts["measure"], FRAME))
    days = sorted(set(frame["day"].to_pylist()))
    asked = _lay(frame, days, "x")
    answered = _lay(frame, days, "y")
    series = {"answered": _centre(answered, asked)[None]}
    shown = counts.filter(pc.equal(counts["measure"], "citation_share"))
    base = shown.filter(pc.is_null(shown["subject"]))
    if base.num_rows:
        series["links"] = _centre(_lay(base, days, "x", _names(frame)), answered)[None]
    texts = told.filter(pc.is_valid(told["length"]))
    if texts.num_rows:
        long = texts.append_column("log", pc.log1p(texts["length"].cast(pa.float64())))
        long = long.append_column("one", pa.array(np.ones(long.num_rows)))
        sums = [_lay(long, days, name, _names(frame)) for name in ("log", "one")]
        series["length"] = _centre(sums[0], sums[1])[None]
    cited = counts.filter(pc.equal(counts["measure"], "citation_rate"))
    cited = cited.filter(pc.is_valid(cited["subject"]))
    totals = cited.group_by("subject").aggregate([("y", "sum")])
    totals = totals.sort_by([("y_sum", "descending"), ("subject", "ascending")])
    top = totals["subject"].to_pylist()[:TOP_PUBLISHERS]
    if top:
        series["publishers"] = np.array(
            [
                _centre(
                    _lay(cited.filter(pc.equal(cited["subject"], name)), days, "y", _names(frame)),
                    answered,
                )
                for name in top
            ]
        )
    return days, series


def _names(frame: pa.Table) -> list[str]:
    return sorted(set(frame["prompt_id"].to_pylist()))


def _lay(rows: pa.Table, days: list[date], column: str, names: list[str] | None = None) -> Floats:
    names = _names(rows) if names is None else names
    row_of = {day: number for number, day in enumerate(days)}
    column_of = {name: number for number, name in enumerate(names)}
    laid = np.zeros((len(days), len(names)))
    for day, name, value in zip(
        rows["day"].to_pylist(),
        rows["prompt_id"].to_pylist(),
        rows[column].to_pylist(),
        strict=True,
    ):
        if day in row_of and name in column_of:
            laid[row_of[day], column_of[name]] += value
    return laid


def _centre(y: Floats, n: Floats) -> Floats:
    """Average y / n over the prompts of a day, less what each prompt gives on all days."""
    total = n.sum(0)
    usual = np.divide(y.sum(0), total, out=np.zeros_like(total), where=total > 0)
    asked = n.sum(1)
    left = (y - usual * n).sum(1)
    centred: Floats = np.divide(left, asked, out=np.zeros_like(asked), where=asked > 0)
    return centred


def scan(
    series: dict[str, Floats], *, seed: int = 1, n_shuffles: int = N_SHUFFLES
) -> tuple[int, str, float]:
    """Scan all days and figures for the one jump that is least like chance.

    For each split of the days, two-sample t squared, averaged over the series of a name; of each
    name the largest over all splits; of these the rarest among shuffles of whole days, which keep
    how figures and prompts of a day move together. The rarest of several is again compared with
    the rarest of each shuffle, so that the rate of false alarms holds over all of them.

    Args:
        series: Arrays of shape (n_series, n_days) by name, days in order, n_days >= 4.
        seed: Of the shuffles.
        n_shuffles: Their number.

    Returns:
        First day after the jump (position), name of what jumped, p.
    """
    n_days = next(iter(series.values())).shape[1]
    rng = np.random.default_rng(seed)
    orders = np.argsort(rng.random((n_shuffles, n_days)), axis=1)
    orders = np.concatenate([np.arange(n_days)[None], orders])
    names = [name for name, values in series.items() if np.ptp(values, axis=1).max() > DUST]
    if not names:
        return 0, "", 1.0
    largest = np.zeros((len(names), len(orders)))
    places = np.zeros(len(names), dtype=np.int64)
    for row, name in enumerate(names):
        values = series[name][np.ptp(series[name], axis=1) > DUST]
        curve = np.zeros((len(orders), n_days - 2 * EDGE_DAYS + 1))
        for one in values:
            curve += _split(one[orders])
        largest[row] = curve.max(1)
        places[row] = int(curve[0].argmax()) + EDGE_DAYS
    # Rank of each shuffle among all, the order of the days as they were being one of them.
    ordered = np.sort(largest, axis=1)
    rare = np.stack(
        [
            len(orders) - np.searchsorted(ordered[row], largest[row] * (1 - 1e-12))
            for row in range(len(names))
        ]
    )
    best = rare.min(0)
    p = float((best <= best[0]).mean())
    chosen = int(rare[:, 0].argmin())
    return int(places[chosen]), names[chosen], p


def _is_shared(series: dict[str, Floats], sign: str, at: int) -> bool:
    """Hold that links moved at many publishers: one house alone is no change of the engine."""
    if sign not in {"links", "publishers"}:
        return True
    moved = [
        _split(one[None])[0, at - EDGE_DAYS] > 9.0
        for one in series.get("publishers", np.empty((0, 0)))
        if np.ptp(one) > DUST
    ]
    return bool(sum(moved) >= max(LEAST_MOVED, len(moved) / 4))


def _split(values: Floats) -> Floats:
    """Give t squared of each split of the days; shape (n_orders, n_splits)."""
    n = values.shape[1]
    values = values - values.mean(1, keepdims=True)
    cut = np.arange(EDGE_DAYS, n - EDGE_DAYS + 1)
    first = np.cumsum(values, axis=1)[:, cut - 1]
    between = first**2 * n / (cut * (n - cut))
    within = (values**2).sum(1, keepdims=True) - between
    least = 1e-12 * (values**2).sum(1, keepdims=True)
    squared: Floats = between * (n - 2) / np.maximum(within, least)
    return squared

"""One intervention: treated prompts against untreated, before and after.

A plan says what was done, when and to which prompts; written before, it binds its readers.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Literal, NamedTuple

import msgspec
import numpy as np
import pyarrow as pa

from beleg.errors import InputError
from beleg.measure.arms import Booleans, Effects, Influence, compare_arms, find_influence
from beleg.measure.cells import MEASURES, Slice, read_cells
from beleg.measure.paired import Floats
from beleg.measure.windows import Window, check_order, parse_window
from beleg.text import prompt_id_of

ALL_ENGINES = "*"


class Arm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which prompts: all that any of the four names."""

    prompts: tuple[str, ...] = ()
    """Ids or texts."""
    topics: tuple[str, ...] = ()
    panels: tuple[str, ...] = ()
    file: str | None = None
    """A CSV beside the plan; its first column holds ids or texts."""


class Plan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was done, when, and to which prompts."""

    name: str
    subject: str
    """A publisher_id."""
    treated: Arm
    controls: Arm | None = None
    """None: every other prompt."""
    measure: str = "citation_rate"
    date: date | None = None
    """First day that counts as after; instead of ``before`` and ``after``."""
    weeks: int = 4
    """On either side of ``date``."""
    before: str | None = None
    after: str | None = None
    assignment: Literal["random", "chosen"] = "chosen"
    seed: int | None = None
    share: float = 0.5
    """Of the prompts that were drawn to be treated."""
    engines: dict[str, float] = {}
    """Weights for one figure over engines; none: every engine alone."""


class Row(NamedTuple):
    """The effect at one engine, or over all (``*``)."""

    engine: str
    n_treated: int
    n_control: int
    sides: tuple[float, float, float, float] | None
    """Treated before and after, untreated before and after; None over engines."""
    value: float | None
    low: float | None
    high: float | None
    p: float | None
    """None: too little data."""
    placebo: float | None
    """The same difference between two halves of the time before: should be near 0."""
    placebo_p: float | None


class Result(NamedTuple):
    """What the page prints."""

    plan: Plan
    windows: tuple[Window, Window]
    drawn: Literal["checked", "failed", "unseeded", "chosen"]
    """Whether the assignment is the draw of the plan's seed."""
    rows: list[Row]


def parse_plan(text: str, file: str) -> Plan:
    """Read a plan from TOML.

    Raises:
        InputError: It is no TOML, or a field is missing, unknown or out of bounds.
    """
    try:
        plan = msgspec.convert(tomllib.loads(text), Plan)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise InputError(
            f"{file}: {error}.", "docs/guide/changes.md shows a plan with all its fields."
        ) from None
    if plan.measure not in MEASURES:
        raise InputError(
            f"{file}: there is no measure {plan.measure}.", f"Choose one of {', '.join(MEASURES)}."
        )
    if (plan.date is None) == (plan.before is None) or (plan.before is None) != (
        plan.after is None
    ):
        raise InputError(f"{file}: the time is not clear.", "Give date, or before and after.")
    if plan.weeks < 1 or not 0.0 < plan.share < 1.0 or any(w < 0 for w in plan.engines.values()):
        raise InputError(f"{file}: a number is out of bounds.", "weeks >= 1, 0 < share < 1.")
    if plan.engines and not sum(plan.engines.values()) > 0:
        raise InputError(f"{file}: the engines have no weight.", "Give one a weight above 0.")
    read_windows(plan)
    return plan


def read_windows(plan: Plan) -> tuple[Window, Window]:
    """Give the plan's windows, before and after."""
    if plan.date is not None:
        span = timedelta(weeks=plan.weeks)
        day = timedelta(days=1)
        return Window(plan.date - span, plan.date - day), Window(plan.date, plan.date + span - day)
    windows = (parse_window(plan.before or ""), parse_window(plan.after or ""))
    check_order(*windows)
    return windows


def pick_prompts(arm: Arm, listed: Sequence[str], prompts: pa.Table, file: str) -> set[str]:
    """Give the prompt_ids of an arm.

    Args:
        arm: The plan's.
        listed: Ids or texts that its file lists.
        prompts: Table ``prompts``.
        file: The plan's name, for errors.

    Raises:
        InputError: A prompt, topic or panel is unknown, or none is named.
    """
    rows = prompts.select(["prompt_id", "topic", "panel"]).to_pylist()
    known = {row["prompt_id"] for row in rows}
    found: set[str] = set()
    unknown: list[str] = []
    for name in (*arm.prompts, *listed):
        key = name if name in known else prompt_id_of(name)
        if key in known:
            found.add(key)
        else:
            unknown.append(name)
    for column, names in (("topic", arm.topics), ("panel", arm.panels)):
        for name in names:
            mine = {row["prompt_id"] for row in rows if row[column] == name}
            found |= mine
            unknown += [] if mine else [f"{column} {name}"]
    if unknown or not found:
        what = (
            f"{len(unknown)} are unknown, such as {unknown[0]!r}" if unknown else "none is named"
        )
        raise InputError(f"{file}: of the prompts {what}.", "`beleg export prompts` lists them.")
    return found


def assign(topics: Mapping[str, str | None], seed: int, share: float = 0.5) -> set[str]:
    """Draw the prompts that are treated, by topic, so that anybody can draw them again.

    Within a topic prompts stand in the order of a hash of seed and id; the first part is treated.
    What is left over in a topic is carried into the next, so that the whole share holds.

    Args:
        topics: Topic of each prompt_id.
        seed: Chosen before anything is known of the prompts.
        share: Of the prompts that are treated.
    """
    treated: set[str] = set()
    owed = 0.0
    for topic in sorted({topic or "" for topic in topics.values()}):
        mine = [name for name, of in topics.items() if (of or "") == topic]
        mine.sort(key=lambda name: hashlib.sha256(f"{seed}:{name}".encode()).digest())
        owed += share * len(mine)
        n = min(int(owed + 0.5), len(mine))
        owed -= n
        treated |= set(mine[:n])
    return treated


def measure_intervention(
    counts: pa.Table,
    prompts: pa.Table,
    plan: Plan,
    arms: tuple[set[str], set[str]],
    *,
    level: float = 0.95,
) -> Result:
    """Estimate what the intervention did, per engine and over the weighted ones.

    Args:
        counts: Table ``counts``.
        prompts: Table ``prompts``.
        plan: What was done.
        arms: prompt_ids of the treated and of the controls.
        level: Of the intervals.

    Raises:
        InputError: A prompt is in both arms, or an engine of the plan has no answers.
    """
    treated, controls = arms
    if treated & controls:
        raise InputError(
            f"{len(treated & controls)} prompts are treated and controls at once.",
            "Take them out of one.",
        )
    known = sorted(set(counts["engine"].to_pylist()))
    missing = sorted(set(plan.engines) - set(known))
    if missing:
        raise InputError(f"There is no engine {missing[0]}.", f"Known are {', '.join(known)}.")
    windows = read_windows(plan)
    engines = tuple(plan.engines) or tuple(known)
    names = sorted(treated | controls)
    is_treated = np.array([name in treated for name in names])
    half = Window(windows[0].first, windows[0].first + timedelta(days=windows[0].n_days // 2 - 1))
    late = Window(half.last + timedelta(days=1), windows[0].last)
    found = [
        find_influence(*_lay(counts, prompts, plan, engines, names, pair), is_treated)
        for pair in (windows, (half, late))
    ]
    sides = [compare_arms(one, is_treated, level=level) for one in found]
    rows = [
        _make_row(name, at, found[0], is_treated, (sides[0], sides[1]))
        for at, name in enumerate(engines)
    ]
    if plan.engines and len(engines) > 1:
        weights = np.array([plan.engines[name] for name in engines])
        weights = weights / weights.sum()
        both = [compare_arms(one, is_treated, weights, level=level) for one in found]
        rows.append(_make_row(ALL_ENGINES, 0, found[0], is_treated, (both[0], both[1])))
    return Result(plan, windows, _check_draw(plan, prompts, treated, controls), rows)


def _lay(
    counts: pa.Table,
    prompts: pa.Table,
    plan: Plan,
    engines: Sequence[str],
    names: Sequence[str],
    windows: tuple[Window, Window],
) -> tuple[Floats, Floats, Floats, Floats]:
    at = {name: number for number, name in enumerate(names)}
    laid: list[Floats] = [np.zeros((len(engines), len(names))) for _ in range(4)]
    for row, engine in enumerate(engines):
        for side, window in enumerate(windows):
            where = Slice(engine, window.first, window.last, prompt_ids=frozenset(names))
            cells = read_cells(counts, prompts, plan.measure, where, [plan.subject])
            columns = [at[name] for name in cells.prompts]
            laid[2 * side][row, columns] = cells.y[0]
            laid[2 * side + 1][row, columns] = cells.x[0]
    return laid[0], laid[1], laid[2], laid[3]


def _make_row(
    engine: str,
    at: int,
    found: Influence,
    treated: Booleans,
    effects: tuple[Effects, Effects],
) -> Row:
    now, placebo = effects
    is_in = found.is_in.any(0) if engine == ALL_ENGINES else found.is_in[at]

    def read(values: Floats) -> float | None:
        return None if np.isnan(values[at]) else float(values[at])

    sides = (found.before[0], found.after[0], found.before[1], found.after[1])
    values = tuple(float(side[at]) for side in sides)
    return Row(
        engine=engine,
        n_treated=int((is_in & treated).sum()),
        n_control=int((is_in & ~treated).sum()),
        sides=None if engine == ALL_ENGINES or np.isnan(values).any() else values,  # type: ignore[arg-type]
        value=read(now.value),
        low=None if now.thin[at] else read(now.low),
        high=None if now.thin[at] else read(now.high),
        p=read(now.p),
        placebo=read(placebo.value),
        placebo_p=read(placebo.p),
    )


def _check_draw(
    plan: Plan, prompts: pa.Table, treated: set[str], controls: set[str]
) -> Literal["checked", "failed", "unseeded", "chosen"]:
    if plan.assignment == "chosen":
        return "chosen"
    if plan.seed is None:
        return "unseeded"
    topics = dict(zip(prompts["prompt_id"].to_pylist(), prompts["topic"].to_pylist(), strict=True))
    drawn = assign({name: topics[name] for name in treated | controls}, plan.seed, plan.share)
    return "checked" if drawn == treated else "failed"

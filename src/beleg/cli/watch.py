"""``beleg measure watch``: a figure that is looked at every day, without crying wolf."""

from __future__ import annotations

import dataclasses
from datetime import date, datetime
from typing import Any, cast

import click

from beleg.cli.figure import choose_figure
from beleg.cli.main import as_json as _as_json, open_workspace
from beleg.console import count, print_json, print_table
from beleg.errors import InputError
from beleg.measure.cells import Slice
from beleg.measure.grid import Unit, read_grid
from beleg.measure.looks import (
    ESTIMAND,
    METHOD,
    Look,
    Watched,
    find_restarts,
    list_models,
    watch as follow,
)
from beleg.measure.windows import parse_window
from beleg.store import Workspace


@click.command("watch")
@click.option("--subject", help="A publisher, by id or name; the only declared one by default.")
@click.option("--engine", help="Of this engine; the only one by default.")
@click.option("--measure", "measure_name", default="citation_rate", show_default=True)
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="First day that is looked at.")
@click.option("--baseline", help="Week to compare with (2026-W40), or 2026-10-01..2026-10-14.")
@click.option(
    "--every",
    type=click.Choice(["day", "week"]),
    default="day",
    show_default=True,
    help="One look a day, or a week where the basket is spread over it.",
)
@click.option(
    "--level",
    type=click.FloatRange(0.5, 0.999),
    default=0.95,
    show_default=True,
    help="Of all looks.",
)
@click.option(
    "--limit", type=click.IntRange(1), default=14, show_default=True, help="Latest looks shown."
)
@_as_json
def watch(  # noqa: PLR0917
    subject: str | None,
    engine: str | None,
    measure_name: str,
    since: datetime | None,
    baseline: str | None,
    every: str,
    level: float,
    limit: int,
    as_json: bool,
) -> None:
    """Follow a figure day by day with limits that hold at all looks together.

    Whoever looks daily at a 95 % interval sees a false alarm sooner or later. These limits are
    wider, so that in 95 % of cases none comes at any look. They are about the basket: the same
    questions, asked again and again; what people ask beyond it, `beleg measure show` estimates.
    Where the engine's model changes, a new sequence begins.

    \b
    Examples:
      beleg measure watch --subject anker --engine perplexity --baseline 2026-W40
      beleg measure watch --engine openai --measure answered_rate --every week --json
    """
    workspace = open_workspace()
    figure = choose_figure(workspace, measure_name, engine, subject)
    window = parse_window(baseline) if baseline else None
    unit = cast("Unit", every)
    grid = read_grid(
        figure.counts, figure.prompts, figure.measure, Slice(figure.engine), figure.subject, unit
    )
    models = list_models(_list_answers(workspace), figure.engine, unit)
    found = follow(
        grid,
        every=unit,
        level=level,
        baseline=window,
        since=since.date() if since else None,
        restarts=find_restarts(models),
    )
    if not found.looks and not found.skipped:
        raise InputError(
            f"no {every} to look at: {figure.measure} on {figure.engine} has answers "
            + (f"from {grid.units[0]} to {grid.units[-1]}." if grid.units else "without a day."),
            "Choose --since and --baseline before the last of them.",
        )
    verdict = say_verdict(found, figure.said, every, window is not None)
    notes = list_notes(found, every, window is not None, models)
    if as_json:
        print_json(
            {
                "measure": figure.measure,
                "subject": figure.subject,
                "engine": figure.engine,
                "estimand": ESTIMAND,
                "method": METHOD,
                "level": level,
                "every": every,
                "verdict": verdict,
                "notes": notes,
                **dataclasses.asdict(found),
            }
        )
        return
    click.echo(verdict)
    _print_looks(found, limit, every, window is not None)
    for note in notes:
        click.echo(note)


def _list_answers(workspace: Workspace) -> list[tuple[str, date | None, str | None]]:
    table = workspace.arrow("answers").select(["engine", "asked_at", "model"])
    return [
        (row["engine"], row["asked_at"].date() if row["asked_at"] else None, row["model"])
        for row in table.to_pylist()
    ]


def say_verdict(found: Watched, said: str, every: str, compared: bool) -> str:
    """Say in one sentence what the looks amount to."""
    said = said[:1].upper() + said[1:]
    if not found.looks:
        return f"{said}: too little of the basket was asked in every {every}; nothing can be said."
    last = found.looks[-1]
    mine = [look for look in found.looks if look.sequence == last.sequence]
    if not compared or last.change is None:
        if last.low is None or last.high is None:
            return (
                f"{said}: {_pct(last.value)} so far, {_excuse(last)} to say how far that holds "
                f"({count(len(mine), 'look')})."
            )
        return (
            f"{said}: {_pct(last.value)} so far ({_pct(last.low)} to {_pct(last.high)} at all "
            f"{count(len(mine), 'look')} together)."
        )
    change = f"{_points(last.change)} points against the baseline's {_pct(found.baseline_value)}"
    if last.change_low is None:
        return f"{said}: {_excuse(last)} to say, {change} so far."
    alarms = [look for look in mine if look.alarm]
    if not alarms:
        return f"{said}: within noise at all {count(len(mine), 'look')} so far, {change}."
    if not last.alarm:
        return (
            f"{said}: was outside noise first on {alarms[0].day} and last on {alarms[-1].day}, "
            f"within it again since; {change}."
        )
    inside = [look.day for look in mine if not look.alarm]
    start = min(look.day for look in alarms if not inside or look.day > inside[-1])
    return f"{said}: outside noise since {start}, {change}."


def list_notes(found: Watched, every: str, compared: bool, models: dict[date, str]) -> list[str]:
    """List what bears on how the looks may be read."""
    notes = []
    if found.restarts:
        changes = ", ".join(f"{day} ({models[day]})" for day in found.restarts if day in models)
        notes.append(f"Engine changed: {changes}. A new sequence begins there.")
        before = [look for look in found.looks if look.sequence != found.looks[-1].sequence]
        alarms = [look.day for look in before if look.alarm]
        if alarms:
            notes.append(f"Before that: outside noise first on {alarms[0]}, last on {alarms[-1]}.")
        elif any(look.change_low is not None for look in before):
            notes.append(f"Before that: within noise at all {count(len(before), 'look')}.")
    if compared and found.looks and found.looks[-1].change is None:
        notes.append(
            "No comparison: the baseline has no such answers of the model that answers now."
        )
    if not compared:
        notes.append("Compared with nothing: name a window by --baseline to be told of changes.")
    if compared and 0 < found.baseline_units < 5:
        units = count(found.baseline_units, every)
        notes.append(f"The baseline has {units}; no interval can be narrow on that.")
    if found.skipped:
        few = count(len(found.skipped), every)
        wider = " --every week may take them together." if every == "day" else ""
        notes.append(f"Left out: {few} in which less than 80 % of the basket was asked.{wider}")
    looks = len(found.looks)
    if found.persistence is not None and looks and found.persistence > 2.0 / looks**0.5:
        remedy = " Use --every week." if every == "day" else ""
        notes.append(
            f"Each {every} resembles the one before (correlation {found.persistence:.2f}): alarms "
            f"come too often then.{remedy}"
        )
    return notes


def _print_looks(found: Watched, limit: int, every: str, compared: bool) -> None:
    shown = found.looks[-limit:]
    if not shown:
        return
    head = [every, "answers so far", (every == "day" and "that day") or "that week", "so far"]
    head += ["low", "high"] + (["change", "from", "to"] if compared else []) + ["says"]
    rows: list[list[Any]] = []
    last = 0
    for look in shown:
        if look.sequence != last and last:
            rows.append(["-- engine changed --", *[""] * (len(head) - 1)])
        last = look.sequence
        row = [look.day, f"{look.n:,}", _pct(look.latest), _pct(look.value)]
        row += [_pct(look.low), _pct(look.high)]
        if compared:
            row += [_points(look.change), _points(look.change_low), _points(look.change_high)]
        rows.append([*row, _say(look)])
    if len(shown) < len(found.looks):
        click.echo(f"The latest {len(shown)} of {len(found.looks)} looks (--limit shows more):")
    print_table(head, rows)


def _excuse(look: Look) -> str:
    return look.status.replace("_", " ")


def _say(look: Look) -> str:
    if look.alarm:
        return "OUTSIDE NOISE"
    if look.status != "ok":
        return _excuse(look)
    return "within noise" if look.change is not None else ""


def _pct(value: float | None) -> str:
    return "" if value is None else f"{value * 100:.1f} %"


def _points(value: float | None) -> str:
    return "" if value is None else f"{value * 100:+.1f}"

"""``beleg measure plan``: how many questions, and how often, to know enough."""

from __future__ import annotations

import re
from typing import Any

import click
import numpy as np

from beleg import inference
from beleg.cli.main import as_json as _as_json
from beleg.cli.plan_basis import assume_all, find_figure, measure_all, write_percent
from beleg.console import count, print_json, print_table
from beleg.errors import InputError
from beleg.measure.cells import MEASURES
from beleg.measure.components import Components
from beleg.measure.plan import (
    RUNS,
    Design,
    Wish,
    find_half_width,
    find_power,
    find_prompts,
    find_runs,
)

_SHARE = re.compile(r"(\d+(?:\.\d+)?)\s*(pp|%)?")


def read_share(ctx: click.Context, param: click.Parameter, value: str | None) -> float | None:
    """Read a share as people type it (``2pp``, ``2 %``, ``0.02``) as a fraction.

    Raises:
        click.BadParameter: It is none, may mean two things, or is not above 0 and below 1.
    """
    if value is None:
        return None
    found = _SHARE.fullmatch(value.strip())
    if found is None:
        message = f"{value!r} is no share; write 2pp, '2 %' or 0.02."
    else:
        share = float(found[1]) / (100.0 if found[2] else 1.0)
        if 0.0 < share < 1.0:
            return share
        message = f"{value!r} is not above 0 and below 100 %."
        if not found[2] and share >= 1.0:
            message = f"{value!r} may mean two things; write {value}pp or {share / 100:g}."
    raise click.BadParameter(message, ctx, param)


@click.command("plan")
@click.option("--half-width", callback=read_share, help="Know the figure to so many points: 2pp.")
@click.option(
    "--detect",
    callback=read_share,
    help="See a change of so many points between two windows: 3pp.",
)
@click.option("--subject", help="A publisher, by id or name; the only declared one by default.")
@click.option("--engine", help="Of this engine; the only one by default.")
@click.option("--measure", "measure_name", default="citation_rate", show_default=True)
@click.option(
    "--probability",
    callback=read_share,
    default="90%",
    show_default=True,
    help="Of keeping the promise.",
)
@click.option(
    "--power", callback=read_share, default="80%", show_default=True, help="Of --detect."
)
@click.option(
    "--level", callback=read_share, default="95%", show_default=True, help="Of the interval."
)
@click.option("--prompts", type=click.IntRange(2), help="With so many questions: how often?")
@click.option("--runs", type=click.IntRange(1), help="With so many runs: how many questions?")
@click.option("--rate", callback=read_share, help="Plan on assumptions: the figure.")
@click.option("--correlation", type=click.FloatRange(0, 1), help="Assumed within a question.")
@click.option("--cost-per-answer", type=click.FloatRange(0), help="For the column cost.")
@click.option("--cost-per-question", type=click.FloatRange(0), help="Of writing a question, once.")
@_as_json
def plan(  # noqa: PLR0917 - click hands over options by name
    half_width: float | None,
    detect: float | None,
    subject: str | None,
    engine: str | None,
    measure_name: str,
    probability: float,
    power: float,
    level: float,
    prompts: int | None,
    runs: int | None,
    rate: float | None,
    correlation: float | None,
    cost_per_answer: float | None,
    cost_per_question: float | None,
    as_json: bool,
) -> None:
    """Say how many questions to ask, and how often, to know a figure well enough.

    The half-width is that of the interval that will really come out, with the probability asked
    for; a plan for the expected one would miss it in half of the cases. What varies is measured
    from the workspace's answers, or assumed by --rate and --correlation.

    \b
    Examples:
      beleg measure plan --half-width 2pp --subject anker --engine perplexity
      beleg measure plan --detect 3pp --rate 10% --correlation 0.3
      beleg measure plan --half-width 5pp --prompts 200 --rate 0.1 --correlation 0.3
    """
    if (half_width is None) == (detect is None):
        raise click.UsageError("Give either --half-width 2pp or --detect 3pp.")
    if prompts is not None and runs is not None:
        raise click.UsageError("Give --prompts or --runs: the other is what is planned.")
    wish = Wish(half_width, detect, level, probability, power)
    if measure_name not in MEASURES:
        raise InputError(
            f"No measure is called {measure_name!r}.", f"Known: {', '.join(MEASURES)}."
        )
    figure = None if rate is not None else find_figure(measure_name, engine, subject)
    if figure is None:
        components, notes = assume_all(rate or 0.0, correlation)
        said = f"a {measure_name.replace('_', ' ')} of {write_percent(components.rate)}"
    else:
        components, notes = measure_all(figure, correlation, wish)
        said = figure.said
    tables = _list_designs(components, wish, runs)
    costs = (cost_per_answer, cost_per_question or 0.0)
    sound = [design for design in tables if not _is_thin(design, components)] or tables
    best = min(sound, key=lambda d: _cost(d, wish, costs), default=None)
    if prompts is not None:
        best = find_runs(components, prompts, wish)
    sentence = _say(said, best, components, wish, prompts)
    notes += _list_notes(best, components, wish)
    if prompts is not None and best is not None and best not in tables:
        tables = sorted([*tables, best], key=lambda d: d.n_runs)
    rows = [_lay_out(design, components, wish, costs) for design in tables]
    if as_json:
        print_json(
            {
                "measure": measure_name,
                "engine": figure.engine if figure else None,
                "subject": figure.subject if figure else None,
                "wish": wish._asdict(),
                "rate": components.rate,
                "between": components.between,
                "within": components.within,
                "drift": components.drift,
                "correlation": components.correlation,
                "correlation_low": components.correlation_low,
                "correlation_high": components.correlation_high,
                "weight_effect": components.weight_effect,
                "measured_from": {
                    "prompts": components.n_prompts,
                    "answers": components.n_answers,
                },
                "sentence": sentence,
                "best": best._asdict() if best else None,
                "designs": rows,
                "notes": notes,
            }
        )
        return
    click.echo(sentence)
    _print_designs(rows, best, wish, costed=cost_per_answer is not None)
    for note in notes:
        click.echo(note)


def _list_designs(components: Components, wish: Wish, runs: int | None) -> list[Design]:
    if components.within is None:
        choices: tuple[int, ...] = (1,)
        if runs not in {None, 1}:
            raise InputError(
                f"--runs {runs}: what more runs tell is not measured.",
                "Assume it: --correlation 0.3 (1 is the worst case).",
            )
    else:
        choices = RUNS if runs is None else (runs,)
    found = [find_prompts(components, n_runs, wish) for n_runs in choices]
    return [design for design in found if design is not None]


def _windows(wish: Wish) -> int:
    return 2 if wish.detect is not None else 1


def _cost(design: Design, wish: Wish, costs: tuple[float | None, float]) -> float:
    each = 1.0 if costs[0] is None else costs[0]
    return each * design.n_answers * _windows(wish) + costs[1] * design.n_prompts


def _lay_out(
    design: Design, components: Components, wish: Wish, costs: tuple[float | None, float]
) -> dict[str, Any]:
    row: dict[str, Any] = {
        "questions": design.n_prompts,
        "runs": design.n_runs,
        "answers": design.n_answers * _windows(wish),
        "cost": None if costs[0] is None else round(_cost(design, wish, costs), 2),
    }
    if wish.half_width is not None:
        width = find_half_width(components, design.n_prompts, design.n_runs, wish)
        return row | {"half_width": width}
    return row | {"power": find_power(components, design.n_prompts, design.n_runs, wish)}


def _say(
    said: str, best: Design | None, components: Components, wish: Wish, prompts: int | None
) -> str:
    if wish.half_width is not None:
        aim = f"To know {said} to +/- {_points(wish.half_width)}"
    else:
        aim = f"To see {said} change by {_points(wish.detect or 0.0)} between two windows"
    if best is not None:
        asked = f"{count(best.n_prompts, 'question')} {_times(best.n_runs)}"
        if wish.detect is not None:
            return f"{aim}, ask the same {asked} in each ({best.n_answers * 2:,} answers)."
        return f"{aim}, ask {asked} ({count(best.n_answers, 'answer')})."
    if prompts is None:
        return f"{aim} is out of reach: no design of up to ten million questions does it."
    known = components.within is not None
    least = find_prompts(components, 1_000_000 if known else 1, wish)
    need = f"at least {least.n_prompts:,} questions are needed" if least else "no number does it"
    text = f"{aim}, {count(prompts, 'question')} are too few, however often they are asked"
    if wish.half_width is not None and known:
        best_width = find_half_width(components, prompts, 1, wish, endless=True)
        text += f" (at best +/- {_points(best_width)})"
    return f"{text}: {need}."


def _list_notes(best: Design | None, components: Components, wish: Wish) -> list[str]:
    notes = []
    if wish.half_width is not None:
        notes.append(
            f"The interval of {wish.level:.0%} comes out no wider in at least "
            f"{wish.probability:.0%} of such surveys."
        )
        if components.within is not None and best is not None:
            least = find_prompts(components, 1_000_000, wish)
            if least is not None and least.n_prompts > 2:
                notes.append(
                    f"Fewer than {least.n_prompts:,} questions cannot do it, however often they "
                    "are asked: more runs are no new questions."
                )
    else:
        notes.append(f"Two-sided test at {1 - wish.level:.2g}, power {wish.power:.0%}.")
        if components.measured and components.drift is None:
            notes.append(
                "How questions move from week to week by themselves is not measured (too few were "
                "asked in two weeks): taken as none, so that more may be needed."
            )
        elif components.measured and components.drift:
            notes.append(
                "Questions move by themselves from week to week, which no run averages out: by "
                f"{_points(components.drift**0.5)} (standard deviation)."
            )
    if best is not None and _is_thin(best, components):
        notes.append(
            "Too thin all the same: so few events come together that the figure will be marked "
            "too_thin. Ask more questions."
        )
    return notes


def _is_thin(design: Design, components: Components) -> bool:
    variance = components.between + (components.within or 0.0) / design.n_runs
    rate = components.rate
    events = rate * (1.0 - rate) * design.n_prompts / variance * min(rate, 1.0 - rate)
    effect = np.array([components.weight_effect])
    return bool(components.binary and inference.is_thin(np.array([events]), effect)[0])


def _print_designs(
    rows: list[dict[str, Any]], best: Design | None, wish: Wish, *, costed: bool
) -> None:
    if not rows:
        return
    last = "+/- points" if wish.half_width is not None else "power"
    head = ["questions", "runs", "answers", *(["cost"] if costed else []), last, ""]
    cells = []
    for row in rows:
        promise = (
            f"{row['half_width'] * 100:.2f}" if "half_width" in row else f"{row['power']:.0%}"
        )
        mine = best is not None and (row["questions"], row["runs"]) == best[:2]
        line = [f"{row['questions']:,}", row["runs"], f"{row['answers']:,}"]
        line += [f"{row['cost']:,.2f}"] if costed else []
        cells.append([*line, promise, "<- this one" if mine else ""])
    print_table(head, cells)


def _times(n: int) -> str:
    return {1: "once", 2: "twice"}.get(n, f"{n} times")


def _points(value: float) -> str:
    text = f"{value * 100:.3g}"
    return f"{text} point" if text == "1" else f"{text} points"

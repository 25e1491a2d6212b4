"""What a plan rests on: what is measured of a figure, or assumed; and the words for it."""

from __future__ import annotations

from beleg.cli.figure import Figure, choose_figure
from beleg.cli.main import open_workspace
from beleg.console import count
from beleg.errors import InputError, StoreError
from beleg.measure.cells import Slice
from beleg.measure.components import Components, assume, find_components, suppose
from beleg.measure.grid import read_grid
from beleg.measure.plan import Wish


def assume_all(rate: float, correlation: float | None) -> tuple[Components, list[str]]:
    """Plan on assumptions alone.

    Raises:
        InputError: No correlation is assumed.
    """
    if correlation is None:
        raise InputError(
            "--rate is given without --correlation.",
            "Assume one, such as --correlation 0.3; 1 is the worst case of --half-width, 0 of "
            "--detect.",
        )
    said = f"Assumed: {write_percent(rate)}, correlation {correlation:g}."
    return assume(rate, correlation), [said]


def find_figure(measure: str, engine: str | None, subject: str | None) -> Figure:
    """Choose the figure that is planned for.

    Raises:
        InputError: Nothing is measured here, or a name is unknown or missing.
    """
    try:
        return choose_figure(open_workspace(), measure, engine, subject)
    except StoreError as error:
        raise InputError(
            f"nothing is measured here: {error.message}",
            "Name a workspace by -C, or assume: --rate 10% --correlation 0.3.",
        ) from error


def measure_all(
    figure: Figure, correlation: float | None, wish: Wish
) -> tuple[Components, list[str]]:
    """Measure what varies; assume the correlation only where no question was asked twice.

    Raises:
        InputError: The answers tell too little, or a correlation is assumed that they tell.
    """
    grids = [
        read_grid(
            figure.counts,
            figure.prompts,
            figure.measure,
            Slice(figure.engine),
            figure.subject,
            every,
        )
        for every in ("day", "week")
    ]
    if len(grids[0].prompts) < 2:
        raise InputError(
            f"{figure.said}: too few questions have answers with a day.",
            "Collect more, or assume: --rate 10% --correlation 0.3.",
        )
    components = find_components(*grids)
    answers = count(components.n_answers, "answer")
    if not 0.0 < components.rate < 1.0:
        what = "never" if components.rate <= 0.0 else "always"
        raise InputError(
            f"{figure.said}: {what} seen in {answers}, which tells nothing of how it varies.",
            "Assume: --rate 1% --correlation 0.3.",
        )
    asked = f"{count(components.n_prompts, 'question')}, {answers}"
    if components.within is None:
        return _face_single_runs(components, asked, correlation, wish)
    if correlation is not None:
        raise InputError(
            f"the correlation is measured ({components.correlation or 0.0:.2f}).",
            "Leave --correlation out, or give --rate too, to plan on assumptions alone.",
        )
    if wish.detect is not None and components.within <= 0.0 and not components.drift:
        raise InputError(
            f"{figure.said}: no question was ever answered differently in {answers}, so that the "
            "noise of a change is not known.",
            f"Assume: --rate {components.rate * 100:.2g}% --correlation 0.8.",
        )
    return components, [_describe(components, asked)]


def _face_single_runs(
    components: Components, asked: str, correlation: float | None, wish: Wish
) -> tuple[Components, list[str]]:
    """Assume what one run a question cannot tell, or go without; with what must be said of it."""
    once = (
        f"Measured: {write_percent(components.rate)}, from {asked}. Hardly a question was asked "
    )
    once += "twice, so the correlation of its answers cannot be measured"
    ask = "Ask some again, or assume --correlation 0.3."
    if correlation is not None:
        return suppose(components, correlation), [f"{once}; assumed: {correlation:g}."]
    if wish.detect is not None:
        return suppose(components, 0.0), [f"{once}; planned for the worst case, 0. {ask}"]
    return components, [f"{once}; in the worst case more runs tell nothing. {ask}"]


def _describe(components: Components, asked: str) -> str:
    text = f"Measured: {write_percent(components.rate)}"
    if components.correlation is not None:
        text += f", correlation within a question {components.correlation:.2f}"
    if components.correlation_low is not None and components.correlation_high is not None:
        text += f" ({components.correlation_low:.2f} to {components.correlation_high:.2f})"
    return f"{text}, from {asked}. How little is known of that is in the plan."


def write_percent(value: float) -> str:
    """Write a share with three digits."""
    return f"{value * 100:.3g} %"

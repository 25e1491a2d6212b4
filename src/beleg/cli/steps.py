"""How a command runs a piece of the pipeline and says what came of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from beleg.cli.main import open_workspace
from beleg.console import ProgressLines, count, print_json, print_problems
from beleg.pipeline import Step
from beleg.store import Workspace

force = click.option("--force", is_flag=True, help="Recompute also what is up to date.")


def _say(step: Step) -> None:
    nouns = ((name.replace("_", " "), n) for name, n in step.rows.items())
    rows = ", ".join(count(n, noun.removesuffix("s"), noun) for noun, n in nouns)
    state = f"{step.seconds:.1f} s" if step.fresh else "up to date"
    click.echo(f"{step.name:8} {rows}{'  ' if rows else ''}({state})")
    for path in step.files:
        click.echo(f"{'':8} {path}")
    for note in step.notes:
        click.echo(f"! {note}", err=True)


def execute(
    work: Callable[[Workspace, ProgressLines, Callable[[Step], None]], list[Step]],
    *,
    as_json: bool,
    look: Callable[[Workspace], dict[str, Any]] = lambda _workspace: {},
) -> None:
    """Run a piece of the pipeline on the locked workspace, and say what came of it.

    Args:
        work: The piece.
        as_json: Print one line of JSON, and nothing else.
        look: Looks at what was made and prints it, unless as JSON; what it gives is put into the
            JSON.
    """
    with open_workspace(write=True) as workspace, ProgressLines(quiet=as_json) as progress:

        def on_step(step: Step) -> None:
            progress.close()
            if not as_json:
                _say(step)

        steps = work(workspace, progress, on_step)
        problems = workspace.arrow("problems").to_pylist()
        found = look(workspace)
    if as_json:
        done = {"steps": [step._asdict() for step in steps], "n_problems": len(problems)}
        print_json(done | found)
    elif problems:
        click.echo(f"{count(len(problems), 'problem')} (beleg problems):", err=True)
        print_problems(problems)


def said(steps: list[Step], on_step: Callable[[Step], None]) -> list[Step]:
    """Say each step that is done, and give them back."""
    for step in steps:
        on_step(step)
    return steps

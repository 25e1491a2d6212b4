"""``beleg measure`` and the commands of its group."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from beleg import pipeline, views
from beleg.cli.main import as_json as _as_json, open_workspace
from beleg.cli.steps import execute, force as force_option, said
from beleg.cli.visits import measure_visits
from beleg.console import ProgressLines, print_json, print_table
from beleg.pipeline import Step
from beleg.store import Workspace


@click.group(invoke_without_command=True)
@force_option
@_as_json
@click.pass_context
def measure(ctx: click.Context, force: bool, as_json: bool) -> None:
    """Measure who is visible, with intervals clustered by prompt.

    \b
    Examples:
      beleg measure
      beleg measure show citation_rate --engine perplexity
    """

    def work(ws: Workspace, progress: ProgressLines, say: Callable[[Step], None]) -> list[Step]:
        steps = [pipeline.run_frame(ws, force=force)]
        steps.append(pipeline.run_measure(ws, force=force, on_progress=progress))
        return said(steps, say)

    if ctx.invoked_subcommand is None:
        execute(work, as_json=as_json)


@measure.command("show")
@click.argument("name", metavar="MEASURE", required=False)
@click.option("--engine", help="Of one engine only.")
@click.option(
    "--segment",
    type=click.Choice(["all", "unbranded", "branded"]),
    default="all",
    help="Of which questions.",
)
@click.option(
    "--limit",
    type=click.IntRange(1),
    default=20,
    show_default=True,
    help="Rows a measure and engine.",
)
@_as_json
def show_measure(
    name: str | None, engine: str | None, segment: str, limit: int, as_json: bool
) -> None:
    """Show estimates with their intervals, the largest first.

    \b
    Example:
      beleg measure show citation_rate --engine perplexity
    """
    rows = views.list_estimates(open_workspace(), name, engine, segment, limit)
    if as_json:
        print_json(rows)
        return
    head: tuple[str, ...] = ("measure", "engine", "publisher", "value", "low", "high")
    head += ("n", "prompts", "status")
    head += ("flags",) if any(row["flags"] for row in rows) else ()
    print_table(head, [[_show(row[key]) for key in head] for row in rows])


def _show(value: Any) -> str:
    return f"{value:.4f}" if isinstance(value, float) else "" if value is None else str(value)


COMMANDS: tuple[click.Command, ...] = (measure_visits,)
"""Commands of the group that have a module of their own, by name."""

for _command in COMMANDS:
    measure.add_command(_command)

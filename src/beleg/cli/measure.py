"""``beleg measure`` and the commands of its group."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from beleg import pipeline, views
from beleg.cli import measure_tables as tables
from beleg.cli.changes import changes
from beleg.cli.check import check
from beleg.cli.intervention import intervention
from beleg.cli.main import as_json as _as_json, open_workspace
from beleg.cli.mentions import mentions
from beleg.cli.plan import plan
from beleg.cli.rank import overlap, rank
from beleg.cli.steps import execute, force as force_option, said
from beleg.cli.visits import measure_visits
from beleg.cli.watch import watch
from beleg.console import ProgressLines, print_json, print_table
from beleg.measure.slices import DIMENSIONS
from beleg.pipeline import Step
from beleg.store import Workspace


@click.group(invoke_without_command=True)
@click.option("--by", metavar="LIST", help=f"Slices: {', '.join(DIMENSIONS)}, with commas.")
@click.option(
    "--measure",
    "measures",
    multiple=True,
    metavar="MEASURE",
    help="citation_rate, or CitationRate(weeks=4); all of them: all. Repeatable.",
)
@click.option("--subject", "subjects", multiple=True, help="A publisher, by id or name.")
@click.option("--all", "undeclared", is_flag=True, help="Also publishers that nobody declared.")
@click.option("--weights", metavar="LIST", help="Merge engines: perplexity=0.6,openai=0.4.")
@click.option("--level", type=float, default=0.95, show_default=True, help="Of the intervals.")
@force_option
@_as_json
@click.pass_context
def measure(  # noqa: PLR0917 - one option each
    ctx: click.Context,
    by: str | None,
    measures: tuple[str, ...],
    subjects: tuple[str, ...],
    undeclared: bool,
    weights: str | None,
    level: float,
    force: bool,
    as_json: bool,
) -> None:
    """Measure who is visible, with intervals clustered by prompt.

    Brings the figures up to date and prints them, engine by engine. "too thin": fewer effective
    events, or non-events, than a number needs; the interval stands in --json.

    \b
    Examples:
      beleg measure
      beleg measure --by topic --subject anker
      beleg measure --by engine,week --measure citation_rate --json
      beleg measure --measure 'CitationRate(engine="perplexity", weeks=4)'
      beleg measure --weights perplexity=0.6,openai=0.4
      beleg measure show citation_rate --engine perplexity
      beleg measure mentions answers.jsonl
    """
    if ctx.invoked_subcommand is not None:
        return
    wanted = tables.read_wanted(by, measures, weights, level)

    def work(ws: Workspace, progress: ProgressLines, say: Callable[[Step], None]) -> list[Step]:
        steps = [pipeline.run_frame(ws, force=force)]
        steps.append(pipeline.run_measure(ws, force=force, on_progress=progress))
        return said(steps, say)

    def look(ws: Workspace) -> dict[str, Any]:
        shown = tables.find_rows(ws, wanted, subjects, undeclared=undeclared)
        if not as_json:
            tables.print_rows(ws, wanted, shown)
        return {"by": list(wanted.by), "measures": list(map(repr, wanted.measures))} | shown

    execute(work, as_json=as_json, look=look)


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


COMMANDS: tuple[click.Command, ...] = (
    changes,
    check,
    intervention,
    measure_visits,
    mentions,
    overlap,
    plan,
    rank,
    watch,
)
"""Commands of the group that have a module of their own, by name."""

for _command in COMMANDS:
    measure.add_command(_command)

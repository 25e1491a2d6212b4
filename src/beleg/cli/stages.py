"""``beleg run`` and a group for each of its stages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from beleg import pipeline, views
from beleg.cli import ground as ground_commands, ledger
from beleg.cli.appeal import appeal
from beleg.cli.attribution import attribution
from beleg.cli.audit import audit
from beleg.cli.held import held
from beleg.cli.main import as_json as _as_json, open_workspace
from beleg.cli.scenarios import simulate
from beleg.cli.split import split
from beleg.cli.statement import statement
from beleg.cli.steps import execute, force as force_option, said
from beleg.cli.trace import trace
from beleg.cli.whatif import whatif
from beleg.console import ProgressLines, print_json, print_table
from beleg.pipeline import Step
from beleg.store import Workspace

_language = click.option(
    "--language", type=click.Choice(["de", "en"]), help="Of the report; beleg.toml's by default."
)


@click.command()
@force_option
@_language
@_as_json
def run(force: bool, language: str | None, as_json: bool) -> None:
    """Ground, measure, share, prove, report; what is up to date is left alone.

    \b
    Examples:
      beleg run
      beleg run --language de --json
    """

    def work(ws: Workspace, progress: ProgressLines, say: Callable[[Step], None]) -> list[Step]:
        return pipeline.run(ws, force=force, language=language, on_progress=progress, on_step=say)

    execute(work, as_json=as_json)


@click.group(invoke_without_command=True)
@force_option
@_as_json
@click.pass_context
def ground(ctx: click.Context, force: bool, as_json: bool) -> None:
    """Tie every statement to the passages it rests on.

    \b
    Examples:
      beleg ground
      beleg ground show 3f9a…           one answer: its statements and what they rest on
      beleg ground explain 81c0…        one statement: why it scores as it does
      beleg ground draft article.md     a draft, before it is published
      beleg ground pairs pairs.jsonl    your own statements and sources, without a workspace
      beleg ground trace "…"            who wrote this?
    """

    def work(ws: Workspace, progress: ProgressLines, say: Callable[[Step], None]) -> list[Step]:
        steps = [pipeline.run_ground(ws, force=force, on_progress=progress)]
        steps.append(pipeline.run_origin(ws, force=force, on_progress=progress))
        return said(steps, say)

    if ctx.invoked_subcommand is None:
        execute(work, as_json=as_json)


ground.add_command(trace)


@ground.command("show")
@click.argument("answer_id")
@_as_json
def show_ground(answer_id: str, as_json: bool) -> None:
    """Show the statements of an answer and the passages they rest on.

    ANSWER_ID may be shortened to the digits that tell it from the others.

    \b
    Example:
      beleg ground show 3f9a21
    """
    rows = views.explain_answer(open_workspace(), answer_id)
    if as_json:
        print_json(rows)
        return
    for row in rows:
        click.echo(f"{row['claim_id'][:8]} [{row['start']}:{row['end']}] {row['claim']}")
        for support in row["supports"]:
            cited = "cited" if support["cited"] else "not cited"
            conflicts = f"; disagrees: {', '.join(support['conflicts'])}"
            figure = f"{support['support'] / 100:.0f} %, {support['kind']}, {cited}"
            click.echo(f"    {figure}{conflicts if support['conflicts'] else ''}")
            click.echo(f"    {support['host']}: {support['passage']}")


for _command in ground_commands.COMMANDS:
    ground.add_command(_command)


@click.group(invoke_without_command=True)
@force_option
@_as_json
@click.pass_context
def share(ctx: click.Context, force: bool, as_json: bool) -> None:
    """Split the pots of beleg.toml between the sources that the answers rest on.

    \b
    Examples:
      beleg share
      beleg share show
      beleg share audit --pot POT --sample 200      a sample of supports for people to check
      beleg share held                  what waits for holders who are not found
      beleg share simulate              every member under other rules, side by side
      beleg share whatif --drop anker   what a pot would pay without a publisher
      beleg share statement anker --pot licence-2026-11
      beleg share attribution export --pot licence-2026-11
      beleg share split stakes.parquet --pot "100000.00 EUR"
      beleg share frame commit …        what the next period counts, before it begins
      beleg share appeal open …         dispute a support
      beleg share close press-2026-q4   what it pays stays what it is
    """

    def work(ws: Workspace, progress: ProgressLines, say: Callable[[Step], None]) -> list[Step]:
        del progress  # one statement of the engine: there is nothing to count
        steps = [pipeline.run_frame(ws, force=force), pipeline.run_share(ws, force=force)]
        return said(steps, say)

    if ctx.invoked_subcommand is None:
        execute(work, as_json=as_json)


for _command in (
    audit,
    attribution,
    held,
    appeal,
    ledger.close,
    ledger.frame,
    simulate,
    split,
    statement,
    whatif,
):
    share.add_command(_command)


@share.command("show")
@_as_json
def show_share(as_json: bool) -> None:
    """Show who receives what of each pot, the unpaid lines included.

    What is paid for the observed period is exact. low and high are the 95 % limits of the part
    that other prompts like those asked would give; too_thin: not to be read as a number.

    \b
    Example:
      beleg share show
    """
    rows = views.list_payouts(open_workspace())
    if as_json:
        print_json(rows)
        return
    head: tuple[str, ...] = ("pot", "payee", "publisher", "part", "low", "high", "status")
    head += ("assigned", "paid", "withheld")
    print_table(head, [[row[key] for key in head] for row in rows])


@click.group(invoke_without_command=True)
@_as_json
@click.pass_context
def prove(ctx: click.Context, as_json: bool) -> None:
    """Write the statements: what each payee receives, and all it takes to recompute it.

    Changed roots are entered in the journal (ledger/), and the journal is signed.

    \b
    Examples:
      beleg prove && beleg verify statements
      beleg prove key                   the public key, for whoever is to check them
    """

    def work(ws: Workspace, progress: ProgressLines, say: Callable[[Step], None]) -> list[Step]:
        del progress  # a second's work
        return said([pipeline.run_prove(ws)], say)

    if ctx.invoked_subcommand is None:
        execute(work, as_json=as_json)


prove.add_command(ledger.key)


@click.command()
@_language
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Write it here.")
@_as_json
def report(language: str | None, output: Path | None, as_json: bool) -> None:
    """Write the report: one HTML file that needs no network.

    \b
    Examples:
      beleg report --language de
      beleg report --output week47.html
    """

    def work(ws: Workspace, progress: ProgressLines, say: Callable[[Step], None]) -> list[Step]:
        del progress  # a second's work
        return said([pipeline.run_report(ws, language=language, path=output)], say)

    execute(work, as_json=as_json)

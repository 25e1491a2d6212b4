"""The root command, and how each command gets its workspace.

Exit codes: 0 done (bad rows are counted and listed, they do not fail the rest), 1 an error with
its remedy, 2 wrong usage, 3 `beleg verify` found something.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from beleg.errors import BelegError

if TYPE_CHECKING:
    from beleg.store import Workspace

as_json = click.option("--json", "as_json", is_flag=True, help="Print one line of JSON.")

_COMMANDS: dict[str, tuple[str, str]] = {
    "init": ("look", "Make a workspace: beleg.toml with comments, folders for raw and tables."),
    "collect": ("collect", "Let the world come in: answers of the engines, publishers' content."),
    "run": ("stages", "Ground, measure, share, prove, report; what is up to date is left alone."),
    "ground": ("stages", "Tie every statement to the passages it rests on."),
    "measure": ("measure", "Measure who is visible, with intervals clustered by prompt."),
    "share": ("stages", "Split the pots between the sources that the answers rest on."),
    "prove": ("stages", "Write the statements, and all it takes to recompute them."),
    "report": ("stages", "Write the report: one HTML file that needs no network."),
    "verify": ("look", "Recompute every share of exported statements, offline."),
    "forget": ("forget", "Take away text, names and salts for good; the sums stay provable."),
    "export": ("look", "Write one flat table: csv, excel-de or parquet."),
    "problems": ("look", "List what went wrong: the file, the line, the remedy."),
    "publishers": ("look", "List the publishers that the answers cite or rest on."),
    "status": ("look", "Say what the workspace holds."),
}
"""Command to its module and its line in `beleg --help`, in the order of the work. A module is
loaded when its command is used: the engine behind the stages takes a second to load."""


_QUICK: dict[tuple[str, ...], str] = {
    ("measure", "mentions"): "mentions",
    ("share", "whatif"): "whatif",
}
"""Commands of a group that are loaded without it: their answer must not wait for the engine."""


class _Root(click.Group):
    """Loads commands when they are used, and turns our errors into one line and exit code 1."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(f"beleg.cli.{_COMMANDS[cmd_name][0]}")
        command: click.Command = getattr(module, cmd_name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        path = tuple(args[:2])
        if path not in _QUICK:
            return super().resolve_command(ctx, args)
        module = importlib.import_module(f"beleg.cli.{_QUICK[path]}")
        command: click.Command = getattr(module, path[-1])
        return " ".join(path), command, args[2:]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in _COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:  # `beleg export … | head`
            raise
        except BelegError as error:
            if ctx.params["debug"]:
                raise
            click.echo(f"beleg: {error}", err=True)
        except OSError as error:  # a full disk, a folder that may not be written
            if ctx.params["debug"]:
                raise
            remedy = "What was said to be stored is safe; mend that and run again."
            where = f"{error.filename}: " if error.filename else ""
            click.echo(f"beleg: {where}{error.strerror or error}. {remedy}", err=True)
        return ctx.exit(1)


@click.group(cls=_Root, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "-C",
    "--workspace",
    type=click.Path(path_type=Path, file_okay=False),
    default=".",
    help="The workspace's folder; the current one by default.",
)
@click.option("--debug", is_flag=True, help="Show the trace of an error.")
@click.version_option(package_name="beleg")
def main(workspace: Path, debug: bool) -> None:
    """See what AI answers are made of, and share the money fairly.

    \b
    Examples:
      beleg init                                make a workspace here
      beleg collect answers export.jsonl        answers of the engines come in
      beleg collect pages feed.xml page.html    content of the publishers comes in
      beleg run                                 ground, measure, share, prove, report
      beleg verify statements/2026-Q4           recompute every share, offline
    """
    del workspace, debug  # read from the context, by open_workspace and by invoke


def workspace_path() -> Path:
    """Return the folder that --workspace names."""
    path: Path = click.get_current_context().find_root().params["workspace"]
    return path


def open_workspace(*, write: bool = False) -> Workspace:
    """Open the workspace that --workspace names; to write, use it in ``with``."""
    from beleg.store import Workspace  # noqa: PLC0415 - `beleg --help` must be quick

    return Workspace(workspace_path(), write=write)

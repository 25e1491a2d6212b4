"""``beleg forget``: what goes is listed first, and asked for once."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import click

from beleg import forgetting
from beleg.cli.main import as_json as _as_json, open_workspace
from beleg.console import ProgressLines, count, print_json
from beleg.forgetting import Act, Plan
from beleg.prove.forget import end_swaps
from beleg.targets import KINDS

_MOST_LINES = 20
"""Rows that are shown of a kind; of more the rest is counted. --json lists all."""


@click.command()
@click.argument("names", nargs=-1, required=True, metavar="PERSON|PUBLISHER|DOCUMENT…")
@click.option("--as", "kind", type=click.Choice(KINDS), help="What the names are.")
@click.option("--raw", "with_raw", is_flag=True, help="Delete raw files that hold others too.")
@click.option("--dry-run", is_flag=True, help="List what would go; change nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@_as_json
def forget(
    names: tuple[str, ...],
    kind: str | None,
    with_raw: bool,
    dry_run: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Take away text, names and salts for good; the sums stay provable.

    A document is named by its id, its first digits or its URL; a publisher by its id or name; a
    person by a rightsholder's id or name, or by an author's name as the pages give it. Every
    payout, share and root stays as it is. What lies outside the workspace you must delete
    yourself: docs/guide/forget.md lists it.

    \b
    Examples:
      beleg forget --dry-run https://www.zeitung.example/artikel
      beleg forget 3f9a21c0 --yes            a document, by its first digits
      beleg forget "Anna Beispiel"           an author or a rightsholder
      beleg forget zeitung --as publisher --raw
    """
    with (
        open_workspace(write=not dry_run) as workspace,
        ProgressLines(quiet=as_json) as progress,
    ):
        if not dry_run:
            end_swaps(workspace.path)
        plan = forgetting.make_plan(
            workspace, names, kind=kind, with_raw=with_raw, on_progress=progress
        )
        progress.close()
        act = Act(())
        if not as_json:
            _show(plan)
        if not dry_run and not plan.is_done:
            if not yes:
                _ask(as_json=as_json)
            act = forgetting.carry_out(workspace, plan, now=datetime.now(UTC))
    if as_json:
        print_json({**_lay_out(plan), "done": not dry_run, "journal": _list_entries(act)})
    else:
        _tell(plan, act, dry_run=dry_run)


def _ask(*, as_json: bool) -> None:
    if as_json:
        raise click.UsageError("--json does not ask: add --yes, or --dry-run.")
    click.confirm("This cannot be undone. Forget it?", abort=True)


def _lay_out(plan: Plan) -> dict[str, Any]:
    """Lay out a plan for machines."""
    return {
        "targets": [
            {
                "name": target.name,
                "kind": target.kind,
                "publishers": sorted(target.publishers),
                "rightsholders": sorted(target.rightsholders),
            }
            for target in plan.targets
        ],
        "nothing_left": plan.is_done,
        "documents": [
            {"document_id": row.document_id, "url": row.canonical_url} for row in plan.documents
        ],
        "bylines": [row.document_id for row in plan.bylines],
        "texts": list(plan.texts),
        "texts_that_others_carry": [row.document_id for row in plan.shared],
        "statements": [
            {
                "folder": str(loss.folder),
                "pot_id": loss.pot_id,
                "openings": [{"kind": o.kind, "commitment": o.commitment} for o in loss.openings],
                "pages": list(loss.pages),
            }
            for loss in plan.losses
        ],
        "journal_openings": [str(path) for path in plan.annex],
        "raw": [file.sha256 for file in plan.raw],
        "raw_with_others": [file.sha256 for file in plan.mixed],
        "raw_with_others_goes": plan.with_raw,
        "folders": [str(path) for path in plan.files],
        "secrets": list(plan.pots),
        "left_to_you": list(plan.named),
    }


def _list_entries(act: Act) -> list[dict[str, str]]:
    return [{"name": o.text, "what": o.commitment, "salt": o.salt} for o in act.entries]


def _show(plan: Plan) -> None:
    """Say what goes, and what cannot."""
    if plan.is_done:
        names = ", ".join(target.name for target in plan.targets)
        click.echo(f"Nothing is left to forget of {names}.")
    else:
        click.echo("Goes for good:")
        _list(
            "text, title, authors, section of",
            [f"{row.document_id[:12]} {row.canonical_url or row.host}" for row in plan.documents],
        )
        _list(
            "a name among the authors of",
            [f"{row.document_id[:12]} {row.canonical_url or row.host}" for row in plan.bylines],
        )
        _list("the name of", [f"{kind} {name}" for kind, name in plan.ids])
        for loss in plan.losses:
            said = count(len(loss.openings), "opening")
            pages = count(len(loss.pages), "page")
            click.echo(f"  {said} and {pages} of {loss.folder}")
        _list("an opening of the journal,", [str(path) for path in plan.annex])
        _list("the secret that salted pot", plan.pots)
        raw = [*plan.raw, *(plan.mixed if plan.with_raw else ())]
        _list("raw file", [f"{file.sha256[:12]} {', '.join(file.names)}" for file in raw])
        _list("all files in", [str(path) for path in plan.files])
    if plan.shared:
        n = count(len(plan.shared), "document")
        click.echo(f"! the text of {n} stays: others that are not forgotten carry it.", err=True)
    if plan.mixed and not plan.with_raw:
        click.echo("! raw files that hold it stay, since they hold others too (--raw):", err=True)
        for file in plan.mixed[:_MOST_LINES]:
            click.echo(f"!   {file.sha256[:12]} {', '.join(file.names)}", err=True)
        if len(plan.mixed) > _MOST_LINES:
            click.echo(f"!   … and {len(plan.mixed) - _MOST_LINES:,} more", err=True)
    elif plan.mixed:
        n = count(len(plan.mixed), "raw file")
        click.echo(f"! what else stood in {n} cannot be read anew.", err=True)
    for line in plan.named:
        click.echo(f"! {line}", err=True)


def _list(what: str, rows: list[str] | tuple[str, ...]) -> None:
    for row in rows[:_MOST_LINES]:
        click.echo(f"  {what} {row}")
    if len(rows) > _MOST_LINES:
        click.echo(f"  … and of {len(rows) - _MOST_LINES:,} more (--json lists all)")


def _tell(plan: Plan, act: Act, *, dry_run: bool) -> None:
    if plan.is_done:
        return
    if dry_run:
        click.echo("Nothing was changed.")
        return
    click.echo("Forgotten. Roots and sums are as they were: beleg verify statements")
    for opening in act.entries:
        click.echo(f"Journal: {opening.commitment}")
        click.echo(f"  opens with salt {opening.salt}, which is stored nowhere: the proof for")
        click.echo(f"  whoever asked that {opening.kind} {opening.id!r} was forgotten.")
    click.echo("Next: beleg run. Delete backups and what was handed out (docs/guide/forget.md).")

"""``beleg share appeal``: a support that somebody disputes, pending, then posted or void."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from beleg import acts, objections, pipeline
from beleg.cli.main import as_json as _as_json, open_workspace, workspace_path
from beleg.console import print_json, print_table
from beleg.money import format_amount
from beleg.objections import Ask, Change
from beleg.prove.appeals import Appeal, list_appeals


@click.group()
def appeal() -> None:
    """Dispute a support: an appeal is pending, then posted or void; nothing is overwritten.

    \b
    Examples:
      beleg share appeal open --pot press --claim 81c0 --publisher anker --support 9000 \\
        --reason "The page says it in its second paragraph."
      beleg share appeal list
      beleg share appeal post 3f9a --by board && beleg share && beleg prove
    """


@appeal.command("open")
@click.option("--pot", "pot_id", required=True, help="Whose pot.")
@click.option("--claim", "claim_id", required=True, help="Its id, or the first digits of it.")
@click.option("--publisher", "publisher_id", required=True, help="Whose support is disputed.")
@click.option(
    "--support", type=click.IntRange(0, 10_000), required=True, help="What it should be; 0: none."
)
@click.option("--passage", "passage_id", help="On which it rests, where that is another one.")
@click.option("--reason", required=True, help="Kept in the annex; the journal has its hash.")
@_as_json
def open_(as_json: bool, **said: Any) -> None:
    """Open an appeal, and show at once what posting it would change.

    Nothing changes until it is posted. In a closed pot the difference goes into the next pot of
    its series.

    \b
    Examples:
      beleg share appeal open --pot press --claim 81c0 --publisher anker --support 9000 \\
        --reason "The page says it in its second paragraph."
      beleg share appeal open --pot press --claim 81c0 --publisher bote --support 0 \\
        --reason "Of another town." --json
    """
    with open_workspace(write=True) as workspace:
        tables = pipeline.read_share_tables(workspace)
        for name in ("claim_weights", "stakes"):
            tables[name] = workspace.arrow(name)
        ask = Ask(**said)
        ask = objections.complete_ask(tables, ask)
        changes = objections.preview(tables, ask)
        opened = objections.open_appeal(workspace.path, ask)
    if as_json:
        found = _show(opened, workspace.path)
        print_json(found | {"changes": [_show_change(row) for row in changes]})
        return
    click.echo(f"Appeal {opened.appeal_id} is pending. Posted, it would change:")
    _print_changes(changes)
    click.echo(f"Next: beleg share appeal post {opened.appeal_id[:12]} (or void)")


def _print_changes(changes: Sequence[Change]) -> None:
    if not changes:
        click.echo("nothing")
        return
    head: tuple[str, ...] = ("pot", "payee", "publisher", "before", "after", "difference")
    carries = any(row.carried_minor for row in changes)
    head += ("carried on",) if carries else ()
    rows = []
    for row in changes:
        sums = [row.before_minor, row.after_minor, row.after_minor - row.before_minor]
        sums += [row.carried_minor] if carries else []
        money = [format_amount(minor, row.currency) for minor in sums]
        rows.append((row.pot_id, row.payee, row.publisher_id, *money))
    print_table(head, rows)


def _show_change(row: Change) -> dict[str, Any]:
    return row._asdict() | {"difference_minor": row.after_minor - row.before_minor}


@appeal.command("post")
@click.argument("appeal_id", metavar="APPEAL")
@click.option("--by", help="Who decided; kept in the annex, the journal has its hash.")
@_as_json
def post(appeal_id: str, by: str | None, as_json: bool) -> None:
    """Post an appeal: its support stands from the next `beleg share` on.

    APPEAL may be shortened to the digits that tell it from the others. What is decided stays
    decided: who thinks otherwise opens another appeal.

    \b
    Examples:
      beleg share appeal post 3f9a --by board
      beleg share appeal post 3f9a && beleg share && beleg prove
    """
    with open_workspace(write=True) as workspace:
        decided = objections.post_appeal(workspace.path, appeal_id, by)
    _say(decided, as_json=as_json, then="Next: beleg share, then beleg prove.")


@appeal.command("void")
@click.argument("appeal_id", metavar="APPEAL")
@click.option("--reason", required=True, help="Kept in the annex; the journal has its hash.")
@click.option("--by", help="Who decided.")
@_as_json
def void(appeal_id: str, reason: str, by: str | None, as_json: bool) -> None:
    """Void an appeal: what was measured stands.

    \b
    Example:
      beleg share appeal void 3f9a --reason "The page says so of another year."
    """
    with open_workspace(write=True) as workspace:
        decided = objections.void_appeal(workspace.path, appeal_id, reason, by)
    _say(decided, as_json=as_json, then="Nothing changes.")


def _say(decided: Appeal, *, as_json: bool, then: str) -> None:
    if as_json:
        print_json(_show(decided, workspace_path()))
    else:
        click.echo(f"Appeal {decided.appeal_id} is {decided.status}. {then}")


@appeal.command("list")
@click.option("--pot", "pot_id", help="Of one pot only.")
@_as_json
def list_(pot_id: str | None, as_json: bool) -> None:
    """List the appeals, those that wait for a decision last.

    \b
    Examples:
      beleg share appeal list
      beleg share appeal list --pot press --json
    """
    place = open_workspace().path
    found = [
        _show(row, place)
        for row in list_appeals(acts.read_journal(place))
        if pot_id in {None, row.pot_id}
    ]
    if as_json:
        print_json(found)
        return
    head = ("appeal", "status", "pot", "claim", "publisher", "support", "opened", "reason")
    rows = []
    for row in found:
        ids = (row["appeal_id"][:12], row["status"], row["pot_id"], row["claim_id"][:12])
        said = (row["publisher_id"], row["support"], row["opened_at"], row["reason"])
        rows.append((*ids, *(("(forgotten)" if cell is None else cell) for cell in said)))
    print_table(head, rows)


def _show(row: Appeal, place: Path) -> dict[str, Any]:
    """Lay out an appeal with its hashes opened; what was forgotten is null."""
    return {
        "appeal_id": row.appeal_id,
        "status": row.status.value,
        "pot_id": row.pot_id,
        "claim_id": row.claim_id,
        "publisher_id": acts.read_text(place, row.publisher),
        "support": row.support,
        "passage_id": row.passage_id,
        "reason": acts.read_text(place, row.reason),
        "opened_at": row.opened_at,
        "decided_at": row.decided_at,
        "by": acts.read_text(place, row.by),
        "void_reason": acts.read_text(place, row.void_reason),
    }

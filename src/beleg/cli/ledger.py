"""Commands that write to the journal: frames committed, pots closed, keys made and changed."""

from __future__ import annotations

from typing import Any

import click

from beleg import acts, pipeline
from beleg.cli.main import as_json as _as_json, open_workspace
from beleg.console import print_json, print_table
from beleg.errors import StoreError
from beleg.prove import checkpoints, journal
from beleg.prove.appeals import AppealStatus, list_appeals
from beleg.prove.history import find_commitment
from beleg.prove.journal import LEDGER
from beleg.records import Pot
from beleg.views import pick_pot


@click.group()
def frame() -> None:
    """Commit to what a pot counts, before its period begins.

    \b
    Examples:
      beleg share frame commit --pot press-2027-q1
      beleg share frame show
    """


@frame.command("commit")
@click.option("--pot", "pot_id", required=True, help="Whose frame.")
@_as_json
def commit_frame(pot_id: str, as_json: bool) -> None:
    """Commit to a pot's frame: its questions, weights, engines, runs and seed.

    The journal has the frame's hash and the time. Publish the checkpoint, and nobody can say
    later that the frame was chosen by the answers.

    \b
    Example:
      beleg share frame commit --pot press-2027-q1
    """
    with open_workspace(write=True) as workspace:
        pipeline.run_frame(workspace)
        pot = pick_pot(workspace.rows(Pot), pot_id)
        entry = acts.commit_frame(workspace.path, pot)
        committed = find_commitment(acts.read_journal(workspace.path), pot)
        pipeline.run_frame(workspace)  # what it says of the pot has changed
    if as_json:
        print_json({**entry, "in_time": committed.in_time})
        return
    click.echo(f"Frame {entry['frame']} of pot {pot_id} is committed at {entry['at']}.")
    if not committed.in_time:
        text = f"! The period began on {pot.starts_at:%Y-%m-%d}: the statement says so."
        click.echo(text, err=True)


@frame.command("show")
@_as_json
def show_frames(as_json: bool) -> None:
    """Show which pots have a frame, when it was committed, and whether that was in time.

    \b
    Example:
      beleg share frame show
    """
    workspace = open_workspace()
    entries = acts.read_journal(workspace.path)
    rows = [
        {
            "pot": pot.pot_id,
            "period": pot.period,
            "begins": pot.starts_at.isoformat(),
            "frame": pot.frame,
            "committed_at": at.isoformat() if at else None,
            "in_time": in_time,
        }
        for pot in workspace.rows(Pot)
        for at, in_time in [find_commitment(entries, pot)]
    ]
    if as_json:
        print_json(rows)
        return
    head = ("pot", "period", "frame", "committed", "in time")
    print_table(head, [_show_frame(row) for row in rows])


def _show_frame(row: dict[str, Any]) -> tuple[Any, ...]:
    frame_ = (row["frame"] or "none")[:12]
    committed = row["committed_at"] or "never"
    return row["pot"], row["period"], frame_, committed, "yes" if row["in_time"] else "no"


@click.command()
@click.argument("pot_id", metavar="POT")
@_as_json
def close(pot_id: str, as_json: bool) -> None:
    """Close a settled pot: what it pays stays what it is, and its statement with it.

    What changes later (an appeal, a corrected mandate) goes as a counter-entry into the next pot
    of the series. A close cannot be undone.

    \b
    Example:
      beleg share close press-2026-q4
    """
    with open_workspace(write=True) as workspace:
        pot = pick_pot(workspace.rows(Pot), pot_id)
        entry = acts.close_pot(workspace, pipeline.read_all(workspace), pot_id)
        pipeline.run_frame(workspace)
        pipeline.run_share(workspace)
        appeals = list_appeals(acts.read_journal(workspace.path))
    pending = [
        row.appeal_id
        for row in appeals
        if row.pot_id == pot_id and row.status == AppealStatus.PENDING
    ]
    if as_json:
        running = pot.ends_at > journal.now()
        print_json({**entry, "period_is_running": running, "pending_appeals": pending})
        return
    click.echo(f"Pot {pot_id} is closed with root {entry['root']}.")
    if pot.ends_at > journal.now():
        text = f"! Its period runs until {pot.ends_at:%Y-%m-%d}: what comes in until then"
        click.echo(f"{text} goes into the next pot.", err=True)
    for appeal_id in pending:
        text = f"! Appeal {appeal_id[:12]} is pending: posted, it goes into the next pot."
        click.echo(text, err=True)


@click.command()
@click.option("--rotate", is_flag=True, help="Make a new key, introduced by the old one.")
@click.option("--lost", is_flag=True, help="With --rotate: the old key is gone and signs nothing.")
@_as_json
def key(rotate: bool, lost: bool, as_json: bool) -> None:
    """Print the public key that the journal is signed by; the first call makes it.

    Give it to whoever is to check statements by another way than the statements themselves. The
    private key lies in .signing-key and is never printed. docs/guide/keys.md says more.

    \b
    Examples:
      beleg prove key
      beleg prove key --rotate
      beleg prove key --json
    """
    if lost and not rotate:
        raise click.UsageError("--lost goes with --rotate.")
    current = None if rotate else checkpoints.current_key(open_workspace().path)
    if current is None:
        with open_workspace(write=True) as workspace:
            if lost and (workspace.path / ".signing-key").exists():
                raise StoreError(
                    f"{workspace.path / '.signing-key'} is not lost.",
                    "Rotate without --lost; if it is damaged, move it away first.",
                )
            made = checkpoints.rotate(workspace.path, lost=lost)
        current = (made.key_id, made.public)
    file = open_workspace().path / LEDGER / "keys" / f"{current[0]}.pub"
    if as_json:
        print_json({"key_id": current[0], "public_key": current[1], "file": str(file)})
        return
    click.echo(current[1])
    click.echo(f"key {current[0]}, also in {file}", err=True)

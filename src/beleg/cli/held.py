"""``beleg share held``: what waits for holders who are not found."""

from __future__ import annotations

import dataclasses
from datetime import datetime
from zoneinfo import ZoneInfo

import click

from beleg.cli.main import as_json as _as_json, open_workspace
from beleg.console import print_json
from beleg.money import format_amount
from beleg.records import Entitlement, Payout, Pot, Publisher
from beleg.share.held import Search, describe, list_held


@click.command("held")
@click.option(
    "--on",
    type=click.DateTime(["%Y-%m-%d"]),
    help="As of this day; today in the workspace's time zone by default.",
)
@_as_json
def held(on: datetime | None, as_json: bool) -> None:
    """List what waits for holders who are not found, and how long.

    Three years after the pot was due, and after a documented search, money is undistributable;
    the holder's claim survives. Searches are noted in beleg.toml, under [[searches]].

    \b
    Examples:
      beleg share held
      beleg share held --on 2030-12-31 --json
    """
    workspace = open_workspace()
    settings = workspace.settings()
    day = (on or datetime.now(ZoneInfo(settings.timezone))).date()
    searches = [
        Search(item.date, item.note, item.rightsholder, item.publisher)
        for item in settings.searches
    ]
    rows = list_held(
        workspace.rows(Payout),
        workspace.rows(Pot),
        workspace.rows(Entitlement),
        searches,
        day,
    )
    if as_json:
        print_json([dataclasses.asdict(row) for row in rows])
        return
    names = {row.publisher_id: row.name for row in workspace.rows(Publisher)}
    for row in rows:
        amount = format_amount(row.amount_minor, row.currency)
        click.echo(describe(row, amount, names.get(row.publisher_id, row.publisher_id)))
    if rows:
        click.echo("Whoever proves to be the holder is paid, however late.")
    else:
        click.echo(f"Nothing waits for a holder on {day}.")

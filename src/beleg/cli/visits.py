"""``beleg measure visits``: what answers send back, beside the links that they show."""

from __future__ import annotations

from typing import Any

import click

from beleg import frame
from beleg.cli.main import as_json as _as_json, open_workspace
from beleg.console import count, print_json, print_table
from beleg.errors import InputError
from beleg.measure.visits import VisitRow, join_visits
from beleg.records import Visit


@click.command("visits")
@click.option("--week", help="Of one ISO week, such as 2026-W47.")
@click.option("--engine", help="Of one engine, such as chatgpt.")
@click.option("--publisher", help="Of one publisher, by its id.")
@_as_json
def measure_visits(
    week: str | None, engine: str | None, publisher: str | None, as_json: bool
) -> None:
    """Show visits and subscriptions that answers sent, by week, publisher and engine.

    An empty cell was not measured. Visits are all that the export tells, links those of the
    answers collected here: their ratio compares weeks and engines, and is no click rate. Apps
    send no referrer, and AI overviews come as google.com: what is shown is a lower bound.

    \b
    Examples:
      beleg collect visits ga4.csv && beleg measure visits
      beleg measure visits --engine chatgpt --json
    """
    workspace = open_workspace()
    settings, visits = workspace.settings(), workspace.rows(Visit)
    if not visits:
        raise InputError("no visits were collected.", "Run `beleg collect visits export.csv`.")
    tables = {name: workspace.arrow(name) for name in ("answers", "citations", "observations")}
    hosts = {host for host in tables["citations"]["host"].to_pylist() if host}
    hosts.update(visit.host for visit in visits)
    holders = {row.host: row.publisher_id for row in frame.derive_holdings(settings, hosts)}
    declared = [item.id for item in settings.publishers if item.domains]
    joined = join_visits(tables, visits, holders, declared, timezone=settings.timezone)
    rows = [
        row
        for row in joined.rows
        if week in (None, row.week)
        and engine in (None, row.engine)
        and publisher in (None, row.publisher_id)
    ]
    names = {p.publisher_id: p.name for p in frame.derive_publishers(settings, hosts)}
    if as_json:
        print_json(
            {
                "rows": [row._asdict() | {"publisher": _name(row, names)} for row in rows],
                "n_untimed_answers": joined.n_untimed,
                "n_overlapping_rows": joined.n_overlapping,
            }
        )
        return
    head = (
        *("week", "publisher", "engine", "answers", "linking", "links"),
        *("visits", "subscriptions", "days", "visits/link"),
    )
    print_table(head, [[_show(cell) for cell in _cells(row, names)] for row in rows])
    if joined.n_untimed:
        said = count(joined.n_untimed, "answer has", "answers have")
        click.echo(f"! {said} no time, and are of no week.", err=True)
    if joined.n_overlapping:
        said = count(joined.n_overlapping, "row is", "rows are")
        click.echo(f"! {said} left out: a later export tells of the same days.", err=True)


def _name(row: VisitRow, names: dict[str, str]) -> str:
    return names.get(row.publisher_id, row.publisher_id)


def _cells(row: VisitRow, names: dict[str, str]) -> tuple[Any, ...]:
    return (
        row.week, _name(row, names), row.engine, row.answers, row.linking, row.links, row.visits,
        row.subscriptions, row.days or None, row.visits_per_link,
    )  # fmt: skip


def _show(value: Any) -> str:
    return (
        f"{value:.2f}".rstrip("0").rstrip(".")
        if isinstance(value, float)
        else ("" if value is None else str(value))
    )

"""Commands that make a workspace, look at it, and check what came out of it."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

import click

from beleg.catalogue import keep_seen, read_entries
from beleg.cli.main import as_json as _as_json, open_workspace, workspace_path
from beleg.console import count, print_json, print_problems, print_table
from beleg.export import FORMATS, export_table
from beleg.frame import PLATFORMS
from beleg.money import format_amount
from beleg.prove.keys import read_public
from beleg.prove.verify import verify as check_statements
from beleg.prove.verify_journal import verify as verify_journal
from beleg.records import Holding, Publisher
from beleg.store import create_workspace
from beleg.tables import TABLES


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), required=False)
def init(folder: Path | None) -> None:
    """Make a workspace: beleg.toml with comments, folders for raw and tables.

    \b
    Examples:
      beleg init
      beleg init beleg-2026
    """
    folder = folder or workspace_path()
    create_workspace(folder, files("beleg").joinpath("beleg.toml").read_text(encoding="utf-8"))
    click.echo(f"Made {folder / 'beleg.toml'}. Next: beleg collect answers FILE")


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--root", help="The root of the ledger as you know it from elsewhere.")
@click.option(
    "--key",
    help="The public key, or a file of it, as you know it from elsewhere: checks the journal in "
    "ledger/ above the folder, its signatures, and that it names each statement's root.",
)
@click.option(
    "--checkpoint",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="With --key: a checkpoint that you kept; the journal must go on from it.",
)
@_as_json
@click.pass_context
def verify(
    ctx: click.Context,
    folder: Path,
    root: str | None,
    key: str | None,
    checkpoint: Path | None,
    as_json: bool,
) -> None:
    """Recompute every share of exported statements, offline, and check every byte.

    FOLDER is a pot's statement, a folder of such, or what one member was handed. Needs no
    workspace. Exits with 3 where anything does not hold.

    \b
    Examples:
      beleg verify statements/2026-Q4
      beleg verify statements/2026-Q4/press --root 9f3c…
      beleg verify statements --key 5d1e…          the journal and its signatures too
    """
    if checkpoint is not None and key is None:
        raise click.UsageError("--checkpoint needs --key.")
    report = check_statements(folder, root)
    journal: dict[str, str | int] = {}
    if key is not None:
        kept = checkpoint.read_bytes() if checkpoint else None
        findings, journal = verify_journal(folder, read_public(key), kept)
        report = report._replace(ok=report.ok and not findings)
        report = report._replace(findings=[*report.findings, *findings])
    if as_json:
        print_json({**report._asdict(), **({"journal": journal} if key else {})})
    else:
        for finding in report.findings[:_MOST_FINDINGS]:
            click.echo(f"! {finding}", err=True)
        if len(report.findings) > _MOST_FINDINGS:
            n_more = len(report.findings) - _MOST_FINDINGS
            click.echo(f"! … and {n_more:,} more; --json lists all", err=True)
        for name, figures in report.figures.items():
            if "n_stakes" not in figures:  # it broke before it could be summed up
                continue
            click.echo(f"{name}: {_sum_up(figures)}")
        if journal:
            signed = count(int(journal["checkpoints"]), "checkpoint")
            click.echo(
                f"journal: {count(int(journal['size']), 'entry', 'entries')}, {signed}, the last "
                f"of {journal['time']}; root {journal['root']}"
            )
        click.echo("Holds." if report.ok else "Does NOT hold.")
    if not report.ok:
        ctx.exit(3)


_MOST_FINDINGS = 30
"""Findings that are printed one by one."""


def _sum_up(figures: Mapping[str, str | int]) -> str:
    numbers = [
        count(int(figures[key]), noun)
        for key, noun in (
            ("n_answers", "answer"),
            ("n_claims", "statement"),
            ("n_stakes", "stake"),
        )
    ]
    paid = format_amount(int(figures["paid_minor"]), str(figures["currency"]))
    return f"{', '.join(numbers)}; {paid} paid; root {figures['root']}"


@click.command()
@click.argument("table", type=click.Choice(sorted(TABLES)))
@click.option("--format", "kind", type=click.Choice(FORMATS), default="csv", show_default=True)
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Write it here.")
def export(table: str, kind: str, output: Path | None) -> None:
    """Write one flat table; its columns are described in docs/reference/tables.md.

    csv is UTF-8 with commas; excel-de opens in a German Excel (semicolons, decimal commas).

    \b
    Examples:
      beleg export estimates --format excel-de --output week47.csv
      beleg export estimates --format parquet --output estimates.parquet
      beleg export shares
    """
    data = export_table(open_workspace(), table, kind)
    if output is not None:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_bytes(data)
        click.echo(f"Wrote {output}.", err=True)
    else:
        click.echo(data, nl=False)


@click.command()
@_as_json
def problems(as_json: bool) -> None:
    """List what went wrong: the file, the line, the remedy.

    \b
    Example:
      beleg problems --json
    """
    rows = open_workspace().arrow("problems").to_pylist()
    if as_json:
        print_json(rows)
        return
    click.echo(count(len(rows), "problem"))
    print_problems(rows, limit=None)


@click.command()
@click.option("--undeclared", is_flag=True, help="Only domains that beleg.toml does not name.")
@click.option("--toml", "as_toml", is_flag=True, help="Print blocks to paste into beleg.toml.")
@click.option("--mandate", type=click.Choice(["measured", "paid"]), default="measured")
@click.option("--catalogue", metavar="TEXT", help="Search the catalogue that comes with Beleg.")
@_as_json
def publishers(
    undeclared: bool, as_toml: bool, mandate: str, catalogue: str | None, as_json: bool
) -> None:
    """List the publishers that the answers cite or rest on.

    --toml leaves out platforms such as youtube.com: what stands there was posted by others.
    --catalogue needs no workspace: it searches names, aliases and domains; "" lists them all.

    \b
    Examples:
      beleg publishers --undeclared
      beleg publishers --catalogue "neue presse"
      beleg publishers --undeclared --toml --mandate paid >> beleg.toml
    """
    if catalogue is not None:
        _print_catalogue(catalogue.casefold(), as_json=as_json)
        return
    workspace = open_workspace()
    seen = keep_seen(workspace.rows(Publisher), workspace.rows(Holding))
    rows = [p for p in seen if not (undeclared and p.declared)]
    if as_json:
        print_json([{"publisher_id": p.publisher_id, "declared": p.declared} for p in rows])
    elif as_toml:
        for p in rows:
            if p.publisher_id in PLATFORMS:  # others post there: it holds no rights to be paid for
                continue
            domains = ", ".join(f'"{domain}"' for domain in p.domains)
            click.echo(f'\n[[publishers]]\nid = "{p.publisher_id}"\nname = "{p.name}"')
            click.echo(f'domains = [{domains}]\nmandate = "{mandate}"')
    else:
        table = [(p.publisher_id, p.name, p.declared or "", p.mandate.value) for p in rows]
        print_table(("id", "name", "declared", "mandate"), table)


def _print_catalogue(text: str, *, as_json: bool) -> None:
    found = [
        entry
        for entry in read_entries()
        for row in (entry.publisher,)
        if any(text in word.casefold() for word in (row.name, *row.aliases, *row.domains))
    ]
    if as_json:
        keys = ("name", "domains", "aliases", "traps")
        print_json(
            [
                {"publisher_id": row.publisher.publisher_id, "country": row.country}
                | {key: getattr(row.publisher, key) for key in keys}
                | {"shared": row.shared, "owner": row.owner}
                for row in found
            ]
        )
        return
    table = [
        (
            row.publisher.publisher_id,
            row.publisher.name,
            row.country,
            ", ".join(row.publisher.aliases),
        )
        for row in found
    ]
    print_table(("id", "name", "country", "also called"), table)


@click.command()
@click.option("--hashes", is_flag=True, help="Hash each table's rows (takes a moment).")
@_as_json
def status(hashes: bool, as_json: bool) -> None:
    """Say what the workspace holds.

    \b
    Examples:
      beleg status
      beleg status --hashes --json
    """
    workspace = open_workspace()
    rows = {name: workspace.arrow(name).num_rows for name in sorted(TABLES)}
    digests = {name: workspace.hash_of(name) for name in rows} if hashes else {}
    if as_json:
        print_json({"rows": rows, "hashes": digests})
        return
    table = [(name, number, digests.get(name, "")) for name, number in rows.items()]
    print_table(("table", "rows", "hash" if hashes else ""), table)

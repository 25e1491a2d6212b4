"""``beleg share statement``: what a member, or an auditor, is handed."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from beleg.cli.main import as_json as _as_json, open_workspace
from beleg.console import print_json
from beleg.errors import InputError, StoreError
from beleg.prove.handed import (
    FORMATS,
    PROVEN,
    Statement,
    find_payees,
    hand_out,
    open_statement,
    suggest,
)
from beleg.records import Pot
from beleg.store import Workspace, write_durably


@click.command()
@click.argument("publisher")
@click.option("--pot", "pot_id", required=True, help="Which pot.")
@click.option(
    "--tier",
    type=click.Choice(["member", "auditor"]),
    default="member",
    show_default=True,
    help="A member sees rivals as pseudonyms with numbers; an auditor sees all.",
)
@click.option(
    "--format",
    "formats",
    type=click.Choice(FORMATS),
    multiple=True,
    default=("html", "pdf", "json", "csv"),
    show_default="html, pdf, json, csv",
    help="Which files; may be given several times.",
)
@click.option(
    "--language", type=click.Choice(["de", "en"]), help="Of the pages; beleg.toml's by default."
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder; papers/POT in the workspace by default.",
)
@_as_json
def statement(
    publisher: str,
    *,
    pot_id: str,
    tier: str,
    formats: tuple[str, ...],
    language: Literal["de", "en"] | None,
    output: Path | None,
    as_json: bool,
) -> None:
    """Write what one member is handed of a pot, or an auditor of its money.

    PUBLISHER is the id of a rightsholder, or of a publisher: then of all who are paid for it. What
    the ledger names by its hash goes to OUTPUT/<payee>/proven, over which `beleg verify` holds
    alone; an auditor's pages and bookkeeping, made on demand, go to OUTPUT/<payee>/beside.

    \b
    Examples:
      beleg share statement anker --pot licence-2026-11
      beleg share statement anker --pot licence-2026-11 --language de --format pdf -o out
      beleg share statement anker --pot licence-2026-11 --format beancount --format hledger
      beleg share statement anker --pot licence-2026-11 --tier auditor
    """
    workspace = open_workspace()
    found = open_statement(_find_folder(workspace, pot_id))
    said = language or workspace.settings().report.language
    kinds = tuple(dict.fromkeys(formats))
    written: list[Path] = []
    for payee in find_payees(found, publisher):
        files = hand_out(found, payee, kinds, said, for_auditor=tier == "auditor")
        folder = (output or workspace.path / "papers" / pot_id) / _name_folder(payee, tier)
        _say_whose(found, payee, as_json=as_json)
        written += _write(folder, _add_readme(found, files), as_json=as_json)
    if as_json:
        rows = [{"path": str(p), "proven": p.parent.name == PROVEN} for p in written]
        print_json({"pot_id": pot_id, "tier": tier, "files": rows})


def _name_folder(payee: str, tier: str) -> str:
    return f"payee-{payee[:16]}{'.auditor' if tier == 'auditor' else ''}"


def _add_readme(found: Statement, files: dict[str, bytes]) -> dict[str, bytes]:
    """Lay the page that explains a statement beside a receipt."""
    if "README.txt" in found.files and any(name.startswith(PROVEN) for name in files):
        return {**files, f"{PROVEN}/README.txt": found.files["README.txt"]}
    return files


def _say_whose(found: Statement, payee: str, *, as_json: bool) -> None:
    if not as_json:
        names = {row["commitment"]: f"{row['text']} ({row['id']})" for row in found.openings}
        click.echo(names.get(payee, f"payee-{payee[:16]} (forgotten)"))


def _write(folder: Path, files: dict[str, bytes], *, as_json: bool) -> list[Path]:
    paths = []
    for name, data in sorted(files.items(), key=lambda row: row[0]):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write_durably(path, data)
        paths.append(path)
        if not as_json:
            click.echo(f"  {path}")
    return paths


def _find_folder(workspace: Workspace, pot_id: str) -> Path:
    """Find the statement of a pot, whatever its period.

    Raises:
        InputError: No such pot, or it is not settled.
        StoreError: Several statements of the pot stand there.
    """
    folders = sorted(
        path.parent
        for path in (workspace.path / "statements").glob("*/*/manifest.json")
        if path.parent.name == pot_id
    )
    if len(folders) > 1:
        message = f"pot {pot_id!r} has {len(folders)} statements: {folders[0]} and {folders[1]}."
        raise StoreError(message, "Move all but one out of statements/.")
    if folders:
        return folders[0]
    pots = sorted({row.pot_id for row in workspace.rows(Pot)})
    if pot_id in pots:
        remedy = (
            "Run `beleg share` and `beleg prove`; `beleg problems` says what stands in the way."
        )
        raise InputError(f"pot {pot_id!r} is not settled: it has no statement.", remedy)
    near = suggest(pot_id, [{"id": name, "text": name} for name in pots])
    remedy = near or (f"There are: {', '.join(pots)}." if pots else "Add [[pots]] to beleg.toml.")
    raise InputError(f"no pot {pot_id!r}.", remedy)

"""``beleg share audit``: a sample of supports goes out to people, and their verdicts come back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
import pyarrow.compute as pc

from beleg import views
from beleg.cli.audit_sheet import read_audit_id, read_sheet, write_sheet
from beleg.cli.main import as_json as _as_json, open_workspace
from beleg.cli.sheets import FOLDER, choose_output, hand_out, keep, keep_verdicts, sheet_options
from beleg.console import count, print_json, print_table
from beleg.errors import InputError
from beleg.money import format_amount
from beleg.records import Pot, Publisher, Share
from beleg.share.audit import Checked, Item, Rate, Sample, draw_sample, judge_sample
from beleg.store import Workspace
from beleg.tables import from_arrow
from beleg.views import pick_pot


@click.command()
@click.option("--pot", "pot_id", required=True, help="The pot's id in beleg.toml.")
@sheet_options("supports", "audit-POT-ID.csv")
@_as_json
def audit(
    *,
    pot_id: str,
    n: int | None,
    seed: int,
    sheet_kind: str,
    output: Path | None,
    checked: Path | None,
    as_json: bool,
) -> None:
    """Draw supports for people to check, weighted by money; read back what they found.

    \b
    1. --sample writes a sheet. In every row somebody reads claim and passage, and writes into the
       column verdict: supported, partly or not (belegt, teilweise or nicht).
    2. --checked reads it, keeps it in the workspace under audits/, and says which part of the
       paid money rests on supports that people did not find, and whether the probabilities hold.

    \b
    Examples:
      beleg share audit --pot licence-2026 --sample 200 --format excel-de
      beleg share audit --pot licence-2026 --checked audit-licence-2026-5d1f09ab.csv --json
    """
    if (n is None) == (checked is None):
        raise click.UsageError("Give either --sample N or --checked FILE.")
    with open_workspace(write=True) as workspace:
        pot = pick_pot(workspace.rows(Pot), pot_id, "Run `beleg share`")
        if n is not None:
            _send_out(
                workspace, pot, n, seed=seed, kind=sheet_kind, output=output, as_json=as_json
            )
        elif checked is not None:
            _take_back(workspace, pot, checked, as_json=as_json)


def _send_out(
    workspace: Workspace,
    pot: Pot,
    n: int,
    *,
    seed: int,
    kind: str,
    output: Path | None,
    as_json: bool,
) -> None:
    weights, stakes, shares = (
        table.filter(pc.equal(table["pot_id"], pot.pot_id))
        for table in (workspace.arrow(name) for name in ("claim_weights", "stakes", "shares"))
    )
    sample = draw_sample(pot, weights, stakes, from_arrow(shares, Share), n, seed)
    output = choose_output(output, f"audit-{pot.pot_id}-{sample.audit_id[:8]}.csv")
    described = views.describe_stakes(
        workspace, [(item.claim_id, item.passage_id) for item in sample.items]
    )
    names = {row.publisher_id: row.name for row in workspace.rows(Publisher)}
    sheet = write_sheet(sample, described, names, pot.currency, kind)
    keep(_folder_of(workspace, sample) / "sample.json", {**sample._asdict(), "items": [
        item._asdict() for item in sample.items
    ]})  # fmt: skip
    hand_out(output, sheet)
    at_stake = format_amount(round(sample.total_minor), pot.currency)
    if as_json:
        said = {"audit": sample.audit_id, "pot": pot.pot_id, "n": len(sample.items)}
        print_json({**said, "seed": seed, "total": at_stake, "file": str(output)})
        return
    click.echo(
        f"{count(len(sample.items), 'support')} of {at_stake} that rests on supports: {output}\n"
        "Fill in the column verdict (supported, partly, not), then:\n"
        f"  beleg share audit --pot {pot.pot_id} --checked {output}"
    )


def _folder_of(workspace: Workspace, sample: Sample) -> Path:
    return workspace.path / FOLDER / sample.pot_id / sample.audit_id


def _read_sample(workspace: Workspace, pot: Pot, audit_id: str) -> Sample:
    file = workspace.path / FOLDER / pot.pot_id / audit_id / "sample.json"
    known = {place.parent.name for place in (workspace.path / FOLDER).glob("*/*/sample.json")}
    if audit_id not in known or not file.is_file():
        where = "belongs to another pot" if audit_id in known else "was not drawn here"
        raise InputError(
            f"the audit {audit_id!r} {where}.", "Give the workspace and pot it was drawn from."
        )
    try:
        said = json.loads(file.read_bytes())
        items = tuple(Item(**item) for item in said.pop("items"))
        return Sample(items=items, **said)
    except (ValueError, TypeError, KeyError) as error:
        raise InputError(f"{file}: damaged ({error}).", "Restore it from a backup.") from error


def _take_back(workspace: Workspace, pot: Pot, checked: Path, *, as_json: bool) -> None:
    data = checked.read_bytes()
    sample = _read_sample(workspace, pot, read_audit_id(data, str(checked)))
    entries = read_sheet(data, str(checked), sample, pot.currency)
    found = judge_sample(sample, {entry.item_id: entry.verdict for entry in entries})
    file = keep_verdicts(_folder_of(workspace, sample), "audit_id", entries)
    kept = file.relative_to(workspace.path)
    if as_json:
        print_json(_to_json(sample, found) | {"currency": pot.currency, "kept": str(kept)})
    else:
        _say(workspace, pot, sample, found)


def _to_json(sample: Sample, found: Checked) -> dict[str, Any]:
    return {
        "audit": sample.audit_id,
        "pot": sample.pot_id,
        "n": found.n,
        "total_minor": round(sample.total_minor),
        "not_found": found.not_found._asdict(),
        "not_in_full": found.not_in_full._asdict(),
        "publishers": {name: rate._asdict() for name, rate in found.by_publisher.items()},
        "n_publishers_thin": found.n_publishers_thin,
        "reliability": [
            {**row._asdict(), "found": row.found._asdict()} for row in found.reliability
        ],
    }


def _show(rate: Rate) -> tuple[str, str, str]:
    return (f"{rate.value:.1%}", f"{rate.low:.1%}", f"{rate.high:.1%}")


def _say(workspace: Workspace, pot: Pot, sample: Sample, found: Checked) -> None:
    names = {row.publisher_id: row.name for row in workspace.rows(Publisher)}
    total = format_amount(round(sample.total_minor), pot.currency)
    click.echo(f"{count(found.n, 'checked support')} of {total} that is paid on supports")
    head = ("not found", "part", "low", "high", "checked")
    rows = [
        ("by people", *_show(found.not_found), found.n),
        ("or only in part", *_show(found.not_in_full), found.n),
    ]
    rows += [
        (f"  {names.get(name, name)}", *_show(rate), rate.n)
        for name, rate in found.by_publisher.items()
    ]
    print_table(head, rows)
    if found.n_publishers_thin:
        click.echo(
            f"{count(found.n_publishers_thin, 'publisher')} with too few checked: not shown."
        )
    click.echo("\nDo the probabilities hold? (weighted by money; found in full)")
    print_table(
        ("probability", "predicted", "found", "low", "high", "checked"),
        [
            (
                f"{row.above:.2f} to {row.up_to:.2f}",
                f"{row.predicted:.1%}",
                *_show(row.found),
                row.n,
            )
            for row in found.reliability
        ],
    )

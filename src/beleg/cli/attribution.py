"""``beleg share attribution``: fractional attribution of answers, out and in."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import click

from beleg.cli.main import as_json as _as_json, open_workspace
from beleg.console import count, print_json, print_problems, print_table
from beleg.errors import InputError, StoreError
from beleg.prove.commitments import commit
from beleg.records import Answer, Claim, ClaimWeight, Pot, Problem, Publisher, Share, Stake
from beleg.share.attribution import TIERS, Disclosure, supersede, write_records
from beleg.share.payout import FLOOR
from beleg.share.reported import StakeRow, read_records, sum_shares, to_stakes
from beleg.store import Workspace, write_durably
from beleg.views import pick_pot

PSEUDONYM_DIGITS = 16


@click.group()
def attribution() -> None:
    """Hand out, and take in, which part of each answer each source has.

    Records follow the draft extension of the SPUR Content Telemetry as far as it is known; see
    docs/theory/attribution.md.

    \b
    Examples:
      beleg share attribution export --pot licence-2026-11 --tier auditor
      beleg share attribution import theirs.jsonl --pot licence-2026-11
    """


@attribution.command("export")
@click.option("--pot", "pot_id", required=True, help="Which pot.")
@click.option(
    "--tier", type=click.Choice(TIERS), default="public", show_default=True, help="Who may see it."
)
@click.option("--publisher", help="With --tier member: whose names and spans are opened.")
@click.option(
    "--previous",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="An earlier export: only what changed is written, and names what it supersedes.",
)
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Write it here.")
def export_records(
    pot_id: str, tier: str, publisher: str | None, previous: Path | None, output: Path | None
) -> None:
    """Write one record an answer, as JSON Lines: exact weights, the rest as model residual.

    public: sources are pseudonyms, the same as in the pot's statements. member: one publisher is
    named, with the spans that it supports. auditor: all are.

    \b
    Examples:
      beleg share attribution export --pot licence-2026-11 > public.jsonl
      beleg share attribution export --pot licence-2026-11 --tier member --publisher anker
      beleg share attribution export --pot licence-2026-11 --previous public.jsonl
    """
    workspace = open_workspace()
    pot = pick_pot(workspace.rows(Pot), pot_id)
    if (tier == "member") != (publisher is not None):
        raise InputError("--publisher and --tier member belong together.", "Give both or none.")
    weights = [row for row in workspace.rows(ClaimWeight) if row.pot_id == pot_id]
    if pot.rule == FLOOR or not weights:
        message = f"pot {pot_id!r} has no claims to attribute."
        raise InputError(message, "Name a pot that `beleg share` settled by its claims.")
    stakes = [row for row in workspace.rows(Stake) if row.pot_id == pot_id]
    if publisher is not None and publisher not in {row.publisher_id for row in stakes}:
        message = f"{publisher!r} supports nothing in pot {pot_id!r}."
        raise InputError(message, "`beleg share show` lists who does.")
    # An auditor's records name everybody.
    name = str if tier == "auditor" else _name_houses(workspace, pot_id)
    disclosure = Disclosure(tier, publisher, name)
    claims = {row.claim_id: row for row in workspace.rows(Claim)}
    records = write_records(pot, weights, stakes, claims, disclosure)
    if previous is not None:
        records = supersede(records, _read_previous(previous))
    data = "".join(json.dumps(row, ensure_ascii=False, sort_keys=True) + "\n" for row in records)
    if output is None:
        click.echo(data, nl=False)
        return
    write_durably(output, data.encode())
    click.echo(f"Wrote {count(len(records), 'record')} to {output}.", err=True)


@attribution.command("import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--pot", "pot_id", help="Weigh the answers as this pot does, and show ours beside.")
@click.option(
    "--stakes",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write them as a CSV of stakes, which `beleg share split` reads.",
)
@_as_json
def import_records(file: Path, pot_id: str | None, stakes: Path | None, as_json: bool) -> None:
    """Read others' records, check them, and show what shares they come to.

    Nothing of it is paid: a source's own weights are a report, no support that was measured. A
    record that does not hold is told of and left out.

    \b
    Examples:
      beleg share attribution import theirs.jsonl
      beleg share attribution import theirs.jsonl --pot licence-2026-11 --json
      beleg share attribution import theirs.jsonl --stakes theirs.csv
    """
    outputs, weights = None, None
    ours: dict[str | None, Fraction] = {}
    if pot_id is not None:
        workspace = open_workspace()
        pick_pot(workspace.rows(Pot), pot_id)
        weights = _weigh_answers(workspace, pot_id)
        outputs = {
            row.answer_id: len(row.text or "")
            for row in workspace.rows(Answer)
            if row.answer_id in weights
        }
        ours = _list_ours(workspace, pot_id)
    records, problems = read_records(file.read_bytes(), str(file), outputs=outputs)
    shares, rest = sum_shares(records, weights)
    if stakes is not None:
        write_durably(stakes, _write_csv(to_stakes(records)))
    rows = _compare(_name_rest(shares, rest), ours)
    if as_json:
        said = [_tell(problem) for problem in problems]
        print_json({"n_records": len(records), "shares": rows, "problems": said})
        return
    click.echo(count(len(records), "record"))
    head = ("source", "theirs", *(("ours",) if pot_id else ()))
    print_table(
        head,
        [[row["source"] or "(no source)", *(_show(row[key]) for key in head[1:])] for row in rows],
    )
    print_problems([_tell(problem) for problem in problems])


def _tell(problem: Problem) -> dict[str, Any]:
    return {key: getattr(problem, key) for key in ("source", "line", "message", "remedy")}


def _name_houses(workspace: Workspace, pot_id: str) -> Callable[[str], str]:
    """Give publishers the pseudonyms that the pot's statements give them."""
    names = {row.publisher_id: row.name for row in workspace.rows(Publisher)}
    try:
        key = workspace.secret(pot_id)
    except StoreError as error:  # made when the statement is written, and this only reads
        message = f"pot {pot_id!r} has no statement, whose pseudonyms could be used."
        raise InputError(message, "Run `beleg prove`, or name --tier auditor.") from error

    def name(publisher_id: str) -> str:
        opening = commit(
            key, pot_id, "publisher", publisher_id, names.get(publisher_id, publisher_id)
        )
        return opening.commitment[:PSEUDONYM_DIGITS]

    return name


def _read_previous(path: Path) -> list[dict[str, Any]]:
    try:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        return [row | {key: row[key] for key in ("output_id", "record_id")} for row in rows]
    except (ValueError, KeyError, TypeError) as error:
        message = f"{path} is no earlier export: {type(error).__name__}: {error}."
        raise InputError(message, "Name a file that `share attribution export` wrote.") from error


def _weigh_answers(workspace: Workspace, pot_id: str) -> dict[str, Fraction]:
    weights: dict[str, Fraction] = {}
    for row in workspace.rows(ClaimWeight):
        if row.pot_id == pot_id:
            weights[row.answer_id] = weights.get(row.answer_id, Fraction()) + row.weight
    return weights


def _list_ours(workspace: Workspace, pot_id: str) -> dict[str | None, Fraction]:
    """List the shares of a pot; what nobody supports stands under None."""
    rows = [row for row in workspace.rows(Share) if row.pot_id == pot_id]
    ours: dict[str | None, Fraction] = {row.publisher_id: row.part for row in rows}
    return ours | {None: 1 - sum(ours.values(), Fraction())}


def _name_rest(shares: Mapping[str, Fraction], rest: Fraction) -> dict[str | None, Fraction]:
    """Add what goes to no source, under None."""
    named: dict[str | None, Fraction] = {None: rest}
    named.update(shares)
    return named


def _compare(
    theirs: Mapping[str | None, Fraction], ours: Mapping[str | None, Fraction]
) -> list[dict[str, Any]]:
    names = sorted(
        {*theirs, *ours},
        key=lambda name: (name is None, -theirs.get(name, Fraction()), name or ""),
    )
    return [
        {
            "source": name,
            "theirs": str(theirs.get(name, Fraction())),
            "ours": str(ours.get(name, Fraction())) if ours else None,
        }
        for name in names
    ]


def _show(part: str | None) -> str:
    return "" if part is None else f"{float(100 * Fraction(part)):.4f} %"


def _write_csv(rows: Sequence[StakeRow]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(StakeRow._fields)
    writer.writerows([["" if cell is None else cell for cell in row] for row in rows])
    return out.getvalue().encode()

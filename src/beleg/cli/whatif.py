"""``beleg share whatif``: the split of a pot where one publisher is gone, or one support another.

The command reads the rows that it needs straight from the Parquet parts and loads none of the
stages but the game, so that the answer is there within a second.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

import click
import duckdb
import pyarrow as pa

from beleg.cli.main import as_json as _as_json, open_workspace
from beleg.cli.names import find_name, find_pot
from beleg.console import count, print_json, print_table
from beleg.errors import InputError
from beleg.ids import pick_row
from beleg.money import format_amount
from beleg.records import Level, Ownership, Pot, Publisher, Share
from beleg.settlement import spell_fraction
from beleg.share.whatif import (
    STAKES,
    Change,
    Weighed,
    change_shares,
    drop_publisher,
    find_rule,
    set_support,
)
from beleg.store import Workspace

_COLUMNS = ", ".join(STAKES.names)


class _Question(NamedTuple):
    """What is asked, in words, with the stakes that it touches."""

    what: str
    touched: pa.Table
    changed: pa.Table
    notes: tuple[str, ...] = ()


@click.command()
@click.option("--pot", "pot_id", help="Which pot; may be left out where there is one.")
@click.option("--drop", "dropped", metavar="PUBLISHER", help="Take this publisher out.")
@click.option("--claim", "claim_id", metavar="ID", help="Change the support of this statement.")
@click.option("--support", type=click.IntRange(0, 10_000), help="Its support then, 0..10000.")
@click.option(
    "--publisher", metavar="PUBLISHER", help="Whose support; of all that support it by default."
)
@click.option(
    "--limit", type=click.IntRange(1), default=20, show_default=True, help="Publishers shown."
)
@_as_json
def whatif(  # noqa: PLR0917 - click hands over options by name
    pot_id: str | None,
    dropped: str | None,
    claim_id: str | None,
    support: int | None,
    publisher: str | None,
    limit: int,
    as_json: bool,
) -> None:
    """Say what a pot would pay without a publisher, or if one support were another.

    Exact, and nothing is changed: it reads what `beleg share` stored last. ID may be shortened to
    the digits that tell it from the others. Support is counted in hundredths of a per cent; below
    the pot's threshold it pays nothing. Money is the exact entitlement, before the one rounding.

    \b
    Examples:
      beleg share whatif --pot licence --drop anker
      beleg share whatif --pot licence --claim 81c04d --support 0
      beleg share whatif --claim 81c04d --publisher bote --support 9500 --json
    """
    if (dropped is None) == (claim_id is None):
        raise click.UsageError("Name either --drop PUBLISHER or --claim ID, not both.")
    if claim_id is not None and support is None:
        raise click.UsageError("--claim needs --support N: what the support would be.")
    if dropped is not None and (support is not None or publisher is not None):
        raise click.UsageError("--support and --publisher belong to --claim.")
    ws = open_workspace()
    pot = find_pot(pot_id, ws.rows(Pot))
    names = {row.publisher_id: row.name for row in ws.rows(Publisher)}
    shares = [row for row in ws.rows(Share) if row.pot_id == pot.pot_id]
    names = {**{row.publisher_id: row.publisher_id for row in shares}, **names}
    with _open_tables(ws) as reader:
        total = _weigh(reader, pot)
        if dropped is not None:
            asked = _ask_drop(reader, pot, find_name(dropped, names, "publisher"))
        else:
            whose = None if publisher is None else find_name(publisher, names, "publisher")
            _check_player(whose, pot, shares, ws.rows(Ownership))
            asked = _ask_support(reader, pot, str(claim_id), int(support or 0), whose)
    before = {row.publisher_id: row.part for row in shares}
    change = change_shares(before, asked.touched, asked.changed, total, find_rule(pot.rule))
    mandates = {row.publisher_id: row.mandate.value for row in shares}
    rows = _list_changes(pot, change, names, mandates)
    rest = _compare(pot, *change.unsupported)
    if as_json:
        print_json(_describe(pot, asked, rows, rest))
    else:
        line = {"publisher_id": "", "name": "(nobody: unsupported)", "mandate": None, **rest}
        _print(pot, asked, [*rows, line], limit)


def _open_tables(ws: Workspace) -> duckdb.DuckDBPyConnection:
    """Open the tables that are asked as views over their Parquet parts."""
    reader = duckdb.connect()
    for name in ("stakes", "claim_weights"):
        parts = [str(ws.path / "tables" / p.file) for p in ws.manifest.tables.get(name, ())]
        if not parts:
            raise InputError(f"the table {name} is empty.", "Run `beleg share` first.")
        reader.read_parquet(parts).create_view(name)
    return reader


def _weigh(reader: duckdb.DuckDBPyConnection, pot: Pot) -> int:
    sql = "select sum(weight) from claim_weights where pot_id = ?"
    (total,) = reader.execute(sql, [pot.pot_id]).fetchall()[0]
    if total is None:
        remedy = "Run `beleg share`; `beleg problems` says why a pot was not settled."
        raise InputError(f"pot {pot.pot_id} has no statements.", remedy)
    return int(total)


def _read_stakes(reader: duckdb.DuckDBPyConnection, where: str, values: list[str]) -> pa.Table:
    sql = f"select {_COLUMNS} from stakes where {where}"  # noqa: S608 - written here, no input
    return reader.execute(sql, values).to_arrow_table().cast(STAKES)


def _ask_drop(reader: duckdb.DuckDBPyConnection, pot: Pot, name: str) -> _Question:
    where = (
        "pot_id = $1 and claim_id in "
        "(select claim_id from stakes where pot_id = $1 and publisher_id = $2)"
    )
    touched = _read_stakes(reader, where, [pot.pot_id, name])
    notes = () if len(touched) else (f"{name} has no stake in this pot: nothing moves.",)
    return _Question(f"without {name}", touched, drop_publisher(touched, name), notes)


def _ask_support(
    reader: duckdb.DuckDBPyConnection, pot: Pot, digits: str, support: int, whose: str | None
) -> _Question:
    sql = (
        "select answer_id, claim_id, weight from claim_weights "
        "where pot_id = ? and starts_with(claim_id, ?) limit 1000"
    )
    found = [Weighed(*row) for row in reader.execute(sql, [pot.pot_id, digits]).fetchall()]
    remedy = "`beleg share simulate` names those that move most, `beleg export claim_weights` all."
    noun = f"statement of pot {pot.pot_id}"
    claim = pick_row({row.claim_id: row for row in found}, digits, noun, remedy)
    values = [pot.pot_id, claim.claim_id]
    touched = _read_stakes(reader, "pot_id = ? and claim_id = ?", values)
    who = [whose] if whose else sorted(touched["publisher_id"].to_pylist())
    if not who:
        message = f"nobody supports {claim.claim_id}."
        raise InputError(message, "Say whose support it would be: --publisher.")
    paid = support if support >= pot.threshold else 0
    notes: tuple[str, ...] = ()
    if paid != support:
        notes = (
            f"{support} stays below the pot's threshold of {pot.threshold}: it pays nothing.",
        )
    what = f"with a support of {support} by {', '.join(who)} for {claim.claim_id}"
    return _Question(what, touched, set_support(touched, claim, who, paid), notes)


def _check_player(
    name: str | None, pot: Pot, shares: Sequence[Share], ownerships: Sequence[Ownership]
) -> None:
    """Refuse a title whose owner plays for it: a stake of its own would be counted apart."""
    if pot.level == Level.TITLE or name in {None, *(row.publisher_id for row in shares)}:
        return
    owners = sorted({row.parent_id for row in ownerships if row.publisher_id == name})
    if owners:
        message = f"{name} does not play itself in pot {pot.pot_id}, whose level is {pot.level}."
        raise InputError(message, f"Name its owner: {', '.join(owners)}.")


def _list_changes(
    pot: Pot, change: Change, names: Mapping[str, str], mandates: Mapping[str, str]
) -> list[dict[str, Any]]:
    """List all publishers, those that lose most first."""
    rows = [
        {
            "publisher_id": name,
            "name": names.get(name, name),
            "mandate": mandates.get(name),
            **_compare(
                pot, change.before.get(name, Fraction()), change.after.get(name, Fraction())
            ),
        }
        for name in {**change.before, **change.after}
    ]
    rows.sort(key=lambda row: (row["difference"]["exact"], row["publisher_id"]))
    return rows


def _compare(pot: Pot, before: Fraction, after: Fraction) -> dict[str, Any]:
    parts = {"before": before, "after": after, "difference": after - before}
    return {key: _figure(pot, part) for key, part in parts.items()}


def _figure(pot: Pot, part: Fraction) -> dict[str, Any]:
    return {
        "exact": part,
        **spell_fraction(part),
        "minor": round(part * pot.distributable_minor),
    }


def _describe(
    pot: Pot, asked: _Question, rows: Sequence[Mapping[str, Any]], rest: Mapping[str, Any]
) -> dict[str, Any]:
    def plain(row: Mapping[str, Any]) -> dict[str, Any]:
        return {
            key: {k: v for k, v in value.items() if k != "exact"}
            if isinstance(value, dict)
            else value
            for key, value in row.items()
        }

    return {
        "simulation": True,
        "pot": pot.pot_id,
        "rule": pot.rule,
        "what": asked.what,
        "currency": pot.currency,
        "distributable_minor": pot.distributable_minor,
        "n_claims": len(set(asked.touched["claim_id"].to_pylist())),
        "n_stakes": len(asked.touched),
        "notes": list(asked.notes),
        "publishers": [plain(row) for row in rows],
        "unsupported": plain(rest),
    }


def _print(pot: Pot, asked: _Question, rows: Sequence[Mapping[str, Any]], limit: int) -> None:
    def money(minor: int, *, sign: bool = False) -> str:
        text = format_amount(minor, pot.currency)
        return f"+{text}" if sign and minor > 0 else text

    moved = sorted(
        (row for row in rows if row["difference"]["exact"]),
        key=lambda row: row["difference"]["exact"],
    )
    claims = count(len(set(asked.touched["claim_id"].to_pylist())), "statement")
    click.echo(f"Pot {pot.pot_id} ({pot.rule}, {money(pot.distributable_minor)}) {asked.what}.")
    click.echo(f"A simulation: nothing is changed. {claims} touched.")
    for note in asked.notes:
        click.echo(f"! {note}")
    if not moved:
        click.echo("Nothing moves.")
        return
    click.echo()
    head = ("publisher", "mandate", "before", "after", "points")
    table = [
        (
            row["name"],
            row["mandate"],
            *(f"{float(row[key]['exact']):.3%}" for key in ("before", "after")),
            f"{float(row['difference']['exact'] * 100):+.3f}",
            money(row["before"]["minor"]),
            money(row["after"]["minor"]),
            money(row["difference"]["minor"], sign=True),
        )
        for row in _take_ends(moved, limit)
    ]
    print_table((*head, "money before", "after", "difference"), table)
    still = len([row for row in rows if row["publisher_id"] and not row["difference"]["exact"]])
    cut = f"; {count(len(moved), 'row')} move, --limit shows more" if len(moved) > limit else ""
    click.echo(f"{count(still, 'publisher')} stay as they are{cut}.")


def _take_ends(rows: Sequence[Mapping[str, Any]], limit: int) -> list[Mapping[str, Any]]:
    """Take those that lose most and those that gain most."""
    if len(rows) <= limit:
        return list(rows)
    return [*rows[: -(-limit // 2)], *(rows[-(limit // 2) :] if limit > 1 else ())]

"""``beleg share split``: any table of stakes, split by any rule; no workspace is needed."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click

from beleg.cli.main import as_json as _as_json
from beleg.cli.stakes import open_stakes
from beleg.console import print_json, print_table
from beleg.errors import InputError
from beleg.money import Amount, format_amount, parse_amount
from beleg.settlement import spell_fraction
from beleg.share.amounts import weigh_by_amounts
from beleg.share.game import Split, check_stakes
from beleg.share.payout import apportion
from beleg.share.rules import RULES, split as split_by_rule


def _read_money(ctx: click.Context, param: click.Parameter, value: str | None) -> Amount | None:
    if value is None:
        return None
    try:
        amount = parse_amount(value)
    except ValueError as error:
        raise click.BadParameter(str(error), ctx, param) from error
    if amount.minor < 0:
        raise click.BadParameter(f"{value} is negative.", ctx, param)
    return amount


@click.command()
@click.argument("source", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--pot", callback=_read_money, help="What is split, such as '100000.00 EUR'.")
@click.option(
    "--rule",
    type=click.Choice(list(RULES)),
    default="airport",
    show_default=True,
    help="How it is split; docs/theory/settlement.md gives the formulas.",
)
@click.option(
    "--engine", type=click.Choice(["duckdb", "spark"]), default="duckdb", show_default=True
)
@click.option("--master", help="Which Spark, such as spark://host:7077; this machine by default.")
@click.option(
    "--memory", default="4.5GB", show_default=True, help="What DuckDB may take before it spills."
)
@click.option(
    "--currency",
    default="EUR",
    show_default=True,
    help="Of amount_minor, where no --pot is given.",
)
@_as_json
def split(  # noqa: PLR0917 - click hands them over by name
    source: Path,
    pot: Amount | None,
    rule: str,
    engine: str,
    master: str | None,
    memory: str,
    currency: str,
    as_json: bool,
) -> None:
    """Split a pot over any table of stakes; no workspace is needed.

    FILE is Parquet (or a folder of it), CSV or JSON Lines, one row a passage or a publisher that
    supports a claim, with the columns answer_id, claim_id, publisher_id, weight (a whole number
    of 0 or more, the same on all rows of a claim) and support (0 to 10000). Of several rows of a
    claim and publisher the strongest counts. There is no threshold: what must not be paid must not
    be in FILE. A row with support 0, its publisher may be empty, names a claim that nobody
    supports: its weight is left unsupported.

    Without --pot each answer brings its own amount: the column amount_minor, the same on all rows
    of an answer. Then each amount is split over that answer's claims alone, and the pot is the sum
    of the amounts. With --pot all answers share one pot, and amount_minor is not read.

    All sums are exact; the same table gives the same digits on either engine.

    \b
    Examples:
      beleg share split stakes.parquet --pot "100000.00 EUR"
      beleg share split stakes.csv --pot "100000.00 EUR" --rule expected --json
      beleg share split stakes.jsonl                       each answer brings amount_minor
      beleg share split stakes.parquet --pot "1.00 EUR" --engine spark --master spark://host:7077
    """
    with ExitStack() as stack:
        if pot is None:
            try:
                parse_amount(f"0 {currency}")
            except ValueError as error:
                raise click.BadParameter(f"{currency!r}, must be like EUR.") from error
        stakes = open_stakes(source, engine, memory, master, stack)
        if pot is None:
            if "amount_minor" not in stakes.columns:
                message = f"{source}: there is no pot: neither --pot nor a column amount_minor."
                raise InputError(message, "Name one: --pot '100000.00 EUR'.")
            check_stakes(stakes)
            stakes, minor = weigh_by_amounts(stakes)
            pot = Amount(minor, currency)
        result = split_by_rule(stakes, rule)
    paid, rest = pay(result, pot.minor)
    if as_json:
        print_json(to_json(result, rule, pot, paid, rest))
    else:
        _show(result, rule, pot, paid, rest)


def pay(result: Split, minor: int) -> tuple[dict[str, int], int]:
    """Round a split to minor units by largest remainder, ties by id, the unsupported line last.

    Returns:
        publisher_id to minor units, and those of the line; together they are the pot.
    """
    exact = {(False, name): part * minor for name, part in result.shares.items()}
    exact[True, ""] = result.unsupported * minor
    whole = apportion(minor, exact, {key: key for key in exact})
    return {name: whole[False, name] for name in result.shares}, whole[True, ""]


def to_json(
    result: Split, rule: str, pot: Amount, paid: dict[str, int], rest: int
) -> dict[str, Any]:
    """Write a split as the JSON that others read: fractions of all claim weight, as text."""
    return {
        "pot_minor": pot.minor,
        "currency": pot.currency,
        "rule": rule,
        "shares": [
            {"publisher_id": name, **spell_fraction(part), "paid_minor": paid[name]}
            for name, part in result.shares.items()
        ],
        "unsupported": {**spell_fraction(result.unsupported), "minor": rest},
    }


def _show(result: Split, rule: str, pot: Amount, paid: dict[str, int], rest: int) -> None:
    version = RULES[rule].version
    click.echo(f"{format_amount(*pot)} by the rule {rule} (version {version})")
    order = sorted(result.shares, key=lambda name: (-result.shares[name], name))
    rows = [(name, result.shares[name], paid[name]) for name in order]
    table = [
        (name, f"{float(100 * part):.4f}", format_amount(minor, pot.currency).split()[0])
        for name, part, minor in [*rows, ("(unsupported)", result.unsupported, rest)]
    ]
    print_table(("publisher", "share %", pot.currency), table)

"""A simulation as text: the scenarios in sum, every member, the statements that move most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import click

from beleg.console import count, print_table
from beleg.money import format_amount

_TEXT = 110
"""Characters of a statement that are shown; --json has all."""

_NAMES = 4
"""Publishers of a statement that are shown."""


def print_simulation(found: Mapping[str, Any], limit: int) -> None:
    """Print what :mod:`beleg.cli.scenarios` found."""
    today = found["today"]
    money = format_amount(found["distributable_minor"], found["currency"])
    click.echo(f"SIMULATION of pot {found['pot']} ({money}). Nothing is stored, nothing settled.")
    click.echo(f"Today: {_name(today, None)}; unsupported {today['unsupported']['part']:.2%}.")
    click.echo()
    _print_sums(found)
    if not all(row["exact"] for row in (today, *found["scenarios"])):
        click.echo("The rule expected is computed in floats here, since there are many stakes.")
    click.echo()
    _print_members(found, limit)
    if any(row["moved"] != row["moved_between_payees"] for row in found["scenarios"]):
        click.echo()
        _print_payees(found, limit)
    for scenario in found["scenarios"]:
        _print_claims(found, scenario)
    click.echo()
    _print_passes(found)


def _name(scenario: Mapping[str, Any], today: Mapping[str, Any] | None) -> str:
    """Name a scenario; beside today's, by what differs from it."""
    parts = {
        "rule": scenario["rule"],
        "threshold": f"from {scenario['threshold']}",
        "level": scenario["level"],
        "mode": scenario["mode"],
    }
    differs = [text for key, text in parts.items() if today is None or scenario[key] != today[key]]
    return ", ".join(differs) or "as today"


def _money(found: Mapping[str, Any], minor: int, *, sign: bool = False) -> str:
    text = format_amount(minor, found["currency"])
    return f"+{text}" if sign and minor > 0 else text


def _print_sums(found: Mapping[str, Any]) -> None:
    rows = []
    for number, row in enumerate(found["scenarios"], 1):
        ordered = sorted(row["members"], key=lambda one: one["difference"]["part"])
        least, most = (
            f"{one['name']} {one['difference']['part'] * 100:+.2f}" if one else ""
            for one in (
                next(iter(ordered), None) if row["n_lose"] else None,
                ordered[-1] if row["n_gain"] else None,
            )
        )
        rows.append(
            (
                f"[{number}] {_name(row, found['today'])}",
                f"{row['moved']['part']:.2%}",
                _money(found, row["moved"]["minor"]),
                row["n_gain"],
                row["n_lose"],
                most,
                least,
                f"{row['unsupported']['part']:.2%}",
            )
        )
    head = ("scenario", "moves", "money", "gain", "lose", "most (points)", "least (points)")
    print_table((*head, "unsupported"), rows)


def _print_members(found: Mapping[str, Any], limit: int) -> None:
    _print_rows(found, "members", "member", limit)


def _print_payees(found: Mapping[str, Any], limit: int) -> None:
    _print_rows(found, "payees", "paid to (line)", limit)


def _print_rows(found: Mapping[str, Any], key: str, noun: str, limit: int) -> None:
    """Print one row a member: today, then each scenario's share and what it is more or less."""
    by_id = [{row["id"]: row for row in one[key]} for one in found["scenarios"]]
    ids = list(dict.fromkeys(name for rows in by_id for name in rows))
    first = {name: next(rows[name] for rows in by_id if name in rows) for name in ids}
    ids.sort(key=lambda name: (-max(_today(rows, name) for rows in by_id), name))
    head = [noun, "today", "money"]
    for number in range(1, len(by_id) + 1):
        head += [f"[{number}]", "points", "money"]
    table = []
    for name in ids[:limit]:
        had = next(
            (rows[name]["today"] for rows in by_id if name in rows and _today(rows, name)),
            first[name]["today"],
        )
        cells: list[str] = [
            first[name]["name"],
            f"{had['part']:.2%}",
            _money(found, had["minor"]),
        ]
        for rows in by_id:
            row = rows.get(name)
            if row is None:
                cells += ["", "", ""]
                continue
            cells += [
                f"{row['then']['part']:.2%}",
                f"{row['difference']['part'] * 100:+.2f}",
                _money(found, row["difference"]["minor"], sign=True),
            ]
        table.append(cells)
    print_table(head, table)
    if len(ids) > limit:
        click.echo(f"… and {count(len(ids) - limit, 'other')}: --limit {len(ids)}, or --json.")


def _today(rows: Mapping[str, Any], name: str) -> float:
    return float(rows[name]["today"]["part"]) if name in rows else 0.0


def _print_claims(found: Mapping[str, Any], scenario: Mapping[str, Any]) -> None:
    if not scenario["claims"]:
        return
    click.echo()
    number = found["scenarios"].index(scenario) + 1
    click.echo(f"[{number}] {_name(scenario, found['today'])}: what moves most")
    for row in scenario["claims"]:
        text = " ".join(row["text"].split())
        shown = text if len(text) <= _TEXT else f"{text[: _TEXT - 1]}…"
        click.echo(f"  {_money(found, row['minor']):>14}  {row['claim_id'][:8]} {row['engine']}")
        click.echo(f"  {'':14}  {shown}")
        click.echo(f"  {'':14}  {_say(found, row)}")


def _say(found: Mapping[str, Any], row: Mapping[str, Any]) -> str:
    """Say who receives what of a statement, today and then."""
    names = sorted(
        {*row["today"], *row["then"]},
        key=lambda name: (
            -abs(row["then"].get(name, 0.0) - row["today"].get(name, 0.0)),
            name,
        ),
    )
    said = [
        f"{name} {_part(found, row['today'].get(name))} → {_part(found, row['then'].get(name))}"
        for name in names[:_NAMES]
    ]
    more = [f"{len(names) - _NAMES} others"] if len(names) > _NAMES else []
    return "; ".join([*said, *more])


def _part(found: Mapping[str, Any], part: float | None) -> str:
    return "0" if not part else _money(found, round(part * found["distributable_minor"]))


def _print_passes(found: Mapping[str, Any]) -> None:
    """Print how much hangs on the threshold, by today's rule."""
    click.echo("How much hangs on the threshold: statements without a source that pay somebody")
    rows: Sequence[tuple[str, ...]] = [
        (
            f"{row['percent']} %",
            str(row["threshold"]),
            f"{row['moved']['part']:.2%}",
            _money(found, row["moved"]["minor"]),
            f"{row['unsupported']['part']:.2%}",
        )
        for row in found["false_passes"]
    ]
    print_table(("of them", "from", "moves", "money", "unsupported"), rows)

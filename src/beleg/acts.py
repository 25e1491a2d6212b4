"""What people decide, and the journal keeps: frames committed, pots closed, appeals decided.

Each act is an entry of ``ledger/journal.jsonl`` and a checkpoint over it, written under the
workspace's lock. The tables ``overrides``, ``closed_payouts`` and ``closed_balances`` are read out
of the journal and its annex at every run, so that ``tables/`` may be lost at any time.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

from beleg.errors import InputError, StoreError
from beleg.prove.annex import read_opening, save_opening, seal
from beleg.prove.appeals import AppealStatus, list_appeals
from beleg.prove.checkpoints import Checkpoint, open_state, record, stamp
from beleg.prove.history import find_close, find_commitment, find_statement, list_closed
from beleg.prove.journal import LEDGER, Entry, make_entry, read_entries
from beleg.prove.statements import MANIFEST, build_files, read_root
from beleg.records import Balance, Override, Payout, Pot, Problem
from beleg.store import Workspace
from beleg.tables import to_arrow

CORRECTION = "correction"
"""The kind of a balance that is a counter-entry to a closed pot."""

GIVEN = ("overrides", "closed_payouts", "closed_balances")
"""The tables that are read out of the journal."""


class Acts(NamedTuple):
    """What the journal decides about the settlement."""

    overrides: tuple[Override, ...] = ()
    closed_payouts: tuple[Payout, ...] = ()
    closed_balances: tuple[Balance, ...] = ()
    problems: tuple[Problem, ...] = ()

    def to_tables(self) -> dict[str, pa.Table]:
        """Lay it out as tables."""
        return {
            "overrides": to_arrow(self.overrides, Override),
            "closed_payouts": to_arrow(self.closed_payouts, Payout),
            "closed_balances": to_arrow(self.closed_balances, Balance),
            "problems": to_arrow(self.problems, Problem),
        }


def read_acts(place: Path, pots: Sequence[Pot]) -> Acts:
    """Read what the journal decides about these pots.

    Args:
        place: The workspace's folder.
        pots: As beleg.toml has them.

    Raises:
        StoreError: The journal is damaged, or the payouts of a closed pot are missing.
    """
    entries = read_entries(place / LEDGER)
    overrides, problems = _derive_overrides(place, entries)
    payouts, balances = _derive_closed(place, entries)
    problems += list_frame_problems(entries, pots)
    return Acts(tuple(overrides), tuple(payouts), tuple(balances), tuple(problems))


def _derive_overrides(
    place: Path, entries: Sequence[Entry]
) -> tuple[list[Override], list[Problem]]:
    """Read the appeals that are posted; of several about one stake the last one stands."""
    found: dict[tuple[str, str, str], Override] = {}
    problems = []
    for row in list_appeals(entries):
        if row.status != AppealStatus.POSTED:
            continue
        opening = read_opening(place / LEDGER, row.publisher)
        if opening is None:
            message = f"appeal {row.appeal_id[:12]} is posted, and its publisher was forgotten."
            problems.append(_problem(row.pot_id, message, "It is not applied."))
            continue
        key = (row.pot_id, row.claim_id, opening.id)
        found[key] = Override(row.appeal_id, *key, support=row.support, passage_id=row.passage_id)
    return [found[key] for key in sorted(found)], problems


def _derive_closed(place: Path, entries: Sequence[Entry]) -> tuple[list[Payout], list[Balance]]:
    payouts: list[Payout] = []
    balances: list[Balance] = []
    for pot_id, row in sorted(list_closed(entries).items()):
        opening = read_opening(place / LEDGER, row["payouts"])
        if opening is None:
            file = place / LEDGER / "annex" / f"{row['payouts']}.json"
            raise StoreError(
                f"{file}: the payouts of pot {pot_id}, which is closed, are missing.",
                "Restore the file from a backup.",
            )
        said: dict[str, list[dict[str, Any]]] = json.loads(opening.text)
        payouts += [Payout(**values) for values in said["payouts"]]
        balances += [Balance(**values) for values in said["balances"]]
    return payouts, balances


def list_frame_problems(entries: Iterable[Entry], pots: Iterable[Pot]) -> list[Problem]:
    """Tell of pots whose frame was committed after their period began, or never.

    A pot over made-up answers is a simulation and says so, and a floor counts no answers: there
    is nothing to commit to.
    """
    entries, problems = list(entries), []
    for pot in pots:
        at, in_time = find_commitment(entries, pot)
        if in_time or pot.coverage == "synthetic" or pot.rule == "floor":
            continue
        remedy = "Commit the next period's frame before it begins: `beleg share frame commit`."
        if pot.frame is None:
            message = "it has no frame: what it counts was not committed before its period began."
            remedy = "Give it a frame in beleg.toml, and `beleg share frame commit` it in time."
        elif at is None:
            message = "its frame (questions, weights, engines, runs, seed) was never committed."
        elif at < pot.starts_at:
            message = f"its frame was committed on {at:%Y-%m-%d}, and another one after it."
        else:
            message = (
                f"its frame was committed on {at:%Y-%m-%d}, after its period began: the answers "
                "could be known by then."
            )
        problems.append(_problem(pot.pot_id, message, remedy))
    return problems


def _problem(pot_id: str, message: str, remedy: str) -> Problem:
    return Problem("frame", f"pot {pot_id}", None, pot_id, message, remedy)


def record_statements(place: Path, folders: Mapping[str, Path]) -> Checkpoint | None:
    """Enter the statements whose roots have changed, and sign the journal if it has grown.

    Args:
        place: The workspace's folder; the caller holds its writer lock.
        folders: Where each open pot's statement lies, by pot_id.

    Returns:
        The new checkpoint; None where nothing had changed.
    """
    state, entries = open_state(place), []
    for pot_id, folder in sorted(folders.items()):
        said = json.loads((folder / MANIFEST).read_bytes())
        last = find_statement(state.entries, pot_id)
        if last is None or last["root"] != said["root"]:
            values = {"pot_id": pot_id, "period": said["period"], "root": said["root"]}
            values |= {"tree_size": said["tree_size"]}
            before = last["root"] if last else None
            entries.append(make_entry("statement", stamp(state), **values, supersedes=before))
    return record(place, entries)


def check_closed(kept: Mapping[Path, Entry], balances: pa.Table) -> list[str]:
    """Check that the statements of closed pots are still there, and say what is corrected.

    Args:
        kept: The entry that closed each pot, by the folder of its statement.
        balances: Table ``balances``.

    Raises:
        StoreError: A statement is gone, or another one: what was closed cannot be shown.
    """
    columns = (balances[name].to_pylist() for name in ("kind", "source", "pot_id"))
    into = {source: pot for kind, source, pot in zip(*columns, strict=True) if kind == CORRECTION}
    notes = []
    for folder, row in kept.items():
        if (found := read_root(folder)) != row["root"]:
            raise StoreError(
                f"{folder}: its root is {found}, and the pot was closed with {row['root']}.",
                "Restore the statement from a backup.",
            )
        if other := into.get(row["pot_id"]):
            notes.append(
                f"pot {row['pot_id']} is closed: what has changed since goes into pot {other}."
            )
    return notes


def commit_frame(place: Path, pot: Pot) -> Entry:
    """Commit to a pot's frame: before its period begins, or it is said to be late.

    Raises:
        InputError: The pot has no frame, this very frame is committed already, or the name of
            its series is a text: the journal holds none.
    """
    if pot.frame is None:
        raise InputError(
            f"pot {pot.pot_id} has no frame.", "Give it one in beleg.toml: questions and engines."
        )
    state = open_state(place)
    frames = [row for row in state.entries if row["type"] == "frame"]
    last = next((row for row in frames[::-1] if row["pot_id"] == pot.pot_id), None)
    if last and (last["frame"], last["period"]) == (pot.frame, pot.period):
        raise InputError(
            f"the frame of pot {pot.pot_id} is committed since {last['at']}.",
            "Nothing was written.",
        )
    values = {"pot_id": pot.pot_id, "series": pot.series, "period": pot.period}
    try:
        entry = make_entry("frame", stamp(state), **values, frame=pot.frame)
    except ValueError as error:
        remedy = "Name pots and series with letters, digits, '.', '-' and '_'."
        raise InputError(f"pot {pot.pot_id}: {error}", remedy) from error
    record(place, [entry])
    return entry


def close_pot(ws: Workspace, tables: Mapping[str, pa.Table], pot_id: str) -> Entry:
    """Close a settled pot: its payouts stay what they are, and its statement with them.

    Args:
        ws: Open for writing.
        tables: Every table of the workspace, by name.
        pot_id: The pot.

    Raises:
        InputError: The pot is unknown, not settled, or closed; or its statement is not the one
            that the tables give: nobody has seen what would be closed; or an earlier pot of its
            series is open, whose balances could change yet.
    """
    state = open_state(ws.path)
    if closed := find_close(state.entries, pot_id):
        raise InputError(f"pot {pot_id} was closed at {closed['at']}.", "Nothing was changed.")
    known = pot_id in tables["pots"]["pot_id"].to_pylist()
    files = build_files(tables, pot_id, ws.secret(pot_id) if known else b"")
    said, last = json.loads(files[MANIFEST]), find_statement(state.entries, pot_id)
    if last is None or last["root"] != said["root"]:
        raise InputError(
            f"pot {pot_id} has no statement of what would be closed.",
            "Run `beleg share` and `beleg prove`, read the statement, then close.",
        )
    closed_ids = {pot_id, *list_closed(state.entries)}
    if before := _find_earlier(ws.rows(Pot), pot_id, closed_ids):
        raise InputError(
            f"pot {before} of the same series comes before it, and is open.",
            f"Close {before} first: what it leaves comes into this pot.",
        )
    payouts = [row for row in ws.rows(Payout) if row.pot_id == pot_id]
    balances = [row for row in ws.rows(Balance) if row.pot_id == pot_id]
    rows = {"payouts": list(map(asdict, payouts)), "balances": list(map(asdict, balances))}
    opening = seal("payouts", pot_id, json.dumps(rows, sort_keys=True))
    save_opening(ws.path / LEDGER, opening)
    values = {"pot_id": pot_id, "period": said["period"], "root": said["root"]}
    entry = make_entry("close", stamp(state), **values, payouts=opening.commitment)
    record(ws.path, [entry])
    return entry


def _find_earlier(pots: Sequence[Pot], pot_id: str, closed: Collection[str]) -> str | None:
    """Find an open pot that a pot takes balances from; None where there is none."""
    (mine,) = [pot for pot in pots if pot.pot_id == pot_id]
    if mine.series is None:
        return None
    earlier = (
        pot
        for pot in sorted(pots, key=lambda pot: (pot.starts_at, pot.pot_id))
        if (pot.series, pot.currency) == (mine.series, mine.currency)
        and pot.ends_at <= mine.starts_at
    )
    return next((pot.pot_id for pot in earlier if pot.pot_id not in closed), None)


def read_text(place: Path, commitment: str | None) -> str | None:
    """Read a text of the annex; None where there is none, or it was forgotten."""
    opening = read_opening(place / LEDGER, commitment) if commitment else None
    return opening.text if opening else None


def read_journal(place: Path) -> list[Entry]:
    """Read the journal's entries."""
    return read_entries(place / LEDGER)

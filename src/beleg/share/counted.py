"""Which answers a pot counts, and what is left out and told of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import ibis
import pyarrow as pa

from beleg.errors import InputError
from beleg.money import format_amount
from beleg.records import Frame, Pot, Problem, Status
from beleg.share import stakes
from beleg.tables import from_arrow

if TYPE_CHECKING:
    import ibis.expr.types as ir

PER_ANSWER = "per_answer"


class Counted(NamedTuple):
    """The answers of a pot that make a statement, and their statements."""

    answers: ir.Table
    """The rows of :func:`beleg.share.stakes.list_runs` that count."""
    claims: ir.Table
    """As :func:`beleg.share.stakes.keep_first_said` gives them."""
    problems: list[Problem]


def count(tables: Mapping[str, pa.Table], pot: Pot) -> Counted:
    """Find the answers that a pot counts: of its period, its frame, its currency.

    Answers without a statement (a courtesy, or links alone) rest on nothing and use nobody's
    work: they are left out before a prompt's weight is divided, and told of as a problem; so is
    the money that they would bring.

    Args:
        tables: answers, observations, claims; frames, where the pot names one.
        pot: The pot.

    Raises:
        InputError: The pot's frame is not there.
    """
    t = {name: ibis.memtable(tables[name]) for name in ("answers", "observations", "claims")}
    runs = ibis.memtable(stakes.list_runs(t["answers"], t["observations"], pot).to_pyarrow())
    answered = runs.filter(runs.status == Status.ANSWERED.value)
    problems = []
    if pot.frame is not None:
        frame = _find_frame(tables, pot.frame)
        within = stakes.keep_in_frame(runs, frame)
        problems += _tell_outside(pot, frame, answered, within)
        answered = answered.semi_join(within, "answer_id")
    if pot.mode == PER_ANSWER:
        bringing = stakes.keep_with_amount(answered, pot.currency)
        problems += _tell_without_amount(pot, _size(answered) - _size(bringing), _size(answered))
        answered = bringing
    answered = ibis.memtable(answered.to_pyarrow())
    claims = ibis.memtable(stakes.keep_first_said(t["claims"], answered).to_pyarrow())
    kept = ibis.memtable(answered.semi_join(claims, "answer_id").to_pyarrow())
    return Counted(kept, claims, problems + _tell_silent(pot, answered, kept))


def sum_amounts(tables: Mapping[str, pa.Table], pot: Pot) -> int:
    """Sum what the counted answers bring to a pot of mode ``per_answer``, in minor units."""
    amounts = count(tables, pot).answers.select("amount_minor").to_pyarrow()
    return sum(amounts["amount_minor"].to_pylist())


def _find_frame(tables: Mapping[str, pa.Table], frame_id: str) -> Frame:
    frames = from_arrow(tables["frames"], Frame) if "frames" in tables else []
    found = next((row for row in frames if row.frame_id == frame_id), None)
    if found is None:
        raise InputError(
            f"its frame {frame_id[:12]}… is not among the frames.", "Run `beleg share` whole."
        )
    return found


def _size(table: ir.Table) -> int:
    n: int = table.count().to_pyarrow().as_py()
    return n


def _tell_outside(pot: Pot, frame: Frame, answered: ir.Table, within: ir.Table) -> list[Problem]:
    """Count the answers outside a frame: to other questions, by other engines, further runs."""
    n_out = _size(answered.anti_join(within, "answer_id"))
    if not n_out:
        return []
    whole = stakes.keep_in_frame(answered, replace(frame, runs=None))
    n_runs = n_out - _size(answered.anti_join(whole, "answer_id"))
    message = (
        f"{n_out} of {_size(answered)} answers lie outside the frame {frame.name!r} "
        f"({n_out - n_runs} by question or engine, {n_runs} are further runs): they do not count."
    )
    return [_problem(pot, message, "Nothing, unless the frame was meant to hold them.")]


def _tell_without_amount(pot: Pot, n_out: int, n_all: int) -> list[Problem]:
    if not n_out:
        return []
    message = (
        f"{n_out} of {n_all} answers bring no amount in {pot.currency}: they do not count here."
    )
    remedy = "Give each answer its amount and currency; each currency has a pot of its own."
    return [_problem(pot, message, remedy)]


def _tell_silent(pot: Pot, counted: ir.Table, kept: ir.Table) -> list[Problem]:
    n_all, n_with = _size(counted), _size(kept)
    if n_with == n_all:
        return []
    money = ""
    if pot.mode == PER_ANSWER:
        left = counted.anti_join(kept, "answer_id").amount_minor.sum().to_pyarrow().as_py() or 0
        money = f", and the {format_amount(left, pot.currency)} that they bring are in no pot"
    message = (
        f"{n_all - n_with} of {n_all} answers make no statement that could rest on a source: "
        f"they are left out{money}."
    )
    return [_problem(pot, message, "Nothing, unless their text is missing: then collect it.")]


def _problem(pot: Pot, message: str, remedy: str) -> Problem:
    return Problem("share", f"pot {pot.pot_id}", None, pot.pot_id, message, remedy)

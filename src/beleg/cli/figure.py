"""Which figure a command is about: measure, engine and subject, as typed or the only ones."""

from __future__ import annotations

from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from beleg.cli.names import find_name
from beleg.errors import InputError
from beleg.measure.cells import MEASURES, WHOLE_FRAME, WHOLE_MEASURES
from beleg.records import Publisher
from beleg.report.sentence import write_engine
from beleg.store import Workspace


class Figure(NamedTuple):
    """One measure of one subject at one engine, and the tables that it is made of."""

    measure: str
    engine: str
    subject: str
    name: str
    """The subject's name; empty for the whole frame."""
    counts: pa.Table
    prompts: pa.Table

    @property
    def said(self) -> str:
        """Name the figure in words: "Der Anker's citation rate on Perplexity"."""
        words = self.measure.replace("_", " ")
        whose = f"{self.name}'s " if self.name else "the "
        return f"{whose}{words} on {write_engine(self.engine, 'en')}"


def read_counts(workspace: Workspace) -> pa.Table:
    """Read the table ``counts``.

    Raises:
        InputError: It is empty.
    """
    counts = workspace.arrow("counts")
    if not counts.num_rows:
        raise InputError("nothing is measured yet.", "Collect answers, then run `beleg measure`.")
    return counts


def choose_figure(
    workspace: Workspace, measure: str, engine: str | None, subject: str | None
) -> Figure:
    """Choose the figure that is meant; the only engine or publisher need not be named.

    Raises:
        InputError: Nothing was measured, or a name is unknown, or needed and not given.
    """
    counts = read_counts(workspace)
    if measure not in MEASURES:
        raise InputError(f"No measure is called {measure!r}.", f"Known: {', '.join(MEASURES)}.")
    engines = sorted(set(counts["engine"].to_pylist()))
    if engine is None and len(engines) > 1:
        raise InputError(
            f"{len(engines)} engines were asked, and their figures are never merged.",
            f"Name one: --engine {'|'.join(engines)}.",
        )
    chosen = find_name(engine or engines[0], {name: name for name in engines}, "engine")
    prompts = workspace.arrow("prompts")
    if measure in WHOLE_MEASURES:
        return Figure(measure, chosen, WHOLE_FRAME, "", counts, prompts)
    rows = workspace.rows(Publisher)
    names = {row.publisher_id: row.name for row in rows}
    declared = sorted(row.publisher_id for row in rows if row.declared)
    if subject is None and len(declared) != 1:
        some = ", ".join(declared[:6]) or "none is declared"
        raise InputError("which publisher is meant?", f"Name it: --subject ID (declared: {some}).")
    whose = find_name(subject or declared[0], names, "publisher")
    mine = pc.and_(pc.equal(counts["measure"], measure), pc.equal(counts["engine"], chosen))
    if not counts.filter(mine).num_rows:
        raise InputError(
            f"{measure} was not measured on {chosen}.",
            f"`beleg measure show --engine {chosen}` lists what was.",
        )
    return Figure(measure, chosen, whose, names[whose], counts, prompts)

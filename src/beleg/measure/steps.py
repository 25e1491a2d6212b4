"""Tables as Ibis expressions, and the steps that several others read, on one engine.

Tables that come as Arrow are read by a DuckDB of our own, which spills to a temporary folder what
goes beyond its memory; tables that are Ibis expressions stay where they are, on DuckDB or Spark.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import ibis
import pyarrow as pa

if TYPE_CHECKING:
    import ibis.expr.types as ir

    Given = Mapping[str, pa.Table | ir.Table]

MEMORY_LIMIT = "1500MB"
"""Of DuckDB. The table of counts of a million answers takes about as much again beside it."""


class Steps:
    """Tables by name, and what was computed of them; see :func:`open_steps`."""

    def __init__(self, engine: Any, tables: Given) -> None:
        self._engine, self._held = engine, list[Any]()
        self._n_put = 0
        self.given: dict[str, ir.Table] = {
            name: self.put(table) if isinstance(table, pa.Table) else table
            for name, table in tables.items()
        }

    def put(self, table: pa.Table) -> ir.Table:
        """Let the engine read an Arrow table."""
        if self._engine.name != "duckdb":
            return ibis.memtable(table)
        # A view over the rows as they lie in memory, of which only used columns are read.
        name, self._n_put = f"beleg_given_{self._n_put}", self._n_put + 1
        self._engine.con.register(name, table)
        found: ir.Table = self._engine.table(name)
        return found

    def keep(self, step: ir.Table) -> ir.Table:
        """Compute a step that several others read, and keep it on the engine."""
        if self._engine.name != "duckdb":
            cached = step.cache()
            self._held.append(cached)  # given back to the engine as soon as nobody holds it
            return cached
        name, self._n_put = f"beleg_kept_{self._n_put}", self._n_put + 1
        kept: ir.Table = self._engine.create_table(name, step, temp=True)
        return kept

    def compute(self, step: ir.Table) -> pa.Table:
        """Compute a step, and bring its rows."""
        found: pa.Table = self._engine.to_pyarrow(step)
        return found

    def release(self) -> None:
        """Give back what was kept on an engine that is not ours."""
        for cached in self._held:
            cached.release()
        self._held.clear()


@contextmanager
def open_steps(tables: Given) -> Iterator[Steps]:
    """Open the engine on which some tables lie, or DuckDB where all of them are Arrow.

    Raises:
        ValueError: Ibis tables of two engines.
    """
    engines = [table.get_backend() for table in tables.values() if not isinstance(table, pa.Table)]
    if len({id(engine) for engine in engines}) > 1:
        names = sorted({engine.name for engine in engines})
        raise ValueError(f"tables lie on {len(names)} engines ({names}), must lie on one")
    if engines:
        steps = Steps(engines[0], tables)
        try:
            yield steps
        finally:
            steps.release()
        return
    with tempfile.TemporaryDirectory(prefix="beleg-") as folder:
        engine = ibis.duckdb.connect(temp_directory=folder, memory_limit=MEMORY_LIMIT)
        try:
            engine.con.execute("SET preserve_insertion_order = false")
            yield Steps(engine, tables)
        finally:
            engine.disconnect()

"""Files of stakes, as tables of an engine: Parquet, CSV, JSON Lines."""

from __future__ import annotations

import importlib
import os
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import ibis

from beleg.errors import InputError

if TYPE_CHECKING:
    import ibis.expr.types as ir

COLUMNS = ("answer_id", "claim_id", "publisher_id", "weight", "support")
OPTIONAL = ("prompt_id", "amount_minor")
_IDS = {"answer_id", "claim_id", "publisher_id", "prompt_id"}
_WHOLE = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER"}
_WHOLE |= {"UBIGINT", "HUGEINT", "UHUGEINT"}
_TEXT_FORMATS = {".csv": "csv", ".jsonl": "json", ".ndjson": "json"}
_SHAPE = f"It needs the columns {', '.join(COLUMNS)}; {' and '.join(OPTIONAL)} may be there too."


def open_stakes(
    path: Path, engine: str, memory: str, master: str | None, stack: ExitStack
) -> ir.Table:
    """Open a file of stakes as a table of an engine.

    Args:
        path: Parquet (or a folder of it), CSV or JSON Lines; the last two also with ``.gz``.
        engine: ``duckdb`` or ``spark``.
        memory: How much DuckDB may take before it spills, such as ``4GB``.
        master: Which Spark; None: this machine's.
        stack: Closes the engine and removes what it spilled.

    Returns:
        The columns of :data:`COLUMNS`, and of :data:`OPTIONAL` those that are there.

    Raises:
        InputError: The file is missing, of another format, lacks a column, or holds what is no
            whole number where one belongs; or the engine is not installed.
    """
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="beleg-")))
    duck = _open_duckdb(memory, folder, stack)
    kind = _format_of(path)
    try:
        rows = _read_parquet(duck, path) if kind == "parquet" else _read_text(duck, path, kind)
        if engine == "duckdb":
            return rows
        if kind != "parquet":
            rows.to_parquet(folder / "stakes.parquet")
            path = folder / "stakes.parquet"
    except duckdb.Error as error:
        message = f"{path}: {str(error).strip().splitlines()[0]}"
        raise InputError(message, _SHAPE) from error
    return _open_spark(path, rows, master, folder, stack)


def _format_of(path: Path) -> str:
    if not path.exists():
        raise InputError(f"{path}: no such file.", "Name a file of stakes.")
    name = path.name.lower().removesuffix(".gz")
    if path.is_dir() or path.suffix.lower() in {".parquet", ".pq"}:
        return "parquet"
    found = _TEXT_FORMATS.get(Path(name).suffix)
    if found is None:
        remedy = "Give .parquet, .csv or .jsonl (the last two also .gz)."
        raise InputError(f"{path}: {path.suffix or 'no extension'} is not known.", remedy)
    return found


def _open_duckdb(memory: str, folder: Path, stack: ExitStack) -> Any:
    try:
        engine = ibis.duckdb.connect(
            memory_limit=memory,
            temp_directory=str(folder / "spill"),
            preserve_insertion_order=False,
        )
    except duckdb.Error as error:
        raise InputError(f"--memory {memory}: not understood.", "Write it like 4GB.") from error
    stack.callback(engine.disconnect)
    return engine


def _quote(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def _check_columns(path: Path, names: set[str]) -> list[str]:
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        noun = "column" if len(missing) == 1 else "columns"
        raise InputError(f"{path}: the {noun} {', '.join(missing)} is missing.", _SHAPE)
    return [name for name in (*COLUMNS, *OPTIONAL) if name in names]


def _read_parquet(duck: Any, path: Path) -> ir.Table:
    source = path / "**" / "*.parquet" if path.is_dir() else path
    read = f"read_parquet({_quote(source)})"
    kinds = {row[0]: row[1] for row in duck.raw_sql(f"DESCRIBE SELECT * FROM {read}").fetchall()}
    names = _check_columns(path, set(kinds))
    casts = []
    for name in names:
        if name in _IDS:
            casts.append(f"CAST({name} AS VARCHAR) AS {name}")
            continue
        whole = kinds[name] in _WHOLE or (
            kinds[name].startswith("DECIMAL") and ",0)" in kinds[name]
        )
        if not whole:
            message = f"{path}: the column {name} is {kinds[name]}, must hold whole numbers."
            raise InputError(message, "Write it as 64-bit integers.")
        casts.append(f"CAST({name} AS BIGINT) AS {name}")
    duck.raw_sql(f"CREATE VIEW stakes AS SELECT {', '.join(casts)} FROM {read}")
    return duck.table("stakes")


def _read_text(duck: Any, path: Path, kind: str) -> ir.Table:
    """Load a text file into the engine; ids stay as they are written, ``007`` too."""
    if kind == "csv":
        read = f"read_csv({_quote(path)}, all_varchar=true, header=true)"
        found = duck.raw_sql(f"DESCRIBE SELECT * FROM {read}").fetchall()
        names = _check_columns(path, {row[0] for row in found})
    else:
        columns = ", ".join(f"{name}: 'VARCHAR'" for name in (*COLUMNS, *OPTIONAL))
        read = (
            f"read_json({_quote(path)}, format='newline_delimited', columns={{{columns}}}, "
            "maximum_object_size=1048576)"
        )
        counts = ", ".join(f"count({name})" for name in (*COLUMNS, *OPTIONAL))
        n_rows, *found = duck.raw_sql(f"SELECT count(*), {counts} FROM {read}").fetchone()
        if not n_rows:
            raise InputError(f"{path}: no line holds an object.", _SHAPE)
        filled = dict(zip((*COLUMNS, *OPTIONAL), found, strict=True))
        names = _check_columns(path, {name for name in filled if filled[name]})
    numbers = [name for name in names if name not in _IDS]
    for name in numbers:
        odd = duck.raw_sql(
            f"SELECT {name} FROM {read} WHERE {name} IS NOT NULL AND (TRY_CAST({name} AS BIGINT) "
            f"IS NULL OR NOT regexp_full_match({name}, '[+-]?\\d+')) LIMIT 1"
        ).fetchone()
        if odd:
            message = f"{path}: {name} holds {odd[0]!r}, must be a whole number of 64 bits."
            raise InputError(message, "Mend the row.")
    casts = [f"CAST({name} AS BIGINT) AS {name}" if name in numbers else name for name in names]
    duck.raw_sql(f"CREATE TEMP TABLE stakes AS SELECT {', '.join(casts)} FROM {read}")
    return duck.table("stakes")


def _open_spark(
    path: Path, rows: ir.Table, master: str | None, folder: Path, stack: ExitStack
) -> ir.Table:
    try:
        importlib.import_module("pyspark")
        sql = importlib.import_module("pyspark.sql")
        importlib.import_module("pandas")
    except ImportError as error:
        remedy = "Install it: pip install 'beleg[spark]', and Java 11 or 17."
        raise InputError(f"Spark is not installed ({error.name} is missing).", remedy) from error
    builder = (
        sql.SparkSession.builder.appName("beleg share split")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.sql.warehouse.dir", str(folder / "warehouse"))
    )
    if master is not None:
        builder = builder.master(master)
    try:
        session = builder.getOrCreate()
    except Exception as error:
        first = str(error).strip().splitlines()[0]
        remedy = "Check that Java 11 or 17 is found (JAVA_HOME), and the master."
        raise InputError(f"Spark does not start: {first}", remedy) from error
    stack.callback(session.stop)
    session.sparkContext.setLogLevel("ERROR")
    engine = ibis.pyspark.connect(session)
    t = engine.read_parquet(os.fspath(path))
    return t.select(**{name: t[name].cast(kind) for name, kind in rows.schema().items()})

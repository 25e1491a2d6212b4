"""Stakes read claim by claim: from an engine's table to arrays of integers.

One query does all that needs every row: it takes each publisher's strongest support of a claim,
lays the claim's stakes into one list, and carries along what tells wrong rows, so that the table
is read once. Publishers are numbers meanwhile, in the order of their ids; a large table is cut
into blocks of whole claims, which bounds the memory: every rule adds up over claims.
"""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import duckdb
import ibis
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from beleg.errors import InputError
from beleg.settlement import FULL

if TYPE_CHECKING:
    import ibis.expr.types as ir

Whole = npt.NDArray[np.int64]

SUPPORT_BITS = 14
"""A support and its publisher's number are packed into one integer: 10,000 < 2^14."""

WRONG = (1 << SUPPORT_BITS) - 1
"""Stands for a support that is missing or out of range: no other is larger."""

CLAIM = ["answer_id", "claim_id"]

CHUNK = 1 << 17
"""Claims that are handed on at once: a few megabytes of arrays, as a processor's cache holds."""

BLOCK_ROWS = 30_000_000
"""Rows of a block. On two cores a block of this size takes some 2 GB; of 25 to 100 million rows
smaller blocks took less time a row, larger ones less overhead."""

MAX_ROWS = 120_000_000
"""Rows that are read without blocks: 100 million took less than 6 GB."""


class Claims(NamedTuple):
    """Some claims with their stakes, claims in no order."""

    weights: Whole
    """One a claim, >= 0. Shape (n,)."""
    bounds: Whole
    """The stakes of claim c are ``codes[bounds[c]:bounds[c + 1]]``. Shape (n + 1,)."""
    codes: Whole
    """The publisher's place among the names, from 1; 0 on the row of a claim without a stake."""
    supports: Whole
    """0..10000, one for each claim and code."""


class WrongStakes(Exception):
    """Some row is wrong; which, the checks of :mod:`beleg.share.game` tell."""


def name_publishers(stakes: ir.Table) -> list[str]:
    """List the publishers of a table of stakes, sorted by their ids; a missing name is no name."""
    names = stakes.select("publisher_id").distinct().to_pyarrow()["publisher_id"].to_pylist()
    return sorted(name for name in names if name is not None)


def code_publishers(stakes: ir.Table, names: list[str]) -> ir.Table:
    """Put numbers in the place of publishers, and marks in that of wrong values.

    Returns:
        answer_id, claim_id, code, weight, support: as many rows as stakes.
    """
    code_kind = "int16" if len(names) < 2**15 else "int64"
    numbers = pa.array(range(1, len(names) + 1), code_kind)
    # An Arrow table: from anything else Ibis builds a data frame, which asks for pandas.
    codes = ibis.memtable(pa.table({"named": pa.array(names, pa.string()), "code": numbers}))
    t = stakes.left_join(codes, stakes.publisher_id == codes.named)
    fits = (t.support >= 0) & (t.support <= FULL)
    return t.select(
        *CLAIM,
        code=t.code.fill_null(0).cast(code_kind),
        weight=t.weight.cast("int64").fill_null(-1),
        support=ibis.ifelse(fits, t.support, WRONG).cast("int16"),
    )


def lay_claims(coded: ir.Table) -> ir.Table:
    """Take the strongest support of each claim and publisher, and one row a claim.

    Works on every engine.

    Args:
        coded: As :func:`code_publishers` gives it.

    Returns:
        low, high: the claim's smallest and largest weight, -1 where one is missing; staked: a
        list of ``code << 14 | support``; the support is :data:`WRONG` where one row's is missing
        or out of range; unnamed: the claim or its answer has no id. No column of ids.
    """
    best = coded.group_by(*CLAIM, "code", "weight").aggregate(support=coded.support.max())
    packed = best.code.cast("int64") * (1 << SUPPORT_BITS) + best.support.cast("int64")
    return (
        best.mutate(packed=packed)
        .group_by(*CLAIM)
        .aggregate(
            low=lambda t: t.weight.min(),
            high=lambda t: t.weight.max(),
            staked=lambda t: t.packed.collect(),
        )
        .select(
            "low",
            "high",
            "staked",
            unnamed=lambda t: t.answer_id.isnull() | t.claim_id.isnull(),
        )
    )


def read_claims(stakes: ir.Table, names: list[str]) -> Iterator[Claims]:
    """Read all stakes, some claims at a time.

    Raises:
        WrongStakes: A value is missing or out of range, or a weight varies within a claim.
        InputError: A block cannot be written to the temporary folder.
    """
    n_rows = stakes.count().to_pyarrow().as_py()
    with ExitStack() as stack:
        coded = code_publishers(stakes, names)
        blocks = [coded]
        if n_rows > MAX_ROWS:
            n_blocks = -(-n_rows // BLOCK_ROWS)
            if stakes.get_backend().name == "duckdb":
                folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="beleg-"))
                blocks = write_blocks(coded, n_blocks, Path(folder))
            else:
                block = (coded.claim_id.hash() % n_blocks).abs()
                blocks = [coded.filter(block == nth) for nth in range(n_blocks)]
        for block in blocks:
            for batch in _read_batches(lay_claims(block)):
                yield from _cut(_take_arrays(batch))


def write_blocks(coded: ir.Table, n_blocks: int, folder: Path) -> list[ir.Table]:
    """Write stakes into blocks of whole claims, by DuckDB, in one pass.

    Raises:
        InputError: The disk is full, or the folder may not be written.
    """
    engine = coded.get_backend()
    table = coded.mutate(block=(coded.claim_id.hash() % n_blocks).abs())
    path = folder / "blocks"
    try:
        engine.to_parquet(table, path, partition_by="block")
    except duckdb.IOException as error:
        remedy = "Make room, or point TMPDIR to a larger disk."
        raise InputError(f"blocks of claims: {str(error).splitlines()[0]}.", remedy) from error
    parts = sorted(path.iterdir())
    return [
        engine.read_parquet(str(part / "*.parquet"), hive_partitioning=False) for part in parts
    ]


def _read_batches(table: ir.Table) -> Iterator[pa.RecordBatch]:
    reader = table.to_pyarrow_batches(chunk_size=CHUNK)
    with warnings.catch_warnings():
        # Ibis 12 asks DuckDB by a name that DuckDB 1.5 calls outdated, at the first batch.
        warnings.simplefilter("ignore", DeprecationWarning)
        first = next(reader, None)
    if first is not None:
        yield first
        yield from reader


def _take_arrays(batch: pa.RecordBatch) -> Claims:
    low, high = (batch[name].to_numpy(zero_copy_only=False) for name in ("low", "high"))
    staked = batch["staked"]
    bounds = staked.offsets.to_numpy().astype(np.int64)
    packed = staked.values.to_numpy(zero_copy_only=False)[bounds[0] : bounds[-1]]
    codes, supports = packed >> SUPPORT_BITS, packed & WRONG
    if (
        (low != high).any()
        or (low < 0).any()
        or (supports > FULL).any()
        or (supports[codes == 0] > 0).any()
        or batch["unnamed"].true_count
    ):
        raise WrongStakes
    return Claims(high, bounds - bounds[0], codes, supports)


def _cut(claims: Claims) -> Iterator[Claims]:
    """Cut into chunks: an engine may hand on more claims at once than it was asked for."""
    for start in range(0, len(claims.weights), CHUNK):
        bounds = claims.bounds[start : start + CHUNK + 1]
        rows = slice(bounds[0], bounds[-1])
        weights = claims.weights[start : start + CHUNK]
        yield Claims(weights, bounds - bounds[0], claims.codes[rows], claims.supports[rows])

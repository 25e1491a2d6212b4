"""How long the split of large files takes, and how much memory, beside the plainest query.

    python benchmarks/bench_scale.py [--keep FOLDER] [n_rows ...]   default: 1000000 100000000

Each size is written once, as Parquet in random order: about four passages a claim and publisher,
five publishers a claim, every thousandth claim crowded. Both queries then read the same file, each
in a process of its own (best of several below 20 million rows), on two threads and within the same
limit of DuckDB's memory; memory is the largest resident set of the process. 1,000 million rows
take 24 GB for the file and about as much while they are split. With --keep the files stay.
"""

import argparse
import itertools
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb
import ibis
import numpy as np
import pyarrow as pa

from beleg.share.game import hash_digits, split

SEED = 20261122
LIMIT = "4.5GB"
THREADS = 2
PLAIN = "select claim_id, publisher_id, max(support) from read_parquet('{}') group by all"
CHUNK = 5_000_000


def draw_chunks(n_rows):
    """Draw random candidates, a chunk of rows at a time, as numbers."""
    draw = np.random.default_rng(SEED)
    n_claims = max(1, n_rows // 20)
    for start in range(0, n_rows, CHUNK):
        n = min(CHUNK, n_rows - start)
        claim = draw.integers(0, n_claims, n)
        rival = np.where(claim % 1_000 == 0, draw.integers(0, 200, n), draw.integers(0, 5, n))
        columns = {
            "claim": claim,
            "publisher": (claim * 7 + rival) % 500,
            "support": draw.integers(0, 10_001, n),
        }
        yield pa.RecordBatch.from_pydict(columns)


def write_stakes(n_rows, path):
    """Write the candidates; the engine spells the ids."""
    chunks = draw_chunks(n_rows)
    first = next(chunks)
    engine = duckdb.connect(config={"threads": THREADS, "memory_limit": "3GB"})
    rows = pa.RecordBatchReader.from_batches(first.schema, itertools.chain([first], chunks))
    engine.register("drawn", rows)
    engine.execute(
        "copy (select 'a' || claim // 10 answer_id, 'c' || claim claim_id, "
        "'p' || publisher publisher_id, claim * 2654435761 % 1000000 + 1 weight, support "
        f"from drawn) to '{path}' (format parquet, row_group_size 200000)"
    )


def run_plain(path, folder):
    """Run the plainest query, and throw its rows away as they come."""
    engine = duckdb.connect(
        config={"threads": THREADS, "memory_limit": LIMIT, "temp_directory": str(folder / "spill")}
    )
    engine.execute("set preserve_insertion_order = false")
    started = time.perf_counter()
    rows = engine.execute(PLAIN.format(path)).to_arrow_reader(100_000)
    n = sum(batch.num_rows for batch in rows)
    return time.perf_counter() - started, f"{n:,} groups"


def run_split(path, folder):
    engine = ibis.duckdb.connect(
        threads=THREADS,
        memory_limit=LIMIT,
        temp_directory=str(folder / "spill"),
        preserve_insertion_order=False,
    )
    stakes = engine.read_parquet(path)
    started = time.perf_counter()
    result = split(stakes)
    return time.perf_counter() - started, hash_digits(result)[:16]


def measure(kind, path):
    """Run one query in a process of its own, so that its memory is its own.

    Returns:
        Seconds, seconds of the processors (a busy neighbour lengthens these less), gigabytes of
        the largest resident set, and what came of it.
    """
    done = subprocess.run(
        [sys.executable, __file__, "--run", kind, str(path)],
        check=True,
        capture_output=True,
        text=True,
    )
    return json.loads(done.stdout)


def run_alone(kind, path):
    with tempfile.TemporaryDirectory() as folder:
        run = run_plain if kind == "plain" else run_split
        took, told = run(path, Path(folder))
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps([took, used.ru_utime + used.ru_stime, read_peak(), told]))


def read_peak():
    """Read the largest resident set in gigabytes; getrusage's begins with that of the parent."""
    status = Path("/proc/self/status").read_text()
    line = next(row for row in status.splitlines() if row.startswith("VmHWM"))
    return int(line.split()[1]) / 1e6


def bench(n_rows, folder):
    path = folder / f"stakes-{n_rows}.parquet"
    if not path.exists():
        write_stakes(n_rows, path)
    times = 7 if n_rows <= 2_000_000 else 3 if n_rows <= 20_000_000 else 1
    # Both in turn, so that a busy neighbour slows both alike; beyond memory the plain query
    # spills for long, and is not what is asked there.
    pairs = [
        (measure("plain", path) if n_rows <= 200_000_000 else None, measure("split", path))
        for _ in range(times)
    ]
    plain = min((one for one, _ in pairs if one), default=None)
    took, worked, peak, digits = min(ours for _, ours in pairs)
    compared = " " * 35
    if plain:
        compared = f"{plain[0]:>9.2f} {plain[1]:>9.2f} {plain[2]:>8.2f} {took / plain[0]:>6.2f}"
    ours = f"{took:>9.2f} {worked:>9.2f} {peak:>8.2f} {took / n_rows * 1e9:>9.0f}"
    print(f"{n_rows:>13,} {ours} {compared}  {digits}", flush=True)
    return took / n_rows


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("sizes", nargs="*", type=int, default=[1_000_000, 100_000_000])
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--run", nargs=2)
    asked = parser.parse_args()
    if asked.run:
        run_alone(asked.run[0], asked.run[1])
        return
    ours, plain = (
        f"{'split s':>9} {'peak GB':>8} {'ns a row':>9}",
        f"{'plain s':>9} {'peak GB':>8}",
    )
    print(f"{'rows':>13} {ours} {plain} {'ratio':>6}  digits", flush=True)
    with tempfile.TemporaryDirectory() as name:
        folder = asked.keep or Path(name)
        costs = [bench(n_rows, folder) for n_rows in asked.sizes]
    print(f"cost a row of the last size, by that of the first: {costs[-1] / costs[0]:.2f}")


if __name__ == "__main__":
    main()

"""How long rates with intervals of many answers take, and how much memory, beside a plain query.

    python benchmarks/bench_measure.py [--answers 1000000] [--days 100] [--spark]

Answers of 5 engines to 200 prompts over many days, about 6 links each, of 50 declared publishers
and 5,000 further hosts (Zipf), with texts of 1,500 characters and the mentions as a table, written
once as Parquet. Then, each in a process of its own, on two threads: from the files to the table
`counts` and to estimates of every publisher, engine and segment; and the plainest query of the
same rows, a DuckDB group-by of links by host, engine, day and prompt. Memory is VmHWM of the
process. --spark counts the same files on Spark too and compares `counts` row for row.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb
import ibis
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from beleg.measure.estimates import lay_out, read_frame, read_tallies
from beleg.measure.tallies import count
from beleg.records import Holding, Level, Mandate, Prompt, Publisher
from beleg.tables import TABLES, empty, schema_of, to_arrow

SEED = 20261124
N_ENGINES, N_PROMPTS, N_DECLARED, N_TAIL = 5, 200, 50, 5_000
N_LINKS = 6
CHUNK = 200_000
THREADS = 2
MEMORY_LIMIT = "1500MB"


def name_of(host):
    """Spell a host; its own domain is the id of a publisher that nobody declared."""
    return f"haus{host:02}" if host < N_DECLARED else f"h{host}.example"


def host_of(host):
    return f"www.haus{host:02}.example" if host < N_DECLARED else f"h{host}.example"


def write_frame(folder):
    """Write who could be seen and what was asked."""
    hosts = range(N_DECLARED + N_TAIL)
    publishers = [
        Publisher(
            name_of(host), name_of(host), Level.TITLE, (host_of(host).removeprefix("www."),),
            (), (), Mandate.MEASURED, declared=host < N_DECLARED,
        )
        for host in hosts
    ]  # fmt: skip
    holdings = [Holding(host_of(host), name_of(host), None, None, "drawn") for host in hosts]
    prompts = [
        Prompt(f"{nth:032x}", f"Frage {nth}", None, None, "de", 1.0 + nth % 3, nth % 10 == 0)
        for nth in range(N_PROMPTS)
    ]
    pq.write_table(to_arrow(publishers, Publisher), folder / "publishers.parquet")
    pq.write_table(to_arrow(holdings, Holding), folder / "holdings.parquet")
    pq.write_table(to_arrow(prompts, Prompt), folder / "prompts.parquet")


def draw_links(draw, first, n):
    """Draw the links of n answers: answer, rank, host, page, shown; arrays of one length."""
    n_links = np.minimum(draw.poisson(N_LINKS, n), 20)
    answer = np.repeat(np.arange(first, first + n), n_links)
    rank = np.arange(len(answer)) - np.repeat(np.cumsum(n_links) - n_links, n_links) + 1
    # Two in five links go to declared publishers, alike but for a slope; the rest by Zipf.
    of_declared = draw.random(len(answer)) < 0.4
    declared = (N_DECLARED * draw.random(len(answer)) ** 2).astype(np.int64)
    tail = N_DECLARED + np.minimum(draw.zipf(1.3, len(answer)), N_TAIL) - 1
    return {
        "answer": answer,
        "rank": rank,
        "host": np.where(of_declared, declared, tail),
        "page": draw.integers(0, 200, len(answer)),
        "shown": draw.random(len(answer)) < 0.8,
    }


def fill(rows, field):
    """Give a column of the rows, or one of nothing: empty lists, else nulls."""
    if field.name in rows.column_names:
        return rows[field.name].cast(field.type)
    if pa.types.is_list(field.type):
        starts = pa.array(np.zeros(rows.num_rows + 1, np.int32))
        return pa.ListArray.from_arrays(starts, pa.array([], field.type.value_type))
    return pa.nulls(rows.num_rows, field.type)


def write_answers(folder, n_answers, n_days):
    """Write answers, links, mentions and claims, a chunk at a time; the engine spells the ids."""
    draw = np.random.default_rng(SEED)
    engine = duckdb.connect(config={"threads": THREADS, "memory_limit": "3GB"})
    engine.execute("set TimeZone = 'UTC'")
    engine.execute(
        f"create macro host_of(h) as case when h < {N_DECLARED} then "
        "format('www.haus{:02d}.example', h) else format('h{}.example', h) end"
    )
    writers = {}

    def add(name, query, **given):
        for key, columns in given.items():
            engine.register(key, pa.table(columns))
        rows = engine.execute(query).to_arrow_table()
        schema = schema_of(TABLES[name])
        table = pa.table([fill(rows, field) for field in schema], schema=schema)
        if name not in writers:
            writers[name] = pq.ParquetWriter(folder / f"{name}.parquet", schema)
        writers[name].write_table(table, row_group_size=122_880)

    filler = "Das steht so in den Quellen und wird von ihnen getragen. " * 27
    for first in range(0, n_answers, CHUNK):
        n = min(CHUNK, n_answers - first)
        numbers = {"answer": np.arange(first, first + n)}
        add(
            "answers",
            f"""select md5(answer::varchar) answer_id,
                format('{{:032x}}', answer // {N_ENGINES} % {N_PROMPTS}) prompt_id, 'q' question,
                'engine' || answer % {N_ENGINES} engine, 'bench' collector,
                timestamptz '2026-01-01 00:00:00+00'
                    + interval (answer // {N_ENGINES * N_PROMPTS} % {n_days}) day
                    + interval (answer // {N_ENGINES * N_PROMPTS * n_days} * 30) minute asked_at,
                answer || '{filler}' "text", format('{{:064x}}#0', answer) raw_ref,
                case when answer % 50 = 7 then 'refused' else 'answered' end status
                from numbers""",
            numbers=numbers,
        )
        add(
            "observations",
            """select md5(answer::varchar) answer_id,
                case when answer % 40 = 39 then md5((answer - 5)::varchar) end repeat_of
                from numbers""",
        )
        drawn = draw_links(draw, first, n)
        add(
            "citations",
            """select md5(answer::varchar) answer_id, rank, 'https://' || host_of(host)
                || '/artikel/2026/' || page || '.html?utm_source=x' url,
                'https://' || host_of(host) || '/artikel/2026/' || page || '.html' canonical_url,
                host_of(host) host, 'Titel ' || page title, false span_is_mark, shown
                from drawn""",
            drawn=drawn,
        )
        named = draw.integers(0, n, n // 2)
        add(
            "mentions",
            """select md5(answer::varchar) answer_id, format('haus{:02d}', house) entity_id,
                start, start + 6 "end", 'Haus' form, .97 probability, negative from named
                where house < 50""",
            named={
                "answer": first + named,
                "house": (N_DECLARED * draw.random(n // 2) ** 2).astype(np.int64),
                "start": np.arange(n // 2),
                "negative": draw.random(n // 2) < 0.02,
            },
        )
    for writer in writers.values():
        writer.close()
    for name in ("claims", "claim_links", "supports", "documents"):
        pq.write_table(empty(name), folder / f"{name}.parquet")


def open_files(engine, folder):
    return {file.stem: engine.read_parquet(str(file)) for file in sorted(folder.glob("*.parquet"))}


def run_measure(folder):
    """Count and estimate from the files; give seconds of both, and rows."""
    with tempfile.TemporaryDirectory() as spill:
        engine = ibis.duckdb.connect(
            threads=THREADS, memory_limit=MEMORY_LIMIT, temp_directory=spill
        )
        engine.con.execute("set preserve_insertion_order = false")
        started = time.perf_counter()
        tables = open_files(engine, folder)
        found = count(tables, tables["mentions"], 6_000, lambda _: None)
        counted = time.perf_counter()
        named = tables["publishers"].filter(tables["publishers"].declared)
        declared = engine.to_pyarrow(named.select("publisher_id"))["publisher_id"].to_pylist()
        frame = read_frame(found.totals, pq.read_table(folder / "prompts.parquet"), declared)
        estimates = [lay_out(tally, frame, 0.95) for tally in read_tallies(found.totals)]
        done = time.perf_counter()
    n = sum(rows.num_rows for rows in estimates)
    told = f"{found.counts.num_rows:,} counts in {counted - started:.1f} s, {n:,} estimates"
    return done - started, told


def run_plain(folder):
    """The plainest query of the same rows."""
    engine = duckdb.connect(config={"threads": THREADS, "memory_limit": MEMORY_LIMIT})
    started = time.perf_counter()
    (n,) = engine.execute(
        "select count(*) from (select host, engine, asked_at::date as day, prompt_id, count(*), "
        f"count(distinct answer_id) from '{folder}/citations.parquet' join "
        f"'{folder}/answers.parquet' using (answer_id) where shown group by all)"
    ).fetchone()
    return time.perf_counter() - started, f"{n:,} groups"


def run_spark(folder):
    """Count the same files on Spark and on DuckDB, and compare every row."""
    sql = importlib.import_module("pyspark.sql")
    with tempfile.TemporaryDirectory() as work:
        session = (
            sql.SparkSession.builder.master(f"local[{THREADS}]")
            .config("spark.ui.enabled", "false")
            .config("spark.ui.showConsoleProgress", "false")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.sql.shuffle.partitions", "4")
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.warehouse.dir", work)
            .config("spark.local.dir", work)
            .getOrCreate()
        )
        session.sparkContext.setLogLevel("ERROR")
        there = open_files(ibis.pyspark.connect(session), folder)
        started = time.perf_counter()
        found = count(there, there["mentions"], 6_000, lambda _: None)
        seconds = time.perf_counter() - started
        session.stop()
    here = open_files(ibis.duckdb.connect(threads=THREADS), folder)
    wanted = count(here, here["mentions"], 6_000, lambda _: None)
    told = f"{found.counts.num_rows:,} counts, equal to DuckDB's row for row: "
    return seconds, told + str(found.counts.equals(wanted.counts))


RUNS = {"measure": run_measure, "plain": run_plain, "spark": run_spark}


def run_alone(name, folder):
    """Run one way in a process of its own, and print its seconds and its peak of memory."""
    command = [sys.executable, __file__, "--run", name, "--folder", str(folder)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    seconds, told, peak = json.loads(said.splitlines()[-1])
    print(f"{name:>8}: {seconds:6.1f} s, peak {peak / 1e6:.2f} GB, {told}", flush=True)
    return seconds


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--answers", type=int, default=1_000_000)
    parser.add_argument("--days", type=int, default=100)
    parser.add_argument("--spark", action="store_true")
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--run", choices=RUNS, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.run:
        seconds, told = RUNS[asked.run](asked.folder)
        status = Path("/proc/self/status").read_text(encoding="ascii")
        peak = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
        print(json.dumps([seconds, told, int(peak)]))
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_frame(folder)
        write_answers(folder, asked.answers, asked.days)
        print(f"{asked.answers:,} answers over {asked.days} days, {os.getloadavg()[0]:.1f} load")
        ours, plain = run_alone("measure", folder), run_alone("plain", folder)
        print(f"ratio to the plain query: {ours / plain:.1f}")
        if asked.spark:
            run_alone("spark", folder)


if __name__ == "__main__":
    main()

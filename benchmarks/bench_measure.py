"""How long rates with intervals of many answers take, and how much memory, beside a plain query.

    python benchmarks/bench_measure.py [--answers 1000000] [--days 100] [--claims 0] [--spark]

Answers of 5 engines to 200 prompts over many days, about 6 links each, of 50 declared publishers
and 5,000 further hosts (Zipf), with texts of 1,500 characters and the mentions as a table; with
--claims N also N claims an answer, their links and supports. Written once as Parquet, one row group
an 122,880 rows. Then, each in a process of its own, on two threads: from the files to the table
`counts` and to estimates; and the plainest query of the same rows, a DuckDB group-by of citations
and answers by host, engine, day and prompt. Memory is VmHWM of the process. --spark counts the same
files on Spark too and compares `counts` row for row (take fewer answers).
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from beleg.records import Holding, Level, Mandate, Prompt, Publisher
from beleg.tables import TABLES, empty, schema_of, to_arrow

SEED = 20261124
N_ENGINES, N_PROMPTS, N_DECLARED, N_TAIL = 5, 200, 50, 5_000
N_LINKS = 6
CHUNK = 200_000
THREADS = 2


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


def write_answers(folder, n_answers, n_days, n_claims):
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
        missing = {field.name: pa.nulls(rows.num_rows, field.type) for field in schema}
        for field in schema:
            if pa.types.is_list(field.type):
                lists = pa.array([[]], field.type).take(pa.nulls(0, pa.int64()))
                lists = (
                    pa.ListArray.from_arrays(
                        pa.array(np.zeros(rows.num_rows + 1, np.int32)), pa.array([], pa.string())
                    )
                    if field.type == pa.list_(pa.string())
                    else pa.ListArray.from_arrays(
                        pa.array(np.zeros(rows.num_rows + 1, np.int32)), pa.array([], pa.int64())
                    )
                )
                missing[field.name] = lists
        columns = [
            (rows[f.name] if f.name in rows.column_names else missing[f.name]) for f in schema
        ]
        table = pa.table(
            [pa.chunked_array([c]) if isinstance(c, pa.Array) else c for c in columns],
            names=schema.names,
        ).cast(schema)
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
        if n_claims:
            write_claims(add, draw, first, n, n_claims, drawn)
    for writer in writers.values():
        writer.close()
    for name in ("claims", "claim_links", "supports"):
        if not n_claims:
            pq.write_table(empty(name), folder / f"{name}.parquet")
    pq.write_table(empty("documents"), folder / "documents.parquet")


def write_claims(add, draw, first, n, n_claims, drawn):
    pass


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--answers", type=int, default=1_000_000)
    parser.add_argument("--days", type=int, default=100)
    parser.add_argument("--claims", type=int, default=0)
    parser.add_argument("--folder", type=Path)
    asked = parser.parse_args()
    asked.folder.mkdir(exist_ok=True)
    write_frame(asked.folder)
    started = time.perf_counter()
    write_answers(asked.folder, asked.answers, asked.days, asked.claims)
    print(f"written in {time.perf_counter() - started:.1f} s")


if __name__ == "__main__":
    main()

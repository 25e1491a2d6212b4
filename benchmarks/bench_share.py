"""Whether the split is exact, on every engine, and how long a statement and its check take.

    python benchmarks/bench_share.py [oracles] [engines] [statements]       default: all

oracles: 10,000 random games (ties, zeros, single publishers) against all subsets, as fractions,
on both ways through the game; `expected` against every way in which a claim may be carried;
`shapiq`, where it is installed. engines: one hash of the digits of 1,000 random tables, some with
claims of 200 publishers, in fractions, on DuckDB and on a Spark cluster of two worker processes,
and of 10 million rows on both engines. statements: seconds to share, write and check statements of
10,000 claims with 3 and with 2,000 payees. `bench_scale.py` measures large files.
"""

import argparse
import importlib.util
import json
import os
import random
import sys
import tempfile
import time
from contextlib import ExitStack
from fractions import Fraction
from pathlib import Path

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from bench_scale import write_stakes

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "share"))
from games import draw_crowd, draw_game, hash_each, in_fractions, table_of

from beleg.odds import expect
from beleg.prove.statements import build_files
from beleg.prove.verify import verify
from beleg.records import Holding, Passage, Rightsholder, Text
from beleg.share import share
from beleg.share.game import hash_digits, split, split_arrays, split_windows
from oracles import settlement as world
from oracles.coalitions import expect_by_enumeration, shapley_by_bitmasks

SEED = 20261122


def seconds(work):
    started = time.perf_counter()
    result = work()
    return time.perf_counter() - started, result


def bench_oracle(n_games, way):
    """Compare games of up to 12 publishers, as fractions, with all subsets."""
    chance, n_wrong = random.Random(SEED), 0
    for first in range(0, n_games, 1_000):
        games = [draw_game(chance, nth) for nth in range(min(1_000, n_games - first))]
        claims = [claim for game in games for claim in game]
        total = 10_000 * sum(weight for weight, _ in claims)
        # Games without a common publisher lie side by side in one table: the split adds them up.
        shares = way(ibis.memtable(table_of(claims))).shares
        for game in games:
            values = shapley_by_bitmasks(game)
            n_wrong += any(value != shares.get(name, 0) * total for name, value in values.items())
    print(f"{n_games:,} games of up to 12, {way.__name__}: {n_wrong} differ from all subsets")


def bench_expected(n_games):
    """Compare `expected` with every way a claim may be carried, up to 12 publishers."""
    chance, n_wrong = random.Random(SEED), 0
    for _ in range(n_games):
        n = chance.choice([1, 2, chance.randint(1, 7), chance.randint(1, 12)])
        level = chance.randint(1, 10_000)
        supports = [chance.choice([10_000, level, chance.randint(1, 10_000)]) for _ in range(n)]
        numerators, nobody, whole = expect(tuple(supports))
        wanted = expect_by_enumeration(dict(enumerate(supports)))
        ours = [Fraction(one, whole) for one in numerators]
        n_wrong += ours != list(wanted.values()) or sum(numerators) + nobody != whole
    print(f"{n_games:,} claims of up to 12, expected: {n_wrong} differ from every way")


def bench_engines(n_tables, n_rows):
    """Hash the digits of fractions, DuckDB and Spark: random tables, then many rows."""
    chance = random.Random(SEED)
    tables = [
        draw_crowd(chance, nth) if nth % 10 == 0 else draw_game(chance, nth)
        for nth in range(n_tables)
    ]
    claims = [claim for table in tables for claim in table]
    wanted = in_fractions(claims)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        pq.write_table(table_of(claims), folder / "tables.parquet")
        many = folder / "many.parquet"
        write_stakes(n_rows, many)
        duck = ibis.duckdb.connect()
        found = {"fractions": (wanted, None)}
        found["duckdb"] = tuple(
            split(duck.read_parquet(path)) for path in (folder / "tables.parquet", many)
        )
        if importlib.util.find_spec("pyspark") is None:
            print("pyspark is not installed: Spark is not compared.")
        else:
            spark = ibis.pyspark.connect(open_cluster(folder, stack))
            found["spark"] = tuple(
                split(spark.read_parquet(str(path))) for path in (folder / "tables.parquet", many)
            )
    each = {name: hash_each(first) for name, (first, _) in found.items()}
    for name, (first, second) in found.items():
        alike = sum(each[name].get(nth) == digits for nth, digits in each["fractions"].items())
        rows = f"; {n_rows:,} rows: {hash_digits(second)[:16]}" if second else ""
        told = f"{alike:,} of {len(each['fractions']):,} tables with shares as in fractions"
        print(f"{name:>9}: {n_tables:,} tables: {hash_digits(first)[:16]}, {told}{rows}")


def open_cluster(folder, stack):
    """Open a Spark cluster of two worker processes."""
    pyspark = importlib.import_module("pyspark")
    sql = importlib.import_module("pyspark.sql")
    os.environ["SPARK_HOME"] = str(Path(pyspark.__file__).parent)
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"  # master and workers too
    session = (
        sql.SparkSession.builder.master("local-cluster[2,1,2048]")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.executor.memory", "1800m")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", "16")
        .config("spark.sql.warehouse.dir", str(folder / "warehouse"))
        .config("spark.local.dir", str(folder / "local"))
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    stack.callback(session.stop)
    return session


def bench_statement(n_claims, n_payees, folder):
    """Time a statement of many claims, from its tables to the check of its files."""
    chance = random.Random(SEED)
    names = [f"p{n}" for n in range(n_payees)]
    said = "".join(f"In Satz {n} steht viel von Nummer {n}. " for n in range(10))
    size = len(said) // 10
    answers = [world.answer(f"x{n}", "a", text=said) for n in range(n_claims // 10)]
    claims = [
        world.claim(f"x{n // 10}-{n}", 5, start=n % 10 * size, end=(n % 10 + 1) * size - 1)
        for n in range(n_claims)
    ]
    supports = [
        world.support(claim.claim_id, name, chance.randint(5_000, 10_000))
        for claim in claims
        for name in chance.sample(names, chance.randint(0, 3))
    ]
    rows = world.rows(
        answers=answers,
        observations=[],
        claims=claims,
        supports=supports,
        documents=[world.document(name) for name in names],
        texts=[Text(f"text {name}", f"Wörter von {name}.") for name in names],
        passages=[Passage(f"passage {name}", name, 0, 12) for name in names],
        publishers=[world.publisher(name) for name in names],
        holdings=[Holding(f"{name}.example", name, None, None, "declared") for name in names],
        rightsholders=[Rightsholder(name, f"Verlag {name}", found=True) for name in names],
        entitlements=[world.entitle(name, name) for name in names],
    )
    shared, tables = seconds(lambda: world.settle(share, rows))
    written, files = seconds(lambda: build_files(tables, "licence", world.KEY))
    folder = folder / "2026-11" / "licence"
    folder.mkdir(parents=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    checked, report = seconds(lambda: verify(folder))
    size = sum(len(data) for data in files.values())
    n_entries = json.loads(files["manifest.json"])["tree_size"]
    print(
        f"statement of {n_claims:,} claims, {n_payees:,} payees, {n_entries:,} entries, "
        f"{size / 1e6:.1f} MB: "
        f"shared {shared:.2f} s, written {written:.2f} s, checked {checked:.2f} s, {report.ok}"
    )


def compare_with_shapiq():
    """Compare with the exact values of `shapiq`, where it is installed."""
    if importlib.util.find_spec("shapiq") is None:
        print("shapiq is not installed: not compared (tests compare with all subsets).")
        return
    shapiq = importlib.import_module("shapiq")
    chance, far = random.Random(SEED), 0.0
    for _ in range(20):
        supports = [chance.randint(1, 10_000) for _ in range(8)]

        def value(coalitions, supports=supports):
            return np.array([max((np.array(supports) * row).max(), 0) for row in coalitions])

        exact = shapiq.ExactComputer(n_players=8, game=value)("SV")
        table = pa.table(
            {
                "answer_id": ["a"] * 8,
                "claim_id": ["c"] * 8,
                "publisher_id": [f"p{n}" for n in range(8)],
                "weight": [1] * 8,
                "support": supports,
            }
        )
        shares = split(ibis.memtable(table)).shares
        far = max(far, *(abs(exact[(n,)] - shares[f"p{n}"] * 10_000) for n in range(8)))
    print(f"largest difference from shapiq over 20 games of 8: {far:.1e} of 10,000")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("parts", nargs="*", default=["oracles", "engines", "statements"])
    parser.add_argument("--games", type=int, default=10_000)
    parser.add_argument("--tables", type=int, default=1_000)
    parser.add_argument("--rows", type=int, default=10_000_000)
    asked = parser.parse_args()
    if "oracles" in asked.parts:
        bench_oracle(asked.games, split_arrays)
        bench_oracle(asked.games, split_windows)
        bench_expected(asked.games)
        compare_with_shapiq()
    if "engines" in asked.parts:
        bench_engines(asked.tables, asked.rows)
    if "statements" in asked.parts:
        with tempfile.TemporaryDirectory() as name:
            for n_payees in (3, 2_000):
                bench_statement(10_000, n_payees, Path(name) / f"statement-{n_payees}")


if __name__ == "__main__":
    main()

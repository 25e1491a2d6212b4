"""The same digits on a Spark cluster of two worker processes, on DuckDB, and in fractions.

Runs where pyspark and Java are installed: ``pip install 'beleg[spark]'``, and Java 11 or 17.
"""

import json
import os
import random
from pathlib import Path

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from games import draw_crowd, draw_game, hash_each, in_fractions, table_of

from beleg.cli import main
from beleg.share import claims as claims_module, expected
from beleg.share.game import hash_digits, split, split_arrays, split_windows
from beleg.share.rules import RULES, split as split_by_rule
from spark_here import WARNINGS, require_spark, start_spark

sql = require_spark()
pytestmark = WARNINGS


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """Two workers, each a process of its own, and the driver."""
    folder = str(tmp_path_factory.mktemp("cluster"))
    patch = pytest.MonkeyPatch()
    # The workers are started by the scripts of Spark's own folder.
    patch.setenv("SPARK_HOME", str(Path(sql.__file__).parents[1]))
    patch.setenv("SPARK_LOCAL_IP", "127.0.0.1")  # master and workers too
    session = start_spark(
        sql, "local-cluster[2,1,1024]", folder,
        executor_memory="900m", sql_shuffle_partitions="4",
    )  # fmt: skip
    yield session
    session.stop()
    patch.undo()


@pytest.fixture(scope="module")
def spark(cluster):
    return ibis.pyspark.connect(cluster)


def on_spark(spark, folder, table):
    pq.write_table(table, folder / "stakes.parquet")
    return spark.read_parquet(str(folder / "stakes.parquet"))


def side_by_side(n_games, seed=12):
    """Draw games without a common publisher, every tenth of them crowded."""
    chance = random.Random(seed)
    return [
        draw_crowd(chance, nth) if nth % 10 == 0 else draw_game(chance, nth)
        for nth in range(n_games)
    ]


def test_the_cluster_has_two_worker_processes(cluster):
    found = cluster.sparkContext.parallelize(range(200), 8).map(lambda _: os.getppid()).distinct()
    assert os.getpid() not in found.collect()
    # The driver and two executors.
    assert cluster.sparkContext._jsc.sc().getExecutorMemoryStatus().size() == 3


def test_fractions_duckdb_and_spark_have_one_hash(spark, tmp_path):
    claims = [claim for game in side_by_side(60) for claim in game]
    table = table_of(claims)
    wanted = in_fractions(claims)
    on_duckdb = split(ibis.memtable(table))
    stakes = on_spark(spark, tmp_path, table)
    assert stakes.get_backend().name == "pyspark"
    on_cluster = split(stakes)
    assert hash_digits(wanted) == hash_digits(on_duckdb) == hash_digits(on_cluster)
    assert hash_each(wanted) == hash_each(on_duckdb) == hash_each(on_cluster)
    assert len(hash_each(on_cluster)) > 40


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_gives_the_same_on_both(spark, tmp_path, rule):
    table = table_of([claim for game in side_by_side(6, seed=4) for claim in game])
    stakes = on_spark(spark, tmp_path, pa.concat_tables([table, table.slice(5, 70)]))
    again = ibis.memtable(stakes.to_pyarrow())
    assert hash_digits(split_by_rule(stakes, rule)) == hash_digits(split_by_rule(again, rule))


def test_blocks_change_no_digit_on_spark(spark, tmp_path, monkeypatch):
    table = table_of([claim for game in side_by_side(8, seed=5) for claim in game])
    stakes = on_spark(spark, tmp_path, table)
    wanted = hash_digits(expected.split(ibis.memtable(table)))
    monkeypatch.setattr(claims_module, "MAX_ROWS", 50)
    monkeypatch.setattr(claims_module, "BLOCK_ROWS", 200)
    assert hash_digits(expected.split(stakes)) == wanted
    assert hash_digits(split_arrays(stakes)) == hash_digits(split_windows(ibis.memtable(table)))


def test_the_command_gives_the_same_on_both(cluster, tmp_path, monkeypatch):
    pq.write_table(table_of(draw_crowd(random.Random(1), 0)), tmp_path / "s.parquet")
    # The command ends its session; this cluster is for the other tests too.
    monkeypatch.setattr(type(cluster), "stop", lambda self: None)
    command = ["share", "split", str(tmp_path / "s.parquet"), "--pot", "9.99 EUR", "--json"]
    ours, theirs = (
        CliRunner().invoke(main, [*command, "--engine", engine]) for engine in ("duckdb", "spark")
    )
    assert json.loads(ours.stdout) == json.loads(theirs.stdout)

"""The same counts on Spark and on DuckDB, row for row.

Runs where pyspark and Java are installed: ``pip install 'beleg[spark]'``, and Java 11 or 17.
"""

import ibis
import pyarrow.parquet as pq
import pytest
from test_measures import some_world

from beleg.measure.mentions import find_mentions
from beleg.measure.tallies import count
from spark_here import WARNINGS, require_spark, start_spark

sql = require_spark()
pytestmark = WARNINGS


@pytest.fixture(scope="module")
def spark(tmp_path_factory):
    folder = str(tmp_path_factory.mktemp("spark"))
    session = start_spark(sql, "local[2]", folder, sql_session_timeZone="UTC")
    yield ibis.pyspark.connect(session)
    session.stop()


def test_spark_and_duckdb_count_the_same(spark, tmp_path):
    tables = some_world(7, 30).tables()
    tables["mentions"] = find_mentions(
        tables["answers"], tables["citations"], tables["publishers"]
    )
    there = {}
    for name, table in tables.items():
        pq.write_table(table, tmp_path / f"{name}.parquet", coerce_timestamps="us")
        there[name] = spark.read_parquet(str(tmp_path / f"{name}.parquet"))
    here = count(tables, tables["mentions"], 6000, lambda _: None)
    counted = count(there, there["mentions"], 6000, lambda _: None)
    assert here.num_rows > 200
    assert counted.equals(here)

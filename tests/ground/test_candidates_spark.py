"""The same expressions on Spark give the same candidates.

Runs where pyspark and Java are installed: ``pip install 'beleg[spark]'``, and Java 11 or 17.
"""

import random

import ibis
import pytest
from candidate_tables import place, run

from spark_here import WARNINGS, require_spark, start_spark

sql = require_spark()
pytestmark = WARNINGS


@pytest.fixture(scope="module")
def spark(tmp_path_factory):
    folder = str(tmp_path_factory.mktemp("spark"))
    session = start_spark(sql, "local[1]", folder)
    yield ibis.pyspark.connect(session)
    session.stop()


def make_corpus(seed):
    """Draw 400 windows of about ten terms, skewed as words are, and 30 claims of up to nine."""
    draw = random.Random(seed)

    def terms(n):
        return {int(draw.paretovariate(0.4)) % 3000 + (1 << 62) for _ in range(n)}

    windows = {(window, term) for window in range(400) for term in terms(10)}
    claims = {(claim, term) for claim in range(30) for term in terms(9)}
    own = {(claim, draw.randrange(100)) for claim in range(30)}
    return place(windows), sorted(claims), sorted(own)


@pytest.mark.parametrize("seed", [1, 2])
def test_spark_and_duckdb_give_the_same_candidates(spark, seed):
    corpus = make_corpus(seed)
    duck = ibis.duckdb.connect()
    expected = run(duck, lambda _, rows: ibis.memtable(rows), *corpus, 100)
    duck.disconnect()

    def to_table(name, rows):
        spark.create_table(name, rows, overwrite=True)
        return spark.table(name)

    assert run(spark, to_table, *corpus, 100) == expected
    assert len({claim for claim, _, _ in expected}) == 30

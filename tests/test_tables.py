import io

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings, strategies as st

from beleg.records import content_id
from beleg.tables import KEYS, TABLES, empty, from_arrow, schema_of, to_arrow
from strategies import records


@pytest.mark.parametrize("record", TABLES.values(), ids=TABLES.keys())
@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_records_survive_arrow_and_parquet(record: type, data: st.DataObject) -> None:
    rows = data.draw(st.lists(records(record), max_size=5))
    table = to_arrow(rows, record)
    assert from_arrow(table, record) == rows
    sink = io.BytesIO()
    pq.write_table(table, sink)
    read = pq.read_table(io.BytesIO(sink.getvalue()))
    assert read.schema.equals(schema_of(record))
    assert from_arrow(read, record) == rows


def test_every_table_has_a_key_of_its_own_columns() -> None:
    assert KEYS.keys() == TABLES.keys()
    for name, key in KEYS.items():
        assert set(key) <= set(empty(name).column_names), name


def test_ids_tell_parts_apart() -> None:
    assert content_id("ab", "c") != content_id("a", "bc")
    assert content_id(None) != content_id("")
    assert content_id("Straße") == content_id("Straße")
    assert len(content_id("x")) == 32

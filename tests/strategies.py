"""Hypothesis strategies for every record, derived from its annotations."""

import dataclasses
import types
import typing
from datetime import UTC, date, datetime
from enum import Enum

from hypothesis import strategies as st

# Arrow strings are UTF-8: lone surrogates cannot be stored.
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
SCALARS = {
    str: TEXT,
    int: st.integers(-(2**63), 2**63 - 1),
    float: st.floats(allow_nan=False),
    bool: st.booleans(),
    date: st.dates(),
    datetime: st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)),
}


def values(hint: object) -> st.SearchStrategy:
    if isinstance(hint, types.UnionType):
        inner = next(arg for arg in typing.get_args(hint) if arg is not type(None))
        return st.none() | values(inner)
    if typing.get_origin(hint) is tuple:
        return st.lists(values(typing.get_args(hint)[0]), max_size=4).map(tuple)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return st.sampled_from(list(hint))
    return SCALARS[hint]


def records(record: type) -> st.SearchStrategy:
    hints = typing.get_type_hints(record)
    fields = {field.name: values(hints[field.name]) for field in dataclasses.fields(record)}
    return st.builds(record, **fields)

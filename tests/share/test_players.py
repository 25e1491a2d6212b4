"""Who plays for a host, and when."""

import itertools
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, strategies as st

from beleg.errors import InputError
from beleg.records import Holding, Level
from beleg.share.players import find_players
from oracles.settlement import POT, own, publisher

HELD = [Holding("t.example", "title", None, None, "declared")]
HOUSES = [
    publisher("title"),
    publisher("firm", level=Level.COMPANY),
    publisher("other", level=Level.COMPANY),
    publisher("group", level=Level.GROUP),
]
NOON = datetime(2026, 11, 14, 23, tzinfo=UTC)  # midnight of 15 November in Berlin


def at_level(level):
    return replace(POT, level=level)


def players(level, ownerships, holdings=HELD, publishers=HOUSES):
    table = find_players(holdings, ownerships, publishers, at_level(level))
    return [tuple(row.values()) for row in table.to_pylist()]


@pytest.mark.parametrize(
    ("level", "player"), [("title", "title"), ("company", "firm"), ("group", "group")]
)
def test_owners_stand_for_titles_as_far_as_the_level(level, player):
    chain = [own("title", "firm"), own("firm", "group")]
    assert players(Level(level), chain) == [("t.example", player, POT.starts_at, POT.ends_at)]


def test_an_owner_above_the_level_does_not_play():
    assert players(Level.COMPANY, [own("title", "group")])[0][1] == "title"


def test_a_change_of_owner_cuts_the_period_at_local_midnight():
    day = date(2026, 11, 15)
    sold = [own("title", "firm", None, day), own("title", "other", day)]
    assert players(Level.COMPANY, sold) == [
        ("t.example", "firm", POT.starts_at, NOON),
        ("t.example", "other", NOON, POT.ends_at),
    ]


def test_a_sold_domain_counts_for_each_holder_in_its_time():
    day = date(2026, 11, 15)
    holdings = [
        Holding("t.example", "title", None, day, "declared"),
        Holding("t.example", "firm", day, None, "declared"),
    ]
    assert players(Level.TITLE, [], holdings) == [
        ("t.example", "title", POT.starts_at, NOON),
        ("t.example", "firm", NOON, POT.ends_at),
    ]


def test_what_held_at_another_time_does_not_count():
    gone = [Holding("t.example", "title", None, date(2026, 11, 1), "declared")]
    assert players(Level.TITLE, [], gone) == []
    assert players(Level.COMPANY, [own("title", "firm", date(2026, 12, 1))])[0][1] == "title"


@pytest.mark.parametrize(
    ("ownerships", "holdings", "message"),
    [
        ([own("title", "firm"), own("title", "other")], HELD, "owned by"),
        ([], [*HELD, Holding("t.example", "other", None, None, "declared")], "held by"),
        ([own("title", "twin"), own("twin", "title")], HELD, "owns itself"),
    ],
)
def test_who_cannot_be_told_is_refused(ownerships, holdings, message):
    with pytest.raises(InputError, match=message):
        players(Level.COMPANY, ownerships, holdings, [*HOUSES, publisher("twin")])


@given(st.lists(st.dates(date(2026, 10, 20), date(2026, 12, 10)), max_size=5, unique=True))
def test_spans_cover_the_period_once(days):
    cuts = [None, *sorted(days), None]
    chain = [
        own("title", ("firm", "other")[nth % 2], first, after)
        for nth, (first, after) in enumerate(itertools.pairwise(cuts))
    ]
    rows = players(Level.COMPANY, chain)
    assert rows[0][2] == POT.starts_at
    assert rows[-1][3] == POT.ends_at
    assert all(one[3] == other[2] for one, other in itertools.pairwise(rows))

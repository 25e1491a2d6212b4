"""Each step from support to stakes, by hand and by what must always hold."""

from dataclasses import replace
from datetime import timedelta

import ibis
import pyarrow as pa
import pytest
from hypothesis import given, settings, strategies as st

from beleg.errors import InputError
from beleg.records import Answer, Observation, Prompt, Status, SupportKind
from beleg.share import stakes
from beleg.share.players import PLAYERS
from beleg.tables import to_arrow
from oracles import settlement as world

SOME = settings(max_examples=25, deadline=None)


def lay(rows, record):
    return ibis.memtable(to_arrow(rows, record))


def read(table, *columns):
    return sorted(tuple(row[c] for c in columns) for row in table.to_pyarrow().to_pylist())


def spread(weights, words):
    w = ibis.memtable(pa.table({"answer_id": list(weights), "weight": list(weights.values())}))
    keys = list(words)
    c = ibis.memtable(
        pa.table(
            {
                "answer_id": [key.partition("-")[0] for key in keys],
                "claim_id": keys,
                "content_words": pa.array(words.values(), pa.int64()),
            }
        )
    )
    return dict(read(stakes.spread_weights(w, c), "claim_id", "weight"))


def test_the_period_is_half_open_and_repeats_do_not_count():
    step = timedelta(microseconds=1)
    times = {
        "early": world.POT.starts_at - step,
        "first": world.POT.starts_at,
        "last": world.POT.ends_at - step,
        "late": world.POT.ends_at,
        "repeat": world.ASKED,
        "untimed": None,
        "refused": world.ASKED,
    }
    rows = [world.answer(name, "a", asked_at=at) for name, at in times.items()]
    rows[-1] = replace(rows[-1], status=Status.REFUSED)
    seen = [Observation(name, "first" if name == "repeat" else None) for name in times]
    kept = stakes.count_answers(lay(rows, Answer), lay(seen, Observation), world.POT)
    assert read(kept, "answer_id") == [("first",), ("last",)]


def test_a_prompts_weight_is_divided_among_its_answers():
    rows = [world.answer(f"a{n}", "a") for n in range(3)] + [world.answer("b", "b")]
    prompts = lay([world.prompt("a"), world.prompt("b", 2.5), world.prompt("c")], Prompt)
    weighed = stakes.weigh_by_prompts(lay(rows, Answer), prompts)
    assert read(weighed, "answer_id", "weight") == [
        ("a0", 333_334),
        ("a1", 333_333),
        ("a2", 333_333),
        ("b", 2_500_000),
    ]


def test_largest_remainder_by_hand():
    # 10 over 3, 3 and 1 words: 4 2/7, 4 2/7 and 1 3/7: the odd unit goes to the third.
    assert spread({"a": 10}, {"a-1": 3, "a-2": 3, "a-3": 1}) == {"a-1": 4, "a-2": 4, "a-3": 2}
    # Equal remainders: in the order of the ids.
    assert spread({"a": 2}, {"a-2": 1, "a-1": 1, "a-3": 1}) == {"a-1": 1, "a-2": 1, "a-3": 0}


@SOME
@given(st.integers(0, stakes.MAX_WEIGHT), st.lists(st.integers(1, 2_000), min_size=1, max_size=9))
def test_spreading_loses_no_millionth(weight, words):
    named = {f"a-{nth}": n for nth, n in enumerate(words)}
    parts = spread({"a": weight}, named)
    assert sum(parts.values()) == weight
    total = sum(words)
    late = sorted(named, key=lambda name: (-(weight * named[name] % total), name))
    extra = weight - sum(weight * n // total for n in words)
    wanted = {name: weight * n // total for name, n in named.items()}
    assert parts == {name: wanted[name] + (name in late[:extra]) for name in named}


def test_what_is_said_twice_counts_once():
    rows = world.rows(
        claims=[
            world.claim("a1-2", 5, start=30, statement_id="same"),
            world.claim("a1-3", 5, start=10, statement_id="same"),
            world.claim("a1-4", 0, statement_id="empty"),
            world.claim("a2-1", 5, statement_id="same"),
        ]
    )
    t = {name: ibis.memtable(table) for name, table in world.tables(rows).items()}
    kept = stakes.keep_first_said(t["claims"], t["answers"])
    assert read(kept, "claim_id") == [("a1-3",), ("a2-1",)]


@pytest.mark.parametrize(
    ("existence", "document", "cited", "stands"),
    [
        ("seen", {"first_seen_at": world.ASKED}, False, True),
        ("seen", {"first_seen_at": world.ASKED + timedelta(seconds=1)}, False, False),
        ("seen", {"first_seen_at": None}, False, False),
        ("seen", {"first_seen_at": None}, True, True),
        ("seen", {"first_seen_at": None, "canonical_url": None}, True, False),
        ("seen", {"first_seen_at": None, "answer_id": "a1"}, False, True),
        ("seen", {"first_seen_at": None, "answer_id": "b1"}, False, False),
        ("seen", {"first_seen_at": None, "published_at": world.SEEN}, False, False),
        ("published", {"first_seen_at": None, "published_at": world.SEEN}, False, True),
        ("published", {"first_seen_at": None, "published_at": None}, False, False),
    ],
)
def test_a_text_must_be_shown_to_have_existed(existence, document, cited, stands):
    rows = world.rows(
        documents=[world.document("anker", **document)],
        citations=[world.cite("a1" if cited else "b1", "anker"), world.cite("a2", "anker", 2)],
    )
    t = {name: ibis.memtable(table) for name, table in world.tables(rows).items()}
    pot = replace(world.POT, existence=existence)
    given_supports = t["supports"].filter(t["supports"].claim_id == "a1-1")
    supports = stakes.keep_eligible(given_supports, pot).mutate(answer_id=ibis.literal("a1"))
    kept = stakes.keep_existing(supports, t["answers"], t["documents"], t["citations"], pot)
    assert kept.count().to_pyarrow().as_py() == int(stands)


@pytest.mark.parametrize(("hours", "stands"), [(1, True), (2, False)])
def test_a_link_speaks_for_the_version_that_was_seen_first(hours, stands):
    later = world.ASKED + timedelta(hours=1)
    rows = world.rows(
        documents=[
            world.document("anker", first_seen_at=world.ASKED + timedelta(hours=hours)),
            replace(world.document("anker", first_seen_at=later), document_id="before"),
            replace(world.document("anker", answer_id="b1"), document_id="teaser"),
        ],
        citations=[world.cite("a1", "anker")],
    )
    t = {name: ibis.memtable(table) for name, table in world.tables(rows).items()}
    given_supports = t["supports"].filter(t["supports"].claim_id == "a1-1")
    supports = stakes.keep_eligible(given_supports, world.POT).mutate(answer_id=ibis.literal("a1"))
    supports = supports.filter(supports.document_id == "anker")
    kept = stakes.keep_existing(supports, t["answers"], t["documents"], t["citations"], world.POT)
    assert kept.count().to_pyarrow().as_py() == int(stands)


def test_eligible_is_what_the_pot_names():
    supports = [
        world.support("a1-1", "anker", 5_000),
        world.support("a1-1", "bote", 4_999),
        replace(world.support("a1-1", "fern", 9_000), kind=SupportKind.QUOTE),
        world.support("a1-2", "fern", 0),
    ]
    t = ibis.memtable(world.tables(world.rows(supports=supports))["supports"])
    pot = replace(world.POT, kinds=("paraphrase",))
    assert read(stakes.keep_eligible(t, pot), "document_id") == [("anker",)]
    lowest = replace(pot, threshold=0)
    assert read(stakes.keep_eligible(t, lowest), "document_id") == [("anker",), ("bote",)]


OWN_PASSAGE = {"origin_passage_id": None, "basis": "own"}


def keep_strongest(supports):
    """Keep the strongest of (claim_id, host, passage_id, support); hosts end in their player."""
    names = ("claim_id", "host", "passage_id", "support")
    rows = [
        dict(zip(names, row, strict=True), asked_at=world.ASKED, **OWN_PASSAGE) for row in supports
    ]
    held = [
        {"host": host, "player_id": host[-1], "from_at": pot.starts_at, "to_at": pot.ends_at}
        for host in sorted({row["host"] for row in rows})
        for pot in [world.POT]
    ]
    weights = [
        {"answer_id": "a", "claim_id": claim, "weight": 7}
        for claim in sorted({row["claim_id"] for row in rows})
    ]
    tables = [
        pa.Table.from_pylist(
            rows,
            schema=pa.schema(
                {
                    **dict.fromkeys(("claim_id", "host", "passage_id"), pa.string()),
                    "support": pa.int64(),
                    "asked_at": PLAYERS.field("from_at").type,
                    **dict.fromkeys(OWN_PASSAGE, pa.string()),
                }
            ),
        ),
        pa.Table.from_pylist(held, schema=PLAYERS),
        pa.Table.from_pylist(weights),
    ]
    return stakes.keep_strongest(*map(ibis.memtable, tables))


def test_the_strongest_passage_and_of_equals_the_smallest_id_by_hand():
    kept = keep_strongest(
        [
            ("c", "page1.x", "p9", 8_000),
            ("c", "page2.x", "p3", 8_000),
            ("c", "page2.x", "p5", 8_000),
            ("c", "page1.x", "p1", 7_999),
            ("c", "page1.y", "p7", 6_000),
            ("d", "page1.x", "p9", 5_000),
        ]
    )
    assert read(kept, "claim_id", "publisher_id", "support", "passage_id", "weight") == [
        ("c", "x", 8_000, "p3", 7),
        ("c", "y", 6_000, "p7", 7),
        ("d", "x", 5_000, "p9", 7),
    ]


@SOME
@given(
    st.dictionaries(
        st.tuples(st.sampled_from("cd"), st.sampled_from(["p1", "p2", "p3", "p10"])),
        st.tuples(st.sampled_from(["1x", "2x", "1y"]), st.sampled_from([1, 2, 3])),
        min_size=1,
    )
)
def test_a_stake_rests_on_one_of_its_own_passages_whatever_the_order(found):
    rows = [(claim, host, passage, n) for (claim, passage), (host, n) in found.items()]
    columns = ("claim_id", "publisher_id", "support", "passage_id")
    kept = read(keep_strongest(rows), *columns)
    assert kept == read(keep_strongest(rows[::-1]), *columns)
    for claim, player, support, passage in kept:
        own = [(-n, name) for c, host, name, n in rows if (c, host[-1]) == (claim, player)]
        assert min(own) == (-support, passage)
    assert len(kept) == len({(claim, host[-1]) for claim, host, *_ in rows})


@pytest.mark.parametrize(
    ("answers", "weight", "message"),
    [
        ([{"impressions": 5}, {}], 1.0, "known of 1 answers and unknown of 1"),
        ([{"impressions": -1}], 1.0, "impressions run from -1"),
        ([{"impressions": 2**40}], 1.0, "must be 0 to"),
        ([{}], 0.0, "without a weight"),
        ([{}], float("nan"), "without a weight"),
        ([{}], float("inf"), "without a weight"),
        ([{"prompt_id": "unknown"}], 1.0, "without a weight"),
    ],
)
def test_weights_that_cannot_be_are_refused(answers, weight, message):
    rows = [
        replace(world.answer(f"x{nth}", "a"), **changes) for nth, changes in enumerate(answers)
    ]
    with pytest.raises(InputError, match=message):
        stakes.check_weights(lay(rows, Answer), lay([world.prompt("a", weight)], Prompt))

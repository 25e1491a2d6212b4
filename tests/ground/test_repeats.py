"""The steps that pair texts, by hand and against the slow definition; SQL of another engine."""

import ibis
import numpy as np
import pyarrow as pa
from hypothesis import given, settings, strategies as st

from beleg.ground import repeats
from beleg.ground.parallels import align, make_reading
from beleg.ground.prints import mix, pair_stems, read_print, run_words


def lay(texts):
    rows = [(number, pair) for number, pairs in texts.items() for pair in sorted(pairs)]
    columns = list(zip(*rows, strict=True)) or [(), ()]
    arrays = [pa.array(column, pa.int64()) for column in columns]
    return ibis.memtable(pa.table(dict(zip(("text_no", "pair"), arrays, strict=True))))


def see(texts):
    """Let texts be seen in the order of their numbers."""
    numbers = pa.array(sorted(texts), pa.int64())
    return ibis.memtable(pa.table({"text_no": numbers, "rank": numbers}))


def partners(texts, most=repeats.MAX_TEXTS, least=1, kept=repeats.MAX_PARTNERS, first=0):
    prints = lay(texts)
    frequencies = repeats.count_texts(prints)
    telling = repeats.keep_telling(prints, frequencies, most)
    found = repeats.keep_partners(
        repeats.pair_texts(telling, telling, least), see(texts), kept, first
    )
    rows = found.to_pyarrow().to_pylist()
    return sorted((row["text_no"], row["other_no"], row["shared"]) for row in rows)


def test_partners_by_hand():
    texts = {0: {1, 2, 3}, 1: {2, 3, 9}, 2: {3, 9}, 3: {7}}
    assert partners(texts) == [
        (0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 2), (2, 0, 1), (2, 1, 2),
    ]  # fmt: skip
    # 3 stands in three texts: boilerplate where two are the most.
    assert partners(texts, most=2) == [(0, 1, 1), (1, 0, 1), (1, 2, 1), (2, 1, 1)]
    assert partners(texts, least=2) == [(0, 1, 2), (1, 0, 2), (1, 2, 2), (2, 1, 2)]
    # Of equals the smaller number.
    assert partners(texts, kept=1) == [(0, 1, 2), (1, 0, 2), (2, 1, 2)]


def test_the_first_seen_are_not_lost_among_many_copies():
    texts = {0: {1, 2, 3}, 1: {1, 2, 3, 4}, 2: {1, 2, 3, 4}, 3: {1}}
    assert [row[:2] for row in partners(texts, kept=1)] == [(0, 1), (1, 2), (2, 1), (3, 0)]
    # 0 was seen first and shares more than half of what the best shares.
    assert [row[:2] for row in partners(texts, kept=1, first=1)] == [
        (0, 1), (1, 0), (1, 2), (2, 0), (2, 1), (3, 0),
    ]  # fmt: skip


def test_a_flood_is_paired_with_the_first_seen():
    copies = {number: {1, 2, 3, 10 + number} for number in range(5)}
    pages = {number: {1, *range(100 * number, 100 * number + 9)} for number in range(5, 8)}
    texts = {**copies, **pages}
    prints = lay(texts)
    found = repeats.pair_floods(prints, repeats.count_texts(prints), see(texts), most=2)
    rows = found.to_pyarrow().to_pylist()
    # Of each text of the flood the two first seen; pages that share little with it are not met.
    assert sorted((row["text_no"], row["other_no"]) for row in rows) == [
        (0, 1), (1, 0), (2, 0), (2, 1), (3, 0), (3, 1), (4, 0), (4, 1),
    ]  # fmt: skip


def test_boilerplate_by_hand():
    frequencies = repeats.count_texts(lay({0: {5, 1}, 1: {5, 1}, 2: {5}}))
    frequent = repeats.list_boilerplate(frequencies, most=2).to_pyarrow()
    assert frequent["pair"].to_pylist() == [5]


@settings(max_examples=25, deadline=None)
@given(
    st.dictionaries(st.integers(0, 8), st.sets(st.integers(0, 9), max_size=6), max_size=8),
    st.integers(2, 5),
)
def test_partners_are_those_of_the_definition(texts, most):
    held = {pair: sum(pair in pairs for pairs in texts.values()) for pair in range(10)}
    wanted = []
    for one, pairs in texts.items():
        for other, others in texts.items():
            shared = sum(held[pair] <= most for pair in pairs & others)
            if one != other and shared:
                wanted.append((one, other, shared))
    assert partners(texts, most=most) == sorted(wanted)


def test_every_step_has_sql_for_spark():
    prints = ibis.table({"text_no": "int64", "pair": "int64"}, name="prints")
    frequencies = repeats.count_texts(prints)
    telling = repeats.keep_telling(prints, frequencies)
    sight = ibis.memtable(pa.table({"text_no": [1, 2], "rank": [0, 1]}))
    found = repeats.keep_partners(repeats.pair_texts(telling, telling), sight)
    for step in (frequencies, telling, found, repeats.list_boilerplate(frequencies)):
        assert "SELECT" in str(ibis.to_sql(step, dialect="pyspark"))


TEXT = "Über die alte Brücke fahren täglich viele Wagen, sagt die Behörde der Stadt am Fluss."


def test_a_print_holds_words_stems_and_quotations():
    seen = read_print(TEXT + " „Wir warten nicht länger“, sagte sie. Das „Ende“ naht.", "de")
    assert len(seen.words) == len(seen.starts) == 24
    assert len(seen.stems) == len(seen.places) == len(seen.quoted) == len(seen.small)
    quoted = {seen.starts[place] for place in seen.places[seen.quoted]}
    text = TEXT + " „Wir warten nicht länger“"
    assert {text[start : start + 6] for start in quoted} == {"warten", "länger"}


def test_pairs_do_not_mind_which_comes_first_and_runs_do():
    one, other = np.array([3, 8], np.int64), np.array([8, 3], np.int64)
    assert pair_stems(one)[0].tolist() == pair_stems(other)[0].tolist()
    assert mix(one, other).tolist() != mix(other, one).tolist()
    words = np.arange(9, dtype=np.int64)
    assert len(run_words(words)) == len(set(run_words(words).tolist())) == 5
    assert len(run_words(words[:4])) == 0


@given(st.text(max_size=300), st.text(max_size=300))
@settings(max_examples=50, deadline=None)
def test_no_text_breaks_an_alignment(one, other):
    none = np.zeros(0, np.int64)
    readings = [
        make_reading(read_print(text, "de"), [(0, len(text))], none) for text in (one, other)
    ]
    for match in align(*readings):
        assert (match.passage, match.other) == (0, 0)
        assert 0 < match.shared <= 1


def test_a_text_repeats_itself_whole_and_another_not_at_all():
    none = np.zeros(0, np.int64)
    one = make_reading(read_print(TEXT * 2, "de"), [(0, 2 * len(TEXT))], none)
    other = make_reading(read_print("Ganz anderes steht in diesem Text. " * 3, "de"), [], none)
    (match,) = align(one, one)
    assert (match.kind, match.shared) == ("copy", 1.0)
    assert align(one, other) == []

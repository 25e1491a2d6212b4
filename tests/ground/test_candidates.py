import math

import ibis
import pytest
from candidate_tables import CLAIM_TERMS, WINDOWS, find_by_loops, place, run
from hypothesis import given, settings, strategies as st

from beleg.ground import candidates
from beleg.ground.candidates import term_weight


@pytest.fixture(scope="module")
def engine():
    connection = ibis.duckdb.connect()
    yield connection
    connection.disconnect()


def find(engine, claim_terms, window_terms, own, n_texts):
    return run(
        engine, lambda _, rows: ibis.memtable(rows), window_terms, claim_terms, own, n_texts
    )


def test_weights_by_hand():
    assert term_weight(50, 0) == int(math.log(100) * 1e6)
    assert term_weight(50, 99) == 1  # never nothing, or a shared word would be no match
    assert term_weight(10, 1) > term_weight(10, 2)


def test_candidates_by_hand(engine):
    # Claim 0 has terms 1, 2, 3. Text 0: windows 0 (1, 2), 1 (1). Text 1: window 3 (1, 2, 3).
    # Text 2: window 4 (9), 5 (2). Each text gives at most two windows. Terms 1 and 2 weigh
    # ln(53 / 3) = 2.87 and ln(53 / 4) = 2.58, term 3 3.28: 2 has less than four tenths, and
    # finds no window alone.
    window_terms = [
        *((0, 0, 1), (0, 0, 2), (1, 0, 1), (3, 1, 1), (3, 1, 2), (3, 1, 3), (4, 2, 9), (5, 2, 2))
    ]
    claim_terms = [(0, 1), (0, 2), (0, 3)]
    assert find(engine, claim_terms, window_terms, [], 3) == [(0, 0, 0), (0, 0, 1), (0, 1, 3)]


def test_frequent_terms_count_and_find_nothing_alone(engine):
    # Of claim 0's weight, term 1 (in all 60 texts) has next to nothing: text 5 shares it alone
    # and is left out, even though no fifteen hundredths were asked. Text 0 has a rare term.
    window_terms = place({(4 * text, 1) for text in range(60)} | {(0, 2), (16, 3)})
    found = find(engine, [(0, 1), (0, 2), (0, 3)], window_terms, [], 60)
    assert found == [(0, 0, 0), (0, 4, 16)]


def test_windows_that_share_little_are_left_out(engine, monkeypatch):
    window_terms = [(0, 0, term) for term in range(1, 9)] + [(1, 1, 1)]
    claim_terms = [(0, term) for term in range(1, 9)]
    assert find(engine, claim_terms, window_terms, [], 2) == [(0, 0, 0)]
    monkeypatch.setattr(candidates, "LEAST_HUNDREDTHS", 10)
    monkeypatch.setattr(candidates, "FREQUENT_TENTHS", 0)
    assert find(engine, claim_terms, window_terms, [], 2) == [(0, 0, 0), (0, 1, 1)]


def test_own_sources_come_even_by_frequent_words(engine):
    window_terms = place({(4 * text, 1) for text in range(60)} | {(0, 2), (16, 3)})
    found = find(engine, [(0, 1), (0, 2), (0, 3)], window_terms, [(0, 7)], 60)
    assert found == [(0, 0, 0), (0, 4, 16), (0, 7, 28)]


@settings(max_examples=40, deadline=None)
@given(CLAIM_TERMS, WINDOWS, st.sets(st.tuples(st.integers(0, 2), st.integers(0, 7)), max_size=3))
def test_candidates_equal_loops(engine, claim_terms, windows, own):
    window_terms = place(windows)
    found = find(engine, sorted(claim_terms), window_terms, sorted(own), 8)
    assert found == find_by_loops(claim_terms, window_terms, own, 8, candidates.N_TEXTS)


@settings(max_examples=20, deadline=None)
@given(CLAIM_TERMS, WINDOWS)
def test_only_the_best_texts_are_kept(engine, claim_terms, windows):
    window_terms = place(windows)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(candidates.keep_best_texts, "__defaults__", (1,))
        found = find(engine, sorted(claim_terms), window_terms, [], 8)
    assert found == find_by_loops(claim_terms, window_terms, set(), 8, 1)

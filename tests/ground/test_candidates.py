import math

import ibis
import pyarrow as pa
import pytest
from hypothesis import given, settings, strategies as st

from beleg.ground import candidates
from beleg.ground.candidates import count_texts, find_candidates, term_weight, weigh_terms


@pytest.fixture(scope="module")
def engine():
    connection = ibis.duckdb.connect()
    yield connection
    connection.disconnect()


def integers(names, rows):
    columns = list(zip(*rows, strict=True)) or [() for _ in names]
    return ibis.memtable(
        pa.table({n: pa.array(c, pa.int64()) for n, c in zip(names, columns, strict=True)})
    )


def run(engine, claim_terms, window_terms, own, n_texts):
    windows = integers(("window_no", "text_no", "term"), window_terms)
    frequencies = engine.to_pyarrow(count_texts(windows))
    weights = weigh_terms(frequencies, n_texts)
    terms = frequencies.column("term").to_pylist()
    weighted = frequencies.append_column(
        "weight", pa.array([weights[t] for t in terms], pa.int64())
    )
    tables = {
        "claim_terms": integers(("claim_no", "term"), claim_terms),
        "window_terms": windows,
        "weights": ibis.memtable(weighted),
        "own": integers(("claim_no", "text_no"), own),
    }
    found = engine.to_pyarrow(find_candidates(tables, n_texts)).to_pylist()
    return sorted((row["claim_no"], row["text_no"], row["window_no"]) for row in found)


def test_weights_by_hand():
    assert term_weight(50, 0) == int(math.log(100) * 1e6)
    assert term_weight(50, 99) == 1  # never nothing, or a shared word would be no match
    assert term_weight(10, 1) > term_weight(10, 2)


def test_candidates_by_hand(engine):
    # claim 0 has terms 1, 2, 3. Text 0: windows 0 (1, 2), 1 (1), 2 (nothing). Text 1: window 3
    # (1, 2, 3). Text 2: window 4 (9). Each text gives at most two windows.
    window_terms = [(0, 0, 1), (0, 0, 2), (1, 0, 1), (3, 1, 1), (3, 1, 2), (3, 1, 3), (4, 2, 9)]
    claim_terms = [(0, 1), (0, 2), (0, 3)]
    assert run(engine, claim_terms, window_terms, [], 3) == [(0, 0, 0), (0, 0, 1), (0, 1, 3)]


def test_own_sources_come_even_by_frequent_words(engine, monkeypatch):
    monkeypatch.setattr(candidates, "FREQUENT_TEXTS", 1)
    window_terms = [(0, 0, 1), (1, 1, 1)]
    assert run(engine, [(0, 1)], window_terms, [], 2) == []
    assert run(engine, [(0, 1)], window_terms, [(0, 1)], 2) == [(0, 1, 1)]


def brute(claim_terms, window_terms, n_texts, n):
    """The same by loops: best windows of each text, then the best texts."""
    texts = {}
    for _, text, term in window_terms:
        texts.setdefault(term, set()).add(text)
    found = []
    for claim in {c for c, _ in claim_terms}:
        terms = {t for c, t in claim_terms if c == claim}
        overlap = {}
        for window, text, term in window_terms:
            if term in terms:
                weight = term_weight(n_texts, len(texts[term]))
                overlap[text, window] = overlap.get((text, window), 0) + weight
        best = {}
        for (text, window), value in overlap.items():
            best.setdefault(text, []).append((-value, window))
        ranked = sorted((min(windows)[0], text) for text, windows in best.items())[:n]
        found += [(claim, text, w) for _, text in ranked for _, w in sorted(best[text])[:2]]
    return sorted(found)


TERMS = st.integers(1, 6)


@settings(max_examples=40, deadline=None)
@given(
    st.sets(st.tuples(st.integers(0, 2), TERMS), min_size=1, max_size=10),
    st.sets(st.tuples(st.integers(0, 29), TERMS), min_size=1, max_size=60),
)
def test_candidates_equal_loops(engine, claim_terms, windows):
    window_terms = sorted((window, window // 4, term) for window, term in windows)
    found = run(engine, sorted(claim_terms), window_terms, [], 8)
    assert found == brute(claim_terms, window_terms, 8, candidates.N_TEXTS)

"""Small corpora as the tables that candidates are found in, and the same by loops."""

import ibis
import pyarrow as pa
from hypothesis import strategies as st

from beleg.ground import candidates
from beleg.ground.candidates import (
    count_texts,
    find_candidates,
    list_postings,
    number_windows,
    term_weight,
    weigh_terms,
)
from beleg.ground.search import lay_out

TERMS = st.integers(1, 6)
CLAIM_TERMS = st.sets(st.tuples(st.integers(0, 2), TERMS), min_size=1, max_size=10)
WINDOWS = st.sets(st.tuples(st.integers(0, 29), TERMS), min_size=1, max_size=60)


def place(windows):
    """Four windows a text: window_no, text_no, term."""
    return sorted((window, window // 4, term) for window, term in windows)


def make_tables(to_table, window_terms, claim_terms, own, n_texts):
    """Bring a corpus into an engine; ``to_table(name, rows)`` gives an Ibis table."""
    rows = lay_out(("window_no", "text_no", "term"), window_terms)
    windows = to_table("window_terms", rows)
    engine = ibis.duckdb.connect()
    frequencies = engine.to_pyarrow(count_texts(ibis.memtable(rows)))
    engine.disconnect()
    weights = weigh_terms(frequencies, n_texts)
    column = [weights[term] for term in frequencies.column("term").to_pylist()]
    weighted = frequencies.append_column("weight", pa.array(column, pa.int64()))
    return {
        "claim_terms": to_table("claim_terms", lay_out(("claim_no", "term"), claim_terms)),
        "window_terms": windows,
        "weights": to_table("weights", weighted),
        "postings": list_postings(windows),
        "windows": number_windows(windows),
        "own": to_table("own", lay_out(("claim_no", "text_no"), own)),
    }


def run(engine, to_table, window_terms, claim_terms, own, n_texts):
    tables = make_tables(to_table, window_terms, claim_terms, own, n_texts)
    found = engine.to_pyarrow(find_candidates(tables)).to_pylist()
    return sorted((row["claim_no"], row["text_no"], row["window_no"]) for row in found)


def find_by_loops(claim_terms, window_terms, own, n_texts, n):
    """The slow definition: best windows of each text, then the best texts; and the own ones."""
    texts, holders, found = {}, {}, set()
    for window, text, term in window_terms:
        texts.setdefault(term, set()).add(text)
        holders.setdefault(window, (text, set()))[1].add(term)
    for claim in {c for c, _ in claim_terms}:
        weights = {
            t: term_weight(n_texts, len(texts[t]))
            for c, t in claim_terms
            if c == claim and t in texts
        }
        total, frequent = sum(weights.values()), set()
        up_to = 0
        for term in sorted(weights, key=lambda t: (weights[t], -t)):
            up_to += weights[term]
            if up_to * 10 < total * candidates.FREQUENT_TENTHS:
                frequent.add(term)
        near, mine = {}, {}
        for window, (text, terms) in holders.items():
            shared = terms & weights.keys()
            overlap = sum(weights[t] for t in shared)
            if shared - frequent and overlap * 100 >= total * candidates.LEAST_HUNDREDTHS:
                near.setdefault(text, []).append((-overlap, window))
            if shared and (claim, text) in own:
                mine.setdefault(text, []).append((-overlap, window))
        best = sorted((min(windows), text) for text, windows in near.items())
        ranked = sorted((windows[0], text) for windows, text in best)[:n]
        found.update((claim, text, w) for _, text in ranked for _, w in sorted(near[text])[:2])
        found.update((claim, text, w) for text in mine for _, w in sorted(mine[text])[:2])
    return sorted(found)

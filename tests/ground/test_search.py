import pyarrow as pa
import pytest
from candidate_tables import find_by_loops, place
from hypothesis import given, settings, strategies as st

from beleg.ground import search as module
from beleg.ground.candidates import N_TEXTS, term_weight
from beleg.ground.search import Search, lay_out, open_engine

NAMES = ("window_no", "text_no", "term")
CORPUS = place({(w, 1 + (w * k) % 9) for w in range(40) for k in (1, 2, 5)})
CLAIMS = [(claim, 1 + (claim + k) % 9) for claim in range(12) for k in range(4)]
OWN = [(0, 3), (5, 9), (11, 0)]


def find(window_terms, claim_terms, own, n_texts, *, batches=1):
    rows = lay_out(NAMES, window_terms)
    size = max(-(-rows.num_rows // batches), 1)
    cut = [rows.slice(at, size) for at in range(0, rows.num_rows, size)] or [rows]
    with open_engine() as connection:
        search = Search(connection, n_texts, cut)
        return search.find_pairs(
            lay_out(("claim_no", "term"), claim_terms), lay_out(("claim_no", "text_no"), own)
        )


def by_loops(window_terms, claim_terms, own, n_texts):
    found = find_by_loops(set(claim_terms), window_terms, set(own), n_texts, N_TEXTS)
    return sorted((text, window, claim) for claim, text, window in found)


@pytest.mark.parametrize("block", [1, 5, 50])
@pytest.mark.parametrize("batches", [1, 7])
def test_blocks_and_batches_change_nothing(monkeypatch, block, batches):
    monkeypatch.setattr(module, "BLOCK", block)
    found = find(CORPUS, CLAIMS, OWN, 10, batches=batches)
    assert found == by_loops(CORPUS, CLAIMS, OWN, 10)
    assert {claim for _, _, claim in found} == set(range(12))


def test_large_numbers_of_claims_and_fingerprints_stay_apart():
    high = (1 << 63) - 1
    window_terms = [(0, 0, high), (1, 1, high - 1)]
    claims = [((1 << 31) + 5, high), ((1 << 31) + 6, high - 1)]
    assert find(window_terms, claims, [], 2) == [(0, 0, (1 << 31) + 5), (1, 1, (1 << 31) + 6)]


def test_nothing_finds_nothing():
    assert find([], CLAIMS, [], 0) == []
    assert find(CORPUS, [], [], 10) == []
    assert find(CORPUS, [(0, 99)], [], 10) == []


def test_a_term_that_no_text_has_weighs_most():
    with open_engine() as connection:
        search = Search(connection, 2, [lay_out(NAMES, [(0, 0, 7), (1, 1, 7)])])
        assert search.weigh(7) == term_weight(2, 2)
        assert search.weigh(8) == term_weight(2, 0) > search.weigh(7)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.integers(0, 5), max_size=40).map(sorted),
    st.integers(1, 4),
)
def test_blocks_hold_whole_claims(claims, size):
    table = lay_out(("claim_no", "term"), [(claim, n) for n, claim in enumerate(claims)])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "BLOCK", size)
        blocks = list(module._cut_blocks(table))
    seen = [set(block["claim_no"].to_pylist()) for block in blocks]
    assert all(len(block) <= size for block in seen)
    assert sum(map(len, seen)) == len(set(claims))
    if blocks:
        assert pa.concat_tables(blocks).equals(table)

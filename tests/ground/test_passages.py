from itertools import pairwise

from hypothesis import given, strategies as st

from beleg.ground.passages import find_windows, make_passage
from beleg.ground.sentences import Span, find_sentences


def test_windows_by_hand():
    text = "Eins ist da. Zwei ist da. Drei ist da. Vier ist da. Fünf ist da. Sechs ist da."
    assert [text[start:end] for start, end in find_windows(text)] == [
        "Eins ist da. Zwei ist da. Drei ist da.",
        "Drei ist da. Vier ist da. Fünf ist da.",
        "Fünf ist da. Sechs ist da.",
    ]
    assert find_windows("Kurz.") == [Span(0, 5)]
    assert find_windows(" … \n") == []


@given(st.lists(st.sampled_from(["Das gilt. ", "Why not? ", "\n", "- x ", "…"]), max_size=40))
def test_every_pair_of_sentences_is_whole_in_one_window(parts):
    text = "".join(parts)
    windows = find_windows(text)
    assert windows == sorted(set(windows))
    worded = [s for s in find_sentences(text) if any(map(str.isalnum, text[s.start : s.end]))]
    for first, second in pairwise(worded):
        assert any(w.start <= first.start and second.end <= w.end for w in windows)


@given(st.text())
def test_windows_lie_in_the_text(text):
    windows = find_windows(text)
    assert all(0 <= start < end <= len(text) for start, end in windows)
    assert bool(windows) == any(map(str.isalnum, text))


def test_a_text_without_points_is_cut():
    text = "wort " * 5_000
    windows = find_windows(text)
    assert max(end - start for start, end in windows) < 12 * 120 * 5
    assert len(windows) > 10


def test_a_passage_is_named_by_its_place():
    assert make_passage("d", Span(0, 5)) != make_passage("d", Span(0, 6))
    assert make_passage("d", Span(0, 5)).passage_id != make_passage("e", Span(0, 5)).passage_id

from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from beleg.ground.enclosures import MAX_ENCLOSED, find_enclosures


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('"We won. It is over," she said.', ['"We won. It is over,"']),
        ("Er sagte: „Nein. Nie.“ Dann ging er.", ["„Nein. Nie.“"]),
        ("Er rief: »Nein!« Sie: «Doch!»", ["»Nein!«", "«Doch!»"]),
        ("The mill (built in 1881. Restored.) stands.", ["(built in 1881. Restored.)"]),
        ('A board of 5" and a "long. Quote."', ['"long. Quote."']),
        ("An open „quote without end.", []),
        ("No opener” here)", []),
        ("„" + "x" * (MAX_ENCLOSED + 1) + "“", []),
    ],
)
def test_enclosures_by_hand(text, found):
    assert [text[a : b + 1] for a, b in find_enclosures(text, 0, len(text))] == found


@given(st.text(st.sampled_from('a.„“”»«()" '), max_size=80))
def test_enclosures_lie_apart_and_are_closed(text):
    spans = find_enclosures(text, 0, len(text))
    assert all(0 <= a < b < len(text) for a, b in spans)
    assert all(left[1] < right[0] for left, right in pairwise(spans))

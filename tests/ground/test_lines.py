from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from beleg.ground.lines import find_statements


def statements(text):
    return [text[start:end] for start, end in find_statements(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Hintergrund\nDer Rat beschloss den Plan.", ["Der Rat beschloss den Plan."]),
        ("Die Mühle schloss", ["Die Mühle schloss"]),  # alone it is no heading
        ("# Die Mühle\n1) Sie schloss. Sie brannte.", ["Sie schloss.", "Sie brannte."]),
        ("Sie wuchs. Die Gründe:\n- Geld", ["Sie wuchs.", "Geld"]),
        ("a | b\n--- | ---\n1. Mai | Er kam. Er ging.\n\nEr blieb.", [
            "1. Mai | Er kam. Er ging.", "Er blieb.",
        ]),
        ("---\nEr blieb.\n***", ["Er blieb."]),
        ("Er blieb.\n\n**Quellen**\n1. Post\n2. Bote\n## Folgen\n- Geld", ["Er blieb.", "Geld"]),
        ("3. Mai 2026: Der Rat tagt.\n4. Der Rat geht.", [
            "3. Mai 2026: Der Rat tagt.", "Der Rat geht.",
        ]),
        ("Quellen\nDer Rat beschloss den Plan.", ["Der Rat beschloss den Plan."]),
        ("   : Post, 5. Mai\n² Bote\n[Bote vom Mai]  \nEr blieb.", ["Er blieb."]),
    ],
)  # fmt: skip
def test_lines_by_hand(text, found):
    assert statements(text) == found


@given(st.text(st.sampled_from("aB1.:|-*#>[]¹🔹 \n\r"), max_size=200))
def test_statements_lie_in_the_text_in_order(text):
    spans = list(find_statements(text))
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(a.end <= b.start for a, b in pairwise(spans))

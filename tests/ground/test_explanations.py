import math

import pytest
from hypothesis import given, settings, strategies as st

from beleg.ground.explanations import explain, find_obstacles
from beleg.ground.features import FEATURES
from beleg.ground.pairs import read_alone
from beleg.ground.readings import read_passage
from beleg.ground.support import contributions
from beleg.ground.tokens import find_tokens

CLAIM = "Der Wärmeplan von Ellerhaven kostet 97 Mio. Euro."
PASSAGE = "Der Rat hat den Wärmeplan beschlossen. Er kostet 96 Millionen Euro."


def explained(claim, passage):
    return explain(claim, read_alone(claim, "de"), passage, "de", "passage")


def test_a_wrong_figure_by_hand():
    found = explained(CLAIM, PASSAGE)
    assert [(t.word, t.matched) for t in found.terms] == [
        ("Wärmeplan", True),
        ("Ellerhaven", False),
        ("kostet", True),
        ("97 Mio. Euro", False),
    ]
    assert math.isclose(sum(t.share for t in found.terms), 1)
    assert found.figures_missing == ("97 Mio. Euro",)
    assert found.names_missing == ("Ellerhaven",)
    assert found.verdict.conflicts == ("number:97000000",)
    assert [CLAIM[a:b] for a, b in found.claim_spans] == ["Wärmeplan", "kostet"]
    assert [PASSAGE[a:b] for a, b in found.passage_spans] == ["Wärmeplan", "kostet"]


def test_the_longest_run_is_quoted_from_the_claim():
    found = explained("Sie sagt: er KOSTET 96 Mio. Euro heute.", PASSAGE)
    assert found.longest_run == "er KOSTET 96 Mio. Euro"
    assert explained("Ganz andere Worte.", "Nichts davon.").longest_run == ""


WORDS = st.lists(st.sampled_from(f"{CLAIM} {PASSAGE} nicht Anna 5 %".split()), max_size=14)


@settings(max_examples=80, deadline=None)
@given(
    WORDS.map(lambda words: " ".join(["Wort", *words])),
    WORDS.map(lambda words: " ".join(["Satz", *words])),
)
def test_the_sum_is_the_score(claim, passage):
    found = explained(claim, passage)
    total = found.intercept + sum(item.points for item in found.contributions)
    assert math.isclose(total, found.log_odds)
    support = found.verdict.support
    wanted = round(10_000 / (1 + math.exp(-total)))
    assert support <= wanted + 1  # both are rounded
    assert found.capped == (support < wanted - 1)
    assert found.capped <= bool(found.verdict.conflicts)
    for name in find_obstacles(found):
        points = next(c.points for c in found.contributions if c.feature == name)
        assert total < found.wanted_log_odds <= total - points + 1e-9


def test_contributions_name_every_feature_once():
    rows = contributions(
        read_alone(CLAIM, "de"), read_passage(find_tokens(PASSAGE, "de"), "de"), "passage"
    )
    assert len({row.feature for row in rows}) == len(rows) == len(FEATURES)
    assert all(row.points == pytest.approx(row.value * row.coefficient) for row in rows)

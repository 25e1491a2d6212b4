import math

import pytest
from hypothesis import given, strategies as st

from beleg import judge
from beleg.ground.choice import CHOICE_FEATURES, choose, measure_choice, weigh_rarity
from beleg.ground.pairs import read_alone

CLAIM = read_alone("Der Rat baut eine Pumpe.", "de")
SOURCES = [frozenset({"rat", "pump"}), frozenset({"rat"}), frozenset({"hund"})]


def test_rarity_by_hand():
    # Three sources: "rat" stands in two of them, "pump" in one, "baut" in none.
    found = weigh_rarity(CLAIM, SOURCES)
    for term, n in (("rat", 2), ("pump", 1)):
        assert found[term] == pytest.approx(
            CLAIM.weights[term] / 1e6 * (math.log(4 / (n + 1)) + 0.1)
        )


def test_features_by_hand():
    rows = [
        dict(zip(CHOICE_FEATURES, row, strict=True))
        for row in measure_choice(CLAIM, SOURCES, [2.0, 1.0, -3.0])
    ]
    assert [row["log_odds_behind_best"] for row in rows] == [0, -1, -5]
    assert [row["log_odds_above_mean"] for row in rows] == [2, 1, -3]
    assert rows[0]["rare_share_behind_best"] == 0 > rows[1]["rare_share_behind_best"]
    assert rows[2]["rare_share"] == rows[2]["rare_weight"] == 0
    assert {row["n_sources"] for row in rows} == {math.log(3)}


def test_the_teaser_that_alone_has_the_words_is_chosen():
    teasers = [
        "Ellerhaven: Der Rat tagt heute.",
        "Ellerhaven: Der Rat beschließt die Pumpe im Hafen für 96 Millionen Euro.",
        "Ellerhaven: Der Rat der Stadt und seine Mitglieder.",
    ]
    claim = "Der Rat von Ellerhaven beschließt die Pumpe im Hafen."
    found = judge(claim, teasers, source_kind="snippet", language="de")
    assert found.best == 1
    assert found.parts[1].probability > max(found.parts[0].probability, found.parts[2].probability)


@given(
    st.lists(
        st.tuples(st.sets(st.sampled_from(["rat", "pump", "baut", "hund"])), st.floats(-9, 9)),
        max_size=6,
    )
)
def test_order_does_not_matter(rows):
    sources = [frozenset(terms) for terms, _ in rows]
    odds = [value for _, value in rows]
    found = choose(CLAIM, sources, odds)
    assert len(found) == len(rows)
    assert all(0 <= p <= 1 for p in found)
    back = choose(CLAIM, sources[::-1], odds[::-1])
    assert found == pytest.approx(back[::-1], abs=2e-4)

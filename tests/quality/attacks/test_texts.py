"""Attacks from texts: at most one point of the pot where the bar says so (10,000 in the bench)."""

import pytest

from quality.attacks import suite
from quality.attacks.settle import NAIVE

N = 2
"""Attacks of each kind; a flood, which has fifty pages, once."""


@pytest.fixture(scope="module")
def outcomes():
    drawn = [
        (attack, seed)
        for attack in suite.ATTACKS
        for seed in range(1 if "flood" in attack.name else N)
    ]
    return suite.by_attack(suite.run(drawn))


@pytest.mark.parametrize(
    "attack", [a for a in suite.ATTACKS if a.is_barred], ids=lambda a: f"{a.family}-{a.name}"
)
def test_attacks_gain_one_point_at_most(outcomes, attack):
    assert outcomes[attack]
    for outcome in outcomes[attack]:
        assert outcome.gains["ours"] <= suite.POINT, outcome.seed


def test_the_same_attacks_gain_by_counting(outcomes):
    # The worlds are worth attacking: copies by strangers gain tens of points by every count.
    (attack,) = [a for a in suite.ATTACKS if a.name == "exact, by a stranger"]
    for rule in NAIVE:
        assert all(outcome.gains[rule] > 10 * suite.POINT for outcome in outcomes[attack])


def test_what_is_reported_and_not_barred_does_gain(outcomes):
    gains = [o.gains["ours"] for a, found in outcomes.items() if not a.is_barred for o in found]
    assert max(gains) > 10 * suite.POINT


def test_with_a_committed_frame_neither_reruns_nor_further_questions_gain():
    names = {"many tiny ones", "selective reruns", "stuffed with questions"}
    drawn = [(a, seed) for a in suite.ATTACKS if a.name in names for seed in range(2)]
    for outcome in suite.run(drawn, is_framed=True):
        assert outcome.gains["ours"] == outcome.losses["ours"] == 0

"""Given true origin links, attacks gain exactly nothing, as fractions (10,000 in the bench)."""

import random

import pytest

from quality.attacks import exact


@pytest.fixture(scope="module")
def outcomes():
    return exact.run(400, seed=4)


@pytest.mark.parametrize("name", [attack.__name__ for attack in exact.ATTACKS])
def test_attacks_gain_exactly_nothing_and_move_nothing(outcomes, name):
    assert len(outcomes[name]) == 80
    assert set(outcomes[name]) == {(0, 0)}


def test_without_its_origins_a_copy_gains():
    # What the test above sees is not blind: the same copies, with nothing known of them.
    rng = random.Random(1)
    worlds = [exact.build_small(rng, f"w{nth}") for nth in range(60)]
    copies = [exact.copy(world, rng) for world in worlds]
    unknown = [c._replace(rows={**c.rows, "origins": []}) for c in copies]
    honest, parts = exact.settle(worlds), exact.settle(unknown)
    gains = [sum(parts[c.key].get(n, 0) - honest[c.key].get(n, 0) for n in c.side) for c in copies]
    assert max(gains) > 0.2
    assert sum(gain > 0 for gain in gains) > 30


def test_a_world_shares_beside_others_what_it_shares_alone():
    rng = random.Random(2)
    worlds = [exact.copy(exact.build_small(rng, f"w{nth}"), rng) for nth in range(4)]
    beside = exact.settle(worlds)
    for world in worlds:
        assert exact.settle([world])[world.key] == beside[world.key]

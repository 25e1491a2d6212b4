"""Run attacks end to end: honest worlds and attacked ones through ground, origin and share."""

import random
from collections import defaultdict
from collections.abc import Sequence
from fractions import Fraction
from itertools import zip_longest
from typing import NamedTuple

from quality.attacks import answers, copies, pages, rewrites
from quality.attacks.facts import GENRES
from quality.attacks.moves import Attack
from quality.attacks.settle import RULES, gain, put_together, read_texts, settle
from quality.attacks.world import World, build_world

ATTACKS = (*copies.ATTACKS, *rewrites.ATTACKS, *pages.ATTACKS, *answers.ATTACKS)

POINT = Fraction(1, 100)
"""One point of the pot."""


class Outcome(NamedTuple):
    """What one attack moved, in parts of the pot, by rule."""

    attack: Attack
    seed: int
    gains: dict[str, Fraction]
    """Of the attackers and all who belong to them."""
    losses: dict[str, Fraction]
    """Of the victim; 0 where it attacks itself."""
    others: dict[str, Fraction]
    """Of all other publishers."""


def draw(attack: Attack, seed: int, key: str) -> tuple[World, World]:
    """Draw a world and attack it; a seed gives the same twice, but for the key in its names."""
    rng = random.Random(f"{attack.name} {seed}")
    before = build_world(rng, key, *GENRES[seed % len(GENRES)], has_report=attack.has_report)
    return before, attack.apply(before, rng)


def run(drawn: Sequence[tuple[Attack, int]], *, is_framed: bool = False) -> list[Outcome]:
    """Run attacks: worlds of different genres side by side, all corpora in one pot.

    Args:
        drawn: Attacks and their seeds.
        is_framed: The questions of the honest worlds, one run each, were committed before; no
            other answer counts.
    """
    pairs = [draw(attack, seed, f"w{nth}") for nth, (attack, seed) in enumerate(drawn)]
    waiting: dict[int, list[int]] = defaultdict(list)
    for nth, (_, seed) in enumerate(drawn):
        waiting[seed % len(GENRES)].append(nth)
    batches = list(zip_longest(*waiting.values()))
    settled = []
    for side in (0, 1):
        corpora = [
            read_texts([pairs[nth][side] for nth in batch if nth is not None]) for batch in batches
        ]
        worlds = [pair[side] for pair in pairs]
        framed = [before for before, _ in pairs] if is_framed else None
        settled.append(settle(worlds, put_together(corpora, framed)))
    return [
        _compare(attack, seed, pair, (settled[0], settled[1]))
        for (attack, seed), pair in zip(drawn, pairs, strict=True)
    ]


def _compare(attack, seed, pair, settled):
    before, after = pair
    side = after.attackers
    names = {p for world in pair for p in (page.publisher for page in world.pages)}
    robbed = {after.victim} - side
    rest = names - side - robbed
    gains, losses, others = {}, {}, {}
    for rule in RULES:
        one, other = (settled[k][before.key].parts[rule] for k in (0, 1))
        gains[rule] = gain(one, other, side)
        losses[rule] = -gain(one, other, robbed)
        others[rule] = -gain(one, other, rest)
    return Outcome(attack, seed, gains, losses, others)


def by_attack(outcomes: Sequence[Outcome]) -> dict[Attack, list[Outcome]]:
    """Group outcomes, in the order of the suite."""
    found = defaultdict(list)
    for outcome in outcomes:
        found[outcome.attack].append(outcome)
    return {attack: found[attack] for attack in ATTACKS if attack in found}

"""Attacks on tables, with true origin links: no text is read, so that all the digits are known.

Random small worlds lie side by side in one pot; a world's part of it, by its own weight, is what
it would share out alone. Every attack here must gain exactly nothing.
"""

import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from typing import NamedTuple

from beleg.records import (
    ClaimWeight,
    Holding,
    Level,
    Observation,
    Origin,
    OriginStatus,
    Ownership,
    Passage,
    Pot,
    Prompt,
    Relation,
    Share,
    Text,
)
from beleg.share import share
from beleg.tables import from_arrow
from oracles import settlement as by_hand

Rows = dict[str, list]
"""Records by the name of their table."""
POT = replace(by_hand.POT, threshold=4_000, level=Level.COMPANY)


class Small(NamedTuple):
    """A small world, and who attacks it."""

    key: str
    rows: Rows
    houses: tuple[str, ...]
    side: frozenset[str]


def build_small(rng: random.Random, key: str) -> Small:
    """Draw two to five houses, one or two questions, one to three answers of up to four claims."""
    houses = tuple(f"{key}-{letter}" for letter in "abcde"[: rng.randint(2, 5)])
    rows: Rows = defaultdict(list)
    for house in houses:
        _add_house(rows, house, house)
    for question in range(rng.randint(1, 2)):
        prompt = f"{key}.q{question}"
        rows["prompts"].append(Prompt(prompt, prompt, None, None, "de", 1.0, False))
        for run in range(rng.randint(1, 3)):
            answer = f"{key}.{question}.{run}"
            rows["answers"].append(by_hand.answer(answer, prompt))
            rows["observations"].append(Observation(answer, None))
            for nth in range(1, rng.randint(1, 4) + 1):
                claim = f"{answer}-{nth}"
                rows["claims"].append(by_hand.claim(claim, rng.randint(1, 12)))
                for house in rng.sample(houses, rng.randint(0, len(houses))):
                    rows["supports"].append(by_hand.support(claim, house, _draw(rng)))
    return Small(key, rows, houses, frozenset({houses[0]}))


def _draw(rng: random.Random) -> int:
    return rng.choice((rng.randint(2_500, 10_000), 7_000, 10_000))


def _add_house(rows: Rows, house: str, publisher: str, hours: int = 0) -> None:
    """Add a document of a house, its passage, its host and, if it is new, its publisher."""
    seen = by_hand.SEEN + timedelta(hours=hours)
    rows["documents"].append(by_hand.document(house, first_seen_at=seen))
    rows["texts"].append(Text(f"text {house}", "Ein Text."))
    rows["passages"].append(Passage(f"passage {house}", house, 0, 9))
    rows["holdings"].append(Holding(f"{house}.example", publisher, None, None, "declared"))
    if all(row.publisher_id != publisher for row in rows["publishers"]):
        rows["publishers"].append(by_hand.publisher(publisher))


def _attacked(small: Small) -> Rows:
    return defaultdict(list, {name: list(rows) for name, rows in small.rows.items()})


def _repeat(rng: random.Random, rows: Rows, house: str, name: str, relation: Relation) -> None:
    """Let a document repeat a house's, better or worse for a machine, with its true origin."""
    for row in [row for row in rows["supports"] if row.document_id == house]:
        if rng.random() < 0.8:
            near = rng.choice((row.support, _draw(rng)))
            rows["supports"].append(by_hand.support(row.claim_id, name, near))
    rows["origins"].append(
        Origin(
            f"passage {name}", name, f"passage {house}", house, None, relation,
            OriginStatus.CERTAIN, ("shared:1.00",),
        )
    )  # fmt: skip


def copy(small: Small, rng: random.Random) -> Small:
    """Strangers, or the origin by itself, copy or rewrite a page under further hosts."""
    rows, house = _attacked(small), rng.choice(small.houses)
    names = [f"{small.key}-x{n}" for n in range(rng.randint(1, 6))]
    for name in names:
        _add_house(rows, name, name, rng.randint(1, 99))
        _repeat(rng, rows, house, name, rng.choice((Relation.COPY, Relation.REWRITE)))
    side = {*names, house} if rng.random() < 0.5 else {*names}
    return small._replace(rows=rows, side=frozenset(side))


def repeat(small: Small, rng: random.Random) -> Small:
    """Answers say what they say again."""
    rows = _attacked(small)
    claim = rng.choice(rows["claims"])
    for nth in range(rng.randint(1, 9)):
        again = replace(claim, claim_id=f"{claim.claim_id}{nth}", start=claim.start + 100 + nth)
        rows["claims"].append(again)
        rows["supports"] += [
            replace(row, claim_id=again.claim_id)
            for row in rows["supports"]
            if row.claim_id == claim.claim_id
        ]
    return small._replace(rows=rows)


def split(small: Small, rng: random.Random) -> Small:
    """A house publishes what it has once more, on many pages."""
    rows, house = _attacked(small), small.houses[0]
    for nth in range(rng.randint(1, 8)):
        name = f"{house}.{nth}"
        _add_house(rows, name, house, rng.randint(1, 99))
        _repeat(rng, rows, house, name, Relation.OWN)
    return small._replace(rows=rows)


def publish_late(small: Small, rng: random.Random) -> Small:
    """After the answers somebody publishes all of them, and claims to have done so before."""
    rows, name = _attacked(small), f"{small.key}-x"
    _add_house(rows, name, name)
    late = by_hand.ASKED + timedelta(seconds=rng.randint(1, 10**6))
    rows["documents"][-1] = replace(
        rows["documents"][-1], first_seen_at=late, published_at=by_hand.SEEN
    )
    rows["supports"] += [by_hand.support(row.claim_id, name, 10_000) for row in rows["claims"]]
    return small._replace(rows=rows, side=frozenset({name, small.houses[0]}))


def shell(small: Small, rng: random.Random) -> Small:
    """A house founds shells, declares them, and lets them repeat it in words of their own."""
    rows, house, owner = _attacked(small), small.houses[0], f"{small.key}-owner"
    rows["publishers"].append(by_hand.publisher(owner, level=Level.COMPANY))
    names = [f"{small.key}-x{n}" for n in range(rng.randint(1, 6))]
    for name in names:
        _add_house(rows, name, name, rng.randint(1, 99))
        for row in [row for row in rows["supports"] if row.document_id == house]:
            weaker = rng.randint(0, row.support)
            rows["supports"].append(by_hand.support(row.claim_id, name, weaker))
    rows["ownerships"] += [Ownership(name, owner, None, None) for name in (house, *names)]
    return small._replace(rows=rows, side=frozenset({house, owner, *names}))


ATTACKS: tuple[Callable[[Small, random.Random], Small], ...] = (
    copy, repeat, split, publish_late, shell,
)  # fmt: skip


def settle(worlds: Sequence[Small], pot: Pot = POT) -> dict[str, dict[str, Fraction]]:
    """Split one pot over all worlds: the part of its world's weight by publisher, by world."""
    joined: Rows = {"pots": [pot]}
    for world in worlds:
        for name, rows in world.rows.items():
            joined.setdefault(name, []).extend(rows)
    shared = share(by_hand.tables(joined))
    weights: dict[str, int] = defaultdict(int)
    for row in from_arrow(shared.claim_weights, ClaimWeight):
        weights[row.answer_id.partition(".")[0]] += row.weight
    total = sum(weights.values())
    parts: dict[str, dict[str, Fraction]] = {world.key: {} for world in worlds}
    for row in from_arrow(shared.shares, Share):
        key = row.publisher_id.partition("-")[0]
        part = Fraction(int(row.numerator), int(row.denominator))
        parts[key][row.publisher_id] = part * total / weights[key]
    return parts


def run(n: int, seed: int = 0) -> dict[str, list[tuple[Fraction, Fraction]]]:
    """Attack n random worlds: what the attackers gain, and what moves at all, by attack."""
    rng = random.Random(seed)
    pairs, attacks = [], [ATTACKS[nth % len(ATTACKS)] for nth in range(n)]
    for nth, attack in enumerate(attacks):
        before = build_small(rng, f"w{nth}")
        pairs.append((before, attack(before, rng)))
    honest, attacked = (settle([pair[side] for pair in pairs]) for side in (0, 1))
    found: dict[str, list[tuple[Fraction, Fraction]]] = defaultdict(list)
    for attack, (before, after) in zip(attacks, pairs, strict=True):
        one, other = honest[before.key], attacked[before.key]
        names = one.keys() | other.keys()
        moved = {name: other.get(name, Fraction()) - one.get(name, Fraction()) for name in names}
        gained = sum((moved.get(name, Fraction()) for name in after.side), Fraction())
        rest = sum(
            (abs(part) for name, part in moved.items() if name not in after.side), Fraction()
        )
        found[attack.__name__].append((gained, rest))
    return found

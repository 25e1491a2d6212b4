# ruff: noqa: E501 # pairs of words stand in rows
"""What attacks are made of: near copies, more pages, more publishers, more answers."""

import random
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import NamedTuple

from quality.attacks.facts import pad
from quality.attacks.world import Page, World


class Attack(NamedTuple):
    """One attack of a family."""

    family: str
    name: str
    apply: Callable[[World, random.Random], World]
    is_barred: bool
    """True where it may gain one point of the pot at most; the others are reported."""
    has_report: bool = False
    """True where the attacker needs a report of its own, in the honest world too."""


_SWAPS = {
    "de": {
        "dafür": "deshalb", "laut": "so", "beschlossen": "entschieden", "nur": "bloß", "bislang": "bisher",
        "Menschen": "Leute", "plant": "vorhat", "bauen": "errichten", "sagt": "meint", "fiel": "rutschte",
        "mit": "samt", "Sanierung": "Renovierung", "erhielt": "bekam", "im": "in dem", "Werk": "Betrieb",
    },
    "en": {
        "voted": "decided", "repair": "mend", "said": "stated", "work": "works", "just": "only",
        "people": "persons", "build": "erect", "found": "spotted", "says": "claims", "fell": "dropped",
        "demands": "wants", "firm": "company", "last": "go on for", "pays": "covers", "gives": "donates",
    },
}  # fmt: skip


def copy_page(page: Page, publisher: str, rng: random.Random, nth: int = 0, **changes) -> Page:
    """Put a page under another publisher's host, seen some hours later."""
    seen = page.seen + timedelta(hours=rng.randint(1, 12), minutes=rng.randint(1, 59))
    made = page._replace(
        publisher=publisher, host=f"{publisher}.example", path=f"kopie-{nth}", seen=seen,
        published=seen,
    )  # fmt: skip
    return made._replace(**changes)


def edit(sentences: Sequence[str], language: str, rng: random.Random) -> tuple[str, ...]:
    """Make a near copy: swap, drop and move words, cut and reorder sentences, another lead."""
    how = rng.choice(("words", "order", "lead", "cut", "all"))
    out = list(sentences)
    if how in {"words", "all"}:
        out = [_swap(sentence, language, rng) for sentence in out]
    if how in {"order", "all"}:
        rng.shuffle(out)
    if how in {"lead", "all"}:
        out = [pad(rng, language), *out, pad(rng, language)]
    if how in {"cut", "all"} and len(out) > 3:
        del out[rng.randrange(len(out))]
    return tuple(out)


def _swap(sentence: str, language: str, rng: random.Random) -> str:
    words = []
    for word in sentence.split():
        if rng.random() < 0.1 and word.islower() and len(word) < 5:
            continue
        swap = _SWAPS[language].get(word)
        words.append(swap if swap and rng.random() < 0.7 else word)
    return " ".join(words)


def strangers(world: World, n: int) -> list[str]:
    """Name n publishers that nobody knew before."""
    return [f"{world.key}-x{number}" for number in range(n)]


def put(world: World, *pages: Page, **changes) -> World:
    """Add pages; whose they are is for ``attackers`` to say."""
    return world._replace(pages=(*world.pages, *pages), **changes)


def join_side(world: World, *names: str) -> frozenset[str]:
    """Count some publishers among the attackers."""
    return world.attackers | set(names)

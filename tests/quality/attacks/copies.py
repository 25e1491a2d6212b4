"""Copies, exact and near, by the origin itself and by strangers; chains; copies in a frame."""

from datetime import timedelta

from quality.attacks.facts import pad
from quality.attacks.moves import Attack, copy_page, edit, join_side, put, strangers
from quality.attacks.world import Page


def copy_own_hosts(world, rng):
    """The origin puts its page under further hosts that are declared to be its own."""
    page = world.of(world.victim)
    hosts = [f"{world.victim}-{n}.example" for n in range(rng.randint(1, 5))]
    pages = [copy_page(page, world.victim, rng, host=host) for host in hosts]
    return put(world, *pages, attackers=frozenset({world.victim}))


def copy_own_strangers(world, rng):
    """The origin puts its page under hosts of publishers that seem to be others."""
    page, names = world.of(world.victim), strangers(world, rng.randint(1, 5))
    pages = [copy_page(page, name, rng) for name in names]
    return put(world, *pages, attackers=frozenset({world.victim, *names}))


def copy_stranger(world, rng):
    """Somebody else copies the origin's page, under up to five hosts."""
    page, names = world.of(world.victim), strangers(world, rng.randint(1, 5))
    return put(
        world, *(copy_page(page, n, rng) for n in names), attackers=join_side(world, *names)
    )


def near_own(world, rng):
    """The origin publishes near copies under hosts of seeming others."""
    page, names = world.of(world.victim), strangers(world, rng.randint(1, 5))
    pages = [
        copy_page(page, n, rng, sentences=edit(page.sentences, world.language, rng)) for n in names
    ]
    return put(world, *pages, attackers=frozenset({world.victim, *names}))


def near_stranger(world, rng):
    """Somebody else publishes near copies."""
    page, names = world.of(world.victim), strangers(world, rng.randint(1, 5))
    pages = [
        copy_page(page, n, rng, sentences=edit(page.sentences, world.language, rng)) for n in names
    ]
    return put(world, *pages, attackers=join_side(world, *names))


def copy_everybody(world, rng):
    """One page is put together from copied sentences of all others."""
    me = min(world.attackers)
    others = [page for page in world.pages if page.publisher not in world.attackers]
    last = max(page.seen for page in others)
    told = {s for fact in world.facts for s in fact.wordings}
    sentences = [s for page in others for s in page.sentences if s in told or rng.random() < 0.3]
    if rng.random() < 0.5:
        rng.shuffle(sentences)
    seen = last + timedelta(hours=rng.randint(1, 12))
    return put(world, Page(me, f"{me}.example", "alles", tuple(sentences), seen, seen))


def copy_diluted(world, rng):
    """Copied sentences stand one by one between the copier's own."""
    me, page = min(world.attackers), world.of(world.victim)
    told = {s for fact in world.facts for s in fact.wordings}
    sentences = [pad(rng, world.language)]
    for sentence in page.sentences:
        if sentence in told:
            own = [pad(rng, world.language) for _ in range(rng.randint(1, 3))]
            sentences += [sentence, *own]
    return put(world, copy_page(page, me, rng, sentences=tuple(sentences)))


def flood(world, rng):
    """Very many strangers carry the page, word for word or nearly."""
    page, names = world.of(world.victim), strangers(world, rng.randint(42, 60))
    is_exact = rng.random() < 0.5
    pages = [
        copy_page(
            page, n, rng,
            sentences=page.sentences if is_exact else edit(page.sentences, world.language, rng),
        )
        for n in names
    ]  # fmt: skip
    return put(world, *pages, attackers=join_side(world, *names))


def chain(world, rng):
    """A copies the source, B copies A, nearly, each later than the one before."""
    names, page, pages = strangers(world, rng.randint(2, 3)), world.of(world.victim), []
    for name in names:
        page = copy_page(page, name, rng, sentences=edit(page.sentences, world.language, rng))
        pages.append(page)
    return put(world, *pages, attackers=join_side(world, *names))


def chain_agency(world, rng):
    """An agency's report is printed by A without its mark, and B copies A."""
    page = world.of(world.victim)
    marked = page._replace(marks=("agency:dpa",))
    made = chain(world, rng)
    return made._replace(pages=tuple(marked if p == page else p for p in made.pages))


def mark_as_agencys(world, rng):
    """Copies carry an agency's mark, as if they had been bought from it."""
    page, names = world.of(world.victim), strangers(world, rng.randint(1, 3))
    pages = [
        copy_page(
            page,
            n,
            rng,
            marks=("agency:dpa",),
            sentences=edit(page.sentences, world.language, rng),
        )
        for n in names
    ]
    return put(world, *pages, attackers=join_side(world, *names))


ATTACKS = (
    Attack("copies", "exact, by itself, declared hosts", copy_own_hosts, True),
    Attack("copies", "exact, by itself, strangers' hosts", copy_own_strangers, True),
    Attack("copies", "exact, by a stranger", copy_stranger, True),
    Attack("copies", "near, by itself, strangers' hosts", near_own, True),
    Attack("copies", "near, by a stranger", near_stranger, True),
    Attack("copies", "out of all pages", copy_everybody, True),
    Attack("copies", "sentences between own ones", copy_diluted, True),
    Attack("copies", "flood of 42 to 60", flood, True),
    Attack("copies", "with an agency's mark", mark_as_agencys, True),
    Attack("chains", "source, A, B", chain, True),
    Attack("chains", "marked agency text, A, B", chain_agency, True),
)

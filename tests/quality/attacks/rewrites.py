"""Rewrites, shells and stuffing: the same facts in other words, by one or by many."""

from datetime import timedelta

from quality.attacks.facts import pad
from quality.attacks.moves import Attack, copy_page, edit, put, strangers
from quality.attacks.world import Page


def _last_seen(world):
    return max(page.seen for page in world.pages)


def _tell(world, rng, name, facts, nth=0):
    """Write a page that tells facts in the nth wording that stands on no honest page, or any."""
    used = {s for page in world.pages for s in page.sentences}
    sentences = [pad(rng, world.language)]
    for fact in facts:
        free = [w for w in fact.wordings if w not in used] or [fact.said]
        sentences += [free[nth % len(free)], pad(rng, world.language)]
    seen = _last_seen(world) + timedelta(hours=1 + nth)
    return Page(name, f"{name}.example", f"seite-{nth}", tuple(sentences), seen, seen)


def _facts_of(world, page):
    return [fact for fact in world.facts if set(fact.wordings) & set(page.sentences)]


def paraphrase(world, rng):
    """One publisher tells the victim's report in five wordings."""
    me, facts = min(world.attackers), _facts_of(world, world.of(world.victim))
    return put(world, *(_tell(world, rng, me, facts, nth) for nth in range(5)))


def paraphrase_own(world, rng):
    """The victim itself tells its own report in five wordings, to come closer to the answers."""
    facts = _facts_of(world, world.of(world.victim))
    pages = [_tell(world, rng, world.victim, facts, nth) for nth in range(5)]
    return put(world, *pages, attackers=frozenset({world.victim}))


def _shells(world, rng, *, is_declared, is_copy):
    """One owner stands behind several publishers that tell what the owner's own page tells."""
    names, page = strangers(world, rng.randint(2, 5)), world.of(world.victim)
    if is_copy:
        pages = [
            copy_page(page, n, rng, sentences=edit(page.sentences, world.language, rng))
            for n in names
        ]
    else:
        facts = _facts_of(world, page)
        pages = [_tell(world, rng, n, facts, nth) for nth, n in enumerate(names)]
    side = {world.victim, *names}
    owner = f"{world.key}-owner"
    owners = dict.fromkeys(sorted(side), owner) if is_declared else {}
    return put(world, *pages, attackers=frozenset({*side, owner}), owners=owners)


def shells_declared(world, rng):
    """Shells with a declared owner, near copies."""
    return _shells(world, rng, is_declared=True, is_copy=True)


def shells_undeclared(world, rng):
    """Shells without a declared owner, near copies."""
    return _shells(world, rng, is_declared=False, is_copy=True)


def shells_declared_rewrites(world, rng):
    """Shells with a declared owner, each with a wording of its own."""
    return _shells(world, rng, is_declared=True, is_copy=False)


def shells_undeclared_rewrites(world, rng):
    """Shells without a declared owner, each with a wording of its own."""
    return _shells(world, rng, is_declared=False, is_copy=False)


def stuff(world, rng):
    """A page tells every fact, in words of its own."""
    return put(world, _tell(world, rng, min(world.attackers), world.facts))


def leak(world, rng):
    """Who knows the panel writes one page for each question, as an engine would answer it."""
    me, pages = min(world.attackers), []
    seen = _last_seen(world) + timedelta(hours=1)
    for nth, fact in enumerate(world.facts):
        sentences = (pad(rng, world.language), fact.said, pad(rng, world.language))
        pages.append(Page(me, f"{me}.example", f"antwort-{nth}", sentences, seen, seen))
    return put(world, *pages)


ATTACKS = (
    Attack("rewrites", "five wordings by a stranger", paraphrase, False),
    Attack("rewrites", "five wordings by itself", paraphrase_own, False),
    Attack("shells", "declared owner, near copies", shells_declared, True),
    Attack("shells", "no declared owner, near copies", shells_undeclared, True),
    Attack("shells", "declared owner, rewrites", shells_declared_rewrites, False),
    Attack("shells", "no declared owner, rewrites", shells_undeclared_rewrites, False),
    Attack("stuffing", "a page with every fact", stuff, False),
    Attack("panel", "leaked: a page for each question", leak, False),
)

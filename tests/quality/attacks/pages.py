"""One article on many pages, sentences repeated, and pages that come late or claim to be early."""

from datetime import timedelta

from quality.attacks.facts import pad
from quality.attacks.moves import Attack, copy_page, edit, put
from quality.attacks.world import ASKED, LATER, Page


def split_pages(world, rng):
    """One article stands once more, cut into pages of one to three sentences."""
    page, pages, size = world.of(world.victim), [], rng.randint(1, 3)
    for nth, start in enumerate(range(0, len(page.sentences), size)):
        part = page.sentences[start : start + size]
        pages.append(page._replace(path=f"teil-{nth}", sentences=part))
    return put(world, *pages, attackers=frozenset({world.victim}))


def repeat_in_page(world, rng):
    """A page says each of its sentences several times."""
    page, times = world.of(world.victim), rng.randint(2, 6)
    longer = page._replace(path="mehrfach", sentences=page.sentences * times)
    return put(world, longer, attackers=frozenset({world.victim}))


def backdate(world, rng):
    """A copy claims to have been published days before the origin."""
    page, me = world.of(world.victim), min(world.attackers)
    claimed = page.published - timedelta(days=rng.randint(1, 30))
    sentences = edit(page.sentences, world.language, rng) if rng.random() < 0.5 else page.sentences
    return put(world, copy_page(page, me, rng, sentences=sentences, published=claimed))


def tie(world, rng):
    """A copy is seen at the very moment at which the origin is."""
    page, me = world.of(world.victim), min(world.attackers)
    return put(world, copy_page(page, me, rng, seen=page.seen))


def seen_first(world, rng):
    """A copy is seen before the origin is: who was first, nobody can know from outside."""
    page, me = world.of(world.victim), min(world.attackers)
    return put(world, copy_page(page, me, rng, seen=page.seen - timedelta(hours=1)))


def publish_late(world, rng):
    """After the answers a page appears that tells all of them, word for word or in own words."""
    me = min(world.attackers)
    said = [s for reply in world.replies for s, _ in reply.sentences]
    own = [fact.said for fact in world.facts]
    sentences = tuple(rng.choice((said, own)))
    claimed = ASKED - timedelta(days=rng.randint(1, 20))
    seen = LATER + timedelta(hours=rng.randint(1, 99))
    return put(world, Page(me, f"{me}.example", "spaet", sentences, seen, claimed))


def change_late(world, rng):
    """A page that answers link tells, after them, everything that they say."""
    me = min(world.attackers)
    page = world.of(me)
    said = tuple(s for reply in world.replies for s, _ in reply.sentences)
    return put(world, page._replace(sentences=said, seen=LATER))


def change_late_unlinked(world, rng):
    """A page that is linked by nobody's answer is changed after them."""
    me = min(world.attackers)
    said = tuple(fact.said for fact in world.facts)
    page = Page(
        me, f"{me}.example", "vorher", (pad(rng, world.language),), ASKED - timedelta(days=9)
    )
    return put(world, page, page._replace(sentences=said, seen=LATER))


ATTACKS = (
    Attack("splitting", "one article on many pages", split_pages, True),
    Attack("repetition", "sentences of a page", repeat_in_page, True),
    Attack("dates", "back-dated copy", backdate, True),
    Attack("dates", "seen at one moment", tie, True),
    Attack("dates", "seen before the origin", seen_first, False),
    Attack("late", "a new page after the answers", publish_late, True),
    Attack("late", "a linked page, changed", change_late, True, has_report=True),
    Attack("late", "an unlinked page, changed", change_late_unlinked, True),
)

"""Links and answers: citation spam, cross-citation, repetition, tiny answers, the panel."""

from datetime import timedelta

from quality.attacks.moves import Attack, copy_page, edit, join_side, put, strangers
from quality.attacks.world import Reply


def _own_fact(world):
    """The attacker's fact, and how its page says it."""
    page = world.of(min(world.attackers))
    for fact in world.facts:
        for wording in fact.wordings:
            if wording in page.sentences:
                return page, fact, wording
    raise ValueError(f"world {world.key}: the attacker reports nothing.")


def _relink(world, urls):
    replies = tuple(
        reply._replace(
            sentences=tuple(
                (said, tuple(dict.fromkeys((*links, *urls)))) for said, links in reply.sentences
            )
        )
        for reply in world.replies
    )
    return world._replace(replies=replies)


def spam_links(world, rng):
    """Every statement of every answer links pages of the attacker, which carry none of it."""
    me = min(world.attackers)
    return _relink(world, [f"https://{me}.example/{n}" for n in range(rng.randint(1, 6))])


def cross_cite(world, rng):
    """Colluders copy the origin and name each other as the source and the canonical page."""
    page, names = world.of(world.victim), strangers(world, rng.randint(2, 4))
    pages = []
    for nth, name in enumerate(names):
        friend = names[(nth + 1) % len(names)]
        marks = (f"canonical:https://{friend}.example/kopie-0",)
        sentences = (
            edit(page.sentences, world.language, rng) if rng.random() < 0.5 else page.sentences
        )
        pages.append(copy_page(page, name, rng, marks=marks, sentences=sentences))
    made = put(world, *pages, attackers=join_side(world, *names))
    return _relink(made, [page.url for page in pages])


def repeat_in_answer(world, rng):
    """Answers say the attacker's statement again and again, word for word."""
    page, fact, wording = _own_fact(world)
    again = ((wording, (page.url,)),) * rng.randint(2, 8)
    carries = {*fact.wordings, fact.said}
    replies = []
    for reply in world.replies:
        said = [s for s, _ in reply.sentences if s in carries]
        more = tuple((said[0], links) for _, links in again) if said else ()
        replies.append(reply._replace(sentences=(*reply.sentences, *more)))
    return world._replace(replies=tuple(replies))


def repeat_rephrased(world, rng):
    """Answers say the attacker's statement in every wording there is."""
    page, fact, _ = _own_fact(world)
    more = tuple((wording, (page.url,)) for wording in (*fact.wordings, fact.said))
    carries = {*fact.wordings, fact.said}
    replies = tuple(
        reply._replace(sentences=(*reply.sentences, *more))
        if any(s in carries for s, _ in reply.sentences)
        else reply
        for reply in world.replies
    )
    return world._replace(replies=replies)


def _more_runs(world, rng, n, asked):
    """Ask a question of the panel again, until only the attacker's fact comes back."""
    page, fact, _ = _own_fact(world)
    prompt = rng.choice(sorted(world.panel))
    sentences = ((fact.said, (page.url,)),)
    first = world.replies[0].asked
    return tuple(Reply(prompt, run, sentences, first + asked * run) for run in range(3, 3 + n))


def tiny_answers(world, rng):
    """Many answers of one sentence each, to questions of the panel."""
    more = _more_runs(world, rng, rng.randint(10, 40), timedelta(hours=7))
    return world._replace(replies=(*world.replies, *more))


def rerun(world, rng):
    """Further runs are made, and those are handed in that name the attacker."""
    more = _more_runs(world, rng, rng.randint(1, 5), timedelta(hours=25))
    return world._replace(replies=(*world.replies, *more))


def rerun_cached(world, rng):
    """The answer that suits is handed in again within the hour, as a cache gives it."""
    best = world.replies[0]
    more = tuple(
        best._replace(run=run, asked=best.asked + timedelta(minutes=run)) for run in range(3, 9)
    )
    return world._replace(replies=(*world.replies, *more))


def stuff_panel(world, rng):
    """Questions are added to the panel that only the attacker answers."""
    page, fact, _ = _own_fact(world)
    questions = [
        f"Frage {n} fuer den Angreifer von {world.key}?" for n in range(rng.randint(1, 6))
    ]
    more = tuple(
        Reply(q, 1, ((fact.said, (page.url,)),), world.replies[0].asked) for q in questions
    )
    panel = {**world.panel, **dict.fromkeys(questions, 1.0)}
    return world._replace(replies=(*world.replies, *more), panel=panel)


ATTACKS = (
    Attack("citations", "links at every statement", spam_links, True),
    Attack("citations", "colluders name each other", cross_cite, True),
    Attack("repetition", "statements of an answer", repeat_in_answer, True, has_report=True),
    Attack("repetition", "statements, rephrased", repeat_rephrased, False, has_report=True),
    Attack("answers", "many tiny ones", tiny_answers, False, has_report=True),
    Attack("answers", "selective reruns", rerun, False, has_report=True),
    Attack("answers", "a cached reply again", rerun_cached, True, has_report=True),
    Attack("panel", "stuffed with questions", stuff_panel, False, has_report=True),
)

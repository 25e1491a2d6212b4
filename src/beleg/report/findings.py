"""What the conference must know: questions lost, reporting uncredited, statements misattributed.

All are lists of real answers, never scores, and all are cautious: a statement counts as wrongly
attributed only where the text of the page it links to is held and another house's passage carries
it, and as uncredited only where the answer links none of us anywhere.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from beleg.records import Answer, Claim
from beleg.report.facts import Backing, Facts, Link

Runs = tuple[tuple[int, int, bool], ...]
"""Stretches of a text: start, end, whether it is marked."""


@dataclass(frozen=True, slots=True)
class Source:
    """A passage as it is shown: whose, from where, and which words of it match."""

    publisher_id: str | None
    publisher: str
    title: str
    url: str | None
    text: str
    runs: Runs
    kind: str
    support: int
    cited: bool
    conflicts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lost:
    """A question without a brand in it where others are named or linked and none of us is."""

    question: str
    topic: str | None
    engines: tuple[str, ...]
    n_answers: int
    winners: tuple[tuple[str, int], ...]
    """Name and number of answers that link it, the most linked first."""


@dataclass(frozen=True, slots=True)
class Found:
    """A statement of an answer, and what is wrong with its credit."""

    answer_id: str
    publisher_id: str
    publisher: str
    engine: str
    question: str
    statement: str
    n_answers: int
    """Counted answers that make the same statement with the same fault."""
    source: Source | None
    """Our passage (uncredited), or the other house's (misattributed; None: nobody's)."""
    weak: Source | None
    """Misattributed: what of ours comes nearest, below the threshold."""
    linked: tuple[str, ...]
    """Uncredited: whom the answer links instead."""


@dataclass(frozen=True, slots=True)
class Findings:
    """The lists of the first screen."""

    lost: tuple[Lost, ...]
    uncredited: tuple[Found, ...]
    misattributed: tuple[Found, ...]
    unproven: tuple[Found, ...]
    """Linked to us, and nothing found that they rest on: no accusation, a list to look at."""


def find_all(facts: Facts) -> Findings:
    """Find all lists."""
    wrong, unproven = find_misattributed(facts)
    return Findings(
        tuple(find_lost(facts)), tuple(find_uncredited(facts)), tuple(wrong), tuple(unproven)
    )


def find_lost(facts: Facts) -> list[Lost]:
    """List the lost questions, the most asked first; none where nobody is declared."""
    if facts.us_kind == "measured":
        return []
    ours = frozenset(facts.us)
    asked: dict[str, list[Answer]] = defaultdict(list)
    for answer in facts.answered():
        if not facts.is_branded(answer):
            asked[answer.prompt_id].append(answer)
    lost = []
    for prompt_id, answers in asked.items():
        winners: Counter[str] = Counter()
        seen: set[str] = set()
        for answer in answers:
            linked = facts.publishers_linked(answer.answer_id)
            winners.update(linked)
            seen |= linked | facts.mentioned.get(answer.answer_id, frozenset())
        if not seen or seen & ours:
            continue
        prompt = facts.prompts.get(prompt_id)
        weight = prompt.weight if prompt else 1.0
        ranked = sorted(winners.items(), key=lambda item: (-item[1], item[0]))
        row = Lost(
            question=facts.question_of(answers[0]),
            topic=prompt.topic if prompt else None,
            engines=tuple(sorted({answer.engine for answer in answers})),
            n_answers=len(answers),
            winners=tuple((facts.name_of(key), n) for key, n in ranked[:3]),
        )
        lost.append((-weight, -len(answers), row.question, prompt_id, row))
    return [item[-1] for item in sorted(lost, key=lambda item: item[:-1])]


def find_uncredited(facts: Facts) -> list[Found]:
    """List statements that rest on a passage of ours while the answer links none of us.

    Where nobody is declared, "ours" are the houses linked most, and each is judged by itself.
    """
    ours = frozenset(facts.us)

    def judge(claim: Claim) -> tuple[str, Backing | None] | None:
        linked = facts.publishers_linked(claim.answer_id)
        if linked & ours and facts.us_kind != "measured":
            return None
        for backing in facts.backings.get(claim.claim_id, ()):
            holder = backing.publisher_id
            if holder in ours and holder not in linked and not backing.cited:
                return str(holder), backing
        return None

    return _collect(facts, judge)


def find_misattributed(facts: Facts) -> tuple[list[Found], list[Found]]:
    """Sort out the statements marked with a link to one of us that rest on no passage of its.

    Judged house by house, and only where the linked page's own text is held (grounding was
    possible). A statement whose mark also links a house that carries it is in order, and so is one
    that rests on another of us: which of our pages is linked, is no matter between the engine and
    us. (Where nobody is declared, the houses linked most are no "us", and each stands alone.)

    Returns:
        The statements that rest on another's passage while nothing of the linked house
        comes even half as near as the threshold; and those for which no passage was found at
        all, which may as well be a miss of the grounding, those with a conflict first.
    """
    pages = _pages_at_claims(facts)
    held = facts.backings_of(pages)
    together = frozenset(facts.us) if facts.us_kind != "measured" else frozenset()

    def find_other(claim: Claim) -> tuple[str, Backing | None] | None:
        strong = facts.backings.get(claim.claim_id, ())
        for holder in pages.get(claim.claim_id, ()):
            own = [b.support for b in held.get(claim.claim_id, ()) if b.publisher_id == holder]
            other = next((b for b in strong if b.publisher_id not in {None, holder}), None)
            fits = any(b.cited or b.publisher_id in together for b in strong)
            if other and not fits and max(own, default=0) * 2 < facts.threshold:
                return holder, other
        return None

    def find_none(claim: Claim) -> tuple[str, Backing | None] | None:
        holders = pages.get(claim.claim_id, ())
        return (holders[0], None) if holders and claim.claim_id not in facts.backings else None

    unproven = _collect(facts, find_none, held)
    unproven.sort(key=lambda row: not (row.weak and row.weak.conflicts))
    return _collect(facts, find_other, held), unproven


def _pages_at_claims(facts: Facts) -> dict[str, list[str]]:
    """Map claims to those of us whose pages their marks link, where all these texts are held."""
    ours, found = frozenset(facts.us), {}
    for answer in facts.answered():
        for claim in facts.claims_of.get(answer.answer_id, ()):
            placed = facts.placed.get(claim.claim_id, ())
            pages = [link for link in placed if link.publisher_id in ours]
            if pages and all(link.page in facts.known_urls for link in pages):
                found[claim.claim_id] = sorted({str(link.publisher_id) for link in pages})
    return found


Verdict = Callable[[Claim], tuple[str, Backing | None] | None]


def _collect(
    facts: Facts, judge: Verdict, held: Mapping[str, Sequence[Backing]] | None = None
) -> list[Found]:
    """Apply ``judge`` to each claim; equal statements about one publisher are one finding.

    Args:
        facts: The shared look-ups.
        judge: Gives the house that is wronged and the passage that shows it, or None.
        held: All supports of the claims, where what comes nearest is to be shown.
    """
    groups: dict[tuple[str, str], list[tuple[Claim, Backing | None]]] = defaultdict(list)
    for answer in facts.answered():
        for claim in facts.claims_of.get(answer.answer_id, ()):
            verdict = judge(claim)
            if verdict is not None:
                holder, backing = verdict
                groups[claim.statement_id, holder].append((claim, backing))
    ranked = sorted(
        groups.items(),
        key=lambda item: (
            item[1][0][1] is None,
            -len({claim.answer_id for claim, _ in item[1]}),
            -max(backing.support if backing else 0 for _, backing in item[1]),
            -item[1][0][0].content_words,
            item[0],
        ),
    )
    shown = [min(rows, key=lambda row: row[0].claim_id) for _, rows in ranked]
    weak = held or {}
    found = []
    for ((_, holder), rows), (claim, backing) in zip(ranked, shown, strict=True):
        answer = facts.answers[claim.answer_id]
        near = next((b for b in weak.get(claim.claim_id, ()) if b.publisher_id == holder), None)
        linked = sorted(facts.publishers_linked(claim.answer_id) - set(facts.us))
        found.append(
            Found(
                answer_id=claim.answer_id,
                publisher_id=holder,
                publisher=facts.name_of(holder),
                engine=answer.engine,
                question=facts.question_of(answer),
                statement=clean(answer, claim, facts.links.get(claim.answer_id, ())),
                n_answers=len({row[0].answer_id for row in rows}),
                source=show(facts, backing) if backing else None,
                weak=show(facts, near) if near else None,
                linked=tuple(facts.name_of(key) for key in linked[:3]),
            )
        )
    return found


def clean(answer: Answer, claim: Claim, links: Iterable[Link]) -> str:
    """Return a claim's words as a reader sees them: without marks, bold and double spaces."""
    text = answer.text or ""
    holes = sorted({(li.start, li.end) for li in links if li.is_mark and li.start is not None})
    parts, at = [], claim.start
    for start, end in holes:
        if claim.start <= start < claim.end and end is not None and end > at:
            parts.append(text[at : max(at, start)])
            at = min(end, claim.end)
    parts.append(text[at : claim.end])
    return " ".join("".join(parts).replace("**", "").split())


def show(facts: Facts, backing: Backing) -> Source:
    """Lay out a passage for reading: its text, its matching words, its page."""
    document = facts.documents[backing.document_id]
    text = facts.text_of(backing.document_id) or ""
    start, end = facts.passages.get(backing.passage_id, (0, 0))
    return Source(
        publisher_id=backing.publisher_id,
        publisher=facts.name_of(backing.publisher_id) or document.host,
        title=document.title or document.host,
        url=document.url or document.canonical_url,
        text=text[start:end],
        runs=cut_runs(backing.text_spans, start, min(end, len(text))),
        kind=backing.kind,
        support=backing.support,
        cited=backing.cited,
        conflicts=backing.conflicts,
    )


def cut_runs(spans: Sequence[int], start: int, end: int) -> Runs:
    """Cut ``[start, end)`` into marked and plain runs, relative to ``start``.

    Args:
        spans: Matching stretches of the whole text: start, end, start, end, ...
        start: First code point shown.
        end: The one after the last.

    Returns:
        Runs that follow each other without gap; spans that overlap are joined.
    """
    pairs = sorted(zip(spans[::2], spans[1::2], strict=False))
    runs: list[tuple[int, int, bool]] = []
    at = start
    for first, last in pairs:
        low, high = max(first, at), min(last, end)
        if low >= high:
            continue
        if low > at:
            runs.append((at - start, low - start, False))
        runs.append((low - start, high - start, True))
        at = high
    if at < end:
        runs.append((at - start, end - start, False))
    return tuple(runs)

"""Lineage: from who repeats whom to where each passage comes from, followed to the root."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from beleg.ground.precedence import Witness, is_before, sight_of, tell_evidence
from beleg.records import Document, Origin, OriginStatus, Passage, Relation

MOST_ALONE = 8
"""A passage that so many other texts repeat, none of them as a whole, is boilerplate, or spread on
purpose: it is common."""


STRONG = 0.8
"""Part of a passage that is met, from which it is no report by another hand: those that come near
to a text by chance stay below it."""


MOST_OTHERS = 8
"""Further texts that are named beside the origin of a passage that joins several."""


class Echo(NamedTuple):
    """A passage repeats another one; which of them was first is not said."""

    other: str
    """passage_id."""
    shared: float
    relation: Relation
    by_whole: bool


class Part(NamedTuple):
    """A stretch of a passage stands word for word in another one."""

    other: str
    """passage_id."""
    start: int
    end: int
    """In the text that has the stretch, in code points."""


class Known(NamedTuple):
    """What the lineage is told from."""

    passages: Mapping[str, Passage]
    witnesses: Mapping[str, Witness]
    """By document_id."""
    echoes: Mapping[str, Sequence[Echo]]
    """By passage_id."""
    parts: Mapping[str, Sequence[Part]]
    """By passage_id; of pairs of passages that have no echo."""
    riches: Mapping[str, int]
    """Distinct words by document_id."""
    lengths: Mapping[str, int]
    """Code points by document_id."""


class _Step(NamedTuple):
    """The next passage on the way to the root."""

    other: str | None
    relation: Relation
    status: OriginStatus
    shared: float | None
    """None where the other passage is not there to compare with."""
    agency: str | None = None
    notes: tuple[str, ...] = ()


_CERTAIN, _DISPUTED = OriginStatus.CERTAIN, OriginStatus.DISPUTED
_QUOTED = Relation.QUOTATION


def trace_all(known: Known) -> list[Origin]:
    """Trace every passage that repeats another house's text.

    Returns:
        One row a passage, by passage_id; a passage that its own house had first has none.
    """
    steps = {}
    for passage_id in sorted(known.passages):
        step = _take_step(known, passage_id)
        if step is not None:
            steps[passage_id] = step
    rows = {passage_id: _follow(known, steps, passage_id) for passage_id in steps}
    for passage_id in known.passages:
        if rows.get(passage_id) is None:
            rows[passage_id] = _find_parts(known, steps, passage_id) or _find_own(
                known, passage_id
            )
    return [row for _, row in sorted(rows.items()) if row is not None]


def _find_own(known: Known, passage_id: str) -> Origin | None:
    """Find the page of its own house that a passage repeats.

    Who publishes a text again, or in pieces, says nothing new; share needs to know.
    """
    own = _witness(known, passage_id)

    def place(echo: Echo) -> tuple[object, ...]:
        return (*_place_own(known, _witness(known, echo.other).document), -echo.shared, echo.other)

    earlier = [
        echo
        for echo in known.echoes.get(passage_id, ())
        if echo.relation != Relation.QUOTATION
        and _witness(known, echo.other).house == own.house
        and _is_before(known, _witness(known, echo.other), own)
    ]
    if not earlier:
        return None
    first = min(earlier, key=place)
    return _write(known, passage_id, first.other, Relation.OWN, (f"shared:{first.shared:.2f}",))


def _list_others(
    known: Known, steps: Mapping[str, _Step], passage_id: str, root: str | None
) -> tuple[str, ...]:
    """Name further documents that a passage repeats and that repeat nobody."""
    repeated = [e.other for e in known.echoes.get(passage_id, ()) if e.relation != _QUOTED]
    repeated += [part.other for part in known.parts.get(passage_id, ())]
    found = {
        known.passages[other].document_id: _witness(known, other).document
        for other in repeated
        if other not in steps and _is_earlier_house(known, other, passage_id)
    }
    ordered = sorted((d for name, d in found.items() if name != root), key=sight_of)
    return tuple(f"also:{document.document_id}" for document in ordered[:MOST_OTHERS])


def _is_earlier_house(known: Known, other: str, passage_id: str) -> bool:
    """Tell whether a passage is another house's, and was before."""
    one, own = _witness(known, other), _witness(known, passage_id)
    return one.house != own.house and is_before(one, own) is True


def _is_far(known: Known, passage_id: str, first: _Step, step: _Step) -> bool:
    """Tell whether what a passage rewrites repeats a text that the passage itself does not.

    A report by another hand may come near to one of many variants of a text by chance; only who
    comes near to the text itself repeats it.
    """
    is_weak = first.relation == Relation.REWRITE and (first.shared or 1) < STRONG
    if not is_weak or step.other is None or step.agency is not None:
        return False
    root = known.passages[step.other].document_id
    echoes = known.echoes.get(passage_id, ())
    return all(known.passages[echo.other].document_id != root for echo in echoes)


def _find_parts(known: Known, steps: Mapping[str, _Step], passage_id: str) -> Origin | None:
    """Find what a passage that repeats nothing as a whole has word for word from other houses."""
    stretches: dict[tuple[int, int], Part] = {}
    ordered = sorted(
        known.parts.get(passage_id, ()),
        key=lambda p: (*sight_of(_witness(known, p.other).document), p.other, p.start, p.end),
    )
    for part in ordered:
        if part.other not in steps and _is_earlier_house(known, part.other, passage_id):
            stretches.setdefault((part.start, part.end), part)
    if not stretches:
        return None
    longest = max(stretches.values(), key=lambda p: (p.end - p.start, -p.start))
    notes = tuple(
        f"part:{p.start}-{p.end}:{known.passages[p.other].document_id}"
        for _, p in sorted(stretches.items())
    )
    return _write(known, passage_id, longest.other, Relation.PART, notes)


def _write(
    known: Known, passage_id: str, other: str, relation: Relation, notes: tuple[str, ...]
) -> Origin:
    own, origin = _witness(known, passage_id), _witness(known, other)
    return Origin(
        passage_id=passage_id,
        document_id=own.document.document_id,
        origin_passage_id=other,
        origin_document_id=origin.document.document_id,
        agency=None,
        relation=relation,
        status=_CERTAIN,
        evidence=(*notes, *tell_evidence(own, origin)),
    )


def _witness(known: Known, passage_id: str) -> Witness:
    return known.witnesses[known.passages[passage_id].document_id]


def find_agency(known: Known, passage_id: str) -> tuple[str, str] | None:
    """Name the agency that a passage's own document says it is from, and where it says so."""
    witness, passage = _witness(known, passage_id), known.passages[passage_id]
    for mark in witness.marks:
        inside = min(mark.end, passage.end) - max(mark.start, passage.start)
        if mark.whole and 2 * inside > passage.end - passage.start:
            return mark.agency, mark.found
    return None


def _take_step(known: Known, passage_id: str) -> _Step | None:
    own = _witness(known, passage_id)
    echoes = known.echoes.get(passage_id, ())
    alone = [echo for echo in echoes if not echo.by_whole]
    common: list[Echo] = []
    if len({known.passages[e.other].document_id for e in alone}) >= MOST_ALONE:
        common = [echo for echo in alone if echo.relation != Relation.QUOTATION]
        echoes = [echo for echo in echoes if echo.by_whole]
    repeats = [echo for echo in echoes if echo.relation != Relation.QUOTATION]
    marked = find_agency(known, passage_id)
    step = _find_agency_step(known, own, marked, repeats)
    if step is None and repeats:
        step = _choose(known, own, repeats)
    if step is None and not repeats and echoes:
        step = _choose(known, own, echoes)
    if step is None and common:
        first = _choose(known, own, common)
        step = first._replace(relation=Relation.COMMON) if first else None
    if step is None and own.canonical is not None:
        step = _Step(None, Relation.COPY, _CERTAIN, None)  # of a page that nobody collected
    return step


def _find_agency_step(
    known: Known, own: Witness, marked: tuple[str, str] | None, repeats: Sequence[Echo]
) -> _Step | None:
    """Find the agency of a passage: by its own mark, the agency's page, or another's mark."""
    if own.agency is not None:
        return None
    if marked is not None:
        notes = (
            f"agency:{marked[0]}",
            f"marked:{marked[1]}",
            *_deny(known, own, marked[0], repeats),
        )
        other, shared = _find_at(known, marked[0], repeats)
        return _Step(other, Relation.AGENCY, _CERTAIN, shared, marked[0], notes)
    named = {mark.agency for mark in own.marks}

    def is_strange(echo: Echo) -> bool:
        return _witness(known, echo.other).house != own.house

    for echo in sorted(repeats, key=lambda e: (is_strange(e), -e.shared, e.other)):
        theirs = _witness(known, echo.other)
        if theirs.house != own.house and not named and is_before(own, theirs):
            continue  # what comes later cannot make an agency's of what was there
        said = find_agency(known, echo.other)
        also = {mark.agency for mark in theirs.marks} & named if theirs.house != own.house else ()
        agency = said[0] if said else min(also, default=None)
        if agency is not None and agency != own.house:
            is_own = agency in named or not is_strange(echo)
            by = "own" if is_own else f"unmarked,{theirs.document.document_id}"
            notes = (f"agency:{agency}", *(f"marked:{by}",))
            other, _ = _find_at(known, agency, repeats)
            return _Step(other, Relation.AGENCY, _CERTAIN, echo.shared, agency, notes)
    return None


def _deny(known: Known, own: Witness, agency: str, repeats: Sequence[Echo]) -> tuple[str, ...]:
    """Name the house that had the text before, without the mark.

    None where the agency's page is there to say whose it is; a mark alone would make bought text
    of any copy.
    """
    earlier = []
    for echo in repeats:
        theirs = _witness(known, echo.other)
        if agency in {theirs.agency, theirs.house}:
            return ()
        if theirs.house != own.house and not theirs.marks and is_before(theirs, own):
            earlier.append(theirs.document)
    return tuple(
        f"before:{document.document_id}" for document in sorted(earlier, key=sight_of)[:1]
    )


def _find_at(
    known: Known, agency: str, repeats: Sequence[Echo]
) -> tuple[str | None, float | None]:
    """Find the agency's own passage that is repeated, and how much of it is."""
    theirs = [
        echo
        for echo in repeats
        if agency in {_witness(known, echo.other).agency, _witness(known, echo.other).house}
    ]
    best = max(theirs, key=lambda e: (e.shared, e.other), default=None)
    return (best.other, best.shared) if best else (None, None)


def _choose(known: Known, own: Witness, echoes: Sequence[Echo]) -> _Step | None:
    """Choose the first of those that a passage repeats, if any was before it."""
    by_order = sorted(
        echoes,
        key=lambda e: (*sight_of(_witness(known, e.other).document), -e.shared, e.other),
    )
    placed = [(echo, _is_before(known, _witness(known, echo.other), own)) for echo in by_order]
    # Who itself names another one is no root: colluders who name each other have none.
    named = [
        e
        for e, _ in placed
        if own.canonical and _names(known, own, e) and not _witness(known, e.other).canonical
    ]
    before = [echo for echo, is_first in placed if is_first]
    undecided = [echo for echo, is_first in placed if is_first is None]
    undecided = [e for e in undecided if _witness(known, e.other).house != own.house]
    first = named[0] if named else before[0] if before else None
    if first is not None:
        # Both name the same text with a part of an agency's: nobody can say which part.
        partly = bool(own.marks) != bool(_witness(known, first.other).marks)
        status = _DISPUTED if partly or first in undecided else _CERTAIN
        return _Step(first.other, first.relation, status, first.shared)
    if not undecided:
        return None
    seen = own.document.first_seen_at
    rivals = [e for e in undecided if seen is None or _is_tied(own, _witness(known, e.other))]
    if not rivals:
        return None
    return _Step(rivals[0].other, rivals[0].relation, _DISPUTED, rivals[0].shared)


def _is_before(known: Known, one: Witness, other: Witness) -> bool | None:
    """As :func:`is_before`; of two pages of one house in a tie that with more words is first.

    Of the whole and its pieces, all seen at one moment, the whole is the text; of a page and one
    that says everything twice, the shorter.
    """
    said = is_before(one, other)
    if said is not None or one.house != other.house:
        return said
    return _place_own(known, one.document) < _place_own(known, other.document)


def _place_own(known: Known, document: Document) -> tuple[bool, str, int, int, str]:
    unseen, seen, document_id = sight_of(document)
    return unseen, seen, -known.riches[document_id], known.lengths[document_id], document_id


def _names(known: Known, own: Witness, echo: Echo) -> bool:
    return _witness(known, echo.other).house == own.named_house


def _is_tied(own: Witness, other: Witness) -> bool:
    """Tell a tie, which is anybody's, from a rival without a date, who has shown nothing."""
    return other.document.first_seen_at is not None or own.document.first_seen_at is None


def _follow(  # noqa: C901 - one walk, whose turns belong together
    known: Known, steps: Mapping[str, _Step], passage_id: str
) -> Origin | None:
    """Follow the steps from a passage to the root; None where its own house had it first."""
    own = _witness(known, passage_id)
    first = steps[passage_id]
    relation, status, agency = first.relation, first.status, first.agency
    notes, at = list(first.notes), first.other
    visited = {passage_id}
    while at is not None and at in steps and at not in visited:
        visited.add(at)
        step = steps[at]
        if _is_far(known, passage_id, first, step):
            return None
        if Relation.QUOTATION in {step.relation, relation}:
            break
        there = _witness(known, at)
        if agency is not None and agency in {there.agency, there.house}:
            break  # whom the mark names is the root
        if step.status == _DISPUTED:
            status = _DISPUTED
            if step.other in visited:  # two that nobody can put in order
                break
        if step.agency is not None:
            relation, agency = Relation.AGENCY, step.agency
            notes += [note for note in step.notes if note not in notes]
        elif step.relation == Relation.REWRITE and relation == Relation.COPY:
            relation = Relation.REWRITE
        notes.append(f"via:{known.passages[at].document_id}")
        if step.other is None and there.canonical is not None:
            notes.append(f"canonical:{there.canonical}")
        at = step.other
    origin = _witness(known, at) if at is not None else None
    if origin is not None and origin.house == own.house:
        return None
    if origin is not None and agency is None and is_before(origin, own) is None:
        status = _DISPUTED  # a page of its own house led there; this one may be older
    root = origin.document.document_id if origin else None
    also = _list_others(known, steps, passage_id, root) if status == _CERTAIN else ()
    measured = () if first.shared is None else (f"shared:{first.shared:.2f}",)
    return Origin(
        passage_id=passage_id,
        document_id=own.document.document_id,
        origin_passage_id=at,
        origin_document_id=origin.document.document_id if origin else None,
        agency=agency or (origin.agency if origin else None),
        relation=relation,
        status=status,
        evidence=(*measured, *notes, *also, *tell_evidence(own, origin)),
    )

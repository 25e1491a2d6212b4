"""Conflicts: what a passage says otherwise than a claim, at the same place.

Figures, units, dates, names, who said it, denials and opposites are compared where the words
around them agree (:mod:`beleg.ground.alignment`). What the passage only lacks is no conflict.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set as AbstractSet
from typing import NamedTuple

from beleg.ground.alignment import Alignment, Stretch, align, find_stretch
from beleg.ground.denials import OPPOSITES, find_denial_conflict
from beleg.ground.names import DETERMINERS, TITLES
from beleg.ground.quantities import agrees_with, is_comparable, name_date, read_dates
from beleg.ground.readings import ClaimReading, PassageReading
from beleg.ground.tokens import Mark, Token

CONTEXT = 4
"""Tokens on each side of a figure that tell what it counts."""
_LEAST_SHARE = 0.45
"""Part of a claim's content words that must be aligned before names and denials are compared."""
_CAPITAL, _NAME = int(Mark.CAPITAL), int(Mark.NAME) | int(Mark.OPENER)
_FIRST, _SURE, _POSSIBLE = int(Mark.FIRST), int(Mark.NAME), int(Mark.POSSIBLE)
_DATE_UNITS = frozenset(("day", "month", "year"))
_WEEKDAYS = frozenset(
    """montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag monday tuesday
    wednesday thursday friday saturday sunday""".split()
)
_SPEECH = frozenset(
    """sagt sagte sagten erklärt erklärte erklärten betont betonte meint meinte berichtet
    berichtete teilte schreibt schrieb kritisiert kritisierte fordert forderte laut zufolge so
    warnt warnte said says say told tells added adds explained explains wrote writes stated states
    announced argued argues noted notes claimed claims according warned""".split()
)


class Conflicts(NamedTuple):
    """What a passage says otherwise; ``items`` name it, the others say of which kinds it is."""

    figures_missing: int
    """Figures of the claim that the passage has nowhere."""
    items: tuple[str, ...]
    """For instance ``number:1200000``, ``date:2026-03-03``, ``name:habeck``, ``negation``."""
    number: bool
    date: bool
    unit: bool
    name: bool
    attribution: bool
    negation: bool
    opposite: bool


_KINDS = ("number", "date", "unit", "name", "attribution", "negation", "opposite")


def _is_near(
    claim: ClaimReading, passage: PassageReading, place: tuple[int, int], rivals: Sequence[int]
) -> bool:
    """Tell whether half of the words around a place are known, and a third beside a rival.

    Args:
        claim: The claim.
        passage: The passage.
        place: First and last token of what the claim says.
        rivals: Tokens of the passage that say otherwise.
    """
    first, last = place
    around = {
        token.term
        for token in claim.tokens[max(first - CONTEXT, 0) : last + CONTEXT + 1]
        if token.term and token.number is None and token.unit != "month"
    }
    if not around or 2 * sum(term in passage.terms for term in around) < len(around):
        return False
    for rival in rivals:
        near = passage.tokens[max(rival - 2 * CONTEXT, 0) : rival + 2 * CONTEXT + 1]
        if 3 * len(around & {token.term for token in near}) >= len(around):
            return True
    return False


def _compare_figures(
    claim: ClaimReading, passage: PassageReading, alignment: Alignment
) -> tuple[int, list[str]]:
    """Compare figures that are no part of a date with a month; count those that are missing."""
    missing, found = 0, []
    known = {claim.tokens[index].number for index in claim.figures}
    for index in claim.figures:
        figure = claim.tokens[index]
        about = claim.tokens[max(index - 2, 0) : index]
        same = any(agrees_with(figure, t, about) for t in passage.figures)
        missing += not same
        if figure.unit == "day":
            continue
        stretch = find_stretch(claim, passage, alignment, index, index)
        here = _figures_in(passage, stretch)
        if any(agrees_with(figure, t, about) for t in here):
            continue
        item = f"{'date' if figure.unit == 'year' else 'number'}:{figure.form[1:]}"
        if any(t.number == figure.number and t.unit and figure.unit for t in here):
            found.append(f"unit:{figure.unit}")
        elif (
            stretch is not None
            and stretch.both
            and any(
                (is_comparable(figure, t) and (stretch.tight or t.number not in known))
                or (stretch.tight and {figure.unit, t.unit} == {"", "year"})
                for t in here
            )
        ):
            found.append(item)
        elif not same and (figure.unit or not _is_small(figure)):
            rivals = [
                place
                for place, t in enumerate(passage.tokens)
                if t.number is not None and t.number not in known and is_comparable(figure, t)
            ]
            if rivals and _is_near(claim, passage, (index, index), rivals):
                found.append(item)
    return missing, found


def _is_small(figure: Token) -> bool:
    """Tell a count up to twelve, which a paraphrase may have made by itself ("the other two")."""
    return figure.number is not None and abs(figure.number) <= 12


def _figures_in(passage: PassageReading, stretch: Stretch | None) -> list[Token]:
    if stretch is None:
        return []
    tokens = passage.tokens[stretch.start : stretch.end]
    return [token for token in tokens if token.number is not None]


def _compare_dates(
    claim: ClaimReading, passage: PassageReading, alignment: Alignment
) -> Iterator[str]:
    """Compare dates that have a month, and days of the week."""
    dates = read_dates(claim.tokens)
    if dates:
        others = read_dates(passage.tokens)
        for date in dates:
            if any(date.agrees(other) for other in others):
                continue
            stretch = find_stretch(claim, passage, alignment, date.first, date.last)
            in_place = stretch is not None and any(
                stretch.start <= other.first < stretch.end for other in others
            )
            rivals = [other.first for other in others]
            if in_place or _is_near(claim, passage, (date.first, date.last), rivals):
                yield f"date:{name_date(date)}"
    for index, token in enumerate(claim.tokens):
        if token.form in _WEEKDAYS:
            stretch = find_stretch(claim, passage, alignment, index, index)
            if stretch is None or not stretch.both:
                continue
            forms = {t.form for t in passage.tokens[stretch.start : stretch.end]}
            if token.form not in forms and forms & _WEEKDAYS:
                yield f"date:{token.form}"


def _group_names(claim: ClaimReading, alignment: Alignment) -> list[tuple[int, int]]:
    """Return first and last place of each run of capitals that are aligned with nothing."""
    tokens = claim.tokens
    rows = zip(alignment.rows, alignment.places, strict=True)
    aligned = {place for place, there in rows if there >= 0}
    groups: list[tuple[int, int]] = []
    for index, token in enumerate(tokens):
        if not token.marks & _CAPITAL or not token.term or index in aligned:
            continue
        if groups and groups[-1][1] == index - 1 and tokens[index - 1].end + 1 == token.start:
            groups[-1] = (groups[-1][0], index)
        else:
            groups.append((index, index))
    return groups


def _bare(term: str) -> str:
    """Take the genitive -s off a name."""
    return term[:-1] if len(term) > 4 and term.endswith("s") else term


_ALIASES = {
    "usa": "vereinigt staat amerika", "us": "united states vereinigt staat america amerika",
    "uk": "united kingdom britain grossbritannien", "uno": "vereint nation un",
    "un": "vereint uno",
    "eu": "europa europe europäisch union", "ddr": "ostdeutschland", "brd": "bundesrepublik",
}  # fmt: skip
"""Short names and beginnings of words of the long ones that their letters do not spell."""


def _is_same(names: Sequence[Token], here: Sequence[Token]) -> bool:
    """Tell whether two stretches may name the same: joined words, acronyms, known short forms."""
    joined, own = "".join(t.form for t in here), "".join(t.form for t in names)
    for tokens, others, other in ((names, here, joined), (here, names, own)):
        letters = "".join(token.form[0] for token in others if token.marks & _CAPITAL)
        for token in tokens:
            if not token.marks & _CAPITAL:
                continue
            form = token.form.removesuffix("'s").removesuffix("’s")
            if len(form) >= 4 and form in other:
                return True
            if 2 <= len(form) <= 6 and form in letters:
                return True
            known = _ALIASES.get(form, "").split()
            if any(one.form.startswith(start) for one in others for start in known):
                return True
    return False


def _rivals_of(
    names: Sequence[Token], before: str, stretch: Stretch, known: AbstractSet[str]
) -> int:
    """Choose the marks of which one makes a word of the passage contradict a claim's capitals.

    Args:
        names: Words with a capital, one after the other.
        before: The folded word before them.
        stretch: What stands in their place.
        known: Names of the passage: what is called a name once is one everywhere.
    """
    marks = 0
    for token in names:
        marks |= token.marks
    if marks & _NAME or any(_bare(token.term) in known for token in names):
        return _CAPITAL if stretch.tight else _NAME
    if not stretch.tight or before in DETERMINERS:
        return 0
    return _NAME | _POSSIBLE if marks & _POSSIBLE else _NAME


def _sentence_of(tokens: Sequence[Token], stretch: Stretch) -> Sequence[Token]:
    """Widen a stretch to its sentence."""
    start, end = stretch.start, stretch.end
    while 0 < start < len(tokens) and not tokens[start].marks & _FIRST:
        start -= 1
    while end < len(tokens) and not tokens[end].marks & _FIRST:
        end += 1
    return tokens[start:end]


def _compare_names(
    claim: ClaimReading, passage: PassageReading, alignment: Alignment
) -> Iterator[str]:
    """Compare each name with what stands in its place."""
    own = {_bare(term) for term in claim.weights}
    known = {_bare(t.term) for t in (*passage.tokens, *claim.tokens) if t.marks & _SURE and t.term}
    for first, last in _group_names(claim, alignment):
        stretch = find_stretch(claim, passage, alignment, first, last)
        if stretch is None or not stretch.both:
            continue
        names = claim.tokens[first : last + 1]
        here = passage.tokens[stretch.start : stretch.end]
        terms = {_bare(token.term) for token in names}
        if any(_bare(token.term) in terms for token in here if token.term):
            continue
        sentence = _sentence_of(passage.tokens, stretch)
        moved = any(_bare(token.term) in terms for token in sentence if token.term)
        if moved and not stretch.tight:
            continue  # it stands elsewhere in the sentence: a matter of order
        mask = _rivals_of(names, claim.tokens[first - 1].form if first else "", stretch, known)
        rivals = [
            token
            for token in here
            if token.term
            and token.number is None
            and token.form not in TITLES
            and (
                token.marks & mask
                or (mask and token.marks & _CAPITAL and _bare(token.term) in known)
            )
            and ((stretch.tight and not moved) or _bare(token.term) not in own)
        ]
        if not rivals or _is_same(names, here):
            continue
        around = claim.tokens[max(first - 3, 0) : first] + claim.tokens[last + 1 : last + 4]
        said = any(token.form in _SPEECH for token in around)
        yield f"{'attribution' if said else 'name'}:{names[-1].form}"


def _compare_opposites(
    claim: ClaimReading, passage: PassageReading, alignment: Alignment
) -> Iterator[str]:
    """Find words of a claim in whose place the passage has their opposite."""
    for index, token in enumerate(claim.tokens):
        rivals = OPPOSITES.get(token.form)
        if rivals is None or rivals.isdisjoint(passage.forms):
            continue
        stretch = find_stretch(claim, passage, alignment, index, index)
        if stretch is None or not stretch.both:
            continue
        forms = {t.form for t in passage.tokens[stretch.start : stretch.end]}
        if token.form not in forms and not rivals.isdisjoint(forms):
            yield f"opposite:{token.form}"


def find_conflicts(claim: ClaimReading, passage: PassageReading) -> Conflicts:
    """Find what a passage says otherwise than a claim.

    Args:
        claim: From :func:`beleg.ground.readings.read_claim`.
        passage: From :func:`beleg.ground.readings.read_passage`; a window of a few sentences.
    """
    alignment = align(claim, passage)
    missing, items = _compare_figures(claim, passage, alignment)
    items.extend(_compare_dates(claim, passage, alignment))
    if alignment.share >= _LEAST_SHARE:
        items.extend(_compare_names(claim, passage, alignment))
        items.extend(_compare_opposites(claim, passage, alignment))
        if find_denial_conflict(claim, passage, alignment):
            items.append("negation")
    unique = tuple(dict.fromkeys(items))
    kinds = {item.split(":")[0] for item in unique}
    return Conflicts(missing, unique, *(kind in kinds for kind in _KINDS))

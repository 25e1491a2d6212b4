"""Each doubtful name of a text, weighed by its place, its list, its links and the whole text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from beleg.measure.context import (
    AMONG,
    KNOWN,
    LINKED,
    LISTED,
    SHORTENED,
    SURE,
    TITLES,
    Cue,
    conclude,
    weigh,
)
from beleg.measure.hits import DOUBTFUL, Hit, find_owner, is_doubtful
from beleg.measure.names import PERSON, Names
from beleg.measure.places import Place, Sentences, guess_language, read_place

_TARGET = re.compile(r"[*_“”\"]*\]\(\s*(?:https?://)?(?:www\.)?([\w.-]+)")


class Text(NamedTuple):
    """A text, what of it is looked at, and how it falls into sentences."""

    text: str
    hidden: str
    sentences: Sentences
    language: str | None


Judged = tuple[dict[str, list[Cue]], Place | None]
"""What was weighed, by entity_id, and where; nothing for a name that is beyond doubt."""


def judge(
    given: Text,
    hits: Sequence[Hit],
    names: Names,
    links: Sequence[tuple[int, int, str]],
) -> list[Judged]:
    """Weigh each doubtful name by its surroundings, its list, its links and the whole text."""
    doubtful = [is_doubtful(hit) for hit in hits]
    if not any(doubtful):
        return [({}, None)] * len(hits)
    text, hidden, sentences, language = given
    if language not in {"de", "en"}:
        language = guess_language(hidden[:2000].lower().split())
    sure = {hit.publisher_id for hit in hits if hit.publisher_id}
    for hit, doubt in zip(hits, doubtful, strict=True):
        if not doubt:
            sure.update(name.entity_id for name in hit.names)
    endings = _list_endings(hits, doubtful)
    judged: list[Judged] = []
    for hit, doubt in zip(hits, doubtful, strict=True):
        if not doubt:
            judged.append(({}, None))
            continue
        span = (hit.start, hit.end)
        place = read_place(hidden, span, sentences.around(*span), language)
        cues = {}
        for name in hit.names:
            if name.kind not in DOUBTFUL:
                continue
            found = weigh(place, name)
            entity_id = name.entity_id
            found += _weigh_text(entity_id, sure)
            owners = {owner for at, owner in endings.get(name.word, ()) if at < hit.start}
            if owners and entity_id not in owners:
                found.append(Cue(SHORTENED, "short for a longer name before"))
            found += _weigh_links(text, hit, place, links, (entity_id, names))
            cues[entity_id] = found
        judged.append((cues, place))
    _weigh_lists(hidden, hits, judged)
    return judged


def _list_endings(
    hits: Sequence[Hit], doubtful: Sequence[bool]
) -> dict[str, list[tuple[int, str]]]:
    """List where longer names stand, by their last word: "times" of *Los Angeles Times*."""
    endings: dict[str, list[tuple[int, str]]] = {}
    for hit, doubt in zip(hits, doubtful, strict=True):
        for name in () if doubt else hit.names:
            head, _, last = name.word.rpartition(" ")
            if head and name.kind != PERSON:
                endings.setdefault(last, []).append((hit.start, name.entity_id))
    return endings


def _weigh_text(entity_id: str, sure: set[str]) -> list[Cue]:
    if entity_id in sure:
        return [Cue(KNOWN, "named beyond doubt in the same text")]
    return [Cue(AMONG, "another publisher in the same text")] if sure else []


def _weigh_links(
    text: str,
    hit: Hit,
    place: Place,
    links: Sequence[tuple[int, int, str]],
    whose: tuple[str, Names],
) -> list[Cue]:
    """Weigh a link of the sentence, and the target of the link that the name is the text of."""
    entity_id, names = whose
    first, last = place.sentence
    if any(owner == entity_id and start < last and first < end for start, end, owner in links):
        return [Cue(LINKED, "link to it in the same sentence")]
    target = _TARGET.match(text, hit.end)
    if target:
        owner = find_owner(target[1], names)
        return [Cue(5.0, "its link") if owner == entity_id else Cue(-1.0, "another's link")]
    return []


_BETWEEN = re.compile(
    r"[\s„“”\"»«*_()/&,\d.–-]*(?:(?:und|and|sowie|oder|or|bzw\.|noch|nor|der|die|das|dem|den|the|wie|im"
    r"|vom|von|in|bei|auch|both)\b[\s„“”\"»«*_()/&,]*){0,3}$",
    re.IGNORECASE,
)
_LIST_LENGTH = 40


def _weigh_lists(
    text: str,
    hits: Sequence[Hit],
    judged: list[Judged],
) -> None:
    """Let a name that is beyond doubt speak for those in a list with it; three speak for each."""
    groups: list[list[int]] = []
    for at, hit in enumerate(hits):
        gap = text[hits[at - 1].end : hit.start] if at else ""
        if at and 0 < len(gap.strip()) <= _LIST_LENGTH and _BETWEEN.match(gap):
            groups[-1].append(at)
        else:
            groups.append([at])
    for group in groups:
        if len(group) < 2:
            continue
        sure = [at for at in group if _is_sure(judged[at])]
        for at in group:
            place = judged[at][1]
            if place is None or place.joined:
                continue
            others = [other for other in sure if other != at]
            if others:
                other = hits[others[0]]
                cue = Cue(LISTED, f"list with {text[other.start : other.end]}")
            elif len({hits[other].names for other in group}) > 2:
                cue = Cue(TITLES, "list of titles")
            else:
                continue
            for found in judged[at][0].values():
                found.append(cue)


def _is_sure(judged: Judged) -> bool:
    cues, place = judged
    return place is None or any(conclude(found)[0] >= SURE for found in cues.values())

"""Mentions: where an answer's text names a publisher or one of its people.

A mention is derived, never stored as truth: a changed alias recomputes all of them. One pass of an
automaton finds every form of every name; whole words alone are kept, the longest first. A title
that is an everyday word ("Die Zeit") starts from doubt, and its surroundings must speak for it
(:mod:`beleg.measure.context`). A name within one of its traps is none. URLs, link targets and
citation marks are no mentions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from operator import itemgetter
from typing import NamedTuple

import pyarrow as pa

from beleg.measure.context import (
    AMONG,
    DENIED,
    KNOWN,
    LINKED,
    LISTED,
    SURE,
    TITLES,
    Cue,
    conclude,
    weigh,
)
from beleg.measure.denials import is_negative
from beleg.measure.names import COMMON, PERSON, SHORT, Name, Names, list_names
from beleg.measure.people import find_surnames
from beleg.measure.places import Place, Sentences, Span, guess_language, read_place
from beleg.records import Mention, Publisher
from beleg.tables import from_arrow, schema_of

PLAIN, DOMAIN, SURNAME, PLURAL = 0.97, 0.99, 0.9, 0.3
"""Probability of a name that is no everyday word, of a domain, and of a surname alone after the
full name, and of a name with an s that is no genitive's ("Rolling Stones")."""
DOUBTFUL = frozenset({COMMON, SHORT})

_HIDDEN = re.compile(
    r"https?://[^\s<>\"]+|\bwww\.[^\s<>\"]+|(?<=\])\([^()\s]+(?:\s\"[^\"\n]*\")?\)|\S+@\S+\.\w+"
    r"|(?<![\w.-])(?:[\w-]+\.)+[a-z]{2,}/[^\s<>\"]*"
)
_MAY_HIDE = ("://", "](", "www.", "@", "/")
_DOT = re.compile(r"\.[^\W\d_]")
_DOMAIN = re.compile(r"(?<![\w@/.-])(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_]{2,}(?![\w@/-])")
_GENITIVE = re.compile(r"\b[Dd]es\b[^.,;]*$")
_TARGET = re.compile(r"[*_“”\"]*\]\(\s*(?:https?://)?(?:www\.)?([\w.-]+)")


class Found(NamedTuple):
    """A name found in a text."""

    start: int
    end: int
    entity_id: str
    probability: float
    negative: bool
    reason: str


class _Hit(NamedTuple):
    start: int
    end: int
    names: tuple[Name, ...]
    """All names of this form; empty for a domain."""
    publisher_id: str
    """Of a domain; else ''."""
    is_plural: bool = False
    """Whether it ends in an s that no German article asks for: "Rolling Stones"."""


def _hide(text: str, marks: Sequence[Span]) -> str:
    """Overwrite marks, URLs, link targets and mail addresses with spaces; the length stays."""
    for start, end in marks:
        text = text[:start] + " " * (end - start) + text[end:]
    if any(sign in text for sign in _MAY_HIDE):
        text = _HIDDEN.sub(lambda match: " " * len(match.group()), text)
    return text


def find_owner(host: str, names: Names) -> str | None:
    """Give the publisher of a host, by its own domain or one above it."""
    labels = host.lower().split(".")
    for cut in range(len(labels) - 1):
        owner = names.by_domain.get(".".join(labels[cut:]))
        if owner is not None:
            return owner
    return None


def _find_domains(text: str, names: Names) -> list[_Hit]:
    if not _DOT.search(text):
        return []
    hits = []
    for match in _DOMAIN.finditer(text):
        owner = find_owner(match.group(), names)
        if owner is not None:
            hits.append(_Hit(match.start(), match.end(), (), owner))
    return hits


def _find_hits(text: str, names: Names) -> list[_Hit]:
    """Find names and domains, longest first, without overlap."""
    hits = _find_domains(text, names)
    if names.automaton is None:
        return hits
    taken = [(hit.start, hit.end) for hit in hits]
    # Blanks of all kinds are one kind in the forms; the length stays.
    flat = text.replace("\n", " ").replace("\u00a0", " ").replace("‑", "-")
    size = len(flat)
    whole = [
        (start, -end, number)
        for number, start, end in names.automaton.find_matches_as_indexes(flat, overlapping=True)
        if not (start and flat[start - 1].isalnum()) and not (end < size and flat[end].isalnum())
    ]
    whole.sort()
    done = 0
    for start, minus_end, number in whole:
        if start < done or any(left < -minus_end and start < right for left, right in taken):
            continue
        done = -minus_end
        if names.forms[number]:
            forms = names.forms[number]
            is_plural = not forms[0].is_base and _is_plural(flat, start, done)
            hits.append(_Hit(start, done, forms, "", is_plural))
    hits.sort()
    return hits


def _is_plural(text: str, start: int, end: int) -> bool:
    """Tell "Rolling Stones" from "des Kölner Stadt-Anzeigers"."""
    return text[end - 1] in "sS" and not _GENITIVE.search(text, max(0, start - 30), start)


def _is_doubtful(hit: _Hit) -> bool:
    return any(name.kind in DOUBTFUL for name in hit.names)


def find_in_text(
    text: str,
    names: Names,
    *,
    marks: Sequence[Span] = (),
    links: Sequence[tuple[int, int, str]] = (),
    language: str | None = None,
) -> list[Found]:
    """Find the names in one text.

    Args:
        text: Any text.
        names: From :func:`beleg.measure.names.list_names`.
        marks: Spans of citation marks, which are no mentions.
        links: start, end and publisher_id of the links with a place.
        language: ``de`` or ``en``; guessed where it is None.

    Returns:
        Names in order, without overlap. A form that belongs to several publishers has a row for
        each, its probability divided among them.
    """
    hidden = _hide(text, marks)
    hits = _find_hits(hidden, names)
    if not hits:
        return []
    sentences = Sentences(hidden)
    judged = _judge(_Text(text, hidden, sentences, language), hits, names, links)
    found: list[Found] = []
    for hit, (odds, _) in zip(hits, judged, strict=True):
        sentence = sentences.around(hit.start, hit.end)
        negative = is_negative(hidden, (hit.start, hit.end), sentence)
        if negative:
            for cues in odds.values():
                cues.append(Cue(DENIED, "said not to be found"))
        linked = {
            owner for start, end, owner in links if start < sentence[1] and sentence[0] < end
        }
        found.extend(_conclude_hit(hit, odds, linked, negative=negative))
    people = [
        (hit.start, hit.end, name.entity_id)
        for hit in hits
        for name in hit.names
        if name.kind == PERSON
    ]
    if people:
        spans = [(hit.start, hit.end) for hit in hits]
        for start, end, entity_id in find_surnames(hidden, people, names.surnames):
            if not any(left < end and start < right for left, right in spans):
                sentence = sentences.around(start, end)
                negative = is_negative(hidden, (start, end), sentence)
                reason = "surname after full name"
                found.append(Found(start, end, entity_id, SURNAME, negative, reason))
        found.sort()
    return found


class _Text(NamedTuple):
    """A text, what of it is looked at, and how it falls into sentences."""

    text: str
    hidden: str
    sentences: Sentences
    language: str | None


_Judged = tuple[dict[str, list[Cue]], Place | None]
"""What was weighed, by entity_id, and where; nothing for a name that is beyond doubt."""


def _judge(
    given: _Text,
    hits: Sequence[_Hit],
    names: Names,
    links: Sequence[tuple[int, int, str]],
) -> list[_Judged]:
    """Weigh each doubtful name by its surroundings, its list, its links and the whole text."""
    doubtful = [_is_doubtful(hit) for hit in hits]
    if not any(doubtful):
        return [({}, None)] * len(hits)
    text, hidden, sentences, language = given
    if language not in {"de", "en"}:
        language = guess_language(hidden[:2000].lower().split())
    sure = {hit.publisher_id for hit in hits if hit.publisher_id}
    for hit, doubt in zip(hits, doubtful, strict=True):
        if not doubt:
            sure.update(name.entity_id for name in hit.names)
    judged: list[_Judged] = []
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
            found += _weigh_links(text, hit, place, links, (entity_id, names))
            cues[entity_id] = found
        judged.append((cues, place))
    _weigh_lists(hidden, hits, judged)
    return judged


def _weigh_text(entity_id: str, sure: set[str]) -> list[Cue]:
    if entity_id in sure:
        return [Cue(KNOWN, "named beyond doubt in the same text")]
    return [Cue(AMONG, "another publisher in the same text")] if sure else []


def _weigh_links(
    text: str,
    hit: _Hit,
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
    hits: Sequence[_Hit],
    judged: list[_Judged],
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


def _is_sure(judged: _Judged) -> bool:
    cues, place = judged
    return place is None or any(conclude(found)[0] >= SURE for found in cues.values())


def _conclude_hit(
    hit: _Hit, cues: dict[str, list[Cue]], linked: set[str], *, negative: bool
) -> Iterator[Found]:
    """Turn a hit and what was weighed into rows, one a name that it may stand for."""
    if not hit.names:
        yield Found(hit.start, hit.end, hit.publisher_id, DOMAIN, negative, "domain")
        return
    publishers = [name.entity_id for name in hit.names if name.kind != PERSON]
    for name in hit.names:
        if name.kind == PERSON:
            probability, reason = PLAIN, "full name"
        elif name.kind in DOUBTFUL:
            probability, reason = conclude(cues[name.entity_id])
        elif hit.is_plural:
            probability, reason = PLURAL, "plural of a name"
        else:
            probability, reason = PLAIN, "name"
        if name.kind != PERSON and name.entity_id not in linked and len(publishers) > 1:
            probability /= len(publishers)
            reason = f"name of {len(publishers)} publishers"
        probability = round(probability, 6)
        yield Found(hit.start, hit.end, name.entity_id, probability, negative, reason)


def _read_places(citations: pa.Table) -> Iterator[tuple[str, int, int, bool, str | None]]:
    """Give answer_id, start, end, span_is_mark and host of each shown link with a place."""
    names = ("answer_id", "start", "end", "span_is_mark", "host", "shown")
    for answer_id, start, end, is_mark, host, shown in zip(
        *(citations[name].to_pylist() for name in names), strict=True
    ):
        if shown and start is not None and end is not None:
            yield answer_id, start, end, is_mark, host


def find_mentions(answers: pa.Table, citations: pa.Table, publishers: pa.Table) -> pa.Table:
    """Find every mention of a publisher, or of one of its people, in the answers' texts.

    Args:
        answers: Table ``answers``; those without text have no mention.
        citations: Table ``citations``: marks are blanked, and a link to a publisher speaks for
            its name in the same sentence.
        publishers: Table ``publishers``.

    Returns:
        Table ``mentions``, sorted by answer_id, start and entity_id.
    """
    known = sorted(from_arrow(publishers, Publisher), key=lambda row: row.publisher_id)
    names = list_names(known)
    marks: dict[str, list[Span]] = {}
    links: dict[str, list[tuple[int, int, str]]] = {}
    for answer_id, start, end, is_mark, host in _read_places(citations):
        if is_mark:
            marks.setdefault(answer_id, []).append((start, end))
        owner = find_owner(host or "", names)
        if owner is not None:
            links.setdefault(answer_id, []).append((start, end, owner))
    rows: list[tuple[str, str, int, int, str, float, bool, str]] = []
    for answer_id, text in zip(
        answers["answer_id"].to_pylist(), answers["text"].to_pylist(), strict=True
    ):
        if not text:
            continue
        hits = find_in_text(
            text, names, marks=marks.get(answer_id, ()), links=links.get(answer_id, ())
        )
        for start, end, entity_id, probability, negative, reason in hits:
            form = text[start:end]
            rows.append((answer_id, entity_id, start, end, form, probability, negative, reason))
    rows.sort(key=itemgetter(0, 2, 1))
    # Columns at once: a record a row would cost as much as finding it.
    columns = list(zip(*rows, strict=True)) or [()] * len(Mention.__dataclass_fields__)
    schema = schema_of(Mention)
    arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)

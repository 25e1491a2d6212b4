"""Mentions: where an answer's text names a publisher or one of its people.

A mention is derived, never stored as truth: a changed alias recomputes all of them. One pass of an
automaton finds every form of every name; whole words alone are kept, the longest first. A title
that is an everyday word ("Die Zeit") starts from doubt, and its surroundings must speak for it
(:mod:`beleg.measure.context`). A name within one of its traps is none. URLs, link targets and
citation marks are no mentions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import itemgetter
from typing import NamedTuple

import pyarrow as pa

from beleg.measure.context import DENIED, Cue, conclude
from beleg.measure.denials import is_negative
from beleg.measure.hits import DOUBTFUL, Hit, find_hits, find_owner, hide
from beleg.measure.judgement import Text, judge
from beleg.measure.names import PERSON, Names, list_names
from beleg.measure.people import find_surnames
from beleg.measure.places import Sentences, Span
from beleg.records import Mention, Publisher
from beleg.tables import from_arrow, schema_of

PLAIN, DOMAIN, SURNAME, PLURAL = 0.97, 0.99, 0.9, 0.3
"""Probability of a name that is no everyday word, of a domain, and of a surname alone after the
full name, and of a name with an s that is no genitive's ("Rolling Stones")."""


class Found(NamedTuple):
    """A name found in a text."""

    start: int
    end: int
    entity_id: str
    probability: float
    negative: bool
    reason: str


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
    hidden = hide(text, marks)
    hits = find_hits(hidden, names)
    if not hits:
        return []
    sentences = Sentences(hidden)
    judged = judge(Text(text, hidden, sentences, language), hits, names, links)
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


def _conclude_hit(
    hit: Hit, cues: dict[str, list[Cue]], linked: set[str], *, negative: bool
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

"""Mentions: where an answer's text names a publisher or one of its people.

A mention is derived, never stored as truth: a changed alias recomputes all of them. Names are
whole words with the capital they are written with. A title that is an everyday word ("Die Zeit")
starts from doubt, and its surroundings must speak for it: quotation marks, capitals, a verb of
saying, a compound such as "Spiegel-Bericht", a list of titles, a link to that publisher in the
same sentence. URLs, link targets and citation marks are no mentions.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import pyarrow as pa

from beleg.measure.context import (
    Span,
    find_sentences,
    is_listed,
    is_negative,
    weigh_words,
)
from beleg.measure.names import TOKEN, Name, Names, list_names
from beleg.records import Mention, Publisher
from beleg.tables import from_arrow, to_arrow
from beleg.text import guess_language

PLAIN, DOMAIN = 0.97, 0.99
"""Probability of a name that is no everyday word, and of a domain."""

_HIDDEN = re.compile(
    r"https?://[^\s<>\"]+|\bwww\.[^\s<>\"]+|(?<=\])\([^()\s]+(?:\s\"[^\"\n]*\")?\)|\S+@\S+\.\w+"
    r"|(?<![\w.-])(?:[\w-]+\.)+[a-z]{2,}/[^\s<>\"]*"
)
_MAY_HIDE = ("://", "](", "www.", "@", "/")
_DOMAIN = re.compile(r"(?<![\w@/.-])(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_]{2,}(?![\w@/-])")


class Found(NamedTuple):
    """A name found in a text."""

    start: int
    end: int
    entity_id: str
    probability: float
    negative: bool


class _Hit(NamedTuple):
    start: int
    end: int
    names: tuple[Name, ...]
    """All names of this form; empty for a domain."""
    publisher_id: str


def _hide(text: str, marks: Sequence[Span]) -> str:
    """Overwrite marks, URLs, link targets and mail addresses with spaces; the length stays."""
    for start, end in marks:
        text = text[:start] + " " * (end - start) + text[end:]
    if any(sign in text for sign in _MAY_HIDE):
        text = _HIDDEN.sub(lambda match: " " * len(match.group()), text)
    return text


def _match_name(
    text: str, tokens: Sequence[re.Match[str]], at: int, names: tuple[Name, ...]
) -> tuple[int, tuple[Name, ...]] | None:
    """Match the longest names that begin at a token; give their end and all of that length."""
    matched: list[Name] = []
    size = 0
    for name in names:  # longest first
        length = len(name.tokens)
        if length < size:
            break
        if at + length > len(tokens):
            continue
        words = tokens[at : at + length]
        if not all(word.group() in forms for word, forms in zip(words, name.tokens, strict=True)):
            continue
        between = [text[left.end() : right.start()] for left, right in pairwise(words)]
        if all(
            gap == wanted or (not wanted and gap in {" ", "-", "‑", "\u00a0"})
            for gap, wanted in zip(between, name.gaps, strict=True)
        ):
            matched.append(name)
            size = length
    if not matched:
        return None
    written = [word.group() for word in tokens[at : at + size]]
    # "Times" is The Times, not the genitive of Time.
    plain = [name for name in matched if _is_plain(written, name)]
    return tokens[at + size - 1].end(), tuple(plain or matched)


def _is_plain(words: Sequence[str], name: Name) -> bool:
    return all(word in forms for word, forms in zip(words, name.plain, strict=True))


def _find_hits(text: str, names: Names) -> list[_Hit]:
    """Find names and domains, longest first, without overlap."""
    hits = []
    if "." in text:
        for match in _DOMAIN.finditer(text):
            labels = match.group().lower().split(".")
            for cut in range(len(labels) - 1):
                publisher_id = names.by_domain.get(".".join(labels[cut:]))
                if publisher_id is not None:
                    hits.append(_Hit(match.start(), match.end(), (), publisher_id))
                    break
    # One set operation tells most texts apart from those that need a closer look.
    if not names.firsts.isdisjoint(TOKEN.findall(text)):
        taken = [(hit.start, hit.end) for hit in hits]
        tokens = list(TOKEN.finditer(text))
        done = 0
        for at, token in enumerate(tokens):
            candidates = names.by_first.get(token.group())
            if candidates is None or token.start() < done:
                continue
            found = _match_name(text, tokens, at, candidates)
            if found is None:
                continue
            done, matched = found
            if not any(start < done and token.start() < end for start, end in taken):
                hits.append(_Hit(token.start(), done, matched, ""))
    return sorted(hits)


def find_in_text(
    text: str,
    names: Names,
    *,
    marks: Sequence[Span] = (),
    links: Sequence[tuple[int, int, str]] = (),
) -> list[Found]:
    """Find the names in one text.

    Args:
        text: Any text.
        names: From :func:`beleg.measure.names.list_names`.
        marks: Spans of citation marks, which are no mentions.
        links: start, end and publisher_id of the links with a place.

    Returns:
        Names in order, without overlap. A form that belongs to several publishers has a row for
        each, its probability divided among them.
    """
    hidden = _hide(text, marks)
    hits = _find_hits(hidden, names)
    if not hits:
        return []
    language = guess_language(text)
    starts = [*find_sentences(hidden), len(text)]
    sure = [(hit.start, hit.end) for hit in hits if not any(name.is_common for name in hit.names)]
    found = []
    for hit in hits:
        number = bisect_right(starts, hit.start) - 1
        sentence = (starts[number], starts[number + 1])
        span = (hit.start, hit.end)
        negative = is_negative(hidden, span, sentence)
        if not hit.names:
            found.append(Found(hit.start, hit.end, hit.publisher_id, DOMAIN, negative))
            continue
        odds = weigh_words(hidden, span, sentence, language)
        if any(name.is_common for name in hit.names) and is_listed(hidden, span, sure):
            odds += 3.0
        publishers = {name.entity_id for name in hit.names if not name.is_person}
        for name in dict.fromkeys(name.entity_id for name in hit.names):
            is_common = any(n.is_common for n in hit.names if n.entity_id == name)
            linked = any(
                owner == name and start < sentence[1] and sentence[0] < end
                for start, end, owner in links
            )
            probability = PLAIN
            if is_common:
                probability = 1.0 / (1.0 + math.exp(-odds - (3.5 if linked else 0.0)))
            if name in publishers and not linked:
                probability /= len(publishers)
            found.append(Found(hit.start, hit.end, name, round(probability, 6), negative))
    return found


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
        labels = (host or "").split(".")
        tails = (".".join(labels[cut:]) for cut in range(len(labels)))
        owner = next((names.by_domain[tail] for tail in tails if tail in names.by_domain), None)
        if owner is not None:
            links.setdefault(answer_id, []).append((start, end, owner))
    rows = [
        Mention(
            answer_id,
            hit.entity_id,
            hit.start,
            hit.end,
            text[hit.start : hit.end],
            hit.probability,
            hit.negative,
        )
        for answer_id, text in zip(
            answers["answer_id"].to_pylist(), answers["text"].to_pylist(), strict=True
        )
        if text
        for hit in find_in_text(
            text, names, marks=marks.get(answer_id, ()), links=links.get(answer_id, ())
        )
    ]
    rows.sort(key=lambda row: (row.answer_id, row.start, row.entity_id))
    return to_arrow(rows, Mention)

"""Build a set of texts of which it is known who had them first, from real press pages.

Nothing of it is stored: it is made at run time from ``../shared/data/pages`` (fundus for German,
zyte for English). Half of the pages (by a hash of their file's name) serve development, the other
half is reported on. What each case does to a page:

==================== ==============================================================================
copy                 all of it, or four to eight sentences in a frame of another page's sentences
light                synonyms from a list, dropped brackets and clauses, halves of sentences
                     changed round, another lead
heavy                six in ten sentences in another order, clauses and three in ten function words
                     dropped, and half of the words that carry meaning (``replaced``) replaced
                     by others of their form from other pages
shuffled             every sentence, in another order
syndication          an agency's text in three houses: a new headline and first paragraph, cut at
                     different lengths, marked in different places; in some events one house has
                     no mark, in some the agency's own page is there
chain                a copy of a light rewrite
independent          built: one event told by three houses in sentences written apart, which share
                     names, figures and a quotation
planted              two pages that have nothing in common but names, figures and a quotation
                     planted in both
own                  the same house again: print version, update
boilerplate          a notice at the foot of very many pages
==================== ==============================================================================

Dates: our first sight is true where it is given. Some copies claim an earlier date than the
origin, some origins claim a later one; ``tie`` and ``undated`` are copies whose order nobody can
know, ``canonical`` is a copy seen first that names the origin itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from beleg.ground.passages import find_windows, make_passage
from beleg.records import Document, DocumentKind, Passage, Text, content_id
from origins_cases import Builder
from origins_texts import NOTICE, Built, Source, read_sources


class Gold(NamedTuple):
    """What is known of one passage."""

    case: str
    expected: str
    """``link``, ``ambiguous``, ``none``, or ``either``: it repeats less than half."""
    origins: frozenset[tuple[str, int, int]]
    """document_id, start and end of what it repeats."""
    agency: str | None


class OriginSet(NamedTuple):
    """Documents, texts and passages with what is known of each passage."""

    documents: list[Document]
    texts: list[Text]
    passages: list[Passage]
    gold: dict[str, Gold]


def _names(built: Built, text: str) -> tuple[Document, Text]:
    url = f"https://{built.host}/{built.key}{built.path}"
    text_id = content_id("text", text)
    document = Document(
        document_id=content_id("document", url, text),
        text_id=text_id,
        external_id=None,
        url=url,
        canonical_url=url,
        host=built.host,
        title=built.title or None,
        language=built.language,
        section=None,
        authors=built.authors,
        kind=DocumentKind.ARTICLE,
        access=None,
        published_at=built.published_at,
        first_seen_at=built.seen_at,
        answer_id=None,
        raw_ref="built#0",
        origin_marks=built.marks,
    )
    return document, Text(text_id, text)


def build_set(
    sources: Sequence[Source], *, is_reported: bool, seed: int, replaced: float = 0.5
) -> OriginSet:
    """Build the set of one half of the pages.

    Args:
        sources: As :func:`read_sources` gives them.
        is_reported: Which half.
        seed: Of all that is drawn.
        replaced: Part of the words that carry meaning that a heavy rewrite replaces.
    """
    half = [source for source in sources if source.is_reported == is_reported]
    built = Builder(half, seed, replaced).build()
    made = {b.key: (b, *_names(b, b.lay_text())) for b in built}
    passages: list[Passage] = []
    gold: dict[str, Gold] = {}
    for one, document, text in made.values():
        for window in find_windows(text.text):
            passage = make_passage(document.document_id, window)
            passages.append(passage)
            gold[passage.passage_id] = _judge(one, passage, made)
    # Whoever has the same moment, or the only date, is as undecided as the other.
    for one, _, _ in made.values():
        if one.is_ambiguous and one.case == "tie":
            _set_ambiguous(one, made, passages, gold)
    rows = list(made.values())
    return OriginSet([d for _, d, _ in rows], [t for _, _, t in rows], passages, gold)


def _judge(one: Built, passage: Passage, made: dict[str, tuple[Built, Document, Text]]) -> Gold:
    derived, total, found = 0, 0, set()
    for (start, end), piece in zip(one.spans, one.pieces, strict=True):
        inside = min(end, passage.end) - max(start, passage.start)
        if inside <= 0 or piece.text.strip() in NOTICE.values():
            continue
        total += inside
        if piece.origin is not None:
            derived += inside
            if piece.origin[0] in made:
                source, document, _ = made[piece.origin[0]]
                found.add((document.document_id, *source.spans[piece.origin[1]]))
    if derived == 0:
        expected = "none"
    elif derived * 2 < total:
        expected = "either"
    else:
        expected = "ambiguous" if one.is_ambiguous else "link"
    return Gold(one.case, expected, frozenset(found), one.agency if derived else None)


def _set_ambiguous(
    one: Built,
    made: dict[str, tuple[Built, Document, Text]],
    passages: Sequence[Passage],
    gold: dict[str, Gold],
) -> None:
    origin = made[next(p.origin for p in one.pieces if p.origin)[0]]
    for passage in passages:
        if passage.document_id == origin[1].document_id:
            old = gold[passage.passage_id]
            gold[passage.passage_id] = old._replace(case="tie, the other", expected="ambiguous")


def list_cases(built: OriginSet) -> Iterator[str]:
    """List the cases that the set holds."""
    yield from sorted({gold.case for gold in built.gold.values()})


if __name__ == "__main__":
    for reported in (False, True):
        found = build_set(read_sources(), is_reported=reported, seed=1 + reported)
        print(
            reported, len(found.documents), len(found.passages), json.dumps([*list_cases(found)])
        )

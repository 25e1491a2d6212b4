"""Whether quotations in answers stand so in the texts that they link.

A quotation is at least three words between quotation marks. It is judged where it stands in a
claim that links a page of the publisher, and the whole text of every page of the publisher that
the claim links is known; it is faithful where its words stand in that order, none left out, in one
of the publisher's pages there. Case, punctuation and spelling of the marks do not matter; words
left out under "..." or "[...]" part the quotation into pieces, each of which must stand there, in
that order.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any, NamedTuple

import pyarrow as pa

FEWEST_WORDS = 3
"""Words of a quotation: fewer are a name, a title or an irony."""

_MARKED = re.compile(
    r"„([^„“”\"\n]{5,900})[“”\"]|“([^“”\n]{5,900})”|»([^»«\n]{5,900})«|«([^«»\n]{5,900})»"
    r"|(?<!\w)\"([^\"\n]{5,900})\"(?!\w)"
)
_CUT = re.compile(r"\[[^\]\n]{0,40}\]|\(\s*(?:\.\.\.|…)\s*\)|\.\.\.|…")
"""Words left out, or put in by whoever quotes."""
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")

SCHEMA = pa.schema(
    [
        ("claim_id", pa.string()),
        ("publisher_id", pa.string()),
        ("y", pa.int64()),
        ("x", pa.int64()),
    ]
)

Words = tuple[str, ...]


class Quotation(NamedTuple):
    """A quotation in an answer."""

    start: int
    end: int
    """Span of what stands between the marks."""
    pieces: tuple[Words, ...]
    """Its words, folded; apart where words were left out."""


def find_quotations(text: str) -> list[Quotation]:
    """Find the quotations of a text, in order."""
    found = []
    for match in _MARKED.finditer(text):
        group = match.lastindex or 0
        inside = match.group(group)
        pieces = tuple(words for part in _CUT.split(inside) if (words := _fold(part)))
        if sum(map(len, pieces)) >= FEWEST_WORDS:
            found.append(Quotation(match.start(group), match.end(group), pieces))
    return found


def _fold(text: str) -> Words:
    return tuple(word.replace("’", "'") for word in _WORD.findall(text.casefold()))


def stands_in(pieces: Sequence[Words], text: Words) -> bool:
    """Say whether all pieces of a quotation stand in a text, word for word and in order."""
    at = 0
    for piece in pieces:
        found = next(
            (
                n
                for n in range(at, len(text) - len(piece) + 1)
                if text[n : n + len(piece)] == piece
            ),
            None,
        )
        if found is None:
            return False
        at = found + len(piece)
    return True


def judge_quotations(rows: Iterable[pa.RecordBatch], texts: pa.Table) -> pa.Table:
    """Count the quotations of each claim, and those that stand so in what it links.

    Args:
        rows: Batches of claim_id, answer_id, publisher_id, text (the answer's), start, end (of the
            claim in it) and text_id (of a page that it links), in order of answer, claim and
            publisher: one row per claim, publisher and text.
        texts: Table ``texts``. A claim is judged where every text that it links is in it.

    Returns:
        claim_id, publisher_id, y (faithful), x (judged): rows with at least one quotation.
    """
    known: dict[str, Words] = {}
    place = {name: at for at, name in enumerate(texts["text_id"].to_pylist())}
    found: list[tuple[str, str, int, int]] = []
    for _, of_answer in groupby(_read(rows), key=lambda row: row["answer_id"]):
        listed = list(of_answer)
        quotations = find_quotations(listed[0]["text"])
        starts = [quotation.start for quotation in quotations]
        pairs = groupby(listed, key=lambda row: (row["claim_id"], row["publisher_id"]))
        for (claim_id, publisher_id), of_claim in pairs:
            pages = list(of_claim)
            first = bisect_left(starts, pages[0]["start"])
            mine = quotations[first : bisect_left(starts, pages[0]["end"])]
            # A text that was forgotten cannot be looked at: not judged, and not called wrong.
            if not mine or any(row["text_id"] not in place for row in pages):
                continue
            for text_id in {row["text_id"] for row in pages} - known.keys():
                known[text_id] = _fold(texts["text"][place[text_id]].as_py())
            words = [known[row["text_id"]] for row in pages]
            y = sum(any(stands_in(one.pieces, text) for text in words) for one in mine)
            found.append((claim_id, publisher_id, y, len(mine)))
    columns = list(zip(*found, strict=True)) or [(), (), (), ()]
    return pa.table([list(column) for column in columns], schema=SCHEMA)


def _read(rows: Iterable[pa.RecordBatch]) -> Iterator[dict[str, Any]]:
    for batch in rows:
        yield from batch.to_pylist()

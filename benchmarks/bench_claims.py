"""Measure how well sentences and claims are found, against answers marked by hand.

    python benchmarks/bench_claims.py            # figures
    python benchmarks/bench_claims.py --errors   # and what differs from the labels (open half)

The labels are ``tests/quality/claims_labels.jsonl``: invented answers, German and English, in
which ⟦…⟧ encloses a claim, ⟨…⟩ what makes none, and ⦃…⦄ a citation mark; what stands outside
(list signs, code, heads of tables) belongs to neither. Labels were written before the code was
run on them; every second answer was kept back while the code was mended.

A piece is known by its first and last letter or digit outside marks, links and code, so that no
taste about closing signs decides. The peer, ``pysbd`` (``pip install pysbd``), finds sentences
alone; it is given the same text with the same blanks.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from beleg.ground.claims import blank_marks, find_claims, mark_spans
from beleg.ground.sentences import Span, find_sentences
from beleg.records import Answer, Citation, Status

LABELS = Path(__file__).parents[1] / "tests/quality/claims_labels.jsonl"
_SIGN = re.compile("[⟦⟧⟨⟩⦃⦄]")
_OPENED_BY = {"⟧": "⟦", "⟩": "⟨", "⦄": "⦃"}

Splitter = Callable[[str, str], Iterable[Span]]
"""Takes a text and its language; gives the sentences' spans."""


class Labelled(NamedTuple):
    """An answer with what it states, what of it states nothing, and its marks."""

    name: str
    language: str
    text: str
    claims: list[Span]
    nothings: list[Span]
    marks: list[Span]


class Counts(NamedTuple):
    """How many were right, found but not labelled, and labelled but not found."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def __add__(self, other: Counts) -> Counts:  # type: ignore[override]
        """Add two counts."""
        return Counts(*(a + b for a, b in zip(self, other, strict=True)))

    @property
    def precision(self) -> float:
        """Part of what was found that is labelled."""
        return self.right / (self.right + self.wrong)

    @property
    def recall(self) -> float:
        """Part of what is labelled that was found."""
        return self.right / (self.right + self.missed)


def read_marked(name: str, language: str, marked: str) -> Labelled:
    """Turn a marked text into a text and spans.

    Raises:
        ValueError: A sign is not closed by its own.
    """
    text, open_at, at = "", {}, 0
    spans: dict[str, list[Span]] = {"⟦": [], "⟨": [], "⦃": []}
    for match in _SIGN.finditer(marked):
        text += marked[at : match.start()]
        at = match.end()
        sign = match.group()
        if sign in spans:
            open_at[sign] = len(text)
        else:
            opener = _OPENED_BY[sign]
            if opener not in open_at:
                msg = f"{name}: {sign} closes nothing at {match.start()}"
                raise ValueError(msg)
            spans[opener].append(Span(open_at.pop(opener), len(text)))
    if open_at:
        msg = f"{name}: {sorted(open_at)} stay open"
        raise ValueError(msg)
    text += marked[at:]
    return Labelled(name, language, text, spans["⟦"], spans["⟨"], spans["⦃"])


def read_labels() -> tuple[list[Labelled], list[Labelled]]:
    """Read the labelled answers: the open half, and the one kept back."""
    rows = [json.loads(line) for line in LABELS.read_text(encoding="utf-8").splitlines()]
    found = [read_marked(row["id"], row["language"], row["marked"]) for row in rows]
    return found[::2], found[1::2]


def _citations(labelled: Labelled) -> list[Citation]:
    return [
        Citation(
            answer_id=labelled.name, rank=rank, url="https://a.example/", title=None,
            canonical_url="https://a.example/", host="a.example", start=start, end=end,
            span_is_mark=True, shown=True, cited_passage=None,
        )
        for rank, (start, end) in enumerate(labelled.marks, start=1)
    ]  # fmt: skip


def _answer(labelled: Labelled) -> Answer:
    return Answer(
        answer_id=labelled.name, prompt_id="p", question="", engine="e", model=None,
        surface=None, country=None, locale=None, collector="plain",
        asked_at=datetime(2026, 11, 2, tzinfo=UTC), run=None, text=labelled.text,
        raw_ref="0#0", status=Status.ANSWERED, impressions=None, amount_minor=None,
        currency=None, queries=(), flags=(),
    )  # fmt: skip


def narrow(blanked: str, span: Span) -> Span | None:
    """Narrow a span to its first and last letter or digit; None where it has none."""
    places = [at for at in range(*span) if blanked[at].isalnum()]
    return Span(places[0], places[-1] + 1) if places else None


def _narrow_all(blanked: str, spans: Iterable[Span]) -> set[Span]:
    return {found for span in spans if (found := narrow(blanked, span)) is not None}


def blank(labelled: Labelled) -> str:
    """Return the answer's text with marks, links and code overwritten by spaces."""
    return blank_marks(labelled.text, mark_spans(_citations(labelled)))


def count_claims(labelled: Labelled) -> Counts:
    """Compare the claims found with those labelled, both ends exact."""
    blanked = blank(labelled)
    gold = _narrow_all(blanked, labelled.claims)
    claims = find_claims(_answer(labelled), _citations(labelled))
    found = _narrow_all(blanked, [Span(c.start, c.end) for c in claims])
    return Counts(len(gold & found), len(found - gold), len(gold - found))


def count_nothings(labelled: Labelled) -> Counts:
    """Count what states nothing: passed over (right), or touched by a claim (missed)."""
    blanked = blank(labelled)
    claims = find_claims(_answer(labelled), _citations(labelled))
    nothings = _narrow_all(blanked, labelled.nothings)
    touched = sum(any(c.start < n.end and n.start < c.end for c in claims) for n in nothings)
    return Counts(right=len(nothings) - touched, missed=touched)


def count_ends(labelled: Labelled, split: Splitter) -> Counts:
    """Compare where sentences end with where labelled pieces do; what is in no piece is left."""
    blanked = blank(labelled)
    pieces = _narrow_all(blanked, labelled.claims + labelled.nothings)
    gold = {piece.end for piece in pieces}
    inside = {at for piece in pieces for at in range(piece.start + 1, piece.end + 1)}
    sentences = _narrow_all(blanked, split(blanked, labelled.language))
    found = {sentence.end for sentence in sentences} & inside
    return Counts(len(gold & found), len(found - gold), len(gold - found))


def split_ours(text: str, _language: str) -> list[Span]:
    """Split with :func:`beleg.ground.sentences.find_sentences`."""
    return find_sentences(text)


def split_pysbd(text: str, language: str) -> list[Span]:
    """Split with pysbd, an optional peer."""
    from pysbd import Segmenter  # noqa: PLC0415 # an optional peer

    parts = Segmenter(language=language, clean=False, char_span=True).segment(text)
    return [Span(part.start, part.end) for part in parts]


def _differences(labelled: Labelled) -> list[str]:
    blanked = blank(labelled)
    gold = _narrow_all(blanked, labelled.claims)
    claims = find_claims(_answer(labelled), _citations(labelled))
    found = _narrow_all(blanked, [Span(c.start, c.end) for c in claims])
    return [
        f"{labelled.name} {'extra' if span in found else 'missed'} {labelled.text[slice(*span)]!r}"
        for span in sorted(gold ^ found)
    ]


def _total(counts: Iterable[Counts]) -> Counts:
    return sum(counts, start=Counts())


def _print_half(title: str, half: Sequence[Labelled]) -> None:
    print(f"\n{title}: {len(half)} answers{'precision':>22}{'recall':>9}{'n':>7}")
    for language in ("de", "en"):
        part = [labelled for labelled in half if labelled.language == language]
        claims = _total(map(count_claims, part))
        nothings = _total(map(count_nothings, part))
        rows = [
            ("claims, both ends exact", claims.precision, claims),
            ("what makes no claim", None, nothings),
        ]
        for name, split in (("Beleg", split_ours), ("pysbd", split_pysbd)):
            try:
                ends = _total(count_ends(labelled, split) for labelled in part)
            except ImportError:
                print(f"  {language} ends of sentences, {name}: pip install pysbd")
                continue
            rows.append((f"ends of sentences, {name}", ends.precision, ends))
        for name, precision, counts in rows:
            shown = "" if precision is None else f"{precision:.3f}"
            n = counts.right + counts.missed
            print(f"  {language} {name:30}{shown:>8}{counts.recall:9.3f}{n:7}")


def main() -> None:
    """Print the figures of both halves."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--errors", action="store_true", help="print what differs (open half)")
    options = parser.parse_args()
    halves = read_labels()
    for title, half in zip(("open half", "half kept back"), halves, strict=True):
        _print_half(title, half)
    if options.errors:
        print("\n" + "\n".join(line for labelled in halves[0] for line in _differences(labelled)))


if __name__ == "__main__":
    main()

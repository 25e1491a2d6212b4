"""The labelled sentences for mentions, and how well a finder does on them.

    python benchmarks/mentions_set.py             # figures: both parts, three ways of looking
    python benchmarks/mentions_set.py --errors    # and what differs from the labels (part dev)

``tests/quality/mentions_labels.jsonl``: invented sentences, German and English, half of them
traps. ⟦publisher|form⟧ is a mention, ⟨publisher|form⟩ one that the sentence says was not found;
whatever else looks like a name is a trap. Part *test* was written before part *dev*, and both
before any rule was tried on them.

``mentions_second.jsonl``: sentences that somebody else wrote without having seen the rules, with
the whole catalogue and fifteen English titles; at first look .988 and .940, and since then one
verb was added (to check: "prüfen").

A mention counts as right where a hit overlaps its form and names its entity. A negative mention
that is counted as a mention is a false one, and a mention that is held for negative a missed one.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from beleg.catalogue import read_catalogue
from beleg.kinds import Level, Mandate
from beleg.measure.mentions import find_in_text
from beleg.measure.names import list_names
from beleg.records import Publisher

QUALITY = Path(__file__).parents[1] / "tests/quality"
LABELS = QUALITY / "mentions_labels.jsonl"
PUBLISHERS = QUALITY / "mentions_publishers.jsonl"
SECOND = QUALITY / "mentions_second.jsonl"
_ENGLISH = {
    "time.com": "Time", "thetimes.com": "The Times", "thesun.co.uk": "The Sun",
    "theguardian.com": "The Guardian", "mirror.co.uk": "Daily Mirror|The Mirror",
    "independent.co.uk": "The Independent", "nature.com": "Nature", "science.org": "Science",
    "wired.com": "Wired", "fortune.com": "Fortune", "people.com": "People",
    "variety.com": "Variety", "washingtonpost.com": "The Washington Post|The Post",
    "thestar.com": "Toronto Star|The Star", "observer.co.uk": "The Observer",
}  # fmt: skip
"""Names of English titles, by domain."""
_MARK = re.compile(r"⟦([^|⟧]+)\|([^⟧]+)⟧|⟨([^|⟩]+)\|([^⟩]+)⟩")
_ARTICLE = re.compile(r"^(?:der|die|das|the) ", re.IGNORECASE)

Hit = tuple[int, int, str]
"""start, end, entity_id"""
Finder = Callable[[str], Sequence[Hit]]


class Labelled(NamedTuple):
    """A sentence, what it mentions, and what it says was not found."""

    name: str
    part: str
    language: str
    text: str
    mentions: tuple[Hit, ...]
    negatives: tuple[Hit, ...]


class Score(NamedTuple):
    """How many were right, found but not labelled, and labelled but not found."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        """Part of what was found that is labelled."""
        return self.right / max(1, self.right + self.wrong)

    @property
    def recall(self) -> float:
        """Part of what is labelled that was found."""
        return self.right / max(1, self.right + self.missed)

    def __str__(self) -> str:
        """Show the two rates and what they are made of."""
        return (
            f"precision {self.precision:.3f}  recall {self.recall:.3f}"
            f"  ({self.right} right, {self.wrong} wrong, {self.missed} missed)"
        )


def read_sentence(row: dict[str, str]) -> Labelled:
    """Turn a marked sentence into a text and its spans."""
    text, at = "", 0
    spans: dict[bool, list[Hit]] = {True: [], False: []}
    for match in _MARK.finditer(row["marked"]):
        text += row["marked"][at : match.start()]
        at = match.end()
        entity_id, form = (match[1], match[2]) if match[1] else (match[3], match[4])
        spans[bool(match[1])].append((len(text), len(text) + len(form), entity_id))
        text += form
    text += row["marked"][at:]
    return Labelled(
        row["id"], row["part"], row["language"], text, tuple(spans[True]), tuple(spans[False])
    )


def read_labels(path: Path = LABELS) -> list[Labelled]:
    """Read all labelled sentences of a file."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [read_sentence(json.loads(line)) for line in lines]


def read_publishers() -> list[Publisher]:
    """Read the publishers that are looked for: names, aliases, people, domains; no traps."""
    rows = [json.loads(line) for line in PUBLISHERS.read_text(encoding="utf-8").splitlines()]
    return [
        Publisher(
            row["publisher_id"],
            row["name"],
            Level.TITLE,
            tuple(row["domains"]),
            tuple(row["aliases"]),
            tuple(row["people"]),
            Mandate.MEASURED,
            declared=False,
        )
        for row in rows
    ]


def read_second_publishers() -> list[Publisher]:
    """Give the catalogue's publishers and the English titles."""
    known = {row.publisher_id: row for row in read_catalogue()}
    for domain, names in _ENGLISH.items():
        name, *aliases = names.split("|")
        known[domain] = Publisher(
            domain, name, Level.TITLE, (domain,), tuple(aliases), (), Mandate.MEASURED,
            declared=True,
        )  # fmt: skip
    return list(known.values())


def find_ours(publishers: Sequence[Publisher]) -> Finder:
    """Make the finder of this project: probable mentions, negative ones left out."""
    names = list_names(publishers)
    return lambda text: [
        (hit.start, hit.end, hit.entity_id)
        for hit in find_in_text(text, names)
        if hit.probability >= 0.5 and not hit.negative
    ]


def find_plain(publishers: Sequence[Publisher], *, whole_words: bool) -> Finder:
    """Make the finder that the field uses: the name anywhere, or as a whole word; any case.

    Titles are looked for with and without their article, people by their full names.
    """
    forms: dict[str, str] = {}
    for publisher in publishers:
        for name in (publisher.name, *publisher.aliases, *publisher.domains):
            forms.setdefault(_ARTICLE.sub("", name).lower(), publisher.publisher_id)
        for name in publisher.people:
            forms.setdefault(name.lower(), f"{publisher.publisher_id}/{name}")
    longest_first = "|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True))
    edge = r"\b" if whole_words else ""
    pattern = re.compile(rf"{edge}(?:{longest_first}){edge}", re.IGNORECASE)
    return lambda text: [
        (match.start(), match.end(), forms[match.group().lower()])
        for match in pattern.finditer(text)
    ]


def _overlaps(one: Hit, other: Hit) -> bool:
    return one[2] == other[2] and one[0] < other[1] and other[0] < one[1]


def compare(labelled: Labelled, finder: Finder) -> tuple[Score, list[str]]:
    """Compare the hits in one sentence with its labels; give the errors in words too."""
    hits = list(finder(labelled.text))
    wrong = [hit for hit in hits if not any(_overlaps(hit, gold) for gold in labelled.mentions)]
    missed = [gold for gold in labelled.mentions if not any(_overlaps(gold, hit) for hit in hits)]
    errors = [
        f"{kind}  {labelled.name}  {labelled.text[start:end]} ({entity_id}): {labelled.text}"
        for kind, spans in (("wrong ", wrong), ("missed", missed))
        for start, end, entity_id in spans
    ]
    right = len(labelled.mentions) - len(missed)
    return Score(right, len(wrong), len(missed)), errors


def score(sentences: Sequence[Labelled], finder: Finder) -> tuple[Score, list[str]]:
    """Score a finder over sentences."""
    compared = [compare(labelled, finder) for labelled in sentences]
    sums = Score(*(sum(column) for column in zip(*(one for one, _ in compared), strict=True)))
    return sums, [line for _, errors in compared for line in errors]


def score_negatives(sentences: Sequence[Labelled], publishers: Sequence[Publisher]) -> Score:
    """Score how well what was not found is told apart, among all names in the sentences."""
    names = list_names(publishers)
    sums = [0, 0, 0]
    for labelled in sentences:
        hits = [
            (hit.start, hit.end, hit.entity_id)
            for hit in find_in_text(labelled.text, names)
            if hit.negative and hit.probability >= 0.5
        ]
        found = [gold for gold in labelled.negatives if any(_overlaps(gold, hit) for hit in hits)]
        sums[0] += len(found)
        sums[1] += sum(not any(_overlaps(g, hit) for g in labelled.negatives) for hit in hits)
        sums[2] += len(labelled.negatives) - len(found)
    return Score(*sums)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--errors", action="store_true", help="what differs, in part dev")
    print_figures(errors=parser.parse_args().errors)


def print_figures(*, errors: bool = False) -> None:
    """Print precision and recall of both parts, ours beside plain matching."""
    publishers, labels = read_publishers(), read_labels()
    traps = sum(not labelled.mentions for labelled in labels)
    print(f"{len(labels)} sentences, {traps} of them without a mention that counts")
    finders = {
        "ours": find_ours(publishers),
        "whole word": find_plain(publishers, whole_words=True),
        "substring": find_plain(publishers, whole_words=False),
    }
    for part in ("dev", "test", "both"):
        chosen = [labelled for labelled in labels if part in (labelled.part, "both")]
        for name, finder in finders.items():
            found, told = score(chosen, finder)
            print(f"{part:5} {name:10} {found}")
            if errors and name == "ours" and part == "dev":
                print("\n".join(told))
        print(f"{part:5} negative   {score_negatives(chosen, publishers)}")
    second, houses = read_labels(SECOND), read_second_publishers()
    for name, finder in {
        "ours": find_ours(houses),
        "whole word": find_plain(houses, whole_words=True),
    }.items():
        found, told = score(second, finder)
        print(f"other {name:10} {found}")
        if errors and name == "ours":
            print("\n".join(told))
    for language in ("de", "en"):
        chosen = [labelled for labelled in labels if labelled.language == language]
        print(f"{language:5} ours       {score(chosen, finders['ours'])[0]}")


if __name__ == "__main__":
    main()

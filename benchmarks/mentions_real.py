"""Hits on the real texts beside the project, a sample of them, and what people found in it.

    python benchmarks/mentions_real.py                   # precision from the stored verdicts
    python benchmarks/mentions_real.py --show 200        # a seeded sample, with its surroundings

Texts: every answer of ``../shared/data/answers``, and what is extracted from the press pages
of ``../shared/data/pages/fundus``. Names: the catalogue, and English titles, of which the answers
hold more. ``tests/quality/mentions_verdicts.jsonl`` keeps for each checked hit its text's id,
offset, entity and verdict, and no text; a checked hit that the rules no longer give is counted as
gone, and one of the sample of today that nobody has checked as unchecked.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import mentions_set
from beleg.catalogue import read_catalogue
from beleg.collect.pages import read_page
from beleg.kinds import Level, Mandate
from beleg.measure.mentions import find_in_text
from beleg.measure.names import list_names
from beleg.records import Publisher

DATA = Path(__file__).parents[1] / "../shared/data"
VERDICTS = mentions_set.QUALITY / "mentions_verdicts.jsonl"
SEED, SAMPLE = 2026, 200
_ENGLISH = """bbc.com=BBC|BBC News;reuters.com=Reuters;apnews.com=Associated Press|AP News
cnn.com=CNN;nbcnews.com=NBC News|NBC;cbsnews.com=CBS News|CBS;abcnews.com=ABC News
foxnews.com=Fox News;wsj.com=Wall Street Journal;ft.com=Financial Times;economist.com=The Economist
bloomberg.com=Bloomberg;forbes.com=Forbes;politico.com=Politico;axios.com=Axios;espn.com=ESPN
usatoday.com=USA Today;latimes.com=Los Angeles Times;newsweek.com=Newsweek;npr.org=NPR
theatlantic.com=The Atlantic;rollingstone.com=Rolling Stone
hollywoodreporter.com=The Hollywood Reporter;aljazeera.com=Al Jazeera;skysports.com=Sky Sports
nationalgeographic.com=National Geographic;techcrunch.com=TechCrunch;theverge.com=The Verge
dailymail.co.uk=Daily Mail;telegraph.co.uk=The Telegraph;nypost.com=New York Post""".replace(
    "\n", ";"
)
_TRAPS = {
    "theatlantic.com": ("the Atlantic", "Atlantic Ocean"),
    "forbes.com": ("Forbes' Parakeet", "Forbes' parakeet", "Forbes Parakeet"),
}


class RealHit(NamedTuple):
    """A hit that counts, in a real text."""

    text_id: str
    start: int
    end: int
    entity_id: str


def list_publishers() -> list[Publisher]:
    """Give the catalogue, and English titles beside it."""
    known = read_catalogue()
    taken = {domain for row in known for domain in row.domains}
    others = [row for row in mentions_set.read_publishers() if "example" not in row.domains[0]]
    known += [row for row in others if taken.isdisjoint(row.domains)]
    for entry in _ENGLISH.split(";"):
        domain, names = entry.split("=")
        name, *aliases = names.split("|")
        known.append(
            Publisher(
                domain, name, Level.TITLE, (domain,), tuple(aliases), (),
                Mandate.MEASURED, declared=False, traps=_TRAPS.get(domain, ()),
            )
        )  # fmt: skip
    return known


def read_texts() -> Iterator[tuple[str, str]]:
    """Give an id and a text, for each answer and each press page."""
    for file in sorted((DATA / "answers").glob("*.jsonl.gz")):
        if file.name.startswith("questions"):
            continue
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            for number, line in enumerate(lines):
                result = json.loads(line).get("result")
                text = result.get("answerText") if isinstance(result, dict) else result
                if isinstance(text, str):
                    yield f"{file.name.removesuffix('.jsonl.gz')}#{number}", text
    for file in sorted((DATA / "pages/fundus").rglob("*.html.gz")):
        page = read_page(
            gzip.decompress(file.read_bytes()),
            url=None,
            name=file.name,
            raw_ref="0#0",
            seen_at=datetime(2026, 11, 1, tzinfo=UTC),
        )
        for row in page.texts:
            yield file.relative_to(DATA / "pages/fundus").as_posix(), row.text


def find_all() -> tuple[list[RealHit], dict[str, str]]:
    """Find what counts in all texts, and give the texts."""
    names = list_names(list_publishers())
    texts = dict(read_texts())
    hits = [
        RealHit(text_id, hit.start, hit.end, hit.entity_id)
        for text_id, text in texts.items()
        for hit in find_in_text(text, names)
        if hit.probability >= 0.5 and not hit.negative
    ]
    return hits, texts


def draw(hits: list[RealHit], n: int) -> list[RealHit]:
    """Draw a seeded sample: half of it from the pages, or all that they have."""
    rng = random.Random(SEED)
    pages = [hit for hit in hits if "/" in hit.text_id]
    answers = [hit for hit in hits if "/" not in hit.text_id]
    chosen = rng.sample(pages, min(len(pages), n // 2))
    return chosen + rng.sample(answers, min(len(answers), n - len(chosen)))


class Compared(NamedTuple):
    """Checked hits, and those that fell out of the comparison."""

    right: int
    wrong: int
    gone: int
    """Checked, and no longer found."""
    unchecked: int
    """In the sample that is drawn today, without a verdict."""


def compare() -> Compared:
    """Compare the hits of now with the verdicts."""
    hits = find_all()[0]
    now, todo = set(hits), set(draw(hits, SAMPLE))
    right = wrong = gone = 0
    for line in VERDICTS.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        hit = RealHit(row["text_id"], row["start"], row["end"], row["entity_id"])
        todo.discard(hit)
        if hit not in now:
            gone += 1
        elif row["right"]:
            right += 1
        else:
            wrong += 1
    return Compared(right, wrong, gone, len(todo))


def main() -> None:
    """Print the sample, or the figures."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--show", type=int, metavar="N", help="a sample of N hits to check")
    options = parser.parse_args()
    if options.show:
        hits, texts = find_all()
        print(len(hits), "hits in", len(texts), "texts")
        for number, hit in enumerate(draw(hits, options.show)):
            text = texts[hit.text_id]
            before = text[max(0, hit.start - 60) : hit.start].replace("\n", "⏎")
            after = text[hit.end : hit.end + 50].replace("\n", "⏎")
            form = text[hit.start : hit.end]
            print(f"{number} {hit.text_id} {hit.entity_id}: {before}⟦{form}⟧{after}")
        return
    right, wrong, gone, unchecked = compare()
    print(
        f"real texts: {right + wrong} checked hits, precision {right / max(1, right + wrong):.3f}"
        f" ({wrong} wrong); {gone} checked hits are no longer found, {unchecked} are unchecked"
    )


if __name__ == "__main__":
    main()

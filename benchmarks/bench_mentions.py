"""Measure mentions: right and wrong on labelled sentences, and answers a second on one core.

    python benchmarks/bench_mentions.py            # all figures
    python benchmarks/bench_mentions.py --answers 2000

The speed is measured from texts to the rows of the table ``mentions``: answers of 1,500
characters put together from the labelled sentences (a name or a trap in each) and from plain
ones, with about one, three and six names or traps an answer (real ones hold less than one);
1,000 aliases, of which the labelled publishers' are part and the rest are invented. Beside it:
one automaton of each library, whole-word matching and substring matching of the same names, none of which judges anything. Times
are processor time of one core, so that others on the machine count little.
"""

from __future__ import annotations

import argparse
import random
import re
import time
from collections.abc import Callable, Sequence

import ahocorasick_rs
import pyarrow as pa

import mentions_set
from beleg.kinds import Level, Mandate, Status
from beleg.measure.mentions import find_mentions
from beleg.measure.names import list_names
from beleg.records import Answer, Citation, Publisher
from beleg.tables import to_arrow

LENGTH, ALIASES, SEED = 1500, 1000, 5
_PLAIN = """Der Gemeinderat hat den Entwurf nach langer Debatte angenommen und eine Frist gesetzt.
Die Kosten der Sanierung liegen nach Angaben der Verwaltung bei rund vierzig Millionen Euro.
Viele Anwohner fürchten mehr Verkehr in den engen Straßen rund um den alten Bahnhof.
The committee approved the proposal after a long debate and set a deadline for comments.
Residents expect more traffic in the narrow streets around the old station next year.
Fachleute empfehlen, die Anlage vor dem Winter prüfen und die Filter wechseln zu lassen.
Experts recommend having the system checked before winter and the filters replaced.
Im Vergleich zum Vorjahr stieg die Zahl der Anträge um zwölf Prozent auf ein neues Hoch.""".split(
    "\n"
)
_PARTS = "Nord Süd Alt Neu Berg See Tal Wald Ost West Ober Unter Hoch Moor Feld Stein".split()
_KINDS = "bote kurier anzeiger post rundschau blatt zeitung nachrichten echo presse".split()


def make_publishers(n_aliases: int) -> list[Publisher]:
    """Give the labelled publishers, and invented ones up to a number of names."""
    publishers = mentions_set.read_publishers()
    n_names = sum(1 + len(row.aliases) + len(row.people) for row in publishers)
    rng = random.Random(SEED)
    for number in range(n_aliases - n_names):
        name = f"{rng.choice(_PARTS)}{rng.choice(_PARTS).lower()}er {rng.choice(_KINDS).title()}"
        name += f" {number}" if number % 3 else rng.choice(_PARTS)
        publishers.append(
            Publisher(
                f"p{number}", name, Level.TITLE, (f"p{number}.example",), (), (),
                Mandate.MEASURED, declared=False,
            )
        )  # fmt: skip
    return publishers


def make_texts(n_answers: int, n_names: int) -> list[str]:
    """Put answers together, about so many names or traps in each."""
    rng = random.Random(SEED)
    labelled = [row.text for row in mentions_set.read_labels()]
    texts = []
    for _ in range(n_answers):
        sentences = [rng.choice(labelled) for _ in range(n_names)]
        while sum(map(len, sentences)) + len(sentences) < LENGTH:
            sentences.append(rng.choice(_PLAIN))
        rng.shuffle(sentences)
        texts.append(" ".join(sentences)[:LENGTH])
    return texts


def make_answers(texts: Sequence[str]) -> pa.Table:
    """Make the table ``answers``."""
    empty = {
        "model": None, "surface": "web", "country": None, "locale": None, "collector": "plain",
        "asked_at": None, "run": None, "raw_ref": "0#0", "status": Status.ANSWERED,
        "impressions": None, "amount_minor": None, "currency": None, "queries": (), "flags": (),
    }  # fmt: skip
    rows = [
        Answer(answer_id=f"a{number}", prompt_id="p", question="p", engine="e", text=text, **empty)
        for number, text in enumerate(texts)
    ]
    return to_arrow(rows, Answer)


def clock(work: Callable[[], object], *, repeats: int = 3) -> float:
    """Give the best of some times, in seconds of one core."""
    best = float("inf")
    for _ in range(repeats):
        begun = time.process_time()
        work()
        best = min(best, time.process_time() - begun)
    return best


def print_automata(texts: Sequence[str], publishers: Sequence[Publisher]) -> None:
    """Print how fast each library finds the forms, and is built; pyahocorasick if it is there."""
    from beleg.measure.names import _read_publisher  # noqa: PLC0415

    forms = sorted({form for row in publishers for form, _ in _read_publisher(row)})
    built = clock(lambda: ahocorasick_rs.AhoCorasick(forms))
    rust = ahocorasick_rs.AhoCorasick(forms)
    spent = clock(lambda: [rust.find_matches_as_indexes(t, overlapping=True) for t in texts])
    print(f"ahocorasick_rs   {len(texts) / spent:9,.0f} answers/s, built in {built:.2f} s")
    try:
        import ahocorasick  # noqa: PLC0415
    except ImportError:
        print("pyahocorasick    not installed")
        return

    def build() -> object:
        automaton = ahocorasick.Automaton()
        for number, form in enumerate(forms):
            automaton.add_word(form, (number, len(form)))
        automaton.make_automaton()
        return automaton

    built = clock(build)
    other = build()
    spent = clock(lambda: [list(other.iter(t)) for t in texts])
    print(f"pyahocorasick    {len(texts) / spent:9,.0f} answers/s, built in {built:.2f} s")


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--answers", type=int, default=10_000)
    options = parser.parse_args()
    mentions_set.print_figures()
    publishers = make_publishers(ALIASES)
    citations = to_arrow([], Citation)
    table = to_arrow(publishers, Publisher)
    n_names = sum(1 + len(row.aliases) + len(row.people) for row in publishers)
    names = list_names(publishers)
    print(
        f"\n{n_names} aliases, {len(names.forms)} forms, answers of {LENGTH} characters, one core"
    )
    texts: list[str] = []
    for density in (1, 3, 6):
        texts = make_texts(options.answers, density)
        answers = make_answers(texts)
        n_rows = find_mentions(answers, citations, table).num_rows
        spent = clock(lambda: find_mentions(answers, citations, table))  # noqa: B023
        speed = len(texts) / spent
        print(f"text to rows     {speed:9,.0f} answers/s, {n_rows / len(texts):.1f} rows each")
    print_automata(texts, publishers)
    finders = {"whole word": True, "substring": False}
    for name, whole_words in finders.items():
        finder = mentions_set.find_plain(publishers, whole_words=whole_words)
        few = texts[: min(len(texts), 200)]
        spent = clock(lambda: [finder(text) for text in few], repeats=1)  # noqa: B023
        print(f"{name:16} {len(few) / spent:9,.0f} answers/s")


if __name__ == "__main__":
    re.purge()
    main()

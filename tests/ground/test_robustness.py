"""Nasty texts: no crash, no hang, nothing gained by disguise or stuffing, nothing weighs that
states nothing."""

import importlib
import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from ground_tables import a_link, an_answer, pages, tables, verdict
from hypothesis import given, settings, strategies as st

from beleg.ground import ground, support
from beleg.ground.claims import blank_marks, find_claims
from beleg.ground.passages import find_windows
from beleg.ground.readings import read_claim, read_passage
from beleg.ground.sentences import find_sentences
from beleg.ground.tokens import find_tokens
from beleg.records import Claim, Passage, Support
from beleg.tables import from_arrow
from beleg.text import find_terms, find_words

ROOT = Path(__file__).parents[2]
ALARM = 300
"""CPU seconds after which a step hangs; together they take about 15."""
SIZES = {
    "claims": 50_000,
    "windows": 50_000,
    "support": 8_000,
    "pages": 50_000,
    "fragments": 50_000,
}
A = "https://anker.example/a"

RUN_ALL = """
import sys
sys.path.insert(0, sys.argv[1])
import bench_robustness as bench
step, size = sys.argv[2], int(sys.argv[3])
for name, text in bench.inputs_of(step, size).items():
    print(name, flush=True)
    bench.STEPS[step](text)
print("all done")
"""


@pytest.mark.parametrize("step", SIZES)
def test_nasty_inputs_end(step):
    resource = importlib.import_module("resource")  # not on every system
    limits = (ALARM, ALARM)
    done = subprocess.run(
        [sys.executable, "-c", RUN_ALL, str(ROOT / "benchmarks"), step, str(SIZES[step])],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, limits),
    )
    assert done.stdout.endswith("all done\n"), done.stdout[-60:] + done.stderr[-2000:]


NASTY = st.sampled_from(
    [
        "", " ", "\x00", "\ud800", "\udfff\ud800", "\u200b", "\u00ad", "\u202e", "\ufeff",
        "e\u0301", "\u0301\u0302", "R\u0430t", "שלום", "مجلس", "市长。", "👩\u200d👧",
        "\r", "\r\n", "\u2028", "\x85", "\x0b", "„", "“", "(", ")", "[1]", "](", "|", "**", "```",
        "#", "- ", ": ", ". ", "? ", "1.2", "1\u202f000", "0\u202fk", "z. B.", "Rat", "beschloss",
        "Plan", "<br>", "<a href=", "http://",
    ]
)  # fmt: skip
TEXTS = st.lists(NASTY | st.text(st.characters(codec=None), max_size=8), max_size=30).map("".join)


@given(TEXTS, TEXTS)
def test_any_two_texts_are_compared_and_places_hold(said, page):
    claims = find_claims(an_answer(said), [])
    assert all(0 <= c.start < c.end <= len(said) for c in claims)
    assert len(blank_marks(said, [])) == len(said)
    for text in (said, page):
        sentences = find_sentences(text)
        assert all(a.end <= b.start for a, b in pairwise(sentences))
        for language in ("de", "en"):
            tokens = find_tokens(text, language)
            assert all(0 <= t.start < t.end <= len(text) for t in tokens)
            assert all(a.end <= b.start for a, b in pairwise(tokens))
            terms = find_terms(text, language)
            assert all(0 <= t.start < t.end <= len(text) for t in terms)
    found = verdict(said, page)
    assert 0 <= found.score <= 1
    assert 0 <= found.support <= 10_000


WORDS = ["Brücke", "Rat", "beschloss", "Wärmeplan", "Kosten", "Hafen", "Pumpe", "Stadt", "reicht"]
SIGNS = st.sampled_from(["\u200b", "\u00ad", "\u2060", "\ufeff", "\u200d"])
ALIKE = {"a": "а", "e": "е", "o": "о", "c": "с", "p": "р", "B": "В", "K": "К", "H": "Н", "P": "Р"}


@st.composite
def disguised_words(draw):
    """Draw words, and the same with signs nobody sees in them and foreign letters that look so."""
    plain = draw(st.lists(st.sampled_from(WORDS), min_size=2, max_size=8))
    disguised = []
    for word in plain:
        letters = list(word)
        for at in draw(st.sets(st.integers(0, len(letters) - 1), max_size=len(letters) - 1)):
            letters[at] = ALIKE.get(letters[at], letters[at])
        place = draw(st.integers(1, len(letters) - 1))
        letters.insert(place, draw(SIGNS | st.just("")))
        disguised.append("".join(letters))
    return " ".join(plain), " ".join(disguised)


@given(disguised_words(), st.sets(st.sampled_from(WORDS)).map(sorted).map(" ".join))
def test_a_disguise_changes_nothing(pair, passage):
    plain, disguised = pair
    (first,), (second,) = (find_claims(an_answer(f"{text} nun."), []) for text in pair)
    assert first.statement_id == second.statement_id
    assert second.end == len(disguised) + len(" nun.")
    assert [t.term for t in find_tokens(plain, "de")] == [
        t.term for t in find_tokens(disguised, "de")
    ]
    one, other = verdict(plain, passage), verdict(disguised, passage)
    assert (one.score, one.support, one.kind) == (other.score, other.support, other.kind)
    assert verdict(passage, plain).support == verdict(passage, disguised).support


def test_places_of_disguised_words():
    text = "Die Bru\u0308\u200bcke, der R\u0430t und Donau\u00addampf."
    assert [text[w.start : w.end] for w in find_words(text)] == [
        "Die", "Bru\u0308\u200bcke", "der", "R\u0430t", "und", "Donau\u00addampf",
    ]  # fmt: skip
    assert [t.form for t in find_tokens(text, "de")] == [
        "die", "brücke", "der", "rat", "und", "donaudampf",
    ]  # fmt: skip
    assert find_terms("Рим Ω", "de")[0].term == "рим"  # other scripts stay what they are


def test_runs_of_a_repeated_word_are_bounded(monkeypatch):
    sizes = []
    extend = support._extend_runs

    def count(*arguments):
        found = extend(*arguments)
        sizes.append(len(found))
        return found

    monkeypatch.setattr(support, "_extend_runs", count)
    text = "rat plan " * 1000
    tokens = find_tokens(text, "de")
    claim, passage = (
        read_claim(text, tokens, {"rat": 1, "plan": 1}, "de"),
        read_passage(tokens, "de"),
    )
    runs, most = support._find_runs(claim, passage)
    assert len(sizes) == len(runs) == 2000
    assert max(sizes) <= 2 * support._MOST_PLACES
    assert most == 2000  # the run that began first is followed to its end


def find_runs_slowly(claim, passage):
    """Find the longest common run that ends at each word, from its definition."""
    found = []
    for i, token in enumerate(claim):
        lengths = {}
        for j, other in enumerate(passage):
            n = 0
            while n <= min(i, j) and claim[i - n] == passage[j - n]:
                n += 1
            if token == other:
                lengths[j] = n
        if lengths:
            j = min(lengths, key=lambda at: (-lengths[at], at))
            found.append((i - lengths[j] + 1, j - lengths[j] + 1, lengths[j]))
    return found


@given(*[st.lists(st.sampled_from(["rat", "plan", "hafen"]), max_size=30)] * 2)
def test_runs_are_those_of_the_definition(claim, passage):
    text, other = " ".join(claim), " ".join(passage)
    tokens = find_tokens(text, "de")
    read = read_claim(text, tokens, {token.term: 1 for token in tokens}, "de")
    runs, _ = support._find_runs(read, read_passage(find_tokens(other, "de"), "de"))
    assert [tuple(run) for run in runs] == find_runs_slowly(claim, passage)


NOTHINGS = [
    "## Hintergrund und Kosten",
    "**Die wichtigsten Punkte:**",
    "Gerne!",
    "Wer zahlt den Bau der Brücke?",
    "Dazu konnte ich leider keine Angaben finden.",
    "I could not find any information on the bridge.",
    "Möchten Sie mehr über die Brücke wissen?",
    "Let me know if you need more about the bridge.",
    "Here is a summary of the main points:",
    "Bitte prüfen Sie die aktuellen Preise.",
    "This is not legal advice.",
    "Stand: November 2026",
    "Quelle: Kreisbote Ostrau",
    "```\nDer Rat beschloss den Bau der Brücke.\n```",
    "| Jahr | Ereignis der Brücke |\n|---|---|",
    "[Der Kreisbote über die Brücke](https://anker.example/a)",
]
CLAIMS = [
    "Der Rat beschloss den Bau der Brücke.",
    "The council adopted the plan on Monday.",
    "- Die Kosten liegen bei 96 Mio. Euro",
]
PAGE = (
    "Der Rat beschloss den Bau der Brücke. The council adopted the plan on Monday. Die Kosten "
    "liegen bei 96 Mio. Euro. Wer zahlt den Bau der Brücke? Hintergrund und Kosten. Quelle: "
    "Kreisbote Ostrau. I could not find any information on the bridge. Bitte prüfen Sie die "
    "aktuellen Preise. Der Kreisbote über die Brücke."
)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.sampled_from(NOTHINGS), min_size=1, max_size=6),
    st.lists(st.sampled_from(CLAIMS), max_size=3, unique=True),
    st.randoms(use_true_random=False),
)
def test_what_states_nothing_weighs_nothing(nothings, claims, shuffle):
    lines = nothings + claims
    shuffle.shuffle(lines)
    text = "\n\n".join([*lines, "Gerne!"])
    found = ground(*tables([an_answer(text)], [a_link(A)], pages((A, PAGE))))
    rows = from_arrow(found.claims, Claim)
    said = {text[c.start : c.end]: c.content_words for c in rows}
    assert set(said) == {claim.removeprefix("- ") for claim in claims}
    assert all(n >= 2 for n in said.values())
    assert {s.claim_id for s in from_arrow(found.supports, Support)} <= {c.claim_id for c in rows}


OTHERS = [
    "Die Fähre fährt im Winter nicht.",
    "Am Hafen steht seit Mai ein Kran.",
    "Der Verein hat zwei neue Trainer.",
    "Die Bücherei schließt um sechs Uhr.",
    "Ein Sturm deckte Dächer in Ostrau ab.",
]


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.sampled_from([*OTHERS, "Der Rat beschloss den Bau."]), min_size=1, max_size=8),
    st.integers(0, 4),
)
def test_a_page_is_as_strong_as_its_best_window(sentences, times):
    # All in one corpus, so that words weigh the same.
    text = "\n\n".join([" ".join(sentences), *([" ".join([*OTHERS, sentences[0]])] * times)])
    windows = {text[window.start : window.end] for window in find_windows(text)}
    each = [(f"https://fenster.example/{i}", window) for i, window in enumerate(sorted(windows))]
    claim = "Der Rat beschloss am Montag den Bau der Brücke am Hafen."
    found = ground(*tables([an_answer(claim)], [], pages((A, text), *each)))
    documents = {document.document_id: document.url for document, _ in pages((A, text), *each)}
    passages = {
        p.passage_id: documents[p.document_id] for p in from_arrow(found.passages, Passage)
    }
    best: dict[str, int] = {}
    for row in from_arrow(found.supports, Support):
        url = passages[row.passage_id]
        best[url] = max(best.get(url, 0), row.support)
    assert best.get(A, 0) <= max((n for url, n in best.items() if url != A), default=0)

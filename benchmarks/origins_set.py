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

import gzip
import hashlib
import json
import random
import re
import tarfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from beleg.collect.pages import decode_html, extract_page
from beleg.ground.passages import find_windows, make_passage
from beleg.ground.sentences import find_sentences
from beleg.records import Document, DocumentKind, Passage, Text, content_id
from beleg.text import STOPWORDS, guess_language
from origins_events import EVENTS, FIGURES, NAMES
from origins_words import SYNONYMS

DATA = Path(__file__).resolve().parents[1] / ".." / "shared" / "data"
START = datetime(2026, 11, 2, 6, tzinfo=UTC)
NOTICE = {
    "de": "Mit der Nutzung dieser Seite stimmen Sie der Verwendung von Cookies zu; Einzelheiten "
    "und Ihre Rechte auf Widerruf finden Sie jederzeit in unserer Erklärung zum Datenschutz.",
    "en": "By using this page you agree to the use of cookies; details and your right to withdraw "
    "consent at any time can be found in our statement on data protection and privacy.",
}
LEADS = {
    "de": "Was darüber bisher bekannt ist, hat unsere Redaktion in {n} Punkten zusammengetragen.",
    "en": "Here is what our newsroom has gathered so far on the matter, in {n} points.",
}
_TOKEN = re.compile(r"[^\W_]+|[\W_]+")


class Source(NamedTuple):
    """A real page: its sentences, and which half it belongs to."""

    name: str
    language: str
    sentences: tuple[str, ...]
    is_reported: bool


class Piece(NamedTuple):
    """A sentence of a built text, and what it was made of: text number and sentence."""

    text: str
    origin: tuple[str, int] | None = None


@dataclass
class Built:
    """A built document."""

    key: str
    case: str
    host: str
    language: str
    pieces: list[Piece]
    seen_at: datetime | None
    published_at: datetime | None = None
    title: str = ""
    authors: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    path: str = ""
    agency: str | None = None
    """Whose text the pieces with an origin are."""
    is_ambiguous: bool = False
    spans: list[tuple[int, int]] = field(default_factory=list)

    def lay_text(self) -> str:
        """Join the sentences, four to a paragraph, and note where each stands."""
        out, at = [], 0
        self.spans.clear()
        for number, piece in enumerate(self.pieces):
            self.spans.append((at, at + len(piece.text)))
            end = "\n" if number % 4 == 3 or piece.text.endswith("\n") else " "
            text = piece.text.rstrip("\n")
            self.spans[-1] = (at, at + len(text))
            out.append(text + end)
            at += len(text) + 1
        return "".join(out).rstrip()


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


def read_pages(data: Path = DATA) -> list[tuple[str, str]]:
    """Read the real pages as file name and HTML."""
    pages = [
        (path.name, decode_html(gzip.decompress(path.read_bytes())))
        for path in sorted((data / "pages" / "fundus").glob("*/*.html.gz"))
    ]
    with tarfile.open(data / "pages" / "zyte" / "aeb.tar.gz") as archive:
        for member in archive.getmembers():
            file = archive.extractfile(member) if member.name.endswith(".html.gz") else None
            if file is not None:
                pages.append((Path(member.name).name, decode_html(gzip.decompress(file.read()))))
    return pages


def read_sources(data: Path = DATA) -> list[Source]:
    """Take the sentences out of the pages; none that names an agency at either end."""
    sources = []
    agency = re.compile(
        r"\b(?:dpa|AFP|Reuters|KNA|epd|APA|SID|AP|ANSA|SDA|sda|Associated Press)\b"
    )
    for name, html in read_pages(data):
        text = extract_page(html).text
        language = guess_language(text)
        sentences = [text[s.start : s.end].replace("\n", " ") for s in find_sentences(text)]
        sentences = [s for s in dict.fromkeys(sentences) if 6 <= len(s.split()) <= 60]
        if language is None or len(sentences) < 8 or agency.search(text[:400] + text[-400:]):
            continue
        is_reported = hashlib.sha256(name.encode()).digest()[0] % 2 == 1
        sources.append(Source(name, language, tuple(sentences[:40]), is_reported))
    return sources


def _split_words(sentence: str) -> list[str]:
    return _TOKEN.findall(sentence)


def replace_synonyms(sentence: str, language: str) -> str:
    """Put a word of like meaning in place of every word that the list knows."""
    known = SYNONYMS[language]
    return "".join(known.get(word, word) for word in _split_words(sentence))


def rewrite_lightly(sentence: str, language: str, rng: random.Random) -> str:
    """Change words, drop a bracket or a clause, or change the halves round."""
    sentence = re.sub(r"\s*\([^)]*\)", "", replace_synonyms(sentence, language))
    parts = sentence.rstrip(".!? ").split(", ")
    if len(parts) >= 3 and rng.random() < 0.4:
        parts.pop(rng.randrange(1, len(parts) - 1))
    elif len(parts) == 2 and rng.random() < 0.5 and min(map(len, parts)) > 12:
        parts = [parts[1][:1].upper() + parts[1][1:], parts[0]]
    return ", ".join(parts) + "."


def rewrite_heavily(
    sentence: str,
    language: str,
    words: dict[bool, Sequence[str]],
    rng: random.Random,
    replaced: float = 0.5,
) -> str:
    """Drop clauses and function words, change the order, replace words that carry meaning."""
    parts = re.sub(r"\s*\([^)]*\)", "", sentence).rstrip(".!? ").split(", ")
    if len(parts) > 3:
        parts.pop(rng.randrange(len(parts)))
    rng.shuffle(parts)
    tokens = _split_words(", ".join(parts))
    carrying = [
        n
        for n, token in enumerate(tokens)
        if token[0].isalpha() and len(token) > 2 and token.casefold() not in STOPWORDS[language]
    ]
    for n in rng.sample(carrying, int(len(carrying) * replaced)):
        tokens[n] = SYNONYMS[language].get(tokens[n]) or rng.choice(words[tokens[n][0].isupper()])
    kept = [t for t in tokens if t.casefold() not in STOPWORDS[language] or rng.random() > 0.3]
    text = re.sub(r"\s+", " ", "".join(kept)).strip()
    return text[:1].upper() + text[1:] + "."


def _drop_alike(sentences: Sequence[str]) -> list[str]:
    """Drop lists of figures, and sentences that share four words in a row with another."""
    kept, known = [], set[tuple[str, ...]]()
    for sentence in sentences:
        words = sentence.casefold().split()
        runs = {tuple(words[n : n + 4]) for n in range(len(words) - 3)}
        if not runs & known and sum(map(str.isdigit, sentence)) < 6:
            kept.append(sentence)
            known |= runs
    return kept


class _Builder:
    """Builds the set of one half of the pages with one seed."""

    def __init__(self, sources: Sequence[Source], seed: int, replaced: float) -> None:
        self.replaced = replaced
        self.rng = random.Random(seed)
        self.sources = list(sources)
        self.docs: list[Built] = []
        self.n_houses = 0

    def house(self) -> str:
        self.n_houses += 1
        return f"haus-{self.n_houses}.example"

    def later(self, moment: datetime) -> datetime:
        return moment + timedelta(minutes=self.rng.randrange(5, 60 * 24 * 5))

    def add(self, built: Built) -> Built:
        self.docs.append(built)
        return built

    def original(self, source: Source) -> Built:
        seen = START + timedelta(minutes=self.rng.randrange(60 * 24 * 10))
        published = seen - timedelta(minutes=self.rng.randrange(1, 300))
        return self.add(
            Built(
                source.name, "original", self.house(), source.language,
                [Piece(s) for s in source.sentences], seen,
                published if self.rng.random() < 0.8 else None,
            )
        )  # fmt: skip

    def frame(self, language: str, n: int) -> list[Piece]:
        """Sentences of no other document: of pages that are kept for nothing else."""
        pool = self.frames[language]
        return [Piece(pool.pop()) for _ in range(min(n, len(pool)))]

    def repeat(self, case: str, of: Built, pieces: list[Piece], **changes: object) -> Built:
        """A later document of another house, its claimed date true, missing or set back."""
        seen = self.later(of.seen_at or START)
        chance = self.rng.random()
        published = (
            (of.published_at or of.seen_at or START) - timedelta(hours=self.rng.randrange(1, 40))
            if chance < 0.25
            else None
            if chance < 0.45
            else seen - timedelta(minutes=3)
        )
        key = f"{case}-{len(self.docs)}"
        built = Built(key, case, self.house(), of.language, pieces, seen, published)
        return self.add(replace(built, spans=[], **changes))

    def build(self) -> list[Built]:
        rng = self.rng
        by_language = {
            language: [s for s in self.sources if s.language == language]
            for language in ("de", "en")
        }
        self.frames: dict[str, list[str]] = {}
        self.words: dict[str, dict[bool, list[str]]] = {}
        for language, sources in by_language.items():
            rng.shuffle(sources)
            kept = sources[: len(sources) // 5]
            by_language[language] = sources[len(kept) :]
            pool = _drop_alike([s for source in kept for s in source.sentences])
            rng.shuffle(pool)
            self.frames[language] = pool
            words = [
                word
                for source in sources
                for s in source.sentences
                for word in _split_words(s)[2:]
                if word.isalpha() and len(word) > 3 and word.casefold() not in STOPWORDS[language]
            ]
            self.words[language] = {up: [w for w in words if w[0].isupper() == up]
                                    for up in (True, False)}  # fmt: skip
        for language, sources in by_language.items():
            originals = [self.original(source) for source in sources]
            # Disjoint, so that nobody else's origin becomes undecided or an agency's.
            n = len(originals)
            agency = originals[: n // 4]
            undecided, free = originals[n // 4 : n * 2 // 5], originals[n * 2 // 5 :]
            self.add_repeats(language, free)
            self.add_undecided(undecided)
            self.add_syndication(language, agency)
            self.add_own(free)
            self.add_planted(language)
            self.add_events(language)
        for built in self.docs:
            if rng.random() < 0.8:
                built.pieces.append(Piece("\n" + NOTICE[built.language]))
        rng.shuffle(self.docs)
        return self.docs

    def pick(self, originals: list[Built], n: int) -> list[Built]:
        """Draw n originals; where there are fewer, some are drawn again."""
        rounds = -(-n // len(originals))
        return [of for _ in range(rounds) for of in self.rng.sample(originals, len(originals))][:n]

    def add_repeats(self, language: str, originals: list[Built]) -> None:
        rng, n = self.rng, 10
        for number, of in enumerate(self.pick(originals, n)):
            whole = [Piece(p.text, (of.key, k)) for k, p in enumerate(of.pieces)]
            if number % 2:
                length = rng.randrange(4, 9)
                first = rng.randrange(max(1, len(whole) - length))
                frame = self.frame(language, 8)
                whole = [*frame[:4], *whole[first : first + length], *frame[4:]]
            self.repeat("copy", of, whole)
        for of in self.pick(originals, n):
            self.repeat("light", of, self.light(of))
        for of in self.pick(originals, n):
            lines = list(enumerate(of.pieces))
            chosen = rng.sample(lines, max(4, len(lines) * 6 // 10))
            pieces = [Piece(self.heavily(p.text, language), (of.key, k)) for k, p in chosen]
            self.repeat("heavy", of, pieces)
        for of in self.pick(originals, n):
            pieces = [Piece(p.text, (of.key, k)) for k, p in enumerate(of.pieces)]
            rng.shuffle(pieces)
            self.repeat("shuffled", of, pieces)
        for of in self.pick(originals, n // 2):
            middle = self.repeat("light", of, self.light(of))
            pieces = [Piece(p.text, p.origin) for p in middle.pieces]
            built = self.repeat("chain", of, pieces)
            built.seen_at = self.later(middle.seen_at or START)

    def heavily(self, sentence: str, language: str) -> str:
        return rewrite_heavily(sentence, language, self.words[language], self.rng, self.replaced)

    def light(self, of: Built) -> list[Piece]:
        pieces = [
            Piece(rewrite_lightly(p.text, of.language, self.rng), (of.key, k))
            for k, p in enumerate(of.pieces)
        ]
        return [Piece(LEADS[of.language].format(n=self.rng.randrange(3, 9))), *pieces[1:]]

    def add_undecided(self, originals: list[Built]) -> None:
        for number, of in enumerate(originals):
            pieces = [Piece(p.text, (of.key, k)) for k, p in enumerate(of.pieces)]
            case = ("tie", "undated", "canonical")[number % 3]
            built = self.repeat(case, of, pieces)
            if case == "tie":
                built.seen_at, built.is_ambiguous = of.seen_at, True
            elif case == "undated":
                built.seen_at, built.is_ambiguous = None, True
            else:
                built.seen_at = (of.seen_at or START) - timedelta(hours=2)
                built.marks = (f"canonical:https://{of.host}/{of.key}",)

    def add_syndication(self, language: str, originals: list[Built]) -> None:
        """Turn pages into agency texts: the page itself is then in the agency's hands alone."""
        rng = self.rng
        agencies = ("dpa", "afp", "kna") if language == "de" else ("reuters", "ap", "afp")
        for number, of in enumerate(originals):
            agency = agencies[number % 3]
            spelled = {"dpa": "dpa", "afp": "AFP", "kna": "KNA", "reuters": "Reuters", "ap": "AP"}
            name = spelled[agency]
            self.docs.remove(of)
            body = [p.text for p in of.pieces]
            at = of.seen_at or START
            if number % 4 == 0:  # the agency's own page
                domain = {"dpa": "dpa.com", "afp": "afp.com", "kna": "kna.de",
                          "reuters": "reuters.com", "ap": "apnews.com"}[agency]  # fmt: skip
                own = Built(f"agency-{of.key}", "agency's own", f"www.{domain}", language,
                            [Piece(s) for s in body], at)  # fmt: skip
                self.add(own)
            for house in range(3):
                length = rng.randrange(max(6, len(body) // 2), len(body) + 1)
                pieces = [Piece(s, (f"agency-{of.key}", k)) for k, s in enumerate(body[:length])]
                form = ("dateline", "foot", "author", "region", "none")[
                    4 if house == 2 and number % 3 == 0 else rng.randrange(4)
                ]
                lead = self.frame(language, 1) or [Piece(LEADS[language].format(n=3))]
                if form == "dateline":
                    pieces[0] = Piece(f"\nBerlin ({name}) - {body[0]}", pieces[0].origin)
                elif form == "region" and agency == "dpa":
                    pieces[0] = Piece(f"\nKöln (dpa/lnw) - {body[0]}", pieces[0].origin)
                elif form in {"foot", "region"}:
                    pieces.append(Piece(f"\n{'Quelle' if language == 'de' else 'Source'}: {name}"))
                built = self.repeat("syndication", of, [*lead, *pieces], agency=agency)
                built.seen_at = at + timedelta(minutes=7 + 60 * house)
                if form == "author":
                    built.authors = (name,)
                if form == "none":
                    built.case = "syndication, unmarked"

    def add_own(self, originals: list[Built]) -> None:
        for of in self.pick(originals, 5):
            built = self.repeat("own", of, [Piece(p.text) for p in of.pieces[:-2]])
            built.host, built.path = of.host, "/druck"

    def add_planted(self, language: str) -> None:
        """Two unrelated pages, with the same names, figures and quotation planted in both."""
        rng = self.rng
        quote = FIGURES[language]
        for _ in range(6):
            name, other = rng.sample(NAMES, 2)
            figure = rng.randrange(1_000, 99_000)
            words = rng.choice(quote["said"])
            said = [quote[key].format(a=name, n=figure, q=words) for key in ("quote", "quote_2")]
            for k in range(2):
                frame = [p.text for p in self.frame(language, 7)]
                if len(frame) < 5:
                    return
                frame[1] += f" {said[k]}"
                frame[3] = frame[3].rstrip(".") + quote["tail"].format(a=name, b=other, n=figure)
                host = self.house()
                built = Built(f"planted-{host}", "planted", host, language,
                              [Piece(s) for s in frame], self.later(START))  # fmt: skip
                self.add(built)

    def add_events(self, language: str) -> None:
        half = 0 if not self.sources[0].is_reported else 1
        for number, event in enumerate(EVENTS[language]):
            if number % 2 != half:
                continue
            rng = self.rng
            slots = {"a": rng.choice(NAMES), "b": rng.choice(NAMES), "n": rng.randrange(21, 96),
                     "m": rng.randrange(110, 980), "k": rng.randrange(3, 19)}  # fmt: skip
            for house in range(3):
                host = self.house()
                lines = [fact[house].format(**slots) for fact in event]
                built = Built(f"event-{host}", "independent", host, language,
                              [Piece(s) for s in lines], self.later(START))  # fmt: skip
                self.add(built)


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
    built = _Builder(half, seed, replaced).build()
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

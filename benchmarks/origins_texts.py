"""Real pages as sentences, and what the set's cases do to a sentence."""

from __future__ import annotations

import gzip
import hashlib
import random
import re
import tarfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from beleg.collect.pages import decode_html, extract_page
from beleg.ground.sentences import find_sentences
from beleg.text import STOPWORDS, guess_language
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


def split_words(sentence: str) -> list[str]:
    return _TOKEN.findall(sentence)


def replace_synonyms(sentence: str, language: str) -> str:
    """Put a word of like meaning in place of every word that the list knows."""
    known = SYNONYMS[language]
    return "".join(known.get(word, word) for word in split_words(sentence))


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
    tokens = split_words(", ".join(parts))
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


def drop_alike(sentences: Sequence[str]) -> list[str]:
    """Drop lists of figures, and sentences that share four words in a row with another."""
    kept, known = [], set[tuple[str, ...]]()
    for sentence in sentences:
        words = sentence.casefold().split()
        runs = {tuple(words[n : n + 4]) for n in range(len(words) - 3)}
        if not runs & known and sum(map(str.isdigit, sentence)) < 6:
            kept.append(sentence)
            known |= runs
    return kept

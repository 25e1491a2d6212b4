"""The cases of the set: what other houses make of a page (see origins_set.py)."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from beleg.text import STOPWORDS
from origins_events import EVENTS, FIGURES, NAMES
from origins_texts import (
    LEADS,
    NOTICE,
    START,
    Built,
    Piece,
    Source,
    drop_alike,
    rewrite_heavily,
    rewrite_lightly,
    split_words,
)


class Builder:
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
            pool = drop_alike([s for source in kept for s in source.sentences])
            rng.shuffle(pool)
            self.frames[language] = pool
            words = [
                word
                for source in sources
                for s in source.sentences
                for word in split_words(s)[2:]
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

"""Build the perturbation set: claims made from press pages by rule, with what they rest on.

    python benchmarks/perturbations.py            # counts of cases, by language and change

Made at run time from /shared/data/pages: fundus (German, checked gold bodies) and zyte (English,
checked bodies). No text of them is kept. A case is a sentence of an article, changed by a rule of
``perturbation_rules``, and the article (kind page) or the sentences around it (kind passage).
Pages are split into halves by a hash: rules of the product are developed on ``dev``, figures are
reported on ``test``.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import re
import tarfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from beleg.collect.pages import read_page
from beleg.ground.sentences import find_sentences
from beleg.ground.tokens import find_tokens
from beleg.text import guess_language
from labels import DATA
from perturbation_rules import SUPPORTED, Source, draw, find_figures, find_names
from perturbation_swaps import UNSUPPORTED

PAGES = DATA / "pages"
SENTENCES_A_PAGE = {"de": 20, "en": 12}
"""More of the German ones, for there are fewer pages."""
CHANGES_A_SENTENCE = 7
"""At most so many cases from one sentence, supported and not."""


@dataclass(frozen=True)
class Page:
    """An article: its body, one paragraph a line."""

    page_id: str
    language: str
    half: str
    body: str


@dataclass(frozen=True)
class Case:
    """A claim, what it is held against, and whether that carries it."""

    claim: str
    evidence: str
    kind: str
    label: int
    change: str
    language: str
    page_id: str


def half_of(page_id: str) -> str:
    """Say whether a page is for development or for the report."""
    return "dev" if hashlib.sha256(page_id.encode()).digest()[0] % 2 else "test"


def _body_of(gold: dict) -> str:
    body = gold["body"]
    parts = list(body.get("summary", []))
    for section in body["sections"]:
        parts += section["paragraphs"]
    return "\n".join(part.strip() for part in parts if part.strip())


def read_german(pages: Path = PAGES) -> Iterator[Page]:
    """Read the checked bodies of the German-language press pages, each once."""
    seen: list[set[str]] = []
    for path in sorted((pages / "fundus").glob("*/*.json")):
        for gold in json.loads(path.read_text("utf-8")).values():
            body = _body_of(gold) if gold.get("body") else ""
            words = set(re.findall(r"\w+", body))
            key = hashlib.sha256(re.sub(r"\W+", "", body)[:200].encode()).hexdigest()
            if len(body) < 800 or guess_language(body) != "de":
                continue
            if not any(len(words & own) > 0.6 * min(len(words), len(own)) for own in seen):
                seen.append(words)
                yield Page(key, "de", half_of(key), body)
    yield from _read_german_html(pages, seen)


def _read_german_html(pages: Path, seen: list[set[str]]) -> Iterator[Page]:
    """Read the pages that have no checked body of their own, as `beleg collect` reads them."""
    for meta in sorted((pages / "fundus").glob("*/meta.info")):
        addresses = json.loads(meta.read_text("utf-8"))
        for path in sorted(meta.parent.glob("*.html.gz")):
            url = addresses[path.name]["url"]
            raw = gzip.decompress(path.read_bytes())
            found = read_page(raw, url=url, name="", raw_ref="", seen_at=datetime.now(UTC))
            body = found.texts[0].text if found.documents else ""
            words = set(re.findall(r"\w+", body))
            key = hashlib.sha256(url.encode()).hexdigest()
            known = any(len(words & own) > 0.6 * min(len(words), len(own)) for own in seen)
            if len(body) > 800 and guess_language(body) == "de" and not known:
                seen.append(words)
                yield Page(key, "de", half_of(key), body)


def read_english(pages: Path = PAGES) -> Iterator[Page]:
    """Read the checked bodies of the English pages."""
    with tarfile.open(pages / "zyte" / "aeb.tar.gz") as archive:
        member = next(m for m in archive if m.name.endswith("ground-truth.json"))
        gold = json.loads(archive.extractfile(member).read())
    for key, page in sorted(gold.items()):
        body = page["articleBody"]
        if len(body) > 800 and guess_language(body) == "en":
            yield Page(key, "en", half_of(key), body)


def _is_plain(sentence: str) -> bool:
    return 8 <= len(sentence.split()) <= 40 and sentence[-1] == "." and sentence[0].isalnum()


def find_topical(pages: Sequence[Page]) -> dict[str, Page]:
    """Find for each page the page of the same language that shares most of its terms."""
    terms = {
        p.page_id: Counter(t.term for t in find_tokens(p.body, p.language) if t.term)
        for p in pages
    }
    spread = Counter(term for counts in terms.values() for term in counts)
    found = {}
    for page in pages:
        own = terms[page.page_id]
        rest = [p for p in pages if p is not page and p.language == page.language]
        shared = {p.page_id: own.keys() & terms[p.page_id].keys() for p in rest}
        weights = {key: sum(1 / spread[term] for term in both) for key, both in shared.items()}
        found[page.page_id] = max(rest, key=lambda p: (weights[p.page_id], p.page_id))
    return found


def _pick(rules: dict, source: Source, most: int) -> Iterator[tuple[str, str]]:
    """Apply rules in an order that hangs on the sentence; the first always comes first."""
    names = sorted(rules, key=lambda name: draw(name + source.sentence, 1 << 30))
    n = 0
    for name in names:
        changed = rules[name](source)
        if changed and (changed != source.sentence or name == "kept"):
            yield name, changed
            n += 1
            if n == most:
                return


def build_cases(pages: Sequence[Page]) -> list[Case]:
    """Build the cases of one half's pages."""
    names = {
        lang: [n for p in pages if p.language == lang for n in find_names(p.body)]
        for lang in ("de", "en")
    }
    topical = find_topical(pages)
    cases = []
    for page in pages:
        spans = find_sentences(page.body)
        texts = [page.body[s.start : s.end] for s in spans]
        numbers = [i for i, text in enumerate(texts) if _is_plain(text)]
        numbers.sort(key=lambda i: draw(texts[i], 1 << 30))
        own_names, figures = find_names(page.body), find_figures(page.body)
        foreign = [n for n in names[page.language] if n not in own_names]
        for i in numbers[: SENTENCES_A_PAGE[page.language]]:
            first, last = spans[max(i - 1, 0)], spans[min(i + 1, len(spans) - 1)]
            window = page.body[first.start : last.end]
            source = Source(page.language, texts[i], own_names, figures, foreign)
            for label, rules in ((1, SUPPORTED), (0, UNSUPPORTED)):
                for change, claim in _pick(rules, source, CHANGES_A_SENTENCE):
                    for kind, evidence in (("passage", window), ("page", page.body)):
                        cases.append(
                            Case(claim, evidence, kind, label, change, page.language, page.page_id)
                        )
        cases += _build_foreign(page, topical[page.page_id])
    return cases


def _build_foreign(page: Page, other: Page) -> Iterator[Case]:
    """Hold sentences of the nearest other article against this one."""
    texts = [other.body[s.start : s.end] for s in find_sentences(other.body)]
    plain = sorted((t for t in texts if _is_plain(t)), key=lambda t: draw(t, 1 << 30))
    spans = find_sentences(page.body)
    for claim in plain[: SENTENCES_A_PAGE[page.language]]:
        if claim in page.body:
            continue
        wanted = {t.term for t in find_tokens(claim, page.language) if t.term}
        overlaps = [
            len(wanted & {t.term for t in find_tokens(page.body[a:b], page.language)})
            for a, b in spans
        ]
        best = overlaps.index(max(overlaps))
        first, last = spans[max(best - 1, 0)], spans[min(best + 1, len(spans) - 1)]
        window = page.body[first.start : last.end]
        for kind, evidence in (("passage", window), ("page", page.body)):
            yield Case(claim, evidence, kind, 0, "same topic", page.language, page.page_id)


def read_pages(half: str, pages: Path = PAGES) -> list[Page]:
    """Read the pages of a half, ``dev`` or ``test``, of both languages."""
    every = [*read_german(pages), *read_english(pages)]
    return [page for page in every if page.half == half]


def main() -> None:
    """Print the counts of cases; texts only where asked, for a look by eye."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--half", choices=("dev", "test"), default="dev")
    parser.add_argument("--show", help="print some claims of this change")
    arguments = parser.parse_args()
    pages = read_pages(arguments.half)
    cases = build_cases(pages)
    print(Counter(page.language for page in pages))
    for (label, change), n in sorted(Counter((c.label, c.change) for c in cases).items()):
        by = Counter(c.language for c in cases if c.change == change and c.label == label)
        print(f"{label} {change:16}{n:7}  de {by['de']:5}  en {by['en']:5}")
    if arguments.show:
        for case in [c for c in cases if c.change == arguments.show and c.kind == "passage"][:40]:
            print(case.language, "|", case.claim)


if __name__ == "__main__":
    main()

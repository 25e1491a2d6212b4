"""Extraction from real press pages against hand-checked gold, beside trafilatura alone.

A page's gold is the version of its publisher's that shares most words with the page (the gold
names no page). Bodies are compared as bags of words, dates as days in Berlin, titles and authors
as equal after cleaning. The floors lie just under what was measured; lowering one takes a reason.
"""

import gzip
import json
import re
import unicodedata
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest
import trafilatura

from beleg.collect.markup import clean_line
from beleg.collect.pages import decode_html, read_page
from beleg.collect.times import read_time

FUNDUS = Path(__file__).parents[2] / "../shared/data/pages/fundus"
BERLIN = ZoneInfo("Europe/Berlin")
FLOORS = {"body": 0.965, "title": 0.785, "date": 0.99, "authors": 0.95}


class Found(NamedTuple):
    body: str
    title: str
    published_at: datetime | None
    authors: frozenset[str]


def body_of(gold):
    body = gold["body"]
    parts = list(body.get("summary", []))
    for section in body["sections"]:
        parts += section["headline"] + section["paragraphs"]
    return "\n".join(parts)


def f1_of(text, gold):
    bags = [
        Counter(re.findall(r"\w+", unicodedata.normalize("NFC", one).lower()))
        for one in (text, gold)
    ]
    shared = (bags[0] & bags[1]).total()
    return 2 * shared / (bags[0].total() + bags[1].total()) if shared else 0.0


def day_of(moment):
    return moment.astimezone(BERLIN).date() if moment else None


def read_gold(text):
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=BERLIN)


def ours(data, url):
    collected = read_page(data, url=url, name="", raw_ref="", seen_at=datetime.now(UTC))
    if not collected.documents:
        return Found("", "", None, frozenset())
    (document,), (text,) = collected.documents, collected.texts
    authors = frozenset(document.authors)
    return Found(text.text, document.title or "", document.published_at, authors)


def trafilaturas(data, url):
    found = trafilatura.bare_extraction(
        decode_html(data), url=url, include_comments=False, with_metadata=True
    )
    authors = frozenset(one.strip() for one in (found.author or "").split(";") if one.strip())
    return Found(found.text, clean_line(found.title or ""), read_time(found.date or ""), authors)


def pages():
    for meta in sorted(FUNDUS.glob("*/meta.info")):
        addresses = json.loads(meta.read_text())
        for path in sorted(meta.parent.glob("*.html.gz")):
            publisher = path.name.split("_")[0]
            gold = json.loads((meta.parent / f"{publisher}.json").read_text())
            versions = [version for version in gold.values() if version.get("body")]
            yield gzip.decompress(path.read_bytes()), addresses[path.name]["url"], versions


def score(extract):
    sums, n_pages = Counter(), 0
    for data, url, versions in pages():
        found = extract(data, url)
        gold = max(versions, key=lambda version: f1_of(found.body, body_of(version)))
        n_pages += 1
        sums["body"] += f1_of(found.body, body_of(gold))
        sums["title"] += found.title == clean_line(gold.get("title") or "")
        sums["date"] += day_of(found.published_at) == day_of(read_gold(gold["publishing_date"]))
        sums["authors"] += found.authors == {clean_line(one) for one in gold.get("authors", [])}
    return {name: sums[name] / n_pages for name in FLOORS}, n_pages


@pytest.mark.real
def test_extraction_holds_its_floors():
    if not FUNDUS.exists():
        pytest.skip("shared/data/pages/fundus is not beside the project")
    scores, n_pages = score(ours)
    alone, _ = score(trafilaturas)
    print(f"\n{n_pages} press pages     Beleg   trafilatura alone   floor")
    for name, floor in FLOORS.items():
        print(f"{name:16}{scores[name]:12.4f}{alone[name]:16.4f}{floor:13.3f}")
    assert n_pages >= 47
    for name, floor in FLOORS.items():
        assert scores[name] >= floor, name

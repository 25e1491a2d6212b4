"""What is taken out as hidden must not be what readers of real pages see.

Pages that hide their article until a script runs are the danger: each page is read with and
without the step, and compared with its gold as bags of words.
"""

import gzip
import json
import re
import tarfile
import unicodedata
from collections import Counter
from pathlib import Path

import pytest

from beleg.collect import pages
from beleg.collect.pages import decode_html, extract_page

DATA = Path(__file__).parents[2] / "../shared/data/pages"
FLOOR = 0.961
"""F1 of the 181 pages with article bodies."""
MOST_LOST = 0.05
"""Part of the gold's words that a page may lose."""


def bag_of(text):
    return Counter(re.findall(r"\w+", unicodedata.normalize("NFC", text).lower()))


def read_marked_pages():
    with tarfile.open(DATA / "zyte/aeb.tar.gz") as archive:
        files = {member.name: archive.extractfile(member) for member in archive if member.isfile()}
        gold = next(file for name, file in files.items() if name.endswith("ground-truth.json"))
        bodies = {name: row["articleBody"] for name, row in json.loads(gold.read()).items()}
        for name, file in files.items():
            if name.endswith(".html.gz"):
                yield (
                    gzip.decompress(file.read()),
                    bodies[Path(name).name.removesuffix(".html.gz")],
                )


def read_press_pages():
    for path in sorted(DATA.glob("fundus/*/*.html.gz")):
        yield gzip.decompress(path.read_bytes()), None


@pytest.mark.real
def test_what_is_taken_out_is_no_article(monkeypatch):
    if not DATA.exists():
        pytest.skip("shared/data/pages is not beside the project")
    read = [
        (decode_html(data), gold) for data, gold in [*read_marked_pages(), *read_press_pages()]
    ]
    ours = [bag_of(extract_page(page).text) for page, _ in read]
    monkeypatch.setattr(pages, "strip_hidden", lambda _tree, **_options: 0)
    whole = [bag_of(extract_page(page).text) for page, _ in read]
    scores, n_shorter, n_lost = [], 0, 0
    for (_, gold), found, before in zip(read, ours, whole, strict=True):
        n_shorter += found.total() < before.total()
        wanted = before if gold is None else bag_of(gold)
        lost = (wanted & before).total() - (wanted & found).total()
        n_lost += lost > MOST_LOST * wanted.total()
        if gold is not None:
            scores.append(2 * (found & wanted).total() / max(found.total() + wanted.total(), 1))
    mean = sum(scores) / len(scores)
    print(
        f"\n{len(read)} pages: {n_shorter} have fewer words, {n_lost} lose words of their article"
    )
    print(f"{len(scores)} with bodies: F1 {mean:.4f}")
    assert len(read) >= 228
    assert n_lost == 0
    assert mean >= FLOOR

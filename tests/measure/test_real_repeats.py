"""The four captures of one panel: those that were cached count once."""

import gzip
import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from beleg.collect.answers import read_answers
from beleg.frame import find_repeats

FOLDER = Path(__file__).parents[2] / "../shared/data/overviews"
FILES = sorted(FOLDER.glob("v1_50__*.jsonl.gz"))


def flatten(blocks):
    """The words of an overview, in order."""
    for block in blocks or ():
        yield block.get("snippet") or ""
        yield from flatten(block.get("list"))


def hash_row(row):
    """Two hashes of a raw capture: of its words, and of its ordered links; None where empty."""
    overview = row.get("ai_overview") or {}
    words = "\n".join(flatten(overview.get("text_blocks"))).strip()
    links = [reference.get("link") for reference in overview.get("references") or ()]
    said = hashlib.sha256(words.encode()).hexdigest() if words else None
    shown = hashlib.sha256(json.dumps(links).encode()).hexdigest() if links else None
    return said, shown


def count_by_hand(rows):
    """Count observations from the raw lines alone: no code of the project is used."""
    counted = {}
    for row in sorted(rows, key=lambda row: row["at"]):
        said, shown = hash_row(row)
        of_query = counted.setdefault(row["query"].strip().lower(), [])
        near = [
            (words, links) for at, words, links in of_query if row["at"] - at < timedelta(hours=24)
        ]
        same = any(
            (said is not None and said == words)
            or (shown is not None and shown == links)
            or (said is shown is words is links is None)
            for words, links in near
        )
        if not same:
            of_query.append((row["at"], said, shown))
    return sum(len(found) for found in counted.values())


@pytest.mark.real
@pytest.mark.skipif(not FILES, reason="the real data is not beside the project")
def test_cached_captures_count_once():
    answers, citations, raw = [], [], []
    for file in FILES:
        data = file.read_bytes()
        now = datetime(2026, 11, 22, tzinfo=UTC)
        found = read_answers(data, name=file.name, raw_ref=file.name, collected_at=now)
        answers += found.answers
        citations += found.citations
        for line in gzip.decompress(data).decode().splitlines():
            row = json.loads(line)
            stamp = str(row["created_at"]).replace(" UTC", "+00:00")
            row["at"] = datetime.fromisoformat(stamp)
            row["at"] = row["at"].replace(tzinfo=row["at"].tzinfo or UTC)
            raw.append(row)
    repeats = find_repeats(answers, citations)
    n_counted = sum(row.repeat_of is None for row in repeats)
    by_file = {file.name: 0 for file in FILES}
    kept = {row.answer_id for row in repeats if row.repeat_of is None}
    for answer in answers:
        by_file[answer.raw_ref.split("#")[0]] += answer.answer_id in kept
    print(f"{n_counted} of {len(answers)} captures are observations: {by_file}")
    assert len(answers) == 200
    assert n_counted == count_by_hand(raw)
    # The first capture stands six days apart; of the three of one hour most are one.
    assert by_file[FILES[0].name] == 50
    assert n_counted < 120

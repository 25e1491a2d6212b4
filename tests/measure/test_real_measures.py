"""Measured on real overviews: what was captured comes out, and in time."""

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from beleg import frame
from beleg.collect.answers import read_answers
from beleg.measure import measure
from beleg.records import Answer, Citation, Document, Holding, Observation, Prompt, Publisher
from beleg.repeats import find_repeats
from beleg.settings import PublisherSettings, Settings
from beleg.tables import empty, to_arrow

FILE = Path(__file__).parents[2] / "../shared/data/overviews/v3_1000_part_a.jsonl.gz"


@pytest.mark.real
@pytest.mark.skipif(not FILE.exists(), reason="the real data is not beside the project")
def test_overviews_are_measured():
    seen = datetime(2026, 11, 22, tzinfo=UTC)
    found = read_answers(FILE.read_bytes(), name=FILE.name, raw_ref="0", collected_at=seen)
    settings = Settings(
        publishers=(PublisherSettings(id="yt", name="YT", domains=("youtube.com",)),)
    )
    hosts = {row.host for row in found.citations if row.host}
    publishers = frame.derive_publishers(settings, hosts)
    tables = {
        "answers": to_arrow(found.answers, Answer),
        "citations": to_arrow(found.citations, Citation),
        "documents": to_arrow(found.documents, Document),
        "publishers": to_arrow(publishers, Publisher),
        "holdings": to_arrow(frame.derive_holdings(settings, hosts), Holding),
        "prompts": to_arrow(frame.derive_prompts(settings, [], found.answers), Prompt),
        "observations": to_arrow(find_repeats(found.answers, found.citations), Observation),
        "claim_links": empty("claim_links"),
        "claims": empty("claims"),
        "supports": empty("supports"),
    }
    started = time.perf_counter()
    rows = {
        (row["measure"], row["subject"]): row
        for row in measure(tables, threshold=6000).estimates.to_pylist()
        if row["segment"] == "all" and row["topic"] is row["week"] is None
    }
    assert time.perf_counter() - started < 30
    answered = rows["answered_rate", "*"]
    assert (answered["events"], answered["n"]) == (190, 476)
    assert answered["value"] == pytest.approx(190 / 476)
    linked = {
        row.answer_id for row in found.citations if row.shown and "youtube.com" in (row.host or "")
    }
    cited = rows["citation_rate", "yt"]
    assert (cited["events"], cited["n"]) == (len(linked), 190)
    assert cited["status"] == "ok"
    assert rows["position_adjusted_words", "yt"]["status"] == "not_measured"

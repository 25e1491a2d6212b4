"""Precision and recall of citation marks on answers labelled by hand.

``marks_labels.jsonl`` names, for 140 answers of the real data, every mark by file, row, offsets
and numbers, read off the texts digit by digit; numbers that are no marks are all those left out.
Half of the questions (by hash) were kept apart for developing; the labels are from the other half.
Strata: ``random`` answers, and ``hard`` ones that glue figures to numbers or set them apart.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from beleg.collect.marks import find_marks

ANSWERS = Path(__file__).parents[2] / "../shared/data/answers"
LABELS = Path(__file__).with_name("marks_labels.jsonl")
FLOOR = 0.98


def read_answers_of(name: str) -> list[tuple[str, int]]:
    """Text and number of sources of each row of an export."""
    answers = []
    with gzip.open(ANSWERS / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            result = row["result"]
            if isinstance(result, dict):
                answers.append((result["answerText"], len(result["srcs"])))
            else:
                answers.append((result, len(row["search_results"])))
    return answers


@pytest.mark.real
def test_marks_are_found_and_read(capsys: pytest.CaptureFixture[str]) -> None:
    if not ANSWERS.exists():
        pytest.skip(f"no real data at {ANSWERS}")
    files: dict[str, list[tuple[str, int]]] = {}
    counts: dict[str, list[int]] = {}
    for line in LABELS.read_text(encoding="utf-8").splitlines():
        label = json.loads(line)
        name = label["file"]
        if name not in files:
            files[name] = read_answers_of(name)
        text, n_sources = files[name][label["row"]]
        assert n_sources == label["n_sources"]
        expected = {(m["start"], m["end"], tuple(m["numbers"])) for m in label["marks"]}
        found = {tuple(mark) for mark in find_marks(text, n_sources)}
        stratum = label["stratum"].removesuffix("_2")
        for key in (stratum, "all"):
            count = counts.setdefault(key, [0, 0, 0])
            count[0] += len(expected & found)
            count[1] += len(found - expected)
            count[2] += len(expected - found)
    with capsys.disabled():
        for key, (right, wrong, missed) in counts.items():
            print(
                f"\nmarks {key}: {right + missed} labelled,"
                f" precision {right / (right + wrong):.3f}, recall {right / (right + missed):.3f}"
            )
    right, wrong, missed = counts["all"]
    assert right + missed > 500
    assert right / (right + wrong) >= FLOOR
    assert right / (right + missed) >= FLOOR

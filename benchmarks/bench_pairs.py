"""Time `beleg.judge`: CPU a pair, and of a page in 120 parts: `python benchmarks/bench_pairs.py`.

The labelled sets beside the project (AttributionBench: a claim and a passage or several; WiCE: a
claim and the sentences of a page). Nothing is tuned here; only time is printed.
"""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Sequence
from pathlib import Path

from beleg.ground.pairs import judge

LABELS = Path(__file__).resolve().parents[1] / ".." / "shared" / "data" / "labels"
Pair = tuple[str, str | Sequence[str]]


def read_rows(*parts: str) -> list[dict]:
    """Read a set of labels."""
    with gzip.open(LABELS.joinpath(*parts), "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def time_pairs(name: str, pairs: Sequence[Pair]) -> None:
    """Print the CPU time of a pair."""
    started = time.process_time()
    for claim, evidence in pairs:
        judge(claim, evidence)
    mean = (time.process_time() - started) / len(pairs) * 1_000
    print(f"{name:48} {len(pairs):6,} pairs {mean:8.2f} ms a pair")


def main() -> None:
    """Print all times."""
    if not LABELS.exists():
        print(f"{LABELS} is not there: nothing to time.")
        return
    judge("Sie sagt ja.", "Sie sagt nein.")  # loads the tables of both languages
    judge("She says yes.", "She says no.")
    bench = read_rows("attributionbench", "dev_all_subset_balanced.jsonl.gz")
    passages = [(row["claim"], part) for row in bench for part in row["references"]]
    time_pairs("AttributionBench, each passage", passages)
    time_pairs(
        "AttributionBench, all passages as a list", [(r["claim"], r["references"]) for r in bench]
    )
    wice = read_rows("wice", "claim_dev.jsonl.gz")
    n_parts = sum(len(row["evidence"]) for row in wice) / len(wice)
    time_pairs("WiCE, whole pages", [(r["claim"], "\n".join(r["evidence"])) for r in wice])
    time_pairs(f"WiCE, pages in {n_parts:.0f} parts", [(r["claim"], r["evidence"]) for r in wice])
    again = [(f"{r['claim']} {n}", r["evidence"]) for r in wice for n in range(4)]
    time_pairs("the same, four claims a page", again)


if __name__ == "__main__":
    main()

"""The sample alliance gives what it gave: payouts, statuses and estimates, read before committed.

`make golden` writes the file anew. A few of its figures are derived by hand in
docs/guide/by-hand.md.
"""

import json
import os
from collections import Counter
from pathlib import Path

from beleg.records import Answer, Estimate, Observation, Payout, Publisher
from beleg.store import Workspace
from beleg.views import list_payouts

GOLDEN = Path(__file__).with_name("sample.json")


def _results(folder: Path) -> dict:
    ws = Workspace(folder)
    answers = ws.rows(Answer)
    declared = {row.publisher_id for row in ws.rows(Publisher) if row.declared}
    statuses = Counter(f"{answer.engine} {answer.status.value}" for answer in answers)
    return {
        "statuses": dict(sorted(statuses.items())),
        "repeats": sum(row.repeat_of is not None for row in ws.rows(Observation)),
        "payouts": list_payouts(ws),
        "exact": {
            f"{row.payee} {row.publisher_id}": f"{row.numerator}/{row.denominator}"
            for row in ws.rows(Payout)
        },
        "estimates": {
            f"{row.measure} {row.engine} {row.subject}": [
                row.value,
                row.low,
                row.high,
                row.n,
                row.n_clusters,
                row.status.value,
            ]
            for row in ws.rows(Estimate)
            if row.segment == "all" and row.topic is None and row.week is None
            if row.subject in declared | {"*"}
        },
    }


def test_the_sample_gives_what_it_gave(sample: Path) -> None:
    results = _results(sample)
    if os.environ.get("BELEG_GOLDEN") == "write":
        text = json.dumps(results, ensure_ascii=False, indent=1)
        GOLDEN.write_text(text + "\n", encoding="utf-8")
    assert results == json.loads(GOLDEN.read_text(encoding="utf-8"))

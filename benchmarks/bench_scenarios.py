"""How long `beleg share simulate` and `beleg share whatif` take, process start included.

    python benchmarks/bench_scenarios.py [n_stakes]       default: 1000000

Builds a workspace of invented tables (500 publishers of very unequal size, five supporters a
claim, some with 100) with so many stakes at or above the pot's threshold and a third as many
supports below it, runs the commands as a user does, and prints wall and processor seconds, the
best of three: what-if without a publisher of middle size and without the largest, for one claim;
simulate with one rule, and with all of them; and, inside the process, how simulate's time divides.
"""

import cProfile
import json
import os
import pstats
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa

from beleg.cli.main import main as beleg
from beleg.pipeline import run_frame, run_share
from beleg.store import Workspace, create_workspace
from beleg.tables import TABLES, schema_of

SEED = 20261124
N_PUBLISHERS = 500
ASKED = datetime(2026, 11, 10, 12, tzinfo=UTC)
SEEN = datetime(2026, 11, 1, 12, tzinfo=UTC)
THRESHOLD = 5_000


def table(name, n, **columns):
    """Lay out a table; columns that are not given are null, empty or the type's zero."""
    fields = []
    for field in schema_of(TABLES[name]):
        values = columns.get(field.name)
        if values is None:
            blank = "" if field.type == pa.string() else 0
            blank = [] if pa.types.is_list(field.type) else blank
            blank = False if field.type == pa.bool_() else blank
            blank = None if field.nullable else blank
            values = pa.array([blank] * n, field.type)
        elif isinstance(values, (str, int, datetime)):
            values = pa.array([values] * n, field.type)
        fields.append(pa.array(values, field.type) if not isinstance(values, pa.Array) else values)
    return pa.Table.from_arrays(
        [f.cast(s.type) for f, s in zip(fields, schema_of(TABLES[name]), strict=True)],
        schema=schema_of(TABLES[name]),
    )


def ids(letter, numbers):
    """Make ids of 32 digits, as real ones have, that sort by number."""
    return pa.array([f"{letter}{n:031x}" for n in numbers])


def settings():
    """Write a beleg.toml with a pot and all publishers."""
    lines = [
        '[[pots]]\nid = "licence"\nperiod = "2026-11"\namount = "1000000.00 EUR"',
        f"threshold = {THRESHOLD}",
    ]
    lines += [
        f'[[publishers]]\nid = "p{n:03}"\nname = "House {n:03}"\ndomains = ["p{n:03}.example"]\n'
        'mandate = "paid"'
        for n in range(N_PUBLISHERS)
    ]
    return "\n".join(lines)


def build(folder, n_stakes):
    """Make the workspace and let it split its pot once."""
    draw = np.random.default_rng(SEED)
    n_claims = n_stakes // 5
    n_answers = n_claims // 10
    sizes = 1 / np.arange(1, N_PUBLISHERS + 1) ** 0.7
    claim = np.repeat(np.arange(n_claims), 9)
    crowded = np.repeat(np.arange(0, n_claims, 1_000), 100)
    claim = np.concatenate([claim, crowded])
    rival = draw.choice(N_PUBLISHERS, len(claim), p=sizes / sizes.sum())
    pairs = np.unique(claim * N_PUBLISHERS + rival)
    n_wanted = min(len(pairs), n_stakes * 4 // 3)
    pairs = np.sort(draw.choice(pairs, n_wanted, replace=False))
    support = draw.integers(THRESHOLD, 10_001, n_wanted)
    low = draw.choice(n_wanted, n_wanted - n_stakes, replace=False)
    support[low] = draw.integers(1_000, THRESHOLD, len(low))
    claim, rival = np.divmod(pairs, N_PUBLISHERS)
    answer_ids, claim_ids = ids("a", range(n_answers)), ids("c", range(n_claims))
    documents, passages = ids("d", range(N_PUBLISHERS)), ids("e", range(N_PUBLISHERS))
    owners = pa.array(np.arange(n_claims) // 10 % n_answers)
    hosts = [f"p{n:03}.example" for n in range(N_PUBLISHERS)]
    tables = {
        "answers": table(
            "answers", n_answers, answer_id=answer_ids, prompt_id=ids("q", range(n_answers)),
            question=pa.array([f"Frage {n}?" for n in range(n_answers)]), engine="engine",
            text="Eine Aussage über die Stadt.", asked_at=ASKED, status="answered",
            collector="plain", raw_ref="raw#0",
        ),
        "documents": table(
            "documents", N_PUBLISHERS, document_id=documents, text_id=documents,
            host=pa.array(hosts), kind="article", first_seen_at=SEEN, raw_ref="raw#0",
        ),
    }  # fmt: skip
    grounded = {
        "claims": table(
            "claims", n_claims, claim_id=claim_ids, answer_id=answer_ids.take(owners),
            statement_id=claim_ids, end=28, content_words=draw.integers(3, 20, n_claims),
        ),
        "passages": table(
            "passages", N_PUBLISHERS, passage_id=passages, document_id=documents, end=10
        ),
        "supports": table(
            "supports", n_wanted, claim_id=claim_ids.take(pa.array(claim)),
            passage_id=passages.take(pa.array(rival)),
            document_id=documents.take(pa.array(rival)), kind="paraphrase",
            support=support, probability=support / 10_000, judge="invented",
        ),
        "claim_links": table(
            "claim_links", n_claims, claim_id=claim_ids, answer_id=answer_ids.take(owners),
            page=pa.array([f"https://{hosts[n % N_PUBLISHERS]}/" for n in range(n_claims)]),
            host=pa.array([hosts[n % N_PUBLISHERS] for n in range(n_claims)]),
        ),
    }  # fmt: skip
    create_workspace(folder, settings())
    with Workspace(folder, write=True) as ws:
        ws.commit(tables, source="invented")
        ws.commit(grounded, source="ground")
        run_frame(ws)
        step = run_share(ws)
    print(f"share: {step.rows['stakes']:,} stakes in {step.seconds:.1f} s", flush=True)
    shares = Workspace(folder).arrow("shares")["publisher_id"].to_pylist()
    if len(shares) != N_PUBLISHERS:
        raise SystemExit(f"{len(shares)} of {N_PUBLISHERS} publishers have a share")
    return step.rows["stakes"], claim_ids[n_claims // 2].as_py()


def run(folder, *arguments):
    """Run a command as a user does, three times; print its best wall time."""
    best, used, shown = float("inf"), 0.0, ""
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        started = time.perf_counter()
        command = [sys.executable, "-m", "beleg", "-C", str(folder), "share", *arguments, "--json"]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        wall = time.perf_counter() - started
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if wall < best:
            best, shown = wall, done.stdout
            used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    found = json.loads(shown)
    what = f"{found['n_claims']:,} claims" if "n_claims" in found else ""
    print(f"{best:>6.2f} s wall {used:>6.2f} s used  {' '.join(arguments)}  {what}", flush=True)


def divide_time(folder):
    """Print where simulate's time goes."""
    profile = cProfile.Profile()
    arguments = ["-C", str(folder), "share", "simulate", "--rule", "expected", "--json"]
    with Path(os.devnull).open("w") as nowhere:
        kept, sys.stdout = sys.stdout, nowhere
        try:
            profile.runcall(beleg, arguments, standalone_mode=False)
        finally:
            sys.stdout = kept
    stats = pstats.Stats(profile)
    wanted = ("arrow", "stake_pot", "lay_field", "settle", "_compare", "_list_claims", "_pass")
    rows = {}
    for (_, _, name), (_, _, _, cumulative, _) in stats.stats.items():
        if name in wanted:
            rows[name] = max(rows.get(name, 0.0), cumulative)
    print("inside: " + ", ".join(f"{name} {rows[name]:.2f} s" for name in wanted if name in rows))


def main():
    n_stakes = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "workspace"
        n, claim_id = build(folder, n_stakes)
        print(f"{N_PUBLISHERS} publishers, {n:,} stakes; best of three, process start included")
        run(folder, "whatif", "--drop", "p250")
        run(folder, "whatif", "--drop", "p000")
        run(folder, "whatif", "--claim", claim_id, "--support", "0")
        run(folder, "simulate", "--rule", "expected")
        run(folder, "simulate", "--threshold", "4000")
        run(folder, "simulate")
        divide_time(folder)


if __name__ == "__main__":
    main()

"""How long the split and the check take, beside the plainest query over the same rows.

    python benchmarks/bench_share.py [n_stakes ...]        default: 100000 1000000

Prints one line a size: rows, seconds of the split, of ``max(support)`` per claim and publisher
over the same file, their ratio, and the hash of the digits; then the check of statements of
10,000 claims with 3 and with 2,000 payees. Where `shapiq` is installed, its exact values are
compared with ours as well.
"""

import importlib.util
import json
import random
import sys
import tempfile
import time
from pathlib import Path

import duckdb
import ibis
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from beleg.prove.statements import build_files
from beleg.prove.verify import verify
from beleg.records import Holding, Passage, Rightsholder, Text
from beleg.share import share
from beleg.share.game import hash_digits, split
from oracles import settlement as world

SEED = 20261122
PLAIN = "select claim_id, publisher_id, max(support) from read_parquet('{}') group by all"


def make_stakes(n_rows, path):
    """Write random candidates: about 4 passages a claim and publisher, some claims crowded."""
    draw = np.random.default_rng(SEED)
    n_claims = max(1, n_rows // 20)
    claim = draw.integers(0, n_claims, n_rows)
    crowded = claim % 1_000 == 0
    rival = np.where(crowded, draw.integers(0, 200, n_rows), draw.integers(0, 5, n_rows))
    publisher = (claim * 7 + rival) % 500
    weight = (claim * 2_654_435_761) % 1_000_000 + 1
    table = pa.table(
        {
            "answer_id": pa.array(np.char.add("a", (claim // 10).astype(str))),
            "claim_id": pa.array(np.char.add("c", claim.astype(str))),
            "publisher_id": pa.array(np.char.add("p", publisher.astype(str))),
            "weight": pa.array(weight, pa.int64()),
            "support": pa.array(draw.integers(0, 10_001, n_rows), pa.int64()),
        }
    )
    pq.write_table(table, path)


def seconds(work):
    started = time.perf_counter()
    result = work()
    return time.perf_counter() - started, result


def bench_split(n_rows, folder):
    path = folder / f"stakes-{n_rows}.parquet"
    make_stakes(n_rows, path)
    plain, _ = seconds(lambda: duckdb.sql(PLAIN.format(path)).to_arrow_table())
    stakes = ibis.duckdb.connect().read_parquet(path)
    ours, result = seconds(lambda: split(stakes))
    digits = hash_digits(result)[:16]
    print(f"{n_rows:>12,} {ours:>9.2f} {plain:>9.2f} {ours / plain:>7.1f}  {digits}")


def bench_statement(n_claims, n_payees, folder):
    """Time a statement of many claims, from its tables to the check of its files."""
    chance = random.Random(SEED)
    names = [f"p{n}" for n in range(n_payees)]
    said = "".join(f"In Satz {n} steht viel von Nummer {n}. " for n in range(10))
    size = len(said) // 10
    answers = [world.answer(f"x{n}", "a", text=said) for n in range(n_claims // 10)]
    claims = [
        world.claim(f"x{n // 10}-{n}", 5, start=n % 10 * size, end=(n % 10 + 1) * size - 1)
        for n in range(n_claims)
    ]
    supports = [
        world.support(claim.claim_id, name, chance.randint(5_000, 10_000))
        for claim in claims
        for name in chance.sample(names, chance.randint(0, 3))
    ]
    rows = world.rows(
        answers=answers,
        observations=[],
        claims=claims,
        supports=supports,
        documents=[world.document(name) for name in names],
        texts=[Text(f"text {name}", f"Wörter von {name}.") for name in names],
        passages=[Passage(f"passage {name}", name, 0, 12) for name in names],
        publishers=[world.publisher(name) for name in names],
        holdings=[Holding(f"{name}.example", name, None, None, "declared") for name in names],
        rightsholders=[Rightsholder(name, f"Verlag {name}", found=True) for name in names],
        entitlements=[world.entitle(name, name) for name in names],
    )
    shared, tables = seconds(lambda: world.settle(share, rows))
    written, files = seconds(lambda: build_files(tables, "licence", world.KEY))
    folder = folder / "2026-11" / "licence"
    folder.mkdir(parents=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    checked, report = seconds(lambda: verify(folder))
    size = sum(len(data) for data in files.values())
    n_entries = json.loads(files["manifest.json"])["tree_size"]
    print(
        f"statement of {n_claims:,} claims, {n_payees:,} payees, {n_entries:,} entries, "
        f"{size / 1e6:.1f} MB: "
        f"shared {shared:.2f} s, written {written:.2f} s, checked {checked:.2f} s, {report.ok}"
    )


def compare_with_shapiq():
    """Compare with the exact values of `shapiq`, where it is installed."""
    if importlib.util.find_spec("shapiq") is None:
        print("shapiq is not installed: not compared (tests compare with all subsets).")
        return
    shapiq = importlib.import_module("shapiq")
    chance, far = random.Random(SEED), 0.0
    for _ in range(20):
        supports = [chance.randint(1, 10_000) for _ in range(8)]

        def value(coalitions, supports=supports):
            return np.array([max((np.array(supports) * row).max(), 0) for row in coalitions])

        exact = shapiq.ExactComputer(n_players=8, game=value)("SV")
        table = pa.table(
            {
                "answer_id": ["a"] * 8,
                "claim_id": ["c"] * 8,
                "publisher_id": [f"p{n}" for n in range(8)],
                "weight": [1] * 8,
                "support": supports,
            }
        )
        shares = split(ibis.memtable(table)).shares
        far = max(far, *(abs(exact[(n,)] - shares[f"p{n}"] * 10_000) for n in range(8)))
    print(f"largest difference from shapiq over 20 games of 8: {far:.1e} of 10,000")


def main():
    sizes = [int(text) for text in sys.argv[1:]] or [100_000, 1_000_000]
    print(f"{'stakes':>12} {'split s':>9} {'plain s':>9} {'ratio':>7}  digits")
    with tempfile.TemporaryDirectory() as name:
        for n_rows in sizes:
            bench_split(n_rows, Path(name))
        for n_payees in (3, 2_000):
            bench_statement(10_000, n_payees, Path(name) / f"statement-{n_payees}")
    compare_with_shapiq()


if __name__ == "__main__":
    main()

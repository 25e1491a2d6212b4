"""What the check finds: single bytes of every file of a statement, and forgeries sealed anew.

    python benchmarks/bench_verify.py [--bytes 10000]

Changes single bytes, half of them in files drawn by size and half in files drawn evenly, and
counts what the check finds without a root from elsewhere; then forgeries with recomputed hashes,
root and manifest: every kind of tests/prove/test_verify.py, a claim dropped and one added with all
figures computed anew (found by the root alone), and a second root for one period.
"""

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from beleg.prove.statements import build_files, read_root
from beleg.prove.verify import verify
from beleg.share import share
from oracles import settlement as world
from prove import test_verify as forge

SEED = 20261124


def write(folder, files):
    folder.mkdir(parents=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder


def change_bytes(folder, n_changes):
    """Count single-byte changes that are found, by kind of file."""
    chance, paths = random.Random(SEED), sorted(folder.iterdir())
    sizes = [path.stat().st_size for path in paths]
    found, tried = {}, {}
    for nth in range(n_changes):
        path = chance.choices(paths, sizes)[0] if nth % 2 else chance.choice(paths)
        data = path.read_bytes()
        at, bit = chance.randrange(len(data)), chance.randrange(1, 256)
        path.write_bytes(data[:at] + bytes([data[at] ^ bit]) + data[at + 1 :])
        kind = path.suffix
        tried[kind] = tried.get(kind, 0) + 1
        found[kind] = found.get(kind, 0) + (not verify(folder).ok)
        path.write_bytes(data)
    return found, tried


def forge_all(files, folder):
    """Count forgeries that are found though hashes, root and manifest were computed anew."""
    n_found = 0
    kinds = forge.FORGERIES | forge.MISSPELLED
    for nth, name in enumerate(kinds):
        forged = forge.seal(files, kinds[name](forge.read_ledger(files)))
        ok = verify(write(folder / str(nth) / "2026-11" / "licence", forged)).ok
        n_found += not ok
        if ok:
            print(f"    not found: {name}")
    return n_found, len(kinds)


def forge_whole(folder, root):
    """Compute whole statements from a claim dropped, and one added: only the root can tell."""
    base = world.rows()
    claims = {
        "a claim dropped": base["claims"][:-1],
        "a claim added": [*base["claims"], world.claim("b1-2", 4)],
    }
    for name, changed in claims.items():
        rows = world.rows(claims=changed, answers=base["answers"])
        rows["supports"] = [
            row for row in base["supports"] if row.claim_id in {c.claim_id for c in changed}
        ]
        files = build_files(world.settle(share, rows), "licence", world.KEY)
        place = write(folder / name / "2026-11" / "licence", files)
        with_root = "found" if not verify(place, root).ok else "NOT found"
        print(f"{name}, everything computed anew: {with_root} by the root from elsewhere")
        second = folder / f"{name}, two roots"
        write(second / "one" / "2026-11" / "licence", files)
        write(second / "two" / "2026-11" / "licence", build_files(
            world.settle(share, base), "licence", world.KEY
        ))  # fmt: skip
        two = "found" if not verify(second).ok else "NOT found"
        print(f"two roots for one pot and period: {two}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--bytes", type=int, default=10_000)
    options = parser.parse_args()
    files = build_files(world.settle(share, world.rows()), "licence", world.KEY)
    with tempfile.TemporaryDirectory() as name:
        folder = write(Path(name) / "true" / "2026-11" / "licence", files)
        started = time.perf_counter()
        found, tried = change_bytes(folder, options.bytes)
        kinds = ", ".join(f"{kind[1:]} {found[kind]} of {tried[kind]}" for kind in sorted(tried))
        print(
            f"single bytes: {sum(found.values()):,} of {options.bytes:,} found ({kinds}), "
            f"{time.perf_counter() - started:.0f} s"
        )
        n_found, n_kinds = forge_all(files, Path(name) / "forged")
        print(f"forgeries with hashes, root and manifest computed anew: {n_found} of {n_kinds}")
        forge_whole(Path(name) / "whole", read_root(folder))


if __name__ == "__main__":
    main()

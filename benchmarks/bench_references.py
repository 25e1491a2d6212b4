"""Our shares of Google's overviews beside the shares by the engine's own references.

    python benchmarks/bench_references.py [--data FOLDER] [--top N]

Collects part a of the overviews into a workspace of its own, runs frame, ground, origin and share
with one pot over all, and compares publishers (registrable domains, nobody declared). The engine's
own shares: a statement's weight divided equally among the pages that its block names; what names
none is *no reference*. The same weights on both sides.

A publisher's difference is explained in three parts that sum to it: what it is paid at statements
where the engine does not name it; what the engine gives it where nothing of it passes; and what
differs where both do. Platforms play for nobody with us, and are listed apart.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import Counter, defaultdict
from datetime import UTC, datetime
from pathlib import Path

from scipy import stats

from beleg.collect.intake import take_answers
from beleg.frame import PLATFORMS
from beleg.pipeline import run_frame, run_ground, run_origin, run_share
from beleg.share.moves import lay_on_claims
from beleg.store import Workspace, create_workspace
from beleg.urls import registrable_domain
from labels import DATA

POT = '[[pots]]\nid = "overviews"\nperiod = "2025"\namount = "1000000.00 USD"\n'
Parts = dict[tuple[str, str], float]
"""By claim and publisher, parts of the whole claim weight."""


def settle(data: Path, folder: Path) -> Workspace:
    """Collect the overviews and split the pot."""
    create_workspace(folder, POT)
    with Workspace(folder, write=True) as ws:
        take_answers(
            ws,
            [data / "overviews" / "v3_1000_part_a.jsonl.gz"],
            engine=None,
            shape=None,
            flags=(),
            now=datetime.now(UTC),
            on_progress=lambda *_: None,
        )
        for step in (run_frame(ws), run_ground(ws), run_origin(ws), run_share(ws)):
            print(f"{step.name}: {json.dumps(step.rows)} in {step.seconds:.0f} s", flush=True)
    return Workspace(folder)


def lay_ours(ws: Workspace) -> Parts:
    """Lay our shares on statements."""
    stakes = ws.arrow("stakes")
    weights = ws.arrow("claim_weights").select(["answer_id", "claim_id", "weight"])
    laid = lay_on_claims(stakes, weights, "airport", 0)
    claims = weights["claim_id"].to_pylist()
    rows = zip(laid.claims.tolist(), laid.names.to_pylist(), laid.parts.tolist(), strict=True)
    return {(claims[place], name): part for place, name, part in rows}


def lay_theirs(ws: Workspace) -> Parts:
    """Divide each statement's weight equally among the pages that its block names."""
    weights = dict(
        zip(
            *(ws.arrow("claim_weights")[n].to_pylist() for n in ("claim_id", "weight")),
            strict=True,
        )
    )
    total = sum(weights.values())
    pages: dict[str, list[str]] = defaultdict(list)
    for row in ws.arrow("claim_links").to_pylist():
        if row["placed"] and row["host"] and row["claim_id"] in weights:
            pages[row["claim_id"]].append(registrable_domain(row["host"]) or row["host"])
    parts: Parts = defaultdict(float)
    for claim, names in pages.items():
        for name in names:
            parts[claim, name] += weights[claim] / total / len(names)
    return dict(parts)


def sum_up(parts: Parts) -> Counter[str]:
    """Sum the parts of each publisher."""
    sums: Counter[str] = Counter()
    for (_, name), part in parts.items():
        sums[name] += part
    return sums


def explain(ours: Parts, theirs: Parts, name: str) -> tuple[float, float, float]:
    """Say what a publisher gains uncited, loses unsupported, and what differs where both speak."""
    mine = {claim: part for (claim, who), part in ours.items() if who == name}
    cited = {claim: part for (claim, who), part in theirs.items() if who == name}
    uncited = sum(part for claim, part in mine.items() if claim not in cited)
    unsupported = sum(part for claim, part in cited.items() if claim not in mine)
    both = sum(mine[claim] - cited[claim] for claim in mine.keys() & cited.keys())
    return uncited, -unsupported, both


def compare(ours: Parts, theirs: Parts, top: int) -> None:
    """Print both sides."""
    paid, named = sum_up(ours), sum_up(theirs)
    platforms = sum(part for name, part in named.items() if name in PLATFORMS)
    print(
        f"ours:   {sum(paid.values()):.3f} paid to {len(paid)}, "
        f"{1 - sum(paid.values()):.3f} unsupported"
    )
    print(
        f"theirs: {sum(named.values()):.3f} named, {len(named)} domains, "
        f"{platforms:.3f} to platforms, {1 - sum(named.values()):.3f} no reference"
    )
    both = ours.keys() & theirs.keys()
    where_named = sum(ours[key] for key in both) / sum(paid.values())
    where_paid = sum(theirs[key] for key in both) / sum(named.values())
    print(
        f"of what is paid, {where_named:.3f} goes where the engine refers; of what it refers to, "
        f"{where_paid:.3f} is supported and paid"
    )
    names = sorted((paid.keys() | named.keys()) - PLATFORMS)
    scale = [sum(side[name] for name in names) for side in (paid, named)]
    x, y = (
        [side[name] / whole for name in names]
        for side, whole in zip((paid, named), scale, strict=True)
    )
    moved = sum(max(a - b, 0) for a, b in zip(x, y, strict=True))
    print(
        f"{len(names)} publishers without platforms, each side scaled to 1: "
        f"Pearson {stats.pearsonr(x, y)[0]:.3f}, Spearman {stats.spearmanr(x, y)[0]:.3f}, "
        f"{moved:.3f} would move"
    )
    reasons = [sum(explain(ours, theirs, name)[n] for name in names) for n in range(3)]
    print(
        f"in sum, in points of the pot: uncited but supported {reasons[0] * 100:+.2f}, "
        f"cited but unsupported {reasons[1] * 100:+.2f}, both {reasons[2] * 100:+.2f}"
    )
    print(
        f"\n{'points of the pot':28} {'theirs':>7} {'ours':>7} "
        f"{'uncited':>8} {'unsupp.':>8} {'both':>8}"
    )
    ordered = sorted(names, key=lambda name: paid[name] - named[name])
    for name in [*ordered[:top], *ordered[-top:]]:
        figures = "".join(f"{part * 100:>+9.3f}" for part in explain(ours, theirs, name))
        print(f"{name:28} {named[name] * 100:>7.3f} {paid[name] * 100:>7.3f}{figures}")


def main() -> None:
    """Settle, compare, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--top", type=int, default=8)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        ws = settle(arguments.data, Path(name) / "workspace")
        compare(lay_ours(ws), lay_theirs(ws), arguments.top)


if __name__ == "__main__":
    main()

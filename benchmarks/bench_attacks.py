"""Attack the split, and print who gains and who loses in points of the pot.

    python benchmarks/bench_attacks.py                     # 10,000 on tables, 10,000 from texts
    python benchmarks/bench_attacks.py --texts 500         # fewer, for a look
    python benchmarks/bench_attacks.py --jobs 2            # on two processors

On tables (tests/quality/attacks/exact.py) the origins are given, and every attack must gain
exactly 0, as a fraction. From texts (tests/quality/attacks/suite.py) each attack goes through
ground, origin and share, in an invented world of four to eight publishers and five facts, where a
fact is about a fifth of the pot. `per_citation` and the other rules count pages that carry a
statement or are linked at it, and ask nothing. Gains are those of the attackers with all who belong
to them.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from quality.attacks import exact, suite
from quality.attacks.settle import RULES

BLOCK = 240
"""Worlds that are settled in one pot."""
FLOOD_PART = 20
"""A flood has fifty pages: one in so many attacks of the other kinds."""


def _draw(n: int) -> list[tuple[suite.Attack, int]]:
    """Draw n attacks, as many of each kind but the floods."""
    drawn, seed = [], 0
    while len(drawn) < n:
        drawn += [
            (attack, seed)
            for attack in suite.ATTACKS
            if "flood" not in attack.name or seed % FLOOD_PART == 0
        ]
        seed += 1
    return drawn[:n]


def _run_block(numbered: tuple[list[tuple[str, int]], bool]) -> list[suite.Outcome]:
    named, is_framed = numbered
    by_name = {attack.name: attack for attack in suite.ATTACKS}
    return suite.run([(by_name[name], seed) for name, seed in named], is_framed=is_framed)


def _percent(values: Sequence[Any], at: float) -> float:
    ordered = sorted(values)
    return 100 * float(ordered[min(int(at * len(ordered)), len(ordered) - 1)])


def _tell(outcomes: Sequence[suite.Outcome], what: Callable[[suite.Outcome], Any]) -> str:
    values = [what(outcome) for outcome in outcomes]
    mean = 100 * float(sum(values) / len(values))
    return f"{mean:7.2f}{_percent(values, 0.99):7.2f}{_percent(values, 1):7.2f}"


def _print(outcomes: Sequence[suite.Outcome]) -> None:
    print(
        f"{'attack':<46}{'n':>5}  {'gain: mean, p99, max':>21}  {'<= 1':>6}"
        f"{'loss: mean, p99, max':>23}{'others':>8}  "
        + "".join(f"{rule:>14}" for rule in RULES[1:])
        + "   (mean gain)"
    )
    for attack, rows in suite.by_attack(outcomes).items():
        within = sum(row.gains["ours"] <= suite.POINT for row in rows) / len(rows)
        mark = "*" if attack.is_barred else " "
        naive = "".join(
            f"{100 * float(sum(row.gains[rule] for row in rows) / len(rows)):14.2f}"
            for rule in RULES[1:]
        )
        others = 100 * float(sum(row.others["ours"] for row in rows) / len(rows))
        print(
            f"{mark} {attack.family + ': ' + attack.name:<44}{len(rows):5}  "
            f"{_tell(rows, lambda row: row.gains['ours'])}  {100 * within:5.1f}%  "
            f"{_tell(rows, lambda row: row.losses['ours'])}{others:8.2f}  {naive}"
        )


def _print_sum(outcomes: Sequence[suite.Outcome]) -> None:
    barred = [row for row in outcomes if row.attack.is_barred]
    for name, rows in (("*", barred), ("all", list(outcomes))):
        within = sum(row.gains["ours"] <= suite.POINT for row in rows)
        zero = sum(row.gains["ours"] <= 0 for row in rows)
        print(
            f"{name}: {len(rows)} attacks, gain mean, p99, max "
            f"{_tell(rows, lambda row: row.gains['ours'])}; at most 1 point in {within}, "
            f"nothing in {zero}"
        )
        for rule in RULES[1:]:
            print(f"   {rule}: {_tell(rows, lambda row, rule=rule: row.gains[rule])}")
    far = sorted(barred, key=lambda row: -row.gains["ours"])[:12]
    told = ", ".join(
        f"{row.attack.name} #{row.seed} {100 * float(row.gains['ours']):.2f}"
        for row in far
        if row.gains["ours"] > suite.POINT
    )
    print("above 1 point:", told or "none")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the asked measurements."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tables", type=int, default=10_000, metavar="N")
    parser.add_argument("--texts", type=int, default=10_000, metavar="N")
    parser.add_argument("--jobs", type=int, default=1, help="processes for the texts")
    given = parser.parse_args(arguments)
    began = time.monotonic()
    found = exact.run(given.tables)
    print(f"on tables, origins given ({time.monotonic() - began:.0f} s):")
    for name, moved in found.items():
        n_zero = sum(pair == (0, 0) for pair in moved)
        most = max(100 * float(gained) for gained, _ in moved)
        print(f"  {name:<14}{len(moved):6} attacks, nobody's share moves in {n_zero:6}, "
              f"most gained {most:.4f}")  # fmt: skip
    began = time.monotonic()
    drawn = [(attack.name, seed) for attack, seed in _draw(given.texts)]
    framed = [(name, seed) for name, seed in drawn if _is_of_answers(name)][: given.texts // 20]
    blocks = [(drawn[k : k + BLOCK], False) for k in range(0, len(drawn), BLOCK)]
    blocks += [(framed[k : k + BLOCK], True) for k in range(0, len(framed), BLOCK)]
    with ProcessPoolExecutor(given.jobs) as pool:
        results = list(pool.map(_run_block, blocks))
    outcomes: dict[bool, list[suite.Outcome]] = {False: [], True: []}
    for (_, is_framed), result in zip(blocks, results, strict=True):
        outcomes[is_framed] += result
    print(
        f"\nfrom texts ({time.monotonic() - began:.0f} s), in points of the pot; * must stay "
        "within 1 point:"
    )
    _print(outcomes[False])
    _print_sum(outcomes[False])
    print("\nthe same on answers and the panel, with a committed frame (one run a question):")
    _print(outcomes[True])


def _is_of_answers(name: str) -> bool:
    return any(a.name == name and a.family in {"answers", "panel"} for a in suite.ATTACKS)


if __name__ == "__main__":
    main()

"""Measure how perturbed sentences of press pages are told from what the pages carry.

    python benchmarks/bench_perturbations.py                    # the half kept for reports
    python benchmarks/bench_perturbations.py --half dev --alarms  # false alarms by change

AUC is of all supported cases against all others; the gap is English less German. A changed claim
is caught by its flag where a conflict is named; by its score where that lies below what at most
2 % of the supported claims of its language fall below. ``flag`` needs its own false alarms: the
share of supported claims at which a conflict is named.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np

from beleg.ground.background import background_weight
from beleg.ground.passages import find_windows
from beleg.ground.readings import PassageReading, read_claim, read_passage
from beleg.ground.support import Verdict, compare
from beleg.ground.tokens import find_tokens
from perturbations import Case, build_cases, read_pages
from train_support import auc

FALSE_ALARMS = 0.02
N_WINDOWS = 3
"""Windows of an evidence that are compared: those that share most with the claim."""

Judge = Callable[[Case], tuple[float, tuple[str, ...]]]
"""A case to a score and the conflicts that were named."""


@lru_cache(maxsize=4096)
def _read_windows(text: str, language: str) -> tuple[PassageReading, ...]:
    spans = find_windows(text)
    return tuple(
        read_passage(find_tokens(text[s.start : s.end], language), language) for s in spans
    )


def judge_beleg(case: Case) -> tuple[float, tuple[str, ...]]:
    """Ask ours: the best window's score, and the conflicts of the one that shares most."""
    tokens = find_tokens(case.claim, case.language)
    weights = {t.term: background_weight(t.term, case.language) for t in tokens if t.term}
    claim = read_claim(case.claim, tokens, weights, case.language)
    windows = _read_windows(case.evidence, case.language)
    overlaps = [
        (-sum(w for t, w in weights.items() if t in p.terms), i) for i, p in enumerate(windows)
    ]
    found: list[Verdict] = [
        compare(claim, windows[i], case.kind) for _, i in sorted(overlaps)[:N_WINDOWS]
    ]
    if not found:
        return 0.0, ()
    nearest = max(found, key=lambda verdict: verdict.share)
    return max(verdict.support for verdict in found) / 10_000, nearest.conflicts


def judge_overlap(case: Case) -> tuple[float, tuple[str, ...]]:
    """Ask plain word overlap: the part of the claim's stems that the evidence has."""
    wanted = {t.term for t in find_tokens(case.claim, case.language) if t.term}
    found = set().union(*(p.terms for p in _read_windows(case.evidence, case.language)))
    return (len(wanted & found) / len(wanted) if wanted else 0.0), ()


JUDGES: dict[str, Judge] = {"beleg": judge_beleg, "overlap": judge_overlap}


def measure(cases: Sequence[Case], judge: Judge) -> dict:
    """Measure one judge: figures by language, kind of evidence and change."""
    start = time.process_time()
    asked = [judge(case) for case in cases]
    seconds = time.process_time() - start
    scores = np.array([score for score, _ in asked])
    flags = np.array([bool(named) for _, named in asked])
    labels = np.array([case.label for case in cases])
    languages = np.array([case.language for case in cases])
    changes = np.array([case.change for case in cases])
    kinds = np.array([case.kind for case in cases])
    figures: dict = {"ms a case": round(1000 * seconds / len(cases), 3)}
    for language in ("de", "en"):
        own = languages == language
        good = own & (labels == 1)
        level = float(np.quantile(scores[good], FALSE_ALARMS, method="lower"))
        row = {
            "AUC": auc(labels[own], scores[own]),
            "AUC passage": auc(
                labels[own & (kinds == "passage")], scores[own & (kinds == "passage")]
            ),
            "AUC page": auc(labels[own & (kinds == "page")], scores[own & (kinds == "page")]),
            "flag false alarms": float(flags[good].mean()),
            "level": level,
        }
        by_change = {}
        for change in sorted(set(changes[own])):
            here = own & (changes == change)
            if labels[here][0]:
                by_change[f"+ {change}"] = {
                    "n": int(here.sum()),
                    "flag": float(flags[here].mean()),
                    "score": float((scores[here] < level).mean()),
                }
            else:
                both = good | here
                by_change[f"- {change}"] = {
                    "n": int(here.sum()),
                    "flag": float(flags[here].mean()),
                    "score": float((scores[here] < level).mean()),
                    "either": float((flags[here] | (scores[here] < level)).mean()),
                    "AUC": auc(labels[both], scores[both]),
                }
        swapped = own & (labels == 0) & np.isin(changes, list(SWAPS))
        row["caught by flag"] = float(flags[swapped].mean())
        row["caught by score"] = float((scores[swapped] < level).mean())
        row["caught by either"] = float((flags[swapped] | (scores[swapped] < level)).mean())
        figures[language] = row | {"changes": by_change}
    figures["gap"] = figures["en"]["AUC"] - figures["de"]["AUC"]
    return figures


SWAPS = frozenset(
    (
        "number",
        "number near",
        "number word",
        "date",
        "name",
        "name near",
        "place",
        "denied",
        "affirmed",
    )
)
"""Changes of the bar: a swapped number, date, name or negation."""


def print_figures(name: str, figures: dict) -> None:
    """Print a judge's figures."""
    print(f"\n{name}: {figures['ms a case']} ms a case; gap {100 * figures['gap']:.1f} points")
    for language in ("de", "en"):
        row = figures[language]
        print(
            f"  {language}: " + "  ".join(f"{k} {v:.3f}" for k, v in row.items() if k != "changes")
        )
    names = sorted(set(figures["de"]["changes"]) | set(figures["en"]["changes"]), reverse=True)
    print(
        f"  {'':18}{'de':>30}{'en':>36}\n  {'':18}"
        + 2 * f"{'n':>7}{'flag':>7}{'score':>7}{'either':>8}{'AUC':>7}"
    )
    for change in names:
        cells = ""
        for language in ("de", "en"):
            one = figures[language]["changes"].get(change)
            cells += f"{one['n']:7}" if one else " " * 36
            if one:
                cells += "".join(
                    f"{one[k]:{w}.3f}" if k in one else " " * w
                    for k, w in (("flag", 7), ("score", 7), ("either", 8), ("AUC", 7))
                )
        print(f"  {change:18}{cells}")


def print_alarms(cases: Sequence[Case]) -> None:
    """Count the conflicts named at supported claims, and what was missed, by change and class."""
    wrong: dict[str, Counter[str]] = defaultdict(Counter)
    for case in cases:
        if case.label:
            _, named = judge_beleg(case)
            wrong[case.language].update({f"{case.change}/{one.split(':')[0]}" for one in named})
    for language, counts in wrong.items():
        print(language, counts.most_common())


def main() -> None:
    """Build the cases, ask the judges, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--half", choices=("dev", "test"), default="test")
    parser.add_argument("--judges", nargs="+", choices=tuple(JUDGES), default=list(JUDGES))
    parser.add_argument("--alarms", action="store_true")
    parser.add_argument("--json", help="write the figures to this file")
    arguments = parser.parse_args()
    pages = read_pages(arguments.half)
    cases = build_cases(pages)
    by = Counter(page.language for page in pages)
    print(
        f"half {arguments.half}: {by['de']} German pages, {by['en']} English; {len(cases):,} cases"
    )
    found = {}
    for name in arguments.judges:
        found[name] = measure(cases, JUDGES[name])
        print_figures(name, found[name])
    if arguments.alarms:
        print_alarms(cases)
    if arguments.json:
        with open(arguments.json, "w", encoding="utf-8") as out:  # noqa: PTH123
            json.dump(found, out, indent=1)


if __name__ == "__main__":
    main()

"""Measure scorers of support on every open labelled set, in one table, with their CPU time.

    python benchmarks/bench_grounding.py                      # all sets, all scorers
    python benchmarks/bench_grounding.py --sets frank qags --scorers beleg overlap
    python benchmarks/bench_grounding.py --json figures.json

A scorer is built for a set from the texts of its evidence (for the rarity of words; no label is
seen) and gives a number for a claim and a text. Ours is fitted anew for each fold where the set is
one that it learns from, without that fold. Verdicts use the threshold that was best on the other
folds; folds hold whole questions or articles. Peers are optional packages: whoever lacks them is
told the line that installs them.

FRANK is scored sentence by sentence and the mean taken; the partial correlation takes out the
summarising system, as the set's authors do (residuals of both on its indicator, then Pearson).
Source: Pagnoni, Balachandran, Tsvetkov 2021, ``evaluation/evaluate.py`` of their repository.
"""

from __future__ import annotations

import argparse
import json
import math
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from labels import (
    DATA,
    Choice,
    Finding,
    Pair,
    read_attributionbench,
    read_frank,
    read_overviews,
    read_qags,
    read_quotesum,
    read_wice,
    read_wice_sentences,
)
from scorers import SCORERS, Build, Score, build_beleg, list_beleg
from train_choice import judge_choices
from train_support import (
    auc,
    balanced_accuracy,
    best_threshold,
    judge_held_out,
    macro_f1,
)
from training import FOLDS, fold_of, read_data

Figures = dict[str, float]

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_REACH = 50
"""Characters after which a neighbour's say about a draw has fallen to 1/e (QuoteSum)."""


@dataclass
class Clock:
    """CPU time spent in a scorer, and the pairs it was asked for."""

    seconds: float = 0.0
    pairs: int = 0

    def ask(self, score: Score, claim: str, evidence: str, kind: str) -> float:
        """Ask a scorer for one pair and take its time."""
        start = time.process_time()
        found = score(claim, evidence, kind)
        self.seconds += time.process_time() - start
        self.pairs += 1
        return found

    def ask_all(self, score: Score, claim: str, texts: Sequence[str], kind: str) -> list[float]:
        """Ask a scorer for texts beside each other; ours weighs them so."""
        if score.__qualname__.startswith("build_beleg"):
            start = time.process_time()
            found = list_beleg(claim, texts, kind)
            self.seconds += time.process_time() - start
            self.pairs += len(texts)
            return found
        return [self.ask(score, claim, text, kind) for text in texts]

    def figures(self) -> Figures:
        """Give CPU milliseconds a pair; what is built once for a set is not in it."""
        return {"ms a pair": 1000 * self.seconds / max(self.pairs, 1)}


def score_pairs(
    pairs: Sequence[Pair], build: Build, clock: Clock, *, folded: bool = False
) -> np.ndarray:
    """Score pairs; a set that ours learns from by the model that did not see the pair's fold."""
    texts = [pair.evidence for pair in pairs]
    groups: dict[int | None, list[int]] = {}
    for number, pair in enumerate(pairs):
        groups.setdefault(fold_of(pair.group) if folded else None, []).append(number)
    found = np.zeros(len(pairs))
    for fold, numbers in groups.items():
        score = build(texts, fold)
        for number in numbers:
            pair = pairs[number]
            found[number] = clock.ask(score, pair.claim, pair.evidence, pair.kind)
    return found


def judge_by_other_folds(
    pairs: Sequence[Pair], scores: np.ndarray, measure: Callable[[np.ndarray, np.ndarray], float]
) -> float:
    """Measure verdicts at the threshold that was best on the other folds."""
    folds = np.array([fold_of(pair.group) for pair in pairs])
    labels = np.array([pair.label for pair in pairs])
    found = np.zeros(len(pairs), dtype=bool)
    for fold in range(FOLDS):
        test = folds == fold
        at = best_threshold(labels[~test], scores[~test], measure)
        found[test] = scores[test] >= at
    return measure(labels, found)


def measure_attributionbench(build: Build, data: Path) -> Figures:
    """Measure AttributionBench dev; and AUC within each of the sets it was drawn from."""
    pairs, clock = read_attributionbench(data), Clock()
    scores = score_pairs(pairs, build, clock, folded=True)
    labels = np.array([pair.label for pair in pairs])
    figures = {
        "macro-F1": judge_by_other_folds(pairs, scores, macro_f1),
        "AUC": auc(labels, scores),
    }
    for subset in sorted({pair.subset for pair in pairs}):
        of = np.array([pair.subset == subset for pair in pairs])
        figures[f"AUC {subset}"] = auc(labels[of], scores[of])
    return {**figures, **clock.figures()}


def measure_wice(build: Build, data: Path) -> Figures:
    """Measure WiCE dev: claims beside whole pages."""
    pairs, clock = read_wice(data), Clock()
    scores = score_pairs(pairs, build, clock, folded=True)
    labels = np.array([pair.label for pair in pairs])
    return {
        "balanced accuracy": judge_by_other_folds(pairs, scores, balanced_accuracy),
        "AUC": auc(labels, scores),
        **clock.figures(),
    }


def expected_hit(scores: Sequence[float], gold: frozenset[int]) -> float:
    """Give the chance that the best is right where ties are drawn by lot."""
    best = max(scores)
    tied = [place for place, score in enumerate(scores) if score == best]
    return sum(place in gold for place in tied) / len(tied)


def measure_wice_sentences(build: Build, data: Path) -> Figures:
    """Measure how often the sentence of a page that scores best is a gold sentence."""
    findings, clock = read_wice_sentences(data), Clock()
    hits = []
    by_fold: dict[int, list[Finding]] = {}
    for finding in findings:
        by_fold.setdefault(fold_of(finding.group), []).append(finding)
    texts = [sentence for finding in findings for sentence in finding.sentences]
    for _fold, rows in sorted(by_fold.items()):
        score = build(texts, None)
        for row in rows:
            found = clock.ask_all(score, row.claim, row.sentences, "page")
            hits.append(expected_hit(found, row.gold))
    return {"top sentence is gold": float(np.mean(hits)), **clock.figures()}


def partial_pearson(scores: np.ndarray, labels: np.ndarray, systems: Sequence[str]) -> float:
    """Correlate what is left of both after the mean of each system is taken out."""
    x, y = scores.astype(float), labels.astype(float)
    names = np.array(systems)
    for system in sorted(set(systems)):
        of = names == system
        x[of] -= x[of].mean()
        y[of] -= y[of].mean()
    spread = float(np.sqrt((x @ x) * (y @ y)))
    return float(x @ y) / spread if spread else 0.0


def measure_frank(build: Build, data: Path) -> Figures:
    """Measure FRANK valid: the mean over a summary's sentences; ours takes it itself."""
    pairs, clock = read_frank(data), Clock()
    score = build([pair.evidence for pair in pairs], None)
    scores = []
    for pair in pairs:
        sentences = [s for s in _SENTENCE_END.split(pair.claim) if any(map(str.isalnum, s))]
        if build is build_beleg:
            sentences = [pair.claim]
        found = [clock.ask(score, s, pair.evidence, pair.kind) for s in sentences]
        scores.append(float(np.mean(found)) if found else 0.0)
    labels = np.array([pair.label for pair in pairs])
    systems = [pair.subset for pair in pairs]
    return {
        "partial Pearson": partial_pearson(np.array(scores), labels, systems),
        **clock.figures(),
    }


def measure_qags(build: Build, data: Path) -> Figures:
    """Measure QAGS CNN/DM: sentences beside articles."""
    pairs, clock = read_qags(data), Clock()
    scores = score_pairs(pairs, build, clock)
    labels = np.array([pair.label for pair in pairs])
    return {"sentence AUC": auc(labels, scores), **clock.figures()}


def score_choices(
    choices: Sequence[Choice], build: Build, clock: Clock, kind: str
) -> list[list[float]]:
    """Score every candidate of every choice."""
    score = build([text for choice in choices for text in choice.candidates], None)
    return [clock.ask_all(score, choice.claim, choice.candidates, kind) for choice in choices]


def measure_overviews(build: Build, data: Path) -> Figures:
    """Measure part a of the overviews: AUC over all pairs together, and the best reference."""
    choices, clock = read_overviews(data), Clock()
    if build is build_beleg:  # trained on this set: judged by what saw nothing of the question
        learned = read_data(data)
        own = judge_held_out(learned)[1][learned.sources == "overviews"]
        scores = split_choices(choices, judge_choices(choices, own)[1])
        for choice in choices[:200]:  # for the time alone
            clock.ask_all(build([], None), choice.claim, choice.candidates, "snippet")
    else:
        scores = score_choices(choices, build, clock, "snippet")
    labels = np.array([int(i in c.gold) for c in choices for i in range(len(c.candidates))])
    hits = [expected_hit(s, c.gold) for s, c in zip(scores, choices, strict=True)]
    return {
        "AUC": auc(labels, np.concatenate([np.array(s) for s in scores])),
        "top-1": float(np.mean(hits)),
        **clock.figures(),
    }


def split_choices(choices: Sequence[Choice], scores: np.ndarray) -> list[list[float]]:
    """Deal the scores of all candidates in a row out to their choices."""
    ends = np.cumsum([len(choice.candidates) for choice in choices])
    return [[float(s) for s in own] for own in np.split(scores, ends[:-1])]


def settle_draws(choices: Sequence[Choice], scores: list[list[float]]) -> list[list[float]]:
    """Let the spans around a span decide where several sources score best for it.

    Each span speaks for its own best sources, the more the nearer it stands and the longer it is,
    and the less the more sources it draws between.
    """
    settled = []
    for choice, own in zip(choices, scores, strict=True):
        say = np.zeros(len(own))
        for other, theirs in zip(choices, scores, strict=True):
            if other is choice or other.context != choice.context or other.group != choice.group:
                continue
            best = np.array(theirs) == max(theirs)
            apart = max(other.place - choice.place - len(choice.claim),
                        choice.place - other.place - len(other.claim), 0)  # fmt: skip
            weight = len(other.claim.split()) ** 0.5 * math.exp(-apart / _REACH)
            say += weight * best / best.sum()
        best = np.array(own) == max(own)
        settled.append([float(value) for value in np.where(best, 1 + say, 0)])
    return settled


def measure_quotesum(build: Build, data: Path) -> Figures:
    """Measure QuoteSum dev: the source of each span; draws drawn by lot, and by neighbours."""
    choices, clock = read_quotesum(data), Clock()
    scores = score_choices(choices, build, clock, "passage")
    settled = settle_draws(choices, scores)
    golds = [choice.gold for choice in choices]
    return {
        "span alone": float(
            np.mean([expected_hit(*row) for row in zip(scores, golds, strict=True)])
        ),
        "span -> source": float(
            np.mean([expected_hit(*row) for row in zip(settled, golds, strict=True)])
        ),
        **clock.figures(),
    }


SETS: dict[str, Callable[[Build, Path], Figures]] = {
    "attributionbench": measure_attributionbench,
    "wice": measure_wice,
    "wice-sentences": measure_wice_sentences,
    "frank": measure_frank,
    "qags": measure_qags,
    "overviews": measure_overviews,
    "quotesum": measure_quotesum,
}


def measure(
    sets: Sequence[str], scorers: Sequence[str], data: Path
) -> dict[str, dict[str, Figures]]:
    """Measure scorers on sets; a peer that is not installed is told and left out."""
    found: dict[str, dict[str, Figures]] = {}
    for name in sets:
        for scorer in list(scorers):
            build, requirement = SCORERS[scorer]
            try:
                found.setdefault(name, {})[scorer] = SETS[name](build, data)
            except ModuleNotFoundError as error:
                if not requirement:
                    raise
                print(f"{scorer} is left out ({error}): pip install {requirement}")
                scorers = [other for other in scorers if other != scorer]
    return found


def print_table(found: dict[str, dict[str, Figures]]) -> None:
    """Print one line a measure, one column a scorer."""
    scorers = list(dict.fromkeys(scorer for by in found.values() for scorer in by))
    print("| set | measure | " + " | ".join(scorers) + " |")
    print("|---|---|" + "--:|" * len(scorers))
    for name, by in found.items():
        for measured in next(iter(by.values())):
            cells = [f"{by[s][measured]:.3f}" if s in by else "-" for s in scorers]
            print(f"| {name} | {measured} | " + " | ".join(cells) + " |")


def main() -> None:
    """Measure, print, and write the figures where asked."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--sets", nargs="+", choices=SETS, default=list(SETS))
    parser.add_argument("--scorers", nargs="+", choices=SCORERS, default=list(SCORERS))
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    found = measure(arguments.sets, arguments.scorers, arguments.data)
    print_table(found)
    if arguments.json:
        arguments.json.write_text(json.dumps(found, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()

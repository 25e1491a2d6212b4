"""Count who would be paid for nothing, per claim over 20 candidates, in German and English.

    python benchmarks/bench_false_passes.py

Claims are sentences of press pages of the half ``test`` (kept, compressed, reordered, paraphrased
by rule: see ``perturbations.py``), candidates the 20 texts of other pages of that language that
share most of their words. Printed: how many claims any of them passes for at the shipped
threshold; how many their own page carries there; and the same at the support that just 2 % of the
claims reach on any of the 20. The labelled sets' figures are those of ``train_support.py``.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence

import numpy as np

from beleg import judge
from beleg.ground.background import background_weight
from beleg.ground.model import default_threshold
from beleg.ground.tokens import find_tokens
from perturbations import Case, Page, build_cases, read_pages
from training import N_FOREIGN, digest

SHARE = 0.02


def _terms(text: str, language: str) -> frozenset[str]:
    return frozenset(t.term for t in find_tokens(text, language) if t.term)


def find_nearest(claim: str, own: str, pages: Sequence[Page], language: str) -> list[Page]:
    """Find the N_FOREIGN other pages that share most of a claim's words, in weight."""
    wanted = _terms(claim, language)
    shared: Counter[int] = Counter()
    for number, page in enumerate(pages):
        if page.page_id != own:
            found = wanted & _terms(page.body, language)
            shared[number] = sum(background_weight(term, language) for term in found)
    return [pages[number] for number, _ in shared.most_common(N_FOREIGN)]


def measure(cases: Sequence[Case], pages: Sequence[Page], language: str) -> dict[str, float]:
    """Measure one language; every case is supported by its own page."""
    own, highest = np.zeros(len(cases)), np.zeros(len(cases))
    by_id = {page.page_id: page for page in pages}
    asked: dict[str, list[tuple[int, bool]]] = {}
    for number, case in enumerate(cases):
        asked.setdefault(case.page_id, []).append((number, True))
        for page in find_nearest(case.claim, case.page_id, pages, language):
            asked.setdefault(page.page_id, []).append((number, False))
    for page_id, numbers in asked.items():  # page by page: each is read once
        for number, is_own in numbers:
            claim = cases[number].claim
            found = judge(claim, by_id[page_id].body, language=language, source_kind="page")
            if is_own:
                own[number] = found.support
            else:
                highest[number] = max(highest[number], found.support)
    at = float(np.quantile(highest, 1 - SHARE))
    return {
        "claims": len(cases),
        "candidate pages": len(pages) - 1,
        "any foreign page passes at the threshold": float((highest >= default_threshold()).mean()),
        "own page passes at the threshold": float((own >= default_threshold()).mean()),
        "support that 2 % reach": at,
        "own page passes there": float((own > at).mean()),
    }


def main() -> None:
    """Print the figures of both languages."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--claims", type=int, default=400, help="claims of each language")
    arguments = parser.parse_args()
    pages = read_pages("test")
    cases = [case for case in build_cases(pages) if case.label and case.kind == "page"]
    for language in ("de", "en"):
        mine = [page for page in pages if page.language == language]
        said = sorted((c for c in cases if c.language == language), key=lambda c: digest(c.claim))
        print(language, {k: round(v, 4) for k, v in measure(
            said[: arguments.claims], mine, language).items()})  # fmt: skip


if __name__ == "__main__":
    main()

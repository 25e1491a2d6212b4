"""How well the support model tells supported claims from others, on the open labels.

Folds are grouped by question or article and judged by a model that saw nothing of them. The
floors lie just under what was measured; lowering one takes a reason. The hash names the labels
that the figures belong to.
"""

import hashlib
import importlib
import json
import sys
from pathlib import Path

import pytest

from beleg.ground.choice import load_choice_model
from beleg.ground.features import FEATURES
from beleg.ground.model import load_model

ROOT = Path(__file__).parents[2]
DATA = ROOT / "../shared/data"
SETS = (
    "labels/attributionbench/dev_all_subset_balanced.jsonl.gz",
    "labels/wice/claim_dev.jsonl.gz",
    "overviews/v3_1000_part_a.jsonl.gz",
)
LABELS_HASH = "8b55bc7e3076ce37"
FLOORS = {
    "attributionbench": {"macro_f1": 0.69, "auc": 0.76, "recall_at_threshold": 0.64},
    "wice": {"balanced_accuracy": 0.70, "auc": 0.78, "recall_at_threshold": 0.44},
    "overviews": {"auc": 0.715},
    "choice": {"auc": 0.78, "top_1": 0.585},
}
CEILINGS = {"expected_calibration_error": 0.04}


@pytest.fixture(scope="module")
def trained():
    if not all((DATA / name).exists() for name in SETS):
        pytest.skip(f"the labelled sets are not in {DATA}")
    sys.path.insert(0, str(ROOT / "benchmarks"))
    try:
        trainer = importlib.import_module("train_support")
        return trainer.train(DATA)
    finally:
        sys.path.pop(0)


@pytest.mark.real
def test_the_labels_are_those_that_the_floors_belong_to(trained):
    assert trained
    found = hashlib.sha256(b"".join((DATA / name).read_bytes() for name in SETS)).hexdigest()
    assert found[:16] == LABELS_HASH


@pytest.mark.real
@pytest.mark.parametrize("name", FLOORS)
def test_floors(trained, name):
    figures = trained["card"]["figures"][name]
    print(name, json.dumps(figures))
    for measure, floor in FLOORS[name].items():
        assert figures[measure] >= floor, measure
    for measure, ceiling in CEILINGS.items():
        assert figures[measure] <= ceiling, measure


@pytest.mark.real
def test_sentences_of_the_evidence_pass_and_changed_figures_seldom_do(trained):
    made = trained["card"]["figures"]["made"]
    assert made["own_sentence_passes"] == 1
    assert made["own_sentence_median"] >= 0.95
    assert made["changed_figure_passes"] <= 0.1


@pytest.mark.real
def test_the_shipped_model_is_the_trained_one(trained):
    model = load_model()
    assert model.threshold == pytest.approx(trained["threshold"], abs=20)
    for kind, weights in model.kinds.items():
        row = trained["kinds"][kind]
        wanted = [row["coefficients"][name] for name in FEATURES]
        assert weights.coefficients == pytest.approx(wanted, abs=0.02), kind
        assert weights.intercept == pytest.approx(row["intercept"], abs=0.02)
    choice = trained["choice"]["coefficients"].values()
    assert load_choice_model().coefficients == pytest.approx(list(choice), abs=0.02)

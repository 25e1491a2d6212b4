"""How well the support model tells supported claims from others, on the open labels.

Folds are grouped by question or article and judged by a model that saw nothing of them. The
floors lie just under what was measured; lowering one takes a reason. The hash names the labels
that the figures belong to.
"""

import hashlib
import importlib.util
import json
from pathlib import Path

import pytest

from beleg.ground.support import FEATURES, load_model

ROOT = Path(__file__).parents[2]
LABELS = ROOT / "../shared/data/labels"
SETS = ("attributionbench/dev_all_subset_balanced.jsonl.gz", "wice/claim_dev.jsonl.gz")
LABELS_HASH = "b35e3638f93cfdee"
FLOORS = {
    "attributionbench": {"macro_f1": 0.68, "auc": 0.76, "recall_at_threshold": 0.65},
    "wice": {"balanced_accuracy": 0.70, "auc": 0.78, "recall_at_threshold": 0.55},
}
CEILINGS = {"expected_calibration_error": 0.06}


def load_trainer():
    spec = importlib.util.spec_from_file_location(
        "train_support", ROOT / "benchmarks" / "train_support.py"
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def trained():
    if not all((LABELS / name).exists() for name in SETS):
        pytest.skip(f"the labelled sets are not in {LABELS}")
    trainer = load_trainer()
    data = trainer.read_data(LABELS)
    threshold, figures = trainer.measure_all(data, *trainer.judge_held_out(data))
    beta = trainer.fit(data.rows, data.labels, data.weights)
    return threshold, figures, beta


@pytest.mark.real
def test_the_labels_are_those_that_the_floors_belong_to(trained):
    found = hashlib.sha256(b"".join((LABELS / name).read_bytes() for name in SETS)).hexdigest()
    assert found[:16] == LABELS_HASH


@pytest.mark.real
@pytest.mark.parametrize("name", FLOORS)
def test_floors(trained, name):
    figures = trained[1][name]
    print(name, json.dumps(figures))
    for measure, floor in FLOORS[name].items():
        assert figures[measure] >= floor, measure
    for measure, ceiling in CEILINGS.items():
        assert figures[measure] <= ceiling, measure


@pytest.mark.real
def test_sentences_of_the_evidence_pass_and_changed_figures_do_not(trained):
    made = trained[1]["made"]
    assert made["own_sentence_passes"] == 1
    assert made["own_sentence_median"] >= 0.95
    assert made["changed_figure_passes"] <= 0.05


@pytest.mark.real
def test_the_shipped_model_is_the_trained_one(trained):
    threshold, figures, beta = trained
    model = load_model()
    assert model.threshold == pytest.approx(threshold, abs=20)
    assert model.coefficients == pytest.approx(list(beta[1:]), abs=0.02)
    assert len(model.coefficients) == len(FEATURES)
    card = json.loads((ROOT / "src/beleg/ground/support_model.json").read_text("utf-8"))["card"]
    assert card["figures"]["wice"] == pytest.approx(figures["wice"], abs=0.01)

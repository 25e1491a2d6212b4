import pytest
from ground_tables import readings, verdict
from hypothesis import example, given, strategies as st

from beleg.ground.features import FEATURES
from beleg.ground.model import (
    default_threshold,
    estimate,
    load_model,
    measure_log_odds,
    scale_score,
)
from beleg.ground.support import measure_features
from beleg.records import SupportKind

GERMAN = (
    "Der Rat von Ellerhaven hat am 17. September den Wärmeplan für 96 Mio. Euro beschlossen.",
    "Die Pumpe im Hafen soll von 2029 an 12.000 Haushalte mit Wärme versorgen, sagte Nölke.",
)
ENGLISH = (
    "The city council of Ellerhaven adopted the heat plan for 96 million euros on 17 September.",
    "The pump in the harbour will supply 12,000 households with heat from 2029, Noelke said.",
)
CASES = [("de", GERMAN), ("en", ENGLISH)]
OTHER = {
    "de": "Die Handballerinnen gewannen ihr Heimspiel gegen den Tabellenführer deutlich.",
    "en": "The handball players won their home match against the leaders of the table.",
}


@pytest.mark.parametrize(("language", "text"), CASES)
def test_the_same_sentence_is_verbatim(language, text):
    passage = " ".join([OTHER[language], *text])
    for sentence in text:
        found = verdict(sentence, passage, language)
        assert found.kind is SupportKind.VERBATIM
        assert found.support >= 8_500
        assert found.conflicts == ()


@pytest.mark.parametrize(("language", "text"), CASES)
@pytest.mark.parametrize(
    ("number", "changed", "said"),
    [("96", "69", "number:69000000"), ("17", "19", "date:--09-19")],
)
def test_a_changed_figure_sinks_the_score(language, text, number, changed, said):
    found = verdict(text[0].replace(number, changed), " ".join(text), language)
    assert found.support < default_threshold()
    assert said in found.conflicts


@pytest.mark.parametrize(("language", "text"), CASES)
def test_another_subject_is_not_supported(language, text):
    assert verdict(OTHER[language], " ".join(text), language).support < 2_500


def test_a_paraphrase_in_another_order_is_supported():
    claim = (
        "Am 17. September beschloss der Rat von Ellerhaven den Wärmeplan, der 96 Mio. Euro kostet."
    )
    found = verdict(claim, " ".join(GERMAN))
    assert found.kind is SupportKind.PARAPHRASE
    assert found.support >= default_threshold()


def test_a_rounded_figure_is_no_conflict_and_a_near_year_is():
    assert (
        verdict("Es leben 1,2 Mio. Menschen dort.", "Dort leben 1.234.567 Menschen.").conflicts
        == ()
    )
    assert verdict("Das Haus steht seit 1990.", "Das Haus steht seit 1994.").conflicts == (
        "date:1990",
    )


def test_a_quotation():
    source = (
        "„Wir bauen die Pumpe am alten Hafen“, erklärte Bürgermeisterin Nölke am Montag im Rat."
    )
    exact = verdict("Dazu äußerte sich Nölke öffentlich mit „die Pumpe am alten Hafen“.", source)
    assert exact.kind is SupportKind.QUOTE
    altered = verdict("Nölke: „Wir bauen die Pumpe am neuen Hafen“.", source)
    assert altered.kind is SupportKind.PARAPHRASE
    assert "quote" in altered.conflicts


def test_a_denial_on_one_side_is_named():
    assert (
        "negation"
        in verdict(
            "Der Rat hat den Wärmeplan für Ellerhaven im September nicht beschlossen.",
            "Der Rat hat den Wärmeplan für Ellerhaven im September beschlossen.",
        ).conflicts
    )


def test_features_by_hand():
    # Claim: rat, plan, #96 (three terms of equal weight); the passage has rat and plan apart, in
    # the other order. No figure is there, so none is contradicted.
    claim, passage = readings("Rat Plan 96", "Plan und Rat")
    found = dict(zip(FEATURES, measure_features(claim, passage), strict=True))
    assert found["containment"] == pytest.approx(2 / 3 * 3 / 4)
    assert found["words"] == pytest.approx(2 / 4)
    assert found["pairs"] == found["triples"] == 0
    assert found["longest_run"] == pytest.approx(1 / 4)
    assert found["order"] == found["term_order"] == 0
    assert found["worst_missing"] == pytest.approx(1 / 3)
    assert found["figures_missing"] == 1
    assert found["figure_conflict"] == found["name_conflict"] == found["denial_conflict"] == 0
    weights = load_model().kinds["passage"]
    log_odds = measure_log_odds(measure_features(claim, passage), weights)
    judged = verdict("Rat Plan 96", "Plan und Rat")
    assert judged.support == round(10_000 * estimate(log_odds, weights, contradicted=False))
    assert judged.score == scale_score(log_odds)
    assert judged.share == pytest.approx(2 / 3)


@pytest.mark.parametrize("kind", ["passage", "page", "snippet"])
def test_the_model_is_monotone_and_capped(kind):
    model = load_model()
    weights = model.kinds[kind]
    for name, coefficient in zip(FEATURES, weights.coefficients, strict=True):
        against = name.endswith(("_missing", "_conflict"))
        assert coefficient <= 0 if against else coefficient >= 0, name
    capped = estimate(30.0, weights, contradicted=True)
    assert capped == round(weights.conflict_cap, 4) < model.threshold / 10_000


def test_scores_rank_and_stay_in_bounds():
    assert [scale_score(z) for z in (-99, -8, 0, 4, 8, 99)] == [0, 0, 0.5, 0.75, 1, 1]


WORDS = st.lists(
    st.sampled_from("Rat Plan nicht 96 97 „ “ Pumpe Hafen die 1,2 Mio. . ? Nölke kostet".split()),
    max_size=25,
).map(" ".join)


@given(WORDS | st.text(max_size=80), WORDS | st.text(max_size=80))
def test_any_pair_of_texts(claim, passage):
    found = verdict(claim, passage)
    assert 0 <= found.support <= 10_000
    assert 0 <= found.score <= 1
    assert all(run.claim >= 0 and run.length >= 1 for run in found.runs)


@example(["Rat", "Plan", "Pumpe", "Hafen"], "Pumpe „ die")  # a sentence may end on "die"
@given(st.lists(st.sampled_from("Rat Plan Pumpe Hafen die 1,2 Mio.".split()), unique=True), WORDS)
def test_repeating_a_sentence_gains_nothing(words, passage):
    once = verdict(" ".join(words), f"Heute {passage} .")
    twice = verdict(" ".join(words), f"Heute {passage} . Heute {passage} .")
    assert twice.score <= once.score

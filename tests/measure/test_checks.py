"""Samples of answers, drawn and judged: inclusion, what was missed, changed aliases."""

import numpy as np
import pytest
from hypothesis import given, strategies as st
from world import World

from beleg.errors import InputError
from beleg.measure.checks import Seen, _allot, draw_sample, judge_sample, list_seen
from beleg.measure.mentions import find_mentions


def make(seed=1, *, n_prompts=60, missed=0.3, engines=("a", "b")):
    """Answers of which the detector misses some: what it sees, and what is there."""
    rng = np.random.default_rng(seed)
    seen, truth = [], {}
    for engine in engines:
        for prompt in range(n_prompts):
            own = rng.beta(1.2, 2.8)
            for run in range(5):
                answer_id = f"{engine}{prompt:03}{run}"
                there = rng.random() < own
                found = there and rng.random() > missed
                truth[answer_id] = frozenset(["anker"] if there else [])
                seen.append(
                    Seen(
                        answer_id, engine, f"p{prompt}", 0.2, frozenset(["anker"] if found else [])
                    )
                )
    return seen, truth


def judge(sample, seen, truth, names=("anker",)):
    verdicts = {item.item_id: truth[item.answer_id] for item in sample.items}
    return judge_sample(sample, verdicts, seen, names)


def test_strata_and_inclusion():
    seen, _ = make()
    sample = draw_sample(seen, "mention", 120, 1)
    assert len(sample.items) == 120
    for engine in ("a", "b"):
        for has_hit in (True, False):
            some = [i for i in sample.items if (i.engine, i.has_hit) == (engine, has_hit)]
            of = sum(one.engine == engine and bool(one.publishers) == has_hit for one in seen)
            assert len(some) == 30
            assert {item.inclusion for item in some} == {30 / of}
    # Inverse inclusion counts the answers that it was drawn from.
    assert sum(1 / item.inclusion for item in sample.items) == pytest.approx(len(seen))


def test_the_same_answers_give_the_same_sample_in_any_order():
    seen, _ = make()
    sample = draw_sample(seen, "mention", 50, 1)
    assert draw_sample(seen[::-1], "mention", 50, 1) == sample
    assert draw_sample(seen, "mention", 50, 2).check_id != sample.check_id
    every = draw_sample(seen, "mention", 10_000, 1)
    assert len(every.items) == len(seen)
    assert {item.inclusion for item in every.items} == {1.0}


@given(st.integers(1, 60), st.lists(st.integers(0, 30), min_size=1, max_size=5))
def test_allotment_is_even_and_whole(n, sizes):
    given_ = _allot(n, sizes)
    assert sum(given_) == min(n, sum(sizes))
    assert all(0 <= part <= size for part, size in zip(given_, sizes, strict=True))
    short = [part for part, size in zip(given_, sizes, strict=True) if part < size]
    assert not short or max(short) - min(short) <= 1


def test_what_was_missed_is_found_again():
    values, covered = [], 0
    for seed in range(40):
        seen, truth = make(seed, engines=("a",))
        found = judge(draw_sample(seen, "mention", 150, seed), seen, truth)
        figure = found.rates[0].figure
        values.append((figure.naive, figure.value, found.recall.value, found.precision.value))
        covered += figure.low <= 0.3 <= figure.high
    naive, corrected, recall, precision = np.mean(values, axis=0)
    assert naive == pytest.approx(0.21, abs=0.02)
    assert corrected == pytest.approx(0.3, abs=0.02)
    assert recall == pytest.approx(0.7, abs=0.04)
    assert precision == 1.0
    assert covered >= 35


def test_hits_alone_would_not_tell_what_was_missed():
    seen, truth = make()
    sample = draw_sample(seen, "mention", 200, 1)
    of_hits = {item.answer_id for item in sample.items if item.has_hit}
    missed = [i for i in sample.items if truth[i.answer_id] and i.answer_id not in of_hits]
    assert missed


def test_a_changed_detector_is_judged_by_the_same_verdicts():
    seen, truth = make()
    sample = draw_sample(seen, "mention", 200, 1)
    better = [one._replace(publishers=truth[one.answer_id]) for one in seen]
    before, after = judge(sample, seen, truth), judge(sample, better, truth)
    assert before.recall.value < 0.9
    assert after.recall.value == after.precision.value == 1.0
    assert after.rates[0].figure.value == pytest.approx(after.rates[0].figure.naive, abs=0.01)


def test_answers_that_no_longer_count_are_left_out():
    seen, truth = make()
    sample = draw_sample(seen, "mention", 100, 1)
    gone = sample.items[0].answer_id
    found = judge(sample, [one for one in seen if one.answer_id != gone], truth)
    assert found.n == 99


def test_who_was_seen_by_nobody_has_no_rate():
    seen, truth = make()
    found = judge(draw_sample(seen, "mention", 100, 1), seen, truth, ("anker", "bote"))
    assert found.n_unseen == 2
    assert {rate.publisher_id for rate in found.rates} == {"anker"}
    with pytest.raises(ValueError, match="truth lacks"):
        judge_sample(draw_sample(seen, "mention", 5, 1), {}, seen, ["anker"])
    with pytest.raises(InputError, match="no answer can be checked"):
        draw_sample([], "mention", 5, 1)
    with pytest.raises(ValueError, match="n == 0"):
        draw_sample(seen, "mention", 0, 1)


def test_what_counts_is_what_the_measures_count():
    world = World()
    world.answer("a1", "p1", text="Laut Der Anker regnet es.")
    world.answer("a2", "p1", text="Der Münsterbote schreibt es.")
    world.answer("a3", "p2", text=None)
    world.link("a1", "bote.example")
    tables = world.tables()
    tables["mentions"] = find_mentions(
        tables["answers"], tables["citations"], tables["publishers"]
    )
    named = {one.answer_id: one for one in list_seen(tables, "mention")}
    assert set(named) == {"a1", "a2"}  # a3 has no text
    assert "bote" in named["a2"].publishers
    assert named["a1"].weight == 0.5  # two answers of its prompt
    linked = {one.answer_id: one.publishers for one in list_seen(tables, "citation")}
    assert linked == {"a1": {"bote"}, "a2": frozenset(), "a3": frozenset()}
    with pytest.raises(ValueError, match="kind == 'claim'"):
        list_seen(tables, "claim")

"""Counts as arrays: the same figures as the estimates, slice by slice."""

from datetime import date, timedelta

import numpy as np
import pytest
from world import NOON, World

from beleg.measure.cells import MEASURES, Slice, read_cells
from beleg.records import Prompt
from beleg.tables import to_arrow


def make_world():
    world = World()
    for number in range(6):
        prompt, later = f"p{number % 3}", NOON + timedelta(days=7 * (number // 3))
        world.answer(f"a{number}", prompt, weight=1.0 + number % 3, asked_at=later)
        world.link(f"a{number}", "fremd.example")
        if number % 2:
            world.link(f"a{number}", "der-anker.example")
    return world


def read(world, measure, where, subjects=None):
    counts = world.measure().counts
    prompts = to_arrow(list(world.prompts.values()), Prompt)
    return read_cells(counts, prompts, measure, where, subjects)


@pytest.mark.parametrize("measure", ["citation_rate", "citation_share", "selection_rate"])
def test_sums_are_the_estimate(measure):
    world = make_world()
    cells = read(world, measure, Slice("e"), ["anker", "fremd.example"])
    for row, subject in enumerate(cells.subjects):
        if cells.x[row].sum() > 0:
            value = cells.y[row].sum() / cells.x[row].sum()
            assert value == pytest.approx(world.find(measure, subject)["value"])


def test_a_slice_keeps_its_days_and_spreads_weights_over_them():
    world = make_world()
    first = read(world, "citation_rate", Slice("e", last=NOON.date()), ["anker"])
    later = read(world, "citation_rate", Slice("e", first=date(2026, 11, 20)), ["anker"])
    assert first.prompts == later.prompts == ("p0", "p1", "p2")
    assert np.array_equal(first.weight, [1.0, 2.0, 3.0])
    assert np.array_equal(first.x[0], [1.0, 2.0, 3.0])  # one answer each: the whole weight
    assert np.array_equal(first.y[0], [0.0, 2.0, 0.0])
    assert np.array_equal(later.y[0], [1.0, 0.0, 3.0])


def test_who_is_never_cited_has_zeros_where_the_denominator_is_shared():
    cells = read(make_world(), "citation_rate", Slice("e"), ["bote"])
    assert not cells.y.any()
    assert np.array_equal(cells.n[0], [2, 2, 2])


def test_only_prompts_asked_for():
    world = make_world()
    cells = read(world, "citation_rate", Slice("e", prompt_ids=frozenset({"p1", "gone"})))
    assert cells.prompts == ("p1",)
    assert cells.subjects == ("anker", "fremd.example")
    assert read(world, "citation_rate", Slice("other")).prompts == ()


def test_all_measures_that_are_counted_are_named():
    counted = set(make_world().measure().counts["measure"].to_pylist())
    assert counted <= set(MEASURES)

import dataclasses

import pytest

from beleg.records import Problem
from beleg.report.html import write_advice
from beleg.report.summary import ReportSettings, summarise

FERRY = "faehrblatt.example"
SETTINGS = ReportSettings(us=("anker", "kai"))


def advice_of(world, settings=SETTINGS):
    return summarise(world.tables(), settings).advice


def declare_unheld(world):
    """Declare the ferry paper and take its page away: it is linked, and not held."""
    world.rows["publishers"][:] = [
        dataclasses.replace(row, declared=True) for row in world.rows["publishers"]
    ]
    world.rows["documents"][:] = [row for row in world.rows["documents"] if row.host != FERRY]


def hold(world, reason):
    rows = world.rows["holdings"]
    rows[:] = [dataclasses.replace(r, reason=reason) if r.host == FERRY else r for r in rows]


def test_missing_pages_of_a_declared_house_are_named(world):
    declare_unheld(world)
    (item,) = (item for item in advice_of(world) if item.key == "do_collect")
    assert item.values == {"n": 1, "publisher": FERRY}


@pytest.mark.parametrize("reason", ["platform", "declared domain youtube.com"])
def test_nobody_is_told_to_fetch_a_platform(world, reason):
    declare_unheld(world)
    hold(world, reason)
    assert "do_collect" not in {item.key for item in advice_of(world)}


def test_nobody_is_told_to_declare_a_platform(world):
    (item,) = (item for item in advice_of(world) if item.key == "do_hosts")
    assert item.values == {"n": 1, "names": FERRY}
    hold(world, "platform")
    assert "do_hosts" not in {item.key for item in advice_of(world)}


def test_a_remedy_stands_with_its_problem(world):
    items = [item for item in advice_of(world) if item.key == "do_problem"]
    assert [item.values["n"] for item in items] == [2]  # the problem without remedy is no advice
    text = write_advice(items[0], {}, "de")
    assert text == (
        "2 Probleme in perplexity.jsonl, etwa „Zeile 3 bricht ab.“ "
        "Abhilfe: Die Datei neu exportieren."
    )
    world.rows["problems"][:] = [Problem("collect", "a.csv", 1, None, "Odd row.", "Mend it.")]
    (item,) = (item for item in advice_of(world) if item.key == "do_problem")
    assert write_advice(item, {}, "en") == "1 problem in a.csv: “Odd row.” Remedy: Mend it."
    world.rows["problems"][:] = [Problem("collect", "", None, None, "Odd row.", "Mend it.")]
    (item,) = (item for item in advice_of(world) if item.key == "do_problem_bare")
    assert write_advice(item, {}, "en") == "1 problem: “Odd row.” Remedy: Mend it."


def test_an_engine_in_an_advice_bears_its_name_and_flag(world):
    (item,) = (item for item in advice_of(world) if item.key == "do_flag")
    flags = {"grok": ("links-invented",)}
    assert write_advice(item, flags, "en") == (
        "Read Grok with reservation: its files are flagged “links invented”."
    )
    (item,) = (item for item in advice_of(world) if item.key.startswith("do_correct"))
    assert "Perplexity (links invented)" in write_advice(
        item, {"perplexity": ("links-invented",)}, "en"
    )

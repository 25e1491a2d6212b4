import dataclasses

from beleg import records as r
from beleg.report.facts import build_facts
from beleg.report.faults import show_faults
from beleg.report.visibility import MAX_OURS, N_TOP, round_up, show_engines


def engines_of(builder):
    facts = build_facts(builder.tables(), us=("wire",), threshold=5000, timezone="Europe/Berlin")
    return {engine.name: engine for engine in show_engines(facts, builder.rows["estimates"])}


def test_houses_stand_by_citation_rate(world):
    chart = engines_of(world)["openai"].charts[0]
    assert (chart.measure, chart.segment) == ("citation_rate", "unbranded")
    assert [row.publisher_id for row in chart.rows] == [
        "anker",
        "kai",
        "faehrblatt.example",
        "wire",
    ]
    assert [row.is_us for row in chart.rows] == [False, False, False, True]


def test_axes_are_the_same_on_all_engines(world):
    scales = {e: {c.measure: c.scale for c in v.charts} for e, v in engines_of(world).items()}
    assert scales["openai"] == scales["grok"] == scales["perplexity"]
    assert scales["openai"]["citation_rate"] == 1.0  # highest limit: .45 + .09
    assert [round_up(v) for v in (0.009, 0.02, 0.3, 0.51, 2.0)] == [0.01, 0.02, 0.5, 1.0, 1.0]


def test_the_rest_is_a_count_but_we_are_always_shown(world):
    first = world.rows["estimates"][0]
    for n in range(30):
        world.add(
            dataclasses.replace(first, engine="openai", subject=f"h{n:02}.example", value=0.9)
        )
    engine = engines_of(world)["openai"]
    shown = {row.publisher_id for row in engine.rows}
    assert len(shown) == N_TOP + 1
    assert "wire" in shown
    assert engine.n_more == 34 - len(shown)


def test_of_a_large_alliance_the_first_are_shown_and_the_rest_counted(world):
    first, title = world.rows["estimates"][0], world.rows["publishers"][0]
    for n in range(60):
        key = f"h{n:02}.example"
        world.add(dataclasses.replace(title, publisher_id=key, name=key, domains=(key,)))
        world.add(dataclasses.replace(first, engine="openai", subject=key, value=0.01 * n))
    facts = build_facts(world.tables(), us=(), threshold=5000, timezone="Europe/Berlin")
    assert len(facts.us) == 63
    engines = {e.name: e for e in show_engines(facts, world.rows["estimates"])}
    shown = {row.publisher_id for row in engines["openai"].rows}
    assert N_TOP <= len(shown) <= N_TOP + MAX_OURS
    assert {"h59.example", "h58.example"} <= shown
    assert engines["openai"].n_more == 64 - len(shown)
    assert engines["openai"].n_more_ours == 63 - len(shown & set(facts.us))


def test_estimates_of_no_engine_are_not_an_engine(world):
    world.add(dataclasses.replace(world.rows["estimates"][0], engine="*"))
    assert set(engines_of(world)) == {"openai", "perplexity", "grok"}


def test_faults_by_hand(world):
    tables = world.tables()
    facts = build_facts(tables, us=("wire",), threshold=5000, timezone="Europe/Berlin")
    faults = show_faults(facts, world.rows["problems"])
    assert faults.n_problems == 3
    assert [(group.n, group.lines) for group in faults.groups] == [(2, (3, 9)), (1, ())]
    grok, openai, _ = faults.engines
    assert (grok.n_repeats, grok.n_untimed, grok.n_not_groundable) == (1, 1, 1)
    assert grok.flags == ("links-invented",)
    assert dict(openai.statuses) | {"answered": 0} == {
        "answered": 0, "absent": 1, "refused": 1, "empty": 0, "error": 0,
    }  # fmt: skip


def test_problems_without_a_remedy_are_grouped_by_their_cause(world):
    facts = build_facts(world.tables(), us=(), threshold=5000, timezone="Europe/Berlin")
    causes = [f"Citation {n} is no web address: 'page {n}'." for n in range(5)]
    problems = [
        r.Problem("collect", "a.jsonl", n, None, about, "") for n, about in enumerate(causes)
    ]
    problems.append(r.Problem("collect", "a.jsonl", 9, None, "A block leans on reference 9.", ""))
    groups = show_faults(facts, problems).groups
    assert [(group.message, group.n, group.remedy) for group in groups] == [
        (causes[0], 5, ""),
        ("A block leans on reference 9.", 1, ""),
    ]

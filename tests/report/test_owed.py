from dataclasses import replace
from fractions import Fraction
from itertools import pairwise, permutations

from hypothesis import given, strategies as st

from beleg.records import EstimateStatus, MoneyInterval
from beleg.report.facts import build_facts
from beleg.report.likely import Likely, write_likely
from beleg.report.owed import MAX_EXPLAINED, MAX_PAYEES, show_pots, split_claim
from beleg.tables import to_arrow


def test_split_by_hand():
    # supports .2, .5, 1: .2/3; .2/3 + .3/2; .2/3 + .3/2 + .5
    parts = split_claim([2000, 5000, 10000])
    assert parts == [Fraction(1, 15), Fraction(13, 60), Fraction(43, 60)]


@given(st.lists(st.integers(0, 10000), min_size=1, max_size=5))
def test_split_is_the_shapley_value(supports):
    def worth(players):
        return max((supports[p] for p in players), default=0)

    orders = list(permutations(range(len(supports))))
    for player, part in enumerate(split_claim(supports)):
        gains = 0
        for order in orders:
            before = order[: order.index(player)]
            gains += worth((*before, player)) - worth(before)
        assert part == Fraction(gains, len(orders) * 10000)


def pot_of(tables):
    facts = build_facts(tables, us=("anker",), threshold=5000, timezone="Europe/Berlin")
    (owed,) = show_pots(facts, tables, {"press": ("statements/x", "ab")})
    return owed


def test_pot_by_hand(tables):
    owed = pot_of(tables)
    assert [(paid.name, paid.assigned_minor) for paid in owed.payees] == [
        ("Der Anker", 43200),
        ("Nordkai Zeitung", 27000),
    ]
    assert [line.payee for line in owed.lines] == ["unsupported", "no_mandate"]
    assert owed.total_minor == owed.pot.distributable_minor == 90000
    assert owed.is_simulation  # coverage "selected"
    anker = owed.payees[0].earnings[0]
    assert (anker.part, anker.exact) == (Fraction(8, 10), Fraction(12, 25))
    assert anker.source.publisher == "Der Anker"
    assert owed.lines[0].earnings[0].statement == "Experten rechnen mit einem milden Winter."


def test_of_tied_passages_the_one_that_was_paid_is_shown(world):
    sentence = "Die Opposition stimmte dagegen."
    claim_id = "c-perplexity-01-0-heat"
    world.support(claim_id, "heat", sentence)  # as strong as the one that the answer repeats
    (place,) = (n for n, row in enumerate(world.rows["stakes"]) if row.publisher_id == "anker")
    stake = world.rows["stakes"][place]
    shown = {}
    for row in world.rows["supports"]:
        if row.claim_id == claim_id:
            world.rows["stakes"][place] = replace(stake, passage_id=row.passage_id)
            shown[row.passage_id] = pot_of(world.tables()).payees[0].earnings[0].source.text
    assert len(shown) == 2
    assert shown["pa-heat-115"] == sentence
    assert "Wärmeplan" in shown["pa-heat-21"]


def test_a_passage_below_the_reports_threshold_is_shown_where_the_pot_pays_it(world):
    claim_id = "c-perplexity-01-0-heat"
    world.support(claim_id, "strike", "The strike at the port ended on Friday.", 4_000)
    wire = pot_of(world.tables()).lines[1].earnings[0]
    assert wire.source.publisher == "Küstenagentur"
    assert wire.source.support == 4_000


def add_payees(world, n):
    """One cent each, for houses that share the first claim with Der Anker."""
    paid, stake = world.rows["payouts"][0], world.rows["stakes"][0]
    for place in range(n):
        key = f"p{place:03}"
        values = {"payee": key, "publisher_id": key, "assigned_minor": 1, "paid_minor": 1}
        world.add(replace(paid, **values))
        world.add(replace(stake, publisher_id=key))


def test_the_money_of_few_payees_is_followed(world):
    add_payees(world, 100)
    owed = pot_of(world.tables())  # us: Der Anker, which stands first in any case
    assert len(owed.payees) == MAX_PAYEES
    followed = [bool(paid.earnings) for paid in owed.payees]
    assert followed == [True] * MAX_EXPLAINED + [False] * (MAX_PAYEES - MAX_EXPLAINED)
    assert (owed.n_explained, owed.n_more_payees) == (MAX_EXPLAINED, 102 - MAX_PAYEES)
    assert owed.more_minor == owed.n_more_payees
    assert owed.total_minor == 90000 + 100
    assert owed.steps[-1].start_minor == -100  # the added cents are more than the pot holds


def test_ours_are_followed_however_little_they_receive(world):
    add_payees(world, 100)
    world.add(replace(world.rows["publishers"][0], publisher_id="p099", name="Zuletzt"))
    tables = world.tables()
    facts = build_facts(tables, us=("p099",), threshold=5000, timezone="Europe/Berlin")
    (owed,) = show_pots(facts, tables, {})
    assert len(owed.payees) == MAX_PAYEES + 1
    assert owed.payees[-1].payee == "p099"
    assert owed.payees[-1].earnings
    assert owed.n_explained == MAX_EXPLAINED + 1
    assert owed.more_minor + sum(paid.assigned_minor for paid in owed.payees) == 70200 + 100


def test_waterfall_ends_at_nothing(tables):
    steps = pot_of(tables).steps
    assert [step.kind for step in steps[:3]] == ["gross", "deductions", "distributable"]
    falls = [step for step in steps if step.kind in {"payee", "line"}]
    assert falls[0].end_minor == 90000
    assert falls[-1].start_minor == 0
    for above, below in pairwise(falls):
        assert above.start_minor == below.end_minor


def likely_of(publisher_id, status="ok", low=0.2, high=0.6):
    return MoneyInterval(
        pot_id="press",
        publisher_id=publisher_id,
        share=0.48,
        low=low,
        high=high,
        level=0.95,
        drawn_share=None,
        drawn_error=None,
        n_prompts=90,
        n_carrying=50,
        n_effective=40.0,
        estimand="population of prompts",
        method="by hand",
        status=EstimateStatus(status),
    )


def with_intervals(tables, *rows):
    pot_id = tables["pots"]["pot_id"].to_pylist()[0]
    rows = [replace(row, pot_id=pot_id) for row in rows]
    return {**tables, "money_intervals": to_arrow(rows, MoneyInterval)}


def test_a_publishers_interval_stands_with_its_part(tables):
    owed = pot_of(with_intervals(tables, likely_of("anker"), likely_of(None, low=0.1)))
    anker = owed.payees[0]
    scale = float(anker.part) / 0.48
    assert anker.likely == Likely(0.2 * scale, 0.6 * scale, EstimateStatus.OK)
    assert owed.payees[1].likely is None
    assert owed.lines[0].likely.status == EstimateStatus.OK


def test_intervals_in_words():
    assert write_likely(Likely(0.1, 0.25, EstimateStatus.OK), "de") == "10,0 bis 25,0\u00a0%"
    thin = Likely(0.1, 0.25, EstimateStatus.TOO_THIN)
    assert write_likely(thin, "en") == "for other questions: too little data"
    nothing = Likely(None, None, EstimateStatus.NOT_MEASURED)
    assert write_likely(nothing, "de") == "nicht gemessen"

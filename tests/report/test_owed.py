from fractions import Fraction
from itertools import pairwise, permutations

from hypothesis import given, strategies as st

from beleg.report.facts import build_facts
from beleg.report.owed import show_pots, split_claim


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


def test_waterfall_ends_at_nothing(tables):
    steps = pot_of(tables).steps
    assert [step.kind for step in steps[:3]] == ["gross", "deductions", "distributable"]
    falls = [step for step in steps if step.kind in {"payee", "line"}]
    assert falls[0].end_minor == 90000
    assert falls[-1].start_minor == 0
    for above, below in pairwise(falls):
        assert above.start_minor == below.end_minor

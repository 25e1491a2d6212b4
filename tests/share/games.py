"""Random games and the tables that hold them, for tests and benchmarks."""

import pyarrow as pa

from beleg.share.game import Split, hash_digits
from oracles.coalitions import shapley_by_levels


def table_of(claims):
    rows = [
        (f"a{nth % 7}", f"c{nth}", name, weight, support)
        for nth, (weight, supports) in enumerate(claims)
        for name, support in (supports or {None: 0}).items()
    ]
    return pa.table(
        {
            "answer_id": pa.array([row[0] for row in rows], pa.string()),
            "claim_id": pa.array([row[1] for row in rows], pa.string()),
            "publisher_id": pa.array([row[2] for row in rows], pa.string()),
            "weight": pa.array([row[3] for row in rows], pa.int64()),
            "support": pa.array([row[4] for row in rows], pa.int64()),
        }
    )


def draw_game(chance, nth, most=12, n_claims=2):
    """Draw a game of publishers of its own, with ties, zeros and single players."""
    n = chance.choice([1, 2, chance.randint(1, most)])
    level = chance.choice([0, 5_000, 10_000, chance.randint(0, 10_000)])
    return [
        (
            chance.choice([0, 1, chance.randint(1, 10**9)]),
            {
                f"{nth}:{i}": chance.choice([0, level, level, chance.randint(0, 10_000)])
                for i in range(n)
            },
        )
        for _ in range(n_claims)
    ]


def draw_crowd(chance, nth):
    """Draw a table with claims of up to 200 publishers."""
    return [
        (
            chance.randint(0, 10**7),
            {
                f"{nth}:{i}": chance.choice([0, 7_000, chance.randint(0, 10_000)])
                for i in range(chance.choice([1, 5, 32, 33, 60, 200]))
            },
        )
        for _ in range(3)
    ]


def hash_each(result):
    """Hash the digits of each game of a table that holds many, told by its publishers' names."""
    games = {}
    for name, part in result.shares.items():
        games.setdefault(name.partition(":")[0], {})[name] = part
    return {
        nth: hash_digits(Split(shares, 1 - sum(shares.values()))) for nth, shares in games.items()
    }


def in_fractions(claims):
    """Split by the definition level by level, in fractions alone."""
    total, values = 10_000 * sum(weight for weight, _ in claims), {}
    for weight, supports in claims:
        for name, value in shapley_by_levels(supports).items():
            values[name] = values.get(name, 0) + weight * value
    shares = {name: values[name] / total for name in sorted(values) if values[name]}
    return Split(shares, 1 - sum(shares.values()))

"""Money over 10,000 random pots: `python benchmarks/bench_money.py [N_POTS]`.

Chains of 12 periods, in one or two currencies, with deductions, reserves, quotas (also above 1),
the four lines, carries, and corrections of either sign to pots that were closed. Held over all:

* payouts, lines, reserve and deductions sum to gross, to the unit; nothing negative is paid;
* assigned plus carry is the exact due, pot by pot and over all periods;
* a pot that grows lowers nobody's paid plus carried.

Beside it plain largest remainder without a carry: how often a pot that is one unit larger takes a
unit from somebody, and how far its rounding errors add up over 12 periods.
"""

import random
import sys
import time
from collections import Counter, defaultdict
from fractions import Fraction
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from oracles import chains

N_PERIODS = 12


def round_plainly(total, exact):
    """Round by largest remainder, and forget what that took or gave."""
    whole = {key: amount.numerator // amount.denominator for key, amount in exact.items()}
    late = sorted(exact, key=lambda key: (whole[key] - exact[key], str(key)))
    for key in late[: total - sum(whole.values())]:
        whole[key] += 1
    return whole


def measure_plainly(chain, seen):
    """Count how plain rounding treats the pots of a chain."""
    errors = defaultdict(Fraction)
    for pot in chain.pots:
        parts, money = chain.parts[pot.pot_id], pot.distributable_minor
        exact = {key: part * money for key, part in parts.items()}
        paid = round_plainly(money, exact)
        richer = round_plainly(money + 1, {key: p * (money + 1) for key, p in parts.items()})
        seen["plain_falls"] += any(richer[key] < paid[key] for key in paid)
        for key in paid:
            errors[pot.currency, key] += paid[key] - exact[key]
    seen["plain_accounts"] += len(errors)
    seen["plain_off"] += sum(abs(error) >= 1 for error in errors.values())
    seen["plain_worst"] = max([seen["plain_worst"], *(abs(error) for error in errors.values())])


def main(n_pots):
    """Hold random chains to every rule until so many pots were settled, and print the figures."""
    rng, seen, started = random.Random(20261), Counter(), time.monotonic()
    while seen["pots"] < n_pots:
        chain = chains.make_chain(seen["chains"], N_PERIODS)
        owing, drawn = chains.check(chain)
        grown = rng.choice(chain.pots)
        chains.check_growth(chain, grown.pot_id, rng.choice([1, rng.randrange(10**7)]))
        seen.update(chains=1, pots=len(chain.pots), owing=owing, drawn=drawn)
        seen["two_currencies"] += len({pot.currency for pot in chain.pots}) > 1
        seen["closed"] += sum(int(pot.pot_id[-2:]) < chain.n_closed for pot in chain.pots)
        measure_plainly(chain, seen)
    print(
        f"pots                      {seen['pots']:>8,}  in {seen['chains']:,} chains of 12 periods"
    )
    print(f"chains of two currencies  {seen['two_currencies']:>8,}")
    print(f"closed pots, corrected    {seen['closed']:>8,}")
    print(f"rows drawn from a line    {seen['drawn']:>8,}")
    print(f"accounts owing at the end {seen['owing']:>8,}  carried, nothing negative paid")
    print("every rule held           yes (each is asserted on every pot)")
    falls = seen["plain_falls"] / seen["pots"]
    print(f"plain rounding: one unit more takes a unit from somebody in {falls:.2%} of pots")
    off = seen["plain_off"] / seen["plain_accounts"]
    worst = float(seen["plain_worst"])
    print(f"plain rounding: {off:.2%} of accounts off by a unit or more, the worst by {worst:.2f}")
    print(f"seconds                   {time.monotonic() - started:>8.1f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)

"""What goes from one pot into the next of its series: exact carries, and corrections.

Pots of one ``series`` and currency follow each other; nothing ever passes from one currency into
another. A pot that is *closed* has been paid: its payouts stay what they were, and what would be
paid otherwise today comes into the next open pot as a counter-entry.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from fractions import Fraction

from beleg.errors import InputError
from beleg.money import format_amount
from beleg.records import Balance, Payout, Pot
from beleg.share.payout import Account

ROUNDING = "rounding"
CORRECTION = "correction"


def order_pots(pots: Iterable[Pot]) -> list[Pot]:
    """Put every pot behind those that it may take balances from."""
    return sorted(pots, key=lambda pot: (pot.starts_at, pot.ends_at, pot.pot_id))


def list_series(pot: Pot, pots: Iterable[Pot]) -> list[Pot]:
    """List the other pots of a pot's series and currency, in order; none where it stands alone."""
    return order_pots(
        other
        for other in pots
        if pot.series is not None
        and other.pot_id != pot.pot_id
        and (other.series, other.currency) == (pot.series, pot.currency)
    )


def find_predecessor(pot: Pot, pots: Iterable[Pot]) -> Pot | None:
    """Find the pot whose carries a pot takes: the last of its series that ends before it starts.

    Raises:
        InputError: Another pot of the series overlaps with it: the order would be a choice.
    """
    before: Pot | None = None
    for other in list_series(pot, pots):
        if other.starts_at < pot.ends_at and pot.starts_at < other.ends_at:
            raise InputError(
                f"it overlaps with pot {other.pot_id} of the same series {pot.series!r}.",
                "Let the pots of a series follow each other, or give one another series.",
            )
        if other.ends_at <= pot.starts_at:
            before = other
    return before


def find_successor(pot: Pot, pots: Iterable[Pot], closed: Collection[str]) -> Pot | None:
    """Find the pot that takes the corrections of a closed one: the next open one of its series."""
    later = (other for other in list_series(pot, pots) if other.starts_at >= pot.ends_at)
    return next((other for other in later if other.pot_id not in closed), None)


def carry_over(payouts: Iterable[Payout], into: str) -> list[Balance]:
    """Bring what the rounding of a pot left, or gave too much, into its successor.

    Args:
        payouts: All payouts of one pot.
        into: The successor's pot_id.

    Returns:
        One balance an account whose carry is not 0; they sum to 0.
    """
    return [
        _balance(into, ROUNDING, row.pot_id, _account(row), carry)
        for row in payouts
        if (carry := row.carry)
    ]


def restate(closed: Iterable[Payout]) -> list[Balance]:
    """Lay out what closed payouts say they brought in, so that the pot can be computed again."""
    return [
        _balance(row.pot_id, ROUNDING, row.pot_id, _account(row), brought)
        for row in closed
        if (brought := row.carried)
    ]


def correct(
    closed: Sequence[Payout], now: Sequence[Payout], into: str, made: Iterable[Balance] = ()
) -> list[Balance]:
    """Write the counter-entries that bring closed pots to what they would pay today.

    An account's correction is the exact difference of assigned plus carry, less what earlier
    corrections of the same pot have brought into pots that are closed by now. Nothing that was
    paid is overwritten: who received too much is due less of the next pot, and the other way
    round.

    Args:
        closed: The payouts of closed pots, as they were.
        now: The payouts of these pots as recomputed today, with the same balances
            (:func:`restate`); a pot without a row here is not corrected.
        into: The pot that the corrections come into.
        made: Balances of closed pots; those of kind ``correction`` count.

    Returns:
        Sorted by source and account; those of one source sum to 0.

    Raises:
        InputError: A closed pot has another distributable sum today.
    """
    again = {row.pot_id for row in now}
    wanted: dict[tuple[str, Account], Fraction] = defaultdict(Fraction)
    sums: dict[str, int] = defaultdict(int)
    for sign, rows in ((-1, closed), (1, now)):
        for row in rows:
            if row.pot_id in again:
                wanted[row.pot_id, _account(row)] += sign * _due(row)
                sums[row.pot_id] += sign * row.assigned_minor
    for source, more in sorted(sums.items()):
        if more:
            raise InputError(
                f"pot {source} is closed, and would distribute {more} minor units more today.",
                "Leave a closed pot's amounts as they are; put the difference into a new pot.",
            )
    for entry in made:
        if entry.kind == CORRECTION and entry.source in again:
            amount = entry.amount
            wanted[entry.source, _account(entry)] -= amount
    ordered = sorted(
        wanted,
        key=lambda key: (key[0], key[1].is_line, key[1].payee, key[1].publisher_id or ""),
    )
    return [_balance(into, CORRECTION, *key, amount) for key in ordered if (amount := wanted[key])]


def check_brought(
    closed: Sequence[Payout], before: Sequence[Payout], made: Sequence[Balance]
) -> None:
    """Check that a closed pot brought in what is known of: else a correction would come twice.

    Args:
        closed: The payouts of one closed pot.
        before: The payouts of its predecessor; empty where it has none.
        made: The balances that came into the closed pot; those of kind ``correction`` count.

    Raises:
        InputError: They do not add up.
    """
    known: dict[Account, Fraction] = defaultdict(Fraction)
    for row in closed:
        known[_account(row)] += row.carried
    into = closed[0].pot_id
    for balance in [*carry_over(before, into), *(row for row in made if row.kind == CORRECTION)]:
        known[_account(balance)] -= balance.amount
    wrong = sorted(account.payee for account, rest in known.items() if rest)
    if wrong:
        raise InputError(
            f"what {wrong[0]} brought into the closed pot is not what its balances say.",
            "Give the balances of the closed pots beside their payouts.",
        )


def describe_sum(corrections: Iterable[Balance], currency: str) -> str:
    """Say how much corrections move, for instance ``12.34 EUR``; parts of a cent count as one."""
    amounts = (row.amount for row in corrections)
    return format_amount(-int(-sum((a for a in amounts if a > 0), Fraction()) // 1), currency)


def group_by_pot(rows: Iterable[Payout]) -> dict[str, list[Payout]]:
    """Group payouts by their pot, in the order given."""
    grouped: dict[str, list[Payout]] = defaultdict(list)
    for row in rows:
        grouped[row.pot_id].append(row)
    return dict(grouped)


def bring_in(
    pot: Pot,
    pots: Sequence[Pot],
    settled: Mapping[str, Sequence[Payout]],
    corrections: Iterable[Balance],
) -> list[Balance]:
    """List everything that comes into a pot that is to be settled.

    Args:
        pot: The pot, not closed.
        pots: All pots.
        settled: Payouts of the pots that are settled so far, by pot_id.
        corrections: Of closed pots; those into this pot count.

    Raises:
        InputError: Its predecessor is not settled, or it stands behind a closed pot's back.
    """
    before = find_predecessor(pot, pots)
    if before is None:
        carried = []
    elif before.pot_id not in settled:
        raise InputError(
            f"pot {before.pot_id} of the series {pot.series!r} before it is not settled.",
            f"Mend pot {before.pot_id} first: its balances come into this one.",
        )
    else:
        carried = carry_over(settled[before.pot_id], pot.pot_id)
    return [*carried, *(row for row in corrections if row.pot_id == pot.pot_id)]


def refuse_backdating(pot: Pot, pots: Iterable[Pot], closed: Collection[str]) -> None:
    """Refuse an open pot that comes before a closed one: its carry could no longer be taken.

    Raises:
        InputError: With the closed pot's name.
    """
    for other in list_series(pot, pots):
        if other.starts_at >= pot.ends_at and other.pot_id in closed:
            raise InputError(
                f"pot {other.pot_id} of the series {pot.series!r} follows it, and is closed.",
                "Give it another series, or none.",
            )


def _account(row: Payout | Balance) -> Account:
    return Account(row.payee, row.publisher_id, row.is_line)


def _due(row: Payout) -> Fraction:
    return row.assigned_minor + row.carry


def _balance(into: str, kind: str, source: str, account: Account, amount: Fraction) -> Balance:
    return Balance(
        pot_id=into,
        payee=account.payee,
        publisher_id=account.publisher_id,
        is_line=account.is_line,
        kind=kind,
        source=source,
        numerator=str(amount.numerator),
        denominator=str(amount.denominator),
    )

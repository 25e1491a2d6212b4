"""All pots one after another: what each pays, and what goes from one into the next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from beleg.errors import InputError
from beleg.records import Balance, Payout, Pot, Problem
from beleg.share import balances
from beleg.share.payout import Account, pay

Parts = Mapping[Account, Fraction]
"""Where a pot goes, as :func:`beleg.share.payout.divide` says; the parts sum to 1."""


class Settled(NamedTuple):
    """What pots pay, and what came into them."""

    payouts: dict[str, list[Payout]]
    """By pot_id, in the order of the periods; a pot that was not settled is left out."""
    balances: list[Balance]
    problems: list[Problem]


def settle(
    pots: Iterable[Pot],
    parts: Mapping[str, Parts],
    closed: Sequence[Payout] = (),
    made: Sequence[Balance] = (),
) -> Settled:
    """Pay every pot, in the order of the periods, each with what its series brings into it.

    Args:
        pots: All pots.
        parts: By pot_id; a pot without parts could not be divided and is not settled.
        closed: Payouts of pots that were paid: they stay as they are, and what the pot would pay
            otherwise today comes into the next open pot of its series.
        made: Balances that came into closed pots; those of kind ``correction`` must be there,
            or a correction would come twice.

    Returns:
        Payouts and balances; a pot that cannot be settled has a problem, and so has each of its
        series that follows.
    """
    pots = balances.order_pots(pots)
    books = _Books(pots, balances.group_by_pot(closed), list(made), {}, [], [], [], set())
    for pot in pots:
        try:
            if pot.pot_id in books.closed:
                _take_closed(books, pot, parts.get(pot.pot_id))
            elif pot.pot_id in parts:
                _pay_open(books, pot, parts[pot.pot_id])
        except InputError as error:
            books.problems.append(tell(pot, error, is_closed=pot.pot_id in books.closed))
    known = {pot.pot_id for pot in pots}
    for pot_id in sorted(books.closed.keys() - known):
        books.payouts[pot_id] = books.closed[pot_id]
        message = "it is closed, and no longer declared: its series does not know of it."
        remedy = "Put it back into beleg.toml."
        books.problems.append(Problem("share", f"pot {pot_id}", None, pot_id, message, remedy))
    return Settled(books.payouts, books.brought, books.problems)


def tell(pot: Pot, error: InputError, *, is_closed: bool) -> Problem:
    """Say why a pot is not settled, or, where it is closed, why nothing of it is corrected."""
    what = "closed, and what it would pay today is not known" if is_closed else "not settled"
    message = f"{what}: {error.message}"
    return Problem("share", f"pot {pot.pot_id}", None, pot.pot_id, message, error.remedy)


class _Books(NamedTuple):
    """What is known while pots are settled; the lists grow."""

    pots: list[Pot]
    closed: dict[str, list[Payout]]
    made: list[Balance]
    payouts: dict[str, list[Payout]]
    brought: list[Balance]
    corrections: list[Balance]
    problems: list[Problem]
    unclear: set[tuple[str | None, str]]
    """Series and currency of closed pots whose balances do not add up: nothing is corrected."""


def _pay_open(books: _Books, pot: Pot, parts: Parts) -> None:
    balances.refuse_backdating(pot, books.pots, books.closed)
    unclear = (pot.series, pot.currency) in books.unclear
    corrections = [] if unclear else books.corrections
    coming = balances.bring_in(pot, books.pots, books.payouts, corrections)
    books.payouts[pot.pot_id] = pay(pot, parts, coming)
    books.brought.extend(coming)


def _take_closed(books: _Books, pot: Pot, parts: Parts | None) -> None:
    """Keep a closed pot's payouts; note what the next open pot of its series must correct."""
    rows = books.closed[pot.pot_id]
    books.payouts[pot.pot_id] = rows
    before = balances.find_predecessor(pot, books.pots)
    earlier = books.payouts.get(before.pot_id, []) if before else []
    made = [row for row in books.made if row.pot_id == pot.pot_id]
    try:
        balances.check_brought(rows, earlier, made)
    except InputError:
        books.unclear.add((pot.series, pot.currency))
        raise
    books.brought.extend(balances.carry_over(earlier, pot.pot_id))
    books.brought.extend(row for row in made if row.kind == balances.CORRECTION)
    if parts is None:
        return
    now = pay(pot, parts, balances.restate(rows))
    after = balances.find_successor(pot, books.pots, books.closed)
    found = balances.correct(rows, now, after.pot_id if after else "", books.made)
    if after is not None:
        books.corrections.extend(found)
    elif found:
        books.problems.append(_tell_waiting(pot, found))


def _tell_waiting(pot: Pot, found: Sequence[Balance]) -> Problem:
    amount = balances.describe_sum(found, pot.currency)
    message = f"closed, and {amount} of it would go to others today: the correction waits."
    remedy = (
        f"It comes into the next pot of the series {pot.series!r}: declare one."
        if pot.series is not None
        else "Only pots of one series correct each other: agree with the payees on another way."
    )
    return Problem("share", f"pot {pot.pot_id}", None, pot.pot_id, message, remedy)

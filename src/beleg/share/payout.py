"""From shares to money: mandates, entitlements, the four unpaid lines, balances, one rounding."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from datetime import date
from fractions import Fraction
from typing import NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from beleg.errors import InputError
from beleg.kinds import LINES
from beleg.records import (
    Balance,
    Entitlement,
    Mandate,
    Payout,
    Pot,
    Publisher,
    Rightsholder,
    Share,
)
from beleg.share.game import Split
from beleg.share.origins import DISPUTED as DISPUTED_PLAYER

UNSUPPORTED, NO_MANDATE, HOLDER_NOT_FOUND, DISPUTED = LINES
"""The lines that take what is paid to nobody; it is never spread silently over the others."""

ANY_RIGHT = "all"
"""An entitlement to every right."""

FLOOR = "floor"
"""The rule of a pot that is divided equally between all publishers with a mandate."""

K = TypeVar("K", bound=Hashable)


class Account(NamedTuple):
    """Where a part of a pot goes: to a rightsholder, or on an unpaid line."""

    payee: str
    publisher_id: str | None
    is_line: bool


def list_shares(pot: Pot, result: Split, publishers: Iterable[Publisher]) -> list[Share]:
    """Lay out a split as records; a publisher that nobody declared is measured, never paid."""
    paid = {
        publisher.publisher_id
        for publisher in publishers
        if publisher.declared and publisher.mandate == Mandate.PAID
    }
    return [
        Share(
            pot_id=pot.pot_id,
            rule=pot.rule,
            publisher_id=name,
            numerator=str(part.numerator),
            denominator=str(part.denominator),
            mandate=Mandate.PAID if name in paid else _unpaid(name),
        )
        for name, part in result.shares.items()
    ]


def split_floor(publishers: Iterable[str]) -> Split:
    """Divide a floor: equal parts, whatever anybody's texts carry.

    A floor breaks the axioms of the game, so it is never mixed into another pot: it is one of its
    own, visible as such.

    Args:
        publishers: Who takes part, as :func:`beleg.share.players.list_mandated` says.
    """
    names = sorted(set(publishers))
    shares = {name: Fraction(1, len(names)) for name in names}
    return Split(shares, Fraction(0 if names else 1))


def _unpaid(name: str) -> Mandate:
    return Mandate.DISPUTED if name == DISPUTED_PLAYER else Mandate.MEASURED


def divide(
    pot: Pot,
    shares: Iterable[Share],
    entitlements: Iterable[Entitlement],
    rightsholders: Iterable[Rightsholder],
) -> dict[Account, Fraction]:
    """Divide the whole pot, as fractions that sum to 1, between rightsholders and lines.

    A publisher's share goes to the rightsholders entitled to it on the first day of the pot's
    period. What nobody can say whose it is waits on the line *disputed*. Quotas above 1 in sum
    open a dispute that blocks this publisher's money and no other; what quotas leave, and what
    belongs to a rightsholder who is not found, waits on its line.
    """
    found = {holder.rightsholder_id: holder.found for holder in rightsholders}
    quotas = quotas_of(pot, entitlements)
    parts: dict[Account, Fraction] = defaultdict(Fraction)
    rest = Fraction(1)
    for share in shares:
        part, name = share.part, share.publisher_id
        rest -= part
        if share.mandate != Mandate.PAID:
            line = DISPUTED if share.mandate == Mandate.DISPUTED else NO_MANDATE
            parts[Account(line, name, is_line=True)] += part
            continue
        theirs = quotas.get(name, {})
        if sum(theirs.values()) > 1:
            parts[Account(DISPUTED, name, is_line=True)] += part
            continue
        for holder, quota in theirs.items():
            known = found.get(holder, False)
            account = (holder, name, False) if known else (HOLDER_NOT_FOUND, name, True)
            parts[Account(*account)] += part * quota
        left = part * (1 - sum(theirs.values(), Fraction()))
        parts[Account(HOLDER_NOT_FOUND, name, is_line=True)] += left
    if rest < 0:
        raise ValueError(f"shares sum to {1 - rest}, must be <= 1.")
    kept = {account: part for account, part in parts.items() if part}
    return {**kept, Account(UNSUPPORTED, None, is_line=True): rest}


def quotas_of(pot: Pot, entitlements: Iterable[Entitlement]) -> dict[str, dict[str, Fraction]]:
    """Collect the quotas that hold on the first day of the pot's period, in its time zone.

    Returns:
        publisher_id to rightsholder_id to quota; several rows of one pair add up.

    Raises:
        InputError: A quota is no fraction of 0 or more.
    """
    day = pot.starts_at.astimezone(ZoneInfo(pot.timezone)).date()
    quotas: dict[str, dict[str, Fraction]] = defaultdict(dict)
    for row in entitlements:
        if row.quota_denominator < 1 or row.quota_numerator < 0:
            raise InputError(
                f"quota {row.quota_numerator}/{row.quota_denominator} of {row.rightsholder_id}.",
                "Write quotas like '2/3'.",
            )
        if row.right in {ANY_RIGHT, pot.right} and _holds(row.valid_from, row.valid_to, day):
            quota = Fraction(row.quota_numerator, row.quota_denominator)
            theirs = quotas[row.publisher_id]
            theirs[row.rightsholder_id] = theirs.get(row.rightsholder_id, Fraction()) + quota
    return quotas


def _holds(first: date | None, after: date | None, day: date) -> bool:
    return (first is None or first <= day) and (after is None or day < after)


def apportion(total: int, exact: Mapping[K, Fraction], order: Mapping[K, object]) -> dict[K, int]:
    """Round exact amounts to whole ones, none below 0, that sum to a total.

    1. A negative amount is rounded to 0: what somebody owes is carried, never paid. Every other
       is rounded down.
    2. Where these exceed the total (others owe more than all fractions of a unit make up), the
       positive amounts are first cut in one proportion, each to ``amount * total / sum(positive
       amounts)``, and then rounded down: all wait for the same part of what they are due.
    3. What is missing to the total goes, a unit each, to the (cut) amounts with the largest
       remainders.

    Where nobody owes, this is the plain largest remainder.

    Args:
        total: What the whole amounts must sum to, >= 0 and at most the sum of the positive
            amounts' ceilings.
        exact: Amounts, of either sign.
        order: Settles ties: the smaller goes first.

    Raises:
        ValueError: The total is out of reach.
    """
    due = {key: max(amount, Fraction()) for key, amount in exact.items()}
    whole = {key: amount.numerator // amount.denominator for key, amount in due.items()}
    if sum(whole.values()) > total >= 0:
        cut = total / sum(due.values(), Fraction())
        due = {key: amount * cut for key, amount in due.items()}
        whole = {key: amount.numerator // amount.denominator for key, amount in due.items()}
    missing = total - sum(whole.values())
    open_keys = sorted(
        (key for key in due if due[key] != whole[key]),
        key=lambda key: (whole[key] - due[key], order[key]),
    )
    if not 0 <= missing <= len(open_keys):
        raise ValueError(f"total == {total}, must be >= 0 and <= the sum of the ceilings.")
    for key in open_keys[:missing]:
        whole[key] += 1
    return whole


def pay(
    pot: Pot, parts: Mapping[Account, Fraction], balances: Iterable[Balance] = ()
) -> list[Payout]:
    """Turn the parts of a pot into minor units: one rounding per payee, to the last cent.

    What an account is due is its part of the distributable sum and all balances that it brings
    in, exactly. It is assigned whole units; what they leave, or give too much, is its carry:
    **assigned plus carry is the exact due, always**, so that it never falls when a pot grows.

    1. An account of a *line* whose due is negative is drawn on: it is assigned the whole units of
       it (rounded towards 0), and what earlier pots withheld there becomes money of this pot.
       Only a correction can bring that about: rounding alone leaves a line less than one unit
       below 0, of which nothing is drawn.
    2. The distributable sum and what was drawn are rounded over the payees, each with the sum of
       its accounts' dues (a rightsholder with all that comes to it, or a line without the
       accounts that were drawn on), by :func:`apportion`; ties in the order of rightsholders
       before lines, then of their ids.
    3. A payee's units are laid on its accounts by :func:`apportion`; ties in the order of
       ``publisher_id``.

    A rightsholder that owes more than it is due is assigned 0, and its carry is negative.

    Args:
        pot: Names the distributable sum, in minor units, >= 0.
        parts: Exact parts, >= 0, that sum to 1.
        balances: What comes into this pot; in sum 0.

    Returns:
        One row an account, sorted; ``assigned_minor`` sums to ``pot.distributable_minor``. An
        account that only brings a balance has a row too, with the part 0.

    Raises:
        ValueError: The balances are another pot's, or do not sum to 0.
    """
    carried = sum_balances(pot, balances)
    money = pot.distributable_minor
    parts = {**dict.fromkeys(carried, Fraction()), **parts}
    due = {key: part * money + carried.get(key, Fraction()) for key, part in parts.items()}
    drawn = {key: int(due[key]) for key in due if key.is_line and due[key] < 0}
    payees: dict[tuple[bool, str], dict[Account, Fraction]] = defaultdict(dict)
    for key, amount in due.items():
        if key not in drawn:
            payees[key.is_line, key.payee][key] = amount
    sums = {payee: sum(rows.values(), Fraction()) for payee, rows in payees.items()}
    left = money - sum(drawn.values())
    assigned = dict(drawn)
    for payee, whole in apportion(left, sums, {payee: payee for payee in sums}).items():
        names = {key: key.publisher_id or "" for key in payees[payee]}
        assigned.update(apportion(whole, payees[payee], names))
    return [
        _row(pot, key, parts[key], carried.get(key, Fraction()), assigned[key])
        for key in sorted(parts, key=lambda a: (a.is_line, a.payee, a.publisher_id or ""))
    ]


def sum_balances(pot: Pot, balances: Iterable[Balance]) -> dict[Account, Fraction]:
    """Add up what each account brings into a pot; accounts that bring nothing are left out.

    Raises:
        ValueError: A balance is another pot's, or they do not sum to 0.
    """
    brought: dict[Account, Fraction] = defaultdict(Fraction)
    for row in balances:
        if row.pot_id != pot.pot_id:
            raise ValueError(f"pot_id == {row.pot_id!r}, must be {pot.pot_id!r}.")
        amount = row.amount
        brought[Account(row.payee, row.publisher_id, row.is_line)] += amount
    if rest := sum(brought.values(), Fraction()):
        raise ValueError(f"the balances of pot {pot.pot_id} sum to {rest}, must sum to 0.")
    return {account: amount for account, amount in brought.items() if amount}


def _row(pot: Pot, account: Account, part: Fraction, carried: Fraction, assigned: int) -> Payout:
    carry = part * pot.distributable_minor + carried - assigned
    return Payout(
        pot_id=pot.pot_id,
        payee=account.payee,
        publisher_id=account.publisher_id,
        is_line=account.is_line,
        numerator=str(part.numerator),
        denominator=str(part.denominator),
        assigned_minor=assigned,
        paid_minor=0 if account.is_line else assigned,
        withheld_minor=assigned if account.is_line else 0,
        carry_numerator=str(carry.numerator),
        carry_denominator=str(carry.denominator),
        carried_numerator=str(carried.numerator),
        carried_denominator=str(carried.denominator),
    )

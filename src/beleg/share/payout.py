"""From shares to money: mandates, entitlements, the four unpaid lines, and one rounding."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from datetime import date
from fractions import Fraction
from typing import NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from beleg.errors import InputError
from beleg.records import Entitlement, Mandate, Payout, Pot, Publisher, Rightsholder, Share
from beleg.share.game import Split
from beleg.share.origins import DISPUTED as DISPUTED_PLAYER

UNSUPPORTED = "unsupported"
NO_MANDATE = "no_mandate"
HOLDER_NOT_FOUND = "holder_not_found"
DISPUTED = "disputed"
"""The lines that take what is paid to nobody; it is never spread silently over the others."""

ANY_RIGHT = "all"
"""An entitlement to every right."""

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
        part, name = Fraction(int(share.numerator), int(share.denominator)), share.publisher_id
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
    """Round exact amounts to whole ones that sum to a total, by largest remainder.

    Args:
        total: What the amounts must sum to; it lies between the sums of their floors and of
            their ceilings.
        exact: Amounts, >= 0.
        order: Settles ties: the smaller goes first.

    Raises:
        ValueError: An amount is negative, or the total is out of reach.
    """
    if any(amount < 0 for amount in exact.values()):
        raise ValueError(f"exact == {min(exact.values())}, must be >= 0.")
    whole = {key: int(amount // 1) for key, amount in exact.items()}
    missing = total - sum(whole.values())
    open_keys = sorted(
        (key for key in exact if exact[key] != whole[key]),
        key=lambda key: (whole[key] - exact[key], order[key]),
    )
    if not 0 <= missing <= len(open_keys):
        raise ValueError(f"total == {total}, must be within one of each amount's floor.")
    for key in open_keys[:missing]:
        whole[key] += 1
    return whole


def pay(pot: Pot, parts: Mapping[Account, Fraction]) -> list[Payout]:
    """Turn the parts of a pot into minor units: one rounding per payee, to the last cent.

    The distributable sum is rounded over the payees (a rightsholder with all that comes to it, or
    a line); a payee's sum is then laid on the publishers that it comes from. What rounding took or
    gave stands in the carry: assigned plus carry is exact, so it never falls when a pot grows.

    Returns:
        One row an account, sorted; ``assigned_minor`` sums to ``pot.distributable_minor``.
    """
    money = pot.distributable_minor
    exact = {account: part * money for account, part in parts.items()}
    payees: dict[tuple[bool, str], dict[Account, Fraction]] = defaultdict(dict)
    for account, amount in exact.items():
        payees[account.is_line, account.payee][account] = amount
    sums = {payee: sum(rows.values(), Fraction()) for payee, rows in payees.items()}
    assigned: dict[Account, int] = {}
    for payee, whole in apportion(money, sums, {payee: payee for payee in sums}).items():
        rows = payees[payee]
        names = {account: account.publisher_id or "" for account in rows}
        assigned.update(apportion(whole, rows, names))
    return [
        _row(pot, account, parts[account], assigned[account])
        for account in sorted(parts, key=lambda a: (a.is_line, a.payee, a.publisher_id or ""))
    ]


def _row(pot: Pot, account: Account, part: Fraction, assigned: int) -> Payout:
    carry = part * pot.distributable_minor - assigned
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
    )

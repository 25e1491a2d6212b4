"""What waits for a holder who is not found, and how long: due date, three years, a search.

Of the four unpaid lines only *holder not found* ages. Money is undistributable when three years
have passed since the pot was due **and** a search is documented; without one it goes on waiting.
The holder's claim survives either way.

Source: VGG §§ 29 and 30, as read in docs/theory/settlement.md; confirm with counsel.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from zoneinfo import ZoneInfo

from beleg.records import Entitlement, Payout, Pot
from beleg.share.balances import order_pots
from beleg.share.payout import HOLDER_NOT_FOUND, quotas_of

YEARS = 3
"""After so many years from the due date, and a documented search, money is undistributable."""

WAITING = "waiting"
UNDISTRIBUTABLE = "undistributable"
SEARCH_MISSING = "search_missing"


@dataclass(frozen=True, slots=True)
class Search:
    """A documented search, for a rightsholder or for the holders of a publisher's share."""

    day: date
    note: str
    rightsholder_id: str | None
    publisher_id: str | None


@dataclass(frozen=True, slots=True)
class Held:
    """Money of one pot and publisher whose holder is not found."""

    pot_id: str
    publisher_id: str
    payee: str
    """The line: ``holder_not_found``."""
    amount_minor: int
    """What is still held, > 0: what corrections have released since is taken off."""
    currency: str
    due: date | None
    """When the pot was due; None: it does not age."""
    expires_on: date | None
    """Last day of the three years."""
    searches: tuple[Search, ...]
    """Since the pot's first day, in order."""
    status: str
    """``waiting``; ``undistributable``: three years and a documented search; or
    ``search_missing``: three years, and no search."""


def list_held(
    payouts: Iterable[Payout],
    pots: Iterable[Pot],
    entitlements: Iterable[Entitlement],
    searches: Iterable[Search],
    on: date,
) -> list[Held]:
    """List what waits for a holder on a day, the oldest pots first.

    Args:
        payouts: Of all pots.
        pots: The pots; payouts of others are left out.
        entitlements: Say whose holders a search for a rightsholder is about.
        searches: Those up to the day count.
        on: The day.

    Returns:
        One row a pot and publisher. What a correction drew from the line of a series comes off
        its oldest pots first.
    """
    pots, entitlements = order_pots(pots), list(entitlements)
    known = sorted((row for row in searches if row.day <= on), key=lambda row: (row.day, row.note))
    of_pot: dict[str, list[Payout]] = defaultdict(list)
    for row in payouts:
        if row.is_line and row.payee == HOLDER_NOT_FOUND and row.publisher_id is not None:
            of_pot[row.pot_id].append(row)
    drawn = _sum_drawn(pots, of_pot)
    held = []
    for pot in pots:
        holders = quotas_of(pot, entitlements)
        for row in sorted(of_pot[pot.pot_id], key=lambda row: row.publisher_id or ""):
            name = row.publisher_id or ""
            key = (pot.series, pot.currency, name)
            released = min(max(row.withheld_minor, 0), drawn.get(key, 0))
            drawn[key] = drawn.get(key, 0) - released
            if (left := row.withheld_minor - released) > 0:
                mine = _find_searches(pot, name, holders.get(name, {}), known)
                held.append(_hold(pot, name, left, mine, on))
    return held


def expire(due: date) -> date:
    """Return the last day of the three years that begin on a day (BGB § 188)."""
    try:
        return due.replace(year=due.year + YEARS)
    except ValueError:  # 29 February
        return date(due.year + YEARS, 2, 28)


def describe(held: Held, amount: str, publisher: str) -> str:
    """Say in a sentence what is held, and what becomes of it.

    Args:
        held: The row.
        amount: What is held, spelled out.
        publisher: Its name.
    """
    said = f"{amount} of {publisher} from pot {held.pot_id}: "
    n = len(held.searches)
    last = f"{held.searches[-1].day}: {held.searches[-1].note}" if n else ""
    searched = f"searched {n}x, last on {last}" if n else "nobody has searched yet ([[searches]])"
    if held.expires_on is None:
        return f"{said}waits, and does not age (the pot names no due date); {searched}."
    if held.status == WAITING:
        return f"{said}due {held.due}, waits until {held.expires_on}; {searched}."
    if held.status == UNDISTRIBUTABLE:
        return f"{said}undistributable, three years are over since {held.expires_on}; {searched}."
    return (
        f"{said}three years are over since {held.expires_on}, but no search is documented: "
        "it goes on waiting. Search, and note it under [[searches]]."
    )


def _sum_drawn(
    pots: Iterable[Pot], of_pot: Mapping[str, Sequence[Payout]]
) -> dict[tuple[str | None, str, str], int]:
    """Sum by series, currency and publisher what corrections have drawn from the line."""
    drawn: dict[tuple[str | None, str, str], int] = defaultdict(int)
    for pot in pots:
        for row in of_pot.get(pot.pot_id, ()):
            drawn[pot.series, pot.currency, row.publisher_id or ""] -= min(row.withheld_minor, 0)
    return dict(drawn)


def _find_searches(
    pot: Pot, publisher_id: str, holders: Iterable[str], searches: Iterable[Search]
) -> tuple[Search, ...]:
    first, names = pot.starts_at.astimezone(ZoneInfo(pot.timezone)).date(), set(holders)
    return tuple(
        row
        for row in searches
        if row.day >= first and (row.publisher_id == publisher_id or row.rightsholder_id in names)
    )


def _hold(pot: Pot, publisher_id: str, left: int, mine: tuple[Search, ...], on: date) -> Held:
    row = Held(
        pot_id=pot.pot_id,
        publisher_id=publisher_id,
        payee=HOLDER_NOT_FOUND,
        amount_minor=left,
        currency=pot.currency,
        due=pot.due,
        expires_on=expire(pot.due) if pot.due else None,
        searches=mine,
        status=WAITING,
    )
    if row.expires_on is None or on <= row.expires_on:
        return row
    return replace(row, status=UNDISTRIBUTABLE if mine else SEARCH_MISSING)

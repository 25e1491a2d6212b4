"""Windows of time as people write them: a week, a day, or a range of either."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import NamedTuple

from beleg.errors import InputError
from beleg.formats import Language, format_date, format_weeks
from beleg.money import name_week

_WEEK = re.compile(r"(\d{4})-W(\d{1,2})")
_REMEDY = "Write 2026-W40, 2026-W36..2026-W40, 2026-10-01 or 2026-10-01..2026-10-07."


class Window(NamedTuple):
    """Days of the answers, in UTC; both ends count."""

    first: date
    last: date

    @property
    def n_days(self) -> int:
        """Days in the window, >= 1."""
        return (self.last - self.first).days + 1

    def __str__(self) -> str:
        """Write it as :func:`parse_window` reads it."""
        if _is_weeks(self):
            ends = [name_week(self.first), name_week(self.last)]
        else:
            ends = [self.first.isoformat(), self.last.isoformat()]
        return ends[0] if ends[0] == ends[1] else "..".join(ends)


def _is_weeks(window: Window) -> bool:
    return window.first.isoweekday() == 1 and window.last.isoweekday() == 7


def _parse_end(text: str, whole: str) -> Window:
    found = _WEEK.fullmatch(text)
    try:
        if found:
            monday = date.fromisocalendar(int(found[1]), int(found[2]), 1)
            return Window(monday, monday + timedelta(days=6))
        day = date.fromisoformat(text)
    except ValueError:
        raise InputError(f'"{whole}" is no window of days.', _REMEDY) from None
    return Window(day, day)


def parse_window(text: str) -> Window:
    """Read a window: an ISO week, a date, or a range of weeks or dates, ends included.

    Raises:
        InputError: It is none of these, or it ends before it begins.
    """
    first, dots, last = text.strip().partition("..")
    start = _parse_end(first.strip(), text)
    end = _parse_end(last.strip(), text) if dots else start
    if end.last < start.first:
        raise InputError(f'"{text}" ends before it begins.', "Write the earlier end first.")
    return Window(start.first, end.last)


def check_order(before: Window, after: Window) -> None:
    """Hold that one window lies wholly before the other.

    Raises:
        InputError: They overlap, or stand the other way round.
    """
    if before.last >= after.first:
        raise InputError(
            f"The windows {before} and {after} overlap, or the later one stands first.",
            "Give two windows that share no day, the earlier one first.",
        )


def format_window(window: Window, language: Language) -> str:
    """Write it for people: ``week 40/2026``, or its first and last day."""
    if _is_weeks(window):
        ends = [day.isocalendar()[:2] for day in window]
        return format_weeks(ends[0], ends[1], language)
    if window.first == window.last:
        return format_date(window.first, language)
    word = "bis" if language == "de" else "to"
    return f"{format_date(window.first, language)} {word} {format_date(window.last, language)}"

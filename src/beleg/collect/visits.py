"""Visits and subscriptions that answer engines send back, read from exports of GA4 and Matomo."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

from beleg.collect.exports import Row, fold, read_rows
from beleg.errors import InputError
from beleg.records import Problem, Visit
from beleg.traffic import engine_of
from beleg.urls import host_of


def _headers(text: str) -> tuple[str, ...]:
    return tuple(fold(part) for part in text.split("|"))


_DAY = _headers("Date|Datum|Tag|Day|event_date|serverDate")
_WEEK = _headers(
    "isoYearIsoWeek|ISO week of ISO year|ISO week of the ISO year|ISO-Woche des ISO-Jahres"
    "|ISO-Kalenderwoche des ISO-Jahres|Kalenderwoche|KW|ISO week|ISO-Woche|Week|Woche|yearWeek"
)
_SUNDAY_WEEKS = frozenset(_headers("Week|Woche|yearWeek"))
"""GA4 counts these from Sundays; only a form that names its days or an ISO week is taken."""
_SOURCE = _headers(
    "Session source|Sitzungsquelle|Quelle der Sitzung|sessionSource|Session source / medium"
    "|Sitzungsquelle/Medium|Sitzungsquelle / Sitzungsmedium|sessionSourceMedium"
    "|Session manual source|sessionManualSource|Source|Quelle|Source / medium|Quelle/Medium"
    "|utm_source|Referrer|referrerName|Verweis|Verweisende Website|Website|Label|Bezeichnung"
    "|Referrer Name|AI Assistant|KI-Assistent"
)
_HOST = _headers("Hostname|Host name|Host|Domain")
_LANDING = _headers(
    "Landing page + query string|Landing page|landingPagePlusQueryString|landingPage|Zielseite"
    "|Zielseite + Abfragestring|Landingpage|Landingpage + Abfragestring|Page location"
    "|pageLocation|Seitenspeicherort|Full page URL|fullPageUrl|Entry page URL|Einstiegsseite"
)
_SESSIONS = _headers("Sessions|Sitzungen|nb_visits|Visits|Besuche")
_CONVERSIONS = _headers(
    "Subscriptions|Abonnements|Abos|Abschlüsse|Key events|Schlüsselereignisse|keyEvents"
    "|Conversions|Konversionen|nb_conversions|Ecommerce purchases|ecommercePurchases|Purchases"
)
_TOTALS = frozenset(_headers("Grand total|Total|Totals|Gesamt|Gesamtsumme|Summe|Insgesamt"))
_WHOLE = re.compile(r"\d+(?:[.,]0+)?|\d{1,3}(?:([.,  ’'])\d{3})(?:\1\d{3})*")
_PART = re.compile(r"\d+[.,]\d+")


class VisitsRead(NamedTuple):
    """What one export holds."""

    visits: list[Visit]
    """One row a host, period and source; rows of several landing pages are added up."""
    problems: list[Problem]
    n_other: int
    """Rows of sources that are no answer engine."""
    n_totals: int
    """Rows that only add up others."""


class _Columns(NamedTuple):
    period: str | None
    source: str
    host: str | None
    landing: str | None
    sessions: str
    conversions: str | None


class _BadCellError(ValueError):
    """A cell that cannot be read; the second argument is the remedy."""


def read_visits(
    data: bytes,
    *,
    name: str,
    raw_ref: str,
    collected_at: datetime,
    host: str | None = None,
    period: str | None = None,
) -> VisitsRead:
    """Read an export of visits.

    Args:
        data: The file.
        name: Its name, for problems.
        raw_ref: sha256 of the file.
        collected_at: When it came in: of overlapping exports the last one holds.
        host: Of landing pages, where the export names none.
        period: Day or ISO week of the whole file, where the export names none.

    Raises:
        InputError: The file cannot be read, or lacks a column that nothing stands in for.
    """
    rows = read_rows(data, name)
    found: dict[tuple[date, date, str, str], list[float | None]] = {}
    engines: dict[str, str] = {}
    problems, n_other, n_totals, is_table = [], 0, 0, False
    given = _read_given(period) if period else None
    for row in rows:
        columns = _find_columns(row)
        if columns is None:
            continue
        is_table = True
        if _is_total(row, columns):
            n_totals += 1
            continue
        source = _read_source(row, columns)
        engine = engine_of(source)
        if engine is None:
            n_other += 1
            continue
        try:
            days = _read_days(row, columns, given)
            where = _read_host(row, columns, host)
            sessions = _read_count(row, columns.sessions)
            said = row.cells.get(columns.conversions or "", "")
            gained = _read_number(said, columns.conversions or "") if said else None
        except _BadCellError as error:
            message, remedy = error.args
            problems.append(Problem("collect", name, row.line, None, f"{message}.", remedy))
            continue
        engines[source] = engine
        sums = found.setdefault((*days, where, source), [0.0, 0.0])
        sums[0] = (sums[0] or 0.0) + sessions
        sums[1] = None if sums[1] is None or gained is None else sums[1] + gained
    if not is_table:
        _refuse(rows, name)
    visits = [
        Visit(
            raw_ref, name, where, starts_on, ends_on, source, engines[source],
            int(sums[0] or 0), sums[1], collected_at,
        )
        for (starts_on, ends_on, where, source), sums in sorted(found.items())
    ]  # fmt: skip
    return VisitsRead(visits, problems, n_other, n_totals)


def _read_given(period: str) -> tuple[date, date]:
    try:
        return _read_period(period, "")
    except _BadCellError as error:
        message, remedy = error.args
        raise InputError(f"--period: {message}.", remedy) from error


def _refuse(rows: Sequence[Row], name: str) -> None:
    seen = ", ".join(sorted({key for row in rows for key in row.cells})) or "no row"
    raise InputError(
        f"{name}: no table with a source and sessions (columns: {seen}).",
        "Export Session source, Sessions, Hostname, and Date or ISO week of ISO year.",
    )


def _find_columns(row: Row) -> _Columns | None:
    """Say which column is which; None where a row's table has no source or no sessions."""

    def first(names: Sequence[str]) -> str | None:
        return next((name for name in names if name in row.cells), None)

    source, sessions = first(_SOURCE), first(_SESSIONS)
    if source is None or sessions is None:
        return None
    return _Columns(
        first(_DAY) or first(_WEEK), source, first(_HOST), first(_LANDING), sessions,
        first(_CONVERSIONS),
    )  # fmt: skip


def _is_total(row: Row, columns: _Columns) -> bool:
    names = [text for key, text in row.cells.items() if key != columns.sessions]
    is_named = any(fold(text) in _TOTALS for text in names)
    return is_named or not row.cells[columns.source]


def _read_source(row: Row, columns: _Columns) -> str:
    """Give the source; where it is none that we know, a utm_source of the landing page."""
    source = re.split(r"\s+/\s+", row.cells[columns.source])[0]
    if engine_of(source) is None:
        landing = row.cells.get(columns.landing or "", "")
        tagged = parse_qs(landing.partition("?")[2]).get("utm_source", [""])[0]
        for other in (tagged, row.cells.get("referrerurl", "")):
            if engine_of(other):
                return urlsplit(other).hostname or other
    return source


def _read_days(row: Row, columns: _Columns, given: tuple[date, date] | None) -> tuple[date, date]:
    if columns.period is not None:
        return _read_period(row.cells[columns.period], columns.period)
    if given is not None:
        return given
    if row.period is not None:
        return _read_period(row.period, "")
    remedy = "Add Date or ISO week of ISO year to the export, or say --period 2026-W47."
    raise _BadCellError("no day or week", remedy)


def _read_period(text: str, column: str) -> tuple[date, date]:
    """Read a day, an ISO week, or the first and last day within one ISO week."""
    form = "Write 20261115, 2026-11-15, 15.11.2026, 202647 or 2026-W47."
    week = re.fullmatch(r"(\d{4})-?W(\d{2})|(?:KW|W)\s?(\d{1,2})[/ ](\d{4})", text.strip())
    bare = re.fullmatch(r"(\d{4})(\d{2})", text.strip())
    try:
        if week or (bare and column not in _SUNDAY_WEEKS):
            year, number = (week[1] or week[4], week[2] or week[3]) if week else bare.groups()  # type: ignore[union-attr]
            monday = date.fromisocalendar(int(year), int(number), 1)
            return monday, monday + timedelta(days=6)
        if column in _SUNDAY_WEEKS and re.fullmatch(r"\d{1,2}|\d{6}", text.strip()):
            raise _BadCellError(
                f"week {text!r} begins on a Sunday", "Export ISO week of ISO year, or Date."
            )
        parts = re.split(r"\s*,\s*|\s+[-–]\s+|\s+to\s+|\s+bis\s+", text.strip())
        days = [_read_day(part) for part in parts]
    except ValueError as error:
        if isinstance(error, _BadCellError):
            raise
        raise _BadCellError(f"period {text!r}", form) from error
    first, last = days[0], days[-1]
    if first > last or len(days) > 2 or first.isocalendar()[:2] != last.isocalendar()[:2]:
        remedy = "Add Date or ISO week of ISO year to the export: figures join week by week."
        raise _BadCellError(f"period {text!r} is more than one ISO week", remedy)
    return first, last


def _read_day(text: str) -> date:
    if german := re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", text):
        return date(int(german[3]), int(german[2]), int(german[1]))
    if not re.fullmatch(r"\d{8}|\d{4}-\d{2}-\d{2}", text):
        raise ValueError(text)
    return date.fromisoformat(text)


def _read_host(row: Row, columns: _Columns, given: str | None) -> str:
    told = row.cells.get(columns.host or "", "")
    landing = row.cells.get(columns.landing or "", "")
    for text in (told, landing if not landing.startswith("/") else "", given or ""):
        if text and (found := host_of(text, bare_host=True)):
            return found.removeprefix("www.")
    remedy = "Add Hostname to the export, or say --host www.zeitung.example."
    raise _BadCellError("no host of a landing page", remedy)


def _read_count(row: Row, column: str) -> float:
    found = _read_number(row.cells[column], column)
    if not found.is_integer():
        raise _BadCellError(f"{column} {found} is not whole", "Export sessions, not a rate.")
    return found


def _read_number(text: str, column: str) -> float:
    """Read a count with or without thousands separators: 1.234 and 1,234 are both 1234."""
    plain = text.strip()
    if _WHOLE.fullmatch(plain):
        if re.fullmatch(r"\d+[.,]0+", plain) and not re.fullmatch(r"\d{1,3}[.,]000", plain):
            plain = re.split(r"[.,]", plain)[0]
        return float(re.sub(r"\D", "", plain))
    if _PART.fullmatch(plain):
        return float(plain.replace(",", "."))
    raise _BadCellError(f"{column} {text!r} is no number", "Mend the cell, or export again.")

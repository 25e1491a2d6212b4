"""Exports of web analytics as plain rows: GA4 (CSV, Data API), Matomo (CSV, TSV, JSON).

Sources: developers.google.com/analytics/devguides/reporting/data/v1 (RunReportResponse),
developer.matomo.org/api-reference/reporting-api (Referrers, Live).
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from beleg.errors import InputError


class Row(NamedTuple):
    """One row of an export."""

    line: int
    """Line of the file, or number of the row in JSON; from 1."""
    cells: dict[str, str]
    """Folded header (:func:`fold`) to the text of the cell."""
    period: str | None
    """What the lines above the table say of its period: ``20261109,20261115``."""


_PERIOD = re.compile(r"\b(\d{8})\s*[-–]\s*(\d{8})\b")
_START = re.compile(r"(?:start|beginn|anfang)[^:]*:\s*(\d{8})", re.IGNORECASE)
_END = re.compile(r"(?:end|ende)[^:]*:\s*(\d{8})", re.IGNORECASE)


def fold(header: str) -> str:
    """Write a header in small letters and digits: ``Session source`` is ``sessionsource``."""
    return re.sub(r"[^0-9a-zäöüß]+", "", header.casefold())


def read_rows(data: bytes, name: str) -> list[Row]:
    """Read an export's rows, whatever it came as.

    Raises:
        InputError: It is no text, or JSON of another kind.
    """
    text = _decode(data, name)
    start = text.lstrip()[:1]
    if start not in ("{", "["):
        return list(_read_csv(text))
    try:
        found = json.loads(text)
    except ValueError:
        try:
            found = [json.loads(line) for line in text.splitlines() if line.strip()]
        except ValueError as error:
            raise InputError(f"{name}: not JSON: {error}.", "Export it again.") from error
    rows = _list_json(found, name)
    return [Row(number + 1, cells, None) for number, cells in enumerate(rows)]


def _decode(data: bytes, name: str) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif b"\0" in data[:200]:  # Matomo's CSV without its mark
        encoding = "utf-16-be" if data[:1] == b"\0" else "utf-16-le"
    else:
        encoding = "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        remedy = "Export it as UTF-8 or UTF-16."
        raise InputError(f"{name}: not {encoding} (byte {error.start}).", remedy) from error


def _read_csv(text: str) -> Iterator[Row]:
    """Read one table or several: each begins after lines with ``#``, or after an empty line."""
    header: list[str] | None = None
    period: str | None = None
    start = end = ""
    delimiter = ","
    for number, line in enumerate(text.splitlines(), start=1):
        if line.startswith("#") or not line.strip(" ,;\t"):
            header = None
            start = found[1] if (found := _START.search(line)) else start
            end = found[1] if (found := _END.search(line)) else end
            if both := _PERIOD.search(line):
                start, end = both[1], both[2]
            period = f"{start},{end}" if start and end else period
        elif header is None:
            delimiter = max("\t;,", key=line.count)
            header = [fold(cell) for cell in next(csv.reader([line], delimiter=delimiter))]
        else:
            cells = next(csv.reader([line], delimiter=delimiter))
            # A cell beyond the header (GA4 writes "Grand total" there) keeps its place's number.
            names = [*header, *(f"+{place}" for place in range(len(header), len(cells)))]
            yield Row(number, dict(zip(names, map(str.strip, cells), strict=False)), period)


def _list_json(found: Any, name: str) -> list[dict[str, str]]:
    if isinstance(found, dict) and found.get("result") == "error":
        raise InputError(f"{name}: {found.get('message')}.", "Mend the request, export again.")
    if isinstance(found, dict) and isinstance(found.get("reports"), list):
        return [row for report in found["reports"] for row in _list_json(report, name)]
    if isinstance(found, dict) and "dimensionHeaders" in found:
        return _list_report(found)
    if isinstance(found, dict) and found and all(isinstance(v, list) for v in found.values()):
        return [
            {"date": day} | row for day, rows in found.items() for row in _list_json(rows, name)
        ]
    if isinstance(found, list) and all(isinstance(row, dict) for row in found):
        return [_flatten(row) for row in found]
    remedy = "Known are the Data API's reports, rows of objects, and Matomo's JSON."
    raise InputError(f"{name}: JSON of an unknown kind.", remedy)


def _list_report(report: dict[str, Any]) -> list[dict[str, str]]:
    """Read a RunReportResponse; its ``totals`` stand beside the rows and are not read."""
    heads = [
        fold(str(head.get("name", "")))
        for key in ("dimensionHeaders", "metricHeaders")
        for head in report.get(key, ())
    ]
    return [
        dict(
            zip(
                heads,
                [
                    str(cell.get("value", ""))
                    for key in ("dimensionValues", "metricValues")
                    for cell in row.get(key, ())
                ],
                strict=False,
            )
        )
        for row in report.get("rows", ())
    ]


def _flatten(row: dict[str, Any]) -> dict[str, str]:
    cells = {
        fold(str(key)): str(value)
        for key, value in row.items()
        if isinstance(value, (str, int, float)) and not isinstance(value, bool)
    }
    actions = row.get("actionDetails")
    if isinstance(actions, list):  # Matomo's visits log: one visit a row
        urls = [str(a["url"]) for a in actions if isinstance(a, dict) and a.get("url")]
        referrer = cells.get("referrerurl") or cells.get("referrername", "")
        return {
            "date": cells.get("serverdate", ""),
            "source": cells.get("referrername", "") or referrer,
            "referrerurl": referrer,
            "landingpage": urls[0] if urls else "",
            "sessions": "1",
        } | ({"conversions": cells["goalconversions"]} if "goalconversions" in cells else {})
    return cells

"""Which part of a pot other prompts like those asked would give, beside the part that is paid."""

from __future__ import annotations

from collections.abc import Mapping, Set as AbstractSet
from dataclasses import dataclass

from beleg.formats import Language, format_number
from beleg.records import EstimateStatus, MoneyInterval
from beleg.report.words import word


@dataclass(frozen=True, slots=True)
class Likely:
    """An interval of a part of a pot, 0..1; see :class:`beleg.records.MoneyInterval`."""

    low: float | None
    high: float | None
    status: EstimateStatus


def show_likely(
    intervals: Mapping[str | None, MoneyInterval],
    publishers: AbstractSet[str | None],
    part: float,
) -> Likely | None:
    """Lay a publisher's interval on the part of its share that comes to one payee.

    Args:
        intervals: Of one pot, by publisher_id.
        publishers: From whose shares the payee's money comes.
        part: The payee's part of the pot.

    Returns:
        None where it comes from several publishers, or has no interval (a floor).
    """
    row = intervals.get(next(iter(publishers))) if len(publishers) == 1 else None
    if row is None:
        return None
    if row.low is None or row.high is None or not row.share:
        return Likely(row.low, row.high, row.status)
    return Likely(row.low * part / row.share, row.high * part / row.share, row.status)


def write_likely(likely: Likely, language: Language) -> str:
    """Write an interval in words, or why there is none."""
    if likely.low is None or likely.high is None:
        return word("not_measured", language)
    if likely.status != EstimateStatus.OK:
        return word("likely_thin", language)
    low, high = (format_number(100 * limit, language, 1) for limit in (likely.low, likely.high))
    return word("likely", language, low=low, high=high)

"""Small inline SVG: an interval with its dot, a step of a waterfall.

Positions are percentages, so that a drawing is as wide as the cell that holds it and its dots
stay round at every width. Each drawing carries its text in ``<title>``.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from markupsafe import Markup

from beleg.records import Estimate, EstimateStatus

_HEIGHT = 18
_COURSE = 72
"""Height of a course over weeks."""


def _at(value: float, scale: float) -> str:
    """Place a value on an axis from 0 to ``scale``, in percent of the width, kept inside."""
    share = 0.0 if scale <= 0 else min(1.0, max(0.0, value / scale))
    return f"{100 * share:.2f}".rstrip("0").rstrip(".") + "%"


def _frame(kind: str, label: str, body: Markup, height: int = _HEIGHT) -> Markup:
    return Markup(
        '<svg class="{}" role="img" width="100%" height="{}" focusable="false">'
        "<title>{}</title>{}</svg>"
    ).format(kind, height, label, body)


def draw_interval(estimate: Estimate, scale: float, label: str) -> Markup:
    """Draw an estimate: a line from low to high, and a dot at the value.

    Too thin: the line is dashed and has no dot, for no number may be read off it. Not measured:
    the axis alone.

    Args:
        estimate: Value and limits, 0..1 (drawn at the ends where they lie beyond ``scale``).
        scale: End of the axis, > 0.
        label: The same in words.
    """
    middle = _HEIGHT // 2
    body = Markup('<line class="axis" x1="0" x2="100%" y1="{0}" y2="{0}"/>').format(middle)
    for tick in ("0", "50%", "100%"):
        body += Markup('<line class="tick" x1="{0}" x2="{0}" y1="{1}" y2="{2}"/>').format(
            tick, middle - 4, middle + 4
        )
    if estimate.status == EstimateStatus.NOT_MEASURED or estimate.value is None:
        return _frame("interval", label, body)
    thin = estimate.status == EstimateStatus.TOO_THIN
    low = estimate.value if estimate.low is None else estimate.low
    high = estimate.value if estimate.high is None else estimate.high
    body += Markup('<line class="{}" x1="{}" x2="{}" y1="{}" y2="{}"/>').format(
        "range thin" if thin else "range", _at(low, scale), _at(high, scale), middle, middle
    )
    if not thin:
        body += Markup('<circle class="dot" cx="{}" cy="{}" r="4.5"/>').format(
            _at(estimate.value, scale), middle
        )
    return _frame("interval", label, body)


def draw_course(
    estimates: Sequence[Estimate | None], places: Sequence[float], scale: float, label: str
) -> Markup:
    """Draw figures over time: dots with their intervals, joined where weeks follow one another.

    A band runs from interval to interval. Too thin: a dashed interval without a dot, which
    nothing is joined to. Not measured: nothing.

    Args:
        estimates: One a week, None where nothing was asked.
        places: Of the weeks, 0..1.
        scale: Top of the axis, > 0; its bottom is 0.
        label: The same in words.
    """
    body = Markup()
    for tick in (0.0, 0.5, 1.0):
        body += Markup('<line class="axis" x1="0" x2="100%" y1="{0}" y2="{0}"/>').format(
            _high(tick, 1.0)
        )
    drawn = [
        (_across(place), row)
        for place, row in zip(places, estimates, strict=True)
        if row is not None and row.value is not None
    ]
    pairs = [
        (one, other)
        for one, other in pairwise(drawn)
        if one[1].status == other[1].status == EstimateStatus.OK
    ]
    bands = Markup().join(
        Markup('<path d="M{} {}L{} {}L{} {}L{} {}Z"/>').format(
            x, _high(one.high, scale), to, _high(other.high, scale),
            to, _high(other.low, scale), x, _high(one.low, scale),
        )
        for (x, one), (to, other) in pairs
    )  # fmt: skip
    if bands:
        body += Markup(
            '<svg class="band" width="100%" height="{0}" viewBox="0 0 100 {0}" '
            'preserveAspectRatio="none">{1}</svg>'
        ).format(_COURSE, bands)
    for (x, one), (to, other) in pairs:
        body += Markup('<line class="joined" x1="{}%" x2="{}%" y1="{}" y2="{}"/>').format(
            x, to, _high(one.value, scale), _high(other.value, scale)
        )
    for x, row in drawn:
        thin = row.status != EstimateStatus.OK
        body += Markup('<line class="{0}" x1="{1}%" x2="{1}%" y1="{2}" y2="{3}"/>').format(
            "range thin" if thin else "range", x, _high(row.low, scale), _high(row.high, scale)
        )
        if not thin:
            body += Markup('<circle class="dot" cx="{}%" cy="{}" r="4.5"/>').format(
                x, _high(row.value, scale)
            )
    return _frame("course", label, body, _COURSE)


def _across(place: float) -> str:
    """Place a week between the margins, in percent of the width."""
    return f"{4 + 92 * place:.2f}".rstrip("0").rstrip(".")


def _high(value: float | None, scale: float) -> str:
    """Place a value above the bottom of a course, in pixels from its top."""
    share = min(1.0, max(0.0, (value or 0.0) / scale))
    return f"{_COURSE - 6 - (_COURSE - 12) * share:.1f}".rstrip("0").rstrip(".")


def draw_step(start: int, end: int, total: int, kind: str, label: str) -> Markup:
    """Draw one step of a waterfall.

    Args:
        start: Where the bar begins, in minor units.
        end: Where it ends; never narrower than half a percent, so that a cent can be seen.
        total: What the whole width stands for.
        kind: Class of the bar: gross, deductions, reserve, distributable, payee, more or line.
        label: The same in words.
    """
    whole = max(total, 1)
    low, high = sorted((start, end))
    width = max(0.0, (high - low) / whole)
    if high > low:
        width = max(width, 0.005)
    body = Markup('<rect class="step {}" x="{}" width="{}" y="3" height="{}"/>').format(
        kind, _at(min(low / whole, 1 - width), 1.0), _at(width, 1.0), _HEIGHT - 6
    )
    return _frame("waterfall", label, body)

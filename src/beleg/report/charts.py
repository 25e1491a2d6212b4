"""Small inline SVG: an interval with its dot, a step of a waterfall.

Positions are percentages, so that a drawing is as wide as the cell that holds it and its dots
stay round at every width. Each drawing carries its text in ``<title>``.
"""

from __future__ import annotations

from markupsafe import Markup

from beleg.records import Estimate, EstimateStatus

_HEIGHT = 18


def _at(value: float, scale: float) -> str:
    """Place a value on an axis from 0 to ``scale``, in percent of the width, kept inside."""
    share = 0.0 if scale <= 0 else min(1.0, max(0.0, value / scale))
    return f"{100 * share:.2f}".rstrip("0").rstrip(".") + "%"


def _frame(kind: str, label: str, body: Markup) -> Markup:
    return Markup(
        '<svg class="{}" role="img" width="100%" height="{}" focusable="false">'
        "<title>{}</title>{}</svg>"
    ).format(kind, _HEIGHT, label, body)


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

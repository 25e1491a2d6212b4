"""Drawings of the study: ranks with their intervals on a logarithmic axis, as inline SVG."""

from __future__ import annotations

import math

from markupsafe import Markup


def _place(rank: int, n: int) -> str:
    """Place a rank on a logarithmic axis from 1 to n, in percent."""
    return f"{100.0 * math.log(rank) / math.log(max(n, 2)):.2f}%"


def list_ticks(n: int) -> list[int]:
    """List the ranks that the axis names: 1, 3, 10, 30, ... and the last."""
    ticks = [tick for power in range(4) for tick in (10**power, 3 * 10**power)]
    return [tick for tick in ticks if tick < n / 1.5] + [n]


def draw_axis(n: int) -> Markup:
    """Draw the names of the ranks above the drawings."""
    body = Markup("")
    for tick in list_ticks(n):
        body += Markup('<text x="{}" y="12" text-anchor="middle">{}</text>').format(
            _place(tick, n), tick
        )
    return Markup('<svg width="100%" height="16" aria-hidden="true">{}</svg>').format(body)


def draw_rank(rank: int, low: int, high: int, n: int, label: str) -> Markup:
    """Draw a rank interval: a line from low to high, a dot at the estimate."""
    body = Markup('<line class="axis" x1="0" x2="100%" y1="9" y2="9"/>')
    for tick in list_ticks(n):
        body += Markup('<line class="grid" x1="{0}" x2="{0}" y1="4" y2="14"/>').format(
            _place(tick, n)
        )
    body += Markup('<line class="range" x1="{}" x2="{}" y1="9" y2="9"/>').format(
        _place(low, n), _place(high, n)
    )
    body += Markup('<circle class="dot" cx="{}" cy="9" r="4.5"/>').format(_place(rank, n))
    return Markup(
        '<svg class="interval" role="img" width="100%" height="18" focusable="false">'
        "<title>{}</title>{}</svg>"
    ).format(label, body)

"""Values of a style sheet: lengths in pixels, numbers and colours."""

from __future__ import annotations

import re

ROOT_PIXELS = 16.0
"""Height of letters where nothing is said."""
_UNITS = {
    "px": 1.0, "": 1.0, "pt": 4 / 3, "pc": 16.0, "cm": 37.8, "mm": 3.78, "in": 96.0,
    "rem": ROOT_PIXELS, "ch": 8.0, "ex": 8.0, "vw": 12.8, "vh": 7.2,
}  # fmt: skip
_LENGTH = re.compile(r"([-+]?(?:\d+\.?\d*|\.\d+))(px|pt|pc|cm|mm|in|rem|em|ch|ex|vw|vh|%)?$")
_NAMED = {
    "white": (255, 255, 255), "black": (0, 0, 0), "red": (255, 0, 0), "lime": (0, 255, 0),
    "blue": (0, 0, 255), "yellow": (255, 255, 0), "gray": (128, 128, 128), "silver": (192,) * 3,
    "grey": (128, 128, 128), "navy": (0, 0, 128), "green": (0, 128, 0), "snow": (255, 250, 250),
    "ivory": (255, 255, 240), "ghostwhite": (248, 248, 255), "whitesmoke": (245,) * 3,
    "floralwhite": (255, 250, 240), "mintcream": (245, 255, 250), "azure": (240, 255, 255),
}  # fmt: skip
_CHANNELS = re.compile(r"rgba?\(([^()]{1,60})\)")
_COLOUR = re.compile(r"#[0-9a-f]{3,8}\b|rgba?\([^()]{1,60}\)|\b[a-z]{3,20}\b")
Colour = tuple[int, int, int]


def read_number(value: str | None) -> float | None:
    """Read "0.5" or "50%"; None for what is no number."""
    match = _LENGTH.match(value or "")
    if match is None:
        return None
    return float(match[1]) / (100 if match[2] == "%" else 1)


def read_length(
    value: str | None, pixels: float, *, share_of: float | None = None
) -> float | None:
    """Read a length in pixels; None for what is none.

    Args:
        value: "12px", "-9999em", "0".
        pixels: Height of letters that ``em`` refers to.
        share_of: What a percentage refers to; where it is None, "0%" alone is read.
    """
    match = _LENGTH.match(value or "")
    if match is None:
        return None
    number, unit = float(match[1]), match[2] or ""
    if unit == "%":
        if share_of is not None:
            return number / 100 * share_of
        return 0.0 if number == 0 else None
    return number * (pixels if unit == "em" else _UNITS[unit])


def find_font_size(font: str) -> str:
    """Take the size of the letters out of ``font: 0/0 a``."""
    for word in font.split():
        size = word.partition("/")[0]
        if _LENGTH.match(size) and (size[-1].isalpha() or size in {"0", "0%"} or size[-1] == "%"):
            return size
    return ""


def read_colour(value: str) -> Colour | None:
    """Read a colour; None for one that is not understood or lets through what is behind it."""
    if value in _NAMED:
        return _NAMED[value]
    if value.startswith("#"):
        digits = value[1:]
        if re.fullmatch("[0-9a-f]{3,4}", digits):
            digits = "".join(2 * digit for digit in digits)
        if re.fullmatch("[0-9a-f]{6}(?:[0-9a-f]{2})?", digits) and digits[6:] in {"", "ff"}:
            return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)
        return None
    match = _CHANNELS.fullmatch(value)
    parts = re.split(r"[\s,/]+", match[1].strip()) if match else []
    if len(parts) in {3, 4} and all(re.fullmatch(r"\d{1,3}", part) for part in parts[:3]):
        if len(parts) == 4 and parts[3] not in {"1", "100%", "1.0"}:
            return None
        red, green, blue = (int(part) for part in parts[:3])
        return red, green, blue
    return None


def find_colour(background: str) -> Colour | None:
    """Find the colour in ``background: #fff no-repeat``."""
    found = [read_colour(match.group()) for match in _COLOUR.finditer(background)]
    return next((colour for colour in found if colour is not None), None)

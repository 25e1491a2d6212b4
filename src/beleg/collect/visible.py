"""What of a page a reader sees: everything else is taken out before its text is.

Hidden text must not carry claims. An element goes with all it holds where it is not displayed,
transparent, off the screen, clipped away or without size; the words of one go, and its children
are looked at themselves, where they are of the colour of what is behind them, too small to be
read, or ``visibility: hidden``. ``details`` stays: a reader opens it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from lxml import etree
from lxml.html import HtmlElement

from beleg.collect.styles import Styles
from beleg.collect.values import (
    ROOT_PIXELS,
    Colour,
    find_colour,
    find_font_size,
    read_colour,
    read_length,
    read_number,
)

SCREEN_READERS = frozenset({"sr-only", "visually-hidden", "visuallyhidden", "screen-reader-text"})
_NEVER_SHOWN = frozenset({"template", "noscript", "datalist"})
_SILENT = frozenset({"script", "style"})
_FAR = 999.0
"""Pixels beyond which nobody scrolls to the left or the top."""
_SMALLEST = 1.5
"""Height of letters, in pixels, up to which nobody can read them."""
_FAINTEST = 0.05
_SAME_COLOUR = 12
"""Difference in each of three channels (0..255) up to which two colours are one to the eye."""
_CLIPPED = re.compile(
    r"rect\(\s*(?:0|1px|0px)[\s,]+(?:0|1px|0px)[\s,]+(?:0|1px|0px)[\s,]+(?:0|1px|0px)\s*\)|"
    r"inset\(\s*(?:5\d|[6-9]\d|100)(?:\.\d+)?%|(?:circle|ellipse)\(\s*0"
)
_SEE_THROUGH = frozenset({"none", "transparent", "inherit", "initial", "unset", "0", "0 0"})
_SHRUNK = re.compile(r"scale(?:3d|x|y)?\(\s*0?\.?0*\s*[,)]")
_MOVED = re.compile(
    r"translate(?:3d|x|y)?\(\s*(?:[^(),]{1,20},\s*)?-(\d{4,})(?:px)?|-(\d{3,})(?:%|v[wh])"
)


class _Look(NamedTuple):
    """What an element's words inherit."""

    colour: Colour | None
    """None where it is not known."""
    behind: Colour | None
    pixels: float
    is_hidden: bool
    """``visibility``."""


_FIRST = _Look((0, 0, 0), (255, 255, 255), ROOT_PIXELS, is_hidden=False)


def strip_hidden(tree: HtmlElement, *, sheets: bool = True) -> int:
    """Remove from a page what a reader does not see.

    Args:
        tree: A page, changed in place.
        sheets: Whether its ``style`` elements count; programs that show pieces of pages (readers
            of feeds) leave them out.

    Returns:
        Letters and digits of text that were removed.

    Raises:
        InputError: The page's style sheets are too long to be applied.
    """
    styles = Styles(tree, sheets=sheets)
    dropped: list[HtmlElement] = []
    silenced: list[HtmlElement] = []
    looks: list[_Look] = [_FIRST]
    walk = etree.iterwalk(tree, events=("start", "end"))
    for event, element in walk:
        if event == "end":
            looks.pop()
            continue
        look = looks[-1]
        if isinstance(element.tag, str):
            style = styles.style_of(element)
            if _is_gone(element, style, look):
                dropped.append(element)
                walk.skip_subtree()
            look = _inherit(look, element, style)
            if _is_unreadable(look):
                silenced.append(element)
        looks.append(look)
    n_removed = sum(_count_text(element) for element in dropped)
    for element in silenced:
        n_removed += _silence(element)
    for element in dropped:
        if element.getparent() is not None:
            element.drop_tree()
    return n_removed


def _count(text: str | None) -> int:
    return sum(map(str.isalnum, text or ""))


def _count_text(element: HtmlElement) -> int:
    """Count the letters and digits below an element, its tail left out."""
    return sum(
        _count(one.text) * (one.tag not in _SILENT) + _count(one.tail) * (one is not element)
        for one in element.iter(etree.Element)
    )


def _silence(element: HtmlElement) -> int:
    """Take an element's own words away; what its children say stays."""
    if element.tag in _SILENT:
        return 0
    n_removed = _count(element.text) + sum(_count(child.tail) for child in element)
    element.text = " " if element.text else element.text
    for child in element:
        child.tail = " " if child.tail else child.tail
    return n_removed


def _is_gone(element: HtmlElement, style: Mapping[str, str], look: _Look) -> bool:
    """Tell whether an element and all it holds is out of sight.

    The page's root is not: templates hide it until their script has run.
    """
    if element.tag in {"html", "body", "head"} or element.getparent() is None:
        return False
    if (
        element.tag in _NEVER_SHOWN
        or element.get("hidden") is not None
        or element.get("popover") is not None
        or element.get("aria-hidden") == "true"
        or (element.tag == "dialog" and element.get("open") is None)
        or not SCREEN_READERS.isdisjoint((element.get("class") or "").split())
    ):
        return True
    return bool(style) and _hides(style, look)


def _hides(style: Mapping[str, str], look: _Look) -> bool:
    """Tell whether a style leaves nothing of an element to see."""
    if style.get("display") == "none" or style.get("content-visibility") == "hidden":
        return True
    opacity = read_number(style.get("opacity"))
    if opacity is not None and opacity <= _FAINTEST and not _is_animated(style):
        return True
    if re.search(r"opacity\(\s*0?\.?0*%?\s*\)", style.get("filter", "")):
        return True
    if style.get("zoom") in {"0", "0%"} or _CLIPPED.search(
        f"{style.get('clip', '')} {style.get('clip-path', '')}"
    ):
        return True
    transform = style.get("transform", "")
    return bool(
        _SHRUNK.search(transform)
        or _MOVED.search(transform)
        or _is_far(style, look)
        or _is_flat(style, look)
    )


def _is_far(style: Mapping[str, str], look: _Look) -> bool:
    """Tell whether an element lies off the screen."""
    names = ["text-indent", "margin-left", "margin-top"]
    if style.get("position") in {"absolute", "fixed", "relative"}:
        names += ["left", "top", "right", "bottom"]
    lengths = [read_length(style.get(name), look.pixels) for name in names]
    return any(length is not None and length <= -_FAR for length in lengths)


def _is_flat(style: Mapping[str, str], look: _Look) -> bool:
    """Tell whether an element has no room for a word and shows none beside it."""
    overflow = (
        f"{style.get('overflow', '')} {style.get('overflow-x', '')} {style.get('overflow-y', '')}"
    )
    if "hidden" not in overflow and "clip" not in overflow:
        return False
    sizes = [
        read_length(style.get(name), look.pixels)
        for name in ("width", "height", "max-width", "max-height")
    ]
    return any(size is not None and size <= _SMALLEST for size in sizes)


def _inherit(look: _Look, element: HtmlElement, style: Mapping[str, str]) -> _Look:
    """Return how the words of an element look, given its parent's and its own style."""
    if element.tag == "a" and element.get("href") is not None:
        look = look._replace(colour=None)  # a link has a colour of its own
    if not style:
        return look
    is_hidden = look.is_hidden
    if "visibility" in style and element.tag not in {"html", "body"}:
        is_hidden = style["visibility"] in {"hidden", "collapse"} and not _is_animated(style)
    behind = _find_behind(style, look.behind)
    return _Look(_find_ink(style, look.colour, behind), behind, _find_size(style, look), is_hidden)


def _is_animated(style: Mapping[str, str]) -> bool:
    """Tell whether a style may bring an element in by itself."""
    return "animation" in style or "animation-name" in style


def _find_size(style: Mapping[str, str], look: _Look) -> float:
    """Return the height of an element's letters, in pixels."""
    size = style.get("font-size") or find_font_size(style.get("font", ""))
    length = read_length(size, look.pixels, share_of=look.pixels)
    if length is not None:
        return length
    return ROOT_PIXELS if size else look.pixels  # "small", "calc(…)": something that can be read


def _find_behind(style: Mapping[str, str], behind: Colour | None) -> Colour | None:
    """Return the colour behind an element's words; None where it is not known."""
    if "background-image" in style or "url(" in style.get("background", ""):
        return None
    given = style.get("background-color") or style.get("background") or "none"
    return behind if given in _SEE_THROUGH else find_colour(given)


def _find_ink(
    style: Mapping[str, str], colour: Colour | None, behind: Colour | None
) -> Colour | None:
    """Return the colour of an element's words; None where it is not known."""
    given = style.get("color", "inherit")
    if given in {"inherit", "unset"}:
        return colour
    if given == "transparent":  # unless the letters are cut out of what is behind them
        clip = f"{style.get('background-clip', '')}{style.get('-webkit-background-clip', '')}"
        return None if "text" in clip else behind
    return read_colour(given)


def _is_unreadable(look: _Look) -> bool:
    if look.is_hidden or look.pixels <= _SMALLEST:
        return True
    if look.colour is None or look.behind is None:
        return False
    return all(abs(a - b) <= _SAME_COLOUR for a, b in zip(look.colour, look.behind, strict=True))

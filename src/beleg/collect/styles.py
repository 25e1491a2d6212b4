"""Style sheets inside a page, read as far as they can hide text, and applied as browsers do.

Read are the sheets in the page's own ``style`` elements and ``style`` attributes; selectors of
tags, classes and ids, joined by descent or ``>``. Not read: sheets of other files, conditions on
the screen's size, pseudo-classes, variables, and what scripts do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from lxml.html import HtmlElement

from beleg.errors import InputError

PROPERTIES = frozenset(
    """animation animation-name background background-clip background-color background-image
    bottom clip clip-path color content-visibility display filter font font-size height left
    margin-left margin-top max-height max-width opacity overflow overflow-x overflow-y position
    right text-indent top transform visibility -webkit-background-clip width zoom""".split()
)
MAX_CHECKS = 3_000_000
"""Comparisons of a rule with an element, per page; above it the page is a Problem. The most that
one of 228 real pages takes is 0.4 M."""

_TOKEN = re.compile(
    r"/\*.*?(?:\*/|\Z)|\"(?:[^\"\\\n]|\\.)*\"?|'(?:[^'\\\n]|\\.)*'?|[{}]|[^{}\"'/]+|.", re.DOTALL
)
_COMPOUND = re.compile(r"(?P<tag>\*|[a-zA-Z][\w-]*)?(?P<rest>(?:[.#]-?[_a-zA-Z][\w-]*)*)")
_STEP = re.compile(r"\s*>\s*|\s+")
_NAME = re.compile(r"[.#][\w-]+")
_MEDIA_OF_SCREENS = re.compile(r"@media\s+(?:only\s+)?(?:screen|all)\s*|@supports\b.*|@layer\b.*")
_IMPORTANT = re.compile(r"\s*!\s*important\s*$")


class _Compound(NamedTuple):
    """One step of a selector: ``div.note#top``."""

    tag: str
    """Lower case; '' for any."""
    names: frozenset[str]
    """``.class`` and ``#id``."""
    is_child: bool
    """Whether it must be the parent's child of the step before (``>``)."""


class _Rule(NamedTuple):
    steps: tuple[_Compound, ...]
    weight: tuple[int, int, int]
    """Ids, classes and tags, as the cascade weighs them."""
    order: int
    style: Mapping[str, tuple[bool, str]]
    """Property -> whether it is important, and its value."""


def read_declarations(block: str) -> dict[str, tuple[bool, str]]:
    """Read ``display: none !important; color: red`` as far as it can hide text."""
    found: dict[str, tuple[bool, str]] = {}
    for declaration in block.split(";"):
        name, colon, value = declaration.partition(":")
        name = name.strip().lower()
        if colon and name in PROPERTIES:
            plain = _IMPORTANT.sub("", value.lower())
            important = plain != value.lower()
            if important or not found.get(name, (False, ""))[0]:
                found[name] = (important, plain.strip())
    return found


def _read_selector(selector: str) -> tuple[_Compound, ...] | None:
    """Read a selector; None for one that is not understood."""
    steps: list[_Compound] = []
    at, is_child = 0, False
    while True:
        match = _COMPOUND.match(selector, at)
        if match is None or match.end() == at:
            return None
        tag = (match["tag"] or "").lower()
        steps.append(
            _Compound("" if tag == "*" else tag, frozenset(_NAME.findall(match["rest"])), is_child)
        )
        at = match.end()
        if at == len(selector):
            return tuple(steps)
        step = _STEP.match(selector, at)
        if step is None:
            return None
        is_child, at = ">" in step.group(), step.end()


def _read_blocks(sheet: str) -> Iterator[tuple[str, str]]:
    """Yield selectors and declarations of a sheet, blocks for all screens unfolded."""
    words: list[str] = []
    open_blocks: list[str | None] = []  # selectors; "" unfolded; None passed over
    for match in _TOKEN.finditer(sheet):
        part = match.group()
        if part == "{":
            head = "".join(words).rpartition(";")[2].strip()
            is_nested = bool(open_blocks) and open_blocks[-1] != ""
            open_blocks.append(None if is_nested else _kind_of_block(head))
            words = []
        elif part == "}":
            selectors = open_blocks.pop() if open_blocks else None
            if selectors:
                yield selectors, "".join(words)
            words = []
        elif not part.startswith("/*"):
            words.append(part)


def _kind_of_block(head: str) -> str | None:
    """Return the selectors before a block, "" for one that holds rules, None for another."""
    if not head.startswith("@"):
        return head or None
    return "" if _MEDIA_OF_SCREENS.fullmatch(head.lower()) else None


class Styles:
    """The styles of a page's elements.

    Args:
        tree: A page.
        sheets: Whether its ``style`` elements count, or ``style`` attributes alone.
    """

    def __init__(self, tree: HtmlElement, *, sheets: bool = True) -> None:
        """Read the page's own sheets."""
        self._by_key: dict[str, list[_Rule]] = {}
        self._names: dict[HtmlElement, frozenset[str]] = {}
        self._checks = 0
        order = 0
        for element in tree.iter("style") if sheets else ():
            media = (element.get("media") or "all").strip().lower()
            if media not in {"all", "screen", ""} or element.getparent().tag == "noscript":
                continue
            for selectors, block in _read_blocks(element.text or ""):
                style = read_declarations(block)
                for selector in selectors.split(",") if style else ():
                    order += 1
                    self._add_rule(selector.strip(), style, order)

    def _add_rule(self, selector: str, style: Mapping[str, tuple[bool, str]], order: int) -> None:
        steps = _read_selector(selector)
        if steps is None:
            return
        names = [name for step in steps for name in step.names]
        n_ids = sum(name.startswith("#") for name in names)
        weight = (n_ids, len(names) - n_ids, sum(bool(step.tag) for step in steps))
        last = steps[-1]
        key = min(last.names, default=last.tag)  # "#" comes before "."
        self._by_key.setdefault(key, []).append(_Rule(steps, weight, order, style))

    def style_of(self, element: HtmlElement) -> dict[str, str]:
        """Return the element's own values of :data:`PROPERTIES`, nothing inherited.

        Raises:
            InputError: The page's rules take more than MAX_CHECKS comparisons.
        """
        found: list[tuple[tuple[bool, int, tuple[int, int, int], int], str, str]] = []
        names = self._names_of(element)
        for key in (*names, str(element.tag), ""):
            rules = self._by_key.get(key, ())
            self._checks += len(rules)
            if self._checks > MAX_CHECKS:
                message = f"The page's style sheets take more than {MAX_CHECKS} comparisons."
                raise InputError(message, "Give the article alone.")
            for rule in rules:
                if _fits(rule.steps[-1], element, names) and self._leads_to(rule.steps, element):
                    for name, (important, value) in rule.style.items():
                        found.append(((important, 0, rule.weight, rule.order), name, value))
        inline = element.get("style")
        if inline:
            for name, (important, value) in read_declarations(inline).items():
                found.append(((important, 1, (0, 0, 0), 0), name, value))
        found.sort(key=lambda entry: entry[0])
        return {name: value for _, name, value in found}

    def _names_of(self, element: HtmlElement) -> frozenset[str]:
        found = self._names.get(element)
        if found is None:
            names = [f".{name}" for name in (element.get("class") or "").split()]
            if element.get("id"):
                names.append(f"#{element.get('id')}")
            found = self._names[element] = frozenset(names)
        return found

    def _leads_to(self, steps: tuple[_Compound, ...], element: HtmlElement) -> bool:
        """Tell whether the steps before the last fit the element's ancestors, nearest first."""
        above = element.getparent()
        for at in range(len(steps) - 2, -1, -1):
            must_be_parent = steps[at + 1].is_child
            while above is not None and not _fits(steps[at], above, self._names_of(above)):
                self._checks += 1
                if must_be_parent:
                    return False
                above = above.getparent()
            if above is None:
                return False
            above = above.getparent()
        return True


def _fits(step: _Compound, element: HtmlElement, names: frozenset[str]) -> bool:
    return (not step.tag or step.tag == element.tag) and step.names <= names

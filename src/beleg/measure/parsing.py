"""A measure as people type it, read back: ``citation_rate`` or ``CitationRate(weeks=4)``."""

from __future__ import annotations

import ast
from dataclasses import fields
from difflib import get_close_matches

from beleg.errors import InputError
from beleg.measure.objects import CLASSES, OF_NAME, Measure


def parse_measure(text: str) -> Measure:
    """Read a measure as it prints; a bare name of a table's measure is one with no arguments.

    Nothing is executed: arguments are literals.

    Args:
        text: ``CitationRate(engine="perplexity", weeks=4)``, ``CitationRate``, ``citation_rate``.

    Raises:
        InputError: No such measure or argument, another form, or a value out of bounds; names
            what there is.
    """
    text = text.strip()
    if text in OF_NAME:
        return OF_NAME[text]()
    example = 'Write it like CitationRate(engine="perplexity", weeks=4).'
    try:
        tree = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise InputError(f"{text!r} is no measure.", example) from error
    call = tree if isinstance(tree, ast.Call) else ast.Call(tree, [], [])
    if not isinstance(call.func, ast.Name) or call.args:
        raise InputError(f"{text!r} is no measure.", f"{example} Arguments have names.")
    made = _find_class(call.func.id)
    names = [field.name for field in fields(made)]
    values = {}
    for keyword in call.keywords:
        if keyword.arg not in names or keyword.arg in values:
            fault = "twice" if keyword.arg in values else "not known"
            raise InputError(
                f"{made.__name__}: argument {keyword.arg or '**'} is {fault}.",
                f"Arguments: {', '.join(names)}.",
            )
        try:
            values[keyword.arg] = ast.literal_eval(keyword.value)
        except ValueError as error:
            raise InputError(
                f"{made.__name__}: {keyword.arg} is no text and no number.",
                f"{example} Texts stand in quotes.",
            ) from error
    try:
        return made(**values)
    except (TypeError, ValueError) as error:
        raise InputError(f"{made.__name__}: {error}.", example) from error


def _find_class(name: str) -> type[Measure]:
    if name in CLASSES:
        return CLASSES[name]
    known = [*CLASSES, *OF_NAME]
    near = get_close_matches(name, known, 1, 0.6)
    hint = f"Did you mean {near[0]}? " if near else ""
    raise InputError(f"no measure {name!r}.", f"{hint}Known: {', '.join(sorted(CLASSES))}.")

"""What a user calls a pot or a publisher, and near names where there is none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from beleg.errors import InputError
from beleg.records import Pot


def find_name(wanted: str, known: Mapping[str, str], noun: str) -> str:
    """Find the id that a user means: the id itself, or its name in any case.

    Args:
        wanted: What was typed.
        known: Names by id.
        noun: What it is, for the message.

    Raises:
        InputError: Nothing, or more than one thing, is called so; the message names near ones.
    """
    if wanted in known:
        return wanted
    folded = wanted.casefold()
    found = [key for key, name in known.items() if folded in {key.casefold(), name.casefold()}]
    if len(found) == 1:
        return found[0]
    if found:
        raise InputError(f"{len(found)} {noun}s are called {wanted!r}.", f"Ids: {_list(found)}.")
    spelled = {text.casefold(): key for key, name in known.items() for text in (name, key)}
    near = [spelled[text] for text in get_close_matches(folded, spelled, 3, 0.5)]
    near += [key for text, key in spelled.items() if folded in text]
    few = list(dict.fromkeys(near))[:3]
    remedy = f"Near: {_list(few)}." if few else f"Known: {_list(list(known)[:5])}."
    raise InputError(f"No {noun} is called {wanted!r}.", remedy)


def _list(names: Iterable[str]) -> str:
    return ", ".join(names) or "none"


def find_pot(wanted: str | None, pots: Iterable[Pot]) -> Pot:
    """Find the pot of that id; the only one where none is named.

    Raises:
        InputError: There is no pot, none of that id, or more than one to choose from.
    """
    known = {pot.pot_id: pot for pot in pots}
    if not known:
        raise InputError("there is no pot.", "Declare [[pots]] in beleg.toml, then `beleg share`.")
    if wanted is None and len(known) > 1:
        raise InputError(f"there are {len(known)} pots.", f"Name one: --pot {_list(known)}.")
    name = find_name(wanted or next(iter(known)), {key: key for key in known}, "pot")
    return known[name]

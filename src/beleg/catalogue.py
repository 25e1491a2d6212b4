"""The starter catalogue: German, Austrian and Swiss publishers, their domains, names and traps.

It lets answers be measured before anybody has declared a house. Nobody in it has a mandate: what
it knows changes who is seen, never who is paid. The data lie in ``catalogue_data/*.toml``, a line
a publisher; docs/guide/catalogue.md tells the format and how beleg.toml adds to it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from beleg.records import Holding, Level, Mandate, Publisher
from beleg.terms import Fail, Section
from beleg.urls import host_of

DOMAIN = re.compile(r"[^\s/:@]+\.[^\s/:@]+")
"""How a domain is written in beleg.toml."""
_ARTICLES = frozenset("der die das the".split())


class CatalogueEntry(Section, frozen=True):
    """``[[catalogue.publishers]]``: a house that is measured by name, and is nobody of ours.

    With a domain that the catalogue has, it adds to that entry; else it is a new one, whose id is
    its first domain.
    """

    name: str
    domains: tuple[str, ...]
    aliases: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    traps: tuple[str, ...] = ()


class CatalogueSettings(Section, frozen=True):
    """``[catalogue]``: the starter catalogue of publishers, and what is added to it."""

    use: bool = True
    """False: only what beleg.toml declares has a name; all else is known by its domain."""
    publishers: tuple[CatalogueEntry, ...] = ()


def check_catalogue(settings: CatalogueSettings, declared: Mapping[str, str], fail: Fail) -> None:
    """Refuse an addition without a name or domain, or with a domain that is declared.

    Args:
        settings: ``[catalogue]``.
        declared: Domain, in small letters and without ``www.``, to the publisher that has it.
        fail: Told where, what is wrong, and the remedy.
    """
    for index, entry in enumerate(settings.publishers):
        where = f".catalogue.publishers[{index}]"
        if not entry.name.strip() or not entry.domains:
            fail(f"{where}.name", "a name and a domain are needed.", "Write both.")
        for domain in entry.domains:
            if not DOMAIN.fullmatch(domain):
                fail(f"{where}.domains", f"domain {domain!r}.", "Write it like 'zeitung.example'.")
            if holder := declared.get(domain.casefold().removeprefix("www.")):
                remedy = "Give its names to that publisher instead."
                fail(f"{where}.domains", f"{domain} is declared by {holder!r}.", remedy)


def plain_domain(domain: str) -> str:
    """Write a domain of beleg.toml as hosts are written: ASCII, small, without ``www.``."""
    return (host_of(domain, bare_host=True) or domain).removeprefix("www.")


class Entry(NamedTuple):
    """One publisher of the catalogue with what a table of publishers has no column for."""

    publisher: Publisher
    country: str
    """Two letters, ISO 3166-1."""
    kind: str
    owner: str | None
    """The group it belongs to, in words, where that is known."""
    everyday: tuple[str, ...]
    """Those of its names that are everyday words: only their surroundings make them a title."""
    shared: tuple[str, ...]
    """Those of its aliases that another entry bears too, such as BZ: the form names neither."""


@cache
def read_entries() -> tuple[Entry, ...]:
    """Read the catalogue, sorted by publisher_id; once in a process.

    Raises:
        ValueError: Two files have an entry of one id.
    """
    found: dict[str, Entry] = {}
    folder = files("beleg") / "catalogue_data"
    for file in sorted(folder.iterdir(), key=lambda item: item.name):
        if not file.name.endswith(".toml"):
            continue
        data = tomllib.loads(file.read_text(encoding="utf-8"))
        for publisher_id, row in data["publishers"].items():
            if publisher_id in found:
                raise ValueError(f"publisher_id == {publisher_id!r}, must stand in one file")
            found[publisher_id] = _read_entry(publisher_id, {**data, **row})
    return tuple(found[key] for key in sorted(found))


def _read_entry(publisher_id: str, row: dict[str, object]) -> Entry:
    def words(key: str) -> tuple[str, ...]:
        values = row.get(key, ())
        return tuple(str(value) for value in values) if isinstance(values, list) else ()

    publisher = Publisher(
        publisher_id=publisher_id,
        name=str(row["name"]),
        level=Level(str(row.get("level", "title"))),
        domains=(publisher_id, *words("also")),
        aliases=(*words("aliases"), *words("shared")),
        people=words("people"),
        mandate=Mandate.MEASURED,
        declared=False,
        traps=words("traps"),
    )
    owner = str(row["owner"]) if "owner" in row else None
    return Entry(
        publisher, str(row["country"]), str(row["kind"]), owner, words("everyday"), words("shared")
    )


def read_catalogue() -> list[Publisher]:
    """Give the catalogue's publishers, sorted by publisher_id; none is declared or has a mandate.

    ``publisher_id`` is the registrable domain of the main site and the first of ``domains``.
    """
    return [entry.publisher for entry in read_entries()]


@cache
def read_everyday() -> frozenset[str]:
    """Give the single names of the catalogue that are everyday words, in lower case."""
    return frozenset(word.lower() for entry in read_entries() for word in entry.everyday)


def list_known(settings: CatalogueSettings) -> list[Publisher]:
    """Give the catalogue with what beleg.toml adds to it; nobody where it is not used.

    An entry that has a domain of a publisher adds to it, and its name comes first; of two such
    publishers, to the first: a domain never has two holders. Sorted by publisher_id.
    """
    if not settings.use:
        return []
    found = {row.publisher_id: row for row in read_catalogue()}
    holder = {domain: row.publisher_id for row in found.values() for domain in row.domains}
    for item in settings.publishers:
        domains = [plain_domain(domain) for domain in item.domains]
        key = next((holder[domain] for domain in domains if domain in holder), domains[0])
        known = found.get(key)
        own = Publisher(
            publisher_id=key,
            name=item.name,
            level=known.level if known else Level.TITLE,
            domains=tuple(domain for domain in domains if holder.get(domain, key) == key),
            aliases=item.aliases,
            people=item.people,
            mandate=Mandate.MEASURED,
            declared=False,
            traps=item.traps,
        )
        if known is not None:
            own = replace(inherit(own, known), domains=_join(known.domains, own.domains))
        found[key] = own
        holder.update(dict.fromkeys(own.domains, key))
    return [found[key] for key in sorted(found)]


def inherit(publisher: Publisher, known: Publisher) -> Publisher:
    """Add what the catalogue knows of a house to what is said of it: names, people, traps.

    The house's own name stays; the catalogue's becomes an alias. Its domains are not inherited:
    whose text is paid is for beleg.toml to say.
    """
    aliases = _join(publisher.aliases, (known.name, *known.aliases))
    return replace(
        publisher,
        aliases=tuple(alias for alias in aliases if alias != publisher.name),
        people=_join(publisher.people, known.people),
        traps=_join(publisher.traps, known.traps),
    )


def _join(first: Iterable[str], then: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*first, *then)))


def list_free(catalogue: Iterable[Publisher], declared: Sequence[Publisher]) -> list[Publisher]:
    """List the publishers of the catalogue that nobody declared.

    Whoever has one of a publisher's domains declares it. A name that beleg.toml itself gives to a
    house is that house's: the catalogue does not look for it, and a publisher of that very name
    is then known by its domain.

    Args:
        catalogue: Publishers.
        declared: As beleg.toml names them, before they inherit anything.
    """
    ids = {row.publisher_id for row in declared}
    domains = {domain for row in declared for domain in row.domains}
    taken = {_fold(name) for row in declared for name in (row.name, *row.aliases)}
    free = []
    for row in catalogue:
        if row.publisher_id in ids or not domains.isdisjoint(row.domains):
            continue
        name = row.publisher_id if _fold(row.name) in taken else row.name
        aliases = tuple(alias for alias in row.aliases if _fold(alias) not in taken)
        free.append(replace(row, name=name, aliases=aliases))
    return free


def _fold(name: str) -> str:
    """Write a name without its article and in small letters."""
    words = name.casefold().split()
    return " ".join(words[1:] if len(words) > 1 and words[0] in _ARTICLES else words)


def keep_seen(publishers: Iterable[Publisher], holdings: Iterable[Holding]) -> list[Publisher]:
    """Keep who is declared or holds a host that came in; the rest of the catalogue is left out."""
    seen = {row.publisher_id for row in holdings}
    return [row for row in publishers if row.declared or row.publisher_id in seen]

"""Whom or what a name on the command line means: a document, a publisher or a person."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import NamedTuple

from beleg.errors import InputError
from beleg.records import Document, Holding, Publisher, Rightsholder
from beleg.urls import canonical_url

KINDS = ("document", "publisher", "person")
_DIGITS = 6
"""Fewest digits by which a document is named: fewer are also words."""


class Target(NamedTuple):
    """All that is meant."""

    name: str
    kind: str
    """One of :data:`KINDS`."""
    documents: frozenset[str]
    publishers: frozenset[str] = frozenset()
    rightsholders: frozenset[str] = frozenset()
    author: str | None = None
    """The name as it stands among authors."""


class Known(NamedTuple):
    """What names can mean."""

    documents: Sequence[Document]
    publishers: Sequence[Publisher]
    rightsholders: Sequence[Rightsholder]
    holdings: Sequence[Holding]


def find_target(name: str, known: Known, kind: str | None = None) -> Target:
    """Say what a name means.

    Args:
        name: A document's id or its first digits, or its URL; a publisher's id or name; a
            rightsholder's id or name; or an author's name as the pages give it.
        known: What there is.
        kind: Only what is of this kind.

    Raises:
        InputError: Nothing has this name, or several things have.
    """
    found = [
        target
        for target in (
            *_find_documents(name, known.documents),
            *_find_publishers(name, known),
            *_find_persons(name, known),
        )
        if kind in {None, target.kind}
    ]
    if len(found) == 1:
        return found[0]
    if not found:
        names = {spelling for spelling in _list_names(known) if spelling}
        folded = {spelling.casefold(): spelling for spelling in names}
        near = [folded[n] for n in get_close_matches(name.casefold(), folded, n=3, cutoff=0.6)]
        remedy = f"Near it: {', '.join(sorted(near))}." if near else "Give an id, a URL or a name."
        what = kind or "document, publisher or person"
        raise InputError(
            f"no {what} is called {name!r} (an author's name that is forgotten is known no more).",
            remedy,
        )
    said = ", ".join(f"{target.kind} {_say(target)}" for target in found)
    kinds = {target.kind for target in found}
    remedy = "Say which with --as." if len(kinds) > 1 else "Give the whole id."
    raise InputError(f"{name!r} is ambiguous: {said}.", remedy)


def _say(target: Target) -> str:
    ids = target.publishers or target.rightsholders or target.documents
    return " ".join(sorted(ids)[:3]) + (" …" if len(ids) > 3 else "")


def _find_documents(name: str, documents: Iterable[Document]) -> list[Target]:
    url = canonical_url(name) if "://" in name else None
    if "://" in name:
        ids = {d.document_id for d in documents if name == d.url or url == d.canonical_url}
        return [Target(name, "document", frozenset(ids))] if ids and url else []
    if len(name) < _DIGITS or set(name.casefold()) - set("0123456789abcdef"):
        return []
    ids = {d.document_id for d in documents if d.document_id.startswith(name.casefold())}
    return [Target(document_id, "document", frozenset({document_id})) for document_id in ids]


def _find_publishers(name: str, known: Known) -> list[Target]:
    targets = []
    holders = {row.rightsholder_id for row in known.rightsholders}
    named = [row for row in known.publishers if row.publisher_id == name]
    named = named or [p for p in known.publishers if p.name.casefold() == name.casefold()]
    for row in named:
        hosts = {h.host for h in known.holdings if h.publisher_id == row.publisher_id}
        ids = {d.document_id for d in known.documents if d.host in hosts}
        own = frozenset({row.publisher_id})
        targets.append(Target(name, "publisher", frozenset(ids), own, own & holders))
    return targets


def _find_persons(name: str, known: Known) -> list[Target]:
    """Find rightsholders that are no publishers, and authors; of one name they are one person."""
    houses = {row.publisher_id for row in known.publishers}
    people = [row for row in known.rightsholders if row.rightsholder_id not in houses]
    named = [row for row in people if row.rightsholder_id == name]
    named = named or [row for row in people if row.name.casefold() == name.casefold()]
    said = {row.name for row in named} if len(named) == 1 else {name}
    spellings = {spelling.casefold() for spelling in said}
    ids = {
        d.document_id
        for d in known.documents
        if any(author.casefold() in spellings for author in d.authors)
    }
    author = min(said) if ids else None
    nobody = frozenset[str]()
    if named:
        holders = [frozenset({row.rightsholder_id}) for row in named]
    else:
        holders = [nobody] if ids else []
    return [Target(name, "person", frozenset(ids), nobody, one, author) for one in holders]


def _list_names(known: Known) -> Iterable[str]:
    for publisher in known.publishers:
        yield from (publisher.publisher_id, publisher.name)
    for holder in known.rightsholders:
        yield from (holder.rightsholder_id, holder.name)
    for document in known.documents:
        yield from document.authors
        yield document.canonical_url or ""


def drop_author(authors: Collection[str], name: str) -> list[str]:
    """Take one name out of a document's authors."""
    return [author for author in authors if author.casefold() != name.casefold()]


def count_texts(name: str, texts: Mapping[str, str]) -> int:
    """Count the texts in which a name stands."""
    return sum(name.casefold() in text.casefold() for text in texts.values())

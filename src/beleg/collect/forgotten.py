"""What is forgotten does not come back by the same page: it is left out of what was read."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from beleg.collect.answers import Collected
from beleg.records import Document, Forgotten
from beleg.store import Workspace


class Gone(NamedTuple):
    """What a workspace has forgotten, as far as it could come in again."""

    documents: frozenset[str]
    authors: frozenset[str]
    """Documents whose row stays as it is, without a name among their authors."""
    urls: frozenset[str]
    """Canonical URLs of the documents that are forgotten."""


def read_gone(workspace: Workspace) -> Gone:
    """Read what a workspace has forgotten."""
    rows = workspace.rows(Forgotten)
    documents = frozenset(row.id for row in rows if row.kind == "document")
    urls = {
        row.canonical_url
        for row in (workspace.rows(Document) if documents else ())
        if row.document_id in documents and row.canonical_url
    }
    authors = frozenset(row.id for row in rows if row.kind == "authors")
    return Gone(documents, authors, frozenset(urls))


def leave_out(collected: Collected, gone: Gone) -> tuple[Collected, int]:
    """Leave out what is forgotten.

    Returns:
        The rest, and how many documents are forgotten. Of a document that only lost an author's
        name, the text comes in, and the row that is stored stays.
    """
    if not gone.documents and not gone.authors:
        return collected, 0
    lost = [d for d in collected.documents if d.document_id in gone.documents]
    held = [d for d in collected.documents if d.document_id not in gone.documents]
    text_ids = {d.text_id for d in lost} - {d.text_id for d in held}
    return (
        collected._replace(
            documents=[d for d in held if d.document_id not in gone.authors],
            texts=[text for text in collected.texts if text.text_id not in text_ids],
            citations=[
                dataclasses.replace(c, title=None, cited_passage=None)
                if c.canonical_url in gone.urls
                else c
                for c in collected.citations
            ],
        ),
        len(lost),
    )


class RawFile(NamedTuple):
    """What a raw file holds."""

    sha256: str
    names: tuple[str, ...]
    """Under which it came in."""
    documents: frozenset[str]
    n_answers: int
    urls: frozenset[str]
    """Where it was fetched, in canonical form."""


def join_files(files: Sequence[RawFile]) -> Iterator[RawFile]:
    """Put together what was read of one file under several names."""
    by_digest: dict[str, RawFile] = {}
    for file in files:
        old = by_digest.get(file.sha256, file)
        by_digest[file.sha256] = RawFile(
            file.sha256,
            tuple(dict.fromkeys((*old.names, *file.names))),
            old.documents | file.documents,
            max(old.n_answers, file.n_answers),
            old.urls | file.urls,
        )
    yield from by_digest.values()

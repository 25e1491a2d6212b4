"""Blocks of claims whose supports are finished: what a later run need not compute again.

Supports hang on the claim, on what its answer brought, and on the corpus, model and code. The
former are hashed per claim here; the latter name the place where blocks are kept, so that
another corpus finds none (:mod:`beleg.pipeline`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple, Protocol

import pyarrow as pa
import pyarrow.compute as pc

from beleg.ground.corpus import Corpus
from beleg.ground.statements import Statement
from beleg.records import Support, content_id
from beleg.tables import schema_of


class Block(NamedTuple):
    """Some claims, and all the supports that they have."""

    keys: tuple[str, ...]
    """From :func:`key_of`: also of claims that nothing supports."""
    claim_ids: tuple[str, ...]
    """In the order of ``keys``."""
    supports: pa.Table
    """Schema of :class:`beleg.records.Support`."""


class Blocks(Protocol):
    """Whatever keeps finished blocks from one run to the next."""

    def read(self) -> Iterable[Block]:
        """Give the blocks that are kept; none is empty, a claim may stand in several."""
        ...

    def write(self, block: Block) -> None:
        """Keep a block, whole or not at all, before this returns."""
        ...


class NoBlocks:
    """Keeps nothing."""

    def read(self) -> Iterable[Block]:
        """Give none."""
        return ()

    def write(self, block: Block) -> None:
        """Forget it."""


@cache
def fingerprint_code() -> str:
    """Hash the stage's own files, its model and tables included, and the module of words."""
    digest = hashlib.sha256(files("beleg").joinpath("text.py").read_bytes())
    for file in sorted(files("beleg.ground").iterdir(), key=lambda file: file.name):
        if file.is_file():
            digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()


def key_of(statement: Statement, corpus: Corpus) -> str:
    """Hash all that a claim's supports hang on, the corpus, the model and the code apart."""
    claim = statement.claim
    own = sorted(corpus.documents[number][0].text_id for number in statement.own)
    pages = sorted({link.page for link in statement.links})
    terms = (f"{token.form}/{token.term}/{token.unit}" for token in statement.tokens)
    words = statement.text[max(claim.start - 1, 0) : claim.end + 2]
    return content_id("block", claim.claim_id, words, *terms, "own", *own, "links", *pages)


def take_known(
    statements: Sequence[Statement], corpus: Corpus, blocks: Blocks
) -> tuple[list[Statement], list[pa.Table]]:
    """Part the claims into those to compute, and the supports of those that are known.

    Args:
        statements: By claim_id.
        corpus: All texts.
        blocks: Kept for this very corpus.
    """
    wanted = {key_of(statement, corpus): statement for statement in statements}
    known: list[pa.Table] = []
    for block in blocks.read():
        pairs = zip(block.keys, block.claim_ids, strict=True)
        taken = [claim_id for key, claim_id in pairs if wanted.pop(key, None) is not None]
        if taken:
            mine = pc.is_in(block.supports["claim_id"], pa.array(taken, pa.string()))
            known.append(block.supports.filter(mine))
    return list(wanted.values()), known


def join_supports(tables: Sequence[pa.Table]) -> pa.Table:
    """Put the supports of all blocks into one table, by claim_id and passage_id."""
    joined = pa.concat_tables([schema_of(Support).empty_table(), *tables])
    return joined.sort_by([("claim_id", "ascending"), ("passage_id", "ascending")])

"""Forgetting: text, names and salts go; every number that money rests on stays.

The order of :func:`carry_out` bears a kill at any moment: first is written down what is forgotten
and which figures stay, then files go, and last the tables' own texts. Until that last rename a
target is found by the same name, so the same command, run again, ends what was begun.
"""

from __future__ import annotations

import dataclasses
import json
import secrets
import shutil
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from beleg import keeping
from beleg.catalogue import keep_seen
from beleg.collect.forgotten import RawFile
from beleg.collect.intake import list_raw
from beleg.prove import checkpoints, journal
from beleg.prove.commitments import Opening, commit
from beleg.prove.forget import Loss, find_losses, forget_openings
from beleg.records import (
    Answer,
    Document,
    Forgotten,
    Holding,
    Passage,
    Publisher,
    Rightsholder,
    Text,
)
from beleg.store import FORGET, Progress, Workspace
from beleg.tables import from_arrow, to_arrow
from beleg.targets import Known, Target, count_texts, drop_author, find_target

_DERIVED = ("kept", "cache", "reports")
"""Folders of what can be computed again, and may hold words of any text."""


class Plan(NamedTuple):
    """All that a forgetting takes away, and what it must leave."""

    targets: tuple[Target, ...]
    documents: tuple[Document, ...]
    """Whose text, title, authors and section go."""
    bylines: tuple[Document, ...]
    """Whose list of authors loses a name."""
    texts: tuple[str, ...]
    """text_id of the texts that go."""
    shared: tuple[Document, ...]
    """Forgotten documents whose text stays, since others carry it that are not forgotten."""
    losses: tuple[Loss, ...]
    annex: tuple[Path, ...]
    """Openings of the journal that name somebody: reasons of appeals, who decided."""
    raw: tuple[RawFile, ...]
    """Raw files that hold nothing else."""
    mixed: tuple[RawFile, ...]
    """Raw files that hold something else too."""
    with_raw: bool
    """The mixed ones go too."""
    files: tuple[Path, ...]
    """Derived files and folders that go."""
    pots: tuple[str, ...]
    """Whose secret goes."""
    ids: tuple[tuple[str, str], ...]
    """(kind, id) of the publishers and rightsholders that were not forgotten before."""
    named: tuple[str, ...]
    """Where a name still stands, for the user to mend."""

    @property
    def is_done(self) -> bool:
        """Say whether nothing is left to take away."""
        mine = (self.documents, self.bylines, self.losses, self.annex, self.raw, self.ids)
        return not any(mine) and not (self.with_raw and self.mixed)


def make_plan(
    ws: Workspace,
    names: Iterable[str],
    *,
    kind: str | None = None,
    with_raw: bool = False,
    on_progress: Progress,
) -> Plan:
    """Find out what is to go; nothing is changed.

    Args:
        ws: The workspace.
        names: As the user gives them (:func:`beleg.targets.find_target`).
        kind: What the names are: document, publisher or person.
        with_raw: Raw files that hold something else too are to go as well.
        on_progress: Told how far it is.

    Raises:
        InputError: A name means nothing, or several things.
        StoreError: A statement cannot be read.
    """
    documents = {row.document_id: row for row in ws.rows(Document)}
    holdings, holders = ws.rows(Holding), ws.rows(Rightsholder)
    publishers = keep_seen(ws.rows(Publisher), holdings)
    known = Known(tuple(documents.values()), publishers, holders, holdings)
    targets = tuple(find_target(name, known, kind) for name in names)
    told = {(row.kind, row.id) for row in ws.rows(Forgotten) if row.pot_id is None}
    done = {name for word, name in told if word == "document"}
    meant = {name for t in targets if t.kind != "person" for name in t.documents}
    theirs = {name for t in targets if t.kind == "person" for name in t.documents} - meant
    texts = {row.text_id: row.text for row in ws.rows(Text)}
    gone = meant | done
    staying = {row.text_id for row in documents.values() if row.document_id not in gone}
    going = {documents[name].text_id for name in meant} & texts.keys()
    wanted = _Wanted(ws, targets, meant, [texts[name] for name in going - staying])
    losses = find_losses(ws.path, wanted)
    raw, mixed = _find_raw(ws, documents, meant, theirs, on_progress)
    folders = [ws.path / name for name in _DERIVED]
    return Plan(
        targets,
        tuple(documents[name] for name in sorted(meant) if not _is_blank(documents[name])),
        tuple(documents[name] for name in sorted(theirs)),
        tuple(sorted(going - staying)),
        tuple(documents[n] for n in sorted(meant) if documents[n].text_id in going & staying),
        tuple(losses),
        tuple(_find_annex(ws.path, _spell(targets, publishers, holders))),
        tuple(raw),
        tuple(mixed),
        with_raw,
        tuple(path for path in folders if path.exists() and any(path.iterdir())),
        tuple(sorted({loss.pot_id for loss in losses})),
        tuple(sorted(set(_list_ids(targets)) - told)),
        tuple(_find_names(ws, _spell(targets, publishers, holders), texts, going - staying)),
    )


def _list_ids(targets: Iterable[Target]) -> Iterator[tuple[str, str]]:
    for target in targets:
        yield from (("publisher", name) for name in target.publishers)
        yield from (("rightsholder", name) for name in target.rightsholders)


def _is_blank(document: Document) -> bool:
    """Say whether of a document only what stays is left."""
    return document == blank(document)


def blank(document: Document) -> Document:
    """Take away what a document says; its address, times and kind stay as evidence."""
    return dataclasses.replace(
        document, text_id="", external_id=None, url=None, title=None, section=None, authors=(),
        raw_ref="", origin_marks=(),
    )  # fmt: skip


class _Wanted:
    """Says of an opening whether it is to go."""

    def __init__(
        self, ws: Workspace, targets: Sequence[Target], documents: set[str], texts: Sequence[str]
    ) -> None:
        every = from_arrow(
            pa.concat_tables([ws.arrow("passages"), ws.arrow("kept_passages")]), Passage
        )
        self._passages = {row.passage_id for row in every if row.document_id in documents}
        self._others = {row.passage_id for row in every} - self._passages
        self._texts = texts
        self._ids = {
            "publisher": {name for target in targets for name in target.publishers},
            "rightsholder": {name for target in targets for name in target.rightsholders},
        }

    def __call__(self, opening: Opening) -> bool:
        if opening.kind != "passage":
            return opening.id in self._ids.get(opening.kind, ())
        if opening.id in self._passages or opening.id in self._others:
            return opening.id in self._passages
        # An older statement may have cut its passages elsewhere: those are known by their words.
        return any(opening.text in text for text in self._texts)


def _find_annex(workspace: Path, names: Collection[str]) -> list[Path]:
    """Find what people wrote in appeals that names somebody; ids and payouts stay."""
    found = []
    for file in sorted((workspace / journal.LEDGER / "annex").glob("*.json")):
        opening = Opening(**json.loads(file.read_bytes()))
        said = opening.text.casefold()
        if opening.kind not in {"publisher", "payouts"} and any(
            name.casefold() in said for name in names
        ):
            found.append(file)
    return found


def _spell(
    targets: Sequence[Target], publishers: Sequence[Publisher], holders: Sequence[Rightsholder]
) -> set[str]:
    """Spell the names that targets have, beside their ids."""
    names = {target.author or "" for target in targets}
    for target in targets:
        names |= {p.name for p in publishers if p.publisher_id in target.publishers}
        names |= {h.name for h in holders if h.rightsholder_id in target.rightsholders}
    return names - {"", *(name for _, name in _list_ids(targets))}


def _find_raw(
    ws: Workspace,
    documents: Mapping[str, Document],
    meant: set[str],
    theirs: set[str],
    on_progress: Progress,
) -> tuple[list[RawFile], list[RawFile]]:
    """Find the raw files that hold what goes: alone, and beside something else."""
    if not meant | theirs:
        return [], []
    gone = meant | {row.id for row in ws.rows(Forgotten) if row.kind == "document"}
    left = {row.id for row in ws.rows(Forgotten) if row.kind == "raw"}
    urls = {documents[name].canonical_url for name in meant}
    raw: list[RawFile] = []
    mixed: list[RawFile] = []
    for file in list_raw(ws, on_progress=on_progress):
        # A page of such an address that nothing could be read from holds nobody else's text.
        empty = not file.documents and not file.n_answers and bool(file.urls & urls)
        if empty or file.documents & (meant | theirs):
            alone = not file.n_answers and not file.documents - gone
            # What a killed run had begun to take away goes.
            (raw if alone or file.sha256 in left else mixed).append(file)
    return raw, mixed


def _find_names(
    ws: Workspace, names: Collection[str], texts: Mapping[str, str], going: set[str]
) -> list[str]:
    """Say where names still stand that only the user can take away, or that others wrote."""
    settings = (ws.path / "beleg.toml").read_text(encoding="utf-8").casefold()
    rest = {name: text for name, text in texts.items() if name not in going}
    answers = {row.answer_id: row.text or "" for row in ws.rows(Answer)}
    found = []
    for name in sorted(names):
        if name.casefold() in settings:
            found.append(f"beleg.toml names {name!r}: put the id there, or take it out.")
        if n := count_texts(name, rest):
            found.append(f"{n} texts of pages that stay name {name!r}.")
        if n := count_texts(name, answers):
            found.append(f"{n} answers of engines name {name!r}.")
    return found


class Act(NamedTuple):
    """What of a forgetting is told to the user once, and stored nowhere."""

    entries: tuple[Opening, ...]
    """Of the journal: they prove to whoever asked that it was done."""


def carry_out(ws: Workspace, plan: Plan, *, now: datetime) -> Act:
    """Take away what the plan says.

    Args:
        ws: Open for writing.
        plan: Made under the same lock.
        now: The time of the act.

    Raises:
        StoreError: A file cannot be written; the same call again ends what was begun.
    """
    dropped = [*plan.raw, *(plan.mixed if plan.with_raw else ())]
    ws.commit(_write_down(ws, plan, dropped, now), source=FORGET)
    # The secrets first: by the openings that are left, a second run knows whose they are.
    for pot_id in plan.pots:
        ws.forget_secret(pot_id)
    for loss in plan.losses:
        forget_openings(loss)
    for path in plan.annex:
        path.unlink(missing_ok=True)
    for path in plan.files:
        shutil.rmtree(path)
        path.mkdir()
    digests = {row.id for row in ws.rows(Forgotten) if row.kind == "raw"}
    lasting, beside = _find_lasting(ws, plan, digests)
    entries = _record(ws, plan, now)
    # Raw files go last but one: while they are there, what they hold can be found again.
    edits = _list_edits(plan, {row.document_id for row in beside})
    added = _add(ws, plan, beside, now)
    ws.delete_raw(file.sha256 for file in dropped)
    ws.rewrite(edits, added, lasting)
    return Act(entries)


def _write_down(
    ws: Workspace, plan: Plan, dropped: Iterable[RawFile], now: datetime
) -> dict[str, pa.Table]:
    """Write down what is forgotten, beside what was before, and the figures that stay."""
    rows = {(row.pot_id, row.kind, row.id): row for row in ws.rows(Forgotten)}
    fresh = [(None, "document", d.document_id, None) for d in plan.documents]
    fresh += [(None, "authors", d.document_id, None) for d in plan.bylines]
    fresh += [(None, "raw", file.sha256, None) for file in dropped]
    told: list[tuple[str | None, str, str, str | None]] = [*fresh]
    # Of a pot's statements the one in force comes last: its commitments are taken over.
    for loss in sorted(plan.losses, key=lambda loss: loss.folder.parent.parent.name):
        told += [(loss.pot_id, o.kind, o.id, o.commitment) for o in loss.openings]
    for pot_id, kind, name, commitment in told:
        old = rows.get((pot_id, kind, name))
        if old is None or old.forgotten_at == now:
            rows[pot_id, kind, name] = Forgotten(pot_id, kind, name, commitment, now)
    every = sorted(rows.values(), key=lambda row: (row.pot_id or "", row.kind, row.id))
    names = ("claim_weights", "stakes", "passages", "supports", "origins", *keeping.READS)
    gone = {row.id for row in every if row.kind == "document"}
    kept = keeping.keep_figures({name: ws.arrow(name) for name in names}, gone)
    return {"forgotten": to_arrow(every, Forgotten), **kept}


def _find_lasting(ws: Workspace, plan: Plan, digests: set[str]) -> tuple[set[str], list[Document]]:
    """Find what stays though its raw file goes: whole files of answers, and pages."""
    answers = {row.raw_ref.partition("#")[0] for row in ws.rows(Answer)}
    gone = {row.document_id for row in plan.documents}
    pages = [
        row
        for row in ws.rows(Document)
        if row.raw_ref.partition("#")[0] in digests - answers and row.document_id not in gone
    ]
    return digests & answers, pages


def _list_edits(plan: Plan, moved: set[str]) -> dict[str, keeping.Edit]:
    """Say what becomes of each table."""
    documents = [row.document_id for row in plan.documents]
    rows = {*documents, *moved, *(row.document_id for row in plan.bylines)}
    urls = [row.canonical_url for row in plan.documents if row.canonical_url]

    def edit_citations(table: pa.Table) -> pa.Table:
        mine = pc.is_in(table["canonical_url"], pa.array(urls, pa.string()))
        for name in ("title", "cited_passage"):
            nothing = pa.scalar(None, pa.string())
            column = pc.if_else(mine, nothing, table[name])
            place = table.schema.get_field_index(name)
            table = table.set_column(place, table.schema.field(name), column)
        return table

    edits: dict[str, keeping.Edit] = {
        "documents": lambda table: keeping.drop(table, "document_id", rows),
        "texts": lambda table: keeping.drop(table, "text_id", plan.texts),
        "citations": edit_citations,
        "supports": lambda table: keeping.blank_spans(table, documents),
    }
    for kind in ("publisher", "rightsholder"):
        ids = [name for t in plan.targets for name in getattr(t, f"{kind}s")]
        edits[f"{kind}s"] = keeping.name_blanker(f"{kind}s", ids)
    return edits


def _add(
    ws: Workspace, plan: Plan, beside: Sequence[Document], now: datetime
) -> dict[str, pa.Table]:
    """Write the rows that stay of what is forgotten, and of what lost its raw file.

    That a publisher or rightsholder is forgotten is said here, at the end: until then something
    is left to do.
    """
    authors = [target.author for target in plan.targets if target.author]
    lasting = {row.document_id: row for row in (*beside, *plan.bylines)}
    for document in plan.bylines:
        names: list[str] = list(lasting[document.document_id].authors)
        for author in authors:
            names = drop_author(names, author)
        lasting[document.document_id] = dataclasses.replace(document, authors=tuple(names))
    rows = [*map(blank, plan.documents), *lasting.values()]
    wanted = {row.text_id for row in beside}
    texts = [row for row in ws.rows(Text) if row.text_id in wanted]
    told = [Forgotten(None, kind, name, None, now) for kind, name in plan.ids]
    return {
        "documents": to_arrow(rows, Document),
        "texts": to_arrow(texts, Text),
        "forgotten": to_arrow(told, Forgotten),
    }


def _record(ws: Workspace, plan: Plan, now: datetime) -> tuple[Opening, ...]:
    """Tell the journal that something was forgotten: when, and by salted hashes what."""
    openings = [_seal(target) for target in plan.targets]
    at = journal.write_time(now)
    entries = [
        journal.make_entry("forget", at, kind=opening.kind, what=opening.commitment)
        for opening in openings
    ]
    checkpoints.record(ws.path, entries)
    return tuple(openings)


def _seal(target: Target) -> Opening:
    """Commit to what was forgotten, with a salt that is stored nowhere."""
    return commit(secrets.token_bytes(32), "", target.kind, target.name, target.name)

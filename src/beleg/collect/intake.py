"""From files and addresses into the workspace: raw first, then what was read from it."""

from __future__ import annotations

import dataclasses
import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pyarrow as pa

from beleg.collect.answers import Collected, read_answers
from beleg.collect.fetch import SourceRead, collect_sources, read_content
from beleg.collect.forgotten import RawFile, join_files, leave_out, read_gone
from beleg.collect.visits import VisitsRead, read_visits
from beleg.errors import BelegError, InputError, StoreError
from beleg.http import HttpFetcher
from beleg.records import Answer, Citation, Document, Problem, Text, Visit, content_id
from beleg.settings import CollectSettings
from beleg.store import Origin, Progress, Workspace
from beleg.tables import to_arrow
from beleg.traffic import settle
from beleg.urls import canonical_url

BATCH_PAGES = 200
"""Pages a commit: few enough that a kill loses seconds of work, enough for sizeable parts."""


@dataclass(frozen=True)
class TakenFile:
    """What came of one file or address."""

    name: str
    counts: dict[str, int]


@dataclass
class Taken:
    """What came of one collect command."""

    files: list[TakenFile] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def _tables(collected: Collected) -> dict[str, pa.Table]:
    return {
        "answers": to_arrow(collected.answers, Answer),
        "citations": to_arrow(collected.citations, Citation),
        "documents": to_arrow(collected.documents, Document),
        "texts": to_arrow(collected.texts, Text),
        "problems": to_arrow(collected.problems, Problem),
    }


def take_answers(  # noqa: PLR0913 # what is asked of a run; all but the first two by name
    workspace: Workspace,
    paths: Sequence[Path],
    *,
    engine: str | None,
    shape: str | None,
    flags: tuple[str, ...],
    now: datetime,
    on_progress: Progress,
) -> Taken:
    """Keep files of answers raw, read them, and commit file by file.

    A file that cannot be read at all does not stop the rest; it is raised at the end.

    Raises:
        BelegError: The first file that could not be read at all.
    """
    taken = Taken()
    failed: list[BelegError] = []
    gone = read_gone(workspace)
    for index, path in enumerate(paths):
        try:
            data = _read_file(path)
            digest = workspace.save_raw(data, "".join(path.suffixes[-2:]))
            origin = Origin(digest, "answers", path.name, now, engine, shape, flags)
            workspace.record_origins([origin])
            collected = read_answers(
                data,
                name=path.name,
                raw_ref=digest,
                engine=engine,
                shape=shape,
                flags=flags,
                collected_at=now,
            )
        except BelegError as error:
            failed.append(error)
            problem = Problem("collect", path.name, None, None, error.message, error.remedy)
            taken.problems.append(problem)
            if path.is_file():  # a name that was mistyped is no problem of the workspace
                problems = {"problems": to_arrow([problem], Problem)}
                workspace.commit(problems, source=path.name)
            continue
        collected, n_forgotten = leave_out(collected, gone)
        workspace.commit(_tables(collected), source=digest)
        if any(part.source == path.name for part in workspace.manifest.tables["problems"]):
            workspace.commit({"problems": to_arrow([], Problem)}, source=path.name)
        n_stored = len({answer.answer_id for answer in collected.answers})
        counts = {
            "answer": n_stored,
            "repeated row": len(collected.answers) - n_stored,
            "citation": len(collected.citations),
            "forgotten text": n_forgotten,
            "problem": len(collected.problems),
        }
        taken.files.append(TakenFile(path.name, counts))
        taken.problems += collected.problems
        on_progress("collect", index + 1, len(paths))
    if failed and not taken.files:
        raise failed[0]
    return taken


def _read_file(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}.", "Check the name.") from error


def take_visits(
    workspace: Workspace,
    paths: Sequence[Path],
    *,
    host: str | None,
    period: str | None,
    now: datetime,
) -> Taken:
    """Keep exports of visits raw, read them, and commit file by file.

    Raises:
        BelegError: The first file that could not be read; those before it are taken.
    """
    taken = Taken()
    for path in paths:
        data = _read_file(path)
        digest = hashlib.sha256(data).hexdigest()
        origin = Origin(digest, "visits", path.name, now, host=host, period=period)
        known = [visit for visit in workspace.rows(Visit) if visit.raw_ref != digest]
        read = _read_export(origin, data, known)
        workspace.save_raw(data, "".join(path.suffixes[-2:]))
        workspace.record_origins([origin])
        workspace.commit(_tables_of_visits(read), source=digest)
        counts = {
            "visit row": len(read.visits),
            "other source": read.n_other,
            "totals row": read.n_totals,
            "problem": len(read.problems),
        }
        taken.files.append(TakenFile(path.name, counts))
        taken.problems += read.problems
    return taken


def _read_export(origin: Origin, data: bytes, known: Iterable[Visit]) -> VisitsRead:
    """Read an export; say of other exports' rows that they tell of the same days."""
    read = read_visits(
        data,
        name=origin.name,
        raw_ref=origin.sha256,
        collected_at=origin.at,
        host=origin.host,
        period=origin.period,
    )
    before, _ = settle(known)
    _, left = settle([*before, *read.visits])
    lost = Counter(visit.file for visit in left)
    told = [
        Problem(
            "collect",
            origin.name,
            None,
            None,
            f"{n} rows of {file} tell of days that other rows of their host and source tell too: "
            "they are not counted.",
            "Nothing, if the later export is the better one; else collect the other once more.",
        )
        for file, n in sorted(lost.items())
    ]
    return read._replace(problems=[*read.problems, *told])


def _tables_of_visits(read: VisitsRead) -> dict[str, pa.Table]:
    return {
        "visits": to_arrow(read.visits, Visit),
        "problems": to_arrow(read.problems, Problem),
    }


def open_fetcher(settings: CollectSettings, *, allow_private: bool) -> HttpFetcher:
    """Open the door to the network as beleg.toml has it."""
    return HttpFetcher(
        contact=settings.contact,
        delay_seconds=settings.delay_seconds,
        max_bytes=settings.max_megabytes * 1_000_000,
        timeout_seconds=settings.timeout_seconds,
        allow_private=allow_private or settings.allow_private,
    )


def take_pages(  # noqa: PLR0913 # likewise
    workspace: Workspace,
    sources: Sequence[str],
    *,
    follow: bool,
    base_url: str | None,
    allow_private: bool,
    now: datetime,
    on_progress: Progress,
) -> Taken:
    """Read pages and feeds from files, folders and addresses, and commit them in batches.

    A text that is known already is not stored again, so it keeps its ``first_seen_at``; one that
    is forgotten is not taken, nor is a file that holds nothing else.
    """
    settings = workspace.settings().collect
    fetcher = open_fetcher(settings, allow_private=allow_private)
    documents = workspace.arrow("documents")
    known = set(documents["document_id"].to_pylist())
    gone = read_gone(workspace)
    taken = Taken()
    reads = collect_sources(
        sources,
        fetcher=fetcher,
        follow=follow,
        base_url=base_url,
        seen_at=now,
        known=set(documents["canonical_url"].to_pylist()),
        max_bytes=settings.max_megabytes * 1_000_000,
        on_progress=on_progress,
    )
    for batch in _batches(reads):
        merged = Collected([], [], [], [], [], 0)
        origins: list[Origin] = []
        for read in batch:
            collected, n_forgotten = leave_out(read.collected, gone)
            new = [d for d in collected.documents if d.document_id not in known]
            known.update(document.document_id for document in new)
            merged.documents.extend(new)
            merged.texts.extend(collected.texts)
            merged.problems.extend(collected.problems)
            if read.data is not None and (collected.texts or not n_forgotten):
                digest = workspace.save_raw(read.data, read.suffix)
                told = {key: getattr(read, key) for key in ("url", "base_url", "content_type")}
                origins.append(Origin(digest, "pages", read.name, now, **told))
            counts = {
                "new text": len(new),
                "known text": len(read.collected.documents) - len(new) - n_forgotten,
                "forgotten text": n_forgotten,
                "teaser": 0 if follow else read.n_teasers,
                "problem": len(collected.problems),
            }
            taken.files.append(TakenFile(read.name, counts))
        workspace.record_origins(origins)
        _commit_pages(workspace, merged, {read.name for read in batch})
        taken.problems += merged.problems
    return taken


def _commit_pages(workspace: Workspace, merged: Collected, names: set[str]) -> None:
    """Commit new texts beside the old ones, and say of these sources only what is true now."""
    if merged.documents:
        tables = _tables(merged)
        source = content_id("pages", *(document.document_id for document in merged.documents))
        workspace.commit({k: tables[k] for k in ("documents", "texts")}, source=source)
    old = [p for p in workspace.rows(Problem) if p.stage == "pages"]
    new = [p for p in old if p.source not in names]
    new += [dataclasses.replace(problem, stage="pages") for problem in merged.problems]
    # A name that was mistyped is no problem of the workspace.
    new = [p for p in new if p.source.startswith("http") or Path(p.source).exists()]
    if new != old:
        workspace.commit({"problems": to_arrow(new, Problem)}, source="pages")


def _batches(reads: Iterable[SourceRead]) -> Iterator[list[SourceRead]]:
    batch: list[SourceRead] = []
    for read in reads:
        batch.append(read)
        if len(batch) == BATCH_PAGES:
            yield batch
            batch = []
    if batch:
        yield batch


def take_again(workspace: Workspace, *, on_progress: Progress) -> Taken:
    """Read everything in raw/ anew, as it once came in, in place of all that was collected.

    Times stay what they were: a text keeps the moment at which it was first seen. Of a file of
    answers that was collected several times the last options hold, as they did then.
    """
    taken = Taken()
    origins = workspace.origins()
    last = {origin.sha256: origin for origin in origins if origin.kind == "answers"}
    exports = {origin.sha256: origin for origin in origins if origin.kind == "visits"}
    last |= exports
    todo = [o for o in origins if o.kind == "pages" or last[o.sha256] is o]
    visits: list[Visit] = []
    max_bytes = workspace.settings().collect.max_megabytes * 1_000_000
    gone = read_gone(workspace)

    def batches() -> Iterator[tuple[str, dict[str, pa.Table]]]:
        of_pages: list[Problem] = []
        for index, origin in enumerate(todo):
            if origin.kind == "visits":
                read = _read_export(origin, workspace.read_raw(origin.sha256), visits)
                visits.extend(read.visits)
                counts = {"visit row": len(read.visits), "problem": len(read.problems)}
                taken.files.append(TakenFile(origin.name, counts))
                taken.problems += read.problems
                yield origin.sha256, _tables_of_visits(read)
                continue
            collected = _read_again(origin, workspace.read_raw(origin.sha256), max_bytes)
            collected, n_forgotten = leave_out(collected, gone)
            counts = {
                "answer": len({answer.answer_id for answer in collected.answers}),
                "text": 0 if collected.answers else len(collected.documents),
                "forgotten text": n_forgotten,
                "problem": len(collected.problems),
            }
            taken.files.append(TakenFile(origin.name, counts))
            taken.problems += collected.problems
            tables, source = _tables(collected), origin.sha256
            if origin.kind == "pages":
                of_pages += [dataclasses.replace(p, stage="pages") for p in collected.problems]
                tables["problems"] = to_arrow([], Problem)
                source = content_id("pages", *(d.document_id for d in collected.documents))
            yield source, tables
            on_progress("collect", index + 1, len(todo))
        yield "pages", {"problems": to_arrow(of_pages, Problem)}

    workspace.rebuild(batches())
    return taken


def _read_again(origin: Origin, data: bytes, max_bytes: int) -> Collected:
    if origin.kind == "pages":
        return read_content(
            origin.name,
            data,
            url=origin.url,
            content_type=origin.content_type,
            base_url=origin.base_url,
            seen_at=origin.at,
            max_bytes=None if origin.url else max_bytes,
        ).collected
    try:
        return read_answers(
            data,
            name=origin.name,
            raw_ref=origin.sha256,
            engine=origin.engine,
            shape=origin.shape,
            flags=origin.flags,
            collected_at=origin.at,
        )
    except BelegError as error:
        problem = Problem("collect", origin.name, None, None, error.message, error.remedy)
        return Collected([], [], [], [], [problem], 0)


def list_raw(workspace: Workspace, *, on_progress: Progress) -> list[RawFile]:
    """Read every raw file anew, and say what each holds; those that are missing are left out.

    Tables alone do not say it: a text that was known already was not stored again, and the file
    that it came in was.
    """
    max_bytes = workspace.settings().collect.max_megabytes * 1_000_000
    origins = workspace.origins()
    files = []
    for index, origin in enumerate(origins):
        if origin.kind == "visits":  # sums of visits: nobody's text, and nobody's name
            continue
        try:
            data = workspace.read_raw(origin.sha256)
        except StoreError:
            continue
        collected = _read_again(origin, data, max_bytes)
        url = canonical_url(origin.url or "")
        files.append(
            RawFile(
                origin.sha256,
                (origin.name,),
                frozenset(document.document_id for document in collected.documents),
                len(collected.answers),
                frozenset({url} if url else ()),
            )
        )
        on_progress("raw files", index + 1, len(origins))
    return list(join_files(files))

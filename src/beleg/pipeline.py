"""The whole job on one page: frame > ground > origin > measure, share > prove > report.

Each step reads tables of the workspace, computes, and commits its own tables in one rename. A
step whose input did not change since its last commit is left alone; ``force`` recomputes it.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from beleg import acts, frame, ground, keeping, measure, share
from beleg.catalogue import keep_seen
from beleg.ground.blocks import Block, fingerprint_code
from beleg.ground.claims import find_claims
from beleg.ground.model import default_threshold
from beleg.prove import upkeep
from beleg.prove.history import list_closed
from beleg.prove.statements import read_root
from beleg.records import (
    Answer,
    Citation,
    Claim,
    Entitlement,
    Frame,
    Holding,
    Observation,
    Ownership,
    Pot,
    Prompt,
    Publisher,
    Rightsholder,
)
from beleg.repeats import find_repeats
from beleg.report.html import render
from beleg.report.summary import ReportSettings
from beleg.settings import Settings, read_panels
from beleg.share.counted import sum_amounts
from beleg.store import Progress, Workspace, write_durably
from beleg.tables import TABLES, schema_of, to_arrow
from beleg.terms import read_currency_of_answers

GIVES: dict[str, tuple[str, ...]] = {
    "frame": (
        "publishers",
        "ownerships",
        "holdings",
        "rightsholders",
        "entitlements",
        "prompts",
        "observations",
        "frames",
        "pots",
        *acts.GIVEN,
    ),
    "ground": ("claims", "passages", "supports", "claim_links"),
    "origin": ("origins",),
    "measure": ("mentions", "counts", "estimates"),
    "share": ("claim_weights", "stakes", "shares", "payouts", "balances", "money_intervals"),
}
"""Which tables each step computes."""

_COLLECTED = ("answers", "citations", "documents", "texts")


class Step(NamedTuple):
    """What one step did."""

    name: str
    rows: dict[str, int]
    seconds: float
    fresh: bool = True
    """False where nothing had changed and nothing was computed."""
    files: tuple[Path, ...] = ()
    notes: tuple[str, ...] = ()
    """What the user should know of it."""


def _no_progress(_stage: str, _done: int, _total: int) -> None:
    """Say nothing."""


def _step(
    ws: Workspace,
    name: str,
    reads: tuple[object, ...],
    compute: Callable[[], Mapping[str, pa.Table]],
    *,
    force: bool,
) -> Step:
    """Compute and commit one step, unless nothing that it reads (tables, settings) has changed."""
    started = time.monotonic()
    tables = [item for item in reads if isinstance(item, str)]
    rest = [item for item in reads if not isinstance(item, str)]
    # A changed column makes the step due again, as a changed input does.
    columns = [str(schema_of(TABLES[table])) for table in GIVES[name]]
    fingerprint = ws.fingerprint_of(tables, name, version("beleg"), columns, rest)
    fresh = force or ws.manifest.stages.get(name) != fingerprint or ws.lacks(GIVES[name])
    if fresh:
        ws.commit(dict(compute()), source=name, fingerprint=fingerprint)
    parts = ws.manifest.tables
    rows = {table: sum(p.rows for p in parts.get(table, ())) for table in GIVES[name]}
    return Step(name, rows, time.monotonic() - started, fresh)


def run_frame(ws: Workspace, *, force: bool = False) -> Step:
    """Derive who could be seen and what was asked, from beleg.toml and what was collected."""
    settings = ws.settings()
    panels = read_panels(settings, ws.path)
    frames = frame.derive_frames(settings, panels)
    pots = frame.derive_pots(settings, default_threshold(), frames)
    decided = acts.read_acts(ws.path, pots)

    def compute() -> Mapping[str, pa.Table]:
        answers, citations = ws.rows(Answer), ws.rows(Citation)
        hosts = {c.host for c in citations if c.host}
        hosts.update(host for host in ws.arrow("documents")["host"].to_pylist() if host)
        observations = to_arrow(find_repeats(answers, citations), Observation)
        tables = {"observations": observations, "frames": to_arrow(frames, Frame)}
        derived = {
            "publishers": to_arrow(frame.derive_publishers(settings, hosts), Publisher),
            "ownerships": to_arrow(frame.derive_ownerships(settings), Ownership),
            "holdings": to_arrow(frame.derive_holdings(settings, hosts), Holding),
            "rightsholders": to_arrow(frame.derive_rightsholders(settings), Rightsholder),
            "entitlements": to_arrow(frame.derive_entitlements(settings), Entitlement),
            "prompts": to_arrow(frame.derive_prompts(settings, panels, answers), Prompt),
            "pots": to_arrow(_fill_amounts(ws, settings, pots, tables), Pot),
            **tables,
            **decided.to_tables(),
        }
        return keeping.blank_forgotten(derived, ws.arrow("forgotten"))

    reads = (*_COLLECTED, "forgotten", settings, panels, decided)
    step = _step(ws, "frame", reads, compute, force=force)
    # Of the catalogue's houses only those that were seen: who has declared six expects six.
    n_seen = len(keep_seen(ws.rows(Publisher), ws.rows(Holding)))
    return step._replace(rows={**step.rows, "publishers": n_seen})


def _fill_amounts(
    ws: Workspace, settings: Settings, pots: list[Pot], tables: Mapping[str, pa.Table]
) -> list[Pot]:
    """Give the pots that hold what their answers bring the sum of it.

    Answers that make no statement bring nothing, so the statements are needed before `ground` has
    stored them: they are read from the answers once more, where a pot asks for it.
    """
    wanted = {item.id for item in settings.pots if read_currency_of_answers(item.amount)}
    if not wanted:
        return pots
    links: dict[str, list[Citation]] = {}
    for citation in ws.rows(Citation):
        links.setdefault(citation.answer_id, []).append(citation)
    answers = ws.rows(Answer)
    claims = [c for a in answers for c in find_claims(a, links.get(a.answer_id, ()))]
    given = {**tables, "answers": ws.arrow("answers"), "claims": to_arrow(claims, Claim)}
    return [
        frame.set_gross(pot, sum_amounts(given, pot)) if pot.pot_id in wanted else pot
        for pot in pots
    ]


class KeptBlocks:
    """Finished blocks of claims as files of a folder, which may be deleted at any time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        for file in folder.glob(".*.tmp"):  # a kill left it
            file.unlink()

    def read(self) -> Iterator[Block]:
        """Give the blocks; a damaged one is deleted and computed again."""
        for file in sorted(self._folder.glob("*.parquet")):
            try:
                supports = pq.read_table(file)
                keys, claim_ids = json.loads(supports.schema.metadata[b"claims"])
            except (OSError, pa.ArrowException, ValueError, KeyError, TypeError):
                file.unlink(missing_ok=True)
                continue
            yield Block(tuple(keys), tuple(claim_ids), supports.replace_schema_metadata(None))

    def write(self, block: Block) -> None:
        """Keep a block; after this it survives a kill."""
        sink = pa.BufferOutputStream()
        claims = json.dumps([block.keys, block.claim_ids])
        pq.write_table(block.supports.replace_schema_metadata({"claims": claims}), sink)
        name = hashlib.sha256(claims.encode()).hexdigest()[:24]
        write_durably(self._folder / f"{name}.parquet", sink.getvalue().to_pybytes())


def _open_blocks(ws: Workspace, *, force: bool) -> KeptBlocks:
    """Open what is kept for this corpus, model and code; what is kept for others is deleted."""
    own = ws.fingerprint_of(("documents", "texts"), version("beleg"), fingerprint_code())[:16]
    place = ws.path / "kept" / "ground"
    for folder in place.glob("*"):
        if force or folder.name != own:
            shutil.rmtree(folder)
    return KeptBlocks(place / own)


def run_ground(
    ws: Workspace, *, force: bool = False, on_progress: Progress = _no_progress
) -> Step:
    """Tie every statement to the passages it rests on; what a killed run finished is used."""

    def compute() -> Mapping[str, pa.Table]:
        tables = [ws.arrow(name) for name in _COLLECTED]
        blocks = _open_blocks(ws, force=force)
        found = ground.ground(*tables, on_progress=on_progress, blocks=blocks)._asdict()
        return keeping.put_back(found, ws.arrow)

    reads = (*_COLLECTED, *keeping.READS, (fingerprint_code(),))
    return _step(ws, "ground", reads, compute, force=force)


def run_origin(
    ws: Workspace, *, force: bool = False, on_progress: Progress = _no_progress
) -> Step:
    """Find which passages repeat an earlier passage of another house.

    A dateline can move money: only names that beleg.toml itself gives to a house are read in it,
    none that it inherits from the catalogue.
    """
    written = {item.id: item.aliases for item in ws.settings().publishers}

    def compute() -> Mapping[str, pa.Table]:
        houses = {row.host: row.publisher_id for row in ws.rows(Holding)}
        names = {}
        for row in ws.rows(Publisher):
            own = [alias for alias in row.aliases if alias in written.get(row.publisher_id, ())]
            if row.declared:
                names[row.publisher_id] = (row.publisher_id, row.name, *own)
        tables = [ws.arrow(name) for name in ("documents", "texts", "passages")]
        found = ground.find_origins(
            *tables, houses=houses, publishers=names, on_progress=on_progress
        )
        return {"origins": keeping.put_back_origins(found, ws.arrow)}

    reads = ("documents", "texts", "passages", "holdings", "publishers", *keeping.READS, written)
    return _step(ws, "origin", reads, compute, force=force)


def run_measure(
    ws: Workspace, *, force: bool = False, on_progress: Progress = _no_progress
) -> Step:
    """Measure who is visible, with intervals clustered by prompt."""
    seen = [name for name in GIVES["frame"] if name not in acts.GIVEN]
    reads = (*_COLLECTED, "link_checks", *GIVES["ground"], *seen)

    def compute() -> Mapping[str, pa.Table]:
        tables = {name: ws.arrow(name) for name in reads}
        threshold = default_threshold()
        found = measure.measure(tables, threshold=threshold, on_progress=on_progress)
        return found._asdict()

    return _step(ws, "measure", reads, compute, force=force)


SHARE_READS = ("answers", "citations", "documents", "origins", *GIVES["ground"], *GIVES["frame"])
"""Which tables the share step reads."""


def read_share_tables(ws: Workspace) -> dict[str, pa.Table]:
    """Read what the share step splits by."""
    tables = {name: ws.arrow(name) for name in SHARE_READS}
    # A platform holds no rights in what others post there: it is measured, and plays for none.
    reasons = tables["holdings"]["reason"].to_pylist()
    own = pa.array([reason != "platform" for reason in reasons], pa.bool_())
    tables["holdings"] = tables["holdings"].filter(own)
    return tables


def run_share(ws: Workspace, *, force: bool = False) -> Step:
    """Split the pots of beleg.toml between the sources that the answers rest on."""

    def compute() -> Mapping[str, pa.Table]:
        return share.share(read_share_tables(ws))._asdict()

    return _step(ws, "share", SHARE_READS, compute, force=force)


def run_prove(ws: Workspace, *, force: bool = False) -> Step:
    """Write the statements of every pot under statements/<period>/<pot>/.

    A statement that says something else than the one before, or whose pot is gone or stands in
    another period, is no longer the pot's: the old one is kept in superseded/, and a note says
    so. The statement of a closed pot is never replaced: what has changed since goes into the next
    pot of its series. New roots are entered in the journal, and the journal is signed.
    A statement that is up to date and whole is left alone; ``force`` writes it anew.
    """
    started = time.monotonic()
    tables = read_all(ws)
    pots = {pot.pot_id: pot for pot in ws.rows(Pot)}
    closed = list_closed(acts.read_journal(ws.path))
    kept = {ws.path / "statements" / row["period"] / name: row for name, row in closed.items()}
    # A pot that could not be settled has no payouts; why stands among the problems.
    settled = sorted({*tables["payouts"]["pot_id"].to_pylist()} & pots.keys() - closed.keys())
    current = {ws.path / "statements" / pots[name].period / name: name for name in settled}
    stale = sorted(file.parent for file in (ws.path / "statements").glob("*/*/manifest.json"))
    gone = [folder for folder in stale if folder not in current and folder not in kept]
    notes = acts.check_closed(kept, tables["balances"])
    notes += [
        upkeep.set_aside(ws, folder, "its pot is gone, or in another period") for folder in gone
    ]
    for folder in gone:
        shutil.rmtree(folder)
    for folder, name in current.items():
        notes += upkeep.write_statement(ws, name, folder, tables, force=force)
    acts.record_statements(ws.path, {name: folder for folder, name in current.items()})
    rows = {"statements": len(current) + len(kept)}
    files = (*current, *kept)
    return Step("prove", rows, time.monotonic() - started, files=files, notes=tuple(notes))


def run_report(ws: Workspace, *, language: str | None = None, path: Path | None = None) -> Step:
    """Write the report as one HTML file; by default under reports/."""
    started = time.monotonic()
    settings = ws.settings()
    language = language or settings.report.language
    roots = {
        pot.pot_id: (f"statements/{pot.period}/{pot.pot_id}", root)
        for pot in ws.rows(Pot)
        if (root := read_root(ws.path / "statements" / pot.period / pot.pot_id))
    }
    html = render(
        read_all(ws),
        settings=ReportSettings(
            title=settings.report.title,
            us=settings.report.us,
            timezone=settings.timezone,
            threshold=default_threshold(),
            generated_at=None,
            statements=roots,
        ),
        language="de" if language == "de" else "en",
    )
    path = path or ws.path / "reports" / f"report.{language}.html"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(html, encoding="utf-8")
    return Step("report", {}, time.monotonic() - started, files=(path,))


def read_all(ws: Workspace) -> dict[str, pa.Table]:
    """Read every table of the workspace."""
    return {name: ws.arrow(name) for name in TABLES}


def run(
    ws: Workspace,
    *,
    force: bool = False,
    language: str | None = None,
    on_progress: Progress = _no_progress,
    on_step: Callable[[Step], None] = lambda _step: None,
) -> list[Step]:
    """Run the whole job; collecting is a step of its own, before it.

    Args:
        ws: A workspace open for writing.
        force: Recompute also what is up to date.
        language: Of the report; None takes beleg.toml's.
        on_progress: Told how far a long step is.
        on_step: Told of each step when it is done.
    """
    work: tuple[Callable[[], Step], ...] = (
        lambda: run_frame(ws, force=force),
        lambda: run_ground(ws, force=force, on_progress=on_progress),
        lambda: run_origin(ws, force=force, on_progress=on_progress),
        lambda: run_measure(ws, force=force, on_progress=on_progress),
        lambda: run_share(ws, force=force),
        lambda: run_prove(ws, force=force),
        lambda: run_report(ws, language=language),
    )
    steps = []
    for step in work:
        steps.append(step())
        on_step(steps[-1])
    return steps

"""The report as plain values, before any word or mark-up: tables in, :class:`Summary` out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import pyarrow as pa

from beleg.catalogue import keep_seen
from beleg.records import Estimate, Problem
from beleg.report.advice import Advice, advise
from beleg.report.evidence import Evidence, show_answers
from beleg.report.facts import build_facts
from beleg.report.faults import Faults, show_faults
from beleg.report.findings import Findings, find_all
from beleg.report.owed import Owed, show_pots
from beleg.report.verdict import Verdict, judge
from beleg.report.visibility import Engine, show_engines
from beleg.tables import empty, from_arrow


@dataclass(frozen=True, slots=True)
class ReportSettings:
    """For whom the report is written, and what it may take for granted."""

    title: str | None = None
    us: tuple[str, ...] = ()
    """Publisher ids that are "we". Empty: all declared ones; none declared: the domains that are
    linked most."""
    timezone: str = "Europe/Berlin"
    threshold: int = 5000
    """Least support that counts as carrying a claim, 0..10000; the pipeline passes the model's."""
    generated_at: str | None = None
    """ISO time, printed as it is; None prints none, so that equal tables give equal bytes."""
    statements: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Pot id to the statements' folder, relative to the workspace, and the Merkle root."""


@dataclass(frozen=True, slots=True)
class Summary:
    """Everything that the report shows."""

    us: tuple[str, ...]
    """Names."""
    us_kind: str
    threshold: int
    n_answers: int
    n_counted: int
    n_prompts: int
    n_publishers: int
    n_declared: int
    first_at: datetime | None
    last_at: datetime | None
    flags: dict[str, tuple[str, ...]]
    """Engine to what was declared of its files."""
    verdict: Verdict
    findings: Findings
    advice: tuple[Advice, ...]
    engines: tuple[Engine, ...]
    evidence: Evidence
    pots: tuple[Owed, ...]
    faults: Faults


def summarise(tables: Mapping[str, pa.Table], settings: ReportSettings) -> Summary:
    """Find everything that the report shows.

    Args:
        tables: Name of a table in ``records.TABLES`` to its rows; one that is missing is empty.
        settings: For whom.

    Raises:
        ValueError: Where ``us`` names no known publisher, the zone does not exist, or
            ``generated_at`` is no ISO time.
    """
    facts = build_facts(
        tables, us=settings.us, threshold=settings.threshold, timezone=settings.timezone
    )
    moment = settings.generated_at
    now = datetime.fromisoformat(moment) if moment is not None else None
    engines = show_engines(
        facts, from_arrow(tables.get("estimates", empty("estimates")), Estimate)
    )
    faults = show_faults(facts, from_arrow(tables.get("problems", empty("problems")), Problem))
    findings = find_all(facts)
    pots = show_pots(facts, tables, settings.statements)
    times = sorted(
        answer.asked_at.astimezone(facts.zone)
        for answer in facts.answers.values()
        if answer.asked_at is not None
    )
    held = [row for rows in facts.holdings.values() for row in rows]
    return Summary(
        us=tuple(facts.name_of(key) for key in facts.us),
        us_kind=facts.us_kind,
        threshold=settings.threshold,
        n_answers=len(facts.answers),
        n_counted=len(facts.counted),
        n_prompts=len({answer.prompt_id for answer in facts.answers.values()}),
        n_publishers=len(keep_seen(facts.publishers.values(), held)),
        n_declared=sum(publisher.declared for publisher in facts.publishers.values()),
        first_at=times[0] if times else None,
        last_at=times[-1] if times else None,
        flags={engine.name: engine.flags for engine in engines if engine.flags},
        verdict=judge(facts, now),
        findings=findings,
        advice=advise(facts, findings, engines=engines, faults=faults, pots=pots),
        engines=engines,
        evidence=show_answers(facts),
        pots=pots,
        faults=faults,
    )

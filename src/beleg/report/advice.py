"""What to do: each line follows from something that the report shows further down."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from beleg.records import EstimateStatus
from beleg.report.facts import Facts
from beleg.report.faults import Faults
from beleg.report.findings import Findings, Found, Lost
from beleg.report.owed import Owed
from beleg.report.visibility import Engine

N_NAMED = 3
MAX_EACH = 3
LARGE_UNSUPPORTED = 0.25
"""Part of a pot without a source from which the report says whose pages are missing."""


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing to do: the key of its sentence and what is filled in."""

    key: str
    values: dict[str, str | int] = field(default_factory=dict)
    href: str = ""
    """Section that it follows from."""


def advise(
    facts: Facts,
    findings: Findings,
    *,
    engines: Sequence[Engine],
    faults: Faults,
    pots: Sequence[Owed],
) -> tuple[Advice, ...]:
    """Derive what to do, the most urgent first; empty where nothing follows."""
    found: list[Advice] = []
    if facts.us_kind == "measured" and facts.answers:
        found.append(Advice("do_declare_us", {}, ""))
    found += _of_flags(engines)
    if facts.us_kind != "measured":  # nobody claims what is somebody else's
        found += _of_findings("do_correct", findings.misattributed, "#misattributed")
        found += _of_findings("do_credit", findings.uncredited, "#uncredited")
    found += _of_lost(findings.lost)
    found += _of_missing_pages(facts, pots)
    found += _of_hosts(facts)
    found += _of_thin(engines)
    found += [
        Advice(
            "do_problem" if g.source else "do_problem_bare",
            {"n": g.n, "source": g.source, "message": g.message, "remedy": g.remedy},
            "#faults",
        )
        for g in faults.groups
        if g.remedy
    ][:MAX_EACH]
    return tuple(found)


def _of_flags(engines: Sequence[Engine]) -> list[Advice]:
    return [
        Advice("do_flag", {"engine": engine.name, "flag": flag}, "#faults")
        for engine in engines
        for flag in engine.flags
    ]


def _of_findings(key: str, rows: Sequence[Found], href: str) -> list[Advice]:
    """One line for each house and engine, with the page that is concerned most often."""
    pages: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for row in rows:
        source = row.source
        pages[row.publisher, row.engine][source.title if source else ""] += 1
    ranked = sorted(pages.items(), key=lambda item: (-item[1].total(), item[0]))
    advice = []
    for (publisher, engine), titles in ranked[:MAX_EACH]:
        named = sorted((title for title in titles if title), key=lambda t: (-titles[t], t))
        values: dict[str, str | int] = {"n": titles.total(), "publisher": publisher}
        values |= {"engine": engine, "page": named[0] if named else ""}
        advice.append(Advice(f"{key}_page" if named else key, values, href))
    return advice


def _of_lost(lost: Sequence[Lost]) -> list[Advice]:
    """One line for the topic with most lost questions, naming who is linked there."""
    topics: dict[str, list[Lost]] = defaultdict(list)
    for row in lost:
        if row.topic:
            topics[row.topic].append(row)
    ranked = sorted(topics.items(), key=lambda item: (-len(item[1]), item[0]))
    advice = []
    for topic, rows in ranked[:2]:
        winners: Counter[str] = Counter()
        for row in rows:
            winners.update(dict(row.winners))
        top = min(winners, key=lambda name: (-winners[name], name), default="")
        values: dict[str, str | int] = {"n": len(rows), "topic": topic, "winner": top}
        advice.append(Advice("do_topic" if top else "do_topic_nobody", values, "#lost"))
    return advice


def _of_missing_pages(facts: Facts, pots: Sequence[Owed]) -> list[Advice]:
    """Name the declared houses whose linked pages are not held: no text, no support, no money."""
    missing: dict[str, set[str]] = defaultdict(set)
    for answer in facts.answered():
        for link in facts.links.get(answer.answer_id, ()):
            holder = facts.publishers.get(link.publisher_id or "")
            url = link.canonical_url
            if not link.shown or holder is None or not holder.declared or not url:
                continue
            if url not in facts.known_urls and holder.publisher_id not in facts.platforms:
                missing[holder.name].add(url)
    ranked = sorted(missing.items(), key=lambda item: (-len(item[1]), item[0]))
    advice = [
        Advice("do_collect", {"n": len(urls), "publisher": name}, "#money")
        for name, urls in ranked[:MAX_EACH]
    ]
    for owed in pots:
        part = sum(float(line.part) for line in owed.lines if line.payee == "unsupported")
        if part >= LARGE_UNSUPPORTED:
            percent = round(100 * part)
            advice.append(
                Advice("do_unsupported", {"pot": owed.pot.pot_id, "percent": percent}, "#money")
            )
    return advice


def _of_hosts(facts: Facts) -> list[Advice]:
    """Count the linked domains that nobody declared, platforms aside; name the most linked."""
    linked: Counter[str] = Counter()
    for answer in facts.answered():
        for key in facts.publishers_linked(answer.answer_id):
            holder = facts.publishers.get(key)
            if key not in facts.platforms and (holder is None or not holder.declared):
                linked[facts.name_of(key)] += 1
    if not linked or facts.us_kind == "measured":
        return []
    top = sorted(linked, key=lambda name: (-linked[name], name))[:N_NAMED]
    return [Advice("do_hosts", {"n": len(linked), "names": ", ".join(top)}, "#visible")]


def _of_thin(engines: Sequence[Engine]) -> list[Advice]:
    advice = []
    for engine in engines:
        ours = [row for chart in engine.charts for row in chart.rows if row.is_us]
        thin = [row for row in ours if row.estimate.status == EstimateStatus.TOO_THIN]
        if ours and len(thin) * 2 > len(ours):
            values: dict[str, str | int] = {"engine": engine.name, "n": engine.n_prompts}
            advice.append(Advice("do_ask_more", values, "#visible"))
    return advice[:MAX_EACH]

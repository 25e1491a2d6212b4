"""The verdict in words: one sentence, so that nobody has to read a chart to know."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from beleg.formats import (
    Language,
    format_interval,
    format_number,
    format_points,
    format_week,
    format_weeks,
)
from beleg.records import EstimateStatus
from beleg.report.verdict import Change, Figure, Verdict
from beleg.report.words import WORDS, word

MAX_ENGINES = 3
"""Engines that the sentence names; the others are counted."""

Flags = Mapping[str, tuple[str, ...]]


def name_flag(flag: str, language: Language) -> str:
    """Say a flag in words; one that is not known is shown as it was declared."""
    key = f"flag_{flag}"
    return word(key, language) if key in WORDS else flag


def write_engine(engine: str, language: Language) -> str:
    """Write the name that readers know an engine by; one that is not known stays as it is."""
    key = f"engine_name_{engine}"
    return word(key, language) if key in WORDS else engine


def compose_verdict(verdict: Verdict, flags: Flags, language: Language) -> str:
    """Write the sentence, with its stop.

    Args:
        verdict: Its parts.
        flags: Engine to what was declared of its files; named beside every figure of it.
        language: de or en.
    """
    if verdict.kind in {"nothing", "unlinked"}:
        return word(f"v_{verdict.kind}", language) + "."
    span = word("v_all_weeks", language)
    if verdict.first_week and verdict.last_week:
        span = format_weeks(verdict.first_week, verdict.last_week, language)
    span = span[0].upper() + span[1:]
    clear = [figure for figure in verdict.figures if figure.status == EstimateStatus.OK]
    if clear:
        figures = _list_figures(clear, flags, language)
        key = "v_top" if verdict.kind == "top" else "v_us_one" if verdict.subject else "v_us_many"
        head = word(
            key, language, span=span, subject=verdict.subject, figures=figures, n=verdict.n_us
        )
        thin = [name_engine(f.engine, flags, language) for f in verdict.figures if f not in clear]
        if thin:
            head += "; " + word("v_thin_engines", language, engines=_join(thin, language))
    else:
        subject = verdict.subject or word("v_one_of_us", language, n=verdict.n_us)
        counts = _list_counts(verdict.figures, flags, language)
        head = word("v_thin", language, span=span, subject=subject, counts=counts)
    return f"{head}; {_compose_change(verdict, flags, language)}."


def name_engine(engine: str, flags: Flags, language: Language) -> str:
    """Name an engine, with what was declared of its files."""
    declared = ", ".join(name_flag(flag, language) for flag in flags.get(engine, ()))
    name = write_engine(engine, language)
    return f"{name} ({declared})" if declared else name


def _list_counts(figures: Sequence[Figure], flags: Flags, language: Language) -> str:
    """Count in the answers at hand: true of them, and claimed of no others."""
    parts = []
    for place, figure in enumerate(figures[:MAX_ENGINES]):
        engine = name_engine(figure.engine, flags, language)
        key = "v_count" if place else "v_count_first"
        parts.append(word(key, language, hits=figure.n_hits, n=figure.n, engine=engine))
    return _join_some(parts, len(figures), language)


def _list_figures(figures: Sequence[Figure], flags: Flags, language: Language) -> str:
    parts = []
    for place, figure in enumerate(figures[:MAX_ENGINES]):
        rate = format_interval(
            figure.value or 0.0, figure.low or 0.0, figure.high or 0.0, language
        )
        engine = name_engine(figure.engine, flags, language)
        key = "v_figure" if place else "v_figure_first"
        parts.append(word(key, language, rate=rate, engine=engine))
    return _join_some(parts, len(figures), language)


def _join_some(parts: Sequence[str], n_all: int, language: Language) -> str:
    text = _join(parts, language)
    more = n_all - MAX_ENGINES
    return f"{text} ({word('v_more', language, n=more)})" if more > 0 else text


def _compose_change(verdict: Verdict, flags: Flags, language: Language) -> str:
    if verdict.week is None or verdict.before is None:
        key = "v_no_times" if verdict.first_week is None else "v_no_before"
        return word(key, language)
    groups: dict[str, list[Change]] = defaultdict(list)
    for change in verdict.changes:
        key = change.verdict if change.verdict != "changed" else f"changed {change.engine}"
        groups[key].append(change)
    parts = []
    for changes in groups.values():
        text = _name_change(changes[0], language)
        engines = [name_engine(change.engine, flags, language) for change in changes]
        if len(groups) > 1 or changes[0].verdict == "changed":
            text = word("v_at", language, verdict=text, engines=_join(engines, language))
        parts.append(text)
    same = verdict.first_week == verdict.last_week == verdict.week
    return word(
        "v_against_before" if same else "v_against",
        language,
        week=format_week(verdict.week, language),
        before=format_week(verdict.before, language),
        verdict=", ".join(parts) or word("v_too_little_data", language),
    )


def _name_change(change: Change, language: Language) -> str:
    if change.verdict != "changed":
        return word(f"v_{change.verdict}", language)
    return word(
        "v_changed",
        language,
        points=format_points(change.difference or 0.0, language),
        low=format_number(100 * (change.low or 0.0), language, 1),
        high=format_number(100 * (change.high or 0.0), language, 1),
    )


def _join(parts: Sequence[str], language: Language) -> str:
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {word('v_and', language)} {parts[-1]}"

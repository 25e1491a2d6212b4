"""One self-contained HTML file: the summary's values put into templates, escaped by default."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import lru_cache, partial
from hashlib import sha256
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

import pyarrow as pa
from markupsafe import Markup

from beleg import formats
from beleg.formats import Language
from beleg.records import Estimate, EstimateStatus
from beleg.report.advice import Advice
from beleg.report.charts import draw_course, draw_interval, draw_step
from beleg.report.courses import Course, House, place_weeks
from beleg.report.evidence import N_COLOURS
from beleg.report.likely import write_likely
from beleg.report.sentence import Flags, compose_verdict, name_engine, name_flag, write_engine
from beleg.report.summary import ReportSettings, summarise
from beleg.report.verdict import LEVEL
from beleg.report.visibility import COUNTED, SEGMENTS
from beleg.report.words import WORDS, word
from beleg.templates import open_templates

LANGUAGES = ("de", "en")


def render(tables: Mapping[str, pa.Table], *, settings: ReportSettings, language: Language) -> str:
    """Write the report as one HTML file that loads nothing.

    Args:
        tables: Name of a table in ``records.TABLES`` to its rows; one that is missing is empty.
        settings: For whom.
        language: ``de`` or ``en``.

    Returns:
        The file's text; byte for byte the same for the same rows in any order.

    Raises:
        ValueError: For another language, or settings that cannot be met (see ``summarise``).
    """
    if language not in LANGUAGES:
        raise ValueError(f"language == {language!r}, must be one of {', '.join(LANGUAGES)}.")
    summary = summarise(tables, settings)
    style, script = read_file("style.css"), read_file("script.js")
    template = open_templates("beleg.report").get_template("report.html.j2")
    return template.render(
        **_helpers(language),
        advice=[write_advice(item, summary.flags, language) for item in summary.advice],
        s=summary,
        settings=settings,
        language=language,
        style=Markup(style),  # noqa: S704 - our own file, never a value from a table
        script=Markup(script),  # noqa: S704 - likewise
        policy=write_policy(style, script),
        verdict=compose_verdict(summary.verdict, summary.flags, language),
        level=formats.format_percent(LEVEL, language),
        segments=SEGMENTS,
        counted=COUNTED,
        n_colours=N_COLOURS,
    )


@lru_cache
def read_file(name: str) -> str:
    """Read a file beside the templates."""
    text = files("beleg.report").joinpath("templates", name).read_text(encoding="utf-8")
    return "\n" + text.strip() + "\n"


def write_policy(style: str, script: str) -> str:
    """Allow this file's own style and script, by hash, and nothing else at all."""
    style_hash, script_hash = (
        b64encode(sha256(text.encode()).digest()).decode() for text in (style, script)
    )
    return (
        f"default-src 'none'; style-src 'sha256-{style_hash}'; "
        f"script-src 'sha256-{script_hash}'; base-uri 'none'; form-action 'none'"
    )


def _helpers(language: Language) -> dict[str, Callable[..., Any]]:
    """Bind what templates call to the language."""
    w = partial(_word, language)
    bound: dict[str, Callable[..., Any]] = {
        name.removeprefix("format_"): partial(_swap, getattr(formats, name), language)
        for name in (
            "format_date format_interval format_money format_number format_percent "
            "format_period format_time"
        ).split()
    }
    return bound | {
        "w": w,
        "w_or": lambda key, other: w(key) if key in WORDS else other,
        "flag_name": partial(_swap, name_flag, language),
        "engine_name": partial(_swap, write_engine, language),
        "safe_url": safe_url,
        "conflict": partial(name_conflict, language=language),
        "estimate": partial(write_estimate, language=language),
        "draw_interval": partial(_draw_interval, language),
        "draw_course": partial(_draw_course, language),
        "draw_step": draw_step,
        "support": lambda value: formats.format_percent(value / 10_000, language, 0),
        "fraction": lambda value: f"{value.numerator}/{value.denominator}",
        "share": partial(write_share, language=language),
        "likely": partial(write_likely, language=language),
    }


def _word(language: Language, key: str, **values: str | int) -> str:
    return word(key, language, **values)


def _swap(write: Callable[..., str], language: Language, *values: Any) -> str:
    return write(*values, language)


def safe_url(url: str | None) -> str:
    """Return a URL that may stand in a link: http or https; else an empty text."""
    if url is None:
        return ""
    try:
        parts = urlsplit(url.strip())
    except ValueError:  # an address that no browser could follow either
        return ""
    return url.strip() if parts.scheme.lower() in {"http", "https"} and parts.netloc else ""


def write_advice(item: Advice, flags: Flags, language: Language) -> str:
    """Write one thing to do; an engine in it is named with what was declared of its files."""
    values = dict(item.values)
    if "engine" in values:
        # what says the flag in its own words need not say it twice
        known = {} if "flag" in values else flags
        values["engine"] = name_engine(str(values["engine"]), known, language)
    if "flag" in values:
        values["flag"] = name_flag(str(values["flag"]), language)
    return word(item.key, language, **values)


def name_conflict(conflict: str, language: Language) -> str:
    """Say in words what disagrees between a statement and its passage (``number:2,4``)."""
    kind, _, value = conflict.partition(":")
    key = f"conflict_{kind}"
    if key not in WORDS:
        return word("conflict_other", language, value=conflict)
    return word(key, language, value=value)


def write_estimate(estimate: Estimate | None, language: Language) -> str:
    """Write an estimate in words: its interval, or why there is no number."""
    if estimate is None or estimate.status == EstimateStatus.NOT_MEASURED:
        return word("not_measured", language)
    if estimate.status == EstimateStatus.TOO_THIN or estimate.value is None:
        return word("too_thin", language)
    low = estimate.value if estimate.low is None else estimate.low
    high = estimate.value if estimate.high is None else estimate.high
    return formats.format_interval(estimate.value, low, high, language)


def write_share(part: Fraction, language: Language) -> str:
    """Write an exact part of money as a percentage with as many decimals as it needs."""
    digits = 2 if part >= Fraction(1, 1000) or not part else 4
    return f"{formats.format_number(100 * part, language, digits)}{formats.NBSP}%"


def _draw_interval(language: Language, name: str, estimate: Estimate, scale: float) -> Markup:
    count = word("n_over", language, n=estimate.n, clusters=estimate.n_clusters)
    label = f"{name}: {write_estimate(estimate, language)}; {count}"
    return draw_interval(estimate, scale, label)


def _draw_course(language: Language, house: House, course: Course) -> Markup:
    weeks = (
        f"{formats.format_period(week, language)}: {write_estimate(row, language)}"
        for week, row in zip(course.labels, house.estimates, strict=True)
    )
    label = f"{house.name}: {'; '.join(weeks)}"
    return draw_course(house.estimates, place_weeks(course.labels), course.scale, label)

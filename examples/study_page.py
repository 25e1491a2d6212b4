"""The page of the study: what was found, put into words, drawings and one HTML file."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from beleg import formats
from beleg.formats import Language
from beleg.measure.overlap import Figure, Overlap
from beleg.measure.ranks import MIN_CARRYING, SEED, Ranked
from beleg.report.html import read_file, write_policy
from beleg.report.sentence import write_engine
from study_charts import draw_axis, draw_rank

if TYPE_CHECKING:
    from study import Engine, Study

FOLDER = Path(__file__).with_name("study")
LEVEL = 0.95
SHARP = 3
"""Places within which a rank counts as known."""
SHOWN = 15
"""Rows of a ranking that are shown."""
Word = Callable[..., str]


@lru_cache
def read_words() -> dict[str, dict[str, str]]:
    """Read the words of the page, both languages."""
    return tomllib.loads((FOLDER / "words.toml").read_text(encoding="utf-8"))


def render(study: Study, language: Language) -> str:
    """Write the study as one HTML file that loads nothing."""

    def w(key: str, **values: str | int) -> str:
        return formats.fill_words(read_words()[key], language, **values)

    style = read_file("style.css") + (FOLDER / "study.css").read_text(encoding="utf-8")
    sections = ["first", "ranks", "overlap", "spread", "invented", "limits"]
    if not study.invented:
        sections.remove("invented")
    environment = Environment(
        loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    has_news = any(engine.news for engine in study.engines)
    return environment.get_template("study.html.j2").render(
        w=w,
        language=language,
        style=Markup(style),  # noqa: S704 - our own files
        policy=write_policy(style, ""),
        sections=sections,
        level=formats.format_percent(LEVEL, language),
        least=formats.format_number(MIN_CARRYING, language),
        seed=str(SEED),
        verdict=compose_verdict(study, w),
        basis=w(
            "basis",
            n_answers=sum(engine.n_answers for engine in [*study.engines, *study.invented]),
            n_prompts=study.n_prompts,
            n_engines=len(study.engines) + len(study.invented),
            span=w("span", span=study.span) if study.span else "",
        ),
        findings=list_findings(study, w, language),
        rankings=[lay_out_ranking(e, study.news_sites, w, language) for e in study.engines],
        overlaps=[lay_out_overlap(row, w, language) for row in list_shown_overlaps(study)],
        overlap_notes=list_overlap_notes(study, w),
        spreads=[lay_out_spread(engine, w, language) for engine in study.engines],
        spread_notes=list_spread_notes(study, w, language, has_news=has_news),
        has_news=has_news,
        invented=[lay_out_invented(engine, w, language) for engine in study.invented],
        may=[w("may_ranks"), w("may_same"), w("may_engine")],
        may_not=list_limits(study, w, language),
    )


def is_ranking(engine: Engine) -> bool:
    """Tell whether there are at least two sites to rank."""
    return len(engine.ranked) > 1


def compose_verdict(study: Study, w: Word) -> str:
    """Say in a sentence or two who is certainly first, and how few ranks are known."""
    rankings = [engine.ranked for engine in study.engines if is_ranking(engine)]
    if not rankings:
        return w("verdict_nothing")
    ranks = [row for ranked in rankings for row in ranked]
    sharp = sum(_bounds(row)[1] - _bounds(row)[0] < SHARP for row in ranks)
    told = {"n_ranked": len(ranks), "n_sharp": sharp, "width": SHARP}
    firsts = [ranked[0].publisher_id for ranked in rankings if ranked[0].high == 1]
    if not firsts:
        return w("verdict_none", **told)
    site = max(sorted(set(firsts)), key=firsts.count)
    n = firsts.count(site)
    if n == len(rankings) > 1:
        return w("verdict_all", site=site, of=n, **told)
    return w("verdict_one", site=site, n=n, of=len(rankings), **told)


def _bounds(row: Ranked) -> tuple[int, int]:
    assert row.low is not None
    assert row.high is not None
    return row.low, row.high


def list_findings(study: Study, w: Word, language: Language) -> list[str]:
    """List what the tables say, with its figures."""
    rankings = list(filter(is_ranking, study.engines))
    lines = list_places(rankings, w, language)
    pairs = [
        (row.jaccard.value, f"{_name(row.engine, language)} / {_name(row.other, language)}")
        for row in study.overlaps
        if row.status == "ok" and row.jaccard.value is not None
    ]
    if pairs:
        key = "f_overlap" if len(pairs) > 1 else "f_overlap_one"
        lines.append(_span(key, pairs, "pair", w, language))
    tops = [
        (engine.concentration.top, _name(engine.name, language))
        for engine in study.engines
        if engine.concentration.top is not None
    ]
    if len(tops) > 1:
        lines.append(_span("f_top", tops, "engine", w, language))
    news = [
        (engine.news.share["value"], _name(engine.name, language))
        for engine in study.engines
        if engine.news and engine.news.share and engine.news.share["value"] is not None
    ]
    if len(news) > 1:
        lines.append(_span("f_news", news, "engine", w, language))
    return lines


def list_places(rankings: list[Engine], w: Word, language: Language) -> list[str]:
    """Say who stands first and second on which engine."""
    if not rankings:
        return []

    def tell(place: int) -> str:
        parts = []
        for engine in rankings:
            row = engine.ranked[place]
            low, high = _bounds(row)
            parts.append(
                w(
                    "f_part_site", site=row.publisher_id, engine=_name(engine.name, language),
                    rate=_rate(engine, row.publisher_id, language), n=len(engine.ranked),
                    ranks=w("to", low=low, high=high) if high > low else str(low),
                )
            )  # fmt: skip
        return "; ".join(parts)

    sites = {engine.ranked[0].publisher_id for engine in rankings}
    lines = [w("f_leaders", parts=tell(0))]
    if len(sites) == 1 < len(rankings):
        (site,) = sites
        parts = [
            w(
                "f_part",
                engine=_name(engine.name, language),
                rate=_rate(engine, site, language),
            )
            for engine in rankings
        ]
        lines = [w("f_same_leader", site=site, parts=", ".join(parts))]
    if len({engine.ranked[1].publisher_id for engine in rankings}) > 1:
        lines.append(w("f_seconds", parts=tell(1)))
    return lines


def _name(engine: str, language: Language) -> str:
    key = f"engine_{engine}"
    words = read_words().get(key)
    return words[language] if words else write_engine(engine, language)


def _span(
    key: str, values: Sequence[tuple[float | None, str]], of: str, w: Word, language: Language
) -> str:
    """Fill in the least and the greatest, and whose they are."""
    ordered = sorted((value, name) for value, name in values if value is not None)
    (low, low_name), (high, high_name) = ordered[0], ordered[-1]
    return w(
        key,
        **{
            "low": formats.format_percent(low, language),
            "high": formats.format_percent(high, language),
            f"low_{of}": low_name,
            f"high_{of}": high_name,
        },
    )


def _rate(engine: Engine, site: str, language: Language) -> str:
    row = engine.values[site]
    return formats.format_interval(row["value"], row["low"], row["high"], language)


def lay_out_ranking(
    engine: Engine, news: frozenset[str], w: Word, language: Language
) -> dict[str, Any]:
    """Lay out the ranking of one engine: the first rows, each with its drawing."""
    n = len(engine.ranked)
    told = {"n_linking": engine.n_linking, "n_answers": engine.n_answers}
    name = _name(engine.name, language)
    if not is_ranking(engine):
        note = w("n_ranked_none", **told)
        if engine.concentration.n_publishers == 1:
            note = w("n_ranked_one", site=next(iter(engine.values)), **told)
        return {"name": name, "note": note, "rows": [], "axis": ""}
    rows = []
    for row in engine.ranked[:SHOWN]:
        low, high = _bounds(row)
        numbers = [formats.format_number(at, language) for at in (row.rank or 0, low, high)]
        label = w(
            "rank_label", site=row.publisher_id, rank=numbers[0], low=numbers[1], high=numbers[2]
        )
        rows.append(
            {
                "rank": numbers[0],
                "site": row.publisher_id,
                "news": row.publisher_id in news,
                "drawing": draw_rank(row.rank or 0, low, high, n, label),
                "between": w("to", low=numbers[1], high=numbers[2]),
                "rate": _rate(engine, row.publisher_id, language),
            }
        )
    note = w("n_ranked", n=n, thin=engine.thin, shown=min(n, SHOWN), **told)
    return {"name": name, "note": note, "rows": rows, "axis": draw_axis(n)}


def _write(figure: Figure, language: Language) -> str:
    if figure.value is None or figure.low is None or figure.high is None:
        return "–"
    return formats.format_interval(figure.value, figure.low, figure.high, language)


def list_shown_overlaps(study: Study) -> list[Overlap]:
    """List the overlaps that are not too thin to be read; all where there are none of these."""
    rows = [*study.overlaps, *study.repeats]
    return [row for row in rows if row.status == "ok"] or rows


def list_overlap_notes(study: Study, w: Word) -> list[str]:
    """List what is to be said below the overlaps."""
    shown = list_shown_overlaps(study)
    notes = [w("n_again")] if any(row.engine == row.other for row in shown) else []
    n_left = len(study.overlaps) + len(study.repeats) - len(shown)
    return notes + ([w("n_left", n=n_left)] if n_left else [])


def lay_out_overlap(row: Overlap, w: Word, language: Language) -> dict[str, Any]:
    """Lay out one pair of engines, or one engine with itself."""
    name = f"{_name(row.engine, language)} / {_name(row.other, language)}"
    if row.engine == row.other:
        name = w("itself", engine=_name(row.engine, language))
    return {
        "name": name,
        "n": formats.format_number(row.n_prompts, language),
        "jaccard": _write(row.jaccard, language),
        "rbo": _write(row.rbo, language),
        "thin": row.status != "ok",
    }


def lay_out_spread(engine: Engine, w: Word, language: Language) -> dict[str, Any]:
    """Lay out concentration and news of one engine."""
    some = engine.concentration

    def write(value: float | None, low: float | None, high: float | None) -> str:
        told = _write(Figure(value, low, high), language)
        return w("not_measured") if told == "–" else told

    hhi = w("not_measured")
    if some.hhi is not None and some.hhi_low is not None and some.hhi_high is not None:
        value, *bounds = (
            formats.format_number(at, language, 4)
            for at in (some.hhi, some.hhi_low, some.hhi_high)
        )
        hhi = f"{value} ({w('to', low=bounds[0], high=bounds[1])})"
    if some.n_publishers == 1:
        hhi = w("one_site")
    share = engine.news.share if engine.news else None
    of_news = engine.news.concentration if engine.news else some
    return {
        "name": _name(engine.name, language),
        "sites": formats.format_number(some.n_publishers, language),
        "top": write(some.top, some.top_low, some.top_high),
        "hhi": hhi,
        "news": write(share["value"], share["low"], share["high"]) if share else w("not_measured"),
        "news_top": write(of_news.top, of_news.top_low, of_news.top_high),
    }


def list_spread_notes(study: Study, w: Word, language: Language, *, has_news: bool) -> list[str]:
    """List what is to be said of concentration and news."""
    if not has_news:
        return [w("n_no_news")]
    shown = {row.publisher_id for engine in study.engines for row in engine.ranked[:SHOWN]}
    doubtful = sorted(shown & study.news_sites & study.not_news)
    notes = []
    of_news = sorted(shown & study.news_sites)
    if of_news:
        notes.append(w("n_news_list", sites=", ".join(of_news)))
    if doubtful:
        notes.append(w("n_news_odd", odd=", ".join(doubtful)))
    if {10, 20} <= study.published.keys() and {10, 20} <= study.pooled_top.keys():
        ten, twenty, pub_ten, pub_twenty = (
            formats.format_percent(shares[top], language, 1)
            for shares in (study.pooled_top, study.published)
            for top in (10, 20)
        )
        notes.append(
            w(
                "n_check", n_links=study.n_news_links, ten=ten, twenty=twenty,
                pub_ten=pub_ten, pub_twenty=pub_twenty,
            )
        )  # fmt: skip
    return notes


def lay_out_invented(engine: Engine, w: Word, language: Language) -> dict[str, Any]:
    """Lay out an engine whose links were made up: no ranks."""
    rows = [row for row in engine.values.values() if row["status"] == "ok"]
    rows.sort(key=lambda row: (-row["value"], row["subject"]))
    return {
        "name": _name(engine.name, language),
        "note": w("n_invented", n_linking=engine.n_linking, n_answers=engine.n_answers),
        "rows": [
            {"site": row["subject"], "rate": _rate(engine, row["subject"], language)}
            for row in rows[:10]
        ],
    }


def list_limits(study: Study, w: Word, language: Language) -> list[str]:
    """List what may not be concluded, from what is known of these data."""
    lines = [w("not_questions")]
    if study.areas:
        n_news = study.areas.get("News", 0)
        lines = [w("not_questions_areas", n=sum(study.areas.values()), news=n_news)]
    if study.span:
        lines.append(w("not_now", span=study.span))
    lines += [w("not_surface")]
    linking = [
        (engine.links_per_answer, _name(engine.name, language))
        for engine in study.engines
        if engine.n_linking
    ]
    if len(linking) > 1:
        (low, low_engine), *_, (high, high_engine) = sorted(linking)
        lines.append(
            w(
                "not_engines", low=formats.format_number(low, language, 1), low_engine=low_engine,
                high=formats.format_number(high, language, 1), high_engine=high_engine,
            )
        )  # fmt: skip
    lines += [w("not_truth"), w("not_platforms")]
    if any(engine.name == "andi" for engine in study.engines):
        lines.append(w("not_andi"))
    return lines

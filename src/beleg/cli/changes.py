"""``beleg measure changes``: is that real?"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from beleg.cli.figure import read_counts
from beleg.cli.intervention import intervention
from beleg.cli.main import as_json as _as_json, open_workspace
from beleg.console import count, print_json, print_table
from beleg.errors import InputError
from beleg.formats import Language, format_number, format_percent
from beleg.measure.cells import MEASURES
from beleg.measure.change_words import VERDICTS, format_p, format_signed, say_break, say_verdict
from beleg.measure.changes import Basket, Change, Changes, Choice, Verdict, compare_windows
from beleg.measure.discontinuities import Break, BreakKind, find_breaks
from beleg.measure.windows import Window, check_order, format_window, parse_window
from beleg.store import Workspace

_BREAKS = {
    BreakKind.NAMED: Verdict.ENGINE_CHANGED,
    BreakKind.SUSPECTED: Verdict.ENGINE_SUSPECTED,
}


@click.command()
@click.option("--from", "before", metavar="WINDOW", help="The earlier window.")
@click.option("--to", "after", metavar="WINDOW", help="The later window.")
@click.option(
    "--measure", "name", default="citation_rate", show_default=True, type=click.Choice(MEASURES),
    metavar="MEASURE", help="Of which figure; `beleg measure show` lists them.",
)  # fmt: skip
@click.option("--engine", "engines", multiple=True, help="Of this engine only; may be repeated.")
@click.option("--subject", "subjects", multiple=True, help="A publisher's id; may be repeated.")
@click.option("--by", type=click.Choice(["topic"]), help="Apart by topic, all in one family.")
@click.option(
    "--basket", is_flag=True,
    help="Conclude about these prompts alone: needs two answers a prompt in each window.",
)  # fmt: skip
@click.option(
    "--fdr", type=click.FloatRange(0, 1, min_open=True, max_open=True), default=0.05,
    show_default=True, help="Share of false ones among what is called changed.",
)  # fmt: skip
@click.option(
    "--level", type=click.FloatRange(0, 1, min_open=True, max_open=True), default=0.95,
    show_default=True, help="Of the intervals.",
)  # fmt: skip
@click.option("--language", type=click.Choice(["de", "en"]), default="en", show_default=True)
@click.option(
    "--limit", type=click.IntRange(1), default=30, show_default=True,
    help="Rows that did not change; what changed is always listed.",
)  # fmt: skip
@click.option("--all", "show_all", is_flag=True, help="List all rows, too little data included.")
@click.option(
    "--intervention", "plan", type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A plan: treated against untreated prompts, before and after, on one page.",
)  # fmt: skip
@_as_json
@click.pass_context
def changes(
    ctx: click.Context,
    *,
    before: str | None,
    after: str | None,
    name: str,
    engines: tuple[str, ...],
    subjects: tuple[str, ...],
    by: str | None,
    basket: bool,
    fdr: float,
    level: float,
    language: Language,
    limit: int,
    show_all: bool,
    plan: Path | None,
    as_json: bool,
) -> None:
    """Say what changed between two windows, and what is only noise.

    A window is a week (2026-W40), a range of weeks (2026-W36..2026-W40), a day or a range of
    days; days are UTC. Compared are the prompts that an engine was asked in both windows, each
    prompt with itself. Of all figures that are called changed, at most the share --fdr is
    expected to be false. If the model behind an engine changed, nothing is concluded about
    publishers.

    \b
    Examples:
      beleg measure changes --from 2026-W40 --to 2026-W44
      beleg measure changes --from 2026-W36..2026-W39 --to 2026-W41..2026-W44 --by topic
      beleg measure changes --from 2026-W40 --to 2026-W44 --measure citation_share --engine gemini
      beleg measure changes --intervention plan.toml     see `beleg measure intervention --help`
    """
    if plan is not None:
        ctx.invoke(intervention, plan=plan, language=language, level=level, as_json=as_json)
        return
    if before is None or after is None:
        raise click.UsageError("Give --from and --to, or --intervention PLAN.")
    windows = (parse_window(before), parse_window(after))
    check_order(*windows)
    workspace = open_workspace()
    counts, prompts = read_counts(workspace), workspace.arrow("prompts")
    _check_names(counts, workspace, engines, subjects)
    breaks = find_breaks(
        counts, workspace.arrow("answers"), workspace.arrow("observations"), windows
    )
    breaks = [found for found in breaks if not engines or found.engine in engines]
    choice = Choice(
        engines=engines,
        subjects=subjects or None,
        by_topic=by == "topic",
        is_basket=basket,
        engine_verdicts={
            found.engine: _BREAKS[found.kind] for found in breaks if found.kind in _BREAKS
        },
    )
    result = compare_windows(counts, prompts, name, windows, choice=choice, levels=(level, fdr))
    if as_json:
        print_json({
            "measure": name, "from": str(windows[0]), "to": str(windows[1]),
            "estimand": "basket" if basket else "population", "level": level, "fdr": fdr,
            "n_tested": result.n_tested, "verdicts": _count(result.rows),
            "engines": [asdict(found) for found in breaks],
            "baskets": [one._asdict() for one in result.baskets],
            "changes": [asdict(row) for row in result.rows],
        })  # fmt: skip
        return
    _print_head(name, windows, result, (level, fdr), basket, language)
    _print_engines(result.baskets, breaks, language)
    if not result.rows:
        click.echo(
            f"{name} ist in keinem Zeitraum gemessen."
            if language == "de"
            else f"{name} was measured in neither window."
        )
    _print_rows(result.rows, by == "topic", language, None if show_all else limit)


def _check_names(
    counts: Any, workspace: Workspace, engines: tuple[str, ...], subjects: tuple[str, ...]
) -> None:
    known = sorted(set(counts["engine"].to_pylist()))
    for engine in engines:
        if engine not in known:
            raise InputError(f"There is no engine {engine}.", f"Known are {', '.join(known)}.")
    publishers = {*workspace.arrow("publishers")["publisher_id"].to_pylist(), "*"}
    for subject in subjects:
        if subject not in publishers:
            raise InputError(
                f"There is no publisher {subject}.", "`beleg publishers` lists their ids."
            )


def _count(rows: list[Change]) -> dict[str, int]:
    return {verdict.value: sum(row.verdict == verdict for row in rows) for verdict in Verdict}


def _print_head(
    name: str,
    windows: tuple[Window, Window],
    result: Changes,
    levels: tuple[float, float],
    basket: bool,
    language: Language,
) -> None:
    sides = [format_window(window, language) for window in windows]
    level, fdr = (format_percent(value, language, 0) for value in levels)
    n = format_number(result.n_tested, language)
    if language == "de":
        whom = "diese Fragen" if basket else "Fragen wie diese"
        click.echo(f"{name}: {sides[1]} gegen {sides[0]}; Aussage über {whom}")
        click.echo(
            f"Vertrauensbereiche {level}; geprüft {n} Werte, von den Veränderungen höchstens "
            f"{fdr} falsch (Benjamini-Hochberg)"
        )
    else:
        whom = "these prompts alone" if basket else "prompts like these"
        click.echo(f"{name}: {sides[1]} against {sides[0]}; about {whom}")
        click.echo(
            f"intervals {level}; {n} figures tested, at most {fdr} of what is called changed "
            "is false (Benjamini-Hochberg)"
        )
    counted = _count(result.rows)
    click.echo("  ".join(
        f"{VERDICTS[language][verdict]}: {format_number(counted[verdict], language)}"
        for verdict in Verdict
        if counted[verdict] or not verdict.value.startswith("engine")
    ))  # fmt: skip
    click.echo()


def _print_engines(baskets: list[Basket], breaks: list[Break], language: Language) -> None:
    for basket in baskets:
        click.echo(_say_basket(basket, language))
    for found in breaks:
        click.echo(f"{'! ' if found.kind in _BREAKS else ''}{say_break(found, language)}")
        repeats = [found.repeats_before or 0.0, found.repeats_after or 0.0]
        if any(repeats):
            parts = [format_percent(value, language, 0) for value in repeats]
            words = (
                "wiederholte (zwischengespeicherte) Antworten, nicht gezählt"
                if language == "de"
                else "repeated (cached) answers, not counted"
            )
            click.echo(f"{found.engine}: {parts[0]} / {parts[1]} {words}")
    click.echo()


def _say_basket(basket: Basket, language: Language) -> str:
    n = {
        name: format_number(value, language)
        for name, value in basket._asdict().items()
        if name != "engine"
    }
    if language == "de":
        said = f"{basket.engine}: {n['n_common']} Fragen in beiden Zeiträumen"
        said += f" ({n['n_answers_before']} / {n['n_answers_after']} Antworten); ausgelassen: "
        said += f"{n['n_only_before']} nur vorher, {n['n_only_after']} nur nachher"
        return said + (f", {n['n_untimed']} Antworten ohne Zeit" if basket.n_untimed else "")
    said = f"{basket.engine}: {count(basket.n_common, 'prompt')} in both windows"
    said += f" ({n['n_answers_before']} / {n['n_answers_after']} answers); left out: "
    said += f"{n['n_only_before']} asked only before, {n['n_only_after']} only after"
    untimed = count(basket.n_untimed, "answer")
    return said + (f", {untimed} without a time" if basket.n_untimed else "")


def _print_rows(rows: list[Change], by_topic: bool, language: Language, limit: int | None) -> None:
    shown = rows if limit is None else _pick_rows(rows, limit)
    head = {
        "en": ("engine", "topic", "subject", "before", "after", "change", "low", "high", "p",
               "p adjusted", "prompts", "verdict"),
        "de": ("Maschine", "Thema", "Haus", "vorher", "nachher", "Punkte", "von", "bis", "p",
               "p angepasst", "Fragen", "Befund"),
    }[language]  # fmt: skip
    keep = [place for place in range(len(head)) if by_topic or place != 1]
    if shown:
        cells = [_lay_out(row, language) for row in shown]
        print_table([head[at] for at in keep], [[row[at] for at in keep] for row in cells])
    left = len(rows) - len(shown)
    if left:
        number = format_number(left, language)
        click.echo(
            f"… und {number} weitere ohne festgestellte Veränderung; --all zeigt sie"
            if language == "de"
            else f"… and {number} more that are not called changed; --all lists them"
        )
    if rows and all(row.verdict == Verdict.TOO_LITTLE_DATA for row in rows):
        click.echo(
            "Zu wenige Fragen fallen verschieden aus, um etwas zu prüfen: mehr Fragen stellen."
            if language == "de"
            else "Too few prompts differ to test anything: ask more prompts."
        )


def _pick_rows(rows: list[Change], limit: int) -> list[Change]:
    """Keep what changed, and some of the rest; what is too thin only where nothing else is."""
    moved = {Verdict.CHANGED, Verdict.ENGINE_SUSPECTED}
    first = [row for row in rows if row.verdict in moved]
    rest = [row for row in rows if row.verdict not in moved | {Verdict.TOO_LITTLE_DATA}]
    return first + rest[:limit] or rows[: min(limit, 10)]


def _lay_out(row: Change, language: Language) -> list[str]:
    def share(value: float | None) -> str:
        return "" if value is None else format_percent(value, language, 1)

    def points(value: float | None) -> str:
        return "" if value is None else format_signed(value, language)

    # An interval of too few data would be read as one.
    thin = row.verdict == Verdict.TOO_LITTLE_DATA
    return [
        row.engine, row.topic or "", row.subject, share(row.before), share(row.after),
        points(row.change), points(None if thin else row.low), points(None if thin else row.high),
        format_p(row.p, language), format_p(row.p_adjusted, language), str(row.n_prompts),
        say_verdict(row, language),
    ]  # fmt: skip

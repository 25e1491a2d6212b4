"""``beleg measure rank`` and ``beleg measure overlap``: who is ahead, and who shows the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import click
import pyarrow as pa

from beleg.cli.figure import read_counts
from beleg.cli.main import as_json as _as_json, open_workspace
from beleg.console import count, print_json, print_table
from beleg.errors import InputError
from beleg.measure.cells import MEASURES, WHOLE_MEASURES, Slice, read_cells
from beleg.measure.concentration import TOP, Concentration, find_concentration
from beleg.measure.overlap import UNITS, Figure, Overlap, find_overlaps, read_shown
from beleg.measure.ranks import MIN_CARRYING, Ranked, rank_publishers
from beleg.records import Answer, Publisher
from beleg.store import Workspace

_RANKABLE = [name for name in MEASURES if name not in WHOLE_MEASURES]
_SEGMENTS = {"all": None, "branded": True, "unbranded": False}
_level = click.option(
    "--level",
    type=click.FloatRange(0.5, 0.99),
    default=0.95,
    show_default=True,
    help="Of the intervals.",
)


def _pick_engines(counts: pa.Table, engine: str | None) -> list[str]:
    known = sorted(set(counts["engine"].to_pylist()))
    if engine is None:
        return known
    if engine not in known:
        raise InputError(f"no answers of the engine {engine!r}.", f"Known: {', '.join(known)}.")
    return [engine]


def _check_topic(ws: Workspace, topic: str | None) -> None:
    known = sorted({name for name in ws.arrow("prompts")["topic"].to_pylist() if name})
    if topic is not None and topic not in known:
        remedy = f"Known: {', '.join(known)}." if known else "Give prompts a topic in their panel."
        raise InputError(f"no prompt has the topic {topic!r}.", remedy)


def _read_flags(ws: Workspace) -> dict[str, str]:
    """Give what the collecting user declared of any of an engine's files."""
    flags: dict[str, set[str]] = {}
    for answer in ws.rows(Answer):
        flags.setdefault(answer.engine, set()).update(answer.flags)
    return {engine: " ".join(sorted(some)) for engine, some in flags.items() if some}


@click.command("rank")
@click.option(
    "--measure",
    "name",
    type=click.Choice(_RANKABLE),
    default="citation_rate",
    show_default=True,
    help="What is ranked; rank 1 is the greatest figure.",
)
@click.option("--engine", help="Of one engine only.")
@click.option("--topic", help="Of the questions of one topic only.")
@click.option(
    "--segment", type=click.Choice(list(_SEGMENTS)), default="all", help="Of which questions."
)
@_level
@click.option(
    "--limit", type=click.IntRange(1), default=20, show_default=True, help="Rows an engine."
)
@click.option(
    "--undeclared", is_flag=True, help="With the hosts that beleg.toml does not declare."
)
@click.option(
    "--marginal", is_flag=True, help="Each interval for itself, for one house chosen beforehand."
)
@_as_json
def rank(  # noqa: PLR0917 - click hands over options by name
    name: str,
    engine: str | None,
    topic: str | None,
    segment: str,
    level: float,
    limit: int,
    undeclared: bool,
    marginal: bool,
    as_json: bool,
) -> None:
    """Rank publishers, with rank intervals, and say who cannot be told apart from whom.

    All ranks of an engine lie in their intervals at once with the chance --level. Who has too few
    questions with an event is "too thin to rank", not last; ranks are among the others.

    \b
    Examples:
      beleg measure rank
      beleg measure rank --measure mention_rate --topic energy --engine perplexity
      beleg measure rank --undeclared --json
    """
    ws = open_workspace()
    counts = read_counts(ws)
    _check_topic(ws, topic)
    publishers = ws.rows(Publisher)
    names = {row.publisher_id: row.name for row in publishers}
    declared = sorted(row.publisher_id for row in publishers if row.declared and row.domains)
    if not declared and not undeclared:
        raise InputError(
            "no publisher is declared.", "Declare some in beleg.toml, or give --undeclared."
        )
    flags, prompts = _read_flags(ws), ws.arrow("prompts")
    rankings = []
    for of_engine in _pick_engines(counts, engine):
        where = Slice(of_engine, topic=topic, branded=_SEGMENTS[segment])
        ranked = declared
        if undeclared:
            ranked = sorted({*declared, *read_cells(counts, prompts, name, where).subjects})
        cells = read_cells(counts, prompts, name, where, ranked)
        rows = rank_publishers(cells, level=level, marginal=marginal)
        rankings.append({"engine": of_engine, "flags": flags.get(of_engine, ""), "rows": rows})
    if as_json:
        print_json(
            {
                "measure": name, "topic": topic, "segment": segment, "level": level,
                "intervals": "marginal" if marginal else "simultaneous",
                "rankings": [_to_json(ranking, names) for ranking in rankings],
            }
        )  # fmt: skip
        return
    for number, ranking in enumerate(rankings):
        if number:
            click.echo()
        _print_ranking(ranking, names, limit, name)
    kind = "each for itself" if marginal else "all at once"
    click.echo(
        f"\nRank intervals at {level:.0%}, {kind}, clustered by prompt; rank 1 is the greatest."
    )


def _to_json(ranking: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    rows: list[Ranked] = ranking["rows"]
    return {
        **ranking,
        "n_ranked": sum(row.rank is not None for row in rows),
        "rows": [{**row._asdict(), "publisher": names.get(row.publisher_id)} for row in rows],
    }


def _print_ranking(
    ranking: Mapping[str, Any], names: Mapping[str, str], limit: int, measure: str
) -> None:
    rows: list[Ranked] = ranking["rows"]
    ranked = [row for row in rows if row.rank is not None]
    flags = f"   ({ranking['flags']})" if ranking["flags"] else ""
    click.echo(f"{ranking['engine']}: {measure}{flags}")
    if not any(row.value is not None for row in rows):
        click.echo("  not measured: the engine does not report what is asked, or was not asked it")
        return
    if ranked:
        shown = [
            (
                row.rank, f"{row.low} to {row.high}", _name(row.publisher_id, names),
                f"{row.value:.4f}", row.events, row.n, row.n_prompts,
                _list_others(row.not_told_apart, names, len(ranked)),
            )
            for row in ranked[:limit]
        ]  # fmt: skip
        head = ("rank", "between", "publisher", "value", "events", "n", "prompts")
        print_table((*head, "not told apart from"), shown)
    if len(ranked) > limit:
        click.echo(f"… and {len(ranked) - limit} more that are ranked (--limit)")
    thin = [row for row in rows if row.status == "too_thin"]
    if thin:
        told = _list_names([row.publisher_id for row in thin], names, 5)
        click.echo(
            f"too thin to rank (events at fewer than {MIN_CARRYING:.0f} effective questions): "
            f"{told}"
        )


def _list_others(ids: Sequence[str], names: Mapping[str, str], n_ranked: int) -> str:
    if n_ranked == 1:
        return "(nobody is left to compare)"
    if len(ids) == n_ranked - 1 > 1:
        return "any other"
    return _list_names(ids, names)


def _name(publisher_id: str, names: Mapping[str, str]) -> str:
    return names.get(publisher_id, publisher_id)


def _list_names(ids: Iterable[str], names: Mapping[str, str], most: int = 4) -> str:
    told = [names.get(name, name) for name in ids]
    more = f" and {len(told) - most} more" if len(told) > most else ""
    return ", ".join(told[:most]) + more


@click.command("overlap")
@click.option(
    "--between",
    type=click.Choice(["engines", "weeks"]),
    help="Only of different engines, or only of one engine's answers by the weeks between them.",
)
@click.option("--engine", help="Only rows that this engine is in.")
@click.option(
    "--unit", type=click.Choice(UNITS), default="publisher", show_default=True,
    help="What counts as one source.",
)  # fmt: skip
@_level
@_as_json
def overlap(
    between: str | None, engine: str | None, unit: str, level: float, as_json: bool
) -> None:
    """Say how far answers to one question show the same sources, and how few get most links.

    Answers of two engines in the same week; answers of one engine by the weeks between them. 0
    weeks apart are repeats, the floor of noise: less than they agree, nothing can.

    \b
    Examples:
      beleg measure overlap
      beleg measure overlap --between engines --unit host
      beleg measure overlap --between weeks --json
    """
    ws = open_workspace()
    counts = read_counts(ws)
    engines = _pick_engines(counts, engine)
    tables = {
        name: ws.arrow(name) for name in ("answers", "citations", "holdings", "observations")
    }
    prompts = ws.arrow("prompts")
    weights = dict(
        zip(prompts["prompt_id"].to_pylist(), prompts["weight"].to_pylist(), strict=True)
    )
    found = find_overlaps(read_shown(tables, unit), weights, level=level)
    rows = [
        row
        for row in found
        if (engine is None or engine in {row.engine, row.other})
        and between in {None, "engines" if row.weeks_apart is None else "weeks"}
    ]
    concentrations = {
        name: find_concentration(
            read_cells(counts, prompts, "citation_share", Slice(name)), level=level
        )
        for name in engines
    }
    flags = _read_flags(ws)
    if as_json:
        print_json(
            {
                "unit": unit, "level": level,
                "overlaps": [_overlap_to_json(row) for row in rows],
                "concentration": [
                    {"engine": name, "flags": flags.get(name, ""), **some._asdict()}
                    for name, some in concentrations.items()
                ],
            }
        )  # fmt: skip
        return
    _print_overlaps(rows)
    click.echo()
    _print_concentrations(concentrations, flags)
    click.echo(
        f"\nMeans over questions with intervals at {level:.0%}, clustered by prompt; one source "
        f"is a {unit} (concentration: a publisher)."
    )


def _overlap_to_json(row: Overlap) -> dict[str, Any]:
    return {**row._asdict(), "jaccard": row.jaccard._asdict(), "rbo": row.rbo._asdict()}


def _write(figure: Figure) -> str:
    if figure.value is None:
        return "not measured"
    return f"{figure.value:.3f} ({figure.low:.3f} to {figure.high:.3f})"


def _print_overlaps(rows: list[Overlap]) -> None:
    if not rows:
        click.echo("No two answers to one question are left to compare.")
        return
    head = ("engine", "with", "questions", "pairs", "silent", "Jaccard", "RBO", "status")
    shown = [
        (
            row.engine, _name_other(row), row.n_prompts, row.n_pairs, row.n_silent,
            _write(row.jaccard), _write(row.rbo), row.status,
        )
        for row in rows
    ]  # fmt: skip
    print_table(head, shown)


def _name_other(row: Overlap) -> str:
    if row.weeks_apart is None:
        return row.other
    if row.weeks_apart == 0:
        return "itself, repeated"
    return f"itself, {count(row.weeks_apart, 'week')} on"


def _print_concentrations(found: Mapping[str, Concentration], flags: Mapping[str, str]) -> None:
    head = ("engine", "HHI", f"top {TOP} share", "publishers", "questions", "flags")
    print_table(
        head,
        [
            (
                name,
                _write(Figure(some.hhi, some.hhi_low, some.hhi_high)),
                _write(Figure(some.top, some.top_low, some.top_high)),
                some.n_publishers,
                some.n_prompts,
                flags.get(name, ""),
            )
            for name, some in found.items()
        ],
    )

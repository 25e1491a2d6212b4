"""``beleg collect``: the world comes in."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click

from beleg.cli.main import as_json as _as_json, open_workspace
from beleg.collect.intake import (
    Taken,
    open_fetcher,
    take_again,
    take_answers,
    take_pages,
    take_visits,
)
from beleg.collect.link_checks import list_pages, take_links
from beleg.console import ProgressLines, count, print_json, print_problems
from beleg.records import LinkState


@click.group()
def collect() -> None:
    """Let the world come in: answers of the engines, content of the publishers."""


@collect.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--engine", help="Name of the engine, where neither rows nor file name say it.")
@click.option("--shape", help="Read every row in this shape instead of recognising it.")
@click.option(
    "--links-invented",
    is_flag=True,
    help="The model made the links up (asked without search); said beside every figure.",
)
@_as_json
def answers(
    files: tuple[Path, ...],
    engine: str | None,
    shape: str | None,
    links_invented: bool,
    as_json: bool,
) -> None:
    """Read answers from JSON or JSON Lines, plain or gzip; shapes are recognised.

    Collecting the same file (the same bytes) again replaces what was read from it before; an
    export with other rows is another file, and rows that both hold are counted once.

    \b
    Examples:
      beleg collect answers overviews.jsonl.gz perplexity.jsonl
      beleg collect answers export.jsonl --engine grok
      beleg collect answers gemini.jsonl.gz --links-invented
    """
    flags = ("links-invented",) if links_invented else ()
    with open_workspace(write=True) as workspace, ProgressLines(quiet=as_json) as progress:
        taken = take_answers(
            workspace,
            files,
            engine=engine,
            shape=shape,
            flags=flags,
            now=datetime.now(UTC),
            on_progress=progress,
        )
    _say(taken, as_json=as_json)


@collect.command()
@click.argument("sources", nargs=-1, required=True)
@click.option("--follow", is_flag=True, help="Fetch the pages of feed items that are teasers.")
@click.option(
    "--base-url",
    help="Address of an HTML file that names none; with a slash at the end: of its folder.",
)
@click.option("--allow-private", is_flag=True, help="Allow addresses of private networks.")
@_as_json
def pages(
    sources: tuple[str, ...],
    follow: bool,
    base_url: str | None,
    allow_private: bool,
    as_json: bool,
) -> None:
    """Read pages: RSS, Atom and JSON feeds, HTML files, folders of them, or URLs.

    robots.txt is respected, and each host is asked once a second. A text that is known already
    keeps the time at which it was first seen.

    \b
    Examples:
      beleg collect pages feed.xml archive/2026/
      beleg collect pages https://www.zeitung.example/feed --follow
    """
    with open_workspace(write=True) as workspace, ProgressLines(quiet=as_json) as progress:
        taken = take_pages(
            workspace,
            sources,
            follow=follow,
            base_url=base_url,
            allow_private=allow_private,
            now=datetime.now(UTC),
            on_progress=progress,
        )
    _say(taken, as_json=as_json)


@collect.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--host", help="Host of the landing pages, where the export names none.")
@click.option("--period", help="Day or ISO week of the file, where the export names none.")
@_as_json
def visits(files: tuple[Path, ...], host: str | None, period: str | None, as_json: bool) -> None:
    """Read visits that answer engines sent: exports of GA4 and Matomo as CSV, TSV or JSON.

    Needed are the session's source, sessions, the hostname (or full landing pages), and the date
    or the ISO week of the ISO year; key events or conversions are read as subscriptions. Rows of
    other sources, such as google, are counted and left out. Of exports that overlap, the last
    one holds.

    \b
    Examples:
      beleg collect visits ga4.csv
      beleg collect visits matomo.tsv --host www.zeitung.example --period 2026-W47
    """
    with open_workspace(write=True) as workspace:
        taken = take_visits(workspace, files, host=host, period=period, now=datetime.now(UTC))
    _say(taken, as_json=as_json)


@collect.command()
@click.option("--limit", type=click.IntRange(1), help="Most links to check now.")
@click.option("--again", "anew", is_flag=True, help="Check those too that were checked before.")
@click.option("--allow-private", is_flag=True, help="Allow addresses of private networks.")
@_as_json
def links(limit: int | None, anew: bool, allow_private: bool, as_json: bool) -> None:
    """Check where the links of the answers lead: which pages are gone, which hosts unknown.

    Each page is asked for once, those shown most often first; robots.txt is respected, and each
    host is asked once a second. Stopped, it goes on where it was. `beleg measure` then counts
    dead and invented links, of those of which something is known.

    \b
    Examples:
      beleg collect links --limit 500
      beleg collect links && beleg measure show dead_link_rate
    """
    with open_workspace(write=True) as workspace, ProgressLines(quiet=as_json) as progress:
        found = take_links(
            workspace,
            open_fetcher(workspace.settings().collect, allow_private=allow_private),
            limit=limit,
            again=anew,
            clock=lambda: datetime.now(UTC),
            on_progress=progress,
        )
        n_links = len(list_pages(workspace.arrow("citations")))
        n_known = workspace.arrow("link_checks").num_rows
    states = Counter(row.state.value for row in found)
    if as_json:
        print_json({"links": n_links, "known": n_known, "checked": len(found), **states})
        return
    told = ", ".join(f"{states[state.value]} {state.value}" for state in LinkState)
    click.echo(f"{count(len(found), 'link')} checked: {told}")
    click.echo(f"{n_known} of {count(n_links, 'link')} have been checked")


@collect.command()
@_as_json
def again(as_json: bool) -> None:
    """Read everything in raw/ anew, as it once came in.

    After an update, or where tables/ was lost. Names, options and times stay what they were.

    \b
    Example:
      beleg collect again && beleg run
    """
    with open_workspace(write=True) as workspace, ProgressLines(quiet=as_json) as progress:
        taken = take_again(workspace, on_progress=progress)
    _say(taken, as_json=as_json)


_MOST_LINES = 12
"""Files that are named one by one; of more, the sum is said, and which were special."""


def _say(taken: Taken, *, as_json: bool) -> None:
    """Say what came of it; exit with 1 where nothing came but problems."""
    found = sum(n for item in taken.files for noun, n in item.counts.items() if noun != "problem")
    status = 1 if taken.problems and not found else 0
    if as_json:
        print_json(asdict(taken))
        click.get_current_context().exit(status)
    if len(taken.files) > _MOST_LINES:
        totals: dict[str, int] = {}
        for item in taken.files:
            for noun, number in item.counts.items():
                totals[noun] = totals.get(noun, 0) + number
        click.echo(f"{count(len(taken.files), 'file')}: {_list(totals)}")
    else:
        for item in taken.files:
            click.echo(f"{item.name}: {_list(item.counts)}")
    for item in taken.files:
        if n_teasers := item.counts.get("teaser", 0):
            said = count(n_teasers, "item is a teaser", "items are teasers")
            click.echo(f"{item.name}: {said} only; --follow fetches the pages behind them")
    print_problems([asdict(problem) for problem in taken.problems])
    click.get_current_context().exit(status)


def _list(counts: dict[str, int]) -> str:
    return ", ".join(count(number, noun) for noun, number in counts.items() if number) or "nothing"

"""``beleg ground opinion``: somebody else's model is asked, where the settings name one."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import NamedTuple

import click

from beleg import views
from beleg.cli.main import as_json as _as_json, open_workspace
from beleg.console import ProgressLines, count, print_json
from beleg.errors import SettingsError
from beleg.ground.model import default_threshold
from beleg.ground.opinion import OpinionError, Pair, ask_opinion, choose_pairs
from beleg.http import HttpFetcher
from beleg.records import Forgotten, Problem, Support
from beleg.settings import OpinionSettings
from beleg.store import Progress, Workspace
from beleg.tables import Opinion, to_arrow

_MOST_BYTES = 5_000_000
Ask = Callable[[Pair], Opinion]
"""Brings one opinion, or raises OpinionError."""

_ASKED_AT_A_TIME = 20
"""Opinions that a kill may lose."""
_MOST_FAILURES = 3
"""Failures one after the other from which on nobody is asked: the interface is down."""


class Asked(NamedTuple):
    """What came of asking."""

    n_opinions: int
    n_failures: int
    stopped: str | None
    """Why it was given up; None where it was not."""


def _silent(_stage: str, _done: int, _total: int) -> None:
    """Say nothing."""


def run_opinion(
    ws: Workspace,
    ask: Ask,
    *,
    limit: int,
    on_progress: Progress = _silent,
) -> Asked:
    """Ask somebody else about the supports nearest to the threshold, and write down what he says.

    What is written down stays, is not asked again, and changes no support.

    Args:
        ws: A workspace open for writing, whose beleg.toml says whom to ask.
        ask: Whom to ask.
        limit: Most pairs.
        on_progress: Told how far it is.
    """
    settings = ws.settings().ground.opinion
    if settings is None:
        remedy = "Name an endpoint and a model in a table [ground.opinion]; see docs/guide."
        raise SettingsError("beleg.toml names nobody to ask.", remedy)
    known = ws.rows(Opinion)
    threshold = default_threshold()
    # Of what is forgotten there are no words to ask about.
    gone = {row.id for row in ws.rows(Forgotten) if row.kind == "document"}
    supports = [row for row in ws.rows(Support) if row.document_id not in gone]
    chosen = choose_pairs(supports, known, settings, threshold=threshold, limit=limit)
    fresh: list[Opinion] = []
    problems: list[Problem] = []

    def keep() -> None:
        tables = {
            "opinions": to_arrow([*known, *fresh], Opinion),
            "problems": to_arrow(problems, Problem),
        }
        ws.commit(tables, source="opinion", fingerprint=settings.model)

    said: dict[tuple[str, str], Opinion] = {}
    n_failed = 0
    for number, pair in enumerate(views.quote_pairs(ws, chosen), start=1):
        words = (pair.claim, pair.passage)
        try:
            # Answers repeat one another: the same words are asked about once.
            found = said[words] = said.get(words) or ask(pair)
            fresh.append(replace(found, claim_id=pair.claim_id, passage_id=pair.passage_id))
            n_failed = 0
        except OpinionError as error:
            n_failed = _MOST_FAILURES if error.is_final else n_failed + 1
            remedy = "Run `beleg ground opinion` again."
            where = f"{pair.claim_id[:12]} {pair.passage_id[:12]}"
            problem = Problem("ground", settings.endpoint, None, where, str(error), remedy)
            problems.append(problem)
        if number % _ASKED_AT_A_TIME == 0:
            keep()
        on_progress("opinion", number, len(chosen))
        if n_failed == _MOST_FAILURES:
            break
    keep()
    stopped = problems[-1].message if n_failed >= _MOST_FAILURES else None
    return Asked(len(fresh), len(problems), stopped)


@click.command()
@click.option(
    "--limit", type=click.IntRange(1), help="Most pairs to ask; beleg.toml's by default."
)
@_as_json
def opinion(limit: int | None, as_json: bool) -> None:
    """Ask another model for a second opinion on the supports nearest to the threshold.

    Only where beleg.toml has a table [ground.opinion] with an OpenAI-compatible endpoint; claims
    and passages are sent there. The answers are recorded in the table `opinions` with the model's
    name. They change no support and no money; a pair is asked about once.

    \b
    Example:
      beleg ground opinion --limit 50
    """
    with open_workspace(write=True) as workspace, ProgressLines(quiet=as_json) as progress:
        asked = workspace.settings().ground.opinion
        ask = _open_endpoint(asked) if asked else _ask_nobody
        budget = limit or (asked.limit if asked else 1)
        asking = run_opinion(workspace, ask, limit=budget, on_progress=progress)
        progress.close()
        agreed = _compare(workspace, asked) if asked and asked.kind == "judge" else None
    if as_json:
        print_json({**asking._asdict(), "agreement": agreed})
        return
    click.echo(f"asked about {count(asking.n_opinions + asking.n_failures, 'pair')}")
    if asking.n_failures:
        click.echo(f"! {count(asking.n_failures, 'failure')} (beleg problems)", err=True)
    if asking.stopped:
        click.echo(f"! stopped: {asking.stopped}", err=True)
    if agreed:
        said = ", ".join(f"{number:,} {name}" for name, number in agreed.items())
        click.echo(f"all that {asked.model if asked else ''} was asked: {said}")


def _ask_nobody(pair: Pair) -> Opinion:
    raise AssertionError(pair)  # run_opinion says before that nobody is named


def _open_endpoint(asked: OpinionSettings) -> Ask:
    """Open the door to an endpoint; the key comes from the environment and goes nowhere else."""
    key = os.environ.get(asked.api_key_env) if asked.api_key_env else None
    if asked.api_key_env and not key:
        message = f"the environment has no variable {asked.api_key_env}."
        raise SettingsError(message, "Set it to the key of the interface.")
    fetcher = HttpFetcher(
        delay_seconds=0.0,
        max_bytes=_MOST_BYTES,
        timeout_seconds=asked.timeout_seconds,
        allow_private=asked.allow_private,
    )
    return lambda pair: ask_opinion(fetcher, asked, key, pair, datetime.now(UTC))


def _compare(workspace: Workspace, asked: OpinionSettings) -> dict[str, int]:
    """Count where a judge and our score agree on whether a passage carries a claim."""
    threshold = default_threshold()
    ours = {(s.claim_id, s.passage_id): s.support for s in workspace.rows(Support)}
    counts = {"agree": 0, "only we support": 0, "only the judge supports": 0, "unclear": 0}
    for row in workspace.rows(Opinion):
        support = ours.get((row.claim_id, row.passage_id))
        if row.model != asked.model or row.kind != asked.kind or support is None:
            continue
        if row.value is None:
            counts["unclear"] += 1
        elif (row.value == 1) == (support >= threshold):
            counts["agree"] += 1
        else:
            counts["only the judge supports" if row.value == 1 else "only we support"] += 1
    return counts

"""``beleg measure intervention``: did it help? One page."""

from __future__ import annotations

import csv
import io
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
import msgspec

from beleg.cli.figure import read_counts
from beleg.cli.main import as_json as _as_json, open_workspace
from beleg.console import count, print_json
from beleg.errors import InputError
from beleg.formats import Language
from beleg.measure.discontinuities import BreakKind, find_breaks
from beleg.measure.intervention_page import say_engine, write_html, write_text
from beleg.measure.interventions import (
    Arm,
    Result,
    assign,
    measure_intervention,
    parse_plan,
    pick_prompts,
)


@click.command()
@click.argument(
    "plan", type=click.Path(path_type=Path, exists=True, dir_okay=False), required=False
)
@click.option(
    "--html", type=click.Path(path_type=Path, dir_okay=False), help="Write the page here."
)
@click.option("--language", type=click.Choice(["de", "en"]), default="en", show_default=True)
@click.option(
    "--level", type=click.FloatRange(0, 1, min_open=True, max_open=True), default=0.95,
    show_default=True, help="Of the intervals.",
)  # fmt: skip
@click.option("--assign", "drawn", is_flag=True, help="Draw prompts to treat, as CSV, instead.")
@click.option("--seed", type=int, default=1, show_default=True, help="With --assign: of the draw.")
@click.option("--topic", "topics", multiple=True, help="With --assign: of this topic only.")
@_as_json
def intervention(
    *,
    plan: Path | None,
    html: Path | None,
    language: Language,
    level: float,
    drawn: bool,
    seed: int,
    topics: tuple[str, ...],
    as_json: bool,
) -> None:
    """Compare treated with untreated prompts, before and after something was done.

    PLAN is a TOML file: name, subject, date (or before and after), treated. To know what caused
    what, draw the prompts before: --assign picks half of each topic by a seed, which anybody can
    repeat.

    \b
    Examples:
      beleg measure intervention --assign --seed 7 --topic energy > draw.csv
      beleg measure intervention plan.toml --html page.html --language de
    """
    workspace = open_workspace()
    prompts = workspace.arrow("prompts")
    if drawn:
        _draw(prompts, seed, topics)
        return
    if plan is None:
        raise click.UsageError("Give a plan, or --assign.")
    counts = read_counts(workspace)
    parsed = parse_plan(plan.read_text(encoding="utf-8"), plan.name)
    if parsed.subject not in workspace.arrow("publishers")["publisher_id"].to_pylist():
        raise InputError(
            f"{plan.name}: there is no publisher {parsed.subject}.",
            "`beleg publishers` lists their ids.",
        )
    treated = pick_prompts(
        parsed.treated, _read_file(parsed.treated, "treated", plan), prompts, plan.name
    )
    if parsed.controls is None:
        controls = set(prompts["prompt_id"].to_pylist()) - treated
    else:
        listed = _read_file(parsed.controls, "control", plan)
        controls = pick_prompts(parsed.controls, listed, prompts, plan.name)
    result = measure_intervention(counts, prompts, parsed, (treated, controls), level=level)
    told = find_breaks(
        counts, workspace.arrow("answers"), workspace.arrow("observations"), result.windows
    )
    told = [found for found in told if any(found.engine == row.engine for row in result.rows)]
    moved = {BreakKind.NAMED, BreakKind.SUSPECTED}
    warnings = [say_engine(found, language) for found in told if found.kind in moved]
    if html is not None:
        html.parent.mkdir(parents=True, exist_ok=True)
        html.write_text(write_html(result, level, language, warnings), encoding="utf-8")
        click.echo(f"Wrote {html}.", err=True)
    if as_json:
        print_json({**_to_json(result, level), "engines": [asdict(found) for found in told]})
    else:
        click.echo(write_text(result, level, language, warnings))


def _to_json(result: Result, level: float) -> dict[str, Any]:
    return {
        "plan": msgspec.to_builtins(result.plan), "level": level,
        "from": str(result.windows[0]), "to": str(result.windows[1]),
        "assignment": result.drawn, "effects": [row._asdict() for row in result.rows],
    }  # fmt: skip


def _read_file(arm: Arm, name: str, plan: Path) -> list[str]:
    """Read the ids or texts of a CSV; of a draw, those of the arm ``name``."""
    if arm.file is None:
        return []
    path = plan.parent / arm.file
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = [row for row in csv.reader(file) if row and row[0].strip()]
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}.", "Name a CSV beside the plan.") from None
    if not rows or rows[0][0] not in {"prompt_id", "prompt", "text", "question"}:
        return [row[0].strip() for row in rows]
    at = rows[0].index("arm") if "arm" in rows[0] else None
    return [row[0].strip() for row in rows[1:] if at is None or row[at].strip() == name]


def _draw(prompts: Any, seed: int, topics: tuple[str, ...]) -> None:
    rows = prompts.select(["prompt_id", "topic", "text"]).to_pylist()
    kept = [row for row in rows if not topics or row["topic"] in topics]
    if not kept:
        raise InputError("There is no prompt to draw from.", "`beleg export prompts` lists them.")
    treated = assign({row["prompt_id"]: row["topic"] for row in kept}, seed)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["prompt_id", "arm", "topic", "text"])
    for row in sorted(kept, key=lambda row: (row["prompt_id"] not in treated, row["prompt_id"])):
        arm = "treated" if row["prompt_id"] in treated else "control"
        writer.writerow([row["prompt_id"], arm, row["topic"] or "", row["text"]])
    click.echo(out.getvalue(), nl=False)
    said = f"{count(len(treated), 'prompt')} of {len(kept):,} drawn with seed {seed}"
    click.echo(f"{said}; write seed and assignment into the plan.", err=True)

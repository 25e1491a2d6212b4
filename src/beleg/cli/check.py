"""``beleg measure check``: answers go out to people, and corrected rates come back."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import click
import pyarrow as pa

from beleg.cli.check_sheet import Described, read_check_id, read_sheet, write_sheet
from beleg.cli.main import as_json as _as_json, open_workspace
from beleg.cli.sheets import FOLDER, choose_output, hand_out, keep, keep_verdicts, sheet_options
from beleg.console import count, print_json, print_table
from beleg.errors import InputError
from beleg.measure.checks import (
    KINDS,
    Checked,
    Item,
    Part,
    Sample,
    Seen,
    draw_sample,
    judge_sample,
    list_declared,
    list_seen,
)
from beleg.records import Answer, Citation, Publisher
from beleg.store import Workspace

_READ = (
    "answers", "citations", "holdings", "mentions", "observations", "prompts", "publishers",
)  # fmt: skip


@click.command()
@click.argument("kind", type=click.Choice(KINDS), required=False)
@sheet_options("answers", "check-KIND-ID.csv")
@_as_json
def check(
    *,
    kind: str | None,
    n: int | None,
    seed: int,
    sheet_kind: str,
    output: Path | None,
    checked: Path | None,
    as_json: bool,
) -> None:
    """Draw answers for people to check; correct every rate by what they found.

    \b
    1. --sample writes a sheet of answers: who is named in each (mention), or linked (citation).
       Half of them are answers in which we saw somebody, half in which we saw nobody: hits alone
       would tell how many of them are wrong, never how many we missed. In every row somebody reads
       the whole text and writes into the column verdict:
         right (stimmt)     exactly those in the column ours
         none (keine)       nobody
         Anker; Bote        exactly these, as names or ids
    2. --checked reads it, keeps it in the workspace under audits/, and gives each publisher's rate
       with each engine, corrected by what was found, with an interval that knows how few were
       checked. A rate that rests on too few is too_thin: check more.

    \b
    Examples:
      beleg measure check mention --sample 200 --format excel-de
      beleg measure check --checked check-mention-5d1f09ab.csv
    """
    if (n is None) == (checked is None):
        raise click.UsageError("Give either KIND --sample N, or --checked FILE.")
    if n is not None and kind is None:
        raise click.UsageError(f"Say what is to be checked: {' or '.join(KINDS)}.")
    with open_workspace(write=True) as workspace:
        if n is not None and kind is not None:
            _send_out(workspace, kind, n, seed, (sheet_kind, output), as_json=as_json)
        elif checked is not None:
            _take_back(workspace, kind, checked, as_json=as_json)


def _read_seen(workspace: Workspace, kind: str) -> tuple[dict[str, pa.Table], list[Seen]]:
    tables = {name: workspace.arrow(name) for name in _READ}
    return tables, list_seen(tables, kind)


def _send_out(
    workspace: Workspace,
    kind: str,
    n: int,
    seed: int,
    sheet: tuple[str, Path | None],
    *,
    as_json: bool,
) -> None:
    _, seen = _read_seen(workspace, kind)
    sample = draw_sample(seen, kind, n, seed)
    output = choose_output(sheet[1], f"check-{kind}-{sample.check_id[:8]}.csv")
    data = write_sheet(sample, _describe(workspace, sample, seen), sheet[0])
    ours = {one.answer_id: sorted(one.publishers) for one in seen}
    items = [{**item._asdict(), "ours": ours[item.answer_id]} for item in sample.items]
    keep(_folder_of(workspace, sample) / "sample.json", {**sample._asdict(), "items": items})
    hand_out(output, data)
    n_hits = sum(item.has_hit for item in sample.items)
    if as_json:
        said = {"check": sample.check_id, "kind": kind, "n": len(sample.items)}
        print_json({**said, "n_with_hit": n_hits, "seed": seed, "file": str(output)})
        return
    click.echo(
        f"{count(len(sample.items), 'answer')} of {sample.n_answers}, {n_hits} of them with a "
        f"{kind} of ours: {output}\n"
        "Fill in the column verdict (right, none, or who is there), then:\n"
        f"  beleg measure check --checked {output}"
    )


def _describe(workspace: Workspace, sample: Sample, seen: list[Seen]) -> dict[str, Described]:
    """Describe the sampled answers: their texts, or the links that they show."""
    wanted = {item.answer_id for item in sample.items}
    names = {row.publisher_id: row.name for row in workspace.rows(Publisher)}
    ours = {one.answer_id: sorted(names[name] for name in one.publishers) for one in seen}
    answers = {row.answer_id: row for row in workspace.rows(Answer) if row.answer_id in wanted}
    texts = {answer_id: row.text or "" for answer_id, row in answers.items()}
    if sample.kind == "citation":
        links: dict[str, list[str]] = {}
        for row in workspace.rows(Citation):
            if row.answer_id in wanted and row.shown:
                links.setdefault(row.answer_id, []).append(row.canonical_url or row.url)
        texts = {name: "\n".join(dict.fromkeys(links.get(name, ()))) for name in wanted}
    return {name: Described(ours[name], texts[name], answers[name].question) for name in wanted}


def _folder_of(workspace: Workspace, sample: Sample) -> Path:
    return workspace.path / FOLDER / sample.kind / sample.check_id


def _read_sample(
    workspace: Workspace, kind: str | None, check_id: str
) -> tuple[Sample, dict[str, list[str]]]:
    """Read a sample and whom its sheet named."""
    found = [
        file
        for one in KINDS
        for file in (workspace.path / FOLDER / one).glob("*/sample.json")
        if file.parent.name == check_id and kind in {None, one}
    ]
    if not found:
        raise InputError(
            f"the check {check_id!r} was not drawn here{f' as one of {kind}s' if kind else ''}.",
            "Give the workspace it was drawn from.",
        )
    try:
        said = json.loads(found[0].read_bytes())
        rows = said.pop("items")
        ours = {row["item_id"]: row.pop("ours") for row in rows}
        return Sample(items=tuple(Item(**row) for row in rows), **said), ours
    except (ValueError, TypeError, KeyError) as error:
        raise InputError(f"{found[0]}: damaged ({error}).", "Restore it from a backup.") from error


def _take_back(workspace: Workspace, kind: str | None, checked: Path, *, as_json: bool) -> None:
    data = checked.read_bytes()
    sample, ours = _read_sample(workspace, kind, read_check_id(data, str(checked)))
    tables, seen = _read_seen(workspace, sample.kind)
    publishers = [row for row in workspace.rows(Publisher) if row.declared]
    entries = read_sheet(data, str(checked), sample, ours, publishers)
    truth = {entry.item_id: frozenset(entry.publishers) for entry in entries}
    found = judge_sample(sample, truth, seen, list_declared(tables["publishers"]))
    file = keep_verdicts(_folder_of(workspace, sample), "check_id", entries)
    kept = file.relative_to(workspace.path)
    notes = _list_notes(sample, found, seen)
    if as_json:
        print_json(_to_json(sample, found) | {"notes": notes, "kept": str(kept)})
        return
    _say(sample, found, {row.publisher_id: row.name for row in publishers})
    for note in notes:
        click.echo(f"! {note}", err=True)


def _list_notes(sample: Sample, found: Checked, seen: list[Seen]) -> list[str]:
    notes = []
    if len(seen) != sample.n_answers:
        notes.append(
            f"{sample.n_answers} answers counted when the sample was drawn, {len(seen)} do now: "
            "the new ones are corrected by the errors of the old."
        )
    if found.n < len(sample.items):
        gone = count(len(sample.items) - found.n, "checked answer")
        notes.append(f"{gone} no longer counts (gone, or a repeat by now): left out.")
    return notes


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value


def _to_json(sample: Sample, found: Checked) -> dict[str, Any]:
    return {
        "check": sample.check_id,
        "kind": sample.kind,
        "n": found.n,
        "precision": {name: _known(value) for name, value in found.precision._asdict().items()},
        "recall": {name: _known(value) for name, value in found.recall._asdict().items()},
        "n_unseen": found.n_unseen,
        "rates": [
            {
                "engine": rate.engine,
                "publisher_id": rate.publisher_id,
                **{
                    name: _known(value) if isinstance(value, float) else value
                    for name, value in rate.figure._asdict().items()
                },
            }
            for rate in found.rates
        ],
    }


def _show(value: float) -> str:
    return "" if math.isnan(value) else f"{value:.1%}"


def _say(sample: Sample, found: Checked, names: dict[str, str]) -> None:
    click.echo(f"{count(found.n, 'checked answer')}, {sample.kind}s of declared publishers")
    parts: list[tuple[str, Part]] = [
        ("of ours, are there", found.precision),
        ("of those there, are ours", found.recall),
    ]
    print_table(
        ("detector", "part", "low", "high"),
        [(name, *map(_show, part)) for name, part in parts],
    )
    click.echo("")
    print_table(
        ("engine", "publisher", "ours", "corrected", "low", "high", "checked", "status"),
        [
            (
                rate.engine,
                names[rate.publisher_id],
                *map(_show, (rate.figure.naive, rate.figure.value)),
                *map(_show, (rate.figure.low, rate.figure.high)),
                rate.figure.n_labelled,
                rate.figure.status.value,
            )
            for rate in found.rates
        ],
    )
    if found.n_unseen:
        click.echo(f"{count(found.n_unseen, 'pair')} of engine and publisher that nobody saw.")

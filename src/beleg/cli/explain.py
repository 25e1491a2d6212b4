"""``beleg ground explain``: why a statement scores as it does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import click

from beleg import views
from beleg.cli.main import as_json as _as_json, open_workspace
from beleg.console import count, print_json

_FEWEST_POINTS = 0.005
"""Smaller contributions to the log-odds are not shown; --json has all."""


@click.command()
@click.argument("claim_id")
@click.option(
    "--limit", type=click.IntRange(1), default=1, show_default=True, help="Passages to explain."
)
@_as_json
def explain(claim_id: str, limit: int, as_json: bool) -> None:
    """Say why a statement scores as it does: words, figures, and what each feature adds.

    CLAIM_ID may be shortened to the digits that tell it from the others; `beleg ground show`
    lists the statements of an answer with theirs. What stands on both sides is in [brackets].

    \b
    Examples:
      beleg ground explain 81c04d
      beleg ground explain 81c04d --limit 3 --json
    """
    found = views.explain_claim(open_workspace(), claim_id, limit)
    if as_json:
        print_json(found)
        return
    click.echo(f"{found['engine']}: {found['question']}")
    if not found["passages"]:
        click.echo(f"  {found['claim']}\nno source: no passage comes near enough to be stored.")
        return
    for row in found["passages"]:
        _say(found["claim"], row)
    if found["n_passages"] > len(found["passages"]):
        more = found["n_passages"] - len(found["passages"])
        click.echo(f"{count(more, 'other passage')} stored: --limit {found['n_passages']}")


def _say(claim: str, row: Mapping[str, Any]) -> None:
    cited = "cited" if row["cited"] else "not cited"
    reaches = "reaches" if row["support"] >= row["threshold"] else "stays below"
    click.echo()
    click.echo(f"claim    {mark_spans(claim, row['claim_spans'])}")
    click.echo(f"passage  {mark_spans(row['passage'], row['passage_spans'])}")
    click.echo(f"         {row['host']} ({cited})")
    threshold = f"{reaches} the threshold of {row['threshold'] / 100:.1f} %"
    click.echo(f"support  {row['support'] / 100:.1f} %, {row['kind']}; {threshold}")
    if abs(row["support"] - row["support_now"]) > 1:
        now = f"{row['support_now'] / 100:.1f} %"
        click.echo(f"         stored by {row['judge']}; scored now: {now}. `beleg ground --force`")
    for opinion in row["opinions"]:
        said = "unclear" if opinion["value"] is None else f"{opinion['value']:g}"
        click.echo(f"opinion  {said}, {opinion['kind']} {opinion['model']}")
    _say_words(row)
    _say_points(row)
    click.echo()


def _say_words(row: Mapping[str, Any]) -> None:
    for label, matched in (("matched", True), ("missed", False)):
        words = [word for word in row["words"] if word["matched"] is matched]
        words.sort(key=lambda word: -word["share"])
        share = sum(word["share"] for word in words)
        listed = ", ".join(f"{word['word']} {word['share']:.0%}" for word in words)
        click.echo(f"{label:8} {share:.0%} of the weight{': ' if listed else ''}{listed}")
    if row["longest_run"]:
        click.echo(f'run      "{" ".join(row["longest_run"].split())}"')
    for label, key in (("figures", "figures_missing"), ("names", "names_missing")):
        if row[key]:
            click.echo(f"{label:8} not there: {', '.join(row[key])}")
    if row["conflicts"]:
        click.echo(f"disagree {', '.join(row['conflicts'])}")


def _say_points(row: Mapping[str, Any]) -> None:
    click.echo("points   " + f"{row['intercept']:+6.2f}  to begin with")
    for item in row["contributions"]:
        if abs(item["points"]) >= _FEWEST_POINTS:
            product = f"{item['value']:.2f} × {item['coefficient']:+.2f}"
            name = item["feature"].replace("_", " ")
            click.echo(f"{'':9}{item['points']:+6.2f}  {name} ({product})")
    wanted = row["wanted_log_odds"]
    short = f", {wanted - row['log_odds']:.2f} more" if wanted > row["log_odds"] else ""
    asked = f"the threshold asks for {wanted:+.2f}{short}"
    click.echo(f"{'':9}{row['log_odds']:+6.2f}  in all; {asked}")
    if row["capped"]:
        click.echo(f"{'':9}What disagrees caps the support, whatever the sum.")
    if row["support_now"] < row["threshold"] and row["would_do_without"]:
        names = " or ".join(name.replace("_", " ") for name in row["would_do_without"])
        click.echo(f"{'':9}It would reach the threshold without: {names}.")


def mark_spans(text: str, spans: Sequence[Sequence[int]]) -> str:
    """Put what agrees into brackets, on one line."""
    out, at = [], 0
    for start, end in spans:
        out += [text[at:start], "[", text[start:end], "]"]
        at = end
    return " ".join(("".join(out) + text[at:]).split())

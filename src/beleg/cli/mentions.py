"""``beleg measure mentions``: who is named in texts, one line out for each line in."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, Any

import click

from beleg.catalogue import read_catalogue
from beleg.cli.main import as_json as _as_json, workspace_path
from beleg.frame import derive_publishers
from beleg.measure.mentions import Found, find_in_text
from beleg.measure.names import Names, list_names
from beleg.records import Publisher
from beleg.settings import read_settings

_LANGUAGES = ("de", "en")
_REMEDY = 'Write {"text": "..."} on the line; "id" and "language" (de, en) may stand beside it.'


@click.command("mentions")
@click.argument("file", type=click.File("r", encoding="utf-8-sig", errors="surrogateescape"))
@_as_json
def mentions(file: IO[str], as_json: bool) -> None:
    """Name the publishers and people in each text of FILE (JSON Lines; - reads standard input).

    In: {"id"?, "text", "language"?} on each line. Out, line by line and in order: {"id"?,
    "mentions": [{"entity_id", "start", "end", "form", "probability", "negative", "reason"}]}.
    Offsets count Unicode code points. A mention counts from a probability of .5, and not where it
    is negative ("I could not find anything by X"). "reason" are the words that decided.

    A line that cannot be read gets {"error": {"line", "message", "remedy"}} in its place, and the
    rest goes on; the exit code is 1 only where no line could be read.

    Publishers are those of the catalogue, and in a workspace also those of beleg.toml. The output
    is JSON Lines with --json and without.

    \b
    Examples:
      beleg measure mentions answers.jsonl > mentions.jsonl
      echo '{"text": "Laut Spiegel stimmt das."}' | beleg measure mentions -
      beleg -C alliance measure mentions answers.jsonl
    """
    del as_json  # there is no other form of output
    names = list_names(_list_publishers())
    n_read = n_lines = 0
    for line in read_lines(file, names):
        n_lines += 1
        n_read += "error" not in line
        click.echo(json.dumps(line, ensure_ascii=False))
    if n_lines and not n_read:
        click.get_current_context().exit(1)


def _list_publishers() -> Sequence[Publisher]:
    """List whom to look for: the catalogue, and what the workspace's beleg.toml declares."""
    settings = workspace_path() / "beleg.toml"
    if not settings.exists():
        return read_catalogue()
    return derive_publishers(read_settings(settings), ())


def read_lines(lines: Iterable[str], names: Names) -> Iterator[dict[str, Any]]:
    """Give what to write for each line; an empty line is left out."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        row, message = _read_row(line)
        named = {"id": row["id"]} if "id" in row else {}
        if message:
            error = {"line": number, "message": f"line {number}: {message}", "remedy": _REMEDY}
            yield named | {"error": error}
            continue
        found = find_in_text(row["text"], names, language=row.get("language"))
        yield named | {"mentions": [_show(row["text"], hit) for hit in found]}


def _read_row(line: str) -> tuple[dict[str, Any], str]:
    """Read one line; give what was read of it, and what is wrong or ''."""
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        return {}, f"no JSON: {error}."
    if not isinstance(row, dict):
        return {}, f"a JSON object is needed, not {type(row).__name__}."
    text, language = row.get("text"), row.get("language")
    if not isinstance(text, str):
        return row, '"text" is missing.' if text is None else '"text" is no string.'
    if any("\ud800" <= char <= "\udfff" for char in text):
        return row, "the text is no valid UTF-8."
    if language is not None and not isinstance(language, str):
        return row, '"language" is no string.'
    if language is not None:
        short = language.lower().replace("_", "-").partition("-")[0]
        row["language"] = short if short in _LANGUAGES else None
    return row, ""


def _show(text: str, hit: Found) -> dict[str, Any]:
    return {
        "entity_id": hit.entity_id,
        "start": hit.start,
        "end": hit.end,
        "form": text[hit.start : hit.end],
        "probability": hit.probability,
        "negative": hit.negative,
        "reason": hit.reason,
    }

"""``beleg ground draft``: files in, a checked draft out."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, NamedTuple

import click
import pyarrow as pa

from beleg.cli.main import as_json as _as_json, open_workspace, workspace_path
from beleg.collect.markup import clean_text
from beleg.collect.pages import (
    Page,
    build_document,
    choose_address,
    decode_html,
    extract_page,
)
from beleg.console import ProgressLines, count, print_json
from beleg.errors import InputError
from beleg.ground.drafts import check_draft, language_of_draft, read_plain
from beleg.ground.exchange import show_draft
from beleg.ground.markdown import Prose, read_markdown
from beleg.ground.sentences import Span
from beleg.records import Document, Text, content_id
from beleg.report.draft import render_draft
from beleg.tables import from_arrow, to_arrow
from beleg.urls import canonical_url, host_of

_HTML = {".html", ".htm", ".xhtml"}
_MARKDOWN = {".md", ".markdown", ".mdown"}
_PLAIN = {".txt", ".text", ""}
_STATES = ("supported", "conflict", "no source", "no claim")
_MANY_TEXTS = 1_000
_COLOURS = {"supported": "green", "conflict": "red", "no source": "yellow"}


_BEFORE_SIGN = re.compile(r" +(?=[.,;:!?])")
_BRACKETS = re.compile(r"\[([^\[\]]*)\]")


class _Draft(NamedTuple):
    name: str
    text: str
    """As places in it are given: the file's, or of HTML the article's."""
    prose: Prose
    page: str | None = None
    """The address that an HTML draft says it has."""


def _read_text(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"{name}: not UTF-8 (byte {error.start})."
        raise InputError(message, "Save it as UTF-8.") from error


def _read_bytes(name: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise InputError(f"{name}: {error.strerror}.", "Give a file.") from error


def _extract(data: bytes, name: str) -> Page:
    """Take the article out of a page."""
    try:
        page = extract_page(decode_html(data))
    except InputError:
        raise
    except Exception as error:  # extractors raise anything on wild markup
        message = f"{name}: cannot be read ({type(error).__name__})."
        raise InputError(message, "Check that it is an HTML page.") from error
    if not page.text:
        raise InputError(f"{name}: no article text was found.", "Give it as text.")
    return page


def _read_draft(name: str) -> _Draft:
    """Read a draft: Markdown, HTML or plain text by its ending; stdin is Markdown."""
    data, ending = _read_bytes(name), Path(name).suffix.lower()
    shown = "stdin" if name == "-" else Path(name).name
    if ending in _HTML:
        page_read = _extract(data, name)
        text, metadata = page_read.text, page_read.metadata
        address = choose_address(metadata.links, None, None)
        page = canonical_url(address) if address else None
        return _Draft(shown, text, Prose(text, (), ()), page)  # no line of it was broken
    text = _read_text(data, name)
    if name == "-" or ending in _MARKDOWN:
        return _Draft(shown, text, read_markdown(text))
    if ending in _PLAIN:
        return _Draft(shown, text, read_plain(text))
    remedy = "Drafts are .md, .txt or .html; - reads Markdown from stdin."
    raise InputError(f"{name}: {ending} is no text that is read here.", remedy)


def _read_source(path: Path, now: datetime) -> tuple[Document, Text]:
    """Read a file to check against; an HTML page names its address itself, or goes by its file."""
    data = _read_bytes(str(path))
    if path.suffix.lower() in _HTML:
        page = _extract(data, str(path))
    else:
        text = _read_text(data, str(path))
        prose = read_markdown(text).text if path.suffix.lower() in _MARKDOWN else text
        page = extract_page("")._replace(text=clean_text(prose))
    address = choose_address(page.metadata.links, None, None)
    canonical = canonical_url(address) if address else None
    host = host_of(address) if address else None
    known = address if canonical and host else path.resolve().as_uri()
    document, found = build_document(
        page, known or "", canonical or path.name, host or path.name, raw_ref="", seen_at=now
    )
    return document, found


def _list_sources(paths: Sequence[Path]) -> list[Path]:
    files: list[Path] = []
    for path in paths:
        inside = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
        known = _HTML | _MARKDOWN | _PLAIN
        files += [p for p in inside if not path.is_dir() or p.suffix.lower() in known]
    return files


def _leave_out(draft: _Draft, documents: Sequence[Document]) -> list[Document]:
    """Leave out what was collected of the draft itself; say so."""
    own = content_id("text", clean_text(draft.text))
    others = [d for d in documents if d.text_id != own and d.canonical_url != (draft.page or "")]
    if len(others) < len(documents):
        said = count(len(documents) - len(others), "document")
        click.echo(f"! left out, for it is the draft itself: {said}", err=True)
    return others


def _open_sources(
    draft: _Draft, paths: Sequence[Path], without: Sequence[str], *, corpus: bool
) -> tuple[pa.Table, pa.Table]:
    """Give the documents and texts to check against."""
    now = datetime.now(UTC)
    found = []
    for path in _list_sources(paths):
        try:
            found.append(_read_source(path, now))
        except InputError as error:
            if path in paths:
                raise
            click.echo(f"! left out: {error}", err=True)  # one of a folder
    documents = [document for document, _ in found]
    texts = {text.text_id: text for _, text in found}
    if corpus:
        workspace = open_workspace()
        documents += _leave_out(draft, workspace.rows(Document))
        texts |= {text.text_id: text for text in from_arrow(workspace.arrow("texts"), Text)}
    kept = {
        document.document_id: document
        for document in documents
        if not any(f".{document.host}".endswith(f".{host.lower()}") for host in without)
    }
    if not kept:
        raise InputError(
            "there is nothing to check against.",
            "Collect pages (`beleg collect pages`), or name files with --against.",
        )
    return to_arrow(kept.values(), Document), to_arrow(texts.values(), Text)


@click.command()
@click.argument("source", metavar="FILE", type=click.Path(path_type=str, allow_dash=True))
@click.option(
    "--against",
    type=click.Path(path_type=Path, exists=True),
    multiple=True,
    help="A text or HTML file, or a folder of them, to check against; may be repeated.",
)
@click.option("--corpus", is_flag=True, help="With --against: also against the workspace.")
@click.option("--without", multiple=True, metavar="HOST", help="Leave this host's pages out.")
@click.option("--html", "page", type=click.Path(path_type=Path, dir_okay=False), help="Write it.")
@click.option(
    "--language", type=click.Choice(["de", "en"]), help="Of the HTML page; the draft's by default."
)
@click.option("--strict", is_flag=True, help="Exit with 3 where there is a conflict or a gap.")
@_as_json
def draft(
    source: str,
    *,
    against: tuple[Path, ...],
    corpus: bool,
    without: tuple[str, ...],
    page: Path | None,
    language: Literal["de", "en"] | None,
    strict: bool,
    as_json: bool,
) -> None:
    """Check a draft before it is published: each sentence's sources, conflicts and gaps.

    FILE is Markdown, plain text or HTML, written by a person or a machine; - reads Markdown from
    stdin. It is checked against all that the workspace has collected; with --against, against
    those files instead. Its own links are looked at first. "no source" means that none is among
    what was checked, not that the sentence is wrong.

    \b
    Examples:
      beleg ground draft article.md
      beleg ground draft article.md --html check.html --language de
      beleg ground draft article.md --against interview.txt --against minutes/ --strict
    """
    read = _read_draft(source)
    if not against and not (workspace_path() / "beleg.toml").is_file():
        raise InputError(
            f"{workspace_path()} is no workspace (no beleg.toml).",
            "Name files to check against with --against, or a workspace with -C.",
        )
    documents, texts = _open_sources(read, against, without, corpus=corpus or not against)
    with ProgressLines(quiet=as_json) as progress:

        def tell(step: str, done: int, total: int) -> None:
            if step == "texts" and total >= _MANY_TEXTS:  # what takes time; the rest flashes by
                progress(step, done, total)

        sentences = check_draft(read.prose, documents, texts, on_progress=tell)
    spoken: Literal["de", "en"] = "de" if language_of_draft(read.prose) == "de" else "en"
    checked = show_draft(read.name, read.text, spoken, sentences)
    if page is not None:
        page.parent.mkdir(parents=True, exist_ok=True)
        html = render_draft(_reflow(read), checked, language=language or spoken)
        page.write_text(html, encoding="utf-8")
    if as_json:
        print_json(checked)
    else:
        _say(checked, read.prose)
        if page is not None:
            click.echo(f"Wrote {page}.", err=True)
    if strict and (checked["counts"]["conflict"] or checked["counts"]["no source"]):
        click.get_current_context().exit(3)


def _say(checked: Mapping[str, Any], prose: Prose) -> None:
    """Print a checked draft for people: its sentences as they are read, links as their words."""
    headings = set(prose.headings)
    for row in checked["sentences"]:
        mark = click.style(f"{row['mark']:11}", fg=_COLOURS.get(row["mark"]), bold=True)
        place = Span(row["start"], row["end"])
        read = row["text"] if place in headings else prose.text[place.start : place.end]
        said = _BEFORE_SIGN.sub("", _flat(_BRACKETS.sub(r"\1", read)))
        click.echo(f"{mark} {said}")
        for found in row["sources"]:
            _say_found(found, f"{found['support'] / 100:.0f} %, {found['kind']}")
        for found in row["against"]:
            _say_found(found, f"disagrees ({', '.join(found['conflicts'])})")
        if row["nearest"]:
            nearest = row["nearest"]
            _say_found(nearest, f"nearest, {nearest['support'] / 100:.0f} %")
    counts = checked["counts"]
    said = ", ".join(f"{counts[state]} {state}" for state in _STATES)
    click.echo(f"{checked['draft']}: {count(len(checked['sentences']), 'sentence')}: {said}")


def _say_found(found: Mapping[str, Any], what: str) -> None:
    when = (found["published_at"] or found["first_seen_at"] or "")[:10]
    linked = "linked" if found["linked"] else ""
    parts = [part for part in (found["host"], found["title"], when, linked) if part]
    click.echo(f"{'':11}   {what}: {' · '.join(parts)}")
    click.echo(f"{'':11}   {click.style('│', dim=True)} {_flat(found['passage'])}")


def _reflow(read: _Draft) -> str:
    """Write a paragraph's lines as one, as they were read; all else stays as it came."""
    pairs = zip(read.text, read.prose.text, strict=True)
    return "".join(" " if own in "\r\n" and seen == " " else own for own, seen in pairs)


def _flat(text: str) -> str:
    return " ".join(text.split())

"""Commands below ``beleg ground`` that look at one thing: pairs, a draft, a statement."""

from __future__ import annotations

import gzip
import io
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO, cast

import click

from beleg.cli.drafts import draft
from beleg.cli.explain import explain
from beleg.cli.opinion import opinion
from beleg.console import ProgressLines, count
from beleg.errors import InputError
from beleg.ground.exchange import answer_line, write_line

MAX_LINE_BYTES = 64 * 1024 * 1024
"""A longer line is told as an error and passed over: bounds the memory, whatever comes in."""
_GZIP = b"\x1f\x8b"


def _open_lines(name: str, stack: ExitStack) -> tuple[BinaryIO, BinaryIO]:
    """Open a file, or stdin for ``-``.

    Returns:
        Its bytes, gzip undone, and the stream that they come from.
    """
    if name == "-":
        raw = sys.stdin.buffer
    else:
        try:
            raw = stack.enter_context(Path(name).open("rb"))  # noqa: SIM115 - the stack closes it
        except OSError as error:
            raise InputError(f"{name}: {error.strerror}.", "Give a file of lines.") from error
    stream = raw if hasattr(raw, "peek") else io.BufferedReader(cast("io.RawIOBase", raw))
    if cast("io.BufferedReader", stream).peek(2)[:2] == _GZIP:
        unpacked = stack.enter_context(gzip.GzipFile(fileobj=stream))
        return cast("BinaryIO", unpacked), stream
    return stream, stream


def _read_lines(file: BinaryIO, name: str) -> Iterator[bytes | None]:
    """Yield a file's lines without their ends; None for one that is too long."""
    try:
        while line := file.readline(MAX_LINE_BYTES + 1):
            if len(line) > MAX_LINE_BYTES and not line.endswith(b"\n"):
                while line and not line.endswith(b"\n"):
                    line = file.readline(MAX_LINE_BYTES + 1)
                yield None
            else:
                yield line.rstrip(b"\r\n")
    except (EOFError, gzip.BadGzipFile) as error:
        message = f"{name}: broken gzip ({error})."
        raise InputError(message, "What came before it is done.") from error


@click.command()
@click.argument("source", metavar="FILE", type=click.Path(path_type=str, allow_dash=True))
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Write it here.")
def pairs(source: str, output: Path | None) -> None:
    """Judge statements against sources of your own; no workspace is needed.

    FILE holds one JSON object a line, plain or gzip; - reads stdin. "evidence" is a text or a
    list of texts: the parts of one source, in order; snippets are sources that compete.
    "language" (de, en), "kind" (passage, page, snippet) and "id" may be left out; without a kind,
    a text of more than ten sentences is a page. For each line one comes out, in order and at
    once. A line that cannot be judged gives {"error": …, "line": …, "remedy": …} in its place;
    they are counted at the end, and where no line could be judged the exit code is 1.

    \b
    Examples:
      beleg ground pairs pairs.jsonl --output judged.jsonl
      echo '{"claim": "It rained.", "evidence": "It rained all day."}' | beleg ground pairs -
    """
    n_lines = n_errors = 0
    with ExitStack() as stack:
        lines, stream = _open_lines(source, stack)
        total = Path(source).stat().st_size if source != "-" else 0
        if output is not None:
            output.parent.mkdir(parents=True, exist_ok=True)
        out: BinaryIO = (
            stack.enter_context(output.open("wb")) if output is not None else sys.stdout.buffer
        )
        # A bar and lines on one terminal would overwrite each other.
        seen = sys.stderr.isatty() and not (output is None and sys.stdout.isatty())
        progress = stack.enter_context(ProgressLines(quiet=not seen))
        for line in _read_lines(lines, source):
            n_lines += 1
            if line is None:
                message = f"more than {MAX_LINE_BYTES} bytes."
                answer = {"error": message, "line": n_lines, "remedy": "Split the evidence."}
            else:
                answer = answer_line(line.removeprefix(b"\xef\xbb\xbf"), n_lines)
            n_errors += "error" in answer
            out.write(write_line(answer))
            out.flush()
            if seen and n_lines % 50 == 0 and total:
                progress("pairs", stream.tell(), total)
    if n_errors:
        said = f"{count(n_lines, 'line')}, of which {n_errors:,} could not be judged"
        click.echo(f"! {said}; each says why in its place.", err=True)
    if n_errors and n_errors == n_lines:
        click.get_current_context().exit(1)


COMMANDS = (explain, draft, pairs, opinion)

"""Sources into what was read from them: files, folders and addresses, one after the other.

One bad source is a Problem, and the rest goes on. Nothing is stored here: the caller keeps the
raw bytes and commits what was read.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Container, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, urljoin, urlsplit

from beleg.collect.answers import Collected
from beleg.collect.feeds import read_feed, recognise
from beleg.collect.pages import read_page
from beleg.errors import BelegError, FetchError, InputError
from beleg.http import Fetcher, Request, Response
from beleg.records import Problem
from beleg.urls import canonical_url
from beleg.wire import inflate

_SUFFIXES = frozenset(
    ".html .htm .xhtml .xml .rss .rdf .atom .json .html.gz .htm.gz .xml.gz .rss.gz".split()
)
"""What is taken from a folder; a file that is named alone may be called anything."""
_FEED_SUFFIXES = frozenset(".xml .rss .rdf .atom .xml.gz .rss.gz".split())
_ACCEPT = (
    "text/html, application/xhtml+xml, application/rss+xml, application/atom+xml,"
    " application/feed+json, application/xml;q=0.9, */*;q=0.1"
)
_SHOWN = 5  # names of skipped files that a message lists


class SourceRead(NamedTuple):
    """What came of one file, or of one address."""

    name: str
    """The file's path or the address, as it was given or found in a folder or a feed."""
    data: bytes | None
    """The raw bytes; None where nothing came."""
    suffix: str
    """The ending under which to keep them: ``.html``, ``.xml``, ``.json``, with ``.gz``."""
    collected: Collected
    n_teasers: int
    """Items of a feed that carry only a teaser."""
    links: list[str]
    """Their addresses."""
    url: str | None = None
    """Where it was fetched, after redirects."""
    base_url: str | None = None
    """Where it would lie, by the user's word."""
    content_type: str | None = None
    """What the server said that it is."""


Progress = Callable[[str, int, int], None]
"""Stage, number done, number known so far."""


def collect_sources(  # noqa: PLR0913 # what is asked of a run; all but the first by name
    sources: Sequence[str],
    *,
    fetcher: Fetcher,
    follow: bool,
    base_url: str | None,
    seen_at: datetime,
    known: Container[str],
    max_bytes: int,
    on_progress: Progress | None = None,
) -> Iterator[SourceRead]:
    """Read files, folders (with all below them) and addresses.

    Args:
        sources: Paths, or addresses with http(s)://.
        fetcher: The door to the network.
        follow: Fetch the pages of feed items that carry only a teaser.
        base_url: Where a file lay that does not say what address it had: exactly there, or, with
            a slash at the end, below it by its name; a folder's files by their path below it.
        seen_at: When all this was in our hands; aware.
        known: Canonical URLs that a followed link need not be fetched for again.
        max_bytes: Most bytes of a file, > 0.
        on_progress: Told after each file and address.

    Yields:
        One read per file and per address, in a fixed order, bad ones included.
    """
    n_done, n_known = 0, len(sources)
    for source in sources:
        followed: dict[str, None] = {}
        for read in _read_source(source, fetcher, base_url, seen_at, max_bytes):
            if follow:
                followed.update(dict.fromkeys(read.links))
            yield read
        todo = [link for link in followed if (canonical_url(link) or link) not in known]
        n_done, n_known = n_done + 1, n_known + len(todo)
        if on_progress is not None:
            on_progress("collect", n_done, n_known)
        for link in todo:
            yield _read_address(link, fetcher, seen_at)
            n_done += 1
            if on_progress is not None:
                on_progress("collect", n_done, n_known)


def _read_source(
    source: str, fetcher: Fetcher, base_url: str | None, seen_at: datetime, max_bytes: int
) -> Iterator[SourceRead]:
    if source.lower().startswith(("http://", "https://")):
        yield _read_address(source, fetcher, seen_at)
        return
    path = Path(source)
    if not path.is_dir():
        exact = base_url if base_url and not base_url.endswith("/") else None
        address = exact or _url_below(base_url, path.name)
        yield _read_path(path, address, seen_at, max_bytes)
        return
    skipped = []
    for file in _files_below(path):
        if "".join(file.suffixes[-2:]).lower() in _SUFFIXES or file.suffix.lower() in _SUFFIXES:
            address = _url_below(base_url, file.relative_to(path).as_posix())
            yield _read_path(file, address, seen_at, max_bytes)
        else:
            skipped.append(file.name)
    if skipped:
        names = ", ".join(skipped[:_SHOWN]) + (", …" if len(skipped) > _SHOWN else "")
        message = f"{len(skipped)} file(s) are neither page nor feed by their name: {names}."
        yield _failed(source, message, "Name a file alone to have it read all the same.")


def _files_below(folder: Path) -> Iterator[Path]:
    """List the files of a folder and below, in order; links to folders are not followed."""
    for place, folders, names in os.walk(folder):
        folders.sort()
        yield from (Path(place) / name for name in sorted(names))


def _url_below(base_url: str | None, name: str) -> str | None:
    return urljoin(base_url.rstrip("/") + "/", quote(name)) if base_url else None


def _read_path(path: Path, base_url: str | None, seen_at: datetime, max_bytes: int) -> SourceRead:
    try:
        data = _read_file(path, max_bytes)
    except InputError as error:
        return _failed(str(path), error.message, error.remedy)
    return read_content(str(path), data, base_url=base_url, seen_at=seen_at, max_bytes=max_bytes)


def _read_file(path: Path, max_bytes: int) -> bytes:
    """Read a regular file of at most ``max_bytes``.

    Raises:
        InputError: It is missing, not readable, no regular file (a pipe would never end) or
            larger.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise InputError(f"{path} is no file.", "Give a file, a folder or an address.")
        with path.open("rb") as file:
            data = file.read(max_bytes + 1)
    except (OSError, ValueError) as error:  # a ValueError: a name with a null character
        raise InputError(f"{path} cannot be read ({error}).", "Check the name.") from error
    if len(data) > max_bytes:
        raise InputError(f"{path} has more than {max_bytes} bytes.", "Raise max_megabytes.")
    return data


def _read_address(url: str, fetcher: Fetcher, seen_at: datetime) -> SourceRead:
    try:
        response = fetcher.fetch(Request(url, (("Accept", _ACCEPT),)))
    except BelegError as error:
        return _failed(url, error.message, error.remedy)
    if response.status != 200:
        return _failed(url, f"{url}: the server says {response.status}.", _remedy(response))
    kind = response.header("content-type")
    return read_content(
        url, response.content, url=response.url, content_type=kind, seen_at=seen_at
    )


def _remedy(response: Response) -> str:
    after = response.header("retry-after")
    if response.status in (429, 503):
        return f"Try again {'in ' + after + ' seconds' if after and after.isdigit() else 'later'}."
    if response.status in (401, 402, 403):
        return "The publisher asks for access: collect a file that you may use."
    return "Check the address." if response.status < 500 else "Try again later."


def read_content(  # noqa: PLR0913 # what is known of a source, once it has come
    name: str,
    data: bytes,
    *,
    url: str | None = None,
    content_type: str | None = None,
    base_url: str | None = None,
    seen_at: datetime,
    max_bytes: int | None = None,
) -> SourceRead:
    """Read what came, now or long ago, as a feed or as a page.

    Args:
        name: For problems.
        data: As it came, plain or gzip.
        url: Where it was fetched.
        content_type: What the server said that it is.
        base_url: Where it would lie, where it does not say so itself.
        seen_at: When it was first in our hands; aware.
        max_bytes: Most bytes once unpacked; None does not unpack (a server's own encoding is
            off already).
    """
    content = data
    if max_bytes is not None and data.startswith(b"\x1f\x8b"):
        try:
            content = inflate(data, "gzip", max_bytes)
        except FetchError as error:
            return _failed(name, f"{Path(name).name}: {error.message}", error.remedy)
    raw_ref = hashlib.sha256(data).hexdigest()
    path = urlsplit(url).path if url else name
    suffixes = "".join(Path(path).suffixes[-2:]).lower()
    is_named_feed = suffixes in _FEED_SUFFIXES or Path(path).suffix.lower() in _FEED_SUFFIXES
    says_feed = any(word in (content_type or "").lower() for word in ("rss", "atom", "feed+json"))
    kind = recognise(content, content_type, path)
    packed = ".gz" if content is not data else ""
    told = (url, base_url, content_type)
    if kind == "feed" or (kind == "page" and (is_named_feed or says_feed)):
        feed = read_feed(content, url=url or base_url, name=name, raw_ref=raw_ref, seen_at=seen_at)
        ending = (".json" if content.lstrip()[:1] == b"{" else ".xml") + packed
        return SourceRead(name, data, ending, feed.collected, len(feed.links), feed.links, *told)
    if kind is None:
        message = f"{name} is neither a page nor a feed."
        return _failed(name, message, "Give HTML, RSS, Atom or JSON Feed.")
    page = read_page(
        content,
        url=url,
        name=name,
        raw_ref=raw_ref,
        seen_at=seen_at,
        content_type=content_type,
        base_url=base_url,
    )
    return SourceRead(name, data, ".html" + packed, page, 0, [], *told)


def _failed(name: str, message: str, remedy: str) -> SourceRead:
    problem = Problem("collect", name, None, None, message, remedy)
    return SourceRead(name, None, "", Collected([], [], [], [], [problem], 0), 0, [])

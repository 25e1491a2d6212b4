"""Feeds: RSS 0.9x, 1.0 and 2.0, Atom and JSON Feed into documents, and links to the rest.

Two libraries read, one for what the other misses: feedparser first, fastfeedparser where it finds
no item. JSON Feed is read here. Dates are read by :mod:`beleg.collect.times` first, which knows
German.

What an item carries is told apart: the whole text makes a document; a teaser makes none, only
its link is given back, for a teaser is not the article.

Before any library sees it, the file is decoded here, refused if it declares entities, and
handed on as UTF-8 without its document type: nothing is expanded and nothing is fetched.
"""

from __future__ import annotations

import calendar
import codecs
import html
import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Literal, NamedTuple
from urllib.parse import urljoin

import fastfeedparser
import feedparser

from beleg.collect.answers import Collected
from beleg.collect.markup import clean_line, read_authors, read_language
from beleg.collect.pages import decode_html, extract_page, fragment_text
from beleg.collect.times import LOCAL_TIME, read_time
from beleg.records import Document, DocumentKind, Problem, Text, content_id
from beleg.text import guess_language
from beleg.urls import canonical_url, host_of

MAX_FEED_BYTES = 20_000_000
_HEAD = 65_536  # a feed's first element stands within
MAX_ITEMS = 20_000
"""Feeds of more items are a Problem: 4 s of reading."""
_ITEM = re.compile(r"<(?:item|entry)\b", re.IGNORECASE)
FULL_CONTENT_WORDS = 40
"""An element made for the whole text (content:encoded, content) is one from here on."""
FULL_SUMMARY_WORDS = 150
"""An element made for a summary (description, summary) carries the whole text from here on:
teasers have one or two sentences, and some publishers put all of it there."""
_CUT = re.compile(
    r"(?:\[?(?:…|\.\.\.|&hellip;)\]?|(?:weiterlesen|mehr lesen|zum artikel|read more|continue"
    r" reading|read the (?:full|whole) (?:story|article))\b.{0,80})\s*$",
    re.IGNORECASE,
)
_APPEARED_FIRST = re.compile(
    r"(?:der beitrag|the post)\b.*\b(?:erschien zuerst auf|appeared first on)\b", re.IGNORECASE
)
_PROLOG = re.compile(r"(?:\s+|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)
_ROOT = re.compile(r"<([A-Za-z][\w.-]*:)?(rss|rdf|feed|channel)\b", re.IGNORECASE)
_ANY_ELEMENT = re.compile(r"<[A-Za-z]")
_DOCTYPE = re.compile(r"<!DOCTYPE\b(?:[^\[>]|\[[^\]]*\])*>", re.IGNORECASE)
_ENTITY = re.compile(r"<!ENTITY", re.IGNORECASE)
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_HTML = re.compile(r"<(?:!doctype\s+html|html|head|body|article|main|div|p|h1)\b", re.IGNORECASE)


class FeedRead(NamedTuple):
    """What a feed holds."""

    collected: Collected
    links: list[str]
    """Addresses of the items that carry only a teaser, in the feed's order."""


class _Item(NamedTuple):
    """An item of any kind of feed."""

    link: str
    guid: str
    title: str
    times: tuple[str, ...]
    parsed_at: datetime | None
    authors: tuple[str, ...]
    section: str
    content: str
    summary: str


class _Feed(NamedTuple):
    language: str
    items: list[_Item]


def recognise(data: bytes, content_type: str | None, name: str) -> Literal["feed", "page"] | None:
    """Tell feeds from pages: by the bytes first, for content types and names may lie.

    Returns:
        None for what is neither.
    """
    head = _decode(data[:_HEAD])
    start = _skip_prolog(head)
    if start.startswith("{"):
        return "feed" if "jsonfeed.org/version" in head or '"items"' in head else None
    if _ROOT.match(start):
        return "feed"
    if _HTML.search(head[:8192]) and "\x00" not in head:
        return "page"
    kind = (content_type or "").lower()
    if _ROOT.search(head[:8192]) and ("xml" in kind or name.lower().endswith((".xml", ".rss"))):
        return "feed"
    return "page" if "html" in kind and "<" in head else None


def _skip_prolog(text: str) -> str:
    """Cut off what stands before the first element: declarations, comments, document type."""
    for pattern in (_PROLOG, _DOCTYPE, _PROLOG):
        found = pattern.match(text)
        text = text[found.end() :] if found else text
    return text


def read_feed(
    data: bytes,
    *,
    url: str | None,
    name: str,
    raw_ref: str,
    seen_at: datetime,
    local_time: str = LOCAL_TIME,
) -> FeedRead:
    """Read a feed into documents, and the links of what carries only a teaser.

    Args:
        data: The file.
        url: Where it was fetched: what relative links start from. None for a file.
        name: What problems call it.
        raw_ref: The sha256 under which the file is kept.
        seen_at: When it was in our hands; aware.
        local_time: The zone of times that name none.

    Returns:
        Documents and texts of the items that carry their whole text; problems instead of
        exceptions for any bytes.
    """
    if len(data) > MAX_FEED_BYTES:
        message = f"The feed has {len(data)} bytes, more than {MAX_FEED_BYTES}."
        return _nothing(name, message, "Split the feed.")
    kind = recognise(data, None, name)
    if kind == "page":
        return _not_a_feed(data, name)
    text = _decode(data)
    root = _ANY_ELEMENT.search(text)
    if _ENTITY.search(text[: root.start() if root else None]):
        message = "The feed declares XML entities, which is how feeds are used for attacks."
        return _nothing(name, message, "Ask the publisher for a feed without <!ENTITY.")
    n_items = sum(1 for _ in _ITEM.finditer(text))
    if n_items > MAX_ITEMS:
        message = f"The feed has {n_items} items, more than {MAX_ITEMS}."
        return _nothing(name, message, "Split the feed.")
    try:
        feed = _read_json_feed(text) if text.lstrip().startswith("{") else _read_xml(text, url)
    except Exception as error:  # noqa: BLE001 # the libraries raise anything on wild markup, and a feed must never end a run
        message = f"The feed cannot be read ({type(error).__name__}: {str(error)[:200]})."
        return _nothing(name, message, "Check that it is an RSS, Atom or JSON feed.")
    if feed is None:
        message = "This is no RSS, Atom or JSON feed."
        return _nothing(name, message, "Check the address of the feed.")
    return _collect_items(feed, url, name, raw_ref, seen_at, local_time)


def _collect_items(
    feed: _Feed, url: str | None, name: str, raw_ref: str, seen_at: datetime, local_time: str
) -> FeedRead:
    collected = Collected([], [], [], [], [], len(feed.items))
    links: list[str] = []
    for row, item in enumerate(feed.items):
        address = _address(item, url)
        canonical = canonical_url(address) if address else None
        host = host_of(address) if address else None
        if address is None or canonical is None or host is None:
            message = f"Item {row + 1} has no link: {item.title[:80]!r}."
            problem = Problem("collect", name, row + 1, None, message, "Tell the publisher.")
            collected.problems.append(problem)
            continue
        text = full_text(item.content, item.summary)
        if not text:
            links.append(address)
            continue
        read = (read_time(written, local_time) for written in item.times if written)
        text_id = content_id("text", text)
        collected.documents.append(
            Document(
                document_id=content_id("document", canonical, text),
                text_id=text_id,
                external_id=clean_line(item.guid) or None,
                url=clean_line(address),
                canonical_url=canonical,
                host=host,
                title=clean_line(item.title) or None,
                language=read_language(feed.language) or guess_language(text),
                section=clean_line(item.section) or None,
                authors=item.authors,
                kind=DocumentKind.ARTICLE,
                access=None,
                published_at=next((moment for moment in read if moment), item.parsed_at),
                first_seen_at=seen_at,
                answer_id=None,
                raw_ref=f"{raw_ref}#{row}",
            )
        )
        collected.texts.append(Text(text_id, text))
    if not feed.items:
        message, remedy = "The feed has no items.", "Check the address, or try later."
        collected.problems.append(Problem("collect", name, None, None, message, remedy))
    return FeedRead(collected, list(dict.fromkeys(links)))


def full_text(content: str, summary: str) -> str:
    """Give an item's whole text, or the empty text where it carries only a teaser.

    Args:
        content: HTML or text of the element made for the whole text; may be empty.
        summary: HTML or text of the element made for a summary; may be empty.
    """
    for markup, fewest in ((content, FULL_CONTENT_WORDS), (summary, FULL_SUMMARY_WORDS)):
        text = fragment_text(markup) if markup else ""
        body, _, last = text.rpartition("\n")
        text = body if _APPEARED_FIRST.match(last) else text
        if len(text.split()) >= fewest and not _CUT.search(text[-200:]):
            return text
    return ""


def _address(item: _Item, url: str | None) -> str | None:
    """Choose an item's address: its link, or a guid that is one; relative ones are resolved."""
    for link in (item.link, item.guid):
        try:
            absolute = urljoin(url, link.strip()) if url and link.strip() else link.strip()
        except ValueError:  # brackets that are no IPv6 address
            continue
        if canonical_url(absolute) is not None:
            return absolute
    return None


def _decode(data: bytes) -> str:
    """Decode XML or JSON: as a page, but UTF-16 and UTF-32 by their first bytes too."""
    for mark, encoding in (
        (codecs.BOM_UTF32_LE, "utf-32"),
        (codecs.BOM_UTF32_BE, "utf-32"),
        (b"<\x00\x00\x00", "utf-32-le"),
        (b"\x00\x00\x00<", "utf-32-be"),
        (b"<\x00", "utf-16-le"),
        (b"\x00<", "utf-16-be"),
        (b"Lo\xa7\x94", "cp037"),
    ):
        if data.startswith(mark):
            return data.decode(encoding, "replace").removeprefix("\ufeff")
    return decode_html(data)


def _read_json_feed(text: str) -> _Feed | None:
    """Read JSON Feed 1.0 and 1.1; nothing is taken whose type is not the format's."""
    value = json.loads(text.lstrip())
    if not isinstance(value, dict) or not isinstance(value.get("items"), list):
        return None
    if len(value["items"]) > MAX_ITEMS:
        raise ValueError(f"more than {MAX_ITEMS} items")
    items = [item for item in value["items"] if isinstance(item, dict)]
    return _Feed(_string(value.get("language")), [_json_item(item, value) for item in items])


def _json_item(item: dict[str, Any], feed: dict[str, Any]) -> _Item:
    listed = item.get("authors") or feed.get("authors") or item.get("author")
    people = listed if isinstance(listed, list) else [listed]
    tags = item.get("tags")
    plain = html.escape(_string(item.get("content_text")))
    guid = item.get("id")
    return _Item(
        link=_string(item.get("url")) or _string(item.get("external_url")),
        guid=str(guid) if isinstance(guid, (str, int)) else "",
        title=_string(item.get("title")),
        times=(_string(item.get("date_published")), _string(item.get("date_modified"))),
        parsed_at=None,
        authors=read_authors(
            [_string(one.get("name")) for one in people if isinstance(one, dict)]
        ),
        section=next(filter(None, map(_string, tags)), "") if isinstance(tags, list) else "",
        content=_string(item.get("content_html")) or (f"<pre>{plain}</pre>" if plain else ""),
        summary=_string(item.get("summary")),
    )


def _read_xml(text: str, url: str | None) -> _Feed | None:
    """Read RSS or Atom; None where neither library finds a feed."""
    body = _NOT_XML.sub("", _XML_DECLARATION.sub("", text.lstrip()))
    typed = body[:_HEAD].lower().find("<!doctype")
    found = _DOCTYPE.match(body, typed) if typed >= 0 else None
    body = body[: found.start()] + body[found.end() :] if found else body
    if not _ROOT.search(body[:_HEAD]):
        return None
    clean = ('<?xml version="1.0" encoding="utf-8"?>\n' + body).encode("utf-8", "replace")
    headers = {"content-type": "application/xml; charset=utf-8"}
    if url:
        headers["content-location"] = url
    parsed = feedparser.parse(io.BytesIO(clean), response_headers=headers, sanitize_html=False)
    language = _string(parsed.feed.get("language"))
    items = list(_items(parsed.entries))
    if not items:
        try:
            other = fastfeedparser.parse(clean)
        except ValueError:  # it finds no feed or no item either
            return _Feed(language, []) if parsed.version else None
        items = list(_items(other.get("entries", [])))
        language = language or _string(other.get("feed", {}).get("language"))
    return _Feed(language, items)


def _items(entries: list[Any]) -> Iterator[_Item]:
    """Bring the entries of either library into one form."""
    for entry in entries:
        # Past feedparser's own get, which warns of keys that stand in for others.
        parsed = dict.get(entry, "published_parsed") or dict.get(entry, "updated_parsed")
        tags = [_string(tag.get("term")) for tag in entry.get("tags") or []]
        people = [_string(one.get("name")) for one in entry.get("authors") or []]
        texts = [_string(part.get("value")) for part in entry.get("content") or []]
        yield _Item(
            link=_string(entry.get("link")),
            guid=_string(entry.get("id")),
            title=_string(entry.get("title")),
            times=tuple(
                _string(dict.get(entry, key)) for key in ("published", "created", "updated")
            ),
            parsed_at=_moment(parsed),
            authors=read_authors(people if any(people) else [_string(entry.get("author"))]),
            section=next((tag for tag in tags if tag), ""),
            content=max(texts, key=len, default=""),
            summary=_string(entry.get("summary") or entry.get("description")),
        )


def _moment(parsed: Any) -> datetime | None:
    """Turn feedparser's nine figures, which are UTC, into a time."""
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC) if parsed else None
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def _string(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _not_a_feed(data: bytes, name: str) -> FeedRead:
    """Say that a feed is an HTML page, and whether it is worth collecting as one."""
    try:
        page = extract_page(decode_html(data))
        is_article = bool(page.text) and page.metadata.is_article
    except Exception:  # noqa: BLE001 # as in pages.read_page; here it only means "no article"
        is_article = False
    remedy = (
        "It is an article: collect it as a page (a file named .html)."
        if is_article
        else "Look in the page for its feed's address (a link of type application/rss+xml)."
    )
    return _nothing(name, "This is an HTML page, not a feed.", remedy)


def _nothing(name: str, message: str, remedy: str) -> FeedRead:
    problem = Problem("collect", name, None, None, message, remedy)
    return FeedRead(Collected([], [], [], [], [problem], 0), [])

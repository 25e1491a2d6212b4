"""What a page says about itself: JSON-LD first, then OpenGraph, then other meta elements.

Every text that leaves this module is clean (:func:`clean_line`): NFC, one line, no markup, no
invisible characters, no lone surrogates.
"""

from __future__ import annotations

import html
import json
import re
import unicodedata
from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from lxml.html import HtmlElement

from beleg.collect.times import LOCAL_TIME, read_time
from beleg.records import Access

_MAX_NODES = 5_000  # of a page's JSON-LD; the largest seen on real pages had under 1,000
_MAX_AUTHORS = 50
_ARTICLE = re.compile(r"Article$|BlogPosting$|^Report$|^Review$")
_MEDIA = frozenset(
    "VideoObject AudioObject PodcastEpisode RadioEpisode TVEpisode Episode Clip RadioClip TVClip"
    " MovieClip Movie".split()
)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_SPACE = re.compile(r"\s+")
# Control characters, soft hyphens, zero-width marks, direction marks, lone surrogates and
# noncharacters: nobody reads them, and each would keep two equal words apart.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069"
    "\ufeff\ufff0-\ufffb\ufffe\uffff\ud800-\udfff]"
)
_BYLINE = re.compile(r"^(?:ein\w*\s+\w+\s+)?(?:von|by|text:)\s+", re.IGNORECASE)
_NAME = re.compile(r"((?:[^\W\d_][\w.'’-]+ ){1,3}[^\W\d_a-zäöü][\w.'’-]+)(?:,.*)?$")
_BYLINES = (
    "//*[(@rel='author' or @itemprop='author' or"
    + " or".join(
        f" contains(concat(' ', normalize-space(@class), ' '), ' {name} ')"
        for name in ("author", "authorname", "author-name", "authors", "byline")
    )
    + ") and not(ancestor::aside or ancestor::footer or ancestor::nav)]"
)
_LIST = re.compile(r"\s*(?:;|\s\|\s|\s+(?:und|and|&)\s+)\s*")
_CONTENT_TIERS = {"free": Access.FREE, "metered": Access.METERED, "locked": Access.PAID}
_COMMENT = re.compile(r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)")
_COMMENT_END = re.compile(r"(?:-->|//\s*\]\]>|/\*\s*\]\]>\s*\*/|\]\]>)$")
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")


class Metadata(NamedTuple):
    """What was declared; None or empty where nothing was."""

    links: tuple[str, ...]
    """Where the page says it lives, best first: rel=canonical, og:url, JSON-LD."""
    title: str | None
    published_at: datetime | None
    authors: tuple[str, ...]
    section: str | None
    language: str | None
    access: Access | None
    is_media: bool
    """True where the page declares that it shows a film or a broadcast."""
    transcript: str | None
    """The transcript of the film or broadcast, where the page carries it."""
    body: str | None
    """The article's text as JSON-LD gives it (articleBody)."""
    is_article: bool
    """True where the page declares that it is an article."""
    n_broken: int
    """JSON-LD blocks that could not be read."""


def clean_text(text: str) -> str:
    r"""Bring a text into the form in which texts are stored.

    NFC; line ends ``\n``; no-break spaces as spaces; no invisible characters (soft hyphens
    too); no space at line ends; no empty line at either end and at most one in between.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n")
    text = _UNSEEN.sub("", text.replace("\u2029", "\n").replace("\x85", "\n"))
    text = unicodedata.normalize("NFC", text)
    lines = (re.sub(r"[^\S\n]+", " ", line).strip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def clean_line(text: str) -> str:
    """Clean a title or a name: as :func:`clean_text`, on one line, without markup."""
    text = _TAG.sub("", html.unescape(text)) if "<" in text or "&" in text else text
    return _SPACE.sub(" ", clean_text(text)).strip()


def read_metadata(tree: HtmlElement, local_time: str = LOCAL_TIME) -> Metadata:
    """Read what a page says about itself.

    Args:
        tree: The page as it came, scripts included.
        local_time: The zone of times that name none.
    """
    nodes, n_broken = _read_json_ld(tree)
    metas = _read_metas(tree)
    article = next((node for node in nodes if _is_kind(node, article=True)), None)
    media = next((node for node in nodes if _is_kind(node, article=False)), None)
    page = next((node for node in nodes if "WebPage" in _types(node)), {})
    main = article or media or page
    is_media = article is None and (
        bool(media and _text(media.get("transcript")))
        or metas.get("og:type", "").startswith("video.")
    )
    times = (
        _text(main.get("datePublished")),
        _text(main.get("uploadDate")) if main is media else "",
        metas.get("article:published_time", ""),
        *(metas.get(name, "") for name in _DATE_METAS),
        _text(page.get("datePublished")),
        *tree.xpath("//*[@itemprop='datePublished']/@datetime"),
        *tree.xpath("//*[@itemprop='datePublished']/@content"),
        *tree.xpath("(//article//time[@datetime] | //header//time[@datetime])[1]/@datetime"),
    )
    read = (read_time(text, local_time) for text in times if text)
    return Metadata(
        links=_links(tree, metas, main),
        title=_title(tree, metas, main, nodes),
        published_at=next((moment for moment in read if moment is not None), None),
        authors=_authors(main, metas, nodes, tree),
        section=clean_line(_first_text(main.get("articleSection")))
        or clean_line(metas.get("article:section", ""))
        or None,
        language=_language(tree, metas, main),
        access=_access(main, metas),
        is_media=is_media,
        transcript=clean_text(_text(media.get("transcript"))) or None if media else None,
        body=_text(main.get("articleBody")) or None,
        is_article=article is not None or metas.get("og:type", "") == "article",
        n_broken=n_broken,
    )


_DATE_METAS = (
    "og:article:published_time",
    "parsely-pub-date",
    "sailthru.date",
    "dc.date.issued",
    "dcterms.created",
    "dc.date",
    "datepublished",
    "pubdate",
    "publish-date",
    "date",
    "last-modified",
)


def _read_json_ld(tree: HtmlElement) -> tuple[list[dict[str, Any]], int]:
    """Collect the nodes of all JSON-LD blocks, @graph and lists included, outer ones first."""
    nodes: list[dict[str, Any]] = []
    n_broken = 0
    blocks: list[Any] = []
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower():
            continue
        try:
            blocks.append(_load_json(script.text or ""))
        except (ValueError, RecursionError):
            n_broken += 1
    queue = blocks
    while queue and len(nodes) < _MAX_NODES:
        following: list[Any] = []
        for value in queue:
            if isinstance(value, dict):
                nodes.append(value)
                following.extend(value.values())
            elif isinstance(value, list):
                following.extend(value)
        queue = following
    return nodes, n_broken


def _load_json(text: str) -> Any:
    """Read JSON as pages write it: in comments, with bare newlines or a comma too many."""
    text = _COMMENT_END.sub("", _COMMENT.sub("", text.strip()).rstrip("; \t\r\n")).strip()
    decoder = json.JSONDecoder(strict=False)
    for attempt in (text, _TRAILING_COMMA.sub(r"\1", text), html.unescape(text)):
        try:
            return decoder.raw_decode(attempt.lstrip())[0]
        except ValueError:
            continue
    raise ValueError("not JSON")


def _types(node: dict[str, Any]) -> list[str]:
    kinds = node.get("@type")
    found = kinds if isinstance(kinds, list) else [kinds]
    return [re.split(r"[/:#]", kind)[-1] for kind in found if isinstance(kind, str)]


def _is_kind(node: dict[str, Any], *, article: bool) -> bool:
    if article:
        return any(_ARTICLE.search(kind) for kind in _types(node)) and bool(
            node.get("headline") or node.get("articleBody") or node.get("datePublished")
        )
    return any(kind in _MEDIA for kind in _types(node))


def _text(value: Any) -> str:
    """Give a text, or the text of a language-tagged value; all else is empty."""
    if isinstance(value, dict):
        value = value.get("@value")
    return value if isinstance(value, str) else ""


def _first_text(value: Any) -> str:
    return next(_texts(value), "")


def _texts(value: Any) -> Iterator[str]:
    for one in value if isinstance(value, list) else [value]:
        if _text(one):
            yield _text(one)


def _read_metas(tree: HtmlElement) -> dict[str, str]:
    """Map lower-case names (property, name or itemprop) to the first non-empty content."""
    metas: dict[str, str] = {}
    for meta in tree.iter("meta"):
        content = (meta.get("content") or "").strip()
        for attribute in ("property", "name", "itemprop"):
            name = (meta.get(attribute) or "").strip().lower()
            if name and content:
                metas.setdefault(name, content)
    return metas


def _links(tree: HtmlElement, metas: dict[str, str], main: dict[str, Any]) -> tuple[str, ...]:
    rels = [
        link.get("href") or ""
        for link in tree.iter("link")
        if "canonical" in (link.get("rel") or "").lower().split()
    ]
    entity = main.get("mainEntityOfPage")
    declared = entity.get("@id") if isinstance(entity, dict) else entity
    found = (*rels, metas.get("og:url", ""), _text(main.get("url")), _text(declared))
    return tuple(dict.fromkeys(link.strip() for link in found if link.strip()))


def _title(
    tree: HtmlElement, metas: dict[str, str], main: dict[str, Any], nodes: list[dict[str, Any]]
) -> str | None:
    """Choose the title: the headline is the newsroom's, og:title its bid for clicks."""
    heads = tree.xpath("//h1")
    titles = tree.xpath("//head/title")
    candidates = (
        _first_text(main.get("headline")),
        metas.get("og:title", ""),
        _first_text(main.get("name")),
        metas.get("twitter:title", ""),
        heads[0].text_content() if len(heads) == 1 else "",
        titles[0].text_content() if titles else "",
    )
    sites = {clean_line(metas.get("og:site_name", ""))}
    sites |= {
        clean_line(_first_text(node.get("name")))
        for node in nodes
        if {"Organization", "NewsMediaOrganization", "WebSite"} & set(_types(node))
    }
    for candidate in candidates:
        title = _without_site(clean_line(candidate), sites)
        if title and title not in sites:
            return title
    return None


def _without_site(title: str, sites: set[str]) -> str:
    """Cut the name of the site off the end of a title, where the page declares that name."""
    head, mark, tail = title, "", ""
    for sign in (" | ", " - ", " – ", " — ", " • ", " :: ", " · "):
        if sign in title:
            found = title.rpartition(sign)
            if not mark or len(found[2]) < len(tail):
                head, mark, tail = found
    names = {site.casefold() for site in sites if site}
    return head.strip() if tail.casefold() in names else title


def _authors(
    main: dict[str, Any], metas: dict[str, str], nodes: list[dict[str, Any]], tree: HtmlElement
) -> tuple[str, ...]:
    by_id = {
        node["@id"]: node for node in nodes if isinstance(node.get("@id"), str) and _names(node)
    }
    found = [name for node in _listed(main.get("author")) for name in _names(node, by_id)]
    if not found:
        found = [name for node in _listed(main.get("creator")) for name in _names(node, by_id)]
    if not found:
        found = list(tree.xpath("//meta[@name='author' or @property='article:author']/@content"))
    if not found:
        named = ("article:author", "parsely-author", "dc.creator", "twitter:data1")
        found = [metas.get(name, "") for name in named if _is_author_meta(name, metas)]
    sites = {clean_line(metas.get("og:site_name", "")).casefold()}
    sites |= {name.casefold() for name in _names(main.get("publisher"), by_id)}
    authors = read_authors(found)
    if all(name.casefold() in sites for name in authors):  # none, or the house alone
        return read_authors(_bylines(tree)) or authors
    return authors


def _is_author_meta(name: str, metas: dict[str, str]) -> bool:
    label = metas.get("twitter:label1", "").casefold()
    return name != "twitter:data1" or label in ("written by", "verfasst von", "geschrieben von")


def _bylines(tree: HtmlElement) -> list[str]:
    """Find the names in the first element that is marked as the author's and reads like one."""
    for element in tree.xpath(_BYLINES):
        names = [
            found[1]
            for text in element.itertext()
            if (found := _NAME.match(_BYLINE.sub("", clean_line(text))))
        ]
        if names:
            return names
    return []


def read_authors(found: list[str]) -> tuple[str, ...]:
    """Clean names: bylines, addresses and doubles go, lists are taken apart."""
    names: dict[str, None] = {}
    for text in found:
        line = _BYLINE.sub("", clean_line(text))
        for part in _LIST.split(line):
            # A comma parts names only where each part is one: "Müller, Hans" and "Bonn" are not.
            pieces = part.split(",")
            whole = all(len(piece.split()) > 1 for piece in pieces)
            for name in pieces if whole else [part]:
                stripped = name.strip(" ,;|")
                if stripped and "://" not in stripped and len(stripped) <= 120:
                    names.setdefault(stripped)
    return tuple(names)[:_MAX_AUTHORS]


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _names(node: Any, by_id: dict[str, dict[str, Any]] | None = None) -> list[str]:
    if isinstance(node, str):
        return [node]
    if not isinstance(node, dict):
        return []
    found = list(_texts(node.get("name")))
    if not found and by_id and isinstance(node.get("@id"), str):
        found = _names(by_id.get(node["@id"]))
    return found


def _language(tree: HtmlElement, metas: dict[str, str], main: dict[str, Any]) -> str | None:
    roots = tree.xpath("/html/@lang | /html/@*[local-name()='lang']")
    candidates = (
        *roots,
        _first_text(main.get("inLanguage")),
        metas.get("og:locale", ""),
        metas.get("language", ""),
        metas.get("dc.language", ""),
    )
    return next((tag for tag in map(read_language, candidates) if tag), None)


def read_language(tag: str) -> str | None:
    """Give the primary language of a tag: ``de-AT``, ``de_DE`` and ``DE`` are ``de``."""
    found = re.match(r"\s*([A-Za-z]{2,3})(?:[-_]|\s*$)", tag)
    return found[1].lower() if found else None


def _access(main: dict[str, Any], metas: dict[str, str]) -> Access | None:
    tier = metas.get("article:content_tier", "") or metas.get("og:article:content_tier", "")
    if tier.lower() in _CONTENT_TIERS:
        return _CONTENT_TIERS[tier.lower()]
    free = main.get("isAccessibleForFree")
    word = re.split(r"[/:#]", str(free).strip().lower())[-1]
    if word in ("true", "1", "yes"):
        return Access.FREE
    return Access.PAID if word in ("false", "0", "no") else None

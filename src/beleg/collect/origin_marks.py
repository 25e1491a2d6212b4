"""Origin marks: what a page itself says of where its text comes from, and who or what wrote it.

Only explicit marks are read, and nothing is guessed from style:

* ``agency:dpa``, ``agency-part:dpa``: a news agency in the page's data or beside its byline;
* ``digital_source_type:trainedAlgorithmicMedia``: IPTC's term, in meta elements, JSON-LD or XMP;
  of a picture or film it is ``media_digital_source_type:…``;
* ``c2pa:<address>``: a C2PA manifest that the page links;
* ``notice:ai``: a notice that the text was made by or with a machine;
* ``canonical:<address>``: another house's page that this one names as the canonical one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin

from lxml.html import HtmlElement

from beleg.agencies import read_names
from beleg.urls import canonical_url, host_of, registrable_domain

MAX_MARKS = 20
_MAX_NODES = 5_000
_MAX_VALUE = 300
"""Characters of a mark: longer ones are none."""
_MAX_NOTICE = 300
"""Characters of an element that is a notice; a longer one is a paragraph about the matter."""
_TERM = re.compile(r"([A-Za-z][A-Za-z0-9-]{2,60})/?\s*$")
_XMP = re.compile(
    r"Iptc4xmpExt:DigitalSourceType(?:\s*=\s*[\"']|[^<>]{0,80}>\s*)([^\"'<>\s]{3,200})"
)
_MACHINE = r"(?:KI|AI|A\.I\.|künstliche[rn]? Intelligenz|artificial intelligence|generative AI)"
_MADE = r"(?:erstellt|generiert|verfasst|geschrieben|erzeugt|übersetzt)"
_LABEL = re.compile(
    rf"\W*(?:(?:mit|durch|von) (?:Hilfe (?:von )?)?{_MACHINE}(?:-Unterstützung)? {_MADE}|"
    rf"{_MACHINE}[- ](?:generiert|erstellt|generated)(?:er (?:Text|Beitrag|Inhalt))?|"
    rf"(?:generated|written|created) (?:by|with)(?: the help of)? {_MACHINE}|"
    rf"{_MACHINE}[- ]generated (?:text|article|content))\W*",
    re.IGNORECASE,
)
_STATEMENT = re.compile(
    rf"\b(?:diese[rs]?|der|das|this|the) (?:text|artikel|beitrag|inhalt|zusammenfassung|article|"
    rf"story|content|summary|piece) (?:wurde|ist|was|is|has been)\b[^.!?]{{0,90}}?\b{_MACHINE}\b"
    rf"[^.!?]{{0,60}}?(?:\b{_MADE}\b|[.!?]|$)|"
    rf"\b(?:this|the) (?:text|article|story|content|summary) (?:was|is|has been) "
    rf"(?:partly |partially )?(?:generated|written|created|produced)[^.!?]{{0,60}}?{_MACHINE}\b",
    re.IGNORECASE,
)
_DENIED = re.compile(r"\b(?:nicht|kein\w*|ohne|not|no|never|without)\b", re.IGNORECASE)
_OF_PICTURE = re.compile(
    r"\b(?:Foto|Bild|Grafik|Video|Photo|Image|Picture|Illustration)", re.IGNORECASE
)
_PICTURE_CLASS = re.compile(
    r"caption|(?:^|[\s_-])(?:image|photo|foto|bild|picture|figure)s?(?:$|[\s_-])"
)
_NOT_OWN = frozenset({"figcaption", "figure", "footer", "li", "nav"})
_AGENCY_METAS = frozenset({"source", "dc.source", "agency", "newsagency", "news-agency"})
_CREDITS = "//*[" + " or ".join(
    f"contains(concat(' ', translate(@class, '-_', '  '), ' '), ' {name} ')"
    for name in ("agency", "agentur", "source", "quelle", "byline", "author", "kuerzel")
) + "]"  # fmt: skip
_LABELS = "//p | //small | //em | //i | //*[self::div or self::span or self::aside][not(*)]"


def read_origin_marks(tree: HtmlElement, url: str | None = None) -> tuple[str, ...]:
    """Read the marks of a page.

    Args:
        tree: The page as it came, scripts included.
        url: Where it was found; without it no other house can be told from its own.

    Returns:
        Marks as the head of this module lists them: distinct, sorted, at most MAX_MARKS.
    """
    found = {
        *_read_agencies(tree),
        *_read_source_types(tree),
        *_read_manifests(tree, url),
        *_read_notices(tree),
        *_read_canonical(tree, url),
    }
    return tuple(sorted(mark for mark in found if len(mark) <= _MAX_VALUE)[:MAX_MARKS])


def _metas(tree: HtmlElement) -> Iterator[tuple[str, str]]:
    for meta in tree.iter("meta"):
        name = meta.get("name") or meta.get("property") or meta.get("itemprop") or ""
        yield name.strip().lower(), (meta.get("content") or "").strip()


def _nodes(tree: HtmlElement) -> Iterator[dict[str, Any]]:
    """Give the nodes of all JSON-LD blocks that can be read; others are told of elsewhere."""
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower():
            continue
        try:
            queue: list[Any] = [json.loads(script.text or "", strict=False)]
        except (ValueError, RecursionError):
            continue
        n_nodes = 0
        while queue and n_nodes < _MAX_NODES:
            value = queue.pop()
            if isinstance(value, dict):
                n_nodes += 1
                yield value
                queue.extend(value.values())
            elif isinstance(value, list):
                queue.extend(value)


def _strings(value: Any) -> Iterator[str]:
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, str):
            yield item
        elif isinstance(item, dict):
            yield from (item[key] for key in ("name", "@id") if isinstance(item.get(key), str))


def _mark_agency(text: str) -> Iterator[str]:
    named, alone = read_names(text.strip()[:_MAX_VALUE], {})
    yield from (f"agency:{name}" if alone else f"agency-part:{name}" for name in named)


def _read_agencies(tree: HtmlElement) -> Iterator[str]:
    for name, content in _metas(tree):
        if name in _AGENCY_METAS:
            yield from _mark_agency(content)
    for node in _nodes(tree):
        for text in _strings(node.get("sourceOrganization")):
            yield from _mark_agency(text)
    for element in tree.xpath(_CREDITS):
        text = " ".join(element.text_content().split())
        if len(text) <= 60 and not _OF_PICTURE.search(text) and not _is_beside(element):
            said = re.sub(
                r"^(?:von|by|quelle|source|agentur)\b[:\s]*", "", text, flags=re.IGNORECASE
            )
            yield from _mark_agency(said)


def _is_beside(element: HtmlElement) -> bool:
    """Tell the credit of a picture and a list of other articles from the article's own byline."""
    near = [element, *list(element.iterancestors())[:3]]
    return any(_PICTURE_CLASS.search(one.get("class") or "") for one in near) or any(
        above.tag in _NOT_OWN for above in element.iterancestors()
    )


def _read_source_types(tree: HtmlElement) -> Iterator[str]:
    said = [
        ("", content)
        for name, content in _metas(tree)
        if name.rpartition(":")[2].replace("-", "") == "digitalsourcetype"
    ]
    for node in _nodes(tree):
        kinds = " ".join(_strings(node.get("@type")))
        of = "media_" if re.search(r"Image|Video|Audio|Media", kinds) else ""
        for key, value in node.items():
            if key.rpartition(":")[2].lower() == "digitalsourcetype":
                said += [(of, text) for text in _strings(value)]
    for script in tree.iter("script", "xmp", "svg", "metadata"):
        said += [("", match[1]) for match in _XMP.finditer(script.text_content()[:200_000])]
    for of, text in said:
        if match := _TERM.search(text):
            yield f"{of}digital_source_type:{match[1]}"


def _read_manifests(tree: HtmlElement, url: str | None) -> Iterator[str]:
    for link in tree.iter("link"):
        rel = (link.get("rel") or "").lower().split()
        if any(name.startswith("c2pa") for name in rel) and link.get("href"):
            yield f"c2pa:{_absolute(link.get('href'), url)}"
    for name, content in _metas(tree):
        if name.startswith("c2pa") and content:
            yield f"c2pa:{_absolute(content, url)}"


def _absolute(link: str, url: str | None) -> str:
    try:
        return urljoin(url, link.strip()) if url else link.strip()
    except ValueError:  # brackets that are no IPv6 address
        return link.strip()


def _read_notices(tree: HtmlElement) -> Iterator[str]:
    for name, content in _metas(tree):
        is_said = content.lower() in {"true", "yes", "1"}
        if name.replace("_", "-") in {"ai-generated", "aigenerated"} and is_said:
            yield "notice:ai"
    for element in tree.xpath(_LABELS):
        text = " ".join(element.text_content().split())
        if not 5 <= len(text) <= _MAX_NOTICE or _OF_PICTURE.match(text):
            continue
        said = _LABEL.fullmatch(text) or _STATEMENT.search(text)
        if said and not _DENIED.search(said[0]):
            yield "notice:ai"


def _read_canonical(tree: HtmlElement, url: str | None) -> Iterator[str]:
    own = host_of(url) if url else None
    if url is None or own is None:
        return
    for link in tree.iter("link"):
        if "canonical" not in (link.get("rel") or "").lower().split():
            continue
        named = canonical_url(_absolute(link.get("href") or "", url))
        host = host_of(named) if named else None
        if named and host and registrable_domain(host) != registrable_domain(own):
            yield f"canonical:{named}"

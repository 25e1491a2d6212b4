"""Pages: bytes of HTML into one document with clean text, and what it says about itself.

The text is trafilatura's, taken after everything is removed that a reader does not see
(``visible.py``). Not covered is what a style sheet of another file or a script hides: no page is
rendered here.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urljoin, urlsplit

import trafilatura
from charset_normalizer import from_bytes
from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from beleg.collect.answers import Collected
from beleg.collect.markup import Metadata, clean_line, clean_text, read_authors, read_metadata
from beleg.collect.origin_marks import read_origin_marks
from beleg.collect.times import LOCAL_TIME, read_time
from beleg.collect.visible import strip_hidden
from beleg.errors import InputError
from beleg.records import Document, DocumentKind, Problem, Text, content_id
from beleg.text import guess_language
from beleg.urls import canonical_url, host_of, registrable_domain

MAX_PAGE_BYTES = 20_000_000
"""Larger pages are a Problem; the largest of 228 real press pages has 1.5 MB."""
MAX_ELEMENTS = 30_000
"""Pages of more elements are a Problem: extraction takes 6 s there and grows with the square. The
fullest of the same pages has 1,942."""

MUCH_HIDDEN = 20_000
"""Hidden letters from which a page is reported, if they are twice its text too. Of 228 real pages
none hides that many; the most is 16,310."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_UTF_16 = re.compile(rb"(?:[\t\n\r -~]\x00){2}|(?:\x00[\t\n\r -~]){2}")  # without a mark
_LONG_RUNS = re.compile(rb"[\x80-\xff]{3,}")
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_XML_ENCODING = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]+)")
_HEADER_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
# What HTML calls Latin-1 is Windows-1252 (WHATWG Encoding, 4.2).
_WINDOWS_1252 = frozenset({"iso8859-1", "latin_1", "ascii", "cp1252"})
_NEVER_DECLARED = ("utf", "idna", "punycode", "unicode_escape", "raw_unicode", "undefined")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_NO_URL = "Give the address that the file had with --base-url."
_FEWEST_WORDS = 10
"""An article of fewer words is not one: what is left of a cookie notice or a login wall."""


class Page(NamedTuple):
    """A page's text and what it says about itself, before it has an address."""

    text: str
    """Empty where no article was found."""
    metadata: Metadata
    origin_marks: tuple[str, ...] = ()
    n_hidden: int = 0
    """Letters and digits that the page holds and a reader does not see."""


def read_page(  # noqa: PLR0913 # what is known of a page besides its bytes; all by name
    data: bytes,
    *,
    url: str | None,
    name: str,
    raw_ref: str,
    seen_at: datetime,
    content_type: str | None = None,
    base_url: str | None = None,
    local_time: str = LOCAL_TIME,
) -> Collected:
    """Read one HTML page into a document and its text.

    Args:
        data: The file.
        url: Where it was fetched; None for a file that nobody knows the address of.
        name: What problems call it.
        raw_ref: The sha256 under which the file is kept.
        seen_at: When it was in our hands; aware.
        content_type: The header's value, for its charset.
        base_url: Address to fall back to where neither ``url`` nor the page gives one.
        local_time: The zone of times that name none.

    Returns:
        At most one document and its text; problems instead of exceptions for any bytes.
    """
    if len(data) > MAX_PAGE_BYTES:
        message = f"The page has {len(data)} bytes, more than {MAX_PAGE_BYTES}."
        return _no_document(name, message, "Give the article alone, or split the file.")
    try:
        page = extract_page(decode_html(data, content_type), url, local_time)
    except InputError as error:
        return _no_document(name, error.message, error.remedy)
    except Exception as error:  # noqa: BLE001 # extractors raise anything on wild markup, and a page must never end a run
        message = f"The page cannot be read ({type(error).__name__}: {str(error)[:200]})."
        return _no_document(name, message, "Check that it is an HTML page.")
    if not page.text:
        message = "No article text was found."
        return _no_document(name, message, "Give an article's page: overviews hold none.")
    address = choose_address(page.metadata.links, url, base_url)
    canonical = canonical_url(address) if address else None
    host = host_of(address) if address else None
    if address is None or canonical is None or host is None:
        return _no_document(name, "The page does not say what address it had.", _NO_URL)
    problems = []
    if page.metadata.n_broken:
        blocks = "block" if page.metadata.n_broken == 1 else "blocks"
        message = f"{page.metadata.n_broken} JSON-LD {blocks} cannot be read; the rest was used."
        problems = [Problem("collect", name, None, None, message, "Tell the publisher.")]
    if page.n_hidden > max(MUCH_HIDDEN, 2 * len(page.text)):
        message = f"The page hides {page.n_hidden} letters; its text has {len(page.text)}."
        remedy = "Look at it in a browser: what is hidden was left out."
        problems.append(Problem("collect", name, None, None, message, remedy))
    document, text = build_document(
        page, address, canonical, host, raw_ref=f"{raw_ref}#0", seen_at=seen_at
    )
    return Collected([], [], [document], [text], problems, 1)


def build_document(
    page: Page, address: str, canonical: str, host: str, *, raw_ref: str, seen_at: datetime
) -> tuple[Document, Text]:
    """Make the document and the text of a page whose address is known."""
    declared = page.metadata
    text_id = content_id("text", page.text)
    is_transcript = declared.is_media
    document = Document(
        document_id=content_id("document", canonical, page.text),
        text_id=text_id,
        external_id=None,
        url=clean_line(address),
        canonical_url=canonical,
        host=host,
        title=declared.title,
        language=declared.language or guess_language(page.text),
        section=declared.section,
        authors=declared.authors,
        kind=DocumentKind.TRANSCRIPT if is_transcript else DocumentKind.ARTICLE,
        access=declared.access,
        published_at=declared.published_at,
        first_seen_at=seen_at,
        answer_id=None,
        raw_ref=raw_ref,
        origin_marks=page.origin_marks,
    )
    return document, Text(text_id, page.text)


def choose_address(links: tuple[str, ...], url: str | None, base_url: str | None) -> str | None:
    """Choose a page's address from what it declares and where it was found.

    What it declares counts if it lies under the same registrable domain as ``url`` (else the
    page is a copy, and a copy is a document of its own) and is not the home page (a common
    mistake of templates). Without ``url`` the declared one counts, then ``base_url``.
    """
    around = url or base_url
    for link in links:
        try:
            absolute = urljoin(around, link) if around else link
            is_home = urlsplit(absolute).path in ("", "/") and not urlsplit(absolute).query
        except ValueError:  # brackets that are no IPv6 address
            continue
        host = host_of(absolute)
        if host is None or (is_home and urlsplit(url or "/x").path not in ("", "/")):
            continue
        found = host_of(url) if url else None
        if found is None or registrable_domain(host) == registrable_domain(found):
            return absolute
    return around


def extract_page(text: str, url: str | None = None, local_time: str = LOCAL_TIME) -> Page:
    """Take a page's text and what it declares out of its HTML.

    Raises:
        InputError: It has more than MAX_ELEMENTS elements.
        Exception: Whatever the extractors raise on wild markup.
    """
    tree = parse_html(text)
    if tree is None:
        return Page("", read_metadata(document_fromstring("<html></html>")))
    n_elements = sum(1 for _ in tree.iter())
    if n_elements > MAX_ELEMENTS:
        message = f"The page has {n_elements} elements, more than {MAX_ELEMENTS}."
        raise InputError(message, "Give the article alone, or split the file.")
    declared = _fill_gaps(read_metadata(tree, local_time), tree, local_time)
    marks = read_origin_marks(tree, url)
    if declared.is_media and declared.transcript:
        return Page(declared.transcript, declared, marks)
    n_hidden = strip_hidden(tree)
    found: Any = trafilatura.bare_extraction(
        tree, url=url, include_comments=False, with_metadata=False
    )
    body = clean_text(found.text or "") if found is not None else ""
    if len(body.split()) < _FEWEST_WORDS and declared.body:
        body = fragment_text(declared.body)
    body = body if len(body.split()) >= _FEWEST_WORDS else ""
    return Page(body, declared, marks, n_hidden)


def _fill_gaps(declared: Metadata, tree: HtmlElement, local_time: str) -> Metadata:
    """Let trafilatura look where the page declares no title, date or author."""
    if declared.title and declared.published_at and declared.authors:
        return declared
    found = trafilatura.extract_metadata(tree, extensive=False)
    return declared._replace(
        title=declared.title or clean_line(found.title or "") or None,
        published_at=declared.published_at or read_time(found.date or "", local_time),
        authors=declared.authors or read_authors([found.author or ""]),
    )


def parse_html(text: str) -> HtmlElement | None:
    """Parse HTML of any kind; None where there is no element in it."""
    cleaned = _NOT_XML.sub("", _XML_DECLARATION.sub("", text)).strip()
    if not cleaned:
        return None
    try:
        tree = document_fromstring(cleaned, parser=HTMLParser(remove_comments=True))
    except etree.ParserError:
        return None
    return tree if isinstance(tree, HtmlElement) else None


_BLOCKS = frozenset(
    "address article aside blockquote br dd div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6"
    " header hr li main nav ol p pre section table td th tr ul".split()
)
_UNREAD = frozenset(
    "audio button canvas embed form head iframe input noscript object script select style svg"
    " textarea title video".split()
)


def fragment_text(markup: str) -> str:
    """Take the text out of a piece of HTML that is known to be the article: blocks become lines.

    Plain text comes back as it is, cleaned.
    """
    if not re.search(r"<[a-zA-Z!/]|&#?\w+;", markup):
        return clean_text(markup)
    tree = parse_html(f"<div>{markup}</div>")
    if tree is None:
        return ""
    strip_hidden(tree, sheets=False)
    parts: list[str] = []
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        is_block = element.tag in _BLOCKS
        if event == "start":
            parts.append("\n" if is_block else "")
            if element.tag not in _UNREAD and not _is_unread(element):
                parts.append(_flat(element.text, element))
        else:
            parts.append("\n" if is_block else "")
            if element is not tree and not _is_unread(element):
                parts.append(_flat(element.tail, element))
    return re.sub(r"\n{2,}", "\n", clean_text("".join(parts)))


def _is_unread(element: HtmlElement) -> bool:
    return any(above.tag in _UNREAD for above in element.iterancestors())


def _flat(text: str | None, element: HtmlElement) -> str:
    """Fold the line breaks of source code, which HTML shows as spaces."""
    if not text or element.tag == "pre":
        return text or ""
    return re.sub(r"[ \t\r\n\f]+", " ", text)


def decode_html(data: bytes, content_type: str | None = None) -> str:
    """Decode a page: byte order mark, valid UTF-8, header, meta element, then Windows-1252.

    Windows-1252 is HTML's own fallback; a detector is asked only where most bytes beyond ASCII
    stand in long runs, as in no Western text, and heard only where it finds another alphabet.
    Valid UTF-8 with letters beyond ASCII is UTF-8 whatever is declared: no text in another
    encoding looks like it by chance. What is declared as UTF-8 and has a few broken bytes stays
    UTF-8, with a replacement character for each.
    """
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return data.decode(encoding, "replace").removeprefix("\ufeff")
    if _UTF_16.match(data):
        return data.decode("utf-16-be" if data[0] == 0 else "utf-16-le", "replace")
    found = _HEADER_CHARSET.search(content_type or "")
    meta = _XML_ENCODING.search(data[:1024]) or _META_CHARSET.search(data[:8192])
    declared = [
        label
        for label in (
            found[1] if found else None,
            meta[1].decode("ascii", "ignore") if meta else None,
        )
        if label
    ]
    try:
        text = data.decode("utf-8")
        if not text.isascii() or not declared:
            return text
    except UnicodeDecodeError:
        text = data.decode("utf-8", "replace")
        n_beyond = sum(map(len, re.findall("[\x80-\U0010ffff]+", text)))
        if text.count("\ufffd") * 10 <= n_beyond:
            return text
    for label in declared:
        usable = _encoding_of(label)
        if usable is not None:
            return data.decode(usable, "replace")
    return data.decode(_guess_encoding(data[:200_000]), "replace")


def _guess_encoding(data: bytes) -> str:
    """Choose the encoding of a page that is no UTF-8 and names none."""
    n_beyond = sum(byte > 127 for byte in data)
    n_in_runs = sum(map(len, _LONG_RUNS.findall(data)))
    best = from_bytes(data).best() if n_in_runs * 2 > n_beyond else None
    if best is None:
        return "cp1252"
    letters = [letter for letter in str(best) if letter.isalpha() and not letter.isascii()]
    n_latin = sum(unicodedata.name(letter, "").startswith("LATIN") for letter in letters)
    return best.encoding if n_latin * 2 < len(letters) else "cp1252"


def _encoding_of(label: str) -> str | None:
    """Give Python's name of a text encoding, or None for what is none."""
    try:
        name = codecs.lookup(label).name
        b"a".decode(name)  # a LookupError for codecs that yield no text, such as "rot13"
    except (LookupError, ValueError):
        return None
    # "utf-8" was tried before and failed; a page that calls itself UTF-16 in ASCII letters is not.
    if name.startswith(_NEVER_DECLARED):
        return None
    return "cp1252" if name in _WINDOWS_1252 else name


def _no_document(name: str, message: str, remedy: str) -> Collected:
    return Collected([], [], [], [], [Problem("collect", name, None, None, message, remedy)], 1)

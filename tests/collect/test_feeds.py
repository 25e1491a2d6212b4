"""Feeds of every kind: worked examples written here, and what must hold for any bytes."""

import json
import tarfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from beleg.collect.feeds import MAX_FEED_BYTES, full_text, read_feed, recognise
from beleg.records import Document, content_id
from beleg.tables import to_arrow

SEEN = datetime(2026, 11, 22, 12, tzinfo=UTC)
URL = "https://zeitung.example/feed/"
BODY = "Der Stadtrat hat beschlossen, das Rathaus für 4,2 Millionen Euro zu sanieren. " * 6
HTML = f"<p>{BODY}</p><p style='display:none'>geheim</p><script>x()</script>"
TEXT = BODY.strip()
ITEM = f"""<item><title>Möhrenbach &amp; Rathaus</title><link>/rathaus</link>
<guid isPermaLink="false">id-1</guid><pubDate>So, 22 Nov 2026 08:00:00 +0100</pubDate>
<dc:creator>Von Anna Müller und Jörg Beck</dc:creator><category>Stadt</category>
<description>Ein Teaser.</description>
<content:encoded><![CDATA[{HTML}]]></content:encoded></item>"""
TEASER = "<item><title>B</title><link>https://zeitung.example/b</link><description>x</description></item>"
SPACES = (
    'xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:content="http://purl.org/rss/1.0/modules/content/"'
)


def rss(*items, head='<?xml version="1.0" encoding="UTF-8"?>'):
    return (
        f'{head}<rss version="2.0" {SPACES}><channel><title>Z</title><language>de-AT</language>'
        f"{''.join(items)}</channel></rss>"
    )


def read(text, url=URL):
    data = text if isinstance(text, bytes) else text.encode()
    return read_feed(data, url=url, name="feed.xml", raw_ref="ab", seen_at=SEEN)


def test_rss_by_hand():
    found = read(rss(ITEM, TEASER))
    (document,), (text,) = found.collected.documents, found.collected.texts
    canonical = "https://zeitung.example/rathaus"
    assert text.text == TEXT
    assert document == Document(
        document_id=content_id("document", canonical, TEXT),
        text_id=content_id("text", TEXT),
        external_id="id-1",
        url=canonical,
        canonical_url=canonical,
        host="zeitung.example",
        title="Möhrenbach & Rathaus",
        language="de",
        section="Stadt",
        authors=("Anna Müller", "Jörg Beck"),
        kind="article",
        access=None,
        published_at=datetime(2026, 11, 22, 7, tzinfo=UTC),
        first_seen_at=SEEN,
        answer_id=None,
        raw_ref="ab#0",
    )
    assert found.links == ["https://zeitung.example/b"]
    assert (found.collected.n_rows, found.collected.problems) == (2, [])


ATOM = f"""<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>Z</title><entry>
<title>A</title><link href="a"/><id>tag:x</id><published>2026-11-22T08:00:00+01:00</published>
<author><name>Anna Müller</name></author><content type="html"><![CDATA[{HTML}]]></content>
</entry></feed>"""
RDF = f"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" {SPACES}
xmlns="http://purl.org/rss/1.0/"><channel/><item rdf:about="https://zeitung.example/feed/a">
<title>A</title><link>https://zeitung.example/feed/a</link><dc:date>2026-11-22T07:00:00Z</dc:date>
<dc:creator>Anna Müller</dc:creator><content:encoded><![CDATA[{HTML}]]></content:encoded></item>
</rdf:RDF>"""
JSON_FEED = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "language": "de",
        "authors": [{"name": "Anna Müller"}],
        "items": [
            {
                "id": 7,
                "url": "a",
                "title": "A",
                "content_html": HTML,
                "date_published": "2026-11-22T08:00:00+01:00",
                "tags": ["Stadt", 3],
            }
        ],
    }
)


@pytest.mark.parametrize("text", [ATOM, RDF, JSON_FEED])
def test_the_other_kinds_give_the_same(text):
    found = read(text)
    (document,) = found.collected.documents
    assert document.canonical_url == "https://zeitung.example/feed/a"
    assert (document.title, document.authors) == ("A", ("Anna Müller",))
    assert document.published_at == datetime(2026, 11, 22, 7, tzinfo=UTC)
    assert found.collected.texts[0].text == TEXT


def test_plain_text_of_a_json_feed_keeps_its_lines():
    item = {"url": "https://a.example/x", "content_text": f"{BODY}\n5 < 6 & 7\n<b>kein Tag</b>"}
    found = read(json.dumps({"version": "https://jsonfeed.org/version/1", "items": [item]}))
    assert found.collected.texts[0].text == f"{TEXT}\n5 < 6 & 7\n<b>kein Tag</b>"


@pytest.mark.parametrize(
    "encoding", ["utf-8-sig", "iso-8859-1", "utf-16", "utf-16-le", "utf-32-be"]
)
def test_no_encoding_garbles(encoding):
    name = encoding.removesuffix("-sig")
    data = rss(ITEM, head=f'<?xml version="1.0" encoding="{name}"?>').encode(encoding)
    assert read(data).collected.texts[0].text == TEXT


def test_full_text_is_told_from_teasers():
    long = "<p>" + "Wort " * 160 + "Ende.</p>"
    assert full_text(HTML, "") == TEXT
    assert full_text("", HTML) == ""  # 66 words: too short for a description
    assert len(full_text("", long).split()) == 161
    assert full_text(f"{HTML}[…]", "") == ""
    assert full_text(f"{HTML}<a href='x'>Weiterlesen</a>", "") == ""
    assert full_text("kurz", long).endswith("Ende.")
    mark = "<p>Der Beitrag Rathaus erschien zuerst auf Zeitung.</p>"
    assert full_text(HTML + mark, "") == TEXT


def test_items_without_a_link_are_problems_and_the_rest_is_kept():
    found = read(rss("<item><title>ohne</title></item>", ITEM))
    assert len(found.collected.documents) == 1
    (problem,) = found.collected.problems
    assert (problem.line, "ohne" in problem.message) == (1, True)
    assert found.collected.documents[0].raw_ref == "ab#1"
    assert read(rss(ITEM), url=None).collected.documents == []  # "/rathaus" leads nowhere


@pytest.mark.parametrize(
    "attack",
    [
        '<!DOCTYPE rss [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>',
        '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE rss [<!ENTITY % x SYSTEM "http://a.example/x">%x;]>',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be", "cp037"])
def test_entities_are_refused_in_any_encoding(attack, encoding):
    text = rss(TEASER, head=f'<?xml version="1.0" encoding="{encoding}"?>{attack}')
    found = read(text.encode(encoding))
    assert found.links == []
    assert "entities" in found.collected.problems[0].message


def test_a_document_type_alone_is_no_attack():
    old = '<!DOCTYPE rss PUBLIC "-//N//DTD RSS 0.91//EN" "http://a.example/rss-0.91.dtd">'
    assert read(rss(ITEM, head=old)).collected.problems == []
    about = ITEM.replace("geheim", "&lt;!ENTITY x&gt; <!ENTITY y>")
    assert read(rss(about)).collected.problems == []


def test_html_for_a_feed_says_so():
    home = read("<!doctype html><html><body><p>Start</p></body></html>").collected
    assert home.problems[0].message == "This is an HTML page, not a feed."
    assert "application/rss+xml" in home.problems[0].remedy
    head = '<meta property="og:type" content="article">'
    article = read(f"<html><head>{head}</head><body><article>{HTML}</article></body></html>")
    assert "It is an article" in article.collected.problems[0].remedy


@pytest.mark.parametrize(
    "text", ["", "x", "{}", "[]", '{"items": 3}', "<rss", "\x00", "<opml></opml>"]
)
def test_what_is_no_feed_is_one_problem(text):
    collected = read(text).collected
    assert len(collected.problems) == 1
    assert collected.problems[0].remedy
    assert collected.documents == []


def test_bounds():
    assert str(MAX_FEED_BYTES) in read(b"x" * (MAX_FEED_BYTES + 1)).collected.problems[0].message
    many = read(rss("<item/>" * 20_001)).collected.problems
    assert "20001 items" in many[0].message


@pytest.mark.parametrize(
    ("data", "content_type", "name", "expected"),
    [
        (rss(ITEM), "text/html", "x.html", "feed"),
        (ATOM, None, "", "feed"),
        (RDF, None, "", "feed"),
        (JSON_FEED, None, "", "feed"),
        ("<!-- a -->\n<?x?><!DOCTYPE rss><rss/>", None, "", "feed"),
        ("<!doctype html><p>rss</p>", "application/rss+xml", "feed.xml", "page"),
        ("<h1>x</h1>", None, "", "page"),
        ("\n junk <rss>", "text/xml", "", "feed"),
        ("<x>", "text/html", "", "page"),
        ('{"a": 1}', "application/json", "x.json", None),
        ("%PDF-1.7", "text/plain", "x.pdf", None),
        ("", None, "", None),
    ],
)
def test_bytes_tell_more_than_names(data, content_type, name, expected):
    assert recognise(data.encode(), content_type, name) == expected


PIECES = [
    "<rss><channel>", "<item>", "</item>", "<link>/a</link>", "<link>http://[</link>", ITEM,
    "<entry>", "<feed xmlns='http://www.w3.org/2005/Atom'>", "<![CDATA[", "]]>", "<!DOCTYPE",
    "<!DOCTYPE a [", "&nbsp;", "&x;", "\x00", "<?xml version='1.0' encoding='utf-7'?>", HTML,
    "<pubDate>1</pubDate>", "<content:encoded>", '{"items":[', '{"url":"/a"}', "]}", "<rdf:RDF>",
]  # fmt: skip


@settings(deadline=2_000, max_examples=150)
@given(
    st.one_of(
        st.binary(max_size=2_000),
        st.lists(st.sampled_from(PIECES)).map(lambda parts: "".join(parts).encode()),
        st.tuples(st.integers(0, 900), st.binary(max_size=9)).map(
            lambda cut: rss(ITEM).encode()[: cut[0]] + cut[1] + rss(ITEM).encode()[cut[0] + 5 :]
        ),
    )
)
def test_any_bytes_give_items_or_a_problem(data):
    found = read(data)
    assert found.collected.documents or found.collected.problems or found.links
    assert len(found.collected.documents) == len(found.collected.texts)
    to_arrow(found.collected.documents, Document)
    for text in found.collected.texts:
        text.text.encode()


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "items",
                        "url",
                        "id",
                        "authors",
                        "tags",
                        "content_html",
                        "name",
                        "date_published",
                    ]
                ),
                inner,
            )
        ),
    )
)
def test_any_json_is_read_or_refused(value):
    found = read(json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [value]}))
    assert found.collected.documents or found.collected.problems or found.links


@pytest.mark.real
def test_the_conformance_suite_is_read_without_a_crash():
    path = Path(__file__).parents[2] / "../shared/data/feeds/feedparser_tests.tar.gz"
    if not path.exists():
        pytest.skip("shared/data/feeds is not beside the project")
    n_files = n_refused = 0
    with tarfile.open(path) as archive:
        for member in archive:
            file = archive.extractfile(member) if member.isfile() else None
            if file is None or not member.name.endswith((".xml", ".json")):
                continue
            found = read(file.read())
            n_files += 1
            n_refused += any("cannot be read" in p.message for p in found.collected.problems)
    print(f"\n{n_files} feeds, {n_refused} refused by the libraries")
    assert n_files > 2_000
    assert n_refused == 0

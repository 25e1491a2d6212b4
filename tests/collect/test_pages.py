"""Pages: worked examples written here, and what must hold for any bytes."""

import json
import re
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings, strategies as st

from beleg.collect.markup import clean_line, clean_text, read_authors, read_language
from beleg.collect.pages import (
    MAX_ELEMENTS,
    MAX_PAGE_BYTES,
    choose_address,
    decode_html,
    fragment_text,
    read_page,
)
from beleg.collect.times import read_time
from beleg.records import Access, Document, DocumentKind, content_id
from beleg.tables import to_arrow

SEEN = datetime(2026, 11, 22, 12, tzinfo=UTC)
URL = "https://zeitung.example/stadt/rathaus"
BODY = (
    "Der Stadtrat von Möhrenbach hat am Dienstag beschlossen, das Rathaus für 4,2 Millionen Euro"
    " zu sanieren. Die Arbeiten beginnen im Frühjahr und dauern zwei Jahre."
)
SECOND = (
    "Kämmerin Grünwald sagte, die Stadt nehme dafür keinen Kredit auf. Die Opposition stimmte"
    " trotzdem dagegen, weil sie zuerst die Schule sanieren will."
)


def page(head="", body=f"<p>{BODY}</p><p>{SECOND}</p>", lang="de"):
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8">{head}</head>'
        f"<body><nav><a href='/'>Start</a></nav><article><h1>Das Rathaus wird saniert</h1>{body}"
        f"</article><footer>Impressum</footer></body></html>"
    )


def ld(*nodes, raw=None):
    text = raw if raw is not None else json.dumps(nodes[0] if len(nodes) == 1 else nodes)
    return f'<script type="application/ld+json">{text}</script>'


def read(html, url=URL, **changes):
    data = html if isinstance(html, bytes) else html.encode()
    return read_page(data, url=url, name="x.html", raw_ref="ab", seen_at=SEEN, **changes)


def document(html, **changes):
    collected = read(html, **changes)
    assert collected.problems == []
    return collected.documents[0]


ARTICLE = {
    "@context": "https://schema.org",
    "@type": "NewsArticle",
    "headline": "Möhrenbach saniert das Rathaus",
    "datePublished": "2026-11-20T08:30:00+01:00",
    "author": [{"@type": "Person", "name": "Anna Müller"}, {"name": "Von Jörg Beck und Ida Roth"}],
    "articleSection": ["Stadt", "Politik"],
    "isAccessibleForFree": "False",
    "inLanguage": "de-DE",
}


def test_an_article_by_hand():
    collected = read(page(ld(ARTICLE) + '<link rel="canonical" href="/stadt/rathaus?seite=1">'))
    (found,), (text,) = collected.documents, collected.texts
    assert text.text == f"Das Rathaus wird saniert\n{BODY}\n{SECOND}"
    canonical = "https://zeitung.example/stadt/rathaus?seite=1"
    assert found == Document(
        document_id=content_id("document", canonical, text.text),
        text_id=content_id("text", text.text),
        external_id=None,
        url=canonical,
        canonical_url=canonical,
        host="zeitung.example",
        title="Möhrenbach saniert das Rathaus",
        language="de",
        section="Stadt",
        authors=("Anna Müller", "Jörg Beck", "Ida Roth"),
        kind=DocumentKind.ARTICLE,
        access=Access.PAID,
        published_at=datetime(2026, 11, 20, 7, 30, tzinfo=UTC),
        first_seen_at=SEEN,
        answer_id=None,
        raw_ref="ab#0",
    )
    assert (found.text_id, collected.n_rows) == (text.text_id, 1)


def test_the_article_is_found_in_graphs_lists_and_by_id():
    person = {"@type": "Person", "@id": "#anna", "name": "Anna Müller"}
    node = {**ARTICLE, "author": {"@id": "#anna"}, "@type": ["Thing", "schema:NewsArticle"]}
    graph = {
        "@graph": [{"@type": "WebPage", "name": "x"}, {"@type": "BreadcrumbList"}, node, person]
    }
    for head in (
        ld(graph),
        ld([[node], person]),
        ld({"@type": "WebPage"}) + ld(node) + ld(person),
    ):
        found = document(page(head))
        assert (found.title, found.authors) == (ARTICLE["headline"], ("Anna Müller",))


@pytest.mark.parametrize(
    "raw",
    [
        '<!-- {"@type":"NewsArticle","headline":"Titel"} -->',
        '//<![CDATA[\n{"@type":"NewsArticle","headline":"Titel"}\n//]]>',
        '{"@type":"NewsArticle","headline":"Titel",}',
        '{"@type":"NewsArticle","headline":"Titel","description":"zwei\nZeilen"};',
        "{&quot;@type&quot;:&quot;NewsArticle&quot;,&quot;headline&quot;:&quot;Titel&quot;}",
    ],
)
def test_untidy_json_is_read(raw):
    assert document(page(ld(raw=raw))).title == "Titel"


def test_broken_json_is_a_problem_and_the_page_is_kept():
    collected = read(
        page(ld(raw='{"@type": NewsArticle') + '<meta property="og:title" content="T">')
    )
    assert collected.documents[0].title == "T"
    assert "1 JSON-LD" in collected.problems[0].message
    deep = read(page(ld(raw="[" * 100_000)))
    assert len(deep.documents) == len(deep.problems) == 1


def test_opengraph_and_meta_stand_in():
    head = (
        '<meta property="og:title" content="Titel &amp; mehr | Zeitung">'
        '<meta property="og:site_name" content="Zeitung">'
        '<meta property="article:published_time" content="2026-11-20">'
        '<meta name="author" content="von Anna Müller">'
        '<meta property="article:section" content="Stadt">'
        '<meta property="article:content_tier" content="metered">'
    )
    found = document(page(head))
    assert (found.title, found.section) == ("Titel & mehr", "Stadt")
    assert (found.authors, found.access) == (("Anna Müller",), Access.METERED)
    assert found.published_at == datetime(2026, 11, 19, 23, tzinfo=UTC)  # midnight in Berlin


def test_a_byline_names_the_author_where_only_the_house_is_declared():
    head = ld({**ARTICLE, "author": "Zeitung", "publisher": {"name": "Zeitung"}})
    body = f'<p class="byline">Von <span>Anna Müller</span></p><p>{BODY}</p><p>{SECOND}</p>'
    assert document(page(head, body)).authors == ("Anna Müller",)
    assert document(page(head)).authors == ("Zeitung",)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "iso-8859-1"])
def test_no_encoding_garbles(encoding):
    text = page().replace("utf-8", encoding.removesuffix("-sig"))
    assert BODY in read(text.encode(encoding)).texts[0].text


@pytest.mark.parametrize(
    ("declared", "header"), [("iso-8859-1", None), ("utf-16", None), ("x-nonsense", "text/html")]
)
def test_a_wrong_declaration_does_not_garble_utf8(declared, header):
    text = page().replace("utf-8", declared).encode()
    assert BODY in read(text, content_type=header).texts[0].text


def test_header_detection_and_a_few_bad_bytes():
    plain = page().replace('<meta charset="utf-8">', "")
    latin = plain.encode("cp1252")
    assert decode_html(latin, "text/html; charset=windows-1252") == plain
    assert BODY in decode_html(latin)
    assert decode_html("ß„“".encode() * 20 + b"\xe4") == "ß„“" * 20 + "\ufffd"
    assert decode_html(b"plain", "text/html; charset=rot13") == "plain"


@pytest.mark.parametrize(
    "secret",
    [
        "<p hidden>geheim</p>",
        '<p aria-hidden="true">geheim</p>',
        '<div style="display : none"><p>geheim</p></div>',
        '<p style="color:red;VISIBILITY:hidden">geheim</p>',
        '<p style="font-size:0">geheim</p>',
        '<p style="position:absolute; left:-9999px">geheim</p>',
        '<p class="x sr-only">geheim</p>',
        "<template><p>geheim</p></template>",
        "<script>geheim</script>",
        "<!-- geheim -->",
    ],
)
def test_what_nobody_sees_is_no_text(secret):
    text = read(page(body=f"<p>{BODY}</p>{secret}<p>{SECOND}</p>")).texts[0].text
    assert BODY in text
    assert SECOND in text
    assert "geheim" not in text
    assert "geheim" not in fragment_text(f"<p>{BODY}</p>{secret}")


def test_addresses():
    copy = page('<link rel="canonical" href="https://agentur.example/meldung">')
    assert document(copy).canonical_url == URL  # a copy is a document of its own
    assert document(copy, url=None).canonical_url == "https://agentur.example/meldung"
    home = page('<link rel="canonical" href="https://zeitung.example/">')
    assert document(home).canonical_url == URL
    social = page('<meta property="og:url" content="//www.zeitung.example/a">')
    assert document(social).host == "www.zeitung.example"
    assert document(page(), url=None, base_url="https://zeitung.example/a.html").host
    assert choose_address(("http://[", "/a"), URL, None) == "https://zeitung.example/a"
    (problem,) = read(page(), url=None).problems
    assert "--base-url" in problem.remedy


def test_transcripts_are_told_from_articles():
    node = {"@type": "PodcastEpisode", "name": "Folge 1", "transcript": f"{BODY}\n\n{SECOND}"}
    collected = read(page(ld(node)))
    assert collected.documents[0].kind is DocumentKind.TRANSCRIPT
    assert collected.texts[0].text == f"{BODY}\n\n{SECOND}"
    assert document(page(ld([ARTICLE, node]))).kind is DocumentKind.ARTICLE
    film = page('<meta property="og:type" content="video.episode">')
    assert document(film).kind is DocumentKind.TRANSCRIPT


@pytest.mark.parametrize("data", [b"", b" ", b"<html></html>", b"\x00\xff", b"<p>Anmelden</p>"])
def test_pages_without_text_are_a_problem(data):
    collected = read(data)
    assert (collected.documents, collected.texts) == ([], [])
    assert collected.problems[0].message == "No article text was found."


def test_pages_past_the_bounds_are_a_problem():
    (problem,) = read(b"x" * (MAX_PAGE_BYTES + 1)).problems
    assert str(MAX_PAGE_BYTES) in problem.message
    (problem,) = read(page(body="<i></i>" * MAX_ELEMENTS)).problems
    assert str(MAX_ELEMENTS) in problem.message


def test_texts_are_clean():
    assert clean_text("a\r\n\r\n\r\n\r\nb\u00a0 c\u00ad\u200b \x1fd\ud800") == "a\n\nb c d"
    assert clean_line("  Gru\u0308ße\n<b>an</b> &quot;alle&quot; ") == 'Grüße an "alle"'
    assert fragment_text("Eins<br>zwei<ul><li>drei<li>vier</ul><pre>a\n b</pre>") == (
        "Eins\nzwei\ndrei\nvier\na\nb"
    )


def test_authors_and_languages():
    assert read_authors(["Von Anna Müller, Jörg Beck", "https://x.example/anna", "dpa"]) == (
        "Anna Müller",
        "Jörg Beck",
        "dpa",
    )
    assert read_authors(["Müller, Hans"]) == ("Müller, Hans",)
    assert [read_language(tag) for tag in ("de-AT", "EN_us", "x", "deutsch")] == [
        "de",
        "en",
        None,
        None,
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-22T08:00:00+01:00", "2026-11-22T07:00:00"),
        ("So, 22 Nov 2026 08:00:00 +0100", "2026-11-22T07:00:00"),
        ("Mi, 04 Mär 2026 10:00 MEZ", "2026-03-04T09:00:00"),
        ("22. November 2026, 08:00 Uhr", "2026-11-22T07:00:00"),
        ("22. Juli 2026, 08:00 Uhr", "2026-07-22T06:00:00"),
        ("Nov 22, 2026 3:05 pm EST", "2026-11-22T20:05:00"),
        ("22.11.2026", "2026-11-21T23:00:00"),
        ("2026-11-22T24:00:00Z", "2026-11-23T00:00:00"),
        ("vor 2 Stunden", None),
        ("3/4/2026", None),
        ("31.02.2026", None),
        ("0000-00-00", None),
        ("22. Foo 2026", None),
        ("x" * 101 + "2026-11-22", None),
    ],
)
def test_times(text, expected):
    found = read_time(text)
    assert (found and found.replace(tzinfo=None).isoformat()) == expected


@given(st.datetimes(min_value=datetime(1900, 1, 1)), st.timezones())
def test_any_time_written_as_iso_comes_back(moment, zone):
    aware = moment.replace(tzinfo=zone, microsecond=0)
    offset = aware.utcoffset()
    if offset is not None and offset.total_seconds() % 60 == 0 and 1 < moment.year < 9999:
        assert read_time(aware.isoformat()) == aware


@given(st.text())
def test_any_text_is_read_as_a_time_or_not(text):
    found = read_time(text)
    assert found is None or found.tzinfo is UTC


MARKUP = st.lists(
    st.sampled_from(
        [
            "<p>",
            "</p>",
            "<div style='display:none'>",
            "<table>",
            "<!--",
            "]]>",
            "&amp",
            "<",
            "\x00",
            ld(ARTICLE),
            ld(raw='{"@type":["NewsArticle",3],"headline":[{}],"author":[[1]]}'),
            BODY,
            "<meta charset=utf-16>",
            "<meta charset=idna>",
            "<link rel=canonical href='http://['>",
            "<?xml version='1.0' encoding='x'?>",
            "<html lang='\x01'>",
            "<h1>",
            "\ud800",
            "<svg>",
        ]
    )
).map(lambda parts: "".join(parts).encode("utf-8", "surrogatepass"))


@settings(deadline=2_000, max_examples=150)
@given(
    st.one_of(
        st.binary(max_size=3_000),
        MARKUP,
        st.text().map(lambda t: page(body=t).encode("utf-8", "ignore")),
    )
)
def test_any_bytes_give_a_document_or_a_problem(data):
    collected = read(data)
    assert collected.documents or collected.problems
    assert len(collected.documents) == len(collected.texts) <= 1
    to_arrow(collected.documents, Document)
    for text in collected.texts:
        assert text.text == clean_text(text.text)
        assert text.text_id == content_id("text", text.text)
        text.text.encode()


@given(st.text())
def test_cleaning_twice_changes_nothing(text):
    assert clean_text(clean_text(text)) == clean_text(text)
    assert "\n" not in clean_line(text)


@pytest.mark.parametrize(
    "text",
    [
        "Frühjahr",
        "Ö",
        "Im Frühjahr beschloß der Rat: „Größe zählt“ – 30 €.",
        "L’été, où l’œuvre naît… ¿Qué mañana?",
    ],
)
def test_a_page_that_names_no_charset_is_windows_1252(text):
    for markup in (text, f"<html><body><p>{text}</p></body></html>"):
        assert decode_html(markup.encode("cp1252")) == markup
        assert decode_html(markup.encode("cp1252"), "text/html") == markup
        assert decode_html(markup.encode()) == markup


@given(st.text("abcdefghijklmnop .,<>/äöüßÄÖÜéèàçñ„“–€", max_size=300))
def test_western_letters_survive_without_a_charset(text):
    spaced = re.sub("([^\x00-\x7f])", r"\1 ", text)  # runs as words have them, not of all signs
    assert decode_html(spaced.encode("cp1252")) == spaced


@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r", "iso8859-5", "utf-16-le", "utf-16-be"])
def test_other_alphabets_without_a_charset(encoding):
    text = "Совет города принял решение о ремонте ратуши. Работы начнутся весной этого года. "
    markup = f"<html><body><p>{text * 3}</p></body></html>"
    assert decode_html(markup.encode(encoding)) == markup

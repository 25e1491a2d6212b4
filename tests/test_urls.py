"""Canonical URLs: worked examples, and what must hold for any text."""

from __future__ import annotations

import base64
from urllib.parse import quote

import pytest
from hypothesis import example, given, strategies as st

from beleg.urls import (
    canonical_url,
    display_host,
    host_of,
    is_unresolved_redirect,
    registrable_domain,
    text_fragment,
)

ARTICLE = "https://www.example.de/stadt/rathaus-saniert?seite=2"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("HTTP://WWW.Example.DE:80/Stadt/", "https://www.example.de/Stadt"),
        ("https://example.de", "https://example.de/"),
        ("https://example.de:8443/a", "https://example.de:8443/a"),
        ("https://anna:geheim@example.de/a", "https://example.de/a"),
        ("  https://example.de/a#kommentare ", "https://example.de/a"),
        ("https://example.de./a", "https://example.de/a"),
        ("https://münchen.example/straße", "https://xn--mnchen-3ya.example/stra%C3%9Fe"),
        ("https://MÜNCHEN.example/", "https://xn--mnchen-3ya.example/"),
        (
            "https://xn--mnchen-3ya.example/stra%c3%9fe",
            "https://xn--mnchen-3ya.example/stra%C3%9Fe",
        ),
        ("https://straße.example/", "https://xn--strae-oqa.example/"),
        ("https://example.de/%7Eanna/a%20b/%E4", "https://example.de/~anna/a%20b/%E4"),
        ("https://example.de/100%", "https://example.de/100%25"),
        ("https://example.de/a/../b/./c", "https://example.de/b/c"),
        ("https://[2001:DB8::0:1]:443/a", "https://[2001:db8::1]/a"),
    ],
)
def test_spellings_are_unified(url: str, expected: str) -> None:
    assert canonical_url(url) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.de/a?utm_source=chatgpt.com", "https://example.de/a"),
        ("https://example.de/a?utm_source=openai&id=7", "https://example.de/a?id=7"),
        ("https://example.de/a?gclid=x&fbclid=y&srsltid=z&wt_mc=q", "https://example.de/a"),
        ("https://example.de/a?b=2&a=1&b=1", "https://example.de/a?a=1&b=2&b=1"),
        ("https://example.de/a?q=rat+haus", "https://example.de/a?q=rat%20haus"),
        ("https://example.de/a?ref=start&source=rss", "https://example.de/a?ref=start&source=rss"),
        ("https://example.de/a?leer=&nackt", "https://example.de/a?leer=&nackt"),
        ("https://example.de/a?", "https://example.de/a"),
    ],
)
def test_tracking_goes_and_meaning_stays(url: str, expected: str) -> None:
    assert canonical_url(url) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://www.google.com/amp/s/www.example.de/a/", "https://www.example.de/a"),
        ("https://www.google.co.uk/amp/www.example.de/a", "https://www.example.de/a"),
        (
            "https://www-example-de.cdn.ampproject.org/v/s/www.example.de/a?amp_js_v=0.1&id=3",
            "https://www.example.de/a?id=3",
        ),
        ("https://example.de/a/amp", "https://example.de/a"),
        ("https://example.de/a/amp/", "https://example.de/a"),
        ("https://example.de/a.amp.html", "https://example.de/a.html"),
        ("https://example.de/a?amp=1", "https://example.de/a"),
        ("https://example.de/a?amp", "https://example.de/a"),
        ("https://example.de/a?outputType=amp", "https://example.de/a"),
        # What only looks like AMP stays.
        ("https://example.de/amp", "https://example.de/amp"),
        ("https://example.de/champ", "https://example.de/champ"),
        ("https://example.de/a?amp=230", "https://example.de/a?amp=230"),
    ],
)
def test_amp_leads_to_the_article(url: str, expected: str) -> None:
    assert canonical_url(url) == expected


@pytest.mark.parametrize(
    "wrapper",
    [
        "https://www.google.com/url?sa=t&q={}&ved=3",
        "https://google.de/url?url={}",
        "https://l.facebook.com/l.php?u={}&h=AT0",
        "https://duckduckgo.com/l/?uddg={}&rut=1",
        "https://www.youtube.com/redirect?q={}",
        "https://out.reddit.com/t3_1?url={}",
        "https://r.search.yahoo.com/_ylt=A/RU={}/RK=2/RS=x-",
    ],
)
def test_wrappers_lead_to_their_target(wrapper: str) -> None:
    assert canonical_url(wrapper.format(quote(ARTICLE, safe=""))) == ARTICLE
    nested = wrapper.format(quote(f"https://l.facebook.com/l.php?u={quote(ARTICLE)}", safe=""))
    assert canonical_url(nested) == ARTICLE


def test_bing_wraps_in_base64() -> None:
    wrapped = "a1" + base64.urlsafe_b64encode(ARTICLE.encode()).decode().rstrip("=")
    assert canonical_url(f"https://www.bing.com/ck/a?!&&p=9&u={wrapped}&ntb=1") == ARTICLE
    assert (
        canonical_url("https://www.bing.com/ck/a?u=a1%F0") == "https://www.bing.com/ck/a?u=a1%F0"
    )


def test_unresolvable_redirect_is_kept_and_known() -> None:
    url = "https://vertexaisearch.cloud.google.com/grounding-api-redirect/AbC_-="
    assert canonical_url(url) == url
    assert is_unresolved_redirect(url)
    assert not is_unresolved_redirect(ARTICLE)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.de",
        "mailto:a@example.de",
        "ftp://example.de/",
        "/a",
        "https://",
        "http://[",
        "#",
        "https://a b.de/",
        "https://example.de:99999/",
        "https://-/",
        "javascript:alert(1)",
    ],
)
def test_what_is_no_web_address_gives_none(url: str) -> None:
    assert canonical_url(url) is None


def test_bare_hosts_only_where_asked_for() -> None:
    assert canonical_url("Justia.com", bare_host=True) == "https://justia.com/"
    assert canonical_url("justia.com/a", bare_host=True) == "https://justia.com/a"
    assert host_of("justia.com", bare_host=True) == "justia.com"
    assert canonical_url("two words.com", bare_host=True) is None
    assert canonical_url("wikipedia", bare_host=True) is None


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://e.de/a#:~:text=Der%20Rat", "Der Rat"),
        (
            "https://e.de/a#:~:text=gestern-,Der%20Rat%2C%20einig,am%20Ende.,-Danach",
            "Der Rat, einig … am Ende.",
        ),
        ("https://e.de/a#teil:~:text=eins&text=zwei", "eins\nzwei"),
        ("https://e.de/a#:~:text=F%C3%BCnf%2D%20bis%20sechs", "Fünf- bis sechs"),
        ("https://e.de/a#teil", None),
        ("https://e.de/a#:~:text=", None),
        ("https://e.de/a", None),
    ],
)
def test_text_fragment(url: str, expected: str | None) -> None:
    assert text_fragment(url) == expected


def test_registrable_domain_and_display() -> None:
    assert registrable_domain("news.bbc.co.uk") == "bbc.co.uk"
    assert registrable_domain("anna.github.io") == "anna.github.io"
    assert registrable_domain("www.xn--mnchen-3ya.de") == "xn--mnchen-3ya.de"
    assert registrable_domain("co.uk") == "co.uk"
    assert registrable_domain("localhost") == "localhost"
    assert registrable_domain("192.0.2.7") == "192.0.2.7"
    assert display_host("xn--mnchen-3ya.de") == "münchen.de"
    assert display_host("xn--a-ü.de") == "xn--a-ü.de"


pieces = st.sampled_from(
    [
        *"http:// https:// www. google.com /amp/s/ /amp .amp /url?q= ? & = # % %2".split(),
        *"%25 %61 a1 . .. / : @ ; + ü ß example.de cdn.ampproject.org /c/s/ ".split(),
        *"l.facebook.com/l.php?u= utm_source=x amp=1 :~:text= - , b c [::1] :80 :443".split(),
        "\ud800",
        " ",
    ]
)
urlish = st.lists(pieces, max_size=14).map("".join)


@given(st.one_of(st.text(), urlish, urlish.map(lambda tail: "https://a.de" + tail)), st.booleans())
@example("https://google.com/url/amp?q=http://x.de", False)
@example("https://a.de/%2%35", False)
@example("https://a.de/amp/.", False)
def test_canonicalising_twice_changes_nothing(text: str, bare_host: bool) -> None:
    once = canonical_url(text, bare_host=bare_host)
    if once is not None:
        assert canonical_url(once) == once
        assert once.isascii()
        assert "#" not in once
        assert host_of(once) == host_of(text, bare_host=bare_host)


@given(st.one_of(st.text(), urlish))
def test_nothing_raises(text: str) -> None:
    text_fragment(text)
    registrable_domain(text)
    display_host(text)
    is_unresolved_redirect(text)

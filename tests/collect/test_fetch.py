"""Files, folders and addresses: one bad source is a Problem, and the rest goes on."""

import gzip
import hashlib
import os
from datetime import UTC, datetime

import pytest

from beleg.collect.fetch import collect_sources
from beleg.errors import FetchError, RefusedByPublisher
from beleg.http import ReplayFetcher, Response

SEEN = datetime(2026, 11, 22, 12, tzinfo=UTC)
SITE = "https://zeitung.example"
BODY = "Der Stadtrat hat beschlossen, das Rathaus für 4,2 Millionen Euro zu sanieren. " * 6


def page(link=""):
    return (
        f"<html><head>{link}</head><body><article><p>{BODY}</p></article></body></html>".encode()
    )


def feed(*items):
    return f'<rss version="2.0"><channel>{"".join(items)}</channel></rss>'.encode()


def teaser(path):
    return f"<item><title>t</title><link>{SITE}{path}</link><description>x</description></item>"


def collect(*sources, recorded=None, **changes):
    asked = {
        "fetcher": ReplayFetcher(recorded or {}),
        "follow": False,
        "base_url": None,
        "seen_at": SEEN,
        "known": frozenset(),
        "max_bytes": 1_000_000,
        **changes,
    }
    return list(collect_sources([str(source) for source in sources], **asked))


def message(read):
    (problem,) = read.collected.problems
    assert problem.remedy
    assert read.collected.documents == []
    return problem.message


def test_a_page_and_a_feed_from_addresses():
    reads = collect(
        f"{SITE}/a",
        f"{SITE}/feed",
        recorded={f"{SITE}/a": page(), f"{SITE}/feed": feed(teaser("/b"), teaser("/c"))},
    )
    digest = hashlib.sha256(page()).hexdigest()
    assert [(r.name, r.suffix, r.n_teasers) for r in reads] == [
        (f"{SITE}/a", ".html", 0),
        (f"{SITE}/feed", ".xml", 2),
    ]
    assert reads[0].data == page()
    assert reads[0].collected.documents[0].raw_ref == f"{digest}#0"
    assert reads[0].collected.documents[0].canonical_url == f"{SITE}/a"
    assert reads[1].links == [f"{SITE}/b", f"{SITE}/c"]


def test_teasers_are_followed_unless_known():
    fetcher = ReplayFetcher(
        {f"{SITE}/feed": feed(*map(teaser, ("/b", "/c", "/d", "/b"))), f"{SITE}/b": page()}
    )
    told = []
    reads = collect(
        f"{SITE}/feed",
        "no-such-file",
        fetcher=fetcher,
        follow=True,
        known={f"{SITE}/c"},
        on_progress=lambda *step: told.append(step),
    )
    assert [request.url for request in fetcher.requests] == [
        f"{SITE}/feed",
        f"{SITE}/b",
        f"{SITE}/d",
    ]
    assert [len(read.collected.documents) for read in reads] == [0, 1, 0, 0]
    assert "nothing was recorded" in message(reads[2])
    assert told == [("collect", n, 4) for n in (1, 2, 3, 4)]


@pytest.mark.parametrize(
    ("answer", "expected", "remedy"),
    [
        (Response("u", 404), "says 404", "Check the address"),
        (Response("u", 429, (("Retry-After", "7"),)), "says 429", "in 7 seconds"),
        (Response("u", 503, (("retry-after", "soon"),)), "says 503", "later"),
        (Response("u", 402), "says 402", "access"),
        (Response("u", 200, (("content-type", "image/png"),), b"\x89PNG"), "neither", "HTML"),
        (FetchError("slow", "Wait."), "slow", "Wait."),
        (RefusedByPublisher("no", "Ask."), "no", "Ask."),
    ],
)
def test_what_cannot_be_had_is_a_problem_and_the_rest_goes_on(answer, expected, remedy):
    bad, good = collect(
        f"{SITE}/x", f"{SITE}/a", recorded={f"{SITE}/x": answer, f"{SITE}/a": page()}
    )
    assert expected in message(bad)
    assert remedy in bad.collected.problems[0].remedy
    assert (bad.data, bad.suffix) == (None, "")
    assert len(good.collected.documents) == 1


def test_a_redirected_page_lies_where_it_was_found():
    recorded = {f"{SITE}/old": Response(f"{SITE}/new", 200, (), page())}
    (read,) = collect(f"{SITE}/old", recorded=recorded)
    assert read.collected.documents[0].canonical_url == f"{SITE}/new"


def test_content_types_may_lie():
    kind = (("content-type", "application/rss+xml"),)
    (read,) = collect(
        f"{SITE}/f", recorded={f"{SITE}/f": Response(f"{SITE}/f", 200, kind, page())}
    )
    assert message(read) == "This is an HTML page, not a feed."
    kind = (("content-type", "text/html"),)
    both = feed(teaser("/b"))
    (read,) = collect(f"{SITE}/f", recorded={f"{SITE}/f": Response(f"{SITE}/f", 200, kind, both)})
    assert read.n_teasers == 1


def test_a_folder_is_read_in_order_with_all_below_it(tmp_path):
    (tmp_path / "sub dir").mkdir()
    (tmp_path / "b.html").write_bytes(page())
    (tmp_path / "sub dir" / "ä.html.gz").write_bytes(gzip.compress(page(), mtime=0))
    (tmp_path / "a.xml").write_bytes(feed(teaser("/b")))
    (tmp_path / "notes.pdf").write_bytes(b"%PDF")
    reads = collect(tmp_path, base_url="https://archiv.example/x")
    assert [read.suffix for read in reads] == [".xml", ".html", ".html.gz", ""]
    assert [d.canonical_url for read in reads for d in read.collected.documents] == [
        "https://archiv.example/x/b.html",
        "https://archiv.example/x/sub%20dir/%C3%A4.html.gz",
    ]
    assert "notes.pdf" in message(reads[-1])
    assert reads[2].data == gzip.compress(page(), mtime=0)


def test_files_that_cannot_be_read_are_problems(tmp_path):
    (tmp_path / "big.html").write_bytes(b"x" * 2_000)
    (tmp_path / "bomb.html.gz").write_bytes(gzip.compress(bytes(100_000)))
    (tmp_path / "cut.html.gz").write_bytes(gzip.compress(page(), mtime=0)[:-9])
    (tmp_path / "feed.xml").write_bytes(page())
    (tmp_path / "plain.html").write_bytes(page())
    os.mkfifo(tmp_path / "pipe.html")
    names = [
        "big.html",
        "bomb.html.gz",
        "cut.html.gz",
        "feed.xml",
        "plain.html",
        "pipe.html",
        "no",
    ]
    reads = collect(*(tmp_path / name for name in names), max_bytes=1_000)
    expected = [
        "more than 1000 bytes",
        "inflates to more than 1000",
        "ends too early",
        "an HTML page, not a feed",
        "what address it had",
        "is no file",
        "cannot be read",
    ]
    for read, words in zip(reads, expected, strict=True):
        assert words in message(read)


def test_a_page_that_names_its_address_needs_no_base(tmp_path):
    (tmp_path / "a.html").write_bytes(page(f'<link rel="canonical" href="{SITE}/a">'))
    (read,) = collect(tmp_path / "a.html", base_url="https://archiv.example/")
    assert read.collected.documents[0].canonical_url == f"{SITE}/a"


def test_no_sources_give_nothing():
    assert collect() == []

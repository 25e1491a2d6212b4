"""The door to the network, against a server on loopback and against recording doubles."""

import contextlib
import gzip
import http.server
import itertools
import socket
import threading
import time
import zlib

import httpcore
import pytest
from hypothesis import given, strategies as st

from beleg.errors import FetchError, RefusedByPublisher
from beleg.http import HttpFetcher, ReplayFetcher, Request, Response, own_user_agent
from beleg.wire import inflate, is_public_address

OPEN = "93.184.215.14"  # a public address; no test connects to it


class Handler(http.server.BaseHTTPRequestHandler):
    """Serve the faults of the world, one a path."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def do_GET(self):
        self.server.seen.append((self.path, dict(self.headers), time.monotonic()))
        name = self.path.split("?")[0].strip("/").replace(".", "_").replace("-", "_")
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            getattr(self, f"get_{name}", self.get_page)()

    def reply(self, status, body=b"", **headers):
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def get_page(self):
        self.reply(200, b"<p>hello</p>", Content_Type="text/html", Set_Cookie="a=b")

    def get_robots_txt(self):
        self.reply(self.server.robots_status, self.server.robots)

    def get_gzip(self):
        self.reply(200, gzip.compress("Grüße".encode()), Content_Encoding="gzip")

    def get_bomb(self):
        self.reply(200, gzip.compress(bytes(10_000_000)), Content_Encoding="gzip")

    def get_brotli(self):
        self.reply(200, b"x", Content_Encoding="br")

    def get_endless(self):
        self.send_response(200)
        self.end_headers()
        while True:
            self.wfile.write(bytes(65_536))

    def drip(self, piece):
        for _ in range(200):
            self.wfile.write(piece)
            self.wfile.flush()
            time.sleep(0.05)

    def get_drip(self):
        self.send_response(200)
        self.end_headers()
        self.drip(b"x")

    def get_header_drip(self):
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        self.drip(b"X-A: b\r\n")

    def get_cut(self):
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.wfile.write(b"a\r\n12345")
        self.close_connection = True

    def get_loop(self):
        self.reply(302, Location="/loop")

    def get_moved(self):
        self.reply(301, Location="/page#top")

    def get_umlaut(self):
        self.send_response(302)
        self.wfile.write(b"")
        self._headers_buffer.append("Location: /größe\r\n".encode())
        self.send_header("Content-Length", "0")
        self.end_headers()

    def get_to_private(self):
        self.reply(302, Location="http://10.0.0.1/secret")

    def get_to_file(self):
        self.reply(302, Location="file:///etc/passwd")

    def get_to_nonsense(self):
        self.reply(302, Location="http://[")

    def get_busy(self):
        self.reply(429, b"slow down", Retry_After="7")

    def get_down(self):
        self.reply(503)


@pytest.fixture
def server():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        running.daemon_threads = True
        running.seen, running.robots, running.robots_status = [], b"", 404
        threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True).start()
        running.base = f"http://127.0.0.1:{running.server_address[1]}"
        yield running
        running.shutdown()


def open_fetcher(**changes):
    return HttpFetcher(**{"delay_seconds": 0, "allow_private": True, **changes})


def get(server, path, **changes):
    return open_fetcher(**changes).fetch(Request(server.base + path))


def test_a_page_comes_back_whole(server):
    response = get(server, "/page")
    assert (response.status, response.content) == (200, b"<p>hello</p>")
    assert response.header("CONTENT-TYPE") == "text/html"
    assert response.header("etag") is None


def test_we_say_who_we_are_and_carry_no_cookies(server):
    fetcher = open_fetcher(contact="https://contact.example/")
    fetcher.fetch(Request(server.base + "/page"))
    fetcher.fetch(Request(server.base + "/page", (("If-None-Match", "x"),)))
    headers = server.seen[-1][1]
    assert headers["User-Agent"] == own_user_agent("https://contact.example/")
    assert headers["User-Agent"].startswith("Beleg/")
    assert headers["If-None-Match"] == "x"
    assert "Cookie" not in headers


def test_no_proxy_of_the_environment_is_used(server, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    assert get(server, "/page").status == 200


def test_bodies_are_decompressed(server):
    assert get(server, "/gzip").content.decode() == "Grüße"


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/bomb", "inflates to more than 100000"),
        ("/endless", "more than 100000 bytes"),
        ("/brotli", "'br'"),
        ("/cut", "127.0.0.1"),
        ("/loop", "more than 10 redirects"),
        ("/to-file", "no web address"),
        ("/to-nonsense", "no URL"),
    ],
)
def test_bad_bodies_and_redirects_end_in_a_message(server, path, message):
    with pytest.raises(FetchError, match=message) as caught:
        get(server, path, max_bytes=100_000)
    assert caught.value.remedy


@pytest.mark.parametrize("path", ["/drip", "/header-drip"])
def test_a_slow_drip_ends_with_the_total_time(server, path):
    started_at = time.monotonic()
    with pytest.raises(FetchError, match="in time"):
        get(server, path, timeout_seconds=0.5)
    assert time.monotonic() - started_at < 3


@pytest.mark.parametrize(("path", "status"), [("/busy", 429), ("/down", 503)])
def test_error_statuses_are_answers(server, path, status):
    response = get(server, path)
    assert response.status == status
    assert response.header("retry-after") == ("7" if status == 429 else None)


def test_redirects_are_followed_and_told(server):
    assert get(server, "/moved").url == server.base + "/page"
    assert get(server, "/umlaut").url.endswith("/gr%C3%B6%C3%9Fe")


def test_a_redirect_to_a_private_address_is_refused():
    """From a public host (answered by the connector) to 10.0.0.1: nothing is connected to."""
    asked = []

    def connect(address, port, timeout):
        asked.append(address)
        head = b"HTTP/1.1 302 Found\r\nLocation: http://10.0.0.1/\r\nContent-Length: 0\r\n\r\n"
        return httpcore.MockStream([head])

    fetcher = HttpFetcher(
        delay_seconds=0,
        connect=connect,
        resolve=lambda host, port: [host if host[0].isdigit() else OPEN],
    )
    with pytest.raises(RefusedByPublisher, match=r"10\.0\.0\.1"):
        fetcher.fetch(Request("http://zeitung.example/", obey_robots=False))
    assert asked == [OPEN]


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://127.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://017700000001/",
        "http://0/",
        "http://localhost/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:7f00:1]/",
        "http://[fe80::1]/",
        "http://169.254.169.254/latest/meta-data/",
        "https://192.168.1.1:8443/",
    ],
)
def test_every_spelling_of_a_private_address_is_refused_unconnected(url):
    asked = []
    fetcher = HttpFetcher(delay_seconds=0, connect=lambda *args: asked.append(args))
    with pytest.raises(FetchError):
        fetcher.fetch(Request(url, obey_robots=False))
    with pytest.raises(FetchError):
        fetcher.fetch(Request(url))
    assert asked == []


def test_a_name_server_that_changes_its_answer_gains_nothing():
    """The connection goes to the address that was checked; one private among public refuses."""
    answers = iter([[OPEN], [OPEN, "127.0.0.1"]])
    asked = []

    def connect(address, port, timeout):
        asked.append((address, port))
        return httpcore.MockStream([b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"])

    fetcher = HttpFetcher(
        delay_seconds=0, resolve=lambda host, port: next(answers), connect=connect
    )
    request = Request("http://zeitung.example/", obey_robots=False)
    assert fetcher.fetch(request).content == b"ok"
    with pytest.raises(RefusedByPublisher):
        fetcher.fetch(request)
    assert asked == [(OPEN, 80)]


def test_a_name_that_does_not_resolve_and_one_that_never_does():
    def fail(host, port):
        raise socket.gaierror(-2, "unknown")

    with pytest.raises(FetchError, match="no address"):
        HttpFetcher(resolve=fail).fetch(Request("http://x.example/", obey_robots=False))
    hanging = HttpFetcher(resolve=lambda *a: time.sleep(5) or [], timeout_seconds=0.2)
    with pytest.raises(FetchError, match="in time"):
        hanging.fetch(Request("http://x.example/", obey_robots=False))


@pytest.mark.parametrize("url", ["ftp://a.example/", "x", "http://", "http://u:p@a.example/", ""])
def test_what_is_no_plain_web_address_is_refused(url):
    with pytest.raises(FetchError):
        HttpFetcher().fetch(Request(url))


def test_robots_is_fetched_once_and_obeyed(server):
    server.robots, server.robots_status = b"User-agent: Beleg\nDisallow: /private\n", 200
    fetcher = open_fetcher()
    response = fetcher.fetch(Request(server.base + "/page"))
    assert response.robots_sha256 == fetcher.robots_of(server.base).sha256
    assert len(response.robots_sha256) == 64
    with pytest.raises(RefusedByPublisher, match="does not allow"):
        fetcher.fetch(Request(server.base + "/private/x"))
    assert [path for path, *_ in server.seen] == ["/robots.txt", "/page"]


@pytest.mark.parametrize(("status", "allowed"), [(404, True), (403, True), (500, False)])
def test_a_missing_robots_allows_and_a_broken_one_refuses(server, status, allowed):
    server.robots_status = status
    if allowed:
        assert get(server, "/page").robots_sha256 is None
    else:
        with pytest.raises(RefusedByPublisher, match=f"says {status}"):
            get(server, "/page")


def test_a_huge_robots_is_cut_not_refused(server):
    server.robots_status = 200
    server.robots = b"User-agent: *\nDisallow: /private\n" + b"# x\n" * 500_000
    with pytest.raises(RefusedByPublisher):
        get(server, "/private", max_bytes=1_000)


class Clock:
    def __init__(self):
        self.now, self.slept = 0.0, []

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds


@pytest.mark.parametrize(
    ("robots", "delay"), [(b"", 1.0), (b"User-agent: *\nCrawl-delay: 5", 5.0)]
)
def test_requests_to_a_host_keep_the_longer_delay(server, robots, delay):
    server.robots, server.robots_status = robots, 200
    clock = Clock()
    fetcher = open_fetcher(delay_seconds=1.0, clock=clock, sleep=clock.sleep)
    for _ in range(3):
        fetcher.fetch(Request(server.base + "/page"))
    assert clock.slept == [1.0, delay, delay]


def test_an_absurd_crawl_delay_is_a_no(server):
    server.robots, server.robots_status = b"User-agent: *\nCrawl-delay: 86400", 200
    with pytest.raises(RefusedByPublisher, match="86400 seconds"):
        get(server, "/page")


def test_threads_ask_a_host_one_after_the_other(server):
    fetcher = open_fetcher(delay_seconds=0.1)
    threads = [
        threading.Thread(target=fetcher.fetch, args=(Request(server.base + "/page"),))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    times = [moment for path, _, moment in server.seen if path == "/page"]
    assert all(later - earlier > 0.09 for earlier, later in itertools.pairwise(times))


@pytest.mark.parametrize(
    ("address", "public"),
    [
        (OPEN, True),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("192.0.2.1", False),
        ("fc00::1", False),
        ("ff02::1", False),
        ("::", False),
        ("2001:db8::1", False),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b::5db8:d70e", True),
        ("64:ff9b:1::1", False),
        ("2002:7f00:1::", False),
        ("fe80::1%eth0", False),
    ],
)
def test_public_addresses_are_told_from_the_others(address, public):
    assert is_public_address(address) is public


@given(st.binary(max_size=2_000), st.sampled_from(["gzip", "deflate", "gzip, deflate"]))
def test_what_was_packed_is_unpacked(data, encoding):
    packed = data
    for name in encoding.split(", "):
        packed = gzip.compress(packed) if name == "gzip" else zlib.compress(packed)
    assert inflate(packed, encoding, 10_000) == data


@given(st.binary(max_size=500), st.sampled_from(["gzip", "deflate", "br", "gzip, gzip"]))
def test_any_body_is_unpacked_or_refused(data, encoding):
    with contextlib.suppress(FetchError):
        assert len(inflate(data, encoding, 100)) <= 100


def test_layers_and_members_are_bounded():
    with pytest.raises(FetchError, match="4 times"):
        inflate(b"x", "gzip, gzip, gzip, gzip", 100)
    with pytest.raises(FetchError, match="parts"):
        inflate(gzip.compress(b"") * 101, "gzip", 100)
    assert inflate(gzip.compress(b"a") * 3, "gzip", 100) == b"aaa"


def test_bounds_are_checked():
    with pytest.raises(ValueError, match="max_bytes=0"):
        HttpFetcher(max_bytes=0)


def test_the_double_replays():
    gone = FetchError("gone")
    fetcher = ReplayFetcher(
        {"https://a.example/": b"x", "https://b.example/": [Response("u", 503), b"y", gone]}
    )
    assert fetcher.fetch(Request("https://a.example/")).content == b"x"
    statuses = [fetcher.fetch(Request("https://b.example/")).status for _ in range(2)]
    assert statuses == [503, 200]
    for _ in range(2):
        with pytest.raises(FetchError, match="gone"):
            fetcher.fetch(Request("https://b.example/"))
    with pytest.raises(FetchError, match="nothing was recorded"):
        fetcher.fetch(Request("https://c.example/"))
    assert len(fetcher.requests) == 6

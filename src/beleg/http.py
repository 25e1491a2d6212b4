"""The one door to the network: bounded, polite, and closed to private addresses.

:class:`Fetcher` is the port, one method wide. :class:`HttpFetcher` goes out;
:class:`ReplayFetcher` is its public double, which replays what was recorded and sends nothing.

What :class:`HttpFetcher` holds to on every hop of a redirect:

* **Bounds** on the time to connect, to the next byte, and in total (waiting for one's turn apart);
  on the size as sent and as decompressed; on the number of redirects.
* **Address guard**: a host is resolved here, every address is checked, and the connection goes to
  a checked address, never to the name again; a name server that changes its answer gains nothing.
  Numbers in any spelling (``127.1``, ``0x7f000001``, ``::ffff:10.0.0.1``) are checked as the
  address that they mean.
* **robots.txt** as RFC 9309 has it: 4xx allows, 5xx or silence refuses. Its hash is on the
  response.
* **Politeness**: one request per host at a time and a delay between two (the longer of ours and
  the publisher's Crawl-delay). No cookies; no proxy or credentials from the environment.
"""

from __future__ import annotations

import hashlib
import math
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from typing import Protocol
from urllib.parse import urljoin

import httpcore
import httpx
from protego import Protego

from beleg.errors import FetchError, RefusedByPublisher
from beleg.wire import (
    Connector,
    Deadline,
    Doors,
    GuardedBackend,
    Resolver,
    connect_address,
    inflate,
    read_bounded,
    resolve_host,
)

PRODUCT = "Beleg"
"""The name under which robots.txt may address us."""

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_ROBOTS_BYTES = 512 * 1024  # RFC 9309, 2.5: at least 500 KiB must be read
_ROBOTS_AGE_S = 24 * 3600  # RFC 9309, 2.4: no copy older than a day
_REFUSAL_AGE_S = 600  # a server that was down is asked again after ten minutes
_CONNECT_S, _READ_S = 10.0, 20.0  # longest wait for a connection, and for the next bytes
_MAX_REDIRECTS = 10
_LONGEST_DELAY_S = 300  # a longer Crawl-delay is a no to a program that runs while one waits


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for. Only GET follows redirects."""

    url: str
    headers: tuple[tuple[str, str], ...] = ()
    method: str = "GET"
    content: bytes | None = None
    obey_robots: bool = True
    """False only for interfaces that were made for programs and need a key."""
    patience_seconds: float = _READ_S
    """Longest wait for the next bytes; a model that thinks before it speaks needs more."""


@dataclass(frozen=True, slots=True)
class Response:
    """What came back, whatever its status: an error page is an answer too."""

    url: str
    """Where the last redirect led; without fragment."""
    status: int
    headers: tuple[tuple[str, str], ...] = ()
    content: bytes = b""
    """Decompressed."""
    robots_sha256: str | None = None
    """Hash of the robots.txt that allowed it; None where none was found or asked."""

    def header(self, name: str) -> str | None:
        """Give the first header of that name, upper or lower case, or None."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)


class Fetcher(Protocol):
    """Whatever brings a response for a request, or raises FetchError."""

    def fetch(self, request: Request) -> Response:
        """Bring the response."""
        ...


class ReplayFetcher:
    """Replay recorded responses; the double of :class:`HttpFetcher` for tests and examples.

    ``ReplayFetcher({"https://a.example/x": b"<html>..."})``. A value is a response, the bytes of
    one with status 200, or an error to raise; a sequence of them is replayed in turn, its last
    one for good. ``requests`` lists what was asked for.
    """

    def __init__(
        self,
        recorded: Mapping[
            str, Response | bytes | FetchError | list[Response | bytes | FetchError]
        ],
    ) -> None:
        self._recorded = recorded
        self.requests: list[Request] = []

    def fetch(self, request: Request) -> Response:
        """Bring what was recorded under the URL.

        Raises:
            FetchError: Nothing was recorded, or an error was.
        """
        earlier = sum(asked.url == request.url for asked in self.requests)
        self.requests.append(request)
        found = self._recorded.get(request.url)
        if isinstance(found, list):
            found = found[min(earlier, len(found) - 1)] if found else None
        if found is None:
            raise FetchError(f"{request.url}: nothing was recorded.", "Record it first.")
        if isinstance(found, FetchError):
            raise found
        if isinstance(found, bytes):
            return Response(request.url, 200, (), found)
        return found


@dataclass(frozen=True, slots=True)
class Robots:
    """A host's robots.txt as it stood when asked."""

    url: str
    status: int | None
    """None where the server could not be reached."""
    sha256: str | None
    """Of the file; None where there is none."""
    rules: Protego | None
    """None: everything is allowed, or nothing (see status)."""
    expires_at: float

    @property
    def allows_nothing(self) -> bool:
        """True where the server failed: RFC 9309, 2.3.1.4."""
        return self.status is None or self.status >= 500


def own_user_agent(contact: str | None = None) -> str:
    """Name the program honestly: ``Beleg/0.1.0 (+https://contact.example)``."""
    try:
        number = version("beleg")
    except PackageNotFoundError:  # run from a source tree that was never installed
        number = "source"
    return f"{PRODUCT}/{number}" + (f" (+{contact})" if contact else "")


@dataclass(slots=True)
class _Turn:
    """Who may ask a host, and from when on."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    free_at: float = -math.inf


class HttpFetcher:
    """Fetch over the network as the head of this module says. Safe to share among threads.

    Args:
        contact: Where a publisher can read who fetches, for the user agent.
        delay_seconds: Least pause between two requests to a host, >= 0.
        max_bytes: Most bytes of a body, as sent and as decompressed, > 0.
        timeout_seconds: Most time for a fetch, waiting for one's turn apart, > 0.
        allow_private: Let private addresses in: for one's own staging system or a test.
        clock, sleep: Monotonic seconds, and waiting.
        resolve, connect: Name to addresses; address, port and timeout to a stream.
    """

    def __init__(  # noqa: PLR0913 # four of them are for tests and stay at their default
        self,
        *,
        contact: str | None = None,
        delay_seconds: float = 1.0,
        max_bytes: int = 20_000_000,
        timeout_seconds: float = 60.0,
        allow_private: bool = False,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        resolve: Resolver = resolve_host,
        connect: Connector = connect_address,
    ) -> None:
        if not (delay_seconds >= 0 and max_bytes > 0 and timeout_seconds > 0):
            raise ValueError(
                f"{delay_seconds=} must be >= 0, {max_bytes=} and {timeout_seconds=} > 0"
            )
        self.user_agent = own_user_agent(contact)
        self._delay_s, self._max_bytes, self._total_s = delay_seconds, max_bytes, timeout_seconds
        self._clock, self._sleep = clock, sleep
        self._doors = Doors(resolve, connect, allow_private)
        self._ssl = httpcore.default_ssl_context()
        self._guard = threading.Lock()
        self._turns: dict[str, _Turn] = {}
        self._robots: dict[str, Robots] = {}

    def fetch(self, request: Request) -> Response:
        """Bring the response of a URL, after redirects.

        Raises:
            RefusedByPublisher: robots.txt or the address guard says no.
            FetchError: No response within the bounds.
        """
        url = _parse_url(request.url)
        left = self._total_s
        for _ in range(_MAX_REDIRECTS + 1):
            robots = self._allowing_robots(url) if request.obey_robots else None
            with self._turn(url.host, self._delay(url, robots)):
                started_at = self._clock()
                response = self._exchange(url, request, left)
                left -= self._clock() - started_at
            location = response.header("location")
            if request.method != "GET" or response.status not in _REDIRECTS or not location:
                found = robots.sha256 if robots else None
                return Response(
                    response.url, response.status, response.headers, response.content, found
                )
            url = _next_url(url, location)
        raise FetchError(
            f"{request.url}: more than {_MAX_REDIRECTS} redirects.",
            "Open the page in a browser and give the URL where it ends.",
        )

    def robots_of(self, url: str) -> Robots:
        """Give the robots.txt of a URL's host, fetched at most once a day."""
        parsed = _parse_url(url)
        address = str(parsed.copy_with(raw_path=b"/robots.txt", fragment=None))
        with self._guard:
            known = self._robots.get(address)
        if known is None or known.expires_at <= self._clock():
            known = self._fetch_robots(address)
            with self._guard:
                self._robots[address] = known
        return known

    def _fetch_robots(self, address: str) -> Robots:
        url, status, content, left = _parse_url(address), None, b"", self._total_s
        try:
            for _ in range(_MAX_REDIRECTS + 1):
                with self._turn(url.host, self._delay_s):
                    started_at = self._clock()
                    response = self._exchange(url, Request(str(url)), left, cut_at=_ROBOTS_BYTES)
                    left -= self._clock() - started_at
                location = response.header("location")
                if response.status not in _REDIRECTS or not location:
                    status, content = response.status, response.content
                    break
                url = _next_url(url, location)
            else:
                status = 404  # RFC 9309, 2.3.1.2: too many redirects are "unavailable"
        except RefusedByPublisher:
            raise
        except FetchError:
            status = None  # unreachable: told apart below from "there is none"
        is_there = status is not None and 200 <= status < 300
        failed = status is None or status >= 500
        return Robots(
            url=address,
            status=status,
            sha256=hashlib.sha256(content).hexdigest() if is_there else None,
            rules=Protego.parse(content.decode("utf-8-sig", "replace")) if is_there else None,
            expires_at=self._clock() + (_REFUSAL_AGE_S if failed else _ROBOTS_AGE_S),
        )

    def _allowing_robots(self, url: httpx.URL) -> Robots:
        robots = self.robots_of(str(url))
        if robots.allows_nothing:
            state = "cannot be reached" if robots.status is None else f"says {robots.status}"
            raise RefusedByPublisher(
                f"{robots.url} {state}, so nothing may be fetched there now.", "Try again later."
            )
        if robots.rules is not None and not robots.rules.can_fetch(str(url), PRODUCT):
            raise RefusedByPublisher(
                f"{url}: {robots.url} does not allow it to {PRODUCT}.",
                "Ask the publisher, or collect a file that you may use.",
            )
        return robots

    def _delay(self, url: httpx.URL, robots: Robots | None) -> float:
        """Give the seconds between two requests to the host of a URL."""
        asked = robots.rules.crawl_delay(PRODUCT) if robots and robots.rules else None
        if asked is None or not asked >= 0:  # "not >=" also turns away nan
            return self._delay_s
        if asked > _LONGEST_DELAY_S:
            raise RefusedByPublisher(
                f"{url.host} asks for {asked:g} seconds between two requests.",
                "Collect its feed, or files, instead of its pages.",
            )
        return max(self._delay_s, float(asked))

    @contextmanager
    def _turn(self, host: str, delay: float) -> Iterator[None]:
        with self._guard:
            turn = self._turns.setdefault(host, _Turn())
        with turn.lock:
            wait = turn.free_at - self._clock()
            if wait > 0:
                self._sleep(wait)
            try:
                yield
            finally:
                turn.free_at = self._clock() + delay

    def _exchange(
        self, url: httpx.URL, request: Request, left: float, cut_at: int | None = None
    ) -> Response:
        """Send one request and read its response within the bounds; follow nothing."""
        deadline = Deadline(self._clock() + left, self._clock)
        timeouts = {"connect": _CONNECT_S, "read": request.patience_seconds, "write": _READ_S}
        headers = [
            ("Host", url.netloc.decode("ascii")),
            ("User-Agent", self.user_agent),
            ("Accept-Encoding", "gzip, deflate"),
            ("Connection", "close"),
            *request.headers,
        ]
        target = httpcore.URL(
            scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
        )
        size = cut_at or self._max_bytes
        backend = GuardedBackend(self._doors, deadline)
        try:
            with (
                httpcore.ConnectionPool(ssl_context=self._ssl, network_backend=backend) as pool,
                pool.stream(
                    request.method,
                    target,
                    headers=headers,
                    content=request.content,
                    extensions={"timeout": timeouts},
                ) as reply,
            ):
                found = tuple((k.decode("latin-1"), v.decode("latin-1")) for k, v in reply.headers)
                body = read_bounded(reply.iter_stream(), size, cut_at)
            response = Response(str(url), reply.status, found)
            encoding = response.header("content-encoding") or ""
            content = inflate(body, encoding, size, partial=cut_at is not None)
        except RefusedByPublisher:
            raise
        except FetchError as error:
            raise FetchError(f"{url}: {error.message}", error.remedy) from error
        except httpcore.TimeoutException as error:
            raise FetchError(f"{url}: no answer in time ({error}).", "Try again later.") from error
        except (httpcore.NetworkError, httpcore.ProtocolError) as error:
            raise FetchError(f"{url}: {error}.", "Check the address, or try later.") from error
        return Response(response.url, response.status, found, content)


def _parse_url(text: str) -> httpx.URL:
    """Read an http(s) URL with a host and without credentials; the fragment goes."""
    try:
        url = httpx.URL(text)
    except (httpx.InvalidURL, ValueError) as error:
        raise FetchError(f"{text!r} is no URL ({error}).", "Give one with http(s)://.") from error
    if url.scheme not in ("http", "https") or not url.host:
        raise FetchError(f"{text!r} is no web address.", "Give one with http(s)://.")
    if url.userinfo:
        raise FetchError(
            f"{url.host}: the URL carries a password.", "Leave it out: it would be stored."
        )
    return url.copy_with(fragment=None)


def _next_url(url: httpx.URL, location: str) -> httpx.URL:
    """Resolve a redirect; servers also send names in plain UTF-8, which headers carry as Latin-1.

    Raises:
        FetchError: It leads to no web address.
    """
    with suppress(UnicodeError):  # then it was Latin-1, or had been decoded before
        location = location.encode("latin-1").decode("utf-8")
    try:
        return _parse_url(urljoin(str(url), location))
    except ValueError as error:
        raise FetchError(f"{url}: redirects to {location!r}, no URL.", "Try later.") from error

"""What the door to the network stands on: open addresses, deadlines, and bodies within bounds.

:mod:`beleg.http` is the door.
"""

from __future__ import annotations

import ipaddress
import queue
import socket
import ssl
import threading
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import httpcore

from beleg.errors import FetchError, RefusedByPublisher

_IPV6_GLOBAL = ipaddress.ip_network("2000::/3")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_MAX_LAYERS = 3
_MAX_MEMBERS = 100  # each costs a copy of the rest: without a bound, time grows with its square
_TOO_LARGE = "Raise the size bound if the page is meant to be that large."


def is_public_address(address: str) -> bool:
    """Tell whether an IP address is one of the open internet.

    Private, loopback, link-local, shared, reserved, multicast and documentation ranges are not;
    an IPv6 address that carries an IPv4 one (mapped, 6to4, Teredo, NAT64) is as public as that.

    Raises:
        ValueError: The text is no IP address.
    """
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        carried = [ip.ipv4_mapped, ip.sixtofour, *(ip.teredo or ())]
        if ip in _NAT64:
            carried.append(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF))
        found = [str(one) for one in carried if one is not None]
        if found:
            return all(is_public_address(one) for one in found)
        if ip not in _IPV6_GLOBAL:
            return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved)


def inflate(data: bytes, encoding: str, limit: int, *, partial: bool = False) -> bytes:
    """Undo a Content-Encoding (gzip, deflate, identity or a list of them), within a bound.

    Args:
        data: The body as sent.
        encoding: The header's value.
        limit: Most bytes that any step may yield.
        partial: Take what a body cut short yields, and cut at the limit.

    Raises:
        FetchError: Another encoding, a broken body, or more than ``limit``.
    """
    names = [name.strip().lower() for name in encoding.split(",") if name.strip()]
    if len(names) > _MAX_LAYERS:
        raise FetchError(f"the body is packed {len(names)} times over.", "Tell the publisher.")
    for name in reversed([name for name in names if name != "identity"]):
        if name not in ("gzip", "x-gzip", "deflate"):
            raise FetchError(
                f"encoding {name!r} was sent, which was not asked for.", "Tell the publisher."
            )
        try:
            data = _inflate_once(data, name, limit, partial=partial)
        except zlib.error as error:
            raise FetchError(
                f"the {name} body is broken ({error}).", "Try again later."
            ) from error
    return data


def _inflate_once(data: bytes, name: str, limit: int, *, partial: bool) -> bytes:
    """Inflate one layer; gzip may consist of several members."""
    # "deflate" is meant with a zlib header (RFC 9110, 8.4.1.2), but is often sent without.
    has_header = data[:1] and data[0] & 0x0F == 8 and int.from_bytes(data[:2], "big") % 31 == 0
    window = (zlib.MAX_WBITS if has_header else -zlib.MAX_WBITS) if name == "deflate" else 31
    parts, size = [], 0
    for _ in range(_MAX_MEMBERS):
        if not data:
            break
        inflater = zlib.decompressobj(window)
        part = inflater.decompress(data, limit - size + 1)
        parts.append(part)
        size += len(part)
        if size > limit:
            if partial:
                break
            raise FetchError(f"the body inflates to more than {limit} bytes.", _TOO_LARGE)
        if not inflater.eof:
            if partial:
                break
            raise FetchError(f"the {name} body ends too early.", "Try again later.")
        # What follows the last member and is no member is padding, which gzip itself ignores.
        data = inflater.unused_data if inflater.unused_data.startswith(b"\x1f\x8b") else b""
    if data and not partial:
        raise FetchError(f"the body has more than {_MAX_MEMBERS} parts.", "Tell the publisher.")
    return b"".join(parts)[:limit]


def read_bounded(chunks: Iterable[bytes], limit: int, cut_at: int | None) -> bytes:
    """Join what is sent up to a limit.

    Args:
        chunks: The body as it comes in.
        limit: Most bytes that are taken.
        cut_at: None to refuse a longer body; else it is cut at the limit.

    Raises:
        FetchError: The body is longer and may not be cut.
    """
    parts, size = [], 0
    for chunk in chunks:
        parts.append(chunk)
        size += len(chunk)
        if size > limit:
            if cut_at is None:
                raise FetchError(f"more than {limit} bytes are sent.", _TOO_LARGE)
            break
    return b"".join(parts)[:limit]


Resolver = Callable[[str, int], list[str]]
Connector = Callable[[str, int, float], httpcore.NetworkStream]


def resolve_host(host: str, port: int) -> list[str]:
    """Ask the system for the addresses of a host, in its order of preference."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


_NO_NAME = frozenset({socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)})


def is_known_host(host: str, resolve: Resolver = resolve_host) -> bool | None:
    """Say whether there is a host of that name; None where the name server gives no answer."""
    try:
        return bool(resolve(host, 443))
    except socket.gaierror as error:
        return False if error.errno in _NO_NAME else None
    except OSError:
        return None


def connect_address(address: str, port: int, timeout: float) -> httpcore.NetworkStream:
    """Open a connection to an IP address; no name is looked up."""
    return httpcore.SyncBackend().connect_tcp(address, port, timeout=timeout)


@dataclass(frozen=True, slots=True)
class Deadline:
    """When an exchange must be over, on whichever clock."""

    at: float
    clock: Callable[[], float]

    def bound(self, timeout: float | None) -> float:
        """Give the seconds left, at most ``timeout``."""
        left = self.at - self.clock()
        if left <= 0:
            raise httpcore.ReadTimeout("the total time is up")
        return left if timeout is None else min(left, timeout)


class _TimedStream(httpcore.NetworkStream):
    """A stream whose every step ends with the deadline; slow drips cannot stretch it."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream, self._deadline = stream, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.bound(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.bound(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        bounded = self._deadline.bound(timeout)
        inner = self._stream.start_tls(ssl_context, server_hostname, bounded)
        return _TimedStream(inner, self._deadline)

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)


class GuardedBackend(httpcore.NetworkBackend):
    """Resolve, check every address, connect to a checked one."""

    def __init__(self, doors: Doors, deadline: Deadline) -> None:
        self._doors, self._deadline = doors, deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,  # noqa: ARG002 # the port of httpcore; never set here
        socket_options: Iterable[object] | None = None,  # noqa: ARG002 # likewise
    ) -> httpcore.NetworkStream:
        """Connect to the first address that answers, if all of them may be reached.

        Raises:
            RefusedByPublisher: One of the addresses is not public.
        """
        addresses = _resolve_in_time(
            self._doors.resolve, host, port, self._deadline.bound(timeout)
        )
        if not self._doors.allow_private:
            for address in addresses:
                if not is_public_address(address):
                    raise RefusedByPublisher(
                        f"{host}: its address {address} is not one of the open internet.",
                        "Add --allow-private if the host is one of your own.",
                    )
        failure: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in addresses:
            try:
                stream = self._doors.connect(address, port, self._deadline.bound(timeout))
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _TimedStream(stream, self._deadline)
        raise failure


@dataclass(frozen=True, slots=True)
class Doors:
    """What opens connections, and what may be connected to."""

    resolve: Resolver
    connect: Connector
    allow_private: bool


def _resolve_in_time(resolve: Resolver, host: str, port: int, timeout: float) -> list[str]:
    """Resolve in a thread of its own, because the system's resolver knows no time limit."""
    answers: queue.Queue[list[str] | OSError | UnicodeError] = queue.Queue()

    def work() -> None:
        try:
            answers.put(resolve(host, port))
        except (OSError, UnicodeError) as error:
            answers.put(error)

    threading.Thread(target=work, daemon=True).start()
    try:
        answer = answers.get(timeout=timeout)
    except queue.Empty:
        raise httpcore.ConnectTimeout(f"{host} was not resolved in time") from None
    if isinstance(answer, Exception):
        raise httpcore.ConnectError(f"{host} has no address ({answer})") from answer
    return answer

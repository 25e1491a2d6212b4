"""Where the links of the answers lead: asked for politely, once each, and written down.

A page counts as gone only where its server says so (404, 410), a host only where the resolver
knows no such name. All else that brings no page (a robots.txt that says no, a server that fails
or is silent, a network that is down) leaves it unknown: nothing is said of such a link.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice

import pyarrow as pa
import pyarrow.compute as pc

from beleg.errors import FetchError
from beleg.http import Fetcher, Request
from beleg.records import LinkState
from beleg.store import Progress, Workspace
from beleg.tables import LinkCheck, to_arrow
from beleg.urls import host_of
from beleg.wire import Resolver, is_known_host, resolve_host

BATCH = 50
"""Links a commit: what a kill loses takes less than a minute."""


def check_link(
    page: str, fetcher: Fetcher, now: datetime, resolve: Resolver = resolve_host
) -> LinkCheck:
    """Ask for a page, and say what is there."""
    try:
        status = fetcher.fetch(Request(page)).status
    except FetchError:
        host = host_of(page)
        is_missing = host is not None and is_known_host(host, resolve) is False
        state = LinkState.NO_HOST if is_missing else LinkState.UNKNOWN
        return LinkCheck(page, state, None, now)
    if status in (404, 410):
        state = LinkState.GONE
    else:
        state = LinkState.UNKNOWN if status >= 500 else LinkState.ALIVE
    return LinkCheck(page, state, status, now)


def list_pages(citations: pa.Table) -> list[str]:
    """List the pages of all links that answers show, those shown most often first."""
    shown = citations.filter(citations["shown"])
    pages = pc.coalesce(shown["canonical_url"], shown["url"])
    counted = pa.table({"page": pages}).group_by("page").aggregate([([], "count_all")])
    order = [("count_all", "descending"), ("page", "ascending")]
    listed: list[str] = counted.sort_by(order)["page"].to_pylist()
    return [page for page in listed if page.startswith(("http://", "https://"))]


def take_links(
    workspace: Workspace,
    fetcher: Fetcher,
    *,
    limit: int | None,
    again: bool,
    clock: Callable[[], datetime],
    on_progress: Progress,
) -> list[LinkCheck]:
    """Check the links that answers show, and commit them in batches.

    Args:
        workspace: Open for writing.
        fetcher: The door to the network.
        limit: Most links to check now; None checks all.
        again: Check those too that were checked before.
        clock: Tells the time.
        on_progress: Told after each link.

    Returns:
        What was found now. A killed run goes on where it was.
    """
    known = {row.page: row for row in workspace.rows(LinkCheck)}
    listed = list_pages(workspace.arrow("citations"))
    due = [page for page in listed if again or page not in known][:limit]
    fresh: list[LinkCheck] = []
    for batch in _batches(_take_turns(due)):
        for page in batch:
            fresh.append(check_link(page, fetcher, clock()))
            known[page] = fresh[-1]
            on_progress("links", len(fresh), len(due))
        workspace.commit({"link_checks": to_arrow(known.values(), LinkCheck)}, source="links")
    return fresh


def _take_turns(pages: Sequence[str]) -> Iterator[str]:
    """Go round the hosts, so that the pause between two requests to one is rarely waited for."""
    waiting: dict[str | None, list[str]] = {}
    for page in reversed(pages):
        waiting.setdefault(host_of(page), []).append(page)
    while waiting:
        for host in list(waiting):
            yield waiting[host].pop()
            if not waiting[host]:
                del waiting[host]


def _batches(pages: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(pages)
    while batch := list(islice(rest, BATCH)):
        yield batch

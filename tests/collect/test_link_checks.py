"""Links are asked for once each; only what is said to be gone is gone."""

import socket
from datetime import UTC, datetime

import pytest

from beleg.collect.link_checks import check_link, list_pages, take_links
from beleg.errors import FetchError, RefusedByPublisher
from beleg.http import HttpFetcher, ReplayFetcher, Response
from beleg.records import Citation, LinkState
from beleg.store import Workspace, create_workspace
from beleg.tables import LinkCheck, to_arrow

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
PAGE = "https://haus.example/a"


def link(answer_id, url, *, shown=True):
    return Citation(answer_id, 1, url, url, "haus.example", None, None, None, False, shown, None)


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (200, "alive"),
        (403, "alive"),
        (429, "alive"),
        (404, "gone"),
        (410, "gone"),
        (503, "unknown"),
    ],
)
def test_a_status_says_what_is_there(status, state):
    fetcher = ReplayFetcher({PAGE: Response(PAGE, status)})
    assert check_link(PAGE, fetcher, NOW) == LinkCheck(PAGE, LinkState(state), status, NOW)


@pytest.mark.parametrize("error", [FetchError("slow", ""), RefusedByPublisher("no", "")])
def test_what_may_not_or_cannot_be_asked_stays_unknown(error):
    found = check_link(PAGE, ReplayFetcher({PAGE: error}), NOW, lambda *_: ["192.0.2.1"])
    assert (found.state, found.status) == (LinkState.UNKNOWN, None)


@pytest.mark.parametrize(
    ("errno", "state"), [(socket.EAI_NONAME, "no_host"), (socket.EAI_AGAIN, "unknown")]
)
def test_a_name_that_nobody_knows_is_told_from_a_silent_name_server(errno, state):
    def resolve(_host, _port):
        raise socket.gaierror(errno, "no")

    fetcher = HttpFetcher(resolve=resolve, delay_seconds=0)
    assert check_link(PAGE, fetcher, NOW, resolve).state == LinkState(state)


def test_links_are_checked_once_and_a_second_run_goes_on(tmp_path):
    create_workspace(tmp_path / "w", "")
    pages = [f"https://haus.example/{n}" for n in range(3)]
    citations = [link("a", pages[1]), link("b", pages[1]), link("a", pages[0])]
    citations += [link("c", pages[2], shown=False)]
    fetcher = ReplayFetcher({pages[1]: b"there", pages[0]: Response(pages[0], 404)})
    with Workspace(tmp_path / "w", write=True) as workspace:
        workspace.commit({"citations": to_arrow(citations, Citation)}, source="s")
        assert list_pages(workspace.arrow("citations")) == [pages[1], pages[0]]

        def take(limit=None, *, again=False):
            told = []
            options = {"limit": limit, "again": again, "clock": lambda: NOW}
            found = take_links(
                workspace, fetcher, on_progress=lambda *p: told.append(p), **options
            )
            assert len(told) == len(found)
            return [row.page for row in found]

        assert take(1) == [pages[1]]
        assert take() == [pages[0]]
        assert take() == []
        assert sorted(take(again=True)) == pages[:2]
        states = {row.page: row.state for row in workspace.rows(LinkCheck)}
    assert states == {pages[0]: LinkState.GONE, pages[1]: LinkState.ALIVE}

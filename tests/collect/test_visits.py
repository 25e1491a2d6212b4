"""Exports of GA4 and Matomo become rows of visits; nothing is counted twice, nothing is silent."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, strategies as st

from beleg.cli.main import main
from beleg.collect.visits import VisitsRead, read_visits
from beleg.errors import InputError
from beleg.records import Problem, Visit
from beleg.store import Workspace
from beleg.traffic import engine_of, family_of, settle

AT = datetime(2026, 11, 24, tzinfo=UTC)
HOST = "der-anker.example"


def _read(text: str | bytes, **given: Any) -> VisitsRead:
    data = text.encode() if isinstance(text, str) else text
    return read_visits(data, name="export", raw_ref="0" * 64, collected_at=AT, **given)


def _sums(read: VisitsRead) -> list[tuple[str, str, int, float | None]]:
    return [
        (row.starts_on.isoformat(), row.engine, row.sessions, row.subscriptions)
        for row in read.visits
    ]


GA4_EXPLORATION = f"""# ----------------------------------------
# KI-Besuche
# 20261109-20261122
# ----------------------------------------

Datum,Sitzungsquelle,Hostname,Zielseite,Sitzungen,Schlüsselereignisse
,,,,"1.305","9,5",Gesamtsumme
20261115,chatgpt.com,www.{HOST},/a,"1.234","3,5"
20261115,chatgpt.com,{HOST},/b,6,1
20261115,google,{HOST},/a,50,5
20261116,perplexity,{HOST},/a,15,0
"""


def test_an_exploration_in_german_is_read() -> None:
    read = _read(GA4_EXPLORATION)
    assert _sums(read) == [
        ("2026-11-15", "chatgpt", 1240, 4.5),
        ("2026-11-16", "perplexity", 15, 0.0),
    ]
    assert {row.host for row in read.visits} == {HOST}
    assert (read.n_other, read.n_totals, read.problems) == (1, 1, [])


def test_a_report_with_iso_weeks_and_source_medium_is_read() -> None:
    read = _read(
        "# Account: Anker\n# Start date: 20261101\n# End date: 20261130\n"
        "ISO week of ISO year,Session source / medium,Full page URL,Sessions\n"
        f"202647,chatgpt.com / referral,https://{HOST}/a?utm_source=chatgpt.com,7\n"
        f"202647,(direct) / (none),https://{HOST}/b?utm_source=chatgpt.com,2\n"
        "Total,,,9\n"
    )
    row = read.visits[0]
    assert (row.starts_on, row.ends_on) == (date(2026, 11, 16), date(2026, 11, 22))
    assert (row.sessions, row.subscriptions, row.source) == (9, None, "chatgpt.com")
    assert (len(read.visits), read.n_totals) == (1, 1)


def test_a_period_of_one_week_above_the_table_is_its_period() -> None:
    text = "# Startdatum: 20261116\n# Enddatum: {}\nQuelle,Sitzungen\nclaude.ai,3\n"
    read = _read(text.format("20261122"), host=HOST)
    assert _sums(read) == [("2026-11-16", "claude", 3, None)]
    longer = _read(text.format("20261123"), host=HOST)
    assert longer.visits == []
    assert "more than one ISO week" in longer.problems[0].message
    assert longer.problems[0].line == 4


def test_the_data_api_is_read() -> None:
    report = {
        "dimensionHeaders": [{"name": "isoYearIsoWeek"}, {"name": "sessionSource"}],
        "metricHeaders": [{"name": "sessions"}, {"name": "keyEvents"}],
        "rows": [
            {
                "dimensionValues": [{"value": "202647"}, {"value": "gemini.google.com"}],
                "metricValues": [{"value": "12"}, {"value": "1"}],
            }
        ],
        "totals": [{"metricValues": [{"value": "12"}, {"value": "1"}]}],
    }
    assert _sums(_read(json.dumps(report), host=HOST)) == [("2026-11-16", "gemini", 12, 1.0)]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-8-sig"])
def test_matomo_as_tsv_is_read(encoding: str) -> None:
    text = "label\tnb_visits\tnb_conversions\nChatGPT\t5\t1\nPerplexity\t2\t\n"
    read = _read(text.encode(encoding), host=HOST, period="2026-11-15")
    assert _sums(read) == [
        ("2026-11-15", "chatgpt", 5, 1.0),
        ("2026-11-15", "perplexity", 2, None),
    ]


def test_matomo_as_json_and_its_visits_log_are_read() -> None:
    by_week = {"2026-11-16,2026-11-22": [{"label": "Claude", "nb_visits": 4}]}
    assert _sums(_read(json.dumps(by_week), host=HOST)) == [("2026-11-16", "claude", 4, None)]
    visit = {
        "serverDate": "2026-11-15",
        "referrerName": "Copilot",
        "referrerUrl": "https://copilot.microsoft.com/",
        "goalConversions": 1,
        "actionDetails": [{"url": f"https://www.{HOST}/a"}],
    }
    assert _sums(_read(json.dumps([visit, visit]))) == [("2026-11-15", "copilot", 2, 2.0)]
    with pytest.raises(InputError, match="token"):
        _read(json.dumps({"result": "error", "message": "token"}))


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("15/11/2026,chatgpt.com,a.example,1", "period '15/11/2026'"),
        ("20261315,chatgpt.com,a.example,1", "period '20261315'"),
        ("20261115,chatgpt.com,a.example,many", "no number"),
        ("20261115,chatgpt.com,a.example,0.5", "not whole"),
        ("20261115,chatgpt.com,(not set),1", "no host"),
    ],
)
def test_a_bad_row_is_a_problem_with_its_line(row: str, said: str) -> None:
    read = _read(f"Date,Session source,Hostname,Sessions\n{row}\n20261115,claude.ai,a.example,1\n")
    assert [problem.line for problem in read.problems] == [2]
    assert said in read.problems[0].message
    assert read.problems[0].remedy
    assert len(read.visits) == 1


def test_weeks_that_begin_on_sundays_are_refused() -> None:
    read = _read("Week,Source,Hostname,Sessions\n47,chatgpt.com,a.example,1\n")
    assert read.visits == []
    assert "ISO week" in read.problems[0].remedy


def test_a_file_without_the_columns_is_refused_and_says_which_it_has() -> None:
    with pytest.raises(InputError, match="columns: country, users"):
        _read("Country,Users\nDE,1\n")
    with pytest.raises(InputError, match="--period"):
        _read("Source,Sessions\nclaude.ai,1\n", host=HOST, period="autumn")


@given(st.integers(0, 10**9), st.sampled_from([",", ".", " ", "’", ""]))
def test_thousands_separators_change_no_number(n: int, separator: str) -> None:
    text = f"{n:,}".replace(",", separator)
    data = json.dumps([{"date": "20261115", "source": "claude.ai", "sessions": text}])
    assert [row.sessions for row in _read(data, host=HOST).visits] == [n]


def test_sources_and_engines_meet() -> None:
    for source in ("chatgpt.com", "https://chatgpt.com/c/1", "ChatGPT", "www.chat.openai.com"):
        assert engine_of(source) == "chatgpt"
    for source in ("google", "bing.com", "notchatgpt.com", "you", "meta"):
        assert engine_of(source) is None
    assert family_of("chatgpt_search_200") == "chatgpt"
    assert family_of("google_ai_overview") == "google_ai_overview"


def _visit(raw: str, at: int, first: int, n_days: int, source: str = "claude.ai") -> Visit:
    start = date(2026, 11, first)
    end = start + timedelta(days=n_days - 1)
    when = AT + timedelta(hours=at)
    return Visit(raw, raw, HOST, start, end, source, "claude", 1, None, when)


@given(
    st.lists(
        st.builds(
            _visit,
            st.sampled_from("abc"),
            st.integers(0, 2),
            st.integers(1, 20),
            st.integers(1, 7),
            st.sampled_from(["claude.ai", "Claude.ai", "Claude"]),
        ),
        max_size=12,
    )
)
def test_no_day_of_a_host_and_source_is_counted_twice(visits: list[Visit]) -> None:
    kept, left = settle(visits)
    assert len(kept) + len(left) == len(visits)
    days = [
        (row.source.casefold(), row.starts_on + timedelta(days=n))
        for row in kept
        for n in range((row.ends_on - row.starts_on).days + 1)
    ]
    assert len(days) == len(set(days))
    assert not visits or max(visits, key=lambda v: v.collected_at).collected_at in {
        row.collected_at for row in kept
    }


def _run(folder: Path, *args: str) -> str:
    result = CliRunner().invoke(main, ["-C", str(folder), *args])
    assert result.exit_code == 0, result.output
    return result.output


def test_the_latest_export_holds_and_the_same_file_counts_once(tmp_path: Path) -> None:
    folder = tmp_path / "ws"
    CliRunner().invoke(main, ["init", str(folder)])
    head = "Date,Session source,Hostname,Sessions\n"
    first, then = tmp_path / "first.csv", tmp_path / "then.csv"
    first.write_text(f"{head}20261115,claude.ai,{HOST},5\n20261116,claude.ai,{HOST},1\n")
    then.write_text(f"{head}20261115,claude.ai,{HOST},8\n")
    _run(folder, "collect", "visits", str(first), str(first))
    assert "1 rows of first.csv" in _run(folder, "collect", "visits", str(then))
    said = json.loads(_run(folder, "measure", "visits", "--json"))
    assert [(row["week"], row["visits"], row["days"]) for row in said["rows"]] == [
        ("2026-W46", 8, 1),
        ("2026-W47", 1, 1),
    ]
    assert said["n_overlapping_rows"] == 1
    assert {row["links"] for row in said["rows"]} == {None}
    before = {row.sessions for row in Workspace(folder).rows(Visit)}
    _run(folder, "collect", "again")
    assert {row.sessions for row in Workspace(folder).rows(Visit)} == before
    assert len(Workspace(folder).rows(Problem)) == 1

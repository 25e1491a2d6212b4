"""The main job on a small alliance: whole, twice, killed, and with bad input."""

import gzip
import http.server
import json
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from beleg.cli import main
from beleg.records import Answer, Document, Estimate, Origin, Payout, Pot, Problem, Status
from beleg.store import Workspace

SETTINGS = """
[[publishers]]
id = "anker"
name = "Der Anker"
domains = ["der-anker.example"]
mandate = "paid"

[[publishers]]
id = "bote"
name = "Münsterbote"
domains = ["münsterbote.example"]

[[pots]]
id = "press"
period = "2026-11"
amount = "{amount}"
existence = "published"
"""

SENTENCES = [
    "Der Stadtrat von Lindau hat den Bau der neuen Brücke am Kanal mit 24 Stimmen gebilligt.",
    "Die Stadtwerke Lindau senken zum Januar den Preis für Fernwärme um 12,5 Prozent.",
    "Das Klinikum Lindau schließt im Frühjahr seine Geburtshilfe und verlegt sie nach Wangen.",
]

PAGE = """<!doctype html><html lang="de"><head><title>{title}</title>
<link rel="canonical" href="https://{host}/{slug}">
<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "{title}",
"datePublished": "2026-11-02T08:00:00+01:00"}}</script></head><body><article><h1>{title}</h1>
<p>{text}</p><p>Das teilte die Stadt am Montag mit. Mehr als hundert Menschen verfolgten die
Sitzung im Rathaus, viele von ihnen standen auf den Fluren. Die Debatte dauerte bis in den späten
Abend, ehe die Sitzung geschlossen wurde.</p></article></body></html>"""


def _answer(question: str, text: str, day: int, *links: str) -> dict:
    return {
        "question": question,
        "engine": "orakel",
        "text": text,
        "asked_at": f"2026-11-{day:02}T10:00:00Z",
        "citations": [{"url": url} for url in links],
    }


ANSWERS = [
    _answer("Was ist mit der Brücke?", SENTENCES[0], 9, "https://der-anker.example/bruecke"),
    _answer("Was kostet Fernwärme?", SENTENCES[1], 9, "https://xn--mnsterbote-9db.example/waerme"),
    _answer("Was wird aus dem Klinikum?", SENTENCES[2], 10),
    _answer("Was ist neu?", "Der Mond besteht nach neuesten Messungen ganz aus Käse.", 10),
]


def beleg(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["-C", str(folder), *arguments])


def done(result: Result) -> str:
    assert result.exit_code == 0, result.output
    return result.output


def fill(folder: Path, amount: str = "100.00 EUR", settings: str = SETTINGS) -> None:
    done(beleg(folder, "init"))
    (folder / "beleg.toml").write_text(settings.format(amount=amount), encoding="utf-8")
    pages = folder / "pages"
    pages.mkdir()
    for host, slug, text in [
        ("der-anker.example", "bruecke", SENTENCES[0]),
        ("münsterbote.example", "waerme", SENTENCES[1]),
        ("der-anker.example", "klinikum", SENTENCES[2]),
    ]:
        page = PAGE.format(title=f"Neues: {slug}", host=host, slug=slug, text=text)
        (pages / f"{slug}.html").write_text(page, encoding="utf-8")
    (folder / "answers.jsonl").write_text("\n".join(map(json.dumps, ANSWERS)), encoding="utf-8")
    done(beleg(folder, "collect", "pages", str(pages)))
    done(beleg(folder, "collect", "answers", str(folder / "answers.jsonl")))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole")
    fill(folder)
    done(beleg(folder, "run"))
    return folder


def test_a_statement_becomes_a_receipt(whole: Path) -> None:
    workspace = Workspace(whole)
    payouts = {(p.payee, p.publisher_id): p for p in workspace.rows(Payout)}
    assert sum(p.assigned_minor for p in payouts.values()) == 10_000
    assert payouts["anker", "anker"].paid_minor > 4_000  # two of four answers rest on it
    assert payouts["no_mandate", "bote"].withheld_minor > 2_000
    assert payouts["unsupported", None].withheld_minor > 2_000  # the moon
    verified = beleg(whole, "verify", str(whole / "statements" / "2026-11"))
    assert verified.exit_code == 0, verified.output
    assert "Holds." in verified.output


def test_visibility_is_measured_by_engine(whole: Path) -> None:
    rows = {
        (row.measure, row.subject): row
        for row in Workspace(whole).rows(Estimate)
        if row.segment == "all" and row.engine == "orakel" and row.week is None
    }
    assert rows["citation_rate", "anker"].value == pytest.approx(0.25)
    assert rows["citation_rate", "anker"].n_clusters == 4
    assert rows["used_uncredited", "anker"].value == pytest.approx(0.25)  # the hospital


def test_the_report_is_one_file_in_both_languages(whole: Path) -> None:
    for language, word in [("de", "Ausschüttung"), ("en", "paid")]:
        done(beleg(whole, "report", "--language", language))
        html = (whole / "reports" / f"report.{language}.html").read_text(encoding="utf-8")
        assert f'<html lang="{language}"' in html
        assert word.casefold() in html.casefold()
        assert "Der Anker" in html


def _hashes(folder: Path) -> dict[str, str]:
    hashes: dict[str, str] = json.loads(done(beleg(folder, "status", "--hashes", "--json")))[
        "hashes"
    ]
    return hashes


def _statements(folder: Path) -> dict[str, bytes]:
    root = folder / "statements"
    return {str(f.relative_to(root)): f.read_bytes() for f in root.rglob("*") if f.is_file()}


def test_running_twice_changes_nothing(whole: Path) -> None:
    before, statements = _hashes(whole), _statements(whole)
    steps = json.loads(done(beleg(whole, "run", "--json")))["steps"]
    assert not any(
        step["fresh"] for step in steps if step["name"] in {"ground", "measure", "share"}
    )
    done(beleg(whole, "run", "--force"))
    done(beleg(whole, "collect", "answers", str(whole / "answers.jsonl")))
    done(beleg(whole, "collect", "pages", str(whole / "pages")))
    done(beleg(whole, "run"))
    assert _hashes(whole) == before
    assert _statements(whole) == statements


def test_killed_at_any_moment_it_ends_the_same(whole: Path, tmp_path: Path) -> None:
    fill(tmp_path)
    script = "from beleg.cli import main; main()"
    for delay in (0.4, 0.9, 1.3, 1.7, 2.1):
        command = [sys.executable, "-c", script, "-C", str(tmp_path), "run", "--force"]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        process.wait()
    done(beleg(tmp_path, "run"))
    assert _hashes(tmp_path) == _hashes(whole)


def test_a_changed_mandate_changes_the_payout_and_nothing_collected(tmp_path: Path) -> None:
    fill(tmp_path)
    done(beleg(tmp_path, "run"))
    collected = {k: v for k, v in _hashes(tmp_path).items() if k in {"answers", "documents"}}
    text = (tmp_path / "beleg.toml").read_text(encoding="utf-8").replace('mandate = "paid"', "")
    (tmp_path / "beleg.toml").write_text(text, encoding="utf-8")
    done(beleg(tmp_path, "run"))
    assert all(payout.is_line for payout in Workspace(tmp_path).rows(Payout))
    assert collected.items() <= _hashes(tmp_path).items()


@pytest.mark.parametrize(("amount", "minor"), [("0.00 EUR", 0), ("0.01 EUR", 1)])
def test_the_smallest_pots_are_split_too(tmp_path: Path, amount: str, minor: int) -> None:
    fill(tmp_path, amount)
    done(beleg(tmp_path, "run"))
    assert sum(p.assigned_minor for p in Workspace(tmp_path).rows(Payout)) == minor
    assert beleg(tmp_path, "verify", str(tmp_path / "statements")).exit_code == 0


def test_without_settings_it_measures_and_pays_nobody(tmp_path: Path) -> None:
    fill(tmp_path, settings="")
    done(beleg(tmp_path, "run"))
    workspace = Workspace(tmp_path)
    assert {e.subject for e in workspace.rows(Estimate)} >= {"der-anker.example"}
    assert workspace.rows(Pot) == workspace.rows(Payout) == []


def test_an_empty_workspace_runs(tmp_path: Path) -> None:
    done(beleg(tmp_path, "init"))
    (tmp_path / "beleg.toml").write_text(SETTINGS.format(amount="5.00 EUR"), encoding="utf-8")
    done(beleg(tmp_path, "run"))
    (payout,) = Workspace(tmp_path).rows(Payout)
    assert (payout.payee, payout.assigned_minor) == ("unsupported", 500)


def test_bad_rows_are_problems_and_the_rest_goes_on(tmp_path: Path) -> None:
    done(beleg(tmp_path, "init"))
    good = json.dumps(ANSWERS[0])
    export = tmp_path / "mixed.jsonl"
    export.write_text(f'{good}\n{{"question": "cut\n[1]\n{good[:40]}\n', encoding="utf-8")
    output = done(beleg(tmp_path, "collect", "answers", str(export)))
    assert "mixed.jsonl:2" in output
    workspace = Workspace(tmp_path)
    assert len(workspace.rows(Answer)) == 1
    assert {problem.line for problem in workspace.rows(Problem)} == {2, 3, 4}
    assert all(problem.remedy for problem in workspace.rows(Problem))


def test_a_bad_file_among_good_ones_does_not_stop_them(tmp_path: Path) -> None:
    done(beleg(tmp_path, "init"))
    good, bad = tmp_path / "good.jsonl.gz", tmp_path / "bad.jsonl"
    good.write_bytes(gzip.compress(json.dumps(ANSWERS[0]).encode()))
    bad.write_bytes(b"\x80\x81\x82 not text")
    output = done(beleg(tmp_path, "collect", "answers", str(bad), str(good)))
    assert "bad.jsonl" in output
    assert len(Workspace(tmp_path).rows(Answer)) == 1
    assert [problem.source for problem in Workspace(tmp_path).rows(Problem)] == ["bad.jsonl"]


def test_empty_and_refused_answers_have_a_status_and_no_zero(tmp_path: Path) -> None:
    done(beleg(tmp_path, "init"))
    rows = [
        _answer("Wer?", "", 9),
        _answer("Was?", "Dazu kann ich leider keine Auskunft geben.", 9),
    ]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    done(beleg(tmp_path, "collect", "answers", str(tmp_path / "a.jsonl")))
    statuses = {answer.status for answer in Workspace(tmp_path).rows(Answer)}
    assert statuses == {Status.EMPTY, Status.REFUSED}
    done(beleg(tmp_path, "run"))
    for row in Workspace(tmp_path).rows(Estimate):
        assert row.status == "ok" or row.value is None or row.n > 0


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["run"], "no workspace"),
        (["collect", "answers", "missing.jsonl"], "no workspace"),
        (["status"], "no workspace"),
    ],
)
def test_no_workspace_is_one_line_with_the_remedy(
    tmp_path: Path, arguments: list[str], part: str
) -> None:
    result = beleg(tmp_path, *arguments)
    assert result.exit_code == 1
    assert result.output.startswith("beleg: ")
    assert part in result.output
    assert "beleg init" in result.output
    assert result.output.count("\n") == 1


def test_a_missing_file_and_a_second_writer_are_one_line(tmp_path: Path) -> None:
    done(beleg(tmp_path, "init"))
    missing = beleg(tmp_path, "collect", "answers", "missing.jsonl")
    assert (missing.exit_code, missing.output.count("missing.jsonl")) == (1, 1)
    with Workspace(tmp_path, write=True):
        busy = beleg(tmp_path, "run")
    assert busy.exit_code == 1
    assert "is writing" in busy.output


def test_a_statement_that_changes_is_kept_aside_and_said(tmp_path: Path) -> None:
    fill(tmp_path)
    done(beleg(tmp_path, "run"))
    first = _statements(tmp_path)
    assert "superseded" not in done(beleg(tmp_path, "run", "--force"))
    assert not (tmp_path / "superseded").exists()
    toml = tmp_path / "beleg.toml"
    text = toml.read_text(encoding="utf-8")
    toml.write_text(text.replace("100.00 EUR", "200.00 EUR"), encoding="utf-8")
    assert "its pot's data or rule changed" in done(beleg(tmp_path, "run"))
    toml.write_text(text.replace("2026-11", "2026-Q4"), encoding="utf-8")
    assert "its pot is gone, or in another period" in done(beleg(tmp_path, "run"))
    assert {name.split("/")[0] for name in _statements(tmp_path)} == {"2026-Q4"}
    kept = sorted((tmp_path / "superseded" / "2026-11").iterdir())
    assert len(kept) == 2
    found = {f.name: f.read_bytes() for f in kept[0].iterdir() if f.is_file()}
    other = {f.name: f.read_bytes() for f in kept[1].iterdir() if f.is_file()}
    before = {Path(name).name: data for name, data in first.items()}
    assert before["ledger.jsonl"] in {found["ledger.jsonl"], other["ledger.jsonl"]}


def test_lost_tables_are_read_again_from_raw(whole: Path, tmp_path: Path) -> None:
    shutil.copytree(whole, tmp_path / "ws")
    folder = tmp_path / "ws"
    export = tmp_path / "grok.jsonl"  # the engine stands in the file's name alone
    export.write_text('{"question": "Wer?", "result": "Ja, das war so."}', encoding="utf-8")
    done(beleg(folder, "collect", "answers", str(export), "--links-invented"))
    done(beleg(folder, "run"))
    before = _hashes(folder)
    seen = {d.document_id: d.first_seen_at for d in Workspace(folder).rows(Document)}
    shutil.rmtree(folder / "tables")
    done(beleg(folder, "collect", "again"))
    after = _hashes(folder)
    for name in ("answers", "citations", "documents", "texts"):
        assert after[name] == before[name], name
    assert {d.document_id: d.first_seen_at for d in Workspace(folder).rows(Document)} == seen
    done(beleg(folder, "run"))  # problems are those of all stages
    assert _hashes(folder) == before


def test_a_lost_part_is_computed_again(tmp_path: Path) -> None:
    fill(tmp_path)
    done(beleg(tmp_path, "run"))
    before = _hashes(tmp_path)
    next((tmp_path / "tables" / "supports").glob("*.parquet")).unlink()
    done(beleg(tmp_path, "run"))
    assert _hashes(tmp_path) == before


def test_broken_statements_are_told_in_one_line_each(whole: Path, tmp_path: Path) -> None:
    shutil.copytree(whole / "statements", tmp_path / "statements")
    (ledger,) = (tmp_path / "statements").rglob("ledger.jsonl")
    ledger.write_bytes(b"{}")
    result = beleg(tmp_path, "verify", str(tmp_path / "statements"))
    assert result.exit_code == 3
    assert "Does NOT hold." in result.output
    assert "Traceback" not in result.output


def test_the_system_s_errors_are_one_line(whole: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    output = str(tmp_path / "file" / "x.csv")
    result = beleg(whole, "export", "estimates", "--output", output)
    assert result.exit_code == 1
    assert result.output.startswith("beleg: ")
    assert result.output.count("\n") == 1


def test_platforms_are_not_declared_by_the_command(tmp_path: Path) -> None:
    done(beleg(tmp_path, "init"))
    row = _answer("Wer?", "Das war so.", 9, "https://www.youtube.com/x", "https://a.example/y")
    (tmp_path / "a.jsonl").write_text(json.dumps(row), encoding="utf-8")
    done(beleg(tmp_path, "collect", "answers", str(tmp_path / "a.jsonl")))
    done(beleg(tmp_path, "measure"))
    blocks = done(beleg(tmp_path, "publishers", "--undeclared", "--toml", "--mandate", "paid"))
    assert "a.example" in blocks
    assert "youtube" not in blocks


def test_changed_statements_exit_with_3(whole: Path, tmp_path: Path) -> None:
    files = _statements(whole)
    for name, data in files.items():
        path = tmp_path / "statements" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    assert beleg(tmp_path, "verify", str(tmp_path / "statements")).exit_code == 0
    name = next(name for name in files if name.endswith("payouts.csv"))
    (tmp_path / "statements" / name).write_bytes(files[name] + b" ")
    result = beleg(tmp_path, "verify", str(tmp_path / "statements"))
    assert result.exit_code == 3
    assert "payouts.csv" in result.output


def test_looking_commands_print_for_people_and_machines(whole: Path) -> None:
    assert "citation_rate" in done(beleg(whole, "measure", "show", "citation_rate"))
    assert json.loads(done(beleg(whole, "measure", "show", "--json")))
    assert "Der Anker" in done(beleg(whole, "share", "show"))
    assert json.loads(done(beleg(whole, "share", "show", "--json")))
    answer = Workspace(whole).rows(Answer)[0].answer_id
    assert "%" in done(beleg(whole, "ground", "show", answer[:12]))
    assert beleg(whole, "ground", "show", "nothing").exit_code == 1
    assert beleg(whole, "measure", "show", "no_such").exit_code == 1
    assert "problem" in done(beleg(whole, "problems"))
    assert json.loads(done(beleg(whole, "problems", "--json"))) is not None
    assert "estimates" in done(beleg(whole, "status"))
    assert json.loads(done(beleg(whole, "publishers", "--json")))


def test_undeclared_publishers_can_be_pasted_into_the_settings(tmp_path: Path) -> None:
    fill(tmp_path, settings="")
    done(beleg(tmp_path, "measure"))
    blocks = done(beleg(tmp_path, "publishers", "--undeclared", "--toml", "--mandate", "paid"))
    (tmp_path / "beleg.toml").write_text(blocks, encoding="utf-8")
    declared = Workspace(tmp_path).settings().publishers
    assert {item.mandate.value for item in declared} == {"paid"}
    assert "der-anker.example" in {item.id for item in declared}


class _Site(http.server.BaseHTTPRequestHandler):
    """A newspaper on loopback: a feed with one teaser, and the page behind it."""

    def do_GET(self) -> None:
        port = self.server.server_address[1]
        link = f"http://127.0.0.1:{port}/bruecke"
        feed = f"""<rss version="2.0"><channel><title>Anker</title><link>{link}</link><item>
            <title>Neues</title><link>{link}</link><description>Teaser.</description></item>
            </channel></rss>"""
        page = PAGE.format(title="Neues", host="der-anker.example", slug="b", text=SENTENCES[0])
        found = {"/feed": (feed, "application/rss+xml"), "/bruecke": (page, "text/html")}
        body, kind = found.get(self.path, ("", "text/plain"))
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


def test_a_feed_is_fetched_and_its_teasers_are_followed(tmp_path: Path) -> None:
    done(beleg(tmp_path, "init"))
    (tmp_path / "beleg.toml").write_text("[collect]\ndelay_seconds = 0.0\n", encoding="utf-8")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        address = f"http://127.0.0.1:{server.server_address[1]}/feed"
        refused = beleg(tmp_path, "collect", "pages", address)
        assert refused.exit_code == 1  # nothing came
        assert "--allow-private" in refused.output
        assert Workspace(tmp_path).arrow("documents").num_rows == 0
        teasers = done(beleg(tmp_path, "collect", "pages", address, "--allow-private"))
        assert "1 item is a teaser only; --follow" in teasers
        done(beleg(tmp_path, "collect", "pages", address, "--allow-private", "--follow"))
        (document,) = Workspace(tmp_path).rows(Document)
        assert document.title == "Neues"
        problems = Workspace(tmp_path).rows(Problem)
        assert problems == []  # what was refused at first is no problem any more
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_what_three_houses_print_alike_has_an_origin_that_nobody_knows(whole: Path) -> None:
    """All pages came in with one call: our dates cannot tell who was first."""
    workspace = Workspace(whole)
    hosts = {document.document_id: document.host for document in workspace.rows(Document)}
    rows = workspace.rows(Origin)
    assert {hosts[row.document_id] for row in rows} == set(hosts.values())
    assert {(row.relation, row.status) for row in rows} == {("copy", "disputed")}
    steps = json.loads(done(beleg(whole, "run", "--json")))["steps"]
    assert not next(step["fresh"] for step in steps if step["name"] == "origin")

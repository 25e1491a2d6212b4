"""`beleg ground opinion` against an interface on this machine, and what it leaves as it was."""

import http.server
import json
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from beleg.cli import main
from beleg.records import Problem
from beleg.store import Workspace
from beleg.tables import Opinion

KEY = "sk-very-secret-4711"


class Interface(http.server.ThreadingHTTPServer):
    """Answers as an OpenAI-compatible interface does; says ``reply`` or fails with ``status``."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.status, self.asked, self.keys = 200, [], set()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"


class _Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.keys.add(self.headers["Authorization"])
        self.server.asked.append((self.path, body))
        data = {"choices": [{"message": {"content": "SUPPORTED"}}]}
        if self.path.endswith("/embeddings"):
            data = {"data": [{"index": n, "embedding": [1.0, n]} for n in range(2)]}
        reply = json.dumps(data if self.server.status == 200 else {"error": f"bad key {KEY}"})
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(reply)))
        self.end_headers()
        self.wfile.write(reply.encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def interface() -> Iterator[Interface]:
    server = Interface()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def workspace(sample: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sample, tmp_path / "ws"))


def name(workspace: Path, interface: Interface, **more: object) -> None:
    keys = {"endpoint": interface.address, "model": "wise-1", "allow_private": True, **more}
    lines = "\n".join(f"{key} = {json.dumps(value)}" for key, value in keys.items())
    with (workspace / "beleg.toml").open("a", encoding="utf-8") as file:
        file.write(f"\n[ground.opinion]\n{lines}\n")


def ask(workspace: Path, *more: str) -> Result:
    return CliRunner().invoke(main, ["-C", str(workspace), "ground", "opinion", *more])


def test_nobody_is_asked_unless_named(workspace: Path) -> None:
    result = ask(workspace)
    assert result.exit_code == 1
    assert "beleg.toml names nobody to ask" in result.stderr


def test_opinions_are_written_down_and_change_nothing(
    workspace: Path, interface: Interface, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BELEG_KEY", KEY)
    name(workspace, interface, api_key_env="BELEG_KEY", limit=3)
    before = Workspace(workspace).hash_of("supports")
    result = ask(workspace)
    assert result.exit_code == 0, result.output
    assert "asked about 3 pairs" in result.stdout
    assert "all that wise-1 was asked:" in result.stdout
    assert interface.keys == {f"Bearer {KEY}"}
    bodies = [json.dumps(body) for _, body in interface.asked]
    assert len(bodies) == len(set(bodies)) <= 3  # the same words are asked about once
    rows = Workspace(workspace).rows(Opinion)
    assert {(row.model, row.kind, row.value, row.text) for row in rows} == {
        ("wise-1", "judge", 1.0, "SUPPORTED")
    }
    assert Workspace(workspace).hash_of("supports") == before
    again = json.loads(ask(workspace, "--limit", "2", "--json").stdout)  # others, never the same
    assert (again["n_opinions"], again["n_failures"]) == (2, 0)
    assert len(Workspace(workspace).rows(Opinion)) == 5
    everything = b"".join(f.read_bytes() for f in workspace.rglob("*") if f.is_file())
    assert KEY.encode() not in everything
    claim_id = rows[0].claim_id
    explained = CliRunner().invoke(
        main, ["-C", str(workspace), "ground", "explain", claim_id, "--limit", "40"]
    )
    assert "opinion  1, judge wise-1" in explained.stdout


def test_embeddings(workspace: Path, interface: Interface) -> None:
    name(workspace, interface, kind="embeddings")
    assert ask(workspace, "--limit", "1").exit_code == 0
    (row,) = Workspace(workspace).rows(Opinion)
    assert (row.kind, row.value, row.text) == ("embeddings", 0.7071, "")
    assert interface.asked[0][0] == "/v1/embeddings"


@pytest.mark.parametrize(("status", "n_asked"), [(401, 1), (500, 3)])
def test_failures_are_problems_and_it_gives_up(
    workspace: Path,
    interface: Interface,
    monkeypatch: pytest.MonkeyPatch,
    status: int,
    n_asked: int,
) -> None:
    monkeypatch.setenv("BELEG_KEY", KEY)
    name(workspace, interface, api_key_env="BELEG_KEY")
    n_problems = len(Workspace(workspace).rows(Problem))
    interface.status = status
    result = ask(workspace)
    assert result.exit_code == 0
    assert f"stopped: the interface answers {status}" in result.stderr
    assert len(interface.asked) == n_asked
    problems = Workspace(workspace).rows(Problem)
    assert len(problems) == n_problems + n_asked
    assert KEY not in result.output + str(problems)
    interface.status = 200
    ask(workspace, "--limit", "1")  # the failures of the last call are no problems any more
    assert len(Workspace(workspace).rows(Problem)) == n_problems


def test_this_machine_is_asked_only_where_that_is_allowed(
    workspace: Path, interface: Interface
) -> None:
    name(workspace, interface, allow_private=False)
    result = ask(workspace)
    assert interface.asked == []
    assert "stopped" in result.stderr


def test_a_key_that_is_not_there_is_said(workspace: Path, interface: Interface) -> None:
    name(workspace, interface, api_key_env="BELEG_MISSING")
    result = ask(workspace)
    assert result.exit_code == 1
    assert "no variable BELEG_MISSING" in result.stderr
    assert interface.asked == []

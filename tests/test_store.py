import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest

from beleg.errors import StoreError, WriterBusy
from beleg.records import Document, DocumentKind, Problem, Text
from beleg.store import Origin, Workspace, create_workspace
from beleg.tables import to_arrow


@pytest.fixture
def path(tmp_path: Path) -> Path:
    create_workspace(tmp_path, "")
    return tmp_path


def _document(name: str, day: int) -> Document:
    return Document(
        document_id=name,
        text_id=name,
        external_id=None,
        url=None,
        canonical_url=None,
        host="a.example",
        title=None,
        language=None,
        section=None,
        authors=(),
        kind=DocumentKind.ARTICLE,
        access=None,
        published_at=None,
        first_seen_at=datetime(2026, 11, day, tzinfo=UTC),
        answer_id=None,
        raw_ref=f"ref{day}",
    )


def _texts(*names: str) -> pa.Table:
    return to_arrow([Text(name, name) for name in names], Text)


def test_what_is_committed_is_read_by_key(path: Path) -> None:
    with Workspace(path, write=True) as ws:
        ws.commit({"texts": _texts("b", "a")}, source="one")
        ws.commit({"texts": _texts("b", "c")}, source="two")
    assert [row.text_id for row in Workspace(path).rows(Text)] == ["a", "b", "c"]


def test_the_same_source_replaces_what_it_gave_before(path: Path) -> None:
    with Workspace(path, write=True) as ws:
        ws.commit({"texts": _texts("a", "b")}, source="one")
        ws.commit({"texts": _texts("b")}, source="one")
        assert [row.text_id for row in ws.rows(Text)] == ["b"]
        ws.commit({"texts": _texts()}, source="one")
        assert ws.rows(Text) == []


def test_a_text_keeps_the_time_at_which_it_was_first_seen(path: Path) -> None:
    with Workspace(path, write=True) as ws:
        ws.commit({"documents": to_arrow([_document("d", 9)], Document)}, source="late")
        ws.commit({"documents": to_arrow([_document("d", 3)], Document)}, source="early")
        (document,) = ws.rows(Document)
        assert document.first_seen_at == datetime(2026, 11, 3, tzinfo=UTC)


def test_hashes_see_every_value_but_the_time_of_looking(path: Path) -> None:
    with Workspace(path, write=True) as ws:
        hashes = set()
        for source, document in enumerate([_document("d", 3), _document("e", 3)]):
            ws.commit({"documents": to_arrow([document], Document)}, source=str(source))
            hashes.add(ws.hash_of("documents"))
        assert len(hashes) == 2
        ws.commit({"texts": _texts("a", "b")}, source="x")
        before = ws.hash_of("texts")
        ws.commit({"texts": _texts("b", "a")}, source="x")
        assert ws.hash_of("texts") == before
        ws.commit({"texts": to_arrow([Text("a", "a"), Text("b", "B")], Text)}, source="x")
        assert ws.hash_of("texts") != before


def test_a_second_writer_is_told_who_writes(path: Path) -> None:
    with Workspace(path, write=True):
        with pytest.raises(WriterBusy, match=f"process {os.getpid()} is writing"):
            Workspace(path, write=True).__enter__()
        assert Workspace(path).rows(Text) == []  # reading goes on
    with Workspace(path, write=True):
        pass


def test_without_the_lock_nothing_is_written(path: Path) -> None:
    with pytest.raises(StoreError, match="reading only"):
        Workspace(path).commit({"texts": _texts("a")}, source="x")


def test_a_newer_workspace_is_refused_untouched(path: Path) -> None:
    manifest = path / "tables" / "manifest.json"
    manifest.write_text('{"schema_version": 99, "novelty": true}')
    with pytest.raises(StoreError, match=r"schema version 99.*Update beleg"):
        Workspace(path)
    assert manifest.read_text() == '{"schema_version": 99, "novelty": true}'


@pytest.mark.parametrize("text", ["", "{", "[]", '{"schema_version": "x"}', "\x00"])
def test_a_damaged_manifest_says_what_to_do(path: Path, text: str) -> None:
    (path / "tables" / "manifest.json").write_text(text)
    with pytest.raises(StoreError, match=r"damaged .*backup"):
        Workspace(path)


def test_a_damaged_part_says_what_to_do(path: Path) -> None:
    with Workspace(path, write=True) as ws:
        ws.commit({"texts": _texts("a")}, source="x")
    (part,) = (path / "tables" / "texts").glob("*.parquet")
    part.write_bytes(b"PAR1 no more")
    with pytest.raises(StoreError, match=r"table texts: .*collect again"):
        Workspace(path).arrow("texts")


def test_no_workspace_and_a_second_init_are_said(tmp_path: Path, path: Path) -> None:
    with pytest.raises(StoreError, match="beleg init"):
        Workspace(tmp_path / "nowhere")
    with pytest.raises(StoreError, match="there already"):
        create_workspace(path, "timezone = 'UTC'")
    assert (path / "beleg.toml").read_text() == ""


def test_raw_is_kept_once_and_checked(path: Path) -> None:
    with Workspace(path, write=True) as ws:
        ref = ws.save_raw(b"hello", ".txt")
        assert ws.save_raw(b"hello", ".html") == ref
        assert ws.read_raw(f"{ref}#3") == b"hello"
        (file,) = [f for f in (path / "raw").rglob("*") if f.is_file()]
        file.write_bytes(b"hallo")
        with pytest.raises(StoreError, match="bytes have changed"):
            ws.read_raw(ref)
        file.unlink()
        with pytest.raises(StoreError, match="is missing"):
            ws.read_raw(ref)


def test_origins_keep_the_last_word_and_are_cut_clean(path: Path) -> None:
    at = datetime(2026, 11, 22, tzinfo=UTC)
    first = Origin("a", "answers", "x.jsonl", at, engine="one")
    second = Origin("a", "answers", "x.jsonl", at, engine="two")
    page = Origin("a", "pages", "x.jsonl", at)
    with Workspace(path, write=True) as ws:
        ws.record_origins([first, page, first, second])
        ws.record_origins([second, page])
        ws.record_origins([first])  # the first options again: they are the last word now
        assert ws.origins() == [first, page, second, first]
    with (path / "raw" / "origins.jsonl").open("ab") as file:
        file.write(b'{"sha256": "b", "ki')
    with Workspace(path, write=True) as ws:
        ws.record_origins([page, Origin("b", "pages", "y", at)])
        assert [origin.sha256 for origin in ws.origins()] == ["a", "a", "a", "a", "b"]


def test_rebuilding_keeps_what_a_stage_found(path: Path) -> None:
    of_stage = Problem("share", "pot", None, None, "m", "r")
    of_file = Problem("collect", "file", 1, None, "m", "r")
    with Workspace(path, write=True) as ws:
        ws.commit({"problems": to_arrow([of_stage], Problem)}, source="share", fingerprint="f")
        ws.commit({"problems": to_arrow([of_file], Problem)}, source="file")
        ws.commit({"texts": _texts("old")}, source="file")
        ws.rebuild([("other", {"texts": _texts("new")})])
        assert ws.rows(Problem) == [of_stage]
        assert ws.rows(Text) == [Text("new", "new")]


def test_what_a_killed_writer_left_is_swept_by_the_next(path: Path) -> None:
    with Workspace(path, write=True) as ws:
        ws.commit({"texts": _texts("a")}, source="x")
        ws.save_raw(b"x", ".x")
    orphan = path / "tables" / "texts" / "orphan.parquet"
    orphan.write_bytes(b"half")
    (path / "tables" / ".manifest.json.1.tmp").write_bytes(b"half")
    next((path / "raw").iterdir()).joinpath(".half.1.tmp").write_bytes(b"half")
    with Workspace(path, write=True) as ws:
        assert ws.rows(Text) == [Text("a", "a")]
    assert not [f for f in path.rglob("*") if "half" in f.name or f.name.endswith(".tmp")]
    assert not orphan.exists()


def test_derived_tables_are_replaced_whole(path: Path) -> None:
    problem = Problem("share", "pot", None, None, "m", "r")
    with Workspace(path, write=True) as ws:
        ws.commit({"problems": to_arrow([problem], Problem)}, source="share")
        ws.commit({"problems": to_arrow([problem], Problem)}, source="file")
        assert len(ws.rows(Problem)) == 1


WRITER = """
import sys
from pathlib import Path
from beleg.records import Problem, Text
from beleg.store import Workspace
from beleg.tables import to_arrow

with Workspace(Path(sys.argv[1]), write=True) as ws:
    print("open", flush=True)
    for number in range(10_000):
        name = f"{number:05}"
        texts = to_arrow([Text(name, name * 50)], Text)
        problems = to_arrow([Problem("s", name, None, None, "m", "r")], Problem)
        ws.commit({"texts": texts, "problems": problems}, source=name)
        print(number, flush=True)
"""


@pytest.mark.parametrize("delay", [0.01, 0.05, 0.12, 0.2, 0.33])
def test_a_kill_loses_nothing_that_was_said_stored(path: Path, delay: float) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "open\n"
    time.sleep(delay)
    process.send_signal(signal.SIGKILL)
    said = process.stdout.read().split()
    process.stdout.close()
    process.wait()
    with Workspace(path, write=True) as ws:
        texts = {row.text_id for row in ws.rows(Text)}
        problems = {row.source for row in ws.rows(Problem)}
    assert texts == problems  # both tables of a commit, or neither
    assert {f"{int(number):05}" for number in said} <= texts
    assert len(texts) <= len(said) + 2

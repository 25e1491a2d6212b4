"""`beleg ground` goes on where it was killed, and says the same as if it never had been."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from beleg.cli import main
from beleg.pipeline import GIVES, KeptBlocks
from beleg.store import Workspace

DRIVER = """
import sys
from beleg.cli import main
from beleg.ground import grounding
grounding._BLOCK = 60
main(["-C", sys.argv[1], "ground", "--json"])
"""


def _start(folder: Path) -> subprocess.Popen:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.Popen([sys.executable, "-c", DRIVER, str(folder)], env=environment)


def _hashes(folder: Path) -> dict[str, str]:
    workspace = Workspace(folder)
    return {name: workspace.hash_of(name) for name in GIVES["ground"]}


@pytest.fixture
def fresh(sample: Path, tmp_path: Path) -> Path:
    """The sample alliance, collected and not yet grounded."""
    folder = tmp_path / "fresh"
    shutil.copytree(sample, folder)
    shutil.rmtree(folder / "kept")
    file = folder / "tables" / "manifest.json"
    manifest = json.loads(file.read_bytes())
    for name in GIVES["ground"]:
        del manifest["tables"][name]
    del manifest["stages"]["ground"]
    file.write_text(json.dumps(manifest))
    return folder


def test_a_killed_run_goes_on_and_says_the_same(sample: Path, fresh: Path) -> None:
    chance = random.Random(7)
    n_kept, n_kills = 0, 0
    while n_kills < 3:
        process = _start(fresh)
        wanted = n_kept + chance.randint(1, 6)
        while process.poll() is None and len(list(fresh.glob("kept/ground/*/*"))) < wanted:
            time.sleep(0.002)
        process.send_signal(signal.SIGKILL)
        process.wait()
        kept = list(fresh.glob("kept/ground/*/*.parquet"))
        assert len(kept) >= n_kept  # nothing that was finished is lost
        n_kept, n_kills = len(kept), n_kills + 1
    assert n_kept
    before = {file: file.stat().st_mtime_ns for file in kept}
    done = _start(fresh)
    assert done.wait() == 0
    after = list(fresh.glob("kept/ground/*/*.parquet"))
    assert {file: file.stat().st_mtime_ns for file in before} == before  # none was done again
    blocks = KeptBlocks(after[0].parent).read()
    keys = [key for block in blocks for key in block.keys]
    assert len(keys) == len(set(keys)) == Workspace(fresh).arrow("claims").num_rows
    assert _hashes(fresh) == _hashes(sample)


def test_another_corpus_and_force_begin_anew(fresh: Path) -> None:
    def ground(*more: str) -> None:
        result = CliRunner().invoke(main, ["-C", str(fresh), "ground", *more])
        assert result.exit_code == 0, result.output

    ground()
    (first,) = fresh.glob("kept/ground/*/*.parquet")
    first.write_bytes(b"damaged")
    ground("--force")
    assert first.read_bytes() != b"damaged"
    page = fresh / "new.html"
    text = "Die Fähre nach Sandholm fährt im Winter nicht, sagte die Reederei am Montag. " * 5
    page.write_text(f"<html lang=de><title>Fähre</title><article><p>{text}</p></article>")
    arguments = ["collect", "pages", str(page), "--base-url", "https://neu.example/"]
    assert CliRunner().invoke(main, ["-C", str(fresh), *arguments]).exit_code == 0
    ground()
    (second,) = fresh.glob("kept/ground/*/*.parquet")
    assert second.parent != first.parent


def test_a_damaged_block_is_computed_again(tmp_path: Path) -> None:
    (tmp_path / "a.parquet").write_bytes(b"no parquet")
    (tmp_path / ".b.parquet.7.tmp").write_bytes(b"half of one")
    assert list(KeptBlocks(tmp_path).read()) == []
    assert list(tmp_path.iterdir()) == []

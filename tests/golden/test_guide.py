"""The commands of docs/guide/grounding.md print what the page says.

`make golden` writes the outputs into the page anew; read the difference before you commit it.
"""

import os
import re
import shlex
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from beleg.cli import main

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "guide" / "grounding.md"
_CONSOLE = re.compile(r"```console\n\$ beleg ([^\n]+)\n(.*?)```", re.DOTALL)
_FILE = re.compile(r"```jsonl (\S+)\n(.*?)```", re.DOTALL)


def test_the_page_prints_what_it_says(
    sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = shutil.copytree(sample, tmp_path / "demo")
    shutil.copy(ROOT / "examples" / "draft.md", folder)
    page = PAGE.read_text(encoding="utf-8")
    for name, content in _FILE.findall(page):
        (folder / name).write_text(content, encoding="utf-8")
    monkeypatch.chdir(folder)

    def run(match: re.Match[str]) -> str:
        result = CliRunner().invoke(main, shlex.split(match[1]))
        assert result.exit_code == 0, result.output
        return f"```console\n$ beleg {match[1]}\n{result.output}```"

    said, n_commands = _CONSOLE.subn(run, page)
    assert n_commands == 4
    if os.environ.get("BELEG_GOLDEN") == "write":
        PAGE.write_text(said, encoding="utf-8")
    assert said == PAGE.read_text(encoding="utf-8")

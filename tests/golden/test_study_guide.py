"""The commands of docs/guide/study.md print what the page says; `make golden` writes them anew."""

import os
import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from beleg.cli import main

PAGE = Path(__file__).parents[2] / "docs" / "guide" / "study.md"
_CONSOLE = re.compile(r"```console\n\$ beleg ([^\n]+)\n(.*?)```", re.DOTALL)


def test_the_page_prints_what_it_says(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(sample)
    page = PAGE.read_text(encoding="utf-8")

    def run(match: re.Match[str]) -> str:
        result = CliRunner().invoke(main, shlex.split(match[1]))
        assert result.exit_code == 0, result.output
        return f"```console\n$ beleg {match[1]}\n{result.output}```"

    said, n_commands = _CONSOLE.subn(run, page)
    assert n_commands == 3
    if os.environ.get("BELEG_GOLDEN") == "write":
        PAGE.write_text(said, encoding="utf-8")
    assert said == PAGE.read_text(encoding="utf-8")

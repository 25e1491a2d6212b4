"""Pages whose commands a test runs: what they print stands on the page."""

import os
import re
import shlex
from pathlib import Path

from click.testing import CliRunner

from beleg.cli import main

CONSOLE = re.compile(r"```console\n\$ beleg ([^\n]+)\n(.*?)```", re.DOTALL)


def run_console(match: re.Match[str]) -> str:
    """Run the command of a block, and write the block with what it printed."""
    result = CliRunner().invoke(main, shlex.split(match[1]))
    assert result.exit_code == 0, result.output
    return f"```console\n$ beleg {match[1]}\n{result.output}```"


def hold_page(page: Path, said: str) -> None:
    """Hold that a page says so; `make golden` writes it."""
    if os.environ.get("BELEG_GOLDEN") == "write":
        page.write_text(said, encoding="utf-8")
    assert said == page.read_text(encoding="utf-8")

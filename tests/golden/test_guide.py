"""The commands of docs/guide/grounding.md print what the page says.

`make golden` writes the outputs into the page anew; read the difference before you commit it.
"""

import re
import shutil
from pathlib import Path

import pytest

from pages import CONSOLE, hold_page, run_console

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "guide" / "grounding.md"
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

    said, n_commands = CONSOLE.subn(run_console, page)
    assert n_commands == 4
    hold_page(PAGE, said)

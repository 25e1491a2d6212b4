"""The commands of docs/guide/study.md print what the page says; `make golden` writes them anew."""

from pathlib import Path

import pytest

from pages import CONSOLE, hold_page, run_console

PAGE = Path(__file__).parents[2] / "docs" / "guide" / "study.md"


def test_the_page_prints_what_it_says(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(sample)
    page = PAGE.read_text(encoding="utf-8")

    said, n_commands = CONSOLE.subn(run_console, page)
    assert n_commands == 3
    hold_page(PAGE, said)

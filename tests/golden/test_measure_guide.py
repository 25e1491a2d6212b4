"""The commands and the Python of docs/guide/measure.md print what the page says.

`make golden` writes the outputs into the page anew; read the difference before you commit it.
"""

import contextlib
import io
import re
import shlex
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from beleg.cli import main
from pages import hold_page

PAGE = Path(__file__).parents[2] / "docs" / "guide" / "measure.md"
_BLOCK = re.compile(
    r"```console\n\$ beleg ([^\n]+)\n.*?```|```python\n(.*?)```(?:\n\n```text\n.*?```)?", re.DOTALL
)


def test_the_page_prints_what_it_says(
    sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(shutil.copytree(sample, tmp_path / "demo"))
    kinds = []

    def run(match: re.Match[str]) -> str:
        command, code = match.groups()
        kinds.append("python" if code else "console")
        if code:
            printed = io.StringIO()
            with contextlib.redirect_stdout(printed):
                exec(compile(code, str(PAGE), "exec"), {})  # the page is ours
            return f"```python\n{code}```\n\n```text\n{printed.getvalue()}```"
        result = CliRunner().invoke(main, shlex.split(command))
        assert result.exit_code == 0, result.output
        return f"```console\n$ beleg {command}\n{result.stdout}```"

    page = PAGE.read_text(encoding="utf-8")
    said = _BLOCK.sub(run, page)
    assert kinds == ["console", "console", "console", "python", "python"]
    hold_page(PAGE, said)

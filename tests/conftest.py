"""What several tests share: the sample alliance, collected and run once."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from beleg.cli import main

EXAMPLES = Path(__file__).parents[1] / "examples"


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workspace that `make demo` makes."""
    folder = tmp_path_factory.mktemp("sample")
    for name in ("beleg.toml", "prompts.csv"):
        shutil.copy(EXAMPLES / name, folder)
    answers = sorted(map(str, (EXAMPLES / "answers").glob("*.jsonl")))
    for arguments in (
        ["collect", "pages", str(EXAMPLES / "pages")],
        ["collect", "answers", *answers],
        ["run"],
        ["report", "--language", "de"],
    ):
        result = CliRunner().invoke(main, ["-C", str(folder), *arguments])
        assert result.exit_code == 0, result.output
    return folder

"""Documentation cannot drift: what is written from the code is compared with it."""

import importlib.util
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
_SPEC = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
generate = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(generate)


@pytest.mark.parametrize("name", generate.WRITERS)
def test_the_reference_is_current(name: str) -> None:
    written = (ROOT / "docs" / "reference" / name).read_text(encoding="utf-8")
    assert written == generate.WRITERS[name](), "run: python docs/generate.py"


def test_every_command_has_an_example() -> None:
    commands = generate.write_commands()
    for title, text in re.findall(r"## (beleg[^\n]*)\n\n```\n(.*?)```", commands, re.DOTALL):
        if "Commands:" not in text:
            assert "Example" in text, title


def _documents() -> list[Path]:
    return [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").glob("*.md")]


@pytest.mark.parametrize("path", _documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), f"{path.name} links to {target}"


def test_the_tree_in_the_architecture_is_true() -> None:
    picture = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8").split("```")[3]
    for item in sorted((ROOT / "src" / "beleg").iterdir()):
        if item.suffix == ".py" or (item.is_dir() and item.name != "__pycache__"):
            name = item.name + ("/" if item.is_dir() else "")
            assert re.search(rf"^ +{re.escape(name)} ", picture, re.MULTILINE), name

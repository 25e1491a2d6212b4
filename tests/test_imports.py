"""The import rule of ARCHITECTURE.md, held over the syntax trees."""

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1] / "src" / "beleg"
STAGES = {"collect", "ground", "measure", "share", "prove", "report"}
ORDER = [
    {"errors", "ids", "kinds", "settlement", "sightings", "traffic"},
    {"records"},
    {"tables"},
    {"text", "urls", "money", "inference", "agencies", "odds", "wire"},
    {"formats", "templates", "combined", "corrections", "resampling"},
    {"http"},
    {"terms"},
    {"catalogue"},
    {"settings"},
    {"frame", "repeats"},
    {"raw"},
    {"store"},
    STAGES,
    {"views", "export", "acts", "objections", "keeping", "targets"},
    {"pipeline", "forgetting"},
    {"console"},
    {"cli"},
    {"__main__"},
]
"""Lower layers first; a module imports from its own layer's kind or from below it."""

FILES = sorted(ROOT.rglob("*.py"))


def _layer(name: str) -> int:
    return next(index for index, names in enumerate(ORDER) if name in names)


def _imports(path: Path) -> set[str]:
    """The first name below ``beleg`` of everything that a file imports from the project."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import in line {node.lineno}"
            if node.module == "beleg":
                found.update(alias.name for alias in node.names)
            elif node.module and node.module.startswith("beleg."):
                found.add(node.module.split(".")[1])
        elif isinstance(node, ast.Import):
            found.update(a.name.split(".")[1] for a in node.names if a.name.startswith("beleg."))
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_imports_go_downward(path: Path) -> None:
    if path == ROOT / "__init__.py":
        return
    own = path.relative_to(ROOT).parts[0].removesuffix(".py")
    for name in _imports(path):
        if name == own:
            continue
        assert not (own in STAGES and name in STAGES), f"stage {own} imports stage {name}"
        assert _layer(name) <= _layer(own), f"{own} imports {name}, which stands above it"


def test_what_verifies_imports_nothing_of_ours_but_its_own_pages() -> None:
    ours = {}
    for name in (
        "verify",
        "verify_member",
        "recompute",
        "verify_journal",
        "entries",
        "signatures",
    ):
        tree = ast.parse((ROOT / "prove" / f"{name}.py").read_text(encoding="utf-8"))
        froms = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        plain = {
            alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.Import)
            for alias in node.names
        }
        names = froms | plain
        ours[name] = {found for found in names if found.partition(".")[0] == "beleg"}
        assert names - ours[name] <= {*sys.stdlib_module_names, "collections.abc"}
    assert ours == {
        "verify": {
            "beleg.prove",
            "beleg.prove.entries",
            "beleg.prove.recompute",
            "beleg.prove.verify_member",
        },
        "verify_member": {"beleg.prove", "beleg.prove.entries"},
        "verify_journal": {"beleg.prove.entries", "beleg.prove.signatures"},
        "recompute": {"beleg.prove.entries"},
        "entries": set(),
        "signatures": set(),
    }


def test_only_verify_reads_by_entries() -> None:
    """What writes statements must not share a line with what checks them."""
    for page, users in {
        "entries": ["recompute.py", "verify.py", "verify_journal.py", "verify_member.py"],
        "signatures": ["verify_journal.py"],
    }.items():
        name = f"beleg.prove.{page}"
        assert [p.name for p in FILES if name in p.read_text(encoding="utf-8")] == users


def test_only_http_opens_the_network() -> None:
    doors = {"httpx", "httpcore", "socket", "urllib.request", "http.client", "requests"}
    for path in FILES:
        names = set()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                names.add(node.module or "")
            elif isinstance(node, ast.Import):
                names.update(alias.name for alias in node.names)
        if path.name not in {"http.py", "wire.py"}:
            assert not names & doors, f"{path.name} imports {names & doors}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_modules_stay_readable(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400

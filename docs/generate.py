"""Write docs/reference/{tables,settings,commands}.md from the code: `python docs/generate.py`.

tests/test_docs.py fails where a file differs from what this gives, so the reference cannot drift.
"""

from __future__ import annotations

import ast
import inspect
import re
from enum import StrEnum
from pathlib import Path

import click

from beleg import kinds, settings
from beleg.catalogue import CatalogueEntry
from beleg.cli.main import main
from beleg.tables import KEYS, TABLES, schema_of

REFERENCE = Path(__file__).parent / "reference"

_SECTIONS = {
    "": settings.Settings,
    "[report]": settings.ReportSettings,
    "[collect]": settings.CollectSettings,
    "[ground.opinion]": settings.OpinionSettings,
    "[[publishers]]": settings.PublisherSettings,
    "[catalogue]": settings.CatalogueSettings,
    "[[catalogue.publishers]]": CatalogueEntry,
    "[[rightsholders]]": settings.RightsholderSettings,
    "[[entitlements]]": settings.EntitlementSettings,
    "[[panels]]": settings.PanelSettings,
    "[[pots]]": settings.PotSettings,
    "[[frames]]": settings.FrameSettings,
    "[[disputes]]": settings.DisputeSettings,
    "[[searches]]": settings.SearchSettings,
}


def _fields(cls: type) -> list[tuple[str, str, str, str]]:
    """Name, annotation, default and meaning (the string below it) of each field of a class."""
    tree = ast.parse(inspect.getsource(cls)).body[0]
    assert isinstance(tree, ast.ClassDef)
    found = []
    for node, after in zip(tree.body, [*tree.body[1:], None], strict=True):
        if isinstance(node, ast.AnnAssign):
            told = isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant)
            meaning = inspect.cleandoc(str(after.value.value)) if told else ""
            default = ast.unparse(node.value) if node.value else ""
            hint = ast.unparse(node.annotation).replace("|", "or")
            meaning = " ".join(meaning.replace("``", "`").split())
            found.append((ast.unparse(node.target), hint, default, meaning))
    return found


def _plain(docstring: str | None) -> str:
    return re.sub(
        r":\w+:`~?(?:[\w.]*\.)?(\w+)`", r"`\1`", inspect.cleandoc(docstring or "")
    ).replace("``", "`")


def write_tables() -> str:
    """Describe every table: its key, its columns, their Arrow types and meanings."""
    out = [
        "# Tables",
        "",
        "One Parquet folder each under `tables/`; `beleg export NAME` writes one",
    ]
    out += ["flat. Which parts make up a table stands in `tables/manifest.json`. This page is"]
    out += ["written from the code by `docs/generate.py`.", ""]
    for name, record in sorted(TABLES.items()):
        out += [f"## {name}", "", _plain(record.__doc__), "", f"Key: {', '.join(KEYS[name])}", ""]
        out += ["| column | type | may be empty | meaning |", "|---|---|---|---|"]
        schema = schema_of(record)
        for field, _, _, meaning in _fields(record):
            column = schema.field(field)
            nullable = "yes" if column.nullable else ""
            out.append(f"| {field} | {column.type} | {nullable} | {meaning} |")
        out.append("")
    out += ["## Words in columns", ""]
    for _, enum in inspect.getmembers(kinds, inspect.isclass):
        if issubclass(enum, StrEnum) and enum is not StrEnum:
            out.append(f"* {enum.__name__}: {', '.join(f'`{item.value}`' for item in enum)}")
    return "\n".join(out) + "\n"


def write_settings() -> str:
    """Describe every key of beleg.toml."""
    out = [
        "# beleg.toml",
        "",
        "All of it is optional; a key that is not here is refused. This page",
    ]
    out += ["is written from the code by `docs/generate.py`.", ""]
    for section, cls in _SECTIONS.items():
        out += [f"## {section or 'At the top'}", "", _plain(cls.__doc__), ""]
        out += ["| key | value | default | meaning |", "|---|---|---|---|"]
        for name, hint, default, meaning in _fields(cls):
            if not hint.endswith("Settings") and "Settings, ..." not in hint:
                out.append(f"| {name} | {hint} | {default or 'required'} | {meaning} |")
        out.append("")
    return "\n".join(out)


def write_commands() -> str:
    """Describe every command as its --help does."""
    out = ["# Commands", "", "As `--help` prints them; written by `docs/generate.py`.", ""]

    def describe(command: click.Command, name: str, parent: click.Context | None) -> None:
        context = click.Context(
            command, parent=parent, info_name=name, terminal_width=88, **command.context_settings
        )
        path, text = context.command_path, command.get_help(context).strip()
        out.extend([f"## {path}", "", "```", text, "```", ""])
        if isinstance(command, click.Group):
            for below in command.list_commands(context):
                found = command.get_command(context, below)
                assert found is not None
                describe(found, below, context)

    describe(main, "beleg", None)
    return "\n".join(out)


WRITERS = {
    "tables.md": write_tables,
    "settings.md": write_settings,
    "commands.md": write_commands,
}

if __name__ == "__main__":
    REFERENCE.mkdir(exist_ok=True)
    for file_name, write in WRITERS.items():
        (REFERENCE / file_name).write_text(write(), encoding="utf-8")

"""The model distribution plan says nothing that no code carries out and no test holds."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PLANS = {
    "de": ROOT / "docs" / "plan" / "verteilungsplan.de.md",
    "en": ROOT / "docs" / "plan" / "distribution-plan.en.md",
}
PARAGRAPH = re.compile(
    r"^\((\d+)\) (.*?)\n\n((?:- (?:Code|Test): `[^`\n]+`\n?)+)", re.MULTILINE | re.DOTALL
)
POINTER = re.compile(r"- (Code|Test): `([^`]+)`")


def read_plan(language):
    """Paragraphs by (section, number): words and pointers."""
    text = PLANS[language].read_text(encoding="utf-8") + "\n"
    _, *sections = re.split(r"^## § ", text, flags=re.MULTILINE)
    found = {}
    for place, section in enumerate(sections, 1):
        number = int(section.split(maxsplit=1)[0])
        assert number == place, f"§ {number} stands in the place of § {place}"
        opened = re.findall(r"^\((\d+)\) ", section, re.MULTILINE)
        paragraphs = PARAGRAPH.findall(section + "\n")
        assert [n for n, _, _ in paragraphs] == opened, f"§ {number}: a paragraph has no pointer"
        assert opened == [str(n) for n in range(1, len(opened) + 1)], f"§ {number}"
        for n, words, pointers in paragraphs:
            found[number, int(n)] = (words, POINTER.findall(pointers))
    return found


@cache
def names_in(path):
    """Functions and classes of a file, those of classes as Class.function, and constants."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = set()
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        if isinstance(node, ast.ClassDef):
            names |= {f"{node.name}.{n.name}" for n in node.body if isinstance(n, ast.FunctionDef)}
        if isinstance(node, ast.Assign):
            names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            names.add(node.target.id)
    return names


@pytest.mark.parametrize("language", PLANS)
def test_every_paragraph_points_to_code_and_test_that_are_there(language):
    for (section, n), (_, pointers) in read_plan(language).items():
        kinds = {kind for kind, _ in pointers}
        assert kinds == {"Code", "Test"}, f"§ {section} ({n}) points to {kinds} alone"
        for kind, pointer in pointers:
            file, _, name = pointer.partition("::")
            where = f"§ {section} ({n}): {pointer}"
            assert file.startswith("src/beleg/" if kind == "Code" else "tests/"), where
            assert (ROOT / file).is_file(), f"{where}: no such file"
            assert name in names_in(ROOT / file), f"{where}: no such name"
            is_test = name.rpartition(".")[2].startswith("test_")
            assert kind == "Code" or is_test, f"{where}: is no test"


def test_both_languages_have_the_same_paragraphs_and_pointers():
    german, english = read_plan("de"), read_plan("en")
    assert german.keys() == english.keys()
    for key, (_, pointers) in german.items():
        assert pointers == english[key][1], key


def test_both_languages_cite_the_same_law_and_leave_the_same_blanks():
    german, english = read_plan("de"), read_plan("en")
    for key, (words, _) in german.items():
        other = english[key][0]
        for pattern in (r"(?:VGG|UrhG) § \d+\w*", r"I ZR \d+/\d+", r"\(§ \d+\)"):
            said = [re.findall(pattern, " ".join(text.split())) for text in (words, other)]
            assert said[0] == said[1], key
        assert words.count("[") == other.count("["), key


@pytest.mark.parametrize(
    ("language", "said"), [("de", "keine Rechtsberatung"), ("en", "not legal advice")]
)
def test_it_says_that_it_is_a_model(language, said):
    head = PLANS[language].read_text(encoding="utf-8").partition("## § 1")[0]
    assert said in " ".join(head.split())


def test_a_pointer_to_nothing_is_found():
    assert "test_a_pointer_to_nothing_is_found" in names_in(Path(__file__))
    assert "no_such_function" not in names_in(Path(__file__))

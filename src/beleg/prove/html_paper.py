"""A paper as one HTML file that loads nothing and can be printed."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

from markupsafe import Markup

from beleg.formats import Language, format_money
from beleg.prove import paper_terms as terms
from beleg.prove.paper import RIVALS, Earning, Paper, Support, sum_amounts
from beleg.prove.paper_words import name_term, word
from beleg.templates import open_templates


def write_html(paper: Paper, language: Language) -> bytes:
    """Write the page; foreign text is escaped and cannot turn the direction of what follows."""
    style = _read_style()
    head = paper.head
    page = open_templates("beleg.prove").get_template("paper.html.j2")
    return page.render(
        **_helpers(paper, language),
        paper=paper,
        pot=head.pot,
        language=language,
        style=Markup(style),  # noqa: S704 - our own file, never a value from a statement
        policy=_policy(style),
        verdict=terms.write_verdict(paper, language),
        coverage=name_term("coverage", head.pot["coverage"], language),
        facts=terms.list_facts(head, language),
        steps=list(terms.list_steps(paper, language)),
        is_cut=any(terms.is_cut(row) for row in paper.top),
        how=terms.explain_rule(head, language),
        check=terms.list_sentences("check_steps", language, file=f"{paper.file}.json"),
    ).encode()


@lru_cache
def _read_style() -> str:
    file = files("beleg.prove").joinpath("templates", "paper.css")
    return f"\n{file.read_text(encoding='utf-8').strip()}\n"


def _policy(style: str) -> str:
    """Allow the file's own style, by hash, and nothing else at all."""
    digest = b64encode(sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def _helpers(paper: Paper, language: Language) -> dict[str, Callable[..., Any]]:
    """Bind what the template calls to the language and the pot's currency."""
    currency, gross = paper.head.pot["currency"], int(paper.head.pot["gross_minor"])

    def w(key: str, **values: str | int) -> str:
        return word(key, language, **values)

    def bar(minor: int) -> str:
        return f"{1000 * max(minor, 0) / gross if gross else 0:.2f}"

    def opened(row: Earning) -> list[Support]:
        return [rival for rival in row.rivals[:RIVALS] if rival.passage is not None]

    return {
        "w": w,
        "bar": bar,
        "opened": opened,
        "money": lambda minor: format_money(minor, currency, language),
        "exact": lambda minor: terms.write_exact_money(minor, currency, language),
        "share": lambda part: terms.write_share(part, language),
        "fraction": lambda value: terms.write_fraction(Fraction(value), language),
        "cents": lambda minor: terms.write_cents(minor, language),
        "support": lambda support: terms.write_support(support, language),
        "best": terms.find_best,
        "part": lambda row: terms.write_part(paper, row, language),
        "write_own": lambda row: terms.write_own(row, language),
        "rivals": lambda row: terms.write_rivals(row, language),
        "brought": lambda row: terms.write_brought(row, language),
        "name": lambda row: terms.name_support(row, language),
        "cut": terms.cut_passage,
        "sum_amounts": sum_amounts,
    }

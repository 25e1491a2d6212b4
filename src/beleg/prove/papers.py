"""Statements for people: what a receipt says, as HTML and as PDF."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from beleg.formats import Language
from beleg.prove.html_paper import write_html
from beleg.prove.paper import Entry, Head, read_paper
from beleg.prove.pdf_paper import write_pdf


def write_papers(
    receipt: Entry, head: Head, language: Language, openings: Iterable[Mapping[str, str]] = ()
) -> dict[str, bytes]:
    """Write a payee's statement for people.

    Args:
        receipt: As a ``payee-*.json`` holds it.
        head: Of its pot; :func:`beleg.prove.paper.read_head` reads it from the ledger.
        language: ``de`` or ``en``.
        openings: The annex (``texts.jsonl``), for an auditor; nothing for the member itself.

    Returns:
        Two files by name, ``payee-<digits>.<language>.html`` and ``….pdf``; the same bytes for
        the same input.
    """
    paper = read_paper(receipt, head, openings)
    stem = f"{paper.file}.{language}"
    return {f"{stem}.html": write_html(paper, language), f"{stem}.pdf": write_pdf(paper, language)}

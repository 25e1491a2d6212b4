"""Figures of a claim that a passage lacks or contradicts."""

from __future__ import annotations

from decimal import Decimal

from beleg.ground.readings import ClaimReading, PassageReading

CONTEXT = 4
"""Tokens on each side of a figure that tell what it counts."""


def agrees(claimed: Decimal, found: Decimal) -> bool:
    """Tell whether a figure is the other one, or the other one rounded.

    Rounding is granted from 10,000 upward and for broken figures, to no fewer than two digits:
    "1.2 million" is 1,234,567, but 1990 is not 1994.
    """
    if claimed == found:
        return True
    if not claimed or not found or (abs(claimed) < 10_000 and found == found.to_integral_value()):
        return False
    digits = len("".join(map(str, claimed.as_tuple().digits)).strip("0"))
    if digits < 2 or abs(claimed.adjusted()) > 40 or abs(found.adjusted()) > 40:
        return False
    unit = Decimal(1).scaleb(claimed.adjusted() - digits + 1)
    return abs(claimed - found) * 2 <= unit


def find_missing(claim: ClaimReading, passage: PassageReading) -> tuple[int, list[str]]:
    """Count the claim's figures that the passage lacks, and name those that it contradicts.

    A figure is contradicted where most of the words around it stand in the passage, and there
    another figure of the same unit that the claim does not know.
    """
    missing, conflicts = 0, []
    known = {claim.tokens[index].number for index in claim.figures}
    others = [token for token in passage.figures if token.number not in known]
    for index in claim.figures:
        figure = claim.tokens[index]
        assert figure.number is not None  # figures are the tokens with a number
        if any(agrees(figure.number, t.number) for t in passage.figures if t.number is not None):
            continue
        missing += 1
        around = [
            token.term
            for token in claim.tokens[max(index - CONTEXT, 0) : index + CONTEXT + 1]
            if token.term and token.number is None
        ]
        near = sum(term in passage.terms for term in around)
        if 0 < len(around) <= 2 * near and any(token.unit == figure.unit for token in others):
            conflicts.append(f"number:{figure.form[1:]}")
    return missing, conflicts

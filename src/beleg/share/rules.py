"""The rules by which a table of stakes is split: name, version, formula, source.

A pot names its rule and the rule's version; a rule whose figures change gets a new version. Rules
for comparison show what other ways of counting would pay (`beleg share split`, `beleg share
simulate`); no pot may name one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from beleg.errors import InputError
from beleg.settlement import RULE_VERSIONS
from beleg.share import counting, expected, game
from beleg.share.game import Split

if TYPE_CHECKING:
    import ibis.expr.types as ir


class Rule(NamedTuple):
    """One way to split a table of stakes."""

    name: str
    version: str
    formula: str
    """For publisher i; c claims, a answers, w weights, s supports, p = s / 10,000."""
    source: str
    pays: bool
    """Whether a pot may name it; else it is for comparison."""
    split: Callable[[ir.Table, int | None], Split]


_TELEMETRY = "SPUR Content Telemetry 1.0 (2026), counting models"

_RULES = (
    Rule(
        "airport",
        RULE_VERSIONS["airport"],
        "sum_c w_c * phi_i(v_c), v_c(S) = max_{j in S} s_jc, phi the Shapley value",
        "Littlechild and Owen, Management Science 20 (1973) 370-372",
        pays=True,
        split=game.split,
    ),
    Rule(
        "expected",
        RULE_VERSIONS["expected"],
        "sum_c w_c * p_ic * E[1 / (1 + K)], K of the others support c, each by its own chance p",
        "Shapley 1953, over independent draws (Poisson 1837)",
        pays=True,
        split=expected.split,
    ),
    Rule(
        "per_citation",
        "1",
        "sum_a W_a * (rows of i in a with support), over the same of all publishers",
        _TELEMETRY,
        pays=False,
        split=counting.split_per_citation,
    ),
    Rule(
        "per_grounding",
        "1",
        "sum_a W_a * (claims of a that i supports), over the same of all publishers",
        _TELEMETRY,
        pays=False,
        split=counting.split_per_grounding,
    ),
    Rule(
        "per_turn",
        "1",
        "sum over a with i of W_a / (publishers with support in a), over sum_a W_a",
        _TELEMETRY,
        pays=False,
        split=counting.split_per_turn,
    ),
    Rule(
        "equal",
        "1",
        "1 / (publishers with any support)",
        "equal division, the plainest rule to compare with",
        pays=False,
        split=counting.split_equal,
    ),
)

RULES: dict[str, Rule] = {rule.name: rule for rule in _RULES}
"""Rules that split a table of stakes, by name."""


def split(stakes: ir.Table, rule: str = "airport", total_weight: int | None = None) -> Split:
    """Split a table of stakes by a rule.

    Args:
        stakes: answer_id, claim_id, publisher_id, weight, support, as
            :func:`beleg.share.game.split` says; several rows of one claim and publisher are
            several citations for ``per_citation``, one stake for all others.
        rule: A name of :data:`RULES`.
        total_weight: Sum of the weights of all claims, those without a row included; None: of
            those in the table.

    Raises:
        InputError: The rule is not known, or the stakes are wrong.
    """
    if rule not in RULES:
        raise InputError(f"the rule {rule!r} is not known.", f"Use one of {', '.join(RULES)}.")
    return RULES[rule].split(stakes, total_weight)

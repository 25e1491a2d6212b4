"""How a paper's figures and terms are written; what HTML and PDF have in common."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from fractions import Fraction
from typing import NamedTuple
from zoneinfo import ZoneInfo

from beleg.formats import (
    NBSP,
    Language,
    format_date,
    format_money,
    format_number,
    format_period,
)
from beleg.money import MINOR_DIGITS
from beleg.prove.paper import RIVALS, Brought, Earning, Head, Paper, Support
from beleg.prove.paper_words import name_term, word

MAX_FRACTION = 160
"""Digits of a fraction that is written out; a longer one says where it stands."""

MAX_PASSAGE = 900
"""Code points of a passage; a page of text would hide the claim beside it."""


MAX_LINE = 160
"""Code points of a claim in the table of the others."""


class Step(NamedTuple):
    """A step of the waterfall, in minor units."""

    label: str
    minor: int
    start: int
    """Where its bar begins, of the gross sum."""
    is_sum: bool


def list_facts(head: Head, language: Language) -> list[tuple[str, str]]:
    """List what the pot is, as pairs of name and value."""
    pot = head.pot
    zone = ZoneInfo(pot["timezone"])
    first, after = (
        format_date(datetime.fromisoformat(pot[key]).astimezone(zone).date(), language)
        for key in ("starts_at", "ends_at")
    )
    period = format_period(pot["period"], language)
    kinds = ", ".join(name_term("kind", kind, language) for kind in pot["kinds"])
    due = format_date(date.fromisoformat(pot["due"]), language) if pot["due"] else None
    values = {
        "pot": pot["pot_id"],
        "right": name_term("right", pot["right"], language),
        "period": word(
            "period_value", language, period=period, first=first, after=after, zone=pot["timezone"]
        ),
        "due": due or word("not_set", language),
        "rule": word(
            "rule_value",
            language,
            rule=name_term("rule", pot["rule"], language),
            version=pot["rule_version"],
        ),
        "mode": name_term("mode", pot["mode"], language),
        "threshold": word(
            "threshold_value",
            language,
            threshold=write_support(pot["threshold"], language),
            kinds=kinds,
        ),
        "coverage": word(
            "coverage_value",
            language,
            coverage=name_term("coverage", pot["coverage"], language),
            answers=head.n_answers,
            claims=head.n_claims,
        ),
    }
    return [(word(key, language), value) for key, value in values.items()]


def list_steps(paper: Paper, language: Language) -> Iterator[Step]:
    """List the way from gross to the payee, its rivals together, and the unpaid lines."""
    pot, own = paper.head.pot, paper.total("assigned_minor")
    gross, deductions, reserve, left = (
        int(pot[f"{key}_minor"]) for key in ("gross", "deductions", "reserve", "distributable")
    )
    yield Step(word("gross", language), gross, 0, is_sum=True)
    yield Step(word("deductions", language), deductions, gross - deductions, is_sum=False)
    yield Step(word("reserve", language), reserve, left, is_sum=False)
    yield Step(word("distributable", language), left, 0, is_sum=True)
    parts = {"to_you": own, "to_others": paper.head.payees_minor - own}
    parts |= {f"line_{line}": minor for line, minor in paper.head.lines.items()}
    for key, minor in parts.items():
        left -= minor
        yield Step(word(key, language), minor, left, is_sum=False)


def write_verdict(paper: Paper, language: Language) -> str:
    """Say in a sentence or two what the payee receives, or would receive."""
    pot = paper.head.pot
    assigned, paid, withheld = (
        format_money(paper.total(f"{column}_minor"), pot["currency"], language)
        for column in ("assigned", "paid", "withheld")
    )
    names = {"name": paper.name, "pot": pot["pot_id"]}
    names["period"] = format_period(pot["period"], language)
    if paper.is_simulation:
        return word("verdict_simulated", language, assigned=assigned, **names)
    said = word("verdict", language, paid=paid, **names)
    if paper.total("withheld_minor"):
        said += f" {word('verdict_withheld', language, withheld=withheld)}"
    return said


def write_support(support: int, language: Language) -> str:
    """Write a support (0..10000) as a percentage, to its last digit."""
    digits = 0 if support % 100 == 0 else 2
    return f"{format_number(Fraction(support, 100), language, digits)}{NBSP}%"


def write_exact_money(minor: Fraction, currency: str, language: Language) -> str:
    """Write an amount before rounding, to a ten-thousandth of the minor unit."""
    digits = MINOR_DIGITS.get(currency, 2)
    figure = format_number(minor / 10**digits, language, digits + 4)
    return f"{figure}{NBSP}{currency}"


def write_share(part: Fraction, language: Language) -> str:
    """Write a part as a percentage with six decimals."""
    return f"{format_number(100 * part, language, 6)}{NBSP}%"


def write_cents(minor: Fraction, language: Language) -> str:
    """Write a balance in minor units."""
    return format_number(minor, language, 6)


def write_fraction(value: Fraction, language: Language) -> str:
    """Write a fraction exactly, or how long it is where it is too long to read."""
    exact = str(value)
    if len(exact) <= MAX_FRACTION:
        return exact
    return word("fraction_in_json", language, n=len(exact) - 1)


def name_support(support: Support, language: Language) -> str:
    """Name who supports a claim: its name where it is opened, else a pseudonym."""
    return support.name or word("house", language, digits=support.digits)


def write_own(support: Support, language: Language) -> str:
    """Say in a line what the payee's own stake is."""
    return word(
        "own_stake",
        language,
        name=name_support(support, language),
        support=write_support(support.support, language),
        kind=name_term("kind", support.kind or "none", language),
        basis=_write_basis(support, language),
    )


def _write_basis(support: Support, language: Language) -> str:
    if support.appeal is not None:
        return word("by_appeal", language, appeal=support.appeal)
    return name_term("basis", support.basis, language)


def write_brought(brought: Brought, language: Language) -> str:
    """Say in a line which balance came in, and from where."""
    return word(
        f"brought_{brought.kind}",
        language,
        name=brought.publisher,
        source=brought.source,
        amount=write_cents(brought.amount, language),
        exact=write_fraction(brought.amount, language),
    )


def write_rivals(earning: Earning, language: Language) -> str:
    """List the rivals in a claim with their numbers, the strongest first."""
    if not earning.rivals:
        return word("no_rivals", language)
    said = [
        word(
            "rival",
            language,
            name=name_support(row, language),
            support=write_support(row.support, language),
        )
        for row in earning.rivals[:RIVALS]
    ]
    if more := len(earning.rivals) - RIVALS:
        said += [word("more_rivals", language, n=more)] if more > 0 else []
    return "; ".join(said)


def write_part(paper: Paper, earning: Earning, language: Language) -> str:
    """Say what a claim brought, in money and as a part of the pot."""
    money = write_exact_money(earning.amount, paper.head.pot["currency"], language)
    share = write_share(earning.part, language)
    return word("part_value", language, money=money, share=share)


def cut_passage(text: str) -> str:
    """Fold white space, and cut a long passage short."""
    folded = " ".join(text.split())
    return folded if len(folded) <= MAX_PASSAGE else f"{folded[:MAX_PASSAGE]}…"


def list_sentences(key: str, language: Language, **values: str) -> list[str]:
    """List the sentences of an entry that holds one a line."""
    return word(key, language, **values).strip().splitlines()


def explain_rule(head: Head, language: Language) -> list[str]:
    """Say in five sentences how the pot's rule computes; empty for a rule without any."""
    key = f"how_{head.pot['rule']}"
    return list_sentences(key, language) if key in _HOW else []


_HOW = frozenset({"how_airport", "how_expected", "how_floor"})


def find_best(earning: Earning) -> int:
    """Return the strongest of the payee's own supports of a claim."""
    return max(row.support for row in earning.own)


def is_cut(earning: Earning) -> bool:
    """Say whether a passage of a claim is cut short."""
    rows = (*earning.own, *earning.rivals[:RIVALS])
    texts = [text for row in rows for text in (row.passage, row.origin) if text]
    return any(len(" ".join(text.split())) > MAX_PASSAGE for text in texts)


def cut_line(text: str) -> str:
    """Fold white space, and cut a text to what a line of a table may take."""
    folded = " ".join(text.split())
    return folded if len(folded) <= MAX_LINE else f"{folded[:MAX_LINE]}…"

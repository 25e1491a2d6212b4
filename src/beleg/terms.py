"""The money of beleg.toml: pots, the frames that they count by, disputes, searches for holders.

What types cannot say is checked here; :mod:`beleg.settings` reads the file.
"""

from __future__ import annotations

import re
import typing
from collections.abc import Collection, Sequence
from datetime import date
from typing import Literal, NoReturn

import msgspec

from beleg.money import Amount, Period, parse_amount, parse_period
from beleg.records import Level, SupportKind

Coverage = Literal["complete", "sampled", "aggregated", "selected", "synthetic"]
"""How the answers were chosen."""

CHOSEN: Coverage = "selected"
"""What a pot's coverage is where nothing is said."""


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table of beleg.toml."""


class PotSettings(Section, frozen=True):
    """``[[pots]]``: money of a period and the rule that splits it."""

    id: str
    period: str
    amount: str
    """Like ``10000.00 EUR``; in mode ``per_answer`` also ``answers EUR``: the sum of what the
    answers bring in that currency."""
    deductions: str | None = None
    reserve: str | None = None
    right: str = "all"
    rule: Literal["airport", "expected", "floor"] = "airport"
    """``floor`` divides the pot equally between all publishers with a mandate."""
    level: Level = Level.TITLE
    threshold: int | None = None
    """Least support that is paid, 0..10000; None takes the measured default of `ground`."""
    kinds: tuple[SupportKind, ...] = tuple(SupportKind)
    existence: Literal["seen", "published"] = "seen"
    coverage: Coverage = "selected"
    """Where the pot names a frame, the frame's counts."""
    agency_text: Literal["buyer", "agency"] = "buyer"
    """For whom an agency's text counts: the house that prints it under its mark, or the agency."""
    due: date | None = None
    """From this day on, what waits for a holder who is not found ages."""
    mode: Literal["pooled", "per_answer"] = "pooled"
    """``per_answer``: each answer brings its own amount; others are left out."""
    series: str | None = None
    """Pots of one series and currency follow each other: exact balances go from one into the
    next. None: the pot stands alone."""
    frame: str | None = None
    """Name of one of ``[[frames]]``: only its questions, engines and runs count."""


class FrameSettings(Section, frozen=True):
    """``[[frames]]``: which questions, engines and runs count in the pots that name it."""

    name: str
    panels: tuple[str, ...]
    source: str
    """Where the questions come from, in words."""
    engines: tuple[str, ...] = ()
    """None: every engine counts."""
    runs: int | None = None
    """Most runs of a question and engine that count in a period, the first ones; None: all."""
    seed: int | None = None
    """With which the questions were drawn."""
    coverage: Coverage = "selected"


class DisputeSettings(Section, frozen=True):
    """``[[disputes]]``: a publisher's share of the pots that begin meanwhile waits."""

    publisher: str
    reason: str
    since: date | None = None
    until: date | None = None
    """First day on which it is settled. Pots that began before it go on waiting; what they hold
    is released into the next pot of their series when this entry is taken out."""
    right: str = "all"


class SearchSettings(Section, frozen=True):
    """``[[searches]]``: a documented search for a rightsholder who is not found."""

    date: date
    note: str
    """What was done, in words."""
    rightsholder: str | None = None
    publisher: str | None = None
    """Of the two exactly one is named: whom the search was for, or whose holders."""


class Fail(typing.Protocol):
    """What raises a SettingsError at a path of the file."""

    def __call__(self, where: str, message: str, remedy: str) -> NoReturn:
        """Raise it: the path in the file, what is wrong, what to do."""


def read_currency_of_answers(amount: str) -> str | None:
    """Return the currency of an amount like ``answers EUR``; None where it is a plain amount."""
    match = re.fullmatch(r"answers ([A-Z]{3})", amount)
    return match[1] if match else None


def read_gross(pot: PotSettings) -> Amount:
    """Read a pot's amount; of ``answers EUR`` it is 0 until the answers are known.

    Raises:
        ValueError: It is written another way.
    """
    currency = read_currency_of_answers(pot.amount)
    return parse_amount(pot.amount) if currency is None else Amount(0, currency)


def check_pot(pot: PotSettings, timezone: str, where: str, fail: Fail) -> None:
    """Check a pot's amounts, period, threshold, and that its mode fits its rule."""
    amounts: list[Amount] = []
    for key in ("amount", "deductions", "reserve"):
        text = getattr(pot, key)
        try:
            if key == "amount":
                amounts.append(read_gross(pot))
            else:
                amounts.append(parse_amount(text) if text is not None else Amount(0, ""))
        except ValueError as error:
            fail(f"{where}.{key}", str(error), "Write it like '10000.00 EUR'.")
        if amounts[-1].minor < 0 or amounts[-1].currency not in {"", amounts[0].currency}:
            fail(f"{where}.{key}", f"{key} {text!r}.", "One currency a pot, nothing negative.")
    is_open = read_currency_of_answers(pot.amount) is not None
    if not is_open and amounts[0].minor < amounts[1].minor + amounts[2].minor:
        fail(f"{where}.amount", "deductions and reserve exceed the amount.", "Lower them.")
    if is_open and pot.mode != "per_answer":
        fail(
            f"{where}.amount", f"amount {pot.amount!r} in a pooled pot.", "Set per_answer as mode."
        )
    if pot.rule == "floor" and (pot.mode != "pooled" or pot.frame is not None):
        remedy = "A floor counts no answers: take mode and frame out."
        fail(f"{where}.rule", "rule 'floor' with a mode or frame.", remedy)
    try:
        parse_period(pot.period, timezone)
    except ValueError as error:
        fail(f"{where}.period", str(error), "Write it like '2026-Q4'.")
    if pot.threshold is not None and not 0 <= pot.threshold <= 10_000:
        fail(f"{where}.threshold", f"threshold {pot.threshold}, must be 0..10000.", "Mend it.")


def check_series(pots: Sequence[PotSettings], timezone: str, fail: Fail) -> None:
    """Refuse pots of one series and currency that overlap: which comes first would be a choice."""
    seen: dict[tuple[str, str], list[tuple[str, Period]]] = {}
    for index, pot in enumerate(pots):
        if pot.series is None:
            continue
        period = parse_period(pot.period, timezone)
        others = seen.setdefault((pot.series, read_gross(pot).currency), [])
        for other_id, other in others:
            if period.starts_at < other.ends_at and other.starts_at < period.ends_at:
                fail(
                    f".pots[{index}].period",
                    f"{pot.id!r} overlaps with {other_id!r} of the series {pot.series!r}.",
                    "Let the pots of a series follow each other, or give one another series.",
                )
        others.append((pot.id, period))


def check_frames(
    frames: Sequence[FrameSettings],
    pots: Sequence[PotSettings],
    panels: Collection[str],
    fail: Fail,
) -> None:
    """Check that frames name panels, and pots frames whose coverage they do not contradict."""
    by_name: dict[str, FrameSettings] = {}
    for index, frame in enumerate(frames):
        where = f".frames[{index}]"
        if frame.name in by_name:
            fail(f"{where}.name", f"frame {frame.name!r} stands twice.", "Give each its own name.")
        by_name[frame.name] = frame
        for panel in frame.panels or ("",):
            if panel not in panels:
                fail(f"{where}.panels", f"no panel {panel!r}.", "Name one of [[panels]].")
        if frame.runs is not None and frame.runs < 1:
            fail(f"{where}.runs", f"runs {frame.runs}, must be 1 or more.", "Mend it.")
    for index, pot in enumerate(pots):
        where = f".pots[{index}]"
        if pot.frame is None:
            continue
        if pot.frame not in by_name:
            fail(f"{where}.frame", f"no frame {pot.frame!r}.", "Name one of [[frames]].")
        if pot.coverage not in {CHOSEN, by_name[pot.frame].coverage}:
            message = f"coverage {pot.coverage!r}, the frame's is {by_name[pot.frame].coverage!r}."
            fail(f"{where}.coverage", message, "Say it in the frame alone.")


def check_disputes(
    disputes: Sequence[DisputeSettings],
    searches: Sequence[SearchSettings],
    publishers: Collection[str],
    holders: Collection[str],
    fail: Fail,
) -> None:
    """Check that disputes and searches are about somebody who is declared."""
    for index, dispute in enumerate(disputes):
        where = f".disputes[{index}]"
        if dispute.publisher not in publishers:
            fail(f"{where}.publisher", f"no publisher {dispute.publisher!r}.", "Declare it.")
        if dispute.since and dispute.until and dispute.until <= dispute.since:
            fail(f"{where}.until", "it ends before it begins.", "Mend since or until.")
        if not dispute.reason.strip():
            fail(f"{where}.reason", "reason is empty.", "Say what is disputed.")
    for index, search in enumerate(searches):
        where = f".searches[{index}]"
        if (search.rightsholder is None) == (search.publisher is None):
            fail(f"{where}.date", "a search for nobody, or for two.", "Name one of the two.")
        if search.publisher is not None and search.publisher not in publishers:
            fail(f"{where}.publisher", f"no publisher {search.publisher!r}.", "Declare it.")
        if search.rightsholder is not None and search.rightsholder not in holders:
            name = search.rightsholder
            fail(f"{where}.rightsholder", f"no rightsholder {name!r}.", "Declare it.")
        if not search.note.strip():
            fail(f"{where}.note", "note is empty.", "Say what was done.")

"""Fractional attribution, read: others' records, checked, as shares beside ours and as stakes.

For the names of the fields see :mod:`beleg.share.attribution`.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from beleg.records import Problem
from beleg.settlement import FULL, MILLIONTHS
from beleg.share.attribution import KIND, SCHEMA
from beleg.share.payout import apportion

_NUMBER = re.compile(r"\d{1,400}(?:/\d{1,400}|\.\d{1,400})?")
"""A fraction ``1/3``, a decimal ``0.25`` or a whole number, never negative."""


class Reported(NamedTuple):
    """One record that holds."""

    record_id: str
    output_id: str
    weights: dict[str, Fraction]
    """By source; with the residual they sum to 1."""
    residual: Fraction
    output_weight: Fraction | None
    """None where the record does not say it."""


class StakeRow(NamedTuple):
    """A row that `beleg share split` reads."""

    answer_id: str
    claim_id: str
    publisher_id: str | None
    weight: int
    support: int


class _Decimal(str):
    """A number with a point as it is written: floats would not be exact."""

    __slots__ = ()


class _Fault(Exception):
    """What is wrong with a record, and the remedy."""


def read_records(
    data: bytes,
    source: str,
    *,
    outputs: Mapping[str, int] | None = None,
) -> tuple[list[Reported], list[Problem]]:
    """Read JSON Lines; a record that does not hold is told of and left out.

    Args:
        data: The file.
        source: Its name, for problems.
        outputs: Length of each known answer's text in code points, by answer_id; None: any
            output is taken, and spans are not held against a text.

    Returns:
        The records that stand (of one output the one that nothing supersedes), by output_id; and
        the problems, in the order of the lines.
    """
    held: dict[str, tuple[int, Reported, str | None]] = {}
    problems: list[Problem] = []

    def tell(line: int, record_id: str | None, message: str, remedy: str) -> None:
        problems.append(Problem("share", source, line, record_id, message, remedy))

    for line, raw in enumerate(data.split(b"\n"), 1):
        if not raw.strip():
            continue
        row: Any = None
        try:
            row = json.loads(raw, parse_float=_Decimal, parse_constant=_Decimal)
            record, before, note = _read(row, outputs, held)
        except _Fault as fault:
            name = row.get("record_id") if isinstance(row, dict) else None
            tell(line, name if isinstance(name, str) else None, *fault.args)
        except (ValueError, RecursionError) as error:
            tell(line, None, f"not JSON: {error}.", "Write one JSON object a line.")
        else:
            held[record.record_id] = (line, record, before)
            if note:
                tell(line, record.record_id, note, "Write weights as fractions.")
    standing = _choose(held, tell)
    return sorted(standing, key=lambda row: row.output_id), sorted(
        problems, key=lambda row: row.line or 0
    )


def _read(
    row: Any, outputs: Mapping[str, int] | None, known: Container[str]
) -> tuple[Reported, str | None, str | None]:
    """Read one record: it, what it supersedes, and what was adjusted."""
    if not isinstance(row, dict):
        raise _Fault("is no JSON object.", "Write one JSON object a line.")
    if (row.get("type"), row.get("schema")) != (KIND, SCHEMA):
        raise _Fault(
            f"type and schema are {row.get('type')!r} and {row.get('schema')!r}.",
            f"Only {KIND!r} under {SCHEMA!r} is read; docs/theory/attribution.md describes it.",
        )
    record_id, output_id = _text(row, "record_id"), _text(row, "output_id")
    if record_id in known:
        raise _Fault("its record_id stands twice.", "Send each record once.")
    if outputs is not None and output_id not in outputs:
        raise _Fault(f"output_id {output_id!r} is no answer here.", "Collect that answer first.")
    before = row.get("supersedes")
    if before is not None and type(before) is not str:
        raise _Fault("supersedes is no text.", "Name a record_id, or null.")
    weights: dict[str, Fraction] = {}
    digits = []
    for source in _sources(row):
        name = _text(source, "source")
        if name in weights:
            raise _Fault(f"source {name!r} stands twice.", "Add its weights up.")
        weights[name] = _number(source, "weight")
        digits.append(_decimals(source["weight"]))
        _check_spans(source, None if outputs is None else outputs[output_id])
    residual = _number(row, "model_residual")
    digits.append(_decimals(row["model_residual"]))
    residual, note = _settle_sum(weights, residual, digits)
    weight = _number(row, "output_weight") if row.get("output_weight") is not None else None
    return Reported(record_id, output_id, weights, residual, weight), before, note


def _settle_sum(
    weights: Mapping[str, Fraction], residual: Fraction, digits: Sequence[int | None]
) -> tuple[Fraction, str | None]:
    """Check that all parts sum to 1; what rounded decimals leave goes to the residual."""
    off = 1 - sum(weights.values(), residual)
    if not off:
        return residual, None
    known = [n for n in digits if n is not None]
    # Each of the decimals may be off by half of its last digit; fractions may not be off at all.
    slack = sum((Fraction(1, 2 * 10**n) for n in known), Fraction())
    if len(known) < len(digits) or abs(off) > slack or residual + off < 0:
        raise _Fault(
            f"weights and model_residual sum to {float(1 - off):.9g}, must sum to 1.",
            "Send all sources, and the rest as model_residual.",
        )
    return residual + off, f"rounded weights leave {float(off):.3g}; it went to model_residual."


def _text(row: Mapping[str, Any], key: str) -> str:
    value = row.get(key)
    if type(value) is not str or not value:
        raise _Fault(f"{key} is missing or no text.", f"Give {key} as a text.")
    return value


def _number(row: Mapping[str, Any], key: str) -> Fraction:
    value = row.get(key)
    value = str(value) if type(value) is int else value
    if not isinstance(value, str) or not _NUMBER.fullmatch(value):
        raise _Fault(f"{key} is {value!r}.", 'Write it like "1/3" or 0.25, never negative.')
    try:
        return Fraction(value)
    except ZeroDivisionError as error:
        raise _Fault(f"{key} is {value!r}.", "Nothing is divided by 0.") from error


def _decimals(value: str | int) -> int | None:
    """Count the digits after the point; None where a number is written exactly."""
    _, point, digits = str(value).partition(".")
    return len(digits) if point else None


def _sources(row: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    sources = row.get("sources")
    if not isinstance(sources, list) or not all(isinstance(one, dict) for one in sources):
        raise _Fault("sources is no list of objects.", "An empty list says that there are none.")
    yield from sources


def _check_spans(source: Mapping[str, Any], length: int | None) -> None:
    spans = source.get("spans", [])
    if not isinstance(spans, list):
        raise _Fault("spans is no list.", "Leave it out, or give {start, end} objects.")
    for span in spans:
        bounds = [span.get(key) for key in ("start", "end")] if isinstance(span, dict) else []
        if not bounds or not all(type(n) is int for n in bounds):
            raise _Fault(f"span {span!r} has no start and end.", "Count code points from 0.")
        start, end = (int(str(n)) for n in bounds)
        if not 0 <= start < end or (length is not None and end > length):
            raise _Fault(
                f"span [{start}, {end}) does not lie in the answer.",
                "Spans are [start, end) in code points of the answer's text.",
            )


def _choose(held: Mapping[str, tuple[int, Reported, str | None]], tell: Any) -> Iterator[Reported]:
    """Choose of each output the record that nothing supersedes."""
    gone = {before for _, _, before in held.values() if before is not None}
    by_output: dict[str, list[str]] = defaultdict(list)
    for record_id, (line, record, before) in held.items():
        if before is not None and before not in held:
            tell(line, record_id, f"supersedes {before!r}, which is not here.", "It stands alone.")
        elif before is not None and held[before][1].output_id != record.output_id:
            tell(line, record_id, "supersedes a record of another output.", "Both are left out.")
            gone.add(record_id)
        by_output[record.output_id].append(record_id)
    for output_id, names in by_output.items():
        standing = [name for name in names if name not in gone]
        if len(standing) == 1:
            yield held[standing[0]][1]
            continue
        first = held[names[0]][0]
        said = f"output {output_id!r} has {len(standing)} records that nothing supersedes."
        tell(first, names[0], said, "Let each later one name the one before; none was taken.")


def sum_shares(
    records: Iterable[Reported], weights: Mapping[str, Fraction] | None = None
) -> tuple[dict[str, Fraction], Fraction]:
    """Sum records to shares of all outputs, each by its weight.

    Args:
        records: As :func:`read_records` gives them.
        weights: By output_id, of a pot for instance; outputs that it lacks do not count. None:
            the records' own weights where all have one, else all weigh alike.

    Returns:
        Shares by source, and what goes to no source; together 1. Without any weight: nothing, 1.
    """
    rows = list(records)
    if weights is None:
        own = {row.output_id: row.output_weight for row in rows}
        known = all(weight is not None for weight in own.values())
        weights = {name: w if known and w is not None else Fraction(1) for name, w in own.items()}
    whole = sum((weights.get(row.output_id, Fraction()) for row in rows), Fraction())
    shares: dict[str, Fraction] = defaultdict(Fraction)
    for row in rows:
        part = weights.get(row.output_id, Fraction()) / whole if whole else Fraction()
        for source, weight in row.weights.items():
            shares[source] += part * weight
    kept = {source: share for source, share in sorted(shares.items()) if share}
    return kept, 1 - sum(kept.values(), Fraction())


def to_stakes(records: Iterable[Reported]) -> list[StakeRow]:
    """Write records as stakes whose split gives their weights, to a millionth of an output.

    Each source is a claim of its own, fully supported by it alone; the residual is a claim that
    nobody supports. Millionths are rounded by largest remainder, ties by name.
    """
    rows = []
    for record in records:
        exact = {("source", name): w * MILLIONTHS for name, w in record.weights.items()}
        exact["residual", ""] = record.residual * MILLIONTHS
        whole = apportion(MILLIONTHS, exact, {key: key for key in exact})
        for (kind, name), weight in whole.items():
            if not weight:
                continue
            is_source = kind == "source"
            rows.append(
                StakeRow(
                    record.output_id,
                    f"{record.output_id}/{name}" if is_source else f"{record.output_id}/",
                    name if is_source else None,
                    weight,
                    FULL if is_source else 0,
                )
            )
    return rows

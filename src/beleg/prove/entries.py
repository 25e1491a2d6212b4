"""How a statement's lines are spelled: what is read before anything is recomputed.

Only the standard library is imported, as in :mod:`beleg.prove.verify`, which this is the first
page of; nothing that writes statements uses it. A line has one spelling: canonical JSON, the
fields of its type and no other, every value in its one form.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

FORMAT = "beleg-statement-3"
LEDGER, TEXTS = "ledger.jsonl", "texts.jsonl"
_SAID = {  # by type: what names an entry, each once and in this order | what is said of it
    "format": "format |",
    "pot": "pot_id | right period starts_at ends_at timezone currency gross_minor deductions_minor"
    " reserve_minor distributable_minor due rule rule_version level threshold kinds existence"
    " coverage agency_text mode series frame claim_weight",
    "entitlement": "publisher payee | numerator denominator found",
    "balance": "is_line payee publisher kind source | numerator denominator",
    "answer": "answer | prompt asked_at impressions amount_minor prompt_weight weight",
    "claim": "claim | answer words weight text",
    "stake": "claim publisher | support kind passage basis origin appeal",
    "share": "publisher | numerator denominator mandate order",
    "payout": "is_line payee publisher | numerator denominator carried_numerator"
    " carried_denominator assigned_minor paid_minor withheld_minor carry_numerator"
    " carry_denominator order",
    "file": "path | bytes sha256",
}
FIELDS = {kind: [keys.split() for keys in said.split("|")] for kind, said in _SAID.items()}
_HASH, _WHOLE, _TEXT = '"[0-9a-f]{64}"', '"(0|[1-9][0-9]{0,3999})"', '".*"'
_SPELLED = {  # what the JSON of a value must match | where; what is not named is any text
    _HASH: "publisher payee prompt text sha256",
    f"null|{_HASH}": "payout.publisher balance.publisher origin passage frame",
    f'{_HASH}|"(unsupported|no_mandate|holder_not_found|disputed)"': "payout.payee balance.payee",
    _WHOLE: "gross_minor deductions_minor reserve_minor distributable_minor weight numerator"
    " paid_minor claim_weight",
    f"null|{_WHOLE}": "impressions prompt_weight amount_minor",
    '"[1-9][0-9]{0,3999}"': "denominator carry_denominator carried_denominator",
    '"(0|-?[1-9][0-9]{0,3999})"': "carry_numerator carried_numerator balance.numerator"
    " assigned_minor withheld_minor",
    "0|[1-9][0-9]{0,3}|10000": "support threshold",
    "[1-9][0-9]{0,8}": "words",
    "0|[1-9][0-9]{0,17}": "order bytes",
    "true|false": "found is_line",
    r'\[("[a-z]+"(,"[a-z]+")*)?\]': "kinds",
    'null|"[0-9]{4}-[0-9]{2}-[0-9]{2}"': "due",
    'null|".*"': "series appeal stake.kind",
    '"[A-Z]{3}"': "currency",
    '"(paid|measured|disputed)"': "mandate",
    '"(own|copy|rewrite|canonical|agency|disputed)"': "basis",
    '"(buyer|agency)"': "agency_text",
    '"(title|company|group)"': "level",
    '"(seen|published)"': "existence",
    '"(complete|sampled|aggregated|selected|synthetic)"': "coverage",
    '"(pooled|per_answer)"': "mode",
    '"(rounding|correction)"': "balance.kind",
    '"[0-9a-f]{32}"': "opening.salt",
    _TEXT: "opening.text",
}
_ANY = re.compile(_TEXT, re.DOTALL)
_FORMS = {key: re.compile(form, re.DOTALL) for form, at in _SPELLED.items() for key in at.split()}
_BY_KIND = {
    kind: {
        **_FORMS,
        **{at.split(".")[1]: _FORMS[at] for at in _FORMS if at.startswith(f"{kind}.")},
    }
    for kind in (*_SAID, "opening")
}
_PERIOD = re.compile(r"([0-9]{4})(?:-(?:W([0-9]{2})|Q([1-4])|(0[1-9]|1[0-2])))?")
_DECODER = json.JSONDecoder(parse_float=Fraction, parse_constant=Fraction)
# With ASCII keys and whole numbers this is canonical JSON (RFC 8785).
_ENCODER = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"))
Entry = dict[str, Any]


class BrokenError(Exception):
    """A file that cannot be read any further; the text names it first."""


def to_canonical(value: object) -> bytes:
    """Write a value as canonical JSON."""
    return _ENCODER.encode(value).encode()


def parse(file: str, data: bytes) -> Any:
    """Read one JSON value in its one spelling."""
    try:
        text = data.decode()
        value, end = _DECODER.raw_decode(text)
        # A key that stands twice, a broken number or a second spelling does not come out again.
        if end == len(text) and to_canonical(value) == data:
            return value
    except (ValueError, TypeError, RecursionError) as error:
        raise BrokenError(f"{file}: not JSON: {error}.") from error
    raise BrokenError(f"{file}: not in canonical form: {data[:60]!r}.")


def _parse_lines(file: str, data: bytes) -> tuple[list[bytes], list[Entry]]:
    *lines, after = data.split(b"\n")
    if after:
        raise BrokenError(f"{file}: its last line has no end.")
    return lines, [parse(file, line) for line in lines]


def check_values(file: str, kind: str, entry: Entry) -> None:
    """Refuse a value that is not spelled in its one form."""
    forms = _BY_KIND[kind]
    for key, value in entry.items():
        form = forms.get(key, _ANY)
        said = f'"{value}"' if type(value) is str else to_canonical(value).decode()
        if not form.fullmatch(said):
            raise BrokenError(
                f"{file}: {key} of a line ({kind}) is {said[:60]}, which none can be."
            )


def read_ledger(data: bytes) -> tuple[list[bytes], dict[str, dict[int, Entry]]]:
    """Sort the entries by type and line; unknown, unordered and repeated ones are refused."""
    lines, entries = _parse_lines(LEDGER, data)
    found: dict[str, dict[int, Entry]] = {kind: {} for kind in FIELDS}
    last: tuple[object, ...] = ()
    for place, entry in enumerate(entries):
        names, said = FIELDS[entry["type"]]
        name = ([*FIELDS].index(entry["type"]), *[str(entry[key]) for key in names])
        if entry.keys() != {"type", *names, *said} or name <= last:
            raise BrokenError(f"{LEDGER}: line {place + 1} is unknown, repeated or out of order.")
        check_values(LEDGER, entry["type"], entry)
        found[entry["type"]][place], last = entry, name
    return lines, found


def read_texts(data: bytes) -> tuple[list[Entry], dict[str, str]]:
    """Read the annex, sorted by (kind, id): an id that had two openings could be two houses.

    Returns:
        The openings; and by commitment the kind of those that were forgotten, which stand last.
    """
    _, rows = _parse_lines(TEXTS, data)
    opened, last = [row for row in rows if "forgotten" not in row], ("", "")
    for row in opened:
        if row.keys() != {"commitment", "id", "kind", "salt", "text"}:
            raise BrokenError(f"{TEXTS}: a line has other fields than an opening.")
        check_values(TEXTS, "opening", row)
        if (row["kind"], row["id"]) <= last:
            raise BrokenError(f"{TEXTS}: {row['kind']} {row['id']} is repeated or out of order.")
        last = (row["kind"], row["id"])
    gone = {row["commitment"]: row["kind"] for row in rows[len(opened) :]}
    lines = [{"commitment": name, "forgotten": True, "kind": gone[name]} for name in sorted(gone)]
    if rows[len(opened) :] != lines:
        raise BrokenError(f"{TEXTS}: what was forgotten is repeated or out of order.")
    return opened, gone


def fold_text(text: str) -> str:
    """Fold what two spellings of one statement may differ in: case and white space."""
    return " ".join(text.casefold().split())


def count_words(text: str) -> int:
    """Count runs of letters and runs of digits: never fewer than a text has content words."""
    return len(re.findall(r"[^\W\d_]+|\d+", text))


def bounds_of(pot: Mapping[str, str]) -> tuple[str, str]:
    """Say when a pot's period begins and ends, half-open, in UTC.

    Args:
        pot: Has period (``2026``, ``2026-11``, ``2026-W47`` or ``2026-Q4``) and timezone, the
            IANA name of the zone whose midnights bound it.
    """
    try:
        year, week, quarter, month = _PERIOD.fullmatch(pot["period"]).groups()  # type: ignore[union-attr] # None is caught below
        if week:
            first = date.fromisocalendar(int(year), int(week), 1)
            days = [first, first + timedelta(days=7)]
        else:
            start = 12 * int(year) + (3 * int(quarter) - 3 if quarter else int(month or 1) - 1)
            ends = start + (1 if month else 3 if quarter else 12)
            days = [date(at // 12, at % 12 + 1, 1) for at in (start, ends)]
        zone = ZoneInfo(pot["timezone"])
        begins, after = (datetime(d.year, d.month, d.day, tzinfo=zone) for d in days)
        return begins.astimezone(UTC).isoformat(), after.astimezone(UTC).isoformat()
    except (AttributeError, ArithmeticError, LookupError, OSError, ValueError) as error:
        message = f"{LEDGER}: no period {pot['period']!r} in zone {pot['timezone']!r}: {error}."
        raise BrokenError(message) from error

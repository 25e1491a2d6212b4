"""From the bytes of a file to its JSON rows; what cannot be read becomes problems.

JSON (one object, or an array), JSON Lines, plain or gzip, in UTF-8 (with or without byte order
mark) or in UTF-16 and UTF-32 with one.
"""

from __future__ import annotations

import codecs
import json
import re
import zlib
from typing import NamedTuple

from beleg.errors import InputError
from beleg.records import Problem

STAGE = "collect"
_GZIP = b"\x1f\x8b"
_MOST_BYTES = 2_000_000_000  # unpacked; a year of one engine's daily panel is a tenth of it
_MARKS = (  # UTF-32 first: its little-endian mark begins like that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SPACE = " \t\r\n"
_SURROGATE = re.compile("[\ud800-\udfff]")


class JsonRow(NamedTuple):
    """One row of a file."""

    row: int
    """0-based, counting broken rows too."""
    line: int
    """1-based line where it begins."""
    value: object


class JsonRows(NamedTuple):
    """The rows of a file, and what could not be read of it."""

    rows: list[JsonRow]
    problems: list[Problem]
    n_rows: int
    """Rows that were there, broken ones included."""


def read_json_rows(data: bytes, *, name: str) -> JsonRows:
    """Read a file of JSON or JSON Lines.

    Args:
        data: The file as it came.
        name: What problems call it.

    Raises:
        InputError: The file is in another encoding, or unpacks to more than 2 GB.
    """
    problems: list[Problem] = []
    unpacked, whole = _unpack(data)
    text, cut = _decode(unpacked, name, may_be_cut=True)
    rows, broken, n_rows = _read_text(text, name)
    problems.extend(broken)
    if not whole or (cut and not broken):
        problems.append(
            Problem(
                STAGE,
                name,
                text.count("\n") + 1,
                None,
                f"The file ends early: {n_rows} row{'' if n_rows == 1 else 's'} could be reached.",
                "Fetch or export it once more; what was readable is stored.",
            )
        )
    if not n_rows and not problems:
        problems.append(
            Problem(STAGE, name, None, None, "The file holds no row.", "Export it once more.")
        )
    return JsonRows(rows, problems, n_rows)


def _unpack(data: bytes) -> tuple[bytes, bool]:
    """Unpack gzip, all members; give what can be read, and whether that was all."""
    if not data.startswith(_GZIP):
        return data, True
    pieces: list[bytes] = []
    size, rest = 0, data
    while rest.startswith(_GZIP):
        member = zlib.decompressobj(wbits=31)
        try:
            piece = member.decompress(rest, _MOST_BYTES - size)
        except zlib.error:
            return b"".join([*pieces, _unpack_until_damage(rest, _MOST_BYTES - size)]), False
        pieces.append(piece)
        size += len(piece)
        if member.unconsumed_tail:
            raise InputError(
                f"The file unpacks to more than {_MOST_BYTES} bytes.", "Split it into parts."
            )
        if not member.eof:
            return b"".join(pieces), False
        rest = member.unused_data
    return b"".join(pieces), not rest.strip(b"\x00")


def _unpack_until_damage(data: bytes, most: int) -> bytes:
    """Unpack in small steps, to keep what stands before the damage."""
    member, pieces, size = zlib.decompressobj(wbits=31), [], 0
    for at in range(0, len(data), 256):
        try:
            piece = member.decompress(data[at : at + 256], most)
        except zlib.error:
            break
        pieces.append(piece)
        size += len(piece)
        if size > most or member.eof:
            break
    return b"".join(pieces)


def _decode(data: bytes, name: str, *, may_be_cut: bool) -> tuple[str, bool]:
    """Decode by the byte order mark, else as UTF-8; a character cut off at the end is dropped.

    Returns:
        The text, and whether such a character was cut.
    """
    encoding = next((known for mark, known in _MARKS if data.startswith(mark)), "")
    unmarked = "" if encoding else _unmarked_encoding(data)
    if unmarked:
        raise InputError(
            f"{name} is {unmarked} without a byte order mark: its first bytes hold NUL.",
            f"Convert it: iconv -f {unmarked} -t UTF-8 FILE > NEW.",
        )
    encoding = encoding or "utf-8"
    try:
        return data.decode(encoding), False
    except UnicodeDecodeError as error:
        if may_be_cut and error.start >= len(data) - 4 and error.start > 0:
            whole, _ = _decode(data[: error.start], name, may_be_cut=False)
            return whole, True
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(
            f"{name} is not {encoding.upper().replace('-SIG', '')}: byte {error.start}, line"
            f" {line}.",
            "Convert it, for instance: iconv -f WINDOWS-1252 -t UTF-8 FILE > NEW.",
        ) from error


def _unmarked_encoding(data: bytes) -> str:
    """Tell UTF-16 and UTF-32 by where the zeros of the first character stand (RFC 4627, 3).

    JSON begins with a character of ASCII; of a file that begins otherwise nothing is told.
    """
    if len(data) < 4:
        return ""
    first, second, third, fourth = (byte == 0 for byte in data[:4])
    patterns = {
        (False, True, True, True): "UTF-32LE",
        (True, True, True, False): "UTF-32BE",
        (False, True, False, True): "UTF-16LE",
        (True, False, True, False): "UTF-16BE",
    }
    return patterns.get((first, second, third, fourth), "")


def _read_text(text: str, name: str) -> tuple[list[JsonRow], list[Problem], int]:
    start = text.lstrip(_SPACE)[:1]
    if not start:
        return [], [], 0
    if start == "[":
        return _read_array(text, name)
    first_line = text.lstrip(_SPACE).partition("\n")[0]
    if "\n" in text.strip(_SPACE) and _parses(first_line):
        return _read_lines(text, name)
    try:
        value = _load(text)
    except (ValueError, RecursionError):
        return _read_lines(text, name)
    return [JsonRow(0, text.count("\n", 0, text.index(start)) + 1, value)], [], 1


def _read_lines(text: str, name: str) -> tuple[list[JsonRow], list[Problem], int]:
    """Read JSON Lines; lines end with a newline only, for JSON text may hold other separators."""
    rows: list[JsonRow] = []
    problems: list[Problem] = []
    n_rows = 0
    for line, raw in enumerate(text.split("\n"), start=1):
        if not raw.strip(_SPACE):
            continue
        try:
            rows.append(JsonRow(n_rows, line, _load(raw)))
        except (ValueError, RecursionError) as error:
            problems.append(_broken(name, line, error))
        n_rows += 1
    if not rows and len(problems) > 1:
        # Not lines of JSON at all, but one thing written over many of them.
        return [], [problems[0]], 1
    return rows, problems, n_rows


def _read_array(text: str, name: str) -> tuple[list[JsonRow], list[Problem], int]:
    """Read an array element by element, so that what stands before a damage is kept."""
    decoder = json.JSONDecoder()
    rows: list[JsonRow] = []
    at = _skip(text, text.index("[") + 1)
    line, counted = 1, 0
    while at < len(text) and text[at] != "]":
        line, counted = line + text.count("\n", counted, at), at
        try:
            value, at = decoder.raw_decode(text, at)
            rows.append(JsonRow(len(rows), line, _clean(value)))
        except (ValueError, RecursionError) as error:
            return rows, [_broken(name, line, error)], len(rows) + 1
        at = _skip(text, at)
        if text[at : at + 1] == ",":
            at = _skip(text, at + 1)
        elif text[at : at + 1] != "]":
            break
    if text[at : at + 1] != "]" or text[at + 1 :].strip(_SPACE):
        where = text.count("\n", 0, at) + 1
        problem = _broken(name, where, ValueError("the array does not end where it should"))
        return rows, [problem], len(rows)
    return rows, [], len(rows)


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in _SPACE:
        at += 1
    return at


def _parses(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _load(text: str) -> object:
    value: object = json.loads(text)
    return _clean(value) if "\\u" in text else value


def _clean(value: object) -> object:
    """Replace lone surrogates, which UTF-8 cannot store, by U+FFFD: offsets stay as they are."""
    if isinstance(value, str):
        return _SURROGATE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_clean(item) for item in value]
    if isinstance(value, dict):
        return {str(_clean(key)): _clean(item) for key, item in value.items()}
    return value


def _broken(name: str, line: int, error: Exception) -> Problem:
    told = "it nests too deeply" if isinstance(error, RecursionError) else str(error)[:200]
    return Problem(
        STAGE,
        name,
        line,
        None,
        f"The row is no valid JSON: {told.rstrip('.')}.",
        "Export the row once more; all other rows are read.",
    )

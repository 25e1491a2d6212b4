"""Citation marks in plain text: where they stand, and which sources they name.

Engines that give no offsets leave marks in their text. Three styles are read, and a text is taken
to keep to the first of them that it shows:

1. brackets: ``[1]``, ``[1][2]``, ``[1, 2]``, ``[1-3]``, ``[^1]``, ``【1†source】``;
2. superscripts: ``¹``, ``¹²``, ``¹˒²``;
3. figures at the end of a sentence, what copied text leaves of superscripts: ``malnutrition410.``
   is [4][10], ``in 197714.`` is 1977 and [1][4], ``at $6.7512.`` is $6.75 and [1][2].

The third style is guesswork with rules, so it is read only where the caller knows the engine to
leave such marks. What guides it: figures name sources that exist, each once; a number that is
split keeps the shape of a number (a year, full groups of thousands, two decimals of a price) and
leaves rising figures; what the same text writes elsewhere (``EV1`` in mid-sentence) is a name. An
answer keeps to one spacing: figures set apart by a space are marks only where none are glued.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple


class Mark(NamedTuple):
    """One mark: its span in code points, and the 1-based numbers of the sources it names."""

    start: int
    end: int
    numbers: tuple[int, ...]


_LIST = r"\^?\d{1,3}\^?(?:\s*[,;–-]\s*\^?\d{1,3}\^?)*"
_BRACKETS = re.compile(rf"\[({_LIST})\]|【(\d{{1,3}})(?:[†:][^】]*)?】")
_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]+`", re.DOTALL)
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_SUPERSCRIPT_RUN = re.compile(r"[¹²³⁴⁵⁶⁷⁸⁹][⁰¹²³⁴⁵⁶⁷⁸⁹]*(?:[˒,⁻][¹²³⁴⁵⁶⁷⁸⁹][⁰¹²³⁴⁵⁶⁷⁸⁹]*)*")
_UNIT = re.compile(r"(?:\d|=\w{1,4}|\b(?:[kcdmµ]?m|mi|ft|in|yd|ha|s|[A-Za-z]|km/s|m/s))$")

_END = r"""(?=(?:[.!?]["”’“»)\]]*(?:\s|$))|\n|$)"""
_NUMBER = re.compile(r"(?<![\d])\d+(?:[.,]\d+)*" + _END)
_CLOSERS = "\"”“’'»)]%‰"
_WORD = re.compile(r"[\w'’&.-]*$")
_YEAR_CONTEXT = re.compile(
    r"(?:\b(?:in|since|until|till|by|to|from|and|year|early|late|mid|around|about|circa|im|jahr|seit"
    r"|bis|von|um|und|ab|anno|january|february|march|april|may|june|july|august|september|october"
    r"|november|december|januar|februar|märz|mai|juni|juli|oktober|dezember)|\b\d{1,2}[,.]|[-–/])"
    r"\s?$",
    re.IGNORECASE,
)
_LONGEST_TEXT = 200_000  # characters; what is longer is a book, and its figures are its own
_LONGEST = 12  # figures: what is longer is an account or a card
# Words after which a figure that stands apart counts or names something, and marks nothing.
_COUNTING = frozenset(
    "a about above age aged and april around at august below between by chapter class december"
    " episode exceeding february figure for formula from group grade hot in is january july june"
    " least level march may mission no nov november number october of on only or over page part"
    " phase proposition round season section september since stage step than the through to top"
    " total type under until up version was with ab alter am auf bis der die etwa im januar"
    " februar kapitel mai märz mit nr nummer oktober dezember platz saison seit seite staffel"
    " stufe teil um und unter von über zu".split()
)
# Names that end in a figure by nature; what follows that figure may still be marks.
_NAMES = re.compile(
    r"(?:(?<![A-Za-z])(?:F[123]|G(?:7|8|20)|CO2|[NH]?O[23]|H2O|MI[56]|MP[34]|PS[1-5]|B12|B6|K2|U2"
    r"|EV1|H1N1|H5N1)|(?<![A-Za-z])(?:COVID|Covid)-?19|PM(?:2\.5|10)|GPT-?[345]|Python[23]|HTML5"
    r"|CSS3|IPv[46]|UTF-?(?:8|16)|(?:base|Base)64|(?:sha|SHA)-?(?:1|256))(?=\d*$)"
)


def find_marks(text: str, n_sources: int, *, glued: bool = True) -> list[Mark]:
    """Find the citation marks of a text.

    Args:
        text: The answer as the engine gave it.
        n_sources: How many sources there are; a mark names numbers 1..n_sources only.
        glued: Also read bare figures at the end of sentences (the third style).

    Returns:
        Marks in the order of the text, not overlapping. Adjacent brackets are marks of their own.
        Empty where there are no sources.
    """
    if n_sources < 1:
        return []
    explicit = _find_brackets(text, n_sources) or _find_superscripts(text, n_sources)
    implied = _find_glued(text, n_sources) if glued and len(text) <= _LONGEST_TEXT else []
    # A text about programs has brackets and superscripts that mark nothing.
    return implied if len(implied) > len(explicit) else explicit


def _find_brackets(text: str, n_sources: int) -> list[Mark]:
    code = [match.span() for match in _CODE.finditer(text)]
    marks: list[Mark] = []
    long_lists: list[Mark] = []
    for match in _BRACKETS.finditer(text):
        numbers = _read_list(match[1] or match[2])
        if not numbers or max(numbers) > n_sources or min(numbers) < 1:
            continue
        if any(start <= match.start() < end for start, end in code):
            continue
        several = len(numbers) > 1
        if several and _before(text, match).rstrip().endswith(("(", "[", "=", ",")):
            continue  # a list in a program
        mark = Mark(match.start(), match.end(), numbers)
        (long_lists if several and len(numbers) > 3 and "-" not in match[0] else marks).append(
            mark
        )
    # "the list [1, 2, 3, 4]" may be just that; beside other marks it is one of them.
    return sorted(marks + long_lists) if marks else []


def _read_list(inside: str) -> tuple[int, ...]:
    """Read ``1, 3-5`` as (1, 3, 4, 5); empty where a range runs backwards or far."""
    numbers: list[int] = []
    for item in re.split(r"[,;]", inside.replace("^", "")):
        low, _, high = item.replace("–", "-").partition("-")
        first, last = int(low), int(high or low)
        if not first <= last <= first + 20:
            return ()
        numbers.extend(range(first, last + 1))
    return tuple(dict.fromkeys(numbers))


def _find_superscripts(text: str, n_sources: int) -> list[Mark]:
    marks = []
    for match in _SUPERSCRIPT_RUN.finditer(text):
        if _UNIT.search(text[max(0, match.start() - 6) : match.start()]):
            continue  # m², 10⁶, E=mc²
        numbers: list[int] = []
        for run in re.split(r"[˒,⁻]", match[0]):
            read = _read_figures(run.translate(_SUPERSCRIPTS), n_sources, rising=False)
            numbers.extend(read)
            if not read:
                numbers.clear()
                break
        if numbers:
            marks.append(Mark(*match.span(), tuple(dict.fromkeys(numbers))))
    return marks


def _find_glued(text: str, n_sources: int) -> list[Mark]:
    """Read figures at the ends of sentences; first glued ones, else those set apart."""
    glued: list[Mark] = []
    apart: list[Mark] = []
    n_glued_to_words = 0
    for match in _NUMBER.finditer(text):
        before = _before(text, match)
        if _is_apart(before):
            if before.rstrip(" \u00a0")[-1] in _CLOSERS:
                glued.extend(
                    list(_mark_whole(match, n_sources)) or _split_number(text, match, n_sources)
                )
            elif _is_countable(before):
                glued.extend(_split_number(text, match, n_sources))
            else:
                apart.extend(_mark_whole(match, n_sources))
                glued.extend(_split_number(text, match, n_sources))
            continue
        found = list(_read_attached(text, match, n_sources))
        n_glued_to_words += bool(found and before[-1].isalpha())
        glued.extend(found)
    if not n_glued_to_words and apart:
        taken = {mark.end for mark in apart}
        return sorted(apart + [mark for mark in glued if mark.end not in taken])
    return glued


def _before(text: str, match: re.Match[str]) -> str:
    """Give what stands before a match: enough of it for every rule here."""
    return text[max(0, match.start() - 200) : match.start()]


def _is_apart(before: str) -> bool:
    return before[-1:] in (" ", "\u00a0") and bool(before.rstrip(" \u00a0\n"))


def _is_countable(before: str) -> bool:
    """Tell whether the word before is one that takes a number of its own."""
    word = re.search(r"[\w.#-]*$", before.rstrip(" \u00a0"))
    plain = word[0].strip(".#").lower() if word else ""
    return plain in _COUNTING or not plain or before.rstrip(" \u00a0")[-1] in "#,:;-–$£€("


def _read_attached(text: str, match: re.Match[str], n_sources: int) -> Iterator[Mark]:
    """Read a number that follows a letter, a closing sign or another sign without a space."""
    before = _before(text, match)
    last = before[-1:]
    if not last or last == "\n":
        return
    at_line_end = match.end() == len(text) or text[match.end()] == "\n"
    if last.isalpha():
        if not at_line_end or _is_prose(text, match):
            yield from _read_after_word(text, match, n_sources)
    elif last in _CLOSERS:
        if not re.search(r"(?:^|[\s(])[\"'“]$", before):  # an opening quote: "1989."
            yield from _mark_whole(match, n_sources)
    elif last in ".!?":
        if re.search(r"(?:[^\W\d_]{3,}[.!?]|\b(?:[A-Z]\.){2,})$", before):
            yield from _mark_whole(match, n_sources)
    elif (unicodedata.category(last) == "So" and last != "°") or re.search(r"\d\s?€$", before):
        yield from _mark_whole(match, n_sources)  # an emoji, or a sum in euros, ends the sentence
    else:
        yield from _split_number(text, match, n_sources)


def _read_after_word(text: str, match: re.Match[str], n_sources: int) -> Iterator[Mark]:
    before = _before(text, match)
    word = _WORD.search(before)
    stem = word[0].rpartition("-")[2] if word else ""
    token = stem + match[0]
    named = _NAMES.search(token)
    if named:
        yield from _mark_rest(match, len(token) - named.end(), n_sources)
    elif re.search(r"[A-Z][a-z]+\s[IVX]$", before):  # World War I
        yield from _mark_whole(match, n_sources)
    elif len(stem) == 1 or any(sign.isdigit() for sign in stem) or not match[0].isdigit():
        yield from _split_by_use(text, match, stem, n_sources)
    elif not re.search(rf"(?<!\w){re.escape(token)}(?=[A-Za-z ,;:)'’\]=\[(-])", text):
        yield from _mark_whole(match, n_sources)


def _is_prose(text: str, match: re.Match[str]) -> bool:
    """Tell a sentence without a stop from a flattened table or a heading."""
    line = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
    glued_cells = re.search(r"\d[A-Z]|[^\W\d_]\d+[^\W\d_]", line)
    return line.count(" ") >= 4 and line[-1:].islower() and not glued_cells


def _split_number(text: str, match: re.Match[str], n_sources: int) -> Iterator[Mark]:
    """Split a number into itself and the marks glued to it, where its shape shows a seam."""
    number, before = match[0], text[max(0, match.start() - 16) : match.start()]
    if number.isdigit():
        kept = _seam_of_integer(number, before, n_sources)
        if kept is None:
            word = re.search(r"\w+\.?[ \u00a0-]$", before)
            if word:
                yield from _split_by_use(text, match, word[0], n_sources)
            return
    else:
        kept = _seam_of_grouped(number, before, n_sources)
    if kept is not None:
        yield from _mark_rest(match, len(number) - kept, n_sources, rising=True)


def _seam_of_integer(number: str, before: str, n_sources: int) -> int | None:
    """Give the length of the number proper; None where all of it is the number."""
    score = re.search(r"(?<!\d)(\d{2,3})[-–]$", before)  # 66-3223 is 66-32 and [2][3]
    if score and len(number) > len(score[1]) + 1:
        kept = len(score[1])
        return kept if _read_figures(number[kept:], n_sources, rising=True) else None
    if not 5 <= len(number) <= _LONGEST or re.search(r"[$£€]\s?$", before):
        return None
    century, in_year_context = number[:2], _YEAR_CONTEXT.search(before)
    is_year = century in ("19", "20") or ("10" <= century <= "18" and in_year_context)
    if is_year and _read_figures(number[4:], n_sources, rising=True):
        return 4
    for kept in range(1, len(number)):  # the longest rising tail
        if _read_figures(number[kept:], n_sources, rising=True):
            return kept
    return None


def _seam_of_grouped(number: str, before: str, n_sources: int) -> int | None:
    """Find the seam behind full groups of thousands, or behind the decimals of a price."""
    groups = re.match(r"\d{1,3}(?:,\d{3})+(?=\d+$)", number)
    if groups:
        return groups.end()
    whole, _, decimals = number.rpartition("." if "." in number else ",")
    full_groups = re.fullmatch(r"\d{1,3}(?:,\d{3})+|\d{1,3}(?:\.\d{3})+", number)
    is_dollars = re.search(r"[$£]\s?$", before)
    if len(decimals) < 3 or (full_groups and not ("." in number and is_dollars)):
        return None
    is_price = re.search(r"[$£€]\s?$", before)
    for n_decimals in (2,) if is_price else (2, 1):
        if _read_figures(decimals[n_decimals:], n_sources, rising=True):
            return len(whole) + 1 + n_decimals
    return None


def _split_by_use(text: str, match: re.Match[str], lead: str, n_sources: int) -> Iterator[Mark]:
    """Split ``Formula 123`` where the same text elsewhere has ``Formula 1`` and no ``123``."""
    number = match[0]
    rest = text[: match.start() - len(lead)] + "\n" + text[match.end() :]
    if re.search(rf"(?<!\w){re.escape(lead + number)}(?!\w)", rest):
        return
    shortest = 0 if lead.isalpha() else 1  # "on X236." beside "X" alone: the name has no figure
    for kept in range(len(number) - 1, shortest - 1, -1):
        written = re.escape(lead + number[:kept])
        if re.search(rf"(?<!\w){written}(?=[\s.,;:!?)]|$)(?![.,]\d)", rest):
            yield from _mark_rest(match, len(number) - kept, n_sources, rising=True)
            return


def _mark_whole(match: re.Match[str], n_sources: int, *, rising: bool = False) -> Iterator[Mark]:
    yield from _mark_rest(match, len(match[0]), n_sources, rising=rising)


def _mark_rest(
    match: re.Match[str], length: int, n_sources: int, *, rising: bool = False
) -> Iterator[Mark]:
    """Make a mark of the last ``length`` figures of the match, if they name sources."""
    numbers = _read_figures(match[0][len(match[0]) - length :], n_sources, rising=rising)
    if numbers:
        yield Mark(match.end() - length, match.end(), numbers)


def _read_figures(figures: str, n_sources: int, *, rising: bool) -> tuple[int, ...]:
    """Read ``410`` as (4, 10): distinct numbers 1..n_sources; empty where that cannot be.

    Rising readings come first (1,464 of 1,469 marks glued to words do), then those with most
    numbers: of ``12`` among twelve sources nothing tells [1][2] from [12], and engines cite their
    first sources most.
    """
    if not figures.isdecimal():
        return ()
    readings = list(_readings(figures, n_sources, ()))
    if rising:
        readings = [reading for reading in readings if list(reading) == sorted(reading)]
    return max(
        readings,
        key=lambda reading: (list(reading) == sorted(reading), len(reading)),
        default=(),
    )


def _readings(figures: str, n_sources: int, taken: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    if not figures:
        if taken:
            yield taken
        return
    if len(figures) > _LONGEST or figures[0] == "0":
        return
    for width in (1, 2, 3):
        number = int(figures[:width])
        if width <= len(figures) and number <= n_sources and number not in taken:
            yield from _readings(figures[width:], n_sources, (*taken, number))


_NAME_LINE = re.compile(r"^[ \t]?(\S[^a-zäöüß\n]{1,78})$", re.MULTILINE)


def find_names(text: str, n_sources: int) -> list[Mark]:
    """Find marks that name the source in capitals on a line of their own (``SPORTS MOLE``).

    Only where the names can be counted off against the sources is anything returned: either each
    name stands for one source, in the order in which the names first appear, or each line for one.

    Args:
        text: The answer, copied out of a page that shows its sources so.
        n_sources: How many sources the answer lists, in the order of their first mention.

    Returns:
        Marks of one number each; empty where names and sources cannot be told to match.
    """
    begin = len(text) - len(text.lstrip())
    lines = [
        match
        for match in _NAME_LINE.finditer(text)
        if sum(sign.isalpha() for sign in match[1]) >= 2 and match.start() > begin
    ]
    names = list(dict.fromkeys(match[1].strip() for match in lines))
    if len(names) == n_sources:
        numbers = [names.index(match[1].strip()) + 1 for match in lines]
    elif len(lines) == n_sources:
        numbers = list(range(1, n_sources + 1))
    else:
        return []
    return [
        Mark(match.start(1), match.start(1) + len(match[1].rstrip()), (number,))
        for match, number in zip(lines, numbers, strict=True)
    ]

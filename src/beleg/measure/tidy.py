"""Any data frame as counts: one row per answer and publisher, whatever library holds it.

What has ``__arrow_c_stream__`` (pandas, polars, DuckDB, Ibis, Arrow itself) is read as it is; an
Ibis table is executed, and an older pandas is read by its own converter. No data frame library is
imported here.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from beleg.errors import InputError
from beleg.measure.cells import FRAME, WHOLE_FRAME
from beleg.measure.columns import (
    Asked,
    Columns,
    Integers,
    as_names,
    check_weights,
    find_positions,
)

COUNTABLE = frozenset({"citation_rate", "citation_share", "mention_rate", "selection_rate"})
"""Measures that can be counted from rows of links or names alone; others need a column y."""
OWN_DENOMINATOR = frozenset({"misattributed_rate", "selection_rate"})
"""Measures of which each subject has a denominator of its own: x belongs to the row. Of the others
it belongs to the answer, and all subjects share it."""
ALL_ENGINES = "*"
"""The engine of a data frame that names none."""
_TEXTS = ("answer_id", "prompt_id", "engine", "publisher_id", "host", "topic", "language", "panel")


def read_arrow(data: Any) -> pa.Table:
    """Read a data frame as an Arrow table.

    Raises:
        TypeError: It is none that is known.
    """
    if isinstance(data, pa.Table):
        return data
    if callable(getattr(data, "to_pyarrow", None)):  # an Ibis table
        return data.to_pyarrow()
    if callable(getattr(data, "collect", None)):  # a polars LazyFrame
        data = data.collect()
    if hasattr(data, "__arrow_c_stream__"):
        return pa.RecordBatchReader.from_stream(data).read_all()
    if callable(getattr(data, "to_arrow", None)):
        return data.to_arrow()
    if type(data).__module__.partition(".")[0] == "pandas":
        return pa.Table.from_pandas(data, preserve_index=False)
    raise TypeError(
        f"data is a {type(data).__name__}, must be a Workspace, a mapping of its tables, or a "
        "data frame that speaks Arrow (pandas, polars, DuckDB, Ibis, pyarrow)"
    )


def count_rows(
    table: pa.Table, measure: str, y: str = "y", x: str = "x", *, own: bool | None = None
) -> Columns:
    """Count one measure of a tidy table.

    Args:
        table: One row per answer and publisher (or host); an answer that has none has one row
            with null. ``prompt_id`` is needed; without ``answer_id`` each row is an answer,
            without ``engine`` all are of ``*``, without ``publisher_id`` and ``host`` the only
            subject is ``*``. Also read: ``asked_at``, ``weight``, ``topic``, ``language``,
            ``panel`` and ``branded`` of the prompt, ``shown``.
        measure: Its name.
        y: Column of the numerator, 0 <= y <= x. Without it, rows are links (or names), and what
            :data:`COUNTABLE` names is counted.
        x: Column of the denominator, 1 where there is none.
        own: Whether each row's denominator is its own. False: it is the answer's, and all subjects
            share it, also those that have no row. None: as :data:`OWN_DENOMINATOR` has it.

    Raises:
        InputError: A column is missing, or holds what cannot be counted; the message names it.
    """
    table = _normalise(table)
    ids, prompt = find_positions(need(table, "prompt_id"))
    if (prompt < 0).any():
        raise InputError("prompt_id is empty in some rows.", "Give each answer its prompt.")
    engines, engine = _find(table, "engine", ALL_ENGINES)
    subjects, subject = _find_subjects(table)
    days, day = _find_days(table)
    answer = _find_answers(table, prompt, engine)
    first = np.unique(answer, return_index=True)[1]
    asked = Asked(ids, *_read_prompts(table, ids, prompt))
    own = measure in OWN_DENOMINATOR if own is None else own
    if y in table.column_names:
        parts = _take(table, (y, x), answer, subject, own=own)
    elif measure in COUNTABLE:
        parts = _count(table, measure, answer, subject, engine)
    else:
        raise InputError(
            f"{measure} cannot be counted from links and names alone: no column {y!r}.",
            f"Give {y} (and {x}), or take one of {', '.join(sorted(COUNTABLE))}.",
        )
    ones = np.ones(len(first), dtype=np.int64)
    parts.append(("frame", first, {"y": ones, "x": ones}))
    rows = np.concatenate([where for _, where, _ in parts])
    values = {
        name: np.concatenate([counts[name].astype(np.float64) for _, _, counts in parts])
        for name in ("y", "x")
    }
    kind = np.concatenate([np.full(len(where), name) for name, where, _ in parts])
    n = (values["x"] > 0).astype(np.int64)
    return Columns(
        asked=asked,
        engines=engines,
        subjects=subjects,
        measures=(FRAME, measure),
        days=days,
        measure=np.where(kind == "frame", 0, 1),
        subject=np.where(kind == "base", -1, subject[rows]),
        engine=engine[rows],
        prompt=prompt[rows],
        day=day[rows],
        counts=values
        | {
            "n": n,
            "n_hits": (values["y"] > 0).astype(np.int64),
            "n_full": n * (values["y"] >= values["x"]),
        },
    )


_Part = tuple[str, Integers, dict[str, NDArray[Any]]]
"""``own`` or ``base``, the rows that stand for it, and what they count."""


def _pair(answer: Integers, subject: Integers) -> tuple[Integers, Integers, Integers]:
    """Find the rows with a subject, the first of each answer and subject, and whose it is."""
    rows = np.flatnonzero(subject >= 0)
    keys = answer[rows] * (subject.max(initial=0) + 1) + subject[rows]
    _, at, of_pair = np.unique(keys, return_index=True, return_inverse=True)
    return rows, rows[at], of_pair


def _take(
    table: pa.Table, named: tuple[str, str], answer: Integers, subject: Integers, *, own: bool
) -> list[_Part]:
    """Take numerators and denominators from columns."""
    y, x = named
    numerator = _read_figures(table, y)
    whole = _read_figures(table, x) if x in table.column_names else np.ones(len(numerator))
    wrong = np.flatnonzero(~((numerator >= 0) & (numerator <= whole)))
    if len(wrong):
        row = wrong[0]
        bound = f"{x} == {whole[row]:g}" if x in table.column_names else "1"
        raise InputError(
            f"{y} == {numerator[row]:g} in row {row + 1} of the data frame, must lie between 0 "
            f"and {bound}.",
            "A rate has y of 0 or 1; of a ratio, y is a part of x.",
        )
    rows, at, of_pair = _pair(answer, subject)
    if len(at) != len(rows):
        row = at[np.flatnonzero(np.bincount(of_pair) > 1)[0]]
        raise InputError(
            f"row {row + 1} of the data frame has the answer and subject of a later one.",
            f"Where {y} is given, each answer has one row a subject: sum them first.",
        )
    mine: _Part = ("own", at, {"y": numerator[at], "x": whole[at]})
    if own:
        return [mine]
    first = np.unique(answer, return_index=True)[1]
    differs = np.flatnonzero(whole != whole[first[answer]])
    if len(differs):
        raise InputError(
            f"row {differs[0] + 1} of the data frame has another {x} than its answer before.",
            f"Here {x} is the answer's, shared by all; Ratio takes one for each row.",
        )
    return [mine, ("base", first, {"y": np.zeros(len(first)), "x": whole[first]})]


def _count(
    table: pa.Table, measure: str, answer: Integers, subject: Integers, engine: Integers
) -> list[_Part]:
    """Count rows that are links (or names) by answer and subject."""
    rows, own, of_pair = _pair(answer, subject)
    shown = np.ones(table.num_rows, dtype=bool)
    if "shown" in table.column_names and measure != "mention_rate":
        shown = _read_flags(table, "shown")
    links = np.bincount(of_pair, shown[rows], len(own))
    if measure == "selection_rate":
        return [("own", own, {"y": np.minimum(links, 1), "x": np.ones(len(own))})]
    # An engine of which no answer has a link (a name) does not tell of them: not measured.
    tells = np.bincount(engine[rows], shown[rows], engine.max(initial=-1) + 1) > 0
    first = np.unique(answer, return_index=True)[1]
    base = first[tells[engine[first]]]
    whole: NDArray[Any] = np.ones(len(base))
    own, links = own[links > 0], links[links > 0]
    if measure == "citation_share":
        per_answer = np.bincount(answer[rows], shown[rows], answer.max(initial=-1) + 1)
        base = base[per_answer[answer[base]] > 0]
        whole = per_answer[answer[base]]
    else:
        links = np.minimum(links, 1)
    zero = np.zeros(len(base))
    return [("own", own, {"y": links, "x": links}), ("base", base, {"y": zero, "x": whole})]


def _normalise(table: pa.Table) -> pa.Table:
    """Give names one type: text, as libraries have several and some have categories."""
    for place, name in enumerate(table.column_names):
        if name in _TEXTS:
            column = table[name]
            if pa.types.is_dictionary(column.type):
                column = column.cast(column.type.value_type)
            table = table.set_column(place, name, column.cast(pa.string()))
    return table


def need(table: pa.Table, name: str) -> pa.ChunkedArray:
    """Give a column that must be there.

    Raises:
        InputError: It is not; names those that are.
    """
    if name not in table.column_names:
        raise InputError(
            f"the data frame has no column {name!r}.", f"It has {', '.join(table.column_names)}."
        )
    return table[name]


def _find(table: pa.Table, name: str, missing: str) -> tuple[tuple[str, ...], Integers]:
    if name not in table.column_names:
        return (missing,), np.zeros(table.num_rows, dtype=np.int64)
    return find_positions(pc.fill_null(table[name], missing))


def _find_subjects(table: pa.Table) -> tuple[tuple[str, ...], Integers]:
    for name in ("publisher_id", "host"):
        if name in table.column_names:
            return find_positions(table[name])
    return (WHOLE_FRAME,), np.zeros(table.num_rows, dtype=np.int64)


def _find_days(table: pa.Table) -> tuple[NDArray[Any], Integers]:
    if "asked_at" not in table.column_names:
        none = np.zeros(0, dtype="datetime64[D]")
        return none, np.full(table.num_rows, -1, dtype=np.int64)
    column = table["asked_at"]
    try:
        if not pa.types.is_date(column.type):
            column = column.cast(pa.timestamp("us", tz="UTC"), safe=False)
        days, day = find_positions(column.cast(pa.date32(), safe=False).cast(pa.int32()))
    except pa.ArrowException as error:
        raise InputError(f"asked_at holds no times: {error}.", "Give times or dates.") from error
    return np.array(days, dtype="datetime64[D]"), day


def _find_answers(table: pa.Table, prompt: Integers, engine: Integers) -> Integers:
    """Number the answers; two rows of one answer must agree on prompt and engine."""
    if "answer_id" not in table.column_names:
        return np.arange(table.num_rows)
    ids, answer = find_positions(pc.fill_null(table["answer_id"], ""))
    of_first = np.unique(answer, return_index=True)[1]
    differs = (prompt[of_first[answer]] != prompt) | (engine[of_first[answer]] != engine)
    if differs.any():
        name = ids[answer[np.flatnonzero(differs)[0]]]
        raise InputError(
            f"answer {name!r} has rows of different prompts or engines.",
            "Give each answer an id of its own.",
        )
    return answer


def _read_prompts(
    table: pa.Table, ids: tuple[str, ...], prompt: Integers
) -> tuple[NDArray[np.float64], dict[str, Any]]:
    """Read weight and attributes of each prompt, which must be the same in all its rows."""
    first = np.unique(prompt, return_index=True)[1]
    weight = np.ones(len(ids))
    if "weight" in table.column_names:
        given = _read_figures(table, "weight")
        _check_same(given, prompt, first, ids, "weight")
        weight = given[first]
    check_weights(ids, weight)
    attributes = {}
    for name in ("topic", "language", "panel"):
        attributes[name] = as_names([None] * len(ids))
        if name in table.column_names:
            values = as_names(table[name].to_pylist())
            _check_same(values, prompt, first, ids, name)
            attributes[name] = values[first]
    branded = np.zeros(len(ids), dtype=bool)
    if "branded" in table.column_names:
        branded = _read_flags(table, "branded")[first]
    attributes["segment"] = as_names("branded" if is_so else "unbranded" for is_so in branded)
    return weight, attributes


def _check_same(
    values: NDArray[Any], prompt: Integers, first: Integers, ids: tuple[str, ...], name: str
) -> None:
    differs = np.flatnonzero(values != values[first[prompt]])
    if len(differs):
        row = differs[0]
        raise InputError(
            f"prompt {ids[prompt[row]]!r} has the {name} {values[first[prompt[row]]]} and "
            f"{values[row]}.",
            f"The {name} is the prompt's: give all its rows the same.",
        )


def _read_figures(table: pa.Table, name: str) -> NDArray[np.float64]:
    try:
        column = table[name].cast(pa.float64())
    except pa.ArrowException as error:
        raise InputError(f"{name} holds no numbers: {error}.", "Give numbers.") from error
    return np.asarray(pc.fill_null(column, float("nan")).to_numpy(), dtype=np.float64)


def _read_flags(table: pa.Table, name: str) -> NDArray[np.bool_]:
    flags = table[name].cast(pa.bool_()).to_pylist()
    return np.array([flag is True for flag in flags], dtype=bool)

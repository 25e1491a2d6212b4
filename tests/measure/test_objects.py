"""Measures as values: they print as they are typed, parse back, and read any data frame."""

import pickle

import pyarrow as pa
import pytest
from hypothesis import given, settings, strategies as st
from test_slices import make_world, tables_of

import beleg
from beleg.errors import InputError
from beleg.measure.cells import MEASURES
from beleg.measure.objects import (
    CLASSES,
    OF_NAME,
    AnsweredRate,
    CitationRate,
    CitationShare,
    MentionRate,
    Rate,
    Ratio,
    SelectionRate,
)
from beleg.measure.parsing import parse_measure
from beleg.records import Estimate


def test_it_prints_as_it_is_typed_and_parses_back():
    measure = CitationRate(engine="perplexity", weeks=4)
    assert repr(measure) == 'CitationRate(engine="perplexity", weeks=4)'
    assert parse_measure("CitationRate(engine='perplexity', weeks=4)") == measure
    assert parse_measure("citation_rate") == parse_measure("CitationRate") == CitationRate()
    assert repr(Ratio(name="links", y="n_us", x="n_all")) == (
        'Ratio(name="links", y="n_us", x="n_all")'
    )


@settings(deadline=None)
@given(
    st.sampled_from(sorted(CLASSES)),
    st.fixed_dictionaries(
        {},
        optional={
            "engine": st.text(max_size=9),
            "subject": st.text(max_size=9),
            "topic": st.text(max_size=9),
            "segment": st.sampled_from(["all", "branded", "unbranded"]),
            "weeks": st.integers(1, 99),
            "until": st.dates().map(str),
            "level": st.floats(0.5, 0.999),
        },
    ),
)
def test_every_measure_parses_back(name, arguments):
    measure = CLASSES[name](**arguments)
    assert parse_measure(repr(measure)) == measure
    assert hash(measure) == hash(parse_measure(repr(measure)))
    assert pickle.loads(pickle.dumps(measure)) == measure


def test_there_is_a_public_class_for_every_measure():
    assert list(OF_NAME) == list(MEASURES)
    for name in (*CLASSES, "parse_measure"):
        assert name in beleg.__all__, f"add {name} to beleg/__init__.py"
    assert beleg.CitationRate is CitationRate
    assert list(beleg.__all__) == sorted(beleg.__all__)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("CitationRat(weeks=4)", "Did you mean CitationRate"),
        ("nothing_like_it()", "Known: AnsweredRate, CitationRate"),
        ("CitationRate(planet='x')", "argument planet is not known. Arguments: engine, subject"),
        ("CitationRate('perplexity')", "Arguments have names"),
        ("CitationRate(weeks=0)", "weeks == 0, must be a whole number >= 1"),
        ("CitationRate(weeks=True)", "weeks == True"),
        ("CitationRate(level=2.0)", "level == 2.0, must be > 0 and < 1"),
        ("CitationRate(segment='x')", "segment == 'x', must be one of all, branded, unbranded"),
        ("CitationRate(since='yesterday')", "must be a day like '2026-11-02'"),
        ("CitationRate(weeks=1, since='2026-11-02')", "both name the first day"),
        ("CitationRate(since='2026-11-02', until='2026-11-01')", "must not be before"),
        ("CitationRate(engine=perplexity)", "Texts stand in quotes"),
        ("CitationRate(engine=open('x'))", "engine is no text and no number"),
        ("CitationRate(**{'weeks': 4})", r"argument \*\* is not known"),
        ("beleg.CitationRate()", "is no measure"),
        ("CitationRate(", "is no measure"),
        ("", "is no measure"),
    ],
)
def test_what_cannot_be_read_says_why(text, message):
    with pytest.raises(InputError, match=message):
        parse_measure(text)


def test_figures_are_a_sequence_a_table_and_rows():
    found = CitationRate(subject="anker").estimate(tables_of(make_world()))
    assert [type(row) for row in found] == [Estimate] * len(found)
    assert found.to_arrow().num_rows == len(found) == 2
    row = found.to_dicts()[0]
    assert row["publisher"] == "Der Anker"
    assert row["asked"] == 'CitationRate(subject="anker")'
    assert repr(found).splitlines()[0].split() == [
        "measure", "engine", "publisher", "value", "(95", "%)", "answers", "with", "it", "prompts",
    ]  # fmt: skip


def test_without_publishers_every_subject_is_shown():
    tables = tables_of(make_world())
    del tables["publishers"]
    assert {row.subject for row in CitationRate().estimate(tables)} == {"anker", "fremd.example"}
    with pytest.raises(InputError, match="no table 'prompts'"):
        CitationRate().estimate({"counts": tables["counts"]})


ROWS = {
    "answer_id": ["1", "1", "1", "2", "3", "4"],
    "prompt_id": ["p", "p", "p", "p", "q", "r"],
    "engine": ["e", "e", "e", "e", "e", "e"],
    "host": ["a.example", "a.example", "b.example", None, "a.example", "b.example"],
    "shown": [True, True, False, None, True, True],
    "weight": [3.0, 3.0, 3.0, 3.0, 1.0, 1.0],
}


def values_of(measure, rows=ROWS):
    return {row.subject: row.value for row in measure.estimate(pa.table(rows))}


def test_a_tidy_frame_by_hand():
    # a: half of p (weight 3), q, not r: (1.5 + 1) / 5. b: only r is shown.
    assert values_of(CitationRate()) == {"a.example": 0.5, "b.example": 0.2}
    assert values_of(CitationRate(subject="c.example")) == {"c.example": 0.0}
    # As names: b is also in one of p's two answers.
    assert values_of(MentionRate()) == {"a.example": 0.5, "b.example": 0.5}
    # Links shown: two of a in p (u 1.5), one of a in q, one of b in r.
    assert values_of(CitationShare()) == pytest.approx({"a.example": 0.8, "b.example": 0.2})
    # Found and shown: b is found in p and not shown there, u 1.5 of 2.5.
    assert values_of(SelectionRate()) == {"a.example": 1.0, "b.example": 0.4}


def test_an_engine_that_never_links_is_not_measured():
    rows = ROWS | {"engine": ["e", "e", "e", "e", "e", "f"], "host": [*ROWS["host"][:5], None]}
    found = {row.engine: row for row in CitationRate(subject="a.example").estimate(pa.table(rows))}
    assert found["f"].status.value == "not_measured"
    assert found["f"].value is None


def test_a_rate_and_a_ratio_of_ones_own():
    table = pa.table({"prompt_id": ["p", "p", "q"], "y": [1, 0, 1], "x": [4, 2, 1]})
    (rate,) = Rate().estimate(table)
    assert (rate.measure, rate.value, rate.n, rate.n_clusters) == ("rate", 0.75, 3, 2)
    (ratio,) = Ratio(name="links").estimate(table)
    assert (ratio.measure, ratio.subject, ratio.engine) == ("links", "*", "*")
    assert ratio.value == pytest.approx((0.5 + 1) / (3 + 1))
    flags = pa.table({"prompt_id": ["p", "q"], "cited": [True, False]})
    assert Rate(y="cited").estimate(flags)[0].value == 0.5


def test_a_rate_of_subjects_counts_answers_that_have_no_row_of_it():
    table = pa.table(
        {"answer_id": ["1", "2", "2"], "prompt_id": ["p", "q", "q"], "y": [1, 1, 1],
         "host": ["a.example", "a.example", "b.example"]}
    )  # fmt: skip
    assert {row.subject: row.value for row in Rate().estimate(table)} == {
        "a.example": 1.0, "b.example": 0.5,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("change", "measure", "message"),
    [
        ({"prompt_id": None}, CitationRate(), "no column 'prompt_id'. It has answer_id, engine"),
        ({"weight": [3.0, 1.0, 3.0, 3.0, 1.0, 1.0]}, CitationRate(), "the weight 3.0 and 1.0"),
        ({"weight": [0.0] * 6}, CitationRate(), "prompt p has the weight 0.0"),
        ({"prompt_id": list("pqrpqr")}, CitationRate(), "answer '1' has rows of different"),
        ({}, AnsweredRate(), "answered_rate cannot be counted from links and names alone"),
        ({}, Ratio(), "no column 'y'"),
        ({"y": [2] * 6}, Rate(), "y == 2 in row 1 of the data frame, must lie between 0 and 1"),
        ({"y": [None] * 6}, Rate(), "y == nan in row 1"),
        ({"y": [1] * 6}, Rate(), "row 1 of the data frame has the answer and subject of a later"),
        ({"asked_at": ["soon"] * 6}, CitationRate(), "asked_at holds no times"),
    ],
)
def test_frames_that_cannot_be_counted_say_why(change, measure, message):
    rows = {name: values for name, values in (ROWS | change).items() if values is not None}
    with pytest.raises(InputError, match=message):
        measure.estimate(pa.table(rows))


def test_what_is_no_data_frame_is_refused():
    with pytest.raises(TypeError, match="data is a list, must be a Workspace"):
        CitationRate().estimate([1, 2])
    with pytest.raises(InputError, match="Ratio is of a data frame's columns"):
        Ratio().estimate({"counts": None})


def tidy_of(world):
    """The world as one would hold it in a data frame of one's own."""
    topics = {key: prompt.topic for key, prompt in world.prompts.items()}
    weights = {key: prompt.weight for key, prompt in world.prompts.items()}
    rows = []
    for answer in world.answers:
        mine = {row.host for row in world.citations if row.answer_id == answer.answer_id}
        rows += [
            {
                "answer_id": answer.answer_id, "prompt_id": answer.prompt_id,
                "engine": answer.engine, "asked_at": answer.asked_at, "host": host,
                "topic": topics[answer.prompt_id], "weight": weights[answer.prompt_id],
            }
            for host in sorted(mine)
        ]  # fmt: skip
    return pa.Table.from_pylist(rows)


def figures_of(data, subject):
    found = CitationRate(subject=subject).estimate(data, by=["topic", "week"])
    return [
        (row.engine, row.topic, row.week, row.value, row.low, row.high, row.n, row.status)
        for row in found
    ]


def test_a_frame_gives_the_workspace_s_figures():
    world = make_world()
    expected = figures_of(tables_of(world), "anker")
    assert len(expected) > 10
    assert figures_of(tidy_of(world), "der-anker.example") == expected


def test_pandas_gives_the_same():
    pandas = pytest.importorskip("pandas")
    table = tidy_of(make_world())
    frame = pandas.DataFrame(table.to_pylist())
    frame["engine"] = frame["engine"].astype("category")
    assert figures_of(frame, "der-anker.example") == figures_of(table, "der-anker.example")


def test_polars_gives_the_same():
    polars = pytest.importorskip("polars")
    table = tidy_of(make_world())
    expected = figures_of(table, "der-anker.example")
    assert figures_of(polars.from_arrow(table), "der-anker.example") == expected
    assert figures_of(polars.from_arrow(table).lazy(), "der-anker.example") == expected


def test_ibis_and_a_stream_give_the_same():
    ibis = pytest.importorskip("ibis")
    table = tidy_of(make_world())
    expected = figures_of(table, "der-anker.example")
    assert figures_of(ibis.memtable(table), "der-anker.example") == expected
    assert figures_of(table.to_reader(), "der-anker.example") == expected

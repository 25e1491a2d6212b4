"""Files of answers: encodings, damage, ids, statuses, and that no input raises anything else."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings, strategies as st

from beleg.collect.answers import Collected, read_answers
from beleg.collect.shapes import SHAPES
from beleg.errors import BelegError, InputError
from beleg.records import Answer, Citation, Document, Problem, Status, Text
from beleg.tables import KEYS, from_arrow, to_arrow

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def plain(question: str = "Wer gewann?", text: str = "Köln gewann 🙂.", **more: object) -> dict:
    return {"question": question, "engine": "probe", "text": text, **more}


def read(data: bytes, **options: object) -> Collected:
    options = {"name": "file.jsonl", "raw_ref": "abc", "collected_at": NOW, **options}
    return read_answers(data, **options)


def lines(*rows: object) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


ROWS = [plain(f"Frage {n}?", f"Antwort {n}: Größe 🙂.") for n in range(3)]


@pytest.mark.parametrize(
    "data",
    [
        lines(*ROWS),
        b"\xef\xbb\xbf" + lines(*ROWS),
        lines(*ROWS).replace(b"\n", b"\r\n\r\n"),
        lines(*ROWS).decode().encode("utf-16"),
        lines(*ROWS).decode().encode("utf-32"),
        b"\xfe\xff" + lines(*ROWS).decode().encode("utf-16-be"),
        json.dumps(ROWS).encode(),
        json.dumps(ROWS, indent=2).encode(),
        gzip.compress(lines(*ROWS)),
        gzip.compress(lines(ROWS[0])) + gzip.compress(lines(*ROWS[1:])),
        gzip.compress(json.dumps(ROWS, ensure_ascii=False).encode("utf-16")),
    ],
)
def test_the_same_rows_in_every_writing(data: bytes) -> None:
    collected = read(data)
    assert collected.problems == []
    assert collected.n_rows == 3
    assert [answer.text for answer in collected.answers] == [row["text"] for row in ROWS]
    assert [answer.raw_ref for answer in collected.answers] == ["abc#0", "abc#1", "abc#2"]
    assert collected.answers == read(lines(*ROWS)).answers


def test_one_object_is_one_row() -> None:
    for data in (json.dumps(ROWS[0]).encode(), json.dumps(ROWS[0], indent=1).encode()):
        assert [answer.text for answer in read(data).answers] == [ROWS[0]["text"]]


def test_text_is_the_engines_to_the_last_sign() -> None:
    text = "  Erste Zeile.\r\nZweite\u2028mit Trenner\t. \n"
    (answer,) = read(lines(plain(text=text))).answers
    assert answer.text == text
    (answer,) = read(
        b'{"question":"a","engine":"x","text":"vor \\ud83d nach \\ud83d\\ude42"}'
    ).answers
    assert answer.text == "vor \ufffd nach 🙂"


def test_other_encodings_are_refused_with_a_remedy() -> None:
    data = '{"question": "Größe?"}\n{"question": "b"}'.encode("cp1252")
    with pytest.raises(InputError, match=r"not UTF-8: byte 16, line 1.*iconv"):
        read(data)


def test_a_broken_line_does_not_stop_the_rest() -> None:
    data = lines(ROWS[0]) + b'\n{"question": "ab\n' + lines(ROWS[1]) + b"[1, 2]\nkaputt\n"
    collected = read(data)
    assert [answer.raw_ref for answer in collected.answers] == ["abc#0", "abc#2"]
    assert [problem.line for problem in collected.problems] == [3, 6, 5]
    assert collected.n_rows == 5
    assert all(problem.remedy and problem.source == "file.jsonl" for problem in collected.problems)


def test_a_truncated_gzip_gives_what_can_be_read() -> None:
    rows = [plain(f"Frage {n}?", f"{n * 7919 % 1000}" * 40) for n in range(200)]
    whole = gzip.compress(lines(*rows))
    collected = read(whole[: len(whole) * 2 // 3])
    assert 0 < len(collected.answers) < 200
    assert any("ends early" in problem.message for problem in collected.problems)
    damaged = whole[: len(whole) // 2] + b"\xff" * 40 + whole[len(whole) // 2 + 40 :]
    assert any("ends early" in problem.message for problem in read(damaged).problems)


def test_an_array_that_breaks_off_keeps_its_beginning() -> None:
    data = json.dumps(ROWS, indent=1).encode()
    collected = read(data[:-40])
    assert len(collected.answers) == 2
    assert len(collected.problems) == 1
    assert collected.n_rows == 3


def test_an_empty_file_is_said_to_be_empty() -> None:
    for data in (b"", b"\n \n", gzip.compress(b"")):
        (problem,) = read(data).problems
        assert "no row" in problem.message


def test_mixed_shapes_in_one_file() -> None:
    raw = {"candidates": [{"content": {"parts": [{"text": "Ja."}]}}]}
    overview = {"query": "c", "ai_overview": None}
    rows = [plain(), {"question": "b", "response": raw}, overview, {"foo": 1}, "nur Text", 7]
    collected = read(lines(*rows))
    assert [answer.engine for answer in collected.answers] == [
        "probe",
        "gemini",
        "google_ai_overview",
    ]
    assert [problem.line for problem in collected.problems] == [4, 5, 6]
    assert [problem.record_id for problem in collected.problems] == ["abc#3", "abc#4", "abc#5"]


def test_same_rows_have_same_ids_and_others_have_others() -> None:
    first, second, third = read(lines(plain(), plain(), plain(text="Anders."))).answers
    assert first.answer_id == second.answer_id != third.answer_id
    assert first.prompt_id == third.prompt_id
    (variant,) = read(lines(plain("wer  GEWANN"))).answers
    assert variant.prompt_id == first.prompt_id
    (reordered,) = read(lines(dict(reversed(plain().items())))).answers
    assert reordered.answer_id == first.answer_id
    assert replace(second, raw_ref=first.raw_ref) == first


def test_engine_comes_from_the_user_the_row_or_the_name() -> None:
    row = {"question": "a", "result": "Ja."}
    assert read(lines(row), name="chatgpt_search_200.jsonl.gz").answers[0].engine == "chatgpt"
    assert read(lines(row), name="datura_orbit_web.jsonl").answers[0].engine == "datura_orbit"
    named = {**row, "engine": "Grok"}
    assert read(lines(named), name="chatgpt.jsonl").answers[0].engine == "grok"
    assert read(lines(named), name="x.jsonl", engine="Le Chat").answers[0].engine == "le_chat"
    for name in ("export.jsonl", "chatgpt_vs_gemini.jsonl"):
        with pytest.raises(InputError, match="--engine"):
            read(lines(row), name=name)
    mixed = read(lines(row, named), name="export.jsonl")
    assert [answer.engine for answer in mixed.answers] == ["grok"]
    assert [(problem.line, problem.remedy) for problem in mixed.problems] == [
        (1, "Say it with --engine NAME.")
    ]


def test_flags_are_kept_on_every_answer() -> None:
    collected = read(lines(*ROWS), flags=("links-invented",))
    assert {answer.flags for answer in collected.answers} == {("links-invented",)}


def test_unknown_shapes_are_refused() -> None:
    with pytest.raises(InputError, match="anthropic-messages"):
        read(lines(plain()), shape="nonsense")


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Köln gewann.", Status.ANSWERED),
        ("", Status.EMPTY),
        (" \n", Status.EMPTY),
        ("I'm sorry, but I can't help with that.", Status.REFUSED),
        ("I cannot assist with this request.", Status.REFUSED),
        ("Sorry, I am not able to provide that information.", Status.REFUSED),
        ("Es tut mir leid, aber dabei kann ich nicht helfen.", Status.REFUSED),
        ("Leider kann ich diese Frage nicht beantworten.", Status.REFUSED),
        ("Ich kann dir dabei leider nicht weiterhelfen.", Status.REFUSED),
        ("Es tut mir leid, aber ich kann dazu keine Auskunft geben.", Status.REFUSED),
        ("Zu einzelnen Personen kann ich leider keine Angaben machen.", Status.REFUSED),
        ("I'm sorry, I can't provide financial information.", Status.REFUSED),
        ("Zu den Kosten kann ich nichts sagen, die Stadt nennt 3 Millionen.", Status.ANSWERED),
        ("Zu den Kosten macht die Stadt keine Angaben.", Status.ANSWERED),
        ("I can't provide exact numbers, but the city says 3 million.", Status.ANSWERED),
        # Looked for and not found is an answer; so are sentences about others.
        ("I couldn't find anything on the Kölner Blatt.", Status.ANSWERED),
        ("Ich konnte dazu nichts finden.", Status.ANSWERED),
        ("The mayor said he can't help with that.", Status.ANSWERED),
        ("Der Rat kann die Frage nicht beantworten.", Status.ANSWERED),
        ("I can't help but admire the cathedral." + " It is tall." * 60, Status.ANSWERED),
    ],
)
def test_status_is_told_from_the_text(text: str, status: Status) -> None:
    (answer,) = read(lines(plain(text=text))).answers
    assert answer.status is status


def test_what_cites_is_no_refusal() -> None:
    row = plain(text="I'm sorry, I can't help with that.", citations=["https://blatt.example/a"])
    assert read(lines(row)).answers[0].status is Status.ANSWERED


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-11-20T08:00:00Z", datetime(2026, 11, 20, 8, tzinfo=UTC)),
        ("2026-11-20T08:00:00.5+01:00", datetime(2026, 11, 20, 7, 0, 0, 500000, tzinfo=UTC)),
        ("2026-11-20 08:00:00 UTC", datetime(2026, 11, 20, 8, tzinfo=UTC)),
        ("2026-11-20 08:00:00", datetime(2026, 11, 20, 8, tzinfo=UTC)),
        (1763625600, datetime(2025, 11, 20, 8, tzinfo=UTC)),
        (1763625600000, datetime(2025, 11, 20, 8, tzinfo=UTC)),
        (None, None),
        ("", None),
    ],
)
def test_times(written: object, expected: datetime | None) -> None:
    collected = read(lines(plain(asked_at=written)))
    assert collected.answers[0].asked_at == expected
    assert collected.problems == []


def test_times_that_cannot_be_are_reported() -> None:
    for written in ("gestern", -5, True, [2026], 1e300):
        collected = read(lines(plain(asked_at=written)))
        assert collected.answers[0].asked_at is None
        assert "cannot be read" in collected.problems[0].message
    future = (NOW + timedelta(days=2)).isoformat()
    collected = read(lines(plain(asked_at=future)))
    assert len(collected.answers) == 1
    assert "future" in collected.problems[0].message


def test_ranks_count_distinct_links() -> None:
    urls = [
        "https://a.example/x?utm_source=chatgpt.com",
        "https://b.example/",
        "https://a.example/x",
        "keine Adresse",
    ]
    collected = read(lines(plain(citations=urls)))
    assert [(c.rank, c.url, c.canonical_url) for c in collected.citations] == [
        (1, urls[0], "https://a.example/x"),
        (2, urls[1], "https://b.example/"),
        (1, urls[2], "https://a.example/x"),
        (3, urls[3], None),
    ]
    assert "no web address" in collected.problems[0].message


def check(collected: Collected) -> None:
    """What must hold of everything that is read, whatever it was read from."""
    rows = {answer.raw_ref for answer in collected.answers}
    answers = {answer.answer_id for answer in collected.answers}
    reported = {(p.line, p.record_id) for p in collected.problems if p.record_id not in answers}
    assert len(rows) + len(reported) >= collected.n_rows
    texts = {answer.answer_id: answer.text for answer in collected.answers}
    text_ids = {text.text_id for text in collected.texts}
    for citation in collected.citations:
        text = texts[citation.answer_id]
        assert citation.rank >= 1
        assert (citation.start is None) == (citation.end is None)
        if citation.start is not None and citation.end is not None:
            assert text is not None
            assert 0 <= citation.start < citation.end <= len(text)
    keys = [
        (c.url, *(getattr(c, key) for key in KEYS["citations"]), index)
        for index, c in enumerate(collected.citations)
    ]
    assert len(keys) == len(set(keys))
    assert all(document.text_id in text_ids for document in collected.documents)
    for problem in collected.problems:
        assert problem.message
        assert (
            problem.remedy or problem.record_id in answers
        )  # of a part, often nothing can be done
    for record, found in (
        (Answer, collected.answers),
        (Citation, collected.citations),
        (Document, collected.documents),
        (Text, collected.texts),
        (Problem, collected.problems),
    ):
        assert from_arrow(to_arrow(found, record), record) == found


FIELDS = sorted(
    {
        *"question query result response text citations choices candidates content output".split(),
        *"tasks items message annotations url link title snippet start end start_index".split(),
        *"end_index search_results srcs answerText ai_overview text_blocks list".split(),
        *"references reference_indexes index groundingMetadata groundingChunks".split(),
        *"groundingSupports web uri segment startIndex endIndex partIndex".split(),
        *"groundingChunkIndices parts type role search_metadata search_parameters".split(),
        *"q engine asked_at created status data keyword".split(),
        *"sections path model provider object cited_text input expected_answer error".split(),
    }
)
leaves = (
    st.none()
    | st.booleans()
    | st.integers(-5, 60)
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from(["message", "text", "https://a.example/b#:~:text=c", "Ja[1].", "chatgpt"])
)
json_values = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(FIELDS) | st.text(max_size=4), inner, max_size=6)
    ),
    max_leaves=25,
)


@settings(max_examples=300, deadline=None)
@given(json_values, st.sampled_from([None, *SHAPES]), st.booleans())
def test_any_json_is_read_or_reported(value: object, shape: str | None, wrapped: bool) -> None:
    row = {"question": "a", "response": value} if wrapped else value
    try:
        collected = read(json.dumps([row]).encode(), shape=shape, engine="probe")
    except BelegError:
        return
    check(collected)


@given(st.binary(max_size=200), st.booleans())
def test_any_bytes_are_read_or_refused(data: bytes, packed: bool) -> None:
    try:
        collected = read(gzip.compress(data) if packed else data, engine="probe")
    except BelegError:
        return
    check(collected)


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("as_array", [False, True])
def test_a_file_cut_anywhere_gives_what_stands_before_the_cut(
    packed: bool, as_array: bool
) -> None:
    rows = [plain(f"Frage {n}?", "Größe 🙂 zählt.") for n in range(3)]
    data = json.dumps(rows, ensure_ascii=False).encode() if as_array else lines(*rows)
    whole = gzip.compress(data) if packed else data
    known = [answer.text for answer in read(whole).answers]
    best = 0
    for end in range(len(whole)):
        try:
            collected = read(whole[:end])
        except InputError:
            assert packed
            assert end < 20  # nothing but a piece of the header
            continue
        check(collected)
        texts = [answer.text for answer in collected.answers]
        assert texts == known[: len(texts)]
        assert len(texts) >= best
        best = len(texts)
        if (
            len(texts) < len(known)
            and whole[:end].strip()
            and not whole[:end].endswith((b"\n", b"}"))
        ):
            assert collected.problems
    assert best >= 2 if not packed else best >= 0


def test_deep_nesting_is_reported() -> None:
    deep = b"[" * 100_000 + b"]" * 100_000
    for data in (deep, b'{"question": "a", "text": ' + deep + b"}\n" + lines(plain())):
        collected = read(data)
        assert collected.problems
    nested: object = {"type": "list", "snippet": "x"}
    for _ in range(400):
        nested = {"type": "list", "list": [nested]}
    collected = read(lines({"query": "a", "ai_overview": {"text_blocks": [nested]}}))
    assert len(collected.answers) + len(collected.problems) >= 1


@pytest.mark.parametrize("encoding", ["UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"])
def test_wide_encodings_without_a_mark_are_named(encoding: str) -> None:
    with pytest.raises(InputError, match=rf"{encoding} without.*iconv -f {encoding} -t UTF-8"):
        read(lines(*ROWS).decode().encode(encoding))


def test_messages_end_before_their_remedy() -> None:
    deep = b"[" * 100_000
    for data in (b"kaputt", b'{"a": 1', b"[1 2]", deep, lines(ROWS[0]) + deep):
        for problem in read(data).problems:
            assert problem.message.endswith(".")
            assert not problem.message.endswith("..")
    (problem,) = read(deep).problems
    assert problem.message == "The row is no valid JSON: it nests too deeply."


def test_one_row_is_one_row() -> None:
    for n, words in ((1, "1 row could"), (2, "2 rows could")):
        (problem,) = read(gzip.compress(lines(*ROWS[:n]))[:-3]).problems
        assert words in problem.message

"""Each shape on a reply made for it: umlauts, emoji, CRLF, and offsets that give the text back."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, strategies as st

from beleg.collect.answers import Collected, read_answers
from beleg.collect.shapes import SHAPES
from beleg.records import Answer, Citation, DocumentKind, Status
from beleg.urls import text_fragment

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TEXT = "Größe zählt 🙂.\r\nDer Rat stimmte zu (Blatt)."
MARK = "(Blatt)"
URL = "https://www.blatt.example/rathaus"


def read(row: object, name: str = "file.json", **options: object) -> Collected:
    data = json.dumps(row, ensure_ascii=False).encode()
    return read_answers(data, name=name, raw_ref="f" * 64, collected_at=NOW, **options)


def wrap(response: object, **fields: object) -> dict[str, object]:
    return {
        "question": "Stimmte der Rat zu?",
        "asked_at": "2026-11-20T08:00:00Z",
        "response": response,
        **fields,
    }


def single(collected: Collected) -> tuple[Answer, list[Citation]]:
    assert collected.problems == []
    (answer,) = collected.answers
    assert answer.raw_ref == "f" * 64 + "#0"
    return answer, collected.citations


def spanned(answer: Answer, citation: Citation) -> str:
    assert answer.text is not None
    return answer.text[citation.start : citation.end]


def annotation() -> dict[str, object]:
    start = TEXT.index(MARK)
    return {"start_index": start, "end_index": start + len(MARK), "url": URL, "title": "Blatt"}


def test_openai_responses() -> None:
    answer, citations = single(
        read(
            wrap(
                {
                    "object": "response",
                    "model": "gpt-x",
                    "created_at": 1763625600,
                    "output": [
                        {
                            "type": "web_search_call",
                            "action": {
                                "type": "search",
                                "queries": ["Rat Abstimmung"],
                                "sources": [
                                    {"type": "url", "url": URL},
                                    {"type": "url", "url": "https://zeitung.example/b"},
                                ],
                            },
                        },
                        {
                            "type": "message",
                            "content": [
                                {"type": "output_text", "text": "Vorweg. ", "annotations": []},
                                {
                                    "type": "output_text",
                                    "text": TEXT,
                                    "annotations": [{"type": "url_citation", **annotation()}],
                                },
                            ],
                        },
                    ],
                }
            )
        )
    )
    assert answer.text == "Vorweg. " + TEXT
    assert (answer.engine, answer.model, answer.surface) == ("openai", "gpt-x", "api")
    assert answer.asked_at == datetime(2026, 11, 20, 8, tzinfo=UTC)
    assert answer.queries == ("Rat Abstimmung",)
    cited, retrieved = citations
    assert spanned(answer, cited) == MARK
    assert (cited.rank, cited.shown, cited.span_is_mark, cited.title) == (1, True, True, "Blatt")
    assert cited.host == "www.blatt.example"
    assert (retrieved.rank, retrieved.shown, retrieved.start) == (2, False, None)


def test_openai_chat_and_openrouter() -> None:
    row = {
        "model": "gpt-x-search",
        "created": 1763625600,
        "choices": [
            {
                "message": {
                    "content": TEXT,
                    "annotations": [{"type": "url_citation", "url_citation": annotation()}],
                }
            }
        ],
    }
    answer, (citation,) = single(read({"question": "Stimmte der Rat zu?", **row}))
    assert answer.text == TEXT
    assert answer.asked_at == datetime(2025, 11, 20, 8, tzinfo=UTC)
    assert spanned(answer, citation) == MARK
    routed, (citation,) = single(read(wrap({**row, "model": "mistralai/large"})))
    assert (routed.engine, routed.collector) == ("mistralai", "OpenRouter")
    assert spanned(routed, citation) == MARK


def test_perplexity_sonar() -> None:
    text = "Größe zählt 🙂[2].\r\nDer Rat stimmte zu[1][2]."
    answer, citations = single(
        read(
            wrap(
                {
                    "model": "sonar",
                    "created": 1763625600,
                    "choices": [{"message": {"role": "assistant", "content": text}}],
                    "citations": [URL, "https://zeitung.example/b"],
                    "search_results": [
                        {"title": "Rat", "url": URL, "date": "2026-11-19", "snippet": "Der Rat."},
                        {"title": "Mehr", "url": "https://mehr.example/c", "snippet": ""},
                    ],
                }
            )
        )
    )
    assert answer.text == text
    placed = [(c.rank, spanned(answer, c), c.start) for c in citations if c.start is not None]
    assert sorted(placed, key=lambda place: place[2]) == [
        (2, "[2]", text.index("[2]")),
        (1, "[1]", text.index("[1]")),
        (2, "[2]", text.rindex("[2]")),
    ]
    assert [(c.rank, c.shown) for c in citations if c.start is None] == [(3, False)]


def test_snippets_are_documents_of_the_answer() -> None:
    collected = read(
        wrap(
            {
                "choices": [{"message": {"content": "Ja[1]."}}],
                "citations": [URL],
                "search_results": [
                    {"title": "Rat", "url": URL, "date": "2026-11-19", "snippet": "Der Rat tagte."}
                ],
            }
        )
    )
    (document,) = collected.documents
    (text,) = collected.texts
    assert text.text == "Der Rat tagte."
    assert document.text_id == text.text_id
    assert document.kind is DocumentKind.SNIPPET
    assert document.answer_id == collected.answers[0].answer_id
    assert document.first_seen_at == collected.answers[0].asked_at
    assert document.published_at is not None
    assert (document.url, document.host, document.title) == (URL, "www.blatt.example", "Rat")


def test_perplexity_responses() -> None:
    answer, (cited, retrieved) = single(
        read(
            wrap(
                {
                    "output": [
                        {
                            "type": "search_results",
                            "queries": ["Rat"],
                            "results": [
                                {"id": 1, "title": "Blatt", "url": URL, "snippet": "Der Rat."},
                                {"id": 2, "url": "https://zeitung.example/b"},
                            ],
                        },
                        {
                            "type": "message",
                            "content": [
                                {
                                    "type": "output_text",
                                    "text": TEXT,
                                    "annotations": [annotation()],
                                }
                            ],
                        },
                    ]
                }
            )
        )
    )
    assert (answer.engine, answer.queries) == ("perplexity", ("Rat",))
    assert spanned(answer, cited) == MARK
    assert not retrieved.shown


def test_anthropic_offsets_are_found_by_concatenation() -> None:
    collected = read(
        wrap(
            {
                "type": "message",
                "role": "assistant",
                "model": "claude-x",
                "content": [
                    {"type": "text", "text": "Größe zählt 🙂. "},
                    {
                        "type": "server_tool_use",
                        "name": "web_search",
                        "input": {"query": "Rat"},
                    },
                    {
                        "type": "web_search_tool_result",
                        "content": [
                            {"type": "web_search_result", "url": URL, "title": "Blatt"},
                            {"type": "web_search_result", "url": "https://b.example/2"},
                        ],
                    },
                    {"type": "text", "text": " "},
                    {
                        "type": "text",
                        "text": "Der Rat stimmte zu",
                        "citations": [
                            {
                                "type": "web_search_result_location",
                                "url": URL,
                                "title": "Blatt",
                                "cited_text": "Mit großer Mehrheit.",
                            }
                        ],
                    },
                    {"type": "text", "text": "."},
                ],
            }
        )
    )
    answer, (cited, retrieved) = single(collected)
    assert answer.text == "Größe zählt 🙂.  Der Rat stimmte zu."
    assert answer.queries == ("Rat",)
    assert spanned(answer, cited) == "Der Rat stimmte zu"
    assert not cited.span_is_mark
    assert cited.cited_passage == "Mit großer Mehrheit."
    assert not retrieved.shown
    (document,) = collected.documents
    assert document.kind is DocumentKind.CITED_PASSAGE


def test_gemini_bytes_become_code_points() -> None:
    first, second = "Größe zählt 🙂. ", "Für Köln gilt: Der Rat stimmte zu. 🙂"
    said = "Der Rat stimmte zu."
    start = len(second[: second.index(said)].encode())
    redirect = "https://vertexaisearch.cloud.google.com/grounding-api-redirect/AbC"
    row = {
        "modelVersion": "gemini-x",
        "candidates": [
            {
                "content": {"parts": [{"text": first}, {"text": second}]},
                "groundingMetadata": {
                    "webSearchQueries": ["Rat Köln"],
                    "groundingChunks": [
                        {"web": {"uri": redirect, "title": "blatt.example"}},
                        {"web": {"uri": URL, "title": "Der Rat"}},
                    ],
                    "groundingSupports": [
                        {
                            "segment": {"endIndex": len("Größe".encode()), "text": "Größe"},
                            "groundingChunkIndices": [1],
                        },
                        {
                            "segment": {
                                "partIndex": 1,
                                "startIndex": start,
                                "endIndex": start + len(said.encode()),
                                "text": said,
                            },
                            "groundingChunkIndices": [0, 1],
                        },
                    ],
                },
            }
        ],
    }
    answer, citations = single(read(wrap(row)))
    assert answer.text == first + second
    assert [(c.rank, spanned(answer, c)) for c in citations] == [
        (1, said),
        (2, "Größe"),
        (2, said),
    ]
    assert (citations[0].host, citations[0].canonical_url) == ("blatt.example", redirect)
    row["candidates"][0]["groundingMetadata"]["groundingSupports"][0]["segment"]["endIndex"] = 3
    collected = read(wrap(row))
    assert len(collected.answers) == 1
    assert "bytes 0 to 3" in collected.problems[0].message


OVERVIEW = {
    "text_blocks": [
        {"type": "paragraph", "snippet": "Größe zählt 🙂.", "reference_indexes": [0, 1]},
        {"type": "heading", "snippet": "Im Einzelnen:"},
        {
            "type": "list",
            "list": [
                {"title": "Rat:", "snippet": "Er stimmte zu.", "reference_indexes": [1]},
                {
                    "title": "Bürger",
                    "snippet": "Sie nicht.",
                    "list": [{"snippet": "Tief drin.", "reference_indexes": [0]}],
                },
            ],
        },
        {"type": "paragraph"},
    ],
    "references": [
        {"index": 0, "link": URL + "#:~:text=Mit%20Mehrheit,Rat.", "title": "Blatt"},
        {"index": 1, "link": "https://zeitung.example/b", "snippet": "Ein Anriss."},
        {"index": 2, "link": "https://nie.example/c"},
    ],
}


def test_overview_with_a_reference_that_is_not_listed() -> None:
    block = {"type": "paragraph", "snippet": "Der Rat tagt.", "reference_indexes": [0, 7]}
    overview = {"text_blocks": [block], "references": OVERVIEW["references"]}
    collected = read({"query": "Tagt der Rat?", "triggered": "y", "ai_overview": overview})
    (problem,) = collected.problems
    assert "reference 7, which is not listed" in problem.message
    assert not problem.remedy  # nobody can do anything about it
    assert sum(citation.start is not None for citation in collected.citations) == 1


def test_overview_capture() -> None:
    collected = read(
        {
            "query": "Stimmte der Rat zu?",
            "created_at": "2026-11-20 08:00:00 UTC",
            "triggered": "y",
            "ai_overview": OVERVIEW,
            "organic": [{"link": "https://organisch.example/"}],
        }
    )
    answer, citations = single(collected)
    assert answer.text == (
        "Größe zählt 🙂.\nIm Einzelnen:\nRat: Er stimmte zu.\nBürger\nSie nicht.\nTief drin."
    )
    assert (answer.engine, answer.asked_at) == (
        "google_ai_overview",
        datetime(2026, 11, 20, 8, tzinfo=UTC),
    )
    assert [(c.rank, c.start is not None and spanned(answer, c)) for c in citations] == [
        (1, "Größe zählt 🙂."),
        (1, "Tief drin."),
        (2, "Größe zählt 🙂."),
        (2, "Rat: Er stimmte zu."),
        (3, False),
    ]
    assert not any(c.span_is_mark for c in citations)
    assert citations[0].cited_passage == "Mit Mehrheit … Rat."
    assert [(d.kind, d.url) for d in collected.documents] == [
        (DocumentKind.CITED_PASSAGE, citations[0].url),
        (DocumentKind.SNIPPET, "https://zeitung.example/b"),
    ]
    assert text_fragment(citations[0].url) == collected.texts[0].text


@pytest.mark.parametrize(
    ("overview", "triggered", "status"),
    [
        (None, "n", Status.ABSENT),
        ({}, "b", Status.ABSENT),
        ({}, "y", Status.EMPTY),
        ({"error": "An AI Overview is not available for this search"}, "b", Status.ABSENT),
        ({"error": "Backend on fire"}, "b", Status.ERROR),
        ({"text_blocks": [{"type": "paragraph"}]}, "y", Status.EMPTY),
    ],
)
def test_overviews_that_did_not_come(overview: object, triggered: str, status: Status) -> None:
    answer, citations = single(
        read({"query": "a", "created_at": None, "triggered": triggered, "ai_overview": overview})
    )
    assert (answer.status, answer.text, citations) == (status, None, [])


def test_serpapi_search_response() -> None:
    row = {
        "search_metadata": {"created_at": "2026-11-20 08:00:00 UTC", "status": "Success"},
        "search_parameters": {"engine": "google", "q": "Rat?", "gl": "de", "hl": "de"},
        "ai_overview": OVERVIEW,
    }
    answer, citations = single(read(row))
    assert (answer.question, answer.country, answer.locale) == ("Rat?", "de", "de")
    assert len(citations) == 5
    row["ai_overview"] = {"page_token": "x"}
    collected = read(row)
    assert collected.answers[0].status is Status.ABSENT
    assert "page_token" in collected.problems[0].message
    del row["ai_overview"]
    assert read(row).answers[0].status is Status.ABSENT


def test_dataforseo_overview_and_message() -> None:
    task = {
        "path": ["v3", "serp", "google", "organic", "live", "advanced"],
        "data": {"keyword": "Rat?"},
        "result": [
            {
                "keyword": "Rat?",
                "datetime": "2026-11-20 08:00:00 +00:00",
                "location_code": 2276,
                "language_code": "de",
                "items": [
                    {"type": "organic", "url": "https://organisch.example/"},
                    {
                        "type": "ai_overview",
                        "items": [
                            {
                                "type": "ai_overview_element",
                                "title": "Rat",
                                "text": "Größe zählt 🙂.",
                                "references": [{"url": URL, "title": "Blatt", "text": "Anriss."}],
                            },
                            {"type": "ai_overview_element", "text": "Er stimmte zu."},
                        ],
                        "references": [{"url": URL}, {"url": "https://zeitung.example/b"}],
                    },
                ],
            }
        ],
    }
    message = {
        "path": ["v3", "ai_optimization", "chat_gpt", "llm_responses", "live"],
        "data": {"user_prompt": "Rat!"},
        "result": [
            {
                "model_name": "gpt-x",
                "fan_out_queries": ["rat"],
                "items": [
                    {
                        "type": "message",
                        "sections": [
                            {"type": "text", "text": "Vorweg.", "annotations": None},
                            {"type": "text", "text": TEXT, "annotations": [annotation()]},
                        ],
                    }
                ],
            }
        ],
    }
    collected = read({"tasks": [task, message]})
    assert collected.problems == []
    overview, reply = collected.answers
    assert overview.text == "Rat\nGröße zählt 🙂.\nEr stimmte zu."
    assert (overview.engine, overview.country, overview.locale) == (
        "google_ai_overview",
        "2276",
        "de",
    )
    assert (reply.engine, reply.question, reply.queries) == ("openai", "Rat!", ("rat",))
    cited = [c for c in collected.citations if c.answer_id == overview.answer_id]
    assert [(c.rank, c.start is not None and spanned(overview, c)) for c in cited] == [
        (1, "Rat\nGröße zählt 🙂."),
        (2, False),
    ]
    (mark,) = [c for c in collected.citations if c.answer_id == reply.answer_id]
    assert spanned(reply, mark) == MARK
    task["result"][0]["items"] = []
    assert read({"tasks": [task]}).answers[0].status is Status.ABSENT


def test_export_with_numbered_sources() -> None:
    text = "Größe zählt 🙂13. Der Rat stimmte im Jahr 202412. Ende."
    row = {
        "question": "Stimmte der Rat zu?",
        "result": {"answerText": text, "srcs": [URL, None, "zeitung.example"]},
    }
    answer, citations = single(read(row, name="perplexity_monday.jsonl"))
    assert (answer.engine, answer.asked_at, answer.text) == ("perplexity", None, text)
    assert [(c.rank, c.host, spanned(answer, c)) for c in citations] == [
        (1, "www.blatt.example", "13"),
        (1, "www.blatt.example", "12"),
        (2, "zeitung.example", "13"),
    ]


def test_export_with_citations_and_names() -> None:
    row = {
        "question": "Stimmte der Rat zu?",
        "result": {"answerText": "Der Rat stimmte zu. \nDAS BLATT\n Mehr nicht.\n"},
        "citations": [{"link": URL, "title": "Rat", "description": "Der Rat tagte."}],
        "search_results": [{"link": URL}, {"link": "https://zeitung.example/b"}],
    }
    answer, (cited, retrieved) = single(read(row, name="chatgpt_search_200.jsonl.gz"))
    assert answer.engine == "chatgpt"
    assert spanned(answer, cited) == "DAS BLATT"
    assert (cited.shown, retrieved.shown, retrieved.rank) == (True, False, 2)


def test_export_with_search_results_only() -> None:
    row = {
        "question": "Stimmte der Rat zu?",
        "result": "Der Rat stimmte Python3 zu.",
        "search_results": [{"title": "Rat", "url": "Blatt.example", "description": "Anriss."}] * 3,
    }
    answer, (citation,) = single(read(row, engine="Andi Search"))
    assert answer.engine == "andi_search"
    assert (citation.shown, citation.start, citation.host) == (True, None, "blatt.example")
    assert citation.canonical_url == "https://blatt.example/"


def test_plain() -> None:
    start = TEXT.index(MARK)
    row = {
        "question": "Stimmte der Rat zu?",
        "engine": "Hauseigen",
        "model": "m1",
        "surface": "web",
        "country": "DE",
        "locale": "de-DE",
        "run": 3,
        "impressions": 120,
        "asked_at": "2026-11-20T09:00:00+01:00",
        "queries": ["Rat"],
        "text": TEXT,
        "citations": [
            {"url": URL, "start": start, "end": start + len(MARK), "is_mark": True},
            {"url": "https://zeitung.example/b", "passage": "Mit Mehrheit."},
            "https://dritte.example/c",
        ],
        "retrieved": ["https://zeitung.example/b", {"url": "https://vierte.example/d"}],
    }
    answer, citations = single(read(row))
    assert answer.asked_at == datetime(2026, 11, 20, 8, tzinfo=UTC)
    assert (answer.engine, answer.run, answer.impressions) == ("hauseigen", 3, 120)
    assert (answer.country, answer.locale, answer.surface) == ("DE", "de-DE", "web")
    assert [(c.rank, c.shown) for c in citations] == [(1, True), (2, True), (3, True), (4, False)]
    assert spanned(answer, citations[0]) == MARK
    assert citations[1].cited_passage == "Mit Mehrheit."


def test_plain_marks_are_found_where_no_offsets_are_given() -> None:
    row = {
        "question": "a",
        "engine": "x",
        "text": "Ja [2].",
        "citations": [URL, "https://b.example"],
    }
    answer, citations = single(read(row))
    assert [(c.rank, c.start and spanned(answer, c)) for c in citations] == [(1, None), (2, "[2]")]


def test_links_without_text_are_an_answer() -> None:
    answer, (citation,) = single(read({"question": "a", "engine": "x", "citations": [URL]}))
    assert (answer.text, answer.status, citation.host) == (
        None,
        Status.ANSWERED,
        "www.blatt.example",
    )


def test_wrapper_fields_stand_over_the_raw_reply() -> None:
    raw = {"choices": [{"message": {"content": "Ja."}}], "model": "m", "created": 1763625600}
    answer, _ = single(
        read(wrap(raw, engine="Copilot", model="m2", country="AT", surface="app", run=2))
    )
    assert (answer.engine, answer.model, answer.country) == ("copilot", "m2", "AT")
    assert (answer.surface, answer.run) == ("app", 2)
    assert (
        read(wrap({"error": {"message": "rate limit"}}, engine="x")).answers[0].status
        is Status.ERROR
    )
    assert read(wrap(None, engine="x")).answers[0].status is Status.EMPTY
    assert read(wrap("Ja.", engine="x")).answers[0].text == "Ja."


def test_raw_reply_needs_its_question() -> None:
    collected = read({"choices": [{"message": {"content": "Ja."}}], "model": "m"})
    assert collected.answers == []
    assert "which question" in collected.problems[0].message
    assert '"question"' in collected.problems[0].remedy


def test_shape_is_forced_or_told() -> None:
    both = {
        "question": "a",
        "engine": "x",
        "text": "Ja.",
        "choices": [{"message": {"content": "Nein."}}],
    }
    assert "could be openai-chat and plain" in read(both).problems[0].message
    assert read(both, shape="plain").answers[0].text == "Ja."
    assert list(SHAPES) == sorted(SHAPES)


def test_unknown_rows_say_what_was_looked_for() -> None:
    collected = read({"foo": 1})
    assert "Looked for" in collected.problems[0].message
    assert "candidates" in collected.problems[0].message
    asked = read({"id": "1", "question": "a", "expected_answer": "b"})
    assert "no engine's answer" in asked.problems[0].message


def own(**fields: object) -> dict[str, object]:
    return {"question": "Stimmte der Rat zu?", "engine": "x", "text": "Ja.", **fields}


@pytest.mark.parametrize("name", ["impressions", "run", "amount_minor"])
@pytest.mark.parametrize(
    "written",
    ["-5", '"viele"', '"120"', "1.5", "NaN", "1e400", "9" * 23, "true", "[3]", '{"a":1}'],
)
def test_what_is_no_count_is_reported_and_not_taken(name: str, written: str) -> None:
    fixed = '{"question": "a", "engine": "x", "text": "Ja.", "currency": "EUR"'
    row = f'{fixed}, "{name}": {written}}}'
    for wrapped in (row, row.replace('"text"', '"response"')):
        data = ("\n" + wrapped).encode()
        collected = read_answers(data, name="f.jsonl", raw_ref="f", collected_at=NOW)
        (answer,), (problem,) = collected.answers, collected.problems
        assert (answer.text, getattr(answer, name)) == ("Ja.", None)
        assert problem.line == 2
        assert f"{name} is" in problem.message
        assert "whole number" in problem.remedy
        assert problem.record_id == answer.answer_id


@given(st.integers(-(1 << 70), 1 << 70) | st.floats() | st.text() | st.booleans())
def test_a_count_is_exact_or_a_problem(value: object) -> None:
    collected = read(own(impressions=value))
    (answer,) = collected.answers
    if answer.impressions is None:
        assert len(collected.problems) == 1
    else:
        assert collected.problems == []
        assert answer.impressions == value
        assert 0 <= answer.impressions < 1 << 63
        assert not isinstance(value, bool)


def test_counts_that_are_whole_are_taken() -> None:
    for value in (0, 120, 120.0, (1 << 63) - 1):
        assert single(read(own(impressions=value)))[0].impressions == value
    assert single(read(own(impressions=None)))[0].impressions is None
    assert len(read(own(impressions=2.0**60)).problems) == 1  # stands for 256 whole numbers
    answer, _ = single(read(own(amount_minor=120, currency="EUR")))
    assert (answer.amount_minor, answer.currency) == (120, "EUR")


@pytest.mark.parametrize("currency", ["Euro", "eur", "€", "EURO", 978, None])
def test_a_sum_needs_a_currency(currency: object) -> None:
    collected = read(own(amount_minor=120, currency=currency))
    (answer,) = collected.answers
    assert (answer.amount_minor, answer.currency) == (None, None)
    messages = " ".join(problem.message for problem in collected.problems)
    assert "amount_minor is 120 of no known currency" in messages
    assert ("currency is" in messages) == (currency is not None)
    (problem,) = read(own(amount="1,20 EUR")).problems
    assert "amount_minor" in problem.remedy


def test_counts_stand_beside_raw_replies_of_one_answer() -> None:
    raw = {"choices": [{"message": {"content": "Ja."}}]}
    assert single(read({"question": "a", "impressions": 4, **raw}))[0].impressions == 4
    item = {"keyword": "a", "items": []}
    collected = read({"tasks": [{"result": [item, {**item, "keyword": "b"}]}], "impressions": 4})
    assert [answer.impressions for answer in collected.answers] == [None, None]
    assert all("several answers" in problem.message for problem in collected.problems)
    assert len(collected.problems) == 2


@pytest.mark.parametrize("text", [{"a": 1}, ["Ja."], 5, False])
def test_a_text_that_is_none_is_no_empty_answer(text: object) -> None:
    collected = read(own(text=text))
    assert collected.answers == []
    assert "and no text" in collected.problems[0].message


def test_one_link_in_place_of_a_list() -> None:
    for citations in (URL, {"url": URL}, f" {URL} "):
        _, (citation,) = single(read(own(citations=citations)))
        assert citation.host == "www.blatt.example"
        assert citation.shown
    for citations in (f"{URL}, {URL}", f"{URL},{URL}", "Das Blatt", 7, True):
        collected = read(own(citations=citations))
        assert (len(collected.answers), collected.citations) == (1, [])
        assert "no list" in collected.problems[0].message
    assert single(read(own(citations=None)))[1] == []


def test_links_and_places_that_cannot_be_read_are_reported() -> None:
    (problem,) = read(own(citations=[{"url": URL, "start": "0", "end": "2"}])).problems
    assert 'spans "0" to "2"' in problem.message
    (problem,) = read(own(retrieved=[7])).problems
    assert "Entry 1 of retrieved" in problem.message
    collected = read(own(model=7, status=5))
    assert collected.answers == []
    assert "status 5" in collected.problems[0].message
    (problem,) = read(own(model=7)).problems
    assert "model is 7" in problem.message


@pytest.mark.parametrize("shape", sorted(set(SHAPES) - {"plain"}))
def test_a_forced_shape_that_a_row_has_not_is_a_problem(shape: str) -> None:
    for row in (own(), wrap({"text": "Ja."}, engine="x")):
        collected = read(row, shape=shape)
        assert collected.answers == []
        (problem,) = collected.problems
        assert f"cannot be read as {shape}" in problem.message
        assert problem.remedy


def test_a_forced_shape_reads_what_can_be_read_so() -> None:
    raw = {"choices": [{"message": {"content": "Ja."}}], "model": "maker/m"}
    for shape in ("openai-chat", "openrouter", "perplexity-sonar"):
        assert single(read(wrap(raw), shape=shape))[0].text == "Ja."
    both = own(result="Nein.")
    assert single(read(both, shape="plain"))[0].text == "Ja."
    assert single(read(both, shape="answers-export"))[0].text == "Nein."
    for shape in ("openai-chat", "anthropic-messages", "serpapi", "overview-capture"):
        answer, _ = single(read(wrap({"error": "quota"}, engine="x"), shape=shape))
        assert (answer.status, answer.text) == (Status.ERROR, None)


def test_rows_that_are_no_objects_are_named_in_words_of_json() -> None:
    for row, word in ((None, "null"), ([], "a list"), ("a", "a text"), (5, "a number")):
        (problem,) = read([row]).problems
        assert problem.message == f"The row is no JSON object but {word}."
    (problem,) = read(wrap([1])).problems
    assert problem.message.endswith("but a list.")

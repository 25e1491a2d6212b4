import time
from itertools import pairwise

import pytest
from ground_tables import a_link, an_answer
from hypothesis import given, strategies as st

from beleg.ground.claims import blank_marks, find_claims
from beleg.ground.courtesies import states_nothing
from beleg.ground.sentences import Span
from beleg.records import Status


def claims(text, citations=()):
    return [text[c.start : c.end] for c in find_claims(an_answer(text), list(citations))]


def test_an_answer_by_hand():
    text = (
        "Gerne! Hier ist ein Überblick:\n\n"
        "## Wärmeplan für die Altstadt\n"
        "Der Rat hat am 17. September den Wärmeplan beschlossen[1]. Er kostet 96 Mio. Euro.\n\n"
        "**Die wichtigsten Punkte:**\n"
        "- **Netz:** 12 Kilometer Leitungen bis 2029 ([anker.example](https://anker.example/a))\n"
        "* Der Anschluss ist freiwillig\n"
        "1. Die Pumpe steht am Hafen.\n\n"
        "Was meinen die Anwohner? Dazu konnte ich leider nichts finden.\n"
        "Ich konnte keine Angaben zu den Fristen finden.\n"
        "Möchten Sie mehr wissen?\n"
    )
    assert claims(text) == [
        "Der Rat hat am 17. September den Wärmeplan beschlossen[1].",
        "Er kostet 96 Mio. Euro.",
        "**Netz:** 12 Kilometer Leitungen bis 2029",
        "Der Anschluss ist freiwillig",
        "Die Pumpe steht am Hafen.",
    ]


def test_the_same_in_english():
    text = (
        "Sure! Here is an overview:\n\n# Heat plan\nKey points\n"
        "The council adopted the plan on September 17.[1][2] It costs $96 million, i.e. a lot.\n"
        "Total: $108.2 million\nWhat do residents say? I could not find any information on that.\n"
        "| Year | Pumps |\n|---|---|\n| 2025 | 12 pumps installed |\n"
        "```\nprint('the council adopted nothing')\n```\n"
        "Let me know if you need more."
    )
    assert claims(text) == [
        "The council adopted the plan on September 17.",
        "It costs $96 million, i.e. a lot.",
        "Total: $108.2 million",
        "2025 | 12 pumps installed",
    ]


def test_glued_marks_are_no_words():
    text = "He won three championships136. Next he retired in 199714."
    marks = [a_link("https://a.example", 26, 29), a_link("https://b.example", 54, 56)]
    assert text[26:29] == "136"
    assert text[54:56] == "14"
    assert claims(text, marks) == ["He won three championships136.", "Next he retired in 199714."]
    plain = "He won three championships. Next he retired in 1997."
    said = [c.statement_id for c in find_claims(an_answer(text), marks)]
    assert said == [c.statement_id for c in find_claims(an_answer(plain), [])]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("- **Wahl:** Sie gewann die Stichwahl.", ["**Wahl:** Sie gewann die Stichwahl."]),
        ("* __Cost:__ 96 million euros", ["__Cost:__ 96 million euros"]),
        ("**Der Rat** tagt **im Hafen**", ["**Der Rat** tagt **im Hafen**"]),
        ("**Der Rat tagt heute.** Er berät lange.", ["Der Rat tagt heute.", "Er berät lange."]),
        ("**Leider** liegen mir dazu keine Angaben vor.", []),
    ],
)
def test_emphasis_is_kept_whole_or_left_out(text, found):
    assert claims(text) == found
    plain = text.replace("*", "").replace("_", "")
    said = [c.statement_id for c in find_claims(an_answer(text), [])]
    assert said == [c.statement_id for c in find_claims(an_answer(plain), [])]


def test_content_words_and_statements():
    first, second, third = find_claims(
        an_answer("Der Rat beschloss den Plan. Der Plan kostet viel Geld. Rat beschloss Plan."), []
    )
    assert first.content_words == 3  # Rat, beschloss, Plan
    assert first.statement_id == third.statement_id != second.statement_id


@pytest.mark.parametrize("status", [s for s in Status if s is not Status.ANSWERED])
def test_what_is_no_answer_claims_nothing(status):
    assert find_claims(an_answer("Der Rat beschloss den Plan.", status=status), []) == []
    assert find_claims(an_answer(None), []) == []


@pytest.mark.parametrize(
    ("sentence", "nothing"),
    [
        ("I could not find any reports on this.", True),
        ("I couldn't really find details.", True),
        ("The search results do not contain information on the price.", True),
        ("Leider liegen mir dazu keine Angaben vor.", True),
        ("In den Suchergebnissen habe ich nichts dazu gefunden.", True),
        ("Wenn Sie weitere Fragen haben, lassen Sie es mich wissen.", True),
        ("If you'd like, I can compare the offers.", True),
        ("Researchers could not find the wreck.", False),
        ("Die Quellen des Nils wurden lange nicht entdeckt.", False),
        ("Sicher ist die Brücke seit 2019.", False),
        ("Wenn Sie Mieter sind, zahlt der Vermieter.", False),
        ("There is no speed limit on the Autobahn.", False),
        ("There is no evidence that the dam leaks.", False),
        ("Sure, the dam is safe.", False),
        ("Sure, here is what I found.", True),
        ("Natürlich, die Brücke ist offen.", False),
        ("Thanks to the dam, floods stopped.", False),
        ("Thanks for asking.", True),
        ("Unfortunately, the provided sources don't mention the price.", True),
        ("Unfortunately, the dam leaks.", False),
        ("I could not find a date, but the mill was sold in 1988.", False),
        ("I could not find a date, but I can look again for you.", True),
        ("Ein Datum konnte ich nicht finden, aber die Mühle wurde verkauft.", False),
        ("This is not a legal penalty.", False),
        ("This is not legal advice.", True),
        ("Bitte beachten Sie, dass das Museum montags geschlossen ist.", False),
        ("Bitte prüfen Sie die Preise.", True),
        ("Stand: November 2026", True),
        ("Quelle: Kreisbote", True),
        ("Source: The figure comes from an internal letter of the town.", False),
        ("Here is where the river ends.", False),
        ("Here are the main points in brief.", True),
    ],
)
def test_courtesies(sentence, nothing):
    assert states_nothing(sentence) is nothing


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "The mill closed.\n\nSources:\n- Post, 4 May\n- Sun, 5 May\n\nIt reopened soon.",
            ["The mill closed.", "It reopened soon."],
        ),
        ("The mill closed.[^1]\n\n[^1]: Hexby Courier, 4 May 1988.", ["The mill closed."]),
        ("Die Mühle schloss früh.¹\n\n¹ Kreisbote, 4. Mai 1988", ["Die Mühle schloss früh.¹"]),
        ("* [The Mill Today](https://a.example/m)\n* The mill closed.", ["The mill closed."]),
        ("The mill closed in May. The reasons were:\n- High debts abroad", [
            "The mill closed in May.", "High debts abroad",
        ]),
        ("The mill closed.<br> <br> **Further reading:** <br>", ["The mill closed."]),
        ("Sure! Here is a summary: The mill closed.", ["The mill closed."]),
        (
            "| Year | Event |\n|---|---|\n| 1904 | Mill founded. Head: K. Ohm.<br>A fire. |",
            ["1904 | Mill founded. Head: K. Ohm.<br>A fire."],
        ),
        ("Year | Visitors\n--- | ---\n2024 | 120 visitors", ["2024 | 120 visitors"]),
        ("More at https://a.example/x. The mill closed.", ["The mill closed."]),
        ("🔹 **What changed**\nThe toll rose. 🚗", ["The toll rose."]),
    ],
)  # fmt: skip
def test_lists_of_sources_notes_and_tables(text, found):
    assert claims(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "Le maire a démissionné lundi. Pourquoi ?",
        "市长周一辞职。他的副手接任。",
        "استقال رئيس البلدية.",
    ],
)
def test_other_languages_are_read_as_english(text):
    assert all(text[c.start : c.end] for c in find_claims(an_answer(text), []))


PIECES = st.sampled_from(
    "Der Rat|beschloss|12,5 %|[1]|([a.example](https://a.example/x))|. |? |\n|\n- |## |**|```|: |"
    "z. B.|https://b.example/y?z=1|„|“|| a | b ||---|\r\n|U.S.|136".split("|")
)


@given(st.lists(PIECES, max_size=40).map(" ".join) | st.text(max_size=300), st.data())
def test_claims_lie_in_the_text_and_apart(text, data):
    places = st.integers(0, len(text) + 5)
    marks = [
        a_link("https://a.example", *sorted(data.draw(st.tuples(places, places))))
        for _ in range(data.draw(st.integers(0, 4)))
    ]
    found = find_claims(an_answer(text), marks)
    assert all(a.end <= b.start for a, b in pairwise(found))
    assert all(0 <= c.start < c.end <= len(text) for c in found)
    assert len({c.claim_id for c in found}) == len(found)
    assert all(c.content_words >= 2 for c in found)
    blanked = blank_marks(text, [Span(m.start, m.end) for m in marks])
    assert len(blanked) == len(text)


@pytest.mark.parametrize(
    "piece", ["word ", "[", "(", "[a](", "http://", "1", "a.b ", "- x\n", "**"]
)
def test_a_megabyte_takes_seconds(piece):
    began = time.process_time()
    find_claims(an_answer(piece * (1_000_000 // len(piece))), [])
    assert time.process_time() - began < 30

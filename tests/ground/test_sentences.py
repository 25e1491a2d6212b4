import time
from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from beleg.ground.sentences import MAX_WORDS, Span, cut_long, find_sentences
from beleg.text import find_words


def sentences(text):
    return [text[start:end] for start, end in find_sentences(text)]


@pytest.mark.parametrize(
    "parts",
    [
        ["Das gilt z. B. für Köln.", "Dort auch."],
        ["Das heißt d. h. nichts.", "Gut."],
        ["Dr. Meier kam am 22. November.", "Er blieb bis zum 3. Dezember."],
        ["Im 19. Jahrhundert war das so.", "Heute nicht."],
        ["Sie wurde Dritte auf Platz 3.", "Danach ging sie."],
        ["Er sagte: „Nein.“", "Dann ging er."],
        ["Siehe Nr. 5 und Art. 5 GG.", "Das reicht."],
        ["Es kostet 3.50 Euro bzw. 4,20 Euro.", "Mehr nicht!"],
        ["Der 1. FC Köln gewann.", "Der Trainer freute sich."],
        ["He lives in the U.S. Senate building.", "It is old."],
        ["He moved to the U.S.", "The house was new."],
        ["See No. 3 on the list.", "Mr. Smith and J. K. Rowling met."],
        ["It rose by 3.5 percent, e.g. in May.", "Why?", "Nobody knows…", "Then it fell."],
        ['She said "No."', "Then she left."],
        ["“We won. It is over,” she said.", "Nobody clapped."],
        ["Sie sagte: „Wir sind fertig. Es reicht.“", "Dann ging sie."],
        ['"Is it true?" asked the judge.', "It was."],
        ["The mill (built in 1881. Restored.) stands on a hill.", "It is old."],
        ["Sie trägt 1,2 Mio.", "Den Rest zahlt der Kreis."],
        ["Rund 1,2 Mio. Euro fehlen.", "Müller & Co. KG zahlt nicht."],
        ["They met at 9 a.m. on Tuesday.", "They left at 5 p.m. Eastern time."],
        ["They talked until 4 p.m.", "Nothing was signed."],
        ["Er begann am 12. 9. 2025.", "Er endete am 3. Mai."],
        ["Yahoo! was founded in 1994.", "Wow!", "It lives."],
        ["It was sold in 1988.¹", "The buyer was a bank.²"],
        ["Dr. med. Anna Ohm und Dr. phil. Max Stamm kamen.", "Sie blieben."],
        ["He collects modern art.", "His vitamin is C.", "The rest is told on example.com today."],
    ],
)
def test_sentences_of_both_languages(parts):
    assert sentences(" ".join(parts)) == parts


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("It closed in 1988.It reopened.", ["It closed in 1988.", "It reopened."]),
        (
            "The hall is safe.Legacy: It is loved.Colour: It is red.",
            ["The hall is safe.", "Legacy: It is loved.", "Colour: It is red."],
        ),
        ("Call webdriver.Chrome() or Node.Js now.", None),
        ("Look at example.com or Booking.Com or file.Pdf now.", None),
        ("It is z.B.Das and U.S.Senate.", None),
    ],
)
def test_a_lost_line_end_between_sentences_is_found(text, parts):
    assert sentences(text) == (parts or [text])


def test_lines_end_sentences_and_hard_wrapped_lines_do_not():
    wrapped = (
        "This sentence was broken by a mail program at a fixed width of characters\nand goes on."
    )
    assert sentences(wrapped) == [wrapped]
    assert sentences("Überschrift\nDer Text beginnt.\n\nEnde") == [
        "Überschrift", "Der Text beginnt.", "Ende",
    ]  # fmt: skip


@given(st.text(st.sampled_from("aBc1.!?„“\n .,-*#|z"), max_size=300) | st.text(max_size=200))
def test_sentences_hold_everything_but_space(text):
    spans = find_sentences(text)
    assert all(a.end <= b.start for a, b in pairwise(spans))
    assert all(text[start:end] == text[start:end].strip() != "" for start, end in spans)
    outside = list(text)
    for start, end in spans:
        outside[start:end] = " " * (end - start)
    assert not "".join(outside).strip()


def test_a_sentence_without_end_is_cut():
    text = "wort " * (2 * MAX_WORDS + 1)
    pieces = cut_long(text, Span(0, len(text)))
    assert [len(find_words(text[start:end])) for start, end in pieces] == [MAX_WORDS, MAX_WORDS, 1]
    assert pieces[0].start == 0
    assert pieces[-1].end == len(text)


@pytest.mark.parametrize("piece", ["a. ", "Dr. ", ".", "x\n", "1.", "„", "aaaa", " "])
def test_a_megabyte_takes_seconds(piece):
    began = time.process_time()
    find_sentences(piece * (1_000_000 // len(piece)))
    assert time.process_time() - began < 20

import pytest

from beleg.collect.values import find_colour, find_font_size, read_colour, read_length, read_number


@pytest.mark.parametrize(
    ("value", "pixels"),
    [("12px", 12), ("-2em", -20), ("0", 0), (".5rem", 8), ("1in", 96), ("0%", 0), ("50%", None),
     ("auto", None), ("calc(1px)", None), ("", None), (None, None), ("1e3px", None)],
)  # fmt: skip
def test_lengths(value, pixels):
    assert read_length(value, 10.0) == pixels


def test_lengths_that_are_shares_and_numbers():
    assert read_length("50%", 10.0, share_of=20.0) == 10
    assert [read_number(value) for value in ("0.5", "50%", "x", None)] == [0.5, 0.5, None, None]
    assert [find_font_size(font) for font in ("0/0 a", "bold 12px/1.5 Arial", "inherit")] == [
        "0", "12px", "",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "colour"),
    [("white", (255,) * 3), ("#fff", (255,) * 3), ("#0080ff", (0, 128, 255)),
     ("#ffff", (255,) * 3), ("#ffffff80", None), ("rgb(1, 2,3)", (1, 2, 3)),
     ("rgba(1 2 3 / 1)", (1, 2, 3)), ("rgba(1,2,3,.5)", None), ("var(--x)", None), ("#ggg", None)],
)  # fmt: skip
def test_colours(value, colour):
    assert read_colour(value) == colour


def test_the_colour_of_a_background():
    assert find_colour("url(a.png) no-repeat #fff") == (255,) * 3
    assert find_colour("no-repeat center") is None

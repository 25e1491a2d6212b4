"""WCAG 2.2 AA, computed from the style sheet: 4.5 for text, 3 for what is drawn."""

import re
from pathlib import Path

import pytest

STYLE = (Path(__file__).parents[2] / "src/beleg/report/templates/style.css").read_text(
    encoding="utf-8"
)
LIGHT = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", STYLE.split("@media")[0]))
DARK = LIGHT | dict(
    re.findall(
        r"--([\w-]+): (#[0-9a-f]{3,6});", STYLE.split("color-scheme: dark")[1].split("* {")[0]
    )
)


def channels(colour):
    digits = colour.lstrip("#")
    digits = "".join(2 * d for d in digits) if len(digits) == 3 else digits
    return [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]


def luminance(parts):
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(front, back):
    high, low = sorted((luminance(front), luminance(back)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def mix(front, back, part):
    return [part * f + (1 - part) * b for f, b in zip(front, back, strict=True)]


def test_contrast_by_hand():
    assert contrast(channels("#000"), channels("#fff")) == pytest.approx(21)


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
def test_text_can_be_read(scheme):
    paper, raised = channels(scheme["paper"]), channels(scheme["raised"])
    for name in ("ink", "soft", "link", "accent", "warn"):
        assert contrast(channels(scheme[name]), paper) >= 4.5, name
    for name in ("ink", "soft", "link"):
        assert contrast(channels(scheme[name]), raised) >= 4.5, name
    assert contrast(channels(scheme["warn"]), channels(scheme["warn-paper"])) >= 4.5
    assert contrast(channels(scheme["ink"]), channels(scheme["hit"])) >= 4.5


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
def test_houses_can_be_read_and_their_sentences_too(scheme):
    paper, ink = channels(scheme["paper"]), channels(scheme["ink"])
    for number in range(9):
        colour = channels(scheme[f"p{number}"])
        assert contrast(colour, paper) >= 4.5, number  # the initials are text
        tint = mix(colour, paper, 0.09)
        assert contrast(ink, tint) >= 4.5, number
        assert contrast(colour, tint) >= 3, number  # the line under the sentence


def test_tint_is_the_one_that_is_computed():
    assert "var(--c) 9%" in STYLE

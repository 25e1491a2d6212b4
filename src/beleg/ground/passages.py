"""Passages: the stretches of a document that a claim may rest on.

A passage is a window of up to :data:`SENTENCES` sentences; neighbouring windows share all but
:data:`STRIDE` of them, so that what stands in two sentences one after the other is always whole
in one passage.
"""

from __future__ import annotations

from beleg.ground.sentences import MAX_WORDS, Span, cut_long, find_sentences
from beleg.records import Passage, content_id

SENTENCES = 3
STRIDE = 2


def find_windows(text: str, *, sentences: int = SENTENCES, stride: int = STRIDE) -> list[Span]:
    """Lay windows of sentences over a text.

    Args:
        text: The text of a document.
        sentences: Sentences in a window, at least 1; a window of several is never longer than
            2 * MAX_WORDS words, about.
        stride: Sentences from one window's start to the next one's, 1..sentences.

    Returns:
        Windows in order of their start; every sentence is in at least one. Empty for a text
        without a word.
    """
    pieces = [
        piece
        for sentence in find_sentences(text)
        for piece in cut_long(text, sentence)
        if any(map(str.isalnum, text[piece.start : piece.end]))
    ]
    windows: list[Span] = []
    for first in range(0, len(pieces), stride):
        end = first
        while end < len(pieces) and end < first + sentences:
            if end > first and pieces[end].end - pieces[first].start > 12 * MAX_WORDS:
                break
            end += 1
        window = Span(pieces[first].start, pieces[end - 1].end)
        if not windows or window.end > windows[-1].end:
            windows.append(window)
    return windows


def make_passage(document_id: str, window: Span) -> Passage:
    """Name a window of a document."""
    passage_id = content_id("passage", document_id, window.start, window.end)
    return Passage(passage_id, document_id, window.start, window.end)

"""Time of each step of grounding and of reading pages on nasty inputs of growing length.

    python benchmarks/bench_robustness.py
    python benchmarks/bench_robustness.py --sizes 10 100 1000 --steps claims pages   # minutes

One row an input, one column a length; behind them by how much the last tenfold length multiplied
the time: about 10 is linear, 100 square. Nothing here is a test: tests/ground/test_robustness.py
runs the same inputs.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable
from datetime import UTC, datetime

from beleg.collect.pages import decode_html, extract_page, fragment_text
from beleg.errors import InputError
from beleg.ground.claims import blank_marks, find_claims
from beleg.ground.links import link_claims
from beleg.ground.passages import find_windows
from beleg.ground.readings import read_claim, read_passage
from beleg.ground.support import compare, find_spans
from beleg.ground.tokens import find_tokens
from beleg.records import Answer, Citation, Status

_RANDOM = random.Random(3)  # the same inputs each time
_WORDS = "Der Rat beschloss am 3. Mai die Brücke für 1,2 Mio. Euro zu bauen.".split()

PIECES: dict[str, str] = {
    "plain words": "word ",
    "sentences of one word": "Ja. ",
    "one word": "a",
    "one figure": "1",
    "figures": "1.234,5 ",
    "groups without end": "1.000",
    "points": ".",
    "points apart": ". ",
    "initials": "A. ",
    "abbreviations": "z. B. ",
    "glued sentences": "Rat.Der ",
    "quotes opened": "„",
    "quotes": '"',
    "quotes apart": '" ',
    "quotes closed": "“a. b” ",
    "brackets opened": "(",
    "brackets nested": "([",
    "brackets closed": ")",
    "links": "[a](b) ",
    "links opened": "[a](",
    "marks": "[1][2]",
    "stars": "*",
    "bars": "|",
    "rows": "| a | b |\n",
    "rules": "|---|\n",
    "fences": "```\n",
    "tags": "<br>",
    "tags opened": "<a ",
    "URLs": "https://a.example/b?c=d ",
    "a URL": "http://a",
    "questions": "? ",
    "lines": "x\n",
    "lines of all kinds": "x\r\ny\u2028z\x0b\x85\r",
    "empty lines": "\n",
    "spaces": " ",
    "items": "- x\n",
    "headings": "# x\n",
    "colons": "a: ",
    "openings": "Here is ",
    "refusals": "Leider konnte ich ",
    "hyphens": "a-",
    "apostrophes": "a'",
    "long compounds": "donau-dampf-",
    "zero width": "a\u200b",
    "nothing seen": "\u200b\u2060",
    "accents": "e\u0301",
    "accents piled": "\u0301",
    "right to left": "\u202eשלום ",
    "surrogates": "\ud800 a",
    "NUL": "\x00a ",
    "homoglyphs": "Rаt ",
    "emoji": "👩\u200d👩\u200d👧 ",
    "ideographs": "市长周一辞职。",
    "repeated pair": "rat plan ",
}


def repeat(piece: str, size: int) -> str:
    """Repeat a piece up to a length."""
    return (piece * (size // len(piece) + 1))[:size]


def make_inputs(size: int) -> dict[str, str]:
    """Make every nasty input in one length, in characters."""
    inputs = {name: repeat(piece, size) for name, piece in PIECES.items()}
    half = size // 2
    inputs["nested brackets"] = "(" * half + ")" * half
    inputs["nested quotes"] = "„" * half + "“" * half
    inputs["noise"] = "".join(chr(_RANDOM.randrange(32, 0x2FFF)) for _ in range(size))
    inputs["bytes"] = bytes(_RANDOM.randrange(256) for _ in range(size)).decode("latin-1")
    inputs["shuffled words"] = " ".join(_RANDOM.choice(_WORDS) for _ in range(size // 5))[:size]
    return inputs


MARKUP: dict[str, str] = {
    "nested elements": "<div>",
    "paragraphs": "<p>Der Rat beschloss den Plan.</p>",
    "styles": "<p style='color:#fff;font-size:1px'>x</p>",
    "rules of style": "<style>p{color:red}</style>",
    "sheet without end": "<style>/*",
    "braces": "<style>{{{{",
    "entities": "&amp;&#x27;",
    "attributes": "<p a=",
    "comments": "<!--",
    "classes": "<p class='a b c d e f g h i j'>x</p>",
}


def make_sheet(size: int) -> str:
    """Make a page whose style sheet has many rules of many steps, and as many elements."""
    n = size // 60
    rules = "".join(f"div .a{i} > p{{display:none}}" for i in range(n))
    return f"<style>{rules}</style>" + "<div><p class=a1>x</p></div>" * n


def _answer(text: str) -> Answer:
    return Answer(
        answer_id="a", prompt_id="p", question="", engine="e", model=None, surface=None,
        country=None, locale=None, collector="plain", asked_at=datetime(2026, 11, 2, tzinfo=UTC),
        run=None, text=text, raw_ref="0#0", status=Status.ANSWERED, impressions=None,
        amount_minor=None, currency=None, queries=(), flags=(),
    )  # fmt: skip


def _citations(text: str, n: int = 50) -> list[Citation]:
    return [
        Citation(
            answer_id="a", rank=i + 1, url="https://a.example/", canonical_url="https://a.example/",
            host="a.example", title=None, start=i * len(text) // n, end=i * len(text) // n + 1,
            span_is_mark=True, shown=True, cited_passage=None,
        )
        for i in range(n)
    ]  # fmt: skip


def run_claims(text: str) -> None:
    """Find claims and tie links to them."""
    citations = _citations(text)
    claims = find_claims(_answer(text), citations)
    link_claims(blank_marks(text, []), claims, citations)


def run_windows(text: str) -> None:
    """Cut a document into passages and read their words."""
    for window in find_windows(text):
        find_tokens(text[window.start : window.end], "de")


def run_support(text: str) -> None:
    """Compare a text as one claim with its own first passage; no door compares whole pages."""
    tokens = find_tokens(text, "de")
    claim = read_claim(text, tokens, {token.term: 1 for token in tokens}, "de")
    for window in find_windows(text)[:1]:
        passage = read_passage(find_tokens(text[window.start : window.end], "de"), "de")
        find_spans(claim, passage, compare(claim, passage, "page"))


def run_page(text: str) -> None:
    """Read a page that holds the text, or is it."""
    try:
        extract_page(f"<html><body><article><p>{text}</p></article></body></html>")
    except InputError:
        return  # refused, and the user told


def run_fragment(text: str) -> None:
    """Read a piece of markup, and the bytes of one."""
    fragment_text(text)
    decode_html(text.encode("utf-8", "surrogatepass"))


STEPS: dict[str, Callable[[str], None]] = {
    "claims": run_claims,
    "windows": run_windows,
    "support": run_support,
    "pages": run_page,
    "fragments": run_fragment,
}
MARKUP_STEPS = ("pages", "fragments")


def inputs_of(step: str, size: int) -> dict[str, str]:
    """Make the inputs that a step is run on."""
    inputs = make_inputs(size)
    if step in MARKUP_STEPS:
        inputs |= {name: repeat(piece, size) for name, piece in MARKUP.items()}
        inputs["sheet of many steps"] = make_sheet(size)
    return inputs


def _time(run: Callable[[str], None], text: str) -> float:
    began = time.process_time()
    run(text)
    return time.process_time() - began


def main() -> None:
    """Print a table for each step."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", nargs="+", type=int, default=[10, 100], help="in kB")
    parser.add_argument("--steps", nargs="+", choices=STEPS, default=list(STEPS))
    parser.add_argument("--patience", type=float, default=30.0, help="CPU seconds for one input")
    options = parser.parse_args()
    for step in options.steps:
        print(f"\n{step:24}" + "".join(f"{size:>8} kB" for size in options.sizes) + "  growth")
        made = [inputs_of(step, 1000 * size) for size in options.sizes]
        for name in made[0]:
            times: list[float] = []
            for inputs in made:
                if times and times[-1] * 100 > options.patience and times[-1] > 5 * times[0]:
                    break  # the next would take too long
                times.append(_time(STEPS[step], inputs[name]))
            shown = "".join(f"{seconds:11.3f}" for seconds in times).ljust(11 * len(made))
            growth = times[-1] / max(times[-2], 0.001) if len(times) > 1 else 0.0
            print(f"{name:24}{shown}{growth:8.1f}", flush=True)


if __name__ == "__main__":
    main()

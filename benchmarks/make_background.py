"""Make the table of how common words are: ``src/beleg/ground/background.{de,en}.txt.gz``.

    pip install wordfreq && python benchmarks/make_background.py --write

Source: the lists "best" of the package wordfreq 3.1 (Robyn Speer, doi 10.5281/zenodo.7199437; code
Apache-2.0, data CC BY-SA 4.0, drawn from Wikipedia, OpenSubtitles, ParaCrawl, Google Books and
others). The forms are folded to our terms and their frequencies added up, so the tables are
CC BY-SA 4.0 as well (see NOTICE). A row is a term and ten times its Zipf value: log10 of the
times it stands in a billion words (van Heuven et al. 2014).
"""

from __future__ import annotations

import argparse
import gzip
import math
from collections import Counter
from pathlib import Path

from beleg.ground.tokens import fold_word

FOLDER = Path(__file__).resolve().parents[1] / "src" / "beleg" / "ground"
LEAST = 30
"""Ten times the Zipf value from which a term is listed: once in a million words."""


def count_terms(language: str) -> Counter[str]:
    """Add up the frequencies of all forms of a term, figures and function words left out."""
    from wordfreq import get_frequency_dict  # noqa: PLC0415 - needed here alone, not to be tested

    terms: Counter[str] = Counter()
    for form, frequency in get_frequency_dict(language, "best").items():
        if any(map(str.isalpha, form)):
            term = fold_word(form, language)[1]
            if term and not term.startswith("#"):
                terms[term] += frequency
    return terms


def main() -> None:
    """Print the size of the tables; write them where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    for language in ("de", "en"):
        zipf = {t: round(10 * (math.log10(f) + 9)) for t, f in count_terms(language).items()}
        rows = "".join(f"{t}\t{z}\n" for t, z in sorted(zipf.items()) if z >= LEAST)
        data = gzip.compress(rows.encode(), 9, mtime=0)
        print(f"{language}: {rows.count(chr(10)):,} terms, {len(data):,} bytes")
        if arguments.write:
            (FOLDER / f"background.{language}.txt.gz").write_bytes(data)


if __name__ == "__main__":
    main()

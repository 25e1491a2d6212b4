"""How long a statement for people of 10,000 claims takes, and which letters its PDF can show.

python benchmarks/bench_papers.py
"""

import hashlib
import sys
import time
import unicodedata
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests")]

from beleg.prove.papers import write_papers  # noqa: E402
from beleg.prove.pdf_paper import _register_fonts  # noqa: E402
from prove.paper_files import large  # noqa: E402

N_CLAIMS = 10_000
BLOCKS = {
    "Latin": ("LATIN",),
    "Greek": ("GREEK",),
    "Cyrillic": ("CYRILLIC",),
    "Hebrew, Arabic": ("HEBREW", "ARABIC"),
    "Chinese, Japanese, Korean": ("CJK", "HIRAGANA", "KATAKANA", "HANGUL"),
}


def main() -> None:
    made, head = large(N_CLAIMS)
    write_papers(*large(1), "de")  # templates and typeface are read once a process
    written: dict[str, bytes] = {}
    start = time.perf_counter()
    for language in ("de", "en"):
        written |= write_papers(made, head, language)
    seconds = time.perf_counter() - start
    print(f"{N_CLAIMS:,} claims, two languages, HTML and PDF: written in {seconds:.2f} s")
    start = time.perf_counter()
    for data in written.values():
        hashlib.sha256(data).hexdigest()
    print(f"hashed, as a check does: {time.perf_counter() - start:.4f} s")
    for name, data in sorted(written.items()):
        print(f"  {name.partition('.')[2]}: {len(data):,} bytes")
    known = _register_fonts()
    letters = [chr(c) for c in range(0x110000) if unicodedata.category(chr(c))[0] == "L"]
    for block, starts in BLOCKS.items():
        of_block = [c for c in letters if unicodedata.name(c, "").startswith(starts)]
        n_known = sum(ord(letter) in known for letter in of_block)
        print(f"{block}: {n_known:,} of {len(of_block):,} letters; the others stand as boxes")


if __name__ == "__main__":
    main()

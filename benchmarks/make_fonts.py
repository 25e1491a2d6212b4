"""Make src/beleg/prove/fonts: DejaVu Sans 2.37, cut down to what the PDF statements show.

Kept: letters of Latin, Greek and Cyrillic with their marks, punctuation, currencies, signs,
arrows and shapes. Scripts that run from the right or need shaping are left out on purpose:
reportlab lays letters side by side, which would come out as garbage; pdf_paper shows boxes.

    python benchmarks/make_fonts.py /usr/share/fonts/truetype/dejavu    (needs fonttools)
"""

import sys
from pathlib import Path

from fontTools import subset

TARGET = Path(__file__).parents[1] / "src" / "beleg" / "prove" / "fonts"
RANGES = [
    (0x20, 0x7E),
    (0xA0, 0x52F),  # Latin, phonetic, marks, Greek, Cyrillic
    (0x1E00, 0x1FFF),  # Latin and Greek with several marks
    (0x2000, 0x22FF),  # punctuation, currencies, letterlike, numbers, arrows, operators
    (0x2500, 0x27BF),  # lines, blocks, shapes, signs, dingbats
    (0xFB00, 0xFB06),  # ligatures
    (0xFFFD, 0xFFFD),
]


def cut(source: Path, name: str) -> None:
    options = subset.Options()
    options.hinting = False
    options.layout_features = []
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.notdef_outline = True
    options.recalc_timestamp = False
    options.drop_tables += ["FFTM"]
    font = subset.load_font(str(source / f"{name}.ttf"), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[c for low, high in RANGES for c in range(low, high + 1)])
    subsetter.subset(font)
    path = TARGET / f"{name}.ttf"
    subset.save_font(font, str(path), options)
    print(f"{path.name}: {len(font.getBestCmap()):,} letters, {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    TARGET.mkdir(exist_ok=True)
    for weight in ("DejaVuSans", "DejaVuSans-Bold"):
        cut(Path(sys.argv[1]), weight)

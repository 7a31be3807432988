# /// script
# requires-python = ">=3.11"
# dependencies = ["brotli==1.2.1", "fonttools==4.68.0"]
# ///
"""Subset the fonts and write css/fonts.css: `uv run tools/fonts.py` (needs npm).

The output is the same bytes on every run; the versions of what is taken in are pinned here.
`python tools/assets.py css` afterwards joins the declarations into the style sheet.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from assets import STATIC, unpacked
from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

FONTS = STATIC / "fonts"
INTER = "@fontsource-variable/inter@5.3.0"
SOURCE_SERIF = "@fontsource-variable/source-serif-4@5.3.1"

# What pages in English and its western neighbors need: letters, marks, quotes, arrows, a few
# relations. The rest of the Latin script is a second file that a browser fetches when it meets it.
LATIN = (
    "U+0020-007E,U+00A0-00FF,U+0131,U+0152-0153,U+02C6,U+02DA,U+02DC,U+2002-200B,U+2010-2015,"
    "U+2018-201E,U+2020-2022,U+2026,U+202F,U+2030,U+2032-2033,U+2039-203A,U+2044,U+2060,U+20AC,"
    "U+2122,U+2190-2193,U+2212,U+2215,U+2248,U+2260,U+2264-2265"
)
LATIN_EXT = (
    "U+0100-0130,U+0132-0151,U+0154-024F,U+0259,U+02BB-02BC,U+02C7,U+02D8-02D9,U+02DB,U+02DD,"
    "U+0300-0304,U+0306-030C,U+0323,U+0326-0328,U+1E00-1E9F,U+1EA0-1EF9,U+2113,U+20A0-20AB,"
    "U+20AD-20C0"
)
FEATURES = ["ccmp", "kern", "liga", "locl", "mark", "mkmk", "tnum"]


@dataclass(frozen=True)
class Face:
    """One font file to make: from which package and file, under which name, at which axes."""

    family: str
    package: str
    source: str
    target: str
    ranges: str
    axes: dict[str, float | tuple[float, float]]
    style: str = "normal"

    @property
    def weight(self) -> str:
        return "400 700" if isinstance(self.axes["wght"], tuple) else "400"


@dataclass(frozen=True)
class Fallback:
    """A system font, and how wide its text runs: the mean advance of an English letter, in em.

    Measured on Liberation, which has the advances of Arial and Times New Roman; Georgia's is
    scaled from its published mean width. It sets size-adjust, so that text does not jump when
    the real font arrives.
    """

    family: str
    locals: tuple[str, ...]
    width: float


ROMAN = {"wght": (400, 700)}
SERIF_SIZE = 20  # the optical size in points that suits both a lesson's text and its headings
FACES = [
    Face("Inter", INTER, "inter-latin-wght-normal", "inter-latin", LATIN, {**ROMAN}),
    Face("Inter", INTER, "inter-latin-ext-wght-normal", "inter-latin-ext", LATIN_EXT, {**ROMAN}),
    Face(
        "Source Serif 4",
        SOURCE_SERIF,
        "source-serif-4-latin-standard-normal",
        "source-serif-latin",
        LATIN,
        {**ROMAN, "opsz": SERIF_SIZE},
    ),
    Face(
        "Source Serif 4",
        SOURCE_SERIF,
        "source-serif-4-latin-ext-standard-normal",
        "source-serif-latin-ext",
        LATIN_EXT,
        {**ROMAN, "opsz": SERIF_SIZE},
    ),
    Face(
        "Source Serif 4",
        SOURCE_SERIF,
        "source-serif-4-latin-standard-italic",
        "source-serif-latin-italic",
        LATIN,
        {"wght": 400, "opsz": SERIF_SIZE},
        style="italic",
    ),
]
FALLBACKS = {
    "Inter": [Fallback("Inter Fallback", ("Arial", "Liberation Sans", "Arimo"), 0.4377)],
    "Source Serif 4": [
        Fallback("Serif Fallback", ("Georgia", "Gelasio"), 0.4352),
        Fallback("Serif Fallback 2", ("Times New Roman", "Liberation Serif", "Tinos"), 0.3966),
    ],
}
SHARES = (
    "18 10.3 7.5 6.5 6.2 5.7 5.7 5.3 5 5 3.3 3.3 2.2 2 2.3 2 1.7 1.6 1.5 1.4 1.3 .8 .6 .3 .9 .9"
)
LETTERS = dict(zip(" etaoinsrhldcmufwgpybvkT.,", map(float, SHARES.split()), strict=True))


def build_fonts() -> None:
    """Write the font files, their licenses and the style sheet that declares them."""
    for package in sorted({face.package for face in FACES}):
        with unpacked(package) as folder:
            for face in (face for face in FACES if face.package == package):
                cut(face, folder / f"files/{face.source}.woff2")
            name = package.rpartition("/")[2].partition("@")[0]
            license_text = (folder / "LICENSE").read_text(encoding="utf-8")
            (FONTS / f"{name}.LICENSE.txt").write_text(license_text, encoding="utf-8")
    declarations = [*map(declare, FACES), *declare_fallbacks()]
    head = "/* Written by tools/fonts.py: change it there. */\n"
    (STATIC / "css/fonts.css").write_text(head + "\n".join(declarations), encoding="utf-8")


def cut(face: Face, source: Path) -> None:
    """Keep the letters, weights and features that pages use."""
    font = TTFont(source, recalcTimestamp=False)
    options = subset.Options(layout_features=FEATURES, hinting=False, notdef_outline=True)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=code_points(face.ranges))
    subsetter.subset(font)
    font = instancer.instantiateVariableFont(font, face.axes)
    font.flavor = "woff2"
    font.save(FONTS / f"{face.target}.woff2")


def code_points(ranges: str) -> Iterator[int]:
    """Read a CSS unicode-range."""
    for part in ranges.split(","):
        first, _, last = part.removeprefix("U+").partition("-")
        yield from range(int(first, 16), int(last or first, 16) + 1)


def declare(face: Face) -> str:
    """Write the @font-face of one file."""
    return (
        "@font-face {\n"
        f'  font-family: "{face.family}";\n'
        f"  font-style: {face.style};\n"
        f"  font-weight: {face.weight};\n"
        "  font-display: swap;\n"
        f'  src: url("../fonts/{face.target}.woff2") format("woff2");\n'
        f"  unicode-range: {face.ranges.replace(',', ', ')};\n"
        "}\n"
    )


def declare_fallbacks() -> Iterator[str]:
    """Write the system fonts, stretched to the widths and line heights of ours."""
    for family, fallbacks in FALLBACKS.items():
        target = next(face.target for face in FACES if face.family == family)
        font = TTFont(FONTS / f"{target}.woff2")
        em, lines = font["head"].unitsPerEm, font["hhea"]
        for fallback in fallbacks:
            scale = mean_advance(font) / fallback.width
            names = ", ".join(f'local("{name}")' for name in fallback.locals)
            yield (
                "@font-face {\n"
                f'  font-family: "{fallback.family}";\n'
                f"  src: {names};\n"
                f"  size-adjust: {scale:.2%};\n"
                f"  ascent-override: {lines.ascent / em / scale:.2%};\n"
                f"  descent-override: {-lines.descent / em / scale:.2%};\n"
                f"  line-gap-override: {lines.lineGap / em / scale:.2%};\n"
                "}\n"
            )


def mean_advance(font: TTFont) -> float:
    """Measure how wide English text runs in this font, in em per letter."""
    glyphs, widths = font.getBestCmap(), font["hmtx"]
    total = sum(widths[glyphs[ord(letter)]][0] * share for letter, share in LETTERS.items())
    return float(total / sum(LETTERS.values()) / font["head"].unitsPerEm)


if __name__ == "__main__":
    build_fonts()

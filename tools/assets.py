"""Build the committed style sheets and icon sprite (tools/fonts.py builds the fonts).

    python tools/assets.py [css]        join css/ into educa.css, studio.css and chat.css
    python tools/assets.py check        fail if the style sheets are not what their sources give
    python tools/assets.py icons        draw icons.svg from Lucide (needs npm)

Every output is the same bytes on every run; the version of what is taken in is pinned here.
"""

import re
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

STATIC = Path(__file__).resolve().parent.parent / "src/educa/static/educa"
CSS = STATIC / "css"
SPRITE = STATIC / "icons.svg"
LUCIDE = "lucide-static@1.62.0"

NAMES = """
    arrow-down arrow-left arrow-right arrow-up bold book-open calendar check chevron-down
    chevron-right chevrons-down-up chevrons-up-down circle-alert circle-check
    circle-question-mark code columns-2 compass copy download ellipsis external-link eye
    eye-off flag folder-input globe graduation-cap grip-vertical heading-2 heading-3 history
    info italic key-round languages layers link list list-indent-decrease
    list-indent-increase list-ordered list-todo lock log-in log-out mail menu message-circle
    moon pencil pin play plus reply search send-horizontal settings shield sigma smile-plus
    square-code sun superscript table text-quote trash-2 triangle-alert undo-2 upload user
    users volume-x x
"""
# The name in a template -> the name in Lucide. Kinds of content are the last.
ICONS = {name: name for name in NAMES.split()} | {
    "file": "paperclip",
    "file-text": "file-text",
    "image": "image",
    "video": "clapperboard",
}

LAYERS = ("reset", "tokens", "base", "layout", "components", "utilities")


def sources() -> Iterator[Path]:
    """Give the sources of what every page loads, in the order of their layers, then of their names."""
    yield CSS / "fonts.css"
    for layer in LAYERS:
        yield from sorted(CSS.glob(f"{layer}*.css"))
        yield from sorted(CSS.glob(f"{layer}/*.css"))


def build_css() -> dict[str, str]:
    """Join the sources into small sheets, by file name: for every page, and what the studio and the chat add."""
    order = f"@layer {','.join(LAYERS)};"
    return {
        "educa.css": join([order], sources()),
        "studio.css": join([], sorted(CSS.glob("studio/*.css"))),
        "chat.css": join([], sorted(CSS.glob("chat/*.css"))),
    }


def join(parts: list[str], paths: Iterable[Path]) -> str:
    """Put the sources behind the parts; their URLs are relative to css/, one level down."""
    for path in paths:
        text = re.sub(r'url\("(?:\.\./)+', 'url("', path.read_text(encoding="utf-8"))
        parts.append(squeeze(text))
    return "\n".join(parts) + "\n"


def squeeze(css: str) -> str:
    """Drop comments and the white space that means nothing; strings stay as they are."""
    pieces = re.split(r'("[^"\n]*"|/\*.*?\*/)', css, flags=re.DOTALL)
    kept: list[str] = []
    for piece in pieces:
        if piece.startswith("/*"):
            continue
        if piece.startswith('"'):
            kept.append(piece)
            continue
        flat = re.sub(r"\s+", " ", piece)
        kept.append(re.sub(r" ?([{};,]) ?", r"\1", flat).replace(": ", ":"))
    return "".join(kept).replace(";}", "}").strip()


@contextmanager
def unpacked(spec: str) -> Iterator[Path]:
    """Fetch an npm package of this exact version into a folder that goes away afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        packed = subprocess.run(
            ["npm", "pack", "--silent", spec],
            cwd=folder,
            check=True,
            capture_output=True,
            text=True,
        )
        with tarfile.open(Path(folder) / packed.stdout.split()[-1]) as archive:
            archive.extractall(folder, filter="data")
        yield Path(folder) / "package"


def build_icons() -> None:
    """Write the sprite and the license beside it."""
    with unpacked(LUCIDE) as package:
        symbols = [
            symbol(name, (package / f"icons/{drawing}.svg").read_text(encoding="utf-8"))
            for name, drawing in sorted(ICONS.items())
        ]
        note = f"Icons from {LUCIDE.replace('@', ' ')}. ISC license: icons.LICENSE.txt"
        lines = ['<svg xmlns="http://www.w3.org/2000/svg">', f"<!-- {note} -->", *symbols, "</svg>"]
        SPRITE.write_text("\n".join(lines) + "\n", encoding="utf-8")
        license_text = (package / "LICENSE").read_text(encoding="utf-8")
        SPRITE.with_name("icons.LICENSE.txt").write_text(license_text, encoding="utf-8")


def symbol(name: str, svg: str) -> str:
    """Turn one drawing into a symbol; stroke and size come from the page's style sheet."""
    drawing = svg.rsplit("</svg>", 1)[0].partition("<svg")[2].partition(">")[2]
    shapes = "".join(line.strip() for line in drawing.splitlines()).replace(" />", "/>")
    return f'<symbol id="{name}" viewBox="0 0 24 24">{shapes}</symbol>'


def main(arguments: list[str]) -> int:
    match arguments:
        case [] | ["css"]:
            for name, sheet in build_css().items():
                (STATIC / name).write_text(sheet, encoding="utf-8")
        case ["icons"]:
            build_icons()
        case ["check"]:
            for name, sheet in build_css().items():
                if (STATIC / name).read_text(encoding="utf-8") != sheet:
                    sys.stderr.write(f"{name} is out of date: run `python tools/assets.py css`\n")
                    return 1
        case _:
            sys.stderr.write(f"{__doc__}\n")
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

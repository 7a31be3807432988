"""The smaller ones of a stored picture, known by its name alone.

`image/<random>.1600x900.jpg` is a picture of that size in pixels. Beside it stand its renditions:
`image/<random>.1600x900.jpg.w480.webp` is 480 pixels wide. A name without a size has none.
"""

import re
from typing import NamedTuple

# In pixels. The page shows no picture wider than 896 of its own, which are two on most screens.
WIDTHS = (480, 960, 1600)
MAX_HEIGHT = 16_383  # pixels, the most that a WebP can hold
PICTURE = re.compile(
    r"[a-z0-9_]+/[0-9a-f]{32}\.([1-9][0-9]{0,4})x([1-9][0-9]{0,4})\.(?:jpe?g|png|webp)"
)
RENDITION = re.compile(r"(.+)\.w[0-9]+\.webp")


class Size(NamedTuple):
    """Of a picture, in pixels."""

    width: int
    height: int

    def at_width(self, width: int) -> "Size":
        return Size(width, max(1, round(self.height * width / self.width)))

    def at_height(self, height: int) -> "Size":
        return Size(max(1, round(self.width * height / self.height)), height)

    @property
    def smaller(self) -> list["Size"]:
        """The sizes of the renditions, the smallest first; none is larger than the picture."""
        scaled = (self.at_width(width) for width in WIDTHS if width < self.width)
        return [size for size in scaled if size.height <= MAX_HEIGHT]


def sized_name(name: str, size: Size) -> str:
    """The name under which a picture is stored; as given where it can't say a size."""
    stem, _, ending = name.rpartition(".")
    sized = f"{stem}.{size.width}x{size.height}.{ending}"
    return sized if PICTURE.fullmatch(sized) else name


def size_of(name: str) -> Size | None:
    """How large the picture of that name is; None where the name does not say."""
    match = PICTURE.fullmatch(name)
    return Size(int(match[1]), int(match[2])) if match else None


def renditions_of(name: str) -> dict[int, str]:
    """The names of a picture's renditions by their widths in pixels, the smallest first."""
    size = size_of(name)
    return (
        {smaller.width: f"{name}.w{smaller.width}.webp" for smaller in size.smaller} if size else {}
    )


def original_of(name: str) -> str | None:
    """The name of the picture that this is a rendition of; None for anything else."""
    match = RENDITION.fullmatch(name)
    return match[1] if match and name in renditions_of(match[1]).values() else None

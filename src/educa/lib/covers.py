"""Course covers drawn from a slug: a quiet pattern of quarter discs in the hue of the subject."""

from functools import lru_cache
from hashlib import sha256
from itertools import product

from django.utils.safestring import SafeString, mark_safe

COLUMNS, ROWS = 6, 3
HALF = COLUMNS // 2

# A quarter disc in a tile of one unit, in its four turns: where the pen starts, and its way.
TURNS = (
    (0, 0, "h1a1 1 0 01-1 1z"),
    (1, 0, "v1a1 1 0 01-1-1z"),
    (1, 1, "h-1a1 1 0 011-1z"),
    (0, 1, "v-1a1 1 0 011 1z"),
)
# The turn that a quarter disc has when its tile is mirrored, and when it is turned half round.
MIRRORED = (1, 0, 3, 2)
TURNED = (2, 3, 0, 1)

# Degrees of OKLCH that are told apart at a glance. The order gives the subjects of the fixture
# hues that suit them: blue for mathematics, rose for music, clay for physics, green for programming.
HUES = (160, 85, 345, 265, 205, 310, 120, 235, 35)


def hue_of(subject_slug: str) -> int:
    """Give the hue of a subject, in degrees of OKLCH; the same for the same slug, always."""
    return HUES[sha256(subject_slug.encode()).digest()[0] % len(HUES)]


@lru_cache(maxsize=4096)
def cover_svg(slug: str, hue: int) -> SafeString:
    """Draw the cover of the course with this slug: less than 700 bytes, both themes in one.

    Half the tiles follow from the hash of the slug; the other half repeats, mirrors or turns them,
    so that every cover has an order that the eye finds.
    """
    dark, pale = _paths(sha256(slug.encode()).digest())
    # Made of numbers and of letters of ours; nothing of the slug itself gets there.
    return mark_safe(
        f'<svg viewBox="0 0 {COLUMNS} {ROWS}" preserveAspectRatio="xMidYMid slice"'
        f' aria-hidden="true"><path fill="{_tint(93, 3, 28, 3, hue)}" d="M0 0h6v3H0z"/>'
        f'<path fill="{_tint(80, 8, 44, 6, hue)}" d="{pale}"/>'
        f'<path fill="{_tint(52, 10, 66, 10, hue)}" d="{dark}"/></svg>'
    )


def _tint(light: int, chroma: int, dark: int, dark_chroma: int, hue: int) -> str:
    """Write one color for both themes, from lightness in per cent and chroma in hundredths."""
    return f"light-dark(oklch({light}% .{chroma:02} {hue}),oklch({dark}% .{dark_chroma:02} {hue}))"


def _paths(digest: bytes) -> tuple[str, str]:
    """Give the outlines of the dark and of the pale quarter discs, in units of one tile."""
    paths = ["", ""]
    order = digest[-1] % 3
    for index, (row, column) in enumerate(product(range(ROWS), range(HALF))):
        turn, rest = digest[index] % 4, digest[index] // 4 % 8
        if rest == 0:
            continue  # a tile in eight stays empty
        tint = rest % 2
        paths[tint] += _tile(column, row, turn)
        paths[tint] += _twin(column, row, turn, order)
    return paths[0], paths[1]


def _twin(column: int, row: int, turn: int, order: int) -> str:
    """Draw what a tile of the first half brings into the second."""
    if order == 0:
        return _tile(column + HALF, row, turn)
    if order == 1:
        return _tile(COLUMNS - 1 - column, row, MIRRORED[turn])
    return _tile(COLUMNS - 1 - column, ROWS - 1 - row, TURNED[turn])


def _tile(column: int, row: int, turn: int) -> str:
    right, down, way = TURNS[turn]
    return f"M{column + right} {row + down}{way}"

"""Making smaller pictures of a picture, without taking much memory for a large one."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from typing import IO, Any

from django.core.files.base import File
from PIL import Image, ImageCms

from educa.lib.renditions import Size
from educa.lib.uploads import MAX_PIXELS, ORIENTATION, UPRIGHT

FORMATS = ("JPEG", "PNG", "WEBP")
MOVING = frozenset({"PNG", "WEBP"})
QUALITY = 80  # of 100
# Pixels are averaged down to this much more than is wanted, which is cheap, and then filtered well.
SPARE = 1.5
STRIP = 64  # rows that are averaged at a time
GRAY = frozenset({"1", "L", "I;16"})
LYING = frozenset({
    Image.Transpose.TRANSPOSE, Image.Transpose.ROTATE_270,
    Image.Transpose.TRANSVERSE, Image.Transpose.ROTATE_90,
})  # fmt: skip


@dataclass(frozen=True)
class Shrunk:
    """How large a picture is, and the bytes of its renditions by their widths."""

    size: Size
    renditions: Mapping[int, bytes]


@dataclass(frozen=True)
class _Read:
    """A decoded picture, perhaps at a part of its size, and what sets it upright."""

    image: Image.Image
    size: Size
    turn: Image.Transpose | None


def shrink(file: IO[bytes] | File[Any]) -> Shrunk | None:
    """Size and renditions of a still PNG, JPEG or WebP; None for anything else.

    The renditions are WebP in sRGB, with nothing in them but pixels. Raises what Pillow does for a
    picture that can be read and not written.
    """
    file.seek(0)
    read = _read(file)
    if read is None:
        return None
    sizes = read.size.smaller
    largest = _upright(read, sizes[-1]) if sizes else None
    renditions = {size.width: _webp(largest, size) for size in sizes} if largest else {}
    return Shrunk(read.size, renditions)


def _read(file: IO[bytes] | File[Any]) -> _Read | None:
    try:
        with Image.open(file, formats=FORMATS) as image:
            if image.width * image.height > MAX_PIXELS or _moves(image):
                return None
            turn = UPRIGHT.get(image.getexif().get(ORIENTATION, 1))
            size = Size(*_turned(image.size, turn))
            if size.smaller:
                # A JPEG is decoded at a half, a quarter or an eighth.
                width, height = _turned(size.smaller[-1], turn)
                image.draft(None, (int(SPARE * width), int(SPARE * height)))
            image.load()
            return _Read(image, size, turn)
    except Exception:  # noqa: BLE001 - Pillow trips over damaged bytes in every way there is
        return None


def _moves(image: Image.Image) -> bool:
    return image.format in MOVING and bool(getattr(image, "is_animated", False))


def _turned(size: tuple[int, int], turn: Image.Transpose | None) -> tuple[int, int]:
    width, height = size
    return (height, width) if turn in LYING else (width, height)


def _upright(read: _Read, size: Size) -> Image.Image:
    """The picture at that size, in RGB or RGBA."""
    lying = _turned(size, read.turn)
    factor = max(1, int(read.image.width / (SPARE * lying[0])))
    shown = _averaged(read.image, factor).resize(lying, Image.Resampling.LANCZOS)
    if read.turn is not None:
        shown = shown.transpose(read.turn)
    return _in_srgb(shown, read.image.info.get("icc_profile"))


def _averaged(image: Image.Image, factor: int) -> Image.Image:
    """The picture, smaller by a whole factor, in a mode whose pixels can be averaged.

    Only a strip of it is ever held in that mode at its full size.
    """
    mode = _even_mode(image)
    if factor == 1 and image.mode == mode:
        return image
    width, height = image.size
    averaged = Image.new(mode, (-(-width // factor), -(-height // factor)))
    for top in range(0, averaged.height, STRIP):
        box = (0, top * factor, width, min((top + STRIP) * factor, height))
        strip = _converted(image.crop(box), mode)
        averaged.paste(strip.reduce(factor), (0, top))
    return averaged


def _even_mode(image: Image.Image) -> str:
    """The mode with eight bits a channel that keeps the colors."""
    if image.has_transparency_data:
        return "RGBA"
    if image.mode in GRAY:
        return "L"
    return "CMYK" if image.mode == "CMYK" else "RGB"


def _converted(image: Image.Image, mode: str) -> Image.Image:
    if image.mode == "I;16":
        image = image.point(lambda value: value / 256).convert("L")  # converting alone cuts off
    return image.convert(mode)


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """The colors that a browser shows where it is told nothing; as they are, where the profile is unfit."""
    mode = "RGBA" if image.mode == "RGBA" else "RGB"
    if profile:
        srgb = ImageCms.createProfile("sRGB")
        with suppress(ImageCms.PyCMSError):
            shown = ImageCms.profileToProfile(image, BytesIO(profile), srgb, outputMode=mode)
            image = shown or image
    return image.convert(mode)


def _webp(image: Image.Image, size: Size) -> bytes:
    out = BytesIO()
    smaller = image.resize(size, Image.Resampling.LANCZOS)
    smaller.save(out, "WEBP", quality=QUALITY, use_sharp_yuv=True)
    return out.getvalue()

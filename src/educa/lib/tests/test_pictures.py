"""Smaller ones of stored pictures: their names, and how they are made."""

from io import BytesIO

import PIL.Image
import PIL.ImageCms
import pytest
from django.core.files.base import ContentFile

from educa.lib.renditions import Size, original_of, renditions_of, size_of, sized_name
from educa.lib.shrinking import Shrunk, shrink
from educa.lib.srcset import srcset

pytestmark = pytest.mark.once

RANDOM = "0123456789abcdef" * 2
NAME = f"image/{RANDOM}.2000x1500.jpg"
UPRIGHT_TAG = 0x0112


def test_stored_name_says_how_large_the_picture_is():
    name = sized_name(f"image/{RANDOM}.jpg", Size(2000, 1500))

    assert name == NAME
    assert size_of(name) == (2000, 1500)


@pytest.mark.parametrize(
    "name",
    [
        "",
        f"image/{RANDOM}.jpg",
        f"image/{RANDOM}.0x10.jpg",
        f"image/{RANDOM}.2000x1500.gif",
        f"image/{RANDOM}.2000x1500.jpg\n",
        f"image/{RANDOM}.٢000x1500.jpg",
        f"image/{RANDOM}.100000x10.jpg",
        "image/photo.2000x1500.jpg",
        f"../image/{RANDOM}.2000x1500.jpg",
        f"{NAME}.w480.webp",
    ],
)
def test_any_other_name_says_no_size_and_has_no_renditions(name):
    assert size_of(name) is None
    assert renditions_of(name) == {}
    assert srcset(name) == ""


def test_ending_that_is_no_pictures_is_left_alone():
    assert sized_name(f"attachment/{RANDOM}.dat", Size(600, 400)) == f"attachment/{RANDOM}.dat"


def test_renditions_are_named_after_their_picture():
    names = renditions_of(NAME)

    assert names == {width: f"{NAME}.w{width}.webp" for width in (480, 960, 1600)}
    assert {original_of(name) for name in names.values()} == {NAME}


@pytest.mark.parametrize(
    ("size", "widths"),
    [
        ((480, 480), []),
        ((481, 300), [480]),
        ((960, 600), [480]),
        ((1601, 10), [480, 960, 1600]),
        ((1601, 20_000), [480, 960]),  # at 1600 it would be higher than a WebP can be
    ],
)
def test_no_rendition_is_larger_than_its_picture_or_than_a_webp_can_be(size, widths):
    assert [smaller.width for smaller in Size(*size).smaller] == widths


def test_rendition_is_never_without_height():
    assert Size(20_000, 3).at_width(480) == (480, 1)


@pytest.mark.parametrize(
    "name",
    [
        NAME,
        f"{NAME}.w481.webp",
        f"{NAME}.w480.jpg",
        f"{NAME}.w480.webp.w480.webp",
        f"image/{RANDOM}.300x200.jpg.w480.webp",
        f"image/{RANDOM}.jpg.w480.webp",
    ],
)
def test_what_is_no_rendition_has_no_original(name):
    assert original_of(name) is None


def test_browsers_choose_among_the_renditions_of_a_large_picture():
    assert srcset(NAME) == ", ".join(f"/media/{NAME}.w{w}.webp {w}w" for w in (480, 960, 1600))


def test_picture_that_fits_a_page_is_a_choice_itself():
    name = f"cover/{RANDOM}.1200x600.png"

    assert srcset(name).endswith(f"960w, /media/{name} 1200w")


def drawn(
    mode: str = "RGB", size: tuple[int, int] = (1000, 500), color: object = "red"
) -> PIL.Image.Image:
    return PIL.Image.new(mode, size, color)


def saved(image: PIL.Image.Image, kind: str = "PNG", **how: object) -> ContentFile:
    out = BytesIO()
    image.save(out, kind, **how)
    return ContentFile(out.getvalue(), "picture")


def opened(shrunk: Shrunk | None, width: int = 480) -> PIL.Image.Image:
    return PIL.Image.open(BytesIO(shrunk.renditions[width]))


def color(shrunk: Shrunk | None, at: tuple[int, int] = (100, 100)) -> tuple[int, ...]:
    """A pixel, each channel to the nearest eighth."""
    return tuple(round(channel / 32) * 32 for channel in opened(shrunk).getpixel(at))


RED, BLUE = (256, 0, 0), (0, 0, 256)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_still_picture_gets_smaller_ones_of_its_shape(kind):
    shrunk = shrink(saved(drawn(), kind))

    assert shrunk.size == (1000, 500)
    assert {width: opened(shrunk, width).size for width in shrunk.renditions} == {
        480: (480, 240),
        960: (960, 480),
    }
    assert (opened(shrunk).format, color(shrunk)) == ("WEBP", RED)


def test_small_picture_gets_a_size_and_no_smaller_ones():
    assert shrink(saved(drawn(size=(480, 300)))) == Shrunk(Size(480, 300), {})


def test_moving_picture_gets_nothing():
    frames = [drawn(color=name) for name in ("red", "green")]
    moving = {"save_all": True, "append_images": frames[1:]}

    assert [shrink(saved(frames[0], kind, **moving)) for kind in ("PNG", "WEBP", "GIF")] == [
        None
    ] * 3


WHOLE = saved(PIL.Image.effect_noise((1000, 500), 90), "JPEG").read()
NO_PICTURES = {
    "nothing": b"",
    "text": b"A text about pictures",
    "document": b"%PDF-1.7\n",
    "truncated": WHOLE[: len(WHOLE) // 2],
    "head alone": saved(drawn()).read()[:40],
    "gif": saved(drawn(), "GIF").read(),
    "tiff": saved(drawn(), "TIFF").read(),
}


@pytest.mark.parametrize("what", NO_PICTURES)
def test_what_is_no_whole_picture_gets_nothing(what):
    assert shrink(ContentFile(NO_PICTURES[what])) is None


def test_picture_of_more_than_forty_megapixels_gets_nothing():
    assert shrink(saved(drawn("1", (8_000, 5_001), 0))) is None


def test_photo_with_a_second_picture_behind_it_is_a_still_one():
    photo = saved(drawn(), "MPO", save_all=True, append_images=[drawn(color="blue")])

    assert color(shrink(photo)) == RED


@pytest.mark.parametrize("size", [(1000, 500), (4000, 2000)])  # averaged first, and not
@pytest.mark.parametrize(
    ("mode", "fill", "seen"),
    [
        ("1", 1, (256, 256, 256)),
        ("L", 128, (128, 128, 128)),
        ("I;16", 128 * 256, (128, 128, 128)),
        ("P", 0, (0, 0, 0)),
        ("RGB", (255, 0, 0), RED),
        ("LA", (128, 255), (128, 128, 128)),
        ("RGBA", (0, 0, 255, 255), BLUE),
    ],
)
def test_colors_stay_in_every_mode(mode, fill, seen, size):
    assert color(shrink(saved(drawn(mode, size, fill))))[:3] == seen


def test_print_colors_become_those_of_screens():
    assert color(shrink(saved(drawn("CMYK", color=(255, 0, 0, 0)), "JPEG"))) == (0, 256, 256)


def test_transparent_places_stay_transparent():
    picture = drawn("RGBA", (4000, 2000), (0, 0, 0, 0))
    picture.paste((255, 0, 0, 255), (2000, 0, 4000, 2000))

    shrunk = shrink(saved(picture))

    assert opened(shrunk).getpixel((100, 100))[3] == 0
    assert color(shrunk, (400, 100)) == (*RED, 256)


def test_palette_with_a_transparent_color_is_understood():
    shrunk = shrink(saved(drawn("P", color=0), transparency=0))

    assert opened(shrunk).getpixel((100, 100))[3] == 0


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_picture_lying_on_its_side_is_set_upright(kind):
    lying = drawn(size=(2000, 1000))
    lying.paste((0, 0, 255), (0, 0, 1000, 1000))
    exif = PIL.Image.Exif()
    exif[UPRIGHT_TAG] = 6

    shrunk = shrink(saved(lying, kind, exif=exif))

    assert shrunk.size == (1000, 2000)
    assert opened(shrunk).size == (480, 960)
    assert (color(shrunk, (240, 100)), color(shrunk, (240, 860))) == (BLUE, RED)


def profile_where_red_is_blue() -> bytes:
    profile = PIL.ImageCms.ImageCmsProfile(PIL.ImageCms.createProfile("sRGB")).tobytes()
    return profile.replace(b"rXYZ", b"----").replace(b"bXYZ", b"rXYZ").replace(b"----", b"bXYZ")


def test_colors_are_those_that_the_profile_means():
    assert color(shrink(saved(drawn(), "JPEG", icc_profile=profile_where_red_is_blue()))) == BLUE


def test_profile_of_other_colors_or_of_none_is_passed_over():
    gray = saved(drawn("L", color=128), "JPEG", icc_profile=profile_where_red_is_blue())
    damaged = saved(drawn(), "JPEG", icc_profile=b"no profile")

    assert color(shrink(gray)) == (128, 128, 128)
    assert color(shrink(damaged)) == RED


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_no_notes_of_a_picture_are_in_the_smaller_ones(kind):
    exif = PIL.Image.Exif()
    exif[0x010E] = "GPSLatitude"
    notes = {"exif": exif, "icc_profile": profile_where_red_is_blue()}
    notes |= {} if kind == "PNG" else {"xmp": b"<x>GPSLatitude</x>"}

    shrunk = shrink(saved(drawn(), kind, **notes))

    assert not opened(shrunk).info.keys() & {"exif", "xmp", "icc_profile"}
    assert b"GPSLatitude" not in b"".join(shrunk.renditions.values())

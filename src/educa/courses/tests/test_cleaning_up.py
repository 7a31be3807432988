"""Nothing is left of what went: no item without a content, no file without a row."""

import errno
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path

import PIL.Image
import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction

from educa.accounts.tests.factories import make_instructor
from educa.courses.kinds.registry import kinds
from educa.courses.models import Attachment, CaptionTrack, Content, Course, File, Image
from educa.courses.tests.factories import (
    PDF,
    VTT,
    make_attachment,
    make_captions,
    make_content,
    make_course,
    make_file,
    make_image,
    make_module,
    make_subject,
    make_uploaded_video,
    picture,
)
from educa.lib.renditions import renditions_of
from educa.lib.storage import PrivateStorage

pytestmark = pytest.mark.django_db(transaction=True)

GPS, DESCRIPTION = 0x8825, 0x010E  # tags of Exif


class Regret(Exception):
    """What ends a transaction that is to be rolled back."""


@contextmanager
def rolled_back():
    """A transaction that does not come to pass."""
    with suppress(Regret), transaction.atomic():
        yield
        raise Regret


def items_left() -> int:
    return sum(kind.model._base_manager.count() for kind in kinds())


@pytest.fixture
def course(stored):
    """A course with a cover, an attachment, and a content of every kind: six files."""
    course = make_course(cover=ContentFile(picture(), "cover.png"))
    make_attachment(course)
    module = make_module(course)
    for kind in ("text", "file", "image", "video"):
        make_content(module, kind)
    film = make_content(module, item=make_uploaded_video(owner=course.owner))
    make_captions(film.item)
    assert len(stored()) == 6
    return course


def test_nothing_is_left_of_a_course(course, stored):
    course.delete()

    assert items_left() == 0
    assert stored() == []


def test_nothing_is_left_of_courses_deleted_together(course, stored):
    Course.objects.all().delete()

    assert items_left() == 0
    assert stored() == []


def test_a_module_takes_its_contents_along(course, stored):
    course.modules.get().delete()

    assert items_left() == 0
    assert [name.partition("/")[0] for name in stored()] == ["attachment", "cover"]
    course.delete()


def test_contents_deleted_together_take_their_items_along(course, stored):
    Content.objects.filter(module__course=course).delete()

    assert items_left() == 0
    assert [name.partition("/")[0] for name in stored()] == ["attachment", "cover"]
    course.delete()


@pytest.mark.parametrize("kind", ["text", "file", "image", "video"])
def test_a_content_takes_its_own_item_along_and_no_other(stored, kind):
    content, other = make_content(kind=kind), make_content(kind=kind)

    content.delete()

    assert items_left() == 1
    assert len(stored()) == (1 if kind in {"file", "image"} else 0)
    other.delete()


def test_an_item_that_is_deleted_takes_its_content_along(stored):
    content = make_content(kind="file")

    content.item.delete()

    assert not Content.objects.exists()
    assert stored() == []


def test_items_deleted_together_take_their_contents_along(stored):
    make_content(kind="file")
    make_content(kind="file")

    File.objects.all().delete()

    assert not Content.objects.exists()
    assert stored() == []


def test_a_caption_track_takes_its_file_along(stored):
    track = make_captions()

    track.delete()

    assert len(stored()) == 1
    track.video.delete()


def test_a_replaced_file_goes(stored):
    item = make_file()
    before = stored()

    item.file = ContentFile(PDF + b"more", "Other.pdf")
    item.save()

    assert len(stored()) == 1
    assert stored() != before
    assert (item.name, item.size) == ("Other.pdf", len(PDF) + 4)
    item.delete()


def test_a_replaced_cover_goes(stored):
    course = make_course(cover=ContentFile(picture(), "a.png"))
    before = stored()

    course.cover = ContentFile(picture("JPEG"), "b.jpg")
    course.save()

    assert len(stored()) == 1
    assert stored() != before
    course.delete()


def test_a_cover_that_is_taken_away_goes(stored):
    course = make_course(cover=ContentFile(picture(), "a.png"))

    course.cover = ""
    course.save()

    assert stored() == []


def test_replaced_captions_go(stored):
    track = make_captions()
    before = stored()

    track.file = ContentFile(VTT + b"\n", "b.vtt")
    track.save()

    assert len(stored()) == 2
    assert stored() != before
    track.video.delete()


def test_a_video_that_becomes_a_link_loses_its_file(stored):
    video = make_uploaded_video()

    video.file, video.url = "", "https://vimeo.com/76979871"
    video.save()

    assert stored() == []


def test_saving_without_a_new_file_keeps_it(stored):
    item = make_file()

    item.title = "Another title"
    item.save()
    File.objects.get().save()

    assert len(stored()) == 1
    item.delete()


def test_a_file_whose_creation_is_rolled_back_goes(stored):
    with rolled_back():
        make_file()
        assert len(stored()) == 1

    assert stored() == []


def test_a_file_goes_with_the_savepoint_that_made_it(stored):
    with transaction.atomic():
        kept = make_file()
        with rolled_back():
            make_file()

    assert stored() == [kept.file.name]
    kept.delete()


def test_a_replacement_that_is_rolled_back_leaves_the_old_file(stored):
    item = make_file()
    before = stored()

    with rolled_back():
        item.file = ContentFile(PDF, "Other.pdf")
        item.save()

    assert stored() == before
    File.objects.all().delete()


def test_a_deletion_that_is_rolled_back_leaves_the_file(stored):
    content = make_content(kind="file")
    before = stored()

    with rolled_back():
        content.module.course.delete()

    assert stored() == before
    assert items_left() == 1
    Course.objects.all().delete()


def failing_item():
    make_file(owner_id=10**9, owner=None)


def failing_cover():
    make_course(slug=make_course().slug, cover=ContentFile(picture(), "a.png"))


def failing_attachment():
    Attachment(course_id=None, file=ContentFile(PDF, "a.pdf"), size=1).save()


def failing_track():
    make_captions(make_captions(make_uploaded_video(title="Twice")).video)


@pytest.mark.parametrize("save", [failing_item, failing_cover, failing_attachment, failing_track])
def test_a_row_that_can_not_be_saved_leaves_no_file(stored, save):
    with pytest.raises(IntegrityError):
        save()

    assert len(stored()) == 2 * CaptionTrack.objects.count()
    CaptionTrack.objects.all().delete()
    for kind in kinds():
        kind.model._base_manager.all().delete()


def test_a_file_that_is_refused_is_not_stored(stored):
    with pytest.raises(ValidationError):
        make_file("page.pdf", b"<script>alert(1)</script>")
    with pytest.raises(ValidationError):
        make_course(cover=ContentFile(b"<script>alert(1)</script>", "cover.png"))
    with pytest.raises(ValidationError):
        make_uploaded_video("paper.pdf", PDF)

    assert stored() == []


def test_a_subject_with_courses_can_not_be_deleted():
    course = make_course()

    with pytest.raises(IntegrityError):
        course.subject.delete()

    assert Course.objects.exists()


def test_an_instructor_with_courses_can_not_be_deleted():
    course = make_course()

    with pytest.raises(IntegrityError):
        course.owner.delete()

    assert Course.objects.exists()


def test_an_instructor_with_items_can_not_be_deleted():
    content = make_content(owner=make_instructor())

    with pytest.raises(IntegrityError):
        content.item.owner.delete()


def test_subject_and_instructor_without_courses_can_be_deleted():
    make_subject().delete()
    make_instructor().delete()


WIDE = {"width": 1000, "height": 500}


def wide_image():
    """An image with two smaller ones beside it."""
    return make_image("photo.jpg", picture("JPEG", **WIDE))


def with_smaller_ones(file):
    return sorted([file.name, *renditions_of(file.name).values()])


@pytest.mark.parametrize(
    "make",
    [
        lambda: wide_image().file,
        lambda: make_course(cover=ContentFile(picture(**WIDE), "cover.png")).cover,
        lambda: make_attachment(data=picture("WEBP", **WIDE)).file,
    ],
)
def test_smaller_ones_come_and_go_with_their_picture(stored, make):
    file = make()

    assert len(stored()) == 3
    assert stored() == with_smaller_ones(file)
    file.instance.delete()


def test_smaller_ones_go_with_the_picture_that_is_replaced(stored):
    image = wide_image()

    image.file = ContentFile(picture(width=600, height=300), "other.png")
    image.save()

    assert len(stored()) == 2
    assert stored() == with_smaller_ones(image.file)
    assert (image.width, image.height) == (600, 300)
    image.delete()


def test_smaller_ones_go_with_a_creation_that_is_rolled_back(stored):
    with rolled_back():
        wide_image()
        assert len(stored()) == 3

    assert stored() == []


def test_smaller_ones_stay_when_a_deletion_or_replacement_is_rolled_back(stored):
    image = wide_image()
    before = stored()

    with rolled_back():
        image.file = ContentFile(picture(width=600, height=300), "other.png")
        image.save()
    with rolled_back():
        Image.objects.get().delete()

    assert stored() == before
    Image.objects.get().delete()


def test_picture_goes_when_a_smaller_one_can_not_be_stored(stored, monkeypatch):
    store = PrivateStorage._save

    def full_disk(self, name, content):
        if ".w960." in name:
            raise OSError(errno.ENOSPC, "No space left on device")
        return store(self, name, content)

    monkeypatch.setattr(PrivateStorage, "_save", full_disk)

    with pytest.raises(OSError, match="No space left"):
        wide_image()

    assert stored() == []
    assert not Image.objects.exists()


def test_image_whose_row_can_not_be_saved_leaves_no_smaller_ones(stored):
    with pytest.raises(IntegrityError):
        make_image("photo.jpg", picture("JPEG", **WIDE), owner_id=10**9, owner=None)

    assert stored() == []


def test_saving_an_image_again_makes_nothing_anew(stored):
    image = wide_image()
    before = stored()

    image.title = "Another title"
    image.save()
    Image.objects.defer("file").get().save()

    assert stored() == before
    image.delete()


def test_file_that_is_no_picture_is_stored_alone(stored):
    attachment = make_attachment(data=PDF)

    assert stored() == [attachment.file.name]
    assert renditions_of(attachment.file.name) == {}
    attachment.delete()


def test_smaller_one_that_would_be_longer_than_the_picture_is_not_kept(stored):
    noise = PIL.Image.effect_noise((490, 490), 200).convert("1")
    out = BytesIO()
    noise.save(out, "PNG")

    attachment = make_attachment(data=out.getvalue())

    assert renditions_of(attachment.file.name).keys() == {480}
    assert stored() == [attachment.file.name]
    attachment.delete()


def noted_photo() -> bytes:
    """A wide photo that tells where it was taken, in Exif and in XMP."""
    exif = PIL.Image.Exif()
    exif.get_ifd(GPS).update({1: "N", 2: (50.0, 5.0, 12.5)})
    exif[DESCRIPTION] = "At home"
    out = BytesIO()
    photo = PIL.Image.new("RGB", (1000, 500))
    photo.save(out, "JPEG", exif=exif, xmp=b"<x>At home</x>")
    return out.getvalue()


@pytest.mark.parametrize(
    "make",
    [
        lambda data: make_image("photo.jpg", data),
        lambda data: make_course(cover=ContentFile(data, "photo.jpg")),
    ],
)
def test_nothing_that_is_stored_tells_where_a_picture_was_taken(stored, settings, make):
    data = noted_photo()

    row = make(data)

    kept = [Path(settings.MEDIA_ROOT, name).read_bytes() for name in stored()]
    assert b"At home" in data
    assert len(kept) == 3
    assert not any(b"At home" in each or b"Exif" in each for each in kept)
    row.delete()

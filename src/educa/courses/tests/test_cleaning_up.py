"""Nothing is left of what went: no item without a content, no file without a row."""

from contextlib import contextmanager, suppress

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction

from educa.accounts.tests.factories import make_instructor
from educa.courses.kinds.registry import kinds
from educa.courses.models import Attachment, CaptionTrack, Content, Course, File
from educa.courses.tests.factories import (
    PDF,
    VTT,
    make_attachment,
    make_captions,
    make_content,
    make_course,
    make_file,
    make_module,
    make_subject,
    make_uploaded_video,
    picture,
)

pytestmark = pytest.mark.django_db(transaction=True)


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

"""How much room courses may take."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from educa.accounts.tests.factories import make_instructor
from educa.courses.models import Course, Upload
from educa.courses.quotas import check_room, room_taken
from educa.courses.tests.factories import (
    MP4,
    PDF,
    make_attachment,
    make_content,
    make_course,
    make_module,
    make_uploaded_video,
    picture,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def course(folder):
    """A course with a file, a picture, a video, a text and an attachment."""
    course = make_course()
    module = make_module(course)
    for kind in ("file", "image", "text"):
        make_content(module, kind)
    make_content(module, item=make_uploaded_video(owner=course.owner))
    make_attachment(course, data=b"7 bytes", name="a.txt", media_type="text/plain")
    yield course
    course.delete()


TAKEN = len(PDF) + len(picture()) + len(MP4) + 7


@pytest.fixture
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def taken(course):
    return room_taken(Course.objects.filter(pk=course.pk))


def test_the_room_of_a_course_is_that_of_all_its_files(course):
    make_content(kind="file")

    assert taken(course) == TAKEN


def test_what_is_in_the_trash_takes_room(course):
    course.modules.get().contents.update(trashed_at=timezone.now())
    course.modules.update(trashed_at=timezone.now())

    assert taken(course) == TAKEN


def test_what_still_arrives_takes_its_room_already(course):
    Upload.objects.create(course=course, owner=make_instructor(), name="a.pdf", size=1000)

    assert taken(course) == TAKEN + 1000


def test_without_a_quota_nothing_is_counted(course, django_assert_num_queries):
    with django_assert_num_queries(0):
        check_room(course=course, size=2**40)


def test_a_course_may_be_filled_to_its_quota_and_no_further(course, settings):
    settings.EDUCA_COURSE_QUOTA = TAKEN + 10

    check_room(course=course, size=10)
    with pytest.raises(ValidationError) as refused:
        check_room(course=course, size=11)

    assert refused.value.code == "quota"
    assert "This course has no room for it" in refused.value.messages[0]


def test_other_courses_do_not_count_for_a_course(course, settings):
    settings.EDUCA_COURSE_QUOTA = TAKEN

    check_room(course=make_course(owner=course.owner), size=TAKEN)


def test_all_courses_of_a_person_count_for_them_and_those_of_others_do_not(course, settings):
    settings.EDUCA_USER_QUOTA = TAKEN
    second = make_course(owner=course.owner)

    with pytest.raises(ValidationError, match="no room"):
        check_room(course=second, size=1)
    check_room(course=make_course(), size=TAKEN)


def test_a_co_instructor_uses_the_room_of_the_owner(course, settings):
    colleague = make_instructor()
    course.co_instructors.add(colleague)
    settings.EDUCA_USER_QUOTA = TAKEN

    with pytest.raises(ValidationError, match="no room"):
        check_room(course=course, size=1)
    check_room(course=make_course(owner=colleague), size=TAKEN)


def test_what_becomes_smaller_always_finds_room(course, settings):
    settings.EDUCA_COURSE_QUOTA = settings.EDUCA_USER_QUOTA = 1

    check_room(course=course, size=-5)
    check_room(course=course, size=0)


def test_counting_takes_as_many_statements_for_ten_files_as_for_one(
    course, settings, django_assert_num_queries
):
    settings.EDUCA_COURSE_QUOTA = settings.EDUCA_USER_QUOTA = 2**30
    for _ in range(10):
        make_content(course.modules.get(), "file")

    with django_assert_num_queries(10):
        check_room(course=course, size=1)

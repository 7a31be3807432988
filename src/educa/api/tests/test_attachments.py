"""Files beside the contents of a course: pictures that its texts show."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from educa.accounts.tests.factories import make_instructor, make_user
from educa.api.tests.asking import program
from educa.courses.models import Attachment, Course
from educa.courses.tests.factories import make_attachment, make_course, picture
from educa.students.tests.factories import make_enrollment

pytestmark = pytest.mark.django_db

PATH = "/api/attachments/"


@pytest.fixture
def course():
    return make_course()


def sent(user, course, name="wave.png", data=b""):
    file = SimpleUploadedFile(name, data or picture())
    return program(user).post(PATH, {"course": course.pk, "file": file})


def test_a_picture_is_added_and_tells_what_a_text_writes_to_show_it(course):
    answer = sent(course.owner, course)

    attachment = Attachment.objects.get()
    told = answer.json()
    assert (answer.status_code, told["name"], told["media_type"]) == (201, "wave.png", "image/png")
    assert told["path"] == attachment.get_absolute_url()
    assert answer["Location"] == f"http://testserver{PATH}{attachment.pk}/"


def test_what_is_no_such_file_is_refused_and_the_field_named(course):
    answer = sent(course.owner, course, data=b"MZ\x90\x00 no picture")

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "file"
    assert not Attachment.objects.exists()


@pytest.mark.parametrize("status", [Course.Status.PUBLISHED, Course.Status.DRAFT])
def test_who_does_not_teach_the_course_adds_nothing(course, status):
    Course.objects.filter(pk=course.pk).update(status=status)
    expected = 403 if status == Course.Status.PUBLISHED else 404

    answers = [sent(person, course) for person in (make_user(), make_instructor())]

    assert {answer.status_code for answer in answers} == {expected}
    assert not Attachment.objects.exists()


def test_students_read_the_files_of_their_course_and_nobody_else_does(course):
    attachment, student = make_attachment(course), make_enrollment(course=course).student
    make_attachment()

    rows = program(student).get(PATH, {"course": course.pk}).json()["results"]

    assert [row["id"] for row in rows] == [attachment.pk]
    assert program(make_user()).get(PATH, {"course": course.pk}).status_code == 404
    assert program(make_user()).get(f"{PATH}{attachment.pk}/").status_code == 404


def test_a_file_for_instructors_only_is_not_there_for_students(course):
    hidden = make_attachment(course, instructors_only=True)
    student = make_enrollment(course=course).student

    assert program(student).get(f"{PATH}{hidden.pk}/").status_code == 404
    assert program(course.owner).get(f"{PATH}{hidden.pk}/").status_code == 200


def test_a_file_is_deleted_for_good_or_only_said_to_be(course):
    path = f"{PATH}{make_attachment(course).pk}/"
    owner = program(course.owner)

    tried = owner.delete(f"{path}?dry_run=true").json()
    was_there = Attachment.objects.exists()
    done = owner.delete(path)

    assert (tried, was_there) == ({"dry_run": True, "would": {"attachments": 1}}, True)
    assert (done.status_code, Attachment.objects.exists()) == (204, False)


def test_students_delete_nothing(course):
    path = f"{PATH}{make_attachment(course).pk}/"
    student = make_enrollment(course=course).student

    assert program(student).delete(path).status_code == 403
    assert Attachment.objects.exists()

"""Files of courses: who gets which bytes, and with which headers."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone

from educa.accounts.tests.factories import make_admin, make_instructor, make_user
from educa.courses.models import Course
from educa.courses.tests.factories import (
    MP4,
    PDF,
    make_attachment,
    make_captions,
    make_content,
    make_course,
    make_file,
    make_image,
    make_uploaded_video,
    picture,
)

pytestmark = pytest.mark.django_db


def fetch(client, url, *args, **kwargs):
    """The answer, with all its bytes in `body`."""
    response = client.get(url, *args, **kwargs)
    response.body = b"".join(response.streaming_content) if response.streaming else response.content
    return response


@pytest.fixture
def lesson():
    """A PDF in a published course."""
    return make_content(item=make_file(name="Paper.pdf"))


@pytest.fixture
def url(lesson):
    return lesson.item.file_url


@pytest.fixture
def student(lesson):
    """Someone enrolled in the course of the PDF."""
    student = make_user()
    lesson.module.course.students.add(student)
    return student


def test_enrolled_student_gets_the_file(client, url, student):
    client.force_login(student)

    response = fetch(client, url)

    assert (response.status_code, response.body) == (200, PDF)


def test_owner_and_administrator_get_the_file(client, lesson, url):
    for person in (lesson.module.course.owner, make_admin()):
        client.force_login(person)
        assert fetch(client, url).status_code == 200


def test_visitor_stranger_student_and_instructor_of_other_courses_get_nothing(client, url):
    enrolled_elsewhere = make_user()
    make_course().students.add(enrolled_elsewhere)

    answers = [fetch(client, url).status_code]
    for person in (make_user(), enrolled_elsewhere, make_instructor()):
        client.force_login(person)
        answers.append(fetch(client, url).status_code)

    assert answers == [404] * 4


def test_file_is_gone_with_the_enrollment(client, lesson, url, student):
    lesson.module.course.enrollments.filter(student=student).update(left_at=timezone.now())
    client.force_login(student)

    assert fetch(client, url).status_code == 404


def test_file_of_a_course_that_is_a_draft_again_is_hidden_from_students(
    client, lesson, url, student
):
    Course.objects.update(status=Course.Status.DRAFT)
    client.force_login(student)

    assert fetch(client, url).status_code == 404


def test_suspended_student_gets_nothing(client, url, student):
    client.force_login(student)
    student.is_active = False
    student.save()

    assert fetch(client, url).status_code == 404


def test_headers_let_a_browser_run_nothing(client, student, lesson):
    image = make_content(lesson.module, item=make_image()).item
    client.force_login(student)

    headers = fetch(client, image.image_url).headers

    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert headers["Cross-Origin-Resource-Policy"] == "same-site"
    assert headers["Cache-Control"] == "private, no-cache"
    assert headers["Content-Type"] == "image/png"


def test_what_no_page_shows_is_offered_for_saving_under_its_own_name(client, student, lesson):
    table = make_file(name='Wörter "und".csv', data=b"a,b\n1,2\n")
    make_content(lesson.module, item=table)
    client.force_login(student)

    disposition = fetch(client, table.file_url).headers["Content-Disposition"]

    assert disposition == "attachment; filename*=utf-8''W%C3%B6rter%20%22und%22.csv"


def test_document_can_be_opened_and_saved(client, url, student):
    client.force_login(student)

    opened, saved = fetch(client, url), fetch(client, url, {"download": ""})

    assert opened.headers["Content-Disposition"] == 'inline; filename="Paper.pdf"'
    assert saved.headers["Content-Disposition"] == 'attachment; filename="Paper.pdf"'


def test_video_can_be_sought_in(client, student, lesson):
    video = make_content(lesson.module, item=make_uploaded_video()).item
    client.force_login(student)

    response = fetch(client, video.file_url, headers={"range": "bytes=100-199"})

    assert (response.status_code, response.body) == (206, MP4[100:200])
    assert response.headers["Content-Range"] == f"bytes 100-199/{len(MP4)}"


def test_captions_follow_their_video(client, student, lesson):
    track = make_captions(make_content(lesson.module, item=make_uploaded_video()).item)

    before = fetch(client, track.url).status_code
    client.force_login(student)

    assert (before, fetch(client, track.url).headers["Content-Type"]) == (404, "text/vtt")


def test_item_that_no_content_shows_is_nobodys(client):
    item = make_file()
    client.force_login(item.owner)

    assert fetch(client, item.file_url).status_code == 404


def test_attachment_of_a_text_is_for_readers(client, student, lesson):
    attachment = make_attachment(lesson.module.course)
    client.force_login(student)

    assert fetch(client, attachment.get_absolute_url()).body == picture()


def test_attachment_for_instructors_is_hidden_from_students(client, student, lesson):
    attachment = make_attachment(lesson.module.course, instructors_only=True)
    answers = []
    for person in (student, lesson.module.course.owner):
        client.force_login(person)
        answers.append(fetch(client, attachment.get_absolute_url()).status_code)

    assert answers == [404, 200]


def test_cover_of_a_published_course_is_public_and_that_of_a_draft_is_not(client):
    shown = make_course(cover=ContentFile(picture(), "c.png"))
    hidden = make_course(cover=ContentFile(picture(), "c.png"), status=Course.Status.DRAFT)

    first, second = fetch(client, shown.cover.url), fetch(client, hidden.cover.url)

    assert (first.status_code, second.status_code) == (200, 404)
    assert first.headers["Cache-Control"].startswith("public")


def test_file_that_is_missing_on_the_disk_is_not_found(client, url, lesson, student):
    default_storage.delete(lesson.item.file.name)
    client.force_login(student)

    assert fetch(client, url).status_code == 404


@pytest.mark.parametrize(
    "name",
    [
        "../db.sqlite3",
        "file/../../db.sqlite3",
        "file/",
        "file",
        "text/x",
        "user/x",
        "a" * 5000,
        "file/\0",
    ],
)
def test_names_that_are_no_media_are_not_found(client, name):
    client.force_login(make_admin())

    assert fetch(client, reverse("media", args=["x"])[:-1] + name).status_code == 404


def test_head_tells_the_size_without_the_bytes(client, url, student):
    client.force_login(student)

    response = client.head(url)
    response.close()

    assert (response.status_code, response.headers["Content-Length"]) == (200, str(len(PDF)))


def test_media_can_only_be_read(client, url, student):
    client.force_login(student)

    assert client.post(url).status_code == 405

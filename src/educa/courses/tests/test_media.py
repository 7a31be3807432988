"""Files of courses: who gets which bytes, and with which headers."""

from io import BytesIO

import PIL.Image
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains

from educa.accounts.tests.factories import make_admin, make_instructor, make_user
from educa.courses.models import Course, File, Image
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
from educa.lib.renditions import renditions_of

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


def make_photo(module=None, **fields):
    """An image that is wide enough for two smaller ones, and the names of those."""
    data = picture("JPEG", width=1000, height=500)
    image = make_content(module, item=make_image("photo.jpg", data, **fields)).item
    return image, list(renditions_of(image.file.name).values())


def address(name):
    return reverse("media", args=[name])


def test_smaller_one_of_a_picture_is_a_file_of_its_own(client, student, lesson):
    image, (small, _) = make_photo(lesson.module)
    client.force_login(student)

    response = fetch(client, address(small))

    assert PIL.Image.open(BytesIO(response.body)).size == (480, 240)
    assert response.headers["Content-Type"] == "image/webp"
    assert response.headers["Cache-Control"] == "private, no-cache"
    assert response.headers["Content-Security-Policy"].startswith("sandbox")
    assert response.headers["ETag"] != fetch(client, image.image_url).headers["ETag"]


def test_smaller_one_is_known_again_and_read_in_parts(client, student, lesson):
    _, (small, _) = make_photo(lesson.module)
    client.force_login(student)
    whole = fetch(client, address(small))

    known = client.get(address(small), headers={"if-none-match": whole.headers["ETag"]})
    part = fetch(client, address(small), headers={"range": "bytes=0-3"})

    assert known.status_code == 304
    assert (part.status_code, part.body) == (206, b"RIFF")


def test_smaller_ones_are_for_those_who_may_see_the_picture(client, student, lesson):
    _, names = make_photo(lesson.module)

    answers = {fetch(client, address(name)).status_code for name in names}
    for stranger in (make_user(), make_instructor()):
        client.force_login(stranger)
        answers |= {fetch(client, address(name)).status_code for name in names}

    assert answers == {404}


def test_smaller_ones_of_an_attachment_for_instructors_are_hidden_from_students(
    client, student, lesson
):
    data = picture(width=1000, height=500)
    attachment = make_attachment(lesson.module.course, data, instructors_only=True)
    small = renditions_of(attachment.file.name)[480]
    answers = []
    for person in (student, lesson.module.course.owner):
        client.force_login(person)
        answers.append(fetch(client, address(small)).status_code)

    assert answers == [404, 200]


def test_smaller_cover_of_a_published_course_is_public_and_that_of_a_draft_is_not(client):
    data = picture(width=1000, height=500)
    shown = make_course(cover=ContentFile(data, "c.png"))
    hidden = make_course(cover=ContentFile(data, "c.png"), status=Course.Status.DRAFT)

    first, second = (
        fetch(client, address(renditions_of(course.cover.name)[480])) for course in (shown, hidden)
    )

    assert (first.status_code, second.status_code) == (200, 404)
    assert first.headers["Cache-Control"].startswith("public")


def test_picture_stands_in_for_a_smaller_one_that_is_missing(client, student, lesson):
    image, (small, _) = make_photo(lesson.module)
    default_storage.delete(small)
    client.force_login(student)

    response, original = fetch(client, address(small)), fetch(client, image.image_url)

    assert (response.status_code, response.body) == (200, original.body)
    assert response.headers["Content-Type"] == "image/jpeg"
    assert response.headers["ETag"] == original.headers["ETag"]


def test_smaller_one_of_a_picture_that_is_missing_altogether_is_not_found(client, student, lesson):
    image, names = make_photo(lesson.module)
    for name in (image.file.name, *names):
        default_storage.delete(name)
    client.force_login(student)

    assert fetch(client, address(names[0])).status_code == 404


def test_there_are_no_smaller_ones_but_those_of_the_list(client, student, lesson):
    image, _ = make_photo(lesson.module)
    client.force_login(student)

    for ending in (".w1600.webp", ".w100.webp", ".w480.jpg", ".w480.webp.w480.webp"):
        assert fetch(client, address(image.file.name + ending)).status_code == 404


def test_smaller_one_is_saved_as_what_it_is(client, student, lesson):
    data = picture("JPEG", width=1000, height=500)
    attachment = make_attachment(lesson.module.course, data, name="Our map.jpg")
    client.force_login(student)

    response = fetch(client, address(renditions_of(attachment.file.name)[480]), {"download": ""})

    assert response.headers["Content-Disposition"] == 'attachment; filename="Our map.webp"'


def test_page_of_an_image_offers_its_smaller_ones(client, student, lesson):
    image, names = make_photo(lesson.module)

    html = image.render()

    for name in (*names, image.file.name):
        assert f"{address(name)} " in html
    assert 'width="1000" height="500"' in html


def test_nothing_is_said_of_a_picture_that_decorates():
    html = make_image(alt="A wave", decorative=True).render()

    assert 'alt=""' in html
    assert "A wave" not in html


def test_image_of_an_older_name_is_shown_without_choices(lesson):
    image = make_content(lesson.module, item=make_image()).item
    Image.objects.filter(pk=image.pk).update(file="image/0123456789abcdef0123456789abcdef.png")

    assert "srcset" not in Image.objects.get(pk=image.pk).render()


def test_cover_is_offered_in_several_sizes_in_the_catalogue_and_on_its_page(client):
    course = make_course(cover=ContentFile(picture(width=1000, height=500), "c.png"))

    for url in (reverse("course_list"), course.get_absolute_url()):
        page = client.get(url)
        assertContains(page, f"{address(renditions_of(course.cover.name)[480])} 480w")
        assertContains(page, 'width="1000" height="500"')


def test_ten_covers_cost_no_more_queries_than_one(client):
    data = picture(width=1000, height=500)
    counts = []
    for more in (1, 9):
        for _ in range(more):
            make_course(cover=ContentFile(data, "c.png"))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("course_list"))
        counts.append(len(queries))

    assert counts[0] == counts[1]


RANGES = {
    "bytes=5-9": (206, PDF[5:10], f"bytes 5-9/{len(PDF)}"),
    "Bytes=0-0": (206, PDF[:1], f"bytes 0-0/{len(PDF)}"),
    "bytes=-4": (206, PDF[-4:], f"bytes {len(PDF) - 4}-{len(PDF) - 1}/{len(PDF)}"),
    "bytes=-9999": (206, PDF, f"bytes 0-{len(PDF) - 1}/{len(PDF)}"),
    "bytes=40-": (206, PDF[40:], f"bytes 40-{len(PDF) - 1}/{len(PDF)}"),
    "bytes=40-9999": (206, PDF[40:], f"bytes 40-{len(PDF) - 1}/{len(PDF)}"),
    "bytes=9999-": (416, b"", f"bytes */{len(PDF)}"),
    "bytes=-0": (416, b"", f"bytes */{len(PDF)}"),
    "bytes=0-1,5-6": (200, PDF, None),
    "bytes=9-5": (200, PDF, None),
    "bytes=-": (200, PDF, None),
    "lines=0-1": (200, PDF, None),
}


@pytest.mark.parametrize("wanted", RANGES)
def test_a_part_is_answered_as_the_rules_of_http_ask(client, url, student, wanted):
    client.force_login(student)

    response = fetch(client, url, headers={"range": wanted})

    found = (response.status_code, response.body, response.headers.get("Content-Range"))
    assert found == RANGES[wanted]


def test_part_of_a_file_that_has_changed_is_answered_with_the_new_one(client, url, student):
    client.force_login(student)
    etag = fetch(client, url).headers["ETag"]
    part = {"range": "bytes=0-3"}

    same = fetch(client, url, headers={**part, "if-range": etag})
    changed = fetch(client, url, headers={**part, "if-range": '"another"'})
    dated = fetch(client, url, headers={**part, "if-range": "Sat, 01 Jan 2000 00:00:00 GMT"})

    assert (same.status_code, changed.status_code, dated.status_code) == (206, 200, 200)


def test_head_tells_of_the_whole_file_whatever_part_it_asks_for(client, url, student):
    client.force_login(student)

    response = client.head(url, headers={"range": "bytes=0-3"})
    response.close()

    assert (response.status_code, response.headers["Content-Length"]) == (200, str(len(PDF)))


@pytest.mark.parametrize("tags", ["{}", "W/{}", '"a", {}', "*"])
def test_who_has_the_file_gets_no_bytes_again(client, url, student, tags):
    client.force_login(student)
    etag = fetch(client, url).headers["ETag"]

    response = fetch(client, url, headers={"if-none-match": tags.format(etag)})

    assert (response.status_code, response.body) == (304, b"")
    assert response.headers["ETag"] == etag


@pytest.fixture
def accel(settings):
    """nginx in front, which sends the files itself."""
    settings.EDUCA_ACCEL_REDIRECT = "/protected-media/"


@pytest.mark.usefixtures("accel")
def test_proxy_is_told_which_file_to_send(client, url, lesson, student):
    client.force_login(student)

    response = client.get(url)

    assert response.headers["X-Accel-Redirect"] == f"/protected-media/{lesson.item.file.name}"
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["Content-Disposition"] == 'inline; filename="Paper.pdf"'
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.content == b""


@pytest.mark.usefixtures("accel")
def test_proxy_is_told_nothing_for_strangers_and_of_what_is_missing(client, url, lesson, student):
    client.force_login(make_user())
    strange = client.get(url)
    client.force_login(student)
    default_storage.delete(lesson.item.file.name)
    missing = client.get(url)

    assert strange.status_code == missing.status_code == 404
    assert "X-Accel-Redirect" not in {**strange.headers, **missing.headers}


@pytest.mark.usefixtures("accel")
def test_proxy_sends_the_picture_in_the_place_of_a_smaller_one_that_is_missing(
    client, student, lesson
):
    image, (small, _) = make_photo(lesson.module)
    default_storage.delete(small)
    client.force_login(student)

    response = client.get(address(small))

    assert response.headers["X-Accel-Redirect"] == f"/protected-media/{image.file.name}"
    assert response.headers["Content-Type"] == "image/jpeg"


@pytest.mark.usefixtures("accel")
def test_odd_characters_of_a_stored_name_are_written_for_a_url(client, student, lesson):
    name = default_storage.save("file/wörter %2f ?#.pdf", ContentFile(PDF))
    File.objects.filter(pk=lesson.item.pk).update(file=name)
    client.force_login(student)

    told = client.get(reverse("media", args=[name])).headers["X-Accel-Redirect"]

    assert told == "/protected-media/file/w%C3%B6rter%20%252f%20%3F%23.pdf"
